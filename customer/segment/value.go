package segment

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// ValueKind is the type of a literal.
type ValueKind uint8

// The kinds of literal.
const (
	TextValue ValueKind = iota + 1
	NumberValue
	BoolValue
)

const valueKindWords words = "text number boolean"

// String names the kind.
func (k ValueKind) String() string { return valueKindWords.text(uint8(k)) }

// MarshalText writes the name.
func (k ValueKind) MarshalText() ([]byte, error) { return valueKindWords.marshal(uint8(k)) }

// UnmarshalText reads a name.
func (k *ValueKind) UnmarshalText(text []byte) error {
	i, err := valueKindWords.parse(text)
	*k = ValueKind(i)
	return err
}

// Value is a literal of a predicate. The zero value is none.
type Value struct {
	kind   ValueKind
	text   string
	number decimal.Decimal
	truth  bool
	fault  string
}

// Literal is what [V] makes a value of.
type Literal interface {
	string | int | int64 | float64 | bool | decimal.Decimal
}

// V makes a value. A float64 stands for the shortest decimal that reads back as it;
// NaN and the infinities are refused by [Schema.Check], as are decimals beyond 38 digits.
func V[L Literal](literal L) Value {
	switch x := any(literal).(type) {
	case string:
		return Value{kind: TextValue, text: x}
	case int:
		return Value{kind: NumberValue, number: decimal.NewFromInt(int64(x))}
	case int64:
		return Value{kind: NumberValue, number: decimal.NewFromInt(x)}
	case float64:
		return number(strconv.FormatFloat(x, 'e', -1, 64))
	case bool:
		return Value{kind: BoolValue, truth: x}
	case decimal.Decimal:
		v := Value{kind: NumberValue, number: x}
		if err := amount.Check(x); err != nil {
			v.number, v.fault = decimal.Decimal{}, "number beyond the limits"
		}
		return v
	}
	return Value{}
}

// number reads a decimal.
func number(text string) Value {
	v := Value{kind: NumberValue}
	var err error
	if v.number, err = amount.Parse(text); err != nil {
		v.fault = "not a number within the limits"
	}
	return v
}

// Kind says what the value is; 0 for none.
func (v Value) Kind() ValueKind { return v.kind }

// Text is the text of a text value.
func (v Value) Text() string { return v.text }

// Number is the number of a number value.
func (v Value) Number() decimal.Decimal { return v.number }

// Bool is the truth of a boolean value.
func (v Value) Bool() bool { return v.truth }

// String writes the value as JSON does.
func (v Value) String() string {
	switch v.kind {
	case TextValue:
		return strconv.Quote(v.text)
	case NumberValue:
		return amount.Text(v.number)
	case BoolValue:
		return strconv.FormatBool(v.truth)
	}
	return "nothing"
}

// Equal reports whether two values are the same.
func (v Value) Equal(w Value) bool {
	return v.kind == w.kind && v.text == w.text && v.truth == w.truth && v.number.Equal(w.number)
}
