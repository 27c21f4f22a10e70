package customerstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
)

// tally is what clients were told.
type tally struct {
	mu      sync.Mutex
	tags    map[string]bool
	merges  map[customer.ID]customer.ID // loser to winner
	retried int
}

func (c *tally) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.tags)
}

// insist repeats a request under its key, whatever happened to its first answer, until
// it is known to be done.
func (c *tally) insist(ctx context.Context, do func() error) bool {
	for ctx.Err() == nil {
		err := do()
		if err == nil {
			return true
		}
		c.mu.Lock()
		c.retried++
		c.mu.Unlock()
		if !errors.Is(err, customer.ErrRevision) {
			time.Sleep(30 * time.Millisecond) // each try costs the server a process
		}
	}
	return false
}

// The server is killed with all its processes while four clients change customers of
// their own and merge them into one that they share. Nothing that was acknowledged is
// lost, nothing is there twice, and both sides of each merge are written or neither.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	own, p := needOwnServer(t)
	kills := 20
	if testing.Short() {
		kills = 3
	}
	s := customerstore.New(p, nil)
	d := &customer.Directory{Store: s, Salt: salt}
	_, err := d.Do(t.Context(), customer.Request{Key: "create", ID: "hub", At: start}, customer.Created{Kind: customer.Person})
	require.NoError(t, err)
	told := &tally{tags: map[string]bool{}, merges: map[customer.ID]customer.ID{}}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				id, tag := customer.ID(fmt.Sprintf("c%d-%d", client, n)), fmt.Sprintf("t%d-%d", client, n)
				steps := []func() error{
					func() error {
						_, err := d.Do(context.WithoutCancel(ctx), customer.Request{Key: "create " + tag, ID: id, At: start}, customer.Created{Kind: customer.Person})
						return err
					},
					func() error {
						_, err := d.Do(context.WithoutCancel(ctx), customer.Request{Key: "tag " + tag, ID: id, At: start}, customer.Tagged{Tag: tag})
						return err
					},
				}
				if n%5 == 4 {
					steps = append(steps, func() error {
						_, _, err := d.Merge(context.WithoutCancel(ctx), customer.Request{Key: "merge " + tag, ID: "hub", At: start}, id, nil)
						return err
					})
				}
				for i, step := range steps {
					if !told.insist(ctx, step) {
						return
					}
					told.mu.Lock()
					switch i {
					case 1:
						told.tags[tag] = true
					case 2:
						told.merges[id] = "hub"
					}
					told.mu.Unlock()
				}
			}
		})
	}
	for range kills {
		for before := told.size(); told.size() < before+4; {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		own.Kill()
		require.NoError(t, own.Restart())
	}
	for before := told.size(); told.size() < before+4; {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()

	require.Positive(t, told.retried)
	require.NotEmpty(t, told.merges)
	hub, err := d.Load(t.Context(), "hub")
	require.NoError(t, err)
	found := map[string]int{}
	for _, tag := range hub.Tags {
		found[tag]++
	}
	rows, err := p.Query(t.Context(), `SELECT customer FROM customer WHERE customer <> 'hub'`)
	require.NoError(t, err)
	var ids []customer.ID
	for rows.Next() {
		var id customer.ID
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	for _, id := range ids {
		for n, e := range entries(t, s, id) {
			require.Equal(t, uint64(n+1), e.Revision)
		}
		one, err := d.Load(t.Context(), id)
		require.NoError(t, err)
		require.True(t, told.merges[id] == "" || one.ID == "hub", "an acknowledged merge is there")
		require.NotEqual(t, customer.MergedAway, one.State)
		if one.ID == "hub" {
			require.Contains(t, hub.Absorbed, id)
			continue
		}
		for _, tag := range one.Tags {
			found[tag]++
		}
	}
	for tag := range told.tags {
		require.Equal(t, 1, found[tag], tag)
	}
	t.Logf("%d kills; %d customers, %d tags and %d merges acknowledged, %d tries repeated", kills, len(ids), len(told.tags), len(told.merges), told.retried)
}
