package loyaltystore

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/examples/postgres/internal/migration"
	"github.com/rapport-go/rapport/loyalty"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is a loyalty.Store on a pool of connections, which stays the host's. It is
// safe for many goroutines.
type Store struct{ pool *pgxpool.Pool }

var (
	_ loyalty.Store         = (*Store)(nil)
	_ loyalty.BatchAppender = (*Store)(nil)
)

// New gives a store on a pool whose schema is up to date, see [Migrate]. Tables are
// found by the search path of the pool's connections.
func New(pool *pgxpool.Pool) *Store { return &Store{pool} }

// Migrate makes the tables, or brings them up to date: it applies the embedded files
// that the database has not seen, in order of their names, in one transaction.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	return migration.Apply(ctx, pool, "loyalty", migrations)
}

// maxAttempts of an append that a deadlock or a race for a key undid.
const maxAttempts = 10

// Append implements loyalty.Store.
func (s *Store) Append(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
	if err := errors.Join(c.Check(), ctx.Err()); err != nil {
		return loyalty.Receipt{}, err
	}
	return appendOne(ctx, s.pool, c)
}

func appendOne(ctx context.Context, db statements, c loyalty.Commit) (loyalty.Receipt, error) {
	for attempt := 1; ; attempt++ {
		var a answer
		err := a.scan(db.QueryRow(ctx, sqlAppend, arguments(c)...))
		if err == nil {
			return a.receipt(ctx, db, c)
		}
		undone := isUndone(err)
		if undone == again && attempt < maxAttempts {
			continue
		}
		if undone == stale {
			return staleAnswer(ctx, db, c)
		}
		return loyalty.Receipt{}, fmt.Errorf("%w: %w", loyalty.ErrOutcome, err)
	}
}

// staleAnswer is that of a commit whose accounts did not all move: a key that
// another connection committed meanwhile comes first.
func staleAnswer(ctx context.Context, db statements, c loyalty.Commit) (loyalty.Receipt, error) {
	r, known, err := lookup(ctx, db, c.Key)
	if err != nil {
		return loyalty.Receipt{}, fmt.Errorf("%w: %w", loyalty.ErrOutcome, err)
	}
	if known {
		return repeated(r, c)
	}
	w := c.Writes[0]
	for _, w = range c.Writes {
		var version int64
		if err := db.QueryRow(ctx, sqlVersion, w.Account.Tenant, w.Account.ID).Scan(&version); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			break
		}
		if version != w.Entry.Version-1 {
			break
		}
	}
	return loyalty.Receipt{}, &loyalty.VersionError{Account: w.Account, Expected: w.Entry.Version - 1}
}

func repeated(r loyalty.Receipt, c loyalty.Commit) (loyalty.Receipt, error) {
	if r.Hash != c.Hash {
		return loyalty.Receipt{}, loyalty.ErrKeyConflict
	}
	return r, loyalty.ErrDuplicate
}

// fate of a statement that PostgreSQL undid as a whole.
type fate int

const (
	unknown fate = iota
	again        // a deadlock, or a key that another connection committed first
	stale        // some accounts of the commit could not move
)

func isUndone(err error) fate {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return unknown
	}
	switch {
	case pg.Code == "40P01" || pg.Code == "40001":
		return again
	case pg.Code == "23505": // unique: the key, or an account that was made meanwhile
		return again
	case pg.Code == "23502" && pg.TableName == "loyalty_key":
		return stale
	}
	return unknown
}

// AppendBatch implements loyalty.BatchAppender.
func (s *Store) AppendBatch(ctx context.Context, commits []loyalty.Commit) []loyalty.AppendResult {
	results := make([]loyalty.AppendResult, len(commits))
	if err := ctx.Err(); err != nil {
		for i := range results {
			results[i].Err = err
		}
		return results
	}
	var sound []int
	for i, c := range commits {
		if results[i].Err = c.Check(); results[i].Err == nil {
			sound = append(sound, i)
		}
	}
	answers, err := s.pipeline(ctx, commits, sound)
	for n, i := range sound {
		switch {
		case err == nil:
			results[i].Receipt, results[i].Err = answers[n].receipt(ctx, s.pool, commits[i])
		case isUndone(err) != unknown: // nothing of the batch was written
			results[i].Receipt, results[i].Err = s.Append(ctx, commits[i])
		default:
			results[i].Err = fmt.Errorf("%w: %w", loyalty.ErrOutcome, err)
		}
	}
	return results
}

