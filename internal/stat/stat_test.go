package stat_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/internal/stat"
)

func TestNormalQuantile(t *testing.T) {
	t.Parallel()
	// mpmath, 40 digits.
	for p, want := range map[float64]float64{
		0.975: 1.959963984540054, 0.95: 1.644853626951473, 0.995: 2.575829303548901,
		1e-10: -6.361340902404056, 1e-300: -37.047096299361199, 0.5: 0,
	} {
		require.InEpsilon(t, 1+want, 1+stat.NormalQuantile(p), 1e-13, "p = %g", p)
	}
	require.True(t, math.IsNaN(stat.NormalQuantile(1.5)))
	require.True(t, math.IsInf(stat.NormalQuantile(0), -1))
	require.True(t, math.IsInf(stat.NormalQuantile(1), 1))
	rapid.Check(t, func(t *rapid.T) {
		p := math.Exp(rapid.Float64Range(-700, -0.7).Draw(t, "log p"))
		require.InEpsilon(t, p, stat.NormalCDF(stat.NormalQuantile(p)), 1e-11)
	})
}

// tan(0.475 pi) for one degree of freedom; mpmath, 40 digits, for five.
func TestStudentCritical(t *testing.T) {
	t.Parallel()
	require.InEpsilon(t, 12.706204736174705, stat.StudentCritical(0.95, 1), 1e-11)
	require.InEpsilon(t, 2.5705818356363155, stat.StudentCritical(0.95, 5), 1e-11)
	require.InEpsilon(t, stat.Critical(0.95), stat.StudentCritical(0.95, 1e12), 1e-9)
	require.Greater(t, stat.StudentCritical(0.95, 30), stat.Critical(0.95))
}

// Newcombe 1998, Statistics in Medicine 17, 857-872, table I, methods 3 and 5.
func TestNewcombeSingleProportion(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ x, n, wilsonLo, wilsonHi, exactLo, exactHi float64 }{
		{81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
		{15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
		{0, 20, 0, 0.1611, 0, 0.1684},
		{1, 29, 0.0061, 0.1718, 0.0009, 0.1776},
	} {
		lo, hi := stat.Wilson(row.x, row.n, 0.95)
		require.InDelta(t, row.wilsonLo, lo, 5e-5)
		require.InDelta(t, row.wilsonHi, hi, 5e-5)
		lo, hi = stat.ClopperPearson(row.x, row.n, 0.95)
		require.InDelta(t, row.exactLo, lo, 5e-5)
		require.InDelta(t, row.exactHi, hi, 5e-5)
	}
	// Newcombe 1998, 873-890, table II (a), method 10: 56/70 against 48/80.
	lo, hi := stat.Newcombe(56, 70, 48, 80, 0.95)
	require.InDelta(t, 0.0524, lo, 5e-5)
	require.InDelta(t, 0.3339, hi, 5e-5)
}

// Tango 1998, table: the score interval contains 0 exactly when McNemar's test does
// not reject, and mirrors when the classes are exchanged.
func TestPairedScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, c := rapid.IntRange(0, 60).Draw(t, "b"), rapid.IntRange(0, 60).Draw(t, "c")
		n := b + c + rapid.IntRange(0, 60).Draw(t, "rest")
		if n == 0 {
			return
		}
		lo, hi := stat.PairedScore(float64(b), float64(c), float64(n), 0.95)
		d := float64(b-c) / float64(n)
		require.True(t, lo <= d && d <= hi, "%g not in [%g, %g]", d, lo, hi)
		require.True(t, lo >= -1 && hi <= 1)
		low, high := stat.PairedScore(float64(c), float64(b), float64(n), 0.95)
		require.InDelta(t, lo, -high, 1e-9)
		require.InDelta(t, hi, -low, 1e-9)
		if b+c > 0 {
			mcnemar := float64(b-c) / math.Sqrt(float64(b+c))
			z := stat.Critical(0.95)
			if math.Abs(math.Abs(mcnemar)-z) > 1e-6 {
				require.Equal(t, math.Abs(mcnemar) > z, lo > 0 || hi < 0)
			}
		}
	})
}

