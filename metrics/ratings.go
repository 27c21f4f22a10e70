package metrics

import (
	"errors"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A Scale is a closed scale of whole numbers with a side that is good.
type Scale struct {
	Low, High int // first and last answer, Low < High
	// Top is the answer from which on a customer counts as satisfied (or the effort
	// as low): answers at or above it, or at or below it when Reversed.
	Top int
	// Reversed says that small answers are the good ones, as in CES 1.0, where 1
	// was "very low effort".
	Reversed bool
}

// SatisfactionScale is the usual CSAT scale: 1 to 5, satisfied from 4 (top two box).
func SatisfactionScale() Scale { return Scale{Low: 1, High: 5, Top: 4} }

// EffortScale is CES 2.0: agreement that it was made easy, 1 to 7, easy from 5 (top
// three box).
//
// Source: Dixon, Toman and DeLisi, "The Effortless Experience", 2013.
func EffortScale() Scale { return Scale{Low: 1, High: 7, Top: 5} }

const maxScale = 1000

func (s Scale) check() error {
	var faults []error
	if s.Low >= s.High || s.Low < -maxScale || s.High > maxScale {
		faults = append(faults, faultInt(ErrOutOfRange, "low", int64(s.Low), "a scale runs upward within -1000 to 1000"))
	}
	if s.Top < s.Low || s.Top > s.High {
		faults = append(faults, faultInt(ErrOutOfRange, "top", int64(s.Top), "not an answer of the scale"))
	}
	return errors.Join(faults...)
}

func (s Scale) good(score int) bool {
	if s.Reversed {
		return score <= s.Top
	}
	return score >= s.Top
}

// Ratings counts answers on a [Scale]: customer satisfaction (CSAT), customer effort
// (CES), stars. Answers outside the scale are counted as invalid and enter no
// figure; nothing is clamped.
//
// The zero value is empty and counts on [SatisfactionScale]. Guarantees: state is
// counts, so Merge is associative and commutative and equals one pass. Not safe
// for concurrent use.
type Ratings struct {
	scale   Scale
	counts  []int64 // from scale.Low on; nil while empty
	invalid int64
}

// NewRatings counts on the scale. A scale that does not run upward, or a Top
// outside it, is [ErrOutOfRange].
func NewRatings(scale Scale) (*Ratings, error) {
	if err := scale.check(); err != nil {
		return nil, err
	}
	return &Ratings{scale: scale}, nil
}

// RatingsOf counts every row.
func RatingsOf[S Scored](rows iter.Seq[S], scale Scale) (*Ratings, error) {
	acc, err := NewRatings(scale)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		acc.tally(row.Score(), 1)
	}
	return acc, nil
}

// RatingsFromCounts is the state of answers that a database counted: counts[i] is
// the number of answers scale.Low + i. Another length than that of the scale, or a
// negative count, is [ErrOutOfRange].
func RatingsFromCounts(scale Scale, counts []int64) (*Ratings, error) {
	acc, err := NewRatings(scale)
	if err != nil {
		return nil, err
	}
	if len(counts) != scale.High-scale.Low+1 {
		return nil, faultInt(ErrOutOfRange, "counts", int64(len(counts)), "one count for each answer of the scale")
	}
	for i, n := range counts {
		if err := count("count of "+strconv.Itoa(scale.Low+i), n); err != nil {
			return nil, err
		}
	}
	if err := totalFits(counts); err != nil {
		return nil, err
	}
	acc.counts = slices.Clone(counts)
	return acc, nil
}

// totalFits refuses counts, none of them negative, whose sum overflows.
func totalFits(counts []int64) error {
	var total int64
	var err error
	for _, n := range counts {
		if total, err = sum("answers", total, n); err != nil {
			return err
		}
	}
	return nil
}

var errRating error = &ValueError{Field: "rating", Value: "not an answer of the scale", Why: "counted as invalid", Err: ErrOutOfRange}

// Scale is the scale that the answers are counted on.
func (r *Ratings) Scale() Scale {
	if r.scale == (Scale{}) {
		return SatisfactionScale()
	}
	return r.scale
}

// Add counts one answer. One outside the scale is counted as invalid and reported
// as [ErrOutOfRange].
func (r *Ratings) Add(score int) error {
	if !r.tally(score, 1) {
		return errRating
	}
	return nil
}

func (r *Ratings) tally(score int, n int64) bool {
	scale := r.Scale()
	if score < scale.Low || score > scale.High {
		r.invalid += n
		return false
	}
	if r.counts == nil {
		r.counts = make([]int64, scale.High-scale.Low+1)
	}
	r.counts[score-scale.Low] += n
	return true
}

// Counts are the numbers of answers from Low to High.
func (r *Ratings) Counts() []int64 {
	if r.counts == nil {
		return make([]int64, r.Scale().High-r.Scale().Low+1)
	}
	return slices.Clone(r.counts)
}

// Invalid is the number of answers outside the scale.
func (r *Ratings) Invalid() int64 { return r.invalid }

