package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/vcard"
)

// host is the application: it keeps the store, the clock and its own rows.
type host struct {
	page
	store  *customer.MemStore
	people *customer.Directory
	now    time.Time
	ids    []customer.ID
	keys   int
	merge  string // id of the merge that is taken back
}

// key makes the idempotency key of the next request.
func (h *host) key() string {
	h.keys++
	return fmt.Sprint("request ", h.keys)
}

func (h *host) do(ctx context.Context, id customer.ID, source string, cmd customer.Command) error {
	_, err := h.people.Do(ctx, customer.Request{Key: h.key(), ID: id, At: h.now, Options: customer.DecideOptions{Source: source}}, cmd)
	return err
}

// shopMapping and newsletterMapping say what the columns mean; nothing is guessed.
var shopMapping = vcard.Mapping{Columns: []vcard.Column{
	{Header: "id", Field: vcard.UIDField},
	{Header: "given", Field: vcard.GivenName},
	{Header: "family", Field: vcard.Surname},
	{Header: "born", Field: vcard.BirthDate},
	{Header: "email", Field: vcard.EmailAddress},
	{Header: "phone", Field: vcard.PhoneNumber},
}, Ignore: []string{"country"}}

var newsletterMapping = vcard.Mapping{Comma: ";", Columns: []vcard.Column{
	{Header: "nr", Field: vcard.UIDField},
	{Header: "first", Field: vcard.GivenName},
	{Header: "last", Field: vcard.Surname},
	{Header: "birthday", Field: vcard.BirthDate},
	{Header: "mail", Field: vcard.EmailAddress},
	{Header: "mobile", Field: vcard.PhoneNumber},
}, Ignore: []string{"land"}}

// importLists reads both lists into the store.
func (h *host) importLists(ctx context.Context) error {
	h.printf("Two lists\n")
	for _, list := range []struct {
		source  string
		data    []byte
		mapping vcard.Mapping
	}{{"shop", shopList, shopMapping}, {"newsletter", newsletterList, newsletterMapping}} {
		rows, err := vcard.ImportCSV(list.data, &list.mapping, nil)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := h.add(ctx, list.source, &r.Card); err != nil {
				return err
			}
		}
		h.printf("  %s: %d people\n", list.source, len(rows))
	}
	// Who asked for the newsletter gave proof of it; Bob once also said no to the shop's.
	for _, id := range []customer.ID{"N1", "N2", "N3", "N4"} {
		if err := h.subscribe(ctx, id, h.now.AddDate(0, -6, 0)); err != nil {
			return err
		}
	}
	return h.do(ctx, "S1", "shop", customer.ConsentRecorded{Record: customer.ConsentRecord{
		Type: customer.Withdrawn, Purpose: customer.Marketing, Channel: customer.ByEmail, At: h.now.AddDate(0, -2, 0),
	}})
}

// subscribe records a consent to the newsletter.
func (h *host) subscribe(ctx context.Context, id customer.ID, at time.Time) error {
	return h.do(ctx, id, "newsletter", customer.ConsentRecorded{Record: customer.ConsentRecord{
		Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.ByEmail, Basis: customer.BasisConsent,
		At: at, Proof: &customer.Proof{Method: "double opt-in", Wording: "2025-2"},
	}})
}

// add makes a customer of a card.
func (h *host) add(ctx context.Context, source string, c *vcard.Card) error {
	id := customer.ID(c.UID)
	h.ids = append(h.ids, id)
	name := customer.Name{Use: customer.LegalName, Full: c.Name.Full}
	for _, x := range c.Name.Components {
		kind := customer.Given
		if x.Kind == "surname" {
			kind = customer.Surname
		}
		name.Components = append(name.Components, customer.Component{Kind: kind, Value: x.Value})
	}
	commands := []customer.Command{
		customer.Created{Kind: customer.Person},
		customer.NameAdded{Name: name},
		customer.ExternalAdded{External: customer.ExternalID{Source: source, Kind: "customer", Value: c.UID}},
	}
	if b, ok := c.Birth(); ok {
		commands = append(commands, customer.BirthSet{Birth: customer.PartialDate{Year: b.Date.Year, Month: time.Month(b.Date.Month), Day: b.Date.Day}})
	}
	for _, e := range c.Emails {
		p, err := customer.NewEmail(e.Address)
		if err != nil {
			return err
		}
		commands = append(commands, customer.PointAdded{Point: p})
	}
	for _, e := range c.Phones {
		p, err := customer.ParsePhone(e.Number, "", customer.PhonePlans{})
		if err != nil {
			return err
		}
		commands = append(commands, customer.PointAdded{Point: p})
	}
	commands = append(commands, customer.LanguagesSet{Languages: customer.Languages{{Tag: language.English}}})
	for _, cmd := range commands {
		if err := h.do(ctx, id, source, cmd); err != nil {
			return err
		}
	}
	return nil
}
