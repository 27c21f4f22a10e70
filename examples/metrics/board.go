package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/survival"
)

const level = 0.95

// board writes the sections one after the other.
func board(w io.Writer, in *data) error {
	b := &writer{w: w}
	b.printf("%s\nas of %s, in UTC; intervals at 95 %%\n", in.source, in.asOf.UTC().Format("2006-01-02 15:04"))
	for _, section := range []func(*writer, *data) error{
		money, retention, cohorts, second, lifetime, segments, scores, waves, service, telephone, recurring, economics, campaign,
	} {
		if err := section(b, in); err != nil {
			return err
		}
	}
	return b.err
}

// writer keeps the first error of printing.
type writer struct {
	w   io.Writer
	err error
}

func (b *writer) printf(format string, args ...any) {
	if b.err == nil {
		_, b.err = fmt.Fprintf(b.w, format, args...)
	}
}

func (b *writer) title(s string) { b.printf("\n%s\n%s\n", s, strings.Repeat("-", len(s))) }

// table writes rows of cells in columns.
func (b *writer) table(rows [][]string) {
	t := tabwriter.NewWriter(b.w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		_, _ = fmt.Fprintln(t, strings.Join(r, "\t")+"\t")
	}
	if err := t.Flush(); b.err == nil {
		b.err = err
	}
}

// share writes a proportion with its Wilson interval, or why there is none.
func share(p metrics.Proportion) string {
	r, err := p.Ratio()
	if errors.Is(err, metrics.ErrNoData) {
		return "nothing to count"
	}
	i, err2 := p.Interval(metrics.Wilson, level)
	if err := errors.Join(err, err2); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s (%.1f to %.1f) of %d", r, 100*i.Low, 100*i.High, p.Total)
}

func ratio(r metrics.Ratio, err error) string {
	if errors.Is(err, metrics.ErrUndefined) {
		return "-"
	}
	if err != nil {
		return err.Error()
	}
	return r.String()
}

func money(b *writer, in *data) error {
	spending, err := metrics.SpendingOf(slices.Values(in.purchases), nil)
	if err != nil {
		return err
	}
	total, err := spending.Total()
	if err != nil {
		return err
	}
	b.title("Money")
	b.printf("%d buyers, %d orders, gross %s, refunds %s", total.Buyers, total.Orders, total.Gross.StringFixed(2), total.Refunds.StringFixed(2))
	nobody := spending.Anonymous()
	b.printf("; without a customer: %d orders, %d returns\n", nobody.Orders, nobody.Returns)
	value, err := total.AverageOrderValue()
	if err != nil {
		return err
	}
	frequency, err := total.PurchaseFrequency()
	if err != nil {
		return err
	}
	cltv, err := metrics.CLTV(value.Decimal(2), frequency.Decimal(2), decimal.NewFromInt(1))
	if err != nil {
		return err
	}
	b.printf("average order %s, %s orders a buyer, repeat purchase rate %s\n", value.Decimal(2).StringFixed(2), frequency.Decimal(2).StringFixed(2), share(total.RepeatPurchaseRate()))
	b.printf("CLTV over the observed span as the field prints it: %s (revenue, before refunds)\n", cltv.StringFixed(2))
	shares, err := metrics.ConcentrationOf(positive(spending.Values()))
	if err != nil {
		return err
	}
	top, err := shares.TopShare(20)
	if err != nil {
		return err
	}
	b.printf("the best 20 %% of customers bring %s of net revenue; Gini %s, HHI %s\n", top, shares.Gini().Decimal(3).StringFixed(3), shares.HHI().Decimal(5).StringFixed(5))
	return nil
}

// positive leaves out customers whose refunds eat up their orders.
func positive(values iter.Seq2[string, decimal.Decimal]) iter.Seq[decimal.Decimal] {
	return func(yield func(decimal.Decimal) bool) {
		for _, v := range values {
			if v.Sign() > 0 && !yield(v) {
				return
			}
		}
	}
}

func retention(b *writer, in *data) error {
	acc, err := metrics.RetentionOfPurchases(in.orders(), metrics.Quarter, time.UTC)
	if err != nil {
		return err
	}
	b.title("Customers by quarter: the printed formula beside the sets")
	rows := [][]string{{"quarter", "start", "end", "new", "back", "lost", "CRR", "still active (95 %)"}}
	for _, q := range acc.Rows() {
		label := q.Label
		if !q.Complete(in.asOf) {
			label += " *"
		}
		active, err := q.ActiveRetention()
		if err != nil && !errors.Is(err, metrics.ErrNoData) {
			return err
		}
		report, err := q.ReportRetention()
		rows = append(rows, []string{
			label, fmt.Sprint(q.Start), fmt.Sprint(q.End), fmt.Sprint(q.New), fmt.Sprint(q.Reactivated), fmt.Sprint(q.Lost),
			ratio(report.Rate, err), share(active),
		})
	}
	b.table(rows)
	b.printf("back: customers who returned after a quarter away; CRR calls them retained. * still runs.\n")
	return compounded(b, acc.Rows(), in.asOf)
}

