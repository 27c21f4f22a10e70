package sla

import (
	"sync/atomic"
	"time"
)

// phase is where a cycle is.
type phase int8

const (
	idle phase = iota // never started
	running
	paused
	done
	void
)

// cell is the state of one clock.
type cell struct {
	metric  Metric
	phase   phase
	cycle   int
	stops   int
	started time.Time
	segment time.Time     // running: since when
	opened  time.Time     // the event that began the cycle; its start may lie before
	spent   time.Duration // own time before the segment
	target  Amount
	goal    time.Duration
	exact   time.Time // when business days are due, as long as nothing was paused
	policy  PolicyRef // none: nobody set a target

	breached bool
	due      time.Time // after a breach or a stop
	late     time.Time // the breach
	ended    time.Time
	outcome  Outcome
	verdict  int    // of the cycle, counted from 1; 0: none yet
	fired    uint64 // bit i: warning i, then step i of the ladder

	rule  *rule         // found by policy and metric; a cache
	quiet time.Duration // nothing is noted before this much own time; a cache
}

func (c *cell) isOpen() bool { return c.phase == running || c.phase == paused }

// change is an instant from which a status held.
type change struct {
	at     time.Time
	status Status
}

// State is what is known of one case: the fold of its events. The zero value is a
// case of which nothing is known. States are values; Evolve never changes the one it is given.
type State struct {
	last     time.Time
	created  bool
	status   Status
	policy   PolicyRef
	facts    Facts
	targets  []Target
	statuses []change
	ids      []seenID
	maybe    [16]uint64 // a bit per hash of an ID: where it is not set, the ID is new
	cells    []cell
	verdicts []Verdict
	own      bool // no other state sees these lists

	statusesEnd, idsEnd, verdictsEnd *end
}

// end is up to where a list is taken that states share: each sees it up to its own
// length, and the first that appends there does so in place.
type end struct{ n atomic.Int64 }

// push appends to a list that may be shared. Whoever finds the place taken copies.
func push[T any](list []T, e **end, own bool, v T) []T {
	n := len(list)
	switch {
	case own:
		return append(list, v)
	case *e != nil && n < cap(list) && (*e).n.CompareAndSwap(int64(n), int64(n+1)):
		return append(list, v)
	}
	grown := make([]T, n, 2*n+8)
	copy(grown, list)
	*e = new(end)
	(*e).n.Store(int64(n + 1))
	return append(grown, v)
}

// Status is the last status that was set.
func (s State) Status() Status { return s.status }

// Policy is the policy version that the case is under.
func (s State) Policy() PolicyRef { return s.policy }

// clone makes a copy that may be changed: what is only ever appended to is shared,
// see push.
func (s State) clone() State {
	s.cells = append([]cell(nil), s.cells...)
	s.own = false
	return s
}

// seenID is the ID of a signal, with its hash for a quick comparison.
type seenID struct {
	hash uint64
	id   string
}

func (s *State) seen(id string) bool {
	if id == "" {
		return false
	}
	h := hash(id)
	if word, bit := spread(h); s.maybe[word]&bit == 0 {
		return false
	}
	for i := range s.ids {
		if s.ids[i].hash == h && s.ids[i].id == id {
			return true
		}
	}
	return false
}

// cell finds the clock of a metric, or makes it.
func (s *State) cell(m Metric) *cell { return &s.cells[s.index(m)] }

// index is where the clock of a metric is; it is made where there is none.
func (s *State) index(m Metric) int {
	for i := range s.cells {
		if s.cells[i].metric == m {
			return i
		}
	}
	s.cells = append(s.cells, cell{metric: m})
	return len(s.cells) - 1
}

