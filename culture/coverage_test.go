package culture

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/golden"
)

// TestCoveragePage holds COVERAGE.md equal to what the data say, so that the page cannot
// drift from them: run with -update after a change of the facts.
func TestCoveragePage(t *testing.T) {
	t.Parallel()
	p, err := builtinPack()
	require.NoError(t, err)
	c := coverage{pack: p, index: builtinIndex(), resolver: Default()}
	c.whole()
	c.dimensions()
	c.regions()
	c.disagreements()
	c.adjusted()
	c.tables()
	golden.Equal(t, "COVERAGE.md", c.page.String())
}

type coverage struct {
	pack     pack
	index    *index
	resolver *Resolver
	page     strings.Builder
}

func (c *coverage) printf(format string, args ...any) { fmt.Fprintf(&c.page, format, args...) }

// whole says what there is and what it rests on.
func (c *coverage) whole() {
	kinds, tiers, origins, leaning := map[Kind]int{}, map[Tier]int{}, map[string]int{}, map[string]int{}
	single := 0
	for _, s := range c.pack.sources {
		tiers[s.Tier]++
		origins[s.Origin]++
	}
	for i := range c.pack.facts {
		f := &c.pack.facts[i]
		kinds[f.Kind]++
		if f.Kind == Data {
			continue
		}
		own := map[string]bool{}
		for _, key := range f.Sources {
			own[c.pack.sources[key].Origin] = true
		}
		if len(own) == 1 {
			single++
		}
		for origin := range own {
			leaning[origin]++
		}
	}
	c.printf("# What the built-in facts cover, and where they disagree\n\n")
	c.printf("This page is written by a test from the data (`go test ./culture -run Coverage -update`). The facts were compiled on %s; "+
		"confidence is by the rule in the documentation of `Rating`, as of that day.\n\n", c.pack.made)
	c.printf("- %d facts on %d regions: %d norms reported by guides, %d rows of data of a standard, %d rules of law.\n",
		len(c.pack.facts), len(c.resolver.Regions()), kinds[Norm], kinds[Data], kinds[Legal])
	c.printf("- %d sources of %d origins: tier A %d, B %d, C %d, D %d. Pages that were copied from each other have one origin and count once.\n",
		len(c.pack.sources), len(origins), tiers[TierA], tiers[TierB], tiers[TierC], tiers[TierD])
	most := slices.MaxFunc(slices.Sorted(maps.Keys(origins)), func(a, b string) int { return cmp.Compare(origins[a], origins[b]) })
	c.printf("- %d of the sources go back to one origin (%s), and %d norms and rules lean on it.\n", origins[most], most, leaning[most])
	c.printf("- %d of the %d norms and rules rest on a single origin.\n\n", single, kinds[Norm]+kinds[Legal])
	c.printf("Guides describe a region on average, often from a visitor's point of view. They say nothing about one person, many are undated, " +
		"and guides on women and religion are dated. Whatever the person says comes first; below the threshold and in conflict the answer is to ask.\n\n")
}

// dimensions shows in how many regions each dimension has an answer, and how sure.
func (c *coverage) dimensions() {
	c.printf("## By dimension\n\n| dimension | axis | facts | regions | sure in | to ask in | none in |\n|---|---|---|---|---|---|---|\n")
	all := c.resolver.Regions()
	for _, d := range Dimensions() {
		facts, sure, ask := 0, 0, 0
		for _, f := range c.pack.facts {
			if f.Dimension == d {
				facts++
			}
		}
		for _, region := range all {
			switch a := c.resolver.Best(contextOf(region), d); {
			case a.Basis == Fallback:
			case a.Ask:
				ask++
			default:
				sure++
			}
		}
		c.printf("| %s | %s | %d | %d | %d | %d | %d |\n", d, d.Axis(), facts, sure+ask, sure, ask, len(all)-sure-ask)
	}
	c.printf("\n`dress` and `empathy` have no built-in facts: a host's packs and the person may fill them. Weekend, hour cycle and languages are " +
		"answered from CLDR in every other region, too, and greeting hours in every language that has day periods there.\n\n")
}

// contextOf is a message in the region's own main language to somebody with a name of
// its tradition.
func contextOf(region language.Region) Context {
	t, _ := TerritoryOf(region)
	for _, l := range t.Languages() {
		if l.Status == Official || l.Status == DeFactoOfficial {
			return Context{Lang: l.Tag, NameLocale: l.Tag, Region: region}
		}
	}
	return Context{Region: region}
}

// regions shows how thick the ground is.
func (c *coverage) regions() {
	c.printf("## By region\n\n| region | norms | law | origins | dimensions with a norm | sure | told of a group or a part |\n|---|---|---|---|---|---|---|\n")
	for _, region := range c.resolver.Regions() {
		norms, law, parts := 0, 0, 0
		origins, dimensions, sure := map[string]bool{}, map[Dimension]bool{}, map[Dimension]bool{}
		for i := range c.pack.facts {
			f := &c.pack.facts[i]
			if f.Region != region || f.Kind == Data {
				continue
			}
			if f.Kind == Legal {
				law++
			} else {
				norms++
				dimensions[f.Dimension] = true
				if !c.resolver.Best(contextOf(region), f.Dimension).Ask {
					sure[f.Dimension] = true
				}
			}
			if f.Scope == RegionGroup || f.Scope == SubRegion {
				parts++
			}
			for _, key := range f.Sources {
				origins[c.pack.sources[key].Origin] = true
			}
		}
		c.printf("| %s | %d | %d | %d | %d | %d | %d |\n", region, norms, law, len(origins), len(dimensions), len(sure), parts)
	}
	c.printf("\nNo norms at all for the other %d territories of CLDR, among them Ukraine, Greece, Romania, Belgium, Norway, Pakistan and South Africa.\n\n",
		len(Territories())-len(c.resolver.Regions()))
}

