package sla_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
)

// zones are those in which offsets do what nobody expects.
var zones = []string{
	"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
	"Africa/Cairo", "Europe/Moscow", "Asia/Kathmandu", "Africa/Casablanca",
}

func calendar(t require.TestingT, zone string, week businesstime.Week) *businesstime.Calendar {
	c, err := businesstime.New(businesstime.Spec{ID: zone, Zone: zone, Versions: []businesstime.Version{{Hours: week}}})
	require.NoError(t, err)
	return c
}

func genBook(t *rapid.T) sla.Book {
	book := sla.Book{}
	for _, id := range []string{"a", "b"} {
		week := businesstime.Weekdays(businesstime.Hours(9, 17))
		switch rapid.IntRange(0, 3).Draw(t, "week") {
		case 0:
			week = businesstime.EveryDay(businesstime.Hours(0, 24))
		case 1:
			week = businesstime.EveryDay(businesstime.Hours(22, 6))
		case 2:
			week = businesstime.Weekdays(businesstime.Hours(8, 12), businesstime.Hours(13, 18))
		}
		book[id] = calendar(t, rapid.SampledFrom(zones).Draw(t, "zone"), week)
	}
	return book
}

func genAmount(t *rapid.T) sla.Amount {
	switch rapid.IntRange(0, 4).Draw(t, "unit") {
	case 0:
		return sla.Elapsed(time.Duration(rapid.IntRange(1, 3000).Draw(t, "minutes")) * time.Minute)
	case 1:
		return sla.BusinessDays(rapid.IntRange(1, 3).Draw(t, "days"), businesstime.DayMode(rapid.IntRange(1, 2).Draw(t, "mode")))
	}
	return sla.Business(time.Duration(rapid.IntRange(1, 1500).Draw(t, "minutes")) * time.Minute)
}

func genThreshold(t *rapid.T) sla.Threshold {
	switch rapid.IntRange(0, 2).Draw(t, "threshold") {
	case 0:
		return sla.Percent(rapid.IntRange(0, 200).Draw(t, "percent"))
	case 1:
		return sla.Before(time.Duration(rapid.IntRange(0, 300).Draw(t, "before")) * time.Minute)
	}
	return sla.After(time.Duration(rapid.IntRange(0, 300).Draw(t, "after")) * time.Minute)
}

var statuses = []sla.Status{sla.StatusNew, sla.StatusOpen, sla.StatusPending, sla.StatusOnHold, sla.StatusResolved, sla.StatusClosed}

const milestone sla.Metric = "milestone"

func milestoneClock() sla.Clock {
	return sla.Clock{Metric: milestone, Start: []sla.On{{Kind: sla.Created}}, Stop: []sla.On{{Kind: sla.Custom, Name: "done"}}, Repeat: true}
}

func genRules(t *rapid.T) []sla.Rule {
	var rules []sla.Rule
	for _, m := range []sla.Metric{sla.FirstResponse, sla.NextResponse, sla.UpdateCadence, sla.TimeToOwn, sla.Resolution, milestone} {
		if rapid.IntRange(0, 4).Draw(t, "left out") == 0 {
			continue
		}
		r := sla.Rule{
			Metric: m, Target: genAmount(t), Calendar: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "calendar"),
			Reopen:   sla.Reopen(rapid.IntRange(0, 3).Draw(t, "reopen")),
			BotStops: rapid.Bool().Draw(t, "bot stops"),
		}
		if m == milestone {
			r.Recur = sla.Recurrence(rapid.IntRange(0, 2).Draw(t, "recur"))
		}
		for _, s := range []sla.Status{sla.StatusPending, sla.StatusOnHold} {
			if rapid.Bool().Draw(t, "pauses") {
				r.PauseIn = append(r.PauseIn, s)
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "warnings") {
			r.Warn = append(r.Warn, genThreshold(t))
		}
		for range rapid.IntRange(0, 3).Draw(t, "steps") {
			r.Ladder = append(r.Ladder, sla.Step{At: genThreshold(t), Kind: sla.Hierarchical, To: "lead"})
		}
		rules = append(rules, r)
	}
	return rules
}

