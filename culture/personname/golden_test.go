package personname_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/internal/golden"
)

func formatter(t testing.TB, reader string, options *personname.Options) *personname.Formatter {
	t.Helper()
	f, err := personname.New(language.Raw.Make(reader), options)
	require.NoError(t, err)
	return f
}

func explain(t testing.TB, reader string, options *personname.Options, name personname.Source) personname.Trace {
	t.Helper()
	trace, err := formatter(t, reader, options).Explain(name)
	require.NoError(t, err)
	return trace
}

// The official files force the order of every line, so the derivation of the order
// from the name's locale has a table of its own: every locale that stands in any
// surnameFirst list of CLDR, and some that do not, for twelve readers. G is given
// first, S surname first; the entry of the reader's lists that decided stands behind.
func TestOrderDerivation(t *testing.T) {
	t.Parallel()
	readers := []string{"en", "de", "fr", "es", "it", "ru", "pl", "nl", "pt", "ar", "zh", "ja"}
	names := []string{
		"hu", "ja", "km", "ko", "mn", "si", "ta", "te", "vi", "yue", "zh",
		"hu-RO", "ja-Latn-JP", "zh-Hant-HK", "zh-HK", "yue-Hans", "en-HK", "ko-US", "de", "und-JP", "und-CN", "und",
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%-12s", "name")
	for _, reader := range readers {
		fmt.Fprintf(&out, "%-8s", reader)
	}
	out.WriteByte('\n')
	for _, name := range names {
		fmt.Fprintf(&out, "%-12s", name)
		for _, reader := range readers {
			// A name of no script, so that no formatter is switched.
			trace := explain(t, reader, nil, personname.Name{Locale: language.Raw.Make(name), Given: "1", Surname: "2"})
			require.False(t, trace.Switched)
			require.Equal(t, personname.OrderOfLocale, trace.OrderBasis)
			letter := map[personname.Order]string{personname.GivenFirst: "G", personname.SurnameFirst: "S"}[trace.Order]
			fmt.Fprintf(&out, "%-8s", letter+" "+trace.OrderEntry.String())
		}
		out.WriteByte('\n')
	}
	golden.Equal(t, "testdata/order.golden", strings.ReplaceAll(out.String(), " \n", "\n"))
}

// What the table must say, read in CLDR 48's lists by hand (brief facts: en, nl, pt,
// ar, zh list ja; de, fr, es, it, ru, pl do not).
func TestOrderOfLists(t *testing.T) {
	t.Parallel()
	order := func(reader, name string) personname.Order {
		return explain(t, reader, nil, personname.Name{Locale: language.Raw.Make(name), Given: "1", Surname: "2"}).Order
	}
	for _, c := range []struct {
		readers string
		name    string
		want    personname.Order
	}{
		{"en nl pt ar zh ja", "ja", personname.SurnameFirst},
		{"de fr es it ru pl", "ja", personname.GivenFirst},
		{"en de fr es it ru pl nl pt ar zh ja", "zh-Hant-HK", personname.SurnameFirst},
		{"en de fr es it ru pl nl pt ar zh ja", "ko-US", personname.SurnameFirst},
		{"en de fr es it ru pl nl pt ar zh", "en-HK", personname.GivenFirst},
		{"hu ja zh-Hant", "hu-RO", personname.SurnameFirst},
		{"en de zh", "hu-RO", personname.GivenFirst},
		{"ta si te", "ta", personname.SurnameFirst},
		{"en", "ta", personname.GivenFirst},
		{"kok", "kok-Latn", personname.GivenFirst},
		{"tk gaa", "zh", personname.GivenFirst}, // their lists name no other locale
		{"vi", "de", personname.GivenFirst},
	} {
		for reader := range strings.FieldsSeq(c.readers) {
			require.Equal(t, c.want, order(reader, c.name), "%s for %s", c.name, reader)
		}
	}
}

// Which formatter writes a name in another script than the reader's, and what becomes
// of it: a Latin name for readers of five other scripts, Kanji and others for readers
// of English.
func TestScriptSwitching(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		reader string
		name   personname.Name
		locale string // whose patterns
		text   string // long, formal, referring
	}{
		{"Latin letters of a Japanese for Japanese readers: Latin rules, surname first", "ja", personname.Name{Locale: language.Japanese, Given: "Hayao", Surname: "Miyazaki"}, "en", "Miyazaki Hayao"},
		{"Latin letters of a German for Japanese readers: German rules", "ja", personname.Name{Locale: language.German, Given: "Albert", Surname: "Einstein"}, "de", "Albert Einstein"},
		{"the same in Katakana stays with them", "ja", personname.Name{Locale: language.German, Given: "アルベルト", Surname: "アインシュタイン"}, "ja", "アルベルト・アインシュタイン"},
		{"Latin letters of a Korean for Korean readers", "ko", personname.Name{Locale: language.Korean, Given: "Min-jun", Surname: "Kim"}, "en", "Kim Min-jun"},
		{"Latin letters of a Russian for Russian readers: und-Latn-RU is Karelian, which has no patterns", "ru", personname.Name{Locale: language.MustParse("ru-RU"), Given: "Boris", Given2: "Nikolayevich", Surname: "Yeltsin"}, "en", "Boris Nikolayevich Yeltsin"},
		{"Latin letters of an Arab for Arab readers", "ar", personname.Name{Locale: language.Arabic, Given: "Muhammad", Surname: "Al Saud"}, "en", "Muhammad Al Saud"},
		{"Latin letters of a Hindi name: hi-Latn has patterns", "hi", personname.Name{Locale: language.Hindi, Given: "Indira", Surname: "Gandhi"}, "hi-Latn", "Indira Gandhi"},
		{"a Ukrainian in Cyrillic for readers of Hindi (UTS #35 part 8)", "hi", personname.Name{Locale: language.Ukrainian, Given: "Іван", Surname: "Васильєв"}, "uk", "Іван Васильєв"},
		{"the same in Greek letters: a Greek formatter (UTS #35 part 8)", "hi", personname.Name{Locale: language.Ukrainian, Given: "Ιβάν", Surname: "Βασίλιεφ"}, "el", "Ιβάν Βασίλιεφ"},
		{"Cyrillic letters of an Englishman in Ukraine: the script's language there", "en", personname.Name{Locale: language.MustParse("en-UA"), Given: "Джон", Surname: "Сміт"}, "uk", "Джон Сміт"},
		{"Kanji for English readers", "en", personname.Name{Locale: language.Japanese, Given: "慎太郎", Surname: "石原"}, "ja", "石原慎太郎"},
		{"Han of Taiwan for English readers", "en", personname.Name{Locale: language.MustParse("zh-TW"), Given: "英文", Surname: "蔡"}, "zh-Hant", "蔡英文"},
		{"Han of Hong Kong", "en", personname.Name{Locale: language.MustParse("zh-HK"), Given: "大文", Surname: "陳"}, "zh-Hant-HK", "陳大文"},
		{"Hangul for English readers", "en", personname.Name{Locale: language.Korean, Given: "민준", Surname: "김"}, "ko", "김민준"},
		{"Cyrillic of a German for German readers: Russian, from the script", "de", personname.Name{Locale: language.German, Given: "Алберт", Surname: "Эйнштейн"}, "ru", "Алберт Эйнштейн"},
		{"Latin Serbian for readers of Cyrillic", "sr", personname.Name{Locale: language.Serbian, Given: "Ivo", Surname: "Andrić"}, "sr-Latn", "Ivo Andrić"},
		{"Hanja of a Korean stay with Korean readers, since Kore holds Hani", "ko", personname.Name{Locale: language.Korean, Given: "大中", Surname: "金"}, "ko", "金大中"},
		{"Kana is none of the scripts of Chinese", "zh", personname.Name{Locale: language.Japanese, Given: "さくら", Surname: "たなか"}, "ja", "たなかさくら"},
		{"the surname decides where the names differ", "en", personname.Name{Locale: language.Japanese, Given: "Mariko", Surname: "渡辺"}, "ja", "渡辺Mariko"},
		{"a name without letters is nobody's", "ja", personname.Name{Locale: language.German, Given: "2", Surname: "1"}, "ja", "2・1"},
		{"a stated script that the letters contradict", "en", personname.Name{Locale: language.MustParse("ja-Latn"), Given: "慎太郎", Surname: "石原"}, "ja", "石原慎太郎"},
		{"letters for which no locale has patterns: the root's", "en", personname.Name{Locale: language.MustParse("got"), Given: "𐌰𐌻𐌰𐍂𐌴𐌹𐌺𐍃", Surname: "𐌱𐌰𐌻𐌸𐌰"}, "und", "𐌰𐌻𐌰𐍂𐌴𐌹𐌺𐍃 𐌱𐌰𐌻𐌸𐌰"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			trace := explain(t, c.reader, &personname.Options{Length: personname.Long, Formality: personname.Formal, Usage: personname.Referring}, c.name)
			require.Equal(t, c.text, trace.Text)
			require.Equal(t, c.locale, trace.Locale.String())
			require.Equal(t, c.locale != c.reader, trace.Switched)
		})
	}
}

