package match

import (
	"math"
	"slices"
)

// links chain the records of each block, so that one record finds its blocks without a
// look at the others.
type links struct {
	rules []chains
	next  []uint32 // by record and rule: the record before in the chain, plus one
	n     int      // records that are chained
	seen  []uint32 // by record: the last question that met it
	asked uint32
	block []uint32
}

// chains are the blocks of one rule: of each, how many records it has and the last one,
// found by open addressing with the values of that record.
type chains struct {
	columns []int
	slots   []uint64 // records above, the last one plus one below; zero is free
	used    int
}

func (ix *index) link() *links {
	if ix.links == nil {
		l := &links{}
		for _, r := range ix.model.Rules {
			c := chains{slots: make([]uint64, 16)}
			for _, k := range r.Keys {
				at, _ := ix.table.column(k.Field, k.Form)
				c.columns = append(c.columns, at)
			}
			l.rules = append(l.rules, c)
		}
		ix.links = l
	}
	l := ix.links
	if n := ix.table.len(); l.n < n {
		l.next = slices.Grow(l.next, (n-l.n)*len(l.rules))
		l.seen = slices.Grow(l.seen, n-l.n)
	}
	for ; l.n < ix.table.len(); l.n++ {
		row := ix.table.row(l.n)
		for r := range l.rules {
			l.next = append(l.next, l.rules[r].add(ix.table, row, uint32(l.n))) //nolint:gosec // a record's number
		}
		l.seen = append(l.seen, 0)
	}
	return l
}

// blockHash is a hash of the keys of a row; ok is false where one is missing.
func blockHash(row []uint32, columns []int) (uint64, bool) {
	h := uint64(0)
	for _, c := range columns {
		if row[c] == 0 {
			return 0, false
		}
		h = mix(h*31 + uint64(row[c]))
	}
	return h, true
}

func sameBlock(x, y []uint32, columns []int) bool {
	for _, c := range columns {
		if x[c] != y[c] {
			return false
		}
	}
	return true
}

// slot is that of the block of a row with a hash, free where there is none.
func (c *chains) slot(t *table, row []uint32, h uint64) *uint64 {
	mask := uint64(len(c.slots) - 1)
	for at := h & mask; ; at = (at + 1) & mask {
		s := &c.slots[at]
		if *s == 0 || sameBlock(row, t.row(int(uint32(*s))-1), c.columns) { //nolint:gosec // the lower half
			return s
		}
	}
}

// add puts a record last in its block and gives the one before plus one; zero for none.
func (c *chains) add(t *table, row []uint32, record uint32) (before uint32) {
	h, ok := blockHash(row, c.columns)
	if !ok {
		return 0
	}
	if 4*c.used >= 3*len(c.slots) {
		c.grow(t)
	}
	s := c.slot(t, row, h)
	if *s == 0 {
		c.used++
	}
	before = uint32(*s) //nolint:gosec // the lower half
	*s = (*s>>32+1)<<32 | uint64(record+1)
	return before
}

func (c *chains) grow(t *table) {
	old := c.slots
	c.slots = make([]uint64, 2*len(old))
	mask := uint64(len(c.slots) - 1)
	for _, e := range old {
		if e == 0 {
			continue
		}
		h, _ := blockHash(t.row(int(uint32(e))-1), c.columns) //nolint:gosec // the lower half
		at := h & mask
		for c.slots[at] != 0 {
			at = (at + 1) & mask
		}
		c.slots[at] = e
	}
}

// Candidates says which records of the index are the person of one that need not be in
// it: the matches that [Index.Pairs] would give for that record if it were. A record of
// the index with the same id is left out. The record is not added, and decisions hold
// for its id. A and B are ordered by id as always.
func (ix *Index[T]) Candidates(record T, o *PairsOptions) ([]Match, error) {
	return ix.AppendCandidates(nil, record, o)
}

// AppendCandidates is [Index.Candidates] into a list of the caller's, after what it
// holds. Where the list has room, what lay there is written over, with the lists of
// vetoes and of shared fields within it, so that a list that is emptied and given again
// needs no memory: then a question allocates nothing but for values that the index has
// not seen and that are not in the form in which they are compared (see [Fold]).
//
// The record is put into the index's tables while the question lasts. As with every
// method, one goroutine may ask at a time; a host that asks from many gives each an
// index of its own or a lock around one. The first question after records were added
// chains them, which takes as long as adding them.
func (ix *Index[T]) AppendCandidates(list []Match, record T, o *PairsOptions) ([]Match, error) {
	if o == nil {
		o = &PairsOptions{}
	}
	return ix.core.candidates(list, ix.schema.id(record), ix.read(record, ix.raw), o)
}

