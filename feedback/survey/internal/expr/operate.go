package expr

import (
	"math"
	"strings"
	"time"
)

// Operate applies one of survey-core's operators by its name ("equal", "notequal",
// "greater", "contains", "anyof", "plus", "empty", …), as a trigger does; the zone (nil
// means UTC) is where dates are read. For "empty", "notempty" and "negate" the right side
// is not looked at. ok is false for a name that is no operator.
func Operate(name string, left, right Value, zone *time.Location) (result Value, ok bool) {
	op := operatorByName(name)
	if op == opNone {
		return Value{}, false
	}
	f := Frame{Zone: zone}
	f.reset()
	if op >= opNegate {
		return Bool(applyUnary(op, left)), true
	}
	return settle(f.apply(op, left, right, false)), true
}

func applyUnary(op operator, v Value) bool {
	switch op {
	case opEmpty:
		return IsEmpty(v)
	case opNotEmpty:
		return !IsEmpty(v)
	default:
		return !v.Truth()
	}
}

// apply does one binary operation.
func (f *Frame) apply(op operator, a, b Value, ordered bool) Value {
	if op.arithmetic() || op.conjunction() {
		a = f.fill(a, b)
		b = f.fill(b, a)
		return f.calculate(op, a, b)
	}
	return Bool(f.compare(op, a, b, ordered))
}

// fill puts something neutral in the place of an empty operand: 0 beside a number, ""
// beside a text, [] beside a list, else 0.
func (f *Frame) fill(v, other Value) Value {
	switch {
	case !IsEmpty(v):
		return v
	case other.kind == KindNumber:
		return Number(0)
	case v.kind == KindText:
		return v
	case other.kind == KindText:
		return Text("")
	case other.kind == KindList:
		return f.pack(nil)
	default:
		return Number(0)
	}
}

// calculate does arithmetic and conjunctions on operands that are filled in.
func (f *Frame) calculate(op operator, a, b Value) Value {
	switch op {
	case opAnd:
		if a.Truth() {
			return b
		}
		return a
	case opOr:
		if a.Truth() {
			return a
		}
		return b
	case opPlus:
		return f.plus(a, b)
	case opMinus:
		if a.kind == KindNumber && b.kind == KindNumber {
			return numberOr(plusFloats(a.num, -b.num))
		}
		return rounded(toNumber(a)-toNumber(b), max(valueDecimals(a), valueDecimals(b)))
	case opMul:
		if a.kind == KindNumber && b.kind == KindNumber {
			return numberOr(timesFloats(a.num, b.num))
		}
		return rounded(toNumber(a)*toNumber(b), valueDecimals(a)+valueDecimals(b))
	case opDiv:
		if !b.Truth() {
			return Null()
		}
		return Number(toNumber(a) / toNumber(b))
	case opMod:
		if !b.Truth() {
			return Null()
		}
		return Number(math.Mod(toNumber(a), toNumber(b)))
	default:
		return Number(power(toNumber(a), toNumber(b)))
	}
}

// rounded rounds to the operands' decimals; where JavaScript would throw the value is
// missing.
func rounded(f float64, places int) Value {
	return numberOr(fixed(f, places))
}

// plus is Helpers.sumAnyValues.
func (f *Frame) plus(a, b Value) Value {
	if a.kind == KindNumber && b.kind == KindNumber {
		return plusNumbers(a.num, b.num)
	}
	_, x := numeric(a)
	_, y := numeric(b)
	if x && y {
		if a.kind == KindText || b.kind == KindText {
			return f.concat(f.text(a), f.text(b))
		}
		return f.correctPlus(a, b)
	}
	aList, bList := a.kind == KindList, b.kind == KindList
	switch {
	case aList && bList:
		return f.appendLists(a.ref.items, b.ref.items)
	case aList && b.kind == KindText:
		return f.concat(f.joined(a), b.str)
	case bList && a.kind == KindText:
		return f.concat(a.str, f.joined(b))
	case aList && b.kind == KindNumber:
		return f.sumList(a.ref.items, b.num)
	case bList && a.kind == KindNumber:
		return f.sumList(b.ref.items, a.num)
	default:
		return f.add(a, b)
	}
}

func plusNumbers(a, b float64) Value { return numberOr(plusFloats(a, b)) }

// numberOr is missing where JavaScript would throw.
func numberOr(n float64, ok bool) Value {
	if !ok {
		return Value{}
	}
	return Number(n)
}

