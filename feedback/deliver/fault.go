package deliver

import (
	"errors"
	"fmt"
)

// Sentinels of this package. Detail types unwrap to them.
var (
	// ErrPolicy: a policy that NewGate or ParsePolicy refuses.
	ErrPolicy = errors.New("deliver: policy refused")
	// ErrReviewGating: a policy that would ask for public reviews by score, which platforms
	// forbid and regulators advise against; the package comment has the sources. It comes
	// together with ErrPolicy.
	ErrReviewGating = errors.New("deliver: review requests are never chosen by score")
	// ErrRequest: a request that lacks what every rule needs.
	ErrRequest = errors.New("deliver: request refused")
	// ErrHours: hours that are none, or have no zone.
	ErrHours = errors.New("deliver: hours refused")
	// ErrNeverOpen: no instant is open within 400 days, or business time does not end.
	ErrNeverOpen = errors.New("deliver: never open")
	// ErrCalendar: a host's calendar answered with an earlier instant than it was asked about.
	ErrCalendar = errors.New("deliver: calendar went backwards")
	// ErrLoop: rules for cases that NewLoop or ParseLoop refuses.
	ErrLoop = errors.New("deliver: closed loop refused")
	// ErrCommand: a command that does not fit the case. A [CommandError] says why.
	ErrCommand = errors.New("deliver: command refused")
	// ErrArea: an observation or option of an area report that is refused.
	ErrArea = errors.New("deliver: area report refused")
	// ErrDetect: a question about a sample size that has no answer.
	ErrDetect = errors.New("deliver: no sample size")
)

// FieldError is one fault of a value. It unwraps to the sentinels of its kind.
type FieldError struct {
	Field  string  // path of the field, such as "caps[1].n"
	Detail string  // what is wrong, for people
	Errs   []error // the sentinels
}

// Error writes the condition, field and reason.
func (e *FieldError) Error() string {
	if len(e.Errs) == 0 {
		return fmt.Sprintf("deliver: %s %s", e.Field, e.Detail)
	}
	return fmt.Sprintf("%v: %s %s", e.Errs[len(e.Errs)-1], e.Field, e.Detail)
}

// Unwrap gives the sentinels.
func (e *FieldError) Unwrap() []error { return e.Errs }

type faults struct {
	err  error
	list []error
}

func (fs *faults) add(field, detail string, args ...any) {
	fs.addAs(nil, field, detail, args...)
}

func (fs *faults) addAs(also error, field, detail string, args ...any) {
	errs := []error{fs.err}
	if also != nil {
		errs = append(errs, also)
	}
	fs.list = append(fs.list, &FieldError{Field: field, Detail: fmt.Sprintf(detail, args...), Errs: errs})
}

func (fs *faults) join() error { return errors.Join(fs.list...) }

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// Every identifier is bounded, so that traces and keys are.
const maxName = 256

func (fs *faults) name(field, s string, required bool) {
	switch {
	case s == "" && required:
		fs.add(field, "is required")
	case len(s) > maxName:
		fs.add(field, "is longer than %d bytes", maxName)
	}
}
