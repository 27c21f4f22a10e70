package sla

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// machine moves a state along. Whatever it finds out becomes an event and reaches
// the state through State.apply only, with or without a sink that keeps the
// events: so Evaluate and Decide cannot differ.
type machine struct {
	set  *Set
	s    *State
	sink *[]Event
	of   []int // per clock of the set: its cell, -1 where it is not kept
	room [8]int
}

// bind finds, or makes, the cells of the clocks that the set keeps.
func (m *machine) bind() {
	if cap(m.of) < len(m.set.clocks) {
		if m.of = m.room[:]; len(m.set.clocks) > len(m.room) {
			m.of = make([]int, len(m.set.clocks))
		}
	}
	m.of = m.of[:len(m.set.clocks)]
	for i := range m.set.clocks {
		m.of[i] = -1
		if !m.set.used[i] {
			continue
		}
		m.of[i] = m.s.index(m.set.clocks[i].Metric)
	}
}

// cell is the cell of the clock with the index i, or nil.
func (m *machine) cell(i int) *cell {
	if m.of[i] < 0 {
		return nil
	}
	return &m.s.cells[m.of[i]]
}

func (m *machine) emit(e *Event) {
	if m.sink != nil {
		*m.sink = append(*m.sink, *e)
	}
	m.s.apply(e)
}

// ruleOf is the rule under which a cell's cycle stands, or nil.
func (m *machine) ruleOf(i int, c *cell) *rule {
	if c.rule != nil || c.policy.IsZero() {
		return c.rule
	}
	if p := m.set.policy(c.policy); p != nil && p.rules[i].Metric != "" {
		c.rule = &p.rules[i]
	}
	return c.rule
}

// advance brings the state to an instant: versions of policies that come into
// force, and what the clocks run past.
func (m *machine) advance(at time.Time) {
	changes := m.set.changes
	from := sort.Search(len(changes), func(i int) bool { return changes[i].After(m.s.last) })
	for _, ch := range changes[from:] {
		if ch.After(at) || len(m.s.statuses) == 0 {
			break
		}
		m.settleAll(ch)
		m.rematch(ch, "", nil)
	}
	m.settleAll(at)
}

// settleAll notes what all clocks have run past, in the order of the instants.
func (m *machine) settleAll(at time.Time) {
	from := 0
	if m.sink != nil {
		from = len(*m.sink)
	}
	for i := range m.of {
		if c := m.cell(i); c != nil {
			m.settle(i, c, at)
		}
	}
	if m.sink != nil {
		slices.SortStableFunc((*m.sink)[from:], func(a, b Event) int { return a.At.Compare(b.At) })
	}
}

// step takes in a signal.
func (m *machine) step(sig *Signal) error {
	if err := m.check(sig); err != nil {
		return err
	}
	switch {
	case m.sink != nil:
		m.advance(sig.At)
	case len(m.set.changes) > 0 && len(m.s.statuses) > 0:
		if c := m.set.changes; c[len(c)-1].After(m.s.last) && !c[0].After(sig.At) {
			m.advance(sig.At)
		}
	}
	second := m.s.created && sig.Kind == Created
	was, status := m.s.status, m.s.status
	if (sig.Kind == StatusChange || (sig.Kind == Created && !second)) && sig.Status != "" {
		status = sig.Status
	}
	if status == "" && sig.Kind == Created {
		status = StatusNew
	}
	facts := sig.Facts
	if second {
		facts = nil
	}
	first := len(m.s.statuses) == 0
	id := sig.ID
	if m.sink == nil {
		id = "" // nobody will ask the state
	}
	m.emit(&Event{
		Kind: Observed, At: sig.At, Signal: id, Status: status, Facts: facts, Targets: sig.Targets, Saw: sig.Kind,
	})
	moved := (first || len(facts) > 0) && m.rematch(sig.At, sig.ID, sig.Targets)
	for _, t := range sig.Targets {
		if !moved {
			m.change(t, sig)
		}
	}
	for i := range m.of {
		if m.s.status == was && m.set.kinds[i]&(1<<sig.Kind) == 0 {
			continue
		}
		if c := m.cell(i); c != nil {
			m.touch(i, c, sig, was, second)
		}
	}
	return nil
}

