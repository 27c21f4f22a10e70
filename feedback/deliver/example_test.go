package deliver_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/deliver"
)

func ExampleGate_Decide() {
	policy, err := deliver.ParsePolicy([]byte(`{
		"suppress_open_case": true,
		"min_gap_any_days": 30,
		"max_per_window": {"n": 2, "days": 90},
		"window": {"from": "09:00", "to": "18:00", "weekdays": [1, 2, 3, 4, 5]},
		"event_ttl_hours": 72
	}`))
	if err != nil {
		panic(err)
	}
	gate, err := deliver.NewGate(policy)
	if err != nil {
		panic(err)
	}
	tokyo := time.FixedZone("JST", 9*60*60)
	now := time.Date(2026, 3, 10, 20, 0, 0, 0, tokyo)
	r := &deliver.Request{Survey: "nps", Channel: "email", EventAt: now.Add(-time.Hour), Contact: deliver.Contact{
		ID: "c1", Zone: tokyo, Consents: []deliver.Scope{{Channel: "email", Purpose: deliver.Research}},
	}}
	d, err := gate.Decide(r, now)
	fmt.Println(d.Verdict, d.Reason, d.At.Format(time.RFC3339), err)

	r.History.Sent = []deliver.Sent{{Survey: "csat", At: now.Add(-10 * deliver.Day)}}
	d, err = gate.Decide(r, now)
	fmt.Println(d.Verdict, d.Reason, d.EligibleAt.Format(time.RFC3339), err)
	// Output:
	// defer quiet_hours 2026-03-11T09:00:00+09:00 <nil>
	// deny min_gap_any 2026-03-30T20:00:00+09:00 <nil>
}

func ExampleNewGate_reviewGating() {
	_, err := deliver.NewGate(deliver.Policy{
		Purpose: deliver.ReviewRequest,
		Score:   &deliver.ScoreRange{Instrument: feedback.NPS, Min: 9, Max: 10},
	})
	fmt.Println(errors.Is(err, deliver.ErrReviewGating))
	// Output: true
}

func ExampleLoop() {
	loop, err := deliver.NewLoop(deliver.SuggestedLoop("care", "allergic"))
	if err != nil {
		panic(err)
	}
	office, err := deliver.Hours{From: 9 * 60, To: 17 * 60, Weekdays: []int{1, 2, 3, 4, 5}}.In(time.UTC)
	if err != nil {
		panic(err)
	}
	answer, err := feedback.NewNPS(2)
	if err != nil {
		panic(err)
	}
	friday := time.Date(2026, 3, 6, 16, 0, 0, 0, time.UTC)
	seeds := loop.Triage(deliver.Signal{Answers: []feedback.Answer{answer}})
	c, err := loop.Open("case-1", "c1", seeds[0], friday, office)
	if err != nil {
		panic(err)
	}
	c, err = loop.Apply(c, deliver.Command{Key: "1", Action: deliver.Reach, At: friday.Add(30 * time.Minute), By: "mai", Note: "called, sorry"}, office)
	if err != nil {
		panic(err)
	}
	fmt.Print(c.Explain(friday.Add(time.Hour), nil))
	// Output:
	// case case-1 of c1: contacted, high, owner care, rule detractor
	//   1 acknowledgement  due 2026-03-09 16:00 +00:00  kept at 2026-03-06 16:30 +00:00
	//   1 call_back        due 2026-03-10 16:00 +00:00  kept at 2026-03-06 16:30 +00:00
	//   2026-03-06 16:30 +00:00 reach    mai: called, sorry
}

func ExampleDetectShare() {
	n, err := deliver.DetectShare(0.60, 0.70, nil)
	fmt.Println(n, err)
	// Output: 356 <nil>
}

func ExampleAreas() {
	var areas deliver.Areas
	for i := range 300 {
		o := deliver.Observation{
			Owners: []deliver.Owner{{Kind: deliver.Team, ID: []string{"north", "south"}[i%2]}}, Answered: true, Satisfied: i%2 == 1,
		}
		if i%3 > 0 {
			o.Themes = []string{"late"}
		}
		if err := areas.Add(&o); err != nil {
			panic(err)
		}
	}
	report, ok, err := areas.Report(deliver.Team, &deliver.AreaOptions{Weights: []deliver.Weight{{Theme: "late", Importance: 0.4, Target: 0.8}}})
	if err != nil || !ok {
		panic(err)
	}
	for _, a := range report.Areas {
		fmt.Printf("%s %s: opportunity %.2f, n %d, needs %d, rank %d\n", a.Owner.ID, a.Theme, a.Opportunity.Value, a.Satisfied.N, a.NToDetect, a.Rank)
	}
	// Output:
	// north late: opportunity 0.32, n 100, needs 36, rank 1
	// south late: opportunity -0.08, n 100, needs 36, rank 2
}
