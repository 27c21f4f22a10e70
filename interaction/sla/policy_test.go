package sla_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/internal/golden"
)

const policies = `{
 "clocks": [{"metric": "callback", "start": [{"kind": "custom", "name": "callback_asked"}], "stop": [{"kind": "custom", "name": "callback_made"}], "after": "first_response", "repeat": true}],
 "policies": [
  {"id": "gold", "version": 1, "calendar": "london", "match": {"all": [{"fact": "tier", "in": ["gold", "platinum"]}]},
   "rules": [
    {"metric": "first_response", "target": {"business": "1h"}, "pause_in": ["pending"],
     "warn": [{"percent": 75}], "ladder": [{"at": {"after": "30m"}, "kind": "hierarchical", "to": "team lead"}]},
    {"metric": "next_response", "target": {"business": "2h"}},
    {"metric": "callback", "target": {"elapsed": "30m"}},
    {"metric": "resolution", "target": {"business": "8h"}, "pause_in": ["pending", "on_hold"], "warn": [{"before": "1h"}]}]},
  {"id": "gold", "version": 2, "effective": "2024-04-02T08:00:00Z", "calendar": "london2", "retarget": "carry", "match": {"all": [{"fact": "tier", "in": ["gold", "platinum"]}]},
   "rules": [
    {"metric": "first_response", "target": {"business": "30m"}},
    {"metric": "resolution", "target": {"business_days": 2, "mode": "close_of_business"}, "reopen": "new_cycle"}]},
  {"id": "everyone", "version": 1, "calendar": "london", "match": {"always": true},
   "rules": [{"metric": "first_response", "target": {"business_days": 1, "mode": "close_of_business"}, "recur": "none", "bot_stops": true}]}]}`

func book(t require.TestingT) sla.Book {
	spec := businesstime.Spec{
		ID: "london", Zone: "Europe/London",
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}},
		Closed: []businesstime.Closure{
			{Name: "Good Friday", Rule: businesstime.EasterDay{Offset: -2}},
			{Name: "Easter Monday", Rule: businesstime.EasterDay{Offset: 1}},
		},
	}
	one, err := businesstime.New(spec)
	require.NoError(t, err)
	spec.ID = "london2"
	spec.Versions = []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(8, 18))}}
	two, err := businesstime.New(spec)
	require.NoError(t, err)
	return sla.Book{"london": one, "london2": two}
}

func parsed(t require.TestingT) *sla.Set {
	ps, err := sla.ParsePolicies([]byte(policies))
	require.NoError(t, err)
	set, err := sla.New(ps, book(t))
	require.NoError(t, err)
	return set
}

func TestPoliciesRoundTrip(t *testing.T) {
	t.Parallel()
	ps, err := sla.ParsePolicies([]byte(policies))
	require.NoError(t, err)
	data, err := json.Marshal(ps)
	require.NoError(t, err)
	again, err := sla.ParsePolicies(data)
	require.NoError(t, err)
	require.Equal(t, ps, again)
	rapid.Check(t, func(t *rapid.T) {
		ps := genSet(t, monday).Policies()
		data, err := json.Marshal(ps)
		require.NoError(t, err)
		var again sla.PolicySet
		require.NoError(t, json.Unmarshal(data, &again))
		require.Equal(t, ps, again)
	})
}

func TestParsePoliciesRefuses(t *testing.T) {
	t.Parallel()
	_, err := sla.ParsePolicies([]byte(`{"policies":[{"id":"a","version":1,"match":{"allways":true},"retarget":"keep","rules":[
	 {"metric":"resolution","target":{"business":"1 hour"}},
	 {"metric":"resolution","target":{"hours":1}},
	 {"metric":"resolution"}]}],"policys":[]}`))
	require.ErrorIs(t, err, sla.ErrPolicy)
	for _, want := range []string{
		"policies[0].match.allways: unknown field: did you mean always?", "policies[0].retarget", "policies[0].rules[0].target.business",
		"policies[0].rules[1].target.hours: unknown field", "policies[0].rules[2].target: missing field", "policys: unknown field",
	} {
		require.ErrorContains(t, err, want)
	}
	for _, text := range []string{
		`{"policies":[{"id":"a","version":1,"match":{},"rules":[{"metric":"m","target":{"elapsed":"1h","business":"1h"}}]}]}`,
		`{"policies":[{"id":"a","version":1,"match":{},"rules":[{"metric":"m","target":{"elapsed":"1h","mode":"same_time"}}]}]}`,
		`{"policies":[{"id":"a","version":1,"match":{},"rules":[{"metric":"m","target":{"elapsed":"1h"},"warn":[{}]}]}]}`,
	} {
		_, err := sla.ParsePolicies([]byte(text))
		require.ErrorIs(t, err, sla.ErrPolicy, text)
	}
}

func TestNewReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := sla.New(sla.PolicySet{
		Clocks: []sla.Clock{{Metric: sla.Resolution}, {Metric: "x", Start: []sla.On{{}}, Stop: []sla.On{{Kind: sla.Created}}, After: "y"}},
		Policies: []sla.Policy{
			{Retarget: 7, Match: sla.Match{All: []sla.Condition{{}}}},
			{ID: "p", Version: 1, Rules: []sla.Rule{
				{Metric: sla.Resolution, Target: sla.Business(0), Reopen: 9, Recur: 9},
				{Metric: sla.Resolution, Target: sla.Business(1), Calendar: "nowhere"},
				{Metric: "nothing", Target: sla.Elapsed(1), Warn: []sla.Threshold{{}}, Ladder: []sla.Step{{At: sla.Percent(-1)}}},
				{Metric: sla.FirstResponse, Target: sla.Elapsed(1), Warn: make([]sla.Threshold, 65)},
			}},
			{ID: "p", Version: 1},
		},
	}, sla.Book{})
	require.ErrorIs(t, err, sla.ErrPolicy)
	for _, want := range []string{
		"clocks[0].metric", "clocks[0].start", "clocks[0].stop", "clocks[1].on[0].kind", "clocks[1].after",
		"policies[0].id", "policies[0].version", "policies[0].retarget", "policies[0].match[0].fact",
		"policies[1].rules[0].target", "policies[1].rules[0].calendar", "policies[1].rules[0].reopen", "policies[1].rules[0].recur",
		"policies[1].rules[1].metric", "policies[1].rules[1].calendar", "policies[1].rules[2].metric: nothing: sla: bad value: no clock measures it; the clocks are first_response, ", "policies[1].rules[2].warn[0]",
		"policies[1].rules[2].ladder[0]", "policies[1].rules[3]: 65", "policies[2]",
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, err, sla.ErrCalendar)
	require.ErrorIs(t, err, sla.ErrDuplicate)
	var detail *sla.PolicyError
	require.True(t, errors.As(err, &detail))
}

func at(t require.TestingT, s string) time.Time {
	loc, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	v, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	require.NoError(t, err)
	return v
}

// story is a case over Easter: a change of policy, a pause, a late answer, a reopening.
func story(t require.TestingT) []sla.Signal {
	return []sla.Signal{
		{ID: "1", At: at(t, "2024-03-28 16:30"), Kind: sla.Created, Facts: sla.Facts{"tier": "gold", "channel": "email"}},
		{ID: "2", At: at(t, "2024-03-28 16:31"), Kind: sla.AutoReply},
		{ID: "3", At: at(t, "2024-04-02 10:15"), Kind: sla.AgentPublic},
		{ID: "4", At: at(t, "2024-04-02 10:15"), Kind: sla.StatusChange, Status: sla.StatusPending},
		{ID: "5", At: at(t, "2024-04-02 15:00"), Kind: sla.CustomerMessage},
		{ID: "6", At: at(t, "2024-04-02 15:00"), Kind: sla.StatusChange, Status: sla.StatusOpen},
		{ID: "7", At: at(t, "2024-04-03 09:00"), Kind: sla.StatusChange, Status: sla.StatusResolved},
		{ID: "8", At: at(t, "2024-04-04 11:00"), Kind: sla.StatusChange, Status: sla.StatusOpen},
	}
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	lines, err := sla.Explain(parsed(t), story(t), at(t, "2024-04-04 12:00"))
	require.NoError(t, err)
	for _, l := range lines {
		fmt.Fprintln(&b, l)
	}
	golden.Equal(t, "testdata/explain.golden", b.String())
}

