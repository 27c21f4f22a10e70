package metrics_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func TestFaultsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	err := metrics.Base{Start: 1, End: -1, New: 5, Lost: 2, Reactivated: -3}.Check()
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	require.ErrorIs(t, err, metrics.ErrInconsistent)
	require.ErrorContains(t, err, "end is -1")
	require.ErrorContains(t, err, "reactivated is -3")
	require.ErrorContains(t, err, "lost is 2")
	_, err = metrics.CLTV(d("-1"), d("-2"), decimal.New(1, 1e8))
	require.ErrorContains(t, err, "average purchase value is -1")
	require.ErrorContains(t, err, "average purchase frequency is -2")
	require.ErrorContains(t, err, "average customer lifespan is beyond the limits")
	var detail *metrics.ValueError
	require.True(t, errors.As(err, &detail))
	require.Equal(t, "average purchase value", detail.Field)
}

func TestNoDataIsUndefined(t *testing.T) {
	t.Parallel()
	_, err := metrics.RetentionRate(0, 0, 0)
	require.ErrorIs(t, err, metrics.ErrNoData)
	require.ErrorIs(t, err, metrics.ErrUndefined)
	_, err = metrics.MarginCLTV(d("50"), d("0.8"), d("0"))
	require.ErrorIs(t, err, metrics.ErrUndefined)
	require.NotErrorIs(t, err, metrics.ErrNoData)
}

// The base of 2011 Q4 of the UCI invoices: the formula and churn add up to 122 %.
func TestReactivatedCustomers(t *testing.T) {
	t.Parallel()
	b := metrics.Base{Start: 2161, End: 2560, New: 722, Lost: 806, Reactivated: 483}
	require.NoError(t, b.Check())
	seed, err := b.Retention()
	require.NoError(t, err)
	churn, err := b.Churn()
	require.NoError(t, err)
	active, err := b.ActiveRetention()
	require.NoError(t, err)
	kept, err := active.Ratio()
	require.NoError(t, err)
	require.Equal(t, "85.05%", seed.String())
	require.Equal(t, "37.30%", churn.String())
	require.Equal(t, "62.70%", kept.String())
	require.Zero(t, churn.Complement().Cmp(kept))
	b.Reactivated = 0
	require.ErrorIs(t, b.Check(), metrics.ErrInconsistent)
}

func TestCompounding(t *testing.T) {
	t.Parallel()
	annual, err := metrics.CompoundChurn(0.05, 12)
	require.NoError(t, err)
	require.InDelta(t, 0.4596, annual, 5e-5)
	monthly, err := metrics.CompoundChurn(annual, 1.0/12)
	require.NoError(t, err)
	require.InDelta(t, 0.05, monthly, 1e-15)
	none, err := metrics.CompoundChurn(1, 0)
	require.NoError(t, err)
	require.Zero(t, none)
	for _, c := range [][2]float64{{math.NaN(), 1}, {-0.1, 1}, {1.1, 1}, {0.1, math.Inf(1)}, {0.1, -1}} {
		_, err := metrics.CompoundChurn(c[0], c[1])
		require.ErrorIs(t, err, metrics.ErrOutOfRange)
	}
	_, err = metrics.CompoundRetention()
	require.ErrorIs(t, err, metrics.ErrNoData)
}

