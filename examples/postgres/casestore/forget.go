package casestore

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sqlForget locks the cases before it deletes their events, so that nothing is added to
// them meanwhile.
const sqlForget = `
WITH gone AS MATERIALIZED (
	SELECT case_id FROM case_file WHERE tenant = $1 AND customer = ANY ($2::text[]) ORDER BY case_id FOR UPDATE
), events AS (
	DELETE FROM case_event e USING gone WHERE e.tenant = $1 AND e.case_id = gone.case_id
), files AS (
	DELETE FROM case_file f USING gone WHERE f.tenant = $1 AND f.case_id = gone.case_id
)
SELECT case_id FROM gone ORDER BY case_id`

// Forget removes every case that customers opened, with all that was written in it, in
// the host's transaction, and gives their ids, whose timers are to be cleared. It is for
// the erasure of a person under all the ids that they were known under. Keys stay, so
// that a late repetition does not bring a case back. The old bytes are in the files of
// the tables until [Rewrite], and in the log and in backups for longer: package
// customerstore says what that means.
func Forget(ctx context.Context, tx pgx.Tx, o *Options, customers ...string) ([]string, error) {
	if customers == nil {
		customers = []string{}
	}
	rows, err := tx.Query(ctx, sqlForget, o.tenant(), customers)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Rewrite writes anew the tables from which cases were removed, so that the old bytes
// are in no file of theirs. It locks them meanwhile.
func Rewrite(ctx context.Context, pool *pgxpool.Pool) error {
	for _, table := range []string{"case_event", "case_file"} {
		if _, err := pool.Exec(ctx, `VACUUM FULL `+table); err != nil {
			return err
		}
	}
	return nil
}
