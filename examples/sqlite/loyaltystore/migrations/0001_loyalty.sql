-- Points and versions are integers. Instants are microseconds since
-- 1970-01-01T00:00:00Z; no instant is NULL.

CREATE TABLE loyalty_account (
	tenant  TEXT    NOT NULL,
	account TEXT    NOT NULL,
	version INTEGER NOT NULL CHECK (version >= 1),
	due     INTEGER,
	PRIMARY KEY (tenant, account)
) STRICT, WITHOUT ROWID;

-- The sweep reads this index and nothing else.
CREATE INDEX loyalty_account_due ON loyalty_account (tenant, due, account) WHERE due IS NOT NULL;

CREATE TABLE loyalty_entry (
	tenant   TEXT    NOT NULL,
	account  TEXT    NOT NULL,
	version  INTEGER NOT NULL CHECK (version >= 1),
	at       INTEGER NOT NULL,
	recorded INTEGER NOT NULL,
	sum      BLOB    NOT NULL CHECK (length(sum) = 32),
	body     BLOB    NOT NULL,
	PRIMARY KEY (tenant, account, version)
) STRICT;

CREATE TABLE loyalty_key (
	tenant  TEXT NOT NULL,
	key     TEXT NOT NULL,
	hash    BLOB NOT NULL CHECK (length(hash) = 32),
	receipt BLOB NOT NULL,
	places  TEXT NOT NULL, -- JSON: [{"account":"…","version":1}, …]
	PRIMARY KEY (tenant, key)
) STRICT;

CREATE TABLE loyalty_snapshot (
	tenant  TEXT    NOT NULL,
	account TEXT    NOT NULL,
	version INTEGER NOT NULL,
	sum     BLOB    NOT NULL CHECK (length(sum) = 32),
	body    BLOB    NOT NULL,
	PRIMARY KEY (tenant, account)
) STRICT;
