package businesstime

import (
	"fmt"
	"slices"
	"time"
)

// Problem is a kind of finding.
type Problem int

// What Lint finds. None of them makes a spec invalid.
const (
	// NeverOpen: nothing is open in the window.
	NeverOpen Problem = iota + 1
	// DeadClosure: a closure that closes nothing in the window that was open without it.
	DeadClosure
	// DeadOverride: an override that changes nothing.
	DeadOverride
	// DeadBreak: a break that takes nothing off.
	DeadBreak
	// DeadVersion: a version that is in force on no date of the window.
	DeadVersion
	// Overlap: spans of one date that overlap; they are united.
	Overlap
	// MidnightMinute: a span that ends at 23:59, a minute (or less) short of 24:00.
	MidnightMinute
	// LostSpan: hours that a clock change swallows whole.
	LostSpan
	// ClosuresEnd: closures are listed by date, and the list ends before the window does.
	ClosuresEnd
	// BadSpec: New refuses the spec; no other check was made.
	BadSpec
)

var problemNames = [...]string{
	"", "never_open", "dead_closure", "dead_override", "dead_break", "dead_version", "overlap", "midnight_minute",
	"lost_span", "closures_end", "bad_spec",
}

// String names the problem.
func (p Problem) String() string { return enumText(int(p), problemNames[:]) }

// MarshalText writes the name.
func (p Problem) MarshalText() ([]byte, error) { return enumMarshal(int(p), problemNames[:]) }

// UnmarshalText reads the name.
func (p *Problem) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(p), text, problemNames[:])
}

// Finding is something in a spec that is likely not meant.
type Finding struct {
	Problem Problem
	Field   string // where in the spec
	Date    Date   // when it shows first, where that is a matter of a date
	Detail  string
}

// String writes the finding on a line.
func (f Finding) String() string {
	s := f.Problem.String()
	if f.Field != "" {
		s += " " + f.Field
	}
	if !f.Date.IsZero() {
		s += " on " + f.Date.String()
	}
	return s + ": " + f.Detail
}

// maxLintDays bounds the window of Lint, which looks at every date: about fifty years.
const maxLintDays = 18_300

// Lint looks at a spec over the dates from first to last, both included, and
// reports what is likely not meant: in the order of the checks, each in the order
// of the spec. An empty result is good news. At most 18,300 dates are looked at;
// the window is cut to that. It drops each closure, override and break of the window
// in turn and looks what changes: a millisecond or two for each, so it is for whoever
// edits a calendar, not for whoever asks one.
func Lint(spec Spec, first, last Date) []Finding {
	c, err := New(spec)
	if err != nil {
		return []Finding{{Problem: BadSpec, Detail: err.Error()}}
	}
	if !first.IsValid() || !last.IsValid() || last.Compare(first) < 0 {
		return []Finding{{Problem: BadSpec, Field: "window", Detail: "first and last must be dates, in order"}}
	}
	if last.days()-first.days() >= maxLintDays {
		last = first.AddDays(maxLintDays - 1)
	}
	l := &linter{spec: &spec, cal: c, first: first, last: last}
	l.from, l.to = first.Start(c.loc), last.AddDays(1).Start(c.loc)
	l.open()
	l.versions()
	l.weeks()
	l.closures()
	l.dates("overrides", spec.Overrides, DeadOverride)
	l.dates("breaks", spec.Breaks, DeadBreak)
	l.clockChanges()
	return l.found
}

type linter struct {
	spec        *Spec
	cal         *Calendar
	first, last Date
	from, to    time.Time
	found       []Finding
}

func (l *linter) add(p Problem, field string, d Date, format string, args ...any) {
	l.found = append(l.found, Finding{p, field, d, fmt.Sprintf(format, args...)})
}

func (l *linter) open() {
	if l.cal.Between(l.from, l.to) == 0 {
		l.add(NeverOpen, "", Date{}, "nothing is open from %s to %s", l.first, l.last)
	}
}

func (l *linter) versions() {
	for i := range l.spec.Versions {
		late := !l.spec.Versions[i].From.IsZero() && l.spec.Versions[i].From.Compare(l.last) > 0
		early := i+1 < len(l.spec.Versions) && l.spec.Versions[i+1].From.Compare(l.first) <= 0
		if late || early {
			l.add(DeadVersion, fmt.Sprintf("versions[%d]", i), Date{}, "in force on no date of the window")
		}
	}
}

