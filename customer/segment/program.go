package segment

import (
	"iter"
	"time"
)

// Program is a compiled predicate.
type Program[T any] struct {
	schema *Schema[T]
	source Predicate
	root   node[T]
	cuts   []cut // windows in named zones, whose start is the same for every customer
}

type cut struct {
	window Window
	loc    *time.Location
}

// evalFunc is a compiled node. The moment goes by value: a pointer would escape through
// the function and cost an allocation.
type evalFunc[T any] func(v T, m moment) Tri

// untilFunc gives the verdict too, and the first instant at which time alone may
// change it.
type untilFunc[T any] func(v T, m moment) (Tri, int64)

// node is a node of the program.
type node[T any] struct {
	eval  evalFunc[T]
	until untilFunc[T] // nil: time changes nothing
}

// moment is an instant with what follows from it for every customer.
type moment struct {
	now  int64
	from []int64 // of the program's cuts
}

// Compile checks a predicate as [Schema.Check] does and makes a program of it.
func (s *Schema[T]) Compile(p Predicate) (*Program[T], error) {
	if err := s.Check(p); err != nil {
		return nil, err
	}
	prog := &Program[T]{schema: s, source: p.clone()}
	c := compiler[T]{schema: s, program: prog}
	prog.root = c.node(&prog.source)
	return prog, nil
}

// clone is a copy that shares nothing that can change.
func (p *Predicate) clone() Predicate {
	q := *p
	q.Args = make([]Predicate, len(p.Args))
	for i := range p.Args {
		q.Args[i] = p.Args[i].clone()
	}
	if p.Args == nil {
		q.Args = nil
	}
	q.Values = append([]Value(nil), p.Values...)
	if p.Where != nil {
		w := p.Where.clone()
		q.Where = &w
	}
	return q
}

// Predicate is what the program was made of.
func (p *Program[T]) Predicate() Predicate { return p.source.clone() }

// At prepares the program for one instant, which saves work when many customers are
// asked at the same one.
func (p *Program[T]) At(now time.Time) Moment[T] { return Moment[T]{p, p.moment(now)} }

func (p *Program[T]) moment(now time.Time) moment { return p.momentOf(nanos(now)) }

func (p *Program[T]) momentOf(now int64) moment {
	m := moment{now: now}
	for i := range p.cuts {
		m.from = append(m.from, p.cuts[i].window.from(m.now, p.cuts[i].loc))
	}
	return m
}

// Eval gives the verdict on a customer at an instant, and until when it holds if no
// data change: the first instant after now at which it is another one. ok == false
// says that time alone never changes it. Where more than a thousand instants pass at
// which parts of the predicate turn and the whole does not, until is the last of them:
// the verdict holds up to it, and maybe longer.
func (p *Program[T]) Eval(v T, now time.Time) (verdict Tri, until time.Time, ok bool) {
	return p.eval(v, p.moment(now))
}

// maxTurns bounds the search for the instant at which the verdict turns. Beyond it
// the last one is given, up to which the verdict holds.
const maxTurns = 1_000

func (p *Program[T]) eval(v T, m moment) (Tri, time.Time, bool) {
	if p.root.until == nil {
		return p.root.eval(v, m), time.Time{}, false
	}
	verdict, until := p.root.until(v, m)
	for range maxTurns {
		if until == forever {
			return verdict, time.Time{}, false
		}
		next, then := p.root.until(v, p.momentOf(until))
		if next != verdict {
			break
		}
		until = then // a part turned, and the whole did not
	}
	if until == forever {
		return verdict, time.Time{}, false
	}
	return verdict, at(until, time.UTC), true
}

// Is reports whether a customer is a member at an instant: whether the verdict is
// True.
func (p *Program[T]) Is(v T, now time.Time) bool {
	return p.root.eval(v, p.moment(now)) == True
}

// Select gives those who are members at an instant, in the order of the sequence.
func (p *Program[T]) Select(customers iter.Seq[T], now time.Time) iter.Seq[T] {
	return func(yield func(T) bool) {
		m := p.At(now)
		for v := range customers {
			if m.Is(v) && !yield(v) {
				return
			}
		}
	}
}

// Moment is a program at one instant, read only as the program is.
type Moment[T any] struct {
	program *Program[T]
	moment  moment
}

// Verdict is the truth value for a customer.
func (m Moment[T]) Verdict(v T) Tri { return m.program.root.eval(v, m.moment) }

// Is reports whether a customer is a member.
func (m Moment[T]) Is(v T) bool { return m.program.root.eval(v, m.moment) == True }

// Eval is [Program.Eval] at this instant.
func (m Moment[T]) Eval(v T) (verdict Tri, until time.Time, ok bool) {
	return m.program.eval(v, m.moment)
}
