package survey_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey"
)

// definitions are seeds: every kind of element, and things that are wrong.
var definitions = []string{
	eleven,
	`{"elements":[{"type":"matrixdropdown","name":"m","rows":["a","b"],"columns":[{"name":"c","cellType":"text","visibleIf":"{row.d} = 1"},{"name":"d"}],"choices":[1,2],"rowsVisibleIf":"{item} != 'a'"}]}`,
	`{"elements":[{"type":"matrixdynamic","name":"m","keyName":"c","columns":[{"name":"c","cellType":"text","isUnique":true}],"rowCount":3}]}`,
	`{"elements":[{"type":"paneldynamic","name":"p","templateElements":[{"type":"text","name":"x"},{"type":"panel","name":"in","elements":[{"type":"expression","name":"y","expression":"{panel.x} + 1"}]}],"panelCount":2,"templateVisibleIf":"{panel.x} != 2"}]}`,
	`{"elements":[{"type":"multipletext","name":"m","items":[{"name":"x","inputType":"email"},{"name":"y","validators":[{"type":"numeric","minValue":1}]}]}]}`,
	`{"elements":[{"type":"checkbox","name":"k","choices":["a",{"value":"b","visibleIf":"{k} contains 'a'"}],"showOtherItem":true},{"type":"ranking","name":"r","choicesFromQuestion":"k","choicesFromQuestionMode":"selected"}]}`,
	`{"elements":[{"type":"matrix","name":"m","rows":["a"],"columns":[{"value":1,"score":2}],"eachRowUnique":true,"rowsVisibleIf":"{item} = 'a'"},{"type":"slider","name":"s","sliderType":"range"},{"type":"imagepicker","name":"i","multiSelect":true,"choices":[1]}]}`,
	`{"triggers":[{"type":"setvalue","name":"a","operator":"equal","value":1,"setToName":"b","setValue":2},{"type":"copyvalue","fromName":"a","setToName":"b"},{"type":"visible","expression":"{a}=1","questions":["b"]}],"elements":[{"type":"text","name":"a","setValueExpression":"{b}+1"},{"type":"text","name":"b","setValueExpression":"{a}+1","resetValueIf":"{a} > 5"}]}`,
	`{"calculatedValues":[{"name":"x","expression":"{y}"},{"name":"y","expression":"{x}"}],"pages":[{"elements":[{"type":"text","name":"a","visibleIf":"{b} empty"},{"type":"text","name":"b","visibleIf":"{a} empty"}]}]}`,
	`{"pages":{"elements":{"type":"text"}},"triggers":"x","calculatedValues":[1],"elements":5}`,
	`{"elements":[{"type":"text","name":"t","validators":[{"type":"regex","regex":"(?=a)[["},{"type":"text","minLength":-1},5,{"type":"nope"}],"min":"=today(","max":{}}]}`,
	`{"elements":[{"type":"panel","name":"t","elements":[{"type":"panel","elements":[{"type":"hologram"}]}],"visibleIf":"{t} = {t}"}]}`,
}

// FuzzParse holds any bytes to the promises of Parse: no panic, and what is read is
// written again with the same meaning and the same findings.
func FuzzParse(f *testing.F) {
	for _, d := range definitions {
		f.Add([]byte(d))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, findings, err := survey.Parse(data, &survey.ParseOptions{MaxBytes: 1 << 14, MaxDepth: 40, MaxNodes: 2000})
		if err != nil {
			require.ErrorIs(t, err, survey.ErrDefinition)
			return
		}
		out, err := json.Marshal(s)
		require.NoError(t, err)
		again, same, err := survey.Parse(out, nil)
		require.NoError(t, err)
		require.Equal(t, findings, same)
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(out), string(twice))
		for _, level := range []survey.Strictness{survey.Strict, survey.Compat} {
			p, err := s.Compile(&survey.CompileOptions{Strictness: level})
			if err != nil {
				require.ErrorIs(t, err, survey.ErrDefinition)
				continue
			}
			_, err1 := p.Evaluate(survey.Context{Now: time.Unix(0, 0)}, nil)
			_, err2 := p.Texts(survey.Context{Locale: "ja"}, nil)
			_, err3 := p.Defaults(survey.Context{})
			for _, err := range []error{err1, err2, err3} {
				require.True(t, err == nil || errors.Is(err, survey.ErrWork), "%v", err)
			}
		}
	})
}

