package score

import (
	"errors"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A ResponseStyle is how people use a scale whatever they are asked: shares of answers on
// its agreeing and disagreeing half, at its ends and in its middle. Show it beside a score,
// or use it as a covariate; it corrects nothing by itself.
//
// It counts on one scale of whole numbers over all items; the zero value is empty and
// counts on 1 to 5. A person's answers hang together, so that standard errors are those of
// persons and not of answers. Guarantees are those of [Comoments]. Not safe for concurrent
// use.
//
// Source: Baumgartner and Steenkamp, "Response Styles in Marketing Research: A
// Cross-National Investigation", Journal of Marketing Research 38 (2001) 143-156.
type ResponseStyle struct {
	lowest, highest int
	persons         Comoments // answers, agreeing, disagreeing, extreme, middle
}

// NewResponseStyle counts on the scale from lowest to highest, both inclusive. Faults are
// those of [NewRatings].
func NewResponseStyle(lowest, highest int) (*ResponseStyle, error) {
	if _, err := NewRatings(lowest, highest); err != nil {
		return nil, err
	}
	return &ResponseStyle{lowest: lowest, highest: highest}, nil
}

// Scale is the lowest and the highest answer, both inclusive.
func (s *ResponseStyle) Scale() (lowest, highest int) {
	return (&Ratings{lowest: s.lowest, highest: s.highest}).Scale()
}

// Add records one person's answers to all items, those that were given. No answer is
// [ErrIncomplete], one outside the scale [ErrOutOfRange]; all faults are reported and change
// nothing.
func (s *ResponseStyle) Add(answers []int) error {
	lowest, highest := s.Scale()
	if len(answers) == 0 {
		return faultInt(ErrIncomplete, "answers", 0, "the person answered nothing")
	}
	var row [5]float64
	var faults []error
	for i, a := range answers {
		if a < lowest || a > highest {
			faults = append(faults, scaleView{make([]int64, highest-lowest+1), lowest}.outside("answer "+strconv.Itoa(i), a))
		}
		row[0]++
		switch side := 2*a - lowest - highest; {
		case side > 0:
			row[1]++
		case side < 0:
			row[2]++
		default:
			row[4]++
		}
		if a == lowest || a == highest {
			row[3]++
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return s.persons.Add(row[:])
}

// N is the number of persons.
func (s *ResponseStyle) N() int64 { return s.persons.n }

// Agreeing is the acquiescence index (ARS): the share of answers above the middle of the
// scale. No person is [ErrNoData].
func (s *ResponseStyle) Agreeing(o *Options) (Estimate, error) {
	return s.ratio("agreeing answers (ARS)", [5]float64{1: 1}, 0, o)
}

// Disagreeing is the disacquiescence index (DARS): the share below the middle.
func (s *ResponseStyle) Disagreeing(o *Options) (Estimate, error) {
	return s.ratio("disagreeing answers (DARS)", [5]float64{2: 1}, 0, o)
}

// NetAgreeing is Agreeing minus Disagreeing (NARS), -1 to 1.
func (s *ResponseStyle) NetAgreeing(o *Options) (Estimate, error) {
	return s.ratio("net agreeing answers (NARS)", [5]float64{1: 1, 2: -1}, -1, o)
}

// Extreme is the extreme response index (ERS): the share at either end.
func (s *ResponseStyle) Extreme(o *Options) (Estimate, error) {
	return s.ratio("answers at the ends (ERS)", [5]float64{3: 1}, 0, o)
}

// Middle is the midpoint index (MRS): the share in the exact middle. A scale with an even
// number of answers has none: [ErrUndefined].
func (s *ResponseStyle) Middle(o *Options) (Estimate, error) {
	if lowest, highest := s.Scale(); (highest-lowest)%2 != 0 {
		return Estimate{}, faultInt(ErrUndefined, "answers of the scale", int64(highest-lowest+1), "an even number has no middle")
	}
	return s.ratio("answers in the middle (MRS)", [5]float64{4: 1}, 0, o)
}

// ratio is the ratio of a sum of counts to the number of answers, with the linearised
// variance over persons, n/(n-1) Σ(a - p m)² / (Σm)².
func (s *ResponseStyle) ratio(name string, weights [5]float64, low float64, o *Options) (Estimate, error) {
	n := s.persons.n
	if n == 0 {
		return Estimate{}, noAnswer(name)
	}
	set, err := o.settle(n)
	if err := errors.Join(err, set.noPopulation()); err != nil {
		return Estimate{}, err
	}
	top := 0.0
	for i, w := range weights {
		top += w * s.persons.mean(i)
	}
	answers := s.persons.mean(0)
	e := Estimate{Name: name, Unit: Share, Value: top / answers, Level: set.Level, N: n, EffectiveN: float64(n), Method: Linearised, Caveats: set.caveats}
	if n > 1 {
		weights[0] = -e.Value
		variance := 0.0
		for i, a := range weights {
			for j, b := range weights {
				if a != 0 && b != 0 {
					variance += a * b * s.persons.covariance(i, j)
				}
			}
		}
		e.SE, e.HasSE = math.Sqrt(max(0, variance)/float64(n))/answers, true
		if e.SE < 1e-9 { // rounding of a variance that is zero
			e.SE = 0
		}
	}
	switch {
	case set.Method != Auto && set.Method != Linearised:
		return Estimate{}, set.refuse()
	case e.SE > 0:
		e.around(stat.Critical(set.Level))
	default:
		others := -math.Expm1(math.Log((1-set.Level)/2) / float64(n))
		e.Method, e.Caveats = AllAlike, e.Caveats.with(NoSpread)
		e.Low, e.High = e.Value-others*(e.Value-low), e.Value+others*(1-e.Value)
	}
	set.clipTo(&e, low, 1)
	return e, nil
}

// Merge adds the persons of another state. Another scale is [ErrConfig].
func (s *ResponseStyle) Merge(o *ResponseStyle) error {
	lowest, highest := s.Scale()
	if l, h := o.Scale(); l != lowest || h != highest {
		return fault(ErrConfig, "scale", strconv.Itoa(l)+" to "+strconv.Itoa(h), "another scale than "+strconv.Itoa(lowest)+" to "+strconv.Itoa(highest))
	}
	return s.persons.Merge(&o.persons)
}

var kindStyle = binenc.Kind{'F', 'S', 'T', 'Y'}

func (s *ResponseStyle) config() uint64 {
	lowest, highest := s.Scale()
	return binenc.Hash("response style", strconv.Itoa(lowest), strconv.Itoa(highest))
}

// MarshalBinary writes the state; equal states give equal bytes.
func (s *ResponseStyle) MarshalBinary() ([]byte, error) {
	return s.persons.marshalAs(kindStyle, s.config()), nil
}

// UnmarshalBinary replaces the state; that of another scale is [ErrConfig], damaged bytes are
// [ErrCorrupt], and both change nothing.
func (s *ResponseStyle) UnmarshalBinary(data []byte) error {
	next, err := unmarshalComoments(data, kindStyle, s.config())
	if err != nil {
		return err
	}
	if next.k != 0 {
		if next.k != 5 || next.mean(0) < 1 {
			return faultInt(ErrCorrupt, "columns", int64(next.k), "not of a response style")
		}
		for i := 1; i < 5; i++ {
			if m := next.mean(i); m < 0 || m > next.mean(0) {
				return faultFloat(ErrCorrupt, "mean "+strconv.Itoa(i), m, "not a part of the answers")
			}
		}
	}
	s.persons = next
	return nil
}
