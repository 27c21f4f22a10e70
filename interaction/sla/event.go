package sla

import "time"

// EventKind is what an event records.
type EventKind int

// The kinds of events.
const (
	// Observed: a signal was taken in; Status, Facts and Targets as after it.
	Observed EventKind = iota + 1
	// PolicyChanged: the case is under Policy from now on, with Targets of its own.
	PolicyChanged
	// Started: a cycle began at Started with Goal; an event without a policy is of a
	// clock that only others wait for.
	Started
	// Paused: the clock stands still at Elapsed.
	Paused
	// Resumed: the clock runs again.
	Resumed
	// Retargeted: the open cycle has another target, policy or start.
	Retargeted
	// Warned: the warning with the index Step was reached.
	Warned
	// Escalated: the step of the ladder with the index Step was reached.
	Escalated
	// Breached: At is the last instant at which the clock could have been stopped in time.
	Breached
	// Stopped: the cycle ended with Outcome.
	Stopped
	// Reopened: a clock that a status had stopped goes on, see [Reopen].
	Reopened
	// Released: no policy has a target for the open cycle any more; it ends without a verdict.
	Released
	// Cancelled: the case is no case any more; the cycle ends without a verdict.
	Cancelled
)

var eventNames = [...]string{
	"", "observed", "policy_changed", "started", "paused", "resumed", "retargeted", "warned", "escalated",
	"breached", "stopped", "reopened", "released", "cancelled",
}

// String names the kind.
func (k EventKind) String() string { return enumText(int(k), eventNames[:]) }

// MarshalText writes the name.
func (k EventKind) MarshalText() ([]byte, error) { return enumMarshal(int(k), eventNames[:]) }

// UnmarshalText reads the name.
func (k *EventKind) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(k), text, eventNames[:])
}

// Event is a fact that was decided. Events are never changed; folding them with
// [Evolve] gives the state.
type Event struct {
	Kind   EventKind
	At     time.Time // when it happened, never when it was noticed
	Signal string    // the ID of the signal, where one was the cause

	Metric  Metric
	Cycle   int
	Policy  PolicyRef
	Started time.Time
	Target  Amount
	Goal    time.Duration // the target in the clock's own time
	Elapsed time.Duration // of the clock's own time
	Due     time.Time
	Outcome Outcome
	Reopen  Reopen
	Fresh   bool   // for Retargeted: begun anew
	Fired   uint64 `json:",omitempty"` // for Retargeted: bit i for a warning, then a step, with that index that stays noted

	Step      int
	Threshold Threshold
	Level     Escalation
	To        string

	Status  Status
	Facts   Facts
	Targets []Target
	Saw     Kind // for Observed: the kind of the signal
}

// Command asks for a decision: a signal to take in, or the time to look at.
type Command struct {
	signal *Signal
	at     time.Time
}

// Observe is the command to take in a signal.
func Observe(s Signal) Command { return Command{signal: &s, at: s.At} }

// Tick is the command to note what time alone has brought about up to at.
func Tick(at time.Time) Command { return Command{at: at} }

// Decide gives the events that follow from the command. Events of clocks that ran
// past a threshold carry the instant of the threshold, so it does not matter how
// often or how late a host ticks. A signal whose ID was seen before gives none.
//
// [ErrSignal] for a signal without an instant or a kind, or with a target that
// cannot be measured; [ErrOrder] for a command that is older than the last event.
func Decide(set *Set, state State, cmd Command) ([]Event, error) {
	var events []Event
	s := state.clone()
	m := machine{set: set, s: &s, sink: &events}
	m.bind()
	if cmd.signal == nil {
		if cmd.at.Before(s.last) {
			return nil, ErrOrder
		}
		m.advance(cmd.at)
		return events, nil
	}
	if s.seen(cmd.signal.ID) {
		return nil, nil
	}
	if err := m.step(cmd.signal); err != nil {
		return nil, err
	}
	return events, nil
}

// Evolve is the state after an event. The state that was passed is not changed.
func Evolve(state State, e Event) State {
	s := state.clone()
	s.apply(&e)
	return s
}
