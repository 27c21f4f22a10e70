package customer

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// EvaluateConsent answers whether q.Purpose is allowed on q.Channel, at q.Point, at
// q.At. The answer depends on the set of records only, not on their order; a record
// counts from its At, a grant no longer at its Expires; at one instant the restrictive
// record wins. The first of these that applies decides:
//
//  1. the point is suppressed: deny, suppressed
//  2. the person is restricted: deny, restricted
//  3. the point's last status is a hard bounce: deny, bounced
//  4. a withdrawal or objection that covers the question is not followed by a fresh
//     grant, with proof or on a contract, for that same channel: deny, withdrawn or
//     objected. A grant follows if it is later and for the one channel that is asked
//     about, or, where every channel was refused, for every channel.
//  5. a grant on contract: allow, contract; a grant with proof: allow, granted; one
//     whose confirmation is outstanding: deny, unverified; only expired ones: deny,
//     expired; only future ones: deny, not yet
//  6. otherwise, a grant without proof included: deny, no record
//
// Records before an erasure grant nothing after it; refusals outlast it. A refusal
// without a purpose or channel covers all of them. A record with a point covers that
// point only, so it says nothing to a question without a point. A question about
// AnyChannel is allowed by a grant for AnyChannel only, and refused by a refusal on
// any channel; a question without a channel is one about AnyChannel.
//
// Purposes, channels and points are compared without regard to case and to blanks at
// the ends. A blank text is an empty one; a record that is not fit for a log, such as a
// grant on a blank point, allows nothing.
//
// Cost: a few passes over the records, and one sort of those that bear on the question.
func EvaluateConsent(records iter.Seq[ConsentRecord], q ConsentQuestion) ConsentVerdict {
	return evaluate(slices.Collect(records), q)
}

func evaluate(records []ConsentRecord, q ConsentQuestion) ConsentVerdict {
	q.Channel = everyChannel(q.Channel)
	v := decide(records, q)
	v.Until = horizon(records, q, v.Reason)
	if v.By != nil {
		by := v.By.clone()
		v.By = &by
	}
	return v
}

// decide is the verdict at one instant, without its end.
func decide(records []ConsentRecord, q ConsentQuestion) ConsentVerdict {
	d := newDecision(records, q)
	if r := d.last(func(r *ConsentRecord) bool { return r.Type == PointSuppressed && d.atPoint(r) }, nil); r != nil {
		return deny(ReasonSuppressed, r)
	}
	isRestriction := func(r *ConsentRecord) bool { return r.Type == Restricted }
	r := d.last(func(r *ConsentRecord) bool { return r.Type == Restricted || r.Type == Unrestricted }, isRestriction)
	if r != nil && isRestriction(r) {
		return deny(ReasonRestricted, r)
	}
	bounced := func(r *ConsentRecord) bool { return r.Status == HardBounce }
	r = d.last(func(r *ConsentRecord) bool { return r.Type == StatusOfPoint && d.atPoint(r) }, bounced)
	if r != nil && bounced(r) {
		return deny(ReasonBounced, r)
	}
	isObjection := func(r *ConsentRecord) bool { return r.Type == Objected }
	r = d.last(func(r *ConsentRecord) bool { return d.refuses(r) && !d.reopened(r) }, isObjection)
	switch {
	case r == nil:
		return d.granted()
	case isObjection(r):
		return deny(ReasonObjected, r)
	default:
		return deny(ReasonWithdrawn, r)
	}
}

func deny(reason ConsentReason, by *ConsentRecord) ConsentVerdict {
	return ConsentVerdict{Reason: reason, By: by}
}

// decision is one question to a set of records, with the instants that several
// steps compare. The zero instant stands for "never" and is before every record.
type decision struct {
	records []ConsentRecord
	q       ConsentQuestion

	erased  time.Time // the last erasure
	refused time.Time // the last refusal that covers the question
	blanket time.Time // the last of those for every channel
	narrow  bool      // whether one was for a single channel
	fresh   time.Time // the last explicit grant for the channel that is asked about
	wide    time.Time // the last explicit grant for every channel
	sealed  time.Time // the last confirmation of what is asked about
}

