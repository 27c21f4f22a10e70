package casestore

import (
	"context"
	"embed"
	"errors"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an interaction.CaseStore on one SQLite file. It is safe for many
// goroutines.
type Store struct{ db *sqlitedb.DB }

var _ interaction.CaseStore = (*Store)(nil)

// New is a store on a database that the host has opened, and maybe shares with other
// stores. It brings the tables up to date; the host closes the database.
func New(ctx context.Context, db *sqlitedb.DB) (*Store, error) {
	if err := db.Migrate(ctx, "case", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// DB is the database that the store is on.
func (s *Store) DB() *sqlitedb.DB { return s.db }

// LoadCase implements interaction.CaseStore.
func (s *Store) LoadCase(ctx context.Context, id string) ([]interaction.Event, error) {
	return load(ctx, s.db.Reader(), id)
}

// AppendCases implements interaction.CaseStore.
func (s *Store) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	c, err := newCommit(key, batches)
	if err != nil {
		return errors.Join(ctx.Err(), err)
	}
	return s.db.Update(ctx, c.write)
}

// CasesOf implements interaction.CaseStore.
func (s *Store) CasesOf(ctx context.Context, customer string) ([]string, error) {
	return ids(ctx, s.db.Reader(), sqlCasesOf, customer)
}

// Cases lists the ids of all cases in order, beginning after one; at most limit of
// them.
func (s *Store) Cases(ctx context.Context, after string, limit int) ([]string, error) {
	return ids(ctx, s.db.Reader(), sqlCases, after, limit)
}

// Forget removes every case of a customer, with all that was written in it, and says
// how many there were. It returns after the bytes are overwritten (see package
// sqlitedb). Keys stay, so that a late repetition does not bring a case back.
func (s *Store) Forget(ctx context.Context, customer string) (n int, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error {
		n, err = Forget(ctx, tx, customer)
		return err
	})
	return n, err
}

// Forget is [Store.Forget] inside a transaction. After one of the host's own the
// host calls [sqlitedb.DB.Wipe]; Update sees to that itself.
func Forget(ctx context.Context, tx sqlitedb.Tx, customer string) (int, error) {
	if _, err := tx.ExecContext(ctx, sqlForgetEvents, customer); err != nil {
		return 0, err
	}
	r, err := tx.ExecContext(ctx, sqlForgetRecords, customer)
	if err != nil {
		return 0, err
	}
	if err := sqlitedb.WipeAfterCommit(ctx, tx); err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// txStore works in a transaction that somebody else began and will end.
type txStore struct{ tx sqlitedb.Tx }

// InTx is an interaction.CaseStore inside a transaction: that of
// [sqlitedb.DB.Update], or one that the host has opened itself. What is appended is
// seen by this transaction, and by the others once it commits. A refused append
// leaves the transaction as it was; after any other error it is rolled back. Like the
// transaction the store serves one goroutine.
func InTx(tx sqlitedb.Tx) interaction.CaseStore { return txStore{tx} }

func (s txStore) LoadCase(ctx context.Context, id string) ([]interaction.Event, error) {
	return load(ctx, s.tx, id)
}

func (s txStore) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	c, err := newCommit(key, batches)
	if err = errors.Join(ctx.Err(), err); err != nil {
		return err
	}
	return c.write(ctx, s.tx)
}

func (s txStore) CasesOf(ctx context.Context, customer string) ([]string, error) {
	return ids(ctx, s.tx, sqlCasesOf, customer)
}
