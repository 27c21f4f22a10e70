package customer

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Apply is the customer after one more event. c itself is unchanged, and so is the
// result where there is an error: ErrRevision where the event is not of the next
// revision, else ErrEvent where it is of another customer, recorded before the last one,
// without a body, not Created at the start or Created later, or for a customer that was
// merged away or erased.
//
// An event about something that is not held, such as the status of a point that was
// removed, changes the revision only: histories stay readable.
func Apply(c Customer, e Event) (Customer, error) {
	if err := c.accepts(&e); err != nil {
		return c, err
	}
	next := c.Clone()
	next.apply(&e)
	return next, nil
}

// Fold is Apply for many events, of which it copies the customer only once. On an error
// it returns c unchanged. The result depends on c and the events only.
func Fold(c Customer, events iter.Seq[Event]) (Customer, error) {
	next := c.Clone()
	for e := range events {
		if err := next.accepts(&e); err != nil {
			return c, err
		}
		next.apply(&e)
	}
	return next, nil
}

// AsOf is what was known at an instant: the fold of the events that were recorded until
// then. Later ones are ignored, whatever they are. Before the first it is the zero
// customer.
func AsOf(events iter.Seq[Event], t time.Time) (Customer, error) {
	return Fold(Customer{}, func(yield func(Event) bool) {
		for e := range events {
			if e.Recorded.After(t) || !yield(e) {
				return
			}
		}
	})
}

// accepts checks what an event must keep to, whatever it says.
func (c *Customer) accepts(e *Event) error {
	refuse := func(err error, detail string) error {
		return &EventError{Customer: e.Customer, Revision: e.Revision, Kind: kindOf(e.Body), Detail: detail, Err: err}
	}
	first := c.Revision == 0
	switch {
	case e.Body == nil:
		return refuse(ErrEvent, "has no body")
	case e.Customer == "" || (c.ID != "" && c.ID != e.Customer):
		return refuse(ErrEvent, "is of another customer")
	case e.Revision != c.Revision+1:
		return refuse(ErrRevision, "is not the next one")
	case e.Recorded.Before(c.Updated):
		return refuse(ErrEvent, "was recorded before the last one")
	}
	if _, erased := e.Body.(Scrubbed); erased {
		return nil
	}
	_, creates := e.Body.(Created)
	_, compacts := e.Body.(Compacted)
	switch _, returns := e.Body.(MergeReturned); {
	case creates != first:
		return refuse(ErrEvent, "creates a customer that is there, or changes one that is not")
	case c.State == MergedAway && !returns:
		return refuse(ErrEvent, "the customer was merged into another")
	case c.State == IsErased && !compacts:
		return refuse(ErrEvent, "the customer was erased")
	}
	return nil
}

// apply changes the customer in place by an event that was accepted.
func (c *Customer) apply(e *Event) {
	c.ID, c.Revision, c.Updated = e.Customer, e.Revision, e.Recorded
	switch b := e.Body.(type) {
	case Scrubbed:
		c.applyScrubbed(b)
	case Created:
		c.Kind = b.Kind
	case KindSet:
		c.Kind = b.Kind
		c.stamp(FieldKind, e)
	case NameAdded:
		if c.findName(b.Name) < 0 {
			c.Names = append(c.Names, b.Name.clone())
		}
	case NameRemoved:
		c.Names = without(c.Names, c.findName(b.Name))
	case AddressSet:
		c.Address = b.Address.clone()
		c.stamp(FieldAddress, e)
	case BirthSet:
		c.Birth = b.Birth
		c.stamp(FieldBirth, e)
	case LanguagesSet:
		c.Languages = slices.Clone(b.Languages)
		c.stamp(FieldLanguages, e)
	case RegionSet:
		c.Region = b.Region
		c.stamp(FieldRegion, e)
	case ZoneSet:
		c.Zone = b.Zone
		c.stamp(FieldZone, e)
	case StageChanged:
		c.Lifecycle.History = append(c.Lifecycle.History, b.Change)
	case AttributeSet:
		c.Attributes = c.Attributes.set(b.Attribute)
	case AttributeRemoved:
		if i, ok := c.Attributes.find(b.Key); ok {
			c.Attributes = slices.Delete(c.Attributes, i, i+1)
		}
	case Tagged:
		if !slices.Contains(c.Tags, b.Tag) {
			c.Tags = append(c.Tags, b.Tag)
		}
	case Untagged:
		c.Tags = without(c.Tags, slices.Index(c.Tags, b.Tag))
	case ConsentRecorded:
		c.record(b.Record, e)
	case RestrictionSet:
		c.restrict(b, e)
	case NotSameDecided:
		if !slices.Contains(c.NotSame, b.Other) {
			c.NotSame = append(c.NotSame, b.Other)
		}
	case NotSameLifted:
		c.NotSame = without(c.NotSame, slices.Index(c.NotSame, b.Other))
	default:
		c.applyPoint(e)
	}
}

// applyScrubbed keeps of an erased body what its kind says: where the customer stands.
func (c *Customer) applyScrubbed(b Scrubbed) {
	switch b.Kind {
	case WasMerged{}.EventKind():
		c.State = MergedAway
	case MergeReturned{}.EventKind():
		c.State, c.MergedInto = Ordinary, ""
	}
}

