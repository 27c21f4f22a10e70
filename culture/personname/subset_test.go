package personname_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// forms is every place in the grid of patterns.
func forms() []personname.Options {
	var all []personname.Options
	for _, order := range []personname.Order{personname.GivenFirst, personname.SurnameFirst, personname.Sorting} {
		for length := personname.Long; length <= personname.Short; length++ {
			for usage := personname.Referring; usage <= personname.Monogram; usage++ {
				for formality := personname.Formal; formality <= personname.Informal; formality++ {
					if order != personname.Sorting || usage == personname.Referring {
						all = append(all, personname.Options{Order: order, Length: length, Usage: usage, Formality: formality})
					}
				}
			}
		}
	}
	return all
}

// The letters of these fields belong to no script, so that no reader's patterns are
// switched: mathematical bold, as in the titles of physicists.
var letters = [...]string{"𝐓", "𝐆 𝐆", "𝐈", "𝐍-𝐍", "𝐒", "𝐏", "𝐂", "𝐃", "𝐉", "𝐊"}

func subset(bits int, locale language.Tag) personname.Name {
	var field [len(letters)]string
	for i := range field {
		if bits>>i&1 == 1 {
			field[i] = letters[i]
		}
	}
	return personname.Name{
		Title: field[0], Given: field[1], GivenInformal: field[2], Given2: field[3], Surname: field[4], SurnamePrefix: field[5],
		SurnameCore: field[6], Surname2: field[7], Generation: field[8], Credentials: field[9], Locale: locale,
	}
}

// Every subset of the fields, for every locale with patterns, as a native and as a
// foreign name: what is left out leaves no trace. Each pair is tried in a few of the
// forms, which take turns.
func TestEverySubsetOfFields(t *testing.T) {
	t.Parallel()
	all := forms()
	require.Len(t, all, 42)
	turns := 5
	if testing.Short() {
		turns = 1
	}
	for i, reader := range append([]language.Tag{language.Und}, personname.Locales()...) {
		formatters := make([]*personname.Formatter, len(all))
		for j, form := range all {
			formatters[j] = formatter(t, reader.String(), &form)
		}
		for bits := range 1 << len(letters) {
			for turn := range turns {
				at := (i + 17*bits + 11*turn) % len(all)
				foreign := language.Und
				if (bits+turn)%2 == 1 {
					foreign = language.Dutch
				}
				name := subset(bits, foreign)
				text, err := formatters[at].Format(name)
				if name.Given+name.GivenInformal+name.Surname+name.SurnameCore == "" {
					require.ErrorIs(t, err, personname.ErrNoName)
					continue
				}
				require.NoError(t, err)
				if fault := traces(text); fault != "" {
					t.Fatalf("%s %v %010b: %q %s", reader, all[at], bits, text, fault)
				}
			}
		}
	}
}

// traces finds what an empty field has left in a text.
func traces(text string) string {
	switch {
	case text == "":
		return "is empty"
	case strings.TrimSpace(text) != text:
		return "begins or ends with a blank"
	case strings.Contains(text, "  "):
		return "has two blanks"
	case strings.ContainsAny(text, "{}"):
		return "has a brace"
	case strings.Count(text, "(") != strings.Count(text, ")") || strings.Contains(text, "()"):
		return "has a bracket without its fellow"
	}
	const commas, blanks = ",，، 、፣၊", " ·・("
	for i, r := range text {
		if !strings.ContainsRune(commas, r) || r == ' ' {
			continue
		}
		before, after := text[:i], text[i+len(string(r)):]
		if before == "" || after == "" || strings.ContainsAny(before[len(before)-1:], blanks+commas) || strings.HasSuffix(before, "·") || strings.HasSuffix(before, "・") {
			return "has a comma that follows or parts nothing"
		}
	}
	return ""
}

// A long formal reference shows every name that is held.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, reader := range append([]language.Tag{language.Und}, personname.Locales()...) {
		for _, length := range []personname.Length{personname.Long, personname.Medium} {
			for _, order := range []personname.Order{personname.GivenFirst, personname.SurnameFirst, personname.Sorting} {
				f := formatter(t, reader.String(), &personname.Options{Order: order, Length: length, Usage: personname.Referring, Formality: personname.Formal})
				trace, err := f.Explain(personname.Name{Given: "𝐆", Surname: "𝐒"})
				require.NoError(t, err)
				require.Contains(t, trace.Text, "𝐆", "%s by %s", reader, trace.Pattern)
				require.Contains(t, trace.Text, "𝐒", "%s by %s", reader, trace.Pattern)
			}
		}
	}
}
