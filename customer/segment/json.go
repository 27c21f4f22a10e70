package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// Parse reads the JSON form of a predicate, whose keys depend on "op":
//
//	everyone                      no other key
//	and, or                       args
//	not, or_true, or_false        arg
//	eq, ne, lt, lte, gt, gte, has field, value
//	in                            field, values
//	between                       field, min, max
//	is_true, missing              field
//	before, at_or_after           field, and at (RFC 3339) or ago {n, unit}
//	within                        field, window {kind, n, unit, zone}
//	event_count                   event, where, window, compare, value
//	event_sum                     the same, and field
//	last_event                    event, where, compare, and at or ago
//	sample                        salt, share
//
// It refuses unknown and double keys, and documents of more than [MaxJSON] bytes; the
// error joins every fault, each a [*Fault] with its path, under [ErrPredicate]. What a
// schema makes of the predicate is for [Schema.Check] to say.
func Parse(data []byte) (Predicate, error) {
	n, err := strictjson.Parse(data, &strictjson.Limits{Bytes: MaxJSON, Depth: 3*MaxDepth + 8, Nodes: MaxJSON})
	r := reader{faults{err: ErrPredicate}}
	if err != nil {
		r.take(err)
		return Predicate{}, r.join()
	}
	p := r.node(n, "", 1)
	if err := r.join(); err != nil {
		return Predicate{}, err
	}
	return p, nil
}

// UnmarshalJSON is [Parse].
func (p *Predicate) UnmarshalJSON(data []byte) error {
	q, err := Parse(data)
	if err == nil {
		*p = q
	}
	return err
}

// reader reads nodes and collects faults.
type reader struct{ faults }

// take copies the faults of the JSON itself.
func (r *reader) take(err error) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			r.take(e)
		}
		return
	}
	var f *strictjson.Fault
	if errors.As(err, &f) {
		detail := f.Err.Error()
		if f.Detail != "" {
			detail += ": " + f.Detail
		}
		r.add(f.Path, "%s", detail)
		return
	}
	r.add("", "%v", err)
}

// keys are the keys of a node with an operation; those after the semicolon may be
// absent.
func (o Op) keys() string {
	switch o {
	case OpEveryone:
		return ";"
	case OpAnd, OpOr:
		return "args;"
	case OpNot, OpOrTrue, OpOrFalse:
		return "arg;"
	case OpIn:
		return "field values;"
	case OpBetween:
		return "field min max;"
	case OpIsTrue, OpMissing:
		return "field;"
	case OpBefore, OpAtOrAfter:
		return "field;at ago"
	case OpWithin:
		return "field window;"
	case OpEventCount:
		return "window compare value;event where"
	case OpEventSum:
		return "field window compare value;event where"
	case OpLastEvent:
		return "compare;event where at ago"
	case OpSample:
		return "salt share;"
	}
	return "field value;"
}

