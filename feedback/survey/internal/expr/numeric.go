package expr

import "math"

// numberFunc computes a number without making a [Value] of every step. ok is false
// wherever anything but finite numbers is met; the general form is evaluated then. It
// never calls the general form itself, so a failure costs no more than its own length.
type numberFunc func(f *Frame) (n float64, ok bool)

func constantNumber(v Value) numberFunc {
	if !v.number() {
		return nil
	}
	n := v.num
	return func(*Frame) (float64, bool) { return n, true }
}

func slotNumber(slot int) numberFunc {
	return func(f *Frame) (float64, bool) {
		if uint(slot) >= uint(len(f.Slots)) {
			return 0, false
		}
		v := &f.Slots[slot]
		return v.num, v.kind == KindNumber && v.num == v.num //nolint:gocritic // NaN
	}
}

// arithmeticNumber is nil where a side has no number form.
func arithmeticNumber(op operator, l, r numberFunc) numberFunc {
	if l == nil || r == nil {
		return nil
	}
	var compute func(a, b float64) (float64, bool)
	switch op {
	case opPlus:
		return func(f *Frame) (float64, bool) {
			a, ok := l(f)
			b, also := r(f)
			if !ok || !also {
				return 0, false
			}
			return plusFloats(a, b)
		}
	case opMinus:
		compute = func(a, b float64) (float64, bool) { return plusFloats(a, -b) }
	case opMul:
		return func(f *Frame) (float64, bool) {
			a, ok := l(f)
			b, also := r(f)
			if !ok || !also {
				return 0, false
			}
			return timesFloats(a, b)
		}
	case opDiv:
		compute = func(a, b float64) (float64, bool) { return a / b, b != 0 }
	case opMod:
		compute = func(a, b float64) (float64, bool) { return math.Mod(a, b), b != 0 }
	default:
		compute = func(a, b float64) (float64, bool) { return power(a, b), true }
	}
	return func(f *Frame) (float64, bool) {
		a, ok := l(f)
		b, also := r(f)
		if !ok || !also {
			return 0, false
		}
		n, ok := compute(a, b)
		return n, ok && n-n == 0
	}
}

// callNumber is the number form of some functions, nil for the rest.
func callNumber(name string, args []code) numberFunc {
	numbers := make([]numberFunc, len(args))
	for i := range args {
		numbers[i] = args[i].num
	}
	switch name {
	case "iif":
		return ifNumber(args)
	case "sum", "avg", "round", "min", "max":
	default:
		return nil
	}
	for _, n := range numbers {
		if n == nil {
			return nil
		}
	}
	switch {
	case name == "sum" && len(args) > 0:
		return func(f *Frame) (float64, bool) { return sumNumbers(f, numbers) }
	case name == "avg" && len(args) > 0:
		count := float64(len(args))
		return func(f *Frame) (float64, bool) {
			sum, ok := sumNumbers(f, numbers)
			return sum / count, ok
		}
	case name == "round" && len(args) == 1:
		return func(f *Frame) (float64, bool) {
			x, ok := numbers[0](f)
			return roundTo(x, 0), ok
		}
	case name == "round" && len(args) == 2 && args[1].constant:
		places := args[1].value.num
		return func(f *Frame) (float64, bool) {
			x, ok := numbers[0](f)
			n := roundTo(x, places)
			return n, ok && n-n == 0
		}
	case (name == "min" || name == "max") && len(args) > 0:
		least := name == "min"
		return func(f *Frame) (float64, bool) { return extremeNumber(f, numbers, least) }
	default:
		return nil
	}
}

func ifNumber(args []code) numberFunc {
	if len(args) != 3 || args[0].truth == nil || args[1].num == nil || args[2].num == nil {
		return nil
	}
	test, yes, no := args[0].truth, args[1].num, args[2].num
	return func(f *Frame) (float64, bool) {
		if test(f) {
			return yes(f)
		}
		return no(f)
	}
}

func sumNumbers(f *Frame, numbers []numberFunc) (sum float64, ok bool) {
	for _, number := range numbers {
		n, ok := number(f)
		if !ok {
			return 0, false
		}
		if sum, ok = plusFloats(sum, n); !ok {
			return 0, false
		}
	}
	return sum, sum-sum == 0
}

func extremeNumber(f *Frame, numbers []numberFunc, least bool) (best float64, ok bool) {
	for i, number := range numbers {
		n, ok := number(f)
		if !ok {
			return 0, false
		}
		if i == 0 || n < best && least || n > best && !least {
			best = n
		}
	}
	return best, true
}

// plusFloats adds and rounds to the operands' decimals; ok is false where JavaScript
// would throw.
func plusFloats(a, b float64) (float64, bool) {
	sum := a + b
	if whole(a) && whole(b) {
		return sum, true
	}
	return fixed(sum, max(decimals(a), decimals(b)))
}

// timesFloats multiplies and rounds to the decimals of both operands. Where these are so
// many that they name the very same number they are not counted to the end.
func timesFloats(a, b float64) (float64, bool) {
	product := a * b
	if whole(a) && whole(b) {
		return product, true
	}
	x, y := decimalsAtLeast(a), decimalsAtLeast(b)
	if x+y >= 15 && exactPlaces(product, x+y) {
		return product, true
	}
	return fixed(product, decimals(a)+decimals(b))
}

// decimalsAtLeast is decimals for a number that has few of them, and otherwise a number
// not above it that is quick to find.
func decimalsAtLeast(f float64) int {
	if few, ok := fewDecimals(f); ok {
		return few
	}
	if abs := math.Abs(f); abs >= 1e-3 && abs < 50 {
		if n := math.Floor(abs*tens[14] + 0.5); n/tens[14] != abs {
			return 15
		}
	}
	return decimals(f)
}
