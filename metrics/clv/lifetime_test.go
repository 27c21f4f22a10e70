package clv_test

import (
	"context"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/clv"
)

func TestLifetime(t *testing.T) {
	t.Parallel()
	m := clv.ParetoNBD{R: 0.5533, Alpha: 10.578, S: 0.6062, Beta: 11.669, Unit: clv.Week}
	gg := clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
	l := clv.Lifetime{Transactions: m, Spend: gg, Rate: effective(t, 0.15), Horizon: clv.Unlimited()}
	s := clv.Summary{X: 4, TX: 30, T: 38.86}
	w, err := l.Value(s, 4, 50)
	require.NoError(t, err)
	dert, err := m.Discounted(s, clv.Unlimited(), l.Rate)
	require.NoError(t, err)
	spend, err := gg.Expected(4, 50)
	require.NoError(t, err)
	alive, err := m.PAlive(s)
	require.NoError(t, err)
	require.Equal(t, clv.Worth{PAlive: alive, Purchases: dert, Spend: spend, Value: dert * spend}, w)
	l.Margin = 0.3
	third, err := l.Value(s, 4, 50)
	require.NoError(t, err)
	require.InEpsilon(t, 0.3*w.Value, third.Value, 1e-15)
	// A rate is bound to its unit: 15 % a year per week or per year is the same rate.
	weekly, err := clv.Effective(math.Pow(1.15, 7/365.25)-1, clv.Week)
	require.NoError(t, err)
	l.Rate, l.Margin = weekly, 0
	same, err := l.Value(s, 4, 50)
	require.NoError(t, err)
	require.InEpsilon(t, w.Value, same.Value, 1e-9)

	_, err = clv.Lifetime{Horizon: clv.Horizon{Length: -1, Unit: clv.Day}, Margin: -1}.Value(s, 4, 50)
	require.ErrorIs(t, err, clv.ErrParameter)
	for _, part := range []string{"transaction", "horizon", "margin", "q is"} {
		require.ErrorContains(t, err, part)
	}
	l.Rate = clv.Rate{}
	_, err = l.Value(s, 4, 50)
	require.ErrorIs(t, err, clv.ErrUndefined)
	l.Horizon, l.Spend.Q = clv.Years(1), 0.5
	_, err = l.Value(clv.Summary{T: 5}, 0, 0)
	require.ErrorIs(t, err, clv.ErrUndefined)
}

func TestJointInterval(t *testing.T) {
	t.Parallel()
	bg, _ := fitCDNOW(t)
	gg, err := clv.FitGammaGamma(context.Background(), cdnowSpend(t, false), nil)
	require.NoError(t, err)
	s := clv.Summary{X: 4, TX: 30, T: 38.86}
	value := func(m clv.BGNBD, g clv.GammaGamma) (float64, error) {
		w, err := clv.Lifetime{Transactions: m, Spend: g, Rate: effective(t, 0.15), Horizon: clv.Years(1)}.Value(s, 4, 50)
		return w.Value, err
	}
	joint, err := clv.JointInterval(0.95, clv.Positive, bg, gg, value)
	require.NoError(t, err)
	require.True(t, 0 < joint.Low && joint.Low < joint.Estimate && joint.Estimate < joint.High)
	// The relative variance of a product of independent factors is the sum of theirs.
	left, err := bg.Interval(0.95, clv.Positive, func(m clv.BGNBD) (float64, error) {
		return m.Discounted(s, clv.Years(1), effective(t, 0.15))
	})
	require.NoError(t, err)
	right, err := gg.Interval(0.95, clv.Positive, func(g clv.GammaGamma) (float64, error) { return g.Expected(4, 50) })
	require.NoError(t, err)
	require.InEpsilon(t, math.Hypot(left.SE/left.Estimate, right.SE/right.Estimate), joint.SE/joint.Estimate, 1e-6)
}

