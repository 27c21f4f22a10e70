package interaction

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sentinels of this package. Detail types unwrap to them.
var (
	// ErrInvalid marks a value that breaks a stated rule of its field.
	ErrInvalid = errors.New("interaction: invalid value")
	// ErrUnknown marks a name that the catalogue, store or state does not hold.
	ErrUnknown = errors.New("interaction: unknown")
	// ErrDuplicate marks a name or key that occurs twice where it must be unique.
	ErrDuplicate = errors.New("interaction: duplicate")
	// ErrNoData means that there was nothing to count or to quote from.
	ErrNoData = errors.New("interaction: no data")
)

// A FieldError says which field of a value is wrong, and why.
type FieldError struct {
	Field  string // path of the field, such as "steps[2].name"
	Value  string // the value found, shortened; may be empty
	Detail string // what is wrong with it, for people
	Err    error  // the sentinel: ErrInvalid, ErrUnknown or ErrDuplicate
}

// Error writes field, value and reason.
func (e *FieldError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%v: %s: %s", e.Err, e.Field, e.Detail)
	}
	return fmt.Sprintf("%v: %s %q: %s", e.Err, e.Field, e.Value, e.Detail)
}

// Unwrap gives the sentinel.
func (e *FieldError) Unwrap() error { return e.Err }

// faults gathers every fault of a value under one path.
type faults struct{ list []error }

func (fs *faults) add(field, value, detail string) {
	fs.addAs(ErrInvalid, field, value, detail)
}

func (fs *faults) addAs(sentinel error, field, value, detail string) {
	fs.list = append(fs.list, &FieldError{Field: field, Value: shorten(value), Detail: detail, Err: sentinel})
}

func (fs *faults) join() error { return errors.Join(fs.list...) }

// under adds the faults of a part, each with the part's path before its own.
func (fs *faults) under(path string, err error) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			fs.under(path, one)
		}
		return
	}
	var fe *FieldError
	if errors.As(err, &fe) {
		cp := *fe
		cp.Field = path + "." + fe.Field
		fs.list = append(fs.list, &cp)
		return
	}
	fs.list = append(fs.list, fmt.Errorf("%s: %w", path, err))
}

// shorten keeps messages readable when the value is not.
func shorten(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// maxText bounds every identifier and free text that a record carries.
const (
	maxID   = 256
	maxText = 1 << 16
)

func (fs *faults) id(field, value string, required bool) {
	switch {
	case value == "" && required:
		fs.add(field, "", "is required")
	case len(value) > maxID:
		fs.add(field, value, fmt.Sprintf("is longer than %d bytes", maxID))
	case !utf8.ValidString(value):
		fs.add(field, strings.ToValidUTF8(value, "?"), "is not valid UTF-8")
	}
}

func (fs *faults) text(field, value string) {
	switch {
	case len(value) > maxText:
		fs.add(field, value, fmt.Sprintf("is longer than %d bytes", maxText))
	case !utf8.ValidString(value):
		fs.add(field, strings.ToValidUTF8(value, "?"), "is not valid UTF-8")
	}
}

// isName reports whether s is a name of an open vocabulary: a lower-case ASCII
// letter, then letters, digits, '_', '.' or '-', at most 64 bytes.
func isName(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

const nameRule = "must be a lower-case name (a-z, then a-z 0-9 _ . -, at most 64)"
