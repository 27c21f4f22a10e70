package liability

import (
	"fmt"
	"math"
	"math/big"

	"github.com/shopspring/decimal"
)

// Method names how an [Estimate] was made.
type Method int

// The methods of this package.
const (
	MethodFixedRate   Method = iota + 1 // a rate that the caller states
	MethodChainLadder                   // development of the vintages
	MethodKaplanMeier                   // time to redemption
)

var methodNames = [...]string{MethodFixedRate: "fixed_rate", MethodChainLadder: "chain_ladder", MethodKaplanMeier: "kaplan_meier"}

// String is the method's name as written in text form, or "method(N)" for a value
// that is none.
func (m Method) String() string {
	if m < MethodFixedRate || m > MethodKaplanMeier {
		return fmt.Sprintf("method(%d)", int(m))
	}
	return methodNames[m]
}

// MarshalText writes the method's name; a value that is no method is [ErrInput].
func (m Method) MarshalText() ([]byte, error) {
	if m < MethodFixedRate || m > MethodKaplanMeier {
		return nil, &InputError{Field: "method", Value: m.String(), Want: "a method of this package"}
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a method's name; any other text is [ErrInput].
func (m *Method) UnmarshalText(b []byte) error {
	for i, name := range methodNames {
		if name != "" && name == string(b) {
			*m = Method(i)
			return nil
		}
	}
	return &InputError{Field: "method", Value: fmt.Sprintf("%q", b), Want: "fixed_rate, chain_ladder or kaplan_meier"}
}

// DefaultLevel is the confidence level of a range where the caller states none.
const DefaultLevel = 0.95

// Range is an interval with its best estimate.
type Range struct{ Low, Best, High Figure }

// Estimate is how many points of a pool will be redeemed in the end. It is a range:
// an auditor asks for the other ends.
type Estimate struct {
	Method   Method
	Issued   int64 // points issued; 0 where the method was not told
	Redeemed int64 // of those, redeemed so far
	// Total is the points redeemed in the end. All three lie between Redeemed and, where
	// Issued is known, Issued.
	Total Range
	// Level is the confidence level of the range, 0 where the ends are the caller's or
	// the bounds that nothing can leave.
	Level float64
	// Sample is how many observations the range rests on: ratios of two ages for the
	// chain ladder, points redeemed for Kaplan-Meier, 0 for a fixed rate.
	Sample int64
	// Extrapolated says that part of the estimate lies beyond the ages that were
	// observed; there the high end is every point that is still open.
	Extrapolated bool
}

// Breakage is the points that are never redeemed: issued less redeemed in the end.
// Low breakage goes with high redemption. ok is false where Issued is not known.
func (e Estimate) Breakage() (r Range, ok bool) {
	if e.Issued == 0 {
		return Range{}, false
	}
	n := whole(e.Issued)
	return Range{Low: n.Sub(e.Total.High), Best: n.Sub(e.Total.Best), High: n.Sub(e.Total.Low)}, true
}

// Constraint says which end of an estimate revenue may rest on.
type Constraint int

const (
	// BestEstimate takes the best estimate: the entity expects to be entitled to the
	// breakage (IFRS 15.B46, first sentence).
	BestEstimate Constraint = iota
	// HighlyProbable takes the high end of the redemptions, so that a significant
	// reversal of revenue is highly improbable (IFRS 15.56-58, ASC 606-10-32-11).
	HighlyProbable
	// RemoteOnly expects every open point to be redeemed: breakage is recognised only
	// when the likelihood of redemption is remote (IFRS 15.B46, second sentence), that
	// is when the pool closes.
	RemoteOnly
)

// Expected is the number of points, rounded half up to a whole one, that stands for
// expected redemptions in [Sale] and [Period] under the constraint. RemoteOnly
// needs Issued, and falls back to the high end without it; an unknown constraint
// is taken as RemoteOnly, which recognises least.
func (e Estimate) Expected(c Constraint) decimal.Decimal {
	switch {
	case c == BestEstimate:
		return e.Total.Best.Round(0)
	case c == HighlyProbable || e.Issued == 0:
		return e.Total.High.Round(0)
	default:
		return decimal.NewFromInt(e.Issued)
	}
}

// clamp keeps a range between what is redeemed and what was issued, and in order.
func (e Estimate) clamp() Estimate {
	low, high := whole(e.Redeemed), whole(e.Issued)
	if e.Issued == 0 {
		high = e.Total.High
	}
	e.Total.Best = e.Total.Best.between(low, high)
	e.Total.Low = e.Total.Low.between(low, e.Total.Best)
	e.Total.High = e.Total.High.between(e.Total.Best, high)
	return e
}

// Rate is a redemption rate with the range in which it is held to lie: shares from 0
// to 1 with Low <= Best <= High.
type Rate struct{ Low, Best, High decimal.Decimal }

// FixedRate expects a stated share of the issued points to be redeemed in the end.
// The range is the caller's as well; a rate without one is refused, since a single
// number hides what it rests on.
//
// Errors: [ErrInput] where issued or redeemed is negative, more is redeemed than
// issued, a rate lies outside 0 to 1, or the three are out of order; [ErrNoData]
// where nothing was issued.
func FixedRate(issued, redeemed int64, rate Rate) (Estimate, error) {
	var f faults
	checkPoints(&f, issued, redeemed)
	ok := f.decimal("rate.low", rate.Low, false)
	ok = f.decimal("rate.best", rate.Best, false) && ok
	ok = f.decimal("rate.high", rate.High, false) && ok
	if ok && (rate.Low.Cmp(rate.Best) > 0 || rate.Best.Cmp(rate.High) > 0 || rate.High.Cmp(decimal.NewFromInt(1)) > 0) {
		f.add("rate", text(rate.Low)+" to "+text(rate.Best)+" to "+text(rate.High), "0 <= low <= best <= high <= 1")
	}
	if err := f.err(); err != nil {
		return Estimate{}, err
	}
	if issued == 0 {
		return Estimate{}, fmt.Errorf("%w: no point was issued", ErrNoData)
	}
	of := func(d decimal.Decimal) Figure {
		return ofRat(new(big.Rat).Mul(rational(d), new(big.Rat).SetInt64(issued)))
	}
	e := Estimate{Method: MethodFixedRate, Issued: issued, Redeemed: redeemed, Total: Range{Low: of(rate.Low), Best: of(rate.Best), High: of(rate.High)}}
	return e.clamp(), nil
}

func checkPoints(f *faults, issued, redeemed int64) {
	if issued < 0 {
		f.add("issued", fmt.Sprint(issued), "0 or more")
	}
	if redeemed < 0 || redeemed > issued {
		f.add("redeemed", fmt.Sprint(redeemed), "between 0 and what was issued")
	}
}

// level gives the level of a range with its default.
func (f *faults) level(level float64) float64 {
	if level == 0 {
		return DefaultLevel
	}
	if !(level > 0 && level < 1) { // also refuses NaN
		f.add("level", fmt.Sprint(level), "between 0 and 1")
	}
	return level
}

// z is the two-sided standard normal quantile of a level.
func z(level float64) float64 { return math.Sqrt2 * math.Erfinv(level) }
