package loyaltytest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rapport-go/rapport/loyalty"
)

// Harness tells the suite how to get at a store.
type Harness struct {
	// New gives an empty store; required. It cleans up through tb.
	New func(tb testing.TB) loyalty.Store
	// Reopen closes a store in good order and opens what it kept. Nil for a store that
	// keeps nothing; the parts of the suite that need it are then left out.
	Reopen func(tb testing.TB, s loyalty.Store) loyalty.Store
	// Crash gives the store up without closing it and opens what a crash at this moment
	// would have left. Nil: Reopen stands for it.
	Crash func(tb testing.TB, s loyalty.Store) loyalty.Store
	// Edit changes one byte of the stored body of an entry behind the store's back, as
	// someone with a database prompt could. Nil: the suite edits what Load returns.
	Edit func(tb testing.TB, s loyalty.Store, id loyalty.AccountID, version int64)
	// InUse counts what a leak would hold on to, such as connections in use. Nil: only
	// goroutines are counted.
	InUse func(s loyalty.Store) int
}

// Failure is one broken promise.
type Failure struct {
	Group   string // name of the group, such as "06_key_conflict"
	Promise string // what the store has to do
	Detail  string // what it did
}

// Error says the promise first, then what was seen.
func (f Failure) Error() string {
	return fmt.Sprintf("loyaltytest: %s: a store %s\n  but: %s", f.Group, f.Promise, f.Detail)
}

type group struct {
	name, promise string
	run           func(*check)
}

// groups are the 22 guarantees, and batches for the stores that have them.
func groups() []group {
	return []group{
		{"01_round_trip", "gives back every entry byte for byte, in order and without a gap", roundTrip},
		{"02_create_race", "lets exactly one of many writers make an account", createRace},
		{"03_version_conflict", "lets exactly one writer have a version and tells the others ErrVersion", versionConflict},
		{"04_all_or_nothing", "writes a commit of several accounts as a whole or not at all", allOrNothing},
		{"05_same_key", "answers a repeated key with ErrDuplicate and the first receipt and writes nothing, also after reopening", sameKey},
		{"06_key_conflict", "refuses a key that comes back with another hash as ErrKeyConflict and writes nothing", keyConflict},
		{"07_lost_answer", "gives the receipt to a retry whose first answer was lost", lostAnswer},
		{"08_key_with_entries", "writes key and entries in one transaction: neither is seen without the other", keyWithEntries},
		{"09_read_your_writes", "shows a commit to every call that starts after it returned", readYourWrites},
		{"10_load_range", "loads exactly the versions asked for", loadRange},
		{"11_snapshot", "gives a snapshot only where it stands for a prefix of what was asked for", snapshots},
		{"12_due", "lists due accounts in order, each once, while others change", due},
		{"13_bodies_and_ids", "keeps any bytes and any id within the limits, and refuses what is beyond them", bodiesAndIDs},
		{"14_instants", "keeps instants to the microsecond in the years 1 to 9999 and refuses others", instants},
		{"15_cancelled", "writes a cancelled commit as a whole or not at all", cancelled},
		{"16_apart", "keeps accounts apart, and tenants", apart},
		{"17_durable", "still has after a crash what it acknowledged", durable},
		{"18_chain", "keeps sums so that an edited entry shows", chain},
		{"19_linearizable", "lets concurrent calls look as if they came one after another", linearizable},
		{"20_early_exit", "holds on to nothing when a loop over entries ends early", earlyExit},
		{"21_engine", "carries an engine: balances follow from the log, and every command counts once", engine},
		{"22_bench_shapes", "bears the shapes that Bench measures", benchShapes},
		{"23_batch", "answers each commit of a batch as Append would, if it takes batches", batch},
	}
}

// Run checks every guarantee as a subtest.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, g := range groups() {
		t.Run(g.name, func(t *testing.T) {
			for _, f := range g.check(t, h) {
				t.Error(f.Error())
			}
		})
	}
}

// Check runs every group and gives what failed, at most a few failures per group.
// It is for tests of tests: [Run] is what a store's own tests call.
func Check(tb testing.TB, h Harness) []Failure {
	tb.Helper()
	var all []Failure
	for _, g := range groups() {
		all = append(all, g.check(tb, h)...)
	}
	return all
}

