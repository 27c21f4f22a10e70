package personname_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// Fields that are missing, and what stands around and for them.
func TestMissingFields(t *testing.T) {
	t.Parallel()
	formal := func(length personname.Length, usage personname.Usage) personname.Options {
		return personname.Options{Length: length, Usage: usage, Formality: personname.Formal, Order: personname.GivenFirst}
	}
	long, short, address := formal(personname.Long, personname.Referring), formal(personname.Short, personname.Referring), formal(personname.Medium, personname.Addressing)
	informal := personname.Options{Usage: personname.Addressing, Formality: personname.Informal}
	monogram := formal(personname.Medium, personname.Monogram)
	initials := personname.Options{Usage: personname.Monogram, Formality: personname.Informal, Length: personname.Medium}
	sorting := personname.Options{Order: personname.Sorting, Formality: personname.Formal}
	full := personname.Name{Title: "Dr.", Given: "Ada", Given2: "Augusta", Surname: "Lovelace", Generation: "III", Credentials: "PhD"}
	without := func(change func(*personname.Name)) personname.Name {
		n := full
		change(&n)
		return n
	}
	for _, c := range []struct {
		label   string
		reader  string
		options personname.Options
		name    personname.Name
		want    string
	}{
		{"all", "en", long, full, "Dr. Ada Augusta Lovelace III, PhD"},
		{"no title: nothing before the first field", "en", long, without(func(n *personname.Name) { n.Title = "" }), "Ada Augusta Lovelace III, PhD"},
		{"no credentials: nothing after the last", "en", long, without(func(n *personname.Name) { n.Credentials = "" }), "Dr. Ada Augusta Lovelace III"},
		{"one in the middle", "en", long, without(func(n *personname.Name) { n.Given2 = "" }), "Dr. Ada Lovelace III, PhD"},
		{"before a comma, as ICU", "en", long, without(func(n *personname.Name) { n.Generation = "" }), "Dr. Ada Augusta Lovelace PhD"},
		{"two in a row", "en", long, without(func(n *personname.Name) { n.Given2, n.Surname = "", "" }), "Dr. Ada III, PhD"},
		{"a field of blanks is none", "en", long, without(func(n *personname.Name) { n.Given2 = " \u3000 " }), "Dr. Ada Lovelace III, PhD"},
		{"blanks at the ends do not count, runs become one", "en", long, personname.Name{Given: " Mary  Sue ", Surname: "Watson "}, "Mary Sue Watson"},
		{"one name: the initial is no name", "en", short, personname.Name{Given: "Zendaya"}, "Zendaya"},
		{"one name where only the surname is shown", "en", address, personname.Name{Title: "Ms", Given: "Zendaya"}, "Ms Zendaya"},
		{"one name, sorted", "en", sorting, personname.Name{Given: "Zendaya"}, "Zendaya"},
		{"one name, its letter", "en", monogram, personname.Name{Given: "zendaya"}, "Z"},
		{"one name of many words", "en", short, personname.Name{Given: "Mary Sue", Given2: "Hamish"}, "H. Mary Sue"},
		{"no given name: the surname stands for it", "en", informal, personname.Name{Surname: "Smith"}, "Smith"},
		{"the same where the title is shown", "th", address, personname.Name{Title: "Khun", Surname: "Sornsuwan", Locale: language.Thai}, "Khun Sornsuwan"},
		{"where only the initial of the surname is shown", "en", personname.Options{Length: personname.Short, Formality: personname.Informal}, personname.Name{Surname: "Smith"}, "Smith"},
		{"no given name where the surname is shown", "en", long, personname.Name{Title: "Dr.", Surname: "Smith"}, "Dr. Smith"},
		{"only the informal form is held", "en", address, personname.Name{GivenInformal: "Bill"}, "Bill"},
		{"the informal form is asked for", "en", informal, personname.Name{Given: "William", GivenInformal: "Bill"}, "Bill"},
		{"there is none", "en", informal, personname.Name{Given: "William"}, "William"},
		{"a word without a letter has no initial", "en", short, personname.Name{Given: "3rd", Surname: "Smith"}, "Smith"},
		{"nothing would be left: the surname", "en", initials, personname.Name{Given: "Ada", Surname: "Lovelace", Variants: map[string]string{"given-informal-monogram-allCaps": ""}}, "Lovelace"},
		{"nothing would be left of one name", "en", initials, personname.Name{Given: "Ada", Variants: map[string]string{"given-informal-monogram-allCaps": ""}}, "Ada"},
		{"two patterns that fit alike: the first of the source", "ca", personname.Options{Order: personname.Sorting, Length: personname.Long, Formality: personname.Informal}, personname.Name{Given: "Maria", GivenInformal: "Mia", SurnamePrefix: "de la", SurnameCore: "Torre", Locale: language.Catalan}, "De la Torre Mia"},
		{"the pattern with fewer empty fields", "ca", personname.Options{Order: personname.Sorting, Length: personname.Medium, Formality: personname.Formal}, personname.Name{Given: "Maria", Given2: "Rosa", SurnamePrefix: "de la", SurnameCore: "Torre", Locale: language.Catalan}, "De la Torre, Maria Rosa"},
		{"the pattern with more fields", "es", personname.Options{Order: personname.Sorting, Length: personname.Medium, Formality: personname.Formal}, personname.Name{Given: "Ana", Surname: "Ruiz", Surname2: "Gil", Locale: language.Spanish}, "Ruiz Gil, Ana"},
		{"an initial without a letter", "en", personname.Options{Length: personname.Short, Formality: personname.Informal, Order: personname.GivenFirst}, personname.Name{Given: "X", Surname: "2"}, "X"},
		{"brackets of empty fields go with them", "cs", personname.Options{Order: personname.Sorting, Length: personname.Long, Formality: personname.Formal}, personname.Name{Given: "Ada", Surname: "Lovelace", Locale: language.Czech}, "Lovelace, Ada"},
		{"brackets that are filled", "cs", personname.Options{Order: personname.Sorting, Length: personname.Long, Formality: personname.Formal}, personname.Name{Title: "Ing.", Given: "Ada", Surname: "Lovelace", Credentials: "PhD", Locale: language.Czech}, "Lovelace, Ada (Ing., PhD)"},
		{"a bracket whose end is empty is closed", "cs", personname.Options{Order: personname.Sorting, Length: personname.Long, Formality: personname.Formal}, personname.Name{Title: "Ing.", Given: "Ada", Surname: "Lovelace", Locale: language.Czech}, "Lovelace, Ada (Ing.)"},
		{"one whose beginning is empty is left out", "cs", personname.Options{Order: personname.Sorting, Length: personname.Long, Formality: personname.Formal}, personname.Name{Given: "Ada", Surname: "Lovelace", Credentials: "PhD", Locale: language.Czech}, "Lovelace, Ada PhD"},
		{"brackets of the name itself stay", "cs", personname.Options{Order: personname.Sorting, Length: personname.Long, Formality: personname.Formal}, personname.Name{Given: "Ada)", Surname: "(Lovelace", Credentials: "PhD", Locale: language.Czech}, "(Lovelace, Ada) PhD"},
		{"no blank before a comma", "yue", long, personname.Name{Given: "永翹", Surname: "黃", Credentials: "博士", Locale: language.French}, "永翹·黃，博士"},
		{"the corrected pattern keeps the surname", "yue", personname.Options{Order: personname.GivenFirst, Formality: personname.Formal, Length: personname.Medium}, personname.Name{Given: "永翹", Surname: "黃", Locale: language.French}, "永翹·黃"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, explain(t, c.reader, &c.options, c.name).Text)
		})
	}
	trace := explain(t, "en", &address, personname.Name{Given: "Zendaya"})
	require.True(t, trace.GivenForSurname)
	require.False(t, trace.SurnameForGiven)
	trace = explain(t, "en", &informal, personname.Name{Surname: "Smith"})
	require.True(t, trace.SurnameForGiven)
}

