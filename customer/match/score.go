package match

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// node is a condition with its fields found.
type node struct {
	op             Op
	a, b           int
	aRight, bRight bool
	shared         bool // both values are numbers of one dictionary
	symmetric      bool // one column of both records
	da, db         *dict
	threshold      float64
	least          Relation
	args           []node
	memo           int
	names          *namesAt
	gate           *gate
}

// namesAt is where a name, its reading and its marks lie.
type namesAt struct {
	name, reading, marks int
	dict, readings       *dict
	rules                Names
	memo                 int
	gate                 *gate
}

// level is a level with its weight in bits.
type level struct {
	when      node
	weight    float64
	frequency int // column; -1 for none
	adjust    *adjustment
}

// adjustment is the correction of a weight by value.
type adjustment struct {
	dict   *dict
	shares *Frequencies
	u      float64
	scale  float64
	least  float64
	bits   []float64
	top    float64 // the greatest that any value can have, not below zero
}

// fill computes the corrections of values that are new.
func (a *adjustment) fill() {
	n := a.dict.size()
	if many := n - len(a.bits); many > 1000 && many > len(a.shares.Shares) { // most have the share of others
		others := a.of(a.shares.Others)
		from := len(a.bits)
		a.bits = slices.Grow(a.bits, many)
		for len(a.bits) < n {
			a.bits = append(a.bits, others)
		}
		for v, s := range a.shares.Shares { // each writes a place of its own, so their order does not matter
			if id := int(a.dict.find(v)); id >= from && id != 0 {
				a.bits[id] = a.of(s)
			}
		}
		if from == 0 {
			a.bits[0] = a.value(nil)
		}
	}
	var buffer [128]byte
	for len(a.bits) < n {
		a.bits = append(a.bits, a.value(a.dict.appendVal(buffer[:0], uint32(len(a.bits))))) //nolint:gosec // a value's number
	}
}

// value is the correction for a value.
func (a *adjustment) value(v []byte) float64 {
	s, ok := a.shares.Shares[string(v)]
	if !ok {
		s = a.shares.Others
	}
	return a.of(s)
}

// of is the correction for a share; none for one that is not known.
func (a *adjustment) of(share float64) float64 { return correction(share, a.u, a.scale, a.least) }

// correction is what a share of a value adds to the weight of a level whose U is that of
// any value; none for a share that is not known.
func correction(share, u, scale, least float64) float64 {
	if !(share > 0) {
		return 0
	}
	return math.Log2(u/max(share, least)) * scale
}

// lowest is the least correction that any value has.
func (f *Frequencies) lowest(u, scale, least float64) float64 {
	lowest := correction(f.Others, u, scale, least)
	for _, s := range f.Shares {
		lowest = min(lowest, correction(s, u, scale, least))
	}
	return lowest
}

// scale is the factor of the correction of a level.
func (l *Level) scale() float64 {
	if l.FrequencyWeight == 0 {
		return 1
	}
	return l.FrequencyWeight
}

// reach finds the greatest correction that any value can have, seen or not: it depends
// on the model alone, so that what is added later changes no order of sums.
func (a *adjustment) reach() {
	a.top = max(0, a.of(a.shares.Others))
	for _, s := range a.shares.Shares {
		a.top = max(a.top, a.of(s))
	}
}

type comparison struct {
	levels []level
	exact  int     // the column that the best level wants equal; -1 for none
	best   *level  // that level
	most   float64 // the greatest weight that the other levels can give, not below zero
	least  float64 // the weight of the last level
	plain  bool    // the first level is for a missing value of the exact column, the second is the best
	differ float64 // of a plain one: the greatest weight that levels from the third on can give
	names  bool    // all that its levels ask is how the names stand to each other
	place  int     // of one of names: its number among them
}

// scorer is a model compiled against a table.
type scorer struct {
	model       *Model
	table       *table
	prior       float64
	comparisons []comparison
	order       []int // the order in which a pair is looked at
	memos       int
	memoOf      map[[3]int]int
	given       *namesAt
	surname     *namesAt
	adjustments []*adjustment
	gates       []*gate
	ofNames     int // comparisons that look at names alone
	homes       homes
	sided       bool // a level asks something else of the left record than of the right
}

