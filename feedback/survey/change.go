package survey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// maxStack bounds how deep setting one value may set the next.
const maxStack = 32

// put sets the answer of a question, as a condition, a default or a trigger does.
func (s *Scratch) put(in *instance, u *unit, v expr.Value) {
	if u.slot < 0 {
		return
	}
	old := in.vals[u.slot]
	if equalAnswers(old, v) {
		return
	}
	if in.up != nil {
		s.putInner(in, u, v)
		return
	}
	s.direct[u.index] = true
	s.assign(u.slot, v)
}

// equalAnswers compares exactly, so that nothing that changed is missed; all that is
// empty is the same.
func equalAnswers(a, b expr.Value) bool {
	if expr.IsEmpty(a) && expr.IsEmpty(b) {
		return true
	}
	return expr.Equal(a, b, expr.Comparison{Ordered: true, CaseSensitive: true, Untrimmed: true, ExactNumbers: true})
}

// assign sets a value of the survey and lets everything follow that depends on it.
func (s *Scratch) assign(slot int, v expr.Value) {
	old := s.root.vals[slot]
	if v.Kind() == expr.KindMissing {
		v = s.p.root.vacant[slot]
	}
	s.root.vals[slot], s.dirty[slot], s.late = v, true, true
	for _, u := range s.p.root.units {
		if u.slot == slot && u.inner != nil {
			s.spread(&s.root, u)
		}
	}
	s.notice(s.p.root.keys[slot], old, v)
}

// notice tells conditions and triggers that a name has a new value.
func (s *Scratch) notice(name string, old, now expr.Value) {
	if s.completed || s.stack >= maxStack {
		s.changed = s.changed || s.running
		return
	}
	if s.count++; s.count > maxChanges {
		s.fault = fmt.Errorf("%w: more than %d values were set", ErrWork, maxChanges)
		return
	}
	s.stack++
	c := change{strings.ToLower(name), old, now, name}
	if s.running {
		s.changed = true
		s.changes = append(s.changes, c)
	} else {
		s.changes = append(s.changes[:0], c)
		s.tracking = true
		s.settle()
		s.tracking = false
		s.reactions(c)
		s.changes = s.changes[:0]
	}
	s.fire([]change{c})
	s.stack--
}

// reactions runs resetValueIf, setValueIf and setValueExpression of all questions.
func (s *Scratch) reactions(first change) {
	if s.p.survey.readOnly {
		return
	}
	keys := append([]change(nil), s.changes...)
	if len(keys) == 0 {
		keys = []change{first}
	}
	for _, u := range s.p.root.units {
		if u.resets != nil && !blank(u, s.root.vals[u.slot]) && u.resets.concerns(keys) && s.is(&s.root, u.resets.prog) {
			s.reset(u)
		}
		switch {
		case u.sets != nil:
			if (u.sets.concerns(keys) || u.setsTo != nil && u.setsTo.touches(keys)) && s.value(&s.root, u.sets.prog).Truth() {
				s.react(u)
			}
		case u.setsTo != nil && u.setsTo.concerns(keys):
			s.react(u)
		}
	}
}

func (s *Scratch) reset(u *unit) {
	switch {
	case u.defaults != nil:
		s.applyDefault(&s.root, u)
	case !expr.IsEmpty(u.defaultValue):
		s.put(&s.root, u, u.defaultValue)
	default:
		s.wipe(&s.root, u, false)
	}
}

func (s *Scratch) react(u *unit) {
	if u.setsTo == nil {
		s.wipe(&s.root, u, false)
		return
	}
	v := s.asAnswer(u.inputType, s.value(&s.root, u.setsTo.prog))
	if !expr.Equal(s.root.vals[u.slot], v, expr.Comparison{}) {
		s.put(&s.root, u, v)
	}
}

// concerns reports that a rule has to run: something it reads has changed, or it may
// read anything, or it reads nothing.
func (r *rule) concerns(keys []change) bool {
	return r.calls || len(r.reads) == 0 || r.reads != nil && r.reading(keys)
}

// touches is concerns for the second rule of a pair, which runs as a constant, too.
func (r *rule) touches(keys []change) bool { return r.concerns(keys) }

func (r *rule) reading(keys []change) bool {
	for _, name := range r.reads {
		for i := range keys {
			if reads(name, keys[i]) {
				return true
			}
		}
	}
	return false
}

