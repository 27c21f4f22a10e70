package desk

import (
	"errors"
	"strings"
)

// Errors on which a caller may branch. Every error of App is one of these or a fault of
// the machine (a full disk, a cancelled context); problems with input are a
// *ProblemError around one of them.
var (
	ErrInvalid  = errors.New("not valid")               // the input is wrong; Problems say where
	ErrNotFound = errors.New("not found")               // no such customer, case, order, hold
	ErrRefused  = errors.New("refused")                 // understood, and the rules say no
	ErrConflict = errors.New("changed in the meantime") // somebody was faster; look again
	ErrKeyUsed  = errors.New("key used for something else")
)

// Problem is one thing that is wrong. Path is a JSON pointer into the command (/points),
// empty for the whole.
type Problem struct {
	Path    string `json:"path,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ProblemError is every problem at once. Kind is one of the errors above; Cause, when
// there is one, is the error of the wing.
type ProblemError struct {
	Kind     error
	Problems []Problem
	Cause    error
}

// Error names the kind and every problem.
func (e *ProblemError) Error() string {
	parts := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		text := p.Message
		if p.Path != "" {
			text = p.Path + ": " + text
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return e.Kind.Error()
	}
	return e.Kind.Error() + ": " + strings.Join(parts, "; ")
}

// Unwrap gives the kind and the cause.
func (e *ProblemError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}
