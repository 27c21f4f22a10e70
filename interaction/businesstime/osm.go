package businesstime

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
)

// OSMOptions tunes [ParseOSM]. Nil is the default.
type OSMOptions struct {
	// PublicHolidays are what PH means: "PH off" becomes these closures. Without
	// them PH is not supported, since the format leaves them to the reader.
	PublicHolidays []Closure
}

// maxOSM is the length that the tag may have in OpenStreetMap.
const maxOSM = 255 * 8

// ParseOSM reads a subset of the opening_hours format of OpenStreetMap
// (Key:opening_hours/specification, version 0.7.3):
//
//	24/7
//	Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00; Su off
//	Mo-Su 22:00-06:00                    also written 22:00-30:00
//	Dec 25 off; Dec 24-Jan 02 off        every year
//	easter off; easter +1 day off
//	May Mo[1] off; Nov Th[4] +1 day off
//	2024 Dec 24 09:00-12:00              one date, with hours or off
//	2024 Aug 01-2024 Aug 20 off
//	PH off                               with OSMOptions
//
// An "off" date also ends a span of the evening before at midnight, as closures do
// here.
//
// Rules stand in this order: weekdays first, since in this format a later rule
// overrides an earlier one for the days that it names; so "off" after the hours of
// a date takes them back. Comments in quotes are left
// out. Anything else is [ErrUnsupported]; every error unwraps to [ErrSpec] and all
// are reported at once.
func ParseOSM(text, zone string, opts *OSMOptions) (Spec, error) {
	if len(text) > maxOSM {
		return Spec{}, fmt.Errorf("%w: more than %d bytes", ErrSpec, maxOSM)
	}
	p := osmParser{spec: Spec{Zone: zone, Versions: []Version{{}}}}
	if opts != nil {
		p.holidays = opts.PublicHolidays
	}
	var faults []error
	for i, rule := range strings.Split(text, ";") {
		rule = strings.TrimSpace(rule)
		if rule == "" && i > 0 {
			continue
		}
		if err := p.rule(rule); err != nil {
			faults = append(faults, &SpecError{fmt.Sprintf("rule %d", i+1), clip(rule), err})
		}
	}
	if len(faults) > 0 {
		return Spec{}, errors.Join(faults...)
	}
	return p.spec, nil
}

type osmParser struct {
	spec     Spec
	holidays []Closure
	dated    bool // a rule for dates was read
}

var errSyntax = fmt.Errorf("%w: not in the subset", ErrUnsupported)

// rule reads one rule: what days, then what hours.
func (p *osmParser) rule(text string) error {
	for strings.Contains(text, `"`) {
		before, rest, _ := strings.Cut(text, `"`)
		_, after, closed := strings.Cut(rest, `"`)
		if !closed {
			return errSyntax
		}
		text = strings.TrimSpace(before + " " + after)
	}
	if text == "24/7" {
		text = "Mo-Su 00:00-24:00"
	}
	fields := strings.Fields(text)
	n := len(fields)
	if n == 0 {
		return errSyntax
	}
	// The hours are the last field; everything before it names days.
	last := fields[n-1]
	if last == "off" || last == "closed" {
		return p.apply(fields[:n-1], nil)
	}
	if strings.Contains(last, ":") {
		k := n - 1
		for k > 0 && strings.HasSuffix(fields[k-1], ",") && strings.Contains(fields[k-1], ":") {
			k-- // 09:00-12:00, 13:00-17:00
		}
		spans, err := osmTimes(strings.Join(fields[k:], ""))
		if err != nil {
			return err
		}
		return p.apply(fields[:k], spans)
	}
	return errSyntax
}

func osmTimes(text string) ([]Span, error) {
	var out []Span
	for _, part := range strings.Split(text, ",") {
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			return nil, errSyntax
		}
		open, err := ParseTimeOfDay(from)
		if err != nil || len(from) != 5 || open == day {
			return nil, ErrClock
		}
		end, err := osmEnd(to)
		if err != nil {
			return nil, err
		}
		if end > day {
			if end -= day; end > open {
				return nil, fmt.Errorf("%w: more than 24 hours", ErrClock)
			}
		}
		out = append(out, Span{open, end})
	}
	return out, nil
}

