package expr

import (
	"fmt"
	"math"
	"time"
)

// Kind says which sort of value a [Value] holds. The zero Kind is [KindMissing].
type Kind uint8

// The kinds of a value. KindMissing is an unanswered question (undefined in
// JavaScript), KindNull an explicit null; they differ only where survey-core lets
// them differ (a missing value equals an empty list, a null does not).
const (
	KindMissing Kind = iota
	KindNull
	KindNumber
	KindText
	KindBool
	KindDate
	KindList
	KindObject
)

// String names the kind: "missing", "null", "number", "text", "bool", "date", "list",
// "object"; a number in brackets for anything else.
func (k Kind) String() string {
	names := [...]string{"missing", "null", "number", "text", "bool", "date", "list", "object"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Value is one tagged value of an expression: an answer, a constant or a result. The
// zero Value is missing. It is passed by value and never changed; a list or object is
// shared, so the slices given to [List] and [Object] belong to the value afterwards.
type Value struct {
	kind Kind
	num  float64 // number, 0 or 1 for a bool, milliseconds since 1970 UTC for a date
	str  string
	ref  *composite
}

type composite struct {
	items  []Value
	fields []Field
	temp   bool // lives in a Frame's arena and must not leave an evaluation
}

// Field is one named member of an object. Order is kept: where two names differ only
// in case, the first is found.
type Field struct {
	// Name is the member's name, as it was written.
	Name string
	// Value is what the member holds.
	Value Value
}

// Null returns an explicit null.
func Null() Value { return Value{kind: KindNull} }

// Number returns a number. NaN and infinities are allowed inside an evaluation;
// [Program.Eval] gives back a missing value instead of them.
func Number(f float64) Value { return Value{kind: KindNumber, num: f} }

// Text returns a text. It is not normalised: "é" in one code point is not "é" in two.
func Text(s string) Value { return Value{kind: KindText, str: s} }

// Bool returns true or false.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, num: 1}
	}
	return Value{kind: KindBool}
}

// Date returns an instant with millisecond precision, the rest cut off. Instants
// farther than 100,000,000 days from 1970 are an invalid date, which compares false
// with everything and whose parts are not numbers.
func Date(t time.Time) Value {
	return dateValue(float64(t.Unix())*1000 + float64(t.Nanosecond()/int(time.Millisecond)))
}

func dateValue(ms float64) Value { return Value{kind: KindDate, num: timeClip(ms)} }

// List returns a list of the items in their order.
func List(items ...Value) Value {
	return Value{kind: KindList, ref: &composite{items: items}}
}

// Object returns an object of the fields in their order. Of two fields with the very
// same name the first is found.
func Object(fields ...Field) Value {
	return Value{kind: KindObject, ref: &composite{fields: fields}}
}

// Kind says what the value holds.
func (v Value) Kind() Kind { return v.kind }

// Float returns the number; ok is false for any other kind.
func (v Value) Float() (f float64, ok bool) { return v.num, v.kind == KindNumber }

// Str returns the text; ok is false for any other kind.
func (v Value) Str() (s string, ok bool) { return v.str, v.kind == KindText }

// Bool returns true or false; ok is false for any other kind.
func (v Value) Bool() (b, ok bool) { return v.num != 0, v.kind == KindBool }

// Time returns the instant of a date in the zone (nil means UTC); ok is false for any
// other kind and for an invalid date.
func (v Value) Time(zone *time.Location) (t time.Time, ok bool) {
	if v.kind != KindDate || math.IsNaN(v.num) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(v.num)).In(zoneOrUTC(zone)), true
}

// Items returns the items of a list, nil for any other kind. The slice is the value's
// own and must not be changed.
func (v Value) Items() []Value {
	if v.kind != KindList {
		return nil
	}
	return v.ref.items
}

// Fields returns the members of an object, nil for any other kind. The slice is the
// value's own and must not be changed.
func (v Value) Fields() []Field {
	if v.kind != KindObject {
		return nil
	}
	return v.ref.fields
}

// Field returns the member of an object with exactly this name, or a missing value.
func (v Value) Field(name string) Value {
	for _, f := range v.Fields() {
		if f.Name == name {
			return f.Value
		}
	}
	return Value{}
}

// Truth says whether JavaScript takes the value for true: not missing, null, false, 0,
// NaN or "". Empty lists and objects are true.
func (v Value) Truth() bool {
	switch v.kind {
	case KindMissing, KindNull:
		return false
	case KindNumber:
		return v.num != 0 && v.num == v.num //nolint:gocritic // NaN
	case KindBool:
		return v.num != 0
	case KindText:
		return v.str != ""
	default:
		return true
	}
}

// absent reports a missing value or a null.
func (v Value) absent() bool { return v.kind <= KindNull }

// composed reports what JavaScript calls an object: lists, objects and dates.
func (v Value) composed() bool { return v.kind >= KindDate }

// number reports a number that is one: NaN counts as empty in arithmetic.
func (v *Value) number() bool { return v.kind == KindNumber && v.num == v.num } //nolint:gocritic // NaN
