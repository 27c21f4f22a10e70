// Package phone reads telephone numbers by libphonenumber's plans of the world, behind
// the interface that the wing customer declares. The library's own light plans know the
// length of numbers; these know which ranges are assigned.
package phone

import (
	"errors"
	"fmt"

	"github.com/nyaruka/phonenumbers"

	"github.com/rapport-go/rapport/customer"
)

// Parser is a customer.PhoneParser. The zero value is ready and may be shared.
type Parser struct{}

var _ customer.PhoneParser = Parser{}

// ErrNumber is returned for what is no number that could be dialled.
var ErrNumber = errors.New("phone: not a number of the plan")

// E164 reads a number as it is dialled in a region, or in the international form. It
// refuses numbers of ranges that are not assigned, and extensions, which E.164 has no
// room for. The error never quotes the number.
func (Parser) E164(typed, region string) (string, error) {
	n, err := phonenumbers.Parse(typed, region)
	if err != nil {
		return "", fmt.Errorf("%w of %q", ErrNumber, region)
	}
	if n.GetExtension() != "" {
		return "", fmt.Errorf("%w: it has an extension", ErrNumber)
	}
	if !phonenumbers.IsValidNumber(n) {
		return "", fmt.Errorf("%w of %q", ErrNumber, region)
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

// Pretty writes a number in E.164 as people of its country write it for others:
// +49 30 901820. What is no number comes back as it is.
func Pretty(e164 string) string {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return e164
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// Example is a number of a region that libphonenumber's own tests use, in the national
// form; ok is false for a region without one.
func Example(region string) (national string, ok bool) {
	n := phonenumbers.GetExampleNumber(region)
	if n == nil {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.NATIONAL), true
}
