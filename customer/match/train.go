package match

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// TrainOptions say how a model learns from records; nil takes every default.
type TrainOptions struct {
	// Seed of the pairs that are drawn; the same records, in any order, and the same
	// seed give the same model.
	Seed uint64
	// Pairs is how many pairs are drawn at random for the U probabilities; zero is a
	// million. Where there are no more in all, all are taken.
	Pairs int
	// RulePairs is about how many pairs of a blocking rule the M probabilities are
	// learned from; zero is 100,000. More are thinned out evenly.
	RulePairs int
	// Iterations is the most steps of one run of expectation and maximisation; zero is
	// 50. A run ends before it when no probability moves by Tolerance (zero: 0.0001).
	Iterations int
	Tolerance  float64
	// SharedBy is how many distinct names a contact point may have before it counts as
	// shared; zero is 5.
	SharedBy int
	// KeepVetoes keeps every veto, however the records look, see [VetoReport].
	KeepVetoes bool
	// Workers is how many goroutines work beside one another, all ended when the call
	// returns; zero is one. The result is the same for any number.
	Workers int
}

func (o *TrainOptions) defaults() TrainOptions {
	var out TrainOptions
	if o != nil {
		out = *o
	}
	zero := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	zero(&out.Pairs, 1_000_000)
	zero(&out.RulePairs, 100_000)
	zero(&out.Iterations, 50)
	zero(&out.SharedBy, 5)
	zero(&out.Workers, 1)
	if !(out.Tolerance > 0) {
		out.Tolerance = 1e-4
	}
	return out
}

// Session is one run of expectation and maximisation on the pairs of one rule. What the
// rule blocks on agrees in all of them, so comparisons of those fields learn nothing.
type Session struct {
	Rule    string   `json:"rule"`
	Learned []string `json:"learned"` // the comparisons
	Pairs   int      `json:"pairs"`
	// LogLikelihoods are the natural log-likelihood of the pairs after each step; it
	// never decreases beyond rounding.
	LogLikelihoods []float64 `json:"log_likelihoods"`
	// Converged says that no probability moved any more when the run ended.
	Converged bool `json:"converged"`
	// Matches is the share of the pairs that are one person.
	Matches float64 `json:"matches"`
}

// TrainReport says what training did.
type TrainReport struct {
	Records     int          `json:"records"`
	RandomPairs int          `json:"random_pairs"`
	Sessions    []Session    `json:"sessions"`
	Rules       []RuleReport `json:"rules"`
	Prior       float64      `json:"prior"`
	Demoted     []Demotion   `json:"demoted"`
	Vetoes      []VetoReport `json:"vetoes"`
	// Unseen are levels that no pair of one person reached, with a floor as M.
	Unseen []string `json:"unseen"`
}

// leastShare is what a level keeps that no pair reached.
const leastShare = 1e-6

// patterns count pairs by the outcomes of all comparisons.
type patterns struct {
	codes  []uint64
	counts []float64
	sizes  []int // outcomes by comparison, with none
	levels [][]int8
}

// radices is the number of outcomes of each comparison, with none.
func (s *scorer) radices() []int {
	out := make([]int, len(s.comparisons))
	for i := range out {
		out[i] = len(s.comparisons[i].levels) + 1
	}
	return out
}

// code is the outcomes of all comparisons as one number; bind has seen that it fits.
func (k *scratch) code(x, y []uint32) uint64 {
	code := uint64(0)
	for i := range k.s.comparisons {
		c := &k.s.comparisons[i]
		code = code*uint64(len(c.levels)+1) + uint64(k.level(c, x, y)+1) //nolint:gosec // -1 or more
	}
	return code
}

// collect sorts and counts codes.
func (s *scorer) collect(codes []uint64) *patterns {
	radixSort(codes)
	p := &patterns{sizes: s.radices()}
	for i, c := range codes {
		if i == 0 || c != codes[i-1] {
			p.codes = append(p.codes, c)
			p.counts = append(p.counts, 0)
			p.levels = append(p.levels, p.decode(c))
		}
		p.counts[len(p.counts)-1]++
	}
	return p
}

// decode gives the level of each comparison; -1 for none.
func (p *patterns) decode(code uint64) []int8 {
	out := make([]int8, len(p.sizes))
	for i := len(p.sizes) - 1; i >= 0; i-- {
		n := uint64(p.sizes[i])   //nolint:gosec // at most 33
		out[i] = int8(code%n) - 1 //nolint:gosec // at most 33
		code /= n
	}
	return out
}

// learner holds the probabilities while they are learned.
type learner struct {
	s     *scorer
	t     *table
	o     TrainOptions
	m, u  [][]float64
	model *Model
	// vetoes leave out what they hit; nil leaves out nothing.
	vetoes  *vetoer
	tasks   []task     // pieces of the rules' blocks
	samples [][]sample // by piece: the pairs that are looked at
}

func (l *learner) missing(c int, level int8) bool {
	return level < 0 || l.model.Comparisons[c].Levels[level].Missing
}

// normalise makes the levels that are not missing add up to one, none below the floor.
func (l *learner) normalise(c int, p []float64) {
	for range 2 {
		sum := 0.0
		for i := range p {
			if l.missing(c, int8(i)) { //nolint:gosec // at most 32
				p[i] = 0
				continue
			}
			p[i] = max(p[i], leastShare)
			sum += p[i]
		}
		for i := range p {
			p[i] /= sum
		}
	}
}

