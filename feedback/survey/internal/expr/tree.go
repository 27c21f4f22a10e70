package expr

import "strings"

// TreeKind says what a node of a [Tree] is. The zero value is none: a part that was left
// out.
type TreeKind uint8

// The kinds of node.
const (
	// TreeLiteral is a number, a bool, a text or null, in Value.
	TreeLiteral TreeKind = iota + 1
	// TreeReference is a name in braces, in Ref.
	TreeReference
	// TreeOperation is Name, one of survey-core's operators, on one or two Args.
	TreeOperation
	// TreeCall is the function Name with its Args.
	TreeCall
	// TreeList is a list of Args.
	TreeList
)

// Tree is a node of an expression, for those who look into it without running it.
type Tree struct {
	// Kind says which of the other fields count.
	Kind TreeKind
	// Name is the operator ("equal", "and", "plus", …) or the function.
	Name string
	// Ref is the reference of a TreeReference.
	Ref Reference
	// Value is the value of a TreeLiteral.
	Value Value
	// Args are the operands, arguments or items; an operand that was left out has no kind.
	Args []Tree

	node node
}

// Tree takes the expression apart.
func (e *Expression) Tree() Tree { return treeOf(e.root) }

// Expression is a node as an expression of its own.
func (t *Tree) Expression() *Expression {
	var b strings.Builder
	printer{out: &b}.write(t.node, true)
	return &Expression{text: b.String(), root: t.node}
}

func treeOf(n node) Tree {
	t := Tree{node: n}
	switch n := n.(type) {
	case *literal:
		t.Kind, t.Value = TreeLiteral, n.value
	case *nothing:
		t.Kind, t.Value = TreeLiteral, Null()
	case *variable:
		t.Kind, t.Ref = TreeReference, n.ref
	case *unary:
		t.Kind, t.Name, t.Args = TreeOperation, operatorNames[n.op], []Tree{treeOf(n.x)}
	case *binary:
		t.Kind, t.Name, t.Args = TreeOperation, operatorNames[n.op], []Tree{treeOf(n.left), treeOf(n.right)}
	case *call:
		t.Kind, t.Name, t.Args = TreeCall, n.name, treesOf(n.args)
	case *list:
		t.Kind, t.Args = TreeList, treesOf(n.items)
	}
	return t
}

func treesOf(list []node) []Tree {
	out := make([]Tree, len(list))
	for i, n := range list {
		out[i] = treeOf(n)
	}
	return out
}
