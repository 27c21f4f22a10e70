package sqlrecipes_test

import (
	"database/sql"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/segment"
	"github.com/rapport-go/rapport/examples/internal/segmenttrees"
)

func fill(t *testing.T, db *sql.DB, rows []*segmenttrees.Client) {
	t.Helper()
	exec := func(query string, args ...any) {
		_, err := db.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	exec(`CREATE TABLE clients (id TEXT, country TEXT, spend INTEGER, score REAL, ok INTEGER, seen INTEGER, born INTEGER, tags TEXT, labels TEXT, zone TEXT)`)
	exec(`CREATE TABLE orders (client TEXT, name TEXT, category TEXT, amount INTEGER, at INTEGER)`)
	for _, c := range rows {
		var tags, labels, zone any
		if c.Tags != nil {
			tags = "|" + strings.Join(*c.Tags, "|") + "|"
		}
		if c.Labels != nil {
			b, err := json.Marshal(*c.Labels)
			require.NoError(t, err)
			labels = string(b)
		}
		if c.Zone != "" {
			zone = c.Zone
		}
		exec(`INSERT INTO clients VALUES (?,?,?,?,?,?,?,?,?,?)`, c.ID, c.Country, c.Spend, c.Score, c.OK, c.Seen, c.Born, tags, labels, zone)
		for _, o := range c.Orders {
			exec(`INSERT INTO orders VALUES (?,?,?,?,?)`, c.ID, o.Name, o.Category, o.Amount, o.At)
		}
	}
}

// TestSegmentsOnSQLite draws fresh customers and fresh predicates, and asks SQLite and the
// compiled program for a verdict on every customer.
func TestSegmentsOnSQLite(t *testing.T) {
	t.Parallel()
	trial, err := segmenttrees.New(rand.Uint64(), segmenttrees.Columns{Seen: segment.UnixSeconds, Tags: segment.Delimited, At: segment.UnixMicros})
	require.NoError(t, err)
	t.Logf("seed %d", trial.Seed)
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	fill(t, db, trial.Clients)
	verdicts, err := trial.Judge(500, segment.SQLite, func(q segment.Query) ([]segment.Tri, error) {
		return segmenttrees.Ask(t.Context(), db, q)
	})
	require.NoError(t, err)
	require.Len(t, verdicts, 3)
	t.Logf("verdicts: %v", verdicts)
}
