package vcard

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Sentinels. A [*Fault] and a [*CellFault] unwrap to one of them.
var (
	// ErrSyntax says that a line, a frame or a document is not well formed.
	ErrSyntax = errors.New("vcard: not well formed")
	// ErrVersion says that a card states no version, or none of 2.1, 3.0 and 4.0.
	ErrVersion = errors.New("vcard: version not supported")
	// ErrEncoding says that text is not in the character set or encoding it states.
	ErrEncoding = errors.New("vcard: bad encoding")
	// ErrMissing says that something required is not there.
	ErrMissing = errors.New("vcard: missing")
	// ErrValue says that a value does not fit its property or field.
	ErrValue = errors.New("vcard: bad value")
	// ErrDuplicate says that what may stand once stands again.
	ErrDuplicate = errors.New("vcard: given twice")
	// ErrLimit says that the input is beyond a limit; reading ends there.
	ErrLimit = errors.New("vcard: beyond the limits")
	// ErrMapping says that a mapping of columns is not valid.
	ErrMapping = errors.New("vcard: mapping not valid")
	// ErrUnmapped says that a row cannot carry all of a card.
	ErrUnmapped = errors.New("vcard: the mapping does not carry everything")
)

// Fault is one thing wrong with an input or a card. It names where and what kind, and
// never the personal value itself.
type Fault struct {
	Err    error  // one of the sentinels
	Line   int    // of the input, from 1; 0: not of a line
	Name   string // the property, or the path of a member; may be empty
	Detail string
}

// Error writes the sentinel, the line, the property and the detail.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Err.Error())
	if f.Line > 0 {
		b.WriteString(": line ")
		b.WriteString(strconv.Itoa(f.Line))
	}
	for _, s := range []string{clip(f.Name), f.Detail} {
		if s != "" {
			b.WriteString(": ")
			b.WriteString(s)
		}
	}
	return b.String()
}

// Unwrap gives the sentinel.
func (f *Fault) Unwrap() error { return f.Err }

const maxFaults = 100

// faults collects what is wrong.
type faults struct {
	list []error
	more int
}

func (f *faults) add(err error, line int, name, format string, args ...any) {
	f.put(&Fault{Err: err, Line: line, Name: name, Detail: fmt.Sprintf(format, args...)})
}

func (f *faults) put(err error) {
	if len(f.list) >= maxFaults && !errors.Is(err, ErrLimit) { // which ends a reading, and is never left out
		f.more++
		return
	}
	f.list = append(f.list, err)
}

func (f *faults) any() bool { return len(f.list) > 0 }

func (f *faults) count() int { return len(f.list) + f.more }

func (f *faults) join() error {
	if f.more > 0 {
		return errors.Join(append(f.list[:len(f.list):len(f.list)], fmt.Errorf("vcard: and %d more faults", f.more))...)
	}
	return errors.Join(f.list...)
}

// clip shortens a name that a stranger wrote and keeps it on one line.
func clip(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(clean); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return clean
}

// CellFault is one thing wrong with a table of CSV. It never quotes a cell.
type CellFault struct {
	Err    error  // one of the sentinels
	Row    int    // from 1, the header; 0: not of a row
	Column int    // from 1; 0: not of a column
	Header string // of the column, as the mapping has it; may be empty
	Detail string
}

// Error writes the sentinel, row, column and detail.
func (f *CellFault) Error() string {
	var b strings.Builder
	b.WriteString(f.Err.Error())
	if f.Row > 0 {
		b.WriteString(": row " + strconv.Itoa(f.Row))
	}
	if f.Column > 0 {
		b.WriteString(", column " + strconv.Itoa(f.Column))
	}
	if f.Header != "" {
		b.WriteString(" (" + clip(f.Header) + ")")
	}
	if f.Detail != "" {
		b.WriteString(": " + f.Detail)
	}
	return b.String()
}

// Unwrap gives the sentinel.
func (f *CellFault) Unwrap() error { return f.Err }
