package loyalty

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

type baseJSON struct{ Points, Per Amount }

type roundingJSON struct {
	Place RoundingPlace
	Mode  RoundingMode
	When  RoundingStage
}

func (r roundingJSON) spec() Rounding { return Rounding(r) }

type orderJSON struct {
	Lines []struct {
		UnitPrice Amount `json:"unit_price"`
		Quantity  int64
		Category  *string
	}
	Discounts []struct {
		Percent Amount
		Scope   *string
	}
	Tenders []Tender
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (o orderJSON) purchase(id string) Purchase {
	p := Purchase{Order: id, Tenders: o.Tenders}
	for i, l := range o.Lines {
		p.Lines = append(p.Lines, Line{ID: fmt.Sprint(i), UnitPrice: l.UnitPrice, Quantity: l.Quantity, Category: text(l.Category)})
	}
	for _, x := range o.Discounts {
		p.Discounts = append(p.Discounts, Discount{x.Percent, text(x.Scope)})
	}
	return p
}

// paying is the rules of a base rate and a multiplier.
func paying(b baseJSON, multiplier Amount, scope *string) []RuleSpec {
	spend := RuleSpec{ID: "base", Kind: RuleSpend, Points: b.Points, Per: b.Per}
	if scope != nil {
		spend.When.Categories = []string{*scope}
	}
	return []RuleSpec{spend, {ID: "multiplier", Kind: RuleMultiply, Factor: multiplier, Tiers: nil}}
}

func earnPoints(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Base       baseJSON
		Multiplier Amount
		Scale      int
		Rounding   roundingJSON
		Scope      *string
		Orders     []orderJSON
	}](t, c)
	d := newDesk(t, Spec{Scale: g.Scale, Rounding: g.Rounding.spec(), Rules: paying(g.Base, g.Multiplier, g.Scope)})
	for i, o := range g.Orders {
		id := fmt.Sprintf("o%d", i)
		d.must(id, streamTime(int64(i)), o.purchase(id))
	}
	return map[string]any{"points": d.account("m").Balance("points").Issued.Text(g.Scale)}
}

// earnRules has no rounding: a scale of six decimals holds the exact points.
func earnRules(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Lines []struct {
			ID, SKU  string
			Labels   []string
			Amount   Amount
			Delivery bool
		}
		Rules []struct {
			Type            string
			Rate            Amount
			ExcludeSKUs     []string `json:"exclude_skus"`
			ExcludeLabels   []string `json:"exclude_labels"`
			ExcludeDelivery bool     `json:"exclude_delivery"`
			MinOrder        *Amount  `json:"min_order"`
			SKUs            []string
			Labels          []string
			Factor          Amount
			Points          Points
		}
	}](t, c)
	var rules []RuleSpec
	for i, r := range g.Rules {
		x := RuleSpec{ID: fmt.Sprintf("r%d", i)}
		switch r.Type {
		case "spend":
			x.Kind, x.Points = RuleSpend, r.Rate
			x.When = ConditionSpec{ExcludeSKUs: r.ExcludeSKUs, ExcludeLabels: r.ExcludeLabels, ExcludeDelivery: r.ExcludeDelivery}
			if r.MinOrder != nil {
				x.When.MinOrder = *r.MinOrder
			}
			rules = append(rules, x)
		case "multiply":
			// The rule is about a line that has one of the SKUs or one of the labels:
			// two rules, of which a line gets the better, once.
			x.Kind, x.Factor = RuleMultiply, r.Factor
			x.When.AnyOf = true
			x.When.SKUs, x.When.Labels = r.SKUs, r.Labels
			rules = append(rules, x)
		case "sku_fixed":
			x.Kind, x.Points = RuleFixed, MustAmount(r.Points.Text(0))
			x.When.SKUs = r.SKUs
			rules = append(rules, x)
		default:
			t.Fatalf("unknown rule %q", r.Type)
		}
	}
	d := newDesk(t, Spec{Scale: 6, Rules: rules})
	p := Purchase{Order: "o"}
	for _, l := range g.Lines {
		p.Lines = append(p.Lines, Line{ID: l.ID, SKU: l.SKU, Labels: l.Labels, Amount: l.Amount, Delivery: l.Delivery})
	}
	return map[string]any{"points": d.must("o", streamTime(0), p).Earned.Text(6)}
}

