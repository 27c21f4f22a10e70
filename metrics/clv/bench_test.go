package clv_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/rapport-go/rapport/metrics/clv"
)

// The fitted parameters of CDNOW, by which the simulated customers of the benchmarks buy.
var (
	cdnowBG     = clv.BGNBD{R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259, Unit: clv.Week}
	cdnowPareto = clv.ParetoNBD{R: 0.5533, Alpha: 10.578, S: 0.6062, Beta: 11.669, Unit: clv.Week}
)

// simulated gives the summaries of n customers who came evenly over the intake, which ends 27 weeks
// before the end of the observation; days are the resolution, as in CDNOW.
func simulated(tb testing.TB, n, intakeDays int) []clv.Summary {
	tb.Helper()
	out := make([]clv.Summary, 0, n)
	ages := func(yield func(float64) bool) {
		for i := range n {
			if !yield(27 + float64(i%intakeDays)/7) {
				return
			}
		}
	}
	for h, err := range cdnowPareto.Simulate(1, ages) {
		if err != nil {
			tb.Fatal(err)
		}
		day := h.Observed(1.0 / 7)
		out = append(out, day.Summary(day.Age))
	}
	return out
}

// cost runs f under the benchmark and reports processor seconds and the growth of the heap's peak.
func cost(b *testing.B, f func()) {
	b.Helper()
	b.ReportAllocs()
	runtime.GC()
	start, rounds := cpuSeconds(b), 0
	for b.Loop() {
		f()
		rounds++
	}
	b.ReportMetric((cpuSeconds(b)-start)/float64(rounds), "cpu-s/op")
}

func BenchmarkFit(b *testing.B) {
	for _, size := range []struct {
		n, intake int
	}{{100_000, 84}, {1_000_000, 84}, {1_000_000, 730}} {
		customers := simulated(b, size.n, size.intake)
		compress := func() *clv.Patterns {
			p, err := clv.CollectPatterns(clv.Week, slices.Values(customers))
			if err != nil {
				b.Fatal(err)
			}
			return p
		}
		name := fmt.Sprintf("customers=%d/intake=%d", size.n, size.intake)
		b.Run("Patterns/"+name, func(b *testing.B) { cost(b, func() { compress() }) })
		b.Run("BGNBD/"+name, func(b *testing.B) {
			cost(b, func() {
				f, err := clv.FitBGNBD(context.Background(), compress(), nil)
				if err != nil || f.Status != clv.Converged {
					b.Fatal(err, f.Status)
				}
			})
		})
		b.Run("ParetoNBD/"+name, func(b *testing.B) {
			cost(b, func() {
				f, err := clv.FitParetoNBD(context.Background(), compress(), nil)
				if err != nil || f.Status != clv.Converged {
					b.Fatal(err, f.Status)
				}
			})
		})
	}
}

func BenchmarkFitCDNOW(b *testing.B) {
	ctx := context.Background()
	rows := dataTable(b, "cdnow", "cdnow_sample_cbs.csv")
	compress := func() *clv.Patterns {
		p := clv.NewPatterns(clv.Week)
		for _, r := range rows {
			if err := p.Add(clv.Summary{X: int(r[1]), TX: r[2] / 7, T: r[3] / 7}); err != nil {
				b.Fatal(err)
			}
		}
		return p
	}
	b.Run("BGNBD", func(b *testing.B) {
		cost(b, func() { _, _ = clv.FitBGNBD(ctx, compress(), nil) })
	})
	b.Run("MBGNBD", func(b *testing.B) {
		cost(b, func() { _, _ = clv.FitMBGNBD(ctx, compress(), nil) })
	})
	b.Run("ParetoNBD", func(b *testing.B) {
		cost(b, func() { _, _ = clv.FitParetoNBD(ctx, compress(), nil) })
	})
	spend := cdnowSpend(b, false)
	b.Run("GammaGamma", func(b *testing.B) {
		cost(b, func() { _, _ = clv.FitGammaGamma(ctx, spend, nil) })
	})
	donors := donations(b)
	b.Run("BGBB", func(b *testing.B) {
		cost(b, func() { _, _ = clv.FitBGBB(ctx, donors, nil) })
	})
}

func BenchmarkFitGammaGamma(b *testing.B) {
	d := &clv.SpendData{}
	counts := func(yield func(int) bool) {
		for i := range 404_000 {
			if !yield(1 + i%7) {
				return
			}
		}
	}
	for s, err := range (clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}).Simulate(1, counts) {
		if err != nil || d.Add(s.Purchases, s.Mean) != nil {
			b.Fatal(err)
		}
	}
	b.Run("customers=404000", func(b *testing.B) {
		cost(b, func() {
			if f, err := clv.FitGammaGamma(context.Background(), d, nil); err != nil || f.Status != clv.Converged {
				b.Fatal(err)
			}
		})
	})
}

func BenchmarkScore(b *testing.B) {
	customers := simulated(b, 1_000_000, 84)
	rate, err := clv.Effective(0.15, clv.Year)
	if err != nil {
		b.Fatal(err)
	}
	for name, m := range map[string]clv.Transactions{"BGNBD": cdnowBG, "MBGNBD": clv.MBGNBD(cdnowBG), "ParetoNBD": cdnowPareto} {
		for kind, opts := range map[string]*clv.ScoreOptions{
			"expected": nil, "discounted": {Rate: rate, ValueHorizon: clv.Years(3)},
		} {
			b.Run(name+"/"+kind+"/customers=1000000", func(b *testing.B) {
				cost(b, func() {
					for p, err := range clv.Score(m, slices.Values(customers), clv.Weeks(39), opts) {
						if err != nil || p.PAlive > 1 {
							b.Fatal(err)
						}
					}
				})
			})
		}
	}
}

// BenchmarkMemory streams a million customers from the simulator into a histogram and fits it, and
// reports the memory that the runtime has taken from the system by the end, the peak of the process. Run it
// alone.
func BenchmarkMemory(b *testing.B) {
	for _, intake := range []int{84, 730} {
		b.Run(fmt.Sprintf("customers=1000000/intake=%d", intake), func(b *testing.B) {
			var stats runtime.MemStats
			for b.Loop() {
				p := clv.NewPatterns(clv.Week)
				for h, err := range cdnowPareto.Simulate(1, func(yield func(float64) bool) {
					for i := range 1_000_000 {
						if !yield(27 + float64(i%intake)/7) {
							return
						}
					}
				}) {
					day := h.Observed(1.0 / 7)
					if err != nil || p.Add(day.Summary(day.Age)) != nil {
						b.Fatal(err)
					}
				}
				if f, err := clv.FitParetoNBD(context.Background(), p, nil); err != nil || f.Status != clv.Converged {
					b.Fatal(err, f.Status)
				}
				runtime.ReadMemStats(&stats)
			}
			b.ReportMetric(float64(stats.Sys)/(1<<20), "MB-from-system")
		})
	}
}