// osmEnd reads a closing time, which may be up to 48:00.
func osmEnd(s string) (TimeOfDay, error) {
	if t, err := ParseTimeOfDay(s); err == nil && len(s) == 5 {
		return t, nil
	}
	if len(s) != 5 || s[2] != ':' {
		return 0, ErrClock
	}
	h, err1 := strconv.Atoi(s[:2])
	m, err2 := strconv.Atoi(s[3:])
	if err1 != nil || err2 != nil || h < 24 || h > 48 || m < 0 || m > 59 || (h == 48 && m > 0) {
		return 0, ErrClock
	}
	return Clock(h, m), nil
}

// apply gives the days that the fields name the spans; nil is off.
func (p *osmParser) apply(days []string, spans []Span) error {
	if len(days) == 0 {
		days = []string{"Mo-Su"}
	}
	if len(days) == 1 {
		if days[0] == "PH" {
			return p.publicHolidays(spans)
		}
		if set, ok := osmWeekdays(days[0]); ok {
			if p.dated {
				return fmt.Errorf("%w: weekdays after dates would override them", ErrUnsupported)
			}
			for wd := range set {
				if set[wd] {
					p.spec.Versions[0].Hours[wd] = append([]Span(nil), spans...)
				}
			}
			return nil
		}
	}
	p.dated = true
	rule, err := osmDates(strings.Join(days, " "))
	if err != nil {
		return err
	}
	one, isDay := rule.(Day)
	switch {
	case spans == nil: // here an override beats a closure, there the later rule wins
		p.closeDates(Closure{Rule: rule})
		p.spec.Closed = append(p.spec.Closed, Closure{Rule: rule})
	case isDay:
		if p.spec.Overrides == nil {
			p.spec.Overrides = map[Date][]Span{}
		}
		p.spec.Overrides[one.Date] = spans
	default:
		return fmt.Errorf("%w: hours for dates that come back", ErrUnsupported)
	}
	return nil
}

func (p *osmParser) publicHolidays(spans []Span) error {
	if spans != nil || len(p.holidays) == 0 {
		return fmt.Errorf("%w: PH needs the public holidays, and can only be off", ErrUnsupported)
	}
	p.dated = true
	for _, c := range p.holidays {
		if c.Rule != nil { // New reports one without
			p.closeDates(c)
		}
	}
	p.spec.Closed = append(p.spec.Closed, p.holidays...)
	return nil
}

// closeDates takes back the hours of single dates that a later rule closes.
func (p *osmParser) closeDates(c Closure) {
	maps.DeleteFunc(p.spec.Overrides, func(d Date, _ []Span) bool { return c.names(d) })
}

var osmDays = [7]string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}

func osmWeekday(s string) (time.Weekday, bool) {
	for wd, name := range osmDays {
		if name == s {
			return time.Weekday(wd), true
		}
	}
	return 0, false
}

// osmWeekdays reads Mo-Fr,Su.
func osmWeekdays(s string) (set [7]bool, ok bool) {
	for _, part := range strings.Split(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		a, okA := osmWeekday(from)
		b, okB := osmWeekday(to)
		if !okA || !okB {
			return set, false
		}
		for wd := a; ; wd = (wd + 1) % 7 {
			set[wd] = true
			if wd == b {
				break
			}
		}
	}
	return set, true
}

func osmMonth(s string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if m.String()[:3] == s {
			return m, true
		}
	}
	return 0, false
}