// Where nobody states the name's locale, the script of the letters gives one.
func TestNameLocaleInference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, given, surname    string
		script, name             string
		reader, patterns, result string
		order                    personname.Order
	}{
		{"Latin is English", "Ada", "Lovelace", "Latn", "en-Latn-US", "en", "en", "Ada Lovelace", personname.GivenFirst},
		{"Latin stays so for a reader of Hungarian", "Ada", "Lovelace", "Latn", "en-Latn-US", "hu", "hu", "Ada Lovelace", personname.GivenFirst},
		{"Han is Chinese, also for Japanese readers", "駿", "宮崎", "Hani", "zh-Hani-CN", "ja", "ja", "宮崎駿", personname.SurnameFirst},
		{"Han for English readers", "駿", "宮崎", "Hani", "zh-Hani-CN", "en", "zh", "宮崎駿", personname.SurnameFirst},
		{"Hiragana is Japanese", "さくら", "たなか", "Hira", "ja-Hira-JP", "en", "ja", "たなかさくら", personname.SurnameFirst},
		{"Katakana is Japanese, since nobody says that the name is not", "アルベルト", "アインシュタイン", "Kana", "ja-Kana-JP", "en", "ja", "アインシュタインアルベルト", personname.SurnameFirst},
		{"Hangul is Korean", "민준", "김", "Hang", "ko-Hang-KR", "en", "ko", "김민준", personname.SurnameFirst},
		{"Cyrillic is Russian", "Борис", "Ельцин", "Cyrl", "ru-Cyrl-RU", "uk", "uk", "Борис Ельцин", personname.GivenFirst},
		{"Devanagari is Hindi", "इंदिरा", "गांधी", "Deva", "hi-Deva-IN", "en", "hi", "इंदिरा गांधी", personname.GivenFirst},
		{"Thai is Thai", "สมชาย", "ศรสุวรรณ", "Thai", "th-Thai-TH", "en", "th", "สมชาย ศรสุวรรณ", personname.GivenFirst},
		{"the surname is read before the given name", "Mariko", "渡辺", "Hani", "zh-Hani-CN", "zh", "zh", "渡辺Mariko", personname.SurnameFirst},
		{"the given name where the surname has no letters", "Ada", "1", "Latn", "en-Latn-US", "de", "de", "Ada 1", personname.GivenFirst},
		{"signs before the letters do not count", "Ada", "…’Connor", "Latn", "en-Latn-US", "ru", "en", "Ada …’Connor", personname.GivenFirst},
		{"no letters at all: as the reader's own", "2", "1", "", "ja-Jpan", "ja", "ja", "12", personname.SurnameFirst},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			trace := explain(t, c.reader, &personname.Options{Length: personname.Long, Formality: personname.Formal}, personname.Name{Given: c.given, Surname: c.surname})
			require.True(t, trace.Inferred)
			require.Equal(t, c.script, trace.Script)
			require.Equal(t, c.name, trace.NameLocale.String())
			require.Equal(t, c.patterns, trace.Locale.String())
			require.Equal(t, c.result, trace.Text)
			require.Equal(t, c.order, trace.Order)
		})
	}
	stated := explain(t, "en", nil, personname.Name{Locale: language.MustParse("de-CH"), Given: "Albert", Surname: "Einstein"})
	require.False(t, stated.Inferred)
	require.Equal(t, "de-Latn-CH", stated.NameLocale.String())
}