func TestIntervalsContainTheEstimate(t *testing.T) {
	t.Parallel()
	methods := map[string]func(x, n, level float64) (float64, float64){
		"wald": stat.Wald, "wilson": stat.Wilson, "clopper-pearson": stat.ClopperPearson,
		"jeffreys": stat.Jeffreys, "agresti-coull": stat.AgrestiCoull,
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		p := float64(x) / float64(n)
		for name, f := range methods {
			lo, hi := f(float64(x), float64(n), level)
			require.True(t, lo <= p && p <= hi, "%s: %g not in [%g, %g]", name, p, lo, hi)
			mirrorLo, mirrorHi := f(float64(n-x), float64(n), level)
			require.InDelta(t, lo, 1-mirrorHi, 1e-12, name)
			require.InDelta(t, hi, 1-mirrorLo, 1e-12, name)
			if name == "agresti-coull" {
				continue // its intervals do not nest: n = 1, x = 0 at 0.999 and 0.9995
			}
			wideLo, wideHi := f(float64(x), float64(n), 1-(1-level)/2)
			require.True(t, wideLo <= lo && hi <= wideHi, name)
		}
	})
}

// The ends of the exact interval leave the stated probability in each tail.
func TestClopperPearsonTails(t *testing.T) {
	t.Parallel()
	binomialAtLeast := func(x, n int, p float64) float64 {
		total := 0.0
		for k := x; k <= n; k++ {
			c, _ := new(big.Float).SetInt(new(big.Int).Binomial(int64(n), int64(k))).Float64()
			total += c * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
		}
		return total
	}
	for _, row := range [][2]int{{1, 29}, {15, 148}, {7, 20}, {199, 200}} {
		x, n := row[0], row[1]
		lo, hi := stat.ClopperPearson(float64(x), float64(n), 0.95)
		require.InDelta(t, 0.025, binomialAtLeast(x, n, lo), 1e-10)
		require.InDelta(t, 0.975, binomialAtLeast(x+1, n, hi), 1e-10)
	}
}

func TestRatioInterval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n1, n2 := rapid.IntRange(1, 5000).Draw(t, "n1"), rapid.IntRange(1, 5000).Draw(t, "n2")
		x1, x2 := rapid.IntRange(0, n1).Draw(t, "x1"), rapid.IntRange(1, n2).Draw(t, "x2")
		lo, hi := stat.RatioInterval(float64(x1), float64(n1), float64(x2), float64(n2), 0.95)
		r := float64(x1) / float64(n1) / (float64(x2) / float64(n2))
		require.True(t, lo <= r*(1+1e-12) && r <= hi*(1+1e-12), "%g not in [%g, %g]", r, lo, hi)
		require.GreaterOrEqual(t, lo, 0.0)
	})
}

func TestBetaQuantileInverts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := math.Exp(rapid.Float64Range(-1, 9).Draw(t, "log a"))
		b := math.Exp(rapid.Float64Range(-1, 9).Draw(t, "log b"))
		p := rapid.Float64Range(1e-6, 1-1e-6).Draw(t, "p")
		x := stat.BetaQuantile(p, a, b)
		if x > 1e-300 && x < 1-1e-9 {
			require.InDelta(t, p, stat.BetaCDF(x, a, b), 1e-9)
		}
	})
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	values := []float64{1, 1, 1, 1, 2, 2, 3, 5, 8, 100}
	require.InDelta(t, 2.4, stat.QuantileType7(values, 0.6), 1e-12)
	require.EqualValues(t, 100, stat.QuantileType7(values, 1))
	require.EqualValues(t, 94, stat.NearestRank(100, 0.95))
	require.EqualValues(t, 0, stat.NearestRank(100, 0))
	require.EqualValues(t, 99, stat.NearestRank(100, 1))
	require.EqualValues(t, 2, stat.NearestRank(3, 2.0/3+1e-3))
	require.EqualValues(t, -1, stat.NearestRank(0, 0.5))
	require.True(t, math.IsNaN(stat.QuantileType7(nil, 0.5)))
}

// The recursion against the definition in exact rationals.
func TestErlangBDefinition(t *testing.T) {
	t.Parallel()
	for servers := 0; servers <= 40; servers += 5 {
		load := big.NewRat(37, 4)
		term, total := big.NewRat(1, 1), big.NewRat(1, 1)
		for n := 1; n <= servers; n++ {
			term.Mul(term, new(big.Rat).Quo(load, big.NewRat(int64(n), 1)))
			total.Add(total, term)
		}
		want, _ := new(big.Rat).Quo(term, total).Float64()
		require.InEpsilon(t, want, stat.ErlangB(9.25, servers), 1e-13)
	}
	require.True(t, math.IsNaN(stat.ErlangC(10, 10)), "no steady state")
}

// Erlang A against its birth and death chain, solved state by state, and against
// Erlang C for callers of unlimited patience.
func TestErlangA(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		load     float64
		servers  int
		patience float64 // in handle times
	}{{10, 11, 1}, {10, 8, 0.5}, {48, 45, 2}, {0.5, 1, 3}, {200, 210, 0.3}, {30, 20, 1}} {
		got, ok := stat.NewErlangA(row.load, row.servers, 1, row.patience, 0)
		require.True(t, ok)
		weight, total, waiting, queue := 1.0, 1.0, 0.0, 0.0
		for n := 1; n < 5000; n++ {
			leave := math.Min(float64(n), float64(row.servers))
			over := math.Max(0, float64(n-row.servers))
			weight *= row.load / (leave + over/row.patience)
			total += weight
			if n >= row.servers {
				waiting += weight
				queue += weight * over
			}
			if total > 1e250 {
				weight, total, waiting, queue = weight/1e250, total/1e250, waiting/1e250, queue/1e250
			}
		}
		require.InEpsilon(t, waiting/total, got.Wait, 1e-10)
		require.InEpsilon(t, queue/total/row.load, got.Mean, 1e-9, "Little's law")
		require.InEpsilon(t, queue/total/row.patience/row.load, got.Abandon, 1e-9)
		require.InDelta(t, 1-got.Wait, got.Within, 1e-10, "answered without waiting")
	}
	patient, ok := stat.NewErlangA(10, 14, 180, 1e7, 20)
	require.True(t, ok)
	require.InDelta(t, stat.ErlangC(10, 14), patient.Wait, 1e-4)
	require.InDelta(t, stat.ErlangCWithin(10, 14, 180, 20), patient.Within, 1e-4)
	big, ok := stat.NewErlangA(10_000, 9_900, 300, 120, 20)
	require.True(t, ok)
	require.Greater(t, big.Abandon, 0.009)
	// Far overloaded and patient: what exceeds the servers hangs up.
	flood, ok := stat.NewErlangA(10_000, 9_000, 1, 100, 1)
	require.True(t, ok)
	require.InDelta(t, 0.1, flood.Abandon, 1e-6)
	idle, ok := stat.NewErlangA(1, 500, 1, 1, 0)
	require.True(t, ok)
	require.Zero(t, idle.Wait)
	_, ok = stat.NewErlangA(10, 0, 1, 1, 1)
	require.False(t, ok)
}

func TestErlangCServers(t *testing.T) {
	t.Parallel()
	n, ok := stat.ErlangCServers(10, 180, 20, 0.8, 1000)
	require.True(t, ok)
	require.Equal(t, 14, n)
	require.Less(t, stat.ErlangCWithin(10, n-1, 180, 20), 0.8)
	_, ok = stat.ErlangCServers(10, 180, 20, 0.8, 12)
	require.False(t, ok)
}

// The exact sum against rationals: any order, any split, one rounding.
func TestExactSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64(), 0, 40).Draw(t, "values")
		cut := rapid.IntRange(0, len(values)).Draw(t, "cut")
		var whole, left, right stat.ExactSum
		exact := new(big.Rat)
		for i, v := range values {
			finite := !math.IsNaN(v) && !math.IsInf(v, 0)
			require.Equal(t, finite, whole.Add(v))
			if !finite {
				continue
			}
			exact.Add(exact, new(big.Rat).SetFloat64(v))
			if i < cut {
				left.Add(v)
			} else {
				right.Add(v)
			}
		}
		want, _ := exact.Float64()
		require.Equal(t, want, whole.Float())
		right.Merge(&left)
		require.Equal(t, whole.Bytes(), right.Bytes())
		var back stat.ExactSum
		require.True(t, back.SetBytes(whole.Bytes()))
		require.Equal(t, want, back.Float())
		require.Equal(t, whole.Bytes(), back.Bytes())
	})
}

func FuzzExactSumBytes(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 4, 255})
	f.Fuzz(func(t *testing.T, p []byte) {
		var s stat.ExactSum
		if s.SetBytes(p) {
			require.Equal(t, len(p), len(s.Bytes()))
			if len(p) > 0 {
				require.Equal(t, p, s.Bytes())
			}
		}
	})
}

func BenchmarkExactSum(b *testing.B) {
	b.ReportAllocs()
	var s stat.ExactSum
	for b.Loop() {
		s.Add(0.2847177143)
	}
}

func BenchmarkWilson(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		stat.Wilson(170, 200, 0.95)
	}
}

func BenchmarkClopperPearson(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		stat.ClopperPearson(170, 200, 0.95)
	}
}

