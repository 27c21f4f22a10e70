package cohort

import (
	"strconv"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Date is a civil date, without a zone. The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String writes the date as YYYY-MM-DD.
func (d Date) String() string { return civil.Date(d).String() }

// DayRule says which day an event belongs to, counted from the customer's first event,
// and in which zone. Rules are made by [Calendar], [Rolling24h] and [Rolling24hHourFloor];
// the zero value is Calendar in UTC.
type DayRule struct {
	kind ruleKind
	zone *time.Location
}

type ruleKind uint8

const (
	byCalendar ruleKind = iota
	byElapsed
	byElapsedHours
)

var ruleNames = [...]string{byCalendar: "calendar", byElapsed: "rolling24h", byElapsedHours: "rolling24h_hourfloor"}

// Calendar counts the difference of the local civil dates. A nil zone, and time.Local,
// whose meaning differs between machines, are refused where the rule is used.
func Calendar(zone *time.Location) DayRule { return DayRule{byCalendar, orNowhere(zone)} }

// Rolling24h counts whole 24 hours since the first event. The zone, with the same
// conditions as in [Calendar], says to which cohort the first event belongs.
func Rolling24h(zone *time.Location) DayRule { return DayRule{byElapsed, orNowhere(zone)} }

// Rolling24hHourFloor counts whole 24 hours between the two instants, each floored to the
// start of its local clock hour.
func Rolling24hHourFloor(zone *time.Location) DayRule {
	return DayRule{byElapsedHours, orNowhere(zone)}
}

// nowhere stands for a zone that was not given, so that it is told from the zero value's UTC.
const nowhere = "(no zone)"

func orNowhere(zone *time.Location) *time.Location {
	if zone == nil {
		return time.FixedZone(nowhere, 0)
	}
	return zone
}

// Zone is the zone of the rule.
func (r DayRule) Zone() *time.Location {
	if r.zone == nil {
		return time.UTC
	}
	return r.zone
}

// String is the rule with its zone, such as "calendar Europe/London".
func (r DayRule) String() string {
	if int(r.kind) >= len(ruleNames) {
		return "DayRule(" + strconv.Itoa(int(r.kind)) + ")"
	}
	return ruleNames[r.kind] + " " + r.Zone().String()
}

func (r DayRule) check() error {
	switch r.Zone().String() {
	case nowhere:
		return fault("DayRule", "needs a zone")
	case "Local":
		return fault("DayRule", "the zone Local is another one on every machine")
	}
	return nil
}

// The instants that are counted lie in the years of the calendar; a margin of a day
// leaves room for every offset.
var (
	earliest = civil.Date{Year: civil.MinYear, Month: time.January, Day: 2}.Start(time.UTC)
	latest   = civil.Date{Year: civil.MaxYear, Month: time.December, Day: 31}.Start(time.UTC)
)

// micros is an instant to the microsecond.
func micros(at time.Time) (int64, error) {
	if at.Before(earliest) || !at.Before(latest) {
		return 0, fault("instant", "lies outside the years %d to %d", civil.MinYear, civil.MaxYear)
	}
	return at.UnixMicro(), nil
}

// clock reads instants in a zone. It remembers where days begin, since finding that
// is the dear part.
type clock struct {
	zone   *time.Location
	starts map[int]int64
}

func newClock(zone *time.Location) *clock { return &clock{zone, map[int]int64{}} }

// start is the first microsecond of a day.
func (c *clock) start(day int) int64 {
	at, ok := c.starts[day]
	if !ok {
		at = civil.FromDays(day).Start(c.zone).UnixMicro()
		c.starts[day] = at
	}
	return at
}

// day is the number of the last day that begins at or before the instant. It is the
// local date, save where a clock set back over midnight reads a date that has
// already ended.
func (c *clock) day(at int64) int {
	day := civil.Of(time.UnixMicro(at).In(c.zone)).Days()
	if c.start(day+1) <= at {
		day++
	}
	return day
}

const (
	hour   = int64(time.Hour / time.Microsecond)
	rolled = 24 * hour
)

// hourOf is the instant floored to its local clock hour.
func (c *clock) hourOf(at int64) int64 {
	_, offset := time.UnixMicro(at).In(c.zone).Zone()
	local := at + int64(offset)*1e6
	return at - (local%hour+hour)%hour
}
