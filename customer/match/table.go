package match

import (
	"slices"
)

// dict numbers the values of one kind from one; zero is missing.
type dict struct {
	ids      map[string]uint32
	vals     []string
	sketches []sketch // only where similarities are asked for
	days     []int32  // only where dates are; noDate for none
	spoken   []spokenName
	sketched bool
	dated    bool
	beyond   bool // a value is beyond ASCII
}

const noDate = int32(-1 << 31)

func newDict() *dict {
	return &dict{ids: map[string]uint32{}, vals: []string{""}, sketches: make([]sketch, 1), days: []int32{noDate}}
}

func (d *dict) intern(s string) uint32 {
	if s == "" {
		return 0
	}
	if id, ok := d.ids[s]; ok {
		return id
	}
	id := d.push(s)
	d.ids[s] = id
	return id
}

// push numbers a value that is known to be new.
func (d *dict) push(s string) uint32 {
	id := uint32(len(d.vals)) //nolint:gosec // fewer than 2^32 values fit in memory
	d.vals = append(d.vals, s)
	d.beyond = d.beyond || !isASCII(s)
	d.extend()
	return id
}

// extend computes what is kept of values that are new.
func (d *dict) extend() {
	for d.sketched && len(d.sketches) < len(d.vals) {
		d.sketches = append(d.sketches, sketchOf(d.vals[len(d.sketches)]))
	}
	for d.dated && len(d.days) < len(d.vals) {
		day := noDate
		if n, ok := parseDate(d.vals[len(d.days)]); ok {
			day = int32(n) //nolint:gosec // four digits of a year
		}
		d.days = append(d.days, day)
	}
}

// forget takes off the values from the n-th.
func (d *dict) forget(n int) {
	for _, v := range d.vals[n:] {
		delete(d.ids, v)
	}
	d.vals = d.vals[:n]
	if len(d.sketches) > n {
		d.sketches = d.sketches[:n]
	}
	if len(d.days) > n {
		d.days = d.days[:n]
	}
	if len(d.spoken) > n {
		d.spoken = d.spoken[:n]
	}
}

// column is one value of each record: read from a field, shaped from another column, or
// joined of two.
type column struct {
	name   string
	form   Form
	from   int // of a shaped column; -1 of another
	joined [2]int
	isJoin bool
	shape  func(string) string
	of     []uint32 // of a shaped column: value number here by value number there
	pairs  map[uint64]uint32
	dict   *dict
}

// table holds the records as numbers of values, row after row.
type table struct {
	schema  *schema
	columns []column
	byName  map[string]int
	names   map[string]spokenCell // written forms already taken apart
	ids     []string
	byID    map[string]uint32
	rows    []uint32
	shaped  int // records whose shaped and joined columns are filled
	demoted map[uint32][]Demotion
}

type spokenCell struct {
	key        string
	generation string
}

// columns of marks beside the names: 1 + script + 8 for a reading in kana.
const (
	givenMarks   = "given_marks"
	surnameMarks = "surname_marks"
)

func newTable(s *schema) *table {
	t := &table{schema: s, byName: map[string]int{}, names: map[string]spokenCell{}, byID: map[string]uint32{}, demoted: map[uint32][]Demotion{}}
	written, read := newDict(), newDict()
	base := func(name string, d *dict) int {
		if i, ok := t.byName[name]; ok {
			return i
		}
		t.columns = append(t.columns, column{name: name, from: -1, dict: d})
		t.byName[name] = len(t.columns) - 1
		return len(t.columns) - 1
	}
	join := func(name string, a, b int) {
		t.columns = append(t.columns, column{name: name, from: -1, joined: [2]int{a, b}, isJoin: true, pairs: map[uint64]uint32{}, dict: newDict()})
		t.byName[name] = len(t.columns) - 1
	}
	if s.has(RoleGiven) || s.has(RoleSurname) || s.has(RoleReading) {
		g, f := base(Given, written), base(Surname, written)
		base(givenMarks, newDict())
		base(surnameMarks, newDict())
		gr, fr := base(GivenReading, read), base(SurnameReading, read)
		base(Generation, newDict())
		join(Name, g, f)
		join(NameReading, gr, fr)
	}
	for _, f := range s.fields {
		for _, c := range f.columns() {
			base(c, newDict())
		}
	}
	return t
}

// column finds the place of a value in the rows; a form that was not asked for before
// becomes a column. It must be called before records are added.
func (t *table) column(name string, f Form) (int, bool) {
	base, ok := t.byName[name]
	if !ok || name == givenMarks || name == surnameMarks {
		return 0, false
	}
	if f == (Form{}) {
		return base, true
	}
	for i, c := range t.columns {
		if c.from == base && c.form == f {
			return i, true
		}
	}
	t.columns = append(t.columns, column{name: name, form: f, from: base, shape: f.shaper(), of: []uint32{0}, dict: newDict()})
	return len(t.columns) - 1, true
}

