package score_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
)

// Property 19: the reference's mean ridit is one half; turning the scale gives one minus it;
// anchored positions do not change with a shift and stretch of all scores.
func TestRiditProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []int64 {
			counts := rapid.SliceOfN(rapid.Int64Range(0, 30), 5, 5).Draw(t, name)
			counts[rapid.IntRange(0, 4).Draw(t, "some")] += 2
			return counts
		}
		turned := func(counts []int64) *score.Ratings {
			out := make([]int64, len(counts))
			for i, c := range counts {
				out[len(counts)-1-i] = c
			}
			return must(score.RatingsFromCounts(1, out))
		}
		gc, rc := draw("group"), draw("reference")
		group, reference := must(score.RatingsFromCounts(1, gc)), must(score.RatingsFromCounts(1, rc))
		self, err := score.MeanRidit(reference, reference, nil)
		require.NoError(t, err)
		near(t, 0.5, self.Value)
		e, err := score.MeanRidit(group, reference, nil)
		require.NoError(t, err)
		m, err := score.MeanRidit(turned(gc), turned(rc), nil)
		require.NoError(t, err)
		near(t, 1-e.Value, m.Value)
		require.InDelta(t, e.SE, m.SE, 1e-9)
		back, err := score.MeanRidit(reference, group, nil)
		require.NoError(t, err)
		near(t, 1-e.Value, back.Value, "seen from the other side")
		// P(higher) + P(tie)/2 by counting pairs.
		higher, pairs := 0.0, 0.0
		for i, g := range gc {
			for j, r := range rc {
				pairs += float64(g * r)
				if i > j {
					higher += float64(g * r)
				} else if i == j {
					higher += float64(g*r) / 2
				}
			}
		}
		near(t, higher/pairs, e.Value)
		fixed, err := score.MeanRidit(group, reference, &score.RiditOptions{FixedReference: true})
		require.NoError(t, err)
		require.True(t, fixed.Caveats.Has(score.ReferenceFixed))
		near(t, e.Value, fixed.Value)
	})
}

// The placements' standard error against the spread of simulated samples.
func TestRiditStandardError(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 2))
	draw := func(n int, up float64) *score.Ratings {
		r := &score.Ratings{}
		for range n {
			_ = r.Add(1 + min(4, int(5*math.Pow(random.Float64(), up))))
		}
		return r
	}
	sum, squares, se := 0.0, 0.0, 0.0
	const runs = 2000
	for range runs {
		e, err := score.MeanRidit(draw(60, 0.7), draw(80, 1), nil)
		require.NoError(t, err)
		sum += e.Value
		squares += e.Value * e.Value
		se += e.SE
	}
	sd := math.Sqrt(squares/runs - sum/runs*sum/runs)
	require.InEpsilon(t, sd, se/runs, 0.05)
}

func TestRiditFaults(t *testing.T) {
	t.Parallel()
	five, seven := &score.Ratings{}, must(score.NewRatings(1, 7))
	_, err := score.MeanRidit(five, seven, nil)
	require.ErrorIs(t, err, score.ErrNotComparable)
	_, err = score.MeanRidit(five, &score.Ratings{}, &score.RiditOptions{Level: 3})
	require.ErrorIs(t, err, score.ErrNoData)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	require.NoError(t, five.Add(3))
	_, err = score.MeanRidit(five, five, nil)
	require.ErrorIs(t, err, score.ErrUndefined)
	e, err := score.MeanRidit(five, five, &score.RiditOptions{FixedReference: true})
	require.NoError(t, err)
	require.Equal(t, 0.5, e.Value)
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	_, err := score.AnchorPosition(10, -20, -20)
	require.ErrorIs(t, err, score.ErrInconsistent)
	_, err = score.AnchorPosition(10, -30, 20)
	require.ErrorIs(t, err, score.ErrInconsistent)
	_, err = score.AnchorPosition(math.NaN(), 101, math.Inf(1))
	require.ErrorContains(t, err, "score")
	require.ErrorContains(t, err, "liked")
	require.ErrorContains(t, err, "disliked")
	rapid.Check(t, func(t *rapid.T) {
		s, d := rapid.Float64Range(-40, 40).Draw(t, "s"), rapid.Float64Range(-40, 0).Draw(t, "d")
		l := d + rapid.Float64Range(1, 30).Draw(t, "width")
		stretch, shift := rapid.Float64Range(0.2, 1.5).Draw(t, "stretch"), rapid.Float64Range(-20, 20).Draw(t, "shift")
		a, err := score.AnchorPosition(s, l, d)
		require.NoError(t, err)
		b, err := score.AnchorPosition(s*stretch+shift, l*stretch+shift, d*stretch+shift)
		require.NoError(t, err)
		require.InDelta(t, a, b, 1e-9*math.Max(1, math.Abs(a)))
	})
}

