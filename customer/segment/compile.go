package segment

import (
	"hash/fnv"
	"slices"
	"time"
)

// compiler turns checked nodes into functions.
type compiler[T any] struct {
	schema  *Schema[T]
	program *Program[T]
}

func (c *compiler[T]) node(p *Predicate) node[T] {
	switch p.Op {
	case OpEveryone:
		return node[T]{eval: func(T, moment) Tri { return True }}
	case OpAnd, OpOr:
		return c.join(p)
	case OpNot, OpOrTrue, OpOrFalse:
		return c.turn(p)
	case OpSample:
		return c.sample(p)
	case OpEventCount, OpEventSum, OpLastEvent:
		return c.events(p)
	}
	f := c.schema.fields[p.Field]
	switch {
	case p.Op == OpMissing:
		return node[T]{eval: f.missing()}
	case f.kind == TimeField:
		return c.time(p, f.time)
	case f.kind == BoolField:
		return node[T]{eval: boolean(p, f.truth)}
	case f.kind == TextField:
		return node[T]{eval: text(p, f.text)}
	case f.kind == TagsField:
		return node[T]{eval: tags(p, f.tags)}
	case f.kind == FloatField:
		return node[T]{eval: float(p, f.float)}
	}
	return node[T]{eval: whole(p, f.int, f.places)}
}

func (f *Field[T]) missing() evalFunc[T] {
	switch f.kind {
	case TextField:
		return func(v T, _ moment) Tri { _, ok := f.text(v); return truth(!ok) }
	case FloatField:
		return func(v T, _ moment) Tri { _, ok := f.float(v); return truth(!ok) }
	case BoolField:
		return func(v T, _ moment) Tri { _, ok := f.truth(v); return truth(!ok) }
	case TimeField:
		return func(v T, _ moment) Tri { _, ok := f.time(v); return truth(!ok) }
	case TagsField:
		return func(v T, _ moment) Tri { _, ok := f.tags(v); return truth(!ok) }
	}
	return func(v T, _ moment) Tri { _, ok := f.int(v); return truth(!ok) }
}

// join is and or or. Arguments that time does not touch are asked first; order
// changes no verdict.
func (c *compiler[T]) join(p *Predicate) node[T] {
	stop, worst := False, True // and
	if p.Op == OpOr {
		stop, worst = True, False
	}
	nodes := make([]node[T], len(p.Args))
	timed := false
	for i := range p.Args {
		nodes[i] = c.node(&p.Args[i])
		timed = timed || nodes[i].until != nil
	}
	slices.SortStableFunc(nodes, func(a, b node[T]) int {
		switch {
		case (a.until == nil) == (b.until == nil):
			return 0
		case a.until == nil:
			return -1
		}
		return 1
	})
	evals := make([]evalFunc[T], len(nodes))
	for i := range nodes {
		evals[i] = nodes[i].eval
	}
	out := node[T]{eval: joined(evals, stop, worst)}
	if timed {
		out.until = joinedUntil(nodes, stop, worst)
	}
	return out
}

func joined[T any](evals []evalFunc[T], stop, worst Tri) evalFunc[T] {
	if len(evals) == 1 {
		return evals[0]
	}
	if len(evals) == 2 {
		a, b := evals[0], evals[1]
		return func(v T, m moment) Tri {
			x := a(v, m)
			if x == stop {
				return stop
			}
			y := b(v, m)
			if y == stop || x == worst {
				return y
			}
			return x
		}
	}
	return func(v T, m moment) Tri {
		out := worst
		for _, eval := range evals {
			switch eval(v, m) {
			case stop:
				return stop
			case Unknown:
				out = Unknown
			}
		}
		return out
	}
}

// joinedUntil: what stops holds as long as the longest of those that stop; the rest
// holds until the first change of any.
func joinedUntil[T any](nodes []node[T], stop, worst Tri) untilFunc[T] {
	return func(v T, m moment) (Tri, int64) {
		out, first, stopped := worst, forever, always
		for i := range nodes {
			n := &nodes[i]
			until := forever
			var x Tri
			if n.until == nil {
				x = n.eval(v, m)
			} else {
				x, until = n.until(v, m)
			}
			switch {
			case x == stop:
				if until == forever {
					return stop, forever
				}
				stopped = max(stopped, until)
			case x == Unknown:
				out = Unknown
			}
			first = min(first, until)
		}
		if stopped != always {
			return stop, stopped
		}
		return out, first
	}
}

// turn is not, or_true and or_false.
func (c *compiler[T]) turn(p *Predicate) node[T] {
	arg := c.node(&p.Args[0])
	to := func(t Tri) Tri { return 4 - t }
	switch p.Op {
	case OpOrTrue:
		to = func(t Tri) Tri { return truth(t != False) }
	case OpOrFalse:
		to = func(t Tri) Tri { return truth(t == True) }
	}
	eval, until := arg.eval, arg.until
	out := node[T]{eval: func(v T, m moment) Tri { return to(eval(v, m)) }}
	if until != nil {
		out.until = func(v T, m moment) (Tri, int64) {
			t, u := until(v, m)
			return to(t), u
		}
	}
	return out
}

