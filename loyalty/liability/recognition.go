package liability

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"
)

// Period is the state of a pool of points at the end of one reporting period.
type Period struct {
	// Redeemed is the number of points redeemed so far, since the first period. It
	// falls where redemptions were cancelled.
	Redeemed decimal.Decimal
	// Expected is the number expected to be redeemed in the end, as estimated now.
	// Below Redeemed it counts as Redeemed: more cannot be exercised than all.
	Expected decimal.Decimal
	// Closed says that no point can be redeemed any more. The rest is released, and
	// the pool stays closed in later periods.
	Closed bool
}

// Recognition is what is booked for one period.
type Recognition struct {
	Revenue   decimal.Decimal // of this period; below zero where the estimate rose or redemptions were cancelled
	ToDate    decimal.Decimal // all revenue up to the end of the period
	Liability decimal.Decimal // still deferred: deferred - ToDate, never below zero
}

// Recognise gives the revenue and the liability of each period in turn by the
// cumulative method (IFRS 15.B46, ASC 606-10-55-48): to date = deferred x min(1,
// redeemed / expected), rounded half up to a multiple of the unit (0 means 0.01),
// and all of the deferred amount once closed; revenue is the difference to the
// period before. The share is taken of the points expected to be redeemed, never of
// those issued: dividing by the issued ones is a known error that leaves the
// breakage deferred for ever.
//
// Errors: [ErrInput] for every negative figure, and [ErrNoData] for an open period
// with nothing redeemed and nothing expected while an amount is deferred.
func Recognise(deferred decimal.Decimal, periods []Period, unit decimal.Decimal) ([]Recognition, error) {
	var f faults
	f.decimal("deferred", deferred, false)
	unit = f.unit(unit)
	for i, p := range periods {
		f.decimal(fmt.Sprintf("periods[%d].redeemed", i), p.Redeemed, false)
		f.decimal(fmt.Sprintf("periods[%d].expected", i), p.Expected, false)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	out := make([]Recognition, 0, len(periods))
	before, closed := decimal.Decimal{}, false
	for i, p := range periods {
		closed = closed || p.Closed
		p.Closed = closed
		date, err := toDate(deferred, p, unit)
		if err != nil {
			return nil, fmt.Errorf("periods[%d]: %w", i, err)
		}
		out = append(out, Recognition{Revenue: date.Sub(before), ToDate: date, Liability: deferred.Sub(date)})
		before = date
	}
	return out, nil
}

// toDate is the revenue up to the end of a period. The inputs are checked.
func toDate(deferred decimal.Decimal, p Period, unit decimal.Decimal) (decimal.Decimal, error) {
	switch {
	case p.Closed || deferred.Sign() == 0:
		return deferred, nil
	case p.Expected.Sign() == 0 && p.Redeemed.Sign() == 0:
		return decimal.Decimal{}, fmt.Errorf("%w: nothing redeemed and nothing expected", ErrNoData)
	}
	share := big.NewRat(1, 1)
	if p.Redeemed.Cmp(p.Expected) < 0 {
		share.Quo(rational(p.Redeemed), rational(p.Expected))
	}
	date := toUnit(share.Mul(share, rational(deferred)), unit)
	if date.Cmp(deferred) > 0 { // a coarse unit may round past the whole
		date = deferred
	}
	return date, nil
}