func TestRatioIsExact(t *testing.T) {
	t.Parallel()
	third, err := metrics.NewRatio(d("1"), d("-3"))
	require.NoError(t, err)
	require.Equal(t, "-33.33%", third.String())
	require.Equal(t, "-0.3333333333", third.Decimal(10).StringFixed(10))
	require.Equal(t, -1.0/3, third.Float())
	require.Equal(t, "0.00%", metrics.Ratio{}.String(), "the zero value is 0/1")
	half, err := metrics.NewRatio(d("0.00125"), d("1"))
	require.NoError(t, err)
	require.Equal(t, "0.13", half.Percent(2).StringFixed(2), "half away from zero")
	_, err = metrics.NewRatio(d("1"), d("0"))
	require.ErrorIs(t, err, metrics.ErrUndefined)
	_, err = metrics.NewRatio(decimal.New(1, 1e8), d("1"))
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestLifetimeValues(t *testing.T) {
	t.Parallel()
	// m = 100, r = 0.8, d = 0.1: 100 * 0.8 / 0.3, and one margin more when the first
	// payment counts (Gupta and Lehmann 2003).
	after, err := metrics.GeometricCLTV(d("100"), d("0.8"), d("0.1"), false)
	require.NoError(t, err)
	before, err := metrics.GeometricCLTV(d("100"), d("0.8"), d("0.1"), true)
	require.NoError(t, err)
	require.Equal(t, "266.67", after.Decimal(2).StringFixed(2))
	require.Equal(t, "366.67", before.Decimal(2).StringFixed(2))
	_, err = metrics.GeometricCLTV(d("100"), d("1"), d("0"), true)
	require.ErrorIs(t, err, metrics.ErrUndefined)

	endless, err := metrics.MarginCLTV(d("50"), d("0.8"), d("0.05"))
	require.NoError(t, err)
	finite, err := metrics.MarginCLTVWithin(d("50"), d("0.8"), d("0.05"), metrics.MaxHorizon, 2)
	require.NoError(t, err)
	require.Equal(t, endless.Decimal(2).StringFixed(2), finite.StringFixed(2))
	loyal, err := metrics.MarginCLTVWithin(d("50"), d("0.8"), d("0"), 12, 2)
	require.NoError(t, err)
	require.Equal(t, "480.00", loyal.StringFixed(2))
	_, err = metrics.MarginCLTVWithin(d("50"), d("1.2"), d("2"), 0, 2)
	require.ErrorContains(t, err, "gross margin")
	require.ErrorContains(t, err, "churn")
	require.ErrorContains(t, err, "periods")

	equity, n, err := metrics.CustomerEquity(slices.Values([]decimal.Decimal{d("0.10"), d("0.20"), d("-0.05")}))
	require.NoError(t, err)
	require.EqualValues(t, 3, n)
	require.Equal(t, "0.25", equity.StringFixed(2))
	wallet, err := metrics.ShareOfWallet(d("30"), d("70"))
	require.NoError(t, err)
	require.Equal(t, "30.00%", wallet.String())
	_, err = metrics.ShareOfWallet(d("0"), d("0"))
	require.ErrorIs(t, err, metrics.ErrNoData)
	cac, err := metrics.CAC(d("9000"), 30)
	require.NoError(t, err)
	ratio, err := metrics.LTVToCAC(d("900"), cac.Decimal(2))
	require.NoError(t, err)
	require.Equal(t, "3.0", ratio.Decimal(1).StringFixed(1))
	_, err = metrics.CAC(d("9000"), 0)
	require.ErrorIs(t, err, metrics.ErrNoData)
	churn, err := metrics.ChurnRate(100, 25, nil)
	require.NoError(t, err)
	periods, err := metrics.ExpectedLifespan(churn)
	require.NoError(t, err)
	require.Equal(t, "4.0", periods.Decimal(1).StringFixed(1))
}

func TestSpreadGivesBackTheWhole(t *testing.T) {
	t.Parallel()
	parts, err := metrics.Spread(d("1000"), 12, 2)
	require.NoError(t, err)
	require.Equal(t, "83.34", parts[3].StringFixed(2))
	require.Equal(t, "83.33", parts[4].StringFixed(2))
	rapid.Check(t, func(t *rapid.T) {
		places := int32(rapid.IntRange(0, 4).Draw(t, "places"))
		total := decimal.New(rapid.Int64Range(-1e12, 1e12).Draw(t, "units"), -places)
		n := rapid.IntRange(1, 400).Draw(t, "parts")
		parts, err := metrics.Spread(total, n, places)
		require.NoError(t, err)
		require.Len(t, parts, n)
		require.True(t, decimal.Sum(parts[0], parts[1:]...).Equal(total))
		span := parts[0].Sub(parts[n-1]).Abs()
		require.LessOrEqual(t, span.Cmp(decimal.New(1, -places)), 0, "no two parts differ by more than a unit")
	})
	_, err = metrics.Spread(d("10.001"), 12, 2)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

// A naive ledger says what every month must show.
func TestRecurringRevenueAgainstAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const months, customers = 8, 4
		var paid [customers][months]int64
		acc := &metrics.RecurringRevenue{}
		for range rapid.IntRange(0, 30).Draw(t, "rows") {
			c, m := rapid.IntRange(0, customers-1).Draw(t, "customer"), rapid.IntRange(0, months-1).Draw(t, "month")
			cents := rapid.Int64Range(0, 300).Draw(t, "cents")
			paid[c][m] += cents
			require.NoError(t, acc.Add(string(rune('a'+c)), must(metrics.MonthOf(time.Date(2023, time.Month(7+m), 1, 0, 0, 0, 0, time.UTC), time.UTC)), decimal.New(cents, -2)))
		}
		rows, err := acc.RowsThrough(metrics.Date{Year: 2024, Month: time.February, Day: 29})
		require.NoError(t, err)
		offset := months - len(rows)
		for i, row := range rows {
			m := offset + i
			want := metrics.RevenueMovement{}
			for c := range customers {
				prev, cur, seen := int64(0), paid[c][m], false
				if m > 0 {
					prev = paid[c][m-1]
				}
				for k := range m {
					seen = seen || paid[c][k] > 0
				}
				kind, err := metrics.ClassifyMovement(decimal.New(prev, -2), decimal.New(cur, -2), seen)
				require.NoError(t, err)
				change := decimal.New(cur-prev, -2)
				want.Start = want.Start.Add(decimal.New(prev, -2))
				switch kind {
				case metrics.NewRevenue:
					want.New = want.New.Add(change)
				case metrics.Reactivation:
					want.Reactivation = want.Reactivation.Add(change)
				case metrics.Expansion:
					want.Expansion = want.Expansion.Add(change)
				case metrics.Contraction:
					want.Contraction = want.Contraction.Sub(change)
				case metrics.ChurnRevenue:
					want.Churn = want.Churn.Sub(change)
				}
			}
			for _, pair := range [][2]decimal.Decimal{
				{want.Start, row.Start},
				{want.New, row.New},
				{want.Expansion, row.Expansion},
				{want.Contraction, row.Contraction},
				{want.Churn, row.Churn},
				{want.Reactivation, row.Reactivation},
				{want.End(), row.End()},
			} {
				require.True(t, pair[0].Equal(pair[1]), "%s: want %s, have %s", row.Label, pair[0].StringFixed(2), pair[1].StringFixed(2))
			}
			require.NoError(t, row.Check())
			require.NoError(t, row.Customers.Check())
			if grr, err := row.GRR(); err == nil {
				require.LessOrEqual(t, grr.Float(), 1.0)
			}
		}
	})
}

