package culture_test

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
)

func in(tag, region string) culture.Context {
	c := culture.Context{Lang: language.MustParse(tag)}
	if region != "" {
		c.Region = language.MustParseRegion(region)
	}
	return c
}

func ids(answers []culture.Answer[culture.Guidance]) []culture.FactID {
	out := make([]culture.FactID, 0, len(answers))
	for _, a := range answers {
		out = append(out, a.Value.Fact)
	}
	return out
}

func layers(a culture.Answer[culture.Guidance]) string {
	var out []string
	for _, s := range a.Path {
		out = append(out, s.String())
	}
	return strings.Join(out, "; ")
}

func TestLayers(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name      string
		context   culture.Context
		dimension culture.Dimension
		facts     []culture.FactID // none: neutral
		basis     culture.Basis
		ask       bool
	}{
		{"Japan", in("ja", "JP"), culture.Punctuality, []culture.FactID{"jp.punctuality.1"}, culture.Reported, false},
		{"Germany", in("de", "DE"), culture.FormalityDefault, []culture.FactID{"de.formality_default.1"}, culture.Reported, false},
		{"Brazil", in("pt-BR", "BR"), culture.SmallTalk, []culture.FactID{"br.small_talk.1"}, culture.Reported, false},
		{"Brazil, disputed surname", in("pt-BR", "BR"), culture.AddressForm, []culture.FactID{"br.address_form.1", "br.address_form.2"}, culture.Reported, true},
		{"China", in("zh", "CN"), culture.Gift, []culture.FactID{"cn.gift.1", "cn.gift.3", "cn.gift.2"}, culture.Reported, false},
		{"India", in("hi", "IN"), culture.Directness, []culture.FactID{"in.directness.1", "in.directness.2"}, culture.Reported, false},
		{"Italy", in("it", "IT"), culture.Greeting, []culture.FactID{"it.greeting.1"}, culture.Reported, false},
		{"part of a region asks", in("it", "IT"), culture.Directness, []culture.FactID{"it.directness.1"}, culture.Reported, true},
		{"region from the tag", in("pt-BR", ""), culture.SmallTalk, []culture.FactID{"br.small_talk.1"}, culture.Reported, false},
		{"region from -u-rg-", in("en-GB-u-rg-dezzzz", ""), culture.Punctuality, []culture.FactID{"de.punctuality.1"}, culture.Reported, false},
		{"declared region wins over the tag", in("pt-BR", "DE"), culture.Punctuality, []culture.FactID{"de.punctuality.1"}, culture.Reported, false},
		{"conflict asks", in("pl", "PL"), culture.Directness, []culture.FactID{"pl.directness.1", "pl.directness.2"}, culture.Reported, true},
		{"law is to be verified; the older rule is not answered", in("en", "IN"), culture.QuietHours, []culture.FactID{"in.quiet_hours.1"}, culture.Statute, true},
		{"data of a language in its region", in("ja", "JP"), culture.GreetingHours, []culture.FactID{"jp.greeting_hours.1"}, culture.Standard, false},
		{"data of a parent language", in("de-LI", ""), culture.GreetingHours, []culture.FactID{"at.greeting_hours.1"}, culture.Standard, false},
		{"the reader's language, not the region's", in("fr", "JP"), culture.GreetingHours, []culture.FactID{"fr.greeting_hours.1"}, culture.Standard, false},
		{"a language without data", in("tlh", "DE"), culture.GreetingHours, nil, culture.Fallback, true},
		{"manners of another language ask", in("tr", "DE"), culture.FormalityDefault, []culture.FactID{"de.formality_default.1"}, culture.Reported, true},
		{"no region", in("de", ""), culture.Punctuality, nil, culture.Fallback, true},
		{"region without facts", in("de", "LI"), culture.Punctuality, nil, culture.Fallback, true},
		{"nothing declared", culture.Context{}, culture.Gift, nil, culture.Fallback, true},
		{"no dimension", in("de", "DE"), 0, nil, culture.Fallback, true},
	}
	r := culture.Default()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := r.Guidance(row.context, row.dimension)
			if row.facts == nil {
				row.facts = []culture.FactID{""}
			}
			require.Equal(t, row.facts, ids(got))
			require.Equal(t, row.basis, got[0].Basis)
			require.Equal(t, row.ask, got[0].Ask, got[0].Explain())
			require.Equal(t, got[0], r.Best(row.context, row.dimension))
			require.True(t, got[0].Path[len(got[0].Path)-1].Found)
			for _, a := range got {
				if a.Basis != culture.Fallback {
					require.NotEmpty(t, a.Sources)
				}
			}
		})
	}
}

