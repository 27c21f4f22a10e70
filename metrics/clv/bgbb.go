package clv

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// BGBB is the beta-geometric/beta-Bernoulli model for purchases at discrete opportunities, at most
// one each: a yearly appeal, a conference, a monthly order window.
//
// Assumptions:
//  1. At each opportunity while active, a customer buys with the customer's own probability p.
//  2. These vary over customers as Beta(alpha, beta).
//  3. At the beginning of each opportunity a customer drops out for good with the customer's own
//     probability theta.
//  4. These vary over customers as Beta(gamma, delta).
//  5. Both are independent.
//
// In its summaries T is the number of opportunities n after the first purchase, TX that of
// the last purchase, both whole numbers, and X at most TX.
//
// Source: P. Fader, B. Hardie and J. Shang, Customer-Base Analysis in a Discrete-Time
// Noncontractual Setting, Marketing Science 29(6), 2010.
//
// The zero value is not valid; see Check. A BGBB is comparable and safe for concurrent use.
type BGBB struct {
	// Alpha and Beta (alpha, beta) are the parameters of the buying probability's distribution.
	Alpha, Beta float64
	// Gamma and Delta (gamma, delta) are those of the dropout probability's distribution.
	Gamma, Delta float64
	// Unit is the time from one opportunity to the next, by which discount rates are converted.
	Unit Unit
}

// mostOpportunities bounds the opportunities of one history or horizon.
const mostOpportunities = 1 << 20

// Parameters gives alpha, beta, gamma and delta.
func (m BGBB) Parameters() []Parameter {
	return []Parameter{{"alpha", m.Alpha, true}, {"beta", m.Beta, true}, {"gamma", m.Gamma, true}, {"delta", m.Delta, true}}
}

func (m BGBB) withValues(v []float64) BGBB {
	return BGBB{Alpha: v[0], Beta: v[1], Gamma: v[2], Delta: v[3], Unit: m.Unit}
}

// Check reports every parameter that is not between 1e-30 and 1e30, and an invalid unit, joined.
func (m BGBB) Check() error { return checkModel(m.Parameters(), m.Unit) }

// checkOpportunities reports what is impossible about a summary in discrete time.
func checkOpportunities(s Summary) error {
	if err := s.Check(); err != nil {
		return err
	}
	why := ""
	switch {
	case s.T != math.Floor(s.T) || s.TX != math.Floor(s.TX):
		why = "opportunities are whole numbers"
	case s.T > mostOpportunities:
		why = "there are more than 2^20 opportunities"
	case float64(s.X) > s.TX:
		why = "more purchases than opportunities"
	default:
		return nil
	}
	return &SummaryError{Summary: s, Why: why}
}

func (m BGBB) checkCustomer(s Summary) error {
	if err := m.Check(); err != nil {
		return err
	}
	return checkOpportunities(s)
}

func checkCount(name string, n int) error {
	if n < 0 || n > mostOpportunities {
		return &ParameterError{Name: name, Value: float64(n), Want: "between 0 and 2^20"}
	}
	return nil
}

// logAliveTerm is the log-likelihood of the history together with being active at the last
// opportunity.
func (m BGBB) logAliveTerm(x, n float64) float64 {
	return m.logBuys(x, n) + special.LogRising(m.Delta, n) - special.LogRising(m.Gamma+m.Delta, n)
}

func (m BGBB) logBuys(x, n float64) float64 {
	return special.LogRising(m.Alpha, x) + special.LogRising(m.Beta, n-x) - special.LogRising(m.Alpha+m.Beta, n)
}

