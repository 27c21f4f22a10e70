package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// blank is JavaScript's white space and line terminators.
func blank(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r == ' ':
		return true
	case r < 0x80:
		return false
	}
	return r == 0xA0 || r == 0x1680 || r >= 0x2000 && r <= 0x200A || r == 0x2028 || r == 0x2029 ||
		r == 0x202F || r == 0x205F || r == 0x3000 || r == 0xFEFF
}

// trim is JavaScript's String.prototype.trim.
func trim(s string) string {
	if s == "" || s[0] > ' ' && s[0] < 0x80 && s[len(s)-1] > ' ' && s[len(s)-1] < 0x80 {
		return s
	}
	return strings.TrimFunc(s, blank)
}

func trimLeft(s string) string {
	if s == "" || s[0] > ' ' && s[0] < 0x80 {
		return s
	}
	return strings.TrimLeftFunc(s, blank)
}

// equalLower reports whether two texts are the same after JavaScript's toLowerCase,
// which knows no locale: "İ" becomes two code points, a final sigma its own letter, and
// "ß" is not "ss".
func equalLower(a, b string) bool {
	if a == b {
		return true
	}
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x|y >= 0x80 {
			return equalLowerRunes(a, b, i)
		}
		if x != y && lowerByte(x) != lowerByte(y) {
			return false
		}
	}
	return len(a) == len(b) || n < max(len(a), len(b)) && equalLowerRunes(a, b, n)
}

func lowerByte(c byte) byte {
	if c-'A' < 26 {
		return c + ('a' - 'A')
	}
	return c
}

func equalLowerRunes(a, b string, from int) bool {
	x, y := lowerReader{text: a, at: from}, lowerReader{text: b, at: from}
	for {
		r, more := x.next()
		s, other := y.next()
		if more != other || r != s {
			return false
		}
		if !more {
			return true
		}
	}
}

// lowerReader gives the code points of a text in lower case, one after the other.
type lowerReader struct {
	text    string
	at      int
	pending rune
}

func (l *lowerReader) next() (r rune, ok bool) {
	if l.pending != 0 {
		r, l.pending = l.pending, 0
		return r, true
	}
	if l.at >= len(l.text) {
		return 0, false
	}
	r, size := utf8.DecodeRuneInString(l.text[l.at:])
	at := l.at
	l.at += size
	switch {
	case r < 0x80:
		return rune(lowerByte(byte(r))), true
	case r == 'İ':
		l.pending = 0x307
		return 'i', true
	case r == 'Σ' && finalSigma(l.text, at, l.at):
		return 'ς', true
	default:
		return unicode.ToLower(r), true
	}
}

// finalSigma is the condition Final_Sigma of Unicode's SpecialCasing: a cased letter
// before, none after, marks and the like not counted.
func finalSigma(s string, start, end int) bool {
	before := false
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:start])
		start -= size
		if !caseIgnorable(r) {
			before = cased(r)
			break
		}
	}
	if !before {
		return false
	}
	for _, r := range s[end:] {
		if !caseIgnorable(r) {
			return !cased(r)
		}
	}
	return true
}

func cased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) ||
		unicode.In(r, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

func caseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', '^', '`', 0xA8, 0xAD, 0xAF, 0xB4, 0xB7, 0xB8, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A, 0x387, 0x55F, 0x5F4:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

// lower is JavaScript's toLowerCase.
func lower(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || c-'A' < 26 {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for l := (lowerReader{text: s}); ; {
		r, ok := l.next()
		if !ok {
			return b.String()
		}
		b.WriteRune(r)
	}
}

// containsLower reports whether needle stands in hay, both in lower case. Short ASCII
// texts are searched in place; others are lowered and searched in linear time.
func containsLower(hay, needle string) bool {
	if len(hay)*len(needle) > 1<<12 || !ascii(hay) || !ascii(needle) {
		return strings.Contains(lower(hay), lower(needle))
	}
	for i := 0; i+len(needle) <= len(hay); i++ {
		if equalLower(hay[i:i+len(needle)], needle) {
			return true
		}
	}
	return false
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// utf16Compare orders texts by their UTF-16 code units, as JavaScript's < does: below
// zero, zero or above.
func utf16Compare(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	if i == n {
		return len(a) - len(b)
	}
	for i > 0 && !(utf8.RuneStart(a[i]) && utf8.RuneStart(b[i])) {
		i--
	}
	x, _ := utf8.DecodeRuneInString(a[i:])
	y, _ := utf8.DecodeRuneInString(b[i:])
	return int(codeUnitOrder(x) - codeUnitOrder(y))
}

// codeUnitOrder puts the astral planes, which UTF-16 writes with surrogates from D800,
// between D7FF and E000.
func codeUnitOrder(r rune) rune {
	switch {
	case r < 0xE000:
		return r
	case r >= 0x10000:
		return r - 0x2000
	default:
		return r + 0x200000
	}
}

// utf16Len counts UTF-16 code units, which is what JavaScript calls the length.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x10000 {
			n++
		}
	}
	return n
}

// utf16Slice is s.substring(start, end) with 0 <= start <= end in UTF-16 code units;
// half of a surrogate pair becomes U+FFFD.
func utf16Slice(s string, start, end int) string {
	if ascii(s) {
		return s[min(start, len(s)):min(end, len(s))]
	}
	var b strings.Builder
	at := 0
	for _, r := range s {
		width := 1
		if r >= 0x10000 {
			width = 2
		}
		switch {
		case at >= start && at+width <= end:
			b.WriteRune(r)
		case width == 2 && (at+1 == start && start < end || at >= start && at+1 == end):
			b.WriteRune(utf8.RuneError)
		}
		at += width
	}
	return b.String()
}
