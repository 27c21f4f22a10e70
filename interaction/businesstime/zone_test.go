package businesstime_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/civil"
)

// Opening hours land where rule R puts them in every kind of zone and in every
// year, far beyond the years that a zone's list of transitions covers.
func TestEveryKindOfZone(t *testing.T) {
	t.Parallel()
	names := append([]string{
		"UTC", "America/St_Johns", "America/Caracas", "America/Nuuk", "America/Havana", "America/Asuncion", "America/Santiago",
		"Africa/El_Aaiun", "Africa/Monrovia", "Antarctica/Troll", "Antarctica/Casey", "Asia/Gaza", "Asia/Jerusalem", "Asia/Manila",
		"Asia/Pyongyang", "Asia/Tehran", "Atlantic/Azores", "Australia/Eucla", "Europe/Dublin", "Europe/Lisbon", "Europe/London",
		"Pacific/Chatham", "Pacific/Easter", "Pacific/Fakaofo", "Pacific/Guam", "Pacific/Kiritimati", "Pacific/Kwajalein", "Pacific/Norfolk",
	}, zones...)
	calendars := map[string]*businesstime.Calendar{}
	span := businesstime.Span{Open: businesstime.Clock(1, 30), Close: businesstime.Clock(2, 15)}
	for _, name := range names {
		c, err := businesstime.New(businesstime.Spec{Zone: name, Versions: []businesstime.Version{{Hours: businesstime.EveryDay(span)}}})
		require.NoError(t, err)
		calendars[name] = c
	}
	rapid.Check(t, func(t *rapid.T) {
		c := calendars[rapid.SampledFrom(names).Draw(t, "zone")]
		d := genDate(t)
		if rapid.Bool().Draw(t, "near a change") {
			if end := civil.StretchEnd(d.Start(c.Location())); !end.IsZero() && end.Year() < 9990 {
				d = businesstime.DateOf(end.Add(-time.Hour))
			}
		}
		d = d.AddDays(rapid.IntRange(-1, 1).Draw(t, "day"))
		open := civil.Date(d).At(span.Open.Duration(), c.Location())
		end := civil.Date(d).At(span.Close.Duration(), c.Location())
		from, to := d.AddDays(-1).Start(c.Location()), d.AddDays(2).Start(c.Location())
		found := !open.Before(end) // hours that fall into a gap do not happen
		for s := range c.Segments(from, to) {
			found = found || (s.Start.Equal(open) && s.End.Equal(end))
		}
		require.True(t, found, "%s on %s: no segment %s to %s", c.Location(), d, open, end)
	})
}

// Invariant 10: many goroutines share a calendar (run with -race), and each gets the same answers.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := usHolidays()
	ask := func() []any {
		var out []any
		for i := range 200 {
			at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 173 * time.Hour)
			next, err := c.NextOpen(at)
			due, err2 := c.Add(at, 30*time.Hour)
			third, err3 := c.AddDays(at, 3, businesstime.CloseOfBusiness)
			out = append(out, c.IsOpen(at), c.Between(at, due), next, due, third, err, err2, err3)
		}
		return out
	}
	want := ask()
	var group sync.WaitGroup
	got := make([][]any, 8)
	for i := range got {
		group.Go(func() { got[i] = ask() })
	}
	group.Wait()
	for i := range got {
		require.Equal(t, want, got[i])
	}
}

// What the caller still holds after New cannot change the calendar.
func TestNewCopies(t *testing.T) {
	t.Parallel()
	spec := london()
	c := businesstime.MustNew(spec)
	at := time.Date(2024, 3, 28, 0, 0, 0, 0, time.UTC)
	explain := func() (out []string) {
		for l := range c.Explain(at, at.AddDate(0, 0, 14)) {
			out = append(out, l.String())
		}
		return out
	}
	want := explain()
	spec.Versions[0].Hours[time.Thursday][0] = businesstime.Hours(1, 2)
	spec.Closed[0] = businesstime.Closure{Name: "x", Rule: businesstime.EasterDay{}}
	clear(spec.Overrides)
	clear(spec.Breaks)
	require.Equal(t, want, explain())
}
