package metrics

import (
	"iter"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// Concentration says how unevenly a total is spread over customers. All figures are
// exact until a caller asks for places or a float.
type Concentration struct {
	N         int64
	Total     decimal.Decimal
	ascending []decimal.Decimal
	square    decimal.Decimal // sum of squares
	ranked    decimal.Decimal // sum of rank times value, ranks from 1
}

// ConcentrationOf takes one value per customer, zero or more. A negative value (a
// customer with more refunds than orders) is [ErrOutOfRange]: decide first whether
// such customers count as zero or stay out. No value, or a total of zero, is
// [ErrNoData].
func ConcentrationOf(values iter.Seq[decimal.Decimal]) (*Concentration, error) {
	c := &Concentration{}
	for v := range values {
		if err := notNegative("value", v); err != nil {
			return nil, err
		}
		c.ascending = append(c.ascending, v)
	}
	slices.SortFunc(c.ascending, decimal.Decimal.Cmp)
	for i, v := range c.ascending {
		c.Total = c.Total.Add(v)
		c.square = c.square.Add(v.Mul(v))
		c.ranked = c.ranked.Add(v.Mul(decimal.NewFromInt(int64(i + 1))))
	}
	c.N = int64(len(c.ascending))
	if c.Total.Sign() == 0 {
		return nil, fault(ErrNoData, "total", amount.Text(c.Total), "nothing is spread over nobody")
	}
	return c, nil
}

// Gini is the Gini coefficient of these customers as a population: 0 when all are
// equal, (n-1)/n when one has everything: 2 sum(i x_i) / (n sum x) - (n+1)/n, x
// ascending.
//
// Source: Dixon, Weiner, Mitchell-Olds and Woodley, "Bootstrapping the Gini
// coefficient of inequality", Ecology 68 (1987) 1548-1551.
func (c *Concentration) Gini() Ratio {
	n := decimal.NewFromInt(c.N)
	num := c.ranked.Mul(decimal.NewFromInt(2)).Sub(c.Total.Mul(n.Add(decimal.NewFromInt(1))))
	return quotient(num, c.Total.Mul(n))
}

// SampleGini is Gini * n/(n-1), the unbiased form for a sample (same source): 1
// when one customer has everything. ok is false for a single customer.
func (c *Concentration) SampleGini() (g Ratio, ok bool) {
	if c.N < 2 {
		return Ratio{}, false
	}
	full := c.Gini()
	n := decimal.NewFromInt(c.N)
	return quotient(full.num.Mul(n), full.Den().Mul(n.Sub(decimal.NewFromInt(1)))), true
}

// HHI is the Herfindahl-Hirschman index, the sum of squared shares: from 1/n when all
// are equal to 1 when one has everything. Competition authorities print it times
// 10,000.
func (c *Concentration) HHI() Ratio { return quotient(c.square, c.Total.Mul(c.Total)) }

// TopShare is the share of the total that belongs to the largest customers: percent
// of all customers by number, rounded up to a whole customer. TopShare(20) is the
// figure of the "80/20 rule". percent outside 1 to 100 is [ErrOutOfRange].
func (c *Concentration) TopShare(percent int) (Ratio, error) {
	if percent < 1 || percent > 100 {
		return Ratio{}, faultInt(ErrOutOfRange, "percent", int64(percent), "1 to 100")
	}
	k := (int64(len(c.ascending))*int64(percent) + 99) / 100
	var top decimal.Decimal
	for _, v := range c.ascending[int64(len(c.ascending))-k:] {
		top = top.Add(v)
	}
	return quotient(top, c.Total), nil
}
