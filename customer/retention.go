package customer

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// RetentionRule says what a purpose needs, and for how long after it ended. A field is
// kept as long as one purpose needs it; FieldAttributes stands for each attribute that
// is held. Purposes are compared as consent compares them, without regard to case.
type RetentionRule struct {
	Purpose Purpose
	Fields  []Field
	Months  int // calendar months after the purpose ended; 0: until it ended
}

// RetentionPlan is what has to go.
type RetentionPlan struct {
	Customer ID
	Remove   []Field    // in the order of their names; none: nothing is due
	Content  Customer   // what stays
	Suppress []PointRef // the points that go and that nobody may use again, because they were suppressed
	Next     time.Time  // when the next field is due; zero: as far as is known, never
	from     Customer
}

// Format prints the customer and the number of fields, whatever the verb.
func (p RetentionPlan) Format(s fmt.State, _ rune) {
	hide(s, fmt.Sprintf("RetentionPlan(%s, %d fields)", p.Customer, len(p.Remove)))
}

// LogValue is the customer and the number of fields.
func (p RetentionPlan) LogValue() slog.Value {
	return slog.GroupValue(slog.String("customer", string(p.Customer)), slog.Int("fields", len(p.Remove)))
}

// PlanRetention says which fields no purpose needs any more at an instant. ended says
// when each purpose ended; a purpose that is not in it goes on. Months are counted on
// the calendar of loc from the day of the end, and a field is due at the start of that
// day. Fields that no rule names stay: that is for the host to notice, so nothing goes by
// an omission. With the points go the consent records about them, and the grants for all
// points that a refusal at one of them narrowed: such a point may come back, and what was
// refused must not be open then. Of a customer that was erased, the fields that the receipt keeps are due at
// the end of their retention, and rules are not asked.
//
// A rule without a purpose or of a field that there is not, a negative number of
// months, and a location that is nil where it is needed are ErrPrivacy.
func PlanRetention(c Customer, rules []RetentionRule, ended map[Purpose]time.Time, now time.Time, loc *time.Location) (RetentionPlan, error) {
	if err := ruleFaults(rules, loc); err != nil {
		return RetentionPlan{}, err
	}
	due := map[Field]time.Time{} // zero: still needed
	for _, r := range rules {
		end, over := endOf(ended, r.Purpose)
		if over {
			d := civil.Of(end.In(loc)).AddMonths(r.Months)
			if start := d.Start(loc); start.After(end) {
				end = start
			}
		}
		for _, f := range c.each(r.Fields) {
			if has, ok := due[f]; !ok || (!has.IsZero() && (!over || end.After(has))) {
				due[f] = end
			}
		}
	}
	if c.State == IsErased {
		due = map[Field]time.Time{}
		if c.Receipt != nil {
			for _, k := range c.Receipt.Kept {
				for _, f := range c.each([]Field{k.Field}) {
					if k.Until.After(due[f]) {
						due[f] = k.Until
					}
				}
			}
		}
	}
	return planRemoval(c, due, now), nil
}

// endOf is when a purpose ended: the latest of what is said of it, however it is
// written.
func endOf(ended map[Purpose]time.Time, purpose Purpose) (end time.Time, ok bool) {
	for p, at := range ended { // the latest does not depend on the order
		if same(p, purpose) && (!ok || at.After(end)) {
			end, ok = at, true
		}
	}
	return end, ok
}

// each are the fields with every attribute that is held by itself.
func (c Customer) each(fields []Field) []Field {
	var out []Field
	for _, f := range fields {
		if f != FieldAttributes {
			out = append(out, f)
			continue
		}
		for _, a := range c.Attributes {
			out = append(out, Field(attributePrefix+a.Key))
		}
	}
	return out
}

func ruleFaults(rules []RetentionRule, loc *time.Location) error {
	var bad []error
	for i, r := range rules {
		if blank(r.Purpose) || r.Months < 0 || loc == nil || slices.ContainsFunc(r.Fields, func(f Field) bool { return !isField(f) }) {
			bad = append(bad, fmt.Errorf("%w: rule %d has no purpose, a field that there is not, months below 0, or no location", ErrPrivacy, i))
		}
	}
	return errors.Join(bad...)
}

