-- Points and versions are integers. Instants are microseconds since
-- 1970-01-01T00:00:00Z; no instant is NULL. Names compare byte by byte.

CREATE TABLE loyalty_account (
	tenant  text   COLLATE "C" NOT NULL,
	account text   COLLATE "C" NOT NULL,
	version bigint NOT NULL CHECK (version >= 1),
	due     bigint,
	PRIMARY KEY (tenant, account)
) WITH (fillfactor = 80);

-- The sweep reads this index and nothing else.
CREATE INDEX loyalty_account_due ON loyalty_account (tenant, due, account) WHERE due IS NOT NULL;

CREATE TABLE loyalty_entry (
	tenant   text   COLLATE "C" NOT NULL,
	account  text   COLLATE "C" NOT NULL,
	version  bigint NOT NULL CHECK (version >= 1),
	at       bigint NOT NULL,
	recorded bigint NOT NULL,
	sum      bytea  NOT NULL CHECK (length(sum) = 32),
	body     bytea  NOT NULL,
	PRIMARY KEY (tenant, account, version)
);

CREATE TABLE loyalty_key (
	tenant   text     COLLATE "C" NOT NULL,
	key      text     COLLATE "C" NOT NULL,
	hash     bytea    NOT NULL CHECK (length(hash) = 32),
	receipt  bytea    NOT NULL,
	accounts text[]   COLLATE "C" NOT NULL,
	versions bigint[] NOT NULL,
	PRIMARY KEY (tenant, key)
);

CREATE TABLE loyalty_snapshot (
	tenant  text   COLLATE "C" NOT NULL,
	account text   COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	sum     bytea  NOT NULL CHECK (length(sum) = 32),
	body    bytea  NOT NULL,
	PRIMARY KEY (tenant, account)
);
