package survey

import (
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// functions reports functions that SurveyJS does not have.
func (l *linter) functions() {
	for _, st := range l.sites {
		eachTree(&st.tree, func(t *expr.Tree) {
			if t.Kind == expr.TreeCall && !slices.Contains(functions[:], t.Name) {
				l.report(RuleFunction, SeverityWarning, st.path, st.owner, "there is no function "+quote(t.Name))
			}
		})
	}
}

// comparison is a reference beside a constant.
type comparison struct {
	op       string // as seen from the reference
	ref      *lintRef
	constant expr.Value
	written  string
}

var mirrored = [...][2]string{{"greater", "less"}, {"less", "greater"}, {"greaterorequal", "lessorequal"}, {"lessorequal", "greaterorequal"}}

// compared recognises a comparison of a reference with a constant.
func (l *linter) compared(st *site, t *expr.Tree) (comparison, bool) {
	if t.Kind != expr.TreeOperation || len(t.Args) != 2 {
		return comparison{}, false
	}
	left, okLeft := l.constant(st, &t.Args[0])
	right, okRight := l.constant(st, &t.Args[1])
	c := comparison{op: t.Name, written: t.Name}
	switch {
	case t.Args[0].Kind == expr.TreeReference && !okLeft && okRight:
		c.ref, c.constant = st.ref(t.Args[0].Ref.Name), right
	case t.Args[1].Kind == expr.TreeReference && !okRight && okLeft:
		c.ref, c.constant = st.ref(t.Args[1].Ref.Name), left
		for _, m := range mirrored {
			if m[0] == t.Name {
				c.op = m[1]
				break
			}
		}
	}
	return c, c.ref != nil
}

// constant is the value of a literal, of a list of literals, or of a name that always
// has the same value.
func (l *linter) constant(st *site, t *expr.Tree) (expr.Value, bool) {
	switch t.Kind {
	case expr.TreeLiteral:
		return t.Value, true
	case expr.TreeList:
		items := make([]expr.Value, len(t.Args))
		for i := range t.Args {
			v, ok := l.constant(st, &t.Args[i])
			if !ok || t.Args[i].Kind == expr.TreeList {
				return expr.Value{}, false
			}
			items[i] = v
		}
		return expr.List(items...), true
	case expr.TreeReference:
		return l.always(st.ref(t.Ref.Name))
	default:
		return expr.Value{}, false
	}
}

// always is the value of a name that always has the same one.
func (l *linter) always(ref *lintRef) (expr.Value, bool) {
	if ref == nil || ref.status != refResolved || len(ref.segs) != 1 || ref.segs[0].Indexed || ref.what != "value" && ref.what != "element" {
		return expr.Value{}, false
	}
	v, ok := l.constants[strings.ToLower(ref.segs[0].Name)]
	return v, ok
}

// fold finds the calculated values and expression questions that never change.
func (l *linter) fold() {
	l.constants = map[string]expr.Value{}
	type candidate struct {
		name string
		st   *site
	}
	var list []candidate
	for i, v := range l.values {
		if l.valueSites[i] != nil {
			list = append(list, candidate{v.name, l.valueSites[i]})
		}
	}
	for _, st := range l.sites {
		if r := st.owner; r != nil && r.typ == "expression" && r.kind == recordQuestion && st.prop == "expression" && len(r.scope) == 0 && !r.setsItself() {
			name := r.valueName
			if name == "" {
				name = r.name
			}
			list = append(list, candidate{name, st})
		}
	}
	for range len(list) + 1 {
		grown := false
		for _, c := range list {
			low := strings.ToLower(c.name)
			if _, ok := l.constants[low]; ok || c.st.ast == nil || l.ambiguous(c.name) || calls(&c.st.tree) {
				continue
			}
			if v, ok := l.evaluate(c.st, &c.st.tree); ok {
				l.constants[low], grown = v, true
			}
		}
		if !grown {
			return
		}
	}
}

func (r *record) setsItself() bool {
	return slices.ContainsFunc([]string{"defaultValue", "defaultValueExpression", "setValueExpression", "setValueIf"}, func(key string) bool {
		v := get(r.n, key)
		return v != nil && valueOf(v).Kind() > expr.KindNull && !isText(valueOf(v), "")
	})
}

// ambiguous reports a name that several things have, or that a trigger sets.
func (l *linter) ambiguous(name string) bool {
	low := strings.ToLower(name)
	n := len(l.byName.by[low]) + len(l.byValue.by[low])
	for _, v := range l.values {
		if strings.EqualFold(v.name, name) {
			n++
		}
	}
	return n > 1 || slices.ContainsFunc(l.triggers, func(t *triggerRecord) bool {
		return strings.EqualFold(t.set, name) || slices.ContainsFunc(namesOf(t.n, "questions"), func(q string) bool { return strings.EqualFold(q, name) })
	})
}

func calls(t *expr.Tree) bool {
	found := false
	eachTree(t, func(x *expr.Tree) { found = found || x.Kind == expr.TreeCall })
	return found
}

// evaluate works out a part of an expression whose names all are constants.
func (l *linter) evaluate(st *site, t *expr.Tree) (expr.Value, bool) {
	ok := true
	eachTree(t, func(x *expr.Tree) {
		if x.Kind == expr.TreeReference {
			_, known := l.always(st.ref(x.Ref.Name))
			ok = ok && known
		}
		ok = ok && x.Kind != expr.TreeCall
	})
	if !ok {
		return expr.Value{}, false
	}
	var frame expr.Frame
	program, err := expr.Compile(t.Expression(), expr.ResolverFunc(func(ref *expr.Reference) (expr.Binding, bool) {
		v, _ := l.always(st.ref(ref.Name))
		frame.Slots = append(frame.Slots, v)
		return expr.Binding{Slot: len(frame.Slots) - 1, Steps: len(ref.Path)}, true
	}))
	if err != nil {
		return expr.Value{}, false
	}
	return program.Eval(&frame), true
}

// choiceValues reports comparisons with values that cannot be chosen.
func (l *linter) choiceValues() {
	ops := []string{"equal", "notequal", "anyof", "allof", "noneof", "contains", "notcontains"}
	for _, st := range l.sites {
		eachTree(&st.tree, func(t *expr.Tree) {
			c, ok := l.compared(st, t)
			if !ok || !slices.Contains(ops, c.op) {
				return
			}
			values, r, ok := c.ref.domain()
			if !ok {
				return
			}
			if v := get(r.n, "defaultValue"); v != nil {
				own := valueOf(v)
				if own.Kind() == expr.KindList {
					values = append(values, own.Items()...)
				} else {
					values = append(values, own)
				}
			}
			same := loosely
			if (c.op == "contains" || c.op == "notcontains") && r.shape != shapeList {
				same = func(a, b expr.Value) bool { v, _ := expr.Operate("contains", a, b, nil); return v.Truth() }
			}
			list := []expr.Value{c.constant}
			if c.constant.Kind() == expr.KindList {
				list = c.constant.Items()
			}
			for _, v := range list {
				if checkable(v) && !slices.ContainsFunc(values, func(a expr.Value) bool { return same(a, v) }) {
					l.report(RuleUnknownChoice, SeverityWarning, st.path, st.owner, quote(plain(v))+" cannot be chosen in "+quote(r.name))
					return
				}
			}
		})
	}
}

// mismatches reports operators on types that do not have them.
func (l *linter) mismatches() {
	for _, st := range l.sites {
		eachTree(&st.tree, func(t *expr.Tree) {
			class := operatorClass(t.Name)
			c, ok := l.compared(st, t)
			if !ok || class == "" || c.constant.Kind() == expr.KindList && t.Args[0].Kind != expr.TreeLiteral && t.Args[1].Kind != expr.TreeLiteral {
				return
			}
			r := c.ref.target()
			if r == nil || r.unknown || r.shape == shapeUnknown {
				return
			}
			why, text := mismatch(r, class, c.constant)
			if why == "" || text && class == "arithmetic" && !st.condition {
				return
			}
			l.report(RuleTypeMismatch, SeverityWarning, st.path, st.owner, quote(r.name)+" "+why)
		})
	}
}

func operatorClass(op string) string {
	switch op {
	case "greater", "greaterorequal", "less", "lessorequal":
		return "order"
	case "plus", "minus", "mul", "div", "mod", "power":
		return "arithmetic"
	case "equal", "notequal":
		return "equality"
	default:
		return ""
	}
}

// mismatch says why a question does not go with an operator and a constant; text is
// true where only conversion of text makes it work.
func mismatch(r *record, class string, c expr.Value) (why string, text bool) {
	something := c.Kind() > expr.KindNull && !isText(c, "")
	words, isWords := c.Str()
	number := r.shape == shapeScalar && r.scalar == expr.TypeNumber && isWords && words != ""
	switch {
	case r.shape == shapeNone:
		return "has no value", false
	case class == "equality" && r.shape == shapeList && something && c.Kind() < expr.KindList:
		return "holds a list, which is compared as a whole", false
	case class == "equality" && r.scalar == expr.TypeBool && c.Kind() != expr.KindBool && something:
		return "is true or false and never equals that", false
	case class == "equality" && number:
		return "is a number and never equals a text", false
	case class == "equality":
		return "", false
	case r.shape == shapeList || r.shape == shapeObject:
		return "holds no single value to order or compute with", false
	case r.scalar == expr.TypeBool:
		return "is true or false, which has no order", false
	case r.scalar == expr.TypeText && r.shape == shapeScalar && (r.eff == "comment" || r.eff == "text"):
		return "holds text, which has to be converted first", true
	case r.scalar == expr.TypeDate && c.Kind() == expr.KindNumber:
		return "holds a date and does not compare with a number", false
	case number:
		return "is a number and does not compare with a text", false
	default:
		return "", false
	}
}

// verdicts reports conditions whose result is known beforehand.
func (l *linter) verdicts() {
	for _, st := range slices.Clone(l.sites) {
		if st.ast == nil {
			continue
		}
		if st.condition {
			l.judge(st)
		}
		k := 0
		eachTree(&st.tree, func(t *expr.Tree) {
			if t.Kind == expr.TreeCall && strings.EqualFold(t.Name, "iif") {
				if len(t.Args) > 0 && t.Args[0].Kind != 0 {
					sub := &site{path: at(st.path+".iif", k), prop: st.prop, condition: true, owner: st.owner, scope: st.scope, tree: t.Args[0], refs: st.refs, made: true}
					l.judge(sub)
				}
				k++
			}
		})
	}
}

func (l *linter) judge(st *site) {
	always, known, odd := l.verdict(st)
	switch {
	case known && !always:
		l.report(RuleContradiction, SeverityWarning, st.path, st.owner, "the condition never holds")
		if st.prop == "visibleIf" && st.owner != nil && !st.made {
			l.dead[st.owner] = true
		}
	case known:
		l.report(RuleMeaningless, SeverityWarning, st.path, st.owner, "the condition always holds")
	case odd != "":
		l.report(RuleMeaningless, SeverityWarning, st.path, st.owner, odd)
	}
}

// verdict says whether a condition is known to hold or not to hold, or what is odd
// about it.
func (l *linter) verdict(st *site) (always, known bool, odd string) {
	t := &st.tree
	if literalOnly(t) && t.Kind != expr.TreeLiteral || t.Kind == expr.TreeLiteral && t.Value.Kind() != expr.KindBool {
		v, _ := l.evaluate(st, t)
		return v.Truth(), true, ""
	}
	if t.Kind == expr.TreeOperation && operatorClass(t.Name) == "arithmetic" {
		return false, false, "arithmetic is no condition"
	}
	if fragment(t) {
		return false, false, "a part of the condition is known beforehand"
	}
	if t.Kind == expr.TreeReference {
		return false, false, ""
	}
	holds, ok := l.partial(st, t)
	return holds, ok, ""
}

// literalOnly reports a part without names and functions.
func literalOnly(t *expr.Tree) bool {
	only := t.Kind != 0
	eachTree(t, func(x *expr.Tree) { only = only && x.Kind != expr.TreeReference && x.Kind != expr.TreeCall })
	return only
}

// fragment looks for a constant side of and/or, a comparison of two constants, or of
// something with itself.
func fragment(t *expr.Tree) bool {
	if t.Kind != expr.TreeOperation {
		return false
	}
	if len(t.Args) == 2 && (t.Name == "and" || t.Name == "or") {
		return literalOnly(&t.Args[0]) || literalOnly(&t.Args[1]) || fragment(&t.Args[0]) || fragment(&t.Args[1])
	}
	if len(t.Args) == 2 && operatorClass(t.Name) != "arithmetic" {
		if literalOnly(&t.Args[0]) && literalOnly(&t.Args[1]) {
			return true
		}
		if t.Args[1].Kind != 0 && !calls(t) && t.Args[0].Expression().String() == t.Args[1].Expression().String() {
			return true
		}
	}
	if len(t.Args) == 1 && literalOnly(&t.Args[0]) {
		return true
	}
	return slices.ContainsFunc(t.Args, func(x expr.Tree) bool { return fragment(&x) })
}

// partial works a condition out as far as it is known.
func (l *linter) partial(st *site, t *expr.Tree) (holds, known bool) {
	if t.Kind != expr.TreeOperation || t.Name != "and" && t.Name != "or" {
		return l.leaf(st, t)
	}
	a, okA := l.partial(st, &t.Args[0])
	b, okB := l.partial(st, &t.Args[1])
	if t.Name == "or" {
		return okA && a || okB && b, okA && a || okB && b || okA && okB
	}
	if okA && !a || okB && !b {
		return false, true
	}
	if okA && okB {
		return true, true
	}
	return false, l.conflict(st, t)
}

// leaf is a comparison that is known: of constants, or out of a question's range.
func (l *linter) leaf(st *site, t *expr.Tree) (holds, known bool) {
	refs := false
	eachTree(t, func(x *expr.Tree) { refs = refs || x.Kind == expr.TreeReference })
	if v, ok := l.evaluate(st, t); ok && refs {
		return v.Truth(), true
	}
	c, ok := l.compared(st, t)
	if !ok {
		return false, false
	}
	if c.op == "anyof" && c.constant.Kind() == expr.KindList && len(c.constant.Items()) == 0 {
		return false, true
	}
	low, high, ok := c.ref.target().limits()
	if !ok {
		return false, false
	}
	bound := low
	if expr.IsEmpty(bound) {
		bound = high
	}
	return false, bound.Kind() == c.constant.Kind() && beyond(c.op, c.constant, low, high)
}

// beyond reports a comparison that no value within bounds fulfils.
func beyond(op string, c, low, high expr.Value) bool {
	hasLow, hasHigh := !expr.IsEmpty(low), !expr.IsEmpty(high)
	switch op {
	case "greater":
		return hasHigh && !above(high, c)
	case "greaterorequal":
		return hasHigh && above(c, high)
	case "less":
		return hasLow && !above(c, low)
	case "lessorequal":
		return hasLow && above(low, c)
	case "equal":
		return hasLow && above(low, c) || hasHigh && above(c, high)
	default:
		return false
	}
}

// constraint is what one side of "and" asks of a name.
type constraint struct {
	key, op string
	value   expr.Value
}

// conflict reports an "and" whose sides exclude each other.
func (l *linter) conflict(st *site, t *expr.Tree) bool {
	var list []constraint
	var collect func(*expr.Tree)
	collect = func(x *expr.Tree) {
		if x.Kind == expr.TreeOperation && x.Name == "and" {
			collect(&x.Args[0])
			collect(&x.Args[1])
			return
		}
		if x.Kind == expr.TreeOperation && (x.Name == "empty" || x.Name == "notempty") && x.Args[0].Kind == expr.TreeReference {
			if ref := st.ref(x.Args[0].Ref.Name); ref != nil && ref.status != refUnknown && ref.status != refSkipped {
				list = append(list, constraint{strings.ToLower(ref.raw), x.Name, expr.Value{}})
			}
			return
		}
		if c, ok := l.compared(st, x); ok && c.ref.status != refUnknown && c.ref.status != refSkipped && operatorClass(c.op) != "" && operatorClass(c.op) != "arithmetic" {
			list = append(list, constraint{strings.ToLower(c.ref.raw), c.op, c.constant})
		}
	}
	collect(t)
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.key == b.key && (excludes(a, b) || excludes(b, a)) {
				return true
			}
		}
	}
	return false
}

