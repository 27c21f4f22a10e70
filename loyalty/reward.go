package loyalty

import (
	"slices"
	"strconv"
)

// CouponIssuer is the host's source of coupon codes. For one key it must always
// give the same code, so that a repeated claim shows the code of the first.
type CouponIssuer interface {
	Coupon(reward, account, key string) (code string, err error)
}

// IssueCoupon fills in the code of a claim for a reward that needs one; any other
// command comes back as it was. The issuer's error, or an empty code, is reported
// as [ErrIssuer].
func IssueCoupon(p *Program, c Command, issuer CouponIssuer) (Command, error) {
	claim, ok := c.Do.(ClaimReward)
	if !ok || claim.Code != "" {
		return c, nil
	}
	r, ok := p.reward(claim.Reward)
	if !ok || !r.Coupon {
		return c, nil
	}
	code, err := issuer.Coupon(claim.Reward, c.Account, c.Key)
	if err != nil || code == "" {
		return c, &RefusedError{Err: ErrIssuer, Command: CmdClaimReward, Account: c.Account, Field: "code"}
	}
	claim.Code = code
	c.Do = claim
	return c, nil
}

func (p *Program) reward(id string) (*RewardSpec, bool) {
	for i := range p.spec.Rewards {
		if p.spec.Rewards[i].ID == id {
			return &p.spec.Rewards[i], true
		}
	}
	return nil, false
}

// StockAccount is the id of the house account that counts a reward's stock.
func StockAccount(reward string) string { return housePrefix + "stock/" + reward }

// BudgetAccount is the id of the house account that counts a goodwill budget.
func BudgetAccount(budget, period string) string {
	if period == "" {
		return housePrefix + "budget/" + budget
	}
	return housePrefix + "budget/" + budget + "/" + period
}

// Cost is what a reward costs the member now; ok is false for an unknown reward.
func Cost(p *Program, a *Account, reward string) (cost Points, ok bool) {
	r, ok := p.reward(reward)
	if !ok {
		return 0, false
	}
	s := session{p: p, base: a, a: a, now: a.clock}
	return s.cost(r), true
}

func (s *session) cost(r *RewardSpec) Points {
	for i := len(r.TierCost) - 1; i >= 0; i-- {
		if s.holdsTier(r.TierCost[i].Tier) {
			return r.TierCost[i].Cost
		}
	}
	return r.Cost
}

func (s *session) claimReward(d ClaimReward) error {
	r, ok := s.p.reward(d.Reward)
	if !ok {
		return s.refuse(ErrNoReward, "reward", d.Reward, 0, 0)
	}
	on := s.p.date(s.now)
	switch {
	case (!r.From.IsZero() && on.before(r.From)) || (!r.Until.IsZero() && !on.before(r.Until)):
		return s.refuse(ErrNoReward, "reward", d.Reward, 0, 0)
	case len(r.Tiers) > 0 && !slices.ContainsFunc(r.Tiers, s.holdsTier):
		return s.refuse(ErrNoTier, "reward", d.Reward, 0, 0)
	case r.Coupon && d.Code == "":
		return s.refuse(ErrIssuer, "code", "", 0, 0)
	}
	period := r.Per.Key(s.now.in(s.p.zone))
	if used := s.a.claimCount(r.ID, period); r.Limit > 0 && used >= r.Limit {
		return s.refuse(ErrLimit, "reward", d.Reward, 1, 0)
	}
	cost := s.cost(r)
	i, _ := s.p.wallet(r.Wallet)
	var draws []Draw
	var debt Points
	if cost > 0 {
		var err error
		if draws, debt, err = s.draw(i, s.a.find(s.p.wallets[i].ID), cost, nil, nil); err != nil {
			return err
		}
	}
	if r.Stock > 0 {
		house := s.others[0]
		if house.a.stock >= r.Stock {
			return s.refuse(ErrStock, "reward", d.Reward, 1, 0)
		}
		house.emit(&StockChanged{Item: r.ID, Delta: 1, For: s.c.Account})
	}
	if cost > 0 {
		s.spend(i, &Drawn{Wallet: s.p.wallets[i].ID, Points: cost, Draws: draws, Debt: debt})
	}
	s.emit(&RewardClaimed{Reward: r.ID, Kind: r.Kind, Cost: cost, Value: r.Value, Code: d.Code, Period: period, Stock: r.Stock > 0})
	s.res.Code, s.res.Value = d.Code, r.Value
	return nil
}

func (s *session) cancelReward(d CancelReward) error {
	c, ok := s.a.claimed.Get(name(d.Claim))
	if !ok || c.cancelled || c.used != "" || c.reward != d.Reward {
		return s.refuse(ErrNoClaim, "claim", d.Claim, 0, 0)
	}
	if c.stock {
		if len(s.others) == 0 {
			return s.refuse(ErrAccount, "parties", StockAccount(d.Reward), 0, 0)
		}
		s.others[0].emit(&StockChanged{Item: c.reward, Delta: -1, For: s.c.Account})
	}
	return s.unclaim(d.Claim, c)
}

