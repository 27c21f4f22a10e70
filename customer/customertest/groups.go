package customertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rapport-go/rapport/customer"
)

func roundTrip(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 3)))
	c.append(s, commit("2", write("a", 3, 2), write("b", 0, 1)))
	empty := entry("c", "c", 1, "")
	empty.Body, empty.Sealed = nil, false
	c.append(s, commit("3", customer.Write{Customer: "c", Entries: []customer.Entry{empty}}))
	c.reopened(s, func(s customer.Store, why string) {
		c.want(s, "a", entries("a", 0, 5), why)
		c.want(s, "b", entries("b", 0, 1), why)
		c.want(s, "c", []customer.Entry{empty}, why)
		c.want(s, "nobody", nil, why)
	})
}

func after(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 5)))
	for n := range uint64(8) {
		have := c.read(s, "a", n)
		want := max(0, 5-int(n))
		if len(have) != want || (want > 0 && have[0].Revision != n+1) {
			c.failf("after revision %d there are %d entries, want %d", n, len(have), want)
		}
	}
}

func revision(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 2)))
	for i, w := range []customer.Write{write("a", 1, 1), write("a", 3, 1), write("a", 0, 1), write("new", 1, 1)} {
		if err := s.Append(c.ctx, commit(fmt.Sprint("bad ", i), w)); !errors.Is(err, customer.ErrRevision) {
			c.failf("a commit after %d of %s gives %v, want ErrRevision", w.After, w.Customer, err)
		}
	}
	twice := commit("twice", write("a", 2, 1), write("a", 2, 1))
	if err := s.Append(c.ctx, twice); !errors.Is(err, customer.ErrRevision) {
		c.failf("a commit that writes one history twice gives %v, want ErrRevision", err)
	}
	c.reopened(s, func(s customer.Store, why string) {
		c.want(s, "a", entries("a", 0, 2), why)
		c.want(s, "new", nil, why)
	})
}

func allOrNothing(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 1), write("b", 0, 1)))
	bad := commit("2", write("a", 1, 1), write("b", 7, 1))
	bad.Redirects, bad.Suppress, bad.Scrub = []customer.Redirect{{From: "b", To: "a"}}, []customer.PointHash{"h"}, []customer.ID{"a"}
	if err := s.Append(c.ctx, bad); !errors.Is(err, customer.ErrRevision) {
		c.failf("a commit of which one write is out of date gives %v, want ErrRevision", err)
	}
	c.reopened(s, func(s customer.Store, why string) {
		c.want(s, "a", entries("a", 0, 1), why)
		c.resolves(s, "b", "b", why)
		if yes, err := s.Suppressed(c.ctx, "h"); err != nil || yes {
			c.failf("%s: a point of a refused commit is suppressed (%v)", why, err)
		}
	})
}

func sameKey(c *check) {
	s := c.store()
	first := commit("1", write("a", 0, 1))
	c.append(s, first)
	c.reopened(s, func(s customer.Store, why string) {
		if err := s.Append(c.ctx, first); !errors.Is(err, customer.ErrDuplicate) {
			c.failf("%s: the same commit again gives %v, want ErrDuplicate", why, err)
		}
		ahead := first
		ahead.Writes = []customer.Write{write("a", 1, 1)}
		if err := s.Append(c.ctx, ahead); !errors.Is(err, customer.ErrDuplicate) {
			c.failf("%s: the same key and hash for the present revision gives %v, want ErrDuplicate", why, err)
		}
		c.want(s, "a", entries("a", 0, 1), why)
		if h, ok, err := s.Seen(c.ctx, "1"); err != nil || !ok || h != first.Hash {
			c.failf("%s: Seen gives %x, %t, %v", why, h[:2], ok, err)
		}
		if _, ok, err := s.Seen(c.ctx, "other"); err != nil || ok {
			c.failf("%s: Seen of a key that was never used gives %t, %v", why, ok, err)
		}
	})
}

