package loyalty

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

type vectorCase struct {
	ID     string          `json:"id"`
	Op     string          `json:"op"`
	Given  json.RawMessage `json:"given"`
	Expect map[string]any  `json:"expect"`
}

// vectorFiles are the files that this package runs; revenue.json and breakage.json
// belong to loyalty/liability.
var vectorFiles = []string{
	"expiry_date.json", "earn.json", "refund.json", "fifo.json", "redeem_cap.json", "tier.json",
	"pool.json", "convert.json", "time.json", "stream.json", "edge.json",
}

// ops turn a case into calls and give back what the case may expect.
var ops = map[string]func(t *testing.T, c vectorCase) map[string]any{
	"expiry.instant":   expiryInstant,
	"expiry.balance":   expiryBalance,
	"expiry.usable":    expiryBalance,
	"expiry.reinstate": expiryReinstate,
	"expiry.lawful":    expiryLawful,
	"expiry.versions":  expiryVersions,

	"earn.points":    earnPoints,
	"earn.rules":     earnRules,
	"earn.brackets":  earnBrackets,
	"earn.milestone": earnMilestone,
	"earn.threshold": earnThreshold,
	"earn.capped":    earnCapped,

	"refund.clawback":     refundClawback,
	"refund.limit":        refundLimit,
	"refund.restore":      refundRestore,
	"refund.walk":         refundWalk,
	"refund.out_of_order": refundOutOfOrder,

	"fifo.draw":        fifoDraw,
	"redeem.cap":       redeemCap,
	"concurrent.debit": concurrentDebit,

	"tier.place":         tierPlace,
	"tier.review":        tierReview,
	"tier.criteria":      tierCriteria,
	"tier.rollover":      tierRollover,
	"tier.term":          tierTerm,
	"tier.timeline":      tierTimeline,
	"tier.refund_policy": tierRefundPolicy,
	"tier.window_drop":   tierWindowDrop,
	"tier.requalify":     tierRequalify,
	"tier.review_due":    tierReviewDue,
	"tier.backdated":     tierBackdated,

	"pool.shares":      poolShares,
	"convert.exchange": convertExchange,

	"time.start_of_day": timeStartOfDay,
	"time.day_length":   timeDayLength,
	"time.period_key":   timePeriodKey,
	"time.add_months":   timeAddMonths,

	"stream.run": streamRun,
}

func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "loyalty")
	for _, file := range vectorFiles {
		var f struct{ Cases []vectorCase }
		if !v.JSON(t, file, &f) {
			continue
		}
		n := 0
		for _, c := range f.Cases {
			if c.Op == "" {
				c.Op = "stream.run"
			}
			if strings.HasPrefix(c.Op, "revenue.") || strings.HasPrefix(c.Op, "breakage.") {
				continue // run by loyalty/liability
			}
			run, ok := ops[c.Op]
			if !ok {
				t.Errorf("%s: %s: unknown op %q", file, c.ID, c.Op)
				continue
			}
			n++
			t.Run(c.ID, func(t *testing.T) {
				have := run(t, c)
				for key, want := range c.Expect {
					got, ok := have[key]
					require.True(t, ok, "the op gives no %q", key)
					require.NoError(t, same(want, plainJSON(t, got)), "%s", key)
				}
			})
		}
		golden.Count(t, file, n)
	}
}

// plainJSON is a value as JSON holds it.
func plainJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var out any
	require.NoError(t, json.Unmarshal(b, &out))
	return out
}

// same compares what is expected with what there is: numbers and texts that are
// both numbers as numbers, objects by the keys that are expected.
func same(want, have any) error {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return fmt.Errorf("want an object, have %v", have)
		}
		for k, x := range w {
			if err := same(x, h[k]); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		return nil
	case []any:
		h, _ := have.([]any)
		if len(w) != len(h) {
			return fmt.Errorf("want %v, have %v", want, have)
		}
		for i := range w {
			if err := same(w[i], h[i]); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	case nil:
		if have == nil || have == "" {
			return nil
		}
		return fmt.Errorf("want null, have %v", have)
	}
	a, b := fmt.Sprint(want), fmt.Sprint(have)
	if f, ok := have.(float64); ok {
		b = fmt.Sprintf("%.0f", f)
	}
	if a == b {
		return nil
	}
	x, errX := ParseAmount(a)
	y, errY := ParseAmount(b)
	if errX == nil && errY == nil && x.String() == y.String() {
		return nil
	}
	return fmt.Errorf("want %s, have %s", a, b)
}