// The table of UTS #35 part 8, Handle core and prefix, row by row; and modifiers in a
// locale that asks for each.
func TestModifiers(t *testing.T) {
	t.Parallel()
	sorting := personname.Options{Order: personname.Sorting, Formality: personname.Formal, Length: personname.Long}
	plain := personname.Options{Formality: personname.Informal, Order: personname.GivenFirst, Length: personname.Medium}
	short := personname.Options{Formality: personname.Formal, Length: personname.Short, Order: personname.GivenFirst}
	surnameShort := personname.Options{Formality: personname.Formal, Length: personname.Short, Order: personname.SurnameFirst}
	monogram := personname.Options{Usage: personname.Monogram, Formality: personname.Formal, Length: personname.Long, Order: personname.GivenFirst}
	address := personname.Options{Usage: personname.Addressing, Formality: personname.Formal, Length: personname.Long, Order: personname.GivenFirst}
	informalAddress := personname.Options{Usage: personname.Addressing, Formality: personname.Informal, Length: personname.Short, Order: personname.GivenFirst}
	for _, c := range []struct {
		label   string
		reader  string
		options personname.Options
		name    personname.Name
		want    string
	}{
		{"prefix, core, plain", "en", sorting, personname.Name{Given: "J", Surname: "vdB", SurnamePrefix: "van den", SurnameCore: "Berg"}, "Berg, J van den"},
		{"prefix, core, plain: the plain one", "en", plain, personname.Name{Given: "J", Surname: "vdB", SurnamePrefix: "van den", SurnameCore: "Berg"}, "J vdB"},
		{"prefix, plain: the plain one is the core", "en", sorting, personname.Name{Given: "J", Surname: "vdB", SurnamePrefix: "van den"}, "vdB, J"},
		{"core, plain: the plain one is the core", "en", sorting, personname.Name{Given: "J", Surname: "vdB", SurnameCore: "Berg"}, "vdB, J"},
		{"plain", "en", sorting, personname.Name{Given: "J", Surname: "vdB"}, "vdB, J"},
		{"prefix, core: both are the plain one", "en", plain, personname.Name{Given: "J", SurnamePrefix: "van den", SurnameCore: "Berg"}, "J van den Berg"},
		{"prefix, core", "en", sorting, personname.Name{Given: "J", SurnamePrefix: "van den", SurnameCore: "Berg"}, "Berg, J van den"},
		{"core is the plain one", "en", plain, personname.Name{Given: "J", SurnameCore: "Berg"}, "J Berg"},
		{"a prefix alone is nothing", "en", sorting, personname.Name{Given: "J", SurnamePrefix: "van den"}, "J"},

		{"initials, glued", "en", short, personname.Name{Given: "John", Given2: "Ronald Reuel", Surname: "Tolkien"}, "J.R.R. Tolkien"},
		{"initials, with blanks", "sv", short, personname.Name{Given: "John", Given2: "Ronald Reuel", Surname: "Tolkien", Locale: language.English}, "J R R Tolkien"},
		{"initials drop the hyphen", "en", short, personname.Name{Given: "Anne-Marie", Surname: "Curie"}, "A.M. Curie"},
		{"retain keeps it", "fr", short, personname.Name{Given: "Anne-Marie", Surname: "Curie", Locale: language.French}, "A.-M. Curie"},
		{"retain keeps a blank", "fr", short, personname.Name{Given: "Anne Marie", Surname: "Curie", Locale: language.French}, "A. M. Curie"},
		{"an apostrophe is within the word", "en", short, personname.Name{Given: "D'Arcy", Surname: "Smith"}, "D. Smith"},
		{"an initial that is one", "en", short, personname.Name{Given: "Harry", Given2: "S.", Surname: "Truman"}, "H.S. Truman"},
		{"a conjunct is one cluster (GB9c)", "gu", surnameShort, personname.Name{Given: "સ્ટૂડન્ટ", Surname: "પટેલ", Locale: language.Gujarati}, "પટેલ સ્ટૂ."},
		{"decomposed letters too", "en", short, personname.Name{Given: "E\u0301mile", Surname: "Zola"}, "E\u0301. Zola"},
		{"each Han character is a word", "zh", short, personname.Name{Given: "安怡", Surname: "张", Locale: language.Chinese}, "安怡张"},

		{"a monogram is one cluster of the field", "en", monogram, personname.Name{Given: "Mary Sue", Given2: "hamish", Surname: "Watson"}, "MHW"},
		{"a monogram of emoji and family", "en", monogram, personname.Name{Given: "👩\u200d👩\u200d👧 Ada", Surname: "Lovelace"}, "👩\u200d👩\u200d👧L"},
		{"Turkish capitals of a monogram", "tr", monogram, personname.Name{Given: "ilhan", Surname: "ışık", Locale: language.Turkish}, "İI"},
		{"Greek capitals have no accents", "el", monogram, personname.Name{Given: "Άννα", Surname: "Όμηρος", Locale: language.Greek}, "ΑΟ"},
		{"nor has a foreign name among Greek letters", "el", monogram, personname.Name{Given: "Άντα", Surname: "Όρλοφ", Locale: language.Korean}, "ΑΟ"},
		{"a ligature", "en", monogram, personname.Name{Given: "ﬁona", Surname: "ßmith"}, "FISS"},

		{"initialCap", "ca", sorting, personname.Name{Given: "Maria", SurnamePrefix: "de la", SurnameCore: "Torre", Locale: language.Catalan}, "De la Torre, Maria"},
		{"initialCap of Dutch takes IJ as one letter", "ca", sorting, personname.Name{Given: "Jan", SurnamePrefix: "ij den", SurnameCore: "Berg", Locale: language.Dutch}, "IJ den Berg, Jan"},
		{"initialCap of Turkish", "ca", sorting, personname.Name{Given: "Ali", SurnamePrefix: "ibn", SurnameCore: "Torre", Locale: language.Turkish}, "İbn Torre, Ali"},
		{"initialCap leaves the rest as it is", "ca", sorting, personname.Name{Given: "Maria", SurnamePrefix: "dE La", SurnameCore: "Torre", Locale: language.Catalan}, "DE La Torre, Maria"},
		{"vocative that is held", "gd", address, personname.Name{Title: "Mgr.", Given: "Calum", Surname: "Caimbeul", Locale: language.MustParse("gd"), Variants: map[string]string{"surname-vocative": "Chaimbeul"}}, "Mgr. Chaimbeul"},
		{"vocative that is not", "gd", address, personname.Name{Title: "Mgr.", Given: "Calum", Surname: "Caimbeul", Locale: language.MustParse("gd")}, "Mgr. Caimbeul"},
		{"genitive that is held", "lv", personname.Options{Usage: personname.Addressing, Formality: personname.Formal, Length: personname.Long, Order: personname.SurnameFirst}, personname.Name{Title: "kungs", Given: "Kārlis", Surname: "Ozoliņš", Locale: language.Latvian, Variants: map[string]string{"surname-genitive": "Ozoliņa"}}, "Ozoliņa kungs"},
		{"informal vocative before informal", "gd", informalAddress, personname.Name{Given: "Dòmhnall", GivenInformal: "Donaidh", Locale: language.MustParse("gd"), Variants: map[string]string{"given-informal-vocative": "Dhonaidh", "given-vocative": "Dhòmhnaill"}}, "Dhonaidh"},
		{"informal before vocative", "gd", informalAddress, personname.Name{Given: "Dòmhnall", GivenInformal: "Donaidh", Locale: language.MustParse("gd"), Variants: map[string]string{"given-vocative": "Dhòmhnaill"}}, "Donaidh"},
		{"vocative without informal", "gd", informalAddress, personname.Name{Given: "Dòmhnall", Locale: language.MustParse("gd"), Variants: map[string]string{"given-vocative": "Dhòmhnaill"}}, "Dhòmhnaill"},
		{"initials that the source makes: Greek digraphs", "el", surnameShort, personname.Name{Given: "Ντέιβιντ", Surname: "Λόπεζ", Locale: language.Greek, Variants: map[string]string{"given-initial": "Ντ."}}, "Λόπεζ Ντ."},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, explain(t, c.reader, &c.options, c.name).Text)
		})
	}
}

