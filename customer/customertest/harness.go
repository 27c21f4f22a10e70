package customertest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rapport-go/rapport/customer"
)

// Harness tells the suite how to get at a store.
type Harness struct {
	// New gives an empty store; required. It cleans up through tb.
	New func(tb testing.TB) customer.Store
	// Reopen closes a store in good order and opens what it kept. Nil for a store that
	// keeps nothing; the parts of the suite that need it are then left out.
	Reopen func(tb testing.TB, s customer.Store) customer.Store
	// Raw gives all bytes that the store keeps, so that the suite can search them for
	// what was scrubbed. Nil: only what History yields is searched.
	Raw func(tb testing.TB, s customer.Store) []byte
}

// Failure is one broken promise.
type Failure struct {
	Group   string // name of the group, such as "05_key_conflict"
	Promise string // what the store has to do
	Detail  string // what it did
}

// Error says the promise first, then what was seen.
func (f Failure) Error() string {
	return fmt.Sprintf("customertest: %s: a store %s\n  but: %s", f.Group, f.Promise, f.Detail)
}

type group struct {
	name, promise string
	run           func(*check)
}

// groups are the 16 guarantees.
func groups() []group {
	return []group{
		{"01_round_trip", "gives back every entry byte for byte, in order and without a gap", roundTrip},
		{"02_after", "yields the entries after a revision, and none where there are none", after},
		{"03_revision", "refuses a commit for another revision as ErrRevision and writes nothing of it", revision},
		{"04_all_or_nothing", "writes a commit over several histories as a whole or not at all", allOrNothing},
		{"05_same_key", "answers a repeated key with ErrDuplicate, before it looks at revisions, and writes nothing", sameKey},
		{"06_key_conflict", "refuses a key that comes back with another hash as ErrKeyConflict and writes nothing", keyConflict},
		{"07_free_key", "leaves the key of a commit that was not applied free", freeKey},
		{"08_race", "applies exactly one of many commits for one revision", race},
		{"09_redirects", "resolves an id over any number of redirects, lets go of one that is taken back, and says ErrUnknown for an id that was never issued", redirects},
		{"10_scrub", "lets the bodies of a scrubbed subject go in every history, and no others", scrub},
		{"11_scrub_first", "scrubs what was written before a commit and not what is written with it", scrubFirst},
		{"12_suppressed", "remembers suppressed points, also after what they were of is scrubbed", suppressed},
		{"13_copies", "keeps and gives copies, so that nobody changes a history from outside", copies},
		{"14_context", "stops when the context has ended, and lets an iteration stop early", contexts},
		{"15_directory", "carries a Directory: create, merge, unmerge, erase", directory},
		{"16_exact_names", "compares ids, keys, subjects and hashes byte for byte: by case, by accent, with quotes and blanks", exactNames},
	}
}

// Run runs every group as a subtest.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, g := range groups() {
		t.Run(g.name, func(t *testing.T) {
			for _, f := range runGroup(t, h, g) {
				t.Error(f.Error())
			}
		})
	}
}

// Check runs every group and gives the broken promises.
func Check(tb testing.TB, h Harness) []Failure {
	tb.Helper()
	var all []Failure
	for _, g := range groups() {
		all = append(all, runGroup(tb, h, g)...)
	}
	return all
}

// check is one group on its way.
type check struct {
	tb       testing.TB
	h        Harness
	group    group
	ctx      context.Context
	mu       sync.Mutex
	failures []Failure
}

// stop ends a group that cannot go on.
type stop struct{}

func runGroup(tb testing.TB, h Harness, g group) (failures []Failure) {
	c := &check{tb: tb, h: h, group: g, ctx: context.Background()}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(stop); !ok {
				c.failf("panic: %v", r)
			}
		}
		failures = c.failures
	}()
	g.run(c)
	return c.failures
}

func (c *check) failf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures = append(c.failures, Failure{c.group.name, c.group.promise, fmt.Sprintf(format, args...)})
}

func (c *check) fatalf(format string, args ...any) {
	c.failf(format, args...)
	panic(stop{})
}

func (c *check) store() customer.Store { return c.h.New(c.tb) }

// reopened runs a check on a store, and again on what it kept. It gives the store that
// is open then.
func (c *check) reopened(s customer.Store, look func(s customer.Store, why string)) customer.Store {
	look(s, "at once")
	if c.h.Reopen != nil {
		s = c.h.Reopen(c.tb, s)
		look(s, "after reopening")
	}
	return s
}

func at(n uint64) time.Time { return time.Date(2026, 1, 1, 0, 0, 0, int(n)*1000, time.UTC) }

// entry is an entry with every field in use and a body of bytes that are no text.
func entry(id, subject customer.ID, revision uint64, body string) customer.Entry {
	return customer.Entry{
		ID: fmt.Sprintf("%s/%d", id, revision), Customer: id, Subject: subject, Origin: "old-" + id, Revision: revision,
		At: at(revision), Recorded: at(revision + 1), Actor: "agent", Source: "suite", Kind: "tagged", Version: 1, Sealed: true,
		Body: append([]byte{0, 0xff, '\''}, body...),
	}
}

func entries(id customer.ID, after uint64, n int) []customer.Entry {
	var out []customer.Entry
	for i := range n {
		revision := after + uint64(i) + 1
		out = append(out, entry(id, id, revision, fmt.Sprintf("body of %s %d", id, revision)))
	}
	return out
}

func write(id customer.ID, after uint64, n int) customer.Write {
	return customer.Write{Customer: id, After: after, Entries: entries(id, after, n)}
}

func commit(key string, writes ...customer.Write) customer.Commit {
	return customer.Commit{Key: key, Hash: customer.Hash{1, byte(len(key))}, Writes: writes}
}

func (c *check) append(s customer.Store, commit customer.Commit) {
	if err := s.Append(c.ctx, commit); err != nil {
		c.fatalf("Append of key %q: %v", commit.Key, err)
	}
}

func (c *check) read(s customer.Store, id customer.ID, after uint64) []customer.Entry {
	var out []customer.Entry
	for e, err := range s.History(c.ctx, id, after) {
		if err != nil {
			c.fatalf("History of %s: %v", id, err)
		}
		out = append(out, e)
	}
	return out
}

func (c *check) want(s customer.Store, id customer.ID, want []customer.Entry, why string) {
	have := c.read(s, id, 0)
	if len(have) != len(want) {
		c.failf("%s: %s has %d entries, want %d", why, id, len(have), len(want))
		return
	}
	for i := range want {
		if !equal(have[i], want[i]) {
			c.failf("%s: entry %d of %s is %+v, want %+v", why, i+1, id, frame(have[i]), frame(want[i]))
		}
	}
}

// frame is an entry that prints.
func frame(e customer.Entry) string {
	return fmt.Sprintf("%s %s %s %s %d %s %s %s %s %s %d %t %x", e.ID, e.Customer, e.Subject, e.Origin, e.Revision, e.At.UTC(), e.Recorded.UTC(), e.Actor, e.Source, e.Kind, e.Version, e.Sealed, e.Body)
}

func equal(a, b customer.Entry) bool {
	return frame(a) == frame(b) && bytes.Equal(a.Body, b.Body) && (a.Body == nil) == (b.Body == nil)
}

func (c *check) resolves(s customer.Store, from, want customer.ID, why string) {
	have, err := s.Resolve(c.ctx, from)
	if err != nil || have != want {
		c.failf("%s: %s resolves to %q (%v), want %q", why, from, have, err, want)
	}
}

// concurrently runs n calls side by side and waits for them.
func concurrently(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			do(i)
		}()
	}
	wg.Wait()
}
