package loyalty

import (
	"cmp"
	"slices"
)

// extend moves the end of a lot, and its places in the indexes with it.
func (a *Account) extend(id LotID, until Instant) {
	l := a.edit(id)
	if l == nil || l.inactive {
		return
	}
	p := &a.wallets[l.wallet].pools[l.pool]
	waits := l.waiting() > 0
	if l.active > 0 {
		p.lots.Delete(a.own, l.key(id))
	}
	if (l.active > 0 || waits) && l.dies() {
		a.due.Delete(a.own, dueKey{at: l.expires, what: dueExpiry, id: uint32(id)})
	}
	l.expires = until
	if l.active > 0 {
		p.lots.Set(a.own, l.key(id), struct{}{})
	}
	if (l.active > 0 || waits) && l.dies() {
		a.due.Set(a.own, dueKey{at: l.expires, what: dueExpiry, id: uint32(id)}, struct{}{})
	}
}

// living reports whether a lot has points that may still come to die of age.
func (l *lot) living() bool { return l.pending+l.active+l.held > 0 && l.dies() }

func (s *session) extend(d Extend) error {
	i, w, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	for _, id := range d.Lots {
		if id < 1 || int(id) > s.a.lots.Len() || w == nil || s.a.wallets[s.a.lot(id).wallet].id != w.id {
			return s.refuse(ErrNoLot, "lots", lotName(id), 0, 0)
		}
	}
	switch {
	case d.Expires != Never && (d.Expires <= s.now || d.Expires > lastInstant):
		return s.refuse(ErrUntil, "expires", d.Expires.String(), 0, 0)
	case d.Reason == "":
		return s.refuse(ErrApprover, "reason", "", 0, 0)
	}
	ids := d.Lots
	if ids == nil && w != nil {
		for k := range s.a.lots.Len() {
			if s.a.wallets[s.a.lot(LotID(k+1)).wallet].id == w.id {
				ids = append(ids, LotID(k+1))
			}
		}
	}
	b := &Extended{Wallet: s.p.wallets[i].ID, Reason: d.Reason, By: s.c.By}
	for _, id := range ids {
		l := s.a.lot(id)
		until := d.Expires
		if until == Never {
			until = s.termsOf(i, nil, nil, l.issued).expires
		}
		if l.living() && until.after(l.expires) {
			b.Lots = append(b.Lots, LotTerm{id, until})
			s.res.Lots = append(s.res.Lots, id)
		}
	}
	if b.Lots == nil {
		return s.refuse(ErrNothing, "lots", "", 0, 0)
	}
	s.emit(b)
	return nil
}

// reinstate gives expired points back within the wallet's window.
func (s *session) reinstate(d ReinstatePoints) error {
	i, w, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	switch {
	case d.Points < 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	case d.Reason == "":
		return s.refuse(ErrApprover, "reason", "", 0, 0)
	}
	var back []Draw
	if window := s.p.wallets[i].Reinstate; window > 0 && w != nil {
		back = s.a.revivable(w, s.p, window, s.p.date(s.now))
	}
	have := sum(back)
	n := d.Points
	if n == 0 {
		n = have
	}
	switch {
	case have == 0:
		return s.refuse(ErrNothing, "points", "", d.Points, 0)
	case n > have:
		return s.refuse(ErrInsufficient, "points", "", n, have)
	}
	if limited, hard := s.room(i, 0); n > limited {
		if n > hard {
			return s.refuse(ErrOverflow, "points", "", n, hard)
		}
		return s.refuse(ErrLimit, "points", "", n, limited)
	}
	b := s.lotBody(i, n, FromReinstatement, s.c.Key, s.termsOf(i, nil, &ActivationSpec{Kind: ActivateAtOnce}, s.now))
	b.Revived, _ = cut(back, n)
	b.Reason, b.Approver = d.Reason, s.c.By
	s.emit(b)
	s.res.Lots, s.res.Reissued = append(s.res.Lots, b.Lot), n
	return nil
}

// revivable gives the expired points of a wallet that may come back on a day, what
// died last first.
func (a *Account) revivable(w *wallet, p *Program, window int, on Date) (out []Draw) {
	ends := map[LotID]Instant{}
	for k := range a.lots.Len() {
		id := LotID(k + 1)
		l := a.lot(id)
		if a.wallets[l.wallet].id != w.id || l.dead <= l.forgiven {
			continue
		}
		at := l.expires
		if l.inactive {
			at = w.lapsed
		}
		if at != Never && Reinstatable(window, p.date(at), on) {
			ends[id] = at
			out = append(out, Draw{id, l.dead - l.forgiven})
		}
	}
	slices.SortStableFunc(out, func(x, y Draw) int { return cmp.Compare(ends[y.Lot], ends[x.Lot]) })
	return out
}

// lasting are the draws whose lots live until an instant.
func (a *Account) lasting(w *wallet, until Instant, draws []Draw) (out []Draw) {
	for _, d := range draws {
		l := a.lot(d.Lot)
		end := l.expires
		if l.inactive {
			end = w.alive
		}
		if end == Never || end >= until {
			out = append(out, d)
		}
	}
	return out
}
