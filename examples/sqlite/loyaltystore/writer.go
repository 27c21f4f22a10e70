package loyaltystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/rapport-go/rapport/loyalty"
)

// request is work for the writer. It is answered when its transaction has ended.
type request struct {
	do       func(ctx context.Context, tx statements) error
	host     func(ctx context.Context, tx *sql.Tx, store loyalty.Store) error
	alone    bool // in a transaction of its own
	ctx      context.Context
	answered chan error
	taken    *atomic.Int32 // whose it is: still the caller's, the writer's, or nobody's
}

const (
	isWriters int32 = 1
	isNobodys int32 = 2
)

// take makes the request the writer's; false where its caller has gone.
func (r request) take() bool {
	return r.taken.CompareAndSwap(0, isWriters) || r.taken.Load() == isWriters
}

// leave gives the request up; false where the writer has it already.
func (r request) leave() bool { return r.taken.CompareAndSwap(0, isNobodys) }

// groupWriter owns the one connection that writes.
type groupWriter struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
	group    int
}

func newGroupWriter(ctx context.Context, db *sql.DB, group int) (*groupWriter, error) {
	w := &groupWriter{db: db, prepared: map[string]*sql.Stmt{}, group: group}
	for _, text := range []string{sqlKey, sqlVersion, sqlCreate, sqlMove, sqlEntry, sqlNewKey} {
		st, err := db.PrepareContext(ctx, text)
		if err != nil {
			return nil, err
		}
		w.prepared[text] = st
	}
	return w, nil
}

// run serves requests until the queue is closed and empty.
func (w *groupWriter) run(queue <-chan request) {
	var held *request // taken from the queue, and not of this group
	for {
		var group []request
		if held != nil {
			group, held = append(group, *held), nil
		} else {
			r, open := <-queue
			if !open {
				break
			}
			group = append(group, r)
		}
		for !group[0].alone && len(group) < w.group {
			r, ok := poll(queue)
			if !ok {
				break
			}
			if r.alone {
				held = &r
				break
			}
			group = append(group, r)
		}
		w.serve(group)
	}
	for _, st := range w.prepared {
		_ = st.Close()
	}
}

func poll(queue <-chan request) (request, bool) {
	select {
	case r, ok := <-queue:
		return r, ok
	default:
		return request{}, false
	}
}

// serve runs a group in one transaction. If something breaks, the transaction is
// rolled back and each request runs in one of its own, so that only the one that
// broke it is told.
func (w *groupWriter) serve(group []request) {
	group = waiting(group)
	if len(group) == 0 {
		return
	}
	err := w.transact(group)
	if err != nil && len(group) > 1 && !errors.Is(err, loyalty.ErrOutcome) {
		for _, r := range group {
			w.serve([]request{r})
		}
		return
	}
	for _, r := range group {
		r.answered <- err
	}
}

// waiting drops the requests whose callers have gone; nothing of them is written.
func waiting(group []request) (still []request) {
	for _, r := range group {
		if !r.take() {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			r.answered <- err
			continue
		}
		still = append(still, r)
	}
	return still
}

// transact is one transaction. A commit that fails may still have happened.
func (w *groupWriter) transact(group []request) error {
	ctx := context.Background() // a caller who leaves must not break the group
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, r := range group {
		if r.host != nil {
			err = hostCall(r, tx)
		} else {
			err = r.do(ctx, preparedTx{tx, w.prepared})
		}
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w: %w", loyalty.ErrOutcome, err)
	}
	return nil
}

// hostCall runs a host's function; its panic must not end everybody's writer.
func hostCall(r request, tx *sql.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("loyaltystore: the function of Update panicked: %v", p)
		}
	}()
	return r.host(r.ctx, tx, InTx(tx))
}

// preparedTx runs statements in a transaction, the frequent ones prepared.
type preparedTx struct {
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
}

func (p preparedTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if st := p.prepared[text]; st != nil {
		return p.tx.StmtContext(ctx, st).ExecContext(ctx, args...)
	}
	return p.tx.ExecContext(ctx, text, args...)
}

func (p preparedTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if st := p.prepared[text]; st != nil {
		return p.tx.StmtContext(ctx, st).QueryContext(ctx, args...)
	}
	return p.tx.QueryContext(ctx, text, args...)
}

func (p preparedTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if st := p.prepared[text]; st != nil {
		return p.tx.StmtContext(ctx, st).QueryRowContext(ctx, args...)
	}
	return p.tx.QueryRowContext(ctx, text, args...)
}
