package businesstime

// setOp is how a calendar was made of others.
type setOp int

const (
	opNone setOp = iota
	opUnion
	opIntersect
	opExcept
)

var setOpNames = [...]string{"", "union", "intersection", "except"}

func (o setOp) String() string { return enumText(int(o), setOpNames[:]) }

// Union is open where any of the calendars is. The result is a Calendar like any
// other, as fast to ask as one; its dates are read in the zone of the first.
func Union(id string, first *Calendar, rest ...*Calendar) *Calendar {
	return combine(id, opUnion, first, rest)
}

// Intersect is open where all of the calendars are. The result is a Calendar like
// any other; its dates are read in the zone of the first.
func Intersect(id string, first *Calendar, rest ...*Calendar) *Calendar {
	return combine(id, opIntersect, first, rest)
}

// Except is open where from is and none of the others is. The result is a Calendar
// like any other; its dates are read in the zone of from.
func Except(id string, from *Calendar, minus ...*Calendar) *Calendar {
	return combine(id, opExcept, from, minus)
}

func combine(id string, op setOp, first *Calendar, rest []*Calendar) *Calendar {
	out := &Calendar{id: id, loc: first.loc, op: op, of: append([]*Calendar{first}, rest...), table: first.table}
	for _, c := range rest {
		out.table = merge(op, &out.table, &c.table)
	}
	return out
}

// merger lays the pages of two tables over each other.
type merger struct {
	draft
	op   setOp
	a, b *table
	pats *patterns
	memo map[[3]int32]int32
}

// merge combines two tables year by year. Where both are a week's pattern, so is
// the result; so the form of the table is kept.
func merge(op setOp, a, b *table) table {
	m := &merger{op: op, a: a, b: b, pats: newPatterns(), memo: map[[3]int32]int32{}}
	m.year = make([]uint16, maxYear)
	same := map[[2]uint16]uint16{}
	for y := range maxYear {
		key := [2]uint16{a.year[y], b.year[y]}
		id, ok := same[key]
		if !ok {
			id = m.build(key, uint32(yearStart(y+1)-yearStart(y)))
			same[key] = id
		}
		m.year[y] = id
	}
	m.patterns = m.pats.list
	m.finish()
	return m.table
}

func (m *merger) build(key [2]uint16, length uint32) uint16 {
	m.begin()
	pa, pb := &m.a.pages[key[0]], &m.b.pages[key[1]]
	i, j := pa.from, pb.from
	for at := uint32(0); ; {
		ra, rb := &m.a.runs[i], &m.b.runs[j]
		phase := ra.phase
		if !ra.hold {
			phase = int32((int64(ra.phase) + int64(at-ra.at)) % week)
		}
		other := int32((int64(rb.phase) + int64(at-rb.at)) % week)
		m.put(at, m.pattern(ra.pattern, rb.pattern, phase-other), phase, ra.hold)
		nextA, nextB := length, length
		if i+1 < pa.to {
			nextA = m.a.runs[i+1].at
		}
		if j+1 < pb.to {
			nextB = m.b.runs[j+1].at
		}
		at = min(nextA, nextB)
		if at == length {
			break
		}
		if nextA == at {
			i++
		}
		if nextB == at {
			j++
		}
	}
	m.patterns = m.pats.list
	return m.end(length)
}

// pattern combines the pattern a with b moved by shift, in the phase of a.
func (m *merger) pattern(a, b, shift int32) int32 {
	if b == never || b == always {
		shift = 0
	}
	key := [3]int32{a, b, (shift + week) % week}
	if id, ok := m.memo[key]; ok {
		return id
	}
	sa, sb := m.a.patterns[a].stretches(), wrapped(m.b.patterns[b].stretches(), key[2])
	var open []stretch
	switch m.op {
	case opUnion:
		open = union(append(sa, sb...))
	case opIntersect:
		open = intersect(sa, sb)
	default:
		open = subtract(sa, sb)
	}
	id := m.pats.id(open)
	m.memo[key] = id
	return id
}
