package stat

import "math"

// StudentTwoSided is the probability that Student's t with df degrees of freedom (any
// number above zero) is at least |t| away from zero. It keeps its relative
// precision in the tail.
func StudentTwoSided(t, df float64) float64 {
	switch {
	case !(df > 0) || math.IsNaN(t):
		return math.NaN()
	case t == 0:
		return 1
	case math.IsInf(t, 0):
		return 0
	case math.IsInf(df, 1):
		return TwoSided(t)
	}
	tt := t * t
	if df >= 1e4 && tt*tt <= 1e-2*df {
		// Fisher's expansion around the normal (Metron 5 (1925) 90-104; Abramowitz and
		// Stegun 26.7.4 gives its exact form); 1-x of the beta function has no digits there.
		t = math.Abs(t)
		density := math.Exp(-tt/2) / math.Sqrt(2*math.Pi)
		first := t * (tt + 1) / 4
		second := t * (((3*tt-7)*tt-5)*tt - 3) / 96
		third := t * (((((tt-11)*tt+14)*tt+6)*tt-3)*tt - 15) / 384
		return TwoSided(t) + 2*density*(first+(second+third/df)/df)/df
	}
	if df >= 30 && tt > 2 {
		return studentTail(tt, df)
	}
	if tt > df { // the smaller argument keeps its digits
		return BetaCDF(df/(df+tt), df/2, 0.5)
	}
	return 1 - BetaCDF(tt/(df+tt), 0.5, df/2)
}

// studentTail is I_x(df/2, 1/2) at x = df/(df+tt) by its continued fraction, tt beyond the
// middle; 1 minus the other tail would leave no digit below 1e-16. The factor before it is
// written in Stirling's corrections, so that nothing large cancels.
func studentTail(tt, df float64) float64 {
	a := df / 2
	gammas := a*math.Log1p(0.5/a) - 0.5 + stirling(a+0.5) - stirling(a) // ln Γ(a+½)/Γ(a) but for ½ ln a
	factor := math.Exp(gammas-a*math.Log1p(tt/df)) * math.Sqrt(a/math.Pi*tt/(df+tt))
	return factor * betaFraction(df/(df+tt), a, 0.5) / a
}

// FQuantile is the p-quantile of the F distribution with d1 and d2 degrees of freedom.
// It is made from the beta quantile on the side whose digits are kept.
func FQuantile(p, d1, d2 float64) float64 {
	if !(p > 0 && p < 1 && d1 > 0 && d2 > 0) {
		return math.NaN()
	}
	x := BetaQuantile(p, d1/2, d2/2)
	if x <= 0.5 {
		return d2 / d1 * (x / (1 - x))
	}
	y := BetaQuantile(1-p, d2/2, d1/2) // 1 - x
	return d2 / d1 * ((1 - y) / y)
}
