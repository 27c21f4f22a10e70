package routing

import (
	"errors"
	"fmt"
)

// Sentinels of this package. A [FieldError] unwraps to one of the first two.
var (
	// ErrPolicy: a policy that NewRouter or ParsePolicy refuses.
	ErrPolicy = errors.New("routing: policy refused")
	// ErrInput: an item, agent or contact that breaks a stated rule of its fields.
	ErrInput = errors.New("routing: input refused")
	// ErrNoData: no contact was counted.
	ErrNoData = errors.New("routing: no data")
)

// FieldError is one fault of a value.
type FieldError struct {
	Field  string // path, such as "items[3].Weight"
	Value  string // as found, shortened; may be empty
	Detail string // what is wrong, for people
	Err    error  // ErrPolicy or ErrInput
}

// Error writes the condition, field, value and reason.
func (e *FieldError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%v: %s %s", e.Err, e.Field, e.Detail)
	}
	return fmt.Sprintf("%v: %s is %s: %s", e.Err, e.Field, e.Value, e.Detail)
}

// Unwrap gives the sentinel.
func (e *FieldError) Unwrap() error { return e.Err }

type faults struct {
	err  error
	list []error
}

func (fs *faults) add(field string, value any, detail string) {
	text := ""
	if value != nil {
		if text = fmt.Sprint(value); len(text) > 60 {
			text = text[:60] + "…"
		}
	}
	fs.list = append(fs.list, &FieldError{Field: field, Value: text, Detail: detail, Err: fs.err})
}

func (fs *faults) join() error { return errors.Join(fs.list...) }