func (m *machine) check(sig *Signal) error {
	switch {
	case sig.At.IsZero():
		return fmt.Errorf("%w: %s has no instant", ErrSignal, sig.Kind)
	case !sig.Kind.IsValid():
		return fmt.Errorf("%w: kind %s", ErrSignal, sig.Kind)
	case sig.At.Before(m.s.last):
		return fmt.Errorf("%w: %s at %s, after %s", ErrOrder, sig.Kind, sig.At.Format(time.RFC3339), m.s.last.Format(time.RFC3339))
	}
	for _, t := range sig.Targets {
		i := m.set.clock(t.Metric)
		if i < 0 || !t.Amount.IsValid() {
			return fmt.Errorf("%w: target %s for %s", ErrSignal, t.Amount, t.Metric)
		}
		if p := m.set.policy(m.s.policy); p != nil && t.Amount.unit != UnitElapsed && p.rules[i].Metric != "" && p.rules[i].cal == nil {
			return fmt.Errorf("%w: target %s for %s, whose rule has no calendar", ErrSignal, t.Amount, t.Metric)
		}
	}
	return nil
}

// touch lets one clock react to a signal.
func (m *machine) touch(i int, c *cell, sig *Signal, was Status, second bool) {
	status := m.s.status
	if status.isVoid() {
		if c.isOpen() {
			elapsed := m.settle(i, c, sig.At)
			m.emit(&Event{Kind: Cancelled, At: sig.At, Signal: sig.ID, Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Elapsed: elapsed})
		}
		return
	}
	clock := &m.set.clocks[i]
	stop := m.set.stops[i]&(1<<sig.Kind) != 0 && m.stops(i, c, sig, second)
	phase, cycle := c.phase, c.cycle
	switch {
	case c.isOpen() && stop:
		m.stop(i, c, sig)
		if recur := m.recurrence(i, c); clock.Renew && recur == NoRecurrence {
			m.start(i, c, sig.At, sig)
		} else if recur != NoRecurrence {
			from := sig.At
			if recur == Sequential && !c.due.IsZero() {
				from = c.due
			}
			m.start(i, c, from, sig)
		}
	case c.isOpen():
	case c.phase == void && was.isVoid(): // it is a case after all
		if m.reopen(i, c, sig); stop && c.isOpen() {
			m.stop(i, c, sig)
		}
	case (c.cycle == 0 || clock.Repeat || clock.Renew) && m.starts(i, sig, second):
		m.start(i, c, sig.At, sig)
		if sig.Kind == Created && stopsIn(clock, status) { // a case that was done when it was written down
			m.stop(i, c, sig)
		}
	case c.phase == done && stopsIn(clock, was) && !stopsIn(clock, status):
		m.reopen(i, c, sig)
	}
	if status != was || c.phase != phase || c.cycle != cycle {
		m.pauseOrResume(i, c, sig.At, sig.ID)
	}
}

func (m *machine) stops(i int, c *cell, sig *Signal, second bool) bool {
	clock := &m.set.clocks[i]
	for k := range clock.Stop {
		if clock.Stop[k].picks(sig, second) {
			return true
		}
		if clock.Stop[k].Kind == AgentPublic && sig.Kind == BotPublic {
			if r := m.ruleOf(i, c); r != nil && r.BotStops {
				return true
			}
		}
	}
	return false
}

func (m *machine) starts(i int, sig *Signal, second bool) bool {
	clock := &m.set.clocks[i]
	if after := m.set.after[i]; after >= 0 && m.cell(after).stops == 0 {
		return false
	}
	for k := range clock.Start {
		if clock.Start[k].picks(sig, second) {
			return true
		}
	}
	return false
}

// stopsIn reports whether the status is one that stops the clock.
func stopsIn(clock *Clock, status Status) bool {
	for k := range clock.Stop {
		if clock.Stop[k].Kind == StatusChange && (clock.Stop[k].Status == status) {
			return true
		}
	}
	return false
}

func (m *machine) recurrence(i int, c *cell) Recurrence {
	if r := m.ruleOf(i, c); r != nil {
		return r.Recur
	}
	return NoRecurrence
}

// current is the rule that a new cycle of the clock comes under, with its target.
func (m *machine) current(i int) (r *rule, target Amount, ref PolicyRef) {
	p := m.set.policy(m.s.policy)
	if p == nil || p.rules[i].Metric == "" {
		return nil, Amount{}, PolicyRef{}
	}
	r = &p.rules[i]
	target = r.Target
	if t, ok := targetOf(m.s.targets, r.Metric); ok && (t.unit == UnitElapsed || r.cal != nil) {
		target = t
	}
	return r, target, p.ref
}

