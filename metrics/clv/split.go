package clv

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
	"github.com/rapport-go/rapport/internal/civil"
)

// Purchase is a row of a host's sales: an invoice, an order or a line of one.
type Purchase interface {
	// CustomerKey identifies the customer; "" is nobody.
	CustomerKey() string
	// At is the instant of the purchase.
	At() time.Time
	// Amount is its value; negative for a refund.
	Amount() decimal.Decimal
}

// Date is a day of the calendar. The zero value is no date.
type Date struct {
	// Year is the year, 1 to 9999.
	Year int
	// Month is the month.
	Month time.Month
	// Day is the day of the month.
	Day int
}

// String is the date as YYYY-MM-DD.
func (d Date) String() string { return civil.Date(d).String() }

// Refunds says what a negative amount does to the purchases of its day.
type Refunds uint8

// The refund policies.
const (
	// NetDay adds up a customer's amounts of a day; a day whose sum is not positive is no purchase.
	NetDay Refunds = iota + 1
	// PositiveRows looks at rows with a positive amount only.
	PositiveRows
	// NonNegativeRows looks at rows without a negative amount: a free order is a purchase, too. The
	// published figures of the CDNOW sample count so.
	NonNegativeRows
)

// String is the policy's name.
func (r Refunds) String() string {
	switch r {
	case NetDay:
		return "net day"
	case PositiveRows:
		return "positive rows"
	case NonNegativeRows:
		return "non-negative rows"
	}
	return fmt.Sprintf("Refunds(%d)", uint8(r))
}