// What a person says wins over what was seen, that over a host's pack, that over
// the built-in facts.
func TestPersonWins(t *testing.T) {
	t.Parallel()
	r, err := culture.New(&culture.Options{Packs: []fs.FS{hostPack(`{"id":"h.gift.1","region":"CN","dimension":"gift",
		"kind":"norm","scope":"region-average","value":"none","text":"We give no gifts.","sources":["policy"],"confidence":0.9}`)}})
	require.NoError(t, err)
	c := in("zh", "CN")
	host := r.Best(c, culture.Gift)
	require.Equal(t, culture.Host, host.Basis)
	require.Equal(t, "our own guidance for CN: We give no gifts.", host.String())

	c.Observed = []culture.Preference{{Dimension: culture.Gift, Value: "tea", Text: "gave and took tea"}}
	seen := r.Best(c, culture.Gift)
	require.Equal(t, "seen with this person: gave and took tea", seen.String())
	require.False(t, seen.Ask)

	c.Stated = []culture.Preference{
		{Dimension: culture.Gift, Value: "books"},
		{Dimension: culture.Gift, Value: "none", Text: "no gifts, please", Note: "letter of 3 May"},
	}
	said := r.Guidance(c, culture.Gift)
	require.Len(t, said, 1)
	require.Equal(t, culture.Individual, said[0].Basis)
	require.False(t, said[0].Ask)
	require.InDelta(t, 1, said[0].Confidence, 0)
	require.Equal(t, "the person asks: no gifts, please", said[0].String())
	require.Equal(t, "individual letter of 3 May: found", layers(said[0]))
	require.Equal(t, culture.Reported, r.Best(c, culture.Punctuality).Basis, "other dimensions are untouched")
}

// The matcher of x/text offers Indonesian for Malay with high confidence; here no
// step crosses a base language, and no Spanish of Spain reaches Argentina.
func TestNeverAcrossBaseLanguages(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	rapid.Check(t, func(t *rapid.T) {
		tag := language.MustParse(rapid.SampledFrom([]string{
			"ms", "ms-MY", "gsw", "cy", "yue-HK", "es-AR", "es-419", "pt-PT", "zh-Hant-TW", "nb", "da", "de-CH", "en-IN", "und", "x-private",
		}).Draw(t, "tag"))
		c := culture.Context{Lang: tag}
		if rapid.Bool().Draw(t, "withRegion") {
			c.Region = rapid.SampledFrom(r.Regions()).Draw(t, "region")
		}
		for _, d := range culture.Dimensions() {
			for _, a := range r.Guidance(c, d) {
				if a.Value.Locale == language.Und {
					continue
				}
				base, _, _ := a.Value.Locale.Raw()
				own, _, _ := tag.Raw()
				if own.String() == "nb" {
					own = language.MustParseBase("no") // CLDR keeps Bokmål under both
				}
				require.Equal(t, own, base, "%s answered %s with %s", tag, d, a.Value.Fact)
			}
		}
	})
	malay := r.Best(in("ms", "ID"), culture.GreetingHours)
	require.Equal(t, culture.FactID("my.greeting_hours.1"), malay.Value.Fact, layers(malay))
	argentina := r.Best(in("es-AR", ""), culture.FormalityDefault)
	require.Equal(t, culture.FactID("ar.formality_default.1"), argentina.Value.Fact)
	chain := r.Best(in("es-AR", "DE"), culture.NameOrderCLDR)
	require.Contains(t, layers(chain), "parent es-AR: found")
}

