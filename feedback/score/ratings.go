package score

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
)

// A scaleView reads counts of answers on a closed scale of whole numbers: counts[i] is
// the number of answers lowest + i.
type scaleView struct {
	counts []int64
	lowest int
}

func (v scaleView) highest() int { return v.lowest + len(v.counts) - 1 }

func (v scaleView) n() int64 {
	var n int64
	for _, c := range v.counts {
		n += c
	}
	return n
}

// moments are the mean and the variance over n - 1, from exact integers.
func (v scaleView) moments() (mean, variance float64) {
	n, s, ss := new(big.Int), new(big.Int), new(big.Int)
	for i, c := range v.counts {
		x, count := big.NewInt(int64(v.lowest+i)), big.NewInt(c)
		n.Add(n, count)
		count.Mul(count, x)
		s.Add(s, count)
		ss.Add(ss, count.Mul(count, x))
	}
	if n.Sign() == 0 {
		return 0, 0
	}
	mean, _ = new(big.Rat).SetFrac(s, n).Float64()
	if n.IsInt64() && n.Int64() == 1 {
		return mean, 0
	}
	top := new(big.Int).Sub(new(big.Int).Mul(n, ss), new(big.Int).Mul(s, s))
	variance, _ = new(big.Rat).SetFrac(top, new(big.Int).Mul(n, new(big.Int).Sub(n, big.NewInt(1)))).Float64()
	return mean, variance
}

// mean is the mean, in the unit, of answers times by plus shift.
func (v scaleView) mean(name string, unit Unit, by, shift float64, o *Options) (Estimate, error) {
	if err := v.check(); err != nil {
		return Estimate{}, err
	}
	mean, variance := v.moments()
	low, high := float64(v.lowest)*by+shift, float64(v.highest())*by+shift
	return meanEstimate(name, unit, v.n(), mean*by+shift, variance*by*by, low, high, o)
}

// share is the share of the answers from one to another, both inclusive.
func (v scaleView) share(name string, from, to int, o *Options) (Estimate, error) {
	if err := v.check(); err != nil {
		return Estimate{}, err
	}
	return Proportion{v.between(from, to), v.n()}.estimate(name, o)
}

func (v scaleView) between(from, to int) int64 {
	var hits int64
	for i, c := range v.counts {
		if x := v.lowest + i; x >= from && x <= to {
			hits += c
		}
	}
	return hits
}

func (v scaleView) check() error {
	_, err := sum("answers", v.counts...)
	return err
}

// add counts an answer and reports whether it is one of the scale.
func (v scaleView) add(score int) bool {
	if score < v.lowest || score > v.highest() {
		return false
	}
	v.counts[score-v.lowest]++
	return true
}

func (v scaleView) outside(field string, score int) error {
	return faultInt(ErrOutOfRange, field, int64(score), "whole numbers from "+strconv.Itoa(v.lowest)+" to "+strconv.Itoa(v.highest())+" are answers")
}

const (
	widestScale   = 101
	farthestScale = 1000
)

// Ratings counts answers on any closed scale of whole numbers: stars, agreement items,
// the 0 to 10 of a recommendation. Answers outside the scale are counted as Invalid
// and enter no figure; nothing is clamped or rescaled.
//
// The zero value is empty and counts on a scale of 1 to 5. Guarantees: state is counts,
// so Merge is associative and commutative and equals one pass. Not safe for
// concurrent use.
type Ratings struct {
	lowest, highest int
	counts          []int64 // nil while empty
	invalid         int64
}

// NewRatings counts on the scale from lowest to highest, both inclusive. A scale that
// does not run upward, has more than 101 steps or leaves -1000 to 1000 is
// [ErrOutOfRange].
func NewRatings(lowest, highest int) (*Ratings, error) {
	if lowest >= highest || lowest < -farthestScale || highest > farthestScale || highest-lowest >= widestScale {
		return nil, faultInt(ErrOutOfRange, "highest", int64(highest), "a scale runs upward from "+strconv.Itoa(lowest)+", over at most 101 steps within -1000 to 1000")
	}
	return &Ratings{lowest: lowest, highest: highest}, nil
}

// RatingsFromCounts is the state of answers that a database counted: counts[i] is the
// number of answers lowest + i. Faults are those of [NewRatings]; a negative count,
// or a sum beyond int64, is [ErrOutOfRange].
func RatingsFromCounts(lowest int, counts []int64) (*Ratings, error) {
	r, err := NewRatings(lowest, lowest+len(counts)-1)
	if err != nil {
		return nil, err
	}
	r.counts = slices.Clone(counts)
	return r, r.view().check()
}

// Scale is the lowest and the highest answer, both inclusive.
func (r *Ratings) Scale() (lowest, highest int) {
	if r.lowest == 0 && r.highest == 0 {
		return 1, 5
	}
	return r.lowest, r.highest
}

