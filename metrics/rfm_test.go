package metrics_test

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics"
)

// The CDNOW sample: the raw log gives Fader and Hardie's (x, t_x, T, m) table and the
// purchase days of the holdout period.
func TestCDNOW(t *testing.T) {
	t.Parallel()
	f, err := os.Open(golden.Data(t, "cdnow", "CDNOW_sample.txt"))
	require.NoError(t, err)
	defer f.Close()
	var rows []invoice
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		at, err := time.Parse("20060102", fields[2])
		require.NoError(t, err)
		rows = append(rows, invoice{fields[1], at, decimal.RequireFromString(fields[4])})
	}
	require.Len(t, rows, 6919)
	// The published table counts orders of 0.00 as purchases.
	acc, err := metrics.PurchasesOf(slices.Values(rows), time.UTC, &metrics.PurchaseOptions{CountZero: true})
	require.NoError(t, err)

	end, last := metrics.Date{Year: 1997, Month: time.September, Day: 30}, metrics.Date{Year: 1998, Month: time.June, Day: 30}
	rules := &metrics.SummaryOptions{Refunds: metrics.RefundsIgnored}
	got, counts, err := acc.Summaries(end, rules)
	require.NoError(t, err)
	later, err := acc.Holdout(end, last, rules)
	require.NoError(t, err)
	holdout := map[string]int64{}
	for customer, n := range later {
		holdout[customer] = n
	}

	table, err := os.Open(golden.Data(t, "cdnow", "cdnow_sample_cbs.csv"))
	require.NoError(t, err)
	defer table.Close()
	want, err := csv.NewReader(table).ReadAll()
	require.NoError(t, err)
	require.Equal(t, 2357, len(got))
	require.Equal(t, len(want)-1, len(got))
	require.EqualValues(t, len(got), counts.Summaries)
	for i, s := range got {
		row := want[i+1]
		id, err := strconv.Atoi(s.Customer)
		require.NoError(t, err)
		require.Equal(t, row[0], strconv.Itoa(id))
		require.Equal(t, strings.Join(row[1:4], " "), fmt.Sprint(s.X, s.TxDays, s.TDays), s.Customer)
		require.Equal(t, row[5], strconv.FormatInt(holdout[s.Customer], 10), s.Customer)
		mean, ok := s.RepeatMean()
		m, err := strconv.ParseFloat(row[4], 64)
		require.NoError(t, err)
		if ok {
			require.InDelta(t, m, mean.Float(), 0.005, s.Customer)
		} else {
			require.Zero(t, m)
		}
	}
}

// PostgreSQL 15 gave these numbers by the recipe purchase_summaries.
func TestOnlineRetailSummaries(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	acc, err := metrics.PurchasesOf(slices.Values(onlineRetail(t)), zone, nil)
	require.NoError(t, err)
	out, counts, err := acc.Summaries(metrics.Date{Year: 2011, Month: time.December, Day: 9}, nil)
	require.NoError(t, err)
	var x, tx, age int64
	var spend decimal.Decimal
	for _, s := range out {
		x, tx, age, spend = x+s.X, tx+s.TxDays, age+s.TDays, spend.Add(s.Spend())
	}
	require.Equal(t, []int64{4334, 12_274, 565_932, 965_447}, []int64{int64(len(out)), x, tx, age})
	require.Equal(t, "8462484.80", spend.StringFixed(2))
	require.EqualValues(t, 3710, acc.Anonymous())
	require.EqualValues(t, acc.Customers()-4334, counts.NoOccasion)
}

