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
	return ix.core.candidates(ix.schema.id(record), ix.read(record), o.Least)
}

func (ix *index) candidates(id string, raw []string, bound *float64) ([]Match, error) {
	if ix.scorer == nil {
		return nil, ix.ready()
	}
	l := ix.link()
	least := ix.model.Review
	if bound != nil {
		least = *bound
	}
	mark := ix.table.mark(id, raw)
	ix.table.add(id, raw)
	me := uint32(ix.table.len() - 1) //nolint:gosec // a record's number
	ix.table.apply(ix.demoted, int(me))
	ix.table.shape()
	ix.scorer.refresh()
	if ix.single == nil {
		ix.single = ix.scorer.scratch()
	}
	v := ix.scorer.vetoer(ix.decided)
	var out []Match
	l.each(ix.table, me, mark.same, ix.model.mostOfBlock(), func(other uint32) {
		x, y := other, me
		if ix.table.ids[y] < ix.table.ids[x] {
			x, y = y, x
		}
		if w, ok := ix.single.weigh(ix.table.row(int(x)), ix.table.row(int(y)), least); ok {
			out = append(out, ix.match(ix.single, v, found{x, y, w}))
		}
	})
	if ix.table.grew(mark) {
		ix.single.forget()
	}
	ix.table.rollback(mark)
	ix.scorer.forget()
	ix.demoted.forget(ix.table)
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
	rows    int
	records int
	id      string
	same    int // the record of the same id; -1 for none
	names   []string
}

func (t *table) mark(id string, raw []string) mark {
	m := mark{rows: len(t.rows), records: len(t.ids), id: id, same: -1}
	if i, ok := t.byID[id]; ok {
		m.same = int(i)
	}
	for i := range t.columns {
		m.dicts = append(m.dicts, len(t.columns[i].dict.vals))
	}
	for _, r := range []Role{RoleGiven, RoleSurname} {
		if i := t.schema.field(r); i >= 0 {
			if _, ok := t.names[raw[i]]; !ok {
				m.names = append(m.names, raw[i])
			}
		}
	}
	return m
}

// grew says whether a value came that was not there before.
func (t *table) grew(m mark) bool {
	for i := range t.columns {
		if len(t.columns[i].dict.vals) > m.dicts[i] {
			return true
		}
	}
	return false
}

// rollback takes off the last record and every value that came with it.
func (t *table) rollback(m mark) {
	row := t.row(m.records)
	for i := range t.columns {
		c := &t.columns[i]
		if c.isJoin && row[i] != 0 && int(row[i]) >= m.dicts[i] {
			delete(c.pairs, uint64(row[c.joined[0]])<<32|uint64(row[c.joined[1]]))
		}
		if c.from >= 0 && len(c.of) > m.dicts[c.from] {
			c.of = c.of[:m.dicts[c.from]]
		}
	}
	for i := range t.columns {
		t.columns[i].dict.forget(m.dicts[i])
	}
	for _, n := range m.names {
		delete(t.names, n)
	}
	delete(t.demoted, uint32(m.records)) //nolint:gosec // a record's number
	t.rows, t.ids, t.shaped = t.rows[:m.rows], t.ids[:m.records], m.records
	if m.same >= 0 {
		t.byID[m.id] = uint32(m.same) //nolint:gosec // a record's number
	} else {
		delete(t.byID, m.id)
	}
}

// forget takes off the corrections of values that are gone.
func (s *scorer) forget() {
	for _, a := range s.adjustments {
		a.bits = a.bits[:min(len(a.bits), len(a.dict.vals))]
	}
}
