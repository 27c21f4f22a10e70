package loyalty_test

import (
	"fmt"

	"github.com/rapport-go/rapport/loyalty"
)

// What would a ladder make of a member? An admin screen asks while it is edited.
func ExampleReview() {
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "shop", Version: 1, Tiers: []loyalty.TierSetSpec{{
		ID: "status", Landing: loyalty.OneLevelDown,
		Metrics: []loyalty.MetricSpec{{ID: "spend", Kind: loyalty.MetricSpend}},
		Levels: []loyalty.LevelSpec{
			{ID: "member"},
			{ID: "silver", Entry: &loyalty.CriterionSpec{Metric: "spend", AtLeast: loyalty.MustAmount("200")}},
			{ID: "gold", Entry: &loyalty.CriterionSpec{Metric: "spend", AtLeast: loyalty.MustAmount("500")}},
		},
	}}})
	if err != nil {
		panic(err)
	}
	spend := map[string]loyalty.Amount{"spend": loyalty.MustAmount("120")}
	placed, _ := loyalty.Review(p, "status", "", spend, loyalty.Enrolled{})
	landed, _ := loyalty.Review(p, "status", "gold", spend, loyalty.Enrolled{})
	fmt.Println(placed, landed)
	// Output: member silver
}

// The excess of a year goes into the next one, once.
func ExampleRollover() {
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "air", Version: 1, Tiers: []loyalty.TierSetSpec{{
		ID: "status", Rollover: &loyalty.RolloverSpec{Metric: "miles"},
		Metrics: []loyalty.MetricSpec{{ID: "miles", Kind: loyalty.MetricPoints, Window: loyalty.WindowSpec{Kind: loyalty.CalendarYear}}},
		Levels:  []loyalty.LevelSpec{{ID: "silver", Entry: &loyalty.CriterionSpec{Metric: "miles", AtLeast: loyalty.MustAmount("25000")}}},
	}}})
	if err != nil {
		panic(err)
	}
	level, over, _ := loyalty.Rollover(p, "", loyalty.MustAmount("40000"), loyalty.Amount{})
	fmt.Println(level, over)
	// Output: silver 15000
}
