package score_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
)

func estimateOf(t require.TestingT, p, m, d int64, o score.Options) score.Estimate {
	n, err := score.NetPromoterFromCounts(p, m, d)
	require.NoError(t, err)
	e, err := n.Estimate(&o)
	require.NoError(t, err)
	return e
}

func drawNPS(t *rapid.T) score.NetPromoter {
	count := func(name string) int64 {
		return rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 500), rapid.Int64Range(0, 1e12)).Draw(t, name)
	}
	n := score.NetPromoter{Promoters: count("promoters"), Passives: count("passives"), Detractors: count("detractors")}
	if n.N() == 0 {
		n.Passives = 1
	}
	return n
}

// Property 8 and 9 of the brief: range, mirror, passives, widths.
func TestNetPromoterProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := drawNPS(t)
		mirror := score.NetPromoter{Promoters: n.Detractors, Passives: n.Passives, Detractors: n.Promoters}
		more := n
		more.Passives += rapid.Int64Range(1, 1000).Draw(t, "more")
		variance, err := n.Variance()
		require.NoError(t, err)
		one := (n.Promoters > 0) != (n.Detractors > 0) && n.Passives == 0 || n.Promoters+n.Detractors == 0
		require.Equal(t, one, variance == 0, "zero where there is one class and only there")
		require.GreaterOrEqual(t, variance, 0.0)
		for _, method := range []score.Method{score.Auto, score.Wald, score.AdjustedWald, score.Score} {
			for _, unclipped := range []bool{false, true} {
				o := score.Options{Method: method, Unclipped: unclipped}
				e, err := n.Estimate(&o)
				require.NoError(t, err)
				m, err := mirror.Estimate(&o)
				require.NoError(t, err)
				require.Equal(t, e.Value, -m.Value)
				near(t, e.Low, -m.High)
				near(t, e.High, -m.Low)
				require.LessOrEqual(t, math.Abs(e.Value), 100.0)
				if !unclipped {
					require.GreaterOrEqual(t, e.Low, -100.0)
					require.LessOrEqual(t, e.High, 100.0)
				}
				if method != score.AdjustedWald {
					require.LessOrEqual(t, e.Low, e.Value, method)
					require.GreaterOrEqual(t, e.High, e.Value, method)
				}
				if method != score.Wald {
					require.Greater(t, e.High, e.Low, "a width for finite n")
				}
				closer, err := more.Estimate(&o)
				require.NoError(t, err)
				require.LessOrEqual(t, math.Abs(closer.Value), math.Abs(e.Value))
				o.Level = 0.99
				wider, err := n.Estimate(&o)
				require.NoError(t, err)
				require.LessOrEqual(t, wider.Low, e.Low+1e-9)
				require.GreaterOrEqual(t, wider.High, e.High-1e-9)
			}
		}
	})
}

// The adjusted interval holds its estimate except for one answer that is no passive: all
// samples of up to 40.
func TestAdjustedWaldHoldsTheEstimate(t *testing.T) {
	t.Parallel()
	for n := int64(1); n <= 40; n++ {
		for p := int64(0); p <= n; p++ {
			for d := int64(0); p+d <= n; d++ {
				e := estimateOf(t, p, n-p-d, d, score.Options{Method: score.AdjustedWald, Unclipped: true})
				require.Equal(t, n == 1 && p+d == 1, !e.Contains(e.Value), "%d %d %d", p, n-p-d, d)
				auto := estimateOf(t, p, n-p-d, d, score.Options{})
				require.True(t, auto.Contains(auto.Value))
			}
		}
	}
}

