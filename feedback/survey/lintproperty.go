package survey

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// types reports elements whose type SurveyJS does not have; it leaves them out.
func (l *linter) types() {
	for _, r := range l.records {
		if r.kind == recordQuestion && r.unknown {
			l.report(RuleType, SeverityInfo, r.path, r, "the type "+quote(r.typ)+" is not known; the element is kept, but never asked")
		}
	}
}

// properties walks the whole definition by SurveyJS's classes.
func (l *linter) properties() {
	l.object(&l.s.root, "survey", "", nil, nil, 0)
	for _, r := range l.records {
		text := r.eff == "text" || r.kind == recordItem
		if !text || isOrdered(inputType(r.n)) {
			continue
		}
		for _, key := range []string{"min", "max", "step"} {
			if get(r.n, key) != nil {
				l.report(RuleDeadProperty, SeverityInfo, join(r.path, key), r, "an input of the type "+quote(inputType(r.n))+" has no bounds")
			}
		}
	}
}

func inputType(n *node) string {
	if s := strings.ToLower(textOf(n, "inputType")); s != "" {
		return s
	}
	return "text"
}

func isOrdered(input string) bool { return (&element{inputType: input}).ordered() }

// object checks the properties of one object of a class.
func (l *linter) object(n *node, class, path string, parent *node, owner *record, depth int) {
	known := class
	if class == "matrixdropdowncolumn" {
		known = "column:" + cellTypeOf(n, parent)
	}
	if l.meta[strings.ToLower(class)] == nil || depth > 30 {
		return
	}
	if l.meta[known] == nil {
		known = class
	}
	if s := textOf(n, "name"); s != "" {
		owner = &record{name: s}
	}
	l.required(n, class, path, owner)
	for i := range n.Members {
		key, v := n.Members[i].Key, &n.Members[i].Value
		if key == "type" || key == "pos" {
			continue
		}
		p := l.property(known, key)
		at := join(path, key)
		if p == nil {
			l.report(RuleProperty, SeverityWarning, at, owner, "a "+class+" has no property "+quote(key)+"; it is kept, but does nothing")
			continue
		}
		l.value(n, p, v, class, key, at, owner)
		l.holding(n, p, v, at, owner, depth)
	}
}

func cellTypeOf(n, matrix *node) string {
	common := strings.ToLower(textOf(matrix, "cellType"))
	if common == "" || common == "default" {
		common = "dropdown"
	}
	own := strings.ToLower(textOf(n, "cellType"))
	if own == "" || own == "default" {
		return common
	}
	return own
}

// holding goes on into what a property holds.
func (l *linter) holding(n *node, p *property, v *node, path string, owner *record, depth int) {
	if p.flags&(propLocal|propText) != 0 {
		return
	}
	if v.Kind == strictjson.Array {
		for i := range v.Items {
			if item := &v.Items[i]; item.Kind == strictjson.Object {
				l.object(item, classIn(p, item), at(path, i), n, owner, depth+1)
			}
		}
		return
	}
	if class := classIn(p, v); v.Kind == strictjson.Object && class != "masksettings" {
		l.object(v, class, path, n, owner, depth+1)
	}
}

// classIn is the class of what a property holds.
func classIn(p *property, v *node) string {
	class := p.class
	if class == "" {
		class = strings.ToLower(textOf(v, "type"))
	}
	if p.part != "" && class != "" && !strings.Contains(class, p.part) {
		class += p.part
	}
	return class
}

// required reports properties that are missing.
func (l *linter) required(n *node, class, path string, owner *record) {
	if l.is(class, "itemvalue") {
		return
	}
	if v := get(n, "name"); v != nil && v.Kind != strictjson.String && v.Kind != strictjson.Null && l.property(class, "name") != nil && valueOf(v).Truth() {
		l.report(RuleRequired, SeverityError, join(path, "name"), owner, "the name is no text")
	}
	l.eachProperty(class, func(p *property) {
		if p.flags&propRequired != 0 && !valueOf(get(n, p.name)).Truth() {
			l.report(RuleRequired, SeverityError, path, owner, "a "+class+" needs the property "+quote(p.name))
		}
	})
}

