package salutation_test

import (
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/culture/salutation"
)

func in(tag, region string) culture.Context {
	c := culture.Context{Lang: language.Make(tag)}
	if region != "" {
		c.Region = language.MustParseRegion(region)
	}
	return c
}

func informal(c culture.Context) culture.Context {
	c.Stated = append(c.Stated, culture.Preference{Dimension: culture.FormalityDefault, Value: "informal"})
	return c
}

func name(locale, given, given2, surname, surname2 string) personname.Name {
	return personname.Name{Locale: language.Make(locale), Given: given, Given2: given2, Surname: surname, Surname2: surname2}
}

// The cases of greeting among the 25 hard ones, by their number in the research. What a
// formatter of names makes of them stands in the comments.
func TestHardCases(t *testing.T) {
	t.Parallel()
	bjork := name("is", "Björk", "", "Guðmundsdóttir", "")
	bartok := name("hu", "Béla", "", "Bartók", "")
	dung := name("vi", "Dũng", "Tấn", "Nguyễn", "")
	stein := name("de", "Anna", "", "von Stein", "")
	doctor := []salutation.Title{{Text: "Prof."}, {Text: "Dr."}, {Text: "Dr."}}
	rows := []struct {
		number  string
		context culture.Context
		person  salutation.Person
		medium  salutation.Medium
		text    string
		part    salutation.Part
		ask     bool
		never   string // what must stand neither in the line nor among its alternatives
	}{
		{"1 Icelander in English", in("en-GB", "IS"), salutation.Person{Name: bjork, Term: salutation.Feminine}, salutation.Letter, "Dear Björk,", salutation.GivenName, false, "Ms"},                    // Ms Guðmundsdóttir
		{"2 Icelander in Icelandic", in("is", "IS"), salutation.Person{Name: bjork, Term: salutation.Feminine}, salutation.Letter, "Kæra Björk,", salutation.GivenName, false, "frú"},                    // frú Björk Guðmundsdóttir
		{"3 Hungarian in Hungarian", in("hu", "HU"), salutation.Person{Name: bartok, Term: salutation.Masculine}, salutation.Letter, "Tisztelt Bartók Úr!", salutation.FamilyName, false, "Béla Bartók"}, // úr Bartók
		{"4 Hungarian in English", in("en-GB", "HU"), salutation.Person{Name: bartok, Term: salutation.Masculine}, salutation.Letter, "Dear Mr Bartók,", salutation.FamilyName, false, "Bartók Béla"},    // Mr Bartók
		{"4 Hungarian in English, nothing stated", in("en-GB", "HU"), salutation.Person{Name: bartok}, salutation.Letter, "Dear Béla Bartók,", salutation.FullName, false, "Mr"},                         // Béla Bartók
		{"5 Hungarian in Japanese", in("ja", "JP"), salutation.Person{Name: name("hu", "ベーラ", "", "バルトーク", "")}, salutation.Letter, "バルトーク・ベーラ様", salutation.FullName, false, " "},                       // バルトーク・ベーラ
		{"6 two Spanish surnames", in("es", "ES"), salutation.Person{Name: name("es", "María José", "", "Carreño", "Quiñones"), Term: salutation.Feminine}, salutation.Letter, "Estimada señora Carreño:", salutation.FamilyName, false, "señora Quiñones"},
		{"7 Brazilian", in("pt-BR", "BR"), salutation.Person{Name: name("pt-BR", "José Eduardo", "", "Santos", "Tavares"), Term: salutation.Masculine}, salutation.Letter, "Prezado Senhor José Eduardo,", salutation.GivenName, true, "Senhor Santos"},
		{"8 one name", in("id", "ID"), salutation.Person{Name: name("id", "Suharto", "", "", ""), Term: salutation.Masculine}, salutation.Letter, "Yth. Bapak Suharto,", salutation.FullName, true, "{"},
		{"9 Thai in English", in("en-GB", "TH"), salutation.Person{Name: name("th", "Somchai", "", "Sornsuwan", "")}, salutation.Letter, "Dear Khun Somchai,", salutation.GivenName, false, "Khun Sornsuwan"}, // Khun Sornsuwan
		{"10 Vietnamese in English", in("en-GB", "VN"), salutation.Person{Name: dung, Term: salutation.Masculine}, salutation.Letter, "Dear Mr Dũng,", salutation.GivenName, false, "Mr Nguyễn"},              // Mr Nguyễn
		{"11 Vietnamese in Vietnamese", in("vi", "VN"), salutation.Person{Name: dung, Term: salutation.Masculine}, salutation.Letter, "Kính gửi Ông Dũng,", salutation.GivenName, false, "Ông Nguyễn"},
		{"12 Korean rank", in("ko", "KR"), salutation.Person{Name: name("ko", "민준", "", "김", ""), Titles: []salutation.Title{{Text: "부장님", Rank: true}}}, salutation.Email, "김부장님, 안녕하십니까?", salutation.FamilyName, false, "님님"},
		{"12 Korean without rank", in("ko", "KR"), salutation.Person{Name: name("ko", "민준", "", "김", "")}, salutation.Email, "김민준 님, 안녕하십니까?", salutation.FullName, true, "{"},
		{"13 Korean in English", in("en-GB", "KR"), salutation.Person{Name: name("ko", "Min-jun", "", "Kim", ""), Term: salutation.Masculine, Titles: []salutation.Title{{Text: "Director", Rank: true}}}, salutation.Letter, "Dear Director Kim,", salutation.FamilyName, false, "Dear Min-jun,"},
		{"14 stacked titles", in("de", "DE"), salutation.Person{Name: stein, Term: salutation.Feminine, Titles: doctor}, salutation.Letter, "Sehr geehrte Frau Prof. Dr. von Stein,", salutation.FamilyName, false, "Dr. Dr."}, // Prof. Dr. Dr. von Stein
		{"15 gender not stated", in("de", "DE"), salutation.Person{Name: name("de", "Alex", "", "Schmidt", "")}, salutation.Letter, "Guten Tag Alex Schmidt,", salutation.FullName, false, "geehrte"},                          // Schmidt
		{"16 Russian", in("ru", "RU"), salutation.Person{Name: name("ru", "Борис", "Николаевич", "Ельцин", ""), Term: salutation.Masculine}, salutation.Letter, "Уважаемый Борис Николаевич!", salutation.GivenPatronymic, false, "г-н"},
		{"17 Turkish", in("tr", "TR"), salutation.Person{Name: name("tr", "Ahmet", "", "Yılmaz", ""), Term: salutation.Masculine}, salutation.Chat, "Merhaba Ahmet Bey,", salutation.GivenName, true, "Bey Yılmaz"}, // Bey Yılmaz
		{"18 Arabic", in("ar", "SA"), salutation.Person{Name: name("ar-SA", "محمد", "", "بن سلمان آل سعود", ""), Term: salutation.Masculine}, salutation.Chat, "مرحبًا، السيد محمد،", salutation.GivenName, false, "السيد آل سعود"},
		{"19 Japanese letter", in("ja", "JP"), salutation.Person{Name: name("ja", "慎太郎", "", "石原", "")}, salutation.Letter, "石原慎太郎様", salutation.FullName, false, "慎太郎石原"},
		{"19 Japanese speech", in("ja", "JP"), salutation.Person{Name: name("ja", "慎太郎", "", "石原", "")}, salutation.Voice, "石原様", salutation.FamilyName, false, "。"},
		{"19 no 様 on a job title", in("ja", "JP"), salutation.Person{Name: name("ja", "慎太郎", "", "石原", ""), Titles: []salutation.Title{{Text: "部長", Rank: true}}}, salutation.Letter, "石原部長", salutation.FamilyName, false, "部長様"},
		{"20 Einstein in Japanese", in("ja", "JP"), salutation.Person{Name: name("de", "アルベルト", "", "アインシュタイン", "")}, salutation.Letter, "アルベルト・アインシュタイン様", salutation.FullName, false, " "},
		{"20 Japanese in Latin script, in English", in("en-GB", "JP"), salutation.Person{Name: name("ja", "Hayao", "", "Miyazaki", "")}, salutation.Letter, "Dear Miyazaki-san,", salutation.FamilyName, false, "Mr"},
		{"21 Hong Kong in Chinese", in("zh-Hant-HK", "HK"), salutation.Person{Name: name("zh-Hant-HK", "大文", "", "陳", ""), Term: salutation.Masculine}, salutation.Chat, "陳先生，您好！", salutation.FamilyName, true, "大文先生"},
		{"21 Hong Kong in English", in("en-HK", "HK"), salutation.Person{Name: name("en-HK", "Peter", "Tai-man", "Chan", ""), Term: salutation.Masculine}, salutation.Letter, "Dear Mr Chan,", salutation.FamilyName, true, "Mr Peter"},
		{"22 Argentina is not Spain", in("es-AR", "AR"), salutation.Person{Name: name("es-AR", "Lucía", "", "Fernández", ""), Term: salutation.Feminine}, salutation.Chat, "Hola, señora Fernández:", salutation.FamilyName, false, "Apreciable"},
		{"23 Malay is not Indonesian", in("ms", "MY"), salutation.Person{Name: name("ms", "Isa", "", "bin Osman", ""), Term: salutation.Masculine}, salutation.Letter, "Yang dihormati Encik Isa,", salutation.GivenName, false, "Bapak"},
		{"24 Dutch prefix", in("nl", "NL"), salutation.Person{Name: name("nl", "Johannes", "", "van den Berg", ""), Term: salutation.Masculine}, salutation.Letter, "Geachte heer Van den Berg,", salutation.FamilyName, false, "heer van"},
		{"24 Belgian prefix", in("nl", "BE"), salutation.Person{Name: name("nl-BE", "Johannes", "", "van den Berg", ""), Term: salutation.Masculine}, salutation.Letter, "Geachte heer van den Berg,", salutation.FamilyName, false, "Van den"},
		{"25 married Malay woman", in("en-GB", "MY"), salutation.Person{Name: name("ms", "Zaiton", "", "", ""), Term: salutation.Feminine}, salutation.Letter, "Dear Ms Zaiton,", salutation.GivenName, true, "Mrs"},
	}
	for _, row := range rows {
		t.Run(row.number, func(t *testing.T) {
			t.Parallel()
			got, err := salutation.Default().Line(row.context, row.person, row.medium)
			require.NoError(t, err)
			require.Equal(t, row.text, got.Text)
			require.Equal(t, row.part, got.Part)
			require.Equal(t, row.ask, got.Ask, "%s %s", got.Why, got.Notes)
			for _, line := range append(got.Alternatives, got.Text) {
				require.NotContains(t, line, row.never)
			}
			require.NotEmpty(t, got.Why)
			require.NotEmpty(t, got.Sources)
			require.Equal(t, salutation.Draft, got.Status)
		})
	}
}

