// Package cow holds the two ordered containers of an account's state: a tree of
// sorted keys and a vector, both copy-on-write.
//
// A container is changed in place as long as its nodes carry the caller's Owner,
// and node by node on a copy when they do not. So a clone costs nothing (share the
// container, take a fresh Owner), and a change costs O(log n) copied nodes once and
// none afterwards. Reading needs no owner and is safe for many goroutines at once.
package cow

import "iter"

// Owner marks the nodes that may be changed in place. Two owners are equal only
// when they are the same pointer.
type Owner struct{ _ byte }

// Key is a key that orders itself: negative, zero or positive as the receiver is
// before, equal to or after k.
type Key[K any] interface{ Compare(k K) int }

// fan is the most entries of a node; depth is enough for any tree, since a node is
// split only when full.
const (
	fan   = 32
	depth = 12
)

// Tree is a B+ tree. The zero value is empty. Deletion leaves nodes underfull and
// drops the empty ones, so the height follows the largest size ever reached.
type Tree[K Key[K], V any] struct {
	root *node[K, V]
	n    int
}

type node[K Key[K], V any] struct {
	own  *Owner
	keys []K           // of a leaf: the keys; of an inner node: a lower bound of each kid
	vals []V           // of a leaf
	kids []*node[K, V] // of an inner node
}

// Len is the number of keys.
func (t *Tree[K, V]) Len() int { return t.n }

// at is the first position whose key is not before k, and whether it is k.
func (x *node[K, V]) at(k K) (int, bool) {
	lo, hi := 0, len(x.keys)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		c := x.keys[mid].Compare(k)
		if c == 0 {
			return mid, true
		}
		if c < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, false
}

// kid is the child that holds k if any does.
func (x *node[K, V]) kid(k K) int {
	i, found := x.at(k)
	if found {
		return i
	}
	return max(i-1, 0)
}

// mine is a node that own may change: x itself, or a copy of it.
func (x *node[K, V]) mine(own *Owner) *node[K, V] {
	if x.own == own {
		return x
	}
	c := &node[K, V]{own: own, keys: append(make([]K, 0, min(len(x.keys)+4, fan)), x.keys...)}
	if x.kids != nil {
		c.kids = append(make([]*node[K, V], 0, min(len(x.kids)+4, fan)), x.kids...)
	} else {
		c.vals = append(make([]V, 0, min(len(x.vals)+4, fan)), x.vals...)
	}
	return c
}

// Get finds the value of k.
func (t *Tree[K, V]) Get(k K) (v V, ok bool) {
	x := t.root
	if x == nil {
		return v, false
	}
	for x.kids != nil {
		x = x.kids[x.kid(k)]
	}
	i, ok := x.at(k)
	if !ok {
		return v, false
	}
	return x.vals[i], true
}

// Set stores v under k, in place of what was there.
func (t *Tree[K, V]) Set(own *Owner, k K, v V) {
	if t.root == nil {
		t.root = &node[K, V]{own: own}
	}
	t.root = t.root.mine(own)
	added, right := t.root.set(own, k, v)
	if added {
		t.n++
	}
	if right != nil {
		left := t.root
		t.root = &node[K, V]{own: own, keys: []K{left.keys[0], right.keys[0]}, kids: []*node[K, V]{left, right}}
	}
}

// set works on a node that own may change, and returns the right half when the
// node had to be split.
func (x *node[K, V]) set(own *Owner, k K, v V) (added bool, right *node[K, V]) {
	if x.kids == nil {
		i, found := x.at(k)
		if found {
			x.vals[i] = v
			return false, nil
		}
		x.keys = insert(x.keys, i, k)
		x.vals = insert(x.vals, i, v)
		return true, x.split(own)
	}
	i := x.kid(k)
	if k.Compare(x.keys[i]) < 0 {
		x.keys[i] = k
	}
	kid := x.kids[i].mine(own)
	x.kids[i] = kid
	added, half := kid.set(own, k, v)
	if half != nil {
		x.keys = insert(x.keys, i+1, half.keys[0])
		x.kids = insert(x.kids, i+1, half)
	}
	return added, x.split(own)
}

// split halves a full node. A node that grew at its end is split off its end, so
// that keys that come in order fill their nodes.
func (x *node[K, V]) split(own *Owner) *node[K, V] {
	if len(x.keys) < fan {
		return nil
	}
	m := fan * 3 / 4
	r := &node[K, V]{own: own, keys: append(make([]K, 0, fan), x.keys[m:]...)}
	if x.kids != nil {
		r.kids = append(make([]*node[K, V], 0, fan), x.kids[m:]...)
		clear(x.kids[m:])
		x.kids = x.kids[:m]
	} else {
		r.vals = append(make([]V, 0, fan), x.vals[m:]...)
		clear(x.vals[m:])
		x.vals = x.vals[:m]
	}
	clear(x.keys[m:])
	x.keys = x.keys[:m]
	return r
}

