package listen

import (
	"fmt"
	"slices"
	"strings"
)

// enumNames are the names of an enum, counted from one.
type enumNames []string

func (ns enumNames) text(kind string, v uint8) string {
	switch {
	case v == 0:
		return "none"
	case int(v) <= len(ns):
		return ns[v-1]
	}
	return fmt.Sprintf("%s(%d)", kind, v)
}

func (ns enumNames) marshal(kind string, v uint8) ([]byte, error) {
	if v >= 1 && int(v) <= len(ns) {
		return []byte(ns[v-1]), nil
	}
	return nil, fmt.Errorf("listen: %s is not set", kind)
}

func unmarshalEnum[E ~uint8](v *E, ns enumNames, kind string, text []byte) error {
	i := slices.Index(ns, string(text))
	if i < 0 {
		return fmt.Errorf("listen: %s %q is not one of %s", kind, clip(string(text)), strings.Join(ns, ", "))
	}
	*v = E(i + 1)
	return nil
}

// Polarity is whether a comment speaks well or badly. There is no neutral: a
// classifier that cannot tell says so with ok == false.
type Polarity uint8

// The polarities.
const (
	Negative Polarity = iota + 1
	Positive
)

var polarityNames = enumNames{"negative", "positive"}

// String is "negative" or "positive"; "none" for the zero value.
func (p Polarity) String() string { return polarityNames.text("polarity", uint8(p)) }

// MarshalText writes the name; an unset polarity is an error.
func (p Polarity) MarshalText() ([]byte, error) { return polarityNames.marshal("polarity", uint8(p)) }

// UnmarshalText reads a name; anything else is an error.
func (p *Polarity) UnmarshalText(text []byte) error {
	return unmarshalEnum(p, polarityNames, "polarity", text)
}

// Support says whether a language and domain can be judged, and if not, why.
type Support uint8

// The kinds of support.
const (
	Supported   Support = iota + 1
	NoLanguage          // nothing was trained for the language
	NoDomain            // the language was trained, but not in this domain
	TooFew              // too few labelled comments
	OneClass            // too few of one of the polarities
	BelowFloor          // the model is too often wrong on comments that it was not trained on
	Unfamiliar          // the text shares too little with what was trained on
	NothingSaid         // no letters or signs to judge by
)

var supportNames = enumNames{
	"supported", "no_language", "no_domain", "too_few_labels", "one_class", "below_floor", "unfamiliar_text", "nothing_said",
}

// String is the kind's name; "none" for the zero value.
func (s Support) String() string { return supportNames.text("support", uint8(s)) }

// MarshalText writes the name; an unset kind is an error.
func (s Support) MarshalText() ([]byte, error) { return supportNames.marshal("support", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *Support) UnmarshalText(text []byte) error {
	return unmarshalEnum(s, supportNames, "support", text)
}

// Kind is what a record is.
type Kind uint8

// The kinds.
const (
	Review  Kind = iota + 1 // on a review site or shop, usually with a rating
	Mention                 // a post or message on a social network or forum
)

var kindNames = enumNames{"review", "mention"}

// String is the kind's name; "none" for the zero value.
func (k Kind) String() string { return kindNames.text("kind", uint8(k)) }

// MarshalText writes the name; an unset kind is an error.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.marshal("kind", uint8(k)) }

// UnmarshalText reads a name; anything else is an error.
func (k *Kind) UnmarshalText(text []byte) error { return unmarshalEnum(k, kindNames, "kind", text) }

// ReplyState is where the answer to a record stands.
type ReplyState uint8

// The states.
const (
	Unanswered ReplyState = iota + 1
	Drafted               // written and not yet public
	Replied
	NoReply // somebody decided that none is due
)

var replyNames = enumNames{"unanswered", "drafted", "replied", "no_reply"}

// String is the state's name; "none" for the zero value.
func (s ReplyState) String() string { return replyNames.text("reply", uint8(s)) }

// MarshalText writes the name; an unset state is an error.
func (s ReplyState) MarshalText() ([]byte, error) { return replyNames.marshal("reply", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *ReplyState) UnmarshalText(text []byte) error {
	return unmarshalEnum(s, replyNames, "reply", text)
}

// Severity is how urgent an answer is.
type Severity uint8

// The severities.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

var severityNames = enumNames{"low", "medium", "high", "critical"}

// String is the severity's name; "none" for the zero value.
func (s Severity) String() string { return severityNames.text("severity", uint8(s)) }

// MarshalText writes the name; an unset severity is an error.
func (s Severity) MarshalText() ([]byte, error) { return severityNames.marshal("severity", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *Severity) UnmarshalText(text []byte) error {
	return unmarshalEnum(s, severityNames, "severity", text)
}
