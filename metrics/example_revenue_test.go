package metrics_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
)

// Three accounts over three months: ann moves up, ben leaves and comes back, cem moves
// down.
func ExampleRecurringRevenue() {
	var ledger metrics.RecurringRevenue
	for _, paid := range []struct {
		customer string
		month    time.Month
		price    string
	}{
		{"ann", 1, "50"},
		{"ann", 2, "80"},
		{"ann", 3, "80"},
		{"ben", 1, "20"},
		{"ben", 3, "20"},
		{"cem", 1, "30"},
		{"cem", 2, "30"},
		{"cem", 3, "10"},
	} {
		month := metrics.Date{Year: 2026, Month: paid.month, Day: 1}
		if err := ledger.Add(paid.customer, month, decimal.RequireFromString(paid.price)); err != nil {
			fmt.Println(err)
		}
	}
	rows, _ := ledger.Rows()
	for _, r := range rows[1:] {
		nrr, _ := r.NRR()
		grr, _ := r.GRR()
		quick, _ := r.QuickRatio()
		fmt.Printf("%s %s + %s new + %s expansion + %s back - %s contraction - %s churn = %s; NRR %s GRR %s quick ratio %s\n",
			r.Label, r.Start.StringFixed(0), r.New.StringFixed(0), r.Expansion.StringFixed(0), r.Reactivation.StringFixed(0),
			r.Contraction.StringFixed(0), r.Churn.StringFixed(0), r.End().StringFixed(0), nrr, grr, quick.Decimal(2).StringFixed(2))
	}
	arpa, _ := rows[2].ARPA()
	fmt.Println("ARR", rows[2].ARR().StringFixed(0), "ARPA", arpa.Decimal(2).StringFixed(2))
	// Output:
	// 2026-02 100 + 0 new + 30 expansion + 0 back - 0 contraction - 20 churn = 110; NRR 110.00% GRR 80.00% quick ratio 1.50
	// 2026-03 110 + 0 new + 0 expansion + 20 back - 20 contraction - 0 churn = 110; NRR 81.82% GRR 81.82% quick ratio 1.00
	// ARR 1320 ARPA 36.67
}

// An annual price of 1000, booked month by month without losing a cent.
func ExampleSpread() {
	months, _ := metrics.Spread(decimal.NewFromInt(1000), 12, 2)
	fmt.Println(months[0].StringFixed(2), months[4].StringFixed(2), decimal.Sum(months[0], months[1:]...).StringFixed(2))
	// Output: 83.34 83.33 1000.00
}

// What an account is worth, by three forms, and whether it pays to win one.
func ExampleMarginCLTV() {
	arpa, margin := decimal.NewFromInt(50), decimal.RequireFromString("0.8")
	churn := decimal.RequireFromString("0.05")
	simple, _ := metrics.MarginCLTV(arpa, margin, churn)
	twoYears, _ := metrics.MarginCLTVWithin(arpa, margin, churn, 24, 2)
	monthly := decimal.RequireFromString("0.01")
	geometric, _ := metrics.GeometricCLTV(arpa.Mul(margin), decimal.NewFromInt(1).Sub(churn), monthly, true)
	fmt.Println("1/churn form", simple.Decimal(2).StringFixed(2), "within 24 months", twoYears.StringFixed(2), "discounted at 1 % a month", geometric.Decimal(2).StringFixed(2))

	cac, _ := metrics.CAC(decimal.NewFromInt(30_000), 100)
	payback, _ := metrics.Payback(cac.Decimal(2), arpa, margin)
	times, _ := metrics.LTVToCAC(simple.Decimal(2), cac.Decimal(2))
	fmt.Println("CAC", cac.Decimal(2).StringFixed(2), "payback", payback.Decimal(1).StringFixed(1), "months, LTV:CAC", times.Decimal(2).StringFixed(2))

	_, err := metrics.MarginCLTV(arpa, margin, decimal.Zero)
	fmt.Println(err)
	// Output:
	// 1/churn form 800.00 within 24 months 566.41 discounted at 1 % a month 673.33
	// CAC 300.00 payback 7.5 months, LTV:CAC 2.67
	// metrics: undefined: churn is 0: nobody ever leaves; give a finite horizon
}

