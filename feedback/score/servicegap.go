package score

import (
	"errors"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
)

// IndexOfMeans is the form of the American Customer Satisfaction Index: Σ w (mean - 1) / (9
// Σ w) · 100 over items asked from 1 to 10, from 0 to 100. The published index fits its
// weights by a model that is proprietary; here the caller brings them, and equal ones are a
// fair choice. The lists have the same length, at least one; means lie in 1 to 10; weights
// are zero or more, finite, and not all zero. Anything else is [ErrOutOfRange]; all faults
// are reported.
//
// Source: Fornell et al., "The American Customer Satisfaction Index", Journal of Marketing
// 60 (1996) 7-18.
func IndexOfMeans(means, weights []float64) (float64, error) {
	var faults []error
	if len(means) == 0 || len(means) != len(weights) {
		faults = append(faults, faultInt(ErrOutOfRange, "weights", int64(len(weights)), "one for each of the means, "+strconv.Itoa(len(means))+", and at least one"))
	}
	for i, m := range means {
		if !(m >= 1 && m <= 10) {
			faults = append(faults, faultFloat(ErrOutOfRange, "mean "+strconv.Itoa(i), m, "1 to 10"))
		}
	}
	shares, err := shareWeights(weights)
	if err := errors.Join(append(faults, err)...); err != nil {
		return 0, err
	}
	index := 0.0
	for i, m := range means {
		index += shares[i] * (m - 1) / 9 * 100
	}
	return index, nil
}

// shareWeights are the weights divided by their sum.
func shareWeights(weights []float64) ([]float64, error) {
	total, largest := 0.0, 0.0
	var faults []error
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			faults = append(faults, faultFloat(ErrOutOfRange, "weight "+strconv.Itoa(i), w, "zero or more, and finite"))
		}
		largest = max(largest, w)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if largest == 0 {
		return nil, faultInt(ErrOutOfRange, "weights", 0, "all are zero")
	}
	out := make([]float64, len(weights))
	for i, w := range weights { // by the largest first, so that the sum cannot overflow
		out[i] = w / largest
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out, nil
}

// A SatisfactionIndex collects respondents' answers to the items of an index in the ACSI
// form, each 1 to 10. The zero value is empty and takes its number of items from the first
// respondent; guarantees are those of [Comoments]. Not safe for concurrent use.
type SatisfactionIndex struct{ items Comoments }

