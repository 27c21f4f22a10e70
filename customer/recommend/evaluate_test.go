package recommend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestEvaluate works a small shop out by hand.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	split := time.Unix(1_000, 0)
	var list []Purchase
	for i := range 4 { // whoever has a camera has a bag, and two have a lens
		list = append(list, buy(fmt.Sprint("old", i), "camera"), buy(fmt.Sprint("old", i), "bag"))
	}
	list = append(list, buy("old0", "lens"), buy("old1", "lens"), buy("a", "camera"), buy("b", "camera"))
	late := func(customer, item string) { list = append(list, Purchase{Customer: customer, Item: item, At: split}) }
	late("a", "lens")   // second place
	late("a", "camera") // nothing new
	late("b", "bag")    // first place
	late("b", "flash")  // never seen before
	late("new", "bag")  // not known
	late("old3", "bag") // nothing new
	s, err := Evaluate(slices.Values(list), split, 2, &Options{MinSupport: 2})
	require.NoError(t, err)
	second := 1 / math.Log2(3)
	require.InDelta(t, (1+0.5)/2, s.Recall, 1e-15)
	require.InDelta(t, (second+1/(1+second))/2, s.NDCG, 1e-15)
	s.Recall, s.NDCG = 0, 0
	require.Equal(t, Scores{Method: Cosine, K: 2, Customers: 2, HeldOut: 3, Hits: 2, Items: 2}, s)

	_, err = Evaluate(slices.Values(list), time.Time{}, 2, nil)
	require.ErrorIs(t, err, ErrOptions)
	_, err = Evaluate(slices.Values(list), split, 1_001, nil)
	require.ErrorIs(t, err, ErrOptions)
	_, err = Evaluate(slices.Values(list), split.Add(1), 0, nil)
	require.ErrorIs(t, err, ErrNoData)
	_, err = Evaluate(slices.Values(list), time.Unix(-1<<40, 0), 0, nil)
	require.ErrorIs(t, err, ErrNoData)
	_, err = Evaluate(slices.Values(list), split, 2, &Options{HalfLife: time.Hour})
	require.NoError(t, err)
}

// TestEvaluateTellsMethodsApart: where customers have tastes, neighbours find more than
// popularity does, and the same purchases in another order give the same scores.
func TestEvaluateTellsMethodsApart(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	split := time.Unix(1_000, 0)
	var list []Purchase
	for c := range 400 {
		for n := range 12 {
			at := time.Unix(1, 0)
			if n >= 9 {
				at = split
			}
			list = append(list, Purchase{Customer: fmt.Sprint(c), Item: fmt.Sprint(c%8*20 + r.IntN(20)), At: at})
		}
	}
	scores := map[Method]Scores{}
	for _, method := range []Method{Cosine, EASE, Popularity} {
		s, err := Evaluate(slices.Values(list), split, 10, &Options{Method: method})
		require.NoError(t, err)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		again, err := Evaluate(slices.Values(list), split, 10, &Options{Method: method})
		require.NoError(t, err)
		require.Equal(t, s, again)
		require.Equal(t, method, s.Method)
		scores[method] = s
		t.Log(s)
	}
	require.Greater(t, scores[Cosine].Recall, 3*scores[Popularity].Recall)
	require.Greater(t, scores[EASE].NDCG, 3*scores[Popularity].NDCG)
	require.Positive(t, scores[Popularity].Fallback)
}

// TestFadedPurchases: what no float64 can weigh any more speaks for nothing, and no
// weight is ever more than 1 or no number.
func TestFadedPurchases(t *testing.T) {
	t.Parallel()
	now := time.Unix(2_000_000_000, 0)
	for _, age := range []time.Duration{0, 400, 500, 600, 700, 1_000, 1_060, 1_074, 1_100, 1 << 30} {
		var list []Purchase
		for i := range 10 {
			for _, item := range []string{"a", "b", "c"} {
				p := Purchase{Customer: fmt.Sprint(i), Item: item, At: now.Add(-age * time.Second)}
				switch item {
				case "b":
					p.At = time.Time{}
				case "c":
					p.At = now.Add(time.Hour)
				}
				list = append(list, p)
			}
		}
		m, err := Train(slices.Values(list), &Options{HalfLife: time.Second, Now: now})
		require.NoError(t, err)
		for _, x := range m.near {
			require.Greater(t, x.weight, 0.0, "%d s", age)
			require.LessOrEqual(t, x.weight, 1.0, "%d s", age)
		}
		for _, s := range m.For(Question{Owned: []string{"a", "b"}, Profiling: true}).Suggestions {
			require.False(t, math.IsNaN(s.Score))
		}
		near, ok := m.Neighbours("b")
		require.True(t, ok)
		require.Empty(t, near)
	}
}

// TestManyUnknownItems lists each once.
func TestManyUnknownItems(t *testing.T) {
	t.Parallel()
	m, err := Train(slices.Values([]Purchase{buy("x", "a")}), nil)
	require.NoError(t, err)
	var owned []string
	for i := range 20_000 {
		owned = append(owned, fmt.Sprint(i%10_000))
	}
	a := m.For(Question{Owned: owned, Profiling: true, N: 1_000})
	require.Len(t, a.Unknown, 10_000)
	require.True(t, slices.IsSorted(a.Unknown))
}

// TestLibraryKeepsItsOwn: a list changed afterwards changes no content.
func TestLibraryKeepsItsOwn(t *testing.T) {
	t.Parallel()
	segments := []string{"camera"}
	l, err := NewLibrary(Content{ID: "tips", Segments: segments})
	require.NoError(t, err)
	segments[0] = "lens"
	require.Len(t, l.For([]string{"camera"}, nil, 0), 1)
}
