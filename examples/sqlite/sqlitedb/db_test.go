package sqlitedb_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

func open(t *testing.T, opts *sqlitedb.Options) *sqlitedb.DB {
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, tx sqlitedb.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT`)
		return err
	}))
	return db
}

func add(text string) func(ctx context.Context, tx sqlitedb.Tx) error {
	return func(ctx context.Context, tx sqlitedb.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO note (text) VALUES (?)`, text)
		return err
	}
}

func notes(t *testing.T, tx sqlitedb.Tx) (texts []string) {
	rows, err := tx.QueryContext(t.Context(), `SELECT text FROM note ORDER BY id`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		texts = append(texts, text)
	}
	require.NoError(t, rows.Err())
	return texts
}

// hold keeps the writer busy, so that what is asked for meanwhile becomes one group.
func hold(t *testing.T, db *sqlitedb.DB) (release func()) {
	busy, free, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- db.Update(context.Background(), func(context.Context, sqlitedb.Tx) error {
			close(busy)
			<-free
			return nil
		})
	}()
	<-busy
	return sync.OnceFunc(func() {
		close(free)
		require.NoError(t, <-done)
	})
}

// In a group each request succeeds or fails for itself.
func TestGroup(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	require.NoError(t, db.Update(t.Context(), add("taken")))
	boom := errors.New("boom")
	rows := []struct {
		name string
		fn   func(ctx context.Context, tx sqlitedb.Tx) error
		want func(error) bool
	}{
		{"first", add("first"), nil},
		{"refused by the table", add("taken"), func(err error) bool { return err != nil }},
		{"fails after writing", func(ctx context.Context, tx sqlitedb.Tx) error {
			return errors.Join(add("half")(ctx, tx), boom)
		}, func(err error) bool { return errors.Is(err, boom) }},
		{"panics after writing", func(ctx context.Context, tx sqlitedb.Tx) error {
			_ = add("half")(ctx, tx)
			panic(boom)
		}, func(err error) bool { return err != nil && !errors.Is(err, sqlitedb.ErrOutcome) }},
		{"writes on the database itself", func(ctx context.Context, tx sqlitedb.Tx) error {
			return errors.Join(add("half")(ctx, tx), db.Update(ctx, add("nested")))
		}, func(err error) bool { return errors.Is(err, sqlitedb.ErrNested) }},
		{"goes on after a refusal", func(ctx context.Context, tx sqlitedb.Tx) error {
			if add("taken")(ctx, tx) == nil {
				return boom
			}
			return add("instead")(ctx, tx)
		}, nil},
		{"last", add("last"), nil},
	}
	release := hold(t, db)
	results := make([]error, len(rows))
	var wg sync.WaitGroup
	for i, r := range rows {
		wg.Go(func() { results[i] = db.Update(context.Background(), r.fn) })
	}
	time.AfterFunc(50*time.Millisecond, release) // by then they wait; the outcome is the same if they do not
	wg.Wait()
	for i, r := range rows {
		if r.want == nil {
			require.NoError(t, results[i], r.name)
		} else {
			require.True(t, r.want(results[i]), "%s: %v", r.name, results[i])
		}
	}
	require.ElementsMatch(t, []string{"taken", "first", "instead", "last"}, notes(t, db.Reader()))
}

// Many writers and readers at once: every write is there once.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	for _, opts := range []*sqlitedb.Options{nil, {Readers: 1, Group: 1, Relaxed: true}} {
		db := open(t, opts)
		const writers, each = 16, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					if err := db.Update(context.Background(), add(fmt.Sprint(w, " ", n))); err != nil {
						t.Errorf("writer %d: %v", w, err)
					}
					var count int
					if err := db.Reader().QueryRowContext(context.Background(), `SELECT count(*) FROM note`).Scan(&count); err != nil || count <= n {
						t.Errorf("writer %d sees %d notes after its own %d (%v)", w, count, n+1, err)
					}
				}
			})
		}
		wg.Wait()
		require.Len(t, notes(t, db.Reader()), writers*each)
		require.Zero(t, db.InUse())
	}
}

