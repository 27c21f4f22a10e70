package sla

import "time"

// rematch finds the policy of the case anew, and moves open clocks under it. The
// targets are those that the cause itself sets; earlier ones were set beside the
// policy that is left. It reports whether the policy is another.
func (m *machine) rematch(at time.Time, id string, targets []Target) bool {
	next := m.set.match(m.s.facts, at)
	var ref PolicyRef
	mode := Carry
	if next != nil {
		ref, mode = next.ref, next.p.Retarget
	}
	if ref == m.s.policy {
		return false
	}
	m.emit(&Event{Kind: PolicyChanged, At: at, Signal: id, Policy: ref, Targets: targets})
	for i := range m.of {
		c := m.cell(i)
		if c == nil || !c.isOpen() || mode == Pin {
			continue
		}
		m.move(i, c, mode, at, id)
		m.pauseOrResume(i, c, at, id)
	}
	return true
}

// change gives the open cycle of a metric another target.
func (m *machine) change(t Target, sig *Signal) {
	i := m.set.clock(t.Metric)
	c := m.cell(i)
	p := m.set.policy(m.s.policy)
	if c == nil || p == nil || !c.isOpen() || c.policy.IsZero() || p.p.Retarget == Pin {
		return
	}
	m.move(i, c, p.p.Retarget, sig.At, sig.ID)
}

// move brings an open cycle under the rule and target that hold now.
func (m *machine) move(i int, c *cell, mode Retarget, at time.Time, id string) {
	r, target, ref := m.current(i)
	if r == nil {
		if !c.policy.IsZero() {
			elapsed := m.settle(i, c, at)
			m.emit(&Event{Kind: Released, At: at, Signal: id, Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Elapsed: elapsed})
		}
		return
	}
	e := Event{
		Kind: Retargeted, At: at, Signal: id, Metric: c.metric, Cycle: c.cycle, Policy: ref, Started: c.started, Target: target,
	}
	was, unit := m.ruleOf(i, c), c.target.unit // by which it ran so far
	if c.policy.IsZero() && c.verdict > 0 {
		e.Cycle++ // the cycle was released before
	}
	switch {
	case mode == Restart:
		m.settle(i, c, at)
		e.Started, e.Fresh = at, true
	case c.policy.IsZero():
		was, unit = r, target.unit
		e.Elapsed, _ = m.since(c.started, r, unit, at, forever)
		e.Fresh = true
	default:
		e.Elapsed = m.settle(i, c, at)
	}
	e.Goal, e.Due = undisturbed(r, target, e.Started, at, e.Elapsed)
	if !e.Fresh {
		e.Fired = kept(was, r, c.fired)
	}
	m.emit(&e)
	c.rule = r
	if c.breached || c.spent <= c.goal {
		return
	}
	// It has already used up the target that it was just given.
	due := at
	if run, used := m.since(c.started, was, unit, at, c.goal); run == c.spent && !used.IsZero() {
		due = used
	}
	m.emit(&Event{Kind: Breached, At: at, Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Goal: c.goal, Due: due, Elapsed: c.spent})
}

// kept is which warnings and steps of the new rule were noted under the old one: those
// that both have.
func kept(from, to *rule, fired uint64) uint64 {
	if from == to || from == nil || fired == 0 {
		return fired
	}
	now := uint64(0)
	for k := range to.Warn {
		for i := range from.Warn {
			if fired&(1<<i) != 0 && from.Warn[i] == to.Warn[k] {
				now |= 1 << k
			}
		}
	}
	for k := range to.Ladder {
		for i := range from.Ladder {
			if fired&(1<<(len(from.Warn)+i)) != 0 && from.Ladder[i] == to.Ladder[k] {
				now |= 1 << (len(to.Warn) + k)
			}
		}
	}
	return now
}

// since is what a clock would show if it had run under the rule from the start,
// and when it showed d, the zero time where it has not.
func (m *machine) since(start time.Time, r *rule, unit Unit, at time.Time, d time.Duration) (sum time.Duration, used time.Time) {
	for k, ch := range m.s.statuses {
		from, to := later(ch.at, start), at
		if k+1 < len(m.s.statuses) && m.s.statuses[k+1].at.Before(at) {
			to = m.s.statuses[k+1].at
		}
		if stands(r, ch.status) {
			continue
		}
		next := plus(sum, measure(r, unit, from, to))
		if used.IsZero() && next >= d {
			as := cell{target: Amount{unit: unit}, segment: from, spent: sum}
			used = as.reach(r, d)
		}
		sum = next
	}
	return sum, used
}
