package outreach

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/civil"
)

// Step is one step of a sequence: a delay, then the next suitable moment, then
// perhaps a message. At most one of Wait, LocalDays and Months is set.
type Step struct {
	// Name is unique in the sequence, part of the message's key, and has no slash. Empty is "step-N",
	// counted from one: name the steps that send, so that a later version may insert
	// others.
	Name string
	// Wait moves the instant.
	Wait time.Duration
	// LocalDays moves the date in the recipient's zone and keeps the wall clock.
	LocalDays int
	// Months counts from the date of entry, never from an earlier step, and keeps the
	// wall clock of entry (or takes At): 31 January and 1 month is the last of February,
	// and 2 months are 31 March. A step that would lie before the one that precedes it
	// takes that one's moment.
	Months int
	// At moves on to the next moment at which the recipient's clock shows it, which may
	// be at once; nil is any time.
	At *businesstime.TimeOfDay
	// Weekdays moves on to the next of these days in the recipient's zone, keeping the
	// wall clock; none is any day.
	Weekdays []time.Weekday
	// Window moves on to the first moment within hours of the recipient's day; nil is
	// any time.
	Window *Hours
	// Send asks for a message. A step without it only moves the moment.
	Send     bool
	Template string                // the host's content; not looked at
	Channels []interaction.Channel // nil: the sequence's
	// ValidFor is how long after its moment the message is worth sending; zero: for ever.
	ValidFor time.Duration
	// When holds conditions on facts that must all hold for the message to be sent;
	// otherwise the step is passed over.
	When []Condition
}

// Condition is one thing that ends a sequence or allows a step. Exactly one of Event,
// Fact and Skipped is set.
type Condition struct {
	Event   string // this event happened
	Fact    string // this fact has the value Is
	Is      string
	Skipped Reason // the gate skipped a message for this reason
}

// String writes the condition as people read it.
func (c Condition) String() string {
	switch {
	case c.Event != "":
		return "event " + c.Event
	case c.Fact != "":
		return "fact " + c.Fact + " is " + c.Is
	default:
		return "message skipped: " + c.Skipped.String()
	}
}

// ReEntry says whether somebody may go through a sequence again. The zero value is:
// once and never again. Nobody is in a sequence twice at a time.
type ReEntry struct {
	Allowed bool
	Gap     time.Duration // since the end of the last run
	Max     int           // runs in all; zero is no limit
}

// SequenceSpec is a series of messages as data.
type SequenceSpec struct {
	ID      string // part of the messages' keys; has no slash
	Version int    // at least one; a run keeps to the version that it began with
	Trigger string // the event on which hosts enter somebody; not looked at by Decide
	Purpose Purpose
	Topic   string
	// Channels of each message, in order of preference.
	Channels []interaction.Channel
	Steps    []Step
	Exit     []Condition // any of them ends the run
	ReEntry  ReEntry
	// Zone is taken for recipients whose zone is not known; empty is UTC. The gate's
	// policy for unknown zones holds besides.
	Zone string
}

// Sequence is a checked sequence. It is immutable and safe for concurrent use.
type Sequence struct {
	spec SequenceSpec
	zone *time.Location
}

const (
	maxSteps  = 1000
	maxDays   = 36600
	maxMonths = 1200
	maxWait   = maxDays * 24 * time.Hour
)