func TestHostClockWithPrecedence(t *testing.T) {
	t.Parallel()
	set := parsed(t)
	history := story(t)[:1]
	ask := sla.Signal{At: at(t, "2024-03-28 16:35"), Kind: sla.Custom, Name: "callback_asked"}
	r, err := sla.Evaluate(set, append(history, ask), ask.At)
	require.NoError(t, err)
	c, ok := r.Clock("callback")
	require.True(t, ok)
	require.Equal(t, sla.NotStarted, c.State, "not before the first response")
	history = append(history, sla.Signal{At: at(t, "2024-03-28 16:40"), Kind: sla.AgentPublic})
	ask.At = at(t, "2024-03-28 16:50")
	r, err = sla.Evaluate(set, append(history, ask), at(t, "2024-03-28 17:10"))
	require.NoError(t, err)
	c, _ = r.Clock("callback")
	require.Equal(t, sla.Running, c.State)
	require.Equal(t, 20*time.Minute, c.Elapsed, "elapsed time runs on after closing")
	require.Equal(t, "2024-03-28 17:20", c.Due.Format("2006-01-02 15:04"))
}

func TestReopenModes(t *testing.T) {
	t.Parallel()
	cal := calendar(t, "UTC", businesstime.EveryDay(businesstime.Hours(0, 24)))
	run := func(mode sla.Reopen, target, ran time.Duration) (sla.ClockState, sla.Attainment) {
		set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{
			ID: "p", Version: 1, Calendar: "a", Match: sla.Match{Always: true},
			Rules: []sla.Rule{{Metric: sla.Resolution, Target: sla.Business(target), Reopen: mode}},
		}}}, sla.Book{"a": cal})
		require.NoError(t, err)
		history := []sla.Signal{
			{At: monday, Kind: sla.Created},
			{At: monday.Add(ran), Kind: sla.StatusChange, Status: sla.StatusResolved},
			{At: monday.Add(ran + 5*time.Hour), Kind: sla.StatusChange, Status: sla.StatusOpen},
		}
		r, err := sla.Evaluate(set, history, monday.Add(ran+6*time.Hour))
		require.NoError(t, err)
		c, ok := r.Clock(sla.Resolution)
		require.True(t, ok)
		for i := range r.Verdicts {
			r.Verdicts[i].Case = "one"
		}
		return c, sla.Attain(slices.Values(r.Verdicts))
	}
	for _, c := range []struct {
		mode    sla.Reopen
		ran     time.Duration
		cycle   int
		elapsed time.Duration
		state   sla.ClockPhase
		want    sla.Attainment
	}{
		{sla.ReopenResume, 2 * time.Hour, 2, 3 * time.Hour, sla.Running, sla.Attainment{Superseded: 1, Undecided: 1, CasesUndecided: 1}},
		{sla.ReopenRestart, 2 * time.Hour, 2, time.Hour, sla.Running, sla.Attainment{Superseded: 1, Undecided: 1, CasesUndecided: 1}},
		{sla.ReopenNewCycle, 2 * time.Hour, 2, time.Hour, sla.Running, sla.Attainment{Met: 1, Undecided: 1, CasesMet: 1}},
		{sla.ReopenIgnore, 2 * time.Hour, 1, 2 * time.Hour, sla.InTime, sla.Attainment{Met: 1, CasesMet: 1}},
		{sla.ReopenResume, 5 * time.Hour, 1, 6 * time.Hour, sla.Overdue, sla.Attainment{Late: 1, CasesLate: 1}},
		{sla.ReopenRestart, 5 * time.Hour, 2, time.Hour, sla.Running, sla.Attainment{Late: 1, Undecided: 1, CasesLate: 1}},
		{sla.ReopenIgnore, 5 * time.Hour, 1, 5 * time.Hour, sla.Overdue, sla.Attainment{Late: 1, CasesLate: 1}},
	} {
		got, attained := run(c.mode, 4*time.Hour, c.ran)
		require.Equal(t, c.cycle, got.Cycle, "%s after %s", c.mode, c.ran)
		require.Equal(t, c.elapsed, got.Elapsed, "%s after %s", c.mode, c.ran)
		require.Equal(t, c.state, got.State, "%s after %s", c.mode, c.ran)
		require.Equal(t, c.want, attained, "%s after %s", c.mode, c.ran)
	}
}

