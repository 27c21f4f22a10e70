package loyalty

import (
	"fmt"
	"strings"
)

// Term is a word, a number or an instant in the explanation of a decision. It is
// written out only when somebody reads it.
type Term struct {
	word   string
	number frac
	at     Instant
	kind   uint8
}

const (
	termWord = iota + 1
	termNumber
	termInstant
)

func word(s string) Term                { return Term{word: s, kind: termWord} }
func number(f frac) Term                { return Term{number: f, kind: termNumber} }
func moment(i Instant) Term             { return Term{at: i, kind: termInstant} }
func value(a Amount) Term               { return number(fracOf(a.Decimal())) }
func (s *session) points(n Points) Term { return number(whole(int64(n)).over(s.p.unit)) }

// exact is units of points without rounding them.
func (s *session) exact(f frac) Term { return number(f.over(s.p.unit)) }

// IsZero reports whether there is nothing to say.
func (t Term) IsZero() bool { return t.kind == 0 }

// String writes the term: a number exactly, as a decimal where it has an end and as
// a fraction where it has none; an instant in RFC 3339.
func (t Term) String() string {
	switch t.kind {
	case termNumber:
		return decimalText(t.number)
	case termInstant:
		return t.at.String()
	}
	return t.word
}

// MarshalText writes the term as [Term.String] does.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a term as the text that it was written as.
func (t *Term) UnmarshalText(text []byte) error {
	*t = Term{}
	if len(text) > 0 {
		*t = word(string(text))
	}
	return nil
}

// decimalText writes an exact number.
func decimalText(f frac) string {
	if f.whole() {
		return f.String()
	}
	if d, ok := f.exact(); ok {
		return Amount(d).String()
	}
	return f.String()
}

// TraceCode says what a step of a decision was.
type TraceCode uint8

// The steps. Which of the figures of a Step they set is said there.
const (
	TraceBase TraceCode = iota + 1
	TraceMultiplied
	TraceBonus
	TraceNotInWindow
	TraceConditionNotMet
	TraceOutstacked
	TraceCapped
	TraceMaxBalance
	TraceTierUsed
	TraceDiscount
	TraceTender
	TraceTierReached
	TraceTierKept
	TraceTierLost
	TraceRollover
	TraceChallenge
	TraceForgiven
	TraceSwallowed
	TraceNoticeMissing
)

// Step is one reason for a decision.
type Step struct {
	Code  TraceCode `json:"code"`
	Rule  string    `json:"rule,omitempty"`  // rule, cap, tier set, challenge, jurisdiction
	Line  string    `json:"line,omitempty"`  // of the order
	About string    `json:"about,omitempty"` // level, period, condition, product
	By    Term      `json:"by,omitzero"`     // factor, percentage or end
	From  Term      `json:"from,omitzero"`   // the figure before, or what the condition wants
	To    Term      `json:"to,omitzero"`     // the figure after, or what there is
}

// Trace is why a decision came out as it did, in order.
type Trace []Step

// String writes the trace for people, a line for each step.
func (t Trace) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// String writes one step for people.
func (s Step) String() string {
	var b strings.Builder
	if s.Rule != "" {
		fmt.Fprintf(&b, "%s: ", s.Rule)
	}
	b.WriteString(s.words())
	if s.Line != "" {
		fmt.Fprintf(&b, " (line %s)", s.Line)
	}
	return b.String()
}

func (s Step) words() string {
	switch s.Code {
	case TraceBase:
		return fmt.Sprintf("%s of %s earns %s", s.About, s.From, s.To)
	case TraceMultiplied:
		return fmt.Sprintf("times %s makes %s of %s", s.By, s.To, s.From)
	case TraceBonus:
		return fmt.Sprintf("adds %s", s.To)
	case TraceNotInWindow:
		return fmt.Sprintf("not now: %s", s.About)
	case TraceConditionNotMet:
		return fmt.Sprintf("not met: %s is %q, wanted %s", s.About, s.To.String(), s.From)
	case TraceOutstacked:
		return fmt.Sprintf("gives way to %s in group %s", s.To, s.About)
	case TraceCapped:
		return fmt.Sprintf("cap of period %q cuts %s to %s", s.About, s.From, s.To)
	case TraceMaxBalance:
		return fmt.Sprintf("balance may not grow further: %s cut to %s", s.From, s.To)
	case TraceTierUsed:
		return fmt.Sprintf("rates of level %s", s.To)
	case TraceDiscount:
		return fmt.Sprintf("discounts lower the worth from %s to %s", s.From, s.To)
	case TraceTender:
		return fmt.Sprintf("%s was paid with points and earns nothing", s.To)
	}
	return s.moreWords()
}

func (s Step) moreWords() string {
	switch s.Code {
	case TraceTierReached:
		return fmt.Sprintf("reached %s: %s", s.To, s.About)
	case TraceTierKept:
		return fmt.Sprintf("keeps %s until %s", s.To, s.By)
	case TraceTierLost:
		return fmt.Sprintf("from %s to %s: %s", s.From, s.To, s.About)
	case TraceRollover:
		return fmt.Sprintf("%s rolled into the next window", s.To)
	case TraceChallenge:
		return fmt.Sprintf("%s of %s in period %q", s.To, s.From, s.About)
	case TraceForgiven:
		return fmt.Sprintf("%s had died already", s.To)
	case TraceSwallowed:
		return fmt.Sprintf("lot %s has died: %s do not come back", s.About, s.To)
	case TraceNoticeMissing:
		return fmt.Sprintf("points spared on %s: %s", s.About, s.From)
	}
	return s.Code.String()
}
