package customer

import (
	"slices"
	"time"
)

// mergeConsent is the log of two customers who turned out to be one, such that from at
// on nothing is allowed that was not allowed for one of them at that very point, or that
// either of them refuses; see PlanMerge.
func mergeConsent(a, b Customer, at time.Time) ConsentLog {
	if len(a.Consent.records) == 0 && len(b.Consent.records) == 0 {
		return ConsentLog{}
	}
	x, y := newSide(a, at), newSide(b, at)
	records := append(x.kept(y), y.kept(x)...)
	for _, s := range []*side{x, y} {
		records = append(records, s.standing()...)
	}
	slices.SortStableFunc(records, func(r, s ConsentRecord) int { return compareRecords(&r, &s) })
	records = slices.CompactFunc(records, func(r, s ConsentRecord) bool { return compareRecords(&r, &s) == 0 })
	return ConsentLog{records}
}

// side is the consent of one of the two.
type side struct {
	id      ID
	at      time.Time
	points  []string // what it is reached at
	records []ConsentRecord
	bare    []ConsentRecord // without what comes before a refusal: see refuses
	blanket []ConsentRecord // of these, without the refusals of one channel
}

func newSide(c Customer, at time.Time) *side {
	s := &side{id: c.ID, at: at}
	for _, p := range c.Points {
		s.points = append(s.points, p.Canonical)
	}
	s.records = make([]ConsentRecord, len(c.Consent.records))
	for i, r := range c.Consent.records {
		s.records[i] = r.clone()
		if r.Origin == "" {
			s.records[i].Origin = string(c.ID)
		}
		switch r := s.records[i]; r.Type {
		case Restricted, Unrestricted, PointSuppressed, StatusOfPoint:
			continue
		case Withdrawn, Objected:
			if everyChannel(r.Channel) == AnyChannel {
				s.blanket = append(s.blanket, r)
			}
		default:
			s.blanket = append(s.blanket, r)
		}
		s.bare = append(s.bare, s.records[i])
	}
	return s
}

// kept are the records of a side that stay in the presence of the other.
func (s *side) kept(other *side) []ConsentRecord {
	var out []ConsentRecord
	for _, r := range s.records {
		switch r.Type {
		case Granted:
			for _, g := range s.narrowed(s.settled(r)) {
				if !other.refuses(g) {
					out = append(out, g)
				}
			}
		case Confirmed: // used up: the grants say so themselves
		case Unrestricted:
			if !r.At.After(s.at) || other.reason(ConsentQuestion{At: r.At}) != ReasonRestricted {
				out = append(out, r)
			}
		case StatusOfPoint:
			if !r.At.After(s.at) || other.reason(ConsentQuestion{Point: r.Point, At: r.At}) != ReasonBounced {
				out = append(out, r)
			}
		default:
			out = append(out, r)
		}
	}
	return out
}

// settled is a grant of which it no longer matters what confirmed it: effective from
// its confirmation on, where nothing was refused meanwhile; else still to be confirmed.
func (s *side) settled(g ConsentRecord) ConsentRecord {
	if !g.NeedsConfirmation {
		return g
	}
	var sealed time.Time
	for i := range s.records {
		r := &s.records[i]
		d := decision{q: ConsentQuestion{Purpose: g.Purpose, Channel: everyChannel(g.Channel), Point: g.Point}}
		if r.Type == Confirmed && d.confirms(r) && !r.At.Before(g.At) && (sealed.IsZero() || r.At.Before(sealed)) {
			sealed = r.At
		}
	}
	if sealed.IsZero() || (!g.Expires.IsZero() && !g.Expires.After(sealed)) {
		return g
	}
	for _, r := range s.records {
		if (r.Type == Withdrawn || r.Type == Objected || r.Type == Erased) && !r.At.Before(g.At) && !r.At.After(sealed) {
			return g
		}
	}
	g.At, g.NeedsConfirmation = sealed, false
	return g
}

// narrowed is a grant for all points as grants for those that the side held.
func (s *side) narrowed(g ConsentRecord) []ConsentRecord {
	if g.Point != "" {
		return []ConsentRecord{g}
	}
	out := make([]ConsentRecord, 0, len(s.points))
	for _, p := range s.points {
		narrow := g.clone()
		narrow.Point = p
		out = append(out, narrow)
	}
	return out
}

// refuses reports whether a side refuses what a grant of the other allows, at the
// merge or when the grant takes effect. A grant for every channel is refused by a
// refusal of every channel only: one of a single channel outlives the merge, and no
// grant for every channel reopens it. What comes before a refusal, a restriction or a
// bounce, may be lifted later and does not hide it here.
func (s *side) refuses(g ConsentRecord) bool {
	records := s.bare
	if everyChannel(g.Channel) == AnyChannel {
		records = s.blanket
	}
	when := s.at
	if g.At.After(when) {
		when = g.At
	}
	d := decision{q: ConsentQuestion{Purpose: g.Purpose, Channel: everyChannel(g.Channel), Point: g.Point, At: when}}
	switch decide(records, d.q).Reason {
	case ReasonWithdrawn, ReasonObjected:
		return true
	}
	return false
}

// reason is why a side would answer a question as it does.
func (s *side) reason(q ConsentQuestion) ConsentReason {
	q.Channel = everyChannel(q.Channel)
	return decide(s.records, q).Reason
}

// standing says again, at the merge, what a record of the other side may not lift: that
// a side is restricted, and that its points bounce.
func (s *side) standing() []ConsentRecord {
	var out []ConsentRecord
	again := func(r ConsentRecord) {
		r.At, r.Source, r.Origin = s.at, "merge", string(s.id)
		out = append(out, r)
	}
	if s.reason(ConsentQuestion{At: s.at}) == ReasonRestricted {
		again(ConsentRecord{Type: Restricted})
	}
	seen := map[string]bool{}
	for _, r := range s.records {
		if r.Type != StatusOfPoint || seen[r.Point] {
			continue
		}
		seen[r.Point] = true
		d := newDecision(s.records, ConsentQuestion{Point: r.Point, At: s.at})
		bounced := func(r *ConsentRecord) bool { return r.Status == HardBounce }
		last := d.last(func(r *ConsentRecord) bool { return r.Type == StatusOfPoint && d.atPoint(r) }, bounced)
		if last != nil && bounced(last) {
			again(ConsentRecord{Type: StatusOfPoint, Point: r.Point, Status: HardBounce})
		}
	}
	return out
}
