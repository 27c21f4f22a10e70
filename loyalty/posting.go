package loyalty

// Ledger is an account of the double entry that every event is.
type Ledger uint8

// The ledgers. Those of origin (issued, transfer, conversion) and debt carry the
// opposite sign of the others, so that the postings of every event add up to zero in
// every wallet.
const (
	LedgerIssued Ledger = iota + 1
	LedgerPending
	LedgerActive
	LedgerHeld
	LedgerRedeemed
	LedgerExpired
	LedgerClawed
	LedgerDebt
	LedgerWrittenOff
	LedgerTransfer
	LedgerConversion
	LedgerAdjustment
)

// Posting is one leg of an event.
type Posting struct {
	Wallet string
	Ledger Ledger
	Points Points
}

// Postings are the legs of the event as a double entry; those of one wallet add up
// to zero. Events that move no points, and a merge (whose legs are those of the
// account it takes over), have none.
func (e *Event) Postings() []Posting {
	switch b := e.Body.(type) {
	case *Issued:
		from := LedgerIssued
		switch b.Origin {
		case FromTransfer:
			from = LedgerTransfer
		case FromConversion:
			from = LedgerConversion
		case FromReversal:
			from = LedgerRedeemed
		}
		to := LedgerActive
		if b.OnAction || (b.Activates != Never && b.Activates > e.Recorded) {
			to = LedgerPending
		}
		return legs(b.Wallet, leg{from, -b.Points}, leg{to, b.Points - b.Paid}, leg{LedgerDebt, b.Paid})
	case *Activated:
		return legs(b.Wallet, leg{LedgerPending, -b.Points}, leg{LedgerActive, b.Points - b.Paid}, leg{LedgerDebt, b.Paid})
	case *Expired:
		return legs(b.Wallet, leg{LedgerPending, -b.Pending}, leg{LedgerActive, b.Pending - b.Points}, leg{LedgerExpired, b.Points})
	case *Lapsed:
		return legs(b.Wallet, leg{LedgerActive, -sum(b.Draws)}, leg{LedgerExpired, sum(b.Draws)})
	case *Drawn:
		return legs(b.Wallet, leg{LedgerActive, -sum(b.Draws)}, leg{LedgerDebt, -b.Debt}, leg{LedgerRedeemed, sum(b.Draws) + b.Debt})
	case *Held:
		return legs(b.Wallet, leg{LedgerActive, -b.Points}, leg{LedgerHeld, b.Points})
	case *Captured:
		back, dead, paid := sum(b.Released), sum(b.Expired), sum(b.Paid)
		return legs(b.Wallet, leg{LedgerHeld, -b.Points - back - dead}, leg{LedgerRedeemed, b.Points},
			leg{LedgerActive, back - paid}, leg{LedgerExpired, dead}, leg{LedgerDebt, paid})
	case *Released:
		back, dead, paid := sum(b.Released), sum(b.Expired), sum(b.Paid)
		return legs(b.Wallet, leg{LedgerHeld, -back - dead}, leg{LedgerActive, back - paid}, leg{LedgerExpired, dead}, leg{LedgerDebt, paid})
	}
	return e.morePostings()
}

func (e *Event) morePostings() []Posting {
	switch b := e.Body.(type) {
	case *Reversed:
		back, dead, paid := sum(b.Restored), sum(b.Expired), sum(b.Paid)
		return legs(b.Wallet, leg{LedgerRedeemed, -back - dead - b.Debt}, leg{LedgerActive, back - paid},
			leg{LedgerExpired, dead}, leg{LedgerDebt, paid + b.Debt})
	case *ClawedBack:
		others := sum(b.Others)
		return legs(b.Wallet, leg{LedgerPending, -b.FromPending}, leg{LedgerActive, -b.FromLot - others}, leg{LedgerDebt, -b.Debt},
			leg{LedgerClawed, b.FromPending + b.FromLot + others + b.Debt})
	case *Adjusted:
		return legs(b.Wallet, leg{LedgerActive, -sum(b.Draws)}, leg{LedgerDebt, -b.Debt}, leg{LedgerAdjustment, b.Points})
	case *Transferred:
		return legs(b.Wallet, leg{LedgerActive, -b.Points}, leg{LedgerTransfer, b.Points})
	case *Converted:
		return legs(b.Wallet, leg{LedgerActive, -b.Points}, leg{LedgerConversion, b.Points})
	case *WrittenOff:
		return legs(b.Wallet, leg{LedgerPending, -b.Pending}, leg{LedgerActive, b.Pending - sum(b.Draws)}, leg{LedgerDebt, b.Debt}, leg{LedgerWrittenOff, sum(b.Draws) - b.Debt})
	}
	return nil
}

type leg struct {
	ledger Ledger
	points Points
}

func legs(wallet string, list ...leg) []Posting {
	var out []Posting
	for _, l := range list {
		if l.points != 0 {
			out = append(out, Posting{wallet, l.ledger, l.points})
		}
	}
	return out
}
