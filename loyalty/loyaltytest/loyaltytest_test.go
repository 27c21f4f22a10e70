package loyaltytest_test

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

func TestMemStore(t *testing.T) {
	t.Parallel()
	loyaltytest.Run(t, memHarness())
}

func TestMemStoreWithJournal(t *testing.T) {
	t.Parallel()
	loyaltytest.Run(t, journalHarness())
}

// broken is a store with one of its methods replaced.
type broken struct {
	loyalty.Store
	load   func(context.Context, loyalty.AccountID, loyalty.Range) (loyalty.History, error)
	append func(context.Context, loyalty.Commit) (loyalty.Receipt, error)
	lookup func(context.Context, loyalty.Key) (loyalty.Receipt, bool, error)
	due    func(context.Context, loyalty.DueQuery) ([]loyalty.DueAccount, error)
	save   func(context.Context, loyalty.AccountID, loyalty.Snapshot) error
}

func (b *broken) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	if b.load != nil {
		return b.load(ctx, id, r)
	}
	return b.Store.Load(ctx, id, r)
}

func (b *broken) Append(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
	if b.append != nil {
		return b.append(ctx, c)
	}
	return b.Store.Append(ctx, c)
}

func (b *broken) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	if b.lookup != nil {
		return b.lookup(ctx, key)
	}
	return b.Store.Lookup(ctx, key)
}

func (b *broken) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	if b.due != nil {
		return b.due(ctx, q)
	}
	return b.Store.Due(ctx, q)
}

func (b *broken) SaveSnapshot(ctx context.Context, id loyalty.AccountID, s loyalty.Snapshot) error {
	if b.save != nil {
		return b.save(ctx, id, s)
	}
	return b.Store.SaveSnapshot(ctx, id, s)
}

// mapped changes the entries of a history.
func mapped(h loyalty.History, change func(*loyalty.Entry)) loyalty.History {
	entries := h.Entries
	h.Entries = func(yield func(loyalty.Entry, error) bool) {
		for e, err := range entries {
			change(&e)
			if !yield(e, err) {
				return
			}
		}
	}
	return h
}

func broke(change func(b *broken, m *loyalty.MemStore)) loyaltytest.Harness {
	return loyaltytest.Harness{New: func(testing.TB) loyalty.Store {
		m := new(loyalty.MemStore)
		b := &broken{Store: m}
		change(b, m)
		return b
	}}
}

// rebase makes a commit fit the versions that its accounts are at.
func rebase(ctx context.Context, s loyalty.Store, c loyalty.Commit) loyalty.Commit {
	c.Writes = append([]loyalty.Write(nil), c.Writes...)
	for i := range c.Writes {
		n := int64(0)
		if h, err := s.Load(ctx, c.Writes[i].Account, loyalty.Range{Full: true}); err == nil {
			for range h.Entries {
				n++
			}
		}
		c.Writes[i].Entry.Version = n + 1
	}
	return c
}

// The zero History is a history without entries.
func TestNilEntriesAreNone(t *testing.T) {
	t.Parallel()
	for _, f := range loyaltytest.Check(t, broke(func(b *broken, m *loyalty.MemStore) {
		b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
			h, err := m.Load(ctx, id, r)
			if err == nil && h.Snapshot.Version == 0 {
				for range h.Entries {
					return h, nil
				}
				return loyalty.History{}, nil
			}
			return h, err
		}
	})) {
		t.Error(f.Error())
	}
}

