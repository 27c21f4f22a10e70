package special

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"
)

func relative(t require.TestingT, want, have, tolerance float64, args ...any) {
	require.InDelta(t, want, have, tolerance*math.Max(math.Abs(want), 1e-300), args...)
}

func TestLogRisingAgainstProducts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := math.Exp(rapid.Float64Range(-20, 30).Draw(t, "z"))
		n := rapid.IntRange(0, 40).Draw(t, "n")
		var want float64
		for j := range n {
			want += math.Log(z + float64(j))
		}
		require.InDelta(t, want, LogRising(z, float64(n)), 1e-13*(1+math.Abs(want)+float64(n)))
	})
}

// TestLogRisingHuge: for huge z the difference is n ln z to first order, where plain log-gammas lose
// everything.
func TestLogRisingHuge(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{1e8, 1e12, 1e15} {
		for _, n := range []float64{1e-6, 0.5, 3} {
			relative(t, n*math.Log(z), LogRising(z, n), 1e-7)
			relative(t, n/z, DigammaRise(z, n), 1e-6)
		}
	}
}

func TestRisingIsAdditive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := math.Exp(rapid.Float64Range(-6, 12).Draw(t, "z"))
		m := math.Exp(rapid.Float64Range(-6, 8).Draw(t, "m"))
		n := math.Exp(rapid.Float64Range(-6, 8).Draw(t, "n"))
		whole := LogRising(z, m+n)
		require.InDelta(t, whole, LogRising(z, m)+LogRising(z+m, n), 1e-13*(10+math.Abs(whole)+m+n))
		relative(t, DigammaRise(z, m+n), DigammaRise(z, m)+DigammaRise(z+m, n), 1e-12)
		relative(t, mathext.Digamma(z+n)-mathext.Digamma(z), DigammaRise(z, n), 1e-9*(1+math.Abs(mathext.Digamma(z))/DigammaRise(z, n)))
		// The inverse step leads back.
		require.InDelta(t, -LogRising(z, n), LogRising(z+n, -n), 1e-12*(10+math.Abs(LogRising(z, n))))
	})
}

func TestMeanDigamma(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{0.3, 1, 7.5, 4000} {
		relative(t, mathext.Digamma(z), MeanDigamma(z, 0), 1e-14)
		before := MeanDigamma(z, 0.9e-5*math.Min(1, z))
		after := MeanDigamma(z, 1.1e-5*math.Min(1, z))
		require.InDelta(t, before, after, 1e-4*(1+math.Abs(before)), "no jump where the series ends")
		relative(t, LogRising(z, 0.25)/0.25, MeanDigamma(z, 0.25), 1e-14)
	}
	require.InDelta(t, math.Pi*math.Pi/6, Trigamma(1), 1e-14)
}

func TestBetas(t *testing.T) {
	t.Parallel()
	for _, a := range []float64{0.01, 0.5, 1, 3.7, 120} {
		for _, b := range []float64{0.02, 1, 2.5, 900} {
			require.InDelta(t, mathext.Lbeta(a, b), LogBeta(a, b), 1e-11*(1+a+b))
			for _, n := range []float64{0, 1, 17, 2000} {
				require.InDelta(t, mathext.Lbeta(a, b+n)-mathext.Lbeta(a, b), LogBetaRise(a, b, n), 1e-10*(1+a))
			}
		}
	}
	require.InDelta(t, math.Log(10), LogChoose(5, 2), 1e-14)
	require.Zero(t, LogChoose(5, 0))
	require.Zero(t, LogChoose(5, 5))
}

func TestSmallOnes(t *testing.T) {
	t.Parallel()
	require.InDelta(t, math.Ln2, Log1pExp(0), 1e-16)
	require.InDelta(t, 800, Log1pExp(800), 0)
	require.InDelta(t, 0, Log1pExp(-800), 0)
	require.InDelta(t, 0.5, Logistic(0), 0)
	require.InDelta(t, 1, Expm1Ratio(0), 0)
	relative(t, -math.Expm1(-1e-8)/1e-8, Expm1Ratio(1e-8), 1e-15)
	require.InDelta(t, math.Ln2, LogSum(0, 0), 1e-16)
	require.InDelta(t, 5, LogSum(math.Inf(-1), 5), 0)
	require.InDelta(t, 5, LogSum(5, math.Inf(-1)), 0)
}

