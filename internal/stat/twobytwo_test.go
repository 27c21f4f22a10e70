package stat_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/internal/stat"
)

// Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 4.
func TestWilsonContinuity(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ x, n, lo, hi float64 }{
		{81, 263, 0.2535, 0.3682},
		{15, 148, 0.0598, 0.1644},
		{0, 20, 0, 0.2005},
		{1, 29, 0.0018, 0.1963},
	} {
		lo, hi := stat.WilsonContinuity(row.x, row.n, 0.95)
		require.InDelta(t, row.lo, lo, 5e-5)
		require.InDelta(t, row.hi, hi, 5e-5)
	}
	lo, hi := stat.WilsonContinuity(3, 2, 0.95)
	require.True(t, math.IsNaN(lo) && math.IsNaN(hi))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1e6).Draw(t, "n")
		x := rapid.Int64Range(0, n).Draw(t, "x")
		lo, hi := stat.WilsonContinuity(float64(x), float64(n), 0.95)
		wlo, whi := stat.Wilson(float64(x), float64(n), 0.95)
		require.LessOrEqual(t, lo, wlo)
		require.GreaterOrEqual(t, hi, whi)
		mlo, mhi := stat.WilsonContinuity(float64(n-x), float64(n), 0.95)
		require.InDelta(t, 1-hi, mlo, 1e-12)
		require.InDelta(t, 1-lo, mhi, 1e-12)
	})
}

func TestJeffreysEqualTailed(t *testing.T) {
	t.Parallel()
	for _, row := range [][2]float64{{0, 10}, {3, 10}, {10, 10}, {40, 400}} {
		x, n := row[0], row[1]
		lo, hi := stat.JeffreysEqualTailed(x, n, 0.9)
		require.InDelta(t, 0.05, stat.BetaCDF(lo, x+0.5, n-x+0.5), 1e-12)
		require.InDelta(t, 0.95, stat.BetaCDF(hi, x+0.5, n-x+0.5), 1e-12)
		mlo, mhi := stat.JeffreysEqualTailed(n-x, n, 0.9)
		require.InDelta(t, 1-hi, mlo, 1e-12)
		require.InDelta(t, 1-lo, mhi, 1e-12)
	}
	lo, _ := stat.JeffreysEqualTailed(-1, 10, 0.9)
	require.True(t, math.IsNaN(lo))
}

// The oracle enumerates the tables with exact integers.
func TestFisherExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n1, n2 := rapid.Int64Range(0, 60).Draw(t, "n1"), rapid.Int64Range(0, 60).Draw(t, "n2")
		x1, x2 := rapid.Int64Range(0, n1).Draw(t, "x1"), rapid.Int64Range(0, n2).Draw(t, "x2")
		choose := func(n, k int64) *big.Int { return new(big.Int).Binomial(n, k) }
		ways := func(k int64) *big.Int { return new(big.Int).Mul(choose(n1, k), choose(n2, x1+x2-k)) }
		seen, sum := ways(x1), new(big.Int)
		for k := max(0, x1+x2-n2); k <= min(n1, x1+x2); k++ {
			if w := ways(k); w.Cmp(seen) <= 0 {
				sum.Add(sum, w)
			}
		}
		want, _ := new(big.Rat).SetFrac(sum, choose(n1+n2, x1+x2)).Float64()
		require.InEpsilon(t, want, stat.FisherExact(x1, n1, x2, n2), 1e-12)
	})
	for _, bad := range [][4]int64{{-1, 2, 1, 2}, {3, 2, 1, 2}, {1, 2, 3, 2}, {1, 2e12, 1, 2}, {1, math.MaxInt64, 1, math.MaxInt64}} {
		require.True(t, math.IsNaN(stat.FisherExact(bad[0], bad[1], bad[2], bad[3])), bad)
	}
	// Large counts: close to the test with the normal distribution.
	require.InDelta(t, stat.TwoSided(stat.PooledZ(5e8, 1e9, 4.9999e8, 1e9)), stat.FisherExact(5e8, 1e9, 4.9999e8, 1e9), 1e-4)
}

func TestNMinusOneZ(t *testing.T) {
	t.Parallel()
	z := stat.NMinusOneZ(9, 10, 3, 10)
	require.InDelta(t, 0.0076, stat.TwoSided(z), 5e-5)
	require.True(t, math.IsNaN(stat.NMinusOneZ(0, 5, 0, 5)))
}

func TestStudentTwoSided(t *testing.T) {
	t.Parallel()
	require.InEpsilon(t, 0.5, stat.StudentTwoSided(1, 1), 1e-14) // arctan
	require.InEpsilon(t, 1-1/math.Sqrt(3), stat.StudentTwoSided(1, 2), 1e-13)
	rapid.Check(t, func(t *rapid.T) {
		df := math.Exp(rapid.Float64Range(math.Log(0.5), math.Log(1e11)).Draw(t, "log df"))
		level := rapid.Float64Range(0.01, 0.9999).Draw(t, "level")
		x := stat.StudentCritical(level, df)
		require.InEpsilon(t, 1-level, stat.StudentTwoSided(x, df), 1e-7)
		require.Equal(t, stat.StudentTwoSided(x, df), stat.StudentTwoSided(-x, df))
	})
	for _, x := range []float64{0.01, 0.5, 1, 2, 3.1} { // the seam of the expansion
		require.InEpsilon(t, stat.StudentTwoSided(x, 1e4-1e-6), stat.StudentTwoSided(x, 1e4), 1e-9, x)
	}
	require.Equal(t, 1.0, stat.StudentTwoSided(0, 3))
	require.Equal(t, 0.0, stat.StudentTwoSided(math.Inf(1), 3))
	require.True(t, math.IsNaN(stat.StudentTwoSided(1, 0)))
}

