package score_test

import (
	"encoding"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
)

// answers is raw material from which every aggregate makes an input of its own.
type answers struct {
	a, b   int
	weight float64
	many   [score.ServiceItems]int
}

func drawAnswers(t *rapid.T) answers {
	out := answers{a: rapid.IntRange(-1, 11).Draw(t, "a"), b: rapid.IntRange(0, 8).Draw(t, "b"), weight: rapid.Float64Range(0, 5).Draw(t, "weight")}
	for i := range out.many {
		out.many[i] = rapid.IntRange(1, 5).Draw(t, "item")
	}
	return out
}

type state[S any] interface {
	*S
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// aggregate describes one type to the laws.
type aggregate[S any, P state[S]] struct {
	fresh func() P
	other func() P // of another configuration; nil where there is none
	add   func(P, answers)
	merge func(into, from P) error
}

func bytesOf[S any, P state[S]](t require.TestingT, s P) string {
	data, err := s.MarshalBinary()
	require.NoError(t, err)
	return string(data)
}

// laws: Merge is associative and commutative, equals one pass to the bit, and has the empty
// state as identity; state round-trips; refused bytes change nothing.
func (a aggregate[S, P]) laws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(drawAnswers), 0, 20).Draw(t, "rows")
		var shards [3][]answers
		onePass := a.fresh()
		for _, r := range rows {
			a.add(onePass, r)
			i := rapid.IntRange(0, 2).Draw(t, "shard")
			shards[i] = append(shards[i], r)
		}
		shard := func(i int) P {
			s := a.fresh()
			for _, r := range shards[i] {
				a.add(s, r)
			}
			return s
		}
		want := bytesOf[S, P](t, onePass)
		left, right := shard(0), shard(1)
		require.NoError(t, a.merge(left, shard(1)))
		require.NoError(t, a.merge(left, shard(2)))
		require.Equal(t, want, bytesOf[S, P](t, left), "(a+b)+c is one pass")
		require.NoError(t, a.merge(right, shard(2)))
		first := shard(0)
		require.NoError(t, a.merge(first, right))
		require.Equal(t, want, bytesOf[S, P](t, first), "a+(b+c) is one pass")
		last := shard(2)
		require.NoError(t, a.merge(last, shard(1)))
		require.NoError(t, a.merge(last, shard(0)))
		require.Equal(t, want, bytesOf[S, P](t, last), "c+b+a is one pass")
		require.NoError(t, a.merge(last, a.fresh()))
		require.Equal(t, want, bytesOf[S, P](t, last), "the empty state is the identity")
		empty := a.fresh()
		require.NoError(t, a.merge(empty, last))
		require.Equal(t, want, bytesOf[S, P](t, empty))

		back := a.fresh()
		require.NoError(t, back.UnmarshalBinary([]byte(want)))
		require.Equal(t, want, bytesOf[S, P](t, back), "round trip")
		damaged := []byte(want)
		at := rapid.IntRange(0, len(damaged)-1).Draw(t, "damage")
		damaged[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		require.Error(t, back.UnmarshalBinary(damaged))
		require.Error(t, back.UnmarshalBinary([]byte(want)[:at]))
		require.Error(t, back.UnmarshalBinary(append([]byte(want), 0)))
		require.Equal(t, want, bytesOf[S, P](t, back), "refused bytes change nothing")
		if a.other != nil {
			foreign := a.other()
			require.ErrorIs(t, a.merge(back, foreign), score.ErrConfig)
			require.ErrorIs(t, foreign.UnmarshalBinary([]byte(want)), score.ErrConfig)
			require.Equal(t, want, bytesOf[S, P](t, back))
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func rakingOf(first float64) func() *score.Raking {
	return func() *score.Raking {
		return must(score.NewRaking(
			score.Margin{Name: "a", Targets: []score.Target{{Level: "0", Size: first}, {Level: "1", Size: 1 - first}}},
			score.Margin{Name: "b", Targets: []score.Target{{Level: "0", Size: 0.2}, {Level: "1", Size: 0.5}, {Level: "2", Size: 0.3}}}))
	}
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	t.Run("NetPromoter", aggregate[score.NetPromoter, *score.NetPromoter]{
		fresh: func() *score.NetPromoter { return &score.NetPromoter{} },
		add:   func(n *score.NetPromoter, r answers) { _ = n.Add(r.a) },
		merge: func(a, b *score.NetPromoter) error { return a.Merge(*b) },
	}.laws)
	t.Run("WeightedNetPromoter", aggregate[score.WeightedNetPromoter, *score.WeightedNetPromoter]{
		fresh: func() *score.WeightedNetPromoter { return &score.WeightedNetPromoter{} },
		add:   func(n *score.WeightedNetPromoter, r answers) { _ = n.Add(r.a, r.weight-0.1) },
		merge: func(a, b *score.WeightedNetPromoter) error { return a.Merge(b) },
	}.laws)
	t.Run("WeightedMean", aggregate[score.WeightedMean, *score.WeightedMean]{
		fresh: func() *score.WeightedMean { return &score.WeightedMean{} },
		add:   func(m *score.WeightedMean, r answers) { _ = m.Add(float64(r.a)/3, r.weight) },
		merge: func(a, b *score.WeightedMean) error { return a.Merge(b) },
	}.laws)
	t.Run("Proportion", aggregate[score.Proportion, *score.Proportion]{
		fresh: func() *score.Proportion { return &score.Proportion{} },
		add:   func(p *score.Proportion, r answers) { p.Add(r.a > 5) },
		merge: func(a, b *score.Proportion) error { return a.Merge(*b) },
	}.laws)
	t.Run("Ratings", aggregate[score.Ratings, *score.Ratings]{
		fresh: func() *score.Ratings { return &score.Ratings{} },
		other: func() *score.Ratings { return must(score.NewRatings(1, 7)) },
		add:   func(n *score.Ratings, r answers) { _ = n.Add(r.a) },
		merge: func(a, b *score.Ratings) error { return a.Merge(b) },
	}.laws)
	t.Run("Satisfaction", aggregate[score.Satisfaction, *score.Satisfaction]{
		fresh: func() *score.Satisfaction { return &score.Satisfaction{} },
		add:   func(n *score.Satisfaction, r answers) { _ = n.Add(r.a) },
		merge: func(a, b *score.Satisfaction) error { return a.Merge(b) },
	}.laws)
	t.Run("EffortRequired", aggregate[score.EffortRequired, *score.EffortRequired]{
		fresh: func() *score.EffortRequired { return &score.EffortRequired{} },
		add:   func(n *score.EffortRequired, r answers) { _ = n.Add(r.a) },
		merge: func(a, b *score.EffortRequired) error { return a.Merge(b) },
	}.laws)
	t.Run("EffortEase", aggregate[score.EffortEase, *score.EffortEase]{
		fresh: func() *score.EffortEase { return &score.EffortEase{} },
		add:   func(n *score.EffortEase, r answers) { _ = n.Add(r.a) },
		merge: func(a, b *score.EffortEase) error { return a.Merge(b) },
	}.laws)
	t.Run("ProductMarketFit", aggregate[score.ProductMarketFit, *score.ProductMarketFit]{
		fresh: func() *score.ProductMarketFit { return &score.ProductMarketFit{} },
		add:   func(p *score.ProductMarketFit, r answers) { _ = p.Add(score.Disappointment(max(0, r.a))) },
		merge: func(a, b *score.ProductMarketFit) error { return a.Merge(*b) },
	}.laws)
	t.Run("Usability", aggregate[score.Usability, *score.Usability]{
		fresh: func() *score.Usability { return &score.Usability{} },
		add: func(u *score.Usability, r answers) {
			items := [10]int(r.many[:10])
			items[3] = r.b % 6
			_ = u.Add(items, &score.SUSOptions{CentreMissing: r.a > 5})
		},
		merge: func(a, b *score.Usability) error { return a.Merge(b) },
	}.laws)
	t.Run("UsefulnessEase", aggregate[score.UsefulnessEase, *score.UsefulnessEase]{
		fresh: func() *score.UsefulnessEase { return &score.UsefulnessEase{} },
		add:   func(u *score.UsefulnessEase, r answers) { _ = u.Add(r.a, r.b) },
		merge: func(a, b *score.UsefulnessEase) error { return a.Merge(b) },
	}.laws)
	t.Run("SatisfactionIndex", aggregate[score.SatisfactionIndex, *score.SatisfactionIndex]{
		fresh: func() *score.SatisfactionIndex { return &score.SatisfactionIndex{} },
		add:   func(x *score.SatisfactionIndex, r answers) { _ = x.Add([]int{r.a, r.b, r.many[0]}) },
		merge: func(a, b *score.SatisfactionIndex) error { return a.Merge(b) },
	}.laws)
	t.Run("ServiceQuality", aggregate[score.ServiceQuality, *score.ServiceQuality]{
		fresh: func() *score.ServiceQuality { return &score.ServiceQuality{} },
		add: func(q *score.ServiceQuality, r answers) {
			expected := r.many
			expected[0] = r.b
			_ = q.Add(r.many, expected)
		},
		merge: func(a, b *score.ServiceQuality) error { return a.Merge(b) },
	}.laws)
	t.Run("Kano", aggregate[score.Kano, *score.Kano]{
		fresh: func() *score.Kano { return &score.Kano{} },
		add:   func(k *score.Kano, r answers) { _ = k.Add(r.a, r.many[0]) },
		merge: func(a, b *score.Kano) error { return a.Merge(b) },
	}.laws)
	t.Run("BestWorst", aggregate[score.BestWorst, *score.BestWorst]{
		fresh: func() *score.BestWorst { return &score.BestWorst{} },
		add: func(b *score.BestWorst, r answers) {
			items := []string{"x" + strconv.Itoa(r.a), "y" + strconv.Itoa(r.b), "z"}
			_ = b.Add(items, items[r.many[0]%3], items[r.many[1]%3])
		},
		merge: func(a, b *score.BestWorst) error { return a.Merge(b) },
	}.laws)
	t.Run("Comoments", aggregate[score.Comoments, *score.Comoments]{
		fresh: func() *score.Comoments { return &score.Comoments{} },
		add: func(c *score.Comoments, r answers) {
			if r.a < 0 {
				c.Skip()
				return
			}
			_ = c.Add([]float64{float64(r.a) / 3, r.weight, float64(r.b) * 1e9})
		},
		merge: func(a, b *score.Comoments) error { return a.Merge(b) },
	}.laws)
	t.Run("ResponseStyle", aggregate[score.ResponseStyle, *score.ResponseStyle]{
		fresh: func() *score.ResponseStyle { return &score.ResponseStyle{} },
		other: func() *score.ResponseStyle { return must(score.NewResponseStyle(0, 10)) },
		add:   func(s *score.ResponseStyle, r answers) { _ = s.Add(r.many[:r.b]) },
		merge: func(a, b *score.ResponseStyle) error { return a.Merge(b) },
	}.laws)
	t.Run("Cases", aggregate[score.Cases, *score.Cases]{
		fresh: func() *score.Cases { return &score.Cases{} },
		add: func(c *score.Cases, r answers) {
			_ = c.Merge(score.Cases{Complete: int64(r.many[0]), Partial: int64(r.many[1]), UnknownOther: int64(r.b)})
		},
		merge: func(a, b *score.Cases) error { return a.Merge(*b) },
	}.laws)
	t.Run("Raking", aggregate[score.Raking, *score.Raking]{
		fresh: rakingOf(0.4),
		other: rakingOf(0.5),
		add: func(k *score.Raking, r answers) {
			weight := r.weight
			if r.many[0] > 2 {
				weight = 1
			}
			_ = k.Add([]string{strconv.Itoa(r.a & 1), strconv.Itoa(r.b % 4)}, weight)
		},
		merge: func(a, b *score.Raking) error { return a.Merge(b) },
	}.laws)
}