// logDeadOdds is the logarithm of the sum over the opportunities at which the customer may have
// dropped out, relative to being active at the last one.
func (m BGBB) logDeadOdds(x, tx, n float64) float64 {
	// From one opportunity back to the one before, the term changes by a factor; the first
	// is dropping out just before the last opportunity.
	last := n - 1
	log := math.Log(m.Gamma/(m.Delta+last)) + math.Log((m.Alpha+m.Beta+last)/(m.Beta+last-x))
	if last < tx {
		return math.Inf(-1)
	}
	sum := log
	for i := last; i > tx; i-- {
		log += math.Log((m.Gamma + m.Delta + i) / (m.Delta + i - 1) * ((m.Alpha + m.Beta + i - 1) / (m.Beta + i - 1 - x)))
		sum = special.LogSum(sum, log)
	}
	return sum
}

// LogLik is the log-likelihood of one customer's history (Fader, Hardie and Shang 2010,
// equation 5); the order of the purchases does not matter, so a pattern's binomial coefficient is
// not part of it. Errors: ErrParameter, ErrSummary.
func (m BGBB) LogLik(s Summary) (float64, error) {
	if err := m.checkCustomer(s); err != nil {
		return 0, err
	}
	return m.logAliveTerm(float64(s.X), s.T) + special.Log1pExp(m.logDeadOdds(float64(s.X), s.TX, s.T)), nil
}

// logAlive is ln P(active at opportunity T), and the odds of staying for the next.
func (m BGBB) logAlive(s Summary) float64 {
	return logAlive(m.logDeadOdds(float64(s.X), s.TX, s.T))
}

// PAlive is the probability that the customer will be active at the next opportunity, T+1
// (equation 11), between 0 and 1. Errors: ErrParameter, ErrSummary.
func (m BGBB) PAlive(s Summary) (float64, error) {
	l, err := m.LogPAlive(s)
	return math.Exp(l), err
}

// LogPAlive is the natural logarithm of PAlive. Errors: ErrParameter, ErrSummary.
func (m BGBB) LogPAlive(s Summary) (float64, error) {
	if err := m.checkCustomer(s); err != nil {
		return math.Inf(-1), err
	}
	return m.logAlive(s) + math.Log((m.Delta+s.T)/(m.Gamma+m.Delta+s.T)), nil
}

// after is the model of the future of a customer who is active at opportunity T.
func (m BGBB) after(s Summary) BGBB {
	x := float64(s.X)
	return BGBB{Alpha: m.Alpha + x, Beta: m.Beta + s.T - x, Gamma: m.Gamma, Delta: m.Delta + s.T, Unit: m.Unit}
}

// mean is the expected number of purchases in the next n opportunities of a new customer
// (equation 7), in a form without a pole at gamma = 1.
func (m BGBB) mean(n float64) float64 {
	if n == 0 {
		return 0
	}
	e := m.Gamma - 1
	rise := special.MeanDigamma(1+m.Delta+n, e) - special.MeanDigamma(1+m.Delta, e)
	return m.Alpha / (m.Alpha + m.Beta) * m.Delta * rise * special.Expm1Ratio(e*rise)
}

// Mean is the expected number of purchases of a new customer in the next n opportunities.
// Errors: ErrParameter.
func (m BGBB) Mean(n int) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	if err := checkCount("opportunities", n); err != nil {
		return 0, err
	}
	return m.mean(float64(n)), nil
}

// Expected is the expected number of purchases in the next n opportunities (equation 13), at least 0.
// Errors: ErrParameter, ErrSummary.
func (m BGBB) Expected(s Summary, n int) (float64, error) {
	if err := m.checkCustomer(s); err != nil {
		return 0, err
	}
	if err := checkCount("opportunities", n); err != nil {
		return 0, err
	}
	return math.Exp(m.logAlive(s)) * m.after(s).mean(float64(n)), nil
}

// Discounted is the expected number of purchases in the next n opportunities, the k-th next
// counted (1+d)^-k times, d the rate per Unit. Errors: ErrParameter, ErrSummary.
func (m BGBB) Discounted(s Summary, n int, r Rate) (float64, error) {
	if err := m.checkCustomer(s); err != nil {
		return 0, err
	}
	if err := checkCount("opportunities", n); err != nil {
		return 0, err
	}
	f := m.after(s)
	worth := math.Exp(-r.ContinuousPer(m.Unit))
	active, sum := 1.0, 0.0
	for k := range n {
		active *= worth * (f.Delta + float64(k)) / (f.Gamma + f.Delta + float64(k))
		sum += active
	}
	return math.Exp(m.logAlive(s)) * f.Alpha / (f.Alpha + f.Beta) * sum, nil
}

