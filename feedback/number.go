package feedback

import "strings"

// numeral is the exact value of a JSON number: the digits, as a whole number, times
// ten to the exponent. The digits neither begin nor end with 0, and zero has none
// and no exponent; so a number is whole exactly when its exponent is not negative.
type numeral struct {
	negative bool
	digits   string
	exponent int64
}

// farExponent stands for every exponent beyond it. It is far more than the length of
// any text, so that digits behind the point cannot make up for it.
const farExponent = 1 << 48

// scanNumber reads a number as RFC 8259 section 6 writes it: an optional minus, 0 or
// digits that do not begin with 0, and optionally a point with digits and an exponent.
// ok is false for anything else, such as 0x1p3, 1_000, +9, .5 and NaN. The time it
// takes grows with the length of the text and not with the exponent.
func scanNumber(s string) (v numeral, ok bool) {
	s, v.negative = strings.CutPrefix(s, "-")
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if v.exponent, ok = scanExponent(s[i+1:]); !ok {
			return numeral{}, false
		}
		s = s[:i]
	}
	whole, fraction, point := strings.Cut(s, ".")
	if !digits(whole) || (len(whole) > 1 && whole[0] == '0') || (point && !digits(fraction)) {
		return numeral{}, false
	}
	all := strings.TrimLeft(whole+fraction, "0")
	v.digits = strings.TrimRight(all, "0")
	v.exponent += int64(len(all)-len(v.digits)) - int64(len(fraction))
	if v.digits == "" {
		return numeral{}, true
	}
	return v, true
}

// scanExponent reads what follows the e.
func scanExponent(s string) (exponent int64, ok bool) {
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if !digits(s) {
		return 0, false
	}
	for i := range len(s) {
		exponent = min(exponent*10+int64(s[i]-'0'), farExponent)
	}
	if negative {
		exponent = -exponent
	}
	return exponent, true
}
