package clv

import (
	"fmt"
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// Transactions is what the models of buying in continuous time share: BGNBD, MBGNBD and
// ParetoNBD. Its methods are pure; many goroutines may use one value. Only this package implements it.
type Transactions interface {
	// TimeUnit is the unit of the summaries that the model takes.
	TimeUnit() Unit
	// LogLik is the log-likelihood of one customer's history, in the model's unit.
	LogLik(s Summary) (float64, error)
	// PAlive is the probability that the customer has not dropped out by T.
	PAlive(s Summary) (float64, error)
	// LogPAlive is its logarithm, which is right where PAlive has underflowed to 0.
	LogPAlive(s Summary) (float64, error)
	// Expected is the expected number of purchases in the horizon after T.
	Expected(s Summary, h Horizon) (float64, error)
	// Discounted is the expected number of purchases in the horizon after T, each discounted
	// from its time to T; without end it is the discounted expected residual transactions.
	Discounted(s Summary, h Horizon, r Rate) (float64, error)
	// DERT is Discounted without end.
	DERT(s Summary, r Rate) (float64, error)
	// Mean is the expected number of repeat purchases of a new customer in the horizon.
	Mean(h Horizon) (float64, error)
	// Probability is the probability that a new customer makes exactly n repeat purchases in the
	// horizon.
	Probability(n int, h Horizon) (float64, error)
	// ProbabilityAfter is the probability that the customer makes exactly n purchases in the
	// horizon after T.
	ProbabilityAfter(s Summary, n int, h Horizon) (float64, error)
	// Check reports every parameter that is out of range.
	Check() error

	behaviour
}

// behaviour is the arithmetic of a model on checked arguments, in its unit.
type behaviour interface {
	// logLik is the log-likelihood of one history.
	logLik(x, tx, t float64) float64
	// logDeadOdds is ln(P(dead) / P(alive)); -Inf for a customer who is surely alive.
	logDeadOdds(x, tx, t float64) float64
	// prospect is the future of a customer who is alive at age t after x repeat purchases.
	prospect(x, t float64) prospect
	// newcomer is the probability of surviving the first purchase, and the prospect after it.
	newcomer() (float64, prospect)
	// probability is that of n repeat purchases in (0, t].
	probability(n int, t float64) float64
	// probabilityAlive is that of n purchases in the next h of a customer who is alive at age t
	// after x repeat purchases.
	probabilityAlive(x, t float64, n int, h float64) float64
}

// prospect is the future of a customer who is alive now.
type prospect interface {
	// purchases is the expected number in the next h, h finite.
	purchases(h float64) float64
	// discounted is the expected number in the next h, h possibly +Inf, discounted by the
	// continuous rate d; ok is false when it is infinite or undefined.
	discounted(h, d float64) (v float64, ok bool)
}

func checkCustomer(m Transactions, s Summary) error {
	if err := m.Check(); err != nil {
		return err
	}
	return s.Check()
}

func customerLogLik(m Transactions, s Summary) (float64, error) {
	if err := checkCustomer(m, s); err != nil {
		return 0, err
	}
	return m.logLik(float64(s.X), s.TX, s.T), nil
}

func customerLogPAlive(m Transactions, s Summary) (float64, error) {
	if err := checkCustomer(m, s); err != nil {
		return 0, err
	}
	return logAlive(m.logDeadOdds(float64(s.X), s.TX, s.T)), nil
}

// logAlive is ln P(alive) from the log odds of being dead.
func logAlive(odds float64) float64 { return -special.Log1pExp(odds) }

func customerPAlive(m Transactions, s Summary) (float64, error) {
	if err := checkCustomer(m, s); err != nil {
		return 0, err
	}
	return special.Logistic(-m.logDeadOdds(float64(s.X), s.TX, s.T)), nil
}

func customerExpected(m Transactions, s Summary, h Horizon) (float64, error) {
	if err := checkCustomer(m, s); err != nil {
		return 0, err
	}
	t, err := h.In(m.TimeUnit())
	if err != nil {
		return 0, err
	}
	alive := special.Logistic(-m.logDeadOdds(float64(s.X), s.TX, s.T))
	v, ok := within(m.prospect(float64(s.X), s.T), t, 0)
	if !ok {
		return 0, undefinedFuture(h)
	}
	return alive * v, nil
}

func customerDiscounted(m Transactions, s Summary, h Horizon, r Rate) (float64, error) {
	if err := checkCustomer(m, s); err != nil {
		return 0, err
	}
	t, err := h.In(m.TimeUnit())
	if err != nil {
		return 0, err
	}
	alive := special.Logistic(-m.logDeadOdds(float64(s.X), s.TX, s.T))
	v, ok := within(m.prospect(float64(s.X), s.T), t, r.ContinuousPer(m.TimeUnit()))
	if !ok {
		return 0, undefinedFuture(h)
	}
	return alive * v, nil
}

// within is the discounted number of purchases of a prospect in the next h.
func within(p prospect, h, d float64) (float64, bool) {
	if d == 0 && !math.IsInf(h, 1) {
		return p.purchases(h), true
	}
	return p.discounted(h, d)
}

func undefinedFuture(h Horizon) error {
	return fmt.Errorf("%w: the expected number of purchases %s is infinite without a discount", ErrUndefined, h)
}

func newcomerMean(m Transactions, h Horizon) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	t, err := h.In(m.TimeUnit())
	if err != nil {
		return 0, err
	}
	stays, p := m.newcomer()
	v, ok := within(p, t, 0)
	if !ok {
		return 0, undefinedFuture(h)
	}
	return stays * v, nil
}

