package loyalty

import (
	"fmt"

	"github.com/rapport-go/rapport/internal/amount"
)

func (d Refund) check() (string, error) {
	if d.Order == "" || len(d.Order) > MaxID {
		return "order", ErrCommand
	}
	if len(d.Lines) > maxLines {
		return "lines", ErrCommand
	}
	ways := 0
	if len(d.Lines) > 0 {
		ways++
	}
	if d.All {
		ways++
	}
	if err := d.Paid.check(); err != nil || d.Paid.Decimal().Sign() < 0 {
		return "paid", ErrAmount
	}
	if !d.Paid.IsZero() {
		ways++
	}
	if ways != 1 {
		return "lines", ErrCommand
	}
	for i, l := range d.Lines {
		if err := l.Amount.check(); err != nil || l.Amount.Decimal().Sign() < 0 {
			return fmt.Sprintf("lines[%d].amount", i), ErrAmount
		}
	}
	return "", nil
}

func (s *session) refund(d Refund) error {
	o, ok := s.a.orders.Get(name(d.Order))
	if !ok || o.tombstone {
		if d.All && s.p.spec.Refund.Late == LateTombstone {
			s.emit(&Refunded{Order: d.Order, Tombstone: true})
			s.res.Tombstone = true
			return nil
		}
		return s.refuse(ErrNoOrder, "order", d.Order, 0, 0)
	}
	if o.bought != nil {
		return s.refundOrder(d, o)
	}
	return s.refundEarn(d, o)
}

// refundEarn takes points back line by line.
func (s *session) refundEarn(d Refund, o *order) error {
	lines := d.Lines
	if d.All {
		for i, l := range o.lines {
			left := l.Points
			if o.back != nil {
				left -= o.back[i]
			}
			if left > 0 {
				lines = append(lines, RefundLine{Line: l.Line, Points: left})
			}
		}
		if len(lines) == 0 {
			return s.refuse(ErrExceedsEarn, "order", d.Order, 0, 0)
		}
	}
	for i, l := range lines {
		k := o.line(l.Line)
		if k < 0 {
			return s.refuse(ErrNoLine, "line", l.Line, 0, 0)
		}
		for _, before := range lines[:i] {
			if before.Line == l.Line {
				return s.refuse(ErrCommand, "line", l.Line, 0, 0)
			}
		}
	}
	for _, l := range lines {
		if l.Points <= 0 {
			return s.refuse(ErrPoints, "points", l.Line, l.Points, 0)
		}
		k := o.line(l.Line)
		left := o.lines[k].Points
		if o.back != nil {
			left -= o.back[k]
		}
		if l.Points > left {
			return s.refuse(ErrExceedsEarn, "points", l.Line, l.Points, left)
		}
	}
	for _, l := range lines {
		if err := s.claw(d.Order, l.Line, o.lot, l.Points); err != nil {
			return err
		}
	}
	return s.after(s.now)
}

// claw takes n points back that a lot had given: from what is pending of it, then
// from what is active; what has died of it is forgiven, once; then from other lots
// in draw order, and the rest becomes debt, as far as the programme lets it.
func (s *session) claw(order, line string, id LotID, n Points) error {
	a := s.state()
	if int64(id) > int64(a.lots.Len()) { // the order is stored, what it issued is not
		return s.refuse(ErrNoLot, "lot", lotName(id), 0, 0)
	}
	l := a.lot(id)
	w := &a.wallets[l.wallet]
	b := &ClawedBack{Order: order, Line: line, Lot: id, Wallet: w.id, Points: n}
	limit := s.p.spec.Refund.Limit
	b.FromPending = min(n, l.pending)
	n -= b.FromPending
	if limit == RefundOnlyPending {
		b.Waived, n = n, 0
	}
	b.FromLot = min(n, l.active)
	n -= b.FromLot
	b.Forgiven = min(n, l.dead-l.forgiven)
	n -= b.Forgiven
	if n > 0 {
		b.Others, n = s.fromOthers(w, id, n, b.FromLot)
	}
	i, _ := s.p.wallet(w.id)
	b.Debt = min(n, s.debtRoom(i, w, limit))
	b.Waived += n - b.Debt
	s.emit(b)
	s.res.FromPending += b.FromPending
	s.res.FromLot += b.FromLot
	s.res.Forgiven += b.Forgiven
	s.res.FromOthers += sum(b.Others)
	s.res.Debt += b.Debt
	s.res.Waived += b.Waived
	if b.Forgiven > 0 {
		s.note(Step{Code: TraceForgiven, Rule: order, Line: line, To: s.points(b.Forgiven)})
	}
	return nil
}

