package interaction

import "time"

// A Command asks for something to be done to a case.
type Command struct {
	ID   string    // chosen by the host; a repeated one does nothing
	Case string    // the case
	At   time.Time // when it takes effect
	By   Actor     // who asks
	Do   Action    // what is to be done
}

// An Action is what a command asks for. The types of this file are all there are.
type Action interface{ decide(*decider) error }

// OpenCase begins a case. Where the rules require a playbook for the purpose, it
// is started with it.
type OpenCase struct {
	Customer string
	Issue    string
	Purpose  Purpose
	Channel  Channel
	Parent   string // the case that it follows up
}

// ReceiveMessage takes in a message from outside. Only a person's moves the case:
// pending, on hold and, inside the reply window, resolved become open; after the
// window, or when the case is closed, the Decision names the follow-up to open;
// when it was merged, the case to go to. A message id that the case knows does
// nothing.
type ReceiveMessage struct {
	Message string // id
	Channel Channel
	Class   InboundClass // unset counts as human
	Sent    time.Time    // when it was written; zero: at the command's instant
}

// SendMessage records a message to the customer. The first answer by a person
// (or by a bot, where the rules count it) opens a new case and keeps open
// promises of a reply.
type SendMessage struct {
	Message string // id
	Channel Channel
}

// AddNote records a note among staff. It moves nothing and stops no clock.
type AddNote struct{ Message string }

// SetStatus moves the case in its state machine; the status that it has is no
// step and does nothing. Resolving keeps open promises of a resolution. Merging is
// done by DecideMerge.
type SetStatus struct {
	To     Status
	Reason string
}

// AssignOwner gives the case to somebody; empty: to nobody.
type AssignOwner struct{ Owner string }

// PassOn hands the case to another person, team or channel. At and From are
// filled in where they are empty.
type PassOn struct{ HandOff HandOff }

// AcknowledgeConcern records that the concern was named and accepted, outside of
// any playbook.
type AcknowledgeConcern struct{ Evidence []Evidence }

// StartPlaybook begins to follow a playbook. One that is being followed is given
// up.
type StartPlaybook struct{ Playbook string }

// TakeStep records a step of the playbook as done, with evidence.
type TakeStep struct {
	Step     string
	Evidence []Evidence
}

// SkipStep records a step of the playbook as skipped, with the reason.
type SkipStep struct {
	Step   string
	Reason string
}

// RecordWork adds to the record of the problem. At and By are the command's.
type RecordWork struct{ Work Work }

// Escalate raises an escalation to the first rung of a ladder.
type Escalate struct {
	Escalation string // id
	Ladder     string
	Trigger    Trigger
	Reason     string
}

// AcceptEscalation takes an escalation over; the actor becomes the owner. Late
// acceptance is accepted, and stays late.
type AcceptEscalation struct{ Escalation string }

// DeclineEscalation refuses an escalation. It climbs at once; from the top rung
// it is refused for good.
type DeclineEscalation struct {
	Escalation string
	Reason     string
}

// ClimbEscalation is the wake-up for an unaccepted escalation. Before its time it
// is ErrEarly, on the top rung ErrTop; an escalation that was accepted meanwhile
// stays where it is, and nothing happens.
type ClimbEscalation struct{ Escalation string }

// MakePromise records a promise. Made is filled in where it is zero.
type MakePromise struct{ Promise Promise }

// SettlePromise records that what was promised was done, at the command's
// instant. Repeating it does nothing: the first counts.
type SettlePromise struct{ Promise string }

// DropPromise records that the customer no longer wanted what was promised.
type DropPromise struct{ Promise, Reason string }

// ConfirmSolution records that the customer confirmed the resolution.
type ConfirmSolution struct{ Evidence []Evidence }

// RejectSolution records that the customer said it is not solved: inside the
// reply window the case opens again, later the Decision names a follow-up.
type RejectSolution struct{ Reason string }

// MakeGesture records something done for the customer beyond what was owed. At
// and By are the command's.
type MakeGesture struct{ Gesture Gesture }

// A Decision is the answer to a command.
type Decision struct {
	Events   []Event // to be stored, in order; none when nothing is to be done
	Redirect string  // the case that carries on, when this one was merged
	// FollowUp is the linked case to open for this message, when this one is over. A
	// host that derives the new case's id from the message opens it once, however
	// often the message comes.
	FollowUp *OpenCase
	Trace    Trace // why
}
