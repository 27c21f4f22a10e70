package loyaltytest

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

func readYourWrites(c *check) {
	s := c.store()
	concurrently(4, func(g int) {
		id := acct(fmt.Sprintf("own %d", g))
		for v := int64(1); v <= 10; v++ {
			commit := simple(id, v)
			commit.Writes[0].Due = at(v)
			if _, err := s.Append(c.ctx, commit); err != nil {
				c.failf("Append: %v", err)
				return
			}
			_, entries, err := read(c.ctx, s, id, loyalty.Range{})
			if err != nil || int64(len(entries)) != v {
				c.failf("Load right after the append of version %d gives %d entries (%v)", v, len(entries), err)
				return
			}
			if _, ok, err := s.Lookup(c.ctx, commit.Key); err != nil || !ok {
				c.failf("Lookup right after the append does not know the key (%v)", err)
				return
			}
			page, err := s.Due(c.ctx, loyalty.DueQuery{Tenant: "t", Until: at(v), Limit: 100})
			if err != nil || !contains(page, loyalty.DueAccount{Account: id, Due: at(v)}) {
				c.failf("Due right after the append does not give the account at its new instant (%v)", err)
				return
			}
		}
	})
}

func contains(page []loyalty.DueAccount, d loyalty.DueAccount) bool {
	for _, have := range page {
		if have == d {
			return true
		}
	}
	return false
}

func loadRange(c *check) {
	s := c.store()
	const n = 12
	all := c.fill(s, acct("m"), n)
	for after := range int64(n + 2) {
		for upTo := range int64(n + 2) {
			_, got := c.load(s, acct("m"), loyalty.Range{After: after, UpTo: upTo, Full: true})
			from, to := min(after, n), int64(n)
			if upTo > 0 {
				to = min(upTo, n)
			}
			c.equalEntries(got, all[from:max(from, to)], fmt.Sprintf("after %d up to %d", after, upTo))
		}
	}
}

func snapshots(c *check) {
	s := c.store()
	id := acct("m")
	all := c.fill(s, id, 10)
	saved := func(version int64, body string) loyalty.Snapshot {
		snap := loyalty.Snapshot{Version: version, Body: []byte(body)}
		if version >= 1 && version <= int64(len(all)) {
			snap.Sum = all[version-1].Sum
		}
		given := snap
		given.Body = []byte(body)
		if err := s.SaveSnapshot(c.ctx, id, given); err != nil {
			c.failf("SaveSnapshot of version %d: %v", version, err)
		}
		clear(given.Body) // the buffer is the caller's again
		return snap
	}
	// what a load stands for, whether or not the store keeps snapshots
	whole := func(r loyalty.Range, kept loyalty.Snapshot, why string) {
		snap, entries := c.load(s, id, r)
		to := int64(len(all))
		if r.UpTo > 0 {
			to = min(to, r.UpTo)
		}
		if snap.Version > to {
			c.failf("%s: the snapshot is of version %d, the log was asked for up to %d", why, snap.Version, to)
			return
		}
		if snap.Version > 0 {
			if r.Full || r.After > 0 {
				c.failf("%s: a snapshot is given where entries were asked for", why)
			}
			if snap.Version != kept.Version || snap.Sum != kept.Sum || !bytes.Equal(snap.Body, kept.Body) {
				c.failf("%s: the snapshot is of version %d with body %q, saved was version %d with body %q", why, snap.Version, snap.Body, kept.Version, kept.Body)
			}
		}
		c.equalEntries(entries, all[max(snap.Version, min(r.After, to)):to], why)
	}
	whole(loyalty.Range{}, loyalty.Snapshot{}, "no snapshot")
	kept := saved(4, "state at 4 \x00\xff")
	for _, r := range []loyalty.Range{{}, {UpTo: 7}, {UpTo: 4}, {UpTo: 3}, {After: 2}, {After: 6}, {Full: true}, {Full: true, UpTo: 8}} {
		whole(r, kept, fmt.Sprintf("snapshot of version 4, range %+v", r))
	}
	kept = saved(8, "state at 8")
	whole(loyalty.Range{}, kept, "a newer snapshot replaces")
	saved(5, "late: state at 5")
	whole(loyalty.Range{}, kept, "an older snapshot comes late")
	kept = saved(8, "state at 8, repaired")
	whole(loyalty.Range{}, kept, "a snapshot of the same version replaces")
	saved(11, "ahead of the log")
	whole(loyalty.Range{}, kept, "a snapshot ahead of the log")
	saved(0, "nothing")
	whole(loyalty.Range{}, kept, "a snapshot of version 0")
	ghost := acct("ghost")
	if err := s.SaveSnapshot(c.ctx, ghost, loyalty.Snapshot{Version: 1, Body: []byte("x")}); err == nil {
		if snap, _ := c.load(s, ghost, loyalty.Range{}); snap.Version != 0 {
			c.failf("an account without entries has a snapshot")
		}
	}
	if again, ok := c.reopen(s); ok {
		s = again
		snap, entries := c.load(s, id, loyalty.Range{})
		c.equalEntries(entries, all[snap.Version:], "after reopening")
	}
}

