package sla

import "time"

// rematch finds the policy of the case anew, and moves open clocks under it.
func (m *machine) rematch(at time.Time, id string) {
	next := m.set.match(m.s.facts, at)
	var ref PolicyRef
	mode := Carry
	if next != nil {
		ref, mode = next.ref, next.p.Retarget
	}
	if ref == m.s.policy {
		return
	}
	m.emit(&Event{Kind: PolicyChanged, At: at, Signal: id, Policy: ref})
	for i := range m.of {
		c := m.cell(i)
		if c == nil || !c.isOpen() || mode == Pin {
			continue
		}
		m.move(i, c, mode, at, id)
		m.pauseOrResume(i, c, at, id)
	}
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
	if c.policy.IsZero() && m.s.judged(c) {
		e.Cycle++ // the cycle was released before
	}
	switch {
	case mode == Restart:
		m.settle(i, c, at)
		e.Started, e.Fresh = at, true
	case c.policy.IsZero():
		e.Elapsed = m.since(c.started, r, target.unit, at)
		e.Fresh = true
	default:
		e.Elapsed = m.settle(i, c, at)
	}
	goal, exact := resolve(r, target, e.Started)
	e.Goal = goal
	if e.Started.Equal(at) {
		e.Due = exact
	}
	m.emit(&e)
	c.rule = r
	m.overdue(i, c, at)
}

// since is what a clock would show if it had run under the rule from the start.
func (m *machine) since(start time.Time, r *rule, unit Unit, at time.Time) time.Duration {
	sum := time.Duration(0)
	for k, ch := range m.s.statuses {
		from, to := later(ch.at, start), at
		if k+1 < len(m.s.statuses) && m.s.statuses[k+1].at.Before(at) {
			to = m.s.statuses[k+1].at
		}
		if !stands(r, ch.status) {
			sum = plus(sum, measure(r, unit, from, to))
		}
	}
	return sum
}

// overdue notes that a clock has already used up the target that it was just given.
func (m *machine) overdue(i int, c *cell, at time.Time) {
	if c.breached || c.spent <= c.goal {
		return
	}
	m.emit(&Event{Kind: Breached, At: at, Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Goal: c.goal, Due: at, Elapsed: c.spent})
}
