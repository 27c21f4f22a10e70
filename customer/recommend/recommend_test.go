package recommend

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func buy(customer, item string) Purchase { return Purchase{Customer: customer, Item: item} }

// drawPurchases draws a small shop.
func drawPurchases(t *rapid.T) []Purchase {
	n := rapid.IntRange(1, 60).Draw(t, "n")
	out := make([]Purchase, n)
	for i := range out {
		out[i] = Purchase{
			Customer: fmt.Sprint("c", rapid.IntRange(0, 9).Draw(t, "customer")), Item: fmt.Sprint("i", rapid.IntRange(0, 7).Draw(t, "item")),
			Segment: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "segment"),
			At:      time.Unix(int64(rapid.IntRange(0, 100).Draw(t, "day"))*86400, 0),
		}
	}
	return out
}

// naiveCosine is the definition, by sets.
func naiveCosine(list []Purchase, support int, shrink float64) map[[2]string]float64 {
	owners := map[string]map[string]bool{}
	for _, p := range list {
		if owners[p.Item] == nil {
			owners[p.Item] = map[string]bool{}
		}
		owners[p.Item][p.Customer] = true
	}
	out := map[[2]string]float64{}
	for i, a := range owners {
		for j, b := range owners {
			n := 0
			for c := range a {
				if b[c] {
					n++
				}
			}
			if i != j && n >= support {
				out[[2]string{i, j}] = float64(n) / (math.Sqrt(float64(len(a)))*math.Sqrt(float64(len(b))) + shrink)
			}
		}
	}
	return out
}

// The neighbours are those of the definition, whatever the order of the purchases, and
// none rests on fewer customers than MinSupport.
func TestCosineAgainstItsDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawPurchases(t)
		o := &Options{MinSupport: rapid.IntRange(1, 3).Draw(t, "support"), Shrink: rapid.SampledFrom([]float64{0, 2.5}).Draw(t, "shrink")}
		m, err := Train(slices.Values(list), o)
		require.NoError(t, err)
		want := naiveCosine(list, o.MinSupport, o.Shrink)
		got := map[[2]string]float64{}
		for i := range 8 {
			near, _ := m.Neighbours(fmt.Sprint("i", i))
			for k, x := range near {
				require.GreaterOrEqual(t, x.Customers, o.MinSupport)
				got[[2]string{fmt.Sprint("i", i), x.Item}] = x.Weight
				if k > 0 {
					require.True(t, near[k-1].Weight > x.Weight || (near[k-1].Weight == x.Weight && near[k-1].Item < x.Item))
				}
			}
		}
		require.Len(t, got, len(want))
		for k, w := range want {
			require.InEpsilon(t, w, got[k], 1e-12)
		}
		require.Equal(t, len(want), m.Report().Pairs)
	})
}

// The same purchases in any order give the same answers to the last bit, with decay
// and without, by every method.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawPurchases(t)
		o := &Options{MinSupport: 1, Method: Method(rapid.IntRange(1, 3).Draw(t, "method")), MaxBasket: rapid.IntRange(2, 4).Draw(t, "basket")}
		if o.Method == Cosine && rapid.Bool().Draw(t, "decay") {
			o.HalfLife, o.Now = 10*24*time.Hour, time.Unix(90*86400, 0)
		}
		m, err := Train(slices.Values(list), o)
		require.NoError(t, err)
		other := rapid.Permutation(list).Draw(t, "order")
		m2, err := Train(slices.Values(other), o)
		require.NoError(t, err)
		require.Equal(t, m.report, m2.report)
		require.Equal(t, m.near, m2.near)
		require.Equal(t, m.popular, m2.popular)
		q := Question{Owned: []string{"i1", "i3", "i3", "i9"}, Profiling: true, Segment: "x", N: 5}
		require.Equal(t, m.For(q), m2.For(q))
		slices.Reverse(q.Owned)
		require.Equal(t, m.For(q), m2.For(q))
	})
}