func due(c *check) {
	s := c.store()
	set := func(id loyalty.AccountID, due loyalty.Instant) {
		commit := keyed(fmt.Sprintf("%s %d %d", id.ID, due, c.head(s, id)), id, c.head(s, id)+1)
		commit.Writes[0].Due = due
		c.append(s, commit)
	}
	var want []loyalty.DueAccount
	for i := range int64(30) {
		d := loyalty.DueAccount{Account: acct(fmt.Sprintf("m%02d", (i*7)%30)), Due: at(i % 6)} // five accounts per instant
		set(d.Account, d.Due)
		want = append(want, d)
	}
	set(acct("never"), loyalty.Never)
	set(acct("later"), at(50))
	set(acct("m00"), at(3)) // moved
	set(acct("m07"), loyalty.Never)
	want = replaced(want, acct("m00"), at(3))
	want = replaced(want, acct("m07"), loyalty.Never)
	for _, limit := range []int{1, 4, 7, 1000} {
		got := c.pages(s, at(10), limit, nil)
		c.equalDue(got, want, fmt.Sprintf("pages of %d", limit))
	}
	c.equalDue(c.pages(s, at(2), 3, nil), until(want, at(2)), "until is inclusive, and an end")
	c.equalDue(c.pages(s, at(0)-1, 3, nil), nil, "nothing is due yet")
	// Accounts change while pages are read: those that do not are given exactly once.
	changes := 0
	got := c.pages(s, at(10), 4, func() {
		switch changes++; changes {
		case 1:
			set(acct("new early"), at(0)) // before the cursor
			set(acct("m01"), loyalty.Never)
		case 2:
			set(acct("new late"), at(5))
			set(acct("m02"), at(9)) // further back
		case 3:
			set(acct("m03"), at(3)-100) // to before the cursor
		}
	})
	times := map[loyalty.DueAccount]int{}
	for _, d := range got {
		times[d]++
	}
	for _, d := range want {
		switch d.Account.ID {
		case "m01", "m02", "m03":
			continue // these changed
		}
		if times[d] != 1 {
			c.failf("while others change, %s due at %d is given %d times, want once", d.Account, d.Due, times[d])
		}
	}
	for _, q := range []loyalty.DueQuery{{Tenant: "t", Until: at(1)}, {Tenant: "t", Until: at(1), Limit: loyalty.MaxDue + 1}, {Tenant: "t", Limit: 1}} {
		if _, err := s.Due(c.ctx, q); !errors.Is(err, loyalty.ErrCommit) {
			c.failf("Due of %+v gives %v, want ErrCommit", q, err)
		}
	}
}

func replaced(list []loyalty.DueAccount, id loyalty.AccountID, due loyalty.Instant) (out []loyalty.DueAccount) {
	for _, d := range list {
		if d.Account == id {
			d.Due = due
		}
		if d.Due != loyalty.Never {
			out = append(out, d)
		}
	}
	return out
}

func until(list []loyalty.DueAccount, last loyalty.Instant) (out []loyalty.DueAccount) {
	for _, d := range list {
		if d.Due <= last {
			out = append(out, d)
		}
	}
	return out
}

