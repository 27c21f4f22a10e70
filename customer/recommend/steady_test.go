package recommend

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestProcessorsDoNotMatter trains on one processor and on several, with a catalogue
// that the linear algebra splits in blocks. It is not parallel: it sets GOMAXPROCS.
func TestProcessorsDoNotMatter(t *testing.T) {
	list := shopOf(500, 300, 10_000)
	train := func(processors int, method Method) *Model {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		m, err := Train(slices.Values(list), &Options{Method: method, MinSupport: 1, Lambda: 10})
		require.NoError(t, err)
		return m
	}
	for _, method := range []Method{Cosine, EASE} {
		require.Equal(t, train(1, method).near, train(4, method).near, method)
	}
}

// TestTinyRidge: items that are always bought together make the equations singular. The
// model is refused, or it is a number in every place.
func TestTinyRidge(t *testing.T) {
	t.Parallel()
	var list []Purchase
	for c := range 20 {
		for i := range 5 {
			list = append(list, buy(fmt.Sprint(c), fmt.Sprint(i)))
		}
	}
	for _, lambda := range []float64{math.SmallestNonzeroFloat64, 1e-300, 1e-20, 1e-14, 1e-12, 1e-6, 1, 1e100, 1e300, math.MaxFloat64} {
		m, err := Train(slices.Values(list), &Options{Method: EASE, Lambda: lambda})
		if lambda < 1e-14 {
			require.ErrorIs(t, err, ErrOptions, "%g", lambda)
			continue
		}
		if err != nil {
			require.ErrorIs(t, err, ErrOptions, "%g", lambda)
			continue
		}
		for _, x := range m.near {
			require.False(t, math.IsNaN(x.weight) || math.IsInf(x.weight, 0), "%g", lambda)
			require.LessOrEqual(t, math.Abs(x.weight), 1.0, "%g: %v", lambda, x)
		}
	}
}

// TestStrangeIDs: ids are bytes, compared as such.
func TestStrangeIDs(t *testing.T) {
	t.Parallel()
	ids := []string{"é", "e\u0301", "\xff", "a\x00b", "カメラ", "ｶﾒﾗ", " ", "A", "a"}
	var list []Purchase
	for c := range 5 {
		for _, id := range ids {
			list = append(list, buy(fmt.Sprint(c), id))
		}
	}
	m, err := Train(slices.Values(list), nil)
	require.NoError(t, err)
	require.Equal(t, len(ids), m.Report().Items)
	a := m.For(Question{Owned: ids[:1], Profiling: true, N: 1_000})
	require.Len(t, a.Suggestions, len(ids)-1)
	require.True(t, slices.IsSortedFunc(a.Suggestions, func(x, y Suggestion) int {
		if x.Item < y.Item {
			return -1
		}
		return 1
	}))
}
