package deliver

import (
	"fmt"
	"strings"
	"time"
)

// Check is one line of a trace.
type Check struct {
	Rule   Rule
	Status Status
	At     time.Time // from when the rule allows (gaps, hours), or until when (ages); zero where it has no instant
	N      int       // what the rule counted: requests in the window, the sample's number
	Limit  int       // what it compares N with; zero where it counts nothing
}

// Decision is what becomes of a request.
type Decision struct {
	Verdict    Verdict
	Reason     Rule      // which rule stopped it; zero for Send
	At         time.Time // when to send: now for Send, later for Defer, zero for Deny
	EligibleAt time.Time // of a Deny for frequency: when the same request would pass those rules; else zero
	Digest     uint64    // of the policy, the request and now: equal inputs give equal digests
	Trace      []Check   // every rule in order
}

func (d *Decision) decided() bool { return d.Verdict != 0 }

// check adds a line and, where the rule is on and not kept, the verdict. It gives the
// line, or nil where an earlier rule had decided.
func (d *Decision) check(rule Rule, on, kept bool) *Check {
	if d.decided() {
		return nil
	}
	c := Check{Rule: rule, Status: Passed}
	switch {
	case !on:
		c.Status = Off
	case !kept:
		c.Status = Stopped
		d.Verdict, d.Reason = Deny, rule
	}
	d.Trace = append(d.Trace, c)
	return &d.Trace[len(d.Trace)-1]
}

// expire denies what would go out after an instant.
func (d *Decision) expire(rule Rule, on bool, until, now time.Time) {
	if d.Verdict == Deny {
		return
	}
	c := Check{Rule: rule, Status: Off}
	if on {
		c.Status, c.At = Passed, until
		at := now
		if d.Verdict == Defer {
			at = d.At
		}
		if at.After(until) {
			c.Status = Stopped
			d.Verdict, d.Reason, d.At = Deny, rule, time.Time{}
		}
	}
	d.Trace = append(d.Trace, c)
}

// finish sends what nothing stopped and lists the rules that were not reached.
func (d *Decision) finish(order []Rule, now time.Time) {
	if d.Verdict == 0 {
		d.Verdict, d.At = Send, now
	}
	for _, rule := range order[len(d.Trace):] {
		d.Trace = append(d.Trace, Check{Rule: rule, Status: NotReached})
	}
}

// Explain writes the decision and its trace for people, one rule a line, instants in
// the given zone (UTC for nil).
func (d Decision) Explain(zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	show := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05 -07:00") }
	var b strings.Builder
	b.WriteString(d.Verdict.String())
	switch {
	case d.Verdict == Send:
		fmt.Fprintf(&b, " at %s", show(d.At))
	case d.Verdict == Defer:
		fmt.Fprintf(&b, " until %s: %v", show(d.At), d.Reason)
	case d.EligibleAt.IsZero():
		fmt.Fprintf(&b, ": %v", d.Reason)
	default:
		fmt.Fprintf(&b, ": %v, eligible at %s", d.Reason, show(d.EligibleAt))
	}
	b.WriteByte('\n')
	for _, c := range d.Trace {
		fmt.Fprintf(&b, "  %-22s %-11s", c.Rule, c.Status)
		if c.Limit > 0 {
			fmt.Fprintf(&b, " %d of %d", c.N, c.Limit)
		}
		if !c.At.IsZero() {
			word := " from "
			if c.Rule == StaleEvent || c.Rule == ReminderOver {
				word = " until "
			}
			b.WriteString(word + show(c.At))
		}
		line := strings.TrimRight(b.String(), " ")
		b.Reset()
		b.WriteString(line + "\n")
	}
	return b.String()
}
