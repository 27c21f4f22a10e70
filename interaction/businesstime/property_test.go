package businesstime_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/civil"
)

const reach = 45 // days that the oracle looks to either side

// Every answer equals the oracle's (brief, invariants 1 to 6 and 10).
func TestAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		spec := genSpec(t, near)
		c, err := businesstime.New(spec)
		require.NoError(t, err)
		o := &oracle{spec, c.Location()}
		list := o.open(near.AddDays(-reach), 2*reach)
		checkAgainst(t, c, list, near)
		checkDays(t, c, o, near)
	})
}

func checkAgainst(t *rapid.T, c *businesstime.Calendar, list []interval, near businesstime.Date) {
	for range 4 {
		a, b := genInstant(t, near, c.Location(), "a"), genInstant(t, near, c.Location(), "b")
		if b.Before(a) {
			a, b = b, a
		}
		want := measure(list, a, b)
		require.Equal(t, want, c.Between(a, b), "between %s and %s", a, b)
		require.Equal(t, -want, c.Between(b, a))
		require.Equal(t, measure(list, a, a.Add(1)) == 1, c.IsOpen(a), "is open %s", a)

		d := time.Duration(rapid.Int64Range(1, int64(80*time.Hour)).Draw(t, "d"))
		if want > 0 && rapid.Bool().Draw(t, "exactly") {
			d = want
		}
		if at, ok := forward(list, a, d); ok {
			got, err := c.Add(a, d)
			require.NoError(t, err)
			require.True(t, at.Equal(got), "%s + %s: want %s, got %s", a, d, at, got)
		}
		if at, ok := backward(list, b, d); ok {
			got, err := c.Add(b, -d)
			require.NoError(t, err)
			require.True(t, at.Equal(got), "%s - %s: want %s, got %s", b, d, at, got)
		}
		checkRolls(t, c, list, a)
	}
}

func checkRolls(t *rapid.T, c *businesstime.Calendar, list []interval, a time.Time) {
	for _, v := range list {
		if a.Before(v.to) {
			want := v.from
			if want.Before(a) {
				want = a
			}
			got, err := c.NextOpen(a)
			require.NoError(t, err)
			require.True(t, want.Equal(got), "next open from %s: want %s, got %s", a, want, got)
			if v != list[len(list)-1] {
				got, err = c.NextClose(a)
				require.NoError(t, err)
				require.True(t, v.to.Equal(got), "next close from %s: want %s, got %s", a, v.to, got)
			}
			break
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		if v := list[i]; v.from.Before(a) {
			want := v.to
			if a.Before(want) {
				want = a
			}
			got, err := c.PrevOpen(a)
			require.NoError(t, err)
			require.True(t, want.Equal(got), "previous open from %s: want %s, got %s", a, want, got)
			break
		}
	}
}

// checkDays walks dates to find what AddDays should.
func checkDays(t *rapid.T, c *businesstime.Calendar, o *oracle, near businesstime.Date) {
	at := genInstant(t, near, c.Location(), "days from")
	n := rapid.IntRange(-8, 8).Draw(t, "n")
	date, clock := civil.Reading(at.In(c.Location()))
	d, left, step := businesstime.Date(date), n, 1
	if n < 0 {
		left, step = -n, -1
	}
	for walked := 0; left > 0; walked++ {
		if walked > reach-20 {
			return // too few business days for the oracle to see
		}
		if d = d.AddDays(step); len(o.day(d)) > 0 {
			left--
		}
	}
	if n != 0 {
		list := o.open(d.AddDays(-20), 40)
		start := civil.Date(d).At(clock, c.Location())
		got, err := c.AddDays(at, n, businesstime.SameTime)
		want, ok := start, true
		if n > 0 {
			if want, ok = forward(list, start, 1); ok {
				want = want.Add(-1)
			}
		} else if want, ok = backward(list, start, 1); ok {
			want = want.Add(1)
		}
		if ok {
			require.NoError(t, err)
			require.True(t, want.Equal(got), "%s and %d days at the same time: want %s, got %s", at, n, want, got)
		}
	}
	open := o.day(d)
	if len(open) == 0 {
		return
	}
	got, err := c.AddDays(at, n, businesstime.CloseOfBusiness)
	require.NoError(t, err)
	want := open[len(open)-1].to
	require.True(t, want.Equal(got), "%s and %d days to close of business: want %s, got %s", at, n, want, got)
}

// Invariants 1 to 7 on their own terms, over years rather than days.
func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		c, err := businesstime.New(genSpec(t, near))
		require.NoError(t, err)
		at := func(label string) time.Time {
			v := genInstant(t, near, c.Location(), label)
			return v.AddDate(rapid.IntRange(0, 3).Draw(t, label+" years"), 0, 0)
		}
		a, b, m := at("a"), at("b"), at("m")
		require.Equal(t, c.Between(a, b), c.Between(a, m)+c.Between(m, b))
		require.Equal(t, -c.Between(a, b), c.Between(b, a))
		require.Zero(t, c.Between(a, a))
		if !b.Before(a) {
			require.GreaterOrEqual(t, c.Between(a, b), time.Duration(0))
			require.LessOrEqual(t, c.Between(a, b), b.Sub(a))
		}
		require.Equal(t, c.IsOpen(a), c.Between(a, a.Add(1)) == 1)
		d := time.Duration(rapid.Int64Range(1, int64(3000*time.Hour)).Draw(t, "d"))
		e := time.Duration(rapid.Int64Range(1, int64(300*time.Hour)).Draw(t, "e"))
		sum, err := c.Add(a, d+e)
		if err != nil {
			require.True(t, errorIsEnd(err), err)
			return
		}
		one, err := c.Add(a, d)
		require.NoError(t, err)
		two, err := c.Add(one, e)
		require.NoError(t, err)
		require.True(t, sum.Equal(two), "adding in two steps")
		require.Equal(t, d, c.Between(a, one))
		require.Equal(t, d-1, c.Between(a, one.Add(-1)), "no earlier instant works")
		require.False(t, sum.Before(one), "monotone in d")
		later, err := c.Add(a.Add(e), d)
		if err == nil {
			require.False(t, later.Before(one), "monotone in s")
		}
		open, err := c.NextOpen(a)
		require.NoError(t, err)
		require.True(t, c.IsOpen(open))
		require.Zero(t, c.Between(a, open))
		again, err := c.NextOpen(open)
		require.NoError(t, err)
		require.Equal(t, open, again)
	})
}

