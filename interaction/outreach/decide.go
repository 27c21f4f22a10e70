package outreach

import (
	"fmt"
	"slices"
	"time"
)

// lateness is how much later than it was due a message may go out without moving the
// rest of its series: a host that was down for a week does not send the messages of
// that week one upon the other.
const lateness = 12 * time.Hour

// Decide turns a command into events, to be folded into the state by [Evolve]. It is
// a pure function; no events and no error mean that the command changes nothing
// (again).
//
// Enter begins a run, unless the recipient is in one, re-entry forbids it, or a fact
// already fulfils a condition of exit ([ErrEntry]). Observe ends the run on an event
// of exit. Wake asks for the message that has fallen due: one Requested event, whose
// Ask the host puts to the gate; facts that fulfil a condition of exit end the run
// first. Settle records the gate's outcome: Send and Skip go on to the next step,
// Defer waits until the gate's instant. The next delay counts from the moment at
// which the step was due, or to which the gate deferred it, and from the outcome where
// that came more than twelve hours later.
//
// The message's key names sequence, run, step and recipient, so that no message of a
// run is sent twice. ErrCommand with every fault for a command that lacks a field or
// is meant for another sequence or version: a run keeps to the version that it began
// with, and the host keeps that version as long.
func (q *Sequence) Decide(s State, c Command) ([]Event, error) {
	if err := q.check(s, c); err != nil {
		return nil, err
	}
	d := decider{q: q, s: s, at: c.At}
	var err error
	switch c.Kind {
	case Enter:
		err = d.enter(c)
	case Observe:
		d.observe(c)
	case Wake:
		err = d.wake(c)
	case Settle:
		err = d.settle(c)
	}
	if err != nil {
		return nil, err
	}
	return d.events, nil
}

func (q *Sequence) check(s State, c Command) error {
	fs := faults{err: ErrCommand}
	if c.Kind < Enter || c.Kind > Settle {
		fs.add("Kind", uint8(c.Kind), "is not one of its values")
	}
	if y := c.At.Year(); c.At.IsZero() || y < 1 || y > 9999 {
		fs.add("At", nil, "must be an instant of the years 1 to 9999")
	}
	if s.Status != 0 && s.Sequence != q.spec.ID {
		fs.add("Sequence", q.spec.ID, "is not that of the state, "+s.Sequence)
	}
	if s.Status == Running && s.Version != q.spec.Version {
		fs.add("Version", q.spec.Version, fmt.Sprintf("is not that of the run, %d", s.Version))
	}
	switch c.Kind {
	case Enter:
		fs.name("ID", c.ID, true)
		fs.name("Who", c.Who, true)
		if s.Who != "" && c.Who != s.Who {
			fs.add("Who", nil, "is not that of the state")
		}
	case Observe:
		fs.name("Event", c.Event, true)
	case Settle:
		fs.check(c)
	}
	return fs.join()
}

// check looks at the fields of an outcome.
func (fs *faults) check(c Command) {
	if c.Key == "" {
		fs.add("Key", nil, "is required")
	}
	switch {
	case c.Outcome < Send || c.Outcome > Skip:
		fs.add("Outcome", uint8(c.Outcome), "is not one of its values")
	case c.Outcome == Defer && (!c.Until.After(c.At) || c.Until.Year() > 9999):
		fs.add("Until", nil, "must be after At and not after the year 9999")
	case c.Outcome == Skip && (c.Reason == 0 || c.Reason > Unavailable):
		fs.add("Reason", uint8(c.Reason), "is required of a message that was skipped")
	}
}

// decider is one decision in the making: the state runs ahead with the events.
type decider struct {
	q      *Sequence
	s      State
	at     time.Time
	events []Event
}

func (d *decider) emit(e Event) {
	e.At = d.at
	d.events = append(d.events, e)
	d.s = Evolve(d.s, e)
}

func (d *decider) location() *time.Location {
	if loc, err := LoadZone(d.s.Zone); err == nil {
		return loc
	}
	return d.q.zone
}

