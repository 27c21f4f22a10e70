package liability

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// MaxPlaces is the largest number of decimal places that a [Figure] is read at.
const MaxPlaces = 18

// Figure is an exact quotient: a factor, a share, a number of points. It is
// rounded only when it is read. The zero value is 0.
type Figure struct{ num, den *big.Int }

var one = big.NewInt(1)

func whole(n int64) Figure { return Figure{big.NewInt(n), one} }

func quotient(num, den *big.Int) Figure { return Figure{num, den} }

// ofFloat is the exact value of a finite float.
func ofFloat(f float64) Figure {
	r := new(big.Rat).SetFloat64(f)
	if r == nil {
		return Figure{}
	}
	return Figure{r.Num(), r.Denom()}
}

func ofRat(r *big.Rat) Figure { return Figure{r.Num(), r.Denom()} }

func (f Figure) parts() (num, den *big.Int) {
	if f.den == nil {
		return new(big.Int), one
	}
	return f.num, f.den
}

func (f Figure) rat() *big.Rat {
	num, den := f.parts()
	return new(big.Rat).SetFrac(num, den)
}

// Round is the figure rounded half up (a tie goes to the larger number) to the
// given number of decimal places, from 0 to [MaxPlaces]; places outside are taken
// as the nearer bound.
func (f Figure) Round(places int32) decimal.Decimal {
	places = max(0, min(places, MaxPlaces))
	num, den := f.parts()
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	return decimal.NewFromBigInt(halfUp(new(big.Int).Mul(num, ten), den), -places)
}

// Text is [Figure.Round] as text, with all its places: "0.8000".
func (f Figure) Text(places int32) string {
	places = max(0, min(places, MaxPlaces))
	return f.Round(places).StringFixed(places)
}

// String is the figure at six places.
func (f Figure) String() string { return f.Text(6) }

// Float64 is the nearest float64, for statistics and charts.
func (f Figure) Float64() float64 {
	num, den := f.parts()
	q := new(big.Float).SetPrec(96).Quo(new(big.Float).SetPrec(96).SetInt(num), new(big.Float).SetPrec(96).SetInt(den))
	v, _ := q.Float64()
	return v
}

// Cmp compares two figures exactly: -1, 0 or +1.
func (f Figure) Cmp(g Figure) int {
	an, ad := f.parts()
	bn, bd := g.parts()
	return new(big.Int).Mul(an, bd).Cmp(new(big.Int).Mul(bn, ad))
}

// Sub is f - g, exactly.
func (f Figure) Sub(g Figure) Figure { return ofRat(new(big.Rat).Sub(f.rat(), g.rat())) }

// Add is f + g, exactly.
func (f Figure) Add(g Figure) Figure { return ofRat(new(big.Rat).Add(f.rat(), g.rat())) }

func (f Figure) between(low, high Figure) Figure {
	if f.Cmp(high) > 0 {
		f = high
	}
	if f.Cmp(low) < 0 {
		return low
	}
	return f
}

// halfUp is num/den rounded to a whole number, a tie to the larger; den is positive.
func halfUp(num, den *big.Int) *big.Int {
	n := new(big.Int).Lsh(num, 1)
	n.Add(n, den)
	return n.Div(n, new(big.Int).Lsh(den, 1)) // Euclidean: floor, since the divisor is positive
}

// toUnit rounds r half up to a multiple of unit, which is positive.
func toUnit(r *big.Rat, unit decimal.Decimal) decimal.Decimal {
	q := new(big.Rat).Quo(r, rational(unit))
	return decimal.NewFromBigInt(halfUp(q.Num(), q.Denom()), 0).Mul(unit)
}

// rational is the one place where a decimal becomes a fraction. The caller has
// checked d.
func rational(d decimal.Decimal) *big.Rat {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.Exponent(), -d.Exponent()))), nil)
	if d.Exponent() < 0 {
		return new(big.Rat).SetFrac(d.Coefficient(), ten)
	}
	return new(big.Rat).SetInt(ten.Mul(ten, d.Coefficient()))
}

// text writes a decimal in an error message.
func text(d decimal.Decimal) string {
	if amount.Check(d) != nil {
		return "(beyond the limits)"
	}
	return amount.Text(d)
}
