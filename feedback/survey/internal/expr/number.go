package expr

import (
	"math"
	"strconv"
	"strings"
)

// toNumber is JavaScript's Number(v).
func toNumber(v Value) float64 {
	switch v.kind {
	case KindNumber, KindBool, KindDate:
		return v.num
	case KindNull:
		return 0
	case KindText:
		return textNumber(v.str)
	case KindList:
		return textNumber(toText(v, nil))
	default:
		return math.NaN()
	}
}

// textNumber is JavaScript's Number(text): blank is 0, anything that is not one whole
// numeral is NaN.
func textNumber(s string) float64 {
	s = trim(s)
	if s == "" {
		return 0
	}
	if c := s[0]; c > '9' && c != 'I' {
		return math.NaN()
	}
	if len(s) > 2 && s[0] == '0' {
		if base := radix(s[1]); base != 0 {
			f, n := digits(s[2:], base)
			if n != len(s)-2 {
				return math.NaN()
			}
			return f
		}
	}
	f, n := decimalPrefix(s)
	if n != len(s) {
		return math.NaN()
	}
	return f
}

func radix(c byte) int {
	switch c {
	case 'x', 'X':
		return 16
	case 'o', 'O':
		return 8
	case 'b', 'B':
		return 2
	default:
		return 0
	}
}

// digits reads numerals of the base and says how many it read.
func digits(s string, base int) (f float64, n int) {
	for ; n < len(s); n++ {
		d := digitValue(s[n])
		if d >= base {
			break
		}
		f = f*float64(base) + float64(d)
	}
	return f, n
}

func digitValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	default:
		return 99
	}
}

// decimalPrefix reads the longest decimal numeral at the start of s, as parseFloat
// does; n is 0 and f NaN where there is none.
func decimalPrefix(s string) (f float64, n int) {
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		n = 1
	}
	if strings.HasPrefix(s[n:], "Infinity") {
		if s[0] == '-' {
			return math.Inf(-1), n + 8
		}
		return math.Inf(1), n + 8
	}
	whole := countDigits(s[n:])
	n += whole
	fraction := 0
	if n < len(s) && s[n] == '.' {
		fraction = countDigits(s[n+1:])
		if whole+fraction > 0 {
			n += 1 + fraction
		}
	}
	if whole+fraction == 0 {
		return math.NaN(), 0
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		sign := 0
		if n+1 < len(s) && (s[n+1] == '+' || s[n+1] == '-') {
			sign = 1
		}
		if exp := countDigits(s[n+1+sign:]); exp > 0 {
			n += 1 + sign + exp
		}
	}
	f, err := strconv.ParseFloat(s[:n], 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN(), 0
	}
	return f, n
}

func countDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// parseFloat is JavaScript's parseFloat of a text.
func parseFloat(s string) float64 {
	f, _ := decimalPrefix(trimLeft(s))
	return f
}

// parseInt is JavaScript's parseInt of a text without a radix.
func parseInt(s string) float64 {
	s = trimLeft(s)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	f, n := 0.0, 0
	if len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		f, n = digits(s[2:], 16)
	} else if n = countDigits(s); n > 0 {
		f, _ = decimalPrefix(s[:n])
	}
	if n == 0 {
		return math.NaN()
	}
	if negative {
		return -f
	}
	return f
}

// numeric is survey-core's Helpers.getNumber: the number that a value stands for, and
// false where Helpers.isNumber says no. It takes one comma for a decimal point, refuses
// whole numbers of more than 15 digits and what looks like a formula.
func numeric(v Value) (float64, bool) {
	switch v.kind {
	case KindNumber:
		if v.num-v.num != 0 { // NaN or infinite
			return 0, false
		}
		return v.num, true
	case KindText:
		return numericText(v.str)
	case KindList:
		text := toText(v, nil)
		f := parseFloat(text)
		whole := textNumber(text)
		return f, f == f && whole-whole == 0 //nolint:gocritic // NaN
	default:
		return 0, false
	}
}

func numericText(s string) (float64, bool) {
	if s == "" || !numericLead(s[0]) {
		return 0, false
	}
	s = trim(s)
	if s == "" {
		return 0, false
	}
	if f, n, ok := shortInteger(s); ok && n == len(s) {
		return f, true
	}
	if strings.HasPrefix(s, "0x") {
		f := parseInt(s)
		return f, len(s) <= 32 && f == f //nolint:gocritic // NaN
	}
	if len(s) > 15 && countDigits(s) == len(s) || formula(s) {
		return 0, false
	}
	if i := strings.IndexByte(s, ','); i >= 0 && strings.IndexByte(s[i+1:], ',') < 0 {
		s = s[:i] + "." + s[i+1:]
	}
	f := parseFloat(s)
	whole := textNumber(s)
	return f, f == f && whole-whole == 0 //nolint:gocritic // NaN
}

// numericLead says whether a numeral may begin with this byte, blanks included.
func numericLead(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == ',' || c <= ' ' || c >= 0x80
}

