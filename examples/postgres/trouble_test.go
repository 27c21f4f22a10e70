package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// Clients place orders for the same few customers, each until it is acknowledged, while
// something goes wrong: the host's transactions are of another isolation, statements are
// cut off, connections are dropped, or there is only one. Every order is there once, with
// its points, and every customer has one timer of each kind with one job to run.
func TestOrdersInTrouble(t *testing.T) {
	t.Parallel()
	server, err := testserver.Start()
	if err != nil {
		t.Skipf("no PostgreSQL: %v", err)
	}
	t.Cleanup(server.Remove)
	for _, row := range []struct {
		name     string
		pool     int32
		params   map[string]string
		harm     string // what is done to the clients' connections, again and again
		repeated bool   // whether some tries have to fail
	}{
		{name: "one connection", pool: 1},
		{name: "repeatable read", pool: 6, params: map[string]string{"default_transaction_isolation": "repeatable read"}, repeated: true},
		{name: "serializable", pool: 6, params: map[string]string{"default_transaction_isolation": "serializable"}, repeated: true},
		{name: "statements cut off", pool: 6, harm: `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND state = 'active'`, repeated: true},
		{name: "connections dropped", pool: 6, harm: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 ORDER BY random() LIMIT 2`, repeated: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			admin, err := pgxpool.New(t.Context(), server.DSN+" pool_max_conns=2")
			require.NoError(t, err)
			defer admin.Close()
			schema := fmt.Sprintf("trouble_%d", time.Now().UnixNano())
			_, err = admin.Exec(t.Context(), `CREATE SCHEMA `+schema)
			require.NoError(t, err)
			calm, err := testserver.Pool(t.Context(), server.DSN, schema, row.pool)
			require.NoError(t, err)
			defer calm.Close()
			s, err := open(t.Context(), calm) // makes the tables
			require.NoError(t, err)
			config := calm.Config()
			for name, value := range row.params {
				config.ConnConfig.RuntimeParams[name] = value
			}
			config.ConnConfig.RuntimeParams["application_name"] = schema
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			require.NoError(t, err)
			defer pool.Close()
			s.pool = pool
			d := &day{shop: s, out: io.Discard, start: time.Date(2126, 3, 2, 9, 0, 0, 0, time.UTC)} // nothing is due yet
			const clients, orders, customers = 4, 8, 3
			ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
			defer stop()
			var harming, placing sync.WaitGroup
			placed := make(chan struct{})
			if row.harm != "" {
				harming.Go(func() {
					for {
						select {
						case <-placed:
							return
						case <-time.After(40 * time.Millisecond):
							_, _ = admin.Exec(ctx, row.harm, schema)
						}
					}
				})
			}
			var retried atomic.Int64
			var last atomic.Value
			var perCustomer [customers]atomic.Int64
			for client := range clients {
				placing.Go(func() {
					for n := 0; ctx.Err() == nil && (n < orders || row.repeated && retried.Load() == 0); n++ {
						o := order{fmt.Sprintf("o%d-%d", client, n), fmt.Sprintf("c%d", (client+n)%customers), 1000, d.start}
						for ctx.Err() == nil {
							_, err := d.place(ctx, o)
							if err == nil {
								perCustomer[(client+n)%customers].Add(1)
								break
							}
							last.Store(err.Error())
							retried.Add(1)
						}
					}
				})
			}
			placing.Wait()
			close(placed)
			harming.Wait()
			require.NoError(t, ctx.Err(), "the clients did not come to an end: %v", last.Load())
			require.True(t, !row.repeated || retried.Load() > 0)
			placedAll := int64(0)
			for c := range perCustomer {
				n := perCustomer[c].Load()
				placedAll += n
				id := fmt.Sprint("c", c)
				account, err := s.points.Engine.Account(t.Context(), id)
				require.NoError(t, err)
				require.EqualValues(t, 10*n, account.Balance("points").Issued, id)
				_, err = s.points.Engine.Verify(t.Context(), id)
				require.NoError(t, err)
			}
			var rows, timers, jobs int64
			require.NoError(t, calm.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM shop_order), (SELECT count(*) FROM timer),
				(SELECT count(*) FROM river_job WHERE finalized_at IS NULL AND id IN (SELECT job FROM timer))`).Scan(&rows, &timers, &jobs))
			require.Equal(t, [3]int64{placedAll, 2 * customers, 2 * customers}, [3]int64{rows, timers, jobs})
			var open int
			require.NoError(t, calm.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE finalized_at IS NULL`).Scan(&open))
			require.Equal(t, 2*customers, open, "no job without a timer")
			t.Logf("%d orders, %d tries repeated, the last since: %v", rows, retried.Load(), last.Load())
		})
	}
}
