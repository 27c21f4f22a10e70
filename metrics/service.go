package metrics

import (
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// A CaseEventKind says what happened to a support case.
type CaseEventKind uint8

// The kinds of event. Leave automatic replies out: nobody has responded yet.
const (
	CaseOpened      CaseEventKind = iota + 1 // the customer asked
	CustomerMessage                          // the customer wrote again
	AgentReply                               // a person answered, visibly to the customer
	AgentWork                                // internal work, not visible
	CaseResolved                             // solved or closed
	CaseReopened                             // not solved after all
)

var caseEventNames = [...]string{"unset", "opened", "customer-message", "agent-reply", "agent-work", "resolved", "reopened"}

// String is the kind's name, "unset" for the zero value.
func (k CaseEventKind) String() string { return enumText(caseEventNames[:], uint8(k)) }

// MarshalText writes the name; the zero value and unknown kinds are errors.
func (k CaseEventKind) MarshalText() ([]byte, error) {
	return enumMarshal("case event", caseEventNames[:], uint8(k))
}

// UnmarshalText reads a name.
func (k *CaseEventKind) UnmarshalText(text []byte) error {
	return enumUnmarshal("case event", caseEventNames[:], text, (*uint8)(k))
}

// A CaseEvent is one thing that happened to a case. Worked is the agents' time that
// it took (talk, hold and after-call work for a call), zero for customers' events.
type CaseEvent struct {
	At     time.Time
	Kind   CaseEventKind
	Worked time.Duration
}

// A Case is a host's support case with its events in any order.
type Case interface{ CaseEvents() []CaseEvent }

// A Clock measures elapsed working time, for hosts who promise in business hours.
// Elapsed is called with from not after to, from the goroutine that called the
// library; it is a function of its arguments.
type Clock interface {
	Elapsed(from, to time.Time) time.Duration
}

// ServiceOptions are the conventions of [NewService]; the zero value is documented
// field by field.
type ServiceOptions struct {
	// Clock measures response and resolution times; nil is the calendar, round the
	// clock. ClockName tells its configuration apart from others when states are
	// merged, and is required with a Clock.
	Clock     Clock
	ClockName string
	// FirstResolution measures resolution to the first time that the case was
	// resolved. By default it is the last time, and a reopened case is open again.
	FirstResolution bool
	// Window is how long a resolved case must stay resolved to count as solved at
	// the first contact; 0 means seven days.
	Window time.Duration
	// Resolution is the step of the durations; 0 means [DefaultResolution].
	Resolution time.Duration
}

// Service accumulates the figures of a help desk over cases, as they stood at one
// instant: what happened later is ignored, and what was then open is censored and
// not left out. Guarantees: state is counts and sums, shards are by case, Merge is
// associative and commutative and equals one pass. The zero value has the default
// conventions and no instant: it looks at each case as of the case's own last event.
// Not safe for concurrent use.
//
// Definitions, with the names of Zendesk's metrics where it has them:
//   - first response ("first reply time"): from the opening to the first AgentReply;
//   - next response ("next reply time"): from the oldest unanswered CustomerMessage
//     after the first response to the next AgentReply;
//   - resolution ("full resolution time"): from the opening to the last CaseResolved
//     of a case that is resolved, time in a resolved state before a reopening
//     included; or to the first with FirstResolution;
//   - handle time (AHT): agents' Worked time over a whole case, without Clock; that
//     of an unresolved case is open;
//   - first-contact resolution (FCR): no CustomerMessage before the first resolution
//     and no reopening within the Window after it. A case whose window has not
//     passed is in neither count but in Immature.
type Service struct {
	asOf time.Time
	opts ServiceOptions

	first, next, resolution, handle Durations
	fcr, reopened                   Proportion
	cases, backlog, immature        int64
	noReply, future, faulty         int64
}

// NewService is an empty state as of the instant (the zero time is none, see [Service]).
// A negative window or resolution,
// and a Clock without a name, is [ErrOutOfRange].
func NewService(asOf time.Time, opts *ServiceOptions) (*Service, error) {
	if opts == nil {
		opts = &ServiceOptions{}
	}
	var faults []error
	if opts.Clock != nil && opts.ClockName == "" {
		faults = append(faults, fault(ErrOutOfRange, "clock name", `""`, "required with a clock"))
	}
	if opts.Window < 0 {
		faults = append(faults, fault(ErrOutOfRange, "window", opts.Window.String(), "not negative"))
	}
	if opts.Resolution < 0 {
		faults = append(faults, fault(ErrOutOfRange, "resolution", opts.Resolution.String(), "not negative"))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	s := &Service{asOf: asOf, opts: *opts}
	for _, d := range s.durations() {
		d.resolution = opts.Resolution
	}
	return s, nil
}

// ServiceOf adds every case. Cases with impossible events are counted in Faulty.
func ServiceOf[C Case](cases iter.Seq[C], asOf time.Time, opts *ServiceOptions) (*Service, error) {
	s, err := NewService(asOf, opts)
	if err != nil {
		return nil, err
	}
	for c := range cases {
		_ = s.Add(c) // counted in Faulty
	}
	return s, nil
}

func (s *Service) durations() [4]*Durations {
	return [4]*Durations{&s.first, &s.next, &s.resolution, &s.handle}
}

// FirstResponse are the times to the first response.
func (s *Service) FirstResponse() *Durations { return &s.first }

// NextResponse are the times to each later response.
func (s *Service) NextResponse() *Durations { return &s.next }

// Resolution are the times to resolution.
func (s *Service) Resolution() *Durations { return &s.resolution }

// HandleTime are the agents' times per case.
func (s *Service) HandleTime() *Durations { return &s.handle }

// FirstContact is first-contact resolution among mature resolved cases.
func (s *Service) FirstContact() Proportion { return s.fcr }

// Immature is the number of resolved cases whose first-contact window has not passed.
func (s *Service) Immature() int64 { return s.immature }

// Reopened is the share of the cases ever resolved that were reopened.
func (s *Service) Reopened() Proportion { return s.reopened }

// Cases is the number of cases that were open at some time up to the instant.
func (s *Service) Cases() int64 { return s.cases }

// Backlog is the number of cases that were open at the instant.
func (s *Service) Backlog() int64 { return s.backlog }

// NoReply is the number of cases resolved without a reply; they have no first
// response time.
func (s *Service) NoReply() int64 { return s.noReply }

// Future is the number of cases opened after the instant.
func (s *Service) Future() int64 { return s.future }

// Faulty is the number of cases refused by Add.
func (s *Service) Faulty() int64 { return s.faulty }

// Add folds one case. Events are taken in order of time, equal times in the order
// given. A case without a CaseOpened event, with an event before it or of an
// unknown kind, or with negative work is [ErrInconsistent] or [ErrOutOfRange] and
// is counted in Faulty only.
func (s *Service) Add(c Case) error {
	events := slices.Clone(c.CaseEvents())
	slices.SortStableFunc(events, func(a, b CaseEvent) int { return a.At.Compare(b.At) })
	if err := checkCase(events); err != nil {
		s.faulty++
		return err
	}
	now := s.asOf
	if now.IsZero() {
		now = events[len(events)-1].At
	}
	for i, e := range events {
		if e.At.After(now) {
			events = events[:i]
			break
		}
	}
	if len(events) == 0 {
		s.future++
		return nil
	}
	s.cases++
	return s.fold(events, now)
}

func checkCase(events []CaseEvent) error {
	if len(events) == 0 || events[0].Kind != CaseOpened {
		return fault(ErrInconsistent, "case", strconv.Itoa(len(events))+" events", "the first event in time is not its opening")
	}
	var faults []error
	for i, e := range events {
		if e.Kind < CaseOpened || e.Kind > CaseReopened {
			faults = append(faults, fault(ErrOutOfRange, "event kind", e.Kind.String(), "no such kind"))
		}
		if e.Kind == CaseOpened && i > 0 {
			faults = append(faults, fault(ErrInconsistent, "opened", e.At.String(), "opened twice; say reopened"))
		}
		if e.Worked < 0 {
			faults = append(faults, fault(ErrOutOfRange, "worked", e.Worked.String(), "not negative by definition"))
		}
	}
	return errors.Join(faults...)
}

// progress is what has happened to a case so far.
type progress struct {
	waitingSince            time.Time // oldest unanswered customer message
	firstSolved, lastSolved time.Time
	worked                  time.Duration
	replied, wrote          bool // wrote: again, before the first resolution
	resolved, reopened      bool
	reopenedAt              time.Time // first time
}

func (s *Service) fold(events []CaseEvent, now time.Time) error {
	opened := events[0].At
	var p progress
	var faults []error
	for _, e := range events {
		p.worked += e.Worked
		switch e.Kind {
		case CustomerMessage:
			p.wrote = p.wrote || p.firstSolved.IsZero()
			if p.replied && p.waitingSince.IsZero() {
				p.waitingSince = e.At
			}
		case AgentReply:
			if !p.replied {
				faults = append(faults, s.first.Add(s.elapsed(opened, e.At)))
			} else if !p.waitingSince.IsZero() {
				faults = append(faults, s.next.Add(s.elapsed(p.waitingSince, e.At)))
			}
			p.replied, p.waitingSince = true, time.Time{}
		case CaseResolved:
			p.resolved, p.lastSolved, p.waitingSince = true, e.At, time.Time{}
			if p.firstSolved.IsZero() {
				p.firstSolved = e.At
			}
		case CaseReopened:
			if p.resolved && !p.reopened {
				p.reopened, p.reopenedAt = true, e.At
			}
			p.resolved = false
		}
	}
	return errors.Join(append(faults, s.settle(opened, now, p))...)
}

// settle books what the case is at the instant.
func (s *Service) settle(opened, now time.Time, p progress) error {
	var faults []error
	if !p.replied {
		if p.firstSolved.IsZero() {
			faults = append(faults, s.first.AddOpen(s.elapsed(opened, now)))
		} else {
			s.noReply++
		}
	}
	if !p.waitingSince.IsZero() {
		faults = append(faults, s.next.AddOpen(s.elapsed(p.waitingSince, now)))
	}
	switch {
	case s.opts.FirstResolution && !p.firstSolved.IsZero():
		faults = append(faults, s.resolution.Add(s.elapsed(opened, p.firstSolved)))
	case p.resolved:
		faults = append(faults, s.resolution.Add(s.elapsed(opened, p.lastSolved)))
	default:
		faults = append(faults, s.resolution.AddOpen(s.elapsed(opened, now)))
	}
	if p.resolved {
		faults = append(faults, s.handle.Add(p.worked))
	} else {
		s.backlog++
		faults = append(faults, s.handle.AddOpen(p.worked))
	}
	if !p.firstSolved.IsZero() {
		faults = append(faults, s.reopened.Add(p.reopened))
		s.firstContact(now, p)
	}
	return errors.Join(faults...)
}

func (s *Service) window() time.Duration {
	if s.opts.Window == 0 {
		return 7 * 24 * time.Hour
	}
	return s.opts.Window
}

func (s *Service) firstContact(now time.Time, p progress) {
	until := p.firstSolved.Add(s.window())
	failed := p.wrote || (p.reopened && p.reopenedAt.Before(until))
	if !failed && now.Before(until) {
		s.immature++
		return
	}
	_ = s.fcr.Add(!failed)
}

// elapsed never runs backward: a clock that says so counts as no time.
func (s *Service) elapsed(from, to time.Time) time.Duration {
	if s.opts.Clock == nil {
		return to.Sub(from)
	}
	return max(0, s.opts.Clock.Elapsed(from, to))
}

func (s *Service) counts() [10]*int64 {
	return [10]*int64{
		&s.fcr.Hits, &s.fcr.Total, &s.reopened.Hits, &s.reopened.Total,
		&s.cases, &s.backlog, &s.immature, &s.noReply, &s.future, &s.faulty,
	}
}

// Merge adds other cases as of the same instant under the same conventions
// ([ErrConfig] otherwise). An overflow is [ErrOutOfRange]; both change nothing.
func (s *Service) Merge(o *Service) error {
	if s.config() != o.config() {
		return ErrConfig
	}
	next := *s
	from := o.counts()
	var faults []error
	for i, into := range next.counts() {
		total, err := sum("cases", *into, *from[i])
		*into = total
		faults = append(faults, err)
	}
	theirs := o.durations()
	for i, into := range next.durations() {
		faults = append(faults, into.Merge(theirs[i]))
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	*s = next
	return nil
}

var kindService = binenc.Kind{'M', 'S', 'E', 'R'}

func (s *Service) config() uint64 {
	return binenc.Hash("service", s.asOf.UTC().Format(time.RFC3339Nano), s.opts.ClockName,
		strconv.FormatBool(s.opts.FirstResolution), s.window().String(), s.first.step().String())
}

// MarshalBinary writes the state; equal states give equal bytes.
func (s *Service) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindService, 1, s.config())
	for _, n := range s.counts() {
		w.Int(*n)
	}
	for _, d := range s.durations() {
		d.write(w)
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state. The receiver must be of the instant and the
// conventions that wrote it ([ErrConfig] otherwise); damaged bytes are
// [ErrCorrupt]. On an error the receiver is unchanged.
func (s *Service) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindService, s.config())
	if err != nil {
		return err
	}
	next := Service{asOf: s.asOf, opts: s.opts}
	for _, n := range next.counts() {
		*n = readCount(in)
	}
	for _, d := range next.durations() {
		d.resolution = s.first.resolution
		d.read(in)
	}
	if err := closed(in); err != nil {
		return err
	}
	if err := errors.Join(next.fcr.check(), next.reopened.check()); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	*s = next
	return nil
}
