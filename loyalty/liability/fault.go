package liability

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// Sentinels of this package; test for them with errors.Is.
var (
	// ErrInput says that a value cannot be what it stands for, such as a negative
	// price. The detail is an *[InputError].
	ErrInput = errors.New("liability: input refused")
	// ErrNoData says that there is nothing to estimate from: no stand-alone price, no
	// vintage with two ages, no observation.
	ErrNoData = errors.New("liability: nothing to estimate from")
	// ErrLimit says that the input is larger than the documented limits, or that a sum
	// leaves the range of int64.
	ErrLimit = errors.New("liability: beyond the limits")
)

// InputError names one value that was refused. It unwraps to [ErrInput].
type InputError struct {
	Field string // path of the field, such as "periods[2].expected"
	Value string // the value as text
	Want  string // what it has to be
}

// Error says which field, what it was and what is wanted.
func (e *InputError) Error() string {
	return fmt.Sprintf("liability: %s is %s, want %s", e.Field, e.Value, e.Want)
}

// Unwrap gives ErrInput.
func (e *InputError) Unwrap() error { return ErrInput }

// faults collects every refused field.
type faults []error

func (f *faults) add(field, value, want string) {
	*f = append(*f, &InputError{Field: field, Value: value, Want: want})
}

// decimal checks that a decimal passes the gate and is not below zero, or is above
// it where zero makes no sense. It reports whether the value may be used.
func (f *faults) decimal(field string, d decimal.Decimal, positive bool) bool {
	if err := amount.Check(d); err != nil {
		*f = append(*f, fmt.Errorf("%w: %w", &InputError{Field: field, Value: text(d), Want: "a number within the limits"}, err))
		return false
	}
	switch {
	case positive && d.Sign() <= 0:
		f.add(field, text(d), "above 0")
	case d.Sign() < 0:
		f.add(field, text(d), "0 or more")
	default:
		return true
	}
	return false
}

func (f *faults) err() error { return errors.Join(*f...) }
