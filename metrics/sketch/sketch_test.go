package sketch_test

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics/sketch"
)

func bytesOf(t require.TestingT, s encoding.BinaryMarshaler) []byte {
	data, err := s.MarshalBinary()
	require.NoError(t, err)
	return data
}

// genValue draws from all magnitudes, with many repeats and the awkward ones.
func genValue() *rapid.Generator[float64] {
	return rapid.Map(rapid.OneOf(
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, -1, 0.1, 2, 4, 1e-9, 1e9, -0.30000000000000004, 1 << 40}),
		rapid.Float64Range(-100, 100),
		rapid.Custom(func(t *rapid.T) float64 {
			v := math.Exp(rapid.Float64Range(-60, 60).Draw(t, "log"))
			return v * float64(rapid.SampledFrom([]int{-1, 1}).Draw(t, "sign"))
		}),
	), func(v float64) float64 {
		if math.Abs(v) < 1e-60 { // what Moments counts as 0
			return 0
		}
		return v
	})
}

// accumulator is what the three sketches share.
type accumulator[S any] interface {
	*S
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
	Merge(*S) error
}

// laws holds a sketch to what the package promises of merging, to the byte.
func laws[S any, P accumulator[S], V any](t *rapid.T, values []V, add func(P, V)) {
	fold := func(vs []V) P {
		s := P(new(S))
		for _, v := range vs {
			add(s, v)
		}
		return s
	}
	whole := bytesOf(t, fold(values))
	shuffled := slices.Clone(values)
	rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) {
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	})
	require.Equal(t, whole, bytesOf(t, fold(shuffled)), "the order of the stream")

	i := rapid.IntRange(0, len(values)).Draw(t, "i")
	j := rapid.IntRange(i, len(values)).Draw(t, "j")
	a, b, c := fold(shuffled[:i]), fold(shuffled[i:j]), fold(shuffled[j:])
	merge := func(parts ...P) P {
		s := P(new(S))
		for _, p := range parts {
			require.NoError(t, s.Merge((*S)(p)))
		}
		return s
	}
	require.Equal(t, whole, bytesOf(t, merge(a, b, c)))
	require.Equal(t, whole, bytesOf(t, merge(c, a, b)), "commutative")
	require.Equal(t, whole, bytesOf(t, merge(a, merge(b, c))), "associative")
	require.Equal(t, whole, bytesOf(t, merge(merge(), merge(a, b, c), merge())), "identity")

	back := P(new(S))
	require.NoError(t, back.UnmarshalBinary(whole))
	require.Equal(t, whole, bytesOf(t, back), "round trip")
	require.NoError(t, back.Merge((*S)(merge())))
	add(back, values[0]) // still a working sketch
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	values := rapid.SliceOfN(genValue(), 1, 60)
	t.Run("quantiles", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			laws(t, values.Draw(t, "values"), func(q *sketch.Quantiles, v float64) { require.NoError(t, q.Add(v)) })
		})
	})
	t.Run("moments", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			laws(t, values.Draw(t, "values"), func(m *sketch.Moments, v float64) { require.NoError(t, m.Add(v)) })
		})
	})
	t.Run("distinct", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			keys := rapid.SliceOfN(rapid.StringN(0, 50, 100), 1, 60).Draw(t, "keys")
			laws(t, keys, func(d *sketch.Distinct, k string) { d.AddString(k) })
		})
	})
}

// Every quantile of every stream lies within the accuracy of the exact order statistic.
func TestQuantilesKeepTheirGuarantee(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(genValue(), 1, 120).Draw(t, "values")
		asked := rapid.SampledFrom([]float64{0.0005, 0.001, 0.01, 0.05, 0.2}).Draw(t, "accuracy")
		q, err := sketch.NewQuantiles(asked)
		require.NoError(t, err)
		require.LessOrEqual(t, q.Accuracy(), asked)
		for _, v := range values {
			require.NoError(t, q.Add(v))
		}
		slices.Sort(values)
		require.Equal(t, int64(len(values)), q.Count())
		for _, p := range []float64{0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 1} {
			exact := values[max(1, int(math.Ceil(p*float64(len(values))-1e-9)))-1]
			got, ok := q.Quantile(p)
			require.True(t, ok)
			require.LessOrEqual(t, math.Abs(got-exact), q.Accuracy()*math.Abs(exact)*(1+1e-12), "p %v: %v for %v", p, got, exact)
			if p > 0 && p < 1 {
				low, high, ok := q.Interval(p, 0.95)
				require.True(t, ok)
				require.LessOrEqual(t, low, got)
				require.GreaterOrEqual(t, high, got)
			}
		}
		least, _ := q.Min()
		most, _ := q.Max()
		require.Equal(t, []float64{values[0] + 0, values[len(values)-1] + 0}, []float64{least, most})
		var sum int64
		before := math.Inf(-1)
		for b := range q.Buckets() {
			require.GreaterOrEqual(t, b.Low, before)
			before = b.High
			sum += b.Count
		}
		require.Equal(t, q.Count(), sum)
		at := rapid.SampledFrom(values).Draw(t, "at")
		share, ok := q.ShareAtMost(at)
		require.True(t, ok)
		var atMost, near int
		for _, v := range values {
			if v <= at {
				atMost++
			}
			if v <= at || math.Abs(v-at) <= 2.1*q.Accuracy()*math.Abs(v) {
				near++
			}
		}
		require.GreaterOrEqual(t, share*float64(len(values)), float64(atMost)-1e-9)
		require.LessOrEqual(t, share*float64(len(values)), float64(near)+1e-9)
	})
}

