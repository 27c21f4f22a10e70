package personname

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// appendField writes a field as an element of a pattern shows it; nothing for an
// empty one.
func (v *values) appendField(dst []byte, e *element, s *style, capitals bool) []byte {
	start := len(dst)
	if v.deriver != nil && e.modifiers != "" {
		if f := v.standsIn(e.field); f != 0 {
			if text, ok := v.deriver.Derive(f.String(), e.modifiers); ok {
				if reason := badValue(text); reason != "" {
					v.faults.field(f.String()+"-"+e.modifiers, reason)
					return dst
				}
				dst = append(dst, text...)
				return v.appendCapitals(dst, start, capitals)
			}
		}
	}
	value := v.value(e)
	switch {
	case value == "":
		return dst
	case e.monogram:
		dst = append(dst, value[:firstGrapheme(value)]...)
	case e.initial:
		dst = appendInitials(dst, value, s, e.retain)
	default:
		dst = append(dst, value...)
	}
	if e.capital {
		dst = v.appendCapital(dst, start)
	}
	return v.appendCapitals(dst, start, capitals || e.capitals)
}

// appendInitials writes the first grapheme cluster of each word that begins with a
// letter, in the locale's pattern of an initial, joined by its pattern of a sequence;
// with retain by what stands between the words, as in J.-L. Where only a dictionary
// knows the words (Khmer, Burmese, Thai, Han), UAX #29 makes one of each cluster.
func appendInitials(dst []byte, value string, s *style, retain bool) []byte {
	first, between := true, 0 // between is where the last word ended
	for at := 0; at < len(value); {
		size := firstWord(value[at:])
		if r, _ := utf8.DecodeRuneInString(value[at:]); unicode.IsLetter(r) {
			switch {
			case first:
			case retain:
				dst = append(dst, value[between:at]...)
			default:
				dst = append(dst, s.sequence...)
			}
			dst = append(dst, s.initial[0]...)
			dst = append(dst, value[at:at+firstGrapheme(value[at:])]...)
			dst = append(dst, s.initial[1]...)
			first, between = false, at+size
		}
		at += size
	}
	return dst
}

// appendCapitals writes what stands in dst from start on in capitals, where it shall.
func (v *values) appendCapitals(dst []byte, start int, capitals bool) []byte {
	if !capitals || !v.casing.needed(dst[start:]) {
		return dst
	}
	if v.casing == plainCasing && simpleUpper(dst[start:]) {
		return dst
	}
	text := v.casing.prepared(dst[start:])
	const most = 3 // no capital takes more than three times the bytes (SpecialCasing.txt)
	dst = slices.Grow(dst[:start], most*len(text))
	tag := language.Und
	if v.casing == greekCasing {
		tag = language.Greek // which takes the accents off
	}
	n, _, err := cases.Upper(tag).Transform(dst[start:start+most*len(text)], text, true)
	if err != nil { // not reached
		return append(dst[:start], text...)
	}
	return dst[:start+n]
}

// prepared is a copy of a text in which the letters are replaced whose capitals are
// not the default ones (SpecialCasing.txt): i of Turkic is İ; the dot above that
// Lithuanian writes on an i or j under another mark has no place on a capital. The
// casing of x/text has both rules, takes five allocations for the first, and leaves the
// letter after the dot small in the second.
func (c casing) prepared(text []byte) []byte {
	switch c {
	case turkicCasing:
		return bytes.ReplaceAll(text, []byte("i"), []byte("İ"))
	case lithuanianCasing:
		for _, letter := range [...]string{"i", "j", "į"} {
			text = bytes.ReplaceAll(text, []byte(letter+"\u0307"), []byte(letter))
		}
		return text
	}
	return slices.Clone(text)
}

// appendCapital writes the first letter of what stands in dst from start on as a
// capital and leaves the rest as it is. Only the first word is given to the casing,
// which for Dutch takes IJ as one letter.
func (v *values) appendCapital(dst []byte, start int) []byte {
	text := string(dst[start:])
	word := firstWord(text)
	titled := cases.Title(v.casing.tag(), cases.NoLower).String(text[:word])
	return append(append(dst[:start], titled...), text[word:]...)
}

// casing is a language with rules of casing of its own; all others have Unicode's
// default rules.
type casing uint8

const (
	plainCasing casing = iota
	turkicCasing
	lithuanianCasing
	greekCasing
	dutchCasing
)

func casingOf(language string) casing {
	switch language {
	case "tr", "az":
		return turkicCasing
	case "lt":
		return lithuanianCasing
	case "el":
		return greekCasing
	case "nl":
		return dutchCasing
	}
	return plainCasing
}

// tag is the language whose title casing of x/text holds.
func (c casing) tag() language.Tag {
	switch c {
	case turkicCasing:
		return language.Turkish
	case greekCasing:
		return language.Greek
	case dutchCasing:
		return language.Dutch
	}
	return language.Und
}

// needed reports whether capitals could change a text.
func (c casing) needed(text []byte) bool {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if unicode.IsLower(r) || unicode.IsTitle(r) || r > 0x7f && c == greekCasing {
			return true
		}
		i += size
	}
	return false
}

// simpleUpper writes ASCII capitals in place; ok is false where there is another
// letter.
func simpleUpper(text []byte) (ok bool) {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	for i, c := range text {
		if c >= 'a' && c <= 'z' {
			text[i] = c - ('a' - 'A')
		}
	}
	return true
}
