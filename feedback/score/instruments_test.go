package score_test

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/score"
)

// Property 17: mirrored answers mirror the score; it moves in steps of 2.5.
func TestSUSProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var items, mirror [10]int
		for i := range items {
			items[i] = rapid.IntRange(1, 5).Draw(t, "item")
			mirror[i] = 6 - items[i]
		}
		a, err := score.ScoreSUS(items, nil)
		require.NoError(t, err)
		b, err := score.ScoreSUS(mirror, nil)
		require.NoError(t, err)
		require.Equal(t, 100-a.Score, b.Score)
		require.Zero(t, math.Mod(a.Score, 2.5))
		require.InDelta(t, a.Score, 0.8*a.Usable+0.2*a.Learnable, 1e-9)
	})
}

func TestSUSMissing(t *testing.T) {
	t.Parallel()
	items := [10]int{5, 1, 5, 0, 5, 1, 5, 1, 5, 1}
	_, err := score.ScoreSUS(items, nil)
	require.ErrorIs(t, err, score.ErrIncomplete)
	got, err := score.ScoreSUS(items, &score.SUSOptions{CentreMissing: true})
	require.NoError(t, err)
	require.Equal(t, score.SUSScore{Score: 95, Usable: 100, Learnable: 75, Imputed: true}, got)
	items[7] = 0
	_, err = score.ScoreSUS(items, &score.SUSOptions{CentreMissing: true})
	require.ErrorIs(t, err, score.ErrIncomplete, "two missing items give none")
	_, err = score.ScoreSUS([10]int{6, -1, 3, 3, 3, 3, 3, 3, 3, 0}, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	require.ErrorIs(t, err, score.ErrIncomplete)
	require.ErrorContains(t, err, "item 1 ")
	require.ErrorContains(t, err, "item 2 ")
	require.ErrorContains(t, err, "item 10 ")

	var u score.Usability
	require.Error(t, u.Add(items, nil))
	require.EqualValues(t, 1, u.Rejected())
	_, err = u.Mean(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	require.NoError(t, u.Add([10]int{3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, nil))
	e, err := u.Mean(nil)
	require.NoError(t, err)
	require.Equal(t, 50.0, e.Value)
	require.False(t, e.HasSE)
	require.Equal(t, score.AllAlike, e.Method)
	require.InDelta(t, 50-0.975*50, e.Low, 1e-9, "one answer leaves nearly the whole scale")
	for _, part := range []func(*score.Options) (score.Estimate, error){u.Usable, u.Learnable} {
		e, err := part(nil)
		require.NoError(t, err)
		require.Equal(t, 50.0, e.Value)
	}
}

// Brief 6.28: the regression exists and nothing uses it.
func TestUMUXLite(t *testing.T) {
	t.Parallel()
	got, err := score.ScoreUMUXLite(6, 7)
	require.NoError(t, err)
	require.InDelta(t, 91.7, got, 0.05)
	_, err = score.ScoreUMUXLite(0, 8)
	require.ErrorIs(t, err, score.ErrIncomplete)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	var u score.UsefulnessEase
	require.NoError(t, u.Add(6, 7))
	require.NoError(t, u.Add(4, 4))
	require.Error(t, u.Add(0, 7))
	require.EqualValues(t, 2, u.N())
	require.EqualValues(t, 1, u.Rejected())
	e, err := u.Mean(nil)
	require.NoError(t, err)
	require.InDelta(t, (91.6666666667+50)/2, e.Value, 1e-9)
	_, err = score.SUSFromUMUXLite2013(101)
	require.ErrorIs(t, err, score.ErrOutOfRange)
}

// Property 18.
func TestKanoAndBestWorstProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var k score.Kano
		n := rapid.IntRange(1, 60).Draw(t, "n")
		for range n {
			require.NoError(t, k.Add(rapid.IntRange(1, 5).Draw(t, "with"), rapid.IntRange(1, 5).Draw(t, "without")))
		}
		var total int64
		for c := score.MustBe; c <= score.Questionable; c++ {
			total += k.Count(c)
		}
		require.EqualValues(t, n, total)
		c, err := k.Coefficients(nil)
		if err != nil {
			require.ErrorIs(t, err, score.ErrNoData)
		} else {
			require.True(t, c.Better.Value >= 0 && c.Better.Value <= 1 && c.Better.Contains(c.Better.Value))
			require.True(t, c.Worse.Value >= -1 && c.Worse.Value <= 0 && c.Worse.Contains(c.Worse.Value))
			require.True(t, c.Worse.Low >= -1 && c.Worse.High <= 0)
		}

		var b score.BestWorst
		items := []string{"a", "b", "c", "d", "e"}
		for range n {
			shown := rapid.Permutation(items).Draw(t, "shown")[:rapid.IntRange(2, 5).Draw(t, "of")]
			require.NoError(t, b.Add(shown, shown[0], shown[1]))
		}
		require.EqualValues(t, n, b.N())
		got, err := b.Items(nil)
		require.NoError(t, err)
		var balance int64
		share, logits := 0.0, false
		for i, item := range got {
			balance += item.Best - item.Worst
			share += item.Share
			logits = logits || item.HasLogit
			require.True(t, item.Score.Caveats.Has(score.RelativeToSet))
			require.True(t, item.Score.Contains(item.Score.Value) || item.Score.Method == score.AdjustedWald)
			if i > 0 {
				require.GreaterOrEqual(t, got[i-1].Score.Value, item.Score.Value)
			}
		}
		require.Zero(t, balance)
		if logits {
			require.InDelta(t, 1, share, 1e-12)
		}
	})
}

