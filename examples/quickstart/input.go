package main

import (
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/internal/invoices"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

// input is what the page is made from, whatever it came from.
type input struct {
	source    string
	simulated bool
	from, to  time.Time // the span of the data, [from, to)
	report    invoices.Report
	orders    []order // those with a customer, in order of time
	anonymous int     // invoices without a customer
	cancelled int     // cancellations, with a customer or without
	people    []shop.Customer
	contacts  []shop.Contact
	answers   []shop.Answer
}

// order is one invoice of a known customer. It is a metrics.Purchase as it stands.
type order struct {
	number, customer, country string
	at                        time.Time
	amount                    decimal.Decimal
	cancelled                 bool
	of                        string // of a cancellation: the order's number, where it is known
}

// CustomerKey is the customer's number.
func (o order) CustomerKey() string { return o.customer }

// At is the instant of the order.
func (o order) At() time.Time { return o.at }

// Amount is what the order comes to; negative for a cancellation.
func (o order) Amount() decimal.Decimal { return o.amount }

// kept yields the orders that were not cancellations.
func (in *input) kept() iter.Seq[order] {
	return func(yield func(order) bool) {
		for _, o := range in.orders {
			if !o.cancelled && !yield(o) {
				return
			}
		}
	}
}

// signed yields the orders and the cancellations; a cancellation that is not
// negative takes nothing back and is no order either.
func (in *input) signed() iter.Seq[order] {
	return func(yield func(order) bool) {
		for _, o := range in.orders {
			if (!o.cancelled || o.amount.IsNegative()) && !yield(o) {
				return
			}
		}
	}
}

// row takes one row of an invoice file.
func (in *input) row(r invoices.Row) {
	if in.from.IsZero() || r.At.Before(in.from) {
		in.from = r.At
	}
	if !r.At.Before(in.to) {
		in.to = r.At.Add(time.Second)
	}
	if r.Cancelled() {
		in.cancelled++
	}
	if r.Customer == "" {
		in.anonymous++
		return
	}
	in.orders = append(in.orders, order{number: r.Number, customer: r.Customer, country: r.Country, at: r.At, amount: r.Amount, cancelled: r.Cancelled()})
}

// settle puts the orders of a file in order of time and makes a customer of every
// number that the file names.
func (in *input) settle() {
	slices.SortStableFunc(in.orders, func(a, b order) int { return a.at.Compare(b.at) })
	seen := map[string]bool{}
	for _, o := range in.orders {
		if !seen[o.customer] {
			seen[o.customer] = true
			in.people = append(in.people, shop.Customer{ID: o.customer, Country: o.country, Joined: o.at})
		}
	}
}

func fromShop(s *shop.Shop) *input {
	in := &input{source: "a simulated shop", simulated: true, from: s.From, to: s.To, people: s.Customers, contacts: s.Contacts, answers: s.Answers}
	for _, i := range s.Invoices {
		if i.Cancelled() {
			in.cancelled++
		}
		in.orders = append(in.orders, order{number: i.Number, customer: i.Customer, country: i.Country, at: i.At, amount: i.Amount, cancelled: i.Cancelled(), of: i.Of})
	}
	in.report = invoices.Report{Rows: len(s.Invoices), Invoices: len(s.Invoices), Examples: []string{}}
	return in
}
