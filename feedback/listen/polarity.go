package listen

import (
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback"
)

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

// Sample is one labelled comment.
type Sample struct {
	Language language.Tag // required; its script is inferred where it is not written
	Domain   string       // the host's name of what the comments are about; may be empty
	Text     string
	Polarity Polarity // required
}

// group is a language with its script, and a domain.
type group struct{ language, domain string }

// languageKey is a language with its script, inferred where it is not written. ok is
// false for a tag that names no language: und-Latn is not English, though that is the
// likeliest guess.
func languageKey(tag language.Tag) (key string, ok bool) {
	named, _, _ := tag.Raw()
	base, _ := tag.Base()
	script, _ := tag.Script()
	return base.String() + "-" + script.String(), named.String() != "und"
}
