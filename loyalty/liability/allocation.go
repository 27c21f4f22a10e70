package liability

import (
	"fmt"
	"math/big"
	"sort"

	"github.com/shopspring/decimal"
)

// Sale is one sale, or one pool of like sales, that grants points.
type Sale struct {
	// Price is the transaction price: what the customer pays for goods and points
	// together. 0 or more.
	Price decimal.Decimal
	// ProductPrice is the stand-alone price of the goods. 0 or more.
	ProductPrice decimal.Decimal
	// ExpectedRedeemed is how many of the points are expected to be redeemed in the
	// end; how many were issued does not matter. 0 or more, fractions allowed.
	ExpectedRedeemed decimal.Decimal
	// ValuePerPoint is the stand-alone price of one redeemed point. 0 or more.
	ValuePerPoint decimal.Decimal
}

// AllocateOptions sets the rounding of [Allocate].
type AllocateOptions struct {
	// Unit is the smallest amount that is booked; 0 means 0.01. Both parts of an
	// allocation of a whole multiple are whole multiples.
	Unit decimal.Decimal
	// RatioUnit rounds the points' share of the price, half up, to a multiple of itself
	// before it is used, as some published examples do (0.01 for whole percents). 0
	// means that the share is used exactly.
	RatioUnit decimal.Decimal
}

// Allocation is a price in two parts that add up to it exactly.
type Allocation struct {
	Product decimal.Decimal // earned with the goods
	Points  decimal.Decimal // deferred until the points are redeemed or die
	Share   Figure          // points' share of the stand-alone prices, before any rounding
}

// Allocate splits the price of a sale between goods and points by their relative
// stand-alone prices (IFRS 15.74, ASC 606-10-32-31): with P = expected redeemed x
// value per point, the points get price x P / (P + product price), rounded half up
// to a multiple of the unit, and the goods get the rest.
//
// Errors: [ErrInput] for every field below zero or beyond the limits, and
// [ErrNoData] where both stand-alone prices are zero.
func Allocate(s Sale, opts *AllocateOptions) (Allocation, error) {
	var o AllocateOptions
	if opts != nil {
		o = *opts
	}
	var f faults
	f.decimal("price", s.Price, false)
	f.decimal("productPrice", s.ProductPrice, false)
	f.decimal("expectedRedeemed", s.ExpectedRedeemed, false)
	f.decimal("valuePerPoint", s.ValuePerPoint, false)
	f.decimal("ratioUnit", o.RatioUnit, false)
	unit := f.unit(o.Unit)
	if err := f.err(); err != nil {
		return Allocation{}, err
	}
	points := new(big.Rat).Mul(rational(s.ExpectedRedeemed), rational(s.ValuePerPoint))
	total := new(big.Rat).Add(points, rational(s.ProductPrice))
	if total.Sign() == 0 {
		return Allocation{}, fmt.Errorf("%w: neither goods nor points have a stand-alone price", ErrNoData)
	}
	share := new(big.Rat).Quo(points, total)
	used := share
	if !o.RatioUnit.IsZero() {
		used = rational(toUnit(share, o.RatioUnit))
	}
	a := Allocation{Share: ofRat(share)}
	a.Points = toUnit(new(big.Rat).Mul(rational(s.Price), used), unit)
	if a.Points.Cmp(s.Price) > 0 { // a coarse unit or ratio unit may round past the price
		a.Points = s.Price
	}
	a.Product = s.Price.Sub(a.Points)
	return a, nil
}

// unit gives the booking unit with its default.
func (f *faults) unit(u decimal.Decimal) decimal.Decimal {
	if u.IsZero() {
		return decimal.New(1, -2)
	}
	f.decimal("unit", u, true)
	return u
}

// Split divides an amount over several goods or obligations by their stand-alone
// prices, in multiples of the unit (0 means 0.01), by largest remainder: each gets
// its exact share rounded down, and what is left goes unit by unit to the largest
// remainders, the earlier first among equals. A remainder of the amount that is no
// whole unit goes to the first of them. The parts add up to the amount exactly.
//
// Errors: [ErrInput] for a negative value, and [ErrNoData] for no price or only
// zero ones.
func Split(amount decimal.Decimal, prices []decimal.Decimal, unit decimal.Decimal) ([]decimal.Decimal, error) {
	var f faults
	f.decimal("amount", amount, false)
	unit = f.unit(unit)
	total := new(big.Rat)
	for i, p := range prices {
		if f.decimal(fmt.Sprintf("prices[%d]", i), p, false) {
			total.Add(total, rational(p))
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if total.Sign() == 0 {
		return nil, fmt.Errorf("%w: no stand-alone price", ErrNoData)
	}
	return largestRemainder(amount, prices, total, unit), nil
}

func largestRemainder(amount decimal.Decimal, prices []decimal.Decimal, total *big.Rat, unit decimal.Decimal) []decimal.Decimal {
	parts := make([]decimal.Decimal, len(prices))
	remainders := make([]*big.Rat, len(prices))
	order := make([]int, len(prices))
	left := amount
	for i, p := range prices {
		exact := new(big.Rat).Mul(rational(amount), new(big.Rat).Quo(rational(p), total))
		exact.Quo(exact, rational(unit))
		floor := new(big.Int).Div(exact.Num(), exact.Denom())
		parts[i] = decimal.NewFromBigInt(floor, 0).Mul(unit)
		remainders[i] = new(big.Rat).Sub(exact, new(big.Rat).SetInt(floor))
		left = left.Sub(parts[i])
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return remainders[order[a]].Cmp(remainders[order[b]]) > 0 })
	for _, i := range order {
		if left.Cmp(unit) < 0 {
			break
		}
		parts[i] = parts[i].Add(unit)
		left = left.Sub(unit)
	}
	parts[order[0]] = parts[order[0]].Add(left)
	return parts
}