func TestAttain(t *testing.T) {
	t.Parallel()
	a := sla.Attain(slices.Values([]sla.Verdict{
		{Case: "1", Outcome: sla.Met},
		{Case: "1", Outcome: sla.Late},
		{Case: "2", Outcome: sla.Met},
		{Case: "3", Outcome: sla.Undecided},
		{Case: "4", Outcome: sla.UndecidedLate},
		{Case: "5", Outcome: sla.Superseded},
		{Case: "5", Outcome: sla.Dropped},
	}))
	require.Equal(t, sla.Attainment{Met: 2, Late: 1, Undecided: 1, UndecidedLate: 1, Dropped: 1, Superseded: 1, CasesMet: 1, CasesLate: 2, CasesUndecided: 2}, a)
	share, ok := a.Rate()
	require.True(t, ok)
	require.InDelta(t, 2.0/3, share, 1e-15)
	share, ok = a.CaseRate()
	require.True(t, ok)
	require.InDelta(t, 1.0/3, share, 1e-15)
	_, ok = sla.Attainment{Undecided: 3}.Rate()
	require.False(t, ok, "nothing decided is no rate")
	require.Error(t, new(sla.Attainment).UnmarshalBinary([]byte("R")))
}

func TestReplay(t *testing.T) {
	t.Parallel()
	cal := calendar(t, "UTC", businesstime.EveryDay(businesstime.Hours(0, 24)))
	set := func(rules ...sla.Rule) *sla.Set {
		s, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{ID: "p", Version: 1, Calendar: "a", Match: sla.Match{Always: true}, Rules: rules}}}, sla.Book{"a": cal})
		require.NoError(t, err)
		return s
	}
	resolve := func(d time.Duration) sla.Rule { return sla.Rule{Metric: sla.Resolution, Target: sla.Business(d)} }
	history := func(id string, d time.Duration) sla.History {
		return sla.History{Case: id, Signals: []sla.Signal{{At: monday, Kind: sla.Created}, {At: monday.Add(d), Kind: sla.StatusChange, Status: sla.StatusResolved}}}
	}
	cases := slices.Values([]sla.History{history("quick", time.Hour), history("slow", 3*time.Hour), history("slower", 5*time.Hour)})
	d, err := sla.Replay(cases, set(resolve(4*time.Hour)), set(resolve(2*time.Hour), sla.Rule{Metric: sla.TimeToOwn, Target: sla.Elapsed(time.Hour)}), nil)
	require.NoError(t, err)
	require.EqualValues(t, 3, d.Cases)
	require.EqualValues(t, 3, d.Changed)
	require.EqualValues(t, 1, d.Worsened)
	require.EqualValues(t, 2, d.Same)
	require.EqualValues(t, 3, d.Added)
	require.Equal(t, "slow resolution #1: met -> breached", d.Samples[1].String())
	require.EqualValues(t, 2, d.From.Met)
	require.EqualValues(t, 1, d.To.Met)
	_, err = sla.Replay(slices.Values([]sla.History{{Case: "bad", Signals: []sla.Signal{{At: monday}}}}), set(), set(), nil)
	require.ErrorIs(t, err, sla.ErrSignal)
	require.ErrorContains(t, err, `case "bad"`)
}

