-- The same jobs, said without a list: for a list of more than two SQLite makes a table, each time that a job is written.

DROP INDEX job_open;
DROP INDEX job_open_by_process;

CREATE INDEX job_open ON job (state, id)
    WHERE state = 'queued' OR state = 'dispatching' OR state = 'accepted' OR state = 'unknown';
CREATE INDEX job_open_by_process ON job (process_id, id)
    WHERE state = 'queued' OR state = 'dispatching' OR state = 'accepted' OR state = 'unknown';
