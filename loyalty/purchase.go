package loyalty

import (
	"fmt"
	"strconv"
)

// Limits of one order.
const (
	maxLines  = 1000
	maxLabels = 100
)

func (d Purchase) check() (string, error) {
	if d.Order == "" || len(d.Order) > MaxID {
		return "order", ErrCommand
	}
	if len(d.Lines) == 0 || len(d.Lines) > maxLines || len(d.Discounts) > maxLabels || len(d.Tenders) > maxLabels || len(d.Claims) > maxLabels {
		return "lines", ErrCommand
	}
	ids := make(map[string]bool, len(d.Lines))
	for i := range d.Lines {
		l := &d.Lines[i]
		if ids[l.ID] || len(l.ID) > MaxID || len(l.Labels) > maxLabels {
			return fmt.Sprintf("lines[%d].id", i), ErrCommand
		}
		ids[l.ID] = true
		if l.Quantity < 0 || l.Quantity > 1e12 {
			return fmt.Sprintf("lines[%d].quantity", i), ErrCommand
		}
		for _, a := range []Amount{l.UnitPrice, l.Amount} {
			if a.check() != nil || a.Decimal().Sign() < 0 {
				return fmt.Sprintf("lines[%d].amount", i), ErrAmount
			}
		}
	}
	for i, x := range d.Discounts {
		if x.Percent.check() != nil || x.Percent.Decimal().Sign() < 0 || fracOf(x.Percent.Decimal()).cmp(whole(100)) > 0 {
			return fmt.Sprintf("discounts[%d].percent", i), ErrAmount
		}
	}
	for i, x := range d.Tenders {
		if x.Amount.check() != nil || x.Amount.Decimal().Sign() < 0 {
			return fmt.Sprintf("tenders[%d].amount", i), ErrAmount
		}
	}
	return "", nil
}

func (s *session) purchase(d Purchase) error {
	was, known := s.a.orders.Get(name(d.Order))
	if known && !was.tombstone {
		return s.refuse(ErrOrderExists, "order", d.Order, 0, 0)
	}
	from, err := s.effective(d.Effective)
	if err != nil {
		return err
	}
	e := evaluation{s: s, order: &d}
	e.lines, e.total = d.worths()
	if err := e.pay(); err != nil {
		return err
	}
	for i := range e.lines {
		if w := &e.lines[i]; len(d.Discounts) > 0 && w.net.cmp(w.gross) != 0 {
			s.note(Step{Code: TraceDiscount, Line: d.Lines[i].ID, From: number(w.gross), To: number(w.net)})
		}
	}
	e.f = facts{at: from, order: &d, total: e.total}
	e.run()
	b, err := e.record(from)
	if err != nil {
		return err
	}
	b.Refunded = known
	if err := e.issue(b, from); err != nil {
		return err
	}
	s.progress(goalPurchase, "", 1, s.spendOf(e.total), from)
	if known {
		s.fold()
		if err := s.refund(Refund{Order: d.Order, All: true}); err != nil {
			return err
		}
	}
	return s.after(from)
}

// pay finds the share of the order that was paid with points or vouchers.
func (e *evaluation) pay() error {
	s := e.s
	var unpaid frac
	for _, t := range e.order.Tenders {
		if t.Kind == TenderPoints {
			unpaid = unpaid.add(fracOf(t.Amount.Decimal()))
			s.note(Step{Code: TraceTender, To: value(t.Amount)})
		}
	}
	for _, id := range e.order.Claims {
		c, ok := s.a.claimed.Get(name(id))
		if !ok || c.cancelled || c.used != "" {
			return s.refuse(ErrNoClaim, "claims", id, 0, 0)
		}
		unpaid = unpaid.add(fracOf(c.value.Decimal()))
		s.note(Step{Code: TraceTender, Rule: c.reward, To: value(c.value)})
	}
	e.paid = one
	if unpaid.sign() > 0 && e.total.sign() > 0 {
		e.paid = e.total.sub(unpaid).over(e.total)
		if e.paid.sign() < 0 {
			e.paid = frac{}
		}
	}
	return nil
}

// spendOf is an amount in the money scale in which spend is counted.
func (s *session) spendOf(f frac) int64 {
	n, ok := f.mul(s.p.money).round(Floor)
	if !ok || n > int64(MaxPoints) {
		return int64(MaxPoints)
	}
	return n
}