// given reads the input of a case.
func given[T any](t *testing.T, c vectorCase) (v T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(c.Given, &v))
	return v
}

func location(t *testing.T, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	return loc
}

// local reads a date or a local time of the vectors.
func local(t *testing.T, text string, loc *time.Location) time.Time {
	t.Helper()
	if len(text) == len("2006-01-02") {
		return date(t, text).Start(loc)
	}
	at, err := time.Parse("2006-01-02T15:04:05", text)
	require.NoError(t, err)
	clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
	return DateOf(at).At(clock, loc)
}

func date(t *testing.T, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	require.NoError(t, err)
	return d
}

func endsAt(end time.Time, ok bool) map[string]any {
	if !ok {
		return map[string]any{"unusable_from": nil, "unusable_from_utc": nil}
	}
	return map[string]any{
		"unusable_from":     end.Format("2006-01-02T15:04:05"),
		"unusable_from_utc": end.UTC().Format(time.RFC3339),
	}
}

type policyJSON struct {
	Kind       string
	N          int
	Unit       *Unit
	Round      *ExpiryRound
	MonthDay   string `json:"month_day"`
	Enrolled   Date
	Versions   []InactivityVersion
	Qualifying []ActivityKind
}

func (p policyJSON) spec(t *testing.T) ExpirySpec {
	t.Helper()
	s := ExpirySpec{N: p.N, Versions: p.Versions, Qualifying: p.Qualifying}
	require.NoError(t, s.Kind.UnmarshalText([]byte(p.Kind)))
	if p.Unit != nil {
		s.Unit = *p.Unit
	}
	if p.Round != nil {
		s.Round = *p.Round
	}
	if p.MonthDay != "" {
		// A year that has every day, 29 February too.
		d := date(t, "2024-"+p.MonthDay)
		s.Month, s.Day = d.Month, d.Day
	}
	return s
}

func expiryInstant(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Zone, Earned string
		Policy       policyJSON
	}](t, c)
	end, ok := g.Policy.spec(t).Expiry(local(t, g.Earned, location(t, g.Zone)), g.Policy.Enrolled)
	return endsAt(end, ok)
}

// expiryBalance runs the activities as commands of an account whose wallet has the
// policy.
func expiryBalance(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Zone     string
		Policy   policyJSON
		Activity []struct {
			On     string
			Kind   ActivityKind
			Points Points
		}
		At string
	}](t, c)
	loc := location(t, g.Zone)
	d := newDesk(t, Spec{Zone: g.Zone, Wallets: []WalletSpec{{ID: "points", Expiry: g.Policy.spec(t)}}})
	for i, x := range g.Activity {
		at := local(t, x.On, loc)
		key := fmt.Sprintf("c%d", i)
		earn := Earn{Lines: []LinePoints{{"l", x.Points}}}
		switch x.Kind {
		case ActivityEarn:
			d.must(key, at, earn)
		case ActivityBuyPoints:
			earn.Bought = true
			d.must(key, at, earn)
		case ActivityRedeem:
			d.activity(t, key, at, x.Points, ActivityRedeem)
		case ActivityGiftSent:
			d.activity(t, key, at, x.Points, ActivityGiftSent)
		case ActivityGiftReceived:
			d.gift(t, key, at, x.Points)
		}
	}
	end, ok := d.account("m").AliveUntil("points")
	out := endsAt(end.Time().In(loc), ok)
	if g.At != "" {
		at := local(t, g.At, loc)
		out["usable"] = !ok || at.Before(end.Time())
	}
	if ok {
		died := d.settle("m", end.Time())
		out["points"] = died[len(died)-1].Body.(*Lapsed).Total()
	}
	return out
}

