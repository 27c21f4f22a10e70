package casestore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/interactiontest"
)

func TestStore(t *testing.T) {
	shared.Need(t)
	for _, g := range interactiontest.Guarantees() {
		t.Run(g.Name, func(t *testing.T) {
			require.NoError(t, g.Check(casestore.New(shared.Fresh(t, 8, casestore.Migrate), nil)), g.Promise)
		})
	}
}

// The guarantees hold as well with each append in a transaction of the host's.
func TestStoreInTransactions(t *testing.T) {
	shared.Need(t)
	interactiontest.RunCaseStore(t, func() interaction.CaseStore {
		p := shared.Fresh(t, 8, casestore.Migrate)
		return inTransactions{casestore.New(p, nil), p}
	})
}

// inTransactions is the InTx form of a store, one transaction for each call.
type inTransactions struct {
	interaction.CaseStore
	pool *pgxpool.Pool
}

func (s inTransactions) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return casestore.InTx(tx, nil).AppendCases(ctx, key, batches...) })
}

func (s inTransactions) LoadCase(ctx context.Context, id string) (events []interaction.Event, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		events, err = casestore.InTx(tx, nil).LoadCase(ctx, id)
		return err
	})
	return events, err
}

func (s inTransactions) CasesOf(ctx context.Context, customer string) (ids []string, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		ids, err = casestore.InTx(tx, nil).CasesOf(ctx, customer)
		return err
	})
	return ids, err
}

