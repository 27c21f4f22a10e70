package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/internal/invoices"
	"github.com/rapport-go/rapport/examples/internal/shop"
	"github.com/rapport-go/rapport/metrics/clv"
)

// seed of the simulated shop.
const seed = 1

// purchase is one row of sales; it is a clv.Purchase.
type purchase struct {
	customer string
	at       time.Time
	amount   decimal.Decimal
}

func (p purchase) CustomerKey() string     { return p.customer }
func (p purchase) At() time.Time           { return p.at }
func (p purchase) Amount() decimal.Decimal { return p.amount }

// input is what the report is about.
type input struct {
	title    string
	rows     []purchase
	country  map[string]string // of a customer; nil where countries are not known
	skipped  []string          // what was not read, in words
	currency string
	refunds  clv.Refunds // the zero value is the default, netting a day
}

func load(set settings) (input, error) {
	switch {
	case set.cdnow != "":
		return loadCDNOW(set.cdnow)
	case set.invoices != "":
		return loadInvoices(set.invoices)
	}
	return loadShop(), nil
}

func loadShop() input {
	s := shop.Simulate(seed)
	in := input{title: "A simulated shop (nothing in it is real)", country: map[string]string{}, currency: "GBP"}
	for _, v := range s.Invoices {
		in.rows = append(in.rows, purchase{v.Customer, v.At, v.Amount})
		in.country[v.Customer] = v.Country
	}
	return in
}

func loadInvoices(path string) (input, error) {
	in := input{title: "Invoices of " + filepath.Base(path), country: map[string]string{}, currency: "GBP"}
	report, err := invoices.Open(path, nil, func(r invoices.Row) {
		in.rows = append(in.rows, purchase{r.Customer, r.At, r.Amount})
		in.country[r.Customer] = r.Country
	})
	if err != nil {
		return input{}, err
	}
	if report.Duplicates > 0 {
		in.skipped = append(in.skipped, fmt.Sprintf("%d rows with a number that had come before", report.Duplicates))
	}
	if report.Malformed > 0 {
		in.skipped = append(in.skipped, fmt.Sprintf("%d malformed rows, such as %s", report.Malformed, strings.Join(report.Examples, "; ")))
	}
	return in, nil
}

// loadCDNOW reads lines of master id, sample id, date (yyyymmdd), number of CDs and dollars.
func loadCDNOW(path string) (input, error) {
	file, err := os.Open(path)
	if err != nil {
		return input{}, err
	}
	defer file.Close() //nolint:errcheck // read only
	in, err := readCDNOW(file)
	if err != nil {
		return input{}, fmt.Errorf("%s: %w", path, err)
	}
	in.title = "Purchases of " + filepath.Base(path)
	return in, nil
}

func readCDNOW(file io.Reader) (input, error) {
	// Eight customers of this log began with a free order; the published figures count them.
	in := input{currency: "USD", refunds: clv.NonNegativeRows}
	malformed, example := 0, ""
	scan := bufio.NewScanner(file)
	for line := 1; scan.Scan(); line++ {
		f := strings.Fields(scan.Text())
		if len(f) == 0 {
			continue
		}
		row, err := cdnowRow(f)
		if err != nil {
			if malformed++; malformed == 1 {
				example = fmt.Sprintf("line %d: %v", line, err)
			}
			continue
		}
		in.rows = append(in.rows, row)
	}
	if err := scan.Err(); err != nil {
		return input{}, err
	}
	if len(in.rows) == 0 {
		return input{}, errors.New("no purchase could be read" + strings.TrimSuffix(": "+example, ": "))
	}
	if malformed > 0 {
		in.skipped = append(in.skipped, fmt.Sprintf("%d malformed lines, the first at %s", malformed, example))
	}
	return in, nil
}

func cdnowRow(f []string) (purchase, error) {
	if len(f) != 5 {
		return purchase{}, fmt.Errorf("%d fields instead of 5", len(f))
	}
	day, err := time.Parse("20060102", f[2])
	if err != nil {
		return purchase{}, fmt.Errorf("%q is no date", f[2])
	}
	if len(f[4]) > 20 {
		return purchase{}, errors.New("the amount is too long")
	}
	value, err := decimal.NewFromString(f[4])
	if err != nil {
		return purchase{}, fmt.Errorf("%q is no amount", f[4])
	}
	return purchase{f[1], day, value}, nil
}
