package listen

import (
	"errors"
	"fmt"
)

// Sentinels of this package. Detail types unwrap to them.
var (
	// ErrTerms: terms that NewMatcher refuses.
	ErrTerms = errors.New("listen: terms refused")
	// ErrText: a text beyond the limit.
	ErrText = errors.New("listen: text too long")
	// ErrTaxonomy: themes that NewTaxonomy or ParseThemes refuses.
	ErrTaxonomy = errors.New("listen: taxonomy refused")
	// ErrStars: a rating, weight or option that is none.
	ErrStars = errors.New("listen: stars refused")
	// ErrTrend: counts or options of a comparison that are refused.
	ErrTrend = errors.New("listen: comparison refused")
	// ErrTrain: samples or options from which nothing is trained.
	ErrTrain = errors.New("listen: training refused")
	// ErrModel: bytes that are no model.
	ErrModel = errors.New("listen: model refused")
	// ErrRecord: a review or mention that lacks something.
	ErrRecord = errors.New("listen: record refused")
	// ErrReplyPolicy: rules for replies that are refused.
	ErrReplyPolicy = errors.New("listen: reply policy refused")
	// ErrCalendar: a host's calendar answered with an earlier instant than it was asked about.
	ErrCalendar = errors.New("listen: calendar went backwards")
	// ErrNoData: nothing to count.
	ErrNoData = errors.New("listen: no data")
)

// FieldError is one fault of a value. It unwraps to the sentinel of its kind.
type FieldError struct {
	Field  string // path of the field, such as "terms[3]"
	Detail string // what is wrong, for people
	Err    error  // the sentinel
}

// Error writes the condition, field and reason.
func (e *FieldError) Error() string { return fmt.Sprintf("%v: %s %s", e.Err, e.Field, e.Detail) }

// Unwrap gives the sentinel.
func (e *FieldError) Unwrap() error { return e.Err }

type faults struct {
	err  error
	list []error
}

func (fs *faults) add(field, detail string, args ...any) {
	fs.list = append(fs.list, &FieldError{Field: field, Detail: fmt.Sprintf(detail, args...), Err: fs.err})
}

func (fs *faults) join() error { return errors.Join(fs.list...) }

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// Every identifier is bounded.
const maxName = 256

func (fs *faults) name(field, s string, required bool) {
	switch {
	case s == "" && required:
		fs.add(field, "is required")
	case len(s) > maxName:
		fs.add(field, "is longer than %d bytes", maxName)
	}
}
