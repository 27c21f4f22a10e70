package match

import (
	"slices"
)

// ClusterOptions say when groups of records join; nil takes every default.
type ClusterOptions struct {
	// Density is the least share of the pairs across two groups that must weigh enough
	// for review before the groups join; zero is 0.5. Above 0 to 1.
	Density float64
	// MaxSize is the most records of one group; zero is 100.
	MaxSize int
	// Workers as in [PairsOptions].
	Workers int
}

// Clusters are groups of ids, each id in one: sorted within, and by their first id.
type Clusters [][]string

// Cluster joins records of the index into persons: from the heaviest pair that is Same
// down, two groups join when no pair across them has a veto and enough of those pairs
// weigh enough for review. Records that join nobody are groups of one, so that all
// records are in exactly one group. The order of the records and the number of workers
// do not matter.
func (ix *Index[T]) Cluster(o *ClusterOptions) (Clusters, error) {
	if o == nil {
		o = &ClusterOptions{}
	}
	return ix.core.cluster(*o)
}

func (ix *index) cluster(o ClusterOptions) (Clusters, error) {
	if !(o.Density > 0) {
		o.Density = 0.5
	}
	if o.MaxSize <= 0 {
		o.MaxSize = 100
	}
	same := ix.model.Same
	hits, _, err := ix.search(PairsOptions{Least: &same, Workers: o.Workers})
	if err != nil {
		return nil, err
	}
	g := newGrouper(ix, o)
	for _, h := range hits {
		g.join(h)
	}
	return g.clusters(), nil
}

// grouper joins records into groups.
type grouper struct {
	ix      *index
	o       ClusterOptions
	k       *scratch
	v       *vetoer
	of      []uint32   // group of a record
	members [][]uint32 // of a group; nil for a group of the one record
}

func newGrouper(ix *index, o ClusterOptions) *grouper {
	g := &grouper{ix: ix, o: o, k: ix.scorer.scratch(), v: ix.scorer.vetoer(ix.decided)}
	g.of = make([]uint32, ix.table.len())
	g.members = make([][]uint32, ix.table.len())
	for i := range g.of {
		g.of[i] = uint32(i) //nolint:gosec // a record's number
	}
	return g
}

func (g *grouper) group(i uint32) []uint32 {
	if g.members[i] == nil {
		g.members[i] = []uint32{i}
	}
	return g.members[i]
}

// join joins the groups of a pair if they may.
func (g *grouper) join(h found) {
	a, b := g.of[h.a], g.of[h.b]
	if a == b {
		return
	}
	p, q := g.group(a), g.group(b)
	if len(p)+len(q) > g.o.MaxSize || !g.may(p, q) {
		return
	}
	if len(p) < len(q) {
		a, b, p, q = b, a, q, p
	}
	g.members[a] = append(p, q...)
	g.members[b] = nil
	for _, r := range q {
		g.of[r] = a
	}
}

// may says whether no pair across has a veto and enough of them weigh enough.
func (g *grouper) may(p, q []uint32) bool {
	t := g.ix.table
	links := 0
	for _, i := range p {
		for _, j := range q {
			vetoed := false
			g.v.all(g.k, int(i), int(j), func(Veto) bool {
				vetoed = true
				return false
			})
			if vetoed {
				return false
			}
			if _, ok := g.k.weigh(t.row(int(i)), t.row(int(j)), g.ix.model.Review); ok {
				links++
			}
		}
	}
	return float64(links) >= g.o.Density*float64(len(p)*len(q))
}

func (g *grouper) clusters() Clusters {
	out := make(Clusters, 0, len(g.of))
	all := make([]string, 0, len(g.of)) // one list, of which each group is a part
	for i := range g.of {
		if g.of[i] != uint32(i) { //nolint:gosec // a record's number
			continue
		}
		from := len(all)
		if g.members[i] == nil {
			all = append(all, g.ix.table.id(i))
		}
		for _, r := range g.members[i] {
			all = append(all, g.ix.table.id(int(r)))
		}
		ids := all[from:len(all):len(all)]
		slices.Sort(ids)
		out = append(out, ids)
	}
	slices.SortFunc(out, func(a, b []string) int { return slices.Compare(a[:1], b[:1]) })
	return out
}
