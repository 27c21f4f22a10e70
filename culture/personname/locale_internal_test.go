package personname

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// Every row of every table is found by its key, and nothing else is.
func TestRowsAreFound(t *testing.T) {
	t.Parallel()
	for _, table := range []string{
		tables.PersonNameLocales, tables.ParentLocales, tables.LikelyRegional,
		tables.LikelyOfScript, tables.LikelyOfScriptRegion, tables.LikelyOfRegion,
	} {
		last := ""
		for line := range strings.Lines(table) {
			key, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			require.Less(t, last, key, "the table is sorted")
			got, ok := row(table, strings.Split(key, "-")...)
			require.True(t, ok, key)
			require.Equal(t, want, got)
			_, ok = row(table, key+"~")
			require.False(t, ok)
			last = key
		}
		for _, key := range []string{"", "a", "zzz", "AAAA", "~"} {
			_, ok := row(table, key)
			require.False(t, ok)
		}
	}
}

// Likely subtags as CLDR 48 has them (supplemental/likelySubtags.json).
func TestMaximal(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]locale{
		"und":         {"en", "Latn", "US"},
		"de":          {"de", "Latn", ""},
		"zh":          {"zh", "Hans", ""},
		"zh-HK":       {"zh", "Hant", "HK"},
		"zh-Hant":     {"zh", "Hant", ""},
		"sr":          {"sr", "Cyrl", ""},
		"sr-ME":       {"sr", "Latn", "ME"},
		"pa-PK":       {"pa", "Arab", "PK"},
		"ja":          {"ja", "Jpan", ""},
		"ko":          {"ko", "Kore", ""},
		"tlh":         {"tlh", "Latn", ""},
		"und-JP":      {"ja", "Jpan", "JP"},
		"und-Kana":    {"ja", "Kana", "JP"},
		"und-Hani":    {"zh", "Hani", "CN"},
		"und-Cyrl":    {"ru", "Cyrl", "RU"},
		"und-Latn-RU": {"krl", "Latn", "RU"},
		"und-Latn-JP": {"en", "Latn", "JP"},
		"und-Cyrl-UA": {"uk", "Cyrl", "UA"},
		"und-AQ":      {"en", "Latn", "AQ"},
		"sh":          {"sr", "Latn", ""}, // by alias
		"cmn-TW":      {"zh", "Hant", "TW"},
		"yue":         {"yue", "Hant", ""},
		"yue-CN":      {"yue", "Hans", "CN"},
	} {
		require.Equal(t, want, localeOf(language.MustParse(tag)).maximal(), tag)
	}
}

// The locale whose patterns apply: never one of another language, save where CLDR says
// so (nb is no), and never one of another script.
func TestDataLocale(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"es-AR":           "es-419", // whose record is the same
		"es-MX":           "es-MX",
		"de-AT":           "de",
		"de-Latn-DE-1996": "de",
		"de-u-co-phonebk": "de",
		"zh-HK":           "zh-Hant-HK",
		"zh-TW":           "zh-Hant",
		"zh-Hant-MO":      "zh-Hant-HK",
		"zh-SG":           "zh",
		"sr-Latn-ME":      "sr-Latn",
		"sr-ME":           "sr-Latn",
		"uz-Cyrl":         "und",
		"de-Hebr":         "und",
		"nb":              "no",
		"ht":              "fr",
		"hi-Latn":         "hi-Latn", // whose parent is en-IN
		"tlh":             "und",
		"und":             "und",
		"und-JP":          "ja",
		"x-private":       "und",
		"en-US-x-a-b-c":   "en",
	} {
		l := localeOf(language.MustParse(tag))
		data, _ := l.dataLocale()
		if l == (locale{}) {
			data = locale{}
		}
		require.Equal(t, want, data.tag().String(), tag)
	}
}

// The chain for orders goes on where the chain for data ends (UTS #35 part 8, Derive
// the name order, with its example).
func TestLookup(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"de-Latn-DE": "de-Latn-DE de-Latn de-DE de",
		"zh-Hant-HK": "zh-Hant-HK zh-Hant zh-HK zh",
		"es-AR":      "es-AR es-419 es",
		"und-JP":     "und-JP und",
		"ja":         "ja",
		"zh-Latn-CN": "zh-Latn-CN zh-Latn zh",
		"nb-NO":      "no-NO no",
		"hi-Latn":    "hi-Latn en-IN en-001 en",
	} {
		var got []string
		for l := range localeOf(language.Raw.Make(tag)).lookup() {
			got = append(got, l.tag().String())
		}
		require.Equal(t, want, strings.Join(got, " "), tag)
	}
}

