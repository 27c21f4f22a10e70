package outreach_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/outreach"
	"github.com/rapport-go/rapport/internal/golden"
)

func sequence(t require.TestingT, spec outreach.SequenceSpec) *outreach.Sequence {
	q, err := outreach.NewSequence(spec)
	require.NoError(t, err)
	return q
}

// run folds commands and keeps the story.
type run struct {
	t     require.TestingT
	q     *outreach.Sequence
	state outreach.State
	log   []string
}

func (r *run) do(c outreach.Command) []outreach.Event {
	events, err := r.q.Decide(r.state, c)
	require.NoError(r.t, err)
	for _, e := range events {
		r.state = outreach.Evolve(r.state, e)
		r.log = append(r.log, e.String())
	}
	again, err := r.q.Decide(r.state, c)
	if c.Kind == outreach.Wake && r.state.Asked == nil {
		return events
	}
	require.NoError(r.t, err)
	require.Empty(r.t, again, "idempotent: %v", c.Kind)
	return events
}

func enter(id string, at time.Time) outreach.Command {
	return outreach.Command{Kind: outreach.Enter, ID: id, Who: "ann", At: at, Zone: "America/New_York"}
}

func wake(at time.Time) outreach.Command { return outreach.Command{Kind: outreach.Wake, At: at} }

func (r *run) settle(at time.Time, outcome outreach.Verdict, reason outreach.Reason, until time.Time) []outreach.Event {
	ask, ok := r.state.Pending()
	require.True(r.t, ok)
	return r.do(outreach.Command{Kind: outreach.Settle, At: at, Key: ask.Message.Key, Outcome: outcome, Reason: reason, Until: until})
}

// The story of an onboarding over a clock change, with a message held overnight, a
// host that was down, and a complaint.
func TestSequenceStory(t *testing.T) {
	t.Parallel()
	r := &run{t: t, q: sequence(t, outreach.Onboarding())}
	friday := time.Date(2024, 3, 9, 3, 0, 0, 0, time.UTC) // 22:00 in New York
	r.do(enter("signup-1", friday))
	next, ok := r.state.Next()
	require.True(t, ok)
	require.True(t, next.Equal(friday))
	events := r.do(wake(friday))
	require.Len(t, events, 1)
	ask, ok := r.state.Pending()
	require.True(t, ok)
	require.Equal(t, "onboarding/1/welcome/ann", ask.Message.Key)
	require.NoError(t, ask.Message.Validate())
	_, ok = r.state.Next()
	require.False(t, ok, "an outcome is awaited")

	morning := time.Date(2024, 3, 9, 13, 0, 0, 0, time.UTC)
	r.settle(friday, outreach.Defer, outreach.QuietHours, morning)
	next, _ = r.state.Next()
	require.True(t, next.Equal(morning))
	r.do(wake(morning.Add(time.Minute)))
	r.settle(morning.Add(time.Minute), outreach.Send, 0, time.Time{})
	next, _ = r.state.Next()
	require.True(t, next.Equal(time.Date(2024, 3, 11, 13, 30, 0, 0, time.UTC)), "Monday 09:30 by the new clock: %v", next)

	late := time.Date(2024, 3, 14, 20, 0, 0, 0, time.UTC) // the host was down for three days
	r.do(wake(late))
	r.settle(late, outreach.Skip, outreach.CapReached, time.Time{})
	next, _ = r.state.Next()
	require.True(t, next.Equal(time.Date(2024, 3, 18, 13, 30, 0, 0, time.UTC)), "three days after it went: %v", next)

	require.Empty(t, r.do(outreach.Command{Kind: outreach.Observe, Event: "visited", At: late}))
	r.do(outreach.Command{Kind: outreach.Observe, Event: "complaint_opened", At: late.Add(time.Hour)})
	require.Equal(t, outreach.Exited, r.state.Status)
	require.Empty(t, r.do(wake(late.Add(1000*time.Hour))))
	_, err := r.q.Decide(r.state, enter("signup-2", late))
	require.ErrorIs(t, err, outreach.ErrEntry)
	golden.Equal(t, "testdata/onboarding.golden", strings.Join(r.log, "\n")+"\n")
	text, err := json.Marshal(r.state)
	require.NoError(t, err)
	var back outreach.State
	require.NoError(t, json.Unmarshal(text, &back))
	second, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(second))
}

