package casestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
)

const (
	sqlKey    = `SELECT places FROM case_key WHERE key = ?`
	sqlCount  = `SELECT events FROM case_record WHERE case_id = ?`
	sqlRecord = `INSERT INTO case_record (case_id, customer, events) VALUES (?, ?, ?)
		ON CONFLICT (case_id) DO UPDATE SET events = excluded.events`
	sqlEvent   = `INSERT INTO case_event (case_id, seq, at, kind, body) VALUES (?, ?, ?, ?, ?)`
	sqlNewKey  = `INSERT INTO case_key (key, places) VALUES (?, ?)`
	sqlLoad    = `SELECT seq, body FROM case_event WHERE case_id = ? ORDER BY seq`
	sqlCasesOf = `SELECT case_id FROM case_record WHERE customer = ? ORDER BY case_id`
	sqlCases   = `SELECT case_id FROM case_record WHERE case_id > ? ORDER BY case_id LIMIT ?`

	sqlForgetEvents  = `DELETE FROM case_event WHERE case_id IN (SELECT case_id FROM case_record WHERE customer = ?)`
	sqlForgetRecords = `DELETE FROM case_record WHERE customer = ?`
)

// instantForm sorts as text for the years 0 to 9999.
const instantForm = "2006-01-02T15:04:05.000000000Z"

// place is what was appended to a case, in the JSON of a key.
type place struct {
	Case   string `json:"case"`
	After  uint64 `json:"after"`
	Events int    `json:"events"`
}

// commit is an append whose events are written as text already, so that the writer
// only stores.
type commit struct {
	key     string
	places  string
	batches []interaction.CaseBatch
	bodies  [][]string
}

func newCommit(key string, batches []interaction.CaseBatch) (commit, error) {
	c := commit{key: key, batches: batches, bodies: make([][]string, len(batches))}
	if key == "" {
		return c, fmt.Errorf("%w: an append without a key", interaction.ErrInvalid)
	}
	places := make([]place, 0, len(batches))
	for i, b := range batches {
		for _, e := range b.Events {
			text, err := json.Marshal(e)
			if err != nil {
				return c, err
			}
			c.bodies[i] = append(c.bodies[i], string(text))
		}
		places = append(places, place{b.Case, b.After, len(b.Events)})
	}
	text, err := json.Marshal(places)
	c.places = string(text)
	return c, err
}

// write appends in a transaction. Refusals come before the first write.
func (c commit) write(ctx context.Context, tx sqlitedb.Tx) error {
	var old string
	switch err := sqlitedb.ScanRow(ctx, tx, sqlKey, []any{c.key}, &old); {
	case err == nil && old == c.places:
		return nil
	case err == nil:
		return fmt.Errorf("%w: key %s was written with other events", interaction.ErrDuplicate, c.key)
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	counted := map[string]bool{}
	for _, b := range c.batches {
		var have uint64
		err := sqlitedb.ScanRow(ctx, tx, sqlCount, []any{b.Case}, &have)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if have != b.After {
			return fmt.Errorf("%w: case %s has %d events, not %d", interaction.ErrConflict, b.Case, have, b.After)
		}
		if counted[b.Case] {
			return fmt.Errorf("%w: two batches for case %s", interaction.ErrInvalid, b.Case)
		}
		counted[b.Case] = true
	}
	for i, b := range c.batches {
		if err := writeBatch(ctx, tx, b, c.bodies[i]); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, sqlNewKey, c.key, c.places)
	return err
}

func writeBatch(ctx context.Context, tx sqlitedb.Tx, b interaction.CaseBatch, bodies []string) error {
	if len(b.Events) == 0 {
		return nil // a case without events stays unknown
	}
	var customer any
	if opened, ok := b.Events[0].Change.(interaction.CaseOpened); ok {
		customer = opened.Customer
	}
	after := int64(b.After) //nolint:gosec // it is the count that was read
	if _, err := tx.ExecContext(ctx, sqlRecord, b.Case, customer, after+int64(len(b.Events))); err != nil {
		return err
	}
	for i, e := range b.Events {
		if _, err := tx.ExecContext(ctx, sqlEvent, b.Case, after+int64(i)+1, e.At.UTC().Format(instantForm), e.Change.Kind(), bodies[i]); err != nil {
			return err
		}
	}
	return nil
}

func load(ctx context.Context, db sqlitedb.Tx, id string) ([]interaction.Event, error) {
	rows, err := db.QueryContext(ctx, sqlLoad, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var events []interaction.Event
	for rows.Next() {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return nil, err
		}
		var e interaction.Event
		if err := json.Unmarshal(body, &e); err != nil {
			return nil, fmt.Errorf("casestore: case %s, event %d: %w", id, seq, err)
		}
		events = append(events, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("%w: case %s", interaction.ErrUnknown, id)
	}
	return events, nil
}

func ids(ctx context.Context, db sqlitedb.Tx, text string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
