package sla

import (
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// ClockPhase is how a clock stands at an instant.
type ClockPhase int

// The phases of a clock.
const (
	// NotStarted: the clock has never run.
	NotStarted ClockPhase = iota + 1
	// Idle: the clock waits for its next cycle.
	Idle
	// Running: within the target.
	Running
	// Standing: paused within the target; there is no due instant.
	Standing
	// InTime: stopped with the target met.
	InTime
	// Overdue: over the target, stopped or not.
	Overdue
	// Ended: ended without a verdict.
	Ended
)

var phaseNames = [...]string{"", "not_started", "idle", "running", "paused", "met", "breached", "cancelled"}

// String names the phase: not_started, idle, running, paused, met, breached, cancelled.
func (p ClockPhase) String() string { return enumText(int(p), phaseNames[:]) }

// MarshalText writes the name.
func (p ClockPhase) MarshalText() ([]byte, error) { return enumMarshal(int(p), phaseNames[:]) }

// UnmarshalText reads the name.
func (p *ClockPhase) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(p), text, phaseNames[:])
}

// ClockState is one clock at one instant.
type ClockState struct {
	Metric  Metric
	Cycle   int // 1 and up; 0: never started
	State   ClockPhase
	Policy  PolicyRef
	Started time.Time // of the cycle; may lie ahead for a sequential recurrence
	Target  Amount
	Goal    time.Duration // the target in the clock's own time
	Elapsed time.Duration // own time so far; Goal less Elapsed remains
	// Due is when the target is used up: the zero time while the clock is paused,
	// idle or can never be due. Where it is a closing instant, stopping before the
	// next opening is still in time.
	Due time.Time
	// BreachedAt is the last instant at which the clock could have been stopped in
	// time; the zero time for one that is not late.
	BreachedAt time.Time
	Ended      time.Time // when the cycle ended; zero for an open one
}

// Remaining is the goal less what has run, negative when late.
func (c ClockState) Remaining() time.Duration { return c.Goal - c.Elapsed }

// DeadlineKind is what happens at a deadline.
type DeadlineKind int

// The kinds of deadlines.
const (
	// WarnAt: a warning is reached.
	WarnAt DeadlineKind = iota + 1
	// StepAt: a step of the ladder is reached.
	StepAt
	// DueAt: the target is used up.
	DueAt
	// BreachAt: the first instant at which the clock is late, a nanosecond after the
	// last one at which it is not.
	BreachAt
	// PolicyAt: another version of a policy comes into force.
	PolicyAt
)

var deadlineNames = [...]string{"", "warn", "step", "due", "breach", "policy"}

// String names the kind.
func (k DeadlineKind) String() string { return enumText(int(k), deadlineNames[:]) }

// MarshalText writes the name.
func (k DeadlineKind) MarshalText() ([]byte, error) { return enumMarshal(int(k), deadlineNames[:]) }

// UnmarshalText reads the name.
func (k *DeadlineKind) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(k), text, deadlineNames[:])
}

// Deadline is an instant at which a host may want to look again. It holds as long
// as no signal comes. A missed one changes no verdict.
type Deadline struct {
	At        time.Time
	Kind      DeadlineKind
	Metric    Metric
	Cycle     int
	Threshold Threshold  // for WarnAt and StepAt
	Level     Escalation // for StepAt
	To        string     // for StepAt
}

// String writes instant, metric and kind.
func (d Deadline) String() string {
	s := fmt.Sprintf("%s %s %s", d.At.Format(time.RFC3339Nano), d.Metric, d.Kind)
	if d.Threshold.IsValid() {
		s += " " + d.Threshold.String()
	}
	if d.To != "" {
		s += fmt.Sprintf(", %s to %s", d.Level, d.To)
	}
	return s
}

// Report is a case at one instant.
type Report struct {
	At     time.Time
	Status Status
	Policy PolicyRef
	// Clocks holds, in the order of the built-in metrics and then the host's, each
	// metric that has a target, or had one for its last cycle.
	Clocks []ClockState
	// Next holds the deadlines that lie ahead, in order.
	Next []Deadline
	// Verdicts holds every cycle of every clock with a target: those that ended in
	// the order in which they did, then the open ones.
	Verdicts []Verdict
}

// Clock finds a metric in the report.
func (r *Report) Clock(m Metric) (ClockState, bool) {
	for _, c := range r.Clocks {
		if c.Metric == m {
			return c, true
		}
	}
	return ClockState{}, false
}

// Evaluate judges a history as it stood at an instant: signals after at are left
// out, of signals with the same ID the first counts, and the order of signals of
// the same instant is kept. The result depends on nothing else; in particular not
// on whether, when or how often the case was looked at before.
//
// [ErrSignal] for a signal that Decide would refuse. An empty history gives a
// report without clocks.
func Evaluate(set *Set, history []Signal, at time.Time) (Report, error) {
	var s State
	m := machine{set: set, s: &s}
	if err := m.run(history, at); err != nil {
		return Report{}, err
	}
	return m.report(at), nil
}

// Report is the case at an instant, not before the last event, as far as the
// state knows it.
func (s State) Report(set *Set, at time.Time) (Report, error) {
	if at.Before(s.last) {
		return Report{}, ErrOrder
	}
	own := s.clone()
	m := machine{set: set, s: &own}
	m.bind()
	m.advance(at)
	return m.report(at), nil
}

