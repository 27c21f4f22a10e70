package liability_test

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/loyalty/liability"
)

// IFRS 15, Illustrative Example 52: 10,000 points with sales of 100,000, of which
// 9,500 are expected to be redeemed at 1 each.
func Example() {
	a, _ := liability.Allocate(liability.Sale{
		Price: decimal.NewFromInt(100_000), ProductPrice: decimal.NewFromInt(100_000),
		ExpectedRedeemed: decimal.NewFromInt(9_500), ValuePerPoint: decimal.NewFromInt(1),
	}, &liability.AllocateOptions{Unit: decimal.NewFromInt(1)})
	fmt.Println("goods", a.Product, "points", a.Points)

	years, _ := liability.Recognise(a.Points, []liability.Period{
		{Redeemed: decimal.NewFromInt(4_500), Expected: decimal.NewFromInt(9_500)},
		{Redeemed: decimal.NewFromInt(8_500), Expected: decimal.NewFromInt(9_700)},
	}, decimal.NewFromInt(1))
	for i, y := range years {
		fmt.Printf("year %d: revenue %s, liability %s\n", i+1, y.Revenue, y.Liability)
	}
	// Output:
	// goods 91324 points 8676
	// year 1: revenue 4110, liability 4566
	// year 2: revenue 3493, liability 1073
}

func ExampleSplit() {
	parts, _ := liability.Split(decimal.RequireFromString("91.32"), []decimal.Decimal{decimal.NewFromInt(60), decimal.NewFromInt(40)}, decimal.Decimal{})
	fmt.Println(parts)
	// Output: [54.79 36.53]
}

func ExampleFixedRate() {
	e, _ := liability.FixedRate(10_000, 4_500, liability.Rate{
		Low: decimal.RequireFromString("0.93"), Best: decimal.RequireFromString("0.95"), High: decimal.RequireFromString("0.97"),
	})
	b, _ := e.Breakage()
	fmt.Printf("%s: breakage %s, between %s and %s points\n", e.Method, b.Best.Text(0), b.Low.Text(0), b.High.Text(0))
	// Output: fixed_rate: breakage 500, between 300 and 700 points
}

func ExampleChainLadder() {
	l, _ := liability.ChainLadder(liability.Triangle{
		Cumulative: [][]int64{{1200, 2900, 3700, 4000}, {1500, 3300, 4300}, {1100, 2800}, {1600}},
		Issued:     []int64{5000, 6000, 5000, 7000},
	})
	estimates, _ := l.Estimates(0.9)
	for _, e := range estimates {
		fmt.Printf("%s of %d, between %s and %s\n", e.Total.Best.Text(0), e.Issued, e.Total.Low.Text(0), e.Total.High.Text(0))
	}
	// Output:
	// 4000 of 5000, between 4000 and 4000
	// 4649 of 6000, between 4620 and 4677
	// 3906 of 5000, between 3784 and 4031
	// 5286 of 7000, between 4610 and 6022
}

func ExampleKaplanMeier() {
	lots := []liability.Lot{
		{Vintage: "2025-01", Points: 1000, Redeemed: []liability.Redemption{{Age: 1, Points: 250}, {Age: 3, Points: 150}}, Age: 4, DiesAt: 4, Dead: true},
		{Vintage: "2025-03", Points: 1000, Redeemed: []liability.Redemption{{Age: 1, Points: 200}}, Age: 2, DiesAt: 4},
	}
	curve, _ := liability.KaplanMeier(liability.Observations(slices.Values(lots)))
	share, _ := curve.At(3)
	e, _ := curve.Expect(slices.Values(lots), 0)
	fmt.Printf("unredeemed after 3 months: %s\n", share.Text(3))
	fmt.Printf("of %d points %s will be redeemed, between %s and %s\n", e.Issued, e.Total.Best.Text(0), e.Total.Low.Text(0), e.Total.High.Text(0))
	// Output:
	// unredeemed after 3 months: 0.620
	// of 2000 points 760 will be redeemed, between 601 and 1400
}
