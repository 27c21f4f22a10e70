package customer

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// DecideOptions say who asks. The zero value asks for nobody in particular.
type DecideOptions struct {
	Actor     string    // who; no personal text
	Source    string    // from where: "web", "import 7"
	Addressed ID        // the id that was asked for, where it resolved to the customer: provenance after a merge
	At        time.Time // when it was so; default: now
	// Suppressed reports points that are never to be contacted; see Suppressions.
	// Default: none.
	Suppressed func(PointRef) bool
	// MinorUnder is the age in whole years under which consent (the basis, not a
	// contract) needs the guardian's record: ConsentRecord.Guardian. It is asked on the
	// UTC date of the record, and only where the whole date of birth is known. Default:
	// no such age. GDPR article 8 has 16, and lets states choose down to 13.
	MinorUnder int
}

// Decide is what a command changes: the events that Apply takes next. It changes
// nothing itself. A command that would change nothing (a tag that is there) gives no
// events and no error. A command for a customer that was merged away or erased, one that
// is not valid, and one about something that is not held are refused as ErrCommand,
// beside what they were caused by: ErrCustomer, ErrContact, ErrConsent, ErrStage or
// ErrAttribute.
//
// A point whose status becomes reassigned or wrong_person takes no consent along: every
// purpose that was granted is withdrawn for that point, and so is one that is granted
// for all points later. complained is an objection to
// marketing at that point. Every status is a consent record as well, and a point that is
// suppressed is added together with its suppression.
func Decide(c Customer, cmd Command, now time.Time, o *DecideOptions) ([]Event, error) {
	if o == nil {
		o = &DecideOptions{}
	}
	at := o.At
	if at.IsZero() {
		at = now
	}
	d := &decider{c: &c, o: o, at: at, now: now}
	bodies, err := d.bodies(cmd)
	if err == nil {
		err = d.fits(cmd)
	}
	if err != nil {
		kind := "move_stage"
		if b, ok := cmd.(Body); ok {
			kind = b.EventKind()
		}
		return nil, &EventError{Customer: c.ID, Revision: c.Revision, Kind: kind, Err: ErrCommand, Cause: err}
	}
	return d.events(bodies), nil
}

// decider is one command on its way.
type decider struct {
	c       *Customer
	o       *DecideOptions
	at, now time.Time
}

func (d *decider) events(bodies []Body) []Event {
	events := make([]Event, len(bodies))
	for i, b := range bodies {
		e := newEvent(d.c, uint64(i), b, d.at, d.now)
		e.Actor, e.Source = d.o.Actor, d.o.Source
		if d.o.Addressed != "" && d.o.Addressed != e.Customer {
			e.Origin, e.Subject = d.o.Addressed, d.o.Addressed
		} else {
			e.Subject = d.c.Joint
		}
		events[i] = e
	}
	return events
}

// newEvent is the event after another n that follow the customer.
func newEvent(c *Customer, n uint64, b Body, at, now time.Time) Event {
	revision := c.Revision + n + 1
	return Event{ID: fmt.Sprintf("%s/%d", c.ID, revision), Customer: c.ID, Revision: revision, At: at, Recorded: now, Body: b}
}

// fits refuses what no command may do.
func (d *decider) fits(cmd Command) error {
	_, creates := cmd.(Created)
	switch {
	case d.now.IsZero():
		return errors.New("at the zero time")
	case badInstant(d.now) != "" || badInstant(d.at) != "":
		return errors.New("at an instant that cannot be written")
	case badNote(d.o.Actor) != "" || badNote(d.o.Source) != "":
		return errors.New("the actor or the source is too long, or not fit to be kept")
	case d.o.Addressed != "" && d.o.Addressed.Check() != nil:
		return errors.New("addressed to what is no id")
	case d.now.Before(d.c.Updated):
		return errors.New("before the last change")
	case d.c.ID.Check() != nil:
		return d.c.ID.Check()
	case creates != (d.c.Revision == 0):
		return errors.New("creates a customer that is there, or changes one that is not")
	case d.c.State == MergedAway:
		return errors.New("the customer was merged into another")
	case d.c.State == IsErased:
		return errors.New("the customer was erased")
	}
	return nil
}

// one is a change that is checked on a customer who has nothing else.
func (d *decider) one(b Body, probe Customer) ([]Body, error) {
	probe.ID = d.c.ID
	if probe.ID.Check() != nil {
		probe.ID = "probe"
	}
	if err := probe.Validate(); err != nil {
		return nil, err
	}
	return []Body{b}, nil
}

// unless drops a change that is none.
func unless(same bool, bodies []Body, err error) ([]Body, error) {
	if same && err == nil {
		return nil, nil
	}
	return bodies, err
}

// fitReason refuses a reason that is not fit to be kept.
func fitReason(text string) error {
	if reason := badNote(text); reason != "" {
		return &FieldError{Field: "Reason", Detail: reason}
	}
	return nil
}

