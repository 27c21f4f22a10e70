package loyaltystore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"sync"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rapport-go/rapport/loyalty"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is a loyalty.Store on one SQLite file. It is safe for many goroutines.
type Store struct {
	readers *sql.DB
	writer  *sql.DB // one connection
	queue   chan request
	done    chan struct{}

	mu     sync.RWMutex // held for reading while a request is handed over
	closed bool
}

var (
	_ loyalty.Store         = (*Store)(nil)
	_ loyalty.BatchAppender = (*Store)(nil)
)

// Options of [Open]; nil is the defaults.
type Options struct {
	Readers int  // connections that read; 0 means 4
	Group   int  // most requests of one transaction; 0 means 256
	Relaxed bool // synchronous=NORMAL: a power cut may take the last acknowledged appends
}

// Open opens or makes the database at path and brings its schema up to date. It has
// to be a file: of a database in memory each connection would see its own.
func Open(ctx context.Context, path string, opts *Options) (*Store, error) {
	if path == "" || path == ":memory:" {
		return nil, fmt.Errorf("loyaltystore: the path %q is no file", path)
	}
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Group <= 0 {
		o.Group = 256
	}
	s := &Store{queue: make(chan request, o.Group), done: make(chan struct{})}
	var err error
	if s.writer, err = sql.Open("sqlite", DSN(path, o.Relaxed)); err != nil {
		return nil, err
	}
	s.writer.SetMaxOpenConns(1)
	if err := migrate(ctx, s.writer); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	if s.readers, err = sql.Open("sqlite", DSN(path, o.Relaxed)+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	s.readers.SetMaxOpenConns(o.Readers)
	s.readers.SetMaxIdleConns(o.Readers)
	w, err := newGroupWriter(ctx, s.writer, o.Group)
	if err != nil {
		return nil, errors.Join(err, s.writer.Close(), s.readers.Close())
	}
	go func() {
		defer close(s.done)
		w.run(s.queue)
	}()
	return s, nil
}

// DSN is how this package opens a path; a host that opens the file itself, for
// [InTx], does well to use it: WAL, foreign keys, transactions that take the write
// lock when they begin, and five seconds of patience.
func DSN(path string, relaxed bool) string {
	synchronous := "FULL"
	if relaxed {
		synchronous = "NORMAL"
	}
	q := url.Values{}
	for _, pragma := range []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(1)"} {
		q.Add("_pragma", pragma)
	}
	q.Set("_txlock", "immediate")
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// migrate applies the embedded files that the database has not seen, in order of
// their names.
func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS loyalty_migration (name TEXT PRIMARY KEY) STRICT`); err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		r, err := tx.ExecContext(ctx, `INSERT INTO loyalty_migration (name) VALUES (?) ON CONFLICT DO NOTHING`, name)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			continue
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("loyaltystore: %s: %w", name, err)
		}
	}
	return tx.Commit()
}

// Close waits for what is queued, ends the writer and closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	s.mu.Unlock()
	<-s.done
	return errors.Join(s.writer.Close(), s.readers.Close())
}

// InUse counts the readers that a query holds at the moment.
func (s *Store) InUse() int { return s.readers.Stats().InUse }

// submit hands a request to the writer and waits for its answer.
func (s *Store) submit(ctx context.Context, r request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.ctx, r.answered, r.taken = ctx, make(chan error, 1), new(atomic.Int32)
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return errClosed
	}
	select {
	case s.queue <- r:
		s.mu.RUnlock()
	case <-ctx.Done():
		s.mu.RUnlock()
		return ctx.Err() // never handed over
	}
	select {
	case err := <-r.answered:
		return err
	case <-ctx.Done():
		if r.leave() {
			return ctx.Err() // it had not begun
		}
		return <-r.answered // the transaction is under way and reads the caller's memory
	}
}

var errClosed = errors.New("loyaltystore: the store is closed")

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
	err := s.submit(ctx, request{do: func(ctx context.Context, tx statements) error {
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
	}})
	for i := range commits {
		if err != nil && sound[i] {
			results[i] = loyalty.AppendResult{Err: err}
		}
	}
	return results
}

// Update runs fn inside a transaction of the writer: rows of the host that fn writes
// through tx, and commits that it appends to the store it is given, are committed
// together, or not at all if fn returns an error. fn must not use the Store itself,
// nor end the transaction, and should be quick: everybody's appends wait.
func (s *Store) Update(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx, store loyalty.Store) error) error {
	return s.submit(ctx, request{alone: true, host: fn})
}

// Lookup implements loyalty.Store.
func (s *Store) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	return lookup(ctx, s.readers, key)
}

// Load implements loyalty.Store. Entries are read from a connection that is held
// while they are ranged over.
func (s *Store) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	return load(ctx, s.readers, id, r)
}

// Due implements loyalty.Store.
func (s *Store) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	return due(ctx, s.readers, q)
}

// SaveSnapshot implements loyalty.Store.
func (s *Store) SaveSnapshot(ctx context.Context, id loyalty.AccountID, snap loyalty.Snapshot) error {
	if err := id.Check(); err != nil {
		return err
	}
	return s.submit(ctx, request{do: func(ctx context.Context, tx statements) error {
		return saveSnapshot(ctx, tx, id, snap)
	}})
}
