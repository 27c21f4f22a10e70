package businesstime

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Date is a day of the proleptic Gregorian calendar, without a zone. The zero
// value is no date; dates compare with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the local date that t reads in its own location.
func DateOf(t time.Time) Date { return Date(civil.Of(t)) }

// ParseDate reads YYYY-MM-DD and nothing else. Its error unwraps to [ErrDate].
func ParseDate(s string) (Date, error) {
	d, err := civil.Parse(s)
	if err != nil {
		return Date{}, fmt.Errorf("%w: want YYYY-MM-DD, have %s", ErrDate, clip(s))
	}
	return Date(d), nil
}

// IsZero reports whether d is the zero value, which stands for "no date".
func (d Date) IsZero() bool { return d == Date{} }

// IsValid reports whether d names a day of the years 1 to 9999.
func (d Date) IsValid() bool { return civil.Date(d).Valid() }

// Weekday is the day of the week of d.
func (d Date) Weekday() time.Weekday { return civil.Date(d).Weekday() }

// AddDays is the date n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return Date(civil.Date(d).AddDays(n)) }

// Compare is -1 when d is before e, 0 when they are equal and +1 when d is after e.
func (d Date) Compare(e Date) int { return civil.Date(d).Compare(civil.Date(e)) }

// Start is the first instant of d in loc, by rule R.
func (d Date) Start(loc *time.Location) time.Time { return civil.Date(d).Start(loc) }

// String writes YYYY-MM-DD.
func (d Date) String() string { return civil.Date(d).String() }

// MarshalText writes YYYY-MM-DD. A date that is not valid is an error.
func (d Date) MarshalText() ([]byte, error) {
	if !d.IsValid() {
		return nil, fmt.Errorf("%w: %s", ErrDate, d)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what [ParseDate] reads.
func (d *Date) UnmarshalText(text []byte) error {
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// days counts from 1970-01-01, which is day 0.
func (d Date) days() int { return civil.Date(d).Days() }

// dateOf is the inverse of [Date.days].
func dateOf(days int) Date { return Date(civil.FromDays(days)) }

// MonthDay is a day that comes back every year. 29 February exists in leap years only.
type MonthDay struct {
	Month time.Month
	Day   int
}

// ParseMonthDay reads MM-DD and nothing else. Its error unwraps to [ErrDate].
func ParseMonthDay(s string) (MonthDay, error) {
	d, err := civil.Parse("2024-" + s) // a leap year, so that 02-29 is read
	if err != nil || len(s) != 5 {
		return MonthDay{}, fmt.Errorf("%w: want MM-DD, have %s", ErrDate, clip(s))
	}
	return MonthDay{d.Month, d.Day}, nil
}

// IsZero reports whether m is the zero value, which stands for "none".
func (m MonthDay) IsZero() bool { return m == MonthDay{} }

// IsValid reports whether m names a day of some year.
func (m MonthDay) IsValid() bool {
	return civil.Date{Year: 2024, Month: m.Month, Day: m.Day}.Valid()
}

// String writes MM-DD.
func (m MonthDay) String() string { return fmt.Sprintf("%02d-%02d", int(m.Month), m.Day) }

// MarshalText writes MM-DD. A value that is not valid is an error.
func (m MonthDay) MarshalText() ([]byte, error) {
	if !m.IsValid() {
		return nil, fmt.Errorf("%w: %s", ErrDate, m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what [ParseMonthDay] reads.
func (m *MonthDay) UnmarshalText(text []byte) error {
	v, err := ParseMonthDay(string(text))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// before reports whether m comes earlier in the year than n.
func (m MonthDay) before(n MonthDay) bool {
	return m.Month < n.Month || (m.Month == n.Month && m.Day < n.Day)
}

// first and last are the days of m in a year when m begins or ends a range: a 29
// February that the year lacks moves inwards.
func (m MonthDay) first(year int) int {
	return civil.Date{Year: year, Month: m.Month, Day: m.Day}.Days() // 29 February of a common year counts on to 1 March
}

func (m MonthDay) last(year int) int {
	return civil.Date{Year: year, Month: m.Month, Day: min(m.Day, civil.DaysIn(year, m.Month))}.Days()
}

func clip(s string) string {
	if len(s) > 40 {
		return fmt.Sprintf("%q…", s[:40])
	}
	return fmt.Sprintf("%q", s)
}

// at is the instant of a reading on the date, by rule R.
func (d Date) at(t TimeOfDay, loc *time.Location) time.Time {
	return civil.Date(d).At(t.Duration(), loc)
}
