package metrics

import (
	"cmp"
	"errors"
	"iter"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// TwoArm is a randomised comparison of a treated group with a control group by how
// many converted. The zero value is empty and ready; state is counts, so Merge is
// associative and commutative. Not safe for concurrent use.
type TwoArm struct {
	Treated Proportion `json:"treated"`
	Control Proportion `json:"control"`
}

// TwoArmFromCounts checks the counts of both arms.
func TwoArmFromCounts(treatedHits, treated, controlHits, control int64) (TwoArm, error) {
	a := TwoArm{Proportion{treatedHits, treated}, Proportion{controlHits, control}}
	return a, errors.Join(a.Treated.check(), a.Control.check())
}

// Add counts one customer.
func (a *TwoArm) Add(treated, converted bool) error {
	if treated {
		return a.Treated.Add(converted)
	}
	return a.Control.Add(converted)
}

func (a TwoArm) defined() error { return errors.Join(a.Treated.defined(), a.Control.defined()) }

// Absolute is the absolute uplift, treated rate minus control rate, exactly. An
// empty arm is [ErrNoData].
func (a TwoArm) Absolute() (Ratio, error) {
	if err := a.defined(); err != nil {
		return Ratio{}, err
	}
	return quotient(a.cross(), decimal.NewFromInt(a.Treated.Total).Mul(decimal.NewFromInt(a.Control.Total))), nil
}

// cross is treated hits * control - control hits * treated.
func (a TwoArm) cross() decimal.Decimal {
	n := decimal.NewFromInt
	return n(a.Treated.Hits).Mul(n(a.Control.Total)).Sub(n(a.Control.Hits).Mul(n(a.Treated.Total)))
}

// Relative is the relative uplift, the absolute uplift over the control rate. A
// control group without a conversion is [ErrUndefined], an empty arm [ErrNoData].
func (a TwoArm) Relative() (Ratio, error) {
	if err := a.defined(); err != nil {
		return Ratio{}, err
	}
	if a.Control.Hits == 0 {
		return Ratio{}, faultInt(ErrUndefined, "control hits", 0, "nothing divides by zero")
	}
	return quotient(a.cross(), decimal.NewFromInt(a.Control.Hits).Mul(decimal.NewFromInt(a.Treated.Total))), nil
}

// Incremental is the number of conversions among the treated that the treatment
// caused: treated hits minus those expected at the control rate. It may be a
// fraction or negative. An empty arm is [ErrNoData].
func (a TwoArm) Incremental() (Ratio, error) {
	if err := a.defined(); err != nil {
		return Ratio{}, err
	}
	return quotient(a.cross(), decimal.NewFromInt(a.Control.Total)), nil
}

// Z is the pooled two-sample z test of equal rates, without continuity correction,
// and P its two-sided p-value. Where nobody or everybody converted in both arms
// there is no test: [ErrUndefined]. An empty arm is [ErrNoData].
func (a TwoArm) Z() (z, p float64, err error) {
	if err := a.defined(); err != nil {
		return 0, 0, err
	}
	z = stat.PooledZ(float64(a.Treated.Hits), float64(a.Treated.Total), float64(a.Control.Hits), float64(a.Control.Total))
	if math.IsNaN(z) {
		return 0, 0, fault(ErrUndefined, "pooled rate", "0 or 1", "no variation to test against")
	}
	return z, stat.TwoSided(z), nil
}

// Interval is the interval of the absolute uplift by [Newcombe].
func (a TwoArm) Interval(level float64) (Interval, error) {
	if err := errors.Join(a.defined(), confidence(level)); err != nil {
		return Interval{}, err
	}
	n, err := sum("customers", a.Treated.Total, a.Control.Total)
	if err != nil {
		return Interval{}, err
	}
	abs, err := a.Absolute()
	if err != nil {
		return Interval{}, err
	}
	lo, hi := stat.Newcombe(float64(a.Treated.Hits), float64(a.Treated.Total), float64(a.Control.Hits), float64(a.Control.Total), level)
	return Interval{abs.Float(), lo, hi, level, n, Newcombe}, nil
}

// RelativeInterval is the interval of the relative uplift by [RatioOfWilson], from
// the same two Wilson intervals as [TwoArm.Interval]. Errors as [TwoArm.Relative].
func (a TwoArm) RelativeInterval(level float64) (Interval, error) {
	if err := confidence(level); err != nil {
		return Interval{}, err
	}
	rel, err := a.Relative()
	if err != nil {
		return Interval{}, err
	}
	n, err := sum("customers", a.Treated.Total, a.Control.Total)
	if err != nil {
		return Interval{}, err
	}
	lo, hi := stat.RatioInterval(float64(a.Treated.Hits), float64(a.Treated.Total), float64(a.Control.Hits), float64(a.Control.Total), level)
	return Interval{rel.Float(), lo - 1, hi - 1, level, n, RatioOfWilson}, nil
}

// Merge adds the counts of another state. On overflow a is unchanged.
func (a *TwoArm) Merge(o TwoArm) error {
	next := *a
	if err := errors.Join(next.Treated.Merge(o.Treated), next.Control.Merge(o.Control)); err != nil {
		return err
	}
	*a = next
	return nil
}

var (
	kindTwoArm   = binenc.Kind{'M', 'T', 'W', 'O'}
	configTwoArm = binenc.Hash("two arm")
)

// MarshalBinary writes the state.
func (a TwoArm) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindTwoArm, configTwoArm, a.Treated.Hits, a.Treated.Total, a.Control.Hits, a.Control.Total)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (a *TwoArm) UnmarshalBinary(data []byte) error {
	var next TwoArm
	if err := unmarshalCounts(data, kindTwoArm, configTwoArm,
		&next.Treated.Hits, &next.Treated.Total, &next.Control.Hits, &next.Control.Total); err != nil {
		return err
	}
	if err := errors.Join(next.Treated.check(), next.Control.check()); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	*a = next
	return nil
}

