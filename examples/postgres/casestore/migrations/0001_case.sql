-- Instants are microseconds since 1970-01-01T00:00:00Z; the whole of an event, with its
-- nanoseconds, is in its body, which is JSON. Names compare byte by byte.

CREATE TABLE case_file (
	tenant   text   COLLATE "C" NOT NULL,
	case_id  text   COLLATE "C" NOT NULL,
	version  bigint NOT NULL CHECK (version >= 1),
	customer text   COLLATE "C", -- who opened it; NULL where the first event opens nothing
	PRIMARY KEY (tenant, case_id)
) WITH (fillfactor = 80);

CREATE INDEX case_file_customer ON case_file (tenant, customer, case_id) WHERE customer IS NOT NULL;

CREATE TABLE case_event (
	tenant  text   COLLATE "C" NOT NULL,
	case_id text   COLLATE "C" NOT NULL,
	seq     bigint NOT NULL CHECK (seq >= 1),
	at      bigint NOT NULL,
	kind    text   COLLATE "C" NOT NULL,
	body    bytea  NOT NULL,
	PRIMARY KEY (tenant, case_id, seq)
);

-- What was written under a key: cases, places and numbers of events.
CREATE TABLE case_key (
	tenant text     COLLATE "C" NOT NULL,
	key    text     COLLATE "C" NOT NULL,
	cases  text[]   COLLATE "C" NOT NULL,
	afters bigint[] NOT NULL,
	counts bigint[] NOT NULL,
	PRIMARY KEY (tenant, key)
);
