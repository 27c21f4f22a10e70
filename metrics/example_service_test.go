package metrics_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/metrics"
)

// help is a host's case: its events, in minutes after nine o'clock.
type help []metrics.CaseEvent

func (h help) CaseEvents() []metrics.CaseEvent { return h }

func nine(minutes int) time.Time {
	return time.Date(2026, 3, 2, 9, minutes, 0, 0, time.UTC)
}

// Three cases, one of them still open: it counts with the time that it has taken.
func ExampleServiceOf() {
	event := func(minutes int, kind metrics.CaseEventKind, worked time.Duration) metrics.CaseEvent {
		return metrics.CaseEvent{At: nine(minutes), Kind: kind, Worked: worked}
	}
	cases := []help{
		{event(0, metrics.CaseOpened, 0), event(10, metrics.AgentReply, 4*time.Minute), event(10, metrics.CaseResolved, 0)},
		{
			event(5, metrics.CaseOpened, 0), event(25, metrics.AgentReply, 6*time.Minute),
			event(40, metrics.CustomerMessage, 0), event(70, metrics.AgentReply, 3*time.Minute), event(71, metrics.CaseResolved, 0),
		},
		{event(30, metrics.CaseOpened, 0)},
	}
	desk, _ := metrics.ServiceOf(slices.Values(cases), nine(120), &metrics.ServiceOptions{Window: 30 * time.Minute})
	median, _ := desk.FirstResponse().Quantile(0.5, metrics.NearestRank)
	_, err := desk.FirstResponse().Mean()
	flattered, _ := desk.FirstResponse().Closed().Mean()
	within, pending := desk.FirstResponse().Within(30 * time.Minute)
	next, _ := desk.NextResponse().Mean()
	fmt.Println("first response: median", median, "mean of the answered", flattered)
	fmt.Println(err)
	fmt.Println("within 30m:", within.Hits, "of", within.Total, "pending", pending, "- next response", next)
	fmt.Println("first contact:", desk.FirstContact(), "backlog", desk.Backlog())
	// Output:
	// first response: median 20m0s mean of the answered 15m0s
	// metrics: undefined: open cases is 1: their durations are not known yet
	// within 30m: 2 of 3 pending 0 - next response 30m0s
	// first contact: {1 2} backlog 1
}

// One queue, three service levels: a report that does not name its rule says nothing.
func ExampleCalls() {
	var calls metrics.Calls // answered within 20 seconds, short up to 5
	for _, c := range []struct {
		wait     int
		answered bool
	}{{3, true}, {12, true}, {19, true}, {45, true}, {2, false}, {30, false}} {
		_ = calls.Add(time.Duration(c.wait)*time.Second, c.answered)
	}
	for _, rule := range []metrics.AbandonRule{metrics.AbandonedExcluded, metrics.AbandonedFailed, metrics.ShortAbandonedIgnored} {
		p, _ := calls.ServiceLevel(rule)
		r, _ := p.Ratio()
		fmt.Printf("%-23s %s\n", rule, r)
	}
	asa, _ := calls.SpeedOfAnswer().Mean()
	fmt.Println("speed of answer", asa)
	// Output:
	// abandoned-excluded      75.00%
	// abandoned-failed        50.00%
	// short-abandoned-ignored 60.00%
	// speed of answer 19.75s
}

// Agents for 200 calls of four minutes in half an hour, 80 % answered within 20 s.
func ExampleStaffQueue() {
	load, _ := metrics.OfferedLoad(200, 30*time.Minute, 4*time.Minute)
	q, _ := metrics.StaffQueue(load, 4*time.Minute, 20*time.Second, 0.8)
	fmt.Printf("%.2f erlangs need %d agents: %.1f%% in time, ASA %.1f s, occupancy %.0f%%\n",
		q.Erlangs, q.Agents, 100*q.ServiceLevel, q.ASASeconds, 100*q.Occupancy)
	// Output: 26.67 erlangs need 32 agents: 84.9% in time, ASA 10.6 s, occupancy 83%
}

// Promises kept, and the cases that pile up meanwhile.
func ExampleAttainment() {
	var kept metrics.Attainment
	now := nine(120)
	_ = kept.Add(nine(60), nine(30), now)     // fulfilled in time
	_ = kept.Add(nine(60), nine(61), now)     // late
	_ = kept.Add(nine(60), time.Time{}, now)  // overdue
	_ = kept.Add(nine(180), time.Time{}, now) // not due yet: in no rate
	rate, _ := kept.Rate().Ratio()
	fmt.Println(rate, "of", kept.Rate().Total, "pending", kept.Pending)

	backlog, _ := metrics.NewBacklog(metrics.Day, time.UTC)
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	_ = backlog.Add(day(2), day(2))
	_ = backlog.Add(day(2), day(4))
	_ = backlog.Add(day(3), time.Time{})
	rows, _ := backlog.Rows(5) // five were open before
	for _, r := range rows {
		fmt.Println(r.Label, "opened", r.Opened, "closed", r.Closed, "open", r.Open)
	}
	deflected, _ := metrics.Deflection(400, 90)
	share, _ := deflected.Ratio()
	fmt.Println("deflection", share)
	// Output:
	// 33.33% of 3 pending 1
	// 2026-03-02 opened 2 closed 1 open 6
	// 2026-03-03 opened 1 closed 0 open 7
	// 2026-03-04 opened 0 closed 1 open 6
	// deflection 77.50%
}
