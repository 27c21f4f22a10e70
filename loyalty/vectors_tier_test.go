package loyalty

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// programOf is a programme of one ladder, by default on the metric v.
func programOf(t *testing.T, set TierSetSpec) *Program {
	t.Helper()
	set.ID = "t"
	if set.Metrics == nil {
		set.Metrics = []MetricSpec{{ID: "v", Kind: MetricSpend}}
	}
	p, err := NewProgram(Spec{ID: "t", Version: 1, MoneyScale: 6, Tiers: []TierSetSpec{set}})
	require.NoError(t, err)
	return p
}

// valued is a value of the metric v, or none.
func valued(v *Amount) map[string]Amount {
	if v == nil {
		return nil
	}
	return map[string]Amount{"v": *v}
}

// orNone is a level, or null for none.
func orNone(level string) any {
	if level == "" {
		return nil
	}
	return level
}

type dated struct {
	On     Date
	Amount Amount
}

// spender is a desk whose member spends amounts that count in a tier set.
func spender(t *testing.T, set TierSetSpec, window WindowSpec) *desk {
	t.Helper()
	set.ID = "t"
	set.Metrics = []MetricSpec{{ID: "v", Kind: MetricSpend, Window: window}}
	return newDesk(t, Spec{MoneyScale: 6, Tiers: []TierSetSpec{set}})
}

func (d *desk) spend(i int, on time.Time, a Amount) Result {
	id := fmt.Sprintf("o%d", i)
	return d.must(id, on, spent(id, a))
}

func (d *desk) tier() string {
	v, _ := Tier(d.p, d.account("m"), "")
	return v.Level
}

func tierPlace(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Ladder []rungJSON
		Steps  []struct{ Amount Amount }
	}](t, c)
	d := spender(t, TierSetSpec{Levels: ladder(g.Ladder)}, WindowSpec{})
	tiers := []any{}
	for i, s := range g.Steps {
		d.spend(i, streamTime(int64(i)), s.Amount)
		tiers = append(tiers, orNone(d.tier()))
	}
	return map[string]any{"tiers": tiers, "tier": orNone(d.tier())}
}

func tierReview(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Ladder []rungJSON
		Held   string
		Rule   Landing
		Values []*Amount
	}](t, c)
	p := programOf(t, TierSetSpec{Levels: ladder(g.Ladder), Landing: g.Rule})
	held := g.Held
	tiers := []any{}
	for _, v := range g.Values {
		var ok bool
		held, ok = Review(p, "t", held, valued(v), Enrolled{})
		require.True(t, ok)
		tiers = append(tiers, orNone(held))
	}
	return map[string]any{"tiers": tiers}
}

func tierCriteria(t *testing.T, c vectorCase) map[string]any {
	type cond struct {
		Metric  string
		AtLeast Amount `json:"at_least"`
	}
	g := given[struct {
		Ladder []struct {
			Tier     string
			Any, All []cond
		}
		Metrics map[string]Amount
		Waivers []WaiverSpec
	}](t, c)
	set := TierSetSpec{ID: "t", Waivers: g.Waivers}
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			set.Metrics = append(set.Metrics, MetricSpec{ID: id, Kind: MetricSpend})
		}
	}
	for _, l := range g.Ladder {
		e := &CriterionSpec{}
		some := CriterionSpec{}
		for _, x := range l.Any {
			add(x.Metric)
			some.Any = append(some.Any, CriterionSpec{Metric: x.Metric, AtLeast: x.AtLeast})
		}
		if some.Any != nil {
			e.All = append(e.All, some)
		}
		for _, x := range l.All {
			add(x.Metric)
			e.All = append(e.All, CriterionSpec{Metric: x.Metric, AtLeast: x.AtLeast})
		}
		if e.All == nil { // no condition at all: nothing is asked for
			for id := range g.Metrics {
				add(id)
				e.All = []CriterionSpec{{Metric: id}}
				break
			}
		}
		set.Levels = append(set.Levels, LevelSpec{ID: l.Tier, Entry: e})
	}
	for _, w := range g.Waivers {
		add(w.Metric)
	}
	level, ok := Review(programOf(t, set), "t", "", g.Metrics, Enrolled{})
	require.True(t, ok)
	return map[string]any{"tier": orNone(level)}
}