func TestNameTradition(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	c := in("en", "DE")
	c.NameLocale = language.MustParse("is-IS")
	require.Equal(t, language.MustParseRegion("IS"), r.Best(c, culture.AddressForm).Value.Region, "the name's tradition has its own axis")
	require.Equal(t, culture.FactID("de.punctuality.1"), r.Best(c, culture.Punctuality).Value.Fact)
	c.NameLocale = language.MustParse("is")
	require.Equal(t, culture.Fallback, r.Best(c, culture.AddressForm).Basis)
	require.Equal(t, culture.Fallback, r.Best(c, culture.TitleUsage).Basis, "a tradition without a region does not take Germany's")
	c.NameLocale = language.English
	require.Equal(t, language.MustParseRegion("DE"), r.Best(c, culture.TitleUsage).Value.Region)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	germany := r.Register(in("de", "DE"))
	require.Equal(t, culture.Formal, germany.Value)
	require.False(t, germany.Ask)
	australia := r.Register(in("en", "AU"))
	require.Equal(t, culture.Informal, australia.Value)
	unknown := r.Register(in("ja", "JP"))
	require.Equal(t, culture.Formal, unknown.Value)
	require.True(t, unknown.Ask)
	require.Equal(t, "nothing on record: formal", unknown.String())

	c := in("de", "DE")
	c.Stated = []culture.Preference{{Dimension: culture.FormalityDefault, Value: "informal"}}
	require.Equal(t, culture.Informal, r.Register(c).Value)
	require.False(t, r.Register(c).Ask)
	c.Stated[0].Value = "chummy"
	require.Equal(t, culture.Formal, r.Register(c).Value)
	require.True(t, r.Register(c).Ask, "a wish that is not understood is to be asked about")
}

// Every value of formality_default in the data is understood.
func TestRegisterKnowsTheData(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	known := 0
	for _, region := range r.Regions() {
		a := r.Best(culture.Context{Region: region}, culture.FormalityDefault)
		if a.Basis == culture.Fallback {
			continue
		}
		known++
		got := r.Register(culture.Context{Region: region})
		require.Equal(t, a.Ask, got.Ask, "%s: %q is not a register", region, a.Value.Value)
	}
	require.Equal(t, 10, known)
}

// No answer says what people are; it says what guides report.
func TestWording(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	for _, region := range r.Regions() {
		for _, d := range culture.Dimensions() {
			for _, a := range r.Guidance(culture.Context{Region: region}, d) {
				if a.Basis == culture.Reported {
					require.True(t, strings.HasPrefix(a.String(), "guides report for "+region.String()+": "), a.String())
				}
				if a.Basis == culture.Statute {
					require.Contains(t, a.String(), "to be verified")
					require.True(t, a.Ask)
				}
			}
		}
	}
}

func TestThreshold(t *testing.T) {
	t.Parallel()
	bold, err := culture.New(&culture.Options{Threshold: 0.4})
	require.NoError(t, err)
	require.False(t, bold.Best(in("ja", "JP"), culture.Directness).Ask)
	shy, err := culture.New(&culture.Options{Threshold: 0.9})
	require.NoError(t, err)
	require.True(t, shy.Best(in("ja", "JP"), culture.Punctuality).Ask)
	for _, v := range []float64{-0.1, 1.1} {
		_, err = culture.New(&culture.Options{Threshold: v})
		require.ErrorIs(t, err, culture.ErrOptions)
	}
}

func TestZeroResolver(t *testing.T) {
	t.Parallel()
	var r culture.Resolver
	require.Equal(t, culture.Fallback, r.Best(in("de", "DE"), culture.Gift).Basis)
	require.Empty(t, r.Regions())
}

// An answer is the caller's own: changing it changes no other answer.
func TestAnswersAreCopies(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	a := r.Guidance(in("zh", "CN"), culture.Gift)
	a[0].Sources[0].Publisher = "changed"
	a[0].Path[0].Key = "changed"
	b := r.Guidance(in("zh", "CN"), culture.Gift)
	require.NotEqual(t, "changed", b[0].Sources[0].Publisher)
	require.NotEqual(t, "changed", b[0].Path[0].Key)
	require.NotEqual(t, "changed", a[1].Path[0].Key)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	want := r.Best(in("ja", "JP"), culture.Gift)
	plan, err := r.Plan(in("es-MX", "MX"), culture.Complaint)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := r.Best(in("ja", "JP"), culture.Gift); got.Value != want.Value {
					t.Errorf("have %v, want %v", got.Value, want.Value)
				}
				if got, err := r.Plan(in("es-MX", "MX"), culture.Complaint); err != nil || got.Explain() != plan.Explain() {
					t.Errorf("plans differ: %v", err)
				}
				if c, ok := culture.ConventionsOf(language.MustParse("fr-CA"), language.Region{}, culture.Date{}); !ok || c.Currency != "CAD" {
					t.Errorf("have %v", c)
				}
			}
		})
	}
	wg.Wait()
}