// osmDates reads the days of a rule that names dates.
func osmDates(s string) (Rule, error) {
	fields := strings.Fields(strings.ReplaceAll(s, "-", " - "))
	offset, rest, err := osmOffset(s)
	if err != nil {
		return nil, err
	}
	head := strings.Fields(rest)
	if len(head) == 1 && head[0] == "easter" {
		return EasterDay{Offset: offset}, nil
	}
	if len(head) == 2 && strings.HasSuffix(head[1], "]") {
		return osmNth(head[0], head[1], offset)
	}
	from, rest2, err := osmDate(fields, Date{})
	if err != nil {
		return nil, err
	}
	if len(rest2) == 0 {
		return osmRule(from, from), nil
	}
	if rest2[0] != "-" {
		return nil, errSyntax
	}
	to, rest2, err := osmDate(rest2[1:], from)
	if err != nil || len(rest2) > 0 || (from.Year == 0) != (to.Year == 0) {
		return nil, errSyntax
	}
	return osmRule(from, to), nil
}

func osmRule(from, to Date) Rule {
	switch {
	case from.Year == 0 && from == to:
		return Yearly{First: MonthDay{from.Month, from.Day}}
	case from.Year == 0:
		return Yearly{First: MonthDay{from.Month, from.Day}, Last: MonthDay{to.Month, to.Day}}
	case from == to:
		return Day{from}
	}
	return Range{from, to}
}

// osmOffset takes "+1 day" or "-2 days" off the end.
func osmOffset(s string) (offset int, rest string, err error) {
	fields := strings.Fields(s)
	n := len(fields)
	if n < 3 || (fields[n-1] != "day" && fields[n-1] != "days") {
		return 0, s, nil
	}
	offset, err = strconv.Atoi(fields[n-2])
	if err != nil || (fields[n-2][0] != '+' && fields[n-2][0] != '-') || offset < -366 || offset > 366 {
		return 0, s, errSyntax
	}
	return offset, strings.Join(fields[:n-2], " "), nil
}

func osmNth(month, nth string, offset int) (Rule, error) {
	m, ok := osmMonth(month)
	name, n, cut := strings.Cut(strings.TrimSuffix(nth, "]"), "[")
	wd, okDay := osmWeekday(name)
	i, err := strconv.Atoi(n)
	if !ok || !cut || !okDay || err != nil || i == 0 || i < -5 || i > 5 {
		return nil, errSyntax
	}
	return NthWeekday{Month: m, Weekday: wd, N: i, Offset: offset}, nil
}

// osmDate reads [year] Month day, or a day alone after a month.
func osmDate(f []string, after Date) (Date, []string, error) {
	d := Date{}
	if len(f) > 0 && len(f[0]) == 4 {
		y, err := strconv.Atoi(f[0])
		if err != nil || y < minYear {
			return d, nil, errSyntax
		}
		d.Year, f = y, f[1:]
	}
	if len(f) > 0 {
		if m, ok := osmMonth(f[0]); ok {
			d.Month, f = m, f[1:]
		}
	}
	if d.Month == 0 && d.Year == 0 {
		d.Year, d.Month = after.Year, after.Month
	}
	if len(f) == 0 || len(f[0]) > 2 {
		return d, nil, errSyntax
	}
	n, err := strconv.Atoi(f[0])
	if err != nil {
		return d, nil, errSyntax
	}
	d.Day = n
	if d.Year == 0 && !(MonthDay{d.Month, d.Day}).IsValid() || d.Year != 0 && !d.IsValid() {
		return d, nil, ErrDate
	}
	return d, f[1:], nil
}

