package loyalty

import "github.com/rapport-go/rapport/loyalty/internal/cow"

// Evolve folds an event into the account that it is of, in place. It never fails:
// on an event that Decide or Settle made for this state it does what they decided,
// and on any other, such as a part of a log for a question about the past, it does
// what can be done. It needs no programme.
func Evolve(a *Account, ev *Event) {
	if a.version == 0 || ev.Recorded > a.clock {
		a.clock = ev.Recorded
	}
	a.version = ev.Seq
	for _, l := range ev.Alive {
		a.live(l, ev.Effective)
	}
	switch b := ev.Body.(type) {
	case *Issued:
		a.issue(ev, b)
	case *Drawn:
		n := a.takeAll(b.Draws)
		w := a.purse(b.Wallet)
		w.sums.Redeemed += n + b.Debt
		w.sums.Debt += b.Debt
		a.drawn.Set(a.own, name(ev.Key), &redemption{
			wallet: b.Wallet, points: n + b.Debt, debt: b.Debt, draws: b.Draws, pool: b.Pool, at: ev.Effective,
		})
	case *Activated:
		a.activate(b)
	case *Expired:
		n := a.take(b.Lot, b.Points)
		a.bury(b.Lot, n+a.unpend(b.Lot, b.Points-n))
	case *Lapsed:
		a.lapse(b)
	case *Held:
		a.put(ev, b)
	case *Captured:
		a.capture(ev, b)
	case *Released:
		a.release(b.Hold, b.Released, b.Expired, b.Paid)
	case *Reversed:
		a.reverse(b)
	case *ClawedBack:
		a.claw(b)
	default:
		a.evolveRest(ev)
	}
}

// evolveRest folds what is not a movement of points within one account.
func (a *Account) evolveRest(ev *Event) {
	switch b := ev.Body.(type) {
	case *Purchased:
		a.purchase(ev, b)
	case *Refunded:
		a.refunded(b)
	case *Adjusted:
		n := a.takeAll(b.Draws)
		w := a.purse(b.Wallet)
		w.sums.Adjusted += n + b.Debt
		w.sums.Debt += b.Debt
	case *Transferred:
		n := a.takeAll(b.Draws)
		a.purse(b.Wallet).sums.TransferredOut += n
	case *Converted:
		n := a.takeAll(b.Draws)
		a.purse(b.Wallet).sums.ConvertedOut += n
	case *TierChanged:
		a.changeTier(ev, b)
	case *ChallengeProgressed:
		a.progress(b)
	case *RewardClaimed:
		a.claim(ev, b)
	case *RewardCancelled:
		a.unclaim(b)
	case *StockChanged:
		a.stock += b.Delta
	case *WrittenOff:
		a.writeOff(b)
	case *Extended:
		for _, x := range b.Lots {
			a.extend(x.Lot, x.Expires)
		}
	case *MergedIn:
		a.absorb(b)
	default:
		a.evolveMember(ev)
	}
}

func (a *Account) evolveMember(ev *Event) {
	switch b := ev.Body.(type) {
	case *Enrolled:
		a.member = *b
	case *Noticed:
		a.noticed = append(a.noticed, b.Sent)
		if len(a.noticed) > 8 {
			a.noticed = a.noticed[1:]
		}
	case *Joined:
		a.member.Household = b.Household
	case *StatusChanged:
		a.status = b.To
		if b.To == StatusClosed {
			a.due = cow.Tree[dueKey, struct{}]{} // what is over has nothing ahead of it
		}
	case *MergedOut:
		// What it had is the other account's now; its own history stays in its log.
		gone := NewAccount(a.id)
		gone.version, gone.clock, gone.member = a.version, a.clock, a.member
		gone.merged, gone.status = b.Into, StatusClosed
		*a = *gone
	}
}

