package culture

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar. The zero value is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day of an instant in the instant's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether there is no day.
func (d Date) IsZero() bool { return d == Date{} }

// Compare is -1, 0 or 1 as d is before, at or after e; no day is before every day.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// String is the day as ISO 8601 writes it, such as "2026-08-11"; empty for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes the day as String does; a day that the calendar does not have is
// ErrName, no day is empty.
func (d Date) MarshalText() ([]byte, error) {
	if !d.IsZero() && !d.valid() {
		return nil, fmt.Errorf("%w: day %d-%d-%d", ErrName, d.Year, int(d.Month), d.Day)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a day as String writes it; anything else is ErrName.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	day, ok := parseDate(string(text))
	if !ok {
		return fmt.Errorf("%w: day %.40q", ErrName, text)
	}
	*d = day
	return nil
}

// valid reports a day that the calendar has.
func (d Date) valid() bool {
	return DateOf(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)) == d && d.Year >= 1 && d.Year <= 9999
}

// parseDate reads an ISO day; false for anything else.
func parseDate(text string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, false
	}
	d := DateOf(t)
	return d, d.valid()
}

// span reads when something was so, as a source states it: a day, a month
// ("2024-06"), a year ("2015") or a decade ("1990s"). It gives the first and the last
// day; false for anything else, such as "undated".
func span(text string) (first, last Date, ok bool) {
	if d, ok := parseDate(text); ok {
		return d, d, true
	}
	if t, err := time.Parse("2006-01", text); err == nil {
		return DateOf(t), DateOf(t.AddDate(0, 1, -1)), t.Year() >= 1
	}
	years := 1
	if len(text) == 5 && text[3:] == "0s" {
		text, years = text[:4], 10
	}
	if len(text) != 4 {
		return Date{}, Date{}, false
	}
	t, err := time.Parse("2006", text)
	if err != nil || t.Year() < 1 {
		return Date{}, Date{}, false
	}
	return DateOf(t), Date{t.Year() + years - 1, time.December, 31}, true
}

// yearsSince is the number of whole years from an earlier day to a later one; 0
// where it is not earlier.
func yearsSince(earlier, later Date) int {
	years := later.Year - earlier.Year
	if later.Month < earlier.Month || later.Month == earlier.Month && later.Day < earlier.Day {
		years--
	}
	return max(years, 0)
}
