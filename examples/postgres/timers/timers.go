package timers

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/rapport-go/rapport/examples/postgres/internal/migration"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes River's tables and those of this package, or brings them up to date.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	quiet := slog.New(slog.DiscardHandler)
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return err
	}
	err = migration.Alone(ctx, pool, func() error {
		_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
	if err != nil {
		return err
	}
	return migration.Apply(ctx, pool, "timer", migrations)
}

// Kind says what a timer is for.
type Kind string

// The kinds of timers.
const (
	KindSLA      Kind = "sla"      // subject: a case
	KindOutreach Kind = "outreach" // subject: sequence and recipient
	KindExpiry   Kind = "expiry"   // subject: an account of the loyalty programme
	KindCase     Kind = "case"     // subject: a case, for promises, escalations and the like
)

// Subject is what a timer is about. It has one timer at most.
type Subject struct {
	Kind   Kind   `json:"kind"`
	Tenant string `json:"tenant"`
	ID     string `json:"id"`
}

// Handler looks at a subject again. Wake locks the subject's row, does what is due at
// now, and says when to look again, after now; ok is false where nothing is due any
// more. It writes in the transaction, which is committed together with the job or not at
// all, and it may be called again for what was undone.
type Handler interface {
	Wake(ctx context.Context, tx pgx.Tx, s Subject, now time.Time) (next time.Time, ok bool, err error)
}

// Options tune Timers. Nil, or a zero field, is the default.
type Options struct {
	// Workers is how many jobs run at once in this process, each on a connection of the
	// pool; River itself takes two or three. Default 10; negative: none, for hosts that only
	// set timers.
	Workers int
	// Clock tells the time. Default: time.Now.
	Clock func() time.Time
	// Timeout is how long a job may take. Default: a minute.
	Timeout time.Duration
	// RescueAfter is how long after its beginning a job of a worker that died is given out
	// again; no less than Timeout. Default: twice that.
	RescueAfter time.Duration
	// Retry is how long a job waits after it failed. Default: River's growing pauses.
	Retry time.Duration
	// Logger is told of jobs that failed. It sees ids only. Default: none.
	Logger *slog.Logger
}

// Timers sets timers and runs what they wake. It is safe for many goroutines.
type Timers struct {
	pool     *pgxpool.Pool
	client   *river.Client[pgx.Tx]
	clock    func() time.Time
	handlers map[Kind]Handler
}

// New gives timers on a pool, which stays the host's. Register what they wake with
// Handle before Start.
func New(pool *pgxpool.Pool, o *Options) (*Timers, error) {
	if o == nil {
		o = &Options{}
	}
	t := &Timers{pool: pool, clock: o.Clock, handlers: map[Kind]Handler{}}
	if t.clock == nil {
		t.clock = time.Now
	}
	client, err := river.NewClient(riverpgxv5.New(pool), t.config(*o))
	t.client = client
	return t, err
}

func (t *Timers) config(o Options) *river.Config {
	config := &river.Config{Logger: o.Logger, JobTimeout: o.Timeout, RescueStuckJobsAfter: o.RescueAfter}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.JobTimeout <= 0 {
		config.JobTimeout = time.Minute
	}
	if config.RescueStuckJobsAfter <= 0 {
		config.RescueStuckJobsAfter = 2 * config.JobTimeout
	}
	if o.Retry > 0 {
		config.RetryPolicy = after(o.Retry)
	}
	if o.Workers == 0 {
		o.Workers = 10
	}
	if o.Workers > 0 {
		config.Workers = river.NewWorkers()
		river.AddWorker(config.Workers, &worker{timers: t})
		config.FetchCooldown = 10 * time.Millisecond // or a free worker waits for the next fetch ten times as long
		config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}}
	}
	return config
}

// after is a pause that does not grow.
type after time.Duration

func (a after) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(time.Duration(a)) }

// Handle says what wakes for timers of a kind. It is called before Start.
func (t *Timers) Handle(k Kind, h Handler) { t.handlers[k] = h }

// Start begins to run jobs, until Stop or the end of the context.
func (t *Timers) Start(ctx context.Context) error { return t.client.Start(ctx) }

// Stop lets running jobs end and begins no more.
func (t *Timers) Stop(ctx context.Context) error { return t.client.Stop(ctx) }

