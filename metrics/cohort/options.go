package cohort

import (
	"errors"
	"strconv"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/civil"
)

// Grain is the span of first events that share a cohort. The zero value is ByDay.
type Grain uint8

// The grains.
const (
	ByDay Grain = iota
	ByWeek
	ByMonth
	ByQuarter
	ByYear
	// Everyone puts all customers into one cohort.
	Everyone
)

var grainNames = []string{"day", "week", "month", "quarter", "year", "everyone"}

// Unit is the step of periods since the first event. The zero value is Days.
type Unit uint8

// The units. The calendar ones need the day rule [Calendar].
const (
	// Days of the day rule.
	Days Unit = iota
	// SevenDays is blocks of seven days from the first day.
	SevenDays
	// ThirtyDays is blocks of thirty days from the first day: Amplitude's months.
	ThirtyDays
	// CalendarWeeks is weeks of the calendar: period 1 begins at the first WeekStart after the first event.
	CalendarWeeks
	// CalendarMonths is months of the calendar: period 1 is the month after the first event's.
	CalendarMonths
	// AnniversaryMonths is months from the first day: period 1 begins on the same day of the
	// next month, or on its last day where it has no such day.
	AnniversaryMonths
)

var unitNames = []string{"days", "seven-days", "thirty-days", "calendar-weeks", "calendar-months", "anniversary-months"}

// Mode is what "came back" means. The zero value is Bounded.
type Mode uint8

// The modes; the package documentation says what each counts.
const (
	Bounded Mode = iota
	Unbounded
	Rolling
	Brackets
)

var modeNames = []string{"bounded", "unbounded", "rolling", "brackets"}

// WeekStart is the first day of a week. The zero value is Monday (ISO 8601).
type WeekStart uint8

// The days that weeks begin on somewhere.
const (
	Monday WeekStart = iota
	Saturday
	Sunday
)

var weekNames = []string{"monday", "saturday", "sunday"}

// String is the name of the grain: day, week, month, quarter, year or everyone.
func (g Grain) String() string { return name(grainNames, uint8(g)) }

// MarshalText writes the name.
func (g Grain) MarshalText() ([]byte, error) { return marshal("Grain", grainNames, uint8(g)) }

// UnmarshalText reads a name that MarshalText writes.
func (g *Grain) UnmarshalText(text []byte) error {
	return unmarshal("Grain", grainNames, text, (*uint8)(g))
}

// String is the name of the unit, such as calendar-months.
func (u Unit) String() string { return name(unitNames, uint8(u)) }

// MarshalText writes the name.
func (u Unit) MarshalText() ([]byte, error) { return marshal("Unit", unitNames, uint8(u)) }

// UnmarshalText reads a name that MarshalText writes.
func (u *Unit) UnmarshalText(text []byte) error {
	return unmarshal("Unit", unitNames, text, (*uint8)(u))
}

// String is the name of the mode: bounded, unbounded, rolling or brackets.
func (m Mode) String() string { return name(modeNames, uint8(m)) }

// MarshalText writes the name.
func (m Mode) MarshalText() ([]byte, error) { return marshal("Mode", modeNames, uint8(m)) }

// UnmarshalText reads a name that MarshalText writes.
func (m *Mode) UnmarshalText(text []byte) error {
	return unmarshal("Mode", modeNames, text, (*uint8)(m))
}

// String is the name of the day: monday, saturday or sunday.
func (w WeekStart) String() string { return name(weekNames, uint8(w)) }

// MarshalText writes the name.
func (w WeekStart) MarshalText() ([]byte, error) { return marshal("WeekStart", weekNames, uint8(w)) }

// UnmarshalText reads a name that MarshalText writes.
func (w *WeekStart) UnmarshalText(text []byte) error {
	return unmarshal("WeekStart", weekNames, text, (*uint8)(w))
}

func name(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown " + strconv.Itoa(int(v))
}

func marshal(kind string, names []string, v uint8) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fault(kind, "%d has no name", v)
	}
	return []byte(names[v]), nil
}

func unmarshal(kind string, names []string, text []byte, into *uint8) error {
	for i, n := range names {
		if n == string(text) {
			*into = uint8(i) //nolint:gosec // an index of a short list
			return nil
		}
	}
	return fault(kind, "%.30q is no such name", text)
}

