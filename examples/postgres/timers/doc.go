// Package timers wakes what has fallen due: deadlines of service levels and of cases,
// steps of outreach and the ends of points, as jobs of River in the same PostgreSQL.
//
// # What it promises
//
// A timer is set in the transaction that changes what it is about, so that a
// transaction that is rolled back sets none and no change is without its timer. There is
// one for each subject (a case, a recipient's run, an account), at the next instant at
// which something is due; when that moves, the old job is cancelled. The same instant
// set twice is one job.
//
// A job does its work in one transaction together with its own completion. A worker that
// dies in the middle leaves nothing, and River gives the job out again; once it is
// committed it is never done again. What leaves the database (a message, a page to
// somebody on duty) is written as a row with a key, in that transaction, and sent by the
// host from there.
//
// A job that comes late does what it would have done in time, since the wings date
// everything by when it was due, not by when somebody noticed: the same verdicts, the
// same points and climbs at the same instants. For these timers are an optimisation: every
// command settles what is due before it is carried out, job or no job. Messages are the
// exception, since a message cannot go out in the past: the gate decides on the instant
// and by the facts at which the job runs, and who leaves before that gets none.
//
// A job that fails is tried again, 25 times as River has it; then its timer stands still
// until somebody sets it, or [Timers.Mend] sets all of these.
//
// # How
//
// Whoever changes a subject locks its row first and its timer afterwards, and so does a
// job; therefore a job sees the newest state, and a change that is made while a job runs
// waits and sets its timer after it. Instants are those of the host's clock, or of the
// timer where the clock lags behind.
//
// River needs tables of its own, see [Migrate], and a worker process that calls
// [Timers.Start]; hosts that only set timers need not.
package timers
