-- Requests per minute that several processes share. A limit of n is n places, each usable again 60 s after its last use; a
-- place is either free, with the instant from which it may be used again, or lent to one process.

CREATE TABLE rate_pool (
    rate_key TEXT NOT NULL PRIMARY KEY,
    places BIGINT NOT NULL CHECK (places >= 0),
    -- The last change of the directory that the limit rests on: a process that knows less does not set it back.
    version BIGINT NOT NULL,
    lowered_us BIGINT NOT NULL,
    free_places TEXT NOT NULL,
    -- 1: somebody found none free, so those who have more than their share are asked for some.
    is_wanted BIGINT NOT NULL,
    changed_us BIGINT NOT NULL
);

CREATE INDEX rate_pool_by_change ON rate_pool (changed_us);

CREATE TABLE rate_lease (
    rate_key TEXT NOT NULL REFERENCES rate_pool (rate_key),
    process_id TEXT NOT NULL,
    places BIGINT NOT NULL CHECK (places >= 0),
    PRIMARY KEY (rate_key, process_id)
);

CREATE INDEX rate_lease_by_process ON rate_lease (process_id, rate_key);