// Width goes to zero with fixed shares, and the adjustment with it.
func TestNetPromoterLimits(t *testing.T) {
	t.Parallel()
	last, apart := math.Inf(1), math.Inf(1)
	for n := int64(10); n < 1e17; n *= 10 {
		wald := estimateOf(t, 4*n, 3*n, 3*n, score.Options{Method: score.Wald})
		adjusted := estimateOf(t, 4*n, 3*n, 3*n, score.Options{Method: score.AdjustedWald})
		exact := estimateOf(t, 4*n, 3*n, 3*n, score.Options{Method: score.Score})
		width := adjusted.High - adjusted.Low
		require.Less(t, width, last)
		gap := math.Abs(adjusted.Low-wald.Low) + math.Abs(adjusted.High-wald.High)
		require.LessOrEqual(t, gap, apart)
		require.InDelta(t, wald.Low, exact.Low, 30/float64(n))
		last, apart = width, gap
	}
	require.Less(t, last, 1e-5)
	require.Less(t, apart, 1e-9)
}

// scoreRoot is the score interval as the brief writes it: the difference at which (P - D -
// nΔ)² equals z² n(2q + Δ(1-Δ)), q from a quadratic, found by bisection on that equation and
// with nothing of the package.
func scoreRoot(p, d, n, z, from, to float64) float64 {
	excess := func(delta float64) float64 {
		a, b, c := 2*n, -d-p+(2*n-p+d)*delta, -d*delta*(1-delta)
		q := (math.Sqrt(math.Max(0, b*b-4*a*c)) - b) / (2 * a)
		gap := p - d - n*delta
		return gap*gap - z*z*n*(2*q+delta*(1-delta))
	}
	for range 200 {
		mid := (from + to) / 2
		if excess(mid) <= 0 {
			from = mid // from stays inside
		} else {
			to = mid
		}
	}
	return from
}

func TestScoreIntervalByRootFinding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, m, d := rapid.Int64Range(0, 60).Draw(t, "p"), rapid.Int64Range(0, 60).Draw(t, "m"), rapid.Int64Range(0, 60).Draw(t, "d")
		if p+m+d == 0 {
			m = 1
		}
		e := estimateOf(t, p, m, d, score.Options{Method: score.Score})
		n, at := float64(p+m+d), e.Value/100
		const z = 1.959963984540054
		require.InDelta(t, 100*scoreRoot(float64(p), float64(d), n, z, at, -1), e.Low, 1e-6)
		require.InDelta(t, 100*scoreRoot(float64(p), float64(d), n, z, at, 1), e.High, 1e-6)
	})
}

// Exact coverage, by enumeration of every sample, to the digit shown.
// It is why Auto is what it is.
func TestCoverageByEnumeration(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name                  string
		detractor, passive    float64
		n                     int64
		wald, adjusted, exact float64
	}{
		{"extreme", 0.01, 0.04, 5, 22.5, 97.7, 93.7},
		{"extreme", 0.01, 0.04, 10, 40.0, 91.4, 96.2},
		{"extreme", 0.01, 0.04, 20, 64.0, 97.8, 95.5},
		{"extreme", 0.01, 0.04, 50, 75.9, 96.9, 96.5},
		{"extreme", 0.01, 0.04, 100, 90.6, 97.0, 96.1},
		{"typical", 0.20, 0.30, 5, 84.0, 94.3, 97.5},
		{"typical", 0.20, 0.30, 10, 89.6, 96.2, 94.7},
		{"typical", 0.20, 0.30, 20, 92.6, 94.8, 94.7},
		{"typical", 0.20, 0.30, 50, 94.1, 95.0, 95.1},
		{"typical", 0.20, 0.30, 100, 94.5, 94.9, 95.0},
	} {
		cover := func(method score.Method) float64 {
			return coverage(t, row.detractor, row.passive, row.n, method)
		}
		require.InDelta(t, row.wald, cover(score.Wald), 0.051, "%s %d", row.name, row.n)
		require.InDelta(t, row.adjusted, cover(score.AdjustedWald), 0.051, "%s %d", row.name, row.n)
		require.InDelta(t, row.exact, cover(score.Score), 0.051, "%s %d", row.name, row.n)
		require.Greater(t, cover(score.Auto), 91.0, "%s %d", row.name, row.n)
	}
	// The worst from 3 to 100 answers, as the documentation of Estimate says.
	require.InDelta(t, 85.7, coverage(t, 0.01, 0.04, 3, score.Auto), 0.051)
	require.InDelta(t, 88.6, coverage(t, 0.005, 0.005, 23, score.Auto), 0.051)
	require.InDelta(t, 92.8, coverage(t, 0.4, 0.2, 5, score.Auto), 0.051)
}

