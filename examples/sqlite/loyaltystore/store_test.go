package loyaltystore_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

// paths remembers where a store's file is.
type paths struct{ sync.Map }

func (p *paths) open(tb testing.TB, path string) loyalty.Store {
	tb.Helper()
	s, err := loyaltystore.Open(tb.Context(), path, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	p.Store(s, path)
	return s
}

func (p *paths) of(s loyalty.Store) string {
	path, _ := p.Load(s)
	return path.(string)
}

func harness() loyaltytest.Harness {
	p := &paths{}
	return loyaltytest.Harness{
		New: func(tb testing.TB) loyalty.Store {
			return p.open(tb, filepath.Join(tb.TempDir(), "loyalty.db"))
		},
		Reopen: func(tb testing.TB, s loyalty.Store) loyalty.Store {
			require.NoError(tb, s.(*loyaltystore.Store).Close())
			return p.open(tb, p.of(s))
		},
		Crash: func(tb testing.TB, s loyalty.Store) loyalty.Store { // the files as they are, while the store is open
			dir := tb.TempDir()
			for _, suffix := range []string{"", "-wal"} {
				data, err := os.ReadFile(p.of(s) + suffix)
				require.NoError(tb, err)
				require.NoError(tb, os.WriteFile(filepath.Join(dir, "loyalty.db"+suffix), data, 0o600))
			}
			return p.open(tb, filepath.Join(dir, "loyalty.db"))
		},
		Edit: func(tb testing.TB, s loyalty.Store, id loyalty.AccountID, version int64) {
			db, err := sql.Open("sqlite", sqlitedb.DSN(p.of(s), false))
			require.NoError(tb, err)
			defer db.Close()
			r, err := db.ExecContext(tb.Context(), `UPDATE loyalty_entry SET body = CAST('edited' AS BLOB) WHERE tenant = ? AND account = ? AND version = ?`, id.Tenant, id.ID, version)
			require.NoError(tb, err)
			n, err := r.RowsAffected()
			require.NoError(tb, err)
			require.Equal(tb, int64(1), n)
		},
		InUse: func(s loyalty.Store) int { return s.(*loyaltystore.Store).DB().InUse() },
	}
}

func TestStore(t *testing.T) { loyaltytest.Run(t, harness()) }

func commit(key string, version map[string]int64, accounts ...string) loyalty.Commit {
	c := loyalty.Commit{Key: loyalty.Key{ID: key}, Receipt: []byte(key)}
	copy(c.Hash[:], key)
	for _, a := range accounts {
		e := loyalty.Entry{Version: version[a] + 1, At: 1, Recorded: 1, Body: []byte(key)}
		c.Writes = append(c.Writes, loyalty.Write{Account: loyalty.AccountID{ID: a}, Entry: e})
	}
	return c
}

func versionOf(t require.TestingT, s loyalty.Store, account string) int64 {
	h, err := s.Load(context.Background(), loyalty.AccountID{ID: account}, loyalty.Range{})
	require.NoError(t, err)
	n := h.Snapshot.Version
	for _, err := range h.Entries {
		require.NoError(t, err)
		n++
	}
	return n
}

// An order of the host and its points are written together, or neither is.
func TestHostTransaction(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	s, err := loyaltystore.Open(t.Context(), path, nil)
	require.NoError(t, err)
	defer s.Close()
	host, err := sql.Open("sqlite", sqlitedb.DSN(path, false))
	require.NoError(t, err)
	defer host.Close()
	_, err = host.ExecContext(t.Context(), `CREATE TABLE orders (id TEXT PRIMARY KEY, cents INTEGER NOT NULL) STRICT`)
	require.NoError(t, err)
	orders := func() (n int) {
		require.NoError(t, host.QueryRowContext(t.Context(), `SELECT count(*) FROM orders`).Scan(&n))
		return n
	}
	order := func(ctx context.Context, tx sqlitedb.Tx, in loyalty.Store, key string, version int64) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders VALUES (?, 1999)`, key); err != nil {
			return err
		}
		_, err := in.Append(ctx, commit(key, map[string]int64{"m": version}, "m"))
		return err
	}
	boom := errors.New("payment failed")

	rows := []struct {
		name string
		run  func(key string, fail bool) error
	}{
		{"in the writer's transaction", func(key string, fail bool) error {
			return s.Update(t.Context(), func(ctx context.Context, tx sqlitedb.Tx, in loyalty.Store) error {
				if err := order(ctx, tx, in, key, versionOf(t, in, "m")); err != nil || fail {
					return errors.Join(err, map[bool]error{true: boom}[fail])
				}
				return nil
			})
		}},
		{"in a transaction of the host", func(key string, fail bool) error {
			tx, err := host.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			in := loyaltystore.InTx(tx)
			if err := order(t.Context(), tx, in, key, versionOf(t, in, "m")); err != nil || fail {
				return errors.Join(err, map[bool]error{true: boom}[fail], tx.Rollback())
			}
			return tx.Commit()
		}},
	}
	for i, r := range rows {
		require.ErrorIs(t, r.run(r.name, true), boom)
		require.Equal(t, i, orders(), r.name)
		require.Equal(t, int64(i), versionOf(t, s, "m"), r.name)
		require.NoError(t, r.run(r.name, false), r.name)
		require.Equal(t, i+1, orders(), r.name)
		require.Equal(t, int64(i+1), versionOf(t, s, "m"), r.name)
	}
	require.ErrorContains(t, s.Update(t.Context(), func(context.Context, sqlitedb.Tx, loyalty.Store) error { panic("host") }), "panicked")
	_, err = s.Append(t.Context(), commit("after the panic", map[string]int64{"m": 2}, "m"))
	require.NoError(t, err, "the writer lives on")
}

func TestClosedStore(t *testing.T) {
	t.Parallel()
	s, err := loyaltystore.Open(t.Context(), filepath.Join(t.TempDir(), "l.db"), &sqlitedb.Options{Relaxed: true, Readers: 1, Group: 1})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "twice is no error")
	_, err = s.Append(t.Context(), commit("k", nil, "m"))
	require.ErrorContains(t, err, "closed")
}

// The buffers of a commit are the caller's again once Append has returned, also where
// the caller left early.
func TestCallerWhoLeavesKeepsItsBuffers(t *testing.T) {
	t.Parallel()
	s, err := loyaltystore.Open(t.Context(), filepath.Join(t.TempDir(), "l.db"), nil)
	require.NoError(t, err)
	defer s.Close()
	busy, release := make(chan struct{}), make(chan struct{})
	unblock := sync.OnceFunc(func() { close(release) })
	defer unblock()
	done := make(chan error, 1)
	go func() { // holds the writer
		done <- s.Update(context.Background(), func(context.Context, sqlitedb.Tx, loyalty.Store) error {
			close(busy)
			<-release
			return nil
		})
	}()
	<-busy
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer leave()
	c := commit("left", nil, "m")
	_, err = s.Append(ctx, c)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, loyalty.ErrOutcome, "it had not begun, so nothing will be written")
	copy(c.Writes[0].Entry.Body, "####")
	unblock()
	require.NoError(t, <-done)
	_, err = s.Append(t.Context(), commit("next", nil, "m"))
	require.NoError(t, err)
	require.Equal(t, []string{"next"}, bodies(t, s, "m"))
}

// Several processes may open a file at once, and one that is open is opened again.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a path with % and ? and #.db")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			s, err := loyaltystore.Open(context.Background(), path, nil)
			if err != nil {
				t.Errorf("open %d: %v", g, err)
				return
			}
			defer s.Close()
			if _, err := s.Append(context.Background(), commit(fmt.Sprint(g), nil, fmt.Sprint("m", g))); err != nil {
				t.Errorf("append %d: %v", g, err)
			}
		})
	}
	wg.Wait()
	s, err := loyaltystore.Open(t.Context(), path, nil)
	require.NoError(t, err)
	defer s.Close()
	for g := range 8 {
		require.Equal(t, int64(1), versionOf(t, s, fmt.Sprint("m", g)))
	}
	require.FileExists(t, path)
	for _, memory := range []string{"", ":memory:"} {
		_, err := loyaltystore.Open(t.Context(), memory, nil)
		require.ErrorContains(t, err, "file", "readers would each see a database of their own")
	}
}

// A host that uses the engine has its order and its points in one transaction.
func TestEngineInHostTransaction(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	s, err := loyaltystore.Open(t.Context(), path, nil)
	require.NoError(t, err)
	defer s.Close()
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "p", Version: 1})
	require.NoError(t, err)
	engine := &loyalty.Engine{Store: s, Program: p}
	boom := errors.New("payment failed")
	earn := func(key string, fail error) error {
		return s.Update(t.Context(), func(ctx context.Context, _ sqlitedb.Tx, in loyalty.Store) error {
			_, err := engine.On(in).Do(ctx, loyalty.Command{Key: key, Account: "m", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 10}}}})
			return errors.Join(err, fail)
		})
	}
	for _, fail := range []error{nil, boom, nil} {
		require.ErrorIs(t, earn("order 1", fail), fail)
		require.ErrorIs(t, earn("order 2", boom), boom)
		a, err := engine.Account(t.Context(), "m")
		require.NoError(t, err)
		require.Equal(t, loyalty.Points(10), a.Balance("points").Active)
	}
}

const crashEnv = "LOYALTYSTORE_CRASH_CHILD"

// TestMain is also the writer that the crash test kills.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		crashChild(path)
		return
	}
	os.Exit(m.Run())
}

// crashChild moves between four accounts from four goroutines, as fast as it can,
// and prints each key once it is acknowledged.
func crashChild(path string) {
	s, err := loyaltystore.Open(context.Background(), path, nil)
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	run := time.Now().UnixNano()
	for g := range 4 {
		go func() {
			from, to := fmt.Sprint("a", g), fmt.Sprint("b", g)
			version := map[string]int64{from: versionOf(panics{}, s, from), to: versionOf(panics{}, s, to)}
			for n := 0; ; n++ {
				key := fmt.Sprintf("%d-%d-%d", run, g, n)
				if _, err := s.Append(context.Background(), commit(key, version, from, to)); err != nil {
					panic(err)
				}
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

// The process is killed in mid-append a hundred times. Nothing that it acknowledged
// is lost, nothing is there twice or in one account only.
func TestKilledInMidAppend(t *testing.T) {
	t.Parallel()
	kills := 100
	if testing.Short() {
		kills = 10
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
		first, err := lines.ReadString('\n')
		require.NoError(t, err)
		kill := time.AfterFunc(time.Duration(rand.IntN(15_000))*time.Microsecond, func() { _ = child.Process.Kill() })
		for line := first; ; {
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

	s, err := loyaltystore.Open(t.Context(), path, nil)
	require.NoError(t, err)
	defer s.Close()
	unacknowledged := 0
	for g := range 4 {
		from := bodies(t, s, fmt.Sprint("a", g))
		to := bodies(t, s, fmt.Sprint("b", g))
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
	t.Logf("%d kills; %d commits were written whose answer was lost", kills, unacknowledged)
}

func bodies(t *testing.T, s loyalty.Store, account string) (keys []string) {
	h, err := s.Load(t.Context(), loyalty.AccountID{ID: account}, loyalty.Range{Full: true})
	require.NoError(t, err)
	for e, err := range h.Entries {
		require.NoError(t, err)
		require.Equal(t, int64(len(keys)+1), e.Version)
		keys = append(keys, string(e.Body))
	}
	return keys
}

func BenchmarkStore(b *testing.B) { loyaltytest.Bench(b, harness()) }