var monday = time.Date(2024, time.March, 4, 8, 0, 0, 0, time.UTC)

// genSet has a policy for gold cases in one or two versions and one for all.
func genSet(t *rapid.T, start time.Time) *sla.Set {
	ps := sla.PolicySet{Clocks: []sla.Clock{milestoneClock()}}
	mode := func() sla.Retarget { return sla.Retarget(rapid.IntRange(0, 2).Draw(t, "retarget")) }
	gold := sla.Match{All: []sla.Condition{{Fact: "tier", In: []string{"gold"}}}}
	ps.Policies = append(ps.Policies, sla.Policy{ID: "gold", Version: 1, Calendar: "a", Match: gold, Rules: genRules(t), Retarget: mode()})
	if rapid.Bool().Draw(t, "second version") {
		at := start.Add(time.Duration(rapid.IntRange(0, 6000).Draw(t, "effective")) * time.Minute)
		ps.Policies = append(ps.Policies, sla.Policy{ID: "gold", Version: 2, Effective: at, Calendar: "b", Match: gold, Rules: genRules(t), Retarget: mode()})
	}
	if rapid.Bool().Draw(t, "for all") {
		ps.Policies = append(ps.Policies, sla.Policy{ID: "rest", Version: 1, Calendar: "a", Match: sla.Match{Always: true}, Rules: genRules(t), Retarget: mode()})
	}
	set, err := sla.New(ps, genBook(t))
	require.NoError(t, err)
	return set
}

func genHistory(t *rapid.T, start time.Time) []sla.Signal {
	at := start
	history := []sla.Signal{{
		ID: "s0", At: at, Kind: sla.Created, By: rapid.SampledFrom([]sla.Actor{0, sla.Customer, sla.Agent}).Draw(t, "by"),
		Facts: sla.Facts{"tier": rapid.SampledFrom([]string{"gold", "basic"}).Draw(t, "tier")},
	}}
	for i := range rapid.IntRange(0, 14).Draw(t, "signals") {
		at = at.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "gap")) * time.Minute)
		s := sla.Signal{ID: "s" + string(rune('A'+i)), At: at}
		switch rapid.IntRange(0, 11).Draw(t, "kind") {
		case 0, 1, 2, 3:
			s.Kind, s.Status = sla.StatusChange, rapid.SampledFrom(statuses).Draw(t, "status")
		case 4:
			s.Kind = sla.AgentPublic
		case 5:
			s.Kind = sla.CustomerMessage
		case 6:
			s.Kind = rapid.SampledFrom([]sla.Kind{sla.Assigned, sla.Unassigned}).Draw(t, "owner")
		case 7:
			s.Kind, s.Facts = sla.FactsChange, sla.Facts{"tier": rapid.SampledFrom([]string{"gold", "basic"}).Draw(t, "tier")}
		case 8:
			s.Kind, s.Targets = sla.TargetChange, []sla.Target{{Metric: sla.Resolution, Amount: genAmount(t)}}
		case 9:
			s.Kind, s.Name = sla.Custom, "done"
		case 10:
			s.Kind = rapid.SampledFrom([]sla.Kind{sla.BotPublic, sla.AgentPrivate, sla.AutoReply, sla.Created}).Draw(t, "other")
		default:
			s.Kind, s.Status = sla.StatusChange, rapid.SampledFrom([]sla.Status{sla.StatusMerged, sla.StatusSpam, sla.StatusOpen, sla.StatusOpen, sla.StatusOpen}).Draw(t, "void")
		}
		history = append(history, s)
	}
	return history
}

