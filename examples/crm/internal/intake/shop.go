package intake

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/crm/internal/phone"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

// catalogue is what the simulated shop sells. Neighbours in the list go well together.
var catalogue = []string{
	"camera", "camera bag", "tripod", "memory card", "lens cloth", "photo book",
	"espresso machine", "coffee beans", "milk jug", "cups", "coffee grinder", "descaler",
	"tent", "sleeping bag", "camping stove", "lantern", "rucksack", "water bottle",
	"frying pan", "chef's knife", "cutting board", "apron", "salt mill", "oven dish",
}

// kinds are how many items go together.
const kinds = 6

// Shop is the simulated shop of a seed. What the simulation does not tell, the items of an
// order, telephone numbers and a second list with some of the same people, is made up
// from the ids, so that it is the same every time.
func Shop(seed uint64) *Source {
	s := shop.Simulate(seed)
	out := &Source{Name: "the simulated shop", Simulated: true, End: s.To, Rows: int64(len(s.Customers) + len(s.Invoices) + len(s.Contacts) + len(s.Answers))}
	at := make(map[string]int, len(s.Customers))
	for i, c := range s.Customers {
		at[c.ID] = i
		out.People = append(out.People, personOf(c))
	}
	for _, x := range s.Invoices {
		p := &out.People[at[x.Customer]]
		p.Orders = append(p.Orders, orderOf(x))
	}
	for _, x := range s.Contacts {
		p := &out.People[at[x.Customer]]
		p.Contacts = append(p.Contacts, Contact{
			ID: x.ID, At: x.At, Channel: x.Channel, Stage: x.Stage, Purpose: x.Purpose, Case: x.Ticket, Inbound: x.Inbound, Text: x.Text, Order: named(x.Text),
		})
	}
	for i := range out.People {
		answerEscalations(&out.People[i])
	}
	for i, x := range s.Answers {
		p := &out.People[at[x.Customer]]
		p.Answers = append(p.Answers, Answer{ID: fmt.Sprintf("shop-%d", i+1), Question: x.Question, At: x.At, Raw: x.Raw})
	}
	out.People = append(out.People, twins(out.People)...)
	return out
}

// answerEscalations adds what the supervisor wrote half an hour later: the simulation ends
// with the customer's words.
func answerEscalations(p *Person) {
	for _, c := range slices.Clone(p.Contacts) {
		if c.Channel != "escalation" {
			continue
		}
		c.ID, c.At, c.Inbound, c.Text = c.ID+"-answer", c.At.Add(30*time.Minute), false, "I am sorry; I take this over myself and call you tomorrow"
		p.Contacts = append(p.Contacts, c)
	}
	slices.SortStableFunc(p.Contacts, func(x, y Contact) int { return x.At.Compare(y.At) })
}

func personOf(c shop.Customer) Person {
	p := Person{
		ID: c.ID, Source: "shop", Written: c.Written, Given: c.Given, Surname: c.Surname, Title: c.Title, CallMe: c.CallMe, Region: c.Country,
		Language: c.Language, Zone: c.Zone, Email: c.Email, Joined: c.Joined, Consent: c.Consent, Profile: luck("profiling"+c.ID, 3) > 0,
	}
	for _, country := range shop.Countries() {
		if country.Code == c.Country {
			p.Country = country.Name
		}
	}
	p.Reversed = strings.HasPrefix(c.Written, c.Surname)
	p.Phone = number(c.Country, c.ID)
	return p
}

// number is a number of the country that libphonenumber holds possible, with digits of
// its own for each person where the plan allows that, else the example itself.
func number(region, id string) string {
	example, ok := phone.Example(region)
	if !ok {
		return ""
	}
	digits := fmt.Sprintf("%04d", luck("phone"+id, 10_000))
	own := example[:max(0, len(example)-len(digits))] + digits
	if _, err := (phone.Parser{}).E164(own, region); err != nil {
		return example
	}
	return own
}

func orderOf(x shop.Invoice) Order {
	o := Order{Number: x.Number, At: x.At, Minor: minor(x.Amount), Returned: x.Cancelled(), Of: x.Of}
	if o.Returned {
		return o
	}
	left := o.Minor
	for i := range x.Lines {
		price := left
		if i < x.Lines-1 {
			price = o.Minor / int64(x.Lines)
		}
		left -= price
		o.Items = append(o.Items, Item{item(x, i), price})
	}
	return o
}

// item is what stands in a line: mostly of the kind that the customer likes.
func item(x shop.Invoice, line int) string {
	groups := uint32(len(catalogue) / kinds)
	group := luck("taste"+x.Customer, groups)
	if luck(fmt.Sprint("other", x.Number, line), 5) == 0 {
		group = luck(fmt.Sprint("group", x.Number, line), groups)
	}
	return catalogue[group*kinds+luck(fmt.Sprint("item", x.Number, line), kinds)]
}

// named is the order that a text names.
func named(text string) string {
	for _, lead := range []string{"order ", "return of "} {
		if rest, ok := strings.CutPrefix(text, lead); ok {
			return rest
		}
	}
	return ""
}

// twins are people of a newsletter's list who are customers of the shop already, as such
// lists have them: another address, a missing telephone number.
func twins(people []Person) []Person {
	var out []Person
	for i := 7; i < len(people) && len(out) < 8; i += 41 {
		p := people[i]
		twin := Person{
			ID: fmt.Sprintf("N%04d", len(out)+1), Source: "newsletter", Written: p.Written, Given: p.Given, Surname: p.Surname, Reversed: p.Reversed,
			Region: p.Region, Country: p.Country, Language: p.Language, Zone: p.Zone, Email: p.Email, Phone: p.Phone, Joined: p.Joined.AddDate(0, 0, 3), Consent: true,
		}
		if len(out)%2 == 0 {
			twin.Email = strings.ToLower(p.ID) + "@mail.example"
		} else {
			twin.Phone = ""
		}
		out = append(out, twin)
	}
	return out
}

// luck is a number below n that depends on the text only.
func luck(text string, n uint32) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return h.Sum32() >> 8 % n
}

// minor is an amount in whole pence.
func minor(d decimal.Decimal) int64 { return d.Shift(2).Round(0).IntPart() }
