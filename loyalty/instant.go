package loyalty

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Instant is a moment to the microsecond, counted from 1970-01-01T00:00:00Z. It is
// what events and state are made of: comparable, sortable, and the same in every
// database. [Never] (the zero value) is no moment: unset, or not ever.
type Instant int64

// Never is the Instant that is none.
const Never Instant = 0

// InstantOf is t to the microsecond; what is below a microsecond is cut off, toward
// the past. The zero time is [Never]. An Instant is good for the years 1 to 9999;
// a command outside them is refused with [ErrTime].
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return Never
	}
	return Instant(t.UnixMicro())
}

// Time is the instant in UTC; [Never] is the zero time.
func (i Instant) Time() time.Time {
	if i == Never {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// In is the instant in a location.
func (i Instant) in(loc *time.Location) time.Time { return time.UnixMicro(int64(i)).In(loc) }

// after reports whether i comes after j, where Never comes last.
func (i Instant) after(j Instant) bool {
	if i == Never || j == Never {
		return i == Never && j != Never
	}
	return i > j
}

// String writes the instant as RFC 3339 in UTC, or "never".
func (i Instant) String() string {
	if i == Never {
		return "never"
	}
	return i.Time().Format(time.RFC3339Nano)
}

// MarshalText writes the instant as RFC 3339 in UTC; [Never] is empty.
func (i Instant) MarshalText() ([]byte, error) {
	if i == Never {
		return []byte{}, nil
	}
	return i.Time().AppendFormat(nil, time.RFC3339Nano), nil
}

// UnmarshalText reads RFC 3339, or nothing for [Never].
func (i *Instant) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = Never
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return fmt.Errorf("%w: not an instant", ErrTime)
	}
	*i = InstantOf(t)
	return nil
}

// The instants that a command may carry: 2 January of the year 1 to the end of 9989.
const (
	firstInstant Instant = -62_135_510_400_000_000
	lastInstant  Instant = 253_086_768_000_000_000
)

// Date is a day of the calendar without a zone. The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD; anything else unwraps to [ErrValue].
func ParseDate(text string) (Date, error) {
	d, err := civil.Parse(text)
	if err != nil {
		return Date{}, fmt.Errorf("%w: not a date of the form YYYY-MM-DD", ErrValue)
	}
	return Date(d), nil
}

// DateOf is the local date of t in its own location.
func DateOf(t time.Time) Date { return Date(civil.Of(t)) }

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String writes YYYY-MM-DD, or nothing for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return civil.Date(d).String()
}

// MarshalText writes YYYY-MM-DD, or nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD, or nothing for no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(text))
	if err == nil {
		*d = v
	}
	return err
}

// before reports whether d comes before e.
func (d Date) before(e Date) bool { return civil.Date(d).Before(civil.Date(e)) }

// AddMonths keeps the day of the month or takes the last day of the target month:
// 31 January and one month is the end of February, and two months 31 March. Step
// from the anchor, never from an earlier result.
func (d Date) AddMonths(n int) Date { return Date(civil.Date(d).AddMonths(n)) }

// AddDays is the date n days later.
func (d Date) AddDays(n int) Date { return Date(civil.Date(d).AddDays(n)) }

// Start is the first instant whose local date in loc is d or later, which is not
// 00:00 where a clock change skips midnight.
func (d Date) Start(loc *time.Location) time.Time { return civil.Date(d).Start(loc) }

// Length is the time from the start of d to the start of the next day in loc: 23,
// 24 or 25 hours for the most part.
func (d Date) Length(loc *time.Location) time.Duration {
	return d.AddDays(1).Start(loc).Sub(d.Start(loc))
}

// At is the earliest instant whose local reading in loc is d at the clock or later:
// the first of two where the clock is set back, the first after the gap where it is
// set forward.
func (d Date) At(clock time.Duration, loc *time.Location) time.Time {
	return civil.Date(d).At(clock, loc)
}

// or is the instant, or one of the host's where it is not set.
func (i Instant) or(t time.Time) Instant {
	if i == Never {
		return InstantOf(t)
	}
	return i
}
