package customertest_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/customertest"
)

// dump is all that a MemStore keeps, as far as its methods show it.
func dump(_ testing.TB, s customer.Store) []byte { return fmt.Appendf(nil, "%s", raw(s)) }

func raw(s customer.Store) []byte {
	var b bytes.Buffer
	for _, id := range []customer.ID{"a", "b", "c"} {
		for e := range s.History(context.Background(), id, 0) {
			b.Write(e.Body)
		}
	}
	return b.Bytes()
}

func harness(wrap func(customer.Store) customer.Store) customertest.Harness {
	return customertest.Harness{
		New:    func(testing.TB) customer.Store { return wrap(&customer.MemStore{}) },
		Reopen: func(_ testing.TB, s customer.Store) customer.Store { return s },
		Raw:    dump,
	}
}

func TestMemStore(t *testing.T) {
	t.Parallel()
	customertest.Run(t, harness(func(s customer.Store) customer.Store { return s }))
}

func BenchmarkMemStore(b *testing.B) {
	customertest.Bench(b, harness(func(s customer.Store) customer.Store { return s }))
}

// broken is a store with some of its methods replaced.
type broken struct {
	customer.Store
	append     func(context.Context, customer.Commit) error
	history    func(context.Context, customer.ID, uint64) iter.Seq2[customer.Entry, error]
	resolve    func(context.Context, customer.ID) (customer.ID, error)
	seen       func(context.Context, string) (customer.Hash, bool, error)
	suppressed func(context.Context, customer.PointHash) (bool, error)
}

func (b *broken) Append(ctx context.Context, c customer.Commit) error {
	if b.append != nil {
		return b.append(ctx, c)
	}
	return b.Store.Append(ctx, c)
}

func (b *broken) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	if b.history != nil {
		return b.history(ctx, id, after)
	}
	return b.Store.History(ctx, id, after)
}

func (b *broken) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	if b.resolve != nil {
		return b.resolve(ctx, id)
	}
	return b.Store.Resolve(ctx, id)
}

func (b *broken) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	if b.seen != nil {
		return b.seen(ctx, key)
	}
	return b.Store.Seen(ctx, key)
}

func (b *broken) Suppressed(ctx context.Context, p customer.PointHash) (bool, error) {
	if b.suppressed != nil {
		return b.suppressed(ctx, p)
	}
	return b.Store.Suppressed(ctx, p)
}

// commits lets a store break the commits that it is given.
func commits(change func(*customer.Commit)) func(customer.Store) customer.Store {
	return func(s customer.Store) customer.Store {
		return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
			change(&c)
			return s.Append(ctx, c)
		}}
	}
}

// answers lets a store break the entries that it gives.
func answers(change func(*customer.Entry)) func(customer.Store) customer.Store {
	return func(s customer.Store) customer.Store {
		return &broken{Store: s, history: func(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
			return func(yield func(customer.Entry, error) bool) {
				for e, err := range s.History(ctx, id, after) {
					if err == nil {
						change(&e)
					}
					if !yield(e, err) {
						return
					}
				}
			}
		}}
	}
}

