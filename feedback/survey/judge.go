package survey

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// judge collects the problems of what is visible.
func (s *Scratch) judge() {
	if !s.p.strict && s.p.selects {
		s.judgeAll() // drops choices that are not offered, which may show or hide questions
		s.problems = s.problems[:0]
	}
	s.judgeAll()
}

func (s *Scratch) judgeAll() {
	for _, page := range s.p.root.roots {
		s.judgeElement(&s.root, page)
	}
	if s.p.strict {
		for _, key := range s.unknown {
			s.problems = append(s.problems, Problem{Path: key, Code: CodeUnknownKey, Level: Warning})
		}
	}
}

func (s *Scratch) judgeElement(in *instance, u *unit) {
	if !u.kind.container() {
		if in.own[u.index] {
			s.judgeQuestion(in, u)
		}
		return
	}
	if !in.contains(u) {
		return
	}
	for _, kid := range u.kids {
		s.judgeElement(in, kid)
	}
	if in.need[u.index] && !s.readOnly(in, u) && !s.answered(in, u) {
		s.blame(in, u, CodeOneRequired, u.requiredText, nil)
	}
}

// answered reports that some visible question of a panel has an answer. A panel without
// a visible question needs none.
func (s *Scratch) answered(in *instance, u *unit) bool {
	found, asked := false, false
	var look func(*unit)
	look = func(v *unit) {
		for _, kid := range v.kids {
			switch {
			case kid.kind.container():
				if in.contains(kid) {
					look(kid)
				}
			case kid.slot >= 0 && in.own[kid.index]:
				asked = true
				found = found || !blank(kid, in.vals[kid.slot])
			}
		}
	}
	look(u)
	return found || !asked
}

func (s *Scratch) blame(in *instance, u *unit, code Code, text Text, params map[string]any) {
	s.problems = append(s.problems, Problem{in.path(u), code, Error, params, text})
}

// judgeQuestion checks one visible question.
func (s *Scratch) judgeQuestion(in *instance, u *unit) {
	if u.slot < 0 {
		return
	}
	before := len(s.problems)
	if s.p.strict {
		s.strictly(in, u)
	} else if u.kind.selects() && u.mode != ClearNone {
		s.clearUnknown(in, u)
	}
	if u.inner != nil {
		s.judgeInner(in, u)
	}
	if u.kind != kindExpression && s.readOnly(in, u) {
		return
	}
	own := len(s.problems)
	s.basics(in, u)
	if u.inner == nil && len(s.problems) > before || len(s.problems) > own {
		return
	}
	for i := range u.checks {
		s.validate(in, u, &u.checks[i])
	}
}

// basics are the checks that survey-core makes before the validators.
func (s *Scratch) basics(in *instance, u *unit) {
	v := in.vals[u.slot]
	empty := blank(u, v)
	if in.need[u.index] && empty && u.kind != kindExpression && u.kind != kindDisplay {
		s.blame(in, u, CodeRequired, u.requiredText, nil)
	}
	switch u.kind {
	case kindText:
		s.within(in, u, v, empty)
	case kindRadio, kindCheckbox, kindRanking, kindImages:
		if s.wordless(in, u) {
			s.blame(in, u, CodeOtherEmpty, u.otherText, nil)
		}
		if u.kind == kindCheckbox && s.tooFew(u, v) {
			s.blame(in, u, CodeMinSelected, Text{}, map[string]any{"min": u.minSelected})
		}
	case kindMatrix:
		s.cells(in, u, v)
	case kindRows:
		if u.minRows > 0 && in.need[u.index] && filled(in.inner[u.index]) < u.minRows {
			s.blame(in, u, CodeMinRows, Text{}, map[string]any{"min": float64(u.minRows)})
		}
	default:
	}
}

// tooFew reports fewer choices than minSelectedChoices, none at all included; "none" and
// the like are enough alone.
func (s *Scratch) tooFew(u *unit, v expr.Value) bool {
	items := v.Items()
	if len(items) == 1 && find(u.special, items[0]) >= 0 && !isText(items[0], "other") {
		return false
	}
	return u.minSelected >= 1 && float64(len(items)) < u.minSelected
}

