package deliver

import (
	"time"
)

// Invitation is a request that was sent and may be repeated.
type Invitation struct {
	SentAt     time.Time   // required
	Reminded   []time.Time // when reminders went, in any order
	AnsweredAt time.Time   // the zero time while it is not answered
}

// Remind says whether a reminder of the request may go now: not to somebody who has
// since opted out, withdrawn consent, been excluded or opened a case; not when the
// request was answered, the policy has no more reminders, or the time for them is
// over; after the wait since the last message; and only outside quiet hours. A
// reminder is not held by the sample, gaps and windows, nor by the age of the event,
// which the request itself has passed.
//
// A Defer gives the instant at which to ask again. ErrRequest where the invitation
// has no date, and the errors of Decide.
func (g *Gate) Remind(r *Request, inv *Invitation, now time.Time) (Decision, error) {
	if err := r.validate(now); err != nil {
		return Decision{}, err
	}
	if inv.SentAt.IsZero() {
		fs := faults{err: ErrRequest}
		fs.add("Invitation.SentAt", "is the zero time")
		return Decision{}, fs.join()
	}
	rules := g.policy.Reminders
	if rules == nil {
		rules = &Reminders{}
	}
	d := Decision{Trace: make([]Check, 0, len(remindOrder)), Digest: inv.digest(r.digest(g.hash, now))}
	d.check(OptedOut, true, !r.Contact.optedOut(r.Channel, g.policy.Purpose))
	d.check(ChannelNotConsented, true, r.Contact.consents(r.Channel, g.policy.Purpose))
	d.check(Ineligible, r.Ineligible != "", false)
	d.check(OpenCase, g.policy.SuppressOpenCase, !r.Contact.OpenCase)
	d.check(Answered, true, inv.AnsweredAt.IsZero())
	if c := d.check(RemindersUsed, true, len(inv.Reminded) < rules.Max); c != nil {
		c.N, c.Limit = len(inv.Reminded), rules.Max
	}
	if err := g.remindAt(&d, r, inv, now); err != nil {
		return Decision{}, err
	}
	d.expire(ReminderOver, rules.Until > 0, inv.SentAt.Add(rules.Until), now)
	d.finish(remindOrder[:], now)
	return d, nil
}

// remindAt is the later of the wait's end and now, moved out of quiet hours.
func (g *Gate) remindAt(d *Decision, r *Request, inv *Invitation, now time.Time) error {
	if d.decided() {
		return nil
	}
	last := inv.SentAt
	for _, at := range inv.Reminded {
		last = later(last, at)
	}
	due := last.Add(g.policy.Reminders.Every)
	c := d.check(ReminderWait, true, !due.After(now))
	c.At = due
	waits := c.Status == Stopped
	d.Verdict, d.Reason = 0, 0
	if err := g.timing(d, r, later(now, due)); err != nil || d.Verdict == Deny || !waits {
		return err
	}
	if d.Verdict == 0 { // open when the wait ends
		d.At = due
	}
	d.Verdict, d.Reason = Defer, ReminderWait
	return nil
}

func (inv *Invitation) digest(h uint64) uint64 {
	h = hashTime(hashTime(h, inv.SentAt), inv.AnsweredAt)
	for _, at := range inv.Reminded {
		h = hashTime(h, at)
	}
	return (h ^ uint64(len(inv.Reminded))) * fnvPrime
}