// pipeline sends the commits in one transaction without waiting in between.
func (s *Store) pipeline(ctx context.Context, commits []loyalty.Commit, sound []int) ([]answer, error) {
	if len(sound) == 0 {
		return nil, nil
	}
	answers := make([]answer, len(sound))
	b := &pgx.Batch{}
	tenants, accounts := accountsOf(commits, sound)
	b.Queue(sqlLock, tenants, accounts)
	for _, i := range sound {
		b.Queue(sqlAppend, arguments(commits[i])...)
	}
	sent := s.pool.SendBatch(ctx, b) // without BEGIN a pipeline is one transaction
	if _, err := sent.Exec(); err != nil {
		return nil, errors.Join(err, ignoreUndone(sent.Close()))
	}
	for n := range sound {
		if err := answers[n].scan(sent.QueryRow()); err != nil {
			return nil, errors.Join(err, ignoreUndone(sent.Close()))
		}
	}
	return answers, sent.Close()
}

// accountsOf names the accounts of a batch, each once.
func accountsOf(commits []loyalty.Commit, sound []int) (tenants, accounts []string) {
	seen := map[loyalty.AccountID]bool{}
	for _, i := range sound {
		for _, w := range commits[i].Writes {
			if !seen[w.Account] {
				seen[w.Account] = true
				tenants, accounts = append(tenants, w.Account.Tenant), append(accounts, w.Account.ID)
			}
		}
	}
	return tenants, accounts
}

// ignoreUndone drops the error that Close repeats after a failed statement.
func ignoreUndone(err error) error {
	if isUndone(err) != unknown {
		return nil
	}
	return err
}

// Lookup implements loyalty.Store.
func (s *Store) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	return lookup(ctx, s.pool, key)
}

// Load implements loyalty.Store. Entries are read in pages of 500, and no connection is
// held between them.
func (s *Store) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	return load(ctx, s.pool, id, r)
}

// Due implements loyalty.Store.
func (s *Store) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	return due(ctx, s.pool, q)
}

// SaveSnapshot implements loyalty.Store.
func (s *Store) SaveSnapshot(ctx context.Context, id loyalty.AccountID, snap loyalty.Snapshot) error {
	return saveSnapshot(ctx, s.pool, id, snap)
}

// txStore writes in a transaction that somebody else began and will end.
type txStore struct{ tx pgx.Tx }

// InTx is a loyalty.Store inside a transaction that the host has opened: what is
// appended is seen by this transaction, and by the others once the host commits.
// Each append has a savepoint of its own, so that a refused one leaves the
// transaction as it was; after any error that is no refusal the host rolls back.
// Like the transaction the store serves one goroutine.
func InTx(tx pgx.Tx) loyalty.Store { return txStore{tx} }

func (s txStore) Append(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
	if err := errors.Join(c.Check(), ctx.Err()); err != nil {
		return loyalty.Receipt{}, err
	}
	point, err := s.tx.Begin(ctx)
	if err != nil {
		return loyalty.Receipt{}, err
	}
	var a answer
	if err := a.scan(point.QueryRow(ctx, sqlAppend, arguments(c)...)); err != nil {
		if err := errors.Join(point.Rollback(ctx), unlessUndone(err)); err != nil {
			return loyalty.Receipt{}, err
		}
		return staleAnswer(ctx, s.tx, c)
	}
	if err := point.Commit(ctx); err != nil {
		return loyalty.Receipt{}, err
	}
	return a.receipt(ctx, s.tx, c)
}

// unlessUndone keeps the errors that are no answer; a deadlock is one of them here,
// since the host's transaction cannot go on after it.
func unlessUndone(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "23505" || pg.Code == "23502" && pg.TableName == "loyalty_key") {
		return nil
	}
	return err
}

func (s txStore) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	return lookup(ctx, s.tx, key)
}

// Load reads the entries before it returns: in a transaction nothing else may run
// while rows are open.
func (s txStore) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	h, err := load(ctx, s.tx, id, r)
	if err != nil {
		return h, err
	}
	var entries []loyalty.Entry
	for e, err := range h.Entries {
		if err != nil {
			return loyalty.History{}, err
		}
		entries = append(entries, e)
	}
	h.Entries = func(yield func(loyalty.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
	return h, nil
}

func (s txStore) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	return due(ctx, s.tx, q)
}

func (s txStore) SaveSnapshot(ctx context.Context, id loyalty.AccountID, snap loyalty.Snapshot) error {
	return saveSnapshot(ctx, s.tx, id, snap)
}

// Lock keeps an account as it is until the host's transaction ends, so that what is read
// of it afterwards is the newest; one that does not exist is no matter. Package timers
// locks what it wakes before it looks at it.
func Lock(ctx context.Context, tx pgx.Tx, id loyalty.AccountID) error {
	_, err := tx.Exec(ctx, `SELECT FROM loyalty_account WHERE tenant = $1 AND account = $2 FOR UPDATE`, id.Tenant, id.ID)
	return err
}