func (ix *index) candidates(list []Match, id string, raw []string, o *PairsOptions) ([]Match, error) {
	if ix.scorer == nil {
		return list, ix.ready(1)
	}
	l := ix.link()
	least := ix.model.Review
	if o.Least != nil {
		least = *o.Least
	}
	t := ix.table
	ix.enter(id, raw)
	g := &ix.guest
	g.chooser.least, g.chooser.households = least, o.Households
	from := len(list)
	for r := range l.rules {
		for _, other := range l.members(t, r, g.row, g.same, ix.model.mostOfBlock()) {
			x, y := other, g.row
			if t.id(int(y)) < t.id(int(x)) {
				x, y = y, x
			}
			if w, ok := g.chooser.weigh(x, y); ok {
				list = slices.Grow(list, 1)[:len(list)+1]
				ix.fillMatch(&list[len(list)-1], g.chooser.k, g.chooser.v, found{x, y, w})
			}
		}
	}
	ix.leave()
	slices.SortFunc(list[from:], compareMatches)
	return list, nil
}

// members gives the records that share the block of a rule with a record and that no
// rule gave before in this question, but for the record same, which has its id.
func (l *links) members(t *table, rule int, me uint32, same int, most int) []uint32 {
	if rule == 0 {
		if l.asked++; l.asked == 0 { // after 2^32 questions
			clear(l.seen)
			l.asked = 1
		}
	}
	c, row := &l.rules[rule], t.row(int(me))
	l.block = l.block[:0]
	h, ok := blockHash(row, c.columns)
	if !ok {
		return nil
	}
	s := *c.slot(t, row, h)
	records := int(s >> 32) //nolint:gosec // the upper half
	if same >= 0 && s != 0 && sameBlock(row, t.row(same), c.columns) {
		records--
	}
	if records >= most { // with the record itself more than the block may hold
		return nil
	}
	for at := uint32(s); at != 0; at = l.next[int(at-1)*len(l.rules)+rule] { //nolint:gosec // the lower half
		if other := at - 1; int(other) != same && l.seen[other] != l.asked {
			l.seen[other] = l.asked
			l.block = append(l.block, other)
		}
	}
	return l.block
}

func (m *Model) mostOfBlock() int {
	if m.MaxBlock == 0 {
		return DefaultMaxBlock
	}
	return m.MaxBlock
}

// guest is what is kept from one question to the next: memory, and how much the table
// held before the record came in.
type guest struct {
	dicts   []int
	raw     int
	row     uint32
	same    int // the record of the same id; -1 for none
	chooser chooser
}

// enter puts a record after the last one.
func (ix *index) enter(id string, raw []string) {
	t, g := ix.table, &ix.guest
	if g.chooser.k == nil {
		g.chooser = ix.chooser(0, false)
	}
	if ix.demoted == nil {
		ix.settle(1)
	}
	g.same = -1
	if i, ok := t.find(id); ok {
		g.same = int(i)
	}
	g.dicts = g.dicts[:0]
	for i := range t.columns {
		d := t.columns[i].dict
		g.dicts = append(g.dicts, d.size())
		d.fixed = uint32(d.size()) //nolint:gosec // fewer than 2^32 values fit in memory
	}
	if t.names != nil {
		g.raw = t.names.raw.size()
		t.names.passing = true
	}
	t.guest = id
	at := t.grow(1)
	g.row = uint32(at) //nolint:gosec // a record's number
	t.fillGuest(at, raw)
	t.apply(ix.demoted, at)
	t.shapeGuest(at)
	ix.scorer.refresh()
}

// leave takes off the record and every value that came with it.
func (ix *index) leave() {
	t, g := ix.table, &ix.guest
	for i := range t.columns {
		d := t.columns[i].dict
		d.forget(g.dicts[i])
		d.fixed = math.MaxUint32
	}
	if t.names != nil {
		t.names.raw.forget(g.raw)
		clear(t.names.cells[g.raw:])
		t.names.cells = t.names.cells[:g.raw]
		t.names.passing = false
	}
	t.rows, t.guest = t.rows[:int(g.row)*t.width()], ""
	for _, a := range ix.scorer.adjustments {
		a.bits = a.bits[:min(len(a.bits), a.dict.size())]
	}
	ix.demoted.forget(t)
}
