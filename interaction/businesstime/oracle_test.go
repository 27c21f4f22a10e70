package businesstime_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/civil"
)

// The oracle walks days. It shares nothing with the package but rule R itself: a
// date is a row of 1,440 minutes, open or not, painted in the order in which the
// rules of Spec are written, and a run of open minutes becomes instants by rule R.
type oracle struct {
	spec businesstime.Spec
	loc  *time.Location
}

type interval struct{ from, to time.Time }

func (o *oracle) closed(d businesstime.Date) bool {
	if _, ok := o.spec.Overrides[d]; ok {
		return false
	}
	for _, c := range o.spec.Closed {
		if matches(c, d) {
			return true
		}
	}
	return false
}

// matches asks of one date what the rules say of years.
func matches(c businesstime.Closure, d businesstime.Date) bool {
	within := func(year int) bool {
		return (c.FirstYear == 0 || year >= c.FirstYear) && (c.LastYear == 0 || year <= c.LastYear)
	}
	switch r := c.Rule.(type) {
	case businesstime.Day:
		return d == r.Date
	case businesstime.Range:
		return d.Compare(r.First) >= 0 && d.Compare(r.Last) <= 0
	case businesstime.Yearly:
		if r.Last.IsZero() || r.Last == r.First {
			return matchesObserved(r, d, within)
		}
		md := int(d.Month)*100 + d.Day
		first, last := int(r.First.Month)*100+r.First.Day, int(r.Last.Month)*100+r.Last.Day
		if first <= last {
			return within(d.Year) && md >= first && md <= last
		}
		return (within(d.Year) && md >= first) || (within(d.Year-1) && md <= last)
	case businesstime.NthWeekday:
		o := d.AddDays(-r.Offset)
		if o.Month != r.Month || o.Weekday() != r.Weekday || !within(o.Year) {
			return false
		}
		n := (o.Day-1)/7 + 1
		if r.N < 0 {
			n = -((civil.DaysIn(o.Year, o.Month)-o.Day)/7 + 1)
		}
		return n == r.N
	case businesstime.EasterDay:
		return within(d.Year) && businesstime.Easter(d.Year, r.Rite).AddDays(r.Offset) == d
	}
	return false
}

func matchesObserved(r businesstime.Yearly, d businesstime.Date, within func(int) bool) bool {
	for shift := -2; shift <= 2; shift++ {
		h := d.AddDays(-shift)
		if h.Month != r.First.Month || h.Day != r.First.Day || !within(h.Year) {
			continue
		}
		want := 0
		switch wd := h.Weekday(); {
		case wd == time.Saturday && r.Observed == businesstime.NearestWeekday:
			want = -1
		case wd == time.Saturday && r.Observed == businesstime.NextMonday:
			want = 2
		case wd == time.Sunday && r.Observed != businesstime.AsIs:
			want = 1
		}
		if shift == want {
			return true
		}
	}
	return false
}

// paint sets the minutes of spans that open on date o in the row of date d, which
// is o or the date after it.
func paint(row *[1440]bool, spans []businesstime.Span, next, value bool) {
	for _, s := range spans {
		from, to := int(s.Open)/60, int(s.Close)/60
		if to <= from {
			to += 1440
		}
		for m := from; m < to; m++ {
			switch {
			case !next && m < 1440:
				row[m] = value
			case next && m >= 1440:
				row[m-1440] = value
			}
		}
	}
}

// own is what opens on a date, as a row of two days.
func (o *oracle) own(d businesstime.Date, next bool) [1440]bool {
	var row [1440]bool
	if spans, ok := o.spec.Overrides[d]; ok {
		paint(&row, spans, next, true)
		return row
	}
	if o.closed(d) {
		return row
	}
	var v *businesstime.Version
	for i := range o.spec.Versions {
		if from := o.spec.Versions[i].From; from.IsZero() || from.Compare(d) <= 0 {
			v = &o.spec.Versions[i]
		}
	}
	if v != nil {
		paint(&row, v.Hours[d.Weekday()], next, true)
		paint(&row, v.Breaks[d.Weekday()], next, false)
	}
	return row
}

func (o *oracle) row(d businesstime.Date) [1440]bool {
	var row [1440]bool
	if o.closed(d) {
		return row
	}
	row = o.own(d, false)
	before := o.own(d.AddDays(-1), true)
	for m := range row {
		row[m] = row[m] || before[m]
	}
	paint(&row, o.spec.Breaks[d], false, false)
	paint(&row, o.spec.Breaks[d.AddDays(-1)], true, false)
	return row
}

