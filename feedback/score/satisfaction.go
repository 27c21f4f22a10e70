package score

import (
	"errors"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/internal/binenc"
)

// Satisfaction counts CSAT answers, whole numbers from 1 to 5 with 5 the best. Anything
// else is Invalid, silence is Skipped; neither is in a denominator.
//
// The zero value is empty and ready; state is counts, so Merge is associative and
// commutative. Not safe for concurrent use.
type Satisfaction struct {
	counts           [5]int64
	invalid, skipped int64
}

func (s *Satisfaction) view() scaleView { return scaleView{s.counts[:], 1} }

// Add counts one answer. One outside 1 to 5 is counted as Invalid and reported as
// [ErrOutOfRange].
func (s *Satisfaction) Add(score int) error {
	if !s.view().add(score) {
		s.invalid++
		return s.view().outside("score", score)
	}
	return nil
}

// AddAnswer counts one strict answer; the zero value, "not answered", is Skipped.
func (s *Satisfaction) AddAnswer(a feedback.CSATAnswer) {
	if !a.Valid() {
		s.skipped++
		return
	}
	s.view().add(a.Score())
}

// N is the number of valid answers.
func (s *Satisfaction) N() int64 { return s.view().n() }

// Invalid is the number of answers outside 1 to 5.
func (s *Satisfaction) Invalid() int64 { return s.invalid }

// Skipped is the number of people who were asked and did not answer.
func (s *Satisfaction) Skipped() int64 { return s.skipped }

// Ratings is the answers as [Ratings], for ridits and the like.
func (s *Satisfaction) Ratings() *Ratings {
	r, _ := RatingsFromCounts(1, s.counts[:]) // a sound scale, and counts that Add made
	r.invalid = s.invalid
	return r
}

// Top is the share of the k best answers: 2 is the customary CSAT (4 and 5), 1 the very
// satisfied. Methods are those of [Proportion.Estimate]. A k outside 1 to 4 is
// [ErrOutOfRange], no answer [ErrNoData].
func (s *Satisfaction) Top(k int, o *Options) (Estimate, error) {
	if k < 1 || k > 4 {
		return Estimate{}, faultInt(ErrOutOfRange, "k", int64(k), "1 to 4 of the 5 answers")
	}
	return s.view().share("satisfied share (CSAT)", 6-k, 5, o)
}

// Bottom is the share of the k worst answers, as [Satisfaction.Top].
func (s *Satisfaction) Bottom(k int, o *Options) (Estimate, error) {
	if k < 1 || k > 4 {
		return Estimate{}, faultInt(ErrOutOfRange, "k", int64(k), "1 to 4 of the 5 answers")
	}
	return s.view().share("dissatisfied share", 1, k, o)
}

// Proportion is the counts behind [Satisfaction.Top] of k, for [CompareProportions]. A k below
// 1 has no hit, one above 4 has all.
func (s *Satisfaction) Proportion(k int) Proportion {
	return Proportion{s.view().between(6-k, 5), s.N()}
}

// Mean is the mean answer, 1 to 5, see [Ratings.Mean].
func (s *Satisfaction) Mean(o *Options) (Estimate, error) {
	return s.view().mean("mean satisfaction", ScalePoints, 1, 0, o)
}

// Merge adds the counts of another state. On overflow s is unchanged.
func (s *Satisfaction) Merge(o *Satisfaction) error {
	return mergeScale(s.counts[:], o.counts[:], []*int64{&s.invalid, &s.skipped}, []int64{o.invalid, o.skipped})
}

// mergeScale merges the counts of a scale and those beside it, all or nothing.
func mergeScale(into, from []int64, beside []*int64, more []int64) error {
	sums := make([]int64, len(beside))
	var faults []error
	for i, p := range beside {
		var err error
		if sums[i], err = sum("answers", *p, more[i]); err != nil {
			faults = append(faults, err)
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if err := mergeCounts("answers", into, from); err != nil {
		return err
	}
	for i, p := range beside {
		*p = sums[i]
	}
	return nil
}

var (
	kindSatisfaction   = binenc.Kind{'F', 'C', 'S', 'A'}
	configSatisfaction = binenc.Hash("satisfaction", "1-5")
)

// MarshalBinary writes the state.
func (s *Satisfaction) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindSatisfaction, configSatisfaction, append(s.counts[:len(s.counts):len(s.counts)], s.invalid, s.skipped)...)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (s *Satisfaction) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindSatisfaction, configSatisfaction, append(pointers(s.counts[:]), &s.invalid, &s.skipped)...)
}

// EffortRequired counts answers to the first form of the customer effort score, CES 1:
// "how much effort did you personally have to put forth?", 1 (very low) to 5 (very
// high). Small is good. The zero value is empty and ready; see [Satisfaction] for the
// rest.
//
// Source: Dixon, Freeman and Toman, "Stop Trying to Delight Your Customers", Harvard
// Business Review, July 2010.
type EffortRequired struct {
	counts           [5]int64
	invalid, skipped int64
}

func (c *EffortRequired) view() scaleView { return scaleView{c.counts[:], 1} }