// unclaim ends a claim and gives its points back.
func (s *session) unclaim(id string, c claim) error {
	s.emit(&RewardCancelled{Claim: id, Reward: c.reward})
	if r, ok := s.a.drawn.Get(name(id)); ok && r.points > r.reversed {
		s.giveBack(id, r, r.points-r.reversed, false)
	}
	return nil
}

// returnClaims gives the cost of vouchers back whose order came back as a whole.
func (s *session) returnClaims(ids []string) error {
	for _, id := range ids {
		if c, ok := s.state().claimed.Get(name(id)); ok && !c.cancelled {
			if err := s.unclaim(id, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Account) claimCount(reward, period string) int64 {
	for _, c := range a.claims {
		if c.reward == reward && c.period == period {
			return c.count
		}
	}
	return 0
}

func (a *Account) countClaim(reward, period string, n int64) {
	for i := range a.claims {
		if a.claims[i].reward == reward && a.claims[i].period == period {
			a.claims[i].count += n
			return
		}
	}
	a.claims = append(a.claims, claimState{reward, period, n})
}

// claim folds a claim.
func (a *Account) claim(ev *Event, b *RewardClaimed) {
	a.claimed.Set(a.own, name(ev.Key), claim{
		reward: b.Reward, period: b.Period, kind: b.Kind, cost: b.Cost, value: b.Value, code: b.Code, at: ev.Effective, stock: b.Stock,
	})
	a.countClaim(b.Reward, b.Period, 1)
}

// unclaim folds the end of a claim.
func (a *Account) unclaim(b *RewardCancelled) {
	c, ok := a.claimed.Get(name(b.Claim))
	if !ok || c.cancelled {
		return
	}
	c.cancelled = true
	a.claimed.Set(a.own, name(b.Claim), c)
	a.countClaim(c.reward, c.period, -1)
}

// Claim is a reward that a member took.
type Claim struct {
	Key       string
	Reward    string
	Kind      RewardKind
	Cost      Points
	Value     Amount
	Code      string
	At        Instant
	Order     string // it was used for
	Cancelled bool
}

// Claims lists the rewards that the member took, by key.
func (a *Account) Claims() []Claim {
	var out []Claim
	for k, c := range a.claimed.All() {
		out = append(out, Claim{string(k), c.reward, c.kind, c.cost, c.value, c.code, c.at, c.used, c.cancelled})
	}
	return out
}

func (s *session) gesture(d Gesture) error {
	i, _, err := s.pick(d.Wallet)
	if err != nil {
		return err
	}
	k := slices.IndexFunc(s.p.spec.Budgets, func(b BudgetSpec) bool { return b.ID == d.Budget })
	if k < 0 {
		return s.refuse(ErrBudget, "budget", d.Budget, 0, 0)
	}
	b := &s.p.spec.Budgets[k]
	switch {
	case d.Points <= 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	case d.Reason == "" || (len(b.Reasons) > 0 && !slices.Contains(b.Reasons, d.Reason)):
		return s.refuse(ErrApprover, "reason", d.Reason, 0, 0)
	case d.Approver == "" || d.Approver == s.c.By || (len(b.Approvers) > 0 && !slices.Contains(b.Approvers, d.Approver)):
		return s.refuse(ErrApprover, "approver", d.Approver, 0, 0)
	case b.Most > 0 && d.Points > b.Most:
		return s.refuse(ErrLimit, "points", "", d.Points, b.Most)
	}
	house := s.others[0]
	if left := b.Points - Points(house.a.stock); d.Points > left {
		return s.refuse(ErrBudget, "points", d.Budget, d.Points, left)
	}
	if limited, _ := s.room(i, 0); d.Points > limited {
		return s.refuse(ErrOverflow, "points", "", d.Points, limited)
	}
	house.emit(&StockChanged{Item: d.Budget, Delta: int64(d.Points), For: s.c.Account})
	body := s.lotBody(i, d.Points, FromGesture, s.c.Key, s.termsOf(i, nil, &ActivationSpec{Kind: ActivateAtOnce}, s.now))
	body.Reason, body.Approver, body.Budget = d.Reason, d.Approver, d.Budget
	s.emit(body)
	s.res.Lots, s.res.Earned = append(s.res.Lots, body.Lot), d.Points
	return nil
}

func (p *Program) budgetAccount(id string, at Instant) (string, bool) {
	for i := range p.spec.Budgets {
		if b := &p.spec.Budgets[i]; b.ID == id {
			return BudgetAccount(id, b.Per.Key(at.in(p.zone))), true
		}
	}
	return "", false
}

// lotName names a lot for people.
func lotName(id LotID) string { return strconv.FormatUint(uint64(id), 10) }
