package loyalty

import "time"

// Enroll opens an account with what the programme needs to know of the member. An
// account may also be used without it: the first command then opens it.
type Enroll struct {
	On           Date   `json:"on,omitzero"`            // date of joining; default the local date of the command
	Birthday     Date   `json:"birthday,omitzero"`      // for birthday rules; none: they never apply
	Household    string `json:"household,omitempty"`    // accounts of one household may pool their points
	Jurisdiction string `json:"jurisdiction,omitempty"` // whose law of expiry applies, an id of the programme
	ReferredBy   string `json:"referred_by,omitempty"`  // the account that brought the member
}

// Purchase is an order that was paid. Its points are those of the programme's rules.
type Purchase struct {
	Order     string     `json:"order"`               // unique within the account
	Lines     []Line     `json:"lines"`               // at least one
	Discounts []Discount `json:"discounts,omitempty"` // lower what the lines are worth
	Tenders   []Tender   `json:"tenders,omitempty"`   // what it was paid with, where that matters
	Claims    []string   `json:"claims,omitempty"`    // vouchers used: keys of claims of money off
	Channel   string     `json:"channel,omitempty"`   // for conditions of rules
	Store     string     `json:"store,omitempty"`     // for conditions of rules
	Labels    []string   `json:"labels,omitempty"`    // of the order, for conditions of rules
	Effective Instant    `json:"effective,omitzero"`  // when it counts, if earlier than the command
}

// Line is a line of an order. Its worth is Amount, or UnitPrice times Quantity.
type Line struct {
	ID        string   `json:"id"`                  // unique within the order
	SKU       string   `json:"sku,omitempty"`       // the product
	Category  string   `json:"category,omitempty"`  // of the product
	Labels    []string `json:"labels,omitempty"`    // of the product
	Delivery  bool     `json:"delivery,omitempty"`  // a delivery charge
	UnitPrice Amount   `json:"unit_price,omitzero"` // not negative
	Quantity  int64    `json:"quantity,omitempty"`  // 0 is 1
	Amount    Amount   `json:"amount,omitzero"`     // worth of the whole line, in place of price and quantity
}

// Discount takes a percentage off the worth of the lines of its scope.
type Discount struct {
	Percent Amount `json:"percent"`         // 0 to 100
	Scope   string `json:"scope,omitempty"` // a category; empty: the whole order
}

// Tender is a part of the payment. Tenders never lower what an order earns, except
// what was paid with points, which earns nothing.
type Tender struct {
	Kind   string `json:"kind"`   // "points" is the engine's own; others ("gift_card", "ewallet") are the host's
	Amount Amount `json:"amount"` // not negative
}

// TenderPoints is the kind of tender that was paid with points.
const TenderPoints = "points"

// Earn grants points for something other than an order: a custom event of the
// programme, or points that the host states line by line (imports, partners).
type Earn struct {
	Event     string       `json:"event,omitempty"`     // a custom event of the programme's rules
	Count     int64        `json:"count,omitempty"`     // how often it took place; 0 is 1
	Value     Amount       `json:"value,omitzero"`      // a number the rules may pay by
	Ref       string       `json:"ref,omitempty"`       // name for a refund; default the key of the command
	Wallet    string       `json:"wallet,omitempty"`    // of Lines; default the first wallet
	Lines     []LinePoints `json:"lines,omitempty"`     // points stated by the host
	Terms     *Terms       `json:"terms,omitempty"`     // of Lines; default those of the wallet
	Scope     string       `json:"scope,omitempty"`     // of Lines: what they may be spent on; empty: anything
	Priority  int          `json:"priority,omitempty"`  // of Lines: the smaller is drawn first
	Bought    bool         `json:"bought,omitempty"`    // paid for with money: an activity of its own kind
	Qualifies bool         `json:"qualifies,omitempty"` // Lines count for tiers that are measured in points
	Effective Instant      `json:"effective,omitzero"`  // when it counts, if earlier than the command
}

// LinePoints states the points of one line.
type LinePoints struct {
	Line   string `json:"line"`
	Points Points `json:"points"` // not negative
}

