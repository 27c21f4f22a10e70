package clv

import (
	"iter"
	"math"
)

// ScoreOptions are the options of Score; nil means the defaults.
type ScoreOptions struct {
	// Rate discounts Prediction.Discounted; the zero value is no discount.
	Rate Rate
	// ValueHorizon is the horizon of Prediction.Discounted; the zero value means that of Expected.
	ValueHorizon Horizon
}

// Prediction is what a model says of one customer.
type Prediction struct {
	// Summary is the customer's.
	Summary Summary
	// PAlive is the probability that the customer is still active, LogPAlive its logarithm.
	PAlive, LogPAlive float64
	// Expected is the expected number of purchases in the horizon after T.
	Expected float64
	// Discounted is the expected number in the options' ValueHorizon, discounted.
	Discounted float64
}

// Score predicts for a stream of customers, in its order, what they will do in the horizon h.
// Customers with equal (x, T) share the costly part of the computation, so that a million of them with
// dates at the resolution of a day cost little more than reading them. A customer who cannot be
// predicted comes with the error of the model's method and a zero Prediction but for the
// Summary; an invalid model, horizon or rate gives one error and ends. The sequence can be run
// again when the customers' can.
func Score(m Transactions, customers iter.Seq[Summary], h Horizon, opts *ScoreOptions) iter.Seq2[Prediction, error] {
	return func(yield func(Prediction, error) bool) {
		s, err := newScorer(m, h, opts)
		if err != nil {
			yield(Prediction{}, err)
			return
		}
		for c := range customers {
			p, err := s.score(c)
			if !yield(p, err) {
				return
			}
		}
	}
}

type scorer struct {
	model                 Transactions
	h, value, rate        float64
	horizon, valueHorizon Horizon
	future                memo[futureValue] // by x and T
	presence              memo[presence]    // by x, tx and T, for models whose P(alive) is costly
	costly                bool
}

type futureValue struct {
	expected, discounted float64
	err                  error
}

func newScorer(m Transactions, h Horizon, opts *ScoreOptions) (*scorer, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if opts == nil {
		opts = &ScoreOptions{}
	}
	value := opts.ValueHorizon
	if value == (Horizon{}) {
		value = h
	}
	s := &scorer{model: m, horizon: h, valueHorizon: value, rate: opts.Rate.ContinuousPer(m.TimeUnit())}
	var err error
	if s.h, err = h.In(m.TimeUnit()); err != nil {
		return nil, err
	}
	if s.value, err = value.In(m.TimeUnit()); err != nil {
		return nil, err
	}
	_, s.costly = m.(ParetoNBD)
	return s, nil
}

func (s *scorer) score(c Summary) (Prediction, error) {
	p := Prediction{Summary: c}
	if err := c.Check(); err != nil {
		return p, err
	}
	f := s.ahead(c)
	if f.err != nil {
		return p, f.err
	}
	v := s.alive(c)
	p.PAlive, p.LogPAlive = v.p, v.log
	p.Expected, p.Discounted = p.PAlive*f.expected, p.PAlive*f.discounted
	return p, nil
}

// presence is P(alive) and its logarithm.
type presence struct{ p, log float64 }

// presenceOf takes the log odds of being dead.
func presenceOf(odds float64) presence {
	e := math.Exp(-math.Abs(odds))
	l := math.Log1p(e)
	if odds > 0 {
		return presence{e / (1 + e), -odds - l}
	}
	return presence{1 / (1 + e), -l}
}

func (s *scorer) alive(c Summary) presence {
	if !s.costly {
		return presenceOf(s.model.logDeadOdds(float64(c.X), c.TX, c.T))
	}
	v, known := s.presence.at(uint32(c.X), c.TX, c.T)
	if !known {
		*v = presenceOf(s.model.logDeadOdds(float64(c.X), c.TX, c.T))
	}
	return *v
}

func (s *scorer) ahead(c Summary) futureValue {
	f, known := s.future.at(uint32(c.X), 0, c.T)
	if known {
		return *f
	}
	p := s.model.prospect(float64(c.X), c.T)
	var finite bool
	if f.expected, finite = within(p, s.h, 0); !finite {
		f.err = undefinedFuture(s.horizon)
	} else if s.value == s.h && s.rate == 0 {
		f.discounted = f.expected
	} else if f.discounted, finite = within(p, s.value, s.rate); !finite {
		f.err = undefinedFuture(s.valueHorizon)
	}
	return *f
}

// mostKept bounds the number of kept results; a full memo is emptied, which changes no figure.
const mostKept = 1 << 18

// memo keeps results by a summary, like the histogram keeps counts.
type memo[V any] struct {
	keys   []cell
	values []V
	index  []uint32
}

// at is the place of a result, and whether it is filled already. It holds until the next call.
func (m *memo[V]) at(x uint32, tx, t float64) (v *V, known bool) {
	if 2*(len(m.keys)+1) > len(m.index) {
		m.grow()
	}
	mask := uint64(len(m.index) - 1)
	for at := hashCell(x, tx, t) & mask; ; at = (at + 1) & mask {
		i := m.index[at]
		if i == 0 {
			m.keys = append(m.keys, cell{x: x, tx: tx, t: t})
			m.values = append(m.values, *new(V))
			m.index[at] = uint32(len(m.keys))
			return &m.values[len(m.values)-1], false
		}
		if k := &m.keys[i-1]; k.x == x && k.tx == tx && k.t == t {
			return &m.values[i-1], true
		}
	}
}

func (m *memo[V]) grow() {
	if len(m.keys) >= mostKept {
		m.keys, m.values = m.keys[:0], m.values[:0]
		clear(m.index)
		return
	}
	m.index = make([]uint32, max(64, 2*len(m.index)))
	mask := uint64(len(m.index) - 1)
	for i := range m.keys {
		k := &m.keys[i]
		at := hashCell(k.x, k.tx, k.t) & mask
		for m.index[at] != 0 {
			at = (at + 1) & mask
		}
		m.index[at] = uint32(i + 1)
	}
}
