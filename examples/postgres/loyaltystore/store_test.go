package loyaltystore_test

import (
	"context"
	"errors"
	"fmt"
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

// places remembers pool and schema of a store.
type place struct {
	pool   *pgxpool.Pool
	schema string
}

func harness() loyaltytest.Harness {
	var places sync.Map
	open := func(tb testing.TB, schema string) loyalty.Store {
		tb.Helper()
		p := shared.Connect(tb, schema, 8)
		s := loyaltystore.New(p)
		places.Store(s, place{p, schema})
		return s
	}
	of := func(s loyalty.Store) place {
		p, _ := places.Load(s)
		return p.(place)
	}
	return loyaltytest.Harness{
		New: func(tb testing.TB) loyalty.Store { return open(tb, shared.Schema(tb, loyaltystore.Migrate)) },
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

func TestStore(t *testing.T) {
	shared.Need(t)
	loyaltytest.Run(t, harness())
}

// The suite runs as well with each append in a transaction that the host opens.
func TestStoreInTransactions(t *testing.T) {
	shared.Need(t)
	loyaltytest.Run(t, loyaltytest.Harness{New: func(tb testing.TB) loyalty.Store {
		p := shared.Fresh(tb, 8, loyaltystore.Migrate)
		return inTransactions{loyaltystore.New(p), p}
	}})
}

// inTransactions is the InTx form of a store, one transaction for each append.
type inTransactions struct {
	loyalty.Store
	pool *pgxpool.Pool
}

func (s inTransactions) Append(ctx context.Context, c loyalty.Commit) (r loyalty.Receipt, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		r, err = loyaltystore.InTx(tx).Append(ctx, c)
		return err
	})
	return r, err
}

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
	p := shared.Fresh(t, 4, loyaltystore.Migrate)
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
	s := loyaltystore.New(shared.Fresh(t, 4, loyaltystore.Migrate))
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

func BenchmarkStore(b *testing.B) {
	shared.Need(b)
	loyaltytest.Bench(b, harness())
}
