CREATE TABLE case_record (
	case_id  TEXT PRIMARY KEY NOT NULL,
	customer TEXT, -- NULL where the first event does not open the case
	events   INTEGER NOT NULL CHECK (events >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_record_customer ON case_record (customer, case_id);

-- Rows are stored in the order in which they came, as those of customer_entry are.
CREATE TABLE case_event (
	case_id TEXT    NOT NULL REFERENCES case_record (case_id),
	seq     INTEGER NOT NULL CHECK (seq >= 1), -- its place in the case: 1, 2, 3
	at      TEXT    NOT NULL,
	kind    TEXT    NOT NULL,
	body    TEXT    NOT NULL, -- the event as JSON
	PRIMARY KEY (case_id, seq)
) STRICT;

CREATE TABLE case_key (
	key    TEXT PRIMARY KEY NOT NULL,
	places TEXT NOT NULL -- JSON: [{"case":"…","after":0,"events":1}, …]
) STRICT, WITHOUT ROWID;