func (r *Ratings) view() scaleView {
	lowest, highest := r.Scale()
	if r.counts == nil {
		return scaleView{make([]int64, highest-lowest+1), lowest}
	}
	return scaleView{r.counts, lowest}
}

// Add counts one answer. One outside the scale is counted as Invalid and reported as
// [ErrOutOfRange].
func (r *Ratings) Add(score int) error {
	v := r.view()
	if !v.add(score) {
		r.invalid++
		return v.outside("score", score)
	}
	r.counts = v.counts
	return nil
}

// N is the number of answers on the scale.
func (r *Ratings) N() int64 { return r.view().n() }

// Invalid is the number of answers outside the scale.
func (r *Ratings) Invalid() int64 { return r.invalid }

// Counts is a copy of the counts, from the lowest answer up.
func (r *Ratings) Counts() []int64 { return slices.Clone(r.view().counts) }

// Mean is the mean in scale points by [StudentT], [Wald] or, where all answers are the
// same, [AllAlike]. It treats the steps of the scale as equal. No answer is
// [ErrNoData].
func (r *Ratings) Mean(o *Options) (Estimate, error) {
	return r.view().mean("mean rating", ScalePoints, 1, 0, o)
}

// Share is the share of answers from one to another, both inclusive, with the methods
// of [Proportion.Estimate]. Bounds that hold no answer of the scale, or the wrong way
// around, are [ErrOutOfRange]; no answer is [ErrNoData].
func (r *Ratings) Share(from, to int, o *Options) (Estimate, error) {
	v := r.view()
	if from > to || from > v.highest() || to < v.lowest {
		return Estimate{}, v.outside("from", from)
	}
	return v.share("share of "+strconv.Itoa(from)+" to "+strconv.Itoa(to), from, to, o)
}

// NetPromoter reads the answers as recommendations. A scale other than 0 to 10 is
// [ErrNotComparable]: nothing is rescaled.
func (r *Ratings) NetPromoter() (NetPromoter, error) {
	if lowest, highest := r.Scale(); lowest != 0 || highest != 10 {
		return NetPromoter{}, fault(ErrNotComparable, "scale", strconv.Itoa(lowest)+" to "+strconv.Itoa(highest),
			"the net promoter score is made from 0 to 10 and other scales have no promoters")
	}
	v := r.view()
	n, err := NetPromoterFromCounts(v.between(9, 10), v.between(7, 8), v.between(0, 6))
	n.Invalid = r.invalid
	return n, err
}

// Merge adds the counts of another state. Another scale is [ErrConfig]; on overflow r
// is unchanged.
func (r *Ratings) Merge(o *Ratings) error {
	a, b := r.view(), o.view()
	if a.lowest != b.lowest || len(a.counts) != len(b.counts) {
		return fault(ErrConfig, "scale", strconv.Itoa(b.lowest)+" to "+strconv.Itoa(b.highest()), "another scale than "+strconv.Itoa(a.lowest)+" to "+strconv.Itoa(a.highest()))
	}
	invalid, err := sum("invalid", r.invalid, o.invalid)
	if err := errors.Join(err, mergeCounts("answers", a.counts, b.counts)); err != nil {
		return err
	}
	r.counts, r.invalid = a.counts, invalid
	return nil
}

var kindRatings = binenc.Kind{'F', 'R', 'A', 'T'}

func (r *Ratings) config() uint64 {
	lowest, highest := r.Scale()
	return binenc.Hash("ratings", strconv.Itoa(lowest), strconv.Itoa(highest))
}

// MarshalBinary writes the state; equal states give equal bytes.
func (r *Ratings) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindRatings, r.config(), append(slices.Clone(r.view().counts), r.invalid)...)
}

// UnmarshalBinary replaces the state; that of another scale is [ErrConfig], damaged
// bytes are [ErrCorrupt], and both change nothing.
func (r *Ratings) UnmarshalBinary(data []byte) error {
	counts := make([]int64, len(r.view().counts))
	var invalid int64
	if err := unmarshalCounts(data, kindRatings, r.config(), append(pointers(counts), &invalid)...); err != nil {
		return err
	}
	r.counts, r.invalid = counts, invalid
	return nil
}

// SD is the standard deviation over n - 1 in scale points. One answer is [ErrUndefined],
// none [ErrNoData].
func (r *Ratings) SD() (float64, error) { return r.view().sd("standard deviation") }

func (v scaleView) sd(name string) (float64, error) {
	if err := v.check(); err != nil {
		return 0, err
	}
	switch v.n() {
	case 0:
		return 0, noAnswer(name)
	case 1:
		return 0, faultInt(ErrUndefined, name, 1, "one answer has no spread")
	}
	_, variance := v.moments()
	return math.Sqrt(variance), nil
}
