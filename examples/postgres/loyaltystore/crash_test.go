package loyaltystore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/loyalty"
)

const (
	crashEnv       = "LOYALTYSTORE_CRASH_CHILD"
	crashSchemaEnv = "LOYALTYSTORE_CRASH_SCHEMA"
)

// crashChild moves between pairs of accounts from four goroutines, as fast as it
// can, and prints each key once it is acknowledged.
func crashChild(dsn string) {
	schema := os.Getenv(crashSchemaEnv)
	p, err := testserver.Pool(context.Background(), dsn+" application_name="+schema, schema, 4)
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	s := loyaltystore.New(p)
	var mu sync.Mutex
	run := time.Now().UnixNano()
	for g := range 4 {
		go func() {
			from, to := fmt.Sprint("a", g), fmt.Sprint("b", g)
			version := map[string]int64{from: versionOf(panics{}, s, from), to: versionOf(panics{}, s, to)}
			for n := 0; ; {
				key := fmt.Sprintf("%d-%d-%d", run, g, n)
				_, err := s.Append(context.Background(), commit(key, version, from, to))
				if errors.Is(err, loyalty.ErrVersion) { // the last append of the process before us came in late
					version[from], version[to] = versionOf(panics{}, s, from), versionOf(panics{}, s, to)
					continue
				}
				if err != nil {
					panic(err)
				}
				n++
				version[from]++
				version[to]++
				mu.Lock()
				_, _ = os.Stdout.WriteString(key + "\n") // one write, straight to the pipe
				mu.Unlock()
			}
		}()
	}
	select {}
}

type panics struct{}

func (panics) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panics) FailNow()                          { panic("failed") }

func kills() int {
	if testing.Short() {
		return 10
	}
	return 100
}

// verify finds nothing lost of what was acknowledged, and nothing that is there
// twice or in one account only.
func verify(t *testing.T, s loyalty.Store, pairs int, acknowledged map[string]bool) {
	t.Helper()
	unacknowledged := 0
	for g := range pairs {
		from, to := bodies(t, s, fmt.Sprint("a", g)), bodies(t, s, fmt.Sprint("b", g))
		require.Equal(t, from, to, "both accounts of a commit, or none")
		seen := map[string]bool{}
		for _, key := range from {
			require.False(t, seen[key], "key %s is there twice", key)
			seen[key] = true
			_, known, err := s.Lookup(t.Context(), loyalty.Key{ID: key})
			require.NoError(t, err)
			require.True(t, known)
			if !acknowledged[key] {
				unacknowledged++
			}
			delete(acknowledged, key)
		}
	}
	require.Empty(t, acknowledged, "acknowledged, and lost")
	t.Logf("%d kills; %d commits were written whose answer was lost", kills(), unacknowledged)
}

func bodies(t *testing.T, s loyalty.Store, account string) (keys []string) {
	t.Helper()
	h, err := s.Load(t.Context(), loyalty.AccountID{ID: account}, loyalty.Range{Full: true})
	require.NoError(t, err)
	for e, err := range h.Entries {
		require.NoError(t, err)
		require.Equal(t, int64(len(keys)+1), e.Version)
		keys = append(keys, string(e.Body))
	}
	return keys
}

// The writing process is killed in mid-append a hundred times.
func TestWriterKilledInMidAppend(t *testing.T) {
	t.Parallel()
	dsn := shared.Need(t)
	schema := shared.Schema(t, loyaltystore.Migrate)
	acknowledged := map[string]bool{}
	for range kills() {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashEnv+"="+dsn, crashSchemaEnv+"="+schema)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewReader(out)
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		kill := time.AfterFunc(time.Duration(rand.IntN(15_000))*time.Microsecond, func() { _ = child.Process.Kill() })
		for {
			if key, whole := strings.CutSuffix(line, "\n"); whole {
				require.NotContains(t, key, "open:")
				acknowledged[key] = true
			}
			if line, err = lines.ReadString('\n'); err != nil {
				require.ErrorIs(t, err, io.EOF)
				break
			}
		}
		kill.Stop()
		require.Error(t, child.Wait(), "it was killed")
	}
	p := shared.Connect(t, schema, 4)
	require.Eventually(t, func() bool { // the server may still be at the last commit of a process that is gone
		var left int
		require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1`, schema).Scan(&left))
		return left == 0
	}, 30*time.Second, 5*time.Millisecond)
	verify(t, loyaltystore.New(p), 4, acknowledged)
}

// The server is killed with all its processes a hundred times while four clients
// append; they go on under the same keys when it is back.
func TestServerKilledInMidAppend(t *testing.T) {
	t.Parallel()
	if shared.Need(t); shared.Own == nil {
		t.Skipf("the server of %s is not ours to kill", testserver.DSNEnv)
	}
	own, err := testserver.Start() // beside the shared one, which others are using
	require.NoError(t, err)
	defer own.Remove()
	p, err := testserver.Pool(t.Context(), own.DSN, "public", 8)
	require.NoError(t, err)
	defer p.Close()
	require.NoError(t, loyaltystore.Migrate(t.Context(), p))
	s := loyaltystore.New(p)

	const clients = 4
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	retried := 0
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for g := range clients {
		wg.Go(func() {
			again := client(ctx, s, g, func(key string) {
				mu.Lock()
				defer mu.Unlock()
				acknowledged[key] = true
			})
			mu.Lock()
			retried += again
			mu.Unlock()
		})
	}
	progress := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(acknowledged)
	}
	for range kills() {
		for before := progress(); progress() < before+clients; {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		own.Kill()
		require.NoError(t, own.Restart())
	}
	for before := progress(); progress() < before+clients; {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()
	require.Positive(t, retried)
	verify(t, s, clients, acknowledged)
}

// client appends until it is stopped; an append without an answer is repeated under
// its key with the versions that are then, as an engine does. The append it is at when
// it is stopped runs to its end: one that was cancelled could still be written while
// the accounts are compared.
func client(ctx context.Context, s loyalty.Store, g int, acknowledge func(string)) (retried int) {
	from, to := fmt.Sprint("a", g), fmt.Sprint("b", g)
	version := map[string]int64{}
	for n := 0; ctx.Err() == nil; n++ {
		key := fmt.Sprintf("%d-%d", g, n)
		for {
			_, err := s.Append(context.WithoutCancel(ctx), commit(key, version, from, to))
			if err == nil || errors.Is(err, loyalty.ErrDuplicate) {
				acknowledge(key)
				version[from]++
				version[to]++
				break
			}
			if ctx.Err() != nil {
				return retried
			}
			retried++
			time.Sleep(30 * time.Millisecond) // each try costs the server a process
		}
	}
	return retried
}
