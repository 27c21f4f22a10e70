package recommend_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/customer/recommend"
)

func purchases() []recommend.Purchase {
	var out []recommend.Purchase
	for i := range 12 {
		c := fmt.Sprint("customer ", i)
		out = append(out, recommend.Purchase{Customer: c, Item: "camera"})
		if i < 8 {
			out = append(out, recommend.Purchase{Customer: c, Item: "tripod"})
		}
		if i%2 == 0 {
			out = append(out, recommend.Purchase{Customer: c, Item: "bag"})
		}
		if i < 2 {
			out = append(out, recommend.Purchase{Customer: c, Item: "gold ring"})
		}
	}
	return out
}

// What to show to who owns a camera, and why. Two people bought a ring beside their
// camera: too few to tell anybody.
func Example() {
	model, err := recommend.Train(slices.Values(purchases()), nil)
	if err != nil {
		panic(err)
	}
	answer := model.For(recommend.Question{Owned: []string{"camera"}, Profiling: true, N: 3})
	for _, s := range answer.Suggestions {
		fmt.Printf("%s %.3f\n", s.Item, s.Score)
		for _, b := range s.Because {
			fmt.Printf("  because you bought %s: so did %d who have both\n", b.Item, b.Customers)
		}
	}
	answer = model.For(recommend.Question{Owned: []string{"camera"}, N: 2})
	for _, s := range answer.Suggestions {
		fmt.Println("without consent:", s.Item, "popular:", s.Fallback)
	}
	// Output:
	// tripod 0.816
	//   because you bought camera: so did 8 who have both
	// bag 0.707
	//   because you bought camera: so did 6 who have both
	// without consent: tripod popular: true
	// without consent: bag popular: true
}

// The next best action: of what may be done for a customer, what is worth most and is not
// kept back by a cap, a cool-down or a missing consent.
func ExampleActions_Rank() {
	actions, err := recommend.NewActions(
		recommend.Action{ID: "photo tips", Value: 4, Propensity: 0.3, Purpose: "marketing", Segments: []string{"bought a camera"}, CoolDown: 14 * 24 * time.Hour},
		recommend.Action{ID: "lens offer", Value: 60, Propensity: 0.05, Purpose: "marketing", Cap: 1, CapPeriod: 30 * 24 * time.Hour},
		recommend.Action{ID: "call", Value: 20, Propensity: 0.1, CoolDown: 30 * 24 * time.Hour},
		recommend.Action{ID: "ask for a review", Value: 1, Propensity: 0.2, Purpose: "research"},
	)
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	for _, r := range actions.Rank(recommend.Moment{
		Now: now, Segments: []string{"bought a camera"},
		Done:    []recommend.Done{{Action: "lens offer", At: now.AddDate(0, 0, -10)}, {Action: "call", At: now.AddDate(0, 0, -29)}},
		Allowed: func(purpose string) bool { return purpose == "marketing" },
	}) {
		fmt.Println(r)
	}
	// Output:
	// photo tips: 1.2 expected
	// lens offer: kept back, cap reached, again from 2026-05-24T09:00:00Z
	// call: kept back, cooling, again from 2026-05-05T09:00:00Z
	// ask for a review: kept back, no consent
}

// Content by segment needs no model.
func ExampleLibrary_For() {
	library, err := recommend.NewLibrary(
		recommend.Content{ID: "photo tips", Segments: []string{"bought a camera"}, Items: []string{"bag", "card"}, Weight: 2},
		recommend.Content{ID: "welcome"},
	)
	if err != nil {
		panic(err)
	}
	for _, c := range library.For([]string{"bought a camera"}, nil, 0) {
		fmt.Println(c.Content.ID, c.Segment, c.Content.Items)
	}
	// Output:
	// photo tips bought a camera [bag card]
	// welcome  []
}
