package interaction

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Decide turns a command into events, or refuses it. It reads the rules, the
// state and the command and nothing else: the same input gives the same answer.
//
// Checks, in this order: the command is well formed (ErrInvalid, every fault); a
// command that was carried out before does nothing; the case exists (ErrUnknown)
// or, to open it, does not (ErrDuplicate); a closed or merged case takes messages
// only (ErrFinal); then what the action itself demands. On an error the decision
// holds no events; its trace says how far it came.
//
// What is remembered of commands are their events: one that did nothing (a status
// that was set already, a message that starts a follow-up) leaves no mark, and a
// repetition of it is decided anew.
func Decide(rules *CaseRules, c Case, cmd Command) (Decision, error) {
	d := &decider{rules: rules, c: c.clone(), cmd: cmd}
	if err := cmd.validate(c); err != nil {
		return Decision{}, err
	}
	if c.HasRun(cmd.ID) {
		d.out.Trace.say("repeat", "command %s was carried out before", cmd.ID)
		return d.out, nil
	}
	if err := d.admit(); err != nil {
		return Decision{Trace: d.out.Trace}, err
	}
	if err := cmd.Do.decide(d); err != nil {
		return Decision{Trace: d.out.Trace}, err
	}
	return d.out, nil
}

func (cmd Command) validate(c Case) error {
	var fs faults
	fs.id("id", cmd.ID, true)
	fs.id("case", cmd.Case, true)
	fs.instant("at", cmd.At)
	fs.id("by.id", cmd.By.ID, false)
	if !enumValid(roleNames, cmd.By.Role) {
		fs.add("by.role", cmd.By.Role.String(), "is not set or unknown")
	}
	if cmd.Do == nil {
		fs.add("do", "", "is required")
	}
	if c.Status != 0 && c.ID != cmd.Case {
		fs.add("case", cmd.Case, "is not the case "+c.ID)
	}
	return fs.join()
}

// decider holds one decision in the making. Its copy of the case follows the
// events that it emits.
type decider struct {
	rules *CaseRules
	c     Case
	cmd   Command
	out   Decision
}

func (d *decider) admit() error {
	_, opens := d.cmd.Do.(OpenCase)
	_, receives := d.cmd.Do.(ReceiveMessage)
	_, rejects := d.cmd.Do.(RejectSolution)
	switch {
	case opens && d.c.Status != 0:
		return fmt.Errorf("%w: case %s is open already", ErrDuplicate, d.c.ID)
	case !opens && d.c.Status == 0:
		return fmt.Errorf("%w: case %s", ErrUnknown, d.cmd.Case)
	case d.c.Status.IsFinal() && !receives && !rejects:
		return fmt.Errorf("%w: case %s is %s", ErrFinal, d.c.ID, d.c.Status)
	}
	return nil
}

func (d *decider) emit(change Change) {
	e := Event{Case: d.cmd.Case, Seq: d.c.Version + 1, At: d.cmd.At, Command: d.cmd.ID, By: d.cmd.By, Change: change}
	d.c.apply(e)
	d.out.Events = append(d.out.Events, e)
}

func (d *decider) say(rule, format string, args ...any) { d.out.Trace.say(rule, format, args...) }

// become moves the status when the machine allows it.
func (d *decider) become(to Status, reason string) error {
	from := d.c.Status
	if !from.CanBecome(to) {
		return &TransitionError{Case: d.c.ID, From: from, To: to}
	}
	d.emit(StatusChanged{From: from, To: to, Reason: reason})
	d.say("status", "%s to %s: %s", from, to, reason)
	return nil
}

