package metrics

import (
	"errors"
	"iter"
	"math"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/civil"
)

// A RefundRule says what amounts below zero do to a customer's purchase history.
type RefundRule uint8

// The rules.
const (
	// RefundsNetDay nets each day: a day is an occasion when its orders exceed its
	// refunds, worth the net; other days are dropped, their refunds with them, and
	// counted. This is the default.
	RefundsNetDay RefundRule = iota + 1
	// RefundsNetTotal makes every day with an order an occasion, and subtracts all
	// refunds from the customer's spend, whenever they came.
	RefundsNetTotal
	// RefundsIgnored looks at orders only; days with nothing but refunds are dropped
	// and counted.
	RefundsIgnored
)

var refundNames = [...]string{"unset", "net-day", "net-total", "ignored"}

// String is the rule's name, "unset" for the zero value.
func (r RefundRule) String() string { return enumText(refundNames[:], uint8(r)) }

// MarshalText writes the name; the zero value and unknown rules are errors.
func (r RefundRule) MarshalText() ([]byte, error) {
	return enumMarshal("refund rule", refundNames[:], uint8(r))
}

// UnmarshalText reads a name.
func (r *RefundRule) UnmarshalText(text []byte) error {
	return enumUnmarshal("refund rule", refundNames[:], text, (*uint8)(r))
}

// An OccasionRule says what one purchase is.
type OccasionRule uint8

// The rules.
const (
	// OneADay merges all orders of a customer on one local day into one occasion, as
	// the literature does. This is the default.
	OneADay OccasionRule = iota + 1
	// EachOrder makes every order an occasion, also several on one day. Repeat orders on
	// the first day then have X above zero at TxDays of zero, which the models of
	// lifetime value refuse.
	EachOrder
)

var occasionNames = [...]string{"unset", "one-a-day", "each-order"}

// String is the rule's name, "unset" for the zero value.
func (r OccasionRule) String() string { return enumText(occasionNames[:], uint8(r)) }

// MarshalText writes the name; the zero value and unknown rules are errors.
func (r OccasionRule) MarshalText() ([]byte, error) {
	return enumMarshal("occasion rule", occasionNames[:], uint8(r))
}

// UnmarshalText reads a name.
func (r *OccasionRule) UnmarshalText(text []byte) error {
	return enumUnmarshal("occasion rule", occasionNames[:], text, (*uint8)(r))
}

// A TimeUnit is the unit in which a summary's times are read.
type TimeUnit uint8

// The units. A month is a twelfth of a year of 365.25 days, so that twelve are a year.
const (
	Days TimeUnit = iota + 1
	Weeks
	Months
	Years
)

var unitNames = [...]string{"unset", "days", "weeks", "months", "years"}

// String is the unit's name, "unset" for the zero value.
func (u TimeUnit) String() string { return enumText(unitNames[:], uint8(u)) }

// MarshalText writes the name; the zero value and unknown units are errors.
func (u TimeUnit) MarshalText() ([]byte, error) {
	return enumMarshal("time unit", unitNames[:], uint8(u))
}

// UnmarshalText reads a name.
func (u *TimeUnit) UnmarshalText(text []byte) error {
	return enumUnmarshal("time unit", unitNames[:], text, (*uint8)(u))
}

// Days is the length of the unit in days; that of an unset unit is 1.
func (u TimeUnit) Days() float64 {
	switch u {
	case Weeks:
		return 7
	case Months:
		return 365.25 / 12
	case Years:
		return 365.25
	default:
		return 1
	}
}

// Purchases accumulates every customer's orders and refunds per local day, and from
// them makes the summaries of recency, frequency and monetary value (RFM) that
// segment customers and feed models of lifetime value.
//
// The rules of counting are applied when summaries are made, so one state serves
// several of them, any observation end, and the holdout period after it.
//
// The zero value counts days in UTC and keeps [DefaultPlaces]. Guarantees: the state
// is a set of days with exact sums, so order and sharding change nothing, even where
// a customer's day is split over shards; Merge is associative and commutative and
// equals one pass. Memory is 32 bytes a customer-day and some 60 bytes a customer beside the key;
// summaries take as much again while they are made.
// Not safe for concurrent use.
type Purchases struct {
	zone      *time.Location
	places    int32
	countZero bool
	log       dayLog
	anonymous int64
	zero      int64
}

