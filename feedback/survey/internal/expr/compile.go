package expr

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Type is what a resolver knows about the values of a name; [Check] judges by it. The
// zero Type is unknown.
type Type uint8

// The types that [Check] tells apart.
const (
	TypeUnknown Type = iota
	TypeNumber
	TypeText
	TypeBool
	TypeDate
	TypeList
	TypeObject
)

// String names the type: "unknown", "number", "text", "bool", "date", "list", "object".
func (t Type) String() string {
	names := [...]string{"unknown", "number", "text", "bool", "date", "list", "object"}
	if int(t) < len(names) {
		return names[t]
	}
	return names[0]
}

// Binding says where the value of a reference is.
type Binding struct {
	// Slot is the place in [Frame.Slots], or in [Frame.Row] where InRow is set.
	Slot int
	// InRow reads the row, panel or choice at hand.
	InRow bool
	// Steps says for how many steps of the path the slot stands; what is left is looked
	// up in the value itself. Zero means that the slot holds an object of names.
	Steps int
	// Indexed says that the index of the last of these steps is dealt with as well.
	Indexed bool
	// Type is what is known about the whole reference.
	Type Type
	// Ordered says that lists are compared item by item, as for a ranking.
	Ordered bool
}

// Resolver finds the slot of a name. It is asked once per reference when an expression
// is compiled, and must answer the same each time. ok is false for a name that it does
// not know, whose value is then null.
type Resolver interface {
	Resolve(ref *Reference) (b Binding, ok bool)
}

// ResolverFunc is a function as a [Resolver].
type ResolverFunc func(ref *Reference) (Binding, bool)

// Resolve calls the function.
func (r ResolverFunc) Resolve(ref *Reference) (Binding, bool) { return r(ref) }

// Root resolves every name in the object in slot 0, as survey-core does when it runs an
// expression on plain values. Members are found without regard to case, and a name with
// dots is tried whole before it is taken apart.
func Root() Resolver {
	return ResolverFunc(func(ref *Reference) (Binding, bool) { return Binding{}, !ref.Item })
}

// Program is a compiled expression. It is immutable: many goroutines may evaluate it,
// each with its own [Frame].
type Program struct {
	code code
}

// code is the compiled form of a node.
type code struct {
	eval func(f *Frame) Value
	// truth is set where the result is always a bool.
	truth func(f *Frame) bool
	// num is set where the result is likely a number.
	num numberFunc
	// constant is set where the value never changes.
	constant bool
	value    Value
	// ordered is what survey-core calls requireStrictCompare.
	ordered bool
	// direct is set where eval reads [Frame.Slots] at slot, converting unless raw.
	direct bool
	raw    bool
	slot   int
}

// ErrBinding reports a binding that cannot be right: a slot below zero, or more steps
// than the name has.
var ErrBinding = errors.New("expr: impossible binding")

// Compile resolves every name and turns the expression into closures. A nil resolver
// knows no name. Every [ErrBinding] is reported, joined.
func Compile(e *Expression, r Resolver) (*Program, error) {
	if r == nil {
		r = ResolverFunc(func(*Reference) (Binding, bool) { return Binding{}, false })
	}
	c := compiler{names: r, faults: new([]error)}
	p := &Program{code: c.node(e.root)}
	if err := errors.Join(*c.faults...); err != nil {
		return nil, err
	}
	return p, nil
}

// Eval evaluates the expression: what survey-core's ExpressionRunner gives. A result
// that is not a finite number is missing, and so is the result where [Frame.Err] tells
// that the work was too much.
func (p *Program) Eval(f *Frame) Value {
	f.reset()
	if p.code.num != nil && !p.code.constant {
		if n, ok := p.code.num(f); ok && !f.tired {
			return Number(n)
		}
		f.reset()
	}
	v := p.code.eval(f)
	if f.tired {
		return Value{}
	}
	return settle(v)
}

// Holds evaluates a condition: what survey-core's ConditionRunner gives. It is true
// where the value equals true in JavaScript: true, 1 and "1", but neither 2 nor "true".
func (p *Program) Holds(f *Frame) bool {
	f.reset()
	var holds bool
	if p.code.truth != nil {
		holds = p.code.truth(f)
	} else {
		holds = isTrue(p.code.eval(f))
	}
	return holds && !f.tired
}

func settle(v Value) Value {
	if v.kind == KindNumber && v.num-v.num != 0 {
		return Value{}
	}
	return keep(v)
}

type compiler struct {
	names  Resolver
	item   bool // inside the condition of an aggregate
	faults *[]error
}

func constant(v Value) code {
	out := code{eval: func(*Frame) Value { return v }, num: constantNumber(v), constant: true, value: v}
	if v.kind == KindBool {
		out.truth = func(*Frame) bool { return v.num != 0 }
	}
	return out
}

func condition(truth func(f *Frame) bool) code {
	return code{truth: truth, eval: func(f *Frame) Value { return Bool(truth(f)) }}
}

func (c *compiler) node(n node) code {
	switch n := n.(type) {
	case *literal:
		return constant(n.value)
	case *variable:
		return c.variable(&n.ref)
	case *unary:
		return c.unary(n)
	case *binary:
		return c.binary(n)
	case *call:
		return c.call(n)
	case *list:
		return c.list(n)
	default:
		return constant(Null())
	}
}

