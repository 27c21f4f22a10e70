package interaction

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	second = time.Second
	minute = time.Minute
	hour   = time.Hour
)

// ErrCalendar means that a target in business time met no calendar that can
// count it.
var ErrCalendar = errors.New("interaction: target needs a calendar")

// A Unit says in which time a Target is counted. A target must carry its unit:
// "one day" in business hours, in business days and on the wall are three
// different instants.
type Unit uint8

// The units of a Target.
const (
	UnitElapsed      Unit = iota + 1 // time on the wall
	UnitBusiness                     // time while the calendar is open
	UnitBusinessDays                 // days with open time, ending at close of business
)

var unitNames = []string{"elapsed", "business", "business_days"}

// String names the unit.
func (u Unit) String() string { return enumString("unit", unitNames, u) }

// MarshalText writes the name; an unset unit is an error.
func (u Unit) MarshalText() ([]byte, error) { return enumMarshal("unit", unitNames, u) }

// UnmarshalText reads a name.
func (u *Unit) UnmarshalText(text []byte) error { return enumParse("unit", unitNames, text, u) }

// A Target is an amount of time with its unit. Targets compare with ==; the zero
// Target is unset.
type Target struct {
	unit Unit
	span time.Duration
	days int
}

// Elapsed is a target of d on the wall.
func Elapsed(d time.Duration) Target { return Target{unit: UnitElapsed, span: d} }

// Business is a target of d while the calendar is open.
func Business(d time.Duration) Target { return Target{unit: UnitBusiness, span: d} }

// BusinessDays is the close of business of the n-th day with open time after the
// start; 0 is the same business day, or the next when that has closed.
func BusinessDays(n int) Target { return Target{unit: UnitBusinessDays, days: n} }

// Unit says how the target is counted; zero when it is unset.
func (t Target) Unit() Unit { return t.unit }

// Span is the duration of an elapsed or business target, else 0.
func (t Target) Span() time.Duration { return t.span }

// Days is the count of a business-days target, else 0.
func (t Target) Days() int { return t.days }

// IsZero reports whether the target is unset.
func (t Target) IsZero() bool { return t == Target{} }

func (t Target) validate() error {
	var fs faults
	if t.span < 0 || t.days < 0 {
		fs.add("target", t.String(), "is negative")
	}
	return fs.join()
}

// A Calendar counts business time forward: the instant at which d of open time
// have passed since t. A businesstime.Schedule is one. An implementation must be
// safe for concurrent use.
type Calendar interface {
	Add(t time.Time, d time.Duration) (time.Time, error)
}

// A DayCalendar is a Calendar that also knows its days: the last closing instant
// of the n-th date with open time after the date of t; n = 0 is the date of t
// itself, whose close may lie before t, or, when that has no open time, the next
// that has. WithDays makes one of a businesstime.Calendar.
type DayCalendar interface {
	Calendar
	CloseOfBusiness(t time.Time, n int) (time.Time, error)
}

// WithDays makes a DayCalendar of a calendar whose AddDays takes a mode, and the
// mode that means close of business:
//
//	interaction.WithDays(calendar, businesstime.CloseOfBusiness)
func WithDays[Mode any](cal interface {
	Calendar
	AddDays(t time.Time, n int, mode Mode) (time.Time, error)
}, closeOfBusiness Mode,
) DayCalendar {
	return dayCounter{Calendar: cal, count: func(t time.Time, n int) (time.Time, error) {
		return cal.AddDays(t, n, closeOfBusiness)
	}}
}

type dayCounter struct {
	Calendar
	count func(t time.Time, n int) (time.Time, error)
}

func (c dayCounter) CloseOfBusiness(t time.Time, n int) (time.Time, error) { return c.count(t, n) }

// Due is the instant at which the target, started at start, runs out. An elapsed
// target needs no calendar; a business target needs one, business days need a
// DayCalendar: without it the error is ErrCalendar. Zero business days from an
// instant at or after the close of its day end at the next close. An unset target is
// ErrNoData. Errors of the calendar are passed on.
func (t Target) Due(start time.Time, cal Calendar) (time.Time, error) {
	switch t.unit {
	case UnitElapsed:
		return start.Add(t.span), nil
	case UnitBusiness:
		if cal == nil {
			return time.Time{}, fmt.Errorf("%w: %s", ErrCalendar, t)
		}
		return cal.Add(start, t.span)
	case UnitBusinessDays:
		days, ok := cal.(DayCalendar)
		if !ok {
			return time.Time{}, fmt.Errorf("%w that counts days: %s", ErrCalendar, t)
		}
		due, err := days.CloseOfBusiness(start, t.days)
		if err == nil && t.days == 0 && !due.After(start) {
			return days.CloseOfBusiness(start, 1)
		}
		return due, err
	default:
		return time.Time{}, fmt.Errorf("%w: no target is set", ErrNoData)
	}
}

// Targets are default targets beside those of the channels.
type Targets struct {
	Acknowledge Target // a complaint, from its arrival
	Accept      Target // an escalation, by a supervisor
	Verify      Target // asking whether a resolution holds
	Survey      Target // asking for feedback after a contact; never while a case is open
}

// DefaultTargets are the same business day for the acknowledgement of a
// complaint, one business hour for a supervisor to accept, two business days
// until the follow-up, and a day until a survey request. They are house
// judgement.
func DefaultTargets() Targets {
	return Targets{Acknowledge: BusinessDays(0), Accept: Business(hour), Verify: BusinessDays(2), Survey: Elapsed(24 * hour)}
}

// String writes the target as "elapsed 20s", "business 4h0m0s",
// "business_days 1", or "none".
func (t Target) String() string {
	switch t.unit {
	case UnitElapsed, UnitBusiness:
		return t.unit.String() + " " + t.span.String()
	case UnitBusinessDays:
		return t.unit.String() + " " + strconv.Itoa(t.days)
	default:
		return "none"
	}
}

// MarshalText writes what String writes.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes. A negative amount is refused.
func (t *Target) UnmarshalText(text []byte) error {
	unit, amount, _ := strings.Cut(string(text), " ")
	var got Target
	switch unit {
	case "none":
		if amount == "" {
			*t = Target{}
			return nil
		}
	case "elapsed", "business":
		if d, err := time.ParseDuration(amount); err == nil && d >= 0 {
			got = Elapsed(d)
			if unit == "business" {
				got = Business(d)
			}
		}
	case "business_days":
		if n, err := strconv.Atoi(amount); err == nil && n >= 0 {
			got = BusinessDays(n)
		}
	}
	if got.unit == 0 {
		return &FieldError{
			Field: "target", Value: shorten(string(text)), Err: ErrInvalid,
			Detail: "must read like \"elapsed 20s\", \"business 4h\" or \"business_days 1\"",
		}
	}
	*t = got
	return nil
}

// seconds turns whole seconds into a duration; ten thousand days is the most.
func (fs *faults) seconds(field string, n int64) (d time.Duration) {
	const most = 10_000 * 24 * 60 * 60
	if n < 0 || n > most {
		fs.add(field, strconv.FormatInt(n, 10), "must lie between 0 and 10,000 days")
		return 0
	}
	return time.Duration(n) * second
}
