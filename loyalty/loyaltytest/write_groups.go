package loyaltytest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/rapport-go/rapport/loyalty"
)

func roundTrip(c *check) {
	s := c.store()
	want := c.fill(s, acct("m-1"), 20)
	c.equalEntries(c.all(s, acct("m-1")), want, "after 20 appends")
	c.equalEntries(c.all(s, acct("nobody")), nil, "an account that does not exist")
	commit := simple(acct("m-2"), 1)
	c.wantReceipt(c.append(s, commit), commit, "Append")
	c.wantReceipt(c.wantKey(s, commit.Key, true, "after an append"), commit, "Lookup")
	kept := []byte("the caller's buffer")
	commit = simple(acct("m-3"), 1)
	commit.Writes[0].Entry.Body, commit.Receipt = kept, kept
	c.append(s, commit)
	copy(kept, "overwritten afterwards")
	if got := c.all(s, acct("m-3")); len(got) != 1 || string(got[0].Body) != "the caller's buffer" {
		c.failf("an argument was kept after the call: the body changed with the caller's buffer")
	}
	if r := c.wantKey(s, commit.Key, true, "after the caller's buffer changed"); string(r.Body) != "the caller's buffer" {
		c.failf("an argument was kept after the call: the receipt changed with the caller's buffer")
	}
}

func createRace(c *check) {
	s := c.store()
	const writers = 32
	var won atomic.Int64
	concurrently(writers, func(i int) {
		_, err := s.Append(c.ctx, keyed(fmt.Sprintf("writer %d", i), acct("new"), 1))
		switch {
		case err == nil:
			won.Add(1)
		case !errors.Is(err, loyalty.ErrVersion):
			c.failf("a loser saw %v, want ErrVersion", err)
		}
	})
	if won.Load() != 1 {
		c.failf("%d of %d writers made the account, want 1", won.Load(), writers)
	}
	c.wantHead(s, acct("new"), 1, "after the race")
}

func versionConflict(c *check) {
	s := c.store()
	c.fill(s, acct("m"), 3)
	for _, version := range []int64{1, 2, 3, 5, 9} {
		_, err := s.Append(c.ctx, keyed(fmt.Sprintf("stale %d", version), acct("m"), version))
		if !errors.Is(err, loyalty.ErrVersion) {
			c.failf("an append of version %d to an account at 3 gives %v, want ErrVersion", version, err)
		}
		if errors.Is(err, loyalty.ErrOutcome) {
			c.failf("ErrVersion also says ErrOutcome: nothing was written, and that is known")
		}
	}
	c.wantHead(s, acct("m"), 3, "after stale appends")
	const writers, rounds = 8, 5
	for round := range int64(rounds) {
		var won atomic.Int64
		concurrently(writers, func(i int) {
			_, err := s.Append(c.ctx, keyed(fmt.Sprintf("round %d writer %d", round, i), acct("m"), 4+round))
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, loyalty.ErrVersion):
				c.failf("a loser saw %v, want ErrVersion", err)
			}
		})
		if won.Load() != 1 {
			c.failf("%d of %d writers got version %d, want 1", won.Load(), writers, 4+round)
		}
	}
	c.wantHead(s, acct("m"), 3+rounds, "after the races")
}

func allOrNothing(c *check) {
	s := c.store()
	c.fill(s, acct("a"), 2)
	c.fill(s, acct("b"), 1)
	for name, stale := range map[string]loyalty.Commit{
		"the second account is stale": together(keyed("ab", acct("a"), 3), simple(acct("b"), 1)),
		"the first account is stale":  together(keyed("ba", acct("a"), 2), simple(acct("b"), 2)),
		"the last of three is stale":  together(keyed("acb", acct("a"), 3), simple(acct("c"), 1), simple(acct("b"), 3)),
	} {
		if _, err := s.Append(c.ctx, stale); !errors.Is(err, loyalty.ErrVersion) {
			c.failf("%s: Append gives %v, want ErrVersion", name, err)
		}
		c.wantKey(s, stale.Key, false, name)
	}
	c.wantHead(s, acct("a"), 2, "after refused commits")
	c.wantHead(s, acct("b"), 1, "after refused commits")
	c.wantHead(s, acct("c"), 0, "after refused commits")
	both := together(keyed("both", acct("c"), 1), simple(acct("a"), 3), simple(acct("b"), 2)) // in no order
	c.wantReceipt(c.append(s, both), both, "a commit of three accounts")
	c.wantReceipt(c.wantKey(s, both.Key, true, "a commit of three accounts"), both, "Lookup after a commit of three accounts")
	many := loyalty.Commit{}
	for i := range loyalty.MaxWrites {
		many = together(many, simple(acct(fmt.Sprint("many ", i)), 1))
	}
	many.Key, many.Hash = loyalty.Key{Tenant: "t", ID: "many"}, hashOf("many")
	c.wantReceipt(c.append(s, many), many, "a commit of as many accounts as may be")
	c.wantHead(s, acct("many 999"), 1, "a commit of as many accounts as may be")
	transfers(c, s)
}

