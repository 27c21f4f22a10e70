package metrics_test

import (
	"math"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics"
)

func TestIntervalsContainTheirEstimate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1e6).Draw(t, "n")
		x := rapid.Int64Range(0, n).Draw(t, "x")
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		p := metrics.Proportion{Hits: x, Total: n}
		for _, m := range []metrics.Method{metrics.Wald, metrics.Wilson, metrics.ClopperPearson, metrics.Jeffreys, metrics.AgrestiCoull} {
			i, err := p.Interval(m, level)
			require.NoError(t, err)
			require.True(t, i.Contains(i.Estimate), "%v: %+v", m, i)
			require.Equal(t, n, i.N)
			require.Equal(t, m, i.Method)
		}
		promoters := rapid.Int64Range(0, x).Draw(t, "promoters")
		nps := metrics.NetPromoter{Promoters: promoters, Passives: x - promoters, Detractors: n - x}
		for _, m := range []metrics.Method{metrics.Wald, metrics.Score} {
			i, err := nps.Interval(m, level)
			require.NoError(t, err)
			require.True(t, i.Contains(i.Estimate), "%v: %+v", m, i)
			require.True(t, i.Low >= -100 && i.High <= 100)
		}
		adjusted, err := nps.Interval(metrics.AdjustedWald, 0.95)
		require.NoError(t, err)
		require.Less(t, adjusted.Low, adjusted.High, "never without width")

		arms := metrics.TwoArm{Treated: p, Control: metrics.Proportion{Hits: promoters + 1, Total: n + 1}}
		diff, err := arms.Interval(level)
		require.NoError(t, err)
		require.True(t, diff.Low <= diff.Estimate+1e-15 && diff.Estimate <= diff.High+1e-15)
		rel, err := arms.RelativeInterval(level)
		require.NoError(t, err)
		require.True(t, rel.Low <= rel.Estimate+1e-12 && rel.Estimate <= rel.High+1e-12)
		abs, err := arms.Absolute()
		require.NoError(t, err)
		if diff.Low > 0 {
			require.Positive(t, abs.Sign())
		}
	})
	_, err := metrics.Proportion{Hits: 1, Total: 2}.Interval(metrics.Kish, 0.95)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.Proportion{Hits: 1, Total: 2}.Interval(metrics.Wilson, 1)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.Proportion{Hits: 3, Total: 2}.Interval(metrics.Wilson, 0.95)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestStrictAnswers(t *testing.T) {
	t.Parallel()
	var n metrics.NetPromoter
	for _, bad := range []int{-1, 11, math.MinInt, math.MaxInt} {
		require.ErrorIs(t, n.Add(bad), metrics.ErrOutOfRange)
	}
	require.Equal(t, metrics.NetPromoter{Invalid: 4}, n)
	_, err := n.Score()
	require.ErrorIs(t, err, metrics.ErrNoData)
	for score := range 11 {
		require.NoError(t, n.Add(score))
	}
	require.Equal(t, metrics.NetPromoter{Promoters: 2, Passives: 2, Detractors: 7, Invalid: 4}, n)
	_, err = metrics.NPS(-1, 0, 0)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	full := metrics.NetPromoter{Promoters: math.MaxInt64}
	require.ErrorIs(t, full.Merge(metrics.NetPromoter{Promoters: 1}), metrics.ErrOutOfRange)
	require.EqualValues(t, math.MaxInt64, full.Promoters)
}