func keyConflict(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 1)))
	other := commit("1", write("a", 1, 1))
	other.Hash = customer.Hash{9}
	c.reopened(s, func(s customer.Store, why string) {
		if err := s.Append(c.ctx, other); !errors.Is(err, customer.ErrKeyConflict) {
			c.failf("%s: a key with another hash gives %v, want ErrKeyConflict", why, err)
		}
		c.want(s, "a", entries("a", 0, 1), why)
	})
}

func freeKey(c *check) {
	s := c.store()
	if err := s.Append(c.ctx, commit("1", write("a", 4, 1))); !errors.Is(err, customer.ErrRevision) {
		c.failf("a commit for a history that is not there gives %v, want ErrRevision", err)
	}
	if _, ok, err := s.Seen(c.ctx, "1"); err != nil || ok {
		c.failf("Seen of a key that was refused gives %t, %v", ok, err)
	}
	c.append(s, commit("1", write("a", 0, 1)))
}

func race(c *check) {
	const writers, rounds = 8, 12
	s := c.store()
	for round := range uint64(rounds) {
		var applied atomic.Int64
		concurrently(writers, func(i int) {
			err := s.Append(c.ctx, commit(fmt.Sprint(round, " ", i), write("a", round, 1)))
			switch {
			case err == nil:
				applied.Add(1)
			case !errors.Is(err, customer.ErrRevision):
				c.failf("a commit that came late gives %v, want ErrRevision", err)
			}
		})
		if applied.Load() != 1 {
			c.failf("round %d: %d commits for one revision were applied, want 1", round, applied.Load())
		}
	}
	c.want(s, "a", entries("a", 0, rounds), "after the race")
	var once atomic.Int64
	concurrently(writers, func(int) {
		if err := s.Append(c.ctx, commit("once", write("b", 0, 1))); err == nil {
			once.Add(1)
		} else if !errors.Is(err, customer.ErrDuplicate) {
			c.failf("one commit from many clients gives %v, want ErrDuplicate", err)
		}
	})
	if once.Load() != 1 {
		c.failf("one key was applied %d times", once.Load())
	}
}

func redirects(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 1), write("b", 0, 1), write("c", 0, 1)))
	first := commit("2", write("b", 1, 1))
	first.Redirects = []customer.Redirect{{From: "b", To: "a"}}
	c.append(s, first)
	second := commit("3", write("c", 1, 1))
	second.Redirects = []customer.Redirect{{From: "c", To: "b"}}
	c.append(s, second)
	s = c.reopened(s, func(s customer.Store, why string) {
		for _, id := range []customer.ID{"a", "b", "c"} {
			c.resolves(s, id, "a", why)
		}
		if _, err := s.Resolve(c.ctx, "nobody"); !errors.Is(err, customer.ErrUnknown) {
			c.failf("%s: an id that was never issued resolves (%v), want ErrUnknown", why, err)
		}
		c.want(s, "b", entries("b", 0, 2), why+", by its own id")
	})
	back := commit("4", write("a", 1, 1))
	back.Redirects = []customer.Redirect{{From: "b"}}
	c.append(s, back)
	c.resolves(s, "b", "b", "after it was taken back")
	c.resolves(s, "c", "b", "after it was taken back")
}

func scrub(c *check) {
	s := c.store()
	mixed := customer.Write{Customer: "a", Entries: []customer.Entry{
		entry("a", "a", 1, "secret-of-a"), entry("a", "b", 2, "secret-of-b"), entry("a", "a", 3, "also-of-a"),
	}}
	c.append(s, commit("1", mixed, customer.Write{Customer: "b", Entries: []customer.Entry{entry("b", "b", 1, "secret-of-b"), entry("b", "a", 2, "secret-of-a")}}))
	gone := commit("2", write("a", 3, 1))
	gone.Scrub = []customer.ID{"b"}
	c.append(s, gone)
	c.reopened(s, func(s customer.Store, why string) {
		want := append(append([]customer.Entry{}, mixed.Entries...), entries("a", 3, 1)...)
		want[1].Body = nil
		c.want(s, "a", want, why)
		b := []customer.Entry{entry("b", "b", 1, ""), entry("b", "a", 2, "secret-of-a")}
		b[0].Body = nil
		c.want(s, "b", b, why)
		if c.h.Raw != nil && bytes.Contains(c.h.Raw(c.tb, s), []byte("secret-of-b")) {
			c.failf("%s: the scrubbed bytes are still kept", why)
		}
	})
}

