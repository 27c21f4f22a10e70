package listen

import (
	"unicode"
	"unicode/utf8"
)

// class is what a rune means for the edges of a term.
type class uint8

const (
	classNone     class = iota // punctuation, space, symbols: any term may end here
	classWord                  // letters and digits of scripts with spaces, and the underscore
	classHangul                // particles follow without a space
	classKatakana              // borrowed names: a run of it is a word
	classFree                  // Han, hiragana, Thai and other scripts without spaces
	classMark                  // belongs to the character before it
)

// freeScripts are written without spaces between words. Katakana is told apart first.
var freeScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	unicode.Tibetan, unicode.Javanese, unicode.Balinese, unicode.Tai_Tham, unicode.New_Tai_Lue, unicode.Yi,
}

const prolonged = 0x30FC // ー, part of the kana run that it follows

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '_' {
			return classWord
		}
		return classNone
	case r >= 0x4E00 && r <= 0x9FFF:
		return classFree
	case r == prolonged, r >= 0x30A1 && r <= 0x30FA, r == 0x30FD, r == 0x30FE, r >= 0x31F0 && r <= 0x31FF:
		return classKatakana
	case unicode.Is(unicode.Hangul, r):
		return classHangul
	case unicode.Is(unicode.M, r):
		return classMark
	case unicode.In(r, freeScripts...):
		return classFree
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return classWord
	}
	return classNone
}

// before is the class of what stands before byte i: the base of the last character,
// past what is ignored.
func (m *Matcher) before(text string, i int, long bool) class {
	var room [16]rune
	for range segmentTop { // further than any word
		if i == 0 {
			break
		}
		r, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
		if c, ok := baseClass(m.table.appendRunes(room[:0], m.table.lookup(r)&^entryJoins), &long); ok {
			return c
		}
	}
	if long {
		return classKatakana
	}
	return classNone
}

// baseClass is the class of the last folded rune that is neither a mark nor ー; ok is
// false where there is none. Behind it, ー makes a run of katakana of all but kana that
// are free.
func baseClass(rs []rune, long *bool) (c class, ok bool) {
	for i := len(rs) - 1; i >= 0; i-- {
		if rs[i] == prolonged {
			*long = true
			continue
		}
		if c = classOf(rs[i]); c == classMark {
			continue
		}
		if *long && c != classFree {
			c = classKatakana
		}
		return c, true
	}
	return classNone, false
}

// ahead is the class of what stands before a folded rune of the segment rs, which may be
// a rune of the same segment. Where gaps are optional those inside the segment are.
func (m *Matcher) ahead(text string, p place, rs []rune) class {
	n := p.sub
	for m.opt.Gap && n > 0 && gapRune(rs[n-1]) {
		n--
	}
	long := false
	if c, ok := baseClass(rs[:n], &long); ok {
		return c
	}
	return m.before(text, p.start, long)
}

// behind is the class of what stands at byte i, past what is ignored.
func (m *Matcher) behind(text string, i int) class {
	var room [16]rune
	for range segmentTop {
		if i >= len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		e := m.table.lookup(r)
		if m.table.dropped(e &^ entryJoins) {
			continue
		}
		return classOf(m.table.appendRunes(room[:0], e&^entryJoins)[0])
	}
	return classNone
}

// place is a folded rune's place in the text: its segment, and which of the segment's
// folded runes it is.
type place struct {
	start, end int
	sub        int
}

// classAt is the class of the folded rune at a place, and the folded runes of its
// segment.
func (m *Matcher) classAt(text string, p place, buf []rune, known memo) (c class, rs []rune) {
	end, first, single := m.table.segmentEnd(text, p.start)
	if single {
		rs = m.table.appendRunes(buf[:0], first&^entryJoins)
	} else {
		rs = m.table.segment(buf[:0], text[p.start:end], known)
	}
	if p.sub >= len(rs) {
		return classNone, rs
	}
	c = classOf(rs[p.sub])
	if rs[p.sub] == prolonged && m.ahead(text, p, rs) == classFree {
		c = classFree
	}
	return c, rs
}

// edges reports whether a match from one place to another ends where words may.
func (m *Matcher) edges(text string, from, to place, known memo) bool {
	var room [16]rune
	c, rs := m.classAt(text, from, room[:], known)
	if c == classWord || c == classHangul || c == classKatakana {
		prev := m.ahead(text, from, rs)
		switch {
		case c == classKatakana && prev == classKatakana && !m.opt.PartialKatakana:
			return false
		case c != classKatakana && (prev == classWord || prev == classHangul):
			return false
		}
	}
	if c, rs = m.classAt(text, to, room[:], known); c == classMark {
		c = m.ahead(text, to, rs) // of its base
	}
	var next class
	if to.sub+1 < len(rs) {
		next = classOf(rs[to.sub+1])
	} else {
		next = m.behind(text, to.end)
	}
	switch {
	case next == classMark:
		return false
	case c == classWord:
		return next != classWord
	case c == classKatakana:
		return next != classKatakana || m.opt.PartialKatakana
	}
	return true
}
