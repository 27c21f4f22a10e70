package recommend

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"
)

// Scores are how well a method foretells what customers buy. Compare them between
// methods and options on the same purchases only.
type Scores struct {
	Method    Method
	K         int     // suggestions for each customer
	Customers int     // asked: they bought before the split, and something new after it
	HeldOut   int     // what they bought that was new to them, each item once
	Hits      int     // of those among the suggestions
	Recall    float64 // mean over customers of hits by held-out items, 0 to 1
	NDCG      float64 // mean over customers, 0 to 1: hits count for less further down
	Items     int     // distinct items suggested to anybody
	Fallback  int     // suggestions by popularity
}

// String says it on one line.
func (s Scores) String() string {
	return fmt.Sprintf("%s: recall@%d %.4f, NDCG@%d %.4f, %d customers, %d items", s.Method, s.K, s.Recall, s.K, s.NDCG, s.Customers, s.Items)
}

// Evaluate trains on the purchases before an instant and asks, for everybody who
// bought before it and something new to them at or after it, for k suggestions (0 is
// 10, at most 1,000), with consent to profiling. Fallbacks count like other
// suggestions, since they are shown like them; an item that nobody bought before
// cannot be found and counts all the same. Purchases without an instant lie before.
// Where the options have a half-life and no Now, split is taken for it.
//
// Recall of a customer is hits / held-out items. NDCG is the sum of 1 / log2(rank + 1)
// over the hits, divided by that of the best possible list of k (K. Järvelin, J.
// Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", ACM TOIS 20(4), 2002,
// with gains of 0 and 1 and the discount log2(rank + 1) from the first rank on). Split
// by time rather than at random, so that no method learns from what came later.
//
// Errors: those of [Train]; [ErrOptions] for a k out of range or a split that is zero;
// [ErrNoData] where nobody can be asked.
func Evaluate(purchases iter.Seq[Purchase], split time.Time, k int, o *Options) (Scores, error) {
	if k == 0 {
		k = 10
	}
	if k < 1 || k > 1_000 || split.IsZero() {
		return Scores{}, fmt.Errorf("%w: Evaluate needs an instant to split at and 1 to 1,000 suggestions, has %d", ErrOptions, k)
	}
	var options Options
	if o != nil {
		options = *o
	}
	if options.HalfLife > 0 && options.Now.IsZero() {
		options.Now = split
	}
	before, after := map[string][]string{}, map[string][]string{}
	segments := map[string]string{}
	m, err := Train(func(yield func(Purchase) bool) {
		for p := range purchases {
			if !p.At.Before(split) {
				after[p.Customer] = append(after[p.Customer], p.Item)
				continue
			}
			before[p.Customer] = append(before[p.Customer], p.Item)
			if old := segments[p.Customer]; p.Segment != "" && (old == "" || p.Segment < old) {
				segments[p.Customer] = p.Segment
			}
			if !yield(p) {
				return
			}
		}
	}, &options)
	if err != nil {
		return Scores{}, err
	}
	s := Scores{Method: m.method, K: k}
	shown := map[string]bool{}
	for _, customer := range slices.Sorted(maps.Keys(after)) { // sums in one order
		if owned := before[customer]; owned != nil {
			s.add(m, Question{Owned: owned, Profiling: true, Segment: segments[customer], N: k}, after[customer], shown)
		}
	}
	if s.Customers == 0 {
		return Scores{}, fmt.Errorf("%w: nobody bought before %s and something new after it", ErrNoData, split.Format(time.RFC3339))
	}
	s.Recall /= float64(s.Customers)
	s.NDCG /= float64(s.Customers)
	s.Items = len(shown)
	return s, nil
}

// add asks for one customer; shown collects what anybody is shown.
func (s *Scores) add(m *Model, q Question, bought []string, shown map[string]bool) {
	held := map[string]bool{}
	for _, id := range bought {
		held[id] = true
	}
	for _, id := range q.Owned {
		delete(held, id)
	}
	if len(held) == 0 {
		return
	}
	var gain, best float64
	hits := 0
	for rank, x := range m.For(q).Suggestions {
		shown[x.Item] = true
		if x.Fallback {
			s.Fallback++
		}
		if held[x.Item] {
			hits++
			gain += discount(rank)
		}
	}
	for rank := range min(len(held), q.N) {
		best += discount(rank)
	}
	s.Customers++
	s.HeldOut += len(held)
	s.Hits += hits
	s.Recall += float64(hits) / float64(len(held))
	s.NDCG += gain / best
}

// discount is what a hit counts at a rank from 0.
func discount(rank int) float64 { return 1 / math.Log2(float64(rank)+2) }
