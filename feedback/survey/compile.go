package survey

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// Strictness says how answers are judged. The zero value is Strict.
type Strictness uint8

// The two levels.
const (
	// Strict also checks range, step, type, unknown choices and keys, bounds on the
	// number of selected choices, and duplicates; and it clears hidden answers until
	// nothing changes any more where the rule is onHidden or onHiddenContainer.
	Strict Strictness = iota
	// Compat accepts what survey-core accepts, and leaves what survey-core leaves.
	Compat
)

// String is "strict" or "compat".
func (s Strictness) String() string {
	names := [...]string{"strict", "compat"}
	return name(names[:], uint8(s), "strictness")
}

// MarshalText writes the name; a value that is no level is an error.
func (s Strictness) MarshalText() ([]byte, error) {
	return marshalName(s.String(), s <= Compat, "strictness")
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (s *Strictness) UnmarshalText(text []byte) error {
	for v := Strict; v <= Compat; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return noSuch("strictness", string(text))
}

// CompileOptions are what Compile may be told; nil means strict.
type CompileOptions struct {
	Strictness Strictness
}

// Program is a definition that is ready to judge answers. It is read only, so that many
// goroutines may use one Program at the same time.
type Program struct {
	survey     *Survey
	strict     bool
	root       *scope
	calculated []calculation
	triggers   []action
	externs    []extern
	slots      int // in all: answers, comments, calculated values, outside names
	warm       bool
	clears     bool // hidden answers go before the end
	selects    bool // some question has choices
	questions  int  // top-level questions
	containers int
}

// scope is a set of questions whose answers are kept together: the survey, or one panel
// or row of a question that holds questions.
type scope struct {
	up     *scope
	host   *unit // the question whose answer holds this one; nil for the survey
	units  []*unit
	roots  []*unit
	keys   []string
	slot   map[string]int // by data key, exactly
	folded map[string]int // by data key in lower case
	shared []int          // how many questions use a slot
	vacant []expr.Value   // what a question without an answer reads as: missing, or an empty list
}

// unit is an element with its expressions compiled.
type unit struct {
	*element
	index, slot, comment int
	parent               *unit
	kids                 []*unit
	inner                *scope
	shows, enables       *expr.Program
	needs                *expr.Program
	resets, sets, setsTo *rule
	defaults             *expr.Program
	lowest, highest      *expr.Program
	computes             *rule
	itemShows            []*expr.Program
	rowShows, colShows   []*expr.Program
	panelShows           *expr.Program
	checks               []check
	moving               bool // its choices, rows or columns depend on answers
	source               *unit
	mode                 ClearMode
	storeOther           bool
}

// rule is an expression that runs when what it reads has changed.
type rule struct {
	prog  *expr.Program
	reads []string // names in lower case
	calls bool     // a function, which may read anything
}

type check struct {
	*validator
	prog *expr.Program
}

type calculation struct {
	*calculated
	slot  int
	prog  *expr.Program
	first []int // calculated values that it reads
}

type action struct {
	*trigger
	when *rule
	to   *expr.Program
}

// extern is a name that the definition does not explain: a variable of the host, or a
// key of the answers that no question has.
type extern struct {
	name string // in lower case, as the expression has it
	slot int
}

// Names that stand for a part of the place where an expression is.
const (
	localItem = iota
	localPanelIndex
	localVisibleIndex
	localRowValue
	localRowTitle
	localPanel
	localPrevious
	localNext
	locals // how many
)

// Compile makes a program. In Strict, findings that are errors are returned instead,
// joined; in Compat only those that cannot be run at all (a regular expression with
// look-around, a cycle of calculated values). Errors unwrap to ErrDefinition.
func (s *Survey) Compile(o *CompileOptions) (*Program, error) {
	strictness := Strict
	if o != nil {
		strictness = o.Strictness
	}
	if strictness > Compat {
		return nil, fmt.Errorf("%w: %w", ErrDefinition, noSuch("strictness", strictness.String()))
	}
	if err := s.refusals(strictness); err != nil {
		return nil, err
	}
	p := &Program{survey: s, strict: strictness == Strict}
	c := &compiler{p: p, externs: map[string]int{}}
	c.survey()
	return p, nil
}

func (s *Survey) refusals(strictness Strictness) error {
	var faults []error
	for _, f := range s.findings {
		fatal := f.Rule == RulePattern || f.Rule == RuleCalculatedCycle
		if fatal || strictness == Strict && f.Severity == SeverityError {
			faults = append(faults, f)
		}
	}
	return errors.Join(faults...)
}

func joinFindings(list []Finding, least Severity) error {
	var faults []error
	for _, f := range list {
		if f.Severity >= least {
			faults = append(faults, f)
		}
	}
	return errors.Join(faults...)
}

// compiler builds one program.
type compiler struct {
	p          *Program
	externs    map[string]int
	calculated map[string]int // slot by name in lower case
}

func (c *compiler) survey() {
	p := c.p
	root := newScope(nil, nil)
	p.root = root
	for _, page := range p.survey.pages {
		root.roots = append(root.roots, c.collect(root, page, nil))
	}
	c.externals()
	for _, u := range root.units {
		if u.kind.container() {
			p.containers++
		} else {
			p.questions++
		}
	}
	c.bind(root)
	c.calculations()
	c.actions()
	for i := range p.externs {
		p.slots = max(p.slots, p.externs[i].slot+1)
	}
	p.warm = c.warm(root)
}

// externals lays out the slots behind the answers.
func (c *compiler) externals() {
	p := c.p
	p.slots = len(p.root.keys)
	c.calculated = map[string]int{}
	for _, v := range p.survey.calculated {
		low := strings.ToLower(v.name)
		if _, ok := c.calculated[low]; !ok {
			c.calculated[low] = p.slots
			p.slots++
		}
	}
}

func newScope(up *scope, host *unit) *scope {
	return &scope{up: up, host: host, slot: map[string]int{}, folded: map[string]int{}}
}

func (sc *scope) add(key string) int {
	if i, ok := sc.slot[key]; ok {
		return i
	}
	i := len(sc.keys)
	sc.keys = append(sc.keys, key)
	sc.shared, sc.vacant = append(sc.shared, 0), append(sc.vacant, expr.Value{})
	sc.slot[key] = i
	if low := strings.ToLower(key); !has(sc.folded, low) {
		sc.folded[low] = i
	}
	return i
}

func has(m map[string]int, key string) bool {
	_, ok := m[key]
	return ok
}

// collect gives an element and what it contains their places.
func (c *compiler) collect(sc *scope, e *element, parent *unit) *unit {
	u := &unit{element: e, index: len(sc.units), slot: -1, comment: -1, parent: parent}
	sc.units = append(sc.units, u)
	u.mode = e.clear
	if u.mode == 0 {
		u.mode = c.p.survey.clear
	}
	if !e.kind.container() && e.kind != kindDisplay {
		u.slot = sc.add(e.key)
		sc.shared[u.slot]++
		if e.kind == kindCheckbox || e.kind == kindRanking {
			sc.vacant[u.slot] = expr.List()
		}
		if e.commentArea || e.kind.selects() || e.kind == kindMatrix {
			u.comment = sc.add(e.key + "-Comment")
		}
	}
	c.p.selects = c.p.selects || e.kind.selects()
	c.p.clears = c.p.clears || u.slot >= 0 && u.mode >= ClearOnHidden
	u.storeOther = !e.commentArea && (e.storeOther == 1 || e.storeOther == 0 && c.p.survey.storeOther)
	for _, kid := range e.children {
		u.kids = append(u.kids, c.collect(sc, kid, u))
	}
	if e.kind.nests() {
		u.inner = newScope(sc, u)
		for _, kid := range e.inner {
			u.inner.roots = append(u.inner.roots, c.collect(u.inner, kid, nil))
		}
	}
	return u
}

// bind compiles the expressions of a scope.
func (c *compiler) bind(sc *scope) {
	for _, u := range sc.units {
		place := &place{c: c, sc: sc, u: u}
		u.shows, u.enables, u.needs = place.compile(u.visibleIf), place.compile(u.enableIf), place.compile(u.requiredIf)
		if u.slot >= 0 { // what has no answer is given none
			u.resets, u.sets, u.setsTo = place.rule(u.resetIf), place.rule(u.setIf), place.rule(u.setTo)
			u.defaults = place.compile(u.defaultTo)
		}
		u.lowest, u.highest = place.compile(u.minTo), place.compile(u.maxTo)
		u.computes = place.rule(u.value)
		for _, v := range u.validators {
			u.checks = append(u.checks, check{v, place.compile(v.expression)})
		}
		c.bindItems(place, u)
		if u.inner != nil {
			inner := *place
			inner.sc, inner.host, inner.item = u.inner, true, true
			u.panelShows = inner.compile(u.itemIf)
			if u.kind == kindCells || u.kind == kindRows {
				u.panelShows = inner.compile(u.rowsVisibleIf)
			}
			c.bind(u.inner)
		}
		if u.from != "" {
			u.source = sc.find(u.from)
		}
	}
}

func (sc *scope) find(name string) *unit {
	for _, u := range sc.units {
		if !u.kind.container() && strings.EqualFold(u.name, name) {
			return u
		}
	}
	return nil
}

func (c *compiler) bindItems(place *place, u *unit) {
	items := *place
	items.item = true
	u.itemShows = items.each(u.choices, u.choicesVisibleIf)
	if u.kind == kindRating {
		u.itemShows = items.each(u.columns, nil)
	} else {
		u.colShows = items.each(u.columns, u.columnsIf)
	}
	if u.kind == kindCells {
		u.rowShows = items.each(u.rows, nil)
	} else {
		u.rowShows = items.each(u.rows, u.rowsVisibleIf)
	}
	u.moving = u.itemShows != nil || u.rowShows != nil || u.colShows != nil
}

// each compiles the conditions of items: an item's own, else the common one; nil where
// no item has one.
func (p *place) each(list []*item, common *formula) []*expr.Program {
	var out []*expr.Program
	shared := p.compile(common)
	for i, it := range list {
		prog := p.compile(it.visibleIf)
		if prog == nil {
			prog = shared
		}
		if prog != nil && out == nil {
			out = make([]*expr.Program, len(list))
		}
		if out != nil {
			out[i] = prog
		}
	}
	return out
}

func (c *compiler) calculations() {
	p := c.p
	top := &place{c: c, sc: p.root}
	for _, v := range p.survey.calculated {
		calc := calculation{calculated: v, slot: c.calculated[strings.ToLower(v.name)], prog: top.compile(v.value)}
		p.calculated = append(p.calculated, calc)
	}
	for i := range p.calculated {
		if v := p.calculated[i].value; v.ok() {
			for _, ref := range v.ast.References() {
				for j, other := range p.survey.calculated {
					if j != i && ref.Name == other.name {
						p.calculated[i].first = append(p.calculated[i].first, j)
					}
				}
			}
		}
	}
}

func (c *compiler) actions() {
	top := &place{c: c, sc: c.p.root}
	for _, t := range c.p.survey.triggers {
		c.p.triggers = append(c.p.triggers, action{t, top.rule(t.when), top.compile(t.to)})
	}
}

// warm reports a program whose outcome depends on what was shown before the answers
// were given, so that the state without answers has to be worked out first.
func (c *compiler) warm(sc *scope) bool {
	for _, u := range sc.units {
		if u.mode >= ClearOnHidden && !u.kind.container() || u.moving || u.defaults != nil ||
			u.inner != nil || !expr.IsEmpty(u.defaultValue) {
			return true
		}
	}
	return slices.ContainsFunc(c.p.triggers, func(a action) bool { return a.kind == "visible" })
}

// place is where an expression stands.
type place struct {
	c    *compiler
	sc   *scope
	u    *unit
	item bool // about one choice, row or column
	host bool // about one panel as a whole
}

func (p *place) compile(f *formula) *expr.Program {
	if !f.ok() {
		return nil
	}
	prog, err := expr.Compile(f.ast, expr.ResolverFunc(p.resolve))
	if err != nil { // resolve gives only slots that are there
		return nil
	}
	return prog
}

func (p *place) rule(f *formula) *rule {
	prog := p.compile(f)
	if prog == nil {
		return nil
	}
	r := &rule{prog: prog, calls: callsFunction(f.text)}
	for _, ref := range f.ast.References() {
		r.reads = append(r.reads, strings.ToLower(ref.Name))
	}
	return r
}

// callsFunction reports a function that is called without arguments, outside quotes and
// braces: its result may differ each time.
func callsFunction(text string) bool {
	var quote byte
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '{':
			quote = '}'
		case c == '(' && i > 0 && wordByte(text[i-1]) && strings.HasPrefix(strings.TrimLeft(text[i+1:], " "), ")"):
			return true
		}
	}
	return false
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// resolve finds where the value of a reference is.
func (p *place) resolve(ref *expr.Reference) (expr.Binding, bool) {
	if ref.Property || len(ref.Path) == 0 {
		return expr.Binding{}, false
	}
	if b, ok := p.local(ref); ok {
		return b, true
	}
	if i, n := longest(p.c.calculated, ref.Path, 0); n > 0 {
		return expr.Binding{Slot: i, Steps: n}, true
	}
	root := p.c.p.root
	if i, n := longest(root.folded, ref.Path, 0); n > 0 {
		return root.binding(i, n), true
	}
	return p.outside(ref)
}