func TestReEntry(t *testing.T) {
	t.Parallel()
	r := &run{t: t, q: sequence(t, outreach.WinBack())}
	at := time.Date(2024, 1, 2, 12, 0, 0, 0, time.UTC)
	for n := range 3 {
		r.do(enter(fmt.Sprint("lapse-", n), at))
		_, err := r.q.Decide(r.state, enter("meanwhile", at))
		require.ErrorIs(t, err, outreach.ErrEntry)
		r.do(outreach.Command{Kind: outreach.Observe, Event: "purchased", At: at})
		var refused *outreach.EntryError
		_, err = r.q.Decide(r.state, enter("at once", at.Add(time.Hour)))
		require.ErrorAs(t, err, &refused)
		if n < 2 {
			require.True(t, refused.After.Equal(at.Add(182*24*time.Hour)), refused)
		}
		at = at.Add(182 * 24 * time.Hour)
	}
	_, err := r.q.Decide(r.state, enter("fourth", at.Add(1000*time.Hour)))
	require.ErrorContains(t, err, "went through it 3 times")
	require.Empty(t, r.do(enter("lapse-0", at)), "an entry that took effect changes nothing again")
	require.Equal(t, 3, r.state.Runs())
}

func TestConditions(t *testing.T) {
	t.Parallel()
	spec := outreach.SequenceSpec{
		ID: "tour", Version: 2, Purpose: outreach.Marketing, Channels: []interaction.Channel{interaction.Email},
		Steps: []outreach.Step{
			{Name: "a", Send: true, When: []outreach.Condition{{Fact: "plan", Is: "free"}}},
			{Name: "b", Wait: time.Hour, Send: true, Channels: []interaction.Channel{"push"}, ValidFor: time.Hour},
			{Name: "c", Wait: time.Hour, Send: true},
		},
		Exit: []outreach.Condition{{Fact: "churned", Is: "yes"}, {Skipped: outreach.ConsentWithdrawn}},
	}
	q := sequence(t, spec)
	start := noon
	r := &run{t: t, q: q}
	_, err := q.Decide(r.state, outreach.Command{Kind: outreach.Enter, ID: "1", Who: "ann", At: start, Facts: map[string]string{"churned": "yes"}})
	require.ErrorIs(t, err, outreach.ErrEntry)
	r.do(enter("1", start))
	r.do(outreach.Command{Kind: outreach.Wake, At: start.Add(time.Hour), Facts: map[string]string{"plan": "paid"}})
	ask, ok := r.state.Pending()
	require.True(t, ok, "a was passed by, b is due")
	require.Equal(t, "b", ask.Step)
	require.Equal(t, []interaction.Channel{"push"}, ask.Message.Channels)
	require.True(t, ask.Message.Expires.Equal(start.Add(2*time.Hour)))
	_, err = sequence(t, func() outreach.SequenceSpec { s := spec; s.Version = 3; return s }()).Decide(r.state, wake(start))
	require.ErrorIs(t, err, outreach.ErrCommand, "a run keeps to its version")
	require.Empty(t, r.do(outreach.Command{Kind: outreach.Settle, At: start.Add(time.Hour), Key: "tour/1/c/ann", Outcome: outreach.Send}), "another message's outcome")
	left := *r
	left.do(outreach.Command{Kind: outreach.Wake, At: start.Add(time.Hour), Facts: map[string]string{"churned": "yes"}})
	require.Equal(t, outreach.Exited, left.state.Status, "a fact ends the run")
	require.Equal(t, "fact churned is yes", left.state.Why)
	withdrawn := *r
	withdrawn.settle(start.Add(time.Hour), outreach.Skip, outreach.ConsentWithdrawn, time.Time{})
	require.Equal(t, outreach.Exited, withdrawn.state.Status)
	r.settle(start.Add(time.Hour), outreach.Send, 0, time.Time{})
	r.do(outreach.Command{Kind: outreach.Wake, At: start.Add(2 * time.Hour), Facts: map[string]string{"churned": "no"}})
	r.settle(start.Add(2*time.Hour), outreach.Send, 0, time.Time{})
	require.Equal(t, outreach.Completed, r.state.Status)
	require.Equal(t, 2, r.state.Sent)
	require.Equal(t, 1, r.state.Skipped)
	for _, c := range []outreach.Command{{}, {Kind: outreach.Enter, At: start}, {Kind: outreach.Observe, At: start}, {Kind: outreach.Settle, At: start, Key: "x", Outcome: outreach.Defer}, {Kind: outreach.Settle, At: start, Key: "x", Outcome: outreach.Defer, Until: start.AddDate(9000, 0, 0)}, {Kind: outreach.Settle, At: start, Outcome: outreach.Skip}} {
		_, err := q.Decide(outreach.State{}, c)
		require.ErrorIs(t, err, outreach.ErrCommand, c.Kind)
	}
}

