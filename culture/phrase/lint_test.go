package phrase_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

func linter(t testing.TB, o *phrase.LintOptions) *phrase.Linter {
	l, err := phrase.NewLinter(o)
	require.NoError(t, err)
	return l
}

// lint gives the findings as "rule excerpt".
func lint(t testing.TB, l *phrase.Linter, text string, to phrase.Target) []string {
	found, err := l.Lint(text, to)
	require.NoError(t, err)
	var out []string
	for _, f := range found {
		require.Equal(t, text[f.From:f.To], f.Excerpt, "the span is that of the excerpt")
		require.NotEmpty(t, f.Why)
		require.NotEmpty(t, f.Suggestion)
		require.NotZero(t, f.Severity)
		out = append(out, f.Rule.String()+" "+f.Excerpt)
	}
	return out
}

// One planted fault for each rule: without the rule its row fails. Beside it a text that
// is near and right.
func TestEachRuleFindsItsFault(t *testing.T) {
	t.Parallel()
	en, de := language.AmericanEnglish, language.German
	rows := []struct {
		name  string
		bad   string
		want  []string
		good  string
		where phrase.Target
	}{
		{"places: missing", "Thank you.", []string{"places "}, "Thank you, {$company}.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter, Scenario: phrase.Greet}},
		{"places: not declared", "{$company} {$case}", []string{"places {$case}"}, "{$company}", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter, Scenario: phrase.Greet}},
		{"places: broken", "A {$case", []string{"places {$case"}, "A {$case}", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter, Template: true}},
		{"register", "Wir helfen dir gern.", []string{"register dir"}, "Wir helfen Ihnen gern.", phrase.Target{Locale: de, Register: culture.Formal, Medium: phrase.Letter}},
		{"register by capitals", "Gern, wir helfen Ihnen.", []string{"register Ihnen"}, "Sie sind da, wir helfen ihnen.", phrase.Target{Locale: de, Register: culture.Informal, Medium: phrase.Letter}},
		{"soothing", "Please calm down.", []string{"soothing calm down"}, "A calm sea lies down there.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
		{"blame", "You failed to send it.", []string{"blame You failed to"}, "You sent it. It failed to arrive.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
		{"promise", "We guarantee it.", []string{"promise guarantee"}, "We expect it.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
		{"jargon", "Your RMA is open.", []string{"jargon RMA"}, "Your return is open. Karma.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
		{"length in words", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty twenty-one.", []string{"sentence_length one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty twenty-one."}, "one two three. Four five six seven eight nine ten eleven twelve thirteen fourteen 1.5 sixteen seventeen eighteen nineteen twenty.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Voice}},
		{"length in characters", strings.Repeat("字", 41), []string{"sentence_length " + strings.Repeat("字", 41)}, strings.Repeat("字", 39) + "。" + strings.Repeat("字", 40), phrase.Target{Locale: language.SimplifiedChinese, Register: culture.Formal, Medium: phrase.Voice}},
		{"exclamation", "Thank you!", []string{"exclamation !"}, "Thank you.", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
		{"exclamation, informal", "Hi! Yes! No!", []string{"exclamation !"}, "Hi! Yes!", phrase.Target{Locale: en, Register: culture.Informal, Medium: phrase.Chat}},
		{"emoji", "Thank you 🙂", []string{"emoji 🙂"}, "Thank you ©", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Chat}},
		{"emoji, neutral", "Yes 🙂 no 🎉", []string{"emoji 🎉"}, "Yes 👩‍👩‍👧", phrase.Target{Locale: en, Register: culture.Neutral, Medium: phrase.Chat}},
		{"emoji in a letter", "Hi 🙂", []string{"emoji 🙂"}, "Hi", phrase.Target{Locale: en, Register: culture.Informal, Medium: phrase.Letter}},
		{"spacing: two", "So  so", []string{"spacing   "}, "So so", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
		{"spacing: before a comma", "So , so", []string{"spacing  ,"}, "So, .5 so", phrase.Target{Locale: en, Register: culture.Formal, Medium: phrase.Letter}},
	}
	l := linter(t, &phrase.LintOptions{Glossaries: []phrase.Glossary{{
		Locale: language.English, Entries: []phrase.PlainWord{{Jargon: "RMA", Plain: "return"}},
	}}})
	seen := map[string]bool{}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			require.Equal(t, row.want, lint(t, l, row.bad, row.where))
			require.Empty(t, lint(t, l, row.good, row.where))
			rule, _, _ := strings.Cut(row.want[0], " ")
			seen[rule] = true
		})
	}
	for r := phrase.Places; r <= phrase.Spacing; r++ {
		require.True(t, seen[r.String()], "no row for %s", r)
	}
}

