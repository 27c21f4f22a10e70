package phrase_test

import (
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

// pack is a folder of one file of phrases, or of other files.
func pack(files ...string) fs.FS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// own is a Book of packs alone.
func own(t testing.TB, packs ...fs.FS) *phrase.Book {
	b, err := phrase.New(&phrase.Options{Packs: packs, OwnOnly: true})
	require.NoError(t, err)
	return b
}

func say(t *testing.T, b *phrase.Book, tag string, r culture.Register, m phrase.Medium, a phrase.Agreement) string {
	p, err := b.Say(phrase.Request{Locale: language.MustParse(tag), Scenario: phrase.Thank, Register: r, Medium: m, Agreement: a, Drafts: true})
	require.NoError(t, err)
	return p.Text + " | " + p.Fallback.String()
}

func TestFallback(t *testing.T) {
	t.Parallel()
	b := own(t, pack(
		"phrases/es.json", `{"schema":"phrases/1","locale":"es","status":"draft","singular":["informal"],"phrases":{"thank":{
			"formal":{"letter":"es formal letter"},"informal":{"chat":"es informal chat"}}}}`,
		"phrases/es-MX.json", `{"schema":"phrases/1","locale":"es-MX","status":"draft","phrases":{"thank":{"informal":{"letter":"mx informal letter"}}}}`,
		"phrases/zh-Hant.json", `{"schema":"phrases/1","locale":"zh-Hant","status":"draft","phrases":{"thank":{"formal":{"letter":"Hant"}}}}`,
		"phrases/zh-Hans.json", `{"schema":"phrases/1","locale":"zh-Hans","status":"draft","phrases":{"thank":{"formal":{"letter":"Hans"}}}}`,
		"phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"draft","phrases":{"thank":{"neutral":{"letter":"de neutral"}}}}`,
		"phrases/nl.json", `{"schema":"phrases/1","locale":"nl","status":"draft","phrases":{"thank":{"informal":{"letter":"nl informal"}}}}`,
		"phrases/id.json", `{"schema":"phrases/1","locale":"id","status":"draft","phrases":{"thank":{"formal":{"letter":"id"}}}}`,
	))
	rows := []struct {
		name, tag string
		register  culture.Register
		medium    phrase.Medium
		agree     phrase.Agreement
		want      string
	}{
		{"as asked", "es", culture.Formal, phrase.Letter, phrase.Agreement{}, "es formal letter | as asked"},
		{"medium", "es", culture.Formal, phrase.Voice, phrase.Agreement{}, "es formal letter | medium letter for voice"},
		{"register goes up only", "es", culture.Neutral, phrase.Letter, phrase.Agreement{}, "es formal letter | register formal for neutral"},
		{"the parent's medium before another medium of one's own", "es-MX", culture.Informal, phrase.Chat, phrase.Agreement{}, "es informal chat | locale es for es-MX"},
		{"the medium before the register", "es", culture.Informal, phrase.Letter, phrase.Agreement{}, "es informal chat | medium chat for letter"},
		{"all the parents", "es-AR", culture.Formal, phrase.Letter, phrase.Agreement{}, "es formal letter | locale es for es-AR"},
		{"a form for one person is not for several", "es", culture.Informal, phrase.Chat, phrase.Agreement{Readers: phrase.Many}, "es formal letter | register formal for informal, medium letter for chat"},
		{"formal may become neutral", "de-AT", culture.Formal, phrase.Letter, phrase.Agreement{}, "de neutral | locale de for de-AT, register neutral for formal"},
		{"a region implies a script", "zh-TW", culture.Formal, phrase.Letter, phrase.Agreement{}, "Hant | locale zh-Hant for zh-TW"},
		{"Hong Kong", "zh-Hant-HK", culture.Formal, phrase.Letter, phrase.Agreement{}, "Hant | locale zh-Hant for zh-Hant-HK"},
		{"plain Chinese", "zh", culture.Formal, phrase.Letter, phrase.Agreement{}, "Hans | locale zh-Hans for zh"},
		{"Singapore", "zh-SG", culture.Formal, phrase.Letter, phrase.Agreement{}, "Hans | locale zh-Hans for zh-SG"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, say(t, b, row.tag, row.register, row.medium, row.agree))
		})
	}
	for _, tag := range []string{"ms", "yue-HK", "und", "gsw", "zh-Latn", "ja", "pt"} {
		_, err := b.Say(phrase.Request{Locale: language.MustParse(tag), Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter, Drafts: true})
		require.ErrorIs(t, err, phrase.ErrNoPhrase, "%s crosses to no other language or script", tag)
	}
	for _, r := range []culture.Register{culture.Formal, culture.Neutral} {
		_, err := b.Say(phrase.Request{Locale: language.Dutch, Scenario: phrase.Thank, Register: r, Medium: phrase.Letter, Drafts: true})
		require.ErrorIs(t, err, phrase.ErrNoPhrase, "%s never becomes informal", r)
	}
}

