package amount

import (
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"0": "0", "12.50": "12.5", "-3": "-3", "+7": "7", ".5": "0.5", "5.": "5", "1e3": "1000", "1E-2": "0.01",
		"00012": "12", "-0.00": "0", "99999999999999999999999999999999999.99": "99999999999999999999999999999999999.99",
	}
	for in, want := range good {
		d, err := Parse(in)
		require.NoError(t, err, in)
		require.Equal(t, want, Text(d), in)
	}
	for _, in := range []string{"", "-", ".", "e3", "1e", "1e+", "1 000", "1,000.00", "NaN", "Inf", "0x10", "1_000", "−5", "1.2.3", "--1", "１２"} {
		_, err := Parse(in)
		require.ErrorIs(t, err, ErrSyntax, in)
	}
	for _, in := range []string{"1e19", "1e-19", "1e1000000000", "1e-1000000000", "1e99999999999999999999", strings.Repeat("9", 39), strings.Repeat("9", 1_000_000), "0.0000000000000000001"} {
		_, err := Parse(in)
		require.ErrorIs(t, err, ErrLimit, in[:min(len(in), 30)])
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, Check(decimal.Decimal{}))
	require.NoError(t, Check(decimal.New(1, 18)))
	require.ErrorIs(t, Check(decimal.New(1, 100_000_000)), ErrLimit)
	require.ErrorIs(t, Check(decimal.New(1, -19)), ErrLimit)
	huge := new(big.Int).Lsh(big.NewInt(1), 128)
	require.ErrorIs(t, Check(decimal.NewFromBigInt(huge, 0)), ErrLimit)
	require.NoError(t, Check(decimal.NewFromBigInt(huge.Sub(huge, big.NewInt(1)), 0)))
}

func TestTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "units"), rapid.Int32Range(-18, 18).Draw(t, "exponent"))
		back, err := Parse(Text(d))
		require.NoError(t, err)
		require.True(t, back.Equal(d), "%s", Text(d))
	})
}

func TestMinor(t *testing.T) {
	t.Parallel()
	n, ok := Minor(decimal.RequireFromString("12.50"), 2)
	require.True(t, ok)
	require.EqualValues(t, 1250, n)
	_, ok = Minor(decimal.RequireFromString("12.505"), 2)
	require.False(t, ok)
	_, ok = Minor(decimal.RequireFromString("9223372036854775808"), 0)
	require.False(t, ok)
	rapid.Check(t, func(t *rapid.T) {
		units, places := rapid.Int64().Draw(t, "units"), rapid.Int32Range(0, 6).Draw(t, "places")
		got, ok := Minor(FromMinor(units, places), places)
		require.True(t, ok)
		require.Equal(t, units, got)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.5", "-1e5", "1e1000000000", "..", "9e18"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		require.NoError(t, Check(d))
		want, err := decimal.NewFromString(s)
		require.NoError(t, err)
		require.True(t, want.Equal(d))
	})
}
