package culture

import (
	"fmt"
	"slices"
	"strings"
)

// Plan is an order of steps for a situation, with a reason for each.
type Plan struct {
	Situation Situation          `json:"situation"`
	Register  Answer[Register]   `json:"register"`
	Steps     []Step             `json:"steps"`
	Omitted   []Step             `json:"omitted,omitempty"`  // steps of the plain order that a rule left out, with its reason
	Cautions  []Answer[Guidance] `json:"cautions,omitempty"` // what to keep in mind throughout, the person's own words first
	Ask       bool               `json:"ask"`                // at least one step, the register or a caution is to be asked about
}

// Step is one step of a plan.
type Step struct {
	Act        Act      `json:"act"`
	Rule       string   `json:"rule"`       // what put it here: "plain.complaint", or a rule such as "apology.regret_first"
	How        string   `json:"how"`        // what to do, for people
	Why        string   `json:"why"`        // the reason, for people
	Basis      Basis    `json:"basis"`      // Practice for the plain order, else that of the answer that varied it
	Confidence float64  `json:"confidence"` // of the reason, 0 to 1
	Ask        bool     `json:"ask"`        // ask the person, or watch, before you rely on the advice
	Sources    []Source `json:"sources,omitempty"`
	Facts      []FactID `json:"facts,omitempty"`
	// Advice is what is known and bears on the step without being sure enough to change
	// the plan: disputed, below the threshold, or about a part of the region.
	Advice []Answer[Guidance] `json:"advice,omitempty"`
}

// Acts are the acts of the steps in their order.
func (p Plan) Acts() []Act {
	acts := make([]Act, len(p.Steps))
	for i, s := range p.Steps {
		acts[i] = s.Act
	}
	return acts
}

// Plan orders the steps of a situation for a person. It starts from the plain order of the
// literature on service and varies it by what the Resolver answers: directness, saving
// face, apology, small talk, negotiation, greeting, empathy, channel. Since every one of these goes
// through the resolution order, what the person said or showed, and what the host's packs
// say, varies the plan before any guide does. An answer that is to ask about never changes
// the order: it is advice on its step. An unknown situation is ErrName.
func (r *Resolver) Plan(c Context, s Situation) (Plan, error) {
	if s < FirstContact || s > FollowUp {
		return Plan{}, fmt.Errorf("%w: %s", ErrName, s)
	}
	p := planning{resolver: r, context: c, situation: s}
	for _, step := range plainSteps(s) {
		p.steps = append(p.steps, plainly(s, step))
	}
	for _, rule := range planRules() {
		if rule.id == r.without || !slices.Contains(rule.situations, s) {
			continue
		}
		p.rule = rule
		rule.apply(&p)
	}
	plan := Plan{Situation: s, Register: r.Register(c), Steps: p.steps, Omitted: p.omitted, Cautions: p.cautions()}
	plan.greet()
	plan.Ask = plan.Register.Ask || slices.ContainsFunc(plan.Steps, func(s Step) bool { return s.Ask }) ||
		slices.ContainsFunc(plan.Cautions, func(a Answer[Guidance]) bool { return a.Ask })
	return plan, nil
}

// plainly makes a step of the plain order.
func plainly(s Situation, step plainStep) Step {
	source := practiceSource(step.source)
	return Step{
		Act: step.act, Rule: "plain." + s.String(), How: step.how, Why: step.why, Basis: Practice,
		Confidence: source.Tier.weight(), Sources: []Source{source},
	}
}

// greet says in the greeting how formally to speak.
func (p *Plan) greet() {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Act == Greet })
	if i < 0 {
		return
	}
	s := &p.Steps[i]
	s.How += "; in a " + p.Register.Value.String() + " register"
	if p.Register.Ask {
		s.How += " until the person says otherwise"
		s.Ask = true
	}
	s.Why += "; " + p.Register.String()
	s.Sources = append(slices.Clone(s.Sources), p.Register.Sources...)
	s.Facts = append(slices.Clone(s.Facts), p.Register.Facts...)
}

// Explain is the plan as text for people: each step with what to do, why, how sure and
// from where, then what was left out and what to keep in mind.
func (p Plan) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(p.Situation.String(), "_", " "))
	for i, s := range p.Steps {
		fmt.Fprintf(&b, "%d. %s: %s\n", i+1, strings.ReplaceAll(s.Act.String(), "_", " "), s.How)
		s.explain(&b)
	}
	for _, s := range p.Omitted {
		fmt.Fprintf(&b, "left out: %s\n", strings.ReplaceAll(s.Act.String(), "_", " "))
		s.explain(&b)
	}
	for _, a := range p.Cautions {
		fmt.Fprintf(&b, "keep in mind: %s (%s, %.2f)\n", a, strings.ReplaceAll(a.Value.Dimension.String(), "_", " "), a.Confidence)
	}
	if p.Ask {
		b.WriteString("ask the person wherever it says so; the person's own word comes first\n")
	}
	return b.String()
}

func (s Step) explain(b *strings.Builder) {
	fmt.Fprintf(b, "   because %s\n   by %s: %s, confidence %.2f", s.Why, s.Rule, s.Basis, s.Confidence)
	if s.Ask {
		b.WriteString(", ask")
	}
	b.WriteByte('\n')
	for _, source := range s.Sources {
		fmt.Fprintf(b, "   source: %s (tier %s)\n", source.Publisher, source.Tier)
	}
	for _, a := range s.Advice {
		fmt.Fprintf(b, "   not sure enough to act on: %s (%.2f)\n", a, a.Confidence)
	}
}
