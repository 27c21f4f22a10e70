package personname_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// A tag that names neither language nor script nor region states no locale: the order
// and the patterns are inferred, as for Und.
func TestEmptyTagIsNotStated(t *testing.T) {
	t.Parallel()
	name := personname.Name{Given: "太郎", Surname: "山田"}
	want := explain(t, "en", nil, name)
	require.True(t, want.Inferred)
	require.Equal(t, "山田太郎", want.Text)
	for _, tag := range []string{"und-u-ca-buddhist", "x-customer", "und-x-customer", "und-Zzzz", "und-ZZ"} {
		name.Locale = language.Raw.Make(tag)
		require.Equal(t, want, explain(t, "en", nil, name), tag)
	}
}

// fickle answers anew each time it is asked, and derives what nobody asked for.
type fickle struct {
	random *rand.Rand
	parts  []string
	broken bool
}

func (f *fickle) pick() string { return f.parts[f.random.IntN(len(f.parts))] }

func (f *fickle) NameLocale() language.Tag {
	return language.Make([]string{"und", "ja", "de", "zh-Hant-HK", "ar"}[f.random.IntN(5)])
}

func (f *fickle) PreferredOrder() string {
	return []string{"", "givenFirst", "surnameFirst"}[f.random.IntN(3)]
}

func (f *fickle) Field(field, modifier string) (string, bool) {
	if f.broken && field == "given" && modifier == "" {
		panic("the host's own")
	}
	return f.pick(), f.random.IntN(2) == 0
}

func (f *fickle) Derive(string, string) (string, bool) { return f.pick(), f.random.IntN(3) == 0 }

// A source that breaks its promise gets a text or an error, and one that panics leaves
// the formatter as it was.
func TestHostileSource(t *testing.T) {
	t.Parallel()
	parts := []string{"", " ", "Ann", "van den", "山田", "محمد", "\u200d", "👩‍👩‍👧", "कृ", "Jr."}
	source := &fickle{random: rand.New(rand.NewPCG(1, 2)), parts: parts} //nolint:gosec // a fixed sequence
	for _, tag := range personname.Locales() {
		for usage := personname.Referring; usage <= personname.Monogram; usage++ {
			f, err := personname.New(tag, &personname.Options{Usage: usage})
			require.NoError(t, err)
			for range 100 {
				text, err := f.Format(source)
				if err != nil {
					require.ErrorIs(t, err, personname.ErrNoName)
					continue
				}
				require.NotContains(t, text, "  ")
				require.False(t, strings.ContainsAny(text, "{}\x00"), text)
			}
		}
	}
	f := formatter(t, "en", nil)
	source.broken = true
	require.PanicsWithValue(t, "the host's own", func() { _, _ = f.Format(source) })
	text, err := f.Format(personname.Name{Given: "Ada", Surname: "Lovelace"})
	require.NoError(t, err)
	require.Equal(t, "Ada Lovelace", text)
}
