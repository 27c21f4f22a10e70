-- Instants are microseconds since 1970-01-01T00:00:00Z, with the nanoseconds that are
-- left over beside them. Names compare byte by byte.

CREATE TABLE customer (
	tenant   text   COLLATE "C" NOT NULL,
	customer text   COLLATE "C" NOT NULL,
	revision bigint NOT NULL CHECK (revision >= 1),
	PRIMARY KEY (tenant, customer)
) WITH (fillfactor = 80);

-- The only table that holds personal text, and that in one column.
CREATE TABLE customer_entry (
	tenant        text     COLLATE "C" NOT NULL,
	customer      text     COLLATE "C" NOT NULL,
	revision      bigint   NOT NULL CHECK (revision >= 1),
	id            text     COLLATE "C" NOT NULL,
	subject       text     COLLATE "C" NOT NULL,
	origin        text     COLLATE "C" NOT NULL,
	at            bigint   NOT NULL,
	at_nano       smallint NOT NULL CHECK (at_nano BETWEEN 0 AND 999),
	recorded      bigint   NOT NULL,
	recorded_nano smallint NOT NULL CHECK (recorded_nano BETWEEN 0 AND 999),
	actor         text     COLLATE "C" NOT NULL,
	source        text     COLLATE "C" NOT NULL,
	kind          text     COLLATE "C" NOT NULL,
	version       integer  NOT NULL,
	sealed        boolean  NOT NULL,
	body          bytea,
	PRIMARY KEY (tenant, customer, revision)
);

-- An erasure looks for what it scrubs here.
CREATE INDEX customer_entry_subject ON customer_entry (tenant, subject) WHERE body IS NOT NULL;

CREATE TABLE customer_redirect (
	tenant text COLLATE "C" NOT NULL,
	source text COLLATE "C" NOT NULL,
	target text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, source)
);

-- Hashes of points that are never to be contacted. They outlive every erasure.
CREATE TABLE customer_suppressed (
	tenant text COLLATE "C" NOT NULL,
	point  text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, point)
);

CREATE TABLE customer_key (
	tenant text  COLLATE "C" NOT NULL,
	key    text  COLLATE "C" NOT NULL,
	hash   bytea NOT NULL CHECK (length(hash) = 32),
	PRIMARY KEY (tenant, key)
);