func (c *compiler) variable(ref *Reference) code {
	read := c.reader(ref)
	if !ref.Raw {
		plain := read.eval
		read.raw = false
		if slot := read.slot; read.direct {
			read.num = slotNumber(slot)
			read.eval = func(f *Frame) Value {
				if uint(slot) >= uint(len(f.Slots)) {
					return Value{}
				}
				if v := &f.Slots[slot]; v.kind != KindText {
					return *v
				}
				return Convert(f.Slots[slot])
			}
			return read
		}
		read.eval = func(f *Frame) Value {
			v := plain(f)
			if v.kind == KindText {
				return Convert(v)
			}
			return v
		}
	}
	return read
}

// reader reads a reference without conversion.
func (c *compiler) reader(ref *Reference) code {
	outer := c.outer(ref)
	if !c.item {
		return outer
	}
	path := newWalk(ref.Path)
	read := outer.eval
	return code{ordered: outer.ordered, eval: func(f *Frame) Value {
		if v, ok := path.find(f.item); ok {
			return v
		}
		return read(f)
	}}
}

func (c *compiler) outer(ref *Reference) code {
	asked := *ref
	asked.Item = c.item
	b, ok := c.names.Resolve(&asked)
	if !ok {
		return code{eval: constant(unknownValue(ref)).eval}
	}
	if b.Slot < 0 || b.Steps < 0 || b.Steps > len(ref.Path) {
		*c.faults = append(*c.faults, fmt.Errorf("%w: {%s}: slot %d for %d steps", ErrBinding, clip(ref.Name), b.Slot, b.Steps))
		return constant(Null())
	}
	steps, slot := b.Steps, b.Slot
	rest := ref.Path[steps:]
	read := func(f *Frame) Value {
		if uint(slot) < uint(len(f.Slots)) {
			return f.Slots[slot]
		}
		return Value{}
	}
	if b.InRow {
		read = func(f *Frame) Value {
			if uint(slot) < uint(len(f.Row)) {
				return f.Row[slot]
			}
			return Value{}
		}
	}
	index, indexed := 0.0, false
	if steps > 0 && ref.Path[steps-1].Indexed && !b.Indexed {
		index, indexed = ref.Path[steps-1].Index, true
	}
	if len(rest) == 0 && !indexed {
		return code{eval: read, ordered: b.Ordered, direct: !b.InRow, raw: true, slot: slot}
	}
	path, lost := newWalk(rest), unknownValue(ref)
	return code{ordered: b.Ordered, eval: func(f *Frame) Value {
		v, ok := read(f), true
		if indexed {
			v, ok = at(v, index)
		}
		if ok {
			v, ok = path.find(v)
		}
		if !ok {
			return lost
		}
		return v
	}}
}

// unknownValue is what a name that is not found stands for: 0 for a length, an object
// where the braces hold the inside of one ({"a": 1}), else null.
func unknownValue(ref *Reference) Value {
	if strings.HasSuffix(ref.Name, ".length") {
		return Number(0)
	}
	if len(ref.Name) >= 2 && strings.IndexByte(ref.Name, ':') >= 1 {
		var members map[string]any
		if json.Unmarshal([]byte("{"+ref.Name+"}"), &members) == nil {
			if v, err := FromAny(members); err == nil {
				return v
			}
		}
	}
	return Null()
}

func (c *compiler) list(n *list) code {
	items, fixed := c.all(n.items)
	if fixed {
		values := make([]Value, len(items))
		for i := range items {
			values[i] = items[i].value
		}
		return constant(List(values...))
	}
	return code{eval: func(f *Frame) Value {
		out := f.take(len(items))
		for i := range items {
			out[i] = items[i].eval(f)
		}
		return f.pack(out)
	}}
}

func (c *compiler) all(nodes []node) (out []code, fixed bool) {
	out, fixed = make([]code, len(nodes)), true
	for i, n := range nodes {
		out[i] = c.node(n)
		fixed = fixed && out[i].constant
	}
	return out, fixed
}

func (c *compiler) unary(n *unary) code {
	x := c.node(n.x)
	op := n.op
	if op == opNegate && x.truth != nil {
		truth := x.truth
		return settled(condition(func(f *Frame) bool { return !truth(f) }), x.constant)
	}
	eval := x.eval
	return settled(condition(func(f *Frame) bool { return applyUnary(op, eval(f)) }), x.constant)
}

// settled evaluates once what never changes.
func settled(c code, constants bool) code {
	if !constants {
		return c
	}
	var f Frame
	f.reset()
	v := keep(c.eval(&f))
	if f.tired || v.kind == KindDate || v.kind == KindText && len(v.str) > 1<<10 {
		return c
	}
	return constant(v)
}

func (c *compiler) binary(n *binary) code {
	left, right := c.node(n.left), constant(Null())
	if n.right != nil {
		right = c.node(n.right)
	}
	out := join2(n.op, left, right)
	out.ordered = left.ordered || right.ordered
	return settled(out, left.constant && right.constant)
}

