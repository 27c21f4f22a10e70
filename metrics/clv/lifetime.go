package clv

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// Lifetime is the customer lifetime value: the purchases that a transaction model expects of a
// customer, each worth what the Gamma-Gamma model expects the customer to spend, times the margin,
// discounted to the end of the observation. It is the value of what is still to come (residual
// lifetime value); past purchases and the cost of acquisition are not in it.
//
// The two models are taken to be independent, as the Gamma-Gamma model assumes (Fader, Hardie and Lee
// 2005).
type Lifetime struct {
	// Transactions is the fitted model of buying. Required.
	Transactions Transactions
	// Spend is the fitted model of spend per purchase. Required.
	Spend GammaGamma
	// Rate is the discount rate, bound to its unit of time; the zero value is no discount.
	Rate Rate
	// Horizon is how far into the future value is counted. Unlimited needs a discount, or parameters
	// with which the number of purchases to come is finite.
	Horizon Horizon
	// Margin is the share of spend that is earned; 0 means 1, so that the value is in spend.
	Margin float64
}

// Worth is what a customer is expected to be worth.
type Worth struct {
	// PAlive is the probability that the customer is still active.
	PAlive float64
	// Purchases is the discounted expected number of purchases in the horizon.
	Purchases float64
	// Spend is the expected value of one purchase.
	Spend float64
	// Value is their product times the margin, in the unit of money.
	Value float64
}

// Check reports every fault of the models, the horizon and the margin, joined.
func (l Lifetime) Check() error {
	var faults []error
	if l.Transactions == nil {
		faults = append(faults, fmt.Errorf("%w: no transaction model", ErrParameter))
	} else {
		faults = append(faults, l.Transactions.Check())
	}
	faults = append(faults, l.Spend.Check())
	if _, err := l.Horizon.In(Day); err != nil {
		faults = append(faults, err)
	}
	if !(l.Margin >= 0) || math.IsInf(l.Margin, 0) {
		faults = append(faults, &ParameterError{Name: "margin", Value: l.Margin, Want: "at least 0 and finite"})
	}
	return errors.Join(faults...)
}

// Value is the worth of a customer with the given summary who made n purchases of the given mean
// value; n = 0 for a customer of whose spend nothing is known. Errors: ErrParameter, ErrSummary, and
// ErrUndefined where the number of purchases is infinite or the mean spend does not exist.
func (l Lifetime) Value(s Summary, n int, mean float64) (Worth, error) {
	if err := l.Check(); err != nil {
		return Worth{}, err
	}
	var w Worth
	var err error
	if w.PAlive, err = l.Transactions.PAlive(s); err != nil {
		return Worth{}, err
	}
	if w.Purchases, err = l.Transactions.Discounted(s, l.Horizon, l.Rate); err != nil {
		return Worth{}, err
	}
	if w.Spend, err = l.Spend.Expected(n, mean); err != nil {
		return Worth{}, err
	}
	w.Value = w.Purchases * w.Spend * l.margin()
	return w, nil
}

// ValueOf is the worth of a customer of a Split by the history and the mean spend of the repeat
// occasions; one whose repeat spend is not known counts with the mean spend of all. The model must be
// in the split's unit. Errors are those of Value.
func (l Lifetime) ValueOf(c Customer) (Worth, error) {
	if mean, ok := c.MeanSpend(); ok {
		return l.Value(c.Summary, c.Summary.X, mean)
	}
	return l.Value(c.Summary, 0, 0)
}

func (l Lifetime) margin() float64 {
	if l.Margin == 0 {
		return 1
	}
	return l.Margin
}

// JointInterval gives a delta-method interval for a function of two models that were fitted
// independently, such as a lifetime value: the variances that either fit contributes add up. Errors
// are those of Fit.Interval.
func JointInterval[A Estimable[A], B Estimable[B]](confidence float64, scale Scale, a Fit[A], b Fit[B], predict func(A, B) (float64, error)) (Interval, error) {
	of, err := a.Interval(confidence, Identity, func(m A) (float64, error) { return predict(m, b.Model) })
	if err != nil {
		return Interval{}, err
	}
	with, err := b.Interval(confidence, Identity, func(m B) (float64, error) { return predict(a.Model, m) })
	if err != nil {
		return Interval{}, err
	}
	return onScale(of.Estimate, math.Hypot(of.SE, with.SE), confidence, normalQuantile(confidence), scale)
}

// onScale builds an interval from an estimate and its standard error.
func onScale(centre, se, confidence, z float64, scale Scale) (Interval, error) {
	iv := Interval{Estimate: centre, Low: centre, High: centre, SE: se, Confidence: confidence}
	switch {
	case scale == Identity:
		iv.Low, iv.High = centre-z*se, centre+z*se
	case scale == Positive && centre > 0:
		iv.Low, iv.High = centre*math.Exp(-z*se/centre), centre*math.Exp(z*se/centre)
	case scale == Proportion && centre > 0 && centre < 1:
		odds := math.Log(centre / (1 - centre))
		half := z * se / (centre * (1 - centre))
		iv.Low, iv.High = special.Logistic(odds-half), special.Logistic(odds+half)
	case scale != Positive && scale != Proportion:
		return Interval{}, &ParameterError{Name: "scale", Value: float64(scale), Want: "one of the named scales"}
	}
	return iv, nil
}