func TestKanoMode(t *testing.T) {
	t.Parallel()
	var k score.Kano
	_, _, ok := k.Mode()
	require.False(t, ok)
	_, err := k.Coefficients(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	require.NoError(t, k.Add(1, 3)) // attractive
	require.NoError(t, k.Add(3, 5)) // must-be
	mode, tied, ok := k.Mode()
	require.True(t, ok && tied)
	require.Equal(t, score.MustBe, mode, "of equal ones the one that matters most")
	for range 30 {
		require.NoError(t, k.Add(1, 3))
	}
	mode, tied, _ = k.Mode()
	require.False(t, tied)
	require.Equal(t, score.Attractive, mode)
	c, err := k.Coefficients(nil)
	require.NoError(t, err)
	require.False(t, c.Better.Caveats.Has(score.CloseCategories))
	require.ErrorIs(t, k.Add(0, 5), score.ErrOutOfRange)
	require.ErrorIs(t, k.Add(5, 6), score.ErrOutOfRange)
	require.EqualValues(t, 2, k.Invalid())
}

func TestBestWorstFaults(t *testing.T) {
	t.Parallel()
	var b score.BestWorst
	_, err := b.Items(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	err = b.Add([]string{"a", "a", ""}, "x", "x")
	require.ErrorContains(t, err, "shown[1]")
	require.ErrorContains(t, err, "shown[2]")
	require.ErrorContains(t, err, "best")
	require.ErrorContains(t, err, "too")
	require.ErrorIs(t, b.Add([]string{"a"}, "a", "a"), score.ErrOutOfRange)
	require.EqualValues(t, 0, b.N())
	require.NoError(t, b.Add([]string{"a", "b", "c"}, "a", "b"))
	items, err := b.Items(nil)
	require.NoError(t, err)
	require.Equal(t, "a", items[0].Item)
	require.False(t, items[0].HasLogit, "always best: its logit has no end")
	require.Zero(t, items[0].Share)
	require.True(t, items[1].HasLogit)
	require.Equal(t, 1.0, items[1].Share)
}

// Brief 3: PMF 45 of 100 reaches 40 % and does not show it.
func TestProductMarketFit(t *testing.T) {
	t.Parallel()
	fit, err := score.ProductMarketFit{Very: 45, Not: 55, NotApplicable: 200}.Estimate(nil)
	require.NoError(t, err)
	require.InDelta(t, 0.356, fit.Low, 5e-4)
	require.InDelta(t, 0.548, fit.High, 5e-4)
	require.True(t, fit.Reached)
	require.False(t, fit.Shown)
	require.True(t, fit.Caveats.Has(score.BenchmarkNotShown))
	require.True(t, fit.Caveats.Has(score.SmallDenominator))
	fit, err = score.ProductMarketFit{Very: 450, Not: 550}.Estimate(nil)
	require.NoError(t, err)
	require.True(t, fit.Shown)
	_, err = score.ProductMarketFit{NotApplicable: 3}.Estimate(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	var p score.ProductMarketFit
	require.ErrorIs(t, p.Add(0), score.ErrOutOfRange)
}

// Silence is skipped, never a zero and never in a denominator (brief 6.2, 6.5).
func TestStrictAnswers(t *testing.T) {
	t.Parallel()
	zero, err := feedback.NewNPS(0)
	require.NoError(t, err)
	ten, err := feedback.NewNPS(10)
	require.NoError(t, err)
	given := []feedback.NPSAnswer{zero, {}, ten, {}}
	of := score.NetPromoterOf(func(yield func(feedback.NPSAnswer) bool) {
		for _, a := range given {
			if !yield(a) {
				return
			}
		}
	})
	var one score.NetPromoter
	for _, a := range given {
		one.AddAnswer(a)
	}
	require.Equal(t, score.NetPromoter{Promoters: 1, Detractors: 1, Skipped: 2}, of)
	require.Equal(t, of, one)
	var column score.NetPromoter
	column.AddAnswers(given)
	require.Equal(t, of, column)
	all := []feedback.NPSAnswer{{}}
	for v := range 11 {
		all = append(all, must(feedback.NewNPS(v)))
	}
	want := score.NetPromoter{Promoters: 2, Passives: 2, Detractors: 7, Skipped: 1}
	require.Equal(t, want, score.NetPromoterOf(slices.Values(all)))
	column, one = score.NetPromoter{}, score.NetPromoter{}
	column.AddAnswers(all)
	require.Equal(t, want, column)
	for _, a := range all {
		one.AddAnswer(a)
	}
	require.Equal(t, want, one)
	type host struct{ feedback.NPSAnswer }
	hosts := []host{{all[1]}, {}, {all[11]}}
	require.Equal(t, score.NetPromoter{Promoters: 1, Detractors: 1, Skipped: 1}, score.NetPromoterOf(slices.Values(hosts)))

	var s score.Satisfaction
	s.AddAnswer(must(feedback.NewCSAT(5)))
	s.AddAnswer(feedback.CSATAnswer{})
	require.EqualValues(t, 1, s.N())
	require.EqualValues(t, 1, s.Skipped())
	require.Equal(t, score.Proportion{Hits: 1, Total: 1}, s.Proportion(2))
	require.Equal(t, []int64{0, 0, 0, 0, 1}, s.Ratings().Counts())
	require.ErrorIs(t, s.Add(6), score.ErrOutOfRange)
	require.EqualValues(t, 1, s.Invalid())
	_, err = s.Top(5, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = s.Bottom(0, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)

	var e score.EffortEase
	e.AddAnswer(must(feedback.NewCES(2, feedback.HigherIsHarder)))
	e.AddAnswer(must(feedback.NewCES(6, feedback.HigherIsEasier)))
	e.AddAnswer(feedback.CESAnswer{})
	mean, err := e.Mean(nil)
	require.NoError(t, err)
	require.Equal(t, 6.0, mean.Value, "both directions meet")
	require.EqualValues(t, 1, e.Skipped())
	require.Error(t, e.Add(0))
	require.EqualValues(t, 1, e.Invalid())

	var c score.EffortRequired
	c.Skip()
	require.Error(t, c.Add(6))
	require.EqualValues(t, [3]int64{0, 1, 1}, [3]int64{c.N(), c.Invalid(), c.Skipped()})
	_, err = c.Mean(nil)
	require.ErrorIs(t, err, score.ErrNoData)
}

// AddScores is Add, for every value of a byte.
func TestAddScores(t *testing.T) { // counts allocations, so it runs alone
	var column, one score.NetPromoter
	var all []int8
	for v := -128; v <= 127; v++ {
		for range v&3 + 1 {
			all = append(all, int8(v))
			_ = one.Add(v)
		}
	}
	column.AddScores(all)
	require.Equal(t, one, column)
	require.Zero(t, testing.AllocsPerRun(10, func() { column.AddScores(all) }))
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = column.Add(11) }))
}

func TestRatings(t *testing.T) {
	t.Parallel()
	r, err := score.NewRatings(1, 10)
	require.NoError(t, err)
	require.NoError(t, r.Add(10))
	_, err = r.NetPromoter()
	require.ErrorIs(t, err, score.ErrNotComparable, "1 to 10 is not rescaled to promoters")
	require.ErrorContains(t, r.Add(11), "1 to 10")
	require.EqualValues(t, 1, r.Invalid())
	_, err = r.SD()
	require.ErrorIs(t, err, score.ErrUndefined)
	_, err = r.Share(11, 12, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = r.Mean(&score.Options{Method: score.StudentT})
	require.ErrorIs(t, err, score.ErrUndefined)
	for _, bad := range [][2]int{{5, 5}, {5, 1}, {0, 101}, {-1001, -950}, {990, 1001}} {
		_, err := score.NewRatings(bad[0], bad[1])
		require.ErrorIs(t, err, score.ErrOutOfRange, bad)
	}
	_, err = score.RatingsFromCounts(1, []int64{1, -1})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	r, err = score.RatingsFromCounts(0, []int64{0, 0, 4, 0})
	require.NoError(t, err)
	e, err := r.Mean(nil)
	require.NoError(t, err)
	require.Equal(t, score.AllAlike, e.Method)
	bound := 1 - math.Pow(0.025, 0.25)
	near(t, 2-bound*2, e.Low)
	near(t, 2+bound*1, e.High)
	require.True(t, e.Caveats.Has(score.NoSpread))
	share, err := r.Share(2, 3, nil)
	require.NoError(t, err)
	require.Equal(t, 1.0, share.Value)
	sd, err := r.SD()
	require.NoError(t, err)
	require.Zero(t, sd)
}

// AllAlike covers at least its level: enumeration of two-point populations at the ends.
func TestAllAlikeCovers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 5, 20, 100} {
		for _, others := range []float64{0.001, 0.01, 0.05, 0.2, 0.5, 0.9} {
			// Everybody drawn says 5, though a share of the people says 1.
			r, err := score.RatingsFromCounts(1, []int64{0, 0, 0, 0, int64(n)})
			require.NoError(t, err)
			e, err := r.Mean(nil)
			require.NoError(t, err)
			if truth := 5 - 4*others; !e.Contains(truth) {
				require.Less(t, math.Pow(1-others, float64(n)), 0.05)
			}
		}
	}
}

