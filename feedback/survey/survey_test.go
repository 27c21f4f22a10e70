package survey_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey"
)

func evaluated(t *testing.T, definition string, strictness survey.Strictness, a survey.Answers) survey.Outcome {
	t.Helper()
	o, err := compiled(t, definition, strictness).Evaluate(survey.Context{}, a)
	require.NoError(t, err)
	return o
}

func codes(o survey.Outcome) []string {
	out := []string{}
	for _, p := range o.Problems {
		out = append(out, p.Path+" "+p.Code.String())
	}
	return out
}

// What survey-core lets pass is refused in Strict, with a code.
func TestStrict(t *testing.T) {
	t.Parallel()
	const definition = `{"elements":[
		{"type":"rating","name":"nps","rateMin":0,"rateMax":10},
		{"type":"rating","name":"half","rateMin":0,"rateMax":2,"rateStep":0.5},
		{"type":"rating","name":"words","rateValues":["bad","good"]},
		{"type":"radiogroup","name":"one","choices":["Yes","No",3],"showOtherItem":true},
		{"type":"checkbox","name":"many","choices":["a","b","c"],"showNoneItem":true,"maxSelectedChoices":2},
		{"type":"text","name":"number","inputType":"number","min":1,"max":5,"step":2},
		{"type":"text","name":"day","inputType":"date"},
		{"type":"text","name":"short","maxLength":3},
		{"type":"boolean","name":"yes"},
		{"type":"text","name":"clock","inputType":"time"},
		{"type":"dropdown","name":"counted","choicesMin":5,"choicesMax":25,"choicesStep":10},
		{"type":"matrix","name":"grid","rows":["r1","r2"],"columns":[1,2]},
		{"type":"slider","name":"slide","min":0,"max":10,"step":5},
		{"type":"ranking","name":"rank","choices":["a","b"]},
		{"type":"multipletext","name":"texts","items":[{"name":"x","inputType":"number","min":1}]},
		{"type":"paneldynamic","name":"panels","maxPanelCount":2,"templateElements":[{"type":"rating","name":"r","rateMax":3}]}]}`
	rows := []struct {
		name    string
		key     string
		value   any
		problem string // "" for none
	}{
		{"zero is an answer", "nps", 0.0, ""},
		{"eleven", "nps", 11.0, "nps range"},
		{"minus one", "nps", -1.0, "nps range"},
		{"a fraction", "nps", 8.5, "nps step"},
		{"nearly nine", "nps", 9.0000000001, "nps step"},
		{"no list for a number", "nps", []any{}, "nps type"},
		{"blanks for a number", "nps", " ", "nps type"},
		{"an empty text is no answer", "nps", "", ""},
		{"an empty object for a yes", "yes", map[string]any{}, "yes type"},
		{"an empty list is no choice", "many", []any{}, ""},
		{"nearly on the step", "number", 2.00000001, "number step"},
		{"words that are none", "one-Comment", []any{"x"}, "one-Comment type"},
		{"the hour in one digit", "clock", "9:00", "clock type"},
		{"the hour in two", "clock", "09:00", ""},
		{"counted choices", "counted", 15.0, ""},
		{"between counted choices", "counted", 12.0, "counted unknown_choice"},
		{"a word", "nps", "nine", "nps type"},
		{"a numeral", "nps", "9", "nps type"},
		{"true", "nps", true, "nps type"},
		{"half steps", "half", 1.5, ""},
		{"off the half steps", "half", 1.2, "half step"},
		{"a listed value", "words", "good", ""},
		{"no listed value", "words", "Good", "words unknown_choice"},
		{"a choice", "one", "Yes", ""},
		{"a choice in another case", "one", "yes", "one unknown_choice"},
		{"a number", "one", 3.0, ""},
		{"a number as text", "one", "3", "one unknown_choice"},
		{"a list for one choice", "one", []any{"Yes"}, "one type"},
		{"other without words", "one", "other", "one other_empty"},
		{"choices", "many", []any{"a", "b"}, ""},
		{"twice the same", "many", []any{"a", "a"}, "many duplicate_choice"},
		{"too many", "many", []any{"a", "b", "c"}, "many max_selected"},
		{"none and more", "many", []any{"none", "b"}, "many exclusive"},
		{"none alone", "many", []any{"none"}, ""},
		{"no list", "many", "a", "many type"},
		{"unknown in a list", "many", []any{"zzz"}, "many unknown_choice"},
		{"number below", "number", 0.0, "number min"},
		{"number above", "number", 6.0, "number max"},
		{"number off its steps", "number", 3.0, "number step"},
		{"number as text", "number", "4", "number type"},
		{"a day", "day", "2026-01-15", ""},
		{"no day", "day", "2026-02-30", "day type"},
		{"too long", "short", "abcd", "short too_long"},
		{"a family of eight units", "short", "👨‍👩‍👧", "short too_long"},
		{"no text", "short", 5.0, "short type"},
		{"false is an answer", "yes", false, ""},
		{"no boolean", "yes", "true", "yes type"},
		{"a grid", "grid", map[string]any{"r1": 1.0}, ""},
		{"unknown row", "grid", map[string]any{"r9": 1.0}, "grid unknown_choice"},
		{"unknown column", "grid", map[string]any{"r1": 9.0}, "grid unknown_choice"},
		{"no grid", "grid", 1.0, "grid type"},
		{"on the slider", "slide", 5.0, ""},
		{"beside the slider", "slide", 11.0, "slide range"},
		{"between its steps", "slide", 4.0, "slide step"},
		{"a ranking", "rank", []any{"b", "a"}, ""},
		{"ranked twice", "rank", []any{"b", "b"}, "rank duplicate_choice"},
		{"texts", "texts", map[string]any{"x": 1.0}, ""},
		{"a text out of range", "texts", map[string]any{"x": 0.0}, "texts.x min"},
		{"an unknown text", "texts", map[string]any{"z": 0.0}, "texts.z unknown_key"},
		{"panels", "panels", []any{map[string]any{"r": 3.0}}, ""},
		{"out of range in a panel", "panels", []any{map[string]any{"r": 3.0}, map[string]any{"r": 4.0}}, "panels[1].r range"},
		{"too many panels", "panels", []any{map[string]any{}, map[string]any{}, map[string]any{}}, "panels range"},
		{"no panels", "panels", "x", "panels type"},
		{"an unknown key", "zzz", 1.0, "zzz unknown_key"},
		{"a key of all objects", "__proto__", 1.0, "__proto__ unknown_key"},
	}
	p := compiled(t, definition, survey.Strict)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o, err := p.Evaluate(survey.Context{}, survey.Answers{row.key: row.value})
			require.NoError(t, err)
			want := []string{}
			if row.problem != "" {
				want = append(want, row.problem)
			}
			require.Equal(t, want, codes(o))
		})
	}
}