func TestLint(t *testing.T) {
	t.Parallel()
	never := calendar(t, "UTC", businesstime.Week{})
	never2 := book(t)
	never2["never"] = never
	business := func(m sla.Metric, d time.Duration) sla.Rule { return sla.Rule{Metric: m, Target: sla.Business(d)} }
	in := func(fact string, values ...string) sla.Condition { return sla.Condition{Fact: fact, In: values} }
	all := func(c ...sla.Condition) sla.Match { return sla.Match{All: c} }
	policy := func(id string, m sla.Match, rules ...sla.Rule) sla.Policy {
		return sla.Policy{ID: id, Version: 1, Calendar: "london", Match: m, Rules: rules}
	}
	sane := business(sla.Resolution, 8*time.Hour)
	for _, c := range []struct {
		name     string
		policies []sla.Policy
		want     []string
	}{
		{"sane", []sla.Policy{policy("a", all(in("tier", "gold")), sane), policy("b", sla.Match{Always: true}, sane)}, nil},
		{"nobody else", []sla.Policy{policy("a", all(in("tier", "gold")), sane)}, []string{
			"no_catch_all: a case that no policy matches has no targets; end with a policy for every case, if that is not meant",
		}},
		{"dead policies", []sla.Policy{
			policy("a", all(in("tier", "gold", "silver")), sane),
			policy("b", all(in("tier", "gold"), in("channel", "email")), sane),
			policy("c", all(in("tier", "gold", "bronze")), sane),
			policy("d", all(in("tier", "x"), in("tier", "y")), sane),
			policy("e", sla.Match{}, sane),
			policy("f", sla.Match{Always: true}),
			policy("g", sla.Match{Any: []sla.Condition{in("z", "1")}}, sane),
		}, []string{
			"dead_policy b v1: a v1 comes first and takes every case that matches",
			"dead_policy d v1: tier in x and tier in y cannot both hold",
			"dead_policy e v1: its match is blank, which is for no case",
			"no_rules f v1: nothing is promised",
			"dead_policy g v1: f v1 comes first and takes every case that matches",
		}},
		{"targets", []sla.Policy{policy("a", sla.Match{Always: true},
			business(sla.FirstResponse, 4*time.Hour), business(sla.NextResponse, 2*time.Hour),
			sla.Rule{Metric: sla.Resolution, Target: sla.Elapsed(3 * time.Hour), Calendar: "london2"},
			sla.Rule{Metric: sla.TimeToOwn, Target: sla.Business(time.Hour), Calendar: "never"},
			sla.Rule{Metric: sla.UpdateCadence, Target: sla.BusinessDays(1, businesstime.SameTime), PauseIn: []sla.Status{sla.StatusNew, sla.StatusOpen, sla.StatusPending, sla.StatusOnHold, sla.StatusClosed}},
		)}, []string{
			"next_before_first a v1 next_response: 2h0m0s business is shorter than the 4h0m0s business of first_response",
			"resolution_before_first a v1 resolution: 3h0m0s elapsed is shorter than the 4h0m0s business of first_response",
			"dead_pause a v1 update_cadence: no clock runs while a case is closed",
			"always_paused a v1 update_cadence: it pauses in new, open, pending and on_hold",
			"calendar_never_opens a v1 time_to_own: never is not open within two years of 2024-03-04",
			"dead_calendar a v1 resolution: an elapsed target does not look at london2",
		}},
		{"thresholds", []sla.Policy{policy("a", sla.Match{Always: true}, sla.Rule{
			Metric: sla.Resolution, Target: sla.Business(4 * time.Hour),
			Warn: []sla.Threshold{sla.Percent(50), sla.Before(2 * time.Hour), sla.Percent(100), sla.Before(9 * time.Hour)},
			Ladder: []sla.Step{
				{At: sla.After(time.Hour), Kind: sla.Hierarchical, To: "lead"},
				{At: sla.After(0), Kind: sla.Hierarchical, To: "head"},
				{At: sla.Percent(125), Kind: sla.Hierarchical, To: "lead"},
			},
		})}, []string{
			"same_threshold a v1 resolution: warnings at 50 % and 2h0m0s before due",
			"late_warning a v1 resolution: 100 % is when 4h0m0s business is used up; that is a step of the ladder",
			"early_threshold a v1 resolution: 9h0m0s before due is reached as soon as the clock of 4h0m0s business starts",
			"ladder_order a v1 resolution: 0s after due comes before 1h0m0s after due",
			"same_threshold a v1 resolution: two steps to lead at 125 %",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set, err := sla.New(sla.PolicySet{Policies: c.policies}, never2)
			require.NoError(t, err)
			var got []string
			for _, f := range sla.Lint(set, monday) {
				got = append(got, f.String())
			}
			require.Equal(t, c.want, got)
		})
	}
}

