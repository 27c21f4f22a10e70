package sla_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
)

// setOf makes a set of policies over the London calendars.
func setOf(t require.TestingT, policies ...sla.Policy) *sla.Set {
	s, err := sla.New(sla.PolicySet{Policies: policies}, book(t))
	require.NoError(t, err)
	return s
}

func version(n int, effective time.Time, mode sla.Retarget, rules ...sla.Rule) sla.Policy {
	return sla.Policy{ID: "p", Version: n, Effective: effective, Calendar: "london", Match: sla.Match{Always: true}, Retarget: mode, Rules: rules}
}

func resolution(d time.Duration) sla.Rule {
	return sla.Rule{Metric: sla.Resolution, Target: sla.Business(d), PauseIn: []sla.Status{sla.StatusPending}}
}

// clock is how a metric stands at an instant, the same by Evaluate and by folding.
func clock(t require.TestingT, s *sla.Set, m sla.Metric, when time.Time, history ...sla.Signal) (sla.ClockState, sla.Report) {
	r, err := sla.Evaluate(s, history, when)
	require.NoError(t, err)
	var state sla.State
	for _, sig := range history {
		events, err := sla.Decide(s, state, sla.Observe(sig))
		require.NoError(t, err)
		for _, e := range events {
			state = sla.Evolve(state, e)
		}
	}
	folded, err := state.Report(s, when)
	require.NoError(t, err)
	require.Equal(t, r, folded)
	c, ok := r.Clock(m)
	require.True(t, ok)
	return c, r
}

func became(t require.TestingT, when string, s sla.Status) sla.Signal {
	return sla.Signal{At: at(t, when), Kind: sla.StatusChange, Status: s}
}

func created(t require.TestingT, when string) sla.Signal {
	return sla.Signal{At: at(t, when), Kind: sla.Created}
}

func hours(n int) []sla.Target {
	return []sla.Target{{Metric: sla.Resolution, Amount: sla.Business(time.Duration(n) * time.Hour)}}
}

// A target that comes with the creation, or with the facts that bring another
// policy, counts.
func TestTargetsComeWithAnySignal(t *testing.T) {
	t.Parallel()
	gold := version(1, time.Time{}, sla.Carry, resolution(4*time.Hour))
	gold.ID, gold.Match = "gold", sla.Match{All: []sla.Condition{{Fact: "tier", In: []string{"gold"}}}}
	s := setOf(t, gold, version(1, time.Time{}, sla.Carry, resolution(8*time.Hour)))
	open := created(t, "2024-06-03 09:00")
	open.Targets = hours(3)
	c, _ := clock(t, s, sla.Resolution, at(t, "2024-06-03 10:00"), open)
	require.Equal(t, 3*time.Hour, c.Goal)
	facts := sla.Signal{At: at(t, "2024-06-03 10:00"), Kind: sla.FactsChange, Facts: sla.Facts{"tier": "gold"}, Targets: hours(2)}
	c, r := clock(t, s, sla.Resolution, at(t, "2024-06-03 10:00"), created(t, "2024-06-03 09:00"), facts)
	require.Equal(t, "gold", r.Policy.ID)
	require.Equal(t, 2*time.Hour, c.Goal)
	facts.Targets = nil // a target of before belongs to the policy of before
	c, _ = clock(t, s, sla.Resolution, at(t, "2024-06-03 10:00"), open, facts)
	require.Equal(t, 4*time.Hour, c.Goal)
}

