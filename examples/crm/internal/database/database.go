// Package database holds the host's own tables in the SQLite file that the stores of
// the wings stand in: orders, contacts, answers, imports, receipts and the commands that
// were carried out. It knows no rule of any wing; rows go in and come out.
package database

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"time"

	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Tx is where statements run: the writer's transaction, or a reader.
type Tx = sqlitedb.Tx

// Migrate brings the host's tables up to date.
func Migrate(ctx context.Context, db *sqlitedb.DB) error {
	return db.Migrate(ctx, "crm", migrations)
}

// Micros is an instant as the tables hold it.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time is an instant of the tables, in UTC.
func Time(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// Setting reads a setting; ok is false where it was never written.
func Setting(ctx context.Context, tx Tx, name string) (value []byte, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT value FROM crm_setting WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return value, err == nil, err
}

// SetSetting writes a setting, or keeps the one that is there when keep is set.
func SetSetting(ctx context.Context, tx Tx, name string, value []byte, keep bool) error {
	text := `INSERT INTO crm_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	if keep {
		text = `INSERT INTO crm_setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`
	}
	_, err := tx.ExecContext(ctx, text, name, value)
	return err
}

// Command is a command that was carried out.
type Command struct {
	Key      string
	Kind     string
	Hash     [32]byte // of what was asked
	Customer string
	At       time.Time
	Result   json.RawMessage
}

// FindCommand reads a command by its key.
func FindCommand(ctx context.Context, tx Tx, key string) (c Command, ok bool, err error) {
	var hash []byte
	var at int64
	var result string
	err = tx.QueryRowContext(ctx, `SELECT kind, hash, customer, at, result FROM crm_command WHERE key = ?`, key).Scan(&c.Kind, &hash, &c.Customer, &at, &result)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	c.Key, c.At, c.Result = key, Time(at), json.RawMessage(result)
	copy(c.Hash[:], hash)
	return c, true, nil
}

// AddCommand remembers a command.
func AddCommand(ctx context.Context, tx Tx, c Command) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO crm_command (key, kind, hash, customer, at, result) VALUES (?, ?, ?, ?, ?, ?)`,
		c.Key, c.Kind, c.Hash[:], c.Customer, Micros(c.At), string(c.Result))
	return err
}

// each scans every row of a query.
func each(ctx context.Context, tx Tx, scan func(rows *sql.Rows) error, text string, args ...any) error {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// inserted reports whether an insert that may meet a row of the same key wrote one.
func inserted(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}
