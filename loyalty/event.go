package loyalty

import (
	"encoding/json"
	"errors"
	"fmt"
)

// EventKind names what happened.
type EventKind uint8

// The closed set of events.
const (
	EvEnrolled EventKind = iota + 1
	EvPurchased
	EvIssued
	EvActivated
	EvExpired
	EvLapsed
	EvDrawn
	EvHeld
	EvCaptured
	EvReleased
	EvReversed
	EvClawedBack
	EvRefunded
	EvAdjusted
	EvTransferred
	EvConverted
	EvTierChanged
	EvChallengeProgressed
	EvRewardClaimed
	EvRewardCancelled
	EvStockChanged
	EvNoticed
	EvJoined
	EvStatusChanged
	EvMergedIn
	EvMergedOut
	EvWrittenOff
	EvTicked
	EvExtended
)

// EventVersion is the version of the bodies that this package writes. Older ones
// are read as what they meant; newer ones are refused with [ErrUnknown].
const EventVersion = 1

// Event is a fact of one account, complete in itself: every amount and every
// instant that it led to is in it, so that folding it needs no programme and a
// later programme cannot change what it meant.
//
// It has two times. Effective is when it counts: an expiry carries its own instant
// however late it is written, a backdated earning the earlier one. Recorded is when
// it was written: the time of the command that led to it.
type Event struct {
	Account   string
	Seq       uint64 // 1, 2, 3, … within the account
	Effective Instant
	Recorded  Instant
	Key       string  // of the command
	Hash      Hash    // of the command, when the engine stamped it; see Decision.Stamp
	Program   string  // id@version of the programme that decided
	Alive     []Alive // inactivity that starts anew
	Body      Body
}

// Kind is the kind of the body, or 0 when there is none.
func (e *Event) Kind() EventKind {
	if e.Body == nil {
		return 0
	}
	return e.Body.Event()
}

// Body is what happened; the types of this package that have its method are all
// there are. Bodies are read only: state and results share their slices.
type Body interface {
	Event() EventKind
}

// LotID numbers the lots of an account from 1.
type LotID uint32

// Draw is so many points of one lot.
type Draw struct {
	Lot    LotID  `json:"lot"`
	Points Points `json:"points"`
}

// Alive moves the instant at which the points of a wallet lapse for inactivity.
type Alive struct {
	Wallet string  `json:"wallet"`
	Until  Instant `json:"until,omitzero"`
}

// Qualified changes what counts for tiers and challenges on one day.
type Qualified struct {
	Metric string `json:"metric"` // set/metric
	Day    Date   `json:"day"`
	Amount int64  `json:"amount"` // points, visits or events; spend in the programme's money scale
}

// CapUse is what one cap took up in one of its periods; negative gives it back.
type CapUse struct {
	Cap    string `json:"cap"`
	Period string `json:"period"`
	Points Points `json:"points"`
}

// Enrolled opens an account.
type Enrolled struct {
	On           Date   `json:"on,omitzero"`
	Birthday     Date   `json:"birthday,omitzero"`
	Household    string `json:"household,omitempty"`
	Jurisdiction string `json:"jurisdiction,omitempty"`
	ReferredBy   string `json:"referred_by,omitempty"`
}

// Purchased is an order with what a later refund must know of it, rates pinned.
// Its points follow as Issued, one for each part.
type Purchased struct {
	Order     string      `json:"order"`
	Lines     []OrderLine `json:"lines"`
	Parts     []OrderPart `json:"parts,omitempty"`
	Rounding  Rounding    `json:"rounding"`
	Scale     int         `json:"scale,omitempty"`  // of the points
	PaidShare frac        `json:"paid_share"`       // what was not paid with points or vouchers, 0 to 1
	Claims    []string    `json:"claims,omitempty"` // vouchers used
	Qualified []OrderQual `json:"qualified,omitempty"`
	Caps      []CapUse    `json:"caps,omitempty"`
	Tier      string      `json:"tier,omitempty"`     // whose rates were used
	Refunded  bool        `json:"refunded,omitempty"` // a refund of everything came first
}

// OrderLine is what a line was worth.
type OrderLine struct {
	ID     string `json:"id"`
	Amount frac   `json:"amount"`
}

// OrderPart is what one lot of the order was earned by: a rate and fixed points for
// each line.
type OrderPart struct {
	Lot      LotID  `json:"lot,omitempty"` // 0: nothing was awarded
	Wallet   string `json:"wallet"`
	Awarded  Points `json:"awarded"`
	Base     []frac `json:"base,omitempty"`     // points per unit of money by line, before the multiplier; of a free line: its points
	Multiply []frac `json:"multiply,omitempty"` // by line
	Fixed    []frac `json:"fixed,omitempty"`    // points by line that do not follow the amount
}

