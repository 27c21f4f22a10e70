package main_test

import (
	"database/sql"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/segment"
	"github.com/rapport-go/rapport/examples/internal/segmenttrees"
	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

func fill(t *testing.T, db *sql.DB, rows []*segmenttrees.Client) {
	t.Helper()
	exec := func(query string, args ...any) {
		_, err := db.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	exec(`CREATE TEMP TABLE clients (id TEXT, country TEXT, spend BIGINT, score DOUBLE PRECISION, ok BOOLEAN, seen TIMESTAMPTZ, born BIGINT, tags TEXT[], labels JSONB, zone TEXT)`)
	exec(`CREATE TEMP TABLE orders (client TEXT, name TEXT, category TEXT, amount BIGINT, at TIMESTAMPTZ)`)
	for _, c := range rows {
		var seen, tags, labels, zone any
		if c.Tags != nil {
			tags = *c.Tags
		}
		if c.Seen != nil {
			seen = time.Unix(*c.Seen, 0)
		}
		if c.Labels != nil {
			b, err := json.Marshal(*c.Labels)
			require.NoError(t, err)
			labels = string(b)
		}
		if c.Zone != "" {
			zone = c.Zone
		}
		exec(`INSERT INTO clients VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, c.ID, c.Country, c.Spend, c.Score, c.OK, seen, c.Born, tags, labels, zone)
		for _, o := range c.Orders {
			exec(`INSERT INTO orders VALUES ($1,$2,$3,$4,$5)`, c.ID, o.Name, o.Category, o.Amount, time.UnixMicro(o.At))
		}
	}
}

// TestSegmentsOnPostgreSQL draws fresh customers and fresh predicates, and asks PostgreSQL and the
// compiled program for a verdict on every customer.
func TestSegmentsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	trial, err := segmenttrees.New(rand.Uint64(), segmenttrees.Columns{Seen: segment.TimestampTZ, Tags: segment.TextArray, At: segment.TimestampTZ}, math.NaN(), math.Inf(1))
	require.NoError(t, err)
	t.Logf("seed %d", trial.Seed)
	dsn := os.Getenv(testserver.DSNEnv)
	if dsn == "" {
		server, err := testserver.Start()
		if err != nil {
			t.Skipf("no PostgreSQL: %v", err)
		}
		t.Cleanup(server.Remove)
		dsn = server.DSN
	}
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	db.SetMaxOpenConns(1) // the tables live as long as the connection
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	fill(t, db, trial.Clients)
	verdicts, err := trial.Judge(500, segment.PostgreSQL, func(q segment.Query) ([]segment.Tri, error) {
		return segmenttrees.Ask(t.Context(), db, q)
	})
	require.NoError(t, err)
	require.Len(t, verdicts, 3)
	t.Logf("verdicts: %v", verdicts)
}