// applyPoint is apply for the bodies about what a customer is reached by.
func (c *Customer) applyPoint(e *Event) {
	switch b := e.Body.(type) {
	case PointAdded:
		if c.findPoint(b.Point.Ref()) < 0 {
			c.Points = append(c.Points, b.Point.clone())
		}
	case PointRemoved:
		c.Points = without(c.Points, c.findPoint(b.Point))
	case PointStatusChanged:
		if i := c.findPoint(b.Point); i >= 0 {
			c.Points[i].History = insertChange(c.Points[i].History, b.Change)
		}
	case PointMarked:
		if i := c.findPoint(b.Point); i >= 0 {
			c.Points[i].Shared = b.Shared
		}
	case PostalAdded:
		if c.findPostal(b.Postal) < 0 {
			c.Postal = append(c.Postal, b.Postal.clone())
		}
	case PostalRemoved:
		c.Postal = without(c.Postal, c.findPostal(b.Postal))
	case RelationAdded:
		if !slices.Contains(c.Relations, b.Relation) {
			c.Relations = append(c.Relations, b.Relation)
		}
	case RelationRemoved:
		c.Relations = without(c.Relations, slices.Index(c.Relations, b.Relation))
	case ExternalAdded:
		if c.findExternal(b.External) < 0 {
			c.External = append(c.External, b.External)
		}
	case ExternalRemoved:
		c.External = without(c.External, c.findExternal(b.External))
	default:
		c.applyWhole(e)
	}
}

// applyWhole is apply for the bodies about the whole of a customer.
func (c *Customer) applyWhole(e *Event) {
	switch b := e.Body.(type) {
	case CustomersMerged:
		c.absorb(b, e.At)
		c.Joint = JointSubject(c.ID, c.Revision)
	case WasMerged:
		c.State, c.MergedInto = MergedAway, b.Into
	case MergeUndone:
		c.replace(b.Content)
		c.Joint = c.jointAt(c.Revision)
	case MergeReturned:
		c.replace(b.Content)
		c.Joint = c.jointAt(c.Revision)
	case PersonErased:
		c.replace(b.Content)
	case Compacted:
		c.replace(b.Content)
	}
}

// jointAt is whose data a change at a revision is: the customer's own, or that of all who
// were merged.
func (c *Customer) jointAt(revision uint64) ID {
	if len(c.Absorbed) == 0 {
		return ""
	}
	return JointSubject(c.ID, revision)
}

// replace sets all but id, revision and instant.
func (c *Customer) replace(content Customer) {
	next := content.Clone()
	next.ID, next.Revision, next.Updated = c.ID, c.Revision, c.Updated
	*c = next
}

// record appends a consent record. One that restricts processing is seen in the state
// as well, where it was in effect when it was recorded.
func (c *Customer) record(r ConsentRecord, e *Event) {
	c.Consent.records = append(c.Consent.records, r.clone())
	if r.Type == Restricted || r.Type == Unrestricted {
		c.settleState(e.Recorded)
	}
}

// settleState makes the state say what the consent records say at an instant, whatever
// the order in which they came.
func (c *Customer) settleState(at time.Time) {
	if c.State == MergedAway || c.State == IsErased {
		return
	}
	c.State = Ordinary
	if c.Consent.Restricted(at) {
		c.State = UnderRestriction
	}
}

func (c *Customer) restrict(b RestrictionSet, e *Event) {
	record := ConsentRecord{Type: Unrestricted, At: e.At, Source: e.Source}
	if b.On {
		record.Type = Restricted
	}
	c.Consent.records = append(c.Consent.records, record)
	c.settleState(e.Recorded)
}

// stamp notes where a single-valued field is from.
func (c *Customer) stamp(field Field, e *Event) {
	s := Stamp{Field: field, At: e.At, Source: e.Source, Event: e.ID}
	for i := range c.Provenance {
		if c.Provenance[i].Field == field {
			c.Provenance[i] = s
			return
		}
	}
	c.Provenance = append(c.Provenance, s)
	slices.SortFunc(c.Provenance, func(a, b Stamp) int { return cmp.Compare(a.Field, b.Field) })
}

func without[S ~[]E, E any](list S, i int) S {
	if i < 0 {
		return list
	}
	return slices.Delete(list, i, i+1)
}

// insertChange keeps a history in order of time; at one instant, of arrival.
func insertChange(history []PointChange, c PointChange) []PointChange {
	i := len(history)
	for i > 0 && history[i-1].At.After(c.At) {
		i--
	}
	return slices.Insert(history, i, c)
}

func (c *Customer) findName(n Name) int {
	return slices.IndexFunc(c.Names, func(m Name) bool { return m.equal(n) })
}

func (c *Customer) findPoint(ref PointRef) int {
	for i := range c.Points {
		if c.Points[i].is(ref) {
			return i
		}
	}
	return -1
}

func (c *Customer) findPostal(p PostalAddress) int {
	return slices.IndexFunc(c.Postal, func(q PostalAddress) bool { return q.equal(p) })
}

func (c *Customer) findExternal(x ExternalID) int {
	return slices.IndexFunc(c.External, func(y ExternalID) bool { return y.sameAs(x) })
}
