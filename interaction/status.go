package interaction

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Sentinels of the case.
var (
	// ErrTransition marks a change of status that the state machine forbids.
	ErrTransition = errors.New("interaction: transition not allowed")
	// ErrFinal marks a command to a case that is closed or merged.
	ErrFinal = errors.New("interaction: case is final")
)

// A Status is the state of a case.
type Status uint8

// The states of a case. Closed and merged are final.
const (
	StatusNew      Status = iota + 1 // nobody has answered
	StatusOpen                       // we are to act
	StatusPending                    // the customer is to act
	StatusOnHold                     // a third party is to act
	StatusResolved                   // we say it is settled; the customer may object inside the reply window
	StatusClosed                     // settled for good
	StatusMerged                     // carried on in another case
	StatusSpam                       // never was a case
)

var statusNames = []string{"new", "open", "pending", "on_hold", "resolved", "closed", "merged", "spam"}

// Statuses lists all states in order.
func Statuses() []Status {
	return []Status{
		StatusNew, StatusOpen, StatusPending, StatusOnHold,
		StatusResolved, StatusClosed, StatusMerged, StatusSpam,
	}
}

// String names the status.
func (s Status) String() string { return enumString("status", statusNames, s) }

// MarshalText writes the name; an unset status is an error.
func (s Status) MarshalText() ([]byte, error) { return enumMarshal("status", statusNames, s) }

// UnmarshalText reads a name.
func (s *Status) UnmarshalText(text []byte) error {
	return enumParse("status", statusNames, text, s)
}

// IsFinal reports whether no transition leads out of the status.
func (s Status) IsFinal() bool { return s == StatusClosed || s == StatusMerged }

// IsOpen reports whether somebody still has to act: new, open, pending or on
// hold.
func (s Status) IsOpen() bool { return s >= StatusNew && s <= StatusOnHold }

// Next lists the states that may follow, in order; none for a final one.
func (s Status) Next() []Status {
	switch s {
	case StatusNew:
		return []Status{StatusOpen, StatusPending, StatusOnHold, StatusResolved, StatusMerged, StatusSpam}
	case StatusOpen:
		return []Status{StatusPending, StatusOnHold, StatusResolved, StatusMerged, StatusSpam}
	case StatusPending:
		return []Status{StatusOpen, StatusOnHold, StatusResolved, StatusMerged}
	case StatusOnHold:
		return []Status{StatusOpen, StatusPending, StatusResolved, StatusMerged}
	case StatusResolved:
		return []Status{StatusOpen, StatusClosed, StatusMerged}
	case StatusSpam:
		return []Status{StatusOpen}
	default:
		return nil
	}
}

// CanBecome reports whether the state machine allows the step from s to next. A
// status never becomes itself: setting it again is no step.
func (s Status) CanBecome(next Status) bool { return slices.Contains(s.Next(), next) }

// A TransitionError says which step was refused.
type TransitionError struct {
	Case     string
	From, To Status
}

// Error names case and step.
func (e *TransitionError) Error() string {
	return fmt.Sprintf("%v: case %s from %s to %s", ErrTransition, e.Case, e.From, e.To)
}

// Unwrap gives ErrTransition.
func (e *TransitionError) Unwrap() error { return ErrTransition }

// A ReplyVerdict says what a customer's message after the resolution does.
type ReplyVerdict uint8

// What a message after the resolution does.
const (
	ReplyReopens   ReplyVerdict = iota + 1 // the case goes on
	ReplyFollowsUp                         // a linked case begins
)

var replyNames = []string{"reopen", "follow_up"}

// String names the verdict.
func (v ReplyVerdict) String() string { return enumString("reply verdict", replyNames, v) }

// MarshalText writes the name; an unset verdict is an error.
func (v ReplyVerdict) MarshalText() ([]byte, error) {
	return enumMarshal("reply verdict", replyNames, v)
}

// UnmarshalText reads a name.
func (v *ReplyVerdict) UnmarshalText(text []byte) error {
	return enumParse("reply verdict", replyNames, text, v)
}

// ReplyAfterResolution decides by the instants alone: a message no later than
// the window after the resolution reopens, the last instant included; a later
// one starts a follow-up. A message older than the resolution crossed with it and
// reopens, because it has not been read. A negative window counts as none.
func ReplyAfterResolution(resolved, message time.Time, window time.Duration) ReplyVerdict {
	if message.After(resolved.Add(max(window, 0))) {
		return ReplyFollowsUp
	}
	return ReplyReopens
}
