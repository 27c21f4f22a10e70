package sqlitedb

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
)

var setName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Migrate brings the tables of one package up to date: it applies the files named
// migrations/*.sql that this database has not seen, in order of their names, all in
// one transaction. set is the prefix of the package's tables; what was applied is
// remembered in the table <set>_migration. Several processes may call it at once.
func (db *DB) Migrate(ctx context.Context, set string, files fs.FS) error {
	if !setName.MatchString(set) {
		return fmt.Errorf("sqlitedb: %q is no prefix of tables", set)
	}
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return err
	}
	return db.Update(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS `+set+`_migration (name TEXT PRIMARY KEY) STRICT`); err != nil {
			return err
		}
		for _, name := range names {
			r, err := tx.ExecContext(ctx, `INSERT INTO `+set+`_migration (name) VALUES (?) ON CONFLICT DO NOTHING`, name)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				continue
			}
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("sqlitedb: %s: %w", name, err)
			}
		}
		return nil
	})
}
