package desk

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"slices"
	"time"

	"github.com/rapport-go/rapport/examples/internal/pictures"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/chart"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/survival"
)

// charts draws what there is to draw; a chart without values is left out.
func (b *building) charts() error {
	for _, draw := range []func() (ChartView, chart.Chart, error){b.npsGauge, b.retention, b.triangle, b.comeback, b.values, b.grid, b.tiers, b.attainment, b.backlog} {
		view, c, err := draw()
		if err == nil {
			err = finish(&view, c)
		}
		if errors.Is(err, chart.ErrNoData) || errors.Is(err, metrics.ErrNoData) || errors.Is(err, survival.ErrNoData) {
			continue
		}
		if err != nil {
			return fmt.Errorf("chart %s: %w", view.ID, err)
		}
		b.page.Charts = append(b.page.Charts, view)
	}
	return nil
}

// finish draws a chart and writes the same as a table.
func finish(v *ChartView, c chart.Chart) error {
	text, err := chart.SVG(c, &chart.Options{ID: v.ID})
	if err != nil {
		return err
	}
	v.SVG = template.HTML(text) //nolint:gosec // package chart escapes every text
	table, err := chart.Values(c, nil)
	v.Table = &TableView{Head: table.Columns, Rows: table.Rows}
	return err
}

func (b *building) npsGauge() (ChartView, chart.Chart, error) {
	v := ChartView{ID: "nps", Heading: "Would they recommend us?"}
	score, err := b.nps.Score()
	if err != nil {
		return v, nil, err
	}
	i, err := b.nps.Interval(metrics.AdjustedWald, level)
	return v, chart.Gauge{
		Title: "Net promoter score", Score: 100 * score.Float(), Interval: chart.Interval{Low: i.Low, High: i.High}, Level: level,
		N: b.nps.N(), Promoters: b.nps.Promoters, Passives: b.nps.Passives, Detractors: b.nps.Detractors,
	}, err
}

func (b *building) retention() (ChartView, chart.Chart, error) {
	v := ChartView{ID: "retention", Heading: "Who stays", Text: "Of those active in the quarter before, the share who bought again."}
	series := chart.RetentionSeries{Name: "active retention"}
	for i, q := range b.page.Quarters {
		interval, err := metrics.Proportion{Hits: q.Start - q.Lost, Total: q.Start}.Interval(metrics.Wilson, level)
		if err != nil || q.Running { // no start, or not yet over
			continue
		}
		series.Points = append(series.Points, chart.RetentionPoint{
			Period: i, Share: interval.Estimate, Interval: chart.Interval{Low: interval.Low, High: interval.High}, Size: q.Start,
		})
	}
	if len(series.Points) == 0 {
		return v, nil, chart.ErrNoData
	}
	return v, chart.Retention{
		Title: "Active retention by quarter", PeriodTitle: "Quarters since " + b.page.Quarters[0].Quarter, ShareTitle: "Still active", Series: []chart.RetentionSeries{series},
	}, nil
}

