package culture

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
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

// priorByHand is the rule written a second time: the best tier, plus .1 for each
// further origin, at most .95.
func priorByHand(f Fact, sources map[string]Source) float64 {
	tiers := map[Tier]float64{TierA: .9, TierB: .65, TierC: .5, TierD: .35}
	best, origins := 0.0, map[string]bool{}
	for _, id := range f.Sources {
		best = math.Max(best, tiers[sources[id].Tier])
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
	p, err := builtinPack()
	require.NoError(t, err)
	require.Len(t, p.facts, 661)
	for _, f := range p.facts {
		want := priorByHand(f, p.sources)
		got := prior(&f, p.sources)
		require.InDelta(t, want, got.Prior, 1e-9, f.ID)
		require.InDelta(t, math.Min(want, f.Confidence), got.Confidence(), 1e-9, f.ID)
		if f.Kind == Data {
			require.Equal(t, []string{"cldr48"}, f.Sources)
			continue
		}
		if f.AsOf != "" || f.ConflictsWith != "" || f.SupersededBy != "" || f.Kind == Legal {
			continue
		}
		if _, ok := byHand[f.ID]; ok {
			require.Less(t, f.Confidence, want-1e-9, "%s recomputes; take it off the list", f.ID)
			continue
		}
		require.InDelta(t, want, f.Confidence, 1e-9, "%s: set by hand without a reason", f.ID)
	}
}

// The rule in figures: prior, hand, conflict, age.
func TestRating(t *testing.T) {
	t.Parallel()
	sources := map[string]Source{
		"a": {Tier: TierA, Origin: "o"}, "b": {Tier: TierB, Origin: "p"}, "c": {Tier: TierC, Origin: "q"},
		"c2": {Tier: TierC, Origin: "q"}, "d": {Tier: TierD, Origin: "r"}, "d2": {Tier: TierD, Origin: "s"},
	}
	made := Date{2026, 11, 21}
	rows := []struct {
		name    string
		sources []string
		stated  float64
		kind    Kind
		asOf    string
		against float64
		on      Date
		want    float64
		text    string
	}{
		{"one origin", []string{"c"}, .5, Norm, "", 0, Date{}, .5, "tier C, 1 origin: 0.50"},
		{"two pages of one origin count once", []string{"c", "c2"}, .5, Norm, "", 0, Date{}, .5, "tier C, 1 origin: 0.50"},
		{"two origins", []string{"c", "d"}, .6, Norm, "", 0, Date{}, .6, "tier C, 2 origins: 0.60"},
		{"at most .95", []string{"a", "b", "c"}, .95, Norm, "", 0, Date{}, .95, "tier A, 3 origins: 0.95"},
		{"a pack raises nothing", []string{"d"}, .9, Norm, "", 0, Date{}, .35, "tier D, 1 origin: 0.35"},
		{"by hand", []string{"a"}, .6, Norm, "", 0, Date{}, .6, "tier A, 1 origin: 0.90, lowered to 0.60 by hand"},
		{"conflict with an equal", []string{"b"}, .65, Norm, "", .65, Date{}, .44, "tier B, 1 origin: 0.65, conflict -0.21"},
		{"conflict with a weak one", []string{"a"}, .9, Norm, "", .3, Date{}, .76, "tier A, 1 origin: 0.90, conflict -0.14"},
		{"fresh for five years", []string{"b"}, .65, Norm, "2021", 0, Date{2026, 12, 31}, .65, "tier B, 1 origin: 0.65"},
		{"then older", []string{"b"}, .65, Norm, "2021", 0, Date{2027, 12, 31}, .63, "tier B, 1 origin: 0.65, 6 years -0.02"},
		{"a decade counts from its end", []string{"a"}, .9, Norm, "1990s", 0, made, .6, "tier A, 1 origin: 0.90, 26 years -0.30"},
		{"undated counts as ten years", []string{"b"}, .65, Norm, "undated", 0, made, .55, "tier B, 1 origin: 0.65, 10 years -0.10"},
		{"without a date from the pack's", []string{"b"}, .65, Norm, "", 0, Date{2033, 11, 21}, .61, "tier B, 1 origin: 0.65, 7 years -0.04"},
		{"by hand from the pack's", []string{"b"}, .55, Norm, "1990s", 0, made, .55, "tier B, 1 origin: 0.65, lowered to 0.55 by hand"},
		{"law from the pack's", []string{"b"}, .65, Legal, "2010", 0, made, .65, "tier B, 1 origin: 0.65"},
		{"law without a date", []string{"b"}, .65, Legal, "", 0, made, .55, "tier B, 1 origin: 0.65, 10 years -0.10"},
		{"before it was made", []string{"b"}, .65, Norm, "", 0, Date{2020, 1, 1}, .65, "tier B, 1 origin: 0.65"},
		{"at most .3", []string{"d"}, .35, Norm, "", 0, Date{2100, 1, 1}, .05, "tier D, 1 origin: 0.35, 73 years -0.30"},
		{"never below 0", []string{"d"}, .1, Norm, "", .95, Date{2100, 1, 1}, 0, "tier D, 1 origin: 0.35, lowered to 0.10 by hand, conflict -0.05, 73 years -0.30"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := &Fact{Sources: row.sources, Confidence: row.stated, Kind: row.kind, AsOf: row.asOf}
			r := prior(f, sources)
			if row.against > 0 {
				r.oppose(row.against)
			}
			r.grow(f, made, row.on)
			require.InDelta(t, row.want, r.Confidence(), 1e-9)
			require.Equal(t, row.text, r.String())
		})
	}
	require.Zero(t, Rating{}.Confidence())
}

