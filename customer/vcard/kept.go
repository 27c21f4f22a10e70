package vcard

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// redacted stands for personal text in what is printed or logged.
const redacted = "vcard.[redacted]"

func hide(s fmt.State) { _, _ = io.WriteString(s, redacted) }

// Kept is what an object carried that has no field of its own, kept as it was. It is
// part of every object, and makes every object print and log as redacted.
type Kept struct {
	Params []Param  // vCard parameters without a meaning in JSContact (vCardParams of RFC 9555)
	Extra  []Member // JSContact members without a field here, or whose value does not fit it
}

// Param gives the first value of a kept parameter; the name is compared without regard
// to case. ok is false where there is none.
func (k Kept) Param(name string) (value string, ok bool) {
	for _, p := range k.Params {
		if len(p.Values) > 0 && strings.EqualFold(p.Name, name) {
			return p.Values[0], true
		}
	}
	return "", false
}

// Format prints a fixed word in place of personal data, whatever the verb and flags.
func (Kept) Format(s fmt.State, _ rune) { hide(s) }

// LogValue logs a fixed word in place of personal data.
func (Kept) LogValue() slog.Value { return slog.StringValue(redacted) }

// Param is a parameter of a vCard property, decoded. Names are lower case.
type Param struct {
	Name   string
	Values []string // at least one
}

// Format prints a fixed word in place of personal data.
func (Param) Format(s fmt.State, _ rune) { hide(s) }

// LogValue logs a fixed word in place of personal data.
func (Param) LogValue() slog.Value { return slog.StringValue(redacted) }

// Member is a member of a JSContact object as it was written.
type Member struct {
	Name string
	JSON string // compact JSON text
}

// Format prints a fixed word in place of personal data.
func (Member) Format(s fmt.State, _ rune) { hide(s) }

// LogValue logs a fixed word in place of personal data.
func (Member) LogValue() slog.Value { return slog.StringValue(redacted) }

// Property is a vCard property without a place in JSContact, kept as it was (vCardProps
// of RFC 9555).
type Property struct {
	Name   string  // lower case
	Params []Param // a group is the parameter "group"; without VALUE
	Type   string  // what VALUE said, lower case; "unknown" where it was not given
	Value  string  // as in the card, unfolded, with its escapes
}

// Format prints a fixed word in place of personal data.
func (Property) Format(s fmt.State, _ rune) { hide(s) }

// LogValue logs a fixed word in place of personal data.
func (Property) LogValue() slog.Value { return slog.StringValue(redacted) }

// List is a list of objects that prints and logs as redacted. A plain slice of the same
// objects can be assigned to it.
type List[T any] []T

// Format prints how many there are and no value.
func (l List[T]) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "%d %s", len(l), redacted) }

// LogValue logs how many there are and no value.
func (l List[T]) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("%d %s", len(l), redacted))
}

// Text is a text of a map, such as the sort key of a kind of name component.
type Text struct{ Key, Value string }

// Format prints a fixed word in place of personal data.
func (Text) Format(s fmt.State, _ rune) { hide(s) }

// LogValue logs a fixed word in place of personal data.
func (Text) LogValue() slog.Value { return slog.StringValue(redacted) }
