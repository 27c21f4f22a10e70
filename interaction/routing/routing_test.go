package routing_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/routing"
	"github.com/rapport-go/rapport/internal/golden"
)

type vector struct {
	ID     string `json:"id"`
	Agents []struct {
		ID            string         `json:"id"`
		Capacity      int            `json:"capacity"`
		Load          int            `json:"load"`
		Online        bool           `json:"online"`
		Skills        map[string]int `json:"skills"`
		LastAssigned  time.Time      `json:"last_assigned"`
		Interruptible int            `json:"interruptible"`
	} `json:"agents"`
	Items []struct {
		ID            string         `json:"id"`
		Enqueued      time.Time      `json:"enqueued"`
		Priority      int            `json:"priority"`
		LastAgent     string         `json:"last_agent"`
		Weight        int            `json:"weight"`
		Need          map[string]int `json:"need"`
		Tier          string         `json:"tier"`
		Interruptible bool           `json:"interruptible"`
		Steps         []struct {
			Need map[string]int `json:"need"`
			ForS json.Number    `json:"for_s"`
			Only []string       `json:"only"`
		} `json:"steps"`
	} `json:"items"`
	Now    time.Time       `json:"now"`
	Policy json.RawMessage `json:"policy"`
	Want   [][2]*string    `json:"want"`
}

func skills(m map[string]int) (out []routing.Skill) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, routing.Skill{Name: name, Level: m[name]})
	}
	return out
}

// TestVectors runs every case of routing.json.
func TestVectors(t *testing.T) {
	t.Parallel()
	var file struct {
		Suite string   `json:"suite"`
		Cases []vector `json:"cases"`
	}
	if !golden.OpenVectors(t, "interaction").JSON(t, "routing.json", &file) {
		return
	}
	require.Equal(t, "routing", file.Suite)
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) { runVector(t, v) })
	}
	golden.Count(t, "routing.json", len(file.Cases))
}

func runVector(t *testing.T, v vector) {
	policy := routing.Policy{} // where the case names none
	if v.Policy != nil {
		var err error
		policy, err = routing.ParsePolicy(v.Policy)
		require.NoError(t, err)
	}
	router, err := routing.NewRouter(policy)
	require.NoError(t, err)
	var agents []routing.Agent
	for _, a := range v.Agents {
		agent := routing.Agent{
			ID: a.ID, Capacity: a.Capacity, Load: a.Load, Interruptible: a.Interruptible,
			Skills: skills(a.Skills), LastAssigned: a.LastAssigned,
		}
		if a.Online {
			agent.Presence = routing.Online
		}
		agents = append(agents, agent)
	}
	var items []routing.Item
	for _, x := range v.Items {
		item := routing.Item{
			ID: x.ID, Enqueued: x.Enqueued, Priority: x.Priority, LastAgent: x.LastAgent, Weight: x.Weight,
			Need: skills(x.Need), Tier: x.Tier, Interruptible: x.Interruptible,
		}
		for _, s := range x.Steps {
			step := routing.Step{Need: skills(s.Need), Only: s.Only}
			if s.ForS != "" {
				step.For, err = time.ParseDuration(s.ForS.String() + "s")
				require.NoError(t, err)
			}
			item.Steps = append(item.Steps, step)
		}
		items = append(items, item)
	}
	plan, err := router.Assign(v.Now, items, agents)
	require.NoError(t, err)
	require.Len(t, v.Want, len(plan.Decisions))
	for i, d := range plan.Decisions {
		require.Equal(t, *v.Want[i][0], d.Item, plan.Explain())
		if v.Want[i][1] == nil {
			require.False(t, d.IsAssigned(), plan.Explain())
		} else {
			require.Equal(t, *v.Want[i][1], d.Agent, plan.Explain())
		}
	}
}

var noon = time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)