// day lists the open time of one date.
func (o *oracle) day(d businesstime.Date) []interval {
	row := o.row(d)
	var out []interval
	for m := 0; m < 1440; m++ {
		if !row[m] {
			continue
		}
		from := m
		for m < 1440 && row[m] {
			m++
		}
		a := civil.Date(d).At(time.Duration(from)*time.Minute, o.loc)
		b := civil.Date(d).At(time.Duration(m)*time.Minute, o.loc)
		if a.Before(b) {
			out = append(out, interval{a, b})
		}
	}
	return out
}

// open lists the open time of n dates from d on, touching stretches joined.
func (o *oracle) open(d businesstime.Date, n int) []interval {
	var out []interval
	for i := range n {
		for _, v := range o.day(d.AddDays(i)) {
			if k := len(out); k > 0 && !v.from.After(out[k-1].to) {
				out[k-1].to = v.to
				continue
			}
			out = append(out, v)
		}
	}
	return out
}

func measure(list []interval, a, b time.Time) time.Duration {
	sum := time.Duration(0)
	for _, v := range list {
		lo, hi := v.from, v.to
		if lo.Before(a) {
			lo = a
		}
		if hi.After(b) {
			hi = b
		}
		if lo.Before(hi) {
			sum += hi.Sub(lo)
		}
	}
	return sum
}

// forward finds the earliest t >= s with d > 0 of open time between them.
func forward(list []interval, s time.Time, d time.Duration) (time.Time, bool) {
	for _, v := range list {
		from := v.from
		if from.Before(s) {
			from = s
		}
		if !from.Before(v.to) {
			continue
		}
		if in := v.to.Sub(from); in >= d {
			return from.Add(d), true
		} else {
			d -= in
		}
	}
	return time.Time{}, false
}

// backward finds the latest t <= s with d > 0 of open time between them.
func backward(list []interval, s time.Time, d time.Duration) (time.Time, bool) {
	for i := len(list) - 1; i >= 0; i-- {
		to := list[i].to
		if to.After(s) {
			to = s
		}
		if !list[i].from.Before(to) {
			continue
		}
		if in := to.Sub(list[i].from); in >= d {
			return to.Add(-d), true
		} else {
			d -= in
		}
	}
	return time.Time{}, false
}

// zones are those in which offsets do what nobody expects.
var zones = []string{
	"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
	"Africa/Cairo", "Europe/Moscow", "Asia/Kathmandu", "Africa/Casablanca",
}

func genClock(t *rapid.T, label string, most int) businesstime.TimeOfDay {
	if rapid.Bool().Draw(t, label+" odd") {
		return businesstime.TimeOfDay(60 * rapid.IntRange(0, most*60).Draw(t, label))
	}
	return businesstime.TimeOfDay(1800 * rapid.IntRange(0, most*2).Draw(t, label))
}

func genSpans(t *rapid.T, label string, most int) []businesstime.Span {
	var out []businesstime.Span
	for range rapid.IntRange(0, most).Draw(t, label+" spans") {
		out = append(out, businesstime.Span{Open: min(genClock(t, label, 24), 86340), Close: genClock(t, label, 24)})
	}
	return out
}

func genWeek(t *rapid.T, label string, most int) businesstime.Week {
	var w businesstime.Week
	switch rapid.IntRange(0, 3).Draw(t, label+" week") {
	case 0:
		return businesstime.EveryDay(businesstime.Hours(0, 24))
	case 1:
		return businesstime.Weekdays(businesstime.Hours(9, 17))
	}
	for d := range w {
		w[d] = genSpans(t, label, most)
	}
	return w
}

