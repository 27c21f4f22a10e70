package score_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/internal/golden"
)

// sound walks a result and fails on any float that is not finite.
func sound(t require.TestingT, v any) { walk(t, reflect.ValueOf(v), "result") }

func walk(t require.TestingT, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Float64:
		require.False(t, math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0), "%s is %v", path, v.Float())
	case reflect.Struct:
		for i := range v.NumField() {
			walk(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(t, v.Index(i), path+"[]")
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(t, v.Elem(), path)
		}
	}
}

func hostileFloat() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, 1e60, -1e60, 1e-60, 1e59, 1 + 1e-15, 1e15 + 1, math.Copysign(0, -1)}),
		rapid.Float64(), rapid.Float64Range(-5, 5), rapid.Float64Range(0, 3))
}

func hostileCount() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.SampledFrom([]int64{0, 1, 2, math.MaxInt64, math.MinInt64, -1, math.MaxInt64 / 2, 1 << 53}), rapid.Int64(), rapid.Int64Range(0, 100))
}

// Whatever comes in, what comes out is a finite figure or one of the sentinels.
func TestNothingIsNaN(t *testing.T) {
	t.Parallel()
	sentinels := []error{
		score.ErrUndefined, score.ErrNoData, score.ErrOutOfRange, score.ErrInconsistent, score.ErrIncomplete, score.ErrEmptyCell,
		score.ErrNotConverged, score.ErrCollinear, score.ErrTooMany, score.ErrNotComparable, score.ErrConfig,
	}
	rapid.Check(t, func(t *rapid.T) {
		check := func(v any, err error) {
			if err != nil {
				require.True(t, isAny(err, sentinels...), "%v", err)
				var detail *score.ValueError
				require.ErrorAs(t, err, &detail)
				return
			}
			sound(t, v)
		}
		f := func() float64 { return hostileFloat().Draw(t, "float") }
		n := func() int64 { return hostileCount().Draw(t, "count") }
		o := &score.Options{
			Level: rapid.SampledFrom([]float64{0, 0.95, 1e-9, 1 - 1e-12, 1, math.NaN(), -1}).Draw(t, "level"), Method: score.Method(rapid.IntRange(0, 21).Draw(t, "method")),
			Population: rapid.SampledFrom([]int64{0, 0, 0, 1, 5, 1 << 60}).Draw(t, "population"), Unclipped: rapid.Bool().Draw(t, "unclipped"),
		}
		co := &score.CompareOptions{Test: score.Test(rapid.IntRange(0, 7).Draw(t, "test"))}
		nps, other := score.NetPromoter{Promoters: n(), Passives: n(), Detractors: n(), Invalid: n()}, score.NetPromoter{Promoters: n(), Detractors: 1}
		e, err := nps.Estimate(o)
		check(e, err)
		if err == nil {
			require.NotEmpty(t, e.Explain())
			require.NotEqual(t, score.Auto, e.Method)
		}
		c, err := score.CompareNetPromoter(nps, other, co)
		check(c, err)
		p, q := score.Proportion{Hits: n(), Total: n()}, score.Proportion{Hits: 1, Total: max(1, n())}
		e, err = p.Estimate(o)
		check(e, err)
		c, err = score.CompareProportions(p, q, &score.CompareOptions{Test: score.Test(rapid.SampledFrom([]int{1, 3, 4, 6, 9}).Draw(t, "proportion test"))})
		check(c, err)
		if r, err := score.RatingsFromCounts(1, []int64{n(), n(), n()}); err == nil {
			e, err := r.Mean(o)
			check(e, err)
			e, err = score.MeanRidit(r, r, nil)
			check(e, err)
		}
		s, err := score.SizeForProportion(f(), f(), &score.SampleOptions{Level: o.Level, Population: o.Population})
		check(s, err)
		s, err = score.SizeForNetPromoter(f(), f(), nil)
		check(s, err)
		_, err = score.SizeToDetect(f(), f(), f(), nil)
		check(0.0, err)
		x, err := score.AnchorPosition(f(), f(), f())
		check(x, err)
		x, err = score.NonresponseBias(f(), f(), f())
		check(x, err)
		x, err = score.IndexOfMeans([]float64{1, 10, 5}, []float64{f(), f(), 1})
		check(x, err)

		var w score.WeightedNetPromoter
		var m score.WeightedMean
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			check(0.0, w.Add(rapid.IntRange(-1, 11).Draw(t, "score"), f()))
			check(0.0, m.Add(f(), f()))
		}
		e, err = w.Estimate(o)
		check(e, err)
		e, err = m.Estimate(o)
		check(e, err)

		var rows score.Comoments
		k := rapid.IntRange(1, 4).Draw(t, "columns")
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			row := make([]float64, k)
			for i := range row {
				row[i] = f()
			}
			check(0.0, rows.Add(row))
		}
		r, err := rows.Reliability(o)
		check(r, err)
		omega, err := rows.Omega(score.FactorMethod(rapid.IntRange(0, 3).Draw(t, "fit")))
		check(omega, err)
		d, err := rows.Drivers(rapid.IntRange(-1, 4).Draw(t, "outcome"), &score.DriverOptions{AllowCollinear: rapid.Bool().Draw(t, "allow")})
		check(d, err)
		e, err = rows.MeanEstimate(0, nil)
		check(e, err)
		a, err := score.AdjustP([]float64{f(), f()}, score.Adjustment(rapid.IntRange(0, 4).Draw(t, "adjustment")))
		check(a, err)
		anchored, err := score.AnchorEstimate(
			score.Estimate{Unit: score.Points, Value: f(), SE: f(), HasSE: true}, score.Estimate{Unit: score.Points, Value: 40, SE: f(), HasSE: true},
			score.Estimate{Unit: score.Points, Value: f(), SE: 1, HasSE: true}, nil)
		check(anchored, err)
		c, err = score.CompareEstimates(score.Estimate{Value: f(), SE: math.Abs(f()), HasSE: true, N: n(), Method: score.StudentT},
			score.Estimate{Value: 1, SE: 1, HasSE: true, N: 5, Method: score.StudentT}, co)
		if err == nil && math.Abs(c.Difference.Value) < 1e150 && c.SE < 1e150 { // wild hand-made estimates may overflow
			check(c, err)
		}
	})
}

