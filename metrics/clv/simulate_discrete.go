package clv

import (
	"iter"
	"math"
	"math/rand/v2"
)

// Simulate draws one customer for each number of opportunities; equal seeds give equal customers.
// Ages count opportunities; History.Dropout is the first one that the customer no longer saw. An
// invalid model gives one error and ends; an impossible number gives an error in its place.
func (m BGBB) Simulate(seed uint64, opportunities iter.Seq[int]) iter.Seq2[History, error] {
	ages := func(yield func(float64) bool) {
		for n := range opportunities {
			if n > mostOpportunities {
				n = -1 // refused by simulate
			}
			if !yield(float64(n)) {
				return
			}
		}
	}
	return simulate(seed, m.Check(), ages, func(src *rand.Rand, h *History) {
		buys, leaves := drawBeta(src, m.Alpha, m.Beta), drawBeta(src, m.Gamma, m.Delta)
		for t := 1.0; t <= h.Age; t++ {
			if src.Float64() < leaves {
				h.Dropout = t
				return
			}
			if src.Float64() < buys {
				h.Repeats = append(h.Repeats, t)
			}
		}
	})
}

// Contract is one simulated customer under contract.
type Contract struct {
	// Renewals is the number of renewals that the customer survived.
	Renewals int
	// Active says that the customer was still there when the simulation ended; otherwise the
	// customer left at the next renewal.
	Active bool
}

// AddTo counts the contract in a Renewals.
func (c Contract) AddTo(r *Renewals) error {
	if c.Active {
		return r.AddActive(c.Renewals, 1)
	}
	return r.AddLost(c.Renewals+1, 1)
}

// Simulate draws one customer for each number of renewals to follow the customer for; equal seeds
// give equal customers. An invalid model gives one error and ends; a negative number gives an
// error in its place.
func (m ShiftedBetaGeometric) Simulate(seed uint64, renewals iter.Seq[int]) iter.Seq2[Contract, error] {
	return simulateContracts(seed, BetaDiscreteWeibull{Alpha: m.Alpha, Beta: m.Beta, C: 1, Unit: m.Unit}, renewals)
}

// Simulate draws one customer for each number of renewals to follow the customer for; equal seeds
// give equal customers. An invalid model gives one error and ends; a negative number gives an
// error in its place.
func (m BetaDiscreteWeibull) Simulate(seed uint64, renewals iter.Seq[int]) iter.Seq2[Contract, error] {
	return simulateContracts(seed, m, renewals)
}

func simulateContracts(seed uint64, m BetaDiscreteWeibull, renewals iter.Seq[int]) iter.Seq2[Contract, error] {
	return func(yield func(Contract, error) bool) {
		if err := m.Check(); err != nil {
			yield(Contract{}, err)
			return
		}
		place := 0
		for n := range renewals {
			var c Contract
			err := checkPeriod(n, 0)
			if err == nil {
				src := customerSource(seed, place)
				leaves := drawBeta(src, m.Alpha, m.Beta)
				// The greatest t with (1-theta)^(t^c) above a uniform draw.
				t := math.Pow(-src.ExpFloat64()/math.Log1p(-leaves), 1/m.C)
				c = Contract{Renewals: n, Active: true}
				if t < float64(n) {
					c = Contract{Renewals: int(t)}
				}
			}
			if place++; !yield(c, err) {
				return
			}
		}
	}
}

// Spend is one simulated customer's spend.
type Spend struct {
	// Purchases is the number of purchases, Mean their mean value; 0 when there are none.
	Purchases int
	Mean      float64
}

// Simulate draws one customer's mean spend for each number of purchases; equal seeds give equal
// customers. An invalid model gives one error and ends; a negative number gives an error in its place.
func (m GammaGamma) Simulate(seed uint64, purchases iter.Seq[int]) iter.Seq2[Spend, error] {
	return func(yield func(Spend, error) bool) {
		if err := m.Check(); err != nil {
			yield(Spend{}, err)
			return
		}
		place := 0
		for n := range purchases {
			var err error
			s := Spend{Purchases: n}
			if n < 0 || n > maxRepeats {
				s, err = Spend{}, &ParameterError{Name: "number of purchases", Value: float64(n), Want: "between 0 and 2^30"}
			} else if n > 0 {
				src := customerSource(seed, place)
				nu := drawGamma(src, m.Q, m.V)
				s.Mean = drawGamma(src, m.P*float64(n), nu) / float64(n)
			}
			if place++; !yield(s, err) {
				return
			}
		}
	}
}
