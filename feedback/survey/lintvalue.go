package survey

import (
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// shapeOf is the form of the answers of a type of question.
func shapeOf(typ string, n *node) (shape, expr.Type) {
	switch typ {
	case "text":
		switch in := inputType(n); {
		case in == "number" || in == "range":
			return shapeScalar, expr.TypeNumber
		case isOrdered(in):
			return shapeScalar, expr.TypeDate
		}
		return shapeScalar, expr.TypeText
	case "comment", "signaturepad":
		return shapeScalar, expr.TypeText
	case "boolean":
		if get(n, "valueTrue") != nil || get(n, "valueFalse") != nil {
			return shapeScalar, expr.TypeUnknown
		}
		return shapeScalar, expr.TypeBool
	case "radiogroup", "dropdown", "buttongroup":
		return shapeScalar, commonType(rawValues(n, "choices"))
	case "imagepicker":
		if isTrue(n, "multiSelect") {
			return shapeList, 0
		}
		return shapeScalar, commonType(rawValues(n, "choices"))
	case "checkbox", "tagbox", "ranking", "file", "matrixdynamic", "paneldynamic":
		return shapeList, 0
	case "rating":
		if values := rawValues(n, "rateValues"); len(values) > 0 {
			return shapeScalar, commonType(values)
		}
		return shapeScalar, expr.TypeNumber
	case "slider":
		if textOf(n, "sliderType") == "range" {
			return shapeList, 0
		}
		return shapeScalar, expr.TypeNumber
	case "matrix", "matrixdropdown", "multipletext":
		return shapeObject, 0
	case "html", "image":
		return shapeNone, 0
	default:
		return shapeUnknown, 0
	}
}

func commonType(values []expr.Value) expr.Type {
	if len(values) == 0 {
		return expr.TypeUnknown
	}
	first := values[0].Kind()
	if slices.ContainsFunc(values, func(v expr.Value) bool { return v.Kind() != first }) {
		return expr.TypeUnknown
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

// rawValues are the values of choices, rows or columns as they are written.
func rawValues(n *node, key string) []expr.Value {
	v := get(n, key)
	if v == nil || v.Kind != strictjson.Array {
		return nil
	}
	var out []expr.Value
	for i := range v.Items {
		if x := rawValue(&v.Items[i]); x.Kind() > expr.KindNull {
			out = append(out, x)
		}
	}
	return out
}

func rawValue(n *node) expr.Value {
	if n.Kind == strictjson.Object {
		return valueOf(get(n, "value"))
	}
	return valueOf(n)
}

var specialItems = [...]struct{ value, on, alias string }{
	{"other", "showOtherItem", "hasOther"},
	{"none", "showNoneItem", "hasNone"},
	{"refused", "showRefuseItem", "showRefuseItem"},
	{"dontknow", "showDontKnowItem", "showDontKnowItem"},
}

func (l *linter) choicesOf(n *node, typ string) *choicesInfo {
	if !l.is(typ, "selectbase") {
		return nil
	}
	c := &choicesInfo{
		values: rawValues(n, "choices"), open: textOf(get(n, "choicesByUrl"), "url") != "",
		lazy: isTrue(n, "choicesLazyLoadEnabled"), from: rawText(n, "choicesFromQuestion"),
		valuesIn: rawText(n, "choiceValuesFromQuestion"), textIn: rawText(n, "choiceTextsFromQuestion"),
	}
	for _, s := range specialItems {
		if isTrue(n, s.on, s.alias) {
			c.special = append(c.special, s.value)
		}
	}
	return c
}

// fixed reports choices that are all written in the definition.
func (c *choicesInfo) fixed() bool {
	return c != nil && !c.open && !c.lazy && c.from == "" && c.valuesIn == "" && len(c.values) > 0
}

// selectable is how many choices can be chosen together.
func (r *record) selectable() (int, bool) {
	if !r.choices.fixed() {
		return 0, false
	}
	v := get(r.n, "choices")
	if v == nil || v.Kind != strictjson.Array {
		return 0, false
	}
	n := 0
	for i := range v.Items {
		if rawValue(&v.Items[i]).Kind() != expr.KindMissing && !isTrue(&v.Items[i], "isExclusive") {
			n++
		}
	}
	if slices.Contains(r.choices.special, "other") {
		n++
	}
	return n, true
}

// domain is the set of values that a question can have; ok is false where it is open.
func (r *record) domain() (values []expr.Value, ok bool) {
	switch {
	case r == nil || r.unknown:
		return nil, false
	case r.choices != nil:
		if !r.choices.fixed() {
			return nil, false
		}
		values = slices.Clone(r.choices.values)
		for _, s := range r.choices.special {
			values = append(values, expr.Text(s))
		}
		return values, true
	case r.eff == "rating":
		values = rawValues(r.n, "rateValues")
		return values, len(values) > 0
	case r.eff == "boolean":
		yes, no := get(r.n, "valueTrue"), get(r.n, "valueFalse")
		if yes == nil && no == nil {
			return nil, false
		}
		values = []expr.Value{expr.Bool(true), expr.Bool(false)}
		if yes != nil {
			values[0] = valueOf(yes)
		}
		if no != nil {
			values[1] = valueOf(no)
		}
		return values, true
	}
	return nil, false
}

// limits are the least and greatest values that a question can have.
func (r *record) limits() (low, high expr.Value, ok bool) {
	number := func(key string, otherwise float64) float64 {
		if f := authored(r.n, key); f != nil {
			return *f
		}
		return otherwise
	}
	switch {
	case r == nil || r.unknown || r.choices != nil:
	case r.eff == "rating":
		if len(rawValues(r.n, "rateValues")) > 0 {
			break
		}
		from := number("rateMin", 1)
		to := number("rateMax", 5)
		if n := authored(r.n, "rateCount"); n != nil && get(r.n, "rateMax") == nil {
			to = from + number("rateStep", 1)*(*n-1)
		}
		return expr.Number(from), expr.Number(to), true
	case r.eff == "slider" && textOf(r.n, "sliderType") != "range":
		return expr.Number(number("min", 0)), expr.Number(number("max", 100)), true
	case r.eff == "text":
		in := inputType(r.n)
		if !isOrdered(in) || in == "time" || in == "week" || get(r.n, "minValueExpression") != nil || get(r.n, "maxValueExpression") != nil {
			break
		}
		low, high = valueOf(get(r.n, "min")), valueOf(get(r.n, "max"))
		return low, high, low.Kind() != expr.KindMissing || high.Kind() != expr.KindMissing
	}
	return expr.Value{}, expr.Value{}, false
}

// target is the record that a reference takes its value from.
func (ref *lintRef) target() *record {
	if ref == nil || ref.rec == nil || ref.status == refUnknown || ref.status == refSkipped {
		return nil
	}
	if ref.simple() {
		return ref.rec
	}
	inner := ref.rec.columns
	if inner == nil {
		inner = ref.rec.templates
	}
	switch {
	case inner == nil:
	case ref.rec.typ == "matrixdropdown" && len(ref.segs) == 3:
		return inner.first(ref.segs[2].Name)
	case ref.rec.typ != "matrixdropdown" && len(ref.segs) == 2 && ref.segs[0].Indexed:
		return inner.first(ref.segs[1].Name)
	}
	return nil
}

// values is the domain of a reference: of a row of a matrix, its columns.
func (ref *lintRef) domain() (values []expr.Value, r *record, ok bool) {
	if ref != nil && ref.rec != nil && ref.status == refResolved && ref.rec.typ == "matrix" && len(ref.segs) == 2 {
		values = rawValues(ref.rec.n, "columns")
		return values, ref.rec, len(values) > 0
	}
	r = ref.target()
	if r == nil {
		return nil, nil, false
	}
	values, ok = r.domain()
	return values, r, ok
}

func loosely(a, b expr.Value) bool {
	v, ok := expr.Operate("equal", a, b, nil)
	holds, _ := v.Bool()
	return ok && holds
}

// checkable leaves out values that are no choice anyway.
func checkable(v expr.Value) bool {
	return v.Kind() != expr.KindBool && v.Kind() > expr.KindNull && !isText(v, "")
}

func aliens(v expr.Value, allowed []expr.Value) bool {
	list := []expr.Value{v}
	if v.Kind() == expr.KindList {
		list = v.Items()
	}
	return slices.ContainsFunc(list, func(x expr.Value) bool {
		return checkable(x) && !slices.ContainsFunc(allowed, func(a expr.Value) bool { return loosely(a, x) })
	})
}

// notChoices reports values set by the definition that cannot be chosen.
func (l *linter) notChoices() {
	for _, r := range l.records {
		for _, key := range []string{"defaultValue", "correctAnswer"} {
			if v := get(r.n, key); v != nil && l.alienIn(r, valueOf(v)) {
				l.report(RuleNotChoice, SeverityWarning, join(r.path, key), r, "the value cannot be chosen")
			}
		}
		for _, key := range []string{"defaultRowValue", "defaultPanelValue"} {
			inner := r.columns
			if r.templates != nil {
				inner = r.templates
			}
			if v := get(r.n, key); v != nil && inner != nil && l.alienRow(inner, valueOf(v)) {
				l.report(RuleNotChoice, SeverityWarning, join(r.path, key), r, "a value cannot be chosen, or nothing asks for it")
			}
		}
	}
	for _, t := range l.triggers {
		switch t.typ {
		case "setvalue":
			name := rawText(t.n, "setToName")
			if name == "" || get(t.n, "setValue") == nil {
				continue
			}
			ref := l.classify(name, stepsOf(name), false, nil, nil, true)
			if values, _, ok := ref.domain(); ok && aliens(valueOf(get(t.n, "setValue")), values) {
				l.report(RuleNotChoice, SeverityWarning, join(t.path, "setValue"), nil, "the value cannot be chosen")
			}
		case "copyvalue":
			l.copied(t)
		}
	}
}

func (l *linter) copied(t *triggerRecord) {
	from, to := l.data(rawText(t.n, "fromName")), l.data(rawText(t.n, "setToName"))
	if from == nil || to == nil || from.unknown || to.unknown {
		return
	}
	if from.shape == shapeList && to.shape == shapeScalar || from.shape == shapeScalar && to.shape == shapeList {
		l.report(RuleNotChoice, SeverityWarning, t.path, nil, "one question holds a list, the other one value")
		return
	}
	a, okA := from.domain()
	b, okB := to.domain()
	if okA && okB && !slices.ContainsFunc(a, func(x expr.Value) bool { return !aliens(x, b) }) {
		l.report(RuleNotChoice, SeverityWarning, t.path, nil, "no value of the one question can be chosen in the other")
	}
}

// alienIn reports a value that a question cannot have.
func (l *linter) alienIn(r *record, v expr.Value) bool {
	switch {
	case r.unknown || r.kind != recordQuestion && r.kind != recordColumn:
		return false
	case r.typ == "matrix" && r.hasRows:
		return slices.ContainsFunc(v.Fields(), func(f expr.Field) bool {
			return !r.row(f.Name) || len(rawValues(r.n, "columns")) > 0 && aliens(f.Value, rawValues(r.n, "columns"))
		})
	case r.typ == "matrixdropdown":
		return slices.ContainsFunc(v.Fields(), func(f expr.Field) bool { return !r.row(f.Name) || l.alienRow(r.columns, f.Value) })
	case r.columns != nil || r.templates != nil:
		inner := r.columns
		if inner == nil {
			inner = r.templates
		}
		return slices.ContainsFunc(v.Items(), func(x expr.Value) bool { return l.alienRow(inner, x) })
	}
	values, ok := r.domain()
	return ok && aliens(v, values)
}

func (r *record) row(name string) bool {
	return slices.ContainsFunc(r.rows, func(v expr.Value) bool { return strings.EqualFold(plain(v), name) })
}

// alienRow reports an object with unknown members, or values that they cannot have.
func (l *linter) alienRow(inner *names, v expr.Value) bool {
	return slices.ContainsFunc(v.Fields(), func(f expr.Field) bool {
		r := inner.first(strings.TrimSuffix(f.Name, "-Comment"))
		if r == nil {
			return true
		}
		values, ok := r.domain()
		return ok && r.name == f.Name && aliens(f.Value, values)
	})
}

// duplicateChoices reports choices, rows, columns and rate values that occur twice.
func (l *linter) duplicateChoices() {
	for _, r := range l.records {
		var keys []string
		if r.choices != nil && r.choices.from == "" || r.columns != nil {
			keys = append(keys, "choices")
		}
		switch r.eff {
		case "rating":
			keys = append(keys, "rateValues")
		case "matrix":
			keys = append(keys, "rows", "columns")
		case "matrixdropdown":
			keys = append(keys, "rows")
		}
		for _, key := range keys {
			l.twice(r, key)
		}
	}
}

func (l *linter) twice(r *record, key string) {
	v := get(r.n, key)
	if v == nil || v.Kind != strictjson.Array {
		return
	}
	var seen []expr.Value
	for i := range v.Items {
		x := rawValue(&v.Items[i])
		if x.Kind() <= expr.KindNull {
			continue
		}
		path := at(join(r.path, key), i)
		if slices.ContainsFunc(seen, func(y expr.Value) bool { return loosely(x, y) }) {
			l.report(RuleDuplicateChoice, SeverityWarning, path, r, quote(plain(x))+" occurs twice")
		} else {
			seen = append(seen, x)
		}
		if key == "choices" && r.choices != nil && slices.ContainsFunc(r.choices.special, func(s string) bool { return loosely(x, expr.Text(s)) }) {
			l.report(RuleDuplicateChoice, SeverityWarning, path, r, quote(plain(x))+" is a choice of SurveyJS itself")
		}
	}
}

// sources reports choices that are carried forward from nowhere.
func (l *linter) sources() {
	for _, r := range l.records {
		if r.choices == nil || r.choices.from == "" {
			continue
		}
		path := join(r.path, "choicesFromQuestion")
		from := l.sourceOf(r)
		switch {
		case from == nil || from.kind != recordQuestion && from.kind != recordColumn:
			l.report(RuleDeadSource, SeverityError, path, r, "no question is called "+quote(r.choices.from))
		case from == r:
			l.report(RuleDeadSource, SeverityError, path, r, "the choices are carried forward from the question itself")
		case !from.unknown && !l.is(from.eff, "selectbase") && from.columns == nil && from.templates == nil:
			l.report(RuleDeadSource, SeverityError, path, r, quote(from.name)+" has no choices")
		default:
			inner := from.columns
			if inner == nil {
				inner = from.templates
			}
			for key, name := range map[string]string{"choiceValuesFromQuestion": r.choices.valuesIn, "choiceTextsFromQuestion": r.choices.textIn} {
				if inner != nil && name != "" && !inner.has(name) {
					l.report(RuleDeadSource, SeverityError, join(r.path, key), r, quote(from.name)+" does not ask "+quote(name))
				}
			}
		}
	}
}

func (l *linter) sourceOf(r *record) *record {
	for prefix, kind := range map[string]string{"row.": "row", "panel.": "panel"} {
		if name, ok := strings.CutPrefix(r.choices.from, prefix); ok {
			if f := innermost(r.scope, kind); f != nil {
				return f.names.first(name)
			}
			return nil
		}
	}
	return l.data(r.choices.from)
}

// empties reports pages, panels and templates that show nothing.
func (l *linter) empties() {
	byRecord := map[*record]*container{}
	for _, c := range l.containers {
		if c.rec != nil {
			byRecord[c.rec] = c
		}
	}
	var shows func(r *record) bool
	shows = func(r *record) bool {
		if v, ok := boolOf(r.n, "visible"); ok && !v && rawText(r.n, "visibleIf") == "" {
			return false
		}
		if c := byRecord[r]; r.kind == recordPanel && c != nil {
			return slices.ContainsFunc(c.inner, shows)
		}
		return !l.dead[r]
	}
	for _, c := range l.containers {
		if c.kind == "template" && len(c.inner) > 0 || c.kind != "template" && slices.ContainsFunc(c.inner, shows) {
			continue
		}
		l.report(RuleEmptyPage, SeverityWarning, c.path, c.rec, "there is nothing to show in it")
	}
	for _, r := range l.records {
		mode := textOf(r.n, "detailPanelMode")
		if r.columns != nil && len(listOf(r.n, "detailElements")) > 0 && (mode == "" || mode == "none") {
			l.report(RuleEmptyPage, SeverityWarning, join(r.path, "detailElements"), r, "detailPanelMode hides them")
		}
	}
}
