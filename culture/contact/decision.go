package contact

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/civil"
)

// Decision is the answer for one instant, in three parts.
type Decision struct {
	At        time.Time // in the recipient's zone
	Legal     Part
	Customary Part
	Personal  Part
	Holiday   string // name of the holiday, if it is one
	// Unsure are the parts of the region whose law closes now, where Question.Place does
	// not say in which the recipient is.
	Unsure []string
	// Customs are what is reported of contact hours in the region, with confidence and
	// whether to ask.
	Customs []culture.Answer[culture.Guidance]
}

// Part is one of the three.
type Part struct {
	Standing Standing
	Reasons  []Reason
}

// Reason is one rule's word.
type Reason struct {
	Rule     string // id; "person" for their own wish, "host" for hours that the host leaves alone
	Standing Standing
	Why      string // such as 20:30 is outside mon-fri 10:00-13:00
	Text     string // the rule in words
	Citation string
	Sources  []Source
	Verify   bool      // check the statute
	Again    time.Time // when a limit of attempts or a rest ends; zero where hours decide
}

// May reports whether neither law nor the person is against it.
func (d Decision) May() bool { return d.Legal.Standing != Closed && d.Personal.Standing != Closed }

// Advised reports whether it may be wherever in the region the recipient is, and is in
// keeping with custom too. The person's own hours stand in place of custom.
func (d Decision) Advised() bool {
	return d.May() && len(d.Unsure) == 0 && (d.Personal.Standing == Open || d.Customary.Standing != Closed)
}

// Decide answers for one instant.
func (d *Desk) Decide(q Question, at time.Time) (Decision, error) {
	q, err := q.ready()
	if err != nil {
		return Decision{}, err
	}
	at = at.In(q.Zone)
	day := d.day(&q, culture.Date(localDay(at)), at)
	out := Decision{At: at, Holiday: day.holiday, Legal: day.part(Legal, at), Customary: day.part(Customary, at), Personal: day.part(Personal, at)}
	for i := range day.parts {
		if v := &day.parts[i]; !v.holds(&day, at) && !slices.Contains(out.Unsure, v.place) {
			out.Unsure = append(out.Unsure, v.place)
		}
	}
	slices.Sort(out.Unsure)
	out.Customs = d.resolver.Guidance(culture.Context{Region: q.Region, On: culture.DateOf(at)}, culture.ContactHours)
	return out, nil
}

// view is one rule on one local day: when it is open, or why it is not at all.
type view struct {
	kind   Kind
	place  string
	reason Reason
	open   []culture.Hours // of this day; days are not looked at
	shut   bool            // closed whatever the hours
}

// day is what all rules say about a local day.
type day struct {
	date    civil.Date
	zone    *time.Location
	holiday string
	views   []view
	parts   []view // laws of parts of the region, where it is not known in which one the recipient is
}

// day collects the rules about a question on a local day. Limits of attempts are
// judged at an instant.
func (d *Desk) day(q *Question, on culture.Date, at time.Time) day {
	out := day{date: civil.Date(on), zone: q.Zone}
	if q.Holidays != nil {
		if name, ok := q.Holidays(on); ok {
			out.holiday = name
			if name == "" {
				out.holiday = "holiday"
			}
		}
	}
	special := false // hours of the place itself stand in place of those for every place
	for i := range d.rules {
		r := &d.rules[i]
		if r.about(q, on) && r.Kind == Customary && r.Place != "*" && (r.Never || len(r.Hours) > 0) {
			special = true
		}
	}
	for i := range d.rules {
		r := &d.rules[i]
		if q.Place == "" && r.Kind == Legal && r.region() == q.Region.String() && r.Place != q.Region.String() {
			part := *q
			if part.Place = r.Place; r.about(&part, on) {
				out.parts = append(out.parts, r.on(q, &out, on, at))
			}
			continue
		}
		if r.about(q, on) && (r.Place != "*" || r.Kind == Legal || !special) {
			out.views = append(out.views, r.on(q, &out, on, at))
		}
	}
	if q.Avoid != nil {
		if hours := of(q.Avoid(on), out.date.Weekday()); len(hours) > 0 {
			out.views = append(out.views, view{kind: Customary, open: without(whole(), hours), reason: Reason{Rule: "host", Text: "Hours that the host leaves alone."}})
		}
	}
	if v, ok := q.own(out.date); ok {
		out.views = append(out.views, v)
	}
	return out
}

func whole() []culture.Hours { return []culture.Hours{{From: 0, Before: dayEnd}} }

