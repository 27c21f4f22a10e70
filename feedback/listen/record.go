package listen

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Record is a review or social mention as the host received it. It is plain data.
type Record struct {
	ID        string // the host's key; required
	Kind      Kind   // required
	Source    string // the host's name of the site or network; required
	Author    string // an opaque key or public handle; may be empty
	Rating    int    // stars, 1 to 5; zero for none
	Text      string // the author's own words; personal text
	Language  language.Tag
	At        time.Time // when it was published; required
	Reply     ReplyState
	RepliedAt time.Time // with Replied
}

// Validate reports every fault of the record, each a FieldError under ErrRecord.
func (r Record) Validate() error {
	fs := faults{err: ErrRecord}
	fs.name("ID", r.ID, true)
	fs.name("Source", r.Source, true)
	fs.name("Author", r.Author, false)
	if r.Kind != Review && r.Kind != Mention {
		fs.add("Kind", "is required")
	}
	if r.Rating < 0 || r.Rating > 5 {
		fs.add("Rating", "%d is not 1 to 5, or 0 for none", r.Rating)
	}
	if r.At.IsZero() {
		fs.add("At", "is the zero time")
	}
	if r.Reply < Unanswered || r.Reply > NoReply {
		fs.add("Reply", "is required")
	}
	if (r.Reply == Replied) != !r.RepliedAt.IsZero() {
		fs.add("RepliedAt", "does not fit the state %v", r.Reply)
	}
	return fs.join()
}

// Adder counts business time: the instant at which d of open time has passed since t.
// Any number of goroutines may ask.
type Adder interface {
	Add(t time.Time, d time.Duration) (time.Time, error)
}

// ReplyTimes are how long an answer may take by severity; zero means that none is due.
type ReplyTimes [Critical]time.Duration

// ReplyPolicy says by when records are answered. It is checked by NewReplies.
type ReplyPolicy struct {
	Sources map[string]ReplyTimes // by source
	Default ReplyTimes            // of sources that are not listed
	Risk    []string              // words that make a record critical: "allergic", "lawyer", 火傷
	Exclude []string              // longer words in which they do not count
	Match   *MatchOptions         // how risk words are matched; nil is the default

	// By which rating a record is how severe: at most so many stars. Zero is never.
	HighAtMost, MediumAtMost int
}

// SuggestedReplies is a starting point and no standard: one hour for risk words, whatever
// the clock; a day for one and two stars, two for three, a week for the rest.
func SuggestedReplies(risk ...string) ReplyPolicy {
	return ReplyPolicy{
		Default: ReplyTimes{7 * 24 * time.Hour, 48 * time.Hour, 24 * time.Hour, time.Hour},
		Risk:    risk, HighAtMost: 2, MediumAtMost: 3,
	}
}

// Replies decides severities and due times by one policy. It is only read after
// NewReplies, so that any number of goroutines may share it.
type Replies struct {
	policy ReplyPolicy
	risk   *Matcher // nil: no risk words
}

