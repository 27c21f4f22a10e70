package expr

import "strings"

// Reference is one place where an expression reads a value by name.
type Reference struct {
	// Name is the text between the braces without a leading # or $; for getComment('q')
	// the question's name.
	Name string
	// Raw is {#name}: a text is not turned into a number or a bool.
	Raw bool
	// Property is {$name.property}: a property of an element instead of its answer. The
	// [Resolver] decides what it supports.
	Property bool
	// Item says that the name stands in the condition of an aggregate such as
	// sumInArray and is looked up in the item first.
	Item bool
	// Comment says that getComment reads the question's comment.
	Comment bool
	// Path is Name taken apart at its dots.
	Path []Step
	// Offset is where the reference begins, in bytes of the text.
	Offset int
}

// Step is one part of a name: "a[2]" is the name a with the index 2.
type Step struct {
	// Name is the part without an index in square brackets. Look-up ignores case.
	Name string
	// Indexed says whether an index was given.
	Indexed bool
	// Index counts from zero, from the end where it is negative: -1 is the last.
	Index float64
}

// References lists every name that the expression reads, in order of appearance,
// repeated where it is repeated. Names inside the condition of an aggregate have Item
// set; where the condition is a text, the names in that text are listed, all with the
// text's offset.
func (e *Expression) References() []Reference {
	var out []Reference
	collect(e.root, false, &out)
	return out
}

func collect(n node, item bool, out *[]Reference) {
	switch n := n.(type) {
	case *variable:
		ref := n.ref
		ref.Item = item
		*out = append(*out, ref)
	case *unary:
		collect(n.x, item, out)
	case *binary:
		collect(n.left, item, out)
		collect(n.right, item, out)
	case *list:
		for _, x := range n.items {
			collect(x, item, out)
		}
	case *call:
		collectCall(n, item, out)
	}
}

func collectCall(n *call, item bool, out *[]Reference) {
	if ref := commentReference(n); ref != nil {
		*out = append(*out, *ref)
		return
	}
	args, condition := n.args, node(nil)
	if shape, ok := aggregateOf(n); ok && shape.condition != nil {
		condition = shape.condition
		args = n.args[:shape.conditionAt]
	}
	for _, x := range args {
		collect(x, item, out)
	}
	start := len(*out)
	collect(condition, true, out)
	for i := start; i < len(*out); i++ {
		(*out)[i].Offset = n.args[len(args)].offset()
	}
}

// commentReference is what getComment('q') reads.
func commentReference(n *call) *Reference {
	if n.name != "getComment" || len(n.args) == 0 {
		return nil
	}
	l, ok := n.args[0].(*literal)
	if !ok || l.value.kind != KindText {
		return nil
	}
	return &Reference{Name: l.value.str, Comment: true, Path: []Step{{Name: l.value.str}}, Offset: l.offset()}
}

// walk visits every node, parents before children, arguments of aggregates included as
// they are written.
func walk(n node, visit func(node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case *unary:
		walk(n.x, visit)
	case *binary:
		walk(n.left, visit)
		walk(n.right, visit)
	case *call:
		for _, x := range n.args {
			walk(x, visit)
		}
	case *list:
		for _, x := range n.items {
			walk(x, visit)
		}
	}
}

// newReference reads the text between braces.
func newReference(text string, offset int) Reference {
	ref := Reference{Name: text, Offset: offset}
	if len(text) > 1 && text[0] == '#' {
		ref.Raw, ref.Name = true, text[1:]
	}
	if strings.HasPrefix(ref.Name, "$") {
		ref.Property, ref.Name = true, ref.Name[1:]
	}
	for part := range strings.SplitSeq(ref.Name, ".") {
		ref.Path = append(ref.Path, newStep(part))
	}
	return ref
}

func newStep(text string) Step {
	open := strings.LastIndexByte(text, '[')
	if open < 0 || !strings.HasSuffix(text, "]") {
		return Step{Name: text}
	}
	index, ok := numericText(text[open+1 : len(text)-1])
	if !ok {
		return Step{Name: text}
	}
	return Step{Name: text[:open], Indexed: true, Index: index}
}
