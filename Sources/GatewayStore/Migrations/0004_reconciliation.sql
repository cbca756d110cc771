-- What the Vinci account says it has spent, beside what the books say at the same moment.

CREATE TABLE reconcile_sample (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    spent_micro_usd BIGINT NOT NULL,
    balance_micro_usd BIGINT NOT NULL,
    captured_micro_usd BIGINT NOT NULL,
    held_micro_usd BIGINT NOT NULL,
    to_verify_micro_usd BIGINT NOT NULL,
    is_quiet BIGINT NOT NULL
);

CREATE INDEX reconcile_sample_by_account ON reconcile_sample (account, id);
