package interaction

// A node of a persistent weight-balanced tree of records. Trees are never
// changed: every operation gives a new tree that shares what it can. The
// operations are built on join (Blelloch, Ferizovic, Sun 2016, figure 1).
type node struct {
	x           *Interaction
	left, right *node
	size        int
}

// order is a total order of records.
type order func(a, b *Interaction) int

func (n *node) len() int {
	if n == nil {
		return 0
	}
	return n.size
}

func tree(l *node, x *Interaction, r *node) *node {
	return &node{x: x, left: l, right: r, size: l.len() + r.len() + 1}
}

// even reports whether two sizes may be siblings: neither weight (size + 1) is
// below 0.29 of both.
func even(l, r int) bool {
	l, r = l+1, r+1
	return l*100 >= 29*(l+r) && r*100 >= 29*(l+r)
}

func rotateLeft(n *node) *node {
	return tree(tree(n.left, n.x, n.right.left), n.right.x, n.right.right)
}

func rotateRight(n *node) *node {
	return tree(n.left.left, n.left.x, tree(n.left.right, n.x, n.right))
}

// join makes one tree of l, x and r, where l lies before x and x before r.
func join(l *node, x *Interaction, r *node) *node {
	switch {
	case even(l.len(), r.len()):
		return tree(l, x, r)
	case l.len() > r.len():
		return joinRight(l, x, r)
	default:
		return joinLeft(l, x, r)
	}
}

func joinRight(l *node, x *Interaction, r *node) *node {
	if even(l.len(), r.len()) {
		return tree(l, x, r)
	}
	t := joinRight(l.right, x, r)
	if even(l.left.len(), t.len()) {
		return tree(l.left, l.x, t)
	}
	if even(l.left.len(), t.left.len()) && even(l.left.len()+t.left.len()+1, t.right.len()) {
		return rotateLeft(tree(l.left, l.x, t))
	}
	return rotateLeft(tree(l.left, l.x, rotateRight(t)))
}

func joinLeft(l *node, x *Interaction, r *node) *node {
	if even(l.len(), r.len()) {
		return tree(l, x, r)
	}
	t := joinLeft(l, x, r.left)
	if even(t.len(), r.right.len()) {
		return tree(t, r.x, r.right)
	}
	if even(t.right.len(), r.right.len()) && even(t.right.len()+r.right.len()+1, t.left.len()) {
		return rotateRight(tree(t, r.x, r.right))
	}
	return rotateRight(tree(rotateLeft(t), r.x, r.right))
}

// concat joins two trees without a middle.
func concat(l, r *node) *node {
	if l == nil {
		return r
	}
	rest, last := splitLast(l)
	return join(rest, last, r)
}

func splitLast(n *node) (rest *node, last *Interaction) {
	if n.right == nil {
		return n.left, n.x
	}
	rest, last = splitLast(n.right)
	return join(n.left, n.x, rest), last
}

// split parts a tree at x; same is the record that compares equal, if any.
func split(n *node, x *Interaction, by order) (l *node, same *Interaction, r *node) {
	if n == nil {
		return nil, nil, nil
	}
	switch c := by(x, n.x); {
	case c < 0:
		l, same, r = split(n.left, x, by)
		return l, same, join(r, n.x, n.right)
	case c > 0:
		l, same, r = split(n.right, x, by)
		return join(n.left, n.x, l), same, r
	default:
		return n.left, n.x, n.right
	}
}

func insert(n *node, x *Interaction, by order) *node {
	if n == nil {
		return tree(nil, x, nil)
	}
	switch c := by(x, n.x); {
	case c < 0:
		return join(insert(n.left, x, by), n.x, n.right)
	case c > 0:
		return join(n.left, n.x, insert(n.right, x, by))
	default:
		return tree(n.left, x, n.right)
	}
}

func remove(n *node, x *Interaction, by order) *node {
	l, _, r := split(n, x, by)
	return concat(l, r)
}

// union holds every record of both trees; pick chooses between two that compare
// equal.
func union(a, b *node, by order, pick func(a, b *Interaction) *Interaction) *node {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	}
	l, same, r := split(b, a.x, by)
	x := a.x
	if same != nil {
		x = pick(a.x, same)
	}
	return join(union(a.left, l, by, pick), x, union(a.right, r, by, pick))
}

// build makes a tree of sorted records, its nodes side by side in memory.
func build(sorted []*Interaction) *node {
	return buildIn(make([]node, len(sorted)), sorted)
}

func buildIn(slab []node, sorted []*Interaction) *node {
	if len(sorted) == 0 {
		return nil
	}
	mid := len(sorted) / 2
	n := &slab[mid]
	n.left, n.x, n.right = buildIn(slab[:mid], sorted[:mid]), sorted[mid], buildIn(slab[mid+1:], sorted[mid+1:])
	n.size = len(sorted)
	return n
}

func find(n *node, x *Interaction, by order) *Interaction {
	for n != nil {
		switch c := by(x, n.x); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n.x
		}
	}
	return nil
}

// at is the i-th record, counted from 0.
func (n *node) at(i int) *Interaction {
	for n != nil {
		switch l := n.left.len(); {
		case i < l:
			n = n.left
		case i > l:
			i -= l + 1
			n = n.right
		default:
			return n.x
		}
	}
	return nil
}

// walk visits in order the records for which from(x) >= 0 and to(x) < 0, where
// both are monotone in the order; nil stands for no bound. It stops when yield
// does and then reports false.
func (n *node) walk(from, to func(*Interaction) int, yield func(*Interaction) bool) bool {
	if n == nil {
		return true
	}
	after := from == nil || from(n.x) >= 0
	before := to == nil || to(n.x) < 0
	if after && !n.left.walk(from, to, yield) {
		return false
	}
	if after && before && !yield(n.x) {
		return false
	}
	return !before || n.right.walk(from, to, yield)
}

// walkBack visits all records in reverse order.
func (n *node) walkBack(yield func(*Interaction) bool) bool {
	return n == nil || n.right.walkBack(yield) && yield(n.x) && n.left.walkBack(yield)
}
