package expr

import "math"

// maxWholePower is the largest whole exponent that is multiplied out.
const maxWholePower = 1 << 20

// power is JavaScript's **. Unlike IEEE 754, 1 to a power that is no number, or ±1 to an
// infinite one, is not a number. Powers are worked out with twice the digits, so that
// the result is the float64 nearest to the true power, as that of a browser nearly
// always is; Go's math.Pow often has another last digit.
func power(x, y float64) float64 {
	ax := math.Abs(x)
	switch {
	case y == 0:
		return 1
	case x != x || y != y || math.IsInf(y, 0) && ax == 1: //nolint:gocritic // NaN
		return math.NaN()
	case math.IsInf(y, 0) || math.IsInf(x, 0) || x == 0 || ax == 1:
		return math.Pow(x, y)
	case y == 0.5:
		return math.Sqrt(x)
	case x < 0 && y != math.Trunc(y):
		return math.NaN()
	case y == math.Trunc(y) && math.Abs(y) <= maxWholePower:
		if p, ok := wholePower(x, int(y)); ok {
			return p
		}
	case x > 0:
		if p, ok := realPower(x, y); ok {
			return p
		}
	}
	return math.Pow(x, y)
}

// twice is a number as the sum of two, the second below the last digit of the first.
type twice struct{ hi, lo float64 }

// times multiplies, with an error of some 2^-104 (T. J. Dekker, "A floating-point
// technique for extending the available precision", 1971, with fused multiply-add).
func (a twice) times(b twice) twice {
	p := a.hi * b.hi
	e := math.FMA(a.hi, b.hi, -p) + (a.hi*b.lo + a.lo*b.hi)
	hi := p + e
	return twice{hi, e - (hi - p)}
}

// plus adds, with an error of some 2^-104.
func (a twice) plus(b twice) twice {
	s := a.hi + b.hi
	t := s - a.hi
	e := (a.hi - (s - t)) + (b.hi - t) + a.lo + b.lo
	hi := s + e
	return twice{hi, e - (hi - s)}
}

// ln2 is the natural logarithm of 2.
var ln2 = twice{math.Ln2, 2.3190468138462996e-17}

// exp is e to a power: the power is brought near zero by whole powers of 2 and eight
// halvings, where ten terms of the series are enough.
func (a twice) exp() twice {
	const halvings = 8
	k := math.Round(a.hi / math.Ln2)
	r := a.plus(twice{hi: -k}.times(ln2))
	r = twice{math.Ldexp(r.hi, -halvings), math.Ldexp(r.lo, -halvings)}
	sum := twice{hi: 1}
	for n := 10.0; n > 0; n-- { // 1 + r/1 (1 + r/2 (1 + ...))
		sum = r.times(sum).times(reciprocal(n)).plus(twice{hi: 1})
	}
	for range halvings {
		sum = sum.times(sum)
	}
	return twice{math.Ldexp(sum.hi, int(k)), math.Ldexp(sum.lo, int(k))}
}

// reciprocal is 1/n.
func reciprocal(n float64) twice {
	q := 1 / n
	return twice{q, math.FMA(-q, n, 1) / n}
}

// realPower is e to y times the logarithm of x, which one step of Newton doubles the
// digits of; ok as for wholePower.
func realPower(x, y float64) (p float64, ok bool) {
	if x < 1e-250 || x > 1e250 {
		return 0, false
	}
	log := math.Log(x)
	rest := twice{hi: -log}.exp().times(twice{hi: x}).plus(twice{hi: -1})
	power := twice{hi: log}.plus(rest).times(twice{hi: y})
	if math.Abs(power.hi) > 550 {
		return 0, false
	}
	return power.exp().hi, true
}

// wholePower multiplies out by squaring; ok is false where a step leaves the range in
// which both parts keep their digits.
func wholePower(x float64, n int) (p float64, ok bool) {
	out, base := twice{hi: 1}, twice{hi: x}
	for k := max(n, -n); ; base = base.times(base) {
		if k&1 == 1 {
			out = out.times(base)
		}
		if k >>= 1; k == 0 {
			break
		}
	}
	const least, most = 1e-250, 1e250
	if a := math.Abs(out.hi); !(a > least && a < most) {
		return 0, false
	}
	if n > 0 {
		return out.hi, true
	}
	q := 1 / out.hi // one step of Newton takes in the second part
	return q + q*(math.FMA(-q, out.hi, 1)-q*out.lo), true
}