// Add counts one answer. One outside 1 to 5 is counted as Invalid and reported as
// [ErrOutOfRange].
func (c *EffortRequired) Add(score int) error {
	if !c.view().add(score) {
		c.invalid++
		return c.view().outside("score", score)
	}
	return nil
}

// Skip counts a person who was asked and did not answer.
func (c *EffortRequired) Skip() { c.skipped++ }

// N is the number of valid answers.
func (c *EffortRequired) N() int64 { return c.view().n() }

// Invalid is the number of answers outside 1 to 5.
func (c *EffortRequired) Invalid() int64 { return c.invalid }

// Skipped is the number of people who were asked and did not answer.
func (c *EffortRequired) Skipped() int64 { return c.skipped }

// Mean is the mean effort, 1 to 5, small being good; see [Ratings.Mean].
func (c *EffortRequired) Mean(o *Options) (Estimate, error) {
	return c.view().mean("mean effort (CES 1, low is good)", ScalePoints, 1, 0, o)
}

// LowEffort is the share of the answers 1 and 2.
func (c *EffortRequired) LowEffort(o *Options) (Estimate, error) {
	return c.view().share("low-effort share (CES 1)", 1, 2, o)
}

// Merge adds the counts of another state. On overflow c is unchanged.
func (c *EffortRequired) Merge(o *EffortRequired) error {
	return mergeScale(c.counts[:], o.counts[:], []*int64{&c.invalid, &c.skipped}, []int64{o.invalid, o.skipped})
}

var (
	kindEffortRequired   = binenc.Kind{'F', 'C', 'E', '1'}
	configEffortRequired = binenc.Hash("effort required", "1-5")
)

// MarshalBinary writes the state.
func (c *EffortRequired) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindEffortRequired, configEffortRequired, append(c.counts[:len(c.counts):len(c.counts)], c.invalid, c.skipped)...)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (c *EffortRequired) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindEffortRequired, configEffortRequired, append(pointers(c.counts[:]), &c.invalid, &c.skipped)...)
}

// EffortEase counts answers to CES 2: "the company made it easy for me to handle my
// issue", 1 (strongly disagree) to 7 (strongly agree). Large is good. The zero value
// is empty and ready; see [Satisfaction] for the rest.
//
// Source: Dixon, Toman and DeLisi, "The Effortless Experience", 2013.
type EffortEase struct {
	counts           [7]int64
	invalid, skipped int64
}

func (c *EffortEase) view() scaleView { return scaleView{c.counts[:], 1} }

// Add counts one answer, 7 being the easiest. One outside 1 to 7 is counted as Invalid
// and reported as [ErrOutOfRange].
func (c *EffortEase) Add(score int) error {
	if !c.view().add(score) {
		c.invalid++
		return c.view().outside("score", score)
	}
	return nil
}

// AddAnswer counts one strict answer by its [feedback.CESAnswer.Ease], so that both
// directions of the scale meet; the zero value, "not answered", is Skipped.
func (c *EffortEase) AddAnswer(a feedback.CESAnswer) {
	if !a.Valid() {
		c.skipped++
		return
	}
	c.view().add(a.Ease())
}

// N is the number of valid answers.
func (c *EffortEase) N() int64 { return c.view().n() }

// Invalid is the number of answers outside 1 to 7.
func (c *EffortEase) Invalid() int64 { return c.invalid }

// Skipped is the number of people who were asked and did not answer.
func (c *EffortEase) Skipped() int64 { return c.skipped }

// Mean is the mean agreement, 1 to 7, large being good; see [Ratings.Mean].
func (c *EffortEase) Mean(o *Options) (Estimate, error) {
	return c.view().mean("mean ease (CES 2)", ScalePoints, 1, 0, o)
}

// Easy is the share of the three agreeing answers, 5 to 7.
func (c *EffortEase) Easy(o *Options) (Estimate, error) {
	return c.view().share("easy share (CES 2)", 5, 7, o)
}

// Net is the share of the answers 6 and 7 minus that of 1 to 3, in points from -100 to
// 100, with the methods of [NetPromoter.Estimate]. Vendors differ in where they cut;
// this is the cut at 6 and 3.
func (c *EffortEase) Net(o *Options) (Estimate, error) {
	v := c.view()
	if err := v.check(); err != nil {
		return Estimate{}, err
	}
	return threeClassEstimate("net ease (CES 2)", v.between(6, 7), v.between(4, 5), v.between(1, 3), o)
}

// Merge adds the counts of another state. On overflow c is unchanged.
func (c *EffortEase) Merge(o *EffortEase) error {
	return mergeScale(c.counts[:], o.counts[:], []*int64{&c.invalid, &c.skipped}, []int64{o.invalid, o.skipped})
}

var (
	kindEffortEase   = binenc.Kind{'F', 'C', 'E', '2'}
	configEffortEase = binenc.Hash("effort ease", "1-7")
)

// MarshalBinary writes the state.
func (c *EffortEase) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindEffortEase, configEffortEase, append(c.counts[:len(c.counts):len(c.counts)], c.invalid, c.skipped)...)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (c *EffortEase) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindEffortEase, configEffortEase, append(pointers(c.counts[:]), &c.invalid, &c.skipped)...)
}
