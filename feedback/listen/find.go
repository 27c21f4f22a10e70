package listen

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// scratch is what one scan needs; a matcher keeps some.
type scratch struct {
	ring  []place
	found []candidate
	spans []candidate // exclusions, then the chosen
	reach []int
	taken []bool
	runes []rune
	memo  memo
}

// candidate is an occurrence whose edges are right.
type candidate struct {
	term       int32
	start, end int
	runes      int // length in runes of the original
}

// Find gives the mentions in a text in order. They never overlap: the longest of
// overlapping terms wins, by runes of the original, then the leftmost. A term inside
// an occurrence of an exclusion does not count, nor does one that laps over its end;
// one that is longer and holds the whole exclusion does. Text that is not UTF-8 is
// searched, its bad bytes match nothing. ErrText for a text longer than MaxText.
func (m *Matcher) Find(text string) ([]Span, error) { return m.Append(nil, text) }

// Append is Find into a slice that the caller keeps, so that a run over many texts
// allocates nothing.
func (m *Matcher) Append(dst []Span, text string) ([]Span, error) {
	if len(text) > m.opt.MaxText {
		return dst, fmt.Errorf("%w: %d bytes, more than %d", ErrText, len(text), m.opt.MaxText)
	}
	s := m.pool.Get().(*scratch) //nolint:forcetypeassert // the pool holds nothing else
	defer m.pool.Put(s)
	m.scan(s, text)
	old := len(dst)
	for _, c := range m.choose(s, nil) {
		dst = append(dst, Span{Term: m.terms[c.term].given, Start: c.start, End: c.end})
	}
	countRunes(dst[old:], text)
	return dst, nil
}

// Has reports whether a text has any mention; a text longer than MaxText has none.
func (m *Matcher) Has(text string) bool {
	spans, err := m.Find(text)
	return err == nil && len(spans) > 0
}

// countRunes fills in the rune offsets of spans in order.
func countRunes(spans []Span, text string) {
	at, runes := 0, 0
	for i := range spans {
		s := &spans[i]
		runes += utf8.RuneCountInString(text[at:s.Start])
		s.RuneStart = runes
		runes += utf8.RuneCountInString(text[s.Start:s.End])
		s.RuneEnd = runes
		at = s.End
	}
}

// scan finds every occurrence whose edges are right.
func (m *Matcher) scan(s *scratch, text string) {
	s.found = s.found[:0]
	at, k := int32(0), 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && (i+1 == len(text) || text[i+1] < utf8.RuneSelf) {
			if symbol := m.ascii[c]; symbol > 0 {
				k++
				s.ring[k&m.mask] = place{i, i + 1, 0}
				at = m.step(at, symbol)
				if st := &m.states[at]; st.term >= 0 || st.shorter != 0 {
					m.report(s, text, at, k)
				}
			} else if symbol == 0 {
				at = 0
			}
			i++
			continue
		}
		i, at, k = m.wide(s, text, i, at, k)
	}
}

// wide scans from byte i to the next stretch of ASCII. Each rune is decoded once, as
// what follows the one before it.
func (m *Matcher) wide(s *scratch, text string, i int, at int32, k int) (int, int32, int) {
	r, size := utf8.DecodeRuneInString(text[i:])
	e := m.table.lookup(r)
	for {
		end := i + size
		var following entry
		more := end < len(text) && text[end] >= utf8.RuneSelf
		if more {
			r, size = utf8.DecodeRuneInString(text[end:])
			following = m.table.lookup(r)
		}
		switch {
		case more && following&entryJoins != 0:
			end, at, k = m.segment(s, text, i, at, k)
			if end >= len(text) || text[end] < utf8.RuneSelf {
				return end, at, k
			}
			r, size = utf8.DecodeRuneInString(text[end:])
			following = m.table.lookup(r)
		case e&entryMany == 0:
			at, k = m.rune(s, text, rune(e&entryRest), place{i, end, 0}, at, k)
		default:
			for sub, folded := range m.table.many[e&entryRest] {
				at, k = m.rune(s, text, folded, place{i, end, sub}, at, k)
			}
		}
		if end >= len(text) || text[end] < utf8.RuneSelf {
			return end, at, k
		}
		i, e = end, following
	}
}

// segment scans a segment of several runes and gives its end.
func (m *Matcher) segment(s *scratch, text string, i int, at int32, k int) (int, int32, int) {
	end, _, _ := m.table.segmentEnd(text, i)
	s.runes = m.table.segment(s.runes[:0], text[i:end], s.memo)
	for sub, r := range s.runes {
		at, k = m.rune(s, text, r, place{i, end, sub}, at, k)
	}
	return end, at, k
}

