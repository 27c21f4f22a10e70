package survey

import (
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// refStatus is what has become of a reference.
type refStatus uint8

const (
	refSkipped refStatus = iota
	refResolved
	refScoped
	refUnknown
)

// lintRef is a reference of an expression and what it means.
type lintRef struct {
	raw    string
	segs   []expr.Step
	status refStatus
	what   string // "element", "page", "value", "variable", "builtin", "comment", "scope"
	rec    *record
	prefix string
	at     int // the unknown segment
}

func (l *linter) resolveSite(st *site) {
	if st.ast == nil {
		return
	}
	for _, ref := range st.ast.References() {
		if ref.Comment {
			continue
		}
		st.refs = append(st.refs, l.classify(ref.Name, ref.Path, ref.Property, st.owner, st.scope, false))
	}
}

// ref is the meaning of a reference of a site.
func (st *site) ref(name string) *lintRef {
	for i := range st.refs {
		if st.refs[i].raw == name {
			return &st.refs[i]
		}
	}
	return nil
}

// classify finds what a name means where it stands. A target is a name that a trigger
// sets: no scopes, no conversions.
func (l *linter) classify(raw string, path []expr.Step, property bool, owner *record, scope []frame, target bool) lintRef {
	ref := lintRef{raw: raw, segs: slices.Clone(path)}
	if len(path) == 0 || path[0].Name == "" || property || !target && strings.Contains(raw, ":") {
		return ref
	}
	if n := len(ref.segs); !target && n > 1 && ref.segs[n-1].Name == "length" {
		ref.segs = ref.segs[:n-1]
	}
	ref.segs[0].Name = strings.TrimSuffix(ref.segs[0].Name, "-unwrapped")
	if !target {
		if l.arrayItem(&ref, scope) || l.scoped(&ref, owner, scope) {
			return ref
		}
	}
	l.collapse(&ref)
	l.root(&ref, target)
	return ref
}

// collapse takes the longest run of segments that is a name for one segment.
func (l *linter) collapse(ref *lintRef) {
	for end := len(ref.segs); end > 1; end-- {
		name, ok := joined(ref.segs[:end])
		if !ok || !l.byName.has(name) && !l.byValue.has(name) && !l.isValue(name) && !l.fromHost[strings.ToLower(name)] {
			continue
		}
		last := ref.segs[end-1]
		last.Name = name
		ref.segs = append([]expr.Step{last}, ref.segs[end:]...)
		return
	}
}

// joined is a run of segments as one name; only the last may have an index.
func joined(segs []expr.Step) (string, bool) {
	parts := make([]string, len(segs))
	for i, s := range segs {
		if s.Indexed && i < len(segs)-1 {
			return "", false
		}
		parts[i] = s.Name
	}
	return strings.Join(parts, "."), true
}

func (l *linter) isValue(name string) bool {
	return slices.ContainsFunc(l.values, func(c *calculated) bool { return strings.EqualFold(c.name, name) })
}

func (l *linter) root(ref *lintRef, target bool) {
	name := ref.segs[0].Name
	for _, r := range l.byName.by[strings.ToLower(name)] {
		if r.kind == recordPage && !target {
			continue
		}
		l.found(ref, r)
		return
	}
	if r := l.byValue.first(name); r != nil {
		l.found(ref, r)
		return
	}
	ref.status = refResolved
	switch {
	case l.isValue(name):
		ref.what = "value"
	case l.fromHost[strings.ToLower(name)]:
		ref.what = "variable"
	case len(ref.segs) == 1 && isBuiltIn(name):
		ref.what = "builtin"
	case l.derived(ref, name):
	default:
		ref.status, ref.at = refUnknown, 0
	}
}

func (l *linter) found(ref *lintRef, r *record) {
	ref.status, ref.rec, ref.what = refResolved, r, "element"
	if r.kind == recordPage {
		ref.what = "page"
		return
	}
	l.subPath(ref, r)
}

func isBuiltIn(name string) bool { return slices.Contains(builtInVariables[:], strings.ToLower(name)) }

// derived resolves "q-Comment" and "matrix-total".
func (l *linter) derived(ref *lintRef, name string) bool {
	low := strings.ToLower(name)
	if base, ok := strings.CutSuffix(low, "-total"); ok {
		if r := l.data(base); r != nil && r.columns != nil {
			ref.rec, ref.what = r, "element"
			if len(ref.segs) > 1 && !r.columns.has(ref.segs[1].Name) {
				ref.status, ref.at = refUnknown, 1
			}
			return true
		}
	}
	base, ok := strings.CutSuffix(low, "-comment")
	if ok && (l.byName.has(base) || l.byValue.has(base)) {
		ref.what = "comment"
		return true
	}
	return false
}

// subPath checks the segments after a question.
func (l *linter) subPath(ref *lintRef, r *record) {
	if len(ref.segs) < 2 {
		return
	}
	name := ref.segs[1].Name
	unknown := func(i int) { ref.status, ref.at = refUnknown, i }
	switch {
	case r.fields != nil:
		if !r.fields.has(name) {
			unknown(1)
		}
	case r.hasRows:
		if !slices.ContainsFunc(r.rows, func(v expr.Value) bool { return strings.EqualFold(plain(v), name) }) {
			unknown(1)
		} else if r.typ == "matrixdropdown" && len(ref.segs) > 2 && !r.columns.has(ref.segs[2].Name) {
			unknown(2)
		}
	case r.columns != nil || r.templates != nil:
		inner := r.columns
		if inner == nil {
			inner = r.templates
		}
		if ref.segs[0].Indexed && !inner.has(name) {
			unknown(1)
		}
	}
}

// arrayItem resolves a bare name in the filter of an aggregate.
func (l *linter) arrayItem(ref *lintRef, scope []frame) bool {
	f := innermost(scope, "array")
	if f == nil {
		return false
	}
	for end := len(ref.segs); end > 0; end-- {
		name, ok := joined(ref.segs[:end])
		if !ok {
			continue
		}
		if r := f.names.first(name); r != nil {
			ref.status, ref.rec, ref.what = refScoped, r, "scope"
			return true
		}
	}
	return false
}

func innermost(scope []frame, kind string) *frame {
	for i := len(scope) - 1; i >= 0; i-- {
		if scope[i].kind == kind {
			return &scope[i]
		}
	}
	return nil
}

// scoped resolves {panel.x}, {row.x}, {item} and the like.
func (l *linter) scoped(ref *lintRef, owner *record, scope []frame) bool {
	first := strings.ToLower(ref.segs[0].Name)
	row, panel := innermost(scope, "row"), innermost(scope, "panel")
	mark := func() bool {
		ref.status, ref.what, ref.prefix = refScoped, "scope", first
		return true
	}
	switch first {
	case "row", "prevrow", "nextrow", "totalrow":
		if row == nil {
			return false
		}
		l.inside(ref, first, row.names)
		return true
	case "rowindex", "visiblerowindex", "rowvalue", "rowname", "rowtitle", "matrix":
		return row != nil && mark()
	case "panel":
		return l.inPanel(ref, panel, owner)
	case "prevpanel", "nextpanel":
		if panel == nil {
			return false
		}
		l.inside(ref, first, panel.names)
		return true
	case "parentpanel", "panelindex", "visiblepanelindex":
		return panel != nil && mark()
	case "item", "choice", "column":
		return innermost(scope, "item") != nil && mark()
	case "self", "parent", "survey":
		return mark()
	}
	return false
}

func (l *linter) inPanel(ref *lintRef, panel *frame, owner *record) bool {
	if panel != nil {
		l.inside(ref, "panel", panel.names)
		return true
	}
	for r := owner; r != nil; r = r.parent {
		if r != owner && r.kind == recordPanel {
			l.inside(ref, "panel", r.within)
			return true
		}
	}
	return false
}

// inside resolves the name after a scope.
func (l *linter) inside(ref *lintRef, prefix string, inner *names) {
	ref.status, ref.what, ref.prefix = refScoped, "scope", prefix
	if len(ref.segs) < 2 {
		return
	}
	for end := len(ref.segs); end > 1; end-- {
		name, ok := joined(ref.segs[1:end])
		if !ok {
			continue
		}
		if r := inner.first(name); r != nil {
			ref.rec = r
			return
		}
	}
	if base, ok := strings.CutSuffix(strings.ToLower(ref.segs[1].Name), "-comment"); ok && len(ref.segs) == 2 && inner.has(base) {
		ref.what = "comment"
		return
	}
	ref.status, ref.at = refUnknown, 1
}

// references reports names that nothing has.
func (l *linter) references() {
	for _, st := range l.sites {
		for i := range st.refs {
			if ref := &st.refs[i]; ref.status == refUnknown {
				l.report(RuleReference, SeverityError, st.path, st.owner, "no question, panel, calculated value or variable is called "+quote(ref.raw))
			}
		}
		l.arguments(st)
	}
	for _, r := range l.records {
		l.keyName(r)
		l.piped(r)
	}
}

func quote(s string) string { return "“" + clip(s) + "”" }

// arguments checks names that functions take as text.
func (l *linter) arguments(st *site) {
	eachTree(&st.tree, func(t *expr.Tree) {
		if t.Kind != expr.TreeCall || len(t.Args) == 0 {
			return
		}
		low := strings.ToLower(t.Name)
		if strings.HasSuffix(low, "inarray") {
			l.arrayArguments(st, t)
			return
		}
		if low != "displayvalue" && low != "propertyvalue" && low != "getcomment" && low != "iscontainerready" {
			return
		}
		name, ok := t.Args[0].Value.Str()
		if t.Args[0].Kind != expr.TreeLiteral || !ok || name == "" {
			return
		}
		for _, f := range st.scope {
			if f.names != nil && f.names.has(name) && (low == "displayvalue" || low == "propertyvalue") {
				return
			}
		}
		ref := l.classify(name, stepsOf(name), false, nil, nil, true)
		if ref.status == refUnknown {
			l.report(RuleReference, SeverityError, st.path, st.owner, t.Name+" names "+quote(name)+", which nothing has")
		}
	})
}

func (l *linter) arrayArguments(st *site, t *expr.Tree) {
	if t.Args[0].Kind != expr.TreeReference {
		return
	}
	owner := l.data(t.Args[0].Ref.Name)
	if owner == nil || owner.columns == nil && owner.templates == nil {
		return
	}
	inner := owner.columns
	if inner == nil {
		inner = owner.templates
	}
	for i := 1; i < len(t.Args) && i < 3; i++ {
		name, ok := t.Args[i].Value.Str()
		if t.Args[i].Kind != expr.TreeLiteral || !ok || name == "" || i == 2 && !plainName(name) {
			continue
		}
		if !inner.has(name) {
			l.report(RuleReference, SeverityError, st.path, st.owner, t.Name+" reads "+quote(name)+", which "+quote(owner.name)+" does not have")
		}
	}
}

// stepsOf takes a plain name apart at its dots.
func stepsOf(name string) []expr.Step {
	e, err := expr.Parse("{"+name+"}", nil)
	if err == nil {
		if refs := e.References(); len(refs) == 1 {
			return refs[0].Path
		}
	}
	return []expr.Step{{Name: name}}
}

// keyName checks the key of dynamic panels and matrices.
func (l *linter) keyName(r *record) {
	key := rawText(r.n, "keyName")
	inner := r.columns
	if r.typ == "paneldynamic" {
		inner = r.templates
	}
	if key == "" || inner == nil || r.typ == "matrixdropdown" || inner.has(key) {
		return
	}
	for _, list := range inner.by {
		if slices.ContainsFunc(list, func(q *record) bool { return strings.EqualFold(q.valueName, key) }) {
			return
		}
	}
	l.report(RuleReference, SeverityError, join(r.path, "keyName"), r, "the key "+quote(key)+" is not asked")
}

// piped checks the names in braces of titles and descriptions.
func (l *linter) piped(r *record) {
	for _, key := range []string{"title", "description"} {
		v := get(r.n, key)
		if v == nil {
			continue
		}
		if v.Text != "" && len(v.Members) == 0 {
			l.pipedText(r, v.Text, join(r.path, key))
		}
		for i := range v.Members {
			l.pipedText(r, v.Members[i].Value.Text, join(join(r.path, key), v.Members[i].Key))
		}
	}
}

func (l *linter) pipedText(r *record, text, path string) {
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			return
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return
		}
		text = after
		if !pipeName(name) {
			continue
		}
		ref := l.classify(name, stepsOf(name), false, r, r.scope, false)
		if ref.status == refUnknown {
			l.report(RuleReference, SeverityError, path, r, "the text names "+quote(name)+", which nothing has")
		}
	}
}

