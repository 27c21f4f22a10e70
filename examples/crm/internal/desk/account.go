package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/loyalty"
)

// Account is a customer's account as of now, what time has done included.
func (a *App) Account(ctx context.Context, id string) (AccountView, error) {
	r, ok := a.world.find(id)
	if !ok {
		return AccountView{}, notFound("/customer", "customer")
	}
	return a.account(ctx, r, r.c.ZoneOr(time.LoadLocation, a.rules.zone).Location)
}

func (a *App) account(ctx context.Context, r *record, loc *time.Location) (AccountView, error) {
	now, id := a.Now(), r.id
	account, err := a.settled(ctx, id, now)
	if err != nil {
		return AccountView{}, err
	}
	v := AccountView{
		Account: id, Status: account.Status().String(), Version: int64(account.Version()), Unit: "points",
		Balance: balanceView(account.Balance(wallet)), Lots: a.lots(account, now), Holds: []HoldView{}, Expires: []ExpiryView{}, Also: []OtherView{},
		Rewards: a.rewards(account, now), Tier: a.tier(account, now),
	}
	v.Expires = expiries(v.Lots, loc)
	if at, ok := loyalty.NextDue(a.rules.programme, account); ok {
		v.Next = at.Time()
	}
	made, history, err := a.ledger(ctx, id)
	for h := range account.Holds() {
		v.Holds = append(v.Holds, HoldView{ID: strings.TrimPrefix(h.Key, holdKey(id, "")), Points: int64(h.Points), Made: made[h.Key], Expires: h.Until.Time()})
	}
	v.History = history
	if err != nil {
		return v, err
	}
	for _, x := range r.c.Absorbed {
		other, err := a.settled(ctx, string(x), now)
		if err != nil {
			return v, err
		}
		if b := other.Balance(wallet); other.Version() > 0 {
			v.Also = append(v.Also, OtherView{Account: string(x), Active: int64(b.Active), Held: int64(b.Held)})
		}
	}
	return v, nil
}

// settled is an account with what time has done to it by now. Nothing is stored.
func (a *App) settled(ctx context.Context, id string, now time.Time) (*loyalty.Account, error) {
	account, err := a.points.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, event := range loyalty.Settle(a.rules.programme, account, now) {
		loyalty.Evolve(account, &event)
	}
	return account, nil
}

func balanceView(b loyalty.Balance) BalanceView {
	return BalanceView{
		Pending: int64(b.Pending), Active: int64(b.Active), Held: int64(b.Held), Debt: int64(b.Debt), Issued: int64(b.Issued),
		Redeemed: int64(b.Redeemed), Expired: int64(b.Expired), Clawed: int64(b.Clawed), Holds: b.Holds(),
	}
}

// lots are those that are not empty, in the order in which the programme would spend
// them: it is asked to spend everything, and the answer is thrown away.
func (a *App) lots(account *loyalty.Account, now time.Time) []LotView {
	place := map[loyalty.LotID]int{}
	step := max(1, a.rules.spec.Redemption.PointsPerStep)
	all := account.Balance(wallet).Active
	d, err := loyalty.Decide(a.rules.programme, account, loyalty.Command{
		Key: "all", Account: account.ID(), At: now, Do: loyalty.Redeem{Points: all - all%step},
	})
	if err == nil {
		for i, draw := range d.Result.Draws {
			place[draw.Lot] = i - len(d.Result.Draws)
		}
	}
	out := []LotView{}
	for l := range account.Lots() {
		left := l.Pending + l.Active + l.Held
		if left == 0 {
			continue
		}
		v := LotView{
			ID: strconv.Itoa(int(l.ID)), Origin: l.Origin.String(), Order: l.Source, Earned: l.IssuedAt.Time(), Active: l.Activates.Time(),
			Expires: l.Expires.Time(), Issued: int64(l.Issued), Left: int64(left), State: "active", Held: int64(l.Held),
		}
		switch {
		case l.Pending > 0:
			v.State = "pending"
		case l.Active == 0:
			v.State = "held"
		}
		v.place = place[l.ID]
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(x, y LotView) int {
		if c := cmp.Compare(x.place, y.place); c != 0 {
			return c
		}
		return x.Expires.Compare(y.Expires)
	})
	return out
}

// expiries adds up what dies at one instant, the earliest first.
func expiries(lots []LotView, loc *time.Location) []ExpiryView {
	sums := map[time.Time]int64{}
	for _, l := range lots {
		if !l.Expires.IsZero() {
			sums[l.Expires] += l.Left
		}
	}
	out := make([]ExpiryView, 0, len(sums))
	for at, n := range sums {
		out = append(out, ExpiryView{At: at, Local: at.In(loc).Format("2 January 2006, 15:04 MST"), Points: n})
	}
	slices.SortFunc(out, func(x, y ExpiryView) int { return x.At.Compare(y.At) })
	return out
}

