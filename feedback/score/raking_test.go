package score_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
)

type respondent struct {
	levels []string
	base   float64
}

func drawRespondents(t *rapid.T) []respondent {
	out := make([]respondent, 0, 64)
	// All combinations once, so that every set of targets can be met.
	for a := range 2 {
		for b := range 3 {
			out = append(out, respondent{[]string{strconv.Itoa(a), strconv.Itoa(b)}, 1})
		}
	}
	for range rapid.IntRange(0, 50).Draw(t, "more") {
		out = append(out, respondent{
			[]string{strconv.Itoa(rapid.IntRange(0, 1).Draw(t, "a")), strconv.Itoa(rapid.IntRange(0, 2).Draw(t, "b"))},
			rapid.SampledFrom([]float64{1, 1, 0.5, 3.7}).Draw(t, "base"),
		})
	}
	return out
}

// Property 14: margins hit their targets, weights are positive, and the order of rows does not
// change a bit.
func TestRakingProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := drawRespondents(t)
		r, turned := rakingOf(0.4)(), rakingOf(0.4)()
		base := 0.0
		for _, p := range people {
			require.NoError(t, r.Add(p.levels, p.base))
			base += p.base
		}
		for _, i := range rapid.Permutation(seq(len(people))).Draw(t, "order") {
			require.NoError(t, turned.Add(people[i].levels, people[i].base))
		}
		w, err := r.Weights(nil)
		require.NoError(t, err)
		again, err := turned.Weights(nil)
		require.NoError(t, err)
		require.Equal(t, w.Report, again.Report)
		require.True(t, w.Report.Converged)
		require.EqualValues(t, 0, w.Report.EmptyCells)
		require.GreaterOrEqual(t, w.Report.DesignEffect, 1.0)
		total, margins := 0.0, map[string]float64{}
		var mean score.WeightedMean
		for _, p := range people {
			weight, err := w.Weight(p.levels, p.base)
			require.NoError(t, err)
			other, err := again.Weight(p.levels, p.base)
			require.NoError(t, err)
			require.Equal(t, weight, other)
			require.Positive(t, weight)
			total += weight
			margins["a"+p.levels[0]] += weight
			margins["b"+p.levels[1]] += weight
			require.NoError(t, mean.Add(1, weight))
		}
		require.InEpsilon(t, base, total, 1e-9)
		for level, want := range map[string]float64{"a0": 0.4, "a1": 0.6, "b0": 0.2, "b1": 0.5, "b2": 0.3} {
			require.InDelta(t, want, margins[level]/total, 1e-10, level)
		}
		deff, err := mean.DesignEffect()
		require.NoError(t, err)
		require.InEpsilon(t, deff, w.Report.DesignEffect, 1e-9)
	})
}

