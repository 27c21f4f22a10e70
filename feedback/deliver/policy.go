package deliver

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/rapport-go/rapport/feedback"
)

// Day is exactly 24 hours: gaps and windows are rolling and no change of clocks
// moves them.
const Day = 24 * time.Hour

// Cap limits requests to one person in a rolling window.
type Cap struct {
	N      int           // requests of any survey in the window, at least one
	Window time.Duration // above zero; a request exactly this old is out of it
}

// ScoreRange is a condition on the answer that a request follows, both ends
// inclusive. Answers of another instrument are outside. An effort answer is read as
// ease, so that low is bad on every scale.
type ScoreRange struct {
	Instrument feedback.Instrument
	Min, Max   int
}

// Has reports whether an answer is given, is of the instrument and lies in the range.
func (r ScoreRange) Has(a feedback.Answer) bool {
	n, ok := scoreOf(a, r.Instrument)
	return ok && n >= r.Min && n <= r.Max
}

// scoreOf is an answer where low is bad.
func scoreOf(a feedback.Answer, i feedback.Instrument) (int, bool) {
	if a == nil || !a.Valid() || a.Instrument() != i {
		return 0, false
	}
	if effort, is := a.(feedback.CESAnswer); is {
		return effort.Ease(), true
	}
	return a.Score(), true
}

// Reminders repeat one request that was not answered.
type Reminders struct {
	Max   int           // how many at most; at least one
	Every time.Duration // wait after the request and between reminders; above zero
	Until time.Duration // none later than this after the request; zero for no end
}

// Policy says when one survey may be asked. Its zero value, with a Purpose, has no
// limits but opt-out and consent. It is data: NewGate checks it whole.
type Policy struct {
	Name    string  // for traces and audit; optional
	Purpose Purpose // required

	SuppressOpenCase bool        // do not ask somebody with an open case
	Score            *ScoreRange // ask only after such an answer; refused for review requests
	SampleRate       *float64    // share of people who are asked, 0 to 1; nil asks everybody
	Display          Display     // zero is Always
	DisplayTimes     int         // of Display Times, at least one

	MinGapAny     time.Duration // since the last request of any survey; zero is no rule
	MinGapSame    time.Duration // since the last request of this survey
	AfterResponse time.Duration // since the last answer to any survey
	Caps          []Cap

	Hours    *Hours        // when to ask, on the person's clock; nil is any time
	EventTTL time.Duration // how old the event may be at the time of asking; zero is any age

	Reminders *Reminders // nil is none
}

// SuggestedPolicy is a starting point and no standard: 30 days between any two
// surveys and 90 between two of one kind, quiet while a case is open, an event of at
// most 72 hours, one reminder after three days. The figures are the middle of what
// survey services offer (7 to 365 days between surveys).
//
// A review request waits for an open case to close and has no age limit, which
// together would leave out those who complained.
func SuggestedPolicy(p Purpose) Policy {
	s := Policy{
		Purpose: p, SuppressOpenCase: true, MinGapAny: 30 * Day, MinGapSame: 90 * Day, EventTTL: 72 * time.Hour,
		Reminders: &Reminders{Max: 1, Every: 3 * Day, Until: 14 * Day},
	}
	if p == ReviewRequest {
		s.EventTTL = 0
	}
	return s
}

// maxSpan bounds gaps, windows and ages, so that no instant overflows.
const maxSpan = 100 * 366 * Day

// Validate reports every fault of the policy, each a FieldError under ErrPolicy; a
// review request with a score condition is under ErrReviewGating, too.
func (p Policy) Validate() error {
	fs := faults{err: ErrPolicy}
	fs.name("name", p.Name, false)
	if p.Purpose < Research || p.Purpose > Marketing {
		fs.add("purpose", "is required")
	}
	p.checkScore(&fs)
	p.checkFrequency(&fs)
	if p.Hours != nil {
		p.Hours.check("window.", &fs)
	}
	if p.Purpose == ReviewRequest && p.SuppressOpenCase && p.EventTTL > 0 {
		fs.addAs(ErrReviewGating, "suppress_open_case", "with an event_ttl keeps those who complained from ever being asked")
	}
	if r := p.Reminders; r != nil {
		if r.Max < 1 || r.Max > 100 {
			fs.add("reminders.max", "%d is not 1 to 100", r.Max)
		}
		span(&fs, "reminders.every", r.Every, true)
		span(&fs, "reminders.until", r.Until, false)
	}
	return fs.join()
}

func (p Policy) checkScore(fs *faults) {
	if s := p.Score; s != nil {
		low, high := s.Instrument.Scale()
		if s.Instrument < feedback.NPS || s.Instrument > feedback.CES {
			fs.add("score.instrument", "is none")
		} else if s.Min > s.Max || s.Min < low || s.Max > high {
			fs.add("score", "%d to %d is not within %d to %d", s.Min, s.Max, low, high)
		}
		if p.Purpose == ReviewRequest {
			fs.addAs(ErrReviewGating, "score", "chooses whom to ask for a public review by how satisfied they are")
		}
	}
	if r := p.SampleRate; r != nil && !(*r >= 0 && *r <= 1) {
		fs.add("sample_rate", "%v is not a share, 0 to 1", *r)
	}
	if p.Display > Times {
		fs.add("display", "is unknown")
	}
	if (p.Display == Times) != (p.DisplayTimes != 0) || p.DisplayTimes < 0 {
		fs.add("display_times", "%d does not fit the display rule %v", p.DisplayTimes, p.Display)
	}
}

