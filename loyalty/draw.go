package loyalty

import (
	"github.com/rapport-go/rapport/internal/amount"
)

// pick resolves a wallet and the account's purse of it, which may be nil.
func (s *session) pick(id string) (int, *wallet, error) {
	i, ok := s.p.wallet(id)
	if !ok {
		return 0, nil, s.refuse(ErrNoWallet, "wallet", id, 0, 0)
	}
	return i, s.a.find(s.p.wallets[i].ID), nil
}

// draw plans n points and the overdraft that makes up for what is missing.
func (s *session) draw(i int, w *wallet, n Points, basket []string, into []Draw) (draws []Draw, debt Points, err error) {
	var have, owed Points
	if w != nil {
		have, owed = w.spendable(basket), w.sums.Debt
	}
	room := Points(0)
	if over := s.p.wallets[i].Overdraft; over > 0 && (w == nil || have == w.sums.Active) {
		room = max(over-owed, 0)
	}
	if n > have+room {
		return nil, 0, s.refuse(ErrInsufficient, "points", "", n, have)
	}
	if w != nil {
		draws = s.a.planInto(into, w, min(n, have), basket)
	}
	return draws, max(n-have, 0), nil
}

// value is what points are worth against an order.
func (p *Program) value(n Points) frac {
	r := &p.spec.Redemption
	if r.ValuePerStep.IsZero() {
		return frac{}
	}
	return whole(int64(n)).mul(fracOf(r.ValuePerStep.Decimal())).over(whole(int64(max(r.PointsPerStep, 1))))
}

// Usable is how many points may be used for an order: the least of what is asked
// for, what there is, and the programme's share of the order, in whole steps, and
// none below the minimum. A negative asked or balance, and a negative total, set no
// limit. value is what the points are worth.
func (r RedemptionSpec) Usable(asked, balance Points, total Amount) (n Points, value Amount) {
	step := max(r.PointsPerStep, 1)
	n = -1
	for _, limit := range []Points{asked, balance, r.byOrder(total)} {
		if limit >= 0 && (n < 0 || limit < n) {
			n = limit
		}
	}
	n = max(n, 0) / step * step
	if n < r.MinPoints {
		n = 0
	}
	worth := whole(int64(n / step)).mul(fracOf(r.ValuePerStep.Decimal()))
	d, _ := worth.exact()
	return n, Amount(d)
}

// byOrder is the most points for an order of a total, or -1 for no limit.
func (r RedemptionSpec) byOrder(total Amount) Points {
	if total.Decimal().Sign() < 0 || r.ValuePerStep.Decimal().Sign() <= 0 || r.MaxPercent.IsZero() || total.check() != nil {
		return -1
	}
	steps, ok := fracOf(total.Decimal()).mul(fracOf(r.MaxPercent.Decimal())).over(whole(100)).
		over(fracOf(r.ValuePerStep.Decimal())).round(Floor)
	if !ok || steps > int64(MaxPoints/max(r.PointsPerStep, 1)) {
		return -1
	}
	return Points(steps) * max(r.PointsPerStep, 1)
}

// usable checks steps, minimum and the share of the order.
func (s *session) usable(n Points, total Amount) error {
	r := &s.p.spec.Redemption
	if n%max(r.PointsPerStep, 1) != 0 || n < r.MinPoints {
		return s.refuse(ErrMinimum, "points", "", n, max(r.MinPoints, r.PointsPerStep))
	}
	if !total.IsZero() {
		if most := r.byOrder(total); most >= 0 && n > most {
			return s.refuse(ErrLimit, "points", "share of the order", n, most)
		}
	}
	return nil
}

func (s *session) redeem(d Redeem) error {
	if len(d.Pool) > 0 {
		return s.redeemPool(d)
	}
	i, w, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	if d.Points <= 0 {
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	}
	if err := s.usable(d.Points, d.Total); err != nil {
		return err
	}
	// One piece of memory for the event, its body and the draws of most redemptions.
	x := new(struct {
		event [1]Event
		body  Drawn
		draws [3]Draw
	})
	b := &x.body
	if b.Draws, b.Debt, err = s.draw(i, w, d.Points, d.Basket, x.draws[:0]); err != nil {
		return err
	}
	b.Wallet, b.Points = s.p.wallets[i].ID, d.Points
	s.reserve(x.event[:0])
	s.spend(i, b)
	return nil
}

// spend emits a redemption and what it means for inactivity.
func (s *session) spend(i int, b *Drawn) {
	ev := s.emit(b)
	s.alive(ev, i, ActivityRedeem)
	s.res.Draws, s.res.Debt = b.Draws, b.Debt
	if v := s.p.value(b.Points); v.sign() > 0 {
		if d, ok := v.exact(); ok && amount.Check(d) == nil {
			s.res.Value = Amount(d)
		}
	}
}

func (s *session) hold(d Hold) error {
	i, w, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	switch {
	case d.Until <= s.now || d.Until > lastInstant:
		return s.refuse(ErrUntil, "until", d.Until.String(), 0, 0)
	case d.Points <= 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	}
	var have Points
	if w != nil {
		have = w.spendable(d.Basket)
	}
	var lasting []Draw
	if s.p.wallets[i].Unpinned && w != nil {
		lasting = s.a.lasting(w, d.Until, s.a.plan(w, have, d.Basket))
		have = sum(lasting)
	}
	if d.Points > have {
		return s.refuse(ErrInsufficient, "points", "", d.Points, have)
	}
	b := &Held{Wallet: s.p.wallets[i].ID, Points: d.Points, Until: d.Until}
	if s.p.wallets[i].Unpinned {
		b.Draws, _ = cut(lasting, d.Points)
	} else {
		b.Draws = s.a.plan(w, d.Points, d.Basket)
	}
	s.emit(b)
	s.res.Draws = b.Draws
	return nil
}

