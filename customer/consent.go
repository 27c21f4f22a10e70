package customer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrConsent is what every fault of a consent record unwraps to.
var ErrConsent = errors.New("customer: consent record refused")

// ErrConsentLimit is what a log unwraps to, beside ErrConsent, that would hold more than
// MaxConsentRecords, refusals aside.
var ErrConsentLimit = errors.New("customer: too many consent records")

// MaxConsentRecords is the most records to which Append lets a ConsentLog grow: far more
// than the dealings of one customer come to. Refusals do not count, since nobody may be
// denied one because of what was recorded before: records that are Withdrawn, Objected,
// Restricted, Erased or PointSuppressed. A merge may come to more, and keeps them all.
const MaxConsentRecords = 10_000

// RecordError is one fault of a consent record, or of its JSON form. It unwraps to
// ErrConsent and never quotes a contact point, nor anything else of the record.
type RecordError struct {
	Index  int    // which of the records that were given; -1 for a form as a whole
	Field  string // such as "Purpose", or "expires" in a form; empty for the record as a whole
	Detail string
}

// Error writes index, field and detail.
func (e *RecordError) Error() string {
	text := "customer: consent record"
	if e.Index >= 0 {
		text += fmt.Sprintf(" %d", e.Index)
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	return text + ": " + e.Detail
}

// Unwrap gives ErrConsent.
func (e *RecordError) Unwrap() error { return ErrConsent }

// Purpose is what contact is for. Hosts name their own. Purposes are compared without
// regard to case and to blanks at the ends, so that "Marketing" withdrawn stops
// "marketing".
type Purpose string

// Purposes that most hosts have.
const (
	Marketing Purpose = "marketing"
	Service   Purpose = "service"
	Research  Purpose = "research" // surveys
	Profiling Purpose = "profiling"
)

// Channel is the way of contact. Hosts name their own. Channels are compared as
// purposes are.
type Channel string

// AnyChannel covers every channel.
const AnyChannel Channel = "*"

// Channels that most hosts have.
const (
	ByEmail Channel = "email"
	BySMS   Channel = "sms"
	ByPhone Channel = "phone"
	ByPost  Channel = "post"
	ByPush  Channel = "push"
	ByChat  Channel = "chat"
)

// PointStatus is what is known of a contact point's use. Hosts may have statuses of
// their own; only HardBounce forbids anything.
type PointStatus string

// The usual statuses of a contact point.
const (
	Unverified  PointStatus = "unverified"
	Verified    PointStatus = "verified"
	SoftBounce  PointStatus = "soft_bounce"
	HardBounce  PointStatus = "hard_bounce"
	Complained  PointStatus = "complained"
	Reassigned  PointStatus = "reassigned"
	WrongPerson PointStatus = "wrong_person"
)

// Proof is how a consent can be shown to have been given, GDPR article 7(1). It prints
// and logs as redacted.
type Proof struct {
	Method  string `json:"method,omitempty"`  // "web_form", "order", "paper"
	Wording string `json:"wording,omitempty"` // which version of the text was agreed to
	Ref     string `json:"ref,omitempty"`     // where the evidence lies
}

// Format prints nothing of the proof, whatever the verb.
func (p Proof) Format(s fmt.State, _ rune) { hide(s, "Proof") }

// LogValue hides the proof.
func (p Proof) LogValue() slog.Value { return hidden() }

// ConsentRecord is one event about what is allowed. Records are appended and never
// changed; their order is that of At, not of arrival.
type ConsentRecord struct {
	Type              ConsentType  `json:"type" strictjson:"required"`
	Purpose           Purpose      `json:"purpose,omitempty"`
	Channel           Channel      `json:"channel,omitempty"` // AnyChannel for every channel
	Point             string       `json:"point,omitempty"`   // canonical form; empty: every point
	Basis             ConsentBasis `json:"basis,omitzero"`    // of a grant
	At                time.Time    `json:"at"`                // when it takes effect
	Expires           time.Time    `json:"expires,omitzero"`  // of a grant: no longer from then on; zero: never
	NeedsConfirmation bool         `json:"needs_confirmation,omitempty"`
	Proof             *Proof       `json:"proof,omitempty"`
	Status            PointStatus  `json:"status,omitempty"`   // of a StatusOfPoint record
	Source            string       `json:"source,omitempty"`   // where it came from
	Guardian          string       `json:"guardian,omitempty"` // who consented for a minor: an id or reference of the host's
	Origin            string       `json:"origin,omitempty"`   // which customer it was recorded for, before a merge
}

// Format prints what kind of record it is, and no contact point, whatever the verb.
func (r ConsentRecord) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.ConsentRecord(%s %s %s at %s)", r.Type, r.Purpose, r.Channel, r.At.UTC().Format(time.RFC3339)))
}

