package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The program runs, and a second run changes nothing.
func TestRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	require.NoError(t, run(t.Context(), path))
	require.NoError(t, run(t.Context(), path))
}