// Wake is the job of a timer. It is exported for tools that list River's jobs.
type Wake struct {
	Subject
	At int64 `json:"at"` // microseconds since 1970
	// After is the job in whose place this one is, at the same instant; 0 for none.
	After int64 `json:"after,omitzero"`
}

// Kind names the job in River's tables.
func (Wake) Kind() string { return "rapport_wake" }

const (
	// A job that was cancelled while it runs is still running, and will not be done.
	sqlToRun     = `EXISTS (SELECT FROM river_job j WHERE j.id = timer.job AND j.finalized_at IS NULL AND NOT j.metadata ? 'cancel_attempted_at')`
	sqlLockTimer = `SELECT at, job, ` + sqlToRun + ` FROM timer WHERE kind = $1 AND tenant = $2 AND subject = $3 FOR UPDATE`
	sqlLeft      = `SELECT kind, tenant, subject FROM timer WHERE NOT ` + sqlToRun + ` ORDER BY kind, tenant, subject`
	// The row locks out another first timer of the subject.
	sqlFirst  = `INSERT INTO timer (kind, tenant, subject, at, job) VALUES ($1, $2, $3, 0, 0) ON CONFLICT DO NOTHING`
	sqlMove   = `UPDATE timer SET at = $4, job = $5 WHERE kind = $1 AND tenant = $2 AND subject = $3`
	sqlMine   = `SELECT EXISTS (SELECT FROM timer WHERE kind = $1 AND tenant = $2 AND subject = $3 AND job = $4)`
	sqlRemove = `DELETE FROM timer WHERE kind = $1 AND tenant = $2 AND subject = $3`
)

// pending is a timer that is set.
type pending struct {
	at, job int64
	toRun   bool // the job is yet to be done
}

// Set moves the timer of a subject to an instant, in the host's transaction. One that is
// past wakes at once. The host has locked the subject before. An instant at which the
// timer stands already changes nothing, unless its job has failed for good or was
// cancelled in River: then there is a new one.
func (t *Timers) Set(ctx context.Context, tx pgx.Tx, s Subject, at time.Time) error {
	return t.set(ctx, tx, s, at, 0)
}

// set is Set by a job, which is not cancelled.
func (t *Timers) set(ctx context.Context, tx pgx.Tx, s Subject, at time.Time, by int64) error {
	if _, err := tx.Exec(ctx, sqlFirst, s.Kind, s.Tenant, s.ID); err != nil {
		return err
	}
	have, _, err := lockTimer(ctx, tx, s)
	if err != nil {
		return err
	}
	micro := roundUp(at)
	if have.toRun && have.at == micro {
		return nil
	}
	return errors.Join(t.cancel(ctx, tx, have, by), t.move(ctx, tx, s, micro))
}

// Clear takes away the timer of a subject, if it has one, in the host's transaction.
func (t *Timers) Clear(ctx context.Context, tx pgx.Tx, s Subject) error {
	return t.clear(ctx, tx, s, 0)
}

func (t *Timers) clear(ctx context.Context, tx pgx.Tx, s Subject, by int64) error {
	have, ok, err := lockTimer(ctx, tx, s)
	if err != nil || !ok {
		return err
	}
	if err := t.cancel(ctx, tx, have, by); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlRemove, s.Kind, s.Tenant, s.ID)
	return err
}

// Next is when a subject is looked at again; ok is false where no timer is set.
func (t *Timers) Next(ctx context.Context, s Subject) (at time.Time, ok bool, err error) {
	var micro int64
	err = t.pool.QueryRow(ctx, `SELECT at FROM timer WHERE kind = $1 AND tenant = $2 AND subject = $3`, s.Kind, s.Tenant, s.ID).Scan(&micro)
	if errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return time.UnixMicro(micro).UTC(), err == nil, err
}

// roundUp is an instant in microseconds, never before it: what is due a nanosecond later
// is due when the timer wakes.
func roundUp(t time.Time) int64 {
	micro := t.UnixMicro()
	if t.Nanosecond()%1000 > 0 {
		micro++
	}
	return micro
}