// NewSequence checks a sequence, reporting every fault, joined; each unwraps to
// [ErrSequence]. The spec is copied.
func NewSequence(spec SequenceSpec) (*Sequence, error) {
	fs := faults{err: ErrSequence}
	fs.name("ID", spec.ID, true)
	fs.unslashed("ID", spec.ID)
	fs.name("Trigger", spec.Trigger, false)
	fs.name("Purpose", string(spec.Purpose), true)
	fs.name("Topic", spec.Topic, false)
	if spec.Version < 1 {
		fs.add("Version", spec.Version, "must be at least 1")
	}
	checkChannels(&fs, "Channels", spec.Channels, true)
	q := &Sequence{spec: spec.clone(), zone: time.UTC}
	if spec.Zone != "" {
		loc, err := LoadZone(spec.Zone)
		if err != nil {
			fs.list = append(fs.list, fmt.Errorf("%w: Zone: %w", ErrSequence, err))
		}
		q.zone = loc
	}
	if spec.ReEntry.Gap < 0 || spec.ReEntry.Max < 0 || (!spec.ReEntry.Allowed && (spec.ReEntry.Gap != 0 || spec.ReEntry.Max != 0)) {
		fs.add("ReEntry", nil, "must not be negative, and allows nothing unless Allowed is set")
	}
	for i, c := range spec.Exit {
		c.check(&fs, fmt.Sprintf("Exit[%d]", i), true)
	}
	q.checkSteps(&fs)
	if err := fs.join(); err != nil {
		return nil, err
	}
	return q, nil
}

func (s *SequenceSpec) clone() SequenceSpec {
	c := *s
	c.Channels, c.Exit, c.Steps = slices.Clone(s.Channels), slices.Clone(s.Exit), slices.Clone(s.Steps)
	for i := range c.Steps {
		step := &c.Steps[i]
		step.Weekdays, step.Channels, step.When = slices.Clone(step.Weekdays), slices.Clone(step.Channels), slices.Clone(step.When)
		if step.At != nil {
			at := *step.At
			step.At = &at
		}
	}
	return c
}

func (c *Condition) check(fs *faults, at string, events bool) {
	n := 0
	for _, set := range []bool{c.Event != "", c.Fact != "", c.Skipped != 0} {
		if set {
			n++
		}
	}
	switch {
	case n != 1:
		fs.add(at, nil, "must have one of Event, Fact and Skipped")
	case !events && c.Fact == "":
		fs.add(at, c.String(), "must be about a fact")
	case c.Fact == "" && c.Is != "":
		fs.add(at+".Is", c.Is, "needs Fact")
	case c.Skipped > Unavailable:
		fs.add(at+".Skipped", c.Skipped, "is not a reason")
	}
	fs.name(at+".Event", c.Event, false)
	fs.name(at+".Fact", c.Fact, false)
	fs.name(at+".Is", c.Is, false)
}

// unslashed keeps the parts of a key apart.
func (fs *faults) unslashed(field, s string) {
	if strings.Contains(s, "/") {
		fs.add(field, s, "has a slash")
	}
}

func (q *Sequence) checkSteps(fs *faults) {
	steps := q.spec.Steps
	if len(steps) > maxSteps {
		fs.add("Steps", len(steps), fmt.Sprintf("has more than %d steps", maxSteps))
		return
	}
	sends := 0
	seen := make(map[string]bool, len(steps))
	for i := range steps {
		at := fmt.Sprintf("Steps[%d]", i)
		steps[i].check(fs, at)
		if name := q.stepName(i); seen[name] {
			fs.add(at+".Name", name, "comes twice")
		} else {
			seen[name] = true
		}
		if steps[i].Send {
			sends++
		}
	}
	if sends == 0 {
		fs.add("Steps", nil, "must have one that sends")
	}
}

func (s *Step) check(fs *faults, at string) {
	fs.name(at+".Name", s.Name, false)
	fs.unslashed(at+".Name", s.Name)
	n := 0
	for _, set := range []bool{s.Wait != 0, s.LocalDays != 0, s.Months != 0} {
		if set {
			n++
		}
	}
	if n > 1 {
		fs.add(at, nil, "must have at most one of Wait, LocalDays and Months")
	}
	if s.Wait < 0 || s.Wait > maxWait || s.LocalDays < 0 || s.LocalDays > maxDays || s.Months < 0 || s.Months > maxMonths {
		fs.add(at, nil, "must not wait less than nothing or more than a century")
	}
	if s.ValidFor < 0 {
		fs.add(at+".ValidFor", s.ValidFor, "must not be negative")
	}
	if !s.Send && (s.ValidFor != 0 || s.When != nil || s.Channels != nil || s.Template != "") {
		fs.add(at, nil, "has a message's fields and does not send")
	}
	slot := faults{err: ErrSequence}
	checkSlot(&slot, at, s.At, s.Weekdays)
	fs.list = append(fs.list, slot.list...)
	checkChannels(fs, at+".Channels", s.Channels, false)
	for i := range s.When {
		s.When[i].check(fs, fmt.Sprintf("%s.When[%d]", at, i), false)
	}
}

