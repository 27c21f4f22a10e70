package match

import (
	"iter"
	"slices"
)

// Nicknames are pairs of a given name and a short form of it, as the host knows them: a
// table of the house is not part of this package. Make it with [NewNicknames]; it is
// read only. Nil knows none.
type Nicknames struct {
	number map[string]uint32
	formal map[string][]uint32 // the numbers of the names of which it is a short form
	whole  map[string]bool     // it has short forms itself
}

// NewNicknames reads pairs of a name and its short form (robert, bob), in any letter
// case; both are folded with [Fold]. Empty texts are skipped.
func NewNicknames(pairs iter.Seq2[string, string]) *Nicknames {
	n := &Nicknames{number: map[string]uint32{}, formal: map[string][]uint32{}, whole: map[string]bool{}}
	number := func(s string) uint32 {
		i, ok := n.number[s]
		if !ok {
			i = uint32(len(n.number)) //nolint:gosec // as many as names
			n.number[s] = i
		}
		return i
	}
	for name, short := range pairs {
		name, short = Fold(name), Fold(short)
		if name == "" || short == "" || name == short {
			continue
		}
		number(short)
		n.formal[short] = append(n.formal[short], number(name))
		n.whole[name] = true
	}
	for s, c := range n.formal {
		slices.Sort(c)
		n.formal[s] = slices.Compact(c)
	}
	return n
}

// Related says whether one name is a short form of the other, or both are of a third and
// neither has short forms itself (Bob and Rob of Robert). Both are folded names. Equal
// names are related.
func (n *Nicknames) Related(a, b string) bool {
	if a == b {
		return true
	}
	if n == nil {
		return false
	}
	i, known := n.number[a]
	j, knownToo := n.number[b]
	switch {
	case !known || !knownToo:
		return false
	case slices.Contains(n.formal[a], j) || slices.Contains(n.formal[b], i):
		return true
	}
	return !n.whole[a] && !n.whole[b] && meet(n.formal[a], n.formal[b])
}

// meet says whether two sorted lists share a number.
func meet(x, y []uint32) bool {
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			return true
		case x[0] < y[0]:
			x = x[1:]
		default:
			y = y[1:]
		}
	}
	return false
}