func errorIsEnd(err error) bool {
	return err == businesstime.ErrNeverOpen || err == businesstime.ErrHorizon //nolint:errorlint // queries return the sentinels themselves
}

// Invariant 7, and the gaps are the rest.
func TestSegments(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		c, err := businesstime.New(genSpec(t, near))
		require.NoError(t, err)
		a := genInstant(t, near, c.Location(), "a")
		b := a.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "days"))
		elsewhere := time.FixedZone("elsewhere", rapid.IntRange(-50000, 50000).Draw(t, "offset"))
		var sum, rest time.Duration
		var last time.Time
		n := 0
		for s := range c.Segments(a.In(elsewhere), b) {
			require.True(t, s.Start.Before(s.End))
			require.False(t, s.Start.Before(a))
			require.False(t, s.End.After(b))
			require.True(t, n == 0 || last.Before(s.Start), "segments touch at %s", last)
			require.Equal(t, s.Duration(), c.Between(s.Start, s.End))
			sum, last = sum+s.Duration(), s.End
			n++
		}
		require.Equal(t, c.Between(a, b), sum)
		for s := range c.Gaps(a, b) {
			require.Zero(t, c.Between(s.Start, s.End))
			rest += s.Duration()
		}
		require.Equal(t, b.Sub(a), sum+rest)
	})
}

// Invariant 8: spans that partition a day sum to its length, be it 23 h, 25 h or none.
func TestPartition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		d := genDate(t)
		cuts := []businesstime.TimeOfDay{0, 86400}
		for range 3 {
			cuts = append(cuts, genClock(t, "cut", 23))
		}
		var sum time.Duration
		sorted := sortClocks(cuts)
		var loc *time.Location
		for i := 0; i+1 < len(sorted); i++ {
			if sorted[i] == sorted[i+1] {
				continue
			}
			c, err := businesstime.New(businesstime.Spec{Zone: zone, Overrides: map[businesstime.Date][]businesstime.Span{
				d: {{Open: sorted[i], Close: sorted[i+1]}},
			}})
			require.NoError(t, err)
			loc = c.Location()
			sum += c.Between(d.AddDays(-2).Start(loc), d.AddDays(3).Start(loc))
		}
		require.Equal(t, d.AddDays(1).Start(loc).Sub(d.Start(loc)), sum)
	})
}

func sortClocks(c []businesstime.TimeOfDay) []businesstime.TimeOfDay {
	for i := range c {
		for j := i; j > 0 && c[j] < c[j-1]; j-- {
			c[j], c[j-1] = c[j-1], c[j]
		}
	}
	return c
}

