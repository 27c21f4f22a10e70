-- A row is a frame, in which nothing is personal, and a body; a scrubbed body is NULL.
-- Rows are stored in the order in which they came, so that those with bodies are not
-- moved about the file when others come between them.
CREATE TABLE customer_entry (
	customer TEXT    NOT NULL,
	revision INTEGER NOT NULL CHECK (revision >= 1),
	id       TEXT    NOT NULL,
	subject  TEXT    NOT NULL,
	origin   TEXT    NOT NULL,
	at       TEXT    NOT NULL, -- 2026-03-01T10:00:00.000000000Z
	recorded TEXT    NOT NULL,
	actor    TEXT    NOT NULL,
	source   TEXT    NOT NULL,
	kind     TEXT    NOT NULL,
	version  INTEGER NOT NULL,
	sealed   INTEGER NOT NULL,
	body     BLOB,
	PRIMARY KEY (customer, revision)
) STRICT;

-- Scrubbing reads this index; rows that are scrubbed already are not in it.
CREATE INDEX customer_entry_subject ON customer_entry (subject) WHERE body IS NOT NULL;

CREATE TABLE customer_redirect (
	source TEXT PRIMARY KEY NOT NULL,
	target TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_suppressed (
	point TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_key (
	key  TEXT PRIMARY KEY NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;