// Bracket is the periods From to To, both included.
type Bracket struct{ From, To int }

// String is the bracket as "3-7", or "3" for a single period.
func (b Bracket) String() string {
	if b.From == b.To {
		return strconv.Itoa(b.From)
	}
	return strconv.Itoa(b.From) + "-" + strconv.Itoa(b.To)
}

// Options are the choices of a [Matrix]. Nil and zero fields mean the defaults.
type Options struct {
	// By is the grain of the cohorts; the default is ByDay.
	By Grain
	// Unit is the step of the periods; the default is Days.
	Unit Unit
	// Mode is what counts as coming back; the default is Bounded.
	Mode Mode
	// Last is the last period, from 1 to 10,000; 0 means 12. Brackets bring their own.
	Last int
	// Window is the width of mode Rolling in periods, from 1 to 10,000; 0 means 7.
	Window int
	// Brackets belong to mode Brackets: one at least, in ascending order of To, each with
	// 0 <= From <= To <= 10,000. They may overlap.
	Brackets []Bracket
	// WeekStart is the first day of the weeks of ByWeek and CalendarWeeks; the default is Monday.
	WeekStart WeekStart
}

const (
	maxPeriod     = 10_000
	defaultLast   = 12
	defaultWindow = 7
)

// plan is what a matrix counts: options with their defaults, checked.
type plan struct {
	rule  DayRule
	asOf  int64 // microseconds
	today int   // the day of asOf
	opts  Options
}

func newPlan(rule DayRule, asOf time.Time, o *Options) (plan, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	opts.Brackets = append([]Bracket(nil), opts.Brackets...)
	if opts.Last == 0 {
		opts.Last = defaultLast
	}
	if opts.Mode == Rolling && opts.Window == 0 {
		opts.Window = defaultWindow
	}
	at, err := micros(asOf)
	if err := errors.Join(rule.check(), err, opts.check(rule)); err != nil {
		return plan{}, err
	}
	p := plan{rule: rule, asOf: at, opts: opts}
	p.today = newClock(rule.Zone()).day(at)
	return p, nil
}

func (o *Options) check(rule DayRule) error {
	var f []error
	for _, e := range []struct {
		field string
		names []string
		value uint8
	}{
		{"Options.By", grainNames, uint8(o.By)},
		{"Options.Unit", unitNames, uint8(o.Unit)},
		{"Options.Mode", modeNames, uint8(o.Mode)},
		{"Options.WeekStart", weekNames, uint8(o.WeekStart)},
	} {
		if _, err := marshal(e.field, e.names, e.value); err != nil {
			f = append(f, err)
		}
	}
	if o.Last < 1 || o.Last > maxPeriod {
		f = append(f, fault("Options.Last", "%d is not from 1 to %d", o.Last, maxPeriod))
	}
	if o.Mode == Rolling && (o.Window < 1 || o.Window > maxPeriod) {
		f = append(f, fault("Options.Window", "%d is not from 1 to %d", o.Window, maxPeriod))
	}
	if rule.kind != byCalendar && o.Unit >= CalendarWeeks {
		f = append(f, fault("Options.Unit", "%s need the day rule Calendar", o.Unit))
	}
	if o.Mode == Brackets {
		f = append(f, o.checkBrackets()...)
	} else if len(o.Brackets) > 0 {
		f = append(f, fault("Options.Brackets", "belong to the mode Brackets"))
	}
	return errors.Join(f...)
}

func (o *Options) checkBrackets() (f []error) {
	if len(o.Brackets) == 0 || len(o.Brackets) > maxPeriod {
		f = append(f, fault("Options.Brackets", "%d brackets are not from 1 to %d", len(o.Brackets), maxPeriod))
	}
	for i, b := range o.Brackets {
		if b.From < 0 || b.From > b.To || b.To > maxPeriod {
			f = append(f, fault("Options.Brackets", "bracket %d, from %d to %d, is not within 0 to %d", i, b.From, b.To, maxPeriod))
		}
		if i > 0 && b.To < o.Brackets[i-1].To {
			f = append(f, fault("Options.Brackets", "bracket %d ends before the one before", i))
		}
	}
	return f
}

// columns is how many cells a cohort may have.
func (p *plan) columns() int {
	if p.opts.Mode == Brackets {
		return len(p.opts.Brackets)
	}
	return p.opts.Last + 1
}