func lockTimer(ctx context.Context, tx pgx.Tx, s Subject) (have pending, ok bool, err error) {
	err = tx.QueryRow(ctx, sqlLockTimer, s.Kind, s.Tenant, s.ID).Scan(&have.at, &have.job, &have.toRun)
	if errors.Is(err, pgx.ErrNoRows) {
		return pending{}, false, nil
	}
	return have, err == nil, err
}

func (t *Timers) cancel(ctx context.Context, tx pgx.Tx, old pending, by int64) error {
	if !old.toRun || old.job == by {
		return nil
	}
	_, err := t.client.JobCancelTx(ctx, tx, old.job)
	if errors.Is(err, river.ErrNotFound) { // long done, and cleaned away
		return nil
	}
	return err
}

// move enqueues a job and notes it. The job is unique among those that are still to run
// or running, whatever the host does with River itself. One for the same instant that
// runs and was cancelled meanwhile will not be done: a job comes after it.
func (t *Timers) move(ctx context.Context, tx pgx.Tx, s Subject, micro int64) error {
	at := time.UnixMicro(micro)
	if !at.After(t.clock()) {
		at = time.Time{} // at once, without waiting for River's scheduler
	}
	opts := &river.InsertOpts{
		ScheduledAt: at,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}},
	}
	wake := Wake{Subject: s, At: micro}
	for {
		inserted, err := t.client.InsertTx(ctx, tx, wake, opts)
		if err != nil {
			return err
		}
		if inserted.UniqueSkippedAsDuplicate {
			wake.After = inserted.Job.ID
			continue
		}
		_, err = tx.Exec(ctx, sqlMove, s.Kind, s.Tenant, s.ID, micro, inserted.Job.ID)
		return err
	}
}

// Mend gives a new job to every timer whose job failed for good, was cancelled in River or
// is gone, and counts them. A host calls it when what made jobs fail is mended.
func (t *Timers) Mend(ctx context.Context) (n int, err error) {
	rows, err := t.pool.Query(ctx, sqlLeft)
	if err != nil {
		return 0, err
	}
	left, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Subject, err error) {
		err = row.Scan(&s.Kind, &s.Tenant, &s.ID)
		return s, err
	})
	if err != nil {
		return 0, err
	}
	for _, subject := range left {
		gone := false
		err := pgx.BeginFunc(ctx, t.pool, func(tx pgx.Tx) error {
			have, ok, err := lockTimer(ctx, tx, subject)
			if gone = ok && !have.toRun; err != nil || !gone { // somebody was here meanwhile
				return err
			}
			return t.move(ctx, tx, subject, have.at)
		})
		if err != nil {
			return n, err
		}
		if gone {
			n++
		}
	}
	return n, nil
}

// worker runs jobs.
type worker struct {
	river.WorkerDefaults[Wake]
	timers *Timers
}

// Work does one job and completes it in the same transaction.
func (w *worker) Work(ctx context.Context, job *river.Job[Wake]) error {
	return pgx.BeginFunc(ctx, w.timers.pool, func(tx pgx.Tx) error {
		if err := w.timers.wake(ctx, tx, job.Args, job.ID); err != nil {
			return err
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// wake looks at a subject and sets its timer anew. A job that was overtaken does
// nothing: the one that overtook it will look. If that happens while this one waits for
// the subject's row, this one sees the newest state and sets the timer by it.
func (t *Timers) wake(ctx context.Context, tx pgx.Tx, due Wake, job int64) error {
	h, ok := t.handlers[due.Subject.Kind]
	if !ok {
		return fmt.Errorf("timers: nothing is registered for %q", due.Subject.Kind)
	}
	var mine bool
	if err := tx.QueryRow(ctx, sqlMine, due.Subject.Kind, due.Tenant, due.ID, job).Scan(&mine); err != nil || !mine {
		return err
	}
	now := t.clock()
	if at := time.UnixMicro(due.At); now.Before(at) { // the clock lags behind that of River
		now = at
	}
	next, more, err := h.Wake(ctx, tx, due.Subject, now.UTC())
	switch {
	case err != nil:
		return err
	case !more:
		return t.clear(ctx, tx, due.Subject, job)
	case !next.After(now):
		return fmt.Errorf("timers: %s %q is due at %s, and it is %s", due.Subject.Kind, due.ID, next, now)
	default:
		return t.set(ctx, tx, due.Subject, next, job)
	}
}