// binding tells the type checker what is known of a slot.
func (sc *scope) binding(slot, steps int) expr.Binding {
	b := expr.Binding{Slot: slot, Steps: steps}
	for _, u := range sc.units {
		if u.slot == slot {
			b.Type, b.Ordered = u.valueType(), u.kind == kindRanking
			break
		}
	}
	return b
}

// valueType is the type of a question's answers, for the type checker.
func (e *element) valueType() expr.Type {
	switch e.kind {
	case kindRating:
		if e.rateListed {
			return itemsType(e.columns)
		}
		return expr.TypeNumber
	case kindText:
		switch {
		case e.numeric():
			return expr.TypeNumber
		case e.ordered():
			return expr.TypeDate
		}
		return expr.TypeText
	case kindComment:
		return expr.TypeText
	case kindBoolean:
		if e.whenTrue.Kind() == expr.KindBool && e.whenFalse.Kind() == expr.KindBool {
			return expr.TypeBool
		}
		return expr.TypeUnknown
	case kindCheckbox, kindRanking, kindRows, kindPanelDynamic:
		return expr.TypeList
	case kindImages:
		if e.multi {
			return expr.TypeList
		}
		return itemsType(e.choices)
	case kindRadio:
		return itemsType(e.choices)
	case kindMatrix, kindCells, kindMultipleText:
		return expr.TypeObject
	case kindSlider:
		if e.rangeSlider {
			return expr.TypeList
		}
		return expr.TypeNumber
	default:
		return expr.TypeUnknown
	}
}

