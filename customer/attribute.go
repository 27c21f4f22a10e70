package customer

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// ErrAttribute is what a refused attribute unwraps to.
var ErrAttribute = errors.New("customer: attribute refused")

// ValueType is the type of an attribute's value. The zero value is none.
type ValueType uint8

// The types of value.
const (
	TextType ValueType = iota + 1
	NumberType
	BoolType
	DateType
	TimeType
)

// String is "text", "number", "bool", "date" or "time"; "unknown" for the zero value.
func (t ValueType) String() string {
	return nameOf(t, "unknown", "text", "number", "bool", "date", "time")
}

// MarshalText writes the name; a value that is no type is an error.
func (t ValueType) MarshalText() ([]byte, error) { return marshalName(t, TimeType) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (t *ValueType) UnmarshalText(text []byte) error { return unmarshalName(t, text, TimeType) }

// Value is a typed value. It compares with ==. Make it with TextValue and its like; the
// zero value is none. It prints and logs as redacted.
type Value struct {
	kind ValueType
	text string // canonical, so that equal values are equal text
}

// TextValue is a text.
func TextValue(s string) Value { return Value{TextType, s} }

// NumberValue is a number; one with more digits or a larger exponent than an amount may
// have is ErrAttribute.
func NumberValue(d decimal.Decimal) (Value, error) {
	if err := amount.Check(d); err != nil {
		return Value{}, fmt.Errorf("%w: the number is out of bounds", ErrAttribute)
	}
	text := amount.Text(d)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		text = "0"
	}
	return Value{NumberType, text}, nil
}

// BoolValue is true or false.
func BoolValue(b bool) Value {
	if b {
		return Value{BoolType, "true"}
	}
	return Value{BoolType, "false"}
}

// DateValue is a date, which may be partial.
func DateValue(d PartialDate) Value { return Value{DateType, d.String()} }

// TimeValue is an instant, held in UTC.
func TimeValue(t time.Time) Value { return Value{TimeType, t.UTC().Format(time.RFC3339Nano)} }

// Type is the type of the value; zero for none.
func (v Value) Type() ValueType { return v.kind }

// Text is the value as text: of a number its shortest decimal form, of a bool "true" or
// "false", of a date as PartialDate writes it, of an instant RFC 3339 in UTC. It reveals
// the value.
func (v Value) Text() string { return v.text }

// Number is the value of a number; ok is false for any other type.
func (v Value) Number() (d decimal.Decimal, ok bool) {
	if v.kind != NumberType {
		return d, false
	}
	d, err := amount.Parse(v.text)
	return d, err == nil
}

// Bool is the value of a bool; ok is false for any other type.
func (v Value) Bool() (b, ok bool) { return v.text == "true", v.kind == BoolType }

// Date is the value of a date; ok is false for any other type.
func (v Value) Date() (d PartialDate, ok bool) {
	if v.kind != DateType {
		return d, false
	}
	d, err := ParsePartialDate(v.text)
	return d, err == nil
}

// Time is the value of an instant; ok is false for any other type.
func (v Value) Time() (t time.Time, ok bool) {
	if v.kind != TimeType {
		return t, false
	}
	t, err := time.Parse(time.RFC3339Nano, v.text)
	return t, err == nil
}

// Format prints the type and nothing of the value, whatever the verb.
func (v Value) Format(s fmt.State, _ rune) { hide(s, "Value("+v.kind.String()+")") }

// LogValue hides the value.
func (v Value) LogValue() slog.Value { return hidden() }

// MarshalText writes type and value, such as "number:12.5"; none is an error.
func (v Value) MarshalText() ([]byte, error) {
	if reason := v.fault(); reason != "" {
		return nil, fmt.Errorf("%w: the value %s", ErrAttribute, reason)
	}
	return []byte(v.kind.String() + ":" + v.text), nil
}

// UnmarshalText reads what MarshalText writes. A value that is not of its type is an
// error; a number need not be in its shortest form.
func (v *Value) UnmarshalText(text []byte) error {
	name, rest, _ := strings.Cut(string(text), ":")
	read := Value{text: rest}
	if err := read.kind.UnmarshalText([]byte(name)); err != nil {
		return fmt.Errorf("%w: the value has no type", ErrAttribute)
	}
	switch read.kind {
	case NumberType:
		d, err := amount.Parse(rest)
		if err != nil {
			return fmt.Errorf("%w: the value is not of its type", ErrAttribute)
		}
		if read, err = NumberValue(d); err != nil {
			return err
		}
	case TimeType:
		t, err := time.Parse(time.RFC3339Nano, rest)
		if err != nil {
			return fmt.Errorf("%w: the value is not of its type", ErrAttribute)
		}
		read = TimeValue(t)
	}
	if reason := read.fault(); reason != "" {
		return fmt.Errorf("%w: the value %s", ErrAttribute, reason)
	}
	*v = read
	return nil
}

// fault says why a value is none, or nothing.
func (v Value) fault() string {
	const longest = 4096
	ok := true
	switch v.kind {
	case TextType:
		if len(v.text) > longest {
			return fmt.Sprintf("is longer than %d bytes", longest)
		}
		return badNote(v.text)
	case NumberType:
		_, ok = v.Number()
	case BoolType:
		ok = v.text == "true" || v.text == "false"
	case DateType:
		_, ok = v.Date()
	case TimeType:
		_, ok = v.Time()
	default:
		return "is none"
	}
	if !ok {
		return "is not of its type"
	}
	return ""
}

// Attribute is a fact about the customer that the host defines, with where it is from.
type Attribute struct {
	Key    string    `json:"key"` // namespaced by the host: "shop.shoe_size"
	Value  Value     `json:"value" strictjson:"required"`
	Source string    `json:"source,omitempty"` // where it is from
	At     time.Time `json:"at,omitzero"`      // when it was true
}

// Format prints the key and nothing of the value, whatever the verb.
func (a Attribute) Format(s fmt.State, _ rune) { hide(s, "Attribute("+a.Key+")") }

// LogValue is key and type; not the value.
func (a Attribute) LogValue() slog.Value {
	return slog.GroupValue(slog.String("key", a.Key), slog.String("type", a.Value.Type().String()))
}

// Attributes are the attributes of a customer in the order of their keys.
type Attributes []Attribute

// Find is the attribute of a key; ok is false where there is none.
func (a Attributes) Find(key string) (attribute Attribute, ok bool) {
	i, ok := a.find(key)
	if !ok {
		return Attribute{}, false
	}
	return a[i], true
}

func (a Attributes) find(key string) (int, bool) {
	return slices.BinarySearchFunc(a, key, func(x Attribute, key string) int { return cmp.Compare(x.Key, key) })
}

// set puts an attribute in place; a is the caller's own.
func (a Attributes) set(x Attribute) Attributes {
	i, ok := a.find(x.Key)
	if ok {
		a[i] = x
		return a
	}
	return slices.Insert(a, i, x)
}

func (x Attribute) check(f *faults, field string) {
	if reason := badText(x.Key); reason != "" || strings.TrimSpace(x.Key) == "" {
		f.add(field+".Key", "is empty or not fit to print")
	}
	if reason := x.Value.fault(); reason != "" {
		f.add(field+".Value", reason)
	}
	if reason := badNote(x.Source); reason != "" {
		f.add(field+".Source", reason)
	}
	if reason := badInstant(x.At); reason != "" {
		f.add(field+".At", reason)
	}
}