// spent is an order of one line.
func spent(id string, a Amount) Purchase {
	return Purchase{Order: id, Lines: []Line{{ID: "1", Amount: a}}}
}

func earnBrackets(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Brackets []BracketSpec
		Before   Amount `json:"spent_before"`
		Amount   Amount
	}](t, c)
	d := newDesk(t, Spec{MoneyScale: 6, Rules: []RuleSpec{{ID: "b", Kind: RuleBrackets, Brackets: g.Brackets}}})
	d.must("before", streamTime(0), spent("before", g.Before))
	return map[string]any{"points": d.must("now", streamTime(1), spent("now", g.Amount)).Earned}
}

func earnMilestone(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Count, First, Step int64
		Points             Points
		Extra              []ExtraSpec
	}](t, c)
	d := newDesk(t, Spec{Rules: []RuleSpec{{
		ID: "m", Kind: RuleMilestone, Event: "night",
		Milestone: MilestoneSpec{First: g.First, Step: g.Step, Points: g.Points, Extra: g.Extra},
	}}})
	if g.Count == 0 { // no event at all
		return map[string]any{"points": d.account("m").Balance("points").Issued}
	}
	return map[string]any{"points": d.must("e", streamTime(0), Earn{Event: "night", Count: g.Count}).Earned}
}

type rungJSON struct {
	Tier       string
	From       *Amount
	Multiplier Amount
}

func ladder(rungs []rungJSON) (levels []LevelSpec) {
	for _, r := range rungs {
		l := LevelSpec{ID: r.Tier}
		if r.From != nil {
			l.Entry = &CriterionSpec{Metric: "v", AtLeast: *r.From}
		} else {
			l.GrantOnly = true
		}
		levels = append(levels, l)
	}
	return levels
}

func earnThreshold(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Before Amount `json:"qualifying_before"`
		Amount Amount
		Base   baseJSON
		Ladder []rungJSON
	}](t, c)
	rules := paying(g.Base, Amount{}, nil)
	for _, r := range g.Ladder {
		rules[1].Tiers = append(rules[1].Tiers, TierFactorSpec{r.Tier, r.Multiplier})
	}
	points := map[string]Points{}
	out := map[string]any{"points": points}
	for _, moment := range []TierMoment{TierAtStart, TierAfter, TierSplit} {
		d := newDesk(t, Spec{
			MoneyScale: 6, TierMoment: moment, Rules: rules,
			Tiers: []TierSetSpec{{ID: "t", Metrics: []MetricSpec{{ID: "v", Kind: MetricSpend}}, Levels: ladder(g.Ladder)}},
		})
		d.must("before", streamTime(0), spent("before", g.Before))
		points[moment.String()] = d.must("now", streamTime(1), spent("now", g.Amount)).Earned
		v, _ := Tier(d.p, d.account("m"), "")
		out["tier_after"] = v.Level
		out["qualifying_after"], _ = Counted(d.p, d.account("m"), "t", "v", streamTime(1))
	}
	return out
}

func earnCapped(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Cap        Points `json:"daily_cap"`
		Orders     []Points
		Refunds    []int
		Accounting CapAccounting
	}](t, c)
	d := newDesk(t, Spec{
		Rules: []RuleSpec{{ID: "base", Kind: RuleSpend, Points: MustAmount("1")}},
		Caps:  []CapSpec{{ID: "day", Points: g.Cap, Per: PerDay, Accounting: g.Accounting}},
	})
	awarded, clawbacks := []Points{}, []Points{}
	for i, n := range g.Orders {
		id := fmt.Sprintf("o%d", i)
		awarded = append(awarded, d.must(id, streamTime(0), spent(id, MustAmount(n.Text(0)))).Earned)
	}
	for _, i := range g.Refunds {
		id := fmt.Sprintf("o%d", i)
		r := d.must("refund "+id, streamTime(0), Refund{Order: id, All: true})
		clawbacks = append(clawbacks, r.Clawed())
	}
	a := d.account("m")
	return map[string]any{
		"awarded": awarded, "clawbacks": clawbacks, "active": a.Balance("points").Active,
		"cap_used": a.CapUsed("day", PerDay.Key(streamTime(0))),
	}
}

