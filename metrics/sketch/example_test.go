package sketch_test

import (
	"fmt"

	"github.com/rapport-go/rapport/metrics/sketch"
)

// Two shards of response times merge to what one pass would have kept.
func ExampleQuantiles() {
	var all, a, b sketch.Quantiles
	for i := 1; i <= 1000; i++ {
		seconds := float64(i)
		shard := &a
		if i%3 == 0 {
			shard = &b
		}
		for _, q := range []*sketch.Quantiles{&all, shard} {
			if err := q.Add(seconds); err != nil {
				fmt.Println(err)
			}
		}
	}
	if err := a.Merge(&b); err != nil {
		fmt.Println(err)
	}
	one, _ := all.MarshalBinary()
	two, _ := a.MarshalBinary()
	p90, _ := a.Quantile(0.9)
	fmt.Printf("p90 %.0f s, within %.2f%%, same bytes: %v\n", p90, 100*a.Accuracy(), string(one) == string(two))
	// Output:
	// p90 900 s, within 0.78%, same bytes: true
}

func ExampleDistinct() {
	var monday, tuesday sketch.Distinct
	for i := range 30_000 {
		monday.AddString(fmt.Sprint("customer-", i))
		tuesday.AddString(fmt.Sprint("customer-", i+10_000))
	}
	if err := monday.Merge(&tuesday); err != nil {
		fmt.Println(err)
	}
	low, high, _ := monday.Interval(0.95)
	fmt.Println(monday.Estimate() > 39_000, monday.Estimate() < 41_000, low < 40_000, high > 40_000)
	// Output:
	// true true true true
}

func ExampleMoments() {
	var m sketch.Moments
	for _, v := range []float64{2, 4, 4, 4, 5, 5, 7, 9} {
		if err := m.Add(v); err != nil {
			fmt.Println(err)
		}
	}
	mean, _ := m.Mean()
	variance, _ := m.Variance()
	low, high, _ := m.MeanInterval(0.95)
	fmt.Printf("n %d, mean %g (%.2f to %.2f), variance %.4f\n", m.Count(), mean, low, high, variance)
	// Output:
	// n 8, mean 5 (3.21 to 6.79), variance 4.5714
}
