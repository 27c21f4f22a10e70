package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/rapport-go/rapport/metrics/clv"
)

func (r *report) write(w io.Writer) error {
	var b strings.Builder
	r.writeData(&b)
	r.writeModels(&b)
	r.writeTrack(&b)
	r.writeFrequencies(&b)
	r.writeRanking(&b)
	r.writeVerdict(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *report) writeData(b *strings.Builder) {
	s := r.split
	fmt.Fprintf(b, "%s\n\n", r.in.title)
	fmt.Fprintf(b, "Rows read %d; %d without a customer; %d with nothing positive to pay.\n", s.Rows, s.NoCustomer, s.NotPositive)
	for _, text := range r.in.skipped {
		fmt.Fprintf(b, "Not read: %s.\n", text)
	}
	h, _ := s.Holdout()
	fmt.Fprintf(b, "The models learn from %s to %s (%d customers, %d patterns of them) and are judged on the %g days after,\n", s.Start, s.Through, len(s.Customers), s.Patterns().Len(), h.Length)
	fmt.Fprintf(b, "to %s. %d customers came later and are no part of the judgement. A day with a purchase counts once.\n\n", s.HoldoutThrough, s.NewInHoldout)
}

func (r *report) writeModels(b *strings.Builder) {
	fmt.Fprintf(b, "MODELS OF BUYING (weeks; standard errors in brackets)\n")
	for _, m := range r.models {
		fmt.Fprintf(b, "  %-11s %-15s log-likelihood %.1f\n             ", m.name, m.status, m.logLik)
		for _, p := range m.params {
			se := ""
			if p.se > 0 {
				se = fmt.Sprintf(" (%.3g)", p.se)
			}
			fmt.Fprintf(b, " %s %s%s", p.name, plain(p.value), se)
		}
		fmt.Fprintf(b, "\n%s\n", wrap(m.verdict, "    ", 100))
	}
	fmt.Fprintf(b, "  Used below: %s.\n\n", r.models[0].name)
}

// plain is a parameter's value, or where it ran away to: how far it came means nothing.
func plain(v float64) string {
	switch {
	case v > 1e6:
		return "to infinity"
	case v < 1e-6:
		return "to 0"
	}
	return fmt.Sprintf("%.4g", v)
}

// The text chart: one line for every so many weeks.
const (
	chartLines = 18
	chartWidth = 60
)

func (r *report) writeTrack(b *strings.Builder) {
	fmt.Fprintf(b, "REPEAT PURCHASES SINCE %s, cumulative: o counted, + expected, * both\n", r.split.Start)
	var top float64
	for _, p := range r.track {
		top = math.Max(top, math.Max(p.CumulativeActual, p.CumulativeExpected))
	}
	every := max(1, (len(r.track)+chartLines-1)/chartLines)
	held := false
	for i := every - 1; i < len(r.track); i += every {
		p := r.track[i]
		if p.Holdout && !held {
			held = true
			fmt.Fprintf(b, "  %s holdout from here\n", strings.Repeat("-", chartWidth))
		}
		line := []byte(strings.Repeat(" ", chartWidth+1))
		at := func(v float64) int { return int(math.Round(v / math.Max(top, 1) * chartWidth)) }
		line[at(p.CumulativeActual)] = 'o'
		if e := at(p.CumulativeExpected); line[e] == 'o' {
			line[e] = '*'
		} else {
			line[e] = '+'
		}
		fmt.Fprintf(b, "  week %3.0f |%s| %6.0f %8.1f\n", p.End, line, p.CumulativeActual, p.CumulativeExpected)
	}
	fmt.Fprintln(b)
}

func (r *report) writeFrequencies(b *strings.Builder) {
	fmt.Fprintf(b, "HOLDOUT BY HISTORY: purchases per customer\n  came back  customers  counted  expected\n")
	for _, row := range r.rows {
		if row.Customers == 0 {
			continue
		}
		name := fmt.Sprint(row.X)
		if row.OrMore {
			name += "+"
		}
		fmt.Fprintf(b, "  %9s  %9d  %7.2f  %8.2f\n", name, row.Customers, row.Actual, row.Expected)
	}
	a := r.accuracy
	fmt.Fprintf(b, "  In all %.0f counted, %.1f expected; a customer's number is off by %.2f on average.\n\n", a.Actual, a.Expected, a.MeanAbsoluteError)
}

func (r *report) writeRanking(b *strings.Builder) {
	fmt.Fprintf(b, "WORTH MOST IN THE NEXT %s, %s discounted, in %s (%g%% intervals)\n", strings.ToUpper(long.String()), r.rate, r.in.currency, 100*confidence)
	fmt.Fprintf(b, "  %4s %-12s %4s %9s  %-20s  %-22s  %s\n", "rank", "customer", "came", "last", "P(alive)", "purchases in "+soon.String(), "value")
	for i, c := range r.ranking.customers {
		s := c.customer.Summary
		fmt.Fprintf(b, "  %4d %-12.12s %4d %8.0fd  %-20s  %-22s  %s\n", i+1, c.customer.Key, s.X, (s.T-s.TX)*7,
			between(c.alive, "%.2f"), between(c.next, "%.2f"), between(c.lifetimeWith, "%.0f"))
	}
	fmt.Fprintf(b, "  came: repeat purchases. last: days since the last purchase.\n\nVALUE BY SEGMENT\n")
	for i, s := range r.ranking.segments {
		if i == 10 {
			fmt.Fprintf(b, "  and %d more\n", len(r.ranking.segments)-i)
			break
		}
		mean, _ := s.MeanValue()
		fmt.Fprintf(b, "  %-26.26s %6d customers, %7.1f expected to be active, worth %10.0f, each %7.1f\n", s.Segment, s.Customers, s.ExpectedAlive, s.Value, mean)
	}
	fmt.Fprintf(b, "  In all %.0f.\n\n", r.ranking.total)
}

func between(iv clv.Interval, format string) string {
	text := fmt.Sprintf(format, iv.Estimate)
	if iv.Confidence == 0 {
		return text + " (none)"
	}
	return text + " (" + fmt.Sprintf(format, iv.Low) + " - " + fmt.Sprintf(format, iv.High) + ")"
}

// writeVerdict says what may be believed.
func (r *report) writeVerdict(b *strings.Builder) {
	fmt.Fprintf(b, "WHAT MAY BE BELIEVED\n")
	say := func(format string, args ...any) {
		fmt.Fprintln(b, wrap(fmt.Sprintf(format, args...), "  ", 100))
	}
	best := r.ranking.model
	say("The list is made with %s, fitted to everything up to %s. %s", best.name, r.whole.Through, best.verdict)
	switch {
	case best.status == clv.Converged:
		say("So the data determine the model of buying: P(alive), the purchases to come and their intervals can be read as they stand.")
	case best.has(clv.NobodyReturns):
		say("So there is nothing to predict yet: wait for repeat purchases.")
	case best.has(clv.NobodyLeaves):
		say("So the data do not tell how customers leave. How often active customers buy is known; whether a silent one " +
			"has left is not. Do not act on P(alive), and take value over years as an upper bound. A longer history " +
			"would help; a better optimiser would not.")
	case best.has(clv.EqualDropout):
		say("So how many leave is known, and that customers differ in it is not seen. The list can be used; do not read " +
			"the single parameters of dropout.")
	default:
		say("So take the order of the list as a hint, and its figures with care.")
	}
	if a := r.accuracy; a.Actual > 0 {
		off := 100 * (a.Expected/a.Actual - 1)
		switch {
		case math.Abs(off) <= 10:
			say("In the holdout it expected %+.0f%% of what happened: it can be used for planning.", off)
		default:
			say("In the holdout it was %+.0f%% off what happened: correct plans for that, or look for what changed (a season, a campaign).", off)
		}
	}
	say("Spend: %s %s", r.ranking.spend, r.ranking.relation)
}

// wrap breaks text into indented lines.
func wrap(text, indent string, width int) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width && line != indent {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line
}
