// Package casestore keeps the events of cases in PostgreSQL, by pgx.
//
// # How it writes
//
// An append is one statement and one round trip: common table expressions look for the
// key, move every case that is at the expected version, and write events and key only if
// all of them moved. Cases are locked in the order of their ids, so that merges of
// overlapping cases do not wait for each other in a circle. An append of which only some
// cases could move breaks a NOT NULL rule on purpose, so that PostgreSQL undoes the
// statement as a whole. The isolation level is READ COMMITTED, the default.
//
// Events are written as JSON, so that SQL can ask about them:
//
//	SELECT case_id, convert_from(body, 'UTF8')::jsonb -> 'change' ->> 'to'
//	FROM case_event WHERE kind = 'status_changed'
//
// # Together with the host's rows
//
// [InTx] is an interaction.CaseStore inside a transaction that the host has opened: a
// message that came in, the case that it moves and the timers for its deadlines are
// committed together; see package timers.
//
// # Erasure
//
// Cases hold what people wrote. [Forget] removes those of a person, in the transaction
// in which the host erases the customer.
package casestore
