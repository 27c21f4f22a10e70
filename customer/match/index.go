package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Verdict is the outcome for two records.
type Verdict uint8

// The outcomes.
const (
	// Different: not one person, by weight or by a veto.
	Different Verdict = iota + 1
	// Review: a person should look.
	Review
	// Same: one person; the weight passes and nothing vetoes.
	Same
)

const verdictWords words = "different review same"

// String names the outcome.
func (v Verdict) String() string { return verdictWords.text(uint8(v)) }

// MarshalText writes the name.
func (v Verdict) MarshalText() ([]byte, error) { return verdictWords.marshal(uint8(v)) }

// UnmarshalText reads a name.
func (v *Verdict) UnmarshalText(text []byte) error {
	i, err := verdictWords.parse(text)
	*v = Verdict(i)
	return err
}

// Match is what was found of two records. A is the lesser id.
type Match struct {
	A       string  `json:"a"`
	B       string  `json:"b"`
	Weight  float64 `json:"weight"` // in bits
	Verdict Verdict `json:"verdict"`
	Vetoes  []Veto  `json:"vetoes,omitempty"`
	// Proposal is what two records may be to one another that are Different; zero is
	// nothing. Shares are the fields that say so.
	Proposal Proposal `json:"proposal,omitempty"`
	Shares   []string `json:"shares,omitempty"`
}

// Probability is that of one person under the model, from 0 to 1.
func (m Match) Probability() float64 { return 1 / (1 + math.Exp2(-m.Weight)) }

// Index holds records of the host's row type T as numbers of values, and answers which
// of them are the same person. Make it with [NewIndex]. One goroutine may use it at a
// time.
type Index[T any] struct {
	schema *Schema[T]
	core   *index
	raw    []string // texts of the record that is looked at
}

// index is what does not depend on the row type.
type index struct {
	model   *Model
	table   *table
	scorer  *scorer // nil until the model is trained
	decided map[[2]string]bool
	ranks   []uint32 // place of each record in the order of ids; nil when some are new
	blocks  *blocks  // of all records; nil when some are new
	links   *links   // for single records; nil until it is asked for
	demoted *demotions
	single  *scratch // for single pairs; nil until it is asked for
	guest   guest    // for single records
	cleared int      // records whose demoted values are taken out
}

// NewIndex makes an empty index. The model is one that [Standard] or [ReadSplink] gave,
// trained or not, or the host's own; the error joins every fault under [ErrModel]. An
// untrained one must be trained by [Index.Train] before pairs are asked for.
func NewIndex[T any](s *Schema[T], m *Model) (*Index[T], error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	ix := &index{model: m.clone(), table: newTable(s.core), decided: map[[2]string]bool{}}
	scorer, err := bind(ix.model, ix.table)
	if err != nil {
		return nil, err
	}
	if m.trained() {
		ix.scorer = scorer
	}
	return &Index[T]{schema: s, core: ix, raw: make([]string, len(s.fields))}, nil
}

// read writes the texts of a row into a list of as many as there are fields.
func (ix *Index[T]) read(row T, into []string) []string {
	for i, f := range ix.schema.fields {
		into[i] = f.Read(row)
	}
	return into
}

// Len is the number of records.
func (ix *Index[T]) Len() int { return ix.core.table.len() }

// Model is a copy of the model.
func (ix *Index[T]) Model() *Model { return ix.core.model.clone() }

// Decide records that a person found two records not to be the same. It holds until the
// index is gone; a host keeps its decisions and gives them again.
func (ix *Index[T]) Decide(a, b string) { ix.core.decided[pairOf(a, b)] = true }

// Train learns the model from the records of the index: which values are no evidence,
// how common values are, and the probabilities of every level. Records added later are
// judged by what was learned here. Values without evidence are looked for before the
// first training alone; frequencies that the model has already are kept. The error is
// [ErrNoData] for fewer than two records.
func (ix *Index[T]) Train(o *TrainOptions) (*TrainReport, error) { return ix.core.train(o) }

func (ix *index) train(o *TrainOptions) (*TrainReport, error) {
	options := o.defaults()
	if ix.cleared == 0 {
		ix.model.Demoted = append(ix.model.Demoted, ix.table.demote(options.SharedBy)...)
	}
	ix.settle(options.Workers)
	s, report, b, err := learn(ix.model, ix.table, o)
	if err != nil {
		return nil, err
	}
	ix.model, ix.scorer, ix.blocks = s.model, s, b
	ix.single, ix.links, ix.guest = nil, nil, guest{}
	return report, nil
}

// settle makes the records that are new ready to be compared.
func (ix *index) settle(workers int) {
	if ix.demoted == nil {
		ix.demoted = ix.table.demotions(ix.model.Demoted)
	}
	ix.table.apply(ix.demoted, ix.cleared)
	ix.cleared = ix.table.len()
	ix.table.shape(workers)
	if ix.scorer != nil {
		ix.scorer.refresh()
	}
}

// PairsOptions say which pairs are given; nil takes every default.
type PairsOptions struct {
	// Least is the least weight in bits; nil is the model's Review.
	Least *float64
	// Households gives pairs that weigh less, too, where a household is proposed.
	Households bool
	// Workers is how many goroutines compare, all ended when the call returns; zero is
	// one. The result is the same for any number.
	Workers int
}

// found is a pair before its ids are looked up.
type found struct {
	a, b   uint32
	weight float64
}

// Pairs gives every pair that a blocking rule makes a candidate and whose weight is
// enough, each once, the heaviest first and by ids where they are equal, with what each
// rule did. The error is [ErrModel] for a model that is not trained.
func (ix *Index[T]) Pairs(o *PairsOptions) ([]Match, []RuleReport, error) {
	if o == nil {
		o = &PairsOptions{}
	}
	return ix.core.pairs(*o)
}

