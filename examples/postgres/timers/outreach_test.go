package timers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/timers"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
)

// willing is a recipient who agreed to everything, by table.
type willing struct{ tx pgx.Tx }

func (w willing) Consents(ctx context.Context, who string) (all []outreach.Consent, err error) {
	var since time.Time
	err = w.tx.QueryRow(ctx, `SELECT since FROM agreed WHERE who = $1`, who).Scan(&since)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return []outreach.Consent{{Purpose: outreach.Marketing, State: outreach.Granted, Since: since}}, err
}

func (willing) Optouts(context.Context, string) (outreach.Optouts, error) {
	return outreach.Optouts{}, nil
}

func (willing) Suppressed(context.Context, string) ([]outreach.Suppression, error) { return nil, nil }

func (willing) OpenComplaint(context.Context, string) (bool, error) { return false, nil }

func (willing) Zone(context.Context, string) (string, []string, error) {
	return "Europe/Berlin", nil, nil
}

// series greets at once, gives a tip after two days and another after a week.
func series(t *testing.T, p *pgxpool.Pool, o *timers.Options) *timers.Series {
	t.Helper()
	_, err := p.Exec(t.Context(), `CREATE TABLE agreed (who text PRIMARY KEY, since timestamptz NOT NULL)`)
	require.NoError(t, err)
	gate, err := outreach.NewGate(outreach.Policy{Caps: []outreach.Cap{{Name: "a week", Limit: 5, Window: 7 * 24 * time.Hour}}})
	require.NoError(t, err)
	sequence, err := outreach.NewSequence(outreach.SequenceSpec{
		ID: "welcome", Version: 1, Purpose: outreach.Marketing, Channels: []interaction.Channel{interaction.Email}, Zone: "Europe/Berlin",
		Steps: []outreach.Step{
			{Name: "hello", Send: true, Template: "hello"},
			{Name: "first", LocalDays: 2, Send: true, Template: "first"},
			{Name: "second", LocalDays: 5, Send: true, Template: "second"},
		},
		Exit: []outreach.Condition{{Event: "returned"}},
	})
	require.NoError(t, err)
	tm, err := timers.New(p, o)
	require.NoError(t, err)
	s := &timers.Series{
		Sequences: []*outreach.Sequence{sequence}, Gate: gate, Timers: tm, Tenant: "shop",
		Ports: func(tx pgx.Tx) outreach.Ports {
			w := willing{tx}
			return outreach.Ports{Consents: w, Unsubscriptions: w, Suppressions: w, Complaints: w, Zones: w}
		},
	}
	tm.Handle(timers.KindOutreach, s)
	return s
}

func enter(t *testing.T, p *pgxpool.Pool, s *timers.Series, who string, at time.Time) outreach.State {
	t.Helper()
	var state outreach.State
	inTx(t, p, func(tx pgx.Tx) (err error) {
		if _, err := tx.Exec(t.Context(), `INSERT INTO agreed VALUES ($1, $2) ON CONFLICT DO NOTHING`, who, at.Add(-time.Hour)); err != nil {
			return err
		}
		state, err = s.Do(t.Context(), tx, "welcome", who, outreach.Command{Kind: outreach.Enter, ID: "order-1", Who: who, At: at, Zone: "Europe/Berlin"})
		return err
	})
	return state
}

func run(who string) timers.Subject {
	return timers.Subject{Kind: timers.KindOutreach, Tenant: "shop", ID: "welcome/" + who}
}

// outbox is what was sent to whom.
const outbox = `SELECT who || ' ' || template || ' ' || channel FROM outreach_message ORDER BY at, key`

// A step that is put to the gate hours late sends the same message, and the next ones
// fall due when they would have: the jobs of the second run are at a clock that stands
// seven hours after the entry, and later at the instants of their timers.
func TestLateSteps(t *testing.T) {
	t.Parallel()
	const sent = `SELECT template || ' ' || channel || ' ' || to_timestamp(at / 1000000) AT TIME ZONE 'UTC' FROM outreach_message ORDER BY at, key`
	entry := monday.Add(time.Hour)
	attentive := fresh(t)
	a := series(t, attentive, nil)
	enter(t, attentive, a, "ana", entry)
	require.Equal(t, 3, instantly(t, attentive, a, a.Timers, run("ana"), entry.AddDate(0, 1, 0)))
	want := rows(t, attentive, sent)
	require.Equal(t, []string{"hello email 2026-03-02 10:00:00", "first email 2026-03-04 10:00:00", "second email 2026-03-09 10:00:00"}, want)

	late := fresh(t)
	l := series(t, late, &timers.Options{Clock: func() time.Time { return entry.Add(7 * time.Hour) }})
	enter(t, late, l, "ana", entry)
	start(t, l.Timers)
	require.Eventually(t, func() bool { return jobs(t, late)["completed"] == 3 }, 60*time.Second, 10*time.Millisecond)
	have := rows(t, late, sent)
	require.Equal(t, "hello email 2026-03-02 17:00:00", have[0], "seven hours late")
	require.Equal(t, want[1:], have[1:])
}

