// Package customerstore keeps histories of customers in SQLite, on a database of
// package sqlitedb, which says how it writes and what survives.
//
// # Together with the host's rows
//
// [InTx] is the store inside a transaction of [sqlitedb.DB.Update], or of the host's
// own, so that a customer and the host's rows about them are committed together.
//
// # Erasure
//
// A commit that scrubs returns after the bytes of the bodies are overwritten in the
// file and gone from the write-ahead log; see package sqlitedb for what that covers.
// If readers hold the log for as long as the context lasts, the error is
// [sqlitedb.ErrWipe]: it is committed, and the bytes go with the next write.
//
// # Representation
//
// Plain SQL in migrations, with the prefix customer_. Instants are text in UTC with
// nanoseconds, "2026-03-01T10:00:00.000000000Z", which sorts and which SQLite's
// functions read; they come back as the same instants, in UTC. Years outside of 0 to
// 9999 are refused. Frames have nothing personal in them; a body is bytes that this
// package does not look into.
package customerstore
