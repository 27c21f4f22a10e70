package match

// Standard is the model for the roles of a schema, to be trained: how names, birth
// dates, contact points and addresses are compared and blocked on is decided by their
// roles alone, so that nothing needs to be tuned for a set of records. Fields of
// [RolePlain] are left out. Until [Index.Train], or a host, has set the U probabilities of
// its levels, an index gives no pairs by it: [ErrModel].
func Standard[T any](s *Schema[T]) *Model { return s.core.standard() }

// Weights in bits at which the outcomes of a standard model part: at 2^same to one.
const (
	standardSame   = 3.0
	standardReview = 0.0
)

func (s *schema) standard() *Model {
	m := &Model{Prior: 1e-4, Same: standardSame, Review: standardReview}
	m.Comparisons = s.comparisons()
	m.Rules = s.rules()
	return m
}

func (s *schema) comparisons() []Comparison {
	var out []Comparison
	switch {
	case s.has(RoleGiven) && s.has(RoleSurname):
		out = append(out, compareNames())
	case s.has(RoleGiven):
		out = append(out, compareName(Given))
	case s.has(RoleSurname):
		out = append(out, compareName(Surname))
	}
	if s.has(RoleBirth) {
		out = append(out, compareBirth())
	}
	for _, f := range s.fields {
		switch f.role {
		case RoleEmail:
			out = append(out, compareEmail(f.name))
		case RolePhone:
			out = append(out, comparePhone(f.name))
		case RolePostcode:
			out = append(out, comparePostcode(f.name))
		case RoleStreet, RolePlace:
			out = append(out, compareText(f.name))
		case RoleAttribute:
			out = append(out, compareExact(f.name))
		case RoleStrongID:
			out = append(out, comparePhone(f.name))
		}
	}
	return out
}

func compareNames() Comparison {
	return Comparison{Name, []Level{
		{Label: "names missing, or of different scripts without a reading", When: all(incomparable(Given), incomparable(Surname)), Missing: true},
		{Label: "same full name", When: equal(Name), M: 0.45, Frequency: Name},
		{Label: "given name and surname exchanged", When: all(
			Condition{Op: OpEqual, A: &Operand{Field: Given}, B: &Operand{Field: Surname, Right: true}},
			Condition{Op: OpEqual, A: &Operand{Field: Surname}, B: &Operand{Field: Given, Right: true}}), M: 0.005},
		{Label: "same name by reading or short form", When: all(related(Given, RelationPart), related(Surname, RelationReading)), M: 0.1},
		{Label: "names but for a slip of the pen", When: all(related(Given, RelationTypo), related(Surname, RelationTypo)), M: 0.1},
		{Label: "similar names", When: all(related(Given, RelationSimilar), related(Surname, RelationSimilar)), M: 0.05},
		{Label: "same surname", When: equal(Surname), M: 0.1, Frequency: Surname},
		{Label: "same given name", When: equal(Given), M: 0.1, Frequency: Given},
		{Label: "similar surname or given name", When: some(related(Surname, RelationTypo), related(Given, RelationPart)), M: 0.05},
		{Label: "other names", When: Condition{Op: OpElse}, M: 0.045},
	}}
}

func compareName(field string) Comparison {
	return Comparison{field, []Level{
		{Label: "name missing, or of different scripts without a reading", When: incomparable(field), Missing: true},
		{Label: "same name", When: equal(field), M: 0.8, Frequency: field},
		{Label: "same name by reading or short form", When: related(field, RelationPart), M: 0.08},
		{Label: "name but for a slip of the pen", When: related(field, RelationTypo), M: 0.06},
		{Label: "similar name", When: related(field, RelationSimilar), M: 0.02},
		{Label: "other name", When: Condition{Op: OpElse}, M: 0.04},
	}}
}

const (
	monthSeconds = 30.4375 * 86400
	yearSeconds  = 365.25 * 86400
)

func compareBirth() Comparison {
	return Comparison{Birth, []Level{
		{Label: "birth date missing", When: missing(Birth), Missing: true},
		{Label: "same birth date", When: equal(Birth), M: 0.8, Frequency: Birth},
		{Label: "one edit in the birth date, or day and month exchanged", When: some(On(OpDamerau, Birth, Form{}, 1), On(OpSwapped, Birth, Form{}, 0)), M: 0.12},
		{Label: "born within a month", When: On(OpApart, Birth, Form{}, monthSeconds), M: 0.01},
		{Label: "born within a year", When: On(OpApart, Birth, Form{}, yearSeconds), M: 0.02},
		{Label: "born within ten years", When: On(OpApart, Birth, Form{}, 10*yearSeconds), M: 0.03},
		{Label: "other birth date", When: Condition{Op: OpElse}, M: 0.02},
	}}
}

func compareEmail(field string) Comparison {
	return Comparison{field, []Level{
		{Label: field + " missing", When: missing(field), Missing: true},
		{Label: "same " + field, When: equal(field), M: 0.8, Frequency: field},
		{Label: "same user of " + field, When: On(OpEqual, field, Form{Kind: AsUser}, 0), M: 0.05},
		{Label: "similar " + field, When: On(OpJaroWinkler, field, Form{}, similarAt), M: 0.05},
		{Label: "other " + field, When: Condition{Op: OpElse}, M: 0.1},
	}}
}

