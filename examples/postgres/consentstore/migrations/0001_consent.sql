-- What is allowed to whom, taken from the customers' events in the transaction that
-- writes them. Nothing here can be read as a contact point: points are keyed hashes.
-- Purposes and channels are folded, so that equal means the same without regard to
-- case. Instants are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE consent_point (
	tenant   text  COLLATE "C" NOT NULL,
	customer text  COLLATE "C" NOT NULL,
	kind     text  COLLATE "C" NOT NULL, -- "email", "phone"
	point    text  COLLATE "C" NOT NULL, -- customer.PointHash, as suppressed points have it
	mac      bytea NOT NULL,             -- of the canonical form alone, as records name it
	PRIMARY KEY (tenant, customer, point)
);

CREATE INDEX consent_point_kind ON consent_point (tenant, kind, customer);

CREATE TABLE consent_record (
	tenant    text     COLLATE "C" NOT NULL,
	customer  text     COLLATE "C" NOT NULL,
	n         integer  NOT NULL,
	type      smallint NOT NULL, -- customer.ConsentType
	purpose   text     COLLATE "C" NOT NULL,
	channel   text     COLLATE "C" NOT NULL, -- '*' for every channel
	mac       bytea    NOT NULL,             -- empty: every point
	basis     smallint NOT NULL,             -- customer.ConsentBasis
	at        bigint   NOT NULL,
	expires   bigint,
	confirm   boolean  NOT NULL, -- needs confirmation
	explicit  boolean  NOT NULL, -- can be shown to have been given, or is on a contract
	bounced   boolean  NOT NULL,
	PRIMARY KEY (tenant, customer, n)
);
