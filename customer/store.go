package customer

import (
	"context"
	"errors"
	"iter"
)

// The conditions that a Store answers.
var (
	// ErrUnknown is an id that was never issued.
	ErrUnknown = errors.New("customer: no such customer")
	// ErrDuplicate is a commit whose key was applied before, with the same hash: all is
	// well, and nothing is written again.
	ErrDuplicate = errors.New("customer: applied before")
	// ErrKeyConflict is a commit whose key was applied before with another hash.
	ErrKeyConflict = errors.New("customer: key was used for something else")
)

// Hash tells what a commit was asked for apart from what another was.
type Hash [32]byte

// Write adds entries to the history of one customer.
type Write struct {
	Customer ID
	After    uint64 // the revision that the history has now; 0: there is none
	Entries  []Entry
}

// Redirect says where an id leads from now on.
type Redirect struct {
	From ID
	To   ID // empty: to itself again
}

// Commit is what a Store writes as a whole or not at all.
type Commit struct {
	Key       string // idempotency key of the caller; never empty
	Hash      Hash
	Writes    []Write // of different customers
	Redirects []Redirect
	Suppress  []PointHash // added to those suppressed
	Scrub     []ID        // subjects whose bodies, in every history and written before this commit, go for good
}

// Store keeps histories. It holds no rule of this package: [Directory] has those.
// MemStore is the reference; package customertest checks any other.
//
// Guarantees. A commit is written as a whole or not at all, and seen by every call that
// starts after it returned. Its answers, in this order: ErrDuplicate or ErrKeyConflict
// for a key that was applied before; ErrRevision where a history is not at the revision
// stated, or is written twice; then it is applied. A commit that was not applied leaves its key free. Of
// several commits for one revision exactly one is applied. Entries come back as they were
// given, byte for byte. A scrubbed body is nil, and its bytes are nowhere any more that
// the store can reach.
//
// Methods are called from any number of goroutines, and end when the context does.
type Store interface {
	// Append applies a commit.
	Append(ctx context.Context, c Commit) error
	// History yields the entries of one customer after a revision, in order; none for
	// an id that was never issued. It follows no redirect. After an error it yields no
	// more. Stopping early leaks nothing.
	History(ctx context.Context, id ID, after uint64) iter.Seq2[Entry, error]
	// Resolve is where an id leads, over any number of redirects; ErrUnknown for an id
	// that was never issued.
	Resolve(ctx context.Context, id ID) (ID, error)
	// Seen is the hash under which a key was applied; ok is false where it was not.
	Seen(ctx context.Context, key string) (h Hash, ok bool, err error)
	// Suppressed reports whether a point is suppressed.
	Suppressed(ctx context.Context, point PointHash) (bool, error)
}