func assign(t testing.TB, p routing.Policy, items []routing.Item, agents ...routing.Agent) routing.Plan {
	t.Helper()
	router, err := routing.NewRouter(p)
	require.NoError(t, err)
	plan, err := router.Assign(noon, items, agents)
	require.NoError(t, err)
	return plan
}

// outcome writes a plan as "item>agent" words.
func outcome(p routing.Plan) (out []string) {
	for _, d := range p.Decisions {
		out = append(out, d.Item+">"+d.Agent)
	}
	return out
}

func ago(d time.Duration) time.Time { return noon.Add(-d) }

func TestLanguagesMatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		want, have string
		near       routing.Closeness
	}{
		{"ms", "id", routing.Foreign},
		{"id", "ms", routing.Foreign}, // x/text's matcher says high confidence
		{"sr-Latn", "sr", routing.Foreign},
		{"sr-Latn", "hr", routing.Foreign},
		{"hr", "bs", routing.Foreign},
		{"zh-TW", "zh", routing.Foreign},
		{"zh-HK", "zh-Hant", routing.Related},
		{"zh", "zh-Hans-CN", routing.Same},
		{"zh-SG", "zh-Hans", routing.Related},
		{"yue", "zh-Hant", routing.Foreign},
		{"cmn", "zh", routing.Same},
		{"iw", "he", routing.Same},
		{"nb", "no", routing.Same},
		{"nn", "nb", routing.Foreign},
		{"nn", "no", routing.Foreign},
		{"sr", "sr-Cyrl", routing.Same},
		{"sr-Latn", "sr-Latn-ME", routing.Related},
		{"sh", "sr-Latn", routing.Same},
		{"zsm", "ms", routing.Same},
		{"ms-Arab", "ms", routing.Foreign},
		{"in", "id", routing.Same},
		{"ind", "id", routing.Same},
		{"zh-Hant", "zh-TW", routing.Same},
		{"zh-Hans", "zh-Hant", routing.Foreign},
		{"cmn-Hant", "zh-Hant", routing.Same},
		{"pt-BR", "pt-PT", routing.Related},
		{"en-GB", "en", routing.Related},
		{"en", "en-US", routing.Same},
		{"tl", "fil", routing.Same},
		{"uz-Cyrl", "uz", routing.Foreign},
		{"pa-Arab", "pa", routing.Foreign},
		{"uk", "ru", routing.Foreign},
		{"af", "nl", routing.Foreign},
		{"und", "und", routing.Foreign},
		{"und-US", "en", routing.Foreign},
		{"mul", "mul", routing.Foreign},
		{"x-klingon", "x-klingon", routing.Foreign},
	} {
		require.Equal(t, row.near, routing.MatchLanguage(language.MustParse(row.want), language.MustParse(row.have)), "%s offered for %s", row.have, row.want)
	}
}