// N is the number of valid answers.
func (r *Ratings) N() int64 {
	var n int64
	for _, c := range r.counts {
		n += c
	}
	return n
}

// TopBox is the share of good answers: CSAT on a satisfaction scale. Its interval is
// [Proportion.Interval], usually by [Wilson].
func (r *Ratings) TopBox() Proportion {
	p := Proportion{Total: r.N()}
	for i, c := range r.counts {
		if r.Scale().good(r.Scale().Low + i) {
			p.Hits += c
		}
	}
	return p
}

// Mean is the average answer, exactly. No answer is [ErrNoData].
func (r *Ratings) Mean() (Ratio, error) {
	n := r.N()
	if n == 0 {
		return Ratio{}, faultInt(ErrNoData, "answers", 0, "no valid answer")
	}
	var total decimal.Decimal
	for i, c := range r.counts {
		total = total.Add(decimal.NewFromInt(c).Mul(decimal.NewFromInt(int64(r.Scale().Low + i))))
	}
	return quotient(total, decimal.NewFromInt(n)), nil
}

// StandardDeviation is that of the sample, with n - 1. One answer alone is
// [ErrUndefined], none [ErrNoData].
func (r *Ratings) StandardDeviation() (float64, error) {
	exact, err := r.Mean()
	if err != nil {
		return 0, err
	}
	n := r.N()
	if n == 1 {
		return 0, faultInt(ErrUndefined, "answers", 1, "one answer has no spread")
	}
	mean, ss := exact.Float(), 0.0
	for i, c := range r.counts {
		d := float64(r.Scale().Low+i) - mean
		ss += float64(c) * d * d
	}
	return math.Sqrt(ss / float64(n-1)), nil
}

// MeanInterval is the interval of the mean by [StudentT], in units of the scale, not
// clipped. A level outside (0, 1) is [ErrOutOfRange]; the other errors are those of
// [Ratings.StandardDeviation].
func (r *Ratings) MeanInterval(level float64) (Interval, error) {
	if err := confidence(level); err != nil {
		return Interval{}, err
	}
	sd, err := r.StandardDeviation()
	if err != nil {
		return Interval{}, err
	}
	exact, err := r.Mean()
	if err != nil {
		return Interval{}, err
	}
	n := float64(r.N())
	half := stat.StudentCritical(level, n-1) * sd / math.Sqrt(n)
	mean := exact.Float()
	return Interval{mean, mean - half, mean + half, level, r.N(), StudentT}, nil
}

// CompareMeans is the change of the mean between two waves of independent answers on
// one scale, r - o, with unpooled variances. Another scale is [ErrConfig].
func (r *Ratings) CompareMeans(o *Ratings) (Difference, error) {
	if r.Scale() != o.Scale() {
		return Difference{}, ErrConfig
	}
	var mean, se [2]float64
	for i, wave := range []*Ratings{r, o} {
		sd, err := wave.StandardDeviation()
		if err != nil {
			return Difference{}, err
		}
		exact, err := wave.Mean()
		if err != nil {
			return Difference{}, err
		}
		mean[i], se[i] = exact.Float(), sd/math.Sqrt(float64(wave.N()))
	}
	return Difference{mean[0] - mean[1], math.Hypot(se[0], se[1]), r.N(), o.N()}, nil
}

// Merge adds the answers of another state. Another scale is [ErrConfig], an overflow
// [ErrOutOfRange]; both change nothing.
func (r *Ratings) Merge(o *Ratings) error {
	if r.Scale() != o.Scale() {
		return ErrConfig
	}
	next, more := r.Counts(), o.Counts()
	var faults []error
	var err error
	for i := range next {
		next[i], err = sum("answers", next[i], more[i])
		faults = append(faults, err)
	}
	invalid, err := sum("invalid", r.invalid, o.invalid)
	if err := errors.Join(append(faults, err, totalFits(next))...); err != nil {
		return err
	}
	r.counts, r.invalid = next, invalid
	return nil
}

var kindRatings = binenc.Kind{'M', 'R', 'A', 'T'}

func (r *Ratings) config() uint64 {
	s := r.Scale()
	return binenc.Hash("ratings", strconv.Itoa(s.Low), strconv.Itoa(s.High), strconv.Itoa(s.Top), strconv.FormatBool(s.Reversed))
}

// MarshalBinary writes the state; equal states give equal bytes.
func (r *Ratings) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindRatings, r.config(), append(r.Counts(), r.invalid)...)
}

// UnmarshalBinary replaces the state. The receiver must be of the scale that wrote
// it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an error the
// receiver is unchanged.
func (r *Ratings) UnmarshalBinary(data []byte) error {
	counts := r.Counts()
	into := make([]*int64, 0, len(counts)+1)
	for i := range counts {
		into = append(into, &counts[i])
	}
	var invalid int64
	if err := unmarshalCounts(data, kindRatings, r.config(), append(into, &invalid)...); err != nil {
		return err
	}
	if err := totalFits(counts); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	r.counts, r.invalid = counts, invalid
	return nil
}
