package metrics

import (
	"errors"
	"iter"
	"math"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/binenc"
)

// SpendingOptions configure [NewSpending].
type SpendingOptions struct {
	// Places is the number of decimal places kept exactly, 1 to 9; 0 means
	// [DefaultPlaces]. An amount with more places is an error, never rounded.
	Places int32
}

// Spending accumulates what each customer bought: orders, gross revenue, refunds,
// and the instants of the first and the last order. Amounts above zero are orders,
// amounts below zero are refunds, amounts of exactly zero are counted apart.
//
// The zero value keeps [DefaultPlaces]. Guarantees: sums are exact; the order of
// rows and the way in which they are sharded change nothing; Merge is associative
// and commutative and equals one pass. Not safe for concurrent use.
type Spending struct {
	places    int32
	customers map[string]*spender
	anonymous spender // rows without a customer, all together
	zero      int64   // rows of exactly zero, whoever they belong to
}

type spender struct {
	orders, returns int64
	gross, refunds  int64 // minor units; refunds are zero or less
	first, last     int64 // Unix seconds of orders
}

// NewSpending is an empty state.
func NewSpending(opts *SpendingOptions) (*Spending, error) {
	if opts == nil {
		opts = &SpendingOptions{}
	}
	places, err := placesOr("places", opts.Places)
	if err != nil {
		return nil, err
	}
	return &Spending{places: places}, nil
}

