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

// CovariateGroup is the customers who share one vector of static covariates, such as their
// channel of acquisition coded as 0 and 1.
type CovariateGroup struct {
	// Z are the covariates; the same number in every group, finite, and best of order one.
	Z []float64
	// Patterns are the customers.
	Patterns *Patterns
}

// BGNBDCovariates is the BG/NBD with static covariates z, which stretch the distributions over
// customers:
//
//	alpha = alpha0 exp(-Buying . z)   (a positive coefficient means more purchases)
//	a = a0 exp(DropoutA . z)
//	b = b0 exp(DropoutB . z)
//
// Source: P. Fader and B. Hardie, Incorporating Time-Invariant Covariates into the Pareto/NBD and
// BG/NBD Models, 2007, section 3.
type BGNBDCovariates struct {
	// Base is the model at z = 0.
	Base BGNBD
	// Buying, DropoutA and DropoutB are the coefficients, one for each covariate.
	Buying, DropoutA, DropoutB []float64
}

// Parameters gives r, alpha, a, b, then the coefficients "buying[i]", "dropout a[i]", "dropout b[i]".
func (m BGNBDCovariates) Parameters() []Parameter {
	ps := m.Base.Parameters()
	ps = appendCoefficients(ps, "buying", m.Buying)
	ps = appendCoefficients(ps, "dropout a", m.DropoutA)
	return appendCoefficients(ps, "dropout b", m.DropoutB)
}

func appendCoefficients(ps []Parameter, name string, values []float64) []Parameter {
	for i, v := range values {
		ps = append(ps, Parameter{Name: fmt.Sprintf("%s[%d]", name, i), Value: v})
	}
	return ps
}

func (m BGNBDCovariates) withValues(v []float64) BGNBDCovariates {
	n := len(m.Buying)
	return BGNBDCovariates{
		Base: m.Base.withValues(v[:4]), Buying: slices.Clone(v[4 : 4+n]),
		DropoutA: slices.Clone(v[4+n : 4+2*n]), DropoutB: slices.Clone(v[4+2*n : 4+3*n]),
	}
}

// Check reports every parameter of Base that is out of range, coefficients that are not finite and
// vectors of different lengths, joined.
func (m BGNBDCovariates) Check() error {
	err := errors.Join(checkPositive(m.Parameters()), checkUnit(m.Base.Unit))
	if len(m.DropoutA) != len(m.Buying) || len(m.DropoutB) != len(m.Buying) {
		err = errors.Join(err, &ParameterError{Name: "number of coefficients", Value: float64(len(m.DropoutA)), Want: "the same for buying and dropout"})
	}
	return err
}

// For is the model of a customer with covariates z. A z of another length or one that is not finite
// is ErrParameter.
func (m BGNBDCovariates) For(z []float64) (BGNBD, error) {
	if err := errors.Join(m.Check(), checkCovariates(z, len(m.Buying))); err != nil {
		return BGNBD{}, err
	}
	out := m.Base
	out.Alpha *= math.Exp(-inner(m.Buying, z))
	out.A *= math.Exp(inner(m.DropoutA, z))
	out.B *= math.Exp(inner(m.DropoutB, z))
	return out, out.Check()
}

// ParetoNBDCovariates is the Pareto/NBD with static covariates z, which stretch the distributions
// over customers:
//
//	alpha = alpha0 exp(-Buying . z)    (a positive coefficient means more purchases)
//	beta = beta0 exp(-Dropout . z)     (a positive coefficient means earlier dropout)
//
// Source: P. Fader and B. Hardie, Incorporating Time-Invariant Covariates into the Pareto/NBD and
// BG/NBD Models, 2007, section 2.
type ParetoNBDCovariates struct {
	// Base is the model at z = 0.
	Base ParetoNBD
	// Buying and Dropout are the coefficients, one for each covariate.
	Buying, Dropout []float64
}

// Parameters gives r, alpha, s, beta, then the coefficients "buying[i]" and "dropout[i]".
func (m ParetoNBDCovariates) Parameters() []Parameter {
	ps := appendCoefficients(m.Base.Parameters(), "buying", m.Buying)
	return appendCoefficients(ps, "dropout", m.Dropout)
}