// tier is where the member stands, by the programme's own projection.
func (a *App) tier(account *loyalty.Account, now time.Time) *TierView {
	p, ok := loyalty.Project(a.rules.programme, account, tierSet, now)
	if !ok {
		return nil
	}
	v := &TierView{Level: p.Level, Until: p.Until.Time(), Next: p.Next, Notes: []string{}}
	if held, ok := loyalty.Tier(a.rules.programme, account, tierSet); ok {
		v.Since = held.Since.Time()
	}
	set := a.rules.spec.Tiers[0]
	v.Metric = set.Metrics[0].ID
	if n, ok := loyalty.Counted(a.rules.programme, account, tierSet, v.Metric, now); ok {
		v.Counted = n.Decimal().StringFixed(places)
	}
	reached := true
	for _, l := range set.Levels {
		level := TierLevel{Name: l.ID, From: "0", Reached: reached}
		if l.Entry != nil {
			level.From = l.Entry.AtLeast.Decimal().StringFixed(places)
		}
		v.Levels = append(v.Levels, level)
		reached = reached && l.ID != p.Level
	}
	for _, need := range p.ToNext {
		v.Missing = need.Missing.Decimal().StringFixed(places)
		v.Percent = share(need.Have.Decimal(), need.Want.Decimal())
		v.Notes = append(v.Notes, v.Missing+" more of "+need.Metric+" within the window for "+p.Next)
	}
	if p.Next == "" {
		v.Percent = 100
	}
	for _, need := range p.ToKeep {
		v.Keep = need.Missing.Decimal().StringFixed(places)
		if p.DropsAt != loyalty.Never {
			v.Notes = append(v.Notes, p.Level+" lasts until "+p.DropsAt.Time().In(a.rules.zone).Format("2 January 2006")+" unless "+v.Keep+" more of "+need.Metric+" is counted")
		}
	}
	for _, b := range p.Benefits {
		v.Notes = append(v.Notes, "benefit: "+b.Name)
	}
	return v
}

// share is have of want in whole percent, rounded down, 0 to 100.
func share(have, want decimal.Decimal) int {
	if want.Sign() <= 0 || have.Sign() <= 0 {
		return 0
	}
	return int(min(100, have.Mul(decimal.NewFromInt(100)).DivRound(want, 4).IntPart()))
}

// rewards are the catalogue with what stands in the way of each: the programme is asked
// for it, and the answer is thrown away.
func (a *App) rewards(account *loyalty.Account, now time.Time) []RewardView {
	out := []RewardView{}
	for _, r := range a.rules.spec.Rewards {
		v := RewardView{ID: r.ID, Name: r.Name}
		if cost, ok := loyalty.Cost(a.rules.programme, account, r.ID); ok {
			v.Cost = int64(cost)
		}
		_, err := loyalty.Decide(a.rules.programme, account, loyalty.Command{Key: "ask", Account: account.ID(), At: now, Do: loyalty.ClaimReward{Reward: r.ID}})
		v.Enough = err == nil
		switch {
		case errors.Is(err, loyalty.ErrNoTier):
			v.Why = "for " + strings.Join(r.Tiers, " and ") + " members"
		case err != nil:
			v.Why = words(err)
		}
		out = append(out, v)
	}
	return out
}

// ledger is the newest events of an account, by their double entry, and when each hold
// was made.
func (a *App) ledger(ctx context.Context, id string) (made map[string]time.Time, all []LedgerView, err error) {
	const most = 30
	made = map[string]time.Time{}
	for e, err := range a.points.Events(ctx, id) {
		if err != nil {
			return nil, nil, err
		}
		if e.Kind() == loyalty.EvHeld {
			made[e.Key] = e.Effective.Time()
		}
		v := LedgerView{At: e.Effective.Time(), Kind: e.Kind().String()}
		parts := named(e.Body)
		for _, p := range e.Postings() {
			if p.Ledger == loyalty.LedgerActive {
				v.Points += int64(p.Points)
			}
			parts = append(parts, p.Ledger.String()+" "+strconv.FormatInt(int64(p.Points), 10))
		}
		v.Text = strings.Join(parts, ", ")
		all = append(all, v)
	}
	all = all[max(0, len(all)-most):]
	slices.Reverse(all)
	if all == nil {
		all = []LedgerView{}
	}
	return made, all, nil
}

// named is what an event names for people: the order, the hold, the reward, the level.
func named(body loyalty.Body) []string {
	switch x := body.(type) {
	case *loyalty.Purchased:
		return []string{"order " + x.Order}
	case *loyalty.Refunded:
		return []string{"order " + x.Order}
	case *loyalty.RewardClaimed:
		return []string{"reward " + x.Reward}
	case *loyalty.TierChanged:
		return []string{"from " + cmp.Or(x.From, "none") + " to " + cmp.Or(x.To, "none")}
	}
	return nil
}