// apply folds one event in.
func (s *State) apply(e *Event) {
	if e.At.After(s.last) {
		s.last = e.At
	}
	switch e.Kind {
	case Observed:
		s.observed(e)
		return
	case PolicyChanged:
		s.policy, s.targets = e.Policy, append([]Target(nil), e.Targets...)
		return
	}
	c := s.cell(e.Metric)
	switch e.Kind {
	case Started:
		*c = cell{
			metric: c.metric, phase: running, cycle: e.Cycle, stops: c.stops, started: e.Started, segment: e.Started, opened: e.At,
			target: e.Target, goal: e.Goal, exact: e.Due, policy: e.Policy,
		}
	case Paused:
		c.phase, c.spent, c.segment, c.exact = paused, e.Elapsed, time.Time{}, time.Time{}
	case Resumed:
		c.phase, c.segment, c.exact = running, later(e.At, c.started), e.Due
	case Retargeted:
		c.retargeted(e)
	case Warned, Escalated:
		c.fired |= 1 << e.Step
	case Breached:
		c.breached, c.due, c.late = true, e.Due, e.At
	case Stopped:
		c.phase, c.spent, c.due, c.ended, c.outcome = done, e.Elapsed, e.Due, e.At, e.Outcome
		c.segment = time.Time{}
		c.stops++
		if e.Outcome != 0 {
			s.judge(c, e.Outcome)
		}
	case Reopened:
		s.reopened(c, e)
	case Released:
		s.end(c, e)
		c.phase, c.policy, c.target, c.goal, c.rule = running, PolicyRef{}, Amount{}, forever, nil
		c.segment, c.exact, c.fired, c.quiet = e.At, time.Time{}, 0, 0
		c.breached, c.due, c.late = false, time.Time{}, time.Time{}
	case Cancelled:
		s.end(c, e)
		c.phase = void
	}
}

func (s *State) observed(e *Event) {
	if e.Signal != "" {
		h := hash(e.Signal)
		s.ids = push(s.ids, &s.idsEnd, s.own, seenID{h, e.Signal})
		word, bit := spread(h)
		s.maybe[word] |= bit
	}
	s.created = s.created || e.Saw == Created
	if e.Status != s.status || len(s.statuses) == 0 {
		s.status = e.Status
		s.statuses = push(s.statuses, &s.statusesEnd, s.own, change{e.At, e.Status})
	}
	if len(e.Facts) > 0 {
		facts := make(Facts, len(s.facts)+len(e.Facts))
		for k, v := range s.facts {
			facts[k] = v
		}
		for k, v := range e.Facts {
			facts[k] = v
		}
		s.facts = facts
	}
	if len(e.Targets) > 0 {
		targets := append([]Target(nil), e.Targets...)
		for _, t := range s.targets {
			if _, ok := targetOf(targets, t.Metric); !ok {
				targets = append(targets, t)
			}
		}
		s.targets = targets
	}
}

func targetOf(targets []Target, m Metric) (Amount, bool) {
	for _, t := range targets {
		if t.Metric == m {
			return t.Amount, true
		}
	}
	return Amount{}, false
}

func (c *cell) retargeted(e *Event) {
	c.target, c.goal, c.exact, c.policy, c.spent, c.rule, c.quiet = e.Target, e.Goal, e.Due, e.Policy, e.Elapsed, nil, 0
	if c.phase == running {
		c.segment = later(e.At, e.Started)
	}
	if c.cycle != e.Cycle {
		c.verdict = 0
	}
	c.started, c.cycle = e.Started, e.Cycle
	c.breached, c.due, c.late = false, time.Time{}, time.Time{}
	c.fired = e.Fired
}

func (s *State) reopened(c *cell, e *Event) {
	if e.Reopen != ReopenNewCycle && c.verdict > 0 && s.verdicts[c.verdict-1].Outcome == Met {
		if !s.own {
			s.verdicts, s.verdictsEnd = append([]Verdict(nil), s.verdicts...), nil
		}
		s.verdicts[c.verdict-1].Outcome = Superseded
	}
	keep := *c
	*c = cell{
		metric: c.metric, phase: running, cycle: e.Cycle, stops: c.stops, started: e.Started, segment: e.At, opened: e.At,
		spent: e.Elapsed, target: e.Target, goal: e.Goal, exact: e.Due, policy: e.Policy,
	}
	if keep.cycle == e.Cycle {
		c.verdict = keep.verdict
	}
	if e.Reopen == ReopenResume {
		c.fired, c.breached, c.due, c.late = keep.fired, keep.breached, keep.due, keep.late
	}
}

// end closes an open cycle without a verdict.
func (s *State) end(c *cell, e *Event) {
	c.spent, c.ended, c.segment = e.Elapsed, e.At, time.Time{}
	if !c.policy.IsZero() {
		s.judge(c, Dropped)
	}
}

// judge records how a cycle ended, once.
func (s *State) judge(c *cell, o Outcome) {
	if c.verdict > 0 {
		return
	}
	c.verdict = len(s.verdicts) + 1
	s.verdicts = push(s.verdicts, &s.verdictsEnd, s.own, Verdict{
		Metric: c.metric, Cycle: c.cycle, Outcome: o, Policy: c.policy,
		Started: c.started, Ended: c.ended, Elapsed: c.spent, Goal: c.goal,
	})
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
