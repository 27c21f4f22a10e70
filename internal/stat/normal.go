package stat

import "math"

// NormalCDF is the probability that a standard normal is at most x.
func NormalCDF(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// TwoSided is the probability that a standard normal is at least |z| away from
// zero: the p-value of a two-sided z test. It keeps its relative precision in the
// tail.
func TwoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// NormalQuantile is the inverse of [NormalCDF]: infinite at 0 and 1, NaN outside.
//
// The inverse error function gives the start; one step of Halley's method on the
// complementary error function restores the precision that 1-2p loses in the tail.
func NormalQuantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p > 0.5:
		return -NormalQuantile(1 - p)
	case p == 0:
		return math.Inf(-1)
	case p == 0.5:
		return 0
	}
	x := math.Sqrt2 * math.Erfinv(2*p-1)
	if math.IsInf(x, 0) { // 2p-1 rounds to -1: start from the tail's asymptote
		l := math.Sqrt(-2 * math.Log(p))
		x = -(l - math.Log(l*math.Sqrt(2*math.Pi))/l)
	}
	for range 4 {
		density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		if density == 0 {
			break
		}
		u := (NormalCDF(x) - p) / density
		step := u / (1 + x*u/2)
		x -= step
		if math.Abs(step) <= 1e-15*math.Abs(x) {
			break
		}
	}
	return x
}

// Critical is the two-sided critical value of the standard normal at a confidence
// level: 1.95996... at 0.95.
func Critical(level float64) float64 {
	if !(level > 0 && level < 1) {
		return math.NaN()
	}
	return -NormalQuantile((1 - level) / 2)
}

// StudentCritical is the two-sided critical value of Student's t with df degrees
// of freedom (any number above zero) at a confidence level.
func StudentCritical(level, df float64) float64 {
	if !(level > 0 && level < 1 && df > 0) {
		return math.NaN()
	}
	if df >= 1e4 { // Abramowitz and Stegun 26.7.5, where its next term is below 1e-12
		z := Critical(level)
		zz := z * z
		return z + z*(zz+1)/(4*df) + z*((5*zz+16)*zz+3)/(96*df*df) + z*(((3*zz+19)*zz+17)*zz-15)/(384*df*df*df)
	}
	// The share that is not near 1 keeps its digits.
	if df > 4 {
		y := BetaQuantile(level, 0.5, df/2)
		return math.Sqrt(df * y / (1 - y))
	}
	x := BetaQuantile(1-level, df/2, 0.5)
	return math.Sqrt(df * (1 - x) / x)
}
