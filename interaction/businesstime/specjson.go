package businesstime

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// maxSpecBytes bounds a document that ParseSpec reads.
const maxSpecBytes = 4 << 20

// specDoc is the JSON form of a spec.
type specDoc struct {
	ID             string                  `json:"id,omitempty"`
	Zone           string                  `json:"zone" strictjson:"required"`
	Weekly         *weekDoc                `json:"weekly,omitempty"`
	Versions       []versionDoc            `json:"versions,omitempty"`
	Holidays       []Date                  `json:"holidays,omitempty"`
	YearlyHolidays []MonthDay              `json:"yearly_holidays,omitempty"`
	Closed         []closureDoc            `json:"closed,omitempty"`
	Overrides      map[Date][][2]TimeOfDay `json:"overrides,omitempty"`
	Breaks         map[Date][][2]TimeOfDay `json:"breaks,omitempty"`
}

type weekDoc struct {
	Mon [][2]TimeOfDay `json:"mon,omitempty"`
	Tue [][2]TimeOfDay `json:"tue,omitempty"`
	Wed [][2]TimeOfDay `json:"wed,omitempty"`
	Thu [][2]TimeOfDay `json:"thu,omitempty"`
	Fri [][2]TimeOfDay `json:"fri,omitempty"`
	Sat [][2]TimeOfDay `json:"sat,omitempty"`
	Sun [][2]TimeOfDay `json:"sun,omitempty"`
}

type versionDoc struct {
	From   *Date    `json:"from,omitempty"`
	Weekly weekDoc  `json:"weekly" strictjson:"required"`
	Breaks *weekDoc `json:"breaks,omitempty"`
}

type closureDoc struct {
	Name      string     `json:"name,omitempty"`
	Date      *Date      `json:"date,omitempty"`
	First     *Date      `json:"first,omitempty"`
	Last      *Date      `json:"last,omitempty"`
	Yearly    *yearlyDoc `json:"yearly,omitempty"`
	Nth       *nthDoc    `json:"nth_weekday,omitempty"`
	Easter    *easterDoc `json:"easter,omitempty"`
	FirstYear int        `json:"first_year,omitempty"`
	LastYear  int        `json:"last_year,omitempty"`
}

type yearlyDoc struct {
	First    MonthDay  `json:"first" strictjson:"required"`
	Last     *MonthDay `json:"last,omitempty"`
	Observed *Observed `json:"observed,omitempty"`
}

type nthDoc struct {
	Month   int    `json:"month" strictjson:"required"`
	Weekday string `json:"weekday" strictjson:"required"`
	N       int    `json:"n" strictjson:"required"`
	Offset  int    `json:"offset,omitempty"`
}

type easterDoc struct {
	Offset int   `json:"offset"`
	Rite   *Rite `json:"rite,omitempty"`
}