// zh-Hant is never served zh-Hans, nor the other way round, even where only one is there.
func TestChineseNeverChangesScript(t *testing.T) {
	t.Parallel()
	b := own(t, pack("phrases/zh-Hans.json", `{"schema":"phrases/1","locale":"zh-Hans","status":"draft","phrases":{"thank":{"formal":{"letter":"谢谢"}}}}`))
	for _, tag := range []string{"zh-Hant", "zh-TW", "zh-HK", "zh-Hant-MO"} {
		_, err := b.Say(phrase.Request{Locale: language.MustParse(tag), Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter, Drafts: true})
		require.ErrorIs(t, err, phrase.ErrNoPhrase, tag)
	}
}

func TestBuiltinFallbacks(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"en": "en-US", "en-AU": "en-GB", "en-001": "en-GB", "en-IE": "en-GB", "en-US": "en-US", "en-GB": "en-GB",
		"pt": "pt-BR", "pt-PT": "pt-BR", "es-AR": "es", "es-419": "es", "zh": "zh-Hans", "zh-HK": "zh-Hant", "iw": "he", "de-CH": "de",
	} {
		p, err := phrase.Default().Say(phrase.Request{Locale: language.MustParse(tag), Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter, Drafts: true})
		require.NoError(t, err)
		require.Equal(t, want, p.Fallback.Locale.String(), tag)
	}
}

func TestAgreement(t *testing.T) {
	t.Parallel()
	f, m := phrase.Feminine, phrase.Masculine
	rows := []struct {
		name, tag string
		scenario  phrase.Scenario
		register  culture.Register
		medium    phrase.Medium
		agree     phrase.Agreement
		want      string
	}{
		{"Thai, a woman speaks", "th", phrase.Thank, culture.Formal, phrase.Chat, phrase.Agreement{Speaker: f}, "ขอบคุณที่ติดต่อเข้ามาค่ะ"},
		{"Thai, a man speaks", "th", phrase.Thank, culture.Formal, phrase.Chat, phrase.Agreement{Speaker: m}, "ขอบคุณที่ติดต่อเข้ามาครับ"},
		{"Thai, not stated", "th", phrase.Thank, culture.Formal, phrase.Chat, phrase.Agreement{}, "ขอบคุณที่ติดต่อเข้ามา"},
		{"Thai, neutral forms asked for", "th", phrase.Thank, culture.Formal, phrase.Chat, phrase.Agreement{Speaker: phrase.NeutralForms}, "ขอบคุณที่ติดต่อเข้ามา"},
		{"Thai, a question has another particle", "th", phrase.SmallTalkOpen, culture.Informal, phrase.Chat, phrase.Agreement{Speaker: f}, "วันนี้เป็นไงบ้างคะ"},
		{"Portuguese, obrigada", "pt-BR", phrase.Thank, culture.Formal, phrase.Voice, phrase.Agreement{Speaker: f}, "Muito obrigada pelo seu contato."},
		{"Portuguese, obrigado", "pt-BR", phrase.Thank, culture.Formal, phrase.Voice, phrase.Agreement{Speaker: m}, "Muito obrigado pelo seu contato."},
		{"Portuguese, not stated", "pt-BR", phrase.Thank, culture.Formal, phrase.Voice, phrase.Agreement{}, "Agradecemos o seu contato."},
		{"Polish, to a woman", "pl", phrase.SmallTalkOpen, culture.Formal, phrase.Chat, phrase.Agreement{Addressee: f}, "Mam nadzieję, że dzień mija Pani dobrze."},
		{"Polish, to a man", "pl", phrase.SmallTalkOpen, culture.Formal, phrase.Chat, phrase.Agreement{Addressee: m}, "Mam nadzieję, że dzień mija Panu dobrze."},
		{"Polish, to women", "pl", phrase.SmallTalkOpen, culture.Formal, phrase.Chat, phrase.Agreement{Addressee: f, Readers: phrase.Many}, "Mam nadzieję, że dzień mija Państwu dobrze."},
		{"Polish, not stated", "pl", phrase.SmallTalkOpen, culture.Formal, phrase.Chat, phrase.Agreement{}, "Mam nadzieję, że dzień mija Państwu dobrze."},
		{"Italian, to one", "it", phrase.Thank, culture.Formal, phrase.Letter, phrase.Agreement{Readers: phrase.One}, "La ringraziamo sinceramente per il tempo che ha dedicato a scriverci."},
		{"Italian, to several", "it", phrase.Thank, culture.Formal, phrase.Letter, phrase.Agreement{Readers: phrase.Many}, "Vi ringraziamo sinceramente per il tempo che avete dedicato a scriverci."},
		{"Italian, not stated", "it", phrase.Thank, culture.Formal, phrase.Letter, phrase.Agreement{}, "Ringraziamo sinceramente per il tempo dedicato a scriverci."},
		{"German, du is for one: several get what avoids it", "de", phrase.Thank, culture.Informal, phrase.Chat, phrase.Agreement{Readers: phrase.Many}, "Vielen Dank für die Kontaktaufnahme."},
		{"Russian, ты is for one: several get вы", "ru", phrase.Thank, culture.Informal, phrase.Chat, phrase.Agreement{Readers: phrase.Many}, "Благодарим за ваше обращение."},
		{"Indonesian, to several", "id", phrase.SmallTalkOpen, culture.Formal, phrase.Letter, phrase.Agreement{Readers: phrase.Many}, "Semoga Bapak dan Ibu dalam keadaan baik."},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			frame, _ := phrase.Default().Frame(row.scenario)
			p, err := phrase.Default().Say(phrase.Request{
				Locale: language.MustParse(row.tag), Scenario: row.scenario, Register: row.register, Medium: row.medium,
				Agreement: row.agree, Args: sample(frame), Drafts: true,
			})
			require.NoError(t, err)
			require.Equal(t, row.want, p.Text)
		})
	}
}