// Each broken store fails the groups whose promise it breaks, and those that stand on
// it, and no others.
func TestBrokenStores(t *testing.T) {
	t.Parallel()
	type store = customer.Store
	rows := []struct {
		name string
		wrap func(store) store
		want []string // the groups that fail
	}{
		{"cuts a body", answers(func(e *customer.Entry) {
			if e.Revision == 5 {
				e.Body = e.Body[:len(e.Body)-1]
			}
		}), []string{"01_round_trip", "08_race", "14_context", "15_directory", "16_exact_names"}},
		{"forgets the origin", answers(func(e *customer.Entry) { e.Origin = "" }), []string{"01_round_trip", "03_revision", "04_all_or_nothing", "05_same_key", "06_key_conflict", "08_race", "09_redirects", "10_scrub", "11_scrub_first", "13_copies", "14_context", "15_directory", "16_exact_names"}},
		{"gives nil as empty", answers(func(e *customer.Entry) { e.Body = append([]byte{}, e.Body...) }), []string{"01_round_trip", "10_scrub", "11_scrub_first", "15_directory", "16_exact_names"}},
		{"yields everything whatever the revision", func(s store) store {
			return &broken{Store: s, history: func(ctx context.Context, id customer.ID, _ uint64) iter.Seq2[customer.Entry, error] {
				return s.History(ctx, id, 0)
			}}
		}, []string{"02_after"}},
		{"takes keys and hashes for one by case", func(s store) store {
			lower := commits(func(c *customer.Commit) { c.Key = strings.ToLower(c.Key) })(s)
			return &broken{Store: lower, seen: func(ctx context.Context, key string) (customer.Hash, bool, error) {
				return s.Seen(ctx, strings.ToLower(key))
			}, suppressed: func(ctx context.Context, h customer.PointHash) (bool, error) {
				return s.Suppressed(ctx, customer.PointHash(strings.ToLower(string(h))))
			}}
		}, []string{"16_exact_names"}},
		{"takes any revision", lastWins, []string{"03_revision", "04_all_or_nothing", "07_free_key", "08_race"}},
		{"writes one history after the other", oneByOne, []string{"03_revision", "04_all_or_nothing"}},
		{"looks at revisions before keys", revisionFirst, []string{"05_same_key", "08_race", "14_context"}},
		{"forgets keys", commits(func(c *customer.Commit) { c.Key = fmt.Sprintf("%s %p", c.Key, c) }), []string{"05_same_key", "06_key_conflict", "08_race", "15_directory", "16_exact_names"}},
		{"forgets hashes", commits(func(c *customer.Commit) { c.Hash = customer.Hash{} }), []string{"05_same_key", "06_key_conflict", "15_directory"}},
		{"remembers refused keys", remembersRefused, []string{"06_key_conflict", "07_free_key"}},
		{"follows no redirect", commits(func(c *customer.Commit) { c.Redirects = nil }), []string{"09_redirects", "15_directory"}},
		{"never lets go of a redirect", commits(func(c *customer.Commit) {
			var kept []customer.Redirect
			for _, r := range c.Redirects {
				if r.To != "" {
					kept = append(kept, r)
				}
			}
			c.Redirects = kept
		}), []string{"09_redirects", "15_directory"}},
		{"knows everybody", func(s store) store {
			return &broken{Store: s, resolve: func(ctx context.Context, id customer.ID) (customer.ID, error) {
				if to, err := s.Resolve(ctx, id); err == nil || ctx.Err() != nil {
					return to, err
				}
				return id, nil
			}}
		}, []string{"09_redirects", "15_directory", "16_exact_names"}},
		{"scrubs nothing", commits(func(c *customer.Commit) { c.Scrub = nil }), []string{"10_scrub", "11_scrub_first", "15_directory", "16_exact_names"}},
		{"scrubs what comes with it", scrubsAll, []string{"11_scrub_first"}},
		{"suppresses nothing", commits(func(c *customer.Commit) { c.Suppress = nil }), []string{"12_suppressed"}},
		{"suppresses everything", func(s store) store {
			return &broken{Store: s, suppressed: func(context.Context, customer.PointHash) (bool, error) { return true, nil }}
		}, []string{"04_all_or_nothing", "12_suppressed", "15_directory", "16_exact_names"}},
		{"never saw a key", func(s store) store {
			return &broken{Store: s, seen: func(context.Context, string) (h customer.Hash, ok bool, err error) { return h, false, nil }}
		}, []string{"05_same_key", "15_directory", "16_exact_names"}},
		{"shares bytes", shares, []string{"10_scrub", "11_scrub_first", "13_copies", "15_directory", "16_exact_names"}},
		{"loses the actor", answers(func(e *customer.Entry) { e.Actor = "" }), []string{"01_round_trip", "03_revision", "04_all_or_nothing", "05_same_key", "06_key_conflict", "08_race", "09_redirects", "10_scrub", "11_scrub_first", "13_copies", "14_context", "16_exact_names"}},
		{"loses the seal", answers(func(e *customer.Entry) { e.Sealed = false }), []string{"01_round_trip", "03_revision", "04_all_or_nothing", "05_same_key", "06_key_conflict", "08_race", "09_redirects", "10_scrub", "11_scrub_first", "13_copies", "14_context", "16_exact_names"}},
		{"cuts instants to seconds", answers(func(e *customer.Entry) { e.Recorded = e.Recorded.Truncate(time.Second) }), []string{"01_round_trip", "03_revision", "04_all_or_nothing", "05_same_key", "06_key_conflict", "08_race", "09_redirects", "10_scrub", "11_scrub_first", "13_copies", "14_context", "16_exact_names"}},
		{"loses the last entry", losesLast, []string{"01_round_trip", "02_after", "08_race", "10_scrub", "14_context", "15_directory", "16_exact_names"}},
		{"gives the latest first", backwards, []string{"01_round_trip", "02_after", "03_revision", "08_race", "09_redirects", "10_scrub", "11_scrub_first", "13_copies", "14_context", "15_directory", "16_exact_names"}},
		{"mixes customers up by case", func(s store) store {
			return &broken{Store: s, resolve: func(ctx context.Context, id customer.ID) (customer.ID, error) {
				return s.Resolve(ctx, customer.ID(strings.ToLower(string(id))))
			}}
		}, []string{"16_exact_names"}},
		{"follows one redirect only", oneHop, []string{"09_redirects"}},
		{"scrubs the first subject only", commits(func(c *customer.Commit) { c.Scrub = c.Scrub[:min(1, len(c.Scrub))] }), nil},
		{"suppresses the first point only", commits(func(c *customer.Commit) { c.Suppress = c.Suppress[:min(1, len(c.Suppress))] }), []string{"12_suppressed"}},
		{"takes a redirect of a refused commit", redirectsAnyway, []string{"04_all_or_nothing"}},
		{"keeps keys by customer", commits(func(c *customer.Commit) {
			if len(c.Writes) > 0 {
				c.Key += string(c.Writes[0].Customer)
			}
		}), []string{"05_same_key", "15_directory", "16_exact_names"}},
		{"ignores the context", func(s store) store {
			return &broken{Store: s, append: func(_ context.Context, c customer.Commit) error { return s.Append(context.Background(), c) }}
		}, []string{"14_context"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			failed := map[string]bool{}
			for _, f := range customertest.Check(t, harness(row.wrap)) {
				failed[f.Group] = true
				require.Contains(t, f.Error(), "a store ", "the promise is said")
			}
			var names []string
			for g := range failed {
				names = append(names, g)
			}
			sort.Strings(names)
			require.Equal(t, row.want, names)
		})
	}
}