// pipeName reports what looks like a name rather than prose in braces.
func pipeName(s string) bool {
	for i, c := range s {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
		if !letter && (i == 0 || (c < '0' || c > '9') && !strings.ContainsRune(".-[]", c)) {
			return false
		}
	}
	return s != ""
}

// selves reports conditions that read their own element.
func (l *linter) selves() {
	for _, st := range l.sites {
		if st.owner == nil || st.owner.name == "" || st.prop != "visibleIf" && st.prop != "enableIf" && st.prop != "requiredIf" || innermost(st.scope, "item") != nil {
			continue
		}
		for i := range st.refs {
			ref := &st.refs[i]
			self := strings.EqualFold(ref.prefix, "self") && st.owner.kind == recordQuestion
			if ref.status != refSkipped && (self || ref.rec == st.owner) {
				l.report(RuleSelf, SeverityError, st.path, st.owner, st.prop+" reads the element itself")
				break
			}
		}
	}
}

// targets reports triggers that name nothing that is there.
func (l *linter) targets() {
	for _, t := range l.triggers {
		class := l.meta[t.typ+"trigger"]
		if class == nil || !l.is(t.typ+"trigger", "surveytrigger") {
			detail := "the type of trigger " + quote(t.typ) + " is not known"
			l.report(RuleTriggerType, SeverityWarning, t.path, nil, detail)
			continue
		}
		l.eachProperty(class.name, func(p *property) {
			kind := map[string]string{"questionvalue": "value", "question": "question", "page": "page", "questions": "question", "pages": "page"}[p.typ]
			if kind == "" {
				return
			}
			if list := namesOf(t.n, p.name); len(list) > 0 {
				for i, name := range list {
					l.target(name, kind, at(join(t.path, p.name), i))
				}
				return
			}
			if name := rawText(t.n, p.name); strings.TrimSpace(name) != "" {
				l.target(name, kind, join(t.path, p.name))
			}
		})
	}
}

