package main

import (
	"hash/fnv"
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/internal/shop"
	"github.com/rapport-go/rapport/metrics"
)

// data is what the board is made from. Package metrics sees rows, one kind at a time.
type data struct {
	source    string
	asOf      time.Time
	purchases []purchase
	answers   answers
	contacts  []shop.Contact
	plans     []plan
	customers []shop.Customer
}

type answers map[string][]answer

func (in *data) add(p purchase) {
	in.purchases = append(in.purchases, p)
	if !p.at.Before(in.asOf) {
		in.asOf = p.at.Add(time.Second)
	}
	if in.answers == nil {
		in.answers = answers{}
	}
}

// purchase is an invoice or a cancellation. It satisfies metrics.Purchase.
type purchase struct {
	customer  string
	at        time.Time
	amount    decimal.Decimal
	cancelled bool
}

// CustomerKey is the customer's number, empty where the invoice names none.
func (p purchase) CustomerKey() string { return p.customer }

// At is the instant of the invoice.
func (p purchase) At() time.Time { return p.at }

// Amount is below zero for a cancellation.
func (p purchase) Amount() decimal.Decimal { return p.amount }

// orders are the purchases that were not cancelled.
func (in *data) orders() iter.Seq[purchase] {
	return func(yield func(purchase) bool) {
		for _, p := range in.purchases {
			if !p.cancelled && !yield(p) {
				return
			}
		}
	}
}

// ticket is a support case: the contacts that carry its number, in order of time. The
// shop's rule is that the answer resolves it unless the customer escalates.
type ticket []shop.Contact

// CaseEvents tells the story of the case.
func (t ticket) CaseEvents() []metrics.CaseEvent {
	var events []metrics.CaseEvent
	for i, c := range t {
		switch {
		case i == 0:
			events = append(events, metrics.CaseEvent{At: c.At, Kind: metrics.CaseOpened})
		case c.Inbound:
			events = append(events, metrics.CaseEvent{At: c.At, Kind: metrics.CaseReopened},
				metrics.CaseEvent{At: c.At, Kind: metrics.CustomerMessage})
		default:
			events = append(events, metrics.CaseEvent{At: c.At, Kind: metrics.AgentReply, Worked: 12 * time.Minute},
				metrics.CaseEvent{At: c.At, Kind: metrics.CaseResolved})
		}
	}
	return events
}

func (in *data) tickets() iter.Seq[ticket] {
	byNumber := map[string]ticket{}
	var numbers []string
	for _, c := range in.contacts {
		if c.Ticket == "" {
			continue
		}
		if byNumber[c.Ticket] == nil {
			numbers = append(numbers, c.Ticket)
		}
		byNumber[c.Ticket] = append(byNumber[c.Ticket], c)
	}
	return func(yield func(ticket) bool) {
		for _, n := range numbers {
			if t := byNumber[n]; t[0].Inbound && !yield(t) {
				return
			}
		}
	}
}

// asked is a contact that came from the customer. It satisfies metrics.Activity.
type asked struct{ contact shop.Contact }

// CustomerKey is the customer's number.
func (a asked) CustomerKey() string { return a.contact.Customer }

// At is the instant of the contact.
func (a asked) At() time.Time { return a.contact.At }

// asked are the contacts in which a customer wanted a person.
func (in *data) asked() iter.Seq[asked] {
	return func(yield func(asked) bool) {
		for _, c := range in.contacts {
			person := c.Channel == "phone" || c.Channel == "email" || c.Channel == "live_chat" || c.Channel == "escalation"
			if c.Inbound && person && !yield(asked{c}) {
				return
			}
		}
	}
}

// plan is a month of a subscription. It satisfies metrics.Recurring.
type plan struct {
	customer string
	month    metrics.Date
	price    decimal.Decimal
}

// CustomerKey is the customer's number.
func (p plan) CustomerKey() string { return p.customer }

// MonthlyRevenue is what the month brings.
func (p plan) MonthlyRevenue() (month metrics.Date, revenue decimal.Decimal) { return p.month, p.price }

// plans gives every third customer a made-up membership, so that the board has
// recurring revenue to show: some move up, some pause, some leave, some pay by the
// year.
func plans(customers []shop.Customer, until time.Time) []plan {
	// Every month of a year that is paid at once has the same revenue: parts that differ
	// by a cent, as metrics.Spread books them, would show as movements.
	yearly, err := metrics.MonthlyOfAnnual(decimal.NewFromInt(100))
	if err != nil {
		return nil // excluded by the constant
	}
	var out []plan
	for _, c := range customers {
		h := fnv.New32a()
		_, _ = h.Write([]byte(c.ID))
		luck := h.Sum32()
		if luck%3 != 0 {
			continue
		}
		for age, month := 0, c.Joined; month.Before(until); age, month = age+1, month.AddDate(0, 1, 0) {
			price := decimal.RequireFromString("9.90")
			switch kind := luck / 3 % 10; {
			case kind < 3:
				price = yearly.Decimal(metrics.DefaultPlaces)
			case kind == 3 && age >= 6:
				price = decimal.RequireFromString("14.90")
			case kind == 4 && age >= 5:
				price = decimal.RequireFromString("4.90")
			case kind == 5 && age >= 4 && age < 7, kind == 6 && age >= 8:
				continue // paused, left
			}
			first := metrics.Date{Year: month.Year(), Month: month.Month(), Day: 1}
			out = append(out, plan{c.ID, first, price})
		}
	}
	return out
}
