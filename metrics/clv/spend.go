package clv

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
	"github.com/rapport-go/rapport/internal/binenc"
)

// SpendData collects what customers spent per purchase, the input of the Gamma-Gamma model: for each
// customer the number of purchases and their mean value. Whether the first purchase is one of them is the
// caller's choice; the literature leaves it out.
//
// Customers without a purchase and those whose mean is not positive cannot be part of the model; they
// are counted in Excluded and not refused. Decide what a refund does to a purchase before.
//
// Guarantees: the fit does not depend on the order of additions or merges; Merge is commutative and
// associative; equal contents give equal bytes from MarshalBinary. It is not safe for concurrent
// writes.
type SpendData struct {
	rows     []spendRow
	excluded float64
}

type spendRow struct{ x, mean, w float64 }

// Add counts a customer with n purchases of the given mean value. A negative n, a value that is not
// finite, or a positive one beyond 1e-15 to 1e15 is ErrParameter.
func (d *SpendData) Add(n int, mean float64) error { return d.AddCount(n, mean, 1) }

// AddCount counts customers with the weight w, between 0 and 1e18; 0 adds nothing.
func (d *SpendData) AddCount(n int, mean, w float64) error {
	if n < 0 || n > maxRepeats {
		return &ParameterError{Name: "number of purchases", Value: float64(n), Want: "between 0 and 2^30"}
	}
	if !(mean <= 1e15) || mean > 0 && mean < 1e-15 || math.IsInf(mean, 0) {
		return &ParameterError{Name: "mean spend", Value: mean, Want: "finite, and between 1e-15 and 1e15 where it is positive"}
	}
	if !(w >= 0) || w > mostCustomers {
		return &ParameterError{Name: "count", Value: w, Want: "between 0 and 1e18"}
	}
	switch {
	case w == 0:
	case n == 0 || mean <= 0:
		d.excluded += w
	default:
		d.rows = append(d.rows, spendRow{float64(n), mean, w})
	}
	return nil
}

// AddAmount counts a customer by the total of n purchases. A total beyond the bounds of a money
// amount is ErrParameter.
func (d *SpendData) AddAmount(n int, total decimal.Decimal) error {
	v, err := spendOf(total)
	if err != nil {
		return err
	}
	return d.Add(n, v/float64(max(n, 1)))
}

// spendOf is where money becomes a float64: everything behind it is statistics.
func spendOf(d decimal.Decimal) (float64, error) {
	if err := amount.Check(d); err != nil {
		return 0, &amountError{err}
	}
	return d.InexactFloat64(), nil
}

// amountError joins the reason with ErrParameter.
type amountError struct{ why error }

func (e *amountError) Error() string   { return "clv: amount: " + e.why.Error() }
func (e *amountError) Unwrap() []error { return []error{ErrParameter, e.why} }

// Customers is the number of customers in the data, or the sum of their weights, without the excluded.
func (d *SpendData) Customers() float64 {
	var sum compensated
	for _, r := range d.sorted() {
		sum.add(r.w)
	}
	return sum.sum()
}

// Excluded is the number of customers without a purchase or with a mean that is not positive.
func (d *SpendData) Excluded() float64 { return d.excluded }

// Merge adds another collection.
func (d *SpendData) Merge(o *SpendData) error {
	if o == nil {
		return ErrMerge
	}
	d.rows = append(d.rows, o.rows...)
	d.excluded += o.excluded
	return nil
}

// Correlation is Pearson's correlation of the number of purchases and their mean value. The
// Gamma-Gamma model assumes that there is none. ok is false with fewer than two customers or
// where one of the two does not vary.
func (d *SpendData) Correlation() (r float64, ok bool) {
	rows := d.sorted()
	var n, sx, sm compensated
	for _, v := range rows {
		n.add(v.w)
		sx.add(v.w * v.x)
		sm.add(v.w * v.mean)
	}
	mx, mm := sx.sum()/n.sum(), sm.sum()/n.sum()
	var xx, xm, mms compensated
	for _, v := range rows {
		dx, dm := v.x-mx, v.mean-mm
		xx.add(v.w * dx * dx)
		xm.add(v.w * dx * dm)
		mms.add(v.w * dm * dm)
	}
	if len(rows) < 2 || !(xx.sum() > 0) || !(mms.sum() > 0) {
		return 0, false
	}
	return xm.sum() / math.Sqrt(xx.sum()) / math.Sqrt(mms.sum()), true
}

// sorted is the rows by number of purchases, mean and weight.
func (d *SpendData) sorted() []spendRow {
	rows := slices.Clone(d.rows)
	// Positive floats sort like their bits.
	for _, key := range []func(spendRow) uint64{
		func(r spendRow) uint64 { return math.Float64bits(r.w) },
		func(r spendRow) uint64 { return math.Float64bits(r.mean) },
		func(r spendRow) uint64 { return uint64(r.x) },
	} {
		rows = radixSort(rows, key)
	}
	return rows
}

var spendKind = binenc.Kind{'C', 'L', 'V', 'S'}

// MarshalBinary writes the data; equal contents give equal bytes.
func (d *SpendData) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(spendKind, stateVersion, binenc.Hash("spend"))
	w.Float(d.excluded)
	w.Uint(uint64(len(d.rows)))
	for _, r := range d.sorted() {
		w.Uint(uint64(r.x))
		w.Float(r.mean)
		w.Float(r.w)
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the data by what MarshalBinary wrote. Damaged bytes are an error and
// change nothing.
func (d *SpendData) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, spendKind, stateVersion)
	if err != nil {
		return err
	}
	if r.Config() != binenc.Hash("spend") {
		r.Fail("configuration")
	}
	read := SpendData{excluded: r.Float()}
	if r.Err() == nil && (!(read.excluded >= 0) || math.Signbit(read.excluded) || math.IsInf(read.excluded, 0)) {
		r.Fail("excluded")
	}
	for range r.Count(17) {
		x, mean, w := r.Uint(), r.Float(), r.Float()
		if r.Err() != nil {
			break
		}
		if x == 0 || x > maxRepeats || !(mean > 0) || !(w > 0) || read.AddCount(int(x), mean, w) != nil {
			r.Fail("row")
		}
	}
	if r.Err() == nil && !slices.Equal(read.sorted(), read.rows) {
		r.Fail("order of rows")
	}
	if err := r.Close(); err != nil {
		return err
	}
	*d = read
	return nil
}