func TestLanguageRouting(t *testing.T) {
	t.Parallel()
	fluent := func(tag string, level routing.CEFR) []routing.Fluency {
		return []routing.Fluency{{Tag: language.MustParse(tag), Level: level}}
	}
	agents := []routing.Agent{
		{ID: "ani", Presence: routing.Online, Capacity: 5, Languages: fluent("id", routing.C2)},
		{ID: "bea", Presence: routing.Online, Capacity: 5, Languages: fluent("pt-PT", routing.B1), Load: 1},
		{ID: "cal", Presence: routing.Online, Capacity: 5, Languages: fluent("en", routing.C1), Load: 4},
	}
	item := func(level routing.CEFR, tags ...string) []routing.Item {
		it := routing.Item{ID: "x", Enqueued: ago(time.Minute), Level: level}
		for _, tag := range tags {
			it.Languages = append(it.Languages, language.MustParse(tag))
		}
		return []routing.Item{it}
	}
	plan := assign(t, routing.Policy{}, item(routing.A1, "ms"), agents...)
	require.Equal(t, routing.NobodySpeaks, plan.Decisions[0].Reason)
	plan = assign(t, routing.Policy{}, item(routing.B2, "pt-BR"), agents...)
	require.Equal(t, routing.NobodySpeaks, plan.Decisions[0].Reason, "B1 is not B2")
	plan = assign(t, routing.Policy{}, item(routing.B1, "pt-BR"), agents...)
	require.Equal(t, "bea", plan.Decisions[0].Agent)
	plan = assign(t, routing.Policy{}, item(routing.B1, "en-GB", "pt-BR"), agents...)
	require.Equal(t, "cal", plan.Decisions[0].Agent, "the first language comes before the lower load")
	require.Equal(t, "en-GB", plan.Decisions[0].Language.String())
	agents[2].Load = 5
	plan = assign(t, routing.Policy{}, item(routing.B1, "en-GB", "pt-BR"), agents...)
	require.Equal(t, "bea", plan.Decisions[0].Agent)
	// A step may ask for less.
	it := item(routing.C1, "pt-BR")
	it[0].Steps = []routing.Step{{For: 30 * time.Second}, {Level: routing.A2}}
	plan = assign(t, routing.Policy{}, it, agents...)
	require.Equal(t, "bea", plan.Decisions[0].Agent)
}

// The reason is true of everybody who fitted, by whichever language.
func TestReasonsAcrossLanguages(t *testing.T) {
	t.Parallel()
	speaker := func(id, tag string, load int) routing.Agent {
		return routing.Agent{ID: id, Presence: routing.Online, Capacity: 5, Load: load, Languages: []routing.Fluency{{Tag: language.MustParse(tag), Level: routing.C2}}}
	}
	serbian, english, idle := speaker("mila", "sr-Latn", 4), speaker("ed", "en", 0), speaker("eva", "en", 1)
	both := routing.Item{ID: "x", Enqueued: ago(time.Minute), Languages: []language.Tag{language.MustParse("sr-Latn"), language.English}}
	plan := assign(t, routing.Policy{}, []routing.Item{both}, serbian, english, idle)
	require.Equal(t, "x to mila (best_language, load now 5 of 5) of 3 who fitted, 1 in sr-Latn; priority 0, waited 1m0s", plan.Decisions[0].Why())
	plan = assign(t, routing.Policy{}, []routing.Item{both}, serbian)
	require.Equal(t, routing.OnlyOne, plan.Decisions[0].Reason)
	plan = assign(t, routing.Policy{}, []routing.Item{both}, english, idle)
	require.Equal(t, "x to ed (lowest_share, load now 1 of 5) of 2 who fitted; priority 0, waited 1m0s", plan.Decisions[0].Why())
	both.Languages[0] = language.MustParse("sr") // Cyrillic
	plan = assign(t, routing.Policy{}, []routing.Item{both}, serbian, english)
	require.Equal(t, routing.OnlyOne, plan.Decisions[0].Reason)
	require.Equal(t, "en", plan.Decisions[0].Language.String())
	both.LastAgent, both.Languages[0] = "ed", language.MustParse("sr-Latn")
	plan = assign(t, routing.Policy{}, []routing.Item{both}, serbian, english)
	require.Equal(t, routing.LastAgent, plan.Decisions[0].Reason)
	require.Equal(t, "en", plan.Decisions[0].Language.String())
	require.Equal(t, 1, plan.Decisions[0].Funnel.Tongue)
}

func TestWaitingCounts(t *testing.T) {
	t.Parallel()
	plan := assign(t, routing.Policy{AgingStep: 10 * time.Minute, AgingCap: 2}, []routing.Item{
		{ID: "old", Enqueued: ago(time.Hour), Priority: 1},
		{ID: "young", Enqueued: ago(19 * time.Minute), Priority: 1},
		{ID: "tomorrow", Enqueued: ago(-time.Hour), Steps: []routing.Step{{For: time.Minute}, {}}},
	})
	for i, want := range []struct {
		priority int64
		waited   time.Duration
	}{{3, time.Hour}, {2, 19 * time.Minute}, {0, 0}} {
		require.Equal(t, want.priority, plan.Decisions[i].Priority)
		require.Equal(t, want.waited, plan.Decisions[i].Waited)
	}
	require.True(t, plan.Decisions[2].Changes.Equal(noon.Add(time.Minute)), "what is enqueued in the future waits from now on")
}