// LogValue is type, purpose, channel and instant; no contact point.
func (r ConsentRecord) LogValue() slog.Value {
	return slog.GroupValue(slog.String("type", r.Type.String()), slog.String("purpose", string(r.Purpose)),
		slog.String("channel", string(r.Channel)), slog.Time("at", r.At))
}

// ConsentQuestion asks whether a purpose is allowed on a channel, at a point, at an
// instant.
type ConsentQuestion struct {
	Purpose Purpose   `json:"purpose"`
	Channel Channel   `json:"channel"`
	Point   string    `json:"point,omitempty"` // canonical form; empty: the channel in general
	At      time.Time `json:"at"`
}

// Format prints the question without its point, whatever the verb.
func (q ConsentQuestion) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.ConsentQuestion(%s %s at %s)", q.Purpose, q.Channel, q.At.UTC().Format(time.RFC3339)))
}

// LogValue is purpose, channel and instant; no contact point.
func (q ConsentQuestion) LogValue() slog.Value {
	return slog.GroupValue(slog.String("purpose", string(q.Purpose)), slog.String("channel", string(q.Channel)), slog.Time("at", q.At))
}

// ConsentVerdict is the answer to a question.
type ConsentVerdict struct {
	Allowed bool
	Reason  ConsentReason
	By      *ConsentRecord // the record that decided; nil where there is none
	Until   time.Time      // Allowed and Reason stay as they are until then; zero: as far as is known
}

// String is the verdict as one line for people.
func (v ConsentVerdict) String() string {
	text := "deny: "
	if v.Allowed {
		text = "allow: "
	}
	text += v.Reason.String()
	if !v.Until.IsZero() {
		text += " until " + v.Until.UTC().Format(time.RFC3339)
	}
	return text
}

// LogValue is verdict, reason and until; no contact point.
func (v ConsentVerdict) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("allowed", v.Allowed), slog.String("reason", v.Reason.String()), slog.Time("until", v.Until))
}

// ConsentLog is the records of one customer. The zero value is empty. Values are
// immutable and may be shared.
type ConsentLog struct{ records []ConsentRecord }

// Format prints the number of records and no contact point, whatever the verb.
func (l ConsentLog) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.ConsentLog(%d records)", len(l.records)))
}

// LogValue is the number of records.
func (l ConsentLog) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("records", len(l.records)))
}

// Append returns a log with the records added, or every fault of every record,
// joined, and the log unchanged. A record is refused for an unknown type or the zero
// time; a grant without purpose, channel or basis, or which expires at or before it
// takes effect; a withdrawal, objection or confirmation without purpose or channel; a
// record about a point without a point, and one about its status without a status;
// any text that is blank and not empty, longer than 1024 bytes, not valid UTF-8, or with a
// control character other than tab and the ends of lines; an instant that RFC 3339 cannot
// write, of a year over 9999 or a zone of odd seconds. A
// log of more than MaxConsentRecords that are no refusals, some of them among those that
// are given, is refused before any record is checked: ErrConsentLimit. A refusal is never
// refused because the log is full. A grant without proof is kept, and allows nothing
// unless its basis is a contract. The cost is that of a copy of the log.
func (l ConsentLog) Append(records ...ConsentRecord) (ConsentLog, error) {
	if more := countOthers(records); more > 0 && len(l.records)+len(records) > MaxConsentRecords {
		if n := countOthers(l.records) + more; n > MaxConsentRecords {
			return l, fmt.Errorf("%w: %w: %d that are no refusals, at most %d", ErrConsent, ErrConsentLimit, n, MaxConsentRecords)
		}
	}
	var bad []error
	for i, r := range records {
		bad = append(bad, r.check(i)...)
	}
	if len(bad) > 0 {
		return l, errors.Join(bad...)
	}
	all := make([]ConsentRecord, 0, len(l.records)+len(records))
	all = append(all, l.records...)
	for _, r := range records {
		all = append(all, r.clone())
	}
	return ConsentLog{all}, nil
}

// countOthers is how many records are no refusals.
func countOthers(records []ConsentRecord) int {
	n := 0
	for i := range records {
		switch records[i].Type {
		case Withdrawn, Objected, Restricted, Erased, PointSuppressed:
		default:
			n++
		}
	}
	return n
}

// MarshalJSON writes the records as an array, in the order in which they are held. It
// reveals contact points.
func (l ConsentLog) MarshalJSON() ([]byte, error) {
	if l.records == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(l.records)
}

// Len is the number of records.
func (l ConsentLog) Len() int { return len(l.records) }

// All yields copies of the records, in the order in which they are held.
func (l ConsentLog) All() iter.Seq[ConsentRecord] {
	return func(yield func(ConsentRecord) bool) {
		for _, r := range l.records {
			if !yield(r.clone()) {
				return
			}
		}
	}
}

