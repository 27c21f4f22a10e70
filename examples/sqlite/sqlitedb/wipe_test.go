package sqlitedb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

// onDisk is every byte of the database's files.
func onDisk(t *testing.T, path string) string {
	var all strings.Builder
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		all.Write(data)
	}
	return all.String()
}

// What a host deletes or overwrites is gone from every file, in tables of either
// kind and in their indexes, whose pages split and join as keys come in any order.
func TestWipe(t *testing.T) {
	t.Parallel()
	tables := map[string]string{
		"by row id":      `CREATE TABLE host (id TEXT PRIMARY KEY, who TEXT NOT NULL, text TEXT NOT NULL) STRICT`,
		"without row id": `CREATE TABLE host (id TEXT PRIMARY KEY, who TEXT NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	}
	erasures := map[string]string{
		"deleted":     `DELETE FROM host WHERE who = ?`,
		"overwritten": `UPDATE host SET who = 'nobody', text = '' WHERE who = ?`,
	}
	for table, create := range tables {
		for erasure, erase := range erasures {
			t.Run(table+", "+erasure, func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(7, uint64(len(table)+len(erasure))))
				db := open(t, nil)
				update := func(fn func(ctx context.Context, tx sqlitedb.Tx) error) {
					require.NoError(t, db.Update(t.Context(), fn))
				}
				exec := func(text string, args ...any) func(ctx context.Context, tx sqlitedb.Tx) error {
					return func(ctx context.Context, tx sqlitedb.Tx) error {
						_, err := tx.ExecContext(ctx, text, args...)
						return err
					}
				}
				update(exec(create))
				update(exec(`CREATE INDEX host_who ON host (who, text)`))
				write := func(n int) {
					for range n {
						n := r.IntN(20)
						who := fmt.Sprintf("<canary-%02d>", n)
						size := []int{1, 8, 60, 400}[r.IntN(4)]
						update(exec(`INSERT INTO host VALUES (?, ?, ?)`, fmt.Sprint(r.Uint64()), who, strings.Repeat(who, 1+r.IntN(size))))
						if r.IntN(5) == 0 { // a row that grows moves
							update(exec(`UPDATE host SET text = text || text WHERE id = (SELECT min(id) FROM host WHERE who = ?)`, who))
						}
					}
				}
				write(200)
				for n := range 10 {
					who := fmt.Sprintf("<canary-%02d>", n)
					require.Contains(t, onDisk(t, db.Path()), who)
					update(func(ctx context.Context, tx sqlitedb.Tx) error {
						return errors.Join(exec(erase, who)(ctx, tx), sqlitedb.WipeAfterCommit(ctx, tx))
					})
					require.NotContains(t, onDisk(t, db.Path()), who[1:len(who)-1])
				}
				for n := 10; n < 20; n++ {
					require.Contains(t, onDisk(t, db.Path()), fmt.Sprintf("<canary-%02d>", n))
				}
			})
		}
	}
}

// A host that erases in a transaction of its own asks for the wipe itself; where it
// never comes to that, the next Open does it.
func TestWipeAfterHostTransaction(t *testing.T) {
	t.Parallel()
	for _, asks := range []bool{true, false} {
		db := open(t, nil)
		for n := range 200 {
			require.NoError(t, db.Update(t.Context(), add(strings.Repeat(fmt.Sprintf("<canary-%d>", n%2), 1+n*7%90)+fmt.Sprint(n))))
		}
		host, err := sql.Open("sqlite", sqlitedb.DSN(db.Path(), false))
		require.NoError(t, err)
		tx, err := host.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = tx.ExecContext(t.Context(), `DELETE FROM note WHERE text LIKE '<canary-1>%'`)
		require.NoError(t, err)
		require.NoError(t, sqlitedb.WipeAfterCommit(t.Context(), tx))
		require.NoError(t, tx.Commit())
		require.NoError(t, host.Close())
		require.Contains(t, onDisk(t, db.Path()), "canary-1")
		if asks {
			require.NoError(t, db.Wipe(t.Context()))
		} else {
			require.NoError(t, db.Close())
			db, err = sqlitedb.Open(t.Context(), db.Path(), nil)
			require.NoError(t, err)
		}
		require.NotContains(t, onDisk(t, db.Path()), "canary-1")
		require.Len(t, notes(t, db.Reader()), 100)
		require.NoError(t, db.Close())
		require.ErrorIs(t, db.Wipe(t.Context()), sqlitedb.ErrClosed)
	}
}

// BenchmarkWipe is how long writes wait for the rebuild of a file.
func BenchmarkWipe(b *testing.B) {
	for _, megabytes := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(megabytes, "_MB"), func(b *testing.B) {
			db, err := sqlitedb.Open(b.Context(), filepath.Join(b.TempDir(), "x.db"), nil)
			require.NoError(b, err)
			defer db.Close()
			require.NoError(b, db.Update(b.Context(), func(ctx context.Context, tx sqlitedb.Tx) error {
				_, err := tx.ExecContext(ctx, `CREATE TABLE host (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`)
				for n := range megabytes * 1000 {
					_, more := tx.ExecContext(ctx, `INSERT INTO host VALUES (?, ?)`, n, strings.Repeat("x", 1000))
					err = errors.Join(err, more)
				}
				return err
			}))
			b.ReportAllocs()
			for b.Loop() {
				if err := db.Wipe(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
