package survival

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// GroupTest is one group of a test.
type GroupTest struct {
	// Observations in the group.
	Observations int64
	// Observed and Expected are the weighted numbers of events, expected if all groups
	// had the same hazard.
	Observed, Expected float64
}

// TestResult is the outcome of a test of equal hazards.
type TestResult struct {
	Groups []GroupTest
	// Variance is the covariance matrix of Observed - Expected; it has no inverse, since these add up to 0.
	Variance [][]float64
	// ChiSquare with DF degrees of freedom, and P, the chance of one as large or larger
	// if the hazards are equal.
	ChiSquare float64
	DF        int
	P         float64
}

// LogRank tests whether the groups have the same hazard at all times (Mantel 1966; with
// PetoPeto weights: Harrington & Fleming 1982, rho = 1). Fewer than two groups with
// anybody at risk at an event time is [ErrNoData].
func LogRank(groups []*Table, w Weighting) (TestResult, error) {
	return StratifiedLogRank([][]*Table{groups}, w)
}

// StratifiedLogRank compares the groups within each stratum and adds the comparisons up, so
// that differences between strata play no part. Every stratum lists the same groups in the
// same order; a group that a stratum has not is nil or empty.
func StratifiedLogRank(strata [][]*Table, w Weighting) (TestResult, error) {
	if int(w) >= len(weightingNames) {
		return TestResult{}, fault("Weighting", "%d has no name", w)
	}
	if len(strata) == 0 || len(strata[0]) < 2 {
		return TestResult{}, ErrNoData
	}
	k := len(strata[0])
	r := TestResult{Groups: make([]GroupTest, k), Variance: square(k)}
	for i, groups := range strata {
		if len(groups) != k {
			return TestResult{}, fault("strata", "stratum %d has %d groups, the first has %d", i, len(groups), k)
		}
		r.stratum(groups, w)
	}
	if err := r.conclude(); err != nil {
		return TestResult{}, err
	}
	return r, nil
}

func square(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
	}
	return out
}

// stratum adds the event times of one stratum.
func (r *TestResult) stratum(groups []*Table, w Weighting) {
	k := len(groups)
	var all Table
	rows := make([][]Row, k)
	for g, t := range groups {
		if t == nil {
			continue
		}
		all.Merge(t)
		rows[g] = t.Rows()
		for _, row := range rows[g] {
			r.Groups[g].Observations += row.Events + row.Censored
		}
	}
	next := make([]int, k)
	share := make([]float64, k)
	survival := 1.0
	for _, pooled := range all.Rows() {
		if pooled.Events == 0 {
			continue
		}
		n, d := float64(pooled.AtRisk), float64(pooled.Events)
		weight := 1.0
		if w == PetoPeto {
			weight = survival
		}
		for g := range groups {
			risk, events := step(rows[g], &next[g], pooled.Time)
			share[g] = float64(risk) / n
			r.Groups[g].Observed += weight * float64(events)
			r.Groups[g].Expected += weight * d * share[g]
		}
		if pooled.AtRisk > 1 {
			r.spread(share, weight*weight*d*(n-d)/(n-1))
		}
		survival *= (n - d) / n
	}
}

// step moves to the row at a time and returns the risk set and the events there.
func step(rows []Row, next *int, time float64) (risk, events int64) {
	for *next < len(rows) && rows[*next].Time < time {
		*next++
	}
	if *next == len(rows) {
		return 0, 0
	}
	row := rows[*next]
	if row.Time == time {
		events = row.Events
	}
	return row.AtRisk, events
}

// spread adds the hypergeometric covariance of one event time.
func (r *TestResult) spread(share []float64, v float64) {
	for g, p := range share {
		for h, q := range share {
			if g == h {
				r.Variance[g][g] += v * p * (1 - p)
			} else {
				r.Variance[g][h] -= v * p * q
			}
		}
	}
}

// conclude computes the statistic over the groups that expect anything, leaving out the
// first of them.
func (r *TestResult) conclude() error {
	var used []int
	for g, t := range r.Groups {
		if t.Expected > 0 {
			used = append(used, g)
		}
	}
	if len(used) < 2 {
		return ErrNoData
	}
	used = used[1:]
	m := square(len(used))
	diff := make([]float64, len(used))
	for i, g := range used {
		diff[i] = r.Groups[g].Observed - r.Groups[g].Expected
		for j, h := range used {
			m[i][j] = r.Variance[g][h]
		}
	}
	inverse, ok := invert(m)
	if !ok {
		return ErrNoData // every event time has all its risk set in one group, or ends it
	}
	r.DF = len(used)
	r.ChiSquare = quadratic(inverse, diff)
	r.P = chiSquareTail(r.ChiSquare, r.DF)
	return nil
}

// chiSquareTail is the chance of a chi-square variable above x.
func chiSquareTail(x float64, df int) float64 {
	if !(x > 0) {
		return 1
	}
	return mathext.GammaIncRegComp(float64(df)/2, x/2)
}

// quadratic is v' m v.
func quadratic(m [][]float64, v []float64) float64 {
	sum := 0.0
	for i := range v {
		for j := range v {
			sum += v[i] * m[i][j] * v[j]
		}
	}
	return sum
}

// invert inverts a symmetric positive definite matrix by Cholesky, and is false where it
// is not one.
func invert(m [][]float64) ([][]float64, bool) {
	n := len(m)
	l := square(n)
	for i := range n {
		for j := range i + 1 {
			sum := m[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = sum / l[j][j]
				continue
			}
			if !(sum > 1e-12*math.Abs(m[i][i])) || math.IsInf(sum, 1) {
				return nil, false
			}
			l[i][i] = math.Sqrt(sum)
		}
	}
	out := square(n)
	for c := range n { // solve L L' x = e_c
		x := make([]float64, n)
		for i := range n {
			sum := 0.0
			if i == c {
				sum = 1
			}
			for k := range i {
				sum -= l[i][k] * x[k]
			}
			x[i] = sum / l[i][i]
		}
		for i := n - 1; i >= 0; i-- {
			sum := x[i]
			for k := i + 1; k < n; k++ {
				sum -= l[k][i] * x[k]
			}
			x[i] = sum / l[i][i]
		}
		for i := range n {
			out[i][c] = x[i]
		}
	}
	for i := range n { // equal halves, to the bit
		for j := range i {
			mean := (out[i][j] + out[j][i]) / 2
			out[i][j], out[j][i] = mean, mean
		}
	}
	return out, true
}

// multiply is m v.
func multiply(m [][]float64, v []float64) []float64 {
	out := make([]float64, len(m))
	for i := range m {
		for j := range v {
			out[i] += m[i][j] * v[j]
		}
	}
	return out
}
