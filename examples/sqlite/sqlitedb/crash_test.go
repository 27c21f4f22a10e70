package sqlitedb_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
)

const crashEnv = "SQLITEDB_CRASH_CHILD"

// TestMain is also the host that the crash test kills.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		crashChild(path)
		return
	}
	os.Exit(m.Run())
}

// crashChild places orders for four members from four goroutines, as fast as it can,
// and prints each key once it is acknowledged.
func crashChild(path string) {
	s, err := openShop(context.Background(), path)
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	run := time.Now().UnixNano()
	for g := range 4 {
		go func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%d-%d-%d", g, run, n)
				if err := s.place(context.Background(), key, fmt.Sprint("m", g), -1, nil); err != nil {
					panic(err)
				}
				_, _ = os.Stdout.WriteString(key + "\n") // one write, straight to the pipe
			}
		}()
	}
	select {}
}

// The process is killed in mid-write again and again. Every order that it
// acknowledged is there with its points, its customer and its case; every other is
// there with all of them or not at all; and no points are there twice.
func TestKilledInMidWrite(t *testing.T) {
	t.Parallel()
	kills := 40
	if testing.Short() {
		kills = 6
	}
	path := filepath.Join(t.TempDir(), "crash.db")
	acknowledged := map[string]bool{}
	for range kills {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashEnv+"="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewReader(out)
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		kill := time.AfterFunc(time.Duration(rand.IntN(15_000))*time.Microsecond, func() { _ = child.Process.Kill() })
		for ; err == nil; line, err = lines.ReadString('\n') {
			require.NotContains(t, line, "open:")
			acknowledged[strings.TrimSuffix(line, "\n")] = true
		}
		require.ErrorIs(t, err, io.EOF)
		kill.Stop()
		require.Error(t, child.Wait(), "it was killed")
	}

	s := mustOpenShop(t, path)
	rows, err := s.db.Reader().QueryContext(t.Context(), `SELECT id, member FROM orders`)
	require.NoError(t, err)
	member := map[string]string{}
	for rows.Next() {
		var id, m string
		require.NoError(t, rows.Scan(&id, &m))
		member[id] = m
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	placed := map[string]loyalty.Points{}
	for key, m := range member {
		require.Equal(t, all, s.there(t, key, m), key)
		placed[m]++
	}
	for key := range acknowledged {
		require.Contains(t, member, key, "acknowledged, and lost")
	}
	for table, column := range map[string]string{"loyalty_key": "key", "customer_key": "key", "case_record": "case_id"} {
		var n int
		require.NoError(t, s.db.Reader().QueryRowContext(t.Context(), `SELECT count(DISTINCT `+column+`) FROM `+table).Scan(&n))
		require.Equal(t, len(member), n, "%s has what orders has, and nothing else", table)
	}
	for m, n := range placed {
		a, err := s.engine.Account(t.Context(), m)
		require.NoError(t, err)
		require.Equal(t, 10*n, a.Balance("points").Active, m)
	}
	t.Logf("%d kills; %d orders acknowledged, %d more written whose answer was lost", kills, len(acknowledged), len(member)-len(acknowledged))
}