// Invariant 9, and the algebra agrees with the operands instant by instant.
func TestAlgebra(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		var cals []*businesstime.Calendar
		for range 3 {
			c, err := businesstime.New(genSpec(t, near))
			require.NoError(t, err)
			cals = append(cals, c)
		}
		a, b, c := cals[0], cals[1], cals[2]
		u, i, x := businesstime.Union("u", a, b), businesstime.Intersect("i", a, b), businesstime.Except("x", a, b)
		three := businesstime.Union("3", a, b, c)
		for range 5 {
			p := genInstant(t, near, a.Location(), "p")
			q := p.Add(time.Duration(rapid.Int64Range(0, int64(3000*time.Hour)).Draw(t, "span")))
			require.Equal(t, a.IsOpen(p) || b.IsOpen(p), u.IsOpen(p))
			require.Equal(t, a.IsOpen(p) && b.IsOpen(p), i.IsOpen(p))
			require.Equal(t, a.IsOpen(p) && !b.IsOpen(p), x.IsOpen(p))
			require.Equal(t, u.IsOpen(p) || c.IsOpen(p), three.IsOpen(p))
			ab, bb := a.Between(p, q), b.Between(p, q)
			require.Equal(t, ab+bb, u.Between(p, q)+i.Between(p, q))
			require.Equal(t, ab, i.Between(p, q)+x.Between(p, q))
			require.GreaterOrEqual(t, u.Between(p, q), max(ab, bb))
			require.LessOrEqual(t, i.Between(p, q), min(ab, bb))
			n := rapid.IntRange(1, 9).Draw(t, "n")
			if got, err := u.AddDays(p, n, businesstime.CloseOfBusiness); err == nil {
				require.Equal(t, n, businessDays(u, p, got), "business days of a union")
			}
		}
	})
}

// businessDays counts the dates with open time after that of p up to the one that ends at or contains q.
func businessDays(c *businesstime.Calendar, p, q time.Time) int {
	n := 0
	d := businesstime.DateOf(p.In(c.Location())).AddDays(1)
	for ; d.Start(c.Location()).Before(q); d = d.AddDays(1) {
		if c.Between(d.Start(c.Location()), d.AddDays(1).Start(c.Location())) > 0 {
			n++
		}
	}
	return n
}

// Invariant 9: a closed date never adds open time, further hours never take any.
func TestMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		spec := genSpec(t, near)
		base, err := businesstime.New(spec)
		require.NoError(t, err)
		less, more := spec, spec
		less.Closed = append(append([]businesstime.Closure{}, spec.Closed...), genClosure(t, near))
		more.Versions = append([]businesstime.Version{}, spec.Versions...)
		more.Versions[0].Hours[near.Weekday()] = append(append([]businesstime.Span{}, spec.Versions[0].Hours[near.Weekday()]...), businesstime.Hours(8, 20))
		fewer, err := businesstime.New(less)
		require.NoError(t, err)
		further, err := businesstime.New(more)
		require.NoError(t, err)
		a := genInstant(t, near, base.Location(), "a")
		b := a.AddDate(0, 0, rapid.IntRange(0, 800).Draw(t, "days"))
		require.LessOrEqual(t, fewer.Between(a, b), base.Between(a, b))
		require.GreaterOrEqual(t, further.Between(a, b), base.Between(a, b))
	})
}

// Invariant 11: the ends of time.
func TestExtremes(t *testing.T) {
	t.Parallel()
	instants := []time.Time{
		{},
		time.Unix(math.MinInt64, 0), time.Unix(math.MaxInt64, 999_999_999), time.Unix(math.MinInt64/2, 5), time.Unix(math.MaxInt64/2, 5),
		time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-5000, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	amounts := []time.Duration{math.MinInt64, math.MinInt64 + 1, -time.Second, -1, 0, 1, time.Second, math.MaxInt64}
	days := []int{math.MinInt, -5_000_000, -1, 0, 1, 5_000_000, math.MaxInt}
	for _, zone := range append(zones, "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago") {
		never, err := businesstime.New(businesstime.Spec{Zone: zone})
		require.NoError(t, err)
		always, err := businesstime.Always(zone)
		require.NoError(t, err)
		usual := businesstime.MustNew(businesstime.Spec{Zone: zone, Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}})
		for _, c := range []*businesstime.Calendar{never, always, usual} {
			for _, a := range instants {
				for _, d := range amounts {
					got, err := c.Add(a, d)
					require.True(t, err == nil || errorIsEnd(err))
					require.True(t, err != nil || d == 0 || c.Between(a, got) == d, "%s + %d", a, d)
				}
				for _, n := range days {
					for _, mode := range []businesstime.DayMode{businesstime.SameTime, businesstime.CloseOfBusiness, 0} {
						_, _ = c.AddDays(a, n, mode)
					}
				}
				for _, b := range instants {
					got := c.Between(a, b)
					require.True(t, got == -c.Between(b, a) || got == math.MinInt64 || got == math.MaxInt64)
				}
				_ = c.IsOpen(a)
				_, _ = c.NextOpen(a)
				_, _ = c.PrevOpen(a)
				_, _ = c.NextClose(a)
			}
		}
		now := instants[8]
		_, err = never.NextOpen(now)
		require.ErrorIs(t, err, businesstime.ErrNeverOpen)
		_, err = never.AddDays(now, 1, businesstime.SameTime)
		require.ErrorIs(t, err, businesstime.ErrNeverOpen)
		_, err = always.NextClose(now)
		require.ErrorIs(t, err, businesstime.ErrNeverCloses)
		_, err = usual.AddDays(now, 5_000_000, businesstime.SameTime)
		require.ErrorIs(t, err, businesstime.ErrHorizon)
		_, err = usual.Add(instants[7], 1)
		require.ErrorIs(t, err, businesstime.ErrNeverOpen)
		require.Equal(t, time.Hour, always.Between(now, now.Add(time.Hour)))
	}
}

