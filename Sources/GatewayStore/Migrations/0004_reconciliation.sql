-- What is known about a Vinci account and the books together. Its row puts samples in an order.

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    baseline_us BIGINT,
    baseline_spent_micro_usd BIGINT,
    baseline_captured_micro_usd BIGINT,
    verified_us BIGINT NOT NULL,
    drift_micro_usd BIGINT NOT NULL,
    drift_since_us BIGINT,
    is_alarmed BIGINT NOT NULL,
    is_closed BIGINT NOT NULL
);

-- What the account said it had spent, beside what the books said around the same moment. Append-only.
CREATE TABLE reconcile_sample (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    at_us BIGINT NOT NULL,
    spent_micro_usd BIGINT NOT NULL,
    balance_micro_usd BIGINT NOT NULL,
    captured_micro_usd BIGINT NOT NULL,
    held_micro_usd BIGINT NOT NULL,
    to_verify_micro_usd BIGINT NOT NULL,
    unknown_orders BIGINT NOT NULL,
    is_quiet BIGINT NOT NULL,
    drift_micro_usd BIGINT NOT NULL
);

CREATE INDEX reconcile_sample_by_account ON reconcile_sample (account_id, id);
CREATE INDEX hold_resolution_to_verify ON hold_resolution (at_us) WHERE to_verify = 1;
