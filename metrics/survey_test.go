package metrics_test

import (
	"encoding/csv"
	"iter"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics"
)

// passenger is an answer of the San Francisco airport survey.
type passenger struct {
	score  int
	weight float64
}

func (p passenger) Score() int      { return p.score }
func (p passenger) Weight() float64 { return p.weight }

type passengers []passenger

// each yields the answers and counts them by their text on the way.
func (p passengers) each(counts map[string]int64) iter.Seq[passenger] {
	return func(yield func(passenger) bool) {
		for _, one := range p {
			counts[strconv.Itoa(one.score)]++
			if !yield(one) {
				return
			}
		}
	}
}

func sfo2017(t testing.TB) passengers {
	t.Helper()
	f, err := os.Open(golden.Data(t, "sfo", "sfo2017.csv"))
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out passengers
	for _, r := range records[1:] {
		score, err := strconv.Atoi(r[4])
		if err != nil {
			score = -1 // blank: no answer, which the accumulator counts as invalid
		}
		weight, err := strconv.ParseFloat(r[6], 64)
		require.NoError(t, err)
		out = append(out, passenger{score, weight})
	}
	return out
}

// The figures are those of the vectors' real case; the linearised standard error was
// computed from the published file with another program.
func TestSFO2017(t *testing.T) {
	t.Parallel()
	counts := map[string]int64{}
	w := metrics.WeightedNetPromoterOf(sfo2017(t).each(counts))
	plain := w.Unweighted()
	score, err := plain.Score()
	require.NoError(t, err)
	require.Equal(t, "39.84", score.Percent(2).StringFixed(2))
	require.EqualValues(t, 2746, plain.N())
	require.EqualValues(t, 84, counts["11"], "no answer")
	require.EqualValues(t, 1, counts["-1"], "blank")
	require.EqualValues(t, 85, plain.Invalid, "neither ever counts")
	weighted, err := w.Score()
	require.NoError(t, err)
	require.InDelta(t, 40.40, weighted, 0.005)
	n, err := w.KishN()
	require.NoError(t, err)
	require.InDelta(t, 2267, n, 0.5)
	kish, err := w.StandardError(metrics.Kish)
	require.NoError(t, err)
	require.InDelta(t, 1.46, kish, 0.005)
	linearised, err := w.StandardError(metrics.Linearised)
	require.NoError(t, err)
	require.InDelta(t, 1.45, linearised, 0.005)
	for _, method := range []metrics.Method{metrics.Kish, metrics.Linearised} {
		i, err := w.Interval(method, 0.95)
		require.NoError(t, err)
		require.True(t, i.Contains(weighted))
	}
}
