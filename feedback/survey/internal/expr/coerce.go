package expr

import (
	"cmp"
	"strings"
	"time"
)

// maxJoin bounds the text that a list turns into.
const maxJoin = 1 << 20

// toText is JavaScript's String(v): a list joins its items with commas, an object is
// "[object Object]".
func toText(v Value, zone *time.Location) string {
	switch v.kind {
	case KindText:
		return v.str
	case KindNumber:
		return numberText(v.num)
	case KindBool:
		return boolText(&v)
	case KindNull:
		return "null"
	case KindMissing:
		return "undefined"
	case KindDate:
		return dateString(v.num, zone)
	case KindObject:
		return "[object Object]"
	default:
		var b strings.Builder
		join(&b, v.ref.items, ",", zone)
		return b.String()
	}
}

func join(b *strings.Builder, items []Value, separator string, zone *time.Location) {
	for i, item := range items {
		if b.Len() > maxJoin {
			return
		}
		if i > 0 {
			b.WriteString(separator)
		}
		switch item.kind {
		case KindMissing, KindNull:
		case KindList:
			join(b, item.ref.items, ",", zone)
		default:
			b.WriteString(toText(item, zone))
		}
	}
}

// Convert is what a reference in braces does to a text: "true" and "false" in any case
// become a bool, a text in quotes loses them, a numeral becomes its number ("1,5" is
// 1.5) unless it begins with a zero that a number would lose ("007" stays text). Other
// values stay as they are.
func Convert(v Value) Value {
	if v.kind != KindText || v.str == "" {
		return v
	}
	s := v.str
	switch c := s[0]; {
	case c == 't' || c == 'T':
		if len(s) == 4 && equalLower(s, "true") {
			return Bool(true)
		}
		return v
	case c == 'f' || c == 'F':
		if len(s) == 5 && equalLower(s, "false") {
			return Bool(false)
		}
		return v
	case c == '\'' || c == '"':
		if last := s[len(s)-1]; len(s) > 1 && (last == '\'' || last == '"') {
			return Text(s[1 : len(s)-1])
		}
		return v
	case !numericLead(c):
		return v
	}
	f, ok := numericText(s)
	if !ok || keepsZero(s) {
		return v
	}
	return Number(f)
}

// keepsZero reports a leading zero that a number would lose.
func keepsZero(s string) bool {
	if s[0] != '0' || strings.HasPrefix(s, "0x") || len(s) == 1 {
		return false
	}
	point := s[1] == '.' || s[1] == ','
	return !point || len(s) < 2
}

// looselyEqual is JavaScript's == of two values that are not objects.
func looselyEqual(a, b Value) bool {
	switch {
	case a.absent() || b.absent():
		return a.absent() && b.absent()
	case a.kind == KindText && b.kind == KindText:
		return a.str == b.str
	default:
		return toNumber(a) == toNumber(b)
	}
}

// primitive is JavaScript's ToPrimitive with the hint "number": a list becomes its
// text, a date its milliseconds.
func primitive(v Value, zone *time.Location) Value {
	switch v.kind {
	case KindList, KindObject:
		return Text(toText(v, zone))
	case KindDate:
		return Number(v.num)
	default:
		return v
	}
}

// order compares as JavaScript's < does: two texts by code units, anything else as
// numbers: -1, 0 or 1. known is false where a side is not a number.
func order(a, b Value, zone *time.Location) (sign int, known bool) {
	a, b = primitive(a, zone), primitive(b, zone)
	if a.kind == KindText && b.kind == KindText {
		return cmp.Compare(utf16Compare(a.str, b.str), 0), true
	}
	x, y := toNumber(a), toNumber(b)
	switch {
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	default:
		return 0, x == y
	}
}

// isTrue is JavaScript's v == true, which is how survey-core reads a condition: the
// number 1 and the text "1" are true, the number 2 and the text "true" are not.
func isTrue(v Value) bool {
	switch v.kind {
	case KindBool, KindNumber:
		return v.num == 1
	case KindMissing, KindNull, KindObject:
		return false
	case KindDate: // becomes a text first
		return false
	default:
		return textNumber(toText(v, nil)) == 1
	}
}