func TestQuantilesAtTheEndsOfTheFloats(t *testing.T) {
	t.Parallel()
	var q sketch.Quantiles
	extremes := []float64{math.MaxFloat64, -math.MaxFloat64, 0x1p-1022, -0x1p-1022, 0x1p-1074, math.Nextafter(0x1p-1022, 0)}
	for _, v := range extremes {
		require.NoError(t, q.Add(v))
	}
	for p, want := range map[float64]float64{0: -math.MaxFloat64, 0.3: -0x1p-1022, 0.5: 0, 0.7: 0x1p-1022 * (1 + 1.0/129), 1: math.MaxFloat64} {
		got, ok := q.Quantile(p)
		require.True(t, ok)
		require.InDelta(t, 1, (got+0x1p-1030)/(want+0x1p-1030), 0.02, "p %v: %v", p, got)
	}
	var back sketch.Quantiles
	require.NoError(t, back.UnmarshalBinary(bytesOf(t, &q)))
	require.Equal(t, bytesOf(t, &q), bytesOf(t, &back))
}

func TestQuantilesFaults(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{0, 0.0001, 0.21, -1, math.NaN(), math.Inf(1)} {
		_, err := sketch.NewQuantiles(bad)
		require.ErrorIs(t, err, sketch.ErrInvalid, bad)
	}
	var q sketch.Quantiles
	require.InDelta(t, 0.00775, q.Accuracy(), 1e-5)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.ErrorIs(t, q.Add(bad), sketch.ErrInvalid)
	}
	require.ErrorIs(t, q.AddCount(1, -1), sketch.ErrInvalid)
	require.NoError(t, q.AddCount(1, 0))
	_, ok := q.Quantile(0.5)
	require.False(t, ok)
	_, ok = q.Min()
	require.False(t, ok)
	_, _, ok = q.Interval(0.5, 0.95)
	require.False(t, ok)
	_, ok = q.ShareAtMost(1)
	require.False(t, ok)
	require.NoError(t, q.AddCount(3, 1<<53))
	require.ErrorIs(t, q.Add(1), sketch.ErrInvalid)
	require.ErrorIs(t, q.Merge(&q), sketch.ErrInvalid)
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		_, ok = q.Quantile(p)
		require.False(t, ok)
	}
	fine, err := sketch.NewQuantiles(0.001)
	require.NoError(t, err)
	require.ErrorIs(t, fine.Merge(&q), sketch.ErrConfig)
	require.ErrorIs(t, fine.UnmarshalBinary(bytesOf(t, &q)), sketch.ErrConfig)
	require.NoError(t, fine.Add(7))
	var zero sketch.Quantiles
	require.NoError(t, zero.Merge(fine), "a zero value takes over the accuracy")
	require.Equal(t, bytesOf(t, fine), bytesOf(t, &zero))
}

// XXH64 with seed 0: the sanity vectors of its authors and of the specification.
func TestHashIsXXH64(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint64{
		"":    0xEF46DB3751D8E999,
		"a":   0xD24EC4F1A98C6E5B,
		"abc": 0x44BC2CF5AD770999,
		"Nobody inspects the spammish repetition": 0xFBCEA83C8A378BF1,
	} {
		require.Equal(t, want, sketch.HashOf(text), text)
	}
}

// The hash of a number is that of its bytes, and a string and its bytes are one key.
func TestKeysAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Uint64().Draw(t, "v")
		le := []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24), byte(v >> 32), byte(v >> 40), byte(v >> 48), byte(v >> 56)}
		text := rapid.String().Draw(t, "text")
		var a, b sketch.Distinct
		a.AddUint64(v)
		a.AddString(text)
		b.AddBytes(le)
		b.AddBytes([]byte(text))
		require.Equal(t, bytesOf(t, &a), bytesOf(t, &b))
	})
}

