package customerstore_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

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