// Of the wordings that fit the one that meets most of what is stated is used.
func TestVariants(t *testing.T) {
	t.Parallel()
	b := own(t, pack("phrases/he.json", `{"schema":"phrases/1","locale":"he","status":"draft","phrases":{"thank":{"formal":{"letter":{
		"text":"any","variants":[
			{"addressee":"feminine","text":"to her"},{"readers":"many","text":"to many"},
			{"addressee":"feminine","readers":"many","text":"to women"},{"speaker":"masculine","text":"he says"},
			{"speaker":"masculine","addressee":"feminine","text":"he says to her"}]}}}}}`))
	for want, a := range map[string]phrase.Agreement{
		"any": {}, "to her": {Addressee: phrase.Feminine}, "to many": {Addressee: phrase.Masculine, Readers: phrase.Many},
		"to women": {Addressee: phrase.Feminine, Readers: phrase.Many}, "he says": {Speaker: phrase.Masculine, Addressee: phrase.Masculine},
		"he says to her": {Speaker: phrase.Masculine, Addressee: phrase.Feminine, Readers: phrase.One},
	} {
		require.Equal(t, want+" | as asked", say(t, b, "he", culture.Formal, phrase.Letter, a))
	}
}

// The order of the acts is the locale's, and the spans say where each stands.
func TestOrderOfActs(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string][]culture.Act{
		"ja":    {culture.Apologise, culture.Decline, culture.Explain, culture.Offer},
		"de":    {culture.Explain, culture.Decline, culture.Apologise, culture.Offer},
		"en-US": {culture.Apologise, culture.Decline, culture.Explain, culture.Offer},
		"th":    {culture.Apologise, culture.Explain, culture.Offer, culture.Decline},
	} {
		p, err := phrase.Default().Say(phrase.Request{
			Locale: language.MustParse(tag), Scenario: phrase.Refuse, Register: culture.Formal, Medium: phrase.Letter, Drafts: true,
			Args: map[string]string{"reason": "REASON。", "offer": "OFFER。"},
		})
		require.NoError(t, err)
		var acts []culture.Act
		for i, s := range p.Acts {
			acts = append(acts, s.Act)
			part := p.Text[s.From:s.To]
			require.Equal(t, s.Act == culture.Explain, strings.Contains(part, "REASON"), tag)
			require.Equal(t, s.Act == culture.Offer, strings.Contains(part, "OFFER"), tag)
			require.True(t, i == 0 || s.From >= p.Acts[i-1].To)
		}
		require.Equal(t, want, acts, tag)
		require.Equal(t, want, phrase.Default().Order(language.MustParse(tag), phrase.Refuse).Acts)
	}
	require.Equal(t, []culture.FactID{"jp.apology.1"}, phrase.Default().Order(language.Japanese, phrase.Delay).Basis)
	require.Equal(t, "en-GB", phrase.Default().Locales()[2].String())
	require.Equal(t, phrase.Default().Order(language.German, phrase.Delay), phrase.Default().Order(language.MustParse("de-CH"), phrase.Delay))
}

