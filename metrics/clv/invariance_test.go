package clv_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/clv"
)

// simulateCohort is n simulated customers by day, in weeks.
func simulateCohort(t testing.TB, m clv.ParetoNBD, seed uint64, n int) []clv.Summary {
	t.Helper()
	var out []clv.Summary
	for h, err := range m.Simulate(seed, func(yield func(float64) bool) {
		for i := range n {
			if !yield(27 + float64(i%84)/7) {
				return
			}
		}
	}) {
		require.NoError(t, err)
		out = append(out, h.Observed(1.0/7).Summary(h.Observed(1.0/7).Age))
	}
	return out
}

func collect(t testing.TB, unit clv.Unit, rows []clv.Summary) *clv.Patterns {
	t.Helper()
	p, err := clv.CollectPatterns(unit, slices.Values(rows))
	require.NoError(t, err)
	return p
}

// fitted is what the invariances look at, for any model.
type fitted struct {
	values []float64
	names  []string
	logLik float64
	se     []float64
	status clv.Status
	whole  any
}

func fitAll(t testing.TB, p *clv.Patterns, opts *clv.Options) map[string]fitted {
	t.Helper()
	ctx := context.Background()
	bg, err := clv.FitBGNBD(ctx, p, opts)
	require.NoError(t, err)
	mbg, err := clv.FitMBGNBD(ctx, p, opts)
	require.NoError(t, err)
	pareto, err := clv.FitParetoNBD(ctx, p, opts)
	require.NoError(t, err)
	return map[string]fitted{"BGNBD": summarise(bg), "MBGNBD": summarise(mbg), "ParetoNBD": summarise(pareto)}
}

func summarise[M clv.Estimable[M]](f clv.Fit[M]) fitted {
	out := fitted{logLik: f.LogLik, se: f.StandardErrors, status: f.Status, whole: f}
	for _, p := range f.Model.Parameters() {
		out.values, out.names = append(out.values, p.Value), append(out.names, p.Name)
	}
	return out
}

func TestFitInvariances(t *testing.T) {
	t.Parallel()
	rows := simulateCohort(t, cdnowPareto, 7, 12_000)
	base := fitAll(t, collect(t, clv.Week, rows), nil)

	t.Run("order", func(t *testing.T) {
		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for name, f := range fitAll(t, collect(t, clv.Week, shuffled), nil) {
			require.Equal(t, base[name].whole, f.whole, name)
		}
	})
	t.Run("shards", func(t *testing.T) {
		a, b := collect(t, clv.Week, rows[5000:]), collect(t, clv.Week, rows[:5000])
		require.NoError(t, a.Merge(b))
		for name, f := range fitAll(t, a, nil) {
			require.Equal(t, base[name].whole, f.whole, name)
		}
	})
	t.Run("workers", func(t *testing.T) {
		for _, workers := range []int{2, 3, 16} {
			for name, f := range fitAll(t, collect(t, clv.Week, rows), &clv.Options{Workers: workers}) {
				require.Equal(t, base[name].whole, f.whole, "%s with %d workers", name, workers)
			}
		}
	})
	t.Run("weights are repetition", func(t *testing.T) {
		once, thrice := clv.NewPatterns(clv.Week), clv.NewPatterns(clv.Week)
		for i, s := range rows {
			require.NoError(t, once.AddCount(s, float64(i%3)))
			for range i % 3 {
				require.NoError(t, thrice.Add(s))
			}
		}
		repeated := fitAll(t, thrice, nil)
		for name, f := range fitAll(t, once, nil) {
			require.Equal(t, repeated[name].whole, f.whole, name)
		}
	})
	t.Run("weights scale the likelihood", func(t *testing.T) {
		double := collect(t, clv.Week, rows)
		require.NoError(t, double.Merge(double))
		for name, f := range fitAll(t, double, nil) {
			require.InEpsilon(t, 2*base[name].logLik, f.logLik, 1e-13)
			closeAll(t, base[name].values, f.values, 1e-9)
			for i, se := range base[name].se {
				require.InEpsilon(t, se/math.Sqrt2, f.se[i], 1e-7)
			}
		}
	})
	for _, unit := range []clv.Unit{clv.Day, clv.Second, clv.Year} {
		t.Run("unit "+unit.String(), func(t *testing.T) {
			var repeats float64
			var converted []clv.Summary
			for _, s := range rows {
				repeats += float64(s.X)
				converted = append(converted, s.In(clv.Week, unit))
			}
			k := clv.Week.Days() / unit.Days()
			for name, f := range fitAll(t, collect(t, unit, converted), nil) {
				for i, v := range f.values {
					want := base[name].values[i]
					if n := f.names[i]; n == "alpha" || n == "beta" {
						want *= k
					}
					require.InEpsilon(t, want, v, 1e-7, "%s %s", name, f.names[i])
				}
				require.InDelta(t, base[name].logLik-repeats*math.Log(k), f.logLik, 1e-6)
				require.Equal(t, base[name].status, f.status)
			}
		})
	}
}

