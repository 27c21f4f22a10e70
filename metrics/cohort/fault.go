package cohort

import (
	"errors"
	"fmt"
)

// Sentinels of the package.
var (
	// ErrInvalid is returned for rules, options, counts and times that cannot be.
	ErrInvalid = errors.New("cohort: invalid")
	// ErrConfig is returned for state that was counted under other rules, and by Add
	// on a [Matrix] that has no rules yet.
	ErrConfig = errors.New("cohort: counted under other rules")
	// ErrCorrupt is returned for serialised state that is damaged or of an unknown version.
	ErrCorrupt = errors.New("cohort: corrupt state")
)

// FieldError is one fault: the field and what is wrong with it. It unwraps to [ErrInvalid].
type FieldError struct {
	Field  string
	Reason string
}

// Error is the fault in one line.
func (e *FieldError) Error() string { return "cohort: invalid: " + e.Field + ": " + e.Reason }

// Unwrap is [ErrInvalid].
func (e *FieldError) Unwrap() error { return ErrInvalid }

func fault(field, reason string, args ...any) error {
	return &FieldError{field, fmt.Sprintf(reason, args...)}
}
