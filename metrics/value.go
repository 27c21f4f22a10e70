package metrics

import (
	"errors"
	"iter"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// CLTV is the customer lifetime value exactly as the field prints it: average
// purchase value * average purchase frequency * average customer lifespan, in
// exact decimals: 0.10 * 3 * 1 is 0.30.
//
// Frequency and lifespan are in the same unit of time (purchases a year, years).
// The product is revenue, not profit; it discounts nothing and treats the three
// averages as independent. A negative factor, or one beyond the limits (18 places
// of exponent, 128 bits), is [ErrOutOfRange]; every fault is reported. The product
// has as many places as the factors together: Round it before it enters another
// figure, which holds it to the same limits.
func CLTV(value, frequency, lifespan decimal.Decimal) (decimal.Decimal, error) {
	if err := errors.Join(
		notNegative("average purchase value", value),
		notNegative("average purchase frequency", frequency),
		notNegative("average customer lifespan", lifespan),
	); err != nil {
		return decimal.Decimal{}, err
	}
	return value.Mul(frequency).Mul(lifespan), nil
}

// MarginCLTV is the simple margin form, arpa * margin / churn: what an account
// brings in a period, times the gross margin (0 to 1), times the expected number
// of periods 1/churn. It assumes a constant churn per period, no discount, and that
// the first payment is made.
//
// A churn of zero is [ErrUndefined], for the formula would promise an infinite
// lifetime: give [MarginCLTVWithin] a horizon. An arpa below zero, and a margin or
// churn outside [0, 1], is [ErrOutOfRange].
//
// Source: Skok, "SaaS Metrics 2.0", forEntrepreneurs.com (lifetime value).
func MarginCLTV(arpa, margin, churn decimal.Decimal) (Ratio, error) {
	if err := marginInputs(arpa, margin, churn); err != nil {
		return Ratio{}, err
	}
	if churn.Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "churn", "0", "nobody ever leaves; give a finite horizon")
	}
	return quotient(arpa.Mul(margin), churn), nil
}

func marginInputs(arpa, margin, churn decimal.Decimal) error {
	return errors.Join(notNegative("arpa", arpa), decimalShare("gross margin", margin), decimalShare("churn", churn))
}

func decimalShare(field string, d decimal.Decimal) error {
	if err := notNegative(field, d); err != nil {
		return err
	}
	if d.Cmp(decimal.NewFromInt(1)) > 0 {
		return fault(ErrOutOfRange, field, amount.Text(d), "a share lies between 0 and 1")
	}
	return nil
}

// MaxHorizon is the largest number of periods that [MarginCLTVWithin] sums.
const MaxHorizon = 1200

// MarginCLTVWithin is [MarginCLTV] over a finite horizon: arpa * margin * (1 + s + s²
// + … + s^(periods-1)) with s = 1 - churn, the first payment being certain. A churn
// of zero is allowed. Terms are kept to 24 places and the result is rounded to
// places (0 to 18, clamped), half away from zero. periods outside 1 to
// [MaxHorizon] is [ErrOutOfRange].
func MarginCLTVWithin(arpa, margin, churn decimal.Decimal, periods int, places int32) (decimal.Decimal, error) {
	err := marginInputs(arpa, margin, churn)
	if periods < 1 || periods > MaxHorizon {
		err = errors.Join(err, faultInt(ErrOutOfRange, "periods", int64(periods), "1 to 1200"))
	}
	if err != nil {
		return decimal.Decimal{}, err
	}
	const kept = 24
	stay := decimal.NewFromInt(1).Sub(churn)
	alive := decimal.NewFromInt(1)
	var total decimal.Decimal
	for range periods {
		total = total.Add(alive)
		alive = alive.Mul(stay).Round(kept)
	}
	return arpa.Mul(margin).Mul(total).Round(min(max(places, 0), amount.MaxExponent)), nil
}

