package sqlitedb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/sqlite/casestore"
	"github.com/rapport-go/rapport/examples/sqlite/customerstore"
	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/loyalty"
)

// shop is a host with orders of its own beside all three stores, in one file.
type shop struct {
	db        *sqlitedb.DB
	points    *loyaltystore.Store
	customers *customerstore.Store
	cases     *casestore.Store
	engine    *loyalty.Engine
	rules     *interaction.CaseRules
}

func openShop(ctx context.Context, path string) (*shop, error) {
	db, err := sqlitedb.Open(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	s := &shop{db: db}
	program, wrong := loyalty.NewProgram(loyalty.Spec{ID: "p", Version: 1})
	var errs [4]error
	s.points, errs[0] = loyaltystore.New(ctx, db)
	s.customers, errs[1] = customerstore.New(ctx, db)
	s.cases, errs[2] = casestore.New(ctx, db)
	s.rules, errs[3] = interaction.NewCaseRules(interaction.CaseRulesSpec{})
	s.engine = &loyalty.Engine{Store: s.points, Program: program}
	table := db.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, member TEXT NOT NULL) STRICT`)
		return err
	})
	if err := errors.Join(append(errs[:], wrong, table)...); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func mustOpenShop(t *testing.T, path string) *shop {
	s, err := openShop(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.db.Close()) })
	return s
}

var opening = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// steps of an order: each writes to another of the four.
func (s *shop) steps(key, member string) []func(ctx context.Context, tx sqlitedb.Tx) error {
	return []func(ctx context.Context, tx sqlitedb.Tx) error{
		func(ctx context.Context, tx sqlitedb.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO orders (id, member) VALUES (?, ?)`, key, member)
			return err
		},
		func(ctx context.Context, tx sqlitedb.Tx) error {
			_, err := s.engine.On(loyaltystore.InTx(tx)).Do(ctx, loyalty.Command{
				Key: key, Account: member, At: opening, Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 10}}},
			})
			return err
		},
		func(ctx context.Context, tx sqlitedb.Tx) error {
			d := customer.Directory{Store: customerstore.InTx(tx)}
			_, err := d.Do(ctx, customer.Request{Key: key, ID: customer.ID(key), At: opening}, customer.Created{Kind: customer.Person})
			return err
		},
		func(ctx context.Context, tx sqlitedb.Tx) error {
			d := interaction.Desk{Rules: s.rules, Store: casestore.InTx(tx)}
			_, err := d.Do(ctx, interaction.Command{
				ID: key, Case: key, At: opening, By: interaction.Actor{ID: member, Role: interaction.RoleCustomer},
				Do: interaction.OpenCase{Customer: member, Issue: "order " + key, Channel: interaction.Email},
			})
			return err
		},
	}
}

// place writes an order, its points, a customer and a case; it fails before the step
// failAt, and panics there if it is told to.
func (s *shop) place(ctx context.Context, key, member string, failAt int, fail func() error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error {
		for i, step := range s.steps(key, member) {
			if i == failAt {
				return fail()
			}
			if err := step(ctx, tx); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
		}
		if failAt >= 4 {
			return fail()
		}
		return nil
	})
}

// there says in which of the four an order is.
func (s *shop) there(t *testing.T, key, member string) (in [4]bool) {
	err := s.db.Reader().QueryRowContext(t.Context(), `SELECT 1 FROM orders WHERE id = ?`, key).Scan(new(int))
	if !errors.Is(err, sql.ErrNoRows) {
		require.NoError(t, err)
		in[0] = true
	}
	_, in[1], err = s.points.Lookup(t.Context(), loyalty.Key{ID: key})
	require.NoError(t, err)
	_, err = s.customers.Resolve(t.Context(), customer.ID(key))
	if !errors.Is(err, customer.ErrUnknown) {
		require.NoError(t, err)
		in[2] = true
	}
	_, err = s.cases.LoadCase(t.Context(), key)
	if !errors.Is(err, interaction.ErrUnknown) {
		require.NoError(t, err)
		in[3] = true
	}
	return in
}

var all = [4]bool{true, true, true, true}

// An order, its points, a customer and a case are in the file together, or none of
// them is, wherever it breaks.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	s := mustOpenShop(t, path)
	boom := errors.New("payment failed")
	for failAt := range 5 {
		key := fmt.Sprint("order ", failAt)
		require.ErrorIs(t, s.place(t.Context(), key, "ana", failAt, func() error { return boom }), boom)
		require.Zero(t, s.there(t, key, "ana"), "failed before step %d", failAt)
		require.ErrorContains(t, s.place(t.Context(), key, "ana", failAt, func() error { panic("a bug of the host") }), "panicked: a bug of the host")
		require.Zero(t, s.there(t, key, "ana"), "panicked before step %d", failAt)
		ctx, cancel := context.WithCancel(t.Context())
		require.ErrorIs(t, s.place(ctx, key, "ana", failAt, func() error { cancel(); return ctx.Err() }), context.Canceled)
		require.Zero(t, s.there(t, key, "ana"), "left before step %d", failAt)
		require.NoError(t, s.place(t.Context(), key, "ana", -1, nil), "the key is free")
		require.Equal(t, all, s.there(t, key, "ana"))
		require.ErrorContains(t, s.place(t.Context(), key, "ana", -1, nil), "step 0", "orders are unique")
	}
	require.NoError(t, s.db.Close())
	s = mustOpenShop(t, path)
	for n := range 5 {
		require.Equal(t, all, s.there(t, fmt.Sprint("order ", n), "ana"), "after reopening")
	}
	a, err := s.engine.Account(t.Context(), "ana")
	require.NoError(t, err)
	require.Equal(t, loyalty.Points(50), a.Balance("points").Active)
	cases, err := s.cases.CasesOf(t.Context(), "ana")
	require.NoError(t, err)
	require.Len(t, cases, 5)
}
