package survey_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey"
	"github.com/rapport-go/rapport/internal/golden"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	vectors := golden.OpenVectors(t, "feedback")
	t.Run("survey_cases.jsonl", func(t *testing.T) { surveyCases(t, vectors) })
	t.Run("definition_lint.json", func(t *testing.T) { lintCases(t, vectors) })
}

// surveyCase is one line of survey_cases.jsonl.
type surveyCase struct {
	ID        string            `json:"id"`
	Class     string            `json:"class"`
	Now       time.Time         `json:"now"`
	Survey    json.RawMessage   `json:"survey"`
	Data      map[string]any    `json:"data"`
	Steps     [][2]any          `json:"steps"`
	Locale    string            `json:"locale"`
	Variables map[string]any    `json:"variables"`
	Expect    surveyExpectation `json:"expect"`
}

type surveyExpectation struct {
	Visible         []string       `json:"visible"`
	Enabled         []string       `json:"enabled"`
	Required        []string       `json:"required"`
	PagesVisible    []string       `json:"pagesVisible"`
	Valid           bool           `json:"valid"`
	Errors          []surveyError  `json:"errors"`
	Calculated      map[string]any `json:"calculated"`
	Quiz            surveyQuiz     `json:"quiz"`
	ScoreTotal      float64        `json:"scoreTotal"`
	DataIfCompleted map[string]any `json:"dataIfCompleted"`
	Texts           *surveyTexts   `json:"texts"`
}

type surveyError struct {
	At    string `json:"at"`
	Type  string `json:"type"`
	Level string `json:"level"`
}

type surveyQuiz struct {
	Correct   int `json:"correct"`
	Incorrect int `json:"incorrect"`
	Questions int `json:"questions"`
}

type surveyTexts struct {
	Titles  [][2]string `json:"titles"`
	Display [][2]any    `json:"display"`
	Errors  []string    `json:"errors"`
}

// strictDecode reads one case and refuses members that the runner does not know.
func strictDecode(t *testing.T, data []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(into), string(data))
}

func surveyCases(t *testing.T, vectors *golden.Vectors) {
	data, ok := vectors.Read(t, "survey_cases.jsonl")
	if !ok {
		return
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	for _, line := range lines {
		var c surveyCase
		strictDecode(t, line, &c)
		t.Run(c.ID, func(t *testing.T) { runSurveyCase(t, c) })
	}
	golden.Count(t, "survey_cases.jsonl", len(lines))
}

func runSurveyCase(t *testing.T, c surveyCase) {
	s, _, err := survey.Parse(c.Survey, nil)
	require.NoError(t, err)
	p, err := s.Compile(&survey.CompileOptions{Strictness: survey.Compat})
	require.NoError(t, err)
	ctx := survey.Context{Now: c.Now, Locale: c.Locale, Vars: c.Variables}
	steps := make([]survey.Step, len(c.Steps))
	for i, st := range c.Steps {
		steps[i] = survey.Step{Key: st[0].(string), Value: st[1]}
	}
	o, err := p.Replay(ctx, c.Data, steps)
	require.NoError(t, err)
	want := c.Expect
	require.Equal(t, list(want.Visible), list(o.Visible), "visible")
	require.Equal(t, list(want.Enabled), list(o.Enabled), "enabled")
	require.Equal(t, list(want.Required), list(o.Required), "required")
	require.Equal(t, list(want.PagesVisible), list(o.Pages), "pagesVisible")
	require.Equal(t, want.Valid, o.Valid(), "valid: %v", o.Problems)
	require.ElementsMatch(t, rowless(want.Errors, want.Errors), rowless(errorsOf(o), want.Errors), "errors: %v, not %v", errorsOf(o), want.Errors)
	require.Equal(t, asJSON(t, want.Calculated), asJSON(t, o.Calculated), "calculated")
	require.Equal(t, want.Quiz, surveyQuiz{o.Score.Correct, o.Score.Incorrect, o.Score.Questions}, "quiz")
	require.InDelta(t, want.ScoreTotal, o.Score.Total, 1e-9, "scoreTotal")
	require.Equal(t, asJSON(t, want.DataIfCompleted), asJSON(t, o.Clean), "dataIfCompleted")
	if want.Texts != nil {
		runTexts(t, p, ctx, c, o)
	}
}

func runTexts(t *testing.T, p *survey.Program, ctx survey.Context, c surveyCase, o survey.Outcome) {
	texts, err := p.Texts(ctx, c.Data)
	require.NoError(t, err)
	titles, display := [][2]string{}, [][2]any{}
	for _, q := range texts {
		titles = append(titles, [2]string{q.Name, q.Title})
		display = append(display, [2]any{q.Name, q.Display})
	}
	require.Equal(t, c.Expect.Texts.Titles, titles, "titles")
	require.Equal(t, c.Expect.Texts.Display, display, "display")
	messages := []string{}
	for _, problem := range o.Problems {
		messages = append(messages, survey.Messages().Text(c.Locale, problem))
	}
	require.ElementsMatch(t, c.Expect.Texts.Errors, messages, "error texts")
}

func errorsOf(o survey.Outcome) []surveyError {
	var out []surveyError
	for _, p := range o.Problems {
		out = append(out, surveyError{p.Path, p.Code.SurveyJS(), p.Level.String()})
	}
	return out
}

// rowIDs are what survey-core names the rows of a dynamic matrix: a number that counts
// over the whole process, where this package has the row's index.
var rowIDs = regexp.MustCompile(`\[(srow_)?\d+\]`)

// rowless leaves the rows' names out where the expectation has such ids.
func rowless(list, want []surveyError) []surveyError {
	out := slices.Clone(list)
	if !slices.ContainsFunc(want, func(e surveyError) bool { return strings.Contains(e.At, "[srow_") }) {
		return out
	}
	for i := range out {
		out[i].At = rowIDs.ReplaceAllString(out[i].At, "[row]")
	}
	return out
}

func list(names []string) []string { return append([]string{}, names...) }

// asJSON gives values that mean the same JSON the same form.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw)
}

// lintCase is one case of definition_lint.json.
type lintCase struct {
	ID       string          `json:"id"`
	Survey   json.RawMessage `json:"survey"`
	Findings []lintFinding   `json:"findings"`
}

type lintFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
}

func lintCases(t *testing.T, vectors *golden.Vectors) {
	data, ok := vectors.Read(t, "definition_lint.json")
	if !ok {
		return
	}
	var cases []lintCase
	strictDecode(t, data, &cases)
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			_, findings, err := survey.Parse(c.Survey, nil)
			require.NoError(t, err)
			got := make([]lintFinding, len(findings))
			for i, f := range findings {
				got[i] = lintFinding{string(f.Rule), f.Severity.String(), f.Path}
			}
			for _, want := range c.Findings {
				require.Contains(t, got, want)
			}
		})
	}
	golden.Count(t, "definition_lint.json", len(cases))
}