// lastWins corrects the revision of a commit to the present one.
func lastWins(s customer.Store) customer.Store {
	var mu sync.Mutex
	return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
		mu.Lock()
		defer mu.Unlock()
		for i, w := range c.Writes {
			n := uint64(0)
			for range s.History(ctx, w.Customer, 0) {
				n++
			}
			c.Writes[i].After = n
			for j := range w.Entries {
				c.Writes[i].Entries[j].Revision = n + uint64(j) + 1
			}
		}
		return s.Append(ctx, c)
	}}
}

func oneByOne(s customer.Store) customer.Store {
	return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
		for i, w := range c.Writes[:max(0, len(c.Writes)-1)] {
			part := customer.Commit{Key: fmt.Sprint(c.Key, " part ", i), Writes: []customer.Write{w}}
			if err := s.Append(ctx, part); err != nil {
				return err
			}
		}
		c.Writes = c.Writes[max(0, len(c.Writes)-1):]
		return s.Append(ctx, c)
	}}
}

func revisionFirst(s customer.Store) customer.Store {
	var mu sync.Mutex
	return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
		mu.Lock()
		defer mu.Unlock()
		for _, w := range c.Writes {
			n := uint64(0)
			for range s.History(ctx, w.Customer, 0) {
				n++
			}
			if n != w.After {
				return customer.ErrRevision
			}
		}
		return s.Append(ctx, c)
	}}
}