// DERT is the discounted expected residual transactions, Discounted without end (equation 14, as
// an expectation instead of a hypergeometric function). Without discount it needs gamma > 1, otherwise
// ErrUndefined. Errors also: ErrParameter, ErrSummary.
func (m BGBB) DERT(s Summary, r Rate) (float64, error) {
	if err := m.checkCustomer(s); err != nil {
		return 0, err
	}
	f := m.after(s)
	d := r.EffectivePer(m.Unit)
	if d == 0 && f.Gamma <= 1 {
		return 0, fmt.Errorf("%w: residual transactions are infinite without a discount at gamma = %g", ErrUndefined, f.Gamma)
	}
	sum := f.Delta / (f.Gamma + f.Delta) * special.BetaMean(f.Delta+1, f.Gamma, func(_, q float64) float64 { return 1 / (d + q) })
	if d == 0 {
		sum = f.Delta / (f.Gamma - 1)
	}
	return math.Exp(m.logAlive(s)) * f.Alpha / (f.Alpha + f.Beta) * sum, nil
}

// Probability is the probability that a new customer buys at exactly x of the next n
// opportunities (equation 8). Errors: ErrParameter.
func (m BGBB) Probability(x, n int) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	if err := checkCount("opportunities", n); err != nil {
		return 0, err
	}
	if err := checkCount("number of purchases", x); err != nil {
		return 0, err
	}
	return m.probability(float64(x), float64(n)), nil
}

func (m BGBB) probability(x, n float64) float64 {
	if x > n {
		return 0
	}
	p := math.Exp(special.LogChoose(n, x) + m.logAliveTerm(x, n))
	for i := x; i < n; i++ {
		p += math.Exp(special.LogChoose(i, x) + m.logBuys(x, i) + special.LogRising(m.Delta, i) -
			special.LogRising(m.Gamma+m.Delta, i) + math.Log(m.Gamma/(m.Gamma+m.Delta+i)))
	}
	return p
}

// ProbabilityAfter is the probability that the customer buys at exactly x of the next n
// opportunities. Errors: ErrParameter, ErrSummary.
func (m BGBB) ProbabilityAfter(s Summary, x, n int) (float64, error) {
	if err := m.checkCustomer(s); err != nil {
		return 0, err
	}
	p, err := m.after(s).Probability(x, n)
	if err != nil {
		return 0, err
	}
	log := m.logAlive(s)
	p *= math.Exp(log)
	if x == 0 {
		p -= math.Expm1(log)
	}
	return p, nil
}

// FitBGBB estimates the model by maximum likelihood, or by the mode of the posterior density
// where the options carry priors. The histogram's times are counts of opportunities, its unit the
// time between two. The verdict on the data is the Fit's Status and not an error; errors are ErrNoData
// for an empty histogram, ErrSummary where its patterns are impossible in discrete time,
// ErrParameter for the options or the unit, and the context's.
func FitBGBB(ctx context.Context, p *Patterns, opts *Options) (Fit[BGBB], error) {
	if err := checkUnit(p.unit); err != nil {
		return Fit[BGBB]{}, err
	}
	for i := range p.cells.n {
		c := p.cells.at(i)
		if err := checkOpportunities(Summary{X: int(c.x), TX: c.tx, T: c.t}); err != nil {
			return Fit[BGBB]{}, err
		}
	}
	g := newGrid(p)
	k := &opportunityKernel{grid: g, workers: opts.workers()}
	return problem[BGBB]{
		start:     BGBB{Alpha: 1, Beta: 1, Gamma: 1, Delta: 1, Unit: p.unit},
		second:    BGBB{Alpha: 0.5, Beta: 1, Gamma: 0.5, Delta: 5, Unit: p.unit},
		objective: k.eval, customers: g.n, patterns: len(g.rows), opts: opts,
		limits: func(m BGBB) []Finding { return opportunityLimits(m, g) },
	}.fit(ctx)
}

