package contact

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// Rule is one statute or custom. Empty lists say "all".
type Rule struct {
	ID       string       `json:"id" strictjson:"required"`
	Kind     Kind         `json:"kind" strictjson:"required"`  // legal or customary
	Place    string       `json:"place" strictjson:"required"` // a region (US), a part of one (US-FL), or *: a law of every place, a custom of places that have no hours of their own about the question
	Purposes []Purpose    `json:"purposes,omitempty"`
	Channels []Channel    `json:"channels,omitempty"`
	Audience Audience     `json:"audience,omitempty"`
	From     culture.Date `json:"from,omitzero"`  // first day on which it holds
	Until    culture.Date `json:"until,omitzero"` // first day on which it holds no more

	Never    bool            `json:"never,omitempty"`    // closed at all times
	Hours    []culture.Hours `json:"hours,omitempty"`    // open; days that none names are closed; none: at any time
	Avoid    []culture.Hours `json:"avoid,omitempty"`    // closed, whatever Hours says
	Weekend  bool            `json:"weekend,omitempty"`  // the region's weekend is closed
	Holidays *Holidays       `json:"holidays,omitempty"` // none: like other days

	Consent      bool             `json:"consent,omitempty"`          // needs prior consent
	UnlessBound  bool             `json:"unless_bound,omitempty"`     // no consent needed about a running contract
	Attempts     Limit            `json:"attempts,omitzero"`          // most attempts in so many local days
	AfterRefusal int              `json:"after_refusal,omitempty"`    // days of rest after a refusal
	OwnHours     bool             `json:"own_hours,omitempty"`        // the person's own hours stand in place of these
	Text         string           `json:"text" strictjson:"required"` // in words
	Citation     string           `json:"citation,omitempty"`         // of a statute
	Sources      []Source         `json:"sources" strictjson:"required"`
	Facts        []culture.FactID `json:"facts,omitempty"` // of package culture that say the same
	AsOf         culture.Date     `json:"as_of" strictjson:"required"`
	Verify       bool             `json:"verify,omitempty"` // read in secondary texts: check the statute
}

// Holidays are the hours of a rule on days that the host names as holidays: none are
// closed.
type Holidays struct {
	Hours []culture.Hours `json:"hours,omitempty"`
}

// Limit is so many in so many local days.
type Limit struct {
	N    int `json:"n" strictjson:"required"`
	Days int `json:"days" strictjson:"required"`
}

// Source is where a rule was read.
type Source struct {
	Publisher string `json:"publisher" strictjson:"required"`
	URL       string `json:"url,omitempty"`
	Note      string `json:"note,omitempty"`
}

// region is the region of the rule's place.
func (r *Rule) region() string {
	region, _, _ := strings.Cut(r.Place, "-")
	return region
}

// about reports whether the rule speaks about a question on a day.
func (r *Rule) about(q *Question, on culture.Date) bool {
	switch {
	case len(r.Purposes) > 0 && !slices.Contains(r.Purposes, q.Purpose),
		len(r.Channels) > 0 && !slices.Contains(r.Channels, q.Channel),
		r.Audience != 0 && r.Audience != q.Audience,
		!r.From.IsZero() && on.Compare(r.From) < 0,
		!r.Until.IsZero() && on.Compare(r.Until) >= 0:
		return false
	}
	return r.Place == "*" || r.Place == q.Region.String() || r.Place == q.Place
}

// placed reports whether a question can be about a place: a country as it is written
// today, or a part of one by ISO 3166-2.
func placed(place string) bool {
	name, part, parted := strings.Cut(place, "-")
	region, err := language.ParseRegion(name)
	if err != nil || !region.IsCountry() || region.Canonicalize().String() != name {
		return false
	}
	if !parted {
		return true
	}
	for _, c := range []byte(part) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(part) >= 1 && len(part) <= 3
}

// faults says what is wrong with a rule.
func (r *Rule) faults(add func(field, format string, args ...any)) {
	if r.ID == "" || len(r.ID) > 128 {
		add("id", "must have 1 to 128 bytes")
	}
	if r.Kind != Legal && r.Kind != Customary {
		add("kind", "must be legal or customary")
	}
	if r.Place != "*" && !placed(r.Place) {
		add("place", "%q is no region, part of a region or *", r.Place)
	}
	if !r.From.IsZero() && !r.Until.IsZero() && r.From.Compare(r.Until) >= 0 {
		add("until", "must come after from")
	}
	if strings.TrimSpace(r.Text) == "" {
		add("text", "must say the rule in words")
	}
	if len(r.Sources) == 0 {
		add("sources", "must name at least one")
	}
	for i, s := range r.Sources {
		if strings.TrimSpace(s.Publisher) == "" {
			add(fmt.Sprintf("sources[%d].publisher", i), "must name who says so")
		}
	}
	if r.AsOf.IsZero() {
		add("as_of", "must be a date")
	}
	if r.Kind == Legal && strings.TrimSpace(r.Citation) == "" {
		add("citation", "a legal rule names its statute")
	}
	r.lineFaults(add)
	r.limitFaults(add)
	r.hoursFaults("hours", r.Hours, add)
	r.hoursFaults("avoid", r.Avoid, add)
	if r.Holidays != nil {
		r.hoursFaults("holidays.hours", r.Holidays.Hours, add)
	}
}

func (r *Rule) hoursFaults(name string, list []culture.Hours, add func(field, format string, args ...any)) {
	for i, h := range list {
		if h.From < 0 || h.Before <= h.From || h.Before > dayEnd {
			add(fmt.Sprintf("%s[%d]", name, i), "must be a stretch within one day")
		}
	}
}

// lineFaults refuses what would break or disguise the line in which a rule is shown to
// people: control characters, line ends, and overrides of the writing direction.
func (r *Rule) lineFaults(add func(field, format string, args ...any)) {
	type text struct{ field, value string }
	texts := []text{{"id", r.ID}, {"text", r.Text}, {"citation", r.Citation}}
	for i, s := range r.Sources {
		at := fmt.Sprintf("sources[%d].", i)
		texts = append(texts, text{at + "publisher", s.Publisher}, text{at + "url", s.URL}, text{at + "note", s.Note})
	}
	for _, t := range texts {
		for _, c := range t.value {
			if unicode.IsControl(c) || c == 0x2028 || c == 0x2029 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
				add(t.field, "holds the control character U+%04X", c)
				break
			}
		}
	}
}

// copied is a rule that shares nothing with this one.
func (r *Rule) copied() Rule {
	c := *r
	c.Purposes, c.Channels = slices.Clone(r.Purposes), slices.Clone(r.Channels)
	c.Hours, c.Avoid = slices.Clone(r.Hours), slices.Clone(r.Avoid)
	c.Sources, c.Facts = slices.Clone(r.Sources), slices.Clone(r.Facts)
	if r.Holidays != nil {
		c.Holidays = &Holidays{Hours: slices.Clone(r.Holidays.Hours)}
	}
	return c
}

func (r *Rule) limitFaults(add func(field, format string, args ...any)) {
	if r.Never && (r.Hours != nil || r.Avoid != nil) {
		add("never", "leaves no hours")
	}
	if l := r.Attempts; l != (Limit{}) && (l.N < 1 || l.N > 10_000 || l.Days < 1 || l.Days > 3660) {
		add("attempts", "must be 1 to 10,000 in 1 to 3,660 days")
	}
	if r.AfterRefusal < 0 || r.AfterRefusal > 3660 {
		add("after_refusal", "must be 0 to 3,660 days")
	}
	if r.UnlessBound && !r.Consent {
		add("unless_bound", "is an exception from consent")
	}
}