func filled(list []*instance) int {
	n := 0
	for _, inst := range list {
		if !expr.IsEmpty(inst.object()) {
			n++
		}
	}
	return n
}

// wordless reports a choice that needs words and has none.
func (s *Scratch) wordless(in *instance, u *unit) bool {
	v := in.vals[u.slot]
	words := ""
	if u.comment >= 0 {
		words, _ = in.vals[u.comment].Str()
	}
	if s.otherChosen(in, u) {
		return words == ""
	}
	for i, it := range u.choices {
		if it.needsWords && (in.items[u.index] == nil || in.items[u.index][i]) && s.picked(in, u, it.value) {
			text, _ := v.Field("comment").Str()
			return text == ""
		}
	}
	return false
}

// within checks min, max and step, and an e-mail address.
func (s *Scratch) within(in *instance, u *unit, v expr.Value, empty bool) {
	low, high := in.low[u.index], in.high[u.index]
	if dated := u.inputType == "date" || u.inputType == "datetime-local"; dated && expr.IsEmpty(high) {
		high = expr.Text("2999-12-31")
	}
	if !s.p.strict && in.up != nil && in.host.kind == kindMultipleText {
		low, high = expr.Value{}, expr.Value{} // survey-core does not look at the bounds of items
	}
	if !empty && !expr.IsEmpty(low) && s.less(u, v, low) {
		s.blame(in, u, CodeMin, u.minText, map[string]any{"min": low.Any()})
	}
	if !empty && !expr.IsEmpty(high) && s.less(u, high, v) {
		s.blame(in, u, CodeMax, u.maxText, map[string]any{"max": high.Any()})
	}
	if u.inputType == "number" && !empty && offStep(v, u.step) {
		s.blame(in, u, CodeStep, u.stepText, map[string]any{"step": u.step.Any()})
	}
	if u.inputType == "email" && v.Truth() && !slices.ContainsFunc(u.checks, func(c check) bool { return c.kind == "email" }) && !isEmail(plain(v)) {
		s.blame(in, u, CodeEmail, Text{}, nil)
	}
}

// less compares as JavaScript does: dates as instants, two texts letter by letter, all
// else as numbers; what is no number is not less.
func (s *Scratch) less(u *unit, a, b expr.Value) bool {
	if u.inputType == "date" || u.inputType == "datetime-local" {
		x, okX := s.instant(a)
		y, okY := s.instant(b)
		return okX && okY && x.Before(y)
	}
	x, okX := a.Str()
	y, okY := b.Str()
	if okX && okY {
		return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y))) < 0
	}
	return scriptNumber(a) < scriptNumber(b)
}

