package listen

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"
)

// MatchOptions say what counts as the same. The zero value is the default; nil is the
// zero value.
type MatchOptions struct {
	Kana            bool // hiragana equals katakana
	Marks           bool // accents, points, harakat and tone marks are ignored
	Gap             bool // spaces, hyphens, apostrophes, middle dots, full stops and & may be there or not
	PartialKatakana bool // a term may be part of a run of katakana
	MaxText         int  // bytes of a text; 1 MiB
}

func (o *MatchOptions) defaults() MatchOptions {
	var opt MatchOptions
	if o != nil {
		opt = *o
	}
	opt.MaxText = cmp.Or(opt.MaxText, 1<<20)
	return opt
}

// Span is one mention.
type Span struct {
	Term       int // index into the terms that NewMatcher was given
	Start, End int // bytes of the original text, half-open, on rune borders
	RuneStart  int // the same in runes
	RuneEnd    int
}

// Limits of a matcher.
const (
	maxTerms  = 100_000
	maxTerm   = 256       // folded runes
	maxRunes  = 4_000_000 // folded runes of all terms together
	maxNested = 16        // terms that end where a longer term ends
	maxDense  = 1 << 20
)

// Matcher finds many terms in one pass over a text (Aho and Corasick 1975, over folded
// runes). It is compiled by NewMatcher and then only read; any number of goroutines
// may share it.
type Matcher struct {
	opt    MatchOptions
	table  *foldTable
	ascii  [utf8.RuneSelf]int32 // symbol of an ASCII byte: 0 for none, -1 for a gap
	page   []*[256]int32        // symbols of other runes, by rune>>8
	states []state
	labels []int32 // children of all states, by symbol within a state
	next   []int32 // their states
	root   []int32 // the root's children by symbol
	dense  []int32 // every step, where the table is small: by state, then symbol
	terms  []term
	mask   int // of the ring of places
	pool   sync.Pool
}

type state struct {
	first, count int32 // children in labels and next
	fail         int32
	term         int32 // that ends here; -1 for none
	shorter      int32 // the longest proper suffix that is a term's end; 0 for none
}

// term is a folded term. Several given terms may fold to one.
type term struct {
	given    int // index of the first given term that folds so; -1 for an exclusion
	excluded bool
	length   int // folded runes
}

// NewMatcher compiles terms, and exclusions: longer names in which a term does not
// count, such as 楽天家 for 楽天. A term that is given twice is reported by its first
// index. ErrTerms for no terms, more than 100,000, an empty term or one of nothing
// that is matched, one of more than 256 folded runes, more than 4,000,000 folded runes
// together, more than 16 terms that end in one another, or a MaxText below zero; every
// fault at once, each with its index.
func NewMatcher(terms, exclude []string, o *MatchOptions) (*Matcher, error) {
	b := builder{m: &Matcher{opt: o.defaults()}}
	b.m.table = tableFor(b.m.opt.Marks)
	if err := b.build(terms, exclude); err != nil {
		return nil, err
	}
	b.m.pool.New = func() any { return &scratch{ring: make([]place, b.m.mask+1), memo: memo{}} }
	return b.m, nil
}

type builder struct {
	m       *Matcher
	symbols map[rune]int32
	kids    map[int64]int32 // by state<<32 | symbol
	links   []kin           // by state
}

// kin is a state among the children of its parent.
type kin struct{ symbol, child, sibling int32 }

func (b *builder) build(terms, exclude []string) error {
	fs := faults{err: ErrTerms}
	if len(terms) == 0 {
		fs.add("terms", "are none")
	}
	if b.m.opt.MaxText < 0 {
		fs.add("MaxText", "%d is below zero", b.m.opt.MaxText)
	}
	if len(terms)+len(exclude) > maxTerms {
		fs.add("terms", "are more than %d", maxTerms)
		return fs.join()
	}
	b.symbols = map[rune]int32{}
	b.m.states = []state{{term: -1}}
	b.kids = map[int64]int32{}
	b.links = []kin{{}}
	longest := b.plant(terms, exclude, &fs)
	if err := fs.join(); err != nil {
		return err
	}
	for b.m.mask = 1; b.m.mask < longest; b.m.mask <<= 1 {
	}
	b.m.mask--
	b.link(&fs)
	b.tabulate()
	b.index()
	return fs.join()
}

// plant folds all terms, and inserts them where none is at fault; it gives the length of
// the longest.
func (b *builder) plant(terms, exclude []string, fs *faults) int {
	longest, sum := 1, 0
	var folded [][]rune
	var ends []term
	for i := range len(terms) + len(exclude) {
		text, field, given, excluded := "", "", i, false
		if i < len(terms) {
			text, field = terms[i], fmt.Sprintf("terms[%d]", i)
		} else {
			text, field, given, excluded = exclude[i-len(terms)], fmt.Sprintf("exclude[%d]", i-len(terms)), -1, true
		}
		runes, ok := b.fold(text, field, fs)
		if !ok {
			continue
		}
		longest = max(longest, len(runes))
		if sum += len(runes); sum > maxRunes {
			fs.add("terms", "are more than %d folded runes together", maxRunes)
			break
		}
		folded, ends = append(folded, runes), append(ends, term{given, excluded, len(runes)})
	}
	if len(fs.list) > 0 {
		return longest
	}
	for i, runes := range folded {
		b.insert(runes, ends[i])
	}
	return longest
}

