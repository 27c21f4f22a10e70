package routing_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/routing"
)

var (
	someSkills = []string{"billing", "tax", "law"}
	someTags   = []language.Tag{language.Malay, language.Indonesian, language.German, language.MustParse("de-AT"), language.Chinese, language.TraditionalChinese}
)

func drawSkills(t *rapid.T, label string) (out []routing.Skill) {
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(someSkills), 0, 2, rapid.ID[string]).Draw(t, label) {
		out = append(out, routing.Skill{Name: name, Level: rapid.IntRange(0, 3).Draw(t, label+" level")})
	}
	return out
}

func drawAgents(t *rapid.T) []routing.Agent {
	n := rapid.IntRange(0, 7).Draw(t, "agents")
	out := make([]routing.Agent, n)
	for i := range out {
		load := rapid.IntRange(0, 6).Draw(t, "load")
		out[i] = routing.Agent{
			ID: fmt.Sprint("a", i), Presence: rapid.SampledFrom([]routing.Presence{routing.Online, routing.Online, routing.Online, routing.Away, routing.Offline}).Draw(t, "presence"),
			Capacity: rapid.IntRange(0, 6).Draw(t, "capacity"), Load: load, Interruptible: rapid.IntRange(0, load).Draw(t, "interruptible"),
			Skills: drawSkills(t, "skills"), LastAssigned: ago(time.Duration(rapid.IntRange(0, 5).Draw(t, "idle")) * time.Minute),
			LastDifficult: ago(time.Duration(rapid.IntRange(0, 90).Draw(t, "difficult")) * time.Minute), InRow: rapid.IntRange(0, 3).Draw(t, "row"),
		}
		for _, tag := range rapid.SliceOfNDistinct(rapid.SampledFrom(someTags), 0, 2, language.Tag.String).Draw(t, "tongues") {
			out[i].Languages = append(out[i].Languages, routing.Fluency{Tag: tag, Level: routing.CEFR(rapid.IntRange(1, 6).Draw(t, "cefr"))})
		}
	}
	return out
}

func drawItems(t *rapid.T) []routing.Item {
	out := make([]routing.Item, rapid.IntRange(0, 12).Draw(t, "items"))
	for i := range out {
		out[i] = routing.Item{
			ID: fmt.Sprint("i", i), Enqueued: ago(time.Duration(rapid.IntRange(-1, 40).Draw(t, "waited")) * time.Minute),
			Priority: rapid.IntRange(-2, 3).Draw(t, "priority"), Weight: rapid.IntRange(0, 4).Draw(t, "weight"),
			Need: drawSkills(t, "need"), Difficult: rapid.Bool().Draw(t, "difficult"), Interruptible: rapid.Bool().Draw(t, "aside"),
			LastAgent: rapid.SampledFrom([]string{"", "a0", "a1", "gone"}).Draw(t, "last"), Level: routing.CEFR(rapid.IntRange(0, 4).Draw(t, "level")),
			Languages: rapid.SliceOfNDistinct(rapid.SampledFrom(someTags), 0, 2, language.Tag.String).Draw(t, "languages"),
		}
		if rapid.Bool().Draw(t, "has steps") {
			out[i].Steps = []routing.Step{{Need: drawSkills(t, "step"), For: 10 * time.Minute}, {Only: []string{"a1", "a2"}, For: 10 * time.Minute}}
		}
	}
	return out
}

func drawPolicy(t *rapid.T) routing.Policy {
	p := routing.Policy{AgingStep: time.Duration(rapid.IntRange(0, 2).Draw(t, "aging")) * 5 * time.Minute}
	if rapid.Bool().Draw(t, "cares") {
		p.Care = routing.Care{Recovery: 10 * time.Minute, MaxInRow: 2, Rest: time.Hour, SupportAt: 2}
	}
	if rapid.Bool().Draw(t, "reserves") {
		p.ReserveAfter = 15 * time.Minute
	}
	return p
}

// model is a naive second implementation of who may take an item at the state that
// loads, rows and reservations have reached.
type model struct {
	policy   routing.Policy
	agents   map[string]*routing.Agent
	rows     map[string]int
	reserved map[string]bool
	assigned map[string]time.Time
}