// A share above the usual one is no need where chance explains it.
func TestChanceIsNoNeed(t *testing.T) {
	t.Parallel()
	var n routing.TrainingNeeds
	for i := range 100 {
		theme, every := "delivery", 10
		if i%2 == 0 {
			theme, every = "warranty", 8 // 7 of 50, against 12 of 100 in all
		}
		require.NoError(t, n.Add(routing.Handled{Agent: "ann", Theme: theme, Transferred: i/2%every == 0}))
	}
	needs, err := n.Needs(nil)
	require.NoError(t, err)
	require.Empty(t, needs)
	needs, err = n.Needs(&routing.NeedOptions{Level: 0.1})
	require.NoError(t, err)
	require.NotEmpty(t, needs)
}

func TestStepsWiden(t *testing.T) {
	t.Parallel()
	agents := []routing.Agent{
		{ID: "ann", Presence: routing.Online, Capacity: 3, Skills: []routing.Skill{{Name: "tax", Level: 2}}},
		{ID: "bob", Presence: routing.Online, Capacity: 3, Load: 3, Skills: []routing.Skill{{Name: "tax", Level: 5}}},
	}
	for _, row := range []struct {
		waited time.Duration
		agent  string
		step   int
		next   time.Duration
	}{
		{0, "", 0, time.Minute},
		{59 * time.Second, "", 0, time.Second},
		{time.Minute, "ann", 1, 0},
		{3*time.Minute - 1, "ann", 1, 0},
		{3 * time.Minute, "ann", -1, 0},
	} {
		plan := assign(t, routing.Policy{}, []routing.Item{{ID: "x", Enqueued: ago(row.waited), Steps: []routing.Step{
			{Need: []routing.Skill{{Name: "tax", Level: 4}}, For: time.Minute},
			{Need: []routing.Skill{{Name: "tax", Level: 2}}, Only: []string{"ann", "nobody"}, For: 2 * time.Minute},
		}}}, agents...)
		require.Equal(t, row.agent, plan.Decisions[0].Agent, row.waited)
		require.Equal(t, row.step, plan.Decisions[0].Step, row.waited)
		if row.next == 0 {
			require.Zero(t, plan.Next)
		} else {
			require.True(t, plan.Next.Equal(noon.Add(row.next)), plan.Next)
		}
	}
	// What stands in Need is never given up.
	plan := assign(t, routing.Policy{}, []routing.Item{{
		ID: "x", Enqueued: ago(time.Hour), Need: []routing.Skill{{Name: "law", Level: 1}}, Steps: []routing.Step{{For: time.Second}},
	}}, agents...)
	require.Equal(t, routing.NobodySkilled, plan.Decisions[0].Reason)
}

func TestInterruptibleWork(t *testing.T) {
	t.Parallel()
	call := routing.Item{ID: "call", Enqueued: ago(time.Second), Priority: 5, Weight: 5}
	mail := routing.Item{ID: "mail", Enqueued: ago(time.Hour), Interruptible: true}
	busy := routing.Agent{ID: "ann", Presence: routing.Online, Capacity: 6, Load: 4, Interruptible: 3}
	plan := assign(t, routing.Policy{}, []routing.Item{mail, call}, busy)
	require.Equal(t, []string{"call>ann", "mail>"}, outcome(plan))
	require.Equal(t, 3, plan.Decisions[0].SetAside)
	require.Equal(t, routing.NoRoom, plan.Decisions[1].Reason)
	busy.Interruptible = 0
	plan = assign(t, routing.Policy{}, []routing.Item{mail, call}, busy)
	require.Equal(t, []string{"call>", "mail>ann"}, outcome(plan))
}