// transfers moves between four accounts from many goroutines through a store that
// fails on purpose; every commit is in both of its accounts or in none.
func transfers(c *check, s loyalty.Store) {
	ids := []loyalty.AccountID{acct("w"), acct("x"), acct("y"), acct("z")}
	concurrently(4, func(g int) {
		faulty := Faulty(uint64(g+1), s)
		for n := range 15 {
			from, to := ids[(g+n)%4], ids[(g+2*n+1)%4]
			if from == to {
				continue
			}
			key := fmt.Sprintf("transfer %d %d", g, n)
			err := retry(c.ctx, faulty, func(versions map[loyalty.AccountID]int64) loyalty.Commit {
				return together(keyed(key, from, versions[from]+1), keyed(key, to, versions[to]+1))
			}, from, to)
			if err != nil {
				c.failf("transfer %s: %v", key, err)
				return
			}
		}
	})
	seen := map[string]int{}
	for _, id := range ids {
		for _, e := range c.all(s, id) {
			var v, g, k int
			if _, err := fmt.Sscanf(string(e.Body), "body "+id.ID+" %d transfer %d %d", &v, &g, &k); err == nil {
				seen[fmt.Sprint(g, " ", k)]++
			}
		}
	}
	for key, n := range seen {
		if n != 2 {
			c.failf("transfer %s is in %d accounts, want 2", key, n)
		}
	}
}

// retry is what an engine does: load, commit, and again under the same key until
// the answer is known.
func retry(ctx context.Context, s loyalty.Store, make func(map[loyalty.AccountID]int64) loyalty.Commit, ids ...loyalty.AccountID) error {
	var last error
	for range 10_000 {
		versions := map[loyalty.AccountID]int64{}
		for _, id := range ids {
			_, entries, err := read(ctx, s, id, loyalty.Range{Full: true})
			if err != nil {
				last = err
				break
			}
			versions[id] = int64(len(entries))
		}
		if len(versions) < len(ids) {
			continue
		}
		_, err := s.Append(ctx, make(versions))
		if err == nil || errors.Is(err, loyalty.ErrDuplicate) {
			return nil
		}
		last = err
	}
	return fmt.Errorf("no answer after many attempts: %w", last)
}

func sameKey(c *check) {
	s := c.store()
	first := keyed("k", acct("m"), 1)
	first = together(first, simple(acct("n"), 1))
	c.append(s, first)
	c.append(s, simple(acct("m"), 2))
	again := func(s loyalty.Store, why string) {
		r, err := s.Append(c.ctx, first)
		if !errors.Is(err, loyalty.ErrDuplicate) {
			c.failf("%s: the same commit again gives %v, want ErrDuplicate", why, err)
		}
		c.wantReceipt(r, first, why)
		moved := keyed("k", acct("m"), 3) // the engine decided anew on a later state
		moved.Receipt = []byte("another receipt")
		r, err = s.Append(c.ctx, moved)
		if !errors.Is(err, loyalty.ErrDuplicate) {
			c.failf("%s: the same key and hash with other entries gives %v, want ErrDuplicate", why, err)
		}
		c.wantReceipt(r, first, why+", other entries")
		elsewhere := keyed("k", acct("elsewhere"), 1) // a key is of the tenant, not of an account
		r, err = s.Append(c.ctx, elsewhere)
		if !errors.Is(err, loyalty.ErrDuplicate) {
			c.failf("%s: the same key and hash for another account gives %v, want ErrDuplicate", why, err)
		}
		c.wantReceipt(r, first, why+", another account")
		c.wantHead(s, acct("elsewhere"), 0, why)
		c.wantHead(s, acct("m"), 2, why)
	}
	again(s, "at once")
	if s, ok := c.reopen(s); ok {
		again(s, "after reopening")
	}
	s = c.store()
	var written atomic.Int64
	concurrently(16, func(int) {
		switch r, err := s.Append(c.ctx, first); {
		case err == nil:
			written.Add(1)
		case errors.Is(err, loyalty.ErrDuplicate):
			c.wantReceipt(r, first, "16 at once")
		default:
			c.failf("16 appends of one commit at once: one gives %v, want ErrDuplicate", err)
		}
	})
	if written.Load() != 1 {
		c.failf("16 appends of one commit at once: %d were told that they wrote it", written.Load())
	}
	c.wantHead(s, acct("m"), 1, "16 at once")
}