func scrubFirst(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 1)))
	both := commit("2", write("a", 1, 1))
	both.Scrub = []customer.ID{"a"}
	c.append(s, both)
	want := entries("a", 0, 2)
	want[0].Body = nil
	c.reopened(s, func(s customer.Store, why string) { c.want(s, "a", want, why) })
}

// exactNames has names that a database with a collation of its own takes for one.
func exactNames(c *check) {
	s := c.store()
	ids := []customer.ID{"case", "CASE", "cas\u00e9", "case's", `case"; --`, "ca se"}
	for i, id := range ids {
		w := commit("key "+string(id), write(id, 0, i+1))
		w.Suppress = []customer.PointHash{customer.PointHash(id)}
		if err := s.Append(c.ctx, w); err != nil {
			c.fatalf("a history of id %q: %v", id, err)
		}
	}
	gone := commit("KEY CASE", write("case", 1, 1))
	gone.Scrub = []customer.ID{"CASE"}
	c.append(s, gone)
	c.reopened(s, func(s customer.Store, why string) {
		for i, id := range ids {
			want := entries(id, 0, i+1)
			switch id {
			case "case":
				want = entries(id, 0, 2)
			case "CASE":
				for j := range want {
					want[j].Body = nil
				}
			}
			c.want(s, id, want, why)
			c.resolves(s, id, id, why)
			if _, ok, err := s.Seen(c.ctx, "key "+string(id)); err != nil || !ok {
				c.failf("%s: the key of %q was not seen (%v)", why, id, err)
			}
		}
		for _, other := range []string{"Case", "cas\u00e8", "ca  se"} {
			if _, err := s.Resolve(c.ctx, customer.ID(other)); !errors.Is(err, customer.ErrUnknown) {
				c.failf("%s: %q resolves (%v), want ErrUnknown", why, other, err)
			}
			if yes, err := s.Suppressed(c.ctx, customer.PointHash(other)); err != nil || yes {
				c.failf("%s: %q is suppressed (%v)", why, other, err)
			}
			if _, ok, err := s.Seen(c.ctx, "key "+other); err != nil || ok {
				c.failf("%s: the key of %q was seen (%v)", why, other, err)
			}
		}
	})
}

func suppressed(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 1)))
	gone := commit("2", write("a", 1, 1))
	gone.Suppress, gone.Scrub = []customer.PointHash{"h1", "h2"}, []customer.ID{"a"}
	c.append(s, gone)
	c.reopened(s, func(s customer.Store, why string) {
		for hash, want := range map[customer.PointHash]bool{"h1": true, "h2": true, "h3": false} {
			if yes, err := s.Suppressed(c.ctx, hash); err != nil || yes != want {
				c.failf("%s: Suppressed(%s) is %t (%v), want %t", why, hash, yes, err, want)
			}
		}
	})
}

func copies(c *check) {
	s := c.store()
	w := write("a", 0, 2)
	c.append(s, commit("1", w))
	for _, e := range w.Entries {
		clear(e.Body)
	}
	for _, e := range c.read(s, "a", 0) {
		clear(e.Body)
	}
	c.want(s, "a", entries("a", 0, 2), "after the caller's bytes were changed")
}