func TestFQuantile(t *testing.T) {
	t.Parallel()
	for _, row := range [][3]float64{{0.025, 29, 145}, {0.975, 29, 145}, {0.5, 1, 1}, {0.9, 3, 7}, {0.999, 2, 4000}} {
		f := stat.FQuantile(row[0], row[1], row[2])
		require.InDelta(t, row[0], distuv.F{D1: row[1], D2: row[2]}.CDF(f), 1e-11)
		require.InEpsilon(t, 1/f, stat.FQuantile(1-row[0], row[2], row[1]), 1e-10)
	}
	require.True(t, math.IsNaN(stat.FQuantile(0, 1, 1)))
}

func TestExactSumBig(t *testing.T) {
	t.Parallel()
	var s stat.ExactSum
	require.Zero(t, s.Big().Sign())
	rapid.Check(t, func(t *rapid.T) {
		var s stat.ExactSum
		want := new(big.Rat)
		for _, v := range rapid.SliceOf(rapid.Float64Range(-1e300, 1e300)).Draw(t, "values") {
			s.Add(v)
			want.Add(want, new(big.Rat).SetFloat64(v))
		}
		got, _ := s.Big().Rat(nil)
		if got == nil {
			got = new(big.Rat)
		}
		require.Zero(t, want.Cmp(got))
	})
}

// The interval is its own mirror, to the last digits also where nearly everybody is on
// one side of a large sample.
func TestPairedScoreMirrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 1e6), rapid.Int64Range(0, 1e12))
		b, c, rest := float64(count.Draw(t, "b")), float64(count.Draw(t, "c")), float64(count.Draw(t, "rest"))
		n := max(b+c+rest, 1)
		lo, hi := stat.PairedScore(b, c, n, 0.95)
		mlo, mhi := stat.PairedScore(c, b, n, 0.95)
		require.InDelta(t, lo, -mhi, 1e-13)
		require.InDelta(t, hi, -mlo, 1e-13)
		require.LessOrEqual(t, max(-lo, hi), 1.0)
		require.LessOrEqual(t, lo, (b-c)/n)
		require.GreaterOrEqual(t, hi, (b-c)/n)
	})
	// With all of n on one side the equation of the lower end is n (1-d) = z² (1+d).
	for _, n := range []float64{1, 5, 33554432, 1e15} {
		lo, hi := stat.PairedScore(n, 0, n, 0.95)
		z := stat.Critical(0.95)
		require.Equal(t, 1.0, hi)
		require.InDelta(t, (n-z*z)/(n+z*z), lo, 1e-15)
	}
}

// The exact interval of large samples with few hits against the binomial sum itself, taken in
// logs from the first hit up.
func TestClopperPearsonOfFewHits(t *testing.T) {
	t.Parallel()
	atMost := func(x, n int64, p float64) float64 {
		sum, log := 0.0, float64(n)*math.Log1p(-p)
		for k := int64(0); k <= x; k++ {
			sum += math.Exp(log)
			log += math.Log(float64(n-k)) - math.Log(float64(k+1)) + math.Log(p) - math.Log1p(-p)
		}
		return sum
	}
	for _, row := range []struct {
		x, n  int64
		level float64
	}{{392, 131084, 0.9999}, {1, 200_000, 0.95}, {30, 1_000_000, 0.99}, {900, 300_000, 0.999}, {998, 100_000_000, 0.9999}} {
		tail := (1 - row.level) / 2
		lo, hi := stat.ClopperPearson(float64(row.x), float64(row.n), row.level)
		require.InEpsilon(t, tail, atMost(row.x, row.n, hi), 1e-7, row)
		require.InEpsilon(t, 1-tail, atMost(row.x-1, row.n, lo), 1e-9, row)
		_, bayes := stat.Jeffreys(float64(row.x), float64(row.n), row.level)
		require.Less(t, bayes, hi, row)
	}
}

// Levels near zero, and the seam between the two ways to Student's quantile.
func TestStudentCriticalOfLargeSamples(t *testing.T) {
	t.Parallel()
	for _, level := range []float64{1e-9, 0.001, 0.5, 0.95, 0.9999, 1 - 1e-9} {
		if level >= 0.001 { // below the seam, levels nearer to zero have fewer digits
			below, above := stat.StudentCritical(level, 1e4-1e-3), stat.StudentCritical(level, 1e4)
			require.InEpsilon(t, below, above, 1e-9, level)
		}
		for _, df := range []float64{3e5, 1.6e6, 1e9, 1e15} {
			require.InEpsilon(t, stat.Critical(level), stat.StudentCritical(level, df), 1e-4, level)
			require.GreaterOrEqual(t, stat.StudentCritical(level, df), stat.Critical(level))
		}
	}
}
