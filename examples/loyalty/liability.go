package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/liability"
)

const members = 40

func memberID(i int) string { return fmt.Sprintf("member-%02d", i) }

// others lets forty more members shop and spend by a plain arithmetic rule.
func (s *shop) others(ctx context.Context) error {
	for i := range members {
		var batch []loyalty.Command
		id := memberID(i)
		put := func(key string, at time.Time, do loyalty.Action) {
			batch = append(batch, loyalty.Command{Key: id + "/" + key, Account: id, At: at, By: "till 2", Do: do})
		}
		for month := time.January; month <= time.December; month++ {
			if (i+int(month))%3 != 0 {
				o := fmt.Sprintf("%s-%02d", id, month)
				put("buy "+o, s.at(month, 1+i%28, 10), order(o, int64(500+100*(i%7)), int64(4000+300*(i%11))))
			}
			if (i*int(month))%5 == 2 {
				put(fmt.Sprintf("spend %d", month), s.at(month, 28, 17), loyalty.Redeem{Points: 100})
			}
		}
		for _, o := range s.engine.DoBatch(ctx, batch) {
			if o.Err != nil && !refused(o.Err) {
				return o.Err
			}
		}
	}
	return nil
}

// owes is the report at the end of the year: what the points that are still open
// stand for, as a range.
func (s *shop) owes(ctx context.Context) error {
	end := s.at(12, 31, 23)
	var lots []liability.Lot
	var issued, redeemed int64
	for _, id := range append([]string{"ada"}, ids()...) {
		a, err := s.engine.AsOf(ctx, id, end, end)
		if err != nil {
			return err
		}
		list := vintages(a, end, s.zone)
		for _, l := range list {
			issued += l.Points
			for _, r := range l.Redeemed {
				redeemed += r.Points
			}
		}
		lots = append(lots, list...)
	}
	// 100 points are worth 2.00 at the till: a point sells for 0.02 on its own.
	revenue := decimal.New(issued, 0) // one point for each unit of money, near enough for an example
	sale, err := liability.Allocate(liability.Sale{
		Price: revenue, ProductPrice: revenue, ExpectedRedeemed: decimal.New(issued, 0), ValuePerPoint: decimal.New(2, -2),
	}, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\n%s\n", rule("What the shop owes on 31 December 2025"))
	fmt.Fprintf(s.out, "  %d points issued, %d redeemed; of %s in sales, %s belong to points\n",
		issued, redeemed, revenue.StringFixed(2), sale.Points.StringFixed(2))
	curve, err := liability.KaplanMeier(liability.Observations(slices.Values(lots)))
	if err != nil {
		return err
	}
	lived, err := curve.Expect(slices.Values(lots), liability.DefaultLevel)
	if err != nil {
		return err
	}
	fixed, err := liability.FixedRate(issued, redeemed, liability.Rate{
		Low: decimal.New(50, -2), Best: decimal.New(65, -2), High: decimal.New(80, -2),
	})
	if err != nil {
		return err
	}
	for _, e := range []liability.Estimate{lived, fixed} {
		st, err := liability.State([]liability.Pool{{Name: "2025", Deferred: sale.Points, Estimate: e}}, nil)
		if err != nil {
			return err
		}
		l := st.Lines[0]
		fmt.Fprintf(s.out, "  %-13s expects %s of them redeemed in the end (%s to %s): revenue %s, liability %s (%s to %s)\n",
			e.Method, e.Total.Best.Text(0), e.Total.Low.Text(0), e.Total.High.Text(0),
			l.Revenue.StringFixed(2), l.Liability.StringFixed(2), l.LiabilityLow.StringFixed(2), l.LiabilityHigh.StringFixed(2))
	}
	return nil
}

func ids() []string {
	out := make([]string, members)
	for i := range out {
		out[i] = memberID(i)
	}
	return out
}

// vintages are an account's lots as the estimators take them, ages in months.
func vintages(a *loyalty.Account, end time.Time, zone *time.Location) []liability.Lot {
	spent := map[loyalty.LotID][]liability.Redemption{}
	for r := range a.Redemptions() {
		for _, d := range r.Draws {
			l, _ := a.Lot(d.Lot)
			spent[d.Lot] = append(spent[d.Lot], liability.Redemption{Age: months(l.IssuedAt, r.At, zone), Points: int64(d.Points)})
		}
	}
	var out []liability.Lot
	for l := range a.Lots() {
		taken := int64(l.Gone)
		for _, r := range spent[l.ID] {
			taken -= r.Points
		}
		out = append(out, liability.Lot{
			Vintage: l.IssuedAt.Time().In(zone).Format("2006-01"),
			Points:  int64(l.Issued) - taken, // what a refund took back was never owed
			Age:     months(l.IssuedAt, loyalty.InstantOf(end), zone), DiesAt: months(l.IssuedAt, l.Expires, zone),
			Redeemed: spent[l.ID],
		})
	}
	return out
}

// months is the calendar months from one instant to another.
func months(from, to loyalty.Instant, zone *time.Location) int64 {
	f, t := from.Time().In(zone), to.Time().In(zone)
	return int64(t.Year()-f.Year())*12 + int64(t.Month()) - int64(f.Month())
}
