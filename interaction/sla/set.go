package sla

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

// Calendars finds a calendar by the name that policies use. New calls it; nothing
// does later. An implementation need not be safe for concurrent use.
type Calendars interface {
	Calendar(id string) (*businesstime.Calendar, bool)
}

// Book is Calendars in a map.
type Book map[string]*businesstime.Calendar

// Calendar looks the name up.
func (b Book) Calendar(id string) (*businesstime.Calendar, bool) {
	c, ok := b[id]
	return c, ok && c != nil
}

// PolicyRef names the version of a policy by which something was judged.
type PolicyRef struct {
	ID      string
	Version int
}

// IsZero reports whether no policy is named.
func (r PolicyRef) IsZero() bool { return r == PolicyRef{} }

// String writes ID and version, as in "gold v3".
func (r PolicyRef) String() string {
	if r.IsZero() {
		return "no policy"
	}
	return fmt.Sprintf("%s v%d", r.ID, r.Version)
}

// Set is a checked policy set with its calendars. It never changes and is safe for concurrent use.
type Set struct {
	source   PolicySet
	clocks   []Clock  // built-in ones and the host's, in this order
	used     []bool   // per clock: a policy, or a clock that a policy uses, needs it
	kept     int      // how many are used
	kinds    []uint32 // per clock: a bit per kind of signal that may start or stop it
	stops    []uint32 // per clock: a bit per kind of signal that may stop it
	after    []int    // per clock: the clock that it waits for, -1 for none
	policies []compiled
	groups   [][]int     // per policy ID in order of precedence: its versions by Effective
	changes  []time.Time // instants at which a version comes into force
}

type compiled struct {
	ref   PolicyRef
	p     *Policy
	rules []rule // per clock of the set; metric "" where the policy has none
}

// rule is a Rule with its calendar.
type rule struct {
	Rule
	cal *businesstime.Calendar // nil for an elapsed target without a calendar
}

// New checks the policies and finds their calendars. Every fault is reported at
// once, joined, each a [PolicyError].
func New(ps PolicySet, cals Calendars) (*Set, error) {
	s := &Set{source: ps.clone()}
	var faults []error
	add := func(field string, value any, err error) {
		faults = append(faults, &PolicyError{field, fmt.Sprint(value), err})
	}
	s.addClocks(add)
	s.addPolicies(cals, add)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	s.order()
	s.use()
	return s, nil
}

func (ps PolicySet) clone() PolicySet {
	ps.Clocks = append([]Clock(nil), ps.Clocks...)
	for i := range ps.Clocks {
		c := &ps.Clocks[i]
		c.Start, c.Stop = append([]On(nil), c.Start...), append([]On(nil), c.Stop...)
	}
	ps.Policies = append([]Policy(nil), ps.Policies...)
	for i := range ps.Policies {
		p := &ps.Policies[i]
		p.Match.All, p.Match.Any = cloneConditions(p.Match.All), cloneConditions(p.Match.Any)
		p.Rules = append([]Rule(nil), p.Rules...)
		for k := range p.Rules {
			r := &p.Rules[k]
			r.PauseIn = append([]Status(nil), r.PauseIn...)
			r.Warn = append([]Threshold(nil), r.Warn...)
			r.Ladder = append([]Step(nil), r.Ladder...)
		}
	}
	return ps
}

func cloneConditions(c []Condition) []Condition {
	c = append([]Condition(nil), c...)
	for i := range c {
		c[i].In = append([]string(nil), c[i].In...)
	}
	return c
}

