package score

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A factorFit finds the uniquenesses of one factor that lose least. Both methods' losses are
// sums over all eigenvalues but the largest of a matrix that depends on the uniquenesses, so
// that gradient and second derivatives follow from its eigenvectors (Jöreskog, Psychometrika
// 32 (1967) 443-482, for maximum likelihood).
type factorFit struct {
	cor        [][]float64
	low, high  float64 // bounds of the variables
	steps      int
	uniqueness func(x float64) float64
	variable   func(uniqueness float64) float64
	cell       func(i, j int, r float64, psi []float64) float64
	loss       func(p *factorPoint) float64
	slope      func(theta float64) float64          // of a smaller eigenvalue: minus the gradient's factor
	pair       func(theta float64) float64          // second derivatives: of pairs of smaller eigenvalues
	with       func(theta, largest float64) float64 // and of each with the largest
	scale      func(psi, first float64) float64     // squared loading over the squared element of the vector
}

const mostSteps = 1000

// likelihoodFit minimises Σ (theta - ln theta - 1) over the smaller eigenvalues of psi^-½ R
// psi^-½ in the logarithms of the uniquenesses, but for a constant.
func likelihoodFit(cor [][]float64) *factorFit {
	return &factorFit{
		cor: cor, low: math.Log(leastUniqueness), high: math.Inf(1), uniqueness: math.Exp, variable: math.Log,
		cell: func(i, j int, r float64, psi []float64) float64 { return r / math.Sqrt(psi[i]*psi[j]) },
		// Σ ln theta over all eigenvalues is ln det R - Σ ln psi, so that the smaller ones need no
		// logarithm, which a singular R has not.
		loss: func(p *factorPoint) float64 {
			loss, last := 0.0, len(p.x)-1
			for i, t := range p.values {
				if loss += p.x[i]; i < last {
					loss += t
				}
			}
			return loss + math.Log(max(p.values[last], 1e-300))
		},
		slope: func(t float64) float64 { return t - 1 },
		pair:  func(t float64) float64 { return t },
		with:  func(m, first float64) float64 { return (1 - m) * (first + m) / (first - m) },
		scale: func(psi, first float64) float64 { return psi * max(0, first-1) },
	}
}

// residualFit minimises half of Σ theta² over the smaller eigenvalues of R - psi, which is that
// of the squared residual correlations.
func residualFit(cor [][]float64) *factorFit {
	same := func(v float64) float64 { return v }
	return &factorFit{
		cor: cor, low: leastUniqueness, high: 1, uniqueness: same, variable: same,
		cell: func(i, j int, r float64, psi []float64) float64 {
			if i == j {
				return r - psi[i]
			}
			return r
		},
		loss: func(p *factorPoint) float64 {
			loss := 0.0
			for _, t := range p.values[:len(p.x)-1] {
				loss += t * t / 2
			}
			return loss
		},
		slope: same,
		pair:  func(float64) float64 { return 1 },
		with:  func(m, first float64) float64 { return -2 * m / (first - m) },
		scale: func(_, first float64) float64 { return max(0, first) },
	}
}

// A factorPoint is the fit at one set of uniquenesses; eigenvalues ascend.
type factorPoint struct {
	x, psi, values []float64
	vectors        mat.Dense
	loss           float64
}

// improper says that a uniqueness stands at its lower bound.
func (p *factorPoint) improper() bool { return slices.Min(p.psi) <= leastUniqueness }

func (f *factorFit) at(x []float64) (*factorPoint, error) {
	f.steps++
	k := len(x)
	p := &factorPoint{x: x, psi: make([]float64, k)}
	for i, v := range x {
		if p.psi[i] = f.uniqueness(v); v <= f.low {
			p.psi[i] = leastUniqueness // without the logarithm's rounding
		}
	}
	m := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			m.SetSym(i, j, f.cell(i, j, f.cor[i][j], p.psi))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(m, true) {
		return nil, faultInt(ErrNotConverged, "iterations", int64(f.steps), "the eigenvectors were not found")
	}
	eigen.VectorsTo(&p.vectors)
	p.values = eigen.Values(nil)
	p.loss = f.loss(p)
	return p, nil
}

// gradient is that of the loss in the variables, and its matrix of second derivatives.
func (f *factorFit) gradient(p *factorPoint) (g []float64, h *mat.SymDense) {
	k, last := len(p.x), len(p.x)-1
	g, h = make([]float64, k), mat.NewSymDense(k, nil)
	for i := range k {
		for m := range last {
			v := p.vectors.At(i, m)
			g[i] -= f.slope(p.values[m]) * v * v
		}
		for j := i; j < k; j++ {
			all, paired, mixed := 0.0, 0.0, 0.0
			for m := range last {
				both := p.vectors.At(i, m) * p.vectors.At(j, m)
				all += both
				paired += f.pair(p.values[m]) * both
				if gap := p.values[last] - p.values[m]; gap > 0 {
					mixed += f.with(p.values[m], p.values[last]) * both
				}
			}
			s := all*paired + mixed*p.vectors.At(i, last)*p.vectors.At(j, last)
			h.SetSym(i, j, s)
		}
	}
	return g, h
}