// The person's own word wins over every rule, also over a host's.
func TestOwnWordWins(t *testing.T) {
	t.Parallel()
	pack := fstest.MapFS{"salutation.json": {Data: []byte(`{"schema":"salutation-rules/1","status":"reviewed","reviewed":"2026-11-01",
		"sources":{"us":{"title":"house style","publisher":"us"}},"basis":["us"],
		"address":[{"id":"us.full","text":"{full}","part":"full","forms":["title","plain"],"why":"we write whole names","only":true}],
		"openings":[{"id":"us.open","write":["en"],"audience":["person"],"text":"Greetings, {address}","end":"."}]}`)}}
	engine, err := salutation.New(nil, &salutation.Options{Packs: []fs.FS{pack}})
	require.NoError(t, err)
	p := salutation.Person{Name: name("en", "Emma", "", "Taylor", ""), Term: salutation.Feminine}
	got, err := engine.Line(in("en-GB", ""), p, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "Greetings, Emma Taylor.", got.Text)
	require.Equal(t, []salutation.RuleID{"us.full", "any.form.plain", "us.open"}, got.Rules)
	p.CallMe = "Em"
	got, err = engine.Line(in("en-GB", ""), p, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "Greetings, Em.", got.Text)
	require.Equal(t, salutation.RuleCallMe, got.Rule)
	p.Verbatim = "Ahoy!"
	got, err = engine.Line(in("en-GB", ""), p, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "Ahoy!", got.Text)
	require.Equal(t, salutation.RuleVerbatim, got.Rule)
	require.False(t, got.Ask)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		to   salutation.Addressee
		in   salutation.Medium
		want error
	}{
		{"nothing stated", salutation.To(salutation.Person{}), salutation.Letter, salutation.ErrNoName},
		{"title alone", salutation.To(salutation.Person{Titles: []salutation.Title{{Text: "Dr."}}}), salutation.Letter, salutation.ErrNoName},
		{"a name without parts", salutation.To(salutation.Person{Name: personname.Name{Title: "Dr."}}), salutation.Letter, salutation.ErrNoName},
		{"no medium", salutation.To(salutation.Person{Full: "A"}), 0, salutation.ErrMedium},
		{"no audience", salutation.Addressee{}, salutation.Letter, salutation.ErrAudience},
		{"a couple of one", salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{{Full: "A"}}}, salutation.Letter, salutation.ErrAudience},
		{"a team with people", salutation.Addressee{Audience: salutation.ToTeam, People: []salutation.Person{{Full: "A"}}}, salutation.Letter, salutation.ErrAudience},
		{"a couple of whom one has died", salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{{Full: "A"}, {Full: "B", Deceased: true}}}, salutation.Letter, salutation.ErrAudience},
		{"no term", salutation.To(salutation.Person{Full: "A", Term: 9}), salutation.Letter, salutation.ErrTerm},
		{"bidi override", salutation.To(salutation.Person{Full: "A\u202eB"}), salutation.Letter, salutation.ErrName},
		{"newline", salutation.To(salutation.Person{CallMe: "A\nBcc: x"}), salutation.Letter, salutation.ErrName},
		{"newline in a part", salutation.To(salutation.Person{Name: name("en", "A\nBcc: x", "", "B", "")}), salutation.Letter, salutation.ErrName},
		{"newline in another spelling", salutation.To(salutation.Person{Full: "A", Spellings: []salutation.Source{name("en", "A\nBcc: x", "", "B", "")}}), salutation.Letter, salutation.ErrName},
		{"newline in a title", salutation.To(salutation.Person{Full: "A", Titles: []salutation.Title{{Text: "Dr\nBcc: x"}}}), salutation.Letter, salutation.ErrName},
		{"blank", salutation.To(salutation.Person{Full: "  "}), salutation.Letter, salutation.ErrName},
		{"Hangul filler", salutation.To(salutation.Person{Full: "\u3164"}), salutation.Letter, salutation.ErrName},
		{"signs alone", salutation.To(salutation.Person{Verbatim: "???"}), salutation.Letter, salutation.ErrName},
		{"bad UTF-8", salutation.To(salutation.Person{Full: "\xff"}), salutation.Letter, salutation.ErrName},
		{"long", salutation.To(salutation.Person{Full: strings.Repeat("a", 600)}), salutation.Letter, salutation.ErrName},
		{"long list", salutation.To(salutation.Person{Full: "A", Titles: make([]salutation.Title, 40)}), salutation.Letter, salutation.ErrName},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := salutation.Default().Open(in("en", "US"), row.to, row.in)
			require.ErrorIs(t, err, row.want)
			require.NotContains(t, err.Error(), "Bcc")
			_, err = salutation.Default().Close(in("en", "US"), row.to, row.in)
			require.ErrorIs(t, err, row.want)
		})
	}
	_, err := salutation.Default().Line(in("en", "US"), salutation.Person{Full: "\xff", CallMe: "\n"}, salutation.Letter)
	require.ErrorContains(t, err, "Full")
	require.ErrorContains(t, err, "CallMe")
}

