package timers_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/timers"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
)

// desk answers within an hour and resolves within a business day, Monday to Friday.
func desk(t *testing.T) *sla.Set {
	t.Helper()
	calendar := businesstime.MustNew(businesstime.Spec{
		ID: "desk", Zone: "Europe/London",
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}},
	})
	set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{
		ID: "standard", Version: 1, Calendar: "desk", Match: sla.Match{Always: true},
		Rules: []sla.Rule{
			{Metric: sla.FirstResponse, Target: sla.Elapsed(time.Hour), Warn: []sla.Threshold{sla.Percent(75)}},
			{
				Metric: sla.Resolution, Target: sla.Business(8 * time.Hour), PauseIn: []sla.Status{sla.StatusPending},
				Warn:   []sla.Threshold{sla.Percent(50), sla.Before(time.Hour)},
				Ladder: []sla.Step{{At: sla.After(2 * time.Hour), Kind: sla.Hierarchical, To: "team lead"}},
			},
		},
	}}}, sla.Book{"desk": calendar})
	require.NoError(t, err)
	return set
}

// monday is a while ago, so that every deadline of it is past.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// levels keeps notices in a table.
func levels(t *testing.T, p *pgxpool.Pool, o *timers.Options) *timers.Levels {
	t.Helper()
	_, err := p.Exec(t.Context(), `CREATE TABLE IF NOT EXISTS notice (case_id text, kind text, at timestamptz, PRIMARY KEY (case_id, kind, at))`)
	require.NoError(t, err)
	tm, err := timers.New(p, o)
	require.NoError(t, err)
	l := &timers.Levels{Set: desk(t), Timers: tm, Tenant: "shop", Notice: func(ctx context.Context, tx pgx.Tx, id string, e sla.Event) error {
		switch e.Kind {
		case sla.Warned, sla.Escalated, sla.Breached:
			_, err := tx.Exec(ctx, `INSERT INTO notice VALUES ($1, $2, $3)`, id, fmt.Sprint(e.Metric, " ", e.Kind, " ", e.Step), e.At)
			return err
		}
		return nil
	}}
	tm.Handle(timers.KindSLA, l)
	return l
}

func observe(t *testing.T, p *pgxpool.Pool, l *timers.Levels, id string, signals ...sla.Signal) (report sla.Report) {
	t.Helper()
	for _, s := range signals {
		inTx(t, p, func(tx pgx.Tx) (err error) {
			report, err = l.Observe(t.Context(), tx, id, s)
			return err
		})
	}
	return report
}

func reportOf(t *testing.T, p *pgxpool.Pool, l *timers.Levels, id string, at time.Time) (report sla.Report) {
	t.Helper()
	inTx(t, p, func(tx pgx.Tx) (err error) {
		report, err = l.Report(t.Context(), tx, id, at)
		return err
	})
	return report
}

// rows are what a query gives, as text.
func rows(t *testing.T, p *pgxpool.Pool, query string) []string {
	t.Helper()
	r, err := p.Query(t.Context(), query)
	require.NoError(t, err)
	all, err := pgx.CollectRows(r, pgx.RowTo[string])
	require.NoError(t, err)
	return all
}

const (
	kept    = `SELECT n || ' ' || kind || ' ' || at || ' ' || convert_from(body, 'UTF8') FROM sla_event ORDER BY case_id, n`
	noticed = `SELECT case_id || ' ' || kind || ' ' || (at AT TIME ZONE 'UTC') FROM notice ORDER BY 1`
)

// instantly wakes each timer at the very instant for which it is set, until none is left
// up to an instant: what an attentive worker does.
func instantly(t *testing.T, p *pgxpool.Pool, h timers.Handler, tm *timers.Timers, s timers.Subject, until time.Time) (wakes int) {
	t.Helper()
	at, ok, err := tm.Next(t.Context(), s)
	require.NoError(t, err)
	for ok && !at.After(until) {
		inTx(t, p, func(tx pgx.Tx) error {
			var next time.Time
			next, ok, err = h.Wake(t.Context(), tx, s, at)
			require.True(t, !ok || next.After(at), "%s is not after %s", next, at)
			if at = next; at.Nanosecond()%1000 > 0 {
				at = at.Truncate(time.Microsecond).Add(time.Microsecond)
			}
			return err
		})
		wakes++
	}
	return wakes
}

