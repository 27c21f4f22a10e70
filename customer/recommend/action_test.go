package recommend

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const day = 24 * time.Hour

// Every reason that keeps an action back, one at a time, and when it ends.
func TestWhatKeepsAnActionBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	yes := func(string) bool { return true }
	base := Action{ID: "tip", Value: 10, Propensity: 0.5, Purpose: "marketing", Segments: []string{"camera"}, Cap: 2, CapPeriod: 30 * day, CoolDown: 3 * day, Group: "mail"}
	for _, c := range []struct {
		name   string
		change func(*Action, *Moment)
		want   Why
		again  time.Time
	}{
		{"nothing", func(*Action, *Moment) {}, 0, time.Time{}},
		{"not yet", func(a *Action, _ *Moment) { a.From = now.Add(1) }, NotYet, now.Add(1)},
		{"from now on", func(a *Action, _ *Moment) { a.From = now }, 0, time.Time{}},
		{"over", func(a *Action, _ *Moment) { a.Until = now }, Over, time.Time{}},
		{"still on", func(a *Action, _ *Moment) { a.Until = now.Add(1) }, 0, time.Time{}},
		{"no consent", func(_ *Action, m *Moment) { m.Allowed = func(p string) bool { return p != "marketing" } }, NoConsent, time.Time{}},
		{"nobody to ask", func(_ *Action, m *Moment) { m.Allowed = nil }, NoConsent, time.Time{}},
		{"another segment", func(_ *Action, m *Moment) { m.Segments = nil }, NotInSegment, time.Time{}},
		{"declined", func(_ *Action, m *Moment) { m.Done = []Done{{"tip", now.Add(-89 * day), true}} }, WasDeclined, now.Add(day)},
		{"declined long ago", func(_ *Action, m *Moment) { m.Done = []Done{{"tip", now.Add(-90 * day), true}} }, 0, time.Time{}},
		{"another of the group was declined", func(_ *Action, m *Moment) { m.Done = []Done{{"other", now.Add(-4 * day), true}} }, 0, time.Time{}},
		{"cap", func(_ *Action, m *Moment) {
			m.Done = []Done{{"tip", now.Add(-4 * day), false}, {"tip", now.Add(-20 * day), false}}
		}, CapReached, now.Add(10 * day)},
		{"cap of the group", func(_ *Action, m *Moment) {
			m.Done = []Done{{"other", now.Add(-4 * day), false}, {"tip", now.Add(-20 * day), false}}
		}, CapReached, now.Add(10 * day)},
		{"cap grown old", func(_ *Action, m *Moment) {
			m.Done = []Done{{"tip", now.Add(-4 * day), false}, {"tip", now.Add(-30 * day), false}}
		}, 0, time.Time{}},
		{"cap for ever", func(a *Action, m *Moment) {
			a.CapPeriod, m.Done = 0, []Done{{"tip", now.AddDate(-9, 0, 0), false}, {"tip", now.AddDate(-8, 0, 0), false}}
		}, CapReached, time.Time{}},
		{"cooling", func(_ *Action, m *Moment) { m.Done = []Done{{"tip", now.Add(-2 * day), false}} }, Cooling, now.Add(day)},
		{"cool", func(_ *Action, m *Moment) { m.Done = []Done{{"tip", now.Add(-3 * day), false}} }, 0, time.Time{}},
		{"what lies ahead", func(_ *Action, m *Moment) { m.Done = []Done{{"tip", now.Add(1), true}} }, 0, time.Time{}},
		{"no value", func(a *Action, _ *Moment) { a.Propensity = 0 }, NoValue, time.Time{}},
	} {
		a, m := base, Moment{Now: now, Segments: []string{"camera"}, Allowed: yes}
		c.change(&a, &m)
		list, err := NewActions(a, Action{ID: "other", Value: 1, Propensity: 1, Group: "mail"})
		require.NoError(t, err, c.name)
		for _, r := range list.Rank(m) {
			if r.Action.ID == "tip" {
				require.Equal(t, c.want, r.Kept, c.name)
				require.True(t, c.again.Equal(r.Again), "%s: %s", c.name, r.Again)
				require.NotEmpty(t, r.String())
			}
		}
	}
}

