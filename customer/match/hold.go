package match

import (
	"math"
	"math/bits"
)

// memoBits is the size of the memory of similarities, of each operation on each column.
const memoBits = 12

type memoCell struct {
	key   uint64
	value float64
}

// scratch is what one worker needs to look at pairs.
type scratch struct {
	s     *scorer
	memos [][]memoCell
	// bounds are what each comparison can give to the pair at hand.
	bounds []float64
	// ofNames are the levels of comparisons of names, by how those stand to each other:
	// two more than the level, zero where it was not asked for yet.
	ofNames [][]int8
}

func (s *scorer) scratch() *scratch {
	k := &scratch{s: s, memos: make([][]memoCell, s.memos), bounds: make([]float64, len(s.comparisons))}
	for range s.ofNames {
		k.ofNames = append(k.ofNames, make([]int8, 1<<16))
	}
	cells := make([]memoCell, s.memos<<memoBits)
	for i := range k.memos {
		k.memos[i] = cells[i<<memoBits : (i+1)<<memoBits]
	}
	return k
}

// remember gives the cell in which the answer for two values may be.
func (k *scratch) remember(memo int, a, b uint32) (*memoCell, uint64) {
	key := uint64(a)<<32 | uint64(b)
	return &k.memos[memo][key*0x9e3779b97f4a7c15>>(64-memoBits)], key
}

// holds says whether a condition holds for two rows.
func (k *scratch) holds(n *node, x, y []uint32) bool {
	switch n.op {
	case OpElse:
		return true
	case OpAnd:
		for i := range n.args {
			if !k.holds(&n.args[i], x, y) {
				return false
			}
		}
		return true
	case OpOr:
		for i := range n.args {
			if k.holds(&n.args[i], x, y) {
				return true
			}
		}
		return false
	case OpRelated:
		return k.relate(n.names, x, y) >= n.least
	case OpIncomparable:
		return k.relate(n.names, x, y) == RelationUnknown
	}
	a := x
	if n.aRight {
		a = y
	}
	i := a[n.a]
	if n.op == OpMissing || n.op == OpPresent {
		return (i == 0) == (n.op == OpMissing)
	}
	b := x
	if n.bRight {
		b = y
	}
	j := b[n.b]
	if i == 0 || j == 0 {
		return false
	}
	if n.shared {
		if i == j {
			return n.op != OpSwapped && (n.op != OpApart || n.da.days[i] != noDate)
		}
		if n.op == OpEqual {
			return false
		}
	} else if n.op == OpEqual {
		return n.da.val(i) == n.db.val(j)
	}
	return k.near(n, i, j)
}

// near compares two values that are not one.
func (k *scratch) near(n *node, i, j uint32) bool {
	switch n.op {
	case OpApart:
		p, q := n.da.days[i], n.db.days[j]
		return p != noDate && q != noDate && math.Abs(float64(p)-float64(q))*86400 <= n.threshold
	case OpSwapped:
		return n.da.days[i] != noDate && n.db.days[j] != noDate && swapped(n.da.val(i), n.db.val(j))
	case OpJaroWinkler:
		if !n.gate.passes(&n.da.sketches[i], &n.db.sketches[j]) {
			return false
		}
	}
	if n.op == OpDamerau && n.threshold < 2 && n.threshold >= 1 && !n.da.beyond && !n.db.beyond {
		return oneEdit(n.da.val(i), n.db.val(j))
	}
	if n.symmetric && i > j {
		i, j = j, i
	}
	if i >= n.da.fixed || j >= n.db.fixed { // their numbers will be those of others
		return n.reached(n.measure(i, j))
	}
	cell, key := k.remember(n.memo, i, j)
	if cell.key != key {
		cell.key, cell.value = key, n.measure(i, j)
	}
	return n.reached(cell.value)
}

// measure is the similarity or distance of two values.
func (n *node) measure(i, j uint32) float64 {
	p, q := n.da.val(i), n.db.val(j)
	switch n.op {
	case OpJaro:
		return Jaro(p, q)
	case OpJaroWinkler:
		return JaroWinkler(p, q)
	case OpLevenshtein:
		return float64(Levenshtein(p, q))
	}
	return float64(DamerauLevenshtein(p, q))
}

func (n *node) reached(value float64) bool {
	if n.op == OpJaro || n.op == OpJaroWinkler {
		return value >= n.threshold
	}
	return value <= n.threshold
}

// swapped says whether two dates are one with day and month exchanged.
func swapped(a, b string) bool {
	return a[:4] == b[:4] && a[5:7] == b[8:] && a[8:] == b[5:7]
}

// relate is how the names of two rows stand to each other.
func (k *scratch) relate(at *namesAt, x, y []uint32) Relation {
	i, j := x[at.name], y[at.name]
	if i == 0 || j == 0 {
		return RelationUnknown
	}
	p, q := x[at.marks], y[at.marks]
	if i == j && script(p&7-1) != hanScript {
		return RelationSame
	}
	if latin := uint32(latinScript) + 1; p != latin || q != latin {
		return at.slow(x, y)
	}
	if i > j {
		i, j = j, i
	}
	return k.relateLatin(at, i, j, x, y)
}

