package main

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/examples/internal/invoices"
)

// Page is the report, as -json prints it. Amounts are exact decimal text in the
// currency of the data; shares are ratios from 0 to 1 unless a name says percent.
type Page struct {
	Source       string          `json:"source"`
	Simulated    bool            `json:"simulated"`
	From         time.Time       `json:"from"`
	To           time.Time       `json:"to"`
	Reading      invoices.Report `json:"reading"`
	Sales        Sales           `json:"sales"`
	Customers    Customers       `json:"customers"`
	Loyalty      Loyalty         `json:"loyalty"`
	Interactions Interactions    `json:"interactions"`
	Feedback     Feedback        `json:"feedback"`
	Quarters     []Quarter       `json:"quarters"`
	Lifetime     *Lifetime       `json:"lifetime,omitempty"`
	Greetings    []Greeting      `json:"greetings"`
}

// newPage asks each wing for its part, and tells which one it is at.
func newPage(in *input, bar *progress) (*Page, error) {
	p := &Page{Source: in.source, Simulated: in.simulated, From: in.from, To: in.to, Reading: in.report}
	for _, part := range []struct {
		name string
		fill func(*Page, *input) error
	}{
		{"sales", addSales},
		{"customers", addCustomers},
		{"loyalty", addLoyalty},
		{"interactions", addInteractions},
		{"feedback", addFeedback},
		{"retention", addQuarters},
		{"lifetime value", addLifetime},
		{"greetings", addGreetings},
	} {
		bar.part(part.name)
		if err := part.fill(p, in); err != nil {
			bar.done()
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	bar.done()
	return p, nil
}
