package outreach

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Status is where a run of a sequence stands.
type Status uint8

// The statuses. The zero value is somebody who never entered.
const (
	Running   Status = iota + 1
	Completed        // every message was asked for and settled
	Exited           // ended before
)

var statusNames = names{"running", "completed", "exited"}

// String is the status' name; "new" for the zero value.
func (s Status) String() string {
	if s == 0 {
		return "new"
	}
	return statusNames.text("status", uint8(s))
}

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *Status) UnmarshalText(text []byte) error {
	if string(text) == "new" {
		*s = 0
		return nil
	}
	return parseEnum(s, statusNames, "status", text)
}

// Ask is a message that the sequence wants sent.
type Ask struct {
	Message Message   `json:"message"`
	Step    string    `json:"step"`
	Due     time.Time `json:"due"`
}

// State is where one recipient stands in one sequence: the fold of its events. The
// zero value is somebody who never entered.
type State struct {
	Who      string    `json:"who,omitzero"`
	Sequence string    `json:"sequence,omitzero"`
	Version  int       `json:"version,omitzero"`
	Status   Status    `json:"status"`
	Zone     string    `json:"zone,omitzero"` // of the run; empty is the sequence's
	Entries  []string  `json:"entries,omitempty"`
	Entered  time.Time `json:"entered,omitzero"` // of the last run
	Ended    time.Time `json:"ended,omitzero"`   // of the last run
	Why      string    `json:"why,omitzero"`     // of its end
	Step     int       `json:"step,omitzero"`    // index of the step that is due next
	Due      time.Time `json:"due,omitzero"`     // when
	Asked    *Ask      `json:"asked,omitempty"`  // the message that waits for the gate's outcome
	Sent     int       `json:"sent,omitzero"`    // messages of the last run
	Skipped  int       `json:"skipped,omitzero"`
}

// Runs is how often somebody entered.
func (s State) Runs() int { return len(s.Entries) }

// Next is when to wake the sequence; ok is false when nothing is due by time: no run,
// or a message whose outcome is awaited.
func (s State) Next() (at time.Time, ok bool) { return s.Due, s.Status == Running && s.Asked == nil }

// Pending is the message that was asked for and whose outcome is not recorded; a host
// that lost its place finds it here.
func (s State) Pending() (Ask, bool) {
	if s.Asked == nil {
		return Ask{}, false
	}
	return *s.Asked, true
}

// CommandKind says what a command asks for.
type CommandKind uint8

// The kinds of commands.
const (
	Enter   CommandKind = iota + 1 // begin a run: ID, Who, At; Zone and Facts may be set
	Observe                        // an event happened: Event, At
	Wake                           // time has passed: At; Facts may be set
	Settle                         // the gate's outcome for Key: Outcome, At; Until of Defer, Reason of Skip
)

var commandNames = names{"enter", "observe", "wake", "settle"}

// String is the kind's name.
func (k CommandKind) String() string { return commandNames.text("command", uint8(k)) }

// MarshalText writes the name; an unset kind is an error.
func (k CommandKind) MarshalText() ([]byte, error) { return commandNames.marshal("command", uint8(k)) }

// UnmarshalText reads a name.
func (k *CommandKind) UnmarshalText(text []byte) error {
	return parseEnum(k, commandNames, "command", text)
}

// Command is what happens to a recipient's run. Every kind is idempotent: repeating
// one that took effect gives no events.
type Command struct {
	Kind    CommandKind       `json:"kind"`
	At      time.Time         `json:"at"`
	ID      string            `json:"id,omitzero"`  // of an entry: the same one enters once
	Who     string            `json:"who,omitzero"` // of an entry
	Zone    string            `json:"zone,omitzero"`
	Event   string            `json:"event,omitzero"`
	Facts   map[string]string `json:"facts,omitempty"`
	Key     string            `json:"key,omitzero"`
	Outcome Verdict           `json:"outcome,omitzero"`
	Until   time.Time         `json:"until,omitzero"`
	Reason  Reason            `json:"reason,omitzero"`
}

// EventKind says what happened.
type EventKind uint8

// The kinds of events.
const (
	Entered   EventKind = iota + 1 // a run began: ID, Who, Zone, Version, Sequence
	Scheduled                      // Step falls due at Due
	Requested                      // the message of Step is to be put to the gate
	Postponed                      // the gate deferred it to Due
	Delivered                      // the message of Step went out
	PassedBy                       // the message of Step was not sent: Why
	Finished                       // the run is complete
	Left                           // the run ended before: Why
)

