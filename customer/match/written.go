package match

// nameColumns is where names, their readings and generations lie in a table, and what
// was made of each written form.
type nameColumns struct {
	given, surname nameColumn
	generation     int
	written        *dict  // names as they are written
	raw            *dict  // names as they came
	cells          []cell // by number in raw
	passing        bool   // the record is only looked at: nothing of it is kept
	fields         [4]int // of given, surname, reading and generation; -1 for none
}

type nameColumn struct{ name, reading, marks int }

// cell is what was made of a name as it came.
type cell struct {
	key        string // folded, without a generation
	generation uint32
	done       bool // the rest is filled: it was met without a reading
	name       uint32
	reading    uint32
	marks      uint32
}

func newNameColumns(t *table) *nameColumns {
	n := &nameColumns{raw: newDict(), cells: make([]cell, 1)}
	n.given = nameColumn{t.byName[Given], t.byName[GivenReading], t.byName[givenMarks]}
	n.surname = nameColumn{t.byName[Surname], t.byName[SurnameReading], t.byName[surnameMarks]}
	n.generation = t.byName[Generation]
	n.written = t.columns[n.given.name].dict
	for i, r := range []Role{RoleGiven, RoleSurname, RoleReading, RoleGeneration} {
		n.fields[i] = t.schema.field(r)
	}
	return n
}

// fill writes the names of a record into its row. A generation at the end of the
// surname comes before one at the end of the given name, and that before one of a field
// of its own.
func (n *nameColumns) fill(t *table, row []uint32, texts []string) {
	text := func(i int) string {
		if f := n.fields[i]; f >= 0 {
			return texts[f]
		}
		return ""
	}
	var surnameRead, givenRead string
	if reading := text(2); reading != "" {
		surnameRead, givenRead = cutReading(reading)
	}
	generation := n.add(t, row, text(0), givenRead, &n.given)
	if g := n.add(t, row, text(1), surnameRead, &n.surname); g != 0 {
		generation = g
	}
	if own := text(3); generation == 0 && own != "" {
		generation = t.columns[n.generation].dict.intern(normal(RoleGeneration, own))
	}
	if generation != 0 {
		row[n.generation] = generation
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

func (n *nameColumns) add(t *table, row []uint32, written, reading string, at *nameColumn) (generation uint32) {
	if written == "" && reading == "" {
		return 0
	}
	id := n.raw.number(written, !n.passing)
	for len(n.cells) < n.raw.size() {
		key, generation := cutGeneration(Fold(n.raw.vals[len(n.cells)]))
		n.cells = append(n.cells, cell{key: key, generation: t.columns[n.generation].dict.intern(generation)})
	}
	c := &n.cells[id]
	if reading != "" || !c.done {
		s := spoken(c.key, reading)
		made := cell{c.key, c.generation, reading == "", n.written.number(s.key, !n.passing), t.columns[at.reading].dict.number(s.reading, !n.passing), uint32(s.script) + 1}
		if s.kana {
			made.marks += 8
		}
		if made.done && !n.passing {
			*c = made
		}
		c = &made
	}
	row[at.name], row[at.reading], row[at.marks] = c.name, c.reading, c.marks
	return c.generation
}