func (a OpenCase) decide(d *decider) error {
	var fs faults
	fs.id("customer", a.Customer, true)
	fs.id("issue", a.Issue, false)
	fs.id("parent", a.Parent, false)
	if a.Purpose != "" && !a.Purpose.Valid() {
		fs.add("purpose", string(a.Purpose), nameRule)
	}
	if !a.Channel.Valid() {
		fs.add("channel", string(a.Channel), nameRule)
	}
	if err := fs.join(); err != nil {
		return err
	}
	d.emit(CaseOpened(a))
	d.say("open", "on %s", a.Channel.Label())
	if a.Parent != "" {
		d.say("open", "it follows up case %s", a.Parent)
	}
	if book, ok := d.rules.required[a.Purpose]; ok {
		d.emit(PlaybookStarted{Playbook: book})
		d.say("playbook", "a case of purpose %s follows %s", a.Purpose, book)
	}
	return nil
}

func (a ReceiveMessage) decide(d *decider) error {
	m := CaseMessage{ID: a.Message, At: d.cmd.At, Channel: a.Channel, Direction: Inbound, Class: a.Class, By: d.cmd.By}
	if !a.Sent.IsZero() {
		m.At = a.Sent
	}
	if m.Class == 0 {
		m.Class = ClassHuman
	}
	if err := m.validate(); err != nil {
		return err
	}
	if _, known := d.c.Message(m.ID); known {
		d.say("message", "%s is known", m.ID)
		return nil
	}
	if m.Class != ClassHuman {
		d.emit(MessageReceived{Message: m})
		d.say("inbound class", "%s: it is kept, and moves nothing", m.Class)
		return nil
	}
	if d.c.Status == StatusMerged {
		d.out.Redirect = d.c.MergedInto
		d.say("merge", "case %s is carried on in %s", d.c.ID, d.c.MergedInto)
		return nil
	}
	if d.c.Status == StatusClosed || d.c.Status == StatusResolved && !d.reopens(m.At) {
		d.followUp(a.Channel)
		return nil
	}
	d.emit(MessageReceived{Message: m})
	switch d.c.Status {
	case StatusPending, StatusOnHold:
		return d.become(StatusOpen, "the customer wrote")
	case StatusResolved:
		return d.become(StatusOpen, "the customer wrote inside the reply window")
	default:
		d.say("message", "the case is %s and stays so", d.c.Status)
		return nil
	}
}

func (m CaseMessage) validate() error {
	var fs faults
	fs.id("message", m.ID, true)
	fs.instant("sent", m.At)
	if !m.Channel.Valid() {
		fs.add("channel", string(m.Channel), nameRule)
	}
	if m.Class != 0 && !enumValid(classNames, m.Class) {
		fs.add("class", m.Class.String(), "is unknown")
	}
	return fs.join()
}

// reopens asks the reply window, and says why.
func (d *decider) reopens(at time.Time) bool {
	verdict := ReplyAfterResolution(d.c.Resolved, at, d.rules.window)
	d.out.Trace.sayAt(d.c.Resolved.Add(d.rules.window), "reply window", "%s, the window of %s after the resolution ends", verdict, d.rules.window)
	return verdict == ReplyReopens
}

func (d *decider) followUp(ch Channel) {
	d.out.FollowUp = &OpenCase{
		Customer: d.c.Customer, Issue: d.c.Issue, Purpose: d.c.Purpose, Channel: ch, Parent: d.c.ID,
	}
	d.say("follow-up", "case %s is %s; a linked case begins", d.c.ID, d.c.Status)
}

func (a SendMessage) decide(d *decider) error {
	m := CaseMessage{ID: a.Message, At: d.cmd.At, Channel: a.Channel, Direction: Outbound, By: d.cmd.By}
	if err := m.validate(); err != nil {
		return err
	}
	if _, known := d.c.Message(m.ID); known {
		d.say("message", "%s is known", m.ID)
		return nil
	}
	counts := m.IsAnswer() || d.cmd.By.Role == RoleBot && d.rules.botAnswers
	d.emit(MessageSent{Message: m, Counts: counts})
	if !counts {
		d.say("answer", "a message by %s is no answer", d.cmd.By)
		return nil
	}
	d.say("answer", "by %s", d.cmd.By)
	d.settle(PromiseReply)
	if d.c.Status == StatusNew {
		return d.become(StatusOpen, "the first answer")
	}
	return nil
}

