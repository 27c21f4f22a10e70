package contact

import (
	"fmt"
	"strings"
	"time"
)

// Explain is the decision as lines for people: the verdict, each part with its
// reasons, and what is reported of the region.
func (d Decision) Explain() string {
	var b strings.Builder
	verdict := "not now"
	switch {
	case d.Advised():
		verdict = "yes"
	case d.May():
		verdict = "allowed, not advised"
	}
	fmt.Fprintf(&b, "%s: %s\n", d.At.Format("Mon 2006-01-02 15:04 MST"), verdict)
	if d.Holiday != "" {
		fmt.Fprintf(&b, "  holiday: %s\n", d.Holiday)
	}
	for _, p := range []struct {
		name string
		part Part
	}{{"law", d.Legal}, {"person", d.Personal}, {"custom", d.Customary}} {
		fmt.Fprintf(&b, "  %s: %s\n", p.name, p.part.Standing)
		for _, r := range p.part.Reasons {
			b.WriteString("    " + r.line() + "\n")
		}
	}
	if len(d.Unsure) > 0 {
		fmt.Fprintf(&b, "  closed in %s: ask in which the recipient is\n", strings.Join(d.Unsure, ", "))
	}
	for _, g := range d.Customs {
		if g.Value.Fact == "" {
			continue
		}
		fmt.Fprintf(&b, "  %s (confidence %.2f)\n", g, g.Confidence)
	}
	return b.String()
}

func (r *Reason) line() string {
	s := r.Standing.String() + ", " + r.Why
	if !r.Again.IsZero() {
		s += ", again from " + r.Again.Format(time.RFC3339)
	}
	s += ": " + r.Text
	if r.Citation != "" {
		s += " (" + r.Citation + ")"
	}
	if r.Verify {
		s += " [check the statute]"
	}
	return s
}