// whole reports an integer within the exact range.
func whole(f float64) bool {
	return f < 1<<53 && f > -1<<53 && f == float64(int64(f))
}

// joined writes a list with ", " between its items.
func (f *Frame) joined(v Value) string {
	f.spend(len(v.ref.items))
	var b strings.Builder
	join(&b, v.ref.items, ", ", f.Zone)
	return b.String()
}

func (f *Frame) appendLists(a, b []Value) Value {
	if !f.spend(len(a) + len(b)) {
		return Value{}
	}
	items := f.take(len(a) + len(b))
	copy(items, a)
	copy(items[len(a):], b)
	return f.pack(items)
}

// sumList adds the numbers of a list, and nothing else of it, to a number.
func (f *Frame) sumList(items []Value, n float64) Value {
	if !f.spend(len(items)) {
		return Value{}
	}
	sum := Number(0)
	for _, item := range items {
		if item.kind == KindNumber {
			sum = plusNumbers(sum.num, item.num)
		}
	}
	return plusNumbers(sum.num, n)
}

// add is JavaScript's +.
func (f *Frame) add(a, b Value) Value {
	if textual(a) || textual(b) {
		return f.concat(f.text(a), f.text(b))
	}
	return Number(toNumber(a) + toNumber(b))
}

// textual reports what becomes a text beside a +.
func textual(v Value) bool { return v.kind == KindText || v.composed() }

// correctPlus is Helpers.correctAfterPlusMinis(a, b, a+b).
func (f *Frame) correctPlus(a, b Value) Value {
	if a.kind == KindNumber && b.kind == KindNumber {
		return plusNumbers(a.num, b.num)
	}
	sum := f.add(a, b)
	places := max(valueDecimals(a), valueDecimals(b))
	switch {
	case places == 0:
		return sum
	case sum.kind == KindNumber:
		return rounded(sum.num, places)
	default:
		return Value{} // JavaScript throws: a text has no toFixed
	}
}

// compare does comparisons and the operators on lists.
func (f *Frame) compare(op operator, a, b Value, ordered bool) bool {
	switch op {
	case opEqual:
		return f.equal(a, b, ordered)
	case opNotEqual:
		return !f.equal(a, b, ordered)
	case opLess, opGreater:
		return f.less(op, a, b)
	case opLessOrEqual:
		return f.equal(a, b, false) || f.less(opLess, a, b)
	case opGreaterOrEqual:
		return f.equal(a, b, false) || f.less(opGreater, a, b)
	case opContains:
		return f.contains(a, b, true)
	case opNotContains:
		return !a.Truth() && !IsEmpty(b) || f.contains(a, b, false)
	case opAnyOf:
		return f.anyOf(a, b)
	case opNoneOf:
		return !f.anyOf(a, b)
	default:
		return f.allOf(a, b)
	}
}

func (f *Frame) equal(a, b Value, ordered bool) bool {
	if a.kind == KindNumber && b.kind == KindNumber {
		return a.num == b.num
	}
	if a.kind == KindDate || b.kind == KindDate {
		a, b = f.alignDates(a, b)
	}
	return f.same(&a, &b, ordered)
}

// same is OperandMaker.isTwoValueEquals: the word "undefined" is a missing value.
func (f *Frame) same(a, b *Value, ordered bool) bool {
	var none Value
	if a.kind == KindText && a.str == "undefined" {
		a = &none
	}
	if b.kind == KindText && b.str == "undefined" {
		b = &none
	}
	if a.composed() && b.composed() && !f.spend(size(a)) {
		return false
	}
	how := Comparison{Ordered: ordered, zone: f.Zone}
	return equalValues(a, b, &how)
}

func size(v *Value) int {
	if v.kind == KindDate {
		return 1
	}
	return len(v.ref.items) + len(v.ref.fields)
}

func (f *Frame) less(op operator, a, b Value) bool {
	if a.kind == KindNumber && b.kind == KindNumber {
		if op == opLess {
			return a.num < b.num
		}
		return a.num > b.num
	}
	if a.absent() || b.absent() {
		return false
	}
	if a.kind == KindDate || b.kind == KindDate {
		a, b = f.alignDates(a, b)
	}
	sign, known := order(a, b, f.Zone)
	return known && (sign < 0 && op == opLess || sign > 0 && op == opGreater)
}