func TestReadySequences(t *testing.T) {
	t.Parallel()
	entry := time.Date(2024, 1, 31, 20, 15, 0, 0, time.UTC)
	var b strings.Builder
	for _, spec := range []outreach.SequenceSpec{outreach.Onboarding(), outreach.CheckIns(), outreach.Tips(), outreach.WinBack()} {
		q := sequence(t, spec)
		require.True(t, q.Triggers(spec.Trigger))
		plan, err := q.Plan(entry, zone(t, "Africa/Cairo"))
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s, on %s\n", q.ID(), spec.Trigger)
		for i, p := range plan {
			fmt.Fprintf(&b, "  %s %s\n", p.At.Format("Mon 2006-01-02 15:04 -07:00"), p.Step)
			require.True(t, i == 0 || p.At.After(plan[i-1].At))
		}
		text, err := json.Marshal(spec)
		require.NoError(t, err)
		back, err := outreach.ParseSequence(text)
		require.NoError(t, err)
		require.Equal(t, spec, back)
	}
	golden.Equal(t, "testdata/series.golden", b.String())
}

func TestSequenceFaults(t *testing.T) {
	t.Parallel()
	at := businesstime.TimeOfDay(86400)
	_, err := outreach.NewSequence(outreach.SequenceSpec{
		Zone: "Nowhere", Exit: []outreach.Condition{{}, {Event: "x", Fact: "y"}, {Event: "x", Is: "y"}}, ReEntry: outreach.ReEntry{Max: 1},
		Steps: []outreach.Step{{Name: "a", Wait: -1, At: &at}, {Name: "a", LocalDays: 1, Months: 1, Weekdays: []time.Weekday{7}}, {Template: "x"}, {LocalDays: 40_000}},
	})
	require.ErrorIs(t, err, outreach.ErrSequence)
	require.ErrorIs(t, err, outreach.ErrZone)
	for _, part := range []string{
		"ID", "Version", "Purpose", "Channels", "Zone", "Exit[0]", "Exit[1]", "Exit[2].Is", "ReEntry", "Steps[0] must not wait", "Steps[0] is 86400",
		"Steps[1].Name", "Steps[1] must have at most one", "weekdays", "Steps[2] has a message's fields", "Steps[3] must not", "Steps must have one that sends",
	} {
		require.ErrorContains(t, err, part)
	}
	for _, text := range []string{`{"id":"a/1","version":1,"purpose":"service","channels":["email"],"steps":[{"send":true}]}`, `{}`, `{"id":"x","version":1,"purpose":"service","channels":["email"],"steps":[{"send":true,"delay_days":1}]}`, `[`, `null`} {
		_, err := outreach.ParseSequence([]byte(text))
		require.ErrorIs(t, err, outreach.ErrSequence, text)
	}
}

func TestMonthlyAnchors(t *testing.T) {
	t.Parallel()
	spec := outreach.CheckIns()
	spec.Steps = spec.Steps[1:5]
	for i := range spec.Steps {
		spec.Steps[i].Weekdays, spec.Steps[i].At = nil, nil
	}
	plan, err := sequence(t, spec).Plan(time.Date(2024, 1, 31, 9, 0, 0, 0, time.UTC), zone(t, "Europe/London"))
	require.NoError(t, err)
	var have []string
	for _, p := range plan {
		have = append(have, p.At.UTC().Format(time.RFC3339))
	}
	require.Equal(t, []string{"2024-02-29T09:00:00Z", "2024-03-31T08:00:00Z", "2024-04-30T08:00:00Z", "2024-05-31T08:00:00Z"}, have)
	spec.Steps = []outreach.Step{{LocalDays: 40, Send: true}, {Months: 1, Send: true}, {Months: 2, Send: true}}
	plan, err = sequence(t, spec).Plan(time.Date(2024, 1, 31, 9, 0, 0, 0, time.UTC), time.UTC)
	require.NoError(t, err)
	require.True(t, plan[1].At.Equal(plan[0].At), "a month that is over takes the moment of the step before")
	require.Equal(t, "2024-03-31T09:00:00Z", plan[2].At.Format(time.RFC3339))
	for range outreach.Monthly(businesstime.Date{Year: 2024, Month: 2, Day: 30}, 0, time.UTC) {
		require.Fail(t, "no date, no series")
	}
	n := 0
	for range outreach.Monthly(businesstime.Date{Year: 9999, Month: 10, Day: 31}, 0, time.UTC) {
		n++
	}
	require.Equal(t, 2, n)
}