// PurchaseOptions configure [NewPurchases].
type PurchaseOptions struct {
	// Places is the number of decimal places kept exactly, 1 to 9; 0 means
	// [DefaultPlaces]. An amount with more places is an error, never rounded.
	Places int32
	// CountZero makes a row of exactly zero an order that is worth nothing, as the
	// CDNOW data has them. By default such rows are counted apart. An order of nothing
	// is an occasion under RefundsNetTotal and RefundsIgnored, and none under
	// RefundsNetDay unless its day nets above zero.
	CountZero bool
}

// NewPurchases is an empty state. The zone is required: 23:30 and 00:10 are one day
// in one zone and two in another. A nil zone is [ErrOutOfRange].
func NewPurchases(zone *time.Location, opts *PurchaseOptions) (*Purchases, error) {
	if opts == nil {
		opts = &PurchaseOptions{}
	}
	places, err := placesOr("places", opts.Places)
	if zone == nil {
		err = errors.Join(err, fault(ErrOutOfRange, "zone", "nil", "a zone is required"))
	}
	if err != nil {
		return nil, err
	}
	return &Purchases{zone: zone, places: places, countZero: opts.CountZero}, nil
}

// PurchasesOf adds every row.
func PurchasesOf[P Purchase](rows iter.Seq[P], zone *time.Location, opts *PurchaseOptions) (*Purchases, error) {
	acc, err := NewPurchases(zone, opts)
	if err != nil {
		return nil, err
	}
	var batch dayBatch
	for row := range rows {
		customer := row.CustomerKey()
		cell, counts, err := acc.cell(customer, row.At(), row.Amount())
		if err != nil {
			return nil, err
		}
		if counts && batch.put(customer, cell) {
			if err := acc.log.addBatch(&batch); err != nil {
				return nil, err
			}
		}
	}
	if err := acc.log.addBatch(&batch); err != nil {
		return nil, err
	}
	return acc, nil
}

// Add records an order (above zero) or a refund (below zero). Rows of exactly zero and
// rows without a customer are counted and enter no summary (see CountZero). A local year outside 1
// to 9999, and an amount with more places or digits than are kept, is
// [ErrOutOfRange] and changes nothing.
func (p *Purchases) Add(customer string, at time.Time, amount decimal.Decimal) error {
	cell, counts, err := p.cell(customer, at, amount)
	if err != nil || !counts {
		return err
	}
	return p.log.add(customer, cell)
}

// cell is what a row adds to its customer's day; counts is false when it belongs to
// no customer or adds nothing.
func (p *Purchases) cell(customer string, at time.Time, amount decimal.Decimal) (cell dayCell, counts bool, err error) {
	units, err := minor("amount", amount, p.scale())
	if err != nil {
		return dayCell{}, false, err
	}
	day, err := dayNumber(at, zoneOr(p.zone))
	if err != nil {
		return dayCell{}, false, err
	}
	switch {
	case customer == "":
		p.anonymous++
		return dayCell{}, false, nil
	case units == 0 && !p.countZero:
		p.zero++
		return dayCell{}, false, nil
	case units >= 0:
		return dayCell{day: day, orders: 1, gross: units}, true, nil
	default:
		return dayCell{day: day, back: units}, true, nil
	}
}

var firstDay, lastDay = int64(earliest.Days()), int64(latest.Days())

// dayNumber is the local day of an instant, counted from 1970-01-01.
func dayNumber(t time.Time, zone *time.Location) (int32, error) {
	_, offset := t.In(zone).Zone()
	seconds := t.Unix() + int64(offset)
	day := seconds / 86_400
	if seconds%86_400 < 0 {
		day--
	}
	if day < firstDay || day > lastDay {
		return 0, faultInt(ErrOutOfRange, "day", day, "years are 1 to 9999")
	}
	return int32(day), nil
}

func (p *Purchases) scale() int32 {
	if p.places == 0 {
		return DefaultPlaces
	}
	return p.places
}

// Customers is the number of known customers with an order or a refund.
func (p *Purchases) Customers() int { return len(p.log.keys) }

