package clv

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// ShiftedBetaGeometric is the shifted beta-geometric (sBG) model of contract renewal.
//
// Assumptions: a customer ends the contract at each renewal with the customer's own constant
// probability theta; these vary over customers as Beta(alpha, beta). Retention then rises with
// age although nobody changes, because those who leave easily leave first.
//
// Sources: P. Fader and B. Hardie, How to Project Customer Retention, Journal of Interactive
// Marketing 21(1), 2007; for DEL and DERL, P. Fader and B. Hardie, Customer-Base Valuation in a
// Contractual Setting: The Perils of Ignoring Heterogeneity, Marketing Science 29(1), 2010.
//
// The zero value is not valid; see Check. It is comparable and safe for concurrent use.
type ShiftedBetaGeometric struct {
	// Alpha and Beta (alpha, beta) are the parameters of the distribution of the probability of
	// leaving; its mean is Alpha/(Alpha+Beta).
	Alpha, Beta float64
	// Unit is the length of a contract period.
	Unit Unit
}

// Parameters gives alpha and beta.
func (m ShiftedBetaGeometric) Parameters() []Parameter {
	return []Parameter{{"alpha", m.Alpha, true}, {"beta", m.Beta, true}}
}

func (m ShiftedBetaGeometric) withValues(v []float64) ShiftedBetaGeometric {
	return ShiftedBetaGeometric{Alpha: v[0], Beta: v[1], Unit: m.Unit}
}

// Check reports every parameter that is not between 1e-30 and 1e30, and an invalid unit, joined.
func (m ShiftedBetaGeometric) Check() error { return checkModel(m.Parameters(), m.Unit) }

func (m ShiftedBetaGeometric) checkPeriod(t, least int) error {
	if err := m.Check(); err != nil {
		return err
	}
	return checkPeriod(t, least)
}

func checkPeriod(t, least int) error {
	if t < least || t > 1<<30 {
		return &ParameterError{Name: "renewal", Value: float64(t), Want: fmt.Sprintf("between %d and 2^30", least)}
	}
	return nil
}

func (m ShiftedBetaGeometric) logSurvival(t float64) float64 {
	return special.LogBetaRise(m.Alpha, m.Beta, t)
}

// Survival is the probability that a new customer survives t renewals, t at least 0. Errors:
// ErrParameter.
func (m ShiftedBetaGeometric) Survival(t int) (float64, error) {
	if err := m.checkPeriod(t, 0); err != nil {
		return 0, err
	}
	return math.Exp(m.logSurvival(float64(t))), nil
}

// Churn is the probability that a new customer leaves at the t-th renewal, t at least 1 (Fader
// and Hardie 2007, equation 5). Errors: ErrParameter.
func (m ShiftedBetaGeometric) Churn(t int) (float64, error) {
	if err := m.checkPeriod(t, 1); err != nil {
		return 0, err
	}
	x := float64(t - 1)
	return math.Exp(m.logSurvival(x)) * m.Alpha / (m.Alpha + m.Beta + x), nil
}

// Retention is the share of those who came to the t-th renewal that renew, t at least 1
// (equation 8). Errors: ErrParameter.
func (m ShiftedBetaGeometric) Retention(t int) (float64, error) {
	if err := m.checkPeriod(t, 1); err != nil {
		return 0, err
	}
	x := float64(t - 1)
	return (m.Beta + x) / (m.Alpha + m.Beta + x), nil
}

// DEL is the discounted expected lifetime of a new customer in periods, the first, paid at once,
// included. Without discount it needs alpha > 1, otherwise ErrUndefined. Errors also: ErrParameter.
func (m ShiftedBetaGeometric) DEL(r Rate) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	return m.lifetime(0, r)
}

// DERL is the discounted expected residual lifetime, in periods, of a customer who is in the n-th
// period and about to decide on the n-th renewal, n at least 1; the period that this renewal would
// buy counts in full. Without discount it needs alpha > 1, otherwise ErrUndefined. Errors also:
// ErrParameter.
func (m ShiftedBetaGeometric) DERL(n int, r Rate) (float64, error) {
	if err := m.checkPeriod(n, 1); err != nil {
		return 0, err
	}
	x := float64(n - 1)
	v, err := m.lifetime(x+1, r)
	return (m.Beta + x) / (m.Alpha + m.Beta + x) * v, err
}

