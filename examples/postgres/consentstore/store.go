package consentstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
	"github.com/rapport-go/rapport/examples/postgres/internal/migration"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables, or brings them up to date, and those of package
// customerstore before them.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	if err := customerstore.Migrate(ctx, pool); err != nil {
		return err
	}
	return migration.Apply(ctx, pool, "consent", migrations)
}

// Options say whose customers a store keeps. Nil is the default.
type Options struct {
	// Tenant keeps the customers of several businesses apart. Default: the empty one.
	Tenant string
	// Sealer opens the bodies of events, where the directory's seals them. Default: they
	// are readable.
	Sealer customer.Sealer
	// Report is told of a customer whose history cannot be read, as with another version
	// of the library in between: who has no projection and may be contacted for nothing
	// until it can be, see Rebuild. Default: nobody is told, and the commit is refused.
	Report func(id customer.ID, err error)
}

// database is a pool, or a transaction of the host's, in which Begin makes a savepoint.
type database interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

// Store is a customer.Store that keeps the projection, and answers questions about it.
type Store struct {
	customers customer.Store
	db        database
	attempts  int
	salt      []byte
	tenant    string
	sealer    customer.Sealer
	report    func(id customer.ID, err error)
}

var _ customer.Store = (*Store)(nil)

// New gives a store on a pool whose schema is up to date, see [Migrate]. The salt is that
// of the directory; a short one is customer.ErrPrivacy. The store is safe for many
// goroutines. It takes commits of a directory: a history that does not fold is
// refused, but see Options.Report.
func New(pool *pgxpool.Pool, salt []byte, o *Options) (*Store, error) {
	const maxAttempts = 10 // of an append that a deadlock or a race undid
	s, err := newStore(pool, salt, maxAttempts, o)
	if err == nil {
		s.customers = customerstore.New(pool, &customerstore.Options{Tenant: s.tenant})
	}
	return s, err
}

// InTx is the store inside a transaction that the host has opened; see
// customerstore.InTx. A sealer is to be one inside the same transaction.
func InTx(tx pgx.Tx, salt []byte, o *Options) (*Store, error) {
	s, err := newStore(tx, salt, 1, o)
	if err == nil {
		s.customers = customerstore.InTx(tx, &customerstore.Options{Tenant: s.tenant})
	}
	return s, err
}

func newStore(db database, salt []byte, attempts int, o *Options) (*Store, error) {
	if len(salt) < customer.MinSaltBytes {
		return nil, fmt.Errorf("%w: a salt needs %d bytes", customer.ErrPrivacy, customer.MinSaltBytes)
	}
	if o == nil {
		o = &Options{}
	}
	return &Store{db: db, attempts: attempts, salt: slices.Clone(salt), tenant: o.Tenant, sealer: o.Sealer, report: o.Report}, nil
}

// Append implements customer.Store. It writes the commit and the projection of every
// customer that it touches, or nothing.
func (s *Store) Append(ctx context.Context, c customer.Commit) error {
	for attempt := 1; ; attempt++ {
		err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
			if err := customerstore.InTx(tx, &customerstore.Options{Tenant: s.tenant}).Append(ctx, c); err != nil {
				return err
			}
			for _, w := range c.Writes {
				if err := s.project(ctx, tx, w.Customer); err != nil {
					return err
				}
			}
			return nil
		})
		if attempt >= s.attempts || !isUndone(err) {
			return err
		}
	}
}

// isUndone reports a transaction that the server undid for the sake of another.
func isUndone(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40P01" || pg.Code == "40001")
}

// Rebuild makes the projection of every customer anew, one transaction for each, and
// gives their number: after the tables were added to a database that has customers, or
// another salt is taken. Changes may go on meanwhile.
func (s *Store) Rebuild(ctx context.Context) (n int, err error) {
	rows, err := s.db.Query(ctx, `SELECT customer FROM customer WHERE tenant = $1 ORDER BY customer`, s.tenant)
	if err != nil {
		return 0, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[customer.ID])
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `SELECT FROM customer WHERE tenant = $1 AND customer = $2 FOR UPDATE`, s.tenant, string(id)); err != nil {
				return err
			}
			return s.project(ctx, tx, id)
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// History implements customer.Store.
func (s *Store) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return s.customers.History(ctx, id, after)
}

// Resolve implements customer.Store.
func (s *Store) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	return s.customers.Resolve(ctx, id)
}

// Seen implements customer.Store.
func (s *Store) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	return s.customers.Seen(ctx, key)
}

// Suppressed implements customer.Store.
func (s *Store) Suppressed(ctx context.Context, point customer.PointHash) (bool, error) {
	return s.customers.Suppressed(ctx, point)
}
