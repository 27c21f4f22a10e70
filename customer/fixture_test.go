package customer_test

import (
	"fmt"
	"slices"
	"testing"
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

// reaches checks a property, again while there are states that no case reached, and fails
// where some are never reached: a law that holds of nothing is none.
func reaches(t *testing.T, counts map[string]int, states []string, property func(*rapid.T)) {
	t.Helper()
	missing := states
	for range 500 { // a round may be as small as -short and -rapid.checks make it
		rapid.Check(t, property)
		missing = slices.DeleteFunc(slices.Clone(states), func(s string) bool { return counts[s] > 0 })
		if len(missing) == 0 {
			return
		}
	}
	t.Errorf("never reached: %v of %v", missing, counts)
}

// pick draws one of n with like chances: rapid favours small numbers, which would reach
// the first kinds of command only.
func pick(t *rapid.T, label string, n int) int {
	x := 0
	for range 8 {
		if x *= 2; rapid.Bool().Draw(t, label) {
			x++
		}
	}
	return x % n
}

// recordAbout draws a consent record about one of the points of drawCommand.
func recordAbout(t *rapid.T, point string) customer.ConsentRecord {
	types := []customer.ConsentType{
		customer.Granted, customer.Granted, customer.Granted, customer.Granted, customer.Granted, customer.Granted, customer.Granted,
		customer.Withdrawn, customer.Objected, customer.Confirmed, customer.Restricted, customer.Unrestricted, customer.Unrestricted,
		customer.StatusOfPoint, customer.StatusOfPoint, customer.PointSuppressed,
	}
	r := customer.ConsentRecord{
		Type: types[pick(t, "type", len(types))], Purpose: customer.Marketing, Basis: customer.BasisConsent, Proof: form,
		Channel: rapid.SampledFrom([]customer.Channel{customer.ByEmail, customer.BySMS, customer.AnyChannel}).Draw(t, "channel"),
		At:      minute(rapid.IntRange(-60, 160).Draw(t, "at")),
	}
	if rapid.Bool().Draw(t, "scoped") || r.Type >= customer.PointSuppressed {
		r.Point = point
	}
	switch r.Type {
	case customer.StatusOfPoint:
		r.Status = rapid.SampledFrom([]customer.PointStatus{customer.Verified, customer.HardBounce}).Draw(t, "status")
	case customer.Granted:
		r.NeedsConfirmation = rapid.Bool().Draw(t, "confirm")
		if ttl := rapid.IntRange(0, 90).Draw(t, "ttl"); ttl > 45 {
			r.Expires = r.At.Add(time.Duration(ttl) * time.Minute)
		}
	}
	return r
}

// drawCommand draws one of every kind of command, over a small stock of values, so that
// what is added is also changed and taken away.
func drawCommand(t *rapid.T, who string) customer.Command {
	n, m := pick(t, "value", 2), pick(t, "other value", 4)
	name := customer.Name{Full: fmt.Sprintf("%s name %d", who, n), Use: customer.LegalName, Locale: language.German}
	email := must(customer.NewEmail(fmt.Sprintf("p%d@example.org", n)))
	postal := customer.PostalAddress{Lines: []string{fmt.Sprintf("%d High Street", n)}, Country: "GB"}
	relation := customer.Relation{Kind: customer.SpouseOf, To: customer.ID(fmt.Sprintf("other-%d", n))}
	external := customer.ExternalID{Source: "shop", Kind: "cookie", Value: fmt.Sprintf("k%d", n), Weak: true}
	statuses := []customer.PointStatus{customer.Verified, customer.HardBounce, customer.Complained, customer.Reassigned}
	kinds := [][]func() customer.Command{
		{ // consent
			func() customer.Command { return customer.ConsentRecorded{Record: recordAbout(t, email.Canonical)} },
		},
		{ // points
			func() customer.Command { return customer.PointAdded{Point: email} },
			func() customer.Command { return customer.PointRemoved{Point: email.Ref()} },
			func() customer.Command { return customer.PointMarked{Point: email.Ref(), Shared: true} },
			func() customer.Command {
				return customer.PointStatusChanged{Point: email.Ref(), Change: customer.PointChange{Status: statuses[m], Method: "smtp"}}
			},
		},
		{ // single
			func() customer.Command {
				return customer.AttributeSet{Attribute: customer.Attribute{Key: "shop.size", Value: number(fmt.Sprint(n))}}
			},
			func() customer.Command { return customer.AttributeRemoved{Key: "shop.size"} },
			func() customer.Command {
				return customer.AddressSet{Address: customer.FormOfAddress{CallMe: fmt.Sprintf("%s %d", who, n)}}
			},
			func() customer.Command {
				return customer.BirthSet{Birth: customer.PartialDate{Year: 1980 + n, Month: 4, Day: 12}}
			},
			func() customer.Command {
				return customer.LanguagesSet{Languages: customer.Languages{{Tag: []language.Tag{language.German, language.French}[n%2]}}}
			},
			func() customer.Command {
				return customer.RegionSet{Region: language.MustParseRegion([]string{"JP", "DE"}[n%2])}
			},
			func() customer.Command {
				return customer.ZoneSet{Zone: []string{"Asia/Tokyo", "Europe/Berlin", "", "Mars/Olympus"}[m]}
			},
			func() customer.Command {
				return customer.KindSet{Kind: []customer.Kind{customer.Person, customer.Organization}[n%2]}
			},
		},
		{ // lists
			func() customer.Command { return customer.NameAdded{Name: name} },
			func() customer.Command { return customer.NameRemoved{Name: name} },
			func() customer.Command { return customer.PostalAdded{Postal: postal} },
			func() customer.Command { return customer.PostalRemoved{Postal: postal} },
			func() customer.Command { return customer.RelationAdded{Relation: relation} },
			func() customer.Command { return customer.RelationRemoved{Relation: relation} },
			func() customer.Command { return customer.ExternalAdded{External: external} },
			func() customer.Command { return customer.ExternalRemoved{External: external} },
			func() customer.Command { return customer.Tagged{Tag: fmt.Sprintf("tag %d", n)} },
			func() customer.Command { return customer.Untagged{Tag: fmt.Sprintf("tag %d", n)} },
		},
		{ // rest
			func() customer.Command {
				return customer.MoveStage{To: []customer.Stage{customer.Lead, customer.Active, customer.Former}[m%3], Reason: "because"}
			},
			func() customer.Command { return customer.RestrictionSet{On: n%2 == 0, Reason: "asked"} },
			func() customer.Command { return customer.NotSameDecided{Other: "someone-else"} },
		},
		{
			func() customer.Command { return customer.NotSameLifted{Other: "someone-else"} },
		},
	}
	weights := []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5}
	kind := kinds[weights[pick(t, "kind", len(weights))]]
	return kind[pick(t, "command", len(kind))]()
}

