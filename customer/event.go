package customer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// The conditions of events and commands.
var (
	// ErrEvent is what an event unwraps to that cannot follow what went before.
	ErrEvent = errors.New("customer: event does not apply")
	// ErrRevision is what an event or a write unwraps to that was made for another
	// revision than the present one: load again and decide again.
	ErrRevision = errors.New("customer: revision is another")
	// ErrCommand is what a refused command unwraps to.
	ErrCommand = errors.New("customer: command refused")
)

// EventError is the detail of an event or command that was refused. It unwraps to its
// condition and never quotes personal text.
type EventError struct {
	Customer ID
	Revision uint64 // of the event; for a command, of the customer
	Kind     string // of the body or command
	Detail   string
	Err      error // the condition: ErrEvent, ErrRevision or ErrCommand
	Cause    error // what it was caused by, where there is such
}

// Error writes condition, customer, revision, kind and what is wrong.
func (e *EventError) Error() string {
	text := fmt.Sprintf("%v: %s revision %d", e.Err, e.Customer, e.Revision)
	if e.Kind != "" {
		text += ": " + e.Kind
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.Cause != nil {
		text += ": " + strings.TrimPrefix(e.Cause.Error(), "customer: ")
	}
	return text
}

// Unwrap gives the condition and the cause.
func (e *EventError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Cause}
}

// Event is one change of one customer. The events of a customer, in the order of their
// revisions, are all that is known of them: see Fold.
type Event struct {
	ID       string    // unique among all events; Decide writes customer and revision
	Customer ID        // whose history it is in
	Subject  ID        // whose data the body holds, where that is another: the loser of a merge, or a JointSubject
	Origin   ID        // the id that the change was addressed to, where that is another than Customer
	Revision uint64    // its place in the history, from 1 without a gap
	At       time.Time // when it was so
	Recorded time.Time // when it was written; never before that of an earlier revision
	Actor    string    // who: an id of the host's, no personal text
	Source   string    // from where: "web", "import 7"
	Body     Body
}

// Format prints customer, revision and kind and nothing personal, whatever the verb.
func (e Event) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Event(%s %d %s)", e.Customer, e.Revision, kindOf(e.Body)))
}

// LogValue is id, customer, revision, kind and instants; nothing personal.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", e.ID), slog.String("customer", string(e.Customer)), slog.Uint64("revision", e.Revision),
		slog.String("kind", kindOf(e.Body)), slog.Time("at", e.At), slog.Time("recorded", e.Recorded))
}

// Who is whose data the body holds.
func (e Event) Who() ID {
	if e.Subject != "" {
		return e.Subject
	}
	return e.Customer
}

// Body is what an event says. The set is closed; a switch over it names them all.
//
// Most bodies are commands as well: asked of Decide they are a wish, in an event they
// are a fact.
type Body interface {
	// EventKind is the name of the body in stores, such as "point_added".
	EventKind() string
	body()
}

func kindOf(b Body) string {
	if b == nil {
		return ""
	}
	return b.EventKind()
}

