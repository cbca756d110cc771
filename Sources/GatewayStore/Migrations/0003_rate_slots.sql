-- Requests per minute that several processes share. A limit of n is n slots, each usable again 60 s after its last use; a
-- slot is either free here or leased to one process.

CREATE TABLE rate_pool (
    rate_key TEXT NOT NULL PRIMARY KEY,
    slots BIGINT NOT NULL CHECK (slots >= 0),
    free_slots TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    changed_us BIGINT NOT NULL
);

CREATE TABLE rate_lease (
    rate_key TEXT NOT NULL REFERENCES rate_pool (rate_key),
    process_id TEXT NOT NULL,
    slots BIGINT NOT NULL CHECK (slots >= 0),
    PRIMARY KEY (rate_key, process_id)
);

CREATE INDEX rate_lease_by_process ON rate_lease (process_id, rate_key);
