-- Instants are microseconds since 1970-01-01T00:00:00Z. Names compare byte by byte.

-- The one instant at which something is to be looked at again, and the job of River
-- that will do so.
CREATE TABLE timer (
	kind    text   COLLATE "C" NOT NULL,
	tenant  text   COLLATE "C" NOT NULL,
	subject text   COLLATE "C" NOT NULL,
	at      bigint NOT NULL,
	job     bigint NOT NULL,
	PRIMARY KEY (kind, tenant, subject)
);

-- What service levels decided about a case, in order.
CREATE TABLE sla_case (
	tenant  text   COLLATE "C" NOT NULL,
	case_id text   COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, case_id)
);

CREATE TABLE sla_event (
	tenant  text    COLLATE "C" NOT NULL,
	case_id text    COLLATE "C" NOT NULL,
	n       integer NOT NULL,
	kind    text    COLLATE "C" NOT NULL,
	at      bigint  NOT NULL,
	body    bytea   NOT NULL,
	PRIMARY KEY (tenant, case_id, n)
);

-- Where recipients stand in series of messages.
CREATE TABLE outreach_run (
	tenant   text  COLLATE "C" NOT NULL,
	sequence text  COLLATE "C" NOT NULL,
	who      text  COLLATE "C" NOT NULL,
	state    bytea NOT NULL,
	PRIMARY KEY (tenant, sequence, who)
);

-- Messages that are to go out, each once. The host's sender takes them from here and
-- gives the key on to its provider.
CREATE TABLE outreach_message (
	tenant   text   COLLATE "C" NOT NULL,
	key      text   COLLATE "C" NOT NULL,
	who      text   COLLATE "C" NOT NULL,
	at       bigint NOT NULL,
	channel  text   COLLATE "C" NOT NULL,
	purpose  text   COLLATE "C" NOT NULL,
	topic    text   COLLATE "C" NOT NULL,
	template text   COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, key)
);

CREATE INDEX outreach_message_who ON outreach_message (tenant, who, at);
