package expr

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// IsEmpty reports whether survey-core takes the value for no answer: missing, null, NaN,
// "", an empty list, or an object all of whose members are empty. 0, false and " " are
// answers.
func IsEmpty(v Value) bool {
	switch v.kind {
	case KindMissing, KindNull:
		return true
	case KindNumber:
		return v.num != v.num //nolint:gocritic // NaN
	case KindText:
		return v.str == ""
	case KindList:
		return len(v.ref.items) == 0
	case KindObject:
		for _, f := range v.ref.fields {
			if !IsEmpty(f.Value) {
				return false
			}
		}
		return true
	default:
		return false
	}
}

// Comparison says how [Equal] compares. The zero Comparison is what the operator =
// does.
type Comparison struct {
	// Ordered compares lists item by item in their order.
	Ordered bool
	// CaseSensitive compares texts letter by letter.
	CaseSensitive bool
	// Untrimmed keeps blanks around a text.
	Untrimmed bool
	// ExactNumbers takes a text for a text even where it is a numeral.
	ExactNumbers bool

	zone *time.Location // in which a date among the items of a list is written
}

// Equal reports whether survey-core takes two values for equal: texts without regard to
// case and to blanks around them, a text that is a numeral like its number, lists in any
// order (sorted by their text first, so that the order counts again where case differs),
// objects member by member.
func Equal(a, b Value, how Comparison) bool { return equalValues(&a, &b, &how) }

func equalValues(a, b *Value, how *Comparison) bool {
	if a.kind == b.kind {
		switch a.kind {
		case KindNumber, KindBool, KindDate:
			return a.num == b.num
		case KindText:
			return equalText(a.str, b.str, how)
		case KindMissing, KindNull:
			return true
		}
	}
	return equalMixed(a, b, how)
}

func equalText(a, b string, how *Comparison) bool {
	if !how.Untrimmed {
		a, b = trim(a), trim(b)
	}
	if how.CaseSensitive {
		return a == b
	}
	return equalLower(a, b)
}

func equalMixed(a, b *Value, how *Comparison) bool {
	if emptyList(a) && b.kind == KindMissing || emptyList(b) && a.kind == KindMissing {
		return true
	}
	if a.absent() && b.kind == KindText && b.str == "" || b.absent() && a.kind == KindText && a.str == "" {
		return true
	}
	if !how.ExactNumbers && convertible(a) && convertible(b) && sameNumber(a, b) {
		return true
	}
	if IsEmpty(*a) != IsEmpty(*b) {
		return false
	}
	if a.kind == KindBool && b.kind == KindText {
		return equalLower(b.str, boolText(a))
	}
	if b.kind == KindBool && a.kind == KindText {
		return equalLower(a.str, boolText(b))
	}
	if !a.composed() && !b.composed() && (!how.ExactNumbers || a.kind != KindNumber && b.kind != KindNumber) {
		return looselyEqual(*a, *b)
	}
	if !a.composed() || !b.composed() {
		return false
	}
	if a.kind == KindList && b.kind == KindList {
		return equalLists(a.ref.items, b.ref.items, how)
	}
	return equalMembers(a, b, how) && equalMembers(b, a, how)
}

func boolText(v *Value) string {
	if v.num != 0 {
		return "true"
	}
	return "false"
}

func emptyList(v *Value) bool { return v.kind == KindList && len(v.ref.items) == 0 }

// convertible is Helpers.isConvertibleToNumber.
func convertible(v *Value) bool {
	switch v.kind {
	case KindMissing, KindNull, KindList, KindObject:
		return false
	case KindNumber, KindDate:
		return v.num == v.num //nolint:gocritic // NaN
	case KindBool:
		return true
	default:
		f := textNumber(v.str)
		return f == f //nolint:gocritic // NaN
	}
}