// An answer that only a hidden answer made visible stays in an imported definition,
// which keeps survey-core's rule, and goes where the rule is onHiddenContainer.
func TestGhostCascade(t *testing.T) {
	t.Parallel()
	const elements = `"elements":[{"type":"radiogroup","name":"a","choices":["x","y"]},
		{"type":"text","name":"b","visibleIf":"{a}='x'"},{"type":"text","name":"c","visibleIf":"{b} notempty"}]}`
	given := survey.Answers{"a": "y", "b": "ghost", "c": "w"}
	for mode, want := range map[string]survey.Answers{
		"none": given, "onComplete": {"a": "y", "c": "w"}, "onHidden": {"a": "y"}, "onHiddenContainer": {"a": "y"},
	} {
		o := evaluated(t, `{"clearInvisibleValues":"`+mode+`",`+elements, survey.Strict, given)
		require.Equal(t, want, o.Clean, mode)
	}
	o := evaluated(t, `{`+elements, survey.Compat, given)
	require.Equal(t, survey.Answers{"a": "y", "c": "w"}, o.Clean, "survey-core's default")
	require.Equal(t, []survey.Hidden{{Question: "b", By: "b", Condition: "{a}='x'", Path: "elements[1].visibleIf"}}, o.Hidden)
}

// Every hidden question is explained by the outermost element that hides it.
func TestHiddenBy(t *testing.T) {
	t.Parallel()
	o := evaluated(t, `{"pages":[
		{"name":"p1","elements":[{"type":"text","name":"g"},{"type":"text","name":"off","visible":false}]},
		{"name":"p2","visibleIf":"{g} = 1","elements":[{"type":"panel","name":"inner","visibleIf":"{g} = 2","elements":[{"type":"text","name":"x"}]}]}]}`,
		survey.Strict, nil)
	require.Equal(t, []survey.Hidden{
		{Question: "off", By: "off", Path: "pages[0].elements[1]"},
		{Question: "x", By: "p2", Condition: "{g} = 1", Path: "pages[1].visibleIf"},
	}, o.Hidden)
	require.Equal(t, []string{"p1"}, o.Pages)
}

