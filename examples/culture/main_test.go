package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, run(&out))
	golden.Equal(t, "testdata/letters.txt", out.String())
	require.NotContains(t, out.String(), "Jan ", "a former name never leaves the records")
}

// Fifteen people, at least ten traditions, three languages.
func TestTheDeskKeepsItsWord(t *testing.T) {
	t.Parallel()
	require.Len(t, visitors(), 15)
	traditions := map[string]bool{}
	for _, v := range visitors() {
		require.NoError(t, v.customer.Validate(), v.about)
		_, tradition := v.person()
		traditions[tradition.String()] = true
	}
	require.GreaterOrEqual(t, len(traditions), 10)
	t.Logf("%d traditions", len(traditions))
	require.Len(t, letters, 3)
}
