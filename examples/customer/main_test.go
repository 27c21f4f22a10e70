package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// The whole page, as people read it.
func TestPage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	golden.Equal(t, "testdata/page.txt", out.String())
}
