package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

// Customers counts who they are and whom the shop may write to.
type Customers struct {
	Total     int     `json:"total"`
	Countries []Count `json:"countries"` // the largest first
	// Mailable and Reasons answer one question for everybody: may the shop send
	// marketing by e-mail at the end of the period, and why.
	Mailable int     `json:"may_be_sent_marketing"`
	Reasons  []Count `json:"reasons"`
	Stages   []Count `json:"stages,omitempty"`
}

func addCustomers(p *Page, in *input) error {
	p.Customers.Total = len(in.people)
	countries, reasons, stages := map[string]int{}, map[string]int{}, map[string]int{}
	last := lastOrders(in)
	for _, person := range in.people {
		c, err := newCustomer(person, in, last)
		if err != nil {
			return fmt.Errorf("customer %s: %w", person.ID, err)
		}
		countries[country(person)]++
		verdict := c.Consent.Allowed(customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, At: in.to})
		if verdict.Allowed {
			p.Customers.Mailable++
		}
		reasons[verdict.Reason.String()]++
		if stage, ok := c.Lifecycle.At(in.to); ok {
			stages[string(stage)]++
		}
	}
	p.Customers.Countries, p.Customers.Reasons, p.Customers.Stages = ranked(countries), ranked(reasons), ranked(stages)
	return nil
}

// newCustomer is the shop's row as the wing customer holds it.
func newCustomer(person shop.Customer, in *input, last map[string]order) (customer.Customer, error) {
	c := customer.Customer{
		ID: customer.ID(person.ID), Kind: customer.Person, Zone: person.Zone,
		Address: customer.FormOfAddress{CallMe: person.CallMe, Title: person.Title},
	}
	if person.Written != "" {
		tag := language.Make(person.Language)
		c.Names = customer.Names{{Use: customer.PreferredName, Locale: tag, Full: person.Written}}
		c.Languages = customer.Languages{{Tag: tag}}
		c.Region = language.MustParseRegion(person.Country)
	}
	if person.Email != "" {
		point, err := customer.NewEmail(person.Email)
		if err != nil {
			return c, err
		}
		c.Points = customer.ContactPoints{point}
	}
	if person.Consent {
		consent, err := c.Consent.Append(customer.ConsentRecord{
			Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.ByEmail, Basis: customer.BasisConsent, At: person.Joined,
			Proof: &customer.Proof{Method: "web_form", Wording: "newsletter-2024"},
		})
		if err != nil {
			return c, err
		}
		c.Consent = consent
	}
	var err error
	c.Lifecycle, err = lifecycle(person, in, last)
	return c, errors.Join(err, c.Validate())
}

// lifecycle tells from the orders where a customer stands: active, or lapsed when
// nothing came for half a year.
func lifecycle(person shop.Customer, in *input, last map[string]order) (customer.Lifecycle, error) {
	stages := customer.DefaultStages()
	life, err := stages.Move(customer.Lifecycle{}, customer.Active, person.Joined, "first order")
	if err != nil {
		return life, err
	}
	if lapse := last[person.ID].at.AddDate(0, 6, 0); !lapse.After(in.to) {
		return stages.Move(life, customer.Dormant, lapse, "no order for six months")
	}
	return life, nil
}

func lastOrders(in *input) map[string]order {
	last := make(map[string]order, len(in.people))
	for _, o := range in.orders {
		last[o.customer] = o
	}
	return last
}

// country is the country's name, whichever way the data write it.
func country(person shop.Customer) string {
	for _, c := range shop.Countries() {
		if c.Code == person.Country {
			return c.Name
		}
	}
	return person.Country
}

// ranked puts counts in order, the largest first.
func ranked(counts map[string]int) []Count {
	out := make([]Count, 0, len(counts))
	for label, n := range counts {
		out = append(out, Count{label, n})
	}
	slices.SortFunc(out, func(a, b Count) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Label, b.Label)
	})
	return out
}

func (w *sheet) customers(p *Page) {
	w.title("customers")
	const most = 6
	var parts []string
	rest := 0
	for i, c := range p.Customers.Countries {
		if i < most {
			parts = append(parts, c.Label+" "+thousands(c.Count))
		} else {
			rest += c.Count
		}
	}
	if rest > 0 {
		parts = append(parts, "elsewhere "+thousands(rest))
	}
	w.line("%s: %s", thousands(p.Customers.Total), strings.Join(parts, ", "))
	if len(p.Customers.Stages) > 0 {
		w.line("lifecycle: %s", list(p.Customers.Stages))
	}
	w.line("may be sent marketing by e-mail: %s (%s)", thousands(p.Customers.Mailable), list(p.Customers.Reasons))
}

func list(counts []Count) string {
	parts := make([]string, 0, len(counts))
	for _, c := range counts {
		parts = append(parts, strings.ReplaceAll(c.Label, "_", " ")+" "+thousands(c.Count))
	}
	return strings.Join(parts, ", ")
}