// Terms are the dates of a lot, in place of those of its wallet.
type Terms struct {
	Delay   time.Duration `json:"delay,omitempty"`   // pending for so long; 0: active at once
	TTL     time.Duration `json:"ttl,omitempty"`     // active for so long
	Forever bool          `json:"forever,omitempty"` // never dies; TTL is then ignored
	Expires Instant       `json:"expires,omitzero"`  // dies at this moment, in place of TTL
}

// Activate makes pending points active before their time, or those that wait for
// an action of the member.
type Activate struct {
	Order string `json:"order,omitempty"` // of one order or earn; empty: all that wait for an action
}

// Redeem takes points in exchange for something that the host gives.
type Redeem struct {
	Wallet string   `json:"wallet,omitempty"` // default the first
	Points Points   `json:"points"`
	Basket []string `json:"basket,omitempty"` // scopes for which restricted points may be used
	Total  Amount   `json:"total,omitzero"`   // of the order, for the programme's limit by order; 0: not an order
	Pool   []string `json:"pool,omitempty"`   // other accounts of the household that pay with this one
}

// Hold sets points aside until they are captured, released, or the time is up.
type Hold struct {
	Wallet string   `json:"wallet,omitempty"`
	Points Points   `json:"points"`
	Until  Instant  `json:"until"` // exclusive; after the command
	Basket []string `json:"basket,omitempty"`
}

// Capture takes held points; the rest of the hold is released.
type Capture struct {
	Hold   string `json:"hold"` // key of the hold's command
	Points Points `json:"points"`
}

// Release gives all held points back.
type Release struct {
	Hold string `json:"hold"`
}

// Reverse gives points of a redemption or capture back, last drawn first, into the
// lots they came from.
type Reverse struct {
	Redemption string   `json:"redemption"` // key of the command that took them
	Points     Points   `json:"points"`
	HouseFault bool     `json:"house_fault,omitempty"` // what has expired meanwhile is issued anew
	Pool       []string `json:"pool,omitempty"`        // as in the redemption
}

// Refund takes back what returned goods had earned.
type Refund struct {
	Order string       `json:"order"`           // of the purchase, or the ref of an earn
	Lines []RefundLine `json:"lines,omitempty"` // what came back
	All   bool         `json:"all,omitempty"`   // everything that is left of it
	Paid  Amount       `json:"paid,omitzero"`   // money given back on a purchase as a whole, in place of lines
}

// RefundLine is what came back of a line: goods worth an amount, or so many points.
type RefundLine struct {
	Line   string `json:"line"`
	Amount Amount `json:"amount,omitzero"`
	Points Points `json:"points,omitempty"`
}

// Adjust adds or takes points by hand.
type Adjust struct {
	Wallet string `json:"wallet,omitempty"`
	Points Points `json:"points"` // negative: taken in draw order
	Reason string `json:"reason"` // required, as is Command.By
}

// Transfer gives points to another account; they keep their dates.
type Transfer struct {
	Wallet string `json:"wallet,omitempty"`
	To     string `json:"to"`
	Points Points `json:"points"`
}

// Convert exchanges points of one wallet for points of another at the programme's
// rate. Only what gives whole points is taken.
type Convert struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Points Points `json:"points"`
}

// ClaimReward exchanges points for a reward of the catalogue.
type ClaimReward struct {
	Reward string `json:"reward"`
	Code   string `json:"code,omitempty"` // of the coupon, from the host's issuer, see IssueCoupon
}

// CancelReward gives a claimed reward back: points and stock return.
type CancelReward struct {
	Claim  string `json:"claim"` // key of the claim
	Reward string `json:"reward"`
}

// GrantTier puts a member into a tier by hand, or matches a status held elsewhere.
type GrantTier struct {
	Set    string  `json:"set,omitempty"` // default the first
	Tier   string  `json:"tier"`
	Until  Instant `json:"until,omitzero"` // exclusive; Never: without end
	Reason string  `json:"reason"`
}

// RevokeTier ends a tier that was granted.
type RevokeTier struct {
	Set    string `json:"set,omitempty"`
	Reason string `json:"reason"`
}

// Gesture is goodwill: points with a reason, an approver and a budget.
type Gesture struct {
	Wallet   string `json:"wallet,omitempty"`
	Points   Points `json:"points"`
	Reason   string `json:"reason"`   // one that the budget allows
	Approver string `json:"approver"` // another than Command.By
	Budget   string `json:"budget"`   // an id of the programme
}

