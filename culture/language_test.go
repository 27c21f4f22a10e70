package culture_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
)

// The chains of CLDR 48.2; Tag.Parent of x/text has those of CLDR 32, where nb has none.
func TestParents(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"es-AR":                   "es-AR es-419 es",
		"es-ES":                   "es-ES es",
		"en-IN":                   "en-IN en-001 en",
		"en-AT":                   "en-AT en-150 en-001 en",
		"pt-AO":                   "pt-AO pt-PT pt",
		"zh-Hant-MO":              "zh-Hant-MO zh-Hant-HK zh-Hant",
		"zh-Hans-SG":              "zh-Hans-SG zh-Hans zh",
		"sr-Latn-RS":              "sr-Latn-RS sr-Latn",
		"sr-Cyrl-RS":              "sr-Cyrl-RS sr-Cyrl sr",
		"de-Latn-CH":              "de-CH de", // the usual script is not written
		"de-Cyrl":                 "de-Cyrl",
		"hi-Latn":                 "hi-Latn",
		"ht":                      "ht",
		"nb-NO":                   "no-NO no",
		"iw-IL":                   "he-IL he",
		"mo":                      "ro-MD ro",
		"tl":                      "fil",
		"de-DE-1996-u-co-phonebk": "de-DE de",
		"en-GB-x-private":         "en-GB en-001 en",
		"x-private":               "",
		"und":                     "",
		"und-DE":                  "",
		"mul":                     "",
		"yue-HK":                  "yue-HK yue",
		"gsw":                     "gsw",
	}
	for tag, want := range rows {
		var got []string
		for p := range culture.Parents(language.MustParse(tag)) {
			got = append(got, p.String())
		}
		require.Equal(t, want, strings.Join(got, " "), tag)
	}
	for range culture.Parents(language.MustParse("es-AR")) {
		break // stopping early is fine
	}
}

func TestSameLanguage(t *testing.T) {
	t.Parallel()
	same := [][2]string{{"iw", "he-IL"}, {"sh", "sr"}, {"nb", "no"}, {"mo", "ro"}, {"zh-cmn", "zh"}, {"de", "de-CH"}, {"in", "id"}}
	for _, p := range same {
		require.True(t, culture.SameLanguage(language.MustParse(p[0]), language.MustParse(p[1])), p)
	}
	different := [][2]string{
		{"ms", "id"}, {"gsw", "de"}, {"cy", "en"}, {"yue", "zh"}, {"nn", "nb"}, {"hr", "sr"}, {"und", "und"}, {"x-a", "x-a"}, {"mul", "mul"}, {"zxx", "zxx"},
	}
	for _, p := range different {
		require.False(t, culture.SameLanguage(language.MustParse(p[0]), language.MustParse(p[1])), p)
	}
}

func TestRegionOf(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"de": "", "de-AT": "AT", "en-US-u-rg-gbzzzz": "GB", "en-US-u-rg-zz": "US", "en-US-u-rg-zzzzzz": "US", "en-US-u-rg-suzzzz": "US",
		"my-BU": "MM", "fr-ZR": "CD", "pt-TP": "TL", "de-DD": "DE", "en-UK": "GB", "sr-CS": "RS", "sr-YU": "RS", "de-CS": "", "ru-SU": "RU", "uk-SU": "UA",
		"nl-AN": "", "es-419": "", "en-001": "", "en-ZZ": "", "en-AA": "", "en-XK": "XK", "en-EU": "", "x-de-de": "", "zh-Hant-TW": "TW",
	}
	for tag, want := range rows {
		region, ok := culture.RegionOf(language.MustParse(tag))
		require.Equal(t, want != "", ok, "%s: %s", tag, region)
		if ok {
			require.Equal(t, want, region.String(), tag)
		}
	}
	for _, code := range []string{"CS", "SU", "YU", "AN", "EU", "UN", "ZZ", "419", "001", "AA", "QO"} {
		region, err := language.ParseRegion(code)
		if err != nil {
			continue
		}
		_, ok := culture.TerritoryOf(region)
		require.False(t, ok, code)
	}
	burma, ok := culture.TerritoryOf(language.MustParseRegion("BU"))
	require.True(t, ok)
	require.Equal(t, "MM", burma.Region().String())
	_, ok = culture.TerritoryOf(language.Region{})
	require.False(t, ok)
}

// Whatever the tag, a chain ends, never repeats itself and never leaves the language.
func TestParentsProperties(t *testing.T) {
	t.Parallel()
	bases := []string{"en", "es", "zh", "sr", "iw", "mo", "nb", "nn", "no", "ht", "hi", "x-y", "und", "qaa", "mul", "tlh", "pt", "yue", "ms", "az"}
	tails := []string{"", "-Latn", "-Hant", "-Cyrl", "-Arab"}
	regions := []string{"", "-419", "-AR", "-BU", "-CS", "-001", "-XK", "-DE"}
	extensions := []string{"", "-u-rg-dezzzz", "-u-hc-h12", "-x-secret", "-t-de", "-a-bbb"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(bases).Draw(t, "base")
		if !strings.HasPrefix(text, "x-") {
			for _, part := range [][]string{tails, regions, extensions} {
				text += rapid.SampledFrom(part).Draw(t, "part")
			}
		}
		tag, err := language.Parse(text)
		if err != nil {
			return
		}
		var seen []language.Tag
		for p := range culture.Parents(tag) {
			require.NotContains(t, seen, p)
			require.True(t, culture.SameLanguage(p, tag))
			require.NotEqual(t, language.Und, p)
			seen = append(seen, p)
		}
		require.Less(t, len(seen), 6)
		if region, ok := culture.RegionOf(tag); ok {
			_, known := culture.TerritoryOf(region)
			require.True(t, known)
		}
	})
}

// Facts for one script or region are none for another of the same language; a host's
// facts for a language reach its regions.
func TestScriptsAndHostParents(t *testing.T) {
	t.Parallel()
	located := func(id, region, locale string) string {
		return strings.NewReplacer(`"gift"`, `"written_register"`, `"CN"`, `"`+region+`"`, `"region-average"`, `"locale"`).Replace(fact(id, `,"locale":"`+locale+`"`))
	}
	r := with(t, hostPack(located("tw", "TW", "zh-Hant"), located("at", "AT", "de-AT"), located("ca", "CA", "fr"), located("sr", "RS", "sr-Latn")))
	rows := []struct{ tag, region, want string }{
		{"zh-Hant", "TW", "tw"},
		{"zh-Hant-TW", "TW", "tw"},
		{"zh", "TW", "tw"}, // Hant is usual there
		{"zh-Hans", "TW", ""},
		{"yue-Hant", "TW", ""},
		{"de", "AT", "at"},
		{"de-DE", "AT", "at"},
		{"en", "AT", ""},
		{"de", "DE", ""}, // de-AT is no parent of de
		{"fr-CA", "CA", "ca"},
		{"fr", "FR", "ca"}, // told of French as such
		{"fr-CH", "", "ca"},
		{"sr-Latn", "RS", "sr"},
		{"sr", "RS", ""}, // Cyrillic is usual there
		{"sr-Cyrl", "ME", ""},
		{"sr-Latn-ME", "ME", "sr"},
	}
	for _, row := range rows {
		a := r.Best(in(row.tag, row.region), culture.WrittenRegister)
		if row.want == "" {
			require.NotEqual(t, culture.Host, a.Basis, "%s in %s", row.tag, row.region)
			continue
		}
		require.Equal(t, culture.FactID(row.want), a.Value.Fact, "%s in %s: %s", row.tag, row.region, layers(a))
	}
}