// genSpec makes a spec whose particular dates lie around near.
func genSpec(t *rapid.T, near businesstime.Date) businesstime.Spec {
	s := businesstime.Spec{ID: "generated", Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
	date := func(label string) businesstime.Date {
		return near.AddDays(rapid.IntRange(-12, 12).Draw(t, label))
	}
	first := businesstime.Version{Hours: genWeek(t, "hours", 3)}
	if rapid.IntRange(0, 3).Draw(t, "weekly breaks") == 0 {
		first.Breaks = genWeek(t, "breaks", 1)
	}
	s.Versions = []businesstime.Version{first}
	if rapid.IntRange(0, 2).Draw(t, "second version") == 0 {
		s.Versions = append(s.Versions, businesstime.Version{From: date("from"), Hours: genWeek(t, "later hours", 2)})
	}
	for range rapid.IntRange(0, 3).Draw(t, "closures") {
		s.Closed = append(s.Closed, genClosure(t, date("closed")))
	}
	for range rapid.IntRange(0, 2).Draw(t, "overrides") {
		if s.Overrides == nil {
			s.Overrides = map[businesstime.Date][]businesstime.Span{}
		}
		s.Overrides[date("override")] = genSpans(t, "override", 2)
	}
	for range rapid.IntRange(0, 2).Draw(t, "breaks") {
		if s.Breaks == nil {
			s.Breaks = map[businesstime.Date][]businesstime.Span{}
		}
		s.Breaks[date("break")] = genSpans(t, "break", 2)
	}
	return s
}

func genClosure(t *rapid.T, d businesstime.Date) businesstime.Closure {
	c := businesstime.Closure{Name: "closed"}
	md := businesstime.MonthDay{Month: d.Month, Day: d.Day}
	switch rapid.IntRange(0, 5).Draw(t, "rule") {
	case 0:
		c.Rule = businesstime.Day{Date: d}
		return c
	case 1:
		c.Rule = businesstime.Range{First: d, Last: d.AddDays(rapid.IntRange(0, 9).Draw(t, "range"))}
		return c
	case 2:
		c.Rule = businesstime.Yearly{First: md, Observed: businesstime.Observed(rapid.IntRange(0, 3).Draw(t, "observed"))}
	case 3:
		last := d.AddDays(rapid.IntRange(1, 20).Draw(t, "last"))
		c.Rule = businesstime.Yearly{First: md, Last: businesstime.MonthDay{Month: last.Month, Day: last.Day}}
	case 4:
		n := rapid.SampledFrom([]int{1, 2, 3, 4, 5, -1, -2, -3, -4, -5}).Draw(t, "n")
		c.Rule = businesstime.NthWeekday{Month: d.Month, Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), N: n, Offset: rapid.IntRange(-14, 14).Draw(t, "offset")}
	default:
		c.Rule = businesstime.EasterDay{Offset: rapid.IntRange(-70, 100).Draw(t, "easter"), Rite: businesstime.Rite(rapid.IntRange(0, 1).Draw(t, "rite"))}
	}
	if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
		c.FirstYear = d.Year + rapid.IntRange(-1, 1).Draw(t, "first year")
		if rapid.Bool().Draw(t, "ends") {
			c.LastYear = c.FirstYear + rapid.IntRange(0, 1).Draw(t, "last year")
		}
	}
	return c
}

// genDate favours the years and days on which things happen.
func genDate(t *rapid.T) businesstime.Date {
	year := rapid.SampledFrom([]int{1970, 1994, 2007, 2008, 2011, 2012, 2014, 2015, 2016, 2018, 2019, 2023, 2024, 2025, 2038, 2040, 2087, 2100, 2129}).Draw(t, "year")
	if rapid.IntRange(0, 3).Draw(t, "any year") == 0 {
		year = rapid.IntRange(1850, 9990).Draw(t, "year")
	}
	switch rapid.IntRange(0, 3).Draw(t, "season") {
	case 0:
		return businesstime.Date{Year: year, Month: time.December, Day: rapid.IntRange(20, 31).Draw(t, "day")}
	case 1:
		return businesstime.Date{Year: year, Month: time.January, Day: rapid.IntRange(1, 12).Draw(t, "day")}
	}
	return businesstime.Date{Year: year, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
}

// genInstant favours transitions, midnights and whole hours around a date.
func genInstant(t *rapid.T, d businesstime.Date, loc *time.Location, label string) time.Time {
	at := d.AddDays(rapid.IntRange(-3, 3).Draw(t, label+" day")).Start(loc)
	if end := civil.StretchEnd(at); !end.IsZero() && end.Sub(at) < 8*24*time.Hour && rapid.Bool().Draw(t, label+" at a change") {
		at = end
	}
	switch rapid.IntRange(0, 3).Draw(t, label+" kind") {
	case 0:
		return at
	case 1:
		return at.Add(time.Duration(rapid.IntRange(-48, 48).Draw(t, label)) * 30 * time.Minute)
	case 2:
		return at.Add(time.Duration(rapid.Int64Range(-int64(24*time.Hour), int64(24*time.Hour)).Draw(t, label)))
	}
	return at.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, label)))
}
