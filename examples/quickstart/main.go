// Quickstart prints one page over all six wings of rapport: customers, points
// and tiers, interactions by channel, what customers say, retention by quarter,
// lifetime value, and how to greet three of them and why.
//
// Without arguments it runs on a simulated shop. With -invoices FILE it runs on a
// file in the column layout of UCI Online Retail at invoice level (csv or csv.gz).
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -json
//	go run ./examples/quickstart -invoices invoices.csv.gz
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/rapport-go/rapport/examples/internal/invoices"
	"github.com/rapport-go/rapport/examples/internal/shop"
)

// seed of the simulated shop: the page that the README shows.
const seed = 1

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, terminal(os.Stderr)))
}

// run is the whole program: it returns the exit code.
func run(args []string, stdout, stderr io.Writer, live bool) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	file := flags.String("invoices", "", "an invoice `file` (csv or csv.gz) to run on, instead of the simulated shop")
	asJSON := flags.Bool("json", false, "print the page as JSON")
	htmlFile := flags.String("html", "", "also write the charts as one HTML page to this `file`")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return fail(stderr, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "invoices" })
	if given && *file == "" {
		return fail(stderr, errors.New("-invoices names no file"))
	}
	var bar progress
	if live {
		bar.to = stderr
	}
	in, err := load(*file, &bar)
	if err != nil {
		bar.done()
		return fail(stderr, err)
	}
	page, err := newPage(in, &bar)
	if err != nil {
		return fail(stderr, err)
	}
	if *asJSON {
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		err = out.Encode(page)
	} else {
		err = page.write(stdout)
	}
	if err == nil && *htmlFile != "" {
		if err = writeHTML(*htmlFile, page, in); err != nil {
			err = fmt.Errorf("the page could not be written: %w", err)
		}
	}
	if err != nil {
		return fail(stderr, err)
	}
	return 0
}

// fail says in one line what is wrong.
func fail(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "quickstart:", reason(err))
	return 1
}

func reason(err error) string {
	var path *fs.PathError
	switch {
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist) && path.Op == "open" && !strings.HasPrefix(err.Error(), "the page"):
		return fmt.Sprintf("there is no file %s", path.Path)
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("the file %s may not be read", path.Path)
	}
	return err.Error()
}

func load(file string, bar *progress) (*input, error) {
	if file == "" {
		return fromShop(shop.Simulate(seed)), nil
	}
	in := &input{source: file}
	report, err := invoices.Open(file, bar.tell, in.row)
	if err != nil {
		return nil, err
	}
	in.report = report
	if len(in.orders) == 0 {
		first := ""
		if len(report.Examples) > 0 {
			first = "; " + report.Examples[0]
		}
		return nil, fmt.Errorf("%s: no invoice with a customer could be read (%d rows, %d malformed%s)", file, report.Rows, report.Malformed, first)
	}
	in.settle()
	return in, nil
}
