package match

import "slices"

// column is one value of each record: read from a field, shaped from another column, or
// joined of two.
type column struct {
	name   string
	form   Form
	from   int // of a shaped column; -1 of another
	joined [2]int
	isJoin bool
	shape  func(string) string
	codes  *dict    // of a column of codes: all that were met, fewer than ten thousand
	of     []uint32 // of a shaped column: value number here by value number there
	dict   *dict
}

// table holds the records as numbers of values, row after row.
type table struct {
	schema  *schema
	columns []column
	byName  map[string]int
	fields  []int        // by field: its column; -1 for those of names
	names   *nameColumns // nil where no field is a name
	ids     *dict        // of records: one more than the place of the record
	guest   string       // id of the record after the last one, while it is looked at
	rows    []uint32
	shaped  int // records whose shaped and joined columns are filled
	demoted map[uint32][]Demotion
}

// columns of marks beside the names: 1 + script + 8 for a reading in kana.
const (
	givenMarks   = "given_marks"
	surnameMarks = "surname_marks"
)

func newTable(s *schema) *table {
	t := &table{schema: s, byName: map[string]int{}, ids: newDict(), demoted: map[uint32][]Demotion{}}
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
		d := newPairDict(t.columns[a].dict, t.columns[b].dict)
		t.columns = append(t.columns, column{name: name, from: -1, joined: [2]int{a, b}, isJoin: true, dict: d})
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
		place := -1
		for _, c := range f.columns() {
			place = base(c, newDict())
		}
		if f.ofName() {
			place = -1
		}
		t.fields = append(t.fields, place)
	}
	if _, ok := t.byName[Given]; ok {
		t.names = newNameColumns(t)
	}
	return t
}

// ofName says that a field is read together with the others of a name.
func (f fieldSpec) ofName() bool {
	return f.role == RoleGiven || f.role == RoleSurname || f.role == RoleReading || f.role == RoleGeneration
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
	t.columns = append(t.columns, column{name: name, form: f, from: base, shape: f.shaper(), codes: newDict(), of: []uint32{0}, dict: newDict()})
	return len(t.columns) - 1, true
}

func (t *table) width() int         { return len(t.columns) }
func (t *table) row(i int) []uint32 { w := len(t.columns); return t.rows[i*w : i*w+w : i*w+w] }
func (t *table) len() int           { return t.ids.size() - 1 }

// id is that of a record, or of the guest after the last one.
func (t *table) id(i int) string {
	if i >= t.len() {
		return t.guest
	}
	return t.ids.vals[i+1]
}

// find is the place of a record.
func (t *table) find(id string) (place uint32, ok bool) {
	n := t.ids.find(id)
	return n - 1, n != 0
}

// grow appends n empty rows and gives the place of the first.
func (t *table) grow(n int) int {
	from, w := len(t.rows), t.width()
	t.rows = slices.Grow(t.rows, (n+1)*w)[:from+n*w] // and room for a guest
	clear(t.rows[from:])
	return from / w
}

// fill writes the values of n records from a place into their rows; texts are those of
// all fields, record after record. Fields whose dictionaries differ are read side by
// side, each by one worker in the order of the records, so that numbers do not depend
// on the workers.
func (t *table) fill(from, n int, texts []string, workers int) {
	names := 0
	if t.names != nil {
		names = 1
	}
	width := len(t.fields)
	run(workers, names+width, func() func(int) {
		return func(task int) {
			if task < names {
				for i := range n {
					t.names.fill(t, t.row(from+i), texts[i*width:(i+1)*width])
				}
				return
			}
			f := task - names
			if t.fields[f] >= 0 {
				t.fillField(f, from, n, texts)
			}
		}
	})
}

func (t *table) fillField(f, from, n int, texts []string) {
	c, role, width, w := t.fields[f], t.schema.fields[f].role, len(t.fields), t.width()
	d := t.columns[c].dict
	var buffer [64]byte
	b := buffer[:0]
	for i := range n {
		raw := texts[i*width+f]
		if raw == "" {
			continue
		}
		cell := &t.rows[(from+i)*w+c]
		var ok bool
		if b, ok = appendNormal(b[:0], role, raw); ok {
			*cell = d.internBytes(b)
		} else {
			*cell = d.intern(normal(role, raw))
		}
	}
}

// fillGuest writes the values of one record into its row without keeping them: a text
// that is in the form in which it is compared is not copied.
func (t *table) fillGuest(at int, raw []string) {
	row := t.row(at)
	var buffer [64]byte
	for f, c := range t.fields {
		if c < 0 || raw[f] == "" {
			continue
		}
		d, role := t.columns[c].dict, t.schema.fields[f].role
		b, ok := appendNormal(buffer[:0], role, raw[f])
		switch {
		case !ok:
			row[c] = d.lend(normal(role, raw[f]))
		case string(b) == raw[f]:
			row[c] = d.lend(raw[f])
		default:
			if row[c] = d.findBytes(b); row[c] == 0 {
				row[c] = d.lend(string(b))
			}
		}
	}
	if t.names != nil {
		t.names.fill(t, row, raw)
	}
}

// shapeGuest fills the shaped and joined columns of one row; what is made of a value for
// the first time is not kept, since its number will be another's.
func (t *table) shapeGuest(at int) {
	row := t.row(at)
	for i := range t.columns {
		if t.columns[i].isJoin {
			t.join(i, at, at+1)
		}
	}
	for i := range t.columns {
		c := &t.columns[i]
		if c.from < 0 {
			continue
		}
		id := row[c.from]
		if int(id) < len(c.of) && c.of[id] != unshaped {
			row[i] = c.of[id]
		} else {
			row[i] = c.shaped(t.columns[c.from].dict.val(id))
		}
	}
}

// shape fills the shaped and joined columns of the rows that are new: the joined ones
// before those that are shaped of them.
func (t *table) shape(workers int) {
	from, to := t.shaped, len(t.rows)/max(1, t.width())
	if from == to {
		return
	}
	for _, joined := range []bool{true, false} {
		run(workers, len(t.columns), func() func(int) {
			return func(i int) {
				c := &t.columns[i]
				switch {
				case joined && c.isJoin:
					t.join(i, from, to)
				case !joined && c.from >= 0:
					t.shapeColumn(i, from, to)
				}
			}
		})
	}
	t.shaped = to
}

func (t *table) join(i, from, to int) {
	c, w := &t.columns[i], t.width()
	for r := from; r < to; r++ {
		row := t.rows[r*w : r*w+w]
		row[i] = c.dict.pair(row[c.joined[0]], row[c.joined[1]])
	}
}

func (t *table) shapeColumn(i, from, to int) {
	c, w := &t.columns[i], t.width()
	d := t.columns[c.from].dict
	for r := from; r < to; r++ {
		row := t.rows[r*w : r*w+w]
		row[i] = c.shapeOf(row[c.from], d)
	}
}

const unshaped = ^uint32(0)

func (c *column) shapeOf(id uint32, from *dict) uint32 {
	for len(c.of) <= int(id) {
		c.of = append(c.of, unshaped)
	}
	if c.of[id] == unshaped {
		c.of[id] = c.shaped(from.val(id))
	}
	return c.of[id]
}

// shaped is the number of the form of a text.
func (c *column) shaped(s string) uint32 {
	if c.form.Kind == AsSoundex {
		var letters [4]byte
		return c.dict.lend(c.codes.vals[c.codes.internBytes(appendSoundex(letters[:0], s))])
	}
	return c.dict.lend(c.shape(s))
}
