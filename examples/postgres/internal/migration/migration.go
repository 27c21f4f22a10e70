// Package migration applies plain SQL files to a database, each once.
package migration

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Locks keep two hosts that start at once from migrating at once.
const (
	lock      = 0x726170706f7274 // "rapport"
	lockAlone = lock + 1
)

// Alone runs migrations that know no lock of their own while no other host does, of any
// schema of the database. It holds a connection beside the pool, which may have but one.
func Alone(ctx context.Context, pool *pgxpool.Pool, migrate func() error) error {
	config := pool.Config()
	if config.BeforeConnect != nil {
		if err := config.BeforeConnect(ctx, config.ConnConfig); err != nil {
			return err
		}
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // and the lock with it
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockAlone); err != nil {
		return err
	}
	return migrate()
}

// Apply runs the files of migrations/*.sql that the database has not seen, in order
// of their names, in one transaction. Which it has seen stands in a table of its own,
// named for the set: loyalty_migration for "loyalty".
func Apply(ctx context.Context, pool *pgxpool.Pool, set string, files fs.FS) error {
	table := pgx.Identifier{set + "_migration"}.Sanitize()
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS `+table+` (name text PRIMARY KEY)`); err != nil {
			return err
		}
		names, err := fs.Glob(files, "migrations/*.sql")
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := once(ctx, tx, table, name, files); err != nil {
				return fmt.Errorf("migration: %s %s: %w", set, name, err)
			}
		}
		return nil
	})
}

func once(ctx context.Context, tx pgx.Tx, table, name string, files fs.FS) error {
	tag, err := tx.Exec(ctx, `INSERT INTO `+table+` (name) VALUES ($1) ON CONFLICT DO NOTHING`, name)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, string(text))
	return err
}
