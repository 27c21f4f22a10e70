package metrics

import (
	"errors"
	"math"
	"strconv"

	"github.com/shopspring/decimal"
)

// RetentionRate is the customer retention rate (CRR) exactly as the field prints
// it, ((end - new) / start) * 100, here as a [Ratio]: 0.75 is 75 %.
//
// start and end are the customers at either end of the period, new those who
// became customers in it. This is the strict form:
//   - a negative count, or end below new, is [ErrOutOfRange];
//   - start of zero is [ErrNoData];
//   - end - new above start is [ErrInconsistent]: more customers stayed than there
//     were, so lapsed customers came back and are counted in end but not in new.
//     [Base] takes them as an input of their own; [Base.ReportRetention] gives the
//     figure with a flag.
//
// The formula calls a lapsed customer who returned "retained". Where such
// customers exist, [Base.ActiveRetention] is the share of the starting customers
// who are still there.
func RetentionRate(start, end, new int64) (Ratio, error) {
	r, surplus, err := seedRetention(start, end, new)
	if err != nil {
		return Ratio{}, err
	}
	if surplus > 0 {
		return Ratio{}, faultInt(ErrInconsistent, "end - new", end-new,
			"more than start, "+strconv.FormatInt(start, 10)+": reactivated customers are missing from new")
	}
	return r, nil
}

func seedRetention(start, end, new int64) (r Ratio, surplus int64, err error) {
	if err := errors.Join(count("start", start), count("end", end), count("new", new)); err != nil {
		return Ratio{}, 0, err
	}
	if end < new {
		return Ratio{}, 0, faultInt(ErrOutOfRange, "end", end, "less than new, "+strconv.FormatInt(new, 10))
	}
	if start == 0 {
		return Ratio{}, 0, faultInt(ErrNoData, "start", 0, "no customers to retain")
	}
	return ratioOf(end-new, start), max(0, end-new-start), nil
}

// ChurnOptions are the conventions of [ChurnRate].
type ChurnOptions struct {
	// AllowNewChurn admits lost customers who were not there at the start: people
	// who came and left within the period. The rate may then exceed 1.
	AllowNewChurn bool
}

// ChurnRate is lost / start * 100 as a [Ratio]. A negative count, or more lost
// than start without AllowNewChurn, is [ErrOutOfRange]; start of zero is
// [ErrNoData].
func ChurnRate(start, lost int64, opts *ChurnOptions) (Ratio, error) {
	if err := errors.Join(count("start", start), count("lost", lost)); err != nil {
		return Ratio{}, err
	}
	if start == 0 {
		return Ratio{}, faultInt(ErrNoData, "start", 0, "no customers to lose")
	}
	if lost > start && (opts == nil || !opts.AllowNewChurn) {
		return Ratio{}, faultInt(ErrOutOfRange, "lost", lost,
			"more than start, "+strconv.FormatInt(start, 10)+", and churn of new customers is not allowed")
	}
	return ratioOf(lost, start), nil
}

// A Base is the movement of the customer base over one period. The five counts
// obey the identity
//
//	End = Start + New + Reactivated - Lost
//
// in which Lost are customers of Start who are not in End, New are customers for
// the first time ever, and Reactivated are customers of End who were customers
// once, but not at the start. The zero value is an empty base.
type Base struct {
	Start       int64 `json:"start"`
	End         int64 `json:"end"`
	New         int64 `json:"new"`
	Lost        int64 `json:"lost"`
	Reactivated int64 `json:"reactivated"`
}

// Check gives every fault at once: counts that are negative, Lost above Start,
// New and Reactivated together above End (all [ErrOutOfRange]), and a broken
// identity ([ErrInconsistent]).
func (b Base) Check() error {
	faults := []error{
		count("start", b.Start), count("end", b.End), count("new", b.New),
		count("lost", b.Lost), count("reactivated", b.Reactivated),
	}
	if b.Lost > b.Start {
		faults = append(faults, faultInt(ErrOutOfRange, "lost", b.Lost, "more than start, "+strconv.FormatInt(b.Start, 10)))
	}
	if b.End >= 0 && b.New >= 0 && b.Reactivated >= 0 && (b.New > b.End || b.Reactivated > b.End-b.New) {
		faults = append(faults, faultInt(ErrOutOfRange, "end", b.End, "less than new and reactivated together"))
	}
	if !b.Consistent() {
		faults = append(faults, faultInt(ErrInconsistent, "end", b.End, "not start + new + reactivated - lost"))
	}
	return errors.Join(faults...)
}

// Consistent reports whether the identity holds, whatever the range of the counts.
func (b Base) Consistent() bool {
	n := decimal.NewFromInt
	return n(b.Start).Add(n(b.New)).Add(n(b.Reactivated)).Sub(n(b.Lost)).Equal(n(b.End))
}

// Retention is the strict [RetentionRate] of the base: reactivated customers are
// no argument of the printed formula, so a base in which they outnumber the lost
// is [ErrInconsistent] here.
func (b Base) Retention() (Ratio, error) { return RetentionRate(b.Start, b.End, b.New) }

