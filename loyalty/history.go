package loyalty

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
)

// entryReader checks entries against their chain as they come.
type entryReader struct {
	version int64
	sum     Sum
}

// next accepts the entry that follows.
func (r *entryReader) next(id AccountID, e Entry) error {
	if r.version == 0 {
		r.sum = FirstSum(id)
	}
	if e.Version != r.version+1 {
		return fmt.Errorf("%w: account %s: version %d follows %d", ErrCorrupt, id, e.Version, r.version)
	}
	if e.Sum != e.Chain(r.sum) {
		return fmt.Errorf("%w: account %s: version %d does not follow from the entries before it", ErrCorrupt, id, e.Version)
	}
	r.version, r.sum = e.Version, e.Sum
	return nil
}

// each reads entries that follow on what r has seen and hands over their events.
func (e *Engine) each(ctx context.Context, id string, rng Range, r *entryReader, use func(Entry, commitBody) error) error {
	name := AccountID{Tenant: e.Tenant, ID: id}
	h, err := e.Store.Load(ctx, name, rng)
	if err != nil {
		return err
	}
	return e.entries(name, h, r, use)
}

func (e *Engine) entries(name AccountID, h History, r *entryReader, use func(Entry, commitBody) error) error {
	if h.Entries == nil {
		return nil
	}
	for entry, err := range h.Entries {
		if err != nil {
			return err
		}
		if err := r.next(name, entry); err != nil {
			return err
		}
		body, err := readEvents(name.ID, entry.Body)
		if err != nil {
			return fmt.Errorf("%w: account %s: version %d: %w", ErrCorrupt, name, entry.Version, err)
		}
		if err := use(entry, body); err != nil {
			return err
		}
	}
	return nil
}

// fold applies the events of an entry, which have to follow on one another.
func fold(a *Account, entry Entry, body commitBody) error {
	for i := range body.events {
		ev := &body.events[i]
		if ev.Account != a.ID() || ev.Seq != a.Version()+1 {
			return fmt.Errorf("%w: account %s: version %d holds event %d of %s after event %d", ErrCorrupt, a.ID(), entry.Version, ev.Seq, ev.Account, a.Version())
		}
		Evolve(a, ev)
	}
	return nil
}

// loadAll loads the accounts that the engine does not remember. loaded is true where
// that is all of them, so that all are current.
func (e *Engine) loadAll(ctx context.Context, h held, w work) (loaded bool, err error) {
	loaded = true
	for _, id := range w.ids {
		c := h.of(id)
		if c.account != nil {
			loaded = false
			continue
		}
		if err := e.load(ctx, c); err != nil {
			return false, err
		}
	}
	return loaded, nil
}

// load reads an account from its snapshot and what follows, or from the beginning
// where the snapshot does not fit the log.
func (e *Engine) load(ctx context.Context, c *cached) error {
	err := e.loadFrom(ctx, c, Range{})
	if errors.Is(err, errSnapshot) {
		e.report(err)
		err = e.loadFrom(ctx, c, Range{Full: true})
	}
	if err != nil {
		c.forget()
	}
	return err
}

var errSnapshot = errors.New("loyalty: snapshot does not fit the log")

func (e *Engine) loadFrom(ctx context.Context, c *cached, rng Range) error {
	name := AccountID{Tenant: e.Tenant, ID: c.id}
	h, err := e.Store.Load(ctx, name, rng)
	if err != nil {
		return err
	}
	a, r := NewAccount(c.id), entryReader{}
	if h.Snapshot.Version > 0 {
		if err := a.UnmarshalBinary(h.Snapshot.Body); err != nil || a.ID() != c.id {
			return fmt.Errorf("%w: account %s at version %d: %w", errSnapshot, name, h.Snapshot.Version, err)
		}
		r = entryReader{version: h.Snapshot.Version, sum: h.Snapshot.Sum}
	}
	err = e.entries(name, h, &r, func(entry Entry, body commitBody) error { return fold(a, entry, body) })
	if h.Snapshot.Version > 0 && errors.Is(err, ErrCorrupt) {
		return fmt.Errorf("%w: %w", errSnapshot, err)
	}
	if err != nil {
		return err
	}
	c.remembered = remembered{account: a, version: r.version, sum: r.sum, saved: h.Snapshot.Version}
	return nil
}

// catchUpAll reads what others have written. changed says that there was something.
func (e *Engine) catchUpAll(ctx context.Context, h held, w work) (changed bool, err error) {
	for _, id := range w.ids {
		c := h.of(id)
		before := c.version
		if err := e.catchUp(ctx, c); err != nil {
			return false, err
		}
		changed = changed || c.version != before
	}
	return changed, nil
}

