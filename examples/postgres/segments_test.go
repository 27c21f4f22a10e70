package main_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/segment"
	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// client is a row of the checker's table, order one of its events. Nil is NULL.
type client struct {
	id      string
	country *string
	spend   *int64
	score   *float64
	ok      *bool
	seen    *int64 // seconds
	born    *int64 // milliseconds
	tags    *[]string
	labels  *[]string
	zone    string
	orders  []order
}

type order struct {
	name     string
	category *string
	amount   *int64
	at       int64 // microseconds
}

func opt[R, T any](get func(R) *T) func(R) (T, bool) {
	return func(r R) (v T, ok bool) {
		if p := get(r); p != nil {
			return *p, true
		}
		return v, false
	}
}

func instant[R any](get func(R) *int64, of func(int64) time.Time) func(R) (time.Time, bool) {
	return func(r R) (time.Time, bool) {
		if p := get(r); p != nil {
			return of(*p), true
		}
		return time.Time{}, false
	}
}

var zoneNames = []string{"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"}

func seconds(s int64) time.Time { return time.Unix(s, 0) }

func clients(t *testing.T) *segment.Schema[*client] {
	t.Helper()
	zones := map[string]*time.Location{}
	for _, name := range zoneNames {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones[name] = loc
	}
	column := func(name string, s segment.Storage) segment.Column { return segment.Column{Name: name, Storage: s} }
	s, err := segment.NewSchema([]segment.Field[*client]{
		segment.Text("country", opt(func(c *client) *string { return c.country })).In(column("c.country", 0)),
		segment.Amount("spend", 2, opt(func(c *client) *int64 { return c.spend })).In(column("c.spend", 0)),
		segment.Float("score", opt(func(c *client) *float64 { return c.score })).In(column("c.score", 0)),
		segment.Bool("ok", opt(func(c *client) *bool { return c.ok })).In(column("c.ok", 0)),
		segment.Time("seen", instant(func(c *client) *int64 { return c.seen }, seconds)).In(column("c.seen", segment.TimestampTZ)),
		segment.Time("born", instant(func(c *client) *int64 { return c.born }, time.UnixMilli)).In(column("c.born", segment.UnixMillis)),
		segment.Tags("tags", opt(func(c *client) *[]string { return c.tags })).In(column("c.tags", segment.TextArray)),
		segment.Tags("labels", opt(func(c *client) *[]string { return c.labels })).In(column("c.labels", segment.JSONArray)),
	}, &segment.SchemaOptions[*client]{
		Zone: func(c *client) *time.Location { return zones[c.zone] },
		Events: segment.Events(func(c *client) []order { return c.orders }, segment.EventFields[order]{
			Name: func(o order) string { return o.name },
			At:   func(o order) time.Time { return time.UnixMicro(o.at) },
			Fields: []segment.Field[order]{
				segment.Text("category", opt(func(o order) *string { return o.category })).In(column("o.category", 0)),
				segment.Amount("amount", 2, opt(func(o order) *int64 { return o.amount })).In(column("o.amount", 0)),
			},
			Table: segment.EventTable{From: "orders o", Customer: column("o.client", 0), Name: column("o.name", 0), At: column("o.at", segment.TimestampTZ)},
		}),
		IDColumn: column("c.id", 0), ZoneIn: column("c.zone", 0),
	})
	require.NoError(t, err)
	return s
}

// trees draws predicates from a seed.
type trees struct{ *rand.Rand }

func pick[T any](r trees, list ...T) T { return list[r.IntN(len(list))] }

func (r trees) number() float64 { return pick(r, -1, 0, 0.005, 0.1, 0.5, 1, 2, 1.995) }