// activity spends points, or gives them away.
func (d *desk) activity(t *testing.T, key string, at time.Time, n Points, kind ActivityKind) {
	t.Helper()
	if n == 0 { // a source that states no balance: the activity without points
		d.append([]Event{d.markAlive(key, at, kind)})
		return
	}
	if kind == ActivityRedeem {
		d.must(key, at, Redeem{Points: n})
		return
	}
	d.must(key, at, Transfer{To: "friend", Points: n})
}

// gift lets a friend give points.
func (d *desk) gift(t *testing.T, key string, at time.Time, n Points) {
	t.Helper()
	if n == 0 {
		d.append([]Event{d.markAlive(key, at, ActivityGiftReceived)})
		return
	}
	_, err := d.do(Command{Key: key + "/earn", Account: "friend", At: at, Do: Earn{Lines: []LinePoints{{"l", n}}}})
	require.NoError(t, err)
	_, err = d.do(Command{Key: key, Account: "friend", At: at, Do: Transfer{To: "m", Points: n}})
	require.NoError(t, err)
}

// markAlive is the event of an activity that moves no points.
func (d *desk) markAlive(key string, at time.Time, kind ActivityKind) Event {
	s := session{p: d.p, base: d.account("m"), a: d.account("m"), now: InstantOf(at), c: Command{Key: key}}
	s.settle()
	ev := s.emit(&Ticked{})
	s.alive(ev, 0, kind)
	d.append(s.events[:len(s.events)-1])
	return *ev
}

func expiryReinstate(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		WindowDays  int    `json:"window_days"`
		ExpiredOn   string `json:"expired_on"`
		ReinstateOn string `json:"reinstate_on"`
	}](t, c)
	return map[string]any{"reinstated": Reinstatable(g.WindowDays, date(t, g.ExpiredOn), date(t, g.ReinstateOn))}
}

func expiryLawful(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Zone string
		Law  struct {
			TimeAlone TimeRule    `json:"time_alone"`
			Months    int         `json:"min_inactivity_months"`
			Notice    *NoticeDays `json:"notice_days"`
		}
		At       string
		Variants []struct {
			Policy policyJSON
			Since  string
			Notice *Date `json:"notice_sent"`
		}
	}](t, c)
	loc := location(t, g.Zone)
	at := local(t, g.At, loc)
	law := JurisdictionSpec{ID: "law", TimeAlone: g.Law.TimeAlone, MinInactivityMonths: g.Law.Months, NoticeDays: g.Law.Notice}
	var usable []bool
	for _, v := range g.Variants {
		d := newDesk(t, Spec{
			Zone: g.Zone, Jurisdictions: []JurisdictionSpec{law},
			Wallets: []WalletSpec{{ID: "points", Expiry: v.Policy.spec(t)}},
		})
		since := local(t, v.Since, loc)
		d.must("enroll", since, Enroll{Jurisdiction: "law"})
		d.must("earn", since, Earn{Lines: []LinePoints{{"l", 1}}})
		if v.Notice != nil {
			d.must("notice", since, Notice{Sent: *v.Notice})
		}
		d.settle("m", at)
		usable = append(usable, d.account("m").Spendable("points") > 0)
	}
	return map[string]any{"usable": usable}
}

func expiryVersions(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Zone     string
		Versions []struct {
			From   *Date
			Policy policyJSON
		}
		Earned []string
	}](t, c)
	var versions []ExpiryVersion
	var enrolled Date
	for _, v := range g.Versions {
		x := ExpiryVersion{Policy: v.Policy.spec(t)}
		if v.From != nil {
			x.From = *v.From
		}
		if !v.Policy.Enrolled.IsZero() {
			enrolled = v.Policy.Enrolled
		}
		versions = append(versions, x)
	}
	var keep, later []any
	for _, e := range g.Earned {
		at := local(t, e, location(t, g.Zone))
		end, ok := ExpiryAcross(versions, at, enrolled, false)
		keep = append(keep, endsAt(end, ok)["unusable_from"])
		end, ok = ExpiryAcross(versions, at, enrolled, true)
		later = append(later, endsAt(end, ok)["unusable_from"])
	}
	return map[string]any{"keep_issued_terms": keep, "later_of_old_and_new": later}
}

