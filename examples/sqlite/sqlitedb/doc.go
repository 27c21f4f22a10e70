// Package sqlitedb opens one SQLite file for the stores of a host, by the pure Go
// driver modernc.org/sqlite.
//
// # How it writes
//
// SQLite has one writer at a time, and its busy handler is not fair: clients that
// wait for the lock on connections of their own can starve for seconds. So all
// writes go through one goroutine with one connection, which puts whatever is
// waiting into one transaction (group commit), each request in a savepoint of its
// own, and answers when that has committed. A request that fails leaves nothing and
// spoils nobody's. Readers have connections of their own and, in WAL mode, never
// wait for the writer. [DB.Close] ends the goroutine.
//
// With synchronous=FULL, the default here, what was answered survives a power cut.
// [Options.Relaxed] chooses NORMAL: it survives the end of the process, and a power
// cut may take the last writes.
//
// # Several stores in one transaction
//
// A store is made on a DB (loyaltystore.New, customerstore.New, casestore.New) and
// adds its own tables by [DB.Migrate]. Each package has besides an InTx that is the
// same store inside a transaction, so that a host writes an order, its points and
// the entry in its timeline together:
//
//	err := db.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx) error {
//		if _, err := tx.ExecContext(ctx, `INSERT INTO orders …`); err != nil {
//			return err
//		}
//		_, err := engine.On(loyaltystore.InTx(tx)).Do(ctx, earn)
//		return err
//	})
//
// # Erasure
//
// A transaction that erased something ([WipeAfterCommit]) is followed by a rebuild of
// the file and a checkpoint that empties the write-ahead log, so that the bytes are in
// none of the files when the call returns, and are removed by the next [Open] if the
// process ends in between. Overwriting what is deleted (secure_delete, which is on) is
// not enough: rows that moved to another page leave copies behind. Temporary tables
// stay in memory. Copies that a file system, a disk or a backup keeps are beyond its
// reach.
package sqlitedb
