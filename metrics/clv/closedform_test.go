package clv_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics/clv"
)

// TestHypergeometricWitness holds the expectation of BG/NBD, an integral here, against the
// printed closed form with Gauss's 2F1 in 60 digits: for a new customer with r = A, b = B and a = C-B+1,
//
//	E[X(t)] (a-1) / (a+b-1) = 1 - (1-z)^r 2F1(r, b; a+b-1; z),  z = t/(alpha+t)
//
// (Fader, Hardie and Lee 2005, equation 9).
func TestHypergeometricWitness(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "metrics")
	eachRow(t, v, "hyp2f1.csv", func(t *testing.T, _ []string, r record) {
		exactly := func(column string) decimal.Decimal { return decimal.RequireFromString(r.text(column)) }
		a, c := r.float("a"), r.float("c")
		pole := exactly("c").Sub(exactly("b")).InexactFloat64() // a - 1 of the model
		w := decimal.NewFromInt(1).Sub(exactly("z")).InexactFloat64()
		m := clv.BGNBD{R: a, Alpha: 1, A: 1 + pole, B: r.float("b"), Unit: clv.Week}
		have, err := m.Mean(clv.Weeks(r.float("z") / w))
		require.NoError(t, err)
		rest := math.Exp(a*math.Log(w) + r.float("log_abs"))
		signed := rest
		if strings.HasPrefix(r.text("value"), "-") {
			signed = -rest
		}
		require.InDelta(t, 1-signed, have*pole/c, 2e-12*(1+rest)*(1+a/100))
	})
}

// gauss integrates f over [from, to] with many panels of Simpson's rule, unlike anything the package does.
func simpson(from, to float64, panels int, f func(float64) float64) float64 {
	h := (to - from) / float64(2*panels)
	sum := f(from) + f(to)
	for i := 1; i < 2*panels; i++ {
		sum += float64(2+2*(i%2)) * f(from+float64(i)*h)
	}
	return sum * h / 3
}

func lgamma(v float64) float64 { l, _ := math.Lgamma(v); return l }

func gammaDensity(v, shape, rate float64) float64 {
	return math.Exp(shape*math.Log(rate) + (shape-1)*math.Log(v) - rate*v - lgamma(shape))
}

// TestLikelihoodsByDefinition integrates the individual-level likelihood over both mixing distributions.
func TestLikelihoodsByDefinition(t *testing.T) {
	t.Parallel()
	s := clv.Summary{X: 3, TX: 11, T: 20}
	x := float64(s.X)
	bg := clv.BGNBD{R: 2.5, Alpha: 6, A: 2.2, B: 3.4, Unit: clv.Week}
	betaDensity := func(p float64) float64 {
		return math.Exp((bg.A-1)*math.Log(p) + (bg.B-1)*math.Log1p(-p) - lgamma(bg.A) - lgamma(bg.B) + lgamma(bg.A+bg.B))
	}
	rates := func(f func(rate float64) float64) float64 {
		return simpson(1e-9, 8, 1200, func(l float64) float64 { return gammaDensity(l, bg.R, bg.Alpha) * f(l) })
	}
	for name, c := range map[string]struct {
		m       clv.Transactions
		chances float64
	}{"BGNBD": {bg, x}, "MBGNBD": {clv.MBGNBD(bg), x + 1}} {
		stay := rates(func(l float64) float64 { return math.Pow(l, x) * math.Exp(-l*s.T) })
		left := rates(func(l float64) float64 { return math.Pow(l, x) * math.Exp(-l*s.TX) })
		want := simpson(1e-12, 1-1e-12, 4000, func(p float64) float64 {
			return betaDensity(p) * (math.Pow(1-p, c.chances)*stay + p*math.Pow(1-p, c.chances-1)*left)
		})
		have, err := c.m.LogLik(s)
		require.NoError(t, err)
		require.InDelta(t, math.Log(want), have, 1e-7, name)
	}
	pareto := clv.ParetoNBD{R: 2.5, Alpha: 6, S: 2.1, Beta: 9, Unit: clv.Week}
	// lambda^x [ lambda/(lambda+mu) e^-(lambda+mu)T + mu/(lambda+mu) e^-(lambda+mu)tx ]
	want := simpson(1e-9, 8, 800, func(l float64) float64 {
		return gammaDensity(l, pareto.R, pareto.Alpha) * simpson(1e-9, 4, 800, func(u float64) float64 {
			return gammaDensity(u, pareto.S, pareto.Beta) * math.Pow(l, x) / (l + u) *
				(l*math.Exp(-(l+u)*s.T) + u*math.Exp(-(l+u)*s.TX))
		})
	})
	have, err := pareto.LogLik(s)
	require.NoError(t, err)
	require.InDelta(t, math.Log(want), have, 1e-5)
}