func (m ParetoNBDCovariates) withValues(v []float64) ParetoNBDCovariates {
	n := len(m.Buying)
	return ParetoNBDCovariates{
		Base: m.Base.withValues(v[:4]), Buying: slices.Clone(v[4 : 4+n]), Dropout: slices.Clone(v[4+n : 4+2*n]),
	}
}

// Check reports every parameter of Base that is out of range, coefficients that are not finite and
// vectors of different lengths, joined.
func (m ParetoNBDCovariates) Check() error {
	err := errors.Join(checkPositive(m.Parameters()), checkUnit(m.Base.Unit))
	if len(m.Dropout) != len(m.Buying) {
		err = errors.Join(err, &ParameterError{Name: "number of coefficients", Value: float64(len(m.Dropout)), Want: "the same for buying and dropout"})
	}
	return err
}

// For is the model of a customer with covariates z. A z of another length or one that is not finite
// is ErrParameter.
func (m ParetoNBDCovariates) For(z []float64) (ParetoNBD, error) {
	if err := errors.Join(m.Check(), checkCovariates(z, len(m.Buying))); err != nil {
		return ParetoNBD{}, err
	}
	out := m.Base
	out.Alpha *= math.Exp(-inner(m.Buying, z))
	out.Beta *= math.Exp(-inner(m.Dropout, z))
	return out, out.Check()
}

func inner(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func checkCovariates(z []float64, n int) error {
	if len(z) != n {
		return &ParameterError{Name: "number of covariates", Value: float64(len(z)), Want: fmt.Sprint(n)}
	}
	for _, v := range z {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &ParameterError{Name: "covariate", Value: v, Want: "finite"}
		}
	}
	return nil
}

// part is one group's likelihood and how its four parameters follow from all of them: on the
// estimation scale, parameter i of the group is the i-th of the base plus sign times z times each
// of the coefficients that begin at from.
type part struct {
	eval newton.Objective
	z    []float64
}

// link says that coefficients move one of the four base parameters.
type link struct {
	base int
	sign float64
}

// combine is the objective of all groups over the base parameters and one block of coefficients for each
// link; the groups' derivatives are carried over by the linear map between the scales.
func combine(parts []part, links []link, n int) newton.Objective {
	local := newton.Point{X: make([]float64, 4), Gradient: make([]float64, 4), Hessian: mat.NewSymDense(4, nil)}
	size := 4 + len(links)*n
	return func(at *newton.Point) {
		acc := make([]compensated, 1+size+size*(size+1)/2)
		for _, p := range parts {
			// design[j] moves base parameter owner[j] by weight[j].
			owner, weight := make([]int, size), make([]float64, size)
			for j := range 4 {
				owner[j], weight[j] = j, 1
			}
			for l, link := range links {
				for i, z := range p.z {
					owner[4+l*n+i], weight[4+l*n+i] = link.base, link.sign*z
				}
			}
			clear(local.X)
			for j := range size {
				local.X[owner[j]] += weight[j] * at.X[j]
			}
			p.eval(&local)
			acc[0].add(local.Value)
			k := 1 + size
			for i := range size {
				acc[1+i].add(weight[i] * local.Gradient[owner[i]])
				for j := i; j < size; j++ {
					acc[k].add(weight[i] * weight[j] * local.Hessian.At(owner[i], owner[j]))
					k++
				}
			}
		}
		at.Value = acc[0].sum()
		k := 1 + size
		for i := range size {
			at.Gradient[i] = acc[1+i].sum()
			for j := i; j < size; j++ {
				at.Hessian.SetSym(i, j, acc[k].sum())
				k++
			}
		}
	}
}

// covariateData checks the groups and lays them out.
type covariateData struct {
	grids     []*grid
	unit      Unit
	n         int
	customers float64
	patterns  int
}

func newCovariateData(groups []CovariateGroup) (covariateData, error) {
	var d covariateData
	if len(groups) == 0 {
		return d, ErrNoData
	}
	var faults []error
	for i, g := range groups {
		if g.Patterns == nil {
			return d, fmt.Errorf("group %d: %w", i, ErrNoData)
		}
		if i == 0 {
			d.unit, d.n = g.Patterns.unit, len(g.Z)
		}
		if g.Patterns.unit != d.unit {
			faults = append(faults, fmt.Errorf("group %d: %w: another unit of time", i, ErrMerge))
		}
		if err := checkCovariates(g.Z, d.n); err != nil {
			faults = append(faults, fmt.Errorf("group %d: %w", i, err))
		}
		if g.Patterns.total > 0 {
			d.customers += g.Patterns.total
			d.patterns += g.Patterns.cells.n
		}
	}
	faults = append(faults, checkUnit(d.unit))
	if err := errors.Join(faults...); err != nil {
		return d, err
	}
	for _, g := range groups {
		d.grids = append(d.grids, newGrid(g.Patterns))
	}
	return d, nil
}

