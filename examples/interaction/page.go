package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// A page writes the week in the desk's own zone. The first failure to write is
// kept and ends all writing.
type page struct {
	out  io.Writer
	zone *time.Location
	day  string
	err  error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

// line tells what happened to a case at an instant, under a heading for each day.
func (p *page) line(at time.Time, id, what string) {
	if day := at.In(p.zone).Format("Monday 2 January 2006"); day != p.day {
		p.day = day
		p.printf("\n%s\n", day)
	}
	p.printf("%s  %-3s %s\n", at.In(p.zone).Format("15:04 MST"), id, what)
}

// why tells the reasons under a line.
func (p *page) why(rule, text string, at time.Time) {
	if !at.IsZero() {
		text += " (" + p.stamp(at) + ")"
	}
	p.printf("              . %s: %s\n", rule, text)
}

func (p *page) trace(t interaction.Trace) {
	for _, l := range t {
		p.why(l.Rule, l.Text, l.At)
	}
}

func (p *page) refused(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		p.printf("              ! refused: %s\n", line)
	}
}

func (p *page) stamp(t time.Time) string { return t.In(p.zone).Format("Mon 2 Jan 15:04 MST") }

func (p *page) heading(text string) { p.printf("\n%s\n%s\n", text, strings.Repeat("-", len(text))) }
