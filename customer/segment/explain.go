package segment

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/amount"
)

// Trace is why a customer is in a segment or not: a verdict for every node, with the
// value that decided. It shows values of the customer; print it to those only who
// may see them.
type Trace struct {
	Verdict Tri       `json:"verdict"`
	Until   time.Time `json:"until,omitzero"` // when time alone changes the verdict; zero: never
	What    string    `json:"what"`           // the node for people; of one with parts only its word: and, or, not, known that
	Have    string    `json:"have,omitempty"` // the customer's value, count or sum
	Parts   []Trace   `json:"parts,omitempty"`
}

// Explain gives the verdict on a customer with the reasons for it, node by node. Every
// node is asked, whether the verdict needs it or not.
func (p *Program[T]) Explain(v T, now time.Time) Trace {
	return explain(p, &p.source, v, now)
}

func explain[T any](p *Program[T], q *Predicate, v T, now time.Time) Trace {
	sub := &Program[T]{schema: p.schema}
	c := compiler[T]{schema: p.schema, program: sub}
	sub.root = c.node(q)
	out := Trace{What: q.word()}
	out.Verdict, out.Until, _ = sub.Eval(v, now)
	if len(q.Args) == 0 {
		out.What = q.line(MaxDepth)
		out.Have = have(p.schema, q, v, now)
		return out
	}
	for i := range q.Args {
		out.Parts = append(out.Parts, explain(p, &q.Args[i], v, now))
	}
	return out
}

// have is what a leaf found.
func have[T any](s *Schema[T], q *Predicate, v T, now time.Time) string {
	switch q.Op {
	case OpEveryone:
		return ""
	case OpSample:
		return "id " + strconv.Quote(s.o.ID(v))
	case OpEventCount, OpEventSum, OpLastEvent:
		return haveEvents(s, q, v, now)
	}
	return s.fields[q.Field].show(v)
}

func haveEvents[T any](s *Schema[T], q *Predicate, v T, now time.Time) string {
	events, err := s.o.Events.query(q)
	if err != nil {
		return ""
	}
	ns := nanos(now)
	if q.Op == OpLastEvent {
		last, ok := events.last(v, ns)
		if !ok {
			return "none"
		}
		return at(last, time.UTC).Format(time.RFC3339Nano)
	}
	loc := s.zone(v)
	if !q.Window.own() && q.Window.Zone != "" {
		if named, err := time.LoadLocation(q.Window.Zone); err == nil {
			loc = named
		}
	}
	from := q.Window.from(ns, loc)
	since := ""
	if from != always {
		since = " since " + at(from, loc).Format(time.RFC3339Nano)
	}
	if q.Op == OpEventCount {
		return strconv.FormatInt(events.count(v, from, ns), 10) + since
	}
	_, places := s.o.Events.sumColumn(q.Field)
	return amount.Text(amount.FromMinor(events.sum(v, from, ns).clamp(), places)) + since
}

// show writes a value of a field.
func (f *Field[T]) show(v T) string {
	const none = "missing"
	switch f.kind {
	case TextField:
		if x, ok := f.text(v); ok {
			return strconv.Quote(x)
		}
	case FloatField:
		if x, ok := f.float(v); ok {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	case BoolField:
		if x, ok := f.truth(v); ok {
			return strconv.FormatBool(x)
		}
	case TimeField:
		if x, ok := f.time(v); ok {
			return x.Format(time.RFC3339Nano)
		}
	case TagsField:
		if x, ok := f.tags(v); ok {
			return fmt.Sprintf("%q", x)
		}
	default:
		if x, ok := f.int(v); ok {
			return amount.Text(amount.FromMinor(x, f.places))
		}
	}
	return none
}

// String writes the trace with a line for every node, parts indented below it.
func (t Trace) String() string {
	var b strings.Builder
	t.write(&b, "")
	return b.String()
}

func (t *Trace) write(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%-7s %s", indent, t.Verdict, t.What)
	if t.Have != "" {
		b.WriteString(": " + t.Have)
	}
	if !t.Until.IsZero() {
		b.WriteString(", until " + t.Until.Format(time.RFC3339Nano))
	}
	b.WriteString("\n")
	for i := range t.Parts {
		t.Parts[i].write(b, indent+"  ")
	}
}