// A suite that passes everything proves nothing: each of these stores breaks one
// promise and has to fail the groups that depend on it, and no other.
func TestBrokenStoresFailTheirOwnGroups(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		harness loyaltytest.Harness
		fails   string // numbers of the groups that have to fail
		may     string // of those that fail in some runs, as threads happen to meet
	}{
		{"loses the last byte of a body", broke(func(b *broken, m *loyalty.MemStore) {
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				return mapped(h, func(e *loyalty.Entry) { e.Body = e.Body[:max(0, len(e.Body)-1)] }), err
			}
		}), "01 04 10 11 13 14 18 21", ""},
		{"keeps the caller's buffer", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			kept := map[string][]byte{}
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				mu.Lock()
				defer mu.Unlock()
				kept[c.Key.ID] = c.Writes[0].Entry.Body
				r, err := m.Append(ctx, c)
				if len(c.Receipt) > 0 && len(c.Writes) == 1 && &c.Receipt[0] == &c.Writes[0].Entry.Body[0] {
					kept[c.Writes[0].Account.ID] = c.Receipt
				}
				return r, err
			}
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				mu.Lock()
				defer mu.Unlock()
				body, shared := kept[id.ID]
				return mapped(h, func(e *loyalty.Entry) {
					if shared {
						e.Body = body
					}
				}), err
			}
		}), "01 13", ""},
		{"takes every version for the next", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				mu.Lock()
				defer mu.Unlock()
				if c.Check() != nil {
					return m.Append(ctx, c)
				}
				return m.Append(ctx, rebase(ctx, m, c))
			}
		}), "02 03 04 06 08 19", "21"},
		{"splits a commit by account", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				if len(c.Writes) < 2 || c.Check() != nil {
					return m.Append(ctx, c)
				}
				if r, ok, _ := m.Lookup(ctx, c.Key); ok {
					r.Places = nil
					for _, w := range c.Writes {
						r.Places = append(r.Places, loyalty.Position{Account: w.Account, Version: w.Entry.Version})
					}
					return r, loyalty.ErrDuplicate
				}
				var places []loyalty.Position
				var last loyalty.Receipt
				for i, w := range c.Writes {
					part := c
					part.Writes = []loyalty.Write{w}
					if i > 0 {
						part.Key.ID = fmt.Sprintf("%s part %d", c.Key.ID, i)
					}
					r, err := m.Append(ctx, part)
					if err != nil && !errors.Is(err, loyalty.ErrDuplicate) {
						return r, err
					}
					last, places = r, append(places, loyalty.Position{Account: w.Account, Version: w.Entry.Version})
				}
				last.Key, last.Places = c.Key, places
				return last, nil
			}
			b.lookup = func(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
				return m.Lookup(ctx, key)
			}
		}), "04 05 21", "15"},
		{"forgets its keys", broke(func(b *broken, m *loyalty.MemStore) {
			n := 0
			var mu sync.Mutex
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				mu.Lock()
				n++
				c.Key.ID = strings.Clone(c.Key.ID)
				hidden := c
				if c.Check() == nil {
					hidden.Key.ID = fmt.Sprint(n)
				}
				mu.Unlock()
				r, err := m.Append(ctx, hidden)
				r.Key = c.Key
				return r, err
			}
		}), "01 04 05 06 07 08 09 13 15 21", ""},
		{"repeats without the receipt", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				if errors.Is(err, loyalty.ErrDuplicate) {
					r.Body = nil
				}
				return r, err
			}
		}), "05 07 21", ""},
		{"says nothing of a duplicate", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				if errors.Is(err, loyalty.ErrDuplicate) {
					err = nil
				}
				return r, err
			}
		}), "05 07 21", ""},
		{"ignores the hash", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				if errors.Is(err, loyalty.ErrKeyConflict) {
					return r, loyalty.ErrDuplicate
				}
				return r, err
			}
		}), "06", ""},
		{"keeps the key of a refused commit", broke(func(b *broken, m *loyalty.MemStore) {
			var refused sync.Map
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				if r, ok := refused.Load(c.Key); ok {
					return r.(loyalty.Receipt), loyalty.ErrDuplicate
				}
				r, err := m.Append(ctx, c)
				if errors.Is(err, loyalty.ErrVersion) {
					refused.Store(c.Key, loyalty.Receipt{Key: c.Key, Hash: c.Hash, Body: c.Receipt})
				}
				return r, err
			}
			b.lookup = func(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
				if r, ok := refused.Load(key); ok {
					return r.(loyalty.Receipt), true, nil
				}
				return m.Lookup(ctx, key)
			}
		}), "04 06 08", "21 22"},
		{"calls a conflict an unknown outcome", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				if errors.Is(err, loyalty.ErrVersion) {
					err = errors.Join(err, loyalty.ErrOutcome)
				}
				return r, err
			}
		}), "03", ""},
		{"reads from a replica that is one behind", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			stale := map[loyalty.AccountID]int64{}
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					for _, w := range c.Writes {
						stale[w.Account] = w.Entry.Version
					}
				}
				return r, err
			}
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				mu.Lock()
				defer mu.Unlock()
				if v := stale[id]; v > 0 { // the first read after a write misses it
					delete(stale, id)
					if v == 1 {
						return m.Load(ctx, loyalty.AccountID{Tenant: "nobody", ID: "nobody"}, r)
					}
					if r.UpTo == 0 || r.UpTo >= v {
						r.UpTo = v - 1
					}
				}
				return m.Load(ctx, id, r)
			}
		}), "01 02 03 04 05 06 07 09 10 11 13 14 15 16 19 21 22", "08 20"},
		{"counts up to one short", broke(func(b *broken, m *loyalty.MemStore) {
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				if r.UpTo > 1 {
					r.UpTo--
				}
				return m.Load(ctx, id, r)
			}
		}), "08 10 11", ""},
		{"gives a snapshot ahead of the log", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			last := map[loyalty.AccountID]loyalty.Snapshot{}
			b.save = func(_ context.Context, id loyalty.AccountID, s loyalty.Snapshot) error {
				mu.Lock()
				defer mu.Unlock()
				last[id] = s
				return nil
			}
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				mu.Lock()
				s, ok := last[id]
				mu.Unlock()
				if !ok || r.Full || r.After > 0 {
					return m.Load(ctx, id, r)
				}
				h, err := m.Load(ctx, id, loyalty.Range{After: s.Version, UpTo: r.UpTo})
				h.Snapshot = s
				return h, err
			}
		}), "11", ""},
		{"pages by offset", broke(func(b *broken, m *loyalty.MemStore) {
			given := 0
			var mu sync.Mutex
			b.due = func(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
				mu.Lock()
				defer mu.Unlock()
				if (q.After == loyalty.DueAccount{}) {
					given = 0
				}
				after := given
				limit := q.Limit
				q.After, q.Limit = loyalty.DueAccount{}, loyalty.MaxDue
				if limit < 1 || limit > loyalty.MaxDue {
					q.Limit = limit
				}
				all, err := m.Due(ctx, q)
				page := all[min(after, len(all)):min(after+limit, len(all))]
				given += len(page)
				return page, err
			}
		}), "12 21", ""},
		{"lists due accounts in no order", broke(func(b *broken, m *loyalty.MemStore) {
			b.due = func(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
				page, err := m.Due(ctx, q)
				sort.Slice(page, func(i, j int) bool { return page[i].Account.ID > page[j].Account.ID })
				return page, err
			}
		}), "12 14", ""},
		{"never moves a due instant", broke(func(b *broken, m *loyalty.MemStore) {
			var first sync.Map
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				c.Writes = append([]loyalty.Write(nil), c.Writes...)
				for i := range c.Writes {
					due, _ := first.LoadOrStore(c.Writes[i].Account, c.Writes[i].Due)
					c.Writes[i].Due = due.(loyalty.Instant)
				}
				return m.Append(ctx, c)
			}
		}), "09 12 14 21", ""},
		{"keeps seconds only", broke(func(b *broken, m *loyalty.MemStore) {
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				return mapped(h, func(e *loyalty.Entry) { e.At = e.At / 1e6 * 1e6 }), err
			}
		}), "01 10 11 13 14 18", ""},
		{"takes any instant", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				if err := c.Check(); err != nil && strings.Contains(err.Error(), "instant") {
					return loyalty.Receipt{}, nil
				}
				return m.Append(ctx, c)
			}
		}), "14", ""},
		{"cuts long ids", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				if len(c.Key.ID) > 100 && c.Check() == nil {
					c.Key.ID = c.Key.ID[:100]
				}
				return m.Append(ctx, c)
			}
		}), "13", ""},
		{"forgets that it was cancelled", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				return m.Append(context.WithoutCancel(ctx), c)
			}
		}), "15", ""},
		{"writes on when the caller has gone", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			var late []loyalty.Commit
			flush := func() {
				mu.Lock()
				defer mu.Unlock()
				for _, c := range late {
					_, _ = m.Append(context.Background(), c)
				}
				late = nil
			}
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				flush()
				if ctx.Done() == nil || ctx.Err() != nil {
					return m.Append(ctx, c)
				}
				<-ctx.Done()
				mu.Lock()
				defer mu.Unlock()
				late = append(late, c)
				return loyalty.Receipt{}, errors.Join(loyalty.ErrOutcome, ctx.Err())
			}
		}), "15", ""},
		{"keeps the caller's receipt", broke(func(b *broken, m *loyalty.MemStore) {
			var kept sync.Map
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				if err == nil {
					kept.Store(c.Key, c.Receipt)
				}
				return r, err
			}
			b.lookup = func(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
				r, ok, err := m.Lookup(ctx, key)
				if body, known := kept.Load(key); known {
					r.Body = body.([]byte)
				}
				return r, ok, err
			}
		}), "01", "15 21"},
		{"keeps the caller's snapshot", broke(func(b *broken, m *loyalty.MemStore) {
			var kept sync.Map
			b.save = func(ctx context.Context, id loyalty.AccountID, s loyalty.Snapshot) error {
				kept.Store(s.Version, s.Body)
				return m.SaveSnapshot(ctx, id, s)
			}
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				if body, known := kept.Load(h.Snapshot.Version); known && id.ID == "m" && len(h.Snapshot.Body) < 100 {
					h.Snapshot.Body = body.([]byte)
				}
				return h, err
			}
		}), "11", ""},
		{"has a key for each account", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				r, err := m.Append(ctx, c)
				if errors.Is(err, loyalty.ErrDuplicate) && r.Places[0].Account != c.Writes[0].Account {
					c.Key.ID += " " + c.Writes[0].Account.ID
					return m.Append(ctx, c)
				}
				return r, err
			}
		}), "05", ""},
		{"sorts the places of a receipt", broke(func(b *broken, m *loyalty.MemStore) {
			sorted := func(r loyalty.Receipt) loyalty.Receipt {
				r.Places = append([]loyalty.Position(nil), r.Places...)
				sort.Slice(r.Places, func(i, j int) bool { return r.Places[i].Account.ID < r.Places[j].Account.ID })
				return r
			}
			b.lookup = func(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
				r, ok, err := m.Lookup(ctx, key)
				return sorted(r), ok, err
			}
		}), "04", ""},
		{"takes a hundred accounts at most", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				if len(c.Writes) > 100 {
					return loyalty.Receipt{}, errors.New("too many parameters")
				}
				return m.Append(ctx, c)
			}
		}), "04", ""},
		{"panics where an account is not there", broke(func(b *broken, m *loyalty.MemStore) {
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				if id.ID == "w" {
					panic("no rows")
				}
				return h, err
			}
		}), "04 08", ""},
		{"folds case", broke(func(b *broken, m *loyalty.MemStore) {
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				if c.Check() == nil {
					c.Writes = append([]loyalty.Write(nil), c.Writes...)
					for i := range c.Writes {
						c.Writes[i].Account.ID = strings.ToLower(c.Writes[i].Account.ID)
					}
				}
				return m.Append(ctx, c)
			}
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				id.ID = strings.ToLower(id.ID)
				return m.Load(ctx, id, r)
			}
		}), "13 16", ""},
		{"has one list of due accounts for all tenants", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			tenants := map[string]bool{}
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				mu.Lock()
				tenants[c.Key.Tenant] = true
				mu.Unlock()
				return m.Append(ctx, c)
			}
			b.due = func(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
				mu.Lock()
				defer mu.Unlock()
				var all []loyalty.DueAccount
				for tenant := range tenants {
					q.Tenant = tenant
					page, err := m.Due(ctx, q)
					if err != nil {
						return nil, err
					}
					all = append(all, page...)
				}
				if len(tenants) == 0 {
					return m.Due(ctx, q)
				}
				sort.Slice(all, func(i, j int) bool { return all[i].Compare(all[j]) < 0 })
				return all[:min(len(all), q.Limit)], nil
			}
		}), "13 16", ""},
		{"loses what it acknowledged", func() loyaltytest.Harness {
			h := journalHarness()
			h.Crash = func(tb testing.TB, s loyalty.Store) loyalty.Store {
				m := new(loyalty.MemStore)
				full, _ := s.Load(tb.Context(), loyalty.AccountID{Tenant: "t", ID: "m0"}, loyalty.Range{})
				for e := range full.Entries {
					_, _ = m.Append(tb.Context(), loyalty.Commit{Key: loyalty.Key{Tenant: "t", ID: fmt.Sprint(e.Version)}, Writes: []loyalty.Write{{Account: loyalty.AccountID{Tenant: "t", ID: "m0"}, Entry: e}}})
				}
				return m
			}
			return h
		}(), "17", ""},
		{"forgets keys when it is reopened", func() loyaltytest.Harness {
			h := journalHarness()
			reopen := h.Reopen
			h.Reopen = func(tb testing.TB, s loyalty.Store) loyalty.Store {
				b := &broken{Store: reopen(tb, s)}
				b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
					c.Key.ID += " anew"
					return b.Store.Append(ctx, c)
				}
				return b
			}
			return h
		}(), "05", ""},
		{"makes up sums", broke(func(b *broken, m *loyalty.MemStore) {
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				return mapped(h, func(e *loyalty.Entry) { e.Sum = loyalty.Sum{} }), err
			}
		}), "01 10 11 13 14 18 21", ""},
		{"leaks on an early exit", broke(func(b *broken, m *loyalty.MemStore) {
			b.load = func(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
				h, err := m.Load(ctx, id, r)
				entries := h.Entries
				h.Entries = func(yield func(loyalty.Entry, error) bool) {
					for e, err := range entries {
						if !yield(e, err) {
							go func() { select {} }()
							return
						}
					}
				}
				return h, err
			}
		}), "20", ""},
		{"ends a batch at the first error", loyaltytest.Harness{New: func(testing.TB) loyalty.Store {
			return &shortBatch{new(loyalty.MemStore)}
		}}, "23", ""},
		{"writes twice now and then", broke(func(b *broken, m *loyalty.MemStore) {
			var mu sync.Mutex
			n := 0
			b.append = func(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
				mu.Lock()
				defer mu.Unlock()
				r, err := m.Append(ctx, c)
				if n++; err == nil && n%7 == 0 {
					again := rebase(ctx, m, c)
					again.Key.ID += "'"
					_, _ = m.Append(ctx, again)
				}
				return r, err
			}
		}), "01 04 07 08 09 10 11 13 14 15 16 19 20 21", "02 03 05 06 12 17 18 22"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			failed := map[string]string{}
			for _, f := range loyaltytest.Check(t, r.harness) {
				number, _, _ := strings.Cut(f.Group, "_")
				if failed[number] == "" {
					failed[number] = f.Error()
				}
			}
			var numbers []string
			for n := range failed {
				numbers = append(numbers, n)
			}
			sort.Strings(numbers)
			t.Logf("%s: fails %s", r.name, strings.Join(numbers, " "))
			for _, n := range strings.Fields(r.fails) {
				require.Contains(t, failed, n, "group %s passes; failed are %v", n, numbers)
			}
			for _, n := range numbers {
				require.Contains(t, strings.Fields(r.fails+" "+r.may), n, "%s", failed[n])
			}
		})
	}
}

// shortBatch gives up a batch at the first error.
type shortBatch struct{ *loyalty.MemStore }

func (s *shortBatch) AppendBatch(ctx context.Context, commits []loyalty.Commit) []loyalty.AppendResult {
	results := make([]loyalty.AppendResult, len(commits))
	for i, c := range commits {
		results[i].Receipt, results[i].Err = s.Append(ctx, c)
		if results[i].Err != nil {
			for j := i + 1; j < len(commits); j++ {
				results[j].Err = results[i].Err
			}
			break
		}
	}
	return results
}