// Brief 6.3, 6.4 and 6.7 to 6.8, to the digit shown.
func TestBriefEdgeCases(t *testing.T) {
	t.Parallel()
	_, err := score.NetPromoter{Invalid: 3, Skipped: 4}.Estimate(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	require.ErrorIs(t, err, score.ErrUndefined)

	one := estimateOf(t, 1, 0, 0, score.Options{})
	require.Equal(t, score.Score, one.Method)
	require.Equal(t, 100.0, one.Value)
	require.InDelta(t, -58.7, one.Low, 0.05)
	require.Equal(t, 100.0, one.High)
	require.Equal(t, []score.Caveat{score.FewAnswers, score.SingleAnswer, score.EmptyClass, score.NoSpread}, one.Caveats.All())
	adjusted := estimateOf(t, 1, 0, 0, score.Options{Method: score.AdjustedWald, Unclipped: true})
	require.InDelta(t, -48.5, adjusted.Low, 0.05)
	require.InDelta(t, 98.5, adjusted.High, 0.05)

	wald := estimateOf(t, 5, 0, 0, score.Options{Method: score.Wald})
	require.Equal(t, [2]float64{100, 100}, [2]float64{wald.Low, wald.High})
	adjusted = estimateOf(t, 5, 0, 0, score.Options{Method: score.AdjustedWald})
	require.InDelta(t, 17.5, adjusted.Low, 0.05)
	require.Equal(t, 100.0, adjusted.High)
	require.True(t, adjusted.Caveats.Has(score.Clipped))
	adjusted = estimateOf(t, 5, 0, 0, score.Options{Method: score.AdjustedWald, Unclipped: true})
	require.InDelta(t, 107.5, adjusted.High, 0.05)
	require.False(t, adjusted.Caveats.Has(score.Clipped))
	all := estimateOf(t, 5, 0, 0, score.Options{})
	require.InDelta(t, 13.1, all.Low, 0.05)

	// 40/35/25, brief 3.
	e := estimateOf(t, 40, 35, 25, score.Options{})
	require.Equal(t, score.AdjustedWald, e.Method)
	require.Equal(t, 15.0, e.Value)
	require.InDelta(t, 7.92, e.SE, 0.005)
	require.InDelta(t, -0.7, e.Low, 0.05)
	require.InDelta(t, 29.8, e.High, 0.05)
	require.Zero(t, e.Caveats)
	e = estimateOf(t, 40, 35, 25, score.Options{Method: score.Score})
	require.InDelta(t, -0.8, e.Low, 0.05)
	require.InDelta(t, 30.0, e.High, 0.05)

	// +15 against -5 at n = 100.
	first, second := score.NetPromoter{Promoters: 40, Passives: 35, Detractors: 25}, score.NetPromoter{Promoters: 30, Passives: 35, Detractors: 35}
	c, err := score.CompareNetPromoter(first, second, &score.CompareOptions{Test: score.UnpooledZ})
	require.NoError(t, err)
	require.InDelta(t, 0.0765, c.P, 5e-5)
	c, err = score.CompareNetPromoter(first, second, nil)
	require.NoError(t, err)
	require.Equal(t, score.AdjustedZ, c.Test)
	require.InDelta(t, 0.0801, c.P, 5e-5)

	// 9/10 against 3/10.
	a, b := score.Proportion{Hits: 9, Total: 10}, score.Proportion{Hits: 3, Total: 10}
	c, err = score.CompareProportions(a, b, &score.CompareOptions{Test: score.PooledZ})
	require.NoError(t, err)
	require.InDelta(t, 2.739, c.Statistic, 5e-4)
	c, err = score.CompareProportions(a, b, nil)
	require.NoError(t, err)
	require.Equal(t, score.NMinusOne, c.Test)
	require.InDelta(t, 0.0076, c.P, 5e-5)
	c, err = score.CompareProportions(score.Proportion{Hits: 0, Total: 10}, score.Proportion{Hits: 1, Total: 10}, nil)
	require.NoError(t, err)
	require.Equal(t, score.Fisher, c.Test, "an expected count below 1")
	require.Equal(t, 1.0, c.P)

	size, err := score.SizeForNetPromoter(0.7, 5, nil)
	require.NoError(t, err)
	require.EqualValues(t, 1076, size.Required)

	// P% and D% rounded apart would give 33.3 - 33.4.
	require.Zero(t, estimateOf(t, 1, 1, 1, score.Options{}).Value)
	// 73 of 120 satisfied.
	e, err = score.Proportion{Hits: 73, Total: 120}.Estimate(nil)
	require.NoError(t, err)
	require.InDelta(t, 0.608, e.Value, 5e-4)
	require.InDelta(t, 0.519, e.Low, 5e-4)
	require.InDelta(t, 0.691, e.High, 5e-4)
}

// Averaging shard scores is wrong; merging shards is not (brief 6.9).
func TestShardScoresAreNotAveraged(t *testing.T) {
	t.Parallel()
	a, b := score.NetPromoter{Promoters: 1}, score.NetPromoter{Detractors: 3}
	require.NoError(t, a.Merge(b))
	e, err := a.Estimate(nil)
	require.NoError(t, err)
	require.Equal(t, -50.0, e.Value)
	full := score.NetPromoter{Promoters: math.MaxInt64}
	require.ErrorIs(t, full.Merge(score.NetPromoter{Promoters: 1}), score.ErrOutOfRange)
	require.ErrorIs(t, full.Merge(score.NetPromoter{Detractors: 1}), score.ErrOutOfRange, "the total overflows, too")
	require.Equal(t, score.NetPromoter{Promoters: math.MaxInt64}, full)
}

func TestComparisonsThatSayNo(t *testing.T) {
	t.Parallel()
	// Nothing varies: a difference, no test.
	c, err := score.CompareNetPromoter(score.NetPromoter{Promoters: 5}, score.NetPromoter{Detractors: 5}, &score.CompareOptions{Test: score.UnpooledZ})
	require.NoError(t, err)
	require.False(t, c.Testable)
	require.Contains(t, c.Explain(), "no test")
	c, err = score.CompareProportions(score.Proportion{Hits: 5, Total: 5}, score.Proportion{Hits: 4, Total: 4}, &score.CompareOptions{Test: score.PooledZ})
	require.NoError(t, err)
	require.False(t, c.Testable)
	require.Zero(t, c.Statistic)
	_, err = score.CompareProportions(score.Proportion{Hits: 5e12, Total: 1e13}, score.Proportion{Hits: 4, Total: 4}, &score.CompareOptions{Test: score.Fisher})
	require.ErrorIs(t, err, score.ErrTooMany)
	_, err = score.CompareProportions(score.Proportion{}, score.Proportion{Hits: 4, Total: 3}, &score.CompareOptions{Level: 1})
	require.ErrorIs(t, err, score.ErrNoData)
	require.ErrorIs(t, err, score.ErrOutOfRange)

	nps := estimateOf(t, 5, 5, 5, score.Options{})
	csat, err := score.Proportion{Hits: 4, Total: 9}.Estimate(nil)
	require.NoError(t, err)
	_, err = score.CompareEstimates(nps, csat, nil)
	require.ErrorIs(t, err, score.ErrNotComparable)
	var u score.Usability
	require.NoError(t, u.Add([10]int{3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, nil))
	one, err := u.Mean(nil)
	require.NoError(t, err)
	_, err = score.CompareEstimates(one, one, nil)
	require.ErrorIs(t, err, score.ErrUndefined)
}

// Student's sleep data, R: t.test(extra ~ group), Welch: t = -1.8608, df = 17.776, p = 0.07939,
// interval -3.3654832 to 0.2054832.
func TestWelch(t *testing.T) {
	t.Parallel()
	mean := func(values ...float64) score.Estimate {
		var c score.Comoments
		for _, v := range values {
			require.NoError(t, c.Add([]float64{v}))
		}
		e, err := c.MeanEstimate(0, nil)
		require.NoError(t, err)
		return e
	}
	c, err := score.CompareEstimates(mean(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2), mean(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4), nil)
	require.NoError(t, err)
	require.Equal(t, score.WelchT, c.Test)
	require.InDelta(t, -1.8608, c.Statistic, 5e-5)
	require.InDelta(t, 17.776, c.DF, 5e-4)
	require.InDelta(t, 0.07939, c.P, 5e-6)
	require.InDelta(t, -3.3654832, c.Difference.Low, 5e-8)
	require.InDelta(t, 0.2054832, c.Difference.High, 5e-8)
}

func TestSizeToDetect(t *testing.T) {
	t.Parallel()
	// Fleiss: 0.6 against 0.7, two-sided 5 %, power 80 %: 353 a group without pooling.
	n, err := score.SizeToDetect(0.1, 0.24, 0.21, nil)
	require.NoError(t, err)
	require.EqualValues(t, 354, n)
	more, err := score.SizeToDetect(0.1, 0.24, 0.21, &score.SampleOptions{Power: 0.9})
	require.NoError(t, err)
	require.Greater(t, more, n)
	_, err = score.SizeToDetect(0, 0.2, -1, &score.SampleOptions{Power: 1})
	require.ErrorContains(t, err, "difference")
	require.ErrorContains(t, err, "variance")
	require.ErrorContains(t, err, "power")
}

// Weights: all zero, NaN, negative (brief 6.11); one person; nobody.
func TestWeightFaults(t *testing.T) {
	t.Parallel()
	var w score.WeightedNetPromoter
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1), 1e61, 1e-61} {
		require.ErrorIs(t, w.Add(9, bad), score.ErrOutOfRange, bad)
	}
	require.EqualValues(t, 5, w.Rejected())
	require.NoError(t, w.Add(9, 0))
	_, err := w.Estimate(nil)
	require.ErrorIs(t, err, score.ErrNoData, "all weights are zero")
	require.ErrorIs(t, w.Add(11, 1), score.ErrOutOfRange)
	require.NoError(t, w.Add(9, 7))
	e, err := w.Estimate(nil)
	require.NoError(t, err)
	require.Equal(t, score.EffectiveScore, e.Method)
	require.False(t, e.HasSE)
	require.InDelta(t, -58.7, e.Low, 0.05)
	_, err = w.Estimate(&score.Options{Method: score.Linearised})
	require.ErrorIs(t, err, score.ErrUndefined)
	_, err = w.Estimate(&score.Options{Population: 5})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = w.Estimate(&score.Options{Method: score.Wilson})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	require.Equal(t, score.NetPromoter{Promoters: 1, Invalid: 1}, w.Unweighted())
	var m score.WeightedMean
	require.NoError(t, m.Add(5, 2))
	_, err = m.Estimate(nil)
	require.ErrorIs(t, err, score.ErrUndefined)
	require.ErrorIs(t, m.Add(math.NaN(), 1), score.ErrOutOfRange)
	require.Equal(t, 2.0, m.SumOfWeights())
}