// TestBetaMean: moments and the mean logarithm of a beta distribution are known in closed form.
func TestBetaMean(t *testing.T) {
	t.Parallel()
	for _, a := range []float64{1e-4, 0.02, 0.5, 1, 2.4, 60, 5000, 1e8} {
		for _, b := range []float64{9e-4, 0.02, 0.8, 1, 30, 5000, 1e8} {
			relative(t, a/(a+b), BetaMean(a, b, func(p, _ float64) float64 { return p }), 1e-10, "mean %g %g", a, b)
			relative(t, b/(a+b), BetaMean(a, b, func(_, q float64) float64 { return q }), 1e-10, "complement %g %g", a, b)
			relative(t, a*(a+1)/(a+b)/(a+b+1), BetaMean(a, b, func(p, _ float64) float64 { return p * p }), 1e-10, "square %g %g", a, b)
		}
	}
	for _, a := range []float64{0.2, 1, 30} { // needs the far tail, which is not cut too early
		for _, b := range []float64{0.3, 1, 300} {
			want := -DigammaRise(a, b)
			relative(t, want, BetaMean(a, b, func(p, _ float64) float64 { return math.Log(p) }), 1e-11, "log %g %g", a, b)
		}
	}
}

func TestGaussLegendre(t *testing.T) {
	t.Parallel()
	for _, n := range []int{8, 12, 16, 24, 32} {
		rule := GaussLegendre(n)
		require.Len(t, rule, n)
		for power := range 2 * n {
			var sum float64
			for _, node := range rule {
				sum += node.W * math.Pow(node.X, float64(power))
			}
			require.InDelta(t, 1/float64(power+1), sum, 1e-14, "%d nodes, power %d", n, power)
		}
	}
	require.Len(t, GaussLegendre(99), 32)
}

// TestFallingRule holds the promise of 1e-13 on e^-cv, at the greatest decay of every rule, and on the
// integrands of the Pareto/NBD tail.
func TestFallingRule(t *testing.T) {
	t.Parallel()
	for _, decay := range []float64{0, 1, 2.99, 7.99, 17.99, 37.99, 52} {
		var sum float64
		for _, n := range FallingRule(decay, 1) {
			sum += n.W * math.Exp(-decay*n.X)
		}
		relative(t, Expm1Ratio(decay), sum, 2e-13, "decay %g", decay)
	}
	for _, c := range []struct{ near, far, ratio, width float64 }{
		{0.5, 2, 1, 1.4}, {1, 3, 0.01, 1.4}, {0, 2, 0.3, 2.9}, {2, 1.5, 0.2, 4.9}, {0.2, 3, 1e-3, 7.9}, {4, 2, 0.5, 7.5},
	} {
		fall := func(v float64) float64 { return c.near*v + c.far*math.Log1p(c.ratio*math.Expm1(v)) }
		var sum float64
		for _, n := range FallingRule(fall(c.width), c.width) {
			sum += n.W * math.Exp(-fall(c.width*n.X))
		}
		relative(t, Integrate(0, c.width, 0.25, func(v float64) float64 { return math.Exp(-fall(v)) }), sum*c.width, 1e-12, "%v", c)
	}
}

func TestIntegrate(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 2, Integrate(0, math.Pi, 1, math.Sin), 1e-14)
	require.Zero(t, Integrate(1, 1, 1, math.Sin))
	require.Zero(t, Integrate(2, 1, 1, math.Sin))
}

// TestIntegrateConcave against the incomplete gamma function: powers, narrow peaks anywhere in
// the range, a peak at either end and beyond it, and nothing at all.
func TestIntegrateConcave(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{0, 1, 10, 400, 5000} {
		for _, c := range []float64{1e-3, 1, 271, 1e6, 1e12} {
			for _, to := range []float64{1e-6, 0.3, 7, 70} {
				lg, _ := math.Lgamma(x + 1)
				have := IntegrateConcave(to, func(v float64) float64 {
					if x == 0 {
						return -c * v
					}
					return x*math.Log(v) - c*v - lg + (x+1)*math.Log(c)
				})
				want := mathext.GammaIncReg(x+1, c*to)
				if x == 0 {
					want = -math.Expm1(-c*to) / c
				}
				if want > 1e-280 {
					relative(t, want, have, 1e-10, "x %g c %g to %g", x, c, to)
				}
			}
		}
	}
	require.Zero(t, IntegrateConcave(0, func(float64) float64 { return 0 }))
	require.Zero(t, IntegrateConcave(1, func(float64) float64 { return math.Inf(-1) }))
}
