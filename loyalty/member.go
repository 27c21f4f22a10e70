package loyalty

// Parties lists the other accounts that a command needs, in the order in which
// Decide wants them: the receiver of a transfer, the account to be merged, the
// members that pay together, and the house's own accounts that count a limited
// stock, a budget or a shared cap.
func Parties(p *Program, c Command) []string {
	switch d := c.Do.(type) {
	case Purchase:
		return p.sharedAccounts("", d.Effective.or(c.At))
	case Earn:
		if d.Event != "" {
			return p.sharedAccounts(d.Event, d.Effective.or(c.At))
		}
	case Transfer:
		return []string{d.To}
	case Merge:
		return []string{d.From}
	case Redeem:
		return d.Pool
	case Reverse:
		return d.Pool
	case ClaimReward:
		if r, ok := p.reward(d.Reward); ok && r.Stock > 0 {
			return []string{StockAccount(d.Reward)}
		}
	case CancelReward:
		if r, ok := p.reward(d.Reward); ok && r.Stock > 0 {
			return []string{StockAccount(d.Reward)}
		}
	case Gesture:
		if id, ok := p.budgetAccount(d.Budget, InstantOf(c.At)); ok {
			return []string{id}
		}
	}
	return nil
}

// decideRest hands the rarer commands to their kind.
func (s *session) decideRest() error {
	switch d := s.c.Do.(type) {
	case Adjust:
		return s.adjust(d)
	case Transfer:
		return s.transfer(d)
	case Convert:
		return s.convert(d)
	case Activate:
		return s.activate(d)
	case ClaimReward:
		return s.claimReward(d)
	case CancelReward:
		return s.cancelReward(d)
	case Gesture:
		return s.gesture(d)
	case GrantTier:
		return s.grantTier(d)
	case RevokeTier:
		return s.revokeTier(d)
	case Merge:
		return s.merge(d)
	case ReinstatePoints:
		return s.reinstate(d)
	case Extend:
		return s.extend(d)
	}
	return s.decideMember()
}

func (s *session) decideMember() error {
	switch d := s.c.Do.(type) {
	case Enroll:
		return s.enroll(d)
	case Notice:
		if d.Sent.IsZero() {
			return s.refuse(ErrCommand, "sent", "", 0, 0)
		}
		s.emit(&Noticed{d.Sent})
	case Join:
		if len(d.Household) > MaxID {
			return s.refuse(ErrCommand, "household", d.Household, 0, 0)
		}
		s.emit(&Joined{d.Household})
	case Block:
		if d.Reason == "" {
			return s.refuse(ErrApprover, "reason", "", 0, 0)
		}
		s.emit(&StatusChanged{StatusBlocked, d.Reason})
	case Reinstate:
		if s.a.status != StatusBlocked {
			return s.refuse(ErrNotBlocked, "account", s.c.Account, 0, 0)
		}
		s.emit(&StatusChanged{StatusActive, d.Reason})
	case Close:
		return s.close(d)
	default:
		return s.refuse(ErrCommand, "do", "", 0, 0)
	}
	return nil
}

func (s *session) enroll(d Enroll) error {
	m := &s.a.member
	switch {
	case !m.On.IsZero():
		return s.refuse(ErrEnrolled, "account", s.c.Account, 0, 0)
	case len(d.Household) > MaxID || len(d.Jurisdiction) > MaxID || len(d.ReferredBy) > MaxID:
		return s.refuse(ErrCommand, "enroll", "", 0, 0)
	case d.ReferredBy == s.c.Account:
		return s.refuse(ErrSelf, "referred_by", d.ReferredBy, 0, 0)
	}
	if d.Jurisdiction != "" {
		if _, ok := s.p.law(d.Jurisdiction); !ok {
			return s.refuse(ErrCommand, "jurisdiction", d.Jurisdiction, 0, 0)
		}
	}
	if d.On.IsZero() {
		d.On = s.p.date(s.now)
	}
	s.emit(&Enrolled{d.On, d.Birthday, d.Household, d.Jurisdiction, d.ReferredBy})
	return nil
}

func (s *session) adjust(d Adjust) error {
	i, w, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	switch {
	case d.Points == 0 || d.Points > MaxPoints || d.Points < -MaxPoints:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	case d.Reason == "":
		return s.refuse(ErrApprover, "reason", "", 0, 0)
	case s.c.By == "":
		return s.refuse(ErrApprover, "by", "", 0, 0)
	}
	if d.Points > 0 {
		if limited, hard := s.room(i, 0); d.Points > limited {
			if d.Points > hard {
				return s.refuse(ErrOverflow, "points", "", d.Points, hard)
			}
			return s.refuse(ErrLimit, "points", "", d.Points, limited)
		}
		b := s.lotBody(i, d.Points, FromAdjustment, s.c.Key, s.termsOf(i, nil, &ActivationSpec{Kind: ActivateAtOnce}, s.now))
		b.Reason, b.Approver = d.Reason, s.c.By
		s.emit(b)
		s.res.Lots, s.res.Earned = append(s.res.Lots, b.Lot), d.Points
		return nil
	}
	n := -d.Points
	var have, owed Points
	if w != nil {
		have, owed = w.sums.Active, w.sums.Debt
	}
	room := max(s.p.wallets[i].Overdraft-owed, 0)
	if n > have+room {
		return s.refuse(ErrInsufficient, "points", "", n, have)
	}
	b := &Adjusted{Wallet: s.p.wallets[i].ID, Points: n, Debt: max(n-have, 0), Reason: d.Reason, By: s.c.By}
	if w != nil {
		b.Draws = s.a.plan(w, min(n, have), w.scopes())
	}
	s.emit(b)
	s.res.Draws, s.res.Debt = b.Draws, b.Debt
	return nil
}