// pages reads all due accounts page by page; between is called after each.
func (c *check) pages(s loyalty.Store, upTo loyalty.Instant, limit int, between func()) (all []loyalty.DueAccount) {
	q := loyalty.DueQuery{Tenant: "t", Until: upTo, Limit: limit}
	for range 1000 {
		page, err := s.Due(c.ctx, q)
		if err != nil {
			c.fatalf("Due: %v", err)
		}
		if len(page) > limit {
			c.failf("a page of %d accounts, the limit was %d", len(page), limit)
		}
		if len(page) == 0 {
			return all
		}
		for _, d := range page {
			if len(all) > 0 && all[len(all)-1].Compare(d) >= 0 {
				c.failf("%s due at %d comes after %s due at %d", d.Account, d.Due, all[len(all)-1].Account, all[len(all)-1].Due)
			}
			all = append(all, d)
		}
		q.After = page[len(page)-1]
		if between != nil {
			between()
		}
	}
	c.fatalf("Due does not end: 1000 pages of at most %d accounts", limit)
	return nil
}

// equalDue compares as sets; order is checked by pages.
func (c *check) equalDue(got, want []loyalty.DueAccount, why string) {
	times := map[loyalty.DueAccount]int{}
	for _, d := range got {
		times[d]++
	}
	for _, d := range want {
		if times[d] != 1 {
			c.failf("%s: %s due at %d is given %d times, want once", why, d.Account, d.Due, times[d])
		}
		delete(times, d)
	}
	for d := range times {
		c.failf("%s: %s due at %d is given, and is not due then", why, d.Account, d.Due)
		return
	}
}

func bodiesAndIDs(c *check) {
	s := c.store()
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	bodies := map[string][]byte{"empty": {}, "nil": nil, "every byte": every, "1 MiB": bytes.Repeat(every, 4096), "the most": make([]byte, loyalty.MaxBody)}
	for name, body := range bodies {
		commit := simple(acct(name), 1)
		commit.Writes[0].Entry.Body, commit.Receipt = body, body
		r := c.append(s, commit)
		if got := c.all(s, acct(name)); len(got) != 1 || !bytes.Equal(got[0].Body, body) {
			c.failf("a body (%s) of %d bytes comes back changed", name, len(body))
		}
		if again := c.wantKey(s, commit.Key, true, name); !bytes.Equal(r.Body, body) || !bytes.Equal(again.Body, body) {
			c.failf("a receipt (%s) of %d bytes comes back changed", name, len(body))
		}
	}
	names := []string{
		"x", strings.Repeat("x", loyalty.MaxID), strings.Repeat("é", loyalty.MaxID/2), " ", "%_'\"\\;--", "a\nb\tc\r", "\x01\x7f",
		"日本語", "\U0001F600", "a\u202eb", "e\u0301", "\u00e9", "NULL", "0", "\ufeff", "\uffff",
	}
	for i, name := range names {
		id := loyalty.AccountID{Tenant: name, ID: name}
		commit := keyed(name, id, 1)
		commit.Writes[0].Due = at(int64(i))
		c.append(s, commit)
		c.equalEntries(c.all(s, id), []loyalty.Entry{commit.Writes[0].Entry}, fmt.Sprintf("account %q", name))
		c.wantReceipt(c.wantKey(s, commit.Key, true, name), commit, fmt.Sprintf("key %q", name))
		page, err := s.Due(c.ctx, loyalty.DueQuery{Tenant: name, Until: at(100), Limit: 10})
		if err != nil || len(page) != 1 || page[0] != (loyalty.DueAccount{Account: id, Due: at(int64(i))}) {
			c.failf("Due of tenant %q gives %v (%v)", name, page, err)
		}
	}
	malformed(c, s)
}