func TestCareForStaff(t *testing.T) {
	t.Parallel()
	policy := routing.Policy{Care: routing.Care{Recovery: 10 * time.Minute, MaxInRow: 3, Rest: time.Hour, SupportAt: 2}}
	hard := routing.Item{ID: "hard", Enqueued: ago(time.Minute), Difficult: true, Priority: 1}
	easy := routing.Item{ID: "easy", Enqueued: ago(time.Minute)}
	fresh := routing.Agent{ID: "ann", Presence: routing.Online, Capacity: 4}
	boss := routing.Agent{ID: "zoe", Presence: routing.Online, Supervisor: true}

	resting := fresh
	resting.LastDifficult, resting.InRow = ago(9*time.Minute), 1
	plan := assign(t, policy, []routing.Item{hard, easy}, resting)
	require.Equal(t, []string{"hard>", "easy>"}, outcome(plan))
	require.Equal(t, routing.Recovering, plan.Decisions[0].Reason)
	require.True(t, plan.Next.Equal(noon.Add(time.Minute)), "the pause ends")

	tired := fresh
	tired.LastDifficult, tired.InRow = ago(10*time.Minute), 3
	plan = assign(t, policy, []routing.Item{hard, easy}, tired)
	require.Equal(t, []string{"hard>", "easy>ann"}, outcome(plan), "only ordinary work after three")
	require.Equal(t, routing.Recovering, plan.Decisions[0].Reason)
	require.True(t, plan.Next.Equal(noon.Add(50*time.Minute)), plan.Next)

	rested := tired
	rested.LastDifficult = ago(time.Hour)
	plan = assign(t, policy, []routing.Item{hard, easy}, rested)
	require.Equal(t, []string{"hard>ann", "easy>ann"}, outcome(plan))
	require.Empty(t, plan.Support)

	second := fresh
	second.LastDifficult, second.InRow = ago(20*time.Minute), 1
	another := hard
	another.ID = "harder"
	third := hard
	third.ID = "hardest"
	plan = assign(t, policy, []routing.Item{hard, another, third}, second, boss)
	require.Equal(t, []string{"hard>ann", "harder>ann", "hardest>"}, outcome(plan), "the row is counted within the round")
	require.Equal(t, []routing.SupportCall{
		{Agent: "ann", Item: "hard", Supervisor: "zoe", InRow: 2}, {Agent: "ann", Item: "harder", Supervisor: "zoe", InRow: 3},
	}, plan.Support)

	asking := fresh
	asking.AsksSupport = true
	plan = assign(t, policy, nil, asking)
	require.Equal(t, []routing.SupportCall{{Agent: "ann"}}, plan.Support, "no supervisor is on duty")
}

func TestReservation(t *testing.T) {
	t.Parallel()
	heavy := routing.Item{ID: "heavy", Enqueued: ago(time.Hour), Priority: 1, Weight: 4}
	light := routing.Item{ID: "light", Enqueued: ago(time.Minute)}
	ann := routing.Agent{ID: "ann", Presence: routing.Online, Capacity: 5, Load: 3}
	require.Equal(t, []string{"heavy>", "light>ann"}, outcome(assign(t, routing.Policy{}, []routing.Item{heavy, light}, ann)))
	plan := assign(t, routing.Policy{ReserveAfter: time.Hour}, []routing.Item{heavy, light}, ann)
	require.Equal(t, []string{"heavy>", "light>"}, outcome(plan))
	require.Equal(t, "ann", plan.Decisions[0].Reserved)
	require.Contains(t, plan.Decisions[0].Why(), "ann is kept free for it")
}

type shift struct{ open, back time.Time }

