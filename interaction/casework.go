package interaction

import (
	"fmt"
	"slices"
	"strings"
)

func (a AcknowledgeConcern) decide(d *decider) error {
	if err := checkEvidence(a.Evidence, nil); err != nil {
		return err
	}
	d.emit(ConcernAcknowledged{Evidence: slices.Clone(a.Evidence)})
	d.say("acknowledge", "the concern is acknowledged; solving may begin")
	return nil
}

func (a StartPlaybook) decide(d *decider) error {
	book, ok := d.rules.Playbook(a.Playbook)
	if !ok {
		return &FieldError{Field: "playbook", Value: shorten(a.Playbook), Detail: "is none of these rules", Err: ErrUnknown}
	}
	if d.c.Run.Playbook == a.Playbook {
		d.say("playbook", "%s is being followed", a.Playbook)
		return nil
	}
	if !d.c.Run.IsZero() {
		d.say("playbook", "%s is given up", d.c.Run.Playbook)
	}
	d.emit(PlaybookStarted(a))
	d.say("playbook", "%s: %s", book.Name(), book.spec.Title)
	return nil
}

func (a TakeStep) decide(d *decider) error {
	return d.step(StepEntry{Step: a.Step, At: d.cmd.At, By: d.cmd.By, Evidence: slices.Clone(a.Evidence)})
}

func (a SkipStep) decide(d *decider) error {
	if strings.TrimSpace(a.Reason) == "" || len(a.Reason) > maxText {
		return &FieldError{Field: "reason", Value: a.Reason, Detail: "is required to skip a step, up to 64 KiB", Err: ErrInvalid}
	}
	return d.step(StepEntry{Step: a.Step, At: d.cmd.At, By: d.cmd.By, Skipped: a.Reason})
}

func (d *decider) step(entry StepEntry) error {
	book, ok := d.rules.Playbook(d.c.Run.Playbook)
	if !ok {
		return fmt.Errorf("%w: case %s follows no playbook of these rules", ErrUnknown, d.c.ID)
	}
	if err := book.Check(d.c.Run, entry, !d.c.Acknowledged.IsZero()); err != nil {
		return err
	}
	step, _ := book.step(entry.Step)
	done := entry.Skipped == ""
	d.emit(StepRecorded{Entry: entry, Acknowledges: done && step.Act == ActAcknowledge})
	if done {
		d.say("playbook "+book.Name(), "%s is done (%s)", step.Name, step.Act)
	} else {
		d.say("playbook "+book.Name(), "%s is skipped: %s", step.Name, shorten(entry.Skipped))
	}
	if next, more := book.Next(d.c.Run); more {
		d.say("playbook "+book.Name(), "next is %s: %s", next.Name, next.Does)
	}
	return nil
}

func (a RecordWork) decide(d *decider) error {
	w := a.Work.clone()
	w.At, w.By = d.cmd.At, d.cmd.By
	if err := d.c.Problem.Check(w, !d.c.Acknowledged.IsZero()); err != nil {
		return err
	}
	if at, ok := d.c.Problem.Stage(); ok && w.Stage < at {
		d.say("problem", "back from %s to %s; what came after has to be done again", at, w.Stage)
	}
	d.emit(WorkRecorded{Work: w})
	switch {
	case w.NoSolutionYet:
		d.say("problem", "no solution yet, %d alternatives", len(w.Options))
	case w.Chosen != "":
		d.say("problem", "%s: %s", w.Stage, shorten(w.Chosen))
	default:
		d.say("problem", "%s is recorded", w.Stage)
	}
	return nil
}

func (a Escalate) decide(d *decider) error {
	var fs faults
	fs.id("escalation", a.Escalation, true)
	fs.text("reason", a.Reason)
	if !enumValid(triggerNames, a.Trigger) {
		fs.add("trigger", a.Trigger.String(), "is not set or unknown")
	}
	ladder, ok := d.rules.Ladder(a.Ladder)
	if !ok {
		fs.addAs(ErrUnknown, "ladder", a.Ladder, "is none of these rules")
	}
	if _, has := d.c.Escalation(a.Escalation); has {
		fs.addAs(ErrDuplicate, "escalation", a.Escalation, "was raised before")
	}
	if err := fs.join(); err != nil {
		return err
	}
	e := Escalation{
		ID: a.Escalation, Ladder: a.Ladder, Kind: ladder.kind, Trigger: a.Trigger, Reason: a.Reason,
		State: EscalationRaised, Raised: d.cmd.At,
	}
	return d.ask(ladder, e, 0, a.Reason)
}

