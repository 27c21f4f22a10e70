package clv

import (
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// History is one simulated customer: everything that happened, and what nobody sees in real
// data. Times are ages since the first purchase in the model's unit.
type History struct {
	// Age is the age to which the customer was simulated.
	Age float64
	// Repeats are the ages of the repeat purchases, ascending, at most Age.
	Repeats []float64
	// Dropout is the age at which the customer dropped out, +Inf if not before Age.
	Dropout float64
}

// Summary is what is known of the customer at an age.
func (h History) Summary(age float64) Summary {
	n := h.seen(age)
	s := Summary{X: n, T: age}
	if n > 0 {
		s.TX = h.Repeats[n-1]
	}
	return s
}

// Purchases is the number of repeat purchases after the first age and up to the second.
func (h History) Purchases(after, to float64) int { return max(0, h.seen(to)-h.seen(after)) }

func (h History) seen(age float64) int {
	n, _ := slices.BinarySearchFunc(h.Repeats, age, func(v, age float64) int {
		if v <= age {
			return -1
		}
		return 1
	})
	return n
}

// Alive says whether the customer has not dropped out by an age.
func (h History) Alive(age float64) bool { return h.Dropout > age }

// Observed is the history as a shop sees it that only knows the day (or other step): ages are cut
// down to multiples of the step, purchases within one step are one, and those within the
// first step belong to the first purchase. A step that is not positive changes nothing.
func (h History) Observed(step float64) History {
	if !(step > 0) {
		return h
	}
	out := History{Age: math.Floor(h.Age/step) * step, Dropout: h.Dropout}
	for _, v := range h.Repeats {
		if v = math.Floor(v/step) * step; v > 0 && (len(out.Repeats) == 0 || out.Repeats[len(out.Repeats)-1] != v) {
			out.Repeats = append(out.Repeats, v)
		}
	}
	return out
}

// mostSimulated bounds the purchases of one simulated customer.
const mostSimulated = 1 << 24

// customerSource is the random stream of one customer: it depends on the seed and the
// customer's place only, so that more customers or other ages change nobody else.
func customerSource(seed uint64, place int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(place)))
}

func drawGamma(src *rand.Rand, shape, rate float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: rate, Src: src}.Rand()
}

func drawBeta(src *rand.Rand, a, b float64) float64 {
	u, v := drawGamma(src, a, 1), drawGamma(src, b, 1)
	if u+v == 0 { // both shapes so small that the draws underflow: the mass is at the ends
		if src.Float64() < a/(a+b) {
			return 1
		}
		return 0
	}
	return u / (u + v)
}

// simulate draws one customer per age with draw, which fills the repeats up to the age.
func simulate(seed uint64, check error, ages iter.Seq[float64], draw func(src *rand.Rand, h *History)) iter.Seq2[History, error] {
	return func(yield func(History, error) bool) {
		if check != nil {
			yield(History{}, check)
			return
		}
		place := 0
		for age := range ages {
			h := History{Age: age, Dropout: math.Inf(1)}
			var err error
			if !(age >= 0) || math.IsInf(age, 1) {
				err = &ParameterError{Name: "age", Value: age, Want: "at least 0 and finite"}
			} else {
				draw(customerSource(seed, place), &h)
			}
			if place++; !yield(h, err) {
				return
			}
		}
	}
}

// buy draws purchases at the rate until the age or until stop, asked after each, says so.
func (h *History) buy(src *rand.Rand, rate, until float64, stop func() bool) {
	for t := src.ExpFloat64() / rate; t <= until && len(h.Repeats) < mostSimulated; t += src.ExpFloat64() / rate {
		h.Repeats = append(h.Repeats, t)
		if stop != nil && stop() {
			h.Dropout = t
			return
		}
	}
}

func (m betaGeometric) draw(src *rand.Rand, h *History) {
	rate, p := drawGamma(src, m.r, m.alpha), drawBeta(src, m.a, m.b)
	if m.extra > 0 && src.Float64() < p {
		h.Dropout = 0
		return
	}
	h.buy(src, rate, h.Age, func() bool { return src.Float64() < p })
}

// Simulate draws one customer for each age, to that age; equal seeds give equal customers. An
// invalid model gives one error and ends; an age that is negative or not finite gives an
// error in its place.
func (m BGNBD) Simulate(seed uint64, ages iter.Seq[float64]) iter.Seq2[History, error] {
	return simulate(seed, m.Check(), ages, m.shared().draw)
}

// Simulate draws one customer for each age, to that age; equal seeds give equal customers. An
// invalid model gives one error and ends; an age that is negative or not finite gives an
// error in its place.
func (m MBGNBD) Simulate(seed uint64, ages iter.Seq[float64]) iter.Seq2[History, error] {
	return simulate(seed, m.Check(), ages, m.shared().draw)
}

// Simulate draws one customer for each age, to that age; equal seeds give equal customers. An
// invalid model gives one error and ends; an age that is negative or not finite gives an
// error in its place.
func (m ParetoNBD) Simulate(seed uint64, ages iter.Seq[float64]) iter.Seq2[History, error] {
	return simulate(seed, m.Check(), ages, func(src *rand.Rand, h *History) {
		rate, dropout := drawGamma(src, m.R, m.Alpha), drawGamma(src, m.S, m.Beta)
		left := src.ExpFloat64() / dropout
		if left <= h.Age {
			h.Dropout = left
		}
		h.buy(src, rate, math.Min(left, h.Age), nil)
	})
}