// A job of River that comes months late finds what was decided when it was due: the same
// events, verdicts and notices as those of a worker that woke at every instant, and as
// those of sla.Evaluate, which looks once.
func TestLateDeadlines(t *testing.T) {
	t.Parallel()
	created := sla.Signal{ID: "1", At: monday, Kind: sla.Created}
	subject := timers.Subject{Kind: timers.KindSLA, Tenant: "shop", ID: "c1"}
	end := monday.AddDate(0, 0, 7)

	attentive := fresh(t)
	a := levels(t, attentive, nil)
	observe(t, attentive, a, "c1", created)
	wakes := instantly(t, attentive, a, a.Timers, subject, end)
	require.Greater(t, wakes, 4)

	late := fresh(t)
	l := levels(t, late, nil)
	report := observe(t, late, l, "c1", created)
	require.Equal(t, monday.Add(45*time.Minute), report.Next[0].At)
	next, ok, err := l.Timers.Next(t.Context(), subject)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, report.Next[0].At, next)
	start(t, l.Timers)
	settled(t, late)
	require.Equal(t, map[string]int{"completed": 1}, jobs(t, late), "one late job finds everything")

	require.Equal(t, rows(t, attentive, kept), rows(t, late, kept))
	require.Equal(t, rows(t, attentive, noticed), rows(t, late, noticed))
	require.Len(t, rows(t, late, noticed), 6, "three warnings, two breaches, one step")
	evaluated, err := sla.Evaluate(l.Set, []sla.Signal{created}, end)
	require.NoError(t, err)
	have, want := reportOf(t, late, l, "c1", end), reportOf(t, attentive, a, "c1", end)
	require.Equal(t, want, have)
	require.Equal(t, evaluated.Verdicts, have.Verdicts)
	require.Equal(t, evaluated.Clocks, have.Clocks)
	t.Logf("%d wakes on time, 1 late: %d events each", wakes, len(rows(t, late, kept)))
}

// A case that is paused has no deadline for its resolution, and one that is resumed has
// a later one: the timer follows, and one job at most is still to run.
func TestPausedAndResumed(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	tomorrow := time.Now().UTC().Truncate(time.Microsecond).Add(24 * time.Hour)
	l := levels(t, p, nil)
	subject := timers.Subject{Kind: timers.KindSLA, Tenant: "shop", ID: "c1"}
	pendingJobs := func() int { c := jobs(t, p); return c["scheduled"] + c["available"] }
	steps := []sla.Signal{
		{ID: "1", At: tomorrow, Kind: sla.Created},
		{ID: "2", At: tomorrow.Add(time.Minute), Kind: sla.AgentPublic},
		{ID: "3", At: tomorrow.Add(2 * time.Minute), Kind: sla.StatusChange, Status: sla.StatusPending},
		{ID: "4", At: tomorrow.Add(50 * time.Hour), Kind: sla.StatusChange, Status: sla.StatusOpen},
		{ID: "5", At: tomorrow.Add(51 * time.Hour), Kind: sla.StatusChange, Status: sla.StatusResolved},
	}
	var seen []time.Time
	for i, s := range steps {
		report := observe(t, p, l, "c1", s)
		at, ok, err := l.Timers.Next(t.Context(), subject)
		require.NoError(t, err)
		require.Equal(t, len(report.Next) > 0, ok)
		if !ok {
			require.Contains(t, []string{"3", "5"}, s.ID, "paused, or resolved")
			require.Zero(t, pendingJobs())
			continue
		}
		require.Equal(t, report.Next[0].At.Truncate(time.Microsecond), at.Truncate(time.Microsecond), "step %d", i)
		require.Equal(t, 1, pendingJobs())
		seen = append(seen, at)
		again := observe(t, p, l, "c1", s) // a signal that comes twice changes nothing
		require.Equal(t, report.Next, again.Next)
		require.Equal(t, 1, pendingJobs())
	}
	require.Len(t, seen, 3)
	require.True(t, seen[0].Before(seen[1]) && seen[1].Before(seen[2]), "%v", seen)
	require.Equal(t, map[string]int{"cancelled": 3}, jobs(t, p))
}