// coverage is the probability in percent that the interval at 95 % holds the truth.
func coverage(t *testing.T, detractor, passive float64, n int64, method score.Method) float64 {
	promoter := 1 - detractor - passive
	truth := 100 * (promoter - detractor)
	total := 0.0
	for p := int64(0); p <= n; p++ {
		for d := int64(0); p+d <= n; d++ {
			m := n - p - d
			e := estimateOf(t, p, m, d, score.Options{Method: method, Unclipped: true})
			if e.Low <= truth+1e-9 && truth-1e-9 <= e.High {
				total += math.Exp(lfact(n) - lfact(p) - lfact(m) - lfact(d) + float64(p)*math.Log(promoter) + float64(m)*math.Log(passive) + float64(d)*math.Log(detractor))
			}
		}
	}
	return 100 * total
}

func lfact(n int64) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}

// Property 12: Wilson lies in [0, 1], holds x/n and rises with x; Clopper-Pearson holds Jeffreys.
func TestProportionProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(1, 30), rapid.Int64Range(1, 1e6), rapid.Int64Range(1, 1e15)).Draw(t, "n")
		x := rapid.Int64Range(0, n).Draw(t, "x")
		level := rapid.Float64Range(0.5, 0.9999).Draw(t, "level")
		of := func(x int64, m score.Method) score.Estimate {
			e, err := score.Proportion{Hits: x, Total: n}.Estimate(&score.Options{Method: m, Level: level})
			require.NoError(t, err)
			return e
		}
		w := of(x, score.Wilson)
		require.GreaterOrEqual(t, w.Low, 0.0)
		require.LessOrEqual(t, w.High, 1.0)
		require.LessOrEqual(t, w.Low, w.Value*(1+1e-12))
		require.GreaterOrEqual(t, w.High, w.Value*(1-1e-12))
		if x < n {
			require.LessOrEqual(t, w.Low, of(x+1, score.Wilson).Low*(1+1e-12))
		}
		exact, bayes := of(x, score.ClopperPearson), of(x, score.Jeffreys)
		require.LessOrEqual(t, exact.Low, bayes.Low*(1+1e-9))
		require.GreaterOrEqual(t, exact.High, bayes.High*(1-1e-9))
		require.Equal(t, w, of(x, score.Auto))
	})
}

// Property 11: equal weights are no weights; scaling changes nothing; n_eff at most n, with
// equality for equal weights alone.
func TestWeightedProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.IntRange(0, 10), 2, 40).Draw(t, "scores")
		equal := rapid.Float64Range(1e-3, 1e3).Draw(t, "equal")
		scale := math.Exp(rapid.Float64Range(-60, 60).Draw(t, "log scale"))
		var plain score.NetPromoter
		var alike, uneven, scaled score.WeightedNetPromoter
		different := false
		first := 0.0
		for i, s := range scores {
			w := rapid.Float64Range(0.01, 20).Draw(t, "weight")
			if i == 0 {
				first = w
			}
			different = different || w != first
			require.NoError(t, plain.Add(s))
			require.NoError(t, alike.Add(s, equal))
			require.NoError(t, uneven.Add(s, w))
			require.NoError(t, scaled.Add(s, w*scale))
		}
		for _, method := range []score.Method{score.Auto, score.Linearised, score.Kish, score.EffectiveScore} {
			o := &score.Options{Method: method}
			want, err := plain.Estimate(&score.Options{Method: score.Score})
			require.NoError(t, err)
			got, err := alike.Estimate(o)
			require.NoError(t, err)
			require.InDelta(t, want.Value, got.Value, 1e-9)
			n := float64(len(scores))
			factor := math.Sqrt(n / (n - 1)) // the survey package's, see Linearised
			if method == score.Kish {
				factor = 1
			}
			require.InDelta(t, want.SE*factor, got.SE, 1e-9)
			require.InEpsilon(t, n, got.EffectiveN, 1e-12)
			if got.Method == score.EffectiveScore {
				require.InDelta(t, want.Low, got.Low, 1e-6)
				require.InDelta(t, want.High, got.High, 1e-6)
			}
			a, err := uneven.Estimate(o)
			require.NoError(t, err)
			b, err := scaled.Estimate(o)
			require.NoError(t, err)
			require.LessOrEqual(t, a.EffectiveN, n)
			if different {
				require.Less(t, a.EffectiveN, n)
			}
			require.InDelta(t, a.Value, b.Value, 1e-9)
			require.InDelta(t, a.SE, b.SE, 1e-9*(1+a.SE))
			require.InDelta(t, a.Low, b.Low, 1e-7)
		}
	})
}

