package cohort_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/rapport-go/rapport/metrics/cohort"
)

func shop(customers, events int) []event {
	rng := rand.New(rand.NewPCG(1, 2))
	base := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	out := make([]event, events)
	for i := range out {
		out[i] = event{fmt.Sprint("customer-", rng.IntN(customers)), base.Add(time.Duration(rng.Int64N(int64(400 * 24 * time.Hour))))}
	}
	return out
}

func BenchmarkLog(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		events := shop(n/10, n)
		b.Run(fmt.Sprint("events=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = logOf(b, events)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func BenchmarkMatrix(b *testing.B) {
	london := location(b, "Europe/London")
	asOf := instant(b, "2024-03-01T00:00:00Z")
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		l := logOf(b, shop(n/10, n))
		for _, rule := range []cohort.DayRule{cohort.Calendar(london), cohort.Rolling24h(london)} {
			b.Run(fmt.Sprintf("%s/events=%d", strings.ReplaceAll(rule.String(), "/", "_"), n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = matrix(b, l, rule, asOf, &cohort.Options{By: cohort.ByMonth, Last: 30})
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}
