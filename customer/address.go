package customer

import (
	"fmt"
	"log/slog"
	"slices"

	"golang.org/x/text/language"
)

// Gender is a grammatical gender: which forms of words a person wants to be addressed
// with, in one language. The zero value is unknown and asks for neutral forms. It says
// nothing else about a person and is never derived from a name.
type Gender uint8

// The grammatical genders of RFC 9554 section 3.2.
const (
	Masculine Gender = iota + 1
	Feminine
	Neuter
	CommonGender
	Animate
	Inanimate
)

// String is the gender as RFC 9554 writes it, such as "feminine"; "unknown" for the
// zero value.
func (g Gender) String() string {
	return nameOf(g, "unknown", "masculine", "feminine", "neuter", "common", "animate", "inanimate")
}

// MarshalText writes the name; a value that is no gender is an error.
func (g Gender) MarshalText() ([]byte, error) { return marshalName(g, Inanimate) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (g *Gender) UnmarshalText(text []byte) error { return unmarshalName(g, text, Inanimate) }

// Grammar is how a person wants to be spoken of in one language.
type Grammar struct {
	Language language.Tag `json:"language"`
	Gender   Gender       `json:"gender,omitzero"`    // zero: not said
	Pronouns string       `json:"pronouns,omitempty"` // as the person writes them: "they/them"
}

// FormOfAddress is what a person said about how to address them. Nothing of it is
// ever derived; what is empty was not said.
type FormOfAddress struct {
	Verbatim string    `json:"verbatim,omitempty"` // the whole salutation the person asks for; wins over all else
	CallMe   string    `json:"call_me,omitempty"`  // what the person asks to be called
	Title    string    `json:"title,omitempty"`    // the title or honorific the person uses
	Grammar  []Grammar `json:"grammar,omitempty"`  // one for each language spoken about
}

// IsZero reports that nothing was said.
func (a FormOfAddress) IsZero() bool {
	return a.Verbatim == "" && a.CallMe == "" && a.Title == "" && len(a.Grammar) == 0
}

// In is what the person said about a language, or about its base language. ok is false
// where nothing was said: then only neutral forms are right.
func (a FormOfAddress) In(tag language.Tag) (g Grammar, ok bool) {
	base, _, _ := tag.Raw()
	for t := tag; t != language.Und; t = t.Parent() {
		if b, _, _ := t.Raw(); b != base {
			break
		}
		for _, g := range a.Grammar {
			if g.Language == t {
				return g, true
			}
		}
	}
	return Grammar{}, false
}

func (a FormOfAddress) clone() FormOfAddress {
	a.Grammar = slices.Clone(a.Grammar)
	return a
}

func (a FormOfAddress) check(f *faults) {
	for _, field := range [...]struct{ name, text string }{
		{"Address.Verbatim", a.Verbatim}, {"Address.CallMe", a.CallMe}, {"Address.Title", a.Title},
	} {
		if reason := badText(field.text); reason != "" {
			f.add(field.name, reason)
		}
	}
	for i, g := range a.Grammar {
		field := fmt.Sprintf("Address.Grammar[%d]", i)
		if g.Language == language.Und {
			f.add(field+".Language", "is undetermined")
		}
		if slices.ContainsFunc(a.Grammar[:i], func(o Grammar) bool { return o.Language == g.Language }) {
			f.add(field+".Language", "occurs twice")
		}
		if g.Gender > Inanimate {
			f.add(field+".Gender", "is no gender")
		}
		if reason := badText(g.Pronouns); reason != "" {
			f.add(field+".Pronouns", reason)
		}
	}
}

// Format prints nothing of the wish, whatever the verb.
func (a FormOfAddress) Format(s fmt.State, _ rune) { hide(s, "FormOfAddress") }

// LogValue hides the wish.
func (a FormOfAddress) LogValue() slog.Value { return hidden() }

// Format prints nothing of the wish, whatever the verb.
func (g Grammar) Format(s fmt.State, _ rune) { hide(s, "Grammar") }

// LogValue hides the wish.
func (g Grammar) LogValue() slog.Value { return hidden() }

// PostalAddress is where mail reaches a customer. Lines are kept as they were given;
// the parts are held where the source had them and are never cut out of the lines.
type PostalAddress struct {
	Lines       []string     `json:"lines,omitempty"`       // as written on the envelope, in order
	Street      string       `json:"street,omitempty"`      // street, number, building
	Locality    string       `json:"locality,omitempty"`    // city, town, village
	District    string       `json:"district,omitempty"`    // part of the locality
	Area        string       `json:"area,omitempty"`        // state, province, prefecture
	PostalCode  string       `json:"postal_code,omitempty"` // as given
	SortingCode string       `json:"sorting_code,omitempty"`
	Country     string       `json:"country,omitempty"`  // ISO 3166-1 alpha-2; empty: not known
	Language    language.Tag `json:"language,omitzero"`  // of the text, with its script where that is stated
	Reading     string       `json:"reading,omitempty"`  // of the whole, where the script needs one
	Label       string       `json:"label,omitempty"`    // the host's own: "home", "billing"
	From        PartialDate  `json:"from,omitzero"`      // valid from; zero: since ever
	To          PartialDate  `json:"to,omitzero"`        // valid to; zero: still
	Verified    bool         `json:"verified,omitempty"` // mail is known to have reached it
}

// PostalAddresses is a list of addresses that logs as redacted.
type PostalAddresses []PostalAddress

// LogValue hides the addresses and says how many there are.
func (p PostalAddresses) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("%d postal addresses %s", len(p), redacted))
}

