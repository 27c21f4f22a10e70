package score_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/score"
)

// BenchmarkNetPromoter counts answers, twelve kinds of which one is no answer, and makes the
// estimate: a column of bytes, and strict answers as a slice
// and by iterator.
func BenchmarkNetPromoter(b *testing.B) {
	sizes := []int{1e4, 1e5, 1e6, 1e7}
	random := rand.New(rand.NewPCG(1, 2))
	column := make([]int8, sizes[len(sizes)-1])
	strict := make([]feedback.NPSAnswer, len(column))
	for i := range column {
		column[i] = int8(random.IntN(12))
		if column[i] < 11 {
			strict[i], _ = feedback.NewNPS(int(column[i]))
		}
	}
	pace := func(b *testing.B, n int) {
		b.Helper()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/answer")
	}
	for _, n := range sizes {
		b.Run(fmt.Sprintf("column/answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var s score.NetPromoter
				s.AddScores(column[:n])
				if _, err := s.Estimate(nil); err != nil {
					b.Fatal(err)
				}
			}
			pace(b, n)
		})
		b.Run(fmt.Sprintf("strict/answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var s score.NetPromoter
				s.AddAnswers(strict[:n])
				if _, err := s.Estimate(nil); err != nil {
					b.Fatal(err)
				}
			}
			pace(b, n)
		})
		b.Run(fmt.Sprintf("iterator/answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := score.NetPromoterOf(slices.Values(strict[:n]))
				if _, err := s.Estimate(nil); err != nil {
					b.Fatal(err)
				}
			}
			pace(b, n)
		})
	}
}

// BenchmarkSegments counts 240 segments by map, and merges shards of them.
func BenchmarkSegments(b *testing.B) {
	const segments = 240
	random := rand.New(rand.NewPCG(1, 2))
	keys := make([]string, segments)
	for i := range keys {
		keys[i] = "segment-" + strconv.Itoa(i)
	}
	for _, n := range []int{1e5, 1e6, 1e7} {
		scores, of := make([]int8, n), make([]uint8, n)
		for i := range scores {
			scores[i], of[i] = int8(random.IntN(11)), uint8(random.IntN(segments))
		}
		b.Run(fmt.Sprintf("answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				by := make(map[string]*score.NetPromoter, segments)
				for i, s := range scores {
					acc := by[keys[of[i]]]
					if acc == nil {
						acc = &score.NetPromoter{}
						by[keys[of[i]]] = acc
					}
					_ = acc.Add(int(s))
				}
			}
		})
	}
	for _, shards := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("merge/shards=%d", shards), func(b *testing.B) {
			var all [segments]score.NetPromoter
			part := [segments]score.NetPromoter{}
			for i := range part {
				part[i] = score.NetPromoter{Promoters: 3, Passives: 2, Detractors: 1}
			}
			b.ReportAllocs()
			for b.Loop() {
				all = [segments]score.NetPromoter{}
				for range shards {
					for i := range all {
						if err := all[i].Merge(part[i]); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
		})
	}
}

type weighed struct {
	score  int
	weight float64
}

func (w weighed) Score() int      { return w.score }
func (w weighed) Weight() float64 { return w.weight }

func BenchmarkWeightedNetPromoter(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1e4, 1e5, 1e6} {
		rows := make([]weighed, n)
		for i := range rows {
			rows[i] = weighed{random.IntN(11), random.Float64() + 0.1}
		}
		b.Run(fmt.Sprintf("answers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := score.WeightedNetPromoterOf(iter.Seq[weighed](slices.Values(rows))).Estimate(nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEstimate is the interval alone, by method.
func BenchmarkEstimate(b *testing.B) {
	n := score.NetPromoter{Promoters: 4000, Passives: 3000, Detractors: 3000}
	for _, method := range []score.Method{score.Wald, score.AdjustedWald, score.Score} {
		b.Run(method.String(), func(b *testing.B) {
			b.ReportAllocs()
			o := &score.Options{Method: method}
			for b.Loop() {
				if _, err := n.Estimate(o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDrivers is the whole report from co-moments; LMG looks at 2^drivers models.
func BenchmarkDrivers(b *testing.B) {
	for _, p := range []int{4, 8, 12, 15, 30} {
		c := comomentsOf(b, sample(6, 500, p))
		b.Run(fmt.Sprintf("drivers=%d", p), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Drivers(0, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkComoments(b *testing.B) {
	rows := sample(6, 10_000, 12)
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if comomentsOf(b, rows[:n]).N() == 0 {
					b.Fatal("no rows")
				}
			}
		})
	}
}

func BenchmarkReliability(b *testing.B) {
	c := comomentsOf(b, sample(6, 500, 9))
	b.Run("alpha", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Reliability(nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, method := range []score.FactorMethod{score.MaximumLikelihood, score.MinimumResidual} {
		b.Run("omega/"+method.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Omega(method); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRaking collects rows over three margins (5, 3 and 8 levels), rakes them and gives
// each row its weight.
func BenchmarkRaking(b *testing.B) {
	margins := []score.Margin{{Name: "age"}, {Name: "tier"}, {Name: "country"}}
	for i, levels := range []int{5, 3, 8} {
		for l := range levels {
			margins[i].Targets = append(margins[i].Targets, score.Target{Level: "level-" + strconv.Itoa(l), Size: 1 / float64(levels)})
		}
	}
	random := rand.New(rand.NewPCG(6, 6))
	draw := func(levels int) string {
		return "level-" + strconv.Itoa(int(random.Float64()*random.Float64()*float64(levels)))
	}
	for _, n := range []int{1e4, 1e5, 1e6} {
		rows := make([][]string, n)
		for i := range rows {
			rows[i] = []string{draw(5), draw(3), draw(8)}
		}
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			weights := make([]float64, n)
			for b.Loop() {
				r, err := score.NewRaking(margins...)
				if err != nil {
					b.Fatal(err)
				}
				for _, row := range rows {
					if err := r.Add(row, 1); err != nil {
						b.Fatal(err)
					}
				}
				w, err := r.Weights(nil)
				if err != nil {
					b.Fatal(err)
				}
				for i, row := range rows {
					if weights[i], err = w.Weight(row, 1); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