func itemsType(list []*item) expr.Type {
	if len(list) == 0 {
		return expr.TypeUnknown
	}
	first := list[0].value.Kind()
	for _, it := range list {
		if it.value.Kind() != first {
			return expr.TypeUnknown
		}
	}
	switch first {
	case expr.KindNumber:
		return expr.TypeNumber
	case expr.KindText:
		return expr.TypeText
	default:
		return expr.TypeUnknown
	}
}

// longest finds the longest run of steps that is a name, from a step on; the run ends
// at a step with an index.
func longest(names map[string]int, path []expr.Step, from int) (slot, steps int) {
	name := ""
	for i := from; i < len(path); i++ {
		if i > from {
			name += "."
		}
		name += strings.ToLower(path[i].Name)
		if j, ok := names[name]; ok {
			slot, steps = j, i-from+1
		}
		if path[i].Indexed {
			break
		}
	}
	return slot, steps
}

// local resolves the names that mean something only where the expression stands.
func (p *place) local(ref *expr.Reference) (expr.Binding, bool) {
	first := strings.ToLower(ref.Path[0].Name)
	whole := len(ref.Path) == 1
	switch first {
	case "item", "choice":
		if p.item {
			return expr.Binding{Slot: localItem, InRow: true, Steps: 1}, true
		}
	case "self":
		if whole && p.u != nil && p.u.slot >= 0 {
			return p.own(p.sc, p.u.slot, 1), true
		}
	}
	if b, ok := p.nested(ref, first); ok {
		return b, true
	}
	return p.besides(ref, first)
}

