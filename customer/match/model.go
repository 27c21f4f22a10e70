package match

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// Level is one outcome of a comparison, with how often it occurs among pairs that are
// the same person (M) and among pairs that are not (U).
type Level struct {
	Label string    `json:"label"`
	When  Condition `json:"when"`
	// Missing marks the level of pairs that cannot be compared: it weighs nothing.
	Missing bool    `json:"missing,omitempty"`
	M       float64 `json:"m,omitempty"`
	U       float64 `json:"u,omitempty"`
	// Frequency corrects the weight by how common the value is that agrees: one share
	// of the people called Smith says less than one called Featherstonehaugh. Empty: no
	// correction.
	Frequency string `json:"frequency,omitempty"`
	// FrequencyWeight scales the correction; zero is one.
	FrequencyWeight float64 `json:"frequency_weight,omitempty"`
	// LeastShare is the least share that corrects; a rarer value counts as this one.
	// Zero is none.
	LeastShare float64 `json:"least_share,omitempty"`
}

// Comparison is one thing by which two records are compared: the first of its levels
// whose condition holds is the outcome. A pair for which none holds weighs nothing.
type Comparison struct {
	Name   string  `json:"name"`
	Levels []Level `json:"levels"`
}

// Key is a value that a blocking rule wants equal.
type Key struct {
	Field string `json:"field"`
	Form  Form   `json:"form,omitzero"`
}

// Rule makes a pair a candidate when all its keys are there and equal on both sides.
type Rule struct {
	Name string `json:"name"`
	Keys []Key  `json:"keys"`
}

// Model is all that is needed to compare records: the comparisons with their
// probabilities, the blocking rules, how common values are, which values are no
// evidence, and where the three outcomes part. It is data: JSON holds all of it.
type Model struct {
	// Prior is the probability that two records taken at random are one person, above 0
	// and below 1.
	Prior       float64                 `json:"prior"`
	Comparisons []Comparison            `json:"comparisons"`
	Rules       []Rule                  `json:"rules"`
	Frequencies map[string]*Frequencies `json:"frequencies,omitempty"`
	Demoted     []Demotion              `json:"demoted,omitempty"`
	// Same is the weight in bits from which a pair is the same person if nothing vetoes
	// it, Review the one from which a person should look; below it is Different.
	Same   float64 `json:"same"`
	Review float64 `json:"review"`
	// MaxBlock is the largest block of records of which pairs are made; zero is
	// DefaultMaxBlock. What larger ones would have given is dropped and reported.
	MaxBlock int `json:"max_block,omitempty"`
	// NoVetoes leaves out the vetoes that rest on fields; decisions of people always
	// hold.
	NoVetoes bool `json:"no_vetoes,omitempty"`
	// Suspended are vetoes that training found not to be sound on its records, see
	// [VetoReport]; [TrainOptions.KeepVetoes] keeps them.
	Suspended []VetoKind `json:"suspended,omitempty"`
}

// DefaultMaxBlock is the size of the largest block unless a model says otherwise.
const DefaultMaxBlock = 5000

// Frequencies say which share of the records that have a value have this one.
type Frequencies struct {
	Total  int                `json:"total"` // records with a value
	Shares map[string]float64 `json:"shares"`
	// Others is the share of a value that is not listed; zero is not known, and then no
	// weight is corrected. Training lists what two records or more have, of values of at
	// most 256 bytes.
	Others float64 `json:"others,omitempty"`
}

// longestShare is the length of the longest value that training lists: as long as a key
// of the model's JSON may be.
const longestShare = 256

// NewFrequencies makes them of values and their shares, as a table of another program
// gives them. Shares that are not above 0 and at most 1 are left out.
func NewFrequencies(total int, shares iter.Seq2[string, float64]) *Frequencies {
	f := &Frequencies{Total: total, Shares: map[string]float64{}}
	for v, s := range shares {
		if s > 0 && s <= 1 {
			f.Shares[v] = s
		}
	}
	return f
}

// Share is the share of a value; ok is false where it is not known, and then no weight
// is corrected.
func (f *Frequencies) Share(value string) (share float64, ok bool) {
	if f == nil {
		return 0, false
	}
	if share, ok = f.Shares[value]; !ok {
		share = f.Others
	}
	return share, share > 0
}

// common is the share of a name that is that of many people, five and one in five
// hundred, so that its neighbours are names of their own; zero for any other.
func (f *Frequencies) common(value string) float64 {
	s, ok := f.Share(value)
	if !ok || s < 0.002 || s*float64(f.Total) < 4.5 {
		return 0
	}
	return s
}