// on is the rule on a local day.
func (r *Rule) on(q *Question, d *day, date culture.Date, at time.Time) view {
	v := view{kind: r.Kind, place: r.Place, reason: Reason{Rule: r.ID, Text: r.Text, Citation: r.Citation, Sources: r.Sources, Verify: r.Verify}}
	v.open = whole()
	shut := func(why string) view {
		v.shut, v.reason.Why, v.open = true, why, nil
		return v
	}
	weekday := d.date.Weekday()
	switch territory, ok := culture.TerritoryOf(q.Region); {
	case r.Consent && !q.Consent && !(r.UnlessBound && q.Bound):
		return shut("needs prior consent")
	case r.Never:
		return shut("at no time")
	case d.holiday != "" && r.Holidays != nil && len(r.Holidays.Hours) == 0:
		return shut("not on a holiday: " + d.holiday)
	case r.Weekend && ok && territory.Weekend(date).Has(weekday):
		return shut("not on the weekend")
	}
	if again, why := r.rest(q, at); !again.IsZero() && at.Before(again) {
		v.reason.Again = again
		return shut(why)
	}
	if r.OwnHours && len(q.Own.Hours) > 0 && !q.Own.Observed {
		v.reason.Why = "the person has chosen their own hours"
		return v
	}
	switch {
	case d.holiday != "" && r.Holidays != nil:
		v.open = of(r.Holidays.Hours, weekday)
	case len(r.Hours) > 0:
		v.open = of(r.Hours, weekday)
	}
	v.open = without(v.open, of(r.Avoid, weekday))
	return v
}

// rest is when a limit of attempts or a rest after a refusal ends.
func (r *Rule) rest(q *Question, at time.Time) (again time.Time, why string) {
	if n := r.AfterRefusal; n > 0 && !q.Refused.IsZero() && !q.Refused.After(at) {
		again = localDay(q.Refused.In(q.Zone)).AddDays(n).Start(q.Zone)
		why = fmt.Sprintf("%d days of rest after a refusal", n)
	}
	l, made := r.Attempts, q.made(at)
	if l.N == 0 || made < l.N {
		return again, why
	}
	// The n-th youngest has to grow old.
	end := localDay(q.Attempts[made-l.N].In(q.Zone)).AddDays(l.Days).Start(q.Zone)
	if !end.After(at) || !end.After(again) {
		return again, why
	}
	young := localDay(at).AddDays(1 - l.Days).Start(q.Zone)
	count := made - q.made(young.Add(-1))
	return end, fmt.Sprintf("%d attempts in %d days are made", count, l.Days)
}

// localDay is the day from the start of which, by the boundary rule, an instant is less
// than a day away: that of its reading, save where clocks go back over midnight and
// the last hour of a day is read again after the next has begun.
func localDay(at time.Time) civil.Date {
	date := civil.Of(at)
	if next := date.AddDays(1); !at.Before(next.Start(at.Location())) {
		return next
	}
	return date
}

// made is how many attempts were made up to an instant; they are in order.
func (q *Question) made(at time.Time) int {
	return sort.Search(len(q.Attempts), func(i int) bool { return q.Attempts[i].After(at) })
}

// own is what the person has said, as a view of a day.
func (q *Question) own(date civil.Date) (view, bool) {
	v := view{kind: Personal, open: whole(), reason: Reason{Rule: "person", Text: "The person's own wish."}}
	if q.Own.Observed {
		v.reason.Text = "What the person has shown."
	}
	for _, c := range q.Own.Never {
		if c == q.Channel {
			v.shut, v.open, v.reason.Why = true, nil, "not by "+c.String()
			return v, true
		}
	}
	if len(q.Own.Hours) == 0 {
		return v, false
	}
	v.open = of(q.Own.Hours, date.Weekday())
	return v, true
}

// part is what the rules of a kind come to at an instant of the day.
func (d *day) part(k Kind, at time.Time) Part {
	p := Part{Standing: Silent}
	for i := range d.views {
		v := &d.views[i]
		if v.kind != k {
			continue
		}
		r := v.reason
		r.Standing, r.Sources = Closed, slices.Clone(r.Sources)
		if !v.shut {
			if v.holds(d, at) {
				r.Standing = Open
			}
			if r.Why == "" {
				r.Why = within(r.Standing, at, v.open)
			}
		}
		p.Reasons = append(p.Reasons, r)
		if p.Standing != Closed {
			p.Standing = r.Standing
		}
	}
	return p
}

// holds reports whether an instant of the day is within the view's hours.
func (v *view) holds(d *day, at time.Time) bool {
	for _, h := range v.open {
		if !at.Before(d.at(h.From)) && at.Before(d.at(h.Before)) {
			return true
		}
	}
	return false
}

func within(s Standing, at time.Time, open []culture.Hours) string {
	list := make([]string, len(open))
	for i, h := range open {
		list[i] = h.From.String() + "-" + h.Before.String()
	}
	switch clock := at.Format("Mon 15:04"); {
	case len(open) == 0:
		return clock + " is a day without hours"
	case len(open) == 1 && open[0] == whole()[0]:
		return clock + " is as good as any hour"
	case s == Open:
		return clock + " is within " + strings.Join(list, ", ")
	default:
		return clock + " is outside " + strings.Join(list, ", ")
	}
}

// at is the instant of a reading of the day's clock.
func (d *day) at(t culture.TimeOfDay) time.Time {
	return d.date.At(time.Duration(t)*time.Minute, d.zone)
}