func TestScoreAgrees(t *testing.T) {
	t.Parallel()
	rows := append(simulateCohort(t, cdnowPareto, 3, 400), clv.Summary{X: 1, T: 3}, clv.Summary{X: 5000, TX: 364, T: 365})
	rate := effective(t, 0.15)
	for i, m := range buyingModels() {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			at := 0
			for p, err := range clv.Score(m, slices.Values(rows), clv.Weeks(39), &clv.ScoreOptions{Rate: rate, ValueHorizon: clv.Unlimited()}) {
				s := rows[at]
				at++
				if s.Check() != nil {
					require.ErrorIs(t, err, clv.ErrSummary)
					require.Equal(t, clv.Prediction{Summary: s}, p)
					continue
				}
				require.NoError(t, err)
				alive, err := m.PAlive(s)
				require.NoError(t, err)
				log, err := m.LogPAlive(s)
				require.NoError(t, err)
				expected, err := m.Expected(s, clv.Weeks(39))
				require.NoError(t, err)
				discounted, err := m.Discounted(s, clv.Unlimited(), rate)
				require.NoError(t, err)
				require.InDelta(t, alive, p.PAlive, 1e-15)
				require.InDelta(t, log, p.LogPAlive, 1e-14*(1+math.Abs(log)))
				require.InDelta(t, expected, p.Expected, 1e-13*expected)
				require.InDelta(t, discounted, p.Discounted, 1e-13*discounted)
			}
			require.Equal(t, len(rows), at)
			for range clv.Score(m, slices.Values(rows), clv.Weeks(39), nil) {
				break // stopping early leaks nothing
			}
			for p, err := range clv.Score(m, slices.Values(rows[:1]), clv.Weeks(39), nil) {
				require.NoError(t, err)
				require.InDelta(t, p.Expected, p.Discounted, 0)
			}
		})
	}
	for _, err := range clv.Score(clv.BGNBD{}, slices.Values(rows), clv.Weeks(1), nil) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	for _, err := range clv.Score(cdnowBG, slices.Values(rows[:1]), clv.Weeks(-1), nil) {
		require.ErrorIs(t, err, clv.ErrParameter)
	}
	for _, err := range clv.Score(cdnowBG, slices.Values(rows[:1]), clv.Unlimited(), nil) {
		require.ErrorIs(t, err, clv.ErrUndefined)
	}
}

func TestSegments(t *testing.T) {
	t.Parallel()
	var all clv.Segments
	parts := make([]clv.Segments, 3)
	for i := range 300 {
		name := []string{"JP", "DE", "BR", "IT"}[i%4]
		w := clv.Worth{PAlive: 1 / float64(i+1), Purchases: float64(i) / 3, Value: math.Pow(-1.7, float64(i%40))}
		require.NoError(t, all.Add(name, w))
		require.NoError(t, parts[(i/5)%3].Add(name, w))
	}
	require.NoError(t, parts[2].Merge(&parts[0]))
	require.NoError(t, parts[2].Merge(&parts[1]))
	require.Equal(t, all.Rows(), parts[2].Rows())
	require.Equal(t, encode(t, &all), encode(t, &parts[2]))
	var back clv.Segments
	require.NoError(t, back.UnmarshalBinary(encode(t, &all)))
	require.Equal(t, all.Rows(), back.Rows())
	rows := all.Rows()
	require.Len(t, rows, 4)
	require.True(t, slices.IsSortedFunc(rows, func(a, b clv.SegmentValue) int { return int(math.Copysign(1, b.Value-a.Value)) }))
	mean, ok := rows[0].MeanValue()
	require.True(t, ok)
	require.InEpsilon(t, rows[0].Value/75, mean, 1e-15)
	_, ok = clv.SegmentValue{}.MeanValue()
	require.False(t, ok)
	require.ErrorIs(t, all.Add("x", clv.Worth{Value: math.NaN()}), clv.ErrParameter)
	require.ErrorIs(t, all.Merge(nil), clv.ErrMerge)
	require.Len(t, all.Rows(), 4)
}