func TestNames(t *testing.T) {
	t.Parallel()
	require.Len(t, culture.Dimensions(), 30)
	for _, d := range culture.Dimensions() {
		text, err := d.MarshalText()
		require.NoError(t, err)
		var back culture.Dimension
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, d, back)
		require.NotZero(t, d.Axis())
	}
	require.Zero(t, culture.Dimension(0).Axis())
	require.Zero(t, culture.Dimension(99).Axis())
	var d culture.Dimension
	require.ErrorIs(t, d.UnmarshalText([]byte("none")), culture.ErrName)
	require.ErrorIs(t, d.UnmarshalText([]byte(strings.Repeat("x", 1000))), culture.ErrName)
	_, err := culture.Dimension(0).MarshalText()
	require.ErrorIs(t, err, culture.ErrName)
	check(t, culture.RegionAxis, culture.NameAxis, (*culture.Axis).UnmarshalText)
	check(t, culture.Norm, culture.Legal, (*culture.Kind).UnmarshalText)
	check(t, culture.RegionAverage, culture.Rule, (*culture.Scope).UnmarshalText)
	check(t, culture.TierA, culture.TierD, (*culture.Tier).UnmarshalText)
	check(t, culture.Individual, culture.Practice, (*culture.Basis).UnmarshalText)
	check(t, culture.IndividualLayer, culture.NeutralLayer, (*culture.Layer).UnmarshalText)
	check(t, culture.Formal, culture.Informal, (*culture.Register).UnmarshalText)
	check(t, culture.Direct, culture.Indirect, (*culture.DirectnessLevel).UnmarshalText)
	check(t, culture.StrictTime, culture.FlexibleTime, (*culture.PunctualityLevel).UnmarshalText)
	check(t, culture.NoTalk, culture.LongTalk, (*culture.SmallTalkLevel).UnmarshalText)
	check(t, culture.GivenFirst, culture.VariedOrder, (*culture.NameSequence).UnmarshalText)
	check(t, culture.RegretFirst, culture.OwnedFault, (*culture.ApologyStyle).UnmarshalText)
	check(t, culture.QuickDecision, culture.NoPressure, (*culture.NegotiationStyle).UnmarshalText)
	check(t, culture.Handshake, culture.CheekKiss, (*culture.GreetingForm).UnmarshalText)
	check(t, culture.GiftExpected, culture.NoTip, (*culture.GiftCustom).UnmarshalText)
	check(t, culture.KeepHarmony, culture.HonourSeniors, (*culture.FaceConcern).UnmarshalText)
	check(t, culture.SilenceIsFine, culture.LittleTouch, (*culture.NonVerbalCue).UnmarshalText)
	check(t, culture.FewChannels, culture.KeptWord, (*culture.ServiceCustom).UnmarshalText)
	check(t, culture.TitleExpected, culture.Teknonym, (*culture.TitleCustom).UnmarshalText)
	check(t, culture.ByFamilyName, culture.AsIntroduced, (*culture.AddressCustom).UnmarshalText)
	check(t, culture.InPerson, culture.InWriting, (*culture.ChannelChoice).UnmarshalText)
	check(t, culture.FirstContact, culture.FollowUp, (*culture.Situation).UnmarshalText)
	check(t, culture.Greet, culture.Close, (*culture.Act).UnmarshalText)
	check(t, culture.Hours11, culture.Hours24, (*culture.HourCycleKind).UnmarshalText)
	check(t, culture.Metric, culture.USUnits, (*culture.MeasurementSystem).UnmarshalText)
	check(t, culture.Celsius, culture.Kelvin, (*culture.TemperatureScale).UnmarshalText)
	check(t, culture.A4, culture.USLetter, (*culture.PaperSize).UnmarshalText)
	check(t, culture.Morning, culture.Night, (*culture.DayPart).UnmarshalText)
	for s := culture.Unofficial; s <= culture.MinorityOfficial; s++ { // zero is a value here
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back culture.LanguageStatus
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, s, back)
	}
}