func (s *session) capture(d Capture) error {
	h, ok := s.a.holds.Get(name(d.Hold))
	switch {
	case !ok:
		return s.refuse(ErrNoHold, "hold", d.Hold, 0, 0)
	case d.Points <= 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	case d.Points > h.Points:
		return s.refuse(ErrExceedsHold, "points", "", d.Points, h.Points)
	}
	b := &Captured{Hold: d.Hold, Wallet: h.Wallet, Points: d.Points}
	var rest []Draw
	b.Draws, rest = cut(h.Draws, d.Points)
	b.Released, b.Expired, b.Paid = s.comeBack(h.Wallet, rest, s.now)
	ev := s.emit(b)
	if i, ok := s.p.wallet(h.Wallet); ok {
		s.alive(ev, i, ActivityRedeem)
	}
	s.res.Draws, s.res.Released, s.res.Expired = b.Draws, b.Released, sum(b.Expired)
	return nil
}

// cut splits draws after their first n points.
func cut(draws []Draw, n Points) (first, rest []Draw) {
	for i, d := range draws {
		if d.Points <= n {
			n -= d.Points
			continue
		}
		first = draws[:i:i]
		if n > 0 {
			first = append(first, Draw{d.Lot, n})
		}
		rest = append([]Draw{{d.Lot, d.Points - n}}, draws[i+1:]...)
		return first, rest
	}
	return draws, nil
}

// comeBack sorts points that come back to their lots into those that live, those
// that die at once, and what of the living pays debt, part by part.
func (s *session) comeBack(id string, parts []Draw, at Instant) (back, dead, paid []Draw) {
	w := s.a.find(id)
	if w == nil {
		return nil, nil, nil
	}
	return s.comeBackOwing(parts, at, w.sums.Debt)
}

func (s *session) comeBackOwing(parts []Draw, at Instant, debt Points) (back, dead, paid []Draw) {
	for _, d := range parts {
		if s.a.isDead(s.a.lot(d.Lot), at) {
			dead = append(dead, d)
			continue
		}
		back = append(back, d)
		if n := min(debt, d.Points); n > 0 {
			paid = append(paid, Draw{d.Lot, n})
			debt -= n
		}
	}
	return back, dead, paid
}

func (s *session) release(d Release) error {
	h, ok := s.a.holds.Get(name(d.Hold))
	if !ok {
		return s.refuse(ErrNoHold, "hold", d.Hold, 0, 0)
	}
	b := &Released{Hold: d.Hold, Wallet: h.Wallet}
	b.Released, b.Expired, b.Paid = s.comeBack(h.Wallet, h.Draws, s.now)
	s.emit(b)
	s.res.Released, s.res.Expired = b.Released, sum(b.Expired)
	return nil
}

func (s *session) reverse(d Reverse) error {
	r, ok := s.a.drawn.Get(name(d.Redemption))
	switch {
	case !ok:
		return s.refuse(ErrNoRedemption, "redemption", d.Redemption, 0, 0)
	case r.pool != nil && len(d.Pool) == 0:
		return s.refuse(ErrHousehold, "pool", d.Redemption, 0, 0)
	case r.pool != nil:
		return s.reversePool(d, r)
	case d.Points <= 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	case d.Points > r.points-r.reversed:
		return s.refuse(ErrExceedsDrawn, "points", "", d.Points, r.points-r.reversed)
	}
	s.giveBack(d.Redemption, r, d.Points, d.HouseFault)
	return nil
}

// giveBack undoes n points of a redemption, last drawn first: the overdraft, then
// the lots from the last to the first.
func (s *session) giveBack(id string, r *redemption, n Points, fault bool) {
	b := &Reversed{Redemption: id, Wallet: r.wallet, Points: n}
	left := r.points - r.reversed // what is still redeemed: the first of the draws, then the overdraft
	own := r.points - r.debt      // of the lots
	back := min(n, max(left-own, 0))
	w := s.a.find(r.wallet)
	owed := w.sums.Debt
	b.Debt = min(back, owed)
	parts := undone(r.draws, min(left, own), n-back)
	b.Restored, b.Expired, b.Paid = s.comeBackOwing(parts, s.now, owed-b.Debt)
	i, known := s.p.wallet(r.wallet)
	dead := sum(b.Expired)
	if known && (fault || s.p.wallets[i].Restore == RestoreReissue) {
		b.Reissued = dead
	}
	b.Points -= back - b.Debt // the rest follows as a lot
	s.emit(b)
	s.res.Restored += sum(b.Restored) + b.Debt
	s.res.Expired += dead
	for _, d := range b.Expired {
		s.note(Step{Code: TraceSwallowed, About: lotName(d.Lot), To: s.points(d.Points)})
	}
	if extra := back - b.Debt; extra > 0 { // overdraft that later points have paid
		s.issueAs(i, extra, FromReversal, id)
		s.res.Restored += extra
	}
	if b.Reissued > 0 {
		s.issueAs(i, b.Reissued, FromReissue, id)
		s.res.Reissued += b.Reissued
	}
}

// undone is the last n of the first left points of draws, from the last back.
func undone(draws []Draw, left, n Points) []Draw {
	first, _ := cut(draws, left)
	out := make([]Draw, 0, len(first))
	for i := len(first) - 1; i >= 0 && n > 0; i-- {
		d := Draw{first[i].Lot, min(n, first[i].Points)}
		out, n = append(out, d), n-d.Points
	}
	return out
}
