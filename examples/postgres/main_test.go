package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// The program runs, and a second run changes nothing.
func TestRun(t *testing.T) {
	if os.Getenv(testserver.DSNEnv) != "" {
		t.Skip("it makes tables in the public schema, which is not ours on a server that was given")
	}
	server, err := testserver.Start()
	if err != nil {
		t.Skipf("no PostgreSQL: %v", err)
	}
	defer server.Remove()
	count := func() (n [6]int) {
		conn, err := pgx.Connect(t.Context(), server.DSN)
		require.NoError(t, err)
		defer conn.Close(t.Context())
		require.NoError(t, conn.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM customer_entry),
			(SELECT count(*) FROM case_event), (SELECT count(*) FROM sla_event), (SELECT count(*) FROM outreach_message), (SELECT count(*) FROM river_job)`).
			Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5]))
		return n
	}
	var first, second bytes.Buffer
	require.NoError(t, run(t.Context(), server.DSN, &first))
	rows := count()
	require.NoError(t, run(t.Context(), server.DSN, &second))
	require.Equal(t, rows, count())
	t.Logf("%s", &first)
	for _, line := range []string{
		"order-3 of ana: 120 points (done before: false)\n",
		"page: case-1, first_response warned, 10:45\n",
		"page: case-1, first_response breached, 11:00\n",
		"page: case-1, resolution breached, 18:00\n",
		"page: case-1, resolution escalated to the team lead, 19:00\n",
		"page: case-1, keep_promise, for somebody to see to, 16:00\n",
		"letter to ana: hello\n",
		"ana: expired 2, issued 2, purchased 2, ticked 2\n",
		"letters may go to 1; ana is erased (1 points suppressed); then to 0\n",
	} {
		require.Contains(t, first.String(), line)
	}
	require.NotContains(t, first.String(), "letter to ben")
	require.Contains(t, second.String(), "order-3 of ana: 120 points (done before: true)\n")
}