// What changed while a case was resolved counts when it is opened again, by the
// mode of the policy that then holds.
func TestChangeWhileResolved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode    sla.Retarget
		version int
		goal    time.Duration
		elapsed time.Duration
	}{{sla.Carry, 2, 6 * time.Hour, 3 * time.Hour}, {sla.Pin, 1, 8 * time.Hour, 3 * time.Hour}, {sla.Restart, 2, 6 * time.Hour, time.Hour}} {
		s := setOf(t, version(1, time.Time{}, sla.Carry, resolution(8*time.Hour)), version(2, at(t, "2024-06-03 12:00"), c.mode, resolution(6*time.Hour)))
		got, r := clock(t, s, sla.Resolution, at(t, "2024-06-03 15:00"),
			created(t, "2024-06-03 09:00"), became(t, "2024-06-03 11:00", sla.StatusResolved), became(t, "2024-06-03 14:00", sla.StatusOpen))
		require.Equal(t, c.version, got.Policy.Version, c.mode)
		require.Equal(t, c.goal, got.Goal, c.mode)
		require.Equal(t, c.elapsed, got.Elapsed, c.mode)
		require.Equal(t, sla.Superseded, r.Verdicts[0].Outcome, c.mode)
		require.Equal(t, 1, r.Verdicts[0].Policy.Version, "the verdict stays with its policy")
	}
	s := setOf(t, version(1, time.Time{}, sla.Carry, resolution(8*time.Hour)))
	got, _ := clock(t, s, sla.Resolution, at(t, "2024-06-03 14:00"),
		created(t, "2024-06-03 09:00"), became(t, "2024-06-03 11:00", sla.StatusResolved),
		sla.Signal{At: at(t, "2024-06-03 12:00"), Kind: sla.TargetChange, Targets: hours(3)},
		became(t, "2024-06-03 14:00", sla.StatusOpen))
	require.Equal(t, time.Hour, got.Remaining(), "a target set while the case was resolved")
	require.Equal(t, "15:00", got.Due.Format("15:04"))
}

// A target that was used up before it was given: due says when, in the clock's own
// time with its pauses; it counts as late from the change on.
func TestTargetUsedUpBefore(t *testing.T) {
	t.Parallel()
	s := setOf(t, version(1, time.Time{}, sla.Carry, resolution(8*time.Hour)))
	shorter := func(when string, minutes int) sla.Signal {
		return sla.Signal{At: at(t, when), Kind: sla.TargetChange, Targets: []sla.Target{{Metric: sla.Resolution, Amount: sla.Business(time.Duration(minutes) * time.Minute)}}}
	}
	open := created(t, "2024-06-03 15:00") // a Monday; the desk closes at five
	pending, again := became(t, "2024-06-03 16:00", sla.StatusPending), became(t, "2024-06-04 10:00", sla.StatusOpen)
	for _, c := range []struct {
		minutes int
		due     string
	}{{30, "03 15:30"}, {60, "03 16:00"}, {90, "04 10:30"}} {
		got, _ := clock(t, s, sla.Resolution, at(t, "2024-06-04 12:00"), open, pending, again, shorter("2024-06-04 11:30", c.minutes))
		require.Equal(t, sla.Overdue, got.State)
		require.Equal(t, c.due, got.Due.Format("02 15:04"), "%d minutes", c.minutes)
		require.Equal(t, "04 11:30", got.BreachedAt.Format("02 15:04"))
		require.Equal(t, 3*time.Hour, got.Elapsed)
	}
	got, _ := clock(t, s, sla.Resolution, at(t, "2024-06-03 16:30"), open, pending, shorter("2024-06-03 16:30", 30))
	require.Equal(t, sla.Overdue, got.State, "late although it stands")
	require.True(t, got.Due.IsZero())
}

// What was taken for spam, and is a case after all, is measured again.
func TestNotSpamAfterAll(t *testing.T) {
	t.Parallel()
	reply := sla.Rule{Metric: sla.NextResponse, Target: sla.Business(time.Hour), Reopen: sla.ReopenIgnore}
	s := setOf(t, version(1, time.Time{}, sla.Carry, sla.Rule{Metric: sla.FirstResponse, Target: sla.Business(2 * time.Hour)}, reply, resolution(8*time.Hour)))
	history := []sla.Signal{
		created(t, "2024-06-03 09:00"),
		became(t, "2024-06-03 10:00", sla.StatusSpam),
		{At: at(t, "2024-06-03 11:00"), Kind: sla.CustomerMessage},
		became(t, "2024-06-03 12:00", sla.StatusOpen),
	}
	c, _ := clock(t, s, sla.FirstResponse, at(t, "2024-06-03 11:00"), history[:2]...)
	require.Equal(t, sla.Ended, c.State)
	c, r := clock(t, s, sla.FirstResponse, at(t, "2024-06-03 12:30"), history...)
	require.Equal(t, sla.Running, c.State)
	require.Equal(t, 2, c.Cycle)
	require.Equal(t, 90*time.Minute, c.Elapsed, "the time as spam does not count")
	require.Equal(t, "13:00", c.Due.Format("15:04"))
	var outcomes []string
	for _, v := range r.Verdicts {
		outcomes = append(outcomes, fmt.Sprintf("%s %d %s", v.Metric, v.Cycle, v.Outcome))
	}
	require.Equal(t, []string{
		"first_response 1 cancelled", "resolution 1 cancelled", "first_response 2 open", "resolution 2 open",
	}, outcomes)
	c, _ = clock(t, s, sla.Resolution, at(t, "2024-06-03 12:30"), append(history[:3:3], became(t, "2024-06-03 12:00", sla.StatusResolved))...)
	require.Equal(t, sla.InTime, c.State)
}

