package deliver

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/internal/strictjson"
)

type policyDoc struct {
	Name             string       `json:"name,omitempty"`
	Purpose          *Purpose     `json:"purpose,omitempty"`
	SuppressOpenCase bool         `json:"suppress_open_case,omitempty"`
	Score            *scoreDoc    `json:"score,omitempty"`
	SampleRate       *float64     `json:"sample_rate,omitempty"`
	Display          *Display     `json:"display,omitempty"`
	DisplayTimes     *int64       `json:"display_times,omitempty"`
	MinGapAny        *int64       `json:"min_gap_any_days,omitempty"`
	MinGapSame       *int64       `json:"min_gap_same_days,omitempty"`
	AfterResponse    *int64       `json:"after_response_days,omitempty"`
	MaxPerWindow     capDocs      `json:"max_per_window,omitempty"`
	Window           *Hours       `json:"window,omitempty"`
	EventTTL         *int64       `json:"event_ttl_hours,omitempty"`
	Reminders        *reminderDoc `json:"reminders,omitempty"`
}

type scoreDoc struct {
	Instrument string `json:"instrument" strictjson:"required"`
	Min        *int64 `json:"min,omitempty"`
	Max        *int64 `json:"max,omitempty"`
}

type capDoc struct {
	N    int64 `json:"n" strictjson:"required"`
	Days int64 `json:"days" strictjson:"required"`
}

type reminderDoc struct {
	Max   int64 `json:"max" strictjson:"required"`
	Every int64 `json:"every_hours" strictjson:"required"`
	Until int64 `json:"until_hours,omitempty"`
}

// capDocs is one rule or a list of them.
type capDocs []capDoc

// UnmarshalNode reads an object or an array of objects.
func (c *capDocs) UnmarshalNode(n *strictjson.Node, path string, fs *strictjson.Faults) {
	switch n.Kind {
	case strictjson.Null:
	case strictjson.Array:
		var list []capDoc
		strictjson.Into(n, &list, path, fs)
		*c = list
	default:
		var one capDoc
		strictjson.Into(n, &one, path, fs)
		*c = capDocs{one}
	}
}

