package match

import (
	"fmt"
	"math"
	"strings"
)

// Term is what one comparison adds to a weight, in bits. The first term is the prior.
type Term struct {
	Comparison string `json:"comparison"`
	Level      string `json:"level"`
	// Weight is log2(M/U) of the level.
	Weight float64 `json:"weight"`
	// Adjustment corrects it by how common the value is.
	Adjustment float64 `json:"adjustment"`
}

// Explanation is a match with its reasons. The weights and adjustments of the terms add
// up to the weight to 1e-9.
type Explanation struct {
	Match
	Terms []Term `json:"terms"`
	// Demoted are values of either record that count for nothing, and why.
	Demoted []Demotion `json:"demoted,omitempty"`
}

// Explain says how two records of the index compare, whether a blocking rule makes them
// a candidate or not. A is the lesser id in the answer. The error is [ErrRecord] for an
// id that is not there or for two equal ones, [ErrModel] for a model that is not
// trained.
func (ix *Index[T]) Explain(a, b string) (Explanation, error) { return ix.core.explain(a, b) }

func (ix *index) explain(a, b string) (Explanation, error) {
	if ix.scorer == nil {
		return Explanation{}, fmt.Errorf("%w: it is not trained", ErrModel)
	}
	if a > b {
		a, b = b, a
	}
	i, ok := ix.table.find(a)
	j, okToo := ix.table.find(b)
	if !ok || !okToo || a == b {
		return Explanation{}, fmt.Errorf("%w: %q or %q is not there, or they are one", ErrRecord, clip(a), clip(b))
	}
	if ix.single == nil {
		ix.single = ix.scorer.scratch()
	}
	return ix.explainPair(ix.single, ix.scorer.vetoer(ix.decided), i, j), nil
}

func (ix *index) explainPair(k *scratch, v *vetoer, i, j uint32) Explanation {
	x, y := ix.table.row(int(i)), ix.table.row(int(j))
	weight, _ := k.weigh(x, y, math.Inf(-1))
	out := Explanation{Match: ix.match(k, v, found{i, j, weight})}
	out.Terms = append(out.Terms, Term{Comparison: "prior", Level: fmt.Sprintf("one pair in %.0f", 1/ix.model.Prior), Weight: ix.scorer.prior})
	for c := range ix.scorer.comparisons {
		level, w, f := k.outcome(&ix.scorer.comparisons[c], x, y)
		t := Term{Comparison: ix.model.Comparisons[c].Name, Level: "no level holds", Weight: w, Adjustment: f}
		if level >= 0 {
			t.Level = ix.model.Comparisons[c].Levels[level].Label
		}
		out.Terms = append(out.Terms, t)
	}
	out.Demoted = append(out.Demoted, ix.table.demoted[i]...)
	out.Demoted = append(out.Demoted, ix.table.demoted[j]...)
	return out
}

// String writes the explanation for people, a term a line.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s and %s: %s, %.2f bits (probability %.6f)\n", e.A, e.B, e.Verdict, e.Weight, e.Probability())
	for _, t := range e.Terms {
		fmt.Fprintf(&b, "  %+7.2f  %s: %s", t.Weight+t.Adjustment, t.Comparison, t.Level)
		if t.Adjustment != 0 {
			fmt.Fprintf(&b, " (%+.2f, and %+.2f for how common the value is)", t.Weight, t.Adjustment)
		}
		b.WriteByte('\n')
	}
	for _, v := range e.Vetoes {
		fmt.Fprintf(&b, "  veto     %s", v.Kind)
		if v.Field != "" {
			fmt.Fprintf(&b, ": %s %q, %q", v.Field, v.A, v.B)
		}
		b.WriteByte('\n')
	}
	if e.Proposal != 0 {
		fmt.Fprintf(&b, "  propose  %s: they share %s\n", e.Proposal, strings.Join(e.Shares, ", "))
	}
	for _, d := range e.Demoted {
		fmt.Fprintf(&b, "  ignored  %s %q: %s", d.Field, d.Value, d.Reason)
		if d.Names > 0 {
			fmt.Fprintf(&b, ", of %d names", d.Names)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