// planted are four sentences for each locale that a person might write and should not:
// the wrong register in a formal text, an order to calm down, blame, an empty promise.
var planted = map[string][4]string{
	"ar":      {"هاي، كيف يمكننا المساعدة", "نرجوكم، اهدأوا", "نسيتم إرسال الإيصال", "نضمن وصول الطلب"},
	"de":      {"Hallo, schön dass du da bist.", "Bitte beruhigen Sie sich.", "Sie hätten früher anrufen müssen.", "Das passiert nie wieder."},
	"en-GB":   {"Cheers for writing.", "Keep your hair on, please.", "You have failed to reply.", "Rest assured it is fine."},
	"en-US":   {"Hey, we can't do that.", "You need to calm down.", "You should have called.", "This will not happen again."},
	"es":      {"Gracias por tu mensaje.", "Cálmese, por favor.", "Usted debería haber llamado.", "Lo haremos inmediatamente."},
	"es-MX":   {"Ahorita lo revisamos.", "No se enoje, por favor.", "Usted debió avisar.", "Llega mañana sin falta."},
	"fr":      {"Merci pour ton message.", "Calmez-vous, je vous prie.", "Vous auriez dû appeler.", "Cela n'arrivera plus jamais."},
	"he":      {"היי, במה אפשר לעזור", "נא להירגע", "שכחתם לצרף קבלה", "אנו מבטיחים שזה יגיע"},
	"hi":      {"तुम्हारा संदेश मिल गया।", "कृपया शांत हो जाइए।", "यह आपकी गलती थी।", "यह दोबारा नहीं होगा।"},
	"id":      {"Makasih atas pesannya.", "Mohon jangan marah.", "Anda lupa mengirim bukti.", "Kami menjamin pesanan tiba."},
	"it":      {"Ciao, grazie del messaggio.", "Si calmi, per favore.", "Avrebbe dovuto chiamare.", "Non accadrà mai più."},
	"ja":      {"ごめん、遅れます。", "落ち着いてください。", "お客様のミスでございます。", "絶対に届きます。"},
	"ko":      {"배송이 늦어요.", "고객님, 진정하세요.", "고객님 실수로 늦었습니다.", "즉시 처리하겠습니다."},
	"nl":      {"Bedankt voor jouw bericht.", "Rustig maar, alstublieft.", "U had moeten bellen.", "Dit gebeurt nooit meer."},
	"pl":      {"Dziękujemy za twoją wiadomość.", "Proszę się uspokoić.", "Trzeba było zadzwonić.", "To już się nie powtórzy."},
	"pt-BR":   {"Oi, recebemos a mensagem.", "Acalme-se, por favor.", "Você deveria ter ligado.", "Isso não vai mais acontecer."},
	"ru":      {"Спасибо за твоё письмо.", "Пожалуйста, успокойтесь.", "Вам следовало позвонить.", "Это больше не повторится."},
	"th":      {"ขอบคุณจ้ะ", "ใจเย็นก่อน", "คุณลืมส่งใบเสร็จ", "จะส่งให้ทันที"},
	"tr":      {"Selam, senin mesajın geldi.", "Lütfen sakin olun.", "Daha önce aramayı unuttunuz.", "Derhal ilgileneceğiz."},
	"vi":      {"Cảm ơn bạn đã nhắn.", "Xin bình tĩnh.", "Lẽ ra Quý khách phải gọi.", "Chúng tôi cam kết giao đúng hẹn."},
	"zh-Hans": {"谢谢你的来信。", "请冷静。", "您忘了附上收据。", "我们马上处理。"},
	"zh-Hant": {"謝謝你的來信。", "請冷靜。", "您忘了附上收據。", "我們馬上處理。"},
}