// value checks what a property is set to.
func (l *linter) value(n *node, p *property, v *node, class, key, path string, owner *record) {
	if p.flags&propArray != 0 && p.flags&propOwn == 0 && v.Kind != strictjson.Array && valueOf(v).Truth() {
		l.report(RuleNotArray, SeverityWarning, path, owner, quote(key)+" is a list")
	}
	if p.flags&propUnsaved != 0 {
		l.report(RuleDeadProperty, SeverityInfo, path, owner, "SurveyJS reads "+quote(key)+", but never writes it again")
	}
	other := p.alias
	if key == p.alias {
		other = p.name
	}
	if other != "" && get(n, other) != nil && position(n, key) < position(n, other) {
		l.report(RuleDeadProperty, SeverityInfo, path, owner, quote(other)+" is another name of the same property and wins")
	}
	if p.flags&(propExpression|propLocal|propText) != 0 {
		return
	}
	scalar := v.Kind == strictjson.String || v.Kind == strictjson.Number || v.Kind == strictjson.Bool
	if !scalar {
		return
	}
	if p.choices != "" && !slices.ContainsFunc(strings.Split(p.choices, "|"), func(c string) bool { return c == plain(valueOf(v)) }) {
		l.report(RuleInvalidValue, SeverityWarning, path, owner, quote(plain(valueOf(v)))+" is none of "+p.choices)
	}
	l.ranged(p, v, path, owner)
	if key == "valueName" && strings.Contains(v.Text, ".") && v.Kind == strictjson.String {
		l.report(RuleInvalidValue, SeverityWarning, path, owner, "expressions read a dot as a step into the answer")
	}
}

func position(n *node, key string) int {
	return slices.IndexFunc(n.Members, func(m strictjson.Member) bool { return m.Key == key })
}

func (l *linter) ranged(p *property, v *node, path string, owner *record) {
	if p.flags&(propMin|propMax) == 0 || v.Kind == strictjson.Bool || v.Kind == strictjson.String && p.typ != "number" {
		return
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.Text), 64)
	if err != nil {
		return
	}
	if p.flags&propMin != 0 && f < p.min || p.flags&propMax != 0 && f > p.max {
		l.report(RuleInvalidValue, SeverityWarning, path, owner, "the value is outside what the property takes")
	}
}

// validators reports validators of unknown types and those without effect.
func (l *linter) validators() {
	for _, r := range l.records {
		for i := range listOf(r.n, "validators") {
			v := &listOf(r.n, "validators")[i]
			if v.Kind != strictjson.Object {
				continue
			}
			path := at(join(r.path, "validators"), i)
			class := l.validatorClass(v)
			if !l.is(class, "surveyvalidator") {
				l.report(RuleValidatorType, SeverityWarning, path, r, "the type of validator "+quote(textOf(v, "type"))+" is not known")
				continue
			}
			if why := l.deadValidator(r, v, strings.TrimSuffix(class, "validator")); why != "" {
				l.report(RuleDeadValidator, SeverityWarning, path, r, why)
			}
		}
	}
}

// deadValidator says why a validator is of no use, "" where it is.
func (l *linter) deadValidator(r *record, v *node, typ string) string {
	if !r.unknown && r.shape == shapeNone {
		return "the question has no answer"
	}
	low, high := bounds(v, typ)
	if low != nil && high != nil && *low > *high {
		return "no answer is within its bounds"
	}
	number := r.shape == shapeScalar && r.scalar == expr.TypeNumber
	known := !r.unknown && r.shape != shapeUnknown
	switch typ {
	case "text":
		if known && (low != nil || high != nil) && (number || r.shape == shapeObject) {
			return "the answer has no length"
		}
	case "numeric":
		if known && (r.shape == shapeList || r.shape == shapeObject) {
			return "the answer is never a number"
		}
	case "email":
		if known && number {
			return "a number is never an e-mail address"
		}
	case "answercount":
		if known && r.shape != shapeList {
			return "the answer is no list"
		}
		if n, ok := r.selectable(); ok && low != nil && *low > float64(n) {
			return "there are not so many choices"
		}
	case "regex":
		if text := rawText(v, "regex"); text != "" {
			if _, err := compilePattern(text, false); err != nil {
				return err.Error()
			}
		}
	case "expression":
		if strings.TrimSpace(rawText(v, "expression")) == "" {
			return "there is no expression"
		}
	}
	return ""
}