// disagreements lists every conflict with both sides.
func (c *coverage) disagreements() {
	c.printf("## Known disagreements\n\nNeither side is taken: both are answered, each lowered by the other, and both are to be asked about.\n\n")
	for i := range c.pack.facts {
		f := &c.pack.facts[i]
		if f.ConflictsWith == "" || f.ID > f.ConflictsWith {
			continue
		}
		c.printf("- %s, %s\n", f.Region, f.Dimension)
		for _, id := range []FactID{f.ID, f.ConflictsWith} {
			fact, rating, _ := c.resolver.Fact(id, Date{})
			c.printf("  - %s (%.2f; %s): %s\n", id, rating.Confidence(), c.publishers(&fact), fact.Text)
		}
	}
	c.printf("\nFacts of one region that read differently without being marked as a conflict are to be asked about, too:\n\n")
	unmarked := 0
	for _, region := range c.resolver.Regions() {
		for _, a := range []Answer[string]{
			said(c.resolver.Directness(contextOf(region))), said(c.resolver.SmallTalk(contextOf(region))),
			said(c.resolver.Punctuality(contextOf(region))), said(c.resolver.Register(contextOf(region))), said(c.resolver.NameOrder(contextOf(region))),
		} {
			if len(a.Conflicts) > 0 && c.index.byID[a.Facts[0]].ConflictsWith != a.Conflicts[0] {
				c.printf("- %s against %v\n", a.Facts[0], a.Conflicts)
				unmarked++
			}
		}
	}
	if unmarked == 0 {
		c.printf("- none at present\n")
	}
	c.printf("\nReplaced, kept in the data, and not answered (rules of law: not after their successor's day):\n\n")
	for i := range c.pack.facts {
		if f := &c.pack.facts[i]; f.SupersededBy != "" {
			c.printf("- %s by %s: %s\n", f.ID, f.SupersededBy, f.Text)
		}
	}
	c.printf("\n")
}

func said[T fmt.Stringer](a Answer[T]) Answer[string] {
	return Answer[string]{Value: a.Value.String(), Facts: a.Facts, Conflicts: a.Conflicts}
}

func (c *coverage) publishers(f *Fact) string {
	var names []string
	for _, key := range f.Sources {
		s := c.pack.sources[key]
		names = append(names, fmt.Sprintf("%s, tier %s", s.Publisher, s.Tier))
	}
	return strings.Join(names, "; ")
}

// adjusted lists the figures that are not those of the rule.
func (c *coverage) adjusted() {
	c.printf("## Figures set by hand\n\nA figure that a row states lowers that of the rule; a higher one counts for nothing.\n\n| fact | by the rule | stated | used |\n|---|---|---|---|\n")
	for i := range c.pack.facts {
		f := &c.pack.facts[i]
		r := prior(f, c.pack.sources)
		if f.Kind != Data && r.Prior != r.Stated {
			c.printf("| %s | %.2f | %.2f | %.2f |\n", f.ID, r.Prior, r.Stated, r.Confidence())
		}
	}
	c.printf("\n## Law\n\nFrom secondary texts, of which no statute was read; every answer is to be verified.\n\n")
	for i := range c.pack.facts {
		if f := &c.pack.facts[i]; f.Kind == Legal {
			c.printf("- %s (as of %s; %s): %s\n", f.ID, cmp.Or(f.AsOf, "undated"), c.publishers(f), f.Text)
		}
	}
	c.printf("\n")
}

// tables says where the region facts come from, and what they cannot say.
func (c *coverage) tables() {
	c.printf("## Region facts\n\nFirst day, week, weekend, clock, currency, languages, calendar, measurement and paper of %d territories from Unicode CLDR 48.2; "+
		"zones from zone.tab of tzdata 2026f; %d languages with day periods. Package golang.org/x/text, with tables of CLDR 32, is used to read tags only: "+
		"it has HRK, BGN and VEF as currencies of HR, BG and VE, no parent for nb, and its matcher takes Malay for Indonesian.\n\n"+
		"CLDR knows only the present of a weekend, and only days in a row. These records, each with its source, say more; where one differs from "+
		"CLDR on the present, the answer is to ask. Weekends of parts of a region (the states of Malaysia) are not known.\n\n",
		len(Territories()), len(dayPeriods()))
	c.printf("| region | from | until | days of rest | note | source | reviewed |\n|---|---|---|---|---|---|---|\n")
	for _, r := range WeekendRecords() {
		c.printf("| %s | %s | %s | %s | %s | [%s](%s), tier %s | %s |\n", r.Region, r.From, r.Until, r.Days, r.Note, r.Source.Publisher, r.Source.URL, r.Source.Tier, r.Reviewed)
	}
}
