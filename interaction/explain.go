package interaction

import (
	"fmt"
	"strings"
	"time"
)

// A Line is one step of an explanation: which rule spoke, and what it said.
type Line struct {
	Rule string    `json:"rule"`        // such as "reply window"
	At   time.Time `json:"at,omitzero"` // the instant it is about, if it is about one
	Text string    `json:"text"`        // for people
}

// A Trace explains a decision in the order in which it was made.
type Trace []Line

// String writes one line for each step, instants in UTC.
func (t Trace) String() string {
	var b strings.Builder
	for _, l := range t {
		b.WriteString(l.Rule)
		b.WriteString(": ")
		b.WriteString(l.Text)
		if !l.At.IsZero() {
			b.WriteString(" (" + stamp(l.At) + ")")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (t *Trace) say(rule, format string, args ...any) {
	*t = append(*t, Line{Rule: rule, Text: fmt.Sprintf(format, args...)})
}

func (t *Trace) sayAt(at time.Time, rule, format string, args ...any) {
	*t = append(*t, Line{Rule: rule, At: at, Text: fmt.Sprintf(format, args...)})
}

// stamp writes an instant as people read it in an explanation.
func stamp(t time.Time) string { return t.UTC().Format("Mon 2006-01-02 15:04:05Z") }
