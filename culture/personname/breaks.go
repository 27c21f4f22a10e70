package personname

import (
	"unicode/utf8"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// Values of Word_Break (UAX #29 table 3), in the order of the generated table.
const (
	wordOther = iota
	wordCR
	wordLF
	wordNewline
	wordExtend
	wordZWJ
	wordFormat
	wordKatakana
	wordHebrewLetter
	wordALetter
	wordSingleQuote
	wordDoubleQuote
	wordMidNumLet
	wordMidLetter
	wordMidNum
	wordNumeric
	wordExtendNumLet
	wordSegSpace
	wordRegional
)

// Values of Grapheme_Cluster_Break (UAX #29 table 2), in the order of the generated
// table, which holds every Hangul syllable as LVT.
const (
	graphemeOther = iota
	graphemeCR
	graphemeLF
	graphemeControl
	graphemeExtend
	graphemeZWJ
	graphemeRegional
	graphemePrepend
	graphemeSpacingMark
	graphemeL
	graphemeV
	graphemeT
	graphemeLV
	graphemeLVT
)

// Values of Indic_Conjunct_Break (rule GB9c).
const (
	conjunctNone = iota
	conjunctConsonant
	conjunctExtend
	conjunctLinker
)

const pictographic = 1 << 6 // Extended_Pictographic, in both tables

// property looks a character up in a generated table of runs: three bytes where a run
// begins, one with its value.
func property(table string, r rune) byte {
	low, high := 0, len(table)/4
	for high-low > 1 {
		middle := (low + high) / 2
		if at := middle * 4; rune(table[at])<<16|rune(table[at+1])<<8|rune(table[at+2]) <= r {
			low = middle
		} else {
			high = middle
		}
	}
	return table[low*4+3]
}

func graphemeOf(r rune) (value, conjunct int, picture bool) {
	if r >= ' ' && r < 0x7f || latin(r) {
		return graphemeOther, conjunctNone, false
	}
	p := property(tables.GraphemeBreaks, r)
	value = int(p & 0xf)
	if value == graphemeLVT && (r-0xac00)%28 == 0 {
		value = graphemeLV
	}
	return value, int(p >> 4 & 3), p&pictographic != 0
}

// firstGrapheme is the length in bytes of the first extended grapheme cluster of a
// text (UAX #29 section 3, rules GB3 to GB13); 0 for none.
func firstGrapheme(s string) int {
	r, end := utf8.DecodeRuneInString(s)
	if end == 0 || end == len(s) {
		return end
	}
	before, conjunct, picture := graphemeOf(r)
	linked := false  // a consonant with a linker after it (GB9c)
	emoji := picture // a pictograph, perhaps with extenders after it (GB11)
	regional := 1
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		after, c, p := graphemeOf(r)
		switch {
		case before == graphemeCR && after == graphemeLF:
		case before >= graphemeCR && before <= graphemeControl, after >= graphemeCR && after <= graphemeControl:
			return end
		case joinsHangul(before, after), after == graphemeExtend, after == graphemeZWJ, after == graphemeSpacingMark,
			before == graphemePrepend:
		case conjunct == conjunctConsonant && linked && c == conjunctConsonant:
		case emoji && before == graphemeZWJ && p:
		case before == graphemeRegional && after == graphemeRegional && regional%2 == 1:
			regional++
		default:
			return end
		}
		switch c {
		case conjunctConsonant:
			conjunct, linked = conjunctConsonant, false
		case conjunctLinker:
			linked = true
		case conjunctNone:
			conjunct, linked = conjunctNone, false
		}
		emoji = p || emoji && (after == graphemeExtend || after == graphemeZWJ) && before != graphemeZWJ
		before = after
		end += size
	}
	return end
}

// joinsHangul is rules GB6 to GB8.
func joinsHangul(before, after int) bool {
	switch before {
	case graphemeL:
		return after == graphemeL || after == graphemeV || after == graphemeLV || after == graphemeLVT
	case graphemeLV, graphemeV:
		return after == graphemeV || after == graphemeT
	case graphemeLVT, graphemeT:
		return after == graphemeT
	}
	return false
}

