-- One key for each subject, wrapped under the host's master key, which is not in the
-- database. A key that was destroyed leaves its row, so that no new one is made.

CREATE TABLE customer_seal (
	tenant  text COLLATE "C" NOT NULL,
	subject text COLLATE "C" NOT NULL,
	wrapped bytea,
	PRIMARY KEY (tenant, subject)
);
