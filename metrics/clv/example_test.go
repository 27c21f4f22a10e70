package clv_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics/clv"
)

// examplePatterns is a small simulated shop.
func examplePatterns() *clv.Patterns {
	shop := clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}
	p := clv.NewPatterns(clv.Week)
	for h, err := range shop.Simulate(1, repeat(52.0, 2000)) {
		if err == nil {
			err = p.Add(h.Observed(1).Summary(52))
		}
		if err != nil {
			panic(err)
		}
	}
	return p
}

func Example() {
	// Two shards of customers: repeat purchases, age at the last one, age now, in weeks.
	a, b := clv.NewPatterns(clv.Week), clv.NewPatterns(clv.Week)
	for i, p := range []*clv.Patterns{a, b} {
		for s, n := range examplePatterns().All() {
			if (s.X+i)%2 == 0 {
				_ = p.AddCount(s, n)
			}
		}
	}
	if err := a.Merge(b); err != nil {
		fmt.Println(err)
		return
	}
	fit, err := clv.FitBGNBD(context.Background(), a, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit.Verdict())
	for i, p := range fit.Model.Parameters() {
		fmt.Printf("%-5s %.2f (standard error %.2f)\n", p.Name, p.Value, fit.StandardErrors[i])
	}
	s := clv.Summary{X: 5, TX: 40, T: 52}
	alive, _ := fit.Interval(0.95, clv.Proportion, func(m clv.BGNBD) (float64, error) { return m.PAlive(s) })
	next, _ := fit.Interval(0.95, clv.Positive, func(m clv.BGNBD) (float64, error) { return m.Expected(s, clv.Months(6)) })
	fmt.Printf("P(alive) %.2f (%.2f to %.2f)\n", alive.Estimate, alive.Low, alive.High)
	fmt.Printf("purchases in 6 months %.2f (%.2f to %.2f)\n", next.Estimate, next.Low, next.High)
	// Output:
	// The fit converged: the data determine every parameter.
	// r     0.85 (standard error 0.04)
	// alpha 8.20 (standard error 0.49)
	// a     0.97 (standard error 0.14)
	// b     3.10 (standard error 0.57)
	// P(alive) 0.67 (0.63 to 0.70)
	// purchases in 6 months 1.47 (1.37 to 1.57)
}

func ExampleFit_Verdict() {
	// Forty customers of whom nobody came back.
	p := clv.NewPatterns(clv.Day)
	for i := range 40 {
		_ = p.Add(clv.Summary{T: float64(100 + i)})
	}
	fit, err := clv.FitParetoNBD(context.Background(), p, nil)
	fmt.Println(fit.Status, err)
	fmt.Println(fit.Findings[0].Text)
	fmt.Println(fit.Has(clv.NobodyReturns), fit.Has(clv.NobodyLeaves))
	_, err = fit.ParameterIntervals(0.95)
	fmt.Println(errors.Is(err, clv.ErrNoFit))
	// Output:
	// boundary <nil>
	// no customer has a repeat purchase, so the buying rate goes to 0
	// true false
	// true
}

func ExampleScore() {
	m := clv.ParetoNBD{R: 0.553, Alpha: 10.578, S: 0.606, Beta: 11.669, Unit: clv.Week}
	rate, _ := clv.Effective(0.15, clv.Year)
	customers := []clv.Summary{{X: 2, TX: 30.43, T: 38.86}, {X: 1, TX: 1.71, T: 38.86}, {X: 1, TX: 40, T: 38.86}, {X: 7, TX: 29.43, T: 38.86}}
	for p, err := range clv.Score(m, slices.Values(customers), clv.Weeks(39), &clv.ScoreOptions{Rate: rate, ValueHorizon: clv.Unlimited()}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("P(alive) %.3f, 39 weeks %.2f, discounted for ever %.2f\n", p.PAlive, p.Expected, p.Discounted)
	}
	// Output:
	// P(alive) 0.869, 39 weeks 1.46, discounted for ever 6.52
	// P(alive) 0.168, 39 weeks 0.17, discounted for ever 0.77
	// clv: summary x=1, tx=40, T=38.86: the last purchase is after the end of the observation
	// P(alive) 0.750, 39 weeks 3.71, discounted for ever 16.62
}

