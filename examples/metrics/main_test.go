package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// ran runs the program as a user would and returns what it printed.
func ran(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	require.Equal(t, want, run(args, &out, &errs), errs.String())
	return out.String(), errs.String()
}

// What people read on the simulated shop is held line by line.
func TestBoardOfTheSimulatedShop(t *testing.T) {
	t.Parallel()
	out, _ := ran(t, 0)
	golden.Equal(t, filepath.Join("testdata", "board.txt"), out)
	require.True(t, strings.HasPrefix(out, "SIMULATED"), "a board of made-up numbers says so first")
}

func TestBoardOfOnlineRetail(t *testing.T) {
	t.Parallel()
	out, _ := ran(t, 0, "-invoices", golden.Data(t, "onlineretail", "invoices.csv.gz"))
	for _, line := range []string{
		"25900 invoices, 0 duplicates, 0 malformed rows",
		"4338 buyers, 18532 orders, gross 8911407.90, refunds -611342.09",
		"2161  2560   722   483   806  85.05%  62.70% (60.6 to 64.7) of 2161",
		"2011 Q4 *", // the file ends on 9 December
		"Dropout is not identified",
		"no survey answers in this data",
		"no contacts in this data",
		"no subscriptions in this data",
		"no calls in this data",
		"no costs of acquisition in this data",
		"no campaign with a control group in this data",
	} {
		require.Contains(t, out, line)
	}
}

func TestFaultsAreOneLine(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.csv")
	require.NoError(t, os.WriteFile(empty, []byte("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"), 0o600))
	for _, args := range [][]string{{"-invoices", filepath.Join(t.TempDir(), "none.csv")}, {"-invoices", empty}, {"left over"}} {
		out, errs := ran(t, 1, args...)
		require.Empty(t, out)
		require.Equal(t, 1, strings.Count(errs, "\n"), errs)
	}
	ran(t, 2, "-unknown")
	ran(t, 0, "-h")
}