// Blanks are replaced by the language of the name: none in a native name of ja and zh,
// which count as one with yue, a dot in a foreign one.
func TestSpaceReplacement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ label, reader, locale, given, surname, want string }{
		{"native", "ja", "ja", "一郎 次郎", "山田", "山田一郎次郎"},
		{"Chinese for Japanese readers", "ja", "zh", "小 龙", "李", "李小龙"},
		{"Cantonese for Japanese readers", "ja", "yue", "小 龍", "李", "李小龍"},
		{"Korean for Japanese readers is foreign", "ja", "ko", "大 中", "金", "金・大・中"},
		{"German for Japanese readers", "ja", "de", "アルベルト", "アインシュタイン", "アルベルト・アインシュタイン"},
		{"German for Chinese readers", "zh", "de", "阿尔伯特", "爱因斯坦", "阿尔伯特·爱因斯坦"},
		{"a region without a language: Japan's language", "ja", "und-JP", "太 郎", "山田", "太郎山田"},
		{"elsewhere blanks stay", "ko", "de", "알베르트", "아인슈타인", "알베르트 아인슈타인"},
		{"Thai writes native names with a blank", "th", "th", "สมชาย", "ศรสุวรรณ", "สมชาย ศรสุวรรณ"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			trace := explain(t, c.reader, &personname.Options{Length: personname.Long, Formality: personname.Formal},
				personname.Name{Locale: language.Raw.Make(c.locale), Given: c.given, Surname: c.surname})
			require.Equal(t, c.want, trace.Text)
		})
	}
}

