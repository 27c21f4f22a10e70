package personname

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// standIn says which field answers for which, where a name has one of them only.
type standIn uint8

const (
	givenForSurname standIn = iota + 1
	surnameForGiven
)

// values reads a source for one act of formatting, and checks what it reads.
type values struct {
	source  Source
	deriver Deriver
	stand   standIn
	casing  casing
	faults  faults

	surname, given string // the plain fields, which are asked for more than once
}

func newValues(source Source) values {
	v := values{source: source}
	v.deriver, _ = source.(Deriver)
	v.given = v.plain(given)
	if v.given == "" {
		v.given = v.raw(given, "informal") // the only one that there is
	}
	v.surname = v.plain(surname)
	return v
}

// raw asks the source for a field.
func (v *values) raw(f field, modifier string) string {
	value, ok := v.source.Field(f.String(), modifier)
	if !ok || value == "" {
		return ""
	}
	if reason := badValue(value); reason != "" {
		name := f.String()
		if modifier != "" {
			name += "-" + modifier
		}
		v.faults.field(name, reason)
		return ""
	}
	if value[0] <= ' ' || value[len(value)-1] <= ' ' || value[0] >= utf8.RuneSelf || value[len(value)-1] >= utf8.RuneSelf {
		value = strings.TrimSpace(value)
	}
	return value
}

// plain is a field without modifiers; where the source does not hold it, it is made of
// prefix and core (UTS #35 part 8, Handle core and prefix).
func (v *values) plain(f field) string {
	if value := v.raw(f, ""); value != "" {
		return value
	}
	core := v.raw(f, "core")
	if core == "" {
		return ""
	}
	if prefix := v.raw(f, "prefix"); prefix != "" {
		return prefix + " " + core
	}
	return core
}

// value is a field as an element of a pattern asks for it, before initials and
// capitals.
func (v *values) value(e *element) string {
	f := v.standsIn(e.field)
	if f == 0 {
		return ""
	}
	if e.part != "" {
		return v.partOf(f, e.part)
	}
	var modifiers [3]string
	n := 0
	if e.informal && e.inflected != "" {
		modifiers[n] = "informal-" + e.inflected
		n++
	}
	if e.informal {
		modifiers[n] = "informal"
		n++
	}
	if e.inflected != "" {
		modifiers[n] = e.inflected
		n++
	}
	for _, modifier := range modifiers[:n] {
		if value := v.raw(f, modifier); value != "" {
			return value
		}
	}
	switch f {
	case given:
		return v.given
	case surname:
		return v.surname
	}
	return v.plain(f)
}

// partOf is the table of UTS #35 part 8, Handle core and prefix: prefix and core count
// only together; a prefix alone is none, and the core of an undivided field is all of
// it.
func (v *values) partOf(f field, part string) string {
	prefix, core := v.raw(f, "prefix"), v.raw(f, "core")
	switch {
	case part == "prefix" && core != "":
		return prefix
	case part == "prefix":
		return ""
	case prefix != "" && core != "":
		return core
	}
	return v.plain(f)
}

// standsIn is the field to ask in the place of another; zero for none.
func (v *values) standsIn(f field) field {
	switch {
	case v.stand == givenForSurname && f == surname:
		return given
	case v.stand == surnameForGiven && f == given:
		return surname
	case v.stand == givenForSurname && f == given, v.stand == surnameForGiven && f == surname:
		return 0
	}
	return f
}

// badValue says why a value cannot be part of a name, or nothing.
func badValue(s string) string {
	if len(s) > MaxFieldBytes {
		return fmt.Sprintf("is longer than %d bytes", MaxFieldBytes)
	}
	ascii := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f {
			return fmt.Sprintf("holds the control character U+%04X", c)
		} else if c >= utf8.RuneSelf {
			ascii = false
		}
	}
	if ascii {
		return ""
	}
	if !utf8.ValidString(s) {
		return "is not valid UTF-8"
	}
	for _, r := range s {
		if r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return fmt.Sprintf("holds the control character U+%04X", r)
		}
		if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return fmt.Sprintf("holds the override of direction U+%04X", r)
		}
	}
	return ""
}
