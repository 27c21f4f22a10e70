package expr

import (
	"fmt"
	"math"
	"time"
)

// Milliseconds of a day and of its parts, and the farthest instant from 1970 that
// ECMAScript's dates reach.
const (
	msSecond = 1000
	msMinute = 60 * msSecond
	msHour   = 60 * msMinute
	msDay    = 24 * msHour
	maxTime  = 8.64e15
)

func zoneOrUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// timeClip cuts milliseconds to a whole number, NaN where no date reaches.
func timeClip(ms float64) float64 {
	if !(math.Abs(ms) <= maxTime) { //nolint:gocritic // NaN
		return math.NaN()
	}
	return math.Trunc(ms) + 0
}

// wall is a local date and time taken apart, month from zero, days and the rest possibly
// out of range: [wall.instant] carries over, as ECMAScript's MakeDay and MakeTime do.
type wall struct {
	year, month, day          float64
	hour, minute, second, rem float64
}

// wallOf takes an instant apart in the zone. It must not be NaN.
func wallOf(ms float64, zone *time.Location) wall {
	t := time.UnixMilli(int64(ms)).In(zoneOrUTC(zone))
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return wall{
		float64(year), float64(month - 1), float64(day),
		float64(hour), float64(minute), float64(second), float64(t.Nanosecond() / int(time.Millisecond)),
	}
}

// instant puts the parts together. Where a local time does not exist the offset before
// the change is used, where it comes twice the first is meant (ECMAScript 2024, 21.4.1.26
// UTC(t)); this is not the rule of the rest of the house, which takes the change itself.
func (w wall) instant(zone *time.Location) float64 {
	return localToUTC(makeDay(w.year, w.month, w.day)*msDay+w.clock(), zone)
}

func (w wall) clock() float64 {
	return math.Trunc(w.hour)*msHour + math.Trunc(w.minute)*msMinute + math.Trunc(w.second)*msSecond + math.Trunc(w.rem)
}

// makeDay counts the days from 1970-01-01, NaN where a part is not finite or far out.
func makeDay(year, month, day float64) float64 {
	const far = 1e9
	year, month, day = math.Trunc(year), math.Trunc(month), math.Trunc(day)
	if !(math.Abs(year) < far && math.Abs(month) < far && math.Abs(day) < far*1e6) { //nolint:gocritic // NaN
		return math.NaN()
	}
	year += math.Floor(month / 12)
	month -= math.Floor(month/12) * 12
	if math.Abs(year) > 400_000 {
		return math.NaN()
	}
	return float64(daysBefore(int64(year), int64(month))) + day - 1
}

// daysBefore counts the days from 1970-01-01 to the first of a month (from zero) in the
// proleptic Gregorian calendar.
func daysBefore(year, month int64) int64 {
	month++
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	if year < 0 {
		era = (year - 399) / 400
	}
	ofEra := year - era*400
	ofYear := (153*(month-3) + 2) / 5
	return era*146_097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719_468
}

func localToUTC(local float64, zone *time.Location) float64 {
	if !(math.Abs(local) <= maxTime+2*msDay) { //nolint:gocritic // NaN
		return math.NaN()
	}
	before, after := offset(local-msDay, zone), offset(local+msDay, zone)
	first, second := local-before, local-after
	switch {
	case before == after:
		return timeClip(first)
	case offset(first, zone) == before && offset(second, zone) == after:
		return timeClip(math.Min(first, second))
	case offset(second, zone) == after:
		return timeClip(second)
	default:
		return timeClip(first)
	}
}

// offset is the zone's distance from UTC at an instant, in milliseconds.
func offset(ms float64, zone *time.Location) float64 {
	if zone == nil || zone == time.UTC {
		return 0
	}
	_, seconds := time.UnixMilli(int64(ms)).In(zone).Zone()
	return float64(seconds) * msSecond
}

// civilDay is Date.UTC of the local date of an instant, in days. ECMAScript adds 1900 to
// the years 0 to 99 there.
func civilDay(ms float64, zone *time.Location) float64 {
	if ms != ms { //nolint:gocritic // NaN
		return ms
	}
	w := wallOf(ms, zone)
	if w.year >= 0 && w.year <= 99 {
		w.year += 1900
	}
	return makeDay(w.year, w.month, w.day)
}

// dateString is Date.prototype.toString.
func dateString(ms float64, zone *time.Location) string {
	if ms != ms { //nolint:gocritic // NaN
		return "Invalid Date"
	}
	t := time.UnixMilli(int64(ms)).In(zoneOrUTC(zone))
	name, _ := t.Zone()
	if name == "UTC" {
		name = "Coordinated Universal Time"
	}
	year, sign := t.Year(), ""
	if year < 0 {
		year, sign = -year, "-"
	}
	return fmt.Sprintf("%s %s%04d %s (%s)", t.Format("Mon Jan 02"), sign, year, t.Format("15:04:05 GMT-0700"), name)
}

// DateText is the day of a date in the zone (nil means UTC) as a question stores it,
// "2026-01-15"; ok is false for any other kind and for an invalid date.
func DateText(v Value, zone *time.Location) (text string, ok bool) {
	t, ok := v.Time(zone)
	if !ok {
		return "", false
	}
	return fmt.Sprintf("%d-%02d-%02d", t.Year(), t.Month(), t.Day()), true
}
