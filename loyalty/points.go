package loyalty

import (
	"fmt"
	"strconv"
	"strings"
)

// Points is a number of points in the smallest unit of the programme: with a scale
// of 2, 1250 is 12.50 points. It is signed only because adjustments and postings
// are; balances are never negative.
type Points int64

// MaxPoints bounds every ledger of an account, so that the sum of any two of them
// still fits an int64. What would go beyond it is refused with [ErrOverflow].
const MaxPoints Points = 1 << 60

// add is a + b, or ok false where the sum is beyond MaxPoints either way.
func (a Points) add(b Points) (sum Points, ok bool) {
	sum = a + b
	if (b > 0 && sum < a) || (b < 0 && sum > a) || sum > MaxPoints || sum < -MaxPoints {
		return 0, false
	}
	return sum, true
}

// Text writes p with the given number of decimals (0 to 6): Points(1250).Text(2) is
// "12.50".
func (p Points) Text(scale int) string {
	if scale <= 0 {
		return strconv.FormatInt(int64(p), 10)
	}
	neg, u := p < 0, uint64(p)
	if neg {
		u = -u
	}
	s := strconv.FormatUint(u, 10)
	if len(s) <= scale {
		s = strings.Repeat("0", scale+1-len(s)) + s
	}
	s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	if neg {
		s = "-" + s
	}
	return s
}

// ParsePoints reads a decimal number of points at the given scale (0 to 6):
// ParsePoints("12.5", 2) is 1250. More decimals than the scale, or a number beyond
// [MaxPoints], is an error that unwraps to [ErrAmount] or [ErrOverflow].
func ParsePoints(text string, scale int) (Points, error) {
	a, err := ParseAmount(text)
	if err != nil {
		return 0, err
	}
	f := fracOf(a.Decimal()).mul(pow10(scale))
	if !f.whole() {
		return 0, fmt.Errorf("loyalty: points %q: more than %d decimals: %w", text, scale, ErrAmount)
	}
	n, ok := f.round(Floor)
	if !ok || Points(n) > MaxPoints || Points(n) < -MaxPoints {
		return 0, fmt.Errorf("loyalty: points %q: %w", text, ErrOverflow)
	}
	return Points(n), nil
}

// padded writes p, not negative, with leading zeros.
func (p Points) padded(width int) string {
	s := strconv.FormatInt(int64(p), 10)
	return strings.Repeat("0", max(width-len(s), 0)) + s
}
