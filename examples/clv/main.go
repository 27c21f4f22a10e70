// Clv ranks customers by what they are still worth: who is still a customer, how
// often they will buy, what they will spend, each with an interval, after checking
// the model on a holdout period and saying in plain words whether the data
// determine it.
//
// Without arguments it runs on a simulated shop. It also reads a log in the layout
// of the CDNOW sample, and invoices in the layout of UCI Online Retail (csv or csv.gz).
//
//	go run ./examples/clv
//	go run ./examples/clv -cdnow CDNOW_sample.txt
//	go run ./examples/clv -invoices invoices.csv.gz -top 20 -svg track.svg
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rapport-go/rapport/metrics/clv"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// settings are what the command line says.
type settings struct {
	cdnow, invoices, svg string
	top                  int
	rate                 float64
}

// run is the whole program: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("clv", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var set settings
	flags.StringVar(&set.cdnow, "cdnow", "", "a log `file` in the layout of the CDNOW sample")
	flags.StringVar(&set.invoices, "invoices", "", "an invoice `file` (csv or csv.gz) in the layout of UCI Online Retail")
	flags.StringVar(&set.svg, "svg", "", "also write the tracking chart as SVG to this `file`")
	flags.IntVar(&set.top, "top", 10, "how many customers to list")
	flags.Float64Var(&set.rate, "rate", 0.15, "discount rate per year, 0.15 being 15%")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return fail(stderr, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	case set.cdnow != "" && set.invoices != "":
		return fail(stderr, errors.New("-cdnow and -invoices exclude each other"))
	case set.top < 1:
		return fail(stderr, errors.New("-top must be at least 1"))
	}
	in, err := load(set)
	if err != nil {
		return fail(stderr, err)
	}
	rate, err := clv.Effective(set.rate, clv.Year)
	if err != nil {
		return fail(stderr, err)
	}
	report, err := newReport(context.Background(), in, rate, set.top)
	if err != nil {
		return fail(stderr, err)
	}
	if err := report.write(stdout); err != nil {
		return fail(stderr, err)
	}
	if set.svg != "" {
		if err := os.WriteFile(set.svg, []byte(trackSVG(report.track)), 0o644); err != nil {
			return fail(stderr, err)
		}
	}
	return 0
}

// fail says in one line what is wrong.
func fail(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "clv:", err)
	return 1
}
