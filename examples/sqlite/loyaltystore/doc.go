// Package loyaltystore keeps loyalty accounts in SQLite, by the pure Go driver
// modernc.org/sqlite.
//
// # How it writes
//
// SQLite has one writer at a time, and its busy handler is not fair: clients that
// wait for the lock on connections of their own can starve for seconds. So all
// appends go through one goroutine with one connection, which puts whatever is
// waiting into one transaction (group commit) and answers when that has committed.
// Readers have connections of their own and, in WAL mode, never wait for the
// writer. [Store.Close] ends the goroutine.
//
// With synchronous=FULL, the default here, an acknowledged append survives a power
// cut. [Options.Relaxed] chooses NORMAL: it survives the end of the process, and a
// power cut may take the last ones.
//
// # Together with the host's rows
//
// [Store.Update] runs a function of the host inside the writer's transaction, with
// a loyalty.Store that writes in it, so that an order and its points are committed
// together. [InTx] does the same in a transaction that the host has opened itself on
// a connection of its own.
package loyaltystore
