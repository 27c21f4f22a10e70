package deliver

import (
	"fmt"
	"slices"
	"time"
)

// Decide says whether the request may go now. The rules are checked in the order of
// the Rule constants:
//
//   - opted out, consent for this purpose on this channel, duplicate key, the host's
//     own rule, open case, score, sample, display: any of them denies without a date;
//   - the four frequency rules together: each gives the instant from which it allows,
//     equality included; where any lies after now the request is denied for the rule
//     whose instant is latest, and may be made again at that instant (EligibleAt);
//   - quiet hours: outside them the request is deferred to the next opening;
//   - the age of the event at the instant of sending: too old denies for good.
//
// A request that is put off is decided again at its time: facts may have changed.
// The error is ErrRequest for a request without survey, channel or contact and for a
// history without dates (which would be no gap at all), or what the host's calendar
// said; a decision is never an error.
func (g *Gate) Decide(r *Request, now time.Time) (Decision, error) {
	if err := r.validate(now); err != nil {
		return Decision{}, err
	}
	d := Decision{Trace: make([]Check, 0, len(decideOrder)), Digest: r.digest(g.hash, now)}
	g.standing(&d, r)
	g.choice(&d, r)
	g.frequency(&d, r, now)
	if err := g.timing(&d, r, now); err != nil {
		return Decision{}, err
	}
	d.expire(StaleEvent, g.policy.EventTTL > 0 && !r.EventAt.IsZero(), r.EventAt.Add(g.policy.EventTTL), now)
	d.finish(decideOrder[:], now)
	return d, nil
}

// The rules that Decide and Remind trace.
var (
	decideOrder = [...]Rule{
		OptedOut, ChannelNotConsented, Duplicate, Ineligible, OpenCase, ScoreOutside, NotSampled, Shown,
		MinGapAny, MinGapSame, AfterResponse, MaxPerWindow, UnknownZone, QuietHours, NeverOpen, StaleEvent,
	}
	remindOrder = [...]Rule{
		OptedOut, ChannelNotConsented, Ineligible, OpenCase, Answered, RemindersUsed, ReminderWait,
		UnknownZone, QuietHours, NeverOpen, ReminderOver,
	}
)

// standing is who must not be asked at all.
func (g *Gate) standing(d *Decision, r *Request) {
	p := &g.policy
	d.check(OptedOut, true, !r.Contact.optedOut(r.Channel, p.Purpose))
	d.check(ChannelNotConsented, true, r.Contact.consents(r.Channel, p.Purpose))
	d.check(Duplicate, r.Key != "", !slices.ContainsFunc(r.History.Sent, func(s Sent) bool { return s.Key == r.Key && !s.Reminder }))
	d.check(Ineligible, r.Ineligible != "", false)
	d.check(OpenCase, p.SuppressOpenCase, !r.Contact.OpenCase)
}

// choice is who is not among those to ask.
func (g *Gate) choice(d *Decision, r *Request) {
	p := &g.policy
	d.check(ScoreOutside, p.Score != nil, p.Score != nil && p.Score.Has(r.Follows))
	if c := d.check(NotSampled, p.SampleRate != nil, p.SampleRate == nil || sampleHash(r.Contact.ID, r.Survey)%10_000 < g.bound); c != nil {
		c.N, c.Limit = int(sampleHash(r.Contact.ID, r.Survey)%10_000), int(g.bound)
	}
	g.display(d, r)
}

func (g *Gate) display(d *Decision, r *Request) {
	p := &g.policy
	if p.Display <= Always || d.decided() {
		d.check(Shown, false, true)
		return
	}
	n, limit := 0, 1
	switch p.Display {
	case UntilAnswered:
		for i := range r.History.Answers {
			if r.History.Answers[i].Survey == r.Survey {
				n++
			}
		}
	default:
		if p.Display == Times {
			limit = p.DisplayTimes
		}
		for i := range r.History.Sent {
			if s := &r.History.Sent[i]; s.Survey == r.Survey && !s.Reminder {
				n++
			}
		}
	}
	if c := d.check(Shown, true, n < limit); c != nil {
		c.N, c.Limit = n, limit
	}
}

