package customertest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapport-go/rapport/customer"
)

// shape is one load with fixed sizes, so that figures of stores compare.
type shape struct {
	name    string
	clients int // goroutines
	hot     bool
}

func shapes() []shape {
	return []shape{{"1_client", 1, false}, {"8_clients", 8, false}, {"64_clients", 64, false}, {"8_clients_one_hot_customer", 8, true}}
}

const (
	benchCustomers = 10_000
	benchBody      = 160 // bytes of a body, about what a contact point has
	benchHistory   = 1_000
)

// Bench measures a store under fixed shapes: commits of one entry each, spread over
// 10,000 customers by 1, 8 and 64 clients, and by 8 clients on one customer with retries
// on conflict; then the reading of a history of 1,000 entries, as a whole and of its last
// entry, and Resolve over a chain of three redirects. It reports commits/s and the
// longest call, which an average hides, and entries/s.
func Bench(b *testing.B, h Harness) {
	for _, sh := range shapes() {
		b.Run("append/"+sh.name, func(b *testing.B) {
			l := &load{shape: sh, store: h.New(b), body: make([]byte, benchBody)}
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
	for _, after := range []uint64{0, benchHistory - 1} {
		b.Run(fmt.Sprintf("history/after_%d_of_%d", after, benchHistory), func(b *testing.B) {
			s := filled(b, h)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				for _, err := range s.History(context.Background(), "a", after) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
		})
	}
	b.Run("resolve/3_redirects", func(b *testing.B) {
		s := filled(b, h)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Resolve(context.Background(), "d"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// filled is a store with one long history and a chain of redirects to it.
func filled(b *testing.B, h Harness) customer.Store {
	s := h.New(b)
	for _, c := range []customer.Commit{
		commit("1", write("a", 0, benchHistory), write("b", 0, 1), write("c", 0, 1), write("d", 0, 1)),
		{Key: "2", Redirects: []customer.Redirect{{From: "b", To: "a"}, {From: "c", To: "b"}, {From: "d", To: "c"}}},
	} {
		if err := s.Append(context.Background(), c); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// load drives a store with one shape.
type load struct {
	shape   shape
	store   customer.Store
	body    []byte
	longest atomic.Int64
	err     atomic.Pointer[error]
}

// run appends n commits by the shape's clients, each with customers of its own.
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

func (l *load) commit(key string, id customer.ID, revision uint64) customer.Commit {
	e := entry(id, id, revision, "")
	e.Body = l.body
	return customer.Commit{Key: key, Hash: customer.Hash{1}, Writes: []customer.Write{{Customer: id, After: revision - 1, Entries: []customer.Entry{e}}}}
}

func (l *load) spread(g, count int) {
	own := benchCustomers / l.shape.clients
	for i := range count {
		start := time.Now()
		c := l.commit(fmt.Sprintf("%d-%d", g, i), customer.ID(fmt.Sprintf("c-%06d", g*own+i%own)), uint64(i/own)+1)
		if err := l.store.Append(context.Background(), c); err != nil {
			l.err.CompareAndSwap(nil, &err)
			return
		}
		l.took(start)
	}
}

func (l *load) hot(g, count int) {
	revision := uint64(1)
	for i := range count {
		start := time.Now()
		for {
			err := l.store.Append(context.Background(), l.commit(fmt.Sprintf("%d-%d", g, i), "hot", revision))
			revision++
			if err == nil {
				break
			}
			if !errors.Is(err, customer.ErrRevision) {
				l.err.CompareAndSwap(nil, &err)
				return
			}
			revision = l.next("hot", revision-1)
		}
		l.took(start)
	}
}

// next is the revision that a history comes to next, of which one is known to be taken.
func (l *load) next(id customer.ID, known uint64) uint64 {
	for e, err := range l.store.History(context.Background(), id, known-1) {
		if err != nil {
			break
		}
		known = e.Revision
	}
	return known + 1
}

func (l *load) took(start time.Time) {
	took := int64(time.Since(start))
	for {
		had := l.longest.Load()
		if took <= had || l.longest.CompareAndSwap(had, took) {
			return
		}
	}
}
