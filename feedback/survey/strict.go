package survey

import (
	"math"
	"slices"
	"time"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// strictly are the checks that survey-core does not make.
func (s *Scratch) strictly(in *instance, u *unit) {
	v := in.vals[u.slot]
	s.strictWords(in, u)
	if blank(u, v) {
		if !u.void(v) {
			s.wrongType(in, u, "an answer or none")
		}
		return
	}
	switch u.kind {
	case kindText:
		s.strictText(in, u, v)
	case kindComment:
		s.wantText(in, u, v)
	case kindRating:
		s.strictRating(in, u, v)
	case kindBoolean:
		if !exactly(u.whenTrue, v) && !exactly(u.whenFalse, v) {
			s.wrongType(in, u, "boolean")
		}
	case kindRadio, kindCheckbox, kindRanking, kindImages:
		s.strictChoice(in, u, v)
	case kindMatrix:
		s.strictMatrix(in, u, v)
	case kindSlider:
		s.strictSlider(in, u, v)
	case kindCells, kindRows, kindMultipleText, kindPanelDynamic:
		s.strictParts(in, u, v)
	default:
	}
}

// strictWords wants text in the comment to an answer.
func (s *Scratch) strictWords(in *instance, u *unit) {
	if u.comment < 0 {
		return
	}
	if v := in.vals[u.comment]; v.Kind() > expr.KindNull && v.Kind() != expr.KindText {
		path := in.path(u) + "-Comment"
		s.problems = append(s.problems, Problem{path, CodeType, Error, map[string]any{"want": "text"}, Text{}})
	}
}

// void reports what stands for no answer to the question: nothing, an empty text, blanks
// where text is asked for, an empty list or object where the answer is one. Anything
// else that is empty, such as [] for a rating, is no answer of the right type.
func (u *unit) void(v expr.Value) bool {
	switch v.Kind() {
	case expr.KindText:
		text, _ := v.Str()
		return text == "" || u.kind == kindComment || u.kind == kindText && !u.numeric()
	case expr.KindList:
		return u.many() || u.kind == kindRows || u.kind == kindPanelDynamic || u.kind == kindSlider || u.kind == kindOpaque
	case expr.KindObject:
		return u.kind == kindMatrix || u.kind == kindCells || u.kind == kindMultipleText || u.kind == kindOpaque
	default:
		return true
	}
}

// exactly compares without any conversion.
func exactly(a, b expr.Value) bool {
	return a.Kind() == b.Kind() && expr.Equal(a, b, expr.Comparison{Ordered: true, CaseSensitive: true, Untrimmed: true, ExactNumbers: true})
}

func (s *Scratch) wrongType(in *instance, u *unit, want string) {
	s.blame(in, u, CodeType, Text{}, map[string]any{"want": want})
}

func (s *Scratch) wantText(in *instance, u *unit, v expr.Value) bool {
	text, ok := v.Str()
	if !ok {
		s.wrongType(in, u, "text")
		return false
	}
	if u.maxLength > 0 && float64(utf16Len(text)) > u.maxLength {
		s.blame(in, u, CodeTooLong, Text{}, map[string]any{"max": u.maxLength})
		return false
	}
	return true
}

func (s *Scratch) strictText(in *instance, u *unit, v expr.Value) {
	switch u.inputType {
	case "number", "range":
		f, ok := v.Float()
		step, stepped := numeral(u.step)
		switch {
		case !ok || math.IsNaN(f) || math.IsInf(f, 0):
			s.wrongType(in, u, "number")
		case stepped && step > 0 && !offStep(v, u.step) && !onGrid(f, 0, step): // what survey-core's six places let pass
			s.blame(in, u, CodeStep, u.stepText, map[string]any{"step": u.step.Any()})
		}
	case "date", "datetime-local", "month", "time":
		text, ok := v.Str()
		if !ok || !slices.ContainsFunc(layouts(u.inputType), func(l string) bool { return written(l, text) }) {
			s.wrongType(in, u, u.inputType)
		}
	default:
		s.wantText(in, u, v)
	}
}

// layouts are the forms in which a date or time is stored.
func layouts(inputType string) []string {
	switch inputType {
	case "date":
		return []string{time.DateOnly}
	case "month":
		return []string{"2006-01"}
	case "time":
		return []string{"15:04", "15:04:05"}
	default:
		return []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05.000", time.RFC3339}
	}
}

// written reports a text that is written as the layout is: 9:00 is not 09:00.
func written(layout, text string) bool {
	t, err := time.Parse(layout, text)
	return err == nil && (layout == time.RFC3339 || t.Format(layout) == text)
}

// strictRating wants a number of the scale, as a number, or one of the listed values.
func (s *Scratch) strictRating(in *instance, u *unit, v expr.Value) {
	if u.rateListed {
		i := slices.IndexFunc(u.columns, func(it *item) bool { return exactly(it.value, v) })
		if i < 0 || in.items[u.index] != nil && !in.items[u.index][i] {
			s.unlisted(in, u, v)
		}
		return
	}
	f, ok := v.Float()
	switch {
	case !ok || math.IsNaN(f):
		s.wrongType(in, u, "number")
	case f < u.rateMin || f > u.rateMax:
		s.blame(in, u, CodeRange, Text{}, map[string]any{"min": u.rateMin, "max": u.rateMax})
	case !onGrid(f, u.rateMin, u.rateStep):
		s.blame(in, u, CodeStep, Text{}, map[string]any{"step": u.rateStep})
	}
}

// onGrid reports that a number is lowest plus a whole number of steps, but for the
// rounding of float64: four units in the last place of the largest part.
func onGrid(f, lowest, step float64) bool {
	way := math.Round((f-lowest)/step) * step
	return math.Abs(lowest+way-f) <= 0x1p-50*max(math.Abs(f), math.Abs(lowest), math.Abs(way))
}

func (s *Scratch) unlisted(in *instance, u *unit, v expr.Value) {
	s.blame(in, u, CodeUnknownChoice, Text{}, map[string]any{"value": clip(plain(v))})
}

// offered reports a value that is exactly one of the visible choices.
func (s *Scratch) offered(in *instance, u *unit, v expr.Value) *item {
	if u.valueProperty != "" {
		v = v.Field(u.valueProperty)
	}
	it := s.choice(in, u, v)
	if it == nil || !exactly(it.value, v) {
		return nil
	}
	return it
}

func (s *Scratch) strictChoice(in *instance, u *unit, v expr.Value) {
	if u.openChoices || u.openEnded {
		return
	}
	if !u.many() {
		switch {
		case v.Kind() == expr.KindObject && v.Field("comment").Kind() == expr.KindText && s.offered(in, u, v.Field("value")) != nil:
		case v.Kind() == expr.KindList || v.Kind() == expr.KindObject:
			s.wrongType(in, u, "one choice")
		case s.offered(in, u, v) == nil:
			s.unlisted(in, u, v)
		}
		return
	}
	if v.Kind() != expr.KindList {
		s.wrongType(in, u, "a list of choices")
		return
	}
	s.strictList(in, u, v.Items())
}

func (s *Scratch) strictList(in *instance, u *unit, items []expr.Value) {
	var alone *item
	for i, v := range items {
		it := s.offered(in, u, v)
		switch {
		case it == nil:
			s.unlisted(in, u, v)
		case slices.ContainsFunc(items[:i], func(x expr.Value) bool { return exactly(x, v) }):
			s.blame(in, u, CodeDuplicateChoice, Text{}, map[string]any{"value": clip(plain(v))})
		case it.exclusive && alone == nil:
			alone = it
		}
	}
	if alone != nil && len(items) > 1 {
		s.blame(in, u, CodeExclusive, Text{}, map[string]any{"value": clip(plain(alone.value))})
	}
	if u.maxSelected > 0 && float64(len(items)) > u.maxSelected {
		s.blame(in, u, CodeMaxSelected, Text{}, map[string]any{"max": u.maxSelected})
	}
	if u.minSelected > 0 && u.kind != kindCheckbox && float64(len(items)) < u.minSelected {
		s.blame(in, u, CodeMinSelected, Text{}, map[string]any{"min": u.minSelected})
	}
}

func (s *Scratch) strictMatrix(in *instance, u *unit, v expr.Value) {
	if v.Kind() != expr.KindObject {
		s.wrongType(in, u, "an object of rows")
		return
	}
	for _, f := range v.Fields() {
		row := rowNamed(u.rows, f.Name)
		if row < 0 || in.rows[u.index] != nil && !in.rows[u.index][row] {
			s.unlisted(in, u, expr.Text(f.Name))
			continue
		}
		s.strictCell(in, u, f.Value)
	}
}

func (s *Scratch) strictCell(in *instance, u *unit, v expr.Value) {
	if expr.IsEmpty(v) {
		return
	}
	values := []expr.Value{v}
	if u.multi {
		if v.Kind() != expr.KindList {
			s.wrongType(in, u, "lists of columns")
			return
		}
		values = v.Items()
	}
	for i, x := range values {
		col := slices.IndexFunc(u.columns, func(it *item) bool { return exactly(it.value, x) })
		switch {
		case col < 0 || in.cols[u.index] != nil && !in.cols[u.index][col]:
			s.unlisted(in, u, x)
		case slices.ContainsFunc(values[:i], func(y expr.Value) bool { return exactly(x, y) }):
			s.blame(in, u, CodeDuplicateChoice, Text{}, map[string]any{"value": clip(plain(x))})
		}
	}
}

func (s *Scratch) strictSlider(in *instance, u *unit, v expr.Value) {
	values := []expr.Value{v}
	if u.rangeSlider {
		if values = v.Items(); len(values) != 2 {
			s.wrongType(in, u, "two numbers")
			return
		}
	}
	for i, x := range values {
		f, ok := x.Float()
		low, okL := numeral(in.low[u.index])
		high, okH := numeral(in.high[u.index])
		step, _ := numeral(u.step)
		switch {
		case !ok || math.IsNaN(f):
			s.wrongType(in, u, "number")
		case okL && f < low || okH && f > high || i > 0 && scriptNumber(values[0]) > f:
			s.blame(in, u, CodeRange, Text{}, map[string]any{"min": in.low[u.index].Any(), "max": in.high[u.index].Any()})
		case step > 0 && okL && !onGrid(f, low, step):
			s.blame(in, u, CodeStep, Text{}, map[string]any{"step": step})
		}
	}
}

// strictParts checks the form of an answer that consists of panels, rows or fields.
func (s *Scratch) strictParts(in *instance, u *unit, v expr.Value) {
	switch u.kind {
	case kindRows, kindPanelDynamic:
		if v.Kind() != expr.KindList {
			s.wrongType(in, u, "a list")
			return
		}
		if n := len(v.Items()); n > u.maxRows || n < u.minRows && u.kind == kindPanelDynamic || n > maxPanels {
			s.blame(in, u, CodeRange, Text{}, map[string]any{"min": float64(u.minRows), "max": float64(min(u.maxRows, maxPanels))})
		}
	default:
		if v.Kind() != expr.KindObject {
			s.wrongType(in, u, "an object")
			return
		}
	}
	if u.kind == kindCells {
		for _, f := range v.Fields() {
			if rowNamed(u.rows, f.Name) < 0 {
				s.unlisted(in, u, expr.Text(f.Name))
			}
		}
	}
	for _, inst := range in.inner[u.index] {
		s.strictPart(in, u, inst)
	}
}

func (s *Scratch) strictPart(in *instance, u *unit, inst *instance) {
	if inst.empty {
		return
	}
	if !inst.isObject {
		s.wrongType(in, u, "objects")
		return
	}
	for _, f := range inst.extra {
		path := inst.path(&unit{element: &element{name: f.Name}})
		s.problems = append(s.problems, Problem{Path: path, Code: CodeUnknownKey, Level: Warning})
	}
}
