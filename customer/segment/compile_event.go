package segment

// maxEdges is how many changes of an event window are looked through one by one for the
// one that turns the verdict, without allocation; beyond it all are sorted and swept.
const maxEdges = 64

func (c *compiler[T]) events(p *Predicate) node[T] {
	q, err := c.schema.o.Events.query(p)
	if err != nil { // a checked predicate has none
		return node[T]{eval: func(T, moment) Tri { return Unknown }}
	}
	if p.Op == OpLastEvent {
		return lastEvent(p, q)
	}
	_, places := c.schema.o.Events.sumColumn(p.Field)
	r := intervalOf(p.Compare, p.Values, places)
	holds := func(v T, from, to int64) Tri { return truth(r.holds(q.count(v, from, to))) }
	if p.Op == OpEventSum {
		holds = func(v T, from, to int64) Tri { return truth(r.holds(q.sum(v, from, to).clamp())) }
	}
	w := &p.Window
	start, zone := c.start(w)
	return node[T]{
		eval: func(v T, m moment) Tri { return holds(v, start(v, m), m.now) },
		until: func(v T, m moment) (Tri, int64) {
			now := holds(v, start(v, m), m.now)
			loc := zone(v)
			t := m.now
			for range maxEdges {
				if t = q.edge(v, t, w, loc); t == forever || holds(v, w.from(t, loc), t) != now {
					return now, t
				}
			}
			return now, q.turn(v, t, w, loc, func(sum wide) bool { return truth(r.holds(sum.clamp())) != now })
		},
	}
}

// lastEvent compares when the last event up to now was.
func lastEvent[T any](p *Predicate, q query[T]) node[T] {
	before := p.Compare == OpBefore
	ago, fixed := p.Ago.duration(), !p.At.IsZero()
	when := nanos(p.At)
	verdict := func(v T, now int64) (Tri, int64) {
		last, ok := q.last(v, now)
		switch {
		case !ok:
			return Unknown, forever
		case fixed:
			return truth(last < when == before), forever
		}
		return aged(last, ago, now, before)
	}
	ever := Window{Kind: Ever}
	return node[T]{
		eval: func(v T, m moment) Tri { t, _ := verdict(v, m.now); return t },
		until: func(v T, m moment) (Tri, int64) {
			now, until := verdict(v, m.now)
			t := m.now
			for range maxEdges { // events that are yet to come
				if t = q.edge(v, t, &ever, nil); t >= until {
					return now, until
				}
				next, turns := verdict(v, t)
				if next != now {
					return now, t
				}
				until = turns
			}
			return now, min(t, until)
		},
	}
}
