-- Vocabulary: see Migration in SQLDatabase. Amounts are whole micro-dollars, instants whole microseconds since 1970,
-- booleans 0 and 1.

CREATE TABLE team (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'archived')),
    requests_per_minute BIGINT,
    open_jobs_max BIGINT,
    allowed_origins TEXT NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE token (
    key_id TEXT NOT NULL PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES team (id),
    name TEXT NOT NULL,
    preview TEXT NOT NULL,
    secret_hash BYTEA NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    requests_per_minute BIGINT NOT NULL,
    reads_per_minute BIGINT NOT NULL,
    allowed_origins TEXT NOT NULL,
    own_jobs_only BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT,
    revoked_us BIGINT,
    last_used_us BIGINT
);

CREATE INDEX token_by_team ON token (team_id, key_id);

CREATE TABLE admin_token (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'operator', 'auditor')),
    preview TEXT NOT NULL,
    secret_hash BYTEA NOT NULL UNIQUE,
    created_us BIGINT NOT NULL,
    expires_us BIGINT,
    revoked_us BIGINT
);

-- Keys added by an administrator; those of the configuration are not stored. The key is sealed with the master key.
CREATE TABLE upstream_key (
    id TEXT NOT NULL PRIMARY KEY,
    sealed_key BYTEA NOT NULL,
    requests_per_minute BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE budget (
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('organization', 'team', 'token')),
    owner_id TEXT NOT NULL,
    period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    limit_micro_usd BIGINT NOT NULL CHECK (limit_micro_usd >= 0),
    time_zone TEXT NOT NULL,
    alert_percents TEXT NOT NULL,
    PRIMARY KEY (owner_kind, owner_id, period)
);

-- Figures of a budget in one of its periods: derived from hold and hold_resolution, kept for the admission check.
CREATE TABLE budget_window (
    owner_kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    period TEXT NOT NULL,
    start_us BIGINT NOT NULL,
    captured_micro_usd BIGINT NOT NULL CHECK (captured_micro_usd >= 0),
    held_micro_usd BIGINT NOT NULL CHECK (held_micro_usd >= 0),
    PRIMARY KEY (owner_kind, owner_id, period, start_us)
);

-- Figures of an owner for all time. Its rows are also the locks that put admissions, settlements and budget changes of
-- one owner in an order.
CREATE TABLE owner_spend (
    owner_kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    captured_micro_usd BIGINT NOT NULL CHECK (captured_micro_usd >= 0),
    held_micro_usd BIGINT NOT NULL CHECK (held_micro_usd >= 0),
    -- Holds that are not resolved, which is as many as there are open jobs.
    open_holds BIGINT NOT NULL CHECK (open_holds >= 0),
    PRIMARY KEY (owner_kind, owner_id)
);

CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES team (id),
    key_id TEXT NOT NULL REFERENCES token (key_id),
    kind TEXT NOT NULL CHECK (kind IN ('text', 'image')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'dispatching', 'accepted', 'unknown', 'completed', 'failed',
        'refused', 'cancelled', 'written_off')),
    seconds BIGINT NOT NULL,
    estimate_micro_usd BIGINT NOT NULL,
    fingerprint BYTEA NOT NULL,
    process_id TEXT NOT NULL,
    upstream_key TEXT,
    request_id TEXT UNIQUE,
    created_us BIGINT NOT NULL,
    dispatched_us BIGINT,
    accepted_us BIGINT,
    ended_us BIGINT,
    stalled_us BIGINT,
    answered_us BIGINT,
    answer_kind TEXT CHECK (answer_kind IN ('accepted', 'rejected', 'unknown')),
    answer_status BIGINT,
    answer_text TEXT,
    video_url TEXT,
    video_us BIGINT,
    cost_micro_usd BIGINT,
    cost_derived BIGINT NOT NULL,
    error TEXT
);

CREATE INDEX job_by_team ON job (team_id, id);
CREATE INDEX job_open ON job (state, id) WHERE state IN ('queued', 'dispatching', 'accepted', 'unknown');
CREATE INDEX job_by_fingerprint ON job (key_id, fingerprint, created_us);

-- Append-only, as is hold_resolution: the ledger. The primary keys make a second hold or resolution impossible.
CREATE TABLE hold (
    job_id TEXT NOT NULL PRIMARY KEY REFERENCES job (id),
    team_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    amount_micro_usd BIGINT NOT NULL CHECK (amount_micro_usd >= 0),
    placed_us BIGINT NOT NULL
);

CREATE INDEX hold_by_time ON hold (placed_us);
CREATE INDEX hold_by_team ON hold (team_id, placed_us);
CREATE INDEX hold_by_token ON hold (key_id, placed_us);

CREATE TABLE hold_resolution (
    job_id TEXT NOT NULL PRIMARY KEY REFERENCES hold (job_id),
    kind TEXT NOT NULL CHECK (kind IN ('release', 'capture', 'write_off')),
    charged_micro_usd BIGINT NOT NULL CHECK (charged_micro_usd >= 0),
    to_verify BIGINT NOT NULL,
    at_us BIGINT NOT NULL
);

CREATE TABLE idempotency (
    team_id TEXT NOT NULL,
    route TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    job_id TEXT NOT NULL UNIQUE REFERENCES job (id),
    created_us BIGINT NOT NULL,
    PRIMARY KEY (team_id, route, idempotency_key)
);

CREATE INDEX idempotency_by_time ON idempotency (created_us);

CREATE TABLE audit (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    team_id TEXT,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    hold_micro_usd BIGINT,
    cost_micro_usd BIGINT,
    upstream_request_id TEXT,
    upstream_status BIGINT,
    client_address TEXT,
    origin TEXT,
    call_id TEXT,
    prompt_hash BYTEA,
    prompt_characters BIGINT,
    prompt TEXT,
    detail TEXT
);

CREATE INDEX audit_by_team ON audit (team_id, seq);
CREATE INDEX audit_by_action ON audit (action, seq);
CREATE INDEX audit_by_object ON audit (object, seq);

-- What the memory of every process must take note of. The head's row puts changes in the order of their commits.
CREATE TABLE change (
    id BIGINT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    topic TEXT NOT NULL,
    object TEXT NOT NULL
);

CREATE TABLE change_head (
    name TEXT NOT NULL PRIMARY KEY,
    id BIGINT NOT NULL
);

INSERT INTO change_head (name, id) VALUES ('change', 0);

-- Small values that belong to the store as a whole, such as the check value of the master key.
CREATE TABLE store_value (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
