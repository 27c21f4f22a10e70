package survey

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// ParseOptions bound a definition; nil means the defaults.
type ParseOptions struct {
	MaxBytes int // size of the JSON; default 1 MiB
	MaxDepth int // nesting of objects and arrays; default 64, at most 1,000
	MaxNodes int // values in all; default 100,000

	// Variables are names that the host sets in Context.Vars, so that lint does not
	// report them as unknown.
	Variables []string
}

// Survey is a definition as it was read. It never changes, so that many goroutines may
// share it; the zero value is a survey without questions.
type Survey struct {
	root       node
	pages      []*element
	calculated []*calculated
	triggers   []*trigger
	clear      ClearMode
	locale     string
	title      Text
	readOnly   bool
	storeOther bool
	keepKeys   bool // keepIncorrectValues
	findings   []Finding
	known      []string
}

// calculated is one of calculatedValues.
type calculated struct {
	name, path string
	value      *formula
	include    bool
}

// trigger is one of triggers.
type trigger struct {
	kind        string
	path        string
	when        *formula
	set, from   string
	value       expr.Value
	variable    bool
	to          *formula
	goTo        string
	pages, list []string
	legacy      bool
}

// Parse reads a SurveyJS definition. What is not understood is kept for
// [Survey.MarshalJSON] and reported as a finding; so is everything that lint has to say
// (see [Survey.Lint]). The error, which unwraps to ErrDefinition, is for what is not a
// definition at all: no JSON, duplicate keys, no object, beyond the limits.
func Parse(data []byte, o *ParseOptions) (*Survey, []Finding, error) {
	if o == nil {
		o = &ParseOptions{}
	}
	limits := &strictjson.Limits{Bytes: o.MaxBytes, Depth: o.MaxDepth, Nodes: o.MaxNodes}
	if limits.Depth <= 0 {
		limits.Depth = 64
	}
	root, err := strictjson.Parse(data, limits)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrDefinition, err)
	}
	if root.Kind != strictjson.Object {
		return nil, nil, fmt.Errorf("%w: %s where an object is due", ErrDefinition, root.Kind)
	}
	s := &Survey{root: *root, known: slices.Clone(o.Variables)}
	s.read()
	s.findings = append(s.findings, s.lint()...)
	s.findings = sortFindings(s.findings)
	return s, s.Lint(), nil
}

// read builds the elements from the tree.
func (s *Survey) read() {
	n := &s.root
	r := &reader{report: func(rule Rule, severity Severity, path, name, detail string) {
		s.findings = append(s.findings, Finding{rule, severity, path, name, detail})
	}}
	s.title, s.locale = readText(get(n, "title")), foldLocale(textOf(n, "locale"))
	s.readOnly = textOf(n, "mode") == "display" || isTrue(n, "readOnly")
	s.clear = clearModeOf(textOf(n, "clearInvisibleValues"))
	if v := get(n, "clearInvisibleValues"); v != nil && v.Kind == strictjson.Bool && !v.Bool {
		s.clear = ClearNone
	}
	if s.clear == 0 {
		s.clear = ClearOnComplete
	}
	store, ok := boolOf(n, "storeOthersAsComment")
	s.storeOther = store || !ok
	s.keepKeys = isTrue(n, "keepIncorrectValues")
	s.readPages(r, n)
	for i := range listOf(n, "calculatedValues") {
		c := &listOf(n, "calculatedValues")[i]
		path := at("calculatedValues", i)
		if v := textOf(c, "name"); v != "" {
			s.calculated = append(s.calculated, &calculated{v, path, r.formula(c, path, "expression"), isTrue(c, "includeIntoResult")})
		}
	}
	for i := range listOf(n, "triggers") {
		if t := r.trigger(&listOf(n, "triggers")[i], at("triggers", i)); t != nil {
			s.triggers = append(s.triggers, t)
		}
	}
}

func (s *Survey) readPages(r *reader, n *node) {
	if !hasList(n, "pages") {
		key := elementsKey(n)
		if !hasList(n, key) {
			return
		}
		page := &element{kind: kindPage, typ: "page", name: "page1", path: key, node: &node{}, visible: true}
		page.children = r.list(listOf(n, key), key, page, nil)
		s.pages = []*element{page}
		return
	}
	for i := range listOf(n, "pages") {
		p, path := &listOf(n, "pages")[i], at("pages", i)
		if p.Kind != strictjson.Object {
			continue
		}
		page := &element{kind: kindPage, typ: "page", path: path, node: p}
		r.common(page, p, path)
		key := elementsKey(p)
		page.children = r.list(listOf(p, key), join(path, key), page, nil)
		s.pages = append(s.pages, page)
	}
	s.namePages()
}

// namePages gives pages without a name the first free "page1", "page2", ….
func (s *Survey) namePages() {
	for _, page := range s.pages {
		for i := 1; page.name == ""; i++ {
			candidate := fmt.Sprintf("page%d", i)
			if !slices.ContainsFunc(s.pages, func(p *element) bool { return p.name == candidate }) {
				page.name = candidate
			}
		}
	}
}

