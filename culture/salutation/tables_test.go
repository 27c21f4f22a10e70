package salutation

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/internal/golden"
)

// row is one line of a golden table: a question and its answer.
type row struct {
	label string   // what is asked
	dims  []string // under which conditions
	ask   func(e *Engine) (Result, error)
}

// table is the rows of one golden file, by section.
type table struct {
	file  string
	parts []part
}

type part struct {
	title string
	rows  []row
}

func named2(locale, given, given2, surname, surname2 string) personname.Name {
	return personname.Name{Locale: language.Make(locale), Given: given, Given2: given2, Surname: surname, Surname2: surname2}
}

// sample is a made-up person of a tradition: the same name with each term of address,
// since nothing may follow from the name.
type sample struct {
	place string // of the declared name locale
	lang  string // the usual language of letters there
	woman personname.Name
	man   personname.Name
}

// samples has the 43 regions of the facts, then traditions beyond them.
func samples() []sample {
	n := named2
	return []sample{
		{"JP", "ja", n("ja", "愛子", "", "田中", ""), n("ja", "慎太郎", "", "石原", "")},
		{"CN", "zh-Hans", n("zh-CN", "丽", "", "王", ""), n("zh-CN", "伟", "", "李", "")},
		{"HK", "zh-Hant-HK", n("zh-Hant-HK", "慧敏", "", "黃", ""), n("zh-Hant-HK", "大文", "", "陳", "")},
		{"TW", "zh-Hant", n("zh-Hant-TW", "淑芬", "", "林", ""), n("zh-Hant-TW", "志明", "", "張", "")},
		{"KR", "ko", n("ko", "서연", "", "이", ""), n("ko", "민준", "", "김", "")},
		{"SG", "en-SG", n("zh-SG", "Mei Ling", "", "Tan", ""), n("ms-SG", "Ahmad", "", "bin Yusof", "")},
		{"MY", "ms", n("ms", "Zaiton", "", "binti Isa", ""), n("ms", "Isa", "", "bin Osman", "")},
		{"PH", "en-PH", n("fil", "Maria", "Reyes", "Santos", ""), n("fil", "Jose", "Cruz", "Garcia", "")},
		{"ID", "id", n("id", "Siti", "", "Rahayu", ""), n("id", "Suharto", "", "", "")},
		{"TH", "th", n("th", "มาลี", "", "สุขใจ", ""), n("th", "สมชาย", "", "ศรสุวรรณ", "")},
		{"VN", "vi", n("vi", "Lan", "Thị", "Trần", ""), n("vi", "Dũng", "Tấn", "Nguyễn", "")},
		{"IN", "hi", n("hi", "प्रिया", "", "शर्मा", ""), n("hi", "अर्जुन", "", "वर्मा", "")},
		{"SA", "ar", n("ar-SA", "ليلى", "", "القحطاني", ""), n("ar-SA", "محمد", "", "بن سلمان آل سعود", "")},
		{"AE", "ar", n("ar-AE", "مريم", "", "الفلاسي", ""), n("ar-AE", "خالد", "", "المزروعي", "")},
		{"EG", "ar", n("ar-EG", "منى", "", "حسن", ""), n("ar-EG", "أحمد", "", "فؤاد", "")},
		{"IL", "he", n("he", "שרה", "", "לוי", ""), n("he", "דוד", "", "כהן", "")},
		{"TR", "tr", n("tr", "Ayşe", "", "Demir", ""), n("tr", "Ahmet", "", "Yılmaz", "")},
		{"RU", "ru", n("ru", "Анна", "Петровна", "Иванова", ""), n("ru", "Борис", "Николаевич", "Ельцин", "")},
		{"PL", "pl", n("pl", "Anna", "", "Kowalska", ""), n("pl", "Jan", "", "Nowak", "")},
		{"CZ", "cs", n("cs", "Jana", "", "Nováková", ""), n("cs", "Petr", "", "Novák", "")},
		{"HU", "hu", n("hu", "Anna", "", "Kovács", ""), n("hu", "Béla", "", "Bartók", "")},
		{"DE", "de", n("de", "Anna", "", "von Stein", ""), n("de", "Max", "", "Müller", "")},
		{"AT", "de-AT", n("de-AT", "Maria", "", "Gruber", ""), n("de-AT", "Josef", "", "Huber", "")},
		{"CH", "de-CH", n("de-CH", "Ursula", "", "Keller", ""), n("de-CH", "Urs", "", "Meier", "")},
		{"FR", "fr", n("fr", "Camille", "", "Dupont", ""), n("fr", "Jean-Luc", "", "Martin", "")},
		{"NL", "nl", n("nl", "Anneke", "", "de Vries", ""), n("nl", "Johannes", "", "van den Berg", "")},
		{"GB", "en-GB", n("en-GB", "Emma", "", "Taylor", ""), n("en-GB", "Oliver", "", "Hughes", "")},
		{"US", "en-US", n("en-US", "Emily", "Rose", "Carter", ""), n("en-US", "James", "", "Smith", "")},
		{"CA", "en-CA", n("en-CA", "Chloe", "", "Tremblay", ""), n("en-CA", "Liam", "", "Campbell", "")},
		{"MX", "es-MX", n("es-MX", "Guadalupe", "", "Hernández", "López"), n("es-MX", "Juan Carlos", "", "Ramírez", "Soto")},
		{"BR", "pt-BR", n("pt-BR", "Ana Beatriz", "", "Lima", "Souza"), n("pt-BR", "José Eduardo", "", "Santos", "Tavares")},
		{"AR", "es-AR", n("es-AR", "Lucía", "", "Fernández", ""), n("es-AR", "Martín", "", "Gómez", "")},
		{"CL", "es-CL", n("es-CL", "Camila", "", "Rojas", "Muñoz"), n("es-CL", "Diego", "", "Soto", "Vera")},
		{"ES", "es", n("es", "María José", "", "Carreño", "Quiñones"), n("es", "Javier", "", "Ruiz", "Ortega")},
		{"PT", "pt-PT", n("pt-PT", "Inês", "", "Ferreira", ""), n("pt-PT", "João", "", "Oliveira", "")},
		{"IT", "it", n("it", "Giulia", "", "Rossi", ""), n("it", "Marco", "", "Bianchi", "")},
		{"SE", "sv", n("sv", "Anna", "", "Andersson", ""), n("sv", "Erik", "", "Lindgren", "")},
		{"DK", "da", n("da", "Mette", "", "Jensen", ""), n("da", "Lars", "", "Nielsen", "")},
		{"FI", "fi", n("fi", "Aino", "", "Virtanen", ""), n("fi", "Mikko", "", "Korhonen", "")},
		{"IS", "is", n("is", "Björk", "", "Guðmundsdóttir", ""), n("is", "Jón", "", "Einarsson", "")},
		{"AU", "en-AU", n("en-AU", "Charlotte", "", "Walker", ""), n("en-AU", "Jack", "", "Wilson", "")},
		{"KE", "en-KE", n("en-KE", "Wanjiku", "", "Kamau", ""), n("en-KE", "Otieno", "", "Odhiambo", "")},
		{"NG", "en-NG", n("en-NG", "Ngozi", "", "Okafor", ""), n("en-NG", "Emeka", "", "Eze", "")},
	}
}