// hostName has the method set of package customer's Name and nothing else of this
// package: that is all a host's type needs.
type hostName struct {
	locale language.Tag
	order  string
	fields map[string]string
}

func (h hostName) NameLocale() language.Tag { return h.locale }
func (h hostName) PreferredOrder() string   { return h.order }
func (h hostName) Field(field, modifier string) (string, bool) {
	if modifier != "" {
		field += "-" + modifier
	}
	value, ok := h.fields[field]
	return value, ok
}

func TestHostsOwnType(t *testing.T) {
	t.Parallel()
	host := hostName{language.Japanese, "givenFirst", map[string]string{"given": "Hayao", "surname": "Miyazaki"}}
	require.Equal(t, "Hayao Miyazaki", explain(t, "en", nil, host).Text)
	host.order = ""
	require.Equal(t, "Miyazaki Hayao", explain(t, "en", nil, host).Text)
	donald := hostName{language.MustParse("gd"), "", map[string]string{
		"given": "Dòmhnall", "given-informal": "Donaidh", "given-vocative": "Dhòmhnaill", "given-informal-vocative": "Dhonaidh",
	}}
	address := personname.Options{Usage: personname.Addressing, Formality: personname.Informal, Length: personname.Short, Order: personname.GivenFirst}
	require.Equal(t, "Dhonaidh", explain(t, "gd", &address, donald).Text)
	delete(donald.fields, "given-informal-vocative")
	require.Equal(t, "Donaidh", explain(t, "gd", &address, donald).Text)
	delete(donald.fields, "given-informal")
	require.Equal(t, "Dhòmhnaill", explain(t, "gd", &address, donald).Text)
	delete(donald.fields, "given-vocative")
	require.Equal(t, "Dòmhnall", explain(t, "gd", &address, donald).Text)
	host.order = "upside down"
	_, err := formatter(t, "en", nil).Format(host)
	require.ErrorIs(t, err, personname.ErrName)
	var detail *personname.FieldError
	require.ErrorAs(t, err, &detail)
	require.Equal(t, "preferredOrder", detail.Field)
}