func remembersRefused(s customer.Store) customer.Store {
	var mu sync.Mutex
	refused := map[string]customer.Hash{}
	return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
		mu.Lock()
		defer mu.Unlock()
		if _, ok := refused[c.Key]; ok {
			return customer.ErrDuplicate
		}
		err := s.Append(ctx, c)
		if err != nil && len(c.Key) == 1 {
			refused[c.Key] = c.Hash
		}
		return err
	}}
}

// scrubsAll scrubs after it wrote.
func scrubsAll(s customer.Store) customer.Store {
	return commits(func(c *customer.Commit) {
		for i := range c.Writes {
			for j := range c.Writes[i].Entries {
				for _, id := range c.Scrub {
					if e := &c.Writes[i].Entries[j]; e.Subject == id {
						e.Body = nil
					}
				}
			}
		}
	})(s)
}

// shares hands out the bytes that it keeps.
func shares(s customer.Store) customer.Store {
	var kept sync.Map
	inner := commits(func(c *customer.Commit) {
		for _, w := range c.Writes {
			for _, e := range w.Entries {
				kept.Store(e.ID, e.Body)
			}
		}
	})(s)
	outer, ok := answers(func(e *customer.Entry) {
		if body, ok := kept.Load(e.ID); ok {
			e.Body, _ = body.([]byte)
		}
	})(s).(*broken)
	if !ok {
		return s
	}
	return &broken{Store: inner, history: outer.history}
}

func losesLast(s customer.Store) customer.Store {
	return &broken{Store: s, history: func(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
		return func(yield func(customer.Entry, error) bool) {
			var last *customer.Entry
			for e, err := range s.History(ctx, id, after) {
				if err != nil {
					yield(e, err)
					return
				}
				if last != nil && !yield(*last, nil) {
					return
				}
				last = &e
			}
			if last != nil && last.Revision < 3 {
				yield(*last, nil)
			}
		}
	}}
}

func backwards(s customer.Store) customer.Store {
	return &broken{Store: s, history: func(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
		return func(yield func(customer.Entry, error) bool) {
			var all []customer.Entry
			for e, err := range s.History(ctx, id, after) {
				if err != nil {
					yield(e, err)
					return
				}
				all = append(all, e)
			}
			for i := range all {
				if !yield(all[len(all)-1-i], nil) {
					return
				}
			}
		}
	}}
}

// oneHop knows where an id was sent, and not where it leads from there.
func oneHop(s customer.Store) customer.Store {
	var mu sync.Mutex
	to := map[customer.ID]customer.ID{}
	return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
		mu.Lock()
		defer mu.Unlock()
		err := s.Append(ctx, c)
		if err == nil {
			for _, r := range c.Redirects {
				to[r.From] = r.To
			}
		}
		return err
	}, resolve: func(ctx context.Context, id customer.ID) (customer.ID, error) {
		if _, err := s.Resolve(ctx, id); err != nil {
			return "", err
		}
		mu.Lock()
		defer mu.Unlock()
		if to[id] != "" {
			return to[id], nil
		}
		return id, nil
	}}
}

func redirectsAnyway(s customer.Store) customer.Store {
	n := 0
	var mu sync.Mutex
	return &broken{Store: s, append: func(ctx context.Context, c customer.Commit) error {
		err := s.Append(ctx, c)
		if err != nil && len(c.Redirects) > 0 {
			mu.Lock()
			n++
			key := fmt.Sprint("again ", n)
			mu.Unlock()
			_ = s.Append(context.Background(), customer.Commit{Key: key, Redirects: c.Redirects})
		}
		return err
	}}
}
