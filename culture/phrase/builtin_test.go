package phrase_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
	"github.com/rapport-go/rapport/internal/golden"
)

// locales are those that the package promises.
var locales = strings.Fields(`ar de en-GB en-US es es-MX fr he hi id it ja ko nl pl pt-BR ru th tr vi zh-Hans zh-Hant`)

// sample is a value for each kind, in Latin letters and digits.
func sample(f phrase.Frame) map[string]string {
	values := map[phrase.Kind]string{
		phrase.Name: "Aurora", phrase.Reference: "A-1042", phrase.Number: "3", phrase.Amount: "49.90 EUR",
		phrase.Date: "2026-12-01", phrase.Clause: "a part", phrase.Sentence: "The part is missing.",
	}
	args := map[string]string{}
	for _, p := range f.Parameters {
		args[p.Name] = values[p.Kind]
	}
	return args
}

func TestBuiltinLocales(t *testing.T) {
	t.Parallel()
	var names []string
	for _, tag := range phrase.Default().Locales() {
		names = append(names, tag.String())
	}
	require.Equal(t, locales, names)
	for _, name := range names {
		require.NotEmpty(t, phrase.Default().Entries(language.Make(name)), "%s cannot be read", name)
	}
}

// registers are the registers that the phrases of a locale are written in.
func written(name string) []culture.Register {
	switch name {
	case "de", "en-US", "fr", "ja", "ko", "nl":
		return []culture.Register{culture.Formal, culture.Neutral, culture.Informal}
	default:
		return []culture.Register{culture.Formal, culture.Informal}
	}
}

// Every cell is answered: scenario x register x medium x locale, in the locale's own
// language, in its script, and never less formal than asked.
func TestEveryCellIsAnswered(t *testing.T) {
	t.Parallel()
	b := phrase.Default()
	cells := 0
	for _, name := range locales {
		tag := language.Make(name)
		for _, f := range b.Frames() {
			for r := culture.Formal; r <= culture.Informal; r++ {
				for m := phrase.Letter; m <= phrase.Voice; m++ {
					p, err := b.Say(phrase.Request{Locale: tag, Scenario: f.Scenario, Register: r, Medium: m, Args: sample(f), Drafts: true})
					require.NoError(t, err, "%s %s %s %s", name, f.Scenario, r, m)
					require.LessOrEqual(t, p.Fallback.Register, r, "never less formal than asked")
					require.True(t, culture.SameLanguage(tag, p.Fallback.Locale))
					require.Equal(t, phrase.Draft, p.Status)
					require.NotContains(t, p.Text, "  ")
					require.NotContains(t, p.Text, "{")
					require.Equal(t, strings.TrimSpace(p.Text), p.Text)
					for _, value := range sample(f) {
						require.Contains(t, p.Text, strings.TrimSuffix(value, "."))
					}
					cells++
				}
			}
		}
	}
	require.Equal(t, 22*24*3*3, cells)
}

// What a locale is written in is there itself, in letter and chat alike for the formal
// registers; en-GB and es-MX give only what differs.
func TestWrittenRegisters(t *testing.T) {
	t.Parallel()
	b := phrase.Default()
	for _, name := range locales {
		if name == "en-GB" || name == "es-MX" {
			continue
		}
		has := map[string]bool{}
		for _, e := range b.Entries(language.Make(name)) {
			has[string(e.ID)] = true
		}
		for _, f := range b.Frames() {
			require.True(t, has[fmt.Sprintf("%s/%s/formal/letter", name, f.Scenario)], "%s %s", name, f.Scenario)
			for _, r := range written(name) {
				require.True(t, has[fmt.Sprintf("%s/%s/%s/chat", name, f.Scenario, r)], "%s %s %s", name, f.Scenario, r)
			}
		}
	}
}

// The phrases are written in the script of their language.
func TestScripts(t *testing.T) {
	t.Parallel()
	scripts := map[string][]*unicode.RangeTable{
		"ar": {unicode.Arabic}, "he": {unicode.Hebrew}, "hi": {unicode.Devanagari}, "ja": {unicode.Han, unicode.Hiragana, unicode.Katakana},
		"ko": {unicode.Hangul}, "ru": {unicode.Cyrillic}, "th": {unicode.Thai}, "zh-Hans": {unicode.Han}, "zh-Hant": {unicode.Han},
	}
	for _, name := range locales {
		allowed := append(scripts[name], unicode.Common, unicode.Inherited)
		if scripts[name] == nil {
			allowed = append(allowed, unicode.Latin)
		}
		for _, e := range phrase.Default().Entries(language.Make(name)) {
			for _, text := range e.Wordings {
				tpl, err := phrase.ParseTemplate(text)
				require.NoError(t, err)
				for _, arg := range append(tpl.Args(), tpl.Terms()...) {
					text = strings.NewReplacer("{$"+arg+"}", "", "{@"+arg+"}", "").Replace(text)
				}
				for _, r := range text {
					require.True(t, unicode.In(r, allowed...), "%s: %q in %s", e.ID, r, text)
				}
			}
		}
	}
}

// No character of zh-Hant is one that is only written in simplified texts, and the
// other way round: the pairs are of the commonest characters.
func TestChineseScripts(t *testing.T) {
	t.Parallel()
	const simplified = "们谢请问题时间关为您将与联系说这没还给电话处账户预约变更证据应该发现实际经过对会员单号"
	const traditional = "們謝請問題時間關為您將與聯繫說這沒還給電話處帳戶預約變更證據應該發現實際經過對會員單號"
	a, z := []rune(simplified), []rune(traditional)
	require.Len(t, a, len(z))
	b := phrase.Default()
	for name, wrong := range map[string][2][]rune{"zh-Hant": {a, z}, "zh-Hans": {z, a}} {
		for _, e := range b.Entries(language.Make(name)) {
			for _, text := range e.Wordings {
				for i, r := range wrong[0] {
					if r != wrong[1][i] {
						require.NotContains(t, text, string(r), "%s", e.ID)
					}
				}
			}
		}
	}
}

