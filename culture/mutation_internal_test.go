package culture

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// probes ask at least one question for each layer that only this layer answers so.
func probes(t *testing.T, order []Layer) string {
	t.Helper()
	pack := fstest.MapFS{"facts.json": {Data: []byte(`{"schema":"etiquette-facts/1",
		"sources":{"s":{"url":"urn:x","publisher":"House","tier":"A","origin":"us"}},
		"facts":[{"id":"h.1","region":"CN","dimension":"gift","kind":"norm","scope":"region-average","value":"none","text":"No gifts.",
		"sources":["s"],"confidence":0.9}]}`)}}
	r, err := New(&Options{Packs: []fs.FS{pack}})
	require.NoError(t, err)
	r.order = order
	said := []Preference{{Dimension: Gift, Value: "books"}}
	zh, jp := language.Chinese, language.MustParseRegion("JP")
	var b strings.Builder
	for _, c := range []struct {
		context   Context
		dimension Dimension
	}{
		{Context{Lang: zh, Region: language.MustParseRegion("CN"), Stated: said}, Gift},   // individual
		{Context{Lang: zh, Region: language.MustParseRegion("CN"), Observed: said}, Gift}, // observed
		{Context{Lang: zh, Region: language.MustParseRegion("CN")}, Gift},                 // host
		{Context{Lang: language.Japanese, Region: jp}, GreetingHours},                     // language in region: confidence of its fact
		{Context{Lang: language.Japanese, Region: jp}, Punctuality},                       // region
		{Context{Lang: language.MustParse("de-LI")}, GreetingHours},                       // parent
		{Context{}, Gift}, // neutral
	} {
		a := r.Best(c.context, c.dimension)
		fmt.Fprintf(&b, "%s %s %.2f %v %v\n", a.Basis, a.Value, a.Confidence, a.Ask, a.Path[len(a.Path)-1])
	}
	return b.String()
}

// Leaving out any layer, and swapping any two neighbours that both know something,
// changes an answer.
func TestEveryLayerIsHeld(t *testing.T) {
	t.Parallel()
	whole := probes(t, nil)
	require.Equal(t, whole, probes(t, resolutionOrder()))
	for i, layer := range resolutionOrder() {
		if layer == NeutralLayer {
			continue // what is left when nothing is known; without it the same answer ends the search
		}
		require.NotEqual(t, whole, probes(t, slices.Delete(resolutionOrder(), i, i+1)), "without %s nothing changes", layer)
	}
	person := Context{
		Lang: language.Chinese, Region: language.MustParseRegion("CN"),
		Stated:   []Preference{{Dimension: Gift, Value: "stated"}},
		Observed: []Preference{{Dimension: Gift, Value: "observed"}},
	}
	r := *Default()
	require.Equal(t, "stated", r.Best(person, Gift).Value.Value)
	r.order = []Layer{ObservedLayer, IndividualLayer}
	require.Equal(t, "observed", r.Best(person, Gift).Value.Value)
}

// Leaving out any rule changes a plan.
func TestEveryPlanRuleIsHeld(t *testing.T) {
	t.Parallel()
	de, jp, us := language.German, language.MustParseRegion("JP"), language.MustParseRegion("US")
	stated := func(d Dimension, value string) Context {
		return Context{Stated: []Preference{{Dimension: d, Value: value}}}
	}
	contexts := []Context{
		{Lang: language.Japanese, Region: jp},
		{Lang: language.English, Region: us},
		{Lang: language.Dutch, Region: language.MustParseRegion("NL")},
		{Lang: language.English, Region: language.MustParseRegion("KE")},
		{Lang: language.MustParse("es-MX"), Region: language.MustParseRegion("MX")},
		{Lang: language.Chinese, Region: language.MustParseRegion("CN")},
		{Lang: de, Region: language.MustParseRegion("FI")},
		{Lang: de, Region: language.MustParseRegion("PL")},
		{Lang: de, Region: language.MustParseRegion("DK")},
		stated(Apology, "none"), stated(Apology, "shared_regret"), stated(Apology, "respectful_treatment"), stated(Empathy, "short"),
		stated(ChannelPreference, "in_writing"), stated(SmallTalk, "brief_talk"), stated(SmallTalk, "long_talk"),
	}
	all := func(without string) string {
		r := *Default()
		r.without = without
		var b strings.Builder
		for _, c := range contexts {
			for _, s := range Situations() {
				p, err := r.Plan(c, s)
				require.NoError(t, err)
				b.WriteString(p.Explain())
			}
		}
		return b.String()
	}
	whole := all("")
	for _, rule := range planRules() {
		require.NotEqual(t, whole, all(rule.id), "without %s nothing changes", rule.id)
	}
}

// Every key of the built-in facts has a typed value, or is known to tell of something
// else.
func TestEveryKeyIsRead(t *testing.T) {
	t.Parallel()
	readers := map[Dimension]func(string) bool{
		FormalityDefault: is(registerOf), Directness: is(directnessOf), Punctuality: is(punctualityOf), SmallTalk: is(smallTalkOf),
		Weekend: is(parseWeekend), HourCycle: is(hourCycleNamed), GreetingHours: is(parseGreetingClock), Languages: is(languagesOf),
		NameOrder: is(nameOrderOf), NameOrderCLDR: is(nameOrderOf), Apology: is(apologyOf), Negotiation: is(negotiationOf),
		Greeting: is(greetingOf), Gift: is(giftOf), Face: is(faceOf), NonVerbal: is(nonVerbalOf), TitleUsage: is(titleOf),
		AddressForm: is(addressOf), ChannelPreference: is(channelOf), ContactHours: is(parseHours), QuietHours: is(parseHours), Seasonal: is(seasonOf), ServiceExpectation: is(serviceOf),
	}
	other := map[Dimension][]string{
		Directness: {"animated", "north_south", "varies_by_city"}, SmallTalk: {"avoid_topics", "avoid_wife", "humour", "humour_ok"},
		Negotiation: {"public_private_separate"}, TitleUsage: {"maiden_name_kept", "spouse_title_legacy"},
		AddressForm: {"feminine_surname", "middle_initial_is_mothers"}, NameOrder: {"sort_by_given"}, QuietHours: {"opt_in"},
		Weekend: {"sources_disagree", "sun-thu_week_old"}, // superseded
		ContactHours: {
			"avoid_friday_prayer", "late_lunch", "no_friday", "no_friday_calls", "no_friday_no_siesta", "no_friday_pm_august", "no_home_calls",
			"no_unannounced", "prayer_breaks", "prayer_times", "protect_leisure",
		},
	}
	// Prose: a key of its own for each fact, so that the text is the value.
	prose := []Dimension{Dress, Empathy, LanguagePreference, Patience, PlainLanguage, StereotypeCaution, WrittenRegister}
	p, err := builtinPack()
	require.NoError(t, err)
	unread := map[Dimension][]string{}
	for _, f := range p.facts {
		if slices.Contains(prose, f.Dimension) {
			continue
		}
		read := readers[f.Dimension]
		require.NotNil(t, read, "%s has no reader", f.Dimension)
		if !read(f.Value) && !slices.Contains(unread[f.Dimension], f.Value) {
			unread[f.Dimension] = append(unread[f.Dimension], f.Value)
		}
	}
	for d := range unread {
		slices.Sort(unread[d])
	}
	require.Equal(t, other, unread)
	for _, d := range Dimensions() {
		require.True(t, readers[d] != nil || slices.Contains(prose, d), d)
	}
}

func is[T any](read func(string) (T, bool)) func(string) bool {
	return func(value string) bool { _, ok := read(value); return ok }
}
