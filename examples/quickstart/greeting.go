package main

import (
	"errors"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/culture/salutation"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

// Greeting says how to open a letter to one customer, and why.
type Greeting struct {
	Customer string   `json:"customer"`
	Name     string   `json:"name,omitempty"`
	Place    string   `json:"place"`
	Line     string   `json:"line,omitempty"` // empty where there is nothing to address the person by
	Why      string   `json:"why"`
	Ask      bool     `json:"ask"` // ask the person before relying on it
	Guides   []string `json:"guides"`
}

// tag is the usual language of letters to a country that an invoice names.
var tags = map[string]string{
	"United Kingdom": "en-GB", "EIRE": "en-IE", "Germany": "de-DE", "France": "fr-FR", "Spain": "es-ES", "Italy": "it-IT",
	"Portugal": "pt-PT", "Netherlands": "nl-NL", "Japan": "ja-JP", "Australia": "en-AU", "USA": "en-US", "Brazil": "pt-BR",
}

func addGreetings(p *Page, in *input) error {
	engine := salutation.Default()
	p.Greetings = []Greeting{}
	for _, person := range chosen(in) {
		g, err := greet(engine, person)
		if err != nil {
			return err
		}
		p.Greetings = append(p.Greetings, g)
	}
	return nil
}

// chosen are three customers who show three different reasons: one who said what
// to be called, one with a title, one whose language orders names the other way.
// A file has no names, so there it is the first customer of three countries.
func chosen(in *input) []shop.Customer {
	wanted := []func(shop.Customer) bool{
		func(c shop.Customer) bool { return c.CallMe != "" && c.Country == "BR" },
		func(c shop.Customer) bool { return c.Title != "" && c.CallMe == "" },
		func(c shop.Customer) bool { return c.Country == "JP" && c.CallMe == "" },
	}
	if !in.simulated {
		wanted = nil
		for _, name := range []string{"Japan", "Germany", "Italy"} {
			wanted = append(wanted, func(c shop.Customer) bool { return c.Country == name })
		}
	}
	var out []shop.Customer
	for _, fits := range wanted {
		for _, person := range in.people {
			if fits(person) {
				out = append(out, person)
				break
			}
		}
	}
	return out
}

func greet(engine *salutation.Engine, person shop.Customer) (Greeting, error) {
	tag := language.Make(person.Language)
	if person.Language == "" {
		tag = language.Make(tags[person.Country])
	}
	region, _ := tag.Region()
	if person.Written != "" {
		region = language.MustParseRegion(person.Country)
	}
	about := culture.Context{Lang: tag, Region: region}
	if person.Written != "" {
		about.NameLocale = tag // the shop asked; an invoice's country says nothing of a name
	}
	g := Greeting{Customer: person.ID, Name: person.Written, Place: country(person), Guides: []string{}}
	line, err := engine.Line(about, stated(person, about.NameLocale), salutation.Letter)
	switch {
	case errors.Is(err, salutation.ErrNoName):
		g.Why, g.Ask = "the data hold no name, and none is invented: ask how the customer wishes to be addressed", true
	case err != nil:
		return g, err
	default:
		g.Line, g.Why, g.Ask = line.Text, line.Why, line.Ask
	}
	guides := culture.Default()
	for _, d := range []culture.Dimension{culture.TitleUsage, culture.SmallTalk, culture.Directness} {
		if answer := guides.Best(about, d); answer.Basis != culture.Fallback {
			g.Guides = append(g.Guides, answer.String())
		}
	}
	return g, nil
}

// stated is what the shop's customer said: the parts of the name as the shop holds them,
// in the tradition that the customer declared, and the wishes.
func stated(person shop.Customer, tradition language.Tag) salutation.Person {
	p := salutation.Person{Full: person.Written, CallMe: person.CallMe}
	if person.Given != "" || person.Surname != "" {
		p.Name = personname.Name{Locale: tradition, Given: person.Given, Surname: person.Surname}
	}
	if person.Title != "" {
		p.Titles = []salutation.Title{{Text: person.Title, Lang: language.Make(person.Language)}}
	}
	return p
}

func (w *sheet) greetings(p *Page) {
	w.title("how to greet them, and why")
	for i, g := range p.Greetings {
		if i > 0 {
			w.line("")
		}
		who := "customer " + g.Customer
		if g.Name != "" {
			who = g.Name
		}
		line := g.Line
		if line == "" {
			line = "(no line)"
		}
		w.line("%s (%s): %s", who, g.Place, line)
		w.line("  because %s%s", strings.TrimSuffix(g.Why, "."), asked(g.Ask))
		for _, guide := range g.Guides {
			w.line("  %s", guide)
		}
	}
}

func asked(ask bool) string {
	if ask {
		return " [ask first]"
	}
	return ""
}