// Delete removes k and reports whether it was there.
func (t *Tree[K, V]) Delete(own *Owner, k K) bool {
	if _, ok := t.Get(k); !ok {
		return false
	}
	t.n--
	if t.n == 0 {
		t.root = nil
		return true
	}
	t.root = t.root.mine(own)
	t.root.delete(own, k)
	for len(t.root.kids) == 1 {
		t.root = t.root.kids[0]
	}
	return true
}

func (x *node[K, V]) delete(own *Owner, k K) {
	if x.kids == nil {
		i, _ := x.at(k)
		x.keys = remove(x.keys, i)
		x.vals = remove(x.vals, i)
		return
	}
	i := x.kid(k)
	kid := x.kids[i].mine(own)
	x.kids[i] = kid
	kid.delete(own, k)
	if len(kid.keys) == 0 {
		x.keys = remove(x.keys, i)
		x.kids = remove(x.kids, i)
	}
}

func insert[T any](s []T, i int, v T) []T {
	var zero T
	s = append(s, zero)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}

func remove[T any](s []T, i int) []T {
	copy(s[i:], s[i+1:])
	clear(s[len(s)-1:])
	return s[:len(s)-1]
}

// Min is the first key and its value.
func (t *Tree[K, V]) Min() (k K, v V, ok bool) {
	x := t.root
	if x == nil {
		return k, v, false
	}
	for x.kids != nil {
		x = x.kids[0]
	}
	return x.keys[0], x.vals[0], true
}

// Cursor walks a tree in order. It must not be used after the tree has changed.
type Cursor[K Key[K], V any] struct {
	path [depth]step[K, V]
	top  int // index of the leaf in path; -1 at the end
}

type step[K Key[K], V any] struct {
	x *node[K, V]
	i int
}

// First points the cursor at the first key.
func (c *Cursor[K, V]) First(t *Tree[K, V]) {
	c.top = -1
	if t.root != nil {
		c.down(t.root)
	}
}

// Seek points the cursor at the first key that is not before k.
func (c *Cursor[K, V]) Seek(t *Tree[K, V], k K) {
	c.top = -1
	if t.root == nil {
		return
	}
	x := t.root
	for x.kids != nil {
		i := x.kid(k)
		c.top++
		c.path[c.top] = step[K, V]{x, i}
		x = x.kids[i]
	}
	i, _ := x.at(k)
	c.top++
	c.path[c.top] = step[K, V]{x, i}
	if i == len(x.keys) {
		c.up()
	}
}

func (c *Cursor[K, V]) down(x *node[K, V]) {
	for {
		c.top++
		c.path[c.top] = step[K, V]{x, 0}
		if x.kids == nil {
			return
		}
		x = x.kids[0]
	}
}

func (c *Cursor[K, V]) up() {
	for c.top--; c.top >= 0; c.top-- {
		s := &c.path[c.top]
		if s.i++; s.i < len(s.x.kids) {
			c.down(s.x.kids[s.i])
			return
		}
	}
}

// Next moves on by one key.
func (c *Cursor[K, V]) Next() {
	s := &c.path[c.top]
	if s.i++; s.i == len(s.x.keys) {
		c.up()
	}
}

// Valid reports whether the cursor points at a key.
func (c *Cursor[K, V]) Valid() bool { return c.top >= 0 }

// Key is the key the cursor points at.
func (c *Cursor[K, V]) Key() K { s := &c.path[c.top]; return s.x.keys[s.i] }

// Value is the value the cursor points at.
func (c *Cursor[K, V]) Value() V { s := &c.path[c.top]; return s.x.vals[s.i] }

// All yields the keys in order with their values.
func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		var c Cursor[K, V]
		for c.First(t); c.Valid(); c.Next() {
			if !yield(c.Key(), c.Value()) {
				return
			}
		}
	}
}

// Max is the last key and its value.
func (t *Tree[K, V]) Max() (k K, v V, ok bool) {
	x := t.root
	if x == nil {
		return k, v, false
	}
	for x.kids != nil {
		x = x.kids[len(x.kids)-1]
	}
	return x.keys[len(x.keys)-1], x.vals[len(x.vals)-1], true
}
