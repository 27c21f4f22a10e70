package desk_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// afterwards is the Monday after the simulated shop ends, ten in the morning.
var afterwards = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)

func open(t testing.TB, path string) (*desk.App, *clock) {
	t.Helper()
	c := &clock{at: afterwards}
	app, err := desk.Open(t.Context(), path, &desk.Options{Now: c.now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, app.Close()) })
	return app, c
}

// filled is a database with the simulated shop, made once for all tests.
var filled struct {
	sync.Once
	data []byte
	err  error
}

// full is an application with the simulated shop, in a file of its own.
func full(t testing.TB) (*desk.App, *clock) {
	t.Helper()
	filled.Do(func() { filled.data, filled.err = fill() })
	require.NoError(t, filled.err)
	path := filepath.Join(t.TempDir(), "crm.db")
	require.NoError(t, os.WriteFile(path, filled.data, 0o600))
	return open(t, path)
}

func fill() ([]byte, error) {
	dir, err := os.MkdirTemp("", "crm-desk-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "crm.db")
	app, err := desk.Open(context.Background(), path, &desk.Options{Now: func() time.Time { return afterwards }})
	if err != nil {
		return nil, err
	}
	_, err = app.ImportShop(context.Background(), nil)
	if err := errors.Join(err, app.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	app, _ := open(t, filepath.Join(t.TempDir(), "crm.db"))
	began := time.Now()
	var told []string
	first, err := app.ImportShop(t.Context(), func(what string, done, total int64) { told = append(told, what) })
	require.NoError(t, err)
	t.Logf("%v: %+v", time.Since(began), first)
	require.NotEmpty(t, told)
	require.Empty(t, first.Faults)
	before, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	second, err := app.ImportShop(t.Context(), nil)
	require.NoError(t, err)
	for _, n := range second.Written {
		require.Zero(t, n.Count, n.Label)
	}
	require.Positive(t, second.Known)
	after, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	before.Version, before.Built, after.Version, after.Built = 0, 0, 0, 0
	require.Equal(t, before, after)
}

// The key of an import stands for one file: again it finds the report, with another file it
// is refused.
func TestImportUnderAKnownKey(t *testing.T) {
	t.Parallel()
	app, _ := open(t, filepath.Join(t.TempDir(), "crm.db"))
	load := func(text string) (desk.ImportReport, error) {
		return app.ImportInvoices(t.Context(), desk.ImportCommand{Key: "k", Name: "x.csv", Body: strings.NewReader("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n" + text)}, nil)
	}
	first, err := load("1,A,2011-01-03 10:00,Germany,10.00\n")
	require.NoError(t, err)
	again, err := load("1,A,2011-01-03 10:00,Germany,10.00\n")
	require.NoError(t, err)
	require.Equal(t, first, again)
	problem(t, second(load("1,A,2011-01-03 10:00,Germany,11.00\n")), desk.ErrKeyUsed)
}

// Everything is read anew after an import. An order that is written meanwhile is not lost
// to what was read before it.
func TestOrdersWhileEverythingIsReadAnew(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	list, err := app.Customers(t.Context(), desk.CustomerQuery{Limit: 200})
	require.NoError(t, err)
	for round := range 5 {
		done := make(chan error, 1)
		go func() {
			text := fmt.Sprintf("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n%d,other,2025-01-03 10:00,Germany,10.00\n", round)
			done <- second(app.ImportInvoices(t.Context(), desk.ImportCommand{Key: fmt.Sprint("import ", round), Name: "x.csv", Body: strings.NewReader(text)}, nil))
		}()
		written, reading := 0, true
		for reading && written < len(list.Customers) {
			name := fmt.Sprintf("A-%d-%d", round, written)
			require.NoError(t, second(app.Earn(t.Context(), order(name, list.Customers[written].ID, name, "10"))))
			written++
			select {
			case err := <-done:
				require.NoError(t, err)
				reading = false
			default:
			}
		}
		if reading {
			require.NoError(t, <-done)
		}
		for i, c := range list.Customers[:written] {
			page, err := app.Customer(t.Context(), c.ID, nil)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("A-%d-%d", round, i), page.Orders[0].Number, "round %d", round)
		}
	}
}
