// Metrics prints the whole board of package metrics: headline figures, retention by
// sets beside the printed formula, cohorts, time to the second purchase, lifetime
// value, concentration, RFM segments, scores with their intervals, waves and weights,
// service and telephone, recurring revenue, what a member is worth, and a campaign with
// its control group. What the simulated shop does not hold is made up on the spot, and
// the board says so.
//
// Without arguments it runs on a simulated shop. With -invoices FILE it runs on a file
// in the column layout of UCI Online Retail at invoice level (csv or csv.gz) and
// leaves out what the file does not hold.
//
//	go run ./examples/metrics
//	go run ./examples/metrics -invoices invoices.csv.gz
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/rapport-go/rapport/examples/internal/invoices"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the whole program: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("metrics", flag.ContinueOnError)
	flags.SetOutput(stderr)
	file := flags.String("invoices", "", "an invoice `file` (csv or csv.gz) to run on, instead of the simulated shop")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return fail(stderr, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	in, err := load(*file)
	if err != nil {
		return fail(stderr, err)
	}
	if err := board(stdout, in); err != nil {
		return fail(stderr, err)
	}
	return 0
}

func fail(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "metrics:", err)
	return 1
}

func load(file string) (*data, error) {
	if file == "" {
		return simulated(), nil
	}
	in := &data{}
	report, err := invoices.Open(file, nil, func(r invoices.Row) {
		in.add(purchase{r.Customer, r.At, r.Amount, r.Cancelled()})
	})
	if err != nil {
		var missing *fs.PathError
		if errors.As(err, &missing) {
			return nil, fmt.Errorf("cannot read %s: %w", file, missing.Err)
		}
		return nil, err
	}
	if len(in.purchases) == 0 {
		return nil, fmt.Errorf("%s holds no invoice", file)
	}
	in.source = fmt.Sprintf("%s: %d invoices, %d duplicates, %d malformed rows", file, report.Invoices, report.Duplicates, report.Malformed)
	return in, nil
}

// seed of the simulated shop: the board that the tests hold.
const seed = 1

func simulated() *data {
	s := shop.Simulate(seed)
	in := &data{source: "SIMULATED shop, nothing in it is real", asOf: s.To}
	for _, i := range s.Invoices {
		in.add(purchase{i.Customer, i.At, i.Amount, i.Cancelled()})
	}
	in.asOf = s.To
	for _, a := range s.Answers {
		in.answers[a.Question] = append(in.answers[a.Question], answer{raw: a.Raw, customer: a.Customer, at: a.At})
	}
	in.contacts = s.Contacts
	in.customers = s.Customers
	in.plans = plans(s.Customers, s.To)
	return in
}

// lastDay is the last whole day before the board's instant.
func (in *data) lastDay() time.Time { return in.asOf.Add(-time.Nanosecond) }
