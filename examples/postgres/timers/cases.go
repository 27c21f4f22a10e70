package timers

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/interaction"
)

// Cases keeps the deadlines of cases by interaction.CaseRules: promises, escalations that
// wait to be accepted, steps of playbooks, reports of progress, the question whether a
// resolution holds, and the end of the reply window. Its fields are set once; then many
// goroutines may use it.
//
// Two kinds are carried out by themselves: an escalation that was not accepted climbs, and
// a resolved case is closed after its reply window, both dated when they were due. The
// others are for people, who are told by Notice.
type Cases struct {
	Rules  *interaction.CaseRules // required
	Timers *Timers                // required
	Tenant string
	// Notice is told, in the transaction, of each deadline that has passed unmet, once,
	// and of the events by which it was carried out: none where it is for somebody to see
	// to, as with an escalation on the top rung or a case that a playbook keeps from being
	// closed. It writes what shall leave the database as rows. Nil: no one is told.
	Notice func(ctx context.Context, tx pgx.Tx, d interaction.Deadline, decided []interaction.Event) error
}

var _ Handler = (*Cases)(nil)

const (
	sqlCaseDue  = `INSERT INTO case_due (tenant, case_id, kind, ref, at, at_nano) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlCaseTold = `SELECT kind, ref, at, at_nano FROM case_due WHERE tenant = $1 AND case_id = $2`
	sqlCaseGone = `DELETE FROM case_due WHERE tenant = $1 AND case_id = $2`
)

// Do carries out a command by an interaction.Desk over casestore, in the host's
// transaction, and moves the case's timer. What fell due up to the command's instant is
// settled before it, so that a case has the same events however late its jobs are. A
// deadline that cannot be counted is an error beside a result that is kept if the host
// commits; the timer is set by those that can.
func (c *Cases) Do(ctx context.Context, tx pgx.Tx, cmd interaction.Command) (interaction.DeskResult, error) {
	id, err := c.lock(ctx, tx, cmd)
	if err != nil {
		return interaction.DeskResult{}, err
	}
	if _, _, err := c.settle(ctx, tx, id, cmd.At); err != nil {
		return interaction.DeskResult{}, err
	}
	out, err := c.desk(tx).Do(ctx, cmd)
	if err != nil && len(out.Decision.Events) == 0 {
		return out, err
	}
	return out, errors.Join(err, c.set(ctx, tx, id, cmd.At))
}

// Merge carries the case source on in the case that the command names, as
// interaction.Desk.Merge does; the timer of the source goes.
func (c *Cases) Merge(ctx context.Context, tx pgx.Tx, source string, cmd interaction.Command) (interaction.DeskResult, error) {
	if err := casestore.Lock(ctx, tx, c.options(), source, cmd.Case); err != nil {
		return interaction.DeskResult{}, err
	}
	ids := []string{min(source, cmd.Case), max(source, cmd.Case)} // timers are locked in this order
	for _, id := range ids {
		if _, _, err := c.settle(ctx, tx, id, cmd.At); err != nil {
			return interaction.DeskResult{}, err
		}
	}
	out, err := c.desk(tx).Merge(ctx, source, cmd)
	if err != nil && len(out.Decision.Events) == 0 {
		return out, err
	}
	for _, id := range ids {
		err = errors.Join(err, c.set(ctx, tx, id, cmd.At))
	}
	return out, err
}

// Wake implements Handler.
func (c *Cases) Wake(ctx context.Context, tx pgx.Tx, s Subject, now time.Time) (time.Time, bool, error) {
	if err := casestore.Lock(ctx, tx, c.options(), s.ID); err != nil {
		return time.Time{}, false, err
	}
	return c.settle(ctx, tx, s.ID, now)
}

// Forget removes the notes about deadlines of a case, and its timer, in the host's
// transaction: for the erasure of who opened it, after casestore.Forget.
func (c *Cases) Forget(ctx context.Context, tx pgx.Tx, caseID string) error {
	if _, err := tx.Exec(ctx, sqlCaseGone, c.Tenant, caseID); err != nil {
		return err
	}
	return c.Timers.Clear(ctx, tx, Subject{KindCase, c.Tenant, caseID})
}

func (c *Cases) options() *casestore.Options { return &casestore.Options{Tenant: c.Tenant} }

func (c *Cases) desk(tx pgx.Tx) *interaction.Desk {
	return &interaction.Desk{Rules: c.Rules, Store: casestore.InTx(tx, c.options())}
}

// lock is the case that a command will change: the one that it names, or, for a message,
// the one that carries it on.
func (c *Cases) lock(ctx context.Context, tx pgx.Tx, cmd interaction.Command) (string, error) {
	_, message := cmd.Do.(interaction.ReceiveMessage)
	var failed error
	next := func(id string) (into string, merged bool) {
		if failed = casestore.Lock(ctx, tx, c.options(), id); failed != nil || !message {
			return "", false
		}
		k, err := c.desk(tx).Case(ctx, id)
		if err != nil && !errors.Is(err, interaction.ErrUnknown) {
			failed = err
		}
		return k.MergedInto, err == nil && k.Status == interaction.StatusMerged
	}
	id, ok := interaction.FinalTarget(cmd.Case, next)
	if !ok { // a circle: the message stays where it arrived
		id = cmd.Case
	}
	return id, failed
}

func (c *Cases) set(ctx context.Context, tx pgx.Tx, id string, at time.Time) error {
	next, ok, err := c.settle(ctx, tx, id, at)
	subject := Subject{KindCase, c.Tenant, id}
	switch {
	case err != nil:
		return err
	case !ok:
		return c.Timers.Clear(ctx, tx, subject)
	}
	return c.Timers.Set(ctx, tx, subject, next)
}

// settle sees to what has fallen due up to an instant, in order, and says when the next
// deadline is. A case that is unknown, as one that was forgotten, has none.
func (c *Cases) settle(ctx context.Context, tx pgx.Tx, id string, until time.Time) (next time.Time, ok bool, err error) {
	state, err := c.desk(tx).Case(ctx, id)
	if errors.Is(err, interaction.ErrUnknown) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	told, err := c.told(ctx, tx, id)
	if err != nil {
		return time.Time{}, false, err
	}
	for {
		d, ok := c.first(state, told)
		if !ok || d.At.After(until) {
			return d.At, ok, nil
		}
		told[noteOf(d)] = true
		if state, err = c.pass(ctx, tx, state, d); err != nil {
			return time.Time{}, false, err
		}
	}
}

// first is the earliest deadline that was not told. One that cannot be counted is the
// error of the command that made it, and is left out here.
func (c *Cases) first(state interaction.Case, told map[note]bool) (interaction.Deadline, bool) {
	all, _ := c.Rules.Deadlines(state)
	for _, d := range all {
		if !told[noteOf(d)] {
			return d, true
		}
	}
	return interaction.Deadline{}, false
}

// pass carries out a deadline where nobody is needed for it, and tells of it.
func (c *Cases) pass(ctx context.Context, tx pgx.Tx, state interaction.Case, d interaction.Deadline) (interaction.Case, error) {
	n := noteOf(d)
	if _, err := tx.Exec(ctx, sqlCaseDue, c.Tenant, d.Case, n.kind, n.ref, n.at, n.nano); err != nil {
		return state, err
	}
	var decided []interaction.Event
	if do := actionOf(d); do != nil {
		out, err := c.desk(tx).Do(ctx, interaction.Command{
			ID:   fmt.Sprintf("timer/%s/%s/%x", n.kind, d.At.UTC().Format(time.RFC3339Nano), sha256.Sum256([]byte(d.Ref))),
			Case: d.Case, At: d.At, By: interaction.Actor{Role: interaction.RoleSystem}, Do: do,
		})
		decided = out.Decision.Events
		stuck := errors.Is(err, interaction.ErrTop) || errors.Is(err, interaction.ErrOrder)
		switch {
		case err == nil || len(decided) > 0: // what cannot be counted afterwards is left out
			state = out.Case
		case !stuck:
			return state, err
		}
	}
	if c.Notice == nil {
		return state, nil
	}
	return state, c.Notice(ctx, tx, d, decided)
}

// actionOf is what is done when a deadline passes; nil where that is for people.
func actionOf(d interaction.Deadline) interaction.Action {
	switch d.Kind {
	case interaction.DueAcceptance:
		return interaction.ClimbEscalation{Escalation: d.Ref}
	case interaction.DueClose:
		return interaction.SetStatus{To: interaction.StatusClosed, Reason: "the reply window has passed"}
	}
	return nil
}

// note stands for a deadline that was told.
type note struct {
	kind, ref string
	at        int64 // microseconds
	nano      int16 // left over
}

func noteOf(d interaction.Deadline) note {
	return note{d.Kind.String(), d.Ref, d.At.UnixMicro(), int16(d.At.Nanosecond() % 1000)}
}

func (c *Cases) told(ctx context.Context, tx pgx.Tx, id string) (map[note]bool, error) {
	rows, err := tx.Query(ctx, sqlCaseTold, c.Tenant, id)
	if err != nil {
		return nil, err
	}
	told := map[note]bool{}
	var n note
	_, err = pgx.ForEachRow(rows, []any{&n.kind, &n.ref, &n.at, &n.nano}, func() error {
		told[n] = true
		return nil
	})
	return told, err
}