func (s shift) IsOpen(t time.Time) bool               { return !t.Before(s.open) }
func (s shift) NextOpen(time.Time) (time.Time, error) { return s.back, nil }

func TestPresence(t *testing.T) {
	t.Parallel()
	x := []routing.Item{{ID: "x", Enqueued: ago(time.Minute), Channel: interaction.Phone, LastAgent: "ann"}}
	at := noon.Add(time.Hour)
	plan := assign(t, routing.Policy{}, x,
		routing.Agent{ID: "ann", Presence: routing.Online, Capacity: 1, Shift: shift{at, at}},
		routing.Agent{ID: "bob", Presence: routing.Away, Capacity: 1}, routing.Agent{ID: "cas", Capacity: 1})
	require.Equal(t, routing.NobodyPresent, plan.Decisions[0].Reason)
	require.True(t, plan.Next.Equal(at), "the shift begins")
	plan = assign(t, routing.Policy{}, x, routing.Agent{ID: "ann", Presence: routing.Online, Capacity: 1, Channels: []interaction.Channel{interaction.Email}})
	require.Equal(t, routing.NobodyOnChannel, plan.Decisions[0].Reason)
	plan = assign(t, routing.Policy{Tiers: map[string]int{"vip": 3}}, []routing.Item{
		{ID: "a", Enqueued: ago(time.Hour), Priority: 2}, {ID: "b", Enqueued: ago(time.Minute), Tier: "vip"},
	})
	require.Equal(t, []string{"b>", "a>"}, outcome(plan))
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	router, err := routing.NewRouter(routing.Policy{})
	require.NoError(t, err)
	_, err = router.Assign(noon,
		[]routing.Item{{ID: "a", Weight: -1}, {ID: "a", Need: []routing.Skill{{Level: -1}}, Steps: []routing.Step{{}, {For: -1}}}, {}},
		[]routing.Agent{{ID: "b", Capacity: -1}, {ID: "b", Load: 1, Interruptible: 2, Languages: []routing.Fluency{{}}}, {InRow: -1, Presence: 9}})
	require.ErrorIs(t, err, routing.ErrInput)
	for _, part := range []string{
		"items[0].Weight", "items[1].Need[0]", "Steps[0].For", "Steps[1].For", "items[2].ID", `a: has an ID that comes twice`, "agents[0].Capacity",
		"agents[1].Interruptible", "agents[1].Languages[0].Level", "agents[2].ID", "agents[2].InRow", "agents[2].Presence", "b: has an ID that comes twice",
	} {
		require.ErrorContains(t, err, part)
	}
	_, err = routing.NewRouter(routing.Policy{AgingStep: -1, AgingCap: -1, Care: routing.Care{MaxInRow: 1}, Tiers: map[string]int{"x": 1 << 40}})
	require.ErrorIs(t, err, routing.ErrPolicy)
	for _, part := range []string{"AgingStep", "AgingCap", "Care.Rest", "Tiers.x"} {
		require.ErrorContains(t, err, part)
	}
	for _, text := range []string{`{"aging_step_s": 1.5}`, `{"ageing": 1}`, `{"care": {"max_in_row": 1}}`, `{"aging_step_s": -1}`, `[]`, ``, `{"aging_step_s": 1, "aging_step_s": 2}`} {
		_, err = routing.ParsePolicy([]byte(text))
		require.ErrorIs(t, err, routing.ErrPolicy, text)
	}
	p, err := routing.ParsePolicy([]byte(`{"aging_step_s": 60, "aging_cap": 0}`))
	require.NoError(t, err)
	require.Zero(t, p.AgingStep)
}

