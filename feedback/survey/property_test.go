package survey_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/survey"
)

// drawn is a random survey: questions of all simple types on pages and panels, with
// conditions that read each other.
type drawn struct {
	t     *rapid.T
	n     int
	names []string
}

func draw(t *rapid.T, clear string) string {
	d := &drawn{t: t, n: rapid.IntRange(2, 8).Draw(t, "questions")}
	for i := range d.n {
		d.names = append(d.names, fmt.Sprintf("q%d", i+1))
	}
	definition := map[string]any{"pages": d.pages()}
	if clear != "" {
		definition["clearInvisibleValues"] = clear
	}
	if d.chance("calculated", 3) {
		definition["calculatedValues"] = []any{map[string]any{"name": "total", "expression": "{" + d.name() + "} + {" + d.name() + "}", "includeIntoResult": false}}
	}
	raw, err := json.Marshal(definition)
	require.NoError(t, err)
	return string(raw)
}

func (d *drawn) chance(label string, of int) bool {
	return rapid.IntRange(1, of).Draw(d.t, label) == 1
}
func (d *drawn) name() string { return rapid.SampledFrom(d.names).Draw(d.t, "name") }

func (d *drawn) condition() string {
	forms := []string{"{%s} = 'red'", "{%s} notempty", "{%s} empty", "{%s} > 4", "{%s} <= 6", "{%s} contains 'blue'", "{%s} != 'red'", "{%s} = true"}
	one := fmt.Sprintf(rapid.SampledFrom(forms).Draw(d.t, "form"), d.name())
	if d.chance("and", 4) {
		return "(" + one + ") and (" + fmt.Sprintf(rapid.SampledFrom(forms).Draw(d.t, "form"), d.name()) + ")"
	}
	return one
}

func (d *drawn) pages() []any {
	var pages []any
	for i := 0; i < d.n; {
		page := map[string]any{"name": fmt.Sprintf("p%d", len(pages)+1)}
		var elements []any
		for range rapid.IntRange(1, 4).Draw(d.t, "on page") {
			if i >= d.n {
				break
			}
			e := d.question(d.names[i])
			i++
			if d.chance("panel", 6) {
				panel := map[string]any{"type": "panel", "name": fmt.Sprintf("pan%d", i), "elements": []any{e}}
				d.conditions(panel)
				e = panel
			}
			elements = append(elements, e)
		}
		page["elements"] = elements
		if d.chance("page condition", 4) {
			page["visibleIf"] = d.condition()
		}
		pages = append(pages, page)
	}
	return pages
}

func (d *drawn) conditions(e map[string]any) {
	for _, key := range []string{"visibleIf", "enableIf", "requiredIf"} {
		if d.chance(key, 4) {
			e[key] = d.condition()
		}
	}
	if d.chance("required", 4) {
		e["isRequired"] = true
	}
}

func (d *drawn) question(name string) map[string]any {
	kind := rapid.SampledFrom([]string{"text", "number", "rating", "radiogroup", "checkbox", "boolean", "comment", "dropdown"}).Draw(d.t, "type")
	e := map[string]any{"type": kind, "name": name}
	switch kind {
	case "number":
		e["type"], e["inputType"], e["min"], e["max"] = "text", "number", 1, 20
	case "rating":
		e["rateMin"], e["rateMax"] = 0, 10
	case "radiogroup", "checkbox", "dropdown":
		e["choices"] = []string{"red", "blue", "green"}
	}
	d.conditions(e)
	return e
}

// drawAnswers draws answers, some of them wrong.
func drawAnswers(t *rapid.T) survey.Answers {
	value := rapid.OneOf(
		rapid.Just[any]("red"), rapid.Just[any]("blue"), rapid.Just[any]("ok"), rapid.Just[any](true), rapid.Just[any](false), rapid.Just[any](nil),
		rapid.Map(rapid.IntRange(-2, 12), func(i int) any { return float64(i) }),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"red", "blue", "green", "zzz"}), 0, 3), func(s []string) any {
			out := []any{}
			for _, x := range s {
				out = append(out, x)
			}
			return out
		}),
	)
	return rapid.MapOfN(rapid.SampledFrom([]string{"q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"}), value, 0, 8).Draw(t, "answers")
}

func program(t *rapid.T, definition string, strictness survey.Strictness) *survey.Program {
	s, _, err := survey.Parse([]byte(definition), nil)
	require.NoError(t, err)
	p, err := s.Compile(&survey.CompileOptions{Strictness: strictness})
	if err != nil { // a condition that reads its own question is an error in Strict
		t.Skip("the definition is refused")
	}
	return p
}

var modes = []string{"", "none", "onComplete", "onHidden", "onHiddenContainer"}

// Property 1: the same inputs give the same bytes, however often and with whatever
// memory.
func TestPropertyDeterministic(t *testing.T) {
	t.Parallel()
	s := new(survey.Scratch)
	rapid.Check(t, func(t *rapid.T) {
		p := program(t, draw(t, rapid.SampledFrom(modes).Draw(t, "mode")), rapid.SampledFrom([]survey.Strictness{survey.Strict, survey.Compat}).Draw(t, "strictness"))
		a := drawAnswers(t)
		one, err := p.Evaluate(survey.Context{}, a)
		require.NoError(t, err)
		first, err := json.Marshal(one)
		require.NoError(t, err)
		for range 3 {
			again, err := p.EvaluateWith(s, survey.Context{}, a.Clone())
			require.NoError(t, err)
			second, err := json.Marshal(again)
			require.NoError(t, err)
			require.Equal(t, string(first), string(second))
		}
	})
}