func TestTriggersAndCompletion(t *testing.T) {
	t.Parallel()
	p := compiled(t, `{"triggers":[{"type":"complete","expression":"{a} = 'stop'"},{"type":"skip","expression":"{a} = 'go'","gotoName":"c"},
		{"type":"runexpression","expression":"{a} notempty","runExpression":"{a} + '!'","setToName":"c"}],
		"elements":[{"type":"text","name":"a"},{"type":"text","name":"b","isRequired":true},{"type":"text","name":"c"}]}`, survey.Strict)
	o, err := p.Evaluate(survey.Context{}, survey.Answers{"a": "stop"})
	require.NoError(t, err)
	require.Equal(t, "triggers[0]", o.CompletedBy)
	require.Equal(t, []string{"b required"}, codes(o))
	o, err = p.Replay(survey.Context{}, nil, []survey.Step{{Key: "a", Value: "go"}})
	require.NoError(t, err)
	require.Equal(t, "c", o.SkipTo)
	require.Equal(t, "go!", o.Clean["c"])
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	p := compiled(t, `{"elements":[{"type":"text","name":"a","defaultValue":"d"},{"type":"text","name":"b","defaultValueExpression":"{a} + '!'"},
		{"type":"text","name":"day","inputType":"date","defaultValueExpression":"today()"}]}`, survey.Strict)
	tokyo := time.FixedZone("JST", 9*3600)
	d, err := p.Defaults(survey.Context{Now: time.Date(2026, 1, 15, 20, 0, 0, 0, time.UTC), Zone: tokyo})
	require.NoError(t, err)
	require.Equal(t, survey.Answers{"a": "d", "b": "d!", "day": "2026-01-16"}, d)
}

// "é" typed in two ways is one answer and one name.
func TestNormalForm(t *testing.T) {
	t.Parallel()
	const composed, decomposed = "caf\u00e9", "cafe\u0301"
	definition := `{"elements":[{"type":"radiogroup","name":"` + decomposed + `","choices":["` + composed + `","tea"]},
		{"type":"text","name":"t","visibleIf":"{` + composed + `} = '` + decomposed + `'"}]}`
	o := evaluated(t, definition, survey.Strict, survey.Answers{decomposed: decomposed})
	require.Empty(t, codes(o))
	require.Len(t, o.Visible, 2)
	require.Equal(t, survey.Answers{composed: composed}, o.Clean, "a key that is not the definition's becomes it, and the answer goes with it")
	o = evaluated(t, definition, survey.Strict, survey.Answers{composed: decomposed})
	require.Equal(t, survey.Answers{composed: decomposed}, o.Clean, "otherwise the answer is kept as it was typed")
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	rows := []struct {
		pattern, text string
		match         bool
	}{
		{`^[A-Z]{2}\d{2}$`, "AB12", true},
		{`^[A-Z]{2}\d{2}$`, "AB12\n", false},
		{`a.c`, "a\rc", false},
		{`a.c`, "a\u2028c", false},
		{`^\s$`, "\u3000", true},
		{`^\S+$`, "a\u00a0b", false},
		{`^[^\s]$`, "\ufeff", false},
		{`^[[:alpha:]]$`, "a]", true}, // a class of six characters, then a bracket
		{`^[]$`, "", false},
		{`^[^]$`, "x", true},
		{`\u00e9`, "é", true},
		{`^\x41\/\-$`, "A/-", true},
		{`^(?<year>\d{4})$`, "2026", true},
		{`^a{,2}$`, "a{,2}", true},
		{`^[\b]$`, "\b", true},
		{`\e`, "e", true},
	}
	for _, row := range rows {
		pattern, err := json.Marshal(row.pattern)
		require.NoError(t, err)
		o := evaluated(t, `{"elements":[{"type":"text","name":"t","validators":[{"type":"regex","regex":`+string(pattern)+`}]}]}`,
			survey.Compat, survey.Answers{"t": row.text})
		require.Equal(t, row.match || row.text == "", o.Valid(), "%s on %q", row.pattern, row.text)
	}
	for _, pattern := range []string{`(?=a)`, `(?!a)`, `(?<=a)b`, `(?<!a)b`, `(a)\\1`, `(?<n>a)\\k<n>`, `(`, `[`, strings.Repeat("a", 1001)} {
		s, findings, err := survey.Parse([]byte(`{"elements":[{"type":"text","name":"t","validators":[{"type":"regex","regex":"`+pattern+`"}]}]}`), nil)
		require.NoError(t, err)
		rules := []survey.Rule{}
		for _, f := range findings {
			rules = append(rules, f.Rule)
		}
		require.Contains(t, rules, survey.RulePattern, pattern)
		_, err = s.Compile(&survey.CompileOptions{Strictness: survey.Compat})
		require.ErrorIs(t, err, survey.ErrDefinition, pattern)
		var finding survey.Finding
		require.True(t, errors.As(err, &finding))
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `[]`, `{"a":1,"a":2}`, `{"elements":[` + strings.Repeat(`{"elements":[`, 200), "\xff"} {
		_, _, err := survey.Parse([]byte(text), nil)
		require.ErrorIs(t, err, survey.ErrDefinition, text)
	}
	_, _, err := survey.Parse([]byte(`{"title":"`+strings.Repeat("x", 100)+`"}`), &survey.ParseOptions{MaxBytes: 50})
	require.ErrorIs(t, err, survey.ErrDefinition)
	s, _, err := survey.Parse([]byte(`{"calculatedValues":[{"name":"x","expression":"{y}"},{"name":"y","expression":"{x}"}]}`), nil)
	require.NoError(t, err)
	require.ErrorIs(t, s.Faults(), survey.ErrDefinition)
	for _, level := range []survey.Strictness{survey.Strict, survey.Compat} {
		_, err = s.Compile(&survey.CompileOptions{Strictness: level})
		require.ErrorIs(t, err, survey.ErrDefinition)
	}
	p := compiled(t, `{"elements":[{"type":"text","name":"a"}]}`, survey.Strict)
	for _, bad := range []survey.Answers{{"a": make(chan int)}, {"zzz": struct{}{}}, {"a": deep(200)}} {
		_, err = p.Evaluate(survey.Context{}, bad)
		require.ErrorIs(t, err, survey.ErrAnswers)
	}
	many := survey.Answers{}
	for i := range 10_001 {
		many[fmt.Sprint(i)] = 1.0
	}
	_, err = p.Evaluate(survey.Context{}, many)
	require.ErrorIs(t, err, survey.ErrAnswers)
	_, err = p.Evaluate(survey.Context{Vars: map[string]any{"v": func() {}}}, nil)
	require.ErrorIs(t, err, survey.ErrAnswers)
}

