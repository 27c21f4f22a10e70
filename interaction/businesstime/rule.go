package businesstime

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Rule says which dates a [Closure] closes. The five kinds are [Day], [Range],
// [Yearly], [NthWeekday] and [EasterDay]; no other type implements it.
type Rule interface {
	// String writes the rule as people read it.
	String() string
	// in gives the days (since 1970-01-01, half-open) that the rule names for a
	// year; none is lo >= hi. Day and Range answer in every year that they touch.
	in(year int) (lo, hi int)
	// faults reports what is wrong with the rule.
	faults(add func(field string, value any, err error))
}

// Day closes one date.
type Day struct{ Date Date }

// Range closes every date from First to Last, both included.
type Range struct{ First, Last Date }

// Observed says what becomes of a yearly holiday that falls on a weekend.
type Observed int

// The ways of observing a holiday.
const (
	// AsIs leaves the holiday on its date. It is the default (0).
	AsIs Observed = iota
	// NearestWeekday moves Saturday to the Friday before and Sunday to the Monday
	// after, as for United States federal holidays (5 U.S.C. 6103(b)).
	NearestWeekday
	// NextMonday moves Saturday and Sunday to the Monday after.
	NextMonday
	// SundayToMonday moves Sunday to the Monday after and leaves Saturday.
	SundayToMonday
)

var observedNames = [...]string{"as_is", "nearest_weekday", "next_monday", "sunday_to_monday"}

// IsValid reports whether o is one of the named ways.
func (o Observed) IsValid() bool { return o >= AsIs && o <= SundayToMonday }

// String names the way.
func (o Observed) String() string { return enumText(int(o), observedNames[:]) }

// MarshalText writes the name.
func (o Observed) MarshalText() ([]byte, error) { return enumMarshal(int(o), observedNames[:]) }

// UnmarshalText reads the name.
func (o *Observed) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(o), text, observedNames[:])
}

// Yearly closes the days from First to Last of every year, both included. A zero
// Last is First. A Last before First wraps New Year: 12-24 to 01-02 begins in the
// year and ends in the next. A single 02-29 is closed in leap years only; as the
// end of a range it is the last day of February.
//
// Observed moves a single day that falls on a weekend; it may not be combined
// with a range.
type Yearly struct {
	First, Last MonthDay
	Observed    Observed
}

// NthWeekday closes the Nth Weekday of Month: 1 to 5 count from the start, -1 to
// -5 from the end. Offset adds days, -14 to 14: the Friday after the fourth
// Thursday in November is {November, Thursday, 4, 1}. A month without a fifth
// such day closes nothing.
type NthWeekday struct {
	Month   time.Month
	Weekday time.Weekday
	N       int
	Offset  int
}

// Rite says by which reckoning Easter is found.
type Rite int

// The two reckonings.
const (
	// Western is the Gregorian Easter. It is the default (0).
	Western Rite = iota
	// Orthodox is Easter by the Julian computus, given as a Gregorian date.
	Orthodox
)

var riteNames = [...]string{"western", "orthodox"}

// IsValid reports whether r is one of the two.
func (r Rite) IsValid() bool { return r == Western || r == Orthodox }

// String names the reckoning.
func (r Rite) String() string { return enumText(int(r), riteNames[:]) }

// MarshalText writes the name.
func (r Rite) MarshalText() ([]byte, error) { return enumMarshal(int(r), riteNames[:]) }

// UnmarshalText reads the name.
func (r *Rite) UnmarshalText(text []byte) error { return enumUnmarshal((*int)(r), text, riteNames[:]) }

// EasterDay closes the date Offset days after Easter Sunday, -70 to 100: -2 is
// Good Friday, 1 Easter Monday, 39 Ascension, 50 Whit Monday.
type EasterDay struct {
	Offset int
	Rite   Rite
}

// The bounds of the offsets. They keep every rule of a year away from New Year,
// on which the interning of year pages relies.
const (
	minEasterOffset, maxEasterOffset = -70, 100
	maxWeekdayOffset                 = 14
)

// Closure is a reason to be closed.
type Closure struct {
	Name string // for people: "Christmas Day"; may be empty
	Rule Rule
	// FirstYear and LastYear bound the years in which a recurring rule holds, both
	// included; 0 is unbounded. A range that wraps New Year counts for the year in
	// which it begins, an observed day for the year of the holiday. They may not be set for Day and Range.
	FirstYear, LastYear int
}

// in gives the days that the closure names for a year, none outside its bounds.
func (c *Closure) in(year int) (lo, hi int) {
	if (c.FirstYear != 0 && year < c.FirstYear) || (c.LastYear != 0 && year > c.LastYear) {
		return 0, 0
	}
	return c.Rule.in(year)
}

// names reports whether the closure falls on the date.
func (c *Closure) names(d Date) bool {
	n := d.days()
	for year := d.Year - 1; year <= d.Year+1; year++ {
		if lo, hi := c.in(year); n >= lo && n < hi {
			return true
		}
	}
	return false
}

// String writes the name, and the rule where there is none.
func (c Closure) String() string {
	if c.Name != "" || c.Rule == nil {
		return c.Name
	}
	return c.Rule.String()
}

