package customer

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands for personal text in what is printed or logged.
const redacted = "[redacted]"

// hide prints a type's name in place of a value, whatever the verb and flags.
func hide(s fmt.State, typeName string) { _, _ = io.WriteString(s, "customer."+typeName+redacted) }

// hidden is the log value of personal text.
func hidden() slog.Value { return slog.StringValue(redacted) }

// Format prints kind and other side and not the role, whatever the verb.
func (r Relation) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Relation(%s %s)", r.Kind, r.To))
}

// LogValue is kind and other side; not the role.
func (r Relation) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", r.Kind.String()), slog.String("to", string(r.To)))
}

// Format prints source and kind and not the value, whatever the verb.
func (x ExternalID) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.ExternalID(%s %s %s)", x.Source, x.Kind, redacted))
}

// LogValue is source and kind; not the value.
func (x ExternalID) LogValue() slog.Value {
	return slog.GroupValue(slog.String("source", x.Source), slog.String("kind", x.Kind))
}

// LogValue hides the ids and says how many there are.
func (x ExternalIDs) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("%d external ids %s", len(x), redacted))
}

// LogValue hides the attributes and says how many there are.
func (a Attributes) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("%d attributes %s", len(a), redacted))
}

// LogValue hides the languages' contexts and says which languages there are.
func (l Languages) LogValue() slog.Value {
	tags := make([]string, len(l))
	for i, own := range l {
		tags[i] = own.Tag.String()
	}
	return slog.AnyValue(tags)
}

// Format prints status and instant and not the method, whatever the verb.
func (c PointChange) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.PointChange(%s)", c.Status))
}

// LogValue is status and instant; not the method.
func (c PointChange) LogValue() slog.Value {
	return slog.GroupValue(slog.String("status", string(c.Status)), slog.Time("at", c.At))
}
