package desk

import (
	"errors"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
	"github.com/rapport-go/rapport/culture/salutation"
	"github.com/rapport-go/rapport/customer"
)

// about is what is known of a person's language, region and name, each as declared.
func about(r *record) culture.Context {
	c := culture.Context{Region: r.c.Region}
	if len(r.c.Languages) > 0 {
		c.Lang = r.c.Languages[0].Tag
	}
	if n, ok := r.c.Name(); ok {
		c.NameLocale = n.Locale
	}
	return c
}

// person is what the customer stated about being addressed, as the salutations take it.
func person(c customer.Customer, lang language.Tag) salutation.Person {
	p := salutation.Person{CallMe: c.Address.CallMe, Verbatim: c.Address.Verbatim}
	n, ok := c.Name()
	if ok {
		p.Name, p.Full = n, n.Full
	}
	for _, other := range c.Names {
		if other.Use == customer.AliasName && other.Locale == n.Locale {
			p.Spellings = append(p.Spellings, other)
		}
	}
	if c.Address.Title != "" {
		p.Titles = []salutation.Title{{Text: c.Address.Title, Lang: n.Locale}}
	}
	if g, ok := c.Address.In(lang); ok {
		switch g.Gender {
		case customer.Masculine:
			p.Term = salutation.Masculine
		case customer.Feminine:
			p.Term = salutation.Feminine
		}
	}
	return p
}

// greeting is how a letter to the customer opens and closes, and why.
func (a *App) greeting(r *record, loc *time.Location, now time.Time) (Greeting, error) {
	c := about(r)
	g := Greeting{Guides: []GuideView{}}
	who := person(r.c, c.Lang)
	line, err := a.rules.letters.Line(c, who, salutation.Email)
	switch {
	case errors.Is(err, salutation.ErrNoName):
		g.Why, g.Ask = "nothing is stated to address the person by, and nothing is made up: ask how they wish to be addressed", true
	case err != nil:
		return g, err
	default:
		g.Line, g.Why, g.Ask, g.Notes = line.Text, line.Why, line.Ask, line.Notes
		for _, s := range line.Sources {
			g.Sources = append(g.Sources, s.Title)
		}
		end, err := a.rules.letters.SignOff(c, who, salutation.Email)
		if err != nil {
			return g, err
		}
		g.Close = end.Text
	}
	for _, d := range []culture.Dimension{culture.TitleUsage, culture.Directness, culture.SmallTalk, culture.Punctuality} {
		if answer := a.rules.guides.Best(c, d); answer.Basis != culture.Fallback {
			g.Guides = append(g.Guides, guide(d, answer))
		}
	}
	g.Hours, g.HoursWhy = a.hours(r, loc, now)
	return g, nil
}

func guide(d culture.Dimension, answer culture.Answer[culture.Guidance]) GuideView {
	v := GuideView{Topic: d.String(), Text: answer.String(), Basis: answer.Basis.String(), Confidence: percent(answer.Confidence), Ask: answer.Ask}
	for _, s := range answer.Sources {
		v.Sources = append(v.Sources, s.Publisher)
	}
	return v
}

// hours is when the customer may be called about what they asked, and why.
func (a *App) hours(r *record, loc *time.Location, now time.Time) (when, why string) {
	if regionOf(r.c) == "" {
		return "", "the region is not known: ask when a call suits"
	}
	q := contact.Question{Region: r.c.Region, Zone: loc, Purpose: contact.ServiceReply, Channel: contact.Call, Bound: true, Holidays: holidayOf(regionOf(r.c))}
	decision, err := a.rules.contact.Decide(q, now)
	if err != nil {
		return "", words(err)
	}
	why = decision.Explain()
	if decision.Advised() {
		return "now", why
	}
	next, err := a.rules.contact.Next(q, now)
	if err != nil {
		return "", why
	}
	return "from " + next.Start.In(loc).Format("Monday 2 January, 15:04"), why
}
