package expr_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// evaluate runs an expression on a JSON object of values, at noon of 15 January 2026.
func evaluate(t testing.TB, text, values string) expr.Value {
	t.Helper()
	frame := frameOf(t, values)
	v := compile(t, text, expr.Root()).Eval(frame)
	require.NoError(t, frame.Err())
	return v
}

func frameOf(t testing.TB, values string) *expr.Frame {
	t.Helper()
	var decoded any
	require.NoError(t, json.Unmarshal([]byte(values), &decoded))
	root, err := expr.FromAny(decoded)
	require.NoError(t, err)
	return &expr.Frame{Slots: []expr.Value{root}, Now: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
}

const answers = `{"a": 3, "b": 0.1, "c": 0.2, "s": " Red ", "zip": "007", "list": ["x", "Y", 3], "t": "true", "comma": "1,5", "0": 0,
	"rows": [{"p": 2, "k": "tea", "n": "first"}, {"p": "3.5", "k": "Tea"}, {"k": "tea"}, {"p": 1, "k": "coffee", "n": "last"}],
	"o": {"in": {"deep": 7}, "a.b": 8}, "質問 1": "はい", "e1": "\u00e9", "day": "2026-01-15", "mixed": [{"v": [4]}, {"v": {"k": "x"}}, {"v": [0.5, -3]}], "tiny": 1e-7, "no": null, "f": false, "sp": " "}`

// The figures are those of survey-core 3.1.1, which TestOracle compares with anew.
func TestEval(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       any
	}{
		{"power is left-associative", "2^3^2", 64.0},
		{"precedence", "1 + 2 * 3 ^ 2", 19.0},
		{"chained comparison", "3 > 2 > 1", false},
		{"closing bracket is optional", "(1 + 2", 3.0},
		{"bare word", "{s} = red", true},
		{"word operator without blanks", "{a} andy", "y"},
		{"name with blanks in another script", "{質問 1} = 'はい'", true},
		{"name without regard to case", "{LIST.length}", 3.0},
		{"first and last item", "{list[0]} + {list[-1]}", "x3"},
		{"member of a member", "{o.in.deep}", 7.0},
		{"member with a dot in its name", "{o.a.b}", 8.0},
		{"length of nothing", "{miss.length}", 0.0},
		{"raw", "{#a} + {#zip}", "3007"},
		{"object in braces", `{"x": 1} = {"x": 1}`, true},

		{"missing and a number is 0", "{miss} + 5", 5.0},
		{"missing compared", "{miss} <= 0", false},
		{"missing does not fire", "{nps} <= 6", false},
		{"missing is not a", "{miss} != 'a'", true},
		{"divided by zero", "{a} / 0", nil},
		{"remainder by zero", "{a} % {0}", nil},
		{"text equality", "{s} = 'rED'", true},
		{"not normalised", "{e1} = 'e\u0301'", false},
		{"text and number", "'1' = 1", true},
		{"decimal comma", "{comma} * 2", 3.0},
		{"leading zero stays text", "{zip} + 1", "0071"},
		{"leading zero equals", "{zip} = 7", true},
		{"lists in any order", "[1, 2] = [2, 1]", true},
		{"empty", "{no} empty and {miss} empty and '' empty and {nil.length} = 0", true},
		{"not empty", "{0} empty or {f} empty or {sp} empty", false},
		{"and gives an operand", "{a} and 'x'", "x"},
		{"or gives an operand", "{miss} or 'x'", "x"},
		{"rounded sum", "{b} + {c}", 0.3},
		{"rounded difference", "0.3 - {b}", 0.2},
		{"rounded product", "1.1 * 1.1", 1.21},
		{"quoted numerals are texts", "'10' < '9'", true},
		{"numbers are numbers", "10 < 9", false},
		{"anyof", "{list} anyof ['q', 'y']", true},
		{"allof", "{list} allof ['x', 'y', 3]", true},
		{"noneof", "{list} noneof ['q']", true},
		{"contains in a text", "{s} contains 'ED'", true},
		{"notcontains nothing", "{miss} notcontains 'a'", true},

		{"iif", "iif({a} > 2, 'big', 'small')", "big"},
		{"avg of nothing", "avg([])", 0.0},
		{"sum opens lists", "sum({a}, [1, [2]], '4')", 10.0},
		{"min max", "min(3, 2) + max(4, 5)", 7.0},
		{"count", "count({list}, {miss}, 1)", 4.0},
		{"round away from zero", "round(-2.5)", -3.0},
		{"round to places", "round(1.005, 2)", 1.01},
		{"trunc", "trunc(12.3456, 2)", 12.34},
		{"substring in code units", "substring('寿司👪x', 2, 4)", "👪"},
		{"sumInArray", "sumInArray({rows}, 'p')", 6.5},
		{"countInArray with a condition", "countInArray({rows}, 'p', {k} = 'tea')", 2.0},
		{"condition as a text", `sumInArray({rows}, 'p', '{k} = \"coffee\"')`, 1.0},
		{"avgInArray", "avgInArray({rows}, 'p', {p} > 1)", 2.75},
		{"maxInArray gives another member", "maxInArray({rows}, 'p', 'k')", "Tea"},
		{"minInArray", "minInArray({rows}, 'p')", 1.0},

		{"greatest of texts and lists", "maxInArray({mixed}, 'v')", map[string]any{"k": "x"}},
		{"exponent has no decimals to round to", "{tiny} + 10", 10.0000001},
		{"dateAdd carries over", "dateAdd('2026-01-31', 1, 'months')", "2026-03-03T00:00:00.000Z"},
		{"dateDiff is absolute", "dateDiff('2026-01-15', '2026-01-10')", 5.0},
		{"age", "age('1990-01-16')", 35.0},
		{"today", "today()", "2026-01-15T00:00:00.000Z"},
		{"parts of a date", "year({day}) * 10000 + month({day}) * 100 + day({day}) + weekday({day}) / 10", 20260115.4},
		{"date and text", "today() = {day}", true},
		{"currentYear", "currentYear() + getYear('2020-05-05')", 4046.0},
		{"unknown function", "nonsense(1)", nil},
		{"unsupported function", "isDisplayMode()", nil},
		{"no infinity", "10 ^ 400", nil},
		{"null beside arguments", "iif({a} > 5, 1, null)", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, evaluate(t, c.text, answers).Any(), c.text)
		})
	}
}

