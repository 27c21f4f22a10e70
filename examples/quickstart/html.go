package main

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/chart"
)

// writeHTML writes the page's charts as one HTML file without scripts.
func writeHTML(file string, p *Page, in *input) error {
	page := chart.Page{
		Title:    "How the shop stands with its customers",
		Lead:     lead(p),
		Language: "en",
		Figures:  figures(p),
		Footer:   "Intervals are at 95 %: adjusted Wald for the net promoter score, Wilson for shares, log for the survival curve.",
	}
	if p.Feedback.NPS != nil {
		page.Sections = append(page.Sections, chart.Section{Heading: "Would they recommend us?", Chart: npsGauge(p.Feedback.NPS)})
	}
	if len(p.Quarters) > 0 {
		page.Sections = append(page.Sections, chart.Section{Heading: "Who stays", Text: "Of those active in the quarter before, the share who bought again.", Chart: retentionChart(p)})
		drawn, err := drawings(in)
		if err != nil {
			return err
		}
		page.Sections = append(page.Sections, drawn...)
	}
	page.Sections = append(page.Sections,
		chart.Section{Heading: "Quarter by quarter", Text: "CRR as the field prints it counts customers who came back as retained; active retention does not.", Table: quarterTable(p)},
		chart.Section{Heading: "Members by tier", Chart: tierChart(p)},
		chart.Section{Heading: "How to greet them, and why", Table: greetingTable(p)},
	)
	page.Sections = slices.DeleteFunc(page.Sections, nothingToDraw)
	var out bytes.Buffer
	if _, err := page.WriteTo(&out); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}

// nothingToDraw reports a section without values: too short a span of data, say.
func nothingToDraw(s chart.Section) bool {
	if s.Table != nil {
		return len(s.Table.Rows) == 0
	}
	_, err := chart.Values(s.Chart, nil)
	return errors.Is(err, chart.ErrNoData)
}

func lead(p *Page) string {
	span := p.From.Format("2 January 2006") + " to " + p.To.Add(-1).Format("2 January 2006")
	if p.Simulated {
		return "A simulated shop, " + span + ": every name and number is made up."
	}
	return "Invoices, " + span + "."
}

func figures(p *Page) []chart.Figure {
	out := []chart.Figure{
		{Name: "Buyers", Value: thousands(p.Sales.Buyers), Note: percent(p.Sales.RepeatShare) + " came back"},
		{Name: "Gross sales", Value: grouped(p.Sales.Gross), Note: "refunds " + grouped(p.Sales.Refunds)},
		{Name: "Points active", Value: thousands(p.Loyalty.Active), Note: thousands(p.Loyalty.Expired) + " have expired"},
	}
	if p.Lifetime != nil {
		out = append(out, chart.Figure{Name: "CLTV", Value: grouped(p.Lifetime.CLTV), Note: "value x frequency x lifespan"})
	}
	return out
}

func npsGauge(n *NPS) chart.Gauge {
	score, _ := strconv.ParseFloat(n.Score, 64)
	return chart.Gauge{
		Title: "Net promoter score", Score: score, Interval: chart.Interval{Low: n.Low, High: n.High}, Level: level,
		N: n.Answers, Promoters: n.Promoters, Passives: n.Passives, Detractors: n.Detractors,
	}
}

// level is the confidence of every interval on the page.
const level = 0.95

func retentionChart(p *Page) chart.Retention {
	series := chart.RetentionSeries{Name: "active retention"}
	for i, q := range p.Quarters {
		kept := metrics.Proportion{Hits: q.Start - q.Lost, Total: q.Start}
		interval, err := kept.Interval(metrics.Wilson, level)
		if err != nil || q.Running { // no start, or not yet over
			continue
		}
		series.Points = append(series.Points, chart.RetentionPoint{
			Period: i, Share: interval.Estimate, Interval: chart.Interval{Low: interval.Low, High: interval.High}, Size: q.Start,
		})
	}
	return chart.Retention{
		Title: "Active retention by quarter", PeriodTitle: "Quarters since " + p.Quarters[0].Quarter, ShareTitle: "Still active",
		Series: []chart.RetentionSeries{series},
	}
}

func quarterTable(p *Page) *chart.Table {
	t := &chart.Table{Caption: "Customers active by quarter", Columns: []string{"Quarter", "Start", "End", "New", "Reactivated", "Lost", "CRR %", "Active retention %", "Churn %"}, Head: 1}
	for _, q := range p.Quarters {
		label := q.Quarter
		if q.Running {
			label += " (running)"
		}
		t.Rows = append(t.Rows, []string{
			label, thousands(q.Start), thousands(q.End), thousands(q.New), thousands(q.Reactivated), thousands(q.Lost),
			dash(q.CRR), dash(q.ActiveRetention), dash(q.Churn),
		})
	}
	return t
}

func tierChart(p *Page) chart.Distribution {
	d := chart.Distribution{Title: "Members by tier", CountTitle: "Members"}
	for _, tier := range p.Loyalty.Tiers {
		d.Bins = append(d.Bins, chart.Bin{Label: tier.Label, Count: int64(tier.Count)})
	}
	return d
}

func greetingTable(p *Page) *chart.Table {
	t := &chart.Table{Caption: "How a letter to them opens", Columns: []string{"Customer", "Line", "Why"}, Head: 1}
	for _, g := range p.Greetings {
		who := g.Name
		if who == "" {
			who = g.Customer
		}
		t.Rows = append(t.Rows, []string{who + " (" + g.Place + ")", dash(g.Line), g.Why + asked(g.Ask)})
	}
	return t
}