// fold decides and evolves a history, with ticks in between, each command twice.
func fold(t *rapid.T, set *sla.Set, history []sla.Signal, ticks bool) (sla.State, []sla.Event) {
	var state sla.State
	var log []sla.Event
	run := func(c sla.Command) {
		events, err := sla.Decide(set, state, c)
		require.NoError(t, err)
		for _, e := range events {
			state = sla.Evolve(state, e)
		}
		log = append(log, events...)
	}
	for i, s := range history {
		run(sla.Observe(s))
		again, err := sla.Decide(set, state, sla.Observe(s))
		require.NoError(t, err)
		require.Empty(t, again, "a signal twice")
		if ticks && i+1 < len(history) {
			gap := history[i+1].At.Sub(s.At)
			for range rapid.IntRange(0, 2).Draw(t, "ticks") {
				at := s.At.Add(time.Duration(rapid.Int64Range(0, int64(gap)).Draw(t, "tick")))
				if !at.Before(s.At) {
					events, err := sla.Decide(set, state, sla.Tick(at))
					if err != nil {
						require.ErrorIs(t, err, sla.ErrOrder) // an earlier tick found something later
						continue
					}
					for _, e := range events {
						require.False(t, e.At.After(at), "an event from the future")
						state = sla.Evolve(state, e)
					}
					log = append(log, events...)
				}
			}
		}
	}
	return state, log
}

// Invariants 14 and 22: events folded one by one, with ticks at any instants and
// without, give the report of Evaluate.
func TestDecideEqualsEvaluate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := genSet(t, monday)
		history := genHistory(t, monday)
		at := history[len(history)-1].At.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "later")) * time.Minute)
		want, err := sla.Evaluate(set, history, at)
		require.NoError(t, err)
		plain, _ := fold(t, set, history, false)
		got, err := plain.Report(set, at)
		require.NoError(t, err)
		require.Equal(t, want, got)
		ticked, log := fold(t, set, history, true)
		got, err = ticked.Report(set, at)
		require.NoError(t, err)
		require.Equal(t, want, got)
		checkLog(t, log)
		stored, err := json.Marshal(log) // as a host would keep them
		require.NoError(t, err)
		var read []sla.Event
		require.NoError(t, json.Unmarshal(stored, &read))
		var again sla.State
		for _, e := range read {
			again = sla.Evolve(again, e)
		}
		got, err = again.Report(set, at)
		require.NoError(t, err)
		require.Equal(t, want, got, "events that were stored and read")
	})
}

// checkLog holds invariant 20: in order, nothing twice, nothing after the end of a cycle.
func checkLog(t *rapid.T, log []sla.Event) {
	type key struct {
		metric sla.Metric
		cycle  int
	}
	type fired struct {
		key
		step int
	}

	ended := map[key]time.Time{}
	seen := map[fired]bool{}
	var last time.Time
	for _, e := range log {
		require.False(t, e.At.Before(last), "%s of %s at %s, after %s", e.Kind, e.Metric, e.At, last)
		last = e.At
		k := key{e.Metric, e.Cycle}
		switch e.Kind {
		case sla.Warned, sla.Escalated:
			require.False(t, seen[fired{k, e.Step}], "step %d of %v twice", e.Step, k)
			seen[fired{k, e.Step}] = true
			require.NotContains(t, ended, k, "after the end")
		case sla.Stopped, sla.Cancelled, sla.Released:
			ended[k] = e.At
		case sla.Reopened:
			delete(ended, k)
		case sla.Retargeted:
			for i := range 8 { // what the new rule does not have in common with the old is new
				delete(seen, fired{k, i})
				if e.Fired&(1<<i) != 0 {
					seen[fired{k, i}] = true
				}
			}
		}
	}
}

// Invariants 13, 16 and 21.
func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := genSet(t, monday)
		history := genHistory(t, monday)
		at := monday
		before := map[sla.Metric]sla.ClockState{}
		for range 12 {
			at = at.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "step")) * time.Minute)
			r, err := sla.Evaluate(set, history, at)
			require.NoError(t, err)
			for _, c := range r.Clocks {
				checkClock(t, c, before[c.Metric], history, r)
				before[c.Metric] = c
			}
			require.True(t, slices.IsSortedFunc(r.Next, func(a, b sla.Deadline) int { return a.At.Compare(b.At) }))
			for _, d := range r.Next {
				require.True(t, d.At.After(at), "%s is not ahead of %s", d, at)
			}
			a := sla.Attain(slices.Values(r.Verdicts))
			require.EqualValues(t, len(r.Verdicts), a.Cycles())
		}
	})
}

