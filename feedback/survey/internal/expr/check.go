package expr

import (
	"fmt"
	"slices"
)

// Severity says how much a [Finding] weighs.
type Severity uint8

// The severities. An Error is an expression that relies on a conversion that its author
// can hardly have meant, or that cannot work; a strict reader refuses it. A Warning may
// be meant.
const (
	Warning Severity = iota + 1
	Error
)

// String names the severity: "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	default:
		return fmt.Sprintf("Severity(%d)", uint8(s))
	}
}

// Rule names what a [Finding] is about.
type Rule string

// The rules of [Check].
const (
	// RuleUnknownName: the resolver does not know the name.
	RuleUnknownName Rule = "expr/unknown-name"
	// RuleUnknownFunction: survey-core has no such function; its value is null.
	RuleUnknownFunction Rule = "expr/unknown-function"
	// RuleUnsupportedFunction: the function needs a user interface; its value is missing.
	RuleUnsupportedFunction Rule = "expr/unsupported-function"
	// RuleArgumentCount: too few or too many arguments.
	RuleArgumentCount Rule = "expr/argument-count"
	// RuleCompareTypes: the two sides of a comparison never have a type in common.
	RuleCompareTypes Rule = "expr/compare-types"
	// RuleOrder: values are put in an order that have none.
	RuleOrder Rule = "expr/order"
	// RuleArithmetic: arithmetic with something that is no number.
	RuleArithmetic Rule = "expr/arithmetic"
	// RuleTextNumbers: two quoted numerals are compared letter by letter.
	RuleTextNumbers Rule = "expr/text-numbers"
	// RuleContains: contains, anyof, allof or noneof of something that holds nothing.
	RuleContains Rule = "expr/contains"
	// RuleSelf: something is compared with itself.
	RuleSelf Rule = "expr/self"
	// RuleConstant: the result of a condition, or of a part of it, is known beforehand.
	RuleConstant Rule = "expr/constant"
	// RuleCondition: a condition gives a number, a list or a date, never true.
	RuleCondition Rule = "expr/condition"
	// RuleChained: a comparison of a comparison, as in 3 > {x} > 1.
	RuleChained Rule = "expr/chained"
	// RuleNull: null as an operand or an argument, where survey-core fails.
	RuleNull Rule = "expr/null"
	// RuleOperand: the right side of an operator is left out.
	RuleOperand Rule = "expr/operand"
	// RuleProperty: a property of an element ({$q.isVisible}) is read.
	RuleProperty Rule = "expr/property"
	// RuleDivision: a division by zero, whose result is missing.
	RuleDivision Rule = "expr/division"
	// RuleAggregate: the condition of an aggregate is no expression, or comes from an
	// answer, which is never run.
	RuleAggregate Rule = "expr/aggregate"
)

// Finding is one thing that [Check] noticed.
type Finding struct {
	// Rule says what it is about.
	Rule Rule
	// Severity says how much it weighs.
	Severity Severity
	// Offset is the place in bytes of the text.
	Offset int
	// Message says it in a sentence without the rule and the place.
	Message string
}

// Role says what an expression is used for.
type Role uint8

// The roles: a condition is asked whether it holds, a value is computed.
const (
	RoleCondition Role = iota + 1
	RoleValue
)

// Check tells what an expression gets wrong or leaves to conversion, judged by the types
// that the resolver knows; where a type is unknown it is silent. The findings are in the
// order of their places, then of their rules. A nil resolver knows no name and makes
// every name a finding.
func Check(e *Expression, r Resolver, role Role) []Finding {
	if r == nil {
		r = ResolverFunc(func(*Reference) (Binding, bool) { return Binding{}, false })
	}
	c := checker{names: r}
	kind := c.typeOf(e.root)
	if role == RoleCondition {
		c.condition(e.root, kind)
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return compareRules(a.Rule, b.Rule)
	})
	return slices.Compact(c.found)
}

func compareRules(a, b Rule) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

type checker struct {
	names Resolver
	item  bool
	found []Finding
}

func (c *checker) add(rule Rule, severity Severity, n node, format string, args ...any) {
	c.found = append(c.found, Finding{rule, severity, n.offset(), fmt.Sprintf(format, args...)})
}

// typeOf checks a node and gives its type.
func (c *checker) typeOf(n node) Type {
	switch n := n.(type) {
	case *literal:
		return valueType(n.value)
	case *variable:
		return c.variable(n)
	case *unary:
		if _, null := n.x.(*nothing); null {
			c.add(RuleNull, Error, n, "null is always empty; survey-core fails here")
		}
		c.typeOf(n.x)
		return TypeBool
	case *binary:
		return c.binary(n)
	case *call:
		return c.call(n)
	case *list:
		c.nulls(n.items)
		for _, item := range n.items {
			c.typeOf(item)
		}
		return TypeList
	default:
		return TypeUnknown
	}
}

