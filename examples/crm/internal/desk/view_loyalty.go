package desk

import "time"

// AccountView is a customer's account in the programme.
type AccountView struct {
	Account string       `json:"account"`
	Status  string       `json:"status"`
	Version int64        `json:"version"`
	Unit    string       `json:"unit"`
	Balance BalanceView  `json:"balance"`
	Lots    []LotView    `json:"lots"`          // that are not empty, in the order in which they are spent
	Holds   []HoldView   `json:"holds"`         // open
	Expires []ExpiryView `json:"expires"`       // what dies when, the earliest first
	Next    time.Time    `json:"next,omitzero"` // when time alone changes the account
	Tier    *TierView    `json:"tier,omitempty"`
	Rewards []RewardView `json:"rewards"`
	History []LedgerView `json:"history"` // the newest first, at most 30
	Also    []OtherView  `json:"also"`    // accounts of customers who were merged into this one
}

// OtherView is the account of a customer who was merged into another. It stays by itself,
// since a merge of customers can be undone and one of accounts cannot: what was earned on it
// is refunded on it, and nothing is spent from it until then.
type OtherView struct {
	Account string `json:"account"`
	Active  int64  `json:"active"`
	Held    int64  `json:"held"`
}

// BalanceView is the ledgers of the account in points.
type BalanceView struct {
	Pending  int64 `json:"pending"`
	Active   int64 `json:"active"`
	Held     int64 `json:"held"`
	Debt     int64 `json:"debt"`
	Issued   int64 `json:"issued"`
	Redeemed int64 `json:"redeemed"`
	Expired  int64 `json:"expired"`
	Clawed   int64 `json:"clawed"`
	Holds    bool  `json:"holds"` // the ledgers add up
}

// LotView is points of one origin.
type LotView struct {
	ID      string    `json:"id"`
	Origin  string    `json:"origin"`
	Order   string    `json:"order,omitempty"`
	Earned  time.Time `json:"earned"`
	Active  time.Time `json:"active,omitzero"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Issued  int64     `json:"issued"`
	Left    int64     `json:"left"`
	Held    int64     `json:"held"` // of what is left: put aside
	State   string    `json:"state"`

	place int // in the order of spending
}

// HoldView is points put aside.
type HoldView struct {
	ID      string    `json:"id"`
	Points  int64     `json:"points"`
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires,omitzero"`
}

// ExpiryView is points that die at one instant.
type ExpiryView struct {
	At     time.Time `json:"at"`
	Local  string    `json:"local"`
	Points int64     `json:"points"`
}

// TierView is where the customer stands and how far the next level is.
type TierView struct {
	Level   string      `json:"level"`
	Since   time.Time   `json:"since,omitzero"`
	Until   time.Time   `json:"until,omitzero"` // of the level, zero while it is not bounded
	Metric  string      `json:"metric"`
	Counted string      `json:"counted"`
	Next    string      `json:"next,omitempty"` // the level above, empty at the top
	Missing string      `json:"missing,omitempty"`
	Percent int         `json:"percent"` // of the way to the next level
	Keep    string      `json:"keep,omitempty"`
	Levels  []TierLevel `json:"levels"`
	Notes   []string    `json:"notes"`
}

// TierLevel is a level of the programme.
type TierLevel struct {
	Name    string `json:"name"`
	From    string `json:"from"`
	Reached bool   `json:"reached"`
}

// RewardView is something to redeem points for.
type RewardView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Cost   int64  `json:"cost"`
	Enough bool   `json:"enough"`
	Why    string `json:"why,omitempty"` // why it cannot be had now
}

// LedgerView is one event of the account.
type LedgerView struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Points int64     `json:"points"`
	Text   string    `json:"text"`
}

// OrderLine is one line of an order. Amount is decimal text in the shop's currency.
type OrderLine struct {
	Item   string `json:"item"`
	Amount string `json:"amount"`
}

// EarnCommand is an order: the order, its points and its entry on the timeline are
// written together. It happens now, by the application's clock.
type EarnCommand struct {
	Key      string      `json:"key"`
	Customer string      `json:"customer"`
	Order    string      `json:"order"`
	Lines    []OrderLine `json:"lines"`
}

// RedeemCommand spends points. Reward, when not empty, names a reward and Points is
// left at zero.
type RedeemCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Points   int64  `json:"points,omitempty"`
	Reward   string `json:"reward,omitempty"`
	Order    string `json:"order,omitempty"`
}

// HoldCommand puts points aside under an id.
type HoldCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Hold     string `json:"hold"`
	Points   int64  `json:"points"`
}

// SettleHoldCommand captures or releases a hold. Points of a capture may be fewer than
// those that are held; zero means all.
type SettleHoldCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Hold     string `json:"hold"`
	Points   int64  `json:"points,omitempty"`
}

// RefundCommand takes an order back, in part when Amount is not empty.
type RefundCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Order    string `json:"order"`
	Amount   string `json:"amount,omitempty"`
}

// QuoteView is what a command would do. Nothing is written.
type QuoteView struct {
	Points  int64       `json:"points"`
	Worth   *Money      `json:"worth,omitempty"`
	Trace   []string    `json:"trace"`
	Balance BalanceView `json:"balance"` // afterwards
	Tier    string      `json:"tier,omitempty"`
}

// LoyaltyResult is what a command did.
type LoyaltyResult struct {
	Key      string      `json:"key"`
	Replayed bool        `json:"replayed"` // the key had come before; nothing was done now
	Customer string      `json:"customer"`
	Points   int64       `json:"points"` // earned or spent; negative where taken back
	Worth    *Money      `json:"worth,omitempty"`
	Trace    []string    `json:"trace"`
	Balance  BalanceView `json:"balance"`
	Tier     string      `json:"tier,omitempty"`
	Version  int64       `json:"version"`
}