func TestServiceAndIndexFaults(t *testing.T) {
	t.Parallel()
	var q score.ServiceQuality
	_, err := q.Gap(score.Tangibles, nil)
	require.ErrorIs(t, err, score.ErrNoData)
	_, err = q.Gap(9, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	var good, bad [score.ServiceItems]int
	for i := range good {
		good[i], bad[i] = 7, 1
	}
	bad[3], bad[4] = 0, 8
	err = q.Add(good, bad)
	require.ErrorIs(t, err, score.ErrIncomplete)
	require.ErrorContains(t, err, "expectation 4 ")
	require.ErrorContains(t, err, "expectation 5 ")
	bad[3], bad[4] = 1, 1
	require.NoError(t, q.Add(good, bad))
	for range 3 {
		require.NoError(t, q.Add(good, good))
	}
	require.EqualValues(t, 4, q.N())
	e, err := q.Weighted([5]float64{11, 32, 23, 19, 15}, nil)
	require.NoError(t, err)
	near(t, 1.5, e.Value)
	_, err = q.Weighted([5]float64{11, 32, 23, 19, 16}, nil)
	require.ErrorIs(t, err, score.ErrInconsistent)
	_, err = q.Weighted([5]float64{-1, 32, 23, 19, math.NaN()}, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)

	for _, c := range []struct{ means, weights []float64 }{
		{nil, nil},
		{[]float64{5}, []float64{1, 2}},
		{[]float64{0.5}, []float64{1}},
		{[]float64{math.NaN()}, []float64{1}},
		{[]float64{5}, []float64{0}},
		{[]float64{5}, []float64{-1}},
		{[]float64{5}, []float64{math.Inf(1)}},
	} {
		_, err := score.IndexOfMeans(c.means, c.weights)
		require.ErrorIs(t, err, score.ErrOutOfRange, c)
	}
	got, err := score.IndexOfMeans([]float64{7.5, 7, 6.8}, []float64{1e308, 1e308, 1e308})
	require.NoError(t, err)
	require.InDelta(t, 67.8, got, 0.05)

	// The index of the means is the mean of the respondents' indices.
	var x score.SatisfactionIndex
	_, err = x.Estimate(nil, nil)
	require.ErrorIs(t, err, score.ErrNoData)
	for _, a := range [][]int{{7, 5, 9}, {8, 8, 2}, {10, 10, 10}, {1, 3, 2}} {
		require.NoError(t, x.Add(a))
	}
	require.ErrorIs(t, x.Add([]int{0, 1, 1}), score.ErrIncomplete)
	require.ErrorIs(t, x.Add([]int{11, 1, 1}), score.ErrOutOfRange)
	require.ErrorIs(t, x.Add([]int{1}), score.ErrOutOfRange)
	index, err := x.Estimate([]float64{3, 2, 1}, nil)
	require.NoError(t, err)
	want, err := score.IndexOfMeans([]float64{26.0 / 4, 26.0 / 4, 23.0 / 4}, []float64{3, 2, 1})
	require.NoError(t, err)
	near(t, want, index.Value)
	_, err = x.Estimate([]float64{1}, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	require.EqualValues(t, 4, x.N())
	_, err = x.Items().Reliability(nil)
	require.NoError(t, err)
}

func TestCarelessFlags(t *testing.T) {
	t.Parallel()
	_, err := score.InspectAnswers(nil, nil)
	require.ErrorIs(t, err, score.ErrNoData)
	one, err := score.InspectAnswers([]int{4}, nil)
	require.NoError(t, err)
	require.False(t, one.HasVariation)
	require.Empty(t, one.Flags, "one answer is no line")
	fast, err := score.InspectAnswers([]int{4, 4, 4, 4, 4, 4, 4}, &score.CarelessOptions{LeastVariation: 0.5, Taken: 10 * time.Second})
	require.NoError(t, err)
	require.Equal(t, []score.CarelessFlag{score.StraightLine, score.LongRun, score.LowVariation, score.TooFast}, fast.Flags)
	_, err = score.InspectAnswers([]int{1}, &score.CarelessOptions{LongestRun: -1, Taken: -1})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.InspectAnswers([]int{1}, &score.CarelessOptions{LeastVariation: math.NaN()})
	require.ErrorIs(t, err, score.ErrOutOfRange)
}

func TestOutcomeRates(t *testing.T) {
	t.Parallel()
	_, err := score.Cases{}.Rate(score.RR1, 1)
	require.ErrorIs(t, err, score.ErrNoData)
	_, err = score.Cases{Complete: -1}.Rate(0, 2)
	require.ErrorContains(t, err, "cases")
	require.ErrorContains(t, err, "rate")
	require.ErrorContains(t, err, "e is 2")
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int64 { return rapid.Int64Range(0, 500).Draw(t, name) }
		c := score.Cases{Complete: n("I"), Partial: n("P"), Refusal: n("R"), NonContact: n("NC"), Other: n("O"), UnknownHousehold: n("UH"), UnknownOther: n("UO")}
		e := rapid.Float64Range(0, 1).Draw(t, "e")
		rate := func(r score.Rate, e float64) float64 {
			v, err := c.Rate(r, e)
			if err != nil {
				t.Skip("nobody")
			}
			return v
		}
		require.LessOrEqual(t, rate(score.RR1, e), rate(score.RR3, e))
		require.LessOrEqual(t, rate(score.RR3, e), rate(score.RR5, e))
		require.LessOrEqual(t, rate(score.RR5, e), rate(score.RR6, e))
		require.Equal(t, rate(score.RR1, e), rate(score.RR3, 1), "all unknown are eligible")
		require.Equal(t, rate(score.RR6, e), rate(score.RR4, 0), "none is")
	})
	_, err = score.NonresponseBias(3, 4, 1.2)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.NonresponseBias(math.NaN(), 4, 0.2)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	low, high, err := score.NonresponseBounds(4, 0.25, 1, 5)
	require.NoError(t, err)
	require.Equal(t, [2]float64{1.75, 4.75}, [2]float64{low, high})
	for _, bad := range [][4]float64{{6, 0.5, 1, 5}, {3, -1, 1, 5}, {3, 0.5, math.Inf(-1), 5}, {math.NaN(), 0.5, 1, 5}} {
		_, _, err := score.NonresponseBounds(bad[0], bad[1], bad[2], bad[3])
		require.ErrorIs(t, err, score.ErrOutOfRange, strconv.FormatFloat(bad[0], 'g', -1, 64))
	}
}
