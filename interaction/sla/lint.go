package sla

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

// Problem is a kind of finding.
type Problem int

// What Lint finds. None of them makes a policy set invalid.
const (
	// DeadPolicy: no case can come under the policy, since its match is blank or
	// contradicts itself, or an earlier policy takes every case that it would.
	DeadPolicy Problem = iota + 1
	// NextBeforeFirst: the next reply is promised sooner than the first.
	NextBeforeFirst
	// ResolutionBeforeFirst: the resolution is promised sooner than the first reply.
	ResolutionBeforeFirst
	// CalendarNeverOpens: the calendar of a rule has no open time in the two years
	// after the instant given.
	CalendarNeverOpens
	// DeadCalendar: a rule names a calendar that its target does not use.
	DeadCalendar
	// AlwaysPaused: the clock stands still in every status in which a case is open.
	AlwaysPaused
	// DeadPause: a status in PauseIn in which the clock never runs anyway.
	DeadPause
	// LateWarning: a warning that comes when the target is used up already.
	LateWarning
	// EarlyThreshold: a threshold that is reached at the very start.
	EarlyThreshold
	// SameThreshold: two warnings, or two steps to the same place, at the same point.
	SameThreshold
	// LadderOrder: a step that comes before the step that stands before it.
	LadderOrder
	// NoCatchAll: cases can come under no policy at all.
	NoCatchAll
	// NoRules: a policy without rules.
	NoRules
)

var problemNames = [...]string{
	"", "dead_policy", "next_before_first", "resolution_before_first", "calendar_never_opens", "dead_calendar",
	"always_paused", "dead_pause", "late_warning", "early_threshold", "same_threshold", "ladder_order", "no_catch_all", "no_rules",
}

// String names the problem.
func (p Problem) String() string { return enumText(int(p), problemNames[:]) }

// MarshalText writes the name.
func (p Problem) MarshalText() ([]byte, error) { return enumMarshal(int(p), problemNames[:]) }

// UnmarshalText reads the name.
func (p *Problem) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(p), text, problemNames[:])
}

// Finding is something in a policy set that is likely not meant.
type Finding struct {
	Problem Problem
	Policy  PolicyRef
	Metric  Metric // empty where the whole policy is meant
	Detail  string
}

// String writes the finding on a line.
func (f Finding) String() string {
	s := f.Problem.String()
	if !f.Policy.IsZero() {
		s += " " + f.Policy.String()
	}
	if f.Metric != "" {
		s += " " + string(f.Metric)
	}
	return s + ": " + f.Detail
}

// Lint reports what in a set is likely not meant, in the order of the policies.
// The instant says from when on calendars are asked whether they ever open and
// targets are compared. An empty result is good news.
func Lint(set *Set, at time.Time) []Finding {
	l := &linter{set: set, at: at}
	always := false
	for i := range set.policies {
		p := &set.policies[i]
		l.policy = p.ref
		if len(p.p.Rules) == 0 {
			l.add(NoRules, "", "nothing is promised")
		}
		l.reach(i)
		l.order(p)
		for k := range p.rules {
			if p.rules[k].Metric != "" {
				l.rule(&p.rules[k])
			}
		}
		always = always || p.p.Match.Always
	}
	if l.policy = (PolicyRef{}); !always {
		l.add(NoCatchAll, "", "a case that no policy matches has no targets; end with a policy for every case, if that is not meant")
	}
	return l.found
}

type linter struct {
	set    *Set
	at     time.Time
	policy PolicyRef
	found  []Finding
}

func (l *linter) add(p Problem, m Metric, format string, args ...any) {
	l.found = append(l.found, Finding{p, l.policy, m, fmt.Sprintf(format, args...)})
}

