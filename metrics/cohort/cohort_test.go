package cohort_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics/cohort"
)

type event struct {
	customer string
	at       time.Time
}

func (e event) CustomerKey() string { return e.customer }
func (e event) At() time.Time       { return e.at }

var zones = []string{"UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "America/St_Johns"}

// genEvents draws a few customers over some weeks, often around a change of clocks.
func genEvents(t *rapid.T) []event {
	starts := []string{"2024-03-05T00:00:00Z", "2011-12-20T00:00:00Z", "2018-10-28T00:00:00Z", "2024-01-25T00:00:00Z", "2010-10-30T00:00:00Z"}
	base := instant(t, rapid.SampledFrom(starts).Draw(t, "start"))
	n := rapid.IntRange(0, 40).Draw(t, "n")
	out := make([]event, n)
	for i := range out {
		minutes := rapid.IntRange(0, 70*24*60).Draw(t, "minutes")
		out[i] = event{fmt.Sprint("c", rapid.IntRange(0, 5).Draw(t, "customer")), base.Add(time.Duration(minutes) * time.Minute)}
	}
	return out
}

func genRule(t *rapid.T) cohort.DayRule {
	zone := location(t, rapid.SampledFrom(zones).Draw(t, "zone"))
	return rapid.SampledFrom([]cohort.DayRule{cohort.Calendar(zone), cohort.Rolling24h(zone), cohort.Rolling24hHourFloor(zone)}).Draw(t, "rule")
}

func genOptions(t *rapid.T, rule cohort.DayRule) *cohort.Options {
	units := []cohort.Unit{cohort.Days, cohort.SevenDays, cohort.ThirtyDays}
	if strings.HasPrefix(rule.String(), "calendar") {
		units = append(units, cohort.CalendarWeeks, cohort.CalendarMonths, cohort.AnniversaryMonths)
	}
	o := &cohort.Options{
		By:        rapid.SampledFrom([]cohort.Grain{cohort.ByDay, cohort.ByWeek, cohort.ByMonth, cohort.ByQuarter, cohort.ByYear, cohort.Everyone}).Draw(t, "by"),
		Unit:      rapid.SampledFrom(units).Draw(t, "unit"),
		Mode:      rapid.SampledFrom([]cohort.Mode{cohort.Bounded, cohort.Unbounded, cohort.Rolling, cohort.Brackets}).Draw(t, "mode"),
		Last:      rapid.IntRange(1, 20).Draw(t, "last"),
		Window:    rapid.IntRange(1, 9).Draw(t, "window"),
		WeekStart: rapid.SampledFrom([]cohort.WeekStart{cohort.Monday, cohort.Saturday, cohort.Sunday}).Draw(t, "week"),
	}
	if o.Mode == cohort.Brackets {
		to := 0
		for range rapid.IntRange(1, 4).Draw(t, "brackets") {
			to += rapid.IntRange(0, 8).Draw(t, "step")
			o.Brackets = append(o.Brackets, cohort.Bracket{From: rapid.IntRange(0, to).Draw(t, "from"), To: to})
		}
	}
	return o
}

func logOf(t require.TestingT, events []event) *cohort.Log {
	l, err := cohort.LogOf(slices.Values(events))
	require.NoError(t, err)
	return l
}

func matrix(t require.TestingT, l *cohort.Log, rule cohort.DayRule, asOf time.Time, o *cohort.Options) *cohort.Matrix {
	m, err := l.Matrix(rule, asOf, o)
	require.NoError(t, err)
	return m
}

func state(t require.TestingT, m interface{ MarshalBinary() ([]byte, error) }) []byte {
	data, err := m.MarshalBinary()
	require.NoError(t, err)
	return data
}

// naiveDay is the day of an instant by the rule of the earliest instant at or after
// midnight, found by walking hour by hour, and knows nothing of the package's clock.
func naiveDay(at time.Time, zone *time.Location) string {
	best := ""
	for back := range 50 {
		d := at.Add(-time.Duration(back) * 30 * time.Minute).In(zone).Format(time.DateOnly)
		best = max(best, d)
	}
	return best
}

// naive counts bounded retention by days for one rule, cohort by day, straight from
// the definitions.
func naive(events []event, kind string, zone *time.Location, asOf time.Time, last int) map[string][]int64 {
	by := map[string][]time.Time{}
	for _, e := range events {
		if e.at.Before(asOf) {
			by[e.customer] = append(by[e.customer], e.at)
		}
	}
	out := map[string][]int64{}
	for _, at := range by {
		slices.SortFunc(at, time.Time.Compare)
		name := naiveDay(at[0], zone)
		if out[name] == nil {
			out[name] = make([]int64, last+1)
		}
		for k := range last + 1 {
			if slices.ContainsFunc(at, func(e time.Time) bool { return naivePeriod(at[0], e, kind, zone) == k }) {
				out[name][k]++
			}
		}
	}
	return out
}

func naivePeriod(first, e time.Time, kind string, zone *time.Location) int {
	switch kind {
	case "calendar":
		a, _ := time.Parse(time.DateOnly, naiveDay(first, zone))
		b, _ := time.Parse(time.DateOnly, naiveDay(e, zone))
		return int(b.Sub(a) / (24 * time.Hour))
	case "rolling24h":
		return int(e.Sub(first) / (24 * time.Hour))
	default:
		floor := func(t time.Time) time.Time {
			local := t.In(zone)
			return t.Add(-time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond()))
		}
		return int(floor(e).Sub(floor(first)) / (24 * time.Hour))
	}
}

func TestAgainstNaiveModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events, rule := genEvents(t), genRule(t)
		kind, zone, _ := strings.Cut(rule.String(), " ")
		asOf := instant(t, "2030-01-01T00:00:00Z") // all mature
		if len(events) > 0 {
			asOf = rapid.SampledFrom(events).Draw(t, "asOf").at.Add(time.Duration(rapid.IntRange(-3000, 300_000).Draw(t, "after")) * time.Minute)
		}
		got := matrix(t, logOf(t, events), rule, asOf, &cohort.Options{Last: 15}).Cohorts()
		want := naive(events, kind, location(t, zone), asOf, 15)
		require.Len(t, got, len(want))
		for _, c := range got {
			for k, cell := range c.Cells {
				require.Equal(t, want[c.Label][k], cell.Returned, "%s period %d", c.Label, k)
			}
		}
	})
}

// A log does not care how the events were cut into shards or in which order they
// came; a matrix does not care how the customers were.
func TestMergeLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events, rule := genEvents(t), genRule(t)
		asOf := instant(t, "2024-03-20T12:00:00Z")
		o := genOptions(t, rule)
		var shards [3]cohort.Log
		var byCustomer [3][]event
		for _, e := range events {
			require.NoError(t, shards[rapid.IntRange(0, 2).Draw(t, "shard")].Add(e.customer, e.at))
			i := int(e.customer[1]) % 3
			byCustomer[i] = append(byCustomer[i], e)
		}
		whole := logOf(t, events)
		ab, ba := merged(&shards[0], &shards[1], &shards[2]), merged(&shards[2], &shards[1], &shards[0])
		require.Equal(t, state(t, whole), state(t, ab))
		require.Equal(t, state(t, whole), state(t, ba))
		ab.Merge(whole) // idempotent
		require.Equal(t, state(t, whole), state(t, ab))

		one := matrix(t, whole, rule, asOf, o)
		parts := make([]*cohort.Matrix, 3)
		for i := range parts {
			parts[i] = matrix(t, logOf(t, byCustomer[i]), rule, asOf, o)
		}
		for _, order := range [][]int{{0, 1, 2}, {2, 0, 1}, {1, 2, 0}} {
			var sum cohort.Matrix // the zero value is the identity
			for _, i := range order {
				require.NoError(t, sum.Merge(parts[i]))
			}
			require.NoError(t, sum.Merge(&cohort.Matrix{}))
			require.Equal(t, state(t, one), state(t, &sum))
			require.Equal(t, one.Triangle(), sum.Triangle())
		}
	})
}