func timeStartOfDay(t *testing.T, c vectorCase) map[string]any {
	g := given[struct{ Zone, Date string }](t, c)
	start := date(t, g.Date).Start(location(t, g.Zone))
	return map[string]any{"utc": start.UTC().Format(time.RFC3339), "local": start.Format("2006-01-02T15:04:05-07:00")}
}

func timeDayLength(t *testing.T, c vectorCase) map[string]any {
	g := given[struct{ Zone, Date string }](t, c)
	return map[string]any{"seconds": int64(date(t, g.Date).Length(location(t, g.Zone)).Seconds())}
}

func timePeriodKey(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Zone    string
		Instant time.Time
	}](t, c)
	at := g.Instant.In(location(t, g.Zone))
	return map[string]any{"day": PerDay.Key(at), "month": PerMonth.Key(at), "year": PerYear.Key(at), "iso_week": PerWeek.Key(at)}
}

func timeAddMonths(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Steps []struct {
			Date   Date
			Months int
		}
	}](t, c)
	var dates []Date
	for _, s := range g.Steps {
		dates = append(dates, s.Date.AddMonths(s.Months))
	}
	return map[string]any{"dates": dates}
}

func poolShares(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Balances map[string]Points
		Method   string
		Redeem   Points
		Reverse  Points
	}](t, c)
	require.Equal(t, "webster", g.Method)
	d := newDesk(t, Spec{})
	at := streamTime(0)
	var others []string
	for id, n := range g.Balances {
		_, err := d.do(Command{Key: "join " + id, Account: id, At: at, Do: Enroll{Household: "home"}})
		require.NoError(t, err)
		_, err = d.do(Command{Key: "earn " + id, Account: id, At: at, Do: Earn{Lines: []LinePoints{{"l", n}}}})
		require.NoError(t, err)
		others = append(others, id)
	}
	first := others[0]
	pool := others[1:]
	res, err := d.do(Command{Key: "redeem", Account: first, At: at, Do: Redeem{Points: g.Redeem, Pool: pool}})
	require.NoError(t, err)
	out := map[string]any{"debits": debits(res.Shares)}
	out["debits_after_reverse"] = out["debits"]
	if g.Reverse > 0 {
		res, err = d.do(Command{Key: "reverse", Account: first, At: at, Do: Reverse{Redemption: "redeem", Points: g.Reverse, Pool: pool}})
		require.NoError(t, err)
		out["debits_after_reverse"] = debits(res.Shares)
	}
	return out
}

func debits(shares []Share) map[string]Points {
	out := map[string]Points{}
	for _, s := range shares {
		out[s.Account] = s.Points
	}
	return out
}

func convertExchange(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Amount   Amount
		Rate     struct{ Give, Get Amount }
		ToScale  int `json:"to_scale"`
		Rounding RoundingMode
	}](t, c)
	out, err := Exchange(g.Amount, g.Rate.Give, g.Rate.Get, g.ToScale, g.Rounding)
	require.NoError(t, err)
	return map[string]any{"out": out}
}

