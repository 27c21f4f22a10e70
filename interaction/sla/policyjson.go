package sla

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// maxPolicyBytes bounds a document that ParsePolicies reads.
const maxPolicyBytes = 4 << 20

// span is a duration as text: 1h30m.
type span time.Duration

func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%w: want a duration as in 1h30m", ErrValue)
	}
	*s = span(d)
	return nil
}

type setDoc struct {
	Clocks   []clockDoc  `json:"clocks,omitempty"`
	Policies []policyDoc `json:"policies" strictjson:"required"`
}

type clockDoc struct {
	Metric Metric  `json:"metric" strictjson:"required"`
	Start  []onDoc `json:"start" strictjson:"required"`
	Stop   []onDoc `json:"stop" strictjson:"required"`
	After  Metric  `json:"after,omitempty"`
	Repeat bool    `json:"repeat,omitempty"`
	Renew  bool    `json:"renew,omitempty"`
	Idles  bool    `json:"idles,omitempty"`
}

type onDoc struct {
	Kind   Kind   `json:"kind" strictjson:"required"`
	By     *Actor `json:"by,omitempty"`
	Status Status `json:"status,omitempty"`
	Name   string `json:"name,omitempty"`
}

type policyDoc struct {
	ID        string     `json:"id" strictjson:"required"`
	Version   int        `json:"version" strictjson:"required"`
	Effective *time.Time `json:"effective,omitempty"`
	Calendar  string     `json:"calendar,omitempty"`
	Match     matchDoc   `json:"match" strictjson:"required"`
	Retarget  Retarget   `json:"retarget"`
	Rules     []ruleDoc  `json:"rules" strictjson:"required"`
}

type matchDoc struct {
	Always bool           `json:"always,omitempty"`
	All    []conditionDoc `json:"all,omitempty"`
	Any    []conditionDoc `json:"any,omitempty"`
}

type conditionDoc struct {
	Fact string   `json:"fact" strictjson:"required"`
	In   []string `json:"in,omitempty"`
	Not  bool     `json:"not,omitempty"`
}

type ruleDoc struct {
	Metric   Metric         `json:"metric" strictjson:"required"`
	Target   amountDoc      `json:"target" strictjson:"required"`
	Calendar string         `json:"calendar,omitempty"`
	PauseIn  []Status       `json:"pause_in,omitempty"`
	Reopen   Reopen         `json:"reopen"`
	Recur    Recurrence     `json:"recur"`
	BotStops bool           `json:"bot_stops,omitempty"`
	Warn     []thresholdDoc `json:"warn,omitempty"`
	Ladder   []stepDoc      `json:"ladder,omitempty"`
}

type amountDoc struct {
	Elapsed  *span                 `json:"elapsed,omitempty"`
	Business *span                 `json:"business,omitempty"`
	Days     *int                  `json:"business_days,omitempty"`
	Mode     *businesstime.DayMode `json:"mode,omitempty"`
}

type thresholdDoc struct {
	Percent *int  `json:"percent,omitempty"`
	Before  *span `json:"before,omitempty"`
	After   *span `json:"after,omitempty"`
}

type stepDoc struct {
	At   thresholdDoc `json:"at" strictjson:"required"`
	Kind Escalation   `json:"kind" strictjson:"required"`
	To   string       `json:"to" strictjson:"required"`
}