// OrderQual is what an order counted for on its day.
type OrderQual struct {
	Metric string     `json:"metric"`
	Kind   MetricKind `json:"kind"`
	Day    Date       `json:"day"`
	Amount int64      `json:"amount"`
	Scale  int        `json:"scale,omitempty"` // of money
	Part   int        `json:"part,omitempty"`  // of the order, for points
	Fixed  bool       `json:"fixed,omitempty"` // one visit or event, gone only when all is returned
}

// Issued is a new lot.
type Issued struct {
	Lot        LotID        `json:"lot"`
	Wallet     string       `json:"wallet"`
	Points     Points       `json:"points"`
	Origin     Origin       `json:"origin"`
	Source     string       `json:"source,omitempty"`  // order, ref or key it came from
	Account    string       `json:"account,omitempty"` // that it came from
	Scope      string       `json:"scope,omitempty"`
	Priority   int32        `json:"priority,omitempty"`
	Order      DrawOrder    `json:"order,omitempty"`
	Activates  Instant      `json:"activates,omitzero"` // Never with OnAction
	Expires    Instant      `json:"expires,omitzero"`
	OnAction   bool         `json:"on_action,omitempty"`
	Inactive   bool         `json:"inactive,omitempty"`   // dies with the wallet's inactivity instead
	Paid       Points       `json:"paid,omitempty"`       // went to debt at once
	Lines      []LinePoints `json:"lines,omitempty"`      // of an earn: it can be refunded by line
	Refundable bool         `json:"refundable,omitempty"` // an earn: Source can be refunded
	Qualified  []Qualified  `json:"qualified,omitempty"`
	Caps       []CapUse     `json:"caps,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	Approver   string       `json:"approver,omitempty"`
	Budget     string       `json:"budget,omitempty"`
	Revived    []Draw       `json:"revived,omitempty"` // of a reinstatement: the expired points that it stands for
}

// Activated makes pending points active.
type Activated struct {
	Lot    LotID  `json:"lot"`
	Wallet string `json:"wallet"`
	Points Points `json:"points"`
	Paid   Points `json:"paid,omitempty"` // went to debt
}

// Expired ends a lot's active points, and those that waited for an action.
type Expired struct {
	Lot     LotID  `json:"lot"`
	Wallet  string `json:"wallet"`
	Points  Points `json:"points"`
	Pending Points `json:"pending,omitempty"` // of Points: those that waited for an action
}

// Lapsed ends the points of a wallet for inactivity, or says that the law or a
// missing notice spared them.
type Lapsed struct {
	Wallet string  `json:"wallet"`
	Draws  []Draw  `json:"draws,omitempty"`
	At     Instant `json:"at"`
	Spared bool    `json:"spared,omitempty"`
}

// Drawn is a redemption.
type Drawn struct {
	Wallet string  `json:"wallet"`
	Points Points  `json:"points"`
	Draws  []Draw  `json:"draws"`
	Debt   Points  `json:"debt,omitempty"` // what the wallet's overdraft paid
	Pool   []Share `json:"pool,omitempty"` // balances of the household when it paid together
}

// Share is an account's part of a pooled redemption.
type Share struct {
	Account string `json:"account"`
	Balance Points `json:"balance"` // spendable when it was drawn
	Points  Points `json:"points"`
}

// Held sets points aside.
type Held struct {
	Wallet string  `json:"wallet"`
	Points Points  `json:"points"`
	Draws  []Draw  `json:"draws"`
	Until  Instant `json:"until"`
}

// Captured takes held points and gives the rest back.
type Captured struct {
	Hold     string `json:"hold"`
	Wallet   string `json:"wallet"`
	Points   Points `json:"points"`
	Draws    []Draw `json:"draws"`
	Released []Draw `json:"released,omitempty"` // active again
	Expired  []Draw `json:"expired,omitempty"`  // dead meanwhile
	Paid     []Draw `json:"paid,omitempty"`     // of the released, to debt
}

// Released gives held points back.
type Released struct {
	Hold     string `json:"hold"`
	Wallet   string `json:"wallet"`
	Released []Draw `json:"released,omitempty"`
	Expired  []Draw `json:"expired,omitempty"`
	Paid     []Draw `json:"paid,omitempty"`
	TimedOut bool   `json:"timed_out,omitempty"`
}

// Reversed gives redeemed points back.
type Reversed struct {
	Redemption string `json:"redemption"`
	Wallet     string `json:"wallet"`
	Points     Points `json:"points"`
	Debt       Points `json:"debt,omitempty"` // of the overdraft, undone first
	Restored   []Draw `json:"restored,omitempty"`
	Expired    []Draw `json:"expired,omitempty"`
	Paid       []Draw `json:"paid,omitempty"`
	Reissued   Points `json:"reissued,omitempty"` // follows as Issued
}

// ClawedBack takes back what an order or earn had given.
type ClawedBack struct {
	Order       string `json:"order"`
	Line        string `json:"line,omitempty"`
	Lot         LotID  `json:"lot"`
	Wallet      string `json:"wallet"`
	Points      Points `json:"points"` // all parts together
	FromPending Points `json:"from_pending,omitempty"`
	FromLot     Points `json:"from_lot,omitempty"`
	Forgiven    Points `json:"forgiven,omitempty"` // dead already: not taken twice
	Others      []Draw `json:"others,omitempty"`
	Debt        Points `json:"debt,omitempty"`
	Waived      Points `json:"waived,omitempty"` // that the refund limit lets go
}

// Refunded marks what came back of an order.
type Refunded struct {
	Order     string      `json:"order"`
	Lines     []OrderLine `json:"lines,omitempty"` // amounts that came back now
	Qualified []Qualified `json:"qualified,omitempty"`
	Caps      []CapUse    `json:"caps,omitempty"`
	Tombstone bool        `json:"tombstone,omitempty"` // the order is not known yet
	Whole     bool        `json:"whole,omitempty"`     // nothing is left of it
}

// Adjusted takes points by hand.
type Adjusted struct {
	Wallet string `json:"wallet"`
	Points Points `json:"points"`
	Draws  []Draw `json:"draws,omitempty"`
	Debt   Points `json:"debt,omitempty"`
	Reason string `json:"reason"`
	By     string `json:"by"`
}

// Transferred takes points for another account.
type Transferred struct {
	Wallet string `json:"wallet"`
	Points Points `json:"points"`
	Draws  []Draw `json:"draws"`
	To     string `json:"to"`
}

// Converted takes points for another wallet.
type Converted struct {
	Wallet string `json:"wallet"`
	Points Points `json:"points"`
	Draws  []Draw `json:"draws"`
	To     string `json:"to"`
	Got    Points `json:"got"`
}

// TierChanged is a new state of a tier set; From and To are equal when only its end
// moved.
type TierChanged struct {
	Set      string      `json:"set"`
	From     string      `json:"from,omitempty"`
	To       string      `json:"to,omitempty"`
	Ends     []TierEnd   `json:"ends,omitempty"`
	Granted  *TierGrant  `json:"granted,omitempty"`
	Why      TraceCode   `json:"why,omitempty"`
	Reason   string      `json:"reason,omitempty"`
	Rolled   []Qualified `json:"rolled,omitempty"` // carried into the next window
	RolledOn Instant     `json:"rolled_on,omitzero"`
}

// TierEnd says until when a level is held.
type TierEnd struct {
	Level string  `json:"level"`
	Until Instant `json:"until,omitzero"`  // Never: without end
	Grace bool    `json:"grace,omitempty"` // the end already holds the grace period
	Soft  bool    `json:"soft,omitempty"`  // landed here from above
}

// TierGrant is a level that was given by hand.
type TierGrant struct {
	Level string  `json:"level"`
	Until Instant `json:"until,omitzero"`
}

// ChallengeProgressed moves a challenge on.
type ChallengeProgressed struct {
	Challenge string `json:"challenge"`
	Period    string `json:"period,omitempty"`
	Progress  int64  `json:"progress"`
	Streak    int64  `json:"streak,omitempty"`
	Done      bool   `json:"done,omitempty"`      // the target of this period is reached
	Completed bool   `json:"completed,omitempty"` // and with it the challenge
	Times     int64  `json:"times,omitempty"`
	Badge     string `json:"badge,omitempty"`
}

// RewardClaimed is a reward that was taken; its points went as Drawn.
type RewardClaimed struct {
	Reward string     `json:"reward"`
	Kind   RewardKind `json:"kind"`
	Cost   Points     `json:"cost"`
	Value  Amount     `json:"value,omitzero"`
	Code   string     `json:"code,omitempty"`
	Period string     `json:"period,omitempty"` // that its limit counts in
	Stock  bool       `json:"stock,omitempty"`  // a unit was taken from the house
}

// RewardCancelled gives a claim back; its points come as Reversed.
type RewardCancelled struct {
	Claim  string `json:"claim"`
	Reward string `json:"reward"`
}

// StockChanged counts a stock or budget account of the house.
type StockChanged struct {
	Item  string `json:"item"`
	Delta int64  `json:"delta"` // what was taken, or negative what came back
	For   string `json:"for"`   // the member's account
}

// Noticed records a notice to the member.
type Noticed struct {
	Sent Date `json:"sent"`
}

// Joined changes the household.
type Joined struct {
	Household string `json:"household,omitempty"`
}

// StatusChanged blocks, reinstates or closes.
type StatusChanged struct {
	To     Status `json:"to"`
	Reason string `json:"reason,omitempty"`
}

// MergedIn takes over another account's state.
type MergedIn struct {
	From  string          `json:"from"`
	State json.RawMessage `json:"state"` // of the other account
	Paid  []WalletDraw    `json:"paid,omitempty"`
}

// WalletDraw is a draw within a wallet that pays its debt.
type WalletDraw struct {
	Wallet string `json:"wallet"`
	Points Points `json:"points"`
	Draws  []Draw `json:"draws"`
}

// MergedOut ends an account whose state another took over.
type MergedOut struct {
	Into string `json:"into"`
}

// WrittenOff ends what a closed account still had or owed.
type WrittenOff struct {
	Wallet  string `json:"wallet"`
	Draws   []Draw `json:"draws,omitempty"` // pending or active
	Debt    Points `json:"debt,omitempty"`
	Pending Points `json:"pending,omitempty"` // of the draws: those that were pending
}

// Extended gives lots a later end.
type Extended struct {
	Wallet string    `json:"wallet"`
	Lots   []LotTerm `json:"lots"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"`
}

