package customerstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/customertest"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
)

var salt = []byte("a salt of the tests")

// place remembers pool and schema of a store.
type place struct {
	pool   *pgxpool.Pool
	schema string
}

// tables are all bytes of the tables of a schema, as the server sends them.
func tables(tb testing.TB, pool *pgxpool.Pool) []byte {
	tb.Helper()
	ctx := context.Background()
	rows, err := pool.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`)
	require.NoError(tb, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(tb, err)
	require.NotEmpty(tb, names)
	var all bytes.Buffer
	for _, name := range names {
		_, err := pool.Exec(ctx, `SELECT 1`)
		require.NoError(tb, err)
		rows, err := pool.Query(ctx, `SELECT * FROM `+pgx.Identifier{name}.Sanitize())
		require.NoError(tb, err)
		for rows.Next() {
			for _, column := range rows.RawValues() { // bytea comes in its own bytes
				all.Write(column)
				all.WriteByte('\n')
			}
		}
		require.NoError(tb, rows.Err())
	}
	return all.Bytes()
}

func harness(o *customerstore.Options) customertest.Harness {
	var places sync.Map
	open := func(tb testing.TB, schema string) customer.Store {
		tb.Helper()
		p := shared.Connect(tb, schema, 8)
		s := customerstore.New(p, o)
		places.Store(s, place{p, schema})
		return s
	}
	of := func(s customer.Store) place {
		p, _ := places.Load(s)
		return p.(place)
	}
	return customertest.Harness{
		New: func(tb testing.TB) customer.Store { return open(tb, shared.Schema(tb, customerstore.Migrate)) },
		Reopen: func(tb testing.TB, s customer.Store) customer.Store {
			of(s).pool.Close()
			return open(tb, of(s).schema)
		},
		Raw: func(tb testing.TB, s customer.Store) []byte { return tables(tb, of(s).pool) },
	}
}

func TestStore(t *testing.T) {
	shared.Need(t)
	customertest.Run(t, harness(nil))
}

// Each operation of the suite runs in a transaction of its own that the host opens.
func TestStoreInTransactions(t *testing.T) {
	shared.Need(t)
	customertest.Run(t, customertest.Harness{New: func(tb testing.TB) customer.Store {
		return inTransactions{shared.Fresh(tb, 8, customerstore.Migrate)}
	}})
}

// inTransactions is the InTx form of a store, one transaction for each append.
type inTransactions struct{ *pgxpool.Pool }

func (s inTransactions) store() *customerstore.Store { return customerstore.New(s.Pool, nil) }

func (s inTransactions) Append(ctx context.Context, c customer.Commit) error {
	return pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error { return customerstore.InTx(tx, nil).Append(ctx, c) })
}

func (s inTransactions) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return func(yield func(customer.Entry, error) bool) {
		tx, err := s.Begin(ctx)
		if err != nil {
			yield(customer.Entry{}, err)
			return
		}
		defer func() { _ = tx.Rollback(context.Background()) }()
		for e, err := range customerstore.InTx(tx, nil).History(ctx, id, after) {
			if !yield(e, err) {
				return
			}
		}
	}
}

func (s inTransactions) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	return s.store().Resolve(ctx, id)
}

func (s inTransactions) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	return s.store().Seen(ctx, key)
}

func (s inTransactions) Suppressed(ctx context.Context, p customer.PointHash) (bool, error) {
	return s.store().Suppressed(ctx, p)
}

// Two businesses in the same tables do not see each other.
func TestTenants(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 4, customerstore.Migrate)
	a, b := customerstore.New(p, nil), customerstore.New(p, &customerstore.Options{Tenant: "b"})
	c := commit("1", "x", 0, "of a")
	c.Suppress, c.Redirects = []customer.PointHash{"h"}, []customer.Redirect{{From: "x", To: "y"}}
	require.NoError(t, a.Append(t.Context(), c))
	_, err := b.Resolve(t.Context(), "x")
	require.ErrorIs(t, err, customer.ErrUnknown)
	yes, err := b.Suppressed(t.Context(), "h")
	require.NoError(t, err)
	require.False(t, yes)
	_, known, err := b.Seen(t.Context(), "1")
	require.NoError(t, err)
	require.False(t, known)
	other := commit("1", "x", 0, "of b")
	other.Scrub = []customer.ID{"x"}
	require.NoError(t, b.Append(t.Context(), other))
	require.Equal(t, []string{"of a"}, bodies(t, a, "x"))
	require.Equal(t, []string{"of b"}, bodies(t, b, "x"))
}

func commit(key string, id customer.ID, after uint64, body string) customer.Commit {
	e := customer.Entry{
		ID: fmt.Sprint(id, "/", after+1), Customer: id, Subject: id, Revision: after + 1, Kind: "tagged", Version: 1, Body: []byte(body),
		At: time.Date(2026, 1, 1, 0, 0, 0, 123_456_789, time.UTC), Recorded: time.Date(2026, 1, 2, 0, 0, 0, 987_654_321, time.UTC),
	}
	c := customer.Commit{Key: key, Writes: []customer.Write{{Customer: id, After: after, Entries: []customer.Entry{e}}}}
	copy(c.Hash[:], key)
	return c
}

func entries(t require.TestingT, s customer.Store, id customer.ID) (all []customer.Entry) {
	for e, err := range s.History(context.Background(), id, 0) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func bodies(t require.TestingT, s customer.Store, id customer.ID) (all []string) {
	for _, e := range entries(t, s, id) {
		all = append(all, string(e.Body))
	}
	return all
}

// Instants come back to the nanosecond, those before 1970 and of year 1 as well.
func TestInstants(t *testing.T) {
	t.Parallel()
	s := customerstore.New(shared.Fresh(t, 2, customerstore.Migrate), nil)
	for i, at := range []time.Time{
		{},
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(1815, 6, 18, 11, 35, 0, 1, time.FixedZone("", 3600)),
		time.Date(9999, 12, 31, 23, 59, 59, 123_456_789, time.UTC),
	} {
		id := customer.ID(fmt.Sprint("c", i))
		c := commit(string(id), id, 0, "")
		c.Writes[0].Entries[0].At, c.Writes[0].Entries[0].Recorded = at, at.Add(7)
		require.NoError(t, s.Append(t.Context(), c))
		have := entries(t, s, id)[0]
		require.True(t, at.Equal(have.At), "%s is %s", at, have.At)
		require.True(t, at.Add(7).Equal(have.Recorded))
		require.NotNil(t, have.Body, "an empty body is not a scrubbed one")
	}
}

// Commits that make no sense are refused, and the key stays free.
func TestCommitsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := customerstore.New(shared.Fresh(t, 2, customerstore.Migrate), nil)
	twice := commit("k", "a", 0, "1")
	twice.Writes = append(twice.Writes, twice.Writes[0])
	gap := commit("k", "a", 0, "1")
	gap.Writes[0].Entries[0].Revision = 2
	far := commit("k", "a", 1<<63, "1")
	empty := commit("k", "a", 0, "1")
	empty.Writes[0].Entries, empty.Writes[0].After = nil, 3
	for _, c := range []customer.Commit{twice, gap, far, empty} {
		require.ErrorIs(t, s.Append(t.Context(), c), customer.ErrRevision)
	}
	require.Error(t, s.Append(t.Context(), commit("", "a", 0, "1")), "no key")
	require.Error(t, s.Append(t.Context(), commit("k", "a\x00", 0, "1")), "text that the server does not take")
	require.NoError(t, s.Append(t.Context(), commit("k", "a", 0, "1")))
	require.ErrorIs(t, s.Append(t.Context(), func() customer.Commit { gap.Hash[0]++; return gap }()), customer.ErrKeyConflict, "the key comes first")

	circle := customer.Commit{Key: "circle", Redirects: []customer.Redirect{{From: "a", To: "b"}, {From: "b", To: "a"}}}
	require.NoError(t, s.Append(t.Context(), circle))
	_, err := s.Resolve(t.Context(), "a")
	require.ErrorContains(t, err, "circle")
	again := customer.Commit{Key: "out of it", Redirects: []customer.Redirect{{From: "b", To: "c"}, {From: "b"}}}
	require.NoError(t, s.Append(t.Context(), again), "the last for an id counts")
	end, err := s.Resolve(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, customer.ID("b"), end)
}

// An order of the host and what it says about the customer are written together, or
// neither is; a refused commit leaves the transaction whole.
func TestHostTransaction(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 4, customerstore.Migrate)
	_, err := p.Exec(t.Context(), `CREATE TABLE orders (id text PRIMARY KEY)`)
	require.NoError(t, err)
	s := customerstore.New(p, nil)
	require.NoError(t, s.Append(t.Context(), commit("b", "b", 0, "b")))
	boom := errors.New("payment failed")
	order := func(key string, after uint64, fail error) error {
		return pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
			in := customerstore.InTx(tx, nil)
			if _, err := tx.Exec(t.Context(), `INSERT INTO orders VALUES ($1)`, key); err != nil {
				return err
			}
			require.ErrorIs(t, in.Append(t.Context(), commit("refused", "a", after+7, "")), customer.ErrRevision)
			half := commit("refused", "a", after, "")
			half.Writes = append(half.Writes, commit("", "b", 9, "").Writes...)
			require.ErrorIs(t, in.Append(t.Context(), half), customer.ErrRevision)
			first := commit(key, "a", after, key)
			if err := in.Append(t.Context(), first); err != nil {
				return err
			}
			require.ErrorIs(t, in.Append(t.Context(), first), customer.ErrDuplicate)
			first.Hash[0]++
			require.ErrorIs(t, in.Append(t.Context(), first), customer.ErrKeyConflict)
			require.Len(t, entries(t, in, "a"), int(after)+1, "the transaction sees what it wrote")
			return fail
		})
	}
	require.ErrorIs(t, order("1", 0, boom), boom)
	require.Empty(t, entries(t, s, "a"))
	require.NoError(t, order("1", 0, nil))
	require.NoError(t, order("2", 1, nil))
	require.Equal(t, []string{"1", "2"}, bodies(t, s, "a"))
	var orders int
	require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM orders`).Scan(&orders))
	require.Equal(t, 2, orders)
}
