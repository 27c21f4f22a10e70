package main

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/metrics"
)

// Sales counts the invoices; the amounts are over rows with a customer.
type Sales struct {
	Invoices        int    `json:"invoices"`
	WithoutCustomer int    `json:"without_customer"`
	Cancellations   int    `json:"cancellations"`
	Buyers          int64  `json:"buyers"`
	Gross           string `json:"gross"`
	Refunds         string `json:"refunds"`
	AverageOrder    string `json:"average_order"`
	RepeatShare     string `json:"repeat_share_percent"`
}

func addSales(p *Page, in *input) error {
	spending, err := metrics.SpendingOf(in.signed(), nil)
	if err != nil {
		return err
	}
	total, err := spending.Total()
	if err != nil {
		return err
	}
	p.Sales = Sales{
		Invoices: in.report.Invoices, WithoutCustomer: in.anonymous, Cancellations: in.cancelled,
		Buyers: total.Buyers, Gross: total.Gross.StringFixed(2), Refunds: total.Refunds.StringFixed(2),
	}
	if value, err := total.AverageOrderValue(); err == nil {
		p.Sales.AverageOrder = value.Decimal(2).StringFixed(2)
	}
	if repeat, err := total.RepeatPurchaseRate().Ratio(); err == nil {
		p.Sales.RepeatShare = repeat.Percent(1).StringFixed(1)
	}
	return nil
}

// Quarter is the movement of the customer base over one quarter.
type Quarter struct {
	Quarter     string `json:"quarter"`
	Running     bool   `json:"running"` // the data end before the quarter does
	Start       int64  `json:"start"`
	End         int64  `json:"end"`
	New         int64  `json:"new"`
	Reactivated int64  `json:"reactivated"`
	Lost        int64  `json:"lost"`
	// The printed formula, the set-based retention beside it, and churn, in percent;
	// empty where there is no start to compare with.
	CRR             string `json:"crr_percent,omitempty"`
	ActiveRetention string `json:"active_retention_percent,omitempty"`
	Churn           string `json:"churn_percent,omitempty"`
}

func addQuarters(p *Page, in *input) error {
	table, err := metrics.RetentionOfPurchases(in.kept(), metrics.Quarter, time.UTC)
	if err != nil {
		return err
	}
	for _, row := range table.Rows() {
		q := Quarter{
			Quarter: row.Label, Running: !row.Complete(in.to),
			Start: row.Start, End: row.End, New: row.New, Reactivated: row.Reactivated, Lost: row.Lost,
		}
		if report, err := row.ReportRetention(); err == nil {
			q.CRR = report.Rate.Percent(2).StringFixed(2)
		}
		if active, err := row.ActiveRetention(); err == nil {
			if ratio, err := active.Ratio(); err == nil {
				q.ActiveRetention = ratio.Percent(2).StringFixed(2)
				q.Churn = ratio.Complement().Percent(2).StringFixed(2)
			}
		}
		p.Quarters = append(p.Quarters, q)
	}
	return nil
}

// Lifetime is the product formula with its three factors. An active customer
// lasts 1 / churn quarters on average, and buys so often in each of them.
type Lifetime struct {
	CLTV          string `json:"cltv"`
	PurchaseValue string `json:"average_purchase_value"`
	Frequency     string `json:"average_purchase_frequency"` // per active customer and quarter
	Lifespan      string `json:"average_customer_lifespan"`  // quarters
	Churn         string `json:"mean_quarterly_churn_percent"`
}

// addLifetime leaves the figure out where the data do not give one: less than two
// whole quarters, or nobody lost in any of them.
func addLifetime(p *Page, in *input) error {
	table, err := metrics.RetentionOfPurchases(in.kept(), metrics.Quarter, time.UTC)
	if err != nil {
		return err
	}
	var start, lost, active int64
	for _, row := range table.Rows() {
		active += row.End
		if row.Complete(in.to) {
			start, lost = start+row.Start, lost+row.Lost
		}
	}
	churn, err := metrics.ChurnRate(start, lost, nil)
	if err != nil || lost == 0 {
		return ignore(err, metrics.ErrUndefined)
	}
	spending, err := metrics.SpendingOf(in.kept(), nil)
	if err != nil {
		return err
	}
	total, err := spending.Total()
	if err != nil {
		return err
	}
	value, err1 := total.AverageOrderValue()
	frequency, err2 := metrics.NewRatio(decimal.NewFromInt(total.Orders), decimal.NewFromInt(active))
	lifespan, err3 := metrics.NewRatio(churn.Den(), churn.Num())
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	v, f, l := value.Decimal(2), frequency.Decimal(4), lifespan.Decimal(4)
	cltv, err := metrics.CLTV(v, f, l)
	if err != nil {
		return err
	}
	p.Lifetime = &Lifetime{
		CLTV: cltv.StringFixed(2), PurchaseValue: v.StringFixed(2), Frequency: f.StringFixed(4), Lifespan: l.StringFixed(4),
		Churn: churn.Percent(2).StringFixed(2),
	}
	return nil
}

// ignore makes one expected condition no error.
func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