// frequency checks the four rules side by side: the latest instant is the reason.
func (g *Gate) frequency(d *Decision, r *Request, now time.Time) {
	p := &g.policy
	if d.decided() {
		return
	}
	var lastAny, lastSame, lastAnswer time.Time
	for i := range r.History.Sent {
		s := &r.History.Sent[i]
		if s.Reminder {
			continue
		}
		lastAny = later(lastAny, s.At)
		if s.Survey == r.Survey {
			lastSame = later(lastSame, s.At)
		}
	}
	for i := range r.History.Answers {
		lastAnswer = later(lastAnswer, r.History.Answers[i].At)
	}
	windowAt, n, limit := g.windows(r.History.Sent, now)
	worst := -1
	for i, at := range [...]time.Time{
		after(lastAny, p.MinGapAny), after(lastSame, p.MinGapSame), after(lastAnswer, p.AfterResponse), windowAt,
	} {
		rule := MinGapAny + Rule(i)
		on := [...]bool{p.MinGapAny > 0, p.MinGapSame > 0, p.AfterResponse > 0, len(p.Caps) > 0}[i]
		c := d.check(rule, on, !at.After(now))
		c.At = at
		if rule == MaxPerWindow {
			c.N, c.Limit = n, limit
		}
		if c.Status == Stopped && (worst < 0 || at.After(d.Trace[worst].At)) {
			worst = len(d.Trace) - 1
		}
		d.Verdict, d.Reason = 0, 0 // until all four have spoken
	}
	if worst >= 0 {
		d.Verdict, d.Reason, d.EligibleAt = Deny, d.Trace[worst].Rule, d.Trace[worst].At
	}
}

// windows is the latest instant of all caps, with the count and limit of the cap that
// gives it.
func (g *Gate) windows(sent []Sent, now time.Time) (at time.Time, n, limit int) {
	for i, c := range g.policy.Caps {
		in, start := 0, now.Add(-c.Window)
		for j := range sent {
			if !sent[j].Reminder && sent[j].At.After(start) {
				in++
			}
		}
		var free time.Time
		if in >= c.N {
			free = nthLatest(sent, c.N).Add(c.Window)
		}
		if i == 0 || free.After(at) {
			at, n, limit = free, in, c.N
		}
	}
	return at, n, limit
}

// nthLatest is the n-th latest request, counted from one.
func nthLatest(sent []Sent, n int) time.Time {
	var few [16]time.Time
	top := few[:0] // descending, at most n
	for i := range sent {
		if sent[i].Reminder || len(top) == n && !sent[i].At.After(top[n-1]) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, sent[i].At, func(a, b time.Time) int { return b.Compare(a) })
		top = slices.Insert(top, at, sent[i].At)
		if len(top) > n {
			top = top[:n]
		}
	}
	return top[n-1]
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// after is the instant from which a gap allows; the zero time where nothing happened.
func after(last time.Time, gap time.Duration) time.Time {
	if last.IsZero() || gap == 0 {
		return time.Time{}
	}
	return last.Add(gap)
}

// timing finds the instant of sending: now, or the next at which the policy's hours
// and the host's are both open.
func (g *Gate) timing(d *Decision, r *Request, now time.Time) error {
	if d.decided() {
		return nil
	}
	d.check(UnknownZone, g.week != nil, r.Contact.Zone != nil)
	if d.decided() {
		return nil
	}
	at, open, err := g.opening(r, now)
	if err != nil {
		return err
	}
	hours := Check{Rule: QuietHours, Status: Off}
	never := Check{Rule: NeverOpen, Status: Off}
	if g.week != nil || r.Hours != nil {
		hours.Status, never.Status = Passed, Passed
		switch {
		case !open:
			hours.Status, never.Status = Stopped, Stopped
			d.Verdict, d.Reason = Deny, NeverOpen
		case !at.Equal(now):
			hours.Status = Stopped
			d.Verdict, d.Reason, d.At = Defer, QuietHours, at
		}
	}
	if open && hours.Status != Off {
		hours.At = at
	}
	d.Trace = append(d.Trace, hours, never)
	return nil
}

// opening is the first instant from now on at which all calendars are open. Each
// round asks them all, and stops when none moves the instant.
func (g *Gate) opening(r *Request, now time.Time) (at time.Time, open bool, err error) {
	at = now
	limit := now.Add(horizon * Day)
	for !at.After(limit) {
		start := at
		if g.week != nil {
			if at, err = (Quiet{g.week, r.Contact.Zone}).NextOpen(at); err != nil {
				return at, false, nil //nolint:nilerr // nothing opens: the decision says so
			}
		}
		if r.Hours != nil {
			next, err := r.Hours.NextOpen(at)
			if err != nil {
				return at, false, fmt.Errorf("deliver: host's calendar: %w", err)
			}
			if next.Before(at) {
				return at, false, fmt.Errorf("%w: %s after %s", ErrCalendar, next.UTC().Format(time.RFC3339), at.UTC().Format(time.RFC3339))
			}
			if !next.Equal(at) {
				at = next
			}
		}
		if at.Equal(start) || g.week == nil || r.Hours == nil {
			return at, true, nil
		}
	}
	return at, false, nil
}
