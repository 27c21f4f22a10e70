package sqlitedb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// The conditions that a DB answers.
var (
	// ErrClosed is a call after [DB.Close]; nothing was written.
	ErrClosed = errors.New("sqlitedb: the database is closed")
	// ErrOutcome says that it is not known whether a transaction was committed.
	ErrOutcome = errors.New("sqlitedb: outcome unknown")
	// ErrNested is a write on the DB from inside a function of [DB.Update], which would
	// wait for itself: use the transaction that the function was given.
	ErrNested = errors.New("sqlitedb: a write inside a transaction of the same database")
	// ErrWipe says that a transaction is committed and that erased bytes are still in
	// the write-ahead log, as a reader holds them. The next write, or the next Open,
	// removes them.
	ErrWipe = errors.New("sqlitedb: committed, and the erased bytes are not overwritten yet")
)

// Tx runs statements. Inside [DB.Update] it is the writer's transaction; *sql.Tx and
// *sql.DB satisfy it as well. Rows must be closed before the transaction ends.
type Tx interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}

// DB is one SQLite file. It is safe for many goroutines and for several processes,
// of which one at a time writes.
type DB struct {
	path    string
	readers *sql.DB
	writing *sql.DB // one connection
	queue   chan request
	done    chan struct{}

	mu     sync.RWMutex // held for reading while a request is handed over
	closed bool
}

// Options of [Open]; nil is the defaults.
type Options struct {
	Readers int  // connections that read; 0 means 4
	Group   int  // most requests of one transaction; 0 means 256
	Relaxed bool // synchronous=NORMAL: a power cut may take the last writes that were answered
}

// Open opens or makes the database at path. It has to be a file: of a database in
// memory each connection would see its own.
func Open(ctx context.Context, path string, opts *Options) (*DB, error) {
	if path == "" || path == ":memory:" {
		return nil, fmt.Errorf("sqlitedb: the path %q is no file", path)
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
	db := &DB{path: path, queue: make(chan request, o.Group), done: make(chan struct{})}
	var err error
	if db.writing, err = sql.Open("sqlite", DSN(path, o.Relaxed)); err != nil {
		return nil, err
	}
	db.writing.SetMaxOpenConns(1)
	conn, err := db.writing.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.writing.Close())
	}
	if db.readers, err = sql.Open("sqlite", dsn(path, o.Relaxed, "query_only(1)")); err != nil {
		return nil, errors.Join(err, conn.Close(), db.writing.Close())
	}
	db.readers.SetMaxOpenConns(o.Readers)
	db.readers.SetMaxIdleConns(o.Readers)
	w, err := newWriter(conn, o.Group)
	if err != nil {
		return nil, errors.Join(err, db.readers.Close(), conn.Close(), db.writing.Close())
	}
	go func() {
		defer close(db.done)
		w.run(db.queue)
	}()
	return db, nil
}

// DSN is how this package opens a path for writing; a host that opens the file itself
// does well to use it: WAL, foreign keys, deleted bytes overwritten, transactions
// that take the write lock when they begin, and five seconds of patience.
func DSN(path string, relaxed bool) string {
	return dsn(path, relaxed, "") + "&_txlock=immediate"
}

