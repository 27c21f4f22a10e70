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

// Format prints the language and how well it is used and not the context, whatever the
// verb.
func (l Language) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Language(%s %s)", l.Tag, l.Proficiency))
}

// LogValue is the language; not the context.
func (l Language) LogValue() slog.Value { return slog.StringValue(l.Tag.String()) }

// Format prints the rule and not the reason, whatever the verb.
func (p MergePolicy) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.MergePolicy(%s, %d picks)", p.Rule, len(p.Picks)))
}

// LogValue is the rule and the number of picks; not the reason.
func (p MergePolicy) LogValue() slog.Value {
	return slog.GroupValue(slog.String("rule", p.Rule.String()), slog.Int("picks", len(p.Picks)))
}

// Format prints who follows and not the reason, whatever the verb.
func (o UnmergeOptions) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.UnmergeOptions(%d follow, %d to the loser)", len(o.Follow), len(o.ToLoser)))
}

// LogValue is who follows; not the reason.
func (o UnmergeOptions) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("follow", len(o.Follow)), slog.Int("to_loser", len(o.ToLoser)))
}

// Format prints neither the salt nor what the store holds, whatever the verb.
func (d Directory) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Directory(sealed %t, salt %t)", d.Sealer != nil, len(d.Salt) >= MinSaltBytes))
}

// LogValue says what is set; neither the salt nor what the store holds.
func (d Directory) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("sealed", d.Sealer != nil), slog.Bool("salt", len(d.Salt) >= MinSaltBytes))
}

// Format prints how many histories there are and nothing that is in them, whatever the
// verb.
func (s *MemStore) Format(f fmt.State, _ rune) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, _ = io.WriteString(f, fmt.Sprintf("customer.MemStore(%d histories)", len(s.histories)))
}

// LogValue is how many histories there are.
func (s *MemStore) LogValue() slog.Value {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slog.GroupValue(slog.Int("histories", len(s.histories)))
}

// Format prints status and instant and not the method, whatever the verb.
func (c PointChange) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.PointChange(%s)", c.Status))
}

// LogValue is status and instant; not the method.
func (c PointChange) LogValue() slog.Value {
	return slog.GroupValue(slog.String("status", string(c.Status)), slog.Time("at", c.At))
}
