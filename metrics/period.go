package metrics

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// A Period is a half-open span of instants, [Start, End).
type Period struct{ Start, End time.Time }

// Contains reports whether the instant lies in the period.
func (p Period) Contains(t time.Time) bool { return !t.Before(p.Start) && t.Before(p.End) }

// A Date is a day of the Gregorian calendar without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String writes the date as YYYY-MM-DD.
func (d Date) String() string { return civil.Date(d).String() }

// A Grain is the length of the calendar periods into which a table is cut.
type Grain uint8

// The grains. Weeks begin on Monday (ISO 8601); quarters in January, April, July
// and October.
const (
	Day Grain = iota + 1
	Week
	Month
	Quarter
	Year
)

var grainNames = [...]string{"unset", "day", "week", "month", "quarter", "year"}

// String is the grain's name, "unset" for the zero value.
func (g Grain) String() string { return enumText(grainNames[:], uint8(g)) }

// MarshalText writes the name; the zero value and unknown grains are errors.
func (g Grain) MarshalText() ([]byte, error) { return enumMarshal("grain", grainNames[:], uint8(g)) }

// UnmarshalText reads a name.
func (g *Grain) UnmarshalText(text []byte) error {
	return enumUnmarshal("grain", grainNames[:], text, (*uint8)(g))
}

// index counts the periods of this grain on a line without gaps, so that one
// period follows another exactly when their indices do.
func (g Grain) index(d civil.Date) int32 {
	switch g {
	case Day:
		return int32(d.Days())
	case Week:
		return int32(floorDiv(d.Days()+3, 7)) // 1970-01-01 was a Thursday
	case Month:
		return int32(d.Year*12 + int(d.Month) - 1)
	case Year:
		return int32(d.Year)
	default:
		return int32(d.Year*4 + (int(d.Month)-1)/3)
	}
}

// first is the first day of the period with the index.
func (g Grain) first(i int32) civil.Date {
	n := int(i)
	switch g {
	case Day:
		return civil.FromDays(n)
	case Week:
		return civil.FromDays(n*7 - 3)
	case Month:
		return civil.Date{Year: floorDiv(n, 12), Month: time.Month(n-12*floorDiv(n, 12)) + 1, Day: 1}
	case Year:
		return civil.Date{Year: n, Month: time.January, Day: 1}
	default:
		return civil.Date{Year: floorDiv(n, 4), Month: time.Month(3*(n-4*floorDiv(n, 4))) + 1, Day: 1}
	}
}

// label names the period: 2011-12-09, 2011-W49, 2011-12, 2011 Q4, 2011.
func (g Grain) label(i int32) string {
	d := g.first(i)
	switch g {
	case Day:
		return d.String()
	case Week:
		year, week := d.Start(time.UTC).ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case Month:
		return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))
	case Year:
		return fmt.Sprintf("%04d", d.Year)
	default:
		return fmt.Sprintf("%04d Q%d", d.Year, (int(d.Month)-1)/3+1)
	}
}

func (g Grain) period(i int32, zone *time.Location) Period {
	return Period{g.first(i).Start(zone), g.first(i + 1).Start(zone)}
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// civilDate is the local date of an instant, refused outside the years 1 to 9999.
func civilDate(t time.Time, zone *time.Location) (civil.Date, error) {
	d := civil.Of(t.In(zone))
	if d.Year < civil.MinYear || d.Year > civil.MaxYear {
		return civil.Date{}, faultInt(ErrOutOfRange, "year", int64(d.Year), "years are 1 to 9999")
	}
	return d, nil
}

func zoneOr(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// zoneMark tells zones apart for the configuration hash: the name, and the
// offsets in both halves of one year, so that two fixed zones of one name differ.
func zoneMark(zone *time.Location) string {
	mark := zone.String()
	for _, month := range []time.Month{time.January, time.July} {
		_, offset := time.Date(2024, month, 1, 0, 0, 0, 0, time.UTC).In(zone).Zone()
		mark += "," + strconv.Itoa(offset)
	}
	return mark
}
