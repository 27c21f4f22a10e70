package listen

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folding is NFKC with full case folding and without default-ignorable characters
// (the Unicode Standard, section 3.13, toNFKC_Casefold), one segment at a time: a
// segment is a rune and those that follow it and may combine with it, so that each
// folded rune belongs to a known stretch of the original.

// entry is what one rune folds to when nothing combines with it.
type entry uint32

const (
	entryJoins entry = 1 << 31 // may combine with the rune before it
	entryMany  entry = 1 << 30 // folds to none or several runes: the rest is an index
	entryRest        = entryMany - 1
	tableTop         = 0x20000 // runes from here on are looked up by rule
	segmentTop       = 64      // runes of one segment
)

// foldTable is the fold of every rune below tableTop, read-only once it is built.
type foldTable struct {
	marks bool
	page  [tableTop >> 8]*[256]entry // nil: every rune is itself
	many  [][]rune
}

// The two tables are functions of Unicode alone, built when they are first needed.
var (
	plainTable = sync.OnceValue(func() *foldTable { return newFoldTable(false) })
	marksTable = sync.OnceValue(func() *foldTable { return newFoldTable(true) })
)

func tableFor(marks bool) *foldTable {
	if marks {
		return marksTable()
	}
	return plainTable()
}

// sameRunes are stretches that fold to themselves and join nothing: Han, Hangul
// syllables, Tangut, private use.
var sameRunes = [...][2]rune{{0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xD800, 0xF8FF}, {0x17000, 0x18CFF}}

func newFoldTable(marks bool) *foldTable {
	t := &foldTable{marks: marks}
	for r := rune(0); r < tableTop; r++ {
		for _, same := range sameRunes {
			if r >= same[0] && r <= same[1] {
				r = same[1] + 1
			}
		}
		e := t.makeEntry(r)
		if e == entry(r) {
			continue
		}
		p := t.page[r>>8]
		if p == nil {
			p = new([256]entry)
			for i := range p {
				p[i] = entry(r&^0xFF) + entry(i)
			}
			t.page[r>>8] = p
		}
		p[r&0xFF] = e
	}
	return t
}

func (t *foldTable) makeEntry(r rune) entry {
	s := string(r)
	folded := foldString(s, t.marks)
	var e entry
	if one, size := utf8.DecodeRuneInString(folded); size == len(folded) && size > 0 {
		e = entry(one)
	} else {
		e = entryMany | entry(len(t.many))
		t.many = append(t.many, []rune(folded))
	}
	if joins(s) || folded != "" && joins(folded) { // half-width jamo join only when folded
		e |= entryJoins
	}
	return e
}

// joins reports a string whose first rune may combine with what is before it.
func joins(s string) bool { return !norm.NFKC.PropertiesString(s).BoundaryBefore() }

func (t *foldTable) lookup(r rune) entry {
	if uint32(r) < tableTop {
		if p := t.page[r>>8]; p != nil {
			return p[r&0xFF]
		}
		return entry(r)
	}
	return t.rare(r)
}

// rare is a rune of the upper planes: Han, whose compatibility forms are few, tags and
// variation selectors, which are ignored.
func (t *foldTable) rare(r rune) entry {
	switch {
	case ignorable(r):
		return entryMany | entry(t.empty())
	case r >= 0x2F800 && r <= 0x2FA1F:
		one, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
		return entry(one)
	}
	return entry(r)
}

// empty is the index of an entry without runes; U+00AD has one.
func (t *foldTable) empty() int { return int(t.lookup(0xAD) & entryRest) }

// dropped reports a rune that folds to nothing.
func (t *foldTable) dropped(e entry) bool {
	return e&entryMany != 0 && len(t.many[e&entryRest]) == 0
}

// appendRunes appends what the entry stands for.
func (t *foldTable) appendRunes(dst []rune, e entry) []rune {
	if e&entryMany != 0 {
		return append(dst, t.many[e&entryRest]...)
	}
	return append(dst, rune(e&entryRest))
}

// foldString folds a whole segment.
func foldString(s string, marks bool) string {
	s = norm.NFKC.String(foldCase(norm.NFKC.String(foldCase(norm.NFD.String(s)))))
	s = filter(s, func(r rune) bool { return !ignorable(r) })
	if marks {
		s = norm.NFC.String(filter(norm.NFD.String(s), func(r rune) bool { return !droppedMark(r) }))
	}
	return s
}

// foldCase is full case folding. Cherokee folds to its upper case, unlike all others
// (CaseFolding.txt); cases.Fold swaps its cases, so that the lower ones are raised here.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xAB70 && r <= 0xABBF:
			return r - 0xAB70 + 0x13A0
		case r >= 0x13F8 && r <= 0x13FD:
			return r - 8
		}
		return r
	}, cases.Fold().String(s))
}

func filter(s string, keep func(rune) bool) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if keep(r) {
			out = append(out, r)
		}
	}
	return string(out)
}