func (r trees) window() segment.Window {
	zone := pick(r, append([]string{""}, zoneNames...)...)
	switch r.IntN(4) {
	case 0:
		return segment.AnyTime()
	case 1:
		return segment.Window{Kind: segment.Elapsed, N: 1 + r.IntN(60), Unit: pick(r, segment.Second, segment.Hour, segment.Day)}
	case 2:
		return segment.Window{Kind: segment.Calendar, N: 1 + r.IntN(40), Unit: pick(r, segment.Day, segment.Week, segment.Month), Zone: zone}
	}
	return segment.Window{Kind: segment.SinceStart, N: r.IntN(3), Unit: pick(r, segment.Day, segment.Week, segment.Month, segment.Quarter, segment.Year), Zone: zone}
}

func (r trees) tree(depth int) segment.Predicate {
	if depth > 0 && r.IntN(2) == 0 {
		switch r.IntN(5) {
		case 0:
			return segment.Not(r.tree(depth - 1))
		case 1:
			return segment.OrTrue(r.tree(depth - 1))
		case 2:
			return segment.OrFalse(r.tree(depth - 1))
		case 3:
			return segment.And(r.tree(depth-1), r.tree(depth-1))
		}
		return segment.Or(r.tree(depth-1), r.tree(depth-1), r.tree(depth-1))
	}
	compare := pick(r, segment.OpEq, segment.OpNe, segment.OpLt, segment.OpLte, segment.OpGt, segment.OpGte)
	number := pick(r, "spend", "score")
	ago := segment.Span{N: 1 + r.IntN(50), Unit: pick(r, segment.Second, segment.Hour, segment.Day)}
	var where *segment.Predicate
	if r.IntN(2) == 0 {
		w := segment.Or(segment.Ne("category", "lens"), segment.Gte("amount", r.number()))
		where = &w
	}
	switch r.IntN(13) {
	case 0:
		return segment.In("country", pick(r, "DE", "JP"), pick(r, "", "Ω'\""))
	case 1:
		return segment.Ne("country", "DE")
	case 2:
		return segment.Predicate{Op: compare, Field: number, Values: []segment.Value{segment.V(r.number())}}
	case 3:
		a, b := r.number(), r.number()
		return segment.Between(number, min(a, b), max(a, b))
	case 4:
		return segment.In(number, r.number(), r.number())
	case 5:
		return segment.Has(pick(r, "tags", "labels"), pick(r, "vip", "vi", "a b"))
	case 6:
		return pick(r, segment.IsTrue("ok"), segment.Ne("ok", true), segment.In("ok", true, false))
	case 7:
		return segment.Missing(pick(r, "country", "spend", "score", "ok", "seen", "tags", "labels"))
	case 8:
		return segment.Predicate{Op: pick(r, segment.OpBefore, segment.OpAtOrAfter), Field: pick(r, "seen", "born"), Ago: ago}
	case 9:
		return segment.Within(pick(r, "seen", "born"), r.window())
	case 10:
		return segment.EventSum("purchase", "amount", where, r.window(), compare, r.number())
	case 11:
		return segment.Predicate{Op: segment.OpLastEvent, Event: pick(r, "purchase", ""), Where: where, Compare: pick(r, segment.OpBefore, segment.OpAtOrAfter), Ago: ago}
	}
	return segment.EventCount(pick(r, "purchase", ""), where, r.window(), compare, int64(r.IntN(4)))
}

func maybe[T any](r trees, v T) *T {
	if r.IntN(4) == 0 {
		return nil
	}
	return &v
}

// rows draws customers whose instants lie close to now and to midnights around it.
func (r trees) rows(n int, now time.Time) []*client {
	out := make([]*client, n)
	near := func() time.Time {
		return now.Truncate(time.Hour).Add(time.Duration(pick(r, -1, 0, 1, -3600, -86400, -30*86400, -3599, r.IntN(4_000_000)-3_900_000)) * time.Second)
	}
	list := func() []string { return [][]string{{}, {"vip"}, {"a b", "vip"}, {"vi"}}[r.IntN(4)] }
	for i := range out {
		c := &client{
			id: fmt.Sprint(i), country: maybe(r, pick(r, "DE", "JP", "", "Ω'\"")), spend: maybe(r, int64(r.IntN(400)-150)), score: maybe(r, pick(r, r.number(), math.NaN(), math.Inf(1))),
			ok: maybe(r, r.IntN(2) == 0), seen: maybe(r, near().Unix()), born: maybe(r, near().UnixMilli()), tags: maybe(r, list()), labels: maybe(r, list()),
			zone: pick(r, append([]string{"", "Mars/Olympus"}, zoneNames...)...),
		}
		for range r.IntN(5) {
			c.orders = append(c.orders, order{pick(r, "purchase", "visit"), maybe(r, pick(r, "camera", "lens")), maybe(r, int64(r.IntN(300)-100)), near().UnixMicro()})
		}
		out[i] = c
	}
	return out
}

