package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// typed knows one name of each type.
func typed() expr.Resolver {
	types := map[string]expr.Type{
		"n": expr.TypeNumber, "m": expr.TypeNumber, "s": expr.TypeText, "b": expr.TypeBool, "d": expr.TypeDate, "l": expr.TypeList, "o": expr.TypeObject, "x": expr.TypeUnknown,
	}
	return expr.ResolverFunc(func(ref *expr.Reference) (expr.Binding, bool) {
		kind, ok := types[ref.Path[0].Name]
		return expr.Binding{Steps: 1, Type: kind}, ok
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       []expr.Finding
	}{
		{"an ordinary condition", "{n} <= 6 and {s} = 'a' and {l} contains 'b' and !({b} = true) and {d} > today()", nil},
		{"nothing is known of it", "{x} + 1 > 2 and {x} contains 'a' and {x} = true and {x}", nil},
		{"an answer as a condition", "{b}", nil},
		{"true alone", "true", nil},

		{"name", "{nobody} = 1", []expr.Finding{{expr.RuleUnknownName, expr.Error, 0, `no question or value is named "nobody"`}}},
		{"function", "nosuch({n}) = 1", []expr.Finding{{expr.RuleUnknownFunction, expr.Error, 0, `there is no function "nosuch"`}}},
		{"user interface", "displayValue('n') = 'x'", []expr.Finding{{expr.RuleUnsupportedFunction, expr.Error, 0, "displayValue needs a user interface"}}},
		{"arguments", "iif({b}) = 1", []expr.Finding{{expr.RuleArgumentCount, expr.Error, 0, "iif is given 1 arguments"}}},
		{"number and word", "{n} = 'many'", []expr.Finding{{expr.RuleCompareTypes, expr.Error, 4, "a number is compared with a text"}}},
		{"number and quoted numeral", "{n} >= '9'", []expr.Finding{{expr.RuleCompareTypes, expr.Warning, 4, "a number is compared with a text"}}},
		{"bool and quoted bool", "{b} = 'true'", []expr.Finding{{expr.RuleCompareTypes, expr.Warning, 4, "a bool is compared with a text"}}},
		{"list and text", "{l} = 'a'", []expr.Finding{{expr.RuleCompareTypes, expr.Error, 4, "a list is compared with a text"}}},
		{"order of lists", "{l} > 2", []expr.Finding{{expr.RuleOrder, expr.Error, 4, "a list has no order"}}},
		{"order of bools", "{b} >= true", []expr.Finding{{expr.RuleOrder, expr.Error, 4, "a bool has no order"}}},
		{"arithmetic with a text", "{s} * 2 > 1", []expr.Finding{{expr.RuleArithmetic, expr.Error, 4, "mul of a text"}}},
		{"text and number joined", "{s} + {n} = 'a1'", []expr.Finding{{expr.RuleArithmetic, expr.Warning, 4, "a text and a number are joined to a text"}}},
		{"quoted numerals", "'10' < '9' and {b}", []expr.Finding{
			{expr.RuleConstant, expr.Error, 5, "this side of and is always the same"},
			{expr.RuleTextNumbers, expr.Error, 5, "two numerals in quotes are compared letter by letter"},
		}},
		{"contains on a number", "{n} contains 1", []expr.Finding{{expr.RuleContains, expr.Error, 4, "a number holds nothing"}}},
		{"anyof without a list", "{s} anyof 'a'", []expr.Finding{{expr.RuleContains, expr.Error, 4, "anyof of a text and a text: neither is a list"}}},
		{"text contains a list", "{s} contains ['a', 'b']", []expr.Finding{{expr.RuleContains, expr.Warning, 4, "a text holds no list; anyof may be meant"}}},
		{"itself", "{n} = {n}", []expr.Finding{{expr.RuleSelf, expr.Warning, 4, "the two sides are the same"}}},
		{"constant", "1 = 2", []expr.Finding{{expr.RuleConstant, expr.Error, 2, "the result is always the same"}}},
		{"constant side", "{b} or 'x'", []expr.Finding{{expr.RuleConstant, expr.Error, 7, "this side of or is always the same"}}},
		{"no condition", "{n} + 1", []expr.Finding{{expr.RuleCondition, expr.Error, 4, "a condition gives a number"}}},
		{"chained", "3 > {n} > 1", []expr.Finding{
			{expr.RuleChained, expr.Error, 8, "a comparison is compared: write it with and"},
			{expr.RuleOrder, expr.Error, 8, "a bool has no order"},
		}},
		{"null argument", "iif({b}, 1, null) = 1", []expr.Finding{{expr.RuleNull, expr.Error, 12, "null in a list or among arguments; survey-core fails here"}}},
		{"null operand", "!null and {b}", []expr.Finding{
			{expr.RuleConstant, expr.Error, 0, "this side of and is always the same"},
			{expr.RuleNull, expr.Error, 0, "null is always empty; survey-core fails here"},
		}},
		{"no right side", "{l} contains", []expr.Finding{{expr.RuleOperand, expr.Error, 4, "the right side of contains is left out"}}},
		{"property", "{$n.isVisible} = true", []expr.Finding{{expr.RuleProperty, expr.Warning, 0, `"n.isVisible" is a property of an element, not an answer`}, {expr.RuleCompareTypes, expr.Error, 15, "a number is compared with a bool"}}},
		{"division by zero", "{n} / 0 > 1", []expr.Finding{{expr.RuleDivision, expr.Error, 4, "a division by zero has no value"}}},
		{"condition of an aggregate", "sumInArray({l}, 'p', '{q} >') > 1", []expr.Finding{{expr.RuleAggregate, expr.Error, 21, "the condition of sumInArray is no expression: nothing fits"}}},
		{"condition from an answer", "sumInArray({l}, 'p', {s}) > 1", []expr.Finding{{expr.RuleAggregate, expr.Warning, 21, "a condition that comes from an answer is not run"}}},
		{"inside an aggregate", "countInArray({l}, 'p', {q} + 1) = 1", []expr.Finding{{expr.RuleCondition, expr.Error, 27, "a condition gives a number"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, err := expr.Parse(c.text, nil)
			require.NoError(t, err)
			require.Equal(t, c.want, expr.Check(e, typed(), expr.RoleCondition))
		})
	}
}

// A computed value may be a number, and is not asked whether it holds.
func TestCheckComputation(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{n} + 1", "iif({n} > 1, {n}, {m}) * 2", "{l.length} - 1", "'constant'", "sum({n}, {l})"} {
		e, err := expr.Parse(text, nil)
		require.NoError(t, err)
		require.Empty(t, expr.Check(e, typed(), expr.RoleValue), text)
	}
	e, err := expr.Parse("{a} = 1", nil)
	require.NoError(t, err)
	require.Len(t, expr.Check(e, nil, expr.RoleCondition), 1)
}

func TestNamesOfEnums(t *testing.T) {
	t.Parallel()
	require.Equal(t, "list", expr.KindList.String())
	require.Equal(t, "Kind(99)", expr.Kind(99).String())
	require.Equal(t, "date", expr.TypeDate.String())
	require.Equal(t, "unknown", expr.Type(99).String())
	require.Equal(t, "warning", expr.Warning.String())
	require.Equal(t, "error", expr.Error.String())
	require.Equal(t, "Severity(9)", expr.Severity(9).String())
}