// SpendingOf adds every row.
func SpendingOf[P Purchase](rows iter.Seq[P], opts *SpendingOptions) (*Spending, error) {
	acc, err := NewSpending(opts)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		if err := acc.Add(row.CustomerKey(), row.At(), row.Amount()); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

// Add records one row. An empty customer is summed apart and enters no figure per
// customer. An amount beyond the places or the range is [ErrOutOfRange] and
// changes nothing.
func (s *Spending) Add(customer string, at time.Time, amount decimal.Decimal) error {
	units, err := minor("amount", amount, s.scale())
	if err != nil {
		return err
	}
	if units == 0 {
		s.zero++
		return nil
	}
	one := spender{first: math.MaxInt64, last: math.MinInt64}
	if units > 0 {
		one.orders, one.gross, one.first, one.last = 1, units, at.Unix(), at.Unix()
	} else {
		one.returns, one.refunds = 1, units
	}
	return s.add(customer, one)
}

func (s *Spending) add(customer string, more spender) error {
	if customer == "" {
		return s.anonymous.add(more)
	}
	known := s.customers[customer]
	if known == nil {
		if s.customers == nil {
			s.customers = make(map[string]*spender)
		}
		s.customers[customer] = &more
		return nil
	}
	return known.add(more)
}

func (p *spender) add(o spender) error {
	gross, err := addMinor("gross revenue", p.gross, o.gross)
	if err != nil {
		return err
	}
	refunds, err := addMinor("refunds", p.refunds, o.refunds)
	if err != nil {
		return err
	}
	orders, err1 := sum("orders", p.orders, o.orders)
	returns, err2 := sum("returns", p.returns, o.returns)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if p.orders == 0 {
		p.first, p.last = o.first, o.last
	} else if o.orders > 0 {
		p.first, p.last = min(p.first, o.first), max(p.last, o.last)
	}
	p.gross, p.refunds = gross, refunds
	p.orders, p.returns = orders, returns
	return nil
}

func (s *Spending) scale() int32 {
	if s.places == 0 {
		return DefaultPlaces
	}
	return s.places
}

// A SpendingTotal is what a group of customers bought.
type SpendingTotal struct {
	Customers int64           // known customers with any row other than zero
	Buyers    int64           // customers with at least one order
	Repeaters int64           // customers with at least two orders
	Orders    int64           // rows above zero
	Returns   int64           // rows below zero
	Gross     decimal.Decimal // sum of the orders
	Refunds   decimal.Decimal // sum of the returns, zero or less
	// LifespanSeconds is the sum over buyers of the time from the first to the last
	// order, in whole seconds.
	LifespanSeconds int64
}

// Total sums over all known customers; an overflow is [ErrOutOfRange]. Rows without a customer are in
// [Spending.Anonymous]; rows of zero in [Spending.ZeroRows].
func (s *Spending) Total() (SpendingTotal, error) {
	var all spender
	t := SpendingTotal{Customers: int64(len(s.customers))}
	for _, c := range s.customers {
		if err := all.add(*c); err != nil {
			return SpendingTotal{}, err
		}
		if c.orders > 0 {
			t.Buyers++
			lifespan, err := sum("lifespan", t.LifespanSeconds, c.last-c.first)
			if err != nil {
				return SpendingTotal{}, err
			}
			t.LifespanSeconds = lifespan
		}
		if c.orders > 1 {
			t.Repeaters++
		}
	}
	t.Orders, t.Returns = all.orders, all.returns
	t.Gross, t.Refunds = major(all.gross, s.scale()), major(all.refunds, s.scale())
	return t, nil
}

// Anonymous sums the rows without a customer; its counts of customers are zero.
func (s *Spending) Anonymous() SpendingTotal {
	a := s.anonymous
	return SpendingTotal{
		Orders: a.orders, Returns: a.returns,
		Gross: major(a.gross, s.scale()), Refunds: major(a.refunds, s.scale()),
	}
}

// ZeroRows is the number of rows of exactly zero.
func (s *Spending) ZeroRows() int64 { return s.zero }

// Values are the net amounts (orders and returns) of the known customers, by
// customer key ascending: the input of [ConcentrationOf].
func (s *Spending) Values() iter.Seq2[string, decimal.Decimal] {
	return func(yield func(string, decimal.Decimal) bool) {
		for _, key := range sortedKeys(s.customers) {
			c := s.customers[key]
			if !yield(key, major(c.gross, s.scale()).Add(major(c.refunds, s.scale()))) {
				return
			}
		}
	}
}

// AverageOrderValue is Gross / Orders (also: average purchase value, basket size).
// No order is [ErrNoData].
func (t SpendingTotal) AverageOrderValue() (Ratio, error) {
	if err := errors.Join(notNegative("gross", t.Gross), count("orders", t.Orders)); err != nil {
		return Ratio{}, err
	}
	if t.Orders == 0 {
		return Ratio{}, faultInt(ErrNoData, "orders", 0, "no order")
	}
	return quotient(t.Gross, decimal.NewFromInt(t.Orders)), nil
}

// PurchaseFrequency is Orders / Buyers over the window that was observed. No buyer
// is [ErrNoData].
func (t SpendingTotal) PurchaseFrequency() (Ratio, error) {
	if err := errors.Join(count("orders", t.Orders), count("buyers", t.Buyers)); err != nil {
		return Ratio{}, err
	}
	if t.Buyers == 0 {
		return Ratio{}, faultInt(ErrNoData, "buyers", 0, "no buyer")
	}
	return ratioOf(t.Orders, t.Buyers), nil
}

// RepeatPurchaseRate is the share of buyers with at least two orders.
func (t SpendingTotal) RepeatPurchaseRate() Proportion { return Proportion{t.Repeaters, t.Buyers} }

// RefundShare is the refunds as a share of gross revenue, zero or more. Gross of
// zero is [ErrNoData].
func (t SpendingTotal) RefundShare() (Ratio, error) {
	if err := errors.Join(notNegative("gross", t.Gross), bounded("refunds", t.Refunds)); err != nil {
		return Ratio{}, err
	}
	if t.Gross.Sign() == 0 {
		return Ratio{}, fault(ErrNoData, "gross", "0", "no revenue")
	}
	return quotient(t.Refunds.Neg(), t.Gross), nil
}

// AverageLifespan is the mean time from first to last order over the buyers. It
// is the observed part of the lifespan only: a customer who will buy again counts
// as gone. ok is false when there is no buyer.
func (t SpendingTotal) AverageLifespan() (mean time.Duration, ok bool) {
	if t.Buyers <= 0 {
		return 0, false
	}
	whole, rest := t.LifespanSeconds/t.Buyers, t.LifespanSeconds%t.Buyers
	if whole > int64(math.MaxInt64/time.Second)-1 {
		return 0, false
	}
	return time.Duration(whole)*time.Second + time.Duration(float64(rest)/float64(t.Buyers)*float64(time.Second)), true
}

// Merge adds the rows of another state, sharded in any way. Another number of
// places is [ErrConfig]; an overflow is [ErrOutOfRange]. On an error s is
// unchanged. The other state is not changed.
func (s *Spending) Merge(o *Spending) error {
	if s.scale() != o.scale() {
		return ErrConfig
	}
	anonymous := s.anonymous
	zero, err := sum("zero rows", s.zero, o.zero)
	faults := []error{err, anonymous.add(o.anonymous)}
	for _, key := range sortedKeys(o.customers) {
		if known := s.customers[key]; known != nil {
			trial := *known
			faults = append(faults, trial.add(*o.customers[key]))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	s.anonymous = anonymous
	s.zero = zero
	for key, c := range o.customers {
		if err := s.add(key, *c); err != nil {
			return err // excluded by the trial above
		}
	}
	return nil
}

var kindSpending = binenc.Kind{'M', 'S', 'P', 'E'}

func (s *Spending) config() uint64 {
	return binenc.Hash("spending", strconv.Itoa(int(s.scale())))
}

// MarshalBinary writes the state; equal states give equal bytes.
func (s *Spending) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindSpending, 1, s.config())
	w.Int(s.zero)
	s.anonymous.write(w)
	w.Uint(uint64(len(s.customers)))
	for _, key := range sortedKeys(s.customers) {
		w.String(key)
		s.customers[key].write(w)
	}
	return w.Frame(), nil
}

func (p *spender) write(w *binenc.Writer) {
	w.Int(p.orders)
	w.Int(p.returns)
	w.Int(p.gross)
	w.Int(p.refunds)
	if p.orders > 0 {
		w.Int(p.first)
		w.Int(p.last - p.first)
	}
}

func readSpender(in *binenc.Reader) spender {
	p := spender{first: math.MaxInt64, last: math.MinInt64}
	p.orders, p.returns, p.gross, p.refunds = readCount(in), readCount(in), readCount(in), in.Int()
	if p.refunds > 0 || (p.orders == 0) != (p.gross == 0) || (p.returns == 0) != (p.refunds == 0) {
		in.Fail("counts and sums disagree")
	}
	if p.orders > 0 {
		p.first = in.Int()
		span := readCount(in)
		if p.first > math.MaxInt64-span {
			in.Fail("a span beyond int64")
			span = 0
		}
		p.last = p.first + span
	}
	return p
}

// UnmarshalBinary replaces the state. The receiver must be of the configuration
// that wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an
// error the receiver is unchanged.
func (s *Spending) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindSpending, s.config())
	if err != nil {
		return err
	}
	next := Spending{places: s.places, zero: readCount(in)}
	next.anonymous = readSpender(in)
	n := in.Count(5)
	next.customers = make(map[string]*spender, n)
	for previous := ""; n > 0 && in.Err() == nil; n-- {
		key, c := in.String(), readSpender(in)
		if key <= previous || c.orders+c.returns == 0 {
			in.Fail("customers out of order or empty")
		}
		previous = key
		next.customers[key] = &c
	}
	if err := closed(in); err != nil {
		return err
	}
	*s = next
	return nil
}
