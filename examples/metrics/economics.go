package main

import (
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/internal/shop"
	"github.com/rapport-go/rapport/metrics"
)

// luck is a number below n that depends on the text only: what the simulated shop does
// not hold is made up from it, and says so.
func luck(text string, n uint32) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return h.Sum32() >> 8 % n
}

// economics sets what a member is worth against what one costs.
func economics(b *writer, in *data) error {
	if len(in.plans) == 0 {
		return b.missing("What a customer is worth", "costs of acquisition")
	}
	ledger, err := metrics.RecurringRevenueOf(slices.Values(in.plans), nil)
	if err != nil {
		return err
	}
	rows, err := ledger.Rows()
	if err != nil {
		return err
	}
	// A year of months adds up; one month alone has too few losses to divide by.
	var joined, lost, watched int64
	for _, r := range rows[max(0, len(rows)-12):] {
		joined, lost, watched = joined+r.Customers.New, lost+r.Customers.Lost, watched+r.Customers.Start
	}
	churn, err := metrics.ChurnRate(watched, lost, nil)
	if err != nil {
		return err
	}
	last := rows[len(rows)-1]
	arpa, err := last.ARPA()
	if err != nil {
		return err
	}
	b.title("What a member is worth (made-up memberships, margin 60 %, budget 4000)")
	margin, price, monthly := decimal.RequireFromString("0.6"), arpa.Decimal(2), churn.Decimal(6)
	cac, err := metrics.CAC(decimal.NewFromInt(4000), joined)
	if err != nil {
		return err
	}
	simple, err1 := metrics.MarginCLTV(price, margin, monthly)
	capped, err2 := metrics.MarginCLTVWithin(price, margin, monthly, 36, 2)
	geometric, err3 := metrics.GeometricCLTV(price.Mul(margin), decimal.NewFromInt(1).Sub(monthly), decimal.RequireFromString("0.01"), true)
	payback, err4 := metrics.Payback(cac.Decimal(2), price, margin)
	times, err5 := metrics.LTVToCAC(simple.Decimal(2), cac.Decimal(2))
	year, err6 := metrics.CompoundChurn(churn.Float(), 12)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return err
	}
	b.printf("ARR %s; monthly logo churn %s, compounded over a year %.1f %%\n", last.ARR().StringFixed(2), churn, 100*year)
	b.printf("CLTV: margin/churn %s, within 36 months %s, discounted at 1 %% a month %s\n",
		simple.Decimal(2).StringFixed(2), capped.StringFixed(2), geometric.Decimal(2).StringFixed(2))
	b.printf("CAC %s, payback %s months, LTV:CAC %s\n", cac.Decimal(2).StringFixed(2), payback.Decimal(1).StringFixed(1), times.Decimal(2).StringFixed(2))
	equity, n, err := metrics.CustomerEquity(func(yield func(decimal.Decimal) bool) {
		for range last.Customers.End {
			if !yield(capped) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	wallet, err := metrics.ShareOfWallet(price, decimal.NewFromInt(25))
	if err != nil {
		return err
	}
	b.printf("customer equity %s of %d members; share of wallet %s (were 25.00 a month spent elsewhere)\n", equity.StringFixed(2), n, wallet)
	return nil
}

// target is a customer of a made-up campaign. It satisfies metrics.Trial.
type target struct {
	predicted          float64
	treated, converted bool
}

// Trial is what happened to the customer.
func (t target) Trial() (predicted float64, treated, converted bool) {
	return t.predicted, t.treated, t.converted
}

// campaign is a made-up mailing to half of the customers, chosen by lot.
func campaign(b *writer, in *data) error {
	if len(in.customers) == 0 {
		return b.missing("Campaign", "campaign with a control group")
	}
	b.title("Campaign with a control group (made up)")
	var arms metrics.TwoArm
	var targets []target
	for _, c := range in.customers {
		t := target{predicted: float64(luck("model"+c.ID, 10)) / 10, treated: luck("arm"+c.ID, 2) == 0}
		chance := uint32(20)
		if t.treated {
			chance += uint32(60 * t.predicted) // the model knows whom the mailing persuades
		}
		t.converted = luck("buys"+c.ID, 100) < chance
		targets = append(targets, t)
		if err := arms.Add(t.treated, t.converted); err != nil {
			return err
		}
	}
	i, err1 := arms.Interval(level)
	relative, err2 := arms.RelativeInterval(level)
	extra, err3 := arms.Incremental()
	_, p, err4 := arms.Z()
	curve, err5 := metrics.QiniOf(slices.Values(targets))
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	b.printf("bought: %s with the mailing, %s without\n", share(arms.Treated), share(arms.Control))
	b.printf("uplift %.1f points (%.1f to %.1f by %s), p %.3f; %s more orders than without it\n", 100*i.Estimate, 100*i.Low, 100*i.High, i.Method, p, extra.Decimal(0))
	b.printf("relative uplift %.0f %% (%.0f to %.0f by %s); Qini coefficient of the model %.3f\n", 100*relative.Estimate, 100*relative.Low, 100*relative.High, relative.Method, curve.Coefficient)
	return nil
}

// call is a telephone call with a made-up wait. It satisfies metrics.Call.
type call struct{ contact shop.Contact }

// Wait is up to a minute.
func (c call) Wait() time.Duration { return time.Duration(luck("wait"+c.contact.ID, 60)) * time.Second }

// Answered is false when the caller hung up: one in eight who wait.
func (c call) Answered() bool { return luck("patience"+c.contact.ID, 8) > 0 }

func telephone(b *writer, in *data) error {
	if len(in.contacts) == 0 {
		return b.missing("Telephone", "calls")
	}
	b.title("Telephone (made-up waits)")
	calls, err := metrics.CallsOf(func(yield func(call) bool) {
		for _, c := range in.contacts {
			if c.Inbound && c.Channel == "phone" && !yield(call{c}) {
				return
			}
		}
	}, nil)
	if err != nil {
		return err
	}
	asa, err := calls.SpeedOfAnswer().Mean()
	if err != nil {
		return err
	}
	b.printf("%d calls, abandoned %s, speed of answer %s\n", calls.Offered(), share(calls.AbandonRate()), asa.Round(time.Second/10))
	for _, rule := range []metrics.AbandonRule{metrics.AbandonedExcluded, metrics.AbandonedFailed, metrics.ShortAbandonedIgnored} {
		p, err := calls.ServiceLevel(rule)
		if err != nil {
			return err
		}
		b.printf("within 20 s, %-23s %s\n", rule.String(), share(p))
	}
	return nil
}

// promises are first answers within eight hours, and the cases that pile up.
func promises(b *writer, in *data) error {
	var kept metrics.Attainment
	backlog, err := metrics.NewBacklog(metrics.Quarter, time.UTC)
	if err != nil {
		return err
	}
	helped := int64(0)
	for t := range in.tickets() {
		var answered, closed time.Time
		for _, e := range t.CaseEvents() {
			switch e.Kind {
			case metrics.AgentReply:
				if answered.IsZero() {
					answered = e.At
				}
			case metrics.CaseResolved:
				closed = e.At
			case metrics.CaseReopened:
				closed = time.Time{}
			}
		}
		err = errors.Join(err, kept.Add(t[0].At.Add(8*time.Hour), answered, in.asOf), backlog.Add(t[0].At, closed))
		helped++
	}
	if err != nil {
		return err
	}
	b.printf("promise of eight hours kept: %s, %d not due yet\n", share(kept.Rate()), kept.Pending)
	rows, err := backlog.Rows(0)
	if err != nil {
		return err
	}
	table := [][]string{{"quarter", "opened", "closed", "open at its end"}}
	for _, r := range rows[max(0, len(rows)-4):] {
		table = append(table, []string{r.Label, strconv.FormatInt(r.Opened, 10), strconv.FormatInt(r.Closed, 10), strconv.FormatInt(r.Open, 10)})
	}
	b.table(table)
	visits := 10 * helped
	deflected, err := metrics.Deflection(visits, helped)
	if err != nil {
		return err
	}
	b.printf("deflection, were there ten visits of the help pages for every case: %s\n", share(deflected))
	return nil
}