// join2 picks the fastest form of an operation.
func join2(op operator, left, right code) code {
	switch {
	case op == opAnd:
		return and(left, right)
	case op == opOr:
		return or(left, right)
	case op.arithmetic():
		return arithmeticCode(op, left, right)
	case op.comparison() && right.constant && right.value.number():
		return compareNumber(op, left, right.value)
	case (op == opEqual || op == opNotEqual) && right.constant && right.value.kind == KindText && right.value.str != "undefined":
		return equalConstant(op, left, right.value)
	}
	l, r, ordered := left.eval, right.eval, left.ordered || right.ordered
	general := func(f *Frame) bool { return f.compare(op, l(f), r(f), ordered) }
	if x, y := left.num, right.num; op.comparison() && x != nil && y != nil {
		return condition(func(f *Frame) bool {
			if a, ok := x(f); ok {
				if b, ok := y(f); ok {
					return compareNumbers(op, a, b)
				}
			}
			return general(f)
		})
	}
	return condition(general)
}

// and does not look at its right side where the left is false and needs no filling in.
func and(left, right code) code {
	if left.truth != nil && right.truth != nil {
		l, r := left.truth, right.truth
		return condition(func(f *Frame) bool { return l(f) && r(f) })
	}
	l, r := left.eval, right.eval
	return code{eval: func(f *Frame) Value {
		a := l(f)
		if !a.Truth() && !IsEmpty(a) {
			return a
		}
		return f.apply(opAnd, a, r(f), false)
	}}
}

func or(left, right code) code {
	if left.truth != nil && right.truth != nil {
		l, r := left.truth, right.truth
		return condition(func(f *Frame) bool { return l(f) || r(f) })
	}
	l, r := left.eval, right.eval
	return code{eval: func(f *Frame) Value {
		a := l(f)
		if a.Truth() && !IsEmpty(a) {
			return a
		}
		return f.apply(opOr, a, r(f), false)
	}}
}

func arithmeticCode(op operator, left, right code) code {
	l, r := left.eval, right.eval
	return code{
		num: arithmeticNumber(op, left.num, right.num),
		eval: func(f *Frame) Value {
			a, b := l(f), r(f)
			return f.apply(op, a, b, false)
		},
	}
}

// compareNumber compares with a constant number; a slot that holds a number is read in
// place.
func compareNumber(op operator, left code, right Value) code {
	l, n, ordered := left.eval, right.num, left.ordered
	slow := func(f *Frame) bool { return f.compare(op, l(f), right, ordered) }
	if !left.direct {
		number := left.num
		return condition(func(f *Frame) bool {
			if number != nil {
				if v, ok := number(f); ok {
					return compareNumbers(op, v, n)
				}
			}
			return slow(f)
		})
	}
	slot := left.slot
	number := func(f *Frame) *Value {
		if uint(slot) < uint(len(f.Slots)) {
			return &f.Slots[slot]
		}
		return &Value{}
	}
	switch op {
	case opEqual:
		return condition(func(f *Frame) bool {
			if v := number(f); v.kind == KindNumber {
				return v.num == n
			}
			return slow(f)
		})
	case opLess:
		return condition(func(f *Frame) bool {
			if v := number(f); v.kind == KindNumber {
				return v.num < n
			}
			return slow(f)
		})
	case opLessOrEqual:
		return condition(func(f *Frame) bool {
			if v := number(f); v.kind == KindNumber {
				return v.num <= n
			}
			return slow(f)
		})
	case opGreater:
		return condition(func(f *Frame) bool {
			if v := number(f); v.kind == KindNumber {
				return v.num > n
			}
			return slow(f)
		})
	case opGreaterOrEqual:
		return condition(func(f *Frame) bool {
			if v := number(f); v.kind == KindNumber {
				return v.num >= n
			}
			return slow(f)
		})
	default:
		return condition(slow)
	}
}

func compareNumbers(op operator, a, b float64) bool {
	switch op {
	case opEqual:
		return a == b
	case opNotEqual:
		return a != b
	case opLess:
		return a < b
	case opLessOrEqual:
		return a <= b
	case opGreater:
		return a > b
	default:
		return a >= b
	}
}

// equalConstant compares with a text that is trimmed and lowered once. A text in a slot
// is compared in place; were it converted, it could not equal a word.
func equalConstant(op operator, left code, right Value) code {
	l, word, want := left.eval, lower(trim(right.str)), op == opEqual
	slow := func(f *Frame, v Value) bool {
		if v.kind == KindText && v.str != "undefined" {
			return equalLower(trim(v.str), word) == want
		}
		return f.equal(v, right, false) == want
	}
	if !left.direct || Convert(Text(word)).kind != KindText || word == "" || word[0] == '\'' || word[0] == '"' {
		return condition(func(f *Frame) bool { return slow(f, l(f)) })
	}
	slot := left.slot
	return condition(func(f *Frame) bool {
		if uint(slot) < uint(len(f.Slots)) {
			if v := &f.Slots[slot]; v.kind == KindText && v.str == right.str {
				return want
			}
		}
		return slow(f, l(f))
	})
}