// LotTerm is the end of a lot; Never: it does not die of age.
type LotTerm struct {
	Lot     LotID   `json:"lot"`
	Expires Instant `json:"expires,omitzero"`
}

// Ticked moves the clock on.
type Ticked struct{}

// Origin says why a lot exists.
type Origin uint8

// The origins of lots.
const (
	FromPurchase Origin = iota + 1
	FromEarn
	FromAdjustment
	FromTransfer
	FromConversion
	FromGesture
	FromChallenge
	FromReissue
	FromMilestone
	FromReversal      // of overdraft that has been paid meanwhile: not issued anew
	FromReinstatement // of points that had expired
)

type eventJSON struct {
	Account   string          `json:"account"`
	Seq       uint64          `json:"seq"`
	Kind      EventKind       `json:"kind"`
	Version   int             `json:"v"`
	Effective Instant         `json:"effective"`
	Recorded  Instant         `json:"recorded"`
	Key       string          `json:"key,omitempty"`
	Hash      Hash            `json:"hash,omitzero"`
	Program   string          `json:"program,omitempty"`
	Alive     []Alive         `json:"alive,omitempty"`
	Body      json.RawMessage `json:"body,omitempty"`
}

// MarshalJSON writes the event with its kind and version. Equal events give equal
// bytes.
func (e Event) MarshalJSON() ([]byte, error) {
	if e.Body == nil {
		return nil, fmt.Errorf("%w: event without a body", ErrData)
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(eventJSON{
		e.Account, e.Seq, e.Body.Event(), EventVersion, e.Effective, e.Recorded,
		e.Key, e.Hash, e.Program, e.Alive, body,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote. A kind or a version that this package
// does not know unwraps to [ErrUnknown], anything else unreadable to [ErrData].
func (e *Event) UnmarshalJSON(data []byte) error {
	var j eventJSON
	if err := json.Unmarshal(data, &j); err != nil {
		if errors.Is(err, ErrValue) {
			return errors.Join(ErrUnknown, err)
		}
		return errors.Join(ErrData, err)
	}
	if j.Version < 1 || j.Version > EventVersion {
		return fmt.Errorf("%w: version %d", ErrUnknown, j.Version)
	}
	body, err := newBody(j.Kind, j.Body)
	if err != nil {
		return err
	}
	*e = Event{
		Account: j.Account, Seq: j.Seq, Effective: j.Effective, Recorded: j.Recorded,
		Key: j.Key, Hash: j.Hash, Program: j.Program, Alive: j.Alive, Body: body,
	}
	return nil
}

func readBody[T any, P interface {
	*T
	Body
}](data []byte) (Body, error) {
	v := P(new(T))
	if len(data) > 0 {
		if err := json.Unmarshal(data, v); err != nil {
			return nil, errors.Join(ErrData, err)
		}
	}
	return v, nil
}

// Total is what lapsed in all.
func (b *Lapsed) Total() Points { return sum(b.Draws) }
