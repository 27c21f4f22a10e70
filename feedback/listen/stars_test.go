package listen_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/listen"
)

func someStars() *rapid.Generator[listen.Stars] {
	return rapid.Custom(func(t *rapid.T) (s listen.Stars) {
		for i := range s {
			s[i] = rapid.Int64Range(0, 500).Draw(t, "n")
		}
		return s
	})
}

func TestStarsRefuse(t *testing.T) {
	t.Parallel()
	var s listen.Stars
	for _, bad := range []int{0, 6, -1, 10} {
		require.ErrorIs(t, s.Add(bad), listen.ErrStars)
	}
	_, ok := s.Mean()
	require.False(t, ok)
	_, ok, err := s.WilsonLower(0)
	require.NoError(t, err)
	require.False(t, ok)
	for _, prior := range []listen.Prior{{}, {4, 0}, {4, math.NaN()}, {6, 1}, {4, math.Inf(1)}} {
		_, err := s.Bayes(prior)
		require.ErrorIs(t, err, listen.ErrStars)
	}
	for _, level := range []float64{-1, 1, math.NaN()} {
		_, err := s.DirichletLower(level)
		require.ErrorIs(t, err, listen.ErrStars)
		_, _, err = s.WilsonLower(level)
		require.ErrorIs(t, err, listen.ErrStars)
	}
	for _, days := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := listen.NewDecayed(days)
		require.ErrorIs(t, err, listen.ErrStars)
	}
	d, err := listen.NewDecayed(30)
	require.NoError(t, err)
	require.ErrorIs(t, d.Add(5, -1), listen.ErrStars)
	require.ErrorIs(t, d.Add(9, 1), listen.ErrStars)
	_, ok = d.Mean()
	require.False(t, ok)
	require.Zero(t, d.EffectiveN())
}

// The worked figures of the field: three fives with a shop's 4.1 worth 20, and one five
// alone.
func TestStarsWorked(t *testing.T) {
	t.Parallel()
	bayes, err := listen.Stars{4: 3}.Bayes(listen.Prior{Mean: 4.1, N: 20})
	require.NoError(t, err)
	require.InDelta(t, 4.217, bayes, 0.0005)
	lower, err := listen.Stars{4: 1}.DirichletLower(0)
	require.NoError(t, err)
	require.InDelta(t, 2.407, lower, 0.0005)
}

func TestStarsProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := someStars().Draw(t, "a"), someStars().Draw(t, "b")
		sum, other := a, b
		sum.Merge(b)
		other.Merge(a)
		require.Equal(t, sum, other)
		require.Equal(t, a.N()+b.N(), sum.N())
		lower, err := sum.DirichletLower(0)
		require.NoError(t, err)
		require.GreaterOrEqual(t, lower, 1.0)
		if mean, ok := sum.Mean(); ok {
			bayes, err := sum.Bayes(listen.Prior{Mean: 3, N: 10})
			require.NoError(t, err)
			require.LessOrEqual(t, math.Abs(bayes-3), math.Abs(mean-3)+1e-12, "the prior pulls toward itself")
			strict, err := sum.DirichletLower(0.99)
			require.NoError(t, err)
			require.LessOrEqual(t, strict, lower)
		}
		more := sum
		require.NoError(t, more.Add(5))
		better, err := more.DirichletLower(0)
		require.NoError(t, err)
		require.GreaterOrEqual(t, better, lower-1e-3, "one more five hardly ever harms")
		data, err := sum.MarshalBinary()
		require.NoError(t, err)
		var back listen.Stars
		require.NoError(t, back.UnmarshalBinary(data))
		require.Equal(t, sum, back)
	})
}

