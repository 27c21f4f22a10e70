package metrics

import (
	"errors"
	"iter"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Retention accumulates in which calendar periods each customer was active, and
// gives for every period the movement of the base: start, end, new, reactivated
// and lost customers, by sets and not by totals.
//
// A customer is active in a period with at least one activity in it. Start of a
// period are the customers active in the period before; New those active for the
// first time ever; Reactivated those who were active once, but not in the period
// before; Lost those of Start who are not active. The first period of the data
// therefore has no start, and whoever was a customer before the data begins
// counts as new once.
//
// The zero value counts calendar quarters in UTC. Guarantees: the state is a set,
// so the order of rows, repeated rows, and the way in which rows are sharded
// change nothing; Merge is associative and commutative and equals one pass; equal
// states marshal to equal bytes. Not safe for concurrent use.
type Retention struct {
	grain       Grain
	zone        *time.Location
	customers   map[string][]int32 // indices of active periods, ascending
	anonymous   int64
	notPositive int64
}

// NewRetention counts periods of the grain, cut at local midnight of the zone. The
// zone is required: the same night belongs to different days, months and quarters
// in different zones. An unset grain or a nil zone is [ErrOutOfRange].
func NewRetention(grain Grain, zone *time.Location) (*Retention, error) {
	if grain < Day || grain > Year {
		return nil, fault(ErrOutOfRange, "grain", grain.String(), "no such grain")
	}
	if zone == nil {
		return nil, fault(ErrOutOfRange, "zone", "nil", "a zone is required")
	}
	return &Retention{grain: grain, zone: zone}, nil
}

// RetentionOf makes every row of the sequence an activity of its customer.
func RetentionOf[A Activity](rows iter.Seq[A], grain Grain, zone *time.Location) (*Retention, error) {
	acc, err := NewRetention(grain, zone)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		if err := acc.Add(row.CustomerKey(), row.At()); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

// RetentionOfPurchases makes every row with an amount above zero an activity of
// its customer. Rows of zero or less (refunds, cancellations, gifts) make nobody
// active and are counted in [Retention.NotPositive]. A host with cancelled rows of
// a positive amount leaves those out of the sequence.
func RetentionOfPurchases[P Purchase](rows iter.Seq[P], grain Grain, zone *time.Location) (*Retention, error) {
	acc, err := NewRetention(grain, zone)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		if row.Amount().Sign() <= 0 {
			acc.notPositive++
			continue
		}
		if err := acc.Add(row.CustomerKey(), row.At()); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

// Add records that the customer was active at the instant. An empty customer is
// counted in [Retention.Anonymous] and is no customer. A local year outside 1 to
// 9999 is [ErrOutOfRange].
func (r *Retention) Add(customer string, at time.Time) error {
	if customer == "" {
		r.anonymous++
		return nil
	}
	day, err := civilDate(at, zoneOr(r.zone))
	if err != nil {
		return err
	}
	if r.customers == nil {
		r.customers = make(map[string][]int32)
	}
	known := r.customers[customer]
	if merged := withPeriod(known, r.unit().index(day)); len(merged) != len(known) {
		r.customers[customer] = merged
	}
	return nil
}

// withPeriod adds an index to an ascending set.
func withPeriod(set []int32, index int32) []int32 {
	if n := len(set); n == 0 || set[n-1] < index {
		return append(set, index)
	}
	i, found := slices.BinarySearch(set, index)
	if found {
		return set
	}
	return slices.Insert(set, i, index)
}

func (r *Retention) unit() Grain {
	if r.grain == 0 {
		return Quarter
	}
	return r.grain
}

// Customers is the number of distinct known customers.
func (r *Retention) Customers() int { return len(r.customers) }

// Anonymous is the number of rows without a customer.
func (r *Retention) Anonymous() int64 { return r.anonymous }

// NotPositive is the number of rows that [RetentionOfPurchases] left out because
// their amount was zero or less.
func (r *Retention) NotPositive() int64 { return r.notPositive }

// A RetentionRow is the movement of the base in one period.
type RetentionRow struct {
	Label  string // 2011 Q4, 2011-12, 2011-W49, 2011-12-09 or 2011
	Period Period
	Base
}

// Complete reports whether the period was over at the instant. The counts of a
// period that still runs are a lower bound for End and an upper bound for Lost.
func (r RetentionRow) Complete(asOf time.Time) bool { return !asOf.Before(r.Period.End) }

// Rows is the table from the first period with an activity to the last, without
// gaps: a period in which nobody was active has an End of 0. Every row passes
// [Base.Check]. No activity gives no rows.
func (r *Retention) Rows() []RetentionRow {
	first, last := int32(math.MaxInt32), int32(math.MinInt32)
	for _, set := range r.customers {
		first, last = min(first, set[0]), max(last, set[len(set)-1])
	}
	if first > last {
		return nil
	}
	end := make([]int64, last-first+1)
	fresh, kept := make([]int64, len(end)), make([]int64, len(end))
	for _, set := range r.customers {
		fresh[set[0]-first]++
		for i, p := range set {
			end[p-first]++
			if i > 0 && set[i-1] == p-1 {
				kept[p-first]++
			}
		}
	}
	rows := make([]RetentionRow, len(end))
	for i := range rows {
		index := first + int32(i)
		row := RetentionRow{Label: r.unit().label(index), Period: r.unit().period(index, zoneOr(r.zone))}
		row.End, row.New, row.Reactivated = end[i], fresh[i], end[i]-fresh[i]-kept[i]
		if i > 0 {
			row.Start = end[i-1]
		}
		row.Lost = row.Start - kept[i]
		rows[i] = row
	}
	return rows
}

// Merge adds the activities of another state, sharded in any way. States of
// another grain or zone are [ErrConfig], an overflow is [ErrOutOfRange]; both change
// nothing. The other state is not changed.
func (r *Retention) Merge(o *Retention) error {
	if r.config() != o.config() {
		return ErrConfig
	}
	anonymous, err1 := sum("anonymous", r.anonymous, o.anonymous)
	notPositive, err2 := sum("not positive", r.notPositive, o.notPositive)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if r.customers == nil && len(o.customers) > 0 {
		r.customers = make(map[string][]int32, len(o.customers))
	}
	for customer, set := range o.customers {
		known := slices.Clone(r.customers[customer])
		for _, p := range set {
			known = withPeriod(known, p)
		}
		r.customers[customer] = known
	}
	r.anonymous, r.notPositive = anonymous, notPositive
	return nil
}

func (r *Retention) config() uint64 {
	return binenc.Hash("retention", r.unit().String(), zoneMark(zoneOr(r.zone)))
}

var kindRetention = binenc.Kind{'M', 'R', 'E', 'T'}

// MarshalBinary writes the state; equal states give equal bytes.
func (r *Retention) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindRetention, 1, r.config())
	w.Int(r.anonymous)
	w.Int(r.notPositive)
	w.Uint(uint64(len(r.customers)))
	for _, customer := range sortedKeys(r.customers) {
		set := r.customers[customer]
		w.String(customer)
		w.Uint(uint64(len(set)))
		for _, p := range set {
			w.Int(int64(p))
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state. The receiver must be of the configuration
// that wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an
// error the receiver is unchanged.
func (r *Retention) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindRetention, r.config())
	if err != nil {
		return err
	}
	next := Retention{grain: r.grain, zone: r.zone}
	next.anonymous, next.notPositive = readCount(in), readCount(in)
	n := in.Count(2)
	next.customers = make(map[string][]int32, n)
	for previous := ""; n > 0 && in.Err() == nil; n-- {
		customer := in.String()
		if customer <= previous {
			in.Fail("customers out of order")
			break
		}
		previous = customer
		next.customers[customer] = readPeriods(in, r.unit())
	}
	if err := closed(in); err != nil {
		return err
	}
	*r = next
	return nil
}

func readPeriods(in *binenc.Reader, grain Grain) []int32 {
	set := make([]int32, in.Count(1))
	if len(set) == 0 {
		in.Fail("a customer without a period")
	}
	low, high := grain.index(earliest), grain.index(latest)
	for i := range set {
		v := in.Int()
		if v < int64(low) || v > int64(high) || (i > 0 && v <= int64(set[i-1])) {
			in.Fail("periods out of order or out of range")
			break
		}
		set[i] = int32(v)
	}
	return set
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