// ignorable is Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt),
// without the Hangul fillers, which take the place of a letter.
func ignorable(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x17B4, r == 0x17B5, r >= 0x180B && r <= 0x180F, r == 0xFEFF:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F:
		return true
	case r >= 0xFFF0 && r <= 0xFFF8, r >= 0x1BCA0 && r <= 0x1BCA3, r >= 0x1D173 && r <= 0x1D17A, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// droppedMark is a combining mark that the option Marks ignores: accents, points,
// harakat, tone marks. Kept are those that are vowels or make another letter: vowel
// signs without a combining class or with their own (Thai and Lao sara u, Telugu,
// Tibetan), viramas, and the voicing marks of kana, without which ガ would be カ.
func droppedMark(r rune) bool {
	if !unicode.Is(unicode.M, r) {
		return false
	}
	switch norm.NFC.PropertiesString(string(r)).CCC() {
	case 0, 8, 9, 84, 91, 103, 118, 129, 130, 132:
		return false
	}
	return true
}

// gapRune is a character that the option Gap skips: spaces, hyphens, apostrophes,
// middle dots, full stops and the ampersand. It is asked about folded runes.
func gapRune(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0x85, 0x2028, 0x2029, 0x1680, // spaces
		'-', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0x30A0, 0x58A, // hyphens
		'\'', 0x2018, 0x2019, 0x201B, 0x2032, 0x2BB, 0x2BC, 0x2B9, 0x55A, 0x5F3, // apostrophes
		0xB7, 0x30FB, 0x2022, 0x2027, 0x2219, 0x22C5, 0x2E31, 0xA78F, // middle dots
		'.', 0x3002, 0x6D4, 0x589, // full stops
		'&':
		return true
	}
	return unicode.Is(unicode.Zs, r)
}

// hiragana is the hiragana of a katakana letter, else the rune.
func hiragana(r rune) rune {
	if r >= 0x30A1 && r <= 0x30F6 || r == 0x30FD || r == 0x30FE {
		return r - 0x60
	}
	return r
}

// memo keeps the folds of segments that need normalising, so that text in NFD or with
// half-width voiced kana is not normalised again and again. It is bounded.
type memo map[string][]rune

const memoTop = 4096

// segment appends the folded runes of a segment of more than one rune, without kana
// folding.
func (t *foldTable) segment(dst []rune, s string, m memo) []rune {
	if norm.NFKC.IsNormalString(s) {
		at := len(dst)
		for _, r := range s {
			e := t.lookup(r) &^ entryJoins
			if e != entry(r) && !t.dropped(e) {
				dst = dst[:at]
				return t.slowSegment(dst, s, m)
			}
			dst = t.appendRunes(dst, e)
		}
		return dst
	}
	return t.slowSegment(dst, s, m)
}

func (t *foldTable) slowSegment(dst []rune, s string, m memo) []rune {
	if rs, ok := m[s]; ok {
		return append(dst, rs...)
	}
	rs := []rune(foldString(s, t.marks))
	if m != nil && len(m) < memoTop && len(s) <= segmentTop {
		m[string(append([]byte(nil), s...))] = rs
	}
	return append(dst, rs...)
}

// segmentEnd is the end of the segment that starts at byte i; first is the entry of
// its first rune, and single whether it is alone. Text must not be at its end.
func (t *foldTable) segmentEnd(text string, i int) (end int, first entry, single bool) {
	r, size := utf8.DecodeRuneInString(text[i:])
	first = t.lookup(r)
	end = i + size
	single = true
	for range segmentTop {
		if end >= len(text) || text[end] < utf8.RuneSelf {
			return end, first, single
		}
		r, size = utf8.DecodeRuneInString(text[end:])
		if t.lookup(r)&entryJoins == 0 {
			return end, first, single
		}
		end += size
		single = false
	}
	return end, first, single
}

// Fold is the folded form of a text: NFKC with full case folding, ignorable characters
// dropped, and the options applied, with the stretch of the original that each folded
// rune is from. The same text in NFC, NFD or another width folds to the same runes.
func Fold(text string, o *MatchOptions) Folded {
	opt := o.defaults()
	t := tableFor(opt.Marks)
	f := Folded{text: text, Runes: make([]rune, 0, len(text)), starts: make([]int, 0, len(text))}
	var buf []rune
	for i := 0; i < len(text); {
		end, first, single := t.segmentEnd(text, i)
		buf = buf[:0]
		if single {
			buf = t.appendRunes(buf, first&^entryJoins)
		} else {
			buf = t.segment(buf, text[i:end], nil)
		}
		for _, r := range buf {
			if opt.Gap && gapRune(r) {
				continue
			}
			if opt.Kana {
				r = hiragana(r)
			}
			f.Runes = append(f.Runes, r)
			f.starts = append(f.starts, i)
			f.ends = append(f.ends, end)
		}
		i = end
	}
	return f
}

// Folded is a folded text that knows where it came from.
type Folded struct {
	Runes  []rune
	text   string
	starts []int
	ends   []int
}

// Source is the stretch of bytes of the original that folded runes i (inclusive) to j
// (exclusive) came from. It lies on rune borders; characters that were dropped before
// the first or after the last are not in it. ok is false unless 0 <= i < j <=
// len(Runes).
func (f Folded) Source(i, j int) (start, end int, ok bool) {
	if i < 0 || i >= j || j > len(f.starts) {
		return 0, 0, false
	}
	return f.starts[i], f.ends[j-1], true
}

// String is the folded text.
func (f Folded) String() string { return string(f.Runes) }
