package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/routing"
	"github.com/rapport-go/rapport/interaction/sla"
)

// A host is a small help desk: it joins the parts of the library with a store, a
// timer and a page. Nothing in it decides; it asks and carries out.
type host struct {
	ctx    context.Context
	page   *page
	clock  *alarmClock
	hours  *businesstime.Calendar
	desk   *interaction.Desk
	levels *sla.Set
	mail   *mailroom
	router *routing.Router
	asked  int // commands so far
	cases  int // cases so far
	waking map[interaction.Deadline]bool
	err    error
}

// fail keeps the first error that is not a refusal; the week ends with it.
func (h *host) fail(err error) {
	if h.err == nil {
		h.err = err
	}
}

// at schedules something that will happen.
func (h *host) at(when time.Time, do func(now time.Time)) { h.clock.set(when, do) }

// do carries out a command on a case, tells it, and asks to be woken for what
// falls due next.
func (h *host) do(id, what string, by interaction.Actor, action interaction.Action) interaction.DeskResult {
	h.asked++
	out, err := h.desk.Do(h.ctx, interaction.Command{
		ID: fmt.Sprintf("k%03d", h.asked), Case: id, At: h.clock.now, By: by, Do: action,
	})
	h.page.line(h.clock.now, id, what)
	h.page.trace(out.Decision.Trace)
	if err != nil {
		h.page.refused(err)
		if !isRefusal(err) {
			h.fail(err)
		}
		return out
	}
	for _, d := range out.Next {
		h.wake(d)
	}
	if out.Decision.FollowUp != nil {
		h.followUp(*out.Decision.FollowUp, by, action)
	}
	return out
}

// followUp opens the linked case that a decision names, with the message that
// asked for it.
func (h *host) followUp(open interaction.OpenCase, by interaction.Actor, message interaction.Action) {
	h.cases++
	id := fmt.Sprintf("c%d", h.cases)
	h.do(id, "a linked case is opened", by, open)
	h.do(id, "with the message", by, message)
}

// isRefusal tells what the rules said no to from what went wrong.
func isRefusal(err error) bool {
	for _, e := range []error{
		interaction.ErrNotAcknowledged, interaction.ErrOrder, interaction.ErrEvidence,
		interaction.ErrTransition, interaction.ErrFinal, interaction.ErrEarly, interaction.ErrTop,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// wake sets the timer for a deadline, once.
func (h *host) wake(d interaction.Deadline) {
	if h.waking[d] {
		return
	}
	h.waking[d] = true
	h.at(d.At, func(time.Time) { h.due(d) })
}

// due answers a wake-up. What was settled meanwhile is no longer in the list of
// deadlines, and then nothing is to be done.
func (h *host) due(d interaction.Deadline) {
	c, err := h.desk.Case(h.ctx, d.Case)
	if err != nil {
		h.fail(err)
		return
	}
	next, err := h.desk.Rules.Deadlines(c)
	if err != nil {
		h.fail(err)
	}
	if !slices.Contains(next, d) {
		return
	}
	timer := interaction.Actor{Role: interaction.RoleSystem}
	switch d.Kind {
	case interaction.DueAcceptance:
		h.do(d.Case, "timer: nobody accepted the escalation", timer, interaction.ClimbEscalation{Escalation: d.Ref})
	case interaction.DueClose:
		h.do(d.Case, "timer: the reply window has passed", timer, interaction.SetStatus{To: interaction.StatusClosed, Reason: "nobody objected"})
	case interaction.DueVerify:
		h.page.line(h.clock.now, d.Case, "timer: ask the customer whether the solution holds")
	case interaction.DuePromise:
		h.page.line(h.clock.now, d.Case, "timer: promise "+d.Ref+" is due now")
	case interaction.DueStep:
		h.page.line(h.clock.now, d.Case, "timer: step "+d.Ref+" of the playbook is due now")
	case interaction.DueProgress:
		h.page.line(h.clock.now, d.Case, "timer: tell the customer how things stand")
	}
}

// signals reads a case's events as the service levels see them.
func signals(events []interaction.Event, facts sla.Facts) []sla.Signal {
	var out []sla.Signal
	for _, e := range events {
		s := sla.Signal{ID: fmt.Sprintf("%s/%d", e.Case, e.Seq), At: e.At}
		switch x := e.Change.(type) {
		case interaction.CaseOpened:
			s.Kind, s.By, s.Status, s.Facts = sla.Created, sla.Customer, sla.StatusNew, facts
		case interaction.MessageReceived:
			s.Kind = sla.CustomerMessage
			if !x.Message.IsContact() {
				s.Kind = sla.AutoReply
			}
		case interaction.MessageSent:
			s.Kind = sla.AgentPublic
			if !x.Counts {
				s.Kind = sla.BotPublic
			}
		case interaction.StatusChanged:
			s.Kind, s.Status = sla.StatusChange, sla.Status(x.To.String())
		case interaction.OwnerAssigned, interaction.HandedOff:
			s.Kind = sla.Assigned
		default:
			continue
		}
		out = append(out, s)
	}
	return out
}

// judge evaluates the service levels of a case as they stand.
func (h *host) judge(id string) (sla.Report, bool) {
	events, err := h.desk.Store.LoadCase(h.ctx, id)
	if err != nil {
		h.fail(err)
		return sla.Report{}, false
	}
	report, err := sla.Evaluate(h.levels, signals(events, sla.Facts{"case": id}), h.clock.now)
	if err != nil {
		h.fail(err)
		return sla.Report{}, false
	}
	return report, true
}

// levelsOf tells how service-level clocks of a case stand.
func (h *host) levelsOf(id string, metrics ...sla.Metric) {
	report, ok := h.judge(id)
	if !ok {
		return
	}
	h.page.line(h.clock.now, id, "service levels under policy "+report.Policy.String())
	for _, m := range metrics {
		c, ok := report.Clock(m)
		if !ok {
			continue
		}
		text, due := fmt.Sprintf("%s after %s of %s", c.State, c.Elapsed, c.Goal), time.Time{}
		if c.State == sla.Running {
			text, due = text+", due", c.Due
		}
		h.page.why(string(m), text, due)
	}
}

// openTime explains how the desk's open time ran between two instants.
func (h *host) openTime(id string, from, to time.Time) {
	h.page.line(h.clock.now, id, "open time from "+h.page.stamp(from)+" to "+h.page.stamp(to)+": "+h.hours.Between(from, to).String())
	for l := range h.hours.Explain(from, to) {
		h.page.printf("              . %s\n", l)
	}
}