// OSM writes the spec in the subset that [ParseOSM] reads. [ErrUnsupported] for what
// the subset cannot say: several versions, a version with a start, hours with
// seconds, observed holidays, Orthodox Easter, years of recurring rules, a break that
// splits a span after midnight.
func (s Spec) OSM() (string, error) {
	if _, err := s.check(); err != nil {
		return "", err
	}
	if len(s.Versions) > 1 || (len(s.Versions) == 1 && !s.Versions[0].From.IsZero()) {
		return "", fmt.Errorf("%w: hours that change on a date", ErrUnsupported)
	}
	var rules []string
	if len(s.Versions) == 1 {
		week, err := osmWeek(&s.Versions[0])
		if err != nil {
			return "", err
		}
		rules = append(rules, week...)
	}
	for i := range s.Closed {
		text, err := osmClosure(&s.Closed[i])
		if err != nil {
			return "", err
		}
		rules = append(rules, text+" off")
	}
	dates := cloneDates(s.Overrides)
	for _, d := range sortedDates(s.Breaks) {
		breaks := s.Breaks[d]
		if _, ok := dates[d]; !ok {
			v := s.version(d)
			if v == nil || len(s.closures(d)) > 0 {
				continue // nothing is open that the break could end
			}
			dates[d] = v.Hours[d.Weekday()]
			breaks = append(append([]Span{}, breaks...), v.Breaks[d.Weekday()]...)
		}
		left, err := effective(dates[d], breaks)
		if err != nil {
			return "", err
		}
		dates[d] = left
	}
	for _, d := range sortedDates(dates) {
		hours, err := osmSpans(dates[d])
		if err != nil {
			return "", err
		}
		rules = append(rules, osmDateText(d)+" "+hours)
	}
	if len(rules) == 0 {
		return "off", nil
	}
	return strings.Join(rules, "; "), nil
}

// osmWeek writes the days from Monday, those with equal hours in a row together.
func osmWeek(v *Version) ([]string, error) {
	var hours [7]string
	for i := range hours {
		wd := (i + 1) % 7
		spans, err := effective(v.Hours[wd], v.Breaks[wd])
		if err != nil {
			return nil, err
		}
		if hours[i], err = osmSpans(spans); err != nil {
			return nil, err
		}
	}
	var out []string
	for i := 0; i < 7; {
		k := i + 1
		for k < 7 && hours[k] == hours[i] {
			k++
		}
		name := osmDays[(i+1)%7]
		if k > i+1 {
			name += "-" + osmDays[k%7]
		}
		out = append(out, name+" "+hours[i])
		i = k
	}
	return out, nil
}

func osmSpans(spans []Span) (string, error) {
	if len(spans) == 0 {
		return "off", nil
	}
	parts := make([]string, len(spans))
	for i, s := range spans {
		if s.Open%60 != 0 || s.Close%60 != 0 {
			return "", fmt.Errorf("%w: seconds in %s", ErrUnsupported, s)
		}
		parts[i] = s.String()
	}
	return strings.Join(parts, ","), nil
}

func osmDateText(d Date) string {
	return fmt.Sprintf("%04d %s %02d", d.Year, d.Month.String()[:3], d.Day)
}

func osmClosure(c *Closure) (string, error) {
	if c.FirstYear != 0 || c.LastYear != 0 {
		return "", fmt.Errorf("%w: %s holds for some years only", ErrUnsupported, *c)
	}
	monthDay := func(m MonthDay) string { return fmt.Sprintf("%s %02d", m.Month.String()[:3], m.Day) }
	days := func(n int) string {
		switch n {
		case 0:
			return ""
		case 1, -1:
			return fmt.Sprintf(" %+d day", n)
		}
		return fmt.Sprintf(" %+d days", n)
	}
	switch r := c.Rule.(type) {
	case Day:
		return osmDateText(r.Date), nil
	case Range:
		return osmDateText(r.First) + "-" + osmDateText(r.Last), nil
	case Yearly:
		if r.Observed != AsIs {
			break
		}
		if r.Last.IsZero() || r.Last == r.First {
			return monthDay(r.First), nil
		}
		return monthDay(r.First) + "-" + monthDay(r.Last), nil
	case NthWeekday:
		return fmt.Sprintf("%s %s[%d]", r.Month.String()[:3], osmDays[r.Weekday], r.N) + days(r.Offset), nil
	case EasterDay:
		if r.Rite == Western {
			return "easter" + days(r.Offset), nil
		}
	}
	return "", fmt.Errorf("%w: %s", ErrUnsupported, *c)
}
