package interaction

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// A Direction says who reached out.
type Direction uint8

// The directions of a contact.
const (
	Inbound  Direction = iota + 1 // from the customer
	Outbound                      // from the business
	Internal                      // among staff: a note, never a reply
)

var directionNames = []string{"inbound", "outbound", "internal"}

// String names the direction.
func (d Direction) String() string { return enumString("direction", directionNames, d) }

// MarshalText writes the name; an unset direction is an error.
func (d Direction) MarshalText() ([]byte, error) {
	return enumMarshal("direction", directionNames, d)
}

// UnmarshalText reads a name.
func (d *Direction) UnmarshalText(text []byte) error {
	return enumParse("direction", directionNames, text, d)
}

// An Outcome says how a contact left its issue.
type Outcome uint8

// The outcomes of a contact.
const (
	OutcomeOpen        Outcome = iota + 1 // the issue is still to be settled
	OutcomeResolved                       // settled, as far as the business can tell
	OutcomeTransferred                    // handed to another person, team or channel
	OutcomeAbandoned                      // the customer left before an answer
	OutcomeInformed                       // nothing was to be settled
)

var outcomeNames = []string{"open", "resolved", "transferred", "abandoned", "informed"}

// String names the outcome.
func (o Outcome) String() string { return enumString("outcome", outcomeNames, o) }

// MarshalText writes the name; an unset outcome is an error.
func (o Outcome) MarshalText() ([]byte, error) { return enumMarshal("outcome", outcomeNames, o) }

// UnmarshalText reads a name.
func (o *Outcome) UnmarshalText(text []byte) error {
	return enumParse("outcome", outcomeNames, text, o)
}

// A Ref points to something outside the record: an order, an invoice, a product.
type Ref struct {
	Kind string `json:"kind"` // such as "order"
	ID   string `json:"id"`
}

// An Interaction is one contact. ID, Customer, At, Channel and Direction are
// required; what is not known stays at its zero value.
type Interaction struct {
	ID        string        `json:"id"`
	Customer  string        `json:"customer"`
	At        time.Time     `json:"at"` // when it began
	Channel   Channel       `json:"channel"`
	Direction Direction     `json:"direction"`
	Purpose   Purpose       `json:"purpose,omitzero"`
	Stage     Stage         `json:"stage,omitzero"`
	Class     InboundClass  `json:"class,omitzero"`  // of an inbound message; unset counts as human
	Case      string        `json:"case,omitzero"`   // the case it belongs to
	Issue     string        `json:"issue,omitzero"`  // what it is about, the same word on every channel
	Thread    string        `json:"thread,omitzero"` // the chain of messages it belongs to
	Agent     string        `json:"agent,omitzero"`  // who answered for the business
	Bot       bool          `json:"bot,omitzero"`    // Agent is a machine
	Lang      language.Tag  `json:"lang,omitzero"`
	Wait      time.Duration `json:"wait_ns,omitzero"`   // how long the customer waited for us
	Handle    time.Duration `json:"handle_ns,omitzero"` // how long we worked on it
	Over      time.Duration `json:"over_ns,omitzero"`   // how much of Wait lay beyond what was promised
	Sentiment Sentiment     `json:"sentiment,omitzero"` // of the customer, where measured
	Outcome   Outcome       `json:"outcome,omitzero"`
	ReAsked   []string      `json:"re_asked,omitempty"` // data the customer had given before and was asked for again
	Refs      []Ref         `json:"refs,omitempty"`
	Note      string        `json:"note,omitzero"`
	Revision  int           `json:"revision,omitzero"` // of the record: a higher one replaces a lower one
}

// IsHuman reports whether a person wrote or spoke: an inbound contact that is
// not automatic, bulk or a bounce, or an outbound one that is not a bot's.
func (x Interaction) IsHuman() bool {
	switch x.Direction {
	case Inbound:
		return x.Class == 0 || x.Class == ClassHuman
	case Outbound:
		return !x.Bot
	default:
		return false
	}
}

// Validate reports every fault of the record: missing required fields, malformed
// names, negative durations, an instant outside the years 1 to 9998, texts
// beyond 64 KiB. Each is a *FieldError.
func (x Interaction) Validate() error {
	var fs faults
	fs.id("id", x.ID, true)
	fs.id("customer", x.Customer, true)
	fs.instant("at", x.At)
	if !x.Channel.Valid() {
		fs.add("channel", string(x.Channel), nameRule)
	}
	if !enumValid(directionNames, x.Direction) {
		fs.add("direction", x.Direction.String(), "is not set or unknown")
	}
	if x.Purpose != "" && !x.Purpose.Valid() {
		fs.add("purpose", string(x.Purpose), nameRule)
	}
	if x.Stage != "" && !x.Stage.Valid() {
		fs.add("stage", string(x.Stage), nameRule)
	}
	if x.Class != 0 && !enumValid(classNames, x.Class) {
		fs.add("class", x.Class.String(), "is unknown")
	}
	if x.Outcome != 0 && !enumValid(outcomeNames, x.Outcome) {
		fs.add("outcome", x.Outcome.String(), "is unknown")
	}
	fs.id("case", x.Case, false)
	fs.id("issue", x.Issue, false)
	fs.id("thread", x.Thread, false)
	fs.id("agent", x.Agent, false)
	fs.duration("wait_ns", x.Wait)
	fs.duration("handle_ns", x.Handle)
	fs.duration("over_ns", x.Over)
	fs.text("note", x.Note)
	for _, r := range x.Refs {
		fs.id("refs.kind", r.Kind, true)
		fs.id("refs.id", r.ID, true)
	}
	for _, data := range x.ReAsked {
		fs.id("re_asked", data, true)
	}
	if x.Revision < 0 {
		fs.add("revision", "", "is negative")
	}
	return fs.join()
}

func (fs *faults) instant(field string, t time.Time) {
	switch year := t.UTC().Year(); {
	case t.IsZero():
		fs.add(field, "", "is required")
	case year < 1 || year > 9998:
		fs.add(field, t.String(), "lies outside the years 1 to 9998")
	}
}

func (fs *faults) duration(field string, d time.Duration) {
	if d < 0 {
		fs.add(field, d.String(), "is negative")
	}
}

func (x Interaction) clone() Interaction {
	x.At = x.At.Round(0).UTC() // no monotonic reading, and no zone that JSON could not keep
	x.ReAsked = slices.Clone(x.ReAsked)
	x.Refs = slices.Clone(x.Refs)
	return x
}

// compareTime orders interactions by instant, then by id.
func compareTime(a, b *Interaction) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

func compareID(a, b *Interaction) int { return strings.Compare(a.ID, b.ID) }