// bind finds the fields of a model in a table; all faults are joined.
func bind(m *Model, t *table) (*scorer, error) {
	s := &scorer{model: m, table: t, memoOf: map[[3]int]int{}, prior: math.Log2(m.Prior / (1 - m.Prior)), homes: t.homes(m)}
	fs := &faults{err: ErrModel}
	s.given, s.surname = s.namesAt(Given), s.namesAt(Surname)
	for i := range m.Comparisons {
		c := &m.Comparisons[i]
		var out comparison
		for k := range c.Levels {
			path := fmt.Sprintf("comparisons[%d].levels[%d]", i, k)
			out.levels = append(out.levels, s.level(c, k, path, fs))
			s.sided = s.sided || !c.Levels[k].When.symmetric()
		}
		s.comparisons = append(s.comparisons, out)
	}
	outcomes := uint64(1)
	for i := range m.Comparisons {
		high, low := bits.Mul64(outcomes, uint64(len(m.Comparisons[i].Levels)+1))
		if outcomes = low; high != 0 {
			fs.add("comparisons", "have more outcomes together than 64 bits count")
			break
		}
	}
	for i, r := range m.Rules {
		for k, key := range r.Keys {
			if _, ok := t.column(key.Field, key.Form); !ok {
				fs.add(fmt.Sprintf("rules[%d].keys[%d]", i, k), "there is no field %q", clip(key.Field))
			}
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	for i := range s.comparisons {
		s.comparisons[i].bound()
		s.findNames(&s.comparisons[i])
	}
	s.plan()
	s.refresh()
	return s, nil
}

// inOrder gives two records so that the one with the lesser id is left, where a level
// asks which is.
func (s *scorer) inOrder(i, j uint32) (left, right uint32) {
	if s.sided && s.table.id(int(i)) > s.table.id(int(j)) {
		return j, i
	}
	return i, j
}

// refresh brings what depends on the values seen so far up to date.
func (s *scorer) refresh() {
	for _, a := range s.adjustments {
		a.fill()
	}
}

// bound finds what a comparison can give at most, without its best level and with it.
func (c *comparison) bound() {
	c.exact, c.best, c.most, c.least = -1, nil, 0, 0
	for k := range c.levels {
		l := &c.levels[k]
		w := l.weight
		if l.adjust != nil {
			w += l.adjust.top
		}
		if c.best == nil && l.when.op == OpEqual && l.when.symmetric && l.weight > 0 {
			c.exact, c.best = l.when.a, l
			continue
		}
		c.most = max(c.most, w)
		c.least = l.weight
	}
	c.plain = len(c.levels) > 2 && c.best == &c.levels[1] && c.levels[0].weight == 0 && c.levels[0].adjust == nil && c.levels[0].when.wantsMissing(c.exact)
	if !c.plain {
		return
	}
	c.differ = 0
	if last := &c.levels[len(c.levels)-1]; last.when.op == OpElse { // one level holds for sure
		c.differ = math.Inf(-1)
	}
	for k := 2; k < len(c.levels); k++ {
		w := c.levels[k].weight
		if c.levels[k].adjust != nil {
			w += c.levels[k].adjust.top
		}
		c.differ = max(c.differ, w)
	}
}

// wantsMissing says that a condition holds where a column is missing on either side, and
// only there.
func (n *node) wantsMissing(column int) bool {
	return n.op == OpOr && len(n.args) == 2 && n.args[0].op == OpMissing && n.args[1].op == OpMissing &&
		n.args[0].a == column && n.args[1].a == column && n.args[0].aRight != n.args[1].aRight
}

// findNames marks a comparison that looks at names alone.
func (s *scorer) findNames(c *comparison) {
	c.names = s.given != nil && s.surname != nil
	for i := range c.levels {
		c.names = c.names && s.asksNames(&c.levels[i].when)
	}
	if c.names {
		c.place = s.ofNames
		s.ofNames++
	}
}

// asksNames says that a condition asks nothing but how names stand to each other.
func (s *scorer) asksNames(n *node) bool {
	name := func(c int) bool { return c == s.given.name || c == s.surname.name }
	whole := s.table.byName[Name]
	switch n.op {
	case OpElse, OpRelated, OpIncomparable:
		return true
	case OpAnd, OpOr:
		for i := range n.args {
			if !s.asksNames(&n.args[i]) {
				return false
			}
		}
		return true
	case OpMissing, OpPresent:
		return name(n.a) || n.a == whole
	case OpEqual:
		return n.aRight != n.bRight && (name(n.a) && name(n.b) || n.a == whole && n.b == whole)
	}
	return false
}

// plan puts the comparisons first that take most away for what they cost.
func (s *scorer) plan() {
	s.order = s.order[:0]
	for i := range s.comparisons {
		s.order = append(s.order, i)
	}
	value := func(i int) float64 {
		c := &s.comparisons[i]
		cost := 1
		for k := range c.levels {
			cost += c.levels[k].when.cost()
		}
		return (c.most - c.least) / float64(cost)
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(value(b), value(a)) })
}

func (n *node) cost() int {
	switch n.op {
	case OpAnd, OpOr:
		total := 0
		for i := range n.args {
			total += n.args[i].cost()
		}
		return total
	case OpJaro, OpJaroWinkler, OpLevenshtein, OpDamerau:
		return 10
	case OpRelated, OpIncomparable:
		return 2
	}
	return 1
}

func (s *scorer) level(c *Comparison, k int, path string, fs *faults) level {
	l := &c.Levels[k]
	out := level{when: s.node(&l.When, path+".when", fs), frequency: -1}
	if l.Missing || l.M == 0 || l.U == 0 {
		return out
	}
	out.weight = math.Log2(l.M / l.U)
	if l.Frequency == "" || s.model.Frequencies[l.Frequency] == nil {
		return out
	}
	col, ok := s.table.column(l.Frequency, Form{})
	if !ok {
		fs.add(path+".frequency", "there is no field %q", clip(l.Frequency))
		return out
	}
	out.frequency = col
	out.adjust = &adjustment{s.table.columns[col].dict, s.model.Frequencies[l.Frequency], c.exactU(l), l.scale(), l.LeastShare, nil, 0}
	out.adjust.reach()
	s.adjustments = append(s.adjustments, out.adjust)
	return out
}

// exactU is the U of the level that wants the value of the frequencies equal, as Splink
// has it; that of the level itself where there is none.
func (c *Comparison) exactU(l *Level) float64 {
	for i := range c.Levels {
		w := &c.Levels[i].When
		if w.Op == OpEqual && w.A.Field == l.Frequency && w.B.Field == l.Frequency && w.A.Form == (Form{}) && w.B.Form == (Form{}) && c.Levels[i].U > 0 {
			return c.Levels[i].U
		}
	}
	return l.U
}

func (s *scorer) node(c *Condition, path string, fs *faults) node {
	n := node{op: c.Op, threshold: c.Threshold, least: c.Least}
	for i := range c.Args {
		n.args = append(n.args, s.node(&c.Args[i], fmt.Sprintf("%s.args[%d]", path, i), fs))
	}
	find := func(o *Operand, side string) (int, *dict) {
		col, ok := s.table.column(o.Field, o.Form)
		if !ok {
			fs.add(path+"."+side, "there is no field %q", clip(o.Field))
			return 0, nil
		}
		return col, s.table.columns[col].dict
	}
	switch c.Op {
	case OpElse, OpAnd, OpOr:
		return n
	case OpRelated, OpIncomparable:
		switch c.A.Field {
		case Given:
			n.names = s.given
		case Surname:
			n.names = s.surname
		}
		if n.names == nil {
			fs.add(path+".a", "relations are of %s and %s, which the schema must have", Given, Surname)
		}
		return n
	}
	n.a, n.da = find(c.A, "a")
	n.aRight = c.A.Right
	if c.B != nil && c.Op != OpMissing && c.Op != OpPresent {
		n.b, n.db = find(c.B, "b")
		n.bRight = c.B.Right
	}
	if n.da == nil || n.db == nil {
		return n
	}
	n.shared = n.da == n.db
	n.symmetric = n.a == n.b && n.aRight != n.bRight
	for _, d := range []*dict{n.da, n.db} {
		switch c.Op {
		case OpJaro, OpJaroWinkler:
			d.sketched = true
		case OpApart, OpSwapped:
			d.dated = true
		}
		d.extend()
	}
	n.memo = s.memoFor(int(c.Op), n.a, n.b)
	if c.Op == OpJaroWinkler {
		n.gate = s.gate(c.Threshold)
	}
	return n
}

// gate makes the gate of a threshold once.
func (s *scorer) gate(threshold float64) *gate {
	for _, g := range s.gates {
		if g.threshold == threshold {
			return g
		}
	}
	g := newGate(threshold)
	s.gates = append(s.gates, &g)
	return &g
}

func (s *scorer) memoFor(op, a, b int) int {
	key := [3]int{op, a, b}
	i, ok := s.memoOf[key]
	if !ok {
		i = s.memos
		s.memos++
		s.memoOf[key] = i
	}
	return i
}

func (s *scorer) namesAt(name string) *namesAt {
	col, ok := s.table.byName[name]
	if !ok {
		return nil
	}
	n := &namesAt{name: col, dict: s.table.columns[col].dict, rules: Names{Short: s.table.schema.short}}
	n.reading, n.marks = s.table.byName[GivenReading], s.table.byName[givenMarks]
	if name == Surname {
		n.reading, n.marks = s.table.byName[SurnameReading], s.table.byName[surnameMarks]
		n.rules.Short = nil
	}
	if f := s.model.Frequencies[name]; f != nil {
		n.rules.Share = f.common
	}
	n.gate = s.gate(similarAt)
	n.dict.sketched = true
	n.dict.extend()
	n.readings = s.table.columns[n.reading].dict
	n.memo = s.memoFor(int(OpRelated), col, col)
	return n
}
