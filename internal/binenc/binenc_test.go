package binenc

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var kind = Kind{'t', 'e', 's', 't'}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		u, i := rapid.Uint64().Draw(t, "u"), rapid.Int64().Draw(t, "i")
		f, s := rapid.Float64().Draw(t, "f"), rapid.String().Draw(t, "s")
		w := NewWriter(kind, 1, Hash("a", s))
		w.Uint(u)
		w.Int(i)
		w.Float(f)
		w.String(s)
		r, err := NewReader(w.Frame(), kind, 1)
		require.NoError(t, err)
		require.Equal(t, Hash("a", s), r.Config())
		require.Equal(t, u, r.Uint())
		require.Equal(t, i, r.Int())
		require.Equal(t, math.Float64bits(f), math.Float64bits(r.Float()))
		require.Equal(t, s, r.String())
		require.NoError(t, r.Close())
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	frame := func(fill func(*Writer)) []byte {
		w := NewWriter(kind, 1, 0)
		fill(w)
		return w.Frame()
	}
	empty := frame(func(*Writer) {})
	_, err := NewReader(empty[:len(empty)-1], kind, 1)
	require.ErrorIs(t, err, ErrCorrupt)
	_, err = NewReader(empty, Kind{'o', 't', 'h', 'r'}, 1)
	require.ErrorIs(t, err, ErrCorrupt)
	_, err = NewReader(NewWriter(kind, 2, 0).Frame(), kind, 1)
	require.ErrorIs(t, err, ErrVersion)

	r, err := NewReader(frame(func(w *Writer) { w.Uint(math.MaxUint64) }), kind, 1)
	require.NoError(t, err)
	require.Zero(t, r.Count(8))
	require.ErrorIs(t, r.Close(), ErrCorrupt)

	r, err = NewReader(frame(func(w *Writer) { w.Uint(1) }), kind, 1)
	require.NoError(t, err)
	require.ErrorIs(t, r.Close(), ErrCorrupt, "bytes left over")
	require.NotEqual(t, Hash("ab", "c"), Hash("a", "bc"))
}

func FuzzReader(f *testing.F) {
	w := NewWriter(kind, 1, 7)
	w.String("x")
	f.Add(w.Frame())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := NewReader(data, kind, 1)
		if err != nil {
			return
		}
		for r.Err() == nil && len(r.buf) > 0 {
			_ = r.Bytes()
		}
		_ = r.Close()
	})
}