// A call that was settled before it was written down is a met resolution.
func TestCreatedResolved(t *testing.T) {
	t.Parallel()
	s := setOf(t, version(1, time.Time{}, sla.Carry, resolution(8*time.Hour)))
	call := created(t, "2024-06-03 09:00")
	call.Status = sla.StatusResolved
	c, r := clock(t, s, sla.Resolution, at(t, "2024-06-03 12:00"), call)
	require.Equal(t, sla.InTime, c.State)
	require.Equal(t, sla.Met, r.Verdicts[0].Outcome)
	c, _ = clock(t, s, sla.Resolution, at(t, "2024-06-03 12:00"), call, became(t, "2024-06-03 11:00", sla.StatusOpen))
	require.Equal(t, sla.Running, c.State)
	require.Equal(t, time.Hour, c.Elapsed)
}

// Invariant 15 for business days: a pause without open time moves nothing, not
// even an opening instant to the closing before it.
func TestPauseWhileClosedLeavesBusinessDays(t *testing.T) {
	t.Parallel()
	rule := sla.Rule{Metric: sla.Resolution, Target: sla.BusinessDays(1, businesstime.SameTime), PauseIn: []sla.Status{sla.StatusPending}}
	s := setOf(t, version(1, time.Time{}, sla.Carry, rule), version(2, at(t, "2024-06-07 23:00"), sla.Carry, rule))
	open := created(t, "2024-06-07 20:00") // a Friday night
	want, _ := clock(t, s, sla.Resolution, open.At, open)
	require.Equal(t, "Tue 09:00", want.Due.Format("Mon 15:04"))
	for _, c := range []struct{ from, to, due string }{
		{"2024-06-07 21:00", "2024-06-10 09:00", "Tue 09:00"},
		{"2024-06-10 12:00", "2024-06-10 12:00", "Tue 09:00"},
		{"2024-06-10 12:00", "2024-06-10 13:00", "Tue 10:00"},
	} {
		got, _ := clock(t, s, sla.Resolution, at(t, c.to), open, became(t, c.from, sla.StatusPending), became(t, c.to, sla.StatusOpen))
		require.Equal(t, c.due, got.Due.Format("Mon 15:04"), "pause from %s to %s", c.from, c.to)
		got, _ = clock(t, s, sla.Resolution, at(t, "2024-06-12 12:00"), open,
			became(t, c.from, sla.StatusPending), became(t, c.to, sla.StatusResolved))
		require.Equal(t, c.due, got.Due.Format("Mon 15:04"), "stopped while it stood, from %s to %s", c.from, c.to)
	}
}

// A loop of two machines is a long history of one case; it takes time in
// proportion to its length.
func TestSignalBomb(t *testing.T) {
	t.Parallel()
	s := setOf(t, version(1, time.Time{}, sla.Carry,
		sla.Rule{Metric: sla.NextResponse, Target: sla.Business(time.Hour)}, sla.Rule{Metric: sla.UpdateCadence, Target: sla.Business(time.Hour)},
		resolution(8*time.Hour)))
	n := 60_000
	if testing.Short() {
		n = 6_000
	}
	history := make([]sla.Signal, 0, n)
	kinds := []sla.Signal{{Kind: sla.AgentPublic}, {Kind: sla.CustomerMessage}, {Kind: sla.StatusChange, Status: sla.StatusResolved}, {Kind: sla.StatusChange, Status: sla.StatusOpen}}
	history = append(history, sla.Signal{ID: "0", At: monday, Kind: sla.Created})
	for i := 1; i < n; i++ {
		sig := kinds[i%len(kinds)]
		sig.ID, sig.At = fmt.Sprint(i), monday.Add(time.Duration(i)*time.Second)
		history = append(history, sig, sig) // each twice
	}
	r, err := sla.Evaluate(s, history, history[len(history)-1].At)
	require.NoError(t, err)
	require.Greater(t, len(r.Verdicts), n/3)
	d, err := sla.Replay(func(yield func(sla.History) bool) { yield(sla.History{Case: "loop", Signals: history}) }, s, s, nil)
	require.NoError(t, err)
	require.True(t, d.IsEmpty())
	require.EqualValues(t, len(r.Verdicts), d.Same)
}

