package interaction

import (
	"encoding"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Shards that travel as bytes add up to the whole, in any order.
func TestCountsTravel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := func() int64 { return rapid.Int64Range(0, 1<<40).Draw(t, "n") }
		a, b := FirstContactCounts{n(), n(), n()}, FirstContactCounts{n(), n(), n()}
		var a2, b2 FirstContactCounts
		travel(t, a, &a2)
		travel(t, b, &b2)
		require.Equal(t, a.Merge(b), b2.Merge(a2))
		d, p := DeflectionCounts{n(), n(), n(), n()}, PromiseCounts{n(), n(), n(), n(), n()}
		var d2 DeflectionCounts
		var p2 PromiseCounts
		travel(t, d, &d2)
		travel(t, p, &p2)
		require.Equal(t, d.Merge(DeflectionCounts{}), d2)
		require.Equal(t, p.Merge(PromiseCounts{}), p2)
		e := Effort{n(), n(), n(), n(), n(), time.Duration(n())}
		var e2 Effort
		travel(t, e, &e2)
		require.Equal(t, e, e2)
	})
}

func travel(t require.TestingT, from encoding.BinaryMarshaler, to encoding.BinaryUnmarshaler) {
	data, err := from.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, to.UnmarshalBinary(data))
}

func TestCorruptCounts(t *testing.T) {
	t.Parallel()
	data, err := PromiseCounts{Kept: 3, Broken: 1}.MarshalBinary()
	require.NoError(t, err)
	var other FirstContactCounts
	require.ErrorIs(t, other.UnmarshalBinary(data), ErrCorrupt)
	for i := range data {
		bad := append([]byte(nil), data...)
		bad[i] ^= 0x40
		got := PromiseCounts{Open: 7}
		require.ErrorIs(t, got.UnmarshalBinary(bad), ErrCorrupt)
		require.Equal(t, PromiseCounts{Open: 7}, got)
		require.ErrorIs(t, got.UnmarshalBinary(data[:i]), ErrCorrupt)
	}
	negative := writeCounts("ifcr", 1, -1, 0)
	require.ErrorIs(t, other.UnmarshalBinary(negative), ErrCorrupt)
}

func FuzzCounts(f *testing.F) {
	data, err := Effort{Contacts: 3, Over: time.Hour}.MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte("R"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Effort
		if e.UnmarshalBinary(data) != nil {
			require.Zero(t, e)
			return
		}
		again, err := e.MarshalBinary()
		require.NoError(t, err)
		var back Effort
		require.NoError(t, back.UnmarshalBinary(again))
		require.Equal(t, e, back)
	})
}