// own binds a slot of a scope: the survey's answers, or those of one panel or row.
func (p *place) own(sc *scope, slot, steps int) expr.Binding {
	b := sc.binding(slot, steps)
	if sc.host != nil {
		b.Slot, b.InRow = slot+locals, true
	}
	return b
}

// nested resolves {panel.x}, {row.x} and what goes with them.
func (p *place) nested(ref *expr.Reference, first string) (expr.Binding, bool) {
	if p.sc.host == nil {
		return expr.Binding{}, false
	}
	k, simple := p.sc.host.kind, -1
	row := k == kindCells || k == kindRows
	switch first {
	case "panel", "row":
		if (first == "row") != row || k == kindMultipleText {
			return expr.Binding{}, false
		}
		if i, n := longest(p.sc.folded, ref.Path, 1); n > 0 {
			return p.own(p.sc, i, n+1), true
		}
		return expr.Binding{Slot: localPanel, InRow: true, Steps: 1}, true
	case "panelindex", "rowindex":
		simple = localPanelIndex
	case "visiblepanelindex", "visiblerowindex":
		simple = localVisibleIndex
	case "rowvalue", "rowname":
		simple = localRowValue
	case "rowtitle":
		simple = localRowTitle
	case "prevpanel", "prevrow":
		simple = localPrevious
	case "nextpanel", "nextrow":
		simple = localNext
	}
	if simple < 0 || (strings.HasPrefix(first, "row") || strings.HasSuffix(first, "row")) != row && !strings.Contains(first, "visible") {
		return expr.Binding{}, false
	}
	return expr.Binding{Slot: simple, InRow: true, Steps: 1}, true
}

