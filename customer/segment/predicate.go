package segment

import (
	"time"
)

// Limits of a predicate.
const (
	MaxDepth  = 32     // nodes within nodes
	MaxNodes  = 1_000  // in all
	MaxValues = 10_000 // of one in
	MaxText   = 1_024  // bytes of a name or a literal
	MaxJSON   = 1 << 20
)

// Predicate is a node of a condition. Which fields it uses depends on Op; the
// functions of this package make nodes with the right ones, and [Schema.Check] refuses
// others. A predicate is data: copy it, keep it, compare it by its JSON.
type Predicate struct {
	Op      Op
	Args    []Predicate // of and, or: at least one; of not, or_true, or_false: one
	Field   string      // what is looked at; of event_sum: a field of the event
	Values  []Value     // what it is compared with: one; of in: any number; of between: two
	At      time.Time   // of before and at_or_after, and of last_event: an instant, or else
	Ago     Span        // so long before now
	Window  Window      // of within, event_count and event_sum
	Event   string      // name of the events; empty: of any name
	Where   *Predicate  // on the events' own fields, without time or events
	Compare Op          // of event_count and event_sum: eq to gte; of last_event: before or at_or_after
	Salt    string      // of sample: another salt is another sample
	Share   int         // of sample: of 10,000 customers so many are in it
}

// Everyone is true of everyone.
func Everyone() Predicate { return Predicate{Op: OpEveryone} }

// And is the least of its parts.
func And(parts ...Predicate) Predicate { return Predicate{Op: OpAnd, Args: parts} }

// Or is the greatest of its parts.
func Or(parts ...Predicate) Predicate { return Predicate{Op: OpOr, Args: parts} }

// Not is the opposite; not Unknown is Unknown.
func Not(p Predicate) Predicate { return Predicate{Op: OpNot, Args: []Predicate{p}} }

// OrTrue is p, and True where p is Unknown.
func OrTrue(p Predicate) Predicate { return Predicate{Op: OpOrTrue, Args: []Predicate{p}} }

// OrFalse is p, and False where p is Unknown.
func OrFalse(p Predicate) Predicate { return Predicate{Op: OpOrFalse, Args: []Predicate{p}} }

// Eq holds where a field has the value; Unknown where it is missing.
func Eq[L Literal](field string, value L) Predicate { return compare(OpEq, field, V(value)) }

// Ne holds where a field has another value; Unknown where it is missing.
func Ne[L Literal](field string, value L) Predicate { return compare(OpNe, field, V(value)) }

// Lt holds where a field is less than the number.
func Lt[L Literal](field string, value L) Predicate { return compare(OpLt, field, V(value)) }

// Lte holds where a field is at most the number.
func Lte[L Literal](field string, value L) Predicate { return compare(OpLte, field, V(value)) }

// Gt holds where a field is more than the number.
func Gt[L Literal](field string, value L) Predicate { return compare(OpGt, field, V(value)) }

// Gte holds where a field is at least the number.
func Gte[L Literal](field string, value L) Predicate { return compare(OpGte, field, V(value)) }

func compare(op Op, field string, v Value) Predicate {
	return Predicate{Op: op, Field: field, Values: []Value{v}}
}

// In holds where a field has one of the values.
func In[L Literal](field string, values ...L) Predicate {
	p := Predicate{Op: OpIn, Field: field}
	for _, v := range values {
		p.Values = append(p.Values, V(v))
	}
	return p
}

// Between holds where a field lies between two numbers, both included.
func Between[L Literal](field string, least, most L) Predicate {
	return Predicate{Op: OpBetween, Field: field, Values: []Value{V(least), V(most)}}
}

// Has holds where a field of tags has the tag.
func Has(field, tag string) Predicate { return compare(OpHas, field, V(tag)) }

// IsTrue is a field of yes and no itself.
func IsTrue(field string) Predicate { return Predicate{Op: OpIsTrue, Field: field} }

// Missing holds where a field has no value. It is never Unknown.
func Missing(field string) Predicate { return Predicate{Op: OpMissing, Field: field} }

// Before holds where a field of time lies before an instant.
func Before(field string, at time.Time) Predicate {
	return Predicate{Op: OpBefore, Field: field, At: at}
}

// AtOrAfter holds where a field of time lies at or after an instant.
func AtOrAfter(field string, at time.Time) Predicate {
	return Predicate{Op: OpAtOrAfter, Field: field, At: at}
}

// LongerAgo holds where a field of time lies before now less the span.
func LongerAgo(field string, ago Span) Predicate {
	return Predicate{Op: OpBefore, Field: field, Ago: ago}
}

// NotLongerAgo holds where a field of time lies at or after now less the span; an
// instant that is yet to come does, too.
func NotLongerAgo(field string, ago Span) Predicate {
	return Predicate{Op: OpAtOrAfter, Field: field, Ago: ago}
}

// Within holds where a field of time lies in a window.
func Within(field string, w Window) Predicate {
	return Predicate{Op: OpWithin, Field: field, Window: w}
}

// EventCount compares how many events of a name lie in a window, those alone for
// which where is True; nil where takes all. It is never Unknown.
func EventCount(event string, where *Predicate, w Window, is Op, n int64) Predicate {
	return Predicate{Op: OpEventCount, Event: event, Where: where, Window: w, Compare: is, Values: []Value{V(n)}}
}

// EventSum compares the sum of a field (an integer or an amount) of events in a
// window. Events without a value add nothing. It is never Unknown.
func EventSum[L Literal](event, field string, where *Predicate, w Window, is Op, value L) Predicate {
	return Predicate{Op: OpEventSum, Event: event, Field: field, Where: where, Window: w, Compare: is, Values: []Value{V(value)}}
}

// LastEventBefore holds where the last event up to now lies before now less the span;
// Unknown where there is none.
func LastEventBefore(event string, where *Predicate, ago Span) Predicate {
	return Predicate{Op: OpLastEvent, Event: event, Where: where, Compare: OpBefore, Ago: ago}
}

// Sample holds for a stable share of all customers, of so many in 10,000: those whose
// FNV-1a hash of salt, "|" and id, modulo 10,000, is below it.
func Sample(salt string, share int) Predicate {
	return Predicate{Op: OpSample, Salt: salt, Share: share}
}
