package sqlitedb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
)

// request is work for the writer. It is answered when its transaction has ended.
type request struct {
	fn       func(ctx context.Context, tx Tx) error // nil: asks for a wipe
	again    bool                                   // of one that readers kept from its end
	ctx      context.Context
	answered chan answer
	taken    *atomic.Int32 // whose it is: still the caller's, the writer's, or nobody's
}

// answer tells how a transaction ended. late is why erased bytes are not gone yet.
type answer struct {
	err   error
	wipes bool
	late  error
}

const (
	isWriters int32 = 1
	isNobodys int32 = 2
)

// take makes the request the writer's; false where its caller has gone.
func (r request) take() bool { return r.taken.CompareAndSwap(0, isWriters) }

// leave gives the request up; false where the writer has it already.
func (r request) leave() bool { return r.taken.CompareAndSwap(0, isNobodys) }

// maxPrepared bounds the statements that are kept prepared.
const maxPrepared = 256

// errBusy is a checkpoint that readers kept from emptying the log.
var errBusy = errors.New("sqlitedb: readers hold the log")

// writer owns the one connection that writes.
type writer struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt // nil at the first use: texts are prepared at the second
	group    int
	unwiped  bool // erased bytes may be in the file or in the log
	rebuilt  bool // then they are in the log only
}

// newWriter finishes what a process that was killed may have left.
func newWriter(conn *sql.Conn, group int) (*writer, error) {
	w := &writer{conn: conn, prepared: map[string]*sql.Stmt{}, group: group}
	err := errors.Join(w.exec("BEGIN IMMEDIATE"), w.exec(sqlMarker), w.exec("COMMIT"))
	if err != nil {
		return nil, err
	}
	var marked int
	if err := conn.QueryRowContext(context.Background(), sqlMarked).Scan(&marked); err != nil {
		return nil, err
	}
	w.unwiped = true
	w.rebuilt = marked == 0
	_ = w.wipe() // or with the next write
	return w, nil
}

// The marker is written with what is erased, and removed once the bytes are gone.
const (
	sqlMarker = `CREATE TABLE IF NOT EXISTS sqlitedb_erasure (pending INTEGER PRIMARY KEY CHECK (pending = 1)) STRICT`
	sqlMarked = `SELECT count(*) FROM sqlitedb_erasure`
	sqlMark   = `INSERT INTO sqlitedb_erasure (pending) VALUES (1) ON CONFLICT DO NOTHING`
	sqlUnmark = `DELETE FROM sqlitedb_erasure`
)

// run serves requests until the queue is closed and empty.
func (w *writer) run(queue <-chan request) {
	for r := range queue {
		group := []request{r}
		for len(group) < w.group {
			more, ok := poll(queue)
			if !ok {
				break
			}
			group = append(group, more)
		}
		w.serve(group)
	}
	for _, st := range w.prepared {
		if st != nil {
			_ = st.Close()
		}
	}
	_ = w.conn.Close()
}

func poll(queue <-chan request) (request, bool) {
	select {
	case r, ok := <-queue:
		return r, ok
	default:
		return request{}, false
	}
}

// serve runs the functions of a group in one transaction and answers them, those that
// erased something once the bytes are gone.
func (w *writer) serve(group []request) {
	var writes, wipes []request
	for _, r := range group {
		switch {
		case !r.take(): // its caller has gone; nothing of it is written
		case r.ctx.Err() != nil:
			r.answered <- answer{err: r.ctx.Err()}
		case r.fn == nil:
			wipes = append(wipes, r)
			if !r.again {
				w.unwiped, w.rebuilt = true, false
			}
		default:
			writes = append(writes, r)
		}
	}
	if len(writes) > 0 {
		for i, a := range w.transact(writes) {
			if a.err != nil || !a.wipes {
				writes[i].answered <- a
				continue
			}
			w.unwiped, w.rebuilt = true, false
			wipes = append(wipes, writes[i])
		}
	}
	if !w.unwiped && len(wipes) == 0 {
		return
	}
	late := w.wipe()
	for _, r := range wipes {
		r.answered <- answer{wipes: true, late: late}
	}
}

// transact is one transaction over a group.
func (w *writer) transact(group []request) []answer {
	answers := make([]answer, len(group))
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return all(answers, err)
	}
	for i, r := range group {
		var broken error
		if answers[i], broken = w.request(r); broken != nil {
			_ = w.exec("ROLLBACK")
			return all(answers, broken)
		}
	}
	// Whoever was refused has read what the others wrote, so a refusal, too, counts
	// only if that is there.
	if err := w.exec("COMMIT"); err != nil {
		_ = w.exec("ROLLBACK") // a commit that failed may have left the transaction open
		return all(answers, fmt.Errorf("%w: %w", ErrOutcome, err))
	}
	return answers
}