// fromOthers plans n points of lots other than one, of any scope.
func (s *session) fromOthers(w *wallet, id LotID, n, ownTaken Points) (draws []Draw, rest Points) {
	var all []string
	for i := range w.pools {
		all = append(all, w.pools[i].scope)
	}
	for _, d := range s.a.plan(w, n+ownTaken, all) {
		if d.Lot == id {
			continue
		}
		d.Points = min(d.Points, n)
		if d.Points > 0 {
			draws, n = append(draws, d), n-d.Points
		}
	}
	return draws, n
}

// debtRoom is how much debt a refund may make.
func (s *session) debtRoom(i int, w *wallet, limit RefundLimit) Points {
	d := s.p.wallets[i].Debt
	switch {
	case limit == RefundWithinBalance || limit == RefundOnlyPending || d.Kind == DebtForbidden:
		return 0
	case d.Kind == DebtLimited:
		return max(d.Limit-w.sums.Debt, 0)
	}
	return MaxPoints - w.sums.Debt
}

// refundOrder takes back what returned goods of a purchase had earned.
func (s *session) refundOrder(d Refund, o *order) error {
	b := o.bought
	var list [16]frac
	before := append(list[:0], make([]frac, len(b.Lines))...)
	for i := range b.Lines {
		before[i] = b.Lines[i].Amount
		if o.returned != nil {
			before[i] = before[i].sub(o.returned[i])
		}
	}
	back, err := s.returned(d, o, before)
	if err != nil {
		return err
	}
	after := make([]frac, len(before))
	ev := &Refunded{Order: d.Order, Whole: true}
	var money, was frac
	for i := range before {
		after[i] = before[i].sub(back[i])
		if back[i].sign() > 0 {
			ev.Lines = append(ev.Lines, OrderLine{b.Lines[i].ID, back[i]})
			money = money.add(back[i])
		}
		was = was.add(before[i])
		ev.Whole = ev.Whole && after[i].sign() == 0
	}
	if was.sign() == 0 && d.All && o.returned != nil {
		return s.refuse(ErrExceedsEarn, "order", d.Order, 0, 0)
	}
	s.requalify(ev, o, after)
	s.fewer = s.fewer || len(ev.Qualified) > 0
	take := make([]Points, len(b.Parts))
	for i := range b.Parts {
		p := &b.Parts[i]
		if p.Lot == 0 {
			continue
		}
		held := p.Awarded
		if o.taken != nil {
			held -= o.taken[i]
		}
		keep, ok := s.keeps(b, i, after)
		if !ok {
			return s.refuse(ErrOverflow, "order", d.Order, 0, 0)
		}
		take[i] = held - min(keep, held)
		s.netCaps(ev, b, take[i])
	}
	s.emit(ev)
	s.quals = append(s.quals, ev.Qualified...)
	cash := money.mul(b.PaidShare)
	s.res.Cash, s.res.PointsValue = s.amount(cash), s.amount(money.sub(cash))
	for i := range b.Parts {
		if take[i] > 0 {
			if err := s.claw(d.Order, "", b.Parts[i].Lot, take[i]); err != nil {
				return err
			}
		}
	}
	if ev.Whole {
		if err := s.returnClaims(b.Claims); err != nil {
			return err
		}
	}
	s.fold()
	return s.after(s.now)
}

