package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// The server is killed with all its processes while clients place orders. Whatever was
// acknowledged is there, and every order that is there has its customer, its points, its
// letter to come and the timers of both: one transaction over four stores.
func TestOrdersOnAServerThatIsKilled(t *testing.T) {
	if os.Getenv(testserver.DSNEnv) != "" {
		t.Skip("the server that was given is not ours to kill")
	}
	server, err := testserver.Start()
	if err != nil {
		t.Skipf("no PostgreSQL: %v", err)
	}
	defer server.Remove()
	pool, err := pgxpool.New(t.Context(), server.DSN+" pool_max_conns=10")
	require.NoError(t, err)
	defer pool.Close()
	s, err := open(t.Context(), pool)
	require.NoError(t, err)
	d := &day{shop: s, out: io.Discard, start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}

	ctx, stop := context.WithCancel(t.Context())
	var acknowledged sync.Map
	var placed, retried atomic.Int64
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				o := order{fmt.Sprintf("o%d-%d", client, n), fmt.Sprintf("c%d-%d", client, n/2), 1000, d.start}
				for ctx.Err() == nil {
					if _, err := d.place(context.WithoutCancel(ctx), o); err == nil {
						acknowledged.Store(o.id, o.customer)
						placed.Add(1)
						break
					}
					retried.Add(1)
					time.Sleep(30 * time.Millisecond) // each try costs the server a process
				}
			}
		})
	}
	for range 10 {
		for before := placed.Load(); placed.Load() < before+4; {
			time.Sleep(time.Millisecond)
		}
		server.Kill()
		require.NoError(t, server.Restart())
	}
	for before := placed.Load(); placed.Load() < before+4; {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()

	require.Positive(t, retried.Load())
	orders := map[string]string{}
	rows, err := pool.Query(t.Context(), `SELECT id, customer FROM shop_order`)
	require.NoError(t, err)
	for rows.Next() {
		var id, customer string
		require.NoError(t, rows.Scan(&id, &customer))
		orders[id] = customer
	}
	require.NoError(t, rows.Err())
	acknowledged.Range(func(id, customer any) bool {
		require.Equal(t, customer, orders[id.(string)], "acknowledged, and lost")
		return true
	})
	perCustomer := map[string]int{}
	for _, customer := range orders {
		perCustomer[customer]++
	}
	for customer, n := range perCustomer {
		account, err := s.points.Engine.Account(t.Context(), customer)
		require.NoError(t, err)
		require.EqualValues(t, 10*n, account.Balance("points").Issued, customer)
	}
	var accounts, customers, runs, timers, jobs int
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM loyalty_account), (SELECT count(*) FROM customer), (SELECT count(*) FROM outreach_run),
		(SELECT count(*) FROM timer), (SELECT count(*) FROM timer JOIN river_job ON river_job.id = timer.job WHERE state = 'available')`).
		Scan(&accounts, &customers, &runs, &timers, &jobs))
	n := len(perCustomer)
	require.Equal(t, [5]int{n, n, n, 2 * n, 2 * n}, [5]int{accounts, customers, runs, timers, jobs})
	t.Logf("10 kills; %d orders of %d customers, %d acknowledged, %d tries repeated", len(orders), n, placed.Load(), retried.Load())
}
