package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/metrics"
)

// Two wings give headline figures, and know nothing of each other: one from a host's
// rows, the other from a survey's answers. Where both have a figure by the same method
// it is the same one.
func TestScoreAndMetricsAgree(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-12 // of points and shares: the order of two divisions
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.IntRange(-1, 11), 1, 300).Draw(t, "answers")
		var a metrics.NetPromoter
		var b score.NetPromoter
		var csatA metrics.Ratings // on 1 to 5
		var csatB score.Satisfaction
		for _, x := range answers {
			require.Equal(t, a.Add(x) == nil, b.Add(x) == nil, "%d", x)
			require.Equal(t, csatA.Add(x) == nil, csatB.Add(x) == nil, "%d", x)
		}
		require.Equal(t, []int64{a.Promoters, a.Passives, a.Detractors, a.Invalid}, []int64{b.Promoters, b.Passives, b.Detractors, b.Invalid})
		level := rapid.SampledFrom([]float64{0.8, 0.95, 0.99}).Draw(t, "level")
		methods := map[metrics.Method]score.Method{metrics.Wald: score.Wald, metrics.AdjustedWald: score.AdjustedWald, metrics.Score: score.Score}
		for theirs, ours := range methods {
			x, errA := a.Interval(theirs, level)
			y, errB := b.Estimate(&score.Options{Level: level, Method: ours})
			require.Equal(t, errA == nil, errB == nil, "%v %v", errA, errB)
			if errA != nil {
				continue
			}
			require.InDelta(t, x.Estimate, y.Value, 100*tolerance)
			require.InDelta(t, x.Low, y.Low, 1e-9, "%s", theirs)
			require.InDelta(t, x.High, y.High, 1e-9, "%s", theirs)
			require.Equal(t, theirs.String(), ours.String())
		}
		top := csatA.TopBox()
		y, errB := csatB.Top(2, &score.Options{Level: level, Method: score.Wilson})
		x, errA := top.Interval(metrics.Wilson, level)
		require.Equal(t, errA == nil, errB == nil, "%v %v", errA, errB)
		if errA == nil {
			p, ok := y.Percent()
			require.True(t, ok)
			require.InDelta(t, 100*x.Estimate, p.Value, 1e-9)
			require.InDelta(t, 100*x.Low, p.Low, 1e-9)
			require.InDelta(t, 100*x.High, p.High, 1e-9)
		}
	})
}
