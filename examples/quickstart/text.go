package main

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"text/tabwriter"
)

// write prints the page for a reader at a terminal.
func (p *Page) write(to io.Writer) error {
	w := &sheet{}
	w.heading(p)
	w.customers(p)
	w.loyalty(p)
	w.contacts(p)
	w.voice(p)
	w.quarters(p)
	w.lifetime(p)
	w.greetings(p)
	_, err := io.WriteString(to, w.String())
	return err
}

// sheet is a page in the making.
type sheet struct{ strings.Builder }

func (w *sheet) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *sheet) title(s string) { w.line("\n%s\n%s", strings.ToUpper(s), strings.Repeat("-", len(s))) }

func (w *sheet) heading(p *Page) {
	if p.Simulated {
		w.line("SIMULATED SHOP: every name and number below is made up.")
	} else {
		w.line("Invoices of %s", p.Source)
	}
	w.line("%s to %s", p.From.Format("2 January 2006"), p.To.Add(-1).Format("2 January 2006"))
	s := p.Sales
	w.line("\n%s invoices, %s without customer, %s cancellations, %s buyers (%s came back)",
		thousands(s.Invoices), thousands(s.WithoutCustomer), thousands(s.Cancellations), thousands(s.Buyers), percent(s.RepeatShare))
	w.line("gross %s, refunds %s (rows with a customer), average order %s", grouped(s.Gross), grouped(s.Refunds), grouped(dash(s.AverageOrder)))
	if r := p.Reading; r.Duplicates+r.Malformed > 0 {
		w.line("left out: %s duplicate and %s malformed rows of %s", thousands(r.Duplicates), thousands(r.Malformed), thousands(r.Rows))
		for _, e := range r.Examples {
			w.line("  %s", e)
		}
	}
}

func (w *sheet) contacts(p *Page) {
	w.title("interactions")
	if p.Interactions.Note != "" {
		w.line("(%s)", p.Interactions.Note)
	}
	for _, n := range p.Interactions.Channels {
		w.line("%-31s %8s", n.Label, thousands(n.Count))
	}
	stages := make([]string, 0, len(p.Interactions.Stages))
	for _, n := range p.Interactions.Stages {
		stages = append(stages, fmt.Sprintf("%s %s", n.Label, thousands(n.Count)))
	}
	w.line("on the journey: %s", strings.Join(stages, ", "))
}

func (w *sheet) voice(p *Page) {
	w.title("what they say")
	f := p.Feedback
	if f.Note != "" {
		w.line("(%s)", f.Note)
	}
	if f.NPS != nil {
		w.line("NPS  %s (95 %%: %.1f to %.1f) from %s answers: %s promoters, %s passives, %s detractors", f.NPS.Score, f.NPS.Low, f.NPS.High,
			thousands(f.NPS.Answers), thousands(f.NPS.Promoters), thousands(f.NPS.Passives), thousands(f.NPS.Detractors))
	}
	if f.CSAT != nil {
		w.line("CSAT %s %% from %s answers: %s satisfied (4 or 5 of 5)", f.CSAT.Percent, thousands(f.CSAT.Answers), thousands(f.CSAT.Satisfied))
	}
	if len(f.Refused) > 0 {
		codes := make([]string, 0, len(f.Refused))
		for code, n := range f.Refused {
			codes = append(codes, fmt.Sprintf("%d %s", n, code))
		}
		sort.Strings(codes)
		w.line("refused answers: %s", strings.Join(codes, ", "))
	}
}

func (w *sheet) quarters(p *Page) {
	w.title("retention and churn by quarter")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "quarter\tstart\tend\tnew\treactivated\tlost\tCRR %\tactive retention %\tchurn %\t")
	running := false
	for _, q := range p.Quarters {
		label := q.Quarter
		if q.Running {
			label, running = label+"*", true
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", label, thousands(q.Start), thousands(q.End),
			thousands(q.New), thousands(q.Reactivated), thousands(q.Lost), dash(q.CRR), dash(q.ActiveRetention), dash(q.Churn))
	}
	_ = table.Flush()
	w.line("CRR = ((end - new) / start) * 100 counts returning customers as retained; active retention does not.")
	if running {
		w.line("* the data end before the quarter does")
	}
}

func (w *sheet) lifetime(p *Page) {
	w.title("lifetime value")
	l := p.Lifetime
	if l == nil {
		w.line("(not given: it takes two whole quarters, and somebody who left)")
		return
	}
	w.line("CLTV %s = average purchase value %s x frequency %s per quarter x lifespan %s quarters", grouped(l.CLTV), grouped(l.PurchaseValue), l.Frequency, l.Lifespan)
	w.line("(the lifespan is 1 / churn, at a mean quarterly churn of %s %%)", l.Churn)
}

func percent(s string) string {
	if s == "" {
		return "none"
	}
	return s + " %"
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// thousands writes a whole number with separators.
func thousands[N int | int64](n N) string { return grouped(fmt.Sprint(n)) }

// grouped puts separators between the thousands of a decimal number's text.
func grouped(s string) string {
	whole, fraction, dotted := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		whole += "." + fraction
	}
	return sign + whole
}
