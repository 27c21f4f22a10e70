package clv

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
)

// Parameter is one parameter of a model.
type Parameter struct {
	// Name is the paper's symbol, such as "alpha"; a covariate's coefficient is named for what
	// it acts on, such as "buying[2]".
	Name string
	// Value is the parameter's value.
	Value float64
	// Positive says that the parameter is positive and is estimated on the log scale.
	Positive bool
}

// Estimable is the constraint of Fit: the models of this package.
type Estimable[M any] interface {
	// Parameters gives the model's parameters in their order.
	Parameters() []Parameter
	// Check reports what is wrong with the parameters.
	Check() error
	withValues(values []float64) M
}

// Prior is a normal distribution for the logarithm of one positive parameter (so a
// log-normal one for the parameter), or a normal one for a covariate's coefficient. Unlike a penalty on
// the parameter itself, it means the same in every unit of time that the median is stated in.
type Prior struct {
	// Parameter is the parameter's name.
	Parameter string
	// Median is the prior's median; positive where the parameter is.
	Median float64
	// LogSD is the standard deviation of the logarithm (of the coefficient itself for a
	// covariate); positive.
	LogSD float64
}

// Options are the options of a fit; nil means the defaults.
type Options struct {
	// Workers is the number of goroutines that evaluate the likelihood; they end before the
	// call returns. Any number gives the same bits. 0 means 1.
	Workers int
	// Priors turn the maximum likelihood estimate into the mode of the posterior density of the
	// parameters on the estimation scale. A parameter without one has a flat prior.
	Priors []Prior
}

// problem is a likelihood to maximise over parameters on the estimation scale.
type problem[M Estimable[M]] struct {
	start     M
	second    M // tried where the first start ends on a saddle
	objective newton.Objective
	warm      newton.Objective // on a part of the data, to start closer; may be nil
	customers float64
	patterns  int
	opts      *Options
	limits    func(M) []Finding // words for the edges that the estimate lies on
}

func (p problem[M]) fit(ctx context.Context) (Fit[M], error) {
	priors, err := matchPriors(p.start.Parameters(), p.opts)
	if err != nil {
		return Fit[M]{}, err
	}
	if !(p.customers > 0) {
		return Fit[M]{}, ErrNoData
	}
	objective := func(at *newton.Point) {
		p.objective(at)
		for _, q := range priors {
			q.add(at)
		}
	}
	start := toScale(p.start)
	if p.warm != nil {
		near, err := newton.Maximise(ctx, start, p.warm)
		if err != nil && !errors.Is(err, newton.ErrNotFinite) {
			return Fit[M]{}, err
		}
		if near.Stopped {
			start = near.X
		}
	}
	res, err := newton.Maximise(ctx, start, objective)
	if err != nil && !errors.Is(err, newton.ErrNotFinite) {
		return Fit[M]{}, err
	}
	if !res.Stopped {
		again, other := newton.Maximise(ctx, toScale(p.second), objective)
		if other != nil && !errors.Is(other, newton.ErrNotFinite) {
			return Fit[M]{}, other
		}
		evaluations := res.Evaluations + again.Evaluations
		if other == nil && (err != nil || again.Value > res.Value) {
			res, err = again, nil
		}
		res.Evaluations = evaluations
	}
	if err != nil {
		return Fit[M]{}, fmt.Errorf("%w: the likelihood of these data is beyond floating point", ErrNoFit)
	}
	return p.result(res, priors), nil
}

func (p problem[M]) result(res newton.Result, priors []indexedPrior) Fit[M] {
	f := Fit[M]{
		Model:       fromScale(p.start, res.X),
		LogLik:      res.Value,
		Customers:   p.customers,
		Patterns:    p.patterns,
		Gradient:    slices.Clone(res.Gradient),
		Decrement:   res.Decrement,
		Evaluations: res.Evaluations,
	}
	for _, q := range priors {
		f.LogPrior += q.density(res.X[q.at])
	}
	f.LogLik -= f.LogPrior
	f.diagnose(res, p.limits)
	return f
}

