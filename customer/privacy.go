package customer

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
)

// ErrPrivacy is what a refused erasure, retention or suppression unwraps to.
var ErrPrivacy = errors.New("customer: refused for privacy")

// PointHash stands for a contact point that may not be held: a keyed hash, from which
// the point cannot be read without the salt.
type PointHash string

// MinSaltBytes is the least that a salt may have.
const MinSaltBytes = 16

// HashPoint is the hash of a point under the host's salt: HMAC-SHA-256 (RFC 2104) of
// kind, service and the canonical form without regard to case, in hex. The salt is a
// secret that stays the same for as long as suppressions shall hold; fewer than
// MinSaltBytes are ErrPrivacy.
func HashPoint(salt []byte, point PointRef) (PointHash, error) {
	if len(salt) < MinSaltBytes {
		return "", fmt.Errorf("%w: a salt needs %d bytes", ErrPrivacy, MinSaltBytes)
	}
	h := hmac.New(sha256.New, salt)
	for _, part := range []string{point.Kind.String(), point.Service, cases.Fold().String(strings.TrimSpace(point.Canonical))} {
		_, _ = io.WriteString(h, fmt.Sprintf("%d:%s", len(part), part)) // a hash takes everything
	}
	return PointHash(hex.EncodeToString(h.Sum(nil))), nil
}

// Retention is why a field is kept although the person is erased.
type Retention struct {
	Field  Field        `json:"field"`
	Basis  ConsentBasis `json:"basis" strictjson:"required"`
	Until  time.Time    `json:"until"`            // it is erased then
	Reason string       `json:"reason,omitempty"` // "invoices: 10 years"; no personal text
}

// Removed counts what an erasure took away.
type Removed struct {
	Field Field `json:"field"`
	Count int   `json:"count"`
}

// Receipt shows what an erasure did. It holds nothing personal.
type Receipt struct {
	ID         string      `json:"id"` // of the erasure event
	Customer   ID          `json:"customer"`
	Absorbed   []ID        `json:"absorbed,omitempty"` // the customers merged into that one, erased with it
	At         time.Time   `json:"at"`
	Removed    []Removed   `json:"removed,omitempty"`
	Kept       []Retention `json:"kept,omitempty"`       // what stays, on which basis, until when
	Suppressed []PointHash `json:"suppressed,omitempty"` // points that are never to be contacted
	Subjects   []ID        `json:"subjects,omitempty"`   // whose bodies are scrubbed and keys destroyed
}

// Erasure is what an erasure would do.
type Erasure struct {
	Receipt Receipt
	Content Customer // what stays
	erased  Customer
}

// Format prints the customer and the number of fields that stay, whatever the verb.
func (e Erasure) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Erasure(%s, %d kept)", e.Receipt.Customer, len(e.Receipt.Kept)))
}

// LogValue is the customer and the number of fields that stay.
func (e Erasure) LogValue() slog.Value {
	return slog.GroupValue(slog.String("customer", string(e.Receipt.Customer)), slog.Int("kept", len(e.Receipt.Kept)))
}