// GeometricCLTV is the lifetime value of a constant margin per period, a constant
// retention and a constant discount rate per period, over an infinite horizon.
// firstPayment says whether the payment at the time of the valuation counts:
//
//	false: margin * retention / (1 + discount - retention)
//	true:  margin * (1 + discount) / (1 + discount - retention)
//
// The first form values a customer just after a payment, the second just before
// one; they differ by exactly one margin. A margin below zero, a retention outside
// [0, 1] or a discount below zero is [ErrOutOfRange]; a retention of 1 without
// discount is [ErrUndefined].
//
// Source: Gupta and Lehmann, "Customers as Assets", Journal of Interactive Marketing
// 17 (2003) 9-24; the two timings are in Fader and Hardie, "Reconciling
// and Clarifying CLV Formulas", 2012, note 24.
func GeometricCLTV(margin, retention, discount decimal.Decimal, firstPayment bool) (Ratio, error) {
	if err := errors.Join(
		notNegative("margin", margin), decimalShare("retention", retention), notNegative("discount", discount),
	); err != nil {
		return Ratio{}, err
	}
	growth := decimal.NewFromInt(1).Add(discount)
	den := growth.Sub(retention)
	if den.Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "retention", "1", "without a discount the sum has no end")
	}
	if firstPayment {
		return quotient(margin.Mul(growth), den), nil
	}
	return quotient(margin.Mul(retention), den), nil
}

// ExpectedLifespan is 1 / churn periods, for a constant churn per period above 0 and
// at most 1. Zero is [ErrUndefined].
func ExpectedLifespan(churn Ratio) (Ratio, error) {
	if churn.Sign() < 0 || churn.num.Cmp(churn.Den()) > 0 {
		return Ratio{}, fault(ErrOutOfRange, "churn", churn.String(), "a share lies between 0 and 1")
	}
	if churn.Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "churn", "0", "nobody ever leaves")
	}
	return quotient(churn.Den(), churn.num), nil
}

// CAC is the customer acquisition cost, spend / new customers. No new customer is
// [ErrNoData].
func CAC(spend decimal.Decimal, newCustomers int64) (Ratio, error) {
	if err := errors.Join(notNegative("spend", spend), count("new customers", newCustomers)); err != nil {
		return Ratio{}, err
	}
	if newCustomers == 0 {
		return Ratio{}, faultInt(ErrNoData, "new customers", 0, "nobody was acquired")
	}
	return quotient(spend, decimal.NewFromInt(newCustomers)), nil
}

// Payback is the number of periods until the gross margin of an account has earned
// its acquisition cost: cac / (arpa * margin). An account that earns nothing is
// [ErrUndefined]; the ranges are those of [MarginCLTV].
func Payback(cac, arpa, margin decimal.Decimal) (Ratio, error) {
	if err := errors.Join(
		notNegative("cac", cac), notNegative("arpa", arpa), decimalShare("gross margin", margin),
	); err != nil {
		return Ratio{}, err
	}
	earned := arpa.Mul(margin)
	if earned.Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "arpa * gross margin", "0", "the cost is never earned")
	}
	return quotient(cac, earned), nil
}

// LTVToCAC is the lifetime value per unit of acquisition cost (LTV:CAC). A cost of
// zero is [ErrUndefined].
func LTVToCAC(ltv, cac decimal.Decimal) (Ratio, error) {
	if err := errors.Join(notNegative("ltv", ltv), notNegative("cac", cac)); err != nil {
		return Ratio{}, err
	}
	if cac.Sign() == 0 {
		return Ratio{}, fault(ErrUndefined, "cac", "0", "nothing divides by zero")
	}
	return quotient(ltv, cac), nil
}

// CustomerEquity is the sum of the lifetime values of all customers of a firm, and
// their number; values of future customers belong in the sequence if the host
// models them. Values may be negative (customers who cost more than they bring).
// No value is [ErrNoData]; one beyond the limits is [ErrOutOfRange].
//
// Source: Rust, Lemon and Zeithaml, "Return on Marketing", Journal of Marketing 68
// (2004) 109-127.
func CustomerEquity(values iter.Seq[decimal.Decimal]) (equity decimal.Decimal, n int64, err error) {
	for v := range values {
		if err := bounded("lifetime value", v); err != nil {
			return decimal.Decimal{}, 0, err
		}
		equity = equity.Add(v)
		n++
	}
	if n == 0 {
		return decimal.Decimal{}, 0, faultInt(ErrNoData, "customers", 0, "no customer")
	}
	return equity, n, nil
}

// ShareOfWallet is own / (own + elsewhere): the part of what customers spend in the
// category that they spend here. No spending at all is [ErrNoData]; a negative
// amount is [ErrOutOfRange].
func ShareOfWallet(own, elsewhere decimal.Decimal) (Ratio, error) {
	if err := errors.Join(notNegative("own", own), notNegative("elsewhere", elsewhere)); err != nil {
		return Ratio{}, err
	}
	total := own.Add(elsewhere)
	if total.Sign() == 0 {
		return Ratio{}, fault(ErrNoData, "own + elsewhere", "0", "no spending")
	}
	return quotient(own, total), nil
}
