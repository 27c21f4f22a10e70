package loyaltytest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

// shape is one load with fixed sizes, so that figures of stores compare.
type shape struct {
	name    string
	clients int // goroutines
	perCall int // commits of one call, as a batch if the store has them
	hot     bool
}

func shapes() []shape {
	return []shape{
		{"1_client", 1, 1, false},
		{"8_clients", 8, 1, false},
		{"64_clients", 64, 1, false},
		{"1_client_batches_of_100", 1, 100, false},
		{"8_clients_batches_of_100", 8, 100, false},
		{"8_clients_one_hot_account", 8, 1, true},
	}
}

const (
	benchAccounts = 10_000
	benchBody     = 200 // bytes of an entry and of a receipt together, about what a purchase has
)

// Bench measures appends of one entry each under fixed shapes: spread over 10,000
// accounts by 1, 8 and 64 clients, in batches of 100 by 1 and 8, and by 8 clients on
// one account with retries on conflict. It reports commits/s and the longest call,
// which an average hides.
func Bench(b *testing.B, h Harness) {
	for _, sh := range shapes() {
		b.Run(sh.name, func(b *testing.B) {
			s := h.New(b)
			l := newLoad(s, sh)
			b.ReportAllocs()
			b.ResetTimer()
			start := time.Now()
			l.run(b.N)
			took := time.Since(start)
			b.StopTimer()
			if err := l.err.Load(); err != nil {
				b.Fatal(*err)
			}
			b.ReportMetric(float64(b.N)/took.Seconds(), "commits/s")
			b.ReportMetric(float64(l.longest.Load())/1e6, "ms-max")
		})
	}
}

// load drives a store with one shape.
type load struct {
	shape   shape
	store   loyalty.Store
	ids     []loyalty.AccountID
	body    []byte
	longest atomic.Int64
	err     atomic.Pointer[error]
}

func newLoad(s loyalty.Store, sh shape) *load {
	l := &load{shape: sh, store: s, body: make([]byte, benchBody/2)}
	for i := range benchAccounts {
		l.ids = append(l.ids, acct(fmt.Sprintf("member-%06d", i)))
	}
	return l
}

func (l *load) fail(err error) { l.err.CompareAndSwap(nil, &err) }

// run appends n commits by the shape's clients, each with accounts of its own.
func (l *load) run(n int) {
	concurrently(l.shape.clients, func(g int) {
		count := n / l.shape.clients
		if g < n%l.shape.clients {
			count++
		}
		if l.shape.hot {
			l.hot(g, count)
			return
		}
		l.spread(g, count)
	})
}

func (l *load) commit(key string, id loyalty.AccountID, version int64) loyalty.Commit {
	return loyalty.Commit{
		Key: loyalty.Key{Tenant: "t", ID: key}, Hash: loyalty.Hash{1}, Receipt: l.body,
		Writes: []loyalty.Write{{Account: id, Entry: loyalty.Entry{Version: version, At: at(version), Recorded: at(version), Body: l.body}, Due: at(1 << 40)}},
	}
}

func (l *load) spread(g, count int) {
	batch, batches := l.store.(loyalty.BatchAppender)
	own := len(l.ids) / l.shape.clients
	commits := make([]loyalty.Commit, 0, l.shape.perCall)
	for i := 0; i < count; {
		commits = commits[:0]
		for ; len(commits) < l.shape.perCall && i < count; i++ {
			commits = append(commits, l.commit(fmt.Sprintf("%d-%d", g, i), l.ids[g*own+i%own], int64(i/own)+1))
		}
		start := time.Now()
		if batches && l.shape.perCall > 1 {
			for _, r := range batch.AppendBatch(context.Background(), commits) {
				if r.Err != nil {
					l.fail(r.Err)
					return
				}
			}
		} else {
			for _, c := range commits {
				if _, err := l.store.Append(context.Background(), c); err != nil {
					l.fail(err)
					return
				}
			}
		}
		l.took(start)
	}
}

func (l *load) hot(g, count int) {
	version := int64(1)
	for i := range count {
		start := time.Now()
		for {
			_, err := l.store.Append(context.Background(), l.commit(fmt.Sprintf("%d-%d", g, i), l.ids[0], version))
			if err == nil {
				version++
				break
			}
			if !errors.Is(err, loyalty.ErrVersion) {
				l.fail(err)
				return
			}
			_, entries, err := read(context.Background(), l.store, l.ids[0], loyalty.Range{After: version - 1})
			if err != nil {
				l.fail(err)
				return
			}
			version += int64(len(entries))
		}
		l.took(start)
	}
}

func (l *load) took(start time.Time) {
	d := int64(time.Since(start))
	for {
		old := l.longest.Load()
		if d <= old || l.longest.CompareAndSwap(old, d) {
			return
		}
	}
}

// benchShapes runs every shape for a few commits, so that a store that passes the
// suite can be measured.
func benchShapes(c *check) {
	for _, sh := range shapes() {
		s := c.store()
		l := newLoad(s, sh)
		n := sh.clients * sh.perCall
		l.run(n)
		if err := l.err.Load(); err != nil {
			c.failf("shape %s: %v", sh.name, *err)
		}
		if sh.hot {
			c.wantHead(s, l.ids[0], int64(n), "shape "+sh.name)
		}
	}
}