// PlanErasure says what erasing a customer, and all that were merged into them, does:
// everything goes but the fields that a retention names. Every point that is held, or that
// a consent record is about, is suppressed by its hash under the salt, but for those
// that were reassigned or are a wrong person's: they are somebody else's. Withdrawals and objections that name no point stay, without
// their proof; grants go. Of a customer that is erased already, the plan is what it was.
//
// Refused as ErrPrivacy, all at once: a customer that was merged away, the zero
// instant, a salt that is too short, and retentions of a field that there is not, on the
// basis of consent, legitimate interest or none (an erasure ends those), or that have no
// end in the future.
//
// Events alone do not erase: the bodies of the earlier ones must go as well, as
// Directory.Erase sees to.
func PlanErasure(c Customer, keep []Retention, salt []byte, now time.Time) (Erasure, error) {
	if c.State == IsErased && c.Receipt != nil {
		return Erasure{Receipt: *c.Receipt, Content: c, erased: c}, nil
	}
	if err := erasureFaults(c, keep, salt, now); err != nil {
		return Erasure{}, err
	}
	plan := Erasure{erased: c}
	plan.Receipt = Receipt{ID: newEvent(&c, 0, nil, now, now).ID, Customer: c.ID, Absorbed: slices.Clone(c.Absorbed), At: now, Kept: slices.Clone(keep)}
	slices.SortFunc(plan.Receipt.Kept, func(a, b Retention) int { return cmp.Compare(a.Field, b.Field) })
	for _, p := range c.contactable() {
		h, err := HashPoint(salt, p)
		if err != nil {
			return Erasure{}, err
		}
		plan.Receipt.Suppressed = append(plan.Receipt.Suppressed, h)
	}
	slices.Sort(plan.Receipt.Suppressed)
	plan.Receipt.Suppressed = slices.Compact(plan.Receipt.Suppressed)
	plan.Receipt.Subjects = append([]ID{c.ID}, c.Absorbed...)
	plan.Content = c.only(fieldsOf(keep))
	plan.Content.Consent.records = append(c.Consent.bareRefusals(), ConsentRecord{Type: Erased, At: now})
	plan.Content.Absorbed, plan.Content.State = slices.Clone(c.Absorbed), IsErased
	counts, stays := c.counts(), plan.Content.counts()
	for _, r := range counts {
		left := 0
		for _, s := range stays {
			if s.Field == r.Field && r.Field != FieldConsent {
				left = s.Count
			}
		}
		if r.Count > left {
			plan.Receipt.Removed = append(plan.Receipt.Removed, Removed{r.Field, r.Count - left})
		}
	}
	receipt := plan.Receipt
	plan.Content.Receipt = &receipt
	return plan, nil
}

// contactable are the points by which the customer could be reached again: those held,
// and those that consent records are about.
func (c Customer) contactable() []PointRef {
	var out []PointRef
	for _, p := range c.Points {
		if !p.lost() {
			out = append(out, p.Ref())
		}
	}
	for _, r := range c.Consent.records {
		known := func(p ContactPoint) bool { return same(p.Canonical, r.Point) }
		if blank(r.Point) || slices.ContainsFunc(c.Points, known) {
			continue
		}
		if p, err := NewEmail(r.Point); err == nil {
			out = append(out, p.Ref())
		} else if p, err := NewPhone(r.Point); err == nil {
			out = append(out, p.Ref())
		}
	}
	return out
}

// Events is the event of the plan; none for a customer that was erased already.
func (e Erasure) Events(o *DecideOptions) []Event {
	if e.erased.State == IsErased {
		return nil
	}
	if o == nil {
		o = &DecideOptions{}
	}
	event := newEvent(&e.erased, 0, PersonErased{Content: e.Content}, e.Receipt.At, e.Receipt.At)
	event.Subject, event.Actor, event.Source = RetainedSubject(e.erased.ID), o.Actor, o.Source
	return []Event{event}
}

// RetainedSubject is whose data is what an erasure leaves behind: another key than the
// person's, so that destroying that one does not take what the law wants kept.
//
// It begins with a blank, so that it is nobody's id.
func RetainedSubject(id ID) ID { return " retained " + id }

// JointSubject is whose data a change is that was made while several customers were one,
// since a merge or unmerge at a revision: it may be about each of them, and goes when one
// of them is erased. It begins with a blank, so that it is nobody's id.
func JointSubject(id ID, revision uint64) ID { return ID(fmt.Sprintf(" joint %d %s", revision, id)) }

// covering is the erasure with further subjects.
func (e Erasure) covering(subjects []ID) Erasure {
	e.Receipt.Subjects = union(slices.Clone(e.Receipt.Subjects), subjects)
	receipt := e.Receipt
	e.Content.Receipt = &receipt
	return e
}

