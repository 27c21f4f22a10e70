package clv

import (
	"context"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
)

// BGNBD is the beta-geometric/NBD model.
//
// Assumptions:
//  1. While active, a customer buys at random (Poisson) with the customer's own rate lambda.
//  2. The rates vary over customers as Gamma(shape r, rate alpha).
//  3. After each repeat purchase a customer drops out for good with the customer's own probability p.
//  4. The probabilities p vary over customers as Beta(a, b).
//  5. Rates and dropout probabilities are independent.
//
// Source: P. Fader, B. Hardie and K. L. Lee, "Counting Your Customers" the Easy Way: An Alternative to
// the Pareto/NBD Model, Marketing Science 24(2), 2005.
//
// The zero value is not valid; see Check. A BGNBD is comparable and safe for concurrent use.
type BGNBD struct {
	// R (r) is the shape of the gamma distribution of buying rates; smaller means more unequal.
	R float64
	// Alpha (alpha) is its rate, in units of time: R/Alpha is the mean number of purchases per unit.
	Alpha float64
	// A and B (a, b) are the parameters of the beta distribution of the dropout probability;
	// its mean is A/(A+B).
	A, B float64
	// Unit is the unit of Alpha and of every summary that the model is given.
	Unit Unit
}

var _ Transactions = BGNBD{}

// Parameters gives r, alpha, a and b.
func (m BGNBD) Parameters() []Parameter {
	return []Parameter{{"r", m.R, true}, {"alpha", m.Alpha, true}, {"a", m.A, true}, {"b", m.B, true}}
}

func (m BGNBD) withValues(v []float64) BGNBD {
	return BGNBD{R: v[0], Alpha: v[1], A: v[2], B: v[3], Unit: m.Unit}
}

// Check reports every parameter that is not between 1e-30 and 1e30, and an invalid unit, joined.
func (m BGNBD) Check() error {
	if positiveFinite(m.R) && positiveFinite(m.Alpha) && positiveFinite(m.A) && positiveFinite(m.B) && m.Unit.IsValid() {
		return nil
	}
	return checkModel(m.Parameters(), m.Unit)
}

// TimeUnit is the unit of the summaries that the model takes.
func (m BGNBD) TimeUnit() Unit { return m.Unit }

// LogLik is the log-likelihood of one customer's history (Fader, Hardie and Lee 2005, equation 6). The density of the
// purchase times has the dimension of time to the power of -x, so the value depends on the
// unit. Errors: ErrParameter, ErrSummary.
func (m BGNBD) LogLik(s Summary) (float64, error) { return customerLogLik(m, s) }

// PAlive is the probability that the customer is still active at T, between 0 and 1.
// A customer without a repeat purchase has had no chance to drop out and is active for certain;
// use MBGNBD or ParetoNBD where that is wrong.
// Errors: ErrParameter, ErrSummary.
func (m BGNBD) PAlive(s Summary) (float64, error) { return customerPAlive(m, s) }

// LogPAlive is the natural logarithm of PAlive, also where PAlive underflows to 0. Errors:
// ErrParameter, ErrSummary.
func (m BGNBD) LogPAlive(s Summary) (float64, error) { return customerLogPAlive(m, s) }

// Expected is the expected number of purchases in the horizon after T, at least 0 and rising
// with the horizon. It is computed as an integral over the dropout probability, so there is no
// pole at a = 1. Errors: ErrParameter, ErrSummary, and ErrUndefined for a horizon without
// end when a <= 1.
func (m BGNBD) Expected(s Summary, h Horizon) (float64, error) { return customerExpected(m, s, h) }

// Discounted is the expected number of purchases in the horizon after T, each discounted
// continuously from its time to T. Without end it is the discounted expected residual
// transactions (DERT); it then needs a discount or a > 1, otherwise ErrUndefined. Errors also:
// ErrParameter, ErrSummary.
func (m BGNBD) Discounted(s Summary, h Horizon, r Rate) (float64, error) {
	return customerDiscounted(m, s, h, r)
}

// DERT is the discounted expected residual transactions: Discounted without end. It needs a discount
// or a > 1, otherwise ErrUndefined. Errors also: ErrParameter, ErrSummary.
func (m BGNBD) DERT(s Summary, r Rate) (float64, error) { return m.Discounted(s, Unlimited(), r) }

// Mean is the expected number of repeat purchases of a new customer in the horizon (equation 9,
// in integral form).
// Errors: ErrParameter, and ErrUndefined for a horizon without end when a <= 1.
func (m BGNBD) Mean(h Horizon) (float64, error) { return newcomerMean(m, h) }

// Probability is the probability that a new customer makes exactly n repeat purchases in the
// horizon (equation 8). Errors: ErrParameter for a negative n or a horizon that is not finite.
func (m BGNBD) Probability(n int, h Horizon) (float64, error) { return newcomerProbability(m, n, h) }

// ProbabilityAfter is the probability that the customer makes exactly n purchases in the horizon
// after T, dropped out or not. Errors: ErrParameter for a negative n or a horizon that is not
// finite, ErrSummary.
func (m BGNBD) ProbabilityAfter(s Summary, n int, h Horizon) (float64, error) {
	return customerProbability(m, s, n, h)
}

func (m BGNBD) shared() betaGeometric {
	return betaGeometric{r: m.R, alpha: m.Alpha, a: m.A, b: m.B, extra: 0}
}

func (m BGNBD) logLik(x, tx, t float64) float64      { return m.shared().logLik(x, tx, t) }
func (m BGNBD) logDeadOdds(x, tx, t float64) float64 { return m.shared().logDeadOdds(x, tx, t) }
func (m BGNBD) prospect(x, t float64) prospect       { return m.shared().prospect(x, t) }
func (m BGNBD) newcomer() (float64, prospect)        { return m.shared().newcomer() }
func (m BGNBD) probability(n int, t float64) float64 { return m.shared().probability(n, t) }
func (m BGNBD) probabilityAlive(x, t float64, n int, h float64) float64 {
	return m.shared().probabilityAlive(x, t, n, h)
}

// FitBGNBD estimates the model by maximum likelihood, or by the mode of the posterior
// density where the options carry priors. The verdict on the data is the Fit's Status and not an
// error; errors are ErrNoData for an empty histogram, ErrParameter for the options or the
// unit, and the context's.
func FitBGNBD(ctx context.Context, p *Patterns, opts *Options) (Fit[BGNBD], error) {
	if err := checkUnit(p.unit); err != nil {
		return Fit[BGNBD]{}, err
	}
	g := newGrid(p)
	typical := g.typicalAge()
	k := newGeometricKernel(g, 0, opts.workers())
	var warm newton.Objective
	if thin := g.thinned(); thin != nil {
		warm = newGeometricKernel(thin, 0, opts.workers()).eval
	}
	return problem[BGNBD]{
		start:     BGNBD{R: 1, Alpha: typical, A: 1, B: 1, Unit: p.unit},
		second:    BGNBD{R: 0.2, Alpha: typical / 4, A: 0.3, B: 3, Unit: p.unit},
		objective: k.eval, warm: warm, customers: g.n, patterns: len(g.rows), opts: opts,
		limits: func(m BGNBD) []Finding { return geometricLimits(m.shared(), g) },
	}.fit(ctx)
}