func (l *linter) target(name, kind, path string) {
	ref := l.classify(name, stepsOf(name), false, nil, nil, true)
	ok := ref.status == refResolved
	switch {
	case ref.status == refSkipped:
		return
	case kind == "page":
		ok = ok && ref.what == "page"
	case ref.what == "element":
		ok = ok && ref.rec.kind == recordQuestion && (kind == "value" || strings.EqualFold(ref.rec.name, ref.segs[0].Name))
	default:
		ok = ok && kind == "value" && ref.what != "page"
	}
	if !ok {
		l.report(RuleTriggerTarget, SeverityError, path, nil, "no "+kind+" is called "+quote(name))
	}
}

// coercions reports what the type checker has to say.
func (l *linter) coercions() {
	for _, st := range l.sites {
		if st.ast == nil {
			continue
		}
		role := expr.RoleValue
		if st.condition {
			role = expr.RoleCondition
		}
		resolver := expr.ResolverFunc(func(ref *expr.Reference) (expr.Binding, bool) {
			b := expr.Binding{Steps: len(ref.Path)}
			if r := st.ref(ref.Name); r != nil && r.simple() {
				b.Type = r.rec.exprType()
			}
			return b, true
		})
		for _, f := range expr.Check(st.ast, resolver, role) {
			rule, ok := map[expr.Rule]Rule{
				expr.RuleCompareTypes: RuleCoercion, expr.RuleOrder: RuleCoercion, expr.RuleArithmetic: RuleCoercion,
				expr.RuleTextNumbers: RuleCoercion, expr.RuleChained: RuleCoercion, expr.RuleNull: RuleCoercion,
				expr.RuleDivision: RuleCoercion, expr.RuleOperand: RuleCoercion, expr.RuleContains: RuleContains,
				expr.RuleArgumentCount: RuleCoercion, expr.RuleUnsupportedFunction: RuleCoercion,
			}[f.Rule]
			if ok {
				l.report(rule, SeverityWarning, st.path, st.owner, f.Message)
			}
		}
		l.panelValues(st)
	}
}

// panelValues reports references to panels, which have no answer.
func (l *linter) panelValues(st *site) {
	for i := range st.refs {
		ref := &st.refs[i]
		if ref.status == refResolved && ref.rec != nil && (ref.rec.kind == recordPanel || ref.rec.kind == recordPage) {
			l.report(RulePanelValue, SeverityWarning, st.path, st.owner, quote(ref.raw)+" is a panel or page and has no answer")
		}
	}
}

// simple reports a reference that stands for the whole answer of a question.
func (ref *lintRef) simple() bool {
	if ref.rec == nil || ref.status != refResolved && ref.status != refScoped {
		return false
	}
	return ref.status == refScoped || len(ref.segs) == 1 && !ref.segs[0].Indexed
}

func (r *record) exprType() expr.Type {
	switch r.shape {
	case shapeScalar:
		return r.scalar
	case shapeList:
		return expr.TypeList
	case shapeObject:
		return expr.TypeObject
	default:
		return expr.TypeUnknown
	}
}