// scopes are all scopes that a wallet has points of.
func (w *wallet) scopes() (all []string) {
	for i := range w.pools {
		all = append(all, w.pools[i].scope)
	}
	return all
}

// transfer moves unrestricted points to another account, lot by lot, so that they
// keep their dates.
func (s *session) transfer(d Transfer) error {
	i, w, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	to := s.others[0]
	switch {
	case to.a.status == StatusClosed:
		return s.refuse(ErrClosed, "to", d.To, 0, 0)
	case to.a.status == StatusBlocked:
		return s.refuse(ErrBlocked, "to", d.To, 0, 0)
	case d.Points <= 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	}
	var have Points
	if w != nil {
		have = w.spendable(nil)
	}
	if d.Points > have {
		return s.refuse(ErrInsufficient, "points", "", d.Points, have)
	}
	if limited, hard := to.room(i, 0); d.Points > limited {
		if d.Points > hard {
			return s.refuse(ErrOverflow, "points", "", d.Points, hard)
		}
		return s.refuse(ErrLimit, "to", d.To, d.Points, limited)
	}
	b := &Transferred{Wallet: s.p.wallets[i].ID, Points: d.Points, Draws: s.a.plan(w, d.Points, nil), To: d.To}
	for _, x := range b.Draws {
		l := s.a.lot(x.Lot)
		in := to.lotBody(i, x.Points, FromTransfer, s.c.Key, terms{expires: l.expires, inactive: l.inactive})
		in.Account, in.Priority, in.Order = s.c.Account, l.priority, l.order
		ev := to.emit(in)
		to.alive(ev, i, ActivityGiftReceived)
		to.fold()
	}
	ev := s.emit(b)
	s.alive(ev, i, ActivityGiftSent)
	s.res.Draws, s.res.Taken = b.Draws, d.Points
	return nil
}

// convert exchanges points at the programme's rate, rounded down: what does not
// give whole points stays where it is.
func (s *session) convert(d Convert) error {
	from, w, err := s.pick(d.From)
	if err != nil {
		return err
	}
	to, ok := s.p.wallet(d.To)
	if !ok {
		return s.refuse(ErrNoWallet, "to", d.To, 0, 0)
	}
	var rate *ConversionSpec
	for k := range s.p.spec.Conversions {
		if c := &s.p.spec.Conversions[k]; c.From == s.p.wallets[from].ID && c.To == s.p.wallets[to].ID {
			rate = c
		}
	}
	if rate == nil {
		return s.refuse(ErrNoConversion, "to", d.To, 0, 0)
	}
	if d.Points <= 0 {
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	}
	give, get := fracOf(rate.Give.Decimal()), fracOf(rate.Get.Decimal())
	got, okGot := whole(int64(d.Points)).mul(get).over(give).round(Floor)
	taken, okTaken := whole(got).mul(give).over(get).round(Ceil) // the least that gives as much
	if !okGot || !okTaken || Points(got) > MaxPoints {
		return s.refuse(ErrOverflow, "points", "", d.Points, 0)
	}
	var have Points
	if w != nil {
		have = w.spendable(nil)
	}
	switch {
	case got == 0:
		return s.refuse(ErrMinimum, "points", "", d.Points, 0)
	case d.Points > have:
		return s.refuse(ErrInsufficient, "points", "", d.Points, have)
	}
	if limited, _ := s.room(to, 0); Points(got) > limited {
		return s.refuse(ErrLimit, "to", d.To, Points(got), limited)
	}
	b := &Converted{Wallet: s.p.wallets[from].ID, Points: Points(taken), Draws: s.a.plan(w, Points(taken), nil), To: s.p.wallets[to].ID, Got: Points(got)}
	s.emit(b)
	s.fold()
	in := s.lotBody(to, Points(got), FromConversion, s.c.Key, s.termsOf(to, nil, &ActivationSpec{Kind: ActivateAtOnce}, s.now))
	s.emit(in)
	s.res.Draws, s.res.Taken, s.res.Got, s.res.Lots = b.Draws, b.Points, b.Got, append(s.res.Lots, in.Lot)
	return nil
}

