package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
	"github.com/rapport-go/rapport/internal/golden"
)

// A year of a real shop is imported when the server starts, with its progress, and is
// known when it starts again.
func TestRealInvoices(t *testing.T) {
	if testing.Short() {
		t.Skip("a year of a real shop takes a while")
	}
	data := golden.Data(t, "onlineretail", "invoices.csv.gz")
	file := t.TempDir() + "/retail.db"
	s := start(t, program(t), file, "-invoices", data)
	said := s.log.String()
	require.Contains(t, said, "100 %")
	t.Log(tail(regexp.MustCompile(`(?m)^.*%\n`).ReplaceAllString(said, ""), 10))
	c := s.client()
	var head desk.Head
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/shop", "", nil, &head))
	require.Equal(t, int64(4372), head.Customers, "those of the file that have a number")
	require.False(t, head.Simulated)
	var imports struct{ Items []desk.ImportReport }
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/imports", "", nil, &imports))
	require.Len(t, imports.Items, 1)
	require.Equal(t, int64(25_900), imports.Items[0].Rows)
	require.Zero(t, imports.Items[0].Malformed)
	var board desk.Dashboard
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/dashboard", "", nil, &board))
	clerk := &clerk{client: c, clock: newClock()}
	for _, path := range []string{"/", "/customers", "/customers/12347", "/customers/12347/loyalty", "/segments", "/cases", "/merges"} {
		require.NoError(t, clerk.look(t.Context(), "GET "+path, path))
	}
	t.Logf("pages over a year of a real shop, one after the other:\n%s", clerk.clock.table(time.Second))
	s.stop(t)

	s = start(t, program(t), file, "-invoices", data)
	var again desk.Head
	require.NoError(t, s.client().call(t.Context(), http.MethodGet, "/api/v1/shop", "", nil, &again))
	require.Equal(t, head.Customers, again.Customers)
	require.Equal(t, head.Orders, again.Orders, "importing again changes nothing")
	require.True(t, strings.Contains(s.log.String(), "known before"))
}
