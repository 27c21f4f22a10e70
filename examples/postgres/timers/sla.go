package timers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/interaction/sla"
)

// Levels keeps the service levels of cases: what a policy set decided about each, and a
// timer at the next deadline. Its fields are set once; then many goroutines may use it.
type Levels struct {
	Set    *sla.Set // required
	Timers *Timers  // required
	Tenant string
	// Notice is told, in the transaction, of what was decided: warnings, steps of the
	// ladder, breaches, verdicts. It writes what shall leave the database as rows. An
	// event is told again only where the transaction of the first time was undone. Nil: no
	// one is told.
	Notice func(ctx context.Context, tx pgx.Tx, caseID string, e sla.Event) error
}

var _ Handler = (*Levels)(nil)

const (
	sqlSLACase   = `INSERT INTO sla_case (tenant, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	sqlSLALock   = `SELECT FROM sla_case WHERE tenant = $1 AND case_id = $2 FOR UPDATE`
	sqlSLAEvents = `SELECT body FROM sla_event WHERE tenant = $1 AND case_id = $2 ORDER BY n`
	sqlSLAForget = `DELETE FROM sla_event WHERE tenant = $1 AND case_id = $2`
	sqlSLAGone   = `DELETE FROM sla_case WHERE tenant = $1 AND case_id = $2`
	sqlSLAAppend = `INSERT INTO sla_event (tenant, case_id, n, kind, at, body)
		SELECT $1, $2, $3 + row_number() OVER (), e.* FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS e`
)

// Observe takes in a signal and moves the case's timer, in the host's transaction. A
// signal that is older than what was decided is sla.ErrOrder, as with sla.Decide: the
// host then forgets the case and observes its whole history anew.
func (l *Levels) Observe(ctx context.Context, tx pgx.Tx, caseID string, signal sla.Signal) (sla.Report, error) {
	if _, err := tx.Exec(ctx, sqlSLACase, l.Tenant, caseID); err != nil {
		return sla.Report{}, err
	}
	report, err := l.decide(ctx, tx, caseID, signal.At, sla.Observe(signal))
	if err != nil {
		return report, err
	}
	subject := Subject{KindSLA, l.Tenant, caseID}
	if len(report.Next) == 0 {
		return report, l.Timers.Clear(ctx, tx, subject)
	}
	return report, l.Timers.Set(ctx, tx, subject, report.Next[0].At)
}

// Wake implements Handler: what time alone has brought about is decided and kept.
func (l *Levels) Wake(ctx context.Context, tx pgx.Tx, s Subject, now time.Time) (time.Time, bool, error) {
	report, err := l.decide(ctx, tx, s.ID, now, sla.Tick(now))
	if errors.Is(err, sla.ErrOrder) { // a signal of a later instant settled it already
		report, err = l.Report(ctx, tx, s.ID, now)
	}
	if err != nil || len(report.Next) == 0 {
		return time.Time{}, false, err
	}
	return report.Next[0].At, true, nil
}

// Forget removes what was decided about a case, and its timer, in the host's
// transaction: for the erasure of who opened it.
func (l *Levels) Forget(ctx context.Context, tx pgx.Tx, caseID string) error {
	for _, text := range []string{sqlSLALock, sqlSLAForget, sqlSLAGone} {
		if _, err := tx.Exec(ctx, text, l.Tenant, caseID); err != nil {
			return err
		}
	}
	return l.Timers.Clear(ctx, tx, Subject{KindSLA, l.Tenant, caseID})
}

// Report is a case at an instant, from what was kept; before the last event it is that
// of the last event.
func (l *Levels) Report(ctx context.Context, tx pgx.Tx, caseID string, at time.Time) (sla.Report, error) {
	events, err := l.events(ctx, tx, caseID)
	if err != nil {
		return sla.Report{}, err
	}
	return l.report(events, at)
}

func (l *Levels) report(events []sla.Event, at time.Time) (sla.Report, error) {
	if n := len(events); n > 0 && events[n-1].At.After(at) {
		at = events[n-1].At
	}
	return fold(events).Report(l.Set, at)
}

func fold(events []sla.Event) (state sla.State) {
	for _, e := range events {
		state = sla.Evolve(state, e)
	}
	return state
}

// decide locks a case, decides and keeps what was decided.
func (l *Levels) decide(ctx context.Context, tx pgx.Tx, caseID string, at time.Time, cmd sla.Command) (sla.Report, error) {
	if _, err := tx.Exec(ctx, sqlSLALock, l.Tenant, caseID); err != nil {
		return sla.Report{}, err
	}
	events, err := l.events(ctx, tx, caseID)
	if err != nil {
		return sla.Report{}, err
	}
	fresh, err := sla.Decide(l.Set, fold(events), cmd)
	if err != nil {
		return sla.Report{}, err
	}
	if err := l.keep(ctx, tx, caseID, len(events), fresh); err != nil {
		return sla.Report{}, err
	}
	return l.report(slices.Concat(events, fresh), at)
}

func (l *Levels) events(ctx context.Context, tx pgx.Tx, caseID string) ([]sla.Event, error) {
	rows, err := tx.Query(ctx, sqlSLAEvents, l.Tenant, caseID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e sla.Event, err error) {
		var body []byte
		if err := row.Scan(&body); err != nil {
			return e, err
		}
		return e, json.Unmarshal(body, &e)
	})
}

func (l *Levels) keep(ctx context.Context, tx pgx.Tx, caseID string, n int, events []sla.Event) error {
	if len(events) == 0 {
		return nil
	}
	var kinds []string
	var ats []int64
	var bodies [][]byte
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		kinds, ats, bodies = append(kinds, e.Kind.String()), append(ats, e.At.UnixMicro()), append(bodies, body)
	}
	if _, err := tx.Exec(ctx, sqlSLAAppend, l.Tenant, caseID, n, kinds, ats, bodies); err != nil {
		return err
	}
	if l.Notice == nil {
		return nil
	}
	for _, e := range events {
		if err := l.Notice(ctx, tx, caseID, e); err != nil {
			return err
		}
	}
	return nil
}
