package stat

import "math"

// Intervals for a proportion of x hits in n trials. x and n may be fractions
// (weighted samples pass effective counts); 0 <= x <= n, n > 0. Compared in Brown,
// Cai and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical
// Science 16 (2001) 101-133; Wilson and Clopper-Pearson are numbered as in
// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics
// in Medicine 17 (1998) 857-872.

func badProportion(x, n, level float64) bool {
	return !(n > 0 && x >= 0 && x <= n && level > 0 && level < 1) || math.IsInf(n, 1)
}

var nan = math.NaN()

// Wald is p ± z sqrt(p(1-p)/n), not clipped. It has no width at 0 and 1 and covers
// too little for small n; it is here because reports print it.
func Wald(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	p := x / n
	half := Critical(level) * math.Sqrt(p*(1-p)/n)
	return p - half, p + half
}

// Wilson is the score interval (Wilson 1927; Newcombe 1998, method 3). It is never
// outside [0, 1] and touches 0 or 1 only where x does.
func Wilson(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	z := Critical(level)
	zz := z * z
	// The distance z sqrt(zz + 4x(n-x)/n) cancels against 2x + zz near x = 0; the
	// product of the two roots is x^2 / (n (n + zz)), which does not cancel.
	root := z * math.Sqrt(zz+4*x*(n-x)/n)
	if x < n/2 { // a sum of what is above zero: an end near 0 keeps its digits
		return wilsonLow(x, n, zz, root), (2*x + zz + root) / (2 * (n + zz))
	}
	return wilsonLow(x, n, zz, root), 1 - wilsonLow(n-x, n, zz, root)
}

func wilsonLow(x, n, zz, root float64) float64 {
	if x == 0 {
		return 0
	}
	return 2 * x * x / (n * (2*x + zz + root))
}

// ClopperPearson is the exact interval: the values that two one-sided binomial
// tests do not reject (Clopper and Pearson 1934; Newcombe 1998, method 5).
func ClopperPearson(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	tail := (1 - level) / 2
	if x > 0 {
		lo = betaLow(tail, x, n-x+1)
	}
	hi = 1
	if x < n {
		hi = betaHigh(tail, x+1, n-x)
	}
	return lo, hi
}

// Jeffreys is the central interval of the posterior Beta(x+1/2, n-x+1/2), with the
// lower end 0 at x = 0 and the upper end 1 at x = n (Brown, Cai and DasGupta 2001,
// section 4.1.1).
func Jeffreys(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	tail := (1 - level) / 2
	if x > 0 {
		lo = betaLow(tail, x+0.5, n-x+0.5)
	}
	hi = 1
	if x < n {
		hi = betaHigh(tail, x+0.5, n-x+0.5)
	}
	return lo, hi
}

// WilsonContinuity is the score interval with continuity correction (Newcombe 1998,
// method 4): wider than [Wilson], with the end 0 at x = 0 and 1 at x = n.
func WilsonContinuity(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	z := Critical(level)
	zz := z * z
	p := x / n
	q := (n - x) / n
	den := 2 * (n + zz)
	hi = 1
	if x > 0 {
		lo = math.Max(0, (2*x+zz-1-z*math.Sqrt(math.Max(0, zz-2-1/n+4*p*(n*q+1))))/den)
	}
	if x < n {
		hi = math.Min(1, (2*x+zz+1+z*math.Sqrt(math.Max(0, zz+2-1/n+4*p*(n*q-1))))/den)
	}
	return lo, hi
}

// JeffreysEqualTailed is the central interval of the posterior Beta(x+1/2, n-x+1/2) as
// it is: unlike [Jeffreys] it does not touch 0 at x = 0 or 1 at x = n, and so does
// not hold the estimate there (Brown, Cai and DasGupta 2001, section 4.1.1).
func JeffreysEqualTailed(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	tail := (1 - level) / 2
	return betaLow(tail, x+0.5, n-x+0.5), betaHigh(tail, x+0.5, n-x+0.5)
}

func betaLow(tail, a, b float64) float64 { return BetaQuantile(tail, a, b) }

// betaHigh is the upper tail's quantile, found as its distance from 1, which keeps the
// digits of an end near 1; an end near 0 of a large sample is found as it is.
func betaHigh(tail, a, b float64) float64 {
	if a+b >= largeBeta && a < b {
		return largeBetaQuantile(1-tail, tail, a, b)
	}
	return 1 - BetaQuantile(tail, b, a)
}

