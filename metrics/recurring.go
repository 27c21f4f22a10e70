package metrics

import (
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/civil"
)

// A Recurring row is what one customer pays for one calendar month: the part of a
// subscription that belongs to the month. month is any day of it.
type Recurring interface {
	CustomerKey() string
	MonthlyRevenue() (month Date, revenue decimal.Decimal)
}

// RecurringRevenue is the ledger of recurring revenue per customer and month, from
// which movements are classified. Several rows of one customer and month add up
// (several subscriptions); a month without a row is a month of zero.
//
// The zero value keeps [DefaultPlaces]. Guarantees: sums are exact; the order of
// rows and the way in which they are sharded change nothing; Merge is associative
// and commutative and equals one pass. Not safe for concurrent use.
type RecurringRevenue struct {
	places    int32
	customers map[string][]monthCell
	anonymous int64
}

type monthCell struct {
	month int32 // year*12 + month-1
	units int64 // above zero
}

// RecurringOptions configure [NewRecurringRevenue].
type RecurringOptions struct {
	// Places is the number of decimal places kept exactly, 1 to 9; 0 means
	// [DefaultPlaces].
	Places int32
}

// NewRecurringRevenue is an empty ledger.
func NewRecurringRevenue(opts *RecurringOptions) (*RecurringRevenue, error) {
	if opts == nil {
		opts = &RecurringOptions{}
	}
	places, err := placesOr("places", opts.Places)
	if err != nil {
		return nil, err
	}
	return &RecurringRevenue{places: places}, nil
}

// RecurringRevenueOf adds every row.
func RecurringRevenueOf[R Recurring](rows iter.Seq[R], opts *RecurringOptions) (*RecurringRevenue, error) {
	acc, err := NewRecurringRevenue(opts)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		month, revenue := row.MonthlyRevenue()
		if err := acc.Add(row.CustomerKey(), month, revenue); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

// Add records revenue of a customer for the month that holds the date. Revenue of
// zero changes nothing; below zero, or with more places than are kept, it is
// [ErrOutOfRange], as is a date that does not exist. An empty customer is counted
// in Anonymous and enters no movement.
func (r *RecurringRevenue) Add(customer string, month Date, revenue decimal.Decimal) error {
	units, err := minor("revenue", revenue, r.scale())
	if err != nil {
		return err
	}
	if units < 0 {
		return fault(ErrOutOfRange, "revenue", revenue.StringFixed(r.scale()), "recurring revenue is not negative")
	}
	if !civil.Date(month).Valid() {
		return fault(ErrOutOfRange, "month", month.String(), "no such day")
	}
	if customer == "" {
		r.anonymous++
		return nil
	}
	if units == 0 {
		return nil
	}
	return r.add(customer, monthCell{Month.index(civil.Date(month)), units})
}

func (r *RecurringRevenue) add(customer string, cell monthCell) error {
	if r.customers == nil {
		r.customers = make(map[string][]monthCell)
	}
	cells := r.customers[customer]
	i, found := slices.BinarySearchFunc(cells, cell.month, func(c monthCell, m int32) int { return int(c.month) - int(m) })
	if !found {
		r.customers[customer] = slices.Insert(cells, i, cell)
		return nil
	}
	units, err := addMinor("revenue", cells[i].units, cell.units)
	if err != nil {
		return err
	}
	cells[i].units = units
	return nil
}

func (r *RecurringRevenue) scale() int32 {
	if r.places == 0 {
		return DefaultPlaces
	}
	return r.places
}

// Customers is the number of customers who ever paid.
func (r *RecurringRevenue) Customers() int { return len(r.customers) }

// Anonymous is the number of rows without a customer.
func (r *RecurringRevenue) Anonymous() int64 { return r.anonymous }

// A RevenueRow is the movement into one month from the month before.
type RevenueRow struct {
	Label string // 2024-03
	Month Date   // its first day
	RevenueMovement
}

// Rows is the table from the first month with revenue to the last, without gaps.
// Customers who stop paying in the last month of the data show as churn in no row;
// [RecurringRevenue.RowsThrough] names the month to look at. The first month has no
// start, and whoever paid before the data begins is new in it. No revenue gives no
// rows. Sums beyond int64 units are [ErrOutOfRange].
func (r *RecurringRevenue) Rows() ([]RevenueRow, error) {
	first, last, ok := r.months()
	if !ok {
		return nil, nil
	}
	return r.rows(first, last)
}

// RowsThrough is [RecurringRevenue.Rows] up to the month of the date, with months in
// which nobody pays any more, and without those after it.
func (r *RecurringRevenue) RowsThrough(month Date) ([]RevenueRow, error) {
	if !civil.Date(month).Valid() {
		return nil, fault(ErrOutOfRange, "month", month.String(), "no such day")
	}
	first, _, ok := r.months()
	last := Month.index(civil.Date(month))
	if !ok || last < first {
		return nil, nil
	}
	return r.rows(first, last)
}

func (r *RecurringRevenue) months() (first, last int32, ok bool) {
	for _, cells := range r.customers {
		if !ok || cells[0].month < first {
			first = cells[0].month
		}
		if !ok || cells[len(cells)-1].month > last {
			last = cells[len(cells)-1].month
		}
		ok = true
	}
	return first, last, ok
}

// flows are the sums of one month in units, by movement, and the logos behind them.
type flows struct {
	start, fresh, expansion, contraction, churn, back int64
	logos                                             Base
}

func (r *RecurringRevenue) rows(first, last int32) ([]RevenueRow, error) {
	table := make([]flows, last-first+1)
	var faults error
	for _, cells := range r.customers {
		if err := post(table, cells, first, last); err != nil {
			faults = err
		}
	}
	if faults != nil {
		return nil, faults
	}
	out := make([]RevenueRow, len(table))
	for i, f := range table {
		day := Month.first(first + int32(i))
		money := func(units int64) decimal.Decimal { return major(units, r.scale()) }
		out[i] = RevenueRow{Month.label(first + int32(i)), Date(day), RevenueMovement{
			Start: money(f.start), New: money(f.fresh), Expansion: money(f.expansion),
			Contraction: money(f.contraction), Churn: money(f.churn), Reactivation: money(f.back),
			Customers: f.logos,
		}}
	}
	return out, nil
}

// post books one customer's months.
func post(table []flows, cells []monthCell, first, last int32) error {
	var faults []error
	var previous monthCell
	for i, cell := range cells {
		if cell.month > last {
			break
		}
		before := int64(0)
		if i > 0 && previous.month == cell.month-1 {
			before = previous.units
		} else if i > 0 && previous.month < last {
			faults = append(faults, table[previous.month+1-first].leave(previous.units))
		}
		faults = append(faults, table[cell.month-first].book(before, cell.units, i > 0))
		previous = cell
	}
	if previous.units > 0 && previous.month < last {
		faults = append(faults, table[previous.month+1-first].leave(previous.units))
	}
	return errors.Join(faults...)
}

// leave books a customer whose revenue ends.
func (f *flows) leave(units int64) error {
	f.logos.Start++
	f.logos.Lost++
	return errors.Join(grow(&f.start, units), grow(&f.churn, units))
}

// book books a customer with revenue in this month.
func (f *flows) book(before, now int64, seenBefore bool) error {
	f.logos.End++
	if before > 0 {
		f.logos.Start++
	}
	err := grow(&f.start, before)
	change := now - before
	switch movement(sign(before), 1, sign(change), seenBefore) {
	case NewRevenue:
		f.logos.New++
		return errors.Join(err, grow(&f.fresh, change))
	case Reactivation:
		f.logos.Reactivated++
		return errors.Join(err, grow(&f.back, change))
	case Expansion:
		return errors.Join(err, grow(&f.expansion, change))
	case Contraction:
		return errors.Join(err, grow(&f.contraction, -change))
	default:
		return err
	}
}

func grow(total *int64, units int64) error {
	next, err := addMinor("recurring revenue", *total, units)
	if err == nil {
		*total = next
	}
	return err
}

func sign(n int64) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	default:
		return 0
	}
}

