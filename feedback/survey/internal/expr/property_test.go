package expr_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// texts draws expressions of the grammar, with operands of every sort.
func texts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string { return drawText(t, 4) })
}

func drawText(t *rapid.T, depth int) string {
	if depth == 0 {
		return drawAtom(t)
	}
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0:
		return "!" + drawText(t, depth-1)
	case 1:
		return "{" + rapid.SampledFrom([]string{"a", "b", "list", "名"}).Draw(t, "name") + "} " + rapid.SampledFrom([]string{"empty", "notempty"}).Draw(t, "postfix")
	case 2:
		return "(" + drawText(t, depth-1) + ")"
	case 3:
		n := rapid.IntRange(0, 3).Draw(t, "arguments")
		args := make([]string, n)
		for i := range args {
			args[i] = drawText(t, depth-1)
		}
		return rapid.SampledFrom([]string{"sum", "iif", "max", "round", "f_1", "sumInArray"}).Draw(t, "function") + "(" + strings.Join(args, ", ") + ")"
	case 4:
		n := rapid.IntRange(0, 3).Draw(t, "items")
		items := make([]string, n)
		for i := range items {
			items[i] = drawText(t, depth-1)
		}
		return "[" + strings.Join(items, ",") + "]"
	case 5, 6, 7:
		op := rapid.SampledFrom([]string{"+", "-", "*", "/", "%", "^", "<", "<=", ">", ">=", "=", "!=", "and", "or", "&&", "||", "contains", "anyof", "allof", "noneof", "*=", "notcontains"}).Draw(t, "operator")
		return drawText(t, depth-1) + " " + op + " " + drawText(t, depth-1)
	default:
		return drawAtom(t)
	}
}

func drawAtom(t *rapid.T) string {
	switch rapid.IntRange(0, 5).Draw(t, "atom") {
	case 0:
		return rapid.SampledFrom([]string{"0", "-1", "2.50", "0x12", "100000000000000000000000", "0.0000001", "-0"}).Draw(t, "number")
	case 1:
		return "{" + rapid.SampledFrom([]string{"a", "#b", "list", "list[0]", "list[-1]", "o.x", "名 前", "$q.p", "miss"}).Draw(t, "name") + "}"
	case 2:
		return rapid.SampledFrom([]string{"true", "FALSE", "null", "word", "orange"}).Draw(t, "word")
	default:
		text := rapid.StringOfN(rapid.SampledFrom([]rune(`abcABC 123.,'"\{}[]()é寿`)), 0, 6, -1).Draw(t, "text")
		if strings.HasSuffix(text, `\`) {
			text += "x" // a backslash before the quote would escape it
		}
		return "'" + strings.NewReplacer("'", `\'`, `"`, `\"`).Replace(text) + "'"
	}
}

// propertyFrame holds a value of every sort under the names of drawText.
func propertyFrame(t require.TestingT) *expr.Frame {
	var values any
	require.NoError(t, json.Unmarshal([]byte(`{"a": 3, "b": "007", "list": ["x", 2, null], "o": {"x": 1.5}, "名 前": "寿司", "名": []}`), &values))
	root, err := expr.FromAny(values)
	require.NoError(t, err)
	return &expr.Frame{Slots: []expr.Value{root}}
}

// Property 5 of the survey brief: the printed form parses to the same tree, is a fixed
// point, and evaluates alike.
func TestPropertyPrint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "expression")
		e, err := expr.Parse(text, nil)
		if err != nil {
			require.ErrorIs(t, err, expr.ErrSyntax, text)
			return
		}
		printed := e.String()
		again, err := expr.Parse(printed, nil)
		require.NoError(t, err, "%s prints as %s", text, printed)
		require.Equal(t, printed, again.String(), text)
		require.Equal(t, names(e), names(again))
		p, err := expr.Compile(e, expr.Root())
		require.NoError(t, err)
		q, err := expr.Compile(again, expr.Root())
		require.NoError(t, err)
		require.Equal(t, p.Eval(propertyFrame(t)).Any(), q.Eval(propertyFrame(t)).Any(), text)
		require.Equal(t, p.Holds(propertyFrame(t)), q.Holds(propertyFrame(t)), text)
	})
}

