package loyaltystore

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/loyalty"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is a loyalty.Store on one SQLite file. It is safe for many goroutines.
type Store struct {
	db   *sqlitedb.DB
	owns bool
}

var (
	_ loyalty.Store         = (*Store)(nil)
	_ loyalty.BatchAppender = (*Store)(nil)
)

// New is a store on a database that the host has opened, and maybe shares with other
// stores. It brings the tables up to date; the host closes the database.
func New(ctx context.Context, db *sqlitedb.DB) (*Store, error) {
	if err := db.Migrate(ctx, "loyalty", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Open opens or makes the file at path for this store alone; nil options are the
// defaults. [Store.Close] closes it.
func Open(ctx context.Context, path string, opts *sqlitedb.Options) (*Store, error) {
	db, err := sqlitedb.Open(ctx, path, opts)
	if err != nil {
		return nil, err
	}
	s, err := New(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.owns = true
	return s, nil
}

// DB is the database that the store is on.
func (s *Store) DB() *sqlitedb.DB { return s.db }

// Close closes the database if [Open] opened it.
func (s *Store) Close() error {
	if !s.owns {
		return nil
	}
	return s.db.Close()
}

// update is Update of the database with this package's word for an unknown outcome.
func (s *Store) update(ctx context.Context, fn func(ctx context.Context, tx sqlitedb.Tx) error) error {
	err := s.db.Update(ctx, fn)
	if errors.Is(err, sqlitedb.ErrOutcome) {
		err = fmt.Errorf("%w: %w", loyalty.ErrOutcome, err)
	}
	return err
}

// Append implements loyalty.Store.
func (s *Store) Append(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
	r := s.AppendBatch(ctx, []loyalty.Commit{c})[0]
	return r.Receipt, r.Err
}

// AppendBatch implements loyalty.BatchAppender: the batch is one request, written in
// one transaction.
func (s *Store) AppendBatch(ctx context.Context, commits []loyalty.Commit) []loyalty.AppendResult {
	results := make([]loyalty.AppendResult, len(commits))
	sound := make([]bool, len(commits))
	one := false
	for i, c := range commits {
		results[i].Err = c.Check()
		sound[i] = results[i].Err == nil
		one = one || sound[i]
	}
	if !one {
		return results
	}
	err := s.update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error {
		for i, c := range commits {
			if !sound[i] {
				continue
			}
			var err error
			results[i].Receipt, results[i].Err, err = appendIn(ctx, tx, c)
			if err != nil {
				return err
			}
		}
		return nil
	})
	for i := range commits {
		if err != nil && sound[i] {
			results[i] = loyalty.AppendResult{Err: err}
		}
	}
	return results
}

// Update runs fn inside the writer's transaction: rows of the host that fn writes
// through tx, and commits that it appends to the store it is given, are committed
// together, or not at all if fn returns an error. See [sqlitedb.DB.Update].
func (s *Store) Update(ctx context.Context, fn func(ctx context.Context, tx sqlitedb.Tx, store loyalty.Store) error) error {
	return s.update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error { return fn(ctx, tx, InTx(tx)) })
}

// Lookup implements loyalty.Store.
func (s *Store) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	return lookup(ctx, s.db.Reader(), key)
}

// Load implements loyalty.Store. Entries are read in pages of 500, and no reader is held
// while they are ranged over.
func (s *Store) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	return load(ctx, s.db.Reader(), id, r)
}

// Due implements loyalty.Store.
func (s *Store) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	return due(ctx, s.db.Reader(), q)
}

// SaveSnapshot implements loyalty.Store.
func (s *Store) SaveSnapshot(ctx context.Context, id loyalty.AccountID, snap loyalty.Snapshot) error {
	if err := id.Check(); err != nil {
		return err
	}
	return s.update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error { return saveSnapshot(ctx, tx, id, snap) })
}
