package expr

import (
	"math"
	"strconv"
	"strings"
)

// functionKind tells how far a function of survey-core is supported.
type functionKind uint8

const (
	functionUnknown functionKind = iota
	functionPlain
	functionAggregate
	functionUnsupported // needs the survey's user interface
)

// function describes one of survey-core's 32 functions.
type function struct {
	kind     functionKind
	min, max int // arguments; max below zero is any number
	result   Type
	call     func(f *Frame, args []code) Value
}

// functionNamed finds a function; names are told apart by case.
func functionNamed(name string) function {
	switch name {
	case "sum":
		return function{functionPlain, 1, -1, TypeNumber, callSum}
	case "min":
		return function{functionPlain, 1, -1, TypeUnknown, callMin}
	case "max":
		return function{functionPlain, 1, -1, TypeUnknown, callMax}
	case "count":
		return function{functionPlain, 1, -1, TypeNumber, callCount}
	case "avg":
		return function{functionPlain, 1, -1, TypeNumber, callAvg}
	case "round":
		return function{functionPlain, 1, 2, TypeNumber, callRound}
	case "trunc":
		return function{functionPlain, 1, 2, TypeNumber, callTrunc}
	case "iif":
		return function{functionPlain, 2, 3, TypeUnknown, callIf}
	case "substring":
		return function{functionPlain, 2, 3, TypeText, callSubstring}
	case "getComment":
		return function{functionPlain, 1, 2, TypeText, callComment}
	case "sumInArray", "minInArray", "maxInArray", "countInArray", "avgInArray":
		return function{functionAggregate, 2, 4, TypeNumber, nil}
	case "displayValue", "propertyValue", "isContainerReady", "isDisplayMode":
		return function{functionUnsupported, 0, -1, TypeUnknown, nil}
	}
	return dateFunction(name)
}

func dateFunction(name string) function {
	switch name {
	case "getDate":
		return function{functionPlain, 1, 1, TypeDate, callGetDate}
	case "today":
		return function{functionPlain, 0, 1, TypeDate, callToday}
	case "currentDate":
		return function{functionPlain, 0, 0, TypeDate, callCurrentDate}
	case "dateAdd":
		return function{functionPlain, 2, 3, TypeDate, callDateAdd}
	case "dateDiff":
		return function{functionPlain, 2, 3, TypeNumber, callDateDiff}
	case "diffDays":
		return function{functionPlain, 2, 2, TypeNumber, callDiffDays}
	case "age":
		return function{functionPlain, 1, 2, TypeNumber, callAge}
	case "getYear":
		return function{functionPlain, 1, 1, TypeNumber, callGetYear}
	case "currentYear":
		return function{functionPlain, 0, 0, TypeNumber, callCurrentYear}
	case "year":
		return function{functionPlain, 0, 1, TypeNumber, callYear}
	case "month":
		return function{functionPlain, 0, 1, TypeNumber, callMonth}
	case "day":
		return function{functionPlain, 0, 1, TypeNumber, callDay}
	case "weekday":
		return function{functionPlain, 0, 1, TypeNumber, callWeekday}
	default:
		return function{}
	}
}

func (c *compiler) call(n *call) code {
	fn := functionNamed(n.name)
	switch fn.kind {
	case functionPlain:
		args, fixed := c.all(n.args)
		call := fn.call
		out := code{eval: func(f *Frame) Value { return call(f, args) }, num: callNumber(n.name, args)}
		return settled(out, fixed && pure(n.name))
	case functionAggregate:
		return c.aggregate(n)
	case functionUnsupported:
		return constant(Value{})
	default:
		return constant(Null())
	}
}

// pure says that a function depends on its arguments alone, not on the clock, the zone
// or the survey.
func pure(name string) bool {
	switch name {
	case "sum", "min", "max", "count", "avg", "round", "trunc", "iif", "substring":
		return true
	default:
		return false
	}
}