// removals take away something of each kind that a customer holds.
func removals(c customer.Customer) []customer.Command {
	var out []customer.Command
	if len(c.Names) > 0 {
		out = append(out, customer.NameRemoved{Name: c.Names[0]})
	}
	if len(c.Points) > 1 {
		out = append(out, customer.PointRemoved{Point: c.Points[0].Ref()})
	}
	if len(c.Postal) > 0 {
		out = append(out, customer.PostalRemoved{Postal: c.Postal[0]})
	}
	if len(c.Relations) > 0 {
		out = append(out, customer.RelationRemoved{Relation: c.Relations[0]})
	}
	if len(c.External) > 0 {
		out = append(out, customer.ExternalRemoved{External: c.External[0]})
	}
	if len(c.Tags) > 0 {
		out = append(out, customer.Untagged{Tag: c.Tags[0]})
	}
	if len(c.Attributes) > 0 {
		out = append(out, customer.AttributeRemoved{Key: c.Attributes[0].Key})
	}
	return out
}

// drawHistory draws the history of a customer, of as many commands as are given to twice
// as many; refused ones change nothing.
func drawHistory(t *rapid.T, id customer.ID, longest int) (customer.Customer, []customer.Event) {
	c, history := told(id)
	for i := range rapid.IntRange(longest, 2*longest).Draw(t, "commands") {
		cmd := drawCommand(t, string(id))
		if held := removals(c); len(held) > 0 && pick(t, "remove", 8) == 7 {
			cmd = held[pick(t, "what", len(held))]
		}
		events, err := customer.Decide(c, cmd, minute(i), nil)
		if err != nil {
			continue
		}
		c = must(customer.Fold(c, slices.Values(events)))
		history = append(history, events...)
	}
	return c, history
}