func keyConflict(c *check) {
	s := c.store()
	first := keyed("k", acct("m"), 1)
	c.append(s, first)
	for _, version := range []int64{1, 2} {
		other := keyed("k", acct("m"), version)
		other.Hash = hashOf("another command")
		if _, err := s.Append(c.ctx, other); !errors.Is(err, loyalty.ErrKeyConflict) {
			c.failf("the key with another hash, at version %d, gives %v, want ErrKeyConflict", version, err)
		} else if errors.Is(err, loyalty.ErrDuplicate) || errors.Is(err, loyalty.ErrOutcome) {
			c.failf("ErrKeyConflict also says ErrDuplicate or ErrOutcome")
		}
	}
	c.wantHead(s, acct("m"), 1, "after a key conflict")
	c.wantReceipt(c.wantKey(s, first.Key, true, "after a key conflict"), first, "after a key conflict")
	free := keyed("k2", acct("m"), 9)
	if _, err := s.Append(c.ctx, free); !errors.Is(err, loyalty.ErrVersion) {
		c.failf("a stale append gives %v, want ErrVersion", err)
	}
	free = keyed("k2", acct("m"), 2)
	free.Hash = hashOf("the key of a refused commit may be used for another")
	c.append(s, free)
}

func lostAnswer(c *check) {
	s := c.store()
	for i := range int64(10) {
		commit := simple(acct("m"), i+1)
		faulty := Faulty(uint64(i), s)
		faulty.Before, faulty.After = 0, 1 // the answer is always lost
		if _, err := faulty.Append(c.ctx, commit); !errors.Is(err, loyalty.ErrOutcome) {
			c.failf("a lost answer is %v, want ErrOutcome", err)
		}
		c.wantReceipt(c.wantKey(s, commit.Key, true, "after a lost answer"), commit, "Lookup after a lost answer")
		r, err := s.Append(c.ctx, commit)
		if !errors.Is(err, loyalty.ErrDuplicate) {
			c.failf("the retry gives %v, want ErrDuplicate", err)
		}
		c.wantReceipt(r, commit, "the retry")
		c.wantHead(s, acct("m"), i+1, "after the retry")
	}
}

func keyWithEntries(c *check) {
	s := c.store()
	c.fill(s, acct("m"), 2)
	stale := keyed("refused", acct("m"), 2)
	if _, err := s.Append(c.ctx, stale); !errors.Is(err, loyalty.ErrVersion) {
		c.failf("a stale append gives %v, want ErrVersion", err)
	}
	c.wantKey(s, stale.Key, false, "after ErrVersion")
	const commits = 40
	done := make(chan struct{})
	concurrently(3, func(g int) {
		if g == 0 {
			defer close(done)
			for i := range int64(commits) {
				if _, err := s.Append(c.ctx, simple(acct("w"), i+1)); err != nil {
					c.failf("Append: %v", err)
					return
				}
			}
			return
		}
		for i := int64(1); i <= commits; {
			key := simple(acct("w"), i).Key
			_, known, err := s.Lookup(c.ctx, key)
			if err != nil {
				c.failf("Lookup: %v", err)
				return
			}
			_, entries, err := read(c.ctx, s, acct("w"), loyalty.Range{After: i - 1, UpTo: i, Full: true})
			if err != nil {
				c.failf("Load: %v", err)
				return
			}
			if known && len(entries) == 0 {
				c.failf("key %q is known, and its entry is not there", key.ID)
				return
			}
			if len(entries) > 0 {
				if _, known, err = s.Lookup(c.ctx, key); err == nil && !known {
					c.failf("version %d is there, and its key is not known", i)
					return
				}
				i++
				continue
			}
			select {
			case <-done:
				if c.head(s, acct("w")) < i {
					return // the writer failed and said so
				}
			default:
			}
		}
	})
}