// TestDiscountedByRiemann adds up small steps of Expected, each discounted.
func TestDiscountedByRiemann(t *testing.T) {
	t.Parallel()
	s := clv.Summary{X: 4, TX: 30, T: 38}
	delta := 0.02
	rate, err := clv.Continuous(delta, clv.Week)
	require.NoError(t, err)
	for _, m := range buyingModels() {
		const steps, horizon = 8_000, 80.0
		var sum, before float64
		for i := 1; i <= steps; i++ {
			at := horizon * float64(i) / steps
			now, err := m.Expected(s, clv.Weeks(at))
			require.NoError(t, err)
			sum += (now - before) * math.Exp(-delta*(at-horizon/steps/2))
			before = now
			if i == 800 { // and the first tenth alone
				have, err := m.Discounted(s, clv.Weeks(at), rate)
				require.NoError(t, err)
				require.InEpsilon(t, sum, have, 1e-7)
			}
		}
		have, err := m.Discounted(s, clv.Weeks(horizon), rate)
		require.NoError(t, err)
		require.InEpsilon(t, sum, have, 1e-7)
		all, err := m.Discounted(s, clv.Unlimited(), rate)
		require.NoError(t, err)
		far, err := m.Discounted(s, clv.Weeks(5000), rate)
		require.NoError(t, err)
		require.InEpsilon(t, far, all, 1e-12)
	}
}

func buyingModels() []clv.Transactions {
	bg := clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}
	return []clv.Transactions{
		bg, clv.MBGNBD(bg),
		clv.ParetoNBD{R: 0.8, Alpha: 6, S: 0.7, Beta: 12, Unit: clv.Week},
		clv.ParetoNBD{R: 0.8, Alpha: 12, S: 1, Beta: 5, Unit: clv.Week},
		clv.BGNBD{R: 3, Alpha: 2, A: 1, B: 1, Unit: clv.Week},
	}
}

// TestProbabilitiesSumToOne also compares their mean with Mean and Expected.
func TestProbabilitiesSumToOne(t *testing.T) {
	t.Parallel()
	s := clv.Summary{X: 2, TX: 10, T: 14}
	for i, m := range buyingModels() {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			var sum, mean, after, afterMean float64
			for n := range 1500 {
				p, err := m.Probability(n, clv.Weeks(20))
				require.NoError(t, err)
				require.GreaterOrEqual(t, p, 0.0)
				q, err := m.ProbabilityAfter(s, n, clv.Weeks(20))
				require.NoError(t, err)
				sum, mean, after, afterMean = sum+p, mean+float64(n)*p, after+q, afterMean+float64(n)*q
			}
			require.InDelta(t, 1, sum, 1e-10)
			require.InDelta(t, 1, after, 1e-10)
			want, err := m.Mean(clv.Weeks(20))
			require.NoError(t, err)
			require.InEpsilon(t, want, mean, 1e-8)
			want, err = m.Expected(s, clv.Weeks(20))
			require.NoError(t, err)
			require.InEpsilon(t, want, afterMean, 1e-8)
		})
	}
}