func dsn(path string, relaxed bool, more string) string {
	synchronous := "FULL"
	if relaxed {
		synchronous = "NORMAL"
	}
	q := url.Values{}
	for _, pragma := range []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(1)",
		"secure_delete(1)", "temp_store(MEMORY)", more,
	} {
		if pragma != "" {
			q.Add("_pragma", pragma)
		}
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Path is the file that was opened.
func (db *DB) Path() string { return db.path }

// Reader runs statements on the connections that read; each sees what was committed
// when it began. Writing through it is an error. Rows hold a connection until they
// are closed: whoever reads again while ranging over rows may wait for themselves.
func (db *DB) Reader() Tx { return db.readers }

// InUse counts the readers that a query holds at the moment.
func (db *DB) InUse() int { return db.readers.Stats().InUse }

// View runs fn over one state of the database, however many statements it runs.
func (db *DB) View(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error {
	tx, err := db.readers.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return fn(ctx, tx)
}

// Update runs fn in the writer's transaction: all that fn writes through tx is
// committed, or nothing if fn returns an error or panics. It returns once that is
// durable. fn runs at most once; it must not begin or end transactions, must close
// its rows, and should be quick, as everybody's writes wait. Within fn, stores work
// on tx (their InTx), and a write on the DB is [ErrNested].
//
// Errors are those of fn; the context's, if it ended before fn began, or between two
// statements of fn (then nothing is written); [ErrOutcome] where the commit failed;
// [ErrClosed]; [ErrWipe] after a commit.
func (db *DB) Update(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error {
	a := db.submit(ctx, fn, false)
	if a.err != nil || !a.wipes {
		return a.err
	}
	return db.wiped(ctx, a.late)
}

// WipeAfterCommit says that the transaction erases something: [DB.Update] then
// returns after the bytes are gone from the file and the log, for which the file is
// built anew (VACUUM, about a second for 100 MB, while writes wait). A host that erases
// in a transaction of its own calls [DB.Wipe] after it. Should the process end before,
// the next [Open] does it.
func WipeAfterCommit(ctx context.Context, tx Tx) error {
	_, err := tx.ExecContext(ctx, sqlMark)
	if w, ok := tx.(*writerTx); ok && err == nil {
		w.wipes = true
	}
	return err
}

// Wipe builds the file anew and empties the write-ahead log, so that nothing is left
// of what was deleted or overwritten. Where readers hold the log, Wipe waits for them
// until the context ends ([ErrWipe]).
func (db *DB) Wipe(ctx context.Context) error {
	a := db.submit(ctx, nil, false)
	if a.err != nil {
		return fmt.Errorf("%w: %w", ErrWipe, a.err)
	}
	return db.wiped(ctx, a.late)
}

// wiped asks again until no reader holds the log.
func (db *DB) wiped(ctx context.Context, late error) error {
	for wait := 5 * time.Millisecond; errors.Is(late, errBusy); wait = min(2*wait, 100*time.Millisecond) {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w: %w", ErrWipe, ctx.Err())
		}
		a := db.submit(ctx, nil, true)
		late = errors.Join(a.err, a.late)
	}
	if late != nil {
		late = fmt.Errorf("%w: %w", ErrWipe, late)
	}
	return late
}

// Close waits for what is queued, ends the writer and closes the file.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.queue)
	db.mu.Unlock()
	<-db.done
	return errors.Join(db.readers.Close(), db.writing.Close())
}

// insideKey marks the context of a function that runs in the writer of a DB.
type insideKey struct{ db *DB }

// submit hands a request to the writer and waits for its answer; fn nil asks for a
// wipe.
func (db *DB) submit(ctx context.Context, fn func(ctx context.Context, tx Tx) error, again bool) answer {
	if err := ctx.Err(); err != nil {
		return answer{err: err}
	}
	if ctx.Value(insideKey{db}) != nil {
		return answer{err: ErrNested}
	}
	r := request{
		fn: fn, again: again, ctx: context.WithValue(ctx, insideKey{db}, true),
		answered: make(chan answer, 1), taken: new(atomic.Int32),
	}
	db.mu.RLock()
	if db.closed {
		db.mu.RUnlock()
		return answer{err: ErrClosed}
	}
	select {
	case db.queue <- r:
		db.mu.RUnlock()
	case <-ctx.Done():
		db.mu.RUnlock()
		return answer{err: ctx.Err()} // never handed over
	}
	select {
	case a := <-r.answered:
		return a
	case <-ctx.Done():
		if r.leave() {
			return answer{err: ctx.Err()} // it had not begun
		}
		return <-r.answered // the transaction is under way and reads the caller's memory
	}
}
