package clv

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// GammaGamma is the Gamma-Gamma model of spend per purchase.
//
// Assumptions: the values of a customer's purchases vary as Gamma(shape p, rate nu) around the
// customer's own mean; nu varies over customers as Gamma(shape q, rate gamma); spend does not
// depend on how often a customer buys (see SpendData.Correlation).
//
// Source: P. Fader and B. Hardie, The Gamma-Gamma Model of Monetary Value, 2013; P. Fader, B. Hardie
// and K. L. Lee, RFM and CLV, Journal of Marketing Research 42(4), 2005.
//
// The zero value is not valid; see Check. It is comparable and safe for concurrent use.
type GammaGamma struct {
	// P (p) is the shape of the distribution of a customer's purchase values.
	P float64
	// Q (q) is the shape of the distribution of nu over customers. At q <= 1 the mean over all
	// customers does not exist.
	Q float64
	// V (gamma, in some papers v) is its rate, in money.
	V float64
}

// Parameters gives p, q and v.
func (m GammaGamma) Parameters() []Parameter {
	return []Parameter{{"p", m.P, true}, {"q", m.Q, true}, {"v", m.V, true}}
}

func (GammaGamma) withValues(v []float64) GammaGamma { return GammaGamma{P: v[0], Q: v[1], V: v[2]} }

// Check reports every parameter that is not between 1e-30 and 1e30, joined.
func (m GammaGamma) Check() error { return checkPositive(m.Parameters()) }

func (m GammaGamma) checkSpend(n int, mean float64, least int) error {
	if err := m.Check(); err != nil {
		return err
	}
	if n < least || n > maxRepeats {
		return &ParameterError{Name: "number of purchases", Value: float64(n), Want: fmt.Sprintf("between %d and 2^30", least)}
	}
	if n > 0 && (!(mean > 0) || math.IsInf(mean, 0)) {
		return &ParameterError{Name: "mean spend", Value: mean, Want: "positive and finite"}
	}
	return nil
}

// LogLik is the log density of a customer's mean spend over n purchases, n at least 1, mean positive
// (Fader and Hardie 2013, equation 1a). Its unit is that of 1/money. Errors: ErrParameter.
func (m GammaGamma) LogLik(n int, mean float64) (float64, error) {
	if err := m.checkSpend(n, mean, 1); err != nil {
		return 0, err
	}
	x := float64(n)
	z := x * mean
	return -special.LogBeta(m.P*x, m.Q) - math.Log(mean) - m.P*x*math.Log1p(m.V/z) - m.Q*math.Log1p(z/m.V), nil
}

// Mean is the mean spend per purchase over all customers, p v / (q - 1). ErrUndefined when q <= 1;
// errors also: ErrParameter.
func (m GammaGamma) Mean() (float64, error) { return m.Expected(0, 0) }

// Expected is the expected value of a customer's next purchase after n purchases of the given
// mean (equation 5): between the customer's own mean and that of all, ever closer to the former. At n = 0 the
// mean is not looked at and the result is that over all customers. ErrUndefined when p n + q <= 1; errors
// also: ErrParameter.
func (m GammaGamma) Expected(n int, mean float64) (float64, error) {
	if err := m.checkSpend(n, mean, 0); err != nil {
		return 0, err
	}
	if n == 0 {
		mean = 0
	}
	x := float64(n)
	if m.P*x+m.Q <= 1 {
		return 0, fmt.Errorf("%w: mean spend at q = %g after %d purchases", ErrUndefined, m.Q, n)
	}
	return m.P * (m.V + x*mean) / (m.P*x + m.Q - 1), nil
}

