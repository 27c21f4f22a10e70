package sqlrecipes_test

import (
	"database/sql"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/rapport-go/rapport/examples/sqlrecipes"
	"github.com/rapport-go/rapport/metrics"
)

const schema = `
CREATE TABLE answers (score INTEGER, weight REAL);
CREATE TABLE ratings (score INTEGER);
CREATE TABLE purchases (customer TEXT NOT NULL, at_time TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE subscriptions (customer TEXT NOT NULL, month INTEGER NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE cases (seconds REAL NOT NULL, finished INTEGER NOT NULL);
CREATE TABLE campaign (treated INTEGER NOT NULL, converted INTEGER NOT NULL);`

// shop is the same random rows in a database and in accumulators. Amounts are whole
// cents, which SQLite adds exactly.
type shop struct {
	db        *sql.DB
	nps       metrics.NetPromoter
	weighted  metrics.WeightedMean
	ratings   metrics.Ratings
	retention metrics.Retention
	spending  metrics.Spending
	purchases metrics.Purchases
	recurring metrics.RecurringRevenue
	durations metrics.Durations
	campaign  metrics.TwoArm
	random    *rand.Rand
	tx        *sql.Tx
}

func open(t *testing.T, seed uint64) *shop {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), schema)
	require.NoError(t, err)
	s := &shop{db: db, random: rand.New(rand.NewPCG(seed, 1))}
	s.tx, err = db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	for range 3000 {
		s.survey(t)
		s.purchase(t)
		s.other(t)
	}
	require.NoError(t, s.tx.Commit())
	return s
}

func (s *shop) insert(t *testing.T, text string, args ...any) {
	t.Helper()
	_, err := s.tx.ExecContext(t.Context(), text, args...)
	require.NoError(t, err)
}

func (s *shop) survey(t *testing.T) {
	score, weight := s.random.IntN(13)-1, float64(s.random.IntN(64))/16
	value := -1.0
	switch {
	case score >= 9:
		value = 1
	case score >= 7:
		value = 0
	}
	if s.nps.Add(score) == nil {
		require.NoError(t, s.weighted.Add(value, weight))
	}
	_ = s.ratings.Add(score) // outside 1 to 5 is invalid, here and in the recipe
	s.insert(t, "INSERT INTO answers VALUES (?, ?)", score, weight)
	s.insert(t, "INSERT INTO ratings VALUES (?)", score)
}

func (s *shop) customer() string {
	if n := s.random.IntN(300); n > 0 {
		return "c" + strconv.Itoa(n)
	}
	return ""
}

func (s *shop) purchase(t *testing.T) {
	customer, cents := s.customer(), int64(s.random.IntN(20_000)-3_000)
	at := time.Date(2023, 1, 1, 0, 0, s.random.IntN(2*365*86_400), 0, time.UTC)
	amount := decimal.NewFromInt(cents)
	if cents > 0 {
		require.NoError(t, s.retention.Add(customer, at))
	}
	require.NoError(t, s.spending.Add(customer, at, amount))
	require.NoError(t, s.purchases.Add(customer, at, amount))
	s.insert(t, "INSERT INTO purchases VALUES (?, ?, ?)", customer, at.Format("2006-01-02 15:04:05"), cents)
}

func (s *shop) other(t *testing.T) {
	customer, month, cents := s.customer(), s.random.IntN(18), int64(s.random.IntN(3)*500)
	require.NoError(t, s.recurring.Add(customer, metrics.Date{Year: 2024 + month/12, Month: time.Month(month%12) + 1, Day: 1}, decimal.NewFromInt(cents)))
	s.insert(t, "INSERT INTO subscriptions VALUES (?, ?, ?)", customer, 2024*12+month, cents)

	quarters, finished := s.random.IntN(4000), s.random.IntN(4) > 0
	took := time.Duration(quarters) * 250 * time.Millisecond
	if finished {
		require.NoError(t, s.durations.Add(took))
	} else {
		require.NoError(t, s.durations.AddOpen(took))
	}
	s.insert(t, "INSERT INTO cases VALUES (?, ?)", took.Seconds(), finished)

	treated, converted := s.random.IntN(2) == 0, s.random.IntN(9) == 0
	require.NoError(t, s.campaign.Add(treated, converted))
	s.insert(t, "INSERT INTO campaign VALUES (?, ?)", treated, converted)
}