// lifetime is the discounted expected lifetime of a customer who has just survived t renewals: the
// mean of (1+d)/(d+theta) over the probabilities of leaving that are left.
func (m ShiftedBetaGeometric) lifetime(t float64, r Rate) (float64, error) {
	d := r.EffectivePer(m.Unit)
	if d > 0 {
		return special.BetaMean(m.Alpha, m.Beta+t, func(p, _ float64) float64 { return (1 + d) / (d + p) }), nil
	}
	if m.Alpha <= 1 {
		return 0, fmt.Errorf("%w: the expected lifetime is infinite without a discount at alpha = %g", ErrUndefined, m.Alpha)
	}
	return (m.Alpha + m.Beta + t - 1) / (m.Alpha - 1), nil
}

// FitShiftedBetaGeometric estimates the model by maximum likelihood, or by the mode of the
// posterior density where the options carry priors. The verdict on the data is the Fit's Status and
// not an error; errors are ErrNoData, ErrParameter for the options or the unit, and the context's.
func FitShiftedBetaGeometric(ctx context.Context, data *Renewals, opts *Options) (Fit[ShiftedBetaGeometric], error) {
	if err := checkUnit(data.unit); err != nil {
		return Fit[ShiftedBetaGeometric]{}, err
	}
	return problem[ShiftedBetaGeometric]{
		start:     ShiftedBetaGeometric{Alpha: 1, Beta: 1, Unit: data.unit},
		second:    ShiftedBetaGeometric{Alpha: 0.3, Beta: 3, Unit: data.unit},
		objective: func(at *newton.Point) { shiftedObjective(data, at) },
		customers: data.total, patterns: data.kinds(), opts: opts,
		limits: func(m ShiftedBetaGeometric) []Finding { return contractLimits(m.Alpha, m.Beta, data) },
	}.fit(ctx)
}

// shiftedObjective runs through the periods once with running sums.
func shiftedObjective(data *Renewals, at *newton.Point) {
	a, b := math.Exp(at.X[0]), math.Exp(at.X[1])
	var acc [6]compensated
	add := func(w float64, terms [6]float64) {
		for i, v := range terms {
			acc[i].add(w * v)
		}
	}
	var s chanceTerms // of surviving t renewals
	for t := range data.lastPeriod() + 1 {
		if t < len(data.active) {
			add(data.active[t], [6]float64{s.logLik, s.a, s.b, s.aa, s.ab, s.bb})
		}
		bt, ct := b+float64(t), a+b+float64(t)
		if t+1 < len(data.lost) {
			v := 1 / ct
			add(data.lost[t+1], [6]float64{
				s.logLik + math.Log(a/ct), s.a + 1/a - v, s.b - v,
				s.aa - 1/(a*a) + v*v, s.ab + v*v, s.bb + v*v,
			})
		}
		s.chance(a, bt, ct)
	}
	sums := make([]float64, len(acc))
	for i := range acc {
		sums[i] = acc[i].sum()
	}
	spread(sums, []float64{a, b}, at)
}

// BetaDiscreteWeibull is the beta-discrete-Weibull (BdW) model of contract renewal: the shifted
// beta-geometric with a customer's own probability of leaving that changes with age. A customer
// survives t renewals with probability (1-theta)^(t^c), theta ~ Beta(alpha, beta); c above 1 means that
// the customer's own risk rises, below 1 that it falls, 1 that it is constant.
//
// Source: P. Fader, B. Hardie, Y. Liu, J. Davin and T. Steenburgh, "How to Project Customer
// Retention" Revisited: The Role of Duration Dependence, Journal of Interactive Marketing 43, 2018.
//
// The zero value is not valid; see Check. It is comparable and safe for concurrent use.
type BetaDiscreteWeibull struct {
	// Alpha and Beta (alpha, beta) are the parameters of the distribution of theta.
	Alpha, Beta float64
	// C (c) is the exponent of duration dependence.
	C float64
	// Unit is the length of a contract period.
	Unit Unit
}