// Format prints nothing of the address, whatever the verb.
func (p PostalAddress) Format(s fmt.State, _ rune) { hide(s, "PostalAddress") }

// LogValue hides the address.
func (p PostalAddress) LogValue() slog.Value { return hidden() }

// ValidOn reports whether the address is valid on a day.
func (p PostalAddress) ValidOn(d Date) bool { return covers(p.From, p.To, d) }

func (p PostalAddress) clone() PostalAddress {
	p.Lines = slices.Clone(p.Lines)
	return p
}

func (p PostalAddress) equal(q PostalAddress) bool {
	same := slices.Equal(p.Lines, q.Lines)
	p.Lines, q.Lines = nil, nil
	return same && p.plain() == q.plain()
}

// plain is an address without its lines, as a value that compares.
func (p PostalAddress) plain() [15]any {
	return [15]any{
		p.Street, p.Locality, p.District, p.Area, p.PostalCode, p.SortingCode, p.Country, p.Language, p.Reading, p.Label,
		p.From, p.To, p.Verified,
	}
}

func (p PostalAddress) check(f *faults, field string) {
	const lines = 16
	texts := map[string]string{}
	names := []string{"Street", "Locality", "District", "Area", "PostalCode", "SortingCode", "Reading", "Label"}
	for i, text := range []string{p.Street, p.Locality, p.District, p.Area, p.PostalCode, p.SortingCode, p.Reading, p.Label} {
		texts[names[i]] = text
	}
	some := false
	for _, name := range names {
		if reason := badText(texts[name]); reason != "" {
			f.add(field+"."+name, reason)
		}
		some = some || texts[name] != ""
	}
	for i, line := range p.Lines {
		if reason := badText(line); reason != "" || line == "" {
			f.add(fmt.Sprintf("%s.Lines[%d]", field, i), "is empty or not fit to print")
		}
	}
	if !some && len(p.Lines) == 0 {
		f.add(field, "has neither lines nor parts")
	}
	if len(p.Lines) > lines {
		f.add(field+".Lines", fmt.Sprintf("are more than %d", lines))
	}
	if p.Country != "" && !isCountryCode(p.Country) {
		f.add(field+".Country", "is no ISO 3166-1 alpha-2 code")
	}
	checkSpan(f, field, p.From, p.To)
}

func isCountryCode(code string) bool {
	r, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && r.IsCountry() && r.String() == code
}
