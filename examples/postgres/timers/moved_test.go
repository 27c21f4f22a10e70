package timers_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/timers"
)

// gate is a handler that says when it is in the middle, and goes on when it is told to.
type gate struct {
	in  chan struct{}
	out chan struct{}
}

func (g gate) Wake(ctx context.Context, tx pgx.Tx, s timers.Subject, _ time.Time) (time.Time, bool, error) {
	if _, err := tx.Exec(ctx, `INSERT INTO rung VALUES ($1)`, s.ID); err != nil {
		return time.Time{}, false, err
	}
	select {
	case g.in <- struct{}{}:
		<-g.out
	default: // the second time
	}
	return time.Time{}, false, ctx.Err()
}

// A timer that is moved away and back while its job runs is not lost with that job, which
// was cancelled on the way.
func TestMovedAwayAndBackWhileItsJobRuns(t *testing.T) {
	t.Parallel()
	due, later := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	back := map[string]func(tm *timers.Timers, tx pgx.Tx, s timers.Subject) error{
		"moved":   func(tm *timers.Timers, tx pgx.Tx, s timers.Subject) error { return tm.Set(t.Context(), tx, s, later) },
		"cleared": func(tm *timers.Timers, tx pgx.Tx, s timers.Subject) error { return tm.Clear(t.Context(), tx, s) },
	}
	for name, away := range back {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := fresh(t)
			_, err := p.Exec(t.Context(), `CREATE TABLE rung (id text NOT NULL)`)
			require.NoError(t, err)
			tm, err := timers.New(p, &timers.Options{Retry: 10 * time.Millisecond})
			require.NoError(t, err)
			g := gate{make(chan struct{}, 1), make(chan struct{})}
			tm.Handle(kindBell, g)
			s := timers.Subject{Kind: kindBell, ID: "a"}
			inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, due) })
			start(t, tm)
			require.Eventually(t, func() bool { return len(g.in) == 1 }, 60*time.Second, 5*time.Millisecond)
			inTx(t, p, func(tx pgx.Tx) error {
				require.NoError(t, away(tm, tx, s))
				return tm.Set(t.Context(), tx, s, due)
			})
			close(g.out)
			require.Eventually(t, func() bool {
				_, ok, err := tm.Next(t.Context(), s)
				return err == nil && !ok
			}, 60*time.Second, 10*time.Millisecond)
			settled(t, p)
			require.Equal(t, 1, rung(t, p), "%v", jobs(t, p))
		})
	}
}