func checkClock(t *rapid.T, c, before sla.ClockState, history []sla.Signal, r sla.Report) {
	require.GreaterOrEqual(t, c.Elapsed, time.Duration(0))
	require.Equal(t, c.Goal, c.Elapsed+c.Remaining())
	if c.State == sla.Standing {
		require.True(t, c.Due.IsZero())
	}
	if c.State == sla.Running && !c.Due.IsZero() {
		require.True(t, !c.Due.Before(r.At) || c.Remaining() == 0, "%s: running at %s, due %s, %s left", c.Metric, r.At, c.Due, c.Remaining())
	}
	changed := slices.ContainsFunc(history, func(s sla.Signal) bool { return s.Kind == sla.TargetChange || s.Kind == sla.FactsChange })
	if changed || c.Cycle != before.Cycle || c.Policy != before.Policy || c.Cycle == 0 {
		return
	}
	require.GreaterOrEqual(t, c.Elapsed, before.Elapsed, "elapsed runs back in %s", c.Metric)
	if before.State == sla.InTime {
		require.Equal(t, sla.InTime, c.State)
	}
	if before.State == sla.Overdue {
		require.Contains(t, []sla.ClockPhase{sla.Overdue, sla.Idle, sla.Ended}, c.State)
	}
}

// A clock walked minute by minute: resolution under one policy, pauses, resumes on
// reopening, with the calendar asked at each minute.
func TestResolutionAgainstMinuteWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := genBook(t)
		target := time.Duration(rapid.IntRange(1, 3000).Draw(t, "target")) * time.Minute
		rule := sla.Rule{Metric: sla.Resolution, Target: sla.Business(target), PauseIn: []sla.Status{sla.StatusPending}}
		set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{ID: "p", Version: 1, Calendar: "a", Match: sla.Match{Always: true}, Rules: []sla.Rule{rule}}}}, book)
		require.NoError(t, err)
		history := []sla.Signal{{At: monday, Kind: sla.Created}}
		at := monday
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			at = at.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "gap")) * time.Minute)
			history = append(history, sla.Signal{At: at, Kind: sla.StatusChange, Status: rapid.SampledFrom(statuses).Draw(t, "status")})
		}
		at = at.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "later")) * time.Minute)
		want := time.Duration(0)
		for m := monday; m.Before(at); m = m.Add(time.Minute) {
			status := sla.StatusNew
			for _, s := range history {
				if s.Kind == sla.StatusChange && !s.At.After(m) {
					status = s.Status
				}
			}
			if status != sla.StatusPending && status != sla.StatusResolved && status != sla.StatusClosed && book["a"].IsOpen(m) {
				want += time.Minute
			}
		}
		r, err := sla.Evaluate(set, history, at)
		require.NoError(t, err)
		c, ok := r.Clock(sla.Resolution)
		require.True(t, ok)
		require.Equal(t, want, c.Elapsed)
		require.Equal(t, want > target, c.State == sla.Overdue, "%s of %s is %s", want, target, c.State)
		if c.State == sla.Running { // invariants 15 and 16
			due, err := book["a"].Add(at, target-want)
			require.NoError(t, err)
			if want < target {
				require.True(t, due.Equal(c.Due), "due: want %s, got %s", due, c.Due)
			}
			if closing, err := book["a"].PrevOpen(c.Due); err == nil && !book["a"].IsOpen(c.Due) {
				require.True(t, closing.Equal(c.Due) || want == target, "due while closed: %s", c.Due)
			}
		}
	})
}

