package cohort_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics/cohort"
)

// UCI Online Retail (Chen, Sain & Guo 2012) by quarter: 4,338 buyers, of whom 722 are
// new in 2011 Q4. A buyer has a positive invoice that is not cancelled.
func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	file, err := os.Open(golden.Data(t, "onlineretail", "invoices.csv.gz"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	rows, err := csv.NewReader(unzipped).ReadAll()
	require.NoError(t, err)
	column := func(name string) int {
		i := slices.IndexFunc(rows[0], func(s string) bool { return strings.EqualFold(s, name) })
		require.GreaterOrEqual(t, i, 0, "column %s in %v", name, rows[0])
		return i
	}
	invoice, customer, at, amount := column("InvoiceNo"), column("CustomerID"), column("InvoiceDate"), column("amount")
	var log cohort.Log
	for _, r := range rows[1:] {
		value, err := strconv.ParseFloat(r[amount], 64)
		require.NoError(t, err)
		if value <= 0 || strings.HasPrefix(r[invoice], "C") {
			continue
		}
		when, err := time.Parse(time.RFC3339, r[at])
		require.NoError(t, err)
		require.NoError(t, log.Add(r[customer], when))
	}
	require.Equal(t, 4338, log.Customers())
	m := matrix(t, &log, cohort.Calendar(time.UTC), instant(t, "2012-01-01T00:00:00Z"), &cohort.Options{
		By: cohort.ByQuarter, Unit: cohort.CalendarMonths, Last: 12,
	})
	var total int64
	for _, c := range m.Cohorts() {
		total += c.Size
		require.Equal(t, c.Size, c.Cells[0].Returned)
	}
	require.Equal(t, int64(4338), total)
	// The first row is the December cohort that many analyses of these data print.
	for k, want := range []float64{1, 0.366, 0.323, 0.384, 0.363, 0.398} {
		share, ok := m.Cohorts()[0].Cells[k].Share()
		require.True(t, ok)
		require.InDelta(t, want, share, 0.0005, "month %d", k)
	}
	last := m.Cohorts()[len(m.Cohorts())-1]
	require.Equal(t, "2011 Q4", last.Label)
	require.Equal(t, int64(722), last.Size)
	t.Logf("\n%s", m.Triangle())
}