func newModel(p routing.Policy, agents []routing.Agent) *model {
	m := &model{policy: p, agents: map[string]*routing.Agent{}, rows: map[string]int{}, reserved: map[string]bool{}, assigned: map[string]time.Time{}}
	for i := range agents {
		a := agents[i]
		m.agents[a.ID] = &a
		m.rows[a.ID] = a.InRow
		m.assigned[a.ID] = a.LastAssigned
		since := slices.MaxFunc([]time.Time{a.LastAssigned, a.LastDifficult}, time.Time.Compare)
		if p.Care.Rest > 0 && noon.Sub(since) >= p.Care.Rest {
			m.rows[a.ID] = 0
		}
	}
	return m
}

func (m *model) qualified(it routing.Item, a *routing.Agent) bool {
	if a.Presence != routing.Online || (m.policy.Care.Recovery > 0 && noon.Sub(a.LastDifficult) < m.policy.Care.Recovery) {
		return false
	}
	if it.Difficult && m.policy.Care.MaxInRow > 0 && m.rows[a.ID] >= m.policy.Care.MaxInRow {
		return false
	}
	need := slices.Clone(it.Need)
	if waited := max(0, noon.Sub(it.Enqueued)); len(it.Steps) > 0 {
		switch {
		case waited < it.Steps[0].For:
			need = append(need, it.Steps[0].Need...)
		case waited < it.Steps[0].For+it.Steps[1].For && !slices.Contains(it.Steps[1].Only, a.ID):
			return false
		}
	}
	for _, n := range need {
		if !slices.ContainsFunc(a.Skills, func(s routing.Skill) bool { return s.Name == n.Name && s.Level >= n.Level }) {
			return false
		}
	}
	return len(it.Languages) == 0 || slices.ContainsFunc(it.Languages, func(want language.Tag) bool {
		return slices.ContainsFunc(a.Languages, func(f routing.Fluency) bool {
			return f.Level >= it.Level && routing.MatchLanguage(want, f.Tag) != routing.Foreign
		})
	})
}

func (m *model) room(it routing.Item, a *routing.Agent) bool {
	held := a.Load
	if !it.Interruptible {
		held -= a.Interruptible
	}
	return !m.reserved[a.ID] && held+max(1, it.Weight) <= a.Capacity
}

// speaks reports whether the agent speaks the language at the item's level.
func speaks(a *routing.Agent, it routing.Item, tag language.Tag) bool {
	return slices.ContainsFunc(a.Languages, func(f routing.Fluency) bool {
		return f.Level >= it.Level && routing.MatchLanguage(tag, f.Tag) != routing.Foreign
	})
}

// requireTrueReason looks at those who fit and says by itself which reason holds.
func (m *model) requireTrueReason(t *rapid.T, it routing.Item, d routing.Decision, fitting map[string]bool) {
	chosen := m.agents[d.Agent]
	compared := fitting
	if len(it.Languages) > 0 {
		i := slices.IndexFunc(it.Languages, func(tag language.Tag) bool { return speaks(chosen, it, tag) })
		require.Equal(t, it.Languages[i], d.Language, d.Why())
		compared = map[string]bool{}
		for id := range fitting {
			if speaks(m.agents[id], it, d.Language) {
				compared[id] = true
			}
			for _, better := range it.Languages[:i] {
				require.True(t, d.Reason == routing.LastAgent || !speaks(m.agents[id], it, better), "%s speaks %v: %s", id, better, d.Why())
			}
		}
		require.Len(t, compared, d.Funnel.Tongue, d.Why())
	}
	lower, sameShare, sameIdle := 0, 0, 0
	for id := range compared {
		a := m.agents[id]
		switch share, own := a.Load*chosen.Capacity, chosen.Load*a.Capacity; {
		case id == d.Agent:
		case share < own:
			lower++
		case share == own:
			sameShare++
			if m.assigned[id].Equal(m.assigned[d.Agent]) {
				sameIdle++
			} else {
				require.True(t, d.Reason == routing.LastAgent || m.assigned[id].After(m.assigned[d.Agent]), d.Why())
			}
		}
	}
	want := routing.LowestShare
	switch {
	case d.Reason == routing.LastAgent:
		return
	case len(fitting) == 1:
		want = routing.OnlyOne
	case len(compared) == 1:
		want = routing.BestLanguage
	case sameIdle > 0:
		want = routing.FirstID
	case sameShare > 0:
		want = routing.LongestIdle
	}
	require.Zero(t, lower, d.Why())
	require.Equal(t, want, d.Reason, d.Why())
}

