package loyalty

import (
	"context"
	"slices"
	"sort"
	"sync"
)

const memShards = 64 // a power of two

// MemStore is the reference [Store]: in memory, sharded by account, safe for many
// goroutines. The zero value is ready to use. It must not be copied.
//
// A commit locks the shard of its key and the shards of its accounts in one fixed
// order, checks, and writes, so that it is atomic and commits cannot deadlock.
// Without a journal nothing survives the process; with one, see [OpenJournal], an
// append returns when its line has been written and synced.
type MemStore struct {
	accounts [memShards]accountShard
	keys     [memShards]keyShard
	journal  *journal
}

var (
	_ Store         = (*MemStore)(nil)
	_ BatchAppender = (*MemStore)(nil)
)

type accountShard struct {
	mu    sync.Mutex
	by    map[AccountID]*memAccount
	due   dueList
	moved []*memAccount // whose due instant is not yet in the list
	arena []byte        // where bodies are copied to
}

type keyShard struct {
	mu    sync.RWMutex
	by    map[Key]*memReceipt
	arena []byte
	chunk []memReceipt // where the next receipts are made: one allocation serves many
}

// memReceipt is a receipt with room for the place of the usual commit.
type memReceipt struct {
	Receipt
	place [1]Position
}

func (s *keyShard) receipt(c *Commit) *memReceipt {
	if len(s.chunk) == 0 {
		s.chunk = make([]memReceipt, min(len(s.by)+1, 64))
	}
	r := &s.chunk[0]
	s.chunk = s.chunk[1:]
	r.Receipt = Receipt{Key: c.Key, Hash: c.Hash, Body: keep(&s.arena, c.Receipt), Places: r.place[:0:1]}
	if s.by == nil {
		s.by = map[Key]*memReceipt{}
	}
	s.by[c.Key] = r
	return r
}

type memAccount struct {
	id       AccountID
	entries  []Entry
	snapshot Snapshot
	due      Instant // as last written
	listed   Instant // as the list has it
	moved    bool
}

// shardOf spreads names over the shards (FNV-1a).
func shardOf(tenant, id string) int {
	h := uint32(2166136261)
	for i := range len(tenant) {
		h = (h ^ uint32(tenant[i])) * 16777619
	}
	h = (h ^ 0xff) * 16777619
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return int((h ^ h>>16) & (memShards - 1))
}

// keep copies a body into an arena: one allocation serves many small bodies, and the
// more of them there are the more it serves.
func keep(arena *[]byte, body []byte) []byte {
	const least, most = 256, 1 << 16
	if len(body) > most/8 {
		return slices.Clone(body)
	}
	if len(*arena)+len(body) > cap(*arena) {
		*arena = make([]byte, 0, max(len(body), min(max(2*cap(*arena), least), most)))
	}
	from := len(*arena)
	*arena = append(*arena, body...)
	return (*arena)[from:len(*arena):len(*arena)]
}

// Load implements [Store].
func (m *MemStore) Load(ctx context.Context, id AccountID, r Range) (History, error) {
	if err := id.Check(); err != nil {
		return History{}, err
	}
	if err := ctx.Err(); err != nil {
		return History{}, err
	}
	if err := m.journal.failed(); err != nil {
		return History{}, err
	}
	s := &m.accounts[shardOf(id.Tenant, id.ID)]
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.by[id]
	if a == nil {
		return History{Entries: entriesOf(nil)}, nil
	}
	h, after := History{}, max(r.After, 0)
	if after == 0 && !r.Full && a.snapshot.Version > 0 && (r.UpTo <= 0 || a.snapshot.Version <= r.UpTo) {
		h.Snapshot, after = a.snapshot, a.snapshot.Version
	}
	upTo := int64(len(a.entries))
	if r.UpTo > 0 {
		upTo = min(upTo, r.UpTo)
	}
	after = min(after, upTo)
	h.Entries = entriesOf(a.entries[after:upTo:upTo]) // entries are never changed, so no copy
	return h, nil
}