// alignDates is OperandMaker.convertValForDateCompare for both sides: a text beside a
// date becomes a date, and the date loses what the text does not tell.
func (f *Frame) alignDates(a, b Value) (Value, Value) {
	switch {
	case a.kind == KindText && b.kind == KindDate:
		b = cutMilliseconds(b, f.Zone)
		return f.textBeside(a, b), b
	case a.kind == KindDate && b.kind == KindText:
		a = cutDate(a, utf16Len(b.str), f.Zone)
		a = cutMilliseconds(a, f.Zone)
		return a, f.textBeside(b, a)
	default:
		return a, b
	}
}

// textBeside reads a text as a date; beside a date without a time of day it loses its
// own, up to the milliseconds.
func (f *Frame) textBeside(v, date Value) Value {
	ms := textDate(v.str, f.Zone)
	if v.str == "" {
		ms = f.now()
	}
	if ms != ms || date.num != date.num { //nolint:gocritic // NaN
		return dateValue(ms)
	}
	if w := wallOf(date.num, f.Zone); w.hour > 0 || w.minute > 0 || w.second > 0 {
		return dateValue(ms)
	}
	w := wallOf(ms, f.Zone)
	w.hour, w.minute, w.second = 0, 0, 0
	return dateValue(w.instant(f.Zone))
}

func cutMilliseconds(v Value, zone *time.Location) Value {
	if v.num != v.num { //nolint:gocritic // NaN
		return v
	}
	w := wallOf(v.num, zone)
	w.rem = 0
	return dateValue(w.instant(zone))
}

// cutDate drops what a text of this length does not tell.
func cutDate(v Value, length int, zone *time.Location) Value {
	if v.num != v.num || length >= 17 { //nolint:gocritic // NaN
		return v
	}
	w := wallOf(v.num, zone)
	w.second, w.rem = 0, 0
	if length < 14 {
		w.minute = 0
	}
	if length < 11 {
		w.hour = 0
	}
	return dateValue(w.instant(zone))
}

// contains is OperandMaker.containsCore; want is false for "notcontains".
func (f *Frame) contains(a, b Value, want bool) bool {
	switch {
	case a.kind == KindList:
		return f.listContains(a.ref.items, b, want)
	case a.absent(), a.kind == KindText && a.str == "", a.kind == KindNumber && a.num != a.num: //nolint:gocritic // NaN
		return false
	case !b.Truth():
		return false
	}
	hay, needle := f.text(a), f.text(b)
	if !f.spend((len(hay) + len(needle)) / 64) {
		return false
	}
	return containsLower(hay, needle) == want
}

func (f *Frame) listContains(items []Value, b Value, want bool) bool {
	if len(items) == 0 {
		return !want
	}
	if b.kind != KindList {
		return f.holds(items, &b) == want
	}
	for i := range b.ref.items {
		if !f.holds(items, &b.ref.items[i]) {
			return !want
		}
	}
	return want
}

// holds looks for an equal item.
func (f *Frame) holds(items []Value, v *Value) bool {
	if !f.spend(len(items)) {
		return false
	}
	if v.kind == KindText && v.str != "undefined" {
		return f.holdsText(items, v)
	}
	for i := range items {
		if f.same(&items[i], v, false) {
			return true
		}
	}
	return false
}

// holdsText trims the text once.
func (f *Frame) holdsText(items []Value, v *Value) bool {
	word := trim(v.str)
	for i := range items {
		item := &items[i]
		if item.kind != KindText || item.str == "undefined" {
			if f.same(item, v, false) {
				return true
			}
			continue
		}
		if equalLower(trim(item.str), word) {
			return true
		}
	}
	return false
}

func (f *Frame) anyOf(a, b Value) bool {
	emptyA, emptyB := IsEmpty(a), IsEmpty(b)
	switch {
	case emptyA || emptyB:
		return emptyB
	case a.kind != KindList:
		return f.contains(b, a, true)
	case b.kind != KindList:
		return f.contains(a, b, true)
	}
	for _, v := range b.ref.items {
		if f.contains(a, v, true) {
			return true
		}
	}
	return false
}

func (f *Frame) allOf(a, b Value) bool {
	switch {
	case !a.Truth() && !IsEmpty(b):
		return false
	case b.kind != KindList:
		return f.contains(a, b, true)
	}
	for _, v := range b.ref.items {
		if !f.contains(a, v, true) {
			return false
		}
	}
	return true
}