// argument evaluates the i-th argument, missing where there is none.
func argument(f *Frame, args []code, i int) Value {
	if i >= len(args) {
		return Value{}
	}
	return args[i].eval(f)
}

// fold says what a flat keeps of the values that it goes through.
type fold uint8

const (
	foldNothing fold = iota
	foldSum
	foldMin
	foldMax
)

// flat goes through arguments as survey-core's getParamsAsArray does: lists are opened,
// missing values and nulls left out, numerals become numbers.
type flat struct {
	frame *Frame
	fold  fold
	count int
	value Value // the sum, the least or the greatest
	first Value
	other Value // the second
}

func (a *flat) run(args []code) {
	for i := range args {
		v := args[i].eval(a.frame)
		a.open(&v)
	}
}

func (a *flat) open(v *Value) {
	switch v.kind {
	case KindMissing, KindNull:
	case KindList:
		if a.frame.spend(len(v.ref.items)) {
			for i := range v.ref.items {
				a.open(&v.ref.items[i])
			}
		}
	case KindText:
		if n, ok := numericText(v.str); ok {
			a.add(Number(n))
			return
		}
		a.add(*v)
	default:
		a.add(*v)
	}
}

func (a *flat) add(v Value) {
	a.count++
	switch a.fold {
	case foldSum:
		a.value = a.frame.correctPlus(a.value, v)
	case foldMin, foldMax:
		if a.count == 1 {
			a.value = v
		} else if sign, known := order(a.value, v, a.frame.Zone); known && sign != 0 && (sign > 0) == (a.fold == foldMin) {
			a.value = v
		}
	default:
		switch a.count {
		case 1:
			a.first = v
		case 2:
			a.other = v
		}
	}
}

func callSum(f *Frame, args []code) Value {
	all := flat{frame: f, fold: foldSum, value: Number(0)}
	all.run(args)
	return all.value
}

func callMin(f *Frame, args []code) Value {
	all := flat{frame: f, fold: foldMin}
	all.run(args)
	return all.value
}

func callMax(f *Frame, args []code) Value {
	all := flat{frame: f, fold: foldMax}
	all.run(args)
	return all.value
}

func callCount(f *Frame, args []code) Value {
	all := flat{frame: f}
	all.run(args)
	return Number(float64(all.count))
}

func callAvg(f *Frame, args []code) Value {
	all := flat{frame: f, fold: foldSum, value: Number(0)}
	all.run(args)
	if all.count == 0 {
		return Number(0)
	}
	return Number(toNumber(all.value) / float64(all.count))
}

// callRound rounds half away from zero: the product is widened by one part in 2^52
// before JavaScript's Math.round, which rounds half up.
func callRound(f *Frame, args []code) Value {
	a := flat{frame: f}
	a.run(args)
	places := Number(0)
	if a.other.Truth() {
		places = a.other
	}
	x, okX := numeric(a.first)
	n, okN := numeric(places)
	if a.count == 0 || !okX || !okN {
		return Number(math.NaN())
	}
	return Number(roundTo(x, n))
}

func roundTo(x, places float64) float64 {
	scale := 1.0
	if places >= 0 && places < float64(len(tens)) && places == math.Trunc(places) {
		scale = tens[int(places)]
	} else {
		scale = power(10, places)
	}
	const epsilon = 0x1p-52
	return roundHalfUp(x*scale*(1+epsilon)) / scale
}

func roundHalfUp(x float64) float64 {
	down := math.Floor(x)
	if x-down >= 0.5 {
		return down + 1
	}
	return down
}

// callTrunc cuts the number's text after so many decimals. A number whose text has an
// exponent is cut inside it, as survey-core does.
func callTrunc(f *Frame, args []code) Value {
	a := flat{frame: f}
	a.run(args)
	places := -1.0
	if a.other.Truth() {
		n, ok := numeric(a.other)
		if !ok {
			return Number(math.NaN())
		}
		places = n
	}
	x, ok := numeric(a.first)
	if !ok {
		return Number(math.NaN())
	}
	text := numberText(x)
	n := 0
	if strings.HasPrefix(text, "-") {
		n = 1
	}
	n += countDigits(text[n:])
	if places >= 0 && places < 1e21 && places == math.Trunc(places) && n < len(text) {
		n += 1 + min(countDigits(text[n+1:]), int(min(places, 400)))
	}
	return Number(textNumber(text[:n]))
}

