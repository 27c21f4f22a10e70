package personname_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// The hard cases where they concern the name. What CLDR gives is not always what a
// person would be called (the salutation decides that); it is written down here so
// that the layer above rests on known ground.
func TestHardCases(t *testing.T) {
	t.Parallel()
	address := personname.Options{Usage: personname.Addressing, Formality: personname.Formal, Length: personname.Medium}
	refer := personname.Options{Formality: personname.Formal, Length: personname.Medium}
	long := personname.Options{Formality: personname.Formal, Length: personname.Long}
	sorting := personname.Options{Order: personname.Sorting, Formality: personname.Formal, Length: personname.Medium}
	name := func(locale, title, given, surname string) personname.Name {
		return personname.Name{Locale: language.Raw.Make(locale), Title: title, Given: given, Surname: surname}
	}
	bartok := personname.Name{Locale: language.Hungarian, Title: "úr", Given: "Béla", Surname: "Bartók"}
	bartokEnglish := bartok
	bartokEnglish.Title = "Mr"
	carreno := personname.Name{Locale: language.Spanish, Title: "Sra.", Given: "María José", Surname: "Carreño", Surname2: "Quiñones"}
	berg := personname.Name{Locale: language.Dutch, Title: "dhr.", Given: "Johannes", SurnamePrefix: "van den", SurnameCore: "Berg"}
	chan1 := personname.Name{Locale: language.MustParse("zh-Hant-HK"), Title: "Mr", Given: "Peter Tai-man", Surname: "Chan"}
	chanEnglish := chan1
	chanEnglish.Locale = language.MustParse("en-HK")
	for _, c := range []struct {
		label   string
		reader  string
		options personname.Options
		name    personname.Name
		want    string
	}{
		{"1 Björk in English", "en", address, name("is-IS", "Ms", "Björk", "Guðmundsdóttir"), "Ms Guðmundsdóttir"},
		{"1 sorted by CLDR's English", "en", sorting, name("is-IS", "Ms", "Björk", "Guðmundsdóttir"), "Guðmundsdóttir, Björk"},
		{"2 Björk in Icelandic", "is", address, name("is-IS", "frú", "Björk", "Guðmundsdóttir"), "frú Björk Guðmundsdóttir"},
		{"3 Bartók in Hungarian", "hu", address, bartok, "úr Bartók"},
		{"3 referred to", "hu", refer, bartok, "Bartók Béla"},
		{"4 Bartók in English", "en", address, bartokEnglish, "Mr Bartók"},
		{"4 referred to: en does not list hu", "en", refer, bartokEnglish, "Béla Bartók"},
		{"5 Bartók in Japanese: listed, and the blank of foreign names", "ja", refer, name("hu", "", "ベーラ", "バルトーク"), "バルトーク・ベーラ"},
		{"6 never Quiñones", "es", address, carreno, "Sra. Carreño"},
		{"6 sorted", "es", sorting, carreno, "Carreño Quiñones, Sra. María José"},
		{"7 Tavares", "pt-BR", address, personname.Name{Locale: language.BrazilianPortuguese, Title: "Sr.", Given: "José Eduardo", Surname: "Santos", Surname2: "Tavares"}, "Sr. José Eduardo Santos"},
		{"8 one name", "id", address, name("id", "Bapak", "Suharto", ""), "Bapak Suharto"},
		{"9 Somchai in English", "en", address, name("th", "Khun", "Somchai", "Sornsuwan"), "Khun Sornsuwan"},
		{"10 Dũng in English", "en", address, personname.Name{Locale: language.Vietnamese, Title: "Mr", Given: "Dũng", Given2: "Tấn", Surname: "Nguyễn"}, "Mr Nguyễn"},
		{"10 referred to", "en", long, personname.Name{Locale: language.Vietnamese, Title: "Mr", Given: "Dũng", Given2: "Tấn", Surname: "Nguyễn"}, "Nguyễn Mr Dũng Tấn"},
		{"11 Dũng in Vietnamese", "vi", address, personname.Name{Locale: language.Vietnamese, Title: "Ông", Given: "Dũng", Given2: "Tấn", Surname: "Nguyễn"}, "Ông Dũng"},
		{"12 with his rank", "ko", address, name("ko", "부장님", "민준", "김"), "김부장님"},
		{"13 Kim Min-jun in English", "en", address, name("ko", "Mr", "Min-jun", "Kim"), "Mr Kim"},
		{"13 the full name", "en", refer, name("ko", "Mr", "Min-jun", "Kim"), "Kim Min-jun"},
		{"14 stacked titles", "de", address, personname.Name{Locale: language.German, Title: "Prof. Dr. Dr.", Given: "Anna", SurnamePrefix: "von", SurnameCore: "Stein"}, "Prof. Dr. Dr. von Stein"},
		{"14 sorted under the core", "de", sorting, personname.Name{Locale: language.German, Given: "Anna", SurnamePrefix: "von", SurnameCore: "Stein"}, "Stein, Anna von"},
		{"15 no title, no guess", "de", address, name("de", "", "Alex", "Schmidt"), "Schmidt"},
		{"16 a patronymic", "ru", address, personname.Name{Locale: language.Russian, Title: "г-н", Given: "Борис", Given2: "Николаевич", Surname: "Ельцин"}, "г-н Ельцин"},
		{"16 all of it", "ru", long, personname.Name{Locale: language.Russian, Given: "Борис", Given2: "Николаевич", Surname: "Ельцин"}, "Борис Николаевич Ельцин"},
		{"17 Bey", "tr", address, name("tr", "Bey", "Ahmet", "Yılmaz"), "Bey Yılmaz"},
		{"18 Al Saud", "ar", address, personname.Name{Locale: language.Arabic, Title: "السيد", Given: "محمد", Given2: "بن سلمان", Surname: "آل سعود"}, "السيد آل سعود"},
		{"19 in a letter", "ja", address, name("ja", "様", "慎太郎", "石原"), "石原慎太郎様"},
		{"20 Einstein in Katakana", "ja", address, name("de-CH", "さん", "アルベルト", "アインシュタイン"), "アルベルト・アインシュタインさん"},
		{"20 Miyazaki in Latin letters", "ja", refer, name("ja", "", "Hayao", "Miyazaki"), "Miyazaki Hayao"},
		{"21 Hong Kong, in Han", "zh-Hant-HK", address, name("zh-Hant-HK", "先生", "大文", "陳"), "陳先生"},
		{"21 an order of Chinese", "en", refer, chan1, "Chan Peter Tai-man"},
		{"21 an order of English", "en", refer, chanEnglish, "Peter Tai-man Chan"},
		{"22 Argentina has es-419", "es-AR", sorting, carreno, "Carreño Quiñones, Sra. María José"},
		{"24 van den Berg", "nl", address, berg, "dhr. van den Berg"},
		{"24 sorted", "nl", sorting, berg, "Berg, Johannes van den"},
		{"25 Zaiton", "ms", address, name("ms", "Puan", "Zaiton", ""), "Puan Zaiton"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, explain(t, c.reader, &c.options, c.name).Text)
		})
	}
}

// Case 22 and 23: the chain of parents, which never leaves a language.
func TestHardCaseLocales(t *testing.T) {
	t.Parallel()
	for reader, want := range map[string]string{
		"es-AR": "es-419", "es-ES": "es", "ms": "ms", "ms-BN": "ms", "id": "id", "cy": "cy", "gsw": "und", "yue-HK": "yue",
	} {
		require.Equal(t, want, formatter(t, reader, nil).Locale().String(), reader)
	}
}
