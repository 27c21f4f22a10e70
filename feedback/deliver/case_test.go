package deliver_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/internal/golden"
)

func loop(t require.TestingT, p deliver.LoopPolicy) *deliver.Loop {
	l, err := deliver.NewLoop(p)
	require.NoError(t, err)
	return l
}

func office(t testing.TB) deliver.Quiet {
	t.Helper()
	q, err := deliver.Hours{From: 9 * 60, To: 17 * 60, Weekdays: []int{1, 2, 3, 4, 5}}.In(time.UTC)
	require.NoError(t, err)
	return q
}

func TestTriage(t *testing.T) {
	t.Parallel()
	l := loop(t, deliver.SuggestedLoop("care", "allergic", "lawyer"))
	require.Empty(t, l.Triage(deliver.Signal{Answers: []feedback.Answer{nps(t, 9)}}))
	require.Empty(t, l.Triage(deliver.Signal{Answers: []feedback.Answer{feedback.NPSAnswer{}, nil}}), "silence is no detractor")
	seeds := l.Triage(deliver.Signal{Answers: []feedback.Answer{nps(t, 0)}})
	require.Equal(t, []deliver.Seed{{"detractor", deliver.High, "care"}}, seeds)
	seeds = l.Triage(deliver.Signal{Answers: []feedback.Answer{nps(t, 3)}, Flags: []string{"price", "lawyer"}})
	require.Len(t, seeds, 2)
	require.Equal(t, "risk", seeds[0].Rule, "the most severe first")

	hard, err := feedback.NewCES(7, feedback.HigherIsHarder)
	require.NoError(t, err)
	effort := loop(t, deliver.LoopPolicy{Rules: []deliver.CaseRule{{
		Name: "effort", Owner: "care", Severity: deliver.Medium, Score: &deliver.ScoreRange{Instrument: feedback.CES, Min: 1, Max: 2},
		Promise: [3]deliver.Budget{{Time: time.Hour}},
	}}})
	require.Len(t, effort.Triage(deliver.Signal{Answers: []feedback.Answer{hard}}), 1, "effort is read as ease")
}

// A whole case: opened on a Friday afternoon, attempted, called back late, reopened.
func TestCaseStory(t *testing.T) {
	t.Parallel()
	l, friday := loop(t, deliver.SuggestedLoop("care", "lawyer")), time.Date(2026, 3, 6, 16, 0, 0, 0, time.UTC)
	seed := l.Triage(deliver.Signal{Answers: []feedback.Answer{nps(t, 2)}})[0]
	c, err := l.Open("case-1", "c1", seed, friday, office(t))
	require.NoError(t, err)
	// Eight and sixteen business hours from Friday 16:00: Monday 16:00 and Tuesday 16:00.
	require.Equal(t, "2026-03-09T16:00:00Z", c.Promises[0].DueAt.Format(time.RFC3339))
	require.Equal(t, "2026-03-10T16:00:00Z", c.Promises[1].DueAt.Format(time.RFC3339))
	next, ok := l.Next(c, friday)
	require.True(t, ok)
	require.Equal(t, c.Promises[0].DueAt, next)

	key := 0
	do := func(a deliver.Action, at time.Time, by string) {
		t.Helper()
		key++
		before := fmt.Sprint(c)
		after, err := l.Apply(c, deliver.Command{Key: fmt.Sprint(key), Action: a, At: at, By: by}, office(t))
		require.NoError(t, err)
		require.Equal(t, before, fmt.Sprint(c), "the old value is left alone")
		again, err := l.Apply(after, deliver.Command{Key: fmt.Sprint(key), Action: a, At: at, By: by}, office(t))
		require.NoError(t, err)
		require.Equal(t, after, again, "a key counts once")
		c = after
	}
	day := func(d, h int) time.Time { return time.Date(2026, 3, d, h, 0, 0, 0, time.UTC) }
	text := c.Explain(friday, nil) + "\n"
	do(deliver.Ack, day(9, 10), "mai")
	do(deliver.Attempt, day(9, 11), "mai")
	do(deliver.Assign, day(9, 12), "jun")
	require.Equal(t, "jun", c.Owner)
	require.Empty(t, l.Escalations(c, c.Promises[1].DueAt), "due is not broken")
	esc := l.Escalations(c, day(12, 0))
	require.Len(t, esc, 2)
	require.Equal(t, "team_lead", esc[0].To)
	require.Equal(t, deliver.CallBack, esc[0].Stage)
	require.Equal(t, "manager", esc[1].To)
	require.Equal(t, 24*time.Hour, esc[1].At.Sub(esc[0].At))
	do(deliver.Reach, day(11, 10), "jun")
	require.Len(t, l.Escalations(c, day(31, 0)), 1, "it climbs no further once it is kept")
	do(deliver.Settle, day(11, 15), "jun")
	_, ok = l.Next(c, day(11, 15))
	require.False(t, ok)
	require.False(t, c.Closed())
	do(deliver.Verify, day(12, 9), "customer")
	require.True(t, c.Closed())
	text += c.Explain(day(12, 9), nil) + "\n"
	do(deliver.Reopen, day(13, 9), "customer")
	require.Len(t, c.Promises, 4)
	require.True(t, c.Promises[1].Broken(day(13, 9)), "what was broken stays broken")
	require.Equal(t, "2026-03-13T17:00:00Z", c.Promises[2].DueAt.Format(time.RFC3339), "a new due time from the reopening")
	text += c.Explain(day(20, 9), nil)
	golden.Equal(t, "testdata/case.txt", text)

	data, err := json.Marshal(c)
	require.NoError(t, err)
	var back deliver.Case
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, c, back)
}

