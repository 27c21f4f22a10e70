package deliver

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/feedback"
)

// Budget is how long a promise may take: the zero value promises nothing.
type Budget struct {
	Time     time.Duration
	Business bool // by the calendar's open time instead of the wall clock
}

// CaseRule opens a case. Every condition that it names must hold, and it must name
// one. Several rules may match; Loop.Triage says which gives the case.
type CaseRule struct {
	Name     string      // required, unique
	Score    *ScoreRange // the survey's answer
	Flags    []string    // any of these: themes, risk words, whatever the host tags
	Severity Severity    // required
	Owner    string      // the role or team that must call back; required
	Promise  [3]Budget   // acknowledgement, call-back, resolution: by Stage less one
}

// Rung is one step of the ladder that a broken promise climbs.
type Rung struct {
	After time.Duration // wall-clock time since the promise was due; zero is at once
	To    string        // who is told
}

// LoopPolicy is the rules of the closed loop.
type LoopPolicy struct {
	Rules  []CaseRule
	Ladder []Rung // in ascending order of After
}

// SuggestedLoop is a starting point and no standard: risk words are acknowledged within
// an hour and called about within four, whatever the clock; a detractor is acknowledged
// within one working day of eight hours and called back within two (the customary 24
// and 48 hours, without nights and weekends).
func SuggestedLoop(owner string, risk ...string) LoopPolicy {
	l := LoopPolicy{Ladder: []Rung{{0, "team_lead"}, {24 * time.Hour, "manager"}}}
	if len(risk) > 0 {
		l.Rules = append(l.Rules, CaseRule{
			Name: "risk", Flags: risk, Severity: Critical, Owner: owner,
			Promise: [3]Budget{{time.Hour, false}, {4 * time.Hour, false}, {}},
		})
	}
	l.Rules = append(l.Rules, CaseRule{
		Name: "detractor", Score: &ScoreRange{feedback.NPS, 0, 6}, Severity: High, Owner: owner,
		Promise: [3]Budget{{8 * time.Hour, true}, {16 * time.Hour, true}, {}},
	})
	return l
}

// Validate reports every fault of the rules, each a FieldError under ErrLoop.
func (p LoopPolicy) Validate() error {
	fs := faults{err: ErrLoop}
	if len(p.Rules) == 0 {
		fs.add("rules", "are none")
	}
	seen := map[string]int{}
	for i := range p.Rules {
		r := &p.Rules[i]
		path := fmt.Sprintf("rules[%d].", i)
		if first, again := seen[r.Name]; again {
			fs.add(path+"name", "is that of rules[%d], too", first)
		}
		seen[r.Name] = i
		r.check(path, &fs)
	}
	for i, r := range p.Ladder {
		path := fmt.Sprintf("ladder[%d].", i)
		fs.name(path+"to", r.To, true)
		if r.After < 0 || r.After > maxSpan {
			fs.add(path+"after", "%v is not zero to 100 years", r.After)
		}
		if i > 0 && r.After < p.Ladder[i-1].After {
			fs.add(path+"after", "%v comes after %v", r.After, p.Ladder[i-1].After)
		}
	}
	return fs.join()
}

func (r *CaseRule) check(path string, fs *faults) {
	fs.name(path+"name", r.Name, true)
	fs.name(path+"owner", r.Owner, true)
	if r.Severity < Low || r.Severity > Critical {
		fs.add(path+"severity", "is required")
	}
	if r.Score == nil && len(r.Flags) == 0 {
		fs.add(path+"score", "or flags are required: a rule without a condition would open a case for everybody")
	}
	if s := r.Score; s != nil {
		low, high := s.Instrument.Scale()
		if s.Instrument < feedback.NPS || s.Instrument > feedback.CES {
			fs.add(path+"score.instrument", "is none")
		} else if s.Min > s.Max || s.Min < low || s.Max > high {
			fs.add(path+"score", "%d to %d is not within %d to %d", s.Min, s.Max, low, high)
		}
	}
	for i, f := range r.Flags {
		fs.name(fmt.Sprintf("%sflags[%d]", path, i), f, true)
	}
	promised := false
	for i, b := range r.Promise {
		if b.Time < 0 || b.Time > maxSpan {
			fs.add(path+Stage(i+1).String(), "%v is not zero to 100 years", b.Time)
		}
		promised = promised || b.Time > 0
	}
	if !promised {
		fs.add(path+"acknowledgement", "or call_back or resolution is required: a case without a due time closes no loop")
	}
}

// Loop opens and moves cases by one policy. It is only read after NewLoop, so that
// any number of goroutines may share it.
type Loop struct{ policy LoopPolicy }

// NewLoop checks the rules and copies them. The errors are those of
// LoopPolicy.Validate, all at once.
func NewLoop(p LoopPolicy) (*Loop, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return &Loop{p.clone()}, nil
}

// Policy is the loop's rules, a copy.
func (l *Loop) Policy() LoopPolicy { return l.policy.clone() }

func (p LoopPolicy) clone() LoopPolicy {
	p.Rules, p.Ladder = slices.Clone(p.Rules), slices.Clone(p.Ladder)
	for i := range p.Rules {
		p.Rules[i].Score = copied(p.Rules[i].Score)
		p.Rules[i].Flags = slices.Clone(p.Rules[i].Flags)
	}
	return p
}

// Signal is what may open a case: the answers of a response, and the flags that the
// host found in its text.
type Signal struct {
	Answers []feedback.Answer
	Flags   []string
}

// Seed is a case that should be opened.
type Seed struct {
	Rule     string
	Severity Severity
	Owner    string
}

// Triage gives a seed for each rule that matches, the most severe first and rules of
// one severity in their order. One signal opens one case: take the first; the others
// say why else.
func (l *Loop) Triage(s Signal) []Seed {
	var seeds []Seed
	for i := range l.policy.Rules {
		r := &l.policy.Rules[i]
		if r.Score != nil && !slices.ContainsFunc(s.Answers, r.Score.Has) {
			continue
		}
		if len(r.Flags) > 0 && !slices.ContainsFunc(r.Flags, func(f string) bool { return slices.Contains(s.Flags, f) }) {
			continue
		}
		seeds = append(seeds, Seed{r.Name, r.Severity, r.Owner})
	}
	slices.SortStableFunc(seeds, func(a, b Seed) int { return cmp.Compare(b.Severity, a.Severity) })
	return seeds
}

func (l *Loop) rule(name string) (*CaseRule, bool) {
	i := slices.IndexFunc(l.policy.Rules, func(r CaseRule) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	return &l.policy.Rules[i], true
}
