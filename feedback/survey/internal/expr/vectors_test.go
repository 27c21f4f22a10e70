package expr_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/golden"
)

// exprCase is one line of expr_cases.jsonl.
type exprCase struct {
	ID     string          `json:"id"`
	Class  string          `json:"class"`
	Expr   string          `json:"expr"`
	Values json.RawMessage `json:"values"`
	Now    time.Time       `json:"now"`
	Expect struct {
		Parsed bool   `json:"parsed"`
		Type   string `json:"type"`
		Result any    `json:"result"`
	} `json:"expect"`
}

func TestVectors(t *testing.T) {
	t.Parallel()
	data, ok := golden.OpenVectors(t, "feedback").Read(t, "expr_cases.jsonl")
	if !ok {
		t.Skip("vectors: expr_cases.jsonl is not in the folder")
	}
	count := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c exprCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		require.Contains(t, []string{"core", "loose"}, c.Class, "%s: unknown class", c.ID)
		count[c.Class]++
		parsed, kind, result := runCase(t, c)
		if parsed != c.Expect.Parsed || kind != c.Expect.Type || !sameResult(c.Expect.Result, result) {
			t.Errorf("%s (%s): %s with %s: want %v %s %v, got %v %s %v", c.ID, c.Class, c.Expr, c.Values,
				c.Expect.Parsed, c.Expect.Type, c.Expect.Result, parsed, kind, result)
		}
	}
	require.NoError(t, lines.Err())
	golden.Count(t, "expr_cases.jsonl", count["core"]+count["loose"])
	t.Logf("vectors: core %d, loose %d", count["core"], count["loose"])
}

// runCase evaluates a case as survey-core's ExpressionRunner.runValues does.
func runCase(t *testing.T, c exprCase) (parsed bool, kind string, result any) {
	t.Helper()
	e, err := expr.Parse(c.Expr, nil)
	if err != nil {
		require.ErrorIs(t, err, expr.ErrSyntax)
		return false, "null", nil
	}
	var values any
	require.NoError(t, json.Unmarshal(c.Values, &values))
	root, err := expr.FromAny(values)
	require.NoError(t, err)
	frame := expr.Frame{Slots: []expr.Value{root}, Now: c.Now}
	program, err := expr.Compile(e, expr.Root())
	require.NoError(t, err)
	v := program.Eval(&frame)
	require.NoError(t, frame.Err())
	return true, typeName(v), v.Any()
}

// typeName is the vectors' word for a kind.
func typeName(v expr.Value) string {
	switch v.Kind() {
	case expr.KindNumber:
		return "number"
	case expr.KindText:
		return "string"
	case expr.KindBool:
		return "boolean"
	case expr.KindDate:
		return "date"
	case expr.KindList:
		return "array"
	case expr.KindObject:
		return "object"
	default:
		return "null"
	}
}

// sameResult compares decoded JSON, numbers by a relative 1e-9 as the vectors' README
// says.
func sameResult(want, got any) bool {
	w, ok := want.(float64)
	g, isNumber := got.(float64)
	if ok && isNumber {
		return w == g || math.Abs(w-g) <= 1e-9*math.Max(math.Abs(w), math.Abs(g))
	}
	return reflect.DeepEqual(want, got)
}