// Bodies that are commands as well.
type (
	// Created is the first event of every customer.
	Created struct {
		Kind Kind `json:"kind,omitzero"`
	}
	// NameAdded adds a name; one that is held already is no change.
	NameAdded struct {
		Name Name `json:"name" strictjson:"required"`
	}
	// NameRemoved takes away a name that was held by mistake. A name no longer in use
	// is not removed but given a use or an end.
	NameRemoved struct {
		Name Name `json:"name" strictjson:"required"`
	}
	// AddressSet sets what the person said about how to address them.
	AddressSet struct {
		Address FormOfAddress `json:"address"`
	}
	// BirthSet sets the date of birth; the zero date says it is not known.
	BirthSet struct {
		Birth PartialDate `json:"birth,omitzero"`
	}
	// KindSet sets the kind.
	KindSet struct {
		Kind Kind `json:"kind,omitzero"`
	}
	// LanguagesSet sets the languages, best first.
	LanguagesSet struct {
		Languages Languages `json:"languages,omitempty"`
	}
	// RegionSet sets the region; zero says it is not known.
	RegionSet struct {
		Region language.Region `json:"-"`
	}
	// ZoneSet sets the zone; empty says it is not known.
	ZoneSet struct {
		Zone string `json:"zone,omitempty"`
	}
	// PointAdded adds a contact point, last in preference; one that is held already,
	// as typed or otherwise, is no change.
	PointAdded struct {
		Point ContactPoint `json:"point" strictjson:"required"`
	}
	// PointRemoved takes away a contact point.
	PointRemoved struct {
		Point PointRef `json:"point" strictjson:"required"`
	}
	// PointStatusChanged says what became known of a contact point.
	PointStatusChanged struct {
		Point  PointRef    `json:"point" strictjson:"required"`
		Change PointChange `json:"change" strictjson:"required"`
	}
	// PointMarked says whether a point is shared by several people.
	PointMarked struct {
		Point  PointRef `json:"point" strictjson:"required"`
		Shared bool     `json:"shared,omitempty"`
	}
	// PostalAdded adds a postal address; one that is held already is no change.
	PostalAdded struct {
		Postal PostalAddress `json:"postal" strictjson:"required"`
	}
	// PostalRemoved takes away a postal address.
	PostalRemoved struct {
		Postal PostalAddress `json:"postal" strictjson:"required"`
	}
	// RelationAdded adds a tie to another customer. Whether it closes a circle only
	// somebody who sees all customers can say: see CheckRelation and Directory.Do.
	RelationAdded struct {
		Relation Relation `json:"relation" strictjson:"required"`
	}
	// RelationRemoved takes away a tie.
	RelationRemoved struct {
		Relation Relation `json:"relation" strictjson:"required"`
	}
	// ExternalAdded adds an id of another system.
	ExternalAdded struct {
		External ExternalID `json:"external" strictjson:"required"`
	}
	// ExternalRemoved takes away an id of another system.
	ExternalRemoved struct {
		External ExternalID `json:"external" strictjson:"required"`
	}
	// AttributeSet sets an attribute. One of another type is refused: remove it first.
	AttributeSet struct {
		Attribute Attribute `json:"attribute" strictjson:"required"`
	}
	// AttributeRemoved takes away an attribute.
	AttributeRemoved struct {
		Key string `json:"key"`
	}
	// Tagged adds a tag.
	Tagged struct {
		Tag string `json:"tag"`
	}
	// Untagged takes away a tag.
	Untagged struct {
		Tag string `json:"tag"`
	}
	// ConsentRecorded appends a consent record.
	ConsentRecorded struct {
		Record ConsentRecord `json:"record" strictjson:"required"`
	}
	// RestrictionSet restricts all processing or lifts that, GDPR article 18. It is a
	// consent record as well, so that every question is answered by it: of two at one
	// instant the one that restricts wins.
	RestrictionSet struct {
		On     bool   `json:"on,omitempty"`
		Reason string `json:"reason,omitempty"`
	}
	// NotSameDecided records that somebody decided that another customer is another
	// person: the two are not merged again, unless NotSameLifted takes that back.
	NotSameDecided struct {
		Other  ID     `json:"other"`
		Reason string `json:"reason,omitempty"`
	}
	// NotSameLifted takes back, for this customer, that another is another person. A
	// merge looks at both sides: where both say so, both are lifted.
	NotSameLifted struct {
		Other  ID     `json:"other"`
		Reason string `json:"reason,omitempty"`
	}
)

// Bodies that only plans and rules make.
type (
	// StageChanged is a move in the lifecycle; the command is MoveStage.
	StageChanged struct {
		Change StageChange `json:"change" strictjson:"required"`
	}
	// CustomersMerged says that another customer was merged into this one: see
	// PlanMerge. It holds all that was known of the other.
	CustomersMerged struct {
		Loser   ID
		Content Customer
		Picks   []FieldPick
		Reason  string
	}
	// WasMerged ends the history of a customer that was merged into another, until a
	// MergeReturned.
	WasMerged struct {
		Into   ID     `json:"into"`
		Merge  string `json:"merge"` // id of the CustomersMerged event
		Reason string `json:"reason,omitempty"`
	}
	// MergeUndone takes a merge back: see PlanUnmerge. Content is what is this
	// customer's own.
	MergeUndone struct {
		Merge   string // id of the CustomersMerged event
		Loser   ID
		Content Customer
		Follow  []ID // who went with the loser
		// Base is what the customer was before the first of the merges that still stand,
		// and Changes are what is left of the changes since, so that those merges can be
		// taken back as well, whatever is erased of the history before. Nothing where no
		// merge stands.
		Base    Customer
		Changes []Event
		Reason  string
	}
	// MergeReturned gives a customer back what is theirs after a merge was undone.
	MergeReturned struct {
		From    ID
		Merge   string
		Content Customer
		Changes []Event // what was changed while they were merged and went to this customer
	}
	// PersonErased says that all but Content was erased: see PlanErasure.
	PersonErased struct {
		Content Customer // what the receipt says stays
	}
	// Compacted replaces the history by what is still held: see PlanRetention.
	Compacted struct {
		Content Customer
		Removed []Field
		Reason  string
	}
	// Scrubbed stands for a body that was erased from a store.
	Scrubbed struct {
		Kind string // what it was
	}
)

// Command is what may be asked of Decide: the bodies that say so, and MoveStage. The
// set is closed.
type Command interface {
	command()
}

// MoveStage moves the customer to a stage by the rules of Stages.
type MoveStage struct {
	Stages Stages // the zero value is DefaultStages
	To     Stage
	Reason string // required for a step back; may be personal
}

// Format prints the stage and not the reason, whatever the verb.
func (m MoveStage) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "customer.MoveStage("+string(m.To)+")")
}

// LogValue is the stage.
func (m MoveStage) LogValue() slog.Value { return slog.StringValue(string(m.To)) }
