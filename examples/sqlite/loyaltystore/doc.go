// Package loyaltystore keeps loyalty accounts in SQLite, on a database of package
// sqlitedb, which says how it writes and what survives.
//
// # Together with the host's rows
//
// [InTx] is the store inside a transaction of [sqlitedb.DB.Update], or of the host's
// own, so that an order and its points are committed together; [Store.Update] hands
// both to a function.
//
// Points and versions are integers, instants microseconds since 1970; the tables are
// plain SQL in migrations, with the prefix loyalty_.
package loyaltystore