// A Trial is one customer of a randomised campaign: the uplift that a model
// predicted, whether the customer was treated, and whether they converted.
type Trial interface {
	Trial() (predicted float64, treated, converted bool)
}

// A QiniPoint is the campaign had it been sent only to the best-ranked share of the
// customers.
type QiniPoint struct {
	Share       float64 // of all customers, best predictions first, 0 to 1
	Incremental float64 // conversions caused among the treated of that share
}

// A QiniCurve shows whether a model of uplift ranks customers better than chance.
type QiniCurve struct {
	Points      []QiniPoint // from (0, 0) to (1, whole effect), one per distinct prediction
	Area        float64     // under the curve, trapezoids
	Random      float64     // under the straight line, half the whole effect
	Coefficient float64     // (Area - Random) / treated customers
	Treated     int64
	Control     int64
}

// QiniOf makes the curve. Customers with equal predictions enter together, so their
// order does not matter. At each share the control conversions are scaled to the
// number of treated customers in that share; while a share holds no control
// customer its conversions are taken as caused, as in the source. An empty arm is
// [ErrNoData], a prediction that is NaN is [ErrOutOfRange].
//
// Source: Radcliffe, "Using control groups to target on predicted lift", Direct
// Marketing Analytics Journal 1 (2007) 14-21: incremental gains and the Qini
// coefficient, here per treated customer.
func QiniOf[T Trial](trials iter.Seq[T]) (QiniCurve, error) {
	type row struct {
		predicted          float64
		treated, converted bool
	}
	var rows []row
	var curve QiniCurve
	for t := range trials {
		r := row{}
		r.predicted, r.treated, r.converted = t.Trial()
		if math.IsNaN(r.predicted) {
			return QiniCurve{}, faultFloat(ErrOutOfRange, "prediction", r.predicted, "not a number")
		}
		rows = append(rows, r)
		if r.treated {
			curve.Treated++
		} else {
			curve.Control++
		}
	}
	if curve.Treated == 0 || curve.Control == 0 {
		return QiniCurve{}, faultInt(ErrNoData, "customers", int64(len(rows)), "both arms need one")
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(b.predicted, a.predicted) })
	var so TwoArm
	curve.Points = append(curve.Points, QiniPoint{})
	for i, r := range rows {
		_ = so.Add(r.treated, r.converted)
		if i+1 < len(rows) && rows[i+1].predicted == r.predicted {
			continue
		}
		gain := float64(so.Treated.Hits)
		if so.Control.Total > 0 {
			gain -= float64(so.Control.Hits) * float64(so.Treated.Total) / float64(so.Control.Total)
		}
		last := curve.Points[len(curve.Points)-1]
		at := QiniPoint{float64(i+1) / float64(len(rows)), gain}
		curve.Area += (at.Share - last.Share) * (at.Incremental + last.Incremental) / 2
		curve.Points = append(curve.Points, at)
	}
	curve.Random = curve.Points[len(curve.Points)-1].Incremental / 2
	curve.Coefficient = (curve.Area - curve.Random) / float64(curve.Treated)
	return curve, nil
}
