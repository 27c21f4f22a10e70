package sla

import (
	"time"
)

// PolicySet is the policies of a host, as data. [New] checks and compiles it.
type PolicySet struct {
	// Clocks define the host's own metrics.
	Clocks []Clock
	// Policies in order of precedence: for a case, the first that matches counts. A
	// policy that was changed stands here once per version.
	Policies []Policy
}

// Policy is one version of a set of targets for some cases.
type Policy struct {
	ID      string
	Version int // 1 and up
	// Effective is when this version comes into force; zero: since ever. The version
	// of an ID with the latest Effective that has come is in force.
	Effective time.Time
	// Calendar is used by rules that name none.
	Calendar string
	Match    Match
	Rules    []Rule
	// Retarget says what becomes of running clocks when a case comes under this
	// version, or gets a target of its own. Default: Carry.
	Retarget Retarget
}

// Match says which cases a policy is for: those for which Always is set, or for
// which every condition in All holds and, unless Any is empty, at least one in
// Any. A blank match is for no case: leaving the conditions out by mistake must not catch all.
type Match struct {
	Always bool
	All    []Condition
	Any    []Condition
}

// Condition compares one fact. It holds when the fact is one of In (when In is
// empty: when the fact is there at all); Not turns it round.
type Condition struct {
	Fact string
	In   []string
	Not  bool
}

// holds asks the condition of the facts.
func (c *Condition) holds(f Facts) bool {
	v, ok := f[c.Fact]
	if ok && len(c.In) > 0 {
		ok = false
		for _, in := range c.In {
			ok = ok || in == v
		}
	}
	return ok != c.Not
}

// Matches reports whether the facts fit, and why, in words.
func (m *Match) Matches(f Facts) (bool, string) {
	switch {
	case m.Always:
		return true, "for every case"
	case len(m.All) == 0 && len(m.Any) == 0:
		return false, "blank: for no case"
	}
	for i := range m.All {
		if !m.All[i].holds(f) {
			return false, "not " + m.All[i].String()
		}
	}
	if len(m.Any) == 0 {
		return true, joined(m.All)
	}
	for i := range m.Any {
		if m.Any[i].holds(f) {
			return true, joined(append(append([]Condition{}, m.All...), m.Any[i]))
		}
	}
	return false, "none of the alternatives"
}

func joined(conditions []Condition) string {
	s := ""
	for i := range conditions {
		if i > 0 {
			s += " and "
		}
		s += conditions[i].String()
	}
	return s
}

// String writes the condition as in "tier in gold, platinum".
func (c Condition) String() string {
	s := c.Fact + " in "
	if c.Not {
		s = c.Fact + " not in "
	}
	if len(c.In) == 0 {
		if c.Not {
			return c.Fact + " unknown"
		}
		return c.Fact + " known"
	}
	for i, in := range c.In {
		if i > 0 {
			s += ", "
		}
		s += in
	}
	return s
}

// fits is Matches without the words.
func (m *Match) fits(f Facts) bool {
	if m.Always {
		return true
	}
	if len(m.All) == 0 && len(m.Any) == 0 {
		return false
	}
	for i := range m.All {
		if !m.All[i].holds(f) {
			return false
		}
	}
	for i := range m.Any {
		if m.Any[i].holds(f) {
			return true
		}
	}
	return len(m.Any) == 0
}

// Rule is the target of one metric.
type Rule struct {
	Metric   Metric
	Target   Amount
	Calendar string // empty: the policy's. An Elapsed target needs none
	// PauseIn are the statuses in which the clock stands still. On resolved and
	// closed every clock does.
	PauseIn []Status
	// Reopen is for clocks that a status stops. Default: Resume.
	Reopen Reopen
	// Recur starts the next cycle when one ends. Default: NoRecurrence, which leaves
	// it to the clock's own start.
	Recur Recurrence
	// BotStops lets a bot's public answer stop the clock as a person's does.
	BotStops bool
	Warn     []Threshold
	Ladder   []Step
}

// Step is a rung of an escalation ladder.
type Step struct {
	At   Threshold
	Kind Escalation
	To   string // role, team or skill; the host knows it
}

// Escalation is the kind of a step.
type Escalation int

// The kinds of escalation.
const (
	// Functional asks another skill.
	Functional Escalation = iota + 1
	// Hierarchical asks a superior.
	Hierarchical
)

var escalationNames = [...]string{"", "functional", "hierarchical"}

// IsValid reports whether e is one of the two.
func (e Escalation) IsValid() bool { return e == Functional || e == Hierarchical }

// String names the kind.
func (e Escalation) String() string { return enumText(int(e), escalationNames[:]) }

// MarshalText writes the name.
func (e Escalation) MarshalText() ([]byte, error) { return enumMarshal(int(e), escalationNames[:]) }

// UnmarshalText reads the name.
func (e *Escalation) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(e), text, escalationNames[:])
}

// Retarget says what a change of policy or target does to a clock that is open, and
// to one that is opened again after it.
type Retarget int

