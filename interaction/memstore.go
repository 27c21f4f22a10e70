package interaction

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// A MemStore is a CaseStore in memory, for tests and small hosts. The zero value
// is empty and ready. It must not be copied after first use.
type MemStore struct {
	mu    sync.Mutex
	cases map[string][]Event
	keys  map[string][]written
}

// written is what was appended to a case under a key.
type written struct {
	id     string
	after  uint64
	events int
}

// LoadCase gives the events of a case, or ErrUnknown.
func (s *MemStore) LoadCase(ctx context.Context, id string) ([]Event, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	events, ok := s.cases[id]
	if !ok {
		return nil, fmt.Errorf("%w: case %s", ErrUnknown, id)
	}
	return slices.Clone(events), nil
}

// AppendCases writes all batches or none.
func (s *MemStore) AppendCases(ctx context.Context, key string, batches ...CaseBatch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, repeated := s.keys[key]; repeated {
		if !slices.EqualFunc(old, batches, written.is) {
			return fmt.Errorf("%w: key %s was written with other events", ErrDuplicate, key)
		}
		return nil
	}
	for i, b := range batches {
		if have := uint64(len(s.cases[b.Case])); have != b.After {
			return fmt.Errorf("%w: case %s has %d events, not %d", ErrConflict, b.Case, have, b.After)
		}
		if slices.ContainsFunc(batches[:i], func(o CaseBatch) bool { return o.Case == b.Case }) {
			return fmt.Errorf("%w: two batches for case %s", ErrInvalid, b.Case)
		}
	}
	if s.cases == nil {
		s.cases, s.keys = make(map[string][]Event), make(map[string][]written)
	}
	for _, b := range batches {
		if len(b.Events) > 0 { // a case without events is unknown, as before
			s.cases[b.Case] = append(s.cases[b.Case], b.Events...)
		}
		s.keys[key] = append(s.keys[key], written{b.Case, b.After, len(b.Events)})
	}
	return nil
}

func (w written) is(b CaseBatch) bool {
	return w.id == b.Case && w.after == b.After && w.events == len(b.Events)
}

// CasesOf lists the cases of a customer.
func (s *MemStore) CasesOf(ctx context.Context, customer string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for id, events := range s.cases {
		if opened, ok := events[0].Change.(CaseOpened); ok && opened.Customer == customer {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, nil
}