// instant reads a date as a form stores it.
func (s *Scratch) instant(v expr.Value) (time.Time, bool) {
	if t, ok := v.Time(s.ctx.Zone); ok {
		return t, true
	}
	text, ok := v.Str()
	if !ok {
		return time.Time{}, false
	}
	zone := s.ctx.Zone
	if zone == nil {
		zone = time.UTC
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// scriptNumber is Number(v) of JavaScript for what answers hold; NaN for no number.
func scriptNumber(v expr.Value) float64 {
	if f, ok := v.Float(); ok {
		return f
	}
	if b, ok := v.Bool(); ok {
		if b {
			return 1
		}
		return 0
	}
	text, ok := v.Str()
	if !ok {
		return math.NaN()
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	if strings.ContainsAny(text, "xXpP_iInN") {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// numeral is a number, or a text that is one, where "1,5" is 1.5.
func numeral(v expr.Value) (float64, bool) {
	if f, ok := v.Float(); ok {
		return f, !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	if _, ok := v.Str(); !ok {
		return 0, false
	}
	text, _ := v.Str()
	if strings.TrimSpace(text) == "" {
		return 0, false
	}
	f := scriptNumber(v)
	if math.IsNaN(f) && strings.Count(text, ",") == 1 {
		f = scriptNumber(expr.Text(strings.Replace(text, ",", ".", 1)))
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}

func isNumber(v expr.Value) bool {
	_, ok := numeral(v)
	return ok
}

// offStep reports a number that is not a multiple of the step, exactly to six places.
func offStep(v, step expr.Value) bool {
	x, okX := numeral(v)
	d, okD := numeral(step)
	if !okX || !okD {
		return false
	}
	scale := 1.0
	for scale < 1e6 && (jsRound(d*scale)/scale != d || jsRound(x*scale)/scale != x) {
		scale *= 10
	}
	x, d = jsRound(x*scale), jsRound(d*scale)
	return d > 0 && math.Mod(x, d) != 0
}

// jsRound is Math.round: half up.
func jsRound(f float64) float64 { return math.Floor(f + 0.5) }

// roundTo rounds half away from zero, to a number of decimal places.
func roundTo(f float64, places int) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', places, 64), 64)
	if err != nil {
		return f
	}
	return v
}

// isEmail is survey-core's idea of an address: something, an @, and a name with a dot
// and at least two letters after it.
func isEmail(s string) bool {
	local, domain := s, ""
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return false
	}
	local, domain = s[:i], s[i+1:]
	if !emailLocal(local) {
		return false
	}
	parts := strings.Split(domain, ".")
	if len(parts) < 2 || utf16Len(parts[len(parts)-1]) < 2 {
		return false
	}
	return !slices.ContainsFunc(parts, func(p string) bool { return p == "" || strings.ContainsFunc(p, notInDomain) })
}

func emailLocal(s string) bool {
	if len(s) >= 3 && s[0] == '"' && s[len(s)-1] == '"' {
		return !strings.ContainsAny(s, "\n\r\u2028\u2029")
	}
	for _, part := range strings.Split(s, ".") {
		if part == "" || strings.ContainsFunc(part, notInLocal) {
			return false
		}
	}
	return true
}

func notInLocal(r rune) bool { return strings.ContainsRune(`<>()[].,;:@"`, r) || isScriptSpace(r) }

func notInDomain(r rune) bool { return r == '=' || notInLocal(r) }

// isScriptSpace is \s of ECMAScript.
func isScriptSpace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r == ' ', r == 0xA0, r == 0x1680, r >= 0x2000 && r <= 0x200A,
		r == 0x2028, r == 0x2029, r == 0x202F, r == 0x205F, r == 0x3000, r == 0xFEFF:
		return true
	default:
		return false
	}
}

// utf16Len is the length of a text in UTF-16 units, which is what survey-core counts.
func utf16Len(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		n += max(utf16.RuneLen(r), 1)
		i += size
	}
	return n
}

// cells checks the rows of a matrix.
func (s *Scratch) cells(in *instance, u *unit, v expr.Value) {
	if !u.rowsRequired && !u.rowsUnique {
		return
	}
	missing, twice := false, false
	var seen []string
	for i, row := range u.rows {
		if in.rows[u.index] != nil && !in.rows[u.index][i] {
			continue
		}
		cell := v.Field(plain(row.value))
		if expr.IsEmpty(cell) {
			missing = missing || u.rowsRequired
			continue
		}
		key := plain(cell)
		twice = twice || u.rowsUnique && slices.Contains(seen, key)
		seen = append(seen, key)
	}
	if missing {
		s.blame(in, u, CodeRowRequired, Text{}, nil)
	}
	if twice {
		s.blame(in, u, CodeRowUnique, Text{}, nil)
	}
}

// judgeInner checks the panels or rows of a question.
func (s *Scratch) judgeInner(in *instance, u *unit) {
	for i := range in.inner[u.index] {
		inst := in.inner[u.index][i]
		if inst.hidden {
			continue
		}
		for _, q := range inst.scope.roots {
			s.judgeElement(inst, q)
		}
	}
	s.unique(in, u)
}

// unique looks for two panels or rows with the same key.
func (s *Scratch) unique(in *instance, u *unit) {
	if u.kind == kindMultipleText || s.readOnly(in, u) {
		return
	}
	for _, q := range u.inner.units {
		key := q.uniqueColumn || u.keyName != "" && strings.EqualFold(q.key, u.keyName)
		if !key || q.slot < 0 {
			continue
		}
		var seen []expr.Value
		first := make([]*instance, 0, len(in.inner[u.index]))
		for _, inst := range in.inner[u.index] {
			v := inst.vals[q.slot]
			if inst.hidden || blank(q, v) || u.kind == kindPanelDynamic && !inst.own[q.index] {
				continue
			}
			at := slices.IndexFunc(seen, func(x expr.Value) bool { return sameKey(u.kind, x, v) })
			seen, first = append(seen, v), append(first, inst)
			if at < 0 {
				continue
			}
			if u.kind != kindPanelDynamic && first[at] != nil {
				s.blame(first[at], q, CodeDuplicateKey, u.keyText, map[string]any{"key": q.name})
				first[at] = nil
			}
			s.blame(inst, q, CodeDuplicateKey, u.keyText, map[string]any{"key": q.name})
			first[len(first)-1] = nil
		}
	}
}

func sameKey(k kind, a, b expr.Value) bool {
	if k == kindPanelDynamic {
		return plain(a) == plain(b)
	}
	return expr.Equal(a, b, expr.Comparison{})
}

// validate runs one validator.
func (s *Scratch) validate(in *instance, u *unit, c *check) {
	v := in.vals[u.slot]
	code, params, bad := Code(0), map[string]any(nil), false
	switch c.kind {
	case "numeric":
		code, params, bad = c.numeric(v)
	case "text":
		code, params, bad = c.length(v)
	case "answercount":
		code, params, bad = c.count(v)
	case "regex":
		code, bad = CodePattern, !void(v) && c.regex != nil && !c.matches(v)
	case "email":
		code, bad = CodeEmail, v.Truth() && !isEmail(plain(v))
	case "expression":
		if c.prog != nil {
			code, bad = CodeExpression, !s.holds(in, c.prog)
			if bad {
				params = map[string]any{"expression": c.expression.text}
			}
		}
	}
	if bad {
		s.problems = append(s.problems, Problem{in.path(u), code, c.level, params, c.text})
	}
}

func (c *check) bounds() map[string]any {
	params := map[string]any{}
	if c.hasMin || c.kind != "numeric" && c.min > 0 {
		params["min"] = c.min
	}
	if c.hasMax || c.kind != "numeric" && c.max > 0 {
		params["max"] = c.max
	}
	return params
}

// void is no answer for a validator: text of blanks, too.
func void(v expr.Value) bool {
	text, ok := v.Str()
	return expr.IsEmpty(v) || ok && strings.TrimSpace(text) == ""
}

func (c *check) numeric(v expr.Value) (Code, map[string]any, bool) {
	if void(v) {
		return 0, nil, false
	}
	f, ok := numeral(v)
	if !ok {
		return CodeNotNumeric, nil, true
	}
	if c.hasMin && f < c.min || c.hasMax && f > c.max {
		return CodeNumeric, c.bounds(), true
	}
	return 0, nil, false
}

func (c *check) length(v expr.Value) (Code, map[string]any, bool) {
	if void(v) {
		return 0, nil, false
	}
	text := plain(v)
	if c.noDigits && text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9' {
		return CodeDigits, nil, true
	}
	n, ok := 0, true
	switch v.Kind() {
	case expr.KindText:
		n = utf16Len(text)
	case expr.KindList:
		n = len(v.Items())
	default:
		ok = false // a number has no length in JavaScript, and no bound is broken
	}
	if ok && (c.min > 0 && float64(n) < c.min || c.max > 0 && float64(n) > c.max) {
		return CodeLength, c.bounds(), true
	}
	return 0, nil, false
}

func (c *check) count(v expr.Value) (Code, map[string]any, bool) {
	n := float64(len(v.Items()))
	if n == 0 {
		return 0, nil, false
	}
	if c.min > 0 && n < c.min {
		return CodeCount, map[string]any{"min": c.min}, true
	}
	if c.max > 0 && n > c.max {
		return CodeCount, map[string]any{"max": c.max}, true
	}
	return 0, nil, false
}

// matches tests each item of a list, and then the value as text.
func (c *check) matches(v expr.Value) bool {
	for _, item := range v.Items() {
		if !c.regex.match(plain(item)) {
			return false
		}
	}
	return c.regex.match(plain(v))
}
