package survival

import (
	"cmp"
	"math"
	"slices"
)

// schoenfeld keeps, for each event in order of time, its covariates less their weighted
// mean in the risk set (Schoenfeld 1982); for tied events under Efron the mean over the
// steps of the tie, as in R.
func (d *coxData) schoenfeld(f *CoxFit, beta []float64) {
	type one struct {
		i int
		r []float64
	}
	var all []one
	d.evaluate(beta, func(i int, mean []float64) {
		r := make([]float64, d.p)
		for j, v := range d.row(i) {
			r[j] = (v - mean[j]) * d.scale[j]
		}
		all = append(all, one{i, r})
	})
	slices.SortStableFunc(all, func(a, b one) int {
		return cmp.Or(cmp.Compare(d.exit[a.i], d.exit[b.i]), cmp.Compare(a.i, b.i))
	})
	for _, o := range all {
		f.residuals, f.times = append(f.residuals, o.r), append(f.times, d.exit[o.i])
	}
	f.before = d.pooled(f.times)
}

// pooled is the Kaplan-Meier estimate of all subjects, strata apart from each other or not,
// just before each of the times, which ascend.
func (d *coxData) pooled(times []float64) []float64 {
	var t Table
	for i, exit := range d.exit {
		if d.entry[i] >= 0 {
			t.put(d.entry[i], tally{entered: 1})
		}
		t.put(exit, tally{exits: 1, events: one(d.event[i])})
	}
	out := make([]float64, len(times))
	survival, k := 1.0, 0
	for _, r := range t.Rows() {
		for k < len(times) && times[k] <= r.Time {
			out[k] = survival
			k++
		}
		if r.Events > 0 {
			survival *= float64(r.AtRisk-r.Events) / float64(r.AtRisk)
		}
	}
	return out
}

// Residual is the Schoenfeld residual of one event.
type Residual struct {
	Time float64
	// Values has one number for each covariate, in its unit. They add up to 0 over the events.
	Values []float64
	// Scaled is the covariance of the coefficients times Values times the number of events,
	// plus the coefficients (Grambsch & Therneau 1994, eq. 2 ff.): its course over time is that of the coefficient.
	Scaled []float64
}

// Residuals are the Schoenfeld residuals in order of time. A fit that has not converged has none.
func (f CoxFit) Residuals() []Residual {
	if f.Status != Converged {
		return nil
	}
	out := make([]Residual, len(f.residuals))
	for i, r := range f.residuals {
		scaled := multiply(f.Covariance, r)
		for j := range scaled {
			scaled[j] = scaled[j]*float64(f.Events) + f.Coefficients[j].Value
		}
		out[i] = Residual{f.times[i], slices.Clone(r), scaled}
	}
	return out
}

// TimeScale is the transform of time against which coefficients are checked. The zero
// value is KaplanMeierScale.
type TimeScale uint8

// The scales.
const (
	// KaplanMeierScale is 1 - S(t-), by which early and late events count alike. R's default.
	KaplanMeierScale TimeScale = iota
	// IdentityScale is time itself.
	IdentityScale
	// RankScale is the rank of the event time, ties at their mean rank.
	RankScale
	// LogScale is the logarithm of time; it needs event times above 0.
	LogScale
)

var scaleNames = []string{"km", "identity", "rank", "log"}

// String is the name of the scale: km, identity, rank or log.
func (s TimeScale) String() string { return name(scaleNames, uint8(s)) }

// MarshalText writes the name.
func (s TimeScale) MarshalText() ([]byte, error) { return marshal("TimeScale", scaleNames, uint8(s)) }

// UnmarshalText reads a name that MarshalText writes.
func (s *TimeScale) UnmarshalText(text []byte) error {
	return unmarshal("TimeScale", scaleNames, text, (*uint8)(s))
}

// HazardCheck is the check of one covariate.
type HazardCheck struct {
	Name string
	// Rho is the correlation of the scaled Schoenfeld residuals with transformed time.
	Rho float64
	ChiSquareTest
}

