package customerstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
)

// crowd is many clients at work on the same few customers.
type crowd struct {
	d                         *customer.Directory
	conflicts, merges, undone atomic.Int64
	refused, tags             atomic.Int64
}

var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// again repeats a request under its key until it meets no other.
func (c *crowd) again(r customer.Request, do func(customer.Request) error) error {
	for {
		err := do(r)
		switch {
		case errors.Is(err, customer.ErrRevision):
			c.conflicts.Add(1)
		default:
			return err
		}
	}
}

func (c *crowd) client(ctx context.Context, t *testing.T, client, steps, customers int) {
	pick := rand.New(rand.NewPCG(uint64(client), 7))
	id := func() customer.ID { return customer.ID(fmt.Sprint("c", pick.IntN(customers))) }
	for i := range steps {
		// All at one instant: no request is before the last change of whom it meets.
		r := customer.Request{Key: fmt.Sprintf("%d-%d", client, i), ID: id(), At: start.Add(time.Hour)}
		switch pick.IntN(4) {
		case 0:
			loser := id()

			err := c.again(r, func(r customer.Request) (err error) {
				_, _, err = c.d.Merge(ctx, r, loser, nil)
				return err
			})
			switch {
			case err == nil:
				c.merges.Add(1)
			case errors.Is(err, customer.ErrMerge): // both are one already
				c.refused.Add(1)
			default:
				t.Errorf("merge: %v", err)
			}
		case 1:
			err := c.again(r, func(r customer.Request) error { return c.unmerge(ctx, r) })
			switch {
			case err == nil:
			case errors.Is(err, customer.ErrMerge):
				c.refused.Add(1)
			default:
				t.Errorf("unmerge: %v", err)
			}
		default:
			err := c.again(r, func(r customer.Request) error {
				_, err := c.d.Do(ctx, r, customer.Tagged{Tag: "tag " + r.Key})
				return err
			})
			if err != nil {
				t.Errorf("tag: %v", err)
			}
			c.tags.Add(1)
		}
	}
}

// unmerge takes back the last merge of a customer, if there is one.
func (c *crowd) unmerge(ctx context.Context, r customer.Request) error {
	live, err := c.d.Store.Resolve(ctx, r.ID)
	if err != nil {
		return err
	}
	merge := ""
	for e, err := range c.d.History(ctx, live) {
		if err != nil {
			return err
		}
		switch b := e.Body.(type) {
		case customer.CustomersMerged:
			merge = e.ID
		case customer.MergeUndone:
			if b.Merge == merge {
				merge = ""
			}
		}
	}
	if merge == "" {
		return nil
	}
	r.ID = live
	_, plan, err := c.d.Unmerge(ctx, r, merge, nil)
	if err == nil && plan.Loser != "" {
		c.undone.Add(1)
	}
	return err
}

// Many clients tag, merge and unmerge the same few customers. In the end no tag is lost,
// every history is without a gap and folds, and every id leads to a live customer.
func TestConcurrentMerges(t *testing.T) {
	t.Parallel()
	const clients, steps, customers = 8, 30, 12
	s := customerstore.New(shared.Fresh(t, clients, customerstore.Migrate), nil)
	c := &crowd{d: &customer.Directory{Store: s, Salt: salt}}
	for i := range customers {
		id := customer.ID(fmt.Sprint("c", i))
		_, err := c.d.Do(t.Context(), customer.Request{Key: "create " + string(id), ID: id, At: start}, customer.Created{Kind: customer.Person})
		require.NoError(t, err)
	}
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() { c.client(context.Background(), t, i, steps, customers) })
	}
	wg.Wait()

	tags, live := map[string]bool{}, map[customer.ID]bool{}
	for i := range customers {
		id := customer.ID(fmt.Sprint("c", i))
		one, err := c.d.Load(t.Context(), id)
		require.NoError(t, err)
		require.NotEqual(t, customer.MergedAway, one.State, "%s leads to %s", id, one.ID)
		live[one.ID] = true
		for _, tag := range one.Tags {
			tags[tag] = true
		}
		for n, e := range entries(t, s, id) {
			require.Equal(t, uint64(n+1), e.Revision)
		}
	}
	require.Len(t, tags, int(c.tags.Load()), "every tag that was acknowledged is there")
	require.Positive(t, c.merges.Load())
	t.Logf("%d clients on %d customers: %d tags, %d merges, %d taken back, %d refused, %d conflicts repeated; %d live",
		clients, customers, c.tags.Load(), c.merges.Load(), c.undone.Load(), c.refused.Load(), c.conflicts.Load(), len(live))
}

// One hot customer: every change of every client is in its history once.
func TestConcurrentChangesOfOneCustomer(t *testing.T) {
	t.Parallel()
	const clients, steps = 8, 25
	s := customerstore.New(shared.Fresh(t, clients, customerstore.Migrate), nil)
	c := &crowd{d: &customer.Directory{Store: s, Salt: salt}}
	_, err := c.d.Do(t.Context(), customer.Request{Key: "create", ID: "hot", At: start}, customer.Created{Kind: customer.Person})
	require.NoError(t, err)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for n := range steps {
				r := customer.Request{Key: fmt.Sprintf("%d-%d", i, n), ID: "hot", At: start}
				for range 2 { // the second is a repetition
					err := c.again(r, func(r customer.Request) error {
						_, err := c.d.Do(context.Background(), r, customer.Tagged{Tag: r.Key})
						return err
					})
					if err != nil {
						t.Errorf("%s: %v", r.Key, err)
					}
				}
			}
		})
	}
	wg.Wait()
	hot, err := c.d.Load(t.Context(), "hot")
	require.NoError(t, err)
	require.Len(t, hot.Tags, clients*steps)
	require.Equal(t, uint64(clients*steps+1), hot.Revision)
	t.Logf("%d clients, %d changes of one customer, %d conflicts repeated", clients, clients*steps, c.conflicts.Load())
}
