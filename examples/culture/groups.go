package main

import (
	"fmt"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/culture/salutation"
)

// groups writes to those who are no single living person.
func (d *desk) groups() error {
	stein := salutation.Person{Name: personname.Name{Locale: language.German, Given: "Anna", Surname: "von Stein"}, Term: salutation.Feminine}
	berg := salutation.Person{Name: personname.Name{Locale: language.Dutch, Given: "Johannes", Surname: "van den Berg"}, Term: salutation.Masculine}
	late := salutation.Person{Name: personname.Name{Locale: language.English, Given: "Emma", Surname: "Taylor"}, Deceased: true}
	for _, g := range []struct {
		about string
		to    salutation.Addressee
	}{
		{"a couple", salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{stein, berg}}},
		{"a family", salutation.Addressee{Audience: salutation.ToFamily, Name: "Marsh"}},
		{"a team", salutation.Addressee{Audience: salutation.ToTeam, Name: "Service Desk"}},
		{"an office, no person known", salutation.Addressee{Audience: salutation.ToOrganisation, Name: "Acme"}},
		{"somebody without a name", salutation.Addressee{Audience: salutation.ToUnknown}},
		{"a customer who has died", salutation.To(late)},
	} {
		fmt.Fprintf(d.out, "\n    %s\n", g.about)
		for _, tag := range letters {
			about := culture.Context{Lang: tag}
			opening, err := d.rules.Open(about, g.to, salutation.Letter)
			if err != nil {
				return err
			}
			closing, err := d.rules.Close(about, g.to, salutation.Letter)
			if err != nil {
				return err
			}
			fmt.Fprintf(d.out, "    %-6s %s  —  %s\n", tag, opening.Text+next(opening.Next, tag), closing.Text)
		}
	}
	return nil
}