// compounded is what four quarters of retention make of a year.
func compounded(b *writer, rows []metrics.RetentionRow, asOf time.Time) error {
	var kept []metrics.Ratio
	for _, q := range rows {
		if !q.Complete(asOf) {
			continue
		}
		active, err := q.ActiveRetention()
		if errors.Is(err, metrics.ErrNoData) {
			continue
		}
		r, err2 := active.Ratio()
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		kept = append(kept, r)
	}
	if len(kept) < 4 {
		return nil
	}
	year, err := metrics.CompoundRetention(kept[len(kept)-4:]...)
	if err != nil {
		return err
	}
	b.printf("active in each of the last four whole quarters, compounded: %s\n", year)
	return nil
}

func cohorts(b *writer, in *data) error {
	var log cohort.Log
	for p := range in.orders() {
		if p.customer == "" || p.amount.Sign() <= 0 {
			continue
		}
		if err := log.Add(p.customer, p.at); err != nil {
			return err
		}
	}
	m, err := log.Matrix(cohort.Calendar(time.UTC), in.asOf, &cohort.Options{By: cohort.ByQuarter, Unit: cohort.CalendarMonths, Last: 8})
	if err != nil {
		return err
	}
	b.title("Cohorts by quarter of the first order, active in month")
	b.printf("%s", m.Triangle())
	return nil
}

func second(b *writer, in *data) error {
	summaries, counts, err := summarise(in)
	if err != nil {
		return err
	}
	var table survival.Table
	first := map[string]time.Time{}
	gap := map[string]float64{}
	for p := range in.orders() {
		if p.customer == "" || p.amount.Sign() <= 0 {
			continue
		}
		day := p.at.UTC().Truncate(24 * time.Hour)
		if began, known := first[p.customer]; !known {
			first[p.customer] = day
		} else if _, twice := gap[p.customer]; !twice && day.After(began) {
			gap[p.customer] = day.Sub(began).Hours() / 24
		}
	}
	for _, s := range summaries {
		if days, twice := gap[s.Customer]; twice {
			err = errors.Join(err, table.Add(days, true))
		} else {
			err = errors.Join(err, table.Add(float64(s.TDays), false))
		}
	}
	if err != nil {
		return err
	}
	curve, err := table.KaplanMeier(nil)
	if err != nil {
		return err
	}
	b.title("Time to the second purchase (Kaplan-Meier, those who have not yet are censored)")
	for _, days := range []float64{30, 90, 180, 365} {
		if p, ok := curve.At(days); ok {
			low, high, _ := p.Interval()
			b.printf("within %3.0f days %5.1f %% (%.1f to %.1f)\n", days, 100*(1-p.Survival), 100*(1-high), 100*(1-low))
		}
	}
	if median, ok := curve.Median(survival.Midpoint); ok {
		b.printf("median %.0f days\n", median.Value)
	} else {
		b.printf("fewer than half ever come back\n")
	}
	b.printf("%d customers with an order, %d without, %d orders merged into another of their day, %d days dropped (net %s)\n",
		counts.Summaries, counts.NoOccasion, counts.MergedOrders, counts.DroppedDays, counts.DroppedNet.StringFixed(2))
	return nil
}

func summarise(in *data) ([]metrics.PurchaseSummary, metrics.SummaryCounts, error) {
	acc, err := metrics.PurchasesOf(slices.Values(in.purchases), time.UTC, nil)
	if err != nil {
		return nil, metrics.SummaryCounts{}, err
	}
	last := in.lastDay().UTC()
	return acc.Summaries(metrics.Date{Year: last.Year(), Month: last.Month(), Day: last.Day()}, nil)
}

func lifetime(b *writer, in *data) error {
	summaries, _, err := summarise(in)
	if err != nil {
		return err
	}
	patterns := clv.NewPatterns(clv.Week)
	for _, s := range summaries {
		one := clv.Summary{X: int(s.X), TX: s.Tx(metrics.Weeks), T: s.T(metrics.Weeks)}
		if err := patterns.Add(one); err != nil {
			return err
		}
	}
	fit, err := clv.FitBGNBD(context.Background(), patterns, nil)
	if err != nil {
		return err
	}
	b.title("Who is still a customer (BG/NBD, weeks)")
	b.printf("%s\n", fit.Verdict())
	for i, p := range fit.Model.Parameters() {
		if i < len(fit.StandardErrors) {
			b.printf("%-5s %.4g (standard error %.3g)\n", p.Name, p.Value, fit.StandardErrors[i])
		}
	}
	return nil
}

func segments(b *writer, in *data) error {
	summaries, _, err := summarise(in)
	if err != nil {
		return err
	}
	scored, err := metrics.ScoreRFM(summaries, 5, metrics.MidRank)
	if err != nil {
		return err
	}
	size, spend := map[string]int{}, map[string]decimal.Decimal{}
	for i, s := range scored {
		if segment, ok := metrics.SegmentOf(s, metrics.Segments()); ok {
			size[segment.Name]++
			spend[segment.Name] = spend[segment.Name].Add(summaries[i].Spend())
		}
	}
	b.title("RFM segments (five bins, mid-rank)")
	rows := [][]string{{"segment", "customers", "net spend"}}
	for _, s := range metrics.Segments() {
		rows = append(rows, []string{s.Name, fmt.Sprint(size[s.Name]), spend[s.Name].StringFixed(2)})
	}
	b.table(rows)
	return nil
}
