package visible_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/visible"
)

func TestAny(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", " ", "\u00a0", "\u3000", "\u1680", "\u3164", "\uffa0", "\u115f\u1160", "\u17b4", "\u2800", "\u034f", "\u200b", "\u200d", "\u180e",
		"\ufe0f", "\U000e0041", "\U0001d159", "\U00013441", "\u0301", "...", "🙂", "\x00", "\xff", "\ue000",
	} {
		require.False(t, visible.Any(s), "%+q", s)
	}
	for _, s := range []string{"a", "7", "Ⅷ", "李", "क्", "e\u0301", " x ", "\u3164x", "ㄱ", "ー"} {
		require.True(t, visible.Any(s), "%+q", s)
	}
}

func TestRune(t *testing.T) {
	t.Parallel()
	for _, r := range "aé7_-🙂¥李" {
		require.True(t, visible.Rune(r), "%+q", r)
	}
	for _, r := range " \n\u00a0\u200b\u3164\u2800\u034f\u0301\ufffd" {
		require.False(t, visible.Rune(r), "%+q", r)
	}
}