func boolean[T any](p *Predicate, get func(T) (bool, bool)) evalFunc[T] {
	yes, no := false, false // the verdict on true and on false
	switch p.Op {
	case OpIsTrue:
		yes = true
	case OpNe:
		yes, no = !p.Values[0].truth, p.Values[0].truth
	default:
		for _, v := range p.Values {
			yes, no = yes || v.truth, no || !v.truth
		}
	}
	return func(v T, _ moment) Tri {
		switch x, ok := get(v); {
		case !ok:
			return Unknown
		case x:
			return truth(yes)
		}
		return truth(no)
	}
}

func text[T any](p *Predicate, get func(T) (string, bool)) evalFunc[T] {
	if p.Op == OpNe || len(p.Values) == 1 {
		want, is := p.Values[0].text, p.Op != OpNe
		return func(v T, _ moment) Tri {
			x, ok := get(v)
			if !ok {
				return Unknown
			}
			return truth((x == want) == is)
		}
	}
	list := make([]string, len(p.Values))
	for i := range p.Values {
		list[i] = p.Values[i].text
	}
	if len(list) <= 8 {
		return func(v T, _ moment) Tri {
			x, ok := get(v)
			if !ok {
				return Unknown
			}
			return truth(slices.Contains(list, x))
		}
	}
	set := make(map[string]struct{}, len(list))
	for _, x := range list {
		set[x] = struct{}{}
	}
	return func(v T, _ moment) Tri {
		x, ok := get(v)
		if !ok {
			return Unknown
		}
		_, in := set[x]
		return truth(in)
	}
}

func tags[T any](p *Predicate, get func(T) ([]string, bool)) evalFunc[T] {
	want := p.Values[0].text
	return func(v T, _ moment) Tri {
		x, ok := get(v)
		if !ok {
			return Unknown
		}
		return truth(slices.Contains(x, want))
	}
}

func (c *compiler[T]) sample(p *Predicate) node[T] {
	h := fnv.New64a()
	h.Write([]byte(p.Salt + "|"))
	start, share, id := h.Sum64(), uint64(p.Share), c.schema.o.ID //nolint:gosec // checked
	return node[T]{eval: func(v T, _ moment) Tri {
		const prime = 1099511628211
		sum := start
		for _, b := range []byte(id(v)) {
			sum = (sum ^ uint64(b)) * prime
		}
		return truth(sum%10_000 < share)
	}}
}

// time compares a field of time with an instant, now less a span, or a window.
func (c *compiler[T]) time(p *Predicate, get func(T) (time.Time, bool)) node[T] {
	if p.Op == OpWithin {
		return c.within(&p.Window, get)
	}
	before := p.Op == OpBefore
	if !p.At.IsZero() {
		at := nanos(p.At)
		return node[T]{eval: func(v T, _ moment) Tri {
			x, ok := get(v)
			if !ok {
				return Unknown
			}
			return truth(nanos(x) < at == before)
		}}
	}
	ago := p.Ago.duration()
	until := func(v T, m moment) (Tri, int64) {
		x, ok := get(v)
		if !ok {
			return Unknown, forever
		}
		return aged(nanos(x), ago, m.now, before)
	}
	return node[T]{until: until, eval: func(v T, m moment) Tri {
		x, ok := get(v)
		if !ok {
			return Unknown
		}
		return truth(nanos(x) < earlier(m.now, ago) == before)
	}}
}

// aged says whether an instant lies before now less a span, and when that turns.
func aged(t, ago, now int64, before bool) (Tri, int64) {
	if t < earlier(now, ago) {
		return truth(before), forever
	}
	return truth(!before), later(later(t, ago), 1)
}

func (c *compiler[T]) within(w *Window, get func(T) (time.Time, bool)) node[T] {
	start, zone := c.start(w)
	eval := func(v T, m moment) Tri {
		x, ok := get(v)
		if !ok {
			return Unknown
		}
		t := nanos(x)
		return truth(t <= m.now && t >= start(v, m))
	}
	return node[T]{eval: eval, until: func(v T, m moment) (Tri, int64) {
		verdict := eval(v, m)
		x, _ := get(v)
		switch t := nanos(x); {
		case verdict == Unknown:
			return Unknown, forever
		case t > m.now:
			return False, t
		case verdict == True:
			return True, w.leave(t, zone(v))
		}
		return False, forever
	}}
}

// start gives the functions that find where a window begins and whose zone it is in.
func (c *compiler[T]) start(w *Window) (start func(T, moment) int64, zone func(T) *time.Location) {
	switch {
	case w.Kind == Ever:
		return func(T, moment) int64 { return always }, func(T) *time.Location { return time.UTC }
	case w.Kind == Elapsed:
		ago := Span{w.N, w.Unit}.duration()
		return func(_ T, m moment) int64 { return earlier(m.now, ago) }, func(T) *time.Location { return time.UTC }
	case w.own():
		s := c.schema
		return func(v T, m moment) int64 { return w.from(m.now, s.zone(v)) }, s.zone
	}
	loc, err := time.LoadLocation(w.Zone)
	if err != nil { // it was loaded when the predicate was checked
		loc = time.UTC
	}
	i := len(c.program.cuts)
	c.program.cuts = append(c.program.cuts, cut{*w, loc})
	return func(_ T, m moment) int64 { return m.from[i] }, func(T) *time.Location { return loc }
}