// ParsePolicy reads a policy from strict JSON: unknown and repeated fields are
// refused. Every fault of the form is reported at once with its path, and where there is
// none every fault of the values, under [ErrPolicy]:
//
//	name                 text
//	purpose              "research" (also when absent), "review_request", "marketing"
//	suppress_open_case   true or false
//	score                {"instrument": "nps", "min": 0, "max": 6}
//	sample_rate          0 to 1
//	display              "always", "once", "until_answered", "times" with display_times
//	min_gap_any_days, min_gap_same_days, after_response_days   whole days of 24 hours
//	max_per_window       {"n": 2, "days": 30}, or a list of them
//	window               {"from": "09:00", "to": "18:00", "weekdays": [1, 2], "holidays": ["2026-12-25"]}
//	event_ttl_hours      whole hours
//	reminders            {"max": 1, "every_hours": 72, "until_hours": 336}
//
// The result has passed [Policy.Validate].
func ParsePolicy(data []byte) (Policy, error) {
	var d policyDoc
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	var fs strictjson.Faults
	p := d.policy(&fs)
	if err := fs.Err(); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	if err := p.Validate(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

func (d *policyDoc) policy(fs *strictjson.Faults) Policy {
	p := Policy{
		Name: d.Name, Purpose: Research, SuppressOpenCase: d.SuppressOpenCase, SampleRate: d.SampleRate, Hours: d.Window,
		MinGapAny:     units(d.MinGapAny, Day, "min_gap_any_days", fs),
		MinGapSame:    units(d.MinGapSame, Day, "min_gap_same_days", fs),
		AfterResponse: units(d.AfterResponse, Day, "after_response_days", fs),
		EventTTL:      units(d.EventTTL, time.Hour, "event_ttl_hours", fs),
		DisplayTimes:  count(d.DisplayTimes, "display_times", fs),
	}
	if d.Purpose != nil {
		p.Purpose = *d.Purpose
	}
	if d.Display != nil {
		p.Display = *d.Display
	}
	if s := d.Score; s != nil {
		p.Score = s.score(fs)
	}
	for i := range d.MaxPerWindow {
		path := strictjson.Index("max_per_window", i)
		c := &d.MaxPerWindow[i]
		p.Caps = append(p.Caps, Cap{count(&c.N, path+".n", fs), units(&c.Days, Day, path+".days", fs)})
	}
	if r := d.Reminders; r != nil {
		p.Reminders = &Reminders{
			count(&r.Max, "reminders.max", fs),
			units(&r.Every, time.Hour, "reminders.every_hours", fs),
			units(&r.Until, time.Hour, "reminders.until_hours", fs),
		}
	}
	return p
}

func (s *scoreDoc) score(fs *strictjson.Faults) *ScoreRange {
	r := &ScoreRange{Instrument: instrument(s.Instrument)}
	if r.Instrument == 0 {
		fs.Add("score.instrument", strictjson.ErrValue, "is not nps, csat or ces")
	}
	r.Min, r.Max = r.Instrument.Scale()
	if s.Min != nil {
		r.Min = count(s.Min, "score.min", fs)
	}
	if s.Max != nil {
		r.Max = count(s.Max, "score.max", fs)
	}
	return r
}

func instrument(name string) feedback.Instrument {
	for i := feedback.NPS; i <= feedback.CES; i++ {
		if i.String() == name {
			return i
		}
	}
	return 0
}

// units is a whole number of days or hours as a duration, bounded so that it cannot
// overflow; Validate refuses what is out of range.
func units(n *int64, unit time.Duration, path string, fs *strictjson.Faults) time.Duration {
	if n == nil {
		return 0
	}
	if *n < 0 || *n > int64(maxSpan/unit) {
		fs.Add(path, strictjson.ErrValue, "is below zero or more than 100 years")
		return 0
	}
	return time.Duration(*n) * unit
}

func count(n *int64, path string, fs *strictjson.Faults) int {
	if n == nil {
		return 0
	}
	if *n < 0 || *n > 1_000_000 {
		fs.Add(path, strictjson.ErrValue, "is not 0 to 1,000,000")
		return 0
	}
	return int(*n)
}

// MarshalJSON writes the form that [ParsePolicy] reads. A gap or window that is no
// whole number of days, or an age that is no whole number of hours, has none and is
// an error.
func (p Policy) MarshalJSON() ([]byte, error) {
	fs := faults{err: ErrPolicy}
	d := policyDoc{
		Name: p.Name, SuppressOpenCase: p.SuppressOpenCase, SampleRate: p.SampleRate, Window: p.Hours,
		MinGapAny:     whole(&fs, "MinGapAny", p.MinGapAny, Day),
		MinGapSame:    whole(&fs, "MinGapSame", p.MinGapSame, Day),
		AfterResponse: whole(&fs, "AfterResponse", p.AfterResponse, Day),
		EventTTL:      whole(&fs, "EventTTL", p.EventTTL, time.Hour),
	}
	if p.Purpose != 0 {
		d.Purpose = &p.Purpose
	}
	if p.Display != 0 {
		d.Display = &p.Display
	}
	if p.DisplayTimes != 0 {
		n := int64(p.DisplayTimes)
		d.DisplayTimes = &n
	}
	if s := p.Score; s != nil {
		low, high := int64(s.Min), int64(s.Max)
		d.Score = &scoreDoc{s.Instrument.String(), &low, &high}
	}
	for i, c := range p.Caps {
		days := whole(&fs, fmt.Sprintf("Caps[%d].Window", i), c.Window, Day)
		d.MaxPerWindow = append(d.MaxPerWindow, capDoc{int64(c.N), value(days)})
	}
	if r := p.Reminders; r != nil {
		d.Reminders = &reminderDoc{
			int64(r.Max),
			value(whole(&fs, "Reminders.Every", r.Every, time.Hour)),
			value(whole(&fs, "Reminders.Until", r.Until, time.Hour)),
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return json.Marshal(d)
}

func whole(fs *faults, field string, d, unit time.Duration) *int64 {
	if d == 0 {
		return nil
	}
	if d%unit != 0 {
		fs.add(field, "%v is not a whole number of %v", d, unit)
		return nil
	}
	n := int64(d / unit)
	return &n
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
