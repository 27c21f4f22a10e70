package liability

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Pool is one vintage, or any other pool of like points, on a reporting date.
type Pool struct {
	Name       string
	Deferred   decimal.Decimal // allocated to the points at sale, [Allocation.Points] summed
	Recognised decimal.Decimal // revenue booked up to the last statement
	Estimate   Estimate        // as made now; its Redeemed is the redemptions to date
	Closed     bool            // no point can be redeemed any more
}

// Line is one pool in a [Statement].
type Line struct {
	Name      string
	Revenue   decimal.Decimal // to book now: to date - recognised before
	ToDate    decimal.Decimal
	Liability decimal.Decimal // deferred - to date
	// LiabilityLow and LiabilityHigh are the liability had the redemptions been expected
	// at the low and the high end of the estimate.
	LiabilityLow, LiabilityHigh decimal.Decimal
}

// Statement is what is booked for all pools on one date, with its sums.
type Statement struct {
	Lines                                           []Line
	Revenue, Liability, LiabilityLow, LiabilityHigh decimal.Decimal
}

// StateOptions sets the rounding and the caution of [State].
type StateOptions struct {
	Unit       decimal.Decimal // smallest amount that is booked; 0 means 0.01
	Constraint Constraint      // which end of the estimate revenue rests on; zero is the best estimate
}

// State applies [Recognise] to every pool with its estimate. A pool with nothing
// redeemed and nothing expected defers everything.
//
// Errors: [ErrInput] for every negative amount, and for a pool that has recognised
// more than it deferred.
func State(pools []Pool, opts *StateOptions) (Statement, error) {
	var o StateOptions
	if opts != nil {
		o = *opts
	}
	var f faults
	unit := f.unit(o.Unit)
	for i, p := range pools {
		ok := f.decimal(fmt.Sprintf("pools[%d].deferred", i), p.Deferred, false)
		ok = f.decimal(fmt.Sprintf("pools[%d].recognised", i), p.Recognised, false) && ok
		if ok && p.Recognised.Cmp(p.Deferred) > 0 {
			f.add(fmt.Sprintf("pools[%d].recognised", i), text(p.Recognised), "at most the "+text(p.Deferred)+" deferred")
		}
	}
	if err := f.err(); err != nil {
		return Statement{}, err
	}
	var s Statement
	for _, p := range pools {
		l := p.line(o.Constraint, unit)
		s.Lines = append(s.Lines, l)
		s.Revenue = s.Revenue.Add(l.Revenue)
		s.Liability = s.Liability.Add(l.Liability)
		s.LiabilityLow = s.LiabilityLow.Add(l.LiabilityLow)
		s.LiabilityHigh = s.LiabilityHigh.Add(l.LiabilityHigh)
	}
	return s, nil
}

func (p Pool) line(c Constraint, unit decimal.Decimal) Line {
	l := Line{Name: p.Name, ToDate: p.toDate(p.Estimate.Expected(c), unit)}
	l.Revenue = l.ToDate.Sub(p.Recognised)
	l.Liability = p.Deferred.Sub(l.ToDate)
	l.LiabilityLow = p.Deferred.Sub(p.toDate(p.Estimate.Total.Low.Round(0), unit))
	l.LiabilityHigh = p.Deferred.Sub(p.toDate(p.Estimate.Total.High.Round(0), unit))
	return l
}

func (p Pool) toDate(expected, unit decimal.Decimal) decimal.Decimal {
	date, err := toDate(p.Deferred, Period{Redeemed: decimal.NewFromInt(p.Estimate.Redeemed), Expected: expected, Closed: p.Closed}, unit)
	if err != nil { // nothing redeemed, nothing expected
		return decimal.Decimal{}
	}
	return date
}
