package customer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// RetentionRule says what a purpose needs, and for how long after it ended. A field is
// kept as long as one purpose needs it.
type RetentionRule struct {
	Purpose Purpose
	Fields  []Field
	Months  int // calendar months after the purpose ended; 0: until it ended
}

// RetentionPlan is what has to go.
type RetentionPlan struct {
	Customer ID
	Remove   []Field   // in the order of their names; none: nothing is due
	Content  Customer  // what stays
	Next     time.Time // when the next field is due; zero: as far as is known, never
	from     Customer
}

// Format prints the customer and the number of fields, whatever the verb.
func (p RetentionPlan) Format(s fmt.State, _ rune) {
	hide(s, fmt.Sprintf("RetentionPlan(%s, %d fields)", p.Customer, len(p.Remove)))
}

// PlanRetention says which fields no purpose needs any more at an instant. ended says
// when each purpose ended; a purpose that is not in it goes on. Months are counted on
// the calendar of loc from the day of the end, and a field is due at the start of that
// day. Fields that no rule names stay: that is for the host to notice, so nothing goes by
// an omission. Of a customer that was erased, the fields that the receipt keeps are due at
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
		end, over := ended[r.Purpose]
		if over {
			d := civil.Of(end.In(loc)).AddMonths(r.Months)
			if end = d.Start(loc); end.Before(ended[r.Purpose]) {
				end = ended[r.Purpose]
			}
		}
		for _, f := range r.Fields {
			if has, ok := due[f]; !ok || (!has.IsZero() && (!over || end.After(has))) {
				due[f] = end
			}
		}
	}
	if c.State == IsErased {
		due = map[Field]time.Time{}
		if c.Receipt != nil {
			for _, k := range c.Receipt.Kept {
				due[k.Field] = k.Until
			}
		}
	}
	return planRemoval(c, due, now), nil
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
			p.Content.clear(f)
		}
	}
	if r := p.Content.Receipt; r != nil && len(p.Remove) > 0 {
		next := *r
		next.Kept = slices.DeleteFunc(slices.Clone(r.Kept), func(k Retention) bool { return slices.Contains(p.Remove, k.Field) })
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

// withoutPoints are the records that name no point.
func (l ConsentLog) withoutPoints() []ConsentRecord {
	return slices.DeleteFunc(slices.Clone(l.records), func(r ConsentRecord) bool { return r.Point != "" })
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
