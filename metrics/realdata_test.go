package metrics_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics"
)

// invoice is a row of UCI Online Retail at invoice level, as a host would hold it.
type invoice struct {
	customer string
	at       time.Time
	amount   decimal.Decimal
}

func (i invoice) CustomerKey() string     { return i.customer }
func (i invoice) At() time.Time           { return i.at }
func (i invoice) Amount() decimal.Decimal { return i.amount }

func onlineRetail(t testing.TB) []invoice {
	t.Helper()
	f, err := os.Open(golden.Data(t, "onlineretail", "invoices.csv.gz"))
	require.NoError(t, err)
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	require.NoError(t, err)
	r := csv.NewReader(unzipped)
	_, err = r.Read()
	require.NoError(t, err)
	var rows []invoice
	for {
		record, err := r.Read()
		if err == io.EOF {
			return rows
		}
		require.NoError(t, err)
		at, err := time.Parse(time.RFC3339, record[2])
		require.NoError(t, err)
		rows = append(rows, invoice{record[1], at, decimal.RequireFromString(record[6])})
	}
}

// The figures of the invoices were counted with another program (pandas) from the
// published file.
func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	rows := onlineRetail(t)
	require.Len(t, rows, 25_900)

	spending, err := metrics.SpendingOf(slices.Values(rows), nil)
	require.NoError(t, err)
	total, err := spending.Total()
	require.NoError(t, err)
	require.EqualValues(t, 4_338, total.Buyers)
	require.Equal(t, "8911407.90", total.Gross.StringFixed(2))
	require.Equal(t, "-611342.09", total.Refunds.StringFixed(2))

	retention, err := metrics.RetentionOfPurchases(slices.Values(rows), metrics.Quarter, time.UTC)
	require.NoError(t, err)
	table := retention.Rows()
	var text string
	for _, row := range table {
		require.NoError(t, row.Check())
		text += row.Label
		for _, n := range []int64{row.Start, row.End, row.New, row.Reactivated, row.Lost} {
			text += " " + strconv.FormatInt(n, 10)
		}
		report, err := row.ReportRetention()
		if err != nil {
			require.ErrorIs(t, err, metrics.ErrNoData)
			text += " - -\n"
			continue
		}
		active, err := row.ActiveRetention()
		require.NoError(t, err)
		kept, err := active.Ratio()
		require.NoError(t, err)
		text += " " + report.Rate.String() + " " + kept.String() + "\n"
	}
	golden.Equal(t, "testdata/onlineretail_quarters.txt", text)

	last := table[len(table)-1]
	require.Equal(t, "2011 Q4", last.Label)
	require.Equal(t, metrics.Base{Start: 2161, End: 2560, New: 722, Reactivated: 483, Lost: 806}, last.Base)
	seed, err := last.Retention()
	require.NoError(t, err)
	require.Equal(t, "85.05%", seed.String())
	require.False(t, last.Complete(rows[len(rows)-1].at), "the file ends on 9 December 2011")
}
