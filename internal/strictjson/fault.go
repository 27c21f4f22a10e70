package strictjson

import (
	"errors"
	"fmt"
	"strings"
)

// Sentinels: every fault unwraps to one of them.
var (
	ErrSyntax    = errors.New("not JSON")
	ErrLimit     = errors.New("beyond the limits")
	ErrUnknown   = errors.New("unknown field")
	ErrDuplicate = errors.New("duplicate field")
	ErrType      = errors.New("wrong type")
	ErrValue     = errors.New("bad value")
	ErrMissing   = errors.New("missing field")
)

// Fault is one thing wrong with a document.
type Fault struct {
	Path   string // where: tiers[2].name; empty for the document itself
	Detail string // what, for people; may be empty
	Err    error  // one of the sentinels, or what a TextUnmarshaler said
}

// Error writes path, kind and detail.
func (f *Fault) Error() string {
	var b strings.Builder
	if f.Path != "" {
		b.WriteString(clipped(f.Path))
		b.WriteString(": ")
	}
	b.WriteString(f.Err.Error())
	if f.Detail != "" {
		b.WriteString(": ")
		b.WriteString(f.Detail)
	}
	return b.String()
}

// clipped shortens a path in the middle, so that no document makes an error long.
func clipped(path string) string {
	const ends = 150
	if len(path) <= 2*ends {
		return path
	}
	return strings.ToValidUTF8(path[:ends], "") + "…" + strings.ToValidUTF8(path[len(path)-ends:], "")
}

// Unwrap gives the sentinel.
func (f *Fault) Unwrap() error { return f.Err }

// Faults collects faults up to a limit.
type Faults struct {
	list []error
	more int
}

const maxFaults = 100

// Add records a fault.
func (fs *Faults) Add(path string, err error, format string, args ...any) {
	if len(fs.list) >= maxFaults {
		fs.more++
		return
	}
	fs.list = append(fs.list, &Fault{Path: path, Err: err, Detail: fmt.Sprintf(format, args...)})
}

// Err joins the faults, or is nil when there are none.
func (fs *Faults) Err() error {
	if fs.more > 0 {
		return errors.Join(append(fs.list[:len(fs.list):len(fs.list)], fmt.Errorf("and %d more", fs.more))...)
	}
	return errors.Join(fs.list...)
}

// Field and Index extend a path.
func Field(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Index extends a path by an element.
func Index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