func (r *reader) node(n *strictjson.Node, path string, depth int) (p Predicate) {
	if depth > MaxDepth {
		r.add(path, "deeper than %d nodes", MaxDepth)
		return p
	}
	if n.Kind != strictjson.Object {
		r.add(path, "must be an object, is %s", n.Kind)
		return p
	}
	op, ok := n.Lookup("op")
	if !ok {
		r.add(join(path, "op"), "is missing")
		return p
	}
	if op.Kind != strictjson.String || p.Op.UnmarshalText([]byte(op.Text)) != nil {
		r.add(join(path, "op"), "must be one of %s", opWords.list())
		return p
	}
	needed, rest, _ := strings.Cut(p.Op.keys(), ";")
	allowed := strings.Fields("op " + needed + " " + rest)
	for i := range n.Members {
		m := &n.Members[i]
		if !contains(allowed, m.Key) {
			r.add(join(path, clip(m.Key)), "%s has no such key, only %s", p.Op, strings.Join(allowed, ", "))
			continue
		}
		r.member(&p, m.Key, &m.Value, join(path, m.Key), depth)
	}
	for _, key := range strings.Fields(needed) {
		if _, ok := n.Lookup(key); !ok {
			r.add(join(path, key), "is missing")
		}
	}
	return p
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (r *reader) member(p *Predicate, key string, n *strictjson.Node, path string, depth int) {
	switch key {
	case "args":
		if n.Kind != strictjson.Array {
			r.add(path, "must be an array")
		}
		p.Args = make([]Predicate, len(n.Items))
		for i := range n.Items {
			p.Args[i] = r.node(&n.Items[i], strictjson.Index(path, i), depth+1)
		}
	case "arg":
		p.Args = []Predicate{r.node(n, path, depth+1)}
	case "where":
		q := r.node(n, path, depth+1)
		p.Where = &q
	case "field":
		p.Field = r.text(n, path)
	case "event":
		p.Event = r.text(n, path)
	case "salt":
		p.Salt = r.text(n, path)
	case "share":
		p.Share = r.int(n, path)
	case "compare":
		if n.Kind != strictjson.String || p.Compare.UnmarshalText([]byte(n.Text)) != nil {
			r.add(path, "must be a comparison")
		}
	case "at":
		t, err := time.Parse(time.RFC3339Nano, r.text(n, path))
		if err != nil {
			r.add(path, "must be an instant such as 2026-01-31T00:00:00Z")
		}
		p.At = t
	case "ago":
		p.Ago.N, p.Ago.Unit, _, _ = r.span(n, path, "n unit")
	case "window":
		var kind string
		p.Window.N, p.Window.Unit, kind, p.Window.Zone = r.span(n, path, "kind n unit zone")
		if p.Window.Kind.UnmarshalText([]byte(kind)) != nil {
			r.add(join(path, "kind"), "must be one of %s", windowKindWords.list())
		}
	case "values":
		if n.Kind != strictjson.Array {
			r.add(path, "must be an array")
		}
		for i := range n.Items {
			p.Values = append(p.Values, r.value(&n.Items[i], strictjson.Index(path, i)))
		}
	case "max":
		p.Values = append(p.Values, r.value(n, path))
	case "min":
		p.Values = append([]Value{r.value(n, path)}, p.Values...)
	case "value":
		p.Values = []Value{r.value(n, path)}
	}
}

func (r *reader) text(n *strictjson.Node, path string) string {
	if n.Kind != strictjson.String {
		r.add(path, "must be a text, is %s", n.Kind)
	}
	return n.Text
}

func (r *reader) int(n *strictjson.Node, path string) int {
	i, err := strconv.Atoi(n.Text)
	if n.Kind != strictjson.Number || err != nil {
		r.add(path, "must be a whole number")
	}
	return i
}

func (r *reader) value(n *strictjson.Node, path string) Value {
	switch n.Kind {
	case strictjson.String:
		return V(n.Text)
	case strictjson.Bool:
		return V(n.Bool)
	case strictjson.Number:
		v := number(n.Text)
		if v.fault != "" {
			r.add(path, "%s", v.fault)
		}
		return v
	}
	r.add(path, "must be a text, a number or a boolean, is %s", n.Kind)
	return Value{}
}

// span reads {n, unit} and, of a window, kind and zone.
func (r *reader) span(n *strictjson.Node, path, keys string) (count int, unit Unit, kind, zone string) {
	if n.Kind != strictjson.Object {
		r.add(path, "must be an object")
		return 0, 0, "", ""
	}
	for i := range n.Members {
		m := &n.Members[i]
		at := join(path, clip(m.Key))
		switch key := m.Key; {
		case !contains(strings.Fields(keys), key):
			r.add(at, "no such key, only %s", keys)
		case key == "n":
			count = r.int(&m.Value, at)
		case key == "kind":
			kind = r.text(&m.Value, at)
		case key == "zone":
			zone = r.text(&m.Value, at)
		default:
			if unit.UnmarshalText([]byte(r.text(&m.Value, at))) != nil {
				r.add(at, "must be one of %s", unitWords.list())
			}
		}
	}
	return count, unit, kind, zone
}

// MarshalJSON writes the form that [Parse] reads. It fails on a node that is none.
// It fails on one that is deeper than [MaxDepth], too.
func (p Predicate) MarshalJSON() ([]byte, error) {
	if !p.within(MaxDepth) {
		return nil, fmt.Errorf("%w: deeper than %d nodes", ErrPredicate, MaxDepth)
	}
	return p.marshal()
}

// within reports whether a predicate is at most so deep.
func (p *Predicate) within(depth int) bool {
	if depth == 0 {
		return false
	}
	for i := range p.Args {
		if !p.Args[i].within(depth - 1) {
			return false
		}
	}
	return p.Where == nil || p.Where.within(depth-1)
}

func (p *Predicate) marshal() ([]byte, error) {
	if !p.Op.known() {
		return nil, fmt.Errorf("%w: no operation", ErrPredicate)
	}
	b := []byte(`{"op":"` + p.Op.String() + `"`)
	needed, rest, _ := strings.Cut(p.Op.keys(), ";")
	for _, key := range strings.Fields("event field where window compare at ago value values min max args arg salt share") {
		if !contains(strings.Fields(needed+" "+rest), key) {
			continue
		}
		v, err := p.key(key)
		if err != nil {
			return nil, err
		}
		if v != nil {
			b = append(append(b, `,"`+key+`":`...), v...)
		}
	}
	return append(b, '}'), nil
}

// key is the JSON of one key; nil for one that is absent.
func (p *Predicate) key(key string) ([]byte, error) {
	switch key {
	case "args":
		return json.Marshal(p.Args)
	case "arg":
		if len(p.Args) != 1 {
			return nil, fmt.Errorf("%w: %s needs one argument", ErrPredicate, p.Op)
		}
		return json.Marshal(p.Args[0])
	case "where":
		if p.Where == nil {
			return nil, nil
		}
		return json.Marshal(p.Where)
	case "event":
		if p.Event == "" {
			return nil, nil
		}
		return json.Marshal(p.Event)
	case "at":
		if p.At.IsZero() {
			return nil, nil
		}
		return json.Marshal(p.At.UTC()) // an offset with seconds would be cut
	case "ago":
		if p.Ago.IsZero() {
			return nil, nil
		}
		return json.Marshal(spanJSON{N: p.Ago.N, Unit: p.Ago.Unit})
	case "window":
		return json.Marshal(spanJSON(p.Window))
	case "compare":
		return json.Marshal(p.Compare)
	case "field":
		return json.Marshal(p.Field)
	case "salt":
		return json.Marshal(p.Salt)
	case "share":
		return json.Marshal(p.Share)
	}
	return p.literal(key)
}

type spanJSON struct {
	Kind WindowKind `json:"kind,omitzero"`
	N    int        `json:"n,omitzero"`
	Unit Unit       `json:"unit,omitzero"`
	Zone string     `json:"zone,omitzero"`
}

// literal is the JSON of value, values, min and max.
func (p *Predicate) literal(key string) ([]byte, error) {
	switch want := len(p.Values); {
	case key == "values":
		return json.Marshal(p.Values)
	case key == "value" && want == 1, key == "min" && want == 2:
		return json.Marshal(p.Values[0])
	case key == "max" && want == 2:
		return json.Marshal(p.Values[1])
	}
	return nil, fmt.Errorf("%w: %s has %d values", ErrPredicate, p.Op, len(p.Values))
}

// MarshalJSON writes a text, a number or a boolean.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case v.fault != "" || v.kind == 0:
		return nil, fmt.Errorf("%w: no value", ErrPredicate)
	case v.kind == TextValue:
		return json.Marshal(v.text)
	}
	return []byte(v.String()), nil
}