func (m *model) take(it routing.Item, a *routing.Agent) {
	m.assigned[a.ID] = noon
	a.Load += max(1, it.Weight)
	if it.Interruptible {
		a.Interruptible += max(1, it.Weight)
	}
	if it.Difficult {
		m.rows[a.ID]++
	}
}

// Invariants 23 (capacity and requirements), 24 (work conserving), 26 (order of input)
// and 27 (sticky to those present), each checked against the naive model at every item.
func TestAssignProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, items, agents := drawPolicy(t), drawItems(t), drawAgents(t)
		router, err := routing.NewRouter(policy)
		require.NoError(t, err)
		plan, err := router.Assign(noon, items, agents)
		require.NoError(t, err)
		require.Len(t, plan.Decisions, len(items))

		m := newModel(policy, agents)
		byID := map[string]routing.Item{}
		for _, it := range items {
			byID[it.ID] = it
		}
		for i, d := range plan.Decisions {
			it := byID[d.Item]
			delete(byID, d.Item)
			if i > 0 {
				require.LessOrEqual(t, d.Priority, plan.Decisions[i-1].Priority)
			}
			fitting := map[string]bool{}
			for id, a := range m.agents {
				if m.qualified(it, a) && m.room(it, a) {
					fitting[id] = true
				}
			}
			require.Len(t, fitting, d.Funnel.Room, d.Why())
			if !d.IsAssigned() {
				require.Empty(t, fitting, "work conserving: %s", d.Why())
				require.GreaterOrEqual(t, d.Reason, routing.NobodyPresent)
				if d.Reserved != "" {
					m.reserved[d.Reserved] = true
				}
				continue
			}
			require.True(t, fitting[d.Agent], d.Why())
			require.Equal(t, it.LastAgent != "" && fitting[it.LastAgent], d.Reason == routing.LastAgent, d.Why())
			m.requireTrueReason(t, it, d, fitting)
			a := m.agents[d.Agent]
			m.take(it, a)
			require.Equal(t, a.Load, d.Load)
			require.LessOrEqual(t, a.Load-a.Interruptible, a.Capacity)
		}
		require.Empty(t, byID, "every item is decided once")

		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		r.Shuffle(len(agents), func(i, j int) { agents[i], agents[j] = agents[j], agents[i] })
		again, err := router.Assign(noon, items, agents)
		require.NoError(t, err)
		require.Equal(t, plan, again, "independent of the order of input")
		for _, d := range plan.Decisions {
			if !d.IsAssigned() && !d.Changes.IsZero() {
				require.False(t, plan.Next.IsZero())
				require.False(t, plan.Next.After(d.Changes))
			}
		}
	})
}

