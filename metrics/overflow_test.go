package metrics_test

import (
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/metrics"
)

// hostile frames a state whose counters are at their limit, as no host makes it but
// whoever writes to its queue can.
func hostile(t *testing.T, own []byte, kind string, ints ...int64) []byte {
	t.Helper()
	in, err := binenc.NewReader(own, binenc.Kind([]byte(kind)), 1)
	require.NoError(t, err)
	w := binenc.NewWriter(binenc.Kind([]byte(kind)), 1, in.Config())
	for _, n := range ints {
		w.Int(n)
	}
	w.Uint(0)
	return w.Frame()
}

// A merge that would carry a counter past int64 is refused and changes nothing: a
// counter that wrapped round would make a state that no reader accepts any more.
func TestMergeRefusesToOverflowCounters(t *testing.T) {
	t.Parallel()
	t.Run("retention", func(t *testing.T) {
		t.Parallel()
		var a, b metrics.Retention
		data := hostile(t, must(b.MarshalBinary()), "MRET", math.MaxInt64, math.MaxInt64)
		require.NoError(t, b.UnmarshalBinary(data))
		require.NoError(t, a.Add("", time.Unix(0, 0)))
		require.NoError(t, a.Add("ada", time.Unix(0, 0)))
		before := bytesOf(t, &a)
		require.ErrorIs(t, a.Merge(&b), metrics.ErrOutOfRange)
		require.Equal(t, before, bytesOf(t, &a))
	})
	t.Run("purchases", func(t *testing.T) {
		t.Parallel()
		var a, b metrics.Purchases
		data := hostile(t, must(b.MarshalBinary()), "MPUR", math.MaxInt64, math.MaxInt64)
		require.NoError(t, b.UnmarshalBinary(data))
		require.NoError(t, a.Add("", time.Unix(0, 0), decimal.NewFromInt(1)))
		require.NoError(t, a.Add("ada", time.Unix(0, 0), decimal.NewFromInt(1)))
		before := bytesOf(t, &a)
		require.ErrorIs(t, a.Merge(&b), metrics.ErrOutOfRange)
		require.Equal(t, before, bytesOf(t, &a))
	})
	t.Run("spending", func(t *testing.T) {
		t.Parallel()
		var a, b metrics.Spending
		// Zero rows; then of nobody: orders, returns, gross, refunds, first, span.
		data := hostile(t, must(b.MarshalBinary()), "MSPE", math.MaxInt64, math.MaxInt64, 0, 1, 0, 0, 0)
		require.NoError(t, b.UnmarshalBinary(data))
		require.NoError(t, a.Add("ada", time.Unix(0, 0), decimal.Zero))
		require.NoError(t, a.Add("", time.Unix(0, 0), decimal.NewFromInt(1)))
		before := bytesOf(t, &a)
		require.ErrorIs(t, a.Merge(&b), metrics.ErrOutOfRange)
		require.Equal(t, before, bytesOf(t, &a))
	})
	t.Run("backlog", func(t *testing.T) {
		t.Parallel()
		var a, b metrics.Backlog
		// One period with as many cases as an int64 counts, none closed.
		data := hostile(t, must(b.MarshalBinary()), "MBAC")
		in, err := binenc.NewReader(data, binenc.Kind([]byte("MBAC")), 1)
		require.NoError(t, err)
		w := binenc.NewWriter(binenc.Kind([]byte("MBAC")), 1, in.Config())
		w.Uint(1)
		w.Int(8000)
		w.Int(math.MaxInt64)
		w.Uint(0)
		require.NoError(t, b.UnmarshalBinary(w.Frame()))
		require.NoError(t, a.Add(time.Unix(0, 0), time.Time{}))
		before := bytesOf(t, &a)
		require.ErrorIs(t, a.Merge(&b), metrics.ErrOutOfRange)
		require.Equal(t, before, bytesOf(t, &a))
		_, err = b.Rows(1)
		require.ErrorIs(t, err, metrics.ErrOutOfRange)
	})
}

// Counts from a database can be anything that fits; what does not fit together is an
// error and no wrapped number.
func TestCountsThatOverflowTogether(t *testing.T) {
	t.Parallel()
	arms, err := metrics.TwoArmFromCounts(1, math.MaxInt64, 1, math.MaxInt64)
	require.NoError(t, err)
	_, err = arms.Interval(0.95)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = arms.RelativeInterval(0.95)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)

	_, err = metrics.PurchaseSummaryFromCounts("ada", 1, 1, 1, decimal.NewFromInt(-900_000_000_000_000), decimal.NewFromInt(900_000_000_000_000))
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

// The exact interval holds its estimate at any count.
func TestIntervalsOfTheLargestCounts(t *testing.T) {
	t.Parallel()
	for _, hits := range []int64{0, 1, 251, math.MaxInt64 / 3, math.MaxInt64 / 2, math.MaxInt64 - 1, math.MaxInt64} {
		p, err := metrics.ProportionFromCounts(hits, math.MaxInt64)
		require.NoError(t, err)
		for _, m := range []metrics.Method{metrics.Wilson, metrics.ClopperPearson, metrics.Jeffreys} {
			i, err := p.Interval(m, 0.95)
			require.NoError(t, err)
			require.True(t, i.Contains(i.Estimate), "%v of %d: %+v", m, hits, i)
		}
	}
}