// reads reports that a reference reads a changed name, or a part of it that changed.
func reads(name string, c change) bool {
	if name == c.name {
		return true
	}
	rest, ok := strings.CutPrefix(name, c.name)
	if !ok || rest[0] != '.' && rest[0] != '[' {
		return false
	}
	if rest[0] == '.' && !strings.ContainsAny(rest[1:], ".[") {
		return !expr.Equal(member(c.old, rest[1:]), member(c.now, rest[1:]), expr.Comparison{})
	}
	return true
}

// fire runs the triggers for which something has changed.
func (s *Scratch) fire(keys []change) {
	if s.completed || len(s.p.triggers) == 0 || s.p.survey.readOnly || s.warming {
		return
	}
	if s.triggering {
		s.triggerKeys = append(s.triggerKeys, keys...)
		return
	}
	s.triggering = true
	s.triggerKeys = append(s.triggerKeys[:0], keys...)
	from := 0
	for range 3 {
		end := len(s.triggerKeys)
		for i := range s.p.triggers {
			s.check(&s.p.triggers[i], s.triggerKeys[from:])
		}
		if len(s.triggerKeys) == end {
			break
		}
		from = end
	}
	s.triggering = false
}

// check runs one trigger.
func (s *Scratch) check(t *action, keys []change) {
	sets := t.kind == "setvalue" || t.kind == "copyvalue"
	if sets && (t.set == "" || len(keys) == 1 && keys[0].exact == t.set) || t.kind == "copyvalue" && t.from == "" {
		return
	}
	if t.when == nil {
		if t.kind == "copyvalue" && (t.trigger.when == nil) && named(keys, t.from) {
			s.act(t)
		}
		return
	}
	if !t.when.concerns(keys) && (t.kind != "copyvalue" || !named(keys, t.from)) {
		return
	}
	holds := s.is(&s.root, t.when.prog)
	if t.kind == "visible" {
		s.show(t, holds)
		return
	}
	if holds {
		s.act(t)
	}
}

func named(keys []change, name string) bool {
	for i := range keys {
		if reads(strings.ToLower(name), keys[i]) {
			return true
		}
	}
	return false
}

// act does what a trigger is for.
func (s *Scratch) act(t *action) {
	switch t.kind {
	case "setvalue":
		s.set(t.set, t.value, t.variable)
	case "copyvalue":
		if v, ok := s.named(t.from); ok {
			s.set(t.set, v, false)
		}
	case "runexpression":
		if t.to == nil {
			return
		}
		if v := s.value(&s.root, t.to); t.set != "" && v.Kind() != expr.KindMissing {
			s.set(t.set, s.asAnswer("", v), false)
		}
	case "skip":
		if t.goTo != "" {
			s.skipTo = t.goTo
		}
	}
}

// named is the value of a question, a calculated value or a stray key.
func (s *Scratch) named(name string) (expr.Value, bool) {
	low := strings.ToLower(name)
	if i, ok := s.p.root.folded[low]; ok {
		return s.root.vals[i], true
	}
	for i := range s.p.calculated {
		if strings.ToLower(s.p.calculated[i].name) == low {
			return s.frame.Slots[s.p.calculated[i].slot], true
		}
	}
	v := s.external(low)
	return v, v.Kind() != expr.KindMissing
}

// set is how a trigger sets a question, a key of the answers or a variable.
func (s *Scratch) set(name string, v expr.Value, variable bool) {
	low := strings.ToLower(name)
	if variable {
		s.setVariable(low, v)
		return
	}
	if i, ok := s.p.root.folded[low]; ok {
		for _, u := range s.p.root.units {
			if u.slot == i {
				s.put(&s.root, u, s.entered(u, v))
				return
			}
		}
		if !equalAnswers(s.root.vals[i], v) {
			s.assign(i, v)
		}
		return
	}
	if !strings.Contains(name, ".") {
		s.setStray(name, v)
	}
}

// entered is a value as a text question takes it from code: a number question takes
// only numbers.
func (s *Scratch) entered(u *unit, v expr.Value) expr.Value {
	if u.kind != kindText || !u.numeric() || !v.Truth() {
		return v
	}
	if f, ok := numeral(v); ok {
		return expr.Number(f)
	}
	return expr.Value{}
}