// Parameters gives alpha, beta and c.
func (m BetaDiscreteWeibull) Parameters() []Parameter {
	return []Parameter{{"alpha", m.Alpha, true}, {"beta", m.Beta, true}, {"c", m.C, true}}
}

func (m BetaDiscreteWeibull) withValues(v []float64) BetaDiscreteWeibull {
	return BetaDiscreteWeibull{Alpha: v[0], Beta: v[1], C: v[2], Unit: m.Unit}
}

// Check reports every parameter that is not between 1e-30 and 1e30, and an invalid unit, joined.
func (m BetaDiscreteWeibull) Check() error { return checkModel(m.Parameters(), m.Unit) }

func (m BetaDiscreteWeibull) checkPeriod(t, least int) error {
	if err := m.Check(); err != nil {
		return err
	}
	return checkPeriod(t, least)
}

func (m BetaDiscreteWeibull) logSurvival(t float64) float64 {
	if t == 0 {
		return 0
	}
	n := math.Pow(t, m.C)
	return special.LogBetaRise(m.Alpha, m.Beta, n)
}

// Survival is the probability that a new customer survives t renewals, t at least 0. Errors:
// ErrParameter.
func (m BetaDiscreteWeibull) Survival(t int) (float64, error) {
	if err := m.checkPeriod(t, 0); err != nil {
		return 0, err
	}
	return math.Exp(m.logSurvival(float64(t))), nil
}

// Churn is the probability that a new customer leaves at the t-th renewal, t at least 1. Errors:
// ErrParameter.
func (m BetaDiscreteWeibull) Churn(t int) (float64, error) {
	if err := m.checkPeriod(t, 1); err != nil {
		return 0, err
	}
	before, after := m.logSurvival(float64(t-1)), m.logSurvival(float64(t))
	return -math.Exp(before) * math.Expm1(after-before), nil
}

// Retention is the share of those who came to the t-th renewal that renew, t at least 1. Errors:
// ErrParameter.
func (m BetaDiscreteWeibull) Retention(t int) (float64, error) {
	if err := m.checkPeriod(t, 1); err != nil {
		return 0, err
	}
	return math.Exp(m.logSurvival(float64(t)) - m.logSurvival(float64(t-1))), nil
}

// DEL is the discounted expected lifetime of a new customer in periods, the first, paid at once,
// included. It needs a discount, otherwise ErrUndefined. Errors also: ErrParameter.
func (m BetaDiscreteWeibull) DEL(r Rate) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	return m.lifetime(0, 0, r)
}

// DERL is the discounted expected residual lifetime, in periods, of a customer who is in the n-th
// period and about to decide on the n-th renewal, n at least 1; the period that this renewal would
// buy counts in full. It needs a discount, otherwise ErrUndefined. Errors also: ErrParameter.
func (m BetaDiscreteWeibull) DERL(n int, r Rate) (float64, error) {
	if err := m.checkPeriod(n, 1); err != nil {
		return 0, err
	}
	return m.lifetime(float64(n-1), float64(n), r)
}

// directTerms is the number of periods that lifetime adds up one by one; the rest is the integral with
// the end corrections of Euler and Maclaurin.
const directTerms = 512

// lifetime is the sum over t >= from of S(t)/S(given) (1+d)^(from-t).
func (m BetaDiscreteWeibull) lifetime(given, from float64, r Rate) (float64, error) {
	force := r.ContinuousPer(m.Unit)
	if force == 0 {
		return 0, fmt.Errorf("%w: the expected lifetime needs a discount", ErrUndefined)
	}
	base := m.logSurvival(given)
	term := func(t float64) float64 { return math.Exp(m.logSurvival(t) - base - force*(t-from)) }
	var acc compensated
	for i := range directTerms {
		v := term(from + float64(i))
		acc.add(v)
		if v < 1e-18*acc.s {
			return acc.sum(), nil
		}
	}
	start := from + directTerms
	tail := special.Integrate(0, math.Log1p(45/force/start), 0.5, func(u float64) float64 {
		t := start * math.Exp(u)
		return t * term(t)
	})
	slope := (term(start+1) - term(start-1)) / 2
	return acc.sum() + tail + term(start)/2 - slope/12, nil
}