// all adds an error to every answer.
func all(answers []answer, err error) []answer {
	for i := range answers {
		answers[i].err = errors.Join(err, answers[i].err)
	}
	return answers
}

// request runs one function in a savepoint. broken means that the whole transaction
// cannot be used any more: SQLite has rolled it back, as it does when a disk is full.
func (w *writer) request(r request) (a answer, broken error) {
	if err := w.exec("SAVEPOINT request"); err != nil {
		return answer{}, err
	}
	tx := &writerTx{w: w}
	a.err = call(r, tx)
	tx.over = true // for whoever kept it
	if a.err != nil {
		broken = w.exec("ROLLBACK TO request")
	} else {
		a.wipes = tx.wipes
	}
	if broken == nil {
		broken = w.exec("RELEASE request")
	}
	return a, broken
}

// call runs a host's function; its panic must not end everybody's writer.
func call(r request, tx Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sqlitedb: the function of Update panicked: %v", p)
		}
	}()
	return r.fn(r.ctx, tx)
}

// wipe rebuilds the file and empties the log. secure_delete overwrites what is freed,
// but not the copies that stay in the gaps of a page when rows are moved to another:
// only a file that is built anew is without them. It waits a little for readers, since
// everybody's writes wait.
func (w *writer) wipe() error {
	if !w.unwiped {
		return nil
	}
	if !w.rebuilt {
		if err := w.exec("VACUUM"); err != nil {
			return err
		}
		w.rebuilt = true
	}
	if err := w.exec("PRAGMA busy_timeout = 50"); err != nil {
		return err
	}
	var busy, log, moved int
	row := w.conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := errors.Join(row.Scan(&busy, &log, &moved), w.exec("PRAGMA busy_timeout = 5000")); err != nil {
		return err
	}
	if busy != 0 {
		return errBusy
	}
	w.unwiped = false
	return w.exec(sqlUnmark)
}

func (w *writer) exec(text string) error {
	_, err := w.statement(text).exec(nil)
	return err
}

// statement is a text, prepared if it was seen before.
type statement struct {
	w    *writer
	st   *sql.Stmt
	text string
}

func (w *writer) statement(text string) statement {
	st, seen := w.prepared[text]
	switch {
	case !seen && len(w.prepared) < maxPrepared:
		w.prepared[text] = nil
	case seen && st == nil:
		if made, err := w.conn.PrepareContext(context.Background(), text); err == nil {
			w.prepared[text], st = made, made
		}
	}
	return statement{w, st, text}
}

func (s statement) exec(args []any) (sql.Result, error) {
	if s.st != nil {
		return s.st.ExecContext(context.Background(), args...)
	}
	return s.w.conn.ExecContext(context.Background(), s.text, args...)
}

// writerTx is the transaction of one request. It listens to the context between
// statements and not within one: an interrupt would roll back the whole group.
type writerTx struct {
	w     *writer
	wipes bool
	over  bool
}

var errOver = errors.New("sqlitedb: the transaction is over")

func (t *writerTx) ready(ctx context.Context) error {
	if t.over {
		return errOver
	}
	return ctx.Err()
}

// ExecContext runs a statement.
func (t *writerTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := t.ready(ctx); err != nil {
		return nil, err
	}
	return t.w.statement(text).exec(args)
}

// QueryContext runs a query.
func (t *writerTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := t.ready(ctx); err != nil {
		return nil, err
	}
	return t.w.conn.QueryContext(context.Background(), text, args...)
}

// QueryRowContext runs a query of which one row is read.
func (t *writerTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if t.ready(ctx) != nil {
		ended, end := context.WithCancel(context.Background())
		end()
		return t.w.conn.QueryRowContext(ended, text, args...) // the way to a row with an error
	}
	return t.w.conn.QueryRowContext(context.Background(), text, args...)
}

// ScanRow reads one row into dest, by a prepared statement where tx is the writer's;
// sql.ErrNoRows where there is none. Statements that stay open while the caller goes
// on, as those of QueryContext and QueryRowContext do, are never shared.
func ScanRow(ctx context.Context, tx Tx, text string, args []any, dest ...any) error {
	t, ok := tx.(*writerTx)
	if !ok {
		return tx.QueryRowContext(ctx, text, args...).Scan(dest...)
	}
	if err := t.ready(ctx); err != nil {
		return err
	}
	if s := t.w.statement(text); s.st != nil {
		return s.st.QueryRowContext(context.Background(), args...).Scan(dest...)
	}
	return t.w.conn.QueryRowContext(context.Background(), text, args...).Scan(dest...)
}
