package customer

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrNumberingPlan is what a telephone number unwraps to, beside ErrContact, that only
// a numbering plan can read: a national number, or one with a trunk prefix where it is
// not known whether it is part of the number.
var ErrNumberingPlan = errors.New("customer: needs a numbering plan")

type planError struct{ ContactError }

func (e *planError) Unwrap() []error { return []error{ErrContact, ErrNumberingPlan} }

// PhoneParser reads telephone numbers by the numbering plans of the world. Hosts that
// need more than [PhonePlans] put a port of libphonenumber behind it: see
// FullPhoneParser. Implementations are called from any number of goroutines.
type PhoneParser interface {
	// E164 is the number in the form +819012345678. Region is the ISO 3166-1 code
	// of the country that national numbers are of; empty where there is none. Typed is as
	// the host has it, with whatever a person wrote. Any error refuses the number; its
	// text is not passed on, since it may quote the number.
	E164(typed, region string) (string, error)
}

// FullPhoneParser is a PhoneParser that knows the plans of all countries. It is asked for
// international numbers as well, which NewPhone takes by their form alone: so it can
// refuse one that nobody can have, and mend one with a trunk prefix, as +49 030 123456.
type FullPhoneParser interface {
	PhoneParser
	// KnowsEveryPlan reports that the parser reads numbers of all countries.
	KnowsEveryPlan() bool
}

const longestPhone = 64

// NewPhone reads a telephone number in the international form of E.164: a plus sign
// and 7 to 15 digits, the first not 0. Blanks, hyphens, dots, slashes and brackets
// between digits are dropped; width variants are folded. A trunk prefix written "(0)" is
// dropped after the codes of countries that dial 0 within the country only, and refused
// as ErrNumberingPlan elsewhere, since it may be part of the number. Numbers of the
// North American plan must have its form, NXX NXX XXXX with N from 2 to 9. A national
// number is ErrNumberingPlan too; see ParsePhone.
func NewPhone(typed string) (ContactPoint, error) {
	number, err := international(typed)
	if err != nil {
		return ContactPoint{}, err
	}
	return ContactPoint{Kind: Phone, Typed: typed, Canonical: number, Key: number}, nil
}

// ParsePhone reads a telephone number as NewPhone does, and by the parser what NewPhone
// refuses as ErrNumberingPlan: national numbers of a region. A FullPhoneParser reads all
// of them. Whatever the parser says is checked to be of the form of E.164. A nil parser is
// none, and no parser is given more than 64 bytes or text that is not valid UTF-8.
func ParsePhone(typed, region string, parser PhoneParser) (ContactPoint, error) {
	p, err := NewPhone(typed)
	full, ok := parser.(FullPhoneParser)
	all := ok && full.KnowsEveryPlan() && len(typed) <= longestPhone && utf8.ValidString(typed)
	if parser == nil || !all && !errors.Is(err, ErrNumberingPlan) {
		return p, err
	}
	number, err := parser.E164(typed, region)
	if err != nil {
		return ContactPoint{}, &ContactError{Phone, "is no number of the region's numbering plan"}
	}
	if p, err = NewPhone(number); err != nil || p.Canonical != number {
		return ContactPoint{}, &ContactError{Phone, "was read by the parser as what is no E.164 number"}
	}
	p.Typed = typed
	return p, nil
}

func international(typed string) (string, error) {
	refuse := func(detail string) (string, error) { return "", &ContactError{Phone, detail} }
	if len(typed) > longestPhone {
		return refuse(fmt.Sprintf("is longer than %d bytes", longestPhone))
	}
	if !utf8.ValidString(typed) {
		return refuse("is not valid UTF-8")
	}
	text := strings.TrimSpace(norm.NFKC.String(typed))
	if !strings.HasPrefix(text, "+") {
		if !strings.ContainsFunc(text, func(r rune) bool { return r >= '0' && r <= '9' }) {
			return refuse("has no digit")
		}
		return "", &planError{ContactError{Phone, "has no + and country code; ParsePhone reads national numbers by a parser such as PhonePlans"}}
	}
	text = text[1:]
	if before, after, ok := strings.Cut(text, "(0)"); ok {
		code, _ := phoneDigits(before, false)
		if !dialsZero(code) {
			return "", &planError{ContactError{Phone, "has a trunk prefix that may be part of the number; ParsePhone reads it by a parser such as PhonePlans"}}
		}
		text = before + " " + after
	}
	digits, ok := phoneDigits(text, false)
	switch {
	case !ok:
		return refuse("holds a character other than digits, blanks, hyphens, dots, slashes and brackets")
	case len(digits) < 7 || len(digits) > 15 || digits[0] == '0':
		return refuse("has not 7 to 15 digits of which the first is not 0")
	case digits[0] == '1' && !northAmerican(digits[1:]):
		return refuse("has not the form of the North American plan")
	}
	return "+" + digits, nil
}

// phoneDigits drops what stands between digits, and reads letters as the keys they are
// on (ITU-T E.161) where that is asked for. ok is false for any other character.
func phoneDigits(text string, letters bool) (digits string, ok bool) {
	const keys = "22233344455566677778889999"
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case letters && r >= 'A' && r <= 'Z':
			b.WriteByte(keys[r-'A'])
		case letters && r >= 'a' && r <= 'z':
			b.WriteByte(keys[r-'a'])
		case strings.ContainsRune(" -./()\u2010\u2011\u2013", r):
		default:
			return "", false
		}
	}
	return b.String(), true
}

// northAmerican reports ten digits of the form NXX NXX XXXX, N from 2 to 9, of the North
// American Numbering Plan.
func northAmerican(national string) bool {
	return len(national) == 10 && national[0] >= '2' && national[3] >= '2'
}