func merged(logs ...*cohort.Log) *cohort.Log {
	var out cohort.Log
	for _, l := range logs {
		out.Merge(l)
	}
	return &out
}

func TestSerialisationRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, rule := logOf(t, genEvents(t)), genRule(t)
		asOf, o := instant(t, "2024-03-20T12:00:00Z"), genOptions(t, rule)
		m := matrix(t, l, rule, asOf, o)
		var l2 cohort.Log
		require.NoError(t, l2.UnmarshalBinary(state(t, l)))
		require.Equal(t, state(t, l), state(t, &l2))
		var read cohort.Matrix // takes the rules over
		require.NoError(t, read.UnmarshalBinary(state(t, m)))
		require.Equal(t, state(t, m), state(t, &read))
		require.Equal(t, m.Triangle(), read.Triangle())
		require.ErrorIs(t, read.Add(nil), cohort.ErrConfig)
		same, err := cohort.NewMatrix(rule, asOf, o)
		require.NoError(t, err)
		require.NoError(t, same.UnmarshalBinary(state(t, m)))
		require.Equal(t, m.Triangle(), same.Triangle())
		require.NoError(t, same.Add(nil))
		other, err := cohort.NewMatrix(rule, asOf.Add(time.Second), o)
		require.NoError(t, err)
		require.ErrorIs(t, other.UnmarshalBinary(state(t, m)), cohort.ErrConfig)
		require.ErrorIs(t, other.Merge(m), cohort.ErrConfig)
	})
}

// What every triangle obeys, whatever its rules.
func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events, rule := genEvents(t), genRule(t)
		l, o := logOf(t, events), genOptions(t, rule)
		asOf := instant(t, "2024-02-01T00:00:00Z").AddDate(0, 0, rapid.IntRange(0, 200).Draw(t, "asOf"))
		m := matrix(t, l, rule, asOf, o)
		for _, c := range m.Cohorts() {
			require.Positive(t, c.Size)
			for k, cell := range c.Cells {
				require.Equal(t, c.Size, cell.Size)
				require.GreaterOrEqual(t, cell.Returned, int64(0))
				require.LessOrEqual(t, cell.Returned, c.Size)
				share, ok := cell.Share()
				require.True(t, ok)
				for _, method := range []cohort.Method{cohort.Wilson, cohort.ClopperPearson, cohort.Jeffreys, cohort.AgrestiCoull} {
					low, high, ok := cell.Interval(0.95, method)
					require.True(t, ok)
					require.GreaterOrEqual(t, low, 0.0)
					require.LessOrEqual(t, high, 1.0)
					require.LessOrEqual(t, low, share+1e-12, "%s %v", method, cell)
					require.GreaterOrEqual(t, high, share-1e-12, "%s %v", method, cell)
				}
				if o.Mode == cohort.Unbounded && k > 0 {
					require.LessOrEqual(t, cell.Returned, c.Cells[k-1].Returned, "unbounded retention rises")
				}
				if k == 0 && o.Mode != cohort.Brackets {
					require.Equal(t, c.Size, cell.Returned, "everyone is active in period 0")
				}
			}
		}
		// A later asOf only adds cells, and never changes a bounded one.
		if o.Mode == cohort.Bounded {
			later := matrix(t, l, rule, asOf.AddDate(0, 0, 40), o).Cohorts()
			for _, c := range m.Cohorts() {
				i := slices.IndexFunc(later, func(d cohort.Cohort) bool { return d.Label == c.Label })
				require.GreaterOrEqual(t, i, 0)
				if later[i].Size == c.Size { // no new member
					require.GreaterOrEqual(t, len(later[i].Cells), len(c.Cells))
					for k, cell := range c.Cells {
						require.Equal(t, cell, later[i].Cells[k])
					}
				}
			}
		}
	})
}

