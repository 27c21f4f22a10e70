package contact_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
)

// Where clocks went back over midnight, the last hour was read twice: its second
// reading belongs to the day that had begun.
func TestHourReadTwice(t *testing.T) {
	t.Parallel()
	q := question("CA", contact.ServiceReply, contact.Email)
	q.Zone = zone(t, "America/St_Johns") // 2010-11-07 00:01 became 2010-11-06 23:01
	q.Own.Hours = []culture.Hours{{Days: culture.WeekdaysOf(time.Sunday), From: 0, Before: culture.Clock(24, 0)}}
	at := time.Date(2010, 11, 7, 2, 45, 0, 0, time.UTC)
	require.Equal(t, "Sat 23:15", at.In(q.Zone).Format("Mon 15:04"))
	dec, err := desk(t).Decide(q, at)
	require.NoError(t, err)
	require.True(t, dec.Advised(), dec.Explain())
	next, err := desk(t).Next(q, at)
	require.NoError(t, err)
	require.True(t, next.Start.Equal(at))
}

// Hours that the host leaves alone hold on the days that they name.
func TestAvoidNamesDays(t *testing.T) {
	t.Parallel()
	q := question("ID", contact.ServiceReply, contact.Call)
	q.Zone = zone(t, "Asia/Jakarta")
	q.Avoid = func(culture.Date) []culture.Hours {
		return []culture.Hours{{Days: culture.WeekdaysOf(time.Friday), From: culture.Clock(11, 30), Before: culture.Clock(13, 0)}}
	}
	for day, want := range map[int]bool{5: true, 6: false} { // Thursday, Friday
		dec, err := desk(t).Decide(q, time.Date(2026, 3, day, 12, 0, 0, 0, q.Zone))
		require.NoError(t, err)
		require.Equal(t, want, dec.Advised(), dec.Explain())
	}
}

// The day on which a limit is reached has no more openings, and Next and Days agree.
func TestLimitOfToday(t *testing.T) {
	t.Parallel()
	d := desk(t)
	q := question("US", contact.Marketing, contact.Call)
	q.Zone, q.Place = zone(t, "America/New_York"), "US-FL"
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, q.Zone)
	for i := range 3 {
		q.Attempts = append(q.Attempts, now.Add(-time.Duration(i)*time.Hour))
	}
	days, err := d.Days(q, culture.Date{Year: 2026, Month: 3, Day: 4}, 2)
	require.NoError(t, err)
	require.Empty(t, days[0].Openings)
	next, err := d.Next(q, now)
	require.NoError(t, err)
	require.Equal(t, days[1].Openings[0], next)
	// What lies ahead is not known yet.
	q.Attempts = []time.Time{now.Add(time.Hour), now.Add(2 * time.Hour), now.Add(3 * time.Hour)}
	q.Refused = now.Add(time.Hour)
	next, err = d.Next(q, now)
	require.NoError(t, err)
	require.True(t, next.Start.Equal(now))
}

// Where nothing opens since the hours of law and person do not meet, both are named.
func TestHoursThatNeverMeet(t *testing.T) {
	t.Parallel()
	q := question("FR", contact.Marketing, contact.Call)
	q.Consent = true
	q.Own.Hours = []culture.Hours{{Days: culture.WeekdaysOf(time.Saturday), From: culture.Clock(10, 0), Before: culture.Clock(12, 0)}}
	_, err := desk(t).Next(q, time.Date(2026, 9, 2, 9, 0, 0, 0, time.UTC))
	require.EqualError(t, err, "contact: closed: nothing opens within 400 days after 2026-09-02T11:00:00+02:00"+
		"; fr.prospecting.hours: its hours share none with those of the others; person: its hours share none with those of the others")
	var closed *contact.ClosedError
	require.ErrorAs(t, err, &closed)
	require.Equal(t, contact.Closed, closed.Reasons[0].Standing)
}

// A region under an older code is the same region.
func TestRegionOfOldCode(t *testing.T) {
	t.Parallel()
	q := question("UK", contact.ServiceReply, contact.Call)
	q.Audience, q.Place = contact.Business, "GB-ENG"
	dec, err := desk(t).Decide(q, time.Date(2026, 3, 4, 20, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, "gb.office", dec.Customary.Reasons[0].Rule)
	q.Place = "GB-"
	_, err = desk(t).Decide(q, time.Time{})
	require.ErrorContains(t, err, "place")
}

// The message says why there is no zone.
func TestNoZone(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{"US": "US has several", "BV": "no zone of BV is known"} {
		_, err := desk(t).Decide(question(region, contact.ServiceReply, contact.Call), time.Time{})
		require.ErrorIs(t, err, contact.ErrZone)
		require.ErrorContains(t, err, want)
	}
}

// What a desk gives is the caller's: writing into it changes no later answer.
func TestCopies(t *testing.T) {
	t.Parallel()
	d := desk(t)
	q := question("FR", contact.Marketing, contact.Call)
	at := time.Date(2026, 9, 2, 9, 0, 0, 0, time.UTC)
	attempts := []time.Time{at, at.Add(-time.Hour)}
	q.Attempts = attempts
	before, err := d.Decide(q, at)
	require.NoError(t, err)
	require.Equal(t, []time.Time{at, at.Add(-time.Hour)}, attempts)
	want := before.Explain()
	for _, r := range d.Rules() {
		for i := range r.Purposes {
			r.Purposes[i] = contact.Collections
		}
		for i := range r.Hours {
			r.Hours[i] = culture.Hours{}
		}
		if r.Holidays != nil {
			r.Holidays.Hours = nil
		}
		r.Sources[0].Publisher = "nobody"
	}
	before.Legal.Reasons[0].Sources[0].Publisher = "nobody"
	_, err = d.Next(q, at)
	var closed *contact.ClosedError
	require.ErrorAs(t, err, &closed)
	closed.Reasons[0].Sources[0].Publisher = "nobody"
	after, err := d.Decide(q, at)
	require.NoError(t, err)
	require.Equal(t, want, after.Explain())
	for _, p := range []contact.Part{after.Legal, after.Customary, after.Personal} {
		for _, r := range p.Reasons {
			for _, s := range r.Sources {
				require.NotEqual(t, "nobody", s.Publisher)
			}
		}
	}
}

// A custom that names no hours, such as Friday in the Gulf, stands beside the hours of
// offices, and does not open the evening.
func TestCustomWithoutHours(t *testing.T) {
	t.Parallel()
	q := question("SA", contact.ServiceReply, contact.Call)
	q.Audience = contact.Business
	next, err := desk(t).Next(q, time.Date(2026, 3, 4, 14, 30, 0, 0, zone(t, "Asia/Riyadh"))) // Wednesday
	require.NoError(t, err)
	require.Equal(t, "Thu 09:00", next.Start.Format("Mon 15:04"))
	require.Equal(t, "14:00", next.End.Format("15:04"))
	next, err = desk(t).Next(q, time.Date(2026, 3, 5, 17, 0, 0, 0, zone(t, "Asia/Riyadh")))
	require.NoError(t, err)
	require.Equal(t, "Sun 09:00", next.Start.Format("Mon 15:04"))
}