// dialsZero reports the code of a country that writes "(0)" for what is dialled within
// the country only.
func dialsZero(code string) bool {
	for _, p := range phonePlans() {
		if p.code == code {
			return p.trunk == "0"
		}
	}
	return false
}

// PhonePlans is a light parser of national numbers for the countries of Regions: it
// knows the country code, the trunk prefix, the prefix for calls abroad where there is
// one for all networks, and how long national numbers are, and nothing of which ranges
// are assigned, so that it may take a number that nobody has. The zero value is ready to
// use.
type PhonePlans struct{}

type phonePlan struct {
	region, code, trunk string
	shortest, longest   int // digits of the national number without the trunk prefix
}

// access is what is dialled before an international number; empty where networks differ.
func (p phonePlan) access() string {
	switch p.region {
	case "US", "CA":
		return "011"
	case "AU":
		return "0011"
	case "JP":
		return "010"
	case "HK":
		return "001"
	case "BR", "ID", "KR", "SG", "TH", "TW":
		return ""
	default:
		return "00"
	}
}

// phonePlans are country codes (ITU-T E.164, list of assigned codes), trunk prefixes and
// lengths of national numbers as generally known in November 2026. Each row was compared
// then with the metadata of libphonenumber-js (made from Google's libphonenumber): codes,
// trunk prefixes and prefixes for calls abroad agree, and the lengths hold those of its
// landlines and mobiles, but for rare ones, short without an area code or for machines, in
// CN, DE, IL, KR, NL, PH, PL, RO, SK and ZA. The rows were not reconciled with the national publications
// one by one, and a host that must be sure puts a full parser in their place.
func phonePlans() []phonePlan {
	return []phonePlan{
		{"US", "1", "1", 10, 10},
		{"CA", "1", "1", 10, 10},
		{"AT", "43", "0", 4, 13},
		{"AU", "61", "0", 9, 9},
		{"BE", "32", "0", 8, 9},
		{"BR", "55", "0", 10, 11},
		{"CH", "41", "0", 9, 9},
		{"CN", "86", "0", 9, 11},
		{"CZ", "420", "", 9, 9},
		{"DE", "49", "0", 5, 12},
		{"DK", "45", "", 8, 8},
		{"ES", "34", "", 9, 9},
		{"FI", "358", "0", 5, 12},
		{"FR", "33", "0", 9, 9},
		{"GB", "44", "0", 9, 10},
		{"GR", "30", "", 10, 10},
		{"HK", "852", "", 8, 8},
		{"ID", "62", "0", 7, 12},
		{"IE", "353", "0", 7, 10},
		{"IL", "972", "0", 8, 9},
		{"IN", "91", "0", 10, 10},
		{"IT", "39", "", 6, 12}, // the 0 of a landline is part of the number
		{"JP", "81", "0", 9, 10},
		{"KR", "82", "0", 8, 10},
		{"LU", "352", "", 4, 11},
		{"MY", "60", "0", 8, 10},
		{"NL", "31", "0", 9, 9},
		{"NO", "47", "", 8, 8},
		{"NZ", "64", "0", 8, 10},
		{"PH", "63", "0", 8, 10},
		{"PL", "48", "", 9, 9},
		{"PT", "351", "", 9, 9},
		{"RO", "40", "0", 9, 9},
		{"SE", "46", "0", 7, 9},
		{"SG", "65", "", 8, 8},
		{"SK", "421", "0", 9, 9},
		{"TH", "66", "0", 8, 9},
		{"TR", "90", "0", 10, 10},
		{"TW", "886", "0", 8, 9},
		{"UA", "380", "0", 9, 9},
		{"VN", "84", "0", 9, 10},
		{"ZA", "27", "0", 9, 9},
	}
}

// Regions are the countries that are known, as ISO 3166-1 codes, in no order of worth.
func (PhonePlans) Regions() []string {
	var out []string
	for _, p := range phonePlans() {
		out = append(out, p.region)
	}
	return out
}

// E164 reads a national number of a region: the trunk prefix is dropped and the country
// code put before it. Letters are read as the keys they are on. A number that begins with
// the prefix for calls abroad is read as an international one. Any other character, a
// region that is not known, a number that is too short or too long for it, and one that
// begins with 0 after its trunk prefix, are ErrContact.
func (PhonePlans) E164(typed, region string) (string, error) {
	for _, p := range phonePlans() {
		if p.region == region && len(typed) <= longestPhone {
			return p.read(strings.TrimSpace(norm.NFKC.String(typed)))
		}
	}
	return "", &ContactError{Phone, "is of a region that is not known"}
}

func (p phonePlan) read(text string) (string, error) {
	digits, ok := phoneDigits(text, true)
	if a := p.access(); ok && a != "" && strings.HasPrefix(digits, a) {
		return international("+" + afterDigits(text, len(a)))
	}
	if p.trunk != "" && strings.HasPrefix(digits, p.trunk) {
		digits = digits[len(p.trunk):]
	}
	if !ok || strings.HasPrefix(digits, "00") || (p.trunk == "0" && strings.HasPrefix(digits, "0")) || len(digits) < p.shortest || len(digits) > p.longest || (p.code == "1" && !northAmerican(digits)) {
		return "", &ContactError{Phone, "is no national number of the region"}
	}
	return "+" + p.code + digits, nil
}

// afterDigits is a text without all up to its first n digits.
func afterDigits(text string, n int) string {
	for i, r := range text {
		if n == 0 {
			return text[i:]
		}
		if r >= '0' && r <= '9' {
			n--
		}
	}
	return ""
}
