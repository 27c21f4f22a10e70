package survey_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/survey"
)

// builders are all built surveys.
func builders() map[string]func(*survey.Options) (*survey.Survey, error) {
	return map[string]func(*survey.Options) (*survey.Survey, error){
		"nps": survey.BuildNPS, "csat": survey.BuildCSAT, "ces1": survey.BuildCES1, "ces2": survey.BuildCES2, "sus": survey.BuildSUS,
		"pmf": survey.BuildPMF, "purchase": survey.BuildPostPurchase, "interaction": survey.BuildPostInteraction,
	}
}

// A built survey has no finding above "info", compiles in Strict, exports what it was
// read from, and takes an empty answer.
func TestBuilders(t *testing.T) {
	t.Parallel()
	for name, build := range builders() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, o := range []*survey.Options{nil, {Subject: "Acme", Required: true}, {WithoutComment: true}} {
				s, err := build(o)
				require.NoError(t, err)
				for _, f := range s.Lint() {
					require.LessOrEqual(t, f.Severity, survey.SeverityInfo, "%v", f)
				}
				require.Equal(t, survey.ClearOnHiddenContainer, s.ClearMode())
				p, err := s.Compile(nil)
				require.NoError(t, err)
				out, err := p.Evaluate(survey.Context{}, nil)
				require.NoError(t, err)
				require.Equal(t, o == nil || !o.Required, out.Valid())
				raw, err := json.Marshal(s)
				require.NoError(t, err)
				again, _, err := survey.Parse(raw, nil)
				require.NoError(t, err)
				twice, err := json.Marshal(again)
				require.NoError(t, err)
				require.Equal(t, string(raw), string(twice))
			}
		})
	}
}

func TestBuilderTitles(t *testing.T) {
	t.Parallel()
	s, err := survey.BuildNPS(&survey.Options{Titles: map[string]map[string]string{"nps": {"default": "Recommend?", "ja": "薦めますか？"}}})
	require.NoError(t, err)
	require.Equal(t, "薦めますか？", s.Questions()[0].Title.In("ja-JP"))
	require.Equal(t, "Recommend?", s.Questions()[0].Title.In("fr"))
	_, err = survey.BuildNPS(&survey.Options{Titles: map[string]map[string]string{"csat": {"default": "?"}}})
	require.ErrorIs(t, err, survey.ErrDefinition)
}

// The open questions of the Net Promoter survey follow the class of the answer, and an
// answer to the one that is hidden is removed.
func TestNPSFollowUp(t *testing.T) {
	t.Parallel()
	s, err := survey.BuildNPS(nil)
	require.NoError(t, err)
	p, err := s.Compile(nil)
	require.NoError(t, err)
	want := func(score int) string {
		switch {
		case score <= 6:
			return "nps_improve"
		case score <= 8:
			return "nps_better"
		default:
			return "nps_liked"
		}
	}
	for score := range 11 {
		out, err := p.Evaluate(survey.Context{}, survey.Answers{
			"nps": float64(score), "nps_improve": "a", "nps_better": "b", "nps_liked": "c",
		})
		require.NoError(t, err)
		require.True(t, out.Valid(), "%v", out.Problems)
		require.Equal(t, []string{"nps", want(score)}, out.Visible)
		require.Len(t, out.Clean, 2)
		require.Len(t, out.Hidden, 2)
	}
	out, err := p.Evaluate(survey.Context{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"nps"}, out.Visible, "no answer opens no follow-up")
}

func TestResponse(t *testing.T) {
	t.Parallel()
	s, err := survey.BuildPostPurchase(nil)
	require.NoError(t, err)
	p, err := s.Compile(nil)
	require.NoError(t, err)
	at := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	envelope := survey.Envelope{ID: "r1", Survey: "purchase", At: at}
	mapping := survey.Mapping{NPS: []string{"nps"}, CSAT: []string{"csat"}, Comment: "problem_text"}
	out, err := p.Evaluate(survey.Context{}, survey.Answers{"csat": 4.0, "problem": true, "problem_text": "late"})
	require.NoError(t, err)
	r, err := p.Response(envelope, out, mapping)
	require.NoError(t, err)
	require.Equal(t, "late", r.Comment)
	csat, ok := r.CSAT()
	require.True(t, ok)
	require.Equal(t, 4, csat.Score())
	_, ok = r.NPS()
	require.False(t, ok, "a skipped question is no answer")
	require.Len(t, r.Items, 2, "but it was asked")
	require.Nil(t, r.Items[1].Answer)

	lax, err := s.Compile(&survey.CompileOptions{Strictness: survey.Compat})
	require.NoError(t, err)
	for _, raw := range []any{11.0, -1.0, 8.5, "nine", true, "9"} {
		out, err = lax.Evaluate(survey.Context{}, survey.Answers{"nps": raw})
		require.NoError(t, err)
		require.True(t, out.Valid(), "survey-core accepts %v", raw)
		r, err = lax.Response(envelope, out, mapping)
		require.ErrorIs(t, err, feedback.ErrAnswer)
		_, ok = r.NPS()
		require.False(t, ok)

		out, err = p.Evaluate(survey.Context{}, survey.Answers{"nps": raw})
		require.NoError(t, err)
		require.False(t, out.Valid(), "Strict refuses %v", raw)
	}
}

func TestMappingFaults(t *testing.T) {
	t.Parallel()
	s, _, err := survey.Parse([]byte(`{"elements":[
		{"type":"rating","name":"ten","rateMin":1,"rateMax":10},{"type":"rating","name":"nps","rateMin":0,"rateMax":10},
		{"type":"rating","name":"listed","rateValues":[5,4,3,2,1]},{"type":"rating","name":"ces","rateMin":1,"rateMax":7},
		{"type":"text","name":"words"}]}`), nil)
	require.NoError(t, err)
	p, err := s.Compile(nil)
	require.NoError(t, err)
	require.NoError(t, p.CheckMapping(survey.Mapping{NPS: []string{"nps"}, CSAT: []string{"listed"}, CES: []string{"ces"}, Direction: feedback.HigherIsEasier}))
	for name, m := range map[string]survey.Mapping{
		"one to ten":   {NPS: []string{"ten"}},
		"text":         {CSAT: []string{"words"}},
		"missing":      {CSAT: []string{"none"}},
		"twice":        {NPS: []string{"nps", "nps"}},
		"no direction": {CES: []string{"ces"}},
		"no comment":   {Comment: "nowhere"},
	} {
		require.ErrorIs(t, p.CheckMapping(m), survey.ErrMapping, name)
	}
}