func callIf(f *Frame, args []code) Value {
	if len(args) < 2 {
		return Null()
	}
	if args[0].truth != nil {
		if args[0].truth(f) {
			return args[1].eval(f)
		}
		return argument(f, args, 2)
	}
	if args[0].eval(f).Truth() {
		return args[1].eval(f)
	}
	return argument(f, args, 2)
}

func callSubstring(f *Frame, args []code) Value {
	s, start, end := argument(f, args, 0), argument(f, args, 1), argument(f, args, 2)
	if _, ok := numeric(start); len(args) < 2 || s.kind != KindText || !ok {
		return Text("")
	}
	length := utf16Len(s.str)
	from, to := place(start, length), length
	if _, ok := numeric(end); ok {
		to = place(end, length)
	}
	return Text(utf16Slice(s.str, min(from, to), max(from, to)))
}

// place is an argument of JavaScript's substring within 0 and the length.
func place(v Value, length int) int {
	n := toNumber(v)
	switch {
	case !(n > 0): //nolint:gocritic // NaN
		return 0
	case n > float64(length):
		return length
	default:
		return int(n)
	}
}

func callComment(f *Frame, args []code) Value {
	name := argument(f, args, 0)
	if !name.Truth() || f.Comment == nil {
		return Value{}
	}
	choice := argument(f, args, 1)
	if choice.kind == KindNull {
		choice = Value{}
	}
	return f.Comment(f.text(name), choice)
}

// aggregateShape is how survey-core reads the arguments of sumInArray and its like.
type aggregateShape struct {
	returns     string // the member that minInArray gives back, "" for the one it compares
	named       bool   // returns was given
	condition   node
	conditionAt int
	never       bool // the condition is no expression: no item fits
}

// aggregateOf reads the shape; ok is false where survey-core takes the call for empty.
func aggregateOf(n *call) (s aggregateShape, ok bool) {
	if functionNamed(n.name).kind != functionAggregate || len(n.args) < 2 || len(n.args) > 4 {
		return s, false
	}
	s.conditionAt = 2
	if len(n.args) > 2 {
		if l, isText := textLiteral(n.args[2]); isText && !strings.ContainsAny(l, "{}><=!") {
			s.returns, s.named, s.conditionAt = l, true, 3
		}
	}
	if s.conditionAt >= len(n.args) {
		return s, true
	}
	arg := n.args[s.conditionAt]
	text, isText := textLiteral(arg)
	if !isText || text == "" {
		if _, null := arg.(*nothing); null {
			return s, true
		}
		var b strings.Builder
		printer{out: &b, legacy: true}.write(arg, true)
		text = b.String()
	}
	e, err := Parse(text, &Limits{Bytes: 8 * DefaultMaxBytes})
	if err != nil {
		s.never = true
		return s, true
	}
	s.condition = e.root
	return s, true
}

func textLiteral(n node) (string, bool) {
	l, ok := n.(*literal)
	if !ok || l.value.kind != KindText {
		return "", false
	}
	return l.value.str, true
}

// aggregate compiles sumInArray(list, 'member', ['other',] condition) and its like.
type aggregate struct {
	data, name code
	shape      aggregateShape
	holds      func(f *Frame) bool
}