// reach looks whether any case can come to the policy.
func (l *linter) reach(i int) {
	m := &l.set.policies[i].p.Match
	if !m.Always && len(m.All) == 0 && len(m.Any) == 0 {
		l.add(DeadPolicy, "", "its match is blank, which is for no case")
		return
	}
	if c, d := contradiction(m); c != nil {
		l.add(DeadPolicy, "", "%s and %s cannot both hold", c, d)
		return
	}
	for k := range i {
		o := &l.set.policies[k]
		if o.ref.ID != l.policy.ID && outlasts(l.set, o, i) && covers(&o.p.Match, m) {
			l.add(DeadPolicy, "", "%s comes first and takes every case that matches", o.ref)
			return
		}
	}
}

// outlasts reports whether o is in force whenever policy i is: from no later on and never replaced.
func outlasts(s *Set, o *compiled, i int) bool {
	if o.p.Effective.After(s.policies[i].p.Effective) {
		return false
	}
	for k := range s.policies {
		if p := &s.policies[k]; p.ref.ID == o.ref.ID && p.p.Effective.After(o.p.Effective) {
			return false
		}
	}
	return true
}

// contradiction finds two conditions in All that exclude each other.
func contradiction(m *Match) (a, b *Condition) {
	for i := range m.All {
		for k := range i {
			x, y := &m.All[k], &m.All[i]
			if x.Fact == y.Fact && excludes(x, y) {
				return x, y
			}
		}
	}
	return nil, nil
}

func excludes(x, y *Condition) bool {
	switch {
	case x.Not && y.Not:
		return false
	case x.Not:
		return excludes(y, x)
	case y.Not && len(y.In) == 0: // known, or one of a few; and unknown
		return true
	case y.Not: // one of x; and none of y
		return len(x.In) > 0 && subset(x.In, y.In)
	case len(x.In) == 0 || len(y.In) == 0:
		return false
	}
	for _, v := range x.In {
		for _, w := range y.In {
			if v == w {
				return false
			}
		}
	}
	return true
}

func subset(a, b []string) bool {
	for _, v := range a {
		found := false
		for _, w := range b {
			found = found || v == w
		}
		if !found {
			return false
		}
	}
	return true
}

// implies reports whether y holds wherever x does. It may miss cases, never invent one.
func implies(x, y *Condition) bool {
	if x.Fact != y.Fact {
		return false
	}
	switch {
	case !x.Not && !y.Not:
		return len(y.In) == 0 || (len(x.In) > 0 && subset(x.In, y.In))
	case x.Not && y.Not: // unknown implies not in; not in a set implies not in a smaller one
		return len(x.In) == 0 || (len(y.In) > 0 && subset(y.In, x.In))
	case !x.Not && y.Not && len(y.In) > 0: // one of these implies none of those
		return excludes(x, &Condition{Fact: y.Fact, In: y.In})
	}
	return false
}

// covers reports whether a takes every case that b would. It may miss cases, never invent one.
func covers(a, b *Match) bool {
	if a.Always {
		return true
	}
	if b.Always || (len(a.All) == 0 && len(a.Any) == 0) {
		return false
	}
	// Each alternative of b, with all of its common conditions, must fit a.
	alternatives := [][]Condition{b.All}
	if len(b.Any) > 0 {
		alternatives = nil
		for i := range b.Any {
			alternatives = append(alternatives, append(append([]Condition{}, b.All...), b.Any[i]))
		}
	}
	for _, given := range alternatives {
		if !fits(a, given) {
			return false
		}
	}
	return true
}

func fits(a *Match, given []Condition) bool {
	implied := func(y *Condition) bool {
		for i := range given {
			if implies(&given[i], y) {
				return true
			}
		}
		return false
	}
	for i := range a.All {
		if !implied(&a.All[i]) {
			return false
		}
	}
	for i := range a.Any {
		if implied(&a.Any[i]) {
			return true
		}
	}
	return len(a.Any) == 0
}

// order compares the targets of a policy with each other.
func (l *linter) order(p *compiled) {
	first := &p.rules[l.set.clock(FirstResponse)]
	if first.Metric == "" {
		return
	}
	for _, o := range []struct {
		metric  Metric
		problem Problem
	}{{NextResponse, NextBeforeFirst}, {Resolution, ResolutionBeforeFirst}} {
		r := &p.rules[l.set.clock(o.metric)]
		if r.Metric != "" && shorter(r, first, l.at) {
			l.add(o.problem, o.metric, "%s is shorter than the %s of %s", r.Target, first.Target, FirstResponse)
		}
	}
}