// A window of one period is bounded retention, and brackets of one period each are too;
// one bracket that never ends is what is still to come.
func TestModesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, rule := logOf(t, genEvents(t)), genRule(t)
		asOf := instant(t, "2024-06-01T00:00:00Z")
		bounded := matrix(t, l, rule, asOf, &cohort.Options{Last: 9}).Cohorts()
		require.Equal(t, bounded, matrix(t, l, rule, asOf, &cohort.Options{Last: 9, Mode: cohort.Rolling, Window: 1}).Cohorts())
		var single []cohort.Bracket
		for k := range 10 {
			single = append(single, cohort.Bracket{From: k, To: k})
		}
		require.Equal(t, bounded, matrix(t, l, rule, asOf, &cohort.Options{Mode: cohort.Brackets, Brackets: single}).Cohorts())
		// Up to a horizon beyond every event, "from period 4 on" is unbounded retention at 4.
		unbounded := matrix(t, l, rule, asOf, &cohort.Options{Last: 9, Mode: cohort.Unbounded}).Cohorts()
		late := asOf.AddDate(20, 0, 0)
		ever := matrix(t, l, rule, late, &cohort.Options{Mode: cohort.Brackets, Brackets: []cohort.Bracket{{From: 4, To: 7000}}}).Cohorts()
		require.Len(t, ever, len(unbounded))
		for i, c := range unbounded {
			if cell, ok := c.Cell(4); ok {
				require.Equal(t, ever[i].Cells[0].Returned, cell.Returned)
			}
		}
	})
}

func TestDaylightSaving(t *testing.T) {
	t.Parallel()
	newYork := location(t, "America/New_York")
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, newYork)
		require.NoError(t, err)
		return v
	}
	cases := []struct {
		name          string
		first, second string
		want          map[string]int // rule -> period of the second event
	}{
		// 2024-03-10 has 23 hours: noon to noon is one day less an hour.
		{"spring", "2024-03-09 12:00", "2024-03-10 12:00", map[string]int{"calendar": 1, "rolling24h": 0, "rolling24h_hourfloor": 0}},
		{"spring, an hour later", "2024-03-09 12:00", "2024-03-10 13:00", map[string]int{"calendar": 1, "rolling24h": 1, "rolling24h_hourfloor": 1}},
		// 2024-11-03 has 25 hours: late in the evening 24 hours have passed within the day.
		{"autumn", "2024-11-03 00:10", "2024-11-03 23:50", map[string]int{"calendar": 0, "rolling24h": 1, "rolling24h_hourfloor": 1}},
		{"plain", "2024-06-01 17:59", "2024-06-02 17:00", map[string]int{"calendar": 1, "rolling24h": 0, "rolling24h_hourfloor": 1}},
	}
	for _, c := range cases {
		for kind, want := range c.want {
			l := logOf(t, []event{{"a", at(c.first)}, {"a", at(c.second)}})
			got := matrix(t, l, dayRule(t, kind, newYork), at("2024-12-31 00:00"), &cohort.Options{Last: 2}).Cohorts()
			require.Len(t, got, 1)
			require.Equal(t, c.first[:10], got[0].Label)
			for k := 1; k <= 2; k++ {
				require.Equal(t, k == want, got[0].Cells[k].Returned == 1, "%s by %s, period %d", c.name, kind, k)
			}
		}
	}
}

