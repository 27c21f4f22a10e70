package special

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// stirlingFrom is the argument from which Stirling's series with five terms is
// exact to double precision.
const stirlingFrom = 12

// stirling is the remainder of Stirling's series, ln Gamma(z) - (z-1/2) ln z + z - ln(2 pi)/2.
func stirling(z float64) float64 {
	i := 1 / z
	i2 := i * i
	return i * (1.0/12 - i2*(1.0/360-i2*(1.0/1260-i2*(1.0/1680-i2/1188))))
}

// LogRising is ln Gamma(z+n) - ln Gamma(z) for z > 0 and z+n > 0, as a difference
// of Stirling series, so that it loses nothing when z is huge or n is small.
func LogRising(z, n float64) float64 {
	if n == 0 {
		return 0
	}
	var shifted float64
	for z < stirlingFrom || z+n < stirlingFrom {
		shifted -= math.Log1p(n / z)
		z++
	}
	return shifted + (z-0.5)*math.Log1p(n/z) + n*(math.Log(z+n)-1) + (stirling(z+n) - stirling(z))
}

// MeanDigamma is (ln Gamma(z+e) - ln Gamma(z)) / e, which is digamma(z) at e = 0.
// It is what is left of a difference of gamma functions when a factor 1/e, a pole of
// the printed formula, is divided out.
func MeanDigamma(z, e float64) float64 {
	if math.Abs(e) < 1e-5*math.Min(1, z) {
		return mathext.Digamma(z) + e/2*Trigamma(z) - e*e/3*mathext.Zeta(3, z)
	}
	return LogRising(z, e) / e
}

// Digamma is the derivative of ln Gamma at z > 0.
func Digamma(z float64) float64 { return mathext.Digamma(z) }

// Trigamma is the second derivative of ln Gamma at z > 0.
func Trigamma(z float64) float64 { return mathext.Zeta(2, z) }

// DigammaRise is digamma(z+n) - digamma(z) for z > 0, n >= 0, without the loss of
// digits that the plain difference has for a huge z.
func DigammaRise(z, n float64) float64 {
	var shifted float64
	for z < stirlingFrom {
		shifted += n / (z * (z + n))
		z++
	}
	return shifted + math.Log1p(n/z) + (digammaTail(z+n) - digammaTail(z))
}

// digammaTail is digamma(z) - ln z by its asymptotic series.
func digammaTail(z float64) float64 {
	i := 1 / z
	i2 := i * i
	return -i/2 - i2*(1.0/12-i2*(1.0/120-i2*(1.0/252-i2*(1.0/240-i2/132))))
}

// LogBeta is ln B(a, b) for a, b > 0.
func LogBeta(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	lg, _ := math.Lgamma(a)
	return lg - LogRising(b, a)
}

// LogBetaRise is ln B(a, b+n) - ln B(a, b) for a, b > 0 and n >= 0: the probability of n
// survivals when each fails with a probability from Beta(a, b).
func LogBetaRise(a, b, n float64) float64 {
	if a < n {
		return LogRising(b, a) - LogRising(b+n, a)
	}
	return LogRising(b, n) - LogRising(a+b, n)
}

// LogChoose is the logarithm of n over k for 0 <= k <= n.
func LogChoose(n, k float64) float64 {
	if k == 0 || k == n {
		return 0
	}
	return LogRising(n-k+1, k) - LogRising(1, k)
}

// Log1pExp is ln(1 + e^x).
func Log1pExp(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

// Logistic is 1 / (1 + e^-x).
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Expm1Ratio is (1 - e^-y) / y, which is 1 at y = 0.
func Expm1Ratio(y float64) float64 {
	if math.Abs(y) < 1e-9 {
		return 1 - y/2
	}
	return -math.Expm1(-y) / y
}

// LogSum is ln(e^a + e^b).
func LogSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
