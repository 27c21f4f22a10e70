package metrics

import (
	"errors"

	"github.com/shopspring/decimal"
)

// CLTV is the customer lifetime value exactly as the field prints it: average
// purchase value * average purchase frequency * average customer lifespan, in
// exact decimals: 0.10 * 3 * 1 is 0.30.
//
// Frequency and lifespan are in the same unit of time (purchases a year, years).
// The product is revenue, not profit; it discounts nothing and treats the three
// averages as independent. A negative factor, or one beyond the limits (18 places
// of exponent, 128 bits), is [ErrOutOfRange]; every fault is reported.
func CLTV(value, frequency, lifespan decimal.Decimal) (decimal.Decimal, error) {
	if err := errors.Join(
		notNegative("average purchase value", value),
		notNegative("average purchase frequency", frequency),
		notNegative("average customer lifespan", lifespan),
	); err != nil {
		return decimal.Decimal{}, err
	}
	return value.Mul(frequency).Mul(lifespan), nil
}
