package interaction

import (
	"cmp"
	"strings"
	"time"
)

// An Event is one thing that happened to a case. Events are what a CaseStore
// keeps; their JSON is stable.
type Event struct {
	Case    string    // the case
	Seq     uint64    // place in its history, counted from 1
	At      time.Time // when it took effect
	Command string    // id of the command that caused it
	By      Actor     // who caused it
	Change  Change    // what happened
}

// A Change is what an event did. The types of this file are all there are.
type Change interface {
	// Kind names the change in JSON, such as "message_received".
	Kind() string
	apply(c *Case, e Event)
}

// CaseOpened begins a case.
type CaseOpened struct {
	Customer string  `json:"customer"`
	Issue    string  `json:"issue,omitzero"`
	Purpose  Purpose `json:"purpose,omitzero"`
	Channel  Channel `json:"channel"`
	Parent   string  `json:"parent,omitzero"`
}

// MessageReceived adds a message from outside, whoever or whatever sent it.
type MessageReceived struct {
	Message CaseMessage `json:"message"`
}

// MessageSent adds a message to the customer. Counts says that it is an answer:
// by a person, or by a bot where the rules count that.
type MessageSent struct {
	Message CaseMessage `json:"message"`
	Counts  bool        `json:"counts"`
}

// NoteAdded adds a note among staff.
type NoteAdded struct {
	Message CaseMessage `json:"message"`
}

// StatusChanged moves the case in its state machine.
type StatusChanged struct {
	From   Status `json:"from"`
	To     Status `json:"to"`
	Reason string `json:"reason,omitzero"`
}

// OwnerAssigned gives the case to somebody, or to nobody.
type OwnerAssigned struct {
	Owner string `json:"owner"`
}

// HandedOff moves the case to another person, team or channel.
type HandedOff struct {
	HandOff HandOff `json:"hand_off"`
}

// ConcernAcknowledged records that the concern was named and accepted.
type ConcernAcknowledged struct {
	Evidence []Evidence `json:"evidence"`
}

// PlaybookStarted begins to follow a playbook.
type PlaybookStarted struct {
	Playbook string `json:"playbook"`
}

// StepRecorded records a step of the playbook, done or skipped. Acknowledges
// says that the concern was acknowledged by it.
type StepRecorded struct {
	Entry        StepEntry `json:"entry"`
	Acknowledges bool      `json:"acknowledges,omitzero"`
}

// WorkRecorded adds to the record of the problem.
type WorkRecorded struct {
	Work Work `json:"work"`
}

// EscalationChanged raises an escalation or moves it: accepted, climbed, refused.
type EscalationChanged struct {
	Escalation Escalation `json:"escalation"`
	Reason     string     `json:"reason,omitzero"`
}

// PromiseMade records a promise.
type PromiseMade struct {
	Promise Promise `json:"promise"`
}

// PromiseSettled records that what was promised was done.
type PromiseSettled struct {
	Promise string `json:"promise"`
}

// PromiseDropped records that the customer no longer wanted what was promised.
type PromiseDropped struct {
	Promise string `json:"promise"`
	Reason  string `json:"reason,omitzero"`
}

// SolutionVerified records that the customer confirmed the resolution.
type SolutionVerified struct {
	Evidence []Evidence `json:"evidence,omitempty"`
}

// GestureMade records something done beyond what was owed.
type GestureMade struct {
	Gesture Gesture `json:"gesture"`
}

// CaseMerged ends a case that is carried on in another.
type CaseMerged struct {
	Into string `json:"into"`
}

// CaseAbsorbed takes over what another case holds.
type CaseAbsorbed struct {
	From         string        `json:"from"`
	Opened       time.Time     `json:"opened"`
	Answered     time.Time     `json:"answered,omitzero"`
	Acknowledged time.Time     `json:"acknowledged,omitzero"`
	Messages     []CaseMessage `json:"messages,omitempty"`
	Promises     []Promise     `json:"promises,omitempty"`
	HandOffs     []HandOff     `json:"hand_offs,omitempty"`
	Escalations  []Escalation  `json:"escalations,omitempty"`
	Absorbed     []string      `json:"absorbed,omitempty"`
}

// Kind is "case_opened".
func (CaseOpened) Kind() string { return "case_opened" }

// Kind is "message_received".
func (MessageReceived) Kind() string { return "message_received" }

// Kind is "message_sent".
func (MessageSent) Kind() string { return "message_sent" }

// Kind is "note_added".
func (NoteAdded) Kind() string { return "note_added" }

// Kind is "status_changed".
func (StatusChanged) Kind() string { return "status_changed" }

// Kind is "owner_assigned".
func (OwnerAssigned) Kind() string { return "owner_assigned" }

// Kind is "handed_off".
func (HandedOff) Kind() string { return "handed_off" }

// Kind is "concern_acknowledged".
func (ConcernAcknowledged) Kind() string { return "concern_acknowledged" }

