package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// BetaCDF is the regularised incomplete beta function I_x(a, b), a and b above
// zero, x in [0, 1].
func BetaCDF(x, a, b float64) float64 {
	if !(a > 0 && b > 0 && x >= 0 && x <= 1) {
		return math.NaN()
	}
	return mathext.RegIncBeta(a, b, x)
}

// BetaQuantile is the inverse of [BetaCDF] in x. The library's inverse gives the
// start, Newton steps inside a shrinking bracket take it to the last digits.
func BetaQuantile(p, a, b float64) float64 {
	switch {
	case !(p >= 0 && p <= 1 && a > 0 && b > 0):
		return math.NaN()
	case p == 0 || p == 1:
		return p
	case a+b >= largeBeta:
		return largeBetaQuantile(p, 1-p, a, b)
	}
	lo, hi := 0.0, 1.0
	x := mathext.InvRegIncBeta(a, b, p)
	if !(x > 0 && x < 1) {
		x = a / (a + b)
	}
	lbeta := mathext.Lbeta(a, b)
	for range 60 {
		miss := mathext.RegIncBeta(a, b, x) - p
		if miss > 0 {
			hi = x
		} else {
			lo = x
		}
		density := math.Exp((a-1)*math.Log(x) + (b-1)*math.Log1p(-x) - lbeta)
		next := x - miss/density
		if math.Abs(next-x) <= 2e-16*x {
			return next
		}
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		x = next
	}
	return x
}
