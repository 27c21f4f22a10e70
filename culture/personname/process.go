package personname

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// best is the pattern with the most fields that the name fills, then the fewest that
// it does not, then the first in the order of the source (UTS #35 part 8, Choose a
// namePattern; the last step as ICU has it, where the text says the alphabetically
// least).
func (v *values) best(scratch []byte, patterns []*pattern, s *style) *pattern {
	best := patterns[0]
	if len(patterns) == 1 {
		return best
	}
	most, fewest := -1, 0
	for _, p := range patterns {
		filled, empty := 0, 0
		for i := range p.elements {
			if p.elements[i].field == 0 {
				continue
			}
			if len(v.appendField(scratch, &p.elements[i], s, false)) > len(scratch) {
				filled++
			} else {
				empty++
			}
		}
		if filled > most || filled == most && empty < fewest {
			best, most, fewest = p, filled, empty
		}
	}
	return best
}

// standIn lets the given name stand for a missing surname, where the pattern shows no
// given name or only its initial (UTS #35 part 8, Handle missing surname); and by the
// same rule the surname for a missing given name, of which the standard says nothing.
func (v *values) standIn(p *pattern) {
	switch {
	case v.surname == "" && !p.showsName[0]:
		v.stand = givenForSurname
	case v.given == "" && !p.showsName[1]:
		v.stand = surnameForGiven
	}
}

// appendPattern writes the fields that are not empty and the literals between them.
// Before the first and after the last of them nothing is written, unless the pattern
// itself begins or ends there; between two of them that are parted by empty fields the
// literals are coalesced.
func (v *values) appendPattern(dst []byte, p *pattern, s *style, capitals bool) []byte {
	open := 0                                 // brackets
	before, after := "", ""                   // literals before and after empty fields
	written, gap, lead := false, false, false // a field was written; empty ones follow it; the first are empty
	for i := range p.elements {
		e := &p.elements[i]
		if e.field == 0 {
			switch {
			case lead:
			case gap:
				after = e.literal
			default:
				before = e.literal
			}
			continue
		}
		mark := len(dst)
		if gap {
			dst = appendCoalesced(dst, before, after)
		} else {
			dst = append(dst, before...)
		}
		begin := len(dst)
		dst = v.appendField(dst, e, s, capitals && (e.field == surname || e.field == surname2))
		if len(dst) > begin {
			written, gap, lead, before, after = true, false, false, "", ""
			if p.brackets {
				dst, open = balance(dst, mark, begin, open)
			}
			continue
		}
		dst = dst[:mark]
		if written {
			gap, after = true, ""
		} else {
			lead, before = true, ""
		}
	}
	if !gap && !lead {
		end := len(dst)
		dst = append(dst, before...)
		if p.brackets {
			dst, open = balance(dst, end, len(dst), open)
		}
	}
	for range open {
		dst = append(dst, ')')
	}
	return dst
}

// balance counts the round brackets of the literal in dst[start:end], and takes out a
// closing one whose fellow an empty field has taken (cs sorts long names as "surname,
// given (title, credentials)"); open is how many are open before, and after.
func balance(dst []byte, start, end, open int) ([]byte, int) {
	for i := start; i < end; i++ {
		switch {
		case dst[i] == '(':
			open++
		case dst[i] == ')' && open > 0:
			open--
		case dst[i] == ')':
			dst = slices.Delete(dst, i, i+1)
			i, end = i-1, end-1
		}
	}
	return dst, open
}

// appendCoalesced joins the literals on both sides of empty fields as ICU does, which
// the conformance files follow: of the left one what stands before its first white
// space, of the right one what stands after its last, and one white space between, the
// left one's where it has one. A right one that ends the left one is dropped. No white
// space is left before a comma.
func appendCoalesced(dst []byte, left, right string) []byte {
	if strings.HasSuffix(left, right) {
		right = ""
	}
	first := strings.IndexFunc(left, white)
	last := strings.LastIndexFunc(right, white)
	tail := right
	blank := ""
	if last >= 0 {
		_, size := utf8.DecodeRuneInString(right[last:])
		blank, tail = right[last:last+size], right[last+size:]
	}
	if first >= 0 {
		_, size := utf8.DecodeRuneInString(left[first:])
		left, blank = left[:first], left[first:first+size]
	}
	dst = append(dst, left...)
	if r, _ := utf8.DecodeRuneInString(tail); !comma(r) {
		dst = append(dst, blank...)
	}
	return append(dst, tail...)
}

// white is white space that breaks a line, as ICU's.
func white(r rune) bool { return unicode.IsSpace(r) && r != 0xa0 && r != 0x2007 && r != 0x202f }

// comma reports the commas of the patterns.
func comma(r rune) bool {
	switch r {
	case ',', '，', '、', '،', '፣', '၊':
		return true
	}
	return false
}

// appendSpaces writes what stands in dst from start on with every run of blanks
// replaced.
func appendSpaces(dst []byte, start int, replacement string) []byte {
	if replacement == " " && !bytes.Contains(dst[start:], []byte("  ")) || bytes.IndexByte(dst[start:], ' ') < 0 {
		return dst
	}
	var buffer [192]byte
	text := append(buffer[:0], dst[start:]...)
	dst = dst[:start]
	for i, c := range text {
		switch {
		case c != ' ':
			dst = append(dst, c)
		case i == 0 || text[i-1] != ' ':
			dst = append(dst, replacement...)
		}
	}
	return dst
}
