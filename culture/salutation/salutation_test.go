package salutation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/salutation"
)

func in(tag, region string) culture.Context {
	return culture.Context{Lang: language.MustParse(tag), Region: language.MustParseRegion(region)}
}

func informal(c culture.Context) culture.Context {
	c.Stated = append(c.Stated, culture.Preference{Dimension: culture.FormalityDefault, Value: "informal"})
	return c
}

func TestLine(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		context culture.Context
		person  salutation.Person
		medium  salutation.Medium
		text    string
		rule    salutation.RuleID
		part    salutation.Part
		ask     bool
	}{
		{"verbatim wins", in("de", "DE"), salutation.Person{Name: "Anna von Stein", CallMe: "Anna", Verbatim: "Moin Anna!"}, salutation.Letter, "Moin Anna!", "stated.verbatim", salutation.WholeWish, false},
		{"call-me wins over title", in("en", "US"), salutation.Person{Name: "Aiko Tanaka", Title: "Dr.", CallMe: "Ai"}, salutation.Letter, "Dear Ai", "stated.call_me", salutation.CallMeName, false},
		{"German title", in("de", "DE"), salutation.Person{Name: "Anna von Stein", Title: "Prof. Dr."}, salutation.Letter, "Guten Tag Prof. Dr. Anna von Stein", "de.formal", salutation.TitleAndAll, false},
		{"German, gender not known", in("de", "DE"), salutation.Person{Name: "Alex Schmidt"}, salutation.Letter, "Guten Tag Alex Schmidt", "de.formal", salutation.FullName, false},
		{"German informal as stated", informal(in("de", "DE")), salutation.Person{Name: "Alex Schmidt"}, salutation.Chat, "Hallo Alex Schmidt", "de.informal", salutation.FullName, false},
		{"Icelander in English", in("en", "IS"), salutation.Person{Name: "Björk Guðmundsdóttir"}, salutation.Letter, "Dear Björk Guðmundsdóttir", "en.formal", salutation.FullName, true},
		{"Japanese letter", in("ja", "JP"), salutation.Person{Name: "田中愛子"}, salutation.Letter, "田中愛子様", "ja.formal", salutation.FullName, true},
		{"no 様 on a job title", in("ja", "JP"), salutation.Person{Name: "田中", Title: "部長"}, salutation.Letter, "田中部長", "ja.formal", salutation.TitleAndAll, true},
		{"Latin name in Japanese", in("ja", "JP"), salutation.Person{Name: "Anna Meyer"}, salutation.Letter, "Anna Meyer 様", "ja.formal", salutation.FullName, true},
		{"Japanese call-me", in("ja", "JP"), salutation.Person{CallMe: "アイコ"}, salutation.Chat, "アイコ様", "stated.call_me", salutation.CallMeName, false},
		{"Chinese title after the name", in("zh-CN", "CN"), salutation.Person{Name: "陈伟", Title: "经理"}, salutation.Chat, "陈伟经理，您好", "zh.formal", salutation.TitleAndAll, true},
		{"Brazil", in("pt-BR", "BR"), salutation.Person{Name: "José Eduardo Santos Tavares"}, salutation.Letter, "Olá, José Eduardo Santos Tavares", "pt.formal", salutation.FullName, true},
		{"Italy, no Ciao", in("it", "IT"), salutation.Person{Name: "Giulia Rossi", Title: "Dott.ssa"}, salutation.Letter, "Buongiorno Dott.ssa Giulia Rossi", "it.formal", salutation.TitleAndAll, false},
		{"India, Hindi", in("hi", "IN"), salutation.Person{Name: "अर्जुन शर्मा"}, salutation.Letter, "नमस्ते अर्जुन शर्मा जी", "hi.formal", salutation.FullName, true},
		{"India, English", in("en-IN", "IN"), salutation.Person{Name: "Arjun Sharma"}, salutation.Voice, "Hello Arjun Sharma", "en.formal", salutation.FullName, true},
		{"no form for the language", in("tr", "TR"), salutation.Person{Name: "Ahmet Yılmaz", Title: "Bey"}, salutation.Letter, "Ahmet Yılmaz", "fallback.name_only", salutation.FullName, true},
		{"call-me without a form", in("tr", "TR"), salutation.Person{CallMe: "Ahmet"}, salutation.Letter, "Ahmet", "stated.call_me", salutation.CallMeName, true},
		{"Malay is not Indonesian", in("ms", "MY"), salutation.Person{Name: "Zaiton binti Isa"}, salutation.Letter, "Zaiton binti Isa", "fallback.name_only", salutation.FullName, true},
	}
	engine := salutation.New(nil)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := engine.Line(row.context, row.person, row.medium)
			require.NoError(t, err)
			require.Equal(t, row.text, got.Text)
			require.Equal(t, row.rule, got.Rule)
			require.Equal(t, row.part, got.Part)
			require.Equal(t, row.ask, got.Ask)
			require.NotEmpty(t, got.Why)
		})
	}
}

