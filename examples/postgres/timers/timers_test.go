package timers_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/examples/postgres/timers"
)

func fresh(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	return shared.Fresh(tb, 10, loyaltystore.Migrate, timers.Migrate)
}

var migrations = []testserver.Migrate{loyaltystore.Migrate, timers.Migrate}

// inTx runs a function in a transaction that is committed.
func inTx(t require.TestingT, p *pgxpool.Pool, do func(tx pgx.Tx) error) {
	require.NoError(t, pgx.BeginFunc(context.Background(), p, do))
}

// start runs the jobs of a test until it has ended.
func start(t *testing.T, tm *timers.Timers) {
	t.Helper()
	require.NoError(t, tm.Start(context.Background()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(t, tm.Stop(ctx))
	})
}

// jobs counts River's jobs by their state.
func jobs(t require.TestingT, p *pgxpool.Pool) map[string]int {
	rows, err := p.Query(context.Background(), `SELECT state::text, count(*) FROM river_job GROUP BY 1`)
	require.NoError(t, err)
	counts, state, n := map[string]int{}, "", 0
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error {
		counts[state] = n
		return nil
	})
	require.NoError(t, err)
	return counts
}

// settled waits until no job is left to do.
func settled(t *testing.T, p *pgxpool.Pool) {
	t.Helper()
	require.Eventually(t, func() bool {
		var open int
		err := p.QueryRow(context.Background(), `SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded') AND scheduled_at <= now()`).Scan(&open)
		return err == nil && open == 0
	}, 60*time.Second, 10*time.Millisecond)
}

// bell notes who was woken, in a table, and fails on the way if it is told to.
type bell struct {
	mu    sync.Mutex
	fail  int       // how often a wake fails after it has written
	next  time.Time // when to look again; zero: never
	woken []time.Time
}

var errBell = errors.New("the line is dead")

func (b *bell) Wake(ctx context.Context, tx pgx.Tx, s timers.Subject, now time.Time) (time.Time, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := tx.Exec(ctx, `INSERT INTO rung VALUES ($1)`, s.ID); err != nil {
		return time.Time{}, false, err
	}
	b.woken = append(b.woken, now)
	if b.fail > 0 {
		b.fail--
		return time.Time{}, false, errBell
	}
	next := b.next
	b.next = time.Time{}
	return next, !next.IsZero(), nil
}

const kindBell timers.Kind = "bell"

func bells(t *testing.T, b *bell, o *timers.Options) (*pgxpool.Pool, *timers.Timers) {
	t.Helper()
	p := fresh(t)
	_, err := p.Exec(t.Context(), `CREATE TABLE rung (id text NOT NULL)`)
	require.NoError(t, err)
	tm, err := timers.New(p, o)
	require.NoError(t, err)
	tm.Handle(kindBell, b)
	return p, tm
}

