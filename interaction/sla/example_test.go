package sla_test

import (
	"fmt"
	"slices"
	"time"
	_ "time/tzdata"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
)

func desk() *businesstime.Calendar {
	return businesstime.MustNew(businesstime.Spec{
		ID: "desk", Zone: "Europe/London",
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}},
	})
}

func resolutionIn(d time.Duration) *sla.Set {
	set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{
		ID: "standard", Version: 1, Calendar: "desk", Match: sla.Match{Always: true},
		Rules: []sla.Rule{{
			Metric: sla.Resolution, Target: sla.Business(d), PauseIn: []sla.Status{sla.StatusPending},
			Warn:   []sla.Threshold{sla.Percent(75)},
			Ladder: []sla.Step{{At: sla.After(2 * time.Hour), Kind: sla.Hierarchical, To: "team lead"}},
		}},
	}}}, sla.Book{"desk": desk()})
	if err != nil {
		panic(err)
	}
	return set
}

// A case waits for the customer over a weekend: the pause counts in business time.
func ExampleEvaluate() {
	set := resolutionIn(8 * time.Hour)
	history := []sla.Signal{
		{At: time.Date(2024, time.June, 7, 12, 0, 0, 0, time.UTC), Kind: sla.Created},
		{At: time.Date(2024, time.June, 7, 14, 0, 0, 0, time.UTC), Kind: sla.StatusChange, Status: sla.StatusPending},
		{At: time.Date(2024, time.June, 10, 10, 0, 0, 0, time.UTC), Kind: sla.StatusChange, Status: sla.StatusOpen},
	}
	report, err := sla.Evaluate(set, history, history[2].At)
	if err != nil {
		fmt.Println(err)
		return
	}
	clock, _ := report.Clock(sla.Resolution)
	fmt.Println(clock.State, "with", clock.Remaining(), "left")
	for _, d := range report.Next {
		fmt.Println(d)
	}
	// Output:
	// running with 6h0m0s left
	// 2024-06-10T14:00:00Z resolution warn 75 %
	// 2024-06-10T16:00:00Z resolution due
	// 2024-06-11T08:00:00.000000001Z resolution breach
	// 2024-06-11T10:00:00Z resolution step 2h0m0s after due, hierarchical to team lead
}

// A host that stores events: it decides, appends what was decided, and folds it.
func ExampleDecide() {
	set := resolutionIn(time.Hour)
	var state sla.State
	var stored []sla.Event
	run := func(cmd sla.Command) {
		events, err := sla.Decide(set, state, cmd)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, e := range events {
			state = sla.Evolve(state, e)
		}
		stored = append(stored, events...)
	}
	start := time.Date(2024, time.June, 7, 8, 0, 0, 0, time.UTC)
	run(sla.Observe(sla.Signal{ID: "1", At: start, Kind: sla.Created}))
	run(sla.Tick(start.Add(50 * time.Minute)))
	run(sla.Observe(sla.Signal{ID: "2", At: start.Add(90 * time.Minute), Kind: sla.StatusChange, Status: sla.StatusResolved}))
	for _, e := range stored {
		if e.Metric != "" {
			fmt.Println(e.At.Format("15:04"), e.Kind, e.Elapsed)
		}
	}
	// Output:
	// 08:00 started 0s
	// 08:45 warned 45m0s
	// 09:00 breached 1h0m0s
	// 09:30 stopped 1h30m0s
}

func ExampleReplay() {
	day := func(d, hours int) []sla.Signal {
		start := time.Date(2024, time.June, d, 8, 0, 0, 0, time.UTC)
		return []sla.Signal{{At: start, Kind: sla.Created}, {At: start.Add(time.Duration(hours) * time.Hour), Kind: sla.StatusChange, Status: sla.StatusResolved}}
	}
	cases := slices.Values([]sla.History{{Case: "quick", Signals: day(3, 1)}, {Case: "usual", Signals: day(4, 3)}, {Case: "slow", Signals: day(5, 7)}})
	diff, err := sla.Replay(cases, resolutionIn(4*time.Hour), resolutionIn(2*time.Hour), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	was, _ := diff.From.Rate()
	would, _ := diff.To.Rate()
	fmt.Printf("met: %.0f %% as it was, %.0f %% with half the time\n", 100*was, 100*would)
	for _, s := range diff.Samples {
		fmt.Println(s)
	}
	// Output:
	// met: 67 % as it was, 33 % with half the time
	// usual resolution #1: met -> breached
}

func ExampleLint() {
	ps, err := sla.ParsePolicies([]byte(`{"policies": [
		{"id": "all", "version": 1, "calendar": "desk", "match": {"always": true}, "rules": [
			{"metric": "first_response", "target": {"business": "4h"}},
			{"metric": "next_response", "target": {"business": "1h"}}]},
		{"id": "gold", "version": 1, "calendar": "desk", "match": {"all": [{"fact": "tier", "in": ["gold"]}]}, "rules": [
			{"metric": "first_response", "target": {"business": "1h"}}]}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := sla.New(ps, sla.Book{"desk": desk()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range sla.Lint(set, time.Date(2024, time.June, 3, 0, 0, 0, 0, time.UTC)) {
		fmt.Println(finding)
	}
	// Output:
	// next_before_first all v1 next_response: 1h0m0s business is shorter than the 4h0m0s business of first_response
	// dead_policy gold v1: all v1 comes first and takes every case that matches
}

func ExampleExplain() {
	history := []sla.Signal{
		{ID: "m1", At: time.Date(2024, time.June, 7, 15, 30, 0, 0, time.UTC), Kind: sla.Created},
		{ID: "m2", At: time.Date(2024, time.June, 10, 9, 0, 0, 0, time.UTC), Kind: sla.StatusChange, Status: sla.StatusResolved},
	}
	lines, err := sla.Explain(resolutionIn(time.Hour), history, history[1].At)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range lines {
		fmt.Println(l)
	}
	// Output:
	// 2024-06-07 15:30:00 UTC  created (m1): the case is new
	// 2024-06-07 15:30:00 UTC  under policy standard v1: for every case
	// 2024-06-07 15:30:00 UTC  resolution #1 starts: 1h0m0s business by standard v1
	// 2024-06-10 08:15:00 UTC  resolution #1 warns at 75 % (45m0s)
	// 2024-06-10 08:30:00 UTC  resolution #1 is late: 1h0m0s used up
	// 2024-06-10 09:00:00 UTC  status (m2): the case is resolved
	// 2024-06-10 09:00:00 UTC  resolution #1 ends breached: 1h30m0s of 1h0m0s
	// 2024-06-10 09:00:00 UTC  resolution #1 is breached: 1h30m0s of 1h0m0s, due Mon 2024-06-10 08:30:00 UTC
}