// shortInteger reads up to nine digits without a leading zero.
func shortInteger(s string) (f float64, n int, ok bool) {
	if len(s) > 9 || s[0] == '0' {
		return 0, 0, false
	}
	whole := 0
	for ; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
		whole = whole*10 + int(s[n]-'0')
	}
	return float64(whole), n, n > 0
}

// formula is Helpers.isStringHasOperator.
func formula(s string) bool {
	if strings.LastIndexByte(s, '-') > 0 || strings.LastIndexByte(s, '+') > 0 {
		return false
	}
	return strings.ContainsAny(s, "*^/%")
}

// numberText is JavaScript's String(number).
func numberText(f float64) string {
	var buf [32]byte
	return string(appendNumber(buf[:0], f))
}

func appendNumber(dst []byte, f float64) []byte {
	switch {
	case f != f: //nolint:gocritic // NaN
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == 0:
		return append(dst, '0')
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// Go writes at least two digits of exponent, JavaScript as few as it can.
	if e := start + strings.LastIndexByte(string(dst[start:]), 'e'); len(dst)-e == 4 && dst[e+2] == '0' {
		dst = append(dst[:e+2], dst[e+3])
	}
	return dst
}

// powers of ten that are exact and keep a product below 2^53 for ordinary values.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// decimals counts the digits after the point in JavaScript's text of the number, as
// Helpers.countDecimals does; for a text such as 1.5e-7 that is the length of "5e-7".
func decimals(f float64) int {
	if few, ok := fewDecimals(f); ok {
		return few
	}
	var buf [32]byte
	return afterPoint(string(appendNumber(buf[:0], f)))
}

// fewDecimals counts up to six decimals.
func fewDecimals(f float64) (n int, ok bool) {
	if f == math.Trunc(f) || f-f != 0 {
		return 0, true
	}
	abs := math.Abs(f)
	if abs < 1e-6 || abs >= 1e9 {
		return 0, false
	}
	for d := 1; d < 7; d++ {
		scaled := abs * tens[d]
		n := float64(int64(scaled + 0.5))
		if off := scaled - n; off < 1e-6 && off > -1e-6 && n/tens[d] == abs {
			return d, true
		}
	}
	return 0, false
}

func afterPoint(s string) int {
	_, rest, found := strings.Cut(s, ".")
	if !found {
		return 0
	}
	rest, _, _ = strings.Cut(rest, ".")
	return utf16Len(rest)
}

// valueDecimals is Helpers.countDecimals for any value.
func valueDecimals(v Value) int {
	if v.kind == KindNumber {
		return decimals(v.num)
	}
	if _, ok := numeric(v); !ok {
		return 0
	}
	return afterPoint(toText(v, nil))
}

// fixed is parseFloat(f.toFixed(places)), and f itself for no places, as survey-core
// rounds only to decimals (1e-7 has none in its text); places above 100 have no result,
// as JavaScript throws a RangeError.
func fixed(f float64, places int) (float64, bool) {
	switch {
	case places == 0:
		return f, true
	case places > 100:
		return 0, false
	}
	if f-f != 0 || math.Abs(f) >= 1e21 {
		return f, true
	}
	if exactPlaces(f, places) {
		return f, true
	}
	if places < len(tens) {
		scaled := math.Abs(f) * tens[places]
		if scaled < 4e12 {
			n := float64(int64(scaled))
			// Away from a tie the scaled product cannot have crossed it by rounding.
			if d := scaled - n - 0.5; d > 1e-3 || d < -1e-3 {
				if d > 0 {
					n++
				}
				return math.Copysign(n/tens[places], f), true
			}
		}
	}
	return fixedExactly(f, places), true
}

// exactPlaces reports that so many decimals name the very same number: a unit of the
// last of them is less than the distance to the next number.
func exactPlaces(f float64, places int) bool {
	abs := math.Abs(f)
	return places >= 15 && abs >= 10 || places >= 16 && abs >= 1 || places >= 17 && abs >= 0.1
}

// fixedExactly rounds the exact binary value; a true tie goes away from zero, as
// toFixed takes the larger n.
func fixedExactly(f float64, places int) float64 {
	abs := math.Abs(f)
	text := strconv.FormatFloat(abs, 'f', places, 64)
	if places < len(tens) {
		twice := abs * (2 * tens[places])
		if twice < 1<<53 && (math.FMA(abs, 2*tens[places], -twice) != 0 || math.Mod(twice, 2) != 1) {
			return parseBack(text, f) // no tie
		}
	}
	exact := strings.TrimRight(strconv.FormatFloat(abs, 'f', 1074, 64), "0")
	if _, fraction, _ := strings.Cut(exact, "."); len(fraction) == places+1 && fraction[places] == '5' {
		text = increment(strings.TrimSuffix(exact[:len(exact)-1], "."))
	}
	return parseBack(text, f)
}

func parseBack(text string, f float64) float64 {
	out, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return f
	}
	return math.Copysign(out, f)
}

// increment adds one to the last digit of a decimal numeral.
func increment(text string) string {
	digits := []byte(text)
	for i := len(digits) - 1; i >= 0; i-- {
		switch digits[i] {
		case '.':
		case '9':
			digits[i] = '0'
		default:
			digits[i]++
			return string(digits)
		}
	}
	return "1" + string(digits)
}
