package personname_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

func benchmarkNames() map[string]struct {
	reader  string
	options personname.Options
	name    personname.Name
} {
	return map[string]struct {
		reader  string
		options personname.Options
		name    personname.Name
	}{
		"en/medium": {"en", personname.Options{}, personname.Name{
			Locale: language.English, Given: "Ada", Given2: "Augusta", Surname: "Lovelace",
		}},
		"en/long-formal": {"en", personname.Options{Length: personname.Long, Formality: personname.Formal}, personname.Name{
			Locale: language.German, Title: "Prof. Dr.", Given: "Ada Cornelia", Given2: "César Martín",
			SurnamePrefix: "von", SurnameCore: "Brühl", Generation: "Jr.", Credentials: "MD DDS",
		}},
		"en/initials": {"en", personname.Options{Length: personname.Short, Formality: personname.Formal}, personname.Name{
			Locale: language.German, Given: "Ada Cornelia", Given2: "César Martín", Surname: "Brühl",
		}},
		"es/alternatives": {"es", personname.Options{Order: personname.Sorting}, personname.Name{
			Locale: language.Spanish, Given: "María José", Surname: "Carreño", Surname2: "Quiñones",
		}},
		"ja/foreign": {"ja", personname.Options{}, personname.Name{
			Locale: language.German, Given: "アルベルト", Surname: "アインシュタイン",
		}},
		"en/switched to ja": {"en", personname.Options{}, personname.Name{
			Locale: language.Japanese, Given: "慎太郎", Surname: "石原",
		}},
		"en/region and script": {"en", personname.Options{}, personname.Name{
			Locale: language.MustParse("zh-Latn-CN"), Given: "Wei", Surname: "Wang",
		}},
		"ru/capitals": {"ru", personname.Options{SurnameAllCaps: true}, personname.Name{
			Locale: language.Russian, Given: "Борис", Given2: "Николаевич", Surname: "Ельцин",
		}},
		"tr/capitals": {"tr", personname.Options{SurnameAllCaps: true}, personname.Name{
			Locale: language.Turkish, Given: "Ali", Surname: "Işık İnci",
		}},
		"ru/monogram": {"ru", personname.Options{Usage: personname.Monogram, Length: personname.Long}, personname.Name{
			Locale: language.Russian, Given: "Борис", Given2: "Николаевич", Surname: "Ельцин",
		}},
	}
}

func BenchmarkFormat(b *testing.B) {
	for label, c := range benchmarkNames() {
		b.Run(label, func(b *testing.B) {
			f, err := personname.New(language.MustParse(c.reader), &c.options)
			require.NoError(b, err)
			var source personname.Source = c.name
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Format(source); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A cold locale: the record and the patterns are read from the tables each time.
func BenchmarkNew(b *testing.B) {
	for _, reader := range []string{"af", "en", "zu", "zh-Hant-HK", "es-AR"} {
		b.Run(reader, func(b *testing.B) {
			tag := language.MustParse(reader)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := personname.New(tag, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Formatting allocates little once the formatter is made: the text, and what the
// casing of a text outside ASCII needs.
func TestFormatAllocations(t *testing.T) {
	for label, c := range benchmarkNames() {
		f, err := personname.New(language.MustParse(c.reader), &c.options)
		require.NoError(t, err)
		var source personname.Source = c.name
		allocations := testing.AllocsPerRun(100, func() { _, _ = f.Format(source) })
		require.LessOrEqual(t, allocations, 3.0, label)
	}
}
