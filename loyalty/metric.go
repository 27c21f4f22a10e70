package loyalty

import (
	"cmp"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
	"github.com/rapport-go/rapport/loyalty/internal/cow"
)

// metric is what an account counted of one metric, by local day. Amounts arrive in
// any order; every window is a sum over days.
type metric struct {
	id    string // set/metric
	total int64
	days  cow.Tree[day, int64]
}

// day counts from 1970-01-01.
type day int32

func (a day) Compare(b day) int { return cmp.Compare(a, b) }

func dayOf(d Date) day { return day(civil.Date(d).Days()) }

func (d day) date() Date { return Date(civil.FromDays(int(d))) }

func (m *metric) add(own *cow.Owner, d day, n int64) {
	m.total += n
	was, _ := m.days.Get(d)
	if was+n == 0 {
		m.days.Delete(own, d)
		return
	}
	m.days.Set(own, d, was+n)
}

// between sums the days from, but not, until.
func (m *metric) between(from, until day) (n int64) {
	var c cow.Cursor[day, int64]
	for c.Seek(&m.days, from); c.Valid() && c.Key() < until; c.Next() {
		n += c.Value()
	}
	return n
}

// window is the first and the first later day that a window covers as of a day.
func (w WindowSpec) window(on Date, enrolled Date) (from, until day) {
	switch w.Kind {
	case CalendarYear:
		return dayOf(Date{on.Year, time.January, 1}), dayOf(Date{on.Year + 1, time.January, 1})
	case AnniversaryYear:
		if enrolled.IsZero() {
			enrolled = Date{on.Year, time.January, 1}
		}
		end := nextYearly(civil.Date(on), enrolled.Month, enrolled.Day, 0)
		return dayOf(Date(yearly(end.Year-1, enrolled.Month, enrolled.Day))), dayOf(Date(end))
	case RollingMonths:
		return w.rollingFrom(on), dayOf(on) + 1
	}
	return -1 << 30, 1 << 30
}

// rollingFrom is the first day D with D + n months after on.
func (w WindowSpec) rollingFrom(on Date) day {
	d := on.AddMonths(-w.N).AddDays(-4)
	for !on.before(d.AddMonths(w.N)) {
		d = d.AddDays(1)
	}
	return dayOf(d)
}

// gone is the first day on which an amount of a day no longer counts; ok is false
// when it always does.
func (w WindowSpec) gone(d Date, enrolled Date) (Date, bool) {
	switch w.Kind {
	case RollingMonths:
		return d.AddMonths(w.N), true
	case CalendarYear, AnniversaryYear:
		_, until := w.window(d, enrolled)
		return until.date(), true
	}
	return Date{}, false
}

// metric finds a metric by id, or nil.
func (a *Account) metric(id string) *metric {
	for i := range a.metrics {
		if a.metrics[i].id == id {
			return &a.metrics[i]
		}
	}
	return nil
}

// count adds to a metric.
func (a *Account) count(id string, on Date, n int64) {
	m := a.metric(id)
	if m == nil {
		a.metrics = append(a.metrics, metric{id: id})
		m = &a.metrics[len(a.metrics)-1]
	}
	m.add(a.own, dayOf(on), n)
}

func (a *Account) qualify(list []Qualified) {
	for _, q := range list {
		a.count(q.Metric, q.Day, q.Amount)
	}
}