func (d *decider) enter(c Command) error {
	if slices.Contains(d.s.Entries, c.ID) {
		return nil
	}
	refuse := func(why string, after time.Time) error {
		return &EntryError{Sequence: d.q.spec.ID, Who: c.Who, Why: why, After: after}
	}
	re := d.q.spec.ReEntry
	switch runs := d.s.Runs(); {
	case d.s.Status == Running:
		return refuse("already in it", time.Time{})
	case runs > 0 && !re.Allowed:
		return refuse("no re-entry", time.Time{})
	case re.Max > 0 && runs >= re.Max:
		return refuse(fmt.Sprintf("went through it %d times", runs), time.Time{})
	case runs > 0 && c.At.Before(d.s.Ended.Add(re.Gap)):
		return refuse("too soon after the last run", d.s.Ended.Add(re.Gap))
	}
	if why, holds := d.q.exitOn(c.Facts); holds {
		return refuse(why, time.Time{})
	}
	zone := c.Zone
	if _, err := LoadZone(zone); err != nil {
		zone = ""
	}
	d.emit(Event{Kind: Entered, ID: c.ID, Who: c.Who, Sequence: d.q.spec.ID, Version: d.q.spec.Version, Zone: zone})
	return d.advance(0, c.At)
}

// advance schedules the next message from step i on, or ends the run.
func (d *decider) advance(i int, from time.Time) error {
	step, due, ok, err := d.q.next(i, from, d.s.Entered, d.location())
	if err != nil {
		return err
	}
	if !ok {
		d.emit(Event{Kind: Finished})
		return nil
	}
	d.emit(Event{Kind: Scheduled, Step: step, Name: d.q.stepName(step), Due: due})
	return nil
}

func (q *Sequence) exitOn(facts map[string]string) (string, bool) {
	for _, c := range q.spec.Exit {
		if c.Fact != "" && c.holds(facts) {
			return c.String(), true
		}
	}
	return "", false
}

func (c *Condition) holds(facts map[string]string) bool {
	v, known := facts[c.Fact]
	return known && v == c.Is
}

func (d *decider) observe(c Command) {
	if d.s.Status != Running || c.At.Before(d.s.Entered) {
		return
	}
	for _, x := range d.q.spec.Exit {
		if x.Event != "" && x.Event == c.Event {
			d.emit(Event{Kind: Left, Why: x.String()})
			return
		}
	}
}

func (d *decider) wake(c Command) error {
	if d.s.Status != Running {
		return nil
	}
	if why, holds := d.q.exitOn(c.Facts); holds {
		d.emit(Event{Kind: Left, Why: why})
		return nil
	}
	for d.s.Status == Running && d.s.Asked == nil && !c.At.Before(d.s.Due) {
		step, due := d.s.Step, d.s.Due
		name := d.q.stepName(step)
		if failed, ok := d.q.allowed(step, c.Facts); !ok {
			d.emit(Event{Kind: PassedBy, Step: step, Name: name, Why: "not: " + failed})
			if err := d.advance(step+1, due); err != nil {
				return err
			}
			continue
		}
		d.emit(Event{Kind: Requested, Step: step, Name: name, Due: due, Ask: d.q.ask(d.s, step, due)})
	}
	return nil
}

func (q *Sequence) allowed(step int, facts map[string]string) (failed string, ok bool) {
	for _, c := range q.spec.Steps[step].When {
		if !c.holds(facts) {
			return c.String(), false
		}
	}
	return "", true
}

func (d *decider) settle(c Command) error {
	if d.s.Status != Running || d.s.Asked == nil || d.s.Asked.Message.Key != c.Key {
		return nil
	}
	step, due := d.s.Step, d.s.Due
	name := d.q.stepName(step)
	if c.At.Sub(due) > lateness {
		due = c.At
	}
	switch c.Outcome {
	case Defer:
		d.emit(Event{Kind: Postponed, Step: step, Name: name, Due: c.Until, Why: reasonText(c.Reason)})
		return nil
	case Send:
		d.emit(Event{Kind: Delivered, Step: step, Name: name})
	default:
		d.emit(Event{Kind: PassedBy, Step: step, Name: name, Why: c.Reason.String()})
		for _, x := range d.q.spec.Exit {
			if x.Skipped != 0 && x.Skipped == c.Reason {
				d.emit(Event{Kind: Left, Why: x.String()})
				return nil
			}
		}
	}
	return d.advance(step+1, due)
}

func reasonText(r Reason) string {
	if r == 0 {
		return ""
	}
	return r.String()
}