// Ratings of one age are a plain mean, and the number of them is the effective one.
func TestDecayedOfOneAge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		age, half := rapid.Float64Range(0, 300).Draw(t, "age"), rapid.Float64Range(20, 400).Draw(t, "half")
		d, err := listen.NewDecayed(half)
		require.NoError(t, err)
		left, err := listen.NewDecayed(half)
		require.NoError(t, err)
		var s listen.Stars
		for _, star := range rapid.SliceOfN(rapid.IntRange(1, 5), 1, 30).Draw(t, "stars") {
			require.NoError(t, d.Add(star, age))
			require.NoError(t, left.Add(star, age))
			require.NoError(t, s.Add(star))
		}
		mean, _ := d.Mean()
		plain, _ := s.Mean()
		require.InDelta(t, plain, mean, 1e-9)
		require.InDelta(t, float64(s.N()), d.EffectiveN(), 1e-6)
		require.NoError(t, left.Merge(d))
		require.Equal(t, 2*d.N(), left.N())
		both, _ := left.Mean()
		require.InDelta(t, mean, both, 1e-9)
		other, err := listen.NewDecayed(half + 1)
		require.NoError(t, err)
		require.ErrorIs(t, left.Merge(other), listen.ErrStars)
	})
}

func quietDays(item string, from, days int, per int64) (out []listen.DayCount) {
	for d := range days {
		out = append(out, listen.DayCount{Item: item, Day: from + d, Stars: listen.Stars{3: per}})
	}
	return out
}

func TestBursts(t *testing.T) {
	t.Parallel()
	rows := quietDays("calm", 0, 100, 2)
	rows = append(rows, quietDays("wave", 0, 90, 2)...)
	rows = append(rows, listen.DayCount{Item: "wave", Day: 60, Stars: listen.Stars{4: 28}})
	rows = append(rows, listen.DayCount{Item: "new", Day: 0, Stars: listen.Stars{4: 50}}) // a first day is compared with nothing
	bursts, err := listen.Bursts(rows, nil)
	require.NoError(t, err)
	require.Len(t, bursts, 1)
	b := bursts[0]
	require.Equal(t, "wave", b.Item)
	require.Equal(t, 60, b.Day)
	require.EqualValues(t, 30, b.Count)
	require.InDelta(t, 2, b.Expected, 1e-12)
	require.InDelta(t, 4, b.Before, 1e-12)
	require.True(t, b.OneSided)
	require.Less(t, b.P, b.Adjusted)
	require.Less(t, b.Adjusted, 0.01)

	again, err := listen.Bursts(append(rows[len(rows)-1:], rows[:len(rows)-1]...), nil)
	require.NoError(t, err)
	require.Equal(t, bursts, again, "the order of rows does not matter")
	_, err = listen.Bursts(rows, &listen.BurstOptions{Rate: 2})
	require.ErrorIs(t, err, listen.ErrStars)
	none, err := listen.Bursts(nil, nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

// The chance of c or more is the upper tail of a binomial, summed term by term.
func TestBurstTail(t *testing.T) {
	t.Parallel()
	rows := append(quietDays("x", 0, 10, 1), listen.DayCount{Item: "x", Day: 10, Stars: listen.Stars{4: 6}})
	bursts, err := listen.Bursts(rows, &listen.BurstOptions{Trailing: 10, Rate: 0.999, MinCount: 1})
	require.NoError(t, err)
	require.Len(t, bursts, 1)
	const c, n, p = 6, 16, 1.0 / 11
	var tail float64
	for k := c; k <= n; k++ {
		all, _ := math.Lgamma(n + 1)
		in, _ := math.Lgamma(float64(k) + 1)
		out, _ := math.Lgamma(float64(n-k) + 1)
		tail += math.Exp(all - in - out + float64(k)*math.Log(p) + float64(n-k)*math.Log(1-p))
	}
	require.InEpsilon(t, tail, bursts[0].P, 1e-9)
	require.InEpsilon(t, tail, bursts[0].Adjusted, 1e-9, "one test")
}

func FuzzStars(f *testing.F) {
	data, err := listen.Stars{1, 2, 3, 4, 5}.MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		var s listen.Stars
		if err := s.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, listen.ErrStars)
			return
		}
		back, err := s.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, back)
	})
}