// The modes.
const (
	// Carry takes elapsed time and pauses over: what remains is the new target less
	// what has run. Where that was used up before, Due says when, and the clock is
	// late from the change on. A clock that the new policy adds starts when it would
	// have; one for which it has no target ends without a verdict. It is the default (0).
	Carry Retarget = iota
	// Pin leaves open clocks as they are; the change counts from the next cycle on.
	Pin
	// Restart begins anew at the change.
	Restart
)

var retargetNames = [...]string{"carry", "pin", "restart"}

// IsValid reports whether r is one of the modes.
func (r Retarget) IsValid() bool { return r >= Carry && r <= Restart }

// String names the mode.
func (r Retarget) String() string { return enumText(int(r), retargetNames[:]) }

// MarshalText writes the name.
func (r Retarget) MarshalText() ([]byte, error) { return enumMarshal(int(r), retargetNames[:]) }

// UnmarshalText reads the name.
func (r *Retarget) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(r), text, retargetNames[:])
}

// Reopen says what a clock that a status had stopped, or ended as spam, does when the
// case is open again.
type Reopen int

// The modes.
const (
	// ReopenResume goes on where the clock stopped; the time between does not
	// count. A met verdict of the stop before is superseded; a breached one stands
	// and is not given twice. It is the default (0).
	ReopenResume Reopen = iota
	// ReopenRestart begins at zero. A met verdict is superseded, a breached one stands.
	ReopenRestart
	// ReopenNewCycle begins at zero, and every verdict stands.
	ReopenNewCycle
	// ReopenIgnore leaves the first verdict as the last, unless the clock's own start comes again.
	ReopenIgnore
)

var reopenNames = [...]string{"resume", "restart", "new_cycle", "ignore"}

// IsValid reports whether r is one of the modes.
func (r Reopen) IsValid() bool { return r >= ReopenResume && r <= ReopenIgnore }

// String names the mode.
func (r Reopen) String() string { return enumText(int(r), reopenNames[:]) }

// MarshalText writes the name.
func (r Reopen) MarshalText() ([]byte, error) { return enumMarshal(int(r), reopenNames[:]) }

// UnmarshalText reads the name.
func (r *Reopen) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(r), text, reopenNames[:])
}

// Recurrence says when the next cycle of a clock begins after one has ended.
type Recurrence int

// The kinds of recurrence, as in Salesforce milestones.
const (
	// NoRecurrence leaves the start to the clock's definition. It is the default (0).
	NoRecurrence Recurrence = iota
	// Independent begins the next cycle when the last one was fulfilled.
	Independent
	// Sequential begins the next cycle when the last one was due.
	Sequential
)

var recurrenceNames = [...]string{"none", "independent", "sequential"}

// IsValid reports whether r is one of the kinds.
func (r Recurrence) IsValid() bool { return r >= NoRecurrence && r <= Sequential }

// String names the kind.
func (r Recurrence) String() string { return enumText(int(r), recurrenceNames[:]) }

// MarshalText writes the name.
func (r Recurrence) MarshalText() ([]byte, error) { return enumMarshal(int(r), recurrenceNames[:]) }

// UnmarshalText reads the name.
func (r *Recurrence) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(r), text, recurrenceNames[:])
}

// Clock defines how a metric of the host's starts and stops.
type Clock struct {
	Metric Metric
	Start  []On
	Stop   []On
	// After: the clock may not start before that metric's clock has been stopped once.
	After Metric
	// Repeat lets a new cycle start after one has ended.
	Repeat bool
	// Renew starts a new cycle with the very signal that stopped one. It implies Repeat.
	Renew bool
	// Idles lets the clock report [Idle] between cycles, not how the last one ended.
	Idles bool
}

// On picks signals. Zero fields are not looked at.
type On struct {
	Kind   Kind
	By     Actor
	Status Status
	Name   string
}

// picks reports whether the signal is meant. A creation without an actor is the
// customer's; a second one is a message of the customer.
func (o *On) picks(s *Signal, second bool) bool {
	kind, by := s.Kind, s.By
	if kind == Created && by == 0 {
		by = Customer
	}
	if kind == Created && second {
		if kind = AgentPrivate; by == Customer {
			kind = CustomerMessage
		}
	}
	return o.Kind == kind && (o.By == 0 || o.By == by) &&
		(o.Status == "" || o.Status == s.Status) && (o.Name == "" || o.Name == s.Name)
}

// builtin are the clocks that every set knows.
func builtin() []Clock {
	return []Clock{
		{Metric: FirstResponse, Start: []On{{Kind: Created, By: Customer}, {Kind: CustomerMessage}}, Stop: []On{{Kind: AgentPublic}}},
		{Metric: NextResponse, Start: []On{{Kind: CustomerMessage}}, Stop: []On{{Kind: AgentPublic}}, After: FirstResponse, Repeat: true, Idles: true},
		{Metric: UpdateCadence, Start: []On{{Kind: AgentPublic}}, Stop: []On{{Kind: AgentPublic}}, Repeat: true, Renew: true, Idles: true},
		{Metric: TimeToOwn, Start: []On{{Kind: Created}, {Kind: Unassigned}}, Stop: []On{{Kind: Assigned}}, Repeat: true},
		{Metric: Resolution, Start: []On{{Kind: Created}}, Stop: []On{{Kind: StatusChange, Status: StatusResolved}, {Kind: StatusChange, Status: StatusClosed}}},
	}
}