// personDraw draws any subset of what a person may state.
func personDraw(t *rapid.T, label string) salutation.Person {
	text := rapid.SampledFrom([]string{"", "Ada", "van den Berg", "田中", "김", "محمد", "สมชาย", "de la Cruz", "O'Neil", "Jean-Luc", "{given}", "ija", "a", "Ng~", "¿", "Борис"})
	draw := func(field string) string { return text.Draw(t, label+field) }
	locale := rapid.SampledFrom(strings.Fields("und is ja ko zh zh-HK vi th ru tr hu de nl nl-BE fr es pt-BR pt it pl cs ar-EG ar ms id am mn my ta hi he sv en fil yo uk")).Draw(t, label+"locale")
	p := salutation.Person{
		Name: personname.Name{
			Locale: language.Make(locale), Given: draw("given"), GivenInformal: draw("informal"), Given2: draw("given2"), Surname: draw("surname"), Surname2: draw("surname2"),
			Variants: map[string]string{"given-vocative": draw("vocative"), "surname-vocative": draw("surname-vocative")},
		},
		Full: draw("full"), CallMe: draw("call"), Term: salutation.Term(rapid.IntRange(0, 4).Draw(t, label+"term")),
	}
	for range rapid.IntRange(0, 3).Draw(t, label+"titles") {
		p.Titles = append(p.Titles, salutation.Title{Text: rapid.SampledFrom([]string{"Dr.", "Prof.", "部長", "부장님", "la Directrice"}).Draw(t, label+"title"), Vocative: draw("title-vocative"), Rank: rapid.Bool().Draw(t, label+"rank")})
	}
	if rapid.IntRange(0, 5).Draw(t, label+"honorific") == 0 {
		p.Honorific = salutation.Title{Text: "Mx"}
	}
	p.Deceased = rapid.IntRange(0, 9).Draw(t, label+"deceased") == 0
	return p
}