type enum interface {
	~uint8
	String() string
	MarshalText() ([]byte, error)
}

func check[E enum](t *testing.T, lowest, highest E, read func(*E, []byte) error) {
	t.Helper()
	for v := lowest; v <= highest; v++ {
		text, err := v.MarshalText()
		require.NoError(t, err)
		var back E
		require.NoError(t, read(&back, text))
		require.Equal(t, v, back)
	}
	for _, v := range []E{0, highest + 1} {
		_, err := v.MarshalText()
		require.ErrorIs(t, err, culture.ErrName)
		var back E
		require.ErrorIs(t, read(&back, []byte(v.String())), culture.ErrName)
	}
}

// hostPack is a pack of the given facts with one source called policy.
func hostPack(facts ...string) fs.FS {
	return fstest.MapFS{"facts.json": {Data: []byte(`{"schema":"etiquette-facts/1",
		"sources":{"policy":{"url":"urn:policy","publisher":"House style","tier":"B","origin":"us"}},
		"facts":[` + strings.Join(facts, ",") + `]}`)}}
}

func fact(id, extra string) string {
	return `{"id":"` + id + `","region":"CN","dimension":"gift","kind":"norm","scope":"region-average","value":"v","text":"t",
		"sources":["policy"],"confidence":0.5` + extra + `}`
}