func comparePhone(field string) Comparison {
	return Comparison{field, []Level{
		{Label: field + " missing", When: missing(field), Missing: true},
		{Label: "same " + field, When: equal(field), M: 0.8, Frequency: field},
		{Label: "one edit in " + field, When: On(OpDamerau, field, Form{}, 1), M: 0.05},
		{Label: "other " + field, When: Condition{Op: OpElse}, M: 0.15},
	}}
}

func comparePostcode(field string) Comparison {
	return Comparison{field, []Level{
		{Label: field + " missing", When: missing(field), Missing: true},
		{Label: "same " + field, When: equal(field), M: 0.7, Frequency: field},
		{Label: "one edit in " + field, When: On(OpDamerau, field, Form{}, 1), M: 0.1},
		{Label: "same district of " + field, When: On(OpEqual, field, Form{Kind: AsOutward}, 0), M: 0.05},
		{Label: "same area of " + field, When: On(OpEqual, field, Form{Kind: AsArea}, 0), M: 0.05},
		{Label: "other " + field, When: Condition{Op: OpElse}, M: 0.1},
	}}
}

func compareText(field string) Comparison {
	return Comparison{field, []Level{
		{Label: field + " missing", When: missing(field), Missing: true},
		{Label: "same " + field, When: equal(field), M: 0.7, Frequency: field},
		{Label: "similar " + field, When: On(OpJaroWinkler, field, Form{}, similarAt), M: 0.1},
		{Label: "other " + field, When: Condition{Op: OpElse}, M: 0.2},
	}}
}

func compareExact(field string) Comparison {
	return Comparison{field, []Level{
		{Label: field + " missing", When: missing(field), Missing: true},
		{Label: "same " + field, When: equal(field), M: 0.8, Frequency: field},
		{Label: "other " + field, When: Condition{Op: OpElse}, M: 0.2},
	}}
}

// ruleSet collects rules whose fields are all there.
type ruleSet struct {
	schema *schema
	rules  []Rule
}

func (r *ruleSet) add(keys ...Key) {
	name := ""
	for i, k := range keys {
		if i > 0 {
			name += " + "
		}
		name += k.Field
		if k.Form.Kind != 0 {
			name += " " + k.Form.Kind.String()
		}
	}
	if len(r.rules) < maxRules {
		r.rules = append(r.rules, Rule{name, keys})
	}
}

func key(field string) Key { return Key{Field: field} }

// rules are the blocking rules for the roles of a schema: two things of different kinds
// that agree, each of which errors leave alone often enough.
func (s *schema) rules() []Rule {
	r := &ruleSet{schema: s}
	given, surname, birth := s.has(RoleGiven), s.has(RoleSurname), s.has(RoleBirth)
	year := Key{Birth, Prefix(4)}
	soundSurname, soundGiven := Key{Surname, Form{Kind: AsSoundex}}, Key{Given, Form{Kind: AsSoundex}}
	if given && surname {
		r.add(key(NameReading))
		r.add(Key{Given, Prefix(3)}, Key{Surname, Prefix(4)})
		if !birth {
			r.add(soundGiven, soundSurname)
		}
	}
	for _, role := range []Role{RoleEmail, RolePhone, RoleStrongID} {
		for _, f := range s.names(role) {
			r.add(key(f))
		}
	}
	for _, f := range s.names(RoleEmail) {
		r.add(Key{f, Form{Kind: AsUser}})
	}
	for _, name := range []struct {
		there bool
		exact string
		sound Key
		read  string
	}{{surname, Surname, soundSurname, SurnameReading}, {given, Given, soundGiven, GivenReading}} {
		if !name.there {
			continue
		}
		if birth {
			r.add(key(name.read), key(Birth))
			r.add(name.sound, Key{Birth, Form{Kind: AsMonthDay}})
			r.add(name.sound, year, Key{Birth, Form{AsPrefix, 6, 2, ""}})
		}
		for _, f := range s.names(RolePostcode) {
			r.add(key(name.exact), key(f))
			r.add(key(name.exact), Key{f, Form{Kind: AsOutward}})
		}
		for _, f := range s.names(RoleStreet) {
			r.add(key(name.exact), key(f))
		}
		for _, f := range s.names(RolePlace) {
			r.add(key(name.exact), key(f))
		}
	}
	if birth {
		s.birthRules(r, given && surname, soundGiven, soundSurname, year)
	}
	return r.rules
}

func (s *schema) birthRules(r *ruleSet, named bool, soundGiven, soundSurname, year Key) {
	if named {
		r.add(soundSurname, year)
		r.add(Key{Given, Prefix(2)}, Key{Surname, Prefix(2)}, year)
	}
	for _, f := range s.names(RolePlace) {
		r.add(key(Birth), key(f))
	}
	for _, f := range s.names(RoleStreet) {
		r.add(key(Birth), key(f))
	}
	for _, f := range s.names(RolePostcode) {
		r.add(key(Birth), Key{f, Form{Kind: AsOutward}})
		r.add(key(f), year)
	}
}
