package pictures_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/examples/internal/pictures"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/chart"
)

func TestBins(t *testing.T) {
	t.Parallel()
	require.Nil(t, pictures.Bins(nil, 9))
	require.Equal(t, []chart.Bin{{Label: "0 to 20", Count: 2}, {Label: "20 to 40", Count: 1}, {Label: "40 and more", Count: 2}},
		pictures.Bins([]float64{40, 40, 20, 19.99, 0}, 3), "the ends of a step belong to the next")
	require.Equal(t, []chart.Bin{{Label: "0 to 1", Count: 3}, {Label: "1 and more", Count: 0}}, pictures.Bins([]float64{0, 0, 0}, 2))
}

func TestPropertyBinsLoseNobody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(0, 1e9)).Draw(t, "values")
		bars := rapid.IntRange(2, 20).Draw(t, "bars")
		n := int64(0)
		for _, b := range pictures.Bins(values, bars) {
			n += b.Count
		}
		require.EqualValues(t, len(values), n)
		require.Len(t, pictures.Bins([]float64{math.MaxFloat64}, bars), bars)
	})
}

func TestGrid(t *testing.T) {
	t.Parallel()
	require.Empty(t, pictures.Grid(nil))
	cells := pictures.Grid([]metrics.RFMScore{{Recency: 5, Frequency: 5, Monetary: 5}, {Recency: 1, Frequency: 2, Monetary: 1}, {Recency: 5, Frequency: 5, Monetary: 1}})
	require.Len(t, cells, 2)
	require.Equal(t, chart.RFMCell{Recency: 1, Frequency: 2, Customers: 1, Segment: "hibernating"}, cells[0])
	require.EqualValues(t, 2, cells[1].Customers)
	require.Equal(t, "champions", cells[1].Segment)
}
