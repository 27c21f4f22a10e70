package expr

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// toDate is survey-core's createDate: milliseconds of the date that a value stands for,
// NaN where it stands for none. A plain day ("2026-01-15") begins at local midnight.
func toDate(v Value, zone *time.Location) float64 {
	switch v.kind {
	case KindDate:
		return v.num
	case KindNumber, KindBool:
		return timeClip(v.num)
	case KindText:
		return textDate(v.str, zone)
	default:
		return parseDate(toText(v, zone), zone)
	}
}

func textDate(s string, zone *time.Location) float64 {
	if len(s) == 10 && isoDay(s) {
		year, _ := digits(s[:4], 10)
		month, _ := digits(s[5:7], 10)
		day, _ := digits(s[8:], 10)
		if month < 1 || month > 12 || day < 1 || day > 31 {
			return math.NaN()
		}
		return localToUTC(makeDay(year, month-1, day)*msDay, zone)
	}
	if plainDay(s, zone) {
		s += "T00:00:00"
	}
	return parseDate(s, zone)
}

// plainDay is survey-core's isISODateOnly: an ISO day stands anywhere in the text, no T
// after its first letter, and the text is a date.
func plainDay(s string, zone *time.Location) bool {
	if strings.IndexByte(s, 'T') > 0 {
		return false
	}
	for i := 0; i+10 <= len(s); i++ {
		if isoDay(s[i : i+10]) {
			ms := parseDate(s, zone)
			return ms == ms //nolint:gocritic // NaN
		}
	}
	return false
}

func isoDay(s string) bool {
	for i := range len(s) {
		if dash := i == 4 || i == 7; dash != (s[i] == '-') || !dash && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// parseDate is Date.parse: ECMAScript's own format (ECMA-262 2024, 21.4.1.32) and,
// where a text is not in it, the rules that V8 applies to other dates (V8,
// src/date/dateparser-inl.h), which are what Node and Chromium do.
func parseDate(s string, zone *time.Location) float64 {
	p := dateParser{scan: dateScanner{text: s}, month: none, hour: none, minute: none, noon: none}
	p.scan.advance()
	if !p.parse() {
		return math.NaN()
	}
	return p.write(zone)
}

const none = math.MaxInt32

type dateTokenKind uint8

const (
	dateEnd dateTokenKind = iota
	dateInvalid
	dateNumber
	dateSymbol
	dateBlank
	dateWord
	dateOther
)

type dateWordKind uint8

const (
	wordUnknown dateWordKind = iota
	wordMonth
	wordHalf // am, pm
	wordZone
	wordTime // the letter T
)

type dateToken struct {
	kind   dateTokenKind
	word   dateWordKind
	symbol byte
	value  int
	length int
}

func (t dateToken) is(symbol byte) bool { return t.kind == dateSymbol && t.symbol == symbol }
func (t dateToken) sign() bool          { return t.is('+') || t.is('-') }
func (t dateToken) zulu() bool          { return t.kind == dateWord && t.word == wordZone && t.length == 1 }

func (t dateToken) fixed(digits int) bool {
	return t.kind == dateNumber && t.length == digits
}

type dateScanner struct {
	text  string
	at    int
	ahead dateToken
}

func (s *dateScanner) advance() dateToken {
	t := s.ahead
	s.ahead = s.read()
	return t
}

func (s *dateScanner) skip(symbol byte) bool {
	if !s.ahead.is(symbol) {
		return false
	}
	s.advance()
	return true
}

func (s *dateScanner) read() dateToken {
	if s.at >= len(s.text) {
		return dateToken{kind: dateEnd}
	}
	switch c := s.text[s.at]; {
	case c >= '0' && c <= '9':
		return s.number()
	case strings.IndexByte(":-+.)", c) >= 0:
		s.at++
		return dateToken{kind: dateSymbol, symbol: c}
	case c == '(':
		s.parentheses()
		return dateToken{kind: dateOther}
	}
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	if r >= 'A' && !blank(r) {
		return s.letters()
	}
	s.at += size
	if blank(r) {
		return dateToken{kind: dateBlank}
	}
	return dateToken{kind: dateOther}
}

func (s *dateScanner) number() dateToken {
	start := s.at
	for s.at < len(s.text) && s.text[s.at] == '0' {
		s.at++
	}
	n := 0
	for significant := 0; s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9'; significant++ {
		if significant < 9 {
			n = n*10 + int(s.text[s.at]-'0')
		}
		s.at++
	}
	return dateToken{kind: dateNumber, value: n, length: s.at - start}
}

func (s *dateScanner) parentheses() {
	for balance := 0; s.at < len(s.text); {
		switch s.text[s.at] {
		case '(':
			balance++
		case ')':
			balance--
		}
		s.at++
		if balance <= 0 {
			return
		}
	}
}

func (s *dateScanner) letters() dateToken {
	var prefix [3]rune
	length := 0
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if r < 'A' || blank(r) {
			break
		}
		if length < len(prefix) {
			prefix[length] = r | 0x20
		}
		if length++; r >= 0x10000 {
			length++
		}
		s.at += size
	}
	word, value := dateKeyword(prefix, length)
	return dateToken{kind: dateWord, word: word, value: value, length: length}
}

func dateKeyword(prefix [3]rune, length int) (dateWordKind, int) {
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	for _, r := range prefix {
		if r >= 0x80 {
			return wordUnknown, 0
		}
	}
	name := string([]byte{byte(prefix[0]), byte(prefix[1]), byte(prefix[2])})
	if i := strings.Index(months, name); i >= 0 && i%3 == 0 && length >= 3 {
		return wordMonth, i/3 + 1
	}
	if length > 3 {
		return wordUnknown, 0
	}
	switch name[:length] {
	case "am":
		return wordHalf, 0
	case "pm":
		return wordHalf, 12
	case "ut", "utc", "z", "gmt":
		return wordZone, 0
	case "est", "cdt":
		return wordZone, -5
	case "edt":
		return wordZone, -4
	case "cst", "mdt":
		return wordZone, -6
	case "mst", "pdt":
		return wordZone, -7
	case "pst":
		return wordZone, -8
	case "t":
		return wordTime, 0
	default:
		return wordUnknown, 0
	}
}