// CheckProportionalHazards tests whether coefficients change with time (Grambsch & Therneau
// 1994; the approximate form of R's cox.zph before 3.0 and of lifelines): one test for each
// covariate, and one of all together. A small P speaks against proportional hazards. A fit
// that has not converged, or whose events share one time, is [ErrNoData].
func (f CoxFit) CheckProportionalHazards(scale TimeScale) (each []HazardCheck, global ChiSquareTest, err error) {
	if int(scale) >= len(scaleNames) {
		return nil, global, fault("TimeScale", "%d has no name", scale)
	}
	if f.Status != Converged || len(f.times) < 2 {
		return nil, global, ErrNoData
	}
	g := f.transform(scale)
	mean, spread := 0.0, 0.0
	for _, v := range g {
		mean += v / float64(len(g))
	}
	for i := range g {
		g[i] -= mean
		spread += g[i] * g[i]
	}
	if !(spread > 0) || math.IsInf(spread, 0) {
		return nil, global, ErrNoData
	}
	sum := make([]float64, len(f.Coefficients)) // Σ g r
	for i, r := range f.residuals {
		for j, v := range r {
			sum[j] += g[i] * v
		}
	}
	d := float64(f.Events)
	scaled := multiply(f.Covariance, sum) // Σ g r*, over d
	residuals := f.Residuals()
	for j, c := range f.Coefficients {
		x := scaled[j] * scaled[j] * d / (f.Covariance[j][j] * spread)
		each = append(each, HazardCheck{c.Name, correlation(g, residuals, j), test(x, 1)})
	}
	return each, test(quadratic(f.Covariance, sum)*d/spread, len(sum)), nil
}

func correlation(g []float64, residuals []Residual, j int) float64 {
	mean := 0.0
	for _, r := range residuals {
		mean += r.Scaled[j] / float64(len(residuals))
	}
	var xy, xx, yy float64
	for i, r := range residuals {
		y := r.Scaled[j] - mean
		xy, xx, yy = xy+g[i]*y, xx+g[i]*g[i], yy+y*y
	}
	return xy / math.Sqrt(xx*yy)
}

func (f CoxFit) transform(scale TimeScale) []float64 {
	g := slices.Clone(f.times)
	switch scale {
	case KaplanMeierScale:
		for i, s := range f.before {
			g[i] = 1 - s
		}
	case RankScale:
		for i := 0; i < len(g); {
			j := i
			for j < len(f.times) && f.times[j] == f.times[i] {
				j++
			}
			for k := i; k < j; k++ {
				g[k] = float64(i+j+1) / 2
			}
			i = j
		}
	case LogScale:
		for i, t := range f.times {
			g[i] = math.Log(t)
		}
	case IdentityScale:
	}
	return g
}

// concordance is Harrell's C: over all pairs of which one had the event while the other was at risk
// and outlasted it, how often that one had the higher predictor. Pairs with events at the
// same time are not comparable; one censored at the time of the event outlasted it.
func (d *coxData) concordance(eta []float64) (float64, bool) {
	values := slices.Clone(eta)
	slices.Sort(values)
	values = slices.Compact(values)
	rank := func(v float64) int { k, _ := slices.BinarySearch(values, v); return k + 1 }
	var agree, equal, pairs float64
	for _, s := range d.strata {
		tree := make(fenwick, len(values)+1)
		alive, left := 0, s[0]
		for i := s[0]; i < s[1]; {
			t := d.exit[i]
			// The censored come first in the order, then the events.
			for ; i < s[1] && d.exit[i] == t && !d.event[i]; i++ {
				tree.add(rank(eta[i]), 1) // censored here: outlasts the events here
				alive++
			}
			for ; left < s[1] && d.entry[d.byEntry[left]] >= t; left++ {
				tree.add(rank(eta[d.byEntry[left]]), -1) // entered at t or later, so it exits later and is in the tree
				alive--
			}
			dead := i
			for ; i < s[1] && d.exit[i] == t; i++ {
				r := rank(eta[i])
				below, upTo := tree.sum(r-1), tree.sum(r)
				agree += float64(below)
				equal += float64(upTo - below)
				pairs += float64(alive)
			}
			for k := dead; k < i; k++ {
				tree.add(rank(eta[k]), 1)
				alive++
			}
		}
	}
	if pairs == 0 {
		return 0, false
	}
	return (agree + equal/2) / pairs, true
}

// fenwick counts by rank (Fenwick 1994).
type fenwick []int

func (f fenwick) add(i, n int) {
	for ; i < len(f); i += i & -i {
		f[i] += n
	}
}

func (f fenwick) sum(i int) (n int) {
	for ; i > 0; i -= i & -i {
		n += f[i]
	}
	return n
}
