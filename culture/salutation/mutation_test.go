package salutation

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// without is the engine less one rule.
func without(e *Engine, s section, at int) *Engine {
	b := *e.book
	b.bases, b.others = [sections]map[string][]*rule{}, [sections][]*rule{}
	b.rules[s] = slices.Delete(slices.Clone(b.rules[s]), at, at+1)
	b.index()
	return &Engine{resolver: e.resolver, book: &b, alternatives: e.alternatives, names: e.names}
}

// Every rule is needed: without it a line of the golden tables reads differently, is
// offered other alternatives, asks where it did not, or rests on another part of the
// name. A change of the rule's id alone does not count.
func TestEveryRuleIsHeldByATable(t *testing.T) {
	t.Parallel()
	e := Default()
	type answered struct {
		row
		line string
	}
	by := map[RuleID][]answered{} // rows by the rules that made them
	var all []answered
	for _, table := range tables() {
		for _, p := range table.parts {
			for _, r := range p.rows {
				got, err := r.ask(e)
				require.NoError(t, err, "%s %s", p.title, r.label)
				a := answered{r, words(got)}
				all = append(all, a)
				for _, id := range got.Rules {
					by[id] = append(by[id], a)
				}
			}
		}
	}
	differs := func(mutant *Engine, rows []answered) bool {
		return slices.ContainsFunc(rows, func(a answered) bool {
			got, err := a.ask(mutant)
			return err != nil || words(got) != a.line
		})
	}
	killed := 0
	for s := range e.book.rules {
		for i, r := range e.book.rules[s] {
			mutant := without(e, section(s), i) //nolint:gosec // four sections
			if differs(mutant, by[r.id]) || differs(mutant, all) {
				killed++
				continue
			}
			t.Errorf("no line of the tables needs %s", r.id)
		}
	}
	t.Logf("%d rules, %d rows, every rule held by one", killed, len(all))
}

// words is a result without the ids of its rules.
func words(r Result) string {
	r.Rule = ""
	return shown(r, nil)
}
