package sla_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/internal/golden"
)

type vectorFile struct {
	Suite      string                       `json:"suite"`
	Calendars  map[string]businesstime.Spec `json:"calendars"`
	Cases      []vectorCase                 `json:"cases"`
	Ladders    []vectorLadder               `json:"ladders"`
	Recurrence []vectorRecurrence           `json:"recurrence"`
}

type vectorCase struct {
	ID     string `json:"id"`
	Policy struct {
		Calendar string                      `json:"calendar"`
		Metrics  map[sla.Metric]vectorMetric `json:"metrics"`
	} `json:"policy"`
	Events []struct {
		Type    sla.Kind                   `json:"type"`
		At      time.Time                  `json:"at"`
		Status  sla.Status                 `json:"status"`
		By      sla.Actor                  `json:"by"`
		Targets map[sla.Metric]json.Number `json:"targets"`
	} `json:"events"`
	Checks []struct {
		At     time.Time                  `json:"at"`
		Metric sla.Metric                 `json:"metric"`
		Want   map[string]json.RawMessage `json:"want"`
	} `json:"checks"`
}

type vectorMetric struct {
	Target  json.Number  `json:"target_s"`
	PauseOn []sla.Status `json:"pause_on"`
}

type vectorLadder struct {
	ID       string      `json:"id"`
	Calendar string      `json:"calendar"`
	Start    time.Time   `json:"start"`
	Target   json.Number `json:"target_s"`
	Steps    []struct {
		Percent *int         `json:"percent"`
		Offset  *json.Number `json:"offset_s"`
		Want    time.Time    `json:"want"`
	} `json:"steps"`
}

type vectorRecurrence struct {
	ID        string         `json:"id"`
	Type      sla.Recurrence `json:"type"`
	Calendar  string         `json:"calendar"`
	Start     time.Time      `json:"start"`
	Target    json.Number    `json:"target_s"`
	Completed []time.Time    `json:"completed"`
	WantNext  *struct {
		Start time.Time `json:"start"`
		Due   time.Time `json:"due"`
	} `json:"want_next"`
}

func seconds(t *testing.T, n json.Number) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(n.String() + "s")
	require.NoError(t, err)
	return d
}

func TestVectors(t *testing.T) {
	t.Parallel()
	var file vectorFile
	if !golden.OpenVectors(t, "interaction").JSON(t, "sla.json", &file) {
		return
	}
	require.Equal(t, "sla", file.Suite)
	book := sla.Book{}
	for id, spec := range file.Calendars {
		c, err := businesstime.New(spec)
		require.NoError(t, err, id)
		book[id] = c
	}
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) { runCase(t, v, book) })
	}
	for _, v := range file.Ladders {
		t.Run(v.ID, func(t *testing.T) { runLadder(t, v, book) })
	}
	for _, v := range file.Recurrence {
		t.Run(v.ID, func(t *testing.T) { runRecurrence(t, v, book) })
	}
	golden.Count(t, "sla.json", len(file.Cases)+len(file.Ladders)+len(file.Recurrence))
}

func newSet(t *testing.T, book sla.Book, calendar string, clocks []sla.Clock, rules ...sla.Rule) *sla.Set {
	t.Helper()
	set, err := sla.New(sla.PolicySet{Clocks: clocks, Policies: []sla.Policy{{
		ID: "vector", Version: 1, Calendar: calendar, Match: sla.Match{Always: true}, Rules: rules,
	}}}, book)
	require.NoError(t, err)
	return set
}

func runCase(t *testing.T, v vectorCase, book sla.Book) {
	var rules []sla.Rule
	for metric, m := range v.Policy.Metrics {
		rules = append(rules, sla.Rule{Metric: metric, Target: sla.Business(seconds(t, m.Target)), PauseIn: m.PauseOn})
	}
	set := newSet(t, book, v.Policy.Calendar, nil, rules...)
	var history []sla.Signal
	for _, e := range v.Events {
		s := sla.Signal{At: e.At, Kind: e.Type, Status: e.Status, By: e.By}
		for metric, target := range e.Targets {
			s.Targets = append(s.Targets, sla.Target{Metric: metric, Amount: sla.Business(seconds(t, target))})
		}
		history = append(history, s)
	}
	for _, c := range v.Checks {
		report, err := sla.Evaluate(set, history, c.At)
		require.NoError(t, err)
		got, ok := report.Clock(c.Metric)
		require.True(t, ok, "no clock for %s", c.Metric)
		for field, want := range c.Want {
			checkField(t, field, want, got)
		}
	}
}