// ParseModel reads a model as [Model.MarshalJSON] writes it. The error joins every fault
// under [ErrModel] or as the JSON reader found it.
func ParseModel(data []byte) (*Model, error) {
	m := &Model{}
	if err := strictjson.Decode(data, m, &modelLimits); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

// modelLimits bound a model: the shares of a million values fit.
var modelLimits = strictjson.Limits{Bytes: 256 << 20, Depth: 40, Nodes: 10_000_000}

// MarshalJSON writes the model with its keys in one order.
func (m *Model) MarshalJSON() ([]byte, error) {
	type plain Model
	return json.Marshal((*plain)(m))
}

// Check says everything that is wrong with a model, joined under [ErrModel]. In one that
// is yet to be trained U is zero, and M may hold where training begins.
func (m *Model) Check() error {
	fs := &faults{err: ErrModel}
	if m.Prior <= 0 || m.Prior >= 1 || math.IsNaN(m.Prior) {
		fs.add("prior", "must lie between 0 and 1, is %g", m.Prior)
	}
	if math.IsNaN(m.Same) || math.IsNaN(m.Review) || m.Review > m.Same {
		fs.add("review", "must not be above same")
	}
	if m.MaxBlock < 0 {
		fs.add("max_block", "must not be negative")
	}
	if len(m.Comparisons) == 0 || len(m.Comparisons) > 50 {
		fs.add("comparisons", "must be 1 to 50, are %d", len(m.Comparisons))
	}
	for i, c := range m.Comparisons {
		c.check(fmt.Sprintf("comparisons[%d]", i), fs)
	}
	for i, r := range m.Rules {
		r.check(fmt.Sprintf("rules[%d]", i), fs)
	}
	if len(m.Rules) > maxRules {
		fs.add("rules", "are %d, at most %d", len(m.Rules), maxRules)
	}
	for _, name := range slices.Sorted(mapKeys(m.Frequencies)) {
		if m.Frequencies[name] == nil {
			fs.add("frequencies."+clip(name), "is missing")
			continue
		}
		m.Frequencies[name].check("frequencies."+clip(name), fs)
	}
	return fs.join()
}

// check says what is wrong with frequencies: one share for all that are.
func (f *Frequencies) check(path string, fs *faults) {
	if f.Total < 0 || !share(f.Others) {
		fs.add(path, "total must not be negative and others lie between 0 and 1, are %d and %g", f.Total, f.Others)
	}
	wrong := 0
	for _, s := range f.Shares {
		if !share(s) {
			wrong++
		}
	}
	if wrong > 0 {
		fs.add(path+".shares", "%d do not lie between 0 and 1", wrong)
	}
}

func mapKeys[V any](m map[string]V) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

const (
	maxRules  = 64
	maxLevels = 32
)

func (c *Comparison) check(path string, fs *faults) {
	if len(c.Levels) == 0 || len(c.Levels) > maxLevels {
		fs.add(path+".levels", "must be 1 to %d, are %d", maxLevels, len(c.Levels))
	}
	for i := range c.Levels {
		l, path := &c.Levels[i], fmt.Sprintf("%s.levels[%d]", path, i)
		l.When.check(path+".when", 0, fs)
		if !share(l.M) || !share(l.U) {
			fs.add(path, "m and u must lie between 0 and 1, are %g and %g", l.M, l.U)
		}
		if !l.Missing && l.M == 0 && l.U != 0 {
			fs.add(path, "there is u without m")
		}
		if !share(l.LeastShare) {
			fs.add(path+".least_share", "must lie between 0 and 1")
		}
		if !(math.Abs(l.FrequencyWeight) <= 10) {
			fs.add(path+".frequency_weight", "must not be beyond 10")
		}
	}
}

func share(x float64) bool { return x >= 0 && x <= 1 }

func (r *Rule) check(path string, fs *faults) {
	if len(r.Keys) == 0 || len(r.Keys) > 8 {
		fs.add(path+".keys", "must be 1 to 8, are %d", len(r.Keys))
	}
	for i, k := range r.Keys {
		k.Form.check(fmt.Sprintf("%s.keys[%d].form", path, i), fs)
	}
}

const maxConditionDepth = 10

func (c *Condition) check(path string, depth int, fs *faults) {
	if depth > maxConditionDepth || len(c.Args) > 100 {
		fs.add(path, "is too deep or too wide")
		return
	}
	switch c.Op {
	case OpElse:
	case OpAnd, OpOr:
		if len(c.Args) == 0 {
			fs.add(path+".args", "there are none")
		}
		for i := range c.Args {
			c.Args[i].check(fmt.Sprintf("%s.args[%d]", path, i), depth+1, fs)
		}
	case OpMissing, OpPresent, OpRelated, OpIncomparable:
		c.A.check(path+".a", fs)
		if c.Op == OpRelated && (c.Least < RelationUnknown || c.Least > RelationSame) {
			fs.add(path+".least", "%d is no relation", c.Least)
		}
	case OpEqual, OpJaro, OpJaroWinkler, OpLevenshtein, OpDamerau, OpApart, OpSwapped:
		c.A.check(path+".a", fs)
		c.B.check(path+".b", fs)
		if math.IsNaN(c.Threshold) || c.Threshold < 0 {
			fs.add(path+".threshold", "must be 0 or more")
		}
	default:
		fs.add(path+".op", "%d is no operation", c.Op)
	}
}

func (o *Operand) check(path string, fs *faults) {
	if o == nil {
		fs.add(path, "is missing")
		return
	}
	o.Form.check(path+".form", fs)
}

// trained says whether every level that needs them has its probabilities.
func (m *Model) trained() bool {
	for _, c := range m.Comparisons {
		for _, l := range c.Levels {
			if !l.Missing && l.U == 0 {
				return false
			}
		}
	}
	return true
}

// clone copies a model so deep that training one leaves the other alone.
func (m *Model) clone() *Model {
	out := *m
	out.Comparisons = slices.Clone(m.Comparisons)
	for i := range out.Comparisons {
		out.Comparisons[i].Levels = slices.Clone(m.Comparisons[i].Levels)
	}
	out.Rules = slices.Clone(m.Rules)
	out.Demoted = slices.Clone(m.Demoted)
	out.Suspended = slices.Clone(m.Suspended)
	out.Frequencies = make(map[string]*Frequencies, len(m.Frequencies))
	for k, v := range m.Frequencies {
		out.Frequencies[k] = v
	}
	return &out
}