// resolve turns a target into the clock's own time.
func resolve(r *rule, target Amount, start time.Time) (goal time.Duration, exact time.Time) {
	if r == nil {
		return forever, time.Time{}
	}
	if target.unit != UnitBusinessDays {
		return target.d, time.Time{}
	}
	at, err := r.cal.AddDays(start, target.days, target.mode)
	if err != nil {
		return forever, time.Time{}
	}
	return r.cal.Between(start, at), at
}

// undisturbed is resolve for a cycle that has run for a while. The instant is given
// only where no open time was lost: a pause makes business days into their length.
func undisturbed(r *rule, target Amount, start, at time.Time, elapsed time.Duration) (goal time.Duration, exact time.Time) {
	goal, exact = resolve(r, target, start)
	if !exact.IsZero() && measure(r, target.unit, start, at) != elapsed {
		exact = time.Time{}
	}
	return goal, exact
}

// exact is when a clock of business days is due that goes on at an instant, the
// zero time where that follows from the goal.
func (m *machine) exact(i int, c *cell, at time.Time) time.Time {
	r := m.ruleOf(i, c)
	if r == nil || c.target.unit != UnitBusinessDays {
		return time.Time{}
	}
	_, exact := undisturbed(r, c.target, c.started, at, c.spent)
	return exact
}

func (m *machine) start(i int, c *cell, from time.Time, sig *Signal) {
	r, target, ref := m.current(i)
	goal, exact := resolve(r, target, from)
	m.emit(&Event{
		Kind: Started, At: sig.At, Signal: sig.ID, Metric: c.metric, Cycle: c.cycle + 1, Policy: ref,
		Started: from, Target: target, Goal: goal, Due: exact,
	})
	c.rule = r
}

func (m *machine) stop(i int, c *cell, sig *Signal) {
	elapsed := m.settle(i, c, sig.At)
	due := m.due(i, c, sig.At)
	if c.phase == paused { // as if it went on now
		as := *c
		as.phase, as.segment, as.exact = running, sig.At, m.exact(i, c, sig.At)
		due = m.due(i, &as, sig.At)
	}
	outcome := Outcome(0)
	if !c.policy.IsZero() {
		outcome = Met
		if elapsed > c.goal {
			outcome = Late
		}
	}
	m.emit(&Event{
		Kind: Stopped, At: sig.At, Signal: sig.ID, Metric: c.metric, Cycle: c.cycle, Policy: c.policy,
		Started: c.started, Target: c.target, Goal: c.goal, Elapsed: elapsed, Due: due, Outcome: outcome,
	})
}

// reopen lets a clock go on that a status had stopped, or that had ended with the case.
func (m *machine) reopen(i int, c *cell, sig *Signal) {
	mode := ReopenResume
	if r := m.ruleOf(i, c); r != nil {
		mode = r.Reopen
	}
	if mode == ReopenIgnore {
		return
	}
	e := Event{
		Kind: Reopened, At: sig.At, Signal: sig.ID, Metric: c.metric, Cycle: c.cycle + 1, Policy: c.policy,
		Started: c.started, Target: c.target, Goal: c.goal, Elapsed: c.spent, Reopen: mode,
	}
	r, target, ref := m.current(i)
	if mode == ReopenResume {
		if c.phase == done && c.outcome == Late {
			e.Cycle = c.cycle // judged already
		}
		e.Due = m.exact(i, c, sig.At)
	} else {
		e.Started, e.Target, e.Policy, e.Elapsed = sig.At, target, ref, 0
		e.Goal, e.Due = resolve(r, target, sig.At)
	}
	m.emit(&e)
	if c.policy == ref && c.target == target {
		return
	}
	// What changed while it stood counts as if it changed now.
	retarget := Carry
	if p := m.set.policy(m.s.policy); p != nil {
		retarget = p.p.Retarget
	}
	if retarget != Pin {
		m.move(i, c, retarget, sig.At, sig.ID)
	}
}

// pauseOrResume makes the clock stand or run as the status says.
func (m *machine) pauseOrResume(i int, c *cell, at time.Time, id string) {
	if !c.isOpen() || c.policy.IsZero() {
		return
	}
	stand := stands(m.ruleOf(i, c), m.s.status)
	switch {
	case stand && c.phase == running:
		elapsed := m.settle(i, c, at)
		m.emit(&Event{Kind: Paused, At: at, Signal: id, Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Elapsed: elapsed, Status: m.s.status})
	case !stand && c.phase == paused:
		m.emit(&Event{Kind: Resumed, At: at, Signal: id, Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Elapsed: c.spent, Due: m.exact(i, c, at), Status: m.s.status})
	}
}

