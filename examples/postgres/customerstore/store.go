package customerstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/internal/migration"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables, or brings them up to date.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	return migration.Apply(ctx, pool, "customer", migrations)
}

// Rewrite writes anew the tables from which something was erased, so that the old bytes
// are in no file of theirs. It locks them meanwhile: run it when a wait does no harm.
func Rewrite(ctx context.Context, pool *pgxpool.Pool) error {
	for _, table := range []string{"customer_entry", "customer_seal"} {
		if _, err := pool.Exec(ctx, `VACUUM FULL `+table); err != nil {
			return err
		}
	}
	return nil
}

// Options say whose customers a store keeps. Nil is the default.
type Options struct {
	// Tenant keeps the customers of several businesses apart in the same tables.
	// Default: the empty one.
	Tenant string
}

func (o *Options) tenant() string {
	if o == nil {
		return ""
	}
	return o.Tenant
}

// Store is a customer.Store on a pool of connections, which stays the host's. It is
// safe for many goroutines.
type Store struct {
	pool   *pgxpool.Pool
	tenant string
}

var _ customer.Store = (*Store)(nil)

// New gives a store on a pool whose schema is up to date, see [Migrate]. Tables are
// found by the search path of the pool's connections.
func New(pool *pgxpool.Pool, o *Options) *Store { return &Store{pool, o.tenant()} }

// maxAttempts of an append that a deadlock or a race for a key undid.
const maxAttempts = 10

// Append implements customer.Store.
func (s *Store) Append(ctx context.Context, c customer.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	args, err := arguments(s.tenant, c)
	if err != nil {
		return unlessSeen(ctx, s.pool, s.tenant, c, err)
	}
	for attempt := 1; ; attempt++ {
		var a answer
		err := a.scan(s.pool.QueryRow(ctx, sqlAppend, args...))
		if err == nil {
			return a.outcome(ctx, s.pool, s.tenant, c)
		}
		switch undone := isUndone(err); {
		case undone == again && attempt < maxAttempts:
		case undone == stale:
			return staleAnswer(ctx, s.pool, s.tenant, c)
		default:
			return fmt.Errorf("customerstore: append: %w", err)
		}
	}
}

// History implements customer.Store. What it yields is what was there when ranging
// began; no connection is held while it is ranged over.
func (s *Store) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return history(ctx, s.pool, s.tenant, id, after)
}

// Resolve implements customer.Store.
func (s *Store) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	return resolve(ctx, s.pool, s.tenant, id)
}

// Seen implements customer.Store.
func (s *Store) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	return seen(ctx, s.pool, s.tenant, key)
}

// Suppressed implements customer.Store.
func (s *Store) Suppressed(ctx context.Context, point customer.PointHash) (bool, error) {
	return suppressed(ctx, s.pool, s.tenant, point)
}

// txStore writes in a transaction that somebody else began and will end.
type txStore struct {
	tx     pgx.Tx
	tenant string
}

// InTx is a customer.Store inside a transaction that the host has opened: what is
// appended is seen by this transaction, and by the others once the host commits. Each
// append has a savepoint of its own, so that a refused one leaves the transaction as it
// was; after any error that is no refusal the host rolls back. Like the transaction the
// store serves one goroutine. The histories that were written stay locked until the
// transaction ends.
func InTx(tx pgx.Tx, o *Options) customer.Store { return txStore{tx, o.tenant()} }

func (s txStore) Append(ctx context.Context, c customer.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	args, err := arguments(s.tenant, c)
	if err != nil {
		return unlessSeen(ctx, s.tx, s.tenant, c, err)
	}
	point, err := s.tx.Begin(ctx)
	if err != nil {
		return err
	}
	var a answer
	if err := a.scan(point.QueryRow(ctx, sqlAppend, args...)); err != nil {
		if err := errors.Join(point.Rollback(ctx), unlessRefused(err)); err != nil {
			return err
		}
		return staleAnswer(ctx, s.tx, s.tenant, c)
	}
	if err := point.Commit(ctx); err != nil {
		return err
	}
	return a.outcome(ctx, s.tx, s.tenant, c)
}

func (s txStore) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return history(ctx, s.tx, s.tenant, id, after)
}

func (s txStore) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	return resolve(ctx, s.tx, s.tenant, id)
}

func (s txStore) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	return seen(ctx, s.tx, s.tenant, key)
}

func (s txStore) Suppressed(ctx context.Context, point customer.PointHash) (bool, error) {
	return suppressed(ctx, s.tx, s.tenant, point)
}

// fate of a statement that PostgreSQL undid as a whole.
type fate int

const (
	unknown fate = iota
	again        // a deadlock, or a key that another connection committed first
	stale        // some histories of the commit could not move
)

func isUndone(err error) fate {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return unknown
	}
	switch {
	case pg.Code == "40P01" || pg.Code == "40001":
		return again
	case pg.Code == "23505": // unique: the key, or a history that was begun meanwhile
		return again
	case pg.Code == "23502" && pg.TableName == "customer_key":
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
	return fmt.Errorf("customerstore: append: %w", err)
}