// abroad are traditions as they are met in foreign letters, in Latin script.
func abroad() []sample {
	n := named2
	one := func(place, locale, given, given2, surname, surname2 string) sample {
		p := n(locale, given, given2, surname, surname2)
		return sample{place, "en-GB", p, p}
	}
	return []sample{
		one("Japan", "ja", "Aiko", "", "Tanaka", ""), one("China", "zh-CN", "Wei", "", "Wang", ""), one("Hong Kong", "zh-HK", "Tai-man", "", "Chan", ""),
		one("Hong Kong, English name", "en-HK", "Peter", "Tai-man", "Chan", ""), one("Korea", "ko", "Min-jun", "", "Kim", ""),
		one("Viet Nam", "vi", "Dũng", "Tấn", "Nguyễn", ""), one("Thailand", "th", "Somchai", "", "Sornsuwan", ""), one("Laos", "lo", "Bounmy", "", "Vongsa", ""),
		one("Indonesia", "id", "Budi", "", "Santoso", ""), one("Java, one name", "jv", "Suharto", "", "", ""), one("Malaysia", "ms", "Isa", "", "bin Osman", ""), one("Philippines", "fil", "Maria", "Reyes", "Santos", ""),
		one("Myanmar", "my", "Aung San Suu Kyi", "", "", ""), one("Mongolia", "mn", "Elbegdorj", "", "Tsakhiagiin", ""), one("Tamil", "ta", "Anand", "", "Viswanathan", ""), one("India", "hi", "Arjun", "", "Sharma", ""),
		one("Saudi Arabia", "ar-SA", "Mohammed", "", "Al Saud", ""), one("Egypt", "ar-EG", "Ahmed", "", "Fouad", ""), one("Iran", "fa", "Dara", "", "Ahmadi", ""), one("Israel", "he", "David", "", "Cohen", ""),
		one("Turkey", "tr", "Ahmet", "", "Yılmaz", ""), one("Russia", "ru", "Boris", "Nikolayevich", "Yeltsin", ""), one("Ukraine", "uk", "Olena", "Ivanivna", "Shevchenko", ""),
		one("Hungary", "hu", "Béla", "", "Bartók", ""), one("Poland", "pl", "Jan", "", "Nowak", ""), one("Iceland", "is", "Björk", "", "Guðmundsdóttir", ""), one("Sweden", "sv", "Anna", "", "Andersson", ""),
		one("Ethiopia", "am", "Abebe", "", "Bikila", ""), one("Eritrea", "ti", "Isaias", "", "Afwerki", ""), one("Somalia", "so", "Ayaan", "Hirsi", "Magan", ""),
		one("Brazil", "pt-BR", "José Eduardo", "", "Santos", "Tavares"), one("Portugal", "pt-PT", "João", "", "Oliveira", ""), one("Spain", "es", "María José", "", "Carreño", "Quiñones"),
		one("Netherlands", "nl", "Johannes", "", "van den Berg", ""), one("Belgium", "nl-BE", "Johannes", "", "van den Berg", ""), one("Germany", "de", "Anna", "", "von Stein", ""),
		one("France", "fr", "Camille", "", "Dupont", ""), one("Italy", "it", "Giulia", "", "Rossi", ""), one("England", "en-GB", "Emma", "", "Taylor", ""),
		one("unlisted (Yoruba)", "yo", "Adeola", "", "Ogunleye", ""), one("not declared", "und", "Alex", "", "Schmidt", ""),
	}
}