func (ix *index) ready(workers int) error {
	if ix.scorer == nil {
		return fmt.Errorf("%w: it is not trained", ErrModel)
	}
	if ix.blocks == nil {
		ix.blocks = ix.table.block(ix.model, workers)
	}
	return nil
}

func (ix *index) pairs(o PairsOptions) ([]Match, []RuleReport, error) {
	hits, reports, err := ix.search(o)
	if err != nil {
		return nil, nil, err
	}
	out := make([]Match, len(hits))
	const piece = 1 << 12
	run(o.Workers, (len(hits)+piece-1)/piece, func() func(int) {
		k, v := ix.scorer.scratch(), ix.scorer.vetoer(ix.decided)
		return func(p int) {
			for i := p * piece; i < min(len(hits), (p+1)*piece); i++ {
				out[i] = ix.match(k, v, hits[i])
			}
		}
	})
	return out, reports, nil
}

// search weighs the candidates and sorts what weighs enough.
func (ix *index) search(o PairsOptions) ([]found, []RuleReport, error) {
	hits, reports, err := ix.weigh(o)
	if err == nil {
		ix.sort(hits)
	}
	return hits, reports, err
}

// weigh gives the candidates that weigh enough.
func (ix *index) weigh(o PairsOptions) ([]found, []RuleReport, error) {
	if err := ix.ready(o.Workers); err != nil {
		return nil, nil, err
	}
	least := ix.model.Review
	if o.Least != nil {
		least = *o.Least
	}
	tasks := ix.blocks.tasks()
	parts, counts := make([][]found, len(tasks)), make([]int, len(tasks))
	run(o.Workers, len(tasks), func() func(int) {
		c := ix.chooser(least, o.Households)
		var hits []found
		return func(p int) {
			hits = hits[:0]
			counts[p] = ix.blocks.each(tasks[p], func(x, y uint32) {
				if w, ok := c.weigh(x, y); ok {
					hits = append(hits, found{x, y, w})
				}
			})
			parts[p] = slices.Clone(hits)
		}
	})
	reports := slices.Clone(ix.blocks.reports)
	for i, t := range tasks {
		reports[t.rule].New += counts[i]
	}
	return slices.Concat(parts...), reports, nil
}

// chooser weighs pairs and says which are given.
type chooser struct {
	table      *table
	k          *scratch
	v          *vetoer
	least      float64
	households bool
}

func (ix *index) chooser(least float64, households bool) chooser {
	return chooser{ix.table, ix.scorer.scratch(), ix.scorer.vetoer(ix.decided), least, households}
}

func (c *chooser) weigh(i, j uint32) (float64, bool) {
	i, j = c.k.s.inOrder(i, j)
	x, y := c.table.row(int(i)), c.table.row(int(j))
	w, ok := c.k.weigh(x, y, c.least)
	if ok || !c.households || !c.v.household(c.k, x, y, true) {
		return w, ok
	}
	w, _ = c.k.weigh(x, y, math.Inf(-1))
	vetoed := c.v.decides(c.k, i, j)
	return w, (vetoed || w < c.v.review) && c.v.household(c.k, x, y, vetoed)
}

// sort puts the lesser id first in each pair and the heaviest pair first of all.
func (ix *index) sort(hits []found) {
	if ix.ranks == nil {
		ix.ranks = ix.table.ranks()
	}
	rank := ix.ranks
	for i := range hits {
		if rank[hits[i].a] > rank[hits[i].b] {
			hits[i].a, hits[i].b = hits[i].b, hits[i].a
		}
	}
	slices.SortFunc(hits, func(p, q found) int {
		return cmp.Or(cmp.Compare(q.weight, p.weight), cmp.Compare(rank[p.a], rank[q.a]), cmp.Compare(rank[p.b], rank[q.b]))
	})
}

// ranks is the place of each record in the order of ids.
func (t *table) ranks() []uint32 {
	order := sortedTexts(t.ids.vals[1:])
	rank := make([]uint32, len(order))
	for i, r := range order {
		rank[r] = uint32(i) //nolint:gosec // a record's number
	}
	return rank
}

func (ix *index) match(k *scratch, v *vetoer, h found) Match {
	var m Match
	ix.fillMatch(&m, k, v, h)
	return m
}

// fillMatch writes a match over what lies there, and uses the memory of its lists.
func (ix *index) fillMatch(m *Match, k *scratch, v *vetoer, h found) {
	*m = Match{A: ix.table.id(int(h.a)), B: ix.table.id(int(h.b)), Weight: h.weight, Vetoes: m.Vetoes[:0], Shares: m.Shares[:0]}
	v.all(k, int(h.a), int(h.b), func(veto Veto) bool {
		m.Vetoes = append(m.Vetoes, veto)
		return true
	})
	m.Verdict = ix.model.verdict(h.weight, m.Vetoes)
	v.propose(k, ix.table.row(int(h.a)), ix.table.row(int(h.b)), m)
}

// verdict is the outcome of a weight and vetoes.
func (m *Model) verdict(weight float64, vetoes []Veto) Verdict {
	v := Different
	switch {
	case weight >= m.Same:
		v = Same
	case weight >= m.Review:
		v = Review
	}
	for _, veto := range vetoes {
		if !veto.Kind.open() {
			return Different
		}
		v = min(v, Review)
	}
	return v
}

func compareMatches(p, q Match) int {
	return cmp.Or(cmp.Compare(q.Weight, p.Weight), cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B))
}