// Five percent a month is not sixty percent a year.
func ExampleCompoundChurn() {
	year, _ := metrics.CompoundChurn(0.05, 12)
	fmt.Printf("%.2f%%\n", 100*year)
	// Output: 45.96%
}

// How much of the revenue hangs on the largest customers.
func ExampleConcentrationOf() {
	var values []decimal.Decimal
	for _, v := range []int64{100, 50, 25, 12, 6, 3, 2, 1, 1, 1} {
		values = append(values, decimal.NewFromInt(v))
	}
	c, _ := metrics.ConcentrationOf(slices.Values(values))
	top, _ := c.TopShare(20)
	fmt.Println("top 20 %:", top, "Gini", c.Gini().Decimal(3).StringFixed(3), "HHI", c.HHI().Decimal(3).StringFixed(3))

	wallet, _ := metrics.ShareOfWallet(decimal.NewFromInt(100), decimal.NewFromInt(150))
	equity, n, _ := metrics.CustomerEquity(slices.Values(values))
	fmt.Println("share of wallet", wallet, "customer equity", equity, "of", n)
	// Output:
	// top 20 %: 74.63% Gini 0.690 HHI 0.330
	// share of wallet 40.00% customer equity 201 of 10
}

// Purchases, in two shards that share a customer's day, become the summaries that RFM
// scores and models of lifetime value read.
func ExamplePurchases() {
	london, _ := time.LoadLocation("Europe/London")
	shard := func(rows ...invoice) *metrics.Purchases {
		acc, _ := metrics.PurchasesOf(slices.Values(rows), london, nil)
		return acc
	}
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
	}
	money := decimal.RequireFromString
	all := shard(
		invoice{"ada", at(1, 5, 10), money("20.00")},
		invoice{"ada", at(2, 5, 10), money("30.00")},
		invoice{"ben", at(3, 1, 9), money("15.50")},
	)
	err := all.Merge(shard(
		invoice{"ada", at(2, 5, 18), money("-5.00")}, // returned on the day
		invoice{"ada", at(3, 5, 12), money("10.00")},
		invoice{"", at(3, 6, 12), money("99.00")},
	))
	if err != nil {
		fmt.Println(err)
	}
	summaries, counts, _ := all.Summaries(metrics.Date{Year: 2026, Month: time.March, Day: 31}, nil)
	for _, s := range summaries {
		fmt.Println(s.Customer, "x", s.X, "tx", s.TxDays, "T", s.TDays, "spend", s.Spend().StringFixed(2), "days since", s.DaysSince())
	}
	fmt.Println(counts.Summaries, "customers;", all.Anonymous(), "row without one")

	scores, _ := metrics.ScoreRFM(summaries, 5, metrics.MidRank)
	for _, s := range scores {
		segment, _ := metrics.SegmentOf(s, metrics.Segments())
		fmt.Println(s.Customer, s.Recency, s.Frequency, s.Monetary, segment.Name)
	}
	// Output:
	// ada x 2 tx 59 T 85 spend 55.00 days since 26
	// ben x 0 tx 0 T 30 spend 15.50 days since 30
	// 2 customers; 1 row without one
	// ada 5 5 5 champions
	// ben 3 3 3 need attention
}

// The state of a shard travels as bytes; damaged or foreign bytes are an error.
func ExampleRetention_MarshalBinary() {
	var worker metrics.Retention
	_ = worker.Add("ada", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
	state, _ := worker.MarshalBinary()

	var received, total metrics.Retention
	fmt.Println(received.UnmarshalBinary(state), total.Merge(&received), total.Customers())
	state[len(state)/2] ^= 1
	fmt.Println(received.UnmarshalBinary(state) != nil)

	months, _ := metrics.NewRetention(metrics.Month, time.UTC)
	fmt.Println(months.Merge(&total))
	// Output:
	// <nil> <nil> 1
	// true
	// metrics: configuration differs
}