func (a AddNote) decide(d *decider) error {
	m := CaseMessage{ID: a.Message, At: d.cmd.At, Channel: d.c.Channel, Direction: Internal, By: d.cmd.By}
	if err := m.validate(); err != nil {
		return err
	}
	if _, known := d.c.Message(m.ID); known {
		d.say("message", "%s is known", m.ID)
		return nil
	}
	d.emit(NoteAdded{Message: m})
	d.say("note", "a note moves nothing")
	return nil
}

// settle keeps the open promises of a kind.
func (d *decider) settle(kind PromiseKind) {
	for _, p := range slices.Clone(d.c.Promises) {
		if p.Kind == kind && p.Settled.IsZero() && p.Withdrawn.IsZero() {
			d.settleOne(p)
		}
	}
}

func (d *decider) settleOne(p Promise) {
	d.emit(PromiseSettled{Promise: p.ID})
	now, _ := d.c.Promise(p.ID)
	d.out.Trace = append(d.out.Trace, now.Explain(d.cmd.At)...)
}

func (a SetStatus) decide(d *decider) error {
	switch {
	case !enumValid(statusNames, a.To):
		return &FieldError{Field: "to", Value: a.To.String(), Detail: "is not set or unknown", Err: ErrInvalid}
	case a.To == d.c.Status:
		d.say("status", "it is %s", a.To)
		return nil
	case a.To == StatusMerged || !d.c.Status.CanBecome(a.To):
		return &TransitionError{Case: d.c.ID, From: d.c.Status, To: a.To}
	}
	if err := d.gates(a.To); err != nil {
		return err
	}
	reason := a.Reason
	if reason == "" {
		reason = "as " + d.cmd.By.String() + " asked"
	}
	if err := d.become(a.To, reason); err != nil {
		return err
	}
	if a.To == StatusResolved {
		d.settle(PromiseResolution)
	}
	return nil
}

// gates holds back a status until the playbook's steps before it are taken.
func (d *decider) gates(to Status) error {
	var gate Gate
	switch to {
	case StatusResolved:
		gate = BeforeResolved
	case StatusClosed:
		gate = BeforeClosed
	default:
		return nil
	}
	book, ok := d.rules.Playbook(d.c.Run.Playbook)
	if !ok {
		return nil
	}
	var errs []error
	for _, step := range book.Open(d.c.Run, gate) {
		errs = append(errs, &StepError{
			Playbook: book.Name(), Step: step.Name, Err: ErrOrder,
			Detail: "must be taken or skipped before the case is " + to.String(),
		})
	}
	return errors.Join(errs...)
}

func (a AssignOwner) decide(d *decider) error {
	var fs faults
	fs.id("owner", a.Owner, false)
	if err := fs.join(); err != nil {
		return err
	}
	if a.Owner == d.c.Owner {
		d.say("owner", "it is %q", a.Owner)
		return nil
	}
	d.say("owner", "%q after %q", a.Owner, d.c.Owner)
	d.emit(OwnerAssigned(a))
	return nil
}

func (a PassOn) decide(d *decider) error {
	h := a.HandOff
	h.Carried = slices.Clone(h.Carried)
	if h.At.IsZero() {
		h.At = d.cmd.At
	}
	if h.From == "" {
		h.From = d.c.Owner
	}
	if err := h.Validate(); err != nil {
		return err
	}
	if _, has := lookup(d.c.HandOffs, func(o HandOff) bool { return o.ID == h.ID }); has {
		return fmt.Errorf("%w: hand-off %s", ErrDuplicate, h.ID)
	}
	d.emit(HandedOff{HandOff: h})
	d.say("hand-off", "from %q to %q: %s", h.From, h.To, shorten(h.Reason))
	if h.LeavesPublic(d.rules.profiles) {
		d.say("hand-off", "from public %s to private %s; the issue stays the same", h.FromOn.Label(), h.ToOn.Label())
	}
	return nil
}