// A day that a clock set back over midnight reads twice is one day: 2010-11-07 in St
// John's began at midnight, and a minute later the clock read 23:01 of the day before.
func TestClockSetBackOverMidnight(t *testing.T) {
	t.Parallel()
	zone := location(t, "America/St_Johns")
	l := logOf(t, []event{{"a", instant(t, "2010-11-07T02:31:00Z")}, {"a", instant(t, "2010-11-07T05:00:00Z")}})
	require.Equal(t, "2010-11-06", instant(t, "2010-11-07T02:31:00Z").In(zone).Format(time.DateOnly))
	got := matrix(t, l, cohort.Calendar(zone), instant(t, "2011-01-01T00:00:00Z"), nil).Cohorts()
	require.Equal(t, "2010-11-07", got[0].Label)
	require.Equal(t, int64(0), got[0].Cells[1].Returned)
}

func TestUnitsAndGrains(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time { return instant(t, s+"T10:00:00Z") }
	asOf := day("2026-01-01")
	cases := []struct {
		name          string
		unit          cohort.Unit
		start         cohort.WeekStart
		first, second string
		want          int
	}{
		{"calendar week", cohort.CalendarWeeks, cohort.Monday, "2024-03-10", "2024-03-11", 1}, // Sunday, Monday
		{"same week", cohort.CalendarWeeks, cohort.Monday, "2024-03-11", "2024-03-17", 0},
		{"weeks from Sunday", cohort.CalendarWeeks, cohort.Sunday, "2024-03-09", "2024-03-10", 1},
		{"weeks from Saturday", cohort.CalendarWeeks, cohort.Saturday, "2024-03-08", "2024-03-09", 1},
		{"seven days", cohort.SevenDays, cohort.Monday, "2024-03-10", "2024-03-16", 0},
		{"seven days, later", cohort.SevenDays, cohort.Monday, "2024-03-10", "2024-03-17", 1},
		{"calendar month", cohort.CalendarMonths, cohort.Monday, "2024-01-31", "2024-02-01", 1},
		{"over new year", cohort.CalendarMonths, cohort.Monday, "2023-12-31", "2024-02-01", 2},
		{"anniversary, before", cohort.AnniversaryMonths, cohort.Monday, "2024-01-31", "2024-02-28", 0},
		{"anniversary, clipped", cohort.AnniversaryMonths, cohort.Monday, "2024-01-31", "2024-02-29", 1},
		{"anniversary, third", cohort.AnniversaryMonths, cohort.Monday, "2024-01-31", "2024-03-30", 1},
		{"thirty days", cohort.ThirtyDays, cohort.Monday, "2024-01-01", "2024-01-31", 1},
		{"thirty days, before", cohort.ThirtyDays, cohort.Monday, "2024-01-01", "2024-01-30", 0},
	}
	for _, c := range cases {
		l := logOf(t, []event{{"a", day(c.first)}, {"a", day(c.second)}})
		m := matrix(t, l, cohort.Calendar(time.UTC), asOf, &cohort.Options{Unit: c.unit, WeekStart: c.start, Last: 3})
		cells := m.Cohorts()[0].Cells
		for k := 1; k <= 3; k++ {
			require.Equal(t, k == c.want, cells[k].Returned == 1, "%s, period %d", c.name, k)
		}
	}
	for by, label := range map[cohort.Grain]string{
		cohort.ByDay: "2024-05-16", cohort.ByWeek: "2024-05-13", cohort.ByMonth: "2024-05",
		cohort.ByQuarter: "2024 Q2", cohort.ByYear: "2024", cohort.Everyone: "everyone",
	} {
		l := logOf(t, []event{{"a", day("2024-05-16")}})
		require.Equal(t, label, matrix(t, l, cohort.Calendar(time.UTC), asOf, &cohort.Options{By: by}).Cohorts()[0].Label)
	}
}

