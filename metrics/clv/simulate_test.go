package clv_test

import (
	"context"
	"iter"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/clv"
)

func repeat[T any](v T, n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		for range n {
			if !yield(v) {
				return
			}
		}
	}
}

type simulator interface {
	clv.Transactions
	Simulate(seed uint64, ages iter.Seq[float64]) iter.Seq2[clv.History, error]
}

// TestSimulationAgrees draws customers and compares what they do with every formula. With a fixed
// seed the differences are fixed; 4 standard errors is the bound.
func TestSimulationAgrees(t *testing.T) {
	t.Parallel()
	bg := clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}
	for name, m := range map[string]simulator{
		"BGNBD": bg, "MBGNBD": clv.MBGNBD(bg), "ParetoNBD": clv.ParetoNBD{R: 0.8, Alpha: 6, S: 0.7, Beta: 12, Unit: clv.Week},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const n = 60_000
			var repeats, square, alive, palive, future, expected, futureSquare, density float64
			counts := make([]float64, 4)
			for h, err := range m.Simulate(5, repeat(60.0, n)) {
				require.NoError(t, err)
				x := float64(h.Purchases(0, 20))
				repeats, square = repeats+x, square+x*x
				if x < 4 {
					counts[int(x)]++
				}
				s := h.Summary(20)
				if h.Alive(20) {
					alive++
				}
				p, err := m.PAlive(s)
				require.NoError(t, err)
				palive += p
				y := float64(h.Purchases(20, 60))
				e, err := m.Expected(s, clv.Weeks(40))
				require.NoError(t, err)
				future, expected, futureSquare = future+y, expected+e, futureSquare+(y-e)*(y-e)
				l, err := m.LogLik(s)
				require.NoError(t, err)
				density += l
			}
			mean, err := m.Mean(clv.Weeks(20))
			require.NoError(t, err)
			require.InDelta(t, mean, repeats/n, 4*math.Sqrt(square/n/n))
			require.InDelta(t, palive/n, alive/n, 4*0.5/math.Sqrt(n))
			require.InDelta(t, expected/n, future/n, 4*math.Sqrt(futureSquare/n/n))
			for x, c := range counts {
				p, err := m.Probability(x, clv.Weeks(20))
				require.NoError(t, err)
				require.InDelta(t, p, c/n, 4*math.Sqrt(p*(1-p)/n))
			}
			require.False(t, math.IsNaN(density))
		})
	}
}

func TestSimulationIsDeterministic(t *testing.T) {
	t.Parallel()
	m := clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}
	draw := func(seed uint64, n int) (out []clv.History) {
		for h, err := range m.Simulate(seed, repeat(60.0, n)) {
			require.NoError(t, err)
			out = append(out, h)
		}
		return out
	}
	require.Equal(t, draw(1, 50), draw(1, 80)[:50], "more customers change nobody")
	require.NotEqual(t, draw(1, 50), draw(2, 50))
	for _, err := range m.Simulate(1, repeat(-1.0, 1)) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	n := 0
	for _, err := range (clv.BGNBD{}).Simulate(1, repeat(1.0, 9)) {
		require.ErrorIs(t, err, clv.ErrParameter)
		n++
	}
	require.Equal(t, 1, n)
}

func TestHistory(t *testing.T) {
	t.Parallel()
	h := clv.History{Age: 9.5, Repeats: []float64{0.5, 1.2, 1.9, 3, 8.7}, Dropout: 9}
	require.Equal(t, clv.Summary{X: 3, TX: 1.9, T: 2}, h.Summary(2))
	require.Equal(t, clv.Summary{T: 0.4}, h.Summary(0.4))
	require.Equal(t, 2, h.Purchases(1.9, 9.5))
	require.True(t, h.Alive(8))
	require.False(t, h.Alive(9))
	require.Equal(t, clv.History{Age: 9, Repeats: []float64{1, 3, 8}, Dropout: 9}, h.Observed(1))
	require.Equal(t, h, h.Observed(0))
}

// TestRecovery fits each of the other models to customers drawn from it.
func TestRecovery(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	bgbb := clv.BGBB{Alpha: 1.2, Beta: 0.75, Gamma: 0.66, Delta: 2.8, Unit: clv.Year}
	p := clv.NewPatterns(clv.Year)
	for h, err := range bgbb.Simulate(2, repeat(8, 30_000)) {
		require.NoError(t, err)
		require.NoError(t, p.Add(h.Summary(8)))
	}
	f, err := clv.FitBGBB(ctx, p, nil)
	require.NoError(t, err)
	recovered(t, bgbb, f)

	sbg := clv.ShiftedBetaGeometric{Alpha: 0.7, Beta: 1.2, Unit: clv.Month}
	r := clv.NewRenewals(clv.Month)
	for c, err := range sbg.Simulate(3, repeat(12, 30_000)) {
		require.NoError(t, err)
		require.NoError(t, c.AddTo(r))
	}
	g, err := clv.FitShiftedBetaGeometric(ctx, r, nil)
	require.NoError(t, err)
	recovered(t, sbg, g)

	bdw := clv.BetaDiscreteWeibull{Alpha: 0.8, Beta: 2, C: 1.4, Unit: clv.Month}
	r = clv.NewRenewals(clv.Month)
	for c, err := range bdw.Simulate(4, repeat(24, 60_000)) {
		require.NoError(t, err)
		require.NoError(t, c.AddTo(r))
	}
	w, err := clv.FitBetaDiscreteWeibull(ctx, r, nil)
	require.NoError(t, err)
	recovered(t, bdw, w)
	nested, err := clv.FitShiftedBetaGeometric(ctx, r, nil)
	require.NoError(t, err)
	require.Greater(t, w.LogLik, nested.LogLik+50, "the exponent matters here")

	gg := clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
	d := &clv.SpendData{}
	counts := func(yield func(int) bool) {
		for i := range 30_000 {
			if !yield(1 + i%5) {
				return
			}
		}
	}
	for s, err := range gg.Simulate(6, counts) {
		require.NoError(t, err)
		require.NoError(t, d.Add(s.Purchases, s.Mean))
	}
	spend, err := clv.FitGammaGamma(ctx, d, nil)
	require.NoError(t, err)
	recovered(t, gg, spend)
	corr, ok := d.Correlation()
	require.True(t, ok)
	require.InDelta(t, 0, corr, 0.03)
}

// recovered says that every true parameter lies within 4 standard errors.
func recovered[M clv.Estimable[M]](t *testing.T, truth M, f clv.Fit[M]) {
	t.Helper()
	require.Equal(t, clv.Converged, f.Status, f.Verdict())
	for i, p := range truth.Parameters() {
		require.InDelta(t, p.Value, f.Model.Parameters()[i].Value, 4*f.StandardErrors[i], p.Name)
	}
}

func TestSimulateRefuses(t *testing.T) {
	t.Parallel()
	for _, err := range (clv.BGBB{Alpha: 1, Beta: 1, Gamma: 1, Delta: 1, Unit: clv.Year}).Simulate(1, repeat(1<<21, 1)) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	for _, err := range (clv.ShiftedBetaGeometric{Alpha: 1, Beta: 1, Unit: clv.Year}).Simulate(1, repeat(-1, 1)) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	for _, err := range (clv.BetaDiscreteWeibull{}).Simulate(1, repeat(1, 1)) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	for _, err := range (clv.GammaGamma{P: 1, Q: 1, V: 1}).Simulate(1, repeat(-1, 1)) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	for _, err := range (clv.GammaGamma{}).Simulate(1, repeat(1, 1)) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
}
