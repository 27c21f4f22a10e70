package listen

import (
	"fmt"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback"
)

// Polarity is whether a comment speaks well or badly. There is no neutral: a
// classifier that cannot tell says so with ok == false.
type Polarity uint8

// The polarities.
const (
	Negative Polarity = iota + 1
	Positive
)

// String is "negative" or "positive"; "none" for the zero value.
func (p Polarity) String() string {
	switch p {
	case Negative:
		return "negative"
	case Positive:
		return "positive"
	case 0:
		return "none"
	}
	return fmt.Sprintf("polarity(%d)", uint8(p))
}

// MarshalText writes the name; a value that is none is an error.
func (p Polarity) MarshalText() ([]byte, error) {
	if p != Negative && p != Positive {
		return nil, fmt.Errorf("listen: polarity is not set")
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a name; anything else is an error.
func (p *Polarity) UnmarshalText(text []byte) error {
	for v := Negative; v <= Positive; v++ {
		if v.String() == string(text) {
			*p = v
			return nil
		}
	}
	return fmt.Errorf("listen: no such polarity: %q", clip(string(text)))
}

// Classifier tells the polarity of a comment in a language, with the probability that
// it gives to it, 0.5 to 1. ok is false where it cannot: the language is not supported,
// or the text is like nothing that it knows. It must never answer a silent "neutral".
// Any number of goroutines may ask.
type Classifier interface {
	Classify(lang language.Tag, text string) (p Polarity, probability float64, ok bool)
}

// FromAnswer is the polarity that a score gives to the comment beside it: promoters,
// four and five stars of satisfaction and an ease of five and more are positive,
// detractors, one and two stars and an ease of three and less negative. ok is false
// for what lies between and for no answer: such comments teach nothing.
func FromAnswer(a feedback.Answer) (p Polarity, ok bool) {
	if a == nil || !a.Valid() {
		return 0, false
	}
	good, bad := false, false
	switch v := a.(type) {
	case feedback.NPSAnswer:
		good, bad = v.Class() == feedback.Promoter, v.Class() == feedback.Detractor
	case feedback.CSATAnswer:
		good, bad = v.TopTwo(), v.BottomTwo()
	case feedback.CESAnswer:
		good, bad = v.Easy(), v.Ease() <= 3
	}
	switch {
	case good:
		return Positive, true
	case bad:
		return Negative, true
	}
	return 0, false
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

// String is the kind in words.
func (s Support) String() string {
	names := [...]string{
		"none", "supported", "no language", "no domain", "too few labels", "one class", "below the floor", "unfamiliar text", "nothing said",
	}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("support(%d)", uint8(s))
}

// Sample is one labelled comment.
type Sample struct {
	Language language.Tag // required; its script is inferred where it is not written
	Domain   string       // the host's name of what the comments are about; may be empty
	Text     string
	Polarity Polarity // required
}

// group is a language with its script, and a domain.
type group struct{ language, domain string }

func languageKey(tag language.Tag) string {
	base, _ := tag.Base()
	script, _ := tag.Script()
	return base.String() + "-" + script.String()
}
