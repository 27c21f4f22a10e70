package civil

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func zone(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestRuleR(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		require.NoError(t, err)
		return v
	}
	cases := []struct {
		name, zone, date string
		clock            time.Duration
		want             string
	}{
		{"plain", "Europe/Berlin", "2024-06-01", 9 * time.Hour, "2024-06-01T07:00:00Z"},
		{"gap takes the transition", "America/New_York", "2024-03-10", 2*time.Hour + 30*time.Minute, "2024-03-10T07:00:00Z"},
		{"overlap takes the first", "America/New_York", "2024-11-03", time.Hour + 30*time.Minute, "2024-11-03T05:30:00Z"},
		{"end of an overlap", "America/New_York", "2024-11-03", 2 * time.Hour, "2024-11-03T07:00:00Z"},
		{"midnight missing", "America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T03:00:00Z"},
		{"whole day missing", "Pacific/Apia", "2011-12-30", 12 * time.Hour, "2011-12-30T10:00:00Z"},
		{"half-hour saving", "Australia/Lord_Howe", "2024-10-06", 2*time.Hour + 15*time.Minute, "2024-10-05T15:30:00Z"},
		{"24:00 is the next day", "Asia/Kathmandu", "2024-01-01", 24 * time.Hour, "2024-01-01T18:15:00Z"},
	}
	for _, c := range cases {
		d, err := Parse(c.date)
		require.NoError(t, err)
		got := d.At(c.clock, zone(t, c.zone))
		require.True(t, at(c.want).Equal(got), "%s: want %s, got %s", c.name, c.want, got.UTC())
	}
}

// slowEarliest finds the first instant whose reading is at or after wall by
// looking at a wall clock every half minute, from an hour before the reading could
// first appear. It knows nothing of zone bounds. Since 1970 every offset is a
// multiple of 30 seconds, so for readings that are one too no step is missed.
func slowEarliest(t *testing.T, wall time.Time, widestOffset time.Duration, loc *time.Location) time.Time {
	t.Helper()
	reads := func(at time.Time) bool {
		d, clock := Reading(at.In(loc))
		return !time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(clock).Before(wall)
	}
	at := wall.Add(-widestOffset - time.Hour)
	require.False(t, reads(at))
	for !reads(at) {
		at = at.Add(30 * time.Second)
	}
	return at
}

// allZones names every zone of the machine's tz database, or a fixed list of the
// awkward ones where there is none to walk (js/wasm).
func allZones(t *testing.T) []string {
	for _, root := range []string{"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"} {
		var names []string
		_ = filepath.WalkDir(root, func(p string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil //nolint:nilerr // a folder that cannot be read has no zones
			}
			name, _ := filepath.Rel(root, p)
			if strings.HasPrefix(name, "posix") || strings.HasPrefix(name, "right") || !strings.ContainsAny(name[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
				return nil
			}
			if _, err := time.LoadLocation(filepath.ToSlash(name)); err == nil {
				names = append(names, filepath.ToSlash(name))
			}
			return nil
		})
		if len(names) > 100 {
			sort.Strings(names)
			return names
		}
	}
	t.Log("no tz database to walk: the awkward zones only")
	return []string{
		"America/New_York", "America/Sao_Paulo", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca",
		"Antarctica/Troll", "Asia/Gaza", "Asia/Kathmandu", "Asia/Pyongyang", "Europe/Dublin", "Europe/Moscow", "Pacific/Apia", "Pacific/Kwajalein", "UTC",
	}
}

// Every zone, every year from 1970 to 2037: around each change of offset the
// boundary equals the slow search, for readings before, inside and after the gap
// or overlap, and midnight of the days around.
func TestRuleRAgainstSlowSearch(t *testing.T) {
	t.Parallel()
	from, to := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC)
	seen := map[string]bool{} // the same local history under several names is checked once
	changes := 0
	for _, name := range allZones(t) {
		loc := zone(t, name)
		for at := from.In(loc); ; {
			_, end := at.ZoneBounds()
			if end.IsZero() || !end.Before(to) {
				break
			}
			_, before := at.Zone()
			_, after := end.Zone()
			at = end
			key := end.UTC().String() + time.Duration(before).String() + time.Duration(after).String()
			if before == after || seen[key] {
				continue
			}
			seen[key] = true
			changes++
			checkAround(t, name, end.UTC(), time.Duration(before)*time.Second, time.Duration(after)*time.Second, loc)
		}
	}
	t.Logf("%d changes of offset", changes)
	require.Positive(t, changes)
}

func checkAround(t *testing.T, name string, change time.Time, before, after time.Duration, loc *time.Location) {
	t.Helper()
	was, is := change.Add(before), change.Add(after)
	mid := was.Add(is.Sub(was) / 2).Truncate(30 * time.Second)
	const day = 24 * time.Hour
	for _, wall := range []time.Time{
		was.Add(-30 * time.Second), was, mid, is, is.Add(30 * time.Second),
		was.Truncate(day), is.Truncate(day), is.Truncate(day).Add(day),
	} {
		want := slowEarliest(t, wall, max(before, after), loc)
		got := earliest(wall, loc)
		if !want.Equal(got) {
			t.Fatalf("%s: reading %s: want %s, got %s", name, wall.Format(time.DateTime), want.UTC(), got.UTC())
		}
	}
}

// On 31 December of a leap year beyond a zone's list of transitions the standard
// library's zone bounds end in the past; the search must not stand still there.
func TestLastDayOfALeapYear(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Chatham"} {
		loc := zone(t, name)
		for year := 2040; year <= 2400; year += 40 {
			want := time.Date(year, time.December, 31, 12, 30, 0, 0, loc)
			require.True(t, want.Equal(Date{year, time.December, 31}.At(12*time.Hour+30*time.Minute, loc)), "%s %d", name, year)
			end := StretchEnd(want)
			require.True(t, end.After(want), "%s %d", name, year)
			_, before := want.Zone()
			_, after := end.Add(-time.Second).Zone()
			require.Equal(t, before, after, "%s %d", name, year)
		}
	}
}

// Boundaries are monotone and days tile the time line.
func TestBoundariesNeverInvert(t *testing.T) {
	t.Parallel()
	zones := []string{"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo", "Europe/Moscow", "Asia/Kathmandu", "Africa/Casablanca"}
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		d := FromDays(rapid.IntRange(0, 24800).Draw(t, "day"))
		a := time.Duration(rapid.IntRange(0, 48*3600).Draw(t, "a")) * time.Second
		b := a + time.Duration(rapid.IntRange(0, 48*3600).Draw(t, "b"))*time.Second
		require.False(t, d.At(b, loc).Before(d.At(a, loc)))
		require.True(t, d.At(24*time.Hour, loc).Equal(d.AddDays(1).Start(loc)))
		got, clock := Reading(d.At(a, loc))
		require.False(t, got.At(clock, time.UTC).Before(d.At(a, time.UTC)))
	})
}

func TestAddKeepsTheClock(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	start := time.Date(2024, 1, 31, 9, 30, 0, 0, berlin)
	require.Equal(t, "2024-02-29T09:30:00+01:00", AddMonths(start, 1).Format(time.RFC3339))
	require.Equal(t, "2024-03-31T09:30:00+02:00", AddMonths(start, 2).Format(time.RFC3339))
	require.Equal(t, "2024-03-31T09:30:00+02:00", AddDays(start, 60).Format(time.RFC3339))
}

func BenchmarkStart(b *testing.B) {
	berlin := zone(b, "Europe/Berlin")
	d := Date{2026, time.March, 29}
	b.ReportAllocs()
	for b.Loop() {
		_ = d.Start(berlin)
	}
}