// ParseSpec reads a spec from strict JSON: unknown and repeated fields are refused
// and every fault is reported at once with its path. The fields are
//
//	id               text
//	zone             IANA name, required
//	weekly           {"mon": [["09:00","17:00"]], …}: one version since ever
//	versions         [{"from": "2024-01-01", "weekly": {…}, "breaks": {…}}], instead of weekly
//	holidays         ["2024-12-25"]
//	yearly_holidays  ["12-25"]
//	closed           [{"name": …, and one of "date", "first" with "last",
//	                 "yearly": {"first","last","observed"}, "nth_weekday":
//	                 {"month","weekday","n","offset"}, "easter": {"offset","rite"};
//	                 "first_year", "last_year"}]
//	overrides        {"2024-12-24": [["09:00","12:00"]]}
//	breaks           the same form
//
// The result is not yet checked as a whole; [New] does that.
func ParseSpec(data []byte) (Spec, error) {
	var doc specDoc
	if err := strictjson.Decode(data, &doc, &strictjson.Limits{Bytes: maxSpecBytes}); err != nil {
		return Spec{}, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	return doc.spec()
}

func (d *specDoc) spec() (Spec, error) {
	s := Spec{ID: d.ID, Zone: d.Zone, Overrides: datesOf(d.Overrides), Breaks: datesOf(d.Breaks)}
	var faults strictjson.Faults
	if d.Weekly != nil {
		s.Versions = append(s.Versions, Version{Hours: d.Weekly.week()})
	}
	if d.Weekly != nil && len(d.Versions) > 0 {
		faults.Add("versions", strictjson.ErrValue, "either weekly or versions")
	}
	for _, v := range d.Versions {
		made := Version{Hours: v.Weekly.week()}
		if v.From != nil {
			made.From = *v.From
		}
		if v.Breaks != nil {
			made.Breaks = v.Breaks.week()
		}
		s.Versions = append(s.Versions, made)
	}
	for _, date := range d.Holidays {
		s.Closed = append(s.Closed, Closure{Rule: Day{date}})
	}
	for _, md := range d.YearlyHolidays {
		s.Closed = append(s.Closed, Closure{Rule: Yearly{First: md}})
	}
	for i := range d.Closed {
		s.Closed = append(s.Closed, d.Closed[i].closure(fmt.Sprintf("closed[%d]", i), &faults))
	}
	if err := faults.Err(); err != nil {
		return Spec{}, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	return s, nil
}

func (d *closureDoc) closure(path string, faults *strictjson.Faults) Closure {
	c := Closure{Name: d.Name, FirstYear: d.FirstYear, LastYear: d.LastYear}
	n := 0
	if d.Date != nil {
		c.Rule = Day{*d.Date}
		n++
	}
	if d.First != nil || d.Last != nil {
		n++
		if d.First == nil || d.Last == nil {
			faults.Add(path, strictjson.ErrMissing, "a range needs first and last")
		} else {
			c.Rule = Range{*d.First, *d.Last}
		}
	}
	if d.Yearly != nil {
		r := Yearly{First: d.Yearly.First}
		if d.Yearly.Last != nil {
			r.Last = *d.Yearly.Last
		}
		if d.Yearly.Observed != nil {
			r.Observed = *d.Yearly.Observed
		}
		c.Rule = r
		n++
	}
	if d.Nth != nil {
		wd, ok := weekdayNamed(d.Nth.Weekday)
		if !ok {
			faults.Add(path+".nth_weekday.weekday", strictjson.ErrValue, "want mon to sun")
		}
		c.Rule = NthWeekday{time.Month(d.Nth.Month), wd, d.Nth.N, d.Nth.Offset}
		n++
	}
	if d.Easter != nil {
		r := EasterDay{Offset: d.Easter.Offset}
		if d.Easter.Rite != nil {
			r.Rite = *d.Easter.Rite
		}
		c.Rule = r
		n++
	}
	if n != 1 {
		faults.Add(path, strictjson.ErrValue, "want one of date, first with last, yearly, nth_weekday, easter; have %d", n)
	}
	return c
}

// MarshalJSON writes the form that [ParseSpec] reads. A spec with a Location and
// no Zone, or with a value that has no text form, is an error.
func (s Spec) MarshalJSON() ([]byte, error) {
	d := specDoc{ID: s.ID, Zone: s.Zone, Overrides: pairsOfDates(s.Overrides), Breaks: pairsOfDates(s.Breaks)}
	if d.Zone == "" && s.Location != nil {
		d.Zone = s.Location.String()
	}
	for _, v := range s.Versions {
		made := versionDoc{Weekly: weekDocOf(v.Hours)}
		if from := v.From; !from.IsZero() {
			made.From = &from
		}
		if !v.Breaks.isEmpty() {
			breaks := weekDocOf(v.Breaks)
			made.Breaks = &breaks
		}
		d.Versions = append(d.Versions, made)
	}
	for i := range s.Closed {
		c, err := closureDocOf(&s.Closed[i])
		if err != nil {
			return nil, err
		}
		d.Closed = append(d.Closed, c)
	}
	return json.Marshal(&d)
}

// UnmarshalJSON reads what [ParseSpec] reads.
func (s *Spec) UnmarshalJSON(data []byte) error {
	v, err := ParseSpec(data)
	if err != nil {
		return err
	}
	*s = v
	return nil
}

func closureDocOf(c *Closure) (closureDoc, error) {
	d := closureDoc{Name: c.Name, FirstYear: c.FirstYear, LastYear: c.LastYear}
	switch r := c.Rule.(type) {
	case Day:
		d.Date = &r.Date
	case Range:
		d.First, d.Last = &r.First, &r.Last
	case Yearly:
		d.Yearly = &yearlyDoc{First: r.First}
		if !r.Last.IsZero() {
			d.Yearly.Last = &r.Last
		}
		if r.Observed != AsIs {
			d.Yearly.Observed = &r.Observed
		}
	case NthWeekday:
		d.Nth = &nthDoc{int(r.Month), weekdayKeys[mod(int(r.Weekday), 7)], r.N, r.Offset}
	case EasterDay:
		d.Easter = &easterDoc{Offset: r.Offset}
		if r.Rite != Western {
			d.Easter.Rite = &r.Rite
		}
	default:
		return d, fmt.Errorf("%w: closure %q has no rule of the five kinds", ErrSpec, c.Name)
	}
	return d, nil
}

// weekdayKeys are the names of the days in JSON, by time.Weekday.
var weekdayKeys = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekdayNamed(s string) (time.Weekday, bool) {
	for wd, key := range weekdayKeys {
		if strings.EqualFold(s, key) {
			return time.Weekday(wd), true
		}
	}
	return 0, false
}

func (d *weekDoc) days() [7]*[][2]TimeOfDay {
	return [7]*[][2]TimeOfDay{&d.Sun, &d.Mon, &d.Tue, &d.Wed, &d.Thu, &d.Fri, &d.Sat}
}

func (d *weekDoc) week() Week {
	var w Week
	for wd, pairs := range d.days() {
		w[wd] = spansOf(*pairs)
	}
	return w
}

func weekDocOf(w Week) weekDoc {
	var d weekDoc
	for wd, pairs := range d.days() {
		*pairs = pairsOf(w[wd])
	}
	return d
}

func spansOf(pairs [][2]TimeOfDay) []Span {
	var out []Span
	for _, p := range pairs {
		out = append(out, Span{p[0], p[1]})
	}
	return out
}

func pairsOf(spans []Span) [][2]TimeOfDay {
	out := [][2]TimeOfDay{}
	for _, s := range spans {
		out = append(out, [2]TimeOfDay{s.Open, s.Close})
	}
	return out
}

func datesOf(m map[Date][][2]TimeOfDay) map[Date][]Span {
	if m == nil {
		return nil
	}
	out := make(map[Date][]Span, len(m))
	for d, pairs := range m {
		out[d] = spansOf(pairs)
	}
	return out
}

func pairsOfDates(m map[Date][]Span) map[Date][][2]TimeOfDay {
	if len(m) == 0 {
		return nil
	}
	out := make(map[Date][][2]TimeOfDay, len(m))
	for d, spans := range m {
		out[d] = pairsOf(spans)
	}
	return out
}