// Retention by sets against a naive count.
func TestRetentionAgainstAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var active [4][6]bool
		var acc metrics.Retention
		for range rapid.IntRange(1, 20).Draw(t, "rows") {
			c, q := rapid.IntRange(0, 3).Draw(t, "customer"), rapid.IntRange(0, 5).Draw(t, "quarter")
			active[c][q] = true
			require.NoError(t, acc.Add(string(rune('a'+c)), time.Date(2023, time.Month(1+3*q), 15, 0, 0, 0, 0, time.UTC)))
		}
		rows := acc.Rows()
		first := 0
		for ; !active[0][first] && !active[1][first] && !active[2][first] && !active[3][first]; first++ {
		}
		for i, row := range rows {
			q := first + i
			var want metrics.Base
			for c := range active {
				before, ever := q > 0 && active[c][q-1], slices.Contains(active[c][:q], true)
				now := active[c][q]
				want.Start += one(before)
				want.End += one(now)
				want.New += one(now && !ever)
				want.Reactivated += one(now && ever && !before)
				want.Lost += one(before && !now)
			}
			require.Equal(t, want, row.Base, row.Label)
			require.NoError(t, row.Check())
			require.True(t, row.Period.Contains(row.Period.Start) && !row.Period.Contains(row.Period.End))
		}
	})
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// One instant is another day, month and quarter in another zone, and a day of 23 or
// 25 hours is one day.
func TestZones(t *testing.T) {
	t.Parallel()
	ny := newYork(t)
	eve := time.Date(2024, 4, 1, 2, 0, 0, 0, time.UTC) // 31 March, 22:00, in New York
	for zone, label := range map[*time.Location]string{time.UTC: "2024 Q2", ny: "2024 Q1"} {
		acc, err := metrics.NewRetention(metrics.Quarter, zone)
		require.NoError(t, err)
		require.NoError(t, acc.Add("a", eve))
		require.Equal(t, label, acc.Rows()[0].Label)
	}
	for name, day := range map[string]time.Time{
		"23 hours": time.Date(2024, 3, 10, 0, 30, 0, 0, ny), "25 hours": time.Date(2024, 11, 3, 0, 30, 0, 0, ny),
	} {
		acc, err := metrics.NewPurchases(ny, nil)
		require.NoError(t, err)
		require.NoError(t, acc.Add("a", day, d("10")))
		require.NoError(t, acc.Add("a", time.Date(day.Year(), day.Month(), day.Day(), 23, 30, 0, 0, ny), d("10")))
		require.NoError(t, acc.Add("a", time.Date(day.Year(), day.Month(), day.Day()+1, 0, 10, 0, 0, ny), d("10")))
		out, counts, err := acc.Summaries(metrics.Date{Year: 2024, Month: 12, Day: 31}, nil)
		require.NoError(t, err)
		require.EqualValues(t, 1, out[0].X, name)
		require.EqualValues(t, 1, out[0].TxDays, name)
		require.EqualValues(t, 1, counts.MergedOrders, name)

		table, err := metrics.NewRetention(metrics.Day, ny)
		require.NoError(t, err)
		require.NoError(t, table.Add("a", day))
		p := table.Rows()[0].Period
		require.Equal(t, name, p.End.Sub(p.Start).String()[:2]+" hours")
	}
	_, err := metrics.NewPurchases(nil, nil)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.NewRetention(metrics.Quarter, nil)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	fixed := must(metrics.NewRetention(metrics.Day, time.FixedZone("X", 3600)))
	require.ErrorIs(t, fixed.Merge(must(metrics.NewRetention(metrics.Day, time.FixedZone("X", 7200)))), metrics.ErrConfig)
}

