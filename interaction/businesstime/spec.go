package businesstime

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
)

// Spec says when something is open, in the words of the people who run it. It is
// plain data; [New] checks and compiles it.
//
// What is open on a date, in order of precedence:
//
//  1. The date's entry in Overrides replaces its own hours and lifts any closure
//     (an empty entry: no hours of its own).
//  2. A closure closes the local date: its own hours do not open, and the part
//     after midnight of a span begun the evening before ends at midnight.
//  3. Otherwise the version in force on the date gives the hours of its weekday,
//     less that version's weekly breaks.
//  4. A span begun the evening before runs on into the date (also into one with
//     an override, but not into a closed one).
//  5. The date's entry in Breaks is taken off last, and may run overnight too.
//
// Spans of one date that overlap are united.
type Spec struct {
	ID   string // how the host calls the calendar; it appears in explanations
	Zone string // IANA name, as in Europe/London; required unless Location is set
	// Location, where set, is used instead of loading Zone: for hosts that carry
	// their own time zone data.
	Location *time.Location
	// Versions are the weekly hours, each in force from its date to the next one's.
	// Before the first, and without any, nothing is open.
	Versions  []Version
	Closed    []Closure // at most 1,000 of them recurring
	Overrides map[Date][]Span
	Breaks    map[Date][]Span
}

// Version is the weekly hours from a date on. A zero From is "since ever".
type Version struct {
	From  Date
	Hours Week
	// Breaks are taken off the hours that open on the same weekday.
	Breaks Week
}

// clone copies everything that the caller could still change.
func (s Spec) clone() Spec {
	s.Versions = append([]Version(nil), s.Versions...)
	for i := range s.Versions {
		s.Versions[i].Hours = s.Versions[i].Hours.clone()
		s.Versions[i].Breaks = s.Versions[i].Breaks.clone()
	}
	s.Closed = append([]Closure(nil), s.Closed...)
	s.Overrides, s.Breaks = cloneDates(s.Overrides), cloneDates(s.Breaks)
	return s
}

func cloneDates(m map[Date][]Span) map[Date][]Span {
	out := make(map[Date][]Span, len(m))
	for d, spans := range m {
		out[d] = append([]Span(nil), spans...)
	}
	return out
}

// sortedDates gives the dates of a map in order.
func sortedDates(m map[Date][]Span) []Date {
	dates := make([]Date, 0, len(m))
	for d := range m {
		dates = append(dates, d)
	}
	sort.Slice(dates, func(i, j int) bool { return dates[i].Compare(dates[j]) < 0 })
	return dates
}

// location is the zone of the spec.
func (s *Spec) location() (*time.Location, error) {
	if s.Location != nil {
		if s.Location.String() == "Local" {
			return nil, fmt.Errorf("%w: the machine's own zone has no name", ErrZone)
		}
		return s.Location, nil
	}
	if s.Zone == "" || strings.EqualFold(s.Zone, "local") {
		return nil, fmt.Errorf("%w: an IANA name is needed", ErrZone)
	}
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrZone, clip(s.Zone))
	}
	return loc, nil
}

// maxRecurring bounds the recurring closures, each of which is worked out for every
// year that looks like no other.
const maxRecurring = 1000

// check gives the location and every fault of the spec, joined.
func (s *Spec) check() (*time.Location, error) {
	var faults []error
	add := func(field string, value any, err error) {
		faults = append(faults, &SpecError{field, fmt.Sprint(value), err})
	}
	loc, err := s.location()
	if err != nil {
		add("zone", clip(s.Zone), err)
	}
	s.checkVersions(add)
	recurring := 0
	for i := range s.Closed {
		s.Closed[i].check(fmt.Sprintf("closed[%d]", i), add)
		switch s.Closed[i].Rule.(type) {
		case Yearly, NthWeekday, EasterDay:
			recurring++
		}
	}
	if recurring > maxRecurring {
		add("closed", recurring, fmt.Errorf("%w: at most %d recurring closures", ErrRange, maxRecurring))
	}
	checkDates("overrides", s.Overrides, add)
	checkDates("breaks", s.Breaks, add)
	return loc, errors.Join(faults...)
}

func (s *Spec) checkVersions(add func(string, any, error)) {
	for i := range s.Versions {
		v := &s.Versions[i]
		at := fmt.Sprintf("versions[%d]", i)
		if !v.From.IsZero() && !v.From.IsValid() {
			add(at+".from", v.From, ErrDate)
		}
		if i > 0 && v.From.Compare(s.Versions[i-1].From) <= 0 {
			add(at+".from", v.From, fmt.Errorf("%w: versions must be in the order of their dates, each once", ErrRange))
		}
		checkWeek(at+".hours", v.Hours, add)
		checkWeek(at+".breaks", v.Breaks, add)
	}
}

func checkWeek(at string, w Week, add func(string, any, error)) {
	for d, spans := range w {
		checkSpans(at+"."+strings.ToLower(time.Weekday(d).String()), spans, add)
	}
}

func checkDates(at string, m map[Date][]Span, add func(string, any, error)) {
	for _, d := range sortedDates(m) {
		if !d.IsValid() {
			add(at, d, ErrDate)
		}
		checkSpans(at+"."+d.String(), m[d], add)
	}
}

func checkSpans(at string, spans []Span, add func(string, any, error)) {
	for i, s := range spans {
		if !s.isValid() {
			add(fmt.Sprintf("%s[%d]", at, i), s, ErrClock)
		}
	}
}

func (c *Closure) check(at string, add func(string, any, error)) {
	if c.Rule == nil {
		add(at+".rule", "none", fmt.Errorf("%w: a closure needs a rule", ErrRange))
		return
	}
	switch c.Rule.(type) {
	case Day, Range:
		if c.FirstYear != 0 || c.LastYear != 0 {
			add(at+".years", fmt.Sprintf("%d to %d", c.FirstYear, c.LastYear), fmt.Errorf("%w: only a recurring rule has years", ErrRange))
		}
	case Yearly, NthWeekday, EasterDay:
		if c.FirstYear < 0 || c.LastYear < 0 || c.FirstYear > maxYear || c.LastYear > maxYear ||
			(c.LastYear != 0 && c.LastYear < c.FirstYear) {
			add(at+".years", fmt.Sprintf("%d to %d", c.FirstYear, c.LastYear), ErrRange)
		}
	default:
		add(at+".rule", fmt.Sprintf("%T", c.Rule), fmt.Errorf("%w: a rule is a value of one of the five kinds", ErrRange))
		return
	}
	c.Rule.faults(func(field string, value any, err error) { add(at+"."+field, value, err) })
}
