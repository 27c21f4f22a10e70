package survey

import (
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// formula is an expression of the definition; ast is nil where the text does not parse.
type formula struct {
	text, path string
	ast        *expr.Expression
	fault      error
}

func (f *formula) ok() bool { return f != nil && f.ast != nil }

// item is a choice, a column of a matrix, a row or a value of a rating.
type item struct {
	value      expr.Value
	text       Text
	path       string
	score      *float64
	visibleIf  *formula
	enableIf   *formula
	exclusive  bool
	comment    bool // shows its own comment
	needsWords bool // the comment is required
}

// label is the item's text in a locale, else its value.
func (it *item) label(locale string) string {
	if s := it.text.In(locale); s != "" {
		return s
	}
	return plain(it.value)
}

// element is a page, panel or question as it was defined.
type element struct {
	kind      kind
	typ       string // in lower case, as written
	name, key string // key is where the answer is kept: valueName, else name
	path      string
	node      *node
	parent    *element // page or panel
	owner     *element // the question whose answer holds this one's, nil at the top
	children  []*element
	inner     []*element // what a nesting question asks: templates, columns, items

	visible, required, readOnly bool
	title, requiredText         Text
	visibleIf, enableIf         *formula
	requiredIf                  *formula
	resetIf, setIf, setTo       *formula
	defaultTo                   *formula
	defaultValue, correct       expr.Value
	clear                       ClearMode // zero: as the survey says
	commentArea                 bool
	validators                  []*validator

	choices                       []*item
	special                       []*item // other, none, refuse, dontknow
	choicesVisibleIf, choicesEnIf *formula
	hasOther                      bool
	storeOther                    int // 1 yes, 2 no, 0 as the survey says
	otherText                     Text
	minSelected, maxSelected      float64
	multi, openChoices            bool // several images; choices not known here (URL, carried forward)
	from, fromMode                string
	keepUnknown                   bool
	min, max, step                expr.Value
	minTo, maxTo                  *formula
	inputType                     string
	minText, maxText, stepText    Text
	maxLength                     float64
	whenTrue, whenFalse           expr.Value
	labelTrue, labelFalse         Text
	rows, columns                 []*item
	rowsVisibleIf, columnsIf      *formula
	rowsRequired, rowsUnique      bool
	cellType                      string
	rowCount, minRows, maxRows    int
	keyName                       string
	keyText                       Text
	itemIf                        *formula // templateVisibleIf
	value                         *formula // of an expression question
	rateMin, rateMax, rateStep    float64
	rateListed                    bool
	valueProperty                 string
	rangeSlider, allowBlank       bool
	openEnded                     bool // dropdown or tagbox with allowCustomChoices
	uniqueColumn                  bool
}

// ClearMode says what becomes of the answer to a question that is hidden.
type ClearMode uint8

// The four rules for hidden answers, with survey-core's names.
const (
	ClearNone              ClearMode = iota + 1 // "none": kept
	ClearOnComplete                             // "onComplete": removed when the survey is complete; survey-core's default
	ClearOnHidden                               // "onHidden": removed as soon as the question itself is hidden
	ClearOnHiddenContainer                      // "onHiddenContainer": so too when its panel or page is hidden
)

// String is the name in a definition; "unset" for the zero value.
func (m ClearMode) String() string {
	names := [...]string{"unset", "none", "onComplete", "onHidden", "onHiddenContainer"}
	return name(names[:], uint8(m), "mode")
}

// MarshalText writes the name; a value that is no mode is an error.
func (m ClearMode) MarshalText() ([]byte, error) {
	return marshalName(m.String(), m >= ClearNone && m <= ClearOnHiddenContainer, "rule for hidden answers")
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (m *ClearMode) UnmarshalText(text []byte) error {
	if v := clearModeOf(string(text)); v != 0 {
		*m = v
		return nil
	}
	return noSuch("rule for hidden answers", string(text))
}

func clearModeOf(s string) ClearMode {
	for m := ClearNone; m <= ClearOnHiddenContainer; m++ {
		if m.String() == s {
			return m
		}
	}
	return 0
}

// validator is one entry of validators.
type validator struct {
	kind              string
	path              string
	level             Level
	text              Text
	min, max          float64
	hasMin, hasMax    bool
	noDigits, anyCase bool
	pattern           string
	regex             *pattern
	expression        *formula
}

// reader builds elements and remembers what it could not read.
type reader struct {
	limits   *expr.Limits
	report   func(rule Rule, severity Severity, path, name, detail string)
	elements int
}

func (r *reader) formula(n *node, path, key string) *formula {
	v := get(n, key)
	if v == nil || v.Kind != strictjson.String || strings.TrimSpace(v.Text) == "" {
		return nil
	}
	return r.expression(v.Text, join(path, key))
}

func (r *reader) expression(text, path string) *formula {
	f := &formula{text: text, path: path}
	f.ast, f.fault = expr.Parse(nfc(text), r.limits)
	return f
}

// elements reads the elements of a page, panel or template.
func (r *reader) list(items []node, path string, parent, owner *element) []*element {
	var out []*element
	for i := range items {
		n := &items[i]
		if n.Kind != strictjson.Object {
			continue
		}
		p := at(path, i)
		if e := r.element(n, p, parent, owner); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// elementsKey is the member that holds a container's elements, with its alias.
func elementsKey(n *node) string {
	for _, key := range []string{"elements", "questions"} {
		if hasList(n, key) {
			return key
		}
	}
	return "elements"
}

// element reads a question or panel; nil for a type that is not known, which
// survey-core leaves out, too.
func (r *reader) element(n *node, path string, parent, owner *element) *element {
	typ := strings.ToLower(textOf(n, "type"))
	k := kindOf(typ)
	if k == 0 {
		return nil
	}
	e := &element{kind: k, typ: typ, path: path, node: n, parent: parent, owner: owner}
	r.common(e, n, path)
	if k == kindPanel {
		key := elementsKey(n)
		e.children = r.list(listOf(n, key), join(path, key), e, owner)
		return e
	}
	r.question(e, n, path)
	return e
}

// common reads what pages, panels and questions have alike.
func (r *reader) common(e *element, n *node, path string) {
	r.elements++
	e.name = textOf(n, "name")
	e.key = strings.TrimSpace(e.name)
	e.visible, e.title = true, readText(get(n, "title"))
	if v, ok := boolOf(n, "visible"); ok {
		e.visible = v
	}
	e.required, e.readOnly = isTrue(n, "isRequired"), isTrue(n, "readOnly")
	e.requiredText = readText(get(n, "requiredErrorText"))
	e.visibleIf = r.formula(n, path, "visibleIf")
	e.enableIf = r.formula(n, path, "enableIf")
	e.requiredIf = r.formula(n, path, "requiredIf")
}

// question reads what only questions have.
func (r *reader) question(e *element, n *node, path string) {
	if key := textOf(n, "valueName"); key != "" {
		e.key = key
	}
	e.resetIf = r.formula(n, path, "resetValueIf")
	e.setIf = r.formula(n, path, "setValueIf")
	e.setTo = r.formula(n, path, "setValueExpression")
	e.defaultTo = r.formula(n, path, "defaultValueExpression")
	e.defaultValue = valueOf(get(n, "defaultValue"))
	e.correct = valueOf(get(n, "correctAnswer"))
	e.clear = clearModeOf(textOf(n, "clearIfInvisible"))
	e.commentArea = isTrue(n, "showCommentArea", "hasComment")
	e.allowBlank = isTrue(n, "allowSpaceAsAnswer")
	for i := range listOf(n, "validators") {
		v := &listOf(n, "validators")[i]
		if read := r.validator(v, at(join(path, "validators"), i)); read != nil {
			e.validators = append(e.validators, read)
		}
	}
	r.typed(e, n, path)
}

// typed reads what one type of question has.
func (r *reader) typed(e *element, n *node, path string) {
	switch e.kind {
	case kindText:
		r.input(e, n, path)
	case kindComment:
		e.maxLength, _ = numberOf(n, "maxLength")
	case kindRating:
		r.rating(e, n, path)
	case kindRadio, kindCheckbox, kindRanking, kindImages:
		r.selection(e, n, path)
	case kindBoolean:
		r.boolean(e, n)
	case kindMatrix:
		r.matrix(e, n, path)
	case kindCells, kindRows:
		r.grid(e, n, path)
	case kindMultipleText:
		r.texts(e, n, path)
	case kindPanelDynamic:
		r.panels(e, n, path)
	case kindSlider:
		e.min, e.max, e.step = expr.Number(numberOr(n, 0, "min")), expr.Number(numberOr(n, 100, "max")), expr.Number(numberOr(n, 1, "step"))
		e.minTo, e.maxTo = r.formula(n, path, "minValueExpression"), r.formula(n, path, "maxValueExpression")
		e.rangeSlider = textOf(n, "sliderType") == "range"
	case kindExpression:
		e.value = r.formula(n, path, "expression")
	default:
	}
}

// input reads a text question, or an item of a multiple text.
func (r *reader) input(e *element, n *node, path string) {
	e.inputType = strings.ToLower(textOf(n, "inputType"))
	if e.inputType == "" {
		e.inputType = "text"
	}
	e.maxLength, _ = numberOf(n, "maxLength")
	e.minTo, e.maxTo = r.formula(n, path, "minValueExpression"), r.formula(n, path, "maxValueExpression")
	e.min, e.minTo = r.bound(n, path, "min", e.minTo)
	e.max, e.maxTo = r.bound(n, path, "max", e.maxTo)
	e.step = valueOf(get(n, "step"))
	e.minText, e.maxText = readText(get(n, "minErrorText")), readText(get(n, "maxErrorText"))
	e.stepText = readText(get(n, "stepErrorText"))
	e.trimBounds()
}

// bound reads min or max, where "=today()" means an expression.
func (r *reader) bound(n *node, path, key string, to *formula) (expr.Value, *formula) {
	v := get(n, key)
	if v != nil && v.Kind == strictjson.String && strings.HasPrefix(v.Text, "=") {
		if to == nil {
			to = r.expression(v.Text[1:], join(path, key))
		}
		return expr.Value{}, to
	}
	return valueOf(v), to
}

func (r *reader) rating(e *element, n *node, path string) {
	e.columns = r.items(n, path, "rateValues")
	e.rateListed = len(e.columns) > 0
	e.rateMin, e.rateStep = numberOr(n, 1, "rateMin"), numberOr(n, 1, "rateStep")
	e.rateMax = numberOr(n, 5, "rateMax")
	if count, ok := numberOf(n, "rateCount"); ok && get(n, "rateMax") == nil {
		e.rateMax = e.rateMin + e.rateStep*(count-1)
	}
	if e.rateStep <= 0 {
		e.rateStep = 1
	}
}

func (r *reader) selection(e *element, n *node, path string) {
	e.choices = append(r.items(n, path, "choices"), countedChoices(n, e.typ)...)
	e.choicesVisibleIf = r.formula(n, path, "choicesVisibleIf")
	e.choicesEnIf = r.formula(n, path, "choicesEnableIf")
	e.hasOther = isTrue(n, "showOtherItem", "hasOther")
	switch v := get(n, "storeOthersAsComment"); {
	case v == nil || v.Kind != strictjson.Bool:
	case v.Bool:
		e.storeOther = 1
	default:
		e.storeOther = 2
	}
	e.otherText = readText(get(n, "otherErrorText"))
	for _, s := range []struct{ on, alias, value, text string }{
		{"showNoneItem", "hasNone", "none", "noneText"},
		{"showRefuseItem", "showRefuseItem", "refused", "refuseText"},
		{"showDontKnowItem", "showDontKnowItem", "dontknow", "dontKnowText"},
	} {
		if isTrue(n, s.on, s.alias) {
			e.special = append(e.special, &item{value: expr.Text(s.value), text: readText(get(n, s.text)), exclusive: true})
		}
	}
	if e.hasOther {
		e.special = append(e.special, &item{value: expr.Text("other"), text: readText(get(n, "otherText")), comment: true, needsWords: true})
	}
	e.minSelected, _ = numberOf(n, "minSelectedChoices")
	e.maxSelected, _ = numberOf(n, "maxSelectedChoices")
	e.multi = isTrue(n, "multiSelect")
	e.from, e.fromMode = textOf(n, "choicesFromQuestion"), textOf(n, "choicesFromQuestionMode")
	e.openChoices = textOf(get(n, "choicesByUrl"), "url") != "" || isTrue(n, "choicesLazyLoadEnabled")
	e.openEnded = isTrue(n, "allowCustomChoices")
	e.keepUnknown = isTrue(n, "keepIncorrectValues")
	e.valueProperty = textOf(n, "valuePropertyName")
}

func (r *reader) boolean(e *element, n *node) {
	e.whenTrue, e.whenFalse = expr.Bool(true), expr.Bool(false)
	if v := get(n, "valueTrue"); v != nil && v.Kind != strictjson.Null {
		e.whenTrue = valueOf(v)
	}
	if v := get(n, "valueFalse"); v != nil && v.Kind != strictjson.Null {
		e.whenFalse = valueOf(v)
	}
	e.labelTrue, e.labelFalse = readText(get(n, "labelTrue")), readText(get(n, "labelFalse"))
}

func (r *reader) matrix(e *element, n *node, path string) {
	e.rows, e.columns = r.items(n, path, "rows"), r.items(n, path, "columns")
	e.rowsVisibleIf, e.columnsIf = r.formula(n, path, "rowsVisibleIf"), r.formula(n, path, "columnsVisibleIf")
	e.rowsRequired, e.rowsUnique = isTrue(n, "eachRowRequired", "isAllRowRequired"), isTrue(n, "eachRowUnique")
	e.cellType = strings.ToLower(textOf(n, "cellType"))
	e.multi = e.cellType == "checkbox"
}

// grid reads a matrix whose cells are questions.
func (r *reader) grid(e *element, n *node, path string) {
	e.rowsVisibleIf = r.formula(n, path, "rowsVisibleIf")
	e.keyName, e.keyText = textOf(n, "keyName"), readText(get(n, "keyDuplicationError"))
	e.cellType = strings.ToLower(textOf(n, "cellType"))
	if e.cellType == "" || e.cellType == "default" {
		e.cellType = "dropdown"
	}
	if e.kind == kindCells {
		e.rows = r.items(n, path, "rows")
	} else {
		e.rowCount = int(numberOr(n, 2, "rowCount"))
		e.minRows, e.maxRows = int(numberOr(n, 0, "minRowCount")), int(numberOr(n, 1000, "maxRowCount"))
		e.rowCount = min(max(e.rowCount, e.minRows), max(e.maxRows, 0))
	}
	for i := range listOf(n, "columns") {
		c := &listOf(n, "columns")[i]
		if cell := r.column(e, n, c, at(join(path, "columns"), i)); cell != nil {
			e.inner = append(e.inner, cell)
		}
	}
}

func (r *reader) column(e *element, matrix, n *node, path string) *element {
	if n.Kind != strictjson.Object {
		return nil
	}
	typ := strings.ToLower(textOf(n, "cellType"))
	if typ == "" || typ == "default" {
		typ = e.cellType
	}
	k := kindOf(typ)
	if k == 0 || k == kindPanel || k.nests() {
		return nil
	}
	cell := &element{kind: k, typ: typ, path: path, node: n, owner: e}
	r.common(cell, n, path)
	r.question(cell, n, path)
	cell.uniqueColumn = isTrue(n, "isUnique")
	if k.selects() && len(cell.choices) == 0 {
		cell.choices = r.items(matrix, e.path, "choices")
	}
	return cell
}

func (r *reader) texts(e *element, n *node, path string) {
	for i := range listOf(n, "items") {
		it := &listOf(n, "items")[i]
		if it.Kind != strictjson.Object {
			continue
		}
		p := at(join(path, "items"), i)
		field := &element{kind: kindText, typ: "text", path: p, node: it, owner: e}
		r.common(field, it, p)
		r.question(field, it, p)
		e.inner = append(e.inner, field)
	}
}

func (r *reader) panels(e *element, n *node, path string) {
	key := "templateElements"
	e.inner = r.list(listOf(n, key), join(path, key), nil, e)
	e.keyName, e.keyText = textOf(n, "keyName"), readText(get(n, "keyDuplicationError"))
	e.itemIf = r.formula(n, path, "templateVisibleIf")
	e.minRows, e.maxRows = int(numberOr(n, 0, "minPanelCount")), int(numberOr(n, 1000, "maxPanelCount"))
	e.rowCount = int(numberOr(n, 0, "panelCount"))
	e.rowCount = min(max(e.rowCount, e.minRows), max(e.maxRows, 0))
}

func (r *reader) validator(n *node, path string) *validator {
	if n.Kind != strictjson.Object {
		return nil
	}
	v := &validator{path: path, level: Error, text: readText(get(n, "text"))}
	v.kind = strings.TrimSuffix(strings.ToLower(textOf(n, "type")), "validator")
	switch textOf(n, "notificationType") {
	case "warning":
		v.level = Warning
	case "info":
		v.level = Info
	}
	switch v.kind {
	case "numeric":
		v.min, v.hasMin = numberOf(n, "minValue")
		v.max, v.hasMax = numberOf(n, "maxValue")
	case "text":
		v.min, _ = numberOf(n, "minLength")
		v.max, _ = numberOf(n, "maxLength")
		digits, ok := boolOf(n, "allowDigits")
		v.noDigits = ok && !digits
	case "answercount":
		v.min, _ = numberOf(n, "minCount")
		v.max, _ = numberOf(n, "maxCount")
	case "regex":
		v.pattern, v.anyCase = rawText(n, "regex"), isTrue(n, "caseInsensitive", "insensitive")
		r.pattern(v, path)
	case "email":
	case "expression":
		v.expression = r.formula(n, path, "expression")
	default:
		return nil
	}
	return v
}

func (r *reader) pattern(v *validator, path string) {
	if v.pattern == "" {
		return
	}
	re, err := compilePattern(v.pattern, v.anyCase)
	if err != nil {
		r.report(RulePattern, SeverityError, join(path, "regex"), "", err.Error())
		return
	}
	v.regex = re
}

func rawText(n *node, key string) string {
	if v := get(n, key); v != nil && v.Kind == strictjson.String {
		return v.Text
	}
	return ""
}

// trimBounds forgets bounds that mean nothing for the kind of input, as survey-core
// does when it loads a definition.
func (e *element) trimBounds() {
	if !knownInput(e.inputType) {
		return
	}
	if !e.ordered() {
		e.min, e.max, e.step = expr.Value{}, expr.Value{}, expr.Value{}
		return
	}
	for _, bound := range []*expr.Value{&e.min, &e.max} {
		if !expr.IsEmpty(*bound) && isNumber(*bound) != e.numeric() {
			*bound = expr.Value{}
		}
	}
}

func (e *element) numeric() bool { return e.inputType == "number" || e.inputType == "range" }

func (e *element) ordered() bool {
	switch e.inputType {
	case "number", "range", "date", "datetime-local", "month", "time", "week":
		return true
	default:
		return false
	}
}

func knownInput(s string) bool {
	switch s {
	case "color", "date", "datetime-local", "email", "month", "number", "password", "range", "tel", "text", "time", "url", "week":
		return true
	default:
		return false
	}
}
