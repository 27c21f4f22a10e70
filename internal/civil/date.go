package civil

import (
	"errors"
	"fmt"
	"time"
)

// ErrDate is returned for text or fields that name no day of the calendar.
var ErrDate = errors.New("civil: not a date")

// MinYear and MaxYear bound the dates that Parse and Valid accept.
const (
	MinYear = 1
	MaxYear = 9999
)

// Date is a day of the proleptic Gregorian calendar. The zero value is not a
// valid date. Dates compare with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Of is the local date that t reads in its own location.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Parse reads YYYY-MM-DD and nothing else.
func Parse(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("%w: want YYYY-MM-DD, have %d bytes", ErrDate, len(s))
	}
	y, okY := digits(s[:4])
	m, okM := digits(s[5:7])
	d, okD := digits(s[8:])
	date := Date{y, time.Month(m), d}
	if !okY || !okM || !okD || !date.Valid() {
		return Date{}, fmt.Errorf("%w: %q", ErrDate, s)
	}
	return date, nil
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// Valid reports whether the fields name a day between MinYear and MaxYear.
func (d Date) Valid() bool {
	return d.Year >= MinYear && d.Year <= MaxYear &&
		d.Month >= time.January && d.Month <= time.December &&
		d.Day >= 1 && d.Day <= DaysIn(d.Year, d.Month)
}

// String writes the date as YYYY-MM-DD.
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsLeap reports whether the year has a 29 February.
func IsLeap(year int) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

// DaysIn is the number of days of the month, or 0 when the month is not one of the twelve.
func DaysIn(year int, month time.Month) int {
	switch month {
	case time.January, time.March, time.May, time.July, time.August, time.October, time.December:
		return 31
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if IsLeap(year) {
			return 29
		}
		return 28
	}
	return 0
}

// Days counts the days from 1970-01-01, which is day 0, to d.
func (d Date) Days() int {
	// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil:
	// years begin in March, so that the leap day is the last one.
	y, m := d.Year, int(d.Month)
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d.Day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

// FromDays is the date that lies n days after 1970-01-01.
func FromDays(n int) Date {
	n += 719468
	era := floorDiv(n, 146097)
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := doy - (153*mp+2)/5 + 1
	month := mp + 3
	year := yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return Date{year, time.Month(month), day}
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// AddDays is the date n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return FromDays(d.Days() + n) }

// AddMonths keeps the day of the month, or takes the last day of the target
// month when that has fewer days: 31 January + 1 month is 28 or 29 February, and
// + 2 months is 31 March. Always step from the anchor: adding one month twice is
// another date than adding two.
func (d Date) AddMonths(n int) Date {
	months := d.Year*12 + int(d.Month) - 1 + n
	year := floorDiv(months, 12)
	month := time.Month(months-year*12) + 1
	return Date{year, month, min(d.Day, DaysIn(year, month))}
}

// AddYears is AddMonths of twelve times n: 29 February falls on 28 February in a common year.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday {
	w := (d.Days() + 4) % 7 // 1970-01-01 was a Thursday
	if w < 0 {
		w += 7
	}
	return time.Weekday(w)
}

// Compare orders dates: -1 when d is before e, 0 when they are equal, +1 when d is after e.
func (d Date) Compare(e Date) int {
	switch {
	case d == e:
		return 0
	case d.Year != e.Year:
		return sign(d.Year - e.Year)
	case d.Month != e.Month:
		return sign(int(d.Month) - int(e.Month))
	default:
		return sign(d.Day - e.Day)
	}
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d comes after e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }
