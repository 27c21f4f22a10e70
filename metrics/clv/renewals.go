package clv

import (
	"math"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Renewals counts what became of customers under contract, period by period: how many were lost
// at each renewal, and how many were still there when last seen. Cohorts of different ages add up in one
// Renewals.
//
// Guarantees: Merge is commutative and associative for whole counts and refuses another unit; equal
// contents give equal bytes from MarshalBinary.
//
// It is not safe for concurrent writes.
type Renewals struct {
	unit   Unit
	lost   []float64 // at the t-th renewal; lost[0] is unused
	active []float64 // after surviving t renewals, censored
	total  float64
}

// mostRenewals bounds the number of periods.
const mostRenewals = 1 << 16

// NewRenewals is an empty count whose periods have the given length. An invalid unit makes every
// later call fail with ErrParameter.
func NewRenewals(unit Unit) *Renewals { return &Renewals{unit: unit} }

// RenewalsFromSurvivors counts one cohort from the number of customers under contract: survivors[0]
// at the start, survivors[t] after the t-th renewal. Numbers that rise or are negative are
// ErrParameter, fewer than two ErrNoData.
func RenewalsFromSurvivors(unit Unit, survivors []float64) (*Renewals, error) {
	r := NewRenewals(unit)
	if len(survivors) < 2 {
		return nil, ErrNoData
	}
	for t := 1; t < len(survivors); t++ {
		if err := r.AddLost(t, survivors[t-1]-survivors[t]); err != nil {
			return nil, err
		}
	}
	last := len(survivors) - 1
	if err := r.AddActive(last, survivors[last]); err != nil {
		return nil, err
	}
	return r, nil
}

// Unit is the length of a period.
func (r *Renewals) Unit() Unit { return r.unit }

// Customers is the number of customers, or the sum of their weights.
func (r *Renewals) Customers() float64 { return r.total }

// AddLost counts n customers who did not renew for the t-th time, t at least 1. n may be a weight;
// a negative one is ErrParameter.
func (r *Renewals) AddLost(t int, n float64) error {
	if t < 1 {
		return &ParameterError{Name: "renewal", Value: float64(t), Want: "at least 1"}
	}
	return r.add(&r.lost, t, n)
}

// AddActive counts n customers who have renewed t times and are still under contract, t at least
// 0. n may be a weight; a negative one is ErrParameter.
func (r *Renewals) AddActive(t int, n float64) error {
	if t < 0 {
		return &ParameterError{Name: "renewal", Value: float64(t), Want: "at least 0"}
	}
	return r.add(&r.active, t, n)
}

func (r *Renewals) add(to *[]float64, t int, n float64) error {
	if err := checkUnit(r.unit); err != nil {
		return err
	}
	if t > mostRenewals {
		return &ParameterError{Name: "renewal", Value: float64(t), Want: "at most 65536"}
	}
	if !(n >= 0) || r.total+n > mostCustomers {
		return &ParameterError{Name: "count", Value: n, Want: "at least 0, and in all at most 1e18"}
	}
	if n == 0 {
		return nil
	}
	for len(*to) <= t {
		*to = append(*to, 0)
	}
	(*to)[t] += n
	r.total += n
	return nil
}

// Merge adds another count. Another unit is ErrMerge and changes nothing.
func (r *Renewals) Merge(o *Renewals) error {
	if o == nil || o.unit != r.unit {
		return ErrMerge
	}
	if r.total+o.total > mostCustomers {
		return &ParameterError{Name: "count", Value: o.total, Want: "in all at most 1e18"}
	}
	for t, n := range o.lost {
		if err := r.add(&r.lost, t, n); err != nil {
			return err
		}
	}
	for t, n := range o.active {
		if err := r.add(&r.active, t, n); err != nil {
			return err
		}
	}
	return nil
}

// lastPeriod is the greatest number of renewals that is mentioned.
func (r *Renewals) lastPeriod() int { return max(len(r.lost), len(r.active)) - 1 }

// kinds is the number of distinct outcomes.
func (r *Renewals) kinds() int {
	n := 0
	for _, side := range [][]float64{r.lost, r.active} {
		for _, v := range side {
			if v > 0 {
				n++
			}
		}
	}
	return n
}

var renewalsKind = binenc.Kind{'C', 'L', 'V', 'R'}

// MarshalBinary writes the counts; equal contents give equal bytes.
func (r *Renewals) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(renewalsKind, stateVersion, binenc.Hash("renewals", r.unit.String()))
	w.Uint(uint64(r.unit))
	for _, side := range [][]float64{r.lost, r.active} {
		w.Uint(uint64(len(side)))
		for _, v := range side {
			w.Float(v)
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the counts by what MarshalBinary wrote. Damaged bytes are an error and
// change nothing.
func (r *Renewals) UnmarshalBinary(data []byte) error {
	in, err := binenc.NewReader(data, renewalsKind, stateVersion)
	if err != nil {
		return err
	}
	read := NewRenewals(Unit(min(in.Uint(), 255)))
	if in.Err() == nil && (!read.unit.IsValid() || in.Config() != binenc.Hash("renewals", read.unit.String())) {
		in.Fail("unit")
	}
	for i, side := range []*[]float64{&read.lost, &read.active} {
		n := in.Count(8)
		for t := range n {
			v := in.Float()
			if in.Err() != nil {
				break
			}
			if math.Signbit(v) || (t == 0 && i == 0 && v != 0) || (t == n-1 && v == 0) || read.add(side, t, v) != nil {
				in.Fail("count")
			}
		}
	}
	if err := in.Close(); err != nil {
		return err
	}
	*r = *read
	return nil
}
