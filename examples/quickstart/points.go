package main

import (
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/loyalty"
)

//go:embed programme.json
var programmeJSON []byte

// Loyalty is what the programme of programme.json owes its members at the end.
type Loyalty struct {
	Programme string      `json:"programme"`
	Members   int         `json:"members"`
	Issued    int64       `json:"points_issued"`
	Active    int64       `json:"points_active"`
	Expired   int64       `json:"points_expired"`
	TakenBack int64       `json:"points_taken_back"`
	Debt      int64       `json:"points_owed_by_members"`
	Tiers     []Count     `json:"tiers"`
	Best      *BestMember `json:"best_member,omitempty"`
	// Unplaced is the worth of cancellations for which no order was found.
	Unplaced string `json:"cancellations_without_order"`
}

// BestMember is the member with most active points, with the reasons for the last order's points.
type BestMember struct {
	Customer string   `json:"customer"`
	Active   int64    `json:"points_active"`
	Tier     string   `json:"tier"`
	Order    string   `json:"last_order"`
	Why      []string `json:"why"`
}

// member is an account in the making with the worth of its orders that has not
// been cancelled.
type member struct {
	account *loyalty.Account
	open    []openOrder
	last    string
	why     loyalty.Trace
}

type openOrder struct {
	number string
	left   decimal.Decimal
}

func addLoyalty(p *Page, in *input) error {
	programme, err := loyalty.ParseProgram(programmeJSON)
	if err != nil {
		return err
	}
	members := map[string]*member{}
	ids := make([]string, 0, len(in.people))
	unplaced := decimal.Zero
	for _, o := range in.orders {
		m := members[o.customer]
		if m == nil {
			m = &member{account: loyalty.NewAccount(o.customer)}
			members[o.customer], ids = m, append(ids, o.customer)
		}
		left, err := m.order(programme, o)
		if err != nil {
			return fmt.Errorf("invoice %s: %w", o.number, err)
		}
		unplaced = unplaced.Add(left)
	}
	p.Loyalty = Loyalty{Programme: "1 point a pound; silver from 500 and gold from 1,500 in twelve months earn 1.25 and 1.5 times; points die at the end of the twelfth month", Members: len(ids), Unplaced: unplaced.StringFixed(2)}
	return p.Loyalty.sum(programme, members, ids, in.to)
}

// order plays one invoice and returns what of a cancellation found no order.
func (m *member) order(programme *loyalty.Program, o order) (decimal.Decimal, error) {
	switch {
	case o.amount.IsPositive() && !o.cancelled:
		trace, err := m.do(programme, o.number, o.at, loyalty.Purchase{Order: o.number, Lines: []loyalty.Line{{ID: "1", Amount: loyalty.Amount(o.amount)}}})
		m.open = append(m.open, openOrder{o.number, o.amount})
		m.last, m.why = o.number, trace
		return decimal.Zero, err
	case o.amount.IsNegative():
		return m.cancel(programme, o)
	}
	return decimal.Zero, nil
}

// cancel takes a cancellation back from the order that it names, else from the
// customer's latest orders: the files do not say which one it was.
func (m *member) cancel(programme *loyalty.Program, o order) (decimal.Decimal, error) {
	back := o.amount.Neg()
	for i := len(m.open) - 1; i >= 0 && back.IsPositive(); i-- {
		from := &m.open[i]
		if o.of != "" && o.of != from.number || from.left.IsZero() {
			continue
		}
		part := decimal.Min(back, from.left)
		_, err := m.do(programme, o.number+"/"+from.number, o.at, loyalty.Refund{
			Order: from.number, Lines: []loyalty.RefundLine{{Line: "1", Amount: loyalty.Amount(part)}},
		})
		if err != nil {
			return back, err
		}
		from.left, back = from.left.Sub(part), back.Sub(part)
	}
	return back, nil
}

func (m *member) do(programme *loyalty.Program, key string, at time.Time, action loyalty.Action) (loyalty.Trace, error) {
	decision, err := loyalty.Decide(programme, m.account, loyalty.Command{Key: key, Account: m.account.ID(), At: at, Do: action})
	if err != nil {
		return nil, err
	}
	for i := range decision.Events {
		loyalty.Evolve(m.account, &decision.Events[i])
	}
	return decision.Trace, nil
}

// sum adds up the members at the end of the period: what time has done by then is
// settled first, whether or not anybody ran a sweep.
func (l *Loyalty) sum(programme *loyalty.Program, members map[string]*member, ids []string, end time.Time) error {
	tiers := map[string]int{}
	for _, id := range ids {
		m := members[id]
		for _, event := range loyalty.Settle(programme, m.account, end) {
			loyalty.Evolve(m.account, &event)
		}
		b := m.account.Balance("")
		if !b.Holds() {
			return errors.New("the ledgers of " + id + " do not add up")
		}
		l.Issued += int64(b.Issued)
		l.Active += int64(b.Active)
		l.Expired += int64(b.Expired)
		l.TakenBack += int64(b.Clawed)
		l.Debt += int64(b.Debt)
		status, _ := loyalty.Tier(programme, m.account, "status")
		tier := status.Level
		tiers[tier]++
		if l.Best == nil || int64(b.Active) > l.Best.Active {
			l.Best = &BestMember{Customer: id, Active: int64(b.Active), Tier: tier, Order: m.last, Why: reasons(m.why)}
		}
	}
	for _, level := range []string{"member", "silver", "gold"} {
		l.Tiers = append(l.Tiers, Count{level, tiers[level]})
	}
	return nil
}

func reasons(trace loyalty.Trace) []string {
	out := make([]string, 0, len(trace))
	for _, step := range trace {
		out = append(out, step.String())
	}
	return out
}

func (w *sheet) loyalty(p *Page) {
	l := p.Loyalty
	w.title("points and tiers")
	w.line("%s", l.Programme)
	w.line("%s members: %s", thousands(l.Members), list(l.Tiers))
	w.line("points: %s issued, %s active, %s expired, %s taken back for returns, %s owed", thousands(l.Issued),
		thousands(l.Active), thousands(l.Expired), thousands(l.TakenBack), thousands(l.Debt))
	if l.Best != nil {
		w.line("most points: %s with %s (%s); why order %s earned what it did:", l.Best.Customer, thousands(l.Best.Active), l.Best.Tier, l.Best.Order)
		for _, why := range l.Best.Why {
			w.line("  %s", why)
		}
	}
}
