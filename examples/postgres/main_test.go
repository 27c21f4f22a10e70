package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// The program runs, and a second run changes nothing.
func TestRun(t *testing.T) {
	dsn := os.Getenv(testserver.DSNEnv)
	if dsn != "" {
		t.Skip("it makes tables in the public schema, which is not ours on a server that was given")
	}
	server, err := testserver.Start()
	if err != nil {
		t.Skipf("no PostgreSQL: %v", err)
	}
	defer server.Remove()
	require.NoError(t, run(t.Context(), server.DSN))
	require.NoError(t, run(t.Context(), server.DSN))
}
