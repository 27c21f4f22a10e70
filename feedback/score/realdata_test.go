package score_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/internal/golden"
)

func readCSV(t testing.TB, elem ...string) [][]string {
	t.Helper()
	f, err := os.Open(golden.Data(t, elem...))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

// San Francisco airport 2017: 2,746 answers, NPS 39.84; weighted 40.40 with an effective n of
// 2,267 and standard error 1.45. 84 answers of 11 ("no answer") and a blank never count.
func TestSFO2017(t *testing.T) {
	t.Parallel()
	var plain score.NetPromoter
	var w score.WeightedNetPromoter
	var satisfied score.Satisfaction
	byCountry := map[string]*score.NetPromoter{}
	for _, row := range readCSV(t, "sfo", "sfo2017.csv") {
		weight, err := strconv.ParseFloat(row[6], 64)
		require.NoError(t, err)
		given, err := strconv.Atoi(row[4])
		if err != nil {
			plain.Skipped++
		} else {
			_ = plain.Add(given) // 11 is counted as invalid
			_ = w.Add(given, weight)
			if byCountry[row[3]] == nil {
				byCountry[row[3]] = &score.NetPromoter{}
			}
			_ = byCountry[row[3]].Add(given)
		}
		if overall, err := strconv.Atoi(row[5]); err == nil {
			_ = satisfied.Add(overall)
		}
	}
	require.EqualValues(t, [3]int64{2746, 84, 1}, [3]int64{plain.N(), plain.Invalid, plain.Skipped})
	e, err := plain.Estimate(nil)
	require.NoError(t, err)
	require.InDelta(t, 39.84, e.Value, 0.005)
	require.Equal(t, score.AdjustedWald, e.Method)
	require.True(t, e.Contains(39.84))
	require.Less(t, e.High-e.Low, 6.0)

	weighted, err := w.Estimate(nil)
	require.NoError(t, err)
	require.InDelta(t, 40.40, weighted.Value, 0.005)
	require.InDelta(t, 2267, weighted.EffectiveN, 0.5)
	require.InDelta(t, 1.45, weighted.SE, 0.005)
	require.Equal(t, score.Linearised, weighted.Method)
	kish, err := w.Estimate(&score.Options{Method: score.Kish})
	require.NoError(t, err)
	require.InDelta(t, 1.46, kish.SE, 0.005)
	require.Equal(t, plain.N(), w.Unweighted().N())

	top, err := satisfied.Top(2, nil)
	require.NoError(t, err)
	require.Greater(t, top.Value, 0.7)

	// Shards by country merge to the whole, to the bit.
	var merged score.NetPromoter
	for _, c := range byCountry {
		require.NoError(t, merged.Merge(*c))
	}
	merged.Skipped = plain.Skipped
	require.Equal(t, plain, merged)
	// Countries with fewer than five answers are hidden before anything is shown.
	var groups []score.Group[score.NetPromoter]
	for name, c := range byCountry {
		if name == "" {
			name = "not given"
		}
		groups = append(groups, score.Group[score.NetPromoter]{Key: name, People: c.N(), Figure: *c})
	}
	table, err := score.Suppress(groups, plain, nil)
	require.NoError(t, err)
	require.NotEmpty(t, table.Hidden)
	require.NotNil(t, table.Total)
	for _, g := range table.Visible {
		require.True(t, g.People == 0 || g.People >= 5)
	}
}

// 1,000 answers of the R package NPS, by month and region: NPS 10.0.
func TestNPSPackageCounts(t *testing.T) {
	t.Parallel()
	hist := must(score.NewRatings(0, 10))
	for _, row := range readCSV(t, "feedback", "r_nps_testdata_counts.csv") {
		given, err := strconv.Atoi(row[3])
		require.NoError(t, err)
		times, err := strconv.Atoi(row[4])
		require.NoError(t, err)
		for range times {
			require.NoError(t, hist.Add(given))
		}
	}
	n, err := hist.NetPromoter()
	require.NoError(t, err)
	require.Equal(t, score.NetPromoter{Promoters: 462, Passives: 176, Detractors: 362}, n)
	e, err := n.Estimate(nil)
	require.NoError(t, err)
	require.InDelta(t, 10.0, e.Value, 1e-9)
}