func malformed(c *check, s loyalty.Store) {
	cases := map[string]func(*loyalty.Commit){
		"empty key":               func(m *loyalty.Commit) { m.Key.ID = "" },
		"key too long":            func(m *loyalty.Commit) { m.Key.ID = strings.Repeat("x", loyalty.MaxID+1) },
		"key that is not UTF-8":   func(m *loyalty.Commit) { m.Key.ID = "\xff" },
		"key with U+0000":         func(m *loyalty.Commit) { m.Key.ID = "a\x00b" },
		"empty account":           func(m *loyalty.Commit) { m.Writes[0].Account.ID = "" },
		"account too long":        func(m *loyalty.Commit) { m.Writes[0].Account.ID = strings.Repeat("é", loyalty.MaxID/2+1) },
		"account not UTF-8":       func(m *loyalty.Commit) { m.Writes[0].Account.ID = "a\xc3" },
		"no write":                func(m *loyalty.Commit) { m.Writes = nil },
		"one account twice":       func(m *loyalty.Commit) { m.Writes = append(m.Writes, m.Writes[0]) },
		"version 0":               func(m *loyalty.Commit) { m.Writes[0].Entry.Version = 0 },
		"body beyond the limit":   func(m *loyalty.Commit) { m.Writes[0].Entry.Body = make([]byte, loyalty.MaxBody+1) },
		"receipt beyond the same": func(m *loyalty.Commit) { m.Receipt = make([]byte, loyalty.MaxBody+1) },
	}
	for name, spoil := range cases {
		commit := simple(acct("malformed"), 1)
		spoil(&commit)
		if _, err := s.Append(c.ctx, commit); !errors.Is(err, loyalty.ErrCommit) {
			c.failf("a commit with %s gives %v, want ErrCommit", name, err)
		}
	}
	c.wantHead(s, acct("malformed"), 0, "after malformed commits")
}

func instants(c *check) {
	s := c.store()
	instant := func(year int, nano int) loyalty.Instant {
		return loyalty.InstantOf(time.Date(year, 3, 4, 5, 6, 7, nano, time.UTC))
	}
	good := []loyalty.Instant{1, -1, instant(1, 1000), instant(1582, 0), instant(1969, 999_999_000), instant(2026, 123_456_789), instant(9999, 999_999_000)}
	for i, when := range good {
		commit := simple(acct(fmt.Sprintf("g%d", i)), 1)
		w := &commit.Writes[0]
		w.Entry.At, w.Entry.Recorded, w.Due = when, good[len(good)-1-i], when
		c.append(s, commit)
		c.equalEntries(c.all(s, w.Account), []loyalty.Entry{w.Entry}, fmt.Sprintf("instants of %s", when))
	}
	page, err := s.Due(c.ctx, loyalty.DueQuery{Tenant: "t", Until: instant(9999, 999_999_000), Limit: 100})
	if err != nil || len(page) != len(good) {
		c.failf("Due gives %d of %d accounts (%v)", len(page), len(good), err)
	}
	for i := 1; i < len(page); i++ {
		if page[i-1].Due >= page[i].Due {
			c.failf("Due gives %s before %s", page[i-1].Due, page[i].Due)
		}
	}
	for name, when := range map[string]loyalty.Instant{"year 0": instant(0, 0), "year -5": instant(-5, 0), "year 10000": instant(10000, 0), "none": loyalty.Never} {
		for field := range 3 {
			commit := simple(acct("bad"), 1)
			w := &commit.Writes[0]
			switch field {
			case 0:
				w.Entry.At = when
			case 1:
				w.Entry.Recorded = when
			case 2:
				if when == loyalty.Never {
					continue
				}
				w.Due = when
			}
			if _, err := s.Append(c.ctx, commit); !errors.Is(err, loyalty.ErrCommit) {
				c.failf("an instant of %s gives %v, want ErrCommit", name, err)
			}
		}
	}
	c.wantHead(s, acct("bad"), 0, "after refused instants")
}

func durable(c *check) {
	crash := c.harness.Crash
	if crash == nil {
		crash = c.harness.Reopen
	}
	if crash == nil {
		return
	}
	s := c.store()
	var kept [][]loyalty.Entry
	for g := range 3 {
		kept = append(kept, c.fill(s, acct(fmt.Sprintf("m%d", g)), 5))
	}
	both := together(keyed("both", acct("m0"), 6), simple(acct("m1"), 6))
	both.Writes[0].Due = at(7)
	c.append(s, both)
	kept[0], kept[1] = append(kept[0], both.Writes[0].Entry), append(kept[1], both.Writes[1].Entry)
	for range 2 {
		s = crash(c.tb, s)
		for g, entries := range kept {
			c.equalEntries(c.all(s, acct(fmt.Sprintf("m%d", g))), entries, "after a crash")
		}
		c.wantReceipt(c.wantKey(s, both.Key, true, "after a crash"), both, "after a crash")
		c.equalDue(c.pages(s, at(10), 10, nil), []loyalty.DueAccount{{Account: acct("m0"), Due: at(7)}}, "after a crash")
		next := int64(len(kept[2]) + 1)
		commit := simple(acct("m2"), next)
		c.append(s, commit)
		kept[2] = append(kept[2], commit.Writes[0].Entry)
	}
}

