package match

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// FormKind is how a value is changed before it is compared or blocked on.
type FormKind uint8

// The forms. The zero Form is the value itself.
const (
	// AsPrefix takes N code points from the one numbered From, counted from one.
	AsPrefix FormKind = iota + 1
	// AsMatch takes the first match of Pattern (RE2 syntax); none is missing.
	AsMatch
	// AsDate is a date YYYY-MM-DD that exists; any other text is missing.
	AsDate
	// AsSoundex is the code of [Soundex].
	AsSoundex
	// AsMonthDay is month and day of a date YYYY-MM-DD.
	AsMonthDay
	// AsUser is what stands before the last @.
	AsUser
	// AsOutward is a postcode up to the blank, or its first three letters.
	AsOutward
	// AsArea is the letters that a postcode begins with, or its first two digits.
	AsArea
)

const formWords words = "prefix match date soundex month_day user outward area"

// String names the form.
func (k FormKind) String() string { return formWords.text(uint8(k)) }

// MarshalText writes the name.
func (k FormKind) MarshalText() ([]byte, error) { return formWords.marshal(uint8(k)) }

// UnmarshalText reads a name.
func (k *FormKind) UnmarshalText(text []byte) error {
	i, err := formWords.parse(text)
	*k = FormKind(i)
	return err
}

// Form is a [FormKind] with what it needs. The zero value is the value itself.
type Form struct {
	Kind    FormKind `json:"kind,omitempty"`
	From    int      `json:"from,omitempty"`    // AsPrefix; zero is one
	N       int      `json:"n,omitempty"`       // AsPrefix
	Pattern string   `json:"pattern,omitempty"` // AsMatch
}

// Prefix is the first n code points of a value.
func Prefix(n int) Form { return Form{Kind: AsPrefix, From: 1, N: n} }

// check says what is wrong with a form.
func (f Form) check(path string, fs *faults) {
	switch {
	case f.Kind > AsArea:
		fs.add(path, "no such form: %d", f.Kind)
	case f.Kind == AsPrefix && (f.N < 1 || f.From < 0):
		fs.add(path, "a prefix needs n of 1 or more and from of 0 or more")
	case f.Kind == AsMatch:
		if _, err := regexp.Compile(f.Pattern); err != nil || len(f.Pattern) > maxPattern {
			fs.add(path, "pattern %q is not valid or too long", clip(f.Pattern))
		}
	}
}

const maxPattern = 1000

// shaper gives the function of a checked form; an empty result is missing.
func (f Form) shaper() func(string) string {
	switch f.Kind {
	case AsPrefix:
		from := max(f.From, 1) - 1
		return func(s string) string { return substring(s, from, f.N) }
	case AsMatch:
		return regexp.MustCompile(f.Pattern).FindString
	case AsDate:
		return func(s string) string {
			if _, ok := parseDate(s); !ok {
				return ""
			}
			return s
		}
	case AsSoundex:
		return Soundex
	case AsMonthDay:
		return func(s string) string {
			if _, ok := parseDate(s); !ok {
				return ""
			}
			return s[5:]
		}
	case AsUser:
		return func(s string) string { return s[:max(strings.LastIndexByte(s, '@'), 0)] }
	case AsOutward:
		return outward
	case AsArea:
		return area
	}
	return func(s string) string { return s }
}

func substring(s string, from, n int) string {
	for range from {
		_, w := utf8.DecodeRuneInString(s)
		s = s[w:]
	}
	end := 0
	for range n {
		_, w := utf8.DecodeRuneInString(s[end:])
		end += w
	}
	return s[:end]
}

func outward(s string) string {
	if i := strings.IndexByte(s, ' '); i >= 2 {
		return s[:i]
	}
	if len(s) < 4 {
		return ""
	}
	return substring(s, 0, 3)
}

func area(s string) string {
	i := 0
	for i < len(s) && s[i] >= 'a' && s[i] <= 'z' {
		i++
	}
	if i > 0 && i < len(s) {
		return s[:i]
	}
	if len(s) < 4 {
		return ""
	}
	return substring(s, 0, 2)
}

// parseDate reads YYYY-MM-DD as days from 0000-03-01 in the proleptic calendar.
func parseDate(s string) (int, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	var part [3]int
	for i, at := range [3][2]int{{0, 4}, {5, 7}, {8, 10}} {
		for _, c := range []byte(s[at[0]:at[1]]) {
			if c < '0' || c > '9' {
				return 0, false
			}
			part[i] = part[i]*10 + int(c-'0')
		}
	}
	y, m, d := part[0], part[1], part[2]
	if y < 1 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1, true
}

func monthDays(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