// A timer that moves a hundred times in one transaction has one job, at the last instant.
func TestMovedManyTimesInOneTransaction(t *testing.T) {
	t.Parallel()
	b := &bell{}
	p, tm := bells(t, b, nil)
	s := timers.Subject{Kind: kindBell, ID: "a"}
	hour := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	for range 2 {
		inTx(t, p, func(tx pgx.Tx) error {
			for i := range 100 {
				if err := tm.Set(t.Context(), tx, s, hour.Add(time.Duration(i%3)*time.Minute)); err != nil {
					return err
				}
			}
			return nil
		})
		at, ok, err := tm.Next(t.Context(), s)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, hour, at)
		require.Equal(t, 1, jobs(t, p)["scheduled"])
		var joined int
		require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM timer JOIN river_job j ON j.id = timer.job
			WHERE j.state = 'scheduled' AND abs(extract(epoch FROM j.scheduled_at) * 1000000 - timer.at) < 1`).Scan(&joined))
		require.Equal(t, 1, joined)
	}
}

// A job that has failed for good, or that somebody cancelled in River, leaves a timer that
// nothing will wake; the next one who sets it, even at the same instant, sets it anew.
func TestSetAnewAfterItsJobHasGone(t *testing.T) {
	t.Parallel()
	b := &bell{}
	p, tm := bells(t, b, nil)
	s := timers.Subject{Kind: kindBell, ID: "a"}
	due := time.Now().Add(-time.Hour)
	for n, gone := range []string{
		`UPDATE river_job SET state = 'discarded', finalized_at = now()`,
		`UPDATE river_job SET state = 'cancelled', finalized_at = now()`,
		`DELETE FROM river_job`,
	} {
		inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, due) })
		_, err := p.Exec(t.Context(), gone)
		require.NoError(t, err, n)
	}
	for range 2 {
		mended, err := tm.Mend(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, mended)
		_, err = p.Exec(t.Context(), `UPDATE river_job SET state = 'discarded', finalized_at = now()`)
		require.NoError(t, err)
	}
	inTx(t, p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, s, due) })
	mended, err := tm.Mend(t.Context())
	require.NoError(t, err)
	require.Zero(t, mended)
	start(t, tm)
	settled(t, p)
	require.Equal(t, 1, rung(t, p))
}

// Two workers on many due timers: each rings once, and no row or open job is left.
func TestManyDueAtOnce(t *testing.T) {
	t.Parallel()
	n := 2000
	if testing.Short() {
		n = 300
	}
	p, tm := bells(t, &bell{}, &timers.Options{Workers: 4})
	other, err := timers.New(p, &timers.Options{Workers: 4})
	require.NoError(t, err)
	other.Handle(kindBell, &bell{})
	due := time.Now().Add(-time.Hour)
	begin := time.Now()
	for from := 0; from < n; from += 100 {
		inTx(t, p, func(tx pgx.Tx) error {
			for i := from; i < from+100; i++ {
				if err := tm.Set(t.Context(), tx, timers.Subject{Kind: kindBell, Tenant: fmt.Sprint(i % 7), ID: fmt.Sprint(i)}, due); err != nil {
					return err
				}
			}
			return nil
		})
	}
	set := time.Since(begin)
	begin = time.Now()
	start(t, tm)
	start(t, other)
	require.Eventually(t, func() bool { return jobs(t, p)["completed"] == n }, 10*time.Minute, 50*time.Millisecond)
	var distinct, left int
	require.NoError(t, p.QueryRow(t.Context(), `SELECT count(DISTINCT id), (SELECT count(*) FROM timer) FROM rung`).Scan(&distinct, &left))
	require.Equal(t, n, distinct)
	require.Equal(t, n, rung(t, p), "none rings twice")
	require.Zero(t, left)
	t.Logf("%d timers set in %s, run by two workers in %s", n, set.Round(time.Millisecond), time.Since(begin).Round(time.Millisecond))
}

// Names that PostgreSQL does not take are an error of the transaction, and everything
// else is a name.
func TestNamesOfSubjects(t *testing.T) {
	t.Parallel()
	p, tm := bells(t, &bell{}, nil)
	due := time.Now().Add(-time.Hour)
	for _, bad := range []timers.Subject{
		{Kind: kindBell, ID: "nul\x00"}, {Kind: kindBell, Tenant: "nul\x00", ID: "a"}, {Kind: kindBell, ID: "\xff"},
	} {
		require.Error(t, pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error { return tm.Set(t.Context(), tx, bad, due) }), "%q", bad)
	}
	require.Empty(t, jobs(t, p))
	names := []string{"", "'; DROP TABLE timer; --", `"\u0000" \\`, "/", "a/b", "é", "e\u0301", "名", strings.Repeat("x", 500), "\u2028\x01<&>"}
	for _, name := range names {
		inTx(t, p, func(tx pgx.Tx) error {
			require.NoError(t, tm.Set(t.Context(), tx, timers.Subject{Kind: kindBell, Tenant: name, ID: "t"}, due))
			return tm.Set(t.Context(), tx, timers.Subject{Kind: kindBell, ID: name}, due)
		})
	}
	start(t, tm)
	settled(t, p)
	require.Equal(t, 2*len(names), rung(t, p))
	require.Equal(t, map[string]int{"completed": 2 * len(names)}, jobs(t, p))
}