// A host changes the order of a locale in one place.
func TestHostChangesOrder(t *testing.T) {
	t.Parallel()
	b, err := phrase.New(&phrase.Options{Packs: []fs.FS{pack("phrases/de.json",
		`{"schema":"phrases/1","locale":"de","status":"draft","orders":{"delay":{"acts":["inform","offer","apologise"],"basis":[],"why":"our customers ask for the date first"}}}`)}})
	require.NoError(t, err)
	p, err := b.Say(phrase.Request{
		Locale: language.German, Scenario: phrase.Delay, Register: culture.Formal, Medium: phrase.Letter, Drafts: true,
		Args: map[string]string{"case": "A-1", "date": "5. Mai"},
	})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(p.Text, "Ihre Bestellung A-1"), p.Text)
	require.True(t, strings.HasSuffix(p.Text, "Verzögerung."), p.Text)
}

func TestSayRefuses(t *testing.T) {
	t.Parallel()
	b := phrase.Default()
	_, err := b.Say(phrase.Request{Scenario: "none_such", Agreement: phrase.Agreement{Speaker: 9, Addressee: 9, Readers: 9}})
	require.ErrorIs(t, err, phrase.ErrName)
	for _, part := range []string{"scenario", "register", "medium", "gender", "readers"} {
		require.ErrorContains(t, err, part)
	}
	q := phrase.Request{Locale: language.German, Scenario: phrase.Delay, Register: culture.Formal, Medium: phrase.Letter, Drafts: true}
	q.Args = map[string]string{"case": "A 1", "amount": "5", "zone": "x"}
	_, err = b.Say(q)
	require.ErrorIs(t, err, phrase.ErrArg)
	var fault *phrase.ArgError
	require.ErrorAs(t, err, &fault)
	require.EqualError(t, err, `phrase: argument "case": a reference has no blank
phrase: argument "date": is missing
phrase: argument "amount": is not an argument of this text
phrase: argument "zone": is not an argument of this text`)
}

// Bidirectional text: values are isolated in Arabic and Hebrew, and where they are
// Arabic or Hebrew themselves; not for a voice.
func TestIsolation(t *testing.T) {
	t.Parallel()
	text := func(tag string, m phrase.Medium, company string) string {
		p, err := phrase.Default().Say(phrase.Request{
			Locale: language.MustParse(tag), Scenario: phrase.Greet, Register: culture.Formal, Medium: m, Drafts: true,
			Args: map[string]string{"company": company},
		})
		require.NoError(t, err)
		return p.Text
	}
	require.Contains(t, text("ar", phrase.Letter, "Aurora"), "\u2068Aurora\u2069")
	require.Contains(t, text("he", phrase.Letter, "Aurora 7"), "\u2068Aurora 7\u2069")
	require.Contains(t, text("en-US", phrase.Letter, "مكتبة"), "\u2068مكتبة\u2069")
	require.NotContains(t, text("en-US", phrase.Letter, "Aurora"), "\u2068")
	require.NotContains(t, text("ar", phrase.Voice, "Aurora"), "\u2068")
}

