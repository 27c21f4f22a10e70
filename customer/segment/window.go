package segment

import (
	"fmt"
	"math"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Unit is a unit of time.
type Unit uint8

// The units. As elapsed time a day is 24 hours and a week seven of them; months,
// quarters and years exist in calendars only.
const (
	Second Unit = iota + 1
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Year
)

const unitWords words = "second minute hour day week month quarter year"

// String names the unit.
func (u Unit) String() string { return unitWords.text(uint8(u)) }

// MarshalText writes the name.
func (u Unit) MarshalText() ([]byte, error) { return unitWords.marshal(uint8(u)) }

// UnmarshalText reads a name.
func (u *Unit) UnmarshalText(text []byte) error {
	i, err := unitWords.parse(text)
	*u = Unit(i)
	return err
}

// duration is the length of a unit of elapsed time; 0 for the others.
func (u Unit) duration() time.Duration {
	switch u {
	case Second:
		return time.Second
	case Minute:
		return time.Minute
	case Hour:
		return time.Hour
	case Day:
		return 24 * time.Hour
	case Week:
		return 7 * 24 * time.Hour
	}
	return 0
}

// Span is a length of elapsed time, such as {30, Day}, which is 720 hours.
type Span struct {
	N    int
	Unit Unit // second to week
}

// String writes the span.
func (s Span) String() string {
	if s.N == 1 {
		return "1 " + s.Unit.String()
	}
	return fmt.Sprintf("%d %ss", s.N, s.Unit)
}

// IsZero reports whether the span is none.
func (s Span) IsZero() bool { return s == Span{} }

func (s Span) duration() int64 { return int64(s.N) * int64(s.Unit.duration()) }

// maxSpan bounds a span: two hundred years.
const maxSpan = 200 * 366 * 24 * time.Hour

func (s Span) fault() string {
	switch d := s.Unit.duration(); {
	case d == 0:
		return "the unit of elapsed time is second, minute, hour, day or week"
	case s.N < 1 || s.N > int(maxSpan/d):
		return fmt.Sprintf("must be above 0 and at most 200 years, is %s", s)
	}
	return ""
}

// WindowKind is how a window is measured.
type WindowKind uint8

// The kinds of window.
const (
	// Ever is all the time up to now.
	Ever WindowKind = iota + 1
	// Elapsed is the last N units of elapsed time: from now less the span, which is
	// included, to now. 30 days are 720 hours, whatever clocks do.
	Elapsed
	// Calendar is the N calendar units that end with today: the local days D with
	// today - N units < D <= today. 30 days are today and the 29 days before, between
	// local midnights, so that they may be an hour longer or shorter; one month on 15
	// March begins on 16 February. Today itself lasts until now.
	Calendar
	// SinceStart is the time since the current day, week (from Monday), month, quarter or
	// year began, or with N above 1 the N-1 before it.
	SinceStart
)

const windowKindWords words = "ever elapsed calendar since_start"

// String names the kind.
func (k WindowKind) String() string { return windowKindWords.text(uint8(k)) }

// MarshalText writes the name.
func (k WindowKind) MarshalText() ([]byte, error) { return windowKindWords.marshal(uint8(k)) }

// UnmarshalText reads a name.
func (k *WindowKind) UnmarshalText(text []byte) error {
	i, err := windowKindWords.parse(text)
	*k = WindowKind(i)
	return err
}

// Window is a stretch of time that ends now. What lies after now is never in it, and
// what happens at now is.
type Window struct {
	Kind WindowKind
	N    int    // units; of since_start 0 is 1
	Unit Unit   // of elapsed: second to week; of the others: day to year
	Zone string // of calendar and since_start: an IANA name, or empty: the customer's own zone
}

// LastDays is the window of n times 24 hours.
func LastDays(n int) Window { return Window{Kind: Elapsed, N: n, Unit: Day} }

// CalendarDays is the window of today and the n-1 days before it, in a zone by name,
// or in the customer's own with "".
func CalendarDays(n int, zone string) Window {
	return Window{Kind: Calendar, N: n, Unit: Day, Zone: zone}
}

// Current is the window since the current day, week, month, quarter or year began, in a
// zone by name, or in the customer's own with "": "this month".
func Current(unit Unit, zone string) Window {
	return Window{Kind: SinceStart, N: 1, Unit: unit, Zone: zone}
}

// AnyTime is the window of all the time up to now.
func AnyTime() Window { return Window{Kind: Ever} }

// String writes the window for people.
func (w Window) String() string {
	where := " in " + w.Zone
	if w.Zone == "" {
		where = " in the customer's zone"
	}
	switch w.Kind {
	case Ever:
		return "ever"
	case Elapsed:
		return "in the last " + Span{w.N, w.Unit}.String()
	case Calendar:
		if w.N == 1 {
			return "in the last calendar " + w.Unit.String() + where
		}
		return fmt.Sprintf("in the last %d calendar %ss", w.N, w.Unit) + where
	case SinceStart:
		if w.N > 1 {
			return fmt.Sprintf("since the start of the %s %d before this one", w.Unit, w.N-1) + where
		}
		return "since the start of the " + w.Unit.String() + where
	}
	return w.Kind.String()
}

func (w Window) fault() (field, detail string) {
	switch w.Kind {
	case Ever:
		if w != (Window{Kind: Ever}) {
			return "kind", "a window of all time has no other field"
		}
	case Elapsed:
		if why := (Span{w.N, w.Unit}).fault(); why != "" {
			return "n", why
		}
		if w.Zone != "" {
			return "zone", "elapsed time knows no zone"
		}
	case Calendar, SinceStart:
		least := 1
		if w.Kind == SinceStart {
			least = 0
		}
		switch {
		case w.Unit < Day || w.Unit > Year:
			return "unit", "the unit of a calendar is day, week, month, quarter or year"
		case w.N < least || w.N > 200*366:
			return "n", fmt.Sprintf("must be %d to %d, is %d", least, 200*366, w.N)
		case len(w.Zone) > MaxText:
			return "zone", "too long"
		}
		if _, err := time.LoadLocation(w.Zone); err != nil || w.Zone == "Local" {
			return "zone", fmt.Sprintf("no zone of the name %q is known", clip(w.Zone))
		}
	default:
		return "kind", "must be one of " + windowKindWords.list()
	}
	return "", ""
}

// Ends of time as this package keeps it.
const (
	always  = int64(math.MinInt64)
	forever = int64(math.MaxInt64)
)

// nanos is an instant as nanoseconds since 1970; what lies beyond is an end.
func nanos(t time.Time) int64 {
	switch s := t.Unix(); {
	case s > math.MaxInt64/1_000_000_000-1:
		return forever
	case s < math.MinInt64/1_000_000_000+1:
		return always
	}
	return t.UnixNano()
}

// later is t + d, which stays an end where it is one or runs into one.
func later(t, d int64) int64 {
	switch {
	case t == forever || t == always:
		return t
	case d > 0 && t > forever-d:
		return forever
	}
	return t + d
}

// earlier is t - d.
func earlier(t, d int64) int64 {
	switch {
	case t == forever || t == always:
		return t
	case t < always+d:
		return always
	}
	return t - d
}

func at(ns int64, loc *time.Location) time.Time { return time.Unix(0, ns).In(loc) }

// day is the local day of an instant: the last one that has begun. Where a clock goes
// back over midnight, as St John's did at 00:01 until 2011, the hour that reads as the
// day before belongs to the day that had begun, so that days never go backwards.
func day(ns int64, loc *time.Location) civil.Date {
	t := at(ns, loc)
	d := civil.Of(t)
	if t.Hour() < 20 {
		return d
	}
	if since, _ := t.ZoneBounds(); since.IsZero() || t.Sub(since) > 24*time.Hour {
		return d
	}
	if next := d.AddDays(1); nanos(next.Start(loc)) <= ns {
		return next
	}
	return d
}

// from is the first instant of the window at now.
func (w *Window) from(now int64, loc *time.Location) int64 {
	switch w.Kind {
	case Elapsed:
		return earlier(now, Span{w.N, w.Unit}.duration())
	case Calendar:
		today := day(now, loc)
		return nanos(w.Unit.step(today, -w.N).AddDays(1).Start(loc))
	case SinceStart:
		first := w.Unit.floor(day(now, loc))
		return nanos(w.Unit.step(first, 1-max(w.N, 1)).Start(loc))
	}
	return always
}

// leave is the first instant at which something at an instant is too old for the
// window.
func (w *Window) leave(ns int64, loc *time.Location) int64 {
	switch w.Kind {
	case Elapsed:
		return later(later(ns, Span{w.N, w.Unit}.duration()), 1)
	case Calendar: // the first day D with D - n units at or after the day itself
		on := day(ns, loc)
		until := w.Unit.step(on, w.N)
		for w.Unit.step(until, -w.N).Before(on) {
			until = until.AddDays(1)
		}
		return nanos(until.Start(loc))
	case SinceStart:
		first := w.Unit.floor(day(ns, loc))
		return nanos(w.Unit.step(first, max(w.N, 1)).Start(loc))
	}
	return forever
}

// step is the date n units later.
func (u Unit) step(d civil.Date, n int) civil.Date {
	switch u {
	case Week:
		return d.AddDays(7 * n)
	case Month:
		return d.AddMonths(n)
	case Quarter:
		return d.AddMonths(3 * n)
	case Year:
		return d.AddMonths(12 * n)
	}
	return d.AddDays(n)
}

// floor is the first day of the unit that a date is in.
func (u Unit) floor(d civil.Date) civil.Date {
	switch u {
	case Week:
		return d.AddDays(-(int(d.Weekday()) + 6) % 7)
	case Month:
		d.Day = 1
	case Quarter:
		d.Month, d.Day = (d.Month-1)/3*3+1, 1
	case Year:
		d.Month, d.Day = time.January, 1
	}
	return d
}
