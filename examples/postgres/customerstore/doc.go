// Package customerstore keeps customers, their consent among them, in PostgreSQL, by
// pgx.
//
// # How it writes
//
// An append is one statement and one round trip: common table expressions look for the
// key, move every history that is at the revision stated, and write entries, redirects,
// suppressed points and the key, and scrub, only if all of them moved. Histories are
// locked in the order of their ids, so that merges of overlapping customers do not wait
// for each other in a circle. A commit of which only some histories could move breaks a
// NOT NULL rule on purpose, so that PostgreSQL undoes the statement as a whole. The
// isolation level is READ COMMITTED, the default.
//
// Instants go through unchanged, to the nanosecond. Text that PostgreSQL does not take,
// which is a zero byte or what is not valid UTF-8, is an error.
//
// # Together with the host's rows
//
// [InTx] is a customer.Store inside a transaction that the host has opened: an order
// and what it says about the customer are committed together. Package consentstore
// wraps it with a projection of consent that SQL can ask.
//
// # What an erasure reaches
//
// A scrub reaches, in every history, what was committed before it. A directory's erasure
// writes the history of the person, as does whoever writes the person's text, so that of
// two at once one is refused; a host that appends commits of its own sees to that itself.
//
// A scrubbed body is NULL when the commit returns. PostgreSQL keeps
// the row as it was until a VACUUM, whose free space is then overwritten as it is used
// again; [Rewrite] writes the table anew, after which the old bytes are in no file of
// it. Three kinds of copies are out of its reach: the write-ahead log until its
// segments are recycled, archived segments and base backups until they are thrown away,
// and replicas that lag. Their time has to be bounded by the host, and suppressed points
// and receipts have to be replayed after a restore.
//
// [Keys] is for those copies: with it as the directory's Sealer every body is sealed
// under a key of its subject's, and no personal text reaches the table, the log or a
// backup in the first place. Destroying the key erases all copies at once, as far as
// copies of the keys are gone too: they stand in a table of their own, customer_seal,
// wrapped under a master key that is not in the database. Leave that table out of long
// kept backups (pg_dump --exclude-table-data), or keep the master key where it can be
// changed: [Keys.Rewrap].
package customerstore