// AgrestiCoull is the Wald interval around (x + zz/2) / (n + zz) (Agresti and Coull
// 1998, in the general form of Brown, Cai and DasGupta 2001). It is not clipped and
// can leave [0, 1].
func AgrestiCoull(x, n, level float64) (lo, hi float64) {
	if badProportion(x, n, level) {
		return nan, nan
	}
	z := Critical(level)
	m := n + z*z
	p := (x + z*z/2) / m
	half := z * math.Sqrt(p*(1-p)/m)
	return p - half, p + half
}

// Newcombe is the interval for x1/n1 - x2/n2 that joins the two Wilson intervals
// (Newcombe, "Interval estimation for the difference between independent
// proportions", Statistics in Medicine 17 (1998) 873-890, method 10).
func Newcombe(x1, n1, x2, n2, level float64) (lo, hi float64) {
	l1, u1 := Wilson(x1, n1, level)
	l2, u2 := Wilson(x2, n2, level)
	p1, p2 := x1/n1, x2/n2
	d := p1 - p2
	return d - math.Hypot(p1-l1, u2-p2), d + math.Hypot(u1-p1, p2-l2)
}

// RatioInterval is the interval for (x1/n1) / (x2/n2), x2 above zero, that joins the
// two Wilson intervals (MOVER-R: Donner and Zou, "Closed-form confidence intervals
// for functions of the normal mean and standard deviation", Statistical Methods in
// Medical Research 21 (2012) 347-359). The lower root is written as
// the product of the roots over the upper one, so that nothing cancels.
func RatioInterval(x1, n1, x2, n2, level float64) (lo, hi float64) {
	l1, u1 := Wilson(x1, n1, level)
	l2, u2 := Wilson(x2, n2, level)
	p1, p2 := x1/n1, x2/n2
	pp := p1 * p2
	if !(pp >= 0 && p2 > 0) {
		return nan, nan
	}
	below := l1 * (2*p1 - l1)
	if below > 0 {
		lo = below / (pp + math.Sqrt(math.Max(0, pp*pp-below*u2*(2*p2-u2))))
	}
	floor := l2 * (2*p2 - l2)
	hi = (pp + math.Sqrt(math.Max(0, pp*pp-u1*(2*p1-u1)*floor))) / floor
	return lo, hi
}

// PooledZ is the two-sample test of equal proportions with the pooled variance and
// no continuity correction. NaN where the pooled proportion is 0 or 1.
func PooledZ(x1, n1, x2, n2 float64) float64 {
	p := (x1 + x2) / (n1 + n2)
	v := p * (1 - p) * (1/n1 + 1/n2)
	if !(v > 0) {
		return nan
	}
	return (x1/n1 - x2/n2) / math.Sqrt(v)
}

// PairedScore is the score interval for (b - c) / n, where b and c are the opposite
// changes among n pairs, or the two extreme classes of a three-class answer, as in
// the net promoter score (Tango, "Equivalence test and confidence interval for the
// difference in proportions for the paired-sample design", Statistics in Medicine
// 17 (1998) 891-908). The ends are the values at which the score
// statistic equals the critical value, found by bisection.
func PairedScore(b, c, n, level float64) (lo, hi float64) {
	if badProportion(b+c, n, level) || b < 0 || c < 0 {
		return nan, nan
	}
	z := Critical(level)
	d := (b - c) / n
	return tangoRoot(b, c, n, z, -1, d), tangoRoot(b, c, n, -z, d, 1)
}

// tangoRoot finds where the decreasing score statistic crosses target.
func tangoRoot(b, c, n, target, lo, hi float64) float64 {
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi {
			break
		}
		if tangoScore(b, c, n, mid) > target {
			lo = mid
		} else {
			hi = mid
		}
	}
	if target > 0 {
		return hi
	}
	return lo
}

// tangoScore is the score statistic at a difference. Both roots are written so that
// nothing cancels where the difference is near 1; a negative one is the mirror.
func tangoScore(b, c, n, delta float64) float64 {
	if delta < 0 {
		return -tangoScore(c, b, n, -delta)
	}
	rest := 1 - delta // exact from one half on
	p := -b - c + (2*n-b+c)*delta
	score := b - c - n*delta
	if delta > 0.5 {
		p = 2*(n-b) - (2*n-b+c)*rest
		score = n*rest - (n - b) - c
	}
	root := math.Sqrt(p*p + 8*n*c*delta*rest)
	q21 := (root - p) / (4 * n)
	if p > 0 {
		q21 = 2 * c * delta * rest / (root + p)
	}
	v := n * (2*q21 + delta*rest)
	if v > 0 {
		return score / math.Sqrt(v)
	}
	if score == 0 {
		return 0
	}
	return math.Copysign(math.Inf(1), score)
}
