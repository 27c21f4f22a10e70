package segment

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

// Source is where a schema finds the events of a customer; make it with [Events].
type Source[T any] interface {
	faults(fs *faults)
	check(c *checker, p *Predicate, path string)
	query(p *Predicate) (query[T], error)
	table() *EventTable
	whereSQL(b *builder, p *Predicate, path string) string
	sumColumn(name string) (Column, int32)
}

// query is one event predicate, compiled against the events' own type.
type query[T any] interface {
	count(v T, from, to int64) int64
	sum(v T, from, to int64) wide
	last(v T, to int64) (int64, bool)
	edge(v T, after int64, w *Window, loc *time.Location) int64
	turn(v T, after int64, w *Window, loc *time.Location, turned func(wide) bool) int64
}

// EventFields describes events of the host's type E for [Events].
type EventFields[E any] struct {
	Name   func(E) string    // kind of event, such as "purchase"; nil: all are of one kind, the empty name
	At     func(E) time.Time // required
	Fields []Field[E]        // what where and event_sum look at
	Table  EventTable        // for SQL
}

// Events gives a schema the events of a customer: rows is called once for each
// evaluation of an event predicate and may give them in any order. It must not make a
// new slice where evaluation is to be free of allocation.
func Events[T, E any](rows func(T) []E, fields EventFields[E]) Source[T] {
	s := &source[T, E]{rows: rows, EventFields: fields, wrong: faults{err: ErrSchema}}
	s.schema = &Schema[E]{fields: fieldsByName(s.Fields, "events.fields", &s.wrong), o: SchemaOptions[E]{Default: time.UTC}}
	return s
}

type source[T, E any] struct {
	EventFields[E]
	rows   func(T) []E
	schema *Schema[E]
	wrong  faults // with the fields
}

func (s *source[T, E]) faults(fs *faults) {
	if s.rows == nil || s.At == nil {
		fs.add("events", "needs the functions for its rows and their instants")
	}
	fs.list = append(fs.list, s.wrong.list...)
	s.Table.check(fs)
}

func (s *source[T, E]) table() *EventTable { return &s.Table }

func (s *source[T, E]) check(c *checker, p *Predicate, path string) {
	if s.Name == nil && p.Event != "" {
		c.add(join(path, "event"), "events of this schema have no names")
	}
	if p.Op == OpEventSum {
		f := s.schema.fields[p.Field]
		switch {
		case f == nil:
			c.add(join(path, "field"), "events have no field %q", clip(p.Field))
		case f.kind != IntField && f.kind != AmountField:
			c.add(join(path, "field"), "only integers and amounts are added up, %q is of kind %s", clip(p.Field), f.kind)
		}
	}
	if p.Where != nil {
		checkFields(c, s.schema, p.Where, join(path, "where"))
	}
}

func (s *source[T, E]) query(p *Predicate) (query[T], error) {
	q := &eventQuery[T, E]{rows: s.rows, name: s.Name, at: s.At, event: p.Event}
	if s.Name == nil || p.Event == "" {
		q.name = nil
	}
	if p.Where != nil {
		c := compiler[E]{schema: s.schema, program: &Program[E]{schema: s.schema}}
		q.where = c.node(p.Where).eval
	}
	if p.Op == OpEventSum {
		q.value = s.schema.fields[p.Field].int
	}
	return q, nil
}

type eventQuery[T, E any] struct {
	rows  func(T) []E
	name  func(E) string // nil: any
	at    func(E) time.Time
	event string
	where evalFunc[E]
	value func(E) (int64, bool)
}

// counts reports whether an event is one of those that are meant.
func (q *eventQuery[T, E]) counts(e E) bool {
	return (q.name == nil || q.name(e) == q.event) && (q.where == nil || q.where(e, moment{}) == True)
}

func (q *eventQuery[T, E]) count(v T, from, to int64) (n int64) {
	for _, e := range q.rows(v) {
		if t := nanos(q.at(e)); t >= from && t <= to && q.counts(e) {
			n++
		}
	}
	return n
}

func (q *eventQuery[T, E]) sum(v T, from, to int64) (s wide) {
	for _, e := range q.rows(v) {
		if t := nanos(q.at(e)); t >= from && t <= to && q.counts(e) {
			if x, ok := q.value(e); ok {
				s = s.add(x)
			}
		}
	}
	return s
}

func (q *eventQuery[T, E]) last(v T, to int64) (last int64, ok bool) {
	for _, e := range q.rows(v) {
		if t := nanos(q.at(e)); t <= to && (!ok || t > last) && q.counts(e) {
			last, ok = t, true
		}
	}
	return last, ok
}

// edge is the first instant after another at which an event enters the window or
// leaves it.
func (q *eventQuery[T, E]) edge(v T, after int64, w *Window, loc *time.Location) int64 {
	first := forever
	for _, e := range q.rows(v) {
		t := nanos(q.at(e))
		if t <= after {
			t = w.leave(t, loc)
		}
		if t > after && t < first && q.counts(e) {
			first = t
		}
	}
	return first
}

// change is what an event does to a count or a sum when it enters a window or leaves it.
type change struct {
	at int64
	by wide
}

// turn is the first instant after another at which the count or the sum has turned;
// forever where it never does.
func (q *eventQuery[T, E]) turn(v T, after int64, w *Window, loc *time.Location, turned func(wide) bool) int64 {
	var total wide
	var list []change
	for _, e := range q.rows(v) {
		t := nanos(q.at(e))
		x, ok := int64(1), true
		if q.value != nil {
			x, ok = q.value(e)
		}
		out := w.leave(t, loc)
		if !ok || out <= after || t == forever || !q.counts(e) {
			continue
		}
		by := wide{}.add(x)
		if t <= after {
			total = total.plus(by)
		} else {
			list = append(list, change{t, by})
		}
		if out != forever {
			list = append(list, change{out, by.negative()})
		}
	}
	slices.SortFunc(list, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	for i, c := range list {
		total = total.plus(c.by)
		if last := i+1 == len(list) || list[i+1].at != c.at; last && turned(total) {
			return c.at
		}
	}
	return forever
}

// wide is a sum that cannot overflow: 128 bits, two's complement.
type wide struct {
	hi int64
	lo uint64
}

func (w wide) add(x int64) wide {
	lo, carry := bits.Add64(w.lo, uint64(x), 0) //nolint:gosec // two's complement
	return wide{w.hi + x>>63 + int64(carry), lo}
}

func (w wide) plus(x wide) wide {
	lo, carry := bits.Add64(w.lo, x.lo, 0)
	return wide{w.hi + x.hi + int64(carry), lo} //nolint:gosec // two's complement
}

func (w wide) negative() wide {
	return wide{^w.hi, ^w.lo}.plus(wide{lo: 1})
}

// clamp is the sum as an int64, or the end that lies beyond it.
func (w wide) clamp() int64 {
	switch x := int64(w.lo); { //nolint:gosec // two's complement
	case w.hi == x>>63:
		return x
	case w.hi < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}
