package survival_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/survival"
)

// The query of the package documentation, in SQLite's dialect, gives the table of Go.
func TestRecipeInSQLite(t *testing.T) {
	t.Parallel()
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("no sqlite3 is installed: the query is not run (Debian: apt-get install sqlite3)")
	}
	query, err := os.ReadFile("testdata/days.sqlite.sql")
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(9, 9))
	today := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)
	var want survival.Table
	var script strings.Builder
	script.WriteString("CREATE TABLE subscriptions (started_on TEXT, ended_on TEXT);\nBEGIN;\n")
	for range 2000 {
		age, life := rng.IntN(700), rng.IntN(900)
		start := today.AddDate(0, 0, -age)
		ended := "NULL"
		if life <= age {
			ended = "'" + start.AddDate(0, 0, life).Format(time.DateOnly) + "'"
		}
		require.NoError(t, want.Add(float64(min(age, life)), life <= age))
		fmt.Fprintf(&script, "INSERT INTO subscriptions VALUES ('%s', %s);\n", start.Format(time.DateOnly), ended)
	}
	script.WriteString("COMMIT;\n")
	script.Write(query)
	cmd := exec.CommandContext(t.Context(), sqlite, "-batch", ":memory:")
	cmd.Stdin = strings.NewReader(script.String())
	out, err := cmd.Output()
	require.NoError(t, err)
	var rows []survival.Row
	for line := range strings.Lines(string(out)) {
		var r survival.Row
		_, err := fmt.Sscanf(line, "%g|%d|%d", &r.Time, &r.Events, &r.Censored)
		require.NoError(t, err, line)
		rows = append(rows, r)
	}
	got, err := survival.FromCounts(rows)
	require.NoError(t, err)
	require.Equal(t, want.Rows(), got.Rows())
}