// A condition holds where its value equals true in JavaScript.
func TestHolds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"true": true, "1": true, "'1'": true, "[1]": true, "2": false, "'true'": false, "'yes'": false, "{t}": true, "{miss}": false,
		"{a} = 3": true, "{a} - 2": true, "today()": false, "{o}": false,
	} {
		require.Equal(t, want, compile(t, text, expr.Root()).Holds(frameOf(t, answers)), text)
	}
}

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text      string
		offset          int
		expected, found string
	}{
		{"point without a digit before", ".5", 0, "a value", ".5"},
		{"exponent", "1e3", 1, "an operator", "e3"},
		{"leading zero", "007", 1, "an operator", "07"},
		{"minus before a name", "-{x}", 0, "a value", "-{x}"},
		{"not as a word", "not {x}", 4, "an operator", "{x}"},
		{"doubled quotes", "'it''s'", 4, "an operator", "'s'"},
		{"no closing quote", "{x} = 'a", 8, "the closing quote '", ""},
		{"the other quote inside", `'a"b'`, 2, "the closing quote '", `"b'`},
		{"no closing brace", "{x = 1", 6, `"}"`, ""},
		{"brace in a brace", "{a{b}}", 2, "a name in braces", "{b}}"},
		{"no closing square bracket", "{x} = [1, 2", 11, `"," or "]"`, ""},
		{"nothing", "", 0, "a value", ""},
		{"only null", " null", 1, "more than null", "null"},
		{"no right side", "{x} = ", 6, "a value", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := expr.Parse(c.text, nil)
			require.ErrorIs(t, err, expr.ErrSyntax)
			var fault *expr.SyntaxError
			require.ErrorAs(t, err, &fault)
			require.Equal(t, expr.SyntaxError{Offset: c.offset, Expected: c.expected, Found: c.found}, *fault)
			require.Contains(t, err.Error(), fmt.Sprintf("at byte %d", c.offset))
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("(", n) + "1" }
	_, err := expr.Parse(nested(64), nil)
	require.NoError(t, err)
	for _, open := range []string{"(", "[", "!", "sum(", "negate "} {
		_, err = expr.Parse(strings.Repeat(open, 65)+"1", nil)
		require.ErrorIs(t, err, expr.ErrTooDeep, open)
	}
	_, err = expr.Parse(nested(3), &expr.Limits{Depth: 2})
	require.ErrorIs(t, err, expr.ErrTooDeep)
	chain := "1" + strings.Repeat("+1", 4095)
	_, err = expr.Parse(chain, nil)
	require.NoError(t, err)
	_, err = expr.Parse(chain+"+1", nil)
	require.ErrorIs(t, err, expr.ErrTooLong)
	_, err = expr.Parse("1", &expr.Limits{Bytes: -1})
	require.ErrorIs(t, err, expr.ErrTooLong)
}