func refundClawback(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Lines []struct {
			ID     string
			Amount Amount
			Points Points `json:"line_points"`
		}
		Base        baseJSON
		Multiplier  Amount
		Now         Amount `json:"multiplier_now"`
		Rounding    roundingJSON
		Tender      Amount `json:"points_tender"`
		Attribution Attribution
		Returns     []struct {
			Line   string
			Amount Amount
		}
	}](t, c)
	program := func(multiplier Amount, version int) Spec {
		s := Spec{
			ID: "test", Version: version, Rounding: g.Rounding.spec(), Rules: paying(g.Base, multiplier, nil),
			Refund: RefundSpec{Attribution: g.Attribution},
		}
		for _, l := range g.Lines {
			if l.Points > 0 {
				s.Rules = append(s.Rules, RuleSpec{
					ID: "line " + l.ID, Kind: RuleFixed, Points: MustAmount(l.Points.Text(0)),
					When: ConditionSpec{SKUs: []string{l.ID}},
				})
			}
		}
		return s
	}
	d := newDesk(t, program(g.Multiplier, 1))
	p := Purchase{Order: "o", Tenders: []Tender{{Kind: TenderPoints, Amount: g.Tender}}}
	for _, l := range g.Lines {
		p.Lines = append(p.Lines, Line{ID: l.ID, SKU: l.ID, Amount: l.Amount})
	}
	earned := d.must("o", streamTime(0), p).Earned
	next, err := NewProgram(program(g.Now, 2))
	require.NoError(t, err)
	d.p = next
	clawbacks, left := []Points{}, []Points{}
	cash, restored := []Amount{}, []Amount{}
	for i, r := range g.Returns {
		res := d.must(fmt.Sprintf("r%d", i), streamTime(int64(i)), Refund{Order: "o", Lines: []RefundLine{{Line: r.Line, Amount: r.Amount}}})
		clawbacks = append(clawbacks, res.Clawed())
		b := d.account("m").Balance("points")
		left = append(left, b.Active)
		cash, restored = append(cash, res.Cash), append(restored, res.PointsValue)
	}
	return map[string]any{"earned": earned, "clawbacks": clawbacks, "left": left, "cash_refund": cash, "points_value_restored": restored}
}

func refundLimit(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Earned, Spent Points
		Requests      int
		Limit         RefundLimit
	}](t, c)
	d := newDesk(t, Spec{Refund: RefundSpec{Limit: g.Limit}})
	d.must("earn", streamTime(0), Earn{Lines: []LinePoints{{"l", g.Earned}}})
	if g.Spent > 0 {
		d.must("spend", streamTime(1), Redeem{Points: g.Spent})
	}
	recorded := 0
	for i := range g.Requests {
		_, err := d.do(Command{Key: fmt.Sprintf("r%d", i), Account: "m", At: streamTime(2), Do: Refund{Order: "earn", All: true}})
		if err == nil {
			recorded++
		} else {
			require.True(t, errors.Is(err, ErrExceedsEarn), "%v", err)
		}
	}
	b := d.account("m").Balance("points")
	return map[string]any{"balance": b.Net(), "debited": b.Clawed, "recorded": recorded}
}

