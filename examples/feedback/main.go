// Feedback runs a hotel's quarter of surveys: a SurveyJS definition, five hundred
// answers, some of them hostile, judged on the server; then the report with its
// doubt, what drives satisfaction, where to improve, whom to call back by when, a
// comparison of countries that does not take a way of filling in scales for a way of
// being served, and who may be asked next.
//
//	go run ./examples/feedback
package main

import (
	_ "embed"
	"fmt"
	"io"
	"os"
)

//go:embed survey.json
var definition []byte

//go:embed themes.json
var themes []byte

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "feedback:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(out io.Writer) error {
	p := &page{out: out}
	d, err := newDesk()
	if err != nil {
		return err
	}
	for _, section := range []func(*page) error{d.judge, d.scores, d.teams, d.drivers, d.areas, d.loop, d.countries, d.next} {
		if err := section(p); err != nil {
			return err
		}
	}
	return p.err
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

func (p *page) title(s string) { p.printf("\n%s\n", s) }