// best is the lowest of the minima that are reached from several starts: where no factor stands
// out, a loss has more than one. One inside the bounds goes before one in which an item is
// taken to be the factor.
func (f *factorFit) best() (*factorPoint, error) {
	var best *factorPoint
	var failed error
	for _, start := range startUniquenesses(f.cor) {
		p, err := f.minimise(start)
		if err != nil {
			failed = err
		} else if best == nil || p.improper() == best.improper() && p.loss < best.loss-1e-9 || !p.improper() && best.improper() {
			best = p
		}
	}
	if best == nil {
		return nil, failed
	}
	return best, nil
}

// minimise goes down from the starting uniquenesses by Newton steps, damped where they do not
// lead down (Levenberg and Marquardt), until they move no uniqueness by more than 1e-12.
func (f *factorFit) minimise(start []float64) (*factorPoint, error) {
	x := make([]float64, len(start))
	for i, u := range start {
		x[i] = min(max(f.variable(u), f.low), f.high)
	}
	p, err := f.at(x)
	if err != nil {
		return nil, err
	}
	damping := 0.0
	for range mostSteps {
		g, h := f.gradient(p)
		next, ok := f.step(p.x, g, h, damping)
		if !ok {
			damping = max(4*damping, 1e-6)
			continue
		}
		q, err := f.at(next)
		if err != nil {
			return nil, err
		}
		moved := 0.0
		for i, u := range q.psi {
			moved = max(moved, math.Abs(u-p.psi[i]))
		}
		if q.loss > p.loss+1e-14*(1+math.Abs(p.loss)) { // but for rounding
			if moved < 1e-10 { // too short for the loss to show
				return p, nil
			}
			damping = max(4*damping, 1e-6)
			continue
		}
		p = q
		if moved < 1e-12 && damping < 1e-3 {
			return p, nil
		}
		if damping /= 8; damping < 1e-9 {
			damping = 0
		}
	}
	return nil, faultInt(ErrNotConverged, "iterations", int64(f.steps), "the uniquenesses still move")
}

// step is where a damped Newton step leads within the bounds; ok is false where the second
// derivatives do not curve upward. A variable that stands at a bound and wants beyond it stays.
func (f *factorFit) step(x, g []float64, h *mat.SymDense, damping float64) (next []float64, ok bool) {
	var free []int
	for i, v := range x {
		if !(v <= f.low && g[i] > 0 || v >= f.high && g[i] < 0) {
			free = append(free, i)
		}
	}
	next = append([]float64(nil), x...)
	if len(free) == 0 {
		return next, true
	}
	m, down := mat.NewSymDense(len(free), nil), mat.NewVecDense(len(free), nil)
	for a, i := range free {
		down.SetVec(a, -g[i])
		for b, j := range free[a:] {
			m.SetSym(a, a+b, h.At(i, j))
		}
		m.SetSym(a, a, h.At(i, i)+damping)
	}
	var factor mat.Cholesky
	if !factor.Factorize(m) {
		return nil, false
	}
	var by mat.VecDense
	if err := factor.SolveVecTo(&by, down); err != nil && math.IsNaN(by.AtVec(0)) {
		return nil, false // a bad condition alone is for the damping to mend
	}
	for a, i := range free {
		v := x[i] + max(-1, min(1, by.AtVec(a)))
		next[i] = min(max(v, f.low), f.high)
	}
	return next, true
}

// loadings are the best ones for the uniquenesses.
func (f *factorFit) loadings(p *factorPoint) []float64 {
	last := len(p.x) - 1
	out := make([]float64, len(p.x))
	for i := range out {
		out[i] = math.Sqrt(f.scale(p.psi[i], p.values[last])) * p.vectors.At(i, last)
	}
	return out
}

// startUniquenesses are where the search starts, inside the bounds whatever the matrix: one
// minus the largest correlation of each item, and what is left of each item when one of the
// items (the first 24 at most) were the factor.
func startUniquenesses(cor [][]float64) [][]float64 {
	const least, mostItems = 0.1, 24
	nearest := make([]float64, len(cor))
	for i := range cor {
		best := 0.0
		for j := range cor {
			if j != i {
				best = max(best, math.Abs(cor[i][j]))
			}
		}
		nearest[i] = max(1-best, least)
	}
	starts := [][]float64{nearest}
	for _, row := range cor[:min(len(cor), mostItems)] {
		left := make([]float64, len(row))
		for j, r := range row {
			left[j] = max(1-r*r, least)
		}
		starts = append(starts, left)
	}
	return starts
}
