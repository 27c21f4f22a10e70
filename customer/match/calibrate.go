package match

import "slices"

// VetoReport says whether a veto is sound on the records that a model learned from.
//
// A veto is sound where the pairs that it hits are people of one household, whose
// address, telephone and name agree to the letter. In records that are full of slips of
// the pen it hits slips, too: then the other fields of the pairs that it hits are as full
// of slips as those of pairs that nothing vetoes, and the veto is suspended, so that the
// weight decides alone.
type VetoReport struct {
	Kind VetoKind `json:"kind"`
	// Pairs are the pairs that weigh enough to be Same and that this veto alone hits.
	Pairs int `json:"pairs"`
	// Slips is the share of the comparisons of those pairs, other than those of the
	// veto's field, that nearly agree; CleanSlips is that of pairs without a veto.
	Slips      float64 `json:"slips"`
	CleanSlips float64 `json:"clean_slips"`
	Suspended  bool    `json:"suspended"`
}

const (
	// suspendPairs is the least number of pairs from which a veto's soundness is judged.
	suspendPairs = 20
	// suspendSlips is the share of slips from which records are full of them.
	suspendSlips = 0.08
	// suspendRatio is how many of the slips of other pairs those of a veto must have.
	suspendRatio = 0.5
)

// slips count comparisons and how many nearly agree.
type slips struct{ pairs, compared, near [2]int }

// calibrate judges the vetoes on the thinned out candidates.
func (l *learner) calibrate() []VetoReport {
	kinds := []VetoKind{VetoGiven, VetoBirth}
	parts := make([][2]slips, len(l.samples))
	touched := [2][]bool{l.touching(Given), l.touching(Birth)}
	run(l.o.Workers, len(l.samples), func() func(int) {
		k, v := l.s.scratch(), l.s.vetoer(nil)
		return func(p int) {
			for _, pair := range l.samples[p] {
				x, y := pair.x, pair.y
				if pair.old {
					continue
				}
				if _, ok := k.weigh(l.t.row(int(x)), l.t.row(int(y)), l.model.Same); !ok {
					continue
				}
				var hit []VetoKind
				v.all(k, int(x), int(y), func(veto Veto) bool {
					hit = append(hit, veto.Kind)
					return true
				})
				for i, kind := range kinds {
					switch {
					case len(hit) == 0:
						l.count(k, x, y, &parts[p][i], 0, touched[i])
					case len(hit) == 1 && hit[0] == kind:
						l.count(k, x, y, &parts[p][i], 1, touched[i])
					}
				}
			}
		}
	})
	var out []VetoReport
	for i, kind := range kinds {
		var s slips
		for _, p := range parts {
			for side := range 2 {
				s.pairs[side] += p[i].pairs[side]
				s.compared[side] += p[i].compared[side]
				s.near[side] += p[i].near[side]
			}
		}
		clean, _ := ratio(s.near[0], s.compared[0])
		hit, _ := ratio(s.near[1], s.compared[1])
		r := VetoReport{Kind: kind, Pairs: s.pairs[1], Slips: hit, CleanSlips: clean}
		r.Suspended = r.Pairs >= suspendPairs && clean >= suspendSlips && hit >= suspendRatio*clean
		out = append(out, r)
	}
	return out
}

// touching says which comparisons look at a field.
func (l *learner) touching(field string) []bool {
	out := make([]bool, len(l.model.Comparisons))
	for c := range out {
		for i := range l.model.Comparisons[c].Levels {
			l.model.Comparisons[c].Levels[i].When.fields(func(f string) {
				out[c] = out[c] || slices.Contains(parts(f), field)
			})
		}
	}
	return out
}

// count adds the comparisons of a pair. Near is a level between the first and the last
// of those that are not missing.
func (l *learner) count(k *scratch, x, y uint32, s *slips, side int, skip []bool) {
	s.pairs[side]++
	for c := range l.s.comparisons {
		if skip[c] {
			continue
		}
		level, _, _ := k.outcome(&l.s.comparisons[c], l.t.row(int(x)), l.t.row(int(y)))
		if level < 0 || l.missing(c, int8(level)) { //nolint:gosec // at most 32
			continue
		}
		s.compared[side]++
		first := 0
		for l.missing(c, int8(first)) { //nolint:gosec // at most 32
			first++
		}
		if level > first && level < len(l.s.comparisons[c].levels)-1 {
			s.near[side]++
		}
	}
}

func (l *learner) salt() []uint64 {
	salt := make([]uint64, l.t.len())
	for i, id := range l.t.ids.vals[1:] {
		salt[i] = hash(id, l.o.Seed+1)
	}
	return salt
}
