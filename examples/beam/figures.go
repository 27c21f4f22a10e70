package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/sketch"
)

// reading makes a figure's text of the bytes of its accumulator.
type reading func(data []byte) ([]string, error)

// read is a reading through the empty accumulator of a rule.
func read[F fold.Rule[A, R], A, R any](rule F, text func(*A) ([]string, error)) reading {
	return func(data []byte) ([]string, error) {
		acc, err := rule.Empty()
		if err != nil {
			return nil, err
		}
		if err := fold.Unmarshal(data, acc); err != nil {
			return nil, err
		}
		return text(acc)
	}
}

// figure is one figure of the report, in its order.
type figure struct {
	name string
	read reading
}

func (p plan) figures() []figure {
	return []figure{
		{"retention", read(activity{metrics.Quarter, "UTC"}, p.retention)},
		{"spending", read(money{}, spending)},
		{"spending by country", read(money{}, gross)},
		{"RFM patterns", read(p.summaries(), patterns)},
		{"monetary value", read(worth{p.summaries()}, monetary)},
		{"cohorts", read(cohorts{p.asOf}, matrix)},
		{"buyers (sketch)", read(buyers{precision}, func(d *sketch.Distinct) ([]string, error) {
			return []string{fmt.Sprintf("about %d buyers", d.Estimate())}, nil
		})},
		{"order value (sketch)", read(values{accuracy}, quantiles)},
		{"order value (moments)", read(moments{}, spreadOf)},
		{"NPS", read(promoters{}, promoterScore)},
		{"NPS by quarter", read(promoters{}, promoterScore)},
		{"CSAT", read(satisfied{}, func(p *metrics.Proportion) ([]string, error) { return share("CSAT", *p, nil) })},
		{"repeat contacts", read(repeats{}, p.repeat)},
	}
}

// retention is the last quarter that was over.
func (p plan) retention(r *metrics.Retention) ([]string, error) {
	rows := r.Rows()
	for i := len(rows) - 1; i > 0; i-- {
		row := rows[i]
		if !row.Complete(time.Unix(0, p.asOf)) {
			continue
		}
		report, err1 := row.ReportRetention()
		churn, err2 := row.Churn()
		if err := errors.Join(err1, err2); err != nil {
			return undefined(err)
		}
		return []string{
			fmt.Sprintf("%s: start %d, new %d, back %d, lost %d", row.Label, row.Start, row.New, row.Reactivated, row.Lost),
			fmt.Sprintf("CRR %s, churn %s", report.Rate, churn),
		}, nil
	}
	return []string{"no whole quarter with a start"}, nil
}

func spending(s *metrics.Spending) ([]string, error) {
	total, err := s.Total()
	if err != nil {
		return undefined(err)
	}
	value, err := total.AverageOrderValue()
	if err != nil {
		return undefined(err)
	}
	repeat, err := share("repeat purchase rate", total.RepeatPurchaseRate(), nil)
	return append([]string{fmt.Sprintf("%d buyers, %d orders, gross %s, refunds %s, average order %s",
		total.Buyers, total.Orders, total.Gross.StringFixed(2), total.Refunds.StringFixed(2), value.Decimal(4).StringFixed(4))}, repeat...), err
}

func gross(s *metrics.Spending) ([]string, error) {
	total, err := s.Total()
	if err != nil {
		return undefined(err)
	}
	return []string{fmt.Sprintf("%d buyers, gross %s", total.Buyers, total.Gross.StringFixed(2))}, nil
}

func patterns(p *clv.Patterns) ([]string, error) {
	once := 0.0
	for s, n := range p.All() {
		if s.X == 0 {
			once += n
		}
	}
	return []string{fmt.Sprintf("%g customers in %d patterns, %g of them bought once", p.Customers(), p.Len(), once)}, nil
}

func monetary(d *clv.SpendData) ([]string, error) {
	r, ok := d.Correlation()
	if !ok {
		return []string{fmt.Sprintf("%g customers", d.Customers())}, nil
	}
	return []string{fmt.Sprintf("%g customers, correlation of frequency and value %.15g", d.Customers(), r)}, nil
}

func matrix(m *cohort.Matrix) ([]string, error) {
	pooled := m.Pooled()
	if len(pooled) < 4 {
		return []string{"no cohort is old enough"}, nil
	}
	cell := pooled[3]
	text := fmt.Sprintf("%d cohorts; %d of %d back in the third month", len(m.Cohorts()), cell.Returned, cell.Size)
	return []string{text}, nil
}

func quantiles(q *sketch.Quantiles) ([]string, error) {
	median, ok := q.Quantile(0.5)
	top, ok2 := q.Quantile(0.95)
	if !ok || !ok2 {
		return []string{"no orders"}, nil
	}
	return []string{fmt.Sprintf("%d orders, median %.15g, 95th percentile %.15g", q.Count(), median, top)}, nil
}

func spreadOf(m *sketch.Moments) ([]string, error) {
	mean, ok := m.Mean()
	sd, ok2 := m.StandardDeviation()
	if !ok || !ok2 {
		return []string{"too few orders"}, nil
	}
	return []string{fmt.Sprintf("mean %.17g, standard deviation %.17g", mean, sd)}, nil
}

func promoterScore(n *metrics.NetPromoter) ([]string, error) {
	score, err := n.Score()
	if err != nil {
		return undefined(err)
	}
	sure, err := n.Interval(metrics.AdjustedWald, 0.95)
	return []string{fmt.Sprintf("NPS %s of %d answers (%.2f to %.2f)", score.Percent(2).StringFixed(2), n.N(), sure.Low, sure.High)}, err
}

func (p plan) repeat(c *metrics.Contacts) ([]string, error) {
	again, _, err := c.Repeat(7*24*time.Hour, time.Unix(0, p.asOf))
	return share("in touch again within a week", again, err)
}

func share(name string, p metrics.Proportion, err error) ([]string, error) {
	if err != nil {
		return undefined(err)
	}
	ratio, err := p.Ratio()
	if err != nil {
		return undefined(err)
	}
	return []string{fmt.Sprintf("%s %s (%d of %d)", name, ratio, p.Hits, p.Total)}, nil
}

// undefined says in words that there is nothing to count.
func undefined(err error) ([]string, error) {
	if errors.Is(err, metrics.ErrUndefined) {
		return []string{"nothing to count"}, nil
	}
	return nil, err
}