func TestRatings(t *testing.T) {
	t.Parallel()
	r, err := metrics.RatingsOf(slices.Values([]answer{5, 4, 4, 3, 1, 0, 6}), metrics.SatisfactionScale())
	require.NoError(t, err)
	require.EqualValues(t, 5, r.N())
	require.EqualValues(t, 2, r.Invalid())
	require.Equal(t, metrics.Proportion{Hits: 3, Total: 5}, r.TopBox())
	mean, err := r.Mean()
	require.NoError(t, err)
	require.Equal(t, "3.4", mean.Decimal(1).StringFixed(1))
	sd, err := r.StandardDeviation()
	require.NoError(t, err)
	require.InDelta(t, 1.51657509, sd, 1e-8) // R: sd(c(5,4,4,3,1))
	i, err := r.MeanInterval(0.95)
	require.NoError(t, err)
	require.InDelta(t, 3.4-2.776445105*sd/math.Sqrt(5), i.Low, 1e-8) // R: qt(0.975, 4)
	require.True(t, i.Contains(i.Estimate))

	// CES 1.0 asked how much effort it took: small is good, and says so.
	effort := metrics.Scale{Low: 1, High: 5, Top: 2, Reversed: true}
	old, err := metrics.RatingsFromCounts(effort, []int64{3, 2, 1, 1, 1})
	require.NoError(t, err)
	require.Equal(t, metrics.Proportion{Hits: 5, Total: 8}, old.TopBox())
	require.ErrorIs(t, old.Merge(r), metrics.ErrConfig)
	_, err = old.CompareMeans(r)
	require.ErrorIs(t, err, metrics.ErrConfig)
	later, err := metrics.RatingsFromCounts(effort, []int64{6, 4, 2, 1, 0})
	require.NoError(t, err)
	change, err := later.CompareMeans(old)
	require.NoError(t, err)
	z, ok := change.Z()
	require.True(t, ok)
	p, ok := change.P()
	require.True(t, ok)
	require.Negative(t, z)
	require.True(t, p > 0 && p < 1)
	_, err = metrics.NewRatings(metrics.Scale{Low: 5, High: 1, Top: 9})
	require.ErrorContains(t, err, "low")
	require.ErrorContains(t, err, "top")
	_, err = metrics.RatingsFromCounts(effort, []int64{1})
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.RatingsFromCounts(effort, []int64{math.MaxInt64, 1, 0, 0, 0})
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	one, err := metrics.RatingsFromCounts(effort, []int64{1, 0, 0, 0, 0})
	require.NoError(t, err)
	_, err = one.StandardDeviation()
	require.ErrorIs(t, err, metrics.ErrUndefined)
}

// With equal weights the weighted score is the plain one, and so are n and the error.
func TestEqualWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.IntRange(0, 10), 1, 50).Draw(t, "scores")
		weight := rapid.Float64Range(0.1, 9).Draw(t, "weight")
		var plain metrics.NetPromoter
		var weighted metrics.WeightedNetPromoter
		for _, s := range scores {
			require.NoError(t, plain.Add(s))
			require.NoError(t, weighted.Add(s, weight))
		}
		exact, err := plain.Score()
		require.NoError(t, err)
		score, err := weighted.Score()
		require.NoError(t, err)
		require.InDelta(t, 100*exact.Float(), score, 1e-9)
		n, err := weighted.KishN()
		require.NoError(t, err)
		require.InDelta(t, float64(len(scores)), n, 1e-9)
		want, err := plain.StandardError()
		require.NoError(t, err)
		for _, m := range []metrics.Method{metrics.Kish, metrics.Linearised} {
			se, err := weighted.StandardError(m)
			require.NoError(t, err)
			require.InDelta(t, want, se, 1e-6)
		}
	})
	var w metrics.WeightedNetPromoter
	require.ErrorIs(t, w.Add(9, math.NaN()), metrics.ErrOutOfRange)
	require.ErrorIs(t, w.Add(9, -1), metrics.ErrOutOfRange)
	require.ErrorIs(t, w.Add(11, 1), metrics.ErrOutOfRange)
	require.EqualValues(t, 2, w.Skipped())
	require.EqualValues(t, 1, w.Unweighted().Invalid)
	_, err := w.Score()
	require.ErrorIs(t, err, metrics.ErrNoData)
	_, err = metrics.WeightedMeanFromSums(1, 0, 0, 0, -1, 0, 0)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	require.ErrorIs(t, err, metrics.ErrInconsistent)
}

type trial struct {
	predicted          float64
	treated, converted bool
}

func (t trial) Trial() (float64, bool, bool) { return t.predicted, t.treated, t.converted }

