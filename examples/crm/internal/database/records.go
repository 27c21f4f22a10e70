package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"
)

// Merge is a merge that was made.
type Merge struct {
	ID, Winner, Loser string
	At                time.Time
	Agent             string
	Conflicts         []string
	Undone            bool
}

// AddMerge writes a merge.
func AddMerge(ctx context.Context, tx Tx, m Merge) error {
	conflicts, err := json.Marshal(m.Conflicts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO crm_merge (id, winner, loser, at, agent, conflicts, undone) VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
		m.ID, m.Winner, m.Loser, Micros(m.At), m.Agent, string(conflicts))
	return err
}

// UndoMerge marks a merge as undone.
func UndoMerge(ctx context.Context, tx Tx, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE crm_merge SET undone = 1 WHERE id = ?`, id)
	return err
}

// FindMerge reads a merge.
func FindMerge(ctx context.Context, tx Tx, id string) (m Merge, ok bool, err error) {
	list, err := merges(ctx, tx, `WHERE id = ?`, id)
	if err != nil || len(list) == 0 {
		return m, false, err
	}
	return list[0], true, nil
}

// Merges reads all merges, the newest first.
func Merges(ctx context.Context, tx Tx) ([]Merge, error) { return merges(ctx, tx, ``) }

func merges(ctx context.Context, tx Tx, where string, args ...any) (out []Merge, err error) {
	err = each(ctx, tx, func(rows *sql.Rows) error {
		var m Merge
		var at int64
		var conflicts string
		if err := rows.Scan(&m.ID, &m.Winner, &m.Loser, &at, &m.Agent, &conflicts, &m.Undone); err != nil {
			return err
		}
		m.At = Time(at)
		out = append(out, m)
		return json.Unmarshal([]byte(conflicts), &out[len(out)-1].Conflicts)
	}, `SELECT id, winner, loser, at, agent, conflicts, undone FROM crm_merge `+where+` ORDER BY at DESC, id DESC`, args...)
	return out, err
}

// SaveImport writes the report of an import, or writes it anew.
func SaveImport(ctx context.Context, tx Tx, id string, at time.Time, report []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO crm_import (id, at, report) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET report = excluded.report`, id, Micros(at), string(report))
	return err
}

// Imports reads the reports of imports, the newest first.
func Imports(ctx context.Context, tx Tx) ([]json.RawMessage, error) {
	return documents(ctx, tx, `SELECT report FROM crm_import ORDER BY at DESC, id DESC`)
}

// AddReceipt keeps the receipt of an erasure.
func AddReceipt(ctx context.Context, tx Tx, id string, at time.Time, receipt []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO crm_receipt (id, at, receipt) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, id, Micros(at), string(receipt))
	return err
}

// Receipts reads the receipts of erasures, the newest first.
func Receipts(ctx context.Context, tx Tx) ([]json.RawMessage, error) {
	return documents(ctx, tx, `SELECT receipt FROM crm_receipt ORDER BY at DESC, id DESC`)
}

func documents(ctx context.Context, tx Tx, text string) (out []json.RawMessage, err error) {
	err = each(ctx, tx, func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		out = append(out, json.RawMessage(body))
		return nil
	}, text)
	return out, err
}

// Removed is how many rows of a table an erasure took.
type Removed struct {
	Table string
	Rows  int64
}

// Erase removes every row of a customer from the host's tables. Orders stay
// without a person where pseudonym is not empty: they go on under it.
func Erase(ctx context.Context, tx Tx, customer, pseudonym string) ([]Removed, error) {
	var out []Removed
	for _, step := range []struct{ table, text string }{
		{"contacts", `DELETE FROM crm_contact WHERE customer = ?1`},
		{"answers", `DELETE FROM crm_answer WHERE customer = ?1`},
		{"offers", `DELETE FROM crm_offer WHERE customer = ?1`},
		{"commands", `DELETE FROM crm_command WHERE customer = ?1`},
		{"merges", `DELETE FROM crm_merge WHERE winner = ?1 OR loser = ?1`},
	} {
		r, err := tx.ExecContext(ctx, step.text, customer)
		if err != nil {
			return nil, err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return nil, err
		}
		out = append(out, Removed{step.table, n})
	}
	if pseudonym == "" {
		r, err := tx.ExecContext(ctx, `DELETE FROM crm_order WHERE customer = ?`, customer)
		if err != nil {
			return nil, err
		}
		n, err := r.RowsAffected()
		return append(out, Removed{"orders", n}), err
	}
	if customer == pseudonym {
		return out, nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE crm_order SET customer = ?2 WHERE customer = ?1`, customer, pseudonym)
	return out, err
}

// ErrTable is a column that should not be there; see [CheckColumns].
var ErrTable = errors.New("database: a column of a kind that is not exact")

// CheckColumns reports a column of the host's tables that is neither text, bytes nor a
// whole number: amounts never become floating numbers in SQL.
func CheckColumns(ctx context.Context, tx Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil {
			return err
		}
		if kind != "TEXT" && kind != "INTEGER" && kind != "BLOB" {
			return errors.Join(ErrTable, errors.New(table+"."+column+" "+kind))
		}
		return nil
	}, `SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name LIKE 'crm\_%' ESCAPE '\'`)
}
