package amount

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"
)

// The limits of an amount. They leave room for any money or rate and keep every
// sum, product and quotient of a few amounts cheap.
const (
	MaxText     = 40  // bytes of text, sign and point included
	MaxExponent = 18  // magnitude of the decimal exponent
	MaxBits     = 128 // of the coefficient: 38 decimal digits
)

// Sentinels of the two ways in which an amount is refused.
var (
	ErrSyntax = errors.New("amount: not a decimal number")
	ErrLimit  = errors.New("amount: number beyond the limits")
)

// Check refuses a decimal whose exponent or coefficient is beyond the limits. It
// does no arithmetic on d.
func Check(d decimal.Decimal) error {
	if e := d.Exponent(); e > MaxExponent || e < -MaxExponent {
		return fmt.Errorf("%w: exponent %d, at most ±%d", ErrLimit, e, MaxExponent)
	}
	if bits := d.Coefficient().BitLen(); bits > MaxBits {
		return fmt.Errorf("%w: %d bits, at most %d", ErrLimit, bits, MaxBits)
	}
	return nil
}

// Parse reads a decimal number: an optional sign, ASCII digits with at most one
// point between or beside them, and an optional exponent. "1e3", ".5" and "5."
// are numbers; spaces, thousands separators, a Unicode minus, "NaN" and the empty
// string are not.
func Parse(s string) (decimal.Decimal, error) {
	if len(s) > MaxText {
		return decimal.Decimal{}, fmt.Errorf("%w: %d bytes of text, at most %d", ErrLimit, len(s), MaxText)
	}
	sign, digits, exp, ok := scan(s)
	if !ok {
		return decimal.Decimal{}, fmt.Errorf("%w: %q", ErrSyntax, s)
	}
	if exp > MaxExponent || exp < -MaxExponent {
		return decimal.Decimal{}, fmt.Errorf("%w: exponent %d in %q, at most ±%d", ErrLimit, exp, s, MaxExponent)
	}
	var coefficient big.Int
	coefficient.SetString(sign+digits, 10) // scan admits digits only
	d := decimal.NewFromBigInt(&coefficient, int32(exp))
	if err := Check(d); err != nil {
		return decimal.Decimal{}, fmt.Errorf("%w (in %q)", err, s)
	}
	return d, nil
}

// scan splits the text into sign, digits without the point, and the exponent
// that belongs to those digits.
func scan(s string) (sign, digits string, exp int, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = "-"
		}
		s = s[1:]
	}
	mantissa := s
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa = s[:i]
		if exp, ok = exponent(s[i+1:]); !ok {
			return "", "", 0, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = whole + fraction
	if digits == "" || !allDigits(digits) {
		return "", "", 0, false
	}
	return sign, digits, exp - len(fraction), true
}

func exponent(s string) (int, bool) {
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	if s == "" || !allDigits(s) {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		n = min(n*10+int(s[i]-'0'), 1_000_000)
	}
	if negative {
		n = -n
	}
	return n, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Text writes d exactly, without an exponent and without trailing zeros, whatever
// decimal's package variables say. The caller has checked d.
func Text(d decimal.Decimal) string {
	places := max(0, -d.Exponent())
	s := d.StringFixed(places)
	if strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Minor turns d into whole units of 10^-places: 12.50 with two places is 1250.
// ok is false when d has more places than that or does not fit an int64. The
// caller has checked d.
func Minor(d decimal.Decimal, places int32) (units int64, ok bool) {
	shifted := d.Shift(places)
	if !shifted.IsInteger() {
		return 0, false
	}
	n := shifted.BigInt()
	if !n.IsInt64() {
		return 0, false
	}
	return n.Int64(), true
}

// FromMinor is the inverse of [Minor].
func FromMinor(units int64, places int32) decimal.Decimal { return decimal.New(units, -places) }
