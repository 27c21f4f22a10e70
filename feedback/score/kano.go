package score

import (
	"math"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A KanoCategory is what a feature is to a customer.
type KanoCategory uint8

// The categories.
const (
	MustBe         KanoCategory = iota + 1 // M: missed when absent, taken for granted
	OneDimensional                         // O: the more the better
	Attractive                             // A: delights, not missed
	Indifferent                            // I: neither
	Reverse                                // R: not wanted
	Questionable                           // Q: the two answers contradict each other
)

var kanoNames = [...]string{"unset", "must-be", "one-dimensional", "attractive", "indifferent", "reverse", "questionable"}

// String is the category's name, "unset" for the zero value.
func (k KanoCategory) String() string { return enumText(kanoNames[:], uint8(k)) }

// Letter is the customary letter, "" for a value that is no category.
func (k KanoCategory) Letter() string {
	if k < MustBe || k > Questionable {
		return ""
	}
	return "MOAIRQ"[k-1 : k]
}

// MarshalText writes the name; the zero value and unknown categories are errors.
func (k KanoCategory) MarshalText() ([]byte, error) {
	return enumMarshal("category", kanoNames[:], 1, uint8(k))
}

// UnmarshalText reads a name.
func (k *KanoCategory) UnmarshalText(text []byte) error {
	return enumUnmarshal("category", kanoNames[:], 1, text, (*uint8)(k))
}

// ClassifyKano is the category of a pair of answers to "how do you feel if the feature is
// there?" and "... if it is not?", each 1 (I like it), 2 (I expect it), 3 (neutral), 4 (I can
// live with it), 5 (I dislike it). Any other answer is [ErrOutOfRange].
//
// Source: Berger et al., "Kano's Methods for Understanding Customer-defined Quality", Center
// for Quality Management Journal 2 (1993) 3-36, evaluation table.
func ClassifyKano(functional, dysfunctional int) (KanoCategory, error) {
	if functional < 1 || functional > 5 {
		return 0, faultInt(ErrOutOfRange, "functional", int64(functional), "whole numbers from 1 to 5 are answers")
	}
	if dysfunctional < 1 || dysfunctional > 5 {
		return 0, faultInt(ErrOutOfRange, "dysfunctional", int64(dysfunctional), "whole numbers from 1 to 5 are answers")
	}
	table := [...]string{"QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"}
	switch table[functional-1][dysfunctional-1] {
	case 'M':
		return MustBe, nil
	case 'O':
		return OneDimensional, nil
	case 'A':
		return Attractive, nil
	case 'I':
		return Indifferent, nil
	case 'R':
		return Reverse, nil
	default:
		return Questionable, nil
	}
}

// Kano counts the categories of one feature over respondents. The zero value is empty and
// ready; state is counts, so Merge is associative and commutative. Not safe for concurrent
// use.
type Kano struct {
	counts  [6]int64 // by category, MustBe first
	invalid int64
}

// Add classifies one pair of answers, see [ClassifyKano]. Faults are counted as Invalid.
func (k *Kano) Add(functional, dysfunctional int) error {
	c, err := ClassifyKano(functional, dysfunctional)
	if err != nil {
		k.invalid++
		return err
	}
	k.counts[c-1]++
	return nil
}

// N is the number of classified respondents, questionable ones included.
func (k *Kano) N() int64 { return scaleView{k.counts[:], 1}.n() }

// Invalid is the number of pairs with an answer outside 1 to 5.
func (k *Kano) Invalid() int64 { return k.invalid }

// Count is the number of respondents in a category, 0 for a value that is none.
func (k *Kano) Count(c KanoCategory) int64 {
	if c < MustBe || c > Questionable {
		return 0
	}
	return k.counts[c-1]
}

// Mode is the most frequent category. Of equally frequent ones it is the one that matters
// most: must-be, one-dimensional, attractive, indifferent, then reverse and questionable
// (Berger et al. 1993); tied says so. ok is false for no respondent.
func (k *Kano) Mode() (c KanoCategory, tied, ok bool) {
	var best int64
	for i, n := range k.counts {
		switch {
		case n > best:
			c, tied, best = KanoCategory(i+1), false, n //nolint:gosec // 1 to 6
		case n == best:
			tied = true
		}
	}
	return c, tied && best > 0, best > 0
}

// Coefficients are how much a feature adds to satisfaction and its absence to
// dissatisfaction.
type Coefficients struct {
	// Better is (A + O) / (A + O + M + I), 0 to 1.
	Better Estimate `json:"better"`
	// Worse is -(O + M) / (A + O + M + I), -1 to 0.
	Worse Estimate `json:"worse"`
}

// Coefficients are the satisfaction and dissatisfaction coefficients as shares, with the
// methods of [Proportion.Estimate]. [CloseCategories] says that the most frequent category
// is not ahead of the second by a two-sided test at the level, [SmallDenominator] that
// fewer than half of the respondents are in the four categories. Nobody in them is
// [ErrNoData].
//
// Source: Berger et al. 1993, section "Better and worse".
func (k *Kano) Coefficients(o *Options) (Coefficients, error) {
	m, one, a, i := k.counts[MustBe-1], k.counts[OneDimensional-1], k.counts[Attractive-1], k.counts[Indifferent-1]
	all, err := sum("respondents", k.counts[:]...)
	if err != nil {
		return Coefficients{}, err
	}
	n := m + one + a + i
	better, err := Proportion{a + one, n}.estimate("better coefficient (Kano)", o)
	if err != nil {
		return Coefficients{}, err
	}
	worse, err := Proportion{one + m, n}.estimate("worse coefficient (Kano)", o)
	if err != nil {
		return Coefficients{}, err
	}
	worse.Value, worse.Low, worse.High = -worse.Value, -worse.High, -worse.Low
	if worse.Value == 0 {
		worse.Value, worse.High = 0, 0 // no negative zero
	}
	doubts := CaveatsOf().withIf(SmallDenominator, 2*float64(n) < float64(all)).withIf(CloseCategories, k.close(better.Level))
	better.Caveats |= doubts
	worse.Caveats |= doubts
	return Coefficients{better, worse}, nil
}

// close reports whether the first category is no more ahead of the second than two equally
// frequent ones would be: (a - b) / sqrt(a + b), the test of a proportion of one half.
func (k *Kano) close(level float64) bool {
	var first, second int64
	for _, n := range k.counts {
		if n > first {
			first, second = n, first
		} else if n > second {
			second = n
		}
	}
	return float64(first-second) < stat.Critical(level)*math.Sqrt(float64(first)+float64(second))
}

// Merge adds the respondents of another state. On overflow k is unchanged.
func (k *Kano) Merge(o *Kano) error {
	return mergeScale(k.counts[:], o.counts[:], []*int64{&k.invalid}, []int64{o.invalid})
}

var (
	kindKano   = binenc.Kind{'F', 'K', 'A', 'N'}
	configKano = binenc.Hash("kano", "5x5")
)

// MarshalBinary writes the state.
func (k *Kano) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindKano, configKano, append(k.counts[:len(k.counts):len(k.counts)], k.invalid)...)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (k *Kano) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindKano, configKano, append(pointers(k.counts[:]), &k.invalid)...)
}