// Spec is a copy of the data.
func (q *Sequence) Spec() SequenceSpec { return q.spec.clone() }

// ID is the sequence's identifier.
func (q *Sequence) ID() string { return q.spec.ID }

// Triggers reports whether the event is the one on which somebody enters.
func (q *Sequence) Triggers(event string) bool { return event != "" && q.spec.Trigger == event }

func (q *Sequence) stepName(i int) string {
	if name := q.spec.Steps[i].Name; name != "" {
		return name
	}
	return fmt.Sprintf("step-%d", i+1)
}

// move applies one step to a moment. The entry is the anchor of months.
func (s *Step) move(t, entry time.Time, loc *time.Location) (time.Time, error) {
	t = t.In(loc)
	switch {
	case s.Wait > 0:
		t = t.Add(s.Wait)
	case s.LocalDays > 0:
		t = civil.AddDays(t, s.LocalDays)
	case s.Months > 0:
		d, clock := civil.Reading(entry.In(loc))
		if s.At != nil {
			clock = time.Duration(*s.At) * time.Second
		}
		if anchored := d.AddMonths(s.Months).At(clock, loc); anchored.After(t) {
			t = anchored
		}
	}
	if t.Year() > civil.MaxYear {
		return t, fmt.Errorf("%w: after the year %d", ErrNeverOpen, civil.MaxYear)
	}
	if s.At != nil {
		next, err := nextLocal(t, *s.At, s.Weekdays, loc)
		if err != nil {
			return t, err
		}
		t = next
	} else if len(s.Weekdays) > 0 {
		t = nextWeekday(t, s.Weekdays)
	}
	if s.Window != nil {
		c, err := s.Window.In(loc.String())
		if err != nil {
			return t, err
		}
		return c.NextOpen(t)
	}
	return t, nil
}

// nextWeekday keeps the wall clock and moves on by days.
func nextWeekday(t time.Time, weekdays []time.Weekday) time.Time {
	for n := range 15 {
		u := t
		if n > 0 {
			u = civil.AddDays(t, n)
		}
		if slices.Contains(weekdays, u.Weekday()) {
			return u
		}
	}
	return t // every zone has every weekday within two weeks
}

// next finds the first step from i on that sends, and its moment; ok is false when
// there is none left.
func (q *Sequence) next(i int, t, entry time.Time, loc *time.Location) (step int, at time.Time, ok bool, err error) {
	for ; i < len(q.spec.Steps); i++ {
		s := &q.spec.Steps[i]
		if t, err = s.move(t, entry, loc); err != nil {
			return 0, t, false, fmt.Errorf("outreach: sequence %s, %s: %w", q.spec.ID, q.stepName(i), err)
		}
		if s.Send {
			return i, t, true, nil
		}
	}
	return 0, t, false, nil
}

// Planned is one message of a plan.
type Planned struct {
	Step string    `json:"step"`
	At   time.Time `json:"at"`
}

// Plan is when the messages fall due for somebody who enters at an instant in a zone
// (nil is the sequence's own), if nothing holds them up. An error unwraps to
// [ErrNeverOpen], to businesstime.ErrNeverOpen for a window that never opens, or to
// [ErrZone] for a window in a location that has no IANA name.
func (q *Sequence) Plan(entry time.Time, loc *time.Location) ([]Planned, error) {
	if loc == nil {
		loc = q.zone
	}
	var out []Planned
	t := entry
	for i := 0; ; {
		step, at, ok, err := q.next(i, t, entry, loc)
		if err != nil || !ok {
			return out, err
		}
		out = append(out, Planned{q.stepName(step), at})
		i, t = step+1, at
	}
}