// sameNumber compares parseInt and parseFloat of both texts.
func sameNumber(a, b *Value) bool {
	if a.kind == KindBool || b.kind == KindBool || a.kind == KindDate || b.kind == KindDate {
		return false // their text is no numeral
	}
	x, y := leadingFloat(a), leadingFloat(b)
	return x == y && leadingInt(a) == leadingInt(b)
}

func leadingFloat(v *Value) float64 {
	if v.kind == KindNumber {
		return v.num
	}
	return parseFloat(v.str)
}

func leadingInt(v *Value) float64 {
	if v.kind != KindNumber {
		return parseInt(v.str)
	}
	if abs := math.Abs(v.num); abs >= 1e21 || abs < 1e-6 && abs > 0 || math.IsInf(v.num, 0) {
		return parseInt(numberText(v.num))
	}
	return math.Trunc(v.num)
}

func equalLists(a, b []Value, how *Comparison) bool {
	if len(a) != len(b) {
		return false
	}
	if how.Ordered || len(a) < 2 {
		for i := range a {
			if !equalValues(&a[i], &b[i], how) {
				return false
			}
		}
		return true
	}
	const onStack = 32
	var x, y [onStack]int32
	p, q := x[:0], y[:0]
	if len(a) > onStack {
		p, q = make([]int32, 0, len(a)), make([]int32, 0, len(a))
	}
	p, q = sortedByText(p, a, how.zone), sortedByText(q, b, how.zone)
	for i := range p {
		if !equalValues(&a[p[i]], &b[q[i]], how) {
			return false
		}
	}
	return true
}

// sortedByText appends the places of the items in the order that JavaScript's sort
// without a comparator gives them: by text, missing values last, ties as they stood.
func sortedByText(places []int32, items []Value, zone *time.Location) []int32 {
	for i := range items {
		places = append(places, int32(i)) //nolint:gosec // bounded by MaxValues
	}
	if len(items) > 32 {
		slices.SortStableFunc(places, func(i, j int32) int { return compareByText(items[i], items[j], zone) })
		return places
	}
	for i := 1; i < len(places); i++ {
		for j := i; j > 0 && compareByText(items[places[j-1]], items[places[j]], zone) > 0; j-- {
			places[j-1], places[j] = places[j], places[j-1]
		}
	}
	return places
}

func compareByText(a, b Value, zone *time.Location) int {
	switch {
	case a.kind == KindMissing || b.kind == KindMissing:
		return int(missingLast(a)) - int(missingLast(b))
	case a.kind == KindText && b.kind == KindText:
		return utf16Compare(a.str, b.str)
	case a.kind == KindNumber && b.kind == KindNumber:
		var x, y [32]byte
		return slices.Compare(appendNumber(x[:0], a.num), appendNumber(y[:0], b.num))
	default:
		return utf16Compare(toText(a, zone), toText(b, zone))
	}
}

func missingLast(v Value) uint8 {
	if v.kind == KindMissing {
		return 1
	}
	return 0
}

// equalMembers reports whether b has every member of a, with an equal value. A list has
// its places as members.
func equalMembers(a, b *Value, how *Comparison) bool {
	switch a.kind {
	case KindList:
		for i, item := range a.ref.items {
			other, ok := member(*b, strconv.Itoa(i))
			if !ok || !equalValues(&item, &other, how) {
				return false
			}
		}
	case KindObject:
		for _, f := range a.ref.fields {
			other, ok := member(*b, f.Name)
			if !ok || !equalValues(&f.Value, &other, how) {
				return false
			}
		}
	}
	return true
}

// member finds a member by its exact name.
func member(v Value, name string) (Value, bool) {
	switch v.kind {
	case KindObject:
		for _, f := range v.ref.fields {
			if f.Name == name {
				return f.Value, true
			}
		}
	case KindList:
		i, err := strconv.Atoi(name)
		if err == nil && i >= 0 && i < len(v.ref.items) && strconv.Itoa(i) == name {
			return v.ref.items[i], true
		}
	}
	return Value{}, false
}