func fifoDraw(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Lots []struct {
			ID       string
			Points   Points
			Unusable *int64 `json:"unusable_from"`
			Priority int
			Scope    *string
		}
		Redeems []struct {
			Points Points
			At     int64
			Basket *string
		}
	}](t, c)
	var draws, left, spendable []any
	for i, r := range g.Redeems {
		d := newDesk(t, Spec{})
		for _, l := range g.Lots {
			e := Earn{Lines: []LinePoints{{"l", l.Points}}, Priority: l.Priority, Terms: &Terms{Forever: true}}
			if l.Unusable != nil {
				e.Terms = &Terms{Expires: InstantOf(streamTime(*l.Unusable))}
			}
			if l.Scope != nil {
				e.Scope = *l.Scope
			}
			d.must(l.ID, streamTime(-1<<20), e)
		}
		at := streamTime(r.At)
		d.settle("m", at)
		var basket []string
		if r.Basket != nil {
			basket = []string{*r.Basket}
		}
		a := d.account("m")
		spendable = append(spendable, a.Spendable("points", basket...))
		res, err := d.do(Command{Key: fmt.Sprintf("r%d", i), Account: "m", At: at, Do: Redeem{Points: r.Points, Basket: basket}})
		if err != nil {
			require.ErrorIs(t, err, ErrInsufficient)
		}
		draws = append(draws, named(a, res.Draws))
		rest := map[string]Points{}
		for l := range a.Lots() {
			rest[l.Source] = l.Active + l.Expired
		}
		left = append(left, rest)
	}
	return map[string]any{"draws": draws, "left": left, "spendable": spendable}
}

// named are draws with the lots' sources.
func named(a *Account, draws []Draw) []any {
	out := []any{}
	for _, d := range draws {
		l, _ := a.Lot(d.Lot)
		out = append(out, []any{l.Source, d.Points})
	}
	return out
}

func redeemCap(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Requested *Points
		Balance   *Points
		Total     *Amount `json:"order_total"`
		Step      Points  `json:"points_per_step"`
		Value     Amount  `json:"value_per_step"`
		Min       Points  `json:"min_points"`
		Max       *Amount `json:"max_percent_of_order"`
	}](t, c)
	r := RedemptionSpec{PointsPerStep: g.Step, ValuePerStep: g.Value, MinPoints: g.Min}
	asked, balance, total := Points(-1), Points(-1), MustAmount("-1")
	if g.Requested != nil {
		asked = *g.Requested
	}
	if g.Balance != nil {
		balance = *g.Balance
	}
	if g.Total != nil {
		total = *g.Total
	}
	if g.Max != nil {
		r.MaxPercent = *g.Max
	}
	n, value := r.Usable(asked, balance, total)
	return map[string]any{"points": n, "value": value}
}

func concurrentDebit(t *testing.T, c vectorCase) map[string]any {
	g := given[struct {
		Account   string
		Balance   Points
		DebtLimit Points `json:"debt_limit"`
		Count     int
		Points    Points
	}](t, c)
	d := newDesk(t, Spec{Wallets: []WalletSpec{{ID: "points", Overdraft: g.DebtLimit}}})
	if g.Account == "existing" {
		d.must("earn", streamTime(0), Earn{Lines: []LinePoints{{"l", g.Balance}}})
	}
	out := map[string]any{"error": nil}
	done, refused := 0, 0
	for i := range g.Count {
		if _, err := d.do(Command{Key: fmt.Sprintf("k%d", i), Account: "m", At: streamTime(1), Do: Redeem{Points: g.Points}}); err != nil {
			refused++
			out["error"] = code(t, err)
		} else {
			done++
		}
	}
	b := d.account("m").Balance("points")
	out["ok"], out["refused"], out["active"], out["debt"], out["redeemed"] = done, refused, b.Active, b.Debt, b.Redeemed
	return out
}

// code is the word that the vectors have for a refusal.
func code(t *testing.T, err error) string {
	t.Helper()
	for _, c := range []struct {
		err  error
		word string
	}{
		{errConflict, "idempotency_conflict"},
		{ErrClock, "clock_regression"},
		{ErrInsufficient, "insufficient"},
		{ErrUntil, "invalid_until"},
		{ErrPoints, "invalid_amount"},
		{ErrNoHold, "no_such_hold"},
		{ErrNoRedemption, "no_such_redemption"},
		{ErrNoOrder, "no_such_earn"},
		{ErrNoLine, "no_such_line"},
		{ErrExceedsHold, "exceeds_hold"},
		{ErrExceedsDrawn, "exceeds_redemption"},
		{ErrExceedsEarn, "exceeds_earned"},
	} {
		if errors.Is(err, c.err) {
			return c.word
		}
	}
	t.Fatalf("no word for %v", err)
	return ""
}