func (b *builder) fold(text, field string, fs *faults) ([]rune, bool) {
	if !utf8.ValidString(text) {
		fs.add(field, "is not UTF-8")
		return nil, false
	}
	if len(text) > 16*maxTerm {
		fs.add(field, "is longer than %d bytes", 16*maxTerm)
		return nil, false
	}
	runes := Fold(text, &b.m.opt).Runes
	matched := slices.ContainsFunc(runes, func(r rune) bool { return r != ' ' })
	switch {
	case !matched:
		fs.add(field, "has nothing to match")
	case len(runes) > maxTerm:
		fs.add(field, "is longer than %d folded runes", maxTerm)
	default:
		return runes, true
	}
	return nil, false
}

func (b *builder) insert(runes []rune, t term) {
	at := int32(0)
	for _, r := range runes {
		symbol, ok := b.symbols[r]
		if !ok {
			symbol = int32(len(b.symbols) + 1)
			b.symbols[r] = symbol
		}
		key := int64(at)<<32 | int64(symbol)
		child, ok := b.kids[key]
		if !ok {
			child = int32(len(b.m.states))
			b.m.states = append(b.m.states, state{term: -1})
			b.links = append(b.links, kin{symbol: symbol, sibling: b.links[at].child})
			b.links[at].child = child
			b.kids[key] = child
		}
		at = child
	}
	s := &b.m.states[at]
	if s.term < 0 {
		s.term = int32(len(b.m.terms))
		b.m.terms = append(b.m.terms, t)
		return
	}
	old := &b.m.terms[s.term]
	old.excluded = old.excluded || t.excluded
}

// link lays the children out in order and finds the failure links, breadth first.
func (b *builder) link(fs *faults) {
	m := b.m
	m.root = make([]int32, len(b.symbols)+1)
	nested := make([]int, len(m.states))
	queue := make([]int32, 1, len(m.states))
	var children []int32
	for head := 0; head < len(queue); head++ {
		at := queue[head]
		children = children[:0]
		for child := b.links[at].child; child != 0; child = b.links[child].sibling {
			children = append(children, child)
		}
		slices.SortFunc(children, func(x, y int32) int { return cmp.Compare(b.links[x].symbol, b.links[y].symbol) })
		m.states[at].first, m.states[at].count = int32(len(m.labels)), int32(len(children))
		for _, child := range children {
			symbol := b.links[child].symbol
			m.labels = append(m.labels, symbol)
			m.next = append(m.next, child)
			queue = append(queue, child)
			s := &m.states[child]
			if at == 0 {
				m.root[symbol] = child
				continue
			}
			s.fail = m.step(m.states[at].fail, symbol)
			if f := s.fail; m.states[f].term >= 0 {
				s.shorter = f
			} else {
				s.shorter = m.states[f].shorter
			}
			if s.shorter != 0 {
				nested[child] = nested[s.shorter] + 1
			}
			if nested[child] == maxNested && s.term >= 0 {
				fs.add("terms", "has more than %d that end in one another", maxNested)
			}
		}
	}
}

// tabulate writes every step of a small automaton out, so that each takes one look.
func (b *builder) tabulate() {
	m := b.m
	width := len(m.root)
	if len(m.states)*width > maxDense {
		return
	}
	dense := make([]int32, len(m.states)*width)
	for at := range m.states {
		for symbol := range width {
			if symbol > 0 {
				dense[at*width+symbol] = m.step(int32(at), int32(symbol))
			}
		}
	}
	m.dense = dense
}

// index makes the tables from runes to symbols.
func (b *builder) index() {
	m := b.m
	m.page = make([]*[256]int32, (utf8.MaxRune>>8)+1)
	for r, symbol := range b.symbols { // each rune has its own cell
		if m.page[r>>8] == nil {
			m.page[r>>8] = new([256]int32)
		}
		m.page[r>>8][r&0xFF] = symbol
	}
	for c := range rune(utf8.RuneSelf) {
		folded := rune(m.table.lookup(c)) // ASCII folds to one ASCII rune
		m.ascii[c] = m.symbol(folded)
		if m.opt.Gap && gapRune(folded) {
			m.ascii[c] = -1
		}
	}
}

func (m *Matcher) symbol(r rune) int32 {
	if p := m.page[r>>8]; p != nil {
		return p[r&0xFF]
	}
	return 0
}

// step is the state after a symbol.
func (m *Matcher) step(at, symbol int32) int32 {
	if m.dense != nil {
		return m.dense[int(at)*len(m.root)+int(symbol)]
	}
	return m.walk(at, symbol)
}

// walk is step by the sparse lists and failure links.
func (m *Matcher) walk(at, symbol int32) int32 {
	for at != 0 {
		s := &m.states[at]
		labels := m.labels[s.first : s.first+s.count]
		if len(labels) > 8 {
			if i, ok := slices.BinarySearch(labels, symbol); ok {
				return m.next[int(s.first)+i]
			}
		} else {
			for i, l := range labels {
				if l == symbol {
					return m.next[int(s.first)+i]
				}
			}
		}
		at = s.fail
	}
	return m.root[symbol]
}
