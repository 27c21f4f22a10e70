package bench

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/us"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

// hours is a week from nine to five in New York.
func hours(closed ...businesstime.Closure) *businesstime.Calendar {
	return businesstime.MustNew(businesstime.Spec{
		ID: "us", Zone: "America/New_York", Closed: closed,
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}},
	})
}

// holidays are the federal holidays of the United States, 5 U.S.C. 6103, as rickar/cal has them.
func holidays() []businesstime.Closure {
	yearly := func(name string, m time.Month, d int) businesstime.Closure {
		return businesstime.Closure{Name: name, Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: m, Day: d}, Observed: businesstime.NearestWeekday}}
	}
	nth := func(name string, m time.Month, wd time.Weekday, n int) businesstime.Closure {
		return businesstime.Closure{Name: name, Rule: businesstime.NthWeekday{Month: m, Weekday: wd, N: n}}
	}
	juneteenth := yearly("Juneteenth", time.June, 19)
	juneteenth.FirstYear = 2021
	return []businesstime.Closure{
		yearly("New Year's Day", time.January, 1), nth("Martin Luther King Jr. Day", time.January, time.Monday, 3),
		nth("Presidents' Day", time.February, time.Monday, 3), nth("Memorial Day", time.May, time.Monday, -1), juneteenth,
		yearly("Independence Day", time.July, 4), nth("Labor Day", time.September, time.Monday, 1),
		nth("Columbus Day", time.October, time.Monday, 2), yearly("Veterans Day", time.November, 11),
		nth("Thanksgiving", time.November, time.Thursday, 4), yearly("Christmas Day", time.December, 25),
	}
}

func rickar(list ...*cal.Holiday) *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.SetWorkHours(9*time.Hour, 17*time.Hour)
	c.AddHoliday(list...)
	return c
}

func newYork(t require.TestingT) *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	return loc
}

// Invariant 12: where rickar/cal is right - whole minutes, no change of offset in
// the hours worked (weekends only in New York), arguments in the calendar's zone -
// both give the same.
func TestAgreesWithRickar(t *testing.T) {
	t.Parallel()
	loc := newYork(t)
	ours, theirs := hours(holidays()...), rickar(us.Holidays...)
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2021, 1, 5, 0, 0, 0, 0, loc)
		a := start.Add(time.Duration(rapid.IntRange(0, 8*365*24*60).Draw(t, "a")) * time.Minute)
		b := a.Add(time.Duration(rapid.IntRange(0, 200*24*60).Draw(t, "b")) * time.Minute)
		require.Equal(t, theirs.WorkHoursInRange(a, b), ours.Between(a, b), "%s to %s", a, b)
		d := time.Duration(rapid.IntRange(1, 300*60).Draw(t, "d")) * time.Minute
		got, err := ours.Add(a, d)
		require.NoError(t, err)
		want := theirs.AddWorkHours(a, d)
		require.True(t, want.Equal(got), "%s + %s: rickar %s, ours %s", a, d, want, got)
		open := ours.IsOpen(a)
		require.Equal(t, theirs.IsWorkTime(a), open || isClosing(ours, a), "%s", a)
	})
}

// isClosing: rickar/cal counts the closing instant as work time.
func isClosing(c *businesstime.Calendar, at time.Time) bool {
	end, err := c.PrevOpen(at)
	return err == nil && end.Equal(at)
}

// The cases in which rickar/cal v2.1.13 is wrong, and what is right (shared vectors E01, E02, E21b).
func TestDiffersFromRickar(t *testing.T) {
	t.Parallel()
	loc := newYork(t)
	theirs := rickar()
	for d := time.Sunday; d <= time.Saturday; d++ {
		theirs.SetWorkday(d, true)
	}
	ours := businesstime.MustNew(businesstime.Spec{Zone: "America/New_York", Versions: []businesstime.Version{{Hours: businesstime.EveryDay(businesstime.Hours(9, 17))}}})
	from, to := time.Date(2024, 3, 10, 0, 0, 0, 0, loc), time.Date(2024, 3, 10, 9, 30, 0, 0, loc)
	require.Equal(t, 30*time.Minute, ours.Between(from, to), "the Sunday of the spring change opens at nine")
	require.NotEqual(t, 30*time.Minute, theirs.WorkHoursInRange(from, to), "rickar/cal has become right: say so in the package")
	from, to = time.Date(2024, 6, 3, 17, 0, 0, 5e8, loc), time.Date(2024, 6, 4, 9, 30, 0, 0, loc)
	require.Equal(t, 30*time.Minute, ours.Between(from, to))
	require.NotEqual(t, 30*time.Minute, theirs.WorkHoursInRange(from, to), "rickar/cal has become right: say so in the package")
}

var spans = []struct {
	name string
	days int
	work time.Duration
}{{"day", 1, 8 * time.Hour}, {"week", 7, 40 * time.Hour}, {"month", 30, 168 * time.Hour}, {"year", 365, 2008 * time.Hour}, {"ten years", 3653, 20_080 * time.Hour}}

func BenchmarkBetween(b *testing.B) {
	from := time.Date(2024, 3, 5, 10, 0, 0, 0, newYork(b))
	ours, theirs, plain := hours(holidays()...), rickar(us.Holidays...), rickar()
	for _, s := range spans {
		to := from.AddDate(0, 0, s.days)
		b.Run("rapport/"+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = ours.Between(from, to)
			}
		})
		b.Run("rickar with holidays/"+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = theirs.WorkHoursInRange(from, to)
			}
		})
		b.Run("rickar without holidays/"+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = plain.WorkHoursInRange(from, to)
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	from := time.Date(2024, 3, 5, 10, 0, 0, 0, newYork(b))
	ours, theirs, plain := hours(holidays()...), rickar(us.Holidays...), rickar()
	for _, s := range spans {
		b.Run("rapport/"+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ours.Add(from, s.work)
			}
		})
		b.Run("rickar with holidays/"+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = theirs.AddWorkHours(from, s.work)
			}
		})
		b.Run("rickar without holidays/"+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = plain.AddWorkHours(from, s.work)
			}
		})
	}
}

func BenchmarkIsOpen(b *testing.B) {
	at := time.Date(2024, 3, 5, 10, 0, 0, 0, newYork(b))
	ours, theirs := hours(holidays()...), rickar(us.Holidays...)
	b.Run("rapport", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = ours.IsOpen(at)
		}
	})
	b.Run("rickar with holidays", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = theirs.IsWorkTime(at)
		}
	})
}