// Anonymous is the number of rows without a customer.
func (p *Purchases) Anonymous() int64 { return p.anonymous }

// ZeroRows is the number of rows of exactly zero that were counted apart.
func (p *Purchases) ZeroRows() int64 { return p.zero }

// SummaryOptions are the rules of counting; the zero value is the default of each.
type SummaryOptions struct {
	Refunds   RefundRule   // RefundsNetDay by default
	Occasions OccasionRule // OneADay by default
}

func (o *SummaryOptions) orDefault() (SummaryOptions, error) {
	out := SummaryOptions{RefundsNetDay, OneADay}
	if o == nil {
		return out, nil
	}
	if o.Refunds != 0 {
		out.Refunds = o.Refunds
	}
	if o.Occasions != 0 {
		out.Occasions = o.Occasions
	}
	if out.Refunds > RefundsIgnored {
		return out, fault(ErrOutOfRange, "refund rule", out.Refunds.String(), "no such rule")
	}
	if out.Occasions > EachOrder {
		return out, fault(ErrOutOfRange, "occasion rule", out.Occasions.String(), "no such rule")
	}
	return out, nil
}

// A PurchaseSummary is one customer's history up to the end of an observation, in the
// terms of the literature (Fader, Hardie and Lee 2005): X repeat occasions, the last
// of them TxDays after the first purchase, watched for TDays. A customer with one
// purchase has X and TxDays of zero.
type PurchaseSummary struct {
	Customer string
	X        int64 // occasions after the first ("frequency" in lifetimes and BTYD)
	TxDays   int64 // days from first to last occasion ("recency" there)
	TDays    int64 // days from first occasion to the end of the observation ("age")
	units    int64 // net spend of all occasions
	first    int64 // net spend of the first
	places   int32
}

// Tx is TxDays in the unit.
func (s PurchaseSummary) Tx(unit TimeUnit) float64 { return float64(s.TxDays) / unit.Days() }

// T is TDays in the unit.
func (s PurchaseSummary) T(unit TimeUnit) float64 { return float64(s.TDays) / unit.Days() }

// DaysSince is the number of days since the last occasion ("recency" in RFM scoring).
func (s PurchaseSummary) DaysSince() int64 { return s.TDays - s.TxDays }

// Occasions is X + 1.
func (s PurchaseSummary) Occasions() int64 { return s.X + 1 }

// Spend is the net spend over all occasions.
func (s PurchaseSummary) Spend() decimal.Decimal { return major(s.units, s.places) }

// RepeatMean is the mean spend of an occasion after the first, the m of the
// Gamma-Gamma model. ok is false when X is zero. With [RefundsNetTotal] it can be
// zero or negative.
func (s PurchaseSummary) RepeatMean() (mean Ratio, ok bool) {
	if s.X <= 0 {
		return Ratio{}, false
	}
	return quotient(major(s.units-s.first, s.places), decimal.NewFromInt(s.X)), true
}

// Mean is the mean spend of all occasions.
func (s PurchaseSummary) Mean() Ratio {
	return quotient(s.Spend(), decimal.NewFromInt(s.Occasions()))
}

// SummaryCounts say what the rules did.
type SummaryCounts struct {
	Summaries    int64 // customers with at least one occasion up to the end
	NoOccasion   int64 // known customers with none: refunds only, or not yet
	MergedOrders int64 // orders that OneADay merged into another of their day
	DroppedDays  int64 // days with rows that are no occasion
	// DroppedNet is what enters no spend, zero or less: the net of dropped days under
	// RefundsNetDay, all refunds under RefundsIgnored, nothing under RefundsNetTotal.
	DroppedNet decimal.Decimal
	LaterDays  int64 // customer-days after the end
}

