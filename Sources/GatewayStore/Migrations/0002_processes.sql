-- The runs of the program that share this store. A run whose beat stands still is declared dead by another one, which then
-- takes over its jobs; a run that finds itself declared dead goes on under a new id.

CREATE TABLE process (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('alive', 'left', 'dead')),
    beat BIGINT NOT NULL,
    started_us BIGINT NOT NULL
);

CREATE INDEX process_alive ON process (id) WHERE state = 'alive';
CREATE INDEX job_open_by_process ON job (process_id, id) WHERE state IN ('queued', 'dispatching', 'accepted', 'unknown');

-- What Vinci last said about an accepted job, for processes that do not ask it themselves.
ALTER TABLE job ADD COLUMN live_status TEXT CHECK (live_status IN ('pending', 'processing'));
ALTER TABLE job ADD COLUMN live_progress TEXT;
ALTER TABLE job ADD COLUMN live_us BIGINT;