// What is refused, all at once, and in messages that hold nothing of the name.
func TestBadNames(t *testing.T) {
	t.Parallel()
	f := formatter(t, "en", &personname.Options{Length: personname.Long, Formality: personname.Formal})
	for label, name := range map[string]personname.Name{
		"none":           {},
		"blanks":         {Given: " ", Surname: "\u3000"},
		"title only":     {Title: "Dr.", Credentials: "PhD", Given2: "Q"},
		"a prefix alone": {SurnamePrefix: "van den"},
	} {
		text, err := f.Format(name)
		require.ErrorIs(t, err, personname.ErrNoName, label)
		require.Empty(t, text, label)
	}
	_, err := f.Format(nil)
	require.ErrorIs(t, err, personname.ErrNoName)
	for label, bad := range map[string]string{
		"too long":      strings.Repeat("x", personname.MaxFieldBytes+1),
		"no UTF-8":      "Secret\xff",
		"NUL":           "Secret\x00",
		"line break":    "Secret\r\nBcc: x",
		"tab":           "Secret\tx",
		"DEL":           "Secret\x7f",
		"C1":            "Secret\u0085x",
		"separator":     "Secret\u2028x",
		"override":      "Secret\u202etxt.exe",
		"isolate":       "Secret\u2066x",
		"Latin and bad": "Sécret\u2029",
	} {
		text, err := f.Format(personname.Name{Title: bad, Given: "Ada", Surname: bad, Credentials: bad})
		require.ErrorIs(t, err, personname.ErrName, label)
		require.Empty(t, text, label)
		require.NotContains(t, err.Error(), "Secret", label)
		require.NotContains(t, err.Error(), "xxx", label)
		for _, field := range []string{"title", "surname", "credentials"} {
			require.Contains(t, err.Error(), field+" ", label)
		}
		_, err = f.Format(personname.Name{Given: bad})
		require.ErrorIs(t, err, personname.ErrName, label)
	}
	_, err = f.Format(personname.Name{Given: "Ada", Surname: "L", Variants: map[string]string{"given-informal": "\x01"}})
	require.NoError(t, err, "what is not shown is not read")
	longest := strings.Repeat("x", personname.MaxFieldBytes)
	text, err := f.Format(personname.Name{Given: longest})
	require.NoError(t, err)
	require.Equal(t, longest, text)
	for _, joiner := range []string{"\u200c", "\u200d", "\u200e", "\u00ad", "\u00a0"} {
		text, err := f.Format(personname.Name{Given: "A" + joiner + "b"})
		require.NoError(t, err)
		require.Equal(t, "A"+joiner+"b", text)
	}
}

