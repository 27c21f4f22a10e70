package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/web"
)

func TestFlags(t *testing.T) {
	t.Setenv("CRM_TOKEN", "")
	rows := []struct {
		name string
		args []string
		err  error
		text string
	}{
		{"none", nil, nil, ""},
		{"loopback", []string{"-addr", "[::1]:0"}, nil, ""},
		{"elsewhere", []string{"-addr", "0.0.0.0:8077"}, web.ErrAddress, "token"},
		{"every interface", []string{"-addr", ":8077"}, web.ErrAddress, "token"},
		{"elsewhere with a token", []string{"-addr", "0.0.0.0:8077", "-token", "sixteen bytes or more"}, nil, ""},
		{"elsewhere with a short token", []string{"-addr", "0.0.0.0:8077", "-token", "short"}, web.ErrAddress, "16"},
		{"no instant", []string{"-now", "yesterday"}, nil, "-now"},
		{"no flag", []string{"serve"}, nil, "serve"},
		{"help", []string{"-h"}, flag.ErrHelp, "help"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := parse(row.args, &bytes.Buffer{})
			if row.text == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, row.text)
			if row.err != nil {
				require.ErrorIs(t, err, row.err)
			}
		})
	}
}

// lines is what the program writes, read while it runs.
type lines struct {
	sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

func (l *lines) String() string {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.String()
}

const some = `InvoiceNo,CustomerID,InvoiceDate,Country,amount
1,A,2011-01-03 10:00,Germany,10.00
2,A,2011-02-03 10:00,Germany,20.00
3,B,not a date,France,5
`

// The program imports the file that it is given, serves, and ends in good order; its file
// is for its owner alone. Started again it finds everything and imports nothing.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	csv, db := filepath.Join(dir, "some.csv"), filepath.Join(dir, "crm.db")
	require.NoError(t, os.WriteFile(csv, []byte(some), 0o600))
	for try, want := range []string{"customers 1, orders 2, returns 0, contacts 2, answers 0, refused answers 0, cases 0, known before 0, malformed 1", "orders 0", "1 customers, 2 orders"} {
		args := []string{"-addr", free(t), "-db", db}
		if try < 2 {
			args = append(args, "-invoices", csv)
		}
		ctx, stop := context.WithCancel(t.Context())
		out, done := &lines{}, make(chan error, 1)
		go func() { done <- run(ctx, args, out) }()
		require.Eventually(t, func() bool { return strings.Contains(out.String(), "listening on") }, time.Minute, 5*time.Millisecond, "%s", out)
		require.Contains(t, out.String(), want)
		require.Contains(t, out.String(), db)
		answer, err := http.Get("http://" + args[1] + "/healthz")
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
		stop()
		require.NoError(t, <-done)
	}
	info, err := os.Stat(db)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077)
}

func free(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// A database is one process's: a second one is told so, and may have it once the first ends.
func TestRunAlone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "crm.db")
	release, err := claim(t.Context(), db)
	require.NoError(t, err)
	require.ErrorContains(t, run(t.Context(), []string{"-addr", free(t), "-db", db}, &lines{}), "in use")
	require.NoError(t, release())
	again, err := claim(t.Context(), db)
	require.NoError(t, err)
	require.NoError(t, again())
}

// An import that was interrupted goes on when the program is started again, so that nobody
// looks at a part of a shop; of a file it is told.
func TestRunAfterAnInterruptedImport(t *testing.T) {
	dir := t.TempDir()
	db, csv := filepath.Join(dir, "crm.db"), filepath.Join(dir, "part.csv")
	interrupt := func(args ...string) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		out := &stopping{lines: &lines{}, at: "writing  10 %", stop: stop}
		require.Error(t, run(ctx, append(args, "-addr", free(t), "-db", db), out))
	}
	start := func(args ...string) string {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		out := &stopping{lines: &lines{}, at: "listening on", stop: stop}
		require.NoError(t, run(ctx, append(args, "-addr", free(t), "-db", db), out))
		return out.String()
	}
	interrupt()
	require.Contains(t, start(), "the import was interrupted; it goes on")
	require.Contains(t, start(), "368 customers, 2101 orders and returns")

	db = filepath.Join(dir, "second.db")
	var text strings.Builder
	text.WriteString("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "%d,C%d,2011-01-03 10:00,Germany,10.00\n", i, i%1000)
	}
	require.NoError(t, os.WriteFile(csv, []byte(text.String()), 0o600))
	interrupt("-invoices", csv)
	require.Contains(t, start(), "part.csv was interrupted")
	require.Contains(t, start("-invoices", csv), "imported part.csv")
	require.Contains(t, start(), "1000 customers, 2000 orders")
}

// stopping stops the program when it writes a text.
type stopping struct {
	*lines
	at   string
	stop func()
}

func (s *stopping) Write(p []byte) (int, error) {
	if strings.Contains(string(p), s.at) {
		s.stop()
	}
	return s.lines.Write(p)
}

// An address that is taken, and a file that is none, are told at once.
func TestRunRefuses(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	db := filepath.Join(t.TempDir(), "crm.db")
	require.Error(t, run(t.Context(), []string{"-addr", ln.Addr().String(), "-db", db}, &lines{}))
	require.ErrorContains(t, run(t.Context(), []string{"-addr", free(t), "-db", db, "-invoices", filepath.Join(t.TempDir(), "none.csv")}, &lines{}), "none.csv")
	require.Error(t, run(t.Context(), []string{"-addr", free(t), "-db", t.TempDir()}, &lines{}))
}
