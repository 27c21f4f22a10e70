package match

import (
	"iter"
	"slices"
)

// Nicknames are pairs of a given name and a short form of it, as the host knows them: a
// table of the house is not part of this package. Make it with [NewNicknames]; it is
// read only. Nil knows none.
type Nicknames struct {
	formal map[string][]uint32 // the numbers of the names of which it is a short form, and its own
}

// NewNicknames reads pairs of a name and its short form (robert, bob), in any letter
// case; both are folded with [Fold]. Empty texts are skipped.
func NewNicknames(pairs iter.Seq2[string, string]) *Nicknames {
	n := &Nicknames{formal: map[string][]uint32{}}
	numbers := map[string]uint32{}
	number := func(s string) uint32 {
		i, ok := numbers[s]
		if !ok {
			i = uint32(len(numbers)) //nolint:gosec // as many as names
			numbers[s] = i
			n.formal[s] = append(n.formal[s], i)
		}
		return i
	}
	for name, short := range pairs {
		name, short = Fold(name), Fold(short)
		if name == "" || short == "" {
			continue
		}
		number(short)
		n.formal[short] = append(n.formal[short], number(name))
	}
	for s, c := range n.formal {
		slices.Sort(c)
		n.formal[s] = slices.Compact(c)
	}
	return n
}

// Related says whether one name is a short form of the other, or both are of a third
// (Bob and Rob of Robert). Both are folded names. Equal names are related.
func (n *Nicknames) Related(a, b string) bool {
	if a == b {
		return true
	}
	if n == nil {
		return false
	}
	return meet(n.formal[a], n.formal[b])
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