// A case that is forgotten leaves neither events nor a timer, and its history can be
// observed anew: so a signal that came too late is taken in.
func TestForgottenAndObservedAnew(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	l := levels(t, p, nil)
	subject := timers.Subject{Kind: timers.KindSLA, Tenant: "shop", ID: "c1"}
	created := sla.Signal{ID: "1", At: monday, Kind: sla.Created}
	answered := sla.Signal{ID: "2", At: monday.Add(10 * time.Minute), Kind: sla.AgentPublic}
	noted := sla.Signal{ID: "3", At: monday.Add(20 * time.Minute), Kind: sla.AgentPrivate}
	observe(t, p, l, "c1", created, noted)
	err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
		_, err := l.Observe(t.Context(), tx, "c1", answered)
		return err
	})
	require.ErrorIs(t, err, sla.ErrOrder)
	inTx(t, p, func(tx pgx.Tx) error { return l.Forget(t.Context(), tx, "c1") })
	_, ok, err := l.Timers.Next(t.Context(), subject)
	require.NoError(t, err)
	require.False(t, ok)
	require.Empty(t, rows(t, p, kept))
	require.Equal(t, map[string]int{"cancelled": 1}, jobs(t, p))
	observe(t, p, l, "c1", created, answered, noted)
	end := monday.AddDate(0, 0, 7)
	evaluated, err := sla.Evaluate(l.Set, []sla.Signal{created, answered, noted}, end)
	require.NoError(t, err)
	require.Equal(t, evaluated.Verdicts, reportOf(t, p, l, "c1", end).Verdicts)
}

// Signals that come while late jobs run: whatever came first, every case has the events
// that its signals alone give.
func TestSignalsAmongLateJobs(t *testing.T) {
	t.Parallel()
	const cases = 20
	p := fresh(t)
	l := levels(t, p, &timers.Options{Retry: 20 * time.Millisecond})
	start(t, l.Timers)
	pick := rand.New(rand.NewPCG(1, 2))
	end := monday.AddDate(1, 0, 0)
	want := map[string][]sla.Verdict{}
	for c := range cases {
		id := fmt.Sprint("c", c)
		history := []sla.Signal{{ID: "1", At: monday, Kind: sla.Created}}
		observe(t, p, l, id, history[0])
		at := monday
		for n := range 1 + pick.IntN(4) {
			at = at.Add(time.Duration(pick.IntN(600)) * time.Minute)
			s := sla.Signal{ID: fmt.Sprint(n + 2), At: at, Kind: sla.AgentPublic}
			if n > 0 {
				s.Kind, s.Status = sla.StatusChange, []sla.Status{sla.StatusPending, sla.StatusOpen, sla.StatusResolved}[pick.IntN(3)]
			}
			err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
				_, err := l.Observe(t.Context(), tx, id, s)
				return err
			})
			if err != nil { // the late job was first, and decided about an instant after this one
				require.ErrorIs(t, err, sla.ErrOrder)
				continue
			}
			history = append(history, s)
		}
		report, err := sla.Evaluate(l.Set, history, end)
		require.NoError(t, err)
		want[id] = report.Verdicts
	}
	settled(t, p)
	for id, verdicts := range want {
		require.Equal(t, verdicts, reportOf(t, p, l, id, end).Verdicts, id)
	}
}