func TestPlantedInEveryLocale(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	rules := [4]phrase.Rule{phrase.RegisterWords, phrase.Soothing, phrase.Blame, phrase.Promise}
	require.Len(t, planted, len(locales))
	for name, texts := range planted {
		for i, text := range texts {
			found, err := l.Lint(text, phrase.Target{Locale: language.Make(name), Register: culture.Formal, Medium: phrase.Letter})
			require.NoError(t, err)
			var rulesFound []phrase.Rule
			for _, f := range found {
				rulesFound = append(rulesFound, f.Rule)
			}
			require.Contains(t, rulesFound, rules[i], "%s: %s", name, text)
		}
	}
}

// rawLint reads the words of the built-in lexicons.
func rawLint(t *testing.T, name string) map[string][]struct {
	Match, Say string
	Case       bool
} {
	data, err := os.ReadFile("data/phrases/" + name + ".json")
	require.NoError(t, err)
	var raw struct {
		Lint struct {
			Register map[string][]struct {
				Match, Say string
				Case       bool
			}
			Soothing, Blame, Promise []struct {
				Match, Say string
				Case       bool
			}
		}
	}
	require.NoError(t, json.Unmarshal(data, &raw))
	out := raw.Lint.Register
	out["soothing"], out["blame"], out["promise"] = raw.Lint.Soothing, raw.Lint.Blame, raw.Lint.Promise
	return out
}

// Every word of every lexicon is found in a text that has it, and says what to say
// instead.
func TestEveryWordIsFound(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	words := 0
	for _, name := range locales {
		for section, list := range rawLint(t, name) {
			to := phrase.Target{Locale: language.Make(name), Register: culture.Formal, Medium: phrase.Letter}
			if section == "neutral" || section == "informal" {
				require.NoError(t, to.Register.UnmarshalText([]byte(section)))
			}
			for _, w := range list {
				require.NotEmpty(t, w.Say, "%s %s", name, w.Match)
				text := "1 " + strings.ReplaceAll(w.Match, "*", "x") + " 2"
				require.NotEmpty(t, lint(t, l, text, to), "%s %s: %s", name, section, w.Match)
				words++
			}
		}
	}
	t.Logf("%d words", words)
	require.Greater(t, words, 700)
}

func TestLintOfASet(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	at := func(r culture.Register, m phrase.Medium) phrase.Target {
		return phrase.Target{Locale: language.English, Register: r, Medium: m}
	}
	found, err := l.LintSet([]phrase.Text{
		{at(culture.Formal, phrase.Letter), "Your case {$case} is open until {$date}."},
		{at(culture.Informal, phrase.Chat), "Case {$case} is open!"},
		{at(culture.Formal, phrase.Chat), "Your case {$case} is open until {$date}!"},
	})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, phrase.Places, found[0].Rule)
	require.Equal(t, 1, found[0].Index)
	require.Contains(t, found[0].Why, "{$date}")
	require.Equal(t, phrase.Exclamation, found[1].Rule)
	require.Equal(t, 2, found[1].Index)
}

// The host's glossary comes as a value or in a pack, holds for the locales below its
// own, and for no other.
func TestGlossary(t *testing.T) {
	t.Parallel()
	l := linter(t, &phrase.LintOptions{
		Packs: []fs.FS{fstest.MapFS{"glossary.json": {Data: []byte(`{"schema":"phrase-glossary/1","glossary":{"de":[{"jargon":"Ticketnummer","plain":"Vorgangsnummer"}],"ja":[{"jargon":"チケット","plain":"受付番号"}]}}`)}}},
	})
	require.Equal(t, []string{"jargon Ticketnummer"}, lint(t, l, "Ihre Ticketnummer ist 5.", phrase.Target{Locale: language.MustParse("de-AT"), Register: culture.Formal, Medium: phrase.Letter}))
	require.Equal(t, []string{"jargon チケット"}, lint(t, l, "チケットは5です。", phrase.Target{Locale: language.Japanese, Register: culture.Formal, Medium: phrase.Letter}))
	require.Empty(t, lint(t, l, "Uw Ticketnummer is 5.", phrase.Target{Locale: language.Dutch, Register: culture.Formal, Medium: phrase.Letter}))
	_, err := phrase.NewLinter(&phrase.LintOptions{Glossaries: []phrase.Glossary{{Entries: []phrase.PlainWord{{Jargon: "a*b", Plain: ""}}}}})
	require.ErrorIs(t, err, culture.ErrPack)
	require.ErrorContains(t, err, "needs a language")
	_, many := phrase.NewLinter(&phrase.LintOptions{Glossaries: []phrase.Glossary{{Locale: language.German, Entries: make([]phrase.PlainWord, 1001)}}})
	require.ErrorContains(t, many, "1001 words, at most 1000")
	require.ErrorContains(t, err, "a star stands at the end")
}

