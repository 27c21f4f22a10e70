package casestore_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/sqlite/casestore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/interactiontest"
)

func open(tb testing.TB, path string) *casestore.Store {
	tb.Helper()
	db, err := sqlitedb.Open(tb.Context(), path, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	s, err := casestore.New(tb.Context(), db)
	require.NoError(tb, err)
	return s
}

func fresh(tb testing.TB) *casestore.Store { return open(tb, filepath.Join(tb.TempDir(), "cases.db")) }

// reopening closes and opens the file before every call, so that the suite sees only
// what is kept.
type reopening struct {
	tb testing.TB
	s  *casestore.Store
}

func (r *reopening) again() *casestore.Store {
	require.NoError(r.tb, r.s.DB().Close())
	r.s = open(r.tb, r.s.DB().Path())
	return r.s
}

func (r *reopening) LoadCase(ctx context.Context, id string) ([]interaction.Event, error) {
	return r.again().LoadCase(ctx, id)
}

func (r *reopening) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	return r.again().AppendCases(ctx, key, batches...)
}

func (r *reopening) CasesOf(ctx context.Context, customer string) ([]string, error) {
	return r.again().CasesOf(ctx, customer)
}

// inTx makes every call in a transaction of its own.
type inTx struct{ s *casestore.Store }

func (x inTx) in(ctx context.Context, do func(s interaction.CaseStore) error) error {
	return x.s.DB().Update(ctx, func(_ context.Context, tx sqlitedb.Tx) error { return do(casestore.InTx(tx)) })
}

func (x inTx) LoadCase(ctx context.Context, id string) (events []interaction.Event, err error) {
	err = x.in(ctx, func(s interaction.CaseStore) error { events, err = s.LoadCase(ctx, id); return err })
	return events, err
}

func (x inTx) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	return x.in(ctx, func(s interaction.CaseStore) error { return s.AppendCases(ctx, key, batches...) })
}

func (x inTx) CasesOf(ctx context.Context, customer string) (ids []string, err error) {
	err = x.in(ctx, func(s interaction.CaseStore) error { ids, err = s.CasesOf(ctx, customer); return err })
	return ids, err
}

func TestStore(t *testing.T) {
	t.Parallel()
	stores := map[string]func() interaction.CaseStore{
		"as it is":       func() interaction.CaseStore { return fresh(t) },
		"in transaction": func() interaction.CaseStore { return inTx{fresh(t)} },
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { interactiontest.RunCaseStore(t, open) })
	}
	t.Run("reopened before every call", func(t *testing.T) {
		for _, g := range interactiontest.Guarantees() {
			if g.Name == "one winner" { // its writers would close the file under one another
				continue
			}
			require.NoError(t, g.Check(&reopening{t, fresh(t)}), g.Name)
		}
	})
}

// onDisk is every byte of the database's files.
func onDisk(t *testing.T, path string) string {
	var all strings.Builder
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		all.Write(data)
	}
	return all.String()
}

// Forgotten cases are gone from every file, those of others stay, and a late
// repetition brings nothing back.
func TestForget(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	put := func(id, customer string) {
		events := interactiontest.Story(id, customer)
		for i := range events {
			if opened, ok := events[i].Change.(interaction.CaseOpened); ok {
				opened.Issue = strings.Repeat("a word of "+customer+". ", 1+i*400)
				events[i].Change = opened
			}
		}
		require.NoError(t, s.AppendCases(t.Context(), "key "+id, interaction.CaseBatch{Case: id, Events: events}))
	}
	for n := range 40 {
		put(fmt.Sprint("case-", n), []string{"canary-ana", "ben", "cem"}[n%3])
	}
	require.Contains(t, onDisk(t, s.DB().Path()), "canary-ana")
	n, err := s.Forget(t.Context(), "canary-ana")
	require.NoError(t, err)
	require.Equal(t, 14, n)
	require.NotContains(t, onDisk(t, s.DB().Path()), "canary-ana")
	put("case-0", "canary-ana") // the same key again
	require.NotContains(t, onDisk(t, s.DB().Path()), "canary-ana")
	_, err = s.LoadCase(t.Context(), "case-0")
	require.ErrorIs(t, err, interaction.ErrUnknown)
	n, err = s.Forget(t.Context(), "canary-ana")
	require.NoError(t, err)
	require.Zero(t, n)
	var rest []string
	for after := ""; ; {
		page, err := s.Cases(t.Context(), after, 10)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		rest, after = append(rest, page...), page[len(page)-1]
	}
	require.Len(t, rest, 26)
	for _, id := range rest {
		events, err := s.LoadCase(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, events, len(interactiontest.Story(id, "x")))
	}
}

// An event that was changed in the file is an error and not another case.
func TestUnreadableEvent(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	require.NoError(t, s.AppendCases(t.Context(), "k", interaction.CaseBatch{Case: "c", Events: interactiontest.Story("c", "u")}))
	require.NoError(t, s.DB().Update(t.Context(), func(ctx context.Context, tx sqlitedb.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE case_event SET body = '{"case":"c"}' WHERE seq = 3`)
		return err
	}))
	_, err := s.LoadCase(t.Context(), "c")
	require.ErrorIs(t, err, interaction.ErrInvalid)
	require.ErrorContains(t, err, "event 3")
	require.ErrorIs(t, s.AppendCases(t.Context(), "", interaction.CaseBatch{Case: "d"}), interaction.ErrInvalid)
}