// activate makes pending lots active: those of one order, or all that wait for an
// action.
func (s *session) activate(d Activate) error {
	var ids []LotID
	if d.Order != "" {
		o, ok := s.a.Order(d.Order)
		if !ok {
			return s.refuse(ErrNoOrder, "order", d.Order, 0, 0)
		}
		ids = o.Lots
	}
	done := false
	for i := range s.a.lots.Len() {
		id := LotID(i + 1)
		l := s.state().lot(id)
		if l.pending == 0 || (d.Order == "" && l.activates != Never) {
			continue
		}
		if d.Order != "" && !containsLot(ids, id) {
			continue
		}
		w := &s.a.wallets[l.wallet]
		s.emit(&Activated{Lot: id, Wallet: w.id, Points: l.pending, Paid: min(l.pending, w.sums.Debt)})
		s.res.Lots = append(s.res.Lots, id)
		done = true
	}
	if !done {
		return s.refuse(ErrNothing, "order", d.Order, 0, 0)
	}
	return nil
}

func containsLot(ids []LotID, id LotID) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

func (s *session) set(id string) *tierSet {
	for i := range s.p.sets {
		if id == "" || s.p.sets[i].ID == id {
			return &s.p.sets[i]
		}
	}
	return nil
}

func (s *session) grantTier(d GrantTier) error {
	t := s.set(d.Set)
	if t == nil || t.levelIndex(d.Tier) < 0 {
		return s.refuse(ErrNoTier, "tier", d.Tier, 0, 0)
	}
	switch {
	case d.Until != Never && (d.Until <= s.now || d.Until > lastInstant):
		return s.refuse(ErrUntil, "until", d.Until.String(), 0, 0)
	case d.Reason == "":
		return s.refuse(ErrApprover, "reason", "", 0, 0)
	}
	s.regrant(t, &TierGrant{d.Tier, d.Until}, d.Reason)
	return nil
}

func (s *session) revokeTier(d RevokeTier) error {
	t := s.set(d.Set)
	if t == nil {
		return s.refuse(ErrNoTier, "set", d.Set, 0, 0)
	}
	if st := s.a.tierState(t.ID); st.granted == nil {
		return s.refuse(ErrNoTier, "set", d.Set, 0, 0)
	}
	if d.Reason == "" {
		return s.refuse(ErrApprover, "reason", "", 0, 0)
	}
	s.regrant(t, nil, d.Reason)
	return nil
}

func (s *session) regrant(t *tierSet, g *TierGrant, reason string) {
	st := s.a.tierState(t.ID)
	next := tierState{ends: st.ends, granted: g}
	from, to := t.heldAt(&st, s.now), t.heldAt(&next, s.now)
	b := &TierChanged{Set: t.ID, From: t.levelID(from), To: t.levelID(to), Ends: st.ends, Granted: g, Why: TraceTierKept, Reason: reason}
	if to > from {
		b.Why = TraceTierReached
	} else if to < from {
		b.Why = TraceTierLost
	}
	s.explain(t, b, s.now)
	s.emit(b)
	s.res.Tier = b.To
}

// close ends an account without open holds: what there is dies, debt is let go.
func (s *session) close(d Close) error {
	if s.a.holds.Len() > 0 {
		return s.refuse(ErrOpenHolds, "account", s.c.Account, Points(s.a.holds.Len()), 0)
	}
	for i := range s.a.wallets {
		w := &s.a.wallets[i]
		b := &WrittenOff{Wallet: w.id, Debt: w.sums.Debt}
		for k := range s.a.lots.Len() {
			if l := s.a.lot(LotID(k + 1)); int(l.wallet) == i && l.pending+l.active > 0 {
				b.Draws = append(b.Draws, Draw{LotID(k + 1), l.pending + l.active})
				b.Pending += l.pending
			}
		}
		if b.Draws != nil || b.Debt > 0 {
			s.emit(b)
		}
	}
	s.emit(&StatusChanged{StatusClosed, d.Reason})
	return nil
}

// merge moves the whole state of another account into this one.
func (s *session) merge(d Merge) error {
	from := s.others[0]
	switch {
	case from.a.status == StatusClosed:
		return s.refuse(ErrClosed, "from", d.From, 0, 0)
	case from.a.holds.Len() > 0:
		return s.refuse(ErrOpenHolds, "from", d.From, Points(from.a.holds.Len()), 0)
	}
	for i := range from.a.wallets {
		w := &from.a.wallets[i]
		if mine := s.a.find(w.id); mine != nil {
			in := mine.sums.Issued + mine.sums.TransferredIn + mine.sums.ConvertedIn
			if w.sums.Issued+w.sums.TransferredIn+w.sums.ConvertedIn > MaxPoints-in || w.sums.Debt > MaxPoints-mine.sums.Debt {
				return s.refuse(ErrOverflow, "from", d.From, 0, 0)
			}
		}
	}
	b := &MergedIn{From: d.From, State: from.a.state()}
	trial := s.state()
	if trial == s.base {
		trial = s.base.scratch()
	} else {
		trial = trial.scratch()
	}
	trial.absorb(b)
	for i := range trial.wallets {
		w := &trial.wallets[i]
		if n := min(w.sums.Debt, w.sums.Active); n > 0 {
			b.Paid = append(b.Paid, WalletDraw{w.id, n, trial.plan(w, n, w.scopes())})
		}
	}
	s.emit(b)
	from.emit(&MergedOut{s.c.Account})
	s.fewer = true
	return s.after(s.now)
}
