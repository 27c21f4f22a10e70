package metrics_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics"
)

// A ratio goes through JSON exactly, alone and inside a report.
func TestRatioThroughJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		num := decimal.New(rapid.Int64().Draw(t, "num"), rapid.Int32Range(-9, 9).Draw(t, "exp"))
		r, err := metrics.NewRatio(num, decimal.NewFromInt(rapid.Int64Range(1, 1<<60).Draw(t, "den")))
		require.NoError(t, err)
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var back metrics.Ratio
		require.NoError(t, json.Unmarshal(data, &back))
		require.Zero(t, r.Cmp(back))
	})
	report, err := metrics.Base{Start: 2161, End: 2560, New: 722, Reactivated: 483, Lost: 806}.ReportRetention()
	require.NoError(t, err)
	data, err := json.Marshal(report)
	require.NoError(t, err)
	require.Contains(t, string(data), `"1838/2161"`)
	for _, text := range []string{`""`, `"1"`, `"1/0"`, `"a/1"`, `"1/2/3"`, `"1e99/1"`} {
		var r metrics.Ratio
		require.Error(t, json.Unmarshal([]byte(text), &r), text)
	}
}

// Products of products stay within the stated bound.
func TestCompoundRetentionIsBounded(t *testing.T) {
	t.Parallel()
	r, err := metrics.NewRatio(decimal.RequireFromString("123456789012345678901234567890"), decimal.RequireFromString("123456789012345678901234567891"))
	require.NoError(t, err)
	rates := make([]metrics.Ratio, 64)
	for i := range rates {
		rates[i] = r
	}
	once, err := metrics.CompoundRetention(rates...)
	require.NoError(t, err)
	for i := range rates {
		rates[i] = once
	}
	_, err = metrics.CompoundRetention(rates...)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestNegativeCountsAreNamed(t *testing.T) {
	t.Parallel()
	b := metrics.Base{Start: 5}
	err := b.Merge(metrics.Base{Start: -5})
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	require.ErrorContains(t, err, "not negative")
	require.Equal(t, metrics.Base{Start: 5}, b)
}
