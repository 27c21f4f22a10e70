package outreach

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/civil"
)

// NextLocal is the first instant at now or later at which a clock in loc first shows
// at, on one of the weekdays (none: any) as dates in loc, by rule R: where the clock
// skips the reading it is the transition. A date that the zone left out is passed
// over. ErrCommand for a reading below 00:00 or of 24:00 and later, or a weekday that
// is none; ErrNeverOpen beyond the year 9999.
func NextLocal(now time.Time, at businesstime.TimeOfDay, weekdays []time.Weekday, loc *time.Location) (time.Time, error) {
	fs := faults{err: ErrCommand}
	checkSlot(&fs, "at", &at, weekdays)
	if loc == nil {
		fs.add("loc", nil, "is required")
	}
	if err := fs.join(); err != nil {
		return time.Time{}, err
	}
	return nextLocal(now, at, weekdays, loc)
}

func checkSlot(fs *faults, field string, at *businesstime.TimeOfDay, weekdays []time.Weekday) {
	if at != nil && (*at < 0 || *at >= 24*3600) {
		fs.add(field, int(*at), "must be from 00:00 to 23:59:59")
	}
	for _, wd := range weekdays {
		if wd < time.Sunday || wd > time.Saturday {
			fs.add("weekdays", int(wd), "must be 0 (Sunday) to 6")
		}
	}
	if len(weekdays) > 7 {
		fs.add("weekdays", len(weekdays), "has more than 7 days")
	}
}

func nextLocal(now time.Time, at businesstime.TimeOfDay, weekdays []time.Weekday, loc *time.Location) (time.Time, error) {
	now = now.In(loc)
	clock := time.Duration(at) * time.Second
	// A clock put forward over midnight shows a reading of the evening before only now.
	d := civil.Of(now).AddDays(-1)
	for range 16 { // two weeks hold every weekday, even where a zone left one out
		if d.Valid() && (len(weekdays) == 0 || slices.Contains(weekdays, d.Weekday())) && exists(d, loc) {
			if t := d.At(clock, loc); !t.Before(now) {
				return t, nil
			}
		}
		d = d.AddDays(1)
	}
	return time.Time{}, fmt.Errorf("%w: after %s", ErrNeverOpen, stamp(now))
}

// exists reports whether the zone has the date at all: Samoa left out 30 December 2011.
func exists(d civil.Date, loc *time.Location) bool { return civil.Of(d.Start(loc)) == d }

// Monthly yields the instants of a monthly contact without end (to the year 9999):
// one, two, three … months after the anchor, at the wall-clock time, by rule R. Each
// date is counted from the anchor, and a month that is too short gives its last day:
// from 31 January come 29 February (or 28), 31 March, 30 April. Nothing is yielded for
// an anchor that is no date, a reading outside 00:00 to 23:59:59 or no location.
func Monthly(anchor businesstime.Date, at businesstime.TimeOfDay, loc *time.Location) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		if !anchor.IsValid() || loc == nil || at < 0 || at >= 24*3600 {
			return
		}
		for n := 1; ; n++ {
			d := civil.Date(anchor).AddMonths(n)
			if !d.Valid() || !yield(d.At(time.Duration(at)*time.Second, loc)) {
				return
			}
		}
	}
}
