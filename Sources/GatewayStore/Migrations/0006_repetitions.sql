-- Orders that an order may repeat are found among the open ones and among those completed a moment ago. An index of all
-- fingerprints was written at another place for every order, which cost more the longer the past was.

DROP INDEX job_by_fingerprint;

-- Not by its state: PostgreSQL would then take this index and `job_open` for equally good, and read all open jobs.
CREATE INDEX job_open_by_fingerprint ON job (key_id, fingerprint) WHERE ended_us IS NULL;
CREATE INDEX job_completed_by_answer ON job (key_id, answered_us) WHERE state = 'completed';