func (c *compiler) aggregate(n *call) code {
	shape, ok := aggregateOf(n)
	if !ok {
		if n.name == "minInArray" || n.name == "maxInArray" {
			return constant(Value{})
		}
		return constant(Number(0))
	}
	a := &aggregate{data: c.node(n.args[0]), name: c.node(n.args[1]), shape: shape}
	if shape.condition != nil {
		inner := compiler{names: c.names, item: true, faults: c.faults}
		cond := inner.node(shape.condition)
		a.holds = cond.truth
		if a.holds == nil {
			a.holds = func(f *Frame) bool { return isTrue(cond.eval(f)) }
		}
	}
	switch n.name {
	case "minInArray":
		return code{eval: func(f *Frame) Value { return a.best(f, -1) }}
	case "maxInArray":
		return code{eval: func(f *Frame) Value { return a.best(f, 1) }}
	case "countInArray":
		return code{eval: func(f *Frame) Value { n, _ := a.total(f); return Number(float64(n)) }}
	case "avgInArray":
		return code{eval: func(f *Frame) Value {
			n, sum := a.total(f)
			if n == 0 {
				return Number(0)
			}
			return Number(toNumber(sum) / float64(n))
		}}
	default:
		return code{eval: func(f *Frame) Value { _, sum := a.total(f); return sum }}
	}
}

// rows are the items to go through: a list's items, an object's members.
func (a *aggregate) rows(f *Frame) (v Value, n int, name string, ok bool) {
	v = a.data.eval(f)
	key := a.name.eval(f)
	if key.kind != KindText || a.shape.never {
		return v, 0, "", false
	}
	switch v.kind {
	case KindList:
		n = len(v.ref.items)
	case KindObject:
		n = len(v.ref.fields)
	}
	return v, n, key.str, true
}

func rowAt(v Value, i int) Value {
	if v.kind == KindList {
		return v.ref.items[i]
	}
	return v.ref.fields[i].Value
}

// property is JavaScript's v[name], with no inherited members but length.
func property(v Value, name string) (Value, bool) {
	if name == "length" && (v.kind == KindText || v.kind == KindList) {
		return look(v, name)
	}
	return member(v, name)
}

// fits evaluates the condition on one item.
func (a *aggregate) fits(f *Frame, item Value) bool {
	if !f.spend(1) {
		return false
	}
	if a.holds == nil {
		return true
	}
	outer, mark, boxes := f.item, len(f.arena), len(f.boxes)
	f.item, f.dirty = item, true
	ok := a.holds(f)
	f.item, f.arena, f.boxes = outer, f.arena[:mark], f.boxes[:boxes]
	return ok
}

// total counts the items that have the member and fit, and sums the member.
func (a *aggregate) total(f *Frame) (count int, sum Value) {
	sum = Number(0)
	rows, n, name, ok := a.rows(f)
	if !ok {
		return 0, sum
	}
	for i := range n {
		item := rowAt(rows, i)
		v, ok := property(item, name)
		if !ok || IsEmpty(v) || !a.fits(f, item) {
			continue
		}
		count++
		if v = plainNumber(v); !v.absent() {
			sum = f.correctPlus(sum, v)
		}
	}
	return count, sum
}

// plainNumber turns a numeral into its number and any other text into nothing.
func plainNumber(v Value) Value {
	if v.kind != KindText {
		return v
	}
	if n, ok := numericText(v.str); ok {
		return Number(n)
	}
	return Value{}
}

// best finds the least (sign below zero) or greatest member, the first of equals.
func (a *aggregate) best(f *Frame, sign int) Value {
	rows, n, name, ok := a.rows(f)
	if !ok {
		return Value{}
	}
	var found, bestItem Value
	for i := range n {
		item := rowAt(rows, i)
		v, ok := property(item, name)
		if !ok || IsEmpty(v) || !a.fits(f, item) {
			continue
		}
		if v = plainNumber(v); v.absent() {
			continue
		}
		if s, known := order(v, found, f.Zone); found.absent() || known && s == sign {
			found, bestItem = v, item
		}
	}
	if a.shape.named && a.shape.returns != name {
		v, _ := property(bestItem, a.shape.returns)
		return v
	}
	return found
}

// quoteName writes a name for a message.
func quoteName(name string) string { return strconv.Quote(clip(name)) }