// rune moves the automaton by one folded rune.
func (m *Matcher) rune(s *scratch, text string, r rune, p place, at int32, k int) (int32, int) {
	if m.opt.Gap && gapRune(r) {
		return at, k
	}
	if m.opt.Kana {
		r = hiragana(r)
	}
	symbol := m.symbol(r)
	if symbol == 0 {
		return 0, k
	}
	k++
	s.ring[k&m.mask] = p
	at = m.step(at, symbol)
	if st := &m.states[at]; st.term >= 0 || st.shorter != 0 {
		m.report(s, text, at, k)
	}
	return at, k
}

// report keeps the terms that end at a state, where their edges are right.
func (m *Matcher) report(s *scratch, text string, at int32, k int) {
	to := s.ring[k&m.mask]
	for at != 0 {
		st := &m.states[at]
		if st.term >= 0 {
			from := s.ring[(k-m.terms[st.term].length+1)&m.mask]
			if m.edges(text, from, to, s.memo) {
				s.found = append(s.found, candidate{st.term, from.start, to.end, utf8.RuneCountInString(text[from.start:to.end])})
			}
		}
		at = st.shorter
	}
}

// choose gives the occurrences that count, in order of the text, among those that the
// caller wants (nil for all). The result is the scratch's.
func (m *Matcher) choose(s *scratch, want func(candidate) bool) []candidate {
	s.spans = s.spans[:0]
	for _, c := range s.found {
		if m.terms[c.term].excluded {
			s.spans = append(s.spans, c)
		}
	}
	excluded := len(s.spans)
	slices.SortFunc(s.spans, byStart)
	s.reach = s.reach[:0]
	for i, x := range s.spans {
		if i > 0 {
			x.end = max(x.end, s.reach[i-1])
		}
		s.reach = append(s.reach, x.end)
	}
	for _, c := range s.found {
		if !m.terms[c.term].excluded && (want == nil || want(c)) && !barred(c, s.spans[:excluded], s.reach) {
			s.spans = append(s.spans, c)
		}
	}
	return s.longest(s.spans[excluded:])
}

func byStart(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
}

// barred reports an occurrence that overlaps an exclusion without holding it whole.
// Exclusions are in order of their starts; reach[i] is the furthest end of the first
// i+1, so that those which end before the occurrence are passed over at once.
func barred(c candidate, exclusions []candidate, reach []int) bool {
	first, _ := slices.BinarySearch(reach, c.start+1)
	for _, x := range exclusions[first:] {
		if x.start >= c.end {
			return false
		}
		if x.bars(c) {
			return true
		}
	}
	return false
}

// bars reports that an exclusion overlaps an occurrence that does not hold it whole.
func (x candidate) bars(c candidate) bool {
	holds := c.start <= x.start && x.end <= c.end && c.end-c.start > x.end-x.start
	return x.end > c.start && x.start < c.end && !holds
}

// longest keeps, of occurrences that overlap, the longest, and of equals the leftmost.
// It works in place.
func (s *scratch) longest(cs []candidate) []candidate {
	slices.SortFunc(cs, byStart)
	out := cs[:0]
	for i := 0; i < len(cs); {
		// A cluster is a chain of overlapping occurrences; clusters do not meet.
		j, end := i+1, cs[i].end
		for j < len(cs) && cs[j].start < end {
			end = max(end, cs[j].end)
			j++
		}
		out = append(out, s.cluster(cs[i:j], cs[i].start, end)...)
		i = j
	}
	return out
}

// cluster picks the longest, then what is left beside it, and gives them in order at
// the front of the slice. What is taken is at least as long as what comes after it, so
// a later occurrence that overlaps it has one of its own ends inside.
func (s *scratch) cluster(cs []candidate, start, end int) []candidate {
	if len(cs) == 1 {
		return cs
	}
	slices.SortFunc(cs, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.runes, a.runes), cmp.Compare(a.start, b.start), cmp.Compare(a.term, b.term))
	})
	s.taken = slices.Grow(s.taken[:0], end-start)[:end-start]
	clear(s.taken)
	out := cs[:0]
	for _, c := range cs {
		if s.taken[c.start-start] || s.taken[c.end-1-start] {
			continue
		}
		for i := c.start; i < c.end; i++ {
			s.taken[i-start] = true
		}
		out = append(out, c)
	}
	slices.SortFunc(out, byStart)
	return out
}
