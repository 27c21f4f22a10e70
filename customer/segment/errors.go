package segment

import (
	"errors"
	"fmt"
)

// Sentinels. A [*Fault] unwraps to one of them.
var (
	// ErrPredicate says that a predicate is not valid, or not for the schema.
	ErrPredicate = errors.New("segment: predicate not valid")
	// ErrSchema says that a schema is not valid.
	ErrSchema = errors.New("segment: schema not valid")
	// ErrNoSQL says that a predicate cannot be said in SQL with this schema.
	ErrNoSQL = errors.New("segment: no SQL for this")
)

// Fault is one thing that is wrong. Errors of this package join all of them.
type Fault struct {
	Err    error  // ErrPredicate, ErrSchema or ErrNoSQL
	Path   string // such as args[1].where.field
	Detail string
}

// Error writes the sentinel, the path and the detail.
func (f *Fault) Error() string {
	if f.Path == "" {
		return fmt.Sprintf("%v: %s", f.Err, f.Detail)
	}
	return fmt.Sprintf("%v: %s: %s", f.Err, f.Path, f.Detail)
}

// Unwrap gives the sentinel.
func (f *Fault) Unwrap() error { return f.Err }

// maxFaults bounds how much one error says.
const maxFaults = 50

// faults collects what is wrong.
type faults struct {
	err  error
	list []error
}

func (f *faults) add(path, format string, args ...any) {
	if len(f.list) < maxFaults {
		f.list = append(f.list, &Fault{Err: f.err, Path: path, Detail: fmt.Sprintf(format, args...)})
	}
}

func (f *faults) join() error { return errors.Join(f.list...) }

// clip shortens what a stranger wrote.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