func TestTrainingNeeds(t *testing.T) {
	t.Parallel()
	var left, right routing.TrainingNeeds
	_, err := left.Needs(nil)
	require.ErrorIs(t, err, routing.ErrNoData)
	require.ErrorIs(t, left.Add(routing.Handled{Agent: "ann", Low: true}), routing.ErrInput)
	require.ErrorIs(t, left.Add(routing.Handled{}), routing.ErrInput)
	for i := range 400 {
		h := routing.Handled{Agent: "ann", Skills: []string{"billing", "billing"}, Language: language.German, Theme: "invoice", Scored: true, Low: i%10 == 0}
		if i%2 == 1 {
			h = routing.Handled{Agent: "bob", Skills: []string{"tax"}, Language: language.French, Theme: "refund", Transferred: i%4 == 1, Repeated: i%8 == 1}
		}
		if i < 150 {
			require.NoError(t, left.Add(h))
		} else {
			require.NoError(t, right.Add(h))
		}
	}
	both, swapped := routing.TrainingNeeds{}, routing.TrainingNeeds{}
	both.Merge(&left)
	both.Merge(&right)
	swapped.Merge(&right)
	swapped.Merge(&left)
	swapped.Merge(nil)
	require.Equal(t, both, swapped)
	needs, err := both.Needs(nil)
	require.NoError(t, err)
	text := ""
	for _, n := range needs {
		require.NotEqual(t, "ann", n.Agent, "ann's low scores are usual: nobody else is rated")
		text += n.String() + "\n"
	}
	golden.Equal(t, "testdata/training.golden", text)
	_, err = both.Needs(&routing.NeedOptions{Level: 1})
	require.ErrorIs(t, err, routing.ErrInput)
	needs, err = both.Needs(&routing.NeedOptions{Least: 201})
	require.NoError(t, err)
	require.Empty(t, needs)
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	router, err := routing.NewRouter(routing.Policy{
		AgingStep: 10 * time.Minute, Tiers: map[string]int{"vip": 3}, ReserveAfter: 20 * time.Minute,
		Care: routing.Care{Recovery: 5 * time.Minute, MaxInRow: 2, Rest: time.Hour, SupportAt: 2},
	})
	require.NoError(t, err)
	german := []language.Tag{language.German}
	plan, err := router.Assign(noon, []routing.Item{
		{ID: "c1 invoice", Enqueued: ago(5 * time.Minute), Need: []routing.Skill{{Name: "billing", Level: 3}}, Languages: german, Level: routing.B2},
		{ID: "c2 threat", Enqueued: ago(time.Minute), Tier: "vip", Difficult: true},
		{ID: "c3 portuguese", Enqueued: ago(time.Minute), Languages: []language.Tag{language.BrazilianPortuguese}},
		{ID: "c4 letter", Enqueued: ago(time.Hour), Weight: 2, Interruptible: true, Steps: []routing.Step{{Only: []string{"dirk"}, For: 2 * time.Hour}}},
		{ID: "c5 tax", Enqueued: ago(10 * time.Second), Steps: []routing.Step{{Need: []routing.Skill{{Name: "tax", Level: 5}}, For: 30 * time.Second}, {}}},
		{ID: "c6 move", Enqueued: ago(25 * time.Minute), Weight: 9},
	}, []routing.Agent{
		{ID: "anna", Presence: routing.Online, Capacity: 10, Load: 4, Skills: []routing.Skill{{Name: "billing", Level: 4}}, Languages: []routing.Fluency{{Tag: language.German, Level: routing.C2}}},
		{ID: "bert", Presence: routing.Online, Capacity: 5, Load: 1, LastDifficult: ago(30 * time.Minute), LastAssigned: ago(40 * time.Minute), InRow: 1},
		{ID: "carl", Presence: routing.Away, Capacity: 5, Skills: []routing.Skill{{Name: "tax", Level: 5}}},
		{ID: "dirk", Presence: routing.Online, Capacity: 5, LastDifficult: ago(time.Minute), InRow: 1},
		{ID: "emma", Presence: routing.Online, Supervisor: true},
	})
	require.NoError(t, err)
	golden.Equal(t, "testdata/explain.golden", plan.Explain())
}