// Rows may be ranged over while the same text runs again: a statement that is open is
// never shared.
func TestStatementsInsideRows(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	for n := range 4 {
		require.NoError(t, db.Update(t.Context(), add(fmt.Sprint(n))))
	}
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, tx sqlitedb.Tx) error {
		const text = `SELECT id FROM note WHERE id > ? ORDER BY id`
		for range 3 { // from the second on the writer knows the text
			var seen []int
			rows, err := tx.QueryContext(ctx, text, 0)
			require.NoError(t, err)
			for rows.Next() {
				var id, next int
				require.NoError(t, rows.Scan(&id))
				seen = append(seen, id)
				if id < 4 {
					require.NoError(t, sqlitedb.ScanRow(ctx, tx, text, []any{id}, &next))
					require.Equal(t, id+1, next)
					first, second := tx.QueryRowContext(ctx, text, 0), tx.QueryRowContext(ctx, text, 1)
					require.NoError(t, errors.Join(first.Scan(&id), second.Scan(&next)))
					require.Equal(t, []int{1, 2}, []int{id, next})
				}
			}
			require.NoError(t, errors.Join(rows.Err(), rows.Close()))
			require.Equal(t, []int{1, 2, 3, 4}, seen)
		}
		return nil
	}))
}

// View shows one state, whatever is written meanwhile.
func TestView(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	require.NoError(t, db.Update(t.Context(), add("before")))
	require.NoError(t, db.View(t.Context(), func(ctx context.Context, tx sqlitedb.Tx) error {
		require.Len(t, notes(t, tx), 1)
		require.NoError(t, db.Update(t.Context(), add("meanwhile")))
		require.Len(t, notes(t, tx), 1)
		_, err := tx.ExecContext(ctx, `DELETE FROM note`)
		require.ErrorContains(t, err, "readonly")
		return nil
	}))
	require.Equal(t, []string{"before", "meanwhile"}, notes(t, db.Reader()))
}

// A caller who leaves is answered with the context's error, and nothing of theirs is
// written, before the function began and between two statements.
func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	release := hold(t, db)
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, db.Update(ctx, add("too late")), context.DeadlineExceeded)
	release()
	ctx, cancel = context.WithCancel(t.Context())
	require.ErrorIs(t, db.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error {
		require.NoError(t, add("half")(ctx, tx))
		cancel()
		require.ErrorIs(t, sqlitedb.ScanRow(ctx, tx, `SELECT 1`, nil, new(int)), context.Canceled)
		require.ErrorIs(t, tx.QueryRowContext(ctx, `SELECT 1`).Scan(new(int)), context.Canceled)
		_, err := tx.QueryContext(ctx, `SELECT 1`)
		require.ErrorIs(t, err, context.Canceled)
		return add("rest")(ctx, tx)
	}), context.Canceled)
	require.Empty(t, notes(t, db.Reader()))
}

func TestClosed(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	var kept sqlitedb.Tx
	require.NoError(t, db.Update(t.Context(), func(_ context.Context, tx sqlitedb.Tx) error { kept = tx; return nil }))
	_, err := kept.ExecContext(t.Context(), `DELETE FROM note`)
	require.ErrorContains(t, err, "is over")
	require.NoError(t, db.Close())
	require.NoError(t, db.Close(), "twice is no error")
	require.ErrorIs(t, db.Update(t.Context(), add("x")), sqlitedb.ErrClosed)
	for _, memory := range []string{"", ":memory:"} {
		_, err := sqlitedb.Open(t.Context(), memory, nil)
		require.ErrorContains(t, err, "file", "readers would each see a database of their own")
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	one := fstest.MapFS{"migrations/0001_a.sql": file(`CREATE TABLE a (x INTEGER) STRICT; CREATE TABLE b (x INTEGER) STRICT;`)}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := db.Migrate(context.Background(), "host", one); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	two := fstest.MapFS{
		"migrations/0001_a.sql": one["migrations/0001_a.sql"],
		"migrations/0002_b.sql": file(`INSERT INTO b VALUES (7);`),
		"migrations/0003_c.sql": file(`INSERT INTO nowhere VALUES (7);`),
	}
	require.ErrorContains(t, db.Migrate(t.Context(), "host", two), "0003_c.sql")
	var n int
	require.NoError(t, db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM b`).Scan(&n))
	require.Zero(t, n, "all of the new ones, or none")
	delete(two, "migrations/0003_c.sql")
	for range 2 {
		require.NoError(t, db.Migrate(t.Context(), "host", two))
	}
	require.NoError(t, db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM b`).Scan(&n))
	require.Equal(t, 1, n)
	require.ErrorContains(t, db.Migrate(t.Context(), "a; DROP TABLE b", two), "no prefix")
}