// maxFailures of one group are kept; the first tells the most.
const maxFailures = 5

type check struct {
	harness Harness
	tb      testing.TB
	ctx     context.Context

	mu       sync.Mutex
	failures []string
}

// stop ends a group in which nothing more can be learnt.
type stop struct{}

func (g group) check(tb testing.TB, h Harness) (failures []Failure) {
	tb.Helper()
	c := &check{harness: h, tb: tb, ctx: context.Background()}
	func() {
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(stop); !ok {
					c.failf("panic: %v", r)
				}
			}
		}()
		g.run(c)
	}()
	for _, detail := range c.failures {
		failures = append(failures, Failure{g.name, g.promise, detail})
	}
	return failures
}

// failf notes a failure; it may be called by many goroutines.
func (c *check) failf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.failures) < maxFailures {
		c.failures = append(c.failures, fmt.Sprintf(format, args...))
	}
}

// fatalf notes a failure and ends the group. Only the group's own goroutine calls it.
func (c *check) fatalf(format string, args ...any) {
	c.failf(format, args...)
	panic(stop{})
}

func (c *check) store() loyalty.Store { return c.harness.New(c.tb) }

// reopen gives what a store kept, or ok false where it keeps nothing.
func (c *check) reopen(s loyalty.Store) (loyalty.Store, bool) {
	if c.harness.Reopen == nil {
		return s, false
	}
	return c.harness.Reopen(c.tb, s), true
}

func acct(id string) loyalty.AccountID { return loyalty.AccountID{Tenant: "t", ID: id} }

// at is an instant of the suite; n is only a number.
func at(n int64) loyalty.Instant { return loyalty.Instant(1_767_225_600_000_000 + n) }

// hashOf is the hash of a made-up command.
func hashOf(text string) (h loyalty.Hash) {
	copy(h[:], text)
	h[31] = byte(len(text))
	return h
}

// entry makes the entry of a version, chained to the one before.
func entry(id loyalty.AccountID, version int64, previous loyalty.Sum, body string) loyalty.Entry {
	e := loyalty.Entry{Version: version, At: at(version), Recorded: at(version + 1), Body: []byte(body)}
	e.Sum = e.Chain(previous)
	return e
}

// simple is a commit of one entry to one account, whose key and body follow from
// both.
func simple(id loyalty.AccountID, version int64) loyalty.Commit {
	return keyed(fmt.Sprintf("key %s %d", id.ID, version), id, version)
}

func keyed(key string, id loyalty.AccountID, version int64) loyalty.Commit {
	body := fmt.Sprintf("body %s %d %s", id.ID, version, key)
	return loyalty.Commit{
		Key: loyalty.Key{Tenant: id.Tenant, ID: key}, Hash: hashOf(key), Receipt: []byte("receipt " + key),
		Writes: []loyalty.Write{{Account: id, Entry: entry(id, version, loyalty.Sum{}, body)}},
	}
}

// together puts the writes of several commits under the key of the first.
func together(first loyalty.Commit, more ...loyalty.Commit) loyalty.Commit {
	for _, m := range more {
		first.Writes = append(first.Writes, m.Writes...)
	}
	return first
}

// append writes a commit that has to succeed.
func (c *check) append(s loyalty.Store, commit loyalty.Commit) loyalty.Receipt {
	r, err := s.Append(c.ctx, commit)
	if err != nil {
		c.fatalf("Append of key %q to %s: %v", commit.Key.ID, places(commit), err)
	}
	return r
}

func places(commit loyalty.Commit) string {
	var b strings.Builder
	for i, w := range commit.Writes {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s at version %d", w.Account, w.Entry.Version)
	}
	return b.String()
}

// fill appends versions 1 to n of an account, chained, and gives the entries.
func (c *check) fill(s loyalty.Store, id loyalty.AccountID, n int64) []loyalty.Entry {
	var entries []loyalty.Entry
	previous := loyalty.FirstSum(id)
	for v := int64(1); v <= n; v++ {
		commit := simple(id, v)
		commit.Writes[0].Entry = entry(id, v, previous, fmt.Sprintf("filled %d", v))
		c.append(s, commit)
		entries = append(entries, commit.Writes[0].Entry)
		previous = commit.Writes[0].Entry.Sum
	}
	return entries
}

