package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// From largeBeta on the digits of the library's log gamma no longer suffice: its
// value at n = 10^9 is 2·10^10, so that its last bit moves a probability by 4e-6.
// Beyond hugeBeta the continued fraction takes too many steps, and expansions are
// exact to the last digits.
const (
	largeBeta = 1e5
	hugeBeta  = 1e10
	fewTrials = 1000 // a small parameter of a large distribution
)

// largeBetaQuantile is [BetaQuantile] for a+b of at least largeBeta, of the lower tail
// p and the upper tail q = 1 - p, both above zero: the smaller one keeps its digits.
func largeBetaQuantile(p, q, a, b float64) float64 {
	if b < a {
		return 1 - largeBetaQuantile(q, p, b, a)
	}
	if a+b > hugeBeta {
		return hugeBetaQuantile(p, q, a, b)
	}
	x := min(max(hugeBetaQuantile(p, q, a, b), 1e-300), 0.75)
	lo, hi := 0.0, 1.0
	for range 100 {
		tail, density, lower := betaTail(x, a, b)
		miss := tail - p
		if !lower {
			miss = q - tail
		}
		if miss > 0 {
			hi = x
		} else {
			lo = x
		}
		next := x - miss/density
		if math.Abs(next-x) <= 4e-16*x {
			return next
		}
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		x = next
	}
	return x
}

// betaTail is the smaller-sided tail of the beta distribution at x by its continued
// fraction (Press et al., "Numerical Recipes", 3rd ed., eq. 6.4.5, by Lentz's
// method): the lower one below the mean, else the upper one. Beside a small a it is the
// lower one at any x, since the fraction of the upper one cancels there; above the mean it
// is then summed, since its own fraction cancels, too.
func betaTail(x, a, b float64) (tail, density float64, lower bool) {
	n := a + b
	// The density in Loader's form ("Fast and Accurate Computation of Binomial
	// Probabilities", 2000), in which nothing large cancels.
	off := x*n - a
	scaled := math.Sqrt(a*b/(2*math.Pi*n)) *
		math.Exp(a*log1pmx(off/a)+b*log1pmx(-off/b)+stirling(n)-stirling(a)-stirling(b))
	density = scaled / (x * (1 - x))
	if a < fewTrials && off > 0 {
		if off > 12*math.Sqrt(x*n)+40 {
			return 1, density, true // but for less than 1e-17
		}
		return scaled * betaSeries(x, a, n) / a, density, true
	}
	if off < 0 {
		return scaled * betaFraction(x, a, b) / a, density, true
	}
	return scaled * betaFraction(1-x, b, a) / b, density, false
}

// betaSeries is the sum of (n)_k / (a+1)_k x^k: the lower tail is x^a (1-x)^b / (a B(a, b))
// times it (Abramowitz and Stegun 26.5.4 in Kummer's form). All terms are above zero.
func betaSeries(x, a, n float64) float64 {
	sum, term := 1.0, 1.0
	for k := 0.0; k < 1e7; k++ {
		term *= (n + k) / (a + 1 + k) * x
		next := sum + term
		if next == sum {
			break
		}
		sum = next
	}
	return sum
}

func betaFraction(x, a, b float64) float64 {
	const tiny = 1e-300
	c, d := 1.0, 1/avoid(1-(a+b)*x/(a+1), tiny)
	h := d
	for m := 1.0; m < 1e7; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / avoid(1+even*d, tiny)
		c = avoid(1+even/c, tiny)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / avoid(1+odd*d, tiny)
		c = avoid(1+odd/c, tiny)
		h *= d * c
		if math.Abs(d*c-1) <= 2e-16 {
			break
		}
	}
	return h
}

func avoid(v, tiny float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}

// log1pmx is log(1+u) - u without cancellation near zero.
func log1pmx(u float64) float64 {
	if math.Abs(u) > 0.1 {
		return math.Log1p(u) - u
	}
	sum, power := 0.0, -u*u
	for k := 2.0; ; k++ {
		next := sum + power/k
		if next == sum {
			return sum
		}
		sum, power = next, power*-u
	}
}

// stirling is the error of Stirling's formula for log gamma.
func stirling(v float64) float64 {
	if v < 16 {
		lg, _ := math.Lgamma(v)
		return lg - (v-0.5)*math.Log(v) + v - 0.5*math.Log(2*math.Pi)
	}
	w := 1 / (v * v)
	return (1.0/12 - w*(1.0/360-w*(1.0/1260-w*(1.0/1680-w/1188)))) / v
}

// hugeBetaQuantile is the quantile for a <= b by expansions whose error falls with a+b: Cornish
// and Fisher's (1937) with skewness and kurtosis where both parameters are large,
// else that of the gamma distribution to which a beta of small a tends.
func hugeBetaQuantile(p, q, a, b float64) float64 {
	if a < 1e5 {
		return -math.Expm1(-gammaQuantile(p, q, a) / (b + (a-1)/2))
	}
	n := a + b
	z := NormalQuantile(p)
	if p > 0.5 {
		z = -NormalQuantile(q)
	}
	sd := math.Sqrt(a/n*(b/n)) / math.Sqrt(n+1)
	skew := 2 * (b - a) / n / (1 + 2/n) * math.Sqrt(n+1) / math.Sqrt(a) / math.Sqrt(b)
	kurt := 6 * ((a-b)*((a-b)/a/b)*(n+1) - (n + 2)) / (n + 2) / (n + 3)
	return a/n + sd*(z+skew*(z*z-1)/6+kurt*(z*z*z-3*z)/24-skew*skew*(2*z*z*z-5*z)/36)
}

func gammaQuantile(p, q, a float64) float64 {
	if p <= 0.5 {
		return mathext.GammaIncRegInv(a, p)
	}
	return mathext.GammaIncRegCompInv(a, q)
}
