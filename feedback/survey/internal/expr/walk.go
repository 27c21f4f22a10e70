package expr

import (
	"math"
	"strings"
)

// walkPath finds what a path of names leads to inside a value. At each place the longest
// run of steps is tried as one name first, so that a member "a.b" is found before the
// member b of a; a run ends at an index.
type walkPath struct {
	steps []Step
	runs  [][]run // by the step at which they begin, longest first
}

type run struct {
	name string
	last int // the step at which the run ends
}

func newWalk(steps []Step) walkPath {
	w := walkPath{steps: steps, runs: make([][]run, len(steps))}
	for start := range steps {
		end := start
		for end < len(steps)-1 && !steps[end].Indexed {
			end++
		}
		for last := end; last >= start; last-- {
			w.runs[start] = append(w.runs[start], run{joinSteps(steps[start : last+1]), last})
		}
	}
	return w
}

func joinSteps(steps []Step) string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.Name
	}
	return strings.Join(names, ".")
}

func (w *walkPath) find(v Value) (Value, bool) {
	for place := 0; place < len(w.steps); place++ {
		found := false
		for _, r := range w.runs[place] {
			if next, ok := look(v, r.name); ok {
				v, place, found = next, r.last, true
				break
			}
		}
		if !found {
			return Value{}, false
		}
		if s := w.steps[place]; s.Indexed {
			if v, found = at(v, s.Index); !found {
				return Value{}, false
			}
		}
	}
	return v, true
}

// look finds a member without regard to case; the first that fits is meant, and if its
// value is missing none is found. Lists and texts have a length, lists their places.
func look(v Value, name string) (Value, bool) {
	if name == "" {
		return Value{}, false
	}
	switch v.kind {
	case KindText:
		if name == "length" && v.str != "" {
			return Number(float64(utf16Len(v.str))), true
		}
	case KindList:
		if name == "length" {
			return Number(float64(len(v.ref.items))), true
		}
		return member(v, name)
	case KindObject:
		for i := range v.ref.fields {
			if equalLower(v.ref.fields[i].Name, name) {
				found := v.ref.fields[i].Value
				return found, found.kind != KindMissing
			}
		}
	}
	return Value{}, false
}

// at is the item of a list at an index, from the end where it is negative.
func at(v Value, index float64) (Value, bool) {
	if v.kind != KindList {
		return Value{}, false
	}
	n := float64(len(v.ref.items))
	if index < 0 {
		index += n
	}
	if !(index > -1 && index < n) { //nolint:gocritic // NaN
		return Value{}, false
	}
	if index != math.Trunc(index) {
		return Value{}, true
	}
	return v.ref.items[int(math.Abs(index))], true
}
