package customer

import (
	"cmp"
	"slices"
	"time"
)

// horizon is the first instant after q.At at which the reason is another than the one
// given; zero where there is none. It goes once through what bears on the question, in
// order of time, and keeps count of what the grants give.
func horizon(records []ConsentRecord, q ConsentQuestion, now ConsentReason) time.Time {
	s := newSweep(records, q)
	for rest := s.events; len(rest) > 0; {
		at, n := rest[0].at, 1
		for n < len(rest) && rest[n].at.Equal(at) {
			n++
		}
		for _, e := range rest[:n] {
			s.apply(e)
		}
		if at.After(q.At) && s.reason() != now {
			return at
		}
		rest = rest[n:]
	}
	return time.Time{}
}

// phase orders what happens at one instant: grants begin and end before they are
// confirmed, and all that before a refusal or an erasure, which takes them away.
type phase uint8

const (
	begins phase = iota
	ends
	confirms
	refusesIt
	erases
	aside // neither a grant nor a refusal
)

// event is something that happens to the verdict.
type event struct {
	at     time.Time
	phase  phase
	record *ConsentRecord
	grant  int // of what begins or ends: which of the grants
}

// sweep is the state of a question on the way through time.
type sweep struct {
	d      *decision // for the tests of what a record is about; no instant of its own
	events []event
	grants []standing

	suppressed, restricted, bounced bool
	restrictedAt, bouncedAt         time.Time

	narrow, blanket     refusalAt // the last refusals of one channel and of every one
	fresh, wide, erased time.Time // as in decision

	exactLive, wideLive []int // the grants that have begun and stand, ended ones included
	wideLost            bool  // since a refusal of one channel, no grant for all stands
	pending             []int // those that wait for confirmation
	count               [ReasonNoRecord + 1]int
}

// standing is a grant and what it gives; zero: nothing any more.
type standing struct {
	record *ConsentRecord
	exact  bool
	gives  ConsentReason
}

// refusalAt is the last refusal of a kind.
type refusalAt struct {
	at      time.Time
	any     bool
	objects bool // whether one of those at that instant is an objection
}

func newSweep(records []ConsentRecord, q ConsentQuestion) *sweep {
	s := &sweep{d: &decision{q: q}}
	add := func(p phase, r *ConsentRecord) {
		s.events = append(s.events, event{at: r.At, phase: p, record: r})
	}
	for i := range records {
		switch r := &records[i]; {
		case s.d.grants(r):
			if r.explicit() {
				s.addGrant(r)
			}
		case s.d.confirms(r):
			add(confirms, r)
		case s.d.refuses(r):
			add(refusesIt, r)
		case r.Type == Erased:
			add(erases, r)
		case r.Type == Restricted || r.Type == Unrestricted:
			add(aside, r)
		case (r.Type == PointSuppressed || r.Type == StatusOfPoint) && s.d.atPoint(r):
			add(aside, r)
		}
	}
	slices.SortStableFunc(s.events, func(a, b event) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.phase, b.phase))
	})
	return s
}

func (s *sweep) addGrant(r *ConsentRecord) {
	n := len(s.grants)
	s.grants = append(s.grants, standing{record: r, exact: s.d.exact(r), gives: ReasonNotYet})
	s.count[ReasonNotYet]++
	s.events = append(s.events, event{at: r.At, phase: begins, record: r, grant: n})
	if r.Expires.After(r.At) {
		s.events = append(s.events, event{at: r.Expires, phase: ends, record: r, grant: n})
	}
}

// apply takes an event into account.
func (s *sweep) apply(e event) {
	switch e.phase {
	case begins:
		s.begin(e.grant)
	case ends:
		if s.grants[e.grant].gives != 0 {
			s.give(e.grant, ReasonExpired)
		}
	case confirms:
		for _, g := range s.pending {
			if s.grants[g].gives == ReasonUnverified {
				s.give(g, s.grants[g].record.best())
			}
		}
		s.pending = s.pending[:0]
	case refusesIt:
		s.refuse(e.record)
	case erases:
		s.erased = e.at
		s.drop(&s.exactLive)
		s.drop(&s.wideLive)
	case aside:
		s.setAside(e.record)
	}
}