func (r *reader) trigger(n *node, path string) *trigger {
	if n.Kind != strictjson.Object {
		return nil
	}
	t := &trigger{kind: strings.TrimSuffix(strings.ToLower(textOf(n, "type")), "trigger"), path: path}
	t.when = r.formula(n, path, "expression")
	if t.when == nil {
		if text := legacyCondition(n); text != "" {
			t.when, t.legacy = r.expression(text, path), true
		}
	}
	t.set, t.from, t.goTo = textOf(n, "setToName"), textOf(n, "fromName"), textOf(n, "gotoName")
	t.value, t.variable = valueOf(get(n, "setValue")), isTrue(n, "isVariable")
	t.to = r.formula(n, path, "runExpression")
	t.pages, t.list = namesOf(n, "pages"), namesOf(n, "questions")
	return t
}

func namesOf(n *node, key string) []string {
	var out []string
	v := get(n, key)
	if v == nil {
		return nil
	}
	for i := range v.Items {
		if v.Items[i].Kind == strictjson.String {
			out = append(out, v.Items[i].Text)
		}
	}
	return out
}

// legacyCondition writes the condition of a trigger that has name, operator and value
// in place of an expression.
func legacyCondition(n *node) string {
	name := textOf(n, "name")
	if name == "" {
		return ""
	}
	operator := strings.ToLower(textOf(n, "operator"))
	if operator == "" {
		operator = "equal"
	}
	out := "{" + name + "} " + operator
	if operator == "empty" || operator == "notempty" {
		return out
	}
	v := get(n, "value")
	if v == nil {
		return ""
	}
	switch v.Kind {
	case strictjson.String:
		return out + " '" + strings.ReplaceAll(v.Text, "'", "\\'") + "'"
	case strictjson.Array:
		var b bytes.Buffer
		writeNode(&b, v)
		return out + " " + strings.ReplaceAll(b.String(), `"`, "'")
	default:
		return out + " " + textOf(n, "value")
	}
}

// MarshalJSON writes the definition as it was read: every property, known or not, in
// its order, with numbers as they were written.
func (s *Survey) MarshalJSON() ([]byte, error) {
	if s.root.Kind == 0 {
		return []byte("{}"), nil
	}
	var b bytes.Buffer
	writeNode(&b, &s.root)
	return b.Bytes(), nil
}

// Lint is what is to be known about the definition, ordered by path and rule: the
// checks of survey-core's linter under their own names, and those of this package. It
// is computed once, by Parse.
func (s *Survey) Lint() []Finding { return slices.Clone(s.findings) }

// Faults joins the findings that are errors; nil when there is none.
func (s *Survey) Faults() error { return joinFindings(s.findings, SeverityError) }

// Title is the title of the survey.
func (s *Survey) Title() Text { return s.title }

// ClearMode is the rule for hidden answers; ClearOnComplete where the definition names
// none, as in survey-core.
func (s *Survey) ClearMode() ClearMode {
	if s.clear == 0 {
		return ClearOnComplete
	}
	return s.clear
}

// Locales are the locales in which some title or choice of the survey has a text,
// sorted; the default is "default".
func (s *Survey) Locales() []string {
	var out []string
	add := func(t Text) { out = append(out, t.locales...) }
	add(s.title)
	s.each(func(e *element) {
		add(e.title)
		for _, list := range [][]*item{e.choices, e.special, e.rows, e.columns} {
			for _, it := range list {
				add(it.text)
			}
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// each visits every page, panel and question, nested ones after the question that
// holds them.
func (s *Survey) each(visit func(*element)) {
	var walk func([]*element)
	walk = func(list []*element) {
		for _, e := range list {
			visit(e)
			walk(e.children)
			walk(e.inner)
		}
	}
	walk(s.pages)
}

// Question is what a host may want to know about a question before it is asked.
type Question struct {
	Name     string
	Key      string // where the answer is kept: the valueName, else the name
	Type     string // "rating", "checkbox", …, in lower case
	Page     string
	Path     string // in the JSON
	Title    Text
	Required bool // always, whatever the condition
	Choices  []Choice
	Lowest   float64 // of a rating without listed values
	Highest  float64
	Step     float64
}

// Choice is one of the choices of a question, or one of the values of a rating.
type Choice struct {
	Value any // string, float64 or bool
	Text  Text
	Score *float64 // nil where the definition gives none
}

// Questions are the questions of all pages and panels in their order, without those
// inside dynamic panels and matrices.
func (s *Survey) Questions() []Question {
	var out []Question
	for _, page := range s.pages {
		out = questionsOf(out, page.name, page.children)
	}
	return out
}

func questionsOf(out []Question, page string, list []*element) []Question {
	for _, e := range list {
		if e.kind == kindPanel {
			out = questionsOf(out, page, e.children)
			continue
		}
		q := Question{Name: e.name, Key: e.key, Type: e.typ, Page: page, Path: e.path, Title: e.title, Required: e.required}
		if e.kind == kindRating && !e.rateListed {
			q.Lowest, q.Highest, q.Step = e.rateMin, e.rateMax, e.rateStep
		}
		items := e.choices
		if e.kind == kindRating {
			items = e.columns
		}
		for _, it := range items {
			q.Choices = append(q.Choices, Choice{it.value.Any(), it.text, it.score})
		}
		out = append(out, q)
	}
	return out
}
