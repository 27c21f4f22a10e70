package personname

import (
	"errors"
	"fmt"
)

var (
	// ErrOption means that an option, or the text of one, is none of those listed.
	ErrOption = errors.New("personname: bad option")
	// ErrName means that a name cannot be formatted as it is: a field breaks the limits,
	// or the source states an order that is none. The detail is a *[FieldError].
	ErrName = errors.New("personname: bad name")
	// ErrNoName means that a source has neither a given name nor a surname.
	ErrNoName = errors.New("personname: neither given name nor surname")
)

// OptionError says which option has which bad value. It unwraps to [ErrOption].
type OptionError struct {
	Option string // the field of Options
	Value  uint8
}

// Error is the message.
func (e *OptionError) Error() string {
	return fmt.Sprintf("%v: %s is %d", ErrOption, e.Option, e.Value)
}

// Unwrap is ErrOption.
func (e *OptionError) Unwrap() error { return ErrOption }

// FieldError says what is wrong with a field of a name; it does not hold the value,
// which is personal. It unwraps to [ErrName].
type FieldError struct {
	Field  string // as the source was asked, such as "surname-core", or "preferredOrder"
	Reason string
}

// Error is the message.
func (e *FieldError) Error() string { return fmt.Sprintf("%v: %s %s", ErrName, e.Field, e.Reason) }

// Unwrap is ErrName.
func (e *FieldError) Unwrap() error { return ErrName }

// faults collects what is wrong, so that it is told at once.
type faults struct{ list []error }

func (f *faults) option(bad bool, option string, value uint8) {
	if bad {
		f.list = append(f.list, &OptionError{option, value})
	}
}

func (f *faults) field(field, reason string) {
	for _, err := range f.list {
		if old := (*FieldError)(nil); errors.As(err, &old) && old.Field == field {
			return
		}
	}
	f.list = append(f.list, &FieldError{field, reason})
}

func (f *faults) err() error { return errors.Join(f.list...) }