func names(e *expr.Expression) []string {
	var out []string
	for _, ref := range e.References() {
		out = append(out, fmt.Sprint(ref.Name, ref.Raw, ref.Property, ref.Item))
	}
	return out
}

// Property 1: evaluation is deterministic and leaves nothing behind in a frame.
func TestPropertyDeterministic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, err := expr.Parse(texts().Draw(t, "expression"), nil)
		if err != nil {
			return
		}
		p, err := expr.Compile(e, expr.Root())
		require.NoError(t, err)
		frame := propertyFrame(t)
		first := p.Eval(frame)
		kept := fmt.Sprint(first.Any())
		if other, err := expr.Parse("[{a}, [{b}], {list}] + [{o.x}]", nil); err == nil {
			q, err := expr.Compile(other, expr.Root())
			require.NoError(t, err)
			q.Eval(frame)
		}
		require.Equal(t, kept, fmt.Sprint(first.Any()), "a result changed under a later evaluation")
		require.Equal(t, kept, fmt.Sprint(p.Eval(frame).Any()))
		require.Equal(t, p.Holds(propertyFrame(t)), p.Holds(frame))
	})
}

// Property 6: De Morgan's laws hold for conditions without missing operands, and the
// negation of a comparison is the opposite comparison.
func TestPropertyDeMorgan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		side := func(label string) string {
			return fmt.Sprintf("{n%d} %s %d", rapid.IntRange(0, 2).Draw(t, label), rapid.SampledFrom([]string{"<", "<=", ">", ">=", "=", "!="}).Draw(t, label), rapid.IntRange(-3, 3).Draw(t, label))
		}
		a, b := side("a"), side("b")
		frame := &expr.Frame{}
		for range 3 {
			frame.Slots = append(frame.Slots, expr.Number(float64(rapid.IntRange(-3, 3).Draw(t, "value"))))
		}
		holds := func(text string) bool {
			e, err := expr.Parse(text, nil)
			require.NoError(t, err)
			p, err := expr.Compile(e, slotsOf("n0", "n1", "n2"))
			require.NoError(t, err)
			require.Equal(t, p.Holds(frame), p.Eval(frame).Truth())
			return p.Holds(frame)
		}
		require.Equal(t, holds(fmt.Sprintf("!(%s and %s)", a, b)), holds(fmt.Sprintf("!(%s) or !(%s)", a, b)))
		require.Equal(t, holds(fmt.Sprintf("!(%s or %s)", a, b)), holds(fmt.Sprintf("!(%s) and !(%s)", a, b)))
		require.Equal(t, holds(a), !holds("!("+a+")"))
		opposite := strings.NewReplacer("<=", ">", ">=", "<", "!=", "=", "<", ">=", ">", "<=", "=", "!=").Replace(a)
		require.Equal(t, holds("!("+a+")"), holds(opposite))
	})
}

// With a missing operand the comparisons < <= > >= are all false, so a negation is not
// the opposite comparison: the table of the package documentation.
func TestMissingOperands(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"{miss} < 1": false, "{miss} <= 1": false, "{miss} > 1": false, "{miss} >= 1": false, "!({miss} < 1)": true, "{miss} = 1": false,
		"{miss} != 1": true, "{miss} = 0": false, "{miss} = {miss}": true, "{miss} >= {miss}": true, "{miss} > {miss}": false,
		"!({miss} and true)": true, "!({miss} or true)": false,
	} {
		require.Equal(t, want, compile(t, text, slotsOf("miss")).Holds(&expr.Frame{}), text)
	}
}

// Equality is symmetric, and every value that is not NaN equals itself.
func TestPropertyEqual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawValue(t, 2), drawValue(t, 2)
		require.True(t, expr.Equal(a, a, expr.Comparison{}), "%v", a.Any())
		require.Equal(t, expr.Equal(a, b, expr.Comparison{}), expr.Equal(b, a, expr.Comparison{}), "%v %v", a.Any(), b.Any())
	})
}