// A RetentionReport is the printed retention formula with what a reader has to
// know beside it.
type RetentionReport struct {
	Rate         Ratio // ((End - New) / Start), above 1 when Inconsistent
	Inconsistent bool  // more customers "stayed" than there were
	Surplus      int64 // by how many
	Returned     int64 // reactivated customers whom the formula counts as retained
}

// ReportRetention is the report form of the retention formula: where the strict
// form refuses a rate above 1 it gives the value and the flag. Ranges and an empty
// start are refused as in [RetentionRate].
func (b Base) ReportRetention() (RetentionReport, error) {
	if err := count("reactivated", b.Reactivated); err != nil {
		return RetentionReport{}, err
	}
	rate, surplus, err := seedRetention(b.Start, b.End, b.New)
	if err != nil {
		return RetentionReport{}, err
	}
	return RetentionReport{rate, surplus > 0, surplus, b.Reactivated}, nil
}

// Retained is the number of customers of Start who are still in End.
func (b Base) Retained() int64 { return b.Start - b.Lost }

// ActiveRetention is the set-based retention: of the customers at the start, how
// many are still customers at the end, (Start - Lost) of Start. It is the exact
// complement of [Base.Churn]; the printed formula is not. A base that fails
// [Base.Check] gives that error.
func (b Base) ActiveRetention() (Proportion, error) {
	if err := b.Check(); err != nil {
		return Proportion{}, err
	}
	if b.Start == 0 {
		return Proportion{}, faultInt(ErrNoData, "start", 0, "no customers to retain")
	}
	return Proportion{Hits: b.Retained(), Total: b.Start}, nil
}

// Churn is the strict [ChurnRate] of the base.
func (b Base) Churn() (Ratio, error) { return ChurnRate(b.Start, b.Lost, nil) }

// Merge adds the counts of another base over the same period and other customers
// (a region, a shard by customer). Shards that share a customer cannot be merged
// by counts; use [Retention], which merges sets. On overflow b is unchanged.
func (b *Base) Merge(o Base) error {
	var out Base
	var errs [5]error
	out.Start, errs[0] = sum("start", b.Start, o.Start)
	out.End, errs[1] = sum("end", b.End, o.End)
	out.New, errs[2] = sum("new", b.New, o.New)
	out.Lost, errs[3] = sum("lost", b.Lost, o.Lost)
	out.Reactivated, errs[4] = sum("reactivated", b.Reactivated, o.Reactivated)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	*b = out
	return nil
}

// CompoundChurn is the churn over a number of periods at a constant churn per
// period: 1 - (1 - churn)^periods. Five percent a month is 45.96 % a year, not
// 60 %. churn lies in [0, 1], periods is finite and not negative; anything else
// is [ErrOutOfRange]. A fraction of a period is allowed: 1.0/12 turns an annual
// rate into a monthly one.
func CompoundChurn(churn, periods float64) (float64, error) {
	if err := errors.Join(share("churn", churn), duration("periods", periods)); err != nil {
		return 0, err
	}
	if churn == 1 {
		if periods == 0 {
			return 0, nil
		}
		return 1, nil
	}
	return -math.Expm1(periods * math.Log1p(-churn)), nil
}

// mostCompoundBits bounds an exact product of rates: 64 of the largest that NewRatio takes.
const mostCompoundBits = 64 * 128

// CompoundRetention is the retention over consecutive periods: the product of
// their rates, exactly. No rate at all is [ErrNoData]; a rate outside [0, 1] is
// [ErrOutOfRange], as is a chain so long that the exact product leaves the limits
// (use logarithms of [Ratio.Float] there).
func CompoundRetention(rates ...Ratio) (Ratio, error) {
	if len(rates) == 0 {
		return Ratio{}, ErrNoData
	}
	const most = 64
	if len(rates) > most {
		return Ratio{}, faultInt(ErrOutOfRange, "rates", int64(len(rates)), "at most 64 are multiplied exactly")
	}
	one := decimal.NewFromInt(1)
	num, den := one, one
	for _, r := range rates {
		if r.Sign() < 0 || r.num.Cmp(r.Den()) > 0 {
			return Ratio{}, fault(ErrOutOfRange, "rate", r.String(), "a retention lies between 0 and 1")
		}
		num, den = num.Mul(r.num), den.Mul(r.Den())
		if den.Coefficient().BitLen() > mostCompoundBits || -den.Exponent() > mostCompoundBits {
			return Ratio{}, faultInt(ErrOutOfRange, "rates", int64(len(rates)), "the exact product has too many digits")
		}
	}
	return Ratio{num, den}, nil
}

func share(field string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return faultFloat(ErrOutOfRange, field, v, "a share lies between 0 and 1")
	}
	return nil
}

func duration(field string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return faultFloat(ErrOutOfRange, field, v, "finite and not negative by definition")
	}
	return nil
}

// BaseFromCounts is a base from counts that a database made. Faults as [Base.Check].
func BaseFromCounts(start, end, new, lost, reactivated int64) (Base, error) {
	b := Base{start, end, new, lost, reactivated}
	return b, b.Check()
}
