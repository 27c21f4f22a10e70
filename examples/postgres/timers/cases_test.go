package timers_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/examples/postgres/timers"
	"github.com/rapport-go/rapport/interaction"
)

// cases climb three rungs, of one, two and four hours, and close three days after their
// resolution; notices are kept in a table.
func cases(t *testing.T, o *timers.Options) (*pgxpool.Pool, *timers.Cases) {
	t.Helper()
	p := shared.Fresh(t, 10, casestore.Migrate, timers.Migrate)
	_, err := p.Exec(t.Context(), `CREATE TABLE notice (case_id text, kind text, at timestamptz, events int, PRIMARY KEY (case_id, kind, at))`)
	require.NoError(t, err)
	ladder, err := interaction.NewLadder("lead", interaction.Hierarchical,
		interaction.Rung{To: "lead", Accept: interaction.Elapsed(time.Hour)},
		interaction.Rung{To: "head", Accept: interaction.Elapsed(2 * time.Hour)},
		interaction.Rung{To: "board", Accept: interaction.Elapsed(4 * time.Hour)})
	require.NoError(t, err)
	rules, err := interaction.NewCaseRules(interaction.CaseRulesSpec{ReplyWindow: 72 * time.Hour, Ladders: []*interaction.Ladder{ladder}})
	require.NoError(t, err)
	tm, err := timers.New(p, o)
	require.NoError(t, err)
	c := &timers.Cases{
		Rules: rules, Timers: tm, Tenant: "shop",
		Notice: func(ctx context.Context, tx pgx.Tx, d interaction.Deadline, decided []interaction.Event) error {
			_, err := tx.Exec(ctx, `INSERT INTO notice VALUES ($1, $2, $3, $4)`, d.Case, d.Kind.String()+" "+d.Ref, d.At, len(decided))
			return err
		},
	}
	tm.Handle(timers.KindCase, c)
	return p, c
}

var agent = interaction.Actor{ID: "ada", Role: interaction.RoleAgent}

// order is a command on a case, which is named when it is given.
func order(after time.Duration, id string, do interaction.Action) interaction.Command {
	return interaction.Command{ID: id, At: monday.Add(after), By: agent, Do: do}
}

func opening(customer string) interaction.OpenCase {
	return interaction.OpenCase{Customer: customer, Issue: "late parcel", Channel: interaction.Email}
}

func promise(id string, by time.Duration) interaction.MakePromise {
	return interaction.MakePromise{Promise: interaction.Promise{ID: id, Kind: interaction.PromiseCallback, By: monday.Add(by)}}
}

// give carries out a command in a transaction of its own.
func give(t *testing.T, p *pgxpool.Pool, c *timers.Cases, id string, cmd interaction.Command) (out interaction.DeskResult, err error) {
	t.Helper()
	cmd.Case = id
	err = pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) (err error) {
		out, err = c.Do(t.Context(), tx, cmd)
		return err
	})
	return out, err
}

func subjectOfCase(id string) timers.Subject {
	return timers.Subject{Kind: timers.KindCase, Tenant: "shop", ID: id}
}

const (
	caseEvents  = `SELECT case_id || ' ' || seq || ' ' || convert_from(body, 'UTF8') FROM case_event ORDER BY case_id, seq`
	caseNotices = `SELECT case_id || ' ' || kind || ' ' || (at AT TIME ZONE 'UTC') || ' ' || events FROM notice ORDER BY case_id, at, kind`
)