func refundRestore(t *testing.T, c vectorCase) map[string]any {
	type op struct {
		Points Points
		On     string
	}
	g := given[struct {
		Lots []struct {
			ID       string
			Points   Points
			Unusable *string `json:"unusable_from"`
		}
		Redeem, Reverse op
		Fault           string
	}](t, c)
	d := newDesk(t, Spec{})
	utc := location(t, "UTC")
	for _, l := range g.Lots {
		terms := &Terms{Forever: true}
		if l.Unusable != nil {
			terms = &Terms{Expires: InstantOf(local(t, *l.Unusable, utc))}
		}
		d.must(l.ID, local(t, "2000-01-01", utc), Earn{Lines: []LinePoints{{"l", l.Points}}, Terms: terms})
	}
	d.must("redeem", local(t, g.Redeem.On, utc), Redeem{Points: g.Redeem.Points})
	require.Contains(t, []string{"house", "none"}, g.Fault)
	r := d.must("reverse", local(t, g.Reverse.On, utc), Reverse{Redemption: "redeem", Points: g.Reverse.Points, HouseFault: g.Fault == "house"})
	lots := []any{}
	for l := range d.account("m").Lots() {
		if l.Origin != FromEarn {
			continue
		}
		until := any(nil)
		if l.Expires != Never {
			until = DateOf(l.Expires.Time())
		}
		lots = append(lots, map[string]any{"id": l.Source, "points": l.Active, "unusable_from": until})
	}
	return map[string]any{"restored": r.Restored, "expired": r.Expired, "reissued": r.Reissued, "lots": lots}
}

func refundWalk(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Start Points
		Base  baseJSON
		Steps []struct {
			Do      string
			Cost    Points
			Value   Amount
			Amounts []Amount
			Reward  bool
			Amount  Amount
		}
	}](t, c)
	spec := Spec{Rules: paying(g.Base, MustAmount("1"), nil)}
	for i, s := range g.Steps {
		if s.Do == "claim_reward" {
			spec.Rewards = append(spec.Rewards, RewardSpec{ID: fmt.Sprintf("s%d", i), Kind: AmountOff, Cost: s.Cost, Value: s.Value})
		}
	}
	d := newDesk(t, spec)
	if g.Start > 0 {
		d.must("start", streamTime(0), Earn{Lines: []LinePoints{{"l", g.Start}}})
	}
	var claim, order string
	balances := []Points{}
	for i, s := range g.Steps {
		id, at := fmt.Sprintf("s%d", i), streamTime(int64(i+1))
		switch s.Do {
		case "claim_reward":
			d.must(id, at, ClaimReward{Reward: id})
			claim = id
		case "purchase":
			p := Purchase{Order: id}
			for k, a := range s.Amounts {
				p.Lines = append(p.Lines, Line{ID: fmt.Sprint(k), Amount: a})
			}
			if s.Reward {
				p.Claims = []string{claim}
			}
			d.must(id, at, p)
			order = id
		case "refund":
			d.must(id, at, Refund{Order: order, Paid: s.Amount})
		default:
			t.Fatalf("unknown step %q", s.Do)
		}
		balances = append(balances, d.account("m").Balance("points").Active)
	}
	return map[string]any{"balances": balances}
}

func refundOutOfOrder(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Policy LateOrder
		Events []struct {
			Key, Do, Order string
			At             int64
			Points         Points
		}
	}](t, c)
	d := newDesk(t, Spec{
		Refund: RefundSpec{Late: g.Policy},
		Rules:  []RuleSpec{{ID: "base", Kind: RuleSpend, Points: MustAmount("1")}},
	})
	after := []any{}
	for _, e := range g.Events {
		switch e.Do {
		case "refund_all":
			d.must(e.Key, streamTime(e.At), Refund{Order: e.Order, All: true})
		case "order":
			d.must(e.Key, streamTime(e.At), spent(e.Order, MustAmount(e.Points.Text(0))))
		default:
			t.Fatalf("unknown event %q", e.Do)
		}
		b := d.account("m").Balance("points")
		after = append(after, map[string]any{"active": b.Active, "issued": b.Issued, "clawed": b.Clawed})
	}
	return map[string]any{"after": after}
}
