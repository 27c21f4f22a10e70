package loyalty

import (
	"errors"
	"fmt"
	"strings"
)

// Sentinels of what a programme, a value or a command can be refused for. Every
// refusal of a command is a [*RefusedError] that unwraps to one of them.
var (
	ErrProgram = errors.New("loyalty: program is not valid") // NewProgram and ParseProgram; details are joined
	ErrValue   = errors.New("loyalty: value not allowed")
	ErrAmount  = errors.New("loyalty: not an amount")
	ErrTime    = errors.New("loyalty: time out of range")
	ErrData    = errors.New("loyalty: stored data not readable")
	ErrUnknown = errors.New("loyalty: event of an unknown kind or version")

	// Refusals of a command, see Decide for the order in which they are checked.
	ErrKey          = errors.New("loyalty: idempotency key missing or too long")
	ErrCommand      = errors.New("loyalty: command is not complete")
	ErrAccount      = errors.New("loyalty: command is for another account") // or for one of the house
	ErrClock        = errors.New("loyalty: time of the command is before the account's clock")
	ErrBlocked      = errors.New("loyalty: account is blocked")
	ErrClosed       = errors.New("loyalty: account is closed")
	ErrNotBlocked   = errors.New("loyalty: account is not blocked")
	ErrEnrolled     = errors.New("loyalty: account is enrolled already")
	ErrOpenHolds    = errors.New("loyalty: account has open holds")
	ErrNoWallet     = errors.New("loyalty: no such wallet")
	ErrNoHold       = errors.New("loyalty: no such hold")
	ErrNoRedemption = errors.New("loyalty: no such redemption")
	ErrNoOrder      = errors.New("loyalty: no such earn or order")
	ErrNoLine       = errors.New("loyalty: no such line")
	ErrNoReward     = errors.New("loyalty: no such reward")
	ErrNoClaim      = errors.New("loyalty: no such claim")
	ErrNoTier       = errors.New("loyalty: no such tier")
	ErrNoConversion = errors.New("loyalty: no such conversion")
	ErrNoEvent      = errors.New("loyalty: no such custom event")
	ErrNoLot        = errors.New("loyalty: no such lot")
	ErrNothing      = errors.New("loyalty: nothing to do")
	ErrOrderExists  = errors.New("loyalty: order is known already")
	ErrUntil        = errors.New("loyalty: end is not after the start")
	ErrBackdated    = errors.New("loyalty: effective time is too far back")
	ErrPoints       = errors.New("loyalty: points not above zero")
	ErrInsufficient = errors.New("loyalty: not enough points")
	ErrExceedsHold  = errors.New("loyalty: more than is held")
	ErrExceedsDrawn = errors.New("loyalty: more than is left of the redemption")
	ErrExceedsEarn  = errors.New("loyalty: more than is left of the line")
	ErrMinimum      = errors.New("loyalty: fewer points than may be redeemed, or not whole steps")
	ErrLimit        = errors.New("loyalty: limit reached")
	ErrStock        = errors.New("loyalty: out of stock")
	ErrBudget       = errors.New("loyalty: budget used up")
	ErrApprover     = errors.New("loyalty: approver or reason missing")
	ErrHousehold    = errors.New("loyalty: accounts are not of one household")
	ErrSelf         = errors.New("loyalty: the two accounts are one")
	ErrOverflow     = errors.New("loyalty: number too large")
	ErrDebt         = errors.New("loyalty: debt not allowed")
	ErrIssuer       = errors.New("loyalty: no coupon code")
)

// RefusedError is the detail of a refused command: the account is unchanged, and
// the key may be used again.
type RefusedError struct {
	Err     error       // one of the sentinels
	Command CommandKind // what was asked for
	Account string      // whose account
	Field   string      // what in the command, as in JSON; may be empty
	Value   string      // its value; may be empty
	Want    Points      // points that were asked for; 0 where none were
	Have    Points      // points that there are; 0 where none were asked for
}

// Error names the sentinel, the field and the figures.
func (e *RefusedError) Error() string {
	var b strings.Builder
	b.WriteString(e.Err.Error())
	if e.Field != "" {
		fmt.Fprintf(&b, ": %s", e.Field)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, " %q", e.Value)
	}
	if e.Want != 0 || e.Have != 0 {
		fmt.Fprintf(&b, ": want %d, have %d", e.Want, e.Have)
	}
	return b.String()
}

// Unwrap gives the sentinel.
func (e *RefusedError) Unwrap() error { return e.Err }

// ProblemError is one thing wrong with a programme.
type ProblemError struct {
	Path   string // where, as in JSON: tiers[0].levels[2].entry
	Detail string // what, for people
	Err    error  // ErrValue, or what the field's own type said
}

// Error writes path and detail.
func (e *ProblemError) Error() string {
	if e.Path == "" {
		return "loyalty: program: " + e.Detail
	}
	return "loyalty: program: " + e.Path + ": " + e.Detail
}

// Unwrap gives ErrProgram and the cause.
func (e *ProblemError) Unwrap() []error { return []error{ErrProgram, e.Err} }