// Kind is "playbook_started".
func (PlaybookStarted) Kind() string { return "playbook_started" }

// Kind is "step_recorded".
func (StepRecorded) Kind() string { return "step_recorded" }

// Kind is "work_recorded".
func (WorkRecorded) Kind() string { return "work_recorded" }

// Kind is "escalation_changed".
func (EscalationChanged) Kind() string { return "escalation_changed" }

// Kind is "promise_made".
func (PromiseMade) Kind() string { return "promise_made" }

// Kind is "promise_settled".
func (PromiseSettled) Kind() string { return "promise_settled" }

// Kind is "promise_dropped".
func (PromiseDropped) Kind() string { return "promise_dropped" }

// Kind is "solution_verified".
func (SolutionVerified) Kind() string { return "solution_verified" }

// Kind is "gesture_made".
func (GestureMade) Kind() string { return "gesture_made" }

// Kind is "case_merged".
func (CaseMerged) Kind() string { return "case_merged" }

// Kind is "case_absorbed".
func (CaseAbsorbed) Kind() string { return "case_absorbed" }

func (x CaseOpened) apply(c *Case, e Event) {
	c.ID, c.Customer, c.Issue, c.Purpose = e.Case, x.Customer, x.Issue, x.Purpose
	c.Channel, c.Parent, c.Opened = x.Channel, x.Parent, e.At
	c.setStatus(StatusNew, e.At)
}

func (x MessageReceived) apply(c *Case, _ Event) { c.addMessage(x.Message) }

func (x MessageSent) apply(c *Case, _ Event) {
	c.addMessage(x.Message)
	if !x.Counts {
		return
	}
	c.Answered = earliest(c.Answered, x.Message.At)
	if x.Message.At.After(c.LastAnswer) {
		c.LastAnswer = x.Message.At
	}
}

func (x NoteAdded) apply(c *Case, _ Event) { c.addMessage(x.Message) }

func (x StatusChanged) apply(c *Case, e Event) { c.setStatus(x.To, e.At) }

func (x OwnerAssigned) apply(c *Case, _ Event) { c.Owner = x.Owner }

func (x HandedOff) apply(c *Case, _ Event) {
	c.HandOffs = append(c.HandOffs, x.HandOff)
	c.Owner = x.HandOff.To
}

func (x ConcernAcknowledged) apply(c *Case, e Event) {
	if c.Acknowledged.IsZero() {
		c.Acknowledged = e.At
	}
}

func (x PlaybookStarted) apply(c *Case, e Event) {
	c.Run = Run{Playbook: x.Playbook, Started: e.At}
}

func (x StepRecorded) apply(c *Case, e Event) {
	c.Run.Entries = append(c.Run.Entries, x.Entry)
	if x.Acknowledges && c.Acknowledged.IsZero() {
		c.Acknowledged = e.At
	}
}

func (x WorkRecorded) apply(c *Case, _ Event) {
	c.Problem.Entries = append(c.Problem.Entries, x.Work)
}

func (x EscalationChanged) apply(c *Case, _ Event) {
	if i := c.escalationAt(x.Escalation.ID); i >= 0 {
		c.Escalations[i] = x.Escalation
		return
	}
	c.addEscalation(x.Escalation)
}

func (x PromiseMade) apply(c *Case, _ Event) { c.addPromise(x.Promise) }

func (x PromiseSettled) apply(c *Case, e Event) {
	if i := c.promiseAt(x.Promise); i >= 0 {
		c.Promises[i].Settled = e.At
	}
}

func (x PromiseDropped) apply(c *Case, e Event) {
	if i := c.promiseAt(x.Promise); i >= 0 {
		c.Promises[i].Withdrawn = e.At
	}
}

func (SolutionVerified) apply(c *Case, _ Event) { c.Verified = true }

func (x GestureMade) apply(c *Case, _ Event) { c.Gestures = append(c.Gestures, x.Gesture) }

func (x CaseMerged) apply(c *Case, e Event) {
	c.MergedInto = x.Into
	c.setStatus(StatusMerged, e.At)
}

func (x CaseAbsorbed) apply(c *Case, _ Event) {
	c.Absorbed = append(append(c.Absorbed, x.From), x.Absorbed...)
	if x.Opened.Before(c.Opened) {
		c.Opened = x.Opened
	}
	c.Answered = earliest(c.Answered, x.Answered)
	c.Acknowledged = earliest(c.Acknowledged, x.Acknowledged)
	for _, m := range x.Messages {
		c.addMessage(m)
	}
	for _, p := range x.Promises {
		c.addPromise(p)
	}
	for _, e := range x.Escalations {
		c.addEscalation(e)
	}
	c.HandOffs = append(c.HandOffs, x.HandOffs...)
}

// earliest is the earlier of two instants that are set.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func compareMessages(a, b CaseMessage) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}