// What is built in passes the lint that hosts use.
func TestBuiltinPassesItsLint(t *testing.T) {
	t.Parallel()
	l, err := phrase.NewLinter(nil)
	require.NoError(t, err)
	for _, f := range l.LintBook(phrase.Default()) {
		t.Errorf("%s: %s: %q: %s", f.ID, f.Rule, f.Excerpt, f.Why)
	}
}

// Everything built in is a draft, and drafts are only given on request.
func TestBuiltinIsDraft(t *testing.T) {
	t.Parallel()
	b := phrase.Default()
	for _, tag := range b.Locales() {
		for _, e := range b.Entries(tag) {
			require.Equal(t, phrase.Draft, e.Status, "%s", e.ID)
			require.Zero(t, e.Review)
		}
	}
	_, err := b.Say(phrase.Request{Locale: language.German, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter})
	require.ErrorIs(t, err, phrase.ErrDraft)
}

// The facts that an order of acts rests on exist, and are about the locale's language.
func TestOrdersRestOnFacts(t *testing.T) {
	t.Parallel()
	known := map[culture.FactID]bool{}
	r := culture.Default()
	for _, region := range r.Regions() {
		for _, d := range culture.Dimensions() {
			for _, g := range r.Guidance(culture.Context{Region: region}, d) {
				known[g.Value.Fact] = true
			}
		}
	}
	based := 0
	for _, name := range locales {
		for _, f := range phrase.Default().Frames() {
			o := phrase.Default().Order(language.Make(name), f.Scenario)
			if len(f.Acts) == 0 {
				require.Empty(t, o.Acts)
				continue
			}
			require.ElementsMatch(t, f.Acts, o.Acts, "%s %s", name, f.Scenario)
			require.NotEmpty(t, o.Why, "%s %s", name, f.Scenario)
			for _, id := range o.Basis {
				require.True(t, known[id], "%s %s: no fact %s", name, f.Scenario, id)
				based++
			}
		}
	}
	require.NotZero(t, based)
}

// One readable page per locale: every phrase with every agreement that changes it.
func TestGoldenPages(t *testing.T) {
	t.Parallel()
	b := phrase.Default()
	for _, name := range locales {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden.Equal(t, "testdata/golden/"+name+".txt", page(t, b, language.Make(name)))
		})
	}
}

// page is what the people who review a locale read.
func page(t *testing.T, b *phrase.Book, tag language.Tag) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\nEvery phrase is a draft, written from knowledge of the language and not reviewed by a native speaker.\n", tag)
	for _, f := range b.Frames() {
		fmt.Fprintf(&out, "\n== %s: %s\n", f.Scenario, f.About)
		if o := b.Order(tag, f.Scenario); len(o.Acts) > 0 {
			fmt.Fprintf(&out, "   order %v %v: %s\n", o.Acts, o.Basis, o.Why)
		}
		for r := culture.Formal; r <= culture.Informal; r++ {
			for m := phrase.Letter; m <= phrase.Voice; m++ {
				cell(t, b, tag, f, r, m, &out)
			}
		}
	}
	return out.String()
}

// cell writes the phrase for an unknown agreement and those that differ from it.
func cell(t *testing.T, b *phrase.Book, tag language.Tag, f phrase.Frame, r culture.Register, m phrase.Medium, out *strings.Builder) {
	seen := map[string]bool{}
	for _, a := range agreements {
		p, err := b.Say(phrase.Request{
			Locale: tag, Scenario: f.Scenario, Register: r, Medium: m, Agreement: a.is, Args: sample(f), Drafts: true,
		})
		require.NoError(t, err)
		if seen[p.Text] {
			continue
		}
		seen[p.Text] = true
		if !p.Fallback.Exact() { // the page has the text elsewhere, or the page of the parent has
			if len(seen) == 1 || a.is.Readers == phrase.Many {
				fmt.Fprintf(out, "%s %s%s: %s (%s)\n", r, m, a.name, p.ID, p.Fallback)
			}
			continue
		}
		fmt.Fprintf(out, "%s %s%s\n   %s\n", r, m, a.name, strings.NewReplacer("\u2068", "⟨", "\u2069", "⟩").Replace(p.Text))
	}
}

var agreements = []struct {
	name string
	is   phrase.Agreement
}{
	{"", phrase.Agreement{}},
	{", speaker feminine", phrase.Agreement{Speaker: phrase.Feminine}},
	{", speaker masculine", phrase.Agreement{Speaker: phrase.Masculine}},
	{", to a woman", phrase.Agreement{Addressee: phrase.Feminine, Readers: phrase.One}},
	{", to a man", phrase.Agreement{Addressee: phrase.Masculine, Readers: phrase.One}},
	{", to one", phrase.Agreement{Readers: phrase.One}},
	{", to several", phrase.Agreement{Readers: phrase.Many}},
}

// The size that importing the package costs is stated in doc.go and held here.
func TestEmbeddedSize(t *testing.T) {
	t.Parallel()
	raw := 0
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	require.NoError(t, fs.WalkDir(os.DirFS("data"), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile("data/" + path)
		raw += len(text)
		_, _ = z.Write(text)
		return err
	}))
	require.NoError(t, z.Close())
	t.Logf("embedded: %d bytes, %d compressed", raw, packed.Len())
	require.Less(t, raw, 421_000, "doc.go says 420 KB")
	require.Less(t, packed.Len(), 78_000, "doc.go says about 75 KB compressed")
}
