package survey

import (
	"slices"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// clearHidden removes the answer of a question that is hidden, where the rule says so.
// The reason is what has happened: ClearOnHidden, ClearOnHiddenContainer, or
// ClearOnComplete at the end.
func (s *Scratch) clearHidden(in *instance, u *unit, reason ClearMode) {
	if u.slot < 0 {
		return
	}
	switch {
	case u.mode == ClearNone,
		reason == ClearOnHidden && u.mode == ClearOnComplete,
		reason == ClearOnHiddenContainer && u.mode != reason:
		return
	}
	if u.kind == kindPanelDynamic || s.p.strict && (u.kind == kindCells || u.kind == kindRows) { // survey-core keeps hidden cells
		s.clearInner(in, u, reason)
	}
	if s.mayClear(in, u, reason) {
		s.wipe(in, u, false)
	}
	switch {
	case u.kind.selects():
		s.clearUnknown(in, u)
	case u.kind == kindMatrix:
		s.clearCells(in, u)
	case u.kind == kindCells:
		s.clearRows(in, u)
	}
}

// clearRows removes the hidden rows of a matrix whose cells are questions.
func (s *Scratch) clearRows(in *instance, u *unit) {
	for i := 0; i < len(in.inner[u.index]); i++ {
		inst := in.inner[u.index][i]
		if inst.hidden && !inst.empty {
			copy(inst.vals, inst.scope.vacant)
			inst.extra, inst.empty = nil, true
			s.gather(inst)
		}
	}
}

// mayClear reports that neither the question nor another that shares its answer is
// visible.
func (s *Scratch) mayClear(in *instance, u *unit, reason ClearMode) bool {
	if reason == ClearOnHiddenContainer && !s.around(in, u) {
		return true
	}
	if s.visible(in, u) {
		return false
	}
	if in.scope.shared[u.slot] > 1 {
		for _, other := range in.scope.units {
			if other != u && other.slot == u.slot && s.visible(in, other) {
				return false
			}
		}
	}
	return true
}

// clearInner does the same inside panels and rows.
func (s *Scratch) clearInner(in *instance, u *unit, reason ClearMode) {
	if reason == ClearOnHidden && u.kind == kindPanelDynamic {
		reason = ClearOnHiddenContainer
	}
	for i := 0; i < len(in.inner[u.index]); i++ {
		inst := in.inner[u.index][i]
		if inst.empty {
			continue
		}
		s.hold(inst, func() { s.clearPart(u, inst, reason) })
	}
}

// clearPart clears what is hidden in one panel or row.
func (s *Scratch) clearPart(u *unit, inst *instance, reason ClearMode) {
	for _, q := range inst.scope.units {
		if !q.kind.container() && (u.kind == kindPanelDynamic || reason == ClearOnComplete) {
			if u.kind == kindPanelDynamic && inst.own[q.index] && inst.hidden {
				continue
			}
			s.clearHidden(inst, q, reason)
		}
	}
}

// wipe removes an answer, and its comment unless that is kept.
func (s *Scratch) wipe(in *instance, u *unit, keepComment bool) {
	v := in.vals[u.slot]
	void := in.up == nil && (s.p.strict && s.left(u.slot) || v.Kind() == expr.KindObject) // survey-core keeps "" and [], not {}
	if void || !expr.IsEmpty(v) {
		if in.up != nil {
			s.putInner(in, u, expr.Value{})
		} else {
			s.assign(u.slot, expr.Value{})
		}
	}
	keepComment = keepComment || !s.p.strict && (u.kind == kindText || u.kind == kindComment) // survey-core forgets theirs
	if !keepComment && u.comment >= 0 && in.vals[u.comment].Kind() != expr.KindMissing {
		if in.up != nil {
			in.vals[u.comment] = expr.Value{}
			s.gather(in)
		} else {
			s.assign(u.comment, expr.Value{})
		}
	}
	if in.up == nil {
		s.direct[u.index] = false
	}
}

// clearUnknown removes choices that the question does not have, or not now.
func (s *Scratch) clearUnknown(in *instance, u *unit) {
	v := in.vals[u.slot]
	if u.openChoices || u.openEnded || u.keepUnknown || s.p.survey.keepKeys || in.scope.shared[u.slot] > 1 || blank(u, v) {
		return
	}
	if !u.many() {
		if s.strange(in, u, v) {
			s.wipe(in, u, true)
		}
		return
	}
	if v.Kind() != expr.KindList {
		s.wipe(in, u, true)
		return
	}
	items := v.Items()
	kept := make([]expr.Value, 0, len(items))
	for _, item := range items {
		if !s.strange(in, u, item) {
			kept = append(kept, item)
		}
	}
	switch {
	case len(kept) == len(items):
	case len(kept) == 0:
		s.wipe(in, u, true)
	default:
		s.put(in, u, expr.List(kept...))
	}
}

// many reports a question whose answer is a list of choices.
func (e *element) many() bool {
	return e.kind == kindCheckbox || e.kind == kindRanking || e.kind == kindImages && e.multi
}

// strange reports that a value is none of the visible choices.
func (s *Scratch) strange(in *instance, u *unit, v expr.Value) bool {
	if u.valueProperty != "" {
		v = v.Field(u.valueProperty)
	}
	if v.Kind() == expr.KindObject {
		v = v.Field("value")
	}
	if isText(v, "other") {
		return false // survey-core keeps it even where "other" is not offered
	}
	return s.choice(in, u, v) == nil
}

// choice is the visible choice with a value, nil where there is none.
func (s *Scratch) choice(in *instance, u *unit, v expr.Value) *item {
	if u.source != nil {
		return s.carried(in, u, v)
	}
	if i := find(u.choices, v); i >= 0 && (in.items[u.index] == nil || in.items[u.index][i]) {
		return u.choices[i]
	}
	if i := find(u.special, v); i >= 0 {
		return u.special[i]
	}
	return nil
}

// carried is choice for a question that takes its choices from another one.
func (s *Scratch) carried(in *instance, u *unit, v expr.Value) *item {
	if i := find(u.special, v); i >= 0 {
		return u.special[i]
	}
	from := u.source
	if !from.kind.selects() || from.source == u {
		return &item{value: v}
	}
	i := find(from.choices, v)
	if i < 0 || in.items[from.index] != nil && !in.items[from.index][i] {
		return nil
	}
	picked := s.picked(in, from, v)
	if u.fromMode == "selected" && !picked || u.fromMode == "unselected" && picked {
		return nil
	}
	return from.choices[i]
}

func (s *Scratch) picked(in *instance, u *unit, v expr.Value) bool {
	answer := in.vals[u.slot]
	if answer.Kind() == expr.KindList {
		return slices.ContainsFunc(answer.Items(), func(x expr.Value) bool { return sameChoice(x, v) })
	}
	return !expr.IsEmpty(answer) && sameChoice(answer, v)
}

// clearCells removes from a matrix what is in a hidden row or an unknown column. Rows
// that the matrix does not have stay, as they do in survey-core.
func (s *Scratch) clearCells(in *instance, u *unit) {
	v := in.vals[u.slot]
	if v.Kind() != expr.KindObject || expr.IsEmpty(v) {
		return
	}
	fields := make([]expr.Field, 0, len(v.Fields()))
	changed := false
	for _, f := range v.Fields() {
		i := rowNamed(u.rows, f.Name)
		if i < 0 || !f.Value.Truth() {
			fields = append(fields, f)
			continue
		}
		if in.rows[u.index] != nil && !in.rows[u.index][i] {
			changed = true
			continue
		}
		kept, ok := s.column(in, u, f.Value)
		changed = changed || !ok || !equalAnswers(kept, f.Value)
		if ok {
			fields = append(fields, expr.Field{Name: f.Name, Value: kept})
		}
	}
	if changed {
		s.put(in, u, expr.Object(fields...))
	}
}

// column keeps what a cell has of known columns; ok is false where nothing is left.
func (s *Scratch) column(in *instance, u *unit, v expr.Value) (expr.Value, bool) {
	if u.multi && v.Kind() == expr.KindList {
		var kept []expr.Value
		for _, item := range v.Items() {
			if s.offers(in, u, item) {
				kept = append(kept, item)
			}
		}
		return expr.List(kept...), len(kept) > 0
	}
	return v, s.offers(in, u, v)
}

func (s *Scratch) offers(in *instance, u *unit, v expr.Value) bool {
	i := find(u.columns, v)
	return i >= 0 && (in.cols[u.index] == nil || in.cols[u.index][i])
}

func rowNamed(rows []*item, name string) int {
	return slices.IndexFunc(rows, func(it *item) bool { return plain(it.value) == name })
}

// finish completes the survey. In Strict, where hidden answers are cleared on the way,
// choices that are not offered may have shown what is hidden without them: it goes, too,
// so that the clean answers are clean.
func (s *Scratch) finish() {
	s.late = false
	s.complete()
	if !s.p.strict || !s.p.clears {
		return
	}
	for range len(s.p.root.units) + 1 {
		if !s.late {
			return
		}
		s.late, s.completed = false, false
		s.settle()
		s.cascade()
		s.complete()
	}
}

// complete does what happens to the answers when a survey ends.
func (s *Scratch) complete() {
	s.completed = true
	if s.p.strict {
		s.dropStrays(&s.root)
	}
	s.clearComments(&s.root)
	for _, u := range s.p.root.units {
		switch {
		case u.kind == kindDisplay:
			s.dropText(u)
		case !u.kind.container():
			s.clearHidden(&s.root, u, ClearOnComplete)
		}
	}
}

// dropStrays leaves out what no question of a panel or row has asked for.
func (s *Scratch) dropStrays(in *instance) {
	for _, u := range in.scope.units {
		if u.inner == nil {
			continue
		}
		var last *instance
		for i := 0; i < len(in.inner[u.index]); i++ {
			inst := in.inner[u.index][i]
			s.dropStrays(inst)
			if len(inst.extra) > 0 {
				inst.extra, inst.made, last = nil, false, inst
			}
		}
		if last != nil {
			s.gather(last)
		}
	}
}

// dropText drops what was given as the answer of a hidden text or picture, which takes
// none; survey-core keeps that of a visible one.
func (s *Scratch) dropText(u *unit) {
	if u.mode != ClearNone && !s.visible(&s.root, u) {
		s.extra = slices.DeleteFunc(s.extra, func(x pair) bool { return x.key == u.key })
	}
}

// clearComments removes the words to "other" where it is not chosen.
func (s *Scratch) clearComments(in *instance) {
	for _, u := range in.scope.units {
		if u.inner != nil {
			for _, inst := range in.inner[u.index] {
				s.clearComments(inst)
			}
		}
		if !u.kind.selects() || u.comment < 0 || !u.storeOther || in.vals[u.comment].Kind() == expr.KindMissing || s.otherChosen(in, u) {
			continue
		}
		if in.up == nil {
			s.assign(u.comment, expr.Value{})
		} else {
			in.vals[u.comment] = expr.Value{}
			s.gather(in)
		}
	}
}

// otherChosen reports that "other" is among the answers of a question that offers it.
func (s *Scratch) otherChosen(in *instance, u *unit) bool {
	if !u.hasOther {
		return false
	}
	v := in.vals[u.slot]
	if v.Kind() == expr.KindList {
		return slices.ContainsFunc(v.Items(), func(x expr.Value) bool { return isText(x, "other") })
	}
	return isText(v, "other")
}

// cascade clears hidden answers until nothing is left to clear: what Strict does where
// the rule is onHidden or onHiddenContainer. An answer that only a hidden answer made
// visible goes, too.
func (s *Scratch) cascade() {
	for range len(s.p.root.units) + 1 {
		before := s.cleared()
		for _, u := range s.p.root.units {
			if u.mode < ClearOnHidden || u.kind.container() || u.slot < 0 || !s.left(u.slot) {
				continue
			}
			reason := u.mode
			if reason == ClearOnHidden && s.root.own[u.index] {
				continue
			}
			if s.mayClear(&s.root, u, reason) {
				s.wipe(&s.root, u, false)
			}
		}
		if s.cleared() == before {
			return
		}
		s.settle()
	}
}

// cleared counts the answers that are left.
func (s *Scratch) cleared() int {
	n := 0
	for i := range s.root.vals {
		if s.left(i) {
			n++
		}
	}
	return n
}

// left reports a key that would be among the clean answers.
func (s *Scratch) left(slot int) bool {
	v := s.root.vals[slot]
	if v.Kind() == expr.KindMissing {
		return false
	}
	_, given := s.given[s.p.root.keys[slot]]
	return given && !s.dirty[slot] || !expr.IsEmpty(v)
}
