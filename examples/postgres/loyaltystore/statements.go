package loyaltystore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rapport-go/rapport/loyalty"
)

// statements is what a pool, a connection and a transaction have in common.
type statements interface {
	Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

const (
	// sqlAppend writes one commit. $5 to $11 are arrays, one element for each account,
	// in the order of the accounts' ids; $12 and $13 are the places as the commit has
	// them. If only some accounts moved, the key gets a NULL hash, which undoes all.
	sqlAppend = `
WITH known AS MATERIALIZED (
	SELECT hash, receipt, accounts, versions FROM loyalty_key WHERE tenant = $1 AND key = $2
), w AS MATERIALIZED (
	SELECT * FROM unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[], $11::bytea[])
		AS w (account, version, at, recorded, due, sum, body)
	WHERE NOT EXISTS (SELECT FROM known)
), locked AS MATERIALIZED (
	SELECT a.account FROM loyalty_account a
	WHERE a.tenant = $1 AND a.account = ANY ($5::text[]) AND cardinality($5::text[]) > 1 AND NOT EXISTS (SELECT FROM known)
	ORDER BY a.account FOR UPDATE
), created AS (
	INSERT INTO loyalty_account (tenant, account, version, due)
	SELECT $1, account, 1, due FROM w WHERE version = 1 ORDER BY account
	ON CONFLICT DO NOTHING RETURNING 1
), moved AS (
	UPDATE loyalty_account a SET version = w.version, due = w.due
	FROM w, (SELECT count(*) FROM locked) first
	WHERE a.tenant = $1 AND a.account = w.account AND a.version = w.version - 1 AND w.version > 1
	RETURNING 1
), done AS MATERIALIZED (
	SELECT (SELECT count(*) FROM created) + (SELECT count(*) FROM moved) AS n
), entries AS (
	INSERT INTO loyalty_entry (tenant, account, version, at, recorded, sum, body)
	SELECT $1, account, version, at, recorded, sum, body FROM w, done WHERE done.n = cardinality($5::text[])
), new_key AS (
	INSERT INTO loyalty_key (tenant, key, hash, receipt, accounts, versions)
	SELECT $1, $2, CASE WHEN done.n = cardinality($5::text[]) THEN $3::bytea END, $4, $12::text[], $13::bigint[]
	FROM done WHERE done.n > 0
)
SELECT done.n, known.hash, known.receipt, known.accounts, known.versions FROM done LEFT JOIN known ON true`

	// sqlLock locks the accounts of a batch in one order, so that two batches do not
	// each wait for the other.
	sqlLock = `SELECT FROM loyalty_account a JOIN (SELECT * FROM unnest($1::text[], $2::text[])) w (tenant, account)
		ON a.tenant = w.tenant AND a.account = w.account ORDER BY a.tenant, a.account FOR UPDATE OF a`
	sqlKey     = `SELECT hash, receipt, accounts, versions FROM loyalty_key WHERE tenant = $1 AND key = $2`
	sqlVersion = `SELECT version FROM loyalty_account WHERE tenant = $1 AND account = $2`
	// sqlRange gives a page of entries, and with each the version at which the account
	// stands, where the first page fixes the end.
	sqlRange = `SELECT e.version, e.at, e.recorded, e.sum, e.body, a.version FROM loyalty_entry e
		JOIN loyalty_account a ON a.tenant = e.tenant AND a.account = e.account
		WHERE e.tenant = $1 AND e.account = $2 AND e.version > $3 AND e.version <= $4 ORDER BY e.version LIMIT $5`
	sqlSnapshot = `SELECT s.version, s.sum, s.body FROM loyalty_snapshot s
		JOIN loyalty_account a ON a.tenant = s.tenant AND a.account = s.account AND a.version >= s.version
		WHERE s.tenant = $1 AND s.account = $2 AND s.version <= $3`
	sqlSave = `INSERT INTO loyalty_snapshot AS s (tenant, account, version, sum, body)
		SELECT tenant, account, $3, $4, $5 FROM loyalty_account WHERE tenant = $1 AND account = $2 AND version >= $3
		ON CONFLICT (tenant, account) DO UPDATE SET version = excluded.version, sum = excluded.sum, body = excluded.body
		WHERE excluded.version >= s.version`
	sqlDue = `SELECT account, due FROM loyalty_account
		WHERE tenant = $1 AND due <= $2 AND (due, account) > ($3, $4) ORDER BY due, account LIMIT $5`
)

// arguments of sqlAppend.
func arguments(c loyalty.Commit) []any {
	writes := c.Writes
	if len(writes) > 1 {
		writes = slices.Clone(writes)
		slices.SortFunc(writes, func(a, b loyalty.Write) int { return strings.Compare(a.Account.ID, b.Account.ID) })
	}
	n := len(writes)
	accounts, versions, at, recorded, due := make([]string, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]*int64, n)
	sums, bodies := make([][]byte, n), make([][]byte, n)
	for i, w := range writes {
		accounts[i], versions[i] = w.Account.ID, w.Entry.Version
		at[i], recorded[i] = int64(w.Entry.At), int64(w.Entry.Recorded)
		if w.Due != loyalty.Never {
			instant := int64(w.Due)
			due[i] = &instant
		}
		sums[i], bodies[i] = w.Entry.Sum[:], bytes(w.Entry.Body)
	}
	placeAccounts, placeVersions := make([]string, n), make([]int64, n)
	for i, w := range c.Writes {
		placeAccounts[i], placeVersions[i] = w.Account.ID, w.Entry.Version
	}
	return []any{c.Key.Tenant, c.Key.ID, c.Hash[:], bytes(c.Receipt), accounts, versions, at, recorded, due, sums, bodies, placeAccounts, placeVersions}
}