func valueType(v Value) Type {
	switch v.kind {
	case KindNumber:
		return TypeNumber
	case KindText:
		return TypeText
	case KindBool:
		return TypeBool
	case KindDate:
		return TypeDate
	case KindList:
		return TypeList
	case KindObject:
		return TypeObject
	default:
		return TypeUnknown
	}
}

func (c *checker) variable(n *variable) Type {
	if n.ref.Property {
		c.add(RuleProperty, Warning, n, "%s is a property of an element, not an answer", quoteName(n.ref.Name))
	}
	asked := n.ref
	asked.Item = c.item
	b, ok := c.names.Resolve(&asked)
	if !ok {
		if !c.item && unknownValue(&n.ref).kind != KindObject {
			c.add(RuleUnknownName, Error, n, "no question or value is named %s", quoteName(n.ref.Name))
		}
		return TypeUnknown
	}
	if last := n.ref.Path[len(n.ref.Path)-1]; last.Name == "length" && b.Steps < len(n.ref.Path) {
		return TypeNumber
	}
	if c.item {
		return TypeUnknown // the item may hold the name itself
	}
	return b.Type
}

func (c *checker) binary(n *binary) Type {
	left := c.typeOf(n.left)
	if n.right == nil {
		c.add(RuleOperand, Error, n, "the right side of %s is left out", operatorSigns[n.op])
		return TypeBool
	}
	right := c.typeOf(n.right)
	switch {
	case n.op.conjunction():
		if left == TypeBool && right == TypeBool {
			return TypeBool
		}
		return TypeUnknown
	case n.op.arithmetic():
		return c.arithmetic(n, left, right)
	case n.op.comparison():
		c.comparison(n, left, right)
	default:
		c.membership(n, left, right)
	}
	return TypeBool
}

func (c *checker) arithmetic(n *binary, left, right Type) Type {
	if n.op == opPlus && (left == TypeText || right == TypeText) {
		if left != right && left != TypeUnknown && right != TypeUnknown {
			c.add(RuleArithmetic, Warning, n, "a %s and a %s are joined to a text", left, right)
		}
		return TypeText
	}
	if n.op == opPlus && left == TypeList && right == TypeList {
		return TypeList
	}
	for _, t := range [...]Type{left, right} {
		if t != TypeNumber && t != TypeUnknown {
			c.add(RuleArithmetic, Error, n, "%s of a %s", operatorNames[n.op], t)
		}
	}
	if zero, ok := n.right.(*literal); ok && (n.op == opDiv || n.op == opMod) && !zero.value.Truth() {
		c.add(RuleDivision, Error, n, "a division by zero has no value")
	}
	return TypeNumber
}

func (c *checker) comparison(n *binary, left, right Type) {
	if inner, ok := n.left.(*binary); ok && inner.op.comparison() && n.op != opEqual && n.op != opNotEqual {
		c.add(RuleChained, Error, n, "a comparison is compared: write it with and")
	}
	if sameTree(n.left, n.right) {
		c.add(RuleSelf, Warning, n, "the two sides are the same")
	}
	ordering := n.op != opEqual && n.op != opNotEqual
	if ordering && numeral(n.left) && numeral(n.right) {
		c.add(RuleTextNumbers, Error, n, "two numerals in quotes are compared letter by letter")
		return
	}
	if ordering {
		for _, t := range [...]Type{left, right} {
			if t == TypeBool || t == TypeList || t == TypeObject {
				c.add(RuleOrder, Error, n, "a %s has no order", t)
				return
			}
		}
	}
	if inCommon(left, right) {
		return
	}
	severity := Error
	if converts(n.left, right) || converts(n.right, left) {
		severity = Warning
	}
	c.add(RuleCompareTypes, severity, n, "a %s is compared with a %s", left, right)
}

// inCommon reports types that have values in common. Answers to a date question are
// texts.
func inCommon(a, b Type) bool {
	if a == TypeUnknown || b == TypeUnknown || a == b {
		return true
	}
	return a == TypeDate && b == TypeText || a == TypeText && b == TypeDate
}

// converts reports a text that stands for a value of the type.
func converts(n node, t Type) bool {
	l, ok := n.(*literal)
	if !ok || l.value.kind != KindText {
		return false
	}
	return valueType(Convert(l.value)) == t
}

// numeral reports a quoted text that is a number.
func numeral(n node) bool {
	l, ok := n.(*literal)
	if !ok || l.value.kind != KindText {
		return false
	}
	_, ok = numericText(l.value.str)
	return ok
}

