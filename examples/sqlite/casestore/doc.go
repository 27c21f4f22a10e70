// Package casestore keeps the events of cases in SQLite, on a database of package
// sqlitedb, which says how it writes and what survives.
//
// [InTx] is the store inside a transaction of [sqlitedb.DB.Update], or of the host's
// own, so that an order, its points and a case are committed together. [Store.Forget]
// removes the cases of a customer for good.
//
// # Representation
//
// Plain SQL in migrations, with the prefix case_. An event is the JSON that
// interaction.Event writes and strictly reads, so that instants, texts and kinds come
// back as they were; beside it, for the host's own queries, stand its kind and its
// instant as text in UTC, "2026-03-01T10:00:00.000000000Z".
package casestore
