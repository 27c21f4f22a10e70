package match

import (
	"slices"
)

// links chain the records of each block, so that one record finds its blocks without a
// look at the others.
type links struct {
	rules [][]int // columns by rule
	heads []map[uint64]uint32
	next  []uint32 // by record and rule: the record before in the chain, plus one
	n     int      // records that are chained
	seen  []uint32 // by record: the last query that met it
	query uint32
}

func (ix *index) link() *links {
	if ix.links == nil {
		l := &links{}
		for _, r := range ix.model.Rules {
			var cols []int
			for _, k := range r.Keys {
				c, _ := ix.table.column(k.Field, k.Form)
				cols = append(cols, c)
			}
			l.rules = append(l.rules, cols)
			l.heads = append(l.heads, map[uint64]uint32{})
		}
		ix.links = l
	}
	l := ix.links
	for ; l.n < ix.table.len(); l.n++ {
		row := ix.table.row(l.n)
		for r, cols := range l.rules {
			before := uint32(0)
			if h, ok := blockHash(row, cols); ok {
				before = l.heads[r][h]
				l.heads[r][h] = uint32(l.n) + 1 //nolint:gosec // a record's number
			}
			l.next = append(l.next, before)
		}
		l.seen = append(l.seen, 0)
	}
	return l
}

// blockHash is a hash of the keys of a row; ok is false where one is missing.
func blockHash(row []uint32, cols []int) (uint64, bool) {
	h := uint64(0)
	for _, c := range cols {
		if row[c] == 0 {
			return 0, false
		}
		h = mix(h*31 + uint64(row[c]))
	}
	return h, true
}

func sameBlock(x, y []uint32, cols []int) bool {
	for _, c := range cols {
		if x[c] != y[c] {
			return false
		}
	}
	return true
}

// Candidates says which records of the index are the person of one that need not be in
// it: the matches that [Index.Pairs] would give for that record if it were. A record of
// the index with the same id is left out. The record is not added, and decisions hold
// for its id. A and B are ordered by id as always.
func (ix *Index[T]) Candidates(record T, o *PairsOptions) ([]Match, error) {
	if o == nil {
		o = &PairsOptions{}
	}
	return ix.core.candidates(ix.schema.id(record), ix.read(record, ix.raw), o)
}

func (ix *index) candidates(id string, raw []string, o *PairsOptions) ([]Match, error) {
	if ix.scorer == nil {
		return nil, ix.ready(1)
	}
	l := ix.link()
	least := ix.model.Review
	if o.Least != nil {
		least = *o.Least
	}
	t := ix.table
	mark := t.mark(id)
	t.guest = id
	me := uint32(t.grow(1)) //nolint:gosec // a record's number
	t.fill(int(me), 1, raw, 1)
	t.apply(ix.demoted, int(me))
	t.shape(1)
	ix.scorer.refresh()
	if ix.single == nil {
		ix.single = ix.scorer.scratch()
	}
	choose := chooser{t, ix.single, ix.scorer.vetoer(ix.decided), least, o.Households}
	var out []Match
	l.each(t, me, mark.same, ix.model.mostOfBlock(), func(other uint32) {
		x, y := other, me
		if t.id(int(y)) < t.id(int(x)) {
			x, y = y, x
		}
		if w, ok := choose.weigh(x, y); ok {
			out = append(out, ix.match(ix.single, choose.v, found{x, y, w}))
		}
	})
	if t.grew(mark) {
		ix.single.forget()
	}
	t.rollback(mark)
	ix.scorer.forget()
	ix.demoted.forget(t)
	slices.SortFunc(out, compareMatches)
	return out, nil
}

// each gives every record that shares a block with record me, once, but for the record
// same, which has its id.
func (l *links) each(t *table, me uint32, same int, most int, yield func(uint32)) {
	l.query++
	row := t.row(int(me))
	var block []uint32
	for r, cols := range l.rules {
		h, ok := blockHash(row, cols)
		if !ok {
			continue
		}
		block = block[:0]
		for at := l.heads[r][h]; at != 0; at = l.next[int(at-1)*len(l.rules)+r] {
			if int(at-1) != same && sameBlock(row, t.row(int(at-1)), cols) {
				block = append(block, at-1)
			}
			if len(block) >= most {
				break
			}
		}
		if len(block) >= most { // with the record itself more than the block may hold
			continue
		}
		for _, other := range block {
			if l.seen[other] != l.query {
				l.seen[other] = l.query
				yield(other)
			}
		}
	}
}

func (m *Model) mostOfBlock() int {
	if m.MaxBlock == 0 {
		return DefaultMaxBlock
	}
	return m.MaxBlock
}

// mark is how much a table held before one record was added to be looked at.
type mark struct {
	dicts   []int
	raw     int
	rows    int
	records int
	same    int // the record of the same id; -1 for none
}

func (t *table) mark(id string) mark {
	m := mark{rows: len(t.rows), records: t.len(), same: -1}
	if i, ok := t.find(id); ok {
		m.same = int(i)
	}
	for i := range t.columns {
		m.dicts = append(m.dicts, t.columns[i].dict.size())
	}
	if t.names != nil {
		m.raw = t.names.raw.size()
		t.names.passing = true
	}
	return m
}

// grew says whether a value came that was not there before.
func (t *table) grew(m mark) bool {
	for i := range t.columns {
		if t.columns[i].dict.size() > m.dicts[i] {
			return true
		}
	}
	return false
}

// rollback takes off the last record and every value that came with it.
func (t *table) rollback(m mark) {
	for i := range t.columns {
		if c := &t.columns[i]; c.from >= 0 && len(c.of) > m.dicts[c.from] {
			c.of = c.of[:m.dicts[c.from]]
		}
	}
	for i := range t.columns {
		t.columns[i].dict.forget(m.dicts[i])
	}
	if t.names != nil {
		t.names.raw.forget(m.raw)
		t.names.cells = t.names.cells[:m.raw]
		t.names.passing = false
	}
	delete(t.demoted, uint32(m.records)) //nolint:gosec // a record's number
	t.rows, t.shaped, t.guest = t.rows[:m.rows], m.records, ""
}

// forget takes off the corrections of values that are gone.
func (s *scorer) forget() {
	for _, a := range s.adjustments {
		a.bits = a.bits[:min(len(a.bits), a.dict.size())]
	}
}