// One job of River that comes months late finds what a worker found that woke at every
// deadline: the same events at the same instants, and the same notices.
func TestLateDeadlinesOfCases(t *testing.T) {
	t.Parallel()
	story := []interaction.Command{
		order(0, "1", opening("ben")),
		order(time.Minute, "2", interaction.SendMessage{Message: "m1", Channel: interaction.Email}),
		order(2*time.Minute, "3", promise("call", 90*time.Minute)),
		order(3*time.Minute, "4", interaction.Escalate{Escalation: "e", Ladder: "lead", Trigger: interaction.TriggerCustomer}),
	}
	attentive, a := cases(t, nil)
	late, l := cases(t, nil)
	for _, cmd := range story {
		_, err := give(t, attentive, a, "c1", cmd)
		require.NoError(t, err)
		_, err = give(t, late, l, "c1", cmd)
		require.NoError(t, err)
	}
	next, ok, err := l.Timers.Next(t.Context(), subjectOfCase("c1"))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, monday.Add(63*time.Minute+time.Microsecond), next, "the first nanosecond after the hour, in microseconds")
	wakes := instantly(t, attentive, a, a.Timers, subjectOfCase("c1"), monday.AddDate(0, 0, 7))
	require.Equal(t, 4, wakes, "three rungs and a promise")
	start(t, l.Timers)
	settled(t, late)
	require.Equal(t, 1, jobs(t, late)["completed"], "one late job finds everything")
	require.Equal(t, rows(t, attentive, caseEvents), rows(t, late, caseEvents))
	require.Equal(t, rows(t, attentive, caseNotices), rows(t, late, caseNotices))
	require.Equal(t, []string{
		"c1 accept_escalation e 2026-03-02 10:03:00 1",
		"c1 keep_promise call 2026-03-02 10:30:00 0",
		"c1 accept_escalation e 2026-03-02 12:03:00 1",
		"c1 accept_escalation e 2026-03-02 16:03:00 0",
	}, rows(t, late, caseNotices), "two climbs, a promise, and nobody above the board")

	// Resolved on the next day, it asks two days later, and is closed after three.
	resolved, err := give(t, late, l, "c1", order(24*time.Hour, "5", interaction.SetStatus{To: interaction.StatusResolved}))
	require.NoError(t, err)
	require.NotEmpty(t, resolved.Next)
	settled(t, late)
	require.Eventually(t, func() bool {
		_, ok, err := l.Timers.Next(t.Context(), subjectOfCase("c1"))
		return err == nil && !ok
	}, 30*time.Second, 10*time.Millisecond)
	inTx(t, late, func(tx pgx.Tx) error {
		events, err := casestore.InTx(tx, &casestore.Options{Tenant: "shop"}).LoadCase(t.Context(), "c1")
		require.NoError(t, err)
		last := events[len(events)-1]
		require.Equal(t, monday.Add(96*time.Hour+1), last.At)
		require.Equal(t, interaction.RoleSystem, last.By.Role)
		require.Equal(t, interaction.StatusClosed, last.Change.(interaction.StatusChanged).To)
		return nil
	})
	require.Len(t, rows(t, late, caseNotices), 6)
}

// randomOrders is a history of commands, some of which are refused.
func randomOrders(pick *rand.Rand) (all []interaction.Command) {
	after := time.Duration(0)
	all = append(all, order(0, "open", opening("ben")))
	for n := range 4 + pick.IntN(14) {
		after += []time.Duration{0, 1, time.Microsecond, time.Minute, time.Hour, 2 * time.Hour, 25 * time.Hour, 72 * time.Hour}[pick.IntN(8)]
		id, one := fmt.Sprint("r", n), fmt.Sprint("x", pick.IntN(3))
		do := []interaction.Action{
			interaction.SendMessage{Message: id, Channel: interaction.Email},
			interaction.ReceiveMessage{Message: id, Channel: interaction.Email},
			promise(one, after+time.Duration(pick.IntN(5))*time.Hour),
			interaction.SettlePromise{Promise: one},
			interaction.Escalate{Escalation: one, Ladder: "lead", Trigger: interaction.TriggerMood},
			interaction.AcceptEscalation{Escalation: one},
			interaction.DeclineEscalation{Escalation: one, Reason: "not ours"},
			interaction.SetStatus{To: []interaction.Status{interaction.StatusPending, interaction.StatusOnHold, interaction.StatusOpen, interaction.StatusResolved}[pick.IntN(4)]},
			interaction.SetStatus{To: interaction.StatusResolved},
			interaction.ConfirmSolution{},
			interaction.StartPlaybook{Playbook: interaction.PlaybookISO},
		}[pick.IntN(11)]
		all = append(all, order(after, id, do))
	}
	return all
}

// Whether a worker wakes at every deadline between the commands, or none does until the
// end, or one runs at its own pace: every case has the same events, every notice is given
// once, and every command the same answer.
func TestCasesNeedNoPunctualJobs(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	pick := rand.New(rand.NewPCG(seed, 0))
	attentive, a := cases(t, nil)
	idle, i := cases(t, nil)
	busy, b := cases(t, &timers.Options{Retry: 20 * time.Millisecond, Workers: 3})
	start(t, b.Timers)
	refused, given := 0, 0
	for n := range 25 {
		id := fmt.Sprint("c", n)
		for _, cmd := range randomOrders(pick) {
			instantly(t, attentive, a, a.Timers, subjectOfCase(id), cmd.At)
			_, want := give(t, attentive, a, id, cmd)
			_, have := give(t, idle, i, id, cmd)
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(have), "%s %#v", id, cmd)
			given++
			if want != nil {
				refused++
			}
		}
		end := monday.AddDate(1, 0, 0)
		instantly(t, attentive, a, a.Timers, subjectOfCase(id), end)
		instantly(t, idle, i, i.Timers, subjectOfCase(id), end)
	}
	require.Equal(t, rows(t, attentive, caseEvents), rows(t, idle, caseEvents))
	require.Equal(t, rows(t, attentive, caseNotices), rows(t, idle, caseNotices))
	require.Positive(t, refused)
	// Commands of the past meet a worker that has seen everything up to today: some come
	// too late, but nothing is there twice, and no timer is left over.
	for n := range 10 {
		for _, cmd := range randomOrders(pick) {
			_, _ = give(t, busy, b, fmt.Sprint("c", n), cmd)
		}
	}
	require.Eventually(t, func() bool {
		var left int
		err := busy.QueryRow(t.Context(), `SELECT count(*) FROM timer WHERE at <= $1`, time.Now().UnixMicro()).Scan(&left)
		return err == nil && left == 0
	}, 60*time.Second, 20*time.Millisecond)
	settled(t, busy)
	require.Zero(t, jobs(t, busy)["retryable"]+jobs(t, busy)["discarded"])
	t.Logf("%d commands, %d refused; %d events, %d notices", given, refused, len(rows(t, idle, caseEvents)), len(rows(t, idle, caseNotices)))
}

