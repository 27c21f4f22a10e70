package businesstime_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/golden"
)

func london() businesstime.Spec {
	at := businesstime.Clock
	return businesstime.Spec{
		ID: "London desk", Zone: "Europe/London",
		Versions: []businesstime.Version{
			{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))},
			{
				From:   businesstime.Date{Year: 2024, Month: time.April, Day: 8},
				Hours:  businesstime.Weekdays(businesstime.Hours(8, 18)),
				Breaks: businesstime.Weekdays(businesstime.Span{Open: at(12, 30), Close: at(13, 0)}),
			},
		},
		Closed: []businesstime.Closure{
			{Name: "Good Friday", Rule: businesstime.EasterDay{Offset: -2}},
			{Name: "Easter Monday", Rule: businesstime.EasterDay{Offset: 1}},
			{Name: "Early May bank holiday", Rule: businesstime.NthWeekday{Month: time.May, Weekday: time.Monday, N: 1}},
		},
		Overrides: map[businesstime.Date][]businesstime.Span{
			{Year: 2024, Month: time.March, Day: 29}: {businesstime.Hours(10, 14)},
			{Year: 2024, Month: time.April, Day: 6}:  {{Open: at(22, 0), Close: at(2, 0)}},
		},
		Breaks: map[businesstime.Date][]businesstime.Span{
			{Year: 2024, Month: time.April, Day: 3}: {businesstime.Hours(15, 16)},
		},
	}
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	ldn := businesstime.MustNew(london())
	apia := businesstime.MustNew(businesstime.Spec{ID: "Apia", Zone: "Pacific/Apia", Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}})
	ny := businesstime.MustNew(businesstime.Spec{ID: "New York nights", Zone: "America/New_York", Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(22, 6))}}})
	var b strings.Builder
	show := func(title string, c *businesstime.Calendar, from, to string) {
		a, err := time.Parse(time.RFC3339, from)
		require.NoError(t, err)
		z, err := time.Parse(time.RFC3339, to)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s\n", title)
		for l := range c.Explain(a, z) {
			fmt.Fprintf(&b, "  %s\n", l)
		}
		fmt.Fprintf(&b, "  in all %s\n\n", c.Between(a, z))
	}
	show("London: a clock change, Easter, an override, a break, new hours", ldn, "2024-03-28T11:00:00Z", "2024-04-10T00:00:00Z")
	show("Apia: a date that never was", apia, "2011-12-28T10:00:00Z", "2012-01-03T10:00:00Z")
	show("New York by night: into the weekend, over the autumn change", ny, "2024-10-31T16:00:00Z", "2024-11-05T16:00:00Z")
	show("both at once", businesstime.Union("both", ldn, ny), "2024-11-01T00:00:00Z", "2024-11-04T00:00:00Z")
	golden.Equal(t, "testdata/explain.golden", b.String())
}