// Notice records on which day the member is told of points that will lapse. The day
// may lie before the command, or after it: a mailing that is booked.
type Notice struct {
	Sent Date `json:"sent"`
}

// Join moves the account into a household, or out of any.
type Join struct {
	Household string `json:"household,omitempty"`
}

// Merge moves everything of another account into this one and closes the other.
type Merge struct {
	From string `json:"from"`
}

// Block stops everything but time, refunds and reinstatement.
type Block struct {
	Reason string `json:"reason"`
}

// Reinstate undoes a block.
type Reinstate struct {
	Reason string `json:"reason,omitempty"`
}

// Close ends the account: what points there are die, debt is written off.
type Close struct {
	Reason string `json:"reason,omitempty"`
}

// ReinstatePoints gives expired points back within the window of days of their
// wallet, as a new lot that lives as long as points earned now; what died last comes
// back first, and nothing comes back twice. The date of death is that of the lot's
// end, or of the wallet's inactivity.
type ReinstatePoints struct {
	Wallet string `json:"wallet,omitempty"`
	Points Points `json:"points,omitempty"` // 0: all that may come back
	Reason string `json:"reason"`
}

// Extend gives living lots a later end: at Expires, or, without it, where the
// programme in force would now put it for points of their date, when that is later.
// So a change of the programme, which of itself touches nothing that was issued, is
// made good to members. No end ever moves forward in time.
type Extend struct {
	Wallet  string  `json:"wallet,omitempty"`
	Lots    []LotID `json:"lots,omitempty"` // none: all of the wallet that have an end of their own
	Expires Instant `json:"expires,omitzero"`
	Reason  string  `json:"reason"`
}

// Tick only lets time pass. Below the clock of the account it does nothing.
type Tick struct{}

// Command is the kind of the action.
func (Enroll) Command() CommandKind { return CmdEnroll }

// Command is the kind of the action.
func (Purchase) Command() CommandKind { return CmdPurchase }

// Command is the kind of the action.
func (Earn) Command() CommandKind { return CmdEarn }

// Command is the kind of the action.
func (Activate) Command() CommandKind { return CmdActivate }

// Command is the kind of the action.
func (Redeem) Command() CommandKind { return CmdRedeem }

// Command is the kind of the action.
func (Hold) Command() CommandKind { return CmdHold }

// Command is the kind of the action.
func (Capture) Command() CommandKind { return CmdCapture }

// Command is the kind of the action.
func (Release) Command() CommandKind { return CmdRelease }

// Command is the kind of the action.
func (Reverse) Command() CommandKind { return CmdReverse }

// Command is the kind of the action.
func (Refund) Command() CommandKind { return CmdRefund }

// Command is the kind of the action.
func (Adjust) Command() CommandKind { return CmdAdjust }

// Command is the kind of the action.
func (Transfer) Command() CommandKind { return CmdTransfer }

// Command is the kind of the action.
func (Convert) Command() CommandKind { return CmdConvert }

// Command is the kind of the action.
func (ClaimReward) Command() CommandKind { return CmdClaimReward }

// Command is the kind of the action.
func (CancelReward) Command() CommandKind { return CmdCancelReward }

// Command is the kind of the action.
func (GrantTier) Command() CommandKind { return CmdGrantTier }

// Command is the kind of the action.
func (RevokeTier) Command() CommandKind { return CmdRevokeTier }

// Command is the kind of the action.
func (Gesture) Command() CommandKind { return CmdGesture }

// Command is the kind of the action.
func (Notice) Command() CommandKind { return CmdNotice }

// Command is the kind of the action.
func (Join) Command() CommandKind { return CmdJoin }

// Command is the kind of the action.
func (Merge) Command() CommandKind { return CmdMerge }

// Command is the kind of the action.
func (Block) Command() CommandKind { return CmdBlock }

// Command is the kind of the action.
func (Reinstate) Command() CommandKind { return CmdReinstate }

// Command is the kind of the action.
func (Close) Command() CommandKind { return CmdClose }

// Command is the kind of the action.
func (Tick) Command() CommandKind { return CmdTick }

// Command is the kind of the action.
func (ReinstatePoints) Command() CommandKind { return CmdReinstatePoints }

// Command is the kind of the action.
func (Extend) Command() CommandKind { return CmdExtend }
