package interaction

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold makes texts comparable: compatibility forms and case folded, runs of
// blanks made one.
func fold(s string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFKC.String(s))), " ")
}

// hasWord reports whether w stands in s as a whole word or phrase. Scripts that
// are written without blanks have no word ends to look at.
func hasWord(s, w string) bool {
	first, _ := utf8.DecodeRuneInString(w)
	last, _ := utf8.DecodeLastRuneInString(w)
	for from := 0; ; {
		i := strings.Index(s[from:], w)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(w):])
		if (i == 0 || !joins(before, first)) && (i+len(w) == len(s) || !joins(last, after)) {
			return true
		}
		from = i + utf8.RuneLen(first)
	}
}

// joins reports whether two runes side by side belong to one word.
func joins(a, b rune) bool {
	return isWordRune(a) && isWordRune(b) && !isUnspaced(a) && !isUnspaced(b)
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
