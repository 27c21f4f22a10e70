package customer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
)

// MemStore is a Store in memory, for tests and as the reference. The zero value is
// empty and ready; do not copy it after its first use. It keeps what Store promises for
// as long as the process lives.
type MemStore struct {
	mu         sync.RWMutex
	histories  map[ID][]Entry
	redirects  map[ID]ID
	seen       map[string]Hash
	suppressed map[PointHash]struct{}
}

var _ Store = (*MemStore)(nil)

var errNoKey = errors.New("customer: a commit needs a key")

// Append applies a commit; see Store.
func (s *MemStore) Append(ctx context.Context, c Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.Key == "" {
		return errNoKey
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.seen[c.Key]; ok {
		if h != c.Hash {
			return ErrKeyConflict
		}
		return ErrDuplicate
	}
	for n, w := range c.Writes {
		if slices.ContainsFunc(c.Writes[:n], func(v Write) bool { return v.Customer == w.Customer }) {
			return fmt.Errorf("%w: %s is written twice", ErrRevision, w.Customer)
		}
		if have := uint64(len(s.histories[w.Customer])); have != w.After {
			return fmt.Errorf("%w: %s is at %d, not %d", ErrRevision, w.Customer, have, w.After)
		}
		for i, e := range w.Entries {
			if e.Revision != w.After+uint64(i)+1 || e.Customer != w.Customer {
				return fmt.Errorf("%w: entry %d of %s", ErrRevision, i, w.Customer)
			}
		}
	}
	s.apply(c)
	return nil
}

func (s *MemStore) apply(c Commit) {
	if s.histories == nil {
		s.histories, s.redirects, s.seen, s.suppressed = map[ID][]Entry{}, map[ID]ID{}, map[string]Hash{}, map[PointHash]struct{}{}
	}
	s.scrub(c.Scrub)
	for _, w := range c.Writes {
		for _, e := range w.Entries {
			e.Body = slices.Clone(e.Body)
			s.histories[w.Customer] = append(s.histories[w.Customer], e)
		}
	}
	for _, r := range c.Redirects {
		if r.To == "" {
			delete(s.redirects, r.From)
		} else {
			s.redirects[r.From] = r.To
		}
	}
	for _, h := range c.Suppress {
		s.suppressed[h] = struct{}{}
	}
	s.seen[c.Key] = c.Hash
}

// scrub overwrites bodies and lets them go. Entries that were handed out are copies.
func (s *MemStore) scrub(subjects []ID) {
	if len(subjects) == 0 {
		return
	}
	for _, history := range s.histories {
		for i := range history {
			if slices.Contains(subjects, history[i].Subject) {
				clear(history[i].Body)
				history[i].Body = nil
			}
		}
	}
}

// History yields the entries of one customer; see Store. It is what was there when the
// iteration began.
func (s *MemStore) History(ctx context.Context, id ID, after uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		s.mu.RLock()
		entries := s.histories[id]
		entries = slices.Clone(entries[min(after, uint64(len(entries))):])
		for i := range entries {
			entries[i].Body = slices.Clone(entries[i].Body)
		}
		s.mu.RUnlock()
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(Entry{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Resolve is where an id leads; see Store.
func (s *MemStore) Resolve(ctx context.Context, id ID) (ID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.histories[id]) == 0 {
		return "", ErrUnknown
	}
	for range len(s.redirects) { // a circle would end here
		to, ok := s.redirects[id]
		if !ok {
			break
		}
		id = to
	}
	return id, nil
}

// Seen is the hash under which a key was applied; see Store.
func (s *MemStore) Seen(ctx context.Context, key string) (h Hash, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return h, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	h, ok = s.seen[key]
	return h, ok, nil
}

// Suppressed reports whether a point is suppressed; see Store.
func (s *MemStore) Suppressed(ctx context.Context, point PointHash) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.suppressed[point]
	return ok, nil
}
