package culture

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The built-in facts are the vectors, byte for byte, so that a change of one is a
// change of both.
func TestBuiltinIsTheVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/vectors/etiquette_facts.json")
	require.NoError(t, err)
	require.True(t, string(data) == builtin, "facts.json and testdata/vectors/etiquette_facts.json differ")
	require.Less(t, len(builtin), 256<<10, "the embedded facts stay small")
}

// prior is the rule by which confidence is given: the best tier, plus .1 for each
// further origin, at most .95.
func prior(f Fact, sources map[string]Source) float64 {
	tiers := map[Tier]float64{TierA: .9, TierB: .65, TierC: .5, TierD: .35}
	best, origins := 0.0, map[string]bool{}
	for _, id := range f.Sources {
		best = max(best, tiers[sources[id].Tier])
		origins[sources[id].Origin] = true
	}
	return math.Min(.95, best+.1*float64(len(origins)-1))
}

// Confidence recomputes from the sources except where the row itself shows why it
// does not (a date, a conflict, a newer fact, a statute), for the rows listed here,
// and for CLDR's rows, where it says how sure the reading of the data is.
func TestConfidenceRecomputes(t *testing.T) {
	t.Parallel()
	byHand := map[FactID]string{
		"jp.title_usage.2":  "half of it rests on a tier D page",
		"ru.address_form.1": "two of three sources are tier D, one of them scraped",
		"ru.negotiation.1":  "says what some do",
		"at.title_usage.3":  "tells of a past custom",
		"cl.gift.1":         "a scraped text",
		"tr.apology.1":      "a single case study",
		"cn.apology.1":      "a secondary account of research",
		"br.address_form.2": "says that guides disagree",
	}
	p, err := parsePack("builtin", []byte(builtin))
	require.NoError(t, err)
	require.Len(t, p.facts, 661)
	for _, f := range p.facts {
		if f.Kind == Data {
			require.Equal(t, []string{"cldr48"}, f.Sources)
			continue
		}
		if f.AsOf != "" || f.ConflictsWith != "" || f.SupersededBy != "" || f.Kind == Legal {
			continue
		}
		if _, ok := byHand[f.ID]; ok {
			require.NotEqual(t, math.Round(prior(f, p.sources)*100)/100, f.Confidence, "%s recomputes; take it off the list", f.ID)
			continue
		}
		require.InDelta(t, prior(f, p.sources), f.Confidence, 1e-9, "%s: set by hand without a reason", f.ID)
	}
}
