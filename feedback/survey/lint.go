package survey

import (
	"errors"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// recordKind is what a record of the linter stands for.
type recordKind uint8

const (
	recordQuestion recordKind = iota + 1
	recordPanel
	recordPage
	recordColumn
	recordItem
)

// shape is the form of an answer.
type shape uint8

const (
	shapeUnknown shape = iota
	shapeScalar
	shapeList
	shapeObject
	shapeNone
)

// record is an element as the linter sees it: by its JSON, whether or not it can be
// read as a question.
type record struct {
	name, valueName, typ, eff string
	kind                      recordKind
	path                      string
	n                         *node
	parent                    *record
	scope                     []frame
	unknown                   bool
	shape                     shape
	scalar                    expr.Type
	choices                   *choicesInfo
	fields                    *names // of a multiple text
	rows                      []expr.Value
	hasRows                   bool
	templates, columns        *names
	within                    *names // questions of a panel
}

// choicesInfo is what is known of a question's choices.
type choicesInfo struct {
	values           []expr.Value
	special          []string
	open, lazy       bool
	from             string
	valuesIn, textIn string
}

// names finds records by name, regardless of case.
type names struct {
	by    map[string][]*record
	order []string
	label string
}

func newNames(label string) *names { return &names{by: map[string][]*record{}, label: label} }

func (m *names) add(name string, r *record) {
	low := strings.ToLower(name)
	if m.by[low] == nil {
		m.order = append(m.order, low)
	}
	m.by[low] = append(m.by[low], r)
}

func (m *names) first(name string) *record {
	if m == nil {
		return nil
	}
	if list := m.by[strings.ToLower(name)]; len(list) > 0 {
		return list[0]
	}
	return nil
}

func (m *names) has(name string) bool { return m.first(name) != nil }

// frame is a scope in which an expression stands.
type frame struct {
	kind  string // "panel", "row", "item", "array"
	owner *record
	names *names
}

// site is one expression of the definition.
type site struct {
	text, path, prop string
	condition        bool
	owner            *record
	scope            []frame
	ast              *expr.Expression
	tree             expr.Tree
	fault            error
	made             bool // not written as such: a legacy trigger, or a part of another site
	filter           bool // the filter of an aggregate
	refs             []lintRef
}

// container is a page, panel or template with what is in it.
type container struct {
	kind  string
	rec   *record
	path  string
	inner []*record
}

// triggerRecord is a trigger as the linter sees it.
type triggerRecord struct {
	typ, path, set string
	n              *node
	sites          []*site
}

// linter looks through one definition.
type linter struct {
	s          *Survey
	out        []Finding
	byName     *names
	byValue    *names
	all        *names
	spaces     []*names
	records    []*record
	sites      []*site
	containers []*container
	triggers   []*triggerRecord
	values     []*calculated
	valueSites []*site
	meta       map[string]*class
	fromHost   map[string]bool
	constants  map[string]expr.Value
	dead       map[*record]bool
	merged     map[string]*merged
}

// maxLintDepth bounds how deep elements may be nested for the linter.
const maxLintDepth = 64

// lint runs every rule.
func (s *Survey) lint() []Finding {
	l := &linter{
		s: s, byName: newNames(""), byValue: newNames(""), all: newNames(""), meta: map[string]*class{},
		fromHost: map[string]bool{}, dead: map[*record]bool{}, merged: map[string]*merged{},
	}
	for i := range classes {
		l.meta[classes[i].name] = &classes[i]
	}
	for _, v := range s.known {
		l.fromHost[strings.ToLower(v)] = true
	}
	l.spaces = append(l.spaces, l.all)
	l.walk()
	l.filters()
	for _, st := range l.sites {
		l.resolveSite(st)
	}
	l.fold()
	for _, rule := range []func(){
		l.syntax, l.references, l.selves, l.duplicates, l.reserved, l.shadowing, l.variables, l.types, l.properties,
		l.functions, l.calculatedCycles, l.triggerCycles, l.writeCycles, l.choiceValues, l.mismatches, l.verdicts,
		l.sources, l.duplicateChoices, l.targets, l.validators, l.notChoices, l.counts, l.neverVisible, l.masks,
		l.empties, l.visibilityLoops, l.coercions,
	} {
		rule()
	}
	return l.out
}

func (l *linter) report(rule Rule, severity Severity, path string, r *record, detail string) {
	f := Finding{Rule: rule, Severity: severity, Path: path, Detail: detail}
	if r != nil {
		f.Element = r.name
	}
	l.out = append(l.out, f)
}

// chain lists a class and its ancestors.
func (l *linter) chain(name string) []*class {
	var out []*class
	for c := l.meta[strings.ToLower(name)]; c != nil && len(out) < 16; c = l.meta[c.parent] {
		out = append(out, c)
	}
	return out
}

func (l *linter) is(name, ancestor string) bool {
	return slices.ContainsFunc(l.chain(name), func(c *class) bool { return c.name == ancestor })
}

// merged is a class with what it inherits.
type merged struct {
	list   []*property
	byName map[string]*property // aliases, too
}

// whole is a class with what it inherits, worked out once.
func (l *linter) whole(class string) *merged {
	if m := l.merged[class]; m != nil {
		return m
	}
	m := &merged{byName: map[string]*property{}}
	chain := l.chain(class)
	for depth, c := range chain {
		for i := range c.props {
			if m.byName[c.props[i].name] == nil {
				p := inherited(&c.props[i], chain[depth+1:])
				m.list = append(m.list, p)
				m.byName[p.name] = p
			}
		}
	}
	for _, p := range m.list {
		if p.alias != "" && m.byName[p.alias] == nil {
			m.byName[p.alias] = p
		}
	}
	l.merged[class] = m
	return m
}

// property finds a property of a class by its name or alias.
func (l *linter) property(class, key string) *property { return l.whole(class).byName[key] }

// eachProperty visits the properties of a class, those of descendants first, each name
// once.
func (l *linter) eachProperty(class string, visit func(*property)) {
	for _, p := range l.whole(class).list {
		visit(p)
	}
}

// inherited is a property with the type and the nature that it has from an ancestor,
// where it only adjusts the ancestor's.
func inherited(p *property, chain []*class) *property {
	if p.typ != "" {
		return p
	}
	for _, c := range chain {
		for i := range c.props {
			if q := &c.props[i]; q.name == p.name && q.typ != "" {
				out := *p
				out.typ, out.flags = q.typ, p.flags|q.flags
				return &out
			}
		}
	}
	return p
}

// site notes an expression.
func (l *linter) site(text, path, prop string, condition bool, owner *record, scope []frame) *site {
	st := &site{text: text, path: path, prop: prop, condition: condition, owner: owner, scope: scope}
	st.ast, st.fault = expr.Parse(nfc(text), nil)
	if st.ast != nil {
		st.tree = st.ast.Tree()
	}
	l.sites = append(l.sites, st)
	return st
}

// expressions notes the expressions of an object of a class.
func (l *linter) expressions(n *node, path, class string, owner *record, scope []frame, template []frame) []*site {
	var out []*site
	l.eachProperty(class, func(p *property) {
		if p.flags&propExpression == 0 {
			return
		}
		text := rawText(n, p.name)
		if strings.TrimSpace(text) == "" {
			return
		}
		in := scope
		switch strings.ToLower(p.name) {
		case "templatevisibleif":
			if template == nil {
				return
			}
			in = template
		case "choicesvisibleif", "choicesenableif", "columnsvisibleif", "rowsvisibleif":
			in = within(scope, frame{kind: "item", owner: owner})
		}
		condition := p.typ == "condition" || strings.EqualFold(p.name, "templateVisibleIf")
		out = append(out, l.site(text, join(path, p.name), p.name, condition, owner, in))
	})
	return out
}

func within(scope []frame, f frame) []frame { return append(slices.Clone(scope), f) }

// walk builds the records and sites.
func (l *linter) walk() {
	n := &l.s.root
	switch {
	case hasList(n, "pages"):
		for i := range listOf(n, "pages") {
			if p := &listOf(n, "pages")[i]; p.Kind == strictjson.Object {
				l.page(p, at("pages", i))
			}
		}
	default:
		if key := elementsKey(n); hasList(n, key) {
			c := &container{kind: "page", path: key}
			l.containers = append(l.containers, c)
			l.elements(listOf(n, key), key, nil, nil, nil, c, 0)
		}
	}
	for _, c := range l.s.calculated {
		l.values = append(l.values, c)
		var st *site
		if c.value != nil {
			st = l.site(c.value.text, c.value.path, "expression", false, nil, nil)
		}
		l.valueSites = append(l.valueSites, st)
	}
	for i := range listOf(n, "triggers") {
		l.trigger(&listOf(n, "triggers")[i], at("triggers", i))
	}
	for _, key := range []string{"completedHtmlOnCondition", "navigateToUrlOnCondition"} {
		for i := range listOf(n, key) {
			item := &listOf(n, key)[i]
			if text := rawText(item, "expression"); strings.TrimSpace(text) != "" {
				l.site(text, join(at(key, i), "expression"), "expression", true, nil, nil)
			}
		}
	}
}

func (l *linter) page(n *node, path string) {
	r := &record{name: textOf(n, "name"), typ: "page", eff: "page", kind: recordPage, path: path, n: n, shape: shapeNone}
	l.register(r, nil)
	l.expressions(n, path, "page", r, nil, nil)
	c := &container{kind: "page", rec: r, path: path}
	l.containers = append(l.containers, c)
	key := elementsKey(n)
	l.elements(listOf(n, key), join(path, key), r, nil, nil, c, 0)
}

// register makes a record known by its names.
func (l *linter) register(r *record, panels []*record) {
	l.records = append(l.records, r)
	if r.name == "" {
		return
	}
	l.all.add(r.name, r)
	captured := false
	for i := len(r.scope) - 1; i >= 0; i-- {
		if f := r.scope[i]; f.kind == "panel" || f.kind == "row" {
			f.names.add(r.name, r)
			captured = true
			break
		}
	}
	if !captured {
		l.byName.add(r.name, r)
		if r.valueName != "" {
			l.byValue.add(r.valueName, r)
		}
	}
	if r.kind == recordQuestion {
		for _, p := range panels {
			p.within.add(r.name, r)
		}
	}
}

func (l *linter) elements(list []node, path string, parent *record, scope []frame, panels []*record, c *container, depth int) {
	if depth > maxLintDepth {
		return
	}
	for i := range list {
		n := &list[i]
		if n.Kind != strictjson.Object {
			continue
		}
		p, typ := at(path, i), strings.ToLower(textOf(n, "type"))
		var r *record
		if l.is(typ, "panel") {
			r = l.panel(n, p, typ, parent, scope, panels, depth)
		} else {
			r = l.question(n, p, typ, parent, scope, panels, depth)
		}
		if c != nil {
			c.inner = append(c.inner, r)
		}
	}
}

func (l *linter) panel(n *node, path, typ string, parent *record, scope []frame, panels []*record, depth int) *record {
	r := &record{
		name: textOf(n, "name"), typ: typ, eff: typ, kind: recordPanel, path: path, n: n, parent: parent, scope: scope,
		shape: shapeNone, within: newNames(""),
	}
	l.register(r, panels)
	l.expressions(n, path, typ, r, scope, nil)
	c := &container{kind: "panel", rec: r, path: path}
	l.containers = append(l.containers, c)
	key := elementsKey(n)
	l.elements(listOf(n, key), join(path, key), r, scope, append(slices.Clone(panels), r), c, depth+1)
	return r
}

func (l *linter) question(n *node, path, typ string, parent *record, scope []frame, panels []*record, depth int) *record {
	c := l.meta[typ]
	r := &record{
		name: textOf(n, "name"), valueName: strings.TrimSpace(rawText(n, "valueName")), typ: typ, eff: typ,
		kind: recordQuestion, path: path, n: n, parent: parent, scope: scope, unknown: c == nil || !c.element,
	}
	r.shape, r.scalar = shapeOf(typ, n)
	r.choices = l.choicesOf(n, typ)
	l.register(r, panels)
	var template []frame
	if typ == "paneldynamic" {
		r.templates = newNames("dynamic panel " + r.name)
		template = within(scope, frame{"panel", r, r.templates})
	}
	class := typ
	if c == nil {
		class = "question"
	}
	l.expressions(n, path, class, r, scope, template)
	l.validatorSites(n, path, r, scope)
	l.parts(r, n, path, typ, scope, template, panels, depth)
	return r
}

func (l *linter) validatorSites(n *node, path string, r *record, scope []frame) {
	for i := range listOf(n, "validators") {
		v := &listOf(n, "validators")[i]
		if v.Kind == strictjson.Object {
			l.expressions(v, at(join(path, "validators"), i), l.validatorClass(v), r, scope, nil)
		}
	}
}

func (l *linter) validatorClass(v *node) string {
	typ := strings.ToLower(textOf(v, "type"))
	if typ == "" || strings.Contains(typ, "validator") {
		return typ
	}
	return typ + "validator"
}

// parts notes what a question holds: choices, rows, columns, items, templates.
func (l *linter) parts(r *record, n *node, path, typ string, scope, template []frame, panels []*record, depth int) {
	if l.is(typ, "selectbase") {
		l.items(n, path, typ, "choices", r, scope)
		for i := range listOf(n, "choices") {
			if inner := get(&listOf(n, "choices")[i], "elements"); inner != nil {
				l.elements(inner.Items, join(at(join(path, "choices"), i), "elements"), r, scope, panels, nil, depth+1)
			}
		}
	}
	switch typ {
	case "matrix":
		r.rows, r.hasRows = rawValues(n, "rows"), true
		l.items(n, path, typ, "rows", r, scope)
		l.items(n, path, typ, "columns", r, scope)
	case "matrixdropdown":
		r.rows, r.hasRows = rawValues(n, "rows"), true
		l.items(n, path, typ, "rows", r, scope)
		l.cells(r, n, path, scope, depth)
	case "matrixdynamic":
		l.cells(r, n, path, scope, depth)
	case "rating":
		l.items(n, path, typ, "rateValues", r, scope)
	case "multipletext":
		l.fields(r, n, path, scope)
	case "paneldynamic":
		c := &container{kind: "template", rec: r, path: path}
		l.containers = append(l.containers, c)
		l.elements(listOf(n, "templateElements"), join(path, "templateElements"), r, template, nil, c, depth+1)
	}
}

// items notes the conditions of choices and the like.
func (l *linter) items(n *node, path, typ, key string, r *record, scope []frame) {
	class := "itemvalue"
	if p := l.property(typ, key); p != nil && p.class != "" {
		class = p.class
	}
	for i := range listOf(n, key) {
		if it := &listOf(n, key)[i]; it.Kind == strictjson.Object {
			l.expressions(it, at(join(path, key), i), class, r, within(scope, frame{kind: "item", owner: r}), nil)
		}
	}
}

func (l *linter) cells(r *record, n *node, path string, scope []frame, depth int) {
	r.columns = newNames("matrix " + r.name)
	l.spaces = append(l.spaces, r.columns)
	rows := within(scope, frame{"row", r, r.columns})
	common := strings.ToLower(textOf(n, "cellType"))
	if common == "" || common == "default" {
		common = "dropdown"
	}
	for i := range listOf(n, "columns") {
		c := &listOf(n, "columns")[i]
		if c.Kind != strictjson.Object {
			continue
		}
		typ := strings.ToLower(textOf(c, "cellType"))
		if typ == "" || typ == "default" {
			typ = common
		}
		p := at(join(path, "columns"), i)
		col := &record{
			name: textOf(c, "name"), typ: "matrixdropdowncolumn", eff: typ, kind: recordColumn, path: p, n: c, parent: r, scope: rows,
		}
		col.shape, col.scalar = shapeOf(typ, c)
		if l.is(typ, "selectbase") {
			col.choices = l.choicesOf(c, typ)
			if col.choices != nil && len(col.choices.values) == 0 {
				col.choices.values = rawValues(n, "choices")
			}
		}
		l.records = append(l.records, col)
		if col.name != "" {
			r.columns.add(col.name, col)
		}
		l.expressions(c, p, "column:"+typ, col, rows, nil)
		if l.meta["column:"+typ] == nil {
			l.expressions(c, p, "matrixdropdowncolumn", col, rows, nil)
		}
		l.validatorSites(c, p, col, rows)
		l.items(c, p, typ, "choices", col, rows)
	}
	l.elements(listOf(n, "detailElements"), join(path, "detailElements"), r, rows, nil, nil, depth+1)
}

func (l *linter) fields(r *record, n *node, path string, scope []frame) {
	r.fields = newNames("multiple text " + r.name)
	l.spaces = append(l.spaces, r.fields)
	for i := range listOf(n, "items") {
		it := &listOf(n, "items")[i]
		if it.Kind != strictjson.Object {
			continue
		}
		p := at(join(path, "items"), i)
		field := &record{
			name: textOf(it, "name"), typ: "multipletextitem", eff: "multipletextitem", kind: recordItem, path: p, n: it, parent: r, scope: scope,
		}
		field.shape, field.scalar = shapeOf("text", it)
		l.records = append(l.records, field)
		if field.name != "" {
			r.fields.add(field.name, field)
		}
		l.expressions(it, p, "multipletextitem", field, scope, nil)
		l.validatorSites(it, p, field, scope)
	}
}

func (l *linter) trigger(n *node, path string) {
	if n.Kind != strictjson.Object {
		return
	}
	t := &triggerRecord{typ: strings.TrimSuffix(strings.ToLower(textOf(n, "type")), "trigger"), path: path, n: n}
	if text := rawText(n, "expression"); strings.TrimSpace(text) != "" {
		t.sites = append(t.sites, l.site(text, join(path, "expression"), "expression", true, nil, nil))
	} else if text := legacyCondition(n); text != "" {
		st := l.site(text, path, "expression", true, nil, nil)
		st.made = true
		t.sites = append(t.sites, st)
	}
	if text := rawText(n, "runExpression"); strings.TrimSpace(text) != "" {
		t.sites = append(t.sites, l.site(text, join(path, "runExpression"), "runExpression", false, nil, nil))
	}
	if l.property(t.typ+"trigger", "setToName") != nil {
		t.set = strings.TrimSpace(rawText(n, "setToName"))
	}
	l.triggers = append(l.triggers, t)
}

// filters notes the conditions that aggregates run on each item.
func (l *linter) filters() {
	for _, st := range slices.Clone(l.sites) {
		k := 0
		eachTree(&st.tree, func(t *expr.Tree) {
			if t.Kind != expr.TreeCall || !strings.HasSuffix(strings.ToLower(t.Name), "inarray") || len(t.Args) < 3 || t.Args[0].Kind != expr.TreeReference {
				return
			}
			owner := l.data(t.Args[0].Ref.Name)
			if owner == nil || owner.columns == nil && owner.templates == nil {
				return
			}
			fields, kind := owner.columns, "row"
			if fields == nil {
				fields, kind = owner.templates, "panel"
			}
			at3 := 2
			if text, ok := t.Args[2].Value.Str(); ok && plainName(text) && len(t.Args) > 3 {
				at3 = 3
			}
			text, ok := t.Args[at3].Value.Str()
			if !ok || text == "" || plainName(text) {
				return
			}
			scope := within(within(st.scope, frame{kind, owner, fields}), frame{"array", owner, fields})
			filter := l.site(text, at(st.path+".inArray", k), st.prop, true, st.owner, scope)
			filter.made, filter.filter = true, true
			k++
		})
	}
}

func plainName(s string) bool { return !strings.ContainsAny(s, "{}=<>!() ") }

func eachTree(t *expr.Tree, visit func(*expr.Tree)) {
	if t.Kind == 0 {
		return
	}
	visit(t)
	for i := range t.Args {
		eachTree(&t.Args[i], visit)
	}
}

// data finds the question that keeps its answer under a name.
func (l *linter) data(name string) *record {
	if r := l.byName.first(name); r != nil {
		return r
	}
	return l.byValue.first(name)
}

// syntax reports expressions that do not parse.
func (l *linter) syntax() {
	for _, st := range l.sites {
		if st.fault == nil {
			continue
		}
		l.report(RuleSyntax, SeverityError, st.path, st.owner, st.fault.Error())
		if errors.Is(st.fault, expr.ErrTooLong) || errors.Is(st.fault, expr.ErrTooDeep) {
			l.report(RuleLimit, SeverityError, st.path, st.owner, "the expression is beyond the limits of this package")
		}
	}
}
