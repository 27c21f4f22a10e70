package score

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// shapley shares R² by LMG: each driver's gain in R² averaged over all orders of the
// drivers. nil for more than [MostLMG] drivers.
//
// R² of every set is found by walking the tree of sets in which each child adds a later
// driver: a step eliminates one variable from those after it, so that the whole walk
// costs a few operations a set.
func shapley(cor [][]float64, with []float64) []float64 {
	p := len(cor)
	if p > MostLMG {
		return nil
	}
	w := walk{r2: make([]float64, 1<<p), matrices: make([][][]float64, p+1), withs: make([][]float64, p+1)}
	for i := range w.matrices {
		w.matrices[i], w.withs[i] = square(p), make([]float64, p)
	}
	for i := range cor {
		copy(w.matrices[0][i], cor[i])
	}
	copy(w.withs[0], with)
	w.visit(0, 0, 0)

	// weight[s] is s! (p-1-s)! / p!, the share of orders in which a given set of s
	// drivers comes just before a given other one.
	weight := make([]float64, p)
	for s := range weight {
		choose := 1.0
		for i := range s {
			choose = choose * float64(p-1-i) / float64(i+1)
		}
		weight[s] = 1 / (float64(p) * choose)
	}
	size := make([]uint8, 1<<p)
	for set := 1; set < 1<<p; set++ {
		size[set] = size[set>>1] + uint8(set&1) //nolint:gosec // 0 or 1
	}
	shares := make([]float64, p)
	for i := range shares {
		for set := range 1 << p {
			if set&(1<<i) == 0 {
				shares[i] += weight[size[set]] * (w.r2[set|1<<i] - w.r2[set])
			}
		}
		shares[i] = max(0, shares[i])
	}
	return shares
}

type walk struct {
	r2       []float64
	matrices [][][]float64 // by depth: residual correlations of the drivers not yet passed
	withs    [][]float64
}

// visit fills R² of every set that extends this one by drivers from next on.
func (w *walk) visit(set, next, depth int) {
	m, with := w.matrices[depth], w.withs[depth]
	p := len(with)
	for i := next; i < p; i++ {
		child := set | 1<<i
		w.r2[child] = w.r2[set]
		free := m[i][i] > tolerance // else the driver adds nothing
		if free {
			w.r2[child] += with[i] * with[i] / m[i][i]
		}
		if i+1 == p {
			continue
		}
		cm, cwith := w.matrices[depth+1], w.withs[depth+1]
		for a := i + 1; a < p; a++ {
			f := 0.0
			if free {
				f = m[i][a] / m[i][i]
			}
			for b := a; b < p; b++ {
				cm[a][b] = m[a][b] - f*m[i][b]
			}
			cwith[a] = with[a] - f*with[i]
		}
		w.visit(child, i+1, depth+1)
	}
}

// relativeWeights shares R² by Johnson's relative weights: with R = V D V', the
// counterparts of the drivers are correlated with them by Λ = V D^½ V', and the shares
// are Λ² times the squared coefficients Λ⁻¹ r (Johnson 2000, eq. 4). Directions without
// variance add nothing.
func relativeWeights(cor [][]float64, with []float64) (shares []float64, ok bool) {
	p := len(cor)
	m := mat.NewSymDense(p, nil)
	for i := range cor {
		for j := i; j < p; j++ {
			m.SetSym(i, j, cor[i][j])
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(m, true) {
		return nil, false
	}
	var v mat.Dense
	eigen.VectorsTo(&v)
	values := eigen.Values(nil)
	projected := make([]float64, p) // D^-½ V' r
	for k := range p {
		for i := range p {
			projected[k] += v.At(i, k) * with[i]
		}
		if values[k] > tolerance {
			projected[k] /= math.Sqrt(values[k])
		} else {
			projected[k], values[k] = 0, 0
		}
	}
	shares = make([]float64, p)
	for j := range p {
		beta := 0.0
		for k := range p {
			beta += v.At(j, k) * projected[k]
		}
		for i := range p {
			lambda := 0.0
			for k := range p {
				lambda += v.At(i, k) * math.Sqrt(values[k]) * v.At(j, k)
			}
			shares[i] += lambda * lambda * beta * beta
		}
	}
	return shares, true
}