func cancelled(c *check) {
	s := c.store()
	gone, cancel := context.WithCancel(c.ctx)
	cancel()
	commit := together(keyed("cancelled", acct("a"), 1), simple(acct("b"), 1))
	if _, err := s.Append(gone, commit); err == nil {
		c.failf("Append with a context that was cancelled before gives no error")
	}
	c.wantHead(s, acct("a"), 0, "cancelled before the call")
	c.wantHead(s, acct("b"), 0, "cancelled before the call")
	c.wantKey(s, commit.Key, false, "cancelled before the call")
	if _, _, err := s.Lookup(gone, commit.Key); err == nil {
		c.failf("Lookup with a cancelled context gives no error")
	}
	if _, _, err := read(gone, s, acct("a"), loyalty.Range{}); err == nil {
		c.failf("Load with a cancelled context gives no error")
	}
	for i := range int64(20) { // cancelled at some moment of the call
		ctx, cancel := context.WithCancel(c.ctx)
		a, b := acct(fmt.Sprintf("a%d", i)), acct(fmt.Sprintf("b%d", i))
		commit := together(simple(a, 1), simple(b, 1))
		go cancel()
		_, err := s.Append(ctx, commit)
		cancel()
		again := together(simple(a, 1), simple(b, 1))
		overwrite(commit) // the buffers are the caller's again, whatever the answer was
		if c.settled(s, again) {
			c.wantUnspoilt(s, again)
			continue
		}
		heads := [2]int64{c.head(s, a), c.head(s, b)}
		_, known, _ := s.Lookup(c.ctx, commit.Key)
		if heads[0] != heads[1] || known != (heads[0] == 1) {
			c.failf("cancelled in the middle: the accounts are at %v, the key is known: %t", heads, known)
		}
		if err == nil && heads[0] == 0 {
			c.failf("cancelled in the middle: acknowledged, and not there")
		}
	}
}

// overwrite spoils the buffers of a commit.
func overwrite(commit loyalty.Commit) {
	for i := range commit.Receipt {
		commit.Receipt[i] = '#'
	}
	for _, w := range commit.Writes {
		for i := range w.Entry.Body {
			w.Entry.Body[i] = '#'
		}
	}
}

// wantUnspoilt fails where a store has kept what overwrite wrote.
func (c *check) wantUnspoilt(s loyalty.Store, commit loyalty.Commit) {
	kept := c.wantKey(s, commit.Key, true, "after the retry").Body
	for _, w := range commit.Writes {
		for _, e := range c.all(s, w.Account) {
			kept = append(kept[:len(kept):len(kept)], e.Body...)
		}
	}
	if bytes.IndexByte(kept, '#') >= 0 {
		c.failf("cancelled in the middle: the commit was read after the call had returned, and the caller had other use for its buffers")
	}
}

// settled appends the commit again, so that its outcome is known; it reports true
// when all is as it should be.
func (c *check) settled(s loyalty.Store, commit loyalty.Commit) bool {
	if _, err := s.Append(c.ctx, commit); err != nil && !errors.Is(err, loyalty.ErrDuplicate) {
		c.failf("the retry after a cancelled call gives %v", err)
		return false
	}
	for _, w := range commit.Writes {
		if c.head(s, w.Account) != 1 {
			return false
		}
	}
	return true
}

func apart(c *check) {
	s := c.store()
	// Names that a careless concatenation would mix up.
	ids := []loyalty.AccountID{
		{Tenant: "", ID: "a/b"},
		{Tenant: "a", ID: "b"},
		{Tenant: "a/b", ID: "b"},
		{Tenant: "a", ID: "/b"},
		{Tenant: "", ID: "a"},
		{Tenant: "A", ID: "b"},
		{Tenant: "a", ID: "B"},
		{Tenant: "a", ID: "b "},
		{Tenant: "a", ID: "e\u0301"},
		{Tenant: "a", ID: "\u00e9"},
	}
	for i, id := range ids {
		for v := range int64(i + 1) {
			commit := keyed(fmt.Sprintf("k%d", v), id, v+1) // the same keys in every tenant
			if dup := sameTenantBefore(ids, i); dup {
				commit.Key.ID = fmt.Sprintf("k%d of %s", v, id.ID)
			}
			commit.Writes[0].Due = at(int64(i))
			c.append(s, commit)
		}
	}
	for i, id := range ids {
		entries := c.all(s, id)
		if len(entries) != i+1 {
			c.failf("account %q of tenant %q has %d entries, want %d", id.ID, id.Tenant, len(entries), i+1)
		}
		page, err := s.Due(c.ctx, loyalty.DueQuery{Tenant: id.Tenant, Until: at(100), Limit: 100})
		if err != nil {
			c.fatalf("Due: %v", err)
		}
		for _, d := range page {
			if d.Account.Tenant != id.Tenant {
				c.failf("Due of tenant %q gives an account of tenant %q", id.Tenant, d.Account.Tenant)
			}
		}
	}
	if _, ok, err := s.Lookup(c.ctx, loyalty.Key{Tenant: "other", ID: "k0"}); err != nil || ok {
		c.failf("a key is known in a tenant that never used it (%v)", err)
	}
	mixed := together(keyed("mixed", ids[0], 2), simple(ids[1], 3))
	if _, err := s.Append(c.ctx, mixed); !errors.Is(err, loyalty.ErrCommit) {
		c.failf("a commit over two tenants gives %v, want ErrCommit", err)
	}
}