// Sets of scripts match what they contain and what they share.
func TestScriptsMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Latn", "Latn", true},
		{"Hani", "Jpan", true},
		{"Kana", "Jpan", true},
		{"Hani", "Hant", true},
		{"Hang", "Kore", true},
		{"Hani", "Kore", true},
		{"Jpan", "Kore", true}, // both hold Hani
		{"Hans", "Hant", true},
		{"Kana", "Hans", false},
		{"Hang", "Jpan", false},
		{"Latn", "Cyrl", false},
		{"Bopo", "Hanb", true},
		{"Arab", "Aran", true},
		{"Latn", "Latf", true},
	} {
		require.Equal(t, c.want, matches(c.a, c.b), "%s %s", c.a, c.b)
		require.Equal(t, c.want, matches(c.b, c.a), "%s %s", c.b, c.a)
	}
}

// Every record of the tables can be read, in every form.
func TestEveryStyleIsWhole(t *testing.T) {
	t.Parallel()
	locales := map[locale]string{{}: "0"}
	for line := range strings.Lines(tables.PersonNameLocales) {
		id, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		locales[parseLocale(id)] = number
	}
	require.Len(t, locales, 144)
	patterns := map[string]bool{}
	for l, number := range locales {
		for _, order := range []Order{0, Sorting} {
			for length := Long; length <= Short; length++ {
				for usage := Referring; usage <= Monogram; usage++ {
					for formality := Formal; formality <= Informal; formality++ {
						if order == Sorting && usage != Referring {
							continue
						}
						s := newStyle(l, number, Options{Order: order, Length: length, Usage: usage, Formality: formality})
						for i, list := range s.patterns {
							require.Equal(t, order == Sorting != (i < 2), len(list) > 0, "%v", l)
							for _, p := range list {
								patterns[p.text] = true
							}
						}
						require.NotEmpty(t, s.initial[0]+s.initial[1]+"x")
					}
				}
			}
		}
		s := newStyle(l, number, Options{Usage: Referring})
		require.True(t, s.length >= Long && s.length <= Short && s.formality >= Formal && s.formality <= Informal, "%v", l)
	}
	require.Len(t, patterns, strings.Count(tables.PersonNamePatterns, "\n"), "every pattern is reached")
}

// What is built in: the data of every locale, and the properties of characters.
func TestEmbeddedSize(t *testing.T) {
	t.Parallel()
	names := len(tables.PersonNamePatterns) + len(tables.PersonNameRecords) + len(tables.PersonNameLocales)
	likely := len(tables.ParentLocales) + len(tables.LikelyScripts) + len(tables.LikelyRegional) +
		len(tables.LikelyOfScript) + len(tables.LikelyOfScriptRegion) + len(tables.LikelyOfRegion)
	characters := len(tables.WordBreaks) + len(tables.GraphemeBreaks) + len(tables.Scripts) + len(tables.ScriptCodes)
	t.Logf("names %d, locales %d, characters %d bytes", names, likely, characters)
	require.LessOrEqual(t, names+likely, 60_000, "all locales")
	require.LessOrEqual(t, characters, 24_000, "properties of characters")
}

// Lists may name regions and scripts (UTS #35 part 8, Derive the name order, whose
// examples these are); those of CLDR 48 do so only for kok-Latn.
func TestOrderEntries(t *testing.T) {
	t.Parallel()
	s := &style{
		givenFirst:   parseLocales("und en kok-Latn zh-Hant-SG und-Latn-JP de-CN"),
		surnameFirst: parseLocales("zh ja und-CN und-TW und-SG und-HK und-MO und-HU und-JP kok"),
	}
	for tag, want := range map[string]struct {
		order Order
		entry string
	}{
		"ja":         {SurnameFirst, "ja"},
		"en-HK":      {SurnameFirst, "und-HK"}, // the region before the language alone
		"fr":         {GivenFirst, "und"},
		"und-JP":     {SurnameFirst, "und-JP"},
		"de-Latn-HU": {SurnameFirst, "und-HU"},
		"ja-Latn-JP": {GivenFirst, "und-Latn-JP"},
		"zh-Hant-SG": {GivenFirst, "zh-Hant-SG"},
		"zh-Hant":    {SurnameFirst, "zh"},
		"de-CN":      {GivenFirst, "de-CN"}, // the language in the region before any in the region
		"kok-Latn":   {GivenFirst, "kok-Latn"},
		"kok":        {SurnameFirst, "kok"},
		"und":        {GivenFirst, "und"},
	} {
		order, entry := s.orderFor(localeOf(language.Raw.Make(tag)))
		require.Equal(t, want.order, order, tag)
		require.Equal(t, want.entry, entry.tag().String(), tag)
	}
}
