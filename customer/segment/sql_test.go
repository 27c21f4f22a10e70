package segment

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// What predicates become, to be read. That the conditions mean the same as the
// programs is checked on SQLite in examples/sqlrecipes.
func TestSQLReads(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	now := time.Date(2026, 3, 30, 10, 0, 0, 1, time.UTC)
	camera := Eq("category", "camera")
	var out strings.Builder
	for _, p := range []Predicate{
		And(In("country", "DE", "AT"), Not(Missing("email_ok")), OrFalse(IsTrue("email_ok"))),
		Or(Lt("spend", 9.995), Eq("spend", 9.995), Ne("spend", 9.995), Between("age", 17.5, 21), Gt("score", 0.1)),
		And(Has("tags", "vip"), Everyone()),
		EventCount("purchase", &camera, CalendarDays(30, "Europe/Berlin"), OpGte, 1),
		EventCount("purchase", nil, CalendarDays(30, ""), OpLt, 0),
		EventCount("purchase", nil, CalendarDays(1, ""), OpLt, 1),
		EventSum("purchase", "amount", nil, LastDays(90), OpGte, "500"),
		LastEventBefore("purchase", nil, Span{90, Day}),
		LongerAgo("last_seen", Span{1, Hour}),
		Within("created", Window{Kind: SinceStart, Unit: Month, Zone: "Europe/Berlin"}),
	} {
		if p.Op == OpEventSum {
			p.Values = []Value{V(500)}
		}
		fmt.Fprintf(&out, "%s\n", p)
		for _, d := range []Dialect{SQLite, PostgreSQL} {
			q, err := schema.SQL(p, d, now, &SQLOptions{Zones: testZones[:2]})
			require.NoError(t, err)
			fmt.Fprintf(&out, "  %s: %s\n    %v\n", d, q.Where, q.Args)
		}
	}
	golden.Equal(t, "testdata/sql.txt", out.String())
}

func TestNoSQL(t *testing.T) {
	t.Parallel()
	bare, err := NewSchema([]Field[string]{
		Text("name", func(s string) (string, bool) { return s, true }),
		Tags("tags", func(string) ([]string, bool) { return nil, true }).In(Column{Name: "tags"}),
		Time("at", func(string) (time.Time, bool) { return time.Time{}, false }).In(Column{Name: "at"}),
		Time("tz", func(string) (time.Time, bool) { return time.Time{}, false }).In(Column{Name: "tz", Storage: TimestampTZ}),
	}, &SchemaOptions[string]{
		ID: func(s string) string { return s }, Zone: func(string) *time.Location { return time.UTC },
		Events: Events(func(string) []int { return nil }, EventFields[int]{At: func(int) time.Time { return time.Time{} }}),
	})
	require.NoError(t, err)
	p := And(Eq("name", "x"), Has("tags", "x"), LongerAgo("at", Span{1, Day}), LongerAgo("tz", Span{1, Day}), Sample("s", 5),
		EventCount("", nil, AnyTime(), OpGte, 1), Within("tz", CalendarDays(1, "")))
	_, err = bare.SQL(p, SQLite, time.Unix(0, 0), nil)
	require.ErrorIs(t, err, ErrNoSQL)
	require.Equal(t, strings.TrimSpace(`
segment: no SQL for this: args[0].field: no column holds "name"
segment: no SQL for this: args[1].field: tags are not stored as unknown(0) in sqlite
segment: no SQL for this: args[2]: say how the column at holds instants
segment: no SQL for this: args[3]: sqlite has no timestamptz
segment: no SQL for this: args[4].op: a sample is taken in Go
segment: no SQL for this: args[5]: the table of events, its columns for customer and instant, or the customer's id column is not given
segment: no SQL for this: args[6].window.zone: a window in the customer's zone needs the column of zones and SQLOptions.Zones
segment: no SQL for this: args[6]: sqlite has no timestamptz`), err.Error())
}
