package metrics

import (
	"errors"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// A Movement is what happened to a customer's monthly recurring revenue (MRR) from
// one month to the next.
type Movement uint8

// The movements, as subscription businesses name them.
const (
	NoMovement   Movement = iota + 1 // equal, or zero in both months
	NewRevenue                       // from zero, never a customer before
	Expansion                        // more than before
	Contraction                      // less than before, but not zero
	ChurnRevenue                     // down to zero
	Reactivation                     // from zero, a customer once before
)

var movementNames = [...]string{"unset", "none", "new", "expansion", "contraction", "churn", "reactivation"}

// String is the movement's name, "unset" for the zero value.
func (m Movement) String() string { return enumText(movementNames[:], uint8(m)) }

// MarshalText writes the name; the zero value and unknown movements are errors.
func (m Movement) MarshalText() ([]byte, error) {
	return enumMarshal("movement", movementNames[:], uint8(m))
}

// UnmarshalText reads a name.
func (m *Movement) UnmarshalText(text []byte) error {
	return enumUnmarshal("movement", movementNames[:], text, (*uint8)(m))
}

// ClassifyMovement names the movement from the customer's MRR in the previous month
// to that in the current one. seenBefore says whether the customer ever had revenue
// before the current month. A negative amount is [ErrOutOfRange].
func ClassifyMovement(previous, current decimal.Decimal, seenBefore bool) (Movement, error) {
	if err := errors.Join(notNegative("previous", previous), notNegative("current", current)); err != nil {
		return 0, err
	}
	return movement(previous.Sign(), current.Sign(), current.Cmp(previous), seenBefore), nil
}

func movement(previous, current, change int, seenBefore bool) Movement {
	switch {
	case change == 0:
		return NoMovement
	case previous == 0 && seenBefore:
		return Reactivation
	case previous == 0:
		return NewRevenue
	case current == 0:
		return ChurnRevenue
	case change > 0:
		return Expansion
	default:
		return Contraction
	}
}

// RevenueMovement is the movement of recurring revenue over one period: the sums, and
// behind them the customers ("logos"). Every sum is zero or more: contraction and
// churn are losses written without a sign. The zero value is an empty period.
//
//	end = Start + New + Expansion + Reactivation - Contraction - Churn
type RevenueMovement struct {
	Start        decimal.Decimal
	New          decimal.Decimal
	Expansion    decimal.Decimal
	Contraction  decimal.Decimal
	Churn        decimal.Decimal
	Reactivation decimal.Decimal
	// Customers is the movement of the paying customers.
	Customers Base
}

// Check gives every fault at once: sums that are negative or beyond the limits, and
// contraction and churn together above the start ([ErrOutOfRange]; a customer
// cannot lose more than they had).
func (m RevenueMovement) Check() error {
	faults := []error{
		notNegative("start", m.Start), notNegative("new", m.New), notNegative("expansion", m.Expansion),
		notNegative("contraction", m.Contraction), notNegative("churn", m.Churn), notNegative("reactivation", m.Reactivation),
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if m.lost().Cmp(m.Start) > 0 {
		return fault(ErrOutOfRange, "contraction + churn", amount.Text(m.lost()), "more than start, "+amount.Text(m.Start))
	}
	return nil
}

func (m RevenueMovement) lost() decimal.Decimal { return m.Contraction.Add(m.Churn) }

// End is the recurring revenue at the end of the period.
func (m RevenueMovement) End() decimal.Decimal { return m.Start.Add(m.NetNew()) }

// NetNew is the net new recurring revenue, what was won minus what was lost.
func (m RevenueMovement) NetNew() decimal.Decimal {
	return m.New.Add(m.Expansion).Add(m.Reactivation).Sub(m.lost())
}

// ARR is the annual recurring revenue at the end of the period, 12 times the monthly.
func (m RevenueMovement) ARR() decimal.Decimal { return m.End().Mul(decimal.NewFromInt(12)) }

func (m RevenueMovement) ofStart(part decimal.Decimal) (Ratio, error) {
	if err := m.Check(); err != nil {
		return Ratio{}, err
	}
	if m.Start.Sign() == 0 {
		return Ratio{}, fault(ErrNoData, "start", "0", "no revenue to keep")
	}
	return quotient(part, m.Start), nil
}

// NRR is the net revenue retention (NDR), (start + expansion - contraction - churn) /
// start. Reactivated revenue is not in it. A start of zero is [ErrNoData], as for all
// rates of this type.
//
// Vendors differ: some leave contraction out, some count reactivation; see
// [RevenueMovement.NRRWithReactivation].
func (m RevenueMovement) NRR() (Ratio, error) {
	return m.ofStart(m.Start.Add(m.Expansion).Sub(m.lost()))
}

// NRRWithReactivation is NRR with reactivated revenue added to the numerator.
func (m RevenueMovement) NRRWithReactivation() (Ratio, error) {
	return m.ofStart(m.Start.Add(m.Expansion).Add(m.Reactivation).Sub(m.lost()))
}

// GRR is the gross revenue retention, (start - contraction - churn) / start. It never
// exceeds 1, because [RecurringRevenue] caps each customer at what they paid before:
// one customer's expansion cannot hide another's loss.
func (m RevenueMovement) GRR() (Ratio, error) { return m.ofStart(m.Start.Sub(m.lost())) }

// GrossChurn is the gross revenue churn, (contraction + churn) / start.
func (m RevenueMovement) GrossChurn() (Ratio, error) { return m.ofStart(m.lost()) }

// NetChurn is the net revenue churn, (contraction + churn - expansion) / start. Below
// zero ("negative churn") is possible and good.
func (m RevenueMovement) NetChurn() (Ratio, error) { return m.ofStart(m.lost().Sub(m.Expansion)) }

// NetChurnWithReactivation also subtracts reactivated revenue.
func (m RevenueMovement) NetChurnWithReactivation() (Ratio, error) {
	return m.ofStart(m.lost().Sub(m.Expansion).Sub(m.Reactivation))
}

// QuickRatio is what was won per unit lost, (new + expansion + reactivation) /
// (contraction + churn). Without a loss it is [ErrUndefined].
//
// Source: Mamoon Hamid (Social Capital), talk at SaaStr Annual, 2015.
func (m RevenueMovement) QuickRatio() (Ratio, error) {
	if err := m.Check(); err != nil {
		return Ratio{}, err
	}
	if m.lost().Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "contraction + churn", "0", "nothing was lost")
	}
	return quotient(m.New.Add(m.Expansion).Add(m.Reactivation), m.lost()), nil
}

