// Package loyaltystore keeps loyalty accounts in PostgreSQL, by pgx.
//
// # How it writes
//
// An append is one statement and one round trip: common table expressions look for
// the key, move every account that is at the expected version, and write entries
// and key only if all of them moved. Reading the version first and writing second
// costs four round trips, and a busy account then loses most of its work to
// conflicts.
//
// A commit of several accounts of which only some can move breaks a NOT NULL rule on
// purpose, so that PostgreSQL undoes the statement as a whole. A batch is a pipeline
// of such statements in one transaction; if one of them breaks, the batch is rolled
// back and its commits go one by one, so that none takes another with it.
//
// The isolation level is READ COMMITTED, the default. The accounts of a commit, and
// of a batch, are locked in the order of their ids. What still deadlocks (two batches
// that make the same accounts in opposite orders) the server finds and undoes after
// its deadlock_timeout, and it is repeated.
//
// # Together with the host's rows
//
// [InTx] is a loyalty.Store inside a transaction that the host has opened: an order
// and its points are committed together.
package loyaltystore