// String writes the date.
func (r Day) String() string { return r.Date.String() }

// String writes first to last.
func (r Range) String() string { return r.First.String() + " to " + r.Last.String() }

// String writes the day or the range.
func (r Yearly) String() string {
	s := "every " + r.First.String()
	if !r.Last.IsZero() && r.Last != r.First {
		s += " to " + r.Last.String()
	}
	if r.Observed != AsIs {
		s += ", observed " + r.Observed.String()
	}
	return s
}

// String writes which weekday of which month.
func (r NthWeekday) String() string {
	s := fmt.Sprintf("%s %d of %s", r.Weekday, r.N, r.Month)
	if r.Offset != 0 {
		s += fmt.Sprintf(" %+d days", r.Offset)
	}
	return s
}

// String writes the offset from Easter.
func (r EasterDay) String() string {
	s := "Easter"
	if r.Offset != 0 {
		s += fmt.Sprintf(" %+d days", r.Offset)
	}
	if r.Rite != Western {
		s += " (" + r.Rite.String() + ")"
	}
	return s
}

func (r Day) in(year int) (lo, hi int) { return Range{r.Date, r.Date}.in(year) }

func (r Range) in(year int) (lo, hi int) {
	lo, hi = r.First.days(), r.Last.days()+1
	return max(lo, civil.Date{Year: year, Month: 1, Day: 1}.Days()), min(hi, civil.Date{Year: year + 1, Month: 1, Day: 1}.Days())
}

func (r Yearly) in(year int) (lo, hi int) {
	if r.Last.IsZero() || r.Last == r.First {
		if r.First.Day > civil.DaysIn(year, r.First.Month) {
			return 0, 0
		}
		at := r.First.first(year)
		at += r.Observed.shift(at)
		return at, at + 1
	}
	end := year
	if r.Last.before(r.First) {
		end++
	}
	return r.First.first(year), r.Last.last(end) + 1
}

// shift is how many days a holiday on the day is moved.
func (o Observed) shift(at int) int {
	wd := weekdayOf(at)
	switch {
	case o == NearestWeekday && wd == time.Saturday:
		return -1
	case o == NextMonday && wd == time.Saturday:
		return 2
	case o != AsIs && wd == time.Sunday:
		return 1
	}
	return 0
}

func (r NthWeekday) in(year int) (lo, hi int) {
	first := civil.Date{Year: year, Month: r.Month, Day: 1}.Days()
	length := civil.DaysIn(year, r.Month)
	var at int
	if r.N > 0 {
		at = first + mod(int(r.Weekday)-int(weekdayOf(first)), 7) + 7*(r.N-1)
	} else {
		last := first + length - 1
		at = last - mod(int(weekdayOf(last))-int(r.Weekday), 7) + 7*(r.N+1)
	}
	if at < first || at >= first+length {
		return 0, 0
	}
	return at + r.Offset, at + r.Offset + 1
}

func (r EasterDay) in(year int) (lo, hi int) {
	at := easter(year, r.Rite) + r.Offset
	return at, at + 1
}

func (r Day) faults(add func(string, any, error)) {
	if !r.Date.IsValid() {
		add("date", r.Date, ErrDate)
	}
}

func (r Range) faults(add func(string, any, error)) {
	if !r.First.IsValid() {
		add("first", r.First, ErrDate)
	}
	if !r.Last.IsValid() {
		add("last", r.Last, ErrDate)
	}
	if r.Last.Compare(r.First) < 0 {
		add("last", r.Last, ErrRange)
	}
}

func (r Yearly) faults(add func(string, any, error)) {
	if !r.First.IsValid() {
		add("first", r.First, ErrDate)
	}
	if !r.Last.IsZero() && !r.Last.IsValid() {
		add("last", r.Last, ErrDate)
	}
	if !r.Observed.IsValid() || (r.Observed != AsIs && !r.Last.IsZero() && r.Last != r.First) {
		add("observed", r.Observed, ErrRange)
	}
}

func (r NthWeekday) faults(add func(string, any, error)) {
	if r.Month < time.January || r.Month > time.December {
		add("month", r.Month, ErrRange)
	}
	if r.Weekday < time.Sunday || r.Weekday > time.Saturday {
		add("weekday", r.Weekday, ErrRange)
	}
	if r.N == 0 || r.N < -5 || r.N > 5 {
		add("n", r.N, ErrRange)
	}
	if r.Offset < -maxWeekdayOffset || r.Offset > maxWeekdayOffset {
		add("offset", r.Offset, ErrRange)
	}
}

func (r EasterDay) faults(add func(string, any, error)) {
	if r.Offset < minEasterOffset || r.Offset > maxEasterOffset {
		add("offset", r.Offset, ErrRange)
	}
	if !r.Rite.IsValid() {
		add("rite", r.Rite, ErrRange)
	}
}

func weekdayOf(days int) time.Weekday { return time.Weekday(mod(days+4, 7)) }

func mod(a, b int) int {
	if a %= b; a < 0 {
		a += b
	}
	return a
}