// The mean error over many streams is near 0 and its spread is what the theory says,
// from far below the number of registers to far above it.
func TestDistinctIsUnbiased(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 10, 200, 1000, 3000, 20_000, 100_000} {
		const streams = 60
		var sum, squares, sigma float64
		for s := range streams {
			d, err := sketch.NewDistinct(10)
			require.NoError(t, err)
			for i := range n {
				d.AddUint64(uint64(s)<<40 | uint64(i))
			}
			e := float64(d.Estimate())/float64(n) - 1
			sum, squares = sum+e/streams, squares+e*e/streams
			sigma = d.RelativeError()
		}
		require.InDelta(t, 0, sum, 4*sigma/math.Sqrt(streams), "bias at %d", n)
		require.Less(t, math.Sqrt(squares), 1.3*sigma, "spread at %d", n)
	}
}

func TestDistinctEdges(t *testing.T) {
	t.Parallel()
	for _, bad := range []int{-1, 3, 19} {
		_, err := sketch.NewDistinct(bad)
		require.ErrorIs(t, err, sketch.ErrInvalid)
	}
	var d sketch.Distinct
	require.Zero(t, d.Estimate())
	low, high, ok := d.Interval(0.95)
	require.Equal(t, []any{0.0, 0.0, true}, []any{low, high, ok})
	_, _, ok = d.Interval(1)
	require.False(t, ok)
	for range 1000 {
		d.AddString("the same key")
	}
	require.Equal(t, int64(1), d.Estimate())
	before := bytesOf(t, &d)
	require.NoError(t, d.Merge(&d), "idempotent")
	require.Equal(t, before, bytesOf(t, &d))
	other, err := sketch.NewDistinct(5)
	require.NoError(t, err)
	require.ErrorIs(t, other.Merge(&d), sketch.ErrConfig)
	require.ErrorIs(t, other.UnmarshalBinary(before), sketch.ErrConfig)
	for i := range 5000 {
		other.AddUint64(uint64(i))
	}
	var zero sketch.Distinct
	require.NoError(t, zero.Merge(other))
	require.NoError(t, zero.UnmarshalBinary(bytesOf(t, other)))
	require.Equal(t, other.Estimate(), zero.Estimate())
	require.InEpsilon(t, 0.00813, d.RelativeError(), 1e-3)
}

// Moments by exact fractions.
func TestMomentsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(genValue(), 1, 20).Draw(t, "values")
		var m sketch.Moments
		n := big.NewRat(int64(len(values)), 1)
		mean := new(big.Rat)
		for _, v := range values {
			require.NoError(t, m.Add(v))
			mean.Add(mean, new(big.Rat).SetFloat64(v))
		}
		mean.Quo(mean, n)
		var central [5]*big.Rat
		for k := 2; k <= 4; k++ {
			central[k] = new(big.Rat)
			for _, v := range values {
				d := new(big.Rat).Sub(new(big.Rat).SetFloat64(v), mean)
				p := big.NewRat(1, 1)
				for range k {
					p.Mul(p, d)
				}
				central[k].Add(central[k], p)
			}
			central[k].Quo(central[k], n)
		}
		want, _ := mean.Float64()
		got, ok := m.Mean()
		require.True(t, ok)
		require.Equal(t, want, got)
		if len(values) < 2 {
			_, ok = m.Variance()
			require.False(t, ok)
			return
		}
		unbiased := new(big.Rat).Mul(central[2], new(big.Rat).Quo(n, new(big.Rat).Sub(n, big.NewRat(1, 1))))
		want, _ = unbiased.Float64()
		got, ok = m.Variance()
		require.True(t, ok)
		require.Equal(t, want, got, "rounded once")
		m2, _ := central[2].Float64()
		m3, _ := central[3].Float64()
		m4, _ := central[4].Float64()
		skew, ok := m.Skewness()
		require.Equal(t, m2 > 0, ok)
		if ok {
			require.Equal(t, m3/(m2*math.Sqrt(m2)), skew)
			kurtosis, ok := m.Kurtosis()
			require.True(t, ok)
			require.Equal(t, m4/(m2*m2)-3, kurtosis)
		}
		low, high, ok := m.MeanInterval(0.95)
		require.True(t, ok)
		mid, _ := m.Mean()
		require.True(t, low <= mid && mid <= high)
	})
}

// Wilkinson's trouble: a mean far from 0. The variance of 1e9+4, 1e9+7, 1e9+13, 1e9+16 is 30.
func TestMomentsDoNotCancel(t *testing.T) {
	t.Parallel()
	var m sketch.Moments
	for _, v := range []float64{1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16} {
		require.NoError(t, m.Add(v))
	}
	v, ok := m.Variance()
	require.True(t, ok)
	require.Equal(t, 30.0, v)
	require.Equal(t, 4e15+40, m.Sum())
}