func TestBadPacks(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		pack fs.FS
		want []string // all of these, at once
	}{
		{"no file", fstest.MapFS{}, []string{"facts.json"}},
		{"not JSON", fstest.MapFS{"facts.json": {Data: []byte("{")}}, []string{"not JSON"}},
		{"too long", fstest.MapFS{"facts.json": {Data: make([]byte, 2<<20)}}, []string{"beyond the limits"}},
		{"other schema", fstest.MapFS{"facts.json": {Data: []byte(`{"schema":"x","sources":{},"facts":[]}`)}}, []string{`have "x"`}},
		{"unknown field", hostPack(fact("a", `,"extra":1`)), []string{"facts[0].extra: unknown field"}},
		{"duplicate field", hostPack(fact("a", `,"id":"b"`)), []string{"duplicate field"}},
		{
			"wrong enums", hostPack(strings.NewReplacer(`"gift"`, `"gifts"`, `"norm"`, `"x"`, `"CN"`, `"cn"`, `"region-average"`, `"y"`).Replace(fact("a", ""))),
			[]string{"facts[0].dimension", "facts[0].kind", "facts[0].region", "facts[0].scope"},
		},
		{"region that is none", hostPack(strings.Replace(fact("a", ""), `"CN"`, `"419"`, 1)), []string{"facts[0].region"}},
		{"loose tag", hostPack(strings.Replace(fact("a", `,"locale":"DE-de"`), "region-average", "locale", 1)), []string{"facts[0].locale"}},
		{
			"all at once", hostPack(
				fact("a", `,"conflicts_with":"b"`), fact("b", ""), fact("b", ""),
				strings.NewReplacer(`0.5`, `1.5`, `["policy"]`, `["policy","policy","nobody"]`, `"text":"t"`, `"text":" "`).Replace(fact("c", `,"supersedes":"a"`)),
				fact("d", `,"superseded_by":"z","locale":"de"`), strings.Replace(fact("e", ""), `"norm"`, `"legal"`, 1),
				strings.Replace(fact("f", ""), `["policy"]`, `[]`, 1), fact("g", `,"conflicts_with":"z"`), fact("h", `,"conflicts_with":"h"`)),
			[]string{
				"facts[0].conflicts_with: b does not", "facts[2].id", "facts[3].confidence", `no source is called "nobody"`,
				`"policy" is named twice`, "facts[3].text", "facts[3].supersedes", "facts[4].superseded_by", "facts[4].locale",
				"facts[5].scope", "facts[6].sources", "facts[7].conflicts_with", "facts[8].conflicts_with",
			},
		},
		{"facts that supersede each other", hostPack(fact("a", `,"superseded_by":"b","supersedes":"b"`), fact("b", `,"superseded_by":"a","supersedes":"a"`)), []string{
			"facts[0].superseded_by: b is superseded by this in turn", "facts[1].superseded_by: a is superseded by this in turn",
		}},
		{"a ring without the way back", hostPack(fact("a", `,"superseded_by":"b"`), fact("b", `,"superseded_by":"c"`), fact("c", `,"superseded_by":"a"`)), []string{
			"facts[0].superseded_by", "facts[1].superseded_by", "facts[2].superseded_by",
		}},
		{"superseded by itself", hostPack(fact("a", `,"superseded_by":"a"`)), []string{"facts[0].superseded_by: no other fact"}},
		{"a successor of another fact", hostPack(fact("a", `,"superseded_by":"c"`), fact("b", `,"superseded_by":"c"`), fact("c", `,"supersedes":"b"`)), []string{
			"facts[0].superseded_by: c says that it supersedes b",
		}},
		{"a successor about something else", hostPack(fact("a", `,"superseded_by":"b"`), strings.Replace(fact("b", `,"supersedes":"a"`), `"gift"`, `"greeting"`, 1)), []string{
			"facts[0].superseded_by: b is about another",
		}},
		{"texts that break their line", hostPack(
			strings.Replace(fact("a", `,"as_of":"20\u000026"`), `"text":"t"`, `"text":"one\ntwo"`, 1),
			strings.Replace(fact("b", ""), `"value":"v"`, `"value":"v\u001b[31m"`, 1),
			strings.Replace(fact("c\u202e", ""), `"text":"t"`, `"text":"\u2067t"`, 1)), []string{
			"facts[0].text: holds the control character U+000A", "facts[0].as_of", "facts[1].value", "facts[2].id", "facts[2].text: holds the control character U+2067",
		}},
		{"a source that breaks its line", fstest.MapFS{"facts.json": {Data: []byte(`{"schema":"etiquette-facts/1","facts":[],
			"sources":{"s":{"url":"a\tb","publisher":"p\u2028","tier":"A","origin":"o","note":"\u0085"}}}`)}}, []string{"sources.s.url", "sources.s.publisher", "sources.s.note"}},
		{"an override that breaks its line", overridePack(`{"fact":"jp.directness.1","action":"set","text":"a\rb"` + why), []string{"overrides[0].text: holds"}},
		{"null for a list", fstest.MapFS{
			"facts.json":     {Data: []byte(`{"schema":"etiquette-facts/1","sources":null,"facts":null}`)},
			"overrides.json": {Data: []byte(`{"schema":"culture-overrides/1","overrides":null}`)},
		}, []string{"facts.json: facts: want a list", "facts.json: sources: want", "overrides.json: overrides: want a list"}},
		{"empty source", fstest.MapFS{"facts.json": {Data: []byte(`{"schema":"etiquette-facts/1","facts":[],
			"sources":{"s":{"url":"","publisher":" ","tier":"A","origin":""}}}`)}}, []string{"sources.s.url", "sources.s.publisher", "sources.s.origin"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r, err := culture.New(&culture.Options{Packs: []fs.FS{row.pack}})
			require.Nil(t, r)
			require.ErrorIs(t, err, culture.ErrPack)
			var detail *culture.PackError
			require.ErrorAs(t, err, &detail)
			require.Equal(t, "pack 0", detail.Pack)
			for _, want := range row.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
	_, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{}, fstest.MapFS{}}, Threshold: 2})
	require.ErrorContains(t, err, "pack 0")
	require.ErrorContains(t, err, "pack 1")
	require.ErrorIs(t, err, culture.ErrOptions)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = culture.New(&culture.Options{Packs: []fs.FS{brokenFS{}}})
	require.ErrorIs(t, err, errBroken)
}

// A fact that was superseded is not answered, and the last of the chain is.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	pack := hostPack(fact("a", `,"superseded_by":"b"`), fact("b", `,"superseded_by":"c","supersedes":"a"`), fact("c", `,"supersedes":"b"`))
	r, err := culture.New(&culture.Options{Packs: []fs.FS{pack}})
	require.NoError(t, err)
	require.Equal(t, []culture.FactID{"c"}, ids(r.Guidance(in("zh", "CN"), culture.Gift)))
}

