package segment

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// checker collects what is wrong with a predicate.
type checker struct {
	faults
	nodes int
}

// Check says what is wrong with a predicate for a schema: every fault at once, each
// a [*Fault] with its path, joined under [ErrPredicate]; nil where it will compile.
// What Check accepts never fails later.
func (s *Schema[T]) Check(p Predicate) error {
	c := &checker{faults: faults{err: ErrPredicate}}
	checkNode(c, s, &p, "", 1, true)
	return c.join()
}

// checkFields checks the condition on an event.
func checkFields[E any](c *checker, s *Schema[E], p *Predicate, path string) {
	checkNode(c, s, p, path, strings.Count(path, ".")+2, false)
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// checkNode checks a node and those below it. timed says that it may look at time
// and events.
func checkNode[T any](c *checker, s *Schema[T], p *Predicate, path string, depth int, timed bool) {
	c.nodes++
	switch {
	case depth > MaxDepth:
		c.add(path, "deeper than %d nodes", MaxDepth)
		return
	case c.nodes == MaxNodes+1:
		c.add(path, "more than %d nodes", MaxNodes)
		return
	case c.nodes > MaxNodes:
		return
	}
	if !p.Op.known() {
		c.add(join(path, "op"), "must be one of %s", opWords.list())
		return
	}
	p.spare(c, path)
	switch p.Op {
	case OpAnd, OpOr, OpNot, OpOrTrue, OpOrFalse:
		checkArgs(c, s, p, path, depth, timed)
	case OpEveryone:
	case OpSample:
		checkSample(c, s, p, path, timed)
	case OpEventCount, OpEventSum, OpLastEvent:
		checkEvents(c, s, p, path, timed)
	default:
		checkField(c, s, p, path, timed)
	}
}

func (o Op) known() bool { return o >= OpEveryone && o <= OpSample }

func checkArgs[T any](c *checker, s *Schema[T], p *Predicate, path string, depth int, timed bool) {
	n := len(p.Args)
	if many := p.Op == OpAnd || p.Op == OpOr; many && n == 0 {
		c.add(join(path, "args"), "%s needs at least one; everyone is true of everyone", p.Op)
	} else if !many && n != 1 {
		c.add(join(path, "arg"), "%s needs one, has %d", p.Op, n)
	}
	for i := range p.Args {
		at := join(path, fmt.Sprintf("args[%d]", i))
		if p.Op != OpAnd && p.Op != OpOr {
			at = join(path, "arg")
		}
		checkNode(c, s, &p.Args[i], at, depth+1, timed)
	}
}

func checkSample[T any](c *checker, s *Schema[T], p *Predicate, path string, timed bool) {
	switch {
	case !timed:
		c.add(join(path, "op"), "an event is not sampled")
	case s.o.ID == nil:
		c.add(join(path, "op"), "the schema has no ids to sample by")
	}
	if len(p.Salt) > MaxText {
		c.add(join(path, "salt"), "longer than %d bytes", MaxText)
	}
	c.readable(p.Salt, join(path, "salt"))
	if p.Share < 0 || p.Share > 10_000 {
		c.add(join(path, "share"), "must be 0 to 10,000, is %d", p.Share)
	}
}

func checkField[T any](c *checker, s *Schema[T], p *Predicate, path string, timed bool) {
	f := s.fields[p.Field]
	if f == nil {
		c.add(join(path, "field"), "there is no field %q", clip(p.Field))
		return
	}
	if want := p.Op.kinds(); !strings.Contains(want, f.kind.String()) {
		c.add(join(path, "field"), "%s is for %s, and %q is of kind %s", p.Op, want, clip(p.Field), f.kind)
		return
	}
	switch {
	case p.Op == OpIsTrue || p.Op == OpMissing:
	case f.kind == TimeField:
		if !timed {
			c.add(join(path, "op"), "where looks at no time")
			return
		}
		if p.Op == OpWithin {
			checkWindow(c, s, p, path)
		} else {
			p.checkWhen(c, path)
		}
	default:
		p.checkValues(c, f.kind, path)
	}
}

// kinds are the fields that an operation is for.
func (o Op) kinds() string {
	switch o {
	case OpEq, OpNe, OpIn:
		return "text, integer, amount, float, boolean"
	case OpHas:
		return "tags"
	case OpIsTrue:
		return "boolean"
	case OpBefore, OpAtOrAfter, OpWithin:
		return "time"
	case OpMissing:
		return fieldKindWords.list()
	}
	return "integer, amount, float"
}

func (p *Predicate) checkValues(c *checker, kind FieldKind, path string) {
	want, name := 1, "value"
	switch p.Op {
	case OpIn:
		want, name = len(p.Values), "values"
		if want == 0 || want > MaxValues {
			c.add(join(path, name), "must be 1 to %d, are %d", MaxValues, want)
			return
		}
	case OpBetween:
		want, name = 2, "min and max"
	}
	if len(p.Values) != want {
		c.add(join(path, name), "%s needs %d, has %d", p.Op, want, len(p.Values))
		return
	}
	for i, v := range p.Values {
		at := join(path, name)
		if want > 1 {
			at = join(path, fmt.Sprintf("values[%d]", i))
		}
		v.check(c, kind, at)
	}
	if p.Op == OpBetween && p.Values[0].number.GreaterThan(p.Values[1].number) {
		c.add(join(path, "min"), "%s is above the maximum %s", p.Values[0], p.Values[1])
	}
}

func (v *Value) check(c *checker, kind FieldKind, path string) {
	want := NumberValue
	switch kind {
	case TextField, TagsField:
		want = TextValue
	case BoolField:
		want = BoolValue
	}
	switch {
	case v.kind != want:
		c.add(path, "must be a %s, is %s", want, clip(v.String()))
	case v.fault != "":
		c.add(path, "%s", v.fault)
	case len(v.text) > MaxText:
		c.add(path, "longer than %d bytes", MaxText)
	}
	c.readable(v.text, path)
}

// readable refuses what JSON would change.
func (c *checker) readable(text, path string) {
	if !utf8.ValidString(text) {
		c.add(path, "is not valid UTF-8")
	}
}

// checkWhen checks an instant, given or so long ago.
func (p *Predicate) checkWhen(c *checker, path string) {
	switch {
	case p.At.IsZero() == p.Ago.IsZero():
		c.add(join(path, "at"), "give at or ago, and not both")
	case !p.Ago.IsZero():
		if why := p.Ago.fault(); why != "" {
			c.add(join(path, "ago"), "%s", why)
		}
	}
}

func checkWindow[T any](c *checker, s *Schema[T], p *Predicate, path string) {
	path = join(path, "window")
	if field, why := p.Window.fault(); why != "" {
		c.add(path+"."+field, "%s", why)
	} else if p.Window.own() && s.o.Zone == nil {
		c.add(path+".zone", "name a zone: the schema does not know the customer's")
	}
}

// own reports whether the window is measured in the customer's zone.
func (w *Window) own() bool { return (w.Kind == Calendar || w.Kind == SinceStart) && w.Zone == "" }

func checkEvents[T any](c *checker, s *Schema[T], p *Predicate, path string, timed bool) {
	switch {
	case !timed:
		c.add(join(path, "op"), "an event has no events")
		return
	case s.o.Events == nil:
		c.add(join(path, "op"), "the schema has no events")
		return
	}
	if len(p.Event) > MaxText {
		c.add(join(path, "event"), "longer than %d bytes", MaxText)
	}
	c.readable(p.Event, join(path, "event"))
	s.o.Events.check(c, p, path)
	if p.Op == OpLastEvent {
		if p.Compare != OpBefore && p.Compare != OpAtOrAfter {
			c.add(join(path, "compare"), "must be before or at_or_after")
		}
		p.checkWhen(c, path)
		return
	}
	checkWindow(c, s, p, path)
	if !p.Compare.compares() {
		c.add(join(path, "compare"), "must be one of eq, ne, lt, lte, gt, gte")
	}
	p.checkValues(c, AmountField, path)
}

// spare refuses fields that the operation does not use.
func (p *Predicate) spare(c *checker, path string) {
	used := p.Op.uses()
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"args", p.Args != nil},
		{"field", p.Field != ""},
		{"values", p.Values != nil},
		{"at", !p.At.IsZero()},
		{"ago", !p.Ago.IsZero()},
		{"window", p.Window != Window{}},
		{"event", p.Event != ""},
		{"where", p.Where != nil},
		{"compare", p.Compare != 0},
		{"salt", p.Salt != ""},
		{"share", p.Share != 0},
	} {
		if f.set && !strings.Contains(used, f.name) {
			c.add(join(path, f.name), "%s has no such field", p.Op)
		}
	}
}

// uses names the fields of a node that an operation uses.
func (o Op) uses() string {
	switch o {
	case OpEveryone:
		return ""
	case OpAnd, OpOr, OpNot, OpOrTrue, OpOrFalse:
		return "args"
	case OpIsTrue, OpMissing:
		return "field"
	case OpBefore, OpAtOrAfter:
		return "field at ago"
	case OpWithin:
		return "field window"
	case OpEventCount:
		return "event where window compare values"
	case OpEventSum:
		return "event where window compare values field"
	case OpLastEvent:
		return "event where compare at ago"
	case OpSample:
		return "salt share"
	}
	return "field values"
}