// A policy that Lint calls dead never gets a case.
func TestDeadPoliciesAreDead(t *testing.T) {
	t.Parallel()
	values := []string{"1", "2", "3"}
	rapid.Check(t, func(t *rapid.T) {
		condition := func() sla.Condition {
			c := sla.Condition{Fact: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "fact"), Not: rapid.Bool().Draw(t, "not")}
			for _, v := range values {
				if rapid.Bool().Draw(t, "in") {
					c.In = append(c.In, v)
				}
			}
			return c
		}
		var ps sla.PolicySet
		for i := range 4 {
			p := sla.Policy{ID: string(rune('a' + i)), Version: 1, Rules: []sla.Rule{{Metric: sla.Resolution, Target: sla.Elapsed(time.Hour)}}}
			for range rapid.IntRange(0, 2).Draw(t, "all") {
				p.Match.All = append(p.Match.All, condition())
			}
			for range rapid.IntRange(0, 2).Draw(t, "any") {
				p.Match.Any = append(p.Match.Any, condition())
			}
			ps.Policies = append(ps.Policies, p)
		}
		set, err := sla.New(ps, nil)
		require.NoError(t, err)
		dead := map[sla.PolicyRef]bool{}
		for _, f := range sla.Lint(set, monday) {
			if f.Problem == sla.DeadPolicy {
				dead[f.Policy] = true
			}
		}
		for _, x := range append(values, "") {
			for _, y := range append(values, "") {
				facts := sla.Facts{}
				if x != "" {
					facts["x"] = x
				}
				if y != "" {
					facts["y"] = y
				}
				r, err := sla.Evaluate(set, []sla.Signal{{At: monday, Kind: sla.Created, Facts: facts}}, monday)
				require.NoError(t, err)
				require.False(t, dead[r.Policy], "%s takes %v", r.Policy, facts)
			}
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	set := parsed(t)
	for name, s := range map[string]sla.Signal{
		"no instant": {Kind: sla.Created}, "no kind": {At: monday},
		"no such metric": {At: monday, Kind: sla.TargetChange, Targets: []sla.Target{{Metric: "x", Amount: sla.Elapsed(1)}}},
		"no amount":      {At: monday, Kind: sla.TargetChange, Targets: []sla.Target{{Metric: sla.Resolution}}},
	} {
		_, err := sla.Evaluate(set, []sla.Signal{s}, monday)
		require.ErrorIs(t, err, sla.ErrSignal, name)
	}
	events, err := sla.Decide(set, sla.State{}, sla.Observe(sla.Signal{At: monday, Kind: sla.Created}))
	require.NoError(t, err)
	var state sla.State
	for _, e := range events {
		state = sla.Evolve(state, e)
	}
	_, err = sla.Decide(set, state, sla.Tick(monday.Add(-1)))
	require.ErrorIs(t, err, sla.ErrOrder)
	_, err = state.Report(set, monday.Add(-1))
	require.ErrorIs(t, err, sla.ErrOrder)
	r, err := sla.Evaluate(set, nil, monday)
	require.NoError(t, err)
	require.Empty(t, r.Next)
	require.Empty(t, r.Verdicts)
}

func FuzzParsePolicies(f *testing.F) {
	f.Add([]byte(policies))
	f.Add([]byte(`{"policies":[{"id":"a","version":1,"match":{"always":true},"rules":[{"metric":"resolution","target":{"elapsed":"9223372036s"},"warn":[{"percent":10000},{"after":"2562047h"}]}]}]}`))
	cals := book(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		ps, err := sla.ParsePolicies(data)
		if err != nil {
			require.ErrorIs(t, err, sla.ErrPolicy)
			return
		}
		set, err := sla.New(ps, cals)
		if err != nil {
			require.ErrorIs(t, err, sla.ErrPolicy)
			return
		}
		_ = sla.Lint(set, monday)
		_, err = sla.Explain(set, story(t), at(t, "2024-04-04 12:00"))
		require.NoError(t, err)
		_, err = json.Marshal(ps)
		require.NoError(t, err)
	})
}
