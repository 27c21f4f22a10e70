package expr

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// ErrValue reports a Go value that has no counterpart in an expression, or that is
// nested or numerous beyond [MaxDepth] and [MaxValues].
var ErrValue = errors.New("expr: not a value")

// Bounds of [FromAny]: how deep a value may be nested and how many values it may hold
// in all.
const (
	MaxDepth  = 64
	MaxValues = 100_000
)

// FromAny turns decoded JSON into a value: nil (null), bool, float64, every other number
// type of Go, json.Number, string, time.Time, []any, []string, map[string]any (members
// in the order of their names), and Value itself. Anything else, a number beyond
// float64, more than [MaxDepth] levels or more than [MaxValues] values is [ErrValue].
func FromAny(x any) (Value, error) {
	left := MaxValues
	return fromAny(x, 0, &left)
}

func fromAny(x any, depth int, left *int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, fmt.Errorf("%w: nested deeper than %d", ErrValue, MaxDepth)
	}
	if *left--; *left < 0 {
		return Value{}, fmt.Errorf("%w: more than %d values", ErrValue, MaxValues)
	}
	switch x := x.(type) {
	case nil:
		return Null(), nil
	case Value:
		return x, nil
	case bool:
		return Bool(x), nil
	case string:
		return Text(x), nil
	case time.Time:
		return Date(x), nil
	case []any:
		return fromList(x, depth, left)
	case []string:
		items := make([]Value, len(x))
		for i, s := range x {
			items[i] = Text(s)
		}
		return List(items...), nil
	case map[string]any:
		return fromMap(x, depth, left)
	}
	return fromNumber(x)
}

func fromNumber(x any) (Value, error) {
	switch x := x.(type) {
	case float64:
		return Number(x), nil
	case float32:
		return Number(float64(x)), nil
	case int:
		return Number(float64(x)), nil
	case int8:
		return Number(float64(x)), nil
	case int16:
		return Number(float64(x)), nil
	case int32:
		return Number(float64(x)), nil
	case int64:
		return Number(float64(x)), nil
	case uint:
		return Number(float64(x)), nil
	case uint8:
		return Number(float64(x)), nil
	case uint16:
		return Number(float64(x)), nil
	case uint32:
		return Number(float64(x)), nil
	case uint64:
		return Number(float64(x)), nil
	case json.Number:
		f, err := strconv.ParseFloat(string(x), 64)
		if err != nil {
			return Value{}, fmt.Errorf("%w: number %q", ErrValue, clip(string(x)))
		}
		return Number(f), nil
	}
	return Value{}, fmt.Errorf("%w: %T", ErrValue, x)
}

func fromList(x []any, depth int, left *int) (Value, error) {
	if len(x) > *left {
		return Value{}, fmt.Errorf("%w: more than %d values", ErrValue, MaxValues)
	}
	items := make([]Value, len(x))
	for i, e := range x {
		v, err := fromAny(e, depth+1, left)
		if err != nil {
			return Value{}, err
		}
		items[i] = v
	}
	return List(items...), nil
}

func fromMap(x map[string]any, depth int, left *int) (Value, error) {
	if len(x) > *left {
		return Value{}, fmt.Errorf("%w: more than %d values", ErrValue, MaxValues)
	}
	names := make([]string, 0, len(x))
	for name := range x {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := make([]Field, len(names))
	for i, name := range names {
		v, err := fromAny(x[name], depth+1, left)
		if err != nil {
			return Value{}, err
		}
		fields[i] = Field{Name: name, Value: v}
	}
	return Object(fields...), nil
}

// Any turns the value back into what a JSON encoder takes: nil for a missing value, a
// null and a number that JSON cannot hold; float64, string, bool, []any,
// map[string]any; a date as its ISO text in UTC, an invalid date as nil.
func (v Value) Any() any {
	switch v.kind {
	case KindNumber:
		if math.IsNaN(v.num) || math.IsInf(v.num, 0) {
			return nil
		}
		return v.num
	case KindText:
		return v.str
	case KindBool:
		return v.num != 0
	case KindDate:
		t, ok := v.Time(nil)
		if !ok {
			return nil
		}
		if year := t.Year(); year < 0 || year > 9999 { // ISO 8601 wants a sign and six digits
			return fmt.Sprintf("%+07d", year) + t.Format("-01-02T15:04:05.000Z")
		}
		return t.Format("2006-01-02T15:04:05.000Z")
	case KindList:
		out := make([]any, len(v.ref.items))
		for i, item := range v.ref.items {
			out[i] = item.Any()
		}
		return out
	case KindObject:
		out := make(map[string]any, len(v.ref.fields))
		for i := len(v.ref.fields) - 1; i >= 0; i-- {
			out[v.ref.fields[i].Name] = v.ref.fields[i].Value.Any()
		}
		return out
	default:
		return nil
	}
}

// clip shortens a text for a message.
func clip(s string) string {
	const limit = 32
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