var eventNames = names{"entered", "scheduled", "requested", "postponed", "delivered", "passed_by", "finished", "left"}

// String is the kind's name.
func (k EventKind) String() string { return eventNames.text("event", uint8(k)) }

// MarshalText writes the name; an unset kind is an error.
func (k EventKind) MarshalText() ([]byte, error) { return eventNames.marshal("event", uint8(k)) }

// UnmarshalText reads a name.
func (k *EventKind) UnmarshalText(text []byte) error { return parseEnum(k, eventNames, "event", text) }

// Event is one thing that happened in a run.
type Event struct {
	Kind     EventKind `json:"kind"`
	At       time.Time `json:"at"`
	ID       string    `json:"id,omitzero"`
	Who      string    `json:"who,omitzero"`
	Sequence string    `json:"sequence,omitzero"`
	Version  int       `json:"version,omitzero"`
	Zone     string    `json:"zone,omitzero"`
	Step     int       `json:"step"` // index
	Name     string    `json:"name,omitzero"`
	Due      time.Time `json:"due,omitzero"`
	Ask      *Ask      `json:"ask,omitempty"`
	Why      string    `json:"why,omitzero"`
}

// String writes the event as people read it, instants in UTC.
func (e Event) String() string {
	s := stamp(e.At) + " " + e.Kind.String()
	if e.Name != "" {
		s += " " + e.Name
	}
	switch e.Kind {
	case Entered:
		s += fmt.Sprintf(" %s version %d: %s", e.Sequence, e.Version, e.Who)
	case Scheduled, Postponed:
		s += " for " + stamp(e.Due)
	}
	if e.Why != "" {
		s += ": " + e.Why
	}
	return s
}

// Evolve applies an event that Decide gave to the state that it was decided from. It
// checks nothing.
func Evolve(s State, e Event) State {
	switch e.Kind {
	case Entered:
		s = State{
			Who: e.Who, Sequence: e.Sequence, Version: e.Version, Status: Running, Zone: e.Zone,
			Entries: append(slices.Clone(s.Entries), e.ID), Entered: e.At,
		}
	case Scheduled:
		s.Step, s.Due, s.Asked = e.Step, e.Due, nil
	case Requested:
		s.Asked = e.Ask
	case Postponed:
		s.Due, s.Asked = e.Due, nil
	case Delivered:
		s.Asked = nil
		s.Sent++
	case PassedBy:
		s.Asked = nil
		s.Skipped++
	case Finished:
		s.Status, s.Ended, s.Asked, s.Due, s.Why = Completed, e.At, nil, time.Time{}, ""
	case Left:
		s.Status, s.Ended, s.Asked, s.Due, s.Why = Exited, e.At, nil, time.Time{}, e.Why
	}
	return s
}

// EntryError says why somebody may not enter. It unwraps to [ErrEntry].
type EntryError struct {
	Sequence string
	Who      string
	Why      string
	// After is the first instant at which the gap of re-entry has passed, where that is
	// what is missing.
	After time.Time
}

// Error writes sequence and reason; who is left out, since errors are logged.
func (e *EntryError) Error() string {
	s := fmt.Sprintf("%v: sequence %s: %s", ErrEntry, e.Sequence, e.Why)
	if !e.After.IsZero() {
		s += " until " + stamp(e.After)
	}
	return s
}

// Unwrap gives ErrEntry.
func (e *EntryError) Unwrap() error { return ErrEntry }

func (q *Sequence) ask(s State, step int, due time.Time) *Ask {
	p := &q.spec.Steps[step]
	m := Message{
		Key:     fmt.Sprintf("%s/%d/%s/%s", q.spec.ID, s.Runs(), q.stepName(step), s.Who),
		Purpose: q.spec.Purpose, Topic: q.spec.Topic, Template: p.Template,
		Channels: slices.Clone(q.channels(p)),
	}
	if p.ValidFor > 0 {
		m.Expires = due.Add(p.ValidFor)
	}
	return &Ask{Message: m, Step: q.stepName(step), Due: due}
}

func (q *Sequence) channels(p *Step) []interaction.Channel {
	if p.Channels != nil {
		return p.Channels
	}
	return q.spec.Channels
}
