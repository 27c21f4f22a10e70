package culture_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/golden"
)

// people are the persons for whom plans and answers are kept in files.
func people() []struct {
	name    string
	context culture.Context
} {
	plain := in("ja", "JP")
	plain.Stated = []culture.Preference{
		{Dimension: culture.Directness, Value: "direct", Text: "tell me plainly", Note: "call of 3 May"},
		{Dimension: culture.SmallTalk, Value: "no_talk", Text: "no small talk, please"},
		{Dimension: culture.Apology, Value: "no_apology", Text: "do not apologise, fix it"},
		{Dimension: culture.Empathy, Value: "short", Text: "one sentence is enough"},
	}
	soft := in("de", "DE")
	soft.Observed = []culture.Preference{
		{Dimension: culture.Directness, Value: "indirect", Text: "hints, and hears hints"},
		{Dimension: culture.ChannelPreference, Value: "in_writing", Text: "answers in writing only"},
	}
	return []struct {
		name    string
		context culture.Context
	}{
		{"nothing known", culture.Context{}},
		{"Japan", in("ja", "JP")},
		{"Japan, by own wish", plain},
		{"Germany", in("de", "DE")},
		{"Germany, as observed", soft},
		{"Netherlands", in("nl", "NL")},
		{"Brazil", in("pt-BR", "BR")},
		{"China", in("zh", "CN")},
		{"India", in("hi", "IN")},
		{"Italy", in("it", "IT")},
		{"Mexico", in("es-MX", "MX")},
		{"Kenya", in("en", "KE")},
		{"Sweden", in("sv", "SE")},
		{"Türkiye", in("tr", "TR")},
		{"United States", in("en-US", "US")},
		{"Vietnam", in("vi", "VN")},
	}
}

// The plans of all situations for all people, as lists of acts, and in full where
// people read them.
func TestPlansGolden(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	var short, full strings.Builder
	for _, person := range people() {
		for _, s := range culture.Situations() {
			p, err := r.Plan(person.context, s)
			require.NoError(t, err)
			acts := make([]string, 0, len(p.Steps))
			for _, step := range p.Steps {
				text := step.Act.String()
				if !strings.HasPrefix(step.Rule, "plain.") {
					text += " [" + step.Rule + "]"
				}
				if step.Ask {
					text += " (ask)"
				}
				acts = append(acts, text)
			}
			for _, step := range p.Omitted {
				acts = append(acts, "without "+step.Act.String()+" ["+step.Rule+"]")
			}
			fmt.Fprintf(&short, "%s, %s\n  %s\n", person.name, s, strings.Join(acts, "\n  "))
		}
		fmt.Fprintf(&full, "# %s\n\n", person.name)
		for _, s := range []culture.Situation{culture.Complaint, culture.Refusal} {
			p, err := r.Plan(person.context, s)
			require.NoError(t, err)
			full.WriteString(p.Explain() + "\n")
		}
	}
	golden.Equal(t, "testdata/plans.txt", short.String())
	golden.Equal(t, "testdata/plans_explained.txt", full.String())
}

