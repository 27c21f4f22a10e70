package sla

import (
	"errors"
	"fmt"
)

// The conditions on which a caller may branch.
var (
	// ErrPolicy: a policy set that New, or the reader, refuses. Every [PolicyError] unwraps to it.
	ErrPolicy = errors.New("sla: policy refused")
	// ErrValue: a field outside its range.
	ErrValue = errors.New("sla: bad value")
	// ErrCalendar: a calendar that the host does not have.
	ErrCalendar = errors.New("sla: unknown calendar")
	// ErrDuplicate: something is given twice.
	ErrDuplicate = errors.New("sla: given twice")
	// ErrSignal: a signal that says nothing intelligible.
	ErrSignal = errors.New("sla: bad signal")
	// ErrOrder: a command older than what was decided before; evaluate the history anew.
	ErrOrder = errors.New("sla: out of order")
)

// PolicyError is one thing wrong with a policy set.
type PolicyError struct {
	Field string // where: policies[0].rules[1].target
	Value string
	Err   error
}

// Error writes field, value and reason.
func (e *PolicyError) Error() string {
	return fmt.Sprintf("sla: %s: %s: %v", e.Field, e.Value, e.Err)
}

// Unwrap gives [ErrPolicy] and the reason.
func (e *PolicyError) Unwrap() []error { return []error{ErrPolicy, e.Err} }

func enumText(v int, names []string) string {
	if v < 0 || v >= len(names) || names[v] == "" {
		return fmt.Sprintf("invalid(%d)", v)
	}
	return names[v]
}

// enumMarshal writes the name; an unset value, where zero is one, is empty text.
func enumMarshal(v int, names []string) ([]byte, error) {
	if v < 0 || v >= len(names) {
		return nil, fmt.Errorf("%w: %d", ErrValue, v)
	}
	return []byte(names[v]), nil
}

// enumUnmarshal reads what enumMarshal writes.
func enumUnmarshal(v *int, text []byte, names []string) error {
	for i, name := range names {
		if name == string(text) {
			*v = i
			return nil
		}
	}
	if len(text) > 40 {
		text = text[:40]
	}
	return fmt.Errorf("%w: %q", ErrValue, text)
}
