package expr_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// slotsOf binds names to places in their order.
func slotsOf(names ...string) expr.Resolver {
	return expr.ResolverFunc(func(ref *expr.Reference) (expr.Binding, bool) {
		for i, name := range names {
			if strings.EqualFold(ref.Path[0].Name, name) {
				return expr.Binding{Slot: i, Steps: 1}, true
			}
		}
		return expr.Binding{}, false
	})
}

// The three expressions stand for what surveys hold: one comparison; a condition over a
// number, a choice and a list; a computed value with functions, lists, texts and
// decimals.
const (
	simpleExpression  = "{nps} <= 6"
	mediumExpression  = "{nps} <= 6 and {country} = 'JP' and {topics} contains 'price'"
	complexExpression = "iif({nps} >= 9 or ({topics} anyof ['price', 'speed'] and {country} != 'US'), round(avg({a}, {b}, {c}) * 1.1, 2), {a} + {b} * 0.1) > 2.5 and !({comment} empty)"
)

func benchFrame() (expr.Resolver, *expr.Frame) {
	names := slotsOf("nps", "country", "topics", "a", "b", "c", "comment")
	return names, &expr.Frame{
		Slots: []expr.Value{
			expr.Number(6), expr.Text("JP"), expr.List(expr.Text("service"), expr.Text("price")),
			expr.Number(3), expr.Number(4), expr.Number(2.5), expr.Text("too dear"),
		},
		Now: time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC),
	}
}

func compile(t testing.TB, text string, names expr.Resolver) *expr.Program {
	t.Helper()
	e, err := expr.Parse(text, nil)
	require.NoError(t, err, text)
	p, err := expr.Compile(e, names)
	require.NoError(t, err, text)
	return p
}

func BenchmarkHolds(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"simple", simpleExpression}, {"medium", mediumExpression}, {"complex", complexExpression},
	} {
		b.Run(c.name, func(b *testing.B) {
			names, frame := benchFrame()
			p := compile(b, c.text, names)
			require.True(b, p.Holds(frame))
			b.ReportAllocs()
			for b.Loop() {
				p.Holds(frame)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevals/s")
		})
	}
}

// BenchmarkEval evaluates values: the cost should follow the length of the expression
// and of the list.
func BenchmarkEval(b *testing.B) {
	names, frame := benchFrame()
	run := func(name, text string) {
		b.Run(name, func(b *testing.B) {
			p := compile(b, text, names)
			b.ReportAllocs()
			for b.Loop() {
				p.Eval(frame)
			}
		})
	}
	for _, n := range []int{1, 10, 100} {
		run(fmt.Sprintf("terms=%d", n), "{a}"+strings.Repeat(" + {b}", n))
	}
	for _, n := range []int{10, 100, 1000} {
		rows := make([]expr.Value, n)
		for i := range rows {
			rows[i] = expr.Object(expr.Field{Name: "price", Value: expr.Number(float64(i))}, expr.Field{Name: "kind", Value: expr.Text("tea")})
		}
		frame.Slots[0] = expr.List(rows...)
		run(fmt.Sprintf("rows=%d", n), "sumInArray({nps}, 'price', {kind} = 'tea')")
	}
}

func BenchmarkCompile(b *testing.B) {
	names, _ := benchFrame()
	for _, c := range []struct{ name, text string }{
		{"simple", simpleExpression},
		{"medium", mediumExpression},
		{"complex", complexExpression},
		{"8KiB", "{a} = 1" + strings.Repeat(" or {a} = 1", 744)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				e, err := expr.Parse(c.text, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := expr.Compile(e, names); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// An evaluation allocates nothing.
func TestNoAllocations(t *testing.T) {
	names, frame := benchFrame()
	for _, text := range []string{
		simpleExpression, mediumExpression, complexExpression, "{a} + {c} * 1.5", "{topics} = ['price', 'service']",
		"[{country}, 'x'] anyof {topics}", "{topics.length} > 1", "{topics[-1]} = 'PRICE'", "{comment} contains 'Dear'",
		"sum({a}, {b}, [1, {c}])", "year('2026-01-15') = 2026", "dateDiff(today(), '2026-03-01') > 3", "{country} < 'x'",
		"min({a}, {b}) ^ 2.5 >= 1",
	} {
		p := compile(t, text, names)
		p.Eval(frame)
		require.Zero(t, testing.AllocsPerRun(100, func() { p.Eval(frame) }), text)
		require.Zero(t, testing.AllocsPerRun(100, func() { p.Holds(frame) }), text)
	}
}