func (a *Account) issue(ev *Event, b *Issued) {
	w := a.purse(b.Wallet)
	switch b.Origin {
	case FromTransfer:
		w.sums.TransferredIn += b.Points
	case FromConversion:
		w.sums.ConvertedIn += b.Points
	case FromReversal:
		w.sums.Redeemed -= min(b.Points, w.sums.Redeemed)
		if r, ok := a.drawn.Get(name(b.Source)); ok {
			a.drawn.Set(a.own, name(b.Source), r.less(b.Points))
		}
	default:
		w.sums.Issued += b.Points
	}
	at := 0
	for at = range a.wallets {
		if &a.wallets[at] == w {
			break
		}
	}
	l := lot{
		points: b.Points, issued: ev.Effective, activates: b.Activates, expires: b.Expires,
		source: b.Source, wallet: int32(at), pool: int32(w.slot(b.Scope, b.Inactive)),
		priority: b.Priority, origin: b.Origin, order: b.Order, inactive: b.Inactive,
	}
	later := b.OnAction || (b.Activates != Never && b.Activates > ev.Recorded)
	if later {
		l.pending = b.Points
		w.sums.Pending += b.Points
	}
	a.lots.Append(a.own, l)
	id := LotID(a.lots.Len())
	for _, d := range b.Revived {
		if from := a.edit(d.Lot); from != nil {
			from.forgiven += min(d.Points, from.dead-from.forgiven)
		}
	}
	switch {
	case !later:
		a.give(id, b.Points)
		if b.Paid > 0 {
			a.pay(id, b.Paid)
		}
	case b.Points == 0:
	case !b.OnAction:
		a.due.Set(a.own, dueKey{at: b.Activates, what: dueActivation, id: uint32(id)}, struct{}{})
	case l.dies():
		a.due.Set(a.own, dueKey{at: l.expires, what: dueExpiry, id: uint32(id)}, struct{}{})
	}
	if b.Refundable {
		a.orders.Set(a.own, name(b.Source), &order{lot: id, lines: b.Lines, at: ev.Effective})
	}
	a.qualify(b.Qualified)
	a.useCaps(b.Caps)
}

func (a *Account) activate(b *Activated) {
	l := a.edit(b.Lot)
	if l == nil {
		return
	}
	n := min(b.Points, l.pending)
	a.unpend(b.Lot, n)
	a.give(b.Lot, n)
	if b.Paid > 0 {
		a.pay(b.Lot, b.Paid)
	}
}

// unpend removes pending points of a lot.
func (a *Account) unpend(id LotID, n Points) Points {
	l := a.edit(id)
	if l == nil || l.pending == 0 {
		return 0
	}
	n = min(n, l.pending)
	l.pending -= n
	a.wallets[l.wallet].sums.Pending -= n
	switch {
	case l.pending > 0:
	case l.activates == Never:
		if l.active == 0 && l.dies() {
			a.due.Delete(a.own, dueKey{at: l.expires, what: dueExpiry, id: uint32(id)})
		}
	default:
		a.due.Delete(a.own, dueKey{at: l.activates, what: dueActivation, id: uint32(id)})
	}
	return n
}

// live moves the end of inactivity of a wallet.
func (a *Account) live(l Alive, on Instant) {
	w := a.purse(l.Wallet)
	for i := range a.wallets {
		if &a.wallets[i] != w {
			continue
		}
		if w.alive != Never {
			a.due.Delete(a.own, dueKey{at: w.alive, what: dueLapse, id: uint32(i)})
		}
		w.alive, w.last = l.Until, on
		if w.alive != Never {
			a.due.Set(a.own, dueKey{at: w.alive, what: dueLapse, id: uint32(i)}, struct{}{})
		}
		return
	}
}

func (a *Account) lapse(b *Lapsed) {
	for i := range a.wallets {
		if a.wallets[i].id == b.Wallet {
			a.due.Delete(a.own, dueKey{at: b.At, what: dueLapse, id: uint32(i)})
			a.wallets[i].alive = Never // until the next activity
			if !b.Spared {
				a.wallets[i].lapsed = b.At
			}
		}
	}
	for _, d := range b.Draws {
		a.bury(d.Lot, a.take(d.Lot, d.Points))
	}
}

func (a *Account) put(ev *Event, b *Held) {
	for _, d := range b.Draws {
		n := a.take(d.Lot, d.Points)
		if l := a.edit(d.Lot); l != nil {
			l.held += n
			a.wallets[l.wallet].sums.Held += n
		}
	}
	a.letGo(name(ev.Key)) // a foreign log may use a key twice
	a.putAside(name(ev.Key), hold{b, uint32(ev.Seq)})
}

