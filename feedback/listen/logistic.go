package listen

import (
	"math"
	"math/rand/v2"
)

// Logistic regression with a squared penalty, solved in the dual one comment at a time
// (stochastic dual coordinate ascent, Shalev-Shwartz and Zhang, "Accelerated proximal
// stochastic dual coordinate ascent", 2014, option V). It has no learning rate, its
// optimum is one, and swapping all labels gives exactly the opposite weights: every
// step is an odd function of the labels.

// example is one comment ready for training.
type example struct {
	features []feature
	label    float64 // +1 or -1
	weight   float64
}

const (
	cost       = 4.0
	biasWeight = 0.25
	epochs     = 40
	settled    = 1e-3 // largest change of a dual variable in a round that ends the training
)

// weights are a model in training.
type weights struct {
	w    []float64 // by bucket
	bias float64
}

func (m *weights) margin(fs []feature) float64 {
	sum := m.bias * biasWeight
	for _, f := range fs {
		sum += float64(m.w[f.bucket] * float64(f.weight))
	}
	return sum
}

// fit trains on examples, which it visits in an order that the seed alone decides.
func fit(examples []example, seed uint64) *weights {
	m := &weights{w: make([]float64, buckets)}
	balance(examples)
	dual := make([]float64, len(examples))
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(seed, 0x1157E4))
	const square = 1 + biasWeight*biasWeight // of a feature vector with its bias
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		var largest float64
		for _, i := range order {
			e := &examples[i]
			// The loss weight*ln(1+exp(-y m)) is 1/gamma-smooth; penalty/n is one over cost.
			gamma := 4 / e.weight
			step := gamma / (cost*square + gamma)
			goal := e.weight * e.label / (1 + math.Exp(e.label*m.margin(e.features)))
			change := step * (goal - dual[i])
			dual[i] += change
			largest = max(largest, math.Abs(change))
			m.bias += float64(cost * change * biasWeight)
			for _, f := range e.features {
				m.w[f.bucket] += float64(cost * change * float64(f.weight))
			}
		}
		if largest < settled {
			break
		}
	}
	return m
}

// balance weighs both labels the same in sum.
func balance(examples []example) {
	var up, down float64
	for i := range examples {
		if examples[i].label > 0 {
			up++
		} else {
			down++
		}
	}
	for i := range examples {
		n := up
		if examples[i].label < 0 {
			n = down
		}
		examples[i].weight = (up + down) / (2 * n)
	}
}