var errNotHeld = errors.New("is not held")

func held(b Body, at int) ([]Body, error) {
	if at < 0 {
		return nil, errNotHeld
	}
	return []Body{b}, nil
}

func (d *decider) bodies(cmd Command) ([]Body, error) {
	c := d.c
	switch b := cmd.(type) {
	case nil:
		return nil, errors.New("there is none")
	case Created:
		return d.one(b, Customer{Kind: b.Kind})
	case KindSet:
		bodies, err := d.one(b, Customer{Kind: b.Kind})
		return unless(b.Kind == c.Kind, bodies, err)
	case AddressSet:
		bodies, err := d.one(b, Customer{Address: b.Address})
		return unless(b.Address.equal(c.Address), bodies, err)
	case BirthSet:
		bodies, err := d.one(b, Customer{Birth: b.Birth})
		return unless(b.Birth == c.Birth, bodies, err)
	case LanguagesSet:
		bodies, err := d.one(b, Customer{Languages: b.Languages})
		return unless(slices.Equal(b.Languages, c.Languages), bodies, err)
	case RegionSet:
		return unless(b.Region == c.Region, []Body{b}, nil)
	case ZoneSet:
		bodies, err := d.one(b, Customer{Zone: b.Zone})
		return unless(b.Zone == c.Zone, bodies, err)
	case MoveStage:
		return d.moveStage(b)
	case AttributeSet:
		return d.setAttribute(b)
	case AttributeRemoved:
		i, ok := c.Attributes.find(b.Key)
		if !ok {
			i = -1
		}
		return held(b, i)
	case Tagged:
		bodies, err := d.one(b, Customer{Tags: []string{b.Tag}})
		if badNote(b.Tag) != "" {
			return nil, &FieldError{Field: "Tag", Detail: badNote(b.Tag)}
		}
		return unless(slices.Contains(c.Tags, b.Tag), bodies, err)
	case Untagged:
		return unless(!slices.Contains(c.Tags, b.Tag), []Body{b}, nil)
	case ConsentRecorded:
		return d.recordConsent(b)
	case RestrictionSet:
		return unless(b.On == (c.State == UnderRestriction), []Body{b}, fitReason(b.Reason))
	case NotSameDecided:
		if b.Other == c.ID || b.Other.Check() != nil {
			return nil, &FieldError{Field: "Other", Detail: "is the customer, or no id"}
		}
		return unless(slices.Contains(c.NotSame, b.Other), []Body{b}, fitReason(b.Reason))
	case NotSameLifted:
		if err := fitReason(b.Reason); err != nil {
			return nil, err
		}
		return held(b, slices.Index(c.NotSame, b.Other))
	default:
		return d.listBodies(cmd)
	}
}

// listBodies is bodies for what a customer may hold several of.
func (d *decider) listBodies(cmd Command) ([]Body, error) {
	c := d.c
	switch b := cmd.(type) {
	case NameAdded:
		bodies, err := d.one(b, Customer{Names: Names{b.Name}})
		return unless(c.findName(b.Name) >= 0, bodies, err)
	case NameRemoved:
		return held(b, c.findName(b.Name))
	case PointAdded:
		return d.addPoint(b)
	case PointRemoved:
		return held(b, c.findPoint(b.Point))
	case PointStatusChanged:
		return d.changePoint(b)
	case PointMarked:
		i := c.findPoint(b.Point)
		bodies, err := held(b, i)
		return unless(i >= 0 && c.Points[i].Shared == b.Shared, bodies, err)
	case PostalAdded:
		bodies, err := d.one(b, Customer{Postal: PostalAddresses{b.Postal}})
		return unless(c.findPostal(b.Postal) >= 0, bodies, err)
	case PostalRemoved:
		return held(b, c.findPostal(b.Postal))
	case RelationAdded:
		bodies, err := d.one(b, Customer{Relations: []Relation{b.Relation}})
		return unless(slices.Contains(c.Relations, b.Relation), bodies, err)
	case RelationRemoved:
		return held(b, slices.Index(c.Relations, b.Relation))
	case ExternalAdded:
		bodies, err := d.one(b, Customer{External: ExternalIDs{b.External}})
		return unless(c.findExternal(b.External) >= 0, bodies, err)
	case ExternalRemoved:
		return held(b, c.findExternal(b.External))
	}
	return nil, errors.New("is none of this package")
}

func (d *decider) moveStage(b MoveStage) ([]Body, error) {
	if err := fitReason(b.Reason); err != nil {
		return nil, err
	}
	stages := b.Stages
	if len(stages.order) == 0 {
		stages = DefaultStages()
	}
	moved, err := stages.Move(d.c.Lifecycle, b.To, d.at, b.Reason)
	if err != nil {
		return nil, err
	}
	return []Body{StageChanged{moved.History[len(moved.History)-1]}}, nil
}

