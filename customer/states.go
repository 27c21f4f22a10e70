package customer

import (
	"container/list"
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// States keeps states of customers that a Directory worked out, so that its next call for
// one of them reads only the events since, in place of the whole history. A Directory
// without one folds the history each time.
//
// What is kept is personal, and it is what was known when it was kept: an erasure makes
// the Directory that carries it out forget, and every other one at its next call for that
// customer. So keep states in memory only, and not too many; [MemStates] does that. A
// state that a store does not know, such as after it was set back to a backup, is
// forgotten.
//
// Methods are called from any number of goroutines. What is given may be changed by
// nobody.
type States interface {
	// State is a state that was kept, of whatever revision; ok is false where none is.
	State(id ID) (c Customer, ok bool)
	// Keep keeps a state, unless one of a later revision is kept. It may drop others.
	Keep(c Customer)
	// Forget drops the state of a customer.
	Forget(id ID)
}

// MemStates is States in memory: of the customers that were asked for last. Make it with
// NewMemStates.
type MemStates struct {
	mu    sync.Mutex
	most  int
	order *list.List // of Customer, the one that was asked for last in front
	place map[ID]*list.Element
}

var _ States = (*MemStates)(nil)

// DefaultMemStates is how many states NewMemStates keeps where it is not told.
const DefaultMemStates = 10_000

// NewMemStates keeps as many states as are given; 0 or less is DefaultMemStates.
func NewMemStates(most int) *MemStates {
	if most <= 0 {
		most = DefaultMemStates
	}
	return &MemStates{most: most, order: list.New(), place: map[ID]*list.Element{}}
}

// State is a state that was kept; see States.
func (s *MemStates) State(id ID) (c Customer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.place[id]
	if !ok {
		return Customer{}, false
	}
	s.order.MoveToFront(at)
	c, ok = at.Value.(Customer)
	return c, ok
}

// Keep keeps a state; see States.
func (s *MemStates) Keep(c Customer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.place[c.ID]; ok {
		if had, _ := at.Value.(Customer); had.Revision < c.Revision {
			at.Value = c
		}
		s.order.MoveToFront(at)
		return
	}
	s.place[c.ID] = s.order.PushFront(c)
	for s.order.Len() > s.most {
		last, _ := s.order.Remove(s.order.Back()).(Customer)
		delete(s.place, last.ID)
	}
}

// Forget drops a state; see States.
func (s *MemStates) Forget(id ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.place[id]; ok {
		s.order.Remove(at)
		delete(s.place, id)
	}
}

// Len is how many states are kept.
func (s *MemStates) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.order.Len()
}

// Format prints how many states are kept and nothing personal, whatever the verb.
func (s *MemStates) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, fmt.Sprintf("customer.MemStates(%d)", s.Len()))
}

// LogValue is how many states are kept.
func (s *MemStates) LogValue() slog.Value { return slog.GroupValue(slog.Int("states", s.Len())) }

// fold is the state of that very id: of the whole history, or from a state that was kept.
func (d *Directory) fold(ctx context.Context, id ID) (Customer, error) {
	if d.States == nil {
		return d.foldFrom(ctx, Customer{}, id)
	}
	known, ok := d.States.State(id)
	if ok {
		next, err := d.foldFrom(ctx, known, id)
		if err == nil || ctx.Err() != nil {
			d.keep(next, err)
			return next, err
		}
		d.States.Forget(id) // not of this store's history
	}
	c, err := d.foldFrom(ctx, Customer{}, id)
	d.keep(c, err)
	return c, err
}

func (d *Directory) keep(c Customer, err error) {
	if d.States != nil && err == nil && c.Revision > 0 {
		d.States.Keep(c.Clone())
	}
}

func (d *Directory) forget(ids ...ID) {
	if d.States == nil {
		return
	}
	for _, id := range ids {
		d.States.Forget(id)
	}
}

// foldFrom applies the events after a state that is known. The entry that the state ends
// with is read as well, and has to be the one that it knows.
func (d *Directory) foldFrom(ctx context.Context, known Customer, id ID) (Customer, error) {
	next := known.Clone()
	after := known.Revision - min(known.Revision, 1)
	found := known.Revision == 0
	for entry, err := range d.Store.History(ctx, id, after) {
		if err != nil {
			return Customer{}, err
		}
		if entry.Revision == known.Revision && entry.Recorded.Equal(known.Updated) {
			found = true
			continue
		}
		e, err := Decode(ctx, entry, d.Sealer)
		if err != nil {
			return Customer{}, err
		}
		if err := next.accepts(&e); err != nil {
			return Customer{}, err
		}
		next.apply(&e)
	}
	if !found {
		return Customer{}, &EventError{Customer: id, Revision: known.Revision, Detail: "is not in the store", Err: ErrEvent}
	}
	return next, nil
}
