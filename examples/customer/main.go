// Customer brings two messy lists together: it imports them by explicit mappings,
// proposes merges with reasons, takes one back, answers whether a newsletter may be
// sent, finds a segment in Go and in SQL, recommends with the reason, ranks what to do
// next, and exports and erases a person, who is not written to when the list comes again.
//
//	go run ./examples/customer
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rapport-go/rapport/customer"
)

//go:embed shop.csv
var shopList []byte

//go:embed newsletter.csv
var newsletterList []byte

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "customer:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(ctx context.Context, out io.Writer) error {
	h := &host{
		page: page{out: out}, store: &customer.MemStore{}, now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC),
	}
	h.people = &customer.Directory{Store: h.store, Salt: []byte("a salt of the host's own, kept safe")}
	for _, step := range []func(context.Context) error{h.importLists, h.propose, h.takeBack, h.consent, h.segment, h.recommend, h.next, h.leave} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return h.err
}

// page writes lines and keeps the first error.
type page struct {
	out io.Writer
	err error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}