// The person's own order comes before every list, and after the caller's force and
// sorting.
func TestPreferredOrder(t *testing.T) {
	t.Parallel()
	chan1 := personname.Name{Locale: language.MustParse("zh-HK"), Given: "Tai-man", Surname: "Chan"}
	given, surname := chan1, chan1
	given.Order, surname.Order = personname.GivenFirst, personname.SurnameFirst
	german := personname.Name{Locale: language.German, Order: personname.SurnameFirst, Given: "Sepp", Surname: "Huber"}
	for _, c := range []struct {
		label   string
		name    personname.Name
		options personname.Options
		want    string
		basis   personname.OrderBasis
	}{
		{"not stated: the list", chan1, personname.Options{}, "Chan Tai-man", personname.OrderOfLocale},
		{"given first", given, personname.Options{}, "Tai-man Chan", personname.OrderPreferred},
		{"surname first", surname, personname.Options{}, "Chan Tai-man", personname.OrderPreferred},
		{"surname first against the list", german, personname.Options{}, "Huber Sepp", personname.OrderPreferred},
		{"forced the other way", given, personname.Options{Order: personname.SurnameFirst}, "Chan Tai-man", personname.OrderRequested},
		{"forced given first", surname, personname.Options{Order: personname.GivenFirst}, "Tai-man Chan", personname.OrderRequested},
		{"native order of English", surname, personname.Options{Order: personname.NativeOrder}, "Tai-man Chan", personname.OrderRequested},
		{"sorting knows no preference", given, personname.Options{Order: personname.Sorting}, "Chan, Tai-man", personname.OrderRequested},
		{"a monogram is not sorted", given, personname.Options{Order: personname.Sorting, Usage: personname.Monogram, Length: personname.Long, Formality: personname.Formal}, "TC", personname.OrderPreferred},
		{"what is sorted is referred to", given, personname.Options{Order: personname.Sorting, Usage: personname.Addressing, Formality: personname.Formal}, "Chan, Tai-man", personname.OrderRequested},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			if c.options.Usage == 0 {
				c.options.Usage = personname.Referring
			}
			trace := explain(t, "en", &c.options, c.name)
			require.Equal(t, c.want, trace.Text)
			require.Equal(t, c.basis, trace.OrderBasis)
			if c.options.Order == personname.Sorting && c.options.Usage == personname.Addressing {
				require.Equal(t, personname.Referring, trace.Usage)
			}
		})
	}
	native := explain(t, "hu", &personname.Options{Order: personname.NativeOrder}, personname.Name{Locale: language.English, Given: "Ada", Surname: "Lovelace"})
	require.Equal(t, "Lovelace Ada", native.Text)
}