func (e *Engine) catchUp(ctx context.Context, c *cached) error {
	if c.account == nil || c.version == 0 {
		return e.load(ctx, c)
	}
	r := entryReader{version: c.version, sum: c.sum}
	a := c.account
	err := e.each(ctx, c.id, Range{After: c.version}, &r, func(entry Entry, body commitBody) error {
		if a == c.account {
			a = c.account.Clone()
		}
		return fold(a, entry, body)
	})
	if errors.Is(err, ErrCorrupt) { // what is remembered may be of a transaction that was undone
		c.forget()
		return e.load(ctx, c)
	}
	if err != nil {
		return err
	}
	c.account, c.version, c.sum = a, r.version, r.sum
	return nil
}

// Events yields all stored events of an account in order, whatever form they are
// stored in, and checks their chain on the way. After an error the sequence ends. It
// is what reports are made of: see package liability.
func (e *Engine) Events(ctx context.Context, id string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var r entryReader
		err := e.each(ctx, id, Range{Full: true}, &r, func(_ Entry, c commitBody) error {
			for i := range c.events {
				if !yield(c.events[i], nil) {
					return errStopped
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(Event{}, err)
		}
	}
}

var errStopped = errors.New("loyalty: the caller has seen enough")

// Rebuild replays an account from its first entry, saves the state as a snapshot in
// place of the one that is kept, and gives a copy of it. It is for after a snapshot
// was damaged, or its form has changed.
func (e *Engine) Rebuild(ctx context.Context, id string) (*Account, error) {
	h := e.lock([]string{id})
	defer h.unlock()
	c := h.of(id)
	c.forget()
	if err := e.loadFrom(ctx, c, Range{Full: true}); err != nil {
		c.forget()
		return nil, err
	}
	if c.version > 0 {
		if err := e.saveSnapshot(ctx, c); err != nil {
			return nil, err
		}
	}
	return c.account.Clone(), nil
}

// Verification is what [Engine.Verify] found.
type Verification struct {
	Entries int64 // versions of the account
	Events  int64
	// Sum is the last of the chain. Kept elsewhere, it binds every entry before it: a
	// history that was rewritten as a whole ends in another sum.
	Sum Sum
	// Snapshot is the version of the snapshot that was compared, 0 for none.
	Snapshot int64
}

// Verify replays an account and checks that versions and events follow on without a
// gap, that the chain of sums holds, that every commit's key is known and points
// here, and that the snapshot equals the replayed state byte for byte. What is wrong
// is [ErrCorrupt], with every fault that could be told after the first one joined;
// the chain and the events are followed to their first fault only.
func (e *Engine) Verify(ctx context.Context, id string) (Verification, error) {
	name := AccountID{Tenant: e.Tenant, ID: id}
	first, err := e.Store.Load(ctx, name, Range{})
	if err != nil {
		return Verification{}, err
	}
	var v Verification
	var r entryReader
	var faults []error
	a := NewAccount(id)
	err = e.each(ctx, id, Range{Full: true}, &r, func(entry Entry, body commitBody) error {
		if err := fold(a, entry, body); err != nil {
			return err
		}
		v.Entries, v.Events, v.Sum = entry.Version, v.Events+int64(len(body.events)), entry.Sum
		if entry.Version == first.Snapshot.Version {
			v.Snapshot = entry.Version
			faults = append(faults, compareSnapshot(name, a, first.Snapshot, entry.Sum))
		}
		return e.verifyKey(ctx, name, entry, body, &faults)
	})
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return v, err
	}
	return v, errors.Join(append(faults, err)...)
}

func compareSnapshot(name AccountID, a *Account, s Snapshot, sum Sum) error {
	state, err := a.MarshalBinary()
	if err != nil || !bytes.Equal(state, s.Body) || s.Sum != sum {
		return fmt.Errorf("%w: account %s: snapshot of version %d is not the replayed state", ErrCorrupt, name, s.Version)
	}
	return nil
}

// verifyKey checks that the commit of an entry is known by its key.
func (e *Engine) verifyKey(ctx context.Context, name AccountID, entry Entry, body commitBody, faults *[]error) error {
	r, known, err := e.Store.Lookup(ctx, Key{Tenant: e.Tenant, ID: body.key})
	if err != nil {
		return err
	}
	here := false
	for _, p := range r.Places {
		here = here || p == Position{Account: name, Version: entry.Version}
	}
	if body.key == "" { // JSON form of what time did: the events carry no key
		return nil
	}
	if !known || !here || r.Hash != body.hash {
		*faults = append(*faults, fmt.Errorf("%w: account %s: version %d: key %q does not lead here", ErrCorrupt, name, entry.Version, body.key))
	}
	return nil
}