// Whatever is stated, a line has no doubled blanks, no blanks at its ends, no brace or
// comma without company, nothing that was not stated, and Mr and Ms for nobody who did
// not state a gender.
func TestAnySubsetOfFields(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom(strings.Fields("ja ko zh-Hans zh-Hant zh-HK de de-CH fr es es-MX es-AR pt-BR pt-PT it nl pl ru tr ar he hi id th vi en-US en-GB ms cs hu sv da fi is sw und el")).Draw(t, "lang")
		c := in(lang, "")
		if rapid.Bool().Draw(t, "informally") {
			c = informal(c)
		}
		m := salutation.Medium(rapid.IntRange(1, 4).Draw(t, "medium"))
		to := salutation.To(personDraw(t, "a"))
		if rapid.IntRange(0, 3).Draw(t, "several") == 0 {
			to = salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{personDraw(t, "b"), personDraw(t, "c")}}
		}
		for i, make := range []func(culture.Context, salutation.Addressee, salutation.Medium) (salutation.Result, error){salutation.Default().Open, salutation.Default().Close} {
			got, err := make(c, to, m)
			if err != nil {
				require.Zero(t, got)
				continue
			}
			again, err := make(c, to, m)
			require.NoError(t, err)
			require.Equal(t, got, again)
			for _, line := range append(got.Alternatives, got.Text) {
				if line == "" {
					require.Equal(t, salutation.RuleNameOnly, got.Rule, "nothing is known of the language, and there is no name to stand alone")
					require.True(t, got.Ask)
					continue
				}
				sound(t, line)
			}
			require.NotEmpty(t, got.Rules)
			require.NotEmpty(t, got.Why)
			unstated := true
			for _, p := range to.People {
				unstated = unstated && (p.Term == salutation.Unspecified || p.Term == salutation.Neutral)
			}
			if unstated && i == 0 {
				for _, word := range strings.Fields("Mr Mr. Ms Ms. Mrs Frau Herr Monsieur Madame señor señora Senhor Senhora Signor Signora heer mevrouw Pani Panie госпожа господин Bey Hanım السيد السيدة מר श्री सुश्री Bapak Ibu Ông Bà Encik Puan 先生 女士") {
					require.NotContains(t, strings.FieldsFunc(got.Text, func(r rune) bool { return r == ' ' || r == ',' || r == '،' || r == ':' || r == '!' }), word)
				}
				require.NotContains(t, got.Text, "先生")
			}
		}
	})
}

