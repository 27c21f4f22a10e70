package deliver_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/deliver"
)

// Rule R at the boundaries of a window.
func TestNextOpen(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, zone, from, to, now, want string }{
		{"inside a gap: the transition", "America/New_York", "02:30", "20:00", "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z"},
		{"in an overlap: the first", "America/New_York", "01:30", "20:00", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		{"closing in an overlap: the first", "America/New_York", "00:00", "01:30", "2026-11-01T05:30:00Z", "2026-11-02T05:00:00Z"},
		{"a window inside a gap is no window", "America/New_York", "02:10", "02:50", "2026-03-08T06:00:00Z", "2026-03-09T06:10:00Z"},
		{"half an hour", "Australia/Lord_Howe", "02:15", "05:00", "2026-10-03T14:00:00Z", "2026-10-03T15:30:00Z"},
		{"midnight that is not there", "Africa/Cairo", "00:00", "08:00", "2026-04-23T20:00:00Z", "2026-04-23T22:00:00Z"},
		{"open: now", "Asia/Tokyo", "09:00", "18:00", "2026-03-10T00:00:00Z", "2026-03-10T00:00:00Z"},
		{"closed at the end", "Asia/Tokyo", "09:00", "18:00", "2026-03-10T09:00:00Z", "2026-03-11T00:00:00Z"},
		{"all day", "Asia/Tokyo", "00:00", "24:00", "2026-03-10T15:00:00Z", "2026-03-10T15:00:00Z"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var h deliver.Hours
			require.NoError(t, h.From.UnmarshalText([]byte(row.from)))
			require.NoError(t, h.To.UnmarshalText([]byte(row.to)))
			quiet, err := h.In(zone(t, row.zone))
			require.NoError(t, err)
			now, err := time.Parse(time.RFC3339, row.now)
			require.NoError(t, err)
			at, err := quiet.NextOpen(now)
			require.NoError(t, err)
			require.Equal(t, row.want, at.Format(time.RFC3339))
		})
	}
}

func TestHoursRefuse(t *testing.T) {
	t.Parallel()
	_, err := deliver.Hours{From: -1, To: 9999, Weekdays: []int{9}, Holidays: []deliver.Date{{}}}.In(nil)
	require.ErrorIs(t, err, deliver.ErrHours)
	for _, part := range []string{"from", "to", "weekdays[0]", "holidays[0]", "no zone"} {
		require.ErrorContains(t, err, part)
	}
	_, err = deliver.Quiet{}.NextOpen(noon)
	require.ErrorIs(t, err, deliver.ErrHours)
	_, err = deliver.Quiet{}.Add(noon, time.Hour)
	require.ErrorIs(t, err, deliver.ErrHours)
	_, err = deliver.Due(noon, -1, nil)
	require.ErrorIs(t, err, deliver.ErrHours)
	quiet, err := deliver.Hours{From: 0, To: 60}.In(time.UTC)
	require.NoError(t, err)
	_, err = quiet.Add(noon, -1)
	require.ErrorIs(t, err, deliver.ErrHours)
	_, err = quiet.Add(noon, math.MaxInt64)
	require.ErrorIs(t, err, deliver.ErrNeverOpen)
	_, err = deliver.Due(noon, time.Hour, backwards{})
	require.ErrorIs(t, err, deliver.ErrCalendar)
	for _, text := range []string{"", "9:00", "24:01", "12:60", "ab:cd", "12-00", "+1:00"} {
		var c deliver.Clock
		require.ErrorIs(t, c.UnmarshalText([]byte(text)), deliver.ErrHours, text)
	}
	for _, text := range []string{"", "2026-02-29", "2026-2-1", "20260201"} {
		var d deliver.Date
		require.ErrorIs(t, d.UnmarshalText([]byte(text)), deliver.ErrHours, text)
	}
}

type backwards struct{}

func (backwards) Add(t time.Time, _ time.Duration) (time.Time, error) { return t.Add(-1), nil }

// Property 22: due times grow with start and budget, and exactly the budget of business
// time lies between start and due.
func TestDueProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		from := rapid.IntRange(0, 23*60).Draw(t, "from")
		h := deliver.Hours{From: deliver.Clock(from), To: deliver.Clock(rapid.IntRange(from+1, 24*60).Draw(t, "to"))}
		h.Weekdays = rapid.SliceOfN(rapid.IntRange(1, 7), 1, 7).Draw(t, "weekdays")
		quiet, err := h.In(loc)
		require.NoError(t, err)
		// Around the changes of clocks of 2026, and between them.
		base := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC),
			time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC),
		}).Draw(t, "base")
		start := base.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "start")) * time.Minute)
		budget := time.Duration(rapid.IntRange(0, 5000).Draw(t, "minutes")) * time.Minute
		due, err := deliver.Due(start, budget, quiet)
		require.NoError(t, err)
		require.Equal(t, budget, quiet.Between(start, due))
		if budget > 0 {
			require.Less(t, quiet.Between(start, due.Add(-1)), budget, "and no earlier instant will do")
		}
		later, err := deliver.Due(start.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "delay"))*time.Minute), budget, quiet)
		require.NoError(t, err)
		require.False(t, later.Before(due))
		longer, err := deliver.Due(start, budget+time.Minute, quiet)
		require.NoError(t, err)
		require.True(t, longer.After(due))
	})
}