// release ends a hold: what is not captured comes back or dies.
func (a *Account) release(id string, back, dead, paid []Draw) {
	a.letGo(name(id))
	for _, d := range back {
		a.give(d.Lot, a.unhold(d.Lot, d.Points))
	}
	for _, d := range dead {
		a.bury(d.Lot, a.unhold(d.Lot, d.Points))
	}
	for _, d := range paid {
		a.pay(d.Lot, d.Points)
	}
}

func (a *Account) capture(ev *Event, b *Captured) {
	var sum Points
	for _, d := range b.Draws {
		sum += a.unhold(d.Lot, d.Points)
	}
	a.purse(b.Wallet).sums.Redeemed += sum
	a.drawn.Set(a.own, name(ev.Key), &redemption{wallet: b.Wallet, points: sum, draws: b.Draws, at: ev.Effective})
	a.release(b.Hold, b.Released, b.Expired, b.Paid)
}

func (a *Account) reverse(b *Reversed) {
	r, ok := a.drawn.Get(name(b.Redemption))
	w := a.purse(b.Wallet)
	n := min(b.Points, w.sums.Redeemed)
	w.sums.Redeemed -= n
	debt := min(b.Debt, w.sums.Debt)
	w.sums.Debt -= debt
	if ok {
		a.drawn.Set(a.own, name(b.Redemption), r.less(b.Points))
	}
	for _, d := range b.Restored {
		a.give(d.Lot, d.Points)
	}
	for _, d := range b.Expired {
		a.bury(d.Lot, d.Points)
	}
	for _, d := range b.Paid {
		a.pay(d.Lot, d.Points)
	}
}

func (a *Account) claw(b *ClawedBack) {
	var sum Points
	sum += a.unpend(b.Lot, b.FromPending)
	sum += a.take(b.Lot, b.FromLot)
	if l := a.edit(b.Lot); l != nil {
		l.forgiven += b.Forgiven
	}
	sum += a.takeAll(b.Others)
	w := a.purse(b.Wallet)
	w.sums.Debt += b.Debt
	w.sums.Clawed += sum + b.Debt
	o, ok := a.orders.Get(name(b.Order))
	if !ok {
		return
	}
	a.orders.Set(a.own, name(b.Order), o.clawed(b))
}

func (a *Account) writeOff(b *WrittenOff) {
	var sum Points
	for _, d := range b.Draws {
		n := a.unpend(d.Lot, d.Points)
		sum += n + a.take(d.Lot, d.Points-n)
	}
	w := a.purse(b.Wallet)
	debt := min(b.Debt, w.sums.Debt)
	w.sums.Debt -= debt
	w.sums.WrittenOff += sum - debt
}

func (a *Account) useCaps(uses []CapUse) {
	for _, u := range uses {
		a.useCap(u)
	}
}

func (a *Account) useCap(u CapUse) {
	for i := range a.caps {
		c := &a.caps[i]
		if c.cap != u.Cap {
			continue
		}
		if c.period == u.Period {
			c.used = max(c.used+u.Points, 0)
			return
		}
	}
	a.caps = append(a.caps, capState{u.Cap, u.Period, max(u.Points, 0)})
	a.pruneCaps(u.Cap)
}

// keepPeriods is how many periods of one cap an account remembers, so that a
// backdated earning or a refund still finds its own.
const keepPeriods = 40

func (a *Account) pruneCaps(id string) {
	n, first := 0, -1
	for i := range a.caps {
		if a.caps[i].cap == id {
			if first < 0 || a.caps[i].period < a.caps[first].period {
				first = i
			}
			n++
		}
	}
	if n > keepPeriods {
		a.caps = append(a.caps[:first:first], a.caps[first+1:]...)
	}
}

func (a *Account) capUsed(id, period string) Points {
	for i := range a.caps {
		if a.caps[i].cap == id && a.caps[i].period == period {
			return a.caps[i].used
		}
	}
	return 0
}
