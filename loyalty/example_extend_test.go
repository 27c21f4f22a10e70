package loyalty_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

// Points that died last week come back when the member asks in time.
func ExampleReinstatePoints() {
	program, err := loyalty.NewProgram(loyalty.Spec{ID: "shop", Version: 1, Wallets: []loyalty.WalletSpec{{
		ID: "points", Reinstate: 14, Expiry: loyalty.ExpirySpec{Kind: loyalty.ExpireAfter, N: 3, Unit: loyalty.UnitMonth},
	}}})
	if err != nil {
		panic(err)
	}
	member := loyalty.NewAccount("ada")
	do := func(key string, at time.Time, action loyalty.Action) {
		d, err := loyalty.Decide(program, member, loyalty.Command{Key: key, Account: "ada", At: at, By: "desk", Do: action})
		for i := range d.Events {
			loyalty.Evolve(member, &d.Events[i])
		}
		fmt.Println(key, member.Balance("points").Active, err)
	}
	do("gift", time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC), loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 80}}})
	do("spend", time.Date(2026, 4, 15, 0, 0, 0, 0, time.UTC), loyalty.Redeem{Points: 80})
	do("plea", time.Date(2026, 4, 17, 0, 0, 0, 0, time.UTC), loyalty.ReinstatePoints{Reason: "was in hospital"})
	// Output:
	// gift 80 <nil>
	// spend 0 loyalty: not enough points: points: want 80, have 0
	// plea 80 <nil>
}