func entriesOf(entries []Entry) func(func(Entry, error) bool) {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Append implements [Store].
func (m *MemStore) Append(ctx context.Context, c Commit) (Receipt, error) {
	r, ticket, err := m.apply(ctx, c)
	if werr := m.journal.wait(ticket); werr != nil {
		return Receipt{}, werr
	}
	return r, err
}

// AppendBatch implements [BatchAppender]: with a journal, one sync serves the batch.
func (m *MemStore) AppendBatch(ctx context.Context, commits []Commit) []AppendResult {
	results := make([]AppendResult, len(commits))
	last := uint64(0)
	for i, c := range commits {
		var ticket uint64
		results[i].Receipt, ticket, results[i].Err = m.apply(ctx, c)
		last = max(last, ticket)
	}
	if err := m.journal.wait(last); err != nil {
		for i := range results {
			results[i] = AppendResult{Err: err}
		}
	}
	return results
}

// apply writes the commit in memory and hands its line to the journal; the ticket
// says what to wait for.
func (m *MemStore) apply(ctx context.Context, c Commit) (r Receipt, ticket uint64, err error) {
	if err := c.Check(); err != nil {
		return Receipt{}, 0, err
	}
	if err := ctx.Err(); err != nil {
		return Receipt{}, 0, err
	}
	keys := &m.keys[shardOf(c.Key.Tenant, c.Key.ID)]
	keys.mu.Lock()
	defer keys.mu.Unlock()
	if known, ok := keys.by[c.Key]; ok {
		if known.Hash != c.Hash {
			return Receipt{}, m.journal.end(), ErrKeyConflict
		}
		return known.Receipt, m.journal.end(), ErrDuplicate
	}
	var stack [4]int
	var found [4]*memAccount
	accounts := found[:0]
	shards := m.shardsOf(c, stack[:0])
	for _, s := range shards {
		m.accounts[s].mu.Lock()
	}
	defer func() {
		for _, s := range shards {
			m.accounts[s].mu.Unlock()
		}
	}()
	for i := range c.Writes {
		w := &c.Writes[i]
		a := m.accounts[shardOf(w.Account.Tenant, w.Account.ID)].by[w.Account]
		if a.version() != w.Entry.Version-1 {
			return Receipt{}, 0, &VersionError{Account: w.Account, Expected: w.Entry.Version - 1}
		}
		accounts = append(accounts, a)
	}
	if ticket, err = m.journal.enqueue(c); err != nil {
		return Receipt{}, 0, err
	}
	return m.write(keys, &c, accounts), ticket, nil
}

// shardsOf gives the shards of a commit's accounts in order, each once.
func (m *MemStore) shardsOf(c Commit, shards []int) []int {
	for i := range c.Writes {
		shards = append(shards, shardOf(c.Writes[i].Account.Tenant, c.Writes[i].Account.ID))
	}
	if len(shards) == 1 {
		return shards
	}
	slices.Sort(shards)
	return slices.Compact(shards)
}

// version is that of the last entry; a nil account has none.
func (a *memAccount) version() int64 {
	if a == nil {
		return 0
	}
	return int64(len(a.entries))
}

// write stores a commit whose checks passed, under the locks. An account is nil where
// it is to be made.
func (m *MemStore) write(keys *keyShard, c *Commit, accounts []*memAccount) Receipt {
	r := keys.receipt(c)
	for i, a := range accounts {
		w := &c.Writes[i]
		s := &m.accounts[shardOf(w.Account.Tenant, w.Account.ID)]
		if a == nil {
			if s.by == nil {
				s.by = map[AccountID]*memAccount{}
			}
			a = &memAccount{id: w.Account}
			s.by[w.Account] = a
		}
		e := w.Entry
		e.Body = keep(&s.arena, e.Body)
		a.entries = append(a.entries, e)
		if a.due = w.Due; a.due != a.listed && !a.moved {
			a.moved = true
			s.moved = append(s.moved, a)
		}
		r.Places = append(r.Places, Position{Account: w.Account, Version: e.Version})
	}
	return r.Receipt
}

// Lookup implements [Store].
func (m *MemStore) Lookup(ctx context.Context, key Key) (Receipt, bool, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, false, err
	}
	s := &m.keys[shardOf(key.Tenant, key.ID)]
	s.mu.RLock()
	known, ok := s.by[key]
	s.mu.RUnlock()
	if err := m.journal.wait(m.journal.end()); err != nil {
		return Receipt{}, false, err
	}
	if !ok {
		return Receipt{}, false, nil
	}
	return known.Receipt, true, nil
}

// Due implements [Store]. Instants that changed since the last call are put into
// the index first: an append pays nothing for it.
func (m *MemStore) Due(ctx context.Context, q DueQuery) ([]DueAccount, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := m.journal.failed(); err != nil {
		return nil, err
	}
	var page []DueAccount
	for i := range m.accounts {
		page = append(page, m.accounts[i].duePage(q)...)
	}
	sort.Slice(page, func(a, b int) bool { return page[a].Compare(page[b]) < 0 })
	return page[:min(len(page), q.Limit)], nil
}

func (s *accountShard) duePage(q DueQuery) []DueAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.moved {
		if a.listed != Never {
			s.due.remove(DueAccount{Account: a.id, Due: a.listed})
		}
		if a.due != Never {
			s.due.insert(DueAccount{Account: a.id, Due: a.due})
		}
		a.listed, a.moved = a.due, false
	}
	s.moved = s.moved[:0]
	return s.due.page(q)
}

// SaveSnapshot implements [Store]. Snapshots are not written to the journal.
func (m *MemStore) SaveSnapshot(ctx context.Context, id AccountID, snap Snapshot) error {
	if err := id.Check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s := &m.accounts[shardOf(id.Tenant, id.ID)]
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.by[id]; a != nil && snap.Version > 0 && snap.Version >= a.snapshot.Version && snap.Version <= int64(len(a.entries)) {
		snap.Body = slices.Clone(snap.Body)
		a.snapshot = snap
	}
	return nil
}