// latin reports the letters of Latin-1 and of the two blocks after it.
func latin(r rune) bool { return r >= 0xc0 && r < 0x250 && r != 0xd7 && r != 0xf7 }

func wordOf(r rune) (value int, picture bool) {
	switch {
	case r|0x20 >= 'a' && r|0x20 <= 'z', latin(r):
		return wordALetter, false
	case r == ' ':
		return wordSegSpace, false
	}
	p := property(tables.WordBreaks, r)
	return int(p &^ pictographic), p&pictographic != 0
}

// ignored reports the characters that a word carries along (rule WB4).
func ignored(value int) bool { return value == wordExtend || value == wordFormat || value == wordZWJ }

// firstWord is the length in bytes of the first segment of a text (UAX #29 section 4,
// rules WB3 to WB16): a word, or what stands between words; 0 for none.
func firstWord(s string) int {
	r, end := utf8.DecodeRuneInString(s)
	if end == 0 {
		return 0
	}
	raw, _ := wordOf(r)
	w := words{last: raw, regional: 1}
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		after, picture := wordOf(r)
		switch {
		case raw == wordCR && after == wordLF:
		case lineEnd(raw), lineEnd(after):
			return end
		case raw == wordZWJ && picture, raw == wordSegSpace && after == wordSegSpace:
		case ignored(after):
			raw = after
			end += size
			continue
		case !w.joins(after, s[end+size:]):
			return end
		}
		w.before, w.last = w.last, after
		raw = after
		end += size
	}
	return end
}

func lineEnd(value int) bool { return value == wordCR || value == wordLF || value == wordNewline }

// words is what rules WB5 to WB16 need to know of the text before a place: the last
// two characters that are not ignored.
type words struct {
	before, last int
	regional     int // regional indicators in a row
}

func letter(value int) bool { return value == wordALetter || value == wordHebrewLetter }

func midLetter(value int) bool {
	return value == wordMidLetter || value == wordMidNumLet || value == wordSingleQuote
}

func midNumber(value int) bool {
	return value == wordMidNum || value == wordMidNumLet || value == wordSingleQuote
}

// joins reports whether the next character continues the word; rest is what follows
// it.
func (w *words) joins(next int, rest string) bool {
	switch {
	case letter(w.last) && letter(next), // WB5
		letter(w.last) && midLetter(next) && letter(following(rest)),                                 // WB6
		letter(w.before) && midLetter(w.last) && letter(next),                                        // WB7
		w.last == wordHebrewLetter && next == wordSingleQuote,                                        // WB7a
		w.last == wordHebrewLetter && next == wordDoubleQuote && following(rest) == wordHebrewLetter, // WB7b
		w.before == wordHebrewLetter && w.last == wordDoubleQuote && next == wordHebrewLetter,        // WB7c
		(w.last == wordNumeric || letter(w.last)) && next == wordNumeric,                             // WB8, WB9
		w.last == wordNumeric && letter(next),                                                        // WB10
		w.before == wordNumeric && midNumber(w.last) && next == wordNumeric,                          // WB11
		w.last == wordNumeric && midNumber(next) && following(rest) == wordNumeric,                   // WB12
		w.last == wordKatakana && next == wordKatakana,                                               // WB13
		(extends(w.last) || w.last == wordExtendNumLet) && next == wordExtendNumLet,                  // WB13a
		w.last == wordExtendNumLet && extends(next):                                                  // WB13b
		return true
	case w.last == wordRegional && next == wordRegional && w.regional%2 == 1: // WB15, WB16
		w.regional++
		return true
	}
	return false
}

func extends(value int) bool { return letter(value) || value == wordNumeric || value == wordKatakana }

// following is the value of the first character that is not ignored.
func following(s string) int {
	for _, r := range s {
		if value, _ := wordOf(r); !ignored(value) {
			return value
		}
	}
	return wordOther
}