func fill(t *testing.T, db *sql.DB, rows []*client) {
	t.Helper()
	exec := func(query string, args ...any) {
		_, err := db.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	exec(`CREATE TEMP TABLE clients (id TEXT, country TEXT, spend BIGINT, score DOUBLE PRECISION, ok BOOLEAN, seen TIMESTAMPTZ, born BIGINT, tags TEXT[], labels JSONB, zone TEXT)`)
	exec(`CREATE TEMP TABLE orders (client TEXT, name TEXT, category TEXT, amount BIGINT, at TIMESTAMPTZ)`)
	for _, c := range rows {
		var seen, tags, labels, zone any
		if c.tags != nil {
			tags = *c.tags
		}
		if c.seen != nil {
			seen = seconds(*c.seen)
		}
		if c.labels != nil {
			b, err := json.Marshal(*c.labels)
			require.NoError(t, err)
			labels = string(b)
		}
		if c.zone != "" {
			zone = c.zone
		}
		exec(`INSERT INTO clients VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, c.id, c.country, c.spend, c.score, c.ok, seen, c.born, tags, labels, zone)
		for _, o := range c.orders {
			exec(`INSERT INTO orders VALUES ($1,$2,$3,$4,$5)`, c.id, o.name, o.category, o.amount, time.UnixMicro(o.at))
		}
	}
}

// TestSegmentsOnPostgreSQL draws fresh customers and fresh trees, and asks PostgreSQL and the
// compiled program for a verdict on every customer.
func TestSegmentsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := trees{rand.New(rand.NewPCG(seed, 0))}
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
	now := time.Date(2026, 3, 29, 2, 30, 0, r.IntN(3)*499_999_999, time.UTC).AddDate(0, r.IntN(12), 0)
	rows := r.rows(60, now)
	fill(t, db, rows)
	schema := clients(t)
	verdicts := map[segment.Tri]int{}
	for range 500 {
		p := r.tree(3)
		program, err := schema.Compile(p)
		require.NoError(t, err, "%s", p)
		q, err := schema.SQL(p, segment.PostgreSQL, now, &segment.SQLOptions{Zones: zoneNames})
		require.NoError(t, err, "%s", p)
		got := ask(t, db, q)
		for i, c := range rows {
			want := program.At(now).Verdict(c)
			verdicts[want]++
			require.Equal(t, want, got[i], "seed %d, customer %d: %s\n%s %v\n%s", seed, i, p, q.Where, q.Args, program.Explain(c, now))
		}
	}
	require.Len(t, verdicts, 3)
	t.Logf("verdicts: %v", verdicts)
}

func ask(t *testing.T, db *sql.DB, q segment.Query) []segment.Tri {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT "+q.Where+" FROM clients c ORDER BY CAST(c.id AS INTEGER)", q.Args...)
	require.NoError(t, err, q.Where)
	defer func() { require.NoError(t, rows.Close()) }()
	var out []segment.Tri
	for rows.Next() {
		var b sql.NullBool
		require.NoError(t, rows.Scan(&b))
		switch {
		case !b.Valid:
			out = append(out, segment.Unknown)
		case b.Bool:
			out = append(out, segment.True)
		default:
			out = append(out, segment.False)
		}
	}
	require.NoError(t, rows.Err())
	return out
}
