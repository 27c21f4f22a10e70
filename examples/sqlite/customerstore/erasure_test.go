package customerstore_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/sqlite/customerstore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

// entryOf is an entry whose body names its subject throughout, so that any piece of
// it gives it away.
func entryOf(id, subject customer.ID, revision uint64, size int) customer.Entry {
	at := time.Date(2026, 1, 1, 0, 0, int(revision), 0, time.UTC) //nolint:gosec // small
	mark := fmt.Sprintf("<%s-secret>", subject)
	return customer.Entry{
		ID: fmt.Sprintf("%s/%d", id, revision), Customer: id, Subject: subject, Revision: revision, At: at, Recorded: at, Kind: "tagged", Version: 1,
		Body: bytes.Repeat([]byte(mark), 1+size/len(mark)),
	}
}

// Histories of all sizes are written between one another, so that pages split and
// fill. After some were scrubbed not a piece of them is in any of the files, while
// readers come and go, and whatever was not scrubbed is there.
func TestScrubbedBytesAreGone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			s := open(t, filepath.Join(t.TempDir(), "c.db"))
			ids := make([]customer.ID, 30)
			at := make([]uint64, len(ids))
			for i := range ids {
				ids[i] = customer.ID(fmt.Sprintf("person-%02d", r.Perm(90)[0]+i*100))
			}
			for n := range 250 {
				i := r.IntN(len(ids))
				size := []int{10, 100, 900, 3000, 9000}[r.IntN(5)]
				w := customer.Write{Customer: ids[i], After: at[i]}
				for range 1 + r.IntN(3) {
					at[i]++
					w.Entries = append(w.Entries, entryOf(ids[i], ids[i], at[i], r.IntN(size)))
				}
				require.NoError(t, s.Append(t.Context(), customer.Commit{Key: fmt.Sprint("write ", n), Writes: []customer.Write{w}}))
			}
			stop := readers(t, s, ids)
			for i, id := range ids[:8] {
				require.Contains(t, string(onDisk(t, s.DB().Path())), fmt.Sprintf("<%s-secret>", id))
				require.NoError(t, s.Append(t.Context(), customer.Commit{Key: fmt.Sprint("scrub ", i), Scrub: []customer.ID{id}}))
				require.NotContains(t, string(onDisk(t, s.DB().Path())), fmt.Sprintf("%s-secret", id), "at once")
			}
			stop()
			for i, id := range ids {
				n := uint64(0)
				for e, err := range s.History(t.Context(), id, 0) {
					require.NoError(t, err)
					require.Equal(t, i < 8, e.Body == nil)
					n++
				}
				require.Equal(t, at[i], n, "frames stay")
			}
			for _, id := range ids[8:] {
				require.Contains(t, string(onDisk(t, s.DB().Path())), fmt.Sprintf("<%s-secret>", id))
			}
		})
	}
}

// readers read until they are stopped.
func readers(t *testing.T, s *customerstore.Store, ids []customer.ID) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for g := range 3 {
		wg.Go(func() {
			for n := g; ctx.Err() == nil; n++ {
				for range s.History(ctx, ids[n%len(ids)], 0) { //nolint:revive // reading is the point
				}
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// A reader that holds an old state keeps the bytes in the log. The caller is told,
// and the next write after it removes them.
func TestReaderHoldsTheLog(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "c.db"))
	w := customer.Write{Customer: "a", Entries: []customer.Entry{entryOf("a", "a", 1, 500)}}
	require.NoError(t, s.Append(t.Context(), customer.Commit{Key: "write", Writes: []customer.Write{w}}))
	scrub := customer.Commit{Key: "scrub", Scrub: []customer.ID{"a"}}
	require.NoError(t, s.DB().View(t.Context(), func(ctx context.Context, tx sqlitedb.Tx) error {
		var n int
		require.NoError(t, tx.QueryRowContext(ctx, `SELECT count(*) FROM customer_entry WHERE body IS NOT NULL`).Scan(&n))
		require.Equal(t, 1, n)
		short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		err := s.Append(short, scrub)
		require.ErrorIs(t, err, sqlitedb.ErrWipe)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		for e, err := range s.History(ctx, "a", 0) {
			require.NoError(t, err)
			require.Nil(t, e.Body, "it is committed")
		}
		require.Contains(t, string(onDisk(t, s.DB().Path())), "a-secret")
		return nil
	}))
	other := customer.Write{Customer: "b", Entries: []customer.Entry{entryOf("b", "b", 1, 5)}}
	require.NoError(t, s.Append(t.Context(), customer.Commit{Key: "another", Writes: []customer.Write{other}}))
	require.Eventually(t, func() bool { return !bytes.Contains(onDisk(t, s.DB().Path()), []byte("a-secret")) }, 10*time.Second, time.Millisecond)
	require.ErrorIs(t, s.Append(t.Context(), scrub), customer.ErrDuplicate)
}
