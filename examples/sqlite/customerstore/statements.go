package customerstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

const (
	sqlKey      = `SELECT hash FROM customer_key WHERE key = ?`
	sqlRevision = `SELECT coalesce(max(revision), 0) FROM customer_entry WHERE customer = ?`
	sqlScrub    = `UPDATE customer_entry SET body = NULL WHERE subject = ? AND body IS NOT NULL`
	sqlEntry    = `INSERT INTO customer_entry
		(customer, revision, id, subject, origin, at, recorded, actor, source, kind, version, sealed, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlLead = `INSERT INTO customer_redirect (source, target) VALUES (?, ?)
		ON CONFLICT (source) DO UPDATE SET target = excluded.target`
	sqlUnlead     = `DELETE FROM customer_redirect WHERE source = ?`
	sqlSuppress   = `INSERT INTO customer_suppressed (point) VALUES (?) ON CONFLICT DO NOTHING`
	sqlNewKey     = `INSERT INTO customer_key (key, hash) VALUES (?, ?)`
	sqlSuppressed = `SELECT 1 FROM customer_suppressed WHERE point = ?`
	sqlHistory    = `SELECT revision, id, subject, origin, at, recorded, actor, source, kind, version, sealed, body
		FROM customer_entry WHERE customer = ? AND revision > ? ORDER BY revision`
	// A circle of redirects, which no Directory makes, ends at the bound.
	sqlResolve = `WITH RECURSIVE way (id, steps) AS (
			SELECT ?1, 0 WHERE EXISTS (SELECT 1 FROM customer_entry WHERE customer = ?1)
			UNION ALL
			SELECT r.target, way.steps + 1 FROM way JOIN customer_redirect r ON r.source = way.id WHERE way.steps < 10000
		) SELECT id FROM way ORDER BY steps DESC LIMIT 1`
	sqlCustomers = `SELECT DISTINCT customer FROM customer_entry WHERE customer > ? ORDER BY customer LIMIT ?`
)

// instantForm sorts as text for the years 0 to 9999.
const instantForm = "2006-01-02T15:04:05.000000000Z"

var errNoKey = errors.New("customerstore: a commit needs a key")

// check refuses what cannot be written.
func check(c customer.Commit) error {
	if c.Key == "" {
		return errNoKey
	}
	for _, w := range c.Writes {
		for _, e := range w.Entries {
			for _, t := range []time.Time{e.At, e.Recorded} {
				if y := t.UTC().Year(); y < 0 || y > 9999 {
					return fmt.Errorf("customerstore: entry %s has an instant in the year %d", e.ID, y)
				}
			}
		}
	}
	return nil
}

// appendIn applies a commit in a transaction. Refusals come before the first write.
func appendIn(ctx context.Context, tx sqlitedb.Tx, c customer.Commit) error {
	switch hash, known, err := seen(ctx, tx, c.Key); {
	case err != nil:
		return err
	case known && hash != c.Hash:
		return customer.ErrKeyConflict
	case known:
		return customer.ErrDuplicate
	}
	written := map[customer.ID]bool{}
	for _, w := range c.Writes {
		if err := checkRevision(ctx, tx, w); err != nil {
			return err
		}
		if written[w.Customer] {
			return fmt.Errorf("%w: %s is written twice", customer.ErrRevision, w.Customer)
		}
		written[w.Customer] = true
	}
	for _, id := range c.Scrub {
		if _, err := tx.ExecContext(ctx, sqlScrub, string(id)); err != nil {
			return err
		}
	}
	if len(c.Scrub) > 0 {
		if err := sqlitedb.WipeAfterCommit(ctx, tx); err != nil {
			return err
		}
	}
	for _, w := range c.Writes {
		for _, e := range w.Entries {
			if _, err := tx.ExecContext(ctx, sqlEntry,
				string(e.Customer), int64(e.Revision), e.ID, string(e.Subject), string(e.Origin), //nolint:gosec // checked
				e.At.UTC().Format(instantForm), e.Recorded.UTC().Format(instantForm),
				e.Actor, e.Source, e.Kind, e.Version, e.Sealed, body(e)); err != nil {
				return err
			}
		}
	}
	return appendRest(ctx, tx, c)
}

func checkRevision(ctx context.Context, tx sqlitedb.Tx, w customer.Write) error {
	var have int64
	if err := sqlitedb.ScanRow(ctx, tx, sqlRevision, []any{string(w.Customer)}, &have); err != nil {
		return err
	}
	if w.After > math.MaxInt64/2 || int64(w.After) != have { //nolint:gosec // checked
		return fmt.Errorf("%w: %s is at %d, not %d", customer.ErrRevision, w.Customer, have, w.After)
	}
	for i, e := range w.Entries {
		if e.Revision != w.After+uint64(i)+1 || e.Customer != w.Customer { //nolint:gosec // an index
			return fmt.Errorf("%w: entry %d of %s", customer.ErrRevision, i, w.Customer)
		}
	}
	return nil
}

func appendRest(ctx context.Context, tx sqlitedb.Tx, c customer.Commit) error {
	for _, r := range c.Redirects {
		text, args := sqlLead, []any{string(r.From), string(r.To)}
		if r.To == "" {
			text, args = sqlUnlead, args[:1]
		}
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return err
		}
	}
	for _, point := range c.Suppress {
		if _, err := tx.ExecContext(ctx, sqlSuppress, string(point)); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, sqlNewKey, c.Key, c.Hash[:])
	return err
}

// body is NULL where there is none, and an empty one where it is empty.
func body(e customer.Entry) any {
	if e.Body == nil {
		return nil
	}
	return e.Body
}

func seen(ctx context.Context, db sqlitedb.Tx, key string) (h customer.Hash, ok bool, err error) {
	var hash []byte
	switch err := sqlitedb.ScanRow(ctx, db, sqlKey, []any{key}, &hash); {
	case errors.Is(err, sql.ErrNoRows):
		return h, false, nil
	case err != nil:
		return h, false, err
	}
	copy(h[:], hash)
	return h, true, nil
}

func suppressed(ctx context.Context, db sqlitedb.Tx, point customer.PointHash) (bool, error) {
	var one int
	err := sqlitedb.ScanRow(ctx, db, sqlSuppressed, []any{string(point)}, &one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func resolve(ctx context.Context, db sqlitedb.Tx, id customer.ID) (customer.ID, error) {
	var to string
	err := sqlitedb.ScanRow(ctx, db, sqlResolve, []any{string(id)}, &to)
	if errors.Is(err, sql.ErrNoRows) {
		return "", customer.ErrUnknown
	}
	return customer.ID(to), err
}

func history(ctx context.Context, db sqlitedb.Tx, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return func(yield func(customer.Entry, error) bool) {
		entries, err := read(ctx, db, id, after)
		if err != nil {
			yield(customer.Entry{}, err)
			return
		}
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(customer.Entry{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func read(ctx context.Context, db sqlitedb.Tx, id customer.ID, after uint64) ([]customer.Entry, error) {
	rows, err := db.QueryContext(ctx, sqlHistory, string(id), int64(min(after, math.MaxInt64))) //nolint:gosec // bounded
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var entries []customer.Entry
	for rows.Next() {
		e := customer.Entry{Customer: id}
		var revision int64
		var subject, origin, at, recorded string
		if err := rows.Scan(&revision, &e.ID, &subject, &origin, &at, &recorded,
			&e.Actor, &e.Source, &e.Kind, &e.Version, &e.Sealed, &e.Body); err != nil {
			return nil, err
		}
		e.Revision, e.Subject, e.Origin = uint64(revision), customer.ID(subject), customer.ID(origin) //nolint:gosec // the table checks it
		var wrong [2]error
		e.At, wrong[0] = time.Parse(instantForm, at)
		e.Recorded, wrong[1] = time.Parse(instantForm, recorded)
		if err := errors.Join(wrong[:]...); err != nil {
			return nil, fmt.Errorf("customerstore: %s revision %d: %w", id, revision, err)
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}
