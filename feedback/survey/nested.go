package survey

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// maxPanels bounds how many panels or rows of one answer are looked at.
const maxPanels = 1000

// spread lays the answer of a nesting question out as one instance for each panel or
// row. Instances that are there already keep what they know about visibility.
func (s *Scratch) spread(in *instance, u *unit) {
	v := in.vals[u.slot]
	n := u.parts(v)
	list := in.inner[u.index]
	for len(list) < n {
		inst := newInstance(u.inner, in)
		inst.local = make([]expr.Value, locals+len(u.inner.keys))
		inst.vals = inst.local[locals:]
		inst.begin()
		list = append(list, inst)
	}
	list = list[:n]
	in.inner[u.index] = list
	for i, inst := range list {
		part, label, ok := u.part(v, i)
		inst.label, inst.empty = label, !ok
		s.pour(inst, part)
	}
}

// parts is how many panels or rows an answer has.
func (u *unit) parts(v expr.Value) int {
	switch u.kind {
	case kindMultipleText:
		return 1
	case kindCells:
		return len(u.rows)
	case kindRows:
		if n := len(v.Items()); n > 0 {
			return min(max(n, u.minRows), maxPanels)
		}
		if v.Kind() == expr.KindList { // given as empty
			return min(u.minRows, maxPanels)
		}
		return min(max(u.rowCount, 0), maxPanels)
	default:
		if n := len(v.Items()); n > 0 {
			return min(n, maxPanels)
		}
		return min(max(u.rowCount, 0), maxPanels)
	}
}

// part is one panel or row of an answer, and its name in a path; ok is false where the
// answer has none.
func (u *unit) part(v expr.Value, i int) (part expr.Value, label string, ok bool) {
	switch u.kind {
	case kindMultipleText:
		return v, "", true
	case kindCells:
		label = plain(u.rows[i].value)
		for _, f := range v.Fields() {
			if f.Name == label {
				return f.Value, label, true
			}
		}
		return expr.Value{}, label, false
	default:
		label = strconv.Itoa(i)
		if items := v.Items(); i < len(items) {
			return items[i], label, true
		}
		return expr.Value{}, label, false
	}
}

// pour gives an instance its answers.
func (s *Scratch) pour(inst *instance, part expr.Value) {
	inst.made = false
	copy(inst.vals, inst.scope.vacant)
	inst.extra = inst.extra[:0]
	inst.isObject = part.Kind() == expr.KindObject
	inst.local[localPanel] = part
	for _, f := range part.Fields() {
		if slot, ok := inst.scope.slot[f.Name]; ok {
			inst.vals[slot] = f.Value
			continue
		}
		inst.extra = append(inst.extra, f)
	}
	for _, u := range inst.scope.units {
		if u.inner != nil {
			s.spread(inst, u)
		}
	}
}

// putInner sets an answer inside a panel or row, and so the answer that holds it.
func (s *Scratch) putInner(in *instance, u *unit, v expr.Value) {
	if expr.IsEmpty(v) {
		v = expr.Value{}
	}
	in.vals[u.slot] = v
	if u.inner != nil {
		s.spread(in, u)
	}
	s.gather(in)
}

// gather puts the answer that holds an instance together again.
func (s *Scratch) gather(in *instance) {
	host, up := in.host, in.up
	in.whole, in.made = in.object(), true
	in.local[localPanel] = in.whole
	if in == s.held {
		s.owed = true
		return
	}
	v := host.collect(up)
	if up.up != nil {
		up.vals[host.slot] = v
		s.gather(up)
		return
	}
	old := up.vals[host.slot]
	if expr.IsEmpty(v) {
		v = expr.Value{}
	}
	up.vals[host.slot], s.dirty[host.slot], s.late = v, true, true
	s.notice(s.p.root.keys[host.slot], old, v)
}

// object is the answer that an instance stands for.
func (in *instance) object() expr.Value {
	fields := make([]expr.Field, 0, len(in.vals)+len(in.extra))
	for i, v := range in.vals {
		if v.Kind() != expr.KindMissing && (v.Kind() != expr.KindList || len(v.Items()) > 0) {
			fields = append(fields, expr.Field{Name: in.scope.keys[i], Value: v})
		}
	}
	return expr.Object(append(fields, in.extra...)...)
}