// TestDerivatives holds the analytic gradient, through its zero, and the Hessian, through the
// standard errors, against differences of the summed customer log-likelihood.
func TestDerivatives(t *testing.T) {
	t.Parallel()
	rows := simulateCohort(t, cdnowPareto, 11, 1500)
	p := collect(t, clv.Week, rows)
	sum := func(m clv.Transactions) float64 {
		var total float64
		for s, n := range p.All() {
			l, err := m.LogLik(s)
			require.NoError(t, err)
			total += n * l
		}
		return total
	}
	bg, err := clv.FitBGNBD(context.Background(), p, nil)
	require.NoError(t, err)
	require.InEpsilon(t, bg.LogLik, sum(bg.Model), 1e-12)
	checkCurvature(t, values(bg.Model), bg.Covariance, func(v []float64) float64 {
		return sum(clv.BGNBD{R: v[0], Alpha: v[1], A: v[2], B: v[3], Unit: clv.Week})
	})
	mbg, err := clv.FitMBGNBD(context.Background(), p, nil)
	require.NoError(t, err)
	checkCurvature(t, values(mbg.Model), mbg.Covariance, func(v []float64) float64 {
		return sum(clv.MBGNBD{R: v[0], Alpha: v[1], A: v[2], B: v[3], Unit: clv.Week})
	})
	pareto, err := clv.FitParetoNBD(context.Background(), p, nil)
	require.NoError(t, err)
	require.InEpsilon(t, pareto.LogLik, sum(pareto.Model), 1e-12)
	checkCurvature(t, values(pareto.Model), pareto.Covariance, func(v []float64) float64 {
		return sum(clv.ParetoNBD{R: v[0], Alpha: v[1], S: v[2], Beta: v[3], Unit: clv.Week})
	})
}

// checkCurvature inverts the covariance numerically: along every pair of parameters the second
// difference of the log-likelihood in log parameters must be that of the quadratic form.
func checkCurvature(t *testing.T, at []float64, cov [][]float64, f func([]float64) float64) {
	t.Helper()
	n := len(at)
	const h = 1e-3
	shifted := func(i, j int, di, dj float64) float64 {
		v := slices.Clone(at)
		v[i] *= math.Exp(di * h)
		v[j] *= math.Exp(dj * h)
		return f(v)
	}
	centre := f(at)
	info := make([][]float64, n)
	for i := range n {
		info[i] = make([]float64, n)
		slope := (shifted(i, i, 0, 1) - shifted(i, i, 0, -1)) / (2 * h)
		require.InDelta(t, 0, slope, 1e-3*math.Max(1, math.Abs(centre)/1e4), "slope %d", i)
	}
	for i := range n {
		for j := range n {
			if i == j {
				info[i][i] = -(shifted(i, i, 0, 1) - 2*centre + shifted(i, i, 0, -1)) / (h * h)
			} else {
				info[i][j] = -(shifted(i, j, 1, 1) - shifted(i, j, 1, -1) - shifted(i, j, -1, 1) + shifted(i, j, -1, -1)) / (4 * h * h)
			}
		}
	}
	for i := range n { // info times covariance (on the log scale) is the identity
		for j := range n {
			var v float64
			for k := range n {
				v += info[i][k] * cov[k][j] / (at[k] * at[j])
			}
			want := 0.0
			if i == j {
				want = 1
			}
			require.InDelta(t, want, v, 2e-3, "%d %d", i, j)
		}
	}
}

func TestPriors(t *testing.T) {
	t.Parallel()
	p := clv.NewPatterns(clv.Week)
	for _, s := range []clv.Summary{{X: 2, TX: 10, T: 40}, {T: 40}, {X: 5, TX: 30, T: 40}} {
		require.NoError(t, p.Add(s))
	}
	plain, err := clv.FitBGNBD(context.Background(), p, nil)
	require.NoError(t, err)
	require.Equal(t, clv.Boundary, plain.Status)
	opts := &clv.Options{Priors: []clv.Prior{
		{Parameter: "r", Median: 0.5, LogSD: 0.7},
		{Parameter: "alpha", Median: 8, LogSD: 0.7},
		{Parameter: "a", Median: 0.8, LogSD: 0.7},
		{Parameter: "b", Median: 2.5, LogSD: 0.7},
	}}
	held, err := clv.FitBGNBD(context.Background(), p, opts)
	require.NoError(t, err)
	require.Equal(t, clv.TooFew, held.Status, "priors make a maximum; they do not make customers")
	require.Negative(t, held.LogPrior)
	require.Less(t, held.LogLik, plain.LogLik)
	for i := range opts.Priors {
		opts.Priors[i].LogSD = 1e-4
	}
	fixed, err := clv.FitBGNBD(context.Background(), p, opts)
	require.NoError(t, err)
	closeAll(t, []float64{0.5, 8, 0.8, 2.5}, values(fixed.Model), 1e-6)
	// In days the same prior means the same: the median is a time like alpha.
	days := clv.NewPatterns(clv.Day)
	for s := range p.All() {
		require.NoError(t, days.Add(s.In(clv.Week, clv.Day)))
	}
	opts = &clv.Options{Priors: []clv.Prior{{Parameter: "alpha", Median: 56, LogSD: 0.7}, {Parameter: "a", Median: 0.8, LogSD: 0.7}, {Parameter: "b", Median: 2.5, LogSD: 0.7}, {Parameter: "r", Median: 0.5, LogSD: 0.7}}}
	inDays, err := clv.FitBGNBD(context.Background(), days, opts)
	require.NoError(t, err)
	closeAll(t, []float64{held.Model.R, 7 * held.Model.Alpha, held.Model.A, held.Model.B}, values(inDays.Model), 1e-8)
}