// A case is the same after the pool was closed and opened again, and keys are known.
func TestReopened(t *testing.T) {
	t.Parallel()
	schema := shared.Schema(t, casestore.Migrate)
	first := shared.Connect(t, schema, 2)
	story := interactiontest.Story("c1", "u1")
	require.NoError(t, casestore.New(first, nil).AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", Events: story}))
	first.Close()
	s := casestore.New(shared.Connect(t, schema, 2), nil)
	have, err := s.LoadCase(t.Context(), "c1")
	require.NoError(t, err)
	require.Equal(t, story, have)
	require.NoError(t, s.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", Events: story}))
	require.ErrorIs(t, s.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", After: 1, Events: story}), interaction.ErrDuplicate)
	ids, err := s.CasesOf(t.Context(), "u1")
	require.NoError(t, err)
	require.Equal(t, []string{"c1"}, ids)
}

// Two businesses in the same tables do not see each other.
func TestTenants(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 2, casestore.Migrate)
	a, b := casestore.New(p, nil), casestore.New(p, &casestore.Options{Tenant: "b"})
	story := interactiontest.Story("c1", "u1")
	require.NoError(t, a.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", Events: story}))
	_, err := b.LoadCase(t.Context(), "c1")
	require.ErrorIs(t, err, interaction.ErrUnknown)
	ids, err := b.CasesOf(t.Context(), "u1")
	require.NoError(t, err)
	require.Empty(t, ids)
	require.NoError(t, b.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", Events: story[:1]}))
}

// Batches that make no sense are refused, and the key stays free.
func TestBatchesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := casestore.New(shared.Fresh(t, 2, casestore.Migrate), nil)
	story := interactiontest.Story("c1", "u1")
	batch := interaction.CaseBatch{Case: "c1", Events: story}
	require.ErrorIs(t, s.AppendCases(t.Context(), "k", batch, batch), interaction.ErrInvalid)
	require.ErrorIs(t, s.AppendCases(t.Context(), "", batch), interaction.ErrInvalid)
	require.ErrorIs(t, s.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", After: 1 << 63}), interaction.ErrConflict)
	require.ErrorIs(t, s.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", After: 3}), interaction.ErrConflict, "a batch without events has a place too")
	require.Error(t, s.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c1", Events: []interaction.Event{{}}}), "no change")
	require.NoError(t, s.AppendCases(t.Context(), "k", batch))
}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func desk(t *testing.T, s interaction.CaseStore) *interaction.Desk {
	t.Helper()
	rules, err := interaction.NewCaseRules(interaction.CaseRulesSpec{})
	require.NoError(t, err)
	return &interaction.Desk{Rules: rules, Store: s, Tries: 1}
}

func open(id, customer string) interaction.Command {
	return interaction.Command{
		ID: "open", Case: id, At: start, By: interaction.Actor{ID: customer, Role: interaction.RoleCustomer},
		Do: interaction.OpenCase{Customer: customer, Issue: "late parcel", Channel: interaction.Email},
	}
}

func note(id, message string) interaction.Command {
	return interaction.Command{
		ID: message, Case: id, At: start.Add(time.Hour), By: interaction.Actor{ID: "ada", Role: interaction.RoleAgent},
		Do: interaction.AddNote{Message: message},
	}
}

// Many agents write on the same few cases, which are merged meanwhile: every note that
// was acknowledged is there once, in the case that it was written to or in the one that
// carries it on.
func TestConcurrentAgents(t *testing.T) {
	t.Parallel()
	const agents, notes, cases = 8, 25, 6
	s := casestore.New(shared.Fresh(t, agents, casestore.Migrate), nil)
	d := desk(t, s)
	for i := range cases {
		_, err := d.Do(t.Context(), open(fmt.Sprint("c", i), "u1"))
		require.NoError(t, err)
	}
	var conflicts, refused atomic.Int64
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	again := func(do func() error) error {
		for {
			err := do()
			if !errors.Is(err, interaction.ErrConflict) {
				return err
			}
			conflicts.Add(1)
		}
	}
	var wg sync.WaitGroup
	for a := range agents {
		wg.Go(func() {
			for n := range notes {
				id, key := fmt.Sprint("c", (a+n)%cases), fmt.Sprintf("n%d-%d", a, n)
				for range 2 { // the second is a repetition
					err := again(func() error { _, err := d.Do(context.Background(), note(id, key)); return err })
					if err != nil {
						refused.Add(1) // the case was merged meanwhile
						continue
					}
					mu.Lock()
					acknowledged[key] = true
					mu.Unlock()
				}
				if n == notes/2 && a < 3 { // c1, c2 and c3 end in c0, two of them by way of another
					merge := interaction.Command{ID: fmt.Sprint("merge", a), Case: fmt.Sprint("c", a), At: start.Add(2 * time.Hour), By: note("", "").By}
					source := fmt.Sprint("c", a+1)
					if err := again(func() error { _, err := d.Merge(context.Background(), source, merge); return err }); err != nil {
						t.Logf("merge of %s into %s: %v", source, merge.Case, err)
						refused.Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	written := map[string]int{}
	for i := range cases {
		id := fmt.Sprint("c", i)
		events, err := s.LoadCase(t.Context(), id)
		require.NoError(t, err)
		_, err = interaction.Fold(events)
		require.NoError(t, err)
		for n, e := range events {
			require.Equal(t, uint64(n+1), e.Seq)
			if added, ok := e.Change.(interaction.NoteAdded); ok {
				written[added.Message.ID]++
			}
		}
	}
	for key, n := range written {
		require.Equal(t, 1, n, "%s is written %d times", key, n)
	}
	for key := range acknowledged {
		require.Contains(t, written, key)
	}
	require.NotEmpty(t, acknowledged)
	t.Logf("%d agents on %d cases: %d notes, %d refused, %d conflicts repeated", agents, cases, len(acknowledged), refused.Load(), conflicts.Load())
}

// A row of the host and the case that it opens are written together, or neither is.
func TestHostTransaction(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 4, casestore.Migrate)
	_, err := p.Exec(t.Context(), `CREATE TABLE mail (id text PRIMARY KEY)`)
	require.NoError(t, err)
	boom := errors.New("mail is spam")
	take := func(id string, fail error) error {
		return pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), `INSERT INTO mail VALUES ($1)`, id); err != nil {
				return err
			}
			in := casestore.InTx(tx, nil)
			require.ErrorIs(t, in.AppendCases(t.Context(), "refused", interaction.CaseBatch{Case: id, After: 7}), interaction.ErrConflict)
			d := desk(t, in)
			if _, err := d.Do(t.Context(), open(id, "u1")); err != nil {
				return err
			}
			story := interactiontest.Story("new", "u1")
			half := []interaction.CaseBatch{{Case: "new", Events: story}, {Case: id, After: 9, Events: story}}
			require.ErrorIs(t, in.AppendCases(t.Context(), "refused", half...), interaction.ErrConflict)
			ids, err := in.CasesOf(t.Context(), "u1")
			require.NoError(t, err)
			require.Contains(t, ids, id)
			require.NotContains(t, ids, "new")
			return fail
		})
	}
	require.ErrorIs(t, take("c1", boom), boom)
	s := casestore.New(p, nil)
	_, err = s.LoadCase(t.Context(), "c1")
	require.ErrorIs(t, err, interaction.ErrUnknown)
	require.NoError(t, take("c1", nil))
	c, err := desk(t, s).Case(t.Context(), "c1")
	require.NoError(t, err)
	require.Equal(t, interaction.StatusNew, c.Status)
	var mails int
	require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM mail`).Scan(&mails))
	require.Equal(t, 1, mails)
}