// Shifting every instant and the zone's clock together changes no summary.
func TestPurchasesAreBlindToTheZoneItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.IntRange(-12, 14).Draw(t, "hours")
		zone := time.FixedZone("there", hours*3600)
		here, there := must(metrics.NewPurchases(time.UTC, nil)), must(metrics.NewPurchases(zone, nil))
		for _, r := range rapid.SliceOf(rapid.Custom(drawRow)).Draw(t, "rows") {
			require.NoError(t, here.Add(r.customer, r.at, r.amount))
			require.NoError(t, there.Add(r.customer, r.at.Add(-time.Duration(hours)*time.Hour), r.amount))
		}
		last := metrics.Date{Year: 2025, Month: 1, Day: 1}
		a, ca, err := here.Summaries(last, nil)
		require.NoError(t, err)
		b, cb, err := there.Summaries(last, nil)
		require.NoError(t, err)
		require.Equal(t, a, b)
		require.True(t, ca.DroppedNet.Equal(cb.DroppedNet))
	})
}

func TestGrains(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 12, 30, 12, 0, 0, 0, time.UTC) // a Monday, ISO week 1 of 2025
	for grain, label := range map[metrics.Grain]string{
		metrics.Day: "2024-12-30", metrics.Week: "2025-W01", metrics.Month: "2024-12", metrics.Quarter: "2024 Q4", metrics.Year: "2024",
	} {
		acc := must(metrics.NewRetention(grain, time.UTC))
		require.NoError(t, acc.Add("a", at))
		require.NoError(t, acc.Add("", at))
		row := acc.Rows()[0]
		require.Equal(t, label, row.Label)
		require.True(t, row.Period.Contains(at))
		require.False(t, row.Complete(at))
		require.EqualValues(t, 1, acc.Anonymous())
	}
	require.Empty(t, (&metrics.Retention{}).Rows())
	require.ErrorIs(t, (&metrics.Retention{}).Add("a", time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)), metrics.ErrOutOfRange)
}

func TestEnumsWriteThemselves(t *testing.T) {
	t.Parallel()
	text, err := metrics.ClopperPearson.MarshalText()
	require.NoError(t, err)
	var m metrics.Method
	require.NoError(t, m.UnmarshalText(text))
	require.Equal(t, metrics.ClopperPearson, m)
	require.Error(t, m.UnmarshalText([]byte("unset")))
	_, err = metrics.Grain(0).MarshalText()
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	require.Equal(t, "unset", metrics.TieRule(0).String())
	require.Equal(t, "unknown 99", metrics.Movement(99).String())
}