// A derived text is checked like a field.
func TestBadDerivedText(t *testing.T) {
	t.Parallel()
	f := formatter(t, "en", &personname.Options{Length: personname.Short, Formality: personname.Formal})
	_, err := f.Format(personname.Name{Given: "Ada", Surname: "L", Variants: map[string]string{"given-initial": "A\n"}})
	require.ErrorIs(t, err, personname.ErrName)
	require.ErrorContains(t, err, "given-initial")
}

// After an error dst is as it was; else the name stands after what was there.
func TestAppend(t *testing.T) {
	t.Parallel()
	f := formatter(t, "ja", nil)
	dst, err := f.Append([]byte("Dear  "), personname.Name{Locale: language.German, Given: "アルベルト", Surname: "アインシュタイン"})
	require.NoError(t, err)
	require.Equal(t, "Dear  アルベルト・アインシュタイン", string(dst))
	dst, err = f.Append([]byte("Dear "), personname.Name{})
	require.ErrorIs(t, err, personname.ErrNoName)
	require.Equal(t, "Dear ", string(dst))
	dst, err = f.Append([]byte("Dear "), personname.Name{Given: "\x00", Surname: "x"})
	require.Error(t, err)
	require.Equal(t, "Dear ", string(dst))
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	_, err := personname.New(language.English, &personname.Options{Order: 9, Length: 9, Usage: 9, Formality: 9})
	require.ErrorIs(t, err, personname.ErrOption)
	for _, option := range []string{"Order", "Length", "Usage", "Formality"} {
		require.ErrorContains(t, err, option+" is 9")
	}
	var detail *personname.OptionError
	require.ErrorAs(t, err, &detail)
	require.Equal(t, uint8(9), detail.Value)
}

// Tags that a hostile or careless caller may send.
func TestHostileTags(t *testing.T) {
	t.Parallel()
	name := personname.Name{Given: "Ada", Surname: "Lovelace"}
	for _, text := range []string{
		"", "und", "x-private", "en-x-" + strings.Repeat("abcdefgh-", 100) + "z", "i-klingon", "zh-min-nan", "sgn-BE-FR", "art-lojban",
		"de-u-co-phonebk-rg-atzzzz", "en-t-ja-m0-true", "qaa-Qaaa-QM", "xx", "zz-ZZ", "mul", "zxx-Zxxx", "en-Zyyy", "en-Zinh", "und-Zsym", "root",
		"aa-001", "es-419", "en-150", "hy-arevela", "ca-valencia", "sl-rozaj-biske-1994", "cmn-Hans-CN", "iw", "mo", "no-NO-NY",
	} {
		tag := language.Raw.Make(text)
		f, err := personname.New(tag, nil)
		require.NoError(t, err, text)
		got, err := f.Format(name)
		require.NoError(t, err, text)
		require.NotEmpty(t, got, text)
		name.Locale = tag
		got, err = formatter(t, "ja", nil).Format(name)
		require.NoError(t, err, text)
		require.NotEmpty(t, got, text)
	}
}