func deep(n int) any {
	var v any
	for range n {
		v = []any{v}
	}
	return v
}

// One program serves many goroutines, each with its own scratch.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	p := compiled(t, eleven, survey.Strict)
	want, err := p.Evaluate(survey.Context{}, elevenAnswers())
	require.NoError(t, err)
	var group sync.WaitGroup
	outcomes := make([]survey.Outcome, 8)
	for i := range outcomes {
		group.Go(func() {
			s := new(survey.Scratch)
			for range 50 {
				outcomes[i], _ = p.EvaluateWith(s, survey.Context{}, elevenAnswers())
			}
		})
	}
	group.Wait()
	for _, o := range outcomes {
		require.Equal(t, want, o)
	}
}

// A scratch keeps nothing of what it was used for before.
func TestScratchIsClean(t *testing.T) {
	t.Parallel()
	s := new(survey.Scratch)
	one, two := compiled(t, eleven, survey.Strict), compiled(t, long(20), survey.Compat)
	for range 3 {
		for _, step := range []struct {
			p *survey.Program
			a survey.Answers
		}{{one, elevenAnswers()}, {two, longAnswers(20)}, {one, nil}, {one, survey.Answers{"nps": 3.0, "zzz": 1.0}}, {two, nil}} {
			want, err := step.p.Evaluate(survey.Context{}, step.a)
			require.NoError(t, err)
			got, err := step.p.EvaluateWith(s, survey.Context{}, step.a)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
}

func TestCatalog(t *testing.T) {
	t.Parallel()
	c := survey.Messages()
	problems := []survey.Problem{}
	for code := survey.CodeRequired; code <= survey.CodeTooLong; code++ {
		problems = append(problems, survey.Problem{Code: code, Params: map[string]any{"min": 1.0, "max": 2.5, "step": 2.0, "value": "v", "want": "number", "key": "k", "expression": "e"}})
	}
	for _, locale := range []string{"en", "ar", "de", "es", "fr", "hi", "it", "ja", "ko", "nl", "pl", "pt", "pt-br", "ru", "tr", "zh", "zh-tw"} {
		for _, p := range problems {
			text := c.Text(locale, p)
			require.NotEmpty(t, text)
			require.NotEqual(t, p.Code.String(), text, "%s has no text for %s", locale, p.Code)
			require.NotContains(t, text, "{", "%s %s", locale, p.Code)
		}
	}
	required := survey.Problem{Code: survey.CodeRequired}
	require.Equal(t, "Bitte beantworten Sie diese Frage.", c.Text("de-AT", required))
	require.Equal(t, c.Text("en", required), c.Text("tlh", required))
	own := c.With("de-AT", map[string]string{"required": "Bitte, ge!"})
	require.Equal(t, "Bitte, ge!", own.Text("de_at", required))
	require.Equal(t, "Bitte beantworten Sie diese Frage.", c.Text("de-AT", required), "With is a copy")
	require.Equal(t, "required", survey.Catalog{}.Text("en", required))
	require.Contains(t, c.Keys(), "numeric_both")
}

func TestNames(t *testing.T) {
	t.Parallel()
	type name interface {
		fmt.Stringer
		encoding.TextMarshaler
	}
	check := func(v name, into interface {
		encoding.TextUnmarshaler
		fmt.Stringer
	},
	) {
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.NoError(t, into.UnmarshalText(text))
		require.Equal(t, v.String(), into.String())
		require.Error(t, into.UnmarshalText([]byte("no such name")))
	}
	for c := survey.CodeRequired; c <= survey.CodeTooLong; c++ {
		check(c, new(survey.Code))
		require.NotEmpty(t, c.SurveyJS())
	}
	for m := survey.ClearNone; m <= survey.ClearOnHiddenContainer; m++ {
		check(m, new(survey.ClearMode))
	}
	for l := survey.Error; l <= survey.Info; l++ {
		check(l, new(survey.Level))
	}
	for s := survey.SeverityInfo; s <= survey.SeverityError; s++ {
		check(s, new(survey.Severity))
	}
	for s := survey.Strict; s <= survey.Compat; s++ {
		check(s, new(survey.Strictness))
	}
	_, err := survey.Code(99).MarshalText()
	require.Error(t, err)
	_, err = survey.Level(0).MarshalText()
	require.Error(t, err)
}

// A definition whose values set each other off without end is given up, soon.
func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	var elements []string
	for i := range 40 {
		sum := []string{}
		for j := range 40 {
			if j != i {
				sum = append(sum, fmt.Sprintf("{q%d}", j))
			}
		}
		elements = append(elements, fmt.Sprintf(`{"type":"text","name":"q%d","setValueExpression":"(%s) %% 97 + %d"}`, i, strings.Join(sum, " + "), i+1))
	}
	p := compiled(t, `{"elements":[`+strings.Join(elements, ",")+`]}`, survey.Compat)
	_, err := p.Replay(survey.Context{}, nil, []survey.Step{{Key: "q0", Value: 1.0}})
	require.ErrorIs(t, err, survey.ErrWork)
	o, err := p.Evaluate(survey.Context{}, survey.Answers{"q0": 1.0})
	require.NoError(t, err, "answers given at once set nothing off")
	require.Equal(t, survey.Answers{"q0": 1.0}, o.Clean)
}

// survey-core clears what is in a page when the page's own condition hides it, even where
// all of it was hidden before; each step of the story is survey-core's.
func TestHiddenPageClearsWhatWasHiddenInIt(t *testing.T) {
	t.Parallel()
	const definition = `{"clearInvisibleValues":"onHiddenContainer","pages":[
		{"name":"p1","elements":[{"type":"rating","name":"a"},{"type":"comment","name":"c"}]},
		{"name":"p2","visibleIf":"{c} empty","elements":[{"type":"rating","name":"b","visibleIf":"{a} = 5"}]}],
		"calculatedValues":[{"name":"total","expression":"sum({b}, 1)"}]}`
	stays := evaluated(t, definition, survey.Compat, survey.Answers{"b": 3.0})
	require.Equal(t, map[string]any{"total": 4.0}, stays.Calculated, "only the question is hidden, as it was at the start")
	goes := evaluated(t, definition, survey.Compat, survey.Answers{"b": 3.0, "c": "x"})
	require.Equal(t, map[string]any{"total": 1.0}, goes.Calculated, "the page hides, too")
	require.Equal(t, survey.Answers{"c": "x"}, goes.Clean)
}

// Strict leaves out keys that no question has, inside panels and rows, too.
func TestStrictDropsStrayKeys(t *testing.T) {
	t.Parallel()
	const definition = `{"elements":[
		{"type":"paneldynamic","name":"p","templateElements":[{"type":"text","name":"x"},{"type":"multipletext","name":"m","items":[{"name":"i"}]}]},
		{"type":"matrixdropdown","name":"g","rows":["r"],"columns":[{"name":"c","cellType":"text"}]}]}`
	given := func() survey.Answers {
		return survey.Answers{
			"p": []any{map[string]any{"x": "1", "__proto__": "2", "m": map[string]any{"i": "3", "j": "4"}}},
			"g": map[string]any{"r": map[string]any{"c": "5", "d": "6"}}, "z": 7.0,
		}
	}
	strict := evaluated(t, definition, survey.Strict, given())
	require.True(t, strict.Valid())
	require.ElementsMatch(t, []string{"p[0].__proto__ unknown_key", "p[0].m.j unknown_key", "g[r].d unknown_key", "z unknown_key"}, codes(strict))
	require.Equal(t, survey.Answers{
		"p": []any{map[string]any{"x": "1", "m": map[string]any{"i": "3"}}}, "g": map[string]any{"r": map[string]any{"c": "5"}},
	}, strict.Clean)
	require.Equal(t, given(), evaluated(t, definition, survey.Compat, given()).Clean)
}

// What is empty is no answer, but survey-core does not treat all of it the same: it clears
// {} where the question is hidden, and keeps "" and []; [] is a dynamic matrix without
// rows, nothing at all one with its rowCount of rows.
func TestCompatEmptyAnswers(t *testing.T) {
	t.Parallel()
	const definition = `{"elements":[{"type":"text","name":"z"},
		{"type":"matrix","name":"m","visibleIf":"{z} = 1","rows":["r"],"columns":[1]},
		{"type":"checkbox","name":"k","visibleIf":"{z} = 1","choices":[1]},
		{"type":"matrixdynamic","name":"d","columns":[{"name":"c","cellType":"text","isRequired":true}]}]}`
	given := evaluated(t, definition, survey.Compat, survey.Answers{"m": map[string]any{}, "k": []any{}, "d": []any{}})
	require.Equal(t, survey.Answers{"k": []any{}, "d": []any{}}, given.Clean)
	require.Empty(t, given.Problems)
	require.Equal(t, []string{"d[0].c required", "d[1].c required"}, codes(evaluated(t, definition, survey.Compat, nil)))
}

// A thousand panels of answers that are all cleared are put together a thousand times,
// not once for each answer: under onHidden this was beyond the bound of values set, after
// minutes.
func TestManyHiddenInnerAnswers(t *testing.T) {
	t.Parallel()
	var inner []string
	panel := map[string]any{"stray": 1.0}
	for i := range 20 {
		inner = append(inner, fmt.Sprintf(`{"type":"text","name":"q%d","visibleIf":"{z} = 1 and {panel.q%d} = 'x'"}`, i, (i+1)%20))
		panel[fmt.Sprintf("q%d", i)] = "x"
	}
	panels := make([]any, 1000)
	for i := range panels {
		panels[i] = panel
	}
	for _, mode := range []string{"onHidden", "onHiddenContainer", "onComplete"} {
		definition := `{"clearInvisibleValues":"` + mode + `","elements":[{"type":"text","name":"z"},{"type":"paneldynamic","name":"p","templateElements":[` + strings.Join(inner, ",") + `]}]}`
		o := evaluated(t, definition, survey.Strict, survey.Answers{"p": panels})
		require.Len(t, o.Problems, 1000, "one stray key each")
		for _, left := range o.Clean["p"].([]any) {
			require.Empty(t, left)
		}
	}
}

func TestTraditionalChinese(t *testing.T) {
	t.Parallel()
	required := survey.Problem{Code: survey.CodeRequired}
	for _, locale := range []string{"zh-Hant", "zh-Hant-TW", "zh-HK", "zh_MO", "zh-Hant-HK"} {
		require.Equal(t, survey.Messages().Text("zh-TW", required), survey.Messages().Text(locale, required), locale)
	}
	for _, locale := range []string{"zh-CN", "zh-Hans", "zh-Hans-SG"} {
		require.Equal(t, survey.Messages().Text("zh", required), survey.Messages().Text(locale, required), locale)
	}
	require.NotEqual(t, survey.Messages().Text("zh", required), survey.Messages().Text("zh-TW", required))
}