func sound(t require.TestingT, line string) {
	require.NotContains(t, line, "  ", line)
	require.Equal(t, strings.TrimSpace(line), line)
	for _, sign := range []string{" ,", " :", " !", " .", ",,", "、、", "，，", "，：", "{n", "{t", "{a", "{f", "{l", "{o", "{surname", "\x00"} {
		require.NotContains(t, line, sign, line)
	}
	require.NotContains(t, strings.ReplaceAll(line, "{given}", ""), "{")
	first := []rune(line)[0]
	require.False(t, strings.ContainsRune(",:;!.،。：、", first), line)
	require.True(t, strings.ContainsFunc(line, unicode.IsLetter), line)
}

// What a name says of gender decides nothing: the same person with another name is
// addressed in the same way.
func TestGenderNeverComesFromAName(t *testing.T) {
	t.Parallel()
	for _, lang := range strings.Fields("de en-GB fr es pt-BR it nl pl ru tr ar he hi id vi hu cs is") {
		var ways []string
		for _, given := range []string{"Anna", "Otto"} {
			got, err := salutation.Default().Line(in(lang, ""), salutation.Person{Name: name("de", given, "", "Meier", "")}, salutation.Letter)
			require.NoError(t, err)
			ways = append(ways, strings.ReplaceAll(got.Text, given, "…"))
		}
		require.Equal(t, ways[0], ways[1])
	}
}

func TestManyGoroutinesShareAnEngine(t *testing.T) {
	t.Parallel()
	engine, err := salutation.New(culture.Default(), nil)
	require.NoError(t, err)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j, lang := range strings.Fields("ja ko zh-Hans de fr es pt-BR it nl pl ru tr ar he hi id th vi en-US en-GB") {
				p := salutation.Person{Name: name("is", "Björk", "", "Guðmundsdóttir", ""), Term: salutation.Term(uint8((i + j) % 5))} //nolint:gosec // below five
				want, err := salutation.Default().Line(in(lang, "IS"), p, salutation.Letter)
				if err != nil {
					t.Error(err)
				}
				got, err := engine.Line(in(lang, "IS"), p, salutation.Letter)
				if err != nil || got.Text != want.Text {
					t.Errorf("%s: %q, not %q: %v", lang, got.Text, want.Text, err)
				}
			}
		})
	}
	group.Wait()
}

// What is known of one language never serves another, however near: not Norwegian by
// Danish, not Cantonese by Chinese, not Ukrainian by Russian.
func TestNoLineCrossesLanguages(t *testing.T) {
	t.Parallel()
	p := salutation.Person{Name: name("de", "Anna", "", "Meier", ""), Term: salutation.Feminine}
	for _, lang := range strings.Fields("gsw nb nn no yue-HK uk be sr hr sk ca gl eu cy ga lb af fa ur bn ta jv su lo km mt und") {
		for _, make := range []func(culture.Context, salutation.Addressee, salutation.Medium) (salutation.Result, error){salutation.Default().Open, salutation.Default().Close} {
			got, err := make(in(lang, "DE"), salutation.To(p), salutation.Letter)
			require.NoError(t, err)
			require.Equal(t, salutation.RuleNameOnly, got.Rule, lang)
			require.True(t, got.Ask)
		}
	}
	// A tradition, too, is only the declared one: Catalan is listed, Luxembourgish is not.
	for locale, want := range map[string]string{"ca": "Dear Ms Meier,", "lb": "Dear Anna Meier,", "und": "Dear Anna Meier,"} {
		p.Name = name(locale, "Anna", "", "Meier", "")
		got, err := salutation.Default().Line(in("en-GB", ""), p, salutation.Letter)
		require.NoError(t, err)
		require.Equal(t, want, got.Text, locale)
	}
	// The context declares the tradition of a name that does not.
	about := in("en-GB", "")
	about.NameLocale = language.Icelandic
	p.Name = name("und", "Anna", "", "Jónsdóttir", "")
	got, err := salutation.Default().Line(about, p, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "Dear Anna,", got.Text)
}

