package recommend

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNumbersTellIDsApart(t *testing.T) {
	t.Parallel()
	ids := []string{"a", "a\x00", "a\x00\x00", "\x00", "\x01", strings.Repeat("a", 14), strings.Repeat("a", 15), strings.Repeat("a", 16), strings.Repeat("a", 15) + "\x0f", strings.Repeat("\x00", 15), strings.Repeat("\x00", 16)}
	s := newNumbers()
	for i, id := range ids {
		n, fresh := s.of(id)
		require.True(t, fresh, "%q", id)
		require.EqualValues(t, i, n)
	}
	for i, id := range ids {
		n, fresh := s.of(id)
		require.False(t, fresh, "%q", id)
		require.EqualValues(t, i, n)
	}
}

func TestPropertyNumbersAreAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, plain := newNumbers(), map[string]uint32{}
		for _, id := range rapid.SliceOf(rapid.StringMatching(`[ab\x00\x0f]{1,18}`)).Draw(t, "ids") {
			want, known := plain[id]
			if !known {
				want = uint32(len(plain)) //nolint:gosec // few
				plain[id] = want
			}
			n, fresh := s.of(id)
			if n != want || fresh == known {
				t.Fatalf("%q is %d (fresh %t), want %d", id, n, fresh, want)
			}
		}
	})
}