// shorter reports whether a is due before b when both start together: compared as
// amounts in the same unit, else at the first opening after the instant.
func shorter(a, b *rule, at time.Time) bool {
	if a.Target.unit == b.Target.unit && a.Target.unit != UnitBusinessDays && (a.cal == b.cal || a.Target.unit == UnitElapsed) {
		return a.Target.d < b.Target.d
	}
	for _, r := range []*rule{a, b} {
		if r.cal != nil {
			if open, err := r.cal.NextOpen(at); err == nil {
				at = later(at, open)
			}
		}
	}
	dueA, okA := dueAt(a, at)
	dueB, okB := dueAt(b, at)
	return okA && okB && dueA.Before(dueB)
}

func dueAt(r *rule, at time.Time) (time.Time, bool) {
	switch r.Target.unit {
	case UnitElapsed:
		return at.Add(r.Target.d), true
	case UnitBusiness:
		due, err := r.cal.Add(at, r.Target.d)
		return due, err == nil
	}
	due, err := r.cal.AddDays(at, r.Target.days, r.Target.mode)
	return due, err == nil
}

func (l *linter) rule(r *rule) {
	if r.Target.unit == UnitElapsed && r.Calendar != "" && l.set.policy(l.policy).p.Calendar != r.Calendar {
		l.add(DeadCalendar, r.Metric, "an elapsed target does not look at %s", r.Calendar)
	}
	if r.Target.unit != UnitElapsed && !opensSoon(r.cal, l.at) {
		l.add(CalendarNeverOpens, r.Metric, "%s is not open within two years of %s", r.Calendar, l.at.Format(time.DateOnly))
	}
	l.pauses(r)
	goal, _ := resolve(r, r.Target, l.at)
	if r.Target.unit == UnitBusinessDays {
		return // how long they are depends on the start
	}
	for i, w := range r.Warn {
		if w.of(goal) >= goal {
			l.add(LateWarning, r.Metric, "%s is when %s is used up; that is a step of the ladder", w, r.Target)
		}
		l.start(r, w, goal)
		for _, o := range r.Warn[:i] {
			if o.of(goal) == w.of(goal) {
				l.add(SameThreshold, r.Metric, "warnings at %s and %s", o, w)
			}
		}
	}
	for i, s := range r.Ladder {
		l.start(r, s.At, goal)
		if i > 0 && s.At.of(goal) < r.Ladder[i-1].At.of(goal) {
			l.add(LadderOrder, r.Metric, "%s comes before %s", s.At, r.Ladder[i-1].At)
		}
		for _, o := range r.Ladder[:i] {
			if o.At.of(goal) == s.At.of(goal) && o.To == s.To && o.Kind == s.Kind {
				l.add(SameThreshold, r.Metric, "two steps to %s at %s", s.To, s.At)
			}
		}
	}
}

func (l *linter) start(r *rule, t Threshold, goal time.Duration) {
	if t.of(goal) == 0 {
		l.add(EarlyThreshold, r.Metric, "%s is reached as soon as the clock of %s starts", t, r.Target)
	}
}

func opensSoon(c *businesstime.Calendar, at time.Time) bool {
	return c.Between(at, at.AddDate(2, 0, 0)) > 0
}

func (l *linter) pauses(r *rule) {
	open := map[Status]bool{StatusNew: true, StatusOpen: true, StatusPending: true, StatusOnHold: true}
	for _, s := range r.PauseIn {
		if s.isDone() || s.isVoid() {
			l.add(DeadPause, r.Metric, "no clock runs while a case is %s", s)
		}
		delete(open, s)
	}
	if len(open) == 0 {
		l.add(AlwaysPaused, r.Metric, "it pauses in new, open, pending and on_hold")
	}
}