func erasureFaults(c Customer, keep []Retention, salt []byte, now time.Time) error {
	var bad []error
	refuse := func(detail string) { bad = append(bad, fmt.Errorf("%w: %s", ErrPrivacy, detail)) }
	if c.State == MergedAway || c.ID == "" {
		refuse("the customer was merged into another or has no id")
	}
	if now.IsZero() || now.Before(c.Updated) {
		refuse("at the zero time or before the last change")
	}
	if len(salt) < MinSaltBytes {
		refuse(fmt.Sprintf("a salt needs %d bytes", MinSaltBytes))
	}
	for i, r := range keep {
		if !isField(r.Field) {
			refuse(fmt.Sprintf("retention %d is of no field that may stay", i))
		}
		if badNote(r.Reason) != "" || badInstant(r.Until) != "" {
			refuse(fmt.Sprintf("retention %d has a reason or an end that cannot be kept", i))
		}
		switch r.Basis {
		case BasisContract, BasisLegalObligation, BasisVitalInterest, BasisPublicTask:
		default:
			refuse(fmt.Sprintf("retention %d has no basis that outlasts an erasure", i))
		}
		if !r.Until.After(now) {
			refuse(fmt.Sprintf("retention %d has no end in the future", i))
		}
	}
	return errors.Join(bad...)
}

// isField reports a field that may be kept or removed by itself; consent and lifecycle
// among them, the id not.
func isField(f Field) bool {
	if key, ok := strings.CutPrefix(string(f), attributePrefix); ok {
		return key != ""
	}
	return slices.Contains(append(singleFields(), FieldNames, FieldPoints, FieldPostal, FieldRelations, FieldExternal, FieldLifecycle, FieldTags, FieldAttributes), f)
}

func fieldsOf(keep []Retention) []Field {
	var out []Field
	for _, r := range keep {
		out = append(out, r.Field)
	}
	return out
}

// only is the customer with nothing but some fields.
func (c Customer) only(fields []Field) Customer {
	out, all := Customer{ID: c.ID, Revision: c.Revision, Updated: c.Updated}, c.Clone()
	for _, f := range fields {
		switch f {
		case FieldNames:
			out.Names = all.Names
		case FieldPoints:
			out.Points = all.Points
		case FieldPostal:
			out.Postal = all.Postal
		case FieldRelations:
			out.Relations = all.Relations
		case FieldExternal:
			out.External = all.External
		case FieldLifecycle:
			out.Lifecycle = all.Lifecycle
		case FieldTags:
			out.Tags = all.Tags
		case FieldAttributes:
			out.Attributes = all.Attributes
		default:
			out.take(all, f)
			if a, ok := all.Attributes.Find(strings.TrimPrefix(string(f), attributePrefix)); ok && strings.HasPrefix(string(f), attributePrefix) {
				out.Attributes = out.Attributes.set(a)
			}
		}
	}
	return out
}

// counts says how much is held of each field.
func (c Customer) counts() []Removed {
	out := []Removed{
		{FieldNames, len(c.Names)},
		{FieldPoints, len(c.Points)},
		{FieldPostal, len(c.Postal)},
		{FieldRelations, len(c.Relations)},
		{FieldExternal, len(c.External)},
		{FieldLifecycle, len(c.Lifecycle.History)},
		{FieldConsent, c.Consent.Len()},
		{FieldTags, len(c.Tags)},
		{FieldAttributes, len(c.Attributes)},
	}
	for _, f := range singleFields() {
		if c.textOf(f) != "" {
			out = append(out, Removed{f, 1})
		}
	}
	slices.SortFunc(out, func(a, b Removed) int { return cmp.Compare(a.Field, b.Field) })
	return slices.DeleteFunc(out, func(r Removed) bool { return r.Count == 0 })
}

