package metrics_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
)

var sizes = []int{1e4, 1e5, 1e6, 1e7}

func BenchmarkNetPromoter(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	answers := make([]answer, sizes[len(sizes)-1])
	for i := range answers {
		answers[i] = answer(random.IntN(12)) // 11 is no answer
	}
	for _, n := range sizes {
		b.Run(fmt.Sprintf("answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if metrics.NetPromoterOf(slices.Values(answers[:n])).N() == 0 {
					b.Fatal("no answers")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/answer")
		})
	}
}

// invoices are n purchases of n/10 customers over two years in order of time, as an
// export holds them: every row has its own copy of the customer's key.
func invoices(n int) []invoice {
	random := rand.New(rand.NewPCG(3, 4))
	keys := make([]string, max(1, n/10))
	for i := range keys {
		keys[i] = "customer-" + strconv.Itoa(i)
	}
	prices := make([]decimal.Decimal, 1000)
	for i := range prices {
		prices[i] = decimal.New(int64(100+random.IntN(20_000)), -2)
	}
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	step := 2 * 365 * 24 * time.Hour / time.Duration(n)
	rows := make([]invoice, n)
	for i := range rows {
		rows[i] = invoice{strings.Clone(keys[random.IntN(len(keys))]), start.Add(time.Duration(i) * step), prices[random.IntN(len(prices))]}
	}
	return rows
}

// perTransaction reports the pace by the clock and, since a machine has other work to
// do, by the processor time that was used, garbage collection included.
func perTransaction(b *testing.B, n int, cpu float64) {
	b.Helper()
	done := float64(b.N) * float64(n) / 1e6
	b.ReportMetric(done/b.Elapsed().Seconds(), "Mtx/s")
	if used := cpuSeconds(b) - cpu; used > 0 {
		b.ReportMetric(done/used, "Mtx/cpu-s")
	}
}

// BenchmarkSummaries is the whole way from transactions to summaries. Rows are made
// inside each size, so that one size can be run alone.
func BenchmarkSummaries(b *testing.B) {
	end := metrics.Date{Year: 2024, Month: time.December, Day: 31}
	for _, n := range sizes {
		b.Run(fmt.Sprintf("transactions=%d", n), func(b *testing.B) {
			rows := invoices(n)
			b.ReportAllocs()
			cpu := cpuSeconds(b)
			for b.Loop() {
				acc, err := metrics.PurchasesOf(slices.Values(rows), time.UTC, nil)
				if err != nil {
					b.Fatal(err)
				}
				out, _, err := acc.Summaries(end, nil)
				if err != nil || len(out) == 0 {
					b.Fatal(err)
				}
			}
			perTransaction(b, n, cpu)
		})
		b.Run(fmt.Sprintf("grouped/transactions=%d", n), func(b *testing.B) {
			rows := invoices(n)
			slices.SortStableFunc(rows, func(x, y invoice) int { return strings.Compare(x.customer, y.customer) })
			for i := range rows { // as an export holds them
				rows[i].customer = strings.Clone(rows[i].customer)
			}
			b.ReportAllocs()
			cpu := cpuSeconds(b)
			for b.Loop() {
				for _, err := range metrics.GroupedSummaries(slices.Values(rows), time.UTC, end, nil) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			perTransaction(b, n, cpu)
		})
	}
}

func BenchmarkRetention(b *testing.B) {
	for _, n := range sizes {
		rows := invoices(n)
		b.Run(fmt.Sprintf("purchases=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			cpu := cpuSeconds(b)
			for b.Loop() {
				acc, err := metrics.RetentionOfPurchases(slices.Values(rows), metrics.Quarter, time.UTC)
				if err != nil || len(acc.Rows()) != 8 {
					b.Fatal(err)
				}
			}
			perTransaction(b, n, cpu)
		})
	}
}

func BenchmarkSpending(b *testing.B) {
	for _, n := range sizes {
		rows := invoices(n)
		b.Run(fmt.Sprintf("purchases=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			cpu := cpuSeconds(b)
			for b.Loop() {
				if _, err := metrics.SpendingOf(slices.Values(rows), nil); err != nil {
					b.Fatal(err)
				}
			}
			perTransaction(b, n, cpu)
		})
	}
}

func BenchmarkWeightedNetPromoter(b *testing.B) {
	for _, n := range sizes {
		random := rand.New(rand.NewPCG(5, 6))
		rows := make([]passenger, n)
		for i := range rows {
			rows[i] = passenger{random.IntN(11), random.Float64()}
		}
		b.Run(fmt.Sprintf("answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := metrics.WeightedNetPromoterOf(slices.Values(rows)).Score(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScoreValues(b *testing.B) {
	for _, n := range sizes {
		random := rand.New(rand.NewPCG(7, 8))
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(random.IntN(50))
		}
		b.Run(fmt.Sprintf("values=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := metrics.ScoreValues(values, 5, metrics.MidRank); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