// Brief 6.10: an empty level is named; margins that contradict each other do not converge.
func TestRakingFaults(t *testing.T) {
	t.Parallel()
	r := rakingOf(0.4)()
	_, err := r.Weights(nil)
	require.ErrorIs(t, err, score.ErrNoData)
	require.NoError(t, r.Add([]string{"0", "0"}, 1))
	require.NoError(t, r.Add([]string{"0", "1"}, 2))
	_, err = r.Weights(nil)
	require.ErrorIs(t, err, score.ErrEmptyCell)
	require.ErrorContains(t, err, `a is "1"`)
	require.ErrorContains(t, err, `b is "2"`)
	// a=1 only with b=2 (30 %), though 60 % are a=1.
	require.NoError(t, r.Add([]string{"1", "2"}, 1))
	_, err = r.Weights(nil)
	require.ErrorIs(t, err, score.ErrNotConverged)
	require.ErrorContains(t, err, "residual")
	err = r.Add([]string{"x", "y"}, math.NaN())
	require.ErrorIs(t, err, score.ErrOutOfRange)
	require.ErrorContains(t, err, `"x"`)
	require.ErrorContains(t, err, `"y"`)
	require.ErrorContains(t, err, "weight")
	for _, w := range []float64{0, -1, math.Inf(1), 1e-90} {
		require.ErrorIs(t, r.Add([]string{"0", "0"}, w), score.ErrOutOfRange, w)
	}
	require.ErrorIs(t, r.Add([]string{"0"}, 1), score.ErrOutOfRange)
	require.EqualValues(t, 3, r.N())

	target := func(levels ...string) []score.Target {
		var out []score.Target
		for _, l := range levels {
			out = append(out, score.Target{Level: l, Size: 1})
		}
		return out
	}
	for name, margins := range map[string][]score.Margin{
		"none":      nil,
		"no levels": {{Name: "a"}},
		"no name":   {{Targets: target("x")}},
		"twice":     {{Name: "a", Targets: target("x")}, {Name: "a", Targets: target("x")}},
		"a level":   {{Name: "a", Targets: target("x", "x")}},
		"empty":     {{Name: "a", Targets: target("")}},
		"zero":      {{Name: "a", Targets: []score.Target{{Level: "x"}}}},
		"infinite":  {{Name: "a", Targets: []score.Target{{Level: "x", Size: math.Inf(1)}}}},
		"NaN":       {{Name: "a", Targets: []score.Target{{Level: "x", Size: math.NaN()}}}},
	} {
		_, err := score.NewRaking(margins...)
		require.ErrorIs(t, err, score.ErrOutOfRange, name)
	}
	_, err = score.NewRaking(score.Margin{Name: "a", Targets: target("x", "y")}, score.Margin{Name: "b", Targets: target("x")})
	require.ErrorIs(t, err, score.ErrInconsistent)
	var wide []score.Margin
	levels := make([]string, 1000)
	for i := range levels {
		levels[i] = strconv.Itoa(i)
	}
	for i := range 8 {
		wide = append(wide, score.Margin{Name: strconv.Itoa(i), Targets: target(levels...)})
	}
	_, err = score.NewRaking(wide...)
	require.ErrorIs(t, err, score.ErrTooMany)

	ok := rakingOf(0.4)()
	for a := range 2 {
		for b := range 3 {
			if a+b < 3 {
				require.NoError(t, ok.Add([]string{strconv.Itoa(a), strconv.Itoa(b)}, 1))
			}
		}
	}
	w, err := ok.Weights(nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, w.Report.EmptyCells)
	require.Equal(t, [][]string{{"1", "2"}}, w.Report.EmptyExamples)
	_, err = w.Weight([]string{"1", "2"}, 1)
	require.ErrorIs(t, err, score.ErrEmptyCell)
	_, err = w.Weight([]string{"1", "9"}, -1)
	require.ErrorContains(t, err, `"9"`)
	require.ErrorContains(t, err, "weight")
	for _, o := range []score.RakeOptions{{Total: -1}, {Tolerance: 2}, {MostPasses: -1}, {Trim: 1}, {Trim: math.Inf(1)}, {Total: math.NaN()}} {
		_, err := ok.Weights(&o)
		require.ErrorIs(t, err, score.ErrOutOfRange, o)
	}
}

func TestTrimming(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	r := rakingOf(0.4)()
	for range 500 {
		require.NoError(t, r.Add([]string{strconv.Itoa(int(math.Sqrt(random.Float64()) * 2)), strconv.Itoa(int(random.Float64() * random.Float64() * 3))}, 1))
	}
	free, err := r.Weights(nil)
	require.NoError(t, err)
	require.Zero(t, free.Report.Trimmed)
	limit := (1 + free.Report.LargestAdjustment) / 2
	trimmed, err := r.Weights(&score.RakeOptions{Trim: limit})
	require.NoError(t, err)
	require.Positive(t, trimmed.Report.Trimmed)
	require.LessOrEqual(t, trimmed.Report.LargestAdjustment, limit*(1+1e-6))
	require.Less(t, trimmed.Report.DesignEffect, free.Report.DesignEffect)
	worst := 0.0
	for _, l := range trimmed.Report.Levels {
		worst = math.Max(worst, math.Abs(l.After-l.Target))
	}
	require.InDelta(t, trimmed.Report.Residual, worst, 1e-12, "what is missed is said")
	same, err := r.Weights(&score.RakeOptions{Trim: 1000})
	require.NoError(t, err)
	require.Equal(t, free.Report, same.Report)
}