// ask puts the escalation to a rung.
func (d *decider) ask(ladder *Ladder, e Escalation, rung int, reason string) error {
	by, err := ladder.rungs[rung].Accept.Due(d.cmd.At, d.rules.calendar)
	if err != nil {
		return err
	}
	e.Rung, e.To, e.Asked, e.AcceptBy = rung, ladder.rungs[rung].To, d.cmd.At, by
	d.emit(EscalationChanged{Escalation: e, Reason: reason})
	d.out.Trace.sayAt(by, "escalation "+e.ID, "%s, because of %s: %s is to accept it by", e.Kind, e.Trigger, e.To)
	return nil
}

func (d *decider) escalation(id string) (Escalation, error) {
	e, ok := d.c.Escalation(id)
	if !ok {
		return e, &FieldError{Field: "escalation", Value: shorten(id), Detail: "was never raised", Err: ErrUnknown}
	}
	return e, nil
}

func (a AcceptEscalation) decide(d *decider) error {
	e, err := d.escalation(a.Escalation)
	if err != nil {
		return err
	}
	if !d.cmd.By.Role.IsStaff() || d.cmd.By.ID == "" {
		return &FieldError{Field: "by", Value: d.cmd.By.String(), Detail: "an escalation is accepted by a person with a name", Err: ErrInvalid}
	}
	switch e.State {
	case EscalationAccepted:
		d.say("escalation "+e.ID, "%s accepted it before", e.AcceptedBy)
		return nil
	case EscalationRefused:
		return fmt.Errorf("%w: escalation %s was refused", ErrTransition, e.ID)
	}
	e.State, e.Accepted, e.AcceptedBy = EscalationAccepted, d.cmd.At, d.cmd.By.ID
	d.emit(EscalationChanged{Escalation: e})
	late := "in time"
	if e.AcceptedLate() {
		late = "late"
	}
	d.out.Trace.sayAt(e.AcceptBy, "escalation "+e.ID, "accepted by %s, %s: the time to accept ended", e.AcceptedBy, late)
	if d.c.Owner != e.AcceptedBy {
		d.emit(OwnerAssigned{Owner: e.AcceptedBy})
	}
	return nil
}

func (a DeclineEscalation) decide(d *decider) error {
	e, err := d.escalation(a.Escalation)
	if err != nil {
		return err
	}
	if e.State != EscalationRaised {
		return fmt.Errorf("%w: escalation %s is %s", ErrTransition, e.ID, e.State)
	}
	if strings.TrimSpace(a.Reason) == "" || len(a.Reason) > maxText {
		return &FieldError{Field: "reason", Value: a.Reason, Detail: "is required, up to 64 KiB", Err: ErrInvalid}
	}
	d.say("escalation "+e.ID, "%s declined: %s", e.To, shorten(a.Reason))
	if ladder, ok := d.rules.Ladder(e.Ladder); ok && e.Rung+1 < len(ladder.rungs) {
		e.Climbs++
		return d.ask(ladder, e, e.Rung+1, a.Reason)
	}
	e.State = EscalationRefused
	d.emit(EscalationChanged{Escalation: e, Reason: a.Reason})
	d.say("escalation "+e.ID, "there is no rung above; it is refused")
	return nil
}

func (a ClimbEscalation) decide(d *decider) error {
	e, err := d.escalation(a.Escalation)
	switch {
	case err != nil:
		return err
	case e.State != EscalationRaised:
		d.say("escalation "+e.ID, "it is %s and stays", e.State)
		return nil
	case !e.IsOverdue(d.cmd.At):
		return fmt.Errorf("%w: %s may accept escalation %s until %s", ErrEarly, e.To, e.ID, stamp(e.AcceptBy))
	}
	ladder, ok := d.rules.Ladder(e.Ladder)
	if !ok || e.Rung+1 >= len(ladder.rungs) {
		d.out.Trace.sayAt(e.AcceptBy, "escalation "+e.ID, "%s is the top rung and has not accepted by", e.To)
		return fmt.Errorf("%w: escalation %s on rung %s", ErrTop, e.ID, e.To)
	}
	d.out.Trace.sayAt(e.AcceptBy, "escalation "+e.ID, "%s has not accepted by", e.To)
	e.Climbs++
	return d.ask(ladder, e, e.Rung+1, "not accepted in time")
}

