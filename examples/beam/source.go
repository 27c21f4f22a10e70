package main

import (
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/rapport-go/rapport/examples/internal/invoices"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

// Source is what one worker reads: a simulated shop, or a file of invoices that every
// worker can open.
type Source struct {
	File string
	Seed uint64 // of the simulated shop, where there is no file
	Many bool   // one of several shops: its customers are told apart by the seed
}

// reader is told what a source holds.
type reader struct {
	sale    func(sale) error
	answer  func(shop.Answer)
	contact func(shop.Contact)
}

func (s Source) read(to reader) error {
	if s.File != "" {
		return s.readFile(to)
	}
	simulated := shop.Simulate(s.Seed)
	key := func(customer string) string {
		if s.Many {
			return fmt.Sprintf("%d-%s", s.Seed, customer)
		}
		return customer
	}
	for _, i := range simulated.Invoices {
		if err := to.sale(sale{key(i.Customer), i.Country, i.At, i.Amount, i.Cancelled()}); err != nil {
			return err
		}
	}
	for _, a := range simulated.Answers {
		to.answer(a)
	}
	for _, c := range simulated.Contacts {
		c.Customer = key(c.Customer)
		to.contact(c)
	}
	return nil
}

func (s Source) readFile(to reader) error {
	var failed error
	_, err := invoices.Open(s.File, nil, func(r invoices.Row) {
		if failed == nil {
			failed = to.sale(sale{r.Customer, r.Country, r.At, r.Amount, r.Cancelled()})
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// rowsRead counts rows for the progress line. It moves only where the workers run in
// this process, as on the two local runners.
var rowsRead atomic.Int64

// readSource reads a source on a worker.
type readSource struct{}

// ProcessElement gives the source's orders, answers and contacts.
func (*readSource) ProcessElement(s Source, orders func(Order), answers func(Answer), contacts func(Contact)) error {
	return s.read(reader{
		sale: func(s sale) error {
			order, err := newOrder(s)
			if err == nil {
				rowsRead.Add(1)
				orders(order)
			}
			return err
		},
		answer: func(a shop.Answer) { answers(newAnswer(a)) },
		contact: func(c shop.Contact) {
			if c.Inbound {
				contacts(Contact{c.Customer, c.At.UnixNano()})
			}
		},
	})
}

func init() {
	beam.RegisterDoFn(reflect.TypeFor[readSource]())
	register.Emitter1[Order]()
	register.Emitter1[Answer]()
	register.Emitter1[Contact]()
}