func toScale[M Estimable[M]](m M) []float64 {
	ps := m.Parameters()
	x := make([]float64, len(ps))
	for i, p := range ps {
		x[i] = p.Value
		if p.Positive {
			x[i] = math.Log(p.Value)
		}
	}
	return x
}

func fromScale[M Estimable[M]](like M, x []float64) M {
	v := slices.Clone(x)
	for i, p := range like.Parameters() {
		if p.Positive {
			v[i] = math.Exp(x[i])
		}
	}
	return like.withValues(v)
}

type indexedPrior struct {
	at       int
	mean, sd float64
}

func (q indexedPrior) density(x float64) float64 { z := (x - q.mean) / q.sd; return -z * z / 2 }

func (q indexedPrior) add(at *newton.Point) {
	at.Value += q.density(at.X[q.at])
	at.Gradient[q.at] -= (at.X[q.at] - q.mean) / (q.sd * q.sd)
	at.Hessian.SetSym(q.at, q.at, at.Hessian.At(q.at, q.at)-1/(q.sd*q.sd))
}

func matchPriors(ps []Parameter, opts *Options) ([]indexedPrior, error) {
	if opts == nil {
		return nil, nil
	}
	var faults []error
	var out []indexedPrior
	for _, prior := range opts.Priors {
		at := slices.IndexFunc(ps, func(p Parameter) bool { return p.Name == prior.Parameter })
		switch {
		case at < 0:
			faults = append(faults, &ParameterError{Name: "prior on " + clip(prior.Parameter), Value: prior.Median, Want: "the name of a parameter of the model"})
		case math.IsNaN(prior.Median) || math.IsInf(prior.Median, 0) || ps[at].Positive && prior.Median <= 0:
			faults = append(faults, &ParameterError{Name: "prior median of " + prior.Parameter, Value: prior.Median, Want: "finite, and positive where the parameter is"})
		case !(prior.LogSD > 0) || math.IsInf(prior.LogSD, 0):
			faults = append(faults, &ParameterError{Name: "prior LogSD of " + prior.Parameter, Value: prior.LogSD, Want: "positive and finite"})
		default:
			mean := prior.Median
			if ps[at].Positive {
				mean = math.Log(mean)
			}
			out = append(out, indexedPrior{at: at, mean: mean, sd: prior.LogSD})
		}
	}
	return out, errors.Join(faults...)
}

func (o *Options) workers() int {
	if o == nil {
		return 1
	}
	return max(1, o.Workers)
}

// logScale turns the gradient and Hessian with respect to positive parameters v into those
// with respect to their logarithms, in place.
func logScale(v []float64, g []float64, h *mat.SymDense) {
	for i := range v {
		for j := i; j < len(v); j++ {
			s := v[i] * v[j] * h.At(i, j)
			if i == j {
				s += v[i] * g[i]
			}
			h.SetSym(i, j, s)
		}
	}
	for i := range v {
		g[i] *= v[i]
	}
}

// checkPositive reports every parameter that is not finite, or positive and out of range.
func checkPositive(ps []Parameter) error {
	var faults []error
	for _, p := range ps {
		if p.Positive && !positiveFinite(p.Value) || math.IsInf(p.Value, 0) || math.IsNaN(p.Value) {
			faults = append(faults, &ParameterError{Name: p.Name, Value: p.Value, Want: "finite, and between 1e-30 and 1e30 where it is positive"})
		}
	}
	return errors.Join(faults...)
}

func checkUnit(u Unit) error {
	if !u.IsValid() {
		return &ParameterError{Name: "unit", Value: float64(u), Want: "one of the named units"}
	}
	return nil
}

// positiveFinite is the range of a positive parameter: far beyond anything that data can say, and near enough
// that no formula overflows.
func positiveFinite(v float64) bool { return v >= 1e-30 && v <= 1e30 }

func checkModel(ps []Parameter, u Unit) error {
	return errors.Join(checkPositive(ps), checkUnit(u))
}
