package personname_test

import (
	"fmt"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// A name is held in parts, with the tradition that it follows; the reader's language
// decides the rest.
func Example() {
	miyazaki := personname.Name{Locale: language.Japanese, Given: "Hayao", Surname: "Miyazaki"}
	for _, reader := range []language.Tag{language.English, language.German} {
		f, err := personname.New(reader, nil)
		if err != nil {
			panic(err)
		}
		text, err := f.Format(miyazaki)
		if err != nil {
			panic(err)
		}
		fmt.Println(reader, text)
	}
	// Output:
	// en Miyazaki Hayao
	// de Hayao Miyazaki
}

func ExampleFormatter_Format() {
	f, err := personname.New(language.English, &personname.Options{Length: personname.Short, Formality: personname.Formal})
	if err != nil {
		panic(err)
	}
	text, err := f.Format(personname.Name{Given: "John", Given2: "Ronald Reuel", Surname: "Tolkien"})
	if err != nil {
		panic(err)
	}
	fmt.Println(text)
	// Output:
	// J.R.R. Tolkien
}

func ExampleFormatter_Explain() {
	f, err := personname.New(language.English, nil)
	if err != nil {
		panic(err)
	}
	trace, err := f.Explain(personname.Name{Given: "駿", Surname: "宮崎"})
	if err != nil {
		panic(err)
	}
	fmt.Println(trace.Text)
	fmt.Println("name:", trace.NameLocale, "inferred:", trace.Inferred)
	fmt.Println("patterns:", trace.Locale, "switched:", trace.Switched)
	fmt.Println(trace.Order, "by", trace.OrderBasis, trace.OrderEntry)
	// Output:
	// 宮崎駿
	// name: zh-Hani-CN inferred: true
	// patterns: zh switched: true
	// surnameFirst by locale zh
}

// A sorted list shows names by what they are sorted under.
func ExampleOptions() {
	f, err := personname.New(language.Dutch, &personname.Options{Order: personname.Sorting, Formality: personname.Formal})
	if err != nil {
		panic(err)
	}
	text, err := f.Format(personname.Name{Locale: language.Dutch, Given: "Johannes", SurnamePrefix: "van den", SurnameCore: "Berg"})
	if err != nil {
		panic(err)
	}
	fmt.Println(text)
	// Output:
	// Berg, Johannes van den
}

func ExampleNew() {
	f, err := personname.New(language.MustParse("es-AR"), nil)
	if err != nil {
		panic(err)
	}
	fmt.Println("es-AR has the patterns of", f.Locale())
	// Output:
	// es-AR has the patterns of es-419
}
