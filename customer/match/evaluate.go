package match

import (
	"fmt"
)

// Scores compare clusters with the truth.
type Scores struct {
	// Pairs that are together in both, only in the clusters found, only in the truth.
	TruePairs, FalsePairs, MissedPairs int
	// BCubedPrecision and BCubedRecall are the means over records of the share of its
	// group that belongs there, and of its person that is there (A. Bagga and
	// B. Baldwin, 1998). From 0 to 1.
	BCubedPrecision, BCubedRecall float64
}

// Precision is the share of the pairs found that are right; ok is false where none was
// found.
func (s Scores) Precision() (float64, bool) { return ratio(s.TruePairs, s.TruePairs+s.FalsePairs) }

// Recall is the share of the true pairs that was found; ok is false where there are
// none.
func (s Scores) Recall() (float64, bool) { return ratio(s.TruePairs, s.TruePairs+s.MissedPairs) }

// F1 is the harmonic mean of precision and recall; ok is false where there are no pairs
// on either side.
func (s Scores) F1() (float64, bool) {
	return ratio(2*s.TruePairs, 2*s.TruePairs+s.FalsePairs+s.MissedPairs)
}

// BCubedF1 is the harmonic mean of the two B-cubed figures.
func (s Scores) BCubedF1() float64 {
	return 2 * s.BCubedPrecision * s.BCubedRecall / (s.BCubedPrecision + s.BCubedRecall)
}

func ratio(a, b int) (float64, bool) {
	if b == 0 {
		return 0, false
	}
	return float64(a) / float64(b), true
}

// Evaluate compares clusters with the person of each record. The error is [ErrRecord]
// where a record is in no cluster, in two, or has no person, and [ErrNoData] where there
// are none.
func Evaluate(found Clusters, person map[string]string) (Scores, error) {
	var s Scores
	if len(person) == 0 {
		return s, fmt.Errorf("%w: no record has a person", ErrNoData)
	}
	size := map[string]int{}
	for _, p := range person {
		size[p]++
	}
	seen := make(map[string]bool, len(person))
	for _, cluster := range found {
		counts := map[string]int{}
		for _, id := range cluster {
			p, ok := person[id]
			if !ok || seen[id] {
				return s, fmt.Errorf("%w: %q has no person or is in two clusters", ErrRecord, clip(id))
			}
			seen[id] = true
			counts[p]++
		}
		right := 0
		for _, id := range cluster { // in the order of the cluster, so that sums are the same each time
			p := person[id]
			n := counts[p]
			s.BCubedPrecision += float64(n) / float64(len(cluster))
			s.BCubedRecall += float64(n) / float64(size[p])
			right += n - 1
		}
		s.TruePairs += right / 2
		s.FalsePairs += len(cluster)*(len(cluster)-1)/2 - right/2
	}
	if len(seen) != len(person) {
		return s, fmt.Errorf("%w: %d records are in no cluster", ErrRecord, len(person)-len(seen))
	}
	for _, n := range size {
		s.MissedPairs += n * (n - 1) / 2
	}
	s.MissedPairs -= s.TruePairs
	s.BCubedPrecision /= float64(len(person))
	s.BCubedRecall /= float64(len(person))
	return s, nil
}