// MarshalText writes the policy's name.
func (r Refunds) MarshalText() ([]byte, error) {
	if r < NetDay || r > NonNegativeRows {
		return nil, &ParameterError{Name: "refunds", Value: float64(r), Want: "one of the named policies"}
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads a policy's name.
func (r *Refunds) UnmarshalText(text []byte) error {
	for _, v := range []Refunds{NetDay, PositiveRows, NonNegativeRows} {
		if v.String() == string(text) {
			*r = v
			return nil
		}
	}
	return fmt.Errorf("%w: %q is no refund policy", ErrParameter, clip(string(text)))
}

// SplitOptions are the options of NewSplit; nil means the defaults.
type SplitOptions struct {
	// Unit is the unit of the summaries; the zero value means Week.
	Unit Unit
	// Refunds is the refund policy; the zero value means NetDay.
	Refunds Refunds
	// HoldoutThrough is the last day of the holdout period, included; the zero value means that
	// there is none.
	HoldoutThrough Date
}

// Split is a host's purchases summarised: each customer's history through the last day of the
// calibration period, and what the customer did in the holdout after it.
//
// An occasion is a day with a purchase, in the zone that was given: two invoices of one day are one
// occasion, and 23:30 and 00:10 are two. Ages are whole days from the first occasion's day; T runs to the
// last day of the calibration period.
type Split struct {
	// Customers are those with an occasion in the calibration period, ordered by key.
	Customers []Customer
	// Unit is the unit of the summaries.
	Unit Unit
	// Start is the day of the first occasion, Through the last day of the calibration period,
	// HoldoutThrough that of the holdout, or the zero value.
	Start, Through, HoldoutThrough Date
	// Rows counts the rows that were read; those of nobody are in NoCustomer, those after
	// the last day in Later, those with a negative or zero amount in NotPositive.
	Rows, NoCustomer, Later, NotPositive int
	// EmptyDays counts the customers' days that were no occasion because nothing positive was
	// left of them.
	EmptyDays int
	// NewInHoldout counts the customers whose first occasion came after the calibration period; they
	// are not among Customers.
	NewInHoldout int
}

// Customer is one customer of a Split.
type Customer struct {
	// Key is the host's key.
	Key string
	// First is the day of the first occasion.
	First Date
	// Summary is the history through the calibration period.
	Summary Summary
	// Spend is the total of the repeat occasions of the calibration period, which are Summary.X
	// many; FirstSpend that of the first.
	Spend, FirstSpend decimal.Decimal
	// Holdout is the number of occasions in the holdout period, HoldoutSpend their total.
	Holdout      int
	HoldoutSpend decimal.Decimal

	firstDay int
	days     []int // of all repeat occasions, ascending
}

// MeanSpend is the mean of the repeat occasions; ok is false when there are none, or when they were
// all free (NonNegativeRows).
func (c Customer) MeanSpend() (mean float64, ok bool) {
	if c.Summary.X == 0 || c.Spend.Sign() <= 0 {
		return 0, false
	}
	v, err := spendOf(c.Spend)
	return v / float64(c.Summary.X), err == nil
}

// daySum is a customer's amounts by day.
type daySum map[int]decimal.Decimal

// NewSplit summarises purchases in any order. zone decides on the day of a purchase; through is the last
// day of the calibration period, included. Errors, joined: ErrParameter for a nil zone, dates that are
// none or in the wrong order, options, amounts out of bounds (at most 100 of these); ErrNoData
// when no customer has an occasion in the calibration period.
func NewSplit[P Purchase](rows iter.Seq[P], zone *time.Location, through Date, opts *SplitOptions) (*Split, error) {
	o, err := checkSplit(zone, through, opts)
	if err != nil {
		return nil, err
	}
	s := &Split{Unit: o.Unit, Through: through, HoldoutThrough: o.HoldoutThrough}
	end := civil.Date(through).Days()
	last := end
	if o.HoldoutThrough != (Date{}) {
		last = civil.Date(o.HoldoutThrough).Days()
	}
	sums := map[string]daySum{}
	var faults []error
	for row := range rows {
		if err := s.read(row, zone, last, o.Refunds, sums); err != nil {
			if faults = append(faults, err); len(faults) == maxFaults {
				break
			}
		}
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	for key, days := range sums {
		s.summarise(key, days, end, o.Refunds == NonNegativeRows)
	}
	if len(s.Customers) == 0 {
		return nil, ErrNoData
	}
	slices.SortFunc(s.Customers, func(a, b Customer) int { return strings.Compare(a.Key, b.Key) })
	start := s.Customers[0].firstDay
	for _, c := range s.Customers {
		start = min(start, c.firstDay)
	}
	s.Start = Date(civil.FromDays(start))
	return s, nil
}

func checkSplit(zone *time.Location, through Date, opts *SplitOptions) (SplitOptions, error) {
	var o SplitOptions
	if opts != nil {
		o = *opts
	}
	if o.Unit == 0 {
		o.Unit = Week
	}
	if o.Refunds == 0 {
		o.Refunds = NetDay
	}
	var faults []error
	if zone == nil {
		faults = append(faults, fmt.Errorf("%w: no zone", ErrParameter))
	}
	faults = append(faults, checkUnit(o.Unit))
	if _, err := o.Refunds.MarshalText(); err != nil {
		faults = append(faults, err)
	}
	if !civil.Date(through).Valid() {
		faults = append(faults, fmt.Errorf("%w: last day of the calibration period is no date", ErrParameter))
	}
	if o.HoldoutThrough != (Date{}) {
		h := civil.Date(o.HoldoutThrough)
		if !h.Valid() {
			faults = append(faults, fmt.Errorf("%w: last day of the holdout is no date", ErrParameter))
		} else if civil.Date(through).Valid() && h.Days() <= civil.Date(through).Days() {
			faults = append(faults, fmt.Errorf("%w: the holdout ends before it begins", ErrParameter))
		}
	}
	return o, errors.Join(faults...)
}

func (s *Split) read(row Purchase, zone *time.Location, last int, refunds Refunds, sums map[string]daySum) error {
	s.Rows++
	key, value := row.CustomerKey(), row.Amount()
	if key == "" {
		s.NoCustomer++
		return nil
	}
	if err := amount.Check(value); err != nil {
		return fmt.Errorf("row %d: %w", s.Rows, &amountError{err})
	}
	day := civil.Of(row.At().In(zone)).Days()
	if day > last {
		s.Later++
		return nil
	}
	if value.Sign() <= 0 {
		s.NotPositive++
		if refunds == PositiveRows || refunds == NonNegativeRows && value.Sign() < 0 {
			return nil
		}
	}
	if sums[key] == nil {
		sums[key] = daySum{}
	}
	sum := sums[key][day].Add(value)
	if err := amount.Check(sum); err != nil {
		return fmt.Errorf("row %d: sum of a day: %w", s.Rows, &amountError{err})
	}
	sums[key][day] = sum
	return nil
}

// summarise turns a customer's days into a summary; the order in which customers come does not
// matter.
func (s *Split) summarise(key string, sums daySum, end int, free bool) {
	var days []int
	for day, sum := range sums {
		if free || sum.Sign() > 0 {
			days = append(days, day)
		} else {
			s.EmptyDays++
		}
	}
	if len(days) == 0 {
		return
	}
	slices.Sort(days)
	if days[0] > end {
		s.NewInHoldout++
		return
	}
	per := s.Unit.Days()
	c := Customer{Key: key, First: Date(civil.FromDays(days[0])), firstDay: days[0], days: days[1:], FirstSpend: sums[days[0]]}
	c.Summary.T = float64(end-days[0]) / per
	for _, day := range c.days {
		if day <= end {
			c.Summary.X++
			c.Summary.TX = float64(day-days[0]) / per
			c.Spend = c.Spend.Add(sums[day])
		} else {
			c.Holdout++
			c.HoldoutSpend = c.HoldoutSpend.Add(sums[day])
		}
	}
	s.Customers = append(s.Customers, c)
}

// Patterns is the histogram of the summaries, for fitting.
func (s *Split) Patterns() *Patterns {
	p := NewPatterns(s.Unit)
	for _, c := range s.Customers {
		p.add(uint32(c.Summary.X), c.Summary.TX, c.Summary.T, 1)
	}
	return p
}

// Spend is the spend per repeat occasion, for fitting a GammaGamma; customers without one are
// counted as excluded.
func (s *Split) Spend() (*SpendData, error) {
	d := &SpendData{}
	for _, c := range s.Customers {
		if err := d.AddAmount(c.Summary.X, c.Spend); err != nil {
			return nil, fmt.Errorf("customer %q: %w", clip(c.Key), err)
		}
	}
	return d, nil
}

// Holdout is the length of the holdout period; ok is false when there is none.
func (s *Split) Holdout() (h Horizon, ok bool) {
	if s.HoldoutThrough == (Date{}) {
		return Horizon{}, false
	}
	return Days(float64(civil.Date(s.HoldoutThrough).Days() - civil.Date(s.Through).Days())), true
}