func contexts(c *check) {
	s := c.store()
	c.append(s, commit("1", write("a", 0, 5)))
	n := 0
	for range s.History(c.ctx, "a", 0) {
		if n++; n == 2 {
			break
		}
	}
	c.append(s, commit("2", write("a", 5, 1))) // an iteration that was left holds nothing
	ended, cancel := context.WithCancel(c.ctx)
	cancel()
	if err := s.Append(ended, commit("3", write("a", 6, 1))); !errors.Is(err, context.Canceled) {
		c.failf("Append under a context that ended gives %v, want context.Canceled", err)
	}
	var last error
	for _, err := range s.History(ended, "a", 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		c.failf("History under a context that ended ends with %v, want context.Canceled", last)
	}
	if _, err := s.Resolve(ended, "a"); !errors.Is(err, context.Canceled) {
		c.failf("Resolve under a context that ended gives %v, want context.Canceled", err)
	}
	c.want(s, "a", entries("a", 0, 6), "after a commit under a context that ended")
}

// directory runs the whole way over the store.
func directory(c *check) {
	s := c.store()
	d := &customer.Directory{Store: s, Salt: []byte("0123456789abcdef")}
	n := 0
	request := func(id customer.ID) customer.Request {
		n++
		return customer.Request{Key: fmt.Sprint("key ", n), ID: id, At: time.Date(2026, 1, 1, 0, n, 0, 0, time.UTC)}
	}
	do := func(id customer.ID, cmd customer.Command) customer.Customer {
		r := request(id)
		for range 2 { // the second is a repetition
			if _, err := d.Do(c.ctx, r, cmd); err != nil {
				c.fatalf("Do of %T for %s: %v", cmd, id, err)
			}
		}
		have, err := d.Load(c.ctx, id)
		if err != nil {
			c.fatalf("Load of %s: %v", id, err)
		}
		return have
	}
	email, err := customer.NewEmail("erase-me@example.org")
	if err != nil {
		c.fatalf("NewEmail: %v", err)
	}
	do("a", customer.Created{Kind: customer.Person})
	do("b", customer.Created{Kind: customer.Person})
	do("a", customer.Tagged{Tag: "of a"})
	if b := do("b", customer.PointAdded{Point: email}); b.Revision != 2 {
		c.failf("b is at revision %d, want 2", b.Revision)
	}
	merged, _, err := d.Merge(c.ctx, request("a"), "b", nil)
	if err != nil || len(merged.Points) != 1 {
		c.fatalf("Merge: %d points, %v", len(merged.Points), err)
	}
	if have := do("b", customer.Tagged{Tag: "by the old id"}); have.ID != "a" || len(have.Tags) != 2 {
		c.failf("a change by the old id is in %s with %d tags", have.ID, len(have.Tags))
	}
	_, plan, err := d.Unmerge(c.ctx, request("a"), "a/3", nil)
	if err != nil || len(plan.Ambiguous) != 0 {
		c.fatalf("Unmerge: %d ambiguous, %v", len(plan.Ambiguous), err)
	}
	if b, err := d.Load(c.ctx, "b"); err != nil || b.ID != "b" || len(b.Tags) != 1 || len(b.Points) != 1 {
		c.failf("b after the unmerge: %s, %d tags, %d points (%v)", b.ID, len(b.Tags), len(b.Points), err)
	}
	receipt, err := d.Erase(c.ctx, request("b"), nil)
	if err != nil || len(receipt.Suppressed) != 1 {
		c.fatalf("Erase: %d suppressed, %v", len(receipt.Suppressed), err)
	}
	c.reopened(s, func(s customer.Store, why string) {
		for _, id := range []customer.ID{"a", "b"} {
			for _, e := range c.read(s, id, 0) {
				if bytes.Contains(e.Body, []byte("erase-me")) {
					c.failf("%s: %s revision %d still holds what was erased", why, id, e.Revision)
				}
			}
		}
		fresh := &customer.Directory{Store: s, Salt: d.Salt}
		if b, err := fresh.Load(c.ctx, "b"); err != nil || b.State != customer.IsErased {
			c.failf("%s: b is %s (%v), want erased", why, b.State, err)
		}
	})
}