// States are values: two futures of one state do not see each other, whoever
// comes first.
func TestStatesAreValues(t *testing.T) {
	t.Parallel()
	s := setOf(t, version(1, time.Time{}, sla.Carry, sla.Rule{Metric: sla.UpdateCadence, Target: sla.Business(time.Hour)}, resolution(8*time.Hour)))
	after := func(state sla.State, sig sla.Signal) sla.State {
		events, err := sla.Decide(s, state, sla.Observe(sig))
		require.NoError(t, err)
		for _, e := range events {
			state = sla.Evolve(state, e)
		}
		return state
	}
	kinds := []sla.Signal{{Kind: sla.AgentPublic}, {Kind: sla.StatusChange, Status: sla.StatusResolved}, {Kind: sla.StatusChange, Status: sla.StatusOpen}}
	const n = 900
	states := []sla.State{{}}
	var history []sla.Signal
	for i := range n {
		sig := kinds[i%len(kinds)]
		if i == 0 {
			sig = sla.Signal{Kind: sla.Created}
		}
		sig.ID, sig.At = fmt.Sprint(i), monday.Add(time.Duration(i)*time.Minute)
		history = append(history, sig)
		states = append(states, after(states[i], sig))
	}
	for i := 1; i < n; i += n / 50 {
		when := history[i-1].At
		other := after(states[i], sla.Signal{ID: "other", At: when, Kind: sla.StatusChange, Status: sla.StatusClosed})
		_ = after(other, sla.Signal{ID: "more", At: when, Kind: sla.AgentPublic})
		want, err := sla.Evaluate(s, history[:i], when)
		require.NoError(t, err)
		got, err := states[i].Report(s, when)
		require.NoError(t, err)
		require.Equal(t, want, got, "state %d after another future", i)
		_ = append(got.Verdicts, sla.Verdict{Metric: "mine"})
	}
	want, err := sla.Evaluate(s, history, history[n-1].At)
	require.NoError(t, err)
	got, err := states[n].Report(s, history[n-1].At)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// A warning of the old rule does not silence one of the new that is another; what
// both have is not said twice.
func TestCarryKeepsWarningsApart(t *testing.T) {
	t.Parallel()
	rule := func(lead string, warn ...sla.Threshold) sla.Rule {
		r := resolution(10 * time.Hour)
		r.Warn, r.Ladder = warn, []sla.Step{{At: sla.Percent(20), Kind: sla.Hierarchical, To: lead}}
		return r
	}
	s := setOf(t, version(1, time.Time{}, sla.Carry, rule("lead", sla.Percent(10), sla.Percent(30))),
		version(2, at(t, "2024-06-03 13:00"), sla.Carry, rule("head", sla.Percent(60), sla.Percent(30))))
	c, r := clock(t, s, sla.Resolution, at(t, "2024-06-03 13:30"), created(t, "2024-06-03 09:00"))
	require.Equal(t, sla.Running, c.State)
	require.Equal(t, "2024-06-03T15:00:00+01:00 resolution warn 60 %", r.Next[0].String())
	lines, err := sla.Explain(s, []sla.Signal{created(t, "2024-06-03 09:00")}, at(t, "2024-06-03 16:00"))
	require.NoError(t, err)
	var said []string
	for _, l := range lines {
		if strings.Contains(l.Text, "warns") || strings.Contains(l.Text, "escalates") {
			said = append(said, l.At.Format("15:04 ")+l.Text)
		}
	}
	require.Equal(t, []string{
		"10:00 warns at 10 % (1h0m0s)", "11:00 escalates to lead, hierarchical, at 20 %", "12:00 warns at 30 % (3h0m0s)",
		"13:00 escalates to head, hierarchical, at 20 %", "15:00 warns at 60 % (6h0m0s)",
	}, said)
}