// LogoChurn is the share of the paying customers of the start who pay nothing at the
// end, whatever they paid.
func (m RevenueMovement) LogoChurn() (Ratio, error) { return m.Customers.Churn() }

// ARPA is the average recurring revenue per paying account (ARPU) at the end. No
// account is [ErrNoData].
func (m RevenueMovement) ARPA() (Ratio, error) {
	if err := errors.Join(m.Check(), m.Customers.Check()); err != nil {
		return Ratio{}, err
	}
	if m.Customers.End == 0 {
		return Ratio{}, faultInt(ErrNoData, "accounts", 0, "nobody pays")
	}
	return quotient(m.End(), decimal.NewFromInt(m.Customers.End)), nil
}

// Merge adds the movement of other customers over the same period: shards are by
// customer, since a customer's movement is classified on their whole revenue. An
// overflow of counts changes nothing.
func (m *RevenueMovement) Merge(o RevenueMovement) error {
	next := *m
	if err := next.Customers.Merge(o.Customers); err != nil {
		return err
	}
	next.Start, next.New = m.Start.Add(o.Start), m.New.Add(o.New)
	next.Expansion, next.Contraction = m.Expansion.Add(o.Expansion), m.Contraction.Add(o.Contraction)
	next.Churn, next.Reactivation = m.Churn.Add(o.Churn), m.Reactivation.Add(o.Reactivation)
	*m = next
	return nil
}

// MonthlyOfAnnual is the monthly recurring revenue of an annual price, a twelfth,
// exactly. In a ledger of movements give every month the same amount, rounded once
// ([Ratio.Decimal] to the places that the ledger keeps): months that differ by a unit
// would show as expansion and contraction. To book an invoice month by month, spread
// it with [Spread]: twelve rounded twelfths of 1000 do not add up to 1000.
func MonthlyOfAnnual(annual decimal.Decimal) (Ratio, error) {
	if err := notNegative("annual", annual); err != nil {
		return Ratio{}, err
	}
	return quotient(annual, decimal.NewFromInt(12)), nil
}

// MaxParts is the largest number of parts of [Spread].
const MaxParts = 1200

// Spread divides a total into equal parts of the given places (0 to 18) that add up
// to it exactly: all parts are the floor, and the units left over go one each to
// the first parts (largest remainder, all remainders being equal). 1000 over 12
// months at 2 places is 83.34 four times and 83.33 eight times. A negative total
// mirrors. A total with more places, or parts outside 1 to [MaxParts], is
// [ErrOutOfRange].
func Spread(total decimal.Decimal, parts int, places int32) ([]decimal.Decimal, error) {
	err := bounded("total", total)
	if parts < 1 || parts > MaxParts {
		err = errors.Join(err, faultInt(ErrOutOfRange, "parts", int64(parts), "1 to 1200"))
	}
	if places < 0 || places > amount.MaxExponent {
		err = errors.Join(err, faultInt(ErrOutOfRange, "places", int64(places), "0 to 18"))
	}
	if err != nil {
		return nil, err
	}
	if !total.Shift(places).IsInteger() {
		return nil, fault(ErrOutOfRange, "total", amount.Text(total), "more than "+strconv.Itoa(int(places))+" places")
	}
	each, rest := total.QuoRem(decimal.NewFromInt(int64(parts)), places)
	unit := decimal.New(1, -places)
	if total.Sign() < 0 {
		unit = unit.Neg()
	}
	extra := int(rest.Abs().Shift(places).IntPart())
	out := make([]decimal.Decimal, parts)
	for i := range out {
		out[i] = each
		if i < extra {
			out[i] = each.Add(unit)
		}
	}
	return out, nil
}