// The continued fraction in decimal arithmetic of 50 digits with Newton's method to
// 1e-28 (Python's decimal module).
func TestBetaQuantileOfLargeSamples(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ p, a, b, want float64 }{
		{0.025, 100, 99901, 8.13711681970175158135e-04},
		{0.025, 30000, 70001, 2.97160575400564841431e-01},
		{0.025, 3, 999998, 6.18672550190639858493e-07},
		{0.0005, 500000, 500001, 4.98354241502882988613e-01},
		{0.025, 1, 1000000000, 2.53178079839693794714e-11},
		{0.025, 500000000, 500000001, 4.99969009748422288375e-01},
		{0.025, 10000000, 990000001, 9.99383403556563729153e-03},
		{0.025, 20000, 999980001, 1.97237703149308447827e-05},
		{0.025, 9999, 19999990002, 4.90198115748444268006e-07},
		{0.025, 20000, 19999980001, 9.86188386816129148869e-07},
	} {
		precision := 1e-12
		if c.a+c.b > 1e10 { // expansions: 1e-17 absolute here
			precision = 1e-11
		}
		require.InEpsilon(t, c.want, stat.BetaQuantile(c.p, c.a, c.b), precision, c)
		require.InDelta(t, 1-c.want, stat.BetaQuantile(1-c.p, c.b, c.a), 2e-14, c)
	}
}

// At any size the exact interval holds the estimate and the Wilson interval agrees to
// its first correction, which falls as the hits grow.
func TestIntervalsOfHugeSamples(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := math.Floor(math.Pow(10, rapid.Float64Range(4.5, 18.9).Draw(t, "log n")))
		x := math.Floor(n * math.Pow(10, -rapid.Float64Range(0, 18).Draw(t, "log share")))
		if rapid.Bool().Draw(t, "mirrored") && n < 1e15 {
			x = n - x
		}
		level := rapid.SampledFrom([]float64{0.5, 0.95, 0.999}).Draw(t, "level")
		lo, hi := stat.Wilson(x, n, level)
		require.LessOrEqual(t, lo, x/n*(1+1e-15))
		require.GreaterOrEqual(t, hi, x/n*(1-1e-15))
		for name, f := range map[string]func(x, n, level float64) (float64, float64){
			"exact": stat.ClopperPearson, "jeffreys": stat.Jeffreys,
		} {
			l, h := f(x, n, level)
			require.LessOrEqual(t, l, x/n*(1+1e-15), name)
			require.GreaterOrEqual(t, h, x/n*(1-1e-15), name)
			if few := min(x, n-x); few > 100 && hi-lo > 1e-13 { // below, the digits near 1 end
				require.InDelta(t, 1, (h-l)/(hi-lo), 4/math.Sqrt(few)+1e-15/(hi-lo), name)
			}
		}
	})
}

// Cornish and Fisher's expansion of Student's t to 1/df^4 (Abramowitz and Stegun
// 1964, 26.7.5), whose error at these degrees is below 1e-11.
func TestStudentCriticalOfManyDegrees(t *testing.T) {
	t.Parallel()
	z := stat.Critical(0.95)
	for _, df := range []float64{1e3, 1e5, 1e7, 1e9} {
		g1 := (math.Pow(z, 3) + z) / 4
		g2 := (5*math.Pow(z, 5) + 16*math.Pow(z, 3) + 3*z) / 96
		g3 := (3*math.Pow(z, 7) + 19*math.Pow(z, 5) + 17*math.Pow(z, 3) - 15*z) / 384
		want := z + g1/df + g2/df/df + g3/df/df/df
		require.InEpsilon(t, want, stat.StudentCritical(0.95, df), 2e-11, df)
	}
}

// Tails by the incomplete beta function at 40 digits (mpmath 1.3). One minus the other tail had
// no digit left of those below 1e-16.
func TestStudentTails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ t, df, want float64 }{
		{12, 40, 7.8241713042559726e-15},
		{1.5, 31, 0.14373108142452586},
		{9.5, 4470, 3.3229672864531044e-21},
		{25.5, 17739.5, 6.7433960981939704e-141},
		{20, 30000.0, 2.0785970814425089e-88},
		{2.5, 100000.0, 0.012420919192559045},
		{6, 30000000.0, 1.973197770952246e-9},
	} {
		require.InEpsilon(t, c.want, stat.StudentTwoSided(c.t, c.df), 2e-12, "t = %v, df = %v", c.t, c.df)
		require.InEpsilon(t, c.want, stat.StudentTwoSided(-c.t, c.df), 2e-12, "t = %v, df = %v", -c.t, c.df)
	}
	require.InEpsilon(t, stat.TwoSided(29), stat.StudentTwoSided(29, 1e300), 1e-12)
	require.Greater(t, stat.StudentTwoSided(29, 1.2e10), stat.TwoSided(29)*(1+1e-5), "t has the heavier tail")
}
