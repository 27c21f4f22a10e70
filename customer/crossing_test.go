package customer_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
)

// crossing is a store in which something happens after an id was resolved and before
// the history is read.
type crossing struct {
	customer.Store
	between func()
}

func (c *crossing) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	live, err := c.Store.Resolve(ctx, id)
	if f := c.between; f != nil {
		c.between = nil
		f()
	}
	return live, err
}

// A merge, or an unmerge, between the two reads of a Load leads it to where the id leads
// afterwards: a command for a live person is never refused because of it, and never goes
// to somebody else.
func TestLoadMeetsAMerge(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	store := &crossing{Store: &customer.MemStore{}}
	d := &customer.Directory{Store: store, Salt: make([]byte, customer.MinSaltBytes)}
	ask := func(id customer.ID, key string, n int) customer.Request {
		return customer.Request{Key: key, ID: id, At: minute(n), Options: customer.DecideOptions{Actor: "agent-1", Source: "test"}}
	}
	for i, id := range []customer.ID{"ana", "ana-2"} {
		_, err := d.Do(ctx, ask(id, "make-"+string(id), i), customer.Created{Kind: customer.Person})
		require.NoError(t, err)
	}
	merge := ""
	store.between = func() {
		_, _, err := d.Merge(ctx, ask("ana", "merge", 2), "ana-2", nil)
		require.NoError(t, err)
		for e, err := range d.History(ctx, "ana") {
			require.NoError(t, err)
			if _, ok := e.Body.(customer.CustomersMerged); ok {
				merge = e.ID
			}
		}
	}
	c, err := d.Do(ctx, ask("ana-2", "tag", 3), customer.Tagged{Tag: "vip"})
	require.NoError(t, err)
	require.Equal(t, customer.ID("ana"), c.ID)
	require.NotEmpty(t, merge)

	store.between = func() {
		_, _, err := d.Unmerge(ctx, ask("ana", "unmerge", 4), merge, nil)
		require.NoError(t, err)
	}
	c, err = d.Do(ctx, ask("ana-2", "tag-2", 5), customer.Tagged{Tag: "newsletter"})
	require.NoError(t, err)
	require.Equal(t, customer.ID("ana-2"), c.ID)
	ana, err := d.Load(ctx, "ana")
	require.NoError(t, err)
	require.NotContains(t, ana.Tags, "newsletter")
}