// A host's fact on a region is no word on letters in a language that nobody lists for
// that region: the answer is to ask.
func TestHostFactAndForeignLanguage(t *testing.T) {
	t.Parallel()
	nz := strings.NewReplacer(`"CN"`, `"NZ"`)
	relaxed := nz.Replace(strings.NewReplacer(`"gift"`, `"formality_default"`, `"v"`, `"informal"`, `0.5`, `0.9`).Replace(fact("nz.formality", "")))
	languages := nz.Replace(strings.NewReplacer(`"gift"`, `"languages"`, `"v"`, `"en,mi"`, `0.5`, `0.9`).Replace(fact("nz.languages", "")))
	gift := nz.Replace(strings.Replace(fact("nz.gift", `,"locale":"ja"`), "region-average", "locale", 1))
	rows := []struct {
		name  string
		packs []fs.FS
		lang  string
		ask   bool
	}{
		{"Turkish, no languages known", []fs.FS{hostPack(relaxed)}, "tr", true},
		{"English, official by CLDR", []fs.FS{hostPack(relaxed)}, "en", false},
		{"English, listed", []fs.FS{hostPack(relaxed, languages)}, "en-NZ", false},
		{"English, listed by another pack", []fs.FS{hostPack(languages), hostPack(relaxed)}, "en", false},
		{"Turkish, not listed", []fs.FS{hostPack(relaxed, languages)}, "tr", true},
		{"Japanese, not listed", []fs.FS{hostPack(relaxed, languages)}, "ja", true},
		{"Japanese, a fact on it is no listing", []fs.FS{hostPack(relaxed, languages, gift)}, "ja", true},
		{"language not known", []fs.FS{hostPack(relaxed)}, "und", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r, err := culture.New(&culture.Options{Packs: row.packs})
			require.NoError(t, err)
			a := r.Register(in(row.lang, "NZ"))
			require.Equal(t, culture.Informal, a.Value)
			require.Equal(t, row.ask, a.Ask)
		})
	}
}

var errBroken = errors.New("disk is gone")

// brokenFS opens a file that cannot be read.
type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return brokenFile{}, nil }

type brokenFile struct{}

func (brokenFile) Stat() (fs.FileInfo, error) { return nil, errBroken }
func (brokenFile) Read([]byte) (int, error)   { return 0, errBroken }
func (brokenFile) Close() error               { return nil }

func FuzzPack(f *testing.F) {
	f.Add([]byte(`{"schema":"etiquette-facts/1","sources":{},"facts":[]}`))
	pack, _ := fs.ReadFile(hostPack(fact("a", "")), "facts.json")
	f.Add(pack)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{"facts.json": {Data: data}}}})
		if err != nil {
			require.ErrorIs(t, err, culture.ErrPack)
			return
		}
		require.NotEmpty(t, r.Guidance(in("zh", "CN"), culture.Gift))
	})
}

func FuzzTag(f *testing.F) {
	for _, s := range []string{"de", "es-AR", "zh-Hant-TW-u-rg-hkzzzz", "x-a", "und-419", "en-u-rg-zz", "i-klingon", "sr-CS", "my-BU", "iw", "mo", "en-US-u-hc-h11-fw-sun-ca-roc-cu-xxx", "zh-cmn-Hant", "en-a-bb-x-y"} {
		f.Add(s)
	}
	r := culture.Default()
	f.Fuzz(func(t *testing.T, s string) {
		tag, err := language.Parse(s)
		if err != nil {
			return
		}
		c := culture.Context{Lang: tag, NameLocale: tag}
		for _, d := range culture.Dimensions() {
			for _, a := range r.Guidance(c, d) {
				require.NotEmpty(t, a.Explain())
				require.True(t, a.Value.Locale == language.Und || culture.SameLanguage(a.Value.Locale, tag))
			}
		}
		require.NotZero(t, r.Register(c).Value)
		_ = r.NameOrder(c)
		_ = r.Languages(c)
		_ = r.HourCycle(c)
		p, err := r.Plan(c, culture.BadNews)
		require.NoError(t, err)
		require.NotEmpty(t, p.Explain())
		if conv, ok := culture.ConventionsOf(tag, language.Region{}, culture.Date{}); ok {
			require.NotZero(t, conv.HourCycle)
			require.NotEmpty(t, conv.Calendar)
		}
		for p := range culture.Parents(tag) {
			require.True(t, culture.SameLanguage(p, tag))
		}
	})
}