// The lines of an explanation add up to the answer that they explain.
func TestExplainAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		c, err := businesstime.New(genSpec(t, near))
		require.NoError(t, err)
		a := genInstant(t, near, c.Location(), "a")
		b := a.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "days"))
		sum := time.Duration(0)
		for l := range c.Explain(a, b) {
			require.NotEmpty(t, l.Why)
			require.False(t, l.To.Before(l.From))
			sum += l.Counted
		}
		require.Equal(t, c.Between(a, b), sum)
	})
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	team := func(id, zone string) *businesstime.Calendar {
		return businesstime.MustNew(businesstime.Spec{ID: id, Zone: zone, Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}})
	}
	teams := []*businesstime.Calendar{team("syd", "Australia/Sydney"), team("ldn", "Europe/London"), team("sf", "America/Los_Angeles")}
	from := time.Date(2024, 3, 20, 0, 0, 0, 0, time.UTC)
	got := businesstime.Coverage(from, from.AddDate(0, 0, 1), teams...)
	require.Equal(t, 21*time.Hour, got.Covered) // shared vectors, E26
	require.Equal(t, 3*time.Hour, got.Missing)
	require.Equal(t, "[2024-03-20T06:00:00Z/2024-03-20T09:00:00Z]", fmt.Sprint(got.Gaps))
	require.Equal(t, []string{"syd"}, got.Shifts[0].Open[:1])
	for i := 1; i < len(got.Shifts); i++ {
		require.Equal(t, got.Shifts[i-1].End, got.Shifts[i].Start)
	}
	u := businesstime.Union("all", teams[0], teams[1:]...)
	rapid.Check(t, func(t *rapid.T) {
		a := from.Add(time.Duration(rapid.Int64Range(0, int64(9000*time.Hour)).Draw(t, "a")))
		b := a.Add(time.Duration(rapid.Int64Range(0, int64(900*time.Hour)).Draw(t, "d")))
		cover := businesstime.Coverage(a, b, teams...)
		require.Equal(t, u.Between(a, b), cover.Covered)
		require.Equal(t, b.Sub(a), cover.Covered+cover.Missing)
		sum := time.Duration(0)
		for _, c := range teams {
			sum += c.Between(a, b)
		}
		require.GreaterOrEqual(t, sum, cover.Covered+cover.Shared)
	})
	require.Equal(t, 24*time.Hour, businesstime.Coverage(from, from.AddDate(0, 0, 1)).Missing)
	always, err := businesstime.Always("UTC")
	require.NoError(t, err)
	for _, end := range []time.Time{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		a, b := end.Add(-48*time.Hour), end.Add(48*time.Hour)
		cover := businesstime.Coverage(a, b, always)
		require.Equal(t, always.Between(a, b), cover.Covered, "nothing is open outside the years 1 to 9999")
		require.Equal(t, 48*time.Hour, cover.Missing)
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	date := func(y int, m time.Month, d int) businesstime.Date {
		return businesstime.Date{Year: y, Month: m, Day: d}
	}
	hours := func(open, end businesstime.TimeOfDay) businesstime.Span {
		return businesstime.Span{Open: open, Close: end}
	}
	weekdays := []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}
	cases := []struct {
		name string
		spec businesstime.Spec
		want []string
	}{
		{"sane", businesstime.Spec{Zone: "Europe/London", Versions: weekdays}, nil},
		{"never", businesstime.Spec{Zone: "Europe/London"}, []string{"never_open: nothing is open from 2024-01-01 to 2025-12-31"}},
		{"refused", businesstime.Spec{}, []string{"bad_spec: businesstime: zone: \"\": businesstime: unknown zone: an IANA name is needed"}},
		{
			"dead parts",
			businesstime.Spec{
				Zone: "Europe/London",
				Versions: []businesstime.Version{
					{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))},
					{From: date(2030, 1, 1), Hours: businesstime.Weekdays(businesstime.Hours(9, 18))},
				},
				Closed: []businesstime.Closure{
					{Name: "a Sunday", Rule: businesstime.Day{Date: date(2024, 6, 2)}},
					{Name: "a Monday", Rule: businesstime.Day{Date: date(2024, 6, 3)}},
				},
				Overrides: map[businesstime.Date][]businesstime.Span{date(2024, 6, 4): {businesstime.Hours(9, 17)}},
				Breaks:    map[businesstime.Date][]businesstime.Span{date(2024, 6, 5): {businesstime.Hours(18, 19)}, date(2024, 6, 6): {businesstime.Hours(12, 13)}},
			},
			[]string{
				"dead_version versions[1]: in force on no date of the window",
				"dead_closure closed[0]: a Sunday closes nothing that is open without it",
				"dead_override overrides on 2024-06-04: nothing changes without it",
				"dead_break breaks on 2024-06-05: nothing changes without it",
			},
		},
		{
			"spans",
			businesstime.Spec{Zone: "America/New_York", Versions: []businesstime.Version{{Hours: businesstime.Week{
				time.Sunday: {hours(8100, 9900)}, // 02:15-02:45
				time.Monday: {hours(0, 86340), businesstime.Hours(9, 17)},
			}}}},
			[]string{
				"midnight_minute versions[0].hours.mon: 00:00-23:59 ends before midnight; the whole day ends at 24:00",
				"overlap versions[0].hours.mon: 00:00-23:59 and 09:00-17:00",
				"lost_span hours on 2024-03-10: 02:15-02:45 falls into the hour that does not exist",
				"lost_span hours on 2025-03-09: 02:15-02:45 falls into the hour that does not exist",
			},
		},
		{
			"closures run out",
			businesstime.Spec{Zone: "Europe/London", Versions: weekdays, Closed: []businesstime.Closure{
				{Rule: businesstime.Day{Date: date(2024, 1, 1)}}, {Rule: businesstime.Day{Date: date(2024, 3, 29)}}, {Rule: businesstime.Day{Date: date(2024, 4, 1)}},
			}},
			[]string{"closures_end closed on 2024-04-01: the last of 3 dates, more than a year before the window ends"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range businesstime.Lint(c.spec, date(2024, 1, 1), date(2025, 12, 31)) {
				got = append(got, f.String())
			}
			require.Equal(t, c.want, got)
		})
	}
}
