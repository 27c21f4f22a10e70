package score

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
)

// An Adjustment is a rule for p-values when several comparisons are made at once.
type Adjustment uint8

// The adjustments.
const (
	// Bonferroni multiplies each p-value by their number (family-wise error).
	Bonferroni Adjustment = iota + 1
	// Holm is the step-down form, never larger than Bonferroni (Holm 1979).
	Holm
	// BenjaminiHochberg controls the false discovery rate (Benjamini and Hochberg
	// 1995); never larger than Holm.
	BenjaminiHochberg
)

var adjustmentNames = [...]string{"unset", "bonferroni", "holm", "benjamini-hochberg"}

// String is the adjustment's name, "unset" for the zero value.
func (a Adjustment) String() string { return enumText(adjustmentNames[:], uint8(a)) }

// MarshalText writes the name; the zero value and unknown adjustments are errors.
func (a Adjustment) MarshalText() ([]byte, error) {
	return enumMarshal("adjustment", adjustmentNames[:], 1, uint8(a))
}

// UnmarshalText reads a name.
func (a *Adjustment) UnmarshalText(text []byte) error {
	return enumUnmarshal("adjustment", adjustmentNames[:], 1, text, (*uint8)(a))
}

// AdjustP is the p-values adjusted for their number, in the order given, each at most
// 1: what R calls p.adjust. No p-value gives none. One outside 0 to 1 (or NaN), or an
// unset adjustment, is [ErrOutOfRange]; all faults are reported.
//
// Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70; Benjamini and
// Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
func AdjustP(p []float64, by Adjustment) ([]float64, error) {
	var faults []error
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			faults = append(faults, faultFloat(ErrOutOfRange, "p["+strconv.Itoa(i)+"]", v, "a probability"))
		}
	}
	if by < Bonferroni || by > BenjaminiHochberg {
		faults = append(faults, fault(ErrOutOfRange, "adjustment", by.String(), "no such adjustment"))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	order := ascending(p)
	out := make([]float64, len(p))
	m := float64(len(p))
	switch by {
	case Bonferroni:
		for i, v := range p {
			out[i] = min(1, v*m)
		}
	case Holm:
		worst := 0.0
		for rank, i := range order {
			worst = max(worst, p[i]*(m-float64(rank)))
			out[i] = min(1, worst)
		}
	case BenjaminiHochberg:
		least := 1.0
		for rank, i := range slices.Backward(order) {
			least = min(least, p[i]*m/float64(rank+1))
			out[i] = max(p[i], least) // the last bit of p m / m may be lost
		}
	}
	return out, nil
}

// RejectedP says for each p-value whether its hypothesis falls at the level q: where the
// adjusted p-value is at most q. Equality rejects (p = (i/m) q does, as Benjamini and
// Hochberg have it), and values within 1e-12 of it, relative, count as equal, so that
// decimals written by people are not decided by their last binary digit. A q outside
// 0 to 1 is [ErrOutOfRange], with the faults of [AdjustP].
func RejectedP(p []float64, q float64, by Adjustment) ([]bool, error) {
	adjusted, err := AdjustP(p, by)
	if !(q >= 0 && q <= 1) {
		err = errors.Join(err, faultFloat(ErrOutOfRange, "q", q, "a level from 0 to 1"))
	}
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(p))
	for i, v := range adjusted {
		out[i] = v <= q*(1+1e-12)
	}
	return out, nil
}

func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	return order
}