func TestCommandsRefused(t *testing.T) {
	t.Parallel()
	l := loop(t, deliver.SuggestedLoop("care"))
	c, err := l.Open("x", "c1", deliver.Seed{Rule: "detractor"}, noon, office(t))
	require.NoError(t, err)
	require.Equal(t, "care", c.Owner)
	for _, cmd := range []deliver.Command{
		{Action: deliver.Ack, At: noon, By: "a"},
		{Key: "k", Action: deliver.Ack, By: "a"},
		{Key: "k", Action: deliver.Ack, At: noon},
		{Key: "k", Action: deliver.Ack, At: noon.Add(-1), By: "a"},
		{Key: "k", Action: deliver.Settle, At: noon, By: "a"},
		{Key: "k", Action: deliver.Verify, At: noon, By: "a"},
		{Key: "k", Action: deliver.Reopen, At: noon, By: "a"},
		{Key: "k", At: noon, By: "a"},
		{Key: "k", Action: deliver.Ack, At: noon, By: "a", Note: string(make([]byte, 5000))},
	} {
		after, err := l.Apply(c, cmd, nil)
		require.ErrorIs(t, err, deliver.ErrCommand, cmd.Action)
		var detail *deliver.CommandError
		require.ErrorAs(t, err, &detail)
		require.Equal(t, c, after)
	}
	_, err = l.Open("", "", deliver.Seed{Rule: "nobody"}, time.Time{}, nil)
	require.ErrorIs(t, err, deliver.ErrLoop)
	require.ErrorIs(t, err, deliver.ErrRequest)
	_, err = l.Open("x", "c", deliver.Seed{Rule: "detractor"}, noon, nil)
	require.ErrorIs(t, err, deliver.ErrLoop, "business time needs a calendar")
}

func TestLoopFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := deliver.NewLoop(deliver.LoopPolicy{
		Rules:  []deliver.CaseRule{{Promise: [3]deliver.Budget{{Time: -1}}}, {Name: "", Score: &deliver.ScoreRange{}, Flags: []string{""}}},
		Ladder: []deliver.Rung{{After: time.Hour}, {After: time.Minute, To: "x"}},
	})
	require.ErrorIs(t, err, deliver.ErrLoop)
	for _, part := range []string{
		"rules[0].name", "rules[0].owner", "rules[0].severity", "rules[0].score", "rules[0].acknowledgement -1ns", "rules[1].name is that of",
		"rules[1].score.instrument", "rules[1].flags[0]", "ladder[0].to", "ladder[1].after",
	} {
		require.ErrorContains(t, err, part)
	}
	_, err = deliver.ParseLoop([]byte(`{"rules": [{"name": "a", "severity": "dire", "owner": "x", "call_back": {"minutes": 5, "mode": "lunar"}}]}`))
	require.ErrorIs(t, err, deliver.ErrLoop)
	text, err := deliver.SuggestedLoop("care", "lawyer").MarshalJSON()
	require.NoError(t, err)
	p, err := deliver.ParseLoop(text)
	require.NoError(t, err)
	require.Equal(t, deliver.SuggestedLoop("care", "lawyer"), p)
}

