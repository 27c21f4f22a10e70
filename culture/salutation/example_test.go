package salutation_test

import (
	"fmt"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/culture/salutation"
)

func ExampleEngine_Line() {
	engine := salutation.Default()
	about := culture.Context{Lang: language.BritishEnglish, Region: language.MustParseRegion("IS")}
	person := salutation.Person{
		Name: personname.Name{Locale: language.Icelandic, Given: "Björk", Surname: "Guðmundsdóttir"},
		Term: salutation.Feminine,
	}
	line, err := engine.Line(about, person, salutation.Letter)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(line.Text)
	fmt.Println(line.Rule, line.Part, line.Alternatives)
	fmt.Println(line.Why)
	// Output:
	// Dear Björk,
	// is.given given [Dear Björk Guðmundsdóttir,]
	// guides report that in Iceland the given name is used, also formally; the second name tells the parent, so Mr or Ms with it is wrong; formal because nothing is on record and a formal tone can be eased later
}

func ExampleEngine_Open() {
	engine := salutation.Default()
	about := culture.Context{Lang: language.German}
	couple := salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{
		{Name: personname.Name{Locale: language.German, Given: "Anna", Surname: "von Stein"}, Term: salutation.Feminine, Titles: []salutation.Title{{Text: "Prof."}, {Text: "Dr."}}},
		{Name: personname.Name{Locale: language.German, Given: "Alex", Surname: "Schmidt"}},
	}}
	for _, to := range []salutation.Addressee{couple, {Audience: salutation.ToOrganisation}} {
		opening, err := engine.Open(about, to, salutation.Letter)
		if err != nil {
			fmt.Println(err)
			return
		}
		closing, err := engine.Close(about, to, salutation.Letter)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(opening.Text, "|", opening.Next, "|", closing.Text)
	}
	// Output:
	// Sehr geehrte Frau Prof. Dr. von Stein, guten Tag Alex Schmidt, | lower | Mit freundlichen Grüßen
	// Sehr geehrte Damen und Herren, | lower | Mit freundlichen Grüßen
}