// Property 2: nothing hidden has a problem, and what is required or enabled is visible.
func TestPropertyVisible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := program(t, draw(t, rapid.SampledFrom(modes).Draw(t, "mode")), survey.Strict)
		o, err := p.Evaluate(survey.Context{}, drawAnswers(t))
		require.NoError(t, err)
		require.Subset(t, o.Visible, o.Required)
		require.Subset(t, o.Visible, o.Enabled)
		for _, problem := range o.Problems {
			if strings.HasPrefix(problem.Path, "q") && problem.Code != survey.CodeUnknownKey {
				require.Contains(t, o.Visible, problem.Path)
			}
		}
		for _, h := range o.Hidden {
			require.NotContains(t, o.Visible, h.Question)
			require.NotEmpty(t, h.By)
		}
	})
}

// Property 3: clean answers evaluate to themselves, and are valid if the first were.
// Under onComplete, and under onHidden where a whole page is hidden, an answer that only
// a hidden answer made visible is kept, so that a second evaluation may hide it: there it
// holds after one more round at most as often as there are questions.
func TestPropertyIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom(modes).Draw(t, "mode")
		p := program(t, draw(t, mode), survey.Strict)
		first, err := p.Evaluate(survey.Context{}, drawAnswers(t))
		require.NoError(t, err)
		rounds := 1
		if mode == "" || mode == "onComplete" || mode == "onHidden" {
			rounds = 9
		}
		clean := first
		for range rounds {
			next, err := p.Evaluate(survey.Context{}, clean.Clean)
			require.NoError(t, err)
			if rounds == 1 {
				require.Equal(t, clean.Clean, next.Clean)
				require.True(t, !first.Valid() || next.Valid(), "%v", next.Problems)
			}
			clean = next
		}
		last, err := p.Evaluate(survey.Context{}, clean.Clean)
		require.NoError(t, err)
		require.Equal(t, clean.Clean, last.Clean)
	})
}

// Property 4: an unrelated unknown key changes only the report.
func TestPropertyUnknownKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := program(t, draw(t, rapid.SampledFrom(modes).Draw(t, "mode")), survey.Strict)
		a := drawAnswers(t)
		a = slicesOut(a, p, t)
		without, err := p.Evaluate(survey.Context{}, a)
		require.NoError(t, err)
		more := a.Clone()
		more["unrelated"] = 1.0
		with, err := p.Evaluate(survey.Context{}, more)
		require.NoError(t, err)
		require.Equal(t, []string{"unrelated"}, with.Unknown)
		require.Equal(t, without.Valid(), with.Valid())
		with.Unknown = nil
		with.Problems = slices.DeleteFunc(with.Problems, func(p survey.Problem) bool { return p.Path == "unrelated" })
		require.Equal(t, fmt.Sprint(without), fmt.Sprint(with))
	})
}

// slicesOut leaves out answers to questions that the survey does not have.
func slicesOut(a survey.Answers, p *survey.Program, t *rapid.T) survey.Answers {
	o, err := p.Evaluate(survey.Context{}, a)
	require.NoError(t, err)
	out := a.Clone()
	for _, key := range o.Unknown {
		delete(out, key)
	}
	return out
}

// Property 7: what is exported is what was read, known or not, with numbers as they were
// written.
func TestPropertyExport(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var tree any
		require.NoError(t, json.Unmarshal([]byte(draw(t, "")), &tree))
		definition := tree.(map[string]any)
		for range rapid.IntRange(0, 5).Draw(t, "extra") {
			key := rapid.StringN(1, 8, -1).Draw(t, "key")
			definition["x-"+key] = rapid.OneOf(rapid.Just[any](1e21), rapid.Just[any](json.Number("1.50")), rapid.Just[any]("\u2028<>&"), rapid.Just[any]([]any{nil, true})).Draw(t, "value")
		}
		raw, err := json.Marshal(definition)
		require.NoError(t, err)
		s, findings, err := survey.Parse(raw, nil)
		require.NoError(t, err)
		out, err := json.Marshal(s)
		require.NoError(t, err)
		require.JSONEq(t, string(raw), string(out))
		require.Equal(t, string(raw), string(out), "byte for byte, as the members keep their order")
		for key := range definition {
			if strings.HasPrefix(key, "x-") {
				require.True(t, slices.ContainsFunc(findings, func(f survey.Finding) bool { return f.Rule == survey.RuleProperty && f.Path == key }), key)
			}
		}
	})
}

// Steps that set every answer once give the same as all answers at once, where nothing
// but the answers counts: no triggers, no defaults, no clearing on the way.
func TestPropertyReplay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := program(t, draw(t, "none"), survey.Compat)
		a := drawAnswers(t)
		var steps []survey.Step
		for _, key := range []string{"q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"} {
			if v, ok := a[key]; ok && v != nil && fmt.Sprint(v) != "[]" {
				steps = append(steps, survey.Step{Key: key, Value: v})
			} else {
				delete(a, key)
			}
		}
		at, err := p.Evaluate(survey.Context{}, a)
		require.NoError(t, err)
		by, err := p.Replay(survey.Context{Now: time.Time{}}, nil, steps)
		require.NoError(t, err)
		require.Equal(t, at.Visible, by.Visible)
		require.Equal(t, at.Required, by.Required)
		require.Equal(t, fmt.Sprint(at.Problems), fmt.Sprint(by.Problems))
	})
}