// Allowed answers the question from the log; see EvaluateConsent.
func (l ConsentLog) Allowed(q ConsentQuestion) ConsentVerdict { return evaluate(l.records, q) }

// Restricted reports whether all processing is restricted at an instant: the last of the
// records that restrict it or lift that says so, and at one instant the one that
// restricts.
func (l ConsentLog) Restricted(at time.Time) bool {
	return decide(l.records, ConsentQuestion{Channel: AnyChannel, At: at}).Reason == ReasonRestricted
}

func (r ConsentRecord) clone() ConsentRecord {
	if r.Proof != nil {
		proof := *r.Proof
		r.Proof = &proof
	}
	return r
}

// check returns the faults of a record.
func (r ConsentRecord) check(index int) []error {
	var bad []error
	need := func(missing bool, field, detail string) {
		if missing {
			bad = append(bad, &RecordError{Index: index, Field: field, Detail: detail})
		}
	}
	need(r.Type < Granted || r.Type > StatusOfPoint, "Type", "is no type")
	need(r.At.IsZero(), "At", "is the zero time")
	need(badInstant(r.At) != "", "At", badInstant(r.At))
	need(badInstant(r.Expires) != "", "Expires", badInstant(r.Expires))
	switch r.Type {
	case Granted, Confirmed, Withdrawn, Objected:
		need(r.Purpose == "", "Purpose", "is empty")
		need(r.Channel == "", "Channel", "is empty; AnyChannel covers every one")
	case PointSuppressed, StatusOfPoint:
		need(r.Point == "", "Point", "is empty")
	}
	if r.Type == Granted {
		need(r.Basis < BasisConsent || r.Basis > BasisLegitimateInterest, "Basis", "is none")
		need(!r.Expires.IsZero() && !r.Expires.After(r.At), "Expires", "is not after At")
	}
	need(r.Type == StatusOfPoint && r.Status == "", "Status", "is empty")
	for _, text := range r.texts() {
		reason := badNote(text.value)
		need(reason != "", text.field, reason)
	}
	return bad
}

// noteOf is a text of a record, with the name of its field.
type noteOf struct{ field, value string }

func (r ConsentRecord) texts() []noteOf {
	texts := []noteOf{
		{"Purpose", string(r.Purpose)},
		{"Channel", string(r.Channel)},
		{"Point", r.Point},
		{"Status", string(r.Status)},
		{"Source", r.Source},
		{"Guardian", r.Guardian},
		{"Origin", r.Origin},
	}
	if r.Proof != nil {
		texts = append(texts, noteOf{"Proof.Method", r.Proof.Method}, noteOf{"Proof.Wording", r.Proof.Wording}, noteOf{"Proof.Ref", r.Proof.Ref})
	}
	return texts
}

// badNote says why a text cannot stand in a record, or nothing.
func badNote(s string) string {
	const longest = 1024
	switch {
	case s == "":
		return ""
	case len(s) > longest:
		return fmt.Sprintf("is longer than %d bytes", longest)
	case !utf8.ValidString(s):
		return "is not valid UTF-8"
	case strings.TrimSpace(s) == "":
		return "is blank"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return "holds a control character"
	}
	return ""
}

// badInstant says why an instant cannot be written and read again, or nothing: RFC 3339
// has years of four digits and offsets of whole minutes.
func badInstant(t time.Time) string {
	const minute = 60
	_, offset := t.Zone()
	switch y := t.Year(); {
	case y < 0 || y > 9999:
		return "is of a year that has not four digits"
	case offset%minute != 0 || offset <= -24*60*minute || offset >= 24*60*minute:
		return "is of a zone whose offset is not of whole minutes"
	}
	return ""
}

// compareRecords orders records by effect, then by all else, so that equal means the
// same in every field.
func compareRecords(a, b *ConsentRecord) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Type, b.Type), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Channel, b.Channel),
		cmp.Compare(a.Point, b.Point), cmp.Compare(a.Basis, b.Basis), a.Expires.Compare(b.Expires),
		compareBool(a.NeedsConfirmation, b.NeedsConfirmation), compareProof(a.Proof, b.Proof),
		cmp.Compare(a.Status, b.Status), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Guardian, b.Guardian), cmp.Compare(a.Origin, b.Origin),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func compareProof(a, b *Proof) int {
	if a == nil || b == nil {
		return compareBool(a != nil, b != nil)
	}
	return cmp.Or(cmp.Compare(a.Method, b.Method), cmp.Compare(a.Wording, b.Wording), cmp.Compare(a.Ref, b.Ref))
}

// same compares purposes, channels and canonical points without regard to case and to
// blanks at the ends, so that a withdrawal typed in capitals counts.
func same[T ~string](a, b T) bool {
	return a == b || strings.EqualFold(strings.TrimSpace(string(a)), strings.TrimSpace(string(b)))
}