// Invariants 17 and 18: what does not count changes nothing.
func TestNoise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := genSet(t, monday)
		history := genHistory(t, monday)
		at := history[len(history)-1].At.Add(time.Hour)
		want, err := sla.Evaluate(set, history, at)
		require.NoError(t, err)
		var noisy []sla.Signal
		status := sla.StatusNew
		for _, s := range history {
			if s.Kind == sla.StatusChange {
				status = s.Status
			}
			noisy = append(noisy, s,
				sla.Signal{At: s.At, Kind: sla.AutoReply}, sla.Signal{At: s.At, Kind: sla.AgentPrivate},
				sla.Signal{At: s.At, Kind: sla.StatusChange, Status: status}) // the same again: a pause in two parts
		}
		got, err := sla.Evaluate(set, noisy, at)
		require.NoError(t, err)
		require.Equal(t, want, got)
		shuffled := slices.Clone(history)
		for i := range shuffled { // order matters only within an instant
			k := rapid.IntRange(0, i).Draw(t, "swap")
			shuffled[i], shuffled[k] = shuffled[k], shuffled[i]
		}
		distinct := true
		for i := 1; i < len(history); i++ {
			distinct = distinct && history[i].At.After(history[i-1].At)
		}
		if distinct {
			got, err = sla.Evaluate(set, shuffled, at)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	})
}

// Invariant 15: a pause of x while the clock runs moves due by exactly x.
func TestPauseMovesDue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := genBook(t)
		cal := book["a"]
		rule := sla.Rule{Metric: sla.Resolution, Target: sla.Business(40 * time.Hour), PauseIn: []sla.Status{sla.StatusPending}}
		set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{ID: "p", Version: 1, Calendar: "a", Match: sla.Match{Always: true}, Rules: []sla.Rule{rule}}}}, book)
		require.NoError(t, err)
		from := monday.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "from")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "to")) * time.Minute)
		if cal.Between(monday, from) >= 40*time.Hour {
			return
		}
		without, err := sla.Evaluate(set, []sla.Signal{{At: monday, Kind: sla.Created}}, monday)
		require.NoError(t, err)
		with, err := sla.Evaluate(set, []sla.Signal{
			{At: monday, Kind: sla.Created},
			{At: from, Kind: sla.StatusChange, Status: sla.StatusPending},
			{At: to, Kind: sla.StatusChange, Status: sla.StatusOpen},
		}, to)
		require.NoError(t, err)
		a, _ := without.Clock(sla.Resolution)
		b, _ := with.Clock(sla.Resolution)
		moved := cal.Between(from, to)
		want := a.Due
		if moved > 0 {
			want, err = cal.Add(a.Due, moved)
			require.NoError(t, err)
		}
		require.True(t, want.Equal(b.Due), "want %s, got %s", want, b.Due)
	})
}

// Invariant 19.
func TestRetarget(t *testing.T) {
	t.Parallel()
	cal := calendar(t, "UTC", businesstime.EveryDay(businesstime.Hours(0, 24)))
	rapid.Check(t, func(t *rapid.T) {
		mode := sla.Retarget(rapid.IntRange(0, 2).Draw(t, "mode"))
		old := time.Duration(rapid.IntRange(1, 600).Draw(t, "old")) * time.Minute
		target := time.Duration(rapid.IntRange(1, 600).Draw(t, "new")) * time.Minute
		ran := time.Duration(rapid.IntRange(1, 600).Draw(t, "ran")) * time.Minute
		policy := func(version int, effective time.Time, d time.Duration, mode sla.Retarget) sla.Policy {
			return sla.Policy{ID: "p", Version: version, Effective: effective, Calendar: "a", Match: sla.Match{Always: true}, Retarget: mode, Rules: []sla.Rule{{Metric: sla.Resolution, Target: sla.Business(d)}}}
		}
		set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{policy(1, time.Time{}, old, sla.Carry), policy(2, monday.Add(ran), target, mode)}}, sla.Book{"a": cal})
		require.NoError(t, err)
		at := monday.Add(ran)
		r, err := sla.Evaluate(set, []sla.Signal{{At: monday, Kind: sla.Created}}, at)
		require.NoError(t, err)
		c, _ := r.Clock(sla.Resolution)
		switch mode {
		case sla.Carry:
			require.Equal(t, target-ran, c.Remaining())
			require.Equal(t, 2, c.Policy.Version)
		case sla.Pin:
			require.Equal(t, old-ran, c.Remaining())
			require.Equal(t, 1, c.Policy.Version)
		case sla.Restart:
			require.Equal(t, target, c.Remaining())
		}
		// A verdict given before the change stays what it was.
		done := []sla.Signal{{At: monday, Kind: sla.Created}, {At: at.Add(-time.Second), Kind: sla.StatusChange, Status: sla.StatusResolved}}
		before, err := sla.Evaluate(set, done, at.Add(-time.Second))
		require.NoError(t, err)
		after, err := sla.Evaluate(set, done, at.Add(1000*time.Hour))
		require.NoError(t, err)
		require.Equal(t, before.Verdicts, after.Verdicts)
		require.Equal(t, 1, after.Verdicts[0].Policy.Version)
	})
}