func drawValue(t *rapid.T, depth int) expr.Value {
	switch rapid.IntRange(0, 7).Draw(t, "kind") {
	case 0:
		return expr.Value{}
	case 1:
		return expr.Null()
	case 2:
		return expr.Bool(rapid.Bool().Draw(t, "bool"))
	case 3:
		return expr.Number(rapid.SampledFrom([]float64{0, 1, -1, 1.5, 10, 1e21, 1e-7}).Draw(t, "number"))
	case 4, 5:
		return expr.Text(rapid.SampledFrom([]string{"", " ", "1", "01", "1,5", "true", "A", "a", "ß", "İ", "ΑΣ", "ας", "1e21"}).Draw(t, "text"))
	default:
		if depth == 0 {
			return expr.List()
		}
		if rapid.Bool().Draw(t, "object") {
			return expr.Object(expr.Field{Name: "a", Value: drawValue(t, depth-1)}, expr.Field{Name: "b", Value: drawValue(t, depth-1)})
		}
		return expr.List(drawValue(t, depth-1), drawValue(t, depth-1))
	}
}

// FuzzParse: no text makes the parser, the checker or an evaluation panic, and what
// parses prints to something that parses.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		simpleExpression, mediumExpression, complexExpression, "{a} andy", "((1", "!negate !x", "[null, 1]", "sumInArray({list}, 'x', '{y} > 1')",
		"{a[-1].b[0].length}", "'it\\'s' contains \"x\"", "{x} contains", "today() > getDate('2026-01-15 10:30 PST')", "1 + + 2", "{ }", "{#}", "{$}", "{.}",
		"maxInArray({list}, 'x', 'y', {z} = 1)", "substring('👪', 1)", "0x", "{\"a\": [1, {b}]}", "\xff{\xff}", "'==>'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := expr.Parse(text, nil)
		if err != nil {
			var fault *expr.SyntaxError
			if asSyntax(err, &fault) && (fault.Offset < 0 || fault.Offset > len(text)) {
				t.Fatalf("%q: offset %d", text, fault.Offset)
			}
			return
		}
		expr.Check(e, expr.Root(), expr.RoleCondition)
		e.References()
		p, err := expr.Compile(e, expr.Root())
		require.NoError(t, err)
		frame := propertyFrame(t)
		p.Eval(frame)
		p.Holds(frame)
		if _, err := expr.Parse(e.String(), &expr.Limits{Bytes: 1 << 20, Depth: 1 << 10}); err != nil && utf8.ValidString(text) {
			t.Fatalf("%q prints as %q: %v", text, e, err)
		}
	})
}

func asSyntax(err error, into **expr.SyntaxError) bool {
	fault, ok := err.(*expr.SyntaxError) //nolint:errorlint // Parse gives it bare
	*into = fault
	return ok
}

// FuzzEval: no values make an evaluation panic.
func FuzzEval(f *testing.F) {
	ops := []string{"=", "<", "+", "-", "*", "/", "%", "^", "and", "or", "contains", "anyof", "allof", "noneof", ">="}
	for i := range ops {
		f.Add(uint8(i), `"2026-01-15T10:30"`, `[1, "x", {"a": null}]`)
	}
	f.Add(uint8(0), `"ΑΣ"`, `"ας"`)
	f.Add(uint8(3), `1e308`, `"-1e308"`)
	f.Fuzz(func(t *testing.T, op uint8, x, y string) {
		frame := expr.Frame{Slots: make([]expr.Value, 2)}
		for i, text := range []string{x, y} {
			var decoded any
			if json.Unmarshal([]byte(text), &decoded) != nil {
				decoded = text
			}
			v, err := expr.FromAny(decoded)
			if err != nil {
				return
			}
			frame.Slots[i] = v
		}
		for _, text := range []string{
			"{x} " + ops[int(op)%len(ops)] + " {y}", "getDate({x}) " + ops[int(op)%len(ops)] + " {y}", "sumInArray({y}, {x}, {a} = {x})",
			"dateAdd({x}, {y}, 'months')", "dateDiff({x}, {y}, 'hours') + age({x})", "round({x}, {y}) + trunc({x}, {y}) + max({x}, {y})", "substring({x}, {y}, 2)", "[{x}, {y}] = [{y}, {x}]",
		} {
			p := compile(t, text, slotsOf("x", "y"))
			v := p.Eval(&frame)
			if n, ok := v.Float(); ok && n-n != 0 {
				t.Fatalf("%s gives %v", text, n)
			}
			p.Holds(&frame)
		}
	})
}
