package fold_test

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/sketch"
	"github.com/rapport-go/rapport/metrics/survival"
)

// Row is a row from which every accumulator can be fed.
type Row struct {
	N int64
}

// draw is the i-th number made of the row, from 0 up to below most.
func (r Row) draw(i, most int64) int64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, [2]int64{r.N, i})
	return int64(h.Sum64()>>1) % most
}

func (r Row) customer() string { return fmt.Sprintf("c%d", r.draw(0, 9)) }

func (r Row) at() time.Time {
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.draw(1, 500*24*3600)) * time.Second)
}

func (r Row) amount() decimal.Decimal { return decimal.New(r.draw(2, 100_000)-20_000, -2) }

func (r Row) share() float64 { return float64(r.draw(3, 1_000_003)+1) / 1_000_003 }

var london = mustZone("Europe/London")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

var end = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Sample folds rows into any accumulator of metrics. Wherever an accumulator has a
// configuration it is another one than that of the zero value.
type Sample[A any] struct{}

// Empty is an accumulator with a configuration of its own.
func (Sample[A]) Empty() (*A, error) {
	acc, err := empty(any(new(A)))
	if err != nil {
		return nil, err
	}
	return acc.(*A), nil
}

func empty(zero any) (any, error) {
	switch zero.(type) {
	case *metrics.Backlog:
		return metrics.NewBacklog(metrics.Month, london)
	case *metrics.Calls:
		return metrics.NewCalls(&metrics.CallOptions{Within: 30 * time.Second})
	case *metrics.Durations:
		return metrics.NewDurations(time.Minute)
	case *metrics.Purchases:
		return metrics.NewPurchases(london, &metrics.PurchaseOptions{Places: 3, CountZero: true})
	case *metrics.Ratings:
		return metrics.NewRatings(metrics.Scale{Low: 1, High: 7, Top: 6})
	case *metrics.Retention:
		return metrics.NewRetention(metrics.Month, london)
	case *metrics.Service:
		return metrics.NewService(end, nil)
	case *clv.Patterns:
		return clv.NewPatterns(clv.Week), nil
	case *clv.Renewals:
		return clv.NewRenewals(clv.Quarter), nil
	case *cohort.Matrix:
		return cohort.NewMatrix(cohort.Calendar(london), end, &cohort.Options{By: cohort.ByMonth, Unit: cohort.CalendarMonths})
	case *sketch.Distinct:
		return sketch.NewDistinct(12)
	case *sketch.Quantiles:
		return sketch.NewQuantiles(0.02)
	}
	return zero, nil
}

// Add feeds the accumulator; a row stands for a customer or a case of its own where the
// accumulator wants whole ones.
func (Sample[A]) Add(acc *A, row Row) error {
	for _, feed := range []func(any, Row) (bool, error){counts, records, curves} {
		if fed, err := feed(any(acc), row); fed {
			return err
		}
	}
	return fmt.Errorf("no sample for %T", acc)
}

func counts(acc any, r Row) (bool, error) {
	switch a := acc.(type) {
	case *metrics.Attainment:
		return true, a.Add(r.at(), r.at().Add(time.Duration(r.draw(4, 99)-50)*time.Hour), end)
	case *metrics.Base:
		lost := r.draw(4, 9)
		return true, a.Merge(metrics.Base{Start: 9, New: r.draw(5, 9), Lost: lost, End: 9 - lost + r.draw(5, 9)})
	case *metrics.RevenueMovement:
		return true, a.Merge(metrics.RevenueMovement{Start: r.amount().Abs(), New: r.amount().Abs(), Customers: metrics.Base{Start: 1, End: 1}})
	case *metrics.NetPromoter:
		_ = a.Add(int(r.draw(4, 13)) - 1) // out of range is counted as invalid
		return true, nil
	case *metrics.Proportion:
		return true, a.Add(r.draw(4, 2) == 0)
	case *metrics.Ratings:
		_ = a.Add(int(r.draw(4, 9)))
		return true, nil
	case *metrics.TwoArm:
		return true, a.Add(r.draw(4, 2) == 0, r.draw(5, 3) == 0)
	case *metrics.WeightedMean:
		return true, a.Add(r.share()*100, r.share())
	case *metrics.WeightedNetPromoter:
		return true, a.Add(int(r.draw(4, 11)), r.share())
	case *metrics.Durations:
		return true, a.Add(time.Duration(r.draw(4, 1e6)) * time.Millisecond)
	case *metrics.Calls:
		return true, a.Add(time.Duration(r.draw(4, 1e5))*time.Millisecond, r.draw(5, 5) > 0)
	}
	return false, nil
}

func records(acc any, r Row) (bool, error) {
	switch a := acc.(type) {
	case *metrics.Backlog:
		return true, a.Add(r.at(), r.at().Add(time.Duration(r.draw(4, 2000))*time.Hour))
	case *metrics.Contacts:
		return true, a.Add(r.customer(), r.at())
	case *metrics.Purchases:
		return true, a.Add(r.customer(), r.at(), r.amount())
	case *metrics.RecurringRevenue:
		month, err := metrics.MonthOf(r.at(), london)
		if err != nil {
			return true, err
		}
		return true, a.Add(fmt.Sprint(r.N), month, r.amount().Abs())
	case *metrics.Retention:
		return true, a.Add(r.customer(), r.at())
	case *metrics.Service:
		return true, a.Add(sampleCase(r))
	case *metrics.Spending:
		return true, a.Add(r.customer(), r.at(), r.amount())
	case *cohort.Log:
		return true, a.Add(r.customer(), r.at())
	case *cohort.Matrix:
		return true, a.Add([]time.Time{r.at(), r.at().AddDate(0, int(r.draw(4, 7)), 0)})
	case *sketch.Distinct:
		a.AddString(r.customer() + fmt.Sprint(r.draw(4, 5000)))
		return true, nil
	case *sketch.Moments:
		return true, a.Add(r.share() * 1e6)
	case *sketch.Quantiles:
		return true, a.Add(r.share() * 1e6)
	}
	return false, nil
}

func sampleCase(r Row) sampleEvents {
	at := r.at()
	events := sampleEvents{
		{At: at, Kind: metrics.CaseOpened},
		{At: at.Add(time.Duration(r.draw(4, 90)) * time.Minute), Kind: metrics.AgentReply},
	}
	if r.draw(5, 3) > 0 {
		events = append(events, metrics.CaseEvent{At: at.Add(48 * time.Hour), Kind: metrics.CaseResolved})
	}
	return events
}

// sampleEvents are the events of one case.
type sampleEvents []metrics.CaseEvent

// CaseEvents are the events.
func (e sampleEvents) CaseEvents() []metrics.CaseEvent { return e }

func curves(acc any, r Row) (bool, error) {
	switch a := acc.(type) {
	case *clv.Patterns:
		x := int(r.draw(4, 3))
		s := clv.Summary{X: x, T: 52}
		if x > 0 {
			s.TX = float64(r.draw(5, 52) + 1)
		}
		return true, a.Add(s)
	case *clv.Renewals:
		return true, a.AddLost(int(r.draw(4, 5))+1, 1)
	case *clv.Segments:
		return true, a.Add(r.customer(), clv.Worth{PAlive: r.share(), Purchases: r.share(), Spend: r.share() * 100, Value: r.share()})
	case *clv.SpendData:
		return true, a.Add(int(r.draw(4, 5))+1, float64(r.draw(5, 1000))+1)
	case *survival.Table:
		return true, a.Add(float64(r.draw(4, 365)+1), r.draw(5, 2) == 0)
	}
	return false, nil
}