// keeps is what a part of an order is still worth.
func (s *session) keeps(b *Purchased, part int, after []frac) (Points, bool) {
	if s.p.spec.Refund.Attribution != OrderValue {
		return b.worth(part, after)
	}
	var total, back frac
	for i := range b.Lines {
		total = total.add(b.Lines[i].Amount)
		back = back.add(b.Lines[i].Amount.sub(after[i]))
	}
	if total.sign() == 0 {
		return 0, true
	}
	n, ok := whole(int64(b.Parts[part].Awarded)).mul(back).over(total).round(b.Rounding.Mode)
	return b.Parts[part].Awarded - Points(n), ok
}

// returned is what comes back of each line.
func (s *session) returned(d Refund, o *order, before []frac) ([]frac, error) {
	b := o.bought
	back := make([]frac, len(before))
	switch {
	case d.All:
		copy(back, before)
	case !d.Paid.IsZero():
		var total, left frac
		for i := range before {
			total = total.add(b.Lines[i].Amount)
			left = left.add(before[i])
		}
		paid := total.mul(b.PaidShare)
		x := fracOf(d.Paid.Decimal())
		if paid.sign() == 0 || x.cmp(left.mul(b.PaidShare)) > 0 {
			return nil, s.refuse(ErrExceedsEarn, "paid", d.Paid.String(), 0, 0)
		}
		for i := range before {
			back[i] = before[i].mul(x).over(left.mul(b.PaidShare))
		}
	}
	for _, l := range d.Lines {
		i := o.line(l.Line)
		if i < 0 {
			return nil, s.refuse(ErrNoLine, "line", l.Line, 0, 0)
		}
	}
	for _, l := range d.Lines {
		i := o.line(l.Line)
		if l.Points != 0 || l.Amount.IsZero() {
			return nil, s.refuse(ErrPoints, "amount", l.Line, 0, 0)
		}
		back[i] = back[i].add(fracOf(l.Amount.Decimal()))
		if back[i].cmp(before[i]) > 0 {
			return nil, s.refuse(ErrExceedsEarn, "amount", l.Line, 0, 0)
		}
	}
	return back, nil
}

// requalify says what the order no longer counts for.
func (s *session) requalify(ev *Refunded, o *order, after []frac) {
	b := o.bought
	var left frac
	for i := range after {
		left = left.add(after[i])
	}
	for i := range b.Qualified {
		q := &b.Qualified[i]
		var now int64
		switch {
		case q.Fixed:
			if !ev.Whole {
				now = q.Amount
			}
		case q.Kind == MetricSpend:
			now, _ = left.mul(b.PaidShare).mul(pow10(q.Scale)).round(Floor)
		case q.Kind == MetricPoints:
			now, _ = b.base(q.Part, after)
		}
		held := q.Amount
		if o.quals != nil {
			held -= o.quals[i]
		}
		if delta := min(now, held) - held; delta != 0 {
			ev.Qualified = append(ev.Qualified, Qualified{q.Metric, q.Day, delta})
		}
	}
}

// netCaps gives back to caps that are counted net.
func (s *session) netCaps(ev *Refunded, b *Purchased, n Points) {
	for i := range s.p.caps {
		c, left := &s.p.caps[i], n
		if c.Accounting != Net {
			continue
		}
		for _, u := range b.Caps {
			if back := min(left, u.Points); u.Cap == c.ID && back > 0 {
				ev.Caps = append(ev.Caps, CapUse{u.Cap, u.Period, -back})
				left -= back
			}
		}
	}
}

// amount is an exact number as an Amount, rounded half up to nine decimals where it
// does not end.
func (s *session) amount(f frac) Amount {
	if d, ok := f.exact(); ok && amount.Check(d) == nil {
		return Amount(d)
	}
	n, ok := f.mul(pow10(9)).round(HalfUp)
	if !ok {
		return Amount{}
	}
	return Amount(amount.FromMinor(n, 9))
}