func (p Policy) checkFrequency(fs *faults) {
	span(fs, "min_gap_any", p.MinGapAny, false)
	span(fs, "min_gap_same", p.MinGapSame, false)
	span(fs, "after_response", p.AfterResponse, false)
	span(fs, "event_ttl", p.EventTTL, false)
	if len(p.Caps) > 20 {
		fs.add("max_per_window", "has %d rules, more than 20", len(p.Caps))
	}
	for i, c := range p.Caps {
		path := fmt.Sprintf("max_per_window[%d].", i)
		if c.N < 1 || c.N > 1_000_000 {
			fs.add(path+"n", "%d is not 1 to 1,000,000", c.N)
		}
		span(fs, path+"days", c.Window, true)
	}
}

func span(fs *faults, field string, d time.Duration, required bool) {
	switch {
	case d < 0 || d == 0 && required:
		fs.add(field, "%v is not above zero", d)
	case d > maxSpan:
		fs.add(field, "is more than 100 years")
	}
}

// Sampled reports whether a person is in a survey's sample of the given share: FNV-1a
// 64 of "contact|survey" modulo 10,000 is below the share in ten-thousandths, rounded
// half to even. The same people are chosen each time, anybody can check it, and the
// sample of a higher share holds that of a lower one. Shares outside 0 to 1 count as
// the nearer end; NaN chooses nobody.
func Sampled(contact, survey string, share float64) bool {
	return sampleHash(contact, survey)%10_000 < sampleBound(share)
}

func sampleBound(share float64) uint64 {
	if !(share > 0) {
		return 0
	}
	return uint64(math.RoundToEven(min(share, 1) * 10_000))
}

func sampleHash(contact, survey string) uint64 {
	h := uint64(fnvOffset)
	h = hashString(h, contact)
	h = (h ^ '|') * fnvPrime
	return hashString(h, survey)
}

// FNV-1a 64 (Fowler, Noll, Vo), written out so that it does not allocate.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// Gate decides by one policy. It is only read after NewGate, so that any number of
// goroutines may ask it.
type Gate struct {
	policy Policy
	week   *week  // nil: any time
	bound  uint64 // of the sample
	hash   uint64 // of the policy, for digests
}

// NewGate checks a policy and copies it. The errors are those of Policy.Validate, all
// at once.
func NewGate(p Policy) (*Gate, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	g := &Gate{policy: p.clone()}
	if p.Hours != nil {
		g.week = newWeek(*p.Hours)
	}
	if p.SampleRate != nil {
		g.bound = sampleBound(*p.SampleRate)
	}
	g.hash = g.policy.digest()
	return g, nil
}

// digest is a hash over every field.
func (p Policy) digest() uint64 {
	h := fnv.New64a()
	put := func(v ...any) { _, _ = fmt.Fprintf(h, "%v|", v) } // a hash never fails
	put(len(p.Name), p.Name, p.Purpose, p.SuppressOpenCase, p.Display, p.DisplayTimes, p.MinGapAny, p.MinGapSame, p.AfterResponse, p.Caps, p.EventTTL)
	if p.Score != nil {
		put("score", *p.Score)
	}
	if p.SampleRate != nil {
		put("sample", *p.SampleRate)
	}
	if p.Hours != nil {
		put("hours", *p.Hours)
	}
	if p.Reminders != nil {
		put("reminders", *p.Reminders)
	}
	return h.Sum64()
}

func (p Policy) clone() Policy {
	p.Caps = slices.Clone(p.Caps)
	p.Score, p.SampleRate, p.Reminders = copied(p.Score), copied(p.SampleRate), copied(p.Reminders)
	if p.Hours = copied(p.Hours); p.Hours != nil {
		p.Hours.Weekdays = slices.Clone(p.Hours.Weekdays)
		p.Hours.Holidays = slices.Clone(p.Hours.Holidays)
	}
	return p
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// Policy is the gate's policy, a copy.
func (g *Gate) Policy() Policy { return g.policy.clone() }

// Lookback is how much of a person's history a decision can depend on: what is older
// may be left out. It is the longest gap or window; ok is false when a display rule
// needs everything. A duplicate key is seen only in what the host passes.
func (g *Gate) Lookback() (d time.Duration, ok bool) {
	if g.policy.Display > Always {
		return 0, false
	}
	d = max(g.policy.MinGapAny, g.policy.MinGapSame, g.policy.AfterResponse)
	for _, c := range g.policy.Caps {
		d = max(d, c.Window)
	}
	return d, true
}