// What every plan keeps, whatever is known: it opens and closes, every step has a
// reason and a source or the person's word, an act occurs once, a no is said in a
// refusal and the news in bad news, the complaint is heard before it is answered.
func TestPlanProperties(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	keys := map[culture.Dimension][]string{
		culture.Directness:        {"direct", "tactful", "indirect", "whatever"},
		culture.SmallTalk:         {"no_talk", "little_talk", "brief_talk", "opening_talk", "long_talk"},
		culture.Apology:           {"regret_first", "visible_effort", "shared_regret", "respectful_treatment", "owned_fault", "none"},
		culture.Face:              {"keep_harmony", "correct_in_private", "honour_seniors"},
		culture.Negotiation:       {"relationship_first", "quick_decision"},
		culture.Greeting:          {"ask_wellbeing", "handshake"},
		culture.ChannelPreference: {"in_writing", "by_phone"},
		culture.Empathy:           {"short"},
	}
	var dimensions []culture.Dimension
	for d := range keys {
		dimensions = append(dimensions, d)
	}
	slices.Sort(dimensions)
	rapid.Check(t, func(t *rapid.T) {
		c := culture.Context{Lang: language.English, Region: rapid.SampledFrom(r.Regions()).Draw(t, "region")}
		for _, d := range dimensions {
			if rapid.Bool().Draw(t, d.String()) {
				c.Stated = append(c.Stated, culture.Preference{Dimension: d, Value: rapid.SampledFrom(keys[d]).Draw(t, "value")})
			}
		}
		s := rapid.SampledFrom(culture.Situations()).Draw(t, "situation")
		p, err := r.Plan(c, s)
		require.NoError(t, err)
		acts := p.Acts()
		require.Equal(t, culture.Greet, acts[0])
		require.Equal(t, culture.Close, acts[len(acts)-1])
		for i, a := range acts {
			require.NotContains(t, acts[i+1:], a, "%s twice", a)
		}
		for _, step := range append(slices.Clone(p.Steps), p.Omitted...) {
			require.NotEmpty(t, step.How)
			require.NotEmpty(t, step.Why)
			require.NotEmpty(t, step.Rule)
			require.Positive(t, step.Confidence)
			require.True(t, len(step.Sources) > 0 || step.Basis == culture.Individual, "%s has no source", step.Act)
			for _, a := range step.Advice {
				require.True(t, a.Ask, "sure advice changes the plan instead")
				require.True(t, step.Ask)
			}
		}
		switch s {
		case culture.Refusal:
			require.Contains(t, acts, culture.Decline)
		case culture.BadNews, culture.Delay:
			require.Contains(t, acts, culture.Inform)
		case culture.Complaint:
			require.Less(t, slices.Index(acts, culture.Listen), slices.Index(acts, culture.Offer))
			require.Less(t, slices.Index(acts, culture.Acknowledge), slices.Index(acts, culture.Offer))
		}
		for _, a := range p.Cautions {
			require.NotEqual(t, culture.Fallback, a.Basis)
		}
		again, err := r.Plan(c, s)
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}

// The person's own word varies a plan before any guide does, and takes nothing from
// another dimension.
func TestPlanYieldsToThePerson(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	c := in("es-MX", "MX")
	guided, err := r.Plan(c, culture.Refusal)
	require.NoError(t, err)
	require.Greater(t, slices.Index(guided.Acts(), culture.Decline), slices.Index(guided.Acts(), culture.Offer), "guides report a softened no")
	c.Stated = []culture.Preference{{Dimension: culture.Directness, Value: "direct", Text: "say no when it is a no"}}
	own, err := r.Plan(c, culture.Refusal)
	require.NoError(t, err)
	require.Equal(t, culture.Decline, own.Acts()[1])
	require.Equal(t, culture.Individual, own.Steps[1].Basis)
	require.Contains(t, own.Steps[1].Why, "the person asks: say no when it is a no")
	require.Equal(t, "the person asks: say no when it is a no", own.Cautions[0].String())
	c.Stated[0] = culture.Preference{Dimension: culture.Directness, Value: "in verse", Text: "in verse, please"}
	odd, err := r.Plan(c, culture.Refusal)
	require.NoError(t, err)
	require.NotContains(t, odd.Acts(), culture.Confirm, "a wish that no rule reads takes the place of the guides all the same")
	require.Equal(t, "the person asks: in verse, please", odd.Cautions[0].String(), "and it is told")
}

func TestPlanRefusesWhatIsNoSituation(t *testing.T) {
	t.Parallel()
	for _, s := range []culture.Situation{0, 7, 255} {
		_, err := culture.Default().Plan(in("de", "DE"), s)
		require.ErrorIs(t, err, culture.ErrName)
	}
	var r culture.Resolver
	p, err := r.Plan(in("de", "DE"), culture.Complaint)
	require.NoError(t, err, "a resolver without facts gives the plain order")
	require.Len(t, p.Steps, 10)
}

// Every answer about one person, as people read it.
func TestExplainGolden(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	var b strings.Builder
	for _, person := range people()[1:4] {
		fmt.Fprintf(&b, "# %s\n\n", person.name)
		for _, d := range culture.Dimensions() {
			for _, a := range r.Guidance(person.context, d) {
				b.WriteString(a.Explain())
			}
		}
		b.WriteString(r.Register(person.context).Explain() + "\n")
	}
	golden.Equal(t, "testdata/explained.txt", b.String())
}

// Two guides that disagree without saying so do not vary a plan: both stand as advice.
func TestPlanHeedsDisagreement(t *testing.T) {
	t.Parallel()
	direct := strings.NewReplacer(`"gift"`, `"directness"`, `"CN"`, `"NZ"`, `0.5`, `0.65`)
	one := strings.Replace(direct.Replace(fact("h.1", "")), `"v"`, `"direct"`, 1)
	two := strings.Replace(direct.Replace(fact("h.2", "")), `"v"`, `"indirect"`, 1)
	sure, err := with(t, hostPack(one)).Plan(in("en", "NZ"), culture.Refusal)
	require.NoError(t, err)
	require.Equal(t, culture.Decline, sure.Acts()[1])
	torn, err := with(t, hostPack(one, two)).Plan(in("en", "NZ"), culture.Refusal)
	require.NoError(t, err)
	i := slices.Index(torn.Acts(), culture.Decline)
	require.Greater(t, i, 1)
	require.True(t, torn.Steps[i].Ask)
	require.Len(t, torn.Steps[i].Advice, 1)
	require.NotEmpty(t, torn.Steps[i].Advice[0].Conflicts)
}