func (b *building) triangle() (ChartView, chart.Chart, error) {
	v := ChartView{ID: "cohorts", Heading: "Who came back, by quarter of the first order", Text: "Months that are not over for everybody of a cohort are left empty: they are not zero."}
	var log cohort.Log
	for s := range b.economy.bought() {
		if err := log.Add(s.customer, s.at); err != nil {
			return v, nil, err
		}
	}
	m, err := log.Matrix(cohort.Calendar(time.UTC), b.now, &cohort.Options{By: cohort.ByQuarter, Unit: cohort.AnniversaryMonths, Last: 12})
	if err != nil {
		return v, nil, err
	}
	t := chart.Triangle{Title: v.Heading, CohortTitle: "First order", PeriodTitle: "Months since", Columns: m.Columns()}
	for _, c := range m.Cohorts() {
		row := chart.TriangleRow{Label: c.Label, Size: c.Size}
		for _, cell := range c.Cells {
			share, ok := cell.Share()
			low, high, _ := cell.Interval(level, cohort.Wilson)
			row.Cells = append(row.Cells, chart.Cell{Known: ok, Share: share, Returned: cell.Returned, Interval: chart.Interval{Low: low, High: high}})
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return v, nil, chart.ErrNoData
	}
	return v, t, nil
}

// wait is the time from a first order to the second, in days; without a second one it is
// censored at the end of the data.
type wait struct {
	days float64
	came bool
}

// Duration is the wait in days.
func (w wait) Duration() float64 { return w.days }

// Event reports whether there was a second order.
func (w wait) Event() bool { return w.came }

func (b *building) comeback() (ChartView, chart.Chart, error) {
	v := ChartView{ID: "comeback", Heading: "How soon they come back", Text: "Kaplan-Meier: customers who have not come back yet are counted as long as they were watched."}
	first, done := map[string]time.Time{}, map[string]bool{}
	var waits []wait
	days := func(d time.Duration) float64 { return math.Floor(d.Hours()/24) + 1 }
	for s := range b.economy.bought() {
		at, known := first[s.customer]
		switch {
		case !known:
			first[s.customer] = s.at
		case !done[s.customer]:
			done[s.customer] = true
			waits = append(waits, wait{days(s.at.Sub(at)), true})
		}
	}
	for _, key := range sortedKeys(first) {
		if !done[key] {
			waits = append(waits, wait{days(b.now.Sub(first[key])), false})
		}
	}
	table, err := survival.TableOf(slices.Values(waits))
	if err != nil {
		return v, nil, err
	}
	curve, err := table.KaplanMeier(nil)
	if err != nil {
		return v, nil, err
	}
	c := chart.SurvivalCurve{Name: "all customers"}
	for _, p := range curve.Points() {
		step := chart.Step{Time: p.Time, Share: p.Survival, AtRisk: p.AtRisk, Censored: p.Censored}
		if low, high, ok := p.Interval(); ok {
			step.Interval = chart.Interval{Low: low, High: high}
		}
		c.Steps = append(c.Steps, step)
	}
	if median, ok := curve.Median(survival.Midpoint); ok {
		c.Median = &median.Value
	}
	return v, chart.Survival{Title: "No second order yet", TimeTitle: "Days since the first order", ShareTitle: "Share of customers", Curves: []chart.SurvivalCurve{c}}, nil
}

// values cuts the customers' expected value into equal steps up to the one that one in
// twenty exceeds; those stand together in the last bar.
func (b *building) values() (ChartView, chart.Chart, error) {
	v := ChartView{ID: "clv", Heading: "What a customer is worth", Text: "Discounted value of the next twelve months: BG/NBD for the orders, Gamma-Gamma for what one is worth. " + b.economy.spendNote}
	var list []float64
	for _, w := range b.economy.worth {
		list = append(list, w.value)
	}
	if len(list) == 0 {
		return v, nil, chart.ErrNoData
	}
	return v, chart.Distribution{
		Title: "Value of the next twelve months, " + currency, ValueTitle: "Value", CountTitle: "Customers", Bins: pictures.Bins(list, 9),
	}, nil
}

func (b *building) grid() (ChartView, chart.Chart, error) {
	v := ChartView{ID: "rfm", Heading: "Who they are to the shop", Text: "Scores from 1 to 5 by rank among all buyers; ties share their mid-rank."}
	g := chart.RFM{Title: "Customers by recency and frequency", Cells: pictures.Grid(b.economy.all)}
	if len(g.Cells) == 0 {
		return v, nil, chart.ErrNoData
	}
	return v, g, nil
}

func (b *building) tiers() (ChartView, chart.Chart, error) {
	return bars("tiers", "Members by tier", "Members", b.page.Tiers)
}

func (b *building) attainment() (ChartView, chart.Chart, error) {
	x := b.kept
	return bars("sla", "Service levels: how the clocks came out", "Clocks", []Count{
		{"kept", x.Met}, {"late", x.Late}, {"open", x.Undecided}, {"open and late", x.UndecidedLate}, {"dropped", x.Dropped},
	})
}

func (b *building) backlog() (ChartView, chart.Chart, error) {
	return bars("backlog", "Cases by status", "Cases", b.page.Backlog)
}

// bars are named classes side by side.
func bars(id, heading, count string, list []Count) (ChartView, chart.Chart, error) {
	d := chart.Distribution{Title: heading, CountTitle: count}
	total := int64(0)
	for _, c := range list {
		d.Bins = append(d.Bins, chart.Bin{Label: c.Label, Count: c.Count})
		total += c.Count
	}
	if total == 0 {
		return ChartView{ID: id}, nil, chart.ErrNoData
	}
	return ChartView{ID: id, Heading: heading}, d, nil
}