// A formatter that is shared, and that meets more scripts and locales than it
// remembers, gives what one for itself gives.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	shared := formatter(t, "en", nil)
	letters := map[string]string{"ja": "石原", "ru": "Ельцин", "ko": "김", "el": "Παπ", "hi": "गांधी", "ar": "آل", "en": "Li", "th": "ศร", "zh": "李"}
	regions := strings.Fields("AD AE AF AG AI AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ")
	var wait sync.WaitGroup
	for range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for _, region := range regions {
				for base, surname := range letters {
					name := personname.Name{Locale: language.Raw.Make(base + "-" + region), Given: surname, Surname: surname}
					got, err := shared.Format(name)
					if err != nil {
						t.Error(err)
						return
					}
					if region == "CH" {
						if want, _ := formatter(t, "en", nil).Format(name); got != want {
							t.Errorf("%s-%s: %q, alone %q", base, region, got, want)
						}
					}
				}
			}
		}()
	}
	wait.Wait()
}

// Enums write and read themselves.
func TestEnumText(t *testing.T) {
	t.Parallel()
	type enum interface {
		fmt.Stringer
		MarshalText() ([]byte, error)
	}
	for _, c := range []struct {
		values []enum
		names  string
		bad    enum
		parse  func(string) (enum, error)
	}{
		{[]enum{personname.Order(0), personname.GivenFirst, personname.SurnameFirst, personname.Sorting, personname.NativeOrder}, "|givenFirst|surnameFirst|sorting|nativeOrder", personname.Order(9), func(s string) (enum, error) { var v personname.Order; err := v.UnmarshalText([]byte(s)); return v, err }},
		{[]enum{personname.Length(0), personname.Long, personname.Medium, personname.Short}, "|long|medium|short", personname.Length(9), func(s string) (enum, error) {
			var v personname.Length
			err := v.UnmarshalText([]byte(s))
			return v, err
		}},
		{[]enum{personname.Usage(0), personname.Referring, personname.Addressing, personname.Monogram}, "|referring|addressing|monogram", personname.Usage(9), func(s string) (enum, error) { var v personname.Usage; err := v.UnmarshalText([]byte(s)); return v, err }},
		{[]enum{personname.Formality(0), personname.Formal, personname.Informal}, "|formal|informal", personname.Formality(9), func(s string) (enum, error) {
			var v personname.Formality
			err := v.UnmarshalText([]byte(s))
			return v, err
		}},
		{[]enum{personname.OrderBasis(0), personname.OrderRequested, personname.OrderPreferred, personname.OrderOfLocale}, "|requested|preferred|locale", personname.OrderBasis(9), func(s string) (enum, error) {
			var v personname.OrderBasis
			err := v.UnmarshalText([]byte(s))
			return v, err
		}},
	} {
		for i, name := range strings.Split(c.names, "|") {
			require.Equal(t, name, c.values[i].String())
			text, err := c.values[i].MarshalText()
			require.NoError(t, err)
			require.Equal(t, name, string(text))
			back, err := c.parse(name)
			require.NoError(t, err)
			require.Equal(t, c.values[i], back)
		}
		require.Equal(t, "invalid(9)", c.bad.String())
		_, err := c.bad.MarshalText()
		require.ErrorIs(t, err, personname.ErrOption)
		_, err = c.parse("Other")
		require.ErrorIs(t, err, personname.ErrOption)
	}
}

// A name is not printed or logged by accident.
func TestNamesAreRedacted(t *testing.T) {
	t.Parallel()
	name := personname.Name{Given: "Secret", Surname: "Secret", Variants: map[string]string{"given-vocative": "Secret"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		require.NotContains(t, fmt.Sprintf(verb, name), "Secret", verb)
		require.NotContains(t, fmt.Sprintf(verb, &name), "Secret", verb)
		require.NotContains(t, fmt.Sprintf(verb, []personname.Name{name}), "Secret", verb)
	}
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).LogAttrs(context.Background(), slog.LevelInfo, "", slog.Any("name", name))
	require.NotContains(t, out.String(), "Secret")
}

