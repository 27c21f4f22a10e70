package main

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/rapport-go/rapport/examples/internal/pictures"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/chart"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/survival"
)

// drawings are the charts that need the orders and not only the page: who came
// back by cohort, how soon, how they cluster, and what an order is worth.
func drawings(in *input) ([]chart.Section, error) {
	var out []chart.Section
	for _, draw := range []func(*input) (chart.Section, error){triangle, comeback, grid, orderValues} {
		section, err := draw(in)
		if err != nil {
			return nil, err
		}
		out = append(out, section)
	}
	return out, nil
}

// bought yields the orders that count: positive and not cancelled.
func (in *input) bought() iter.Seq[order] {
	return func(yield func(order) bool) {
		for o := range in.kept() {
			if o.amount.IsPositive() && !yield(o) {
				return
			}
		}
	}
}

func triangle(in *input) (chart.Section, error) {
	var log cohort.Log
	for o := range in.bought() {
		if err := log.Add(o.customer, o.at); err != nil {
			return chart.Section{}, err
		}
	}
	m, err := log.Matrix(cohort.Calendar(time.UTC), in.to, &cohort.Options{By: cohort.ByQuarter, Unit: cohort.AnniversaryMonths, Last: 12})
	if err != nil {
		return chart.Section{}, err
	}
	t := chart.Triangle{Title: "Who came back, by quarter of the first order", CohortTitle: "First order", PeriodTitle: "Months since", Columns: m.Columns()}
	for _, c := range m.Cohorts() {
		row := chart.TriangleRow{Label: c.Label, Size: c.Size}
		for _, cell := range c.Cells {
			share, ok := cell.Share()
			low, high, _ := cell.Interval(level, cohort.Wilson)
			row.Cells = append(row.Cells, chart.Cell{Known: ok, Share: share, Returned: cell.Returned, Interval: chart.Interval{Low: low, High: high}})
		}
		t.Rows = append(t.Rows, row)
	}
	return chart.Section{Heading: "Cohorts", Text: "Months that are not over for everybody of a cohort are left empty: they are not zero.", Chart: t}, nil
}

// wait is the time from a first order to the second, in days; without a second one
// it is censored at the end of the data.
type wait struct {
	days float64
	came bool
}

// Duration is the wait in days.
func (w wait) Duration() float64 { return w.days }

// Event reports whether there was a second order.
func (w wait) Event() bool { return w.came }

func comeback(in *input) (chart.Section, error) {
	first := map[string]time.Time{}
	done := map[string]bool{}
	var waits []wait
	days := func(d time.Duration) float64 { return math.Floor(d.Hours()/24) + 1 }
	for o := range in.bought() {
		at, known := first[o.customer]
		switch {
		case !known:
			first[o.customer] = o.at
		case !done[o.customer]:
			done[o.customer] = true
			waits = append(waits, wait{days(o.at.Sub(at)), true})
		}
	}
	for _, person := range in.people {
		if at, known := first[person.ID]; known && !done[person.ID] {
			waits = append(waits, wait{days(in.to.Sub(at)), false})
		}
	}
	table, err := survival.TableOf(slices.Values(waits))
	if err != nil {
		return chart.Section{}, err
	}
	curve, err := table.KaplanMeier(nil)
	if err != nil {
		return chart.Section{}, err
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
	return chart.Section{
		Heading: "How soon they come back",
		Text:    "Kaplan-Meier: customers who have not come back yet are counted as long as they were watched.",
		Chart: chart.Survival{
			Title: "No second order yet", TimeTitle: "Days since the first order", ShareTitle: "Share of customers", Curves: []chart.SurvivalCurve{c},
		},
	}, nil
}

func grid(in *input) (chart.Section, error) {
	purchases, err := metrics.PurchasesOf(in.bought(), time.UTC, nil)
	if err != nil {
		return chart.Section{}, err
	}
	y, m, d := in.to.Add(-1).Date()
	summaries, _, err := purchases.Summaries(metrics.Date{Year: y, Month: m, Day: d}, nil)
	if err != nil {
		return chart.Section{}, err
	}
	scores, err := metrics.ScoreRFM(summaries, 5, metrics.MidRank)
	if err != nil {
		return chart.Section{}, err
	}
	g := chart.RFM{Title: "Customers by recency and frequency", Cells: pictures.Grid(scores)}
	return chart.Section{Heading: "Who they are to the shop", Text: "Scores from 1 to 5 by rank among all customers; ties share their mid-rank.", Chart: g}, nil
}

// orderValues cuts the orders into equal steps up to the value that one in twenty
// exceeds; those stand together in the last bar.
func orderValues(in *input) (chart.Section, error) {
	var values []float64
	for o := range in.bought() {
		values = append(values, o.amount.InexactFloat64())
	}
	d := chart.Distribution{Title: "What an order is worth", ValueTitle: "Value of an order", CountTitle: "Orders", Bins: pictures.Bins(values, 9)}
	return chart.Section{Heading: "Orders", Chart: d}, nil
}