func excludes(a, b constraint) bool {
	lower := func(op string) bool { return op == "greater" || op == "greaterorequal" }
	upper := func(op string) bool { return op == "less" || op == "lessorequal" }
	switch {
	case a.op == "equal" && b.op == "equal":
		return !loosely(a.value, b.value)
	case a.op == "equal" && b.op == "notequal":
		return loosely(a.value, b.value)
	case a.op == "empty" && b.op == "notempty":
		return true
	case a.op == "empty" && b.op == "equal":
		return !loosely(expr.Null(), b.value)
	case lower(a.op) && upper(b.op):
		return !above(b.value, a.value) && !(loosely(a.value, b.value) && a.op == "greaterorequal" && b.op == "lessorequal")
	case a.op == "equal" && b.op == "greater":
		return !above(a.value, b.value)
	case a.op == "equal" && b.op == "greaterorequal":
		return above(b.value, a.value)
	case a.op == "equal" && b.op == "less":
		return !above(b.value, a.value)
	case a.op == "equal" && b.op == "lessorequal":
		return above(a.value, b.value)
	default:
		return false
	}
}

// neverVisible reports elements that wait for the answer to something never shown.
func (l *linter) neverVisible() {
	for range 32 {
		added := false
		gone := map[string]bool{}
		for _, r := range l.records {
			if r.kind == recordQuestion && len(r.scope) == 0 && !r.unknown && r.typ != "expression" && r.shape != shapeNone &&
				!r.setsItself() && !l.ambiguous(r.name) && l.hiddenForever(r) {
				gone[strings.ToLower(r.name)] = true
			}
		}
		saved := l.constants
		l.constants = map[string]expr.Value{}
		for k, v := range saved {
			l.constants[k] = v
		}
		for k := range gone {
			l.constants[k] = expr.Value{}
		}
		for _, st := range l.sites {
			if st.prop != "visibleIf" || !st.condition || st.made || st.owner == nil || st.ast == nil || l.dead[st.owner] || st.tree.Kind == expr.TreeReference {
				continue
			}
			depends := slices.ContainsFunc(st.refs, func(ref lintRef) bool { return len(ref.segs) == 1 && gone[strings.ToLower(ref.segs[0].Name)] })
			if holds, known := l.partial(st, &st.tree); depends && known && !holds {
				l.dead[st.owner], added = true, true
				l.report(RuleNeverVisible, SeverityWarning, st.path, st.owner, "the condition waits for an answer that nobody can give")
			}
		}
		l.constants = saved
		if !added {
			return
		}
	}
}

func (l *linter) hiddenForever(r *record) bool {
	for p := r; p != nil; p = p.parent {
		if l.dead[p] {
			return true
		}
	}
	return false
}