// NewReplies checks a policy and compiles its risk words. ErrReplyPolicy for times below
// zero or stars outside 0 to 5, and what NewMatcher refuses; every fault at once.
func NewReplies(p ReplyPolicy) (*Replies, error) {
	fs := faults{err: ErrReplyPolicy}
	check := func(path string, times ReplyTimes) {
		for i, d := range times {
			if d < 0 || d > 100*366*24*time.Hour {
				fs.add(fmt.Sprintf("%s[%v]", path, Severity(i+1)), "%v is not zero to 100 years", d)
			}
		}
	}
	check("Default", p.Default)
	sources := map[string]ReplyTimes{}
	names := make([]string, 0, len(p.Sources))
	for source, times := range p.Sources { // sorted below
		names = append(names, source)
		sources[source] = times
	}
	slices.Sort(names)
	for _, source := range names {
		fs.name("Sources", source, true)
		check(fmt.Sprintf("Sources[%q]", clip(source)), sources[source])
	}
	if p.HighAtMost < 0 || p.HighAtMost > 5 {
		fs.add("HighAtMost", "%d is not 0 to 5", p.HighAtMost)
	}
	if p.MediumAtMost < 0 || p.MediumAtMost > 5 || p.MediumAtMost > 0 && p.MediumAtMost < p.HighAtMost {
		fs.add("MediumAtMost", "%d is not 0 to 5, or below HighAtMost", p.MediumAtMost)
	}
	p.Sources, p.Risk, p.Exclude = sources, slices.Clone(p.Risk), slices.Clone(p.Exclude)
	r := &Replies{policy: p}
	err := fs.join()
	if len(p.Risk) > 0 {
		m, matchErr := NewMatcher(p.Risk, p.Exclude, p.Match)
		if matchErr != nil {
			err = errors.Join(err, fmt.Errorf("%w: risk words: %w", ErrReplyPolicy, matchErr))
		}
		r.risk = m
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Reason is why a record is as severe as it is.
type Reason struct {
	Severity Severity
	Rule     string // "risk", "rating", "polarity" or "default"
	Risk     []Span // the risk words that were found
}

// Severity judges a record: risk words are critical; few stars are high or medium; a
// record without a rating that the classifier (nil for none) calls negative is medium;
// all else is low. A text longer than the matcher's limit is taken as high, since
// nothing was looked for in it.
func (r *Replies) Severity(rec Record, c Classifier) Reason {
	if r.risk != nil {
		spans, err := r.risk.Find(rec.Text)
		if err != nil {
			return Reason{High, "risk", nil}
		}
		if len(spans) > 0 {
			return Reason{Critical, "risk", spans}
		}
	}
	switch {
	case rec.Rating > 0 && rec.Rating <= r.policy.HighAtMost:
		return Reason{High, "rating", nil}
	case rec.Rating > 0 && rec.Rating <= r.policy.MediumAtMost:
		return Reason{Medium, "rating", nil}
	case rec.Rating == 0 && c != nil:
		if p, _, ok := c.Classify(rec.Language, rec.Text); ok && p == Negative {
			return Reason{Medium, "polarity", nil}
		}
	}
	return Reason{Low, "default", nil}
}

// Due is by when a record is to be answered, counted from its publication: on the
// calendar where one is given, by the wall clock without one and for what is critical.
// ok is false when the policy asks for no answer, or one was given or declined. The error
// is what the calendar said, or ErrCalendar.
func (r *Replies) Due(rec Record, s Severity, business Adder) (at time.Time, ok bool, err error) {
	if rec.Reply == Replied || rec.Reply == NoReply || s < Low || s > Critical {
		return time.Time{}, false, nil
	}
	times, listed := r.policy.Sources[rec.Source]
	if !listed {
		times = r.policy.Default
	}
	d := times[s-1]
	if d == 0 {
		return time.Time{}, false, nil
	}
	if business == nil || s == Critical {
		return rec.At.Add(d), true, nil
	}
	at, err = business.Add(rec.At, d)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("listen: calendar: %w", err)
	}
	if at.Before(rec.At) {
		return time.Time{}, false, fmt.Errorf("%w: %v after %s", ErrCalendar, d, rec.At.UTC().Format(time.RFC3339))
	}
	return at, true, nil
}

// Waiting is a record that is to be answered.
type Waiting struct {
	Record  Record
	Reason  Reason
	DueAt   time.Time
	Overdue bool // now is after DueAt
}

// Queue is the records that wait for an answer, by due time, the more severe first
// among equals, then by id. Records that are not valid are ErrRecord, all at once.
func (r *Replies) Queue(records []Record, c Classifier, business Adder, now time.Time) ([]Waiting, error) {
	var out []Waiting
	var errs []error
	for i, rec := range records {
		if err := rec.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("records[%d]: %w", i, err))
			continue
		}
		if rec.Reply == Replied || rec.Reply == NoReply {
			continue
		}
		reason := r.Severity(rec, c)
		due, ok, err := r.Due(rec, reason.Severity, business)
		if err != nil {
			errs = append(errs, fmt.Errorf("records[%d]: %w", i, err))
		}
		if ok {
			out = append(out, Waiting{rec, reason, due, now.After(due)})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Waiting) int {
		return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(b.Reason.Severity, a.Reason.Severity), strings.Compare(a.Record.ID, b.Record.ID))
	})
	return out, nil
}

// LateReply reports a record that was answered, and when it should have been: late is
// how long after its due time the answer came, zero or less where it was in time. ok is
// false when no answer was due or none was given.
func (r *Replies) LateReply(rec Record, s Severity, business Adder) (late time.Duration, ok bool, err error) {
	if rec.Reply != Replied {
		return 0, false, nil
	}
	open := rec
	open.Reply = Unanswered
	due, ok, err := r.Due(open, s, business)
	if err != nil || !ok {
		return 0, false, err
	}
	return rec.RepliedAt.Sub(due), true, nil
}
