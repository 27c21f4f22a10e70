package loyalty

import "time"

// terms are the dates of a new lot.
type terms struct {
	activates Instant
	expires   Instant
	onAction  bool
	inactive  bool
}

// termsOf are the dates that a wallet's policy, or a rule's in its place, gives to
// points that count from a moment, under the law and the level of the member.
func (s *session) termsOf(i int, exp *ExpirySpec, act *ActivationSpec, from Instant) terms {
	w := &s.p.wallets[i]
	if exp == nil {
		exp = &w.Expiry
	}
	if act == nil {
		act = &w.Activation
	}
	var t terms
	earned := from.in(s.p.zone)
	switch act.Kind {
	case ActivateAfter:
		t.activates = InstantOf(step(earned, act.N, act.Unit))
	case ActivateOnAction:
		t.onAction = true
	}
	t.inactive = exp.Kind == ExpireInactivity
	policy := *exp
	for _, x := range exp.TierExtra {
		if s.holdsTier(x.Tier) {
			policy.N = exp.N + x.N
		}
	}
	if law, ok := s.p.law(s.a.member.Jurisdiction); ok && law.TimeAlone == TimeForbidden {
		return t
	}
	if end, dies := policy.Expiry(earned, s.a.member.On); dies {
		t.expires = InstantOf(end)
	}
	return t
}

// stated are dates that the host states.
func (t *Terms) stated(from Instant) terms {
	var out terms
	if t.Delay > 0 {
		out.activates = from + Instant(t.Delay/time.Microsecond)
	}
	switch {
	case t.Expires != Never:
		out.expires = t.Expires
	case !t.Forever:
		out.expires = from + Instant((t.Delay+t.TTL)/time.Microsecond)
	}
	return out
}

// lotBody is the event of a new lot, debt paid at once where it is active at once.
func (s *session) lotBody(i int, n Points, o Origin, source string, t terms) *Issued {
	w := &s.p.wallets[i]
	x := new(struct { // one piece of memory for an event and its body
		event [1]Event
		body  Issued
	})
	s.reserve(x.event[:0])
	b := &x.body
	*b = Issued{
		Lot: LotID(s.a.lots.Len() + s.unfoldedLots() + 1), Wallet: w.ID, Points: n, Origin: o, Source: source,
		Activates: t.activates, Expires: t.expires, OnAction: t.onAction, Inactive: t.inactive,
	}
	if w.DrawOrder != ExpiryFirst {
		b.Order = w.DrawOrder
	}
	if held := s.a.find(w.ID); held != nil && held.sums.Debt > 0 && !t.onAction && (t.activates == Never || t.activates <= s.now) {
		s.fold() // an earlier lot of this command may have paid some of it
		b.Paid = min(n, s.a.find(w.ID).sums.Debt)
	}
	return b
}

// unfoldedLots counts the lots that were emitted but are not in the account yet.
func (s *session) unfoldedLots() (n int) {
	for i := s.folded; i < len(s.events); i++ {
		if _, ok := s.events[i].Body.(*Issued); ok {
			n++
		}
	}
	return n
}

// issueAs emits a lot by the wallet's policy that is active at once.
func (s *session) issueAs(i int, n Points, o Origin, source string) *Issued {
	s.fold()
	t := s.termsOf(i, nil, nil, s.now)
	t.activates, t.onAction = Never, false
	b := s.lotBody(i, n, o, source, t)
	s.emit(b)
	s.res.Lots = append(s.res.Lots, b.Lot)
	return b
}

// room is how many points a wallet may still take, by its limit and by MaxPoints, when
// n more than the account holds are on their way to it.
func (s *session) room(i int, n Points) (limited, hard Points) {
	w := s.a.find(s.p.wallets[i].ID)
	var b Balance
	if w != nil {
		b = w.sums
	}
	hard = MaxPoints - b.Issued - b.TransferredIn - b.ConvertedIn - n
	limited = hard
	if most := s.p.wallets[i].MaxBalance; most > 0 {
		limited = min(hard, max(most-b.Pending-b.Active-b.Held+b.Debt-n, 0))
	}
	return limited, hard
}
