package match

// VetoKind is why two records are not taken for one person, whatever their weight.
type VetoKind uint8

// The vetoes, in the order in which they are listed.
const (
	// VetoDecision: a person decided that they are not the same.
	VetoDecision VetoKind = iota + 1
	// VetoStrongID: two values of one strong id.
	VetoStrongID
	// VetoGiven: given names differ by more than a slip of the pen, a short form, a
	// reading or an initial.
	VetoGiven
	// VetoBirth: both birth dates are known and differ by more than one edit or an
	// exchange of day and month.
	VetoBirth
	// VetoGeneration: both generations are known and differ.
	VetoGeneration
	// VetoReading: names written alike are read differently. A person should look.
	VetoReading
	// VetoGenerationOpen: one generation is known, and no birth date tells whose the
	// other record is. A person should look.
	VetoGenerationOpen
	// VetoNoName: the schema has names, but no name supports that the two records are one
	// person, since both given names are there and of different scripts without a reading
	// that joins them, or a given name is missing and the surnames are missing or of
	// different scripts; nor do they have a strong id in common. A person should look.
	// Where VetoGiven is suspended, names that are missing are no such veto.
	VetoNoName
)

const vetoWords words = "decision strong_id given birth generation reading generation_open no_name"

// String names the veto.
func (v VetoKind) String() string { return vetoWords.text(uint8(v)) }

// MarshalText writes the name.
func (v VetoKind) MarshalText() ([]byte, error) { return vetoWords.marshal(uint8(v)) }

// UnmarshalText reads a name.
func (v *VetoKind) UnmarshalText(text []byte) error {
	i, err := vetoWords.parse(text)
	*v = VetoKind(i)
	return err
}

// open says that the veto asks for a person and does not decide.
func (v VetoKind) open() bool { return v == VetoReading || v == VetoGenerationOpen || v == VetoNoName }

// Veto is a reason against one person, with the two values in the form in which they
// are compared.
type Veto struct {
	Kind  VetoKind `json:"kind"`
	Field string   `json:"field,omitempty"`
	A     string   `json:"a,omitempty"`
	B     string   `json:"b,omitempty"`
}

// vetoer knows where the fields of vetoes lie.
type vetoer struct {
	given, surname    *namesAt
	birth, generation int
	births, gens      *dict
	strong            []int
	table             *table
	decided           map[[2]string]bool
	off               bool
	suspended         [VetoNoName + 1]bool
	homes             homes
	review            float64
}

func (s *scorer) vetoer(decided map[[2]string]bool) *vetoer {
	v := &vetoer{given: s.given, surname: s.surname, birth: -1, generation: -1, table: s.table, decided: decided, off: s.model.NoVetoes, homes: s.homes, review: s.model.Review}
	for _, kind := range s.model.Suspended {
		if kind <= VetoNoName {
			v.suspended[kind] = true
		}
	}
	if c, ok := s.table.byName[Birth]; ok {
		v.birth, v.births = c, s.table.columns[c].dict
	}
	if c, ok := s.table.byName[Generation]; ok {
		v.generation, v.gens = c, s.table.columns[c].dict
	}
	for _, f := range s.table.schema.names(RoleStrongID) {
		v.strong = append(v.strong, s.table.byName[f])
	}
	return v
}

// all gives every veto of two records.
func (v *vetoer) all(k *scratch, i, j int, yield func(Veto) bool) {
	t := v.table
	if len(v.decided) > 0 && v.decided[pairOf(t.id(i), t.id(j))] {
		if !yield(Veto{Kind: VetoDecision}) {
			return
		}
	}
	if v.off {
		return
	}
	x, y := t.row(i), t.row(j)
	known := false // by a strong id
	for _, c := range v.strong {
		if x[c] == 0 || y[c] == 0 {
			continue
		}
		known = known || x[c] == y[c]
		if x[c] != y[c] && !yield(v.of(VetoStrongID, c, x, y)) {
			return
		}
	}
	if !v.names(k, x, y, yield) {
		return
	}
	same, differ := v.birthdays(x, y)
	if differ && !v.suspended[VetoBirth] && !yield(v.of(VetoBirth, v.birth, x, y)) {
		return
	}
	if c := v.generation; c >= 0 && x[c] != y[c] {
		switch {
		case x[c] != 0 && y[c] != 0:
			if !yield(v.of(VetoGeneration, c, x, y)) {
				return
			}
		case !same:
			if !yield(v.of(VetoGenerationOpen, c, x, y)) {
				return
			}
		}
	}
	if v.given != nil && !known && v.nameless(k, x, y) {
		yield(v.of(VetoNoName, v.given.name, x, y))
	}
}

// nameless says that no name supports that two records are one person, nor speaks
// against it. Given names of different scripts are not made up for by one surname, which
// twins have, too.
func (v *vetoer) nameless(k *scratch, x, y []uint32) bool {
	if k.relate(v.given, x, y) != RelationUnknown {
		return false
	}
	g, s := v.given.name, v.surname.name
	if x[g] != 0 && y[g] != 0 {
		return true
	}
	if k.relate(v.surname, x, y) != RelationUnknown {
		return false
	}
	return x[s] != 0 && y[s] != 0 || !v.suspended[VetoGiven]
}

// decides says that a veto says that two records are not one person.
func (v *vetoer) decides(k *scratch, i, j uint32) bool {
	decided := false
	v.all(k, int(i), int(j), func(veto Veto) bool {
		decided = !veto.Kind.open()
		return !decided
	})
	return decided
}

func (v *vetoer) of(kind VetoKind, c int, x, y []uint32) Veto {
	d := v.table.columns[c].dict
	return Veto{kind, v.table.columns[c].name, d.val(x[c]), d.val(y[c])}
}

func (v *vetoer) names(k *scratch, x, y []uint32, yield func(Veto) bool) bool {
	if v.given == nil {
		return true
	}
	g, s := k.relate(v.given, x, y), k.relate(v.surname, x, y)
	if (g == RelationDifferent || g == RelationSimilar) && !v.suspended[VetoGiven] && !v.exchanged(x, y) && !yield(v.of(VetoGiven, v.given.name, x, y)) {
		return false
	}
	if g == RelationConflict && !yield(v.of(VetoReading, v.given.reading, x, y)) {
		return false
	}
	return s != RelationConflict || yield(v.of(VetoReading, v.surname.reading, x, y))
}

// exchanged says that given name and surname stand in each other's place; their numbers
// are of one dictionary.
func (v *vetoer) exchanged(x, y []uint32) bool {
	g, s := v.given.name, v.surname.name
	return x[g] == y[s] && x[s] != 0 && x[s] == y[g]
}

// birthdays says whether two dates are known and equal, or known and too far apart.
func (v *vetoer) birthdays(x, y []uint32) (same, differ bool) {
	if v.birth < 0 || x[v.birth] == 0 || y[v.birth] == 0 {
		return false, false
	}
	if x[v.birth] == y[v.birth] {
		return true, false
	}
	a, b := v.births.val(x[v.birth]), v.births.val(y[v.birth])
	_, known := parseDate(a)
	_, knownToo := parseDate(b)
	if !known || !knownToo {
		return false, false
	}
	return false, DamerauLevenshtein(a, b) > 1 && !swapped(a, b)
}

func pairOf(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}