// Invariant 21.
func TestReplayOfTheSamePolicyIsEmpty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := genSet(t, monday)
		var histories []sla.History
		cycles, cases := 0, map[string]bool{}
		for i := range 3 {
			h := sla.History{Case: string(rune('a' + i)), Signals: genHistory(t, monday)}
			histories = append(histories, h)
			r, err := sla.Evaluate(set, h.Signals, h.Signals[len(h.Signals)-1].At)
			require.NoError(t, err)
			cycles += len(r.Verdicts)
			if len(r.Verdicts) > 0 {
				cases[h.Case] = true
			}
		}
		d, err := sla.Replay(slices.Values(histories), set, set, nil)
		require.NoError(t, err)
		require.True(t, d.IsEmpty())
		require.Empty(t, d.Samples)
		require.EqualValues(t, 3, d.Cases)
		require.EqualValues(t, cycles, d.Same)
		require.Equal(t, d.From, d.To)
		require.EqualValues(t, len(cases), d.From.CasesMet+d.From.CasesLate+d.From.CasesUndecided)
		data, err := d.From.MarshalBinary()
		require.NoError(t, err)
		var again sla.Attainment
		require.NoError(t, again.UnmarshalBinary(data))
		require.Equal(t, d.From, again)
	})
}

// Invariant 18: a merge keeps the earliest start and loses no message.
func TestMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		into := genHistory(t, monday.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "start"))*time.Minute))
		from := genHistory(t, monday.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "other"))*time.Minute))
		got := sla.Merge(into, from)
		earliest := into[0].At
		if from[0].At.Before(earliest) {
			earliest = from[0].At
		}
		require.True(t, got[0].At.Equal(earliest))
		require.Equal(t, sla.Created, got[0].Kind)
		messages := func(list []sla.Signal) (n int) {
			for _, s := range list {
				switch s.Kind {
				case sla.Created, sla.CustomerMessage, sla.AgentPublic, sla.BotPublic, sla.AgentPrivate, sla.AutoReply:
					n++
				}
			}
			return n
		}
		require.Equal(t, messages(into)+messages(from), messages(got))
		require.True(t, slices.IsSortedFunc(got, func(a, b sla.Signal) int { return a.At.Compare(b.At) }))
		cal := calendar(t, "UTC", businesstime.EveryDay(businesstime.Hours(0, 24)))
		set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{ID: "p", Version: 1, Match: sla.Match{Always: true}, Calendar: "a", Rules: []sla.Rule{{Metric: sla.Resolution, Target: sla.Business(time.Hour)}}}}}, sla.Book{"a": cal})
		require.NoError(t, err)
		for i := range got {
			got[i].ID = ""
		}
		r, err := sla.Evaluate(set, got, earliest)
		require.NoError(t, err)
		c, _ := r.Clock(sla.Resolution)
		require.True(t, earliest.Equal(c.Started))
	})
}