func (c *checker) membership(n *binary, left, right Type) {
	for _, t := range [...]Type{left, right} {
		if t == TypeObject {
			c.add(RuleContains, Error, n, "%s of an object", operatorNames[n.op])
			return
		}
	}
	anyOf := n.op == opAnyOf || n.op == opNoneOf
	switch {
	case anyOf && left != TypeList && left != TypeUnknown && right != TypeList && right != TypeUnknown:
		c.add(RuleContains, Error, n, "%s of a %s and a %s: neither is a list", operatorNames[n.op], left, right)
	case !anyOf && (left == TypeNumber || left == TypeBool || left == TypeDate):
		c.add(RuleContains, Error, n, "a %s holds nothing", left)
	case !anyOf && left == TypeText && right == TypeList:
		c.add(RuleContains, Warning, n, "a text holds no list; anyof may be meant")
	}
}

func (c *checker) nulls(items []node) {
	for _, item := range items {
		if _, null := item.(*nothing); null {
			c.add(RuleNull, Error, item, "null in a list or among arguments; survey-core fails here")
		}
	}
}

func (c *checker) call(n *call) Type {
	fn := functionNamed(n.name)
	switch fn.kind {
	case functionUnknown:
		c.add(RuleUnknownFunction, Error, n, "there is no function %s", quoteName(n.name))
	case functionUnsupported:
		c.add(RuleUnsupportedFunction, Error, n, "%s needs a user interface", n.name)
	case functionAggregate:
		return c.aggregate(n, fn)
	}
	c.nulls(n.args)
	types := make([]Type, len(n.args))
	for i, arg := range n.args {
		types[i] = c.typeOf(arg)
	}
	c.count(n, fn)
	if n.name == "iif" && len(types) == 3 && types[1] == types[2] {
		return types[1]
	}
	return fn.result
}

func (c *checker) count(n *call, fn function) {
	if fn.kind == functionUnknown || fn.kind == functionUnsupported {
		return
	}
	if got := len(n.args); got < fn.min || fn.max >= 0 && got > fn.max {
		c.add(RuleArgumentCount, Error, n, "%s is given %d arguments", n.name, got)
	}
}

func (c *checker) aggregate(n *call, fn function) Type {
	c.count(n, fn)
	shape, ok := aggregateOf(n)
	if !ok {
		return TypeNumber
	}
	for _, arg := range n.args[:min(shape.conditionAt, len(n.args))] {
		c.typeOf(arg)
	}
	if shape.never {
		c.add(RuleAggregate, Error, n.args[shape.conditionAt], "the condition of %s is no expression: nothing fits", n.name)
	}
	if shape.condition == nil {
		return TypeNumber
	}
	if _, ok := n.args[shape.conditionAt].(*variable); ok {
		c.add(RuleAggregate, Warning, n.args[shape.conditionAt], "a condition that comes from an answer is not run")
	}
	inner := checker{names: c.names, item: true}
	inner.condition(shape.condition, inner.typeOf(shape.condition))
	for _, f := range inner.found {
		f.Offset = n.args[shape.conditionAt].offset()
		c.found = append(c.found, f)
	}
	return TypeNumber
}

// condition checks what is asked whether it holds.
func (c *checker) condition(n node, kind Type) {
	switch {
	case constantTree(n):
		if l, ok := n.(*literal); !ok || l.value.kind != KindBool {
			c.add(RuleConstant, Error, n, "the result is always the same")
		}
	case kind == TypeNumber || kind == TypeList || kind == TypeDate || kind == TypeObject:
		c.add(RuleCondition, Error, n, "a condition gives a %s", kind)
	default:
		c.branches(n)
	}
}

// branches looks for parts whose result is known.
func (c *checker) branches(n node) {
	switch n := n.(type) {
	case *unary:
		if constantTree(n.x) {
			c.add(RuleConstant, Error, n, "the result is always the same")
			return
		}
		c.branches(n.x)
	case *binary:
		for _, side := range [...]node{n.left, n.right} {
			switch {
			case n.op.conjunction() && constantTree(side):
				c.add(RuleConstant, Error, side, "this side of %s is always the same", operatorSigns[n.op])
			case n.op.comparison() && constantTree(n.left) && constantTree(n.right):
				c.add(RuleConstant, Error, n, "the result is always the same")
				return
			default:
				c.branches(side)
			}
		}
	}
}

// constantTree reports a tree that reads nothing and calls nothing.
func constantTree(n node) bool {
	if n == nil {
		return true
	}
	fixed := true
	walk(n, func(n node) {
		switch n.(type) {
		case *variable, *call:
			fixed = false
		}
	})
	return fixed
}

// sameTree reports two trees that print alike and call nothing.
func sameTree(a, b node) bool {
	if constantTree(a) || constantTree(b) {
		return false
	}
	calls := false
	walk(a, func(n node) {
		if _, ok := n.(*call); ok {
			calls = true
		}
	})
	return !calls && (&Expression{root: a}).String() == (&Expression{root: b}).String()
}
