package metrics

import (
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// A Ratio is an exact quotient: a numerator over a denominator above zero. Nothing
// is rounded until a caller asks for a number of places. The zero value is 0/1.
//
// Ratios compare with [Ratio.Cmp], not with ==.
type Ratio struct{ num, den decimal.Decimal }

// NewRatio is num/den. A denominator of zero is [ErrUndefined]; a negative one is
// made positive. Numbers beyond the limits (18 places of exponent, 128 bits) are
// [ErrOutOfRange].
func NewRatio(num, den decimal.Decimal) (Ratio, error) {
	if err := bounded("numerator", num); err != nil {
		return Ratio{}, err
	}
	if err := bounded("denominator", den); err != nil {
		return Ratio{}, err
	}
	if den.Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "denominator", "0", "nothing divides by zero")
	}
	return quotient(num, den), nil
}

// quotient is for callers that have checked both numbers and den != 0.
func quotient(num, den decimal.Decimal) Ratio {
	if den.Sign() < 0 {
		num, den = num.Neg(), den.Neg()
	}
	return Ratio{num, den}
}

func ratioOf(num, den int64) Ratio {
	return quotient(decimal.NewFromInt(num), decimal.NewFromInt(den))
}

// Num is the numerator as it was given; ratios are not reduced.
func (r Ratio) Num() decimal.Decimal { return r.num }

// Den is the denominator, always above zero.
func (r Ratio) Den() decimal.Decimal {
	if r.den.Sign() == 0 {
		return decimal.NewFromInt(1)
	}
	return r.den
}

// Decimal is the ratio itself rounded to places (0 to 18, clamped), half away
// from zero.
func (r Ratio) Decimal(places int32) decimal.Decimal {
	return r.num.DivRound(r.Den(), min(max(places, 0), amount.MaxExponent))
}

// Percent is the ratio times one hundred, rounded to places (0 to 18, clamped),
// half away from zero: the form in which the field prints its formulas.
func (r Ratio) Percent(places int32) decimal.Decimal {
	return r.num.Shift(2).DivRound(r.Den(), min(max(places, 0), amount.MaxExponent))
}

// Float is the nearest float64 to the exact ratio.
func (r Ratio) Float() float64 {
	f, _ := r.rat().Float64()
	return f
}

func (r Ratio) rat() *big.Rat { return new(big.Rat).Quo(r.num.Rat(), r.Den().Rat()) }

// Complement is 1 minus the ratio, exactly: churn from retention.
func (r Ratio) Complement() Ratio { return Ratio{r.Den().Sub(r.num), r.Den()} }

// Sign is -1, 0 or +1.
func (r Ratio) Sign() int { return r.num.Sign() }

// Cmp compares exactly: -1, 0 or +1.
func (r Ratio) Cmp(s Ratio) int { return r.num.Mul(s.Den()).Cmp(s.num.Mul(r.Den())) }

// String writes the ratio as a percentage with two places: 85.05%.
func (r Ratio) String() string { return r.Percent(2).StringFixed(2) + "%" }

// MarshalText writes the exact quotient as numerator/denominator, 1838/2161: nothing
// is rounded on the way through JSON.
func (r Ratio) MarshalText() ([]byte, error) {
	return []byte(amount.Text(r.num) + "/" + amount.Text(r.Den())), nil
}

// UnmarshalText reads what MarshalText writes, with the faults of [NewRatio]; a text
// that is not a quotient is [ErrOutOfRange]. On an error r is unchanged.
func (r *Ratio) UnmarshalText(text []byte) error {
	num, den, _ := strings.Cut(string(text), "/")
	n, err := amount.Parse(num)
	if err != nil {
		return fault(ErrOutOfRange, "numerator", shown(num), "not a number within the limits")
	}
	d, err := amount.Parse(den)
	if err != nil {
		return fault(ErrOutOfRange, "denominator", shown(den), "not a number within the limits")
	}
	read, err := NewRatio(n, d)
	if err == nil {
		*r = read
	}
	return err
}

// shown clips a foreign text for an error.
func shown(s string) string {
	const most = 40
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
