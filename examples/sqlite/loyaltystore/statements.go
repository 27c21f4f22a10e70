package loyaltystore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/loyalty"
)

const (
	sqlKey     = `SELECT hash, receipt, places FROM loyalty_key WHERE tenant = ? AND key = ?`
	sqlVersion = `SELECT version FROM loyalty_account WHERE tenant = ? AND account = ?`
	sqlCreate  = `INSERT INTO loyalty_account (version, due, tenant, account) VALUES (?, ?, ?, ?)`
	sqlMove    = `UPDATE loyalty_account SET version = ?, due = ? WHERE tenant = ? AND account = ?`
	sqlEntry   = `INSERT INTO loyalty_entry (tenant, account, version, at, recorded, sum, body) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlNewKey  = `INSERT INTO loyalty_key (tenant, key, hash, receipt, places) VALUES (?, ?, ?, ?, ?)`
	// sqlRange gives a page of entries, and with each the version at which the account
	// stands, where the first page fixes the end.
	sqlRange = `SELECT e.version, e.at, e.recorded, e.sum, e.body, a.version FROM loyalty_entry e
		JOIN loyalty_account a ON a.tenant = e.tenant AND a.account = e.account
		WHERE e.tenant = ? AND e.account = ? AND e.version > ? AND e.version <= ? ORDER BY e.version LIMIT ?`
	sqlSnapshot = `SELECT s.version, s.sum, s.body FROM loyalty_snapshot s
		JOIN loyalty_account a ON a.tenant = s.tenant AND a.account = s.account AND a.version >= s.version
		WHERE s.tenant = ? AND s.account = ? AND s.version <= ?`
	sqlSave = `INSERT INTO loyalty_snapshot (tenant, account, version, sum, body)
		SELECT tenant, account, ?3, ?4, ?5 FROM loyalty_account WHERE tenant = ?1 AND account = ?2 AND version >= ?3
		ON CONFLICT (tenant, account) DO UPDATE SET version = excluded.version, sum = excluded.sum, body = excluded.body
		WHERE excluded.version >= loyalty_snapshot.version`
	sqlDue = `SELECT account, due FROM loyalty_account
		WHERE tenant = ? AND due IS NOT NULL AND due <= ? AND (due, account) > (?, ?) ORDER BY due, account LIMIT ?`
)

// place is a position in the JSON of a key.
type place struct {
	Account string `json:"account"`
	Version int64  `json:"version"`
}

// bytes never binds NULL.
func bytes(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func nullable(i loyalty.Instant) any {
	if i == loyalty.Never {
		return nil
	}
	return int64(i)
}

// appendIn writes a commit, whose form is checked, in a transaction. refused is an
// answer after which nothing was written and the transaction is sound; broken means
// that the transaction must be rolled back.
func appendIn(ctx context.Context, tx sqlitedb.Tx, c loyalty.Commit) (r loyalty.Receipt, refused, broken error) {
	r, known, err := lookup(ctx, tx, c.Key)
	if err != nil {
		return loyalty.Receipt{}, nil, err
	}
	if known {
		if r.Hash != c.Hash {
			return loyalty.Receipt{}, loyalty.ErrKeyConflict, nil
		}
		return r, loyalty.ErrDuplicate, nil
	}
	for _, w := range c.Writes {
		var version int64
		err := sqlitedb.ScanRow(ctx, tx, sqlVersion, []any{w.Account.Tenant, w.Account.ID}, &version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return loyalty.Receipt{}, nil, err
		}
		if version != w.Entry.Version-1 {
			return loyalty.Receipt{}, &loyalty.VersionError{Account: w.Account, Expected: w.Entry.Version - 1}, nil
		}
	}
	r, err = write(ctx, tx, c)
	return r, nil, err
}

// write stores a commit that passed its checks.
func write(ctx context.Context, tx sqlitedb.Tx, c loyalty.Commit) (loyalty.Receipt, error) {
	r := loyalty.Receipt{Key: c.Key, Hash: c.Hash, Body: append([]byte(nil), c.Receipt...)}
	places := make([]place, 0, len(c.Writes))
	for _, w := range c.Writes {
		e := w.Entry
		text := sqlMove
		if e.Version == 1 {
			text = sqlCreate
		}
		if _, err := tx.ExecContext(ctx, text, e.Version, nullable(w.Due), w.Account.Tenant, w.Account.ID); err != nil {
			return loyalty.Receipt{}, err
		}
		if _, err := tx.ExecContext(ctx, sqlEntry, w.Account.Tenant, w.Account.ID, e.Version, int64(e.At), int64(e.Recorded), e.Sum[:], bytes(e.Body)); err != nil {
			return loyalty.Receipt{}, err
		}
		places = append(places, place{w.Account.ID, e.Version})
		r.Places = append(r.Places, loyalty.Position{Account: w.Account, Version: e.Version})
	}
	text, err := json.Marshal(places)
	if err != nil {
		return loyalty.Receipt{}, err
	}
	_, err = tx.ExecContext(ctx, sqlNewKey, c.Key.Tenant, c.Key.ID, c.Hash[:], bytes(c.Receipt), string(text))
	return r, err
}

func lookup(ctx context.Context, db sqlitedb.Tx, key loyalty.Key) (loyalty.Receipt, bool, error) {
	var hash, body []byte
	var text string
	switch err := sqlitedb.ScanRow(ctx, db, sqlKey, []any{key.Tenant, key.ID}, &hash, &body, &text); {
	case errors.Is(err, sql.ErrNoRows):
		return loyalty.Receipt{}, false, nil
	case err != nil:
		return loyalty.Receipt{}, false, err
	}
	var places []place
	if err := json.Unmarshal([]byte(text), &places); err != nil || len(hash) != len(loyalty.Hash{}) {
		return loyalty.Receipt{}, false, fmt.Errorf("loyaltystore: key %q is not readable: %w", key.ID, errors.Join(err, loyalty.ErrData))
	}
	r := loyalty.Receipt{Key: key, Hash: loyalty.Hash(hash), Body: body}
	for _, p := range places {
		r.Places = append(r.Places, loyalty.Position{Account: loyalty.AccountID{Tenant: key.Tenant, ID: p.Account}, Version: p.Version})
	}
	return r, true, nil
}

const maxVersion = 1<<63 - 1

func load(ctx context.Context, db sqlitedb.Tx, id loyalty.AccountID, r loyalty.Range) (h loyalty.History, err error) {
	if err := errors.Join(id.Check(), ctx.Err()); err != nil {
		return h, err
	}
	after, upTo := max(r.After, 0), r.UpTo
	if upTo <= 0 {
		upTo = maxVersion
	}
	if after == 0 && !r.Full {
		var sum []byte
		err := sqlitedb.ScanRow(ctx, db, sqlSnapshot, []any{id.Tenant, id.ID, upTo}, &h.Snapshot.Version, &sum, &h.Snapshot.Body)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return h, err
		}
		if err == nil {
			copy(h.Snapshot.Sum[:], sum)
			after = h.Snapshot.Version
		}
	}
	h.Entries = func(yield func(loyalty.Entry, error) bool) {
		after, upTo := after, upTo
		for {
			page, stands, err := entries(ctx, db, id, after, upTo)
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				after = e.Version
			}
			if err != nil {
				yield(loyalty.Entry{}, err)
				return
			}
			if len(page) < pageSize {
				return
			}
			upTo = min(upTo, stands)
		}
	}
	return h, nil
}

// pageSize is how many entries are read at once. No reader is held while they are ranged
// over, since whoever does may ask the store for something else meanwhile.
const pageSize = 500

// entries are a page of an account's, and the version at which it stands.
func entries(ctx context.Context, db sqlitedb.Tx, id loyalty.AccountID, after, upTo int64) (page []loyalty.Entry, stands int64, err error) {
	rows, err := db.QueryContext(ctx, sqlRange, id.Tenant, id.ID, after, upTo, pageSize)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		e, at, err := scanEntry(rows)
		if err != nil {
			return page, stands, err
		}
		page, stands = append(page, e), at
	}
	return page, stands, rows.Err()
}

func scanEntry(rows *sql.Rows) (e loyalty.Entry, stands int64, err error) {
	var at, recorded int64
	var sum []byte
	if err := rows.Scan(&e.Version, &at, &recorded, &sum, &e.Body, &stands); err != nil {
		return loyalty.Entry{}, 0, err
	}
	e.At, e.Recorded = loyalty.Instant(at), loyalty.Instant(recorded)
	copy(e.Sum[:], sum)
	return e, stands, nil
}

func due(ctx context.Context, db sqlitedb.Tx, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	after := int64(q.After.Due)
	if (q.After == loyalty.DueAccount{}) {
		after = -1 << 63
	}
	rows, err := db.QueryContext(ctx, sqlDue, q.Tenant, int64(q.Until), after, q.After.Account.ID, q.Limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var page []loyalty.DueAccount
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			return nil, err
		}
		page = append(page, loyalty.DueAccount{Account: loyalty.AccountID{Tenant: q.Tenant, ID: id}, Due: loyalty.Instant(at)})
	}
	return page, rows.Err()
}

func saveSnapshot(ctx context.Context, db sqlitedb.Tx, id loyalty.AccountID, snap loyalty.Snapshot) error {
	if snap.Version < 1 {
		return nil
	}
	_, err := db.ExecContext(ctx, sqlSave, id.Tenant, id.ID, snap.Version, snap.Sum[:], bytes(snap.Body))
	return err
}

// txStore writes in a transaction that somebody else began and will end.
type txStore struct{ tx sqlitedb.Tx }

// InTx is a loyalty.Store inside a transaction: that of [sqlitedb.DB.Update], or one
// that the host has opened itself. What is appended is seen by this transaction, and
// by the others once it commits. A refused append leaves the transaction as it was;
// after any other error it is rolled back. A transaction of the host's own should
// have been begun IMMEDIATE ([sqlitedb.DSN] sees to it), and like the transaction the
// store serves one goroutine.
func InTx(tx sqlitedb.Tx) loyalty.Store { return txStore{tx} }

func (s txStore) Append(ctx context.Context, c loyalty.Commit) (loyalty.Receipt, error) {
	if err := errors.Join(c.Check(), ctx.Err()); err != nil {
		return loyalty.Receipt{}, err
	}
	r, refused, broken := appendIn(ctx, s.tx, c)
	return r, errors.Join(refused, broken)
}

func (s txStore) Lookup(ctx context.Context, key loyalty.Key) (loyalty.Receipt, bool, error) {
	return lookup(ctx, s.tx, key)
}

func (s txStore) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	return load(ctx, s.tx, id, r)
}

func (s txStore) Due(ctx context.Context, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	return due(ctx, s.tx, q)
}

func (s txStore) SaveSnapshot(ctx context.Context, id loyalty.AccountID, snap loyalty.Snapshot) error {
	if err := id.Check(); err != nil {
		return err
	}
	return saveSnapshot(ctx, s.tx, id, snap)
}
