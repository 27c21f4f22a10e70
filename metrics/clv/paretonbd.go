package clv

import (
	"context"
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// ParetoNBD is the Pareto/NBD model.
//
// Assumptions:
//  1. While active, a customer buys at random (Poisson) with the customer's own rate lambda.
//  2. The rates vary over customers as Gamma(shape r, rate alpha).
//  3. Each customer drops out for good after an unseen lifetime that is exponential with the
//     customer's own rate mu.
//  4. The dropout rates vary over customers as Gamma(shape s, rate beta).
//  5. Both rates are independent.
//
// Sources: D. Schmittlein, D. Morrison and R. Colombo, Counting Your Customers: Who Are They and What
// Will They Do Next?, Management Science 33(1), 1987; P. Fader and B. Hardie, A Note on Deriving
// the Pareto/NBD Model and Related Expressions, 2005; for DERT, P. Fader, B. Hardie and K. L. Lee, RFM
// and CLV: Using Iso-value Curves for Customer Base Analysis, Journal of Marketing Research 42(4), 2005.
//
// The zero value is not valid; see Check. A ParetoNBD is comparable and safe for concurrent use.
type ParetoNBD struct {
	// R (r) is the shape of the gamma distribution of buying rates; smaller means more unequal.
	R float64
	// Alpha (alpha) is its rate, in units of time: R/Alpha is the mean number of purchases per unit.
	Alpha float64
	// S (s) is the shape of the gamma distribution of dropout rates.
	S float64
	// Beta (beta) is its rate, in units of time: S/Beta is the mean dropout rate per unit.
	Beta float64
	// Unit is the unit of Alpha, Beta and of every summary that the model is given.
	Unit Unit
}

var _ Transactions = ParetoNBD{}

// Parameters gives r, alpha, s and beta.
func (m ParetoNBD) Parameters() []Parameter {
	return []Parameter{{"r", m.R, true}, {"alpha", m.Alpha, true}, {"s", m.S, true}, {"beta", m.Beta, true}}
}

func (m ParetoNBD) withValues(v []float64) ParetoNBD {
	return ParetoNBD{R: v[0], Alpha: v[1], S: v[2], Beta: v[3], Unit: m.Unit}
}

// Check reports every parameter that is not between 1e-30 and 1e30, and an invalid unit, joined.
func (m ParetoNBD) Check() error {
	if positiveFinite(m.R) && positiveFinite(m.Alpha) && positiveFinite(m.S) && positiveFinite(m.Beta) && m.Unit.IsValid() {
		return nil
	}
	return checkModel(m.Parameters(), m.Unit)
}

// TimeUnit is the unit of the summaries that the model takes.
func (m ParetoNBD) TimeUnit() Unit { return m.Unit }

// LogLik is the log-likelihood of one customer's history (Fader and Hardie 2005, section 3). The
// density of the purchase times has the dimension of time to the power of -x, so the value depends on
// the unit. Errors: ErrParameter, ErrSummary.
func (m ParetoNBD) LogLik(s Summary) (float64, error) { return customerLogLik(m, s) }

// PAlive is the probability that the customer is still active at T, between 0 and 1; it is 1
// for a customer who bought at T. Errors: ErrParameter, ErrSummary.
func (m ParetoNBD) PAlive(s Summary) (float64, error) { return customerPAlive(m, s) }

// LogPAlive is the natural logarithm of PAlive, also where PAlive underflows to 0. Errors:
// ErrParameter, ErrSummary.
func (m ParetoNBD) LogPAlive(s Summary) (float64, error) { return customerLogPAlive(m, s) }

// Expected is the expected number of purchases in the horizon after T, at least 0 and rising
// with the horizon (Schmittlein, Morrison and Colombo 1987, equation 22, in a form without a pole at
// s = 1). Errors: ErrParameter, ErrSummary, and ErrUndefined for a horizon without end when s <= 1.
func (m ParetoNBD) Expected(s Summary, h Horizon) (float64, error) { return customerExpected(m, s, h) }

// Discounted is the expected number of purchases in the horizon after T, each discounted
// continuously from its time to T. Without end it is the discounted expected residual
// transactions (DERT; Fader, Hardie and Lee 2005, equation 2, in integral form instead of Kummer's
// function); it then needs a discount or s > 1, otherwise ErrUndefined. Errors also: ErrParameter,
// ErrSummary.
func (m ParetoNBD) Discounted(s Summary, h Horizon, r Rate) (float64, error) {
	return customerDiscounted(m, s, h, r)
}

// DERT is the discounted expected residual transactions: Discounted without end. It needs a discount
// or s > 1, otherwise ErrUndefined. Errors also: ErrParameter, ErrSummary.
func (m ParetoNBD) DERT(s Summary, r Rate) (float64, error) { return m.Discounted(s, Unlimited(), r) }

// Mean is the expected number of repeat purchases of a new customer in the horizon. Errors:
// ErrParameter, and ErrUndefined for a horizon without end when s <= 1.
func (m ParetoNBD) Mean(h Horizon) (float64, error) { return newcomerMean(m, h) }

// Probability is the probability that a new customer makes exactly n repeat purchases in the
// horizon, by integration over the time of dropping out (compare P. Fader and B. Hardie,
// Deriving an Expression for P(X(t) = x) Under the Pareto/NBD Model, 2006). Errors: ErrParameter
// for a negative n or a horizon that is not finite.
func (m ParetoNBD) Probability(n int, h Horizon) (float64, error) {
	return newcomerProbability(m, n, h)
}

// ProbabilityAfter is the probability that the customer makes exactly n purchases in the horizon
// after T, dropped out or not. Errors: ErrParameter for a negative n or a horizon that is not
// finite, ErrSummary.
func (m ParetoNBD) ProbabilityAfter(s Summary, n int, h Horizon) (float64, error) {
	return customerProbability(m, s, n, h)
}

func (m ParetoNBD) logLik(x, tx, t float64) float64 {
	return logPoissonGamma(m.R, m.Alpha, x, t) - m.S*math.Log1p(t/m.Beta) + special.Log1pExp(m.logDeadOdds(x, tx, t))
}

// logDeadOdds is the logarithm of the integral over the time y in (tx, T] of dropping out,
// s (alpha+T)^(r+x) (beta+T)^s (alpha+y)^-(r+x) (beta+y)^-(s+1).
func (m ParetoNBD) logDeadOdds(x, tx, t float64) float64 {
	if tx == t {
		return math.Inf(-1)
	}
	span := newTailSpan(m.R+x, m.Alpha, m.S, m.Beta, tx, t)
	nodes, panels := span.rule()
	step := span.width / float64(panels)
	var sum float64
	for i := range panels {
		start := float64(i) * step
		for _, n := range nodes {
			v := start + step*n.X
			sum += n.W * math.Exp(-span.nearPower*v-span.farPower*math.Log1p(span.ratio*math.Expm1(v)))
		}
	}
	return span.logScale + math.Log(step*sum)
}

func (m ParetoNBD) newcomer() (float64, prospect) { return 1, m.prospect(0, 0) }

// prospect: given that the customer is alive, lambda ~ Gamma(r+x, alpha+T) and mu ~ Gamma(s, beta+T).
func (m ParetoNBD) prospect(x, t float64) prospect {
	return paretoProspect{rate: (m.R + x) / (m.Alpha + t), z: m.Beta + t, s: m.S}
}

// paretoProspect buys at a mean rate for as long as the customer stays, and stays for t with
// probability (1 + t/z)^-s.
type paretoProspect struct{ rate, z, s float64 }

func (p paretoProspect) purchases(h float64) float64 {
	v, _ := purchaseMoment(h, 0, p.z, p.s)
	return p.rate * v
}

func (p paretoProspect) discounted(h, d float64) (float64, bool) {
	v, ok := purchaseMoment(h, d, p.z, p.s)
	return p.rate * v, ok
}

// probabilityAlive is that of a new customer of the model updated by what is known.
func (m ParetoNBD) probabilityAlive(x, t float64, n int, h float64) float64 {
	return ParetoNBD{R: m.R + x, Alpha: m.Alpha + t, S: m.S, Beta: m.Beta + t, Unit: m.Unit}.probability(n, h)
}

// probability integrates the negative binomial over the time y of dropping out.
func (m ParetoNBD) probability(n int, t float64) float64 {
	x := float64(n)
	if t == 0 {
		if n > 0 {
			return 0
		}
		return 1
	}
	stays := math.Exp(logNegativeBinomial(m.R, m.Alpha, x, t) - m.S*math.Log1p(t/m.Beta))
	scale := math.Min(m.Alpha, m.Beta)
	return stays + m.S*special.IntegrateConcave(math.Log1p(t/scale), func(v float64) float64 {
		// In v = ln(1 + y/scale) the logarithm of the integrand is concave.
		y := scale * math.Expm1(v)
		return logNegativeBinomial(m.R, m.Alpha, x, y) - m.S*math.Log1p(y/m.Beta) + math.Log((y+scale)/(m.Beta+y))
	})
}

// FitParetoNBD estimates the model by maximum likelihood, or by the mode of the posterior
// density where the options carry priors. The verdict on the data is the Fit's Status and not an
// error; errors are ErrNoData for an empty histogram, ErrParameter for the options or the
// unit, and the context's.
func FitParetoNBD(ctx context.Context, p *Patterns, opts *Options) (Fit[ParetoNBD], error) {
	if err := checkUnit(p.unit); err != nil {
		return Fit[ParetoNBD]{}, err
	}
	g := newGrid(p)
	typical := g.typicalAge()
	k := newParetoKernel(g, opts.workers())
	var warm newton.Objective
	if thin := g.thinned(); thin != nil {
		warm = newParetoKernel(thin, opts.workers()).eval
	}
	return problem[ParetoNBD]{
		start:     ParetoNBD{R: 1, Alpha: typical, S: 1, Beta: typical, Unit: p.unit},
		second:    ParetoNBD{R: 0.3, Alpha: typical / 4, S: 0.3, Beta: typical / 4, Unit: p.unit},
		objective: k.eval, warm: warm, customers: g.n, patterns: len(g.rows), opts: opts,
		limits: func(m ParetoNBD) []Finding { return paretoLimits(m, g) },
	}.fit(ctx)
}
