package stat

import "math"

// NMinusOneZ is [PooledZ] times sqrt((N-1)/N), N the number of both samples: the
// test that Campbell recommends where no expected count is below 1 ("Chi-squared
// and Fisher-Irwin tests of two-by-two tables with small sample recommendations",
// Statistics in Medicine 26 (2007) 3661-3675). NaN where the pooled proportion is 0
// or 1.
func NMinusOneZ(x1, n1, x2, n2 float64) float64 {
	n := n1 + n2
	return PooledZ(x1, n1, x2, n2) * math.Sqrt((n-1)/n)
}

// LargestFisher is the largest number of trials, both samples together, that
// [FisherExact] enumerates.
const LargestFisher = 1e12

// FisherExact is the two-sided p-value of Fisher's exact test of x1 hits in n1 and x2
// in n2: the probability, all margins given, of the tables that are no more
// probable than the one seen (Fisher 1935; Irwin's rule for the second tail).
// Tables within 1e-7 of its probability count as equally probable, as in R. NaN for
// impossible counts and for more than [LargestFisher] trials.
func FisherExact(x1, n1, x2, n2 int64) float64 {
	if x1 < 0 || x2 < 0 || x1 > n1 || x2 > n2 || n1 > LargestFisher || n2 > LargestFisher || n1+n2 > LargestFisher {
		return nan
	}
	hits := x1 + x2
	lowest, highest := max(0, hits-n2), min(hits, n1)
	// Probabilities are relative to the most probable table, where the recurrence
	// starts, so that no logarithm of a large factorial is needed.
	mode := int64(float64(hits+1) * float64(n1+1) / float64(n1+n2+2))
	mode = min(max(mode, lowest), highest)
	up := func(k int64) float64 { // p(k+1) / p(k)
		return float64(hits-k) / float64(k+1) * (float64(n1-k) / float64(n2-hits+k+1))
	}
	seen := 1.0
	for k := mode; k < x1; k++ {
		seen *= up(k)
	}
	for k := mode; k > x1; k-- {
		seen /= up(k - 1)
	}
	bound := seen * (1 + 1e-7)
	var all, extreme ExactSum
	take := func(p float64) {
		all.Add(p)
		if p <= bound {
			extreme.Add(p)
		}
	}
	take(1)
	for p, k := 1.0, mode; k < highest && p > 0; k++ {
		p *= up(k)
		take(p)
	}
	for p, k := 1.0, mode; k > lowest && p > 0; k-- {
		p /= up(k - 1)
		take(p)
	}
	return math.Min(1, extreme.Float()/all.Float())
}
