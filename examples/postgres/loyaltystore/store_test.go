package loyaltystore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

var schemas atomic.Int64

// connect opens a pool on a schema.
func connect(tb testing.TB, dsn, schema string, size int32) *pgxpool.Pool {
	tb.Helper()
	pool, err := pool(context.Background(), dsn, schema, size)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

func pool(ctx context.Context, dsn, schema string, size int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.MaxConns = size
	config.ConnConfig.RuntimeParams["search_path"] = schema
	return pgxpool.NewWithConfig(ctx, config)
}

// newSchema makes an empty schema with the tables in it.
func newSchema(tb testing.TB, dsn string) string {
	tb.Helper()
	schema := fmt.Sprintf("rapport_%d_%d", os.Getpid(), schemas.Add(1))
	conn, err := pgx.Connect(context.Background(), dsn)
	require.NoError(tb, err)
	_, err = conn.Exec(context.Background(), `CREATE SCHEMA `+schema)
	require.NoError(tb, err)
	require.NoError(tb, conn.Close(context.Background()))
	tb.Cleanup(func() {
		conn, err := pgx.Connect(context.Background(), dsn)
		if err != nil {
			return // the server has gone, and the schema with it
		}
		_, _ = conn.Exec(context.Background(), `DROP SCHEMA `+schema+` CASCADE`)
		_ = conn.Close(context.Background())
	})
	p, err := pool(context.Background(), dsn, schema, 1)
	require.NoError(tb, err)
	require.NoError(tb, loyaltystore.Migrate(context.Background(), p))
	require.NoError(tb, loyaltystore.Migrate(context.Background(), p), "a second time is nothing to do")
	p.Close()
	return schema
}

// places remembers pool and schema of a store.
type place struct {
	pool   *pgxpool.Pool
	schema string
}

func harness(dsn string) loyaltytest.Harness {
	var places sync.Map
	open := func(tb testing.TB, schema string) loyalty.Store {
		tb.Helper()
		p := connect(tb, dsn, schema, 8)
		s := loyaltystore.New(p)
		places.Store(s, place{p, schema})
		return s
	}
	of := func(s loyalty.Store) place {
		p, _ := places.Load(s)
		return p.(place)
	}
	return loyaltytest.Harness{
		New: func(tb testing.TB) loyalty.Store { return open(tb, newSchema(tb, dsn)) },
		Reopen: func(tb testing.TB, s loyalty.Store) loyalty.Store {
			of(s).pool.Close()
			return open(tb, of(s).schema)
		},
		Edit: func(tb testing.TB, s loyalty.Store, id loyalty.AccountID, version int64) {
			tag, err := of(s).pool.Exec(context.Background(), `UPDATE loyalty_entry SET body = 'edited' WHERE tenant = $1 AND account = $2 AND version = $3`, id.Tenant, id.ID, version)
			require.NoError(tb, err)
			require.Equal(tb, int64(1), tag.RowsAffected())
		},
		InUse: func(s loyalty.Store) int { return int(of(s).pool.Stat().AcquiredConns()) },
	}
}

func TestStore(t *testing.T) { loyaltytest.Run(t, harness(needServer(t))) }

func commit(key string, version map[string]int64, accounts ...string) loyalty.Commit {
	c := loyalty.Commit{Key: loyalty.Key{ID: key}, Receipt: []byte(key)}
	copy(c.Hash[:], key)
	for _, a := range accounts {
		e := loyalty.Entry{Version: version[a] + 1, At: 1, Recorded: 1, Body: []byte(key)}
		c.Writes = append(c.Writes, loyalty.Write{Account: loyalty.AccountID{ID: a}, Entry: e})
	}
	return c
}

func versionOf(t require.TestingT, s loyalty.Store, account string) int64 {
	h, err := s.Load(context.Background(), loyalty.AccountID{ID: account}, loyalty.Range{})
	require.NoError(t, err)
	n := h.Snapshot.Version
	for _, err := range h.Entries {
		require.NoError(t, err)
		n++
	}
	return n
}

// An order of the host and its points are written together, or neither is.
func TestHostTransaction(t *testing.T) {
	t.Parallel()
	dsn := needServer(t)
	p := connect(t, dsn, newSchema(t, dsn), 4)
	s := loyaltystore.New(p)
	_, err := p.Exec(t.Context(), `CREATE TABLE orders (id text PRIMARY KEY, cents bigint NOT NULL)`)
	require.NoError(t, err)
	boom := errors.New("payment failed")
	order := func(key string, fail error) error {
		return pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
			in := loyaltystore.InTx(tx)
			version := versionOf(t, in, "m")
			if _, err := tx.Exec(t.Context(), `INSERT INTO orders VALUES ($1, 1999)`, key); err != nil {
				return err
			}
			// A refused commit, of one account and of two, leaves the transaction whole.
			_, err := in.Append(t.Context(), commit("refused", map[string]int64{"m": version + 7}, "m"))
			require.ErrorIs(t, err, loyalty.ErrVersion)
			_, err = in.Append(t.Context(), commit("refused", map[string]int64{"m": version, "n": 7}, "m", "n"))
			require.ErrorIs(t, err, loyalty.ErrVersion)
			first := commit(key, map[string]int64{"m": version}, "m")
			if _, err := in.Append(t.Context(), first); err != nil {
				return err
			}
			_, err = in.Append(t.Context(), first)
			require.ErrorIs(t, err, loyalty.ErrDuplicate)
			first.Hash[0]++
			_, err = in.Append(t.Context(), first)
			require.ErrorIs(t, err, loyalty.ErrKeyConflict)
			return fail
		})
	}
	count := func() (n int) {
		require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM orders`).Scan(&n))
		return n
	}
	require.ErrorIs(t, order("a", boom), boom)
	require.Zero(t, count())
	require.Zero(t, versionOf(t, s, "m"))
	require.NoError(t, order("a", nil))
	require.NoError(t, order("b", nil))
	require.Equal(t, 2, count())
	require.Equal(t, int64(2), versionOf(t, s, "m"))
}

// Two batches that take the same accounts in opposite orders deadlock; the server
// undoes one of them, and it is repeated.
func TestBatchesThatDeadlock(t *testing.T) {
	t.Parallel()
	dsn := needServer(t)
	s := loyaltystore.New(connect(t, dsn, newSchema(t, dsn), 4))
	const rounds, width = 10, 30
	for round := range int64(rounds) {
		var wg sync.WaitGroup
		var won atomic.Int64
		for g := range 2 {
			wg.Go(func() {
				var commits []loyalty.Commit
				for i := range width {
					if g == 1 {
						i = width - 1 - i
					}
					account := fmt.Sprint("m", i)
					commits = append(commits, commit(fmt.Sprint(round, "-", g, "-", i), map[string]int64{account: round}, account))
				}
				for _, r := range s.AppendBatch(context.Background(), commits) {
					if r.Err == nil {
						won.Add(1)
					} else if !errors.Is(r.Err, loyalty.ErrVersion) {
						t.Errorf("round %d: %v", round, r.Err)
					}
				}
			})
		}
		wg.Wait()
		require.Equal(t, int64(width), won.Load())
	}
}

func BenchmarkStore(b *testing.B) { loyaltytest.Bench(b, harness(needServer(b))) }