func ExampleLifetime() {
	rate, _ := clv.Effective(0.15, clv.Year)
	l := clv.Lifetime{
		Transactions: clv.ParetoNBD{R: 0.553, Alpha: 10.578, S: 0.606, Beta: 11.669, Unit: clv.Week},
		Spend:        clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44},
		Rate:         rate,
		Horizon:      clv.Unlimited(),
		Margin:       0.3,
	}
	w, err := l.Value(clv.Summary{X: 7, TX: 29.43, T: 38.86}, 7, 73.74)
	fmt.Printf("%.2f purchases of %.2f: worth %.2f (%v)\n", w.Purchases, w.Spend, w.Value, err)
	// Output:
	// 16.62 purchases of 71.47: worth 356.38 (<nil>)
}

func ExampleNewSplit() {
	day := func(d int) time.Time { return time.Date(2024, 1, d, 12, 0, 0, 0, time.UTC) }
	rows := []sale{
		{"ann", day(1), decimal.NewFromInt(20)},
		{"ann", day(9), decimal.NewFromInt(30)},
		{"bob", day(2), decimal.NewFromInt(5)},
		{"ann", day(9), decimal.NewFromInt(10)},
		{"bob", day(3), decimal.NewFromInt(-5)},
		{"ann", day(25), decimal.NewFromInt(7)},
	}
	s, err := clv.NewSplit(slices.Values(rows), time.UTC, clv.Date{Year: 2024, Month: 1, Day: 20},
		&clv.SplitOptions{Unit: clv.Day, HoldoutThrough: clv.Date{Year: 2024, Month: 1, Day: 31}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range s.Customers {
		fmt.Println(c.Key, c.First, c.Summary, c.Spend, c.Holdout)
	}
	// Output:
	// ann 2024-01-01 {1 8 19} 40 1
	// bob 2024-01-02 {0 0 18} 0 0
}

func ExampleFitShiftedBetaGeometric() {
	// The "regular" cohort of Fader and Hardie 2007: customers left after each yearly renewal.
	data, err := clv.RenewalsFromSurvivors(clv.Year, []float64{1000, 631, 468, 382, 326, 289, 262, 241})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := clv.FitShiftedBetaGeometric(context.Background(), data, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, _ := clv.Effective(0.1, clv.Year)
	twelve, _ := fit.Model.Survival(12)
	first, _ := fit.Model.DERL(1, rate)
	sixth, _ := fit.Model.DERL(6, rate)
	fmt.Printf("alpha %.4f, beta %.4f, %s\n", fit.Model.Alpha, fit.Model.Beta, fit.Status)
	fmt.Printf("still there after 12 renewals: %.1f%% (observed 17.3%%)\n", 100*twelve)
	fmt.Printf("residual lifetime before the 1st renewal %.2f years, before the 6th %.2f\n", first, sixth)
	// Output:
	// alpha 0.7041, beta 1.1820, converged
	// still there after 12 renewals: 17.0% (observed 17.3%)
	// residual lifetime before the 1st renewal 2.96 years, before the 6th 6.26
}

func ExampleBGBB() {
	// The donors of Fader, Hardie and Shang 2010: who gave in every one of six years, and who never
	// gave again.
	m := clv.BGBB{Alpha: 1.204, Beta: 0.750, Gamma: 0.657, Delta: 2.783, Unit: clv.Year}
	for _, s := range []clv.Summary{{X: 6, TX: 6, T: 6}, {T: 6}} {
		alive, _ := m.PAlive(s)
		next, _ := m.Expected(s, 5)
		fmt.Printf("gave %d times: active next year %.2f, gifts in five years %.2f\n", s.X, alive, next)
	}
	// Output:
	// gave 6 times: active next year 0.93, gifts in five years 3.75
	// gave 0 times: active next year 0.11, gifts in five years 0.07
}

func ExampleGammaGamma() {
	m := clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
	all, _ := m.Mean()
	one, _ := m.Expected(1, 100)
	ten, _ := m.Expected(10, 100)
	fmt.Printf("all %.2f, after one purchase of 100: %.2f, after ten: %.2f\n", all, one, ten)
	m.Q = 0.9
	_, err := m.Mean()
	fmt.Println(errors.Is(err, clv.ErrUndefined))
	// Output:
	// all 35.22, after one purchase of 100: 80.26, after ten: 97.28
	// true
}

func ExampleFitParetoNBDCovariates() {
	ctx := context.Background()
	truth := clv.ParetoNBDCovariates{Base: clv.ParetoNBD{R: 0.8, Alpha: 10, S: 0.7, Beta: 14, Unit: clv.Week}, Buying: []float64{0.6}, Dropout: []float64{0}}
	var groups []clv.CovariateGroup
	for i, z := range [][]float64{{0}, {1}} { // came by search, came by a friend
		m, _ := truth.For(z)
		p := clv.NewPatterns(clv.Week)
		for h := range m.Simulate(uint64(i), repeat(52.0, 5000)) {
			_ = p.Add(h.Observed(1).Summary(52))
		}
		groups = append(groups, clv.CovariateGroup{Z: z, Patterns: p})
	}
	fit, err := clv.FitParetoNBDCovariates(ctx, groups, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	intervals, _ := fit.ParameterIntervals(0.95)
	for i, p := range fit.Model.Parameters()[4:] {
		fmt.Printf("%s %.2f (%.2f to %.2f)\n", p.Name, p.Value, intervals[4+i].Low, intervals[4+i].High)
	}
	// Output:
	// buying[0] 0.57 (0.51 to 0.63)
	// dropout[0] -0.05 (-0.17 to 0.06)
}

func ExampleSplit_Track() {
	shop := clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}
	start := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)
	var rows []sale
	for h := range shop.Simulate(2, repeat(52.0, 3000)) {
		key := fmt.Sprint(len(rows)) // any unique text
		for _, week := range append([]float64{0}, h.Repeats...) {
			rows = append(rows, sale{key, start.AddDate(0, 0, int(7*week)), decimal.NewFromInt(10)})
		}
	}
	s, err := clv.NewSplit(slices.Values(rows), time.UTC, clv.Date{Year: 2024, Month: 6, Day: 30},
		&clv.SplitOptions{HoldoutThrough: clv.Date{Year: 2024, Month: 12, Day: 29}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := clv.FitBGNBD(context.Background(), s.Patterns(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	track, err := s.Track(fit.Model, clv.Weeks(13))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range track {
		fmt.Printf("quarter %.0f: %.0f counted, %.0f expected, holdout %t\n", p.End, p.Actual, p.Expected, p.Holdout)
	}
	// Output:
	// quarter 1: 3518 counted, 3479 expected, holdout false
	// quarter 2: 2139 counted, 2165 expected, holdout false
	// quarter 3: 1605 counted, 1584 expected, holdout true
	// quarter 4: 1296 counted, 1253 expected, holdout true
}

func ExampleSegments() {
	var japan, brazil clv.Segments // two shards
	_ = japan.Add("Japan", clv.Worth{PAlive: 0.9, Purchases: 4, Spend: 30, Value: 120})
	_ = japan.Add("Japan", clv.Worth{PAlive: 0.2, Purchases: 0.5, Spend: 40, Value: 20})
	_ = brazil.Add("Brazil", clv.Worth{PAlive: 0.8, Purchases: 3, Spend: 50, Value: 150})
	if err := japan.Merge(&brazil); err != nil {
		fmt.Println(err)
	}
	for _, s := range japan.Rows() {
		mean, _ := s.MeanValue()
		fmt.Printf("%s: %d customers, %.1f expected to be active, worth %.0f, each %.0f\n", s.Segment, s.Customers, s.ExpectedAlive, s.Value, mean)
	}
	// Output:
	// Brazil: 1 customers, 0.8 expected to be active, worth 150, each 150
	// Japan: 2 customers, 1.1 expected to be active, worth 140, each 70
}

func ExampleFitBGBB() {
	truth := clv.BGBB{Alpha: 1.2, Beta: 0.75, Gamma: 0.66, Delta: 2.8, Unit: clv.Year}
	donors := clv.NewPatterns(clv.Year) // gifts, year of the last one, years
	for h := range truth.Simulate(1, repeat(6, 5000)) {
		_ = donors.Add(h.Summary(6))
	}
	fit, err := clv.FitBGBB(context.Background(), donors, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit.Status, donors.Len(), "patterns")
	for i, p := range fit.Model.Parameters() {
		fmt.Printf("%s %.2f (%.2f)\n", p.Name, p.Value, fit.StandardErrors[i])
	}
	// Output:
	// converged 22 patterns
	// alpha 1.32 (0.11)
	// beta 0.80 (0.05)
	// gamma 0.62 (0.06)
	// delta 2.42 (0.36)
}

func ExampleBGNBD_Simulate() {
	m := clv.BGNBD{R: 0.8, Alpha: 6, A: 0.9, B: 2.5, Unit: clv.Week}
	for h, err := range m.Simulate(4, repeat(26.0, 3)) {
		if err != nil {
			fmt.Println(err)
			break
		}
		s := h.Summary(26)
		fmt.Printf("%d repeat purchases, the last at week %.1f, still a customer: %t\n", s.X, s.TX, h.Alive(26))
	}
	// Output:
	// 2 repeat purchases, the last at week 3.9, still a customer: false
	// 1 repeat purchases, the last at week 16.3, still a customer: true
	// 10 repeat purchases, the last at week 19.2, still a customer: true
}
