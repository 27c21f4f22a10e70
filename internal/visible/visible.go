// Package visible tells text that a reader can see from text that only looks empty: a
// name of one Hangul filler is a letter to Unicode, and a blank to whoever reads it.
package visible

import (
	"strings"
	"unicode"
)

// blanks are graphic characters that are drawn as nothing or as a space, beyond those
// with the property White_Space or Other_Default_Ignorable_Code_Point.
const blanks = "\u2800" + // Braille pattern blank
	"\U0001d159" + // musical symbol null notehead
	"\U00013441\U00013442" + // Egyptian hieroglyph full and half blank
	"\U00016fe4" // Khitan small script filler

// Blank reports a graphic character that is drawn as nothing or as a space, or one that
// is not graphic.
func Blank(r rune) bool {
	return !unicode.IsGraphic(r) || r == unicode.ReplacementChar || strings.ContainsRune(blanks, r) ||
		unicode.In(r, unicode.White_Space, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Co)
}

// Rune reports a letter, digit, sign or symbol that can be seen by itself. Marks need
// another character to stand on.
func Rune(r rune) bool { return !Blank(r) && !unicode.IsMark(r) }

// Any reports whether a text has a letter or a number that can be seen.
func Any(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !Blank(r) })
}
