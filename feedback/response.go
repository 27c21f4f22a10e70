package feedback

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/text/language"
)

// ErrResponse is what every fault of a response unwraps to.
var ErrResponse = errors.New("feedback: response not valid")

// ResponseError is one fault of a response. It unwraps to ErrResponse.
type ResponseError struct {
	Field  string // where: "Survey", "Items[2].Question"
	Detail string // what is wrong; never the respondent's own words
}

// Error writes the field and the detail.
func (e *ResponseError) Error() string {
	return fmt.Sprintf("feedback: response: %s: %s", e.Field, e.Detail)
}

// Unwrap gives ErrResponse.
func (e *ResponseError) Unwrap() error { return ErrResponse }

// Item is one question of a response. A nil Answer, or one that is not Valid,
// means that the question was asked and skipped.
type Item struct {
	Question string // the survey's own name for the question
	Answer   Answer
}

// Response is what one respondent sent back to one survey. It is plain data: a
// host fills it and asks Validate.
type Response struct {
	ID         string       // the host's key; required
	Survey     string       // which survey was answered; required
	Respondent string       // an opaque key, never a name or address; empty when anonymous
	At         time.Time    // when it was completed; required
	Channel    string       // how it was asked: "email", "sms", …; may be empty
	Language   language.Tag // in which language it was asked; Und where not known
	Items      []Item       // in the order asked
	Comment    string       // the respondent's own words; personal text
}

// Validate returns every fault of the response, joined, or nil: a missing ID,
// Survey or At, an item without a question, a question that occurs twice.
func (r Response) Validate() error {
	var faults []error
	add := func(field, detail string) {
		faults = append(faults, &ResponseError{Field: field, Detail: detail})
	}
	if r.ID == "" {
		add("ID", "is empty")
	}
	if r.Survey == "" {
		add("Survey", "is empty")
	}
	if r.At.IsZero() {
		add("At", "is the zero time")
	}
	seen := make(map[string]int, len(r.Items))
	for i, item := range r.Items {
		field := fmt.Sprintf("Items[%d].Question", i)
		first, again := seen[item.Question]
		switch {
		case item.Question == "":
			add(field, "is empty")
		case again:
			add(field, fmt.Sprintf("is the question of Items[%d], too", first))
		default:
			seen[item.Question] = i
		}
	}
	return errors.Join(faults...)
}

// NPS is the first given answer on that scale; ok is false when there is none or
// it was skipped.
func (r Response) NPS() (answer NPSAnswer, ok bool) { return first[NPSAnswer](r) }

// CSAT is the first given answer on that scale; ok is false when there is none or
// it was skipped.
func (r Response) CSAT() (answer CSATAnswer, ok bool) { return first[CSATAnswer](r) }

// CES is the first given answer on that scale; ok is false when there is none or
// it was skipped.
func (r Response) CES() (answer CESAnswer, ok bool) { return first[CESAnswer](r) }

func first[A Answer](r Response) (answer A, ok bool) {
	for _, item := range r.Items {
		if a, is := item.Answer.(A); is && a.Valid() {
			return a, true
		}
	}
	return answer, false
}

// NPSAnswers yields the given NPS answers of a sequence of responses, each
// response's first. Skipped questions yield nothing, so that they never enter a
// denominator.
func NPSAnswers(responses iter.Seq[Response]) iter.Seq[NPSAnswer] { return given[NPSAnswer](responses) }

// CSATAnswers yields the given CSAT answers, as NPSAnswers does.
func CSATAnswers(responses iter.Seq[Response]) iter.Seq[CSATAnswer] {
	return given[CSATAnswer](responses)
}

// CESAnswers yields the given CES answers, as NPSAnswers does. They may differ in
// direction: see [CESAnswer.Ease].
func CESAnswers(responses iter.Seq[Response]) iter.Seq[CESAnswer] { return given[CESAnswer](responses) }

func given[A Answer](responses iter.Seq[Response]) iter.Seq[A] {
	return func(yield func(A) bool) {
		for r := range responses {
			if a, ok := first[A](r); ok && !yield(a) {
				return
			}
		}
	}
}
