package match

import (
	"errors"
	"fmt"
)

// Sentinels. A [*Fault] unwraps to one of the first three.
var (
	// ErrModel says that a model is not valid, or not for the schema.
	ErrModel = errors.New("match: model not valid")
	// ErrSchema says that a schema is not valid.
	ErrSchema = errors.New("match: schema not valid")
	// ErrRecord says that a record cannot be added: no id, or one that is there already.
	ErrRecord = errors.New("match: record refused")
	// ErrNoData says that there is nothing to learn from: fewer than two records, or no
	// pairs.
	ErrNoData = errors.New("match: no data")
)

// Fault is one thing that is wrong. Errors of this package join all of them, up to 50.
type Fault struct {
	Err    error  // ErrModel, ErrSchema or ErrRecord
	Path   string // such as comparisons[1].levels[2]
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