func TestBGBBSums(t *testing.T) {
	t.Parallel()
	for _, gamma := range []float64{0.66, 1, 1 + 1e-9, 3} {
		m := clv.BGBB{Alpha: 1.2, Beta: 0.75, Gamma: gamma, Delta: 2.8, Unit: clv.Year}
		var sum, mean, after, afterMean float64
		s := clv.Summary{X: 2, TX: 3, T: 5}
		for x := range 31 {
			p, err := m.Probability(x, 30)
			require.NoError(t, err)
			q, err := m.ProbabilityAfter(s, x, 30)
			require.NoError(t, err)
			sum, mean, after, afterMean = sum+p, mean+float64(x)*p, after+q, afterMean+float64(x)*q
		}
		require.InDelta(t, 1, sum, 1e-12)
		require.InDelta(t, 1, after, 1e-12)
		want, err := m.Mean(30)
		require.NoError(t, err)
		require.InEpsilon(t, want, mean, 1e-10)
		want, err = m.Expected(s, 30)
		require.NoError(t, err)
		require.InEpsilon(t, want, afterMean, 1e-10)
		// Without a discount the sum of the discounted purchases is their number; with one it
		// tends to DERT.
		plain, err := m.Discounted(s, 30, clv.Rate{})
		require.NoError(t, err)
		require.InEpsilon(t, want, plain, 1e-11)
		rate := effective(t, 0.1)
		dert, err := m.DERT(s, rate)
		require.NoError(t, err)
		far, err := m.Discounted(s, 2000, rate)
		require.NoError(t, err)
		require.InEpsilon(t, dert, far, 1e-11) // the sum has 2000 roundings
		// All histories of four opportunities together have probability one.
		var all float64
		for bits := range 16 {
			var h clv.Summary
			h.T = 4
			for i := range 4 {
				if bits>>i&1 == 1 {
					h.X++
					h.TX = float64(i + 1)
				}
			}
			l, err := m.LogLik(h)
			require.NoError(t, err)
			all += math.Exp(l)
		}
		require.InDelta(t, 1, all, 1e-13)
	}
}

func TestContractSums(t *testing.T) {
	t.Parallel()
	for _, m := range []clv.BetaDiscreteWeibull{
		{Alpha: 0.668, Beta: 3.806, C: 1, Unit: clv.Year},
		{Alpha: 0.5, Beta: 1.2, C: 1.6, Unit: clv.Year},
		{Alpha: 1.5, Beta: 4, C: 0.6, Unit: clv.Year},
	} {
		var lost float64
		for n := 1; n <= 300; n++ {
			p, err := m.Churn(n)
			require.NoError(t, err)
			require.Positive(t, p)
			lost += p
		}
		left, err := m.Survival(300)
		require.NoError(t, err)
		require.InDelta(t, 1, lost+left, 1e-12)
		for _, d := range []float64{0.1, 0.001} { // the second runs far into the tail integral
			rate := effective(t, d)
			var del float64
			for n := range 60_000 {
				s, err := m.Survival(n)
				require.NoError(t, err)
				del += s * math.Pow(1+d, -float64(n))
			}
			have, err := m.DEL(rate)
			require.NoError(t, err)
			require.InEpsilon(t, del, have, 1e-9)
			derl, err := m.DERL(1, rate)
			require.NoError(t, err)
			require.InEpsilon(t, (have-1)*(1+d), derl, 1e-9, "one renewal on")
		}
		_, err = m.DEL(clv.Rate{})
		require.ErrorIs(t, err, clv.ErrUndefined)
	}
	s := clv.ShiftedBetaGeometric{Alpha: 2, Beta: 3, Unit: clv.Year}
	have, err := s.DEL(clv.Rate{})
	require.NoError(t, err)
	near, err := s.DEL(effective(t, 1e-9))
	require.NoError(t, err)
	require.InEpsilon(t, have, near, 1e-6)
	s.Alpha = 1
	_, err = s.DEL(clv.Rate{})
	require.ErrorIs(t, err, clv.ErrUndefined)
}

// TestPredictionsStayPossible: P(alive) in [0, 1], expectations at least 0 and rising with the
// horizon, discounting never adds, for every model and history with times of at least 1e-15.
func TestPredictionsStayPossible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		positive := func(name string) float64 { return math.Exp(rapid.Float64Range(-69, 69).Draw(t, name)) }
		s := clv.Summary{X: rapid.SampledFrom([]int{0, 0, 1, 2, 9, 160, 5000}).Draw(t, "x"), T: math.Exp(rapid.Float64Range(-29, 30).Draw(t, "T"))}
		if s.X > 0 {
			s.TX = s.T * rapid.Float64Range(0.01, 1).Draw(t, "recency")
		}
		bg := clv.BGNBD{R: positive("r"), Alpha: positive("alpha"), A: positive("a"), B: positive("b"), Unit: clv.Day}
		models := []clv.Transactions{bg, clv.MBGNBD(bg), clv.ParetoNBD{R: bg.R, Alpha: bg.Alpha, S: bg.A, Beta: bg.B, Unit: clv.Day}}
		rate, err := clv.Effective(rapid.OneOf(rapid.Float64Range(0, 0.5), rapid.Just(1e-29), rapid.Float64Range(0, math.MaxFloat64)).Draw(t, "rate"), clv.Month)
		require.NoError(t, err)
		for _, m := range models {
			checkPossible(t, m, s, rate)
		}
	})
}