func (d *decider) setAttribute(b AttributeSet) ([]Body, error) {
	if b.Attribute.Source == "" {
		b.Attribute.Source = d.o.Source
	}
	if b.Attribute.At.IsZero() {
		b.Attribute.At = d.at
	}
	has, ok := d.c.Attributes.Find(b.Attribute.Key)
	if ok && b.Attribute.Value.Type() != 0 && has.Value.Type() != b.Attribute.Value.Type() {
		return nil, fmt.Errorf("%w: it is of type %s and not %s: remove it first", ErrAttribute, has.Value.Type(), b.Attribute.Value.Type())
	}
	bodies, err := d.one(b, Customer{Attributes: Attributes{b.Attribute}})
	return unless(ok && has.equal(b.Attribute), bodies, err)
}

func (d *decider) addPoint(b PointAdded) ([]Body, error) {
	bodies, err := d.one(b, Customer{Points: ContactPoints{b.Point}})
	if err != nil || d.c.findPoint(b.Point.Ref()) >= 0 {
		return nil, err
	}
	if d.o.Suppressed != nil && d.o.Suppressed(b.Point.Ref()) {
		bodies = append(bodies, ConsentRecorded{ConsentRecord{
			Type: PointSuppressed, Point: b.Point.Canonical, At: d.at, Source: "suppression list",
		}})
	}
	return bodies, nil
}

func (d *decider) recordConsent(b ConsentRecorded) ([]Body, error) {
	if _, err := d.c.Consent.Append(b.Record); err != nil {
		return nil, err
	}
	if r := b.Record; r.Type == Granted && r.Basis == BasisConsent && r.Guardian == "" && d.o.MinorUnder > 0 {
		y, m, day := r.At.UTC().Date()
		if age, ok := d.c.Birth.Age(Date{y, m, day}, LeapDayAfter); ok && age < d.o.MinorUnder {
			return nil, &RecordError{Field: "Guardian", Detail: "is empty, and the customer is a minor"}
		}
	}
	bodies := []Body{b}
	if b.Record.Type == Granted && b.Record.Point == "" {
		for _, p := range d.c.Points {
			if p.lost() { // at one instant the restrictive record wins
				bodies = append(bodies, ConsentRecorded{ConsentRecord{
					Type: Withdrawn, Purpose: b.Record.Purpose, Channel: AnyChannel, Point: p.Canonical, At: b.Record.At, Source: "point status",
				}})
			}
		}
	}
	return bodies, nil
}

func (d *decider) changePoint(b PointStatusChanged) ([]Body, error) {
	if b.Change.At.IsZero() {
		b.Change.At = d.at
	}
	if reason := badInstant(b.Change.At); reason != "" {
		return nil, &FieldError{Field: "Change.At", Detail: reason}
	}
	i := d.c.findPoint(b.Point)
	if i < 0 {
		return nil, errNotHeld
	}
	probe := d.c.Points[i].clone()
	probe.History = []PointChange{b.Change}
	bodies, err := d.one(b, Customer{Points: ContactPoints{probe}})
	if err != nil {
		return nil, err
	}
	canonical, status := b.Point.Canonical, b.Change.Status
	record := func(r ConsentRecord) {
		r.Point, r.At, r.Source = canonical, b.Change.At, "point status"
		bodies = append(bodies, ConsentRecorded{r})
	}
	record(ConsentRecord{Type: StatusOfPoint, Status: status})
	switch status {
	case Reassigned, WrongPerson:
		for _, g := range d.c.Consent.grantedPurposes() {
			record(ConsentRecord{Type: Withdrawn, Purpose: g.Purpose, Channel: AnyChannel})
			if g.At.After(b.Change.At) { // what was to take effect later does not either
				bodies = append(bodies, ConsentRecorded{ConsentRecord{
					Type: Withdrawn, Purpose: g.Purpose, Channel: AnyChannel, Point: canonical, At: g.At, Source: "point status",
				}})
			}
		}
	case Complained:
		record(ConsentRecord{Type: Objected, Purpose: Marketing, Channel: AnyChannel})
	}
	return bodies, nil
}

// grantedPurposes are the latest grants of each purpose, in the order of the log.
func (l ConsentLog) grantedPurposes() []ConsentRecord {
	var out []ConsentRecord
	for _, r := range l.records {
		if r.Type != Granted {
			continue
		}
		i := slices.IndexFunc(out, func(g ConsentRecord) bool { return same(g.Purpose, r.Purpose) })
		switch {
		case i < 0:
			out = append(out, r)
		case r.At.After(out[i].At):
			out[i] = r
		}
	}
	return out
}

func (x Attribute) equal(y Attribute) bool {
	return x.Key == y.Key && x.Value == y.Value && x.Source == y.Source && x.At.Equal(y.At)
}

func (a FormOfAddress) equal(b FormOfAddress) bool {
	return a.Verbatim == b.Verbatim && a.CallMe == b.CallMe && a.Title == b.Title && slices.Equal(a.Grammar, b.Grammar)
}