func checkField(t *testing.T, field string, want json.RawMessage, got sla.ClockState) {
	t.Helper()
	switch field {
	case "state":
		var state sla.ClockPhase
		require.NoError(t, json.Unmarshal(want, &state))
		require.Equal(t, state, got.State)
	case "due":
		var due *time.Time
		require.NoError(t, json.Unmarshal(want, &due))
		if due == nil {
			require.True(t, got.Due.IsZero(), "due %s", got.Due)
			return
		}
		require.Equal(t, due.UTC(), got.Due.UTC())
	case "elapsed_s", "remaining_s":
		var n json.Number
		require.NoError(t, json.Unmarshal(want, &n))
		if field == "elapsed_s" {
			require.Equal(t, seconds(t, n), got.Elapsed)
		} else {
			require.Equal(t, seconds(t, n), got.Remaining())
		}
	default:
		t.Fatalf("unknown field %q", field)
	}
}

func runLadder(t *testing.T, v vectorLadder, book sla.Book) {
	rule := sla.Rule{Metric: sla.Resolution, Target: sla.Business(seconds(t, v.Target))}
	for _, s := range v.Steps {
		step := sla.Step{Kind: sla.Hierarchical, To: s.Want.Format(time.RFC3339Nano)}
		switch {
		case s.Percent != nil:
			step.At = sla.Percent(*s.Percent)
		case s.Offset != nil:
			if offset := seconds(t, *s.Offset); offset < 0 {
				step.At = sla.Before(-offset)
			} else {
				step.At = sla.After(offset)
			}
		default:
			t.Fatal("a step without percent and offset_s")
		}
		rule.Ladder = append(rule.Ladder, step)
	}
	set := newSet(t, book, v.Calendar, nil, rule)
	report, err := sla.Evaluate(set, []sla.Signal{{Kind: sla.Created, At: v.Start}}, v.Start)
	require.NoError(t, err)
	steps := 0
	for _, d := range report.Next {
		if d.Kind == sla.StepAt {
			require.Equal(t, d.To, d.At.UTC().Format(time.RFC3339Nano))
			steps++
		}
	}
	require.Equal(t, len(v.Steps), steps)
}

func runRecurrence(t *testing.T, v vectorRecurrence, book sla.Book) {
	const milestone sla.Metric = "milestone"
	clock := sla.Clock{
		Metric: milestone,
		Start:  []sla.On{{Kind: sla.Created}},
		Stop:   []sla.On{{Kind: sla.Custom, Name: "completed"}},
	}
	set := newSet(t, book, v.Calendar, []sla.Clock{clock}, sla.Rule{Metric: milestone, Target: sla.Business(seconds(t, v.Target)), Recur: v.Type})
	history := []sla.Signal{{Kind: sla.Created, At: v.Start}}
	at := v.Start
	for _, c := range v.Completed {
		history = append(history, sla.Signal{Kind: sla.Custom, Name: "completed", At: c})
		at = c
	}
	report, err := sla.Evaluate(set, history, at)
	require.NoError(t, err)
	got, ok := report.Clock(milestone)
	require.True(t, ok)
	if v.WantNext == nil {
		require.Contains(t, []sla.ClockPhase{sla.InTime, sla.Overdue}, got.State, "another cycle")
		require.Equal(t, 1, got.Cycle)
		return
	}
	require.Equal(t, v.WantNext.Start.UTC(), got.Started.UTC())
	require.Equal(t, v.WantNext.Due.UTC(), got.Due.UTC())
}
