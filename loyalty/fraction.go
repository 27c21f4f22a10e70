package loyalty

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// frac is an exact rational number. Small ones live in two words; those that do
// not fit move to big, so that nothing is ever rounded before the rounding that a
// rule names. The zero value is 0.
type frac struct {
	n int64    // numerator
	d int64    // denominator less one, so that the zero value is 0/1
	b *big.Rat // the number when it does not fit; never changed once set
}

func whole(n int64) frac { return frac{n: n} }

// ratio is n / d for d above 0.
func ratio(n, d int64) frac {
	if g := gcd(magnitude(n), uint64(d)); g > 1 {
		n, d = n/int64(g), d/int64(g)
	}
	return frac{n: n, d: d - 1}
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// pow10 is 10^e for e from -36 to 36.
func pow10(e int) frac {
	if e < 0 {
		return one.over(pow10(-e))
	}
	if e <= 18 {
		n := int64(1)
		for range e {
			n *= 10
		}
		return whole(n)
	}
	return pow10(18).mul(pow10(e - 18))
}

var one = frac{n: 1}

// fracOf crosses the border from a checked decimal.
func fracOf(d decimal.Decimal) frac {
	e := int(d.Exponent())
	// A coefficient of at most 18 digits fits an int64; CoefficientInt64 says
	// nothing when it does not.
	if c := d.CoefficientInt64(); e <= 0 && e >= -18 && c > -1e17 && c < 1e17 && d.NumDigits() <= 17 {
		return ratio(c, pow10(-e).n)
	}
	r := new(big.Rat).SetInt(d.Coefficient())
	return normal(r.Mul(r, pow10(e).rat()))
}

func (f frac) rat() *big.Rat {
	if f.b != nil {
		return f.b
	}
	return big.NewRat(f.n, f.d+1)
}

// normal brings a number back into two words where it fits.
func normal(r *big.Rat) frac {
	if r.Num().IsInt64() && r.Denom().IsInt64() && r.Num().Int64() != math.MinInt64 {
		return frac{n: r.Num().Int64(), d: r.Denom().Int64() - 1}
	}
	return frac{b: r}
}

func (f frac) sign() int {
	switch {
	case f.b != nil:
		return f.b.Sign()
	case f.n > 0:
		return 1
	case f.n < 0:
		return -1
	}
	return 0
}

func mul64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func (f frac) mul(g frac) frac {
	if f.b == nil && g.b == nil {
		// Cross-reduce first, so that the products are in lowest terms.
		fn, gd := reduce(f.n, g.d+1)
		gn, fd := reduce(g.n, f.d+1)
		n, ok := mul64(fn, gn)
		d, ok2 := mul64(fd, gd)
		if ok && ok2 {
			return frac{n: n, d: d - 1}
		}
	}
	return normal(new(big.Rat).Mul(f.rat(), g.rat()))
}

func reduce(n, d int64) (int64, int64) {
	if n == 0 {
		return 0, 1
	}
	if d == 1 {
		return n, d
	}
	g := int64(gcd(magnitude(n), uint64(d)))
	return n / g, d / g
}

// over is f / g for g not 0.
func (f frac) over(g frac) frac {
	if g.b == nil && g.n != math.MinInt64 {
		inv := frac{n: g.d + 1, d: g.n - 1}
		if g.n < 0 {
			inv = frac{n: -(g.d + 1), d: -g.n - 1}
		}
		return f.mul(inv)
	}
	return normal(new(big.Rat).Quo(f.rat(), g.rat()))
}

func (f frac) add(g frac) frac {
	if f.b == nil && g.b == nil {
		if f.d == g.d {
			if n := f.n + g.n; (n > f.n) == (g.n > 0) {
				return ratio(n, f.d+1)
			}
		}
		a, ok := mul64(f.n, g.d+1)
		b, ok2 := mul64(g.n, f.d+1)
		d, ok3 := mul64(f.d+1, g.d+1)
		if n := a + b; ok && ok2 && ok3 && (n > a) == (b > 0) && n != math.MinInt64 {
			return ratio(n, d)
		}
	}
	return normal(new(big.Rat).Add(f.rat(), g.rat()))
}

func (f frac) neg() frac {
	if f.b == nil && f.n != math.MinInt64 {
		f.n = -f.n
		return f
	}
	return normal(new(big.Rat).Neg(f.rat()))
}

func (f frac) sub(g frac) frac { return f.add(g.neg()) }

func (f frac) cmp(g frac) int {
	if f.b == nil && g.b == nil && f.d == g.d {
		switch {
		case f.n < g.n:
			return -1
		case f.n > g.n:
			return 1
		}
		return 0
	}
	return f.sub(g).sign()
}

func (f frac) whole() bool {
	if f.b != nil {
		return f.b.IsInt()
	}
	return f.d == 0
}

// round brings f to a whole number; ok is false where that does not fit an int64.
func (f frac) round(m RoundingMode) (n int64, ok bool) {
	if f.b != nil {
		return roundBig(f.b, m)
	}
	d := f.d + 1
	if d == 1 {
		return f.n, true
	}
	q, r := f.n/d, f.n%d
	if r < 0 {
		q, r = q-1, r+d // q is the floor, 0 < r < d
	}
	if up(q&1 != 0, r > 0, cmpHalf(uint64(r), uint64(d)), m) {
		q++
	}
	return q, true
}

// cmpHalf compares r/d with a half.
func cmpHalf(r, d uint64) int {
	switch rest := d - r; {
	case r > rest:
		return 1
	case r < rest:
		return -1
	}
	return 0
}

// up says whether a floor is to be raised by one.
func up(odd, rest bool, half int, m RoundingMode) bool {
	switch m {
	case Ceil:
		return rest
	case HalfUp:
		return half >= 0
	case HalfEven:
		return half > 0 || (half == 0 && odd)
	}
	return false
}

func roundBig(b *big.Rat, m RoundingMode) (int64, bool) {
	q, r := new(big.Int).DivMod(b.Num(), b.Denom(), new(big.Int))
	half := new(big.Int).Lsh(r, 1).Cmp(b.Denom())
	if up(q.Bit(0) != 0, r.Sign() != 0, half, m) {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64(), q.IsInt64()
}

// exact is f with as many decimals as it has, for results that are not rounded; ok
// is false when it has none that end.
func (f frac) exact() (decimal.Decimal, bool) {
	r := f.rat()
	e := 0
	d := new(big.Int).Set(r.Denom())
	for _, p := range []int64{2, 5} {
		n := 0
		for m := new(big.Int); m.Mod(d, big.NewInt(p)).Sign() == 0; n++ {
			d.Quo(d, big.NewInt(p))
		}
		e = max(e, n)
	}
	if d.Cmp(big.NewInt(1)) != 0 || e > 36 {
		return decimal.Decimal{}, false
	}
	n := new(big.Int).Mul(r.Num(), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e)), nil))
	return decimal.NewFromBigInt(n.Quo(n, r.Denom()), int32(-e)), true
}

// String writes f as a/b, or as a whole number.
func (f frac) String() string { return f.rat().RatString() }

// MarshalText writes f as a/b, or as a whole number.
func (f frac) MarshalText() ([]byte, error) { return []byte(f.rat().RatString()), nil }

// UnmarshalText reads what MarshalText wrote, at most 200 bytes of it.
func (f *frac) UnmarshalText(text []byte) error {
	r, ok := new(big.Rat), false
	if len(text) <= 200 {
		for _, c := range text {
			if (c < '0' || c > '9') && c != '-' && c != '/' {
				return ErrAmount
			}
		}
		r, ok = r.SetString(string(text))
	}
	if !ok {
		return ErrAmount
	}
	*f = normal(r)
	return nil
}