// FitGammaGamma estimates the model by maximum likelihood, or by the mode of the posterior density
// where the options carry priors. The verdict on the data is the Fit's Status and not an error;
// errors are ErrNoData when no customer has a positive spend, ErrParameter for the options, and the
// context's.
func FitGammaGamma(ctx context.Context, d *SpendData, opts *Options) (Fit[GammaGamma], error) {
	if len(d.rows) == 0 {
		return Fit[GammaGamma]{}, ErrNoData
	}
	k := newSpendKernel(d.sorted(), opts.workers())
	return problem[GammaGamma]{
		start:     GammaGamma{P: 2, Q: 2, V: k.typical},
		second:    GammaGamma{P: 5, Q: 4, V: k.typical},
		objective: k.eval, customers: k.n, patterns: len(k.rows), opts: opts,
		limits: func(m GammaGamma) []Finding { return spendLimits(m) },
	}.fit(ctx)
}

// spendKernel evaluates the log-likelihood with gradient and Hessian in the logarithms of p, q and v.
type spendKernel struct {
	rows             []spendRow
	xs, wx           []float64 // distinct numbers of purchases with their weight
	workers          int
	n, typical       float64
	logMeans, logSum float64 // sums of ln m and of ln(x m)
}

func newSpendKernel(rows []spendRow, workers int) *spendKernel {
	k := &spendKernel{rows: rows, workers: workers}
	var n, mean, logMeans, logSum compensated
	for _, r := range rows {
		if len(k.xs) == 0 || k.xs[len(k.xs)-1] != r.x {
			k.xs, k.wx = append(k.xs, r.x), append(k.wx, 0)
		}
		k.wx[len(k.wx)-1] += r.w
		n.add(r.w)
		mean.add(r.w * r.mean)
		logMeans.add(r.w * math.Log(r.mean))
		logSum.add(r.w * math.Log(r.x*r.mean))
	}
	k.n, k.typical, k.logMeans, k.logSum = n.sum(), mean.sum()/n.sum(), logMeans.sum(), logSum.sum()
	return k
}

func (k *spendKernel) eval(at *newton.Point) {
	p, q, v := math.Exp(at.X[0]), math.Exp(at.X[1]), math.Exp(at.X[2])
	sums := blockSums(len(k.rows), k.workers, 10, func(from, to int, sum []float64) {
		k.rowTerms(p, q, v, k.rows[from:to], sum)
	})
	var acc [10]compensated
	for i, s := range sums {
		acc[i].add(s)
	}
	acc[0].add(-k.logMeans - q*(k.logSum-k.n*math.Log(v)))
	acc[2].add(-(k.logSum - k.n*math.Log(v)))
	psi, tri := special.Digamma(q), special.Trigamma(q)
	for i, x := range k.xs {
		w, px := k.wx[i], p*x
		t := special.Trigamma(px + q)
		acc[0].add(-w * special.LogBeta(px, q))
		acc[1].add(w * x * special.DigammaRise(px, q))
		acc[2].add(w * (special.Digamma(px+q) - psi))
		acc[4].add(w * x * x * (t - special.Trigamma(px)))
		acc[5].add(w * x * t)
		acc[7].add(w * (t - tri))
	}
	for i := range sums {
		sums[i] = acc[i].sum()
	}
	spread(sums, []float64{p, q, v}, at)
}

// rowTerms adds -(p x + q) ln(1 + v/z), z = x m, and what belongs to it; the part of -q ln(1 + z/v) that is
// left is the same for all rows.
func (k *spendKernel) rowTerms(p, q, v float64, rows []spendRow, sum []float64) {
	var value, sp, sq, sv, spv, sqv, svv float64
	iv := 1 / v
	for i := range rows {
		r := &rows[i]
		z, px := r.x*r.mean, p*r.x
		d := 1 / (v + z)
		l := r.w * math.Log1p(v/z)
		value -= (px + q) * l
		sp -= r.x * l
		sq -= l
		sv += r.w * (q*z*iv - px) * d
		spv -= r.w * r.x * d
		sqv += r.w * z * iv * d
		svv += r.w * ((px+q)*d*d - q*iv*iv)
	}
	for i, s := range [...]float64{0: value, 1: sp, 2: sq, 3: sv, 6: spv, 8: sqv, 9: svv} {
		sum[i] += s
	}
}