// A step that is months late goes once, and the next one keeps its distance from it: a
// recipient does not get the whole series at once. A second entry under the same id, and
// a recipient who agreed to nothing, send none.
func TestRunsAndOutbox(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	s := series(t, p, nil)
	enter(t, p, s, "ana", monday)
	enter(t, p, s, "ana", monday)
	enter(t, p, s, "ben", monday)
	_, err := p.Exec(t.Context(), `DELETE FROM agreed WHERE who = 'ben'`)
	require.NoError(t, err)
	now := time.Now()
	start(t, s.Timers)
	settled(t, p)
	require.Equal(t, []string{"ana hello email"}, rows(t, p, outbox), "ben agreed to nothing")
	for _, who := range []string{"ana", "ben"} {
		next, ok, err := s.Timers.Next(t.Context(), run(who))
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, next.After(now.Add(40*time.Hour)), "%s: %s", who, next)
	}
	require.Equal(t, map[string]int{"completed": 2, "scheduled": 2}, jobs(t, p))
	require.Equal(t, []string{"ana 1 ", "ben  1"}, rows(t, p, `SELECT concat_ws(' ', who, coalesce(state ->> 'sent', ''), coalesce(state ->> 'skipped', ''))
		FROM (SELECT who, convert_from(state, 'UTF8')::jsonb AS state FROM outreach_run) r ORDER BY who`))
}

// What ends a run takes its timer away, and a rolled back entry leaves nothing.
func TestRunEnds(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	s := series(t, p, nil)
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Microsecond)
	boom := errors.New("undone")
	err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
		_, err := s.Do(t.Context(), tx, "welcome", "ana", outreach.Command{Kind: outreach.Enter, ID: "1", Who: "ana", At: tomorrow})
		require.NoError(t, err)
		return boom
	})
	require.ErrorIs(t, err, boom)
	require.Empty(t, jobs(t, p))
	state := enter(t, p, s, "ana", tomorrow)
	require.Equal(t, outreach.Running, state.Status)
	require.Equal(t, map[string]int{"scheduled": 1}, jobs(t, p))
	inTx(t, p, func(tx pgx.Tx) (err error) {
		state, err = s.Do(t.Context(), tx, "welcome", "ana", outreach.Command{Kind: outreach.Observe, Event: "returned", At: tomorrow.Add(time.Hour)})
		return err
	})
	require.Equal(t, outreach.Exited, state.Status)
	require.Equal(t, map[string]int{"cancelled": 1}, jobs(t, p))
	err = pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
		_, err := s.Do(t.Context(), tx, "unknown", "ana", outreach.Command{Kind: outreach.Enter, ID: "1", Who: "ana", At: tomorrow})
		return err
	})
	require.ErrorContains(t, err, "no sequence")
}

// A recipient who is forgotten leaves neither runs nor messages nor timers; others keep
// theirs. A job that comes afterwards brings nothing back.
func TestForgottenRecipient(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	s := series(t, p, nil)
	for _, who := range []string{"ana", "ben"} {
		enter(t, p, s, who, monday)
		require.Equal(t, 1, instantly(t, p, s, s.Timers, run(who), monday))
	}
	require.Len(t, rows(t, p, outbox), 2)
	inTx(t, p, func(tx pgx.Tx) error { return s.Forget(t.Context(), tx, "ana") })
	require.Equal(t, []string{"ben hello email"}, rows(t, p, outbox))
	require.Equal(t, []string{"welcome/ben"}, rows(t, p, `SELECT subject FROM timer`))
	require.Equal(t, []string{"ben"}, rows(t, p, `SELECT who FROM outreach_run`))
	inTx(t, p, func(tx pgx.Tx) error {
		_, ok, err := s.Wake(t.Context(), tx, run("ana"), time.Now())
		require.False(t, ok)
		return err
	})
	require.Equal(t, []string{"ben"}, rows(t, p, `SELECT who FROM outreach_run`))
}