// The order is by expected value, whatever the order of the list; and where time alone
// keeps an action back it may be taken at the instant that is said, and not before.
func TestRank(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d"}
		var list []Action
		for _, id := range ids {
			list = append(list, Action{
				ID: id, Value: float64(rapid.IntRange(-1, 5).Draw(t, "value")), Propensity: float64(rapid.IntRange(0, 4).Draw(t, "propensity")) / 4,
				Cap: rapid.IntRange(0, 2).Draw(t, "cap"), CapPeriod: time.Duration(rapid.IntRange(0, 20).Draw(t, "period")) * day,
				CoolDown: time.Duration(rapid.IntRange(0, 5).Draw(t, "cool")) * day, Group: rapid.SampledFrom([]string{"", "g"}).Draw(t, "group"),
			})
		}
		m := Moment{Now: now, Rest: time.Duration(rapid.IntRange(0, 30).Draw(t, "rest")) * day}
		for range rapid.IntRange(0, 5).Draw(t, "done") {
			m.Done = append(m.Done, Done{rapid.SampledFrom(ids).Draw(t, "what"), now.Add(-time.Duration(rapid.IntRange(-2, 40).Draw(t, "ago")) * day), rapid.Bool().Draw(t, "no")})
		}
		actions, err := NewActions(list...)
		require.NoError(t, err)
		ranked := actions.Rank(m)
		other, err := NewActions(rapid.Permutation(list).Draw(t, "order")...)
		require.NoError(t, err)
		require.Equal(t, ranked, other.Rank(m))
		for k, r := range ranked {
			if k > 0 && (r.Kept == 0) == (ranked[k-1].Kept == 0) {
				require.GreaterOrEqual(t, ranked[k-1].Expected, r.Expected)
			}
			if r.Again.IsZero() {
				continue
			}
			require.True(t, r.Again.After(now))
			later, before := m, m
			later.Now, before.Now = r.Again, r.Again.Add(-1)
			for _, x := range actions.Rank(before) {
				if x.Action.ID == r.Action.ID && before.Now.After(now) && noneBetween(m.Done, now, before.Now) {
					require.NotZero(t, x.Kept)
				}
			}
			for _, x := range actions.Rank(later) {
				if x.Action.ID == r.Action.ID && noneBetween(m.Done, now, later.Now) {
					require.NotEqual(t, r.Kept, x.Kept)
				}
			}
		}
	})
}

// noneBetween reports that nothing that lay ahead has happened meanwhile.
func noneBetween(done []Done, from, to time.Time) bool {
	for _, d := range done {
		if d.At.After(from) && !d.At.After(to) {
			return false
		}
	}
	return true
}

func TestBadActionsAndContent(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	_, err := NewActions(
		Action{}, Action{ID: "a", Value: math.NaN(), Propensity: 2}, Action{ID: "a", From: now, Until: now, Cap: -1},
	)
	require.ErrorIs(t, err, ErrOptions)
	require.Equal(t, 6, strings.Count(err.Error(), "option out of range"), err)
	_, err = NewLibrary(Content{}, Content{ID: "a", Weight: math.Inf(1)}, Content{ID: "a"})
	require.ErrorIs(t, err, ErrOptions)
	require.Equal(t, 3, strings.Count(err.Error(), "option out of range"), err)
}

func TestContent(t *testing.T) {
	t.Parallel()
	l, err := NewLibrary(
		Content{ID: "welcome"}, Content{ID: "photo tips", Segments: []string{"camera", "lens"}, Weight: 2},
		Content{ID: "film care", Segments: []string{"film"}, Weight: 3}, Content{ID: "first steps", Without: []string{"expert"}, Weight: 1},
	)
	require.NoError(t, err)
	ids := func(list []ContentReason) (out []string) {
		for _, c := range list {
			out = append(out, c.Content.ID+"/"+c.Segment)
		}
		return out
	}
	require.Equal(t, []string{"photo tips/lens", "first steps/", "welcome/"}, ids(l.For([]string{"lens"}, nil, 0)))
	require.Equal(t, []string{"welcome/"}, ids(l.For([]string{"expert", "camera"}, []string{"photo tips"}, 5)))
	require.Equal(t, []string{"first steps/"}, ids(l.For(nil, nil, 1)))
}
