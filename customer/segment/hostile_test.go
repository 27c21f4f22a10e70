package segment_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/segment"
)

// row is a customer with events at instants and nothing else.
type row struct {
	at  []time.Time
	loc *time.Location
}

func rowSchema(t *testing.T) *segment.Schema[row] {
	t.Helper()
	s, err := segment.NewSchema([]segment.Field[row]{
		segment.Text("name", func(row) (string, bool) { return "", true }),
		segment.Float("score", func(row) (float64, bool) { return math.Inf(1), true }).In(segment.Column{Name: "score"}),
	}, &segment.SchemaOptions[row]{
		ID:   func(row) string { return "1" },
		Zone: func(r row) *time.Location { return r.loc },
		Events: segment.Events(func(r row) []time.Time { return r.at }, segment.EventFields[time.Time]{
			At:     func(at time.Time) time.Time { return at },
			Fields: []segment.Field[time.Time]{segment.Int("n", func(time.Time) (int64, bool) { return math.MaxInt64, true })},
		}),
	})
	require.NoError(t, err)
	return s
}

// TestUntilOfManyEvents asks for the instant at which the last of ten thousand events
// leaves a window, which is the first at which the verdict is another one.
func TestUntilOfManyEvents(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var r row
	for i := range 10_000 {
		r.at = append(r.at, now.Add(-time.Duration(i)*time.Minute))
	}
	later := r
	for i := range 10_000 {
		later.at = append(later.at, now.Add(time.Duration(i+1)*time.Minute))
	}
	s := rowSchema(t)
	for _, test := range []struct {
		name string
		p    segment.Predicate
		row  row
		want time.Time
	}{
		{"any in 30 days", segment.EventCount("", nil, segment.LastDays(30), segment.OpGte, 1), r, now.AddDate(0, 0, 30).Add(1)},
		{"none in 30 days", segment.EventCount("", nil, segment.LastDays(30), segment.OpEq, 0), r, now.AddDate(0, 0, 30).Add(1)},
		{"five thousand in 30 days", segment.EventCount("", nil, segment.LastDays(30), segment.OpGte, 5_000), r, now.AddDate(0, 0, 30).Add(-4_999 * time.Minute).Add(1)},
		{"many to come", segment.EventCount("", nil, segment.AnyTime(), segment.OpGt, 15_000), later, now.Add(5_001 * time.Minute)},
		{"sum beyond 64 bits", segment.EventSum("", "n", nil, segment.LastDays(30), segment.OpGt, 0), r, now.AddDate(0, 0, 30).Add(1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			program, err := s.Compile(test.p)
			require.NoError(t, err)
			verdict, until, ok := program.Eval(test.row, now)
			require.True(t, ok)
			require.Equal(t, test.want, until)
			before, _, _ := program.Eval(test.row, until.Add(-1))
			after, _, _ := program.Eval(test.row, until)
			require.Equal(t, verdict, before)
			require.NotEqual(t, verdict, after)
		})
	}
}

