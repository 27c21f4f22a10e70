package survey_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey"
)

// eleven is a survey of eleven questions with conditions, a calculated value and
// validators, as a shop asks it.
const eleven = `{"clearInvisibleValues":"onHiddenContainer","pages":[
{"name":"p1","elements":[
 {"type":"rating","name":"nps","rateMin":0,"rateMax":10,"isRequired":true},
 {"type":"comment","name":"why","visibleIf":"{nps} <= 6","isRequired":true},
 {"type":"comment","name":"liked","visibleIf":"{nps} >= 9"},
 {"type":"radiogroup","name":"channel","choices":["web","shop","phone"],"isRequired":true}]},
{"name":"p2","visibleIf":"{channel} = 'web' or {channel} = 'shop'","elements":[
 {"type":"rating","name":"csat"},
 {"type":"checkbox","name":"aspects","choices":["price","choice","speed","staff"],"validators":[{"type":"answercount","maxCount":3}]},
 {"type":"text","name":"visits","inputType":"number","min":0,"max":50},
 {"type":"boolean","name":"contact"}]},
{"name":"p3","elements":[
 {"type":"text","name":"mail","inputType":"email","visibleIf":"{contact} = true","requiredIf":"{contact} = true"},
 {"type":"dropdown","name":"country","choices":["de","fr","jp","us"]},
 {"type":"expression","name":"class","expression":"iif({nps} >= 9, 'promoter', iif({nps} >= 7, 'passive', 'detractor'))"}]}],
"calculatedValues":[{"name":"total","expression":"{nps} + {csat}","includeIntoResult":true}]}`

func elevenAnswers() survey.Answers {
	return survey.Answers{
		"nps": 9.0, "liked": "fast delivery", "channel": "web", "csat": 4.0, "aspects": []any{"price", "speed"},
		"visits": 3.0, "contact": true, "mail": "a@example.com", "country": "jp",
	}
}

func BenchmarkEvaluate(b *testing.B) {
	for _, strictness := range []survey.Strictness{survey.Strict, survey.Compat} {
		b.Run("questions=11/"+strictness.String(), func(b *testing.B) {
			p := compiled(b, eleven, strictness)
			answers, s := elevenAnswers(), new(survey.Scratch)
			ctx := survey.Context{Now: time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.EvaluateWith(s, ctx, answers); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("ratings=%d", n), func(b *testing.B) {
			p := compiled(b, long(n), survey.Strict)
			answers, s := longAnswers(n), new(survey.Scratch)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.EvaluateWith(s, survey.Context{}, answers); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		raw := []byte(long(n))
		b.Run(fmt.Sprintf("questions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, _, err := survey.Parse(raw, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		s, _, err := survey.Parse([]byte(long(n)), nil)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("questions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Compile(nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// long is a survey of n ratings, each shown by the one before.
func long(n int) string {
	var b strings.Builder
	b.WriteString(`{"clearInvisibleValues":"none","elements":[{"type":"rating","name":"q0","rateMin":0,"rateMax":10}`)
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, `,{"type":"rating","name":"q%d","rateMin":0,"rateMax":10,"visibleIf":"{q%d} >= 0"}`, i, i-1)
	}
	b.WriteString(`]}`)
	return b.String()
}

func longAnswers(n int) survey.Answers {
	out := survey.Answers{}
	for i := range n {
		out[fmt.Sprintf("q%d", i)] = float64(i % 11)
	}
	return out
}

func compiled(tb testing.TB, definition string, strictness survey.Strictness) *survey.Program {
	tb.Helper()
	s, _, err := survey.Parse(bytes.TrimSpace([]byte(definition)), nil)
	require.NoError(tb, err)
	p, err := s.Compile(&survey.CompileOptions{Strictness: strictness})
	require.NoError(tb, err)
	return p
}
