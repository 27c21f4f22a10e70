package outreach

import (
	"errors"
	"fmt"
)

// Sentinels of this package. Detail types unwrap to them.
var (
	// ErrPolicy: a policy, window or cap that NewGate or ParsePolicy refuses.
	ErrPolicy = errors.New("outreach: policy refused")
	// ErrSequence: a sequence that NewSequence or ParseSequence refuses.
	ErrSequence = errors.New("outreach: sequence refused")
	// ErrMessage: a message without key, channel or purpose.
	ErrMessage = errors.New("outreach: message refused")
	// ErrZone: a name that is no zone of the time zone database.
	ErrZone = errors.New("outreach: unknown zone")
	// ErrNeverOpen: no instant is allowed within the next four hundred days.
	ErrNeverOpen = errors.New("outreach: never open")
	// ErrEntry: a sequence that may not be entered now. An [EntryError] says why.
	ErrEntry = errors.New("outreach: entry refused")
	// ErrCommand: a command that does not fit the state or lacks a field.
	ErrCommand = errors.New("outreach: command refused")
	// ErrUnsubscribe: a header, request or token that does not unsubscribe anybody.
	ErrUnsubscribe = errors.New("outreach: not a one-click unsubscription")
)

// FieldError is one fault of a value. It unwraps to the sentinel of its kind.
type FieldError struct {
	Field  string // path of the field, such as "Caps[1].Limit"
	Value  string // as found, shortened; may be empty
	Detail string // what is wrong, for people
	Err    error  // ErrPolicy, ErrSequence, ErrMessage or ErrCommand
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
		text = clip(fmt.Sprint(value))
	}
	fs.list = append(fs.list, &FieldError{Field: field, Value: text, Detail: detail, Err: fs.err})
}

func (fs *faults) join() error { return errors.Join(fs.list...) }

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// Every identifier and name is bounded, so that keys and tokens are.
const maxName = 128

func (fs *faults) name(field, s string, required bool) {
	switch {
	case s == "" && required:
		fs.add(field, nil, "is required")
	case len(s) > maxName:
		fs.add(field, s, fmt.Sprintf("is longer than %d bytes", maxName))
	}
}