// TestUntilWhereClocksChange walks through the changes of many zones, one of which goes
// back over midnight, and asks at every verdict whether it lasts as long as it says.
func TestUntilWhereClocksChange(t *testing.T) {
	t.Parallel()
	s := rowSchema(t)
	windows := []segment.Window{
		segment.CalendarDays(1, ""), segment.CalendarDays(30, ""),
		{Kind: segment.Calendar, N: 1, Unit: segment.Month},
		{Kind: segment.Calendar, N: 1, Unit: segment.Year},
		{Kind: segment.SinceStart, Unit: segment.Day},
		{Kind: segment.SinceStart, N: 2, Unit: segment.Week},
		{Kind: segment.SinceStart, Unit: segment.Month},
		{Kind: segment.SinceStart, N: 2, Unit: segment.Quarter},
	}
	for zone, change := range map[string]time.Time{
		"America/St_Johns":    time.Date(2010, 11, 7, 2, 31, 0, 0, time.UTC), // 00:01 to 23:01 the day before
		"America/Sao_Paulo":   time.Date(2018, 2, 18, 2, 0, 0, 0, time.UTC),  // 00:00 to 23:00 the day before
		"Africa/Cairo":        time.Date(2026, 4, 23, 22, 0, 0, 0, time.UTC), // no midnight
		"Antarctica/Casey":    time.Date(2010, 3, 4, 15, 0, 0, 0, time.UTC),  // 02:00 to 23:00 the day before
		"Pacific/Apia":        time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC),
		"Europe/Berlin":       time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
		"Australia/Lord_Howe": time.Date(2026, 4, 4, 15, 0, 0, 0, time.UTC),
		"Asia/Kathmandu":      time.Date(2024, 2, 29, 18, 15, 0, 0, time.UTC),
	} {
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		for _, w := range windows {
			program, err := s.Compile(segment.EventCount("", nil, w, segment.OpGte, 1))
			require.NoError(t, err)
			for _, ago := range []time.Duration{0, time.Minute, 90 * time.Minute, 14 * time.Hour, 29*24*time.Hour + 23*time.Hour + 30*time.Minute} {
				r := row{at: []time.Time{change.Add(-ago)}, loc: loc}
				last, until, ok := program.Eval(r, change.Add(-ago-time.Hour))
				for now := change.Add(-ago - time.Hour); now.Before(change.Add(3 * time.Hour)); now = now.Add(7 * time.Minute) {
					verdict, next, more := program.Eval(r, now)
					if !ok || now.Before(until) {
						require.Equal(t, last, verdict, "%s, %s, event %s, at %s", zone, w, r.at[0].In(loc), now.In(loc))
					}
					last, until, ok = verdict, next, more
				}
			}
		}
	}
}

