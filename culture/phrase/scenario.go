package phrase

import (
	"fmt"
	"slices"

	"github.com/rapport-go/rapport/culture"
)

// Scenario names what a phrase is for. The built-in ones are constants; a host's
// pack may declare further ones.
type Scenario string

// The built-in scenarios. Each names the arguments that all its phrases take.
const (
	Greet           Scenario = "greet"            // first contact; company
	Thank           Scenario = "thank"            // for writing, for telling us; none
	Acknowledge     Scenario = "acknowledge"      // a complaint has been heard and taken; case
	Empathise       Scenario = "empathise"        // show that the annoyance is understood; none
	Apologise       Scenario = "apologise"        // for what went wrong; none
	Clarify         Scenario = "clarify"          // ask for information; question
	ProposeSolution Scenario = "propose_solution" // offer a way out; offer
	NoSolutionYet   Scenario = "no_solution_yet"  // honest about having none; date of the next word
	ProgressUpdate  Scenario = "progress_update"  // where things stand; status, date of the next word
	Delay           Scenario = "delay"            // something comes later; case, date
	Refuse          Scenario = "refuse"           // a no with its reason and another way; reason, offer
	BadNews         Scenario = "bad_news"         // something unwelcome; news, offer
	RefundDone      Scenario = "refund_done"      // money is on its way back; amount, case
	Escalate        Scenario = "escalate"         // hand-over to someone else; team
	FollowUp        Scenario = "follow_up"        // has it been settled?; case
	AskFeedback     Scenario = "ask_feedback"     // ask for an opinion; none
	Absence         Scenario = "absence"          // out of hours or away; date of return
	PaymentReminder Scenario = "payment_reminder" // an invoice is open; invoice, amount, date due
	Appointment     Scenario = "appointment"      // confirm an appointment; date, time
	Welcome         Scenario = "welcome"          // joined a programme; program
	TierReached     Scenario = "tier_reached"     // reached a tier; tier
	SmallTalkOpen   Scenario = "small_talk_open"  // a friendly first word; none
	ConfirmLanguage Scenario = "confirm_language" // is this language right?; language
	Farewell        Scenario = "farewell"         // close a conversation; none
)

// Kind is what may be put in for an argument. All values are text that the host has
// already put into the form of the language: numbers, amounts and dates are not
// formatted here. Every value is one line of valid UTF-8 in which something can be seen,
// without blanks at an end or two in a row, without control characters and without
// characters that change the direction of what follows.
type Kind uint8

// The kinds.
const (
	Name      Kind = iota + 1 // of a person, team, company, tier or language; at most 200 bytes
	Reference                 // a number or code of an order, case or invoice; no blank in it; at most 100 bytes
	Number                    // digits and signs, no letters; at most 50 bytes
	Amount                    // of money, with currency; has a digit; at most 100 bytes
	Date                      // a day or an hour, as the language writes it; at most 100 bytes
	Clause                    // part of a sentence, without an end mark; at most 1,000 bytes
	Sentence                  // one or more whole sentences with their end mark, where the script has one; at most 2,000 bytes
)

// String is "name", "reference", "number", "amount", "date", "clause" or "sentence";
// "none" for the zero value.
func (k Kind) String() string {
	return nameOf(k, "none", "name", "reference", "number", "amount", "date", "clause", "sentence")
}

// MarshalText writes the name; a value that is no kind is ErrName.
func (k Kind) MarshalText() ([]byte, error) { return named(k, Name, Sentence) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (k *Kind) UnmarshalText(text []byte) error { return find(k, text, Name, Sentence) }

// Medium is how the words travel. The zero value is none.
type Medium uint8

// The media.
const (
	Letter Medium = iota + 1 // on paper or by e-mail
	Chat                     // chat, text message, social media
	Voice                    // said aloud
)

// String is "letter", "chat" or "voice"; "none" for the zero value.
func (m Medium) String() string { return nameOf(m, "none", "letter", "chat", "voice") }

// MarshalText writes the name; a value that is no medium is ErrName.
func (m Medium) MarshalText() ([]byte, error) { return named(m, Letter, Voice) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (m *Medium) UnmarshalText(text []byte) error { return find(m, text, Letter, Voice) }

// ForStep are the scenarios whose phrases say a step of a culture.Plan, the nearest
// first. It is nil for steps that are done rather than said (listen, take aside) or whose words
// are the host's own (introduce, explain, confirm), and for an act that is none.
func ForStep(a culture.Act) []Scenario {
	switch a {
	case culture.Greet:
		return []Scenario{Greet}
	case culture.TalkSmall:
		return []Scenario{SmallTalkOpen}
	case culture.Thank:
		return []Scenario{Thank}
	case culture.Acknowledge:
		return []Scenario{Empathise, Acknowledge}
	case culture.Apologise:
		return []Scenario{Apologise}
	case culture.Clarify:
		return []Scenario{Clarify, FollowUp, ConfirmLanguage}
	case culture.Inform:
		return []Scenario{Delay, BadNews, ProgressUpdate}
	case culture.Decline:
		return []Scenario{Refuse}
	case culture.Offer:
		return []Scenario{ProposeSolution, NoSolutionYet, Escalate}
	case culture.Close:
		return []Scenario{Farewell}
	default:
		return nil
	}
}

// Parameter is a declared argument of a scenario.
type Parameter struct {
	Name string
	Kind Kind
}

// Frame is what all phrases of a scenario have in common.
type Frame struct {
	Scenario   Scenario
	About      string        // one sentence for people
	Parameters []Parameter   // in the order of their names; all are required
	Acts       []culture.Act // of which each phrase is made, in the order where a locale states none; empty for a single act
}

// clone copies what a caller could change.
func (f Frame) clone() Frame {
	f.Parameters, f.Acts = slices.Clone(f.Parameters), slices.Clone(f.Acts)
	return f
}

// kind finds a declared argument.
func (f *Frame) kind(name string) (Kind, bool) {
	for _, p := range f.Parameters {
		if p.Name == name {
			return p.Kind, true
		}
	}
	return 0, false
}

// enum is a typed enumeration of this package: consecutive, named by String.
type enum interface {
	~uint8
	fmt.Stringer
}

// nameOf is the name at the value's place.
func nameOf[E ~uint8](v E, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("value %d", uint8(v))
}

func named[E enum](v, lowest, highest E) ([]byte, error) {
	if v < lowest || v > highest {
		return nil, fmt.Errorf("%w: %s", ErrName, v)
	}
	return []byte(v.String()), nil
}

func find[E enum](into *E, text []byte, lowest, highest E) error {
	for v := lowest; v <= highest; v++ {
		if v.String() == string(text) {
			*into = v
			return nil
		}
	}
	return fmt.Errorf("%w: %.40q", ErrName, text)
}