func TestLocales(t *testing.T) {
	t.Parallel()
	tags := personname.Locales()
	require.Len(t, tags, 143)
	for _, tag := range tags {
		require.Equal(t, tag.String(), formatter(t, tag.String(), nil).Locale().String())
	}
	require.Equal(t, "48.2.0", personname.CLDRVersion)
	require.Equal(t, "17.0.0", personname.UnicodeVersion)
}

// Whatever subset of fields is held, in whatever script, for every locale and form:
// no panic, and a text without double blanks, braces, commas or blanks at its ends,
// commas that follow nothing, brackets without their fellow, or characters that no
// field holds.
func FuzzFormat(f *testing.F) {
	f.Add("Dr.", "Ada", "A", "Augusta", "Lovelace", "van", "Berg", "Byron", "III", "PhD", "en", "de", uint16(0), uint32(0))
	f.Add("", "慎太郎", "", "", "石原", "", "", "", "", "", "ja", "en", uint16(0x3ff), uint32(77))
	f.Add("様", "アルベルト", "", "", "アインシュタイン", "", "", "", "", "", "de", "ja", uint16(0x1f), uint32(3))
	f.Add("", "", "x", "y", "", "p", "", "z", "g", "c", "es", "es", uint16(0x3ff), uint32(1234567))
	f.Add("t", "g g", "i-i", "m'm", "s s", "p", "c", "d", "j", "k", "ca", "ca", uint16(0x155), uint32(99))
	locales := append([]language.Tag{language.Und}, personname.Locales()...)
	f.Fuzz(func(t *testing.T, title, given, informal, given2, surname, prefix, core, surname2, generation, credentials, locale, reader string, subset uint16, form uint32) {
		fields := []*string{&title, &given, &informal, &given2, &surname, &prefix, &core, &surname2, &generation, &credentials}
		all := ""
		for i, field := range fields {
			if subset>>i&1 == 1 {
				*field = ""
			}
			all += *field
		}
		name := personname.Name{
			Title: title, Given: given, GivenInformal: informal, Given2: given2, Surname: surname, SurnamePrefix: prefix,
			SurnameCore: core, Surname2: surname2, Generation: generation, Credentials: credentials,
			Locale: language.Raw.Make(locale), Order: personname.Order(form % 3),
		}
		o := personname.Options{
			Order: personname.Order(form / 3 % 5), Length: personname.Length(form / 15 % 4), Usage: personname.Usage(form / 60 % 4),
			Formality: personname.Formality(form / 240 % 3), SurnameAllCaps: form/720%2 == 1, ForeignSurnameAllCaps: form/1440%2 == 1,
		}
		tag := language.Raw.Make(reader)
		if form/2880%2 == 1 {
			tag = locales[int(form/5760)%len(locales)]
		}
		formatter, err := personname.New(tag, &o)
		require.NoError(t, err)
		trace, err := formatter.Explain(name)
		text, again := formatter.Format(name)
		require.Equal(t, trace.Text, text)
		if err != nil {
			require.Error(t, again)
			require.Empty(t, text)
			return
		}
		require.NotEmpty(t, text)
		require.True(t, utf8.ValidString(text))
		require.NotContains(t, text, "  ")
		if strings.TrimSpace(text) != text {
			require.NotEmpty(t, strings.TrimSpace(text)) // a cluster may end in a blank with a mark
		}
		if strings.ContainsAny(all, ",，、،፣၊(){}[]—״.․॰·・ \u3000\u00a0\u202f") {
			return
		}
		require.NotContains(t, text, "{")
		require.NotContains(t, text, "}")
		require.Equal(t, strings.Count(text, "("), strings.Count(text, ")"), text)
		for _, comma := range []string{",", "，", "، ", "፣", "၊"} {
			require.False(t, strings.HasPrefix(text, comma), text)
			require.False(t, strings.HasSuffix(text, comma), text)
			for _, before := range []string{" ", "·", "・", ",", "，", "("} {
				require.NotContains(t, text, before+comma)
			}
		}
	})
}
