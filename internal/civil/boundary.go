package civil

import "time"

// widest is more than any offset from UTC that a zone has ever had (the tz
// database stays within 16 hours), so that a search may start that far before a
// reading taken as UTC and is sure to start before the boundary.
const widest = 26 * time.Hour

// Start is the first instant of the local day d in loc: rule R at 00:00.
func (d Date) Start(loc *time.Location) time.Time { return d.At(0, loc) }

// At is the instant of the wall-clock reading clock on date d in loc under rule
// R: the earliest instant whose local reading is at or after it. A clock of 24
// hours or more runs into the following days, so 24:00 is the start of the next.
func (d Date) At(clock time.Duration, loc *time.Location) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(clock)
	return earliest(wall, loc)
}

// earliest walks the stretches of constant offset in order and returns the first
// instant that reads at or after wall (a reading carried as if it were UTC).
func earliest(wall time.Time, loc *time.Location) time.Time {
	t := wall.Add(-widest).In(loc)
	for {
		_, offset := t.Zone()
		end := StretchEnd(t)
		at := wall.Add(-time.Duration(offset) * time.Second)
		if at.Before(t) { // the reading was jumped over at the transition to this stretch
			return t
		}
		if end.IsZero() || at.Before(end) {
			return at.In(loc)
		}
		t = end
	}
}

// StretchEnd is the first instant after t at which the offset of t's location may
// change, or the zero time when it never does again. It is the end that
// [time.Time.ZoneBounds] gives, except where that is not after t: in the years that
// a zone's rules describe and its list of transitions does not, the standard
// library (Go 1.26 and before) takes every year for one of 365 days, so that on
// 31 December of a leap year the bound lies in the past. The offset then holds at
// least to the end of the year.
func StretchEnd(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	const day = 24 * 60 * 60
	sec := t.Unix()
	return time.Unix(sec-((sec%day)+day)%day+day, 0).In(t.Location())
}

// Reading is the local date and wall-clock time since midnight that t reads in
// its own location.
func Reading(t time.Time) (Date, time.Duration) {
	h, m, s := t.Clock()
	clock := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute +
		time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
	return Of(t), clock
}

// AddMonths moves t by n calendar months in its own location and keeps the
// wall-clock time: the date is stepped by [Date.AddMonths], the reading becomes
// an instant by rule R.
func AddMonths(t time.Time, n int) time.Time {
	d, clock := Reading(t)
	return d.AddMonths(n).At(clock, t.Location())
}

// AddDays moves t by n calendar days in its own location and keeps the wall-clock time, by rule R.
func AddDays(t time.Time, n int) time.Time {
	d, clock := Reading(t)
	return d.AddDays(n).At(clock, t.Location())
}
