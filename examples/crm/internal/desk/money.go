package desk

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/loyalty"
)

// places are the decimals of the shop's currency.
const places = 2

// largestAmount is the largest amount of one order in whole minor units.
const largestAmount = 1_000_000_000_00

// money is an amount of the tables for people.
func money(minor int64) Money {
	return Money{Amount: decimal.New(minor, -places).StringFixed(places), Currency: currency}
}

// amount is an amount of the tables for the wings.
func amount(minor int64) decimal.Decimal { return decimal.New(minor, -places) }

var errPlaces = errors.New("an amount has at most two decimals")

// parseMoney reads an amount above zero as whole minor units.
func parseMoney(text string) (int64, error) {
	a, err := loyalty.ParseAmount(text)
	if err != nil {
		return 0, errors.New("is no decimal number such as 12.50")
	}
	d := a.Decimal()
	switch {
	case d.Sign() <= 0:
		return 0, errors.New("has to be above zero")
	case d.Cmp(decimal.New(largestAmount, -places)) > 0:
		return 0, errors.New("is beyond what an order may come to")
	case !d.Equal(d.Truncate(places)):
		return 0, errPlaces
	}
	return d.Shift(places).IntPart(), nil
}
