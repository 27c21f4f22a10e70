package score_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
)

func TestComomentsFaults(t *testing.T) {
	t.Parallel()
	var c score.Comoments
	_, err := c.Mean(0)
	require.ErrorIs(t, err, score.ErrNoData)
	_, err = c.Reliability(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	_, err = c.Omega(score.MaximumLikelihood)
	require.ErrorIs(t, err, score.ErrNoData)
	require.ErrorIs(t, c.Add(nil), score.ErrOutOfRange)
	require.ErrorIs(t, c.Add(make([]float64, 257)), score.ErrOutOfRange)
	err = c.Add([]float64{math.NaN(), 1, math.Inf(1), 1e-70})
	require.ErrorContains(t, err, "column 0")
	require.ErrorContains(t, err, "column 2")
	require.ErrorContains(t, err, "column 3")
	require.NoError(t, c.Add([]float64{1, 2}))
	c.Skip()
	require.Equal(t, [3]int64{1, 1, 2}, [3]int64{c.N(), c.Skipped(), int64(c.Columns())})
	_, err = c.Mean(2)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = c.Covariance(0, -1)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = c.Covariance(0, 1)
	require.ErrorIs(t, err, score.ErrUndefined)
	_, err = c.MeanEstimate(0, nil)
	require.ErrorIs(t, err, score.ErrUndefined)
	_, err = c.Reliability(nil)
	require.ErrorIs(t, err, score.ErrUndefined, "one respondent (brief 6.29)")
	require.ErrorContains(t, c.Add([]float64{1}), "as wide as the first row, 2")
	require.ErrorIs(t, c.Merge(comomentsOf(t, [][]float64{{1}})), score.ErrConfig)
	require.NoError(t, c.Add([]float64{1, 3}))
	_, err = c.Reliability(nil)
	require.ErrorIs(t, err, score.ErrUndefined, "a constant item (brief 6.29)")
	require.ErrorContains(t, err, "item 0 is constant: everybody answered 1")
	_, err = c.Omega(score.MinimumResidual)
	require.ErrorIs(t, err, score.ErrUndefined, "two items have no factor")
	_, err = c.Omega(0)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = comomentsOf(t, [][]float64{{1, -1}, {2, -2}, {4, -4}}).Reliability(nil)
	require.ErrorIs(t, err, score.ErrUndefined)
	require.ErrorContains(t, err, "cancel out")
	good := comomentsOf(t, sample(1, 20, 3))
	_, err = good.Reliability(&score.Options{Method: score.Wald})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = good.Reliability(&score.Options{Population: 50})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = good.Reliability(&score.Options{Level: 95})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	alike := comomentsOf(t, [][]float64{{4}, {4}, {4}})
	e, err := alike.MeanEstimate(0, nil)
	require.NoError(t, err)
	require.True(t, e.Caveats.Has(score.NoSpread))
}

// The same item three times is one factor without anything of its own: a Heywood case.
func TestHeywood(t *testing.T) {
	t.Parallel()
	c := comomentsOf(t, [][]float64{{1, 1, 1}, {2, 2, 2}, {4, 4, 4}, {3, 3, 3}})
	for _, method := range []score.FactorMethod{score.MaximumLikelihood, score.MinimumResidual} {
		o, err := c.Omega(method)
		require.NoError(t, err)
		require.True(t, o.Heywood, method)
		require.Greater(t, o.Value, 0.99)
	}
	turned := comomentsOf(t, [][]float64{{-1, -2, -1}, {-2, -1, -3}, {-4, -4, -5}, {-3, -5, -3}, {-1, -1, -2}})
	o, err := turned.Omega(score.MinimumResidual)
	require.NoError(t, err)
	require.Positive(t, o.Loadings[0]+o.Loadings[1]+o.Loadings[2], "the sum of the loadings is not negative")
}

func TestOpportunity(t *testing.T) {
	t.Parallel()
	r, err := comomentsOf(t, sample(4, 80, 3)).Drivers(0, nil)
	require.NoError(t, err)
	for _, d := range r.Drivers {
		e, err := d.Opportunity(5)
		require.NoError(t, err)
		near(t, d.ImportanceShare*(5-d.Performance.Value), e.Value)
		require.True(t, e.Contains(e.Value))
		_, err = d.Opportunity(math.NaN())
		require.ErrorIs(t, err, score.ErrOutOfRange)
	}
}

func TestMethodsThatDoNotFit(t *testing.T) {
	t.Parallel()
	n, p := score.NetPromoter{Promoters: 3, Passives: 4, Detractors: 5}, score.Proportion{Hits: 2, Total: 9}
	for _, method := range []score.Method{score.Wilson, score.Feldt, 200} {
		_, err := n.Estimate(&score.Options{Method: method})
		require.ErrorIs(t, err, score.ErrOutOfRange)
	}
	_, err := p.Estimate(&score.Options{Method: score.Score})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.CompareNetPromoter(n, n, &score.CompareOptions{Test: score.Fisher})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.CompareProportions(p, p, &score.CompareOptions{Test: score.WelchT})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	e, err := p.Estimate(nil)
	require.NoError(t, err)
	_, err = score.CompareEstimates(e, e, &score.CompareOptions{Test: score.PooledZ})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	e.N = 1
	_, err = score.CompareEstimates(e, e, &score.CompareOptions{Test: score.WelchT})
	require.ErrorIs(t, err, score.ErrUndefined)
	r := must(score.RatingsFromCounts(1, []int64{1, 2, 3}))
	for _, method := range []score.Method{score.AllAlike, score.Wilson} {
		_, err := r.Mean(&score.Options{Method: method})
		require.Error(t, err)
	}
	wald, err := r.Mean(&score.Options{Method: score.Wald})
	require.NoError(t, err)
	student, err := r.Mean(nil)
	require.NoError(t, err)
	require.Less(t, wald.High-wald.Low, student.High-student.Low)
	require.EqualValues(t, 6, r.N())
	all, err := score.NetPromoter{Promoters: 3, Passives: 4, Detractors: 5}.Estimate(&score.Options{Level: 2, Population: -1})
	require.Zero(t, all)
	require.ErrorContains(t, err, "level")
	require.ErrorContains(t, err, "population")
}

func TestStatesThatOverflow(t *testing.T) {
	t.Parallel()
	var p score.Proportion
	require.ErrorIs(t, (&score.Proportion{Total: math.MaxInt64}).Merge(score.Proportion{Total: 1}), score.ErrOutOfRange)
	require.ErrorIs(t, (&score.ProductMarketFit{Very: math.MaxInt64}).Merge(score.ProductMarketFit{Not: 1}), score.ErrOutOfRange)
	require.ErrorIs(t, (&score.Cases{Complete: math.MaxInt64}).Merge(score.Cases{Complete: 1}), score.ErrOutOfRange)
	require.ErrorIs(t, (&score.NetPromoter{Invalid: -1}).Merge(score.NetPromoter{}), score.ErrOutOfRange)
	_, err := score.NetPromoter{Promoters: math.MaxInt64, Passives: 1}.Variance()
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.Proportion{Hits: 3, Total: -2}.Estimate(nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.ProductMarketFit{Very: -1, Not: 5}.Estimate(nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	full := must(score.RatingsFromCounts(1, []int64{math.MaxInt64 - 1, 1}))
	before := full.Counts()
	require.ErrorIs(t, full.Merge(must(score.RatingsFromCounts(1, []int64{1, 1}))), score.ErrOutOfRange)
	require.Equal(t, before, full.Counts(), "nothing changes")
	e, err := full.Mean(nil)
	require.NoError(t, err)
	require.Equal(t, 1.0, e.Value)
	require.Positive(t, e.SE, "one of nine quintillion differs")
	p.Add(true)
	require.Equal(t, score.Proportion{Hits: 1, Total: 1}, p)
}

func TestPlansThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]float64{{0, 0.1}, {1, 0.1}, {0.5, 0}, {0.5, 1}, {0.5, 1e-10}, {math.NaN(), 0.1}, {0.5, math.NaN()}} {
		_, err := score.SizeForProportion(c[0], c[1], nil)
		require.ErrorIs(t, err, score.ErrOutOfRange, c)
	}
	_, err := score.SizeForNetPromoter(1.1, 5, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.SizeToDetect(1e-9, 0.2, 0.2, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	few, err := score.SizeForProportion(0.5, 0.9, &score.SampleOptions{Population: 1})
	require.NoError(t, err)
	require.EqualValues(t, 1, few.Required)
	require.Zero(t, few.Margin, "everybody was asked")
	_, err = score.AdjustP([]float64{2, math.NaN()}, 0)
	require.ErrorContains(t, err, "p[0]")
	require.ErrorContains(t, err, "p[1]")
	require.ErrorContains(t, err, "adjustment")
	_, err = score.RejectedP([]float64{0.5}, 1.5, score.Holm)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.GradeSUS(math.NaN())
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.SUSPercentile(100.1)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	var zero score.Raking
	require.ErrorIs(t, zero.Add(nil, 1), score.ErrConfig)
	require.ErrorIs(t, zero.Add([]string{"x"}, 1), score.ErrConfig)
	_, err = zero.Weights(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	data, err := zero.MarshalBinary()
	require.NoError(t, err)
	require.ErrorIs(t, zero.UnmarshalBinary(data), score.ErrConfig)
	var k score.Kano
	require.NoError(t, k.Add(1, 5))
	require.EqualValues(t, 1, k.N())
	require.Zero(t, k.Count(0))
	var u score.Usability
	require.NoError(t, u.Add([10]int{5, 1, 5, 1, 5, 1, 5, 1, 5, 1}, nil))
	require.EqualValues(t, 1, u.N())
	_, err = u.SD()
	require.ErrorIs(t, err, score.ErrUndefined)
	_, err = (&score.Usability{}).SD()
	require.ErrorIs(t, err, score.ErrNoData)
}

// What a caveat says is so: one answer has no standard error that could be zero, and a
// comparison with a sample that does not vary says that this one does not.
func TestNoSpreadIsSaidWhereItIs(t *testing.T) {
	t.Parallel()
	var alone, alike, mixed score.Satisfaction
	require.NoError(t, alone.Add(5))
	for i := range 10 {
		require.NoError(t, alike.Add(5))
		require.NoError(t, mixed.Add(2+i%3))
	}
	one := must(alone.Mean(nil))
	require.True(t, one.Caveats.Has(score.SingleAnswer))
	require.False(t, one.HasSE)
	require.False(t, one.Caveats.Has(score.NoSpread))
	a, b := must(alike.Mean(nil)), must(mixed.Mean(nil))
	require.True(t, a.Caveats.Has(score.NoSpread))
	require.False(t, b.Caveats.Has(score.NoSpread))
	require.True(t, must(score.CompareEstimates(a, b, nil)).Difference.Caveats.Has(score.NoSpread))
	require.True(t, must(score.CompareEstimates(b, a, nil)).Difference.Caveats.Has(score.NoSpread))
	require.False(t, must(score.CompareEstimates(b, b, nil)).Difference.Caveats.Has(score.NoSpread))

	all, some := score.NetPromoter{Promoters: 5}, score.NetPromoter{Promoters: 3, Detractors: 2}
	require.True(t, must(score.CompareNetPromoter(all, some, &score.CompareOptions{Test: score.UnpooledZ})).Difference.Caveats.Has(score.NoSpread))
	require.False(t, must(score.CompareNetPromoter(all, some, nil)).Difference.Caveats.Has(score.NoSpread), "the adjusted counts vary")
}

// What is known is a note and no doubt.
func TestExplainCensus(t *testing.T) {
	t.Parallel()
	e := must(score.NetPromoter{Promoters: 30, Passives: 20, Detractors: 10}.Estimate(&score.Options{Population: 60}))
	require.Contains(t, e.Explain(), "; note that everybody answered")
	require.NotContains(t, e.Explain(), "doubt")
}
