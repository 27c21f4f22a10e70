package database_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

func opened(t *testing.T) *sqlitedb.DB {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "crm.db"), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for range 2 { // the second time there is nothing to do
		require.NoError(t, database.Migrate(t.Context(), db))
	}
	return db
}

// Amounts and instants never become floating numbers: no column of the host holds one.
func TestColumnsAreExact(t *testing.T) {
	t.Parallel()
	db := opened(t)
	require.NoError(t, database.CheckColumns(t.Context(), db.Reader()))
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE crm_bad (price REAL)`)
		return err
	}))
	require.ErrorIs(t, database.CheckColumns(t.Context(), db.Reader()), database.ErrTable)
}

func TestRowsComeBack(t *testing.T) {
	t.Parallel()
	db := opened(t)
	ctx := t.Context()
	at := time.Date(2026, 1, 5, 10, 0, 0, 123_456_000, time.UTC)
	order := database.Order{Number: "1", Customer: "c", At: at, Minor: 1999, Country: "Japan", Source: "desk", Items: []database.Item{{Item: "cup", Minor: 999}, {Item: "jug", Minor: 1000}}}
	back := database.Order{Number: "R1", Customer: "c", At: at.Add(time.Second), Minor: -1999, Country: "Japan", Returned: true, Of: "1", Source: "desk"}
	contact := database.Contact{ID: "x", Customer: "c", At: at, Channel: "email", Inbound: true, Stage: "purchase", Purpose: "inquiry", Case: "k", Order: "1", Agent: "ada", Text: "安い?"}
	answer := database.Answer{ID: "a", Customer: "c", Survey: "nps", At: at, Answers: []byte(`{"nps":9}`), Scores: map[string]int{"nps": 9}}
	command := database.Command{Key: "k", Kind: "earn", Hash: [32]byte{1}, Customer: "c", At: at, Result: []byte(`{}`)}
	write := func() (written [4]bool) {
		require.NoError(t, db.Update(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			for i, add := range []func() (bool, error){
				func() (bool, error) { return database.AddOrder(ctx, tx, order) },
				func() (bool, error) { return database.AddOrder(ctx, tx, back) },
				func() (bool, error) { return database.AddContact(ctx, tx, contact) },
				func() (bool, error) { return database.AddAnswer(ctx, tx, answer) },
			} {
				if written[i], err = add(); err != nil {
					return err
				}
			}
			return nil
		}))
		return written
	}
	require.Equal(t, [4]bool{true, true, true, true}, write())
	require.Equal(t, [4]bool{}, write(), "what is there stays as it is")
	require.NoError(t, db.Update(ctx, func(ctx context.Context, tx database.Tx) error { return database.AddCommand(ctx, tx, command) }))

	orders, err := database.Orders(ctx, db.Reader())
	require.NoError(t, err)
	require.Equal(t, []database.Order{order, back}, orders)
	contacts, err := database.ContactsOfCase(ctx, db.Reader(), "k")
	require.NoError(t, err)
	require.Equal(t, []database.Contact{contact}, contacts)
	answers, err := database.AnswersOf(ctx, db.Reader(), "c")
	require.NoError(t, err)
	require.Equal(t, []database.Answer{answer}, answers)
	found, ok, err := database.FindCommand(ctx, db.Reader(), "k")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, command, found)
	var removed []database.Removed
	require.NoError(t, db.Update(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		removed, err = database.Erase(ctx, tx, "c", "erased-1")
		return err
	}))
	require.Equal(t, []database.Removed{{Table: "contacts", Rows: 1}, {Table: "answers", Rows: 1}, {Table: "offers"}, {Table: "commands", Rows: 1}, {Table: "merges"}}, removed)
	left, err := database.OrdersOf(ctx, db.Reader(), "erased-1")
	require.NoError(t, err)
	require.Len(t, left, 2, "books are kept, under a pseudonym")
	none, err := database.OrdersOf(ctx, db.Reader(), "c")
	require.NoError(t, err)
	require.Empty(t, none)
}