// stands reports whether a clock stands still in a status.
func stands(r *rule, status Status) bool {
	if status.isDone() || status.isVoid() {
		return true
	}
	if r != nil {
		for _, p := range r.PauseIn {
			if p == status {
				return true
			}
		}
	}
	return false
}

// measure is the clock's own time from a to b.
func measure(r *rule, unit Unit, a, b time.Time) time.Duration {
	switch {
	case !a.Before(b):
		return 0
	case r == nil || unit == UnitElapsed:
		return b.Sub(a)
	}
	return r.cal.Between(a, b)
}

// elapsed is the clock's own time at an instant.
func (m *machine) elapsed(i int, c *cell, at time.Time) time.Duration {
	if c.phase != running || c.policy.IsZero() {
		return c.spent
	}
	return plus(c.spent, measure(m.ruleOf(i, c), c.target.unit, c.segment, at))
}

// reach is the first instant at which the running clock shows d of its own time;
// the zero time where it never does.
func (m *machine) reach(i int, c *cell, d time.Duration) time.Time {
	return c.reach(m.ruleOf(i, c), d)
}

func (c *cell) reach(r *rule, d time.Duration) time.Time {
	switch {
	case d == forever:
		return time.Time{}
	case d <= c.spent:
		return c.segment
	case c.target.unit == UnitElapsed:
		return c.segment.Add(d - c.spent)
	}
	if r == nil {
		return time.Time{}
	}
	at, err := r.cal.Add(c.segment, d-c.spent)
	if err != nil {
		return time.Time{}
	}
	return at
}

// due is when the target is used up, the zero time where that is not known: on a paused clock.
func (m *machine) due(i int, c *cell, at time.Time) time.Time {
	switch {
	case c.phase == done || (c.breached && c.phase == running):
		return c.due
	case c.phase != running || c.policy.IsZero():
		return time.Time{}
	case !c.exact.IsZero():
		return c.exact
	}
	return m.reach(i, c, c.goal)
}

// lapse is the last instant at which stopping a clock with that due is in time.
func (m *machine) lapse(i int, c *cell, due time.Time) time.Time {
	if r := m.ruleOf(i, c); r != nil && c.target.unit != UnitElapsed && !due.IsZero() {
		if open, err := r.cal.NextOpen(due); err == nil {
			return open
		}
		return time.Time{}
	}
	return due
}

// settle notes the warnings, steps and breach that a clock has run past by at, and
// gives its own time then.
func (m *machine) settle(i int, c *cell, at time.Time) time.Duration {
	elapsed := m.elapsed(i, c, at)
	if c.phase != running || c.policy.IsZero() {
		return elapsed
	}
	r := m.ruleOf(i, c)
	if r == nil || elapsed < c.quiet || c.started.After(at) {
		return elapsed
	}
	quiet := forever // nothing happens before
	if !c.breached && elapsed <= c.goal {
		quiet = c.goal
	}
	for k := range len(r.Warn) + len(r.Ladder) {
		if c.fired&(1<<k) != 0 {
			continue
		}
		t := r.mark(k)
		d := t.of(c.goal)
		if d > elapsed {
			quiet = min(quiet, d)
			continue
		}
		e := Event{Kind: Warned, At: later(m.reach(i, c, d), c.opened), Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Elapsed: d, Step: k, Threshold: t}
		if k >= len(r.Warn) {
			step := &r.Ladder[k-len(r.Warn)]
			e.Kind, e.Level, e.To = Escalated, step.Kind, step.To
		}
		m.emit(&e)
	}
	if elapsed > c.goal && !c.breached {
		due := m.due(i, c, at)
		late := m.lapse(i, c, due)
		if c.spent > c.goal {
			late = c.segment
		}
		m.emit(&Event{Kind: Breached, At: later(late, c.opened), Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Goal: c.goal, Due: due, Elapsed: c.goal})
	}
	c.quiet = quiet
	return elapsed
}

// mark is the k-th threshold of a rule: warnings first, then the ladder.
func (r *rule) mark(k int) Threshold {
	if k < len(r.Warn) {
		return r.Warn[k]
	}
	return r.Ladder[k-len(r.Warn)].At
}
