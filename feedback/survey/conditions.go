package survey

import (
	"math"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// settle runs all conditions until they change no value any more.
func (s *Scratch) settle() {
	if s.running || s.completed {
		return
	}
	for range maxPasses + 1 {
		s.running, s.changed = true, false
		s.pass()
		s.running = false
		if !s.changed || s.fault != nil {
			return
		}
	}
	s.changed = false
}

// pass runs every condition once, in the order of the definition, calculated values
// first. Values that a condition sets are seen by those after it.
func (s *Scratch) pass() {
	clear(s.done)
	for i := range s.p.calculated {
		s.calculate(i, 0)
	}
	s.conditions(&s.root)
}

func (s *Scratch) conditions(in *instance) {
	for _, u := range in.scope.roots {
		s.run(in, u)
	}
}

// calculate works a calculated value out, after those that it reads.
func (s *Scratch) calculate(i, depth int) {
	c := &s.p.calculated[i]
	if s.done[i] || c.prog == nil || depth > len(s.p.calculated) {
		return
	}
	for _, j := range c.first {
		s.calculate(j, depth+1)
	}
	if s.done[i] {
		return
	}
	s.done[i] = true
	old := s.frame.Slots[c.slot]
	now := s.value(&s.root, c.prog)
	if now.Kind() == expr.KindNull {
		now = expr.Value{}
	}
	if expr.Equal(old, now, expr.Comparison{CaseSensitive: true, Untrimmed: true}) {
		return
	}
	s.frame.Slots[c.slot] = now
	s.notice(c.name, old, now)
}

// run runs the conditions of an element and of what it holds.
func (s *Scratch) run(in *instance, u *unit) {
	if u.kind.container() {
		for _, kid := range u.kids {
			s.run(in, kid)
		}
		s.flags(in, u)
		s.contain(in, u)
		return
	}
	s.flags(in, u)
	s.bounds(in, u)
	if u.computes != nil && !s.readOnly(in, u) && (!s.tracking || u.computes.concerns(s.changes)) {
		s.compute(in, u)
	}
	if u.moving || u.source != nil {
		s.choose(in, u)
	}
	if u.inner != nil {
		s.runInner(in, u)
	}
	if u.defaults != nil && in.up == nil && !s.direct[u.index] && (u.mode < ClearOnHidden || s.visible(in, u)) {
		s.applyDefault(in, u)
	}
}

// flags runs visibleIf, enableIf and requiredIf.
func (s *Scratch) flags(in *instance, u *unit) {
	if u.shows != nil {
		if now := s.is(in, u.shows); now != in.own[u.index] {
			in.own[u.index] = now
			s.visibility(in, u)
		}
	}
	if u.enables != nil {
		enabled, ok := s.value(in, u.enables).Bool()
		in.lock[u.index] = ok && !enabled
	}
	if u.needs != nil {
		in.need[u.index] = s.is(in, u.needs)
	}
}

// bounds runs the expressions of min and max.
func (s *Scratch) bounds(in *instance, u *unit) {
	if u.lowest != nil {
		in.low[u.index] = s.bound(in, u, u.lowest)
	}
	if u.highest != nil {
		in.high[u.index] = s.bound(in, u, u.highest)
	}
}

func (s *Scratch) bound(in *instance, u *unit, p *expr.Program) expr.Value {
	return s.asAnswer(u.inputType, s.value(in, p))
}

// asAnswer is a result as a question stores it: a date becomes its day.
func (s *Scratch) asAnswer(inputType string, v expr.Value) expr.Value {
	if v.Kind() != expr.KindDate {
		return v
	}
	if inputType == "datetime-local" {
		if t, ok := v.Time(s.ctx.Zone); ok {
			return expr.Text(t.Format("2006-01-02T15:04"))
		}
	}
	if text, ok := expr.DateText(v, s.ctx.Zone); ok {
		return expr.Text(text)
	}
	return expr.Value{}
}

// compute sets the value of an expression question.
func (s *Scratch) compute(in *instance, u *unit) {
	v := s.value(in, u.computes.prog)
	if f, ok := v.Float(); ok {
		if math.IsInf(f, 1) {
			v = expr.Value{}
		} else if places, ok := numberOf(u.node, "precision"); ok && places >= 0 && places <= 100 {
			v = expr.Number(roundTo(f, int(places)))
		}
	}
	s.put(in, u, s.asAnswer("", v))
}

// contain looks at what has become of a page or panel, after what is in it.
func (s *Scratch) contain(in *instance, u *unit) {
	if in.contains(u) != in.panels[u.index] {
		s.turn(in, u)
	}
}

// turn is what follows for the questions in a page or panel that has become visible or
// hidden. Its own condition turns it even where it showed nothing before: what is in a
// page that hides is cleared, hidden or not.
func (s *Scratch) turn(in *instance, u *unit) {
	now := in.contains(u)
	in.panels[u.index] = now
	s.eachQuestion(u, func(q *unit) {
		if now {
			s.fill(in, q)
		} else {
			s.clearHidden(in, q, ClearOnHiddenContainer)
		}
	})
}

func (s *Scratch) eachQuestion(u *unit, visit func(*unit)) {
	for _, kid := range u.kids {
		if kid.kind.container() {
			s.eachQuestion(kid, visit)
			continue
		}
		visit(kid)
	}
}

// contains reports that a page or panel is visible and something in it is.
func (in *instance) contains(u *unit) bool {
	if !in.own[u.index] {
		return false
	}
	for _, kid := range u.kids {
		if kid.kind.container() {
			if in.contains(kid) {
				return true
			}
		} else if in.own[kid.index] {
			return true
		}
	}
	return false
}

// around reports that everything around an element is visible.
func (s *Scratch) around(in *instance, u *unit) bool {
	for p := u.parent; p != nil; p = p.parent {
		if !in.contains(p) {
			return false
		}
	}
	return in.up == nil || !in.hidden && in.up.own[in.host.index]
}

func (s *Scratch) visible(in *instance, u *unit) bool {
	return in.own[u.index] && s.around(in, u)
}

// readOnly reports a question that cannot be answered: it, its panel, its page or the
// survey is read only.
func (s *Scratch) readOnly(in *instance, u *unit) bool {
	if s.p.survey.readOnly {
		return true
	}
	for v := u; v != nil; v = v.parent {
		if in.lock[v.index] {
			return true
		}
	}
	return in.up != nil && s.readOnly(in.up, in.host)
}

// visibility is what follows when an element itself is shown or hidden.
func (s *Scratch) visibility(in *instance, u *unit) {
	if u.kind.container() {
		s.turn(in, u)
		return
	}
	if u.mode < ClearOnHidden {
		return
	}
	if !in.own[u.index] {
		s.clearHidden(in, u, ClearOnHidden)
	} else if s.visible(in, u) {
		s.fill(in, u)
	}
}

// fill gives a question without an answer its default.
func (s *Scratch) fill(in *instance, u *unit) {
	if u.slot < 0 || u.defaults == nil && expr.IsEmpty(u.defaultValue) || !blank(u, in.vals[u.slot]) {
		return
	}
	if u.mode >= ClearOnHidden && !in.own[u.index] {
		return
	}
	if u.defaults != nil {
		s.applyDefault(in, u)
		return
	}
	s.put(in, u, u.defaultValue)
}

// applyDefault sets what defaultValueExpression gives.
func (s *Scratch) applyDefault(in *instance, u *unit) {
	v := s.value(in, u.defaults)
	if k := v.Kind(); k == expr.KindMissing || k == expr.KindNull {
		v = u.defaultValue
	}
	v = s.asAnswer(u.inputType, v)
	if expr.Equal(in.vals[u.slot], v, expr.Comparison{}) {
		return
	}
	s.put(in, u, v)
	if in.up == nil {
		s.direct[u.index] = false
	}
}

// blank reports that a question is not answered; text of blanks is no answer unless the
// question says so.
func blank(u *unit, v expr.Value) bool {
	if text, ok := v.Str(); ok && !u.allowBlank {
		return strings.TrimSpace(text) == ""
	}
	return expr.IsEmpty(v)
}

// choose works out which choices, rows and columns are visible, and drops answers that
// are hidden thereby.
func (s *Scratch) choose(in *instance, u *unit) {
	list := u.choices
	if u.kind == kindRating {
		list = u.columns
	}
	moved := s.pick(in, u.itemShows, list, &in.items[u.index])
	if moved && u.kind.selects() {
		s.clearUnknown(in, u)
	}
	if moved && u.kind == kindRating && !s.readOnly(in, u) {
		if i := find(u.columns, in.vals[u.slot]); i >= 0 && !in.items[u.index][i] {
			s.wipe(in, u, true)
		}
	}
	rows := s.pick(in, u.rowShows, u.rows, &in.rows[u.index])
	cols := s.pick(in, u.colShows, u.columns, &in.cols[u.index])
	if u.kind == kindMatrix && (rows || cols) && u.mode >= ClearOnHidden {
		s.clearCells(in, u)
	}
}

// pick runs the conditions of items; it reports whether any changed.
func (s *Scratch) pick(in *instance, shows []*expr.Program, list []*item, state *[]bool) bool {
	if shows == nil {
		return false
	}
	if *state == nil {
		*state = make([]bool, len(list))
		for i := range *state {
			(*state)[i] = true
		}
	}
	moved := false
	for i, p := range shows {
		now := p == nil || s.about(in, p, list[i].value)
		if now != (*state)[i] {
			(*state)[i], moved = now, true
		}
	}
	return moved
}

// find is the item with a value, or -1.
func find(list []*item, v expr.Value) int {
	for i, it := range list {
		if sameChoice(it.value, v) {
			return i
		}
	}
	return -1
}

// sameChoice compares as survey-core looks choices up: letter case and blanks count, a
// number equals its text.
func sameChoice(a, b expr.Value) bool {
	return expr.Equal(a, b, expr.Comparison{CaseSensitive: true, Untrimmed: true})
}
