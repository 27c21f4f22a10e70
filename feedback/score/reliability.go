package score

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/stat"
)

// An ItemReliability is what one item does to a scale.
type ItemReliability struct {
	// RestCorrelation is the item's correlation with the sum of the others (corrected
	// item-total correlation). HasRest is false where the others' sum is constant.
	RestCorrelation float64 `json:"rest_correlation"`
	HasRest         bool    `json:"has_rest"`
	// AlphaDropped is alpha of the scale without the item. HasDropped is false where
	// fewer than two items are left or their sum is constant.
	AlphaDropped float64 `json:"alpha_dropped"`
	HasDropped   bool    `json:"has_dropped"`
}

// A Reliability is how far the items of a scale measure one thing.
type Reliability struct {
	// Alpha is Cronbach's, with Feldt's interval. It has no standard error.
	Alpha Estimate `json:"alpha"`
	// Standardized is alpha of the standardised items, from correlations only.
	// HasStandardized is false where the standardised items cancel out.
	Standardized    float64 `json:"standardized"`
	HasStandardized bool    `json:"has_standardized"`
	// MeanCorrelation is the mean of the correlations between items.
	MeanCorrelation float64 `json:"mean_correlation"`
	// SEM is the standard error of measurement of the sum score, sd sqrt(1 - alpha).
	SEM   float64           `json:"sem"`
	Items []ItemReliability `json:"items"`
	// LikelyReversed are the items whose covariance with the sum of the others is
	// negative, the most negative first: look whether they were asked the other way
	// round. They are reported, never turned.
	LikelyReversed []int `json:"likely_reversed,omitempty"`
}

// Reliability is that of the columns as the items of one scale. One item, or one
// respondent, is [ErrUndefined]; so is a constant item, which is named; no respondent
// is [ErrNoData]. A negative alpha is given as it is, with [NegativeReliability].
// The options' level is that of the interval; other methods than [Feldt] are
// [ErrOutOfRange], as is a Population.
//
// alpha = k/(k-1) (1 - Σ s²_i / s²_T); its interval is 1 - (1-alpha) F with n-1 and
// (n-1)(k-1) degrees of freedom.
//
// Source: Cronbach, Psychometrika 16 (1951) 297-334; Feldt, Psychometrika 30 (1965)
// 357-370; Feldt, Woodruff and Salih, Applied Psychological Measurement 11 (1987) 93-103.
func (c *Comoments) Reliability(o *Options) (Reliability, error) {
	cov, err := c.scale("alpha", 2)
	if err != nil {
		return Reliability{}, err
	}
	s, err := o.settle(c.n)
	if err := errors.Join(err, s.noPopulation()); err != nil {
		return Reliability{}, err
	}
	if s.Method != Auto && s.Method != Feldt {
		return Reliability{}, s.refuse()
	}
	own, total := scatters(cov, -1)
	if !(total > 0) {
		return Reliability{}, faultFloat(ErrUndefined, "variance of the sum", total, "the items cancel out")
	}
	k := float64(c.k)
	alpha := alphaOf(k, own, total)
	r := Reliability{
		Alpha: Estimate{
			Name: "Cronbach's alpha", Unit: Pure, Value: alpha, Level: s.Level, N: c.n, EffectiveN: float64(c.n), Method: Feldt, Caveats: s.caveats.withIf(NegativeReliability, alpha < 0),
		},
		SEM: math.Sqrt(max(0, total*(1-alpha))),
	}
	tail := (1 - s.Level) / 2
	d1, d2 := float64(c.n-1), float64(c.n-1)*(k-1)
	r.Alpha.Low = 1 - (1-alpha)*stat.FQuantile(1-tail, d1, d2)
	r.Alpha.High = 1 - (1-alpha)*stat.FQuantile(tail, d1, d2)
	r.standardized(correlations(cov))
	r.items(cov)
	return r, nil
}

// scale checks that the columns can be a scale of at least items and gives their
// covariances.
func (c *Comoments) scale(name string, items int) ([][]float64, error) {
	switch {
	case c.n == 0:
		return nil, noAnswer(name)
	case c.n == 1:
		return nil, faultInt(ErrUndefined, "rows", 1, "one respondent has no spread")
	case c.k < items:
		return nil, faultInt(ErrUndefined, "items", int64(c.k), "at least "+strconv.Itoa(items)+" are needed")
	}
	cov := c.matrix()
	var faults []error
	for i := range cov {
		if cov[i][i] == 0 {
			faults = append(faults, fault(ErrUndefined, "item "+strconv.Itoa(i), "constant", "everybody answered "+strconv.FormatFloat(c.mean(i), 'g', -1, 64)))
		}
	}
	return cov, errors.Join(faults...)
}

func alphaOf(k, own, total float64) float64 { return k / (k - 1) * (1 - own/total) }

// scatters are the sum of the items' variances and the variance of their sum, without
// one item (-1 for all).
func scatters(cov [][]float64, without int) (own, total float64) {
	for i := range cov {
		if i == without {
			continue
		}
		own += cov[i][i]
		for j := range i {
			if j != without {
				total += 2 * cov[i][j]
			}
		}
	}
	total += own
	if total <= 1e-14*own { // what rounding leaves of items that cancel out
		total = 0
	}
	return own, total
}

func (r *Reliability) standardized(cor [][]float64) {
	k := float64(len(cor))
	for i := range cor {
		for j := range i {
			r.MeanCorrelation += cor[i][j] / (k * (k - 1) / 2)
		}
	}
	if den := 1 + (k-1)*r.MeanCorrelation; den > 1e-14 {
		r.Standardized, r.HasStandardized = k*r.MeanCorrelation/den, true
	}
}

func (r *Reliability) items(cov [][]float64) {
	rests := make([]float64, len(cov))
	for i := range cov {
		for j := range cov {
			if j != i {
				rests[i] += cov[i][j]
			}
		}
		var item ItemReliability
		own, rest := scatters(cov, i)
		if item.HasRest = rest > 0; item.HasRest {
			item.RestCorrelation = max(-1, min(1, rests[i]/math.Sqrt(cov[i][i])/math.Sqrt(rest)))
		}
		if item.HasDropped = rest > 0 && len(cov) > 2; item.HasDropped {
			item.AlphaDropped = alphaOf(float64(len(cov)-1), own, rest)
		}
		r.Items = append(r.Items, item)
		if rests[i] < 0 {
			r.LikelyReversed = append(r.LikelyReversed, i)
		}
	}
	slices.SortStableFunc(r.LikelyReversed, func(a, b int) int { return cmp.Compare(rests[a], rests[b]) })
}