func TestQini(t *testing.T) {
	t.Parallel()
	// The model ranks the two customers whom the treatment moved first.
	good := []trial{
		{4, true, true},
		{4, false, false},
		{3, true, true},
		{3, false, false},
		{2, true, false},
		{2, false, false},
		{1, true, false},
		{1, false, false},
	}
	curve, err := metrics.QiniOf(slices.Values(good))
	require.NoError(t, err)
	require.Equal(t, []metrics.QiniPoint{{0, 0}, {0.25, 1}, {0.5, 2}, {0.75, 2}, {1, 2}}, curve.Points)
	require.InDelta(t, 1.5, curve.Area, 1e-15)
	require.InDelta(t, 1, curve.Random, 1e-15)
	require.InDelta(t, 0.125, curve.Coefficient, 1e-15)
	for i := range good {
		good[i].predicted = 7
	}
	flat, err := metrics.QiniOf(slices.Values(good))
	require.NoError(t, err)
	require.Zero(t, flat.Coefficient, "a model that knows nothing is the straight line")
	_, err = metrics.QiniOf(slices.Values(good[:1]))
	require.ErrorIs(t, err, metrics.ErrNoData)
	_, err = metrics.QiniOf(slices.Values([]trial{{math.NaN(), true, true}}))
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestConcentrationBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.SliceOfN(rapid.Int64Range(0, 1e6), 1, 40).Draw(t, "cents")
		values := make([]decimal.Decimal, len(cents))
		for i, c := range cents {
			values[i] = decimal.New(c, -2)
		}
		c, err := metrics.ConcentrationOf(slices.Values(values))
		if slices.Max(cents) == 0 {
			require.ErrorIs(t, err, metrics.ErrNoData)
			return
		}
		require.NoError(t, err)
		n := float64(len(cents))
		require.True(t, c.Gini().Float() >= 0 && c.Gini().Float() <= (n-1)/n+1e-15)
		require.True(t, c.HHI().Float() >= 1/n-1e-15 && c.HHI().Float() <= 1)
		top, err := c.TopShare(20)
		require.NoError(t, err)
		require.GreaterOrEqual(t, top.Float(), 0.2-1e-15)
		all, err := c.TopShare(100)
		require.NoError(t, err)
		require.Equal(t, 1.0, all.Float())
	})
	_, err := metrics.ConcentrationOf(slices.Values([]decimal.Decimal{d("-1")}))
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.ConcentrationOf(slices.Values([]decimal.Decimal{}))
	require.ErrorIs(t, err, metrics.ErrNoData)
}

// A stream that fails ends the sequence and keeps its error.
func TestUntil(t *testing.T) {
	t.Parallel()
	var fault error
	n := metrics.NetPromoterOf(metrics.Until(func(yield func(answer, error) bool) {
		if yield(10, nil) && yield(0, metrics.ErrCorrupt) {
			yield(10, nil)
		}
	}, &fault))
	require.ErrorIs(t, fault, metrics.ErrCorrupt)
	require.EqualValues(t, 1, n.N())
}

func TestRecipeOptions(t *testing.T) {
	t.Parallel()
	for dialect := metrics.SQLite; dialect <= metrics.ClickHouse; dialect++ {
		with, err := metrics.Recipes(dialect, &metrics.RecipeOptions{LastDay: metrics.Date{Year: 2024, Month: 1, Day: 1}})
		require.NoError(t, err)
		without, err := metrics.Recipes(dialect, nil)
		require.NoError(t, err)
		require.Equal(t, len(with)-2, len(without), "the purchase recipes need a last day")
		for _, r := range with {
			require.NotContains(t, r.SQL, "{", "%v %s", dialect, r.Name)
			if dialect == metrics.ClickHouse {
				require.NotContains(t, r.SQL, "LAG(")
				require.NotContains(t, r.SQL, "LEAD(")
			}
		}
	}
	for _, bad := range []metrics.RecipeOptions{
		{Zone: "Europe/Berlin'; DROP TABLE"}, {LastDay: metrics.Date{Year: 2024, Month: 2, Day: 30}}, {Scale: metrics.Scale{Low: 3, High: 1}},
	} {
		_, err := metrics.Recipes(metrics.PostgreSQL, &bad)
		require.ErrorIs(t, err, metrics.ErrOutOfRange)
	}
	_, err := metrics.Recipes(metrics.SQLite, &metrics.RecipeOptions{Zone: "Europe/Berlin"})
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.Recipes(0, nil)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}