// Large offsets do not eat the spread: sums are joined before they are rounded.
func TestSpreadSurvivesLargeOffsets(t *testing.T) {
	t.Parallel()
	var near0, far score.Comoments
	for _, v := range [][]float64{{1, 2}, {2, 1}, {3, 5}, {7, 4}} {
		require.NoError(t, near0.Add(v))
		require.NoError(t, far.Add([]float64{v[0] + 1e15, v[1] - 1e15}))
	}
	for _, pair := range [][2]int{{0, 0}, {0, 1}, {1, 1}} {
		a, err := near0.Covariance(pair[0], pair[1])
		require.NoError(t, err)
		b, err := far.Covariance(pair[0], pair[1])
		require.NoError(t, err)
		require.Equal(t, a, b)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	line := func(e score.Estimate, err error) {
		require.NoError(t, err)
		b.WriteString(e.Explain() + "\n")
	}
	line(estimateOf(t, 40, 35, 25, score.Options{}), nil)
	line(estimateOf(t, 1, 0, 0, score.Options{NotRandom: true}), nil)
	line(estimateOf(t, 5, 0, 0, score.Options{Method: score.AdjustedWald, Population: 400, Level: 0.9}), nil)
	line(score.Proportion{Hits: 73, Total: 120}.Estimate(nil))
	fit, err := score.ProductMarketFit{Very: 45, Not: 55}.Estimate(nil)
	line(fit.Estimate, err)
	var w score.WeightedNetPromoter
	for i := range 30 {
		require.NoError(t, w.Add(i%11, float64(i%3+1)))
	}
	line(w.Estimate(nil))
	var s score.Satisfaction
	for range 3 {
		require.NoError(t, s.Add(5))
	}
	line(s.Mean(nil))
	c, err := score.CompareNetPromoter(score.NetPromoter{Promoters: 40, Passives: 35, Detractors: 25}, score.NetPromoter{Promoters: 30, Passives: 35, Detractors: 35}, nil)
	require.NoError(t, err)
	b.WriteString(c.Explain() + "\n")
	r, err := comomentsOf(t, sample(1, 50, 4)).Reliability(nil)
	line(r.Alpha, err)
	golden.Equal(t, "testdata/explain.txt", b.String())
}

type textual interface {
	MarshalText() ([]byte, error)
	String() string
}

// Every enum writes itself as text and reads it back, and refuses what is none.
func TestEnums(t *testing.T) {
	t.Parallel()
	round := func(v textual, back func(text []byte) (any, error)) {
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.Equal(t, v.String(), string(text))
		got, err := back(text)
		require.NoError(t, err)
		require.Equal(t, v, got)
		_, err = back([]byte("nonsense " + strings.Repeat("x", 100)))
		require.ErrorIs(t, err, score.ErrOutOfRange)
	}
	for m := score.Auto; m <= score.GroupJackknife; m++ {
		round(m, func(b []byte) (any, error) { var v score.Method; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.AutoTest; m <= score.WelchT; m++ {
		round(m, func(b []byte) (any, error) { var v score.Test; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.FewAnswers; m <= score.ReferenceFixed; m++ {
		require.NotEmpty(t, m.Text())
		round(m, func(b []byte) (any, error) { var v score.Caveat; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.Points; m <= score.Pure; m++ {
		round(m, func(b []byte) (any, error) { var v score.Unit; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.Bonferroni; m <= score.BenjaminiHochberg; m++ {
		round(m, func(b []byte) (any, error) { var v score.Adjustment; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.VeryDisappointed; m <= score.NoLongerUses; m++ {
		round(m, func(b []byte) (any, error) { var v score.Disappointment; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.Tangibles; m <= score.Empathy; m++ {
		round(m, func(b []byte) (any, error) { var v score.ServiceDimension; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.MustBe; m <= score.Questionable; m++ {
		round(m, func(b []byte) (any, error) { var v score.KanoCategory; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.StraightLine; m <= score.TooFast; m++ {
		round(m, func(b []byte) (any, error) { var v score.CarelessFlag; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.RR1; m <= score.CON1; m++ {
		round(m, func(b []byte) (any, error) { var v score.Rate; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.ConcentrateHere; m <= score.PossibleOverkill; m++ {
		round(m, func(b []byte) (any, error) { var v score.Quadrant; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.LMG; m <= score.RelativeWeights; m++ {
		round(m, func(b []byte) (any, error) { var v score.Importance; err := v.UnmarshalText(b); return v, err })
	}
	for m := score.MaximumLikelihood; m <= score.MinimumResidual; m++ {
		round(m, func(b []byte) (any, error) { var v score.FactorMethod; err := v.UnmarshalText(b); return v, err })
	}
	for _, none := range []textual{score.Method(99), score.Test(99), score.Caveat(0), score.Unit(0), score.Adjustment(0), score.Disappointment(9), score.ServiceDimension(0), score.KanoCategory(7), score.CarelessFlag(0), score.Rate(0), score.Quadrant(0), score.Importance(0), score.FactorMethod(0)} {
		_, err := none.MarshalText()
		require.ErrorIs(t, err, score.ErrOutOfRange)
		require.NotEmpty(t, none.String())
	}
	require.Empty(t, score.Caveat(99).Text())
	require.Empty(t, score.KanoCategory(0).Letter())
}

func TestEstimateJSON(t *testing.T) {
	t.Parallel()
	e := estimateOf(t, 5, 0, 0, score.Options{Method: score.AdjustedWald})
	data, err := json.Marshal(e)
	require.NoError(t, err)
	require.Contains(t, string(data), `"method":"adjusted-wald"`)
	require.Contains(t, string(data), `"caveats":["few-answers","empty-class","no-spread","clipped"]`)
	var back score.Estimate
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, e, back)
	var c score.Caveats
	require.NoError(t, json.Unmarshal([]byte("null"), &c))
	require.Zero(t, c)
	require.Error(t, json.Unmarshal([]byte(`["clipped","clipped"]`), &c))
	require.Error(t, json.Unmarshal([]byte(`["sure"]`), &c))
	require.Equal(t, "none", c.String())
	require.Equal(t, "clipped weighted", score.CaveatsOf(score.Weighted, score.Clipped, 0, 99).String())
	_, ok := e.Percent()
	require.False(t, ok, "points are no share")
}
