package cohort_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/cohort"
)

// The query of the package documentation, in SQLite's dialect, gives the counts of Go.
func TestRecipeInSQLite(t *testing.T) {
	t.Parallel()
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("no sqlite3 is installed: the query is not run (Debian: apt-get install sqlite3)")
	}
	query, err := os.ReadFile("testdata/months.sqlite.sql")
	require.NoError(t, err)
	asOf := time.Unix(1719792000, 0).UTC() // 2024-07-01, as in the query
	events := shop(300, 5000)
	var script strings.Builder
	script.WriteString("CREATE TABLE events (customer TEXT, at INTEGER);\nBEGIN;\n")
	for i, e := range events {
		events[i].at = e.at.Truncate(time.Second)
		fmt.Fprintf(&script, "INSERT INTO events VALUES ('%s', %d);\n", e.customer, events[i].at.Unix())
	}
	script.WriteString("INSERT INTO events VALUES ('', 1700000000);\nCOMMIT;\n")
	script.Write(query)
	cmd := exec.CommandContext(t.Context(), sqlite, "-batch", ":memory:")
	cmd.Stdin = strings.NewReader(script.String())
	out, err := cmd.Output()
	require.NoError(t, err)

	var counts []cohort.Counts
	for line := range strings.Lines(string(out)) {
		var year, month, period int
		var n int64
		_, err := fmt.Sscanf(line, "%d|%d|%d|%d", &year, &month, &period, &n)
		require.NoError(t, err, line)
		if period == 0 {
			counts = append(counts, cohort.Counts{Start: cohort.Date{Year: year, Month: time.Month(month), Day: 1}, Size: n})
		}
		c := &counts[len(counts)-1]
		c.Returned = append(c.Returned, make([]int64, period-len(c.Returned))...)
		c.Returned = append(c.Returned, n)
	}
	o := &cohort.Options{By: cohort.ByMonth, Unit: cohort.CalendarMonths, Last: 24}
	got, err := cohort.FromCounts(cohort.Calendar(time.UTC), asOf, o, counts)
	require.NoError(t, err)
	l, err := cohort.LogOf(slices.Values(events))
	require.NoError(t, err)
	want := matrix(t, l, cohort.Calendar(time.UTC), asOf, o)
	require.Greater(t, len(want.Cohorts()), 5)
	require.Equal(t, want.Triangle(), got.Triangle())
}