func (s *Scratch) setVariable(low string, v expr.Value) {
	old := s.external(low)
	found := false
	for i := range s.vars {
		if s.vars[i].key == low {
			s.vars[i].value, found = v, true
		}
	}
	if !found {
		s.vars = append(s.vars, pair{low, v, nil})
	}
	for i := range s.p.calculated {
		if c := &s.p.calculated[i]; strings.ToLower(c.name) == low {
			s.frame.Slots[c.slot] = v
		}
	}
	s.outside()
	if !expr.Equal(old, v, expr.Comparison{}) {
		s.notice(low, old, v)
	}
}

// setStray sets a key that no question has.
func (s *Scratch) setStray(key string, v expr.Value) {
	var old expr.Value
	at := -1
	for i := range s.extra {
		if s.extra[i].key == key {
			old, at = s.extra[i].value, i
		}
	}
	if equalAnswers(old, v) {
		return
	}
	switch {
	case expr.IsEmpty(v) && at >= 0:
		s.extra = append(s.extra[:at], s.extra[at+1:]...)
	case expr.IsEmpty(v):
	case at >= 0:
		s.extra[at] = pair{key, v, v.Any()}
	default:
		s.extra = append(s.extra, pair{key, v, v.Any()})
	}
	s.outside()
	s.notice(key, old, v)
}

// show is what a trigger of the type "visible" does.
func (s *Scratch) show(t *action, visible bool) {
	for _, u := range s.p.root.units {
		names := t.list
		if u.kind == kindPage {
			names = t.pages
		}
		for _, n := range names {
			if n == u.name && s.root.own[u.index] != visible {
				s.root.own[u.index] = visible
				s.visibility(&s.root, u)
				for v := u.parent; v != nil; v = v.parent {
					s.contain(&s.root, v)
				}
			}
		}
	}
}

// step is survey.setValue: one answer given after the others.
func (s *Scratch) step(st Step) error {
	v, err := read(st.Value)
	if err != nil {
		return err
	}
	slot, ok := s.p.root.slot[st.Key]
	if !ok {
		s.setStray(st.Key, v)
		return nil
	}
	old := s.root.vals[slot]
	if nothing(old) == nothing(v) && (nothing(v) || expr.Equal(old, v, expr.Comparison{Ordered: true})) {
		return nil
	}
	s.entry(slot, v)
	s.assign(slot, s.ranked(slot, v))
	return nil
}

// ranked adds the choices that a ranking leaves out at its end, as survey-core does; in
// Strict a ranking stays as it was given.
func (s *Scratch) ranked(slot int, v expr.Value) expr.Value {
	if s.p.strict || v.Kind() != expr.KindList || len(v.Items()) == 0 {
		return v
	}
	for _, u := range s.p.root.units {
		if u.slot != slot || u.kind != kindRanking || isTrue(u.node, "selectToRankEnabled") {
			continue
		}
		items := v.Items()
		for i, it := range u.choices {
			visible := s.root.items[u.index] == nil || s.root.items[u.index][i]
			if visible && !slices.ContainsFunc(items, func(x expr.Value) bool { return sameChoice(x, it.value) }) {
				items = append(slices.Clip(items), it.value)
			}
		}
		if len(items) > len(v.Items()) {
			s.dirty[slot] = true
			return expr.List(items...)
		}
	}
	return v
}

// nothing is no value, a null or an empty text.
func nothing(v expr.Value) bool {
	k := v.Kind()
	return k == expr.KindMissing || k == expr.KindNull || isText(v, "")
}

// entry notes whether an answer differs from its question's default.
func (s *Scratch) entry(slot int, v expr.Value) {
	for _, u := range s.p.root.units {
		if u.slot != slot {
			continue
		}
		s.direct[u.index] = true
		if u.defaults != nil && !expr.IsEmpty(v) {
			s.direct[u.index] = !expr.Equal(v, s.value(&s.root, u.defaults), expr.Comparison{})
		}
	}
}

// adopt is entry for answers that were given at once.
func (s *Scratch) adopt(u *unit) {
	if u.slot < 0 || u.defaults == nil {
		return
	}
	if v := s.root.vals[u.slot]; !expr.IsEmpty(v) {
		s.direct[u.index] = !expr.Equal(v, s.value(&s.root, u.defaults), expr.Comparison{})
	}
}

func isText(v expr.Value, want string) bool {
	text, ok := v.Str()
	return ok && text == want
}
