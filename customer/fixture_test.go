package customer_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// minute is an instant of a story.
func minute(n int) time.Time {
	return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
}

// told is the history of one customer, made by commands a minute apart.
func told(id customer.ID, commands ...customer.Command) (customer.Customer, []customer.Event) {
	c := customer.Customer{ID: id}
	var history []customer.Event
	for i, cmd := range append([]customer.Command{customer.Created{Kind: customer.Person}}, commands...) {
		events := must(customer.Decide(c, cmd, minute(i), &customer.DecideOptions{Actor: "agent-1", Source: "test"}))
		c = must(customer.Fold(c, slices.Values(events)))
		history = append(history, events...)
	}
	return c, history
}

func number(s string) customer.Value { return must(customer.NumberValue(decimal.RequireFromString(s))) }

// drawCommand draws one of every kind of command, over a small stock of values, so that
// what is added is also changed and taken away.
func drawCommand(t *rapid.T, who string, c customer.Customer) customer.Command {
	pick := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(t, name) }
	name := customer.Name{Full: fmt.Sprintf("%s name %d", who, pick("name", 3)), Use: customer.LegalName, Locale: language.German}
	email := must(customer.NewEmail(fmt.Sprintf("p%d@example.org", pick("point", 4))))
	postal := customer.PostalAddress{Lines: []string{fmt.Sprintf("%d High Street", pick("postal", 3))}, Country: "GB"}
	relation := customer.Relation{Kind: customer.SpouseOf, To: customer.ID(fmt.Sprintf("other-%d", pick("relation", 3)))}
	external := customer.ExternalID{Source: "shop", Kind: "cookie", Value: fmt.Sprintf("k%d", pick("external", 3)), Weak: true}
	statuses := []customer.PointStatus{customer.Verified, customer.SoftBounce, customer.HardBounce, customer.Complained, customer.Reassigned, customer.WrongPerson}
	types := []customer.ConsentType{
		customer.Granted, customer.Granted, customer.Granted, customer.Withdrawn, customer.Objected, customer.Confirmed,
		customer.Restricted, customer.Unrestricted, customer.StatusOfPoint, customer.PointSuppressed,
	}
	record := customer.ConsentRecord{
		Type: types[pick("type", len(types))], Purpose: customer.Marketing, Channel: []customer.Channel{customer.ByEmail, customer.BySMS, customer.AnyChannel}[pick("channel", 3)],
		Basis: customer.BasisConsent, At: minute(rapid.IntRange(-60, 60).Draw(t, "at")), Proof: form, NeedsConfirmation: pick("confirm", 4) == 0,
	}
	if pick("scoped", 2) == 0 || record.Type >= customer.PointSuppressed {
		record.Point = email.Canonical
	}
	if record.Type == customer.StatusOfPoint {
		record.Status = statuses[pick("status", len(statuses))]
	}
	if record.Type == customer.Granted && pick("expires", 3) == 0 {
		record.Expires = record.At.Add(time.Duration(1+pick("ttl", 90)) * time.Minute)
	}
	all := []customer.Command{
		customer.NameAdded{Name: name}, customer.NameRemoved{Name: name}, customer.PointAdded{Point: email}, customer.PointAdded{Point: email},
		customer.PointRemoved{Point: email.Ref()}, customer.PointMarked{Point: email.Ref(), Shared: pick("shared", 2) == 0},
		customer.PointStatusChanged{Point: email.Ref(), Change: customer.PointChange{Status: statuses[pick("status", len(statuses))], Method: "smtp"}},
		customer.PostalAdded{Postal: postal}, customer.PostalRemoved{Postal: postal},
		customer.RelationAdded{Relation: relation}, customer.RelationRemoved{Relation: relation},
		customer.ExternalAdded{External: external}, customer.ExternalRemoved{External: external},
		customer.Tagged{Tag: fmt.Sprintf("tag %d", pick("tag", 3))}, customer.Untagged{Tag: fmt.Sprintf("tag %d", pick("tag", 3))},
		customer.AttributeSet{Attribute: customer.Attribute{Key: "shop.size", Value: number(fmt.Sprint(pick("size", 5)))}}, customer.AttributeRemoved{Key: "shop.size"},
		customer.AddressSet{Address: customer.FormOfAddress{CallMe: fmt.Sprintf("%s %d", who, pick("call", 3))}},
		customer.BirthSet{Birth: customer.PartialDate{Year: 1980 + pick("year", 3), Month: 4, Day: 12}},
		customer.LanguagesSet{Languages: customer.Languages{{Tag: []language.Tag{language.German, language.French}[pick("language", 2)]}}},
		customer.RegionSet{Region: language.MustParseRegion([]string{"JP", "DE"}[pick("region", 2)])},
		customer.ZoneSet{Zone: []string{"Asia/Tokyo", "Europe/Berlin", ""}[pick("zone", 3)]},
		customer.KindSet{Kind: []customer.Kind{customer.Person, customer.Organization}[pick("kind", 2)]},
		customer.MoveStage{To: []customer.Stage{customer.Lead, customer.Active, customer.Former}[pick("stage", 3)], Reason: "because"},
		customer.ConsentRecorded{Record: record}, customer.ConsentRecorded{Record: record}, customer.ConsentRecorded{Record: record},
		customer.RestrictionSet{On: pick("restrict", 2) == 0, Reason: "asked"},
		customer.NotSameDecided{Other: "someone-else"},
	}
	return all[pick("command", len(all))]
}

// drawHistory draws the history of a customer; refused commands change nothing.
func drawHistory(t *rapid.T, id customer.ID, longest int) (customer.Customer, []customer.Event) {
	c, history := told(id)
	for i := range rapid.IntRange(0, longest).Draw(t, "commands") {
		events, err := customer.Decide(c, drawCommand(t, string(id), c), minute(i), nil)
		if err != nil {
			continue
		}
		c = must(customer.Fold(c, slices.Values(events)))
		history = append(history, events...)
	}
	return c, history
}
