package loyalty

import "iter"

// Redemption is a view of points that were redeemed or captured.
type Redemption struct {
	Key      string // of the command that took them
	Wallet   string
	At       Instant
	Points   Points  // taken
	Reversed Points  // given back since
	Debt     Points  // of Points: paid by overdraft
	Draws    []Draw  // which lots paid what is not given back, in the order drawn
	Pool     []Share // of a household
}

// Redemptions yields what was redeemed or captured, in order of key, without what
// has been given back.
func (a *Account) Redemptions() iter.Seq[Redemption] {
	return func(yield func(Redemption) bool) {
		for k, r := range a.drawn.All() {
			left := min(r.points-r.reversed, r.points-r.debt)
			draws, _ := cut(r.draws, left)
			v := Redemption{
				Key: string(k), Wallet: r.wallet, At: r.at, Points: r.points, Reversed: r.reversed, Debt: r.debt,
				Draws: append([]Draw(nil), draws...), Pool: append([]Share(nil), r.pool...),
			}
			if !yield(v) {
				return
			}
		}
	}
}

// HoldView is points that are put aside.
type HoldView struct {
	Key    string // of the hold's command
	Wallet string
	Points Points
	Until  Instant // exclusive
	Draws  []Draw
}

// Holds yields the open holds in order of key.
func (a *Account) Holds() iter.Seq[HoldView] {
	return func(yield func(HoldView) bool) {
		for k, h := range a.holds.All() {
			if !yield(HoldView{string(k), h.Wallet, h.Points, h.Until, append([]Draw(nil), h.Draws...)}) {
				return
			}
		}
	}
}

// Dying is the active points of a wallet that die of age in [from, until) if
// nothing is spent.
func (a *Account) Dying(wallet string, from, until Instant) (n Points) {
	for l := range a.Lots() {
		if l.Wallet == wallet && !l.Inactive && l.Expires != Never && l.Expires >= from && l.Expires < until {
			n += l.Active
		}
	}
	return n
}
