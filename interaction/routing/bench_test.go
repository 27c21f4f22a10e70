package routing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction/routing"
)

// floor is a desk at work: three skills and two languages an agent, three skills an
// item at least every second time, room for about two in three of the items.
func floor(items, agents int) ([]routing.Item, []routing.Agent) {
	r := rand.New(rand.NewPCG(7, 7))
	tags := []language.Tag{language.German, language.French, language.BrazilianPortuguese, language.Japanese, language.English}
	skill := func(k, level int) routing.Skill { return routing.Skill{Name: fmt.Sprint("skill ", k), Level: level} }
	as := make([]routing.Agent, agents)
	for i := range as {
		as[i] = routing.Agent{
			ID: fmt.Sprintf("agent %04d", i), Presence: routing.Online, Capacity: 4, Load: r.IntN(2),
			Skills:       []routing.Skill{skill(r.IntN(20), 1+r.IntN(5)), skill(r.IntN(20), 1+r.IntN(5)), skill(r.IntN(20), 1+r.IntN(5))},
			Languages:    []routing.Fluency{{Tag: tags[r.IntN(5)], Level: routing.C1}, {Tag: language.English, Level: routing.B2}},
			LastAssigned: ago(time.Duration(r.IntN(3600)) * time.Second),
		}
	}
	is := make([]routing.Item, items)
	for i := range is {
		is[i] = routing.Item{
			ID: fmt.Sprintf("item %06d", i), Enqueued: ago(time.Duration(r.IntN(3600)) * time.Second), Priority: r.IntN(3),
			Languages: []language.Tag{tags[r.IntN(5)]}, Level: routing.B1,
		}
		if i%2 == 0 {
			is[i].Steps = []routing.Step{
				{Need: []routing.Skill{skill(r.IntN(20), 3), skill(r.IntN(20), 2), skill(r.IntN(20), 1)}, For: 10 * time.Minute},
				{Need: []routing.Skill{skill(r.IntN(20), 1)}, For: 20 * time.Minute},
				{},
			}
		}
	}
	return is, as
}

func BenchmarkAssign(b *testing.B) {
	for _, size := range []struct{ items, agents int }{{100, 20}, {1000, 200}, {10_000, 200}, {1000, 2000}} {
		b.Run(fmt.Sprintf("items=%d/agents=%d", size.items, size.agents), func(b *testing.B) {
			router, err := routing.NewRouter(routing.Policy{AgingStep: 10 * time.Minute})
			if err != nil {
				b.Fatal(err)
			}
			items, agents := floor(size.items, size.agents)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := router.Assign(noon, items, agents); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAssignAgain is the round after one change: what waits is what the first
// round left, and one unit of one agent has come free.
func BenchmarkAssignAgain(b *testing.B) {
	for _, size := range []struct{ items, agents int }{{1000, 200}, {2000, 200}} {
		b.Run(fmt.Sprintf("items=%d/agents=%d", size.items, size.agents), func(b *testing.B) {
			router, err := routing.NewRouter(routing.Policy{AgingStep: 10 * time.Minute})
			if err != nil {
				b.Fatal(err)
			}
			items, agents := floor(size.items, size.agents)
			plan, err := router.Assign(noon, items, agents)
			if err != nil {
				b.Fatal(err)
			}
			waits := map[string]bool{}
			for d := range plan.Waiting() {
				waits[d.Item] = true
			}
			var left []routing.Item
			for _, it := range items {
				if waits[it.ID] {
					left = append(left, it)
				}
			}
			for d := range plan.Assigned() {
				for i := range agents {
					if agents[i].ID == d.Agent {
						agents[i].Load, agents[i].LastAssigned = d.Load, noon
					}
				}
			}
			agents[len(agents)/2].Load--
			b.ReportAllocs()
			for b.Loop() {
				if _, err := router.Assign(noon, left, agents); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(left)), "waiting")
		})
	}
}