// opportunityKernel evaluates the log-likelihood of a histogram with gradient and Hessian in the
// logarithms of alpha, beta, gamma and delta.
type opportunityKernel struct {
	*grid
	workers                                int
	alpha, beta, sum, gamma, delta, dropIn []risen
}

// risen is ln Gamma(z+j) - ln Gamma(z) and its two derivatives in z.
type risen struct{ v, d, d2 float64 }

// risings tabulates risen for j = 0 .. n, reusing a slice.
func risings(into []risen, z float64, n int) []risen {
	into = append(into[:0], risen{})
	var r risen
	for j := range n {
		u := 1 / (z + float64(j))
		r.v += math.Log(z + float64(j))
		r.d += u
		r.d2 -= u * u
		into = append(into, r)
	}
	return into
}

func (k *opportunityKernel) eval(at *newton.Point) {
	v := [4]float64{math.Exp(at.X[0]), math.Exp(at.X[1]), math.Exp(at.X[2]), math.Exp(at.X[3])}
	n := int(k.ts[len(k.ts)-1])
	k.alpha, k.beta = risings(k.alpha, v[0], n), risings(k.beta, v[1], n)
	k.sum = risings(k.sum, v[0]+v[1], n)
	k.gamma, k.delta = risings(k.gamma, v[2], 1), risings(k.delta, v[3], n)
	k.dropIn = risings(k.dropIn, v[2]+v[3], n)
	sums := blockSums(len(k.rows), k.workers, kernelSums, func(from, to int, sum []float64) {
		for _, row := range k.rows[from:to] {
			k.addRow(int(k.xs[row.x]), int(k.txs[row.tx]), int(k.ts[row.t]), row.w, sum)
		}
	})
	spread(sums, v[:], at)
}

// addRow adds the logarithm of a sum of terms: active at n, or dropped out before opportunity i+1,
// i = tx .. n-1.
func (k *opportunityKernel) addRow(x, tx, n int, w float64, sum []float64) {
	peak := math.Inf(-1)
	for i := tx; i <= n; i++ {
		peak = math.Max(peak, k.term(x, i, n).v)
	}
	var total float64
	var g [4]float64
	var h [10]float64
	for i := tx; i <= n; i++ {
		t := k.term(x, i, n)
		e := math.Exp(t.v - peak)
		total += e
		at := 0
		for a := range 4 {
			g[a] += e * t.g[a]
			for b := a; b < 4; b++ {
				h[at] += e * (t.g[a]*t.g[b] + t.h[at])
				at++
			}
		}
	}
	sum[0] += w * (peak + math.Log(total))
	at := 0
	for a := range 4 {
		sum[1+a] += w * g[a] / total
		for b := a; b < 4; b++ {
			sum[5+at] += w * (h[at]/total - g[a]/total*g[b]/total)
			at++
		}
	}
}

type opportunityTerm struct {
	v float64
	g [4]float64
	h [10]float64
}

func (k *opportunityKernel) term(x, i, n int) opportunityTerm {
	a, b, c, d := k.alpha[x], k.beta[i-x], k.sum[i], k.delta[i]
	var left risen
	out := i
	if i < n {
		left, out = k.gamma[1], i+1
	}
	e := k.dropIn[out]
	return opportunityTerm{
		v: a.v + b.v - c.v + left.v + d.v - e.v,
		g: [4]float64{a.d - c.d, b.d - c.d, left.d - e.d, d.d - e.d},
		h: [10]float64{a.d2 - c.d2, -c.d2, 0, 0, b.d2 - c.d2, 0, 0, left.d2 - e.d2, -e.d2, d.d2 - e.d2},
	}
}