// A command and its timer are there together or not at all; the same command twice, or
// from eight clients at once, is one job.
func TestCaseTimersInTheHostsTransaction(t *testing.T) {
	t.Parallel()
	p, c := cases(t, nil)
	boom := errors.New("undone")
	cmd := order(0, "1", opening("ben"))
	cmd.Case = "c1"
	do := func(cmd interaction.Command, fail error) error {
		return pgx.BeginFunc(context.Background(), p, func(tx pgx.Tx) error {
			_, err := c.Do(context.Background(), tx, cmd)
			return errors.Join(err, fail)
		})
	}
	pledge := order(time.Minute, "2", promise("call", 24*365*100*time.Hour))
	pledge.Case = "c1"
	require.NoError(t, do(cmd, nil))
	require.ErrorIs(t, do(pledge, boom), boom)
	require.Empty(t, jobs(t, p))
	_, ok, err := c.Timers.Next(t.Context(), subjectOfCase("c1"))
	require.NoError(t, err)
	require.False(t, ok)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := do(pledge, nil); err != nil {
				t.Errorf("do: %v", err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, map[string]int{"scheduled": 1}, jobs(t, p))
	require.Len(t, rows(t, p, caseEvents), 2)
	settle := order(2*time.Minute, "3", interaction.SettlePromise{Promise: "call"})
	settle.Case = "c1"
	require.NoError(t, do(settle, nil))
	require.Equal(t, map[string]int{"cancelled": 1}, jobs(t, p), "nothing is due any more")
}

// A merge carries deadlines on in the case that goes on, and a message to the merged one
// moves the timer of that.
func TestDeadlinesOfMergedCases(t *testing.T) {
	t.Parallel()
	p, c := cases(t, nil)
	for _, id := range []string{"c1", "c2"} {
		_, err := give(t, p, c, id, order(0, "open", opening("ben")))
		require.NoError(t, err)
		_, err = give(t, p, c, id, order(time.Minute, "promise", promise("call "+id, 24*365*100*time.Hour)))
		require.NoError(t, err)
	}
	merge := order(time.Hour, "merge", nil)
	merge.Case = "c1"
	inTx(t, p, func(tx pgx.Tx) error {
		_, err := c.Merge(t.Context(), tx, "c2", merge)
		return err
	})
	_, ok, err := c.Timers.Next(t.Context(), subjectOfCase("c2"))
	require.NoError(t, err)
	require.False(t, ok)
	_, ok, err = c.Timers.Next(t.Context(), subjectOfCase("c1"))
	require.NoError(t, err)
	require.True(t, ok)
	out, err := give(t, p, c, "c2", order(2*time.Hour, "mail", interaction.ReceiveMessage{Message: "m", Channel: interaction.Email}))
	require.NoError(t, err)
	require.Equal(t, "c1", out.Case.ID)
	_, ok, err = c.Timers.Next(t.Context(), subjectOfCase("c2"))
	require.NoError(t, err)
	require.False(t, ok)
}

// A case that is forgotten while a job waits for it leaves nothing, and the job fails
// nobody.
func TestForgottenCase(t *testing.T) {
	t.Parallel()
	p, c := cases(t, nil)
	for _, cmd := range []interaction.Command{order(0, "1", opening("ben")), order(time.Minute, "2", promise("call", time.Hour))} {
		_, err := give(t, p, c, "c1", cmd)
		require.NoError(t, err)
	}
	inTx(t, p, func(tx pgx.Tx) error {
		_, _, err := c.Wake(t.Context(), tx, subjectOfCase("c1"), monday.Add(2*time.Hour))
		return err
	})
	require.Len(t, rows(t, p, `SELECT ref FROM case_due`), 1)
	inTx(t, p, func(tx pgx.Tx) error {
		ids, err := casestore.Forget(t.Context(), tx, &casestore.Options{Tenant: "shop"}, "ben")
		require.Equal(t, []string{"c1"}, ids)
		return errors.Join(err, c.Forget(t.Context(), tx, "c1"))
	})
	require.Empty(t, rows(t, p, `SELECT ref FROM case_due`))
	require.Equal(t, map[string]int{"cancelled": 1}, jobs(t, p))
	inTx(t, p, func(tx pgx.Tx) error {
		_, ok, err := c.Wake(t.Context(), tx, subjectOfCase("c1"), time.Now())
		require.False(t, ok)
		return err
	})
}
