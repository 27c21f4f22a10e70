package loyalty

import (
	"fmt"
	"strings"
)

// Result is the answer to a command: which fields are set depends on its kind. It
// goes through JSON unchanged, and is what a store keeps for a repeated command.
// Its slices are read only.
type Result struct {
	Kind        CommandKind `json:"kind"`
	Replayed    bool        `json:"replayed,omitempty"`     // set by the engine: the command had been done before
	Lots        []LotID     `json:"lots,omitempty"`         // that were issued
	Earned      Points      `json:"earned,omitempty"`       // points of new lots
	Draws       []Draw      `json:"draws,omitempty"`        // which lots paid what, in the order drawn
	Shares      []Share     `json:"shares,omitempty"`       // of a household
	Released    []Draw      `json:"released,omitempty"`     // of a hold: active again
	Restored    Points      `json:"restored,omitempty"`     // of a reversal
	Expired     Points      `json:"expired,omitempty"`      // of a reversal or release: died meanwhile
	Reissued    Points      `json:"reissued,omitempty"`     // of a reversal
	FromPending Points      `json:"from_pending,omitempty"` // of a refund, as are the next ones
	FromLot     Points      `json:"from_lot,omitempty"`
	Forgiven    Points      `json:"forgiven,omitempty"`
	FromOthers  Points      `json:"from_others,omitempty"`
	Debt        Points      `json:"debt,omitempty"`        // that the command made
	Waived      Points      `json:"waived,omitempty"`      // that the refund limit let go
	Cash        Amount      `json:"cash,omitzero"`         // of a refund of goods: what was paid in money
	PointsValue Amount      `json:"points_value,omitzero"` // of it: what was paid with points or vouchers
	Value       Amount      `json:"value,omitzero"`        // of redeemed points in money; of a reward
	Taken       Points      `json:"taken,omitempty"`       // of a conversion or transfer
	Got         Points      `json:"got,omitempty"`         // of a conversion
	Tier        string      `json:"tier,omitempty"`        // that a tier command led to
	Code        string      `json:"code,omitempty"`        // of a coupon
	Tombstone   bool        `json:"tombstone,omitempty"`   // the refund waits for its order
}

// Clawed is what a refund took away in all, debt included.
func (r *Result) Clawed() Points { return r.FromPending + r.FromLot + r.FromOthers + r.Debt }

// TraceCode says what a step of a decision was.
type TraceCode uint8

// The steps. Which of the figures of a Step they set is said there.
const (
	TraceApplies TraceCode = iota + 1
	TraceBase
	TraceMultiplied
	TraceBonus
	TraceNotInWindow
	TraceConditionNotMet
	TraceOutstacked
	TraceCapped
	TraceRounded
	TraceMaxBalance
	TraceTierUsed
	TraceDiscount
	TraceTender
	TraceTierReached
	TraceTierKept
	TraceTierLost
	TraceTierGrace
	TraceRollover
	TraceChallenge
	TraceForgiven
	TraceDrawn
	TraceSwallowed
	TraceNoticeMissing
	TraceNotEnough
)

// Step is one reason for a decision.
type Step struct {
	Code  TraceCode `json:"code"`
	Rule  string    `json:"rule,omitempty"`  // rule, cap, tier set, challenge, jurisdiction
	Line  string    `json:"line,omitempty"`  // of the order
	About string    `json:"about,omitempty"` // level, period, condition, product
	From  string    `json:"from,omitempty"`  // the figure before, or what the condition wants
	To    string    `json:"to,omitempty"`    // the figure after, or what there is
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
	case TraceApplies:
		return "applies"
	case TraceBase:
		return fmt.Sprintf("%s of %s earns %s", s.About, s.From, s.To)
	case TraceMultiplied:
		return fmt.Sprintf("times %s makes %s of %s", s.About, s.To, s.From)
	case TraceBonus:
		return fmt.Sprintf("adds %s", s.To)
	case TraceNotInWindow:
		return fmt.Sprintf("not now: %s", s.About)
	case TraceConditionNotMet:
		return fmt.Sprintf("not met: %s is %q, wanted %s", s.About, s.To, s.From)
	case TraceOutstacked:
		return fmt.Sprintf("gives way to %s in group %s", s.To, s.About)
	case TraceCapped:
		return fmt.Sprintf("cap of period %q cuts %s to %s", s.About, s.From, s.To)
	case TraceRounded:
		return fmt.Sprintf("%s rounded %s to %s", s.From, s.About, s.To)
	case TraceMaxBalance:
		return fmt.Sprintf("balance may not grow further: %s cut to %s", s.From, s.To)
	case TraceTierUsed:
		return fmt.Sprintf("rates of level %s", s.To)
	case TraceDiscount:
		return fmt.Sprintf("discount of %s %% lowers the worth from %s to %s", s.About, s.From, s.To)
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
		return fmt.Sprintf("keeps %s until %s", s.To, s.About)
	case TraceTierLost:
		return fmt.Sprintf("from %s to %s: %s", s.From, s.To, s.About)
	case TraceTierGrace:
		return fmt.Sprintf("keeps %s in grace until %s", s.To, s.About)
	case TraceRollover:
		return fmt.Sprintf("%s rolled into the next window", s.To)
	case TraceChallenge:
		return fmt.Sprintf("%s of %s in period %q", s.To, s.From, s.About)
	case TraceForgiven:
		return fmt.Sprintf("%s had died already", s.To)
	case TraceDrawn:
		return fmt.Sprintf("%s of lot %s", s.To, s.About)
	case TraceSwallowed:
		return fmt.Sprintf("lot %s has died: %s do not come back", s.About, s.To)
	case TraceNoticeMissing:
		return fmt.Sprintf("points spared on %s: %s", s.About, s.From)
	case TraceNotEnough:
		return fmt.Sprintf("needs %s, has %s", s.From, s.To)
	}
	return s.Code.String()
}
