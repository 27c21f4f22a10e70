package expr

import (
	"math"
	"strconv"
	"strings"
)

// operator names an operator as survey-core does; the grammar's signs are its other
// spellings.
type operator uint8

const (
	opNone operator = iota
	opOr
	opAnd
	opEqual
	opNotEqual
	opLess
	opLessOrEqual
	opGreater
	opGreaterOrEqual
	opPlus
	opMinus
	opMul
	opDiv
	opMod
	opPower
	opContains
	opNotContains
	opAnyOf
	opAllOf
	opNoneOf
	opNegate
	opEmpty
	opNotEmpty
)

// operatorNames are survey-core's own names, by operator; operatorSigns what its
// printer writes.
var (
	operatorNames = [...]string{
		"", "or", "and", "equal", "notequal", "less", "lessorequal", "greater", "greaterorequal", "plus", "minus", "mul",
		"div", "mod", "power", "contains", "notcontains", "anyof", "allof", "noneof", "negate", "empty", "notempty",
	}
	operatorSigns = [...]string{
		"", "or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*",
		"/", "%", "^", "contains", "notcontains", "anyof", "allof", "noneof", "!", "empty", "notempty",
	}
)

func operatorByName(name string) operator {
	for i, n := range operatorNames {
		if n == name && i > 0 {
			return operator(i) //nolint:gosec // a short table
		}
	}
	return opNone
}

func (o operator) conjunction() bool { return o == opAnd || o == opOr }
func (o operator) comparison() bool  { return o >= opEqual && o <= opGreaterOrEqual }
func (o operator) arithmetic() bool  { return o >= opPlus && o <= opPower }

// node is one of *literal, *nothing, *variable, *unary, *binary, *call and *list.
type node interface {
	offset() int
}

type position int

func (p position) offset() int { return int(p) }

// literal is a number, a bool or a text; a text is quoted or a bare word.
type literal struct {
	position
	value  Value
	quoted bool
}

// nothing is the word null or undefined.
type nothing struct{ position }

// variable is a name in braces.
type variable struct {
	position
	ref Reference
}

// unary is !x, "x empty" or "x notempty".
type unary struct {
	position
	op operator
	x  node
}

// binary is an operation; right is nil where the grammar lets it be left out.
type binary struct {
	position
	op          operator
	left, right node
}

type call struct {
	position
	name string
	args []node
}

type list struct {
	position
	items []node
}

// Expression is a parsed expression. It is immutable and may be shared.
type Expression struct {
	text string
	root node
}

// Source returns the text that was parsed, as it was given.
func (e *Expression) Source() string { return e.text }

// String writes the expression in one form: single quotes, operators as signs where
// there are signs, brackets around every operation but the outermost. Parsing it gives
// the same tree, and printing that the same text, unless a text or a name still holds
// one of survey-core's old spellings ("=>", "=<", "<>", "equals") after the parser has
// rewritten them once, as "==>" does.
func (e *Expression) String() string {
	var b strings.Builder
	printer{out: &b}.write(e.root, true)
	return b.String()
}

// printer writes a tree; legacy writes what survey-core's toString writes, which is what
// the aggregate functions run again on each item.
type printer struct {
	out    *strings.Builder
	legacy bool
}

func (p printer) write(n node, outer bool) {
	switch n := n.(type) {
	case nil:
	case *nothing:
		if !p.legacy {
			p.out.WriteString("null")
		}
	case *literal:
		p.literal(n)
	case *variable:
		p.variable(n)
	case *unary:
		p.unary(n)
	case *binary:
		p.binary(n, outer && !p.legacy)
	case *call:
		p.out.WriteString(n.name)
		p.sequence(n.args, '(', ')')
	case *list:
		p.sequence(n.items, '[', ']')
	}
}

func (p printer) variable(n *variable) {
	p.out.WriteByte('{')
	if n.ref.Raw {
		p.out.WriteByte('#')
	}
	if n.ref.Property {
		p.out.WriteByte('$')
	}
	p.out.WriteString(n.ref.Name)
	p.out.WriteByte('}')
}

func (p printer) unary(n *unary) {
	if n.op != opNegate {
		p.write(n.x, false)
		p.out.WriteByte(' ')
		p.out.WriteString(operatorSigns[n.op])
		return
	}
	if p.legacy {
		p.out.WriteString("! ")
		p.write(n.x, false)
		return
	}
	p.out.WriteByte('!')
	if u, ok := n.x.(*unary); ok && u.op != opNegate {
		p.out.WriteByte('(')
		p.write(n.x, true)
		p.out.WriteByte(')')
		return
	}
	p.write(n.x, false)
}

func (p printer) binary(n *binary, outer bool) {
	if !outer {
		p.out.WriteByte('(')
		defer p.out.WriteByte(')')
	}
	p.write(n.left, false)
	p.out.WriteByte(' ')
	p.out.WriteString(operatorSigns[n.op])
	if p.legacy || n.right != nil {
		p.out.WriteByte(' ')
	}
	p.write(n.right, false)
}

func (p printer) sequence(items []node, open, end byte) {
	p.out.WriteByte(open)
	for i, item := range items {
		if i > 0 {
			p.out.WriteString(", ")
		}
		p.write(item, true)
	}
	p.out.WriteByte(end)
}

func (p printer) literal(n *literal) {
	switch n.value.kind {
	case KindNumber:
		p.number(n.value.num)
	case KindText:
		if !n.quoted {
			p.out.WriteString(n.value.str)
			return
		}
		p.out.WriteByte('\'')
		if p.legacy {
			p.out.WriteString(n.value.str)
		} else {
			_, _ = quoteEscapes.WriteString(p.out, n.value.str)
		}
		p.out.WriteByte('\'')
	default:
		p.out.WriteString(toText(n.value, nil))
	}
}

func (p printer) number(f float64) {
	switch {
	case p.legacy:
		p.out.WriteString(numberText(f))
	case math.IsInf(f, 0): // more digits than a number can hold
		if f < 0 {
			p.out.WriteByte('-')
		}
		p.out.WriteString(strings.Repeat("9", 310))
	default:
		p.out.WriteString(strconv.FormatFloat(f, 'f', -1, 64))
	}
}

var quoteEscapes = strings.NewReplacer(`'`, `\'`, `"`, `\"`)