func ExampleRouter_Assign() {
	router, err := routing.NewRouter(routing.Policy{AgingStep: 10 * time.Minute})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC)
	plan, err := router.Assign(now, []routing.Item{
		{ID: "chat", Enqueued: now.Add(-time.Minute), Priority: 2, Languages: []language.Tag{language.MustParse("ms")}},
		{ID: "mail", Enqueued: now.Add(-30 * time.Minute)},
	}, []routing.Agent{
		{ID: "dewi", Presence: routing.Online, Capacity: 4, Languages: []routing.Fluency{{Tag: language.Indonesian, Level: routing.C2}}},
	})
	fmt.Print(plan.Explain())
	fmt.Println(err)
	// Output:
	// mail to dewi (only_one, load now 1 of 4) of 1 who fitted; priority 3, waited 30m0s
	// chat waits (nobody_speaks): of 1 agents 1 on duty, 1 on the channel, 0 speak, 0 skilled, 0 named, 0 rested, 0 with room; priority 2, waited 1m0s
	// <nil>
}

func ExampleTrainingNeeds() {
	var n routing.TrainingNeeds
	for i := range 200 {
		theme := []string{"delivery", "warranty"}[i%2]
		if err := n.Add(routing.Handled{Agent: "ann", Theme: theme, Transferred: theme == "warranty" && i%3 == 0}); err != nil {
			fmt.Println(err)
		}
	}
	needs, err := n.Needs(nil)
	fmt.Println(needs[0], err)
	// Output:
	// the team, theme warranty: transfers in 33 of 100 contacts, 33.0 % (24.6 to 42.7), usual 16.5 % <nil>
}

// Care for staff: after two difficult contacts in a row only ordinary ones, with a
// supervisor at the agent's side from the second on.
func ExampleRouter_Assign_care() {
	router, err := routing.NewRouter(routing.Policy{
		Tiers: map[string]int{"vip": 3},
		Care:  routing.Care{Recovery: 10 * time.Minute, MaxInRow: 2, Rest: time.Hour, SupportAt: 2},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC)
	plan, err := router.Assign(now, []routing.Item{
		{ID: "threat", Channel: interaction.LiveChat, Enqueued: now.Add(-time.Minute), Difficult: true, Tier: "vip"},
		{ID: "insult", Channel: interaction.LiveChat, Enqueued: now.Add(-2 * time.Minute), Difficult: true},
		{ID: "question", Channel: interaction.LiveChat, Enqueued: now},
	}, []routing.Agent{
		{ID: "ann", Presence: routing.Online, Capacity: 4, InRow: 1, LastDifficult: now.Add(-20 * time.Minute)},
		{ID: "zoe", Presence: routing.Online, Channels: []interaction.Channel{interaction.Phone}, Supervisor: true},
	})
	fmt.Print(plan.Explain())
	fmt.Println(err)
	// Output:
	// threat to ann (only_one, load now 1 of 4) of 1 who fitted; priority 3, waited 1m0s
	// insult waits (recovering): of 2 agents 2 on duty, 1 on the channel, 1 speak, 1 skilled, 1 named, 0 rested, 0 with room; priority 0, waited 2m0s
	// question to ann (only_one, load now 2 of 4) of 1 who fitted; priority 0, waited 0s
	// ann has difficult contact 2 in a row (threat): zoe
	// look again at 2024-06-03T11:00:00Z
	// <nil>
}

// An Indonesian speaker is not offered to somebody who asked for Malay.
func ExampleMatchLanguage() {
	fmt.Println(routing.MatchLanguage(language.Malay, language.Indonesian))
	fmt.Println(routing.MatchLanguage(language.MustParse("zh-TW"), language.TraditionalChinese))
	fmt.Println(routing.MatchLanguage(language.BrazilianPortuguese, language.EuropeanPortuguese))
	// Output:
	// foreign
	// same
	// related
}