// bytes never binds NULL.
func bytes(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// answer is the row that sqlAppend gives.
type answer struct {
	moved         int64
	hash, receive []byte
	accounts      []string
	versions      []int64
}

func (a *answer) scan(row pgx.Row) error {
	return row.Scan(&a.moved, &a.hash, &a.receive, &a.accounts, &a.versions)
}

// receipt turns the row into what Append returns.
func (a *answer) receipt(ctx context.Context, db statements, c loyalty.Commit) (loyalty.Receipt, error) {
	if a.hash != nil {
		r, err := receiptOf(c.Key, a.hash, a.receive, a.accounts, a.versions)
		if err != nil {
			return loyalty.Receipt{}, err
		}
		return repeated(r, c)
	}
	if a.moved == 0 {
		return staleAnswer(ctx, db, c)
	}
	r := loyalty.Receipt{Key: c.Key, Hash: c.Hash, Body: slices.Clone(c.Receipt)}
	for _, w := range c.Writes {
		r.Places = append(r.Places, loyalty.Position{Account: w.Account, Version: w.Entry.Version})
	}
	return r, nil
}

func receiptOf(key loyalty.Key, hash, body []byte, accounts []string, versions []int64) (loyalty.Receipt, error) {
	if len(hash) != len(loyalty.Hash{}) || len(accounts) != len(versions) {
		return loyalty.Receipt{}, fmt.Errorf("%w: loyaltystore: key %q", loyalty.ErrData, key.ID)
	}
	r := loyalty.Receipt{Key: key, Hash: loyalty.Hash(hash), Body: body}
	for i := range accounts {
		r.Places = append(r.Places, loyalty.Position{Account: loyalty.AccountID{Tenant: key.Tenant, ID: accounts[i]}, Version: versions[i]})
	}
	return r, nil
}

func lookup(ctx context.Context, db statements, key loyalty.Key) (loyalty.Receipt, bool, error) {
	var a answer
	switch err := db.QueryRow(ctx, sqlKey, key.Tenant, key.ID).Scan(&a.hash, &a.receive, &a.accounts, &a.versions); {
	case errors.Is(err, pgx.ErrNoRows):
		return loyalty.Receipt{}, false, nil
	case err != nil:
		return loyalty.Receipt{}, false, err
	}
	r, err := receiptOf(key, a.hash, a.receive, a.accounts, a.versions)
	return r, err == nil, err
}

const maxVersion = 1<<63 - 1

func load(ctx context.Context, db statements, id loyalty.AccountID, r loyalty.Range) (h loyalty.History, err error) {
	if err := errors.Join(id.Check(), ctx.Err()); err != nil {
		return h, err
	}
	after, upTo := max(r.After, 0), r.UpTo
	if upTo <= 0 {
		upTo = maxVersion
	}
	if after == 0 && !r.Full {
		var sum []byte
		err := db.QueryRow(ctx, sqlSnapshot, id.Tenant, id.ID, upTo).Scan(&h.Snapshot.Version, &sum, &h.Snapshot.Body)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
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

// pageSize is how many entries are read at once. No connection is held while they are
// ranged over, since whoever does may ask the store for something else meanwhile.
const pageSize = 500

// entries are a page of an account's, and the version at which it stands.
func entries(ctx context.Context, db statements, id loyalty.AccountID, after, upTo int64) (page []loyalty.Entry, stands int64, err error) {
	rows, err := db.Query(ctx, sqlRange, id.Tenant, id.ID, after, upTo, pageSize)
	if err != nil {
		return nil, 0, err
	}
	page, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e loyalty.Entry, err error) {
		var at, recorded int64
		var sum []byte
		err = row.Scan(&e.Version, &at, &recorded, &sum, &e.Body, &stands)
		e.At, e.Recorded = loyalty.Instant(at), loyalty.Instant(recorded)
		copy(e.Sum[:], sum)
		return e, err
	})
	return page, stands, err
}

func due(ctx context.Context, db statements, q loyalty.DueQuery) ([]loyalty.DueAccount, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	after := int64(q.After.Due)
	if (q.After == loyalty.DueAccount{}) {
		after = -1 << 63
	}
	rows, err := db.Query(ctx, sqlDue, q.Tenant, int64(q.Until), after, q.After.Account.ID, q.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (loyalty.DueAccount, error) {
		var id string
		var at int64
		err := row.Scan(&id, &at)
		return loyalty.DueAccount{Account: loyalty.AccountID{Tenant: q.Tenant, ID: id}, Due: loyalty.Instant(at)}, err
	})
}

func saveSnapshot(ctx context.Context, db statements, id loyalty.AccountID, snap loyalty.Snapshot) error {
	if err := id.Check(); err != nil {
		return err
	}
	if snap.Version < 1 {
		return nil
	}
	_, err := db.Exec(ctx, sqlSave, id.Tenant, id.ID, snap.Version, snap.Sum[:], bytes(snap.Body))
	return err
}