// Add records one respondent's answers, 1 to 10 each; 0 is a missing item, which is
// [ErrIncomplete]. Any other answer, or another number of items than before, is
// [ErrOutOfRange]. Faults change nothing.
func (x *SatisfactionIndex) Add(answers []int) error {
	row := make([]float64, len(answers))
	var faults []error
	for i, a := range answers {
		switch {
		case a == 0:
			faults = append(faults, faultInt(ErrIncomplete, "item "+strconv.Itoa(i), 0, "not answered"))
		case a < 1 || a > 10:
			faults = append(faults, faultInt(ErrOutOfRange, "item "+strconv.Itoa(i), int64(a), "whole numbers from 1 to 10 are answers"))
		}
		row[i] = float64(a)
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return x.items.Add(row)
}

// N is the number of respondents.
func (x *SatisfactionIndex) N() int64 { return x.items.n }

// Items is the co-moments of the items, for reliability and drivers. They are the index's own:
// to be read, not added to.
func (x *SatisfactionIndex) Items() *Comoments { return &x.items }

// Estimate is the index of [IndexOfMeans] with the interval of a mean ([StudentT], or
// [AllAlike] where nothing varies), in points from 0 to 100: respondents' own indices are
// averaged, which is the same. Weights are those of IndexOfMeans, one for each item; nil are
// equal ones. No respondent is [ErrNoData].
func (x *SatisfactionIndex) Estimate(weights []float64, o *Options) (Estimate, error) {
	if x.items.n == 0 {
		return Estimate{}, noAnswer("satisfaction index")
	}
	if weights == nil {
		weights = make([]float64, x.items.k)
		for i := range weights {
			weights[i] = 1
		}
	}
	if len(weights) != x.items.k {
		return Estimate{}, faultInt(ErrOutOfRange, "weights", int64(len(weights)), "one for each item, "+strconv.Itoa(x.items.k))
	}
	shares, err := shareWeights(weights)
	if err != nil {
		return Estimate{}, err
	}
	const step = 100.0 / 9
	for i := range shares {
		shares[i] *= step
	}
	return x.items.combination("satisfaction index (ACSI form)", Points, shares, -step, 0, 100, o)
}

// Merge adds the respondents of another state, see [Comoments.Merge].
func (x *SatisfactionIndex) Merge(o *SatisfactionIndex) error { return x.items.Merge(&o.items) }

var (
	kindIndex     = binenc.Kind{'F', 'I', 'D', 'X'}
	configIndex   = binenc.Hash("satisfaction index", "1-10")
	kindService   = binenc.Kind{'F', 'S', 'R', 'V'}
	configService = binenc.Hash("service quality", "22", "1-7")
)

// MarshalBinary writes the state.
func (x *SatisfactionIndex) MarshalBinary() ([]byte, error) {
	return x.items.marshalAs(kindIndex, configIndex), nil
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (x *SatisfactionIndex) UnmarshalBinary(data []byte) error {
	next, err := unmarshalComoments(data, kindIndex, configIndex)
	if err != nil {
		return err
	}
	for i := range next.k {
		if m := next.mean(i); m < 1 || m > 10 {
			return faultFloat(ErrCorrupt, "mean "+strconv.Itoa(i), m, "not of answers from 1 to 10")
		}
	}
	x.items = next
	return nil
}

// A ServiceDimension is one of the five dimensions of SERVQUAL.
type ServiceDimension uint8

// The dimensions in the order of the questionnaire, with 4, 5, 4, 4 and 5 items.
//
// Source: Parasuraman, Zeithaml and Berry, "SERVQUAL: A Multiple-Item Scale for Measuring
// Consumer Perceptions of Service Quality", Journal of Retailing 64 (1988) 12-40; the
// numbers of items are those of the 1991 revision.
const (
	Tangibles ServiceDimension = iota + 1
	ReliabilityOfService
	Responsiveness
	Assurance
	Empathy
)

var dimensionNames = [...]string{"unset", "tangibles", "reliability", "responsiveness", "assurance", "empathy"}

// String is the dimension's name, "unset" for the zero value.
func (d ServiceDimension) String() string { return enumText(dimensionNames[:], uint8(d)) }

// MarshalText writes the name; the zero value and unknown dimensions are errors.
func (d ServiceDimension) MarshalText() ([]byte, error) {
	return enumMarshal("dimension", dimensionNames[:], 1, uint8(d))
}

// UnmarshalText reads a name.
func (d *ServiceDimension) UnmarshalText(text []byte) error {
	return enumUnmarshal("dimension", dimensionNames[:], 1, text, (*uint8)(d))
}

// dimensionItems is the number of items of each dimension.
func dimensionItems() [5]int { return [5]int{4, 5, 4, 4, 5} }

// ServiceItems is the number of items of SERVQUAL.
const ServiceItems = 22

// ServiceQuality collects respondents' 22 perceptions and 22 expectations, each 1 to 7, as
// gaps (perception minus expectation) by dimension. The zero value is empty and ready;
// guarantees are those of [Comoments]. Not safe for concurrent use.
type ServiceQuality struct{ gaps Comoments } // sums of the items' gaps

// Add records one respondent. 0 is a missing item, which is [ErrIncomplete]; any other
// answer outside 1 to 7 is [ErrOutOfRange]. All faults are reported and change nothing.
func (q *ServiceQuality) Add(perception, expectation [ServiceItems]int) error {
	var faults []error
	for side, items := range [...][ServiceItems]int{perception, expectation} {
		name := [...]string{"perception ", "expectation "}[side]
		for i, a := range items {
			switch {
			case a == 0:
				faults = append(faults, faultInt(ErrIncomplete, name+strconv.Itoa(i+1), 0, "not answered"))
			case a < 1 || a > 7:
				faults = append(faults, faultInt(ErrOutOfRange, name+strconv.Itoa(i+1), int64(a), "whole numbers from 1 to 7 are answers"))
			}
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	row, item := make([]float64, 5), 0
	for d, items := range dimensionItems() {
		for range items {
			row[d] += float64(perception[item] - expectation[item])
			item++
		}
	}
	return q.gaps.Add(row)
}

// N is the number of respondents.
func (q *ServiceQuality) N() int64 { return q.gaps.n }

// The ends of a gap between two answers from 1 to 7.
const (
	worstGap = -6
	bestGap  = 6
)

// Gap is the mean gap of a dimension in scale points, -6 to 6: below zero where the service
// falls short of what was expected; see [Ratings.Mean] for the interval. A value that is no
// dimension is [ErrOutOfRange], no respondent [ErrNoData].
func (q *ServiceQuality) Gap(d ServiceDimension, o *Options) (Estimate, error) {
	if d < Tangibles || d > Empathy {
		return Estimate{}, fault(ErrOutOfRange, "dimension", d.String(), "no such dimension")
	}
	var importance [5]float64
	importance[d-1] = 100
	return q.weighted("service gap of "+d.String(), importance, o)
}

// Unweighted is the mean of the five dimensions' gaps.
func (q *ServiceQuality) Unweighted(o *Options) (Estimate, error) {
	return q.weighted("service gap, unweighted", [5]float64{20, 20, 20, 20, 20}, o)
}

// Weighted is the gap weighted by the importance of the dimensions, in the order of the
// constants: respondents share out 100 points, and the weights are their means. Weights that
// do not add up to 100 within 1e-9 are [ErrInconsistent]; one that is negative or not finite
// is [ErrOutOfRange].
func (q *ServiceQuality) Weighted(importance [5]float64, o *Options) (Estimate, error) {
	total := 0.0
	var faults []error
	for i, w := range importance {
		if !(w >= 0 && w <= 1e6) {
			faults = append(faults, faultFloat(ErrOutOfRange, "importance of "+dimensionNames[i+1], w, "points, zero or more"))
		}
		total += w
	}
	if err := errors.Join(faults...); err != nil {
		return Estimate{}, err
	}
	if math.Abs(total-100) > 1e-9 {
		return Estimate{}, faultFloat(ErrInconsistent, "importance", total, "the points add up to 100")
	}
	return q.weighted("service gap, weighted", importance, o)
}

func (q *ServiceQuality) weighted(name string, importance [5]float64, o *Options) (Estimate, error) {
	weights := make([]float64, 5)
	for d, items := range dimensionItems() {
		weights[d] = importance[d] / 100 / float64(items)
	}
	return q.gaps.combination(name, ScalePoints, weights, 0, worstGap, bestGap, o)
}

// Merge adds the respondents of another state, see [Comoments.Merge].
func (q *ServiceQuality) Merge(o *ServiceQuality) error { return q.gaps.Merge(&o.gaps) }

// MarshalBinary writes the state.
func (q *ServiceQuality) MarshalBinary() ([]byte, error) {
	return q.gaps.marshalAs(kindService, configService), nil
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (q *ServiceQuality) UnmarshalBinary(data []byte) error {
	next, err := unmarshalComoments(data, kindService, configService)
	if err != nil {
		return err
	}
	if next.k != 0 && next.k != 5 {
		return faultInt(ErrCorrupt, "columns", int64(next.k), "five dimensions have a gap")
	}
	for i, items := range dimensionItems() {
		if next.k != 0 && math.Abs(next.mean(i)) > float64(bestGap*items) {
			return faultFloat(ErrCorrupt, "gap of "+dimensionNames[i+1], next.mean(i), "beyond the scale")
		}
	}
	q.gaps = next
	return nil
}