// load gives a range of an account's history.
func (c *check) load(s loyalty.Store, id loyalty.AccountID, r loyalty.Range) (loyalty.Snapshot, []loyalty.Entry) {
	snapshot, entries, err := read(c.ctx, s, id, r)
	if err != nil {
		c.fatalf("Load of %s %+v: %v", id, r, err)
	}
	return snapshot, entries
}

func read(ctx context.Context, s loyalty.Store, id loyalty.AccountID, r loyalty.Range) (loyalty.Snapshot, []loyalty.Entry, error) {
	h, err := s.Load(ctx, id, r)
	if err != nil {
		return loyalty.Snapshot{}, nil, err
	}
	if h.Entries == nil { // as good as a sequence of none
		return h.Snapshot, nil, nil
	}
	var entries []loyalty.Entry
	for e, err := range h.Entries {
		if err != nil {
			return h.Snapshot, entries, err
		}
		entries = append(entries, e)
	}
	return h.Snapshot, entries, nil
}

func (c *check) all(s loyalty.Store, id loyalty.AccountID) []loyalty.Entry {
	_, entries := c.load(s, id, loyalty.Range{Full: true})
	return entries
}

// head is the version of an account.
func (c *check) head(s loyalty.Store, id loyalty.AccountID) int64 { return int64(len(c.all(s, id))) }

// wantHead fails unless the account is at a version.
func (c *check) wantHead(s loyalty.Store, id loyalty.AccountID, want int64, why string) {
	if got := c.head(s, id); got != want {
		c.failf("%s: account %s is at version %d, want %d", why, id, got, want)
	}
}

// wantKey fails unless a key is known, or is not.
func (c *check) wantKey(s loyalty.Store, key loyalty.Key, want bool, why string) loyalty.Receipt {
	r, ok, err := s.Lookup(c.ctx, key)
	if err != nil {
		c.fatalf("Lookup of %q: %v", key.ID, err)
	}
	if ok != want {
		c.failf("%s: Lookup of %q gives ok %t, want %t", why, key.ID, ok, want)
	}
	return r
}

// wantReceipt fails unless a receipt is that of the commit.
func (c *check) wantReceipt(got loyalty.Receipt, commit loyalty.Commit, why string) {
	same := got.Key == commit.Key && got.Hash == commit.Hash && string(got.Body) == string(commit.Receipt) && len(got.Places) == len(commit.Writes)
	for i := range got.Places {
		same = same && got.Places[i] == (loyalty.Position{Account: commit.Writes[i].Account, Version: commit.Writes[i].Entry.Version})
	}
	if !same {
		c.failf("%s: the receipt is %+v, want that of key %q with body %q and places %s", why, got, commit.Key.ID, commit.Receipt, places(commit))
	}
}

// equalEntries fails unless two histories are equal in every field.
func (c *check) equalEntries(got, want []loyalty.Entry, why string) {
	if len(got) != len(want) {
		c.failf("%s: %d entries, want %d", why, len(got), len(want))
		return
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.Version != w.Version || g.At != w.At || g.Recorded != w.Recorded || g.Sum != w.Sum || string(g.Body) != string(w.Body) {
			c.failf("%s: entry %d is %s, want %s", why, i, describe(g), describe(w))
			return
		}
	}
}

func describe(e loyalty.Entry) string {
	body := string(e.Body)
	if len(body) > 40 {
		body = body[:40] + "…"
	}
	return fmt.Sprintf("{version %d at %d recorded %d sum %x… body %q of %d bytes}", e.Version, e.At, e.Recorded, e.Sum[:4], body, len(e.Body))
}

// concurrently runs n functions and waits for all. A panic of one of them, such as
// of the store, goes on in the caller, where it fails the group and not the process.
func concurrently(n int, f func(i int)) {
	var wg sync.WaitGroup
	var panicked atomic.Pointer[any]
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					panicked.CompareAndSwap(nil, &r)
				}
			}()
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
	if r := panicked.Load(); r != nil {
		panic(*r)
	}
}