// Property 13, and what R's p.adjust promises.
func TestAdjustmentProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1, 0.05, 0.01, 1e-300}))).Draw(t, "p")
		all := map[score.Adjustment][]float64{}
		for by := score.Bonferroni; by <= score.BenjaminiHochberg; by++ {
			got, err := score.AdjustP(p, by)
			require.NoError(t, err)
			require.Len(t, got, len(p))
			all[by] = got
			longer, err := score.AdjustP(append(append([]float64(nil), p...), 1), by)
			require.NoError(t, err)
			for i := range p {
				require.GreaterOrEqual(t, got[i], p[i])
				require.LessOrEqual(t, got[i], 1.0)
				require.GreaterOrEqual(t, longer[i], got[i]*(1-1e-12), "p = 1 never lowers one")
				for j := range p {
					if p[i] < p[j] {
						require.LessOrEqual(t, got[i], got[j], "order stays")
					}
				}
			}
		}
		for i := range p {
			require.LessOrEqual(t, all[score.Holm][i], all[score.Bonferroni][i])
			require.LessOrEqual(t, all[score.BenjaminiHochberg][i], all[score.Holm][i]*(1+1e-12))
		}
	})
	// Equality rejects: p_(i) = (i/m) q for all i.
	for m := 1; m <= 60; m++ {
		p := make([]float64, m)
		for i := range p {
			p[i] = float64(i+1) / float64(m) * 0.05
		}
		rejected, err := score.RejectedP(p, 0.05, score.BenjaminiHochberg)
		require.NoError(t, err)
		require.NotContains(t, rejected, false, m)
	}
}

// The finite population correction: no people left is no doubt, many are none of it.
func TestFinitePopulation(t *testing.T) {
	t.Parallel()
	n := score.NetPromoter{Promoters: 20, Passives: 15, Detractors: 10}
	for _, method := range []score.Method{score.Wald, score.AdjustedWald, score.Score} {
		free, err := n.Estimate(&score.Options{Method: method})
		require.NoError(t, err)
		huge, err := n.Estimate(&score.Options{Method: method, Population: 1e15})
		require.NoError(t, err)
		require.InDelta(t, free.Low, huge.Low, 1e-9)
		last := free
		for _, population := range []int64{1000, 100, 60, 46} {
			e, err := n.Estimate(&score.Options{Method: method, Population: population})
			require.NoError(t, err)
			require.True(t, e.Caveats.Has(score.FinitePopulation))
			require.Less(t, e.High-e.Low, last.High-last.Low, method)
			last = e
		}
		all, err := n.Estimate(&score.Options{Method: method, Population: 45})
		require.NoError(t, err)
		require.True(t, all.Caveats.Has(score.Census))
		require.Equal(t, [3]float64{all.Value, all.Value, 0}, [3]float64{all.Low, all.High, all.SE})
		_, err = n.Estimate(&score.Options{Method: method, Population: 44})
		require.ErrorIs(t, err, score.ErrInconsistent)
	}
	for _, method := range []score.Method{score.Wald, score.Wilson, score.ClopperPearson} {
		e, err := score.Proportion{Hits: 5, Total: 20}.Estimate(&score.Options{Method: method, Population: 20})
		require.NoError(t, err)
		require.Equal(t, [2]float64{0.25, 0.25}, [2]float64{e.Low, e.High})
	}
}
