-- The host's own tables. Amounts are whole minor units, instants are microseconds since
-- 1970-01-01T00:00:00Z; no instant is NULL.

CREATE TABLE crm_setting (
	name  TEXT NOT NULL PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_order (
	number   TEXT    NOT NULL PRIMARY KEY,
	customer TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	minor    INTEGER NOT NULL, -- below zero where goods came back
	country  TEXT    NOT NULL,
	returned INTEGER NOT NULL CHECK (returned IN (0, 1)),
	of       TEXT    NOT NULL, -- of a return: the order; empty where that is not known
	source   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX crm_order_customer ON crm_order (customer, at);

CREATE TABLE crm_item (
	number TEXT    NOT NULL REFERENCES crm_order (number) ON DELETE CASCADE,
	line   INTEGER NOT NULL,
	item   TEXT    NOT NULL,
	minor  INTEGER NOT NULL,
	PRIMARY KEY (number, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_contact (
	id           TEXT    NOT NULL PRIMARY KEY,
	customer     TEXT    NOT NULL,
	at           INTEGER NOT NULL,
	channel      TEXT    NOT NULL,
	inbound      INTEGER NOT NULL CHECK (inbound IN (0, 1)),
	stage        TEXT    NOT NULL,
	purpose      TEXT    NOT NULL,
	case_id      TEXT    NOT NULL,
	order_number TEXT    NOT NULL,
	agent        TEXT    NOT NULL,
	note         INTEGER NOT NULL CHECK (note IN (0, 1)), -- among staff
	text         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX crm_contact_customer ON crm_contact (customer, at, id);
CREATE INDEX crm_contact_case ON crm_contact (case_id, at, id) WHERE case_id <> '';

CREATE TABLE crm_answer (
	id       TEXT    NOT NULL PRIMARY KEY,
	customer TEXT    NOT NULL,
	survey   TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	answers  TEXT    NOT NULL, -- JSON: what was kept
	scores   TEXT    NOT NULL, -- JSON: {"nps": 9}
	case_id  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX crm_answer_customer ON crm_answer (customer, at);

-- Answers that were refused on import, by reason, so that the figures can say so.
CREATE TABLE crm_refused (
	id   TEXT NOT NULL PRIMARY KEY,
	code TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was offered to whom: cool-downs are counted from it.
CREATE TABLE crm_offer (
	id       TEXT    NOT NULL PRIMARY KEY,
	customer TEXT    NOT NULL,
	action   TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	declined INTEGER NOT NULL CHECK (declined IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_merge (
	id        TEXT    NOT NULL PRIMARY KEY, -- of the event
	winner    TEXT    NOT NULL,
	loser     TEXT    NOT NULL,
	at        INTEGER NOT NULL,
	agent     TEXT    NOT NULL,
	conflicts TEXT    NOT NULL, -- JSON: the fields, not the values
	undone    INTEGER NOT NULL CHECK (undone IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_import (
	id     TEXT    NOT NULL PRIMARY KEY,
	at     INTEGER NOT NULL,
	report TEXT    NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_receipt (
	id      TEXT    NOT NULL PRIMARY KEY,
	at      INTEGER NOT NULL,
	receipt TEXT    NOT NULL -- JSON; holds nothing personal
) STRICT, WITHOUT ROWID;

-- Which commands were carried out, so that a retry gets the first answer.
CREATE TABLE crm_command (
	key      TEXT    NOT NULL PRIMARY KEY,
	kind     TEXT    NOT NULL,
	hash     BLOB    NOT NULL CHECK (length(hash) = 32),
	customer TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	result   TEXT    NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE INDEX crm_command_customer ON crm_command (customer);

-- The orders as the segments ask for them in SQL.
CREATE VIEW crm_purchase AS
	SELECT number, customer, at, minor, CASE returned WHEN 1 THEN 'return' ELSE 'purchase' END AS kind FROM crm_order;