// besides resolves {panel.x} in a static panel, which reads the panel's own question.
func (p *place) besides(ref *expr.Reference, first string) (expr.Binding, bool) {
	if first != "panel" || len(ref.Path) < 2 || p.u == nil || p.u.parent == nil || p.u.parent.kind != kindPanel {
		return expr.Binding{}, false
	}
	if i, n := longest(p.sc.folded, ref.Path, 1); n > 0 {
		return p.own(p.sc, i, n+1), true
	}
	return expr.Binding{}, false
}

// outside gives a name that the definition does not explain a slot of its own.
func (p *place) outside(ref *expr.Reference) (expr.Binding, bool) {
	steps, indexed := len(ref.Path), false
	if slices.ContainsFunc(ref.Path, func(s expr.Step) bool { return s.Indexed }) {
		steps, indexed = 1, true
	}
	parts := make([]string, steps)
	for i := range parts {
		parts[i] = strings.ToLower(ref.Path[i].Name)
	}
	if !indexed && steps > 1 && parts[steps-1] == "length" {
		steps--
		parts = parts[:steps]
	}
	name := strings.Join(parts, ".")
	slot, ok := p.c.externs[name]
	if !ok {
		slot = p.c.p.slots + len(p.c.externs)
		p.c.externs[name] = slot
		p.c.p.externs = append(p.c.p.externs, extern{name, slot})
	}
	return expr.Binding{Slot: slot, Steps: steps}, true
}
