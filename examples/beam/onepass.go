package main

import (
	"errors"
	"iter"
	"time"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/examples/internal/shop"
	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/sketch"
)

// rows are the host's rows in memory, as they are.
type rows struct {
	sales    []sale
	answers  []shop.Answer
	contacts []shop.Contact
	from, to time.Time // of the sales, both inclusive
}

func load(sources []Source) (*rows, error) {
	r := &rows{}
	for _, s := range sources {
		err := s.read(reader{
			sale: func(s sale) error {
				if r.from.IsZero() || s.at.Before(r.from) {
					r.from = s.at
				}
				if s.at.After(r.to) {
					r.to = s.at
				}
				r.sales = append(r.sales, s)
				return nil
			},
			answer:  func(a shop.Answer) { r.answers = append(r.answers, a) },
			contact: func(c shop.Contact) { r.contacts = append(r.contacts, c) },
		})
		if err != nil {
			return nil, err
		}
	}
	if len(r.sales) == 0 {
		return nil, errors.New("no invoice could be read")
	}
	return r, nil
}

// plan observes up to the end of the last day of the data.
func (r *rows) plan(sources []Source) plan {
	last := r.to.UTC()
	end := time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, time.UTC)
	return plan{sources: sources, asOf: end.UnixNano(), last: metrics.Date{Year: last.Year(), Month: last.Month(), Day: last.Day()}}
}

func (r *rows) kept() iter.Seq[sale] {
	return r.where(func(s sale) bool { return !s.cancelled && s.amount.IsPositive() })
}

func (r *rows) signed() iter.Seq[sale] {
	return r.where(func(s sale) bool { return !s.cancelled || s.amount.IsNegative() })
}

func (r *rows) where(keep func(sale) bool) iter.Seq[sale] {
	return func(yield func(sale) bool) {
		for _, s := range r.sales {
			if keep(s) && !yield(s) {
				return
			}
		}
	}
}

// states are the figures' accumulators as bytes.
type states map[fold.Figure][]byte

func put[A any](s states, name, key string, acc *A, err error) error {
	if err == nil {
		s[fold.Figure{Name: name, Key: key}], err = fold.Marshal(acc)
	}
	return err
}

// onePass counts the figures in plain loops over the host's rows, with the functions of
// the wing and none of the pipeline's rules.
func onePass(r *rows, p plan) (states, error) {
	out := states{}
	retention, err1 := metrics.RetentionOf(r.kept(), metrics.Quarter, time.UTC)
	spending, err2 := metrics.SpendingOf(r.signed(), nil)
	log, err3 := cohort.LogOf(r.kept())
	err := errors.Join(
		put(out, "retention", "", retention, err1), put(out, "spending", "", spending, err2), err3,
	)
	if err != nil {
		return nil, err
	}
	matrix, err := log.Matrix(cohorts{p.asOf}.rule())
	return out, errors.Join(
		put(out, "cohorts", "", matrix, err),
		r.countries(out), r.patterns(out, p.last), r.sketches(out), r.voices(out), r.calls(out),
	)
}

func (r *rows) countries(out states) error {
	by := map[string][]sale{}
	for _, s := range r.sales {
		by[s.country] = append(by[s.country], s)
	}
	var errs []error
	for country, sales := range by {
		spending, err := metrics.SpendingOf((&rows{sales: sales}).signed(), nil)
		errs = append(errs, put(out, "spending by country", country, spending, err))
	}
	return errors.Join(errs...)
}

func (r *rows) patterns(out states, last metrics.Date) error {
	purchases, err := metrics.PurchasesOf(r.signed(), time.UTC, nil)
	if err != nil {
		return err
	}
	customers, _, err := purchases.Summaries(last, nil)
	if err != nil {
		return err
	}
	patterns, worth := clv.NewPatterns(clv.Day), &clv.SpendData{}
	for _, c := range customers {
		err1 := patterns.Add(clv.Summary{X: int(c.X), TX: float64(c.TxDays), T: float64(c.TDays)})
		if err := errors.Join(err1, worth.AddAmount(int(c.Occasions()), c.Spend())); err != nil {
			return err
		}
	}
	return errors.Join(put(out, "RFM patterns", "", patterns, nil), put(out, "monetary value", "", worth, nil))
}

func (r *rows) sketches(out states) error {
	distinct, err1 := sketch.NewDistinct(precision)
	quantiles, err2 := sketch.NewQuantiles(accuracy)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	var moments sketch.Moments
	for s := range r.kept() {
		if s.customer != "" {
			distinct.AddString(s.customer)
		}
		value := s.amount.InexactFloat64()
		if err := errors.Join(quantiles.Add(value), moments.Add(value)); err != nil {
			return err
		}
	}
	return errors.Join(
		put(out, "buyers (sketch)", "", distinct, nil),
		put(out, "order value (sketch)", "", quantiles, nil),
		put(out, "order value (moments)", "", &moments, nil),
	)
}

func (r *rows) voices(out states) error {
	if len(r.answers) == 0 {
		return nil // a pipeline folds no rows into no figure
	}
	var nps metrics.NetPromoter
	var csat metrics.Proportion
	quarters := map[string]*metrics.NetPromoter{}
	for _, a := range r.answers {
		q := quarter(a.At)
		if quarters[q] == nil {
			quarters[q] = &metrics.NetPromoter{}
		}
		if answer, err := feedback.ParseNPS(a.Raw); a.Question == "nps" && err == nil {
			if err := errors.Join(nps.Add(answer.Score()), quarters[q].Add(answer.Score())); err != nil {
				return err
			}
		}
		if answer, err := feedback.ParseCSAT(a.Raw); a.Question == "csat" && err == nil {
			if err := csat.Add(answer.TopTwo()); err != nil {
				return err
			}
		}
	}
	errs := []error{put(out, "NPS", "", &nps, nil), put(out, "CSAT", "", &csat, nil)}
	for q, nps := range quarters {
		errs = append(errs, put(out, "NPS by quarter", q, nps, nil))
	}
	return errors.Join(errs...)
}

func (r *rows) calls(out states) error {
	if len(r.contacts) == 0 {
		return nil
	}
	var contacts metrics.Contacts
	for _, c := range r.contacts {
		if !c.Inbound {
			continue
		}
		if err := contacts.Add(c.Customer, c.At); err != nil {
			return err
		}
	}
	return put(out, "repeat contacts", "", &contacts, nil)
}
