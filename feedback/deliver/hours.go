package deliver

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Opener is what a quiet-hours calendar must say: the given instant where it is open
// then, else the first later one. It must answer with an instant that is not earlier.
// Any number of goroutines may ask.
type Opener interface {
	NextOpen(t time.Time) (time.Time, error)
}

// Adder counts business time: the instant at which d of open time has passed since t.
// Any number of goroutines may ask.
type Adder interface {
	Add(t time.Time, d time.Duration) (time.Time, error)
}

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String is YYYY-MM-DD.
func (d Date) String() string { return civil.Date(d).String() }

// MarshalText writes YYYY-MM-DD; a date that is none is an error.
func (d Date) MarshalText() ([]byte, error) {
	if !civil.Date(d).Valid() {
		return nil, fmt.Errorf("%w: %v is no day of the calendar", ErrHours, d)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads YYYY-MM-DD and nothing else.
func (d *Date) UnmarshalText(text []byte) error {
	v, err := civil.Parse(string(text))
	if err != nil {
		return fmt.Errorf("%w: %q is not a date", ErrHours, clip(string(text)))
	}
	*d = Date(v)
	return nil
}

// Clock is a wall-clock reading in minutes since midnight, 0 (00:00) to 1,440 (24:00).
type Clock int

// String is HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText writes HH:MM; a reading that no clock shows is an error.
func (c Clock) MarshalText() ([]byte, error) {
	if c < 0 || c > 24*60 {
		return nil, fmt.Errorf("%w: clock of %d minutes", ErrHours, int(c))
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads HH:MM, 00:00 to 24:00, and nothing else.
func (c *Clock) UnmarshalText(text []byte) error {
	bad := fmt.Errorf("%w: %q is not HH:MM", ErrHours, clip(string(text)))
	if len(text) != 5 || text[2] != ':' {
		return bad
	}
	for _, i := range [...]int{0, 1, 3, 4} {
		if text[i] < '0' || text[i] > '9' {
			return bad
		}
	}
	h := int(text[0]-'0')*10 + int(text[1]-'0')
	m := int(text[3]-'0')*10 + int(text[4]-'0')
	if m > 59 || h > 24 || h == 24 && m > 0 {
		return bad
	}
	*c = Clock(h*60 + m)
	return nil
}

func (c Clock) offset() time.Duration { return time.Duration(c) * time.Minute }

// Hours are the part of the day in which to ask or to work, half-open [From, To), on
// the given ISO weekdays (1 Monday to 7 Sunday; none means every day) and not on
// Holidays, all as the local clock reads. The rest are quiet hours. Hours past
// midnight are two values of a calendar that the host has; this one ends by 24:00.
type Hours struct {
	From     Clock  `json:"from"`
	To       Clock  `json:"to"` // after From
	Weekdays []int  `json:"weekdays,omitempty"`
	Holidays []Date `json:"holidays,omitempty"` // local dates that are closed whole
}

// Validate reports every fault of the hours, each under ErrHours.
func (h Hours) Validate() error {
	fs := faults{err: ErrHours}
	h.check("", &fs)
	return fs.join()
}

func (h Hours) check(path string, fs *faults) {
	if h.From < 0 || h.From > 24*60 {
		fs.add(path+"from", "is no reading of a clock")
	}
	if h.To < 0 || h.To > 24*60 {
		fs.add(path+"to", "is no reading of a clock")
	}
	if h.From >= h.To {
		fs.add(path+"to", "%v is not after %v", h.To, h.From)
	}
	for i, d := range h.Weekdays {
		if d < 1 || d > 7 {
			fs.add(fmt.Sprintf("%sweekdays[%d]", path, i), "%d is no ISO weekday, 1 to 7", d)
		}
	}
	for i, d := range h.Holidays {
		if !civil.Date(d).Valid() {
			fs.add(fmt.Sprintf("%sholidays[%d]", path, i), "is no day of the calendar")
		}
	}
}

// week is Hours made ready for questions.
type week struct {
	from, to time.Duration
	days     [7]bool // by time.Weekday
	holidays []civil.Date
}

func newWeek(h Hours) *week {
	w := &week{from: h.From.offset(), to: h.To.offset()}
	for _, d := range h.Weekdays {
		w.days[d%7] = true
	}
	if len(h.Weekdays) == 0 {
		w.days = [7]bool{true, true, true, true, true, true, true}
	}
	for _, d := range h.Holidays {
		w.holidays = append(w.holidays, civil.Date(d))
	}
	slices.SortFunc(w.holidays, civil.Date.Compare)
	return w
}

func (w *week) open(d civil.Date) bool {
	if !w.days[d.Weekday()] {
		return false
	}
	_, holiday := slices.BinarySearchFunc(w.holidays, d, civil.Date.Compare)
	return !holiday
}

// Quiet is Hours in a zone: a small calendar for hosts that have none. It is safe
// for concurrent use; the zero value is not valid, Hours.In makes one.
type Quiet struct {
	week *week
	zone *time.Location
}

// In is the hours read on the clock of a zone. The errors are those of Validate, and
// ErrHours for a nil zone.
func (h Hours) In(zone *time.Location) (Quiet, error) {
	err := h.Validate()
	if zone == nil {
		err = errors.Join(err, fmt.Errorf("%w: no zone", ErrHours))
	}
	if err != nil {
		return Quiet{}, err
	}
	return Quiet{newWeek(h), zone}, nil
}

const (
	horizon = 400    // days without an opening after which there is none
	longest = 40_000 // open days that business time may take
)

// next is the span of hours that holds t or is the first after it.
func (q Quiet) next(t time.Time) (open, shut time.Time, err error) {
	if q.week == nil {
		return open, shut, fmt.Errorf("%w: made by no zone", ErrHours)
	}
	first := civil.Of(t.In(q.zone))
	for i := range horizon {
		d := first.AddDays(i)
		if !q.week.open(d) {
			continue
		}
		open, shut = d.At(q.week.from, q.zone), d.At(q.week.to, q.zone)
		if shut.After(t) && open.Before(shut) {
			return open, shut, nil
		}
	}
	return open, shut, fmt.Errorf("%w: nothing is open within %d days of %s", ErrNeverOpen, horizon, t.UTC().Format(time.RFC3339))
}

// NextOpen is t where the hours are open then, else the next opening. Openings and
// closings follow rule R: the earliest instant whose local reading is at or after the
// boundary, which in a gap is the transition and in an overlap the first occurrence.
// ErrNeverOpen when nothing is open within 400 days.
func (q Quiet) NextOpen(t time.Time) (time.Time, error) {
	open, _, err := q.next(t)
	if err != nil {
		return time.Time{}, err
	}
	if open.After(t) {
		return open.In(t.Location()), nil
	}
	return t, nil
}

// Add is the earliest instant at which d of open time has passed since t; t itself
// for no time. Time that ends with a day's hours ends at their closing, not at the
// next opening. A negative d is ErrHours.
func (q Quiet) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return time.Time{}, fmt.Errorf("%w: business time of %v", ErrHours, d)
	}
	at := t
	for range longest {
		if d == 0 {
			return at.In(t.Location()), nil
		}
		open, shut, err := q.next(at)
		if err != nil {
			return time.Time{}, err
		}
		if open.After(at) {
			at = open
		}
		if left := shut.Sub(at); d > left {
			d -= left
			at = shut
			continue
		}
		return at.Add(d).In(t.Location()), nil
	}
	return time.Time{}, fmt.Errorf("%w: more than %d days of business time", ErrNeverOpen, longest)
}

// Between is the open time from a until b; zero where b is not after a. It counts at
// most 40,000 open days.
func (q Quiet) Between(a, b time.Time) (sum time.Duration) {
	for range longest {
		open, shut, err := q.next(a)
		if err != nil || !open.Before(b) || !a.Before(b) {
			return sum
		}
		if open.Before(a) {
			open = a
		}
		if !shut.Before(b) {
			return sum + b.Sub(open)
		}
		sum += shut.Sub(open)
		a = shut
	}
	return sum
}

// Due is when a budget of time that starts at start is used up: by the clock on the
// wall without a calendar, by the calendar's open time with one. A negative budget is
// ErrHours.
func Due(start time.Time, budget time.Duration, business Adder) (time.Time, error) {
	if budget < 0 {
		return time.Time{}, fmt.Errorf("%w: budget of %v", ErrHours, budget)
	}
	if business == nil {
		return start.Add(budget), nil
	}
	due, err := business.Add(start, budget)
	if err == nil && due.Before(start) {
		err = fmt.Errorf("%w: %v after %s", ErrCalendar, budget, start.UTC().Format(time.RFC3339))
	}
	return due, err
}