// Huge and tiny base weights, and totals, change nothing but the scale.
func TestRakingScales(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-55, 1, 1e55} {
		r := rakingOf(0.4)()
		for i := range 60 {
			require.NoError(t, r.Add([]string{strconv.Itoa(i % 2), strconv.Itoa(i % 3)}, scale*float64(i%7+1)))
		}
		w, err := r.Weights(nil)
		require.NoError(t, err)
		require.Less(t, w.Report.DesignEffect, 2.0)
		require.InDelta(t, 1, w.Report.LeastAdjustment+w.Report.LargestAdjustment-1, 0.9)
	}
}

// Property 23: whatever is seen of a table, nobody can work out a group of fewer than Least
// people: for every visible set and total the hidden ones are at least two groups and at least
// Least people, or no total is seen. Raising Least never reveals.
func TestSuppressProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var groups []score.Group[string]
		people := map[string]int64{}
		var all int64
		for i := range rapid.IntRange(1, 8).Draw(t, "groups") {
			g := score.Group[string]{Key: "g" + strconv.Itoa(i), People: rapid.Int64Range(0, 15).Draw(t, "people"), Figure: "secret of g" + strconv.Itoa(i)}
			groups = append(groups, g)
			people[g.Key] = g.People
			all += g.People
		}
		hiddenBefore := map[string]bool{}
		totalBefore := false
		for _, least := range []int64{1, 2, 3, 5, 8, 12, 20} {
			table, err := score.Suppress(groups, "total", &score.SuppressOptions{Least: least})
			require.NoError(t, err)
			require.Equal(t, len(groups), len(table.Visible)+len(table.Hidden))
			hidden := map[string]bool{}
			var gone int64
			for _, key := range table.Hidden {
				hidden[key] = true
				gone += people[key]
				require.Positive(t, people[key], "nobody is not hidden")
			}
			for _, g := range table.Visible {
				require.True(t, g.People == 0 || g.People >= least)
			}
			if table.Total != nil {
				require.Equal(t, all, table.Total.People)
				if len(hidden) > 0 {
					require.GreaterOrEqual(t, len(hidden), 2)
					require.GreaterOrEqual(t, gone, least)
				}
			}
			require.Equal(t, table.Total == nil, table.TotalSuppressed)
			for key := range hiddenBefore {
				require.True(t, hidden[key], "raising the least number reveals %s", key)
			}
			require.False(t, totalBefore && table.Total != nil)
			hiddenBefore, totalBefore = hidden, table.Total == nil

			alone, err := score.Suppress(groups, "total", &score.SuppressOptions{Least: least, NoTotal: true})
			require.NoError(t, err)
			require.Nil(t, alone.Total)
			require.False(t, alone.TotalSuppressed)
			require.LessOrEqual(t, len(alone.Hidden), len(table.Hidden))
		}
	})
}

func TestSuppressFaults(t *testing.T) {
	t.Parallel()
	_, err := score.Suppress[int](nil, 0, nil)
	require.ErrorIs(t, err, score.ErrNoData)
	_, err = score.Suppress([]score.Group[int]{{Key: "a", People: -1}, {Key: "a"}, {}}, 0, &score.SuppressOptions{Least: -1})
	require.ErrorContains(t, err, "people of group 0")
	require.ErrorContains(t, err, "key of group 1")
	require.ErrorContains(t, err, "key of group 2")
	require.ErrorContains(t, err, "least")
	_, err = score.Suppress([]score.Group[int]{{Key: "a", People: math.MaxInt64}, {Key: "b", People: 1}}, 0, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	// The brief's attack: 8 in all, one group of 7 seen, so the eighth person's answer follows.
	table, err := score.Suppress([]score.Group[int]{{Key: "day", People: 7}, {Key: "night", People: 1}}, 0, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"day", "night"}, table.Hidden)
	require.NotNil(t, table.Total)
}