func TestNextLocal(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ zone, now, at, want string }{
		{"America/New_York", "2024-11-03T05:30:00Z", "01:30", "2024-11-03T05:30:00Z"}, // first pass, at once
		{"America/New_York", "2024-11-03T05:30:01Z", "01:30", "2024-11-04T06:30:00Z"}, // the second pass is none
		{"America/New_York", "2024-11-03T06:30:00Z", "01:30", "2024-11-04T06:30:00Z"},
		{"Australia/Lord_Howe", "2024-10-05T15:00:00Z", "02:15", "2024-10-05T15:30:00Z"}, // half an hour is skipped
		{"America/Sao_Paulo", "2015-10-18T02:00:00Z", "00:00", "2015-10-18T03:00:00Z"},   // midnight is skipped
		{"America/Sao_Paulo", "2016-02-21T01:30:00Z", "23:15", "2016-02-22T02:15:00Z"},   // 23:15 came an hour ago
		{"Africa/Casablanca", "2024-03-10T01:45:00Z", "02:30", "2024-03-11T02:30:00Z"},   // Ramadan: 02:30 came at 01:30Z, the second is none
		{"America/Nuuk", "2024-03-31T01:00:00Z", "23:30", "2024-03-31T01:00:00Z"},        // 23:00 is put forward to 00:00
		{"Asia/Kathmandu", "2024-06-01T00:00:00Z", "05:45", "2024-06-01T00:00:00Z"},
	} {
		at, err := outreach.NextLocal(instant(t, row.now), clock(t, row.at), nil, zone(t, row.zone))
		require.NoError(t, err)
		require.Equal(t, row.want, at.UTC().Format(time.RFC3339), "%v", row)
	}
	_, err := outreach.NextLocal(noon, 86400, []time.Weekday{9}, nil)
	require.ErrorIs(t, err, outreach.ErrCommand)
}

// Invariant 32: local-day steps keep the wall clock, except where the clock skips or
// repeats it; and next local times are the least, found by stepping.
func TestLocalProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc, err := outreach.LoadZone(rapid.SampledFrom(oddZones).Draw(t, "zone"))
		require.NoError(t, err)
		entry := time.Unix(rapid.Int64Range(1_100_000_000, 1_900_000_000).Draw(t, "entry"), 0).In(loc)
		days := rapid.IntRange(1, 400).Draw(t, "days")
		q := sequence(t, outreach.SequenceSpec{
			ID: "s", Version: 1, Purpose: outreach.Service, Channels: []interaction.Channel{interaction.Email}, Steps: []outreach.Step{{LocalDays: days, Send: true}},
		})
		plan, err := q.Plan(entry, loc)
		require.NoError(t, err)
		at := plan[0].At
		reading := entry.Format("15:04:05")
		if at.Format("15:04:05") != reading {
			require.NotEqual(t, reading, at.Add(-1).Format("15:04:05"))
			_, before := at.Add(-1).Zone()
			_, after := at.Zone()
			require.Greater(t, after, before, "only a clock put forward changes it, %v to %v", entry, at)
		} else {
			want := businesstime.DateOf(entry).AddDays(days)
			require.Equal(t, want, businesstime.DateOf(at))
		}

		slot := businesstime.TimeOfDay(1800 * rapid.IntRange(0, 47).Draw(t, "slot"))
		next, err := outreach.NextLocal(entry, slot, nil, loc)
		require.NoError(t, err)
		require.False(t, next.Before(entry))
		require.Less(t, next.Sub(entry), 50*time.Hour)
		wall := fmt.Sprintf("%02d:%02d:00", int(slot)/3600, int(slot)/60%60)
		for u := entry.Add(time.Duration(60-entry.Second()) * time.Second); u.Before(next); u = u.Add(time.Minute) {
			if u.Format("15:04:05") != wall {
				continue
			}
			_, before := u.Add(-3 * time.Hour).Zone()
			_, after := u.Zone()
			require.Less(t, after, before, "%v shows %s before %v, and not for the second time", u, wall, next)
		}
	})
}

// No message of a run is asked for twice, whatever commands come in whatever order.
func TestSequenceProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := &run{t: t, q: sequence(t, outreach.Tips())}
		now := noon
		delivered := map[string]bool{}
		for n := range rapid.IntRange(1, 40).Draw(t, "commands") {
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
			switch rapid.IntRange(0, 5).Draw(t, "command") {
			case 0:
				if _, err := r.q.Decide(r.state, enter(fmt.Sprint(n), now)); err == nil {
					r.do(enter(fmt.Sprint(n), now))
				}
			case 1:
				r.do(outreach.Command{Kind: outreach.Observe, Event: rapid.SampledFrom([]string{"product_returned", "visited"}).Draw(t, "event"), At: now})
			case 2, 3:
				r.do(wake(now))
			default:
				ask, ok := r.state.Pending()
				if !ok {
					continue
				}
				require.False(t, ask.Due.After(now))
				outcome := rapid.SampledFrom([]outreach.Verdict{outreach.Send, outreach.Defer, outreach.Skip}).Draw(t, "outcome")
				if outcome == outreach.Send {
					require.False(t, delivered[ask.Message.Key])
					delivered[ask.Message.Key] = true
				}
				r.settle(now, outcome, outreach.CapReached, now.Add(time.Hour))
			}
			next, ok := r.state.Next()
			require.Equal(t, ok, r.state.Status == outreach.Running && r.state.Asked == nil)
			require.True(t, !ok || !next.IsZero())
		}
	})
}