// lastPeriod is the last period of a column.
func (p *plan) lastPeriod(column int) int {
	if p.opts.Mode == Brackets {
		return p.opts.Brackets[column].To
	}
	return column
}

// hash is the configuration that merged matrices must share. The offsets of the zone at
// a few instants tell fixed zones of one name apart.
func (p *plan) hash() uint64 {
	parts := []string{p.rule.String(), strconv.FormatInt(p.asOf, 10), strconv.Itoa(p.today)}
	for _, at := range []int64{0, 1_000_000_000, 1_710_000_000, 1_720_000_000} {
		_, offset := time.Unix(at, 0).In(p.rule.Zone()).Zone()
		parts = append(parts, strconv.Itoa(offset))
	}
	o := &p.opts
	parts = append(parts, o.By.String(), o.Unit.String(), o.Mode.String(), strconv.Itoa(o.Last), strconv.Itoa(o.Window), o.WeekStart.String())
	for _, b := range o.Brackets {
		parts = append(parts, b.String())
	}
	return binenc.Hash(parts...)
}

// week is the number of the week that holds a day.
func (o *Options) week(day int) int { return floorDiv(day-o.monday(), 7) }

// monday is a day on which weeks begin: 1970-01-01 was a Thursday.
func (o *Options) monday() int {
	switch o.WeekStart {
	case Saturday:
		return 2
	case Sunday:
		return 3
	case Monday:
	}
	return 4
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// month counts months from year 0.
func month(day int) int {
	d := civil.FromDays(day)
	return d.Year*12 + int(d.Month) - 1
}

func monthStart(m int) int {
	y := floorDiv(m, 12)
	return civil.Date{Year: y, Month: time.Month(m-12*y) + 1, Day: 1}.Days()
}

// cohort is the first day of the cohort that holds a day.
func (o *Options) cohort(day int) int {
	switch o.By {
	case ByWeek:
		return 7*o.week(day) + o.monday()
	case ByMonth:
		return monthStart(month(day))
	case ByQuarter:
		return monthStart(floorDiv(month(day), 3) * 3)
	case ByYear:
		return monthStart(floorDiv(month(day), 12) * 12)
	case Everyone:
		return 0
	case ByDay:
	}
	return day
}

// next is the first day after the cohort that begins on a day.
func (o *Options) next(start int) int {
	switch o.By {
	case ByWeek:
		return start + 7
	case ByMonth:
		return monthStart(month(start) + 1)
	case ByQuarter:
		return monthStart(month(start) + 3)
	case ByYear:
		return monthStart(month(start) + 12)
	case Everyone, ByDay:
	}
	return start + 1
}

// label names the cohort that begins on a day.
func (o *Options) label(start int) string {
	d := civil.FromDays(start)
	switch o.By {
	case ByMonth:
		return d.String()[:7]
	case ByQuarter:
		return d.String()[:4] + " Q" + strconv.Itoa((int(d.Month)+2)/3)
	case ByYear:
		return d.String()[:4]
	case Everyone:
		return Everyone.String()
	case ByDay, ByWeek:
	}
	return d.String()
}

// period is the period of an event on a day, for a first event on another; days are
// civil days, or whole 24 hours since the first event.
func (o *Options) period(first, day int) int {
	switch o.Unit {
	case SevenDays:
		return (day - first) / 7
	case ThirtyDays:
		return (day - first) / 30
	case CalendarWeeks:
		return o.week(day) - o.week(first)
	case CalendarMonths:
		return month(day) - month(first)
	case AnniversaryMonths:
		n := month(day) - month(first)
		if civil.FromDays(first).AddMonths(n).Days() > day {
			n--
		}
		return n
	case Days:
	}
	return day - first
}

// end is the first day after a period.
func (o *Options) end(first, period int) int {
	switch o.Unit {
	case SevenDays:
		return first + 7*(period+1)
	case ThirtyDays:
		return first + 30*(period+1)
	case CalendarWeeks:
		return 7*(o.week(first)+period+1) + o.monday()
	case CalendarMonths:
		return monthStart(month(first) + period + 1)
	case AnniversaryMonths:
		return civil.FromDays(first).AddMonths(period + 1).Days()
	case Days:
	}
	return first + period + 1
}