// rows runs a recipe and gives its rows as whole numbers and text.
func (s *shop) rows(t *testing.T, name string) [][]any {
	t.Helper()
	_, rows, err := sqlrecipes.Query(t.Context(), s.db, metrics.SQLite, &metrics.RecipeOptions{LastDay: lastDay}, name)
	require.NoError(t, err, name)
	require.NotEmpty(t, rows, name)
	return rows
}

var lastDay = metrics.Date{Year: 2024, Month: time.October, Day: 31}

func whole(t *testing.T, row []any, i int) int64 {
	t.Helper()
	n, ok := row[i].(int64)
	require.True(t, ok, "column %d: %T", i, row[i])
	return n
}

func TestRecipes(t *testing.T) {
	t.Parallel()
	s := open(t, 7)
	t.Run("net_promoter", func(t *testing.T) {
		row := s.rows(t, "net_promoter")[0]
		got, err := metrics.NetPromoterFromCounts(whole(t, row, 0), whole(t, row, 1), whole(t, row, 2))
		require.NoError(t, err)
		got.Invalid = whole(t, row, 3)
		require.Equal(t, s.nps, got)
	})
	t.Run("weighted_net_promoter", func(t *testing.T) {
		row := s.rows(t, "weighted_net_promoter")[0]
		var v [6]float64
		for i := range v {
			f, ok := row[i+1].(float64)
			require.True(t, ok)
			v[i] = f
		}
		got, err := metrics.WeightedMeanFromSums(whole(t, row, 0), v[0], v[1], v[2], v[3], v[4], v[5])
		require.NoError(t, err)
		want, err := s.weighted.Interval(metrics.Linearised, 0.95)
		require.NoError(t, err)
		have, err := got.Interval(metrics.Linearised, 0.95)
		require.NoError(t, err)
		require.Equal(t, want, have, "weights in sixteenths are added exactly by both")
	})
	t.Run("ratings", func(t *testing.T) {
		counts := make([]int64, 5)
		for _, row := range s.rows(t, "ratings") {
			counts[whole(t, row, 0)-1] = whole(t, row, 1)
		}
		got, err := metrics.RatingsFromCounts(metrics.SatisfactionScale(), counts)
		require.NoError(t, err)
		require.Equal(t, s.ratings.Counts(), got.Counts())
	})
	t.Run("retention_quarters", func(t *testing.T) {
		table := s.retention.Rows()
		rows := s.rows(t, "retention_quarters")
		require.Len(t, rows, len(table))
		for i, row := range rows {
			base, err := metrics.BaseFromCounts(whole(t, row, 1), whole(t, row, 2), whole(t, row, 3), whole(t, row, 4), whole(t, row, 5))
			require.NoError(t, err)
			require.Equal(t, table[i].Base, base, table[i].Label)
			require.EqualValues(t, 2023*4+i, whole(t, row, 0))
		}
	})
	t.Run("spending_total", func(t *testing.T) {
		row := s.rows(t, "spending_total")[0]
		want, err := s.spending.Total()
		require.NoError(t, err)
		require.Equal(t, []int64{want.Customers, want.Buyers, want.Repeaters, want.Orders, want.Returns, want.Gross.IntPart(), want.Refunds.IntPart()},
			[]int64{whole(t, row, 0), whole(t, row, 1), whole(t, row, 2), whole(t, row, 3), whole(t, row, 4), whole(t, row, 5), whole(t, row, 6)})
	})
	t.Run("purchase_summaries", func(t *testing.T) {
		table, _, err := s.purchases.Summaries(lastDay, nil)
		require.NoError(t, err)
		rows := s.rows(t, "purchase_summaries")
		require.Len(t, rows, len(table))
		for i, row := range rows {
			got, err := metrics.PurchaseSummaryFromCounts(row[0].(string), whole(t, row, 1), whole(t, row, 2), whole(t, row, 3),
				decimal.NewFromInt(whole(t, row, 4)), decimal.NewFromInt(whole(t, row, 5)))
			require.NoError(t, err)
			require.Equal(t, table[i], got)
		}
	})
	t.Run("purchase_patterns", func(t *testing.T) {
		table, _, err := s.purchases.Summaries(lastDay, nil)
		require.NoError(t, err)
		want := map[[3]int64]int64{}
		for _, c := range table {
			want[[3]int64{c.X, c.TxDays, c.TDays}]++
		}
		got := map[[3]int64]int64{}
		for _, row := range s.rows(t, "purchase_patterns") {
			got[[3]int64{whole(t, row, 0), whole(t, row, 1), whole(t, row, 2)}] = whole(t, row, 3)
		}
		require.Equal(t, want, got)
	})
	t.Run("revenue_movements", func(t *testing.T) {
		table, err := s.recurring.Rows()
		require.NoError(t, err)
		rows := s.rows(t, "revenue_movements")
		require.Len(t, rows, len(table))
		for i, row := range rows {
			want := table[i]
			require.Equal(t, []int64{
				want.Start.IntPart(), want.New.IntPart(), want.Expansion.IntPart(), want.Contraction.IntPart(), want.Churn.IntPart(), want.Reactivation.IntPart(),
				want.Customers.Start, want.Customers.End, want.Customers.New, want.Customers.Lost, want.Customers.Reactivated,
			}, []int64{
				whole(t, row, 1), whole(t, row, 2), whole(t, row, 3), whole(t, row, 4), whole(t, row, 5), whole(t, row, 6),
				whole(t, row, 7), whole(t, row, 8), whole(t, row, 9), whole(t, row, 10), whole(t, row, 11),
			}, want.Label)
		}
	})
	t.Run("durations", func(t *testing.T) {
		var steps []metrics.DurationStep
		for _, row := range s.rows(t, "durations") {
			steps = append(steps, metrics.DurationStep{Step: whole(t, row, 0), Done: whole(t, row, 1), Open: whole(t, row, 2)})
		}
		got, err := metrics.DurationsFromCounts(time.Second, steps)
		require.NoError(t, err)
		require.Equal(t, s.durations.N(), got.N())
		require.Equal(t, s.durations.Open(), got.Open())
		for _, p := range []float64{0.1, 0.5, 0.9} {
			want, err := s.durations.Quantile(p, metrics.NearestRank)
			require.NoError(t, err)
			have, err := got.Quantile(p, metrics.NearestRank)
			require.NoError(t, err)
			require.Equal(t, want, have)
		}
	})
	t.Run("two_arm", func(t *testing.T) {
		row := s.rows(t, "two_arm")[0]
		got, err := metrics.TwoArmFromCounts(whole(t, row, 0), whole(t, row, 1), whole(t, row, 2), whole(t, row, 3))
		require.NoError(t, err)
		require.Equal(t, s.campaign, got)
	})
}

// Every recipe has a test of its own above.
func TestEveryRecipeIsRun(t *testing.T) {
	t.Parallel()
	recipes, err := metrics.Recipes(metrics.SQLite, &metrics.RecipeOptions{LastDay: lastDay})
	require.NoError(t, err)
	var names []string
	for _, r := range recipes {
		names = append(names, r.Name)
	}
	require.Equal(t, []string{
		"durations", "net_promoter", "purchase_patterns", "purchase_summaries", "ratings", "retention_quarters",
		"revenue_movements", "spending_total", "two_arm", "weighted_net_promoter",
	}, names)
	_, _, err = sqlrecipes.Query(t.Context(), nil, metrics.SQLite, nil, "unknown")
	require.Error(t, err)
}