func checkPossible(t *rapid.T, m clv.Transactions, s clv.Summary, rate clv.Rate) {
	l, err := m.LogLik(s)
	require.NoError(t, err)
	require.False(t, math.IsNaN(l) || math.IsInf(l, 0), "log-likelihood %g", l)
	p, err := m.PAlive(s)
	require.NoError(t, err)
	require.True(t, p >= 0 && p <= 1, "P(alive) %g", p)
	lp, err := m.LogPAlive(s)
	require.NoError(t, err)
	require.InDelta(t, p, math.Exp(lp), 1e-12)
	before := 0.0
	for _, h := range []float64{0, 0.01, 1, 30, 365, 36500} {
		e, err := m.Expected(s, clv.Days(h))
		require.NoError(t, err)
		require.GreaterOrEqual(t, e, before*(1-1e-12), "horizon %g", h)
		d, err := m.Discounted(s, clv.Days(h), rate)
		require.NoError(t, err)
		require.True(t, d >= 0 && d <= e*(1+1e-9)+1e-300, "discounted %g of %g", d, e)
		before = e
		if rate == (clv.Rate{}) {
			continue
		}
		all, err := m.DERT(s, rate)
		require.NoError(t, err)
		require.True(t, all >= d*(1-1e-9) && !math.IsInf(all, 1), "without end %g, within %g days %g", all, h, d)
	}
}

// TestProbabilityOfFrequentBuyers: what is known of a frequent buyer makes the integrand over the time of
// dropping out narrow; the probabilities still sum to one and have the right mean. One value
// deep in the tail is held to high-precision quadrature of the definition.
func TestProbabilityOfFrequentBuyers(t *testing.T) {
	t.Parallel()
	for _, m := range []clv.ParetoNBD{
		{R: 0.024, Alpha: 0.0047, S: 0.82, Beta: 0.0047, Unit: clv.Week},
		{R: 0.17, Alpha: 0.035, S: 0.6, Beta: 35, Unit: clv.Week},
		{R: 8.5, Alpha: 3223, S: 49, Beta: 7, Unit: clv.Week},
	} {
		for _, s := range []clv.Summary{{X: 494, TX: 20, T: 20}, {X: 5000, TX: 364, T: 365}} {
			h := clv.Weeks(0.02 * s.T)
			var sum, mean float64
			for n := range 400 {
				p, err := m.ProbabilityAfter(s, n, h)
				require.NoError(t, err)
				sum += p
				mean += float64(n) * p
			}
			expected, err := m.Expected(s, h)
			require.NoError(t, err)
			require.InDelta(t, 1, sum, 1e-11, "%+v %+v", m, s)
			require.InEpsilon(t, expected, mean, 1e-10, "%+v %+v", m, s)
		}
	}
	// 40-digit quadrature over ln y in 200 panels.
	have, err := clv.ParetoNBD{R: 1.0316414703550698, Alpha: 30.712852817074683, S: 271.5631785917618, Beta: 0.007074514884861991, Unit: clv.Week}.Probability(10, clv.Weeks(7.56187269243959))
	require.NoError(t, err)
	require.InEpsilon(t, 9.41465371067935e-55, have, 1e-9)
}

// TestSleepyBuyer: with a tiny r a horizon that is long beside alpha is not yet long beside 1/r, and the
// expectation grows with the logarithm of the horizon.
func TestSleepyBuyer(t *testing.T) {
	t.Parallel()
	m := clv.BGNBD{R: 1e-17, Alpha: 1, A: 2, B: 3, Unit: clv.Day}
	short, err := m.Expected(clv.Summary{T: 0.5}, clv.Days(30))
	require.NoError(t, err)
	long, err := m.Expected(clv.Summary{T: 0.5}, clv.Days(365))
	require.NoError(t, err)
	require.Greater(t, long, short)
	// E[ln(1 + p h/z)/p] over p ~ Beta(2, 3) is 12 times the integral of ln(1 + p h/z) (1-p)^2.
	for h, have := range map[float64]float64{30: short, 365: long} {
		want := 12e-17 * simpson(0, 1, 4000, func(p float64) float64 { return math.Log1p(p*h/1.5) * (1 - p) * (1 - p) })
		require.InEpsilon(t, want, have, 1e-9)
	}
}