// A cell is there from the very instant at which its period is over for the last
// member, and not a microsecond before.
func TestMaturityIsExact(t *testing.T) {
	t.Parallel()
	berlin := location(t, "Europe/Berlin")
	first := instant(t, "2024-01-31T15:20:00Z")
	l := logOf(t, []event{{"a", first}, {"b", first.Add(-5 * time.Hour)}})
	cases := []struct {
		name string
		rule cohort.DayRule
		opts cohort.Options
		over string // when period 1 is over
	}{
		{"calendar days", cohort.Calendar(berlin), cohort.Options{}, "2024-02-01T23:00:00Z"},
		{"rolling", cohort.Rolling24h(berlin), cohort.Options{}, "2024-02-02T15:20:00Z"},
		{"hour floor", cohort.Rolling24hHourFloor(berlin), cohort.Options{}, "2024-02-02T15:00:00Z"},
		{"seven days", cohort.Calendar(berlin), cohort.Options{Unit: cohort.SevenDays}, "2024-02-13T23:00:00Z"},
		{"weeks", cohort.Calendar(berlin), cohort.Options{Unit: cohort.CalendarWeeks}, "2024-02-11T23:00:00Z"},
		{"months", cohort.Calendar(berlin), cohort.Options{Unit: cohort.CalendarMonths}, "2024-02-29T23:00:00Z"},
		{"anniversaries", cohort.Calendar(berlin), cohort.Options{Unit: cohort.AnniversaryMonths}, "2024-03-30T23:00:00Z"},
		{"thirty days", cohort.Calendar(berlin), cohort.Options{Unit: cohort.ThirtyDays}, "2024-03-30T23:00:00Z"},
	}
	for _, c := range cases {
		over := instant(t, c.over)
		_, before := matrix(t, l, c.rule, over.Add(-time.Microsecond), &c.opts).Cohorts()[0].Cell(1)
		_, after := matrix(t, l, c.rule, over, &c.opts).Cohorts()[0].Cell(1)
		require.False(t, before, c.name)
		require.True(t, after, c.name)
	}
}

func TestRollingWindowAndBrackets(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return instant(t, "2024-01-01T08:00:00Z").AddDate(0, 0, n) }
	l := logOf(t, []event{{"a", day(0)}, {"a", day(3)}, {"b", day(0)}, {"b", day(9)}, {"c", day(0)}})
	asOf := day(12).Add(16 * time.Hour)
	returned := func(o *cohort.Options) (out []int64) {
		for _, cell := range matrix(t, l, cohort.Calendar(time.UTC), asOf, o).Cohorts()[0].Cells {
			out = append(out, cell.Returned)
		}
		return out
	}
	require.Equal(t, []int64{3, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1}, returned(&cohort.Options{Mode: cohort.Rolling, Window: 3, Last: 10}))
	m := matrix(t, l, cohort.Calendar(time.UTC), asOf, &cohort.Options{Mode: cohort.Brackets, Brackets: []cohort.Bracket{{0, 0}, {1, 7}, {8, 12}, {1, 12}, {8, 14}}})
	require.Equal(t, []string{"0", "1-7", "8-12", "1-12", "8-14"}, m.Columns())
	require.Equal(t, []cohort.Cell{{3, 3}, {1, 3}, {1, 3}, {2, 3}}, m.Cohorts()[0].Cells) // the last is not over
}

func TestFromCounts(t *testing.T) {
	t.Parallel()
	asOf := instant(t, "2024-04-10T00:00:00Z")
	rule := cohort.Calendar(time.UTC)
	o := &cohort.Options{By: cohort.ByMonth, Unit: cohort.CalendarMonths, Last: 4}
	m, err := cohort.FromCounts(rule, asOf, o, []cohort.Counts{
		{Start: cohort.Date{Year: 2024, Month: time.January, Day: 1}, Size: 40, Returned: []int64{40, 14, 12, 3}},
		{Start: cohort.Date{Year: 2024, Month: time.March, Day: 1}, Size: 10, Returned: []int64{10, 1}},
	})
	require.NoError(t, err)
	require.Equal(t, []cohort.Cell{{50, 50}, {14, 40}, {12, 40}}, m.Pooled())
	_, err = cohort.FromCounts(rule, asOf, o, []cohort.Counts{
		{Start: cohort.Date{Year: 2024, Month: time.January, Day: 2}, Size: 1},
		{Start: cohort.Date{Year: 2024, Month: time.January, Day: 1}, Size: 0, Returned: []int64{1, -1, 0, 0, 0, 0}},
		{Start: cohort.Date{Year: 2024, Month: time.May, Day: 1}, Size: 1},
		{},
	})
	for _, want := range []string{"cohorts[0].Start", "cohorts[1].Size", "cohorts[1].Returned: 6 counts", "1 of 0", "-1 of 0", "cohorts[2].Start", "cohorts[3].Start"} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, err, cohort.ErrInvalid)
}

