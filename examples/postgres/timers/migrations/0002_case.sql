-- Deadlines of cases that have passed and were told, each once. Instants are microseconds
-- since 1970-01-01T00:00:00Z, with the nanoseconds that are left over beside them.

CREATE TABLE case_due (
	tenant  text     COLLATE "C" NOT NULL,
	case_id text     COLLATE "C" NOT NULL,
	kind    text     COLLATE "C" NOT NULL, -- interaction.DeadlineKind
	ref     text     COLLATE "C" NOT NULL,
	at      bigint   NOT NULL,
	at_nano smallint NOT NULL CHECK (at_nano BETWEEN 0 AND 999),
	PRIMARY KEY (tenant, case_id, kind, ref, at, at_nano)
);
