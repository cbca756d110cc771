-- Where teams want to be told of their jobs and budgets. The secret is sealed with the master key.
CREATE TABLE webhook (
    id TEXT NOT NULL PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES team (id),
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    sealed_secret BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    created_us BIGINT NOT NULL,
    ended_us BIGINT,
    failures BIGINT NOT NULL CHECK (failures >= 0),
    -- The process that delivers to it now: nobody else does while that one lives.
    holder TEXT
);

CREATE INDEX webhook_by_team ON webhook (team_id, id) WHERE state <> 'deleted';
CREATE INDEX webhook_deleted ON webhook (ended_us) WHERE state = 'deleted';

-- The outbox and its history: written in the transaction that makes the event true.
CREATE TABLE webhook_delivery (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhook (id),
    event_id TEXT NOT NULL,
    event TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'given_up')),
    created_us BIGINT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    tries BIGINT NOT NULL CHECK (tries >= 0),
    retrying_since_us BIGINT NOT NULL,
    -- Set exactly while it is pending.
    next_attempt_us BIGINT,
    last_attempt_us BIGINT,
    last_status BIGINT,
    last_error TEXT,
    ended_us BIGINT
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_us, id)
    WHERE next_attempt_us IS NOT NULL;
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook_id, id);

-- The highest share of the limit, in percent, that an alert was given for in this period; 0: none.
ALTER TABLE budget_window ADD COLUMN alerted_percent BIGINT NOT NULL DEFAULT 0;