// hash spreads an id over 64 bits: FNV-1a and the finish of MurmurHash3.
func hash(id string, seed uint64) uint64 {
	h := uint64(14695981039346656037) ^ seed
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return mix(h)
}

func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// shuffled numbers the records in an order that their ids and the seed decide, not the
// order in which they came.
func (t *table) shuffled(seed uint64) []uint32 {
	s := &sorter{}
	for i, id := range t.ids.vals[1:] {
		s.add(hash(id, seed), uint32(i)) //nolint:gosec // a record's number
	}
	s.sort()
	s.groups(func(records []uint32) {
		slices.SortFunc(records, func(a, b uint32) int { return cmp.Compare(t.id(int(a)), t.id(int(b))) })
	})
	return s.records
}

// random counts the outcomes of pairs drawn at random.
func (l *learner) random() (*patterns, int) {
	order := l.t.shuffled(l.o.Seed)
	n := len(order)
	var codes []uint64
	if n*(n-1)/2 <= l.o.Pairs {
		const piece = 64
		pieces := (n + piece - 1) / piece
		parts := make([][]uint64, pieces)
		run(l.o.Workers, pieces, func() func(int) {
			k := l.s.scratch()
			return func(p int) {
				for i := p * piece; i < min(n, (p+1)*piece); i++ {
					for j := range i {
						x, y := l.s.inOrder(order[i], order[j])
						parts[p] = append(parts[p], k.code(l.t.row(int(x)), l.t.row(int(y))))
					}
				}
			}
		})
		codes = slices.Concat(parts...)
		return l.s.collect(codes), len(codes)
	}
	const piece = 1 << 14
	codes = make([]uint64, l.o.Pairs)
	run(l.o.Workers, (len(codes)+piece-1)/piece, func() func(int) {
		k := l.s.scratch()
		return func(p int) {
			draw := rand.New(rand.NewPCG(l.o.Seed, uint64(p)))
			for c := p * piece; c < min(len(codes), (p+1)*piece); c++ {
				i, j := draw.IntN(n), draw.IntN(n-1)
				if j >= i {
					j++
				}
				x, y := l.s.inOrder(order[i], order[j])
				codes[c] = k.code(l.t.row(int(x)), l.t.row(int(y)))
			}
		}
	})
	return l.s.collect(codes), len(codes)
}

// sample is a pair of one rule that is looked at, and its outcomes.
type sample struct {
	x, y uint32
	code uint64
	old  bool // an earlier rule gives it, too
}

// sampled are the outcomes of the pairs of one rule: all, and those that no earlier rule
// gives, each standing for weight pairs.
type sampled struct {
	all, new *patterns
	weight   float64
}

// draw takes the pairs of each rule, thinned out to about RulePairs by the hash of a
// pair's ids, piece by piece.
func (l *learner) draw(b *blocks) {
	l.tasks = b.tasks()
	l.samples = make([][]sample, len(l.tasks))
	salt := l.salt()
	run(l.o.Workers, len(l.tasks), func() func(int) {
		k := l.s.scratch()
		return func(p int) {
			t := l.tasks[p]
			most := l.most(b, t.rule)
			b.all(t, func(x, y uint32) {
				if most < ^uint64(0) && mix(salt[x]^salt[y]) > most {
					return
				}
				old := b.earlier(t.rule, x, y)
				x, y = l.s.inOrder(x, y)
				code := k.code(l.t.row(int(x)), l.t.row(int(y)))
				l.samples[p] = append(l.samples[p], sample{x, y, code, old})
			})
		}
	})
}

// candidates counts the outcomes of the pairs of each rule that no veto hits.
func (l *learner) candidates(b *blocks) []sampled {
	parts, fresh := make([][]uint64, len(l.tasks)), make([][]uint64, len(l.tasks))
	run(l.o.Workers, len(l.tasks), func() func(int) {
		k := l.s.scratch()
		return func(p int) {
			for _, s := range l.samples[p] {
				if l.vetoed(k, s.x, s.y) {
					continue
				}
				parts[p] = append(parts[p], s.code)
				if !s.old {
					fresh[p] = append(fresh[p], s.code)
				}
			}
		}
	})
	out := make([]sampled, b.rules)
	for r := range out {
		var codes, first []uint64
		for i, t := range l.tasks {
			if t.rule == r {
				codes, first = append(codes, parts[i]...), append(first, fresh[i]...)
			}
		}
		out[r] = sampled{l.s.collect(codes), l.s.collect(first), 1}
		if most := l.most(b, r); most < ^uint64(0) {
			out[r].weight = math.MaxUint64 / float64(most)
		}
	}
	return out
}

// most is the greatest hash of a pair of a rule that is looked at.
func (l *learner) most(b *blocks, rule int) uint64 {
	keep := float64(l.o.RulePairs) / float64(max(1, b.reports[rule].Pairs))
	if keep >= 1 {
		return ^uint64(0)
	}
	return uint64(keep * math.MaxUint64)
}

func (l *learner) vetoed(k *scratch, x, y uint32) bool {
	hit := false
	if l.vetoes != nil {
		l.vetoes.all(k, int(x), int(y), func(Veto) bool {
			hit = true
			return false
		})
	}
	return hit
}