// A neutral register is served as a formal one.
func TestNeutralIsFormal(t *testing.T) {
	t.Parallel()
	p := salutation.Person{Name: name("de", "Anna", "", "Meier", ""), Term: salutation.Feminine}
	about := in("de", "DE")
	about.Stated = []culture.Preference{{Dimension: culture.FormalityDefault, Value: "neutral"}}
	got, err := salutation.Default().Line(about, p, salutation.Email)
	require.NoError(t, err)
	require.Equal(t, "Sehr geehrte Frau Meier,", got.Text)
	require.Equal(t, culture.Neutral, got.Register.Value)
}

// An easy tone that nobody invited is a reason to ask; a formal one is not.
func TestAskAboutAnEasyTone(t *testing.T) {
	t.Parallel()
	p := salutation.Person{Name: name("en-AU", "Jack", "", "Wilson", "")}
	got, err := salutation.Default().Line(in("en-AU", "AU"), p, salutation.Email)
	require.NoError(t, err)
	require.Equal(t, culture.Informal, got.Register.Value, "guides report so")
	require.Equal(t, got.Register.Ask, got.Ask)
	stated, err := salutation.Default().Line(informal(in("en-AU", "AU")), p, salutation.Email)
	require.NoError(t, err)
	require.False(t, stated.Ask)
	formal, err := salutation.Default().Line(in("en", ""), p, salutation.Email)
	require.NoError(t, err)
	require.True(t, formal.Register.Ask)
	require.False(t, formal.Ask)
}

func FuzzLine(f *testing.F) {
	f.Add("en-GB", "is", "Björk", "Guðmundsdóttir", "", "", uint16(0))
	f.Add("ja", "ja", "愛子", "田中", "部長", "", uint16(0x0112))
	f.Add("de", "de", "Anna", "von Stein", "Dr.", "Änne", uint16(0x0223))
	f.Add("pl", "pl", "Jan", "{given}", "~", "", uint16(0x0301))
	f.Add("zh-Hant-HK-u-rg-hkzzzz", "zh-HK", "  a   b", "ㅤ", "", "", uint16(0xffff))
	f.Fuzz(func(t *testing.T, lang, locale, given, surname, title, callMe string, how uint16) {
		tag, _ := language.Parse(lang) // a tag from a stranger may be anything
		p := salutation.Person{
			Name: personname.Name{Locale: language.Make(locale), Given: given, Surname: surname}, CallMe: callMe,
			Term: salutation.Term(how % 5), Titles: []salutation.Title{{Text: title, Vocative: given, Rank: how&0x10 != 0}}, //nolint:gosec // below five
		}
		to := salutation.To(p)
		if how&0x20 != 0 {
			to = salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{p, p}}
		}
		m := salutation.Medium(1 + how>>8%4) //nolint:gosec // at most four
		about := culture.Context{Lang: tag}
		if how&0x40 != 0 {
			about = informal(about)
		}
		for _, make := range []func(culture.Context, salutation.Addressee, salutation.Medium) (salutation.Result, error){salutation.Default().Open, salutation.Default().Close} {
			got, err := make(about, to, m)
			if err != nil {
				require.Zero(t, got)
				continue
			}
			require.True(t, utf8.ValidString(got.Text))
			require.NotContains(t, got.Text, "  ")
			require.NotContains(t, got.Text, "\n")
			require.Equal(t, strings.TrimSpace(got.Text), got.Text)
			require.NotEmpty(t, got.Rules)
		}
	})
}

// What people state is in no print and no log; the line itself is for the letter.
func TestNothingStatedIsLogged(t *testing.T) {
	t.Parallel()
	p := salutation.Person{Name: name("en", "Emma", "", "Taylor", ""), Full: "Emma Taylor", CallMe: "Em", Verbatim: "Ahoy Emma!"}
	got, err := salutation.Default().Line(in("en-GB", ""), p, salutation.Letter)
	require.NoError(t, err)
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("letter", "to", salutation.To(p), "person", p, "line", got)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		log.WriteString(fmt.Sprintf(verb+verb+verb, p, &p, salutation.To(p)))
		log.WriteString(fmt.Sprintf(verb, []salutation.Person{p}))
	}
	require.NotContains(t, log.String(), "Em")
	require.NotContains(t, log.String(), "456d6d61")
	require.Contains(t, log.String(), "stated.verbatim")
}