// FitBetaDiscreteWeibull estimates the model by maximum likelihood, or by the mode of the
// posterior density where the options carry priors. The verdict on the data is the Fit's Status and
// not an error; errors are ErrNoData, ErrParameter for the options or the unit, and the context's.
func FitBetaDiscreteWeibull(ctx context.Context, data *Renewals, opts *Options) (Fit[BetaDiscreteWeibull], error) {
	if err := checkUnit(data.unit); err != nil {
		return Fit[BetaDiscreteWeibull]{}, err
	}
	return problem[BetaDiscreteWeibull]{
		start:     BetaDiscreteWeibull{Alpha: 1, Beta: 1, C: 1, Unit: data.unit},
		second:    BetaDiscreteWeibull{Alpha: 0.3, Beta: 1, C: 1.5, Unit: data.unit},
		objective: func(at *newton.Point) { weibullObjective(data, at) },
		customers: data.total, patterns: data.kinds(), opts: opts,
		limits: func(m BetaDiscreteWeibull) []Finding { return contractLimits(m.Alpha, m.Beta, data) },
	}.fit(ctx)
}

// survivalJet is ln S(t) with its derivatives in alpha, beta and c (upper triangle).
type survivalJet struct {
	v float64
	g [3]float64
	h [6]float64
}

func (m BetaDiscreteWeibull) jet(t float64) survivalJet {
	if t == 0 {
		return survivalJet{}
	}
	log := math.Log(t)
	n := math.Pow(t, m.C)
	n1, n2 := n*log, n*log*log // derivatives in c
	b, c := m.Beta, m.Alpha+m.Beta
	db, dc := special.DigammaRise(b, n), special.DigammaRise(c, n)
	tb1, tc1 := special.Trigamma(b+n), special.Trigamma(c+n)
	tb, tc := tb1-special.Trigamma(b), tc1-special.Trigamma(c)
	byN := -special.DigammaRise(b+n, m.Alpha)
	return survivalJet{
		v: special.LogBetaRise(m.Alpha, b, n),
		g: [3]float64{-dc, db - dc, byN * n1},
		h: [6]float64{-tc, -tc, -tc1 * n1, tb - tc, (tb1 - tc1) * n1, (tb1-tc1)*n1*n1 + byN*n2},
	}
}

func weibullObjective(data *Renewals, at *newton.Point) {
	v := []float64{math.Exp(at.X[0]), math.Exp(at.X[1]), math.Exp(at.X[2])}
	m := BetaDiscreteWeibull{Alpha: v[0], Beta: v[1], C: v[2]}
	var acc [10]compensated
	var before survivalJet
	for t := range data.lastPeriod() + 1 {
		now := m.jet(float64(t))
		if t < len(data.active) && data.active[t] > 0 {
			now.addTo(&acc, data.active[t])
		}
		if t < len(data.lost) && data.lost[t] > 0 {
			lost := before.minus(now)
			lost.addTo(&acc, data.lost[t])
		}
		before = now
	}
	sums := make([]float64, len(acc))
	for i := range acc {
		sums[i] = acc[i].sum()
	}
	spread(sums, v, at)
}

func (j survivalJet) addTo(acc *[10]compensated, w float64) {
	acc[0].add(w * j.v)
	for i, v := range j.g {
		acc[1+i].add(w * v)
	}
	for i, v := range j.h {
		acc[4+i].add(w * v)
	}
}

// minus is ln(e^j - e^k) with its derivatives, for k below j.
func (j survivalJet) minus(k survivalJet) survivalJet {
	d := k.v - j.v
	rest := -math.Expm1(d)
	d1 := -math.Exp(d) / rest // derivatives of ln(1 - e^d) in d
	d2 := d1 / rest
	out := survivalJet{v: j.v + math.Log(rest)}
	at := 0
	for a := range 3 {
		ga := k.g[a] - j.g[a]
		out.g[a] = j.g[a] + d1*ga
		for b := a; b < 3; b++ {
			gb := k.g[b] - j.g[b]
			out.h[at] = j.h[at] + d1*(k.h[at]-j.h[at]) + d2*ga*gb
			at++
		}
	}
	return out
}
