package segment

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"
)

// span is the whole numbers from lo to hi; none where lo is above hi.
type interval struct {
	lo, hi int64
	out    bool // the numbers outside instead
}

var nothing = interval{lo: 1, hi: 0}

func (r interval) holds(x int64) bool { return (r.lo <= x && x <= r.hi) != r.out }

// unitsOf is a literal in whole units of 10^-places: the greatest that is not above
// it and the least that is not below it, clamped to what an int64 holds. beyond says
// that it lies outside of that: -1 below, 1 above.
func unitsOf(d decimal.Decimal, places int32) (floor, ceil int64, beyond int) {
	x := d.Shift(places)
	f := x.Floor()
	switch {
	case f.GreaterThan(decimal.NewFromInt(math.MaxInt64)):
		return math.MaxInt64, math.MaxInt64, 1
	case f.LessThan(decimal.NewFromInt(math.MinInt64)):
		return math.MinInt64, math.MinInt64, -1
	}
	floor, ceil = f.IntPart(), f.IntPart()
	if !f.Equal(x) {
		if floor == math.MaxInt64 {
			return floor, floor, 1
		}
		ceil++
	}
	return floor, ceil, 0
}

// intervalOf is what a comparison with literals means for whole units.
func intervalOf(op Op, values []Value, places int32) interval {
	floor, ceil, beyond := unitsOf(values[0].number, places)
	all := interval{lo: math.MinInt64, hi: math.MaxInt64}
	switch op {
	case OpEq, OpNe:
		r := interval{lo: floor, hi: floor}
		if floor != ceil || beyond != 0 {
			r = nothing
		}
		r.out = op == OpNe
		return r
	case OpLt, OpLte:
		if beyond < 0 || (op == OpLt && ceil == math.MinInt64) {
			return nothing
		}
		all.hi = floor
		if op == OpLt && beyond == 0 {
			all.hi = ceil - 1
		}
		return all
	case OpGt, OpGte:
		if beyond > 0 || (op == OpGt && floor == math.MaxInt64) {
			return nothing
		}
		all.lo = ceil
		if op == OpGt && beyond == 0 {
			all.lo = floor + 1
		}
		return all
	}
	low := intervalOf(OpGte, values[:1], places)
	high := intervalOf(OpLte, values[1:], places)
	return interval{lo: max(low.lo, high.lo), hi: min(low.hi, high.hi)}
}

// whole compares an integer or an amount.
func whole[T any](p *Predicate, get func(T) (int64, bool), places int32) evalFunc[T] {
	if p.Op == OpIn {
		var list []int64
		for i := range p.Values {
			if r := intervalOf(OpEq, p.Values[i:i+1], places); r.lo <= r.hi {
				list = append(list, r.lo)
			}
		}
		slices.Sort(list)
		return func(v T, _ moment) Tri {
			x, ok := get(v)
			if !ok {
				return Unknown
			}
			_, in := slices.BinarySearch(list, x)
			return truth(in)
		}
	}
	r := intervalOf(p.Op, p.Values, places)
	return func(v T, _ moment) Tri {
		x, ok := get(v)
		if !ok {
			return Unknown
		}
		return truth(r.holds(x))
	}
}

// nearest is the float64 nearest to a literal.
func (v *Value) nearest() float64 {
	f, _ := v.number.Float64()
	return f
}

// float compares a floating field.
func float[T any](p *Predicate, get func(T) (float64, bool)) evalFunc[T] {
	list := make([]float64, len(p.Values))
	for i := range p.Values {
		list[i] = p.Values[i].nearest()
	}
	var holds func(x float64) bool
	a := list[0]
	switch p.Op {
	case OpEq:
		holds = func(x float64) bool { return x == a }
	case OpNe:
		holds = func(x float64) bool { return x != a }
	case OpLt:
		holds = func(x float64) bool { return x < a }
	case OpLte:
		holds = func(x float64) bool { return x <= a }
	case OpGt:
		holds = func(x float64) bool { return x > a }
	case OpGte:
		holds = func(x float64) bool { return x >= a }
	case OpBetween:
		b := list[1]
		holds = func(x float64) bool { return x >= a && x <= b }
	default:
		slices.Sort(list)
		holds = func(x float64) bool { _, in := slices.BinarySearch(list, x); return in }
	}
	return func(v T, _ moment) Tri {
		x, ok := get(v)
		if !ok {
			return Unknown
		}
		return truth(holds(x))
	}
}