// whole is a histogram of all groups, for the start of a search.
func whole(groups []CovariateGroup) (*Patterns, error) {
	p := NewPatterns(groups[0].Patterns.unit)
	for _, g := range groups {
		if err := p.Merge(g.Patterns); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// FitBGNBDCovariates estimates the BG/NBD with static covariates by maximum likelihood, or by the mode of
// the posterior density where the options carry priors. Customers with equal covariates belong into
// one group. A covariate that does not vary between groups, or is a combination of others, is a Fit
// whose status is not Converged. Errors: ErrNoData, ErrMerge for groups of different units,
// ErrParameter, and the context's.
func FitBGNBDCovariates(ctx context.Context, groups []CovariateGroup, opts *Options) (Fit[BGNBDCovariates], error) {
	d, err := newCovariateData(groups)
	if err != nil {
		return Fit[BGNBDCovariates]{}, err
	}
	all, err := whole(groups)
	if err != nil {
		return Fit[BGNBDCovariates]{}, err
	}
	plain, err := FitBGNBD(ctx, all, nil)
	if err != nil {
		return Fit[BGNBDCovariates]{}, err
	}
	var parts []part
	for i, g := range d.grids {
		if g.n > 0 {
			parts = append(parts, part{newGeometricKernel(g, 0, opts.workers()).eval, groups[i].Z})
		}
	}
	zero := make([]float64, d.n)
	start := BGNBDCovariates{Base: plain.Model, Buying: zero, DropoutA: zero, DropoutB: zero}
	second := start
	second.Base = BGNBD{R: 1, Alpha: newGrid(all).typicalAge(), A: 1, B: 1, Unit: d.unit}
	return problem[BGNBDCovariates]{
		start: start, second: second,
		objective: combine(parts, []link{{1, -1}, {2, 1}, {3, 1}}, d.n),
		customers: d.customers, patterns: d.patterns, opts: opts,
		limits: func(m BGNBDCovariates) []Finding { return geometricLimits(m.Base.shared(), newGrid(all)) },
	}.fit(ctx)
}

// FitParetoNBDCovariates estimates the Pareto/NBD with static covariates by maximum likelihood, or by the
// mode of the posterior density where the options carry priors. Customers with equal covariates belong
// into one group. A covariate that does not vary between groups, or is a combination of others, is a
// Fit whose status is not Converged. Errors: ErrNoData, ErrMerge for groups of different units,
// ErrParameter, and the context's.
func FitParetoNBDCovariates(ctx context.Context, groups []CovariateGroup, opts *Options) (Fit[ParetoNBDCovariates], error) {
	d, err := newCovariateData(groups)
	if err != nil {
		return Fit[ParetoNBDCovariates]{}, err
	}
	all, err := whole(groups)
	if err != nil {
		return Fit[ParetoNBDCovariates]{}, err
	}
	plain, err := FitParetoNBD(ctx, all, nil)
	if err != nil {
		return Fit[ParetoNBDCovariates]{}, err
	}
	var parts []part
	for i, g := range d.grids {
		if g.n > 0 {
			parts = append(parts, part{newParetoKernel(g, opts.workers()).eval, groups[i].Z})
		}
	}
	zero := make([]float64, d.n)
	start := ParetoNBDCovariates{Base: plain.Model, Buying: zero, Dropout: zero}
	second := start
	typical := newGrid(all).typicalAge()
	second.Base = ParetoNBD{R: 1, Alpha: typical, S: 1, Beta: typical, Unit: d.unit}
	return problem[ParetoNBDCovariates]{
		start: start, second: second,
		objective: combine(parts, []link{{1, -1}, {3, -1}}, d.n),
		customers: d.customers, patterns: d.patterns, opts: opts,
		limits: func(m ParetoNBDCovariates) []Finding { return paretoLimits(m.Base, newGrid(all)) },
	}.fit(ctx)
}
