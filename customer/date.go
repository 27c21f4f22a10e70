package customer

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// ErrDate is returned for text or fields that are no partial date.
var ErrDate = errors.New("customer: not a date")

// Date is a day of the calendar without a zone. The zero value is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String writes the date as YYYY-MM-DD.
func (d Date) String() string { return civil.Date(d).String() }

// Start is the first instant of the day in a zone: the earliest whose local reading is
// at or after midnight.
func (d Date) Start(loc *time.Location) time.Time { return civil.Date(d).Start(loc) }

// Compare orders dates: -1, 0 or +1.
func (d Date) Compare(e Date) int { return civil.Date(d).Compare(civil.Date(e)) }

// PartialDate is what is known of a date of the Gregorian calendar: a year, a year and
// a month, a month and a day without the year, or all of it. A part that is not known is
// zero; the zero value is a date of which nothing is known. It is no instant and has no
// zone, so it never shifts. It prints and logs as redacted; String reveals it.
type PartialDate struct {
	Year  int // 1 to 9999; 0: not known
	Month time.Month
	Day   int
}

// ParsePartialDate reads 1985-04-12, 1985-04, 1985, --04-12 or --04 (ISO 8601 as vCard
// writes it, RFC 6350 section 4.3.1), or nothing. What else is given, such as 30
// February, is ErrDate; --02-29 is a date.
func ParsePartialDate(text string) (PartialDate, error) {
	var d PartialDate
	rest, yearless := strings.CutPrefix(text, "--")
	fields := strings.Split(rest, "-")
	widths := []int{4, 2, 2}
	if yearless {
		widths = widths[1:]
	}
	if text == "" {
		return d, nil
	}
	if len(fields) > len(widths) {
		return d, ErrDate
	}
	parts := [3]int{}
	for i, f := range fields {
		n, err := strconv.ParseUint(f, 10, 16)
		if err != nil || len(f) != widths[i] || n == 0 {
			return PartialDate{}, ErrDate
		}
		parts[i+3-len(widths)] = int(n)
	}
	d = PartialDate{parts[0], time.Month(parts[1]), parts[2]}
	return d, d.Check()
}

// Check returns ErrDate for fields that are no date: a month or day out of range, a day
// without a month, 29 February of a common year.
func (d PartialDate) Check() error {
	const leap = 2000
	year := d.Year
	switch {
	case d == PartialDate{}:
		return nil
	case d.Year < 0 || d.Year > civil.MaxYear || d.Month < 0 || d.Month > 12 || d.Day < 0, d.Month == 0 && d.Day > 0:
		return ErrDate
	case d.Year == 0:
		year = leap
	}
	if d.Day > 0 && d.Day > civil.DaysIn(year, d.Month) {
		return ErrDate
	}
	return nil
}

// IsZero reports a date of which nothing is known.
func (d PartialDate) IsZero() bool { return d == PartialDate{} }

// Full is the date when all of it is known.
func (d PartialDate) Full() (date Date, ok bool) {
	return Date(d), d.Year > 0 && d.Month > 0 && d.Day > 0
}

// String writes the date as ParsePartialDate reads it; empty for the zero value. It
// reveals the date.
func (d PartialDate) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Year == 0 && d.Day == 0:
		return fmt.Sprintf("--%02d", int(d.Month))
	case d.Year == 0:
		return fmt.Sprintf("--%02d-%02d", int(d.Month), d.Day)
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))
	default:
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
	}
}

// MarshalText writes the date as String does; fields that are no date are ErrDate.
func (d PartialDate) MarshalText() ([]byte, error) { return []byte(d.String()), d.Check() }

// UnmarshalText reads the date as ParsePartialDate does.
func (d *PartialDate) UnmarshalText(text []byte) error {
	read, err := ParsePartialDate(string(text))
	if err == nil {
		*d = read
	}
	return err
}

// Format prints nothing of the date, whatever the verb.
func (d PartialDate) Format(s fmt.State, _ rune) { hide(s, "PartialDate") }

// LogValue hides the date.
func (d PartialDate) LogValue() slog.Value { return hidden() }

// Compare orders dates by year, month and day; what is not known comes first.
func (d PartialDate) Compare(e PartialDate) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// LeapDay is on which day someone born on 29 February has a birthday in a common year.
// The zero value is LeapDayBefore.
type LeapDay uint8

// The policies for 29 February.
const (
	LeapDayBefore LeapDay = iota // 28 February; the default, as New Zealand and Taiwan have it
	LeapDayAfter                 // 1 March, as England and Hong Kong have it
	LeapDayOnly                  // no birthday in a common year
)

// String is "before", "after" or "only".
func (p LeapDay) String() string { return nameOf(p, "before", "after", "only") }