// bounds are the bounds of a validator that count.
func bounds(v *node, typ string) (low, high *float64) {
	keys := map[string][2]string{"numeric": {"minValue", "maxValue"}, "text": {"minLength", "maxLength"}, "answercount": {"minCount", "maxCount"}}[typ]
	pick := func(key string) *float64 {
		f := authored(v, key)
		if f != nil && typ != "numeric" && *f <= 0 {
			return nil
		}
		return f
	}
	return pick(keys[0]), pick(keys[1])
}

// authored is a member that is written as a number.
func authored(n *node, key string) *float64 {
	v := get(n, key)
	if v == nil || v.Kind != strictjson.Number {
		return nil
	}
	f, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// masks reports input masks that do not fit.
func (l *linter) masks() {
	for _, r := range l.records {
		if r.eff != "text" && r.kind != recordItem {
			continue
		}
		typ, settings := rawText(r.n, "maskType"), get(r.n, "maskSettings")
		if settings != nil && settings.Kind != strictjson.Object {
			settings = nil
		}
		if typ == "" && settings == nil {
			continue
		}
		l.mask(r, typ, settings)
	}
}

func (l *linter) mask(r *record, typ string, settings *node) {
	low := strings.ToLower(typ)
	masked := low != "" && low != "none"
	if masked && l.meta[low+"mask"] == nil {
		l.report(RuleMask, SeverityWarning, join(r.path, "maskType"), r, "the mask "+quote(typ)+" is not known")
		return
	}
	if in := inputType(r.n); masked && in != "text" && in != "tel" {
		l.report(RuleMask, SeverityWarning, join(r.path, "maskType"), r, "an input of the type "+quote(in)+" has no mask")
	}
	if settings == nil {
		return
	}
	path := join(r.path, "maskSettings")
	if !masked {
		if slices.ContainsFunc(settings.Members, func(m strictjson.Member) bool { return m.Key != "saveMaskedValue" && m.Key != "pos" }) {
			l.report(RuleMask, SeverityWarning, path, r, "there is no mask that these settings are for")
		}
		return
	}
	for _, m := range settings.Members {
		if m.Key != "pos" && l.property(low+"mask", m.Key) == nil {
			l.report(RuleMask, SeverityWarning, join(path, m.Key), r, "the mask has no setting "+quote(m.Key))
		}
	}
	least, most := get(settings, "min"), get(settings, "max")
	if least == nil || most == nil {
		return
	}
	if low == "datetime" {
		if textOf(settings, "pattern") == "" {
			l.report(RuleMask, SeverityWarning, path, r, "bounds need a pattern")
		}
		return
	}
	if a, b := authored(settings, "min"), authored(settings, "max"); a != nil && b != nil && *a > *b {
		l.report(RuleMask, SeverityWarning, join(path, "min"), r, "no value is within the bounds")
	}
}

// pairOf names two properties that bound each other.
type pairOf struct {
	low, high string
	gap       bool // equal is not enough
	positive  bool // only numbers above zero count
}

// counts reports bounds that exclude each other.
func (l *linter) counts() {
	for _, r := range l.records {
		for _, p := range l.pairs(r) {
			a, b := boundOf(r.n, p.low, p.positive), boundOf(r.n, p.high, p.positive)
			if expr.IsEmpty(a) || expr.IsEmpty(b) {
				continue
			}
			if above(a, b) || p.gap && !above(b, a) {
				l.report(RuleCounts, SeverityWarning, join(r.path, p.low), r, p.low+" is above "+p.high)
			}
		}
		l.countOf(r)
		l.stepOf(r)
		if n, ok := r.selectable(); ok && l.limited(r) {
			if low := authored(r.n, "minSelectedChoices"); low != nil && *low > 0 && *low > float64(n) {
				l.report(RuleCounts, SeverityWarning, join(r.path, "minSelectedChoices"), r, "there are not so many choices")
			}
		}
	}
}

func (l *linter) limited(r *record) bool {
	if r.eff == "ranking" {
		return isTrue(r.n, "selectToRankEnabled")
	}
	return l.is(r.eff, "checkbox")
}

func (l *linter) pairs(r *record) []pairOf {
	var out []pairOf
	add := func(ok bool, p pairOf) {
		if ok {
			out = append(out, p)
		}
	}
	text := (r.eff == "text" || r.eff == "multipletextitem") && get(r.n, "minValueExpression") == nil && get(r.n, "maxValueExpression") == nil
	in := inputType(r.n)
	add(r.eff == "rating" && !hasList(r.n, "rateValues"), pairOf{low: "rateMin", high: "rateMax", gap: true})
	add(text && in != "time" && in != "week" && isOrdered(in), pairOf{low: "min", high: "max"})
	add(r.eff == "slider", pairOf{low: "min", high: "max"})
	add(r.eff == "slider" && textOf(r.n, "sliderType") == "range", pairOf{low: "minRangeLength", high: "maxRangeLength"})
	add(l.limited(r), pairOf{low: "minSelectedChoices", high: "maxSelectedChoices", positive: true})
	add(r.eff == "expression", pairOf{low: "minimumFractionDigits", high: "maximumFractionDigits"})
	add(r.kind == recordColumn, pairOf{low: "totalMinimumFractionDigits", high: "totalMaximumFractionDigits"})
	return out
}

// boundOf is a bound that counts.
func boundOf(n *node, key string, positive bool) expr.Value {
	v := valueOf(get(n, key))
	if f, ok := v.Float(); ok && (positive && f <= 0 || strings.Contains(key, "FractionDigits") && f < 0) {
		return expr.Value{}
	}
	return v
}

func above(a, b expr.Value) bool {
	v, ok := expr.Operate("greater", a, b, nil)
	holds, _ := v.Bool()
	return ok && holds
}

// countOf checks a number of rows or panels against its bounds.
func (l *linter) countOf(r *record) {
	stem := map[string]string{"matrixdynamic": "RowCount", "paneldynamic": "PanelCount"}[r.eff]
	if stem == "" || r.kind != recordQuestion {
		if r.eff == "rating" {
			l.rateCount(r)
		}
		return
	}
	key := strings.ToLower(stem[:1]) + stem[1:]
	low, high, n := authored(r.n, "min"+stem), authored(r.n, "max"+stem), authored(r.n, key)
	if high != nil && *high <= 0 {
		one := 1.0
		high = &one
	}
	if low != nil && high != nil && max(*low, 0) > *high {
		l.report(RuleCounts, SeverityWarning, join(r.path, "min"+stem), r, "min"+stem+" is above max"+stem)
	}
	if n != nil && (low != nil && *n < max(*low, 0) || high != nil && *n > *high) {
		l.report(RuleCounts, SeverityWarning, join(r.path, key), r, key+" is outside its bounds")
	}
}

func (l *linter) rateCount(r *record) {
	n := authored(r.n, "rateCount")
	if n == nil {
		return
	}
	listed := float64(len(listOf(r.n, "rateValues")))
	if *n < 2 || *n > 20 && *n > listed || *n > 10 && textOf(r.n, "rateType") == "smileys" {
		l.report(RuleCounts, SeverityWarning, join(r.path, "rateCount"), r, "a rating has 2 to 20 values, of smileys 10")
	}
}

func (l *linter) stepOf(r *record) {
	check := func(step, low, high string, from, to float64) {
		d := authored(r.n, step)
		if d == nil || *d <= 0 {
			return
		}
		if f := authored(r.n, low); f != nil {
			from = *f
		}
		if f := authored(r.n, high); f != nil {
			to = *f
		}
		if *d > to-from {
			l.report(RuleCounts, SeverityWarning, join(r.path, step), r, "one step is longer than the scale")
		}
	}
	switch {
	case r.eff == "slider":
		check("step", "min", "max", 0, 100)
	case r.eff == "rating" && !hasList(r.n, "rateValues") && get(r.n, "rateCount") == nil:
		check("rateStep", "rateMin", "rateMax", 1, 5)
	}
}