func chain(c *check) {
	s := c.store()
	id := acct("m")
	c.fill(s, id, 6)
	if at := brokenAt(id, c.all(s, id)); at != 0 {
		c.fatalf("the chain of an untouched account breaks at version %d", at)
	}
	if c.harness.Edit != nil {
		c.harness.Edit(c.tb, s, id, 3)
		if at := brokenAt(id, c.all(s, id)); at != 3 {
			c.failf("the body of version 3 was edited in the store, and the chain breaks at %d", at)
		}
		return
	}
	edits := map[string]func([]loyalty.Entry) []loyalty.Entry{
		"edited body":      func(e []loyalty.Entry) []loyalty.Entry { e[2].Body = []byte("edited"); return e },
		"edited instant":   func(e []loyalty.Entry) []loyalty.Entry { e[2].At++; return e },
		"edited recording": func(e []loyalty.Entry) []loyalty.Entry { e[2].Recorded++; return e },
		"removed entry":    func(e []loyalty.Entry) []loyalty.Entry { return append(e[:2], e[3:]...) },
		"exchanged bodies": func(e []loyalty.Entry) []loyalty.Entry { e[2].Body, e[3].Body = e[3].Body, e[2].Body; return e },
	}
	for name, edit := range edits {
		if at := brokenAt(id, edit(c.all(s, id))); at < 3 || at > 4 {
			c.failf("%s at version 3: the chain breaks at %d", name, at)
		}
	}
}

// brokenAt is the first version whose sum does not follow from the ones before.
func brokenAt(id loyalty.AccountID, entries []loyalty.Entry) int64 {
	previous := loyalty.FirstSum(id)
	for _, e := range entries {
		if e.Sum != e.Chain(previous) {
			return e.Version
		}
		previous = e.Sum
	}
	return 0
}

func earlyExit(c *check) {
	s := c.store()
	c.fill(s, acct("m"), 20)
	before := c.usage(s)
	for range 100 {
		h, err := s.Load(c.ctx, acct("m"), loyalty.Range{Full: true})
		if err != nil {
			c.fatalf("Load: %v", err)
		}
		if h.Entries == nil {
			c.fatalf("Load gives no sequence for an account of 20 entries")
		}
		for _, err := range h.Entries {
			if err != nil {
				c.failf("ranging: %v", err)
			}
			break
		}
		if _, err := s.Load(c.ctx, acct("m"), loyalty.Range{Full: true}); err != nil { // never ranged over
			c.fatalf("Load: %v", err)
		}
	}
	var after [2]int
	for range 100 { // goroutines that are about to end get the time to
		if after = c.usage(s); after[0] <= before[0] && after[1] <= before[1] {
			break
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
	if after[0] > before[0]+5 {
		c.failf("100 early exits left %d goroutines", after[0]-before[0])
	}
	if after[1] > before[1] {
		c.failf("100 early exits left %d more in use", after[1]-before[1])
	}
	var wg sync.WaitGroup // a pool that leaked would be empty now
	wg.Go(func() { c.fillQuietly(s) })
	wg.Wait()
}

func (c *check) fillQuietly(s loyalty.Store) {
	for v := int64(21); v <= 25; v++ {
		if _, err := s.Append(c.ctx, simple(acct("m"), v)); err != nil {
			c.failf("Append after early exits: %v", err)
			return
		}
	}
}

func (c *check) usage(s loyalty.Store) [2]int {
	if c.harness.InUse == nil {
		return [2]int{runtime.NumGoroutine(), 0}
	}
	return [2]int{runtime.NumGoroutine(), c.harness.InUse(s)}
}
