package loyalty

import "time"

// Settle is what time alone does to an account up to and including an instant:
// holds that run out, points that become active, die or lapse, terms of tiers that
// end. Every event carries its own instant, however late it is asked for; at one
// instant holds come first, then activations, expiries, lapses and tiers, each in
// order of issue. The account is not changed; nothing due gives nothing. A closed
// or merged account never has anything due.
//
// Sweeping is an optimisation: Decide settles before every command.
func Settle(p *Program, a *Account, until time.Time) []Event {
	s := session{p: p, base: a, a: a, now: InstantOf(until)}
	if a.version == 0 || s.now < a.clock {
		return nil
	}
	s.settle()
	return s.events
}

// NextDue is the first instant at which Settle will return something, if any. A
// store keeps it beside the account, so that a sweep reads only accounts with
// something due.
func NextDue(p *Program, a *Account) (at Instant, ok bool) {
	if k, _, found := a.due.Min(); found {
		at, ok = k.at, true
	}
	if t, found := p.tierDue(a); found && (!ok || t < at) {
		at, ok = t, true
	}
	return at, ok
}

// settle emits all that is due.
func (s *session) settle() {
	for {
		k, _, ok := s.a.due.Min()
		t, tier := s.p.tierDue(s.a)
		if ok && k.at <= s.now && (!tier || k.at <= t) {
			s.play(k)
			s.fold()
			continue
		}
		if !tier || t > s.now {
			return
		}
		s.review(t)
		s.fold()
	}
}

// play emits what one key of the clock stands for.
func (s *session) play(k dueKey) {
	switch k.what {
	case dueHold:
		key, _ := s.a.open.Get(holdNumber(k.id))
		h, _ := s.a.holds.Get(key)
		b := &Released{Hold: string(key), Wallet: h.Wallet, TimedOut: true}
		b.Released, b.Expired, b.Paid = s.comeBack(h.Wallet, h.Draws, k.at)
		s.emitAt(b, k.at, "")
	case dueActivation:
		l := s.a.lot(LotID(k.id))
		w := &s.a.wallets[l.wallet]
		b := &Activated{Lot: LotID(k.id), Wallet: w.id, Points: l.pending, Paid: min(l.pending, w.sums.Debt)}
		s.emitAt(b, k.at, "")
	case dueExpiry:
		l := s.a.lot(LotID(k.id))
		s.emitAt(&Expired{Lot: LotID(k.id), Wallet: s.a.wallets[l.wallet].id, Points: l.active + l.waiting(), Pending: l.waiting()}, k.at, "")
	case dueLapse:
		s.lapse(k)
	}
}

// lapse ends the inactive points of a wallet, unless the law spares them.
func (s *session) lapse(k dueKey) {
	w := &s.a.wallets[k.id]
	b := &Lapsed{Wallet: w.id, At: k.at}
	if j, ok := s.p.law(s.a.member.Jurisdiction); ok {
		end, since := s.p.date(k.at), s.p.date(w.last)
		b.Spared = true
		for _, sent := range append([]Date{{}}, s.a.noticed...) {
			if j.MayKill(since, end, sent) {
				b.Spared = false
			}
		}
		if b.Spared {
			s.note(Step{Code: TraceNoticeMissing, Rule: j.ID, About: end.String(), From: word("no notice in time, or inactive for too short a time")})
		}
	}
	if !b.Spared {
		for i := range w.pools {
			if !w.pools[i].inactive {
				continue
			}
			for key := range w.pools[i].lots.All() {
				id := LotID(max(key.lot, -key.lot))
				b.Draws = append(b.Draws, Draw{id, s.a.lot(id).active})
			}
		}
	}
	s.emitAt(b, k.at, "")
}

// law finds a jurisdiction.
func (p *Program) law(id string) (*JurisdictionSpec, bool) {
	for i := range p.spec.Jurisdictions {
		if p.spec.Jurisdictions[i].ID == id && id != "" {
			return &p.spec.Jurisdictions[i], true
		}
	}
	return nil, false
}

// alive moves the end of inactivity of the wallets whose policy counts an activity.
func (s *session) alive(ev *Event, i int, kind ActivityKind) {
	w := &s.p.wallets[i]
	if w.Expiry.Kind != ExpireInactivity || !w.Expiry.KeepsAlive(kind) {
		return
	}
	end, ok := w.Expiry.InactiveFrom(s.p.date(ev.Effective), s.p.zone)
	if !ok {
		return
	}
	until := InstantOf(end)
	if was := s.a.find(w.ID); was != nil && was.alive != Never && until <= was.alive {
		return // an earlier activity keeps it alive for longer
	}
	ev.Alive = append(ev.Alive, Alive{w.ID, until})
}

// waiting is the pending points of a lot that waits for an action.
func (l *lot) waiting() Points {
	if l.activates == Never {
		return l.pending
	}
	return 0
}
