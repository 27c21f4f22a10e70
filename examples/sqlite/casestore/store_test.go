package casestore_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/sqlite/casestore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/interactiontest"
)

func open(tb testing.TB, path string) *casestore.Store {
	tb.Helper()
	db, err := sqlitedb.Open(tb.Context(), path, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	s, err := casestore.New(tb.Context(), db)
	require.NoError(tb, err)
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	interactiontest.RunCaseStore(t, func() interaction.CaseStore { return open(t, filepath.Join(t.TempDir(), "cases.db")) })
}
