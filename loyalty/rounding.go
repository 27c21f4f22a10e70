package loyalty

import (
	"github.com/rapport-go/rapport/internal/amount"
)

// RoundingMode says which whole unit a fraction of one becomes.
type RoundingMode uint8

// The rounding modes. HalfUp sends a tie to the larger number, HalfEven to the even
// one.
const (
	Floor RoundingMode = iota + 1
	HalfUp
	HalfEven
	Ceil
)

// RoundingPlace says what is rounded: each line, which are then added, or the sum
// of the order.
type RoundingPlace uint8

// The rounding places.
const (
	PerLine RoundingPlace = iota + 1
	PerOrder
)

// RoundingStage says when it is rounded.
type RoundingStage uint8

// The rounding stages: once after the multiplier; the base points and again after
// the multiplier; or the base points only, where what the multiplier gives is cut
// off at the scale of the programme.
const (
	AfterMultiplier RoundingStage = iota + 1
	BothStages
	BeforeMultiplier
)

// Rounding is the whole of a programme's rule for turning exact points into units.
type Rounding struct {
	Place RoundingPlace `json:"place,omitempty"` // default order
	Mode  RoundingMode  `json:"mode,omitempty"`  // default floor
	When  RoundingStage `json:"when,omitempty"`  // default after_multiplier
}

func (r Rounding) orDefault() Rounding {
	if r.Place == 0 {
		r.Place = PerOrder
	}
	if r.Mode == 0 {
		r.Mode = Floor
	}
	if r.When == 0 {
		r.When = AfterMultiplier
	}
	return r
}

// Exchange turns an amount into another unit at give : get and rounds the result
// to scale decimals (0 to 6): amount x get / give. A programme that converts one
// wallet into another rounds with [Floor], in favour of the house. It fails with
// [ErrAmount] when give is not above 0, get is negative or a number is beyond the
// limits, and with [ErrOverflow] when the result does not fit.
func Exchange(amt, give, get Amount, scale int, mode RoundingMode) (Amount, error) {
	for _, a := range []Amount{amt, give, get} {
		if err := a.check(); err != nil {
			return Amount{}, err
		}
	}
	if give.Decimal().Sign() <= 0 || get.Decimal().Sign() < 0 || scale < 0 || scale > maxScale {
		return Amount{}, ErrAmount
	}
	f := fracOf(amt.Decimal()).mul(fracOf(get.Decimal())).over(fracOf(give.Decimal()))
	n, ok := f.mul(pow10(scale)).round(mode)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount(amount.FromMinor(n, int32(scale))), nil
}