// run folds a history into an empty state.
func (m *machine) run(history []Signal, at time.Time) error {
	if cap(m.s.cells) < m.set.kept {
		m.s.cells = make([]cell, 0, m.set.kept)
	}
	m.bind()
	history = ordered(history)
	m.s.own = true
	m.s.room(history)
	var ids firsts
	for i := range history {
		sig := &history[i]
		if sig.At.After(at) {
			break
		}
		if !ids.first(history, i) {
			continue
		}
		if err := m.step(sig); err != nil {
			return err
		}
	}
	m.advance(at)
	return nil
}

// room makes room for what a history will leave, where there is none.
func (s *State) room(history []Signal) {
	if s.statuses != nil || len(history) == 0 {
		return
	}
	statuses, ends := 1, 4
	for i := range history {
		switch k := history[i].Kind; {
		case history[i].Status != "":
			statuses++
		case k == AgentPublic:
			ends += 2
		case k == Assigned, k == Custom:
			ends++
		}
	}
	s.statuses, s.verdicts = make([]change, 0, statuses), make([]Verdict, 0, ends)
}

func (m *machine) report(at time.Time) Report {
	r := Report{At: at, Status: m.s.status, Policy: m.s.policy}
	r.Clocks = make([]ClockState, 0, m.set.kept)
	r.Next = make([]Deadline, 0, m.ahead())
	if r.Verdicts = m.s.verdicts; !m.s.own {
		r.Verdicts = r.Verdicts[:len(r.Verdicts):len(r.Verdicts)]
	}
	for i := range m.of {
		c := m.cell(i)
		if c == nil {
			continue
		}
		if now, _, _ := m.current(i); now == nil && c.policy.IsZero() {
			continue
		}
		r.Clocks = append(r.Clocks, m.state(i, c, at))
		if c.isOpen() && !c.policy.IsZero() {
			r.Verdicts = m.appendOpen(r.Verdicts, i, c, at)
			r.Next = m.appendNext(r.Next, i, c, at)
		}
	}
	if len(m.s.statuses) > 0 {
		for _, ch := range m.set.changes {
			if ch.After(at) {
				r.Next = append(r.Next, Deadline{At: ch, Kind: PolicyAt})
				break
			}
		}
	}
	slices.SortStableFunc(r.Next, func(a, b Deadline) int { return a.At.Compare(b.At) })
	if len(r.Clocks) == 0 {
		r.Clocks = nil
	}
	if len(r.Next) == 0 {
		r.Next = nil
	}
	if len(r.Verdicts) == 0 {
		r.Verdicts = nil
	}
	return r
}

// ahead is how many deadlines there can be.
func (m *machine) ahead() int {
	n := 1
	for i := range m.of {
		if c := m.cell(i); c != nil && c.phase == running && c.rule != nil {
			n += max(len(c.rule.Warn)+len(c.rule.Ladder)-bits.OnesCount64(c.fired), 0) + 2
		}
	}
	return n
}

func (m *machine) state(i int, c *cell, at time.Time) ClockState {
	out := ClockState{Metric: c.metric, Cycle: c.cycle, Policy: c.policy, Started: c.started, Target: c.target, Goal: c.goal, Ended: c.ended}
	clock := &m.set.clocks[i]
	if c.policy.IsZero() {
		if c.cycle > 0 { // it ran, or runs, without a target
			out = ClockState{Metric: c.metric, Cycle: c.cycle, Started: c.started}
		}
		_, out.Target, out.Policy = m.current(i)
		out.State = NotStarted
		if clock.Idles {
			out.State = Idle
		}
		return out
	}
	out.Elapsed, out.Due = m.elapsed(i, c, at), m.due(i, c, at)
	late := out.Elapsed > c.goal
	if late {
		out.BreachedAt = c.late
	}
	switch {
	case c.phase == void:
		out.State = Ended
	case c.phase == done && clock.Idles:
		out.State, out.Due, out.BreachedAt = Idle, time.Time{}, time.Time{}
	case late:
		out.State = Overdue
	case c.phase == done:
		out.State = InTime
	case c.phase == paused:
		out.State = Standing
	case c.started.After(at):
		out.State = Idle
	default:
		out.State = Running
	}
	return out
}

func (m *machine) appendOpen(list []Verdict, i int, c *cell, at time.Time) []Verdict {
	if c.verdict > 0 {
		return list // resumed after a verdict that stands
	}
	v := Verdict{Metric: c.metric, Cycle: c.cycle, Outcome: Undecided, Policy: c.policy, Started: c.started, Goal: c.goal, Elapsed: m.elapsed(i, c, at)}
	if v.Elapsed > v.Goal {
		v.Outcome = UndecidedLate
	}
	return append(list, v)
}

func (m *machine) appendNext(list []Deadline, i int, c *cell, at time.Time) []Deadline {
	r := m.ruleOf(i, c)
	if c.phase != running || r == nil {
		return list
	}
	for k := range len(r.Warn) + len(r.Ladder) {
		if c.fired&(1<<k) != 0 {
			continue
		}
		t := r.mark(k)
		d := Deadline{At: m.reach(i, c, t.of(c.goal)), Kind: WarnAt, Metric: c.metric, Cycle: c.cycle, Threshold: t}
		if k >= len(r.Warn) {
			step := &r.Ladder[k-len(r.Warn)]
			d.Kind, d.Level, d.To = StepAt, step.Kind, step.To
		}
		if d.At.After(at) {
			list = append(list, d)
		}
	}
	if c.breached {
		return list
	}
	due := m.due(i, c, at)
	if due.After(at) {
		list = append(list, Deadline{At: due, Kind: DueAt, Metric: c.metric, Cycle: c.cycle})
	}
	if late := m.lapse(i, c, due); !late.IsZero() && !late.Before(at) {
		list = append(list, Deadline{At: late.Add(1), Kind: BreachAt, Metric: c.metric, Cycle: c.cycle})
	}
	return list
}