// Surnames in capitals: always, or only in an order that is foreign to the reader
// (UTS #35 part 8, API Implementation: "ABE Shinzo").
func TestSurnameAllCaps(t *testing.T) {
	t.Parallel()
	abe := personname.Name{Locale: language.Japanese, Given: "Shinzo", Surname: "Abe"}
	always, foreign := personname.Options{SurnameAllCaps: true}, personname.Options{ForeignSurnameAllCaps: true}
	sorted := personname.Options{Order: personname.Sorting, ForeignSurnameAllCaps: true}
	for _, c := range []struct {
		label   string
		reader  string
		options personname.Options
		name    personname.Name
		want    string
	}{
		{"always, foreign order", "en", always, abe, "ABE Shinzo"},
		{"always, own order", "de", always, abe, "Shinzo ABE"},
		{"foreign order", "en", foreign, abe, "ABE Shinzo"},
		{"own order", "de", foreign, abe, "Shinzo Abe"},
		{"a Hungarian at home", "hu", foreign, personname.Name{Locale: language.Hungarian, Given: "Béla", Surname: "Bartók"}, "Bartók Béla"},
		{"an English name for Hungarians", "hu", foreign, personname.Name{Locale: language.English, Given: "Ada", Surname: "Lovelace"}, "Ada LOVELACE"},
		{"sorted names are not in a foreign order", "en", sorted, abe, "Abe, Shinzo"},
		{"both surnames", "es", personname.Options{SurnameAllCaps: true, Order: personname.Sorting}, personname.Name{Locale: language.Spanish, Given: "María José", Surname: "Carreño", Surname2: "Quiñones"}, "CARREÑO QUIÑONES, María José"},
		{"prefix and core", "nl", always, personname.Name{Locale: language.Dutch, Given: "Johannes", SurnamePrefix: "van den", SurnameCore: "Berg"}, "Johannes VAN DEN BERG"},
		{"ß", "de", always, personname.Name{Locale: language.German, Given: "Anna", Surname: "Weiß"}, "Anna WEISS"},
		{"Turkish", "en", always, personname.Name{Locale: language.Turkish, Given: "Ali", Surname: "Inci"}, "Ali INCİ"},
		{"Turkish, nobody said so", "en", always, personname.Name{Given: "Ali", Surname: "Inci"}, "Ali INCI"},
		{"Greek", "el", always, personname.Name{Locale: language.Greek, Given: "Άννα", Surname: "Παπαδοπούλου"}, "Άννα ΠΑΠΑΔΟΠΟΥΛΟΥ"},
		{"Lithuanian: a dot above goes", "lt", always, personname.Name{Locale: language.Lithuanian, Given: "Jonas", Surname: "Vi\u0307\u0300lkas j\u0307 įx"}, "Jonas VI\u0300LKAS J ĮX"},
		{"Han has no capitals", "ja", always, personname.Name{Locale: language.Japanese, Given: "慎太郎", Surname: "石原"}, "石原慎太郎"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, explain(t, c.reader, &c.options, c.name).Text)
		})
	}
}

// The default length and formality of each language with defaults of its own. They are
// CLDR's for screens and no register: de and ko are informal.
func TestDefaults(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, tag := range append([]language.Tag{language.Und}, personname.Locales()...) {
		trace := explain(t, tag.String(), nil, personname.Name{Given: "1", Surname: "2"})
		require.Equal(t, tag.String(), trace.Locale.String())
		fmt.Fprintf(&out, "%-12s %-7s %s\n", tag, trace.Length, trace.Formality)
	}
	golden.Equal(t, "testdata/defaults.golden", out.String())
	for reader, want := range map[string]personname.Formality{
		"de": personname.Informal, "ko": personname.Informal, "zh": personname.Informal,
		"cs": personname.Formal, "he": personname.Formal,
	} {
		require.Equal(t, want, explain(t, reader, nil, personname.Name{Given: "1"}).Formality, reader)
	}
}