// Invariant 25: with aging and a reservation every item is served within a bound, though
// more urgent and lighter work never ends.
func TestNoStarvation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.IntRange(2, 6).Draw(t, "capacity")
		weight := rapid.IntRange(1, capacity).Draw(t, "weight")
		high := rapid.IntRange(1, 5).Draw(t, "priority of the others")
		handle := rapid.IntRange(1, 4).Draw(t, "minutes that work takes")
		router, err := routing.NewRouter(routing.Policy{AgingStep: 5 * time.Minute, ReserveAfter: 10 * time.Minute})
		require.NoError(t, err)
		agent := routing.Agent{ID: "ann", Presence: routing.Online, Capacity: capacity}
		queue := []routing.Item{{ID: "old", Enqueued: noon, Weight: weight}}
		ends := map[int]int{} // minute -> units
		// Ahead of "old" is only what came before its waiting was worth the others'
		// priority, two a minute; each needs a unit for handle minutes.
		urgent := 5 * (high + 1)
		bound := 10 + urgent + (2*urgent*handle)/capacity + 2*handle + 2
		for minute := 0; ; minute++ {
			require.LessOrEqual(t, minute, bound, "starved")
			now := noon.Add(time.Duration(minute) * time.Minute)
			agent.Load -= ends[minute]
			for k := range 2 {
				queue = append(queue, routing.Item{ID: fmt.Sprintf("n%04d-%d", minute, k), Enqueued: now, Priority: high})
			}
			plan, err := router.Assign(now, queue, []routing.Agent{agent})
			require.NoError(t, err)
			served := map[string]bool{}
			for d := range plan.Assigned() {
				served[d.Item] = true
				agent.Load = d.Load
				if d.Item != "old" {
					ends[minute+handle]++
				}
			}
			if served["old"] {
				return
			}
			queue = slices.DeleteFunc(queue, func(it routing.Item) bool { return served[it.ID] })
		}
	})
}

// Invariant of languages: a match is symmetric and never crosses base or script.
func TestLanguageProperties(t *testing.T) {
	t.Parallel()
	tags := append([]language.Tag{
		language.MustParse("sr-Latn"), language.Serbian, language.Croatian, language.MustParse("uz-Cyrl"), language.Uzbek,
		language.BrazilianPortuguese, language.EuropeanPortuguese, language.MustParse("no"), language.MustParse("nb"), language.Und,
	}, someTags...)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SampledFrom(tags).Draw(t, "a"), rapid.SampledFrom(tags).Draw(t, "b")
		near := routing.MatchLanguage(a, b)
		require.Equal(t, near, routing.MatchLanguage(b, a))
		if near == routing.Foreign {
			return
		}
		scriptA, _ := a.Script()
		scriptB, _ := b.Script()
		require.Equal(t, scriptA, scriptB)
		require.Equal(t, routing.Same, routing.MatchLanguage(a, a))
	})
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(`{"aging_step_s": 600, "aging_cap": 3, "tiers": {"vip": 3}, "reserve_after_s": 60, "care": {"recovery_s": 1, "max_in_row": 2, "rest_s": 3, "support_at": 4}}`))
	f.Add([]byte(`{"aging_cap": 0}`))
	f.Add([]byte(`{"care": {"max_in_row": 1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := routing.ParsePolicy(data)
		if err != nil {
			require.ErrorIs(t, err, routing.ErrPolicy)
			return
		}
		text, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := routing.ParsePolicy(text)
		require.NoError(t, err, string(text))
		if len(p.Tiers) == 0 { // an empty map is written as none
			p.Tiers, again.Tiers = nil, nil
		}
		require.Equal(t, p, again)
	})
}

func TestEnumsAsText(t *testing.T) {
	t.Parallel()
	for v := routing.LastAgent; v <= routing.NoRoom; v++ {
		var back routing.Reason
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, v, back)
	}
	for v := routing.A1; v <= routing.C2; v++ {
		var back routing.CEFR
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, v, back)
	}
	for v := routing.Transfers; v <= routing.LowScores; v++ {
		var signal routing.Signal
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.NoError(t, signal.UnmarshalText(text))
		require.Equal(t, v, signal)
		var aspect routing.Aspect
		text, err = routing.Aspect(v).MarshalText()
		require.NoError(t, err)
		require.NoError(t, aspect.UnmarshalText(text))
		require.Equal(t, routing.Aspect(v), aspect)
	}
	for v := routing.Offline; v <= routing.Away; v++ {
		var presence routing.Presence
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.NoError(t, presence.UnmarshalText(text))
		require.Equal(t, v, presence)
		var near routing.Closeness
		text, err = routing.Closeness(v).MarshalText()
		require.NoError(t, err)
		require.NoError(t, near.UnmarshalText(text))
		require.Equal(t, routing.Closeness(v), near)
	}
	var r routing.Reason
	require.ErrorIs(t, r.UnmarshalText([]byte("luck")), routing.ErrInput)
	_, err := r.MarshalText()
	require.ErrorIs(t, err, routing.ErrInput)
}