// MarshalText writes the name; a value that is no policy is an error.
func (p LeapDay) MarshalText() ([]byte, error) {
	if p > LeapDayOnly {
		return nil, fmt.Errorf("%w: no name for %s", ErrCustomer, p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (p *LeapDay) UnmarshalText(text []byte) error {
	for v := LeapDayBefore; v <= LeapDayOnly; v++ {
		if v.String() == string(text) {
			*p = v
			return nil
		}
	}
	return fmt.Errorf("%w: unknown name of %d bytes", ErrCustomer, len(text))
}

// Birthday is a birthday as it is observed. It prints and logs as redacted.
type Birthday struct {
	Date   Date    // the day it is observed on
	Moved  bool    // whether that is another day than the one of birth, for 29 February
	Policy LeapDay // the policy that moved it, or would have
	Age    int     // what the person becomes; 0 where the year of birth is not known
}

// Format prints nothing of the birthday, whatever the verb.
func (b Birthday) Format(s fmt.State, _ rune) { hide(s, "Birthday") }

// LogValue hides the birthday.
func (b Birthday) LogValue() slog.Value { return hidden() }

// Birthday is how a date of birth is observed in a year. ok is false where the month or
// the day is not known (a year alone has no birthday), the year is before that of
// birth or not one of 1 to 9999, or the policy knows none in that year.
func (d PartialDate) Birthday(year int, policy LeapDay) (b Birthday, ok bool) {
	if d.Month == 0 || d.Day == 0 || d.Check() != nil || year < max(1, d.Year) || year > civil.MaxYear || policy > LeapDayOnly {
		return b, false
	}
	b = Birthday{Date: Date{year, d.Month, d.Day}, Policy: policy}
	if d.Year > 0 {
		b.Age = year - d.Year
	}
	if d.Month == time.February && d.Day == 29 && !civil.IsLeap(year) {
		switch b.Moved = true; policy {
		case LeapDayBefore:
			b.Date.Day = 28
		case LeapDayAfter:
			b.Date = Date{year, time.March, 1}
		case LeapDayOnly:
			return Birthday{}, false
		}
	}
	return b, true
}

// NextBirthday is the first birthday whose day, in the customer's zone, is today or
// later. ok is false where there is none, as Birthday has it; loc nil has none either,
// since a day without a zone is a guess.
func (d PartialDate) NextBirthday(now time.Time, loc *time.Location, policy LeapDay) (b Birthday, ok bool) {
	if loc == nil {
		return b, false
	}
	const span = 9 // from one 29 February to the next, over 1900
	today := Date(civil.Of(now.In(loc)))
	for year := max(today.Year, d.Year); year <= max(today.Year, d.Year)+span; year++ {
		if b, ok = d.Birthday(year, policy); ok && b.Date.Compare(today) >= 0 {
			return b, true
		}
	}
	return Birthday{}, false
}

// Age is the completed years on a day, by the birthdays of the policy; under
// LeapDayOnly a year is completed after 28 February. ok is false unless the whole date
// is known and not after the day.
func (d PartialDate) Age(on Date, policy LeapDay) (years int, ok bool) {
	born, ok := d.Full()
	if !ok || d.Check() != nil || !civil.Date(on).Valid() || born.Compare(on) > 0 {
		return 0, false
	}
	if policy == LeapDayOnly {
		policy = LeapDayAfter
	}
	b, ok := d.Birthday(on.Year, policy)
	if !ok {
		return 0, false
	}
	if b.Date.Compare(on) > 0 {
		b.Age--
	}
	return b.Age, true
}

// covers reports whether a day lies in a validity from one date to another, both
// included; a part that is not known bounds nothing.
func covers(from, to PartialDate, on Date) bool {
	lower, upper := Date(from), Date(to)
	lower.Month, lower.Day = max(lower.Month, 1), max(lower.Day, 1)
	if upper.Month == 0 {
		upper.Month = time.December
	}
	if upper.Day == 0 {
		upper.Day = 31
	}
	return (from.Year == 0 || lower.Compare(on) <= 0) && (to.Year == 0 || upper.Compare(on) >= 0)
}

func checkSpan(f *faults, field string, from, to PartialDate) {
	if from.Check() != nil {
		f.add(field+".From", "is no date")
	}
	if to.Check() != nil {
		f.add(field+".To", "is no date")
	}
	if from.Year > 0 && to.Year > 0 && !from.IsZero() && !to.IsZero() && Date(to) != Date(from) && endsBefore(to, from) {
		f.add(field+".To", "is before From")
	}
}

// endsBefore reports whether the last day of one date is before the first of another.
func endsBefore(to, from PartialDate) bool {
	return !covers(PartialDate{}, to, Date{from.Year, max(from.Month, 1), max(from.Day, 1)})
}