func TestGuidanceComesAlong(t *testing.T) {
	t.Parallel()
	got, err := salutation.New(culture.Default()).Line(in("de", "DE"), salutation.Person{Name: "Alex Schmidt"}, salutation.Letter)
	require.NoError(t, err)
	var ids []culture.FactID
	for _, a := range got.Guidance {
		ids = append(ids, a.Value.Fact)
	}
	require.Equal(t, []culture.FactID{"de.title_usage.1", "de.title_usage.2", "de.greeting.1"}, ids)
	require.Contains(t, got.Why, "guides report")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	engine := salutation.New(nil)
	rows := []struct {
		name   string
		person salutation.Person
		medium salutation.Medium
		want   error
	}{
		{"nothing stated", salutation.Person{}, salutation.Letter, salutation.ErrNoName},
		{"title alone", salutation.Person{Title: "Dr."}, salutation.Letter, salutation.ErrNoName},
		{"no medium", salutation.Person{Name: "A"}, 0, salutation.ErrMedium},
		{"bidi override", salutation.Person{Name: "A\u202eB"}, salutation.Letter, salutation.ErrName},
		{"newline", salutation.Person{CallMe: "A\nBcc: x"}, salutation.Letter, salutation.ErrName},
		{"blank", salutation.Person{Name: "  "}, salutation.Letter, salutation.ErrName},
		{"Hangul filler", salutation.Person{Name: "\u3164"}, salutation.Letter, salutation.ErrName},
		{"braille blank", salutation.Person{Name: "\u2800\u2800"}, salutation.Letter, salutation.ErrName},
		{"grapheme joiner", salutation.Person{CallMe: "\u034f"}, salutation.Letter, salutation.ErrName},
		{"joiner alone", salutation.Person{Verbatim: "\u200d"}, salutation.Letter, salutation.ErrName},
		{"signs alone", salutation.Person{Name: "???"}, salutation.Letter, salutation.ErrName},
		{"mark alone", salutation.Person{Name: "A", Title: "\u0301"}, salutation.Letter, salutation.ErrName},
		{"bad UTF-8", salutation.Person{Name: "\xff"}, salutation.Letter, salutation.ErrName},
		{"long", salutation.Person{Name: strings.Repeat("a", 600)}, salutation.Letter, salutation.ErrName},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := engine.Line(in("en", "US"), row.person, row.medium)
			require.ErrorIs(t, err, row.want)
			require.NotContains(t, err.Error(), "Bcc")
		})
	}
	_, err := engine.Line(in("en", "US"), salutation.Person{Name: "\xff", Title: "\n"}, salutation.Letter)
	require.ErrorContains(t, err, "Name")
	require.ErrorContains(t, err, "Title")
	joiner, err := engine.Line(in("en", "IN"), salutation.Person{Name: "ക്\u200dഷ"}, salutation.Letter)
	require.NoError(t, err)
	require.Contains(t, joiner.Text, "\u200d")
}

// The person's own word is in the line whatever the language, register and medium,
// and no line has doubled or orphaned blanks.
func TestOwnWordStands(t *testing.T) {
	t.Parallel()
	engine := salutation.New(nil)
	rapid.Check(t, func(t *rapid.T) {
		p := salutation.Person{
			Name:   rapid.StringMatching(`[A-ZÅ山][a-zö]{0,5}( [A-Z]{1,5})?`).Draw(t, "name"),
			Title:  rapid.SampledFrom([]string{"", "Dr.", "部長"}).Draw(t, "title"),
			CallMe: rapid.SampledFrom([]string{"", "Ai", "愛"}).Draw(t, "callMe"),
		}
		c := in(rapid.SampledFrom([]string{"en", "de", "pt", "it", "zh", "ja", "hi", "tr", "ar", "und"}).Draw(t, "lang"), "JP")
		if rapid.Bool().Draw(t, "informal") {
			c = informal(c)
		}
		m := salutation.Medium(rapid.IntRange(1, 3).Draw(t, "medium"))
		got, err := engine.Line(c, p, m)
		require.NoError(t, err)
		want := p.Name
		if p.CallMe != "" {
			want = p.CallMe
			require.NotContains(t, got.Text, "Dr.")
		}
		require.Contains(t, got.Text, want)
		require.NotContains(t, got.Text, "  ")
		require.Equal(t, strings.TrimSpace(got.Text), got.Text)
	})
}

func TestNames(t *testing.T) {
	t.Parallel()
	for m := salutation.Letter; m <= salutation.Voice; m++ {
		text, err := m.MarshalText()
		require.NoError(t, err)
		var back salutation.Medium
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, m, back)
	}
	_, err := salutation.Medium(9).MarshalText()
	require.ErrorIs(t, err, salutation.ErrMedium)
	var m salutation.Medium
	require.ErrorIs(t, m.UnmarshalText([]byte("fax")), salutation.ErrMedium)
	for p := salutation.WholeWish; p <= salutation.TitleAndAll; p++ {
		text, err := p.MarshalText()
		require.NoError(t, err)
		var back salutation.Part
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, p, back)
	}
	_, err = salutation.Part(0).MarshalText()
	require.ErrorIs(t, err, salutation.ErrName)
	require.Equal(t, "part(9)", salutation.Part(9).String())
}

func Example() {
	engine := salutation.New(culture.Default())
	germany := culture.Context{Lang: language.German, Region: language.MustParseRegion("DE")}
	for _, p := range []salutation.Person{
		{Name: "Anna von Stein", Title: "Prof. Dr."},
		{Name: "Alex Schmidt", CallMe: "Lexi"},
	} {
		line, err := engine.Line(germany, p, salutation.Letter)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(line.Text)
		fmt.Println(" ", line.Why)
	}
	// Output:
	// Guten Tag Prof. Dr. Anna von Stein
	//   the title is the person's own, and the whole name is right in every tradition; formal because guides report it as the safe choice there
	// Guten Tag Lexi
	//   the person asked to be called Lexi; formal because guides report it as the safe choice there
}