// TestFarInstants asks in years that nanoseconds cannot tell.
func TestFarInstants(t *testing.T) {
	t.Parallel()
	s := rowSchema(t)
	far := []time.Time{{}, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(1677, 9, 21, 0, 0, 0, 0, time.UTC), time.Date(2262, 4, 12, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
	for _, w := range []segment.Window{segment.AnyTime(), segment.LastDays(30), segment.CalendarDays(30, "Asia/Tokyo"), {Kind: segment.SinceStart, N: 200, Unit: segment.Year, Zone: "Europe/Berlin"}} {
		program, err := s.Compile(segment.EventCount("", nil, w, segment.OpEq, 5))
		require.NoError(t, err)
		for _, now := range far {
			verdict, _, _ := program.Eval(row{at: far}, now)
			if now.Year() > 2262 && w.Kind == segment.Ever {
				require.Equal(t, segment.True, verdict)
			}
			require.NotEmpty(t, program.Explain(row{at: far}, now).String())
		}
	}
}

// TestPrintedIsParsed holds at the limits that Check sets.
func TestPrintedIsParsed(t *testing.T) {
	t.Parallel()
	s := rowSchema(t)
	numbers := make([]int, segment.MaxValues)
	for i := range numbers {
		numbers[i] = i
	}
	many := segment.In("score", numbers...)
	deep := segment.Eq("n", 1)
	for range segment.MaxDepth - 2 {
		deep = segment.Not(deep)
	}
	for name, p := range map[string]segment.Predicate{
		"thirty thousand numbers": segment.Or(many, many, many),
		"deepest where":           segment.EventCount("", &deep, segment.AnyTime(), segment.OpGte, 1),
	} {
		require.NoError(t, s.Check(p), name)
		b, err := json.Marshal(p)
		require.NoError(t, err, name)
		back, err := segment.Parse(b)
		require.NoError(t, err, name)
		again, err := json.Marshal(back)
		require.NoError(t, err, name)
		require.JSONEq(t, string(b), string(again), name)
	}
	deeper := segment.Not(deep)
	require.ErrorContains(t, s.Check(segment.EventCount("", &deeper, segment.AnyTime(), segment.OpGte, 1)), "deeper than 32")
	require.ErrorContains(t, s.Check(segment.Or(segment.Eq("name", "\xff"), segment.Sample("\xfe", 1))), "args[1].salt: is not valid UTF-8")
	require.ErrorContains(t, s.Check(segment.Eq("name", "\xff")), "value: is not valid UTF-8")
}

// TestInstantOfAnOldClock keeps an instant whose offset has seconds.
func TestInstantOfAnOldClock(t *testing.T) {
	t.Parallel()
	at := time.Date(1880, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", 53*60+28))
	b, err := json.Marshal(segment.Before("seen", at))
	require.NoError(t, err)
	back, err := segment.Parse(b)
	require.NoError(t, err)
	require.True(t, back.At.Equal(at), "%s", b)
}

// TestCircle gives a predicate that contains itself to everything that reads one.
func TestCircle(t *testing.T) {
	t.Parallel()
	p := segment.EventCount("", nil, segment.AnyTime(), segment.OpGte, 1)
	p.Where = &p
	s := rowSchema(t)
	require.Error(t, s.Check(p))
	require.Contains(t, p.String(), "…")
	require.True(t, segment.Deps(p).AnyEvent)
	_, err := json.Marshal(p)
	require.ErrorContains(t, err, "deeper than")
}

// TestSQLThatNoDatabaseTakes is refused where it is made.
func TestSQLThatNoDatabaseTakes(t *testing.T) {
	t.Parallel()
	s := rowSchema(t)
	numbers := make([]int, segment.MaxValues)
	p := segment.Or(segment.In("score", numbers...), segment.In("score", numbers...), segment.In("score", numbers...), segment.In("score", numbers...))
	_, err := s.SQL(p, segment.SQLite, time.Now(), nil)
	require.ErrorIs(t, err, segment.ErrNoSQL)
	require.ErrorContains(t, err, "32766 placeholders")
	q, err := s.SQL(p, segment.PostgreSQL, time.Now(), nil)
	require.NoError(t, err)
	require.Len(t, q.Args, 40_000)
	require.True(t, strings.HasPrefix(q.Where, "((NULLIF(score, 'NaN'::double precision) IN ("))
}

// TestSQLNamesTheTable: an id without its table could mean one of the events.
func TestSQLNamesTheTable(t *testing.T) {
	t.Parallel()
	schema := func(id, zone string) *segment.Schema[row] {
		s, err := segment.NewSchema(nil, &segment.SchemaOptions[row]{
			Zone: func(r row) *time.Location { return r.loc },
			Events: segment.Events(func(r row) []time.Time { return r.at }, segment.EventFields[time.Time]{
				At:    func(at time.Time) time.Time { return at },
				Table: segment.EventTable{From: "orders", Customer: segment.Column{Name: "client"}, At: segment.Column{Name: "at", Storage: segment.UnixNanos}},
			}),
			IDColumn: segment.Column{Name: id}, ZoneIn: segment.Column{Name: zone},
		})
		require.NoError(t, err)
		return s
	}
	p := segment.EventCount("", nil, segment.CalendarDays(3, ""), segment.OpGte, 1)
	for _, names := range [][2]string{{"id", "clients.zone"}, {"clients.id", "zone"}} {
		_, err := schema(names[0], names[1]).SQL(p, segment.SQLite, time.Unix(0, 0), &segment.SQLOptions{Zones: []string{"Asia/Tokyo"}})
		require.ErrorIs(t, err, segment.ErrNoSQL)
		require.ErrorContains(t, err, "with their table")
	}
	_, err := schema("clients.id", "clients.zone").SQL(p, segment.SQLite, time.Unix(0, 0), &segment.SQLOptions{Zones: []string{"Asia/Tokyo"}})
	require.NoError(t, err)
}

// TestExplainSpeaks: no node is explained by a name of the JSON form.
func TestExplainSpeaks(t *testing.T) {
	t.Parallel()
	program, err := rowSchema(t).Compile(segment.And(segment.OrFalse(segment.Eq("name", "x")), segment.OrTrue(segment.Eq("name", ""))))
	require.NoError(t, err)
	trace := program.Explain(row{}, time.Unix(0, 0))
	require.Equal(t, "known that", trace.Parts[0].What)
	require.Equal(t, "unless known otherwise", trace.Parts[1].What)
}

// TestSourceIsShared makes schemas of one source at once, which the race detector
// watches.
func TestSourceIsShared(t *testing.T) {
	t.Parallel()
	source := segment.Events(func(r row) []time.Time { return r.at }, segment.EventFields[time.Time]{At: func(at time.Time) time.Time { return at }})
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := segment.NewSchema(nil, &segment.SchemaOptions[row]{Events: source})
			done <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
}