// ParsePolicies reads a policy set from strict JSON: unknown and repeated fields
// are refused and every fault is reported at once with its path. As in
//
//	{"policies": [{
//	  "id": "gold", "version": 2, "effective": "2024-04-01T00:00:00Z", "calendar": "london",
//	  "match": {"all": [{"fact": "tier", "in": ["gold", "platinum"]}]}, "retarget": "carry",
//	  "rules": [{
//	    "metric": "first_response", "target": {"business": "1h"}, "pause_in": ["pending"],
//	    "reopen": "resume", "recur": "none",
//	    "warn": [{"percent": 75}],
//	    "ladder": [{"at": {"after": "30m"}, "kind": "hierarchical", "to": "team lead"}]
//	  }, {
//	    "metric": "resolution", "target": {"business_days": 3, "mode": "close_of_business"}
//	  }]
//	}]}
//
// with, beside the policies, "clocks" for the host's own metrics: {"metric",
// "start": [{"kind", "by", "status", "name"}], "stop", "after", "repeat", "renew",
// "idles"}. A match for every case is {"always": true}. The result is not yet
// checked as a whole; [New] does that.
func ParsePolicies(data []byte) (PolicySet, error) {
	var doc setDoc
	if err := strictjson.Decode(data, &doc, &strictjson.Limits{Bytes: maxPolicyBytes}); err != nil {
		return PolicySet{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	var faults strictjson.Faults
	ps := doc.set(&faults)
	if err := faults.Err(); err != nil {
		return PolicySet{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	return ps, nil
}

func (d *setDoc) set(faults *strictjson.Faults) PolicySet {
	var ps PolicySet
	for _, c := range d.Clocks {
		ps.Clocks = append(ps.Clocks, Clock{c.Metric, onsOf(c.Start), onsOf(c.Stop), c.After, c.Repeat, c.Renew, c.Idles})
	}
	for i := range d.Policies {
		doc := &d.Policies[i]
		p := Policy{
			ID: doc.ID, Version: doc.Version, Calendar: doc.Calendar, Retarget: doc.Retarget,
			Match: Match{doc.Match.Always, conditionsOf(doc.Match.All), conditionsOf(doc.Match.Any)},
		}
		if doc.Effective != nil {
			p.Effective = *doc.Effective
		}
		for k := range doc.Rules {
			p.Rules = append(p.Rules, doc.Rules[k].rule(fmt.Sprintf("policies[%d].rules[%d]", i, k), faults))
		}
		ps.Policies = append(ps.Policies, p)
	}
	return ps
}

func (d *ruleDoc) rule(path string, faults *strictjson.Faults) Rule {
	r := Rule{
		Metric: d.Metric, Target: d.Target.amount(path+".target", faults), Calendar: d.Calendar,
		PauseIn: d.PauseIn, Reopen: d.Reopen, Recur: d.Recur, BotStops: d.BotStops,
	}
	for i, w := range d.Warn {
		r.Warn = append(r.Warn, w.threshold(fmt.Sprintf("%s.warn[%d]", path, i), faults))
	}
	for i, s := range d.Ladder {
		r.Ladder = append(r.Ladder, Step{s.At.threshold(fmt.Sprintf("%s.ladder[%d].at", path, i), faults), s.Kind, s.To})
	}
	return r
}

func (d *amountDoc) amount(path string, faults *strictjson.Faults) Amount {
	n := 0
	var a Amount
	if d.Elapsed != nil {
		a, n = Elapsed(time.Duration(*d.Elapsed)), n+1
	}
	if d.Business != nil {
		a, n = Business(time.Duration(*d.Business)), n+1
	}
	if d.Days != nil {
		mode := businesstime.CloseOfBusiness
		if d.Mode != nil {
			mode = *d.Mode
		}
		a, n = BusinessDays(*d.Days, mode), n+1
	}
	if n != 1 || (d.Mode != nil && d.Days == nil) {
		faults.Add(path, strictjson.ErrValue, "want one of elapsed, business, business_days with mode; have %d", n)
	}
	return a
}

func (d *thresholdDoc) threshold(path string, faults *strictjson.Faults) Threshold {
	n := 0
	var t Threshold
	if d.Percent != nil {
		t, n = Percent(*d.Percent), n+1
	}
	if d.Before != nil {
		t, n = Before(time.Duration(*d.Before)), n+1
	}
	if d.After != nil {
		t, n = After(time.Duration(*d.After)), n+1
	}
	if n != 1 {
		faults.Add(path, strictjson.ErrValue, "want one of percent, before, after; have %d", n)
	}
	return t
}

func onsOf(docs []onDoc) []On {
	var out []On
	for _, d := range docs {
		on := On{Kind: d.Kind, Status: d.Status, Name: d.Name}
		if d.By != nil {
			on.By = *d.By
		}
		out = append(out, on)
	}
	return out
}

func conditionsOf(docs []conditionDoc) []Condition {
	var out []Condition
	for _, d := range docs {
		out = append(out, Condition(d))
	}
	return out
}

// MarshalJSON writes the form that [ParsePolicies] reads. A value without a text form is an error.
func (ps PolicySet) MarshalJSON() ([]byte, error) {
	doc := setDoc{Policies: []policyDoc{}}
	for _, c := range ps.Clocks {
		doc.Clocks = append(doc.Clocks, clockDoc{c.Metric, onDocs(c.Start), onDocs(c.Stop), c.After, c.Repeat, c.Renew, c.Idles})
	}
	for i := range ps.Policies {
		p := &ps.Policies[i]
		d := policyDoc{
			ID: p.ID, Version: p.Version, Calendar: p.Calendar, Retarget: p.Retarget, Rules: []ruleDoc{},
			Match: matchDoc{p.Match.Always, conditionDocs(p.Match.All), conditionDocs(p.Match.Any)},
		}
		if !p.Effective.IsZero() {
			d.Effective = &p.Effective
		}
		for k := range p.Rules {
			d.Rules = append(d.Rules, ruleDocOf(&p.Rules[k]))
		}
		doc.Policies = append(doc.Policies, d)
	}
	return json.Marshal(&doc)
}

// UnmarshalJSON reads what [ParsePolicies] reads.
func (ps *PolicySet) UnmarshalJSON(data []byte) error {
	v, err := ParsePolicies(data)
	if err != nil {
		return err
	}
	*ps = v
	return nil
}

func ruleDocOf(r *Rule) ruleDoc {
	d := ruleDoc{
		Metric: r.Metric, Target: amountDocOf(r.Target), Calendar: r.Calendar, PauseIn: r.PauseIn,
		Reopen: r.Reopen, Recur: r.Recur, BotStops: r.BotStops,
	}
	for _, w := range r.Warn {
		d.Warn = append(d.Warn, thresholdDocOf(w))
	}
	for _, s := range r.Ladder {
		d.Ladder = append(d.Ladder, stepDoc{thresholdDocOf(s.At), s.Kind, s.To})
	}
	return d
}

func amountDocOf(a Amount) amountDoc {
	length := span(a.d)
	switch a.unit {
	case UnitElapsed:
		return amountDoc{Elapsed: &length}
	case UnitBusiness:
		return amountDoc{Business: &length}
	case UnitBusinessDays:
		return amountDoc{Days: &a.days, Mode: &a.mode}
	}
	return amountDoc{}
}

func thresholdDocOf(t Threshold) thresholdDoc {
	length := span(t.d)
	switch t.kind {
	case byPercent:
		return thresholdDoc{Percent: &t.percent}
	case beforeDue:
		return thresholdDoc{Before: &length}
	case afterDue:
		return thresholdDoc{After: &length}
	}
	return thresholdDoc{}
}

func onDocs(ons []On) []onDoc {
	out := []onDoc{}
	for _, on := range ons {
		d := onDoc{Kind: on.Kind, Status: on.Status, Name: on.Name}
		if by := on.By; by != 0 {
			d.By = &by
		}
		out = append(out, d)
	}
	return out
}

func conditionDocs(conditions []Condition) []conditionDoc {
	var out []conditionDoc
	for _, c := range conditions {
		out = append(out, conditionDoc(c))
	}
	return out
}

// MarshalJSON writes the amount as in a policy: {"business": "4h0m0s"}. The zero amount is null.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a.unit == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(amountDocOf(a))
}

// UnmarshalJSON reads what MarshalJSON writes, strictly.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*a = Amount{}
		return nil
	}
	var doc amountDoc
	var faults strictjson.Faults
	if err := strictjson.Decode(data, &doc, nil); err != nil {
		return fmt.Errorf("%w: %w", ErrValue, err)
	}
	made := doc.amount("", &faults)
	if err := faults.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrValue, err)
	}
	*a = made
	return nil
}

// MarshalJSON writes the threshold as in a policy: {"percent": 75}. The zero threshold is null.
func (t Threshold) MarshalJSON() ([]byte, error) {
	if t.kind == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(thresholdDocOf(t))
}

// UnmarshalJSON reads what MarshalJSON writes, strictly.
func (t *Threshold) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*t = Threshold{}
		return nil
	}
	var doc thresholdDoc
	var faults strictjson.Faults
	if err := strictjson.Decode(data, &doc, nil); err != nil {
		return fmt.Errorf("%w: %w", ErrValue, err)
	}
	made := doc.threshold("", &faults)
	if err := faults.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrValue, err)
	}
	*t = made
	return nil
}