// FuzzAnswers holds any JSON object to the promises of Evaluate: no panic, one outcome,
// and clean answers that are JSON.
func FuzzAnswers(f *testing.F) {
	for i := range definitions {
		for _, a := range []string{
			`{}`, `{"a":1,"b":2}`, `{"m":{"a":{"c":1,"d":[]},"zz":1}}`, `{"m":[{"c":"1"},{"c":1},5]}`, `{"p":[{"x":1},{"x":2,"y":3}],"k":["other"],"k-Comment":""}`,
			`{"m":[[[[]]]],"p":{"x":1},"k":{"a":1},"r":"x","s":[2,1],"i":[1,1]}`, `{"__proto__":{},"constructor":1,"nps":11,"aspects":[null]}`,
		} {
			f.Add(uint8(i), []byte(a))
		}
	}
	programs := make([]*survey.Program, 0, len(definitions))
	for _, d := range definitions {
		s, _, err := survey.Parse([]byte(d), nil)
		require.NoError(f, err)
		if p, err := s.Compile(&survey.CompileOptions{Strictness: survey.Compat}); err == nil {
			programs = append(programs, p)
		}
		if p, err := s.Compile(nil); err == nil {
			programs = append(programs, p)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		var a survey.Answers
		if json.Unmarshal(data, &a) != nil {
			return
		}
		p := programs[int(which)%len(programs)]
		o, err := p.Evaluate(survey.Context{}, a)
		if err != nil {
			require.True(t, errors.Is(err, survey.ErrAnswers) || errors.Is(err, survey.ErrWork), "%v", err)
			return
		}
		again, err := p.EvaluateWith(new(survey.Scratch), survey.Context{}, a)
		require.NoError(t, err)
		require.Equal(t, o, again)
		_, err = json.Marshal(o.Clean)
		require.NoError(t, err)
		var steps []survey.Step
		for _, key := range []string{"a", "b", "m", "p", "k", "nps"} {
			if v, ok := a[key]; ok {
				steps = append(steps, survey.Step{Key: key, Value: v})
			}
		}
		if _, err = p.Replay(survey.Context{}, nil, steps); err != nil {
			require.ErrorIs(t, err, survey.ErrWork)
		}
	})
}

// A definition may give every property to every type, sensible or not; nothing panics.
func TestEveryPropertyOnEveryType(t *testing.T) {
	t.Parallel()
	const properties = `"valueName":"q","visibleIf":"{a} notempty","enableIf":"{a} = 1","requiredIf":"{q} empty","isRequired":true,
		"resetValueIf":"{a} = 1","setValueIf":"{a} = 2","setValueExpression":"{a} + 1","defaultValueExpression":"{a}","defaultValue":[1],
		"correctAnswer":{"a":1},"minValueExpression":"{a}","maxValueExpression":"{q}","expression":"{q}","rows":["r"],"columns":["c"],"items":[{"name":"i"}],
		"templateElements":[{"type":"html","name":"h","setValueExpression":"1","defaultValueExpression":"2"}],"choices":[1,"x"],"choicesVisibleIf":"{item} = 1","rowsVisibleIf":"{item} = 'r'",
		"columnsVisibleIf":"{item} = 'c'","rateValues":[1],"validators":[{"type":"expression","expression":"{q} = 1"}],"showOtherItem":true,
		"showCommentArea":true,"choicesFromQuestion":"a","panelCount":1,"rowCount":1,"keyName":"h","clearIfInvisible":"onHidden","elements":[{"type":"text","name":"e"}]`
	values := []any{nil, 1.0, "x", true, []any{1.0, []any{}}, map[string]any{"r": map[string]any{"c": 1.0}, "h": 1.0}, []any{map[string]any{"h": 1.0, "c": nil}}}
	for _, kind := range []string{
		"text", "comment", "rating", "radiogroup", "dropdown", "buttongroup", "checkbox", "tagbox", "ranking", "imagepicker", "boolean", "matrix",
		"matrixdropdown", "matrixdynamic", "multipletext", "paneldynamic", "slider", "expression", "html", "image", "panel", "file", "signaturepad", "imagemap", "hologram",
	} {
		definition := `{"triggers":[{"type":"setvalue","expression":"{a} = 3","setToName":"q","setValue":5}],"elements":[{"type":"text","name":"a"},{"type":"` + kind + `","name":"q",` + properties + `}]}`
		s, _, err := survey.Parse([]byte(definition), nil)
		require.NoError(t, err)
		for _, level := range []survey.Strictness{survey.Strict, survey.Compat} {
			p, err := s.Compile(&survey.CompileOptions{Strictness: level})
			if err != nil {
				require.ErrorIs(t, err, survey.ErrDefinition)
				continue
			}
			for _, v := range values {
				for _, a := range []float64{1, 2, 3} {
					_, err = p.Replay(survey.Context{}, survey.Answers{"q": v}, []survey.Step{{Key: "a", Value: a}, {Key: "q", Value: v}})
					require.True(t, err == nil || errors.Is(err, survey.ErrWork), "%v", err)
				}
			}
		}
	}
}