func (s *Set) addClocks(add func(string, any, error)) {
	s.clocks = builtin()
	for i := range s.source.Clocks {
		c, at := &s.source.Clocks[i], fmt.Sprintf("clocks[%d]", i)
		if c.Metric == "" {
			add(at+".metric", c.Metric, ErrValue)
		}
		if s.clock(c.Metric) >= 0 {
			add(at+".metric", c.Metric, ErrDuplicate)
		}
		if len(c.Start) == 0 {
			add(at+".start", "none", ErrValue)
		}
		if len(c.Stop) == 0 {
			add(at+".stop", "none", ErrValue)
		}
		for k, on := range append(append([]On{}, c.Start...), c.Stop...) {
			if !on.Kind.IsValid() {
				add(fmt.Sprintf("%s.on[%d].kind", at, k), on.Kind, ErrValue)
			}
		}
		if c.After != "" && s.clock(c.After) < 0 {
			add(at+".after", c.After, fmt.Errorf("%w: no such metric before this one", ErrValue))
		}
		s.clocks = append(s.clocks, *c)
	}
}

// metrics names what the set measures.
func (s *Set) metrics() string {
	var names []string
	for i := range s.clocks {
		names = append(names, string(s.clocks[i].Metric))
	}
	return strings.Join(names, ", ")
}

// clock is the index of a metric, -1 for an unknown one.
func (s *Set) clock(m Metric) int {
	for i := range s.clocks {
		if s.clocks[i].Metric == m {
			return i
		}
	}
	return -1
}

func (s *Set) addPolicies(cals Calendars, add func(string, any, error)) {
	for i := range s.source.Policies {
		p, at := &s.source.Policies[i], fmt.Sprintf("policies[%d]", i)
		made := compiled{ref: PolicyRef{p.ID, p.Version}, p: p, rules: make([]rule, len(s.clocks))}
		s.checkPolicy(i, at, add)
		for k := range p.Rules {
			r := s.checkRule(p, &p.Rules[k], fmt.Sprintf("%s.rules[%d]", at, k), cals, add)
			n := s.clock(r.Metric)
			switch {
			case n < 0:
				add(fmt.Sprintf("%s.rules[%d].metric", at, k), r.Metric, fmt.Errorf("%w: no clock measures it; the clocks are %s", ErrValue, s.metrics()))
			case made.rules[n].Metric != "":
				add(fmt.Sprintf("%s.rules[%d].metric", at, k), r.Metric, ErrDuplicate)
			default:
				made.rules[n] = r
			}
		}
		s.policies = append(s.policies, made)
	}
}

func (s *Set) checkPolicy(i int, at string, add func(string, any, error)) {
	p := &s.source.Policies[i]
	if p.ID == "" {
		add(at+".id", "empty", ErrValue)
	}
	if p.Version < 1 {
		add(at+".version", p.Version, ErrValue)
	}
	if !p.Retarget.IsValid() {
		add(at+".retarget", p.Retarget, ErrValue)
	}
	for k := range i {
		if o := &s.source.Policies[k]; o.ID == p.ID && (o.Version == p.Version || o.Effective.Equal(p.Effective)) {
			add(at, PolicyRef{p.ID, p.Version}, fmt.Errorf("%w: policies[%d] has the same version or effective instant", ErrDuplicate, k))
		}
	}
	for _, list := range [][]Condition{p.Match.All, p.Match.Any} {
		for k := range list {
			if list[k].Fact == "" {
				add(fmt.Sprintf("%s.match[%d].fact", at, k), "empty", ErrValue)
			}
		}
	}
}

