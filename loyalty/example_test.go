package loyalty_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

// A programme earns points on a purchase and places a member in tiers.
func Example() {
	program, err := loyalty.NewProgram(loyalty.Spec{
		ID: "shop", Version: 1, Zone: "Europe/Berlin",
		Wallets: []loyalty.WalletSpec{{ID: "points", Expiry: loyalty.ExpirySpec{
			Kind: loyalty.ExpireAfter, N: 12, Unit: loyalty.UnitMonth, Round: loyalty.RoundEndMonth,
		}}},
		Rules: []loyalty.RuleSpec{
			{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1")},
			{ID: "gold", Kind: loyalty.RuleMultiply, Factor: loyalty.MustAmount("1.5"), When: loyalty.ConditionSpec{Tiers: []string{"Gold"}}},
		},
		Tiers: []loyalty.TierSetSpec{{
			ID:      "status",
			Metrics: []loyalty.MetricSpec{{ID: "spend", Kind: loyalty.MetricSpend, Window: loyalty.WindowSpec{Kind: loyalty.RollingMonths, N: 12}}},
			Levels: []loyalty.LevelSpec{
				{ID: "Basic"},
				{ID: "Gold", Entry: &loyalty.CriterionSpec{Metric: "spend", AtLeast: loyalty.MustAmount("500")}},
			},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	member := loyalty.NewAccount("m-1007")
	buy := func(order, amount string, at time.Time) {
		decision, err := loyalty.Decide(program, member, loyalty.Command{
			Key: "order/" + order, Account: "m-1007", At: at,
			Do: loyalty.Purchase{Order: order, Lines: []loyalty.Line{{ID: "1", Amount: loyalty.MustAmount(amount)}}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		for i := range decision.Events {
			loyalty.Evolve(member, &decision.Events[i])
		}
		tier, _ := loyalty.Tier(program, member, "status")
		fmt.Printf("%s: earned %d, has %d, is %s\n", order, decision.Result.Earned, member.Balance("points").Active, tier.Level)
	}
	buy("A1", "499.90", time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC))
	buy("A2", "30.00", time.Date(2026, 4, 2, 18, 30, 0, 0, time.UTC))
	buy("A3", "100.00", time.Date(2026, 4, 9, 12, 0, 0, 0, time.UTC))
	// Output:
	// A1: earned 499, has 499, is Basic
	// A2: earned 30, has 529, is Gold
	// A3: earned 150, has 679, is Gold
}
