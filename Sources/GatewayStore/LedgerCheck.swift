/// A rule whose violations a query finds: each row it returns, with a column `object`, is one.
struct LedgerCheck: Sendable {
    /// `I1` … `I9`
    let invariant: String
    /// A sentence that is true of sound books.
    let rule: String
    let sql: String

    static let all = holds + figures + records

    private static let holds = [
        LedgerCheck(
            invariant: "I5", rule: "every job has one hold",
            sql: "SELECT id AS object FROM job WHERE NOT EXISTS (SELECT 1 FROM hold WHERE hold.job_id = job.id)"),
        LedgerCheck(
            invariant: "I5", rule: "a hold is placed with its job, for the same owner",
            sql: """
                SELECT id AS object FROM job JOIN hold ON hold.job_id = job.id
                WHERE hold.team_id <> job.team_id OR hold.key_id <> job.key_id OR hold.placed_us <> job.created_us
                """),
        LedgerCheck(
            invariant: "I4", rule: "an ended job has its hold resolved",
            sql: """
                SELECT id AS object FROM job WHERE NOT \(OpenJobs.condition)
                    AND NOT EXISTS (SELECT 1 FROM hold_resolution WHERE hold_resolution.job_id = job.id)
                """),
        LedgerCheck(
            invariant: "I4", rule: "an open job has its hold open",
            sql: """
                SELECT id AS object FROM job JOIN hold_resolution ON hold_resolution.job_id = job.id
                WHERE \(OpenJobs.condition)
                """),
        LedgerCheck(
            invariant: "I5", rule: "a hold ends as its job's state says",
            sql: """
                SELECT id AS object FROM job JOIN hold_resolution AS ending ON ending.job_id = job.id
                WHERE ending.kind = 'release' AND state NOT IN ('failed', 'refused', 'cancelled')
                    OR ending.kind = 'capture' AND state <> 'completed'
                    OR ending.kind = 'write_off' AND state <> 'written_off'
                """),
        LedgerCheck(
            invariant: "I5", rule: "a job's cost is what its hold was charged",
            sql: """
                SELECT id AS object FROM job JOIN hold_resolution ON hold_resolution.job_id = job.id
                WHERE COALESCE(job.cost_micro_usd, 0) <> hold_resolution.charged_micro_usd
                """),
        LedgerCheck(
            invariant: "I6", rule: "a job was on its way to Vinci once at most",
            sql: """
                SELECT object FROM audit
                WHERE action = 'order.dispatched' OR action = 'order.admitted' AND detail = 'dispatching'
                GROUP BY object HAVING COUNT(*) > 1
                """),
        LedgerCheck(
            invariant: "I7", rule: "an id of Vinci's names one job",
            sql: """
                SELECT MIN(object) AS object FROM audit WHERE action = 'order.accepted'
                GROUP BY upstream_request_id HAVING COUNT(*) > 1
                """),
        LedgerCheck(
            invariant: "I9", rule: "a client was told of success only with what is on record",
            sql: """
                SELECT id AS object FROM job WHERE answer_kind = 'accepted' AND (request_id IS NULL
                    OR accepted_us IS NULL OR answer_text NOT LIKE '%"' || request_id || '"%')
                """),
        LedgerCheck(
            invariant: "I7", rule: "a job that Vinci accepted has a request id",
            sql: "SELECT id AS object FROM job WHERE state IN ('accepted', 'failed') AND request_id IS NULL"),
    ]

    private static let figures = [
        LedgerCheck(
            invariant: "I1", rule: "the organization has its figures",
            sql: """
                SELECT job_id AS object FROM hold
                WHERE NOT EXISTS (SELECT 1 FROM owner_spend WHERE owner_kind = 'organization')
                """),
        LedgerCheck(
            invariant: "I1", rule: "a team that ordered has its figures",
            sql: """
                SELECT DISTINCT team_id AS object FROM hold WHERE NOT EXISTS
                    (SELECT 1 FROM owner_spend WHERE owner_kind = 'team' AND owner_id = hold.team_id)
                """),
        LedgerCheck(
            invariant: "I1", rule: "a token that ordered has its figures",
            sql: """
                SELECT DISTINCT key_id AS object FROM hold WHERE NOT EXISTS
                    (SELECT 1 FROM owner_spend WHERE owner_kind = 'token' AND owner_id = hold.key_id)
                """),
        LedgerCheck(
            invariant: "I1", rule: "figures of a period belong to a budget",
            sql: """
                SELECT DISTINCT owner_id AS object FROM budget_window WHERE NOT EXISTS
                    (SELECT 1 FROM budget WHERE budget.owner_kind = budget_window.owner_kind
                        AND budget.owner_id = budget_window.owner_id AND budget.period = budget_window.period)
                """),
    ]

    private static let records = [
        LedgerCheck(
            invariant: "I8", rule: "the record of an admission tells its hold",
            sql: """
                SELECT job_id AS object FROM hold WHERE NOT EXISTS
                    (SELECT 1 FROM audit WHERE audit.object = hold.job_id AND action = 'order.admitted'
                        AND hold_micro_usd = hold.amount_micro_usd)
                """),
        LedgerCheck(
            invariant: "I8", rule: "the record of a job's end tells its charge",
            sql: """
                SELECT job_id AS object FROM hold_resolution AS ending WHERE NOT EXISTS
                    (SELECT 1 FROM audit WHERE audit.object = ending.job_id AND action IN ('order.not_created',
                            'order.cancelled', 'job.completed', 'job.failed', 'job.written_off')
                        AND cost_micro_usd = ending.charged_micro_usd)
                """),
        LedgerCheck(
            invariant: "I8", rule: "the record of an acceptance tells Vinci's id",
            sql: """
                SELECT id AS object FROM job WHERE request_id IS NOT NULL AND NOT EXISTS
                    (SELECT 1 FROM audit WHERE audit.object = job.id AND action = 'order.accepted'
                        AND upstream_request_id = job.request_id)
                """),
        LedgerCheck(
            invariant: "I8", rule: "every admission on record is in the books",
            sql: """
                SELECT object FROM audit WHERE action = 'order.admitted'
                    AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = audit.object)
                """),
    ]
}
