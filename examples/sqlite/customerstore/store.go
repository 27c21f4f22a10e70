package customerstore

import (
	"context"
	"embed"
	"errors"
	"iter"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is a customer.Store on one SQLite file. It is safe for many goroutines.
type Store struct{ db *sqlitedb.DB }

var _ customer.Store = (*Store)(nil)

// New is a store on a database that the host has opened, and maybe shares with other
// stores. It brings the tables up to date; the host closes the database.
func New(ctx context.Context, db *sqlitedb.DB) (*Store, error) {
	if err := db.Migrate(ctx, "customer", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// DB is the database that the store is on.
func (s *Store) DB() *sqlitedb.DB { return s.db }

// Append implements customer.Store.
func (s *Store) Append(ctx context.Context, c customer.Commit) error {
	if err := check(c); err != nil {
		return err
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error { return appendIn(ctx, tx, c) })
	if len(c.Scrub) > 0 && errors.Is(err, customer.ErrDuplicate) { // the first call may have left before the bytes went
		if wipe := s.db.Wipe(ctx); wipe != nil {
			return wipe
		}
	}
	return err
}

// History implements customer.Store. It is what was there when the iteration began,
// and holds no connection.
func (s *Store) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return history(ctx, s.db.Reader(), id, after)
}

// Resolve implements customer.Store.
func (s *Store) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	return resolve(ctx, s.db.Reader(), id)
}

// Seen implements customer.Store.
func (s *Store) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	return seen(ctx, s.db.Reader(), key)
}

// Suppressed implements customer.Store.
func (s *Store) Suppressed(ctx context.Context, point customer.PointHash) (bool, error) {
	return suppressed(ctx, s.db.Reader(), point)
}

// Customers lists ids in order, beginning after one; at most limit of them. Ids that
// were merged away are among them.
func (s *Store) Customers(ctx context.Context, after customer.ID, limit int) ([]customer.ID, error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlCustomers, string(after), limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []customer.ID
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, customer.ID(id))
	}
	return ids, rows.Err()
}

// txStore works in a transaction that somebody else began and will end.
type txStore struct{ tx sqlitedb.Tx }

// InTx is a customer.Store inside a transaction: that of [sqlitedb.DB.Update], or one
// that the host has opened itself. What is appended is seen by this transaction, and
// by the others once it commits. A refused append leaves the transaction as it was;
// after any other error it is rolled back. A host that scrubs in a transaction of its
// own calls [sqlitedb.DB.Wipe] after it; Update sees to that itself. Like the
// transaction the store serves one goroutine.
func InTx(tx sqlitedb.Tx) customer.Store { return txStore{tx} }

func (s txStore) Append(ctx context.Context, c customer.Commit) error {
	if err := errors.Join(check(c), ctx.Err()); err != nil {
		return err
	}
	return appendIn(ctx, s.tx, c)
}

func (s txStore) History(ctx context.Context, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return history(ctx, s.tx, id, after)
}

func (s txStore) Resolve(ctx context.Context, id customer.ID) (customer.ID, error) {
	return resolve(ctx, s.tx, id)
}

func (s txStore) Seen(ctx context.Context, key string) (customer.Hash, bool, error) {
	return seen(ctx, s.tx, key)
}

func (s txStore) Suppressed(ctx context.Context, point customer.PointHash) (bool, error) {
	return suppressed(ctx, s.tx, point)
}
