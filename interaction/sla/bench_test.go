package sla_test

import (
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/interaction/sla"
)

// benchSet has four metrics, with warnings and a ladder of five on each.
func benchSet(t require.TestingT) *sla.Set {
	ladder := []sla.Step{
		{At: sla.Percent(50), Kind: sla.Functional, To: "second line"},
		{At: sla.Before(time.Hour), Kind: sla.Functional, To: "third line"},
		{At: sla.After(0), Kind: sla.Hierarchical, To: "lead"},
		{At: sla.After(time.Hour), Kind: sla.Hierarchical, To: "head"},
		{At: sla.After(8 * time.Hour), Kind: sla.Hierarchical, To: "director"},
	}
	rule := func(m sla.Metric, d time.Duration) sla.Rule {
		return sla.Rule{Metric: m, Target: sla.Business(d), PauseIn: []sla.Status{sla.StatusPending}, Warn: []sla.Threshold{sla.Percent(75)}, Ladder: ladder}
	}
	set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{
		ID: "p", Version: 1, Calendar: "london", Match: sla.Match{Always: true},
		Rules: []sla.Rule{rule(sla.FirstResponse, 4*time.Hour), rule(sla.NextResponse, 8*time.Hour), rule(sla.UpdateCadence, 24*time.Hour), rule(sla.Resolution, 80*time.Hour)},
	}}}, book(t))
	require.NoError(t, err)
	return set
}

func benchHistory(n int) []sla.Signal {
	out := []sla.Signal{{ID: "created", At: monday, Kind: sla.Created}}
	kinds := []sla.Signal{
		{Kind: sla.AgentPublic},
		{Kind: sla.StatusChange, Status: sla.StatusPending},
		{Kind: sla.CustomerMessage},
		{Kind: sla.StatusChange, Status: sla.StatusOpen},
		{Kind: sla.AgentPrivate},
		{Kind: sla.AutoReply},
	}
	for i := 1; i < n; i++ {
		s := kinds[i%len(kinds)]
		s.ID, s.At = fmt.Sprintf("signal %d", i), monday.Add(time.Duration(i)*97*time.Minute)
		out = append(out, s)
	}
	return out
}

func BenchmarkEvaluate(b *testing.B) {
	set := benchSet(b)
	for _, n := range []int{10, 50} {
		history := benchHistory(n)
		at := history[n-1].At.Add(time.Hour)
		b.Run(fmt.Sprintf("%d events", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = sla.Evaluate(set, history, at)
			}
		})
	}
}

// closedCases gives n closed cases of ten signals, all from one buffer.
func closedCases(n int) iter.Seq[sla.History] {
	return func(yield func(sla.History) bool) {
		signals := benchHistory(10)
		base := make([]time.Duration, len(signals))
		for i := range signals {
			base[i] = signals[i].At.Sub(monday)
		}
		signals[9].Kind, signals[9].Status = sla.StatusChange, sla.StatusClosed
		for i := range n {
			start := monday.Add(time.Duration(i%5000) * 13 * time.Minute)
			for k := range signals {
				signals[k].At = start.Add(base[k])
			}
			if !yield(sla.History{Case: "case", Signals: signals}) {
				return
			}
		}
	}
}

func otherSet(t require.TestingT) *sla.Set {
	ps := benchSet(t).Policies()
	ps.Policies[0].Rules[0].Target = sla.Business(time.Hour)
	set, err := sla.New(ps, book(t))
	require.NoError(t, err)
	return set
}

func BenchmarkReplay(b *testing.B) {
	from, to := benchSet(b), otherSet(b)
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("%d cases", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d, err := sla.Replay(closedCases(n), from, to, nil)
				if err != nil || d.Cases != int64(n) {
					b.Fatal(d.Cases, err)
				}
			}
		})
	}
}

// Replay keeps nothing of the cases that it has seen: what is live after many is
// what is live after few.
func TestReplayMemory(t *testing.T) {
	from, to := benchSet(t), otherSet(t)
	live := func(n int) uint64 {
		var before, after runtime.MemStats
		var peak uint64
		runtime.GC()
		runtime.ReadMemStats(&before)
		seen := 0
		cases := func(yield func(sla.History) bool) {
			for h := range closedCases(n) {
				if seen++; seen%(n/4) == 0 {
					runtime.GC()
					runtime.ReadMemStats(&after)
					peak = max(peak, after.HeapAlloc-min(before.HeapAlloc, after.HeapAlloc))
				}
				if !yield(h) {
					return
				}
			}
		}
		d, err := sla.Replay(cases, from, to, nil)
		require.NoError(t, err)
		require.EqualValues(t, n, d.Cases)
		return peak
	}
	few, many := live(400), live(20_000)
	require.Less(t, many, few+256<<10, "live bytes after 400 cases %d, after 20,000 %d", few, many)
}

func BenchmarkHundredThousandOpenCases(b *testing.B) {
	set := benchSet(b)
	history := benchHistory(10)
	at := history[9].At.Add(time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		for range 100_000 {
			_, _ = sla.Evaluate(set, history, at)
		}
	}
}