// A cross-cultural wave with equal true satisfaction, as the brief's: raw scores differ by
// dozens of points, standardised groups refuse to be compared, anchored scores agree.
func TestAnchoredComparison(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 1))
	// A country maps a feeling to an answer; Japan uses the middle of the scale.
	answer := func(feeling, centre, spread float64) int {
		return min(10, max(0, int(math.Round(centre+spread*feeling))))
	}
	wave := func(mean, centre, spread float64) score.Estimate {
		var n score.NetPromoter
		for range 4000 {
			require.NoError(t, n.Add(answer(mean+random.NormFloat64(), centre, spread)))
		}
		e, err := n.Estimate(nil)
		require.NoError(t, err)
		return e
	}
	country := func(truth, centre, spread float64) (raw score.Estimate, anchored score.Anchored) {
		raw = wave(truth, centre, spread)
		anchored, err := score.AnchorEstimate(raw, wave(1, centre, spread), wave(-1, centre, spread), nil)
		require.NoError(t, err)
		require.False(t, anchored.Extrapolated)
		return raw, anchored
	}
	usRaw, us := country(0.3, 8, 2)
	jpRaw, jp := country(0.3, 6.4, 1.5)
	require.Greater(t, usRaw.Value-jpRaw.Value, 40.0, "raw scores differ though people are equally satisfied")
	c, err := score.CompareEstimates(us.Estimate, jp.Estimate, nil)
	require.NoError(t, err)
	require.Less(t, math.Abs(c.Difference.Value), 0.15)
	_, better := country(0.9, 6.4, 1.5)
	c, err = score.CompareEstimates(better.Estimate, jp.Estimate, nil)
	require.NoError(t, err)
	require.Greater(t, c.Difference.Low, 0.1, "a real difference is seen")

	_, err = score.AnchorEstimate(score.Estimate{Unit: score.Share}, usRaw, jpRaw, nil)
	require.ErrorIs(t, err, score.ErrNotComparable)
	require.ErrorIs(t, err, score.ErrUndefined)
	close, err := score.AnchorEstimate(usRaw, score.Estimate{Unit: score.Points, Value: 1, SE: 5, HasSE: true}, score.Estimate{Unit: score.Points, SE: 5, HasSE: true}, nil)
	require.NoError(t, err)
	require.True(t, close.Caveats.Has(score.CloseAnchors))
	require.True(t, close.Extrapolated)
	require.True(t, close.Caveats.Has(score.Extrapolated))
}

// The delta variance of an anchored score against simulation.
func TestAnchorStandardError(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	truth := [3]score.Estimate{{Unit: score.Points, Value: 10, SE: 3, HasSE: true}, {Unit: score.Points, Value: 40, SE: 4, HasSE: true}, {Unit: score.Points, Value: -50, SE: 5, HasSE: true}}
	a, err := score.AnchorEstimate(truth[0], truth[1], truth[2], nil)
	require.NoError(t, err)
	sum, squares := 0.0, 0.0
	const runs = 20000
	for range runs {
		var v [3]float64
		for i, e := range truth {
			v[i] = e.Value + e.SE*random.NormFloat64()
		}
		p, err := score.AnchorPosition(v[0], v[1], v[2])
		require.NoError(t, err)
		sum += p
		squares += p * p
	}
	require.InEpsilon(t, math.Sqrt(squares/runs-sum/runs*sum/runs), a.SE, 0.03)
}

func TestStandardisedGroupsRefuse(t *testing.T) {
	t.Parallel()
	a, err := score.StandardizeItems([][]int{{1, 2}, {2, 5}, {3, 5}})
	require.NoError(t, err)
	b, err := score.StandardizeItems([][]int{{4, 2}, {5, 4}})
	require.NoError(t, err)
	err = a.Compare(b)
	require.ErrorIs(t, err, score.ErrNotComparable)
	require.ErrorContains(t, err, "whether it was real or not")
	_, err = score.StandardizeItems([][]int{{1, 2}, {1, 5}})
	require.ErrorIs(t, err, score.ErrUndefined)
	require.ErrorContains(t, err, "item 0")
	_, err = score.StandardizeItems([][]int{{1, 2}})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.StandardizeItems([][]int{{1, 2}, {1}})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.RescaleToGrand(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	_, err = score.RescaleToGrand([][][]int{{{1, 2}}, {{3, 3}}})
	require.ErrorIs(t, err, score.ErrUndefined)
	require.ErrorContains(t, err, "group 1")
	_, err = score.PersonCentred(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	values := a.Values()
	values[0][0] = 99
	require.NotEqual(t, values[0][0], a.Values()[0][0], "a copy")
}

func TestResponseStyle(t *testing.T) {
	t.Parallel()
	var s score.ResponseStyle
	_, err := s.Agreeing(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	require.ErrorIs(t, s.Add(nil), score.ErrIncomplete)
	require.ErrorIs(t, s.Add([]int{0, 6}), score.ErrOutOfRange)
	require.NoError(t, s.Add([]int{5, 5, 5}))
	e, err := s.Extreme(nil)
	require.NoError(t, err)
	require.Equal(t, 1.0, e.Value)
	require.Equal(t, score.AllAlike, e.Method)
	require.False(t, e.HasSE)
	require.NoError(t, s.Add([]int{1, 3}))
	e, err = s.NetAgreeing(nil)
	require.NoError(t, err)
	near(t, 0.4, e.Value)
	// Ratio over persons: residuals 3 - 0.4·3 and -1 - 0.4·2; n/(n-1) Σ² / 25.
	near(t, math.Sqrt(2*(1.8*1.8+1.8*1.8)/25), e.SE)
	require.EqualValues(t, 2, s.N())
	even := must(score.NewResponseStyle(1, 4))
	require.NoError(t, even.Add([]int{2, 3}))
	_, err = even.Middle(nil)
	require.ErrorIs(t, err, score.ErrUndefined)
	agree, err := even.Agreeing(nil)
	require.NoError(t, err)
	require.Equal(t, 0.5, agree.Value)
	_, err = even.Agreeing(&score.Options{Method: score.Wilson})
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.NewResponseStyle(4, 4)
	require.ErrorIs(t, err, score.ErrOutOfRange)
}