// TestCovariates draws two kinds of customers whose distributions are stretched by known factors, and
// finds the factors.
func TestCovariates(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pareto := clv.ParetoNBDCovariates{Base: clv.ParetoNBD{R: 0.8, Alpha: 10, S: 0.7, Beta: 14, Unit: clv.Week}, Buying: []float64{0.6, 0}, Dropout: []float64{0.5, -0.3}}
	bg := clv.BGNBDCovariates{Base: clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}, Buying: []float64{-0.4, 0.2}, DropoutA: []float64{0.3, 0}, DropoutB: []float64{-0.3, 0}}
	zs := [][]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}}
	var a, b []clv.CovariateGroup
	for i, z := range zs {
		m, err := pareto.For(z)
		require.NoError(t, err)
		a = append(a, clv.CovariateGroup{Z: z, Patterns: drawn(t, m, uint64(i))})
		g, err := bg.For(z)
		require.NoError(t, err)
		b = append(b, clv.CovariateGroup{Z: z, Patterns: drawn(t, g, uint64(i+10))})
	}
	fa, err := clv.FitParetoNBDCovariates(ctx, a, nil)
	require.NoError(t, err)
	recovered(t, pareto, fa)
	fb, err := clv.FitBGNBDCovariates(ctx, b, nil)
	require.NoError(t, err)
	recovered(t, bg, fb)
	// The likelihood of the fit is the sum of the groups' under their own models.
	var sum float64
	for _, g := range a {
		m, err := fa.Model.For(g.Z)
		require.NoError(t, err)
		for s, n := range g.Patterns.All() {
			l, err := m.LogLik(s)
			require.NoError(t, err)
			sum += n * l
		}
	}
	require.InEpsilon(t, sum, fa.LogLik, 1e-11)
	iv, err := fa.Interval(0.95, clv.Proportion, func(m clv.ParetoNBDCovariates) (float64, error) {
		of, err := m.For(zs[1])
		if err != nil {
			return 0, err
		}
		return of.PAlive(clv.Summary{X: 2, TX: 9, T: 30})
	})
	require.NoError(t, err)
	require.Less(t, iv.Low, iv.High)

	// No covariates at all is the plain model.
	none, err := clv.FitBGNBDCovariates(ctx, []clv.CovariateGroup{{Patterns: b[0].Patterns}}, nil)
	require.NoError(t, err)
	plain, err := clv.FitBGNBD(ctx, b[0].Patterns, nil)
	require.NoError(t, err)
	closeAll(t, values(plain.Model), values(none.Model), 1e-9)
	// A covariate that never varies cannot be told from the base.
	for i := range b {
		b[i].Z = []float64{1}
	}
	flat, err := clv.FitBGNBDCovariates(ctx, b, nil)
	require.NoError(t, err)
	require.NotEqual(t, clv.Converged, flat.Status, flat.Verdict())
}

func drawn(t *testing.T, m simulator, seed uint64) *clv.Patterns {
	t.Helper()
	p := clv.NewPatterns(clv.Week)
	for h, err := range m.Simulate(seed, repeat(52.0, 6000)) {
		require.NoError(t, err)
		day := h.Observed(1.0 / 7)
		require.NoError(t, p.Add(day.Summary(day.Age)))
	}
	return p
}

func TestCovariatesRefuse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	_, err := clv.FitBGNBDCovariates(ctx, nil, nil)
	require.ErrorIs(t, err, clv.ErrNoData)
	_, err = clv.FitParetoNBDCovariates(ctx, []clv.CovariateGroup{{}}, nil)
	require.ErrorIs(t, err, clv.ErrNoData)
	_, err = clv.FitParetoNBDCovariates(ctx, []clv.CovariateGroup{
		{Z: []float64{1}, Patterns: clv.NewPatterns(clv.Week)}, {Z: nil, Patterns: clv.NewPatterns(clv.Day)},
	}, nil)
	require.ErrorIs(t, err, clv.ErrMerge)
	require.ErrorIs(t, err, clv.ErrParameter)
	m := clv.BGNBDCovariates{Base: cdnowBG, Buying: []float64{1}, DropoutA: []float64{1}, DropoutB: []float64{1}}
	_, err = m.For([]float64{1, 2})
	require.ErrorIs(t, err, clv.ErrParameter)
	_, err = m.For([]float64{math.NaN()})
	require.ErrorIs(t, err, clv.ErrParameter)
	m.DropoutB = nil
	require.ErrorIs(t, m.Check(), clv.ErrParameter)
	require.ErrorIs(t, clv.ParetoNBDCovariates{Base: cdnowPareto, Buying: []float64{1}}.Check(), clv.ErrParameter)
}