func newcomerProbability(m Transactions, n int, h Horizon) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	t, err := h.In(m.TimeUnit())
	if err != nil {
		return 0, err
	}
	if n < 0 || n > maxRepeats {
		return 0, &ParameterError{Name: "number of purchases", Value: float64(n), Want: "between 0 and 2^30"}
	}
	if math.IsInf(t, 1) {
		return 0, &ParameterError{Name: "horizon", Value: t, Want: "finite"}
	}
	return m.probability(n, t), nil
}

func customerProbability(m Transactions, s Summary, n int, h Horizon) (float64, error) {
	if err := checkCustomer(m, s); err != nil {
		return 0, err
	}
	t, err := h.In(m.TimeUnit())
	if err != nil {
		return 0, err
	}
	if n < 0 || n > maxRepeats {
		return 0, &ParameterError{Name: "number of purchases", Value: float64(n), Want: "between 0 and 2^30"}
	}
	if math.IsInf(t, 1) {
		return 0, &ParameterError{Name: "horizon", Value: t, Want: "finite"}
	}
	odds := m.logDeadOdds(float64(s.X), s.TX, s.T)
	p := special.Logistic(-odds) * m.probabilityAlive(float64(s.X), s.T, n, t)
	if n == 0 {
		p += special.Logistic(odds)
	}
	return p, nil
}

// purchaseMoment is the integral over [0, h] of exp(-d t) (1 + t/z)^-k dt, for z, k > 0 and d >= 0; h
// may be +Inf when d > 0 or k > 1, otherwise ok is false. With w = ln(1 + t/z) the integrand is
// z exp(-d z (e^w - 1) - (k-1) w), smooth on every scale of t.
func purchaseMoment(h, d, z, k float64) (v float64, ok bool) {
	far := math.Log1p(h / z)
	if d == 0 {
		if math.IsInf(h, 1) {
			return z / (k - 1), k > 1
		}
		return z * far * special.Expm1Ratio((k-1)*far), true
	}
	dz := d * z
	// Beyond the cut the integrand has fallen by e^-45 from its greatest value, which for
	// k >= 1 lies at 0 and otherwise where d z e^w = 1 - k.
	peak := 0.0
	if k < 1 && 1-k > dz {
		peak = math.Log((1 - k) / dz)
	}
	cut := peak + math.Log1p(45/(dz*math.Exp(peak)))
	if k > 1 {
		cut = math.Min(cut, 45/(k-1))
	}
	to := math.Min(far, cut)
	fall := func(w float64) float64 { return dz*math.Expm1(w) + (k-1)*w }
	if decay := fall(to); k >= 1 && decay < 18 && to < 5 {
		for _, n := range special.FallingRule(decay, to) {
			v += n.W * math.Exp(-fall(to*n.X))
		}
		return z * to * v, true
	}
	width := math.Min(2, math.Max(to/64, 10/math.Abs(k-1+dz)))
	v = special.Integrate(0, to, width, func(w float64) float64 { return math.Exp(-fall(w)) })
	return z * v, true
}