// record is the event of the order, its parts awarded what caps and balances leave.
func (e *evaluation) record(from Instant) (*Purchased, error) {
	s := e.s
	b := &Purchased{
		Order: e.order.Order, Rounding: s.p.spec.Rounding, Scale: s.p.spec.Scale,
		PaidShare: e.paid, Claims: append([]string(nil), e.order.Claims...), Tier: s.tierNames(),
	}
	b.Lines = make([]OrderLine, len(e.lines))
	for i := range e.lines {
		b.Lines[i] = OrderLine{e.order.Lines[i].ID, e.lines[i].net}
	}
	b.Parts = make([]OrderPart, len(e.parts))
	lot := LotID(s.a.lots.Len() + s.unfoldedLots())
	var used []CapUse // by the parts of the order so far
	for i := range e.parts {
		p := &e.parts[i]
		b.Parts[i] = p.OrderPart
		n, ok := b.worth(i, nil)
		if !ok {
			return nil, s.refuse(ErrOverflow, "lines", "", 0, 0)
		}
		n, uses := s.capped(p.rules, n, from, used)
		limited, hard := s.room(p.first.wallet, e.awarded(p.first.wallet, b.Parts[:i]))
		if n > hard {
			return nil, s.refuse(ErrOverflow, "lines", "", n, hard)
		}
		if n > limited {
			s.note(Step{Code: TraceMaxBalance, Rule: p.Wallet, From: s.points(n), To: s.points(limited)})
			n = limited
		}
		n = s.budgeted(p.rules, n, from)
		used = append(used, usedUp(uses, n)...)
		b.Parts[i].Awarded = n
		if n > 0 {
			lot++
			b.Parts[i].Lot = lot
		}
		for _, ri := range p.rules {
			if r := &s.p.rules[ri]; r.Kind == RuleBirthday {
				year, _ := s.birthday(s.p.date(from), max(r.Days, 1))
				b.Caps = append(b.Caps, CapUse{"#" + r.ID, strconv.Itoa(year), 1})
			}
		}
	}
	b.Caps = append(b.Caps, s.lasting(used)...)
	b.Qualified = e.qualified(b, from)
	return b, nil
}

// awarded is what the first parts of the order give to a wallet.
func (e *evaluation) awarded(wallet int, parts []OrderPart) (n Points) {
	for i := range parts {
		if e.parts[i].first.wallet == wallet {
			n += parts[i].Awarded
		}
	}
	return n
}

// qualified is what the order counts for.
func (e *evaluation) qualified(b *Purchased, from Instant) (out []OrderQual) {
	s := e.s
	on := s.p.date(from)
	spend := s.spendOf(e.total.mul(e.paid))
	for si := range s.p.sets {
		for _, m := range s.p.sets[si].metrics {
			q := OrderQual{Metric: m.key, Kind: m.Kind, Day: on}
			switch {
			case m.Kind == MetricSpend:
				q.Amount, q.Scale = spend, s.p.spec.MoneyScale
			case m.Kind == MetricVisits:
				q.Amount, q.Fixed = 1, true
			case m.Kind == MetricPoints:
				for i := range e.parts {
					if p := &e.parts[i]; p.first.wallet == m.wallet && p.first.counts {
						n, _ := b.base(i, nil)
						out = append(out, OrderQual{Metric: m.key, Kind: m.Kind, Day: on, Amount: n, Part: i})
					}
				}
				continue
			default:
				continue
			}
			out = append(out, q)
		}
	}
	for i := range s.p.rules {
		switch r := &s.p.rules[i]; {
		case r.Kind == RuleBrackets:
			out = append(out, OrderQual{Metric: "#" + r.ID, Kind: MetricSpend, Day: on, Amount: spend, Scale: s.p.spec.MoneyScale})
		case r.Kind == RuleMilestone && r.Event == "":
			out = append(out, OrderQual{Metric: "#" + r.ID, Kind: MetricVisits, Day: on, Amount: 1, Fixed: true})
		}
	}
	return out
}

// base is the points of a part before any multiplier, for tiers.
func (b *Purchased) base(part int, left []frac) (int64, bool) {
	var f frac
	for i := range b.Lines {
		f = f.add(b.amount(i, left).mul(b.PaidShare).mul(b.Parts[part].Base[i]))
	}
	return f.round(b.Rounding.Mode)
}

// issue emits the order and its lots.
func (e *evaluation) issue(b *Purchased, from Instant) error {
	s := e.s
	ev := s.emitAt(b, from, s.c.Key)
	for i := range s.p.wallets {
		s.alive(ev, i, ActivityEarn)
	}
	for _, q := range b.Qualified {
		s.quals = append(s.quals, Qualified{q.Metric, q.Day, q.Amount})
	}
	for i := range b.Parts {
		p := &b.Parts[i]
		if p.Lot == 0 {
			continue
		}
		r := e.parts[i].first
		body := s.lotBody(r.wallet, p.Awarded, FromPurchase, b.Order, s.termsOf(r.wallet, r.Expiry, r.Activate, from))
		body.Scope, body.Priority = r.Scope, r.Draw
		s.emitAt(body, from, s.c.Key)
		s.res.Lots = append(s.res.Lots, body.Lot)
		s.res.Earned += p.Awarded
	}
	return nil
}
