package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/metrics/clv"
)

// report is everything that the page shows.
type report struct {
	in       input
	rate     clv.Rate
	split    *clv.Split // calibration and holdout
	whole    *clv.Split // everything, for the ranking
	models   []model    // judged on the calibration period
	track    []clv.TrackPoint
	rows     []clv.FrequencyRow
	accuracy clv.HoldoutAccuracy
	ranking  ranking
	top      int
}

// model is one fitted model in words.
type model struct {
	name, verdict string
	status        clv.Status
	has           func(clv.Cause) bool
	logLik        float64
	params        []param
	transactions  clv.Transactions
}

type param struct {
	name  string
	value float64
	se    float64 // 0 when there is none
}

// The horizons of the ranking.
var (
	soon = clv.Months(6)
	long = clv.Years(3)
)

const confidence = 0.9

// newReport judges the models on a holdout of the last third, and then ranks the customers with
// a fit to everything.
func newReport(ctx context.Context, in input, rate clv.Rate, top int) (*report, error) {
	first, last, err := span(in.rows)
	if err != nil {
		return nil, err
	}
	r := &report{in: in, rate: rate, top: top}
	through := first.AddDate(0, 0, int(last.Sub(first).Hours()/24)*2/3)
	r.split, err = clv.NewSplit(slices.Values(in.rows), time.UTC, date(through), &clv.SplitOptions{Refunds: in.refunds, HoldoutThrough: date(last)})
	if err != nil {
		return nil, err
	}
	r.whole, err = clv.NewSplit(slices.Values(in.rows), time.UTC, date(last), &clv.SplitOptions{Refunds: in.refunds})
	if err != nil {
		return nil, err
	}
	if r.models, err = judge(ctx, r.split.Patterns()); err != nil {
		return nil, err
	}
	best := r.models[0].transactions
	if r.track, err = r.split.Track(best, clv.Weeks(1)); err != nil {
		return nil, err
	}
	if r.rows, r.accuracy, err = r.split.ByFrequency(best, 7); err != nil {
		return nil, err
	}
	r.ranking, err = rank(ctx, r)
	return r, err
}

// span is the first and last day with a row that names a customer.
func span(rows []purchase) (first, last time.Time, err error) {
	for _, row := range rows {
		if row.customer == "" {
			continue
		}
		if day := row.at.UTC().Truncate(24 * time.Hour); first.IsZero() {
			first, last = day, day
		} else if day.Before(first) {
			first = day
		} else if day.After(last) {
			last = day
		}
	}
	if last.Sub(first) < 60*24*time.Hour {
		return first, last, errors.New("there are fewer than 60 days of purchases, too few to hold a third back")
	}
	return first, last, nil
}

func date(t time.Time) clv.Date {
	y, m, d := t.Date()
	return clv.Date{Year: y, Month: m, Day: d}
}

