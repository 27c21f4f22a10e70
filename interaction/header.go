package interaction

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// A HeaderField is one field of a mail header, its value unfolded.
type HeaderField struct {
	Name  string
	Value string
}

// A Header is the header of a mail in its order. Names are compared without
// regard to case.
type Header []HeaderField

// Limits of ParseHeader.
const (
	maxHeader = 1 << 20
	maxFields = 2000
)

// ParseHeader reads the header block of a message (RFC 5322): fields, folded or
// not, with CRLF or LF, up to the first empty line or the end. Lines that are no
// fields are reported, all at once, and left out; the fields that could be read
// are returned in any case. A block of more than 1 MiB is refused; reading ends at
// 2,000 fields or 2,000 reported lines. It takes time in the length of the block,
// however the block is folded.
func ParseHeader(block string) (Header, error) {
	var fs faults
	if len(block) > maxHeader {
		fs.add("header", "", fmt.Sprintf("is longer than %d bytes", maxHeader))
		return nil, fs.join()
	}
	var r headerReader
	for line := range strings.SplitSeq(block, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || !r.line(line) {
			break
		}
	}
	r.unfold()
	return r.fields, r.faults.join()
}

// headerReader reads a header line by line.
type headerReader struct {
	fields Header
	folded []string // what goes on the value of the last field
	lost   bool     // the last line that began something was no field
	number int
	faults faults
}

// line reads one line; it reports false when there is to be no other.
func (r *headerReader) line(line string) bool {
	r.number++
	if line[0] == ' ' || line[0] == '\t' {
		if !r.lost && len(r.fields) > 0 {
			r.folded = append(r.folded, line)
			return true
		}
		return r.fault(line, "continues nothing")
	}
	r.unfold()
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	r.lost = !ok || !isFieldName(name)
	switch {
	case r.lost:
		return r.fault(line, "is no header field")
	case len(r.fields) == maxFields:
		r.faults.add(r.place(), "", fmt.Sprintf("is beyond %d fields", maxFields))
		return false
	}
	r.fields = append(r.fields, HeaderField{Name: name, Value: strings.TrimSpace(value)})
	return true
}

func (r *headerReader) place() string { return fmt.Sprintf("line %d", r.number) }

func (r *headerReader) fault(line, detail string) bool {
	r.faults.add(r.place(), line, detail)
	if len(r.faults.list) < maxFields {
		return true
	}
	r.faults.add(r.place(), "", fmt.Sprintf("is the last that was read: %d lines are no fields", maxFields))
	return false
}

// unfold puts the continuations of the last field behind its value, each after
// one blank.
func (r *headerReader) unfold() {
	if len(r.folded) == 0 {
		return
	}
	last := &r.fields[len(r.fields)-1]
	var b strings.Builder
	b.WriteString(last.Value)
	for _, line := range r.folded {
		if part := strings.TrimSpace(line); part != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(part)
		}
	}
	last.Value, r.folded = b.String(), r.folded[:0]
}

// isFieldName: printable ASCII without space and colon (RFC 5322 section 3.6.8).
func isFieldName(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == ':' {
			return false
		}
	}
	return s != ""
}

// HeaderOf makes a header of a map, ordered by name.
func HeaderOf(fields map[string]string) Header {
	h := make(Header, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		h = append(h, HeaderField{Name: name, Value: fields[name]})
	}
	return h
}

// Values gives the values of every field of the name, in order.
func (h Header) Values(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range h {
			if strings.EqualFold(f.Name, name) && !yield(f.Value) {
				return
			}
		}
	}
}

// Value is the first value of the name; ok is false when the field is absent.
func (h Header) Value(name string) (value string, ok bool) {
	for v := range h.Values(name) {
		return v, true
	}
	return "", false
}

// keyword is the first token of a structured value in lower case, without
// comments and parameters: "auto-replied; owner=x (vacation)" is "auto-replied".
func keyword(value string) string {
	word, _, _ := strings.Cut(stripComments(value), ";")
	return strings.ToLower(strings.TrimSpace(word))
}

// stripComments removes RFC 5322 comments, which may nest and hold quoted pairs.
func stripComments(s string) string {
	if !strings.ContainsAny(s, "()") {
		return s
	}
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (depth > 0 || quoted) && i+1 < len(s):
			if depth == 0 {
				b.WriteString(s[i : i+2])
			}
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
			b.WriteByte(c)
		case c == '(' && !quoted:
			depth++
		case c == ')' && !quoted && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// parameter finds the value of a parameter in a structured value, unquoted and
// in lower case.
func parameter(value, name string) string {
	first := true
	for part := range strings.SplitSeq(stripComments(value), ";") {
		if first {
			first = false
			continue
		}
		key, val, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.ToLower(strings.Trim(strings.TrimSpace(val), `"`))
		}
	}
	return ""
}
