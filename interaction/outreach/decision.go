package outreach

import (
	"fmt"
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Check names a check of the gate.
type Check uint8

// The checks, in their order. Those from CheckReach on are made per channel.
const (
	CheckMessage Check = iota + 1
	CheckExpiry
	CheckDuplicate
	CheckReach
	CheckSuppression
	CheckConsent
	CheckPreference
	CheckComplaint
	CheckCaps
	CheckHours
)

var checkNames = names{
	"message", "expiry", "duplicate", "reach", "suppression", "consent", "preference", "complaint", "caps", "hours",
}

// String is the check's name.
func (c Check) String() string { return checkNames.text("check", uint8(c)) }

// MarshalText writes the name; an unset check is an error.
func (c Check) MarshalText() ([]byte, error) { return checkNames.marshal("check", uint8(c)) }

// UnmarshalText reads a name.
func (c *Check) UnmarshalText(text []byte) error { return parseEnum(c, checkNames, "check", text) }

// Line is one check of the trace.
type Line struct {
	Check   Check               `json:"check"`
	Channel interaction.Channel `json:"channel,omitzero"` // empty for checks of the message
	Reason  Reason              `json:"reason,omitzero"`  // zero: passed
	// Until is the first instant at which the check passes, where waiting helps.
	Until time.Time `json:"until,omitzero"`
	// Name is the cap, window, zone, topic or facet that decided.
	Name string `json:"name,omitzero"`
}

// Decision is the gate's answer, with every check that led to it.
type Decision struct {
	Verdict Verdict             `json:"verdict"`
	Key     string              `json:"key"`
	At      time.Time           `json:"at"`                // the instant that was asked about
	Channel interaction.Channel `json:"channel,omitzero"`  // of Send, and of Defer as it stands
	Until   time.Time           `json:"until,omitzero"`    // of Defer: the first instant that passes
	Reason  Reason              `json:"reason,omitzero"`   // of Defer and Skip
	Trace   []Line              `json:"trace,omitempty"`   // in the order of the checks
	Missing Facet               `json:"missing,omitempty"` // facets that could not be read and were needed
}

// Settle is the command that tells a sequence of the decision about the message that
// it asked for. At is the instant of the decision.
func (d Decision) Settle() Command {
	return Command{Kind: Settle, At: d.At, Key: d.Key, Outcome: d.Verdict, Until: d.Until, Reason: d.Reason}
}

// Explain writes the decision and its checks, one a line, instants in UTC.
func (d Decision) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s: %s", d.Key, stamp(d.At), d.Verdict)
	switch d.Verdict {
	case Send:
		fmt.Fprintf(&b, " by %s", d.Channel)
	case Defer:
		fmt.Fprintf(&b, " until %s by %s: %s", stamp(d.Until), d.Channel, d.Reason)
	case Skip:
		fmt.Fprintf(&b, ": %s", d.Reason)
	}
	b.WriteByte('\n')
	for _, l := range d.Trace {
		b.WriteString("  ")
		if l.Channel != "" {
			fmt.Fprintf(&b, "%s ", l.Channel)
		}
		fmt.Fprintf(&b, "%s: ", l.Check)
		if l.Reason == 0 {
			b.WriteString("passed")
		} else {
			b.WriteString(l.Reason.String())
		}
		if l.Name != "" {
			fmt.Fprintf(&b, " (%s)", l.Name)
		}
		if !l.Until.IsZero() {
			fmt.Fprintf(&b, " until %s", stamp(l.Until))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