func (t *table) width() int         { return len(t.columns) }
func (t *table) row(i int) []uint32 { w := len(t.columns); return t.rows[i*w : i*w+w : i*w+w] }
func (t *table) len() int           { return len(t.ids) }

// add appends a record with the texts of its fields in the order of the schema.
func (t *table) add(id string, raw []string) {
	t.byID[id] = uint32(len(t.ids)) //nolint:gosec // fewer than 2^32 records fit in memory
	t.ids = append(t.ids, id)
	n := len(t.rows)
	t.rows = slices.Grow(t.rows, len(t.columns))[:n+len(t.columns)]
	row := t.rows[n:]
	clear(row)
	for i, f := range t.schema.fields {
		switch f.role {
		case RoleGiven, RoleSurname, RoleReading:
		default:
			if raw[i] == "" {
				continue
			}
			c := t.byName[f.columns()[0]]
			row[c] = t.columns[c].dict.intern(normal(f.role, raw[i]))
		}
	}
	if _, ok := t.byName[Given]; ok {
		t.addNames(row, raw)
	}
}

func (t *table) addNames(row []uint32, raw []string) {
	text := func(r Role) string {
		if i := t.schema.field(r); i >= 0 {
			return raw[i]
		}
		return ""
	}
	var surnameRead, givenRead string
	if reading := text(RoleReading); reading != "" {
		surnameRead, givenRead = cutReading(reading)
	}
	generation := t.addName(row, text(RoleGiven), givenRead, Given, GivenReading, givenMarks)
	if g := t.addName(row, text(RoleSurname), surnameRead, Surname, SurnameReading, surnameMarks); g != "" {
		generation = g
	}
	if c := t.byName[Generation]; generation != "" {
		row[c] = t.columns[c].dict.intern(generation)
	}
}

// cutReading parts a reading at its first blank: family name first.
func cutReading(s string) (surname, given string) {
	for i, r := range s {
		if r == ' ' || r == '　' {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

func (t *table) addName(row []uint32, written, reading, name, nameReading, marks string) (generation string) {
	if written == "" && reading == "" {
		return ""
	}
	cell, ok := t.names[written]
	if !ok {
		cell.key, cell.generation = cutGeneration(Fold(written))
		t.names[written] = cell
	}
	c := t.byName[name]
	if reading == "" && t.columns[c].dict.ids[cell.key] != 0 && cell.key != "" {
		id := t.columns[c].dict.ids[cell.key]
		if n := &t.columns[c].dict.spoken[id]; n.key != "" {
			t.setName(row, c, id, n, nameReading, marks)
			return cell.generation
		}
	}
	n := spoken(cell.key, reading)
	d := t.columns[c].dict
	id := d.intern(n.key)
	for len(d.spoken) < len(d.vals) {
		d.spoken = append(d.spoken, spokenName{})
	}
	if reading == "" {
		d.spoken[id] = n
	}
	t.setName(row, c, id, &n, nameReading, marks)
	return cell.generation
}

func (t *table) setName(row []uint32, c int, id uint32, n *spokenName, nameReading, marks string) {
	row[c] = id
	r := t.byName[nameReading]
	row[r] = t.columns[r].dict.intern(n.reading)
	m := uint32(n.script) + 1
	if n.kana {
		m += 8
	}
	row[t.byName[marks]] = m
}

// shape fills the shaped and joined columns of the records that are new.
func (t *table) shape() {
	w := t.width()
	for ; t.shaped < t.len(); t.shaped++ {
		row := t.rows[t.shaped*w : (t.shaped+1)*w]
		for i := range t.columns {
			c := &t.columns[i]
			switch {
			case c.isJoin:
				row[i] = c.join(row, t.columns)
			case c.from >= 0:
				row[i] = c.shapeOf(row[c.from], t.columns[c.from].dict)
			}
		}
	}
}

func (c *column) join(row []uint32, columns []column) uint32 {
	a, b := row[c.joined[0]], row[c.joined[1]]
	if a == 0 || b == 0 {
		return 0
	}
	key := uint64(a)<<32 | uint64(b)
	if id, ok := c.pairs[key]; ok {
		return id
	}
	id := c.dict.push(columns[c.joined[0]].dict.vals[a] + "\x1f" + columns[c.joined[1]].dict.vals[b])
	c.pairs[key] = id
	return id
}

const unshaped = ^uint32(0)

func (c *column) shapeOf(id uint32, from *dict) uint32 {
	for len(c.of) <= int(id) {
		c.of = append(c.of, unshaped)
	}
	if c.of[id] == unshaped {
		c.of[id] = c.dict.intern(c.shape(from.vals[id]))
	}
	return c.of[id]
}
