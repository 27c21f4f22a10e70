package survival_test

import (
	"fmt"
	"slices"

	"github.com/rapport-go/rapport/metrics/survival"
)

// subscription is a host's own row.
type subscription struct {
	days    float64
	ended   bool
	yearly  bool
	tickets float64
}

func (s subscription) Duration() float64 { return s.days }
func (s subscription) Event() bool       { return s.ended }

func (s subscription) Covariates() []float64 {
	plan := 0.0
	if s.yearly {
		plan = 1
	}
	return []float64{plan, s.tickets}
}

// Remission times of acute myelogenous leukaemia (Miller 1997), the usual textbook set: 11 with
// maintenance chemotherapy, 12 without.
func aml() (maintained, not []subscription) {
	maintained = []subscription{{9, true, true, 0}, {13, true, true, 0}, {13, false, true, 0}, {18, true, true, 0}, {23, true, true, 0}, {28, false, true, 0}, {31, true, true, 0}, {34, true, true, 0}, {45, false, true, 0}, {48, true, true, 0}, {161, false, true, 0}}
	not = []subscription{{5, true, false, 0}, {5, true, false, 0}, {8, true, false, 0}, {8, true, false, 0}, {12, true, false, 0}, {16, false, false, 0}, {23, true, false, 0}, {27, true, false, 0}, {30, true, false, 0}, {33, true, false, 0}, {43, true, false, 0}, {45, true, false, 0}}
	return maintained, not
}

func ExampleTable_KaplanMeier() {
	rows, _ := aml()
	table, err := survival.TableOf(slices.Values(rows))
	if err != nil {
		fmt.Println(err)
		return
	}
	curve, err := table.KaplanMeier(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range curve.Points()[:4] {
		low, high, _ := p.Interval()
		fmt.Printf("%3.0f  at risk %2d  survival %.3f (%.3f to %.3f)\n", p.Time, p.AtRisk, p.Survival, low, high)
	}
	median, _ := curve.Median(survival.Midpoint)
	fmt.Println("median", median.Value, "from", median.Low, "upper limit reached:", median.HasHigh)
	// Output:
	//   9  at risk 11  survival 0.909 (0.754 to 1.000)
	//  13  at risk 10  survival 0.818 (0.619 to 1.000)
	//  18  at risk  8  survival 0.716 (0.488 to 1.000)
	//  23  at risk  7  survival 0.614 (0.377 to 0.999)
	// median 31 from 18 upper limit reached: false
}

func ExampleLogRank() {
	a, b := aml()
	groups := make([]*survival.Table, 2)
	for i, rows := range [][]subscription{a, b} {
		table, err := survival.TableOf(slices.Values(rows))
		if err != nil {
			fmt.Println(err)
			return
		}
		groups[i] = table
	}
	r, err := survival.LogRank(groups, survival.Mantel)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("observed %.0f, expected %.2f, chi-square %.4f on %d df, p %.4f\n",
		r.Groups[0].Observed, r.Groups[0].Expected, r.ChiSquare, r.DF, r.P)
	// Output:
	// observed 7, expected 10.69, chi-square 3.3964 on 1 df, p 0.0653
}

func ExampleFitCox() {
	a, b := aml()
	rows := append(a, b...)
	for i := range rows {
		rows[i].tickets = float64(i * 7 % 5)
	}
	fit, err := survival.FitCox(slices.Values(rows), []string{"maintained", "tickets"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit.Status, fit.Ties)
	for _, c := range fit.Coefficients {
		fmt.Printf("%-10s hazard ratio %.2f (%.2f to %.2f), p %.3f\n", c.Name, c.HazardRatio, c.Low, c.High, c.P)
	}
	_, global, err := fit.CheckProportionalHazards(survival.KaplanMeierScale)
	fmt.Printf("proportional hazards: p %.2f %v\n", global.P, err)
	// Output:
	// converged efron
	// maintained hazard ratio 0.41 (0.15 to 1.13), p 0.085
	// tickets    hazard ratio 1.04 (0.76 to 1.43), p 0.806
	// proportional hazards: p 0.79 <nil>
}

// Counts that a query has grouped by time give the same curve as the rows.
func ExampleFromCounts() {
	table, err := survival.FromCounts([]survival.Row{
		{Time: 30, Events: 12, Censored: 3},
		{Time: 60, Events: 7, Censored: 5},
		{Time: 90, Censored: 73},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	curve, err := table.KaplanMeier(&survival.Options{Band: survival.LogLog})
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, err := curve.RestrictedMean(90)
	fmt.Printf("%.1f of 90 days, ± %.1f %v\n", mean.Value, mean.StandardError, err)
	// Output:
	// 80.6 of 90 days, ± 2.0 <nil>
}
