package cow_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/loyalty/internal/cow"
)

type number int

func (a number) Compare(b number) int { return cmp.Compare(a, b) }

// A tree and its clones behave as maps that are copied in full.
func TestTreeAgainstMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type pair struct {
			own   *cow.Owner
			tree  cow.Tree[number, int]
			model map[number]int
		}
		all := []*pair{{own: new(cow.Owner), model: map[number]int{}}}
		steps := rapid.IntRange(1, 400).Draw(t, "steps")
		span := rapid.SampledFrom([]int{3, 40, 2000}).Draw(t, "span")
		for i := range steps {
			p := all[rapid.IntRange(0, len(all)-1).Draw(t, "which")]
			k := number(rapid.IntRange(0, span).Draw(t, "key"))
			switch rapid.IntRange(0, 9).Draw(t, "do") {
			case 0, 1, 2, 3, 4:
				p.tree.Set(p.own, k, i)
				p.model[k] = i
			case 5, 6, 7:
				_, had := p.model[k]
				require.Equal(t, had, p.tree.Delete(p.own, k))
				delete(p.model, k)
			case 8:
				v, ok := p.tree.Get(k)
				w, had := p.model[k]
				require.Equal(t, had, ok)
				require.Equal(t, w, v)
			case 9:
				if len(all) < 4 {
					c := &pair{own: new(cow.Owner), tree: p.tree, model: map[number]int{}}
					for k, v := range p.model {
						c.model[k] = v
					}
					p.own = new(cow.Owner)
					all = append(all, c)
				}
			}
		}
		for _, p := range all {
			var keys []number
			for k := range p.model {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			var have []number
			for k, v := range p.tree.All() {
				have = append(have, k)
				require.Equal(t, p.model[k], v)
			}
			require.Equal(t, keys, have)
			require.Equal(t, len(keys), p.tree.Len())
			from := number(rapid.IntRange(-1, span+1).Draw(t, "from"))
			var c cow.Cursor[number, int]
			i, _ := slices.BinarySearch(keys, from)
			for c.Seek(&p.tree, from); c.Valid(); c.Next() {
				require.Equal(t, keys[i], c.Key())
				i++
			}
			require.Equal(t, len(keys), i)
			if k, _, ok := p.tree.Min(); ok {
				require.Equal(t, keys[0], k)
			}
		}
	})
}

func TestTreeInOrderAndBack(t *testing.T) {
	t.Parallel()
	var tree cow.Tree[number, int]
	own := new(cow.Owner)
	const n = 20_000
	for i := range n {
		tree.Set(own, number(i), i)
	}
	for i := range n {
		k, _, ok := tree.Min()
		require.True(t, ok)
		require.Equal(t, number(i), k)
		require.True(t, tree.Delete(own, k))
	}
	require.Zero(t, tree.Len())
	_, _, ok := tree.Min()
	require.False(t, ok)
}

func TestVectorAgainstSlice(t *testing.T) {
	t.Parallel()
	own, other := new(cow.Owner), new(cow.Owner)
	var v cow.Vector[int]
	var want []int
	for i := range 5000 {
		v.Append(own, i)
		want = append(want, i)
	}
	w := v // shared from here
	own = new(cow.Owner)
	for i := 0; i < 5000; i += 7 {
		*v.Edit(own, i) = -i
		w.Append(other, i)
	}
	for i := range want {
		require.Equal(t, i, *w.At(i))
		if i%7 == 0 {
			require.Equal(t, -i, *v.At(i))
		} else {
			require.Equal(t, i, *v.At(i))
		}
	}
	require.Equal(t, 5000, v.Len())
	require.Equal(t, 5000+715, w.Len())
}

// counted is a key that counts how often it is compared.
type counted struct {
	n     int
	count *int
}

func (a counted) Compare(b counted) int { *a.count++; return cmp.Compare(a.n, b.n) }

// The work of a change grows with the logarithm of the size and no faster.
func TestCostIsLogarithmic(t *testing.T) {
	t.Parallel()
	for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
		var tree cow.Tree[counted, struct{}]
		own, count := new(cow.Owner), 0
		step := 7919
		for i := range n {
			tree.Set(own, counted{i * step % n, &count}, struct{}{})
		}
		count = 0
		const changes = 1000
		for i := range changes {
			k := counted{i * 104_729 % n, &count}
			tree.Delete(own, k)
			tree.Set(own, k, struct{}{})
		}
		log := 0
		for m := n; m > 0; m /= 2 {
			log++
		}
		// Delete looks twice and Set once; a half-empty tree costs up to two more
		// comparisons a level than the logarithm says.
		require.LessOrEqual(t, count/changes, 3*log+15, "%d keys: %d comparisons a change", n, count/changes)
		t.Logf("%d keys: %d comparisons for a deletion and an insertion", n, count/changes)
	}
}