func sameTenantBefore(ids []loyalty.AccountID, i int) bool {
	for _, id := range ids[:i] {
		if id.Tenant == ids[i].Tenant {
			return true
		}
	}
	return false
}

func batch(c *check) {
	s := c.store()
	b, ok := s.(loyalty.BatchAppender)
	if !ok {
		return
	}
	c.fill(s, acct("m"), 2)
	known := simple(acct("m"), 2)
	other := keyed(known.Key.ID, acct("m"), 3)
	other.Hash = hashOf("another command")
	malformed := simple(acct("m"), 3)
	malformed.Key.ID = ""
	commits := []loyalty.Commit{
		simple(acct("m"), 3), known, other, keyed("stale", acct("m"), 3), malformed,
		simple(acct("m"), 4), simple(acct("n"), 1), together(simple(acct("m"), 5), simple(acct("n"), 2)),
		together(keyed("half stale", acct("m"), 6), simple(acct("n"), 2)), simple(acct("m"), 3),
	}
	wants := []error{nil, loyalty.ErrDuplicate, loyalty.ErrKeyConflict, loyalty.ErrVersion, loyalty.ErrCommit, nil, nil, nil, loyalty.ErrVersion, loyalty.ErrDuplicate}
	results := b.AppendBatch(c.ctx, commits)
	if len(results) != len(commits) {
		c.fatalf("%d results for %d commits", len(results), len(commits))
	}
	for i, want := range wants {
		if !errors.Is(results[i].Err, want) || (want == nil && results[i].Err != nil) {
			c.failf("commit %d of the batch gives %v, want %v", i, results[i].Err, want)
		}
		if want == nil {
			c.wantReceipt(results[i].Receipt, commits[i], fmt.Sprintf("commit %d of the batch", i))
		}
	}
	c.wantReceipt(results[1].Receipt, known, "a known key in a batch")
	c.wantHead(s, acct("m"), 5, "after the batch")
	c.wantHead(s, acct("n"), 2, "after the batch")
	if got := b.AppendBatch(c.ctx, nil); len(got) != 0 {
		c.failf("an empty batch gives %d results", len(got))
	}
	gone, cancel := context.WithCancel(c.ctx)
	cancel()
	for _, r := range b.AppendBatch(gone, []loyalty.Commit{simple(acct("gone"), 1)}) {
		if r.Err == nil {
			c.failf("a batch with a cancelled context is acknowledged")
		}
	}
	c.wantHead(s, acct("gone"), 0, "after a cancelled batch")
	batchRace(c, s, b)
}

// batchRace lets batches and single appends race for the same versions.
func batchRace(c *check, s loyalty.Store, b loyalty.BatchAppender) {
	var won atomic.Int64
	concurrently(4, func(g int) {
		var commits []loyalty.Commit
		for v := range int64(10) {
			commits = append(commits, keyed(fmt.Sprintf("race %d %d", g, v), acct("raced"), v+1))
		}
		if g == 3 {
			for _, commit := range commits {
				if _, err := s.Append(c.ctx, commit); err == nil {
					won.Add(1)
				} else if !errors.Is(err, loyalty.ErrVersion) {
					c.failf("an append that races with batches gives %v", err)
				}
			}
			return
		}
		for _, r := range b.AppendBatch(c.ctx, commits) {
			if r.Err == nil {
				won.Add(1)
			} else if !errors.Is(r.Err, loyalty.ErrVersion) {
				c.failf("a commit of racing batches gives %v", r.Err)
			}
		}
	})
	c.wantHead(s, acct("raced"), won.Load(), "versions against acknowledgements of racing batches")
}