// Every built-in fact has a source that says where it was read; conflicts are mutual and
// about the same; what replaces a fact is about the same and later, where both are dated; a
// rule of law says when it was so, or is on this list and counts as old.
func TestFactsAreWhole(t *testing.T) {
	t.Parallel()
	p, err := builtinPack()
	require.NoError(t, err)
	byID := map[FactID]Fact{}
	for _, f := range p.facts {
		byID[f.ID] = f
	}
	conflicts, undated := 0, []FactID{}
	for _, f := range p.facts {
		require.NotEmpty(t, f.Sources, f.ID)
		for _, key := range f.Sources {
			s, ok := p.sources[key]
			require.True(t, ok, f.ID)
			require.NotEmpty(t, s.URL)
			require.NotEmpty(t, s.Origin)
			require.NotZero(t, s.Tier)
		}
		if f.ConflictsWith != "" {
			conflicts++
			other := byID[f.ConflictsWith]
			require.Equal(t, f.ID, other.ConflictsWith)
			require.Equal(t, f.Region, other.Region)
			require.Equal(t, f.Dimension, other.Dimension)
		}
		if f.SupersededBy != "" {
			later := byID[f.SupersededBy]
			old, _, ok := span(f.AsOf)
			young, _, ok2 := span(later.AsOf)
			require.True(t, !ok || !ok2 || old.Compare(young) < 0, f.ID)
		}
		if f.Kind == Legal && f.AsOf == "" {
			undated = append(undated, f.ID)
		}
	}
	require.Equal(t, 28, conflicts)
	require.Equal(t, []FactID{"us.quiet_hours.1", "ca.quiet_hours.1", "au.quiet_hours.1"}, undated)
	require.Equal(t, Versions{CLDR: "48.2.0", TZData: "2026f", Facts: Date{2026, 11, 21}}, DataVersions())
}

// Languages of the tables that package language cannot read are left out of answers;
// these are all.
func TestUnreadLanguages(t *testing.T) {
	t.Parallel()
	unread := map[string]bool{}
	for _, row := range regionRows() {
		for item := range strings.FieldsSeq(row.languages) {
			tag, _, _ := strings.Cut(item, ":")
			if _, err := language.Parse(tag); err != nil {
				unread[tag] = true
			}
		}
	}
	require.Empty(t, unread)
}