func (a MakePromise) decide(d *decider) error {
	p := a.Promise
	if p.Made.IsZero() {
		p.Made = d.cmd.At
	}
	p.Settled, p.Withdrawn = Promise{}.Settled, Promise{}.Withdrawn
	if err := p.Validate(); err != nil {
		return err
	}
	if _, has := d.c.Promise(p.ID); has {
		return fmt.Errorf("%w: promise %s", ErrDuplicate, p.ID)
	}
	d.emit(PromiseMade{Promise: p})
	d.out.Trace = append(d.out.Trace, p.Explain(d.cmd.At)...)
	return nil
}

func (d *decider) promise(id string) (Promise, error) {
	p, ok := d.c.Promise(id)
	if !ok {
		return p, &FieldError{Field: "promise", Value: shorten(id), Detail: "was never made", Err: ErrUnknown}
	}
	return p, nil
}

func (a SettlePromise) decide(d *decider) error {
	p, err := d.promise(a.Promise)
	switch {
	case err != nil:
		return err
	case !p.Settled.IsZero() || !p.Withdrawn.IsZero():
		d.say("promise "+p.ID, "it is %s", p.Verdict(d.cmd.At))
		return nil
	}
	d.settleOne(p)
	return nil
}

func (a DropPromise) decide(d *decider) error {
	p, err := d.promise(a.Promise)
	switch {
	case err != nil:
		return err
	case !p.Settled.IsZero() || !p.Withdrawn.IsZero():
		d.say("promise "+p.ID, "it is %s", p.Verdict(d.cmd.At))
		return nil
	}
	d.emit(PromiseDropped(a))
	now, _ := d.c.Promise(p.ID)
	d.out.Trace = append(d.out.Trace, now.Explain(d.cmd.At)...)
	return nil
}

func (a ConfirmSolution) decide(d *decider) error {
	if d.c.Status != StatusResolved {
		return &TransitionError{Case: d.c.ID, From: d.c.Status, To: StatusResolved}
	}
	if d.c.Verified {
		d.say("verify", "it was confirmed before")
		return nil
	}
	d.emit(SolutionVerified{Evidence: slices.Clone(a.Evidence)})
	d.say("verify", "the customer confirmed the resolution")
	return nil
}

func (a RejectSolution) decide(d *decider) error {
	switch d.c.Status {
	case StatusMerged:
		d.out.Redirect = d.c.MergedInto
		d.say("merge", "case %s is carried on in %s", d.c.ID, d.c.MergedInto)
		return nil
	case StatusClosed:
		d.followUp(d.c.Channel)
		return nil
	case StatusResolved:
		if !d.reopens(d.cmd.At) {
			d.followUp(d.c.Channel)
			return nil
		}
		return d.become(StatusOpen, "the customer says that it is not solved")
	default:
		d.say("verify", "the case is %s; nothing was resolved", d.c.Status)
		return nil
	}
}

func (a MakeGesture) decide(d *decider) error {
	g := a.Gesture
	g.At, g.By = d.cmd.At, d.cmd.By
	var fs faults
	fs.id("gesture.id", g.ID, true)
	fs.text("gesture.what", g.What)
	fs.text("gesture.reason", g.Reason)
	if strings.TrimSpace(g.What) == "" || strings.TrimSpace(g.Reason) == "" {
		fs.add("gesture", g.What, "needs what and reason")
	}
	if g.Promise != "" {
		if _, ok := d.c.Promise(g.Promise); !ok {
			fs.addAs(ErrUnknown, "gesture.promise", g.Promise, "was never made")
		}
	}
	if _, has := lookup(d.c.Gestures, func(o Gesture) bool { return o.ID == g.ID }); has {
		fs.addAs(ErrDuplicate, "gesture.id", g.ID, "was made before")
	}
	if err := fs.join(); err != nil {
		return err
	}
	d.emit(GestureMade{Gesture: g})
	d.say("gesture", "%s, because %s", shorten(g.What), shorten(g.Reason))
	return nil
}