func planRemoval(c Customer, due map[Field]time.Time, now time.Time) RetentionPlan {
	p := RetentionPlan{Customer: c.ID, from: c}
	fields := make([]Field, 0, len(due))
	for f := range due {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	p.Content = c.Clone()
	for _, f := range fields {
		at := due[f]
		switch {
		case at.IsZero() || !p.Content.holdsField(f):
		case at.After(now):
			if p.Next.IsZero() || at.Before(p.Next) {
				p.Next = at
			}
		default:
			p.Remove = append(p.Remove, f)
			if f == FieldPoints {
				p.Suppress = c.suppressedPoints()
			}
			p.Content.clear(f)
		}
	}
	if r := p.Content.Receipt; r != nil && len(p.Remove) > 0 {
		next := *r
		next.Kept = slices.DeleteFunc(slices.Clone(r.Kept), func(k Retention) bool { return !p.Content.holdsField(k.Field) })
		p.Content.Receipt = &next
	}
	return p
}

func (c *Customer) holdsField(f Field) bool {
	for _, r := range c.counts() {
		if r.Field == f {
			return true
		}
	}
	key, ok := strings.CutPrefix(string(f), attributePrefix)
	_, held := c.Attributes.find(key)
	return ok && held
}

// clear takes a field away.
func (c *Customer) clear(f Field) {
	switch f {
	case FieldNames:
		c.Names = nil
	case FieldPoints:
		c.Points = nil
		c.Consent.records = c.Consent.withoutPoints()
	case FieldPostal:
		c.Postal = nil
	case FieldRelations:
		c.Relations = nil
	case FieldExternal:
		c.External = nil
	case FieldLifecycle:
		c.Lifecycle = Lifecycle{}
	case FieldTags:
		c.Tags = nil
	case FieldAttributes:
		c.Attributes = nil
	default:
		c.take(Customer{}, f)
		if key, ok := strings.CutPrefix(string(f), attributePrefix); ok {
			if i, held := c.Attributes.find(key); held {
				c.Attributes = slices.Delete(c.Attributes, i, i+1)
			}
		}
	}
	c.Provenance = slices.DeleteFunc(c.Provenance, func(s Stamp) bool { return s.Field == f })
}

// withoutPoints are the records that name no point, without the grants that a refusal at
// a point narrowed.
func (l ConsentLog) withoutPoints() []ConsentRecord {
	narrowed := func(g ConsentRecord) bool {
		return g.Type == Granted && slices.ContainsFunc(l.records, func(r ConsentRecord) bool {
			if r.Point == "" || (r.Type != Withdrawn && r.Type != Objected) || (!blank(r.Purpose) && !same(r.Purpose, g.Purpose)) {
				return false
			}
			return everyChannel(r.Channel) == AnyChannel || everyChannel(g.Channel) == AnyChannel || same(r.Channel, g.Channel)
		})
	}
	return slices.DeleteFunc(slices.Clone(l.records), func(r ConsentRecord) bool { return r.Point != "" || narrowed(r) })
}

// suppressedPoints are the points held that a record suppresses.
func (c Customer) suppressedPoints() []PointRef {
	var out []PointRef
	for _, p := range c.Points {
		if slices.ContainsFunc(c.Consent.records, func(r ConsentRecord) bool { return r.Type == PointSuppressed && same(r.Point, p.Canonical) }) {
			out = append(out, p.Ref())
		}
	}
	return out
}

// Events is the event of the plan; none where nothing is due. As with an erasure, the
// bodies of the earlier events must go as well: see Directory.Retain.
func (p RetentionPlan) Events(now time.Time, o *DecideOptions) []Event {
	if len(p.Remove) == 0 {
		return nil
	}
	if o == nil {
		o = &DecideOptions{}
	}
	e := newEvent(&p.from, 0, Compacted{Content: p.Content, Removed: p.Remove, Reason: "retention"}, now, now)
	e.Actor, e.Source = o.Actor, o.Source
	if p.from.State == IsErased {
		e.Subject = RetainedSubject(p.from.ID)
	}
	return []Event{e}
}
