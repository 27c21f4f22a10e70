package loyaltytest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/rapport-go/rapport/loyalty"
)

// ErrInjected is in every error that a [FaultStore] makes up, beside
// loyalty.ErrOutcome.
var ErrInjected = errors.New("loyaltytest: injected fault")

// FaultStore is a store whose calls fail on purpose. All its choices follow from a
// seed, so that a failure is repeated by its seed. It has no batches. It serves one
// goroutine, or the clients of [FaultStore.Interleave].
type FaultStore struct {
	// Before and After are the shares of appends that fail before anything is written,
	// and after all of it is; the rest goes through. The default is 0.15 of each.
	Before, After float64
	// Reads is the share of the other calls that fail. The default is 0.05.
	Reads float64

	store loyalty.Store
	state uint64
	yield func(struct{}) bool // of the client that runs; nil outside Interleave
}

var _ loyalty.Store = (*FaultStore)(nil)

// Faulty wraps a store with faults from a seed.
func Faulty(seed uint64, s loyalty.Store) *FaultStore {
	return &FaultStore{Before: 0.15, After: 0.15, Reads: 0.05, store: s, state: seed}
}

// draw is the next number of the seed (SplitMix64).
func (f *FaultStore) draw() uint64 {
	f.state += 0x9e3779b97f4a7c15
	z := f.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// chance is true in a share of the cases.
func (f *FaultStore) chance(share float64) bool { return float64(f.draw()>>11)/(1<<53) < share }

// step lets another client run, if there are others.
func (f *FaultStore) step() {
	if f.yield != nil {
		f.yield(struct{}{})
	}
}

func fault(what string) error {
	return fmt.Errorf("%w: %w: %s", loyalty.ErrOutcome, ErrInjected, what)
}

// Interleave runs clients to their ends on the one goroutine of the caller: at every
// call of the store one client stops and the seed picks who goes on. So races are
// played through without a race detector, and the same seed plays the same one. A
// client must not block on another, and must use the store it is given.
func (f *FaultStore) Interleave(clients ...func(loyalty.Store)) {
	type coroutine struct {
		next  func() (struct{}, bool)
		yield func(struct{}) bool
	}
	running := make([]*coroutine, 0, len(clients))
	for _, client := range clients {
		co := &coroutine{}
		next, stop := iter.Pull(func(yield func(struct{}) bool) {
			co.yield = yield
			f.yield = yield
			client(f)
		})
		defer stop()
		co.next = next
		running = append(running, co)
	}
	for len(running) > 0 {
		i := int(f.draw() % uint64(len(running))) //nolint:gosec // below a length
		f.yield = running[i].yield
		if _, more := running[i].next(); !more {
			running = append(running[:i], running[i+1:]...)
		}
	}
	f.yield = nil
}

// Load is the store's, or fails.
func (f *FaultStore) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	f.step()
	if f.chance(f.Reads) {
		return loyalty.History{}, fault("load")
	}
	return f.store.Load(ctx, id, r)
}

// Append is the store's, or fails before or after it.
func (f *FaultStore) Append(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
	f.step()
	if f.chance(f.Before) {
		return loyalty.Receipt{}, fault("nothing was written")
	}
	r, err := f.store.Append(ctx, c)
	if f.chance(f.After) {
		f.step()
		return loyalty.Receipt{}, fault("the answer was lost")
	}
	return r, err
}

// Lookup is the store's, or fails.
func (f *FaultStore) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	f.step()
	if f.chance(f.Reads) {
		return loyalty.Receipt{}, false, fault("lookup")
	}
	return f.store.Lookup(ctx, key)
}

// Due is the store's, or fails.
func (f *FaultStore) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	f.step()
	if f.chance(f.Reads) {
		return nil, fault("due")
	}
	return f.store.Due(ctx, q)
}

// SaveSnapshot is the store's, or fails.
func (f *FaultStore) SaveSnapshot(ctx context.Context, id loyalty.AccountID, s loyalty.Snapshot) error {
	f.step()
	if f.chance(f.Reads) {
		return fault("snapshot")
	}
	return f.store.SaveSnapshot(ctx, id, s)
}
