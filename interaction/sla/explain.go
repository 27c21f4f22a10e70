package sla

import (
	"fmt"
	"strings"
	"time"
)

// Line is one step of an explanation.
type Line struct {
	At     time.Time // in the location of the first signal
	Metric Metric    // empty for what concerns the whole case
	Cycle  int
	Text   string
}

// String writes the line.
func (l Line) String() string {
	at := l.At.Format("2006-01-02 15:04:05 MST")
	if l.Metric == "" {
		return at + "  " + l.Text
	}
	return fmt.Sprintf("%s  %s #%d %s", at, l.Metric, l.Cycle, l.Text)
}

// Explain tells how a history came to be judged as it is at an instant: every
// start, pause, warning, change of target and verdict with its reason, in order,
// and how each clock stands. Errors are those of [Evaluate].
func Explain(set *Set, history []Signal, at time.Time) ([]Line, error) {
	var s State
	var events []Event
	m := machine{set: set, s: &s, sink: &events}
	if err := m.run(history, at); err != nil {
		return nil, err
	}
	loc := at.Location()
	if len(history) > 0 {
		loc = ordered(history)[0].At.Location()
	}
	var out []Line
	add := func(at time.Time, metric Metric, cycle int, text string) {
		out = append(out, Line{at.In(loc), metric, cycle, text})
	}
	for i := range events {
		e := &events[i]
		if e.Metric != "" && e.Policy.IsZero() && e.Kind != Released {
			continue // a clock that only others wait for
		}
		if text := m.tell(e, loc); text != "" {
			add(e.At, e.Metric, e.Cycle, text)
		}
	}
	r := m.report(at)
	for _, c := range r.Clocks {
		add(at, c.Metric, c.Cycle, "is "+standing(c, loc))
	}
	return out, nil
}

// standing says how a clock stands.
func standing(c ClockState, loc *time.Location) string {
	if c.Cycle == 0 || c.State == Idle || c.State == NotStarted {
		return c.State.String()
	}
	text := fmt.Sprintf("%s: %s of %s", c.State, c.Elapsed, c.Goal)
	if !c.Due.IsZero() {
		text += ", due " + clockText(c.Due, loc)
	}
	return text
}

func clockText(t time.Time, loc *time.Location) string {
	return t.In(loc).Format("Mon 2006-01-02 15:04:05 MST")
}

// tell puts an event into words, or gives nothing for one that says nothing to people.
func (m *machine) tell(e *Event, loc *time.Location) string {
	switch e.Kind {
	case Observed:
		return tellObserved(e)
	case PolicyChanged:
		if p := m.set.policy(e.Policy); p != nil {
			_, why := p.p.Match.Matches(m.s.facts)
			return fmt.Sprintf("under policy %s: %s", e.Policy, why)
		}
		return "under no policy: none matches"
	case Started:
		text := fmt.Sprintf("starts: %s by %s", e.Target, e.Policy)
		if !e.Started.Equal(e.At) {
			text += ", running from " + clockText(e.Started, loc)
		}
		return text
	case Paused:
		return fmt.Sprintf("stands still at %s, as the case is %s", e.Elapsed, e.Status)
	case Resumed:
		return fmt.Sprintf("goes on at %s, as the case is %s", e.Elapsed, e.Status)
	case Retargeted:
		return fmt.Sprintf("now has %s by %s, with %s used", e.Target, e.Policy, e.Elapsed)
	case Warned:
		return fmt.Sprintf("warns at %s (%s)", e.Threshold, e.Elapsed)
	case Escalated:
		return fmt.Sprintf("escalates to %s, %s, at %s", e.To, e.Level, e.Threshold)
	case Breached:
		return fmt.Sprintf("is late: %s used up", e.Goal)
	case Stopped:
		return fmt.Sprintf("ends %s: %s of %s", e.Outcome, e.Elapsed, e.Goal)
	case Reopened:
		return fmt.Sprintf("opens again (%s) at %s", e.Reopen, e.Elapsed)
	case Released:
		return "ends without a verdict: no policy has a target any more"
	case Cancelled:
		return "ends without a verdict: the case is no case any more"
	}
	return ""
}

func tellObserved(e *Event) string {
	text := e.Saw.String()
	if e.Signal != "" {
		text += " (" + e.Signal + ")"
	}
	parts := []string{text + ": the case is " + string(e.Status)}
	if e.Status == "" {
		parts[0] = text
	}
	if len(e.Facts) > 0 {
		parts = append(parts, "facts change")
	}
	for _, t := range e.Targets {
		parts = append(parts, fmt.Sprintf("target of %s set to %s", t.Metric, t.Amount))
	}
	return strings.Join(parts, "; ")
}