func TestExplain(t *testing.T) {
	t.Parallel()
	got, err := salutation.Default().Line(in("fr", "FR"), salutation.Person{Name: name("pt-BR", "José", "", "Santos", "Tavares")}, salutation.Letter)
	require.NoError(t, err)
	text := got.Explain()
	for _, want := range []string{"Bonjour José Santos Tavares,\n", "name: José Santos Tavares (full)", "why: guides disagree", "rules: br.whole, any.form.plain, fr.open (draft)", "from: ", "https://", "note: no term of address", "ask before relying on it"} {
		require.Contains(t, text, want)
	}
}

func TestNamesOfEnumerations(t *testing.T) {
	t.Parallel()
	for m := salutation.Letter; m <= salutation.Voice; m++ {
		roundTrip(t, m, new(salutation.Medium))
	}
	for a := salutation.ToPerson; a <= salutation.ToRelatives; a++ {
		roundTrip(t, a, new(salutation.Audience))
	}
	for p := salutation.WholeWish; p <= salutation.SeveralNames; p++ {
		roundTrip(t, p, new(salutation.Part))
	}
	for v := salutation.Unspecified; v <= salutation.Neutral; v++ {
		roundTrip(t, v, new(salutation.Term))
	}
	for v := salutation.Capital; v <= salutation.Lower; v++ {
		roundTrip(t, v, new(salutation.Case))
	}
	for v := salutation.Draft; v <= salutation.Reviewed; v++ {
		roundTrip(t, v, new(salutation.Status))
	}
	require.Equal(t, "none", salutation.Medium(0).String())
	require.Equal(t, "medium(9)", salutation.Medium(9).String())
	require.Equal(t, "term(9)", salutation.Term(9).String())
	_, err := salutation.Medium(9).MarshalText()
	require.ErrorIs(t, err, salutation.ErrMedium)
	_, err = salutation.Term(9).MarshalText()
	require.ErrorIs(t, err, salutation.ErrTerm)
	require.ErrorIs(t, new(salutation.Part).UnmarshalText([]byte("x")), salutation.ErrWord)
	require.ErrorIs(t, new(salutation.Audience).UnmarshalText([]byte("x")), salutation.ErrAudience)
}

func roundTrip[T comparable, P interface {
	*T
	UnmarshalText([]byte) error
}, V interface {
	comparable
	MarshalText() ([]byte, error)
}](t *testing.T, v V, back P) {
	t.Helper()
	text, err := v.MarshalText()
	require.NoError(t, err)
	require.NoError(t, back.UnmarshalText(text))
	require.EqualValues(t, any(v), any(*back))
}

// Whoever is told to ask is told what.
func TestEveryAskSaysWhat(t *testing.T) {
	t.Parallel()
	asked := 0
	for _, lang := range []string{"en", "de", "pt-BR", "tr", "id", "ja", "ko", "zh-Hant-HK", "ms", "ar", "jv", "fr"} {
		for _, tradition := range []string{"pt-BR", "tr", "id", "ko", "zh-HK", "ms", "ar-EG", "hi", "ja", "und"} {
			for _, term := range []salutation.Term{salutation.Unspecified, salutation.Feminine} {
				p := salutation.Person{Name: name(tradition, "Ana", "", "Lima", "Souza"), Term: term}
				for _, a := range []salutation.Addressee{
					salutation.To(p),
					{Audience: salutation.ToPeople, People: []salutation.Person{p, p}},
					{Audience: salutation.ToTeam, Name: "Support"},
					{Audience: salutation.ToRelatives, People: []salutation.Person{p}},
				} {
					for _, c := range []culture.Context{in(lang, ""), informal(in(lang, ""))} {
						opening, err := salutation.Default().Open(c, a, salutation.Letter)
						require.NoError(t, err)
						closing, err := salutation.Default().Close(c, a, salutation.Letter)
						require.NoError(t, err)
						for _, got := range []salutation.Result{opening, closing} {
							if got.Ask {
								asked++
								require.NotEmpty(t, got.Notes, "%s, a name of %s: %q asks without saying what", lang, tradition, got.Text)
							}
						}
					}
				}
			}
		}
	}
	require.Positive(t, asked)
}