// A score is the sum of its reasons; nothing owned, declined or forbidden is shown; no
// reason rests on fewer than MinSupport customers; fallbacks come last; without consent
// nothing is worked out.
func TestAnswersKeepTheirPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawPurchases(t)
		o := &Options{MinSupport: rapid.IntRange(1, 3).Draw(t, "support"), Method: Method(rapid.IntRange(1, 3).Draw(t, "method")), Lambda: 1}
		m, err := Train(slices.Values(list), o)
		require.NoError(t, err)
		item := rapid.SampledFrom([]string{"i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "other"})
		q := Question{
			Owned: rapid.SliceOfN(item, 0, 5).Draw(t, "owned"), Declined: rapid.SliceOfN(item, 0, 2).Draw(t, "declined"),
			Profiling: rapid.Bool().Draw(t, "profiling"), Segment: rapid.SampledFrom([]string{"", "x", "nobody"}).Draw(t, "segment"),
			N: rapid.IntRange(0, 6).Draw(t, "n"), Allowed: func(id string) bool { return id != "i6" },
		}
		a := m.For(q)
		require.Equal(t, a, m.For(q)) // the room was left clean
		seen := map[string]bool{}
		fallback := false
		for k, s := range a.Suggestions {
			require.False(t, seen[s.Item] || s.Item == "i6" || slices.Contains(q.Owned, s.Item) || slices.Contains(q.Declined, s.Item), s.Item)
			seen[s.Item] = true
			if s.Fallback {
				fallback = true
				require.Empty(t, s.Because)
				require.GreaterOrEqual(t, s.Score, float64(o.MinSupport))
				continue
			}
			require.False(t, fallback, "a fallback stands before a suggestion")
			require.True(t, q.Profiling)
			sum := 0.0
			slices.SortFunc(s.Because, func(x, y Contribution) int { return cmp.Compare(x.Item, y.Item) })
			for _, c := range s.Because {
				require.Contains(t, q.Owned, c.Item)
				require.GreaterOrEqual(t, c.Customers, o.MinSupport)
				sum += c.Score
			}
			require.Equal(t, sum, s.Score) //nolint:testifylint // to the last bit
			if k > 0 && !a.Suggestions[k-1].Fallback {
				require.GreaterOrEqual(t, a.Suggestions[k-1].Score, s.Score)
			}
		}
		require.Equal(t, q.Profiling && o.Method != Popularity, a.Profiled)
	})
}

// A further purchase of an item never lowers the number of customers behind a pair.
func TestMorePurchasesMoreSupport(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawPurchases(t)
		o := &Options{MinSupport: 1, Neighbours: 100}
		before, err := Train(slices.Values(list), o)
		require.NoError(t, err)
		after, err := Train(slices.Values(append(slices.Clone(list), buy("c3", "i3"))), o)
		require.NoError(t, err)
		for i := range 8 {
			near, _ := before.Neighbours(fmt.Sprint("i", i))
			later, _ := after.Neighbours(fmt.Sprint("i", i))
			for _, x := range near {
				k := slices.IndexFunc(later, func(y Neighbour) bool { return y.Item == x.Item })
				require.GreaterOrEqual(t, k, 0)
				require.GreaterOrEqual(t, later[k].Customers, x.Customers)
			}
		}
	})
}

// EASE solves what it says: each column of B minimises the ridge regression of an item
// on all others, so its gradient is zero off the diagonal.
func TestEASESolvesItsEquation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawPurchases(t)
		lambda := rapid.SampledFrom([]float64{0.5, 3, 150}).Draw(t, "lambda")
		b, err := collect(slices.Values(list), &Options{Method: EASE, MaxBasket: 1000})
		require.NoError(t, err)
		n := len(b.items)
		gram := make([]float64, n*n)
		for c := range len(b.start) - 1 {
			for _, i := range b.owned[b.start[c]:b.start[c+1]] {
				for _, j := range b.owned[b.start[c]:b.start[c+1]] {
					gram[int(i)*n+int(j)]++
				}
			}
		}
		m := &Model{items: b.items, index: b.index}
		require.NoError(t, m.ease(b, &Options{Lambda: lambda, Neighbours: 1000, MinSupport: 0}))
		weight := make([]float64, n*n)
		for i := range n {
			for _, x := range m.near[m.start[i]:m.start[i+1]] {
				weight[i*n+int(x.item)] = x.weight
			}
		}
		for j := range n { // gradient: (G + lambda I) B - G = 0 off the diagonal
			for i := range n {
				if i == j {
					continue
				}
				g := lambda*weight[i*n+j] - gram[i*n+j]
				for k := range n {
					g += gram[i*n+k] * weight[k*n+j]
				}
				require.InDelta(t, 0, g, 1e-9)
			}
		}
	})
}