// Summaries makes the summary of every customer with at least one occasion up to and
// including the last day of the observation, by customer key ascending, with the
// counts of what the rules did. A date that does not exist or an unknown rule is
// [ErrOutOfRange].
func (p *Purchases) Summaries(last Date, opts *SummaryOptions) ([]PurchaseSummary, SummaryCounts, error) {
	rules, end, err := p.rules(last, opts)
	if err != nil {
		return nil, SummaryCounts{}, err
	}
	made := make([]PurchaseSummary, 0, len(p.log.keys))
	tally := summaryTally{}
	err = p.log.numbered(func(customer string, days []dayCell) error {
		s, ok, err := rules.summarise(days, end, &tally)
		if ok {
			s.Customer, s.places = customer, p.scale()
			made = append(made, s)
		}
		return err
	})
	if err != nil {
		return nil, SummaryCounts{}, err
	}
	keys := make([]string, len(made))
	for i := range made {
		keys[i] = made[i].Customer
	}
	out := make([]PurchaseSummary, len(made))
	for i, at := range keyOrder(keys) {
		out[i] = made[at]
	}
	return out, tally.counts(int64(len(out)), p.scale()), nil
}

func (p *Purchases) rules(last Date, opts *SummaryOptions) (SummaryOptions, int32, error) {
	rules, err := opts.orDefault()
	if !civil.Date(last).Valid() {
		err = errors.Join(err, fault(ErrOutOfRange, "last day", last.String(), "no such day"))
	}
	if err != nil {
		return SummaryOptions{}, 0, err
	}
	return rules, int32(civil.Date(last).Days()), nil
}

type summaryTally struct{ none, merged, dropped, later, refunds int64 }

func (t summaryTally) counts(summaries int64, places int32) SummaryCounts {
	return SummaryCounts{summaries, t.none, t.merged, t.dropped, major(t.refunds, places), t.later}
}

// occasion is what a day counts for under the rules: how many occasions, and their
// worth; zero occasions with a worth are refunds that are kept.
func (o SummaryOptions) occasion(c dayCell) (n, units int64) {
	n = int64(c.orders)
	if o.Occasions == OneADay {
		n = min(n, 1)
	}
	switch o.Refunds {
	case RefundsIgnored:
		return n, c.gross
	case RefundsNetTotal:
		return n, c.gross + c.back
	default:
		if net := c.gross + c.back; net > 0 {
			return n, net
		}
		return 0, 0
	}
}

func (o SummaryOptions) summarise(days []dayCell, end int32, tally *summaryTally) (s PurchaseSummary, ok bool, err error) {
	var n int64
	var since, until int32
	for i, c := range days {
		if c.day > end {
			tally.later += int64(len(days) - i)
			break
		}
		occasions, units := o.occasion(c)
		if s.units, err = addMinor("spend", s.units, units); err != nil {
			return s, false, err
		}
		if tally.refunds, err = addMinor("dropped refunds", tally.refunds, c.gross+c.back-units); err != nil {
			return s, false, err
		}
		if occasions == 0 {
			tally.dropped++
			continue
		}
		tally.merged += int64(c.orders) - occasions
		if n == 0 {
			// With EachOrder the first day's orders share its worth equally in the
			// mean; the first one's part is the floor.
			since, s.first = c.day, units/occasions
		}
		n += occasions
		until = c.day
	}
	if n == 0 {
		tally.none++
		return s, false, nil
	}
	s.X, s.TxDays, s.TDays = n-1, int64(until-since), int64(end-since)
	return s, true, nil
}

// Holdout is the number of occasions after the first day excluded and up to the last
// day included, for every customer who has a summary at the first, by the same rules
// and in the same order: what a model's forecast is compared with. last before first
// is [ErrOutOfRange].
func (p *Purchases) Holdout(first, last Date, opts *SummaryOptions) (iter.Seq2[string, int64], error) {
	rules, from, err := p.rules(first, opts)
	_, to, err2 := p.rules(last, opts)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	if to < from {
		return nil, fault(ErrOutOfRange, "last day", last.String(), "before the first, "+first.String())
	}
	return func(yield func(string, int64) bool) {
		_ = p.log.customers(func(customer string, days []dayCell) error {
			var before, after int64
			for _, c := range days {
				n, _ := rules.occasion(c)
				if c.day <= from {
					before += n
				} else if c.day <= to {
					after += n
				}
			}
			if before > 0 && !yield(customer, after) {
				return errStop
			}
			return nil
		})
	}, nil
}

// errStop ends an iteration early.
var errStop = errors.New("metrics: stop")