// Queries allocate nothing.
func TestNoAllocation(t *testing.T) {
	c := usHolidays()
	a := time.Date(2024, 3, 8, 12, 0, 0, 1, time.UTC)
	b := a.AddDate(10, 0, 0)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_ = c.IsOpen(a)
		_ = c.Between(a, b)
		_, _ = c.Add(a, 20_080*time.Hour)
		_, _ = c.Add(b, -20_080*time.Hour)
		_, _ = c.NextOpen(b)
		_, _ = c.PrevOpen(b)
		_, _ = c.NextClose(b)
		_, _ = c.AddDays(a, 2500, businesstime.SameTime)
	}))
}

func usHolidays() *businesstime.Calendar {
	return businesstime.MustNew(businesstime.Spec{
		ID: "us", Zone: "America/New_York",
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}},
		Closed: []businesstime.Closure{
			{Name: "New Year's Day", Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 1, Day: 1}, Observed: businesstime.NearestWeekday}},
			{Name: "Martin Luther King Jr. Day", Rule: businesstime.NthWeekday{Month: 1, Weekday: time.Monday, N: 3}},
			{Name: "Presidents' Day", Rule: businesstime.NthWeekday{Month: 2, Weekday: time.Monday, N: 3}},
			{Name: "Memorial Day", Rule: businesstime.NthWeekday{Month: 5, Weekday: time.Monday, N: -1}},
			{Name: "Juneteenth", Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 6, Day: 19}, Observed: businesstime.NearestWeekday}, FirstYear: 2021},
			{Name: "Independence Day", Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 7, Day: 4}, Observed: businesstime.NearestWeekday}},
			{Name: "Labor Day", Rule: businesstime.NthWeekday{Month: 9, Weekday: time.Monday, N: 1}},
			{Name: "Columbus Day", Rule: businesstime.NthWeekday{Month: 10, Weekday: time.Monday, N: 2}},
			{Name: "Veterans Day", Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 11, Day: 11}, Observed: businesstime.NearestWeekday}},
			{Name: "Thanksgiving", Rule: businesstime.NthWeekday{Month: 11, Weekday: time.Thursday, N: 4}},
			{Name: "Christmas Day", Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 12, Day: 25}, Observed: businesstime.NearestWeekday}},
		},
	})
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = usHolidays()
	}
}

func BenchmarkUnion(b *testing.B) {
	x, y := usHolidays(), businesstime.MustNew(businesstime.Spec{Zone: "Europe/London", Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}})
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = businesstime.Union("u", x, y)
		}
	})
	u := businesstime.Union("u", x, y)
	at := time.Date(2024, 3, 4, 15, 0, 0, 0, time.UTC)
	b.Run("between a year", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = u.Between(at, at.AddDate(1, 0, 0))
		}
	})
}

func BenchmarkQuery(b *testing.B) {
	c := usHolidays()
	a := time.Date(2024, 3, 4, 15, 0, 0, 0, time.UTC)
	for _, span := range []struct {
		name string
		days int
		work time.Duration
	}{{"day", 1, 8 * time.Hour}, {"year", 365, 2008 * time.Hour}, {"ten years", 3653, 20_080 * time.Hour}} {
		z := a.AddDate(0, 0, span.days)
		b.Run("Between/"+span.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Between(a, z)
			}
		})
		b.Run("Add/"+span.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.Add(a, span.work)
			}
		})
		b.Run("AddDays/"+span.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.AddDays(a, span.days, businesstime.SameTime)
			}
		})
	}
	b.Run("IsOpen", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = c.IsOpen(a)
		}
	})
	b.Run("NextOpen", func(b *testing.B) {
		b.ReportAllocs()
		night := a.Add(12 * time.Hour)
		for b.Loop() {
			_, _ = c.NextOpen(night)
		}
	})
	b.Run("NextClose", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = c.NextClose(a)
		}
	})
}