// TestRareDropout: where next to nobody drops out, as in the fit of the real invoices (a = 0.004), the
// discounted purchases without end are those of a very long horizon, and for the smallest
// a those of a customer who buys forever.
func TestRareDropout(t *testing.T) {
	t.Parallel()
	s := clv.Summary{X: 4, TX: 30, T: 38}
	rate := effective(t, 0.15)
	for _, a := range []float64{1e-12, 1e-6, 0.004, 0.02, 0.065, 0.3} {
		m := clv.BGNBD{R: 0.8, Alpha: 6, A: a, B: 2.5, Unit: clv.Week}
		for _, m := range []clv.Transactions{m, clv.MBGNBD(m)} {
			all, err := m.DERT(s, rate)
			require.NoError(t, err)
			long, err := m.Discounted(s, clv.Years(400), rate)
			require.NoError(t, err)
			require.InEpsilon(t, long, all, 1e-11, "a = %g", a)
			if a == 1e-12 {
				require.InEpsilon(t, 4.8/44/rate.ContinuousPer(clv.Week), all, 1e-9)
			}
		}
	}
}

// TestNoPoles: the expectation runs smoothly through a = 1 and s = 1, where the printed formulas divide
// by zero.
func TestNoPoles(t *testing.T) {
	t.Parallel()
	s := clv.Summary{X: 3, TX: 20, T: 30}
	for _, h := range []float64{0.001, 39, 520} {
		var bg, pareto []float64
		for _, e := range []float64{-1e-4, -1e-9, 0, 1e-9, 1e-4} {
			v, err := clv.BGNBD{R: 0.3, Alpha: 5, A: 1 + e, B: 1 + e, Unit: clv.Week}.Expected(s, clv.Weeks(h))
			require.NoError(t, err)
			w, err := clv.ParetoNBD{R: 0.3, Alpha: 5, S: 1 + e, Beta: 9, Unit: clv.Week}.Expected(s, clv.Weeks(h))
			require.NoError(t, err)
			bg, pareto = append(bg, v), append(pareto, w)
		}
		for _, v := range [][]float64{bg, pareto} {
			require.InEpsilon(t, v[2], v[1], 1e-8)
			require.InEpsilon(t, v[2], v[3], 1e-8)
			require.InEpsilon(t, v[2], (v[0]+v[4])/2, 1e-7)
			require.True(t, slices.IsSorted(v) || slices.IsSortedFunc(v, func(a, b float64) int {
				if a > b {
					return -1
				}
				return 1
			}))
		}
	}
}

func TestUndefined(t *testing.T) {
	t.Parallel()
	s := clv.Summary{X: 3, TX: 20, T: 30}
	for _, m := range buyingModels()[:3] { // a <= 1, s <= 1
		_, err := m.Expected(s, clv.Unlimited())
		require.ErrorIs(t, err, clv.ErrUndefined)
		_, err = m.Discounted(s, clv.Unlimited(), clv.Rate{})
		require.ErrorIs(t, err, clv.ErrUndefined)
		_, err = m.Mean(clv.Unlimited())
		require.ErrorIs(t, err, clv.ErrUndefined)
		_, err = m.Probability(1, clv.Unlimited())
		require.ErrorIs(t, err, clv.ErrParameter)
		_, err = m.Probability(-1, clv.Weeks(1))
		require.ErrorIs(t, err, clv.ErrParameter)
		_, err = m.Expected(s, clv.Weeks(-1))
		require.ErrorIs(t, err, clv.ErrParameter)
		_, err = m.Expected(s, clv.Weeks(math.NaN()))
		require.ErrorIs(t, err, clv.ErrParameter)
		_, err = m.Expected(clv.Summary{X: 1}, clv.Weeks(1))
		require.ErrorIs(t, err, clv.ErrSummary)
	}
	v, err := clv.BGNBD{R: 1, Alpha: 1, A: 3, B: 1, Unit: clv.Week}.Mean(clv.Unlimited())
	require.NoError(t, err)
	require.InEpsilon(t, 3.0/2, v, 1e-12) // (a+b-1)/(a-1)
	far, err := clv.BGNBD{R: 1, Alpha: 1, A: 3, B: 1, Unit: clv.Week}.Mean(clv.Weeks(1e9))
	require.NoError(t, err)
	require.InEpsilon(t, v, far, 1e-6)
	_, err = clv.BGNBD{}.PAlive(s)
	require.ErrorIs(t, err, clv.ErrParameter)
	require.ErrorContains(t, err, "alpha")
	require.ErrorContains(t, err, "unit")
}
