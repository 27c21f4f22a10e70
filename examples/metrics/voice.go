package main

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
)

// missing says what an invoice file does not hold, instead of printing zeros.
func (b *writer) missing(title, what string) error {
	b.title(title)
	b.printf("no %s in this data\n", what)
	return nil
}

func scores(b *writer, in *data) error {
	if len(in.answers) == 0 {
		return b.missing("Scores", "survey answers")
	}
	b.title("Scores")
	nps := metrics.NetPromoterOf(slices.Values(in.answers["nps"]))
	score, err := nps.Score()
	if err != nil {
		return err
	}
	b.printf("NPS  %s of %d answers (%d invalid, never counted)\n", score.Percent(1).StringFixed(1), nps.N(), nps.Invalid)
	for _, method := range []metrics.Method{metrics.Wald, metrics.AdjustedWald, metrics.Score} {
		i, err := nps.Interval(method, level)
		if err != nil {
			return err
		}
		b.printf("     %5.1f to %5.1f by %s\n", i.Low, i.High, method)
	}
	csat, err := metrics.RatingsOf(slices.Values(in.answers["csat"]), metrics.SatisfactionScale())
	if err != nil {
		return err
	}
	b.printf("CSAT %s, top two of five\n", share(csat.TopBox()))
	mean, err := csat.MeanInterval(level)
	if err != nil {
		return err
	}
	b.printf("     mean %.2f (%.2f to %.2f)\n", mean.Estimate, mean.Low, mean.High)
	ces, err := metrics.RatingsOf(in.efforts(), metrics.EffortScale())
	if err != nil {
		return err
	}
	mean, err = ces.MeanInterval(level)
	if err != nil {
		return err
	}
	b.printf("CES  %s, top three of seven (made up from the length of cases); mean %.2f (%.2f to %.2f)\n", share(ces.TopBox()), mean.Estimate, mean.Low, mean.High)
	return nil
}

func service(b *writer, in *data) error {
	if len(in.contacts) == 0 {
		return b.missing("Service", "contacts")
	}
	desk, err := metrics.ServiceOf(in.tickets(), in.asOf, nil)
	if err != nil {
		return err
	}
	b.title("Service (round the clock)")
	b.printf("%d cases, %d open at the end\n", desk.Cases(), desk.Backlog())
	for _, line := range []struct {
		name string
		d    *metrics.Durations
	}{{"first response", desk.FirstResponse()}, {"resolution", desk.Resolution()}, {"handle time", desk.HandleTime()}} {
		b.printf("%-14s median %s, 90th percentile %s, %d still open\n", line.name,
			percentile(line.d, 0.5), percentile(line.d, 0.9), line.d.Open())
	}
	b.printf("next response: %d further messages, %d not answered yet\n", desk.NextResponse().N(), desk.NextResponse().Open())
	within, pending := desk.FirstResponse().Within(8 * time.Hour)
	b.printf("answered within 8 hours: %s, %d undecided\n", share(within), pending)
	b.printf("solved at the first contact: %s, %d too young to say\n", share(desk.FirstContact()), desk.Immature())
	b.printf("reopened: %s\n", share(desk.Reopened()))
	contacts, err := metrics.ContactsOf(in.asked())
	if err != nil {
		return err
	}
	repeat, young, err := contacts.Repeat(7*24*time.Hour, in.asOf)
	if err != nil {
		return err
	}
	b.printf("contacts followed by another within 7 days: %s, %d too young to say\n", share(repeat), young)

	if err := promises(b, in); err != nil {
		return err
	}
	load, err := metrics.OfferedLoad(200, 30*time.Minute, 4*time.Minute)
	if err != nil {
		return err
	}
	queue, err := metrics.StaffQueue(load, 4*time.Minute, 20*time.Second, 0.8)
	if err != nil {
		return err
	}
	b.printf("(worked example: 200 calls of 4 minutes in half an hour need %d agents for 80/20; %.1f %% answered in time, ASA %.1f s)\n",
		queue.Agents, 100*queue.ServiceLevel, queue.ASASeconds)
	return nil
}

func percentile(d *metrics.Durations, p float64) string {
	at, err := d.Quantile(p, metrics.NearestRank)
	if err != nil {
		return "not known yet"
	}
	return at.String()
}

func recurring(b *writer, in *data) error {
	if len(in.plans) == 0 {
		return b.missing("Recurring revenue", "subscriptions")
	}
	ledger, err := metrics.RecurringRevenueOf(slices.Values(in.plans), nil)
	if err != nil {
		return err
	}
	rows, err := ledger.Rows()
	if err != nil {
		return err
	}
	b.title("Recurring revenue (made-up memberships), last six months")
	table := [][]string{{"month", "start", "new", "exp", "contr", "churn", "react", "end", "NRR", "GRR", "quick", "logo churn", "ARPA"}}
	for _, r := range rows[max(0, len(rows)-6):] {
		quick, err := r.QuickRatio()
		speed := "-"
		if err == nil {
			speed = quick.Decimal(2).StringFixed(2)
		}
		arpa, err := r.ARPA()
		if err != nil {
			return err
		}
		line := []string{r.Label}
		for _, d := range []decimal.Decimal{r.Start, r.New, r.Expansion, r.Contraction, r.Churn, r.Reactivation, r.End()} {
			line = append(line, d.StringFixed(2))
		}
		table = append(table, append(line, ratio(r.NRR()), ratio(r.GRR()), speed, ratio(r.LogoChurn()), arpa.Decimal(2).StringFixed(2)))
	}
	b.table(table)
	return nil
}
