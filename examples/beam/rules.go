package main

import (
	"errors"
	"time"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/sketch"
)

// activity folds orders into the movement of the customer base.
type activity struct {
	Grain metrics.Grain
	Zone  string
}

func (r activity) Empty() (*metrics.Retention, error) {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return nil, err
	}
	return metrics.NewRetention(r.Grain, zone)
}

func (r activity) Add(acc *metrics.Retention, o Order) error {
	if !o.kept() {
		return nil
	}
	return acc.Add(o.Customer, o.At())
}

// money folds orders and refunds into what customers spend.
type money struct{}

func (money) Empty() (*metrics.Spending, error) { return &metrics.Spending{}, nil }

func (money) Add(acc *metrics.Spending, o Order) error {
	if !o.signed() {
		return nil
	}
	return acc.Add(o.Customer, o.At(), o.Amount())
}

// days folds orders and refunds into the days on which customers bought.
type days struct{ Zone string }

func (r days) Empty() (*metrics.Purchases, error) {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return nil, err
	}
	return metrics.NewPurchases(zone, nil)
}

func (r days) Add(acc *metrics.Purchases, o Order) error {
	if !o.signed() {
		return nil
	}
	return acc.Add(o.Customer, o.At(), o.Amount())
}

// summaries folds customers' days, one state a group of whole customers, into how many customers have
// which recency and frequency.
type summaries struct {
	Days days
	Last metrics.Date
}

func (summaries) Empty() (*clv.Patterns, error) { return clv.NewPatterns(clv.Day), nil }

func (r summaries) Add(acc *clv.Patterns, s fold.State[metrics.Purchases]) error {
	return r.each(s, func(p metrics.PurchaseSummary) error { return acc.Add(summary(p)) })
}

func (r summaries) each(s fold.State[metrics.Purchases], do func(metrics.PurchaseSummary) error) error {
	customer, err := r.Days.Empty()
	if err != nil {
		return err
	}
	if err := s.Into(customer); err != nil {
		return err
	}
	found, _, err := customer.Summaries(r.Last, nil)
	for i := 0; i < len(found) && err == nil; i++ {
		err = do(found[i])
	}
	return err
}

func summary(p metrics.PurchaseSummary) clv.Summary {
	return clv.Summary{X: int(p.X), TX: float64(p.TxDays), T: float64(p.TDays)}
}

// worth folds customers' days into what a purchase is worth to whom (monetary value).
type worth struct{ Summaries summaries }

func (worth) Empty() (*clv.SpendData, error) { return &clv.SpendData{}, nil }

func (r worth) Add(acc *clv.SpendData, s fold.State[metrics.Purchases]) error {
	return r.Summaries.each(s, func(p metrics.PurchaseSummary) error { return acc.AddAmount(int(p.Occasions()), p.Spend()) })
}

// history folds orders into who bought when.
type history struct{}

func (history) Empty() (*cohort.Log, error) { return &cohort.Log{}, nil }

func (history) Add(acc *cohort.Log, o Order) error {
	if !o.kept() {
		return nil
	}
	return acc.Add(o.Customer, o.At())
}

// cohorts folds customers' histories, one state a group of whole customers, into a cohort matrix.
type cohorts struct{ AsOf int64 } // nanoseconds since 1970

func (r cohorts) Empty() (*cohort.Matrix, error) { return (&cohort.Log{}).Matrix(r.rule()) }

func (r cohorts) rule() (cohort.DayRule, time.Time, *cohort.Options) {
	return cohort.Calendar(time.UTC), time.Unix(0, r.AsOf), &cohort.Options{By: cohort.ByQuarter, Unit: cohort.CalendarMonths}
}

func (r cohorts) Add(acc *cohort.Matrix, s fold.State[cohort.Log]) error {
	var customer cohort.Log
	if err := s.Into(&customer); err != nil {
		return err
	}
	one, err := customer.Matrix(r.rule())
	if err != nil {
		return err
	}
	return acc.Merge(one)
}

// buyers folds orders into a sketch of how many different customers there are.
type buyers struct{ Precision int }

func (r buyers) Empty() (*sketch.Distinct, error) { return sketch.NewDistinct(r.Precision) }

func (r buyers) Add(acc *sketch.Distinct, o Order) error {
	if o.kept() && o.Customer != "" {
		acc.AddString(o.Customer)
	}
	return nil
}

// values folds the worth of orders into a sketch of their distribution.
type values struct{ Accuracy float64 }

func (r values) Empty() (*sketch.Quantiles, error) { return sketch.NewQuantiles(r.Accuracy) }

func (r values) Add(acc *sketch.Quantiles, o Order) error {
	if !o.kept() {
		return nil
	}
	return acc.Add(o.Amount().InexactFloat64())
}

// moments folds the worth of orders into mean, spread and shape.
type moments struct{}

func (moments) Empty() (*sketch.Moments, error) { return &sketch.Moments{}, nil }

func (moments) Add(acc *sketch.Moments, o Order) error {
	if !o.kept() {
		return nil
	}
	return acc.Add(o.Amount().InexactFloat64())
}

// promoters folds answers into the net promoter score, leaving out what is no answer.
type promoters struct{}

func (promoters) Empty() (*metrics.NetPromoter, error) { return &metrics.NetPromoter{}, nil }

func (promoters) Add(acc *metrics.NetPromoter, a Answer) error {
	if a.Question != "nps" {
		return nil
	}
	score, err := feedback.ParseNPS(a.Raw)
	if err != nil {
		return refused(err)
	}
	return acc.Add(score.Score())
}

// satisfied folds answers into the share of satisfied customers.
type satisfied struct{}

func (satisfied) Empty() (*metrics.Proportion, error) { return &metrics.Proportion{}, nil }

func (satisfied) Add(acc *metrics.Proportion, a Answer) error {
	if a.Question != "csat" {
		return nil
	}
	score, err := feedback.ParseCSAT(a.Raw)
	if err != nil {
		return refused(err)
	}
	return acc.Add(score.TopTwo())
}

// refused passes over an answer that is not on its scale.
func refused(err error) error {
	var answer *feedback.AnswerError
	if errors.As(err, &answer) {
		return nil
	}
	return err
}

// repeats folds contacts into who got in touch again.
type repeats struct{}

func (repeats) Empty() (*metrics.Contacts, error) { return &metrics.Contacts{}, nil }

func (repeats) Add(acc *metrics.Contacts, c Contact) error {
	return acc.Add(c.Customer, time.Unix(0, c.Nanos))
}

func init() {
	fold.RegisterRule[activity]()
	fold.RegisterRule[money]()
	fold.RegisterRule[days]()
	fold.RegisterRule[summaries]()
	fold.RegisterRule[worth]()
	fold.RegisterRule[history]()
	fold.RegisterRule[cohorts]()
	fold.RegisterRule[buyers]()
	fold.RegisterRule[values]()
	fold.RegisterRule[moments]()
	fold.RegisterRule[promoters]()
	fold.RegisterRule[satisfied]()
	fold.RegisterRule[repeats]()
}
