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