// Counts that a query makes give the same triangle as the events themselves, whatever the
// instants of the cohort's members were.
func TestFromCountsEqualsEvents(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		asOf := instant(t, "2024-04-20T12:34:00Z")
		events := slices.DeleteFunc(genEvents(t), func(e event) bool { return !e.at.Before(asOf) })
		l, rule := logOf(t, events), genRule(t)
		o := genOptions(t, rule)
		m := matrix(t, l, rule, asOf, o)
		var counts []cohort.Counts
		for _, c := range matrix(t, l, rule, asOf.AddDate(300, 0, 0), o).Cohorts() {
			in := cohort.Counts{Start: c.Start, Size: c.Size}
			for _, cell := range c.Cells {
				in.Returned = append(in.Returned, cell.Returned)
			}
			counts = append(counts, in)
		}
		got, err := cohort.FromCounts(rule, asOf, o, counts)
		require.NoError(t, err)
		for i, c := range got.Cohorts() {
			// Without the youngest member's instant cells can only be later.
			require.LessOrEqual(t, len(c.Cells), len(m.Cohorts()[i].Cells))
		}
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	asOf := instant(t, "2024-03-20T12:00:00Z")
	_, err := cohort.NewMatrix(cohort.Rolling24h(nil), time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC), &cohort.Options{
		By: 9, Unit: 99, Mode: 9, WeekStart: 9, Last: -1, Brackets: []cohort.Bracket{{3, 1}},
	})
	for _, field := range []string{"DayRule", "instant", "Options.By", "Options.Unit", "Options.Mode", "Options.WeekStart", "Options.Last", "Options.Brackets"} {
		require.ErrorContains(t, err, "invalid: "+field+": ")
	}
	for _, o := range []*cohort.Options{
		{Mode: cohort.Brackets},
		{Mode: cohort.Brackets, Brackets: []cohort.Bracket{{0, 5}, {0, 3}}},
		{Mode: cohort.Brackets, Brackets: []cohort.Bracket{{-1, 5}}},
		{Mode: cohort.Rolling, Window: -1},
		{Last: 10_001},
	} {
		_, err := cohort.NewMatrix(cohort.DayRule{}, asOf, o)
		require.ErrorIs(t, err, cohort.ErrInvalid)
	}
	_, err = cohort.NewMatrix(cohort.Rolling24h(time.UTC), asOf, &cohort.Options{Unit: cohort.CalendarMonths})
	require.ErrorContains(t, err, "calendar-months need the day rule Calendar")
	_, err = cohort.NewMatrix(cohort.Calendar(time.Local), asOf, nil) //nolint:gosmopolitan // it must be refused
	if time.Local.String() == "Local" {                               //nolint:gosmopolitan // as above
		require.ErrorContains(t, err, "the zone Local")
	}
	var zero cohort.Matrix
	require.ErrorIs(t, zero.Add(nil), cohort.ErrConfig)
	require.Empty(t, zero.Cohorts())
	require.Empty(t, zero.Columns())
	require.Equal(t, "cohort  size\npooled     0\n", zero.Triangle().String())

	var l cohort.Log
	require.NoError(t, l.Add("", asOf))
	require.ErrorIs(t, l.Add("a", time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)), cohort.ErrInvalid)
	require.Equal(t, int64(1), l.Anonymous())
	require.Zero(t, l.Customers())
	_, err = cohort.LogOf(slices.Values([]event{{"a", asOf}, {"b", time.Time{}.AddDate(-1, 0, 0)}, {"c", time.Time{}.AddDate(-1, 0, 0)}}))
	require.ErrorIs(t, err, cohort.ErrInvalid)
	require.ErrorContains(t, err, "2 events")
}

func TestReadLogStopsAtAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("row 3 is torn")
	rows := func(yield func(event, error) bool) {
		_ = yield(event{"a", instant(t, "2024-01-01T00:00:00Z")}, nil) && yield(event{}, broken)
	}
	l, err := cohort.ReadLog(iter.Seq2[event, error](rows))
	require.ErrorIs(t, err, broken)
	require.Equal(t, 1, l.Customers())
}

func TestCellEdges(t *testing.T) {
	t.Parallel()
	_, ok := cohort.Cell{}.Share()
	require.False(t, ok)
	for _, c := range []cohort.Cell{{0, 0}, {-1, 5}, {6, 5}} {
		_, _, ok := c.Interval(0.95, cohort.Wilson)
		require.False(t, ok)
	}
	for _, level := range []float64{0, 1, -1, 2} {
		_, _, ok := cohort.Cell{Returned: 1, Size: 2}.Interval(level, cohort.Wilson)
		require.False(t, ok)
	}
	_, _, ok = cohort.Cell{Returned: 1, Size: 2}.Interval(0.9, 9)
	require.False(t, ok)
	// Newcombe (1998), "Two-sided confidence intervals for the single proportion", 81 of 263.
	low, high, _ := cohort.Cell{Returned: 81, Size: 263}.Interval(0.95, cohort.Wilson)
	require.InDelta(t, 0.2553, low, 5e-5)
	require.InDelta(t, 0.3662, high, 5e-5)
	_, ok = cohort.Cohort{}.Cell(-1)
	require.False(t, ok)
}

func TestNames(t *testing.T) {
	t.Parallel()
	roundTrip(t, []cohort.Grain{cohort.ByDay, cohort.ByWeek, cohort.ByMonth, cohort.ByQuarter, cohort.ByYear, cohort.Everyone}, new(cohort.Grain))
	roundTrip(t, []cohort.Unit{cohort.Days, cohort.SevenDays, cohort.ThirtyDays, cohort.CalendarWeeks, cohort.CalendarMonths, cohort.AnniversaryMonths}, new(cohort.Unit))
	roundTrip(t, []cohort.Mode{cohort.Bounded, cohort.Unbounded, cohort.Rolling, cohort.Brackets}, new(cohort.Mode))
	roundTrip(t, []cohort.WeekStart{cohort.Monday, cohort.Saturday, cohort.Sunday}, new(cohort.WeekStart))
	roundTrip(t, []cohort.Method{cohort.Wilson, cohort.ClopperPearson, cohort.Jeffreys, cohort.AgrestiCoull}, new(cohort.Method))
	require.Equal(t, "unknown 77", cohort.Mode(77).String())
	require.Equal(t, "calendar UTC", cohort.DayRule{}.String())
}

type text interface {
	comparable
	String() string
	MarshalText() ([]byte, error)
}

func roundTrip[T text, P interface {
	*T
	UnmarshalText([]byte) error
}](t *testing.T, all []T, into P,
) {
	t.Helper()
	for _, v := range all {
		data, err := v.MarshalText()
		require.NoError(t, err)
		require.Equal(t, v.String(), string(data))
		require.NoError(t, into.UnmarshalText(data))
		require.Equal(t, v, *into)
	}
	require.ErrorIs(t, into.UnmarshalText([]byte("no such")), cohort.ErrInvalid)
}