// A half-life makes what was bought together long ago weigh less.
func TestHalfLife(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	var list []Purchase
	for i := range 6 {
		c := fmt.Sprint(i)
		list = append(list, Purchase{Customer: c, Item: "camera", At: now.Add(-time.Nanosecond)})
		if i < 3 {
			list = append(list, Purchase{Customer: c, Item: "film", At: now.Add(-20 * 365 * 24 * time.Hour)})
		} else {
			list = append(list, Purchase{Customer: c, Item: "card", At: now})
		}
	}
	m, err := Train(slices.Values(list), &Options{MinSupport: 3, HalfLife: 365 * 24 * time.Hour, Now: now})
	require.NoError(t, err)
	near, ok := m.Neighbours("camera")
	require.True(t, ok)
	require.Equal(t, []string{"card", "film"}, []string{near[0].Item, near[1].Item})
	require.InDelta(t, 3/(math.Sqrt(6)*math.Sqrt(3)), near[0].Weight, 1e-12)
	require.InDelta(t, near[0].Weight, near[1].Weight, 1e-12) // all of film's weight is old alike: the angle does not change
	// but with young buyers of film beside, the old ones turn the angle
	list = append(list, Purchase{Customer: "x", Item: "film", At: now})
	m, err = Train(slices.Values(list), &Options{MinSupport: 3, HalfLife: 365 * 24 * time.Hour, Now: now})
	require.NoError(t, err)
	near, _ = m.Neighbours("camera")
	require.Less(t, near[1].Weight, 0.001)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	_, err := Train(slices.Values([]Purchase(nil)), nil)
	require.ErrorIs(t, err, ErrNoData)
	_, err = Train(slices.Values([]Purchase{buy("", "x")}), nil)
	require.ErrorIs(t, err, ErrPurchase)
	_, err = Train(slices.Values([]Purchase{buy("x", string(make([]byte, MaxID+1)))}), nil)
	require.ErrorIs(t, err, ErrPurchase)
	_, err = Train(slices.Values([]Purchase{buy("a", "b")}), &Options{
		Method: 9, Neighbours: -1, MinSupport: -1, Shrink: math.NaN(), Lambda: math.Inf(1), MaxBasket: 1, HalfLife: -1,
	})
	require.ErrorIs(t, err, ErrOptions)
	for _, word := range []string{"method", "Neighbours", "MinSupport", "Shrink", "Lambda", "MaxBasket", "HalfLife"} {
		require.ErrorContains(t, err, word)
	}
	_, err = Train(slices.Values([]Purchase{buy("a", "b")}), &Options{HalfLife: 1, Method: EASE})
	require.ErrorContains(t, err, "needs Now")
	many := func(yield func(Purchase) bool) {
		for i := range MaxEASEItems + 1 {
			if !yield(buy("a", fmt.Sprint(i))) {
				return
			}
		}
	}
	_, err = Train(many, &Options{Method: EASE, MaxBasket: 10})
	require.ErrorContains(t, err, "use cosine")
}

func TestStrongestSelects(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := make([]neighbour, rapid.IntRange(0, 200).Draw(t, "n"))
		for i := range list {
			list[i] = neighbour{item: uint32(i), weight: float64(rapid.IntRange(0, 30).Draw(t, "w"))} //nolint:gosec // small
		}
		k := rapid.IntRange(1, 60).Draw(t, "k")
		want := slices.Clone(list)
		slices.SortFunc(want, byWeight)
		want = want[:min(k, len(want))]
		got := slices.Clone(strongest(rapid.Permutation(list).Draw(t, "order"), k))
		slices.SortFunc(got, byWeight)
		require.True(t, slices.Equal(want, got), "%v %v", want, got)
	})
}

// shopOf is a shop with fashions: customers of a taste buy items of that taste.
func shopOf(customers, items, purchases int) []Purchase {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]Purchase, purchases)
	for i := range out {
		c := r.IntN(customers)
		item := int(math.Pow(r.Float64(), 2) * float64(items))
		if r.IntN(3) > 0 {
			item = (item/20*20 + c%20) % items
		}
		out[i] = buy(fmt.Sprint("customer-", c), fmt.Sprint("item-", item))
	}
	return out
}

func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		list := shopOf(n/10, min(n/100, 10_000), n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Train(slices.Values(list), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTrainEASE(b *testing.B) {
	list := shopOf(10_000, 1_000, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Train(slices.Values(list), &Options{Method: EASE}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFor(b *testing.B) {
	list := shopOf(100_000, 10_000, 1_000_000)
	m, err := Train(slices.Values(list), nil)
	require.NoError(b, err)
	for _, owned := range []int{1, 10, 50} {
		q := Question{Profiling: true, Reasons: 3}
		for i := range owned {
			q.Owned = append(q.Owned, list[i*37].Item)
		}
		b.Run(fmt.Sprint(owned), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.For(q)
			}
		})
	}
}