func FuzzLoop(f *testing.F) {
	text, err := deliver.SuggestedLoop("care", "lawyer").MarshalJSON()
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := deliver.ParseLoop(data)
		if err != nil {
			require.ErrorIs(t, err, deliver.ErrLoop)
			return
		}
		text, err := p.MarshalJSON()
		require.NoError(t, err)
		again, err := deliver.ParseLoop(text)
		require.NoError(t, err)
		twice, err := again.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(text), string(twice))
	})
}

// Any commands in order: a case never loses a promise, keeps its log in order, and
// escalates only what is broken.
func TestCaseProperties(t *testing.T) {
	t.Parallel()
	q := office(t)
	rapid.Check(t, func(t *rapid.T) {
		l := loop(t, deliver.SuggestedLoop("care"))
		c, err := l.Open("x", "c", deliver.Seed{Rule: "detractor"}, noon, q)
		require.NoError(t, err)
		at := noon
		for i := range rapid.IntRange(0, 12).Draw(t, "commands") {
			at = at.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "minutes")) * time.Minute)
			old := c
			c, err = l.Apply(c, deliver.Command{
				Key: fmt.Sprint(i), Action: deliver.Action(rapid.IntRange(1, 7).Draw(t, "action")), At: at, By: "x",
			}, q)
			if err != nil {
				require.ErrorIs(t, err, deliver.ErrCommand)
				require.Equal(t, old, c)
				continue
			}
			require.Len(t, c.Log, len(old.Log)+1)
			require.GreaterOrEqual(t, len(c.Promises), len(old.Promises))
			for j, p := range old.Promises {
				require.Equal(t, p.DueAt, c.Promises[j].DueAt, "a due time never moves")
				if p.Broken(at) {
					require.True(t, c.Promises[j].Broken(at), "what is broken stays broken")
				}
			}
			for _, e := range l.Escalations(c, at) {
				require.False(t, e.At.After(at))
			}
			if next, ok := l.Next(c, at); ok {
				require.True(t, next.After(at))
			}
		}
		broken := 0
		for _, p := range c.Promises {
			if p.Broken(at) {
				broken++
			}
		}
		require.GreaterOrEqual(t, 2*broken, len(l.Escalations(c, at)))
		if len(l.Escalations(c, at)) == 0 {
			require.Zero(t, broken, "what is broken is told")
		}
	})
}

func TestQueue(t *testing.T) {
	t.Parallel()
	l := loop(t, deliver.SuggestedLoop("care", "lawyer"))
	open := func(id, rule string, at time.Time) deliver.Case {
		c, err := l.Open(id, "c", deliver.Seed{Rule: rule}, at, office(t))
		require.NoError(t, err)
		return c
	}
	late, soon, urgent := open("late", "detractor", noon.Add(time.Hour)), open("soon", "detractor", noon), open("urgent", "risk", noon)
	done := open("a-done", "detractor", noon)
	for i, a := range []deliver.Action{deliver.Reach, deliver.Settle, deliver.Verify} {
		var err error
		done, err = l.Apply(done, deliver.Command{Key: fmt.Sprint(i), Action: a, At: noon, By: "x"}, office(t))
		require.NoError(t, err)
	}
	var ids []string
	for _, c := range deliver.Queue([]deliver.Case{done, late, soon, urgent}) {
		ids = append(ids, c.ID)
	}
	require.Equal(t, []string{"urgent", "soon", "late", "a-done"}, ids)
}
