package main

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/internal/shop"
	"github.com/rapport-go/rapport/metrics"
)

// The rows of the pipeline have exported fields of plain types only: that is what Beam
// can move. A time.Time or a decimal.Decimal in a row would arrive as its zero value,
// and fold.Check refuses it.

// Order is one invoice, or its cancellation. It is a metrics.Purchase.
type Order struct {
	Customer  string // empty where nobody is known
	Country   string
	Nanos     int64 // since 1970-01-01 UTC
	Units     int64 // of 10^-4 pounds
	Cancelled bool
}

const places = 4

// newOrder is lossless or an error.
func newOrder(s sale) (Order, error) {
	units := s.amount.Shift(places)
	if !units.IsInteger() || !units.BigInt().IsInt64() {
		return Order{}, fmt.Errorf("amount %s does not fit %d decimal places", s.amount.StringFixed(places), places)
	}
	return Order{s.customer, s.country, s.at.UnixNano(), units.IntPart(), s.cancelled}, nil
}

// CustomerKey is the customer's number.
func (o Order) CustomerKey() string { return o.Customer }

// At is the instant.
func (o Order) At() time.Time { return time.Unix(0, o.Nanos).UTC() }

// Amount is what the order comes to.
func (o Order) Amount() decimal.Decimal { return decimal.New(o.Units, -places) }

// kept reports whether the order makes its customer active.
func (o Order) kept() bool { return !o.Cancelled && o.Units > 0 }

// signed reports whether the row is an order, or takes something back.
func (o Order) signed() bool { return !o.Cancelled || o.Units < 0 }

// Answer is one survey answer as it came in.
type Answer struct {
	Question string
	Quarter  string // 2025 Q4
	Raw      string
}

func newAnswer(a shop.Answer) Answer { return Answer{a.Question, quarter(a.At), a.Raw} }

func quarter(at time.Time) string {
	return fmt.Sprintf("%d Q%d", at.UTC().Year(), (int(at.UTC().Month())+2)/3)
}

// Contact is one time that a customer got in touch.
type Contact struct {
	Customer string
	Nanos    int64
}

// sale is an order as the host has it.
type sale struct {
	customer, country string
	at                time.Time
	amount            decimal.Decimal
	cancelled         bool
}

func (s sale) CustomerKey() string     { return s.customer }
func (s sale) At() time.Time           { return s.at }
func (s sale) Amount() decimal.Decimal { return s.amount }

var _ metrics.Purchase = Order{}
