package loyalty

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// Amount is an exact decimal number of money, rate or share. It is the border
// between a host's decimals and the engine: every Amount is checked for length,
// exponent and bit length before it is computed with, writes itself as JSON text
// whatever decimal's package variables say, and reads itself from such text only.
// The zero value is 0. Convert with Amount(d) and [Amount.Decimal].
type Amount decimal.Decimal

// ParseAmount reads a decimal number such as "12.50"; anything else, or a number
// beyond the limits (40 bytes of text, 38 digits, an exponent of 18), is an error
// that unwraps to [ErrAmount].
func ParseAmount(text string) (Amount, error) {
	d, err := amount.Parse(text)
	if err != nil {
		return Amount{}, fmt.Errorf("loyalty: amount: %w: %w", ErrAmount, err)
	}
	return Amount(d), nil
}

// MustAmount is [ParseAmount] for literals: it panics on what is not a number.
func MustAmount(text string) Amount {
	a, err := ParseAmount(text)
	if err != nil {
		panic(err)
	}
	return a
}

// Decimal is the same number as a decimal.Decimal.
func (a Amount) Decimal() decimal.Decimal { return decimal.Decimal(a) }

// check refuses a number beyond the limits, which a conversion from a host's
// decimal may carry.
func (a Amount) check() error {
	if err := amount.Check(a.Decimal()); err != nil {
		return fmt.Errorf("%w: %w", ErrAmount, err)
	}
	return nil
}

// IsZero reports whether the number is 0.
func (a Amount) IsZero() bool { return a.Decimal().Sign() == 0 }

// String writes the number exactly, without exponent and without trailing zeros, or
// "(beyond the limits)".
func (a Amount) String() string {
	if a.check() != nil {
		return "(beyond the limits)"
	}
	return amount.Text(a.Decimal())
}

// MarshalText writes the number as [Amount.String] does; beyond the limits is an
// error.
func (a Amount) MarshalText() ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return []byte(amount.Text(a.Decimal())), nil
}

// UnmarshalText is [ParseAmount].
func (a *Amount) UnmarshalText(text []byte) error {
	v, err := ParseAmount(string(text))
	if err != nil {
		return err
	}
	*a = v
	return nil
}
