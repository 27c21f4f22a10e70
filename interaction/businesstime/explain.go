package businesstime

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

// Line is one date of an explanation.
type Line struct {
	Date Date
	// From and To bound the part of the date that was asked about. They are equal
	// for a date that the zone skipped.
	From, To time.Time
	Open     []Segment     // what of it is open
	Counted  time.Duration // the sum of Open
	Why      string        // in words
}

// String writes date, weekday, open hours by the local clock, the time counted and the reason.
func (l Line) String() string {
	hours := "closed"
	if len(l.Open) > 0 {
		parts := make([]string, len(l.Open))
		for i, s := range l.Open {
			parts[i] = clockText(s.Start, l.Date) + "-" + clockText(s.End, l.Date)
		}
		hours = strings.Join(parts, ",")
	}
	return fmt.Sprintf("%s %.3s  %-24s  %8s  %s", l.Date, l.Date.Weekday(), hours, l.Counted, l.Why)
}

// clockText is the local clock of an instant; the end of the date is 24:00.
func clockText(t time.Time, d Date) string {
	if DateOf(t) == d.AddDays(1) && t.Equal(d.AddDays(1).Start(t.Location())) {
		return "24:00"
	}
	if t.Nanosecond() != 0 {
		return t.Format("15:04:05.999999999")
	}
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// Explain says, date by date in the calendar's zone, what of [a, b) is open and
// why. The Counted of all lines sum to Between(a, b). Nothing where b is not after a.
func (c *Calendar) Explain(a, b time.Time) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		a, b := clamp(a).In(c.loc), clamp(b).In(c.loc)
		if !a.Before(b) {
			return
		}
		for d := DateOf(a); ; d = d.AddDays(1) {
			start, end := d.Start(c.loc), d.AddDays(1).Start(c.loc)
			if !start.Before(b) {
				return
			}
			if start.Before(a) {
				start = a
			}
			if end.After(b) {
				end = b
			}
			if !end.Before(start) && !yield(c.line(d, start, end)) {
				return
			}
		}
	}
}

// clamp moves an instant into the years that a calendar knows.
func clamp(t time.Time) time.Time {
	switch {
	case t.Unix() < minUnix:
		return time.Unix(minUnix, 0)
	case t.Unix() >= maxUnix:
		return time.Unix(maxUnix, 0)
	}
	return t
}

func (c *Calendar) line(d Date, from, to time.Time) Line {
	l := Line{Date: d, From: from, To: to}
	for s := range c.Segments(from, to) {
		l.Open = append(l.Open, s)
		l.Counted += s.Duration()
	}
	if c.spec != nil {
		l.Why = c.spec.why(d)
	} else {
		l.Why = c.whyOf(from, to)
	}
	switch length := d.AddDays(1).Start(c.loc).Sub(d.Start(c.loc)); length {
	case 24 * time.Hour:
	case 0:
		l.Why = "the zone skipped this date"
	default:
		l.Why += fmt.Sprintf("; the day lasts %s", length)
	}
	return l
}

// whyOf tells what each operand of a set operation has to say.
func (c *Calendar) whyOf(from, to time.Time) string {
	parts := make([]string, len(c.of))
	for i, o := range c.of {
		parts[i] = fmt.Sprintf("%s %s", o.label(i), o.Between(from, to))
	}
	return c.op.String() + " of " + strings.Join(parts, ", ")
}

func (c *Calendar) label(i int) string {
	if c.id != "" {
		return c.id
	}
	return fmt.Sprintf("#%d", i+1)
}

// why gives the reasons for what is open on a date, in the order of the rules of Spec.
func (s *Spec) why(d Date) string {
	var parts []string
	closed := s.closures(d)
	own, override := s.Overrides[d]
	v := s.version(d)
	switch {
	case override && len(own) == 0:
		parts = append(parts, "override: no hours")
	case override:
		parts = append(parts, "override "+spansText(own))
	case len(closed) > 0:
		return "closed: " + strings.Join(closed, ", ")
	case v == nil && len(s.Versions) == 0:
		parts = append(parts, "no weekly hours")
	case v == nil:
		parts = append(parts, "no hours before "+s.Versions[0].From.String())
	case len(v.Hours[d.Weekday()]) == 0:
		parts = append(parts, "no hours on "+d.Weekday().String()+"s")
	default:
		text := "weekly hours " + spansText(v.Hours[d.Weekday()])
		if !v.From.IsZero() {
			text += " since " + v.From.String()
		}
		if b := v.Breaks[d.Weekday()]; len(b) > 0 {
			text += " less " + spansText(b)
		}
		parts = append(parts, text)
	}
	if override && len(closed) > 0 {
		parts = append(parts, "instead of "+strings.Join(closed, ", "))
	}
	if late := s.spill(d.AddDays(-1)); late != "" {
		parts = append(parts, "until "+late+" from the evening before")
	}
	if b := s.Breaks[d]; len(b) > 0 {
		parts = append(parts, "break "+spansText(b))
	}
	return strings.Join(parts, "; ")
}

// spill is until when hours that opened on the date run on into the next, or empty.
func (s *Spec) spill(d Date) string {
	spans, ok := s.Overrides[d]
	if !ok {
		if v := s.version(d); v != nil && len(s.closures(d)) == 0 {
			spans = v.Hours[d.Weekday()]
		}
	}
	var late TimeOfDay
	for _, sp := range spans {
		if sp.IsOvernight() {
			late = max(late, sp.Close)
		}
	}
	if late == 0 {
		return ""
	}
	return late.String()
}

// version is the version in force on the date, or nil.
func (s *Spec) version(d Date) *Version {
	var in *Version
	for i := range s.Versions {
		if v := &s.Versions[i]; v.From.IsZero() || v.From.Compare(d) <= 0 {
			in = v
		}
	}
	return in
}

// closures names the closures that fall on the date.
func (s *Spec) closures(d Date) []string {
	var out []string
	for i := range s.Closed {
		if s.Closed[i].names(d) {
			out = append(out, s.Closed[i].String())
		}
	}
	return out
}

func spansText(spans []Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = s.String()
	}
	return strings.Join(parts, ",")
}