// What a speaker of the language would stumble over.
func TestLinesReadAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	doctor := salutation.Person{Name: name("es", "Ana", "", "Ruiz", ""), Titles: []salutation.Title{{Text: "Dra.", Lang: language.Spanish}}}
	late := salutation.To(salutation.Person{Full: "Emma Taylor", Deceased: true})
	team := salutation.Addressee{Audience: salutation.ToTeam}
	unknown := salutation.Addressee{Audience: salutation.ToUnknown}
	for _, c := range []struct {
		name, lang string
		to         salutation.Addressee
		medium     salutation.Medium
		want       string
	}{
		{"no article is missing before a Spanish title", "es", salutation.To(doctor), salutation.Letter, "Buenos días, Dra. Ruiz:"},
		{"no French preposition stands before a vowel", "fr", late, salutation.Letter, "À la famille et aux proches,"},
		{"a Swedish line does not speak to the dead", "sv", late, salutation.Letter, "Till de anhöriga till Emma Taylor,"},
		{"a formal German line to a team is formal", "de", team, salutation.Letter, "Guten Tag,"},
		{"a Swiss line ends without a comma", "de-CH", salutation.Addressee{Audience: salutation.ToOrganisation}, salutation.Letter, "Sehr geehrte Damen und Herren"},
		{"so does one from Liechtenstein", "de-LI", unknown, salutation.Email, "Guten Tag"},
		{"a team is an equipa in Portugal", "pt-PT", team, salutation.Letter, "Olá, equipa,"},
		{"and in Angola", "pt-AO", team, salutation.Letter, "Olá, equipa,"},
		{"and an equipe in Brazil", "pt-BR", team, salutation.Letter, "Olá, equipe,"},
		{"께 is written, not spoken", "ko", unknown, salutation.Voice, "고객님, 안녕하십니까"},
		{"so is Kính gửi", "vi", unknown, salutation.Voice, "Kính chào Quý khách"},
		{"and 敬启者", "zh", salutation.Addressee{Audience: salutation.ToOrganisation}, salutation.Voice, "您好"},
		{"a Latin name stands apart in Chinese", "zh-Hant", salutation.Addressee{Audience: salutation.ToFamily, Name: "Marsh"}, salutation.Letter, "敬愛的 Marsh 家人："},
	} {
		got, err := salutation.Default().Open(in(c.lang, ""), c.to, c.medium)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, got.Text, c.name)
	}
}

// ß is not written in Switzerland and Liechtenstein.
func TestSwissGermanHasNoSharpS(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"de-CH", "de-LI"} {
		for _, c := range []culture.Context{in(lang, ""), informal(in(lang, ""))} {
			for a := salutation.ToFamily; a <= salutation.ToUnknown; a++ {
				for m := salutation.Letter; m <= salutation.Voice; m++ {
					opening, err := salutation.Default().Open(c, salutation.Addressee{Audience: a, Name: "Keller"}, m)
					require.NoError(t, err)
					closing, err := salutation.Default().Close(c, salutation.Addressee{Audience: a, Name: "Keller"}, m)
					require.NoError(t, err)
					require.NotContains(t, opening.Text+closing.Text, "ß")
					require.False(t, strings.HasSuffix(opening.Text, ","), opening.Text)
					require.Equal(t, salutation.Capital, opening.Next)
				}
			}
		}
	}
}

// In a French letter to several, names without a courtesy are no opening.
func TestFrenchLetterToSeveral(t *testing.T) {
	t.Parallel()
	person := func(given, surname string, term salutation.Term) salutation.Person {
		return salutation.Person{Name: name("fr", given, "", surname, ""), Term: term}
	}
	camille, luc := person("Camille", "Dupont", salutation.Feminine), person("Luc", "Martin", salutation.Masculine)
	dominique, sacha := person("Dominique", "Roy", salutation.Unspecified), person("Sacha", "Petit", salutation.Neutral)
	for _, row := range []struct {
		people []salutation.Person
		want   string
	}{
		{[]salutation.Person{camille, luc}, "Madame Dupont, Monsieur Martin,"},
		{[]salutation.Person{dominique, sacha}, "Bonjour Dominique Roy et Sacha Petit,"},
		{[]salutation.Person{camille, dominique}, "Bonjour Madame Dupont et Dominique Roy,"},
		{[]salutation.Person{camille, dominique, luc}, "Bonjour Madame Dupont, Dominique Roy et Monsieur Martin,"},
		{[]salutation.Person{dominique, camille, luc}, "Bonjour Dominique Roy, Madame Dupont et Monsieur Martin,"},
	} {
		got, err := salutation.Default().Open(in("fr", ""), salutation.Addressee{Audience: salutation.ToPeople, People: row.people}, salutation.Letter)
		require.NoError(t, err)
		require.Equal(t, row.want, got.Text)
	}
}
