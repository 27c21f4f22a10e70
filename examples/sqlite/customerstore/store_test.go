package customerstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/customertest"
	"github.com/rapport-go/rapport/examples/sqlite/customerstore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

func open(tb testing.TB, path string) *customerstore.Store {
	tb.Helper()
	db, err := sqlitedb.Open(tb.Context(), path, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	s, err := customerstore.New(tb.Context(), db)
	require.NoError(tb, err)
	return s
}

// onDisk is every byte of the database's files.
func onDisk(tb testing.TB, path string) []byte {
	tb.Helper()
	var all bytes.Buffer
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(tb, err)
		all.Write(data)
	}
	return all.Bytes()
}

func harness() customertest.Harness {
	return customertest.Harness{
		New: func(tb testing.TB) customer.Store { return open(tb, filepath.Join(tb.TempDir(), "c.db")) },
		Reopen: func(tb testing.TB, s customer.Store) customer.Store {
			db := s.(*customerstore.Store).DB()
			require.NoError(tb, db.Close())
			return open(tb, db.Path())
		},
		Raw: func(tb testing.TB, s customer.Store) []byte { return onDisk(tb, s.(*customerstore.Store).DB().Path()) },
	}
}

func TestStore(t *testing.T) { customertest.Run(t, harness()) }

// inTx makes every call in a transaction of its own.
type inTx struct{ *customerstore.Store }

func (x inTx) in(ctx context.Context, do func(s customer.Store) error) error {
	return x.DB().Update(ctx, func(_ context.Context, tx sqlitedb.Tx) error { return do(customerstore.InTx(tx)) })
}

func (x inTx) Append(ctx context.Context, c customer.Commit) error {
	return x.in(ctx, func(s customer.Store) error { return s.Append(ctx, c) })
}

func (x inTx) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return func(yield func(customer.Entry, error) bool) {
		err := x.in(ctx, func(s customer.Store) error {
			for e, err := range s.History(ctx, id, after) {
				if !yield(e, err) {
					yield = nil
					return nil
				}
				if err != nil {
					yield = nil
				}
			}
			return nil
		})
		if err != nil && yield != nil {
			yield(customer.Entry{}, err)
		}
	}
}

func (x inTx) Resolve(ctx context.Context, id customer.ID) (to customer.ID, err error) {
	err = x.in(ctx, func(s customer.Store) error { to, err = s.Resolve(ctx, id); return err })
	return to, err
}

func (x inTx) Seen(ctx context.Context, key string) (h customer.Hash, ok bool, err error) {
	err = x.in(ctx, func(s customer.Store) error { h, ok, err = s.Seen(ctx, key); return err })
	return h, ok, err
}

func (x inTx) Suppressed(ctx context.Context, point customer.PointHash) (yes bool, err error) {
	err = x.in(ctx, func(s customer.Store) error { yes, err = s.Suppressed(ctx, point); return err })
	return yes, err
}

func TestStoreInTransactions(t *testing.T) {
	h := harness()
	customertest.Run(t, customertest.Harness{
		New: func(tb testing.TB) customer.Store { return inTx{h.New(tb).(*customerstore.Store)} },
		Reopen: func(tb testing.TB, s customer.Store) customer.Store {
			return inTx{h.Reopen(tb, s.(inTx).Store).(*customerstore.Store)}
		},
		Raw: func(tb testing.TB, s customer.Store) []byte { return h.Raw(tb, s.(inTx).Store) },
	})
}

// Instants come back as the same instants, to the nanosecond; a year that has no
// text is refused and nothing is written.
func TestInstants(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "c.db"))
	summer := time.FixedZone("summer", 2*3600)
	rows := []time.Time{
		{},
		time.Date(2026, 7, 1, 0, 0, 0, 123456789, summer), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(10000, 1, 1, 1, 0, 0, 0, summer), // still 9999 in UTC
	}
	for i, at := range rows {
		e := customer.Entry{ID: "e", Customer: "a", Subject: "a", Revision: uint64(i) + 1, At: at, Recorded: at, Kind: "tagged", Version: 1}
		require.NoError(t, s.Append(t.Context(), customer.Commit{Key: at.String(), Writes: []customer.Write{{Customer: "a", After: uint64(i), Entries: []customer.Entry{e}}}}))
	}
	i := 0
	for e, err := range s.History(t.Context(), "a", 0) {
		require.NoError(t, err)
		require.True(t, e.At.Equal(rows[i]) && e.Recorded.Equal(rows[i]), "%s", rows[i])
		i++
	}
	require.Len(t, rows, i)
	late := customer.Entry{ID: "e", Customer: "b", Subject: "b", Revision: 1, At: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}
	require.ErrorContains(t, s.Append(t.Context(), customer.Commit{Key: "late", Writes: []customer.Write{{Customer: "b", Entries: []customer.Entry{late}}}}), "12000")
	require.ErrorContains(t, s.Append(t.Context(), customer.Commit{}), "needs a key")
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "c.db"))
	for n := range 7 {
		id := customer.ID(fmt.Sprint("c", n))
		w := customer.Write{Customer: id, Entries: []customer.Entry{entryOf(id, id, 1, 10), entryOf(id, id, 2, 10)}}
		require.NoError(t, s.Append(t.Context(), customer.Commit{Key: string(id), Writes: []customer.Write{w}}))
	}
	var all []customer.ID
	for after := customer.ID(""); ; {
		page, err := s.Customers(t.Context(), after, 3)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		all, after = append(all, page...), page[len(page)-1]
	}
	require.Equal(t, []customer.ID{"c0", "c1", "c2", "c3", "c4", "c5", "c6"}, all)
}

func BenchmarkStore(b *testing.B) { customertest.Bench(b, harness()) }