// weeks looks at the spans themselves.
func (l *linter) weeks() {
	for i := range l.spec.Versions {
		for wd, spans := range l.spec.Versions[i].Hours {
			l.spans(fmt.Sprintf("versions[%d].hours.%s", i, weekdayKeys[wd]), Date{}, spans)
		}
	}
	for _, d := range sortedDates(l.spec.Overrides) {
		l.spans("overrides", d, l.spec.Overrides[d])
	}
}

func (l *linter) spans(field string, d Date, spans []Span) {
	for i, s := range spans {
		if s.Close >= Clock(23, 59) && s.Close < day {
			l.add(MidnightMinute, field, d, "%s ends before midnight; the whole day ends at 24:00", s)
		}
		for _, o := range spans[:i] {
			if int32(s.Open) < o.end() && int32(o.Open) < s.end() {
				l.add(Overlap, field, d, "%s and %s", o, s)
			}
		}
	}
}

// closures drops each closure in turn and looks whether more is open.
func (l *linter) closures() {
	open := l.cal.Between(l.from, l.to)
	listed, end := 0, Date{}
	for i := range l.spec.Closed {
		if !l.matters(&l.spec.Closed[i]) || l.without(i) == open {
			l.add(DeadClosure, fmt.Sprintf("closed[%d]", i), Date{}, "%s closes nothing that is open without it", l.spec.Closed[i])
		}
		if r, ok := l.spec.Closed[i].Rule.(Day); ok {
			listed++
			if end.IsZero() || r.Date.Compare(end) > 0 {
				end = r.Date
			}
		}
	}
	if listed > 2 && end.Compare(l.last.AddDays(-366)) < 0 {
		l.add(ClosuresEnd, "closed", end, "the last of %d dates, more than a year before the window ends", listed)
	}
}

// matters reports whether the closure falls on a date of the window or on the day
// before it, from which a span may run on.
func (l *linter) matters(c *Closure) bool {
	for year := l.first.Year - 2; year <= l.last.Year+1; year++ {
		if lo, hi := c.in(year); lo < hi && hi >= l.first.days() && lo <= l.last.days() {
			return true
		}
	}
	return false
}

// without is the open time of the window without the i-th closure.
func (l *linter) without(i int) time.Duration {
	less := *l.spec
	less.Closed = slices.Delete(slices.Clone(l.spec.Closed), i, i+1)
	c, err := New(less)
	if err != nil { // a part of a spec that New took is one that it takes
		return 0
	}
	return c.Between(l.from, l.to)
}

// dates drops each date in turn and looks whether anything changes on it or the next.
func (l *linter) dates(field string, m map[Date][]Span, p Problem) {
	for _, d := range sortedDates(m) {
		if d.Compare(l.first) < 0 || d.Compare(l.last) > 0 {
			continue
		}
		less := *l.spec
		rest := cloneDates(m)
		delete(rest, d)
		if p == DeadOverride {
			less.Overrides = rest
		} else {
			less.Breaks = rest
		}
		without, err := New(less)
		if err == nil && sameHours(l.cal, without, d.Start(l.cal.loc), d.AddDays(2).Start(l.cal.loc)) {
			l.add(p, field, d, "nothing changes without it")
		}
	}
}

// sameHours reports whether two calendars are open alike in [a, b).
func sameHours(x, y *Calendar, a, b time.Time) bool {
	return slices.Equal(slices.Collect(x.Segments(a, b)), slices.Collect(y.Segments(a, b)))
}

// clockChanges looks for dates whose hours all fall into a gap.
func (l *linter) clockChanges() {
	for d := l.first; d.Compare(l.last) <= 0; d = d.AddDays(1) {
		start, end := d.Start(l.cal.loc), d.AddDays(1).Start(l.cal.loc)
		if end.Sub(start) >= 24*time.Hour || !start.Before(end) {
			continue
		}
		spans, ok := l.spec.Overrides[d]
		if v := l.spec.version(d); !ok && v != nil && len(l.spec.closures(d)) == 0 {
			spans = v.Hours[d.Weekday()]
		}
		for _, s := range spans {
			a := d.at(s.Open, l.cal.loc)
			b := d.at(TimeOfDay(s.end()), l.cal.loc)
			if !a.Before(b) {
				l.add(LostSpan, "hours", d, "%s falls into the hour that does not exist", s)
			}
		}
	}
}
