package businesstime

import (
	"errors"
	"fmt"
)

// The conditions on which a caller may branch.
var (
	// ErrSpec: a spec that New, or one of the readers, refuses. Every [SpecError] unwraps to it.
	ErrSpec = errors.New("businesstime: spec refused")
	// ErrDate: no day of the years 1 to 9999.
	ErrDate = errors.New("businesstime: not a date")
	// ErrClock: no reading between 00:00 and 24:00.
	ErrClock = errors.New("businesstime: not a time of day")
	// ErrRange: a field outside its range.
	ErrRange = errors.New("businesstime: out of range")
	// ErrZone: a zone that the time zone database does not have.
	ErrZone = errors.New("businesstime: unknown zone")
	// ErrUnsupported: a document is well formed and says something that a spec cannot.
	ErrUnsupported = errors.New("businesstime: not supported")

	// ErrNeverOpen: from the instant on, in the direction asked, nothing is ever open.
	ErrNeverOpen = errors.New("businesstime: never open")
	// ErrNeverCloses: the calendar is open from the instant to the horizon.
	ErrNeverCloses = errors.New("businesstime: never closes")
	// ErrHorizon: the instant, or the answer, lies outside the years 1 to 9999 (UTC).
	ErrHorizon = errors.New("businesstime: beyond the horizon")
)

// SpecError is one thing wrong with a spec.
type SpecError struct {
	Field string // where: versions[0].hours.monday[1]
	Value string // what it holds
	Err   error  // ErrDate, ErrClock, ErrRange, ErrZone, ErrUnsupported
}

// Error writes field, value and reason.
func (e *SpecError) Error() string {
	return fmt.Sprintf("businesstime: %s: %s: %v", e.Field, e.Value, e.Err)
}

// Unwrap gives [ErrSpec] and the reason.
func (e *SpecError) Unwrap() []error { return []error{ErrSpec, e.Err} }

func enumText(v int, names []string) string {
	if v < 0 || v >= len(names) || names[v] == "" {
		return fmt.Sprintf("invalid(%d)", v)
	}
	return names[v]
}

func enumMarshal(v int, names []string) ([]byte, error) {
	if v < 0 || v >= len(names) || names[v] == "" {
		return nil, fmt.Errorf("%w: %d", ErrRange, v)
	}
	return []byte(names[v]), nil
}

func enumUnmarshal(v *int, text []byte, names []string) error {
	for i, name := range names {
		if name != "" && name == string(text) {
			*v = i
			return nil
		}
	}
	return fmt.Errorf("%w: %s", ErrRange, clip(string(text)))
}