func TestMomentsEdges(t *testing.T) {
	t.Parallel()
	var m sketch.Moments
	for _, bad := range []float64{math.NaN(), math.Inf(1), 0x1p200, -0x1p201} {
		require.ErrorIs(t, m.Add(bad), sketch.ErrInvalid)
	}
	_, ok := m.Mean()
	require.False(t, ok)
	_, ok = m.Max()
	require.False(t, ok)
	_, ok = m.Kurtosis()
	require.False(t, ok)
	for _, v := range []float64{5, 5, 5} {
		require.NoError(t, m.Add(v))
	}
	sd, ok := m.StandardDeviation()
	require.True(t, ok)
	require.Zero(t, sd)
	_, ok = m.Skewness()
	require.False(t, ok)
	_, _, ok = m.MeanInterval(0)
	require.False(t, ok)
	var tiny sketch.Moments
	for _, v := range []float64{math.Nextafter(0x1p200, 0), -math.Nextafter(0x1p200, 0), 0x1p-200, 0x1p-201} {
		require.NoError(t, tiny.Add(v))
	}
	require.Equal(t, 0x1p-200, tiny.Sum())
	var back sketch.Moments
	require.NoError(t, back.UnmarshalBinary(bytesOf(t, &tiny)))
}

func fuzz[S any, P accumulator[S]](f *testing.F, seeds ...P) {
	for _, s := range seeds {
		f.Add(bytesOf(f, s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read := P(new(S))
		before := bytesOf(t, read)
		if err := read.UnmarshalBinary(data); err != nil {
			require.True(t, errors.Is(err, sketch.ErrCorrupt), err)
			require.Equal(t, before, bytesOf(t, read), "an error changes nothing")
			return
		}
		again := P(new(S))
		require.NoError(t, again.UnmarshalBinary(bytesOf(t, read)))
		require.Equal(t, bytesOf(t, read), bytesOf(t, again))
		_ = again.Merge((*S)(read))
	})
}

func FuzzUnmarshalQuantiles(f *testing.F) {
	var a sketch.Quantiles
	for _, v := range []float64{-3, 0, 0.5, 1e300, 7, 7} {
		require.NoError(f, a.Add(v))
	}
	fuzz(f, &a, &sketch.Quantiles{})
}

func FuzzUnmarshalDistinct(f *testing.F) {
	small, err := sketch.NewDistinct(4)
	require.NoError(f, err)
	for i := range 40 {
		small.AddUint64(uint64(i))
	}
	var few sketch.Distinct
	few.AddString("a")
	fuzz(f, small, &few, &sketch.Distinct{})
}

func FuzzUnmarshalMoments(f *testing.F) {
	var a sketch.Moments
	for _, v := range []float64{-3, 0, 0.5, 1e30, 7, 7} {
		require.NoError(f, a.Add(v))
	}
	fuzz(f, &a, &sketch.Moments{})
}

// A frame from an earlier build must still be read: these bytes are kept.
func TestFramesOfVersionOne(t *testing.T) {
	t.Parallel()
	var q sketch.Quantiles
	var d sketch.Distinct
	var m sketch.Moments
	for _, v := range []float64{-2, 0, 1, 1, 1000.5} {
		require.NoError(t, q.Add(v))
		require.NoError(t, m.Add(v))
	}
	for _, k := range []string{"ana", "bo", "chen"} {
		d.AddString(k)
	}
	for want, s := range map[string]encoding.BinaryMarshaler{
		frameQuantiles: &q, frameDistinct: &d, frameMoments: &m,
	} {
		require.Equal(t, want, fmt.Sprintf("%x", bytesOf(t, s)))
	}
}

func BenchmarkQuantilesAdd(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		values := make([]float64, n)
		for i := range values {
			values[i] = rng.ExpFloat64() * 3600
		}
		b.Run(fmt.Sprint("values=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var q sketch.Quantiles
				for _, v := range values {
					_ = q.Add(v)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(n), "ns/value")
		})
	}
}

func BenchmarkDistinctAdd(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		keys := make([]string, n)
		for i := range keys {
			keys[i] = fmt.Sprint("customer-", i)
		}
		b.Run(fmt.Sprint("keys=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var d sketch.Distinct
				for _, k := range keys {
					d.AddString(k)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(n), "ns/key")
		})
	}
}

func BenchmarkMomentsAdd(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		values := make([]float64, n)
		for i := range values {
			values[i] = rng.NormFloat64()*40 + 1000
		}
		b.Run(fmt.Sprint("values=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var m sketch.Moments
				for _, v := range values {
					_ = m.Add(v)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(n), "ns/value")
		})
	}
}