func tierRollover(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Ladder   []rungJSON
		Earned   Amount
		RolledIn Amount `json:"rolled_in"`
		Cap      *Amount
	}](t, c)
	p := programOf(t, TierSetSpec{
		Levels: ladder(g.Ladder), Metrics: []MetricSpec{{ID: "v", Kind: MetricSpend, Window: WindowSpec{Kind: CalendarYear}}},
		Rollover: &RolloverSpec{Metric: "v", Cap: g.Cap},
	})
	level, over, ok := Rollover(p, "t", g.Earned, g.RolledIn)
	require.True(t, ok)
	return map[string]any{"tier": orNone(level), "rollover": over}
}

type termJSON struct {
	Kind string
	N    int
}

func (x termJSON) spec(t *testing.T) TermSpec {
	t.Helper()
	s := TermSpec{N: x.N}
	require.NoError(t, s.Kind.UnmarshalText([]byte(x.Kind)))
	return s
}

func tierTerm(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Term    termJSON
		Entered Date
	}](t, c)
	end, ok := g.Term.spec(t).End(g.Entered)
	if !ok {
		return map[string]any{"held_until": nil}
	}
	return map[string]any{"held_until": end}
}

func tierTimeline(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Ladder  []rungJSON
		Window  termJSON
		Term    termJSON
		Amounts []dated
		At      []Date
	}](t, c)
	window := WindowSpec{N: g.Window.N}
	require.NoError(t, window.Kind.UnmarshalText([]byte(g.Window.Kind)))
	tiers := []any{}
	for _, on := range g.At {
		d := spender(t, TierSetSpec{Levels: ladder(g.Ladder), Term: g.Term.spec(t)}, window)
		for i, a := range g.Amounts {
			if !on.before(a.On) {
				d.spend(i, a.On.Start(time.UTC), a.Amount)
			}
		}
		d.must("tick", on.Start(time.UTC), Tick{})
		tiers = append(tiers, orNone(d.tier()))
	}
	return map[string]any{"tiers": tiers}
}

func tierRefundPolicy(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Term      string
		OnRefund  TierOnRefund `json:"on_refund"`
		Qualifies bool         `json:"qualifies_after_refund"`
	}](t, c)
	term := TermMonths
	if g.Term == "lifetime" {
		term = TermLifetime
	}
	return map[string]any{"downgrade": g.OnRefund.Downgrades(term, g.Qualifies)}
}

func tierWindowDrop(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Threshold Amount
		Months    int `json:"window_months"`
		Grace     int `json:"grace_days"`
		Amounts   []dated
	}](t, c)
	d := spender(t, TierSetSpec{
		Levels:    []LevelSpec{{ID: "base"}, {ID: "level", Entry: &CriterionSpec{Metric: "v", AtLeast: g.Threshold}}},
		GraceDays: g.Grace,
	}, WindowSpec{Kind: RollingMonths, N: g.Months})
	out := map[string]any{"qualified_on": nil, "below_from": nil, "drops_on": nil, "needed_to_keep": nil}
	var last time.Time
	for i, a := range g.Amounts {
		last = a.On.Start(time.UTC)
		d.spend(i, last, a.Amount)
		if out["qualified_on"] == nil && d.tier() == "level" {
			v, _ := Tier(d.p, d.account("m"), "")
			out["qualified_on"] = DateOf(v.Since.Time())
		}
	}
	pr, ok := Project(d.p, d.account("m"), "", last)
	require.True(t, ok)
	if !pr.Below.IsZero() {
		out["below_from"], out["drops_on"] = pr.Below, DateOf(pr.DropsAt.Time())
		out["needed_to_keep"] = pr.ToKeep[0].Missing
		d.settle("m", pr.DropsAt.Time().Add(-time.Microsecond))
		require.Equal(t, "level", d.tier())
		d.settle("m", pr.DropsAt.Time())
		require.Equal(t, "base", d.tier())
	}
	return out
}

func tierRequalify(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Ladder                []rungJSON
		Before, Order, Refund Amount
		Meanwhile             []Amount
	}](t, c)
	tiers := []any{}
	for _, m := range g.Meanwhile {
		d := spender(t, TierSetSpec{Levels: ladder(g.Ladder)}, WindowSpec{})
		d.spend(0, streamTime(0), g.Before)
		d.spend(1, streamTime(1), g.Order)
		d.spend(2, streamTime(2), m)
		d.must("refund", streamTime(3), Refund{Order: "o1", Lines: []RefundLine{{Line: "1", Amount: g.Refund}}})
		tiers = append(tiers, orNone(d.tier()))
	}
	return map[string]any{"tiers": tiers}
}