// Merge adds the rows of another state, sharded in any way, in time that grows with
// the other state only. Another zone or number of places is [ErrConfig], more than
// 2^31 customer-days or an overflow of a count [ErrOutOfRange]; both change nothing. A day whose sum overflows
// when it is joined is reported when summaries are made or the state is written.
func (p *Purchases) Merge(o *Purchases) error {
	if p.config() != o.config() {
		return ErrConfig
	}
	anonymous, err1 := sum("anonymous", p.anonymous, o.anonymous)
	zero, err2 := sum("zero rows", p.zero, o.zero)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if err := p.log.merge(&o.log); err != nil {
		return err
	}
	p.anonymous, p.zero = anonymous, zero
	return nil
}

func (p *Purchases) config() uint64 {
	return binenc.Hash("purchases", zoneMark(zoneOr(p.zone)), strconv.Itoa(int(p.scale())), strconv.FormatBool(p.countZero))
}

var kindPurchases = binenc.Kind{'M', 'P', 'U', 'R'}

// MarshalBinary writes the state; equal states give equal bytes.
func (p *Purchases) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindPurchases, 1, p.config())
	w.Int(p.anonymous)
	w.Int(p.zero)
	w.Uint(uint64(len(p.log.keys)))
	err := p.log.customers(func(customer string, days []dayCell) error {
		w.String(customer)
		w.Uint(uint64(len(days)))
		for _, c := range days {
			w.Int(int64(c.day))
			w.Int(int64(c.orders))
			w.Int(c.gross)
			w.Int(c.back)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state. The receiver must be of the configuration that
// wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an error the
// receiver is unchanged.
func (p *Purchases) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindPurchases, p.config())
	if err != nil {
		return err
	}
	next := Purchases{zone: p.zone, places: p.places, countZero: p.countZero, anonymous: readCount(in), zero: readCount(in)}
	n := in.Count(6)
	for previous := ""; n > 0 && in.Err() == nil; n-- {
		customer := in.String()
		if customer <= previous {
			in.Fail("customers out of order")
		}
		previous = customer
		for _, cell := range readDays(in) {
			if err := next.log.add(customer, cell); err != nil {
				in.Fail(err.Error())
			}
		}
	}
	if err := closed(in); err != nil {
		return err
	}
	*p = next
	return nil
}

func readDays(in *binenc.Reader) []dayCell {
	days := make([]dayCell, in.Count(4))
	if len(days) == 0 {
		in.Fail("a customer without a day")
	}
	for i := range days {
		day, orders, gross, back := in.Int(), in.Int(), in.Int(), in.Int()
		sound := day >= firstDay && day <= lastDay && (i == 0 || day > int64(days[i-1].day)) &&
			orders >= 0 && orders <= math.MaxInt32 && gross >= 0 && (orders > 0 || gross == 0) &&
			back <= 0 && (orders > 0 || back < 0)
		if !sound {
			in.Fail("days out of order, or counts and sums disagree")
			break
		}
		days[i] = dayCell{int32(day), int32(orders), gross, back}
	}
	return days
}

// PurchaseSummaryFromCounts is a summary that a database made: spend is the net spend
// of all occasions, first that of the first. Negative counts, a last purchase after
// the end, a single purchase with an age, and amounts with more than [DefaultPlaces]
// are [ErrOutOfRange]; every fault is reported.
func PurchaseSummaryFromCounts(customer string, x, txDays, tDays int64, spend, first decimal.Decimal) (PurchaseSummary, error) {
	s := PurchaseSummary{Customer: customer, X: x, TxDays: txDays, TDays: tDays, places: DefaultPlaces}
	faults := []error{count("x", x), count("tx days", txDays), count("t days", tDays)}
	if txDays > tDays {
		faults = append(faults, faultInt(ErrOutOfRange, "tx days", txDays, "after the end of the observation"))
	}
	if x == 0 && txDays > 0 {
		faults = append(faults, faultInt(ErrOutOfRange, "tx days", txDays, "one purchase has no second day"))
	}
	var err1, err2 error
	s.units, err1 = minor("spend", spend, s.places)
	s.first, err2 = minor("first", first, s.places)
	_, err3 := addMinor("spend - first", s.units, -s.first)
	return s, errors.Join(append(faults, err1, err2, err3)...)
}