// Work is bounded: nested aggregates and texts that double are given up.
func TestTooMuchWork(t *testing.T) {
	t.Parallel()
	rows := make([]any, 2000)
	for i := range rows {
		rows[i] = map[string]any{"p": 1.0, "r": "x"}
	}
	long := strings.Repeat("a", 1<<19)
	values := make([]expr.Value, 3)
	for i, x := range []any{rows, long, make([]any, 90_000)} {
		var err error
		values[i], err = expr.FromAny(x)
		require.NoError(t, err)
	}
	for _, text := range []string{
		"sumInArray({rows}, 'p', sumInArray({rows}, 'p') > 0)",
		"{s} + {s} + {s} + {s}",
		"{big} anyof {rows}",
		"{big} + {big} + {big} + {big} + {big} + {big} + {big} + {big} + {big} + {big} + {big} + {big} empty",
	} {
		frame := &expr.Frame{Slots: values}
		p := compile(t, text, slotsOf("rows", "s", "big"))
		require.Equal(t, expr.KindMissing, p.Eval(frame).Kind(), text)
		require.ErrorIs(t, frame.Err(), expr.ErrWork, text)
		require.False(t, p.Holds(frame), text)
		compile(t, "1", nil).Eval(frame)
		require.NoError(t, frame.Err())
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	e, err := expr.Parse("{a} > 1 and {#B.c[2]} = {$q.prop} or sumInArray({rows}, 'p', {k} = {a}) > getComment('why') or countInArray({rows}, 'p', '{z} > 1') = 1", nil)
	require.NoError(t, err)
	var got []string
	for _, ref := range e.References() {
		got = append(got, fmt.Sprintf("%s raw=%t property=%t item=%t comment=%t @%d", ref.Name, ref.Raw, ref.Property, ref.Item, ref.Comment, ref.Offset))
	}
	require.Equal(t, []string{
		"a raw=false property=false item=false comment=false @0",
		"B.c[2] raw=true property=false item=false comment=false @12",
		"q.prop raw=false property=true item=false comment=false @24",
		"rows raw=false property=false item=false comment=false @48",
		"k raw=false property=false item=true comment=false @65",
		"a raw=false property=false item=true comment=false @65",
		"why raw=false property=false item=false comment=true @85",
		"rows raw=false property=false item=false comment=false @108",
		"z raw=false property=false item=true comment=false @121",
	}, got)
	require.Equal(t, []expr.Step{{Name: "B"}, {Name: "c", Indexed: true, Index: 2}}, e.References()[1].Path)
}

func TestBindings(t *testing.T) {
	t.Parallel()
	resolver := expr.ResolverFunc(func(ref *expr.Reference) (expr.Binding, bool) {
		switch ref.Path[0].Name {
		case "panel":
			return expr.Binding{Slot: 0, InRow: true, Steps: 2}, true
		case "q":
			return expr.Binding{Slot: 1, Steps: 1}, true
		case "rank":
			return expr.Binding{Slot: 2, Steps: 1, Ordered: true}, true
		case "far":
			return expr.Binding{Slot: 99, Steps: 1}, true
		default:
			return expr.Binding{}, false
		}
	})
	frame := &expr.Frame{
		Slots: []expr.Value{{}, expr.List(expr.Number(4), expr.Number(5)), expr.List(expr.Text("a"), expr.Text("b"))},
		Row:   []expr.Value{expr.Number(7)},
		Comment: func(question string, choice expr.Value) expr.Value {
			return expr.Text(fmt.Sprint(question, "/", choice.Any()))
		},
	}
	for text, want := range map[string]any{
		"{panel.x} + 1": 8.0, "{q[1]}": 5.0, "{q.length}": 2.0, "{far}": nil, "{nobody}": nil, "{far} = []": true, "{nobody} = []": false,
		"{rank} = ['b', 'a']": false, "{rank} = ['a', 'b']": true, "{q} = [5, 4]": true,
		"getComment('q')": "q/<nil>", "getComment('q', 'other')": "q/other",
	} {
		require.Equal(t, want, compile(t, text, resolver).Eval(frame).Any(), text)
	}
	e, err := expr.Parse("{a} + {b}", nil)
	require.NoError(t, err)
	_, err = expr.Compile(e, expr.ResolverFunc(func(*expr.Reference) (expr.Binding, bool) { return expr.Binding{Steps: 2}, true }))
	require.ErrorIs(t, err, expr.ErrBinding)
	require.Contains(t, err.Error(), "{a}")
	require.Contains(t, err.Error(), "{b}")
}

// Days begin in the frame's zone, and a local time that a zone skips or repeats is read
// as ECMAScript reads it.
func TestZones(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	frame := &expr.Frame{Now: time.Date(2026, 3, 8, 3, 0, 0, 0, time.UTC), Zone: zone}
	for text, want := range map[string]any{
		"today()":                                       "2026-03-07T05:00:00.000Z",
		"getDate('2026-03-08T02:30')":                   "2026-03-08T07:30:00.000Z",
		"getDate('2026-11-01T01:30')":                   "2026-11-01T05:30:00.000Z",
		"dateAdd('2026-03-07T02:30', 1)":                "2026-03-08T07:30:00.000Z",
		"dateDiff('2026-03-08', '2026-03-09')":          1.0,
		"dateDiff('2026-03-08', '2026-03-09', 'hours')": 23.0,
		"dateDiff('2026-11-01', '2026-11-02', 'hours')": 25.0,
		"getDate('2026-03-08T02:30Z')":                  "2026-03-08T02:30:00.000Z",
		"day(today())":                                  7.0,
	} {
		require.Equal(t, want, compile(t, text, nil).Eval(frame).Any(), text)
	}
	day, ok := expr.DateText(compile(t, "today()", nil).Eval(frame), zone)
	require.True(t, ok)
	require.Equal(t, "2026-03-07", day)
	_, ok = expr.DateText(expr.Text("2026"), zone)
	require.False(t, ok)
}

func TestOperate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		op          string
		left, right expr.Value
		want        any
	}{
		{"equal", expr.Text("A"), expr.Text(" a "), true},
		{"notequal", expr.Number(1), expr.Text("1"), false},
		{"greaterorequal", expr.Number(3), expr.Number(3), true},
		{"contains", expr.List(expr.Text("x")), expr.Text("X"), true},
		{"empty", expr.Value{}, expr.Value{}, true},
		{"notempty", expr.Number(0), expr.Value{}, true},
		{"plus", expr.Number(0.1), expr.Number(0.2), 0.3},
		{"div", expr.Number(1), expr.Number(0), nil},
	} {
		got, ok := expr.Operate(c.op, c.left, c.right, nil)
		require.True(t, ok, c.op)
		require.Equal(t, c.want, got.Any(), c.op)
	}
	_, ok := expr.Operate("constructor", expr.Value{}, expr.Value{}, nil)
	require.False(t, ok)
	_, ok = expr.Operate("", expr.Value{}, expr.Value{}, nil)
	require.False(t, ok)
}

func TestFromAny(t *testing.T) {
	t.Parallel()
	in := map[string]any{"n": json.Number("1.5"), "i": 3, "s": []string{"a"}, "d": time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), "b": true, "z": nil}
	v, err := expr.FromAny(in)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"n": 1.5, "i": 3.0, "s": []any{"a"}, "d": "2026-01-15T00:00:00.000Z", "b": true, "z": nil}, v.Any())
	deep := any(1.0)
	for range 70 {
		deep = []any{deep}
	}
	for _, bad := range []any{struct{}{}, json.Number("1e999"), deep, make([]any, expr.MaxValues+1), map[string]any{"x": func() {}}} {
		_, err := expr.FromAny(bad)
		require.ErrorIs(t, err, expr.ErrValue)
	}
}