func TestRefundRules(t *testing.T) {
	t.Parallel()
	acc, err := metrics.NewPurchases(time.UTC, nil)
	require.NoError(t, err)
	add := func(h float64, amount string) { require.NoError(t, acc.Add("a", after(h), d(amount))) }
	add(0, "10")
	add(1, "5")    // same day
	add(24, "20")  // next day
	add(25, "-20") // returned at once
	add(48, "7")
	add(72, "-3") // part of it, a day later
	add(96, "0")
	last := metrics.Date{Year: 2024, Month: 5, Day: 31}
	for _, row := range []struct {
		name                 string
		rules                metrics.SummaryOptions
		x, tx                int64
		spend, mean, dropped string
	}{
		{"net day", metrics.SummaryOptions{}, 1, 2, "22", "7", "-3"},
		{"net total", metrics.SummaryOptions{Refunds: metrics.RefundsNetTotal}, 2, 2, "19", "2", "0"},
		{"ignored", metrics.SummaryOptions{Refunds: metrics.RefundsIgnored}, 2, 2, "42", "13.5", "-23"},
		{"each order", metrics.SummaryOptions{Refunds: metrics.RefundsIgnored, Occasions: metrics.EachOrder}, 3, 2, "42", "11.5", "-23"},
	} {
		got, counts, err := acc.Summaries(last, &row.rules)
		require.NoError(t, err, row.name)
		require.Len(t, got, 1)
		mean, ok := got[0].RepeatMean()
		require.True(t, ok)
		require.Equal(t, []int64{row.x, row.tx, 25}, []int64{got[0].X, got[0].TxDays, got[0].TDays}, row.name)
		require.True(t, d(row.spend).Equal(got[0].Spend()), row.name)
		require.True(t, d(row.mean).Equal(mean.Decimal(4)), "%s: %s", row.name, mean.Decimal(4).StringFixed(4))
		require.True(t, d(row.dropped).Equal(counts.DroppedNet), row.name)
	}
	require.EqualValues(t, 1, acc.ZeroRows())
	_, _, err = acc.Summaries(metrics.Date{Year: 2024, Month: 13, Day: 1}, &metrics.SummaryOptions{Refunds: 9})
	require.ErrorContains(t, err, "refund rule")
	require.ErrorContains(t, err, "last day")
	require.ErrorIs(t, acc.Add("a", noon, d("0.00001")), metrics.ErrOutOfRange, "more places than are kept")
	weeks := metrics.PurchaseSummary{TxDays: 14, TDays: 21}
	require.Equal(t, []float64{2, 3}, []float64{weeks.Tx(metrics.Weeks), weeks.T(metrics.Weeks)})
}

// Sorted rows give the same summaries without keeping the customers.
func TestGroupedEqualsAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []invoice
		acc := must(metrics.NewPurchases(time.UTC, nil))
		for _, r := range rapid.SliceOf(rapid.Custom(drawRow)).Draw(t, "rows") {
			rows = append(rows, invoice{r.customer, r.at, r.amount})
			require.NoError(t, acc.Add(r.customer, r.at, r.amount))
		}
		slices.SortStableFunc(rows, func(a, b invoice) int { return strings.Compare(a.customer, b.customer) })
		last := metrics.Date{Year: 2024, Month: 6, Day: 1}
		want, _, err := acc.Summaries(last, nil)
		require.NoError(t, err)
		got := make([]metrics.PurchaseSummary, 0, len(want))
		for s, err := range metrics.GroupedSummaries(slices.Values(rows), time.UTC, last, nil) {
			require.NoError(t, err)
			got = append(got, s)
		}
		require.Equal(t, want, got)
	})
	shuffled := []invoice{{"b", noon, d("1")}, {"a", noon, d("1")}}
	var fault error
	for _, err := range metrics.GroupedSummaries(slices.Values(shuffled), time.UTC, metrics.Date{Year: 2024, Month: 6, Day: 1}, nil) {
		fault = err
	}
	require.ErrorIs(t, fault, metrics.ErrInconsistent)
	for range metrics.GroupedSummaries(slices.Values(shuffled), time.UTC, metrics.Date{Year: 2024, Month: 6, Day: 1}, nil) {
		break // stopping early is fine
	}
	for _, err := range metrics.GroupedSummaries(slices.Values(shuffled), nil, metrics.Date{}, nil) {
		require.ErrorIs(t, err, metrics.ErrOutOfRange)
	}
}

// Long and short keys, hostile keys, many of them: the table is a map.
func TestKeysOfEveryLength(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.StringMatching(`[ab\x00]{1,20}`), 1, 200).Draw(t, "keys")
		acc := must(metrics.NewPurchases(time.UTC, nil))
		want := map[string]int64{}
		for _, key := range keys {
			require.NoError(t, acc.Add(key, noon, d("1")))
			want[key]++
		}
		out, _, err := acc.Summaries(metrics.Date{Year: 2024, Month: 6, Day: 1}, nil)
		require.NoError(t, err)
		require.Equal(t, len(want), len(out))
		require.True(t, slices.IsSortedFunc(out, func(a, b metrics.PurchaseSummary) int { return strings.Compare(a.Customer, b.Customer) }))
		for _, s := range out {
			require.EqualValues(t, want[s.Customer], s.Spend().IntPart(), "%q", s.Customer)
		}
	})
}

func TestScoreRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 6).Filter(func(v float64) bool { return v == math.Trunc(v) || v > 5 }), 1, 60).Draw(t, "values")
		bins := rapid.IntRange(2, 7).Draw(t, "bins")
		for rule := metrics.MidRank; rule <= metrics.CumulativeRank; rule++ {
			scores, err := metrics.ScoreValues(values, bins, rule)
			require.NoError(t, err)
			for i := range values {
				require.True(t, scores[i] >= 1 && scores[i] <= bins)
				for j := range values {
					if values[i] < values[j] {
						require.LessOrEqual(t, scores[i], scores[j], "%v keeps the order", rule)
					}
					if values[i] == values[j] && rule != metrics.NTile {
						require.Equal(t, scores[i], scores[j], "%v keeps ties together", rule)
					}
				}
			}
		}
	})
	highest, err := metrics.ScoreValues([]float64{1, 1, 1, 2}, 2, metrics.CumulativeRank)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2, 2, 2}, highest)
	_, err = metrics.ScoreValues([]float64{math.NaN()}, 1, 0)
	require.ErrorContains(t, err, "bins")
	require.ErrorContains(t, err, "tie rule")
	require.ErrorContains(t, err, "index")
	none, err := metrics.ScoreValues(nil, 5, metrics.QuantileLeftClosed)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = metrics.Cuts(nil, 5)
	require.ErrorIs(t, err, metrics.ErrNoData)
}

// The customer who bought last has the best recency, whatever the rule.
// Where a quantile is a value itself, the cut is exactly that value, so that the value
// goes to the bin that the rule names: 11/20 of 20 is 11.000000000000002 in binary.
func TestCutsAreExactWhereTheyAreValues(t *testing.T) {
	t.Parallel()
	for bins := 2; bins <= 100; bins++ {
		values := make([]float64, bins+1)
		want := make([]float64, bins-1)
		left, right := make([]int, bins+1), make([]int, bins+1)
		for i := range values {
			values[i] = float64(i)
			left[i], right[i] = min(i+1, bins), max(i, 1)
			if i > 0 && i < bins {
				want[i-1] = values[i]
			}
		}
		cuts, err := metrics.Cuts(values, bins)
		require.NoError(t, err)
		require.Equal(t, want, cuts)
		for rule, want := range map[metrics.TieRule][]int{metrics.QuantileLeftClosed: left, metrics.QuantileRightClosed: right} {
			got, err := metrics.ScoreValues(values, bins, rule)
			require.NoError(t, err)
			require.Equal(t, want, got, "%v of %d bins", rule, bins)
		}
	}
}

// A customer who never bought has an infinite recency: ranks hold, quantiles do not.
func TestScoresOfInfinities(t *testing.T) {
	t.Parallel()
	values := []float64{math.Inf(-1), 1, 2, math.Inf(1), math.Inf(1)}
	for rule, want := range map[metrics.TieRule][]int{
		metrics.MidRank: {1, 2, 3, 5, 5}, metrics.CumulativeRank: {1, 2, 3, 5, 5}, metrics.NTile: {1, 2, 3, 4, 5},
	} {
		got, err := metrics.ScoreValues(values, 5, rule)
		require.NoError(t, err)
		require.Equal(t, want, got, rule.String())
	}
	for _, rule := range []metrics.TieRule{metrics.QuantileLeftClosed, metrics.QuantileRightClosed} {
		_, err := metrics.ScoreValues(values, 5, rule)
		require.ErrorIs(t, err, metrics.ErrOutOfRange)
	}
	_, err := metrics.Cuts(values, 5)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	cuts, err := metrics.Cuts([]float64{-math.MaxFloat64, math.MaxFloat64}, 2)
	require.NoError(t, err)
	require.Equal(t, []float64{0}, cuts)
}

func TestRecencyIsTurnedOnce(t *testing.T) {
	t.Parallel()
	acc := must(metrics.NewPurchases(time.UTC, nil))
	for i := range 10 {
		require.NoError(t, acc.Add(string(rune('a'+i)), after(float64(24*i)), decimal.NewFromInt(int64(1+i))))
	}
	out, _, err := acc.Summaries(metrics.Date{Year: 2024, Month: 6, Day: 1}, nil)
	require.NoError(t, err)
	for rule := metrics.MidRank; rule <= metrics.CumulativeRank; rule++ {
		scores, err := metrics.ScoreRFM(out, 5, rule)
		require.NoError(t, err)
		require.Equal(t, 1, scores[0].Recency, rule.String())
		require.Equal(t, 5, scores[9].Recency, rule.String())
		require.Equal(t, 5, scores[9].Monetary, rule.String())
	}
}

// Every pair of scores is in exactly one of the ten segments.
func TestSegmentsCoverTheGrid(t *testing.T) {
	t.Parallel()
	for r := 1; r <= 5; r++ {
		for f := 1; f <= 5; f++ {
			hits := 0
			for _, s := range metrics.Segments() {
				if _, ok := metrics.SegmentOf(metrics.RFMScore{Recency: r, Frequency: f, Monetary: 3}, []metrics.Segment{s}); ok {
					hits++
				}
			}
			require.Equal(t, 1, hits, "R %d F %d", r, f)
		}
	}
	_, ok := metrics.SegmentOf(metrics.RFMScore{}, metrics.Segments())
	require.False(t, ok)
}
