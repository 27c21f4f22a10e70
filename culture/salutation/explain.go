package salutation

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Explain is the result as several lines for people: the line, what of the name stands in
// it, why, by which rules, from where, what else would be right, and what to ask.
func (r Result) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Text)
	if r.Used != "" && r.Used != r.Text {
		fmt.Fprintf(&b, "  name: %s (%s)\n", r.Used, r.Part)
	}
	fmt.Fprintf(&b, "  why: %s\n", r.Why)
	fmt.Fprintf(&b, "  rules: %s", joinedIDs(r.Rules))
	if r.Status != 0 {
		fmt.Fprintf(&b, " (%s)", r.Status)
	}
	b.WriteByte('\n')
	for _, s := range r.Sources {
		fmt.Fprintf(&b, "  from: %s, %s", s.Title, s.Publisher)
		if s.URL != "" {
			fmt.Fprintf(&b, ", %s", s.URL)
		}
		b.WriteByte('\n')
	}
	for _, line := range r.Alternatives {
		fmt.Fprintf(&b, "  or: %s\n", line)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "  note: %s\n", note)
	}
	if r.Ask {
		b.WriteString("  ask before relying on it\n")
	}
	return b.String()
}

func joinedIDs(ids []RuleID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, ", ")
}

// redacted stands for what people state, wherever it is printed or logged.
const redacted = "[redacted]"

// Format prints nothing that the person stated, whatever the verb.
func (p Person) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// LogValue hides what the person stated.
func (p Person) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format prints the audience and how many people there are, and no names, whatever the
// verb.
func (a Addressee) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, a.described()) }

// LogValue is the audience and how many people there are, without names.
func (a Addressee) LogValue() slog.Value { return slog.StringValue(a.described()) }

func (a Addressee) described() string {
	return fmt.Sprintf("%s of %d %s", a.Audience, len(a.People), redacted)
}

// LogValue is the rules of a line and whether to ask, without the line, which holds a name.
func (r Result) LogValue() slog.Value {
	return slog.GroupValue(slog.String("rules", joinedIDs(r.Rules)), slog.Bool("ask", r.Ask))
}