// A language without a lexicon is linted by what holds everywhere, and by no other
// language's words: Malay is not Indonesian.
func TestLintOfAnUnknownLanguage(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	require.Equal(t, []string{"exclamation !"}, lint(t, l, "Jangan marah!", phrase.Target{Locale: language.Malay, Register: culture.Formal, Medium: phrase.Letter}))
	require.Equal(t, []string{"soothing Jangan marah"}, lint(t, l, "Jangan marah.", phrase.Target{Locale: language.Indonesian, Register: culture.Formal, Medium: phrase.Letter}))
}

func TestLintRefuses(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	_, err := l.Lint("a", phrase.Target{})
	require.ErrorIs(t, err, phrase.ErrName)
	ok := phrase.Target{Register: culture.Formal, Medium: phrase.Letter}
	_, err = l.Lint(strings.Repeat("a", 64<<10+1), ok)
	require.ErrorIs(t, err, phrase.ErrText)
	_, err = l.Lint("\xff", ok)
	require.ErrorIs(t, err, phrase.ErrText)
	ok.Scenario = "none_such"
	_, err = l.Lint("a", ok)
	require.ErrorIs(t, err, phrase.ErrName)
	_, err = l.LintSet([]phrase.Text{{phrase.Target{}, "a"}})
	require.ErrorIs(t, err, phrase.ErrName)
}

// Turkish İ and dotless ı are folded as Turkish does; spans stay true although case
// changes the length.
func TestLintFoldsTurkish(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"soothing SAKİN OLUN"}, lint(t, linter(t, nil), "İyi, SAKİN OLUN.", phrase.Target{Locale: language.Turkish, Register: culture.Formal, Medium: phrase.Letter}))
}

// What a lexicon allows is not a finding: vous in rendez-vous.
func TestLintAllows(t *testing.T) {
	t.Parallel()
	to := phrase.Target{Locale: language.French, Register: culture.Informal, Medium: phrase.Chat}
	require.Empty(t, lint(t, linter(t, nil), "Ton rendez-vous est là.", to))
	require.Equal(t, []string{"register vous"}, lint(t, linter(t, nil), "Ton rendez-vous vous attend.", to))
}

// Whatever the text, the spans are inside it and the order is that of the text.
func TestLintAnything(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		lintsSafely(t, l, rapid.String().Draw(t, "text"), rapid.SampledFrom(locales).Draw(t, "locale"), rapid.Bool().Draw(t, "template"))
	})
}

func lintsSafely(t require.TestingT, l *phrase.Linter, text, locale string, template bool) {
	found, err := l.Lint(text, phrase.Target{Locale: language.Make(locale), Register: culture.Informal, Medium: phrase.Chat, Template: template})
	if err != nil {
		require.ErrorIs(t, err, phrase.ErrText)
		return
	}
	last := 0
	for _, f := range found {
		require.True(t, f.From >= last && f.From <= f.To && f.To <= len(text))
		require.Equal(t, text[f.From:f.To], f.Excerpt)
		last = f.From
	}
}

func FuzzLint(f *testing.F) {
	f.Add("Please calm down  {$case} !! 🙂", "en-US", true)
	f.Add("ใจเย็น 字。字", "th", false)
	f.Add(`\{ l'{$x} t'a 'q`, "fr", true)
	l := linter(f, nil)
	f.Fuzz(func(t *testing.T, text, locale string, template bool) { lintsSafely(t, l, text, locale, template) })
}

// The zero Linter has no words, and looks for the rest.
func TestZeroLinter(t *testing.T) {
	t.Parallel()
	var l phrase.Linter
	to := phrase.Target{Locale: language.English, Register: culture.Formal, Medium: phrase.Letter}
	require.Equal(t, []string{"exclamation !"}, lint(t, &l, "Calm down!", to))
	require.Empty(t, l.LintBook(&phrase.Book{}))
	_, err := l.LintSet([]phrase.Text{{Target: to, Text: "{$a}"}})
	require.NoError(t, err)
}
