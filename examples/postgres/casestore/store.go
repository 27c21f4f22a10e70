package casestore

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/examples/postgres/internal/migration"
	"github.com/rapport-go/rapport/interaction"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables, or brings them up to date.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	return migration.Apply(ctx, pool, "case", migrations)
}

// Options say whose cases a store keeps. Nil is the default.
type Options struct {
	// Tenant keeps the cases of several businesses apart in the same tables. Default: the
	// empty one.
	Tenant string
}

func (o *Options) tenant() string {
	if o == nil {
		return ""
	}
	return o.Tenant
}

// Store is an interaction.CaseStore on a pool of connections, which stays the host's. It
// is safe for many goroutines.
type Store struct {
	pool   *pgxpool.Pool
	tenant string
}

var _ interaction.CaseStore = (*Store)(nil)

// New gives a store on a pool whose schema is up to date, see [Migrate]. Tables are
// found by the search path of the pool's connections.
func New(pool *pgxpool.Pool, o *Options) *Store { return &Store{pool, o.tenant()} }

// maxAttempts of an append that a deadlock or a race for a key undid.
const maxAttempts = 10

// AppendCases implements interaction.CaseStore.
func (s *Store) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w, err := newWriting(s.tenant, key, batches)
	if err != nil {
		return w.unlessKnown(ctx, s.pool, err)
	}
	for attempt := 1; ; attempt++ {
		err := w.append(ctx, s.pool)
		if err == nil {
			return w.outcome(ctx, s.pool)
		}
		switch undone := isUndone(err); {
		case undone == again && attempt < maxAttempts:
		case undone == stale:
			return w.staleAnswer(ctx, s.pool)
		default:
			return fmt.Errorf("casestore: append: %w", err)
		}
	}
}

// LoadCase implements interaction.CaseStore.
func (s *Store) LoadCase(ctx context.Context, id string) ([]interaction.Event, error) {
	return loadCase(ctx, s.pool, s.tenant, id)
}

// CasesOf implements interaction.CaseStore.
func (s *Store) CasesOf(ctx context.Context, customer string) ([]string, error) {
	return casesOf(ctx, s.pool, s.tenant, customer)
}

// txStore writes in a transaction that somebody else began and will end.
type txStore struct {
	tx     pgx.Tx
	tenant string
}

// InTx is an interaction.CaseStore inside a transaction that the host has opened: what
// is appended is seen by this transaction, and by the others once the host commits. Each
// append has a savepoint of its own, so that a refused one leaves the transaction as it
// was; after any error that is no refusal the host rolls back. Like the transaction the
// store serves one goroutine. The cases that were written stay locked until the
// transaction ends, and a Desk that meets a conflict decides anew on what was committed
// meanwhile.
func InTx(tx pgx.Tx, o *Options) interaction.CaseStore { return txStore{tx, o.tenant()} }

func (s txStore) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w, err := newWriting(s.tenant, key, batches)
	if err != nil {
		return w.unlessKnown(ctx, s.tx, err)
	}
	point, err := s.tx.Begin(ctx)
	if err != nil {
		return err
	}
	if err := w.append(ctx, point); err != nil {
		if err := errors.Join(point.Rollback(ctx), unlessRefused(err)); err != nil {
			return err
		}
		return w.staleAnswer(ctx, s.tx)
	}
	if err := point.Commit(ctx); err != nil {
		return err
	}
	return w.outcome(ctx, s.tx)
}

func (s txStore) LoadCase(ctx context.Context, id string) ([]interaction.Event, error) {
	return loadCase(ctx, s.tx, s.tenant, id)
}

func (s txStore) CasesOf(ctx context.Context, customer string) ([]string, error) {
	return casesOf(ctx, s.tx, s.tenant, customer)
}

// Lock keeps cases as they are until the host's transaction ends, in the order of their
// ids, so that what is read of them afterwards is the newest; those that do not exist are
// no matter. Package timers locks what it wakes before it looks at it.
func Lock(ctx context.Context, tx pgx.Tx, o *Options, ids ...string) error {
	_, err := tx.Exec(ctx, `SELECT FROM case_file WHERE tenant = $1 AND case_id = ANY ($2::text[]) ORDER BY case_id FOR UPDATE`, o.tenant(), ids)
	return err
}

// fate of a statement that PostgreSQL undid as a whole.
type fate int

const (
	unknown fate = iota
	again        // a deadlock, or a key that another connection committed first
	stale        // some cases could not move
)

func isUndone(err error) fate {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return unknown
	}
	switch {
	case pg.Code == "40P01" || pg.Code == "40001":
		return again
	case pg.Code == "23505": // unique: the key, or a case that was begun meanwhile
		return again
	case pg.Code == "23502" && pg.TableName == "case_key":
		return stale
	}
	return unknown
}

// unlessRefused keeps the errors that are no answer; a deadlock is one of them, since
// the host's transaction cannot go on after it.
func unlessRefused(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "23505" || isUndone(err) == stale) {
		return nil
	}
	return fmt.Errorf("casestore: append: %w", err)
}
