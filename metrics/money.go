package metrics

import (
	"math"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// DefaultPlaces is the number of decimal places to which accumulators keep money
// exactly when their options do not say otherwise.
const DefaultPlaces = 4

const maxPlaces = 9

// fits[e] and floors[e] are ±10^15 units of 10^-e. Comparing decimals of one
// exponent compares their coefficients and allocates nothing.
var fits, floors = bounds(1_000_000_000_000_000), bounds(-1_000_000_000_000_000)

func bounds(coefficient int64) (t [maxPlaces + 1]decimal.Decimal) {
	for e := range t {
		t[e] = decimal.New(coefficient, -int32(e))
	}
	return t
}

var tens = [maxPlaces + 1]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000}

// minor is the one border between decimals and the int64 of hot loops: d in
// units of 10^-places, exactly. What does not fit, or has more places, is
// refused and never rounded.
func minor(field string, d decimal.Decimal, places int32) (int64, error) {
	if e := -d.Exponent(); e >= 0 && e <= places {
		if d.Cmp(fits[e]) < 0 && d.Cmp(floors[e]) > 0 {
			c, scale := d.CoefficientInt64(), tens[places-e]
			if c <= math.MaxInt64/scale && c >= -(math.MaxInt64/scale) {
				return c * scale, nil
			}
		}
	}
	if err := bounded(field, d); err != nil {
		return 0, err
	}
	units, ok := amount.Minor(d, places)
	if !ok {
		return 0, fault(ErrOutOfRange, field, amount.Text(d), "more places or more digits than the accumulator keeps")
	}
	return units, nil
}

// major is the way back.
func major(units int64, places int32) decimal.Decimal { return amount.FromMinor(units, places) }

// addMinor adds signed money and refuses to overflow.
func addMinor(field string, a, b int64) (int64, error) {
	c := a + b
	if (a > 0 && b > 0 && c <= 0) || (a < 0 && b < 0 && c >= 0) {
		return 0, fault(ErrOutOfRange, field, "beyond int64", "the sum overflows")
	}
	return c, nil
}

func placesOr(field string, places int32) (int32, error) {
	if places == 0 {
		return DefaultPlaces, nil
	}
	if places < 0 || places > maxPlaces {
		return 0, faultInt(ErrOutOfRange, field, int64(places), "places are 1 to 9, 0 for the default")
	}
	return places, nil
}