// Merge adds the rows of another ledger, sharded in any way. Another number of places
// is [ErrConfig], an overflow [ErrOutOfRange]; both change nothing. The other ledger
// is not changed.
func (r *RecurringRevenue) Merge(o *RecurringRevenue) error {
	if r.scale() != o.scale() {
		return ErrConfig
	}
	next := RecurringRevenue{places: r.places, anonymous: r.anonymous + o.anonymous, customers: make(map[string][]monthCell, len(r.customers))}
	for customer, cells := range r.customers {
		next.customers[customer] = cells
	}
	for customer, cells := range o.customers {
		next.customers[customer] = slices.Clone(next.customers[customer])
		for _, cell := range cells {
			if err := next.add(customer, cell); err != nil {
				return err
			}
		}
	}
	*r = next
	return nil
}

var kindRecurring = binenc.Kind{'M', 'M', 'R', 'R'}

func (r *RecurringRevenue) config() uint64 {
	return binenc.Hash("recurring revenue", strconv.Itoa(int(r.scale())))
}

// MarshalBinary writes the state; equal states give equal bytes.
func (r *RecurringRevenue) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindRecurring, 1, r.config())
	w.Int(r.anonymous)
	w.Uint(uint64(len(r.customers)))
	for _, customer := range sortedKeys(r.customers) {
		cells := r.customers[customer]
		w.String(customer)
		w.Uint(uint64(len(cells)))
		for _, c := range cells {
			w.Int(int64(c.month))
			w.Int(c.units)
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state. The receiver must be of the configuration that
// wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an error the
// receiver is unchanged.
func (r *RecurringRevenue) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindRecurring, r.config())
	if err != nil {
		return err
	}
	next := RecurringRevenue{places: r.places, anonymous: readCount(in)}
	n := in.Count(4)
	next.customers = make(map[string][]monthCell, n)
	for previous := ""; n > 0 && in.Err() == nil; n-- {
		customer := in.String()
		if customer <= previous {
			in.Fail("customers out of order")
		}
		previous = customer
		next.customers[customer] = readMonths(in)
	}
	if err := closed(in); err != nil {
		return err
	}
	*r = next
	return nil
}

func readMonths(in *binenc.Reader) []monthCell {
	cells := make([]monthCell, in.Count(2))
	if len(cells) == 0 {
		in.Fail("a customer without a month")
	}
	low, high := int64(Month.index(earliest)), int64(Month.index(latest))
	for i := range cells {
		month, units := in.Int(), in.Int()
		if month < low || month > high || units <= 0 || (i > 0 && month <= int64(cells[i-1].month)) {
			in.Fail("months out of order or out of range")
			break
		}
		cells[i] = monthCell{int32(month), units}
	}
	return cells
}

// MonthOf is the first day of the month that the instant falls into in the zone, for
// hosts that hold instants. A year outside 1 to 9999 or a nil zone is
// [ErrOutOfRange].
func MonthOf(t time.Time, zone *time.Location) (Date, error) {
	if zone == nil {
		return Date{}, fault(ErrOutOfRange, "zone", "nil", "a zone is required")
	}
	d, err := civilDate(t, zone)
	if err != nil {
		return Date{}, err
	}
	return Date{Year: d.Year, Month: d.Month, Day: 1}, nil
}