func newDecision(records []ConsentRecord, q ConsentQuestion) *decision {
	d := &decision{records: records, q: q}
	for i := range records {
		if r := &records[i]; r.Type == Erased && d.effective(r) {
			d.erased = latest(d.erased, r.At)
		}
	}
	for i := range records {
		r := &records[i]
		switch {
		case !d.effective(r):
		case d.refuses(r):
			d.refused = latest(d.refused, r.At)
			if everyChannel(r.Channel) == AnyChannel {
				d.blanket = latest(d.blanket, r.At)
			} else {
				d.narrow = true
			}
		case d.grants(r) && r.explicit():
			if d.exact(r) {
				d.fresh = latest(d.fresh, r.At)
			} else {
				d.wide = latest(d.wide, r.At)
			}
		case d.confirms(r):
			d.sealed = latest(d.sealed, r.At)
		}
	}
	return d
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// effective reports a record that counts at the instant asked.
func (d *decision) effective(r *ConsentRecord) bool { return !r.At.After(d.q.At) }

// last is the latest effective record that matches; at one instant, one that
// wins over one that does not.
func (d *decision) last(matches, wins func(*ConsentRecord) bool) *ConsentRecord {
	var found *ConsentRecord
	for i := range d.records {
		r := &d.records[i]
		if matches(r) && d.effective(r) && (found == nil || later(r, found, wins)) {
			found = r
		}
	}
	return found
}

// later reports whether a is to be preferred to b.
func later(a, b *ConsentRecord, wins func(*ConsentRecord) bool) bool {
	if c := a.At.Compare(b.At); c != 0 {
		return c > 0
	}
	if wins != nil && wins(a) != wins(b) {
		return wins(a)
	}
	return compareRecords(a, b) > 0
}

// atPoint reports a record about the point that is asked about.
func (d *decision) atPoint(r *ConsentRecord) bool {
	return !blank(d.q.Point) && same(r.Point, d.q.Point)
}

// refuses reports a withdrawal or objection that covers the question.
func (d *decision) refuses(r *ConsentRecord) bool {
	if r.Type != Withdrawn && r.Type != Objected {
		return false
	}
	purpose := blank(r.Purpose) || same(r.Purpose, d.q.Purpose)
	channel := everyChannel(r.Channel) == AnyChannel || same(r.Channel, d.q.Channel) || d.q.Channel == AnyChannel
	return purpose && channel && (blank(r.Point) || d.atPoint(r))
}

func blank[T ~string](s T) bool { return strings.TrimSpace(string(s)) == "" }

// everyChannel reads a missing channel, of a refusal or a question, as all of them.
func everyChannel(c Channel) Channel {
	if blank(c) || same(c, AnyChannel) {
		return AnyChannel
	}
	return c
}

// grants reports a grant that covers the question, at whatever time, and that no
// erasure has voided.
func (d *decision) grants(r *ConsentRecord) bool {
	return r.Type == Granted && d.aboutIt(r) && r.At.After(d.erased)
}

// confirms reports a confirmation of a grant that covers the question.
func (d *decision) confirms(r *ConsentRecord) bool { return r.Type == Confirmed && d.aboutIt(r) }

// aboutIt reports a record whose purpose and channel are stated and, with its point,
// cover the question.
func (d *decision) aboutIt(r *ConsentRecord) bool {
	if blank(r.Purpose) || blank(r.Channel) || !same(r.Purpose, d.q.Purpose) {
		return false
	}
	channel := same(r.Channel, AnyChannel) || same(r.Channel, d.q.Channel)
	return channel && (r.Point == "" || d.atPoint(r))
}

// exact reports a grant for the one channel that is asked about.
func (d *decision) exact(grant *ConsentRecord) bool {
	return d.q.Channel != AnyChannel && same(grant.Channel, d.q.Channel)
}

// reopened reports a refusal that a fresh explicit grant followed: one for the channel
// that is asked about, or, where every channel was refused, one for every channel.
func (d *decision) reopened(refusal *ConsentRecord) bool {
	return d.fresh.After(refusal.At) || (everyChannel(refusal.Channel) == AnyChannel && d.wide.After(refusal.At))
}

// stands reports a grant that every effective refusal leaves standing.
func (d *decision) stands(grant *ConsentRecord) bool {
	if d.exact(grant) {
		return grant.At.After(d.refused)
	}
	return grant.At.After(d.blanket) && !d.narrow
}

// explicit reports a grant that can be shown to have been given.
func (r *ConsentRecord) explicit() bool {
	return r.Basis == BasisContract || (r.Basis != 0 && r.Proof != nil && *r.Proof != Proof{})
}

// confirmed reports a grant that needs no confirmation or has it.
func (d *decision) confirmed(grant *ConsentRecord) bool {
	return !grant.NeedsConfirmation || !d.sealed.Before(grant.At)
}

// granted is steps 5 and 6: the best that any standing grant gives.
func (d *decision) granted() ConsentVerdict {
	best := ConsentVerdict{Reason: ReasonNoRecord}
	for i := range d.records {
		g := &d.records[i]
		if !d.grants(g) || !g.explicit() || !d.stands(g) {
			continue
		}
		reason := d.reasonOf(g)
		if r := rank(reason); r < rank(best.Reason) || (r == rank(best.Reason) && later(g, best.By, nil)) {
			best = ConsentVerdict{Allowed: reason == ReasonContract || reason == ReasonGranted, Reason: reason, By: g}
		}
	}
	return best
}

// reasonOf is what one grant gives at the instant asked.
func (d *decision) reasonOf(g *ConsentRecord) ConsentReason {
	switch {
	case !d.effective(g):
		return ReasonNotYet
	case !g.Expires.IsZero() && !g.Expires.After(d.q.At):
		return ReasonExpired
	case !d.confirmed(g):
		return ReasonUnverified
	case g.Basis == BasisContract:
		return ReasonContract
	default:
		return ReasonGranted
	}
}

// rank orders what grants give, the best first.
func rank(r ConsentReason) int {
	order := [...]ConsentReason{ReasonContract, ReasonGranted, ReasonUnverified, ReasonExpired, ReasonNotYet, ReasonNoRecord}
	return slices.Index(order[:], r)
}

// ConsentType is what a consent record says. The zero value is none.
type ConsentType uint8

// The types of consent record.
const (
	Granted         ConsentType = iota + 1 // allowed from At on
	Confirmed                              // a grant that needed it is confirmed
	Withdrawn                              // consent is withdrawn, GDPR article 7(3)
	Objected                               // the person objects, GDPR article 21
	Restricted                             // all processing is restricted, GDPR article 18
	Unrestricted                           // the restriction is lifted
	Erased                                 // the person was erased, GDPR article 17
	PointSuppressed                        // the point is never to be contacted again
	StatusOfPoint                          // the point's status changed
)

// String is the type as data files write it, such as "suppressed_point"; "unknown" for
// the zero value.
func (t ConsentType) String() string {
	return nameOf(t, "unknown", "granted", "confirmed", "withdrawn", "objected", "restricted", "unrestricted", "erased",
		"suppressed_point", "point_status")
}

// MarshalText writes the name; a value that is no type is an error.
func (t ConsentType) MarshalText() ([]byte, error) { return marshalName(t, StatusOfPoint) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (t *ConsentType) UnmarshalText(text []byte) error { return unmarshalName(t, text, StatusOfPoint) }

// ConsentBasis is the lawful basis of a grant, GDPR article 6(1). The zero value is
// none.
type ConsentBasis uint8

// The lawful bases, (a) to (f).
const (
	BasisConsent ConsentBasis = iota + 1
	BasisContract
	BasisLegalObligation
	BasisVitalInterest
	BasisPublicTask
	BasisLegitimateInterest
)

// String is the basis as data files write it, such as "legal_obligation"; "unknown" for
// the zero value.
func (b ConsentBasis) String() string {
	return nameOf(b, "unknown", "consent", "contract", "legal_obligation", "vital_interest", "public_task", "legitimate_interest")
}

// MarshalText writes the name; a value that is no basis is an error.
func (b ConsentBasis) MarshalText() ([]byte, error) { return marshalName(b, BasisLegitimateInterest) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (b *ConsentBasis) UnmarshalText(text []byte) error {
	return unmarshalName(b, text, BasisLegitimateInterest)
}

// ConsentReason is why a verdict is as it is. The zero value is none.
type ConsentReason uint8

// The reasons; EvaluateConsent says when each applies.
const (
	ReasonSuppressed ConsentReason = iota + 1
	ReasonRestricted
	ReasonBounced
	ReasonWithdrawn
	ReasonObjected
	ReasonContract
	ReasonGranted
	ReasonUnverified
	ReasonExpired
	ReasonNotYet
	ReasonNoRecord
)

// String is the reason as programs compare it, such as "no_record"; "unknown" for the
// zero value.
func (r ConsentReason) String() string {
	return nameOf(r, "unknown", "suppressed", "restricted", "bounced", "withdrawn", "objected", "contract", "granted",
		"unverified", "expired", "not_yet", "no_record")
}

// MarshalText writes the name; a value that is no reason is an error.
func (r ConsentReason) MarshalText() ([]byte, error) { return marshalName(r, ReasonNoRecord) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (r *ConsentReason) UnmarshalText(text []byte) error {
	return unmarshalName(r, text, ReasonNoRecord)
}