func rung(t *testing.T, p *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM rung`).Scan(&n))
	return n
}

// A transaction that is rolled back sets no timer, moves none and clears none.
func TestRolledBack(t *testing.T) {
	t.Parallel()
	b := &bell{}
	p, tm := bells(t, b, nil)
	boom := errors.New("undone")
	a, c := timers.Subject{Kind: kindBell, ID: "a"}, timers.Subject{Kind: kindBell, ID: "c"}
	soon := time.Now().Add(-time.Hour)
	err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
		require.NoError(t, tm.Set(t.Context(), tx, a, soon))
		return boom
	})
	require.ErrorIs(t, err, boom)
	_, ok, err := tm.Next(t.Context(), a)
	require.NoError(t, err)
	require.False(t, ok)
	require.Empty(t, jobs(t, p))

	later := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, c, later) })
	for _, undone := range []func(tx pgx.Tx) error{
		func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, c, soon) },
		func(tx pgx.Tx) error { return tm.Clear(t.Context(), tx, c) },
	} {
		err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
			require.NoError(t, undone(tx))
			return boom
		})
		require.ErrorIs(t, err, boom)
		at, ok, err := tm.Next(t.Context(), c)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, later, at)
		require.Equal(t, map[string]int{"scheduled": 1}, jobs(t, p))
	}
	start(t, tm)
	settled(t, p)
	require.Zero(t, rung(t, p))
}

// The same instant set twice is one job, and rings once; so it is when eight clients set
// it side by side.
func TestUnique(t *testing.T) {
	t.Parallel()
	b := &bell{}
	p, tm := bells(t, b, nil)
	at := time.Now().Add(-time.Minute)
	s := timers.Subject{Kind: kindBell, Tenant: "shop", ID: "a"}
	for range 2 {
		inTx(t, p, func(tx pgx.Tx) error {
			require.NoError(t, tm.Set(t.Context(), tx, s, at))
			return tm.Set(t.Context(), tx, s, at)
		})
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := pgx.BeginFunc(context.Background(), p, func(tx pgx.Tx) error {
				return errors.Join(tm.Set(context.Background(), tx, s, at), tm.Set(context.Background(), tx, timers.Subject{Kind: kindBell, ID: "new"}, at))
			})
			if err != nil {
				t.Errorf("set: %v", err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, map[string]int{"available": 2}, jobs(t, p))
	start(t, tm)
	settled(t, p)
	require.Equal(t, 2, rung(t, p))
	_, ok, err := tm.Next(t.Context(), s)
	require.NoError(t, err)
	require.False(t, ok, "nothing is due any more")
}

// A timer that moves leaves one job that is to run; the others are cancelled. One that is
// set again after it rang rings again.
func TestMoved(t *testing.T) {
	t.Parallel()
	b := &bell{}
	p, tm := bells(t, b, nil)
	s := timers.Subject{Kind: kindBell, ID: "a"}
	hour := time.Now().Add(time.Hour)
	for i := range 4 {
		inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, hour.Add(time.Duration(i)*time.Minute)) })
	}
	inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, hour) }) // back to the first
	require.Equal(t, map[string]int{"scheduled": 1, "cancelled": 4}, jobs(t, p))
	inTx(t, p, func(tx pgx.Tx) error { return tm.Clear(t.Context(), tx, s) })
	inTx(t, p, func(tx pgx.Tx) error { return tm.Clear(t.Context(), tx, s) })
	require.Equal(t, map[string]int{"cancelled": 5}, jobs(t, p))
	start(t, tm)
	past := time.Now().Add(-time.Hour)
	for n := range 2 {
		inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, past) })
		settled(t, p)
		require.Equal(t, n+1, rung(t, p), "the same instant, once more after it rang")
	}
}

// A job that fails after it has written leaves nothing, and is done when it succeeds;
// one that looks again does so at the instant that it names.
func TestFailedAndDoneAgain(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Microsecond)
	b := &bell{fail: 2, next: now.Add(-time.Second)}
	p, tm := bells(t, b, &timers.Options{Retry: 50 * time.Millisecond, Clock: func() time.Time { return now.Add(-time.Hour) }})
	s := timers.Subject{Kind: kindBell, ID: "a"}
	inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, now.Add(-time.Minute)) })
	start(t, tm)
	require.Eventually(t, func() bool { return rung(t, p) == 2 }, 60*time.Second, 20*time.Millisecond)
	settled(t, p)
	require.Equal(t, 2, rung(t, p), "twice failed and undone, once done, and once more a minute later")
	require.Equal(t, map[string]int{"completed": 2}, jobs(t, p))
	require.Len(t, b.woken, 4)
	require.Equal(t, now.Add(-time.Minute), b.woken[2], "a clock that lags behind is that of the timer")
	require.True(t, b.woken[3].After(b.woken[2]))
}

// What nobody handles, and what would ring for ever, are faults of the job and no loop.
func TestFaults(t *testing.T) {
	t.Parallel()
	b := &bell{next: time.Now().Add(-time.Hour)} // before it wakes
	p, tm := bells(t, b, &timers.Options{Retry: time.Hour})
	inTx(t, p, func(tx pgx.Tx) error {
		return errors.Join(
			tm.Set(t.Context(), tx, timers.Subject{Kind: kindBell, ID: "a"}, time.Now()),
			tm.Set(t.Context(), tx, timers.Subject{Kind: "unknown", ID: "a"}, time.Now()))
	})
	start(t, tm)
	require.Eventually(t, func() bool { return jobs(t, p)["retryable"] == 2 }, 60*time.Second, 20*time.Millisecond)
	require.Zero(t, rung(t, p))
	var faults string
	require.NoError(t, p.QueryRow(t.Context(), `SELECT string_agg(errors[1]->>'error', ' ') FROM river_job`).Scan(&faults))
	require.Contains(t, faults, "nothing is registered")
	require.Contains(t, faults, "and it is")
	_, err := timers.New(p, &timers.Options{Workers: -1})
	require.NoError(t, err, "a host that only sets timers")
}
