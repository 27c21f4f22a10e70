// Package newton maximises a smooth function of a few unconstrained variables by
// damped Newton steps with the exact gradient and Hessian.
//
// The stop is the Newton decrement, the gain that the quadratic model still promises: it
// does not change with the scale of the variables and it is in the unit of the function,
// which for a log-likelihood is what matters. See Boyd and Vandenberghe, Convex
// Optimization, 2004, section 9.5; the shift of an indefinite Hessian is Levenberg's.
package newton

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Point is a place where the objective was evaluated.
type Point struct {
	X        []float64
	Value    float64
	Gradient []float64
	Hessian  *mat.SymDense
}

// Objective fills the point's value, gradient and Hessian at its X. A value that is not
// finite makes the step shorter.
type Objective func(*Point)

// Result is where the search ended.
type Result struct {
	Point
	// Decrement is the gain that the quadratic model still promised at the end.
	Decrement float64
	// Evaluations counts the calls of the objective.
	Evaluations int
	// Stopped says that the decrement fell below the tolerance with a negative
	// definite Hessian.
	Stopped bool
}

// ErrNotFinite says that the objective has no finite value, gradient or Hessian at the start.
var ErrNotFinite = errors.New("newton: the objective is not finite at the start")

// The limits of a search.
const (
	tolerance  = 1e-12 // of the decrement, in the unit of the objective
	stepCap    = 2     // of any variable, in one step
	maxSteps   = 100
	maxHalving = 30
	// farthest is the distance from the start, in any variable, beyond which the search is
	// running away to an edge at infinity.
	farthest = 24
	// idle is the number of steps in a row without a gain beyond rounding that end a search.
	idle = 3
)

// Maximise searches from start. The context is asked between evaluations.
func Maximise(ctx context.Context, start []float64, f Objective) (Result, error) {
	n := len(start)
	at, next := newPoint(n), newPoint(n)
	copy(at.X, start)
	f(&at)
	res := Result{Point: at, Evaluations: 1}
	if !usable(&at) {
		return res, ErrNotFinite
	}
	step := make([]float64, n)
	still := 0
	for range maxSteps {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		definite := solve(at.Hessian, at.Gradient, step)
		res.Decrement = dot(at.Gradient, step) / 2
		if res.Decrement < tolerance {
			res.Stopped = definite
			break
		}
		shorten(step)
		slope := dot(at.Gradient, step)
		if !advance(&at, &next, step, slope, f, &res.Evaluations) {
			break
		}
		if next.Value-at.Value > noise(&at) {
			still = 0
		} else {
			still++
		}
		at, next = next, at
		if still == idle || distance(at.X, start) > farthest {
			solve(at.Hessian, at.Gradient, step)
			res.Decrement = dot(at.Gradient, step) / 2
			break
		}
	}
	if res.Stopped {
		for i := range at.X {
			at.X[i] += step[i]
		}
	}
	res.Point = at
	return res, nil
}

func newPoint(n int) Point {
	return Point{X: make([]float64, n), Gradient: make([]float64, n), Hessian: mat.NewSymDense(n, nil)}
}

// advance evaluates ever shorter steps until the value rises enough. Where the promised
// gain is below the noise of the value itself, a step that loses no more than that noise
// is taken.
func advance(at, next *Point, step []float64, slope float64, f Objective, evaluations *int) bool {
	scale := 1.0
	for range maxHalving {
		for i := range next.X {
			next.X[i] = at.X[i] + scale*step[i]
		}
		f(next)
		*evaluations++
		if usable(next) && next.Value >= at.Value+1e-4*scale*slope-noise(at) {
			return true
		}
		scale /= 2
	}
	return false
}

// noise is what rounding may do to the value.
func noise(p *Point) float64 { return 1e-14 * (1 + math.Abs(p.Value)) }

func distance(a, b []float64) float64 {
	var d float64
	for i := range a {
		d = math.Max(d, math.Abs(a[i]-b[i]))
	}
	return d
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func usable(p *Point) bool {
	if !finite(p.Value) {
		return false
	}
	for i, g := range p.Gradient {
		if !finite(g) {
			return false
		}
		for j := range p.Gradient {
			if !finite(p.Hessian.At(i, j)) {
				return false
			}
		}
	}
	return true
}

// solve finds the ascent step of the Hessian, shifted until it is negative definite, and
// says whether no shift was needed.
func solve(h *mat.SymDense, g, step []float64) bool {
	n := len(g)
	neg := mat.NewSymDense(n, nil)
	var largest float64
	for i := range n {
		for j := i; j < n; j++ {
			neg.SetSym(i, j, -h.At(i, j))
		}
		largest = math.Max(largest, math.Abs(h.At(i, i)))
	}
	out := mat.NewVecDense(n, step)
	var chol mat.Cholesky
	if chol.Factorize(neg) && chol.Cond() < 1e18 && chol.SolveVecTo(out, mat.NewVecDense(n, g)) == nil {
		return true
	}
	for shift := 1e-10 * (largest + 1e-12); ; shift *= 10 {
		for i := range n {
			neg.SetSym(i, i, -h.At(i, i)+shift)
		}
		if chol.Factorize(neg) && chol.Cond() < 1e12 && chol.SolveVecTo(out, mat.NewVecDense(n, g)) == nil {
			return false
		}
		if shift > 1e10*(largest+1) {
			copy(step, g)
			return false
		}
	}
}

func shorten(step []float64) {
	var longest float64
	for _, s := range step {
		longest = math.Max(longest, math.Abs(s))
	}
	if longest > stepCap {
		for i := range step {
			step[i] *= stepCap / longest
		}
	}
}

func dot(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