// judge fits both models; the first is the one to use: the better status first, then the likelier.
func judge(ctx context.Context, p *clv.Patterns) ([]model, error) {
	bg, err := clv.FitBGNBD(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	pareto, err := clv.FitParetoNBD(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	models := []model{describe("BG/NBD", bg, bg.Model), describe("Pareto/NBD", pareto, pareto.Model)}
	worse := map[clv.Status]int{clv.NotIdentified: 1, clv.TooFew: 2, clv.Boundary: 3}
	slices.SortStableFunc(models, func(a, b model) int {
		return cmp.Or(cmp.Compare(worse[a.status], worse[b.status]), cmp.Compare(b.logLik, a.logLik))
	})
	return models, nil
}

func describe[M clv.Estimable[M]](name string, f clv.Fit[M], t clv.Transactions) model {
	m := model{name: name, verdict: f.Verdict(), status: f.Status, has: f.Has, logLik: f.LogLik, transactions: t}
	for i, p := range f.Model.Parameters() {
		v := param{name: p.Name, value: p.Value}
		if f.StandardErrors != nil {
			v.se = f.StandardErrors[i]
		}
		m.params = append(m.params, v)
	}
	return m
}

// ranking is the customers in the order of what they are worth.
type ranking struct {
	model     model  // fitted to everything
	spend     string // the verdict on the spend model
	relation  string // between frequency and spend
	customers []ranked
	segments  []clv.SegmentValue
	total     float64
}

// ranked is one customer of the list. An interval without confidence is none.
type ranked struct {
	customer                  clv.Customer
	worth                     clv.Worth
	alive, next, lifetimeWith clv.Interval
}

func rank(ctx context.Context, r *report) (ranking, error) {
	spend, err := r.whole.Spend()
	if err != nil {
		return ranking{}, err
	}
	gg, err := clv.FitGammaGamma(ctx, spend, nil)
	if err != nil {
		return ranking{}, err
	}
	out := ranking{spend: gg.Verdict()}
	if c, ok := spend.Correlation(); ok {
		out.relation = fmt.Sprintf("The model takes spend and frequency for unrelated; here their correlation is %.2f.", c)
	}
	if _, ok := r.models[0].transactions.(clv.ParetoNBD); ok {
		f, err := clv.FitParetoNBD(ctx, r.whole.Patterns(), nil)
		if err != nil {
			return out, err
		}
		out.model = describe("Pareto/NBD", f, f.Model)
		return out, fill(&out, r, f, gg)
	}
	f, err := clv.FitBGNBD(ctx, r.whole.Patterns(), nil)
	if err != nil {
		return out, err
	}
	out.model = describe("BG/NBD", f, f.Model)
	return out, fill(&out, r, f, gg)
}

// buying is a model that the list can be made with.
type buying[M any] interface {
	clv.Estimable[M]
	clv.Transactions
}

func fill[M buying[M]](out *ranking, r *report, f clv.Fit[M], gg clv.Fit[clv.GammaGamma]) error {
	var segments clv.Segments
	for _, c := range r.whole.Customers {
		w, err := value(f.Model, gg.Model, r.rate, c)
		if err != nil {
			return err
		}
		out.customers = append(out.customers, ranked{customer: c, worth: w})
		out.total += w.Value
		if err := segments.Add(segment(r.in, c), w); err != nil {
			return err
		}
	}
	slices.SortStableFunc(out.customers, func(a, b ranked) int { return cmp.Compare(b.worth.Value, a.worth.Value) })
	out.customers = out.customers[:min(r.top, len(out.customers))]
	for i := range out.customers {
		if err := intervals(&out.customers[i], r.rate, f, gg); err != nil {
			return err
		}
	}
	out.segments = segments.Rows()
	return nil
}

func value(m clv.Transactions, gg clv.GammaGamma, rate clv.Rate, c clv.Customer) (clv.Worth, error) {
	return clv.Lifetime{Transactions: m, Spend: gg, Rate: rate, Horizon: long}.ValueOf(c)
}

// intervals puts an interval on each figure of a customer, as far as the fits have any.
func intervals[M buying[M]](c *ranked, rate clv.Rate, f clv.Fit[M], gg clv.Fit[clv.GammaGamma]) error {
	s := c.customer.Summary
	var err error
	if c.next.Estimate, err = f.Model.Expected(s, soon); err != nil {
		return err
	}
	c.alive.Estimate, c.lifetimeWith.Estimate = c.worth.PAlive, c.worth.Value
	if f.Covariance == nil || gg.Covariance == nil {
		return nil
	}
	if c.alive, err = f.Interval(confidence, clv.Proportion, func(m M) (float64, error) { return m.PAlive(s) }); err != nil {
		return err
	}
	if c.next, err = f.Interval(confidence, clv.Positive, func(m M) (float64, error) { return m.Expected(s, soon) }); err != nil {
		return err
	}
	c.lifetimeWith, err = clv.JointInterval(confidence, clv.Positive, f, gg, func(m M, g clv.GammaGamma) (float64, error) {
		w, err := value(m, g, rate, c.customer)
		return w.Value, err
	})
	return err
}

// segment is the country where it is known, and otherwise how often the customer came back.
func segment(in input, c clv.Customer) string {
	if in.country != nil {
		return in.country[c.Key]
	}
	switch x := c.Summary.X; {
	case x == 0:
		return "bought once"
	case x < 3:
		return "came back 1-2 times"
	case x < 7:
		return "came back 3-6 times"
	}
	return "came back 7 times or more"
}
