package businesstime

import (
	"math"
	"time"
)

// Calendar answers when something is open. It is made by [New], [Always] or the
// set operations, never changes, and is safe for concurrent use. The zero value
// is not valid.
//
// Every query but [Calendar.AddDays] costs the same whatever the span between the
// instants, and none allocates.
//
// Instants are read as what they are: the location of an argument never matters,
// and an answer keeps the location of the argument it is for.
type Calendar struct {
	id   string
	loc  *time.Location
	spec *Spec // nil for a set operation
	op   setOp
	of   []*Calendar // the operands of a set operation
	table
}

// New checks the spec and compiles it. Every fault is reported at once, joined,
// each a [SpecError].
func New(spec Spec) (*Calendar, error) {
	loc, err := spec.check()
	if err != nil {
		return nil, err
	}
	s := spec.clone()
	return &Calendar{id: s.ID, loc: loc, spec: &s, table: compile(&s, loc)}, nil
}

// MustNew is New for specs that are part of the program: it panics on a fault.
func MustNew(spec Spec) *Calendar {
	c, err := New(spec)
	if err != nil {
		panic(err)
	}
	return c
}

// Always is a calendar that never closes, with local dates in the zone.
func Always(zone string) (*Calendar, error) {
	return New(Spec{ID: "always", Zone: zone, Versions: []Version{{Hours: EveryDay(Span{0, day})}}})
}

// ID is how the host calls the calendar.
func (c *Calendar) ID() string { return c.id }

// Location is the zone in which the calendar reads its dates. For a set operation
// it is that of the first operand.
func (c *Calendar) Location() *time.Location { return c.loc }

// IsOpen reports whether the instant lies in an open span, [open, close).
func (c *Calendar) IsOpen(t time.Time) bool {
	_, open := c.at(t.Unix())
	return open
}

// Between is the open time from a to b, negative when b is before a. Outside the
// years 1 to 9999 nothing is open. An amount that a Duration cannot hold (292
// years) is the greatest or least one, as for [time.Time.Sub].
func (c *Calendar) Between(a, b time.Time) time.Duration {
	sa, na := c.measure(a)
	sb, nb := c.measure(b)
	return duration(sb-sa, nb-na)
}

// measure is W(t), the open time up to t: seconds and nanoseconds.
func (c *Calendar) measure(t time.Time) (sec, nano int64) {
	sec, open := c.at(t.Unix())
	if open {
		nano = int64(t.Nanosecond())
	}
	return sec, nano
}

// duration adds up, at most what a Duration holds. nano lies within a second either way.
func duration(sec, nano int64) time.Duration {
	const (
		most = math.MaxInt64 / int64(time.Second)
		rest = math.MaxInt64 % int64(time.Second)
	)
	switch { // one sign for both
	case sec > 0 && nano < 0:
		sec, nano = sec-1, nano+int64(time.Second)
	case sec < 0 && nano > 0:
		sec, nano = sec+1, nano-int64(time.Second)
	}
	switch {
	case sec > most || (sec == most && nano > rest):
		return math.MaxInt64
	case sec < -most || (sec == -most && nano < -rest-1):
		return math.MinInt64
	}
	return time.Duration(sec*int64(time.Second) + nano)
}

// Add moves t by d of open time.
//
// For d > 0 it is the earliest instant with Between(t, answer) = d, so a sum that
// fills the day ends at closing time and not at the next opening. For d < 0 it is
// the latest instant with Between(answer, t) = -d. For d = 0 it is t itself; to
// roll into open time use [Calendar.NextOpen].
//
// [ErrNeverOpen] where nothing is open any more in that direction; [ErrHorizon]
// where less than d is.
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d == 0 {
		return t, nil
	}
	sec, nano := c.measure(t)
	left := sec
	if d > 0 {
		left = c.total - sec
	}
	if left == 0 && nano == 0 {
		return time.Time{}, ErrNeverOpen
	}
	w := sec + int64(d/time.Second)
	nano += int64(d % time.Second)
	switch {
	case nano < 0:
		w, nano = w-1, nano+int64(time.Second)
	case nano >= int64(time.Second):
		w, nano = w+1, nano-int64(time.Second)
	}
	switch {
	case w < 0 || w > c.total || (w == c.total && nano > 0):
		return time.Time{}, ErrHorizon
	case nano == 0 && d > 0:
		return time.Unix(c.earliest(w), 0).In(t.Location()), nil
	}
	return time.Unix(c.latest(w), nano).In(t.Location()), nil
}

// NextOpen is the earliest open instant at or after t: t itself when it is open.
// [ErrNeverOpen] where there is none, [ErrHorizon] for t after the year 9999.
func (c *Calendar) NextOpen(t time.Time) (time.Time, error) {
	w, open := c.at(t.Unix())
	switch {
	case open:
		return t, nil
	case t.Unix() >= maxUnix:
		return time.Time{}, ErrHorizon
	case w >= c.total:
		return time.Time{}, ErrNeverOpen
	}
	return time.Unix(c.latest(w), 0).In(t.Location()), nil
}

// PrevOpen is the latest instant at or before t that ends open time, that is,
// lies in (open, close]: t itself inside a span or at its close, else the last
// closing instant. [ErrNeverOpen] where there is none, [ErrHorizon] for t before
// the year 1.
func (c *Calendar) PrevOpen(t time.Time) (time.Time, error) {
	w, open := c.at(t.Unix())
	switch {
	case open && t.Nanosecond() > 0:
		return t, nil
	case t.Unix() < minUnix:
		return time.Time{}, ErrHorizon
	case w == 0:
		return time.Time{}, ErrNeverOpen
	}
	at := c.earliest(w)
	if at == t.Unix() && t.Nanosecond() == 0 {
		return t, nil
	}
	return time.Unix(at, 0).In(t.Location()), nil
}

// NextClose is the first closing instant after t. Spans that touch are one, so a
// calendar that is open round the clock gives [ErrNeverCloses]. [ErrNeverOpen]
// where nothing opens any more, [ErrHorizon] for t after the year 9999.
func (c *Calendar) NextClose(t time.Time) (time.Time, error) {
	sec, err := c.nextClose(t.Unix())
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(sec, 0).In(t.Location()), nil
}

func (c *Calendar) nextClose(sec int64) (int64, error) {
	w, open := c.at(sec)
	switch {
	case open:
	case sec >= maxUnix:
		return 0, ErrHorizon
	case w >= c.total:
		return 0, ErrNeverOpen
	default:
		sec = c.latest(w)
	}
	at, ok := c.latestClosed(sec - minUnix - w)
	if !ok {
		return 0, ErrNeverCloses
	}
	return at, nil
}