func (k *scratch) relateLatin(at *namesAt, i, j uint32, x, y []uint32) Relation {
	if at.apart(i, j) {
		return RelationDifferent
	}
	if j >= at.dict.fixed { // the greater of the two; its number will be another's
		return at.slow(x, y)
	}
	cell, key := k.remember(at.memo, i, j)
	if cell.key != key {
		cell.key, cell.value = key, float64(at.slow(x, y))
	}
	return Relation(cell.value)
}

// apart says, by the sketches alone, that two Latin names of one word are different: too
// few letters in common for a similarity, too many for one edit.
func (at *namesAt) apart(i, j uint32) bool {
	p, q := &at.dict.sketches[i], &at.dict.sketches[j]
	return p.length > 1 && q.length > 1 && !p.blank && !q.blank &&
		bits.OnesCount64(p.letters^q.letters) > 2 && !at.gate.passes(p, q) &&
		(at.rules.Short == nil || !at.rules.Short.Related(at.dict.val(i), at.dict.val(j)))
}

func (at *namesAt) slow(x, y []uint32) Relation {
	var n [2]spokenName
	for i, row := range [][]uint32{x, y} {
		m := row[at.marks]
		n[i] = spokenName{at.dict.val(row[at.name]), at.readings.val(row[at.reading]), script(m&7 - 1), m&8 != 0}
	}
	return at.rules.relate(&n[0], &n[1])
}

// level is the level of a comparison that holds; -1 for none.
func (k *scratch) level(c *comparison, x, y []uint32) int {
	from := 0
	switch {
	case c.names:
		return k.levelOfNames(c, x, y)
	case c.plain:
		i, j := x[c.exact], y[c.exact]
		if i == 0 || j == 0 {
			return 0
		}
		if i == j {
			return 1
		}
		from = 2
	}
	return k.search(c, from, x, y)
}

// search is the first level from one on that holds; -1 for none.
func (k *scratch) search(c *comparison, from int, x, y []uint32) int {
	for i := from; i < len(c.levels); i++ {
		if k.holds(&c.levels[i].when, x, y) {
			return i
		}
	}
	return -1
}

// levelOfNames finds the level by how the names stand to each other: all that its
// conditions ask.
func (k *scratch) levelOfNames(c *comparison, x, y []uint32) int {
	given, surname := k.s.given, k.s.surname
	g, h := x[given.name], y[given.name]
	s, u := x[surname.name], y[surname.name]
	at := uint32(k.relate(given, x, y)) | uint32(k.relate(surname, x, y))<<4
	at |= bit(g != 0, 8) | bit(h != 0, 9) | bit(s != 0, 10) | bit(u != 0, 11)
	at |= bit(g == h, 12) | bit(s == u, 13) | bit(g == u, 14) | bit(s == h, 15)
	cell := &k.ofNames[c.place][at]
	if *cell == 0 {
		*cell = int8(k.search(c, 0, x, y) + 2) //nolint:gosec // at most 32 levels
	}
	return int(*cell) - 2
}

func bit(b bool, place int) uint32 {
	if b {
		return 1 << place
	}
	return 0
}

// outcome is the level of a comparison that holds, and what it weighs; -1 for none.
func (k *scratch) outcome(c *comparison, x, y []uint32) (int, float64, float64) {
	i := k.level(c, x, y)
	if i < 0 {
		return -1, 0, 0
	}
	l := &c.levels[i]
	return i, l.weight, l.correct(x, y)
}

// correct is the correction by how common the value is; where the two differ, by the
// more common one.
func (l *level) correct(x, y []uint32) float64 {
	if l.adjust == nil {
		return 0
	}
	i, j := x[l.frequency], y[l.frequency]
	switch {
	case i == j || j == 0:
		return l.adjust.bits[i]
	case i == 0:
		return l.adjust.bits[j]
	}
	return min(l.adjust.bits[i], l.adjust.bits[j])
}

// slack keeps a pair whose bound lies within rounding of the threshold.
const slack = 1e-6

// weigh sums the weights of a pair; ok is false as soon as the sum cannot reach least.
// What is left can give at most what the best levels give that hold by equal numbers,
// and what the others could.
func (k *scratch) weigh(x, y []uint32, least float64) (float64, bool) {
	s := k.s
	rest := 0.0
	bounds := k.bounds
	for c := range s.comparisons {
		bounds[c] = s.comparisons[c].atMost(x, y)
		rest += bounds[c]
	}
	sum := s.prior
	for _, c := range s.order {
		if sum+rest < least-slack {
			return 0, false
		}
		_, w, f := k.outcome(&s.comparisons[c], x, y)
		sum += w + f
		rest -= bounds[c]
	}
	return sum, sum >= least
}

// atMost is what a comparison can give to a pair at most, by equal numbers alone.
func (c *comparison) atMost(x, y []uint32) float64 {
	if c.best == nil {
		return c.most
	}
	i, j := x[c.exact], y[c.exact]
	switch {
	case i == j && i != 0:
		w := c.best.weight
		if c.best.adjust != nil {
			w += max(c.best.correct(x, y), 0)
		}
		if c.plain {
			return w
		}
		return max(c.most, w)
	case !c.plain:
		return c.most
	case i == 0 || j == 0:
		return 0
	}
	return c.differ
}