// tierReviewDue reviews year by year, and lets time do the same to an account that
// was granted the level up to its first review.
func tierReviewDue(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Ladder   []rungJSON
		Held     string
		Rule     Landing
		MonthDay string `json:"month_day"`
		Value    *Amount
		Loaded   Date
		Now      Date
	}](t, c)
	day := date(t, "2024-"+g.MonthDay)
	term := TermSpec{Kind: TermYearly, Month: int(day.Month), Day: day.Day}
	set := TierSetSpec{Levels: ladder(g.Ladder), Term: term, Landing: g.Rule}
	p := programOf(t, set)
	tier, events := g.Held, []any{}
	next := func(on Date) Date {
		end, ok := term.End(on)
		require.True(t, ok)
		return end
	}
	for on := next(g.Loaded); !g.Now.before(on); on = next(on) {
		was := tier
		tier, _ = Review(p, "t", was, valued(g.Value), Enrolled{})
		if tier != was {
			events = append(events, map[string]any{"on": on, "tier": orNone(tier)})
		}
	}
	// The account sees the same, except that what it spends raises it at once.
	d := spender(t, set, WindowSpec{})
	if g.Value != nil {
		d.spend(0, g.Loaded.Start(time.UTC), *g.Value)
	}
	d.must("grant", g.Loaded.Start(time.UTC), GrantTier{Tier: g.Held, Until: InstantOf(next(g.Loaded).Start(time.UTC)), Reason: "held"})
	if d.tier() == g.Held {
		have := []any{}
		for _, ev := range d.settle("m", g.Now.Start(time.UTC)) {
			if b, ok := ev.Body.(*TierChanged); ok && b.From != b.To {
				have = append(have, map[string]any{"on": DateOf(ev.Effective.Time()), "tier": orNone(b.To)})
			}
		}
		require.Equal(t, events, have)
		require.Equal(t, tier, d.tier())
	}
	return map[string]any{"events": events, "tier": orNone(tier)}
}

func tierBackdated(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Zone       string
		Ladder     []rungJSON
		Term       termJSON
		YearTotals []struct {
			Year  int
			Total Amount
		} `json:"year_totals"`
		Earn struct {
			Points    Points
			Effective Date
			Recorded  Date
		}
		Expiry    policyJSON
		Questions []struct{ Effective, Known Date }
	}](t, c)
	loc := location(t, g.Zone)
	d := newDesk(t, Spec{
		Zone: g.Zone, BackdateDays: 3660,
		Wallets: []WalletSpec{{ID: "points", Expiry: g.Expiry.spec(t)}, {ID: "before"}},
		Tiers: []TierSetSpec{{
			ID: "t", Levels: ladder(g.Ladder), Term: g.Term.spec(t),
			Metrics: []MetricSpec{{ID: "v", Kind: MetricPoints, Window: WindowSpec{Kind: CalendarYear}}},
		}},
	})
	for i, y := range g.YearTotals {
		n, err := ParsePoints(y.Total.String(), 0)
		require.NoError(t, err)
		d.must(fmt.Sprintf("y%d", i), Date{y.Year, 1, 1}.Start(loc), Earn{Lines: []LinePoints{{"l", n}}, Qualifies: true, Terms: &Terms{Forever: true}})
	}
	res := d.must("earn", g.Earn.Recorded.Start(loc), Earn{
		Lines: []LinePoints{{"l", g.Earn.Points}}, Effective: InstantOf(g.Earn.Effective.Start(loc)), Qualifies: true,
	})
	a := d.account("m")
	v, ok := Tier(d.p, a, "")
	require.True(t, ok)
	lot, ok := a.Lot(res.Lots[0])
	require.True(t, ok)
	out := map[string]any{"tier": orNone(v.Level), "tier_from": nil, "tier_until": nil}
	out["counts_for_year"] = 0
	for _, ev := range d.logs["m"] {
		if b, ok := ev.Body.(*Issued); ok && b.Lot == lot.ID {
			out["counts_for_year"] = b.Qualified[0].Day.Year
		}
	}
	if v.Level != "" {
		out["tier_from"] = DateOf(v.Since.Time().In(loc))
		if v.Until != Never {
			out["tier_until"] = DateOf(v.Until.Time().In(loc))
		}
	}
	out["unusable_from"] = endsAt(lot.Expires.Time().In(loc), lot.Expires != Never)["unusable_from"]
	var has []bool
	for _, q := range g.Questions {
		then := AsOf(d.p, "m", d.logs["m"], q.Effective.Start(loc), q.Known.Start(loc))
		has = append(has, then.Balance("points").Issued > a.Balance("points").Issued-g.Earn.Points)
	}
	out["has_points"] = has
	return out
}