// Reviews: a whole file, or phrase by phrase with a digest that ends with the wording.
func TestReviews(t *testing.T) {
	t.Parallel()
	var digest string
	for _, e := range phrase.Default().Entries(language.German) {
		if e.ID == "de/thank/formal/letter" {
			digest = e.Digest
		}
	}
	reviews := pack("reviews.json", `{"schema":"phrase-reviews/1","reviews":[
		{"id":"de/thank/formal/letter","digest":"`+digest+`","by":"M. Weber","on":"2026-05-04"},
		{"id":"de/greet/formal/letter","digest":"0000000000000000","by":"M. Weber","on":"2026-05-04"},
		{"id":"de/none_such/formal/letter","digest":"0000000000000000","by":"M. Weber","on":"2026-05-04"},
		{"id":"nonsense","digest":"0000000000000000","by":"M. Weber","on":"2026-05-04"}]}`)
	b, err := phrase.New(&phrase.Options{Packs: []fs.FS{reviews}})
	require.NoError(t, err)
	q := phrase.Request{Locale: language.German, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter}
	p, err := b.Say(q)
	require.NoError(t, err)
	require.Equal(t, phrase.Reviewed, p.Status)
	require.Equal(t, phrase.Review{By: "M. Weber", On: "2026-05-04"}, p.Review)
	require.Equal(t, []phrase.ID{"de/greet/formal/letter", "de/none_such/formal/letter", "nonsense"}, b.Stale())

	q.Register = culture.Informal // drafts stand nearer, so the reviewed one is a fallback
	p, err = b.Say(q)
	require.NoError(t, err)
	require.Equal(t, "register formal for informal, drafts passed over: 2", p.Fallback.String())

	q.Medium = phrase.Chat
	p, err = b.Say(q)
	require.NoError(t, err)
	require.Equal(t, "register formal for informal, medium letter for chat, drafts passed over: 3", p.Fallback.String())

	// en-GB speaks for en-001, its parent: its draft is one draft all the same.
	us := pack("phrases/en-US.json", `{"schema":"phrases/1","locale":"en-US","status":"reviewed","review":{"by":"x","on":"2026-01-01"},"phrases":{"thank":{"formal":{"letter":"Thank you."}}}}`)
	american, err := phrase.New(&phrase.Options{Packs: []fs.FS{us}})
	require.NoError(t, err)
	p, err = american.Say(phrase.Request{Locale: language.BritishEnglish, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter})
	require.NoError(t, err)
	require.Equal(t, "locale en-US for en-GB, drafts passed over: 1", p.Fallback.String())

	q.Medium = phrase.Letter
	other := pack("phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"draft","phrases":{"thank":{"formal":{"letter":"Danke."}}}}`)
	b, err = phrase.New(&phrase.Options{Packs: []fs.FS{other, reviews}})
	require.NoError(t, err)
	q.Register = culture.Formal
	_, err = b.Say(q)
	require.ErrorIs(t, err, phrase.ErrDraft, "the wording is another, so the review is void")
	require.Contains(t, b.Stale(), phrase.ID("de/thank/formal/letter"))
}

// A host's pack replaces by ID, takes away with null, and adds scenarios.
func TestHostPack(t *testing.T) {
	t.Parallel()
	host := pack(
		"scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"stock_back":{"about":"An article is there again.","args":{"item":"name"}}}}`,
		"phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"reviewed","review":{"by":"Team","on":"2026-02-03"},"phrases":{
			"thank":{"formal":{"letter":"Haben Sie Dank.","chat":null}},
			"stock_back":{"formal":{"letter":"Wieder da: {$item}."}}}}`,
		"rules.json", `not ours`)
	b, err := phrase.New(&phrase.Options{Packs: []fs.FS{host}})
	require.NoError(t, err)
	q := phrase.Request{Locale: language.German, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Chat}
	p, err := b.Say(q)
	require.NoError(t, err)
	require.Equal(t, "Haben Sie Dank.", p.Text)
	require.Equal(t, phrase.Review{By: "Team", On: "2026-02-03"}, p.Review)
	require.Equal(t, "medium letter for chat", p.Fallback.String(), "the chat is taken away, not a draft")
	q = phrase.Request{Locale: language.German, Scenario: "stock_back", Register: culture.Formal, Medium: phrase.Letter, Args: map[string]string{"item": "Lampe Nr. 5"}}
	p, err = b.Say(q)
	require.NoError(t, err)
	require.Equal(t, "Wieder da: Lampe Nr. 5.", p.Text)
	_, ok := b.Frame("stock_back")
	require.True(t, ok)
	_, ok = phrase.Default().Frame("stock_back")
	require.False(t, ok)
	for _, e := range b.Entries(language.German) {
		require.NotEqual(t, phrase.ID("de/thank/formal/chat"), e.ID)
		require.Equal(t, e.ID == "de/thank/formal/letter" || e.ID == "de/stock_back/formal/letter", e.Pack == "pack 0", "%s", e.ID)
	}
}

// What is returned can be changed without changing the book.
func TestResultsAreCopies(t *testing.T) {
	t.Parallel()
	b := phrase.Default()
	f, _ := b.Frame(phrase.Refuse)
	f.Acts[0], f.Parameters[0].Name = culture.Close, "x"
	o := b.Order(language.German, phrase.Refuse)
	o.Acts[0] = culture.Close
	g, _ := b.Frame(phrase.Refuse)
	require.NotEqual(t, f, g)
	require.NotEqual(t, o, b.Order(language.German, phrase.Refuse))
}

func TestForStep(t *testing.T) {
	t.Parallel()
	said := 0
	for _, s := range culture.Situations() {
		plan, err := culture.Default().Plan(culture.Context{Lang: language.Japanese}, s)
		require.NoError(t, err)
		for _, step := range plan.Steps {
			for _, scenario := range phrase.ForStep(step.Act) {
				_, ok := phrase.Default().Frame(scenario)
				require.True(t, ok)
				said++
			}
		}
	}
	require.NotZero(t, said)
	require.Nil(t, phrase.ForStep(0))
	require.Nil(t, phrase.ForStep(culture.Listen))
}

// Any arguments: an error, or a text that holds them as they are, without braces or
// blanks of its own making.
func TestSayAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := phrase.Default()
		frame := rapid.SampledFrom(b.Frames()).Draw(t, "scenario")
		args := map[string]string{}
		for _, p := range frame.Parameters {
			args[p.Name] = rapid.OneOf(rapid.Just(sample(frame)[p.Name]), rapid.String(), rapid.SampledFrom([]string{
				"{$case}", "{@p}", `\{`, "a.", "שלום", "$1.50", "x  y", " x", "\u202ex", "{}", "م ٢.",
			})).Draw(t, p.Name)
		}
		p, err := b.Say(phrase.Request{
			Locale: language.Make(rapid.SampledFrom(locales).Draw(t, "locale")), Scenario: frame.Scenario,
			Register: culture.Register(rapid.IntRange(1, 3).Draw(t, "register")), Medium: phrase.Medium(rapid.IntRange(1, 3).Draw(t, "medium")),
			Agreement: phrase.Agreement{
				Speaker: phrase.Gender(rapid.IntRange(0, 3).Draw(t, "speaker")), Addressee: phrase.Gender(rapid.IntRange(0, 3).Draw(t, "addressee")),
				Readers: phrase.Readers(rapid.IntRange(0, 2).Draw(t, "readers")),
			},
			Args: args, Drafts: true,
		})
		if err != nil {
			require.ErrorIs(t, err, phrase.ErrArg)
			return
		}
		braces, dots := 0, false
		for _, value := range args {
			require.Contains(t, p.Text, value)
			braces += strings.Count(value, "{")
			dots = dots || strings.Contains(value, "..")
		}
		require.LessOrEqual(t, strings.Count(p.Text, "{"), 2*braces, "a brace is one of a value's, which may stand twice")
		if braces == 0 {
			require.NotContains(t, p.Text, "{")
			require.NotContains(t, p.Text, "}}")
		}
		require.NotContains(t, p.Text, "  ")
		require.True(t, dots || !strings.Contains(p.Text, ".."), "a full stop is written once")
		require.Equal(t, strings.TrimSpace(p.Text), p.Text)
	})
}

// Many goroutines share one Book and one Linter.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	var wg sync.WaitGroup
	texts := make([]string, 16)
	for i := range texts {
		wg.Go(func() {
			for _, name := range locales {
				p, err := phrase.Default().Say(phrase.Request{Locale: language.Make(name), Scenario: phrase.Apologise, Register: culture.Formal, Medium: phrase.Chat, Drafts: true})
				if err == nil {
					texts[i] += p.Text
				}
				_, _ = l.Lint(p.Text, phrase.Target{Locale: language.Make(name), Register: culture.Formal, Medium: phrase.Chat})
			}
		})
	}
	wg.Wait()
	for _, text := range texts {
		require.Equal(t, texts[0], text)
		require.NotEmpty(t, text)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	p, err := phrase.Default().Say(phrase.Request{
		Locale: language.Japanese, Scenario: phrase.Refuse, Register: culture.Formal, Medium: phrase.Voice, Drafts: true,
		Args: map[string]string{"reason": "無い。", "offer": "有る。"},
	})
	require.NoError(t, err)
	require.Equal(t, `ja/refuse/formal/chat: draft, not reviewed by a native speaker
medium chat for voice
apologise, then decline, then explain, then offer: The apology comes before any explanation, since reasons given first are heard as excuses. [jp.apology.1]
`, p.Explain())

	b := own(t, pack("phrases/nl.json", `{"schema":"phrases/1","locale":"nl","status":"reviewed","review":{"by":"J. de Wit","on":"2026-03-01"},"phrases":{"thank":{"neutral":{"chat":"Dank."}}}}`))
	p, err = b.Say(phrase.Request{Locale: language.Dutch, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Chat})
	require.NoError(t, err)
	require.True(t, p.Fallback.Softer())
	require.False(t, p.Fallback.Exact())
	require.Equal(t, "nl/thank/neutral/chat: reviewed by J. de Wit on 2026-03-01\nregister neutral for formal\nless formal than asked for: there is no formal phrase\n", p.Explain())
}

// What was reviewed is the text as it is read: a phrase of several acts is a draft again
// where a pack puts them in another order, and again reviewed where it is put back.
func TestAReviewEndsWithTheOrder(t *testing.T) {
	t.Parallel()
	q := phrase.Request{
		Locale: language.German, Scenario: phrase.Refuse, Register: culture.Formal, Medium: phrase.Letter,
		Args: map[string]string{"reason": "Das Teil fehlt.", "offer": "Wir tauschen es."},
	}
	const id = "de/refuse/formal/letter"
	digest := func(b *phrase.Book) string {
		for _, e := range b.Entries(language.German) {
			if e.ID == id {
				return e.Digest
			}
		}
		return ""
	}
	reviews := pack("reviews.json", `{"schema":"phrase-reviews/1","reviews":[{"id":"`+id+`","digest":"`+digest(phrase.Default())+`","by":"M. Weber","on":"2026-05-04"}]}`)
	order := func(acts string) fs.FS {
		return pack("phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"draft","orders":{"refuse":{"acts":[`+acts+`],"basis":[],"why":"house style"}}}`)
	}
	other := order(`"decline","explain","apologise","offer"`)
	for _, row := range []struct {
		name  string
		packs []fs.FS
		stale bool
	}{
		{"as reviewed", []fs.FS{reviews}, false},
		{"another order", []fs.FS{reviews, other}, true},
		{"the same order", []fs.FS{reviews, order(`"explain","decline","apologise","offer"`)}, false},
	} {
		b, err := phrase.New(&phrase.Options{Packs: row.packs})
		require.NoError(t, err, row.name)
		_, err = b.Say(q)
		if row.stale {
			require.ErrorIs(t, err, phrase.ErrDraft, row.name)
			require.Equal(t, []phrase.ID{id}, b.Stale(), row.name)
			require.NotEqual(t, digest(phrase.Default()), digest(b), row.name)
			continue
		}
		require.NoError(t, err, row.name)
		require.Empty(t, b.Stale(), row.name)
		require.Equal(t, digest(phrase.Default()), digest(b), row.name)
	}

	// The review of a whole file ends in the same way, and holds under its own order.
	whole := pack("phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"reviewed","review":{"by":"x","on":"2026-01-01"},"orders":{"refuse":{"acts":["decline","explain","apologise","offer"],"basis":[],"why":"ours"}},
		"phrases":{"thank":{"formal":{"letter":"Danke."}},"refuse":{"formal":{"letter":{"acts":{"decline":"Das geht nicht.","explain":"{$reason}","apologise":"Wir bedauern das.","offer":"{$offer}"}}}}}}`)
	for _, row := range []struct {
		packs []fs.FS
		err   error
	}{{[]fs.FS{whole}, nil}, {[]fs.FS{other, whole}, nil}, {[]fs.FS{order(`"explain","decline","apologise","offer"`), whole}, phrase.ErrDraft}} {
		b, err := phrase.New(&phrase.Options{Packs: row.packs})
		require.NoError(t, err)
		_, err = b.Say(q)
		require.ErrorIs(t, err, row.err)
		_, err = b.Say(phrase.Request{Locale: language.German, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter})
		require.NoError(t, err, "a phrase of one act has no order")
	}
}
