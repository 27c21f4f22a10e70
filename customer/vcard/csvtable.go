package vcard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// table reads records of CSV (RFC 4180), line breaks in quoted cells as they are.
type table struct {
	s     string
	comma byte
	end   byte // of a record: a line feed, or a carriage return where there is none
	row   int  // of the last record, from 1
}

func newTable(s string, comma byte) *table {
	t := &table{s: s, comma: comma, end: '\n'}
	quoted, returns := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return t
		case c == '\r':
			returns = true
		}
	}
	if returns {
		t.end = '\r'
	}
	return t
}

// next gives the next record that is not a blank line; wrong says what is amiss with
// it and at which cell, from 1. A quoted cell that never ends is the last one.
func (t *table) next() (cells []string, wrong string, at int, more bool) {
	for t.s != "" && (t.s[0] == t.end || strings.HasPrefix(t.s, "\r\n")) {
		t.s = t.s[1:]
	}
	if t.s == "" {
		return nil, "", 0, false
	}
	t.row++
	for {
		cell, bad, end := t.cell()
		cells = append(cells, cell)
		if bad != "" && wrong == "" {
			wrong, at = bad, len(cells)
		}
		if end {
			return cells, wrong, at, true
		}
	}
}

// cell reads one cell and what ends it; end says that the record ends too.
func (t *table) cell() (cell, wrong string, end bool) {
	if t.s == "" || t.s[0] != '"' {
		i := 0
		for i < len(t.s) && t.s[i] != t.comma && t.s[i] != t.end {
			if t.s[i] == '"' {
				wrong = "a quotation mark inside a cell that is not quoted"
			}
			i++
		}
		cell = t.s[:i]
		if t.end == '\n' && (i == len(t.s) || t.s[i] == '\n') {
			cell = strings.TrimSuffix(cell, "\r")
		}
		return cell, wrong, t.after(i)
	}
	from := 1
	var b strings.Builder
	for {
		i := strings.IndexByte(t.s[from:], '"')
		if i < 0 {
			b.WriteString(t.s[from:])
			t.s = ""
			return b.String(), "a quotation mark is not closed", true
		}
		b.WriteString(t.s[from : from+i])
		from += i + 1
		if from == len(t.s) || t.s[from] != '"' {
			break
		}
		b.WriteByte('"')
		from++
	}
	if t.end == '\n' && from < len(t.s) && t.s[from] == '\r' && (from+1 == len(t.s) || t.s[from+1] == '\n') {
		from++
	}
	for from < len(t.s) && t.s[from] != t.comma && t.s[from] != t.end {
		wrong = "text after a quoted cell"
		from++
	}
	return b.String(), wrong, t.after(from)
}

// after steps over the byte that ended a cell.
func (t *table) after(i int) (end bool) {
	if i >= len(t.s) {
		t.s = ""
		return true
	}
	end = t.s[i] == t.end
	t.s = t.s[i+1:]
	if !end && t.s == "" { // a comma at the very end: an empty cell follows
		t.s = string(t.end)
	}
	return end
}

// dangerous reports whether a spreadsheet may take a cell for a formula, or a reader for
// a guarded one: it begins with a tab, a line break or an apostrophe, or, behind what
// cannot be seen, with one of = + - @ or what a spreadsheet may fold into them.
func dangerous(cell string) bool {
	if cell == "" {
		return false
	}
	if strings.IndexByte("\t\r\n'", cell[0]) >= 0 {
		return true
	}
	rest := strings.TrimLeftFunc(cell, func(r rune) bool {
		return unicode.In(r, unicode.White_Space, unicode.Cc, unicode.Cf)
	})
	first, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune("=+-@＝＋－＠﹦﹢﹣﹫−", first) // also full-width and small forms, and the minus of mathematics
}

// appendCell writes a cell quoted, and guarded by an apostrophe where it is dangerous.
func appendCell(b []byte, cell string) []byte {
	if cell == "" {
		return b
	}
	b = append(b, '"')
	if dangerous(cell) {
		b = append(b, '\'')
	}
	b = append(b, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(b, '"')
}