// languages are those that lines are written in.
func languages() []string {
	return strings.Fields(`ja ko zh-Hans zh-Hant de de-CH fr es es-MX pt-BR pt-PT it nl pl ru tr ar he hi id th vi en-US en-GB ms cs hu sv da fi is`)
}

func about(tag, region string, informal bool) culture.Context {
	c := culture.Context{Lang: language.Make(tag)}
	if region != "" {
		c.Region = language.MustParseRegion(region)
	}
	value := "formal"
	if informal {
		value = "informal"
	}
	c.Stated = []culture.Preference{{Dimension: culture.FormalityDefault, Value: value}}
	return c
}

func register(informal bool) string {
	if informal {
		return "informal"
	}
	return "formal"
}

func line(c culture.Context, p Person, m Medium) func(e *Engine) (Result, error) {
	return func(e *Engine) (Result, error) { return e.Line(c, p, m) }
}

func signOff(c culture.Context, a Addressee, m Medium) func(e *Engine) (Result, error) {
	return func(e *Engine) (Result, error) { return e.Close(c, a, m) }
}

// regionTable: 43 regions, stated and unknown term of address, formal and informal,
// letter and chat. Formality is stated here so that both columns are seen everywhere.
func regionTable() table {
	t := table{file: "regions.txt"}
	for _, s := range samples() {
		p := part{title: fmt.Sprintf("%s in %s (%s)", s.place, s.lang, s.woman.Locale)}
		for _, m := range []Medium{Letter, Chat} {
			for _, informal := range []bool{false, true} {
				for _, term := range []Term{Unspecified, Feminine, Masculine} {
					name := s.woman
					if term == Masculine {
						name = s.man
					}
					p.rows = append(p.rows, row{
						"",
						[]string{term.String(), register(informal), m.String()},
						line(about(s.lang, s.place, informal), Person{Name: name, Term: term}, m),
					})
				}
			}
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// abroadTable: a formal letter in every language to every tradition, without and with a
// term of address.
func abroadTable() table {
	t := table{file: "abroad.txt"}
	for _, s := range abroad() {
		p := part{title: fmt.Sprintf("%s (%s)", s.place, s.woman.Locale)}
		for _, lang := range languages() {
			for _, term := range []Term{Unspecified, Feminine} {
				p.rows = append(p.rows, row{lang, []string{term.String()}, line(about(lang, "", false), Person{Name: s.woman, Term: term}, Letter)})
			}
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// languageTable: every register, medium and term of address of every language, openings
// and closings, to one name whose tradition has titles before the family name.
func languageTable() table {
	t := table{file: "languages.txt"}
	name := named2("en", "Robin", "", "Marsh", "")
	titles := []Title{{Text: "Prof."}, {Text: "Dr."}, {Text: "Dr."}}
	for _, lang := range languages() {
		p := part{title: lang}
		for m := Letter; m <= Voice; m++ {
			for _, informal := range []bool{false, true} {
				c := about(lang, "", informal)
				for term := Unspecified; term <= Neutral; term++ {
					person := Person{Name: name, Term: term}
					dims := []string{term.String(), m.String(), register(informal)}
					p.rows = append(p.rows, row{"open", dims, line(c, person, m)})
					p.rows = append(p.rows, row{"close", dims, signOff(c, To(person), m)})
					person.Titles = titles
					p.rows = append(p.rows, row{"titled", dims, line(c, person, m)})
					person.Titles, person.CallMe = nil, "Rob"
					p.rows = append(p.rows, row{"called", dims, line(c, person, m)})
				}
			}
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// audienceTable: couples, families, teams, organisations, the unknown, the bereaved.
func audienceTable() table {
	t := table{file: "audiences.txt"}
	couple := []Person{
		{Name: named2("de", "Anna", "", "Müller", ""), Term: Feminine},
		{Name: named2("nl", "Johannes", "", "van den Berg", ""), Term: Masculine},
	}
	three := append(couple[:2:2], Person{Name: named2("is", "Björk", "", "Guðmundsdóttir", "")})
	dead := Person{Name: named2("en", "Robin", "", "Marsh", ""), Deceased: true}
	groups := []struct {
		label string
		to    Addressee
	}{
		{"couple", Addressee{Audience: ToPeople, People: couple}},
		{"three", Addressee{Audience: ToPeople, People: three}},
		{"family", Addressee{Audience: ToFamily, Name: "Marsh"}},
		{"family of no name", Addressee{Audience: ToFamily}},
		{"team", Addressee{Audience: ToTeam, Name: "Support"}},
		{"team of no name", Addressee{Audience: ToTeam}},
		{"organisation", Addressee{Audience: ToOrganisation, Name: "Acme"}},
		{"organisation of no name", Addressee{Audience: ToOrganisation}},
		{"unknown", Addressee{Audience: ToUnknown}},
		{"relatives", To(dead)},
		{"relatives, call-me only", To(Person{CallMe: "Rob", Deceased: true})},
	}
	for _, lang := range languages() {
		p := part{title: lang}
		for _, g := range groups {
			for _, m := range []Medium{Letter, Email, Chat, Voice} {
				for _, informal := range []bool{false, true} {
					c := about(lang, "", informal)
					p.rows = append(p.rows, row{g.label, []string{m.String(), register(informal)}, func(e *Engine) (Result, error) { return e.Open(c, g.to, m) }})
				}
			}
		}
		for _, a := range []Audience{ToOrganisation, ToUnknown} {
			p.rows = append(p.rows, row{"close to " + a.String(), []string{"letter", "formal"}, signOff(about(lang, "", false), Addressee{Audience: a}, Letter)})
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// statedTable: what people state beyond a name.
func statedTable() table {
	t := table{file: "stated.txt"}
	add := func(title string, rows ...row) { t.parts = append(t.parts, part{title, rows}) }
	r := func(label, lang string, informal bool, p Person, m Medium) row {
		return row{label, []string{lang, register(informal), m.String()}, line(about(lang, "", informal), p, m)}
	}
	stein := named2("de", "Anna", "", "von Stein", "")
	stacked := []Title{{Text: "Prof.", Lang: language.German}, {Text: "Dr.", Lang: language.German}, {Text: "Dr.", Lang: language.German}}
	add("titles",
		r("stacked, stated feminine", "de", false, Person{Name: stein, Term: Feminine, Titles: stacked}, Letter),
		r("stacked, stated masculine", "de", false, Person{Name: stein, Term: Masculine, Titles: stacked}, Letter),
		r("stacked, nothing stated", "de", false, Person{Name: stein, Titles: stacked}, Letter),
		r("as one wording", "de", false, Person{Name: stein, Term: Feminine, Titles: []Title{{Text: "Prof. Dr. Dr. h. c."}}}, Letter),
		r("German titles in an English letter", "en-GB", false, Person{Name: stein, Term: Feminine, Titles: stacked}, Letter),
		r("Magistra in Austria", "de-AT", false, Person{Name: named2("de-AT", "Maria", "", "Gruber", ""), Term: Feminine, Titles: []Title{{Text: "Mag.", Lang: language.German}}}, Letter),
		r("doctor in Iceland", "en-GB", false, Person{Name: named2("is", "Björk", "", "Guðmundsdóttir", ""), Titles: []Title{{Text: "Dr"}}}, Letter),
		r("doctor in Thailand", "en-GB", false, Person{Name: named2("th", "Somchai", "", "Sornsuwan", ""), Titles: []Title{{Text: "Dr"}}}, Letter),
		r("doctor in Myanmar", "en-GB", false, Person{Name: named2("my", "Aung San Suu Kyi", "", "", ""), Titles: []Title{{Text: "Dr"}}}, Letter),
		r("engineer in Mexico", "es-MX", false, Person{Name: named2("es-MX", "Ana", "", "Ruiz", "Soto"), Term: Feminine, Titles: []Title{{Text: "Ing."}}}, Letter),
		r("dottoressa in Italy", "it", false, Person{Name: named2("it", "Giulia", "", "Rossi", ""), Titles: []Title{{Text: "Dott.ssa"}}}, Letter),
		r("titles in Dutch speech are left out", "nl", false, Person{Name: named2("nl", "Anneke", "", "de Vries", ""), Term: Feminine, Titles: []Title{{Text: "professor"}}}, Voice),
		r("titles in Dutch letters", "nl", false, Person{Name: named2("nl", "Anneke", "", "de Vries", ""), Term: Feminine, Titles: []Title{{Text: "professor"}}}, Letter),
		r("doctor in Brazil", "pt-BR", false, Person{Name: named2("pt-BR", "José Eduardo", "", "Santos", "Tavares"), Term: Masculine, Titles: []Title{{Text: "Doutor"}}}, Letter),
		r("doctor of Brazil in English", "en-GB", false, Person{Name: named2("pt-BR", "José Eduardo", "", "Santos", "Tavares"), Titles: []Title{{Text: "Dr"}}}, Letter),
		r("professor in Turkey", "tr", false, Person{Name: named2("tr", "Ahmet", "", "Yılmaz", ""), Term: Masculine, Titles: []Title{{Text: "Prof. Dr."}}}, Letter),
		r("doctor in Hungary", "hu", false, Person{Name: named2("hu", "Anna", "", "Kovács", ""), Term: Feminine, Titles: []Title{{Text: "Dr."}}}, Letter),
		r("doctor in Sweden", "sv", false, Person{Name: named2("sv", "Anna", "", "Andersson", ""), Titles: []Title{{Text: "doktor"}}}, Letter),
		r("professor in Russian", "ru", false, Person{Name: named2("ru", "Анна", "Петровна", "Иванова", ""), Term: Feminine, Titles: []Title{{Text: "профессор"}}}, Letter),
		r("doctor in Israel", "he", false, Person{Name: named2("he", "שרה", "", "לוי", ""), Titles: []Title{{Text: "ד״ר"}}}, Letter),
		r("doctor in Israel", "he", false, Person{Name: named2("he", "שרה", "", "לוי", ""), Titles: []Title{{Text: "ד״ר"}}}, Chat),
		r("doctor in Saudi Arabia", "ar", false, Person{Name: named2("ar-SA", "ليلى", "", "القحطاني", ""), Term: Feminine, Titles: []Title{{Text: "الدكتورة"}}}, Letter),
		r("doctor in India", "hi", false, Person{Name: named2("hi", "प्रिया", "", "शर्मा", ""), Titles: []Title{{Text: "डॉ."}}}, Letter),
		r("doctor in Thai", "th", false, Person{Name: named2("th", "สมชาย", "", "ศรสุวรรณ", ""), Titles: []Title{{Text: "ดร."}}}, Letter),
		r("doctor in Indonesia", "id", false, Person{Name: named2("id", "Budi", "", "Santoso", ""), Term: Masculine, Titles: []Title{{Text: "Dr."}}}, Letter),
	)
	kim, tanaka, wang := named2("ko", "민준", "", "김", ""), named2("ja", "愛子", "", "田中", ""), named2("zh-CN", "伟", "", "王", "")
	add("ranks",
		r("부장님", "ko", false, Person{Name: kim, Titles: []Title{{Text: "부장님", Rank: true}}}, Letter),
		r("부장", "ko", false, Person{Name: kim, Titles: []Title{{Text: "부장", Rank: true}}}, Email),
		r("부장, informal", "ko", true, Person{Name: kim, Titles: []Title{{Text: "부장", Rank: true}}}, Chat),
		r("no position stated", "ko", false, Person{Name: kim}, Letter),
		r("director, in English", "en-GB", false, Person{Name: named2("ko", "Min-jun", "", "Kim", ""), Term: Masculine, Titles: []Title{{Text: "Director", Rank: true}}}, Letter),
		r("no position stated, in English", "en-GB", false, Person{Name: named2("ko", "Min-jun", "", "Kim", ""), Term: Masculine}, Letter),
		r("部長", "ja", false, Person{Name: tanaka, Titles: []Title{{Text: "部長", Lang: language.Japanese, Rank: true}}}, Letter),
		r("部長, informal", "ja", true, Person{Name: tanaka, Titles: []Title{{Text: "部長", Lang: language.Japanese, Rank: true}}}, Chat),
		r("部長 in an English letter is left out", "en-GB", false, Person{Name: named2("ja", "Aiko", "", "Tanaka", ""), Titles: []Title{{Text: "部長", Lang: language.Japanese, Rank: true}}}, Letter),
		r("部長 of an English name", "ja", false, Person{Name: named2("en", "Emma", "", "Taylor", ""), Titles: []Title{{Text: "部長", Rank: true}}}, Letter),
		r("经理", "zh-Hans", false, Person{Name: wang, Titles: []Title{{Text: "经理", Rank: true}}}, Chat),
		r("la Directrice", "fr", false, Person{Name: named2("fr", "Camille", "", "Dupont", ""), Term: Feminine, Titles: []Title{{Text: "la Directrice", Rank: true}}}, Letter),
		row{"closing to la Directrice", []string{"fr", "formal", "letter"}, signOff(about("fr", "", false), To(Person{Name: named2("fr", "Camille", "", "Dupont", ""), Term: Feminine, Titles: []Title{{Text: "la Directrice", Rank: true}}}), Letter)},
		r("le Président", "fr", false, Person{Name: named2("fr", "Jean", "", "Martin", ""), Term: Masculine, Titles: []Title{{Text: "le Président", Rank: true}}}, Email),
		r("a French office, nothing stated", "fr", false, Person{Name: named2("fr", "Camille", "", "Dupont", ""), Titles: []Title{{Text: "la Direction", Rank: true}}}, Letter),
		r("doctor in France", "fr", false, Person{Name: named2("fr", "Camille", "", "Dupont", ""), Term: Feminine, Titles: []Title{{Text: "Docteur"}}}, Letter),
	)
	vocative := personname.Name{Locale: language.Polish, Given: "Anna", Surname: "Kowalska", Variants: map[string]string{"given-vocative": "Anno"}}
	novak := personname.Name{Locale: language.Czech, Given: "Petr", Surname: "Novák", Variants: map[string]string{"given-vocative": "Petře", "surname-vocative": "Nováku"}}
	professor := []Title{{Text: "profesor", Vocative: "Profesorze"}}
	add("vocatives, only as stated",
		r("Polish, stated vocative", "pl", false, Person{Name: vocative, Term: Feminine}, Email), r("Polish, stated vocative", "pl", false, Person{Name: vocative, Term: Feminine}, Letter),
		r("Polish, stated vocative, masculine", "pl", false, Person{Name: vocative, Term: Masculine}, Chat), r("Polish, stated vocative", "pl", true, Person{Name: vocative}, Chat),
		r("Polish, call-me is in the form of address", "pl", false, Person{Name: vocative, CallMe: "Aniu"}, Chat),
		r("Polish title with vocative", "pl", false, Person{Name: vocative, Term: Masculine, Titles: professor}, Letter), r("Polish title with vocative", "pl", false, Person{Name: vocative, Term: Feminine, Titles: professor}, Chat),
		r("Polish title without vocative", "pl", false, Person{Name: vocative, Term: Masculine, Titles: []Title{{Text: "profesor"}}}, Letter),
		r("Czech, stated vocative", "cs", false, Person{Name: novak, Term: Masculine}, Letter), r("Czech, stated vocative", "cs", false, Person{Name: novak, Term: Feminine}, Chat), r("Czech, stated vocative", "cs", true, Person{Name: novak}, Chat),
		r("Czech title with vocative", "cs", false, Person{Name: novak, Term: Masculine, Titles: []Title{{Text: "doktor", Vocative: "doktore"}}}, Letter),
		r("Czech title with vocative", "cs", false, Person{Name: novak, Term: Feminine, Titles: []Title{{Text: "doktorka", Vocative: "doktorko"}}}, Letter),
	)
	marsh := named2("en", "Robin", "", "Marsh", "")
	william := personname.Name{Locale: language.English, Given: "William", GivenInformal: "Bill", Surname: "Marsh"}
	add("terms of address, wishes",
		r("Mx, as stated", "en-GB", false, Person{Name: marsh, Honorific: Title{Text: "Mx", Lang: language.English}}, Letter),
		r("Ind, as stated", "en-GB", false, Person{Name: marsh, Honorific: Title{Text: "Ind", Lang: language.English}}, Email),
		r("Mx in a German letter is left out", "de", false, Person{Name: marsh, Honorific: Title{Text: "Mx", Lang: language.English}}, Letter),
		r("Mx, for every language", "de", false, Person{Name: marsh, Honorific: Title{Text: "Mx"}}, Letter),
		r("先生, as stated", "ja", false, Person{Name: tanaka, Honorific: Title{Text: "先生", Lang: language.Japanese}}, Email),
		r("선생님, as stated", "ko", false, Person{Name: kim, Honorific: Title{Text: "선생님", Lang: language.Korean}}, Letter),
		r("老师, as stated", "zh-Hans", false, Person{Name: wang, Honorific: Title{Text: "老师", Lang: language.Chinese}}, Letter),
		r("short form of the name", "en-US", true, Person{Name: william}, Email), r("short form is not formal", "en-US", false, Person{Name: william}, Letter),
		r("whole name alone", "en-US", false, Person{Full: "Alex Schmidt"}, Letter), r("whole name alone", "ja", false, Person{Full: "田中愛子"}, Letter),
		r("call-me and title", "en-US", false, Person{Full: "Aiko Tanaka", Titles: []Title{{Text: "Dr."}}, CallMe: "Ai"}, Letter), r("call-me", "ja", false, Person{CallMe: "アイコ"}, Chat),
		r("verbatim", "de", false, Person{Full: "Anna von Stein", CallMe: "Anna", Verbatim: "Moin Anna!"}, Letter),
		r("in two scripts, Latin letter", "en-GB", false, Person{Name: tanaka, Spellings: []Source{named2("ja", "Aiko", "", "Tanaka", "")}}, Letter),
		r("in two scripts, Japanese letter", "ja", false, Person{Name: named2("ja", "Aiko", "", "Tanaka", ""), Spellings: []Source{tanaka}}, Letter),
		r("Russian name in an English letter", "en-GB", false, Person{Name: named2("ru", "Борис", "Николаевич", "Ельцин", "")}, Letter),
		r("Einstein in Japanese", "ja", false, Person{Name: named2("de", "アルベルト", "", "アインシュタイン", "")}, Letter),
		r("one name, no surname", "en-GB", false, Person{Name: named2("id", "Suharto", "", "", "")}, Letter),
		r("surname only", "de", true, Person{Name: named2("de", "", "", "Müller", "")}, Chat),
		r("no rules for the language", "sw", false, Person{Name: marsh}, Letter), r("no rules for the language", "sw", false, Person{CallMe: "Rob"}, Letter),
		r("informal, Malay", "ms", true, Person{Name: named2("ms", "Isa", "", "bin Osman", "")}, Chat),
		r("Burmese woman", "en-GB", false, Person{Name: named2("my", "Aung San Suu Kyi", "", "", ""), Term: Feminine}, Letter),
		r("Burmese man", "en-GB", false, Person{Name: named2("my", "Thant", "", "", ""), Term: Masculine}, Letter),
		r("Turkish man, chat", "tr", false, Person{Name: named2("tr", "Ahmet", "", "Yılmaz", ""), Term: Masculine}, Chat),
		r("Hungarian man", "hu", false, Person{Name: named2("hu", "Béla", "", "Bartók", ""), Term: Masculine}, Letter),
		r("nickname formal Thai", "th", false, Person{Name: named2("th", "สมชาย", "", "ศรสุวรรณ", "")}, Voice),
	)
	return t
}

func tables() []table {
	return []table{regionTable(), abroadTable(), languageTable(), audienceTable(), statedTable()}
}

// shown is one answer as a line that people read.
func shown(r Result, err error) string {
	if err != nil {
		return "ERROR " + err.Error()
	}
	out := fmt.Sprintf("%s   [%s, %s]", r.Text, r.Rule, r.Part)
	if r.Next == Lower {
		out += " lower"
	}
	if r.Ask {
		out += " ask"
	}
	if len(r.Alternatives) > 0 {
		out += "   or: " + strings.Join(r.Alternatives, " | ")
	}
	return out
}

// said is a row with its answer.
type said struct {
	label string
	dims  []string
	line  string
}

// merged writes rows that differ in one condition only, and not in the answer, as one:
// "feminine,masculine formal letter".
func merged(rows []row, e *Engine) []said {
	var out []said
	for _, r := range rows {
		out = append(out, said{r.label, slices.Clone(r.dims), shown(r.ask(e))})
	}
	for d := range rows[0].dims {
		var next []said
		for _, l := range out {
			at := slices.IndexFunc(next, func(have said) bool {
				return have.label == l.label && have.line == l.line && others(have.dims, d) == others(l.dims, d)
			})
			if at < 0 {
				next = append(next, l)
				continue
			}
			next[at].dims[d] += "," + l.dims[d]
		}
		out = next
	}
	return out
}

// others are all conditions but one.
func others(dims []string, d int) string {
	return strings.Join(slices.Concat(dims[:d], dims[d+1:]), " ")
}

func TestGoldenTables(t *testing.T) {
	t.Parallel()
	e := Default()
	for _, table := range tables() {
		t.Run(table.file, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			n := 0
			for _, p := range table.parts {
				fmt.Fprintf(&b, "== %s\n", p.title)
				for _, l := range merged(p.rows, e) {
					fmt.Fprintf(&b, "%s  (%s)\n\t%s\n", l.label, strings.Join(l.dims, " "), l.line)
				}
				n += len(p.rows)
			}
			golden.Count(t, table.file, n)
			golden.Equal(t, filepath.Join("testdata", table.file), b.String())
		})
	}
}

// The table of regions has every region of the facts.
func TestEveryRegionIsShown(t *testing.T) {
	t.Parallel()
	var have []string
	for _, s := range samples() {
		have = append(have, s.place)
	}
	var want []string
	for _, r := range culture.Default().Regions() {
		want = append(want, r.String())
	}
	require.Len(t, want, 43)
	require.ElementsMatch(t, want, have)
}
