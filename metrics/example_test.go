package metrics_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
)

// answer is a host's own row.
type answer int

func (a answer) Score() int { return int(a) }

// The five formulas, exactly as the field prints them.
func Example() {
	crr, _ := metrics.RetentionRate(100, 95, 20) // start, end, new
	churn, _ := metrics.ChurnRate(100, 25, nil)  // start, lost
	csat, _ := metrics.CSAT(170, 200)            // satisfied, total
	cltv, _ := metrics.CLTV(decimal.RequireFromString("19.99"), decimal.NewFromInt(12), decimal.RequireFromString("2.5"))

	answers := []answer{10, 9, 9, 8, 7, 6, 3, 11} // 11: "no answer" in this host's file
	nps := metrics.NetPromoterOf(slices.Values(answers))
	score, _ := nps.Score()

	fmt.Println("CRR  ", crr)
	fmt.Println("churn", churn)
	fmt.Println("CSAT ", csat)
	fmt.Println("CLTV ", cltv.StringFixed(2))
	fmt.Println("NPS  ", score.Percent(1).StringFixed(1), "of", nps.N(), "answers,", nps.Invalid, "invalid")

	_, err := metrics.RetentionRate(0, 10, 10)
	fmt.Println(errors.Is(err, metrics.ErrNoData), err)
	// Output:
	// CRR   75.00%
	// churn 25.00%
	// CSAT  85.00%
	// CLTV  599.70
	// NPS   14.3 of 7 answers, 1 invalid
	// true metrics: nothing to count: start is 0: no customers to retain
}

// Three customers over three quarters: ada stays, ben lapses and returns, cho is
// new at the end. The printed formula calls ben retained; the sets do not.
func ExampleRetention() {
	day := func(y int, m time.Month) time.Time { return time.Date(y, m, 15, 12, 0, 0, 0, time.UTC) }
	var r metrics.Retention // quarters in UTC
	for _, a := range []struct {
		who string
		at  time.Time
	}{
		{"ada", day(2024, 1)},
		{"ben", day(2024, 1)},
		{"ada", day(2024, 4)},
		{"dee", day(2024, 4)},
		{"ada", day(2024, 7)},
		{"ben", day(2024, 8)},
		{"cho", day(2024, 9)},
	} {
		if err := r.Add(a.who, a.at); err != nil {
			fmt.Println(err)
		}
	}
	for _, row := range r.Rows()[1:] {
		crr, _ := row.Retention()
		active, _ := row.ActiveRetention()
		kept, _ := active.Ratio()
		fmt.Printf("%s start %d end %d new %d back %d lost %d: CRR %v, still active %v\n",
			row.Label, row.Start, row.End, row.New, row.Reactivated, row.Lost, crr, kept)
	}
	// Output:
	// 2024 Q2 start 2 end 2 new 1 back 0 lost 1: CRR 50.00%, still active 50.00%
	// 2024 Q3 start 2 end 3 new 1 back 1 lost 1: CRR 100.00%, still active 50.00%
}