// begin lets a grant take effect.
func (s *sweep) begin(n int) {
	g := &s.grants[n]
	last, live := &s.wide, &s.wideLive
	if g.exact {
		last, live = &s.fresh, &s.exactLive
	}
	*last = g.record.At
	if g.gives == 0 { // lost before it began
		return
	}
	*live = append(*live, n)
	switch r := g.record; {
	case !r.Expires.IsZero() && !r.Expires.After(r.At):
		s.give(n, ReasonExpired)
	case r.NeedsConfirmation:
		s.give(n, ReasonUnverified)
		s.pending = append(s.pending, n)
	default:
		s.give(n, r.best())
	}
}

// best is what a grant gives that is effective, confirmed and not expired.
func (r *ConsentRecord) best() ConsentReason {
	if r.Basis == BasisContract {
		return ReasonContract
	}
	return ReasonGranted
}

// give changes what a grant gives.
func (s *sweep) give(n int, reason ConsentReason) {
	if had := s.grants[n].gives; had != 0 {
		s.count[had]--
	}
	if s.grants[n].gives = reason; reason != 0 {
		s.count[reason]++
	}
}

// drop takes away what the grants of a list give, for good.
func (s *sweep) drop(live *[]int) {
	for _, n := range *live {
		s.give(n, 0)
	}
	*live = (*live)[:0]
}

// refuse takes a withdrawal or objection into account.
func (s *sweep) refuse(r *ConsentRecord) {
	s.drop(&s.exactLive)
	last := &s.narrow
	if everyChannel(r.Channel) == AnyChannel {
		last = &s.blanket
		s.drop(&s.wideLive)
	} else if !s.wideLost {
		s.wideLost = true
		for n := range s.grants {
			if !s.grants[n].exact {
				s.give(n, 0)
			}
		}
	}
	objects := r.Type == Objected || (last.any && last.at.Equal(r.At) && last.objects)
	*last = refusalAt{at: r.At, any: true, objects: objects}
}

// setAside takes into account what comes before any grant or refusal. At one instant
// the restrictive record wins.
func (s *sweep) setAside(r *ConsentRecord) {
	switch r.Type {
	case PointSuppressed:
		s.suppressed = true
	case Restricted, Unrestricted:
		s.restricted = r.Type == Restricted || (s.restricted && s.restrictedAt.Equal(r.At))
		s.restrictedAt = r.At
	case StatusOfPoint:
		s.bounced = r.Status == HardBounce || (s.bounced && s.bouncedAt.Equal(r.At))
		s.bouncedAt = r.At
	}
}

// reason is the reason of the verdict as things stand; see decide.
func (s *sweep) reason() ConsentReason {
	switch {
	case s.suppressed:
		return ReasonSuppressed
	case s.restricted:
		return ReasonRestricted
	case s.bounced:
		return ReasonBounced
	}
	if reason := s.refused(); reason != 0 {
		return reason
	}
	for _, reason := range [...]ConsentReason{ReasonContract, ReasonGranted, ReasonUnverified, ReasonExpired, ReasonNotYet} {
		if s.count[reason] > 0 {
			return reason
		}
	}
	return ReasonNoRecord
}

// refused is the reason of the last refusal that no grant reopened, or zero.
func (s *sweep) refused() ConsentReason {
	fresh := s.unlessErased(s.fresh)
	narrow := s.narrow.any && !fresh.After(s.narrow.at)
	blanket := s.blanket.any && !fresh.After(s.blanket.at) && !s.unlessErased(s.wide).After(s.blanket.at)
	objects := false
	switch {
	case !narrow && !blanket:
		return 0
	case narrow && blanket && s.narrow.at.Equal(s.blanket.at):
		objects = s.narrow.objects || s.blanket.objects
	case narrow && (!blanket || s.narrow.at.After(s.blanket.at)):
		objects = s.narrow.objects
	default:
		objects = s.blanket.objects
	}
	if objects {
		return ReasonObjected
	}
	return ReasonWithdrawn
}

// unlessErased is the instant of a grant, or zero where an erasure has voided it.
func (s *sweep) unlessErased(grant time.Time) time.Time {
	if grant.After(s.erased) {
		return grant
	}
	return time.Time{}
}