// assembled is object, made once for as long as nothing in the instance changes: an
// answer of a thousand panels is put together for each value that is cleared in them.
func (in *instance) assembled() expr.Value {
	if !in.made {
		in.whole, in.made = in.object(), true
	}
	return in.whole
}

// collect is the answer of a nesting question, from its instances.
func (u *unit) collect(in *instance) expr.Value {
	list, old := in.inner[u.index], in.vals[u.slot]
	switch u.kind {
	case kindMultipleText:
		return list[0].assembled()
	case kindCells:
		var fields []expr.Field
		for _, f := range old.Fields() {
			if !slices.ContainsFunc(list, func(i *instance) bool { return i.label == f.Name }) {
				fields = append(fields, f)
			}
		}
		for _, inst := range list {
			if o := inst.assembled(); !expr.IsEmpty(o) {
				fields = append(fields, expr.Field{Name: inst.label, Value: o})
			}
		}
		return expr.Object(fields...)
	default:
		items := make([]expr.Value, 0, len(list))
		for i, inst := range list {
			o := inst.assembled()
			if i >= len(old.Items()) && expr.IsEmpty(o) && !anyFilled(list[i:]) {
				break
			}
			items = append(items, o)
		}
		return expr.List(items...)
	}
}

func anyFilled(list []*instance) bool {
	for _, inst := range list {
		if !expr.IsEmpty(inst.assembled()) {
			return true
		}
	}
	return false
}

// runInner runs the conditions inside the panels or rows of a question.
func (s *Scratch) runInner(in *instance, u *unit) {
	shown := 0
	for i := 0; i < len(in.inner[u.index]); i++ {
		inst := in.inner[u.index][i]
		s.locate(in, u, inst, i, shown)
		inst.hidden = u.panelShows != nil && !s.holds(inst, u.panelShows) ||
			u.kind == kindCells && in.rows[u.index] != nil && !in.rows[u.index][i]
		if !inst.hidden {
			shown++
		}
		s.hold(inst, func() { s.conditions(inst) })
	}
}

// hold does something in a panel or row, and puts the answer that holds it together once
// afterwards, however many values have changed.
func (s *Scratch) hold(inst *instance, do func()) {
	held, owed := s.held, s.owed
	s.held, s.owed = inst, false
	do()
	changed := s.owed
	s.held, s.owed = held, owed
	if changed && s.fault == nil {
		s.gather(inst)
	}
}

// locate sets what expressions may know about the place of a panel or row.
func (s *Scratch) locate(in *instance, u *unit, inst *instance, i, shown int) {
	inst.local[localPanelIndex] = expr.Number(float64(i))
	inst.local[localVisibleIndex] = expr.Number(float64(shown))
	if u.kind == kindCells || u.kind == kindRows {
		inst.local[localPanelIndex] = expr.Number(float64(i + 1))
		inst.local[localVisibleIndex] = expr.Number(float64(shown + 1))
	}
	if u.kind == kindCells {
		inst.local[localRowValue], inst.local[localItem] = u.rows[i].value, u.rows[i].value
		inst.local[localRowTitle] = expr.Text(u.rows[i].label(s.locale))
	}
	list := in.inner[u.index]
	inst.local[localPrevious], inst.local[localNext] = expr.Value{}, expr.Value{}
	if i > 0 {
		inst.local[localPrevious] = list[i-1].local[localPanel]
	}
	if i+1 < len(list) {
		inst.local[localNext] = list[i+1].local[localPanel]
	}
}

// path names a question for a problem: "q", "panel[0].q", "matrix[row].column",
// "texts.item".
func (in *instance) path(u *unit) string {
	if in.up == nil {
		return u.name
	}
	if in.host.kind == kindMultipleText {
		return in.up.path(in.host) + "." + u.name
	}
	var b strings.Builder
	b.WriteString(in.up.path(in.host))
	b.WriteByte('[')
	b.WriteString(in.label)
	b.WriteString("].")
	b.WriteString(u.name)
	return b.String()
}