// bareRefusals are the refusals that name no point, without proof and other text.
func (l ConsentLog) bareRefusals() []ConsentRecord {
	var out []ConsentRecord
	for _, r := range l.records {
		if (r.Type == Withdrawn || r.Type == Objected) && r.Point == "" {
			out = append(out, ConsentRecord{Type: r.Type, Purpose: r.Purpose, Channel: r.Channel, At: r.At})
		}
	}
	return out
}

// Suppressions is a set of points that are never to be contacted, by hash. Make it
// with NewSuppressions. It is read only and may be shared.
type Suppressions struct {
	salt   []byte
	hashes map[PointHash]struct{}
}

// Format prints how many there are and not the salt, whatever the verb.
func (s *Suppressions) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, fmt.Sprintf("customer.Suppressions(%d)", len(s.hashes)))
}

// LogValue is how many there are.
func (s *Suppressions) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("suppressed", len(s.hashes)))
}

// NewSuppressions takes the salt under which the hashes were made; one that is too
// short is ErrPrivacy.
func NewSuppressions(salt []byte, hashes iter.Seq[PointHash]) (*Suppressions, error) {
	if len(salt) < MinSaltBytes {
		return nil, fmt.Errorf("%w: a salt needs %d bytes", ErrPrivacy, MinSaltBytes)
	}
	s := &Suppressions{salt: slices.Clone(salt), hashes: map[PointHash]struct{}{}}
	for h := range hashes {
		s.hashes[h] = struct{}{}
	}
	return s, nil
}

// Has reports whether a point is suppressed. It fits DecideOptions.Suppressed.
func (s *Suppressions) Has(point PointRef) bool {
	h, err := HashPoint(s.salt, point)
	_, ok := s.hashes[h]
	return ok && err == nil
}

// Dossier is all that is held about a person, for who asks to see it (GDPR article
// 15). Encoding it as JSON reveals everything; printing it, nothing.
type Dossier struct {
	Customer Customer // what is known now, with every consent record
	History  []Event  // how it came to be known: when, from where, by whom
	Absorbed []Event  // the histories of those who were merged in, by id
	IDs      []ID     // every id that the person was known under
}

// Export is the dossier of a customer from their state and history, which are checked
// to belong together: another customer's or an incomplete history is ErrEvent. The
// histories of those who were merged in are part of what is held; one of anybody else is
// ErrEvent.
func Export(c Customer, history iter.Seq[Event], absorbed ...iter.Seq[Event]) (Dossier, error) {
	refuse := func(detail string) (Dossier, error) {
		return Dossier{}, &EventError{Customer: c.ID, Revision: c.Revision, Detail: detail, Err: ErrEvent}
	}
	events := slices.Collect(history)
	if n := len(events); uint64(n) != c.Revision || (n > 0 && events[n-1].Customer != c.ID) {
		return refuse("the history is not the customer's, or not whole")
	}
	d := Dossier{Customer: c.Clone(), History: events, IDs: append([]ID{c.ID}, c.Absorbed...)}
	for _, more := range absorbed {
		for e := range more {
			if !slices.Contains(c.Absorbed, e.Customer) {
				return refuse("a history is of somebody who was not merged in")
			}
			d.Absorbed = append(d.Absorbed, e)
		}
	}
	slices.Sort(d.IDs)
	slices.SortStableFunc(d.Absorbed, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Revision, b.Revision))
	})
	return d, nil
}

// MarshalJSON writes the dossier for the person: it reveals everything.
func (d Dossier) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Version  int      `json:"v"`
		IDs      []ID     `json:"ids"`
		Customer Customer `json:"customer"`
		History  []Event  `json:"history,omitempty"`
		Absorbed []Event  `json:"absorbed_history,omitempty"`
	}{CodecVersion, d.IDs, d.Customer, d.History, d.Absorbed})
}

// Format prints the customer's id and nothing personal, whatever the verb.
func (d Dossier) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "customer.Dossier("+string(d.Customer.ID)+")")
}

// LogValue is the customer's id.
func (d Dossier) LogValue() slog.Value {
	return slog.GroupValue(slog.String("customer", string(d.Customer.ID)))
}
