package desk_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// known is an application with the simulated shop, and where its file is.
func known(t testing.TB) (*desk.App, string) {
	t.Helper()
	_, _ = full(t) // the shop is made once for all tests
	path := filepath.Join(t.TempDir(), "crm.db")
	require.NoError(t, os.WriteFile(path, filled.data, 0o600))
	app, _ := open(t, path)
	return app, path
}

// Points that are put aside do not keep a person from being erased: they go back, the
// account is closed, and the books still add up.
func TestEraseWithOpenHold(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	const id = "M1002"
	_, err := app.Earn(ctx, order("earn", id, "H-1", "900"))
	require.NoError(t, err)
	for n := range 2 {
		_, err = app.Hold(ctx, desk.HoldCommand{Key: fmt.Sprint("hold ", n), Customer: id, Hold: fmt.Sprint("voucher ", n), Points: 100})
		require.NoError(t, err)
	}
	_, err = app.Erase(ctx, desk.EraseCommand{Key: "erase", Customer: id, Confirm: id})
	require.NoError(t, err)
	board, err := app.Dashboard(ctx)
	require.NoError(t, err)
	require.True(t, board.Points.Holds)
	require.Zero(t, board.Points.Held)
}

// Once the erasure of a person is written, no command writes about them any more, not even
// one that had found them before.
func TestEraseAmongCommands(t *testing.T) {
	t.Parallel()
	app, path := known(t)
	const id, canary = "M1003", "wheatear"
	var wg sync.WaitGroup
	start := make(chan struct{})
	for n := range 8 {
		wg.Go(func() {
			<-start
			for i := range 30 {
				_, err := app.OpenCase(context.WithoutCancel(t.Context()), desk.OpenCaseCommand{
					Key: fmt.Sprintf("%d-%d", n, i), Customer: id, Channel: "email", Subject: canary, Text: canary,
				})
				if err != nil {
					problem(t, err, desk.ErrNotFound)
				}
			}
		})
	}
	close(start)
	_, err := app.Erase(t.Context(), desk.EraseCommand{Key: "erase", Customer: id, Confirm: id})
	require.NoError(t, err)
	problem(t, second(app.Customer(t.Context(), id, nil)), desk.ErrNotFound)
	wg.Wait()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		require.NoError(t, err)
		require.False(t, bytes.Contains(data, []byte(canary)), "%s holds what was written after the erasure", suffix)
	}
}

// A client that goes away while the erased bytes wait for a reader leaves nobody on the
// pages: what is committed is seen.
func TestEraseWithoutItsClient(t *testing.T) {
	t.Parallel()
	app, path := known(t)
	const id = "M1004"
	reader, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer func() { require.NoError(t, reader.Close()) }()
	tx, err := reader.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	var orders int
	require.NoError(t, tx.QueryRow(`SELECT count(*) FROM crm_order`).Scan(&orders))

	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- second(app.Erase(ctx, desk.EraseCommand{Key: "erase", Customer: id, Confirm: id})) }()
	require.Eventually(t, func() bool {
		list, err := app.Receipts(t.Context())
		return err == nil && len(list) == 1
	}, time.Minute, time.Millisecond)
	leave()
	require.Error(t, <-done)
	problem(t, second(app.Customer(t.Context(), id, nil)), desk.ErrNotFound)
	found, err := app.Customers(t.Context(), desk.CustomerQuery{Text: id})
	require.NoError(t, err)
	require.Zero(t, found.Total)
	require.NoError(t, tx.Rollback())
	receipt, err := app.Erase(t.Context(), desk.EraseCommand{Key: "erase", Customer: id, Confirm: id})
	require.NoError(t, err, "the key finds the receipt")
	require.NotEmpty(t, receipt.Removed)
}
