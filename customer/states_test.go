package customer_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// counted is a store that counts the entries that it gives.
type counted struct {
	*customer.MemStore
	mu    sync.Mutex
	given int
}

func (c *counted) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return func(yield func(customer.Entry, error) bool) {
		for e, err := range c.MemStore.History(ctx, id, after) {
			c.mu.Lock()
			c.given++
			c.mu.Unlock()
			if !yield(e, err) {
				return
			}
		}
	}
}

// A directory that keeps states answers as one that folds every history, whatever
// happens to whom, and when two of them share one store.
func TestStatesChangeNoAnswer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := newHost(t, nil)
		keeping := []*customer.Directory{
			{Store: h.store, Salt: h.d.Salt, States: customer.NewMemStates(0)},
			{Store: h.store, Salt: h.d.Salt, States: customer.NewMemStates(1)},
		}
		ctx := context.Background()
		ids := []customer.ID{"a", "b", "c"}
		for _, id := range ids {
			h.do(id, customer.Created{})
		}
		merges := []string{}
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			id := rapid.SampledFrom(ids).Draw(t, "id")
			d := keeping[rapid.IntRange(0, 1).Draw(t, "by")]
			switch step := rapid.IntRange(0, 9).Draw(t, "step"); {
			case step < 6:
				_, _ = d.Do(ctx, h.request(id), drawCommand(t, string(id)))
			case step < 8:
				before := must(h.d.Load(ctx, id))
				if _, p, err := d.Merge(ctx, h.request(id), rapid.SampledFrom(ids).Draw(t, "other"), nil); err == nil && p.Winner != p.Loser {
					merges = append(merges, fmt.Sprintf("%s/%d", before.ID, before.Revision+1))
				}
			case step == 8 && len(merges) > 0:
				_, _, _ = d.Unmerge(ctx, h.request(id), rapid.SampledFrom(merges).Draw(t, "merge"), nil)
			case step == 9:
				_, _ = d.Erase(ctx, h.request(id), nil)
			}
			for _, id := range ids {
				want := must(h.d.Load(ctx, id))
				for _, d := range keeping {
					require.Equal(t, text(t, want), text(t, must(d.Load(ctx, id))))
				}
			}
		}
	})
}

func TestStatesReadOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	store := &counted{MemStore: h.store}
	d := &customer.Directory{Store: store, Salt: h.d.Salt, States: customer.NewMemStates(2)}
	h.do("a", customer.Created{})
	for i := range 100 {
		h.do("a", customer.Tagged{Tag: fmt.Sprint("tag ", i)})
	}
	load := func(id customer.ID) int {
		store.given = 0
		_, err := d.Load(ctx, id)
		require.NoError(t, err)
		return store.given
	}
	require.Equal(t, 101, load("a"))
	require.Equal(t, 1, load("a"), "the last entry, which the state ends with")
	h.do("a", customer.Tagged{Tag: "x"}, customer.Tagged{Tag: "y"})
	require.Equal(t, 3, load("a"))
	c, err := d.Load(ctx, "a")
	require.NoError(t, err)
	c.Tags[0] = "changed"
	require.NotEqual(t, "changed", must(d.Load(ctx, "a")).Tags[0], "what was given is the caller's own")
	for _, id := range []customer.ID{"b", "c"} {
		h.do(id, customer.Created{})
		load(id)
	}
	require.Equal(t, 103, load("a"), "two states are kept, and a's was asked for first")

	other := &customer.MemStore{} // a store that was set back
	require.NoError(t, other.Append(ctx, customer.Commit{Key: "1", Writes: []customer.Write{{Customer: "a", Entries: []customer.Entry{
		must(customer.Encode(ctx, customer.Event{Customer: "a", Revision: 1, Recorded: minute(1), At: minute(1), Body: customer.Created{}}, nil)),
	}}}}))
	d.Store = other
	require.Equal(t, uint64(1), must(d.Load(ctx, "a")).Revision)

	// An erasure leaves nothing, of the one nor of who was merged in.
	d.Store = store
	states := customer.NewMemStates(0)
	d.States = states
	_, _, err = d.Merge(ctx, h.request("b"), "c", nil)
	require.NoError(t, err)
	_, ok := states.State("c")
	require.True(t, ok)
	_, err = d.Erase(ctx, h.request("b"), nil)
	require.NoError(t, err)
	for _, id := range []customer.ID{"b", "c"} {
		_, ok := states.State(id)
		require.False(t, ok, id)
	}
	require.Equal(t, customer.IsErased, must(d.Load(ctx, "c")).State)
}

func BenchmarkLoad(b *testing.B) {
	for _, events := range []int{10, 1000} {
		for _, kept := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d_events/kept_%t", events, kept), func(b *testing.B) {
				h := newHost(b, nil)
				h.do("a", customer.Created{})
				for i := range events {
					h.do("a", customer.AttributeSet{Attribute: customer.Attribute{Key: "shop.size", Value: number(fmt.Sprint(i))}})
				}
				if kept {
					h.d.States = customer.NewMemStates(0)
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := h.d.Load(context.Background(), "a"); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// One directory with kept states serves many goroutines: no change is lost, and at the
// end it says what the store says.
func TestStatesAreShared(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	for _, id := range []customer.ID{"a", "b"} {
		h.do(id, customer.Created{})
	}
	d := &customer.Directory{Store: h.store, Salt: h.d.Salt, States: customer.NewMemStates(1)}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			id := []customer.ID{"a", "b"}[i%2]
			for j := range 10 {
				r := customer.Request{Key: fmt.Sprint("crowd ", i, " ", j), ID: id, At: minute(500)}
				_, err := d.Do(ctx, r, customer.Tagged{Tag: fmt.Sprint(i, " ", j)})
				for errors.Is(err, customer.ErrRevision) {
					_, err = d.Do(ctx, r, customer.Tagged{Tag: fmt.Sprint(i, " ", j)})
				}
				if err != nil {
					t.Error(err)
				}
				if _, err := d.Load(ctx, id); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	for _, id := range []customer.ID{"a", "b"} {
		want := must(h.d.Load(ctx, id))
		require.Len(t, want.Tags, 40)
		require.Equal(t, text(t, want), text(t, must(d.Load(ctx, id))))
	}
}