func (s *Set) checkRule(p *Policy, r *Rule, at string, cals Calendars, add func(string, any, error)) rule {
	out := rule{Rule: *r}
	if !r.Target.IsValid() {
		add(at+".target", r.Target, ErrValue)
	}
	if out.Calendar == "" {
		out.Calendar = p.Calendar
	}
	switch {
	case out.Calendar != "":
		ok := false
		if cals != nil {
			out.cal, ok = cals.Calendar(out.Calendar)
		}
		if !ok {
			add(at+".calendar", out.Calendar, ErrCalendar)
		}
	case r.Target.unit != UnitElapsed:
		add(at+".calendar", "none", fmt.Errorf("%w: business time needs one", ErrValue))
	}
	if !r.Reopen.IsValid() {
		add(at+".reopen", r.Reopen, ErrValue)
	}
	if !r.Recur.IsValid() {
		add(at+".recur", r.Recur, ErrValue)
	}
	for i, w := range r.Warn {
		if !w.IsValid() {
			add(fmt.Sprintf("%s.warn[%d]", at, i), w, ErrValue)
		}
	}
	for i, st := range r.Ladder {
		if !st.At.IsValid() || !st.Kind.IsValid() {
			add(fmt.Sprintf("%s.ladder[%d]", at, i), st.At, ErrValue)
		}
	}
	if len(r.Warn)+len(r.Ladder) > maxMarks {
		add(at, len(r.Warn)+len(r.Ladder), fmt.Errorf("%w: at most %d warnings and steps", ErrValue, maxMarks))
	}
	return out
}

// maxMarks is how many warnings and steps a rule may have: a bit each.
const maxMarks = 64

// order groups the versions of each policy.
func (s *Set) order() {
	group := map[string]int{}
	for i := range s.policies {
		p := &s.policies[i]
		g, ok := group[p.ref.ID]
		if !ok {
			g = len(s.groups)
			group[p.ref.ID] = g
			s.groups = append(s.groups, nil)
		}
		s.groups[g] = append(s.groups[g], i)
		if e := p.p.Effective; !e.IsZero() {
			s.changes = append(s.changes, e)
		}
	}
	for _, g := range s.groups {
		sort.Slice(g, func(i, j int) bool { return s.policies[g[i]].p.Effective.Before(s.policies[g[j]].p.Effective) })
	}
	sort.Slice(s.changes, func(i, j int) bool { return s.changes[i].Before(s.changes[j]) })
}

// use marks the clocks that have to be kept.
func (s *Set) use() {
	s.used = make([]bool, len(s.clocks))
	for i := range s.clocks {
		stops := kindsOf(s.clocks[i].Stop)
		s.kinds, s.stops = append(s.kinds, kindsOf(s.clocks[i].Start)|stops), append(s.stops, stops)
		s.after = append(s.after, -1)
		if m := s.clocks[i].After; m != "" {
			s.after[i] = s.clock(m)
		}
	}
	for i := range s.policies {
		for k := range s.policies[i].rules {
			s.used[k] = s.used[k] || s.policies[i].rules[k].Metric != ""
		}
	}
	for i := len(s.clocks) - 1; i >= 0; i-- { // a clock comes after those that it waits for
		if s.used[i] && s.after[i] >= 0 {
			s.used[s.after[i]] = true
		}
		if s.used[i] {
			s.kept++
		}
	}
}

// kindsOf has a bit per kind of signal that one of a list may pick.
func kindsOf(list []On) uint32 {
	kinds := uint32(0)
	for _, on := range list {
		kinds |= 1 << on.Kind
	}
	if kinds&(1<<CustomerMessage|1<<AgentPrivate) != 0 {
		kinds |= 1 << Created // a second creation
	}
	if kinds&(1<<AgentPublic) != 0 {
		kinds |= 1 << BotPublic
	}
	return kinds
}

// match is the first policy in force at the instant that fits the facts, or nil.
func (s *Set) match(f Facts, at time.Time) *compiled {
	for _, g := range s.groups {
		var in *compiled
		for _, i := range g {
			if e := s.policies[i].p.Effective; e.IsZero() || !e.After(at) {
				in = &s.policies[i]
			}
		}
		if in != nil && in.p.Match.fits(f) {
			return in
		}
	}
	return nil
}

// policy finds a version, or nil.
func (s *Set) policy(ref PolicyRef) *compiled {
	for i := range s.policies {
		if s.policies[i].ref == ref {
			return &s.policies[i]
		}
	}
	return nil
}

// Policies gives a copy of what the set was made of.
func (s *Set) Policies() PolicySet { return s.source.clone() }
