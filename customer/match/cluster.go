package match

import (
	"cmp"
	"math"
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
// records are in exactly one group. The order of the records, their ids and the number
// of workers do not matter: of pairs of one weight those come first that a hash of what
// the records hold puts first. Only where a decision is about one of several records that
// hold the very same do ids break the tie, since nothing else says which was meant.
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
	hits, _, err := ix.weigh(PairsOptions{Least: &same, Workers: o.Workers})
	if err != nil {
		return nil, err
	}
	g := newGrouper(ix, o)
	g.joinAll(hits)
	return g.clusters(), nil
}

// grouper joins records into groups.
type grouper struct {
	ix      *index
	o       ClusterOptions
	of      []uint32   // group of a record
	members [][]uint32 // of a group; nil for a group of the one record
}

// joiner is what one worker needs to join groups.
type joiner struct {
	*grouper
	k *scratch
	v *vetoer
	// refused are the groups of one set that did not join: with how many records
	// together, or vetoed for good. Groups only grow, so that what was refused need not
	// be looked at again until one has grown, and never where a veto was found.
	refused map[[2]uint32]int
}

const vetoedForGood = math.MaxInt

func newGrouper(ix *index, o ClusterOptions) *grouper {
	g := &grouper{ix: ix, o: o}
	g.of = make([]uint32, ix.table.len())
	g.members = make([][]uint32, ix.table.len())
	for i := range g.of {
		g.of[i] = uint32(i) //nolint:gosec // a record's number
	}
	return g
}

// joinAll joins the pairs, the heaviest first. Records that no chain of pairs connects
// never meet, so each set of connected pairs is joined for itself.
func (g *grouper) joinAll(hits []found) {
	s := g.connected(hits)
	var sets [][]uint32
	s.groups(func(places []uint32) { sets = append(sets, places) })
	const piece = 1 << 10
	run(g.o.Workers, (len(sets)+piece-1)/piece, func() func(int) {
		j := &joiner{g, g.ix.scorer.scratch(), g.ix.scorer.vetoer(g.ix.decided), map[[2]uint32]int{}}
		var pairs []found
		return func(p int) {
			for _, set := range sets[p*piece : min(len(sets), (p+1)*piece)] {
				pairs = pairs[:0]
				for _, at := range set {
					pairs = append(pairs, hits[at])
				}
				g.ix.heaviestFirst(pairs)
				clear(j.refused)
				for _, h := range pairs {
					j.join(h)
				}
			}
		}
	})
}

// connected sorts the places of pairs by the set of records that they connect.
func (g *grouper) connected(hits []found) *sorter {
	parent := make([]uint32, len(g.of))
	copy(parent, g.of)
	root := func(i uint32) uint32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, h := range hits {
		a, b := root(h.a), root(h.b)
		parent[max(a, b)] = min(a, b)
	}
	s := &sorter{keys: make([]uint64, 0, len(hits)), records: make([]uint32, 0, len(hits))}
	for i, h := range hits {
		s.add(uint64(root(h.a)), uint32(i)) //nolint:gosec // fewer than 2^32 pairs fit in memory
	}
	s.sort()
	return s
}

// heaviestFirst sorts pairs by weight, where it is equal by what the records hold, so
// that other ids give the same groups, and by ids only where that is equal, too.
func (ix *index) heaviestFirst(pairs []found) {
	if len(pairs) < 2 {
		return
	}
	t := ix.table
	for i := range pairs {
		if p := &pairs[i]; t.id(int(p.a)) > t.id(int(p.b)) {
			p.a, p.b = p.b, p.a
		}
	}
	slices.SortFunc(pairs, func(p, q found) int {
		if c := cmp.Compare(q.weight, p.weight); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(t.contents(p), t.contents(q)), cmp.Compare(t.id(int(p.a)), t.id(int(q.a))), cmp.Compare(t.id(int(p.b)), t.id(int(q.b))))
	})
}

// contents is a hash of what the two records of a pair hold, in either order.
func (t *table) contents(p found) uint64 { return mix(t.content(p.a) + t.content(p.b)) }

func (t *table) content(record uint32) uint64 {
	h := uint64(0)
	row := t.row(int(record))
	for i := range t.columns {
		if c := &t.columns[i]; c.from < 0 && !c.isJoin && c.dict.size() > 1 {
			h = hash(c.dict.val(row[i]), h)
		}
	}
	return h
}

func (g *grouper) group(i uint32) []uint32 {
	if g.members[i] == nil {
		g.members[i] = []uint32{i}
	}
	return g.members[i]
}

// join joins the groups of a pair if they may.
func (g *joiner) join(h found) {
	a, b := g.of[h.a], g.of[h.b]
	if a == b {
		return
	}
	p, q := g.group(a), g.group(b)
	size, key := len(p)+len(q), [2]uint32{min(a, b), max(a, b)}
	if before := g.refused[key]; size > g.o.MaxSize || before >= size {
		return
	}
	if joined, vetoed := g.may(p, q); vetoed {
		g.refused[key] = vetoedForGood
		return
	} else if !joined {
		g.refused[key] = size
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

// may says whether no pair across has a veto and enough of them weigh enough; vetoed
// says that one has.
func (g *joiner) may(p, q []uint32) (ok, vetoed bool) {
	t := g.ix.table
	links := 0
	for _, i := range p {
		for _, j := range q {
			g.v.all(g.k, int(i), int(j), func(Veto) bool {
				vetoed = true
				return false
			})
			if vetoed {
				return false, true
			}
			x, y := g.ix.scorer.inOrder(i, j)
			if _, ok := g.k.weigh(t.row(int(x)), t.row(int(y)), g.ix.model.Review); ok {
				links++
			}
		}
	}
	return float64(links) >= g.o.Density*float64(len(p)*len(q)), false
}

// clusters gives the groups in the order of their first ids.
func (g *grouper) clusters() Clusters {
	t := g.ix.table
	order := sortedTexts(t.ids.vals[1:])
	filled := make([]uint32, len(order)) // of a group: one more than its place in out
	out := make(Clusters, 0, len(order))
	all := make([]string, 0, len(order)) // one list, of which each group is a part
	for _, r := range order {
		a := g.of[r]
		if g.members[a] == nil {
			all = append(all, t.id(int(r)))
			out = append(out, all[len(all)-1:len(all):len(all)])
			continue
		}
		if filled[a] == 0 {
			n := len(g.members[a])
			out = append(out, all[len(all):len(all):len(all)+n])
			all = all[:len(all)+n]
			filled[a] = uint32(len(out)) //nolint:gosec // at most as many as records
		}
		group := &out[filled[a]-1]
		*group = append(*group, t.id(int(r)))
	}
	return out
}
